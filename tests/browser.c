/* browser.c - the file browser on a pretended terminal, over real folders: screens, keys, mouse, what is sent. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"

/* 2 March 2026, noon, UTC: a day before the world's. */
#define MARCH_2 1772452800

#define UP     "\033[A"
#define DOWN   "\033[B"
#define RIGHT  "\033[C"
#define LEFT   "\033[D"
#define S_DOWN "\033[1;2B"
#define S_UP   "\033[1;2A"
#define ESC    "\033"
#define F2     "\033OQ"
#define F3     "\033OR"
#define ENTER  "\r"

static char home[256];

/* ---- folders ---------------------------------------------------------------------------------------------------------- */

static void
dated(const char *path, time_t when)
{
	struct timespec times[2] = {{when, 0}, {when, 0}};

	if (utimensat(AT_FDCWD, path, times, 0) != 0)
		diag("no date for %s", path);
}

static char *
in_home(const char *name)
{
	static char path[4][512];
	static size_t next;
	char *out = path[next++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", home, name);
	return out;
}

static void
make_file(const char *name, off_t size)
{
	const char *path = in_home(name);
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || ftruncate(fd, size) != 0)
		diag("cannot make %s", path);
	if (fd >= 0)
		close(fd);
	dated(path, MARCH_2);
}

static void
make_folder(const char *name)
{
	if (mkdir(in_home(name), 0755) != 0)
		diag("cannot make %s", name);
}

/* Ada's trip as screens.md draws it: 214 entries, nine of which match "beach". */
static void
make_trip(void)
{
	char name[64];

	make_folder("Pictures");
	make_folder("Pictures/trip");
	make_folder("Pictures/trip/raw");
	for (int i = 0; i < 214; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/raw/%03d.raw", i);
		make_file(name, 10);
	}
	make_file("Pictures/trip/beach-01.jpg", 4100000);
	make_file("Pictures/trip/beach-02.jpg", 3900000);
	make_file("Pictures/trip/beach-03.jpg", 3200000);
	make_file("Pictures/trip/beach\xe2\x80\xaegpj.exe", 1000000);
	for (int i = 5; i < 10; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/beach.%d", i);
		make_file(name, 2000000);
	}
	for (int i = 0; i < 204; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/img-%03d.jpg", i);
		make_file(name, 1000);
	}
	dated(in_home("Pictures/trip/raw"), MARCH_2);
}

/* ---- the world -------------------------------------------------------------------------------------------------------- */

/* Lets the reading threads tell, until the screen shows the text or ten seconds have passed. */
static bool
settled(struct world *w, const char *text)
{
	uint64_t until = util_mono_ms() + 10000;

	while (util_mono_ms() < until) {
		int fds[PANE_COUNT];
		struct pollfd p[PANE_COUNT];
		size_t n = front_fds(w->front, fds);
		char *screen = world_screen(w);
		bool there = strstr(screen, text) != NULL;

		free(screen);
		if (there)
			return true;
		for (size_t i = 0; i < n; i++)
			p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
		if (poll(p, (nfds_t)n, 20) <= 0)
			continue;
		for (size_t i = 0; i < n; i++)
			if (p[i].revents & POLLIN)
				front_ready(w->front, fds[i]);
	}
	return world_shows(w, text);
}

static void
peers(struct world *w)
{
	static const char *const names[] = {"Boris", "Chidi", "Dana", "Emeka", "Fatou"};

	world_self(w, "Ada", DOOR_LAN);
	for (unsigned i = 0; i < NELEM(names); i++) {
		struct msg *ev = world_contact(i + 1, names[i]);

		ev->b.contact.link = i < 3 ? LINK_ONLINE : LINK_OFFLINE;
		ev->b.contact.trust = i == 2 ? TRUST_CHANGED : TRUST_PINNED;
		ev->b.contact.last_seen = w->wall - 90000000;
		world_event(w, ev);
	}
	world_ready(w);
}

static void
open_at(struct world *w, int h, int width, const char *folder)
{
	char line[600];

	world_open(w, h, width, "Ada", false);
	peers(w);
	snprintf(line, sizeof(line), "/files '%s/%s'\r", home, folder);
	world_type(w, line);
}

