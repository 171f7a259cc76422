/* choose.c - the list of an offer on the screen: asked for page by page, marked by keys and pointer, accepted. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/choice_row.h"
#include "src/row.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define ESC "\033"
#define TOP UINT32_MAX

static void
open_offer(struct world *w, bool later)
{
	static const char *const names[] = {"trip/", "trip/a.jpg"};
	struct msg *t;

	world_open(w, 24, 80, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_ready(w);
	t = world_transfer(3, 1, DIR_IN, "trip", 0, 4000000);
	t->b.transfer.state = TRANSFER_WAITING;
	t->b.transfer.files = 2000;
	t->b.transfer.folders = 1;
	world_strings(t, "trip", "/home/ada/Downloads", "", names, NELEM(names));
	world_event(w, t);
	world_wait(w, 5000);
	if (later)
		world_type(w, "l");
	world_forget_sent(w);
}

static const struct msg_choose *
asked(const struct world *w)
{
	static const struct msg_choose none = {.op = CHOOSE_CLOSE};
	const struct msg *m = world_last(w, MSG_CMD_CHOOSE);

	return m != NULL ? &m->b.choose : &none;
}

/* Rows there are at most in an answer, as if the list were damaged. */
static uint32_t at_most = UINT32_MAX;

/* What the core would answer: rows of a folder with so many of them, those below `marked` marked. Row 0 is a folder. */
static void
answer(struct world *w, const char *path, uint32_t rows, uint32_t marked)
{
	const struct msg *m = world_last(w, MSG_CMD_CHOOSE);
	const struct msg_choose *c = asked(w);
	struct msg *ev = msg_new(MSG_EV_CHOICE);
	struct msg_choice *a = &ev->b.choice;
	struct row_buf buf = {NULL, 0, 0};
	char name[32];

	ev->serial = m->serial;
	a->transfer = c->transfer;
	a->folder = path[0] != '\0' ? 7 : TOP;
	a->up = TOP;
	a->up_row = 1;
	a->rows = rows;
	a->from = c->from;
	a->files = marked;
	a->all_files = 2000;
	a->bytes = marked * UINT64_C(1000);
	a->all_bytes = 4000000;
	buf.p = (uint8_t *)xstrdup(path);
	buf.len = buf.size = strlen(path) + 1;
	for (uint32_t i = c->from; i < rows && i - c->from < c->count && a->count < at_most;
	     i++, a->count++) {
		struct choice_row row = {.entry = i,
					 .kind = i == 0 ? CHOICE_FOLDER : CHOICE_FILE,
					 .mark = i < marked ? CHOICE_ALL : CHOICE_NONE,
					 .size = 1000,
					 .files = 5,
					 .name = name};

		snprintf(name, sizeof(name), "thing-%u", i);
		choice_row_put(&buf, &row);
	}
	world_event(w, msg_take_bytes(ev, buf.p, buf.len));
}

