/* browser.c - the file browser: its keys, its mouse, its life. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/options.h"
#include "src/path.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/edit.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/marks.h"
#include "ui/pane.h"

#define FILTER_MAX 200
#define WHEEL_ROWS 3

static void *
create(struct front *f)
{
	struct browser *b = xcalloc(1, sizeof(*b));

	b->front = f;
	b->pane = front_pane(f, PANE_BROWSER);
	b->list = filelist_new();
	b->marks = marks_new();
	b->filter = edit_new(FILTER_MAX, EDIT_ONE_LINE);
	b->first = true;
	b->hidden = options_bool(front_options(f), OPT_hidden);
	filelist_show_hidden(b->list, b->hidden);
	return b;
}

static void
destroy(void *state)
{
	struct browser *b = state;

	dirlist_free(b->dirlist);
	browser_forget(b);
	filelist_free(b->list);
	marks_free(b->marks);
	marks_free(b->before);
	edit_free(b->filter);
	free(b->folder);
	free(b->goal);
	free(b);
}

static size_t
page(const struct browser *b)
{
	struct rect list = browser_rows(b);

	return list.h > 1 ? (size_t)list.h - 1 : 1;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------- */

static void
move_to(struct browser *b, size_t row)
{
	size_t rows = filelist_rows(b->list);

	b->cursor = row < rows ? row : rows > 0 ? rows - 1 : 0;
	b->moved = true;
	if (b->range || b->shift)
		browser_paint(b, b->anchor, b->cursor);
}

static bool
motion(struct browser *b, enum request req)
{
	size_t step = page(b);

	if (req == REQ_LIST_UP)
		move_to(b, b->cursor > 0 ? b->cursor - 1 : 0);
	else if (req == REQ_LIST_DOWN)
		move_to(b, b->cursor + 1);
	else if (req == REQ_SCROLL_UP)
		move_to(b, b->cursor > step ? b->cursor - step : 0);
	else if (req == REQ_SCROLL_DOWN)
		move_to(b, b->cursor + step);
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		move_to(b, 0);
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		move_to(b, filelist_rows(b->list));
	else
		return false;
	return true;
}

/* A range begins at the cursor: the first row decides whether it marks or unmarks. */
static void
start_range(struct browser *b, bool shift)
{
	const struct dirlist_entry *e = browser_entry(b);

	if (e == NULL)
		return;
	browser_paint_start(b, b->cursor, browser_marked(b, e));
	b->shift = shift;
	b->range = !shift;
}

static bool
marking(struct browser *b, enum request req)
{
	if (req == REQ_FILE_MARK) {
		/* Inside a range it ends it, as v does. */
		if (!b->range)
			browser_toggle(b, b->cursor);
		browser_paint_end(b, true);
		move_to(b, b->cursor + 1);
	} else if (req == REQ_FILE_RANGE) {
		if (b->painting)
			browser_paint_end(b, true);
		else
			start_range(b, false);
	} else if (req == REQ_FILE_RANGE_UP || req == REQ_FILE_RANGE_DOWN) {
		if (!b->painting)
			start_range(b, true);
		motion(b, req == REQ_FILE_RANGE_UP ? REQ_LIST_UP : REQ_LIST_DOWN);
	} else if (req == REQ_FILE_MARK_ALL) {
		browser_mark_all(b);
	} else if (req == REQ_FILE_INVERT) {
		browser_invert(b);
	} else if (req == REQ_FILE_CLEAR) {
		browser_clear(b);
	} else {
		return false;
	}
	return true;
}

static void
refilter(struct browser *b)
{
	filelist_filter(b->list, edit_text(b->filter, NULL));
	b->cursor = filelist_best(b->list);
	b->top = 0;
	b->moved = true;
}

static void
lift_filter(struct browser *b)
{
	const struct dirlist_entry *stay = browser_entry(b);

	edit_set(b->filter, "", 0);
	filelist_filter(b->list, "");
	b->filtering = false;
	b->moved = true;
	browser_settle(b, stay);
}

