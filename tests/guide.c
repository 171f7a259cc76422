/* guide.c - what leads people through: the palette, the help, the key line and the tour; and that nothing moves where nothing is to move. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/pane.h"

#define ESC "\033"
#define F1  "\033OP"
#define F2  "\033OQ"
#define F10 "\033[21~"

static void
open_two(struct world *w, int h, int width)
{
	static const char *const names[] = {"Boris", "Chidi"};

	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	for (unsigned i = 0; i < NELEM(names); i++) {
		struct msg *ev = world_contact(i + 1, names[i]);

		ev->b.contact.link = LINK_ONLINE;
		ev->b.contact.accepted_us = true;
		world_event(w, ev);
	}
	world_ready(w);
	world_chat(w, 1, 0);
}

/* Whether one text stands on a row above the other's. */
static bool
above(struct world *w, const char *a, const char *b)
{
	int ya, xa, yb, xb;

	return world_find(w, a, &ya, &xa) && world_find(w, b, &yb, &xb) && ya < yb;
}

static void
test_palette(void)
{
	struct world w;

	open_two(&w, 40, 120);
	world_type(&w, "\033x");
	ok(world_shows(&w, "COMMANDS") && world_shows(&w, "/say"), "Alt-x: all commands");
	world_type(&w, "conn");
	ok(above(&w, "/connect ", "/disconnect "), "what begins so comes before what holds it");
	ok(world_shows(&w, "c in Peers"), "each with its keys");
	world_type(&w, "\025mse");
	ok(world_shows(&w, "/mouse "), "some letters in their order are enough");
	world_type(&w, "\025mouse");
	ok(above(&w, "/mouse ", "/set mouse"), "options are there as well, behind it");
	ok(w.mouse, "the mouse is on");
	world_type(&w, "\r");
	ok(!w.mouse && !world_shows(&w, "COMMANDS"), "Enter runs it and closes the palette");
	world_type(&w, "\033x");
	ok(above(&w, "/mouse ", "/say "), "what was run lately comes first");
	world_type(&w, "renam\r");
	ok(world_shows(&w, "› /rename"), "what needs words is begun in the input line");
	world_type(&w, "\003\033xcopy f5\r");
	ok(w.copied[0] != '\0', "a key finds what it does");
	world_type(&w, "\033x/theme");
	ok(above(&w, "/theme ", "/set theme"), "a slash may be typed");
	world_type(&w, ESC);
	ok(!world_shows(&w, "COMMANDS"), "Esc closes it at once");
	world_type(&w, "\033xqqqq");
	ok(world_shows(&w, "Nothing matches."), "nothing matches");
	world_type(&w, "\r\025\033[B\033[B");
	ok(world_shows(&w, "COMMANDS"), "Enter on nothing does nothing");
	world_close(&w);
}

static void
test_help(void)
{
	struct world w;
	char err[200];

	open_two(&w, 24, 80);
	world_type(&w, F1 "/clipboard sett");
	ok(world_shows(&w, "Nothing matches."), "all words have to be there");
	world_type(&w, "\025colours screen");
	ok(world_shows(&w, "Options") && world_shows(&w, "/set theme"),
	   "words in any place find, an option too");
	world_type(&w, "\r");
	ok(world_shows(&w, "› /set theme"), "and Enter begins to set it");
	world_type(&w, "\003");
	ok(keys_bind(REQ_SEARCH, "F12", err, sizeof(err)), "another key");
	world_type(&w, F1 "/search all");
	ok(world_shows(&w, "F12"), "is in the help at once");
	world_type(&w, ESC ESC "\033xsearch");
	ok(world_shows(&w, "F12"), "and in the palette");
	world_type(&w, ESC);
	world_type(&w, "/bind\r");
	ok(world_shows(&w, "HELP") && world_shows(&w, "Choose an action; b gives it other keys."),
	   "/bind shows the actions");
	world_type(&w, "b");
	ok(world_shows(&w, "› /bind help F1"), "b begins to change one");
	keys_reset();
	world_close(&w);
}

/* Clicks on the first line of the help that the words leave. */
static void
click_line(struct world *w, const char *words, const char *line)
{
	int y, x;

	world_type(w, F1 "/");
	world_type(w, words);
	ok(world_find(w, line, &y, &x), "a line of the help: %s", line);
	world_click(w, y, x);
}

