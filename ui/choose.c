/* choose.c - the list of an offer: folders are entered, rows are marked by keys and pointer, and what is marked is accepted. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/choose.h"
#include "ui/choose_priv.h"
#include "ui/edit.h"
#include "ui/front.h"

#define FILTER_MAX  200
#define TOP	    UINT32_MAX
#define MARK_COLUMN 5 /* cells */

static void *
create(struct front *f)
{
	struct choose *s = xcalloc(1, sizeof(*s));

	(void)f;
	s->filter = edit_new(FILTER_MAX, EDIT_ONE_LINE);
	return s;
}

static void
destroy(void *state)
{
	struct choose *s = state;

	msg_free(s->ev);
	edit_free(s->filter);
	free(s);
}

/* ---- what is here ----------------------------------------------------------------------------------------------------- */

size_t
choose_rows(const struct choose *s)
{
	return s->ev != NULL ? s->ev->b.choice.rows : 0;
}

bool
choose_row(const struct choose *s, size_t i, struct choice_row *row)
{
	const struct msg_choice *c;
	size_t at;

	if (s->ev == NULL)
		return false;
	c = &s->ev->b.choice;
	if (i < c->from || i - c->from >= c->count)
		return false;
	at = strlen((const char *)s->ev->bytes) + 1;
	for (size_t k = c->from; choice_row_get(s->ev->bytes, s->ev->len, &at, row); k++)
		if (k == i)
			return true;
	return false;
}

bool
choose_painted(const struct choose *s, size_t *first, size_t *last, bool *on)
{
	*on = true;
	if (s->range) {
		*first = s->anchor < s->rows.cursor ? s->anchor : s->rows.cursor;
		*last = s->anchor < s->rows.cursor ? s->rows.cursor : s->anchor;
		return true;
	}
	*on = !s->drag.unmark;
	return s->drag.phase == DRAG_PAINT && drag_range(&s->drag, first, last);
}

size_t
choose_room(const struct pane *p)
{
	return p->rect.h > 2 ? (size_t)p->rect.h - 2 : 1;
}

int
choose_y(const struct pane *p)
{
	return p->rect.y + 2;
}

/* ---- asking the core --------------------------------------------------------------------------------------------------- */

static void
ask(struct pane *p, struct msg_choose c, const char *filter)
{
	struct choose *s = p->state;
	struct msg *m = msg_new(MSG_CMD_CHOOSE);

	c.transfer = s->transfer;
	s->asked = rows_page(&s->rows, choose_room(p));
	c.from = s->asked.from;
	c.count = s->asked.count;
	m->b.choose = c;
	m->serial = s->serial = front_serial(p->front);
	if (filter != NULL)
		msg_set_bytes(m, filter, strlen(filter));
	front_send(p->front, m);
	p->dirty = true;
}

/* Shows a folder, or what fits the filter below it. */
static void
view(struct pane *p, uint32_t folder, size_t land)
{
	struct choose *s = p->state;

	s->range = false;
	drag_cancel(&s->drag);
	s->rows.cursor = s->rows.top = 0;
	s->land = land;
	s->landing = true;
	ask(p, (struct msg_choose){.op = CHOOSE_VIEW, .folder = folder},
	    edit_text(s->filter, NULL));
}

static void
mark(struct pane *p, size_t from, size_t to, enum choose_how how)
{
	struct choose *s = p->state;

	s->range = false;
	if (choose_rows(s) > 0)
		ask(p,
		    (struct msg_choose){.op = CHOOSE_MARK,
					.how = how,
					.mark_from = (uint32_t)from,
					.mark_to = (uint32_t)to},
		    NULL);
}

static void
close_list(struct pane *p)
{
	struct choose *s = p->state;
	enum pane_id before = s->before;

	s->transfer = 0;
	msg_free(s->ev);
	s->ev = NULL;
	drag_cancel(&s->drag);
	front_wake(p, 0);
	if (front_main(p->front) != PANE_CHOOSE)
		return;
	front_close_main(p->front);
	if (before == PANE_TRANSFERS)
		front_set_focus(p->front, before);
}

