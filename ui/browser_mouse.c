/* browser_mouse.c - the mouse in the browser: clicks, painting marks, carrying, the wheel. */
#include "config.h"

#include <stddef.h>

#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/pane.h"

#define WHEEL_ROWS 3

static struct drag_view
view(const struct browser *b)
{
	struct rect list = browser_rows(b);

	return (struct drag_view){list.y, list.h, b->top, filelist_rows(b->list)};
}

static enum drag_zone
zone(struct browser *b, int y, int x)
{
	/* With one pane the peers are behind the left edge: files that are carried there bring them up. */
	if (front_layout(b->front)->kind == LAYOUT_ONE && !front_carry(b->front)->active &&
	    !b->on_mark && x <= 0)
		return DRAG_IN_PEERS;
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
	else if (b->clicks >= 2 && e != NULL)
		b->look = true;
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

/* Which way the peers scroll below what is carried. */
static int
peers_edge(const struct browser *b)
{
	const struct carry *c = front_carry(b->front);

	return c->active && !c->by_keys ? peerlist_edge(b->front, c->y, c->x) : 0;
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
	front_wake(b->pane, b->drag.edge != 0 || peers_edge(b) != 0 ? DRAG_EDGE_MS : 0);
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
		browser_move(b, b->top);
	else if (b->cursor >= b->top + h)
		browser_move(b, b->top + h - 1);
	return PANE_HANDLED | PANE_REDRAW;
}

/* The first line: its word opens the places, its path leads up, its end shows hidden files or not. */
static void
title(struct browser *b, int x)
{
	struct rect r = b->pane->rect;

	if (x < r.x + 7)
		browser_side_open(b, BROWSER_PLACES_SIDE);
	else if (x >= r.x + r.w - browser_title_right(b))
		browser_toggle_hidden(b);
	else
		browser_parent(b);
}

static unsigned
press(struct browser *b, const struct input_mouse *m)
{
	struct drag_view v = view(b);
	struct rect list = browser_rows(b);
	enum filelist_order order;
	size_t row;
	const struct dirlist_entry *e;

	if (m->button != INPUT_LEFT)
		return PANE_HANDLED;
	browser_paint_end(b, true);
	if (m->y < list.y - 1) {
		title(b, m->x);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->y == list.y - 1 && browser_captions(b, NULL, 0, m->x, &order)) {
		browser_sort(b, order, order == b->order && !b->reverse);
		return PANE_HANDLED | PANE_REDRAW;
	}
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

unsigned
browser_mouse(struct pane *p, const struct input_mouse *m)
{
	struct browser *b = p->state;
	struct drag_view v;

	if (b->folder == NULL)
		return 0;
	if (b->side != BROWSER_NO_SIDE)
		return browser_side_mouse(b, m);
	if (b->look) {
		if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN)
			browser_look_scroll(b,
					    m->action == INPUT_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return PANE_HANDLED | PANE_REDRAW;
	}
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

void
browser_cancel(struct pane *p)
{
	struct browser *b = p->state;

	act(b, drag_cancel(&b->drag));
}

/* The pointer rests beyond the edge: the list goes on scrolling below it. */
void
browser_tick(struct pane *p)
{
	struct browser *b = p->state;
	struct drag_view v;
	int by = peers_edge(b);

	if (by != 0) {
		peerlist_scroll(b->front, by);
		act(b, DRAG_NOTHING);
		return;
	}
	if (b->drag.edge == 0)
		return;
	scroll(b, b->drag.edge);
	v = view(b);
	act(b, drag_scrolled(&b->drag, &v));
}
