/* browser_side.c - what lies over the browser's list: the places one goes to, and the basket, opened to be edited. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/marks.h"
#include "ui/pane.h"

/* Columns of a row: the number or mark, the name; and how wide names of places are. */
#define SIGN_X 1
#define NAME_X 4
#define NAME_W 18

static size_t
rows(const struct browser *b)
{
	return b->side == BROWSER_PLACES_SIDE ? b->all_places.n : marks_count(b->marks);
}

static int
height(const struct browser *b)
{
	struct rect list = browser_rows(b);

	return list.h > 1 ? list.h : 1;
}

static const struct mark *
mark_at(const struct browser *b, size_t row)
{
	const struct mark *m = NULL;

	for (size_t at = 0, i = 0; i <= row; i++)
		if ((m = marks_next(b->marks, &at)) == NULL)
			return NULL;
	return m;
}

/* The cursor is on a row, and the row on the screen. */
static void
clamp(struct browser *b)
{
	size_t n = rows(b), h = (size_t)height(b);

	if (b->side_cursor >= n)
		b->side_cursor = n > 0 ? n - 1 : 0;
	if (b->side_cursor < b->side_top)
		b->side_top = b->side_cursor;
	if (b->side_cursor >= b->side_top + h)
		b->side_top = b->side_cursor - h + 1;
}

static void
settle(struct browser *b)
{
	clamp(b);
	front_dirty(b->front, PANE_BROWSER);
	front_dirty(b->front, PANE_DETAILS);
	front_dirty(b->front, PANE_KEYLINE);
}

void
browser_side_open(struct browser *b, enum browser_side side)
{
	browser_paint_end(b, true);
	places_clear(&b->all_places);
	b->filtering = b->look = false;
	b->side = b->side == side ? BROWSER_NO_SIDE : side;
	b->side_cursor = b->side_top = 0;
	if (b->side == BROWSER_PLACES_SIDE)
		places_all(&b->all_places, options_text(front_options(b->front), OPT_downloads),
			   &b->bookmarks);
	settle(b);
}

enum browser_side
browser_side(struct front *f)
{
	const struct browser *b = front_pane(f, PANE_BROWSER)->state;

	return b->side;
}

/* ---- bookmarks -------------------------------------------------------------------------------------------------------- */

static void
complain(void *arg, const char *sentence)
{
	struct browser *b = arg;

	front_error(b->front, "%s", sentence);
}

void
browser_load_bookmarks(struct browser *b)
{
	places_clear(&b->bookmarks);
	places_load(&b->bookmarks, front_config_path(b->front), complain, b);
}

static bool
save(struct browser *b, const char *path, bool add)
{
	char err[512];

	if (places_save(front_config_path(b->front), path, add, err, sizeof(err)))
		return true;
	front_error(b->front, "%s", err);
	return false;
}

void
browser_bookmark(struct browser *b)
{
	bool there = places_has(&b->bookmarks, PLACE_BOOKMARK, b->folder);
	char *shown = path_abbreviate(b->folder);

	if (!there && places_full(&b->bookmarks, PLACE_BOOKMARK)) {
		front_error(b->front, "There are %d bookmarks, and there can be no more.",
			    PLACES_MAX);
	} else if (save(b, b->folder, true)) {
		if (places_add(&b->bookmarks, PLACE_BOOKMARK, NULL, b->folder))
			front_say(b->front, "%s is a bookmark now; %s lists them.", shown,
				  keys_name(REQ_FILE_PLACES));
		else
			front_say(b->front, "%s is a bookmark already.", shown);
	}
	free(shown);
	if (b->side == BROWSER_PLACES_SIDE) {
		size_t at = b->side_cursor;

		b->side = BROWSER_NO_SIDE;
		browser_side_open(b, BROWSER_PLACES_SIDE);
		b->side_cursor = at;
		settle(b);
	}
}

static void
remove_place(struct browser *b)
{
	struct place *p =
		b->side_cursor < b->all_places.n ? &b->all_places.at[b->side_cursor] : NULL;
	struct places left = {0};
	size_t at = b->side_cursor;

	if (p == NULL || p->kind != PLACE_BOOKMARK) {
		front_say(b->front, "Only bookmarks can be taken away.");
		front_bell(b->front);
		return;
	}
	if (!save(b, p->path, false))
		return;
	for (size_t i = 0; i < b->bookmarks.n; i++)
		if (strcmp(b->bookmarks.at[i].path, p->path) != 0)
			places_add(&left, PLACE_BOOKMARK, NULL, b->bookmarks.at[i].path);
	places_clear(&b->bookmarks);
	b->bookmarks = left;
	b->side = BROWSER_NO_SIDE;
	browser_side_open(b, BROWSER_PLACES_SIDE);
	b->side_cursor = at;
	settle(b);
}

