/* went_pane.c - the list of where files went on the screen: asked for page by page, filtered by words and kinds, left again. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "src/went.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define ESC  "\033"
#define F4   "\033OS"
#define MANY 100000

static void
open_world(struct world *w, int h, int cells, bool ascii)
{
	struct msg *t;

	world_open(w, h, cells, "Ada", ascii);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_ready(w);
	t = world_transfer(7, 1, DIR_IN, "holiday", 9000000, 9000000);
	t->b.transfer.state = TRANSFER_DONE;
	t->b.transfer.files = 9;
	t->b.transfer.ended = w->wall - 3600000;
	world_strings(t, "holiday", "/home/ada/Downloads/holiday", "", NULL, 0);
	world_event(w, t);
	t = world_transfer(8, 1, DIR_OUT, "report.pdf", 100, 700);
	t->b.transfer.state = TRANSFER_CANCELLED;
	t->b.transfer.ended = w->wall - 1000;
	world_event(w, t);
	world_forget_sent(w);
}

static const struct msg_went *
asked(const struct world *w)
{
	static const struct msg_went none = {.transfer = -1};
	const struct msg *m = world_last(w, MSG_CMD_WENT);

	return m != NULL ? &m->b.went : &none;
}

static void
put(struct went_piece *piece, enum went how, const char *path, uint64_t size, const char *note)
{
	went_put(piece, &(struct went_row){how, how == WENT_LEFT_OUT, size, path, note});
}

/* Rows of a list as the core would answer: those of `piece`, from row `from` on of `rows`, of `all`. */
static void
answer(struct world *w, struct went_piece *piece, uint32_t rows, uint32_t all)
{
	const struct msg *m = world_last(w, MSG_CMD_WENT);
	struct msg *ev = msg_new(MSG_EV_WENT);
	struct msg_went_page *a = &ev->b.went_page;

	ev->serial = m->serial;
	a->transfer = m->b.went.transfer;
	a->kinds = m->b.went.kinds;
	a->from = m->b.went.from;
	a->count = piece->count;
	a->rows = rows;
	a->all = all;
	if (m->b.went.tally) {
		a->how[WENT_CHANGED] = 1;
		a->how[WENT_RENAMED] = 2;
		a->how[WENT_SAME] = 1;
		a->how[WENT_THERE] = all - 4;
	}
	msg_take_bytes(ev, piece->p, piece->len);
	piece->p = NULL;
	went_clear(piece);
	world_event(w, ev);
}

/* The list in the pictures. */
static void
answer_some(struct world *w)
{
	static const char *const top = "/home/ada/Downloads/holiday";
	static const struct {
		enum went how;
		const char *name, *note;
		uint64_t size;
	} rows[] = {
		{WENT_THERE, "beach 01.jpg", "", 4100000},
		{WENT_THERE, "beach 02.jpg", "", 3900000},
		{WENT_RENAMED, "beach 03 (2).jpg", "beach 03.jpg", 3200000},
		{WENT_SAME, "map.png", "", 70000},
		{WENT_CHANGED, "diary.odt", "", 12000},
		{WENT_THERE,
		 "raw/a file with a name that goes on and on and on until it does "
		 "not fit.cr3",
		 "", 25000000},
		{WENT_RENAMED, "raw/\xe2\x80\xaegpj.exe", "\xe2\x80\xaegpj (1).exe", 1000},
		{WENT_NOT_TAKEN, "raw/0002.cr3", "", 25000000},
		{WENT_LEFT_OUT, "latest", "", 0},
		{WENT_UNREADABLE, "secret.key", "", 32},
	};
	struct went_piece piece = {NULL, 0, 0, 0, NULL};

	for (size_t i = 0; i < NELEM(rows); i++) {
		char path[300];

		snprintf(path, sizeof(path), "%s/%s", top, rows[i].name);
		put(&piece, rows[i].how, path, rows[i].size, rows[i].note);
	}
	answer(w, &piece, NELEM(rows), NELEM(rows));
}

static void
answer_many(struct world *w)
{
	struct went_piece piece = {NULL, 0, 0, 0, NULL};
	char path[100];

	for (uint32_t i = asked(w)->from; i < MANY && piece.count < asked(w)->count; i++) {
		snprintf(path, sizeof(path), "/home/ada/Downloads/holiday/file-%u", i);
		put(&piece, WENT_THERE, path, 1000, "");
	}
	answer(w, &piece, MANY, MANY);
}