static void
toggle_hidden(struct browser *b)
{
	const struct dirlist_entry *stay = browser_entry(b);

	b->hidden = !b->hidden;
	filelist_show_hidden(b->list, b->hidden);
	b->moved = true;
	browser_settle(b, stay);
}

/* Enter: what is marked goes to the peer of the open chat; without marks the folder is entered, or the file is sent. */
static void
enter(struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);
	const struct key *peer = front_current(b->front);

	if (marks_count(b->marks) == 0 && e != NULL && e->kind == DIRLIST_FOLDER)
		browser_enter(b);
	else if (peer == NULL)
		browser_send_to(b);
	else
		browser_send(b, peer);
}

static bool
going(struct browser *b, enum request req)
{
	if (req == REQ_FILE_PARENT)
		browser_parent(b);
	else if (req == REQ_FILE_HOME)
		browser_home(b);
	else if (req == REQ_FILE_ENTER)
		browser_enter(b);
	else if (req == REQ_FILE_SEND)
		enter(b);
	else if (req == REQ_FILE_SEND_TO)
		browser_send_to(b);
	else if (req == REQ_FILE_HIDDEN)
		toggle_hidden(b);
	else if (req == REQ_LIST_FILTER)
		b->filtering = true;
	else
		return false;
	return true;
}

/* Esc undoes the smallest thing first: the range, then the filter. Then it is the front end's. */
static bool
back(struct browser *b)
{
	size_t len;

	edit_text(b->filter, &len);
	if (b->painting)
		browser_paint_end(b, false);
	else if (b->filtering || len != 0)
		lift_filter(b);
	else
		return false;
	return true;
}

/* While the filter is typed. False: the key does what it always does. */
static bool
filter_key(struct browser *b, enum request req, struct input_key k)
{
	enum request edit = keys_lookup(KEYS_PROMPT, k);
	unsigned done;

	/* A click on the key line comes without a key. */
	if (k.sym == 0 || k.sym == INPUT_SYM_UP || k.sym == INPUT_SYM_DOWN || req == REQ_BACK)
		return false;
	if (k.sym == INPUT_SYM_ENTER || k.sym == INPUT_SYM_TAB) {
		b->filtering = false;
		return true;
	}
	if (k.sym == INPUT_SYM_BACKSPACE && edit_empty(b->filter)) {
		lift_filter(b);
		return true;
	}
	if (edit == REQ_COMPLETE || edit == REQ_SUBMIT)
		return false;
	done = edit_do(b->filter, edit);
	if (done & EDIT_CHANGED)
		refilter(b);
	return done != 0;
}

static bool
is_motion(enum request req)
{
	return req == REQ_LIST_UP || req == REQ_LIST_DOWN || req == REQ_LIST_TOP ||
	       req == REQ_LIST_BOTTOM || req == REQ_SCROLL_UP || req == REQ_SCROLL_DOWN ||
	       req == REQ_SCROLL_TOP || req == REQ_SCROLL_BOTTOM;
}

/* Keys that go on with a range by keys; any other one settles it first, and the marks stay. */
static bool
part_of_range(const struct browser *b, enum request req)
{
	if (req == REQ_FILE_RANGE_UP || req == REQ_FILE_RANGE_DOWN || req == REQ_BACK)
		return true;
	return b->range && (req == REQ_FILE_RANGE || req == REQ_FILE_MARK || is_motion(req));
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct browser *b = p->state;

	if (b->folder == NULL)
		return 0;
	if (b->filtering && filter_key(b, req, k))
		return PANE_HANDLED | PANE_REDRAW;
	if (b->painting && !part_of_range(b, req))
		browser_paint_end(b, true);
	if (motion(b, req) || marking(b, req) || going(b, req) || (req == REQ_BACK && back(b)))
		return PANE_HANDLED | PANE_REDRAW;
	return 0;
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	struct browser *b = p->state;

	if (!b->filtering)
		return 0;
	browser_paint_end(b, true);
	edit_insert(b->filter, bytes, len);
	refilter(b);
	return PANE_HANDLED | PANE_REDRAW;
}

