/* transfers_pane.c - the transfers pane: lines, words, menu and keys, on a pretended terminal. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/options.h"
#include "src/util.h"
#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/pane.h"

#define KB 1000ull
#define MB 1000000ull
#define F4 "\033OS"

static void
peers(struct world *w)
{
	static const char *const names[] = {"Boris", "Chidi", "Dana", "Emeka"};

	world_self(w, "Ada", DOOR_LAN);
	for (unsigned i = 0; i < NELEM(names); i++) {
		struct msg *ev = world_contact(i + 1, names[i]);

		ev->b.contact.link = i < 3 ? LINK_ONLINE : LINK_OFFLINE;
		ev->b.contact.last_seen = w->wall - 90000000;
		world_event(w, ev);
	}
	world_ready(w);
	/* An offer opens a question by itself only after a pause; here nothing is to pop up. */
	world_type(w, "x\177");
}

static struct msg *
running(int64_t number, unsigned peer, enum direction dir, const char *what, uint64_t done,
	uint64_t total, uint64_t rate, int64_t eta)
{
	struct msg *ev = world_transfer(number, peer, dir, what, done, total);

	ev->b.transfer.rate = rate;
	ev->b.transfer.eta = eta;
	return ev;
}

/* The three of screens.md. */
static void
pictured(struct world *w)
{
	struct msg *ev;

	world_event(w, running(1, 1, DIR_OUT, "report.pdf", 4100 * KB, 7700 * KB, 1200 * KB, 3));
	world_event(w, running(2, 2, DIR_IN, "photos.tar", 22 * MB, 104 * MB, 340 * KB, 246));
	ev = running(3, 3, DIR_OUT, "thesis.odt", 680 * KB, 1000 * KB, 0, -1);
	ev->b.transfer.state = TRANSFER_PAUSED;
	world_strings(ev, "thesis.odt", "", "check Dana's new key", NULL, 0);
	world_event(w, ev);
	/* Figures are drawn ten times a second at most. */
	world_wait(w, 200);
}

static void
state(struct world *w, int64_t number, unsigned peer, enum direction dir, enum transfer_state s,
      const char *what, const char *reason)
{
	struct msg *ev = world_transfer(number, peer, dir, what, 300 * KB, 1000 * KB);

	ev->b.transfer.state = s;
	ev->b.transfer.ended = transfer_ended(s) ? w->wall : 0;
	world_strings(ev, what, "/home/ada/Downloads", reason, NULL, 0);
	world_event(w, ev);
}

static void
screens(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	pictured(&w);
	world_golden(&w, "transfers-80x24");
	world_close(&w);
	world_open(&w, 40, 120, "Ada", false);
	peers(&w);
	pictured(&w);
	world_golden(&w, "transfers-120x40");
	world_close(&w);
	world_open(&w, 12, 40, "Ada", false);
	peers(&w);
	pictured(&w);
	world_golden(&w, "transfers-40x12");
	world_type(&w, F4);
	world_golden(&w, "transfers-focus-40x12");
	world_close(&w);
	world_open(&w, 24, 80, "Ada", true);
	peers(&w);
	pictured(&w);
	world_golden(&w, "transfers-ascii-80x24");
	world_close(&w);
}

/* Every state has its word, and a name from a peer is shown as what it is. */
static void
words(void)
{
	struct world w;

	world_open(&w, 40, 80, "Ada", false);
	peers(&w);
	state(&w, 1, 1, DIR_OUT, TRANSFER_WAITING, "waiting", "");
	state(&w, 2, 4, DIR_OUT, TRANSFER_WAITING, "offline", "");
	state(&w, 3, 1, DIR_IN, TRANSFER_CHECKING, "checking", "");
	state(&w, 4, 1, DIR_IN, TRANSFER_STALLED, "stalled", "");
	state(&w, 5, 1, DIR_IN, TRANSFER_PAUSED, "paused", "");
	state(&w, 6, 1, DIR_IN, TRANSFER_DONE, "done", "");
	state(&w, 7, 1, DIR_IN, TRANSFER_FAILED, "failed", "The disk is full.");
	state(&w, 8, 1, DIR_OUT, TRANSFER_REFUSED, "refused", "");
	state(&w, 9, 1, DIR_OUT, TRANSFER_CANCELLED, "\xe2\x80\xaegpj.exe", "");
	world_type(&w, F4);
	world_golden(&w, "transfers-words-80x40");
	world_close(&w);
}

