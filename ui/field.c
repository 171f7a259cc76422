/* field.c - a field of one row. */
#include "config.h"

#include "src/text.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/field.h"

/* "[ " and " ]": a blank on each side, the one at the right for the cursor. */
#define EDGES 4

/* Brackets and ground; the width between them. An empty field is another one: what it shows is not what somebody typed. */
static int
frame(struct grid *g, int y, int x, int w, unsigned style)
{
	int inner = w - EDGES < 2 ? 2 : w - EDGES;

	draw_text(g, y, x, 1, STYLE_BORDER, "[");
	grid_clear(g, (struct rect){y, x + 1, 1, inner + 2}, style);
	draw_text(g, y, x + inner + 3, 1, STYLE_BORDER, "]");
	return inner;
}

int
field_draw(struct grid *g, int y, int x, int w, struct edit *e, const char *hint)
{
	int inner = frame(g, y, x, w, edit_empty(e) ? STYLE_HINT : STYLE_FIELD);
	size_t start, end, col;

	edit_window(e, inner, &start, &end, &col);
	if (edit_empty(e))
		draw_text(g, y, x + 2, inner, STYLE_HINT, hint);
	else
		draw_textn(g, y, x + 2, inner, STYLE_FIELD, edit_text(e, NULL) + start, end - start,
			   0);
	return x + 2 + (int)col;
}

int
field_draw_secret(struct grid *g, int y, int x, int w, const struct edit *e, const char *hint)
{
	int inner = frame(g, y, x, w, edit_empty(e) ? STYLE_HINT : STYLE_FIELD), stars = 0,
	    before = 0, hidden;
	size_t len, at = 0;
	const char *text = edit_text(e, &len);
	uint32_t c;

	while (at < len) {
		at += text_next(text + at, len - at, &c);
		stars++;
		before += at <= edit_cursor(e);
	}
	if (len == 0)
		draw_text(g, y, x + 2, inner, STYLE_HINT, hint);
	hidden = before > inner ? before - inner : 0;
	for (int i = 0; i < inner && i < stars - hidden; i++)
		draw_text(g, y, x + 2 + i, 1, STYLE_FIELD, "*");
	return x + 2 + before - hidden;
}

void
field_click(struct edit *e, int x, int w, int click_x)
{
	int inner = w - EDGES < 2 ? 2 : w - EDGES, at = x + 2;
	struct text_iter it;
	struct text_cell cell;
	size_t start, end, col;

	edit_window(e, inner, &start, &end, &col);
	text_iter_init(&it, edit_text(e, NULL) + start, end - start, TEXT_ONE_LINE);
	while (text_cell_next(&it, &cell)) {
		if (click_x < at + cell.width) {
			edit_set_cursor(e, start + cell.start);
			return;
		}
		at += cell.width;
	}
	edit_set_cursor(e, end);
}