/* A drag with the left button: press, motion, release are told apart. */
static void
press(struct world *w, int y, int x)
{
	world_mouse(w, 0, y, x, false);
}

static void
drag_to(struct world *w, int y, int x)
{
	world_mouse(w, 32, y, x, false);
}

static void
release(struct world *w, int y, int x)
{
	world_mouse(w, 0, y, x, true);
}

/* The row of the screen on which a text stands; -1 for none. */
static int
row_of(struct world *w, const char *text)
{
	int y, x;

	free(world_screen(w));
	return world_find(w, text, &y, &x) ? y : -1;
}

static const char *
sent_path(struct world *w, size_t i)
{
	const struct msg *m = world_last(w, MSG_CMD_SEND);

	return m != NULL ? msg_string(m, i) : "(nothing sent)";
}

/* ---- screens ---------------------------------------------------------------------------------------------------------- */

static void
screens(void)
{
	struct world w;
	int beach, chidi;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_golden(&w, "browser-80x24");
	world_type(&w, "/beach\r");
	beach = row_of(&w, "beach-01.jpg");
	press(&w, beach, 26);
	drag_to(&w, beach + 2, 27);
	chidi = row_of(&w, "Chidi");
	drag_to(&w, chidi, 10);
	world_golden(&w, "browser-drag-80x24");
	release(&w, chidi, 10);
	ok(world_shows(&w, "Send 3 files, 11.2 MB, to Chidi?"),
	   "released on a peer there is a question");
	world_close(&w);
}

static void
small_screens(void)
{
	struct world w;

	open_at(&w, 12, 40, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, "  ");
	settled(&w, "· 4.1 MB");
	world_golden(&w, "browser-40x12");
	world_type(&w, "t");
	world_golden(&w, "browser-to-40x12");
	world_close(&w);
	open_at(&w, 40, 120, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, DOWN "v" DOWN DOWN);
	world_golden(&w, "browser-range-120x40");
	world_close(&w);
}

/* Names that are not what they seem, and things that cannot be sent. */
static void
odd_screen(void)
{
	struct world w;

	make_folder("odd");
	make_file("odd/plain name with \xf0\x9f\x8e\x89.txt", 1);
	make_file("odd/two\nlines", 2);
	make_file("odd/\xff\xfe bad utf-8", 3);
	make_file("odd/a name so long that it does not fit into its column by far.tar.gz",
		  123456789);
	make_file("odd/\xe2\x80\xaegpj.exe", 4);
	make_file("odd/quote's \"here\"", 0);
	if (mkfifo(in_home("odd/a pipe"), 0600) != 0 ||
	    symlink("nowhere", in_home("odd/lost")) != 0)
		diag("no pipe or link");
	dated(in_home("odd/a pipe"), MARCH_2);
	if (utimensat(AT_FDCWD, in_home("odd/lost"),
		      (struct timespec[2]){{MARCH_2, 0}, {MARCH_2, 0}}, AT_SYMLINK_NOFOLLOW) != 0)
		diag("no date for the link");
	open_at(&w, 24, 80, "odd");
	settled(&w, "8 here");
	world_golden(&w, "browser-odd-80x24");
	/* The second row is the pipe. */
	world_type(&w, DOWN " ");
	ok(world_shows(&w, "a pipe is a pipe: it cannot be sent."),
	   "a pipe is not marked, with the reason");
	world_type(&w, UP ENTER);
	ok(world_shows(&w, "a pipe is a pipe: it cannot be sent."), "nor sent");
	world_type(&w, "a");
	ok(world_shows(&w, "2 of them cannot be sent"), "marking all says how many cannot be sent");
	world_type(&w, DOWN);
	ok(world_shows(&w, " 6 files"), "the others are marked");
	world_close(&w);
}