/* All states in a chat, and the menu over it. */
static void
in_chat(int h, int cells, const char *name, const char *menu)
{
	static const struct {
		enum transfer_state state;
		enum direction dir;
		const char *what, *reason;
	} all[] = {
		{TRANSFER_DONE, DIR_IN, "photos", "2 identical files were there already"},
		{TRANSFER_FAILED, DIR_OUT, "diary.odt", "changed while it was being sent"},
		{TRANSFER_CANCELLED, DIR_OUT, "draft.odt", "cancelled here"},
		{TRANSFER_PAUSED, DIR_IN, "film.mkv", "the disk is full"},
		{TRANSFER_STALLED, DIR_IN, "music.tar", ""},
		{TRANSFER_WAITING, DIR_OUT, "thesis.odt", ""},
		{TRANSFER_RUNNING, DIR_OUT, "report.pdf", ""},
	};
	struct world w;

	world_open(&w, h, cells, "Ada", false);
	peers(&w);
	for (size_t i = 0; i < NELEM(all); i++) {
		struct world_row *r = world_row(&w, 1, all[i].dir, 0, 13 * 60, all[i].what);

		r->kind = ROW_FILE;
		r->transfer = (int64_t)i + 1;
		if (all[i].state == TRANSFER_RUNNING)
			world_event(&w, running((int64_t)i + 1, 1, all[i].dir, all[i].what,
						900 * KB, 2000 * KB, 150 * KB, 7));
		else
			state(&w, (int64_t)i + 1, 1, all[i].dir, all[i].state, all[i].what,
			      all[i].reason);
	}
	world_chat(&w, 1, 0);
	world_wait(&w, 200);
	world_golden(&w, name);
	world_type(&w, F4 "jm");
	world_golden(&w, menu);
	world_close(&w);
}

static void
ended(void)
{
	struct world w;
	int y, x;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	state(&w, 1, 1, DIR_IN, TRANSFER_DONE, "done", "");
	state(&w, 2, 1, DIR_IN, TRANSFER_FAILED, "failed", "The disk is full.");
	ok(world_shows(&w, "TRANSFERS 2"), "what has ended stays a while");
	world_wait(&w, 59000);
	ok(world_shows(&w, "TRANSFERS 2"), "for a minute");
	world_wait(&w, 1100);
	ok(world_shows(&w, "TRANSFERS 1") && world_shows(&w, "failed: The disk is full."),
	   "then goes; what failed stays longer");
	world_wait(&w, 600000);
	free(world_screen(&w));
	ok(!world_find(&w, "TRANSFERS", &y, &x), "without any the pane is gone");
	ok(front_timeout(w.front) > 1000, "and its clock stands still");
	world_type(&w, F4);
	ok(world_shows(&w, "TRANSFERS 2"), "with the focus all are shown");
	world_type(&w, "\033[3~");
	is_int(world_last(&w, MSG_CMD_TRANSFER)->b.transfer_op.op, TOP_FORGET,
	       "Del takes an ended one off the list");
	world_close(&w);
}

static void
stalled(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_event(&w, running(1, 1, DIR_OUT, "a", 10, 100, 5 * KB, 9));
	ok(world_shows(&w, "5.0 kB/s"), "a rate while it runs");
	for (int i = 0; i < 8; i++)
		world_wait(&w, 1000);
	ok(world_shows(&w, "stalled 8 s"), "no byte for eight seconds is told");
	world_event(&w, running(1, 1, DIR_OUT, "a", 20, 100, 5 * KB, 9));
	world_wait(&w, 200);
	ok(world_shows(&w, "5.0 kB/s"), "until it goes on");
	world_close(&w);
}

static int
last_op(struct world *w, int64_t transfer)
{
	const struct msg *m = world_last(w, MSG_CMD_TRANSFER);
	int op = m != NULL && m->b.transfer_op.transfer == transfer ? (int)m->b.transfer_op.op : -1;

	world_forget_sent(w);
	return op;
}

