/* drag.c - the gesture of the file list, as a table of what the hand does and what is to happen. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/drag.h"

/* A list of 8 rows on the screen from row 2 on, showing entries 10 to 17 of 40. The peers are in columns below 20, one in each of the
 * rows 1 to 5. */
static const struct drag_view view = {.y = 2, .h = 8, .top = 10, .n = 40};

static enum drag_zone
zone(int y, int x)
{
	if (x < 20)
		return y >= 1 && y <= 5 ? DRAG_ON_PEER : DRAG_IN_PEERS;
	return y >= 2 && y < 10 ? DRAG_IN_LIST : DRAG_ELSEWHERE;
}

/* p: press on an unmarked row, P: on a marked one; m: motion; r: release; s: the list scrolls below the pointer by y rows; c: cancel. */
struct step {
	char what;
	int y, x;
	enum drag_act act;
	enum drag_phase phase;
	int first, last; /* painted entries; -1 none */
	int edge;
};

struct gesture {
	const char *name;
	struct step steps[6];
};

/* clang-format off */
static const struct gesture gestures[] = {
	{"a click", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'r', 4, 30, DRAG_CLICK, DRAG_IDLE, -1, -1, 0}}},
	{"a hand that trembles in its row clicks", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 4, 33, DRAG_NOTHING, DRAG_HELD, -1, -1, 0},
		{'r', 4, 31, DRAG_CLICK, DRAG_IDLE, -1, -1, 0}}},
	{"down over two rows", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'m', 6, 30, DRAG_PAINTED, DRAG_PAINT, 12, 14, 0},
		{'r', 6, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"motion skips cells: all between is painted", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 9, 60, DRAG_PAINTED, DRAG_PAINT, 12, 17, 0},
		{'m', 2, 25, DRAG_PAINTED, DRAG_PAINT, 10, 12, 0},
		{'r', 2, 25, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"back to the anchor one row stays painted", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 7, 30, DRAG_PAINTED, DRAG_PAINT, 12, 15, 0},
		{'m', 4, 30, DRAG_PAINTED, DRAG_PAINT, 12, 12, 0},
		{'r', 4, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"sideways in a row that was reached paints nothing new", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'m', 5, 50, DRAG_NOTHING, DRAG_PAINT, 12, 13, 0},
		{'r', 5, 50, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"a release that skipped the last motion paints it", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'r', 7, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"below the list it scrolls, and painting goes on", {
		{'p', 8, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 11, 30, DRAG_PAINTED, DRAG_PAINT, 16, 17, 1},
		{'s', 1, 0, DRAG_PAINTED, DRAG_PAINT, 16, 18, 1},
		{'s', 2, 0, DRAG_PAINTED, DRAG_PAINT, 16, 19, 1},
		{'m', 9, 30, DRAG_NOTHING, DRAG_PAINT, 16, 19, 0},
		{'r', 9, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"above the list as well", {
		{'p', 2, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 1, 30, DRAG_PAINTED, DRAG_PAINT, 10, 10, -1},
		{'s', -1, 0, DRAG_PAINTED, DRAG_PAINT, 9, 10, -1},
		{'r', 1, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"onto a peer: a carry, and a drop", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'m', 3, 10, DRAG_CARRIED, DRAG_CARRY, 12, 13, 0},
		{'m', 4, 10, DRAG_CARRIED, DRAG_CARRY, 12, 13, 0},
		{'r', 4, 10, DRAG_DROP, DRAG_IDLE, -1, -1, 0}}},
	{"straight sideways onto a peer carries the one row", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 4, 10, DRAG_CARRIED, DRAG_CARRY, 12, 12, 0},
		{'r', 4, 10, DRAG_DROP, DRAG_IDLE, -1, -1, 0}}},
	{"press here, release there, no motion at all: a drop", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'r', 4, 10, DRAG_DROP, DRAG_IDLE, -1, -1, 0}}},
	{"a carry back over the list stays one, and ends there as nothing", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 4, 10, DRAG_CARRIED, DRAG_CARRY, 12, 12, 0},
		{'m', 8, 40, DRAG_CARRIED, DRAG_CARRY, 12, 12, 0},
		{'r', 8, 40, DRAG_REVERT, DRAG_IDLE, -1, -1, 0}}},
	{"released beside the peers: marks as before", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 8, 10, DRAG_CARRIED, DRAG_CARRY, 12, 12, 0},
		{'r', 8, 10, DRAG_REVERT, DRAG_IDLE, -1, -1, 0}}},
	{"unpainting inside the list counts", {
		{'P', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'r', 5, 30, DRAG_COMMIT, DRAG_IDLE, -1, -1, 0}}},
	{"unpainting released below the list does not", {
		{'P', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'r', 12, 30, DRAG_REVERT, DRAG_IDLE, -1, -1, 0}}},
	{"unpainted rows are carried all the same", {
		{'P', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'m', 3, 10, DRAG_CARRIED, DRAG_CARRY, -1, -1, 0},
		{'r', 3, 10, DRAG_DROP, DRAG_IDLE, -1, -1, 0}}},
	{"cancelled while painting", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 5, 30, DRAG_PAINTED, DRAG_PAINT, 12, 13, 0},
		{'c', 0, 0, DRAG_REVERT, DRAG_IDLE, -1, -1, 0},
		{'m', 6, 30, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0},
		{'r', 6, 30, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0}}},
	{"cancelled while carrying", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 4, 10, DRAG_CARRIED, DRAG_CARRY, 12, 12, 0},
		{'c', 0, 0, DRAG_REVERT, DRAG_IDLE, -1, -1, 0},
		{'r', 4, 10, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0}}},
	{"cancelled before it began", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'c', 0, 0, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0}}},
	{"a press after a release that got lost begins anew", {
		{'p', 4, 30, 0, DRAG_HELD, -1, -1, 0},
		{'m', 6, 30, DRAG_PAINTED, DRAG_PAINT, 12, 14, 0},
		{'p', 8, 30, 0, DRAG_HELD, -1, -1, 0},
		{'r', 8, 30, DRAG_CLICK, DRAG_IDLE, -1, -1, 0}}},
	{"a release nobody pressed for", {
		{'r', 4, 30, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0},
		{'m', 5, 30, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0},
		{'s', 1, 0, DRAG_NOTHING, DRAG_IDLE, -1, -1, 0}}},
	{"slipping onto the line beside the list is no motion", {
		{'p', 4, 21, 0, DRAG_HELD, -1, -1, 0},
		{'m', 4, 20, DRAG_NOTHING, DRAG_HELD, -1, -1, 0},
		{'r', 4, 21, DRAG_CLICK, DRAG_IDLE, -1, -1, 0}}},
};
/* clang-format on */