bool
choose_open(struct front *f, int64_t transfer, char *err, size_t errlen)
{
	struct pane *p = front_pane(f, PANE_CHOOSE);
	struct choose *s = p->state;
	struct model *m = front_model(f);
	const struct model_transfer *t = model_transfer(m, transfer);

	for (size_t i = 0; transfer == 0 && t == NULL && i < model_ntransfers(m); i++) {
		t = model_transfer_at(m, i);
		if (t->t.dir != DIR_IN || t->t.state != TRANSFER_WAITING)
			t = NULL;
	}
	if (t == NULL || t->t.dir != DIR_IN || t->t.state != TRANSFER_WAITING) {
		say_into(err, errlen,
			 transfer != 0 ? N_("Transfer %lld is no offer that waits.")
				       : N_("There is no offer that waits."),
			 (long long)transfer);
		return false;
	}
	if (front_focus(f) != PANE_CHOOSE)
		s->before = front_focus(f);
	s->transfer = t->t.transfer;
	msg_free(s->ev);
	s->ev = NULL;
	s->rows.cursor = s->rows.top = 0;
	s->typing = s->range = s->landing = false;
	edit_set(s->filter, "", 0);
	front_set_focus(f, PANE_CHOOSE);
	ask(p, (struct msg_choose){.op = CHOOSE_OPEN}, NULL);
	return true;
}

/* ---- moving ------------------------------------------------------------------------------------------------------------ */

/* Scrolls so that the cursor is seen, and asks for rows that will be seen soon. `answered`: by what has just come. */
static void
settle(struct pane *p, bool answered)
{
	struct choose *s = p->state;
	size_t n = choose_rows(s), room = choose_room(p);
	struct rows_page here, next;

	rows_step(&s->rows, n, 0);
	rows_see(&s->rows, room);
	p->dirty = true;
	if (s->ev == NULL)
		return;
	here = (struct rows_page){s->ev->b.choice.from, s->ev->b.choice.count};
	next = rows_page(&s->rows, room);
	if (rows_missing(&s->rows, room, n, &here) &&
	    !(answered && next.from == s->asked.from && next.count == s->asked.count))
		ask(p, (struct msg_choose){.op = CHOOSE_PAGE}, NULL);
}

static unsigned
go(struct pane *p, long by)
{
	struct choose *s = p->state;

	rows_step(&s->rows, choose_rows(s), by);
	settle(p, false);
	return PANE_HANDLED | PANE_REDRAW;
}

/* To a row; one that is there no more is the last. */
static unsigned
go_to(struct pane *p, size_t row)
{
	struct choose *s = p->state;

	s->rows.cursor = row;
	return go(p, 0);
}

void
choose_event(struct pane *p, const struct msg *ev)
{
	struct choose *s = p->state;
	const struct msg_choice *c = &ev->b.choice;
	struct msg *copy;

	if (c->transfer != s->transfer || s->transfer == 0)
		return;
	if (c->gone) {
		const struct model_transfer *t = model_transfer(front_model(p->front), s->transfer);

		close_list(p);
		if (t != NULL && t->t.state == TRANSFER_WAITING && ev->len > 0)
			front_say(p->front, "%s", (const char *)ev->bytes);
		return;
	}
	if (ev->serial != s->serial)
		return;
	copy = msg_new(MSG_EV_CHOICE);
	copy->b.choice = *c;
	msg_set_bytes(copy, ev->bytes, ev->len);
	msg_free(s->ev);
	s->ev = copy;
	if (s->landing)
		s->rows.cursor = s->land;
	s->landing = false;
	settle(p, true);
}

static unsigned
enter(struct pane *p)
{
	struct choose *s = p->state;
	struct choice_row row;

	if (!choose_row(s, s->rows.cursor, &row) || row.kind != CHOICE_FOLDER)
		return PANE_HANDLED | PANE_REFUSED;
	edit_set(s->filter, "", 0);
	view(p, row.entry, 0);
	return PANE_HANDLED;
}