static void
keys(void)
{
	struct world w;
	int y, x;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_event(&w, running(1, 1, DIR_OUT, "report.pdf", 10, 100, KB, 9));
	world_type(&w, F4 " ");
	is_int(last_op(&w, 1), TOP_PAUSE, "Space pauses");
	state(&w, 1, 1, DIR_OUT, TRANSFER_PAUSED, "report.pdf", "");
	world_type(&w, " ");
	ok(world_last(&w, MSG_CMD_TRANSFER) == NULL ||
		   world_last(&w, MSG_CMD_TRANSFER)->b.transfer_op.op == TOP_PAUSE,
	   "what the peer paused is not resumed by us");
	world_forget_sent(&w);
	{
		struct msg *ev = world_transfer(1, 1, DIR_OUT, "report.pdf", 10, 100);

		ev->b.transfer.state = TRANSFER_PAUSED;
		ev->b.transfer.paused_here = true;
		world_event(&w, ev);
	}
	world_type(&w, " ");
	is_int(last_op(&w, 1), TOP_RESUME, "Space resumes");
	world_type(&w, "\033[3~");
	is_int(last_op(&w, 1), TOP_CANCEL, "Del cancels");
	world_type(&w, "\r");
	ok(world_shows(&w, "Go on") && world_shows(&w, "Cancel, for both sides"),
	   "Enter opens the menu");
	world_type(&w, "r");
	is_int(last_op(&w, 1), TOP_RESUME, "which does what it says");
	free(world_screen(&w));
	world_find(&w, "▸ Boris", &y, &x);
	world_click(&w, y, 4);
	ok(world_shows(&w, "Go on"), "a click opens it, too");
	world_type(&w, "\033");
	ok(world_last(&w, MSG_CMD_TRANSFER) == NULL, "and Esc does nothing");
	{
		struct msg *ev = world_transfer(1, 1, DIR_OUT, "report.pdf", 0, 100);

		ev->b.transfer.state = TRANSFER_WAITING;
		ev->b.transfer.queue = 3;
		world_event(&w, ev);
	}
	world_type(&w, "\033[1;2A");
	is_int(last_op(&w, 1), TOP_UP, "Shift-Up moves it up in the queue");
	world_type(&w, "\033[1;2B");
	is_int(last_op(&w, 1), TOP_DOWN, "Shift-Down down");
	ok(world_shows(&w, "no. 3 in the queue"), "its place is told");
	state(&w, 1, 1, DIR_OUT, TRANSFER_FAILED, "report.pdf", "");
	world_type(&w, "R");
	is_int(last_op(&w, 1), TOP_RETRY, "R tries again");
	world_type(&w, "\r");
	ok(world_shows(&w, "Try again"), "so does the menu");
	world_type(&w, "\033");
	world_type(&w, "/open 7\r");
	world_close(&w);
}

static void
offers(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	state(&w, 1, 1, DIR_IN, TRANSFER_WAITING, "report.pdf", "");
	ok(world_shows(&w, "offered, 1.0 MB: Enter answers"), "an offer asks");
	world_type(&w, F4 "y");
	is_int(last_op(&w, 1), TOP_ACCEPT, "y accepts");
	world_type(&w, "n");
	is_int(last_op(&w, 1), TOP_REFUSE, "n refuses");
	world_type(&w, "\r");
	ok(world_shows(&w, "Boris offers files"), "Enter shows what it is");
	world_close(&w);
}

/* The rates of the last seconds on a wide screen, the newest at the right; not where nothing is to move. */
static void
rates(void)
{
	static const uint64_t rate[] = {100, 200, 400, 800, 400, 0, 800, 800};
	struct world w;
	char err[160];

	world_open(&w, 40, 120, "Ada", false);
	peers(&w);
	for (size_t i = 0; i < NELEM(rate); i++) {
		world_event(&w, running(1, 1, DIR_OUT, "report.pdf", 1000 * (i + 1), 20000,
					rate[i] * KB, 9));
		world_wait(&w, 1000);
	}
	world_event(&w, running(1, 1, DIR_OUT, "report.pdf", 9500, 20000, 800 * KB, 9));
	world_wait(&w, 200);
	ok(world_shows(&w, "▂▄█▄▁██"), "the rates of the last seconds are a line");
	world_golden(&w, "transfers-rates-120x40");
	for (int i = 0; i < 6; i++)
		world_wait(&w, 1000);
	ok(world_shows(&w, "█▁▁▁") && world_shows(&w, "stalled 6 s"),
	   "which falls when nothing comes");
	world_event(&w, running(1, 1, DIR_OUT, "report.pdf", 9900, 20000, 800 * KB, 9));
	ok(options_set(w.options, OPT_motion, "reduced", err, sizeof(err)), "less motion: %s", err);
	front_dirty(w.front, PANE_COUNT);
	world_wait(&w, 1100);
	ok(!world_shows(&w, "██▁"), "and there is no such line");
	world_close(&w);
	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_event(&w, running(1, 1, DIR_OUT, "a", 250, 1000, KB, 9));
	world_wait(&w, 200);
	ok(!world_shows(&w, "25%  1"), "one transfer needs no bar for all");
	world_event(&w, running(2, 2, DIR_OUT, "b", 750, 1000, KB, 9));
	world_wait(&w, 200);
	ok(world_shows(&w, "█████─────  50%  2↑"), "several have one together");
	world_close(&w);
}

