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
	browser_take_order(b);
	browser_load_bookmarks(b);
	return b;
}

static void
destroy(void *state)
{
	struct browser *b = state;

	dirlist_free(b->dirlist);
	browser_look_free(b);
	places_clear(&b->all_places);
	places_clear(&b->bookmarks);
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

void
browser_move(struct browser *b, size_t row)
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
		browser_move(b, b->cursor > 0 ? b->cursor - 1 : 0);
	else if (req == REQ_LIST_DOWN)
		browser_move(b, b->cursor + 1);
	else if (req == REQ_SCROLL_UP)
		browser_move(b, b->cursor > step ? b->cursor - step : 0);
	else if (req == REQ_SCROLL_DOWN)
		browser_move(b, b->cursor + step);
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		browser_move(b, 0);
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		browser_move(b, filelist_rows(b->list));
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
		browser_move(b, b->cursor + 1);
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

void
browser_toggle_hidden(struct browser *b)
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
		browser_toggle_hidden(b);
	else if (req == REQ_FILE_BACK || req == REQ_FILE_FORWARD)
		browser_again(b, req == REQ_FILE_BACK);
	else if (req == REQ_FILE_PLACES || req == REQ_FILE_BASKET)
		browser_side_open(b, req == REQ_FILE_PLACES ? BROWSER_PLACES_SIDE
							    : BROWSER_BASKET_SIDE);
	else if (req == REQ_FILE_BOOKMARK)
		browser_bookmark(b);
	else if (req == REQ_FILE_SORT)
		browser_ask_order(b);
	else if (req == REQ_FILE_REVERSE)
		browser_sort(b, b->order, !b->reverse);
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

/* While the preview has the list's place. False: the key does what it does in the list. */
static bool
look_key(struct browser *b, enum request req)
{
	if (req == REQ_BACK || req == REQ_FILE_PARENT)
		b->look = false;
	else if (req == REQ_SCROLL_UP || req == REQ_SCROLL_DOWN)
		browser_look_scroll(b, req == REQ_SCROLL_UP ? -(long)page(b) : (long)page(b));
	else if (req == REQ_LIST_FILTER || req == REQ_FILE_ENTER || req == REQ_FILE_HOME ||
		 req == REQ_FILE_BACK || req == REQ_FILE_FORWARD || req == REQ_FILE_SORT)
		return b->look = false;
	else
		return false;
	front_dirty(b->front, PANE_DETAILS);
	return true;
}

static bool
looking(struct browser *b, enum request req)
{
	if (b->look && look_key(b, req))
		return true;
	if (req == REQ_FILE_PREVIEW)
		b->look = !b->look && browser_entry(b) != NULL;
	else if (req == REQ_FILE_PREVIEW_UP || req == REQ_FILE_PREVIEW_DOWN)
		browser_look_scroll(b, req == REQ_FILE_PREVIEW_UP ? -5 : 5);
	else
		return false;
	front_dirty(b->front, PANE_DETAILS);
	return true;
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
	if (b->side != BROWSER_NO_SIDE && browser_side_key(b, req, k))
		return PANE_HANDLED | PANE_REDRAW;
	if (b->filtering && filter_key(b, req, k))
		return PANE_HANDLED | PANE_REDRAW;
	if (b->painting && !part_of_range(b, req))
		browser_paint_end(b, true);
	if (looking(b, req) || motion(b, req) || marking(b, req) || going(b, req) ||
	    (req == REQ_BACK && back(b)))
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

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static void
focus(struct pane *p, bool on)
{
	struct browser *b = p->state;
	char *cwd;

	if (!on) {
		b->look = b->look && front_main(b->front) == PANE_BROWSER;
		b->filtering = false;
		browser_paint_end(b, true);
		return;
	}
	browser_take_order(b);
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
	.mouse = browser_mouse,
	.cancel = browser_cancel,
	.focus = focus,
	.tick = browser_tick,
	.ready = ready,
};

/* ---- the basket ------------------------------------------------------------------------------------------------------- */

/* A click on "x clears"; elsewhere it opens the basket. */
static unsigned
basket_mouse(struct pane *p, const struct input_mouse *m)
{
	struct browser *b = front_pane(p->front, PANE_BROWSER)->state;
	struct rect r = p->rect;

	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT || m->y != r.y + r.h - 1 ||
	    marks_count(b->marks) == 0)
		return 0;
	if (m->x >= r.x + r.w - 10 && r.w >= 60)
		browser_clear(b);
	else
		browser_side_open(b, BROWSER_BASKET_SIDE);
	return PANE_HANDLED | PANE_REDRAW;
}

const struct pane_class basket_pane = {
	.name = "basket",
	.draw = basket_draw,
	.mouse = basket_mouse,
};
