/* went.c - where each file of a transfer went: asked for page by page, filtered, and opened in the browser. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/went.h"
#include "ui/went_priv.h"

#define FILTER_MAX 200

static void *
create(struct front *f)
{
	struct went_list *s = xcalloc(1, sizeof(*s));

	(void)f;
	s->filter = edit_new(FILTER_MAX, EDIT_ONE_LINE);
	return s;
}

static void
destroy(void *state)
{
	struct went_list *s = state;

	msg_free(s->ev);
	edit_free(s->filter);
	free(s);
}

/* ---- what is here ----------------------------------------------------------------------------------------------------- */

size_t
went_rows(const struct went_list *s)
{
	return s->ev != NULL ? s->ev->b.went_page.rows : 0;
}

size_t
went_room(const struct pane *p)
{
	return p->rect.h > 2 ? (size_t)p->rect.h - 2 : 1;
}

int
went_y(const struct pane *p)
{
	return p->rect.y + 2;
}

size_t
went_prefix(const char *path, const char *place)
{
	const char *slash = strrchr(place, '/');
	size_t n = slash != NULL ? (size_t)(slash - place) + 1 : 0;

	return n > 0 && strncmp(path, place, n) == 0 ? n : 0;
}

/* ---- asking the core --------------------------------------------------------------------------------------------------- */

/* Rows around the screen's; `fresh`: of another view. */
static void
ask(struct pane *p, bool fresh)
{
	struct went_list *s = p->state;
	struct msg *m = msg_new(MSG_CMD_WENT);
	const char *words = edit_text(s->filter, NULL);
	const struct model_transfer *t = model_transfer(front_model(p->front), s->transfer);

	if (t != NULL)
		s->asked_state = t->t.state;
	s->asked = rows_page(&s->rows, went_room(p));
	m->b.went.transfer = s->transfer;
	m->b.went.kinds = s->kinds;
	m->b.went.from = s->asked.from;
	m->b.went.count = s->asked.count;
	m->b.went.tally = fresh;
	m->serial = s->serial = front_serial(p->front);
	msg_set_bytes(m, words, strlen(words));
	front_send(p->front, m);
	p->dirty = true;
}

static void
view(struct pane *p)
{
	struct went_list *s = p->state;

	s->rows.cursor = s->rows.top = 0;
	ask(p, true);
}

static void
close_list(struct pane *p)
{
	struct went_list *s = p->state;
	enum pane_id before = s->before;

	s->transfer = 0;
	msg_free(s->ev);
	s->ev = NULL;
	if (front_main(p->front) != PANE_WENT)
		return;
	front_close_main(p->front);
	if (before == PANE_TRANSFERS)
		front_set_focus(p->front, before);
}

bool
went_open(struct front *f, int64_t transfer, char *err, size_t errlen)
{
	struct pane *p = front_pane(f, PANE_WENT);
	struct went_list *s = p->state;

	if (model_transfer(front_model(f), transfer) == NULL) {
		say_into(err, errlen, "There is no transfer %lld.", (long long)transfer);
		return false;
	}
	if (front_focus(f) != PANE_WENT)
		s->before = front_focus(f);
	s->transfer = transfer;
	msg_free(s->ev);
	s->ev = NULL;
	s->typing = false;
	s->kinds = 0;
	edit_set(s->filter, "", 0);
	front_set_focus(f, PANE_WENT);
	view(p);
	return true;
}

/* ---- moving ------------------------------------------------------------------------------------------------------------ */

/* Scrolls so that the cursor is seen, and asks for rows that will be seen soon. `answered`: by what has just come. */
static void
settle(struct pane *p, bool answered)
{
	struct went_list *s = p->state;
	size_t n = went_rows(s), room = went_room(p);
	struct rows_page here, next;

	rows_step(&s->rows, n, 0);
	rows_see(&s->rows, room);
	p->dirty = true;
	if (s->ev == NULL)
		return;
	here = (struct rows_page){s->ev->b.went_page.from, s->ev->b.went_page.count};
	next = rows_page(&s->rows, room);
	if (rows_missing(&s->rows, room, n, &here) &&
	    !(answered && next.from == s->asked.from && next.count == s->asked.count))
		ask(p, false);
}

static unsigned
go(struct pane *p, long by)
{
	struct went_list *s = p->state;

	rows_step(&s->rows, went_rows(s), by);
	settle(p, false);
	return PANE_HANDLED | PANE_REDRAW;
}

/* To a row; one that is there no more is the last. */
static unsigned
go_to(struct pane *p, size_t row)
{
	struct went_list *s = p->state;

	s->rows.cursor = row;
	return go(p, 0);
}

