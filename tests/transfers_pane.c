/* transfers_pane.c - the transfers pane: lines, words, menu and keys, on a pretended terminal. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

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

int
main(void)
{
	setenv("TZ", "UTC", 1);
	setenv("HOME", test_tmpdir(), 1);
	tzset();
	screens();
	words();
	ended();
	stalled();
	keys();
	offers();
	return done_testing();
}