static void
words(void)
{
	struct world w;

	make_folder("empty");
	make_folder("hidden");
	make_file("hidden/.secret", 1);
	open_at(&w, 24, 80, "empty");
	ok(settled(&w, "This folder is empty."), "an empty folder says so");
	world_type(&w, " a*x\r");
	ok(world_shows(&w, "There is nothing here to send."), "and nothing is sent from it");
	world_golden(&w, "browser-empty-80x24");
	world_close(&w);
	open_at(&w, 24, 80, "hidden");
	ok(settled(&w, "Nothing here but hidden files: . shows them."), "so do hidden files");
	world_type(&w, ".");
	ok(world_shows(&w, ".secret") && world_shows(&w, "hidden on"), "and . shows them");
	world_type(&w, ".");
	ok(!settled(&w, "hidden off") || row_of(&w, ".secret") < 0, "and hides them again");
	world_close(&w);
	open_at(&w, 24, 80, "no such folder");
	ok(settled(&w, "There is no such folder any more."), "a folder that is gone is told");
	world_type(&w, LEFT);
	ok(settled(&w, "Pictures/"), "and there is a way out of it");
	world_close(&w);
	if (getuid() != 0) {
		make_folder("closed");
		if (chmod(in_home("closed"), 0) != 0)
			diag("cannot close it");
		open_at(&w, 24, 80, "closed");
		ok(settled(&w, "You may not read this folder."), "an unreadable folder is told");
		world_close(&w);
		if (chmod(in_home("closed"), 0755) != 0)
			diag("cannot open it");
	} else {
		skip("root may read everything", "an unreadable folder is told");
	}
}

/* ---- marks ------------------------------------------------------------------------------------------------------------ */

static void
keys(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, DOWN " ");
	ok(world_shows(&w, "✓ beach-01.jpg"), "Space marks");
	world_type(&w, " ");
	ok(world_shows(&w, "✓ beach-02.jpg"), "and goes one row down");
	ok(world_shows(&w, " 2 files · 8.0 MB    beach-01.jpg  beach-02.jpg "),
	   "the basket adds up");
	world_type(&w, UP UP " ");
	ok(world_shows(&w, " 1 file · 3.9 MB"), "Space again unmarks");
	world_type(&w, "x");
	ok(world_shows(&w, "Nothing is selected"), "x clears");
	world_type(&w, "v" DOWN DOWN);
	ok(world_shows(&w, "█ ✓ beach.5"), "v begins a range");
	world_type(&w, UP);
	ok(world_shows(&w, " 2 files · 7.1 MB"), "which shrinks again");
	world_type(&w, ESC);
	ok(world_shows(&w, "Nothing is selected"), "Esc takes it back");
	ok(world_shows(&w, "FILES"), "and leaves the browser open");
	world_type(&w, "vgv");
	ok(world_shows(&w, "1 folder · 3 files"), "v again keeps it");
	ok(row_of(&w, "█") < 0, "and the range is over");
	world_type(&w, "v" DOWN "v");
	ok(world_shows(&w, " 2 files"), "a range that begins on a mark unmarks");
	world_type(&w, "x" S_DOWN S_DOWN);
	ok(world_shows(&w, " 3 files · 11.2 MB"), "Shift with arrows marks a range");
	world_type(&w, S_UP);
	ok(world_shows(&w, " 2 files · 8.0 MB"), "in both directions");
	world_type(&w, "j");
	ok(row_of(&w, "█") < 0 && world_shows(&w, " 2 files · 8.0 MB"), "another key keeps it");
	world_type(&w, "*");
	ok(world_shows(&w, "1 folder · 211 files"), "* inverts");
	world_type(&w, "a");
	ok(world_shows(&w, "1 folder · 213 files"), "a marks all");
	world_type(&w, "*");
	ok(world_shows(&w, "Nothing is selected"), "and inverted that is nothing");
	world_close(&w);
}

static void
filter(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, "/");
	world_type(&w, "BCH");
	ok(world_shows(&w, "/BCH") && world_shows(&w, "9 of 214 match"),
	   "letters in their order match, whatever their case");
	ok(row_of(&w, "img-000") < 0, "the others are gone");
	world_type(&w, "\177\177\177");
	world_type(&w, "beach 03");
	ok(world_shows(&w, "1 of 214 match"), "words match in any order");
	world_type(&w, ENTER ENTER);
	ok(world_shows(&w, "Send 1 file, 3.2 MB, to Boris?"),
	   "Enter ends typing, Enter again sends what is under the cursor");
	world_type(&w, ESC);
	world_type(&w, ESC);
	ok(world_shows(&w, "214 here") && world_shows(&w, "FILES"),
	   "Esc lifts the filter before it closes the browser");
	world_type(&w, "/raw" ENTER "a");
	ok(world_shows(&w, " 1 folder "), "marking all marks what matches");
	world_type(&w, ESC);
	world_type(&w, "/nothing like it" ENTER);
	ok(world_shows(&w, "0 of 214 match") && world_shows(&w, "raw/"),
	   "no match is told, and folders stay as ways on");
	world_type(&w, ESC);
	world_type(&w, ESC);
	ok(row_of(&w, "FILES") < 0, "and the last Esc closes the browser");
	world_close(&w);
}