/* ---- what is done with a row ------------------------------------------------------------------------------------------ */

/* To the place; or to where a marked file lies. */
static void
go(struct browser *b)
{
	const struct mark *m;

	if (b->side == BROWSER_PLACES_SIDE && b->side_cursor < b->all_places.n) {
		char *to = xstrdup(b->all_places.at[b->side_cursor].path);

		browser_side_open(b, BROWSER_PLACES_SIDE);
		browser_visit(b, to, NULL);
		free(to);
	} else if (b->side == BROWSER_BASKET_SIDE && (m = mark_at(b, b->side_cursor)) != NULL) {
		char *folder = xstrdup(m->path), *slash = strrchr(folder, '/');
		char *name = xstrdup(slash + 1);

		slash[slash == folder ? 1 : 0] = '\0';
		browser_side_open(b, BROWSER_BASKET_SIDE);
		browser_visit(b, folder, name);
		free(name);
		free(folder);
	} else {
		front_bell(b->front);
	}
}

static void
take_out(struct browser *b)
{
	const struct mark *m;

	if (b->side == BROWSER_PLACES_SIDE) {
		remove_place(b);
		return;
	}
	m = mark_at(b, b->side_cursor);
	if (m == NULL)
		return;
	marks_remove(b->marks, m->path);
	front_dirty(b->front, PANE_BASKET);
	settle(b);
}

/* ---- keys and mouse --------------------------------------------------------------------------------------------------- */

static bool
side_motion(struct browser *b, enum request req)
{
	size_t step = (size_t)height(b), *at = &b->side_cursor;

	if (req == REQ_LIST_UP)
		*at -= *at > 0;
	else if (req == REQ_LIST_DOWN)
		*at += 1;
	else if (req == REQ_SCROLL_UP)
		*at -= step < *at ? step : *at;
	else if (req == REQ_SCROLL_DOWN)
		*at += step;
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		*at = 0;
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		*at = SIZE_MAX;
	else
		return false;
	settle(b);
	return true;
}

/* The n-th bookmark by its digit. */
static bool
digit(struct browser *b, struct input_key k)
{
	if (b->side != BROWSER_PLACES_SIDE || k.mods != 0 || k.sym < '1' || k.sym > '9')
		return false;
	for (size_t i = 0, n = k.sym - '0'; i < b->all_places.n; i++) {
		if (b->all_places.at[i].kind != PLACE_BOOKMARK || --n > 0)
			continue;
		b->side_cursor = i;
		go(b);
		return true;
	}
	front_bell(b->front);
	return true;
}

bool
browser_side_key(struct browser *b, enum request req, struct input_key k)
{
	const struct keys_row *row = keys_row(req);
	bool basket = b->side == BROWSER_BASKET_SIDE;

	if (digit(b, k) || side_motion(b, req))
		return true;
	if (req == REQ_BACK || req == REQ_FILE_PARENT)
		browser_side_open(b, b->side);
	else if (req == REQ_FILE_PLACES || req == REQ_FILE_BASKET)
		browser_side_open(b, req == REQ_FILE_PLACES ? BROWSER_PLACES_SIDE
							    : BROWSER_BASKET_SIDE);
	else if (req == REQ_FILE_ENTER || (req == REQ_FILE_SEND && !basket))
		go(b);
	else if (req == REQ_FILE_REMOVE || (req == REQ_FILE_MARK && basket))
		take_out(b);
	else if (req == REQ_FILE_BOOKMARK)
		browser_bookmark(b);
	else if (basket &&
		 (req == REQ_FILE_SEND || req == REQ_FILE_SEND_TO || req == REQ_FILE_CLEAR))
		return false;
	else
		/* Nothing in the list below changes unseen. */
		return row != NULL && (row->contexts & (KEYS_BROWSER | KEYS_MARKED)) != 0 &&
		       req != REQ_LIST_HELP;
	return true;
}