static void
queued(struct world *w, int64_t number, uint32_t place)
{
	struct msg *ev = world_transfer(number, 1, DIR_OUT, number == 1 ? "first" : "second", 0, 9);

	ev->b.transfer.state = TRANSFER_WAITING;
	ev->b.transfer.queue = place;
	world_event(w, ev);
}

/* Folded to one line, the one it shows and how many there are; a click on it, or on its box in the chat, opens its menu. */
static void
folded(void)
{
	struct world w;
	struct world_row *r;
	int y, x;

	world_open(&w, 12, 40, "Ada", false);
	peers(&w);
	for (uint32_t i = 1; i <= 9; i++)
		queued(&w, i, i);
	world_wait(&w, 200);
	ok(world_shows(&w, "first") && !world_shows(&w, "second"), "one line for nine that wait");
	ok(world_find(&w, "first", &y, &x) && world_shows(&w, "9↑"), "which tells of the others");
	world_click(&w, y, x);
	ok(world_shows(&w, "First in the queue") || world_shows(&w, "Pause"),
	   "a click on the folded line opens the menu");
	world_type(&w, "p");
	is_int(last_op(&w, 1), TOP_PAUSE, "of the one it shows");
	world_close(&w);
	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	r = world_row(&w, 1, DIR_OUT, 0, 13 * 60, "report.pdf");
	r->kind = ROW_FILE;
	r->transfer = 5;
	world_row(&w, 1, DIR_OUT, 0, 13 * 60 + 1, "just words");
	world_event(&w, running(4, 2, DIR_OUT, "other", 10, 100, KB, 9));
	world_event(&w, running(5, 1, DIR_OUT, "report.pdf", 10, 100, KB, 9));
	world_chat(&w, 1, 0);
	world_wait(&w, 200);
	ok(world_find(&w, "just words", &y, &x), "words");
	world_click(&w, y, x);
	ok(!world_shows(&w, "Cancel, for both"), "a click on words opens nothing");
	ok(world_find(&w, "report.pdf", &y, &x), "its box in the chat");
	world_click(&w, y, x);
	ok(world_shows(&w, "Cancel, for both"), "a click on it opens its menu");
	world_type(&w, "p");
	is_int(last_op(&w, 5), TOP_PAUSE, "which acts on it");
	world_type(&w, F4 " ");
	is_int(last_op(&w, 5), TOP_PAUSE, "and the list's cursor is on it");
	world_close(&w);
}

/* The box of the newest transfer says which keys act on it while the chat has the focus. */
static void
box_keys(void)
{
	struct world w;
	struct world_row *r;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	r = world_row(&w, 1, DIR_OUT, 0, 13 * 60, "report.pdf");
	r->kind = ROW_FILE;
	r->transfer = 5;
	world_row(&w, 1, DIR_OUT, 0, 13 * 60 + 1, "just words");
	world_event(&w, running(5, 1, DIR_OUT, "report.pdf", 10, 100, KB, 9));
	world_chat(&w, 1, 0);
	world_wait(&w, 200);
	ok(!world_shows(&w, "Space pause · Del cancel"), "not while one types");
	front_set_focus(w.front, PANE_CHAT);
	ok(world_shows(&w, "Space pause · Del cancel"), "the box tells its keys");
	world_type(&w, " ");
	is_int(last_op(&w, 5), TOP_PAUSE, "Space pauses");
	world_type(&w, "\033[3~");
	is_int(last_op(&w, 5), TOP_CANCEL, "Del cancels");
	world_close(&w);
}