static void
screens(void)
{
	static const struct {
		int h, w;
		bool ascii;
		const char *name;
	} sizes[] = {{24, 80, false, "went-80x24"},
		     {40, 120, false, "went-120x40"},
		     {12, 40, false, "went-40x12"},
		     {24, 80, true, "went-ascii-80x24"}};
	struct world w;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		open_world(&w, sizes[i].h, sizes[i].w, sizes[i].ascii);
		world_type(&w, "/transfers 7\r");
		is_int(asked(&w)->transfer, 7, "the list of a transfer is asked for");
		answer_some(&w);
		world_golden(&w, sizes[i].name);
		world_close(&w);
	}
}

static void
opened_by_keys(void)
{
	struct world w;
	int y, x;

	open_world(&w, 24, 80, false);
	world_type(&w, F4);
	world_type(&w, "w");
	ok(world_last(&w, MSG_CMD_WENT) == NULL && w.bells > 0, "what was cancelled went nowhere");
	world_type(&w, "jw");
	is_int(asked(&w)->transfer, 7, "w in the list of transfers shows where it went");
	ok(asked(&w)->tally && asked(&w)->from == 0, "from the beginning, counted");
	ok(world_shows(&w, "WHERE IT WENT") && world_shows(&w, "looking at the list"),
	   "which is told");
	answer_some(&w);
	ok(world_shows(&w, "holiday/beach 01.jpg"), "paths are shown below the folder");
	ok(world_shows(&w, "instead of beach"), "what was renamed with its old name");
	ok(world_shows(&w, "failed: it changed mean"), "what failed with its reason");
	ok(world_shows(&w, "U+202E"), "hostile names as what they are");
	world_type(&w, "q");
	is_int(front_main(w.front), PANE_CHAT, "q closes it");
	is_int(front_focus(w.front), PANE_TRANSFERS, "back to the transfers");
	world_forget_sent(&w);
	ok(world_find(&w, "holiday", &y, &x), "the transfer is there");
	world_click(&w, y, x);
	ok(world_shows(&w, "Where it went"), "a click opens its menu");
	world_type(&w, "w");
	is_int(asked(&w)->transfer, 7, "which has it too");
	answer_some(&w);
	world_type(&w, ESC);
	is_int(front_main(w.front), PANE_CHAT, "Esc closes it");
	world_type(&w, ESC);
	world_type(&w, "/transfers 9\r");
	ok(world_shows(&w, "no such transfer"), "one that is not there is told");
	world_close(&w);
}

static void
filters(void)
{
	struct world w;
	const struct msg *m;
	struct went_piece none = {NULL, 0, 0, 0, NULL};

	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 7\r");
	answer_some(&w);
	world_type(&w, "/jp");
	m = world_last(&w, MSG_CMD_WENT);
	ok(m->len == 2 && memcmp(m->bytes, "jp", 2) == 0 && m->b.went.from == 0,
	   "a filter goes to the store as it is typed");
	answer(&w, &none, 0, 10);
	ok(world_shows(&w, "/jp") && world_shows(&w, "0 of 10 match") &&
		   world_shows(&w, "Nothing matches."),
	   "what fits is counted");
	world_type(&w, "\r");
	world_type(&w, ESC);
	m = world_last(&w, MSG_CMD_WENT);
	ok(m->len == 0 && front_main(w.front) == PANE_WENT, "Esc ends the filter first");
	answer_some(&w);
	world_type(&w, "o");
	is_int(asked(&w)->kinds, 1u << WENT_CHANGED | 1u << WENT_UNREADABLE | 1u << WENT_LEFT_OUT,
	       "o shows what failed");
	answer_some(&w);
	ok(world_shows(&w, "only failed"), "and says so");
	world_type(&w, "o");
	is_int(asked(&w)->kinds, 1u << WENT_RENAMED, "then what was renamed");
	answer_some(&w);
	world_type(&w, "o");
	is_int(asked(&w)->kinds, 1u << WENT_SAME, "what was there already");
	answer_some(&w);
	world_type(&w, "o");
	is_int(asked(&w)->kinds, 1u << WENT_THERE, "nothing was not taken: what arrived");
	answer_some(&w);
	world_type(&w, "o");
	is_int(asked(&w)->kinds, 0, "and all again");
	answer_some(&w);
	world_type(&w, "\t" ESC);
	is_int(asked(&w)->kinds, 0, "Esc shows all again, too");
	is_int(front_main(w.front), PANE_WENT, "and leaves the list open");
	world_close(&w);
}