/* ---- mouse ------------------------------------------------------------------------------------------------------------ */

static struct drag_view
view(const struct browser *b)
{
	struct rect list = browser_rows(b);

	return (struct drag_view){list.y, list.h, b->top, filelist_rows(b->list)};
}

static enum drag_zone
zone(struct browser *b, int y, int x)
{
	if (rect_holds(front_pane(b->front, PANE_PEERS)->rect, y, x))
		return peerlist_at(b->front, y, x) != NULL ? DRAG_ON_PEER : DRAG_IN_PEERS;
	return rect_holds(browser_rows(b), y, x) ? DRAG_IN_LIST : DRAG_ELSEWHERE;
}

static void
click(struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);

	if (b->on_mark)
		browser_toggle(b, b->cursor);
	else if (b->clicks >= 2 && e != NULL && e->kind == DIRLIST_FOLDER)
		browser_enter(b);
}

static void
drop(struct browser *b)
{
	const struct key *at = peerlist_at(b->front, b->drag.y, b->drag.x);
	struct key peer;

	if (at != NULL) {
		peer = *at;
		/* The question has its own list of what is carried. */
		browser_send(b, &peer);
	}
	browser_paint_end(b, false);
	browser_carry_end(b);
}

static void
paint(struct browser *b)
{
	if (!b->painting)
		browser_paint_start(b, b->drag.anchor, b->drag.unmark);
	browser_paint(b, b->drag.anchor, b->drag.at);
	b->cursor = b->drag.at;
	b->moved = true;
}

static void
carry(struct browser *b)
{
	/* Rows that were being unmarked are carried all the same. */
	if (b->painting && b->drag.unmark)
		browser_paint_end(b, false);
	else if (!b->painting && !b->drag.unmark)
		browser_paint_start(b, b->drag.anchor, false);
	browser_carry(b, false, b->drag.y, b->drag.x);
}

static void
act(struct browser *b, enum drag_act what)
{
	switch (what) {
	case DRAG_CLICK:
		click(b);
		break;
	case DRAG_PAINTED:
		paint(b);
		break;
	case DRAG_CARRIED:
		carry(b);
		break;
	case DRAG_COMMIT:
		/* The release may have painted the last rows. */
		paint(b);
		browser_paint_end(b, true);
		break;
	case DRAG_DROP:
		carry(b);
		drop(b);
		break;
	case DRAG_REVERT:
		browser_paint_end(b, false);
		browser_carry_end(b);
		break;
	case DRAG_NOTHING:
	default:
		break;
	}
	if (b->drag.phase == DRAG_IDLE && !b->painting)
		browser_late(b);
	front_wake(b->pane, b->drag.edge != 0 ? DRAG_EDGE_MS : 0);
	front_dirty(b->front, PANE_BROWSER);
}

static void
scroll(struct browser *b, int rows)
{
	struct rect list = browser_rows(b);
	size_t n = filelist_rows(b->list), h = list.h > 0 ? (size_t)list.h : 1;
	size_t last = n > h ? n - h : 0, by = (size_t)(rows < 0 ? -rows : rows);

	if (rows < 0)
		b->top -= by < b->top ? by : b->top;
	else
		b->top = b->top + by < last ? b->top + by : last;
}