static unsigned
leave(struct pane *p)
{
	struct choose *s = p->state;

	if (s->ev == NULL)
		return PANE_HANDLED;
	if (!edit_empty(s->filter)) {
		edit_set(s->filter, "", 0);
		view(p, s->ev->b.choice.folder, 0);
	} else if (s->ev->b.choice.folder != TOP) {
		view(p, s->ev->b.choice.up, s->ev->b.choice.up_row);
	} else {
		return PANE_HANDLED | PANE_REFUSED;
	}
	return PANE_HANDLED;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------- */

static unsigned
accept(struct pane *p)
{
	struct choose *s = p->state;

	if (s->ev == NULL)
		return PANE_HANDLED | PANE_REFUSED;
	front_transfer(p->front, s->transfer, TOP_ACCEPT_PART, "");
	return PANE_HANDLED;
}

static unsigned
toggle(struct pane *p)
{
	struct choose *s = p->state;
	struct choice_row row;
	size_t first, last;
	bool on;

	if (choose_painted(s, &first, &last, &on)) {
		mark(p, first, last, CHOOSE_ON);
		return PANE_HANDLED;
	}
	if (!choose_row(s, s->rows.cursor, &row))
		return PANE_HANDLED | PANE_REFUSED;
	mark(p, s->rows.cursor, s->rows.cursor, row.mark == CHOICE_ALL ? CHOOSE_OFF : CHOOSE_ON);
	return go(p, 1);
}

static unsigned
do_marks(struct pane *p, enum request req)
{
	struct choose *s = p->state;
	bool down = req == REQ_FILE_RANGE_DOWN;

	if (req == REQ_FILE_MARK)
		return toggle(p);
	if (req == REQ_FILE_MARK_ALL || req == REQ_FILE_CLEAR || req == REQ_FILE_INVERT) {
		mark(p, 0, TOP,
		     req == REQ_FILE_MARK_ALL ? CHOOSE_ON
		     : req == REQ_FILE_CLEAR  ? CHOOSE_OFF
					      : CHOOSE_FLIP);
		return PANE_HANDLED;
	}
	if (req == REQ_FILE_RANGE && s->range)
		return toggle(p);
	if (req == REQ_FILE_RANGE) {
		s->range = true;
		s->anchor = s->rows.cursor;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req != REQ_FILE_RANGE_UP && !down)
		return 0;
	mark(p, s->rows.cursor, s->rows.cursor, CHOOSE_ON);
	return go(p, down ? 1 : -1);
}

static unsigned
typing_key(struct pane *p, enum request req, struct input_key k)
{
	struct choose *s = p->state;

	if (k.sym == INPUT_SYM_ENTER || req == REQ_BACK) {
		s->typing = false;
		if (req == REQ_BACK)
			edit_set(s->filter, "", 0);
		if (req == REQ_BACK && s->ev != NULL)
			view(p, s->ev->b.choice.folder, 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (edit_do(s->filter, keys_lookup(KEYS_PROMPT, k)) == 0)
		return 0;
	if (s->ev != NULL)
		view(p, s->ev->b.choice.folder, 0);
	return PANE_HANDLED | PANE_REDRAW;
}

/* Esc goes back a step: from a range, a filter, the list. */
static unsigned
step_back(struct pane *p)
{
	struct choose *s = p->state;

	if (s->range) {
		s->range = false;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (!edit_empty(s->filter))
		return leave(p);
	close_list(p);
	return PANE_HANDLED;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct choose *s = p->state;
	long by;

	if (s->typing)
		return typing_key(p, req, k);
	if (req == REQ_CHOOSE_ACCEPT)
		return accept(p);
	if (req == REQ_BACK)
		return step_back(p);
	if (req == REQ_CHOOSE_CLOSE) {
		close_list(p);
		return PANE_HANDLED;
	}
	if (req == REQ_FILE_ENTER)
		return enter(p);
	if (req == REQ_FILE_PARENT)
		return leave(p);
	if (req == REQ_LIST_FILTER) {
		s->typing = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (rows_by(req, p->rect.h - 1, &by))
		return go(p, by);
	return do_marks(p, req);
}

static unsigned
text(struct pane *p, const char *typed, size_t len)
{
	struct choose *s = p->state;

	if (!s->typing)
		return 0;
	edit_insert(s->filter, typed, len);
	if (s->ev != NULL)
		view(p, s->ev->b.choice.folder, 0);
	return PANE_HANDLED | PANE_REDRAW;
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct choose *s = p->state;

	if (!s->typing)
		return false;
	*y = p->rect.y + 1;
	*x = p->rect.x + 2 + (int)text_cells(edit_text(s->filter, NULL), edit_cursor(s->filter));
	return rect_holds(p->rect, *y, *x);
}

/* ---- mouse ------------------------------------------------------------------------------------------------------------ */

static struct drag_view
drag_view_of(const struct pane *p)
{
	const struct choose *s = p->state;

	return (struct drag_view){choose_y(p), (int)choose_room(p), s->rows.top, choose_rows(s)};
}

static unsigned
press(struct pane *p, const struct input_mouse *m)
{
	struct choose *s = p->state;
	struct drag_view v = drag_view_of(p);
	size_t i = s->rows.top + (size_t)(m->y - v.y);
	struct choice_row row = {.mark = CHOICE_NONE};

	s->range = false;
	s->twice = m->clicks == 2;
	if (m->y < v.y)
		return PANE_HANDLED;
	(void)choose_row(s, i, &row);
	if (!drag_press(&s->drag, &v, m->y, m->x, row.mark == CHOICE_ALL))
		return PANE_HANDLED;
	return PANE_HANDLED | PANE_CAPTURE | PANE_REDRAW;
}

/* A click marks in the column of the marks; elsewhere it chooses the row, and a second one enters it. */
static unsigned
click(struct pane *p, int x)
{
	struct choose *s = p->state;
	size_t i = s->drag.at;

	if (x < p->rect.x + MARK_COLUMN) {
		mark(p, i, i, s->drag.unmark ? CHOOSE_OFF : CHOOSE_ON);
		return go_to(p, i);
	}
	go_to(p, i);
	return s->twice ? enter(p) : PANE_HANDLED | PANE_REDRAW;
}

static unsigned
dragged(struct pane *p, const struct input_mouse *m)
{
	struct choose *s = p->state;
	struct drag_view v = drag_view_of(p);
	size_t first, last;

	if (m->action == INPUT_MOTION) {
		drag_motion(&s->drag, &v, m->y, m->x, DRAG_IN_LIST);
		front_wake(p, s->drag.edge != 0 ? DRAG_EDGE_MS : 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	front_wake(p, 0);
	if (s->drag.phase == DRAG_HELD) {
		size_t row = s->drag.at;

		drag_release(&s->drag, &v, m->y, m->x, DRAG_IN_LIST);
		s->drag.at = row;
		return click(p, m->x);
	}
	if (s->drag.phase == DRAG_PAINT && drag_range(&s->drag, &first, &last))
		mark(p, first, last, s->drag.unmark ? CHOOSE_OFF : CHOOSE_ON);
	drag_release(&s->drag, &v, m->y, m->x, DRAG_IN_LIST);
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	if (rows_wheel(m) != 0)
		return go(p, rows_wheel(m));
	if (m->action == INPUT_PRESS && m->button == INPUT_LEFT)
		return press(p, m);
	if (m->action == INPUT_MOTION || m->action == INPUT_RELEASE)
		return dragged(p, m);
	return PANE_HANDLED;
}

/* At the edge the list scrolls below a still pointer. */
static void
tick(struct pane *p)
{
	struct choose *s = p->state;
	struct drag_view v;
	size_t n = choose_rows(s), room = choose_room(p);

	if (s->drag.phase != DRAG_PAINT || s->drag.edge == 0)
		return;
	if (s->drag.edge < 0 && s->rows.top > 0)
		s->rows.cursor = --s->rows.top;
	else if (s->drag.edge > 0 && s->rows.top + room < n)
		s->rows.cursor = ++s->rows.top + room - 1;
	settle(p, false);
	v = drag_view_of(p);
	drag_scrolled(&s->drag, &v);
	front_wake(p, DRAG_EDGE_MS);
}

static void
cancel(struct pane *p)
{
	struct choose *s = p->state;

	drag_cancel(&s->drag);
	front_wake(p, 0);
	p->dirty = true;
}

/* It was accepted, or is an offer no more. */
static void
changed(struct pane *p, unsigned dirty)
{
	struct choose *s = p->state;
	const struct model_transfer *t;

	(void)dirty;
	if (s->transfer == 0)
		return;
	t = model_transfer(front_model(p->front), s->transfer);
	if (t == NULL || t->t.state != TRANSFER_WAITING)
		close_list(p);
}

const struct pane_class choose_pane = {
	.name = "choose",
	.context = KEYS_CHOOSE,
	.watch = DIRTY_TRANSFERS | DIRTY_CONTACTS,
	.create = create,
	.destroy = destroy,
	.draw = choose_draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
	.cancel = cancel,
	.changed = changed,
	.tick = tick,
};