/* Rows of a long list come as they are needed. */
static void
pages(void)
{
	struct world w;
	unsigned before;

	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 7\r");
	answer_many(&w);
	ok(world_shows(&w, "holiday/file-0 ") && world_shows(&w, "99996 arrived"),
	   "the first rows");
	world_forget_sent(&w);
	world_type(&w, "jjj");
	ok(world_last(&w, MSG_CMD_WENT) == NULL, "near ones are here already");
	world_type(&w, "G");
	ok(asked(&w)->from > MANY - 300 && !asked(&w)->tally, "far ones are asked for");
	ok(world_shows(&w, "…"), "and shown as what is not here yet");
	answer_many(&w);
	ok(world_shows(&w, "holiday/file-99999"), "they come");
	world_type(&w, "g");
	is_int(asked(&w)->from, 0, "back at the top");
	answer_many(&w);
	world_mouse(&w, 65, 10, 40, false);
	world_mouse(&w, 65, 10, 40, false);
	before = w.bells;
	world_type(&w, "\r");
	ok(front_main(w.front) == PANE_BROWSER || w.bells > before,
	   "Enter shows a file in its folder");
	world_close(&w);
}

/* What cannot be opened says so, and the list goes with its transfer. */
static void
ends(void)
{
	struct world w;
	struct msg *t;
	struct went_piece none = {NULL, 0, 0, 0, NULL};
	unsigned bells;

	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 8\r");
	answer(&w, &none, 0, 0);
	ok(world_shows(&w, "None of its files is known to have arrived"), "nothing went anywhere");
	world_type(&w, "q/transfers 7\r");
	answer_some(&w);
	world_type(&w, "jjjj");
	bells = w.bells;
	world_type(&w, "\r");
	ok(front_main(w.front) == PANE_WENT && w.bells > bells,
	   "what failed is nowhere to be shown");
	t = world_transfer(7, 1, DIR_IN, "holiday", 1, 1);
	t->b.transfer.gone = true;
	world_event(&w, t);
	is_int(front_main(w.front), PANE_CHAT, "a transfer that is forgotten takes its list along");
	world_close(&w);
}

static size_t
asks(const struct world *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->nsent; i++)
		n += w->sent[i]->type == MSG_CMD_WENT;
	return n;
}

/* A list that says it has more than it gives is asked for once, and one that is empty again only when the transfer is another. */
static void
asked_once(void)
{
	struct world w;
	struct msg *t;
	struct went_piece piece = {NULL, 0, 0, 0, NULL};

	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 7\r");
	for (int i = 0; i < 6; i++) {
		put(&piece, WENT_THERE, "/home/ada/Downloads/holiday/one", 1, "");
		answer(&w, &piece, 20, 20);
	}
	/* Once more than it was opened: there is room for more than was known by then. */
	ok(asks(&w) <= 2, "a damaged list is not asked for what it has just not given");
	ok(world_shows(&w, "holiday/one"), "what is there of it is shown");
	world_close(&w);
	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 8\r");
	answer(&w, &piece, 0, 0);
	world_forget_sent(&w);
	t = world_transfer(8, 1, DIR_OUT, "report.pdf", 200, 700);
	t->b.transfer.state = TRANSFER_CANCELLED;
	world_event(&w, t);
	world_event(&w, world_contact(1, "Boris"));
	is_int(asks(&w), 0, "an empty list is not asked for at every event");
	t = world_transfer(8, 1, DIR_OUT, "report.pdf", 700, 700);
	t->b.transfer.state = TRANSFER_DONE;
	world_event(&w, t);
	is_int(asks(&w), 1, "but when the transfer has ended");
	world_close(&w);
}

/* The cursor stands behind what is typed, however wide that is. */
static void
wide_filter(void)
{
	struct world w;
	int y, x;

	open_world(&w, 24, 80, false);
	world_type(&w, "/transfers 7\r");
	answer_some(&w);
	world_type(&w, "/\xe6\x97\xa5\xc3\xa9");
	front_draw(w.front, &y, &x);
	is_int(x - front_pane(w.front, PANE_WENT)->rect.x, 2 + 3,
	       "a wide letter and a narrow one are three cells");
	world_close(&w);
}

int
main(void)
{
	screens();
	opened_by_keys();
	filters();
	pages();
	ends();
	asked_once();
	wide_filter();
	return done_testing();
}
