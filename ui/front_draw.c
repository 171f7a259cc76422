/* front_draw.c - where each pane lies, and all of them drawn into the grid. */
#include "config.h"

#include <stdio.h>

#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser.h"
#include "ui/draw.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"

static struct rect
place(const struct front *f, enum pane_id id)
{
	static const struct rect nowhere = {0, 0, 0, 0};
	const struct layout *l = &f->layout;

	switch (id) {
	case PANE_HEADER:
		return l->header;
	case PANE_PEERS:
		return l->peers;
	case PANE_DETAILS:
		return l->details;
	case PANE_TRANSFERS:
		return l->transfers;
	case PANE_BASKET:
		return l->basket;
	case PANE_HINT:
		return l->hint;
	case PANE_PROMPT:
		return l->prompt;
	case PANE_KEYLINE:
		return l->keys;
	case PANE_CHAT:
	case PANE_WELCOME:
	case PANE_BROWSER:
	case PANE_HELP:
	case PANE_SEARCH:
	case PANE_CHOOSE:
	case PANE_WENT:
		return f->main == id ? l->main : nowhere;
	case PANE_COUNT:
	default:
		return nowhere;
	}
}

static int
wanted_rows(struct front *f, enum pane_id id, int width)
{
	struct pane *p = &f->panes[id];

	return p->class->rows != NULL ? p->class->rows(p, width) : 0;
}

static void
lay_out(struct front *f)
{
	struct layout before = f->layout;
	int w = grid_width(f->grid);
	struct layout_want want = {
		.h = grid_height(f->grid),
		.w = w,
		.prompt_rows = wanted_rows(f, PANE_PROMPT, w),
		.transfer_rows = wanted_rows(f, PANE_TRANSFERS, w),
		.basket_rows =
			f->main == PANE_BROWSER ? browser_basket_rows(grid_height(f->grid)) : 0,
		.peers_w = divide_width(f, 1),
		.details_w = divide_width(f, 2),
		.peers_focus = f->focus == PANE_PEERS || f->carry.active,
		.transfer_focus = f->focus == PANE_TRANSFERS,
		.bare = f->bare && f->main == PANE_CHAT,
	};

	layout_compute(&want, &f->layout);
	for (int i = 0; i < PANE_COUNT; i++)
		f->panes[i].rect = place(f, (enum pane_id)i);
	if (memcmp(&before, &f->layout, sizeof(before)) != 0)
		f->all_dirty = true;
	f->relayout = false;
}

static void
draw_tiny(struct front *f)
{
	struct rect all = {0, 0, grid_height(f->grid), grid_width(f->grid)};
	char line[80];

	say_into(line, sizeof(line), "p2p-tui needs %dx%d, this is %dx%d.", LAYOUT_MIN_W,
		 LAYOUT_MIN_H, all.w, all.h);
	grid_clear(f->grid, all, STYLE_NORMAL);
	draw_wrapped(f->grid, 0, 0, all.w, all.h, STYLE_WARN, line, strlen(line));
}

/* The lines between the columns, with a ┴ where the transfers' title meets them. */
static void
draw_dividers(struct front *f)
{
	const struct layout *l = &f->layout;
	const int at[] = {l->divide_left, l->divide_right};

	for (size_t i = 0; i < NELEM(at); i++) {
		bool held = f->divide.which == (int)i + 1;

		if (at[i] < 0)
			continue;
		draw_vline(f->grid, l->main.y, at[i], l->main.h, held ? STYLE_TITLE : STYLE_BORDER,
			   held ? "┃" : "│");
		if (l->transfers.h > 1 && l->kind != LAYOUT_ONE)
			draw_text(f->grid, l->transfers.y, at[i], 1, STYLE_BORDER, "┴");
		if (l->transfers.h == 0 && l->basket.h > 1 && l->kind != LAYOUT_ONE)
			draw_text(f->grid, l->basket.y, at[i], 1, STYLE_BORDER, "┴");
	}
}

/* Draws panes that are dirty; returns whether any was. */
static bool
draw_panes(struct front *f)
{
	/* Drawn last what lies over others: the peers, when there is one pane. */
	static const enum pane_id order[] = {
		PANE_HEADER,	PANE_CHAT,   PANE_WELCOME, PANE_BROWSER, PANE_HELP,
		PANE_SEARCH,	PANE_CHOOSE, PANE_WENT,	   PANE_DETAILS, PANE_PEERS,
		PANE_TRANSFERS, PANE_BASKET, PANE_HINT,	   PANE_PROMPT,	 PANE_KEYLINE};
	bool any = false, main_drawn = false;

	_Static_assert(NELEM(order) == PANE_COUNT, "every pane has its turn");
	for (size_t i = 0; i < NELEM(order); i++) {
		struct pane *p = &f->panes[order[i]];
		bool over = p->id == PANE_PEERS && f->layout.kind == LAYOUT_ONE && main_drawn;

		if (p->rect.h <= 0 || !(p->dirty || f->all_dirty || over))
			continue;
		p->dirty = false;
		any = true;
		main_drawn |= p->id == f->main;
		grid_clip(f->grid, p->rect);
		grid_clear(f->grid, p->rect, STYLE_NORMAL);
		p->class->draw(p, f->grid, p->id == f->focus && f->top == NULL);
		grid_clip_none(f->grid);
	}
	return any;
}

static void
draw_ghost(struct front *f)
{
	char label[sizeof(f->carry.label) + 8];
	int w, x = f->carry.x + 2;

	/* By keys nothing follows. With the mouse it keeps beside the peers, whose names and answers are to be read. */
	if (f->carry.by_keys)
		return;
	if (rect_holds(f->layout.peers, f->carry.y, f->carry.x))
		x = f->layout.peers.x + f->layout.peers.w + 1;
	snprintf(label, sizeof(label), " ⠿ %s ", f->carry.label);
	w = (int)text_cells(label, strlen(label));
	if (x + w > grid_width(f->grid))
		x = grid_width(f->grid) - w;
	draw_text(f->grid, f->carry.y, x > 0 ? x : 0, w, STYLE_GHOST, label);
}

const struct grid *
front_draw(struct front *f, int *cursor_y, int *cursor_x)
{
	struct pane *p;

	*cursor_y = *cursor_x = -1;
	if (f->relayout)
		lay_out(f);
	if (f->layout.kind == LAYOUT_TINY) {
		draw_tiny(f);
		return f->grid;
	}
	/* The ghost moves over panes that are not dirty. */
	if (f->carry.active)
		f->all_dirty = true;
	if (draw_panes(f))
		draw_dividers(f);
	if (f->top != NULL) {
		struct rect area = {0, 0, grid_height(f->grid), grid_width(f->grid)};

		/* What lies behind a question steps back; the keys below are its own. */
		grid_fade(f->grid, (struct rect){0, 0, area.h - f->layout.keys.h, area.w});
		dialog_draw(f->top, f->grid, area, dialog_guarded(f->top));
		dialog_cursor(f->top, cursor_y, cursor_x);
	} else {
		p = &f->panes[f->focus];
		if (p->rect.h <= 0 || p->class->cursor == NULL ||
		    !p->class->cursor(p, cursor_y, cursor_x))
			*cursor_y = -1;
	}
	if (f->carry.active)
		draw_ghost(f);
	f->all_dirty = f->carry.active;
	return f->grid;
}

void
front_resize(struct front *f, int h, int w)
{
	front_cancel_capture(f);
	grid_resize(f->grid, h, w);
	f->relayout = f->all_dirty = true;
}