static void
folders(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, DOWN " " UP UP RIGHT);
	ok(settled(&w, "~/Pictures/trip/raw ") && settled(&w, "001.raw"), "→ enters the folder");
	world_type(&w, " ");
	ok(world_shows(&w, " 2 files · 4.1 MB    beach-01.jpg  000.raw"),
	   "the basket spans folders");
	world_type(&w, "G" LEFT);
	settled(&w, "214 items");
	world_type(&w, RIGHT);
	settled(&w, "213.raw");
	world_type(&w, " ");
	ok(world_shows(&w, "213.raw"), "a folder is found again where it was left");
	ok(world_shows(&w, "000.raw  213.raw"), "cursor and all");
	world_type(&w, "~");
	ok(settled(&w, "FILES  ~ ") && settled(&w, "Pictures/"), "~ goes home");
	world_type(&w, F3);
	ok(row_of(&w, "FILES") < 0, "F3 closes it");
	world_type(&w, F3);
	ok(settled(&w, "FILES  ~ ") && world_shows(&w, " 3 files"),
	   "and opens it where it was, marks and all");
	world_close(&w);
}

/* ---- sending ---------------------------------------------------------------------------------------------------------- */

static void
sending(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_type(&w, DOWN "  " ENTER);
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Boris?"),
	   "Enter asks, with names, count and size");
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "nothing is sent without an answer");
	world_type(&w, ESC);
	ok(world_last(&w, MSG_CMD_SEND) == NULL && world_shows(&w, " 2 files"),
	   "Esc sends nothing and keeps the marks");
	world_type(&w, ENTER ENTER);
	is_str(sent_path(&w, 0), in_home("Pictures/trip/beach-01.jpg"),
	       "Enter again sends the first");
	is_str(sent_path(&w, 1), in_home("Pictures/trip/beach-02.jpg"), "and the second");
	is_str(sent_path(&w, 2), "", "and no more");
	ok(world_shows(&w, "Nothing is selected"), "what was sent leaves the basket");
	world_forget_sent(&w);
	world_type(&w, "g t");
	ok(world_shows(&w, "DROP ON A PEER"), "t asks for another peer in the list of peers");
	ok(world_shows(&w, "Send 1 folder"), "and says what is carried");
	world_type(&w, ESC);
	ok(world_shows(&w, "FILES") && world_shows(&w, "PEERS") && world_shows(&w, "1 folder"),
	   "Esc puts it down, marks as before");
	world_type(&w, "t" DOWN DOWN DOWN ENTER);
	ok(world_shows(&w, "Emeka is offline: this waits until online."),
	   "an offline peer waits until online");
	world_type(&w, ENTER);
	is_str(sent_path(&w, 0), in_home("Pictures/trip/raw"), "a folder goes as one path");
	world_forget_sent(&w);
	world_type(&w, "t" DOWN DOWN ENTER);
	ok(world_shows(&w, "Dana's key has changed: nothing is sent until you have looked."),
	   "a changed key says so");
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "and nothing is sent");
	world_close(&w);
}

/* The same trees are not sent twice. */
static void
covered(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip/raw");
	settled(&w, "001.raw");
	world_type(&w, "  " LEFT);
	settled(&w, "214 items");
	world_type(&w, " ");
	ok(settled(&w, " 1 folder · 2.1 kB"), "a folder with its contents counted");
	world_type(&w, ENTER ENTER);
	is_str(sent_path(&w, 0), in_home("Pictures/trip/raw"),
	       "what lies in a marked folder goes with it");
	is_str(sent_path(&w, 1), "", "and only with it");
	ok(world_shows(&w, "Nothing is selected"), "and leaves the basket with it");
	world_close(&w);
}

/* ---- mouse ------------------------------------------------------------------------------------------------------------ */