static unsigned
wheel(struct browser *b, int rows)
{
	struct rect list = browser_rows(b);
	size_t h = list.h > 0 ? (size_t)list.h : 1;

	struct drag_view v;

	scroll(b, rows);
	if (b->drag.phase != DRAG_IDLE) {
		v = view(b);
		act(b, drag_scrolled(&b->drag, &v));
		return PANE_HANDLED | PANE_REDRAW;
	}
	/* The cursor stays in sight. */
	if (b->cursor < b->top)
		move_to(b, b->top);
	else if (b->cursor >= b->top + h)
		move_to(b, b->top + h - 1);
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
press(struct browser *b, const struct input_mouse *m)
{
	struct drag_view v = view(b);
	struct rect list = browser_rows(b);
	size_t row;
	const struct dirlist_entry *e;

	if (m->button != INPUT_LEFT)
		return PANE_HANDLED;
	browser_paint_end(b, true);
	if (m->y == list.y - 1) {
		b->filtering = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	row = m->y >= list.y ? b->top + (size_t)(m->y - list.y) : v.n;
	e = filelist_at(b->list, row);
	if (e == NULL || !drag_press(&b->drag, &v, m->y, m->x, browser_marked(b, e)))
		return PANE_HANDLED;
	b->filtering = false;
	b->cursor = row;
	b->moved = true;
	b->on_mark = m->x - list.x <= BROWSER_MARK_X;
	b->clicks = m->clicks;
	return PANE_HANDLED | PANE_REDRAW | PANE_CAPTURE;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct browser *b = p->state;
	struct drag_view v;

	if (b->folder == NULL)
		return 0;
	v = view(b);
	switch (m->action) {
	case INPUT_PRESS:
		return press(b, m);
	case INPUT_MOTION:
		act(b, drag_motion(&b->drag, &v, m->y, m->x, zone(b, m->y, m->x)));
		break;
	case INPUT_RELEASE:
		act(b, drag_release(&b->drag, &v, m->y, m->x, zone(b, m->y, m->x)));
		break;
	case INPUT_WHEEL_UP:
		return wheel(b, -WHEEL_ROWS);
	case INPUT_WHEEL_DOWN:
		return wheel(b, WHEEL_ROWS);
	default:
		return 0;
	}
	return PANE_HANDLED | PANE_REDRAW;
}

static void
cancel(struct pane *p)
{
	struct browser *b = p->state;

	act(b, drag_cancel(&b->drag));
}

/* The pointer rests beyond the edge: the list goes on scrolling below it. */
static void
tick(struct pane *p)
{
	struct browser *b = p->state;
	struct drag_view v;

	if (b->drag.edge == 0)
		return;
	scroll(b, b->drag.edge);
	v = view(b);
	act(b, drag_scrolled(&b->drag, &v));
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static void
focus(struct pane *p, bool on)
{
	struct browser *b = p->state;
	char *cwd;

	if (!on) {
		b->filtering = false;
		browser_paint_end(b, true);
		return;
	}
	if (b->folder != NULL) {
		/* Opened again, not merely come back to: it has no place on the screen yet. */
		if (!b->reading && p->rect.h == 0)
			browser_refresh(b);
		return;
	}
	cwd = getcwd(NULL, 0);
	if (cwd == NULL)
		cwd = path_home();
	browser_visit(b, cwd, NULL);
	free(cwd);
}

static void
ready(struct pane *p)
{
	browser_news(p->state);
}

const struct pane_class browser_pane = {
	.name = "browser",
	.context = KEYS_BROWSER,
	.create = create,
	.destroy = destroy,
	.draw = browser_draw,
	.cursor = browser_cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
	.cancel = cancel,
	.focus = focus,
	.tick = tick,
	.ready = ready,
};

/* ---- the basket ------------------------------------------------------------------------------------------------------- */

/* A click on "x clears". */
static unsigned
basket_mouse(struct pane *p, const struct input_mouse *m)
{
	struct browser *b = front_pane(p->front, PANE_BROWSER)->state;
	struct rect r = p->rect;

	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT || m->y != r.y + r.h - 1 ||
	    m->x < r.x + r.w - 10 || r.w < 60)
		return 0;
	browser_clear(b);
	return PANE_HANDLED | PANE_REDRAW;
}

const struct pane_class basket_pane = {
	.name = "basket",
	.draw = basket_draw,
	.mouse = basket_mouse,
};