/* What has arrived is shown in its folder with the cursor on it. */
static void
open_folder(const char *keys)
{
	struct world w;
	struct msg *ev;
	char place[400], other[400];
	int fd;

	snprintf(place, sizeof(place), "%s/came.txt", test_tmpdir());
	fd = open(place, O_WRONLY | O_CREAT, 0600);
	ok(fd >= 0, "a file that came");
	close(fd);
	snprintf(other, sizeof(other), "%s/another.txt", test_tmpdir());
	fd = open(other, O_WRONLY | O_CREAT, 0600);
	ok(fd >= 0, "and one before it");
	close(fd);
	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	ev = world_transfer(1, 1, DIR_IN, "came.txt", 10, 10);
	ev->b.transfer.state = TRANSFER_DONE;
	ev->b.transfer.ended = w.wall;
	world_strings(ev, "came.txt", place, "", NULL, 0);
	world_event(&w, ev);
	world_type(&w, F4);
	for (size_t i = 0; keys[i] != '\0'; i++)
		world_type(&w, (char[]){keys[i], '\0'});
	ok(front_focus(w.front) == PANE_BROWSER && files_settled(&w, "came.txt"),
	   "its folder opens and shows it");
	world_type(&w, " ");
	ok(files_settled(&w, "✓ came.txt"), "with the cursor on it");
	world_close(&w);
}

/* Rows stand in the order of the queue; the menu changes it, too. */
static void
order(void)
{
	struct world w;
	int y1, y2, x;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	queued(&w, 1, 1);
	queued(&w, 2, 2);
	state(&w, 3, 1, DIR_IN, TRANSFER_DONE, "old", "");
	state(&w, 4, 1, DIR_IN, TRANSFER_WAITING, "offer", "");
	world_type(&w, F4);
	ok(world_find(&w, "first", &y1, &x) && world_find(&w, "second", &y2, &x) && y1 < y2,
	   "what is first in the queue stands first");
	ok(world_find(&w, "offer ", &y2, &x) && y2 < y1, "below what is to be answered");
	ok(world_find(&w, "old", &y2, &x) && y2 > y1 + 1, "and above what has ended");
	queued(&w, 1, 2);
	queued(&w, 2, 1);
	world_wait(&w, 200);
	ok(world_find(&w, "first", &y1, &x) && world_find(&w, "second", &y2, &x) && y2 < y1,
	   "another order moves the rows");
	world_find(&w, "first", &y1, &x);
	world_click(&w, y1, x);
	ok(world_shows(&w, "First in the queue") && world_shows(&w, "A place up"),
	   "a click opens the menu, which has the queue");
	world_type(&w, "u");
	is_int(last_op(&w, 1), TOP_UP, "and moves it up");
	world_type(&w, "\033[1;2H");
	is_int(last_op(&w, 1), TOP_FIRST, "Shift-Home makes it the first");
	world_type(&w, "\033[1;2F");
	is_int(last_op(&w, 1), TOP_LAST, "Shift-End the last");
	world_type(&w, "kk\033[1;2A");
	is_int(last_op(&w, 4), -1, "an offer has no place");
	world_find(&w, "old", &y1, &x);
	world_type(&w, "Gm");
	ok(world_shows(&w, "Open its folder") && world_shows(&w, "Where it went"),
	   "m opens the menu of what has ended");
	world_close(&w);
}

/* What stands before the end of a word in a line: "53%" of "%". */
static const char *
figure(const char *line, const char *unit)
{
	static char out[2][32];
	static unsigned which;
	const char *end = strstr(line, unit), *p = end;

	which = !which;
	out[which][0] = '\0';
	while (p != NULL && p > line && (strchr("0123456789.", p[-1]) != NULL))
		p--;
	if (p != NULL)
		snprintf(out[which], sizeof(out[which]), "%.*s%s", (int)(end - p), p, unit);
	return out[which];
}

/* Whether the chat, above the list of transfers, says the same as the list. */
static void
agrees(struct world *w, enum transfer_state state, const char *words)
{
	char *chat = world_screen(w), *list = strstr(chat, "─ TRANSFERS");

	ok(list != NULL, "%s: it is in both places", transfer_word(state));
	if (list != NULL) {
		*list++ = '\0';
		ok(strstr(chat, words) != NULL && strstr(list, words) != NULL, "which say: %s",
		   words);
		if (strchr(list, '%') != NULL)
			is_str(figure(chat, "%"), figure(list, "%"), "as much of it");
		if (state == TRANSFER_RUNNING)
			ok(strstr(chat, "0:03") != NULL && strstr(list, "0:03") != NULL,
			   "and when it will be done");
	}
	free(chat);
}

