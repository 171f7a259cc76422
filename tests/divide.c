/* divide.c - the lines between the columns: dragged, double-clicked, moved by keys, cancelled, kept. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

/* The column of the line beside the peers; -1 if there is none. */
static int
line_of(struct world *w)
{
	int y, x;

	return world_find(w, "│", &y, &x) ? x : world_find(w, "┃", &y, &x) ? x : -1;
}

static void
open_talk(struct world *w, int h, int width)
{
	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_row(w, 1, DIR_IN, 0, 600, "morning! did the build finish?");
	world_chat(w, 1, 0);
	world_ready(w);
}

static void
dragged(void)
{
	struct world w;

	open_talk(&w, 24, 80);
	is_int(line_of(&w), 20, "the line beside the peers");
	world_mouse(&w, 0, 5, 20, false);
	world_mouse(&w, 32, 5, 27, false);
	is_int(line_of(&w), 27, "it follows the pointer");
	ok(world_shows(&w, "┃"), "and is lit");
	world_mouse(&w, 32, 9, 31, false);
	w.held = true;
	world_golden(&w, "divide-80x24");
	w.held = false;
	world_mouse(&w, 0, 9, 31, true);
	is_int(line_of(&w), 31, "let go, it stays");
	ok(!world_shows(&w, "┃"), "as any line");
	is_str(options_text(w.options, OPT_peers_width), "31", "and is kept");
	world_mouse(&w, 32, 9, 40, false);
	is_int(line_of(&w), 31, "motion after it is nobody's");
	world_mouse(&w, 0, 5, 31, false);
	world_mouse(&w, 32, 5, 2, false);
	is_int(line_of(&w), 12, "the peers keep a column of 12");
	world_mouse(&w, 32, 5, 79, false);
	is_int(line_of(&w), 49, "the chat one of 30");
	world_type(&w, "\033");
	is_int(line_of(&w), 31, "Esc puts it back");
	world_mouse(&w, 0, 5, 79, true);
	is_int(line_of(&w), 31, "the release that follows is nobody's");
	world_mouse(&w, 0, 5, 31, false);
	world_mouse(&w, 32, 5, 22, false);
	world_type(&w, "\033[O");
	is_int(line_of(&w), 31, "so does a terminal that lost the focus");
	world_mouse(&w, 0, 5, 31, false);
	world_mouse(&w, 0, 5, 31, true);
	is_str(options_text(w.options, OPT_peers_width), "31", "a click moves nothing");
	world_mouse(&w, 0, 5, 31, false);
	world_mouse(&w, 0, 5, 31, true);
	is_int(line_of(&w), 20, "a second one in time: as the screen suits");
	is_str(options_text(w.options, OPT_peers_width), "0", "which is kept as well");
	world_close(&w);
}

static void
skipped(void)
{
	struct world w;

	open_talk(&w, 24, 80);
	world_mouse(&w, 0, 5, 20, false);
	world_mouse(&w, 0, 5, 25, true);
	is_int(line_of(&w), 25, "a release without motion moves it, too");
	world_mouse(&w, 2, 5, 25, false);
	world_mouse(&w, 34, 5, 40, false);
	world_mouse(&w, 2, 5, 40, true);
	is_int(line_of(&w), 25, "the right button does not");
	world_close(&w);
}

static void
by_keys(void)
{
	struct world w;

	open_talk(&w, 40, 120);
	is_int(line_of(&w), 24, "in 120 columns");
	world_type(&w, "\033[1;4C");
	is_int(line_of(&w), 26, "Alt-Shift-Right makes the peers wider");
	world_type(&w, "\033[1;4D\033[1;4D");
	is_int(line_of(&w), 22, "Left narrower");
	world_type(&w, "\033[1;4A");
	is_str(options_text(w.options, OPT_details_width), "34", "Up the details wider");
	world_type(&w, "\033[1;4B\033[1;4B");
	is_str(options_text(w.options, OPT_details_width), "30", "Down narrower");
	world_mouse(&w, 0, 5, 120 - 31, false);
	world_mouse(&w, 32, 5, 80, false);
	world_mouse(&w, 0, 5, 80, true);
	is_str(options_text(w.options, OPT_details_width), "39", "their line is dragged as well");
	world_type(&w, "/set peers_width 40\r");
	is_int(line_of(&w), 40, "/set does the same");
	world_type(&w, "/set peers_width 999\r");
	ok(world_shows(&w, "at most 200"), "within reason");
	is_int(line_of(&w), 40, "or nothing happens");
	world_close(&w);
	open_talk(&w, 12, 40);
	world_type(&w, "\033[1;4C");
	ok(world_shows(&w, "There is no such column"), "one pane has no lines");
	world_close(&w);
}

int
main(void)
{
	dragged();
	skipped();
	by_keys();
	return done_testing();
}