static void
by_keys(void)
{
	struct world w;
	const struct msg *m;

	open_offer(&w, true);
	world_type(&w, "/choose\r");
	ok(asked(&w)->op == CHOOSE_OPEN && asked(&w)->transfer == 3, "the list is asked for");
	ok(world_shows(&w, "looking at the list"), "which is told");
	answer(&w, "", 2000, 2000);
	ok(world_shows(&w, "[✓] ▸ thing-0") && world_shows(&w, "[✓]   thing-1"), "and shown");
	ok(world_shows(&w, "2000 of 2000 · 2.0 MB of 4.0 MB"), "with what is chosen");
	world_type(&w, "x");
	ok(asked(&w)->op == CHOOSE_MARK && asked(&w)->how == CHOOSE_OFF &&
		   asked(&w)->mark_from == 0 && asked(&w)->mark_to == TOP,
	   "x unmarks all");
	answer(&w, "", 2000, 0);
	world_type(&w, "j ");
	ok(asked(&w)->how == CHOOSE_ON && asked(&w)->mark_from == 1 && asked(&w)->mark_to == 1,
	   "Space marks a row");
	answer(&w, "", 2000, 2);
	world_type(&w, "vjj");
	ok(world_shows(&w, "[✓]   thing-4") && world_shows(&w, "[ ]   thing-5"), "a range shows");
	world_type(&w, "v");
	ok(asked(&w)->mark_from == 2 && asked(&w)->mark_to == 4, "and is marked at its end");
	answer(&w, "", 2000, 5);
	world_type(&w, "*");
	ok(asked(&w)->how == CHOOSE_FLIP, "* turns over");
	answer(&w, "", 2000, 5);
	world_type(&w, "G");
	ok(asked(&w)->op == CHOOSE_PAGE && asked(&w)->from > 1800, "far rows are asked for");
	answer(&w, "", 2000, 5);
	ok(world_shows(&w, "thing-1999"), "and shown");
	world_type(&w, "g");
	answer(&w, "", 2000, 5);
	world_type(&w, "l");
	ok(asked(&w)->op == CHOOSE_VIEW && asked(&w)->folder == 0, "a folder is entered");
	answer(&w, "trip/raw", 3, 1);
	ok(world_shows(&w, "trip/raw"), "its path shows");
	world_type(&w, "h");
	ok(asked(&w)->op == CHOOSE_VIEW && asked(&w)->folder == TOP, "and left");
	answer(&w, "", 2000, 5);
	world_forget_sent(&w);
	world_type(&w, " ");
	ok(asked(&w)->mark_from == 1, "for the row it has there");
	answer(&w, "", 2000, 5);
	world_type(&w, "\r");
	m = world_last(&w, MSG_CMD_TRANSFER);
	ok(m != NULL && m->b.transfer_op.op == TOP_ACCEPT_PART && m->b.transfer_op.transfer == 3,
	   "Enter accepts the part");
	world_close(&w);
}

static void
filter_and_end(void)
{
	struct world w;
	const struct msg *m;
	struct msg *ev;

	open_offer(&w, true);
	world_type(&w, "/choose 3\r");
	answer(&w, "", 20, 20);
	world_type(&w, "/jp");
	m = world_last(&w, MSG_CMD_CHOOSE);
	ok(m->b.choose.op == CHOOSE_VIEW && m->len == 2 && memcmp(m->bytes, "jp", 2) == 0,
	   "a filter goes to the core as it is typed");
	answer(&w, "", 7, 7);
	ok(world_shows(&w, "/jp") && world_shows(&w, "7 match"), "what fits is counted");
	world_type(&w, "\r");
	world_type(&w, "a");
	ok(asked(&w)->op == CHOOSE_MARK, "and can be marked");
	answer(&w, "", 7, 7);
	world_type(&w, ESC);
	m = world_last(&w, MSG_CMD_CHOOSE);
	ok(m->b.choose.op == CHOOSE_VIEW && m->len == 0, "Esc ends the filter");
	answer(&w, "", 20, 20);
	ok(front_main(w.front) == PANE_CHOOSE, "and not yet the list");
	world_type(&w, ESC);
	ok(front_main(w.front) == PANE_CHAT, "the next one does");
	world_type(&w, "/choose 4\r");
	ok(world_shows(&w, "no offer that waits"), "what is no offer is told");
	world_type(&w, "\025");
	world_type(&w, "/choose 3\r");
	answer(&w, "", 20, 20);
	ev = msg_new(MSG_EV_CHOICE);
	ev->b.choice.transfer = 3;
	ev->b.choice.gone = true;
	world_event(&w, msg_set_bytes(ev, "The offer is another now.", 25));
	ok(front_main(w.front) == PANE_CHAT && world_shows(&w, "The offer is another now."),
	   "an offer that changed closes it");
	world_type(&w, "/choose\r");
	answer(&w, "", 20, 20);
	ev = world_transfer(3, 1, DIR_IN, "trip", 0, 4000000);
	ev->b.transfer.state = TRANSFER_RUNNING;
	world_event(&w, ev);
	ok(front_main(w.front) == PANE_CHAT, "so does its begin");
	world_close(&w);
}

