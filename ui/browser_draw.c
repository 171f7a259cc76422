/* browser_draw.c - what the browser and its basket look like. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/marks.h"
#include "ui/keys.h"
#include "ui/pane.h"

/* Columns of a row: the painted block, the mark, the name; sizes begin and dates end so far from the right edge. */
#define PAINT_X	  1
#define MARK_X	  3
#define NAME_X	  5
#define SIZE_LEFT 19
#define DATE_END  3
/* Below this width dates go, and sizes move to the edge. */
#define DATES_W	  48
#define SIZE_W	  9
/* The names of the basket begin here at the earliest, as long as its total is not longer. */
#define BASKET_X  21
#define ODD	  _("⚠ odd name")

struct rect
browser_rows(const struct browser *b)
{
	struct rect r = b->pane->rect;

	return (struct rect){r.y + 2, r.x, r.h > 2 ? r.h - 2 : 0, r.w};
}

bool
browser_dates(const struct browser *b)
{
	return b->pane->rect.w >= DATES_W;
}

int
browser_size_x(const struct browser *b)
{
	return b->pane->rect.x + b->pane->rect.w - (browser_dates(b) ? SIZE_LEFT : SIZE_W + 1);
}

/* ---- the two lines above the list ------------------------------------------------------------------------------------- */

static void
title_right(const struct browser *b, char *out, size_t size)
{
	struct rect list = browser_rows(b);
	size_t rows = filelist_rows(b->list), h = list.h > 0 ? (size_t)list.h : 1;

	if (rows > h)
		say_into(out, size, "hidden %s %zu/%zu",
			 b->hidden ? C_("hidden files", "on") : C_("hidden files", "off"),
			 (b->top + h - 1) / h + 1, (rows + h - 1) / h);
	else
		say_into(out, size, "hidden %s",
			 b->hidden ? C_("hidden files", "on") : C_("hidden files", "off"));
}

int
browser_title_right(const struct browser *b)
{
	char right[64];

	title_right(b, right, sizeof(right));
	return (int)text_cells(right, strlen(right));
}

static void
draw_title(struct browser *b, struct grid *g, struct rect r)
{
	char *path = b->folder != NULL ? path_abbreviate(b->folder) : xstrdup("");
	char right[64];
	int w, n;

	title_right(b, right, sizeof(right));
	w = (int)text_cells(right, strlen(right));
	draw_right(g, r.y, r.x + r.w, w, STYLE_DIM, right);
	n = draw_text(g, r.y, r.x + 1, r.w - 1, STYLE_TITLE, _("FILES"));
	draw_textn(g, r.y, r.x + 1 + n + 2, r.w - n - 4 - w - 1, STYLE_STRONG, path, strlen(path),
		   TEXT_MIDDLE);
	free(path);
}

/* What is here, when there is no filter. Returns where it ends. */
static int
draw_counts(struct browser *b, struct grid *g, struct rect r)
{
	size_t total = filelist_total(b->list), hidden = filelist_hidden(b->list);
	int x = r.x + 1, w = r.w - 2;

	if (b->folder == NULL || b->error != 0)
		return x;
	if (b->reading)
		return x + draw_fmt(g, r.y + 1, x, w, STYLE_DIM, "reading… %zu so far", total);
	if (b->cut)
		return x + draw_fmt(g, r.y + 1, x, w, STYLE_WARN,
				    "more than %d here: the first of them", DIRLIST_MAX);
	if (hidden != 0)
		return x +
		       draw_fmt(g, r.y + 1, x, w, STYLE_DIM, "%zu here, %zu hidden", total, hidden);
	return x + draw_fmt(g, r.y + 1, x, w, STYLE_DIM, "%zu here", total);
}

static void
draw_filter(struct browser *b, struct grid *g, struct rect r)
{
	size_t len;
	const char *text = edit_text(b->filter, &len);
	char line[96];
	int end = r.x + r.w - (r.w >= DATES_W ? 14 : 1), w;

	if (!b->filtering && len == 0) {
		browser_captions(b, g, draw_counts(b, g, r) + 2, -1, NULL);
		return;
	}
	say_into(line, sizeof(line), "%zu of %zu match", filelist_matching(b->list),
		 filelist_total(b->list));
	w = draw_right(g, r.y + 1, end, r.w / 2, STYLE_DIM, line);
	draw_text(g, r.y + 1, r.x + 1, 1, STYLE_KEY, "/");
	draw_textn(g, r.y + 1, r.x + 2, end - w - r.x - 3, STYLE_STRONG, text, len, 0);
}