unsigned
browser_side_mouse(struct browser *b, const struct input_mouse *m)
{
	struct rect list = browser_rows(b);
	size_t row = m->y >= list.y ? b->side_top + (size_t)(m->y - list.y) : SIZE_MAX;

	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) {
		for (int i = 0; i < 3; i++)
			side_motion(b, m->action == INPUT_WHEEL_UP ? REQ_LIST_UP : REQ_LIST_DOWN);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return PANE_HANDLED;
	if (m->y < list.y) {
		browser_side_open(b, b->side);
	} else if (row < rows(b)) {
		b->side_cursor = row;
		settle(b);
		if (b->side == BROWSER_BASKET_SIDE && m->x - list.x < NAME_X)
			take_out(b);
		else if (b->side == BROWSER_PLACES_SIDE || m->clicks >= 2)
			go(b);
	}
	return PANE_HANDLED | PANE_REDRAW;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static void
draw_place(struct browser *b, struct grid *g, int y, size_t row)
{
	const struct place *p = &b->all_places.at[row];
	const char *name = p->kind == PLACE_HOME	? _("Home")
			   : p->kind == PLACE_DOWNLOADS ? _("Downloads")
							: p->name;
	struct rect r = b->pane->rect;
	char *path = path_abbreviate(p->path);
	int name_w = r.w >= 40 ? NAME_W : 12, x = r.x + NAME_X + name_w + 1;
	size_t number = 0;

	for (size_t i = 0; i <= row; i++)
		number += b->all_places.at[i].kind == PLACE_BOOKMARK;
	if (p->kind == PLACE_BOOKMARK && number <= 9)
		draw_fmt(g, y, r.x + SIGN_X + 1, 1, STYLE_KEY, "%zu", number);
	draw_textn(g, y, r.x + NAME_X, name_w, STYLE_FOLDER, name, strlen(name), TEXT_MIDDLE);
	draw_textn(g, y, x, r.x + r.w - x - 1, STYLE_DIM, path, strlen(path), TEXT_MIDDLE);
	free(path);
}

static void
draw_marked(struct browser *b, struct grid *g, int y, const struct mark *m)
{
	struct rect r = b->pane->rect;
	char *path = path_abbreviate(m->path), size[TEXT_FIGURE + 8];
	bool odd = text_has_hostile(m->path, strlen(m->path));
	int w, n;

	if (m->folder && !m->known)
		snprintf(size, sizeof(size), "…");
	else
		text_size(size, sizeof(size), m->bytes);
	draw_text(g, y, r.x + SIGN_X, 1, STYLE_MARK, "✓");
	w = draw_right(g, y, r.x + r.w - 1, 12, STYLE_NORMAL, size);
	n = draw_textn(g, y, r.x + NAME_X - 1, r.w - w - NAME_X - 3, odd ? STYLE_WARN : STYLE_MARK,
		       path, strlen(path), TEXT_MIDDLE);
	if (m->folder)
		draw_text(g, y, r.x + NAME_X - 1 + n, 1, STYLE_MARK, "/");
	free(path);
}

void
browser_side_draw(struct browser *b, struct grid *g, bool focus)
{
	struct rect r = b->pane->rect, list = browser_rows(b);
	bool basket = b->side == BROWSER_BASKET_SIDE;
	const char *nothing = _("Nothing is selected.");
	char label[MARKS_LABEL];
	size_t at = 0;

	clamp(b);
	draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, basket ? _("SELECTED") : _("PLACES"));
	if (basket)
		draw_text(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM,
			  marks_label(b->marks, label, " · "));
	for (size_t i = 0; basket && i < b->side_top; i++)
		marks_next(b->marks, &at);
	for (int i = 0; i < list.h && b->side_top + (size_t)i < rows(b); i++) {
		size_t row = b->side_top + (size_t)i;

		if (basket)
			draw_marked(b, g, list.y + i, marks_next(b->marks, &at));
		else
			draw_place(b, g, list.y + i, row);
		if (row == b->side_cursor)
			grid_restyle(g, (struct rect){list.y + i, r.x, 1, r.w},
				     focus ? STYLE_CURSOR : STYLE_SELECTED);
	}
	if (rows(b) == 0)
		draw_text(g, list.y, list.x + NAME_X, list.w - NAME_X - 1, STYLE_DIM, nothing);
	else if (!basket && b->bookmarks.n == 0 && (int)rows(b) + 1 < list.h)
		draw_fmt(g, list.y + (int)rows(b) + 1, list.x + NAME_X, list.w - NAME_X - 1,
			 STYLE_DIM, "%s makes the open folder a bookmark.",
			 keys_name(REQ_FILE_BOOKMARK));
}