static enum drag_act
take(struct drag *d, struct drag_view *v, const struct step *s)
{
	switch (s->what) {
	case 'p':
	case 'P':
		if (!drag_press(d, v, s->y, s->x, s->what == 'P'))
			diag("the press was not taken");
		return DRAG_NOTHING;
	case 'm':
		return drag_motion(d, v, s->y, s->x, zone(s->y, s->x));
	case 'r':
		return drag_release(d, v, s->y, s->x, zone(s->y, s->x));
	case 's':
		v->top = view.top + (size_t)s->y;
		return drag_scrolled(d, v);
	default:
		return drag_cancel(d);
	}
}

static void
play(const struct gesture *g)
{
	struct drag d = {.phase = DRAG_IDLE};
	struct drag_view v = view;
	bool fine = true;

	for (size_t i = 0; i < NELEM(g->steps) && g->steps[i].what != '\0'; i++) {
		const struct step *s = &g->steps[i];
		enum drag_act act = take(&d, &v, s);
		size_t first = 0, last = 0;
		bool painted = drag_range(&d, &first, &last);
		bool right = act == s->act && d.phase == s->phase && d.edge == s->edge &&
			     painted == (s->first >= 0) &&
			     (!painted || (first == (size_t)s->first && last == (size_t)s->last));

		if (!right)
			diag("step %zu: act %d, phase %d, edge %d, %s %zu-%zu", i, (int)act,
			     (int)d.phase, d.edge, painted ? "painted" : "not painted", first,
			     last);
		fine &= right;
	}
	ok(fine, "%s", g->name);
}

static void
short_lists(void)
{
	struct drag_view few = {.y = 2, .h = 8, .top = 0, .n = 3}, none = few;
	struct drag d = {.phase = DRAG_IDLE};

	none.n = 0;
	ok(!drag_press(&d, &none, 2, 30, false), "nothing can be pressed in an empty list");
	ok(!drag_press(&d, &few, 5, 30, false), "nor below the last entry");
	ok(!drag_press(&d, &few, 1, 30, false) && !drag_press(&d, &few, 10, 30, false),
	   "nor outside the list");
	ok(d.phase == DRAG_IDLE, "and nothing begins by that");
	ok(drag_press(&d, &few, 2, 30, false), "an entry can");
	is_int(drag_motion(&d, &few, 7, 30, DRAG_IN_LIST), DRAG_PAINTED, "below the last entry");
	is_int(d.at, 2, "it is the last entry that is meant");
	is_int(drag_motion(&d, &none, 7, 30, DRAG_IN_LIST), DRAG_REVERT,
	       "a list that is empty all at once ends it");
}

int
main(void)
{
	for (size_t i = 0; i < NELEM(gestures); i++)
		play(&gestures[i]);
	short_lists();
	return done_testing();
}