bool
browser_cursor(struct pane *p, int *y, int *x)
{
	struct browser *b = p->state;

	if (!b->filtering)
		return false;
	*y = p->rect.y + 1;
	*x = p->rect.x + 2 + (int)text_cells(edit_text(b->filter, NULL), edit_cursor(b->filter));
	return rect_holds(p->rect, *y, *x);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

static void
size_word(const struct dirlist_entry *e, char *out, size_t size)
{
	switch (e->kind) {
	case DIRLIST_FOLDER:
		if (e->items == DIRLIST_CLOSED)
			say_into(out, size, "no access");
		else if (e->items < 0)
			snprintf(out, size, "…");
		else if (e->items < 10000)
			snprintf(out, size,
				 say_plural("%lld item", "%lld items", (uint64_t)e->items),
				 (long long)e->items);
		else
			snprintf(out, size, "%" PRId64, e->items);
		break;
	case DIRLIST_FILE:
		text_size(out, size, e->size);
		break;
	case DIRLIST_FIFO:
		say_into(out, size, "pipe");
		break;
	case DIRLIST_SOCKET:
		say_into(out, size, "socket");
		break;
	case DIRLIST_BROKEN:
		say_into(out, size, "lost link");
		break;
	case DIRLIST_DEVICE:
	default:
		say_into(out, size, "device");
		break;
	}
}

/* "14:02" today, "2 Mar" this year, else "2024". */
static void
date_word(const struct browser *b, const struct dirlist_entry *e, char out[40])
{
	int64_t now = front_wall(b->front), then = e->mtime * 1000;
	time_t t = (time_t)e->mtime, n = (time_t)(now / 1000);
	struct tm tm, today;

	out[0] = '\0';
	if (localtime_r(&t, &tm) == NULL || localtime_r(&n, &today) == NULL)
		return;
	if (draw_same_day(now, then)) {
		draw_clock(out, then);
	} else if (tm.tm_year == today.tm_year) {
		char day[40];

		/* "Tue 3 March" -> "3 Mar" */
		draw_day(day, then, now);
		snprintf(out, 40, "%.*s", (int)(strcspn(day + 4, " ") + 4), day + 4);
	} else {
		snprintf(out, 40, "%d", tm.tm_year + 1900);
	}
}

static void
draw_name(struct browser *b, struct grid *g, int y, int x, int w, unsigned style,
	  const struct dirlist_entry *e)
{
	size_t len = strlen(e->name), cells = text_cells(e->name, len);
	int room = w - (e->odd ? (int)text_cells(ODD, strlen(ODD)) + 2 : 0) -
		   (e->kind == DIRLIST_FOLDER ? 1 : 0);
	bool on[PATH_NAME_MAX + 1];
	int n;

	if (room < 1)
		room = w;
	n = draw_textn(g, y, x, room, style, e->name, len, TEXT_MIDDLE);
	if (cells <= (size_t)room && filelist_highlight(b->list, e->name, on, NELEM(on)))
		for (int i = 0; i < n && i < (int)NELEM(on); i++)
			if (on[i])
				grid_restyle(g, (struct rect){y, x + i, 1, 1}, STYLE_MATCH);
	if (e->kind == DIRLIST_FOLDER)
		n += draw_text(g, y, x + n, w - n, style, "/");
	if (e->odd)
		draw_text(g, y, x + n + 2, w - n - 2, STYLE_WARN, ODD);
}

static void
draw_row(struct browser *b, struct grid *g, int y, size_t row, bool focus)
{
	struct rect r = b->pane->rect;
	struct dirlist_entry *e = filelist_at(b->list, row);
	bool dates = browser_dates(b), marked = browser_marked(b, e);
	bool painted = b->painting && row >= (b->anchor < b->at ? b->anchor : b->at) &&
		       row <= (b->anchor < b->at ? b->at : b->anchor);
	bool matches = filelist_matches(b->list, row);
	unsigned style = !matches || browser_refusal(e) != NULL ? STYLE_DIM
			 : e->kind == DIRLIST_FOLDER		? STYLE_FOLDER
								: STYLE_NORMAL;
	int size_x = browser_size_x(b);
	char word[TEXT_FIGURE + 8], date[40];

	if (painted)
		draw_text(g, y, r.x + PAINT_X, 1, STYLE_MARK, "█");
	if (marked)
		draw_text(g, y, r.x + MARK_X, 1, STYLE_MARK, "✓");
	else if (e->kind == DIRLIST_FOLDER)
		draw_text(g, y, r.x + MARK_X, 1, style, "▸");
	size_word(e, word, sizeof(word));
	draw_text(g, y, size_x, SIZE_W, e->kind == DIRLIST_FILE ? STYLE_NORMAL : STYLE_DIM, word);
	if (dates) {
		date_word(b, e, date);
		draw_right(g, y, r.x + r.w - DATE_END, 6, STYLE_DIM, date);
	}
	draw_name(b, g, y, r.x + NAME_X, size_x - r.x - NAME_X - 1, marked ? STYLE_MARK : style, e);
	if (row == b->cursor)
		grid_restyle(g, (struct rect){y, r.x, 1, r.w},
			     focus ? STYLE_CURSOR : STYLE_SELECTED);
	if (e->kind == DIRLIST_FOLDER && e->items == DIRLIST_UNCOUNTED) {
		char *path = browser_path(b, e);

		/* Only what is looked at is counted. */
		e->items = DIRLIST_COUNTING;
		dirlist_count(b->dirlist, path);
		free(path);
	}
}

/* Why there are no rows, in words. */
static void
draw_nothing(struct browser *b, struct grid *g, struct rect list)
{
	char line[200] = "";
	size_t len;

	edit_text(b->filter, &len);
	if (b->error == EACCES || b->error == EPERM)
		say_into(line, sizeof(line), "You may not read this folder.");
	else if (b->error == ENOENT || b->error == ENOTDIR)
		say_into(line, sizeof(line), "There is no such folder any more.");
	else if (b->error == EAGAIN)
		say_into(line, sizeof(line),
			 "The system gave no thread to read this folder; try again.");
	else if (b->error != 0)
		say_into(line, sizeof(line), "This folder cannot be read: %s.",
			 say_errno(b->error));
	else if (b->folder == NULL || b->reading)
		line[0] = '\0';
	else if (len != 0)
		say_into(line, sizeof(line), "Nothing here matches. %s lifts the filter.",
			 keys_name(REQ_BACK));
	else if (filelist_hidden(b->list) != 0)
		say_into(line, sizeof(line), "Nothing here but hidden files: %s shows them.",
			 keys_name(REQ_FILE_HIDDEN));
	else
		say_into(line, sizeof(line), "This folder is empty.");
	draw_wrapped(g, list.y, list.x + NAME_X, list.w - NAME_X - 1, list.h,
		     b->error != 0 ? STYLE_ERROR : STYLE_DIM, line, strlen(line));
}

void
browser_draw(struct pane *p, struct grid *g, bool focus)
{
	struct browser *b = p->state;
	struct rect list = browser_rows(b);
	size_t rows = filelist_rows(b->list), h = list.h > 0 ? (size_t)list.h : 0;

	/* What is beside it follows the cursor. */
	front_dirty(b->front, PANE_DETAILS);
	if (b->side != BROWSER_NO_SIDE) {
		browser_side_draw(b, g, focus);
		return;
	}
	if (b->look) {
		browser_look_draw(b, g, p->rect);
		return;
	}
	if (h > 0 && b->drag.phase == DRAG_IDLE) {
		if (b->cursor < b->top)
			b->top = b->cursor;
		if (b->cursor >= b->top + h)
			b->top = b->cursor - h + 1;
	}
	if (b->top + h > rows)
		b->top = rows > h ? rows - h : 0;
	draw_title(b, g, p->rect);
	draw_filter(b, g, p->rect);
	if (rows == 0)
		draw_nothing(b, g, list);
	for (size_t i = 0; i < h && b->top + i < rows; i++)
		draw_row(b, g, list.y + (int)i, b->top + i, focus);
}

/* ---- the basket ------------------------------------------------------------------------------------------------------- */

/* The names in it, as many as fit before column end, and how many more there are. */
static void
draw_basket_names(struct browser *b, struct grid *g, int y, int x, int end)
{
	const struct mark *m;
	size_t left = marks_count(b->marks);

	for (size_t at = 0; (m = marks_next(b->marks, &at)) != NULL; left--) {
		const char *slash = strrchr(m->path, '/');
		const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : m->path;
		int w = (int)text_cells(name, strlen(name)) + (m->folder ? 1 : 0);
		int keep = left > 1 ? 7 : 0;

		if (x + w > end - keep) {
			draw_fmt(g, y, x, end - x, STYLE_DIM, "+%zu", left);
			return;
		}
		x += draw_text(g, y, x, w, STYLE_MARK, name);
		if (m->folder)
			x += draw_text(g, y, x, 1, STYLE_MARK, "/");
		x += 2;
	}
}

void
basket_draw(struct pane *p, struct grid *g, bool focus)
{
	struct browser *b = front_pane(p->front, PANE_BROWSER)->state;
	struct rect r = p->rect;
	int y = r.y + r.h - 1, x, end = r.x + r.w - 1;
	char label[MARKS_LABEL], clears[32];
	bool error;
	const char *sentence = front_sentence(p->front, &error);

	(void)focus;
	if (r.h > 1) {
		draw_hline(g, r.y, r.x, r.w, STYLE_BORDER, "─");
		draw_text(g, r.y, r.x + 1, r.w - 1, STYLE_TITLE, _(" SELECTED "));
	}
	if (sentence[0] != '\0') {
		draw_text(g, y, r.x + 1, r.w - 2, error ? STYLE_ERROR : STYLE_STRONG, sentence);
		return;
	}
	if (marks_count(b->marks) == 0) {
		draw_fmt(g, y, r.x + 1, r.w - 2, STYLE_DIM,
			 "Nothing is selected: %s marks, %s sends what is under the cursor.",
			 keys_name(REQ_FILE_MARK), keys_name(REQ_FILE_SEND));
		return;
	}
	say_into(clears, sizeof(clears), "%s clears", keys_name(REQ_FILE_CLEAR));
	if (r.w >= 60)
		end -= draw_right(g, y, end, r.w / 3, STYLE_DIM, clears) + 2;
	x = r.x + 1 +
	    draw_text(g, y, r.x + 1, end - r.x - 1, STYLE_STRONG,
		      marks_label(b->marks, label, " · ")) +
	    3;
	if (x < r.x + BASKET_X && r.w >= 60)
		x = r.x + BASKET_X;
	draw_basket_names(b, g, y, x, end);
}

int
browser_basket_rows(int h)
{
	return h >= 16 ? 2 : 1;
}