static void
by_pointer(void)
{
	struct world w;
	int y, x;

	open_offer(&w, true);
	world_type(&w, "/choose\r");
	answer(&w, "", 2000, 0);
	ok(world_find(&w, "[ ]   thing-3", &y, &x), "a row");
	world_click(&w, y, x + 1);
	ok(asked(&w)->op == CHOOSE_MARK && asked(&w)->how == CHOOSE_ON &&
		   asked(&w)->mark_from == 3 && asked(&w)->mark_to == 3,
	   "a click on its mark marks it");
	answer(&w, "", 2000, 4);
	world_forget_sent(&w);
	world_click(&w, y, x + 12);
	ok(world_last(&w, MSG_CMD_CHOOSE) == NULL, "a click on its name only goes there");
	world_find(&w, "thing-6", &y, &x);
	world_mouse(&w, 0, y, x, false);
	world_mouse(&w, 32, y + 2, x, false);
	ok(world_shows(&w, "[✓]   thing-7") && world_last(&w, MSG_CMD_CHOOSE) == NULL,
	   "a drag paints marks");
	world_mouse(&w, 0, y + 2, x, true);
	ok(asked(&w)->how == CHOOSE_ON && asked(&w)->mark_from == 6 && asked(&w)->mark_to == 8,
	   "that hold when it is released");
	answer(&w, "", 2000, 4);
	world_forget_sent(&w);
	world_find(&w, "thing-1 ", &y, &x);
	world_mouse(&w, 0, y, x, false);
	world_mouse(&w, 32, y + 1, x, false);
	ok(world_shows(&w, "[ ]   thing-2"), "from a marked row it unmarks");
	world_type(&w, ESC);
	ok(world_last(&w, MSG_CMD_CHOOSE) == NULL && world_shows(&w, "[✓]   thing-2"),
	   "Esc takes it back");
	world_find(&w, "thing-0", &y, &x);
	world_mouse(&w, 0, y, x, false);
	world_mouse(&w, 0, y, x, true);
	world_mouse(&w, 0, y, x, false);
	world_mouse(&w, 0, y, x, true);
	ok(asked(&w)->op == CHOOSE_VIEW && asked(&w)->folder == 0, "two clicks enter a folder");
	answer(&w, "trip", 4, 0);
	world_golden(&w, "choose-80x24");
	world_close(&w);
}

static void
in_the_question(void)
{
	struct world w;

	open_offer(&w, false);
	ok(world_shows(&w, "Part…"), "an offer of several things can be had in part");
	world_type(&w, "p");
	ok(front_main(w.front) == PANE_CHOOSE && asked(&w)->op == CHOOSE_OPEN,
	   "which opens its list");
	world_close(&w);
}

/* A list that says it has more than it gives is asked for once; the cursor of the filter stands behind what is typed, however wide. */
static void
strange(void)
{
	struct world w;
	size_t asks = 0;
	int y, x;

	open_offer(&w, true);
	world_type(&w, "/choose\r");
	at_most = 3;
	for (int i = 0; i < 6; i++)
		answer(&w, "", 2000, 0);
	at_most = UINT32_MAX;
	for (size_t i = 0; i < w.nsent; i++)
		asks += w.sent[i]->type == MSG_CMD_CHOOSE;
	/* Once more than it was opened: there is room for more than was known by then. */
	ok(asks <= 2, "an answer that is too short is not asked for again");
	world_type(&w, "/\xe6\x97\xa5\xc3\xa9");
	front_draw(w.front, &y, &x);
	is_int(x - front_pane(w.front, PANE_CHOOSE)->rect.x, 2 + 3,
	       "a wide letter and a narrow one are three cells");
	world_close(&w);
}

int
main(void)
{
	by_keys();
	filter_and_end();
	by_pointer();
	in_the_question();
	strange();
	return done_testing();
}