static void
mouse(void)
{
	struct world w;
	int y;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	y = row_of(&w, "beach-01.jpg");
	world_click(&w, y, 30);
	ok(world_shows(&w, "Nothing is selected"), "a click on a name marks nothing");
	world_type(&w, " ");
	ok(world_shows(&w, "✓ beach-01.jpg"), "but the cursor is there");
	world_click(&w, y + 1, 24);
	ok(world_shows(&w, "✓ beach-02.jpg"), "a click on the mark column marks");
	world_click(&w, y, 24);
	ok(world_shows(&w, " 1 file · 3.9 MB"), "or unmarks");
	world_click(&w, 22, 75);
	ok(world_shows(&w, "Nothing is selected"), "x clears, clicked");
	press(&w, y, 30);
	drag_to(&w, y, 34);
	ok(row_of(&w, "█") < 0, "a hand that trembles paints nothing");
	drag_to(&w, y + 2, 34);
	ok(world_shows(&w, "█ ✓ beach-03.jpg") && world_shows(&w, " 3 files"),
	   "a drag paints marks");
	drag_to(&w, y + 1, 34);
	ok(world_shows(&w, " 2 files · 8.0 MB"), "and takes them back");
	world_type(&w, ESC);
	ok(world_shows(&w, "Nothing is selected"), "Esc: marks as before");
	release(&w, y + 1, 34);
	ok(world_shows(&w, "Nothing is selected"), "the release that follows is nobody's");
	press(&w, y, 30);
	drag_to(&w, y + 3, 30);
	release(&w, y + 3, 30);
	ok(world_shows(&w, " 4 files") && row_of(&w, "█") < 0, "released, they stay");
	press(&w, y + 1, 30);
	drag_to(&w, y + 2, 30);
	ok(world_shows(&w, " 2 files"), "the first row decides: unmark");
	drag_to(&w, 22, 30);
	release(&w, 22, 30);
	ok(world_shows(&w, " 4 files"), "unpainting counts only when released inside the list");
	press(&w, y + 1, 30);
	drag_to(&w, y + 2, 30);
	world_mouse(&w, 2, y, 30, false);
	ok(world_shows(&w, " 4 files"), "the right button: marks as before");
	press(&w, y + 1, 30);
	drag_to(&w, y + 2, 30);
	world_type(&w, "\033[O");
	ok(world_shows(&w, " 4 files"), "so does a terminal that lost the focus");
	press(&w, y + 1, 30);
	drag_to(&w, y + 2, 30);
	release(&w, y + 2, 30);
	ok(world_shows(&w, " 2 files"), "unpainting inside the list counts");
	world_close(&w);
}

static void
carry(void)
{
	struct world w;
	int y, boris, emeka;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	y = row_of(&w, "beach-01.jpg");
	boris = row_of(&w, "Boris");
	emeka = row_of(&w, "Emeka");
	press(&w, y, 30);
	drag_to(&w, y + 1, 30);
	drag_to(&w, boris, 5);
	ok(world_shows(&w, "◀ drop") && world_shows(&w, "⠿ 2 files 8.0 MB"),
	   "over a peer the marks are carried");
	drag_to(&w, emeka, 5);
	ok(world_shows(&w, "◀ wait"), "an offline peer says so");
	drag_to(&w, 20, 5);
	ok(row_of(&w, "◀") < 0 && world_shows(&w, "⠿ 2 files"), "beside the peers nothing is lit");
	drag_to(&w, y + 5, 40);
	ok(world_shows(&w, "⠿ 2 files"), "back over the list it stays a carry");
	release(&w, y + 5, 40);
	ok(world_shows(&w, "Nothing is selected") && world_shows(&w, "PEERS"),
	   "released elsewhere: marks as before");
	world_click(&w, y, 24);
	/* From a marked row: what is marked is carried, painted or not. */
	press(&w, y, 30);
	drag_to(&w, boris, 5);
	ok(world_shows(&w, "⠿ 1 file 4.1 MB"), "marks are carried from a marked row");
	release(&w, boris, 5);
	ok(world_shows(&w, "Send 1 file, 4.1 MB, to Boris?"), "released on a peer: one question");
	world_type(&w, ESC);
	ok(world_shows(&w, " 1 file · 4.1 MB"), "Esc: marks as before");
	/* Motion may be skipped altogether. */
	press(&w, y + 1, 30);
	release(&w, emeka, 5);
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Emeka?"),
	   "a release on a peer without motion drops, too");
	world_type(&w, "y");
	is_str(sent_path(&w, 1), in_home("Pictures/trip/beach-02.jpg"), "y sends");
	ok(world_shows(&w, "Nothing is selected"), "and the basket is empty");
	press(&w, y, 30);
	drag_to(&w, boris, 5);
	world_type(&w, ESC);
	ok(world_shows(&w, "PEERS") && world_shows(&w, "Nothing is selected"), "Esc ends a carry");
	release(&w, boris, 5);
	ok(row_of(&w, "Send 1") < 0, "and its release drops nothing");
	world_close(&w);
}