void
went_event(struct pane *p, const struct msg *ev)
{
	struct went_list *s = p->state;
	const struct msg_went_page *w = &ev->b.went_page;
	struct msg *copy;
	uint32_t all = 0;

	if (w->transfer != s->transfer || s->transfer == 0 || ev->serial != s->serial)
		return;
	copy = msg_new(MSG_EV_WENT);
	copy->b.went_page = *w;
	msg_set_bytes(copy, ev->bytes, ev->len);
	msg_free(s->ev);
	s->ev = copy;
	for (size_t i = 0; i < WENT_KINDS; i++)
		all += w->how[i];
	if (all == w->all)
		memcpy(s->how, w->how, sizeof(s->how));
	s->all = w->all;
	/* Asked for when there was less room. */
	settle(p, true);
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

/* The file under the cursor, in the browser. */
static unsigned
show_file(struct pane *p)
{
	struct went_list *s = p->state;
	struct went_reader r;
	struct went_row row;
	char *folder = NULL, *slash;

	if (s->ev == NULL)
		return PANE_HANDLED | PANE_REFUSED;
	r = (struct went_reader){.bytes = s->ev->bytes, .len = s->ev->len};
	for (size_t i = s->ev->b.went_page.from; folder == NULL && went_next(&r, &row); i++)
		if (i == s->rows.cursor && !went_failed(row.how) && row.how != WENT_NOT_TAKEN &&
		    row.how != WENT_LEFT_OUT)
			folder = xstrdup(row.path);
	went_reader_free(&r);
	slash = folder != NULL ? strrchr(folder, '/') : NULL;
	if (slash == NULL) {
		free(folder);
		return PANE_HANDLED | PANE_REFUSED;
	}
	*slash = '\0';
	browser_open(p->front, slash == folder ? "/" : folder, slash + 1);
	free(folder);
	return PANE_HANDLED;
}

/* To what became of files next, of what there is; at the end to all of them. */
static unsigned
next_kind(struct pane *p)
{
	struct went_list *s = p->state;
	static const uint32_t kinds[] = {
		1u << WENT_CHANGED | 1u << WENT_UNREADABLE | 1u << WENT_LEFT_OUT,
		1u << WENT_RENAMED, 1u << WENT_SAME, 1u << WENT_NOT_TAKEN, 1u << WENT_THERE};
	size_t at = 0;
	uint32_t found = 0;

	while (at < NELEM(kinds) && kinds[at] != s->kinds)
		at++;
	for (at = s->kinds == 0 ? 0 : at + 1; at < NELEM(kinds) && found == 0; at++)
		for (unsigned how = 0; how < WENT_KINDS; how++)
			if ((kinds[at] >> how & 1) != 0 && s->how[how] > 0)
				found = kinds[at];
	s->kinds = found;
	view(p);
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
typing_key(struct pane *p, enum request req, struct input_key k)
{
	struct went_list *s = p->state;

	if (k.sym == INPUT_SYM_ENTER || req == REQ_BACK) {
		s->typing = false;
		if (req == REQ_BACK) {
			edit_set(s->filter, "", 0);
			view(p);
		}
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (edit_do(s->filter, keys_lookup(KEYS_PROMPT, k)) == 0)
		return 0;
	view(p);
	return PANE_HANDLED | PANE_REDRAW;
}

/* Esc goes back a step: from a filter, the list. */
static unsigned
step_back(struct pane *p)
{
	struct went_list *s = p->state;

	if (edit_empty(s->filter) && s->kinds == 0) {
		close_list(p);
		return PANE_HANDLED;
	}
	edit_set(s->filter, "", 0);
	s->kinds = 0;
	view(p);
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct went_list *s = p->state;
	long by;

	if (s->typing)
		return typing_key(p, req, k);
	if (req == REQ_WENT_SHOW)
		return show_file(p);
	if (req == REQ_WENT_ONLY)
		return next_kind(p);
	if (req == REQ_BACK)
		return step_back(p);
	if (req == REQ_WENT_CLOSE) {
		close_list(p);
		return PANE_HANDLED;
	}
	if (req == REQ_LIST_FILTER) {
		s->typing = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (rows_by(req, p->rect.h - 1, &by))
		return go(p, by);
	return 0;
}

static unsigned
text(struct pane *p, const char *typed, size_t len)
{
	struct went_list *s = p->state;

	if (!s->typing)
		return 0;
	edit_insert(s->filter, typed, len);
	view(p);
	return PANE_HANDLED | PANE_REDRAW;
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct went_list *s = p->state;

	if (!s->typing)
		return false;
	*y = p->rect.y + 1;
	*x = p->rect.x + 2 + (int)text_cells(edit_text(s->filter, NULL), edit_cursor(s->filter));
	return rect_holds(p->rect, *y, *x);
}

/* The wheel scrolls, a click goes to a row, a second one shows the file. */
static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct went_list *s = p->state;
	size_t n = went_rows(s), row;

	if (rows_wheel(m) != 0)
		return go(p, rows_wheel(m));
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return PANE_HANDLED;
	if (m->y == p->rect.y + 1) {
		s->typing = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->y < went_y(p))
		return PANE_HANDLED;
	row = s->rows.top + (size_t)(m->y - went_y(p));
	if (row >= n)
		return PANE_HANDLED;
	s->typing = false;
	go_to(p, row);
	return m->clicks == 2 ? show_file(p) : PANE_HANDLED | PANE_REDRAW;
}

/* It was taken off the list; or it has just ended, and has a list now. */
static void
changed(struct pane *p, unsigned dirty)
{
	struct went_list *s = p->state;
	const struct model_transfer *t;

	(void)dirty;
	if (s->transfer == 0)
		return;
	t = model_transfer(front_model(p->front), s->transfer);
	if (t == NULL)
		close_list(p);
	else if (s->ev != NULL && s->all == 0 && t->t.state != s->asked_state)
		view(p);
}

const struct pane_class went_pane = {
	.name = "went",
	.context = KEYS_WENT,
	.watch = DIRTY_TRANSFERS | DIRTY_CONTACTS,
	.create = create,
	.destroy = destroy,
	.draw = went_draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
	.changed = changed,
};
