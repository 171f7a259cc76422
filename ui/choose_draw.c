/* choose_draw.c - the list of an offer on the screen: marks, names, sizes, and what is chosen so far. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "ui/choose_priv.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"

#define SIZE_W 10

static void
draw_head(struct pane *p, struct grid *g)
{
	const struct choose *s = p->state;
	const struct model_transfer *t = model_transfer(front_model(p->front), s->transfer);
	struct rect r = p->rect;
	char line[160], size[TEXT_FIGURE], all[TEXT_FIGURE];
	const struct msg_choice *c;
	int x = r.x + 1, right;

	x += draw_text(g, r.y, x, r.w - 2, STYLE_TITLE, _("CHOOSE")) + 2;
	if (s->ev == NULL) {
		draw_text(g, r.y, x, r.x + r.w - x, STYLE_DIM, _("looking at the list…"));
		return;
	}
	c = &s->ev->b.choice;
	say_into(line, sizeof(line), "%u of %u · %s of %s", c->files, c->all_files,
		 text_size(size, sizeof(size), c->bytes),
		 text_size(all, sizeof(all), c->all_bytes));
	right = draw_right(g, r.y, r.x + r.w - 1, r.w - 10, c->files > 0 ? STYLE_GOOD : STYLE_WARN,
			   line);
	if (r.x + r.w - 2 - right > x)
		draw_textn(
			g, r.y, x, r.x + r.w - 2 - right - x, STYLE_STRONG,
			c->folder == UINT32_MAX && t != NULL ? t->what : (const char *)s->ev->bytes,
			strlen(c->folder == UINT32_MAX && t != NULL ? t->what
								    : (const char *)s->ev->bytes),
			TEXT_MIDDLE);
	if (s->typing || !edit_empty(s->filter))
		draw_fmt(g, r.y + 1, r.x + 1, r.w - 2, STYLE_STRONG, "/%s",
			 edit_text(s->filter, NULL));
	else if (t != NULL && t->t.free_bytes != 0 && c->bytes > t->t.free_bytes)
		draw_fmt(g, r.y + 1, r.x + 1, r.w - 2, STYLE_ERROR, "⚠ only %s are free",
			 text_size(size, sizeof(size), t->t.free_bytes));
	if (s->typing || !edit_empty(s->filter)) {
		say_into(line, sizeof(line), "%u match", c->rows);
		draw_right(g, r.y + 1, r.x + r.w - 1, 20, STYLE_DIM, line);
	}
}

static void
draw_row(struct pane *p, struct grid *g, int y, size_t i, bool on)
{
	static const char *const signs[] = {
		[CHOICE_NONE] = "[ ]", [CHOICE_SOME] = "[~]", [CHOICE_ALL] = "[✓]"};
	const struct choose *s = p->state;
	struct rect r = p->rect;
	struct choice_row row;
	char figure[TEXT_FIGURE + 24], size[TEXT_FIGURE];
	size_t first, last;
	bool paint;
	unsigned style = on ? STYLE_CURSOR : STYLE_NORMAL;
	int x = r.x + 1, w = r.w - 2;

	if (on)
		grid_clear(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	if (!choose_row(s, i, &row)) {
		draw_text(g, y, x, w, STYLE_DIM, "…");
		return;
	}
	if (choose_painted(s, &first, &last, &paint) && i >= first && i <= last)
		row.mark = paint ? CHOICE_ALL : CHOICE_NONE;
	x += draw_text(g, y, x, 3,
		       on			 ? style
		       : row.mark != CHOICE_NONE ? STYLE_GOOD
						 : STYLE_DIM,
		       signs[row.mark]) +
	     1;
	w = r.x + r.w - 1 - x;
	text_size(size, sizeof(size), row.size);
	if (row.kind == CHOICE_FOLDER && r.w >= 50)
		snprintf(figure, sizeof(figure),
			 say_plural("%u file  %s", "%u files  %s", row.files), row.files, size);
	else
		snprintf(figure, sizeof(figure), "%s", row.kind == CHOICE_LINK ? _("link") : size);
	w -= draw_right(g, y, r.x + r.w - 1, w / 2, on ? style : STYLE_DIM, figure) + 1;
	if (row.odd)
		w -= draw_right(g, y, x + w, 2, on ? style : STYLE_WARN, "⚠") + 1;
	snprintf(figure, sizeof(figure), "%s", row.kind == CHOICE_FOLDER ? "▸ " : "  ");
	x += draw_text(g, y, x, 2, style, figure);
	draw_textn(g, y, x, w - 2, style, row.name, strlen(row.name), TEXT_MIDDLE);
}

void
choose_draw(struct pane *p, struct grid *g, bool focus)
{
	const struct choose *s = p->state;
	size_t n = choose_rows(s), room = choose_room(p);
	struct rect r = p->rect;

	draw_head(p, g);
	if (s->ev != NULL && n == 0)
		draw_text(g, choose_y(p), r.x + 3, r.w - 4, STYLE_DIM,
			  edit_empty(s->filter) ? _("Nothing is in it.") : _("Nothing matches."));
	for (size_t i = 0; i < room && s->rows.top + i < n; i++)
		draw_row(p, g, choose_y(p) + (int)i, s->rows.top + i,
			 focus && !s->typing && s->rows.top + i == s->rows.cursor);
}