/* A transfer in its chat says what the list of transfers says. */
static void
agree(void)
{
	static const struct {
		enum transfer_state state;
		enum direction dir;
		const char *reason, *words;
		bool ended;
	} cases[] = {
		{TRANSFER_RUNNING, DIR_OUT, "", "1.2 MB/s", false},
		{TRANSFER_RUNNING, DIR_IN, "", "1.2 MB/s", false},
		{TRANSFER_CHECKING, DIR_IN, "", "checking", false},
		{TRANSFER_PAUSED, DIR_OUT, "the other disk is full", "paused: the other disk",
		 false},
		{TRANSFER_STALLED, DIR_OUT, "waits for an answer", "waits for Boris's answer",
		 false},
		{TRANSFER_STALLED, DIR_IN, "", "waits for Boris to go on", false},
		{TRANSFER_WAITING, DIR_OUT, "waits for its turn", "waits for its turn", false},
		{TRANSFER_WAITING, DIR_OUT, "looking at the files", "waiting: looking", false},
		{TRANSFER_WAITING, DIR_IN, "", "offered, 7.7 MB", false},
		{TRANSFER_DONE, DIR_IN, "", "done, 7.7 MB", true},
		{TRANSFER_FAILED, DIR_OUT, "b changed while it was being sent", "failed: b changed",
		 true},
		{TRANSFER_REFUSED, DIR_OUT, "refused by the other side", "refused by the", true},
		{TRANSFER_CANCELLED, DIR_IN, "cancelled here", "cancelled here", true},
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct world w;
		struct world_row *r;
		struct msg *ev;

		world_open(&w, 40, 120, "Ada", false);
		peers(&w);
		r = world_row(&w, 1, cases[i].dir, 0, 14 * 60, "report.pdf");
		r->kind = ROW_FILE;
		r->transfer = 1;
		world_chat(&w, 1, 0);
		ev = running(1, 1, cases[i].dir, "report.pdf", 4100 * KB, 7700 * KB, 1200 * KB, 3);
		ev->b.transfer.state = cases[i].state;
		ev->b.transfer.ended = cases[i].ended ? w.wall : 0;
		world_strings(ev, "report.pdf", "", cases[i].reason, NULL, 0);
		world_event(&w, ev);
		world_wait(&w, 1100);
		agrees(&w, cases[i].state, cases[i].words);
		world_close(&w);
	}
}
/* The wheel scrolls what is under the pointer, whoever has the focus. */
static void
wheel(void)
{
	struct world w;
	char name[32];
	int y = 0, x = 0;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	for (int i = 1; i <= 20; i++) {
		snprintf(name, sizeof(name), "file-%02d.bin", i);
		world_event(&w, running(i, 1, DIR_OUT, name, 10 * KB, 100 * KB, KB, 90));
	}
	ok(world_find(&w, "TRANSFERS", &y, &x) && world_shows(&w, "file-01.bin") &&
		   !world_shows(&w, "file-20.bin"),
	   "more transfers than rows");
	for (int i = 0; i < 30; i++)
		world_mouse(&w, 65, y + 1, x + 2, false);
	ok(world_shows(&w, "file-20.bin") && !world_shows(&w, "file-01.bin"),
	   "the wheel scrolls transfers without the focus");
	for (int i = 0; i < 30; i++)
		world_mouse(&w, 64, y + 1, x + 2, false);
	ok(world_shows(&w, "file-01.bin"), "and back");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	setenv("HOME", test_tmpdir(), 1);
	tzset();
	screens();
	words();
	in_chat(24, 80, "transfers-chat-80x24", "transfers-menu-80x24");
	in_chat(40, 120, "transfers-chat-120x40", "transfers-menu-120x40");
	in_chat(12, 40, "transfers-chat-40x12", "transfers-menu-40x12");
	ended();
	stalled();
	keys();
	offers();
	rates();
	order();
	folded();
	box_keys();
	wheel();
	open_folder("\r");
	open_folder("mo");
	agree();
	return done_testing();
}