static void
test_clicks(void)
{
	struct world w;

	open_two(&w, 24, 80);
	click_line(&w, "copy f5", "F5 ");
	ok(w.copied[0] != '\0' && !world_shows(&w, "HELP"),
	   "a click runs a key that holds anywhere");
	click_line(&w, "mouse off", "   /mouse");
	ok(!w.mouse, "a command");
	click_line(&w, "colours screen", "/set theme");
	ok(world_shows(&w, "› /set theme"), "begins to set an option");
	world_type(&w, "\003");
	click_line(&w, "another name", "Give the peer another name");
	ok(front_focus(w.front) == PANE_PEERS && !world_shows(&w, "HELP"),
	   "and leads to the pane of a key that holds there");
	click_line(&w, "what to do with this peer", "Choose what to do with this peer");
	ok(!world_shows(&w, "HELP") && world_shows(&w, "Rename"),
	   "where it asks what the key asks");
	world_close(&w);
}

static void
test_keyline(void)
{
	struct world w;
	char err[200];

	open_two(&w, 24, 80);
	ok(world_shows(&w, "Tab complete"), "the key line tells of the input line");
	world_type(&w, F2);
	ok(world_shows(&w, "Space menu") && !world_shows(&w, "Tab complete"), "of the peers");
	world_type(&w, "/");
	ok(world_shows(&w, "Esc no filter") && !world_shows(&w, "Space menu"),
	   "of the filter one types");
	world_type(&w, ESC);
	ok(world_shows(&w, "Space menu"), "and of the peers again");
	world_type(&w, "r");
	ok(world_shows(&w, "Enter done") && world_shows(&w, "Esc cancel"),
	   "of a question with a field");
	world_type(&w, ESC);
	ok(world_shows(&w, "Space menu"), "and of what lies below it");
	ok(keys_bind(REQ_PEER_MENU, "none", err, sizeof(err)), "a key less");
	world_type(&w, ESC F2);
	ok(!world_shows(&w, "menu") && world_shows(&w, "add"), "what has no key is not told of");
	keys_reset();
	world_close(&w);
}

static void
test_tour(void)
{
	struct world w;
	struct msg *ev;

	world_open(&w, 24, 80, "", false);
	world_self(&w, "", DOOR_LAN);
	world_ready(&w);
	ok(world_shows(&w, "F1 M-x      explains all keys"), "the first run has a tour");
	ok(options_bool(w.options, OPT_tour), "which nobody has seen before a key was pressed");
	world_type(&w, "A");
	ok(!options_bool(w.options, OPT_tour), "and then never comes back,");
	ok(world_shows(&w, "explains all keys"), "but stays for now");
	ev = world_contact(1, "Boris");
	world_event(&w, ev);
	world_self(&w, "Ada", DOOR_LAN);
	world_chat(&w, 1, 0);
	world_type(&w, "\0331");
	ok(world_shows(&w, "Nothing has been said") && world_shows(&w, "explains all keys"),
	   "also in the first chat");
	world_row(&w, 1, DIR_IN, 0, 600, "hi");
	world_chat(&w, 1, 1);
	ok(!world_shows(&w, "explains all keys"), "until something was said");
	world_close(&w);
	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_ready(&w);
	ok(!world_shows(&w, "explains all keys"), "the next run has none");
	world_close(&w);
}

/* How far a transfer is, told every 10 ms for two seconds: how often the screen changes. */
static unsigned
moves(const char *motion)
{
	char *before, *after, err[200];
	unsigned n = 0;
	struct world w;

	open_two(&w, 24, 80);
	ok(options_set(w.options, OPT_motion, motion, err, sizeof(err)), "motion %s", motion);
	before = world_screen(&w);
	for (uint64_t i = 1; i <= 200; i++) {
		world_event(&w, world_transfer(7, 1, DIR_IN, "x.iso", i * 1000, 200000));
		world_wait(&w, 10);
		after = world_screen(&w);
		n += strcmp(before, after) != 0;
		free(before);
		before = after;
	}
	free(before);
	world_close(&w);
	return n;
}

static void
test_motion(void)
{
	unsigned full = moves("full"), calm = moves("reduced");

	ok(full >= 15 && full <= 21, "bars move %u times in two seconds", full);
	ok(calm >= 2 && calm <= 3, "and where nothing is to move by itself %u times", calm);
}

int
main(void)
{
	test_palette();
	test_help();
	test_clicks();
	test_keyline();
	test_tour();
	test_motion();
	return done_testing();
}