/* The pointer rests below the list: it scrolls a row each 50 ms. */
static void
edge(void)
{
	struct world w;
	int y;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	y = row_of(&w, "img-006.jpg");
	press(&w, y, 30);
	drag_to(&w, 22, 30);
	ok(world_shows(&w, "█ ✓ img-007.jpg"), "below the list the last row is painted");
	is_int(front_timeout(w.front), 50, "and a timer runs");
	world_wait(&w, 50);
	ok(world_shows(&w, "█ ✓ img-008.jpg"), "a row more each time");
	world_wait(&w, 50);
	world_wait(&w, 50);
	ok(world_shows(&w, "█ ✓ img-010.jpg"), "without any motion");
	release(&w, 22, 30);
	ok(world_shows(&w, " 5 files"), "released there the marks stay");
	ok(front_timeout(w.front) > 50, "and the timer ends");
	world_close(&w);
}

static void
wheel(void)
{
	struct world w;

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	world_mouse(&w, 65, 10, 40, false);
	ok(row_of(&w, "beach-02.jpg") < 0 && row_of(&w, "beach-03.jpg") == 3,
	   "the wheel scrolls three rows");
	world_mouse(&w, 64, 10, 40, false);
	is_int(row_of(&w, "beach-01.jpg"), 4, "and back");
	world_type(&w, "g");
	world_mouse(&w, 0, 3, 40, false);
	world_mouse(&w, 0, 3, 40, true);
	world_mouse(&w, 0, 3, 40, false);
	world_mouse(&w, 0, 3, 40, true);
	ok(settled(&w, "001.raw"), "a double click enters the folder");
	world_close(&w);
}

/* A file dropped from the desktop is a paste of its path. */
static void
dropped(void)
{
	struct world w;
	char text[1200];

	open_at(&w, 24, 80, "Pictures/trip");
	settled(&w, "214 items");
	snprintf(text, sizeof(text), "'%s' %s ", in_home("Pictures/trip/beach-01.jpg"),
		 in_home("Pictures/trip/beach-02.jpg"));
	world_paste(&w, text, strlen(text));
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Boris?"), "paths that exist are asked about");
	world_type(&w, ENTER);
	is_str(sent_path(&w, 1), in_home("Pictures/trip/beach-02.jpg"), "and sent");
	world_close(&w);
}

/* F3 the first time: the current folder. */
static void
first_time(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	if (chdir(in_home("Pictures")) != 0)
		diag("cannot go there");
	world_type(&w, F3);
	ok(settled(&w, "FILES  ~/Pictures ") && settled(&w, "trip/"),
	   "it opens in the current folder");
	world_close(&w);
	make_folder("gone");
	if (chdir(in_home("gone")) != 0 || rmdir(in_home("gone")) != 0)
		diag("cannot take it away");
	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_type(&w, F3);
	ok(settled(&w, "FILES  ~ ") && settled(&w, "Pictures/"),
	   "or at home when that cannot be read");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	snprintf(home, sizeof(home), "%s/home", test_tmpdir());
	if (mkdir(home, 0755) != 0)
		return 1;
	setenv("HOME", home, 1);
	umask(022);
	make_trip();
	screens();
	small_screens();
	odd_screen();
	words();
	keys();
	filter();
	folders();
	sending();
	covered();
	mouse();
	carry();
	edge();
	wheel();
	dropped();
	first_time();
	return done_testing();
}
