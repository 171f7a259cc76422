/* went_draw.c - the list of where files went on the screen: signs, paths, sizes, and how many went which way. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/went_priv.h"

#define FAILED (1u << WENT_CHANGED | 1u << WENT_UNREADABLE | 1u << WENT_LEFT_OUT)

const char *
went_kinds_name(uint32_t kinds)
{
	switch (kinds) {
	case FAILED:
		return _("failed");
	case 1u << WENT_RENAMED:
		return _("renamed");
	case 1u << WENT_SAME:
		return _("identical");
	case 1u << WENT_NOT_TAKEN:
		return _("not taken");
	case 1u << WENT_THERE:
		return _("arrived");
	default:
		return _("all");
	}
}

static const char *
sign(enum went how, unsigned *style)
{
	switch (how) {
	case WENT_SAME:
		*style = STYLE_DIM;
		return "=";
	case WENT_RENAMED:
		*style = STYLE_WARN;
		return "✓";
	case WENT_NOT_TAKEN:
		*style = STYLE_DIM;
		return "·";
	case WENT_CHANGED:
	case WENT_UNREADABLE:
	case WENT_LEFT_OUT:
		*style = STYLE_ERROR;
		return "✗";
	case WENT_THERE:
	case WENT_KINDS:
	default:
		*style = STYLE_GOOD;
		return "✓";
	}
}

/* ---- the head ---------------------------------------------------------------------------------------------------------- */

/* " · 3 renamed", if there are. */
static void
add_count(char *line, size_t size, uint32_t n, const char *word)
{
	size_t len = strlen(line);

	if (n > 0)
		snprintf(line + len, size - len, "%s%u %s", len > 0 ? " · " : "", n, word);
}

static void
draw_counts(struct pane *p, struct grid *g)
{
	const struct went_list *s = p->state;
	struct rect r = p->rect;
	char line[160] = "";
	uint32_t failed = s->how[WENT_CHANGED] + s->how[WENT_UNREADABLE] + s->how[WENT_LEFT_OUT];

	add_count(line, sizeof(line), failed, _("failed"));
	add_count(line, sizeof(line), s->how[WENT_THERE], _("arrived"));
	add_count(line, sizeof(line), s->how[WENT_RENAMED], _("renamed"));
	add_count(line, sizeof(line), s->how[WENT_SAME], _("identical"));
	add_count(line, sizeof(line), s->how[WENT_NOT_TAKEN], _("not taken"));
	draw_text(g, r.y + 1, r.x + 1, r.w - 2, failed > 0 ? STYLE_ERROR : STYLE_DIM, line);
}

static void
draw_filter(struct pane *p, struct grid *g)
{
	const struct went_list *s = p->state;
	struct rect r = p->rect;
	char line[64];
	int right;

	say_into(line, sizeof(line), "%zu of %u %s", went_rows(s), s->all,
		 s->kinds == 0 ? C_("how many", "match") : went_kinds_name(s->kinds));
	right = draw_right(g, r.y + 1, r.x + r.w - 1, r.w / 2, STYLE_DIM, line);
	if (s->typing || !edit_empty(s->filter))
		draw_fmt(g, r.y + 1, r.x + 1, r.w - 3 - right, STYLE_STRONG, "/%s",
			 edit_text(s->filter, NULL));
	else
		draw_fmt(g, r.y + 1, r.x + 1, r.w - 3 - right, STYLE_STRONG, "only %s",
			 went_kinds_name(s->kinds));
}

/* "WHERE IT WENT  holiday  from Boris  3 March 14:02". */
static void
draw_head(struct pane *p, struct grid *g, const struct model_transfer *t)
{
	const struct went_list *s = p->state;
	const struct model_contact *c = model_contact(front_model(p->front), &t->t.peer);
	struct rect r = p->rect;
	char line[NAME_SIZE + 32], day[40], clock[6];
	int x = r.x + 1, right = 0;

	x += draw_text(g, r.y, x, r.w - 2, STYLE_TITLE, _("WHERE IT WENT")) + 2;
	snprintf(line, sizeof(line), "%s %s", t->t.dir == DIR_OUT ? _("to") : _("from"),
		 c != NULL ? c->c.name : "?");
	if (t->t.ended != 0 && r.w >= 60) {
		char when[64];

		snprintf(when, sizeof(when), "%s %s",
			 draw_day(day, t->t.ended, front_wall(p->front)),
			 draw_clock(clock, t->t.ended));
		right = draw_right(g, r.y, r.x + r.w - 1, 24, STYLE_DIM, when) + 2;
	}
	right += draw_right(g, r.y, r.x + r.w - 1 - right, r.w / 3, STYLE_NORMAL, line) + 2;
	draw_textn(g, r.y, x, r.x + r.w - 1 - right - x, STYLE_STRONG, t->what, strlen(t->what),
		   TEXT_MIDDLE);
	if (s->ev == NULL)
		draw_text(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM, _("looking at the list…"));
	else if (s->typing || !edit_empty(s->filter) || s->kinds != 0)
		draw_filter(p, g);
	else
		draw_counts(p, g);
}

/* ---- rows -------------------------------------------------------------------------------------------------------------- */

static void
draw_row(struct pane *p, struct grid *g, int y, const struct model_transfer *t,
	 const struct went_row *row, bool on)
{
	struct rect r = p->rect;
	unsigned style, plain = on ? STYLE_CURSOR : STYLE_NORMAL;
	const char *mark = sign(row->how, &style), *path = row->path;
	char figure[TEXT_FIGURE], *shown = NULL;
	int x = r.x + 1, w = r.w - 2, n;
	size_t prefix = went_prefix(path, t->place);

	if (on)
		grid_clear(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	x += draw_text(g, y, x, 1, on ? STYLE_CURSOR : style, mark) + 1;
	w -= 2;
	if (row->link)
		say_into(figure, sizeof(figure), "link");
	else
		text_size(figure, sizeof(figure), row->size);
	w -= draw_right(g, y, x + w, 10, on ? STYLE_CURSOR : STYLE_DIM, figure) + 2;
	if (prefix == 0)
		path = shown = path_abbreviate(path);
	n = draw_textn(g, y, x, w, plain, path + prefix, strlen(path + prefix), TEXT_MIDDLE);
	free(shown);
	/* What there is room for of the rest. */
	if (row->how == WENT_RENAMED)
		draw_fmt(g, y, x + n + 2, w - n - 2, on ? STYLE_CURSOR : STYLE_WARN,
			 "instead of %s", row->note);
	else if (row->how != WENT_THERE)
		draw_fmt(g, y, x + n + 2, w - n - 2, on ? STYLE_CURSOR : style, "%s%s%s",
			 _(went_words(row->how, t->t.dir)), row->note[0] != '\0' ? ": " : "",
			 _(row->note));
}

/* Why there is nothing to show. */
static const char *
nothing(const struct went_list *s, const struct model_transfer *t)
{
	if (s->ev->b.went_page.failed)
		return _("The history cannot be read.");
	if (s->all > 0)
		return _("Nothing matches.");
	if (!transfer_ended(t->t.state))
		return _("It is still on its way: the list is made when it has arrived.");
	if (t->t.state == TRANSFER_DONE)
		return _("Where its files went was not written down.");
	return t->t.dir == DIR_IN ? _("None of its files was kept.")
				  : _("None of its files is known to have arrived.");
}

void
went_draw(struct pane *p, struct grid *g, bool focus)
{
	const struct went_list *s = p->state;
	const struct model_transfer *t = model_transfer(front_model(p->front), s->transfer);
	size_t room = went_room(p), i, shown = 0;
	struct went_reader r;
	struct went_row row;

	if (t == NULL)
		return;
	draw_head(p, g, t);
	if (s->ev == NULL)
		return;
	if (went_rows(s) == 0)
		draw_wrapped(g, went_y(p), p->rect.x + 3, p->rect.w - 4, (int)room, STYLE_DIM,
			     nothing(s, t), strlen(nothing(s, t)));
	i = s->ev->b.went_page.from;
	r = (struct went_reader){.bytes = s->ev->bytes, .len = s->ev->len};
	for (; i < s->rows.top + room && went_next(&r, &row); i++) {
		if (i < s->rows.top)
			continue;
		draw_row(p, g, went_y(p) + (int)(i - s->rows.top), t, &row,
			 focus && !s->typing && i == s->rows.cursor);
		shown++;
	}
	went_reader_free(&r);
	for (; shown < room && s->rows.top + shown < went_rows(s); shown++)
		draw_text(g, went_y(p) + (int)shown, p->rect.x + 3, p->rect.w - 4, STYLE_DIM, "…");
}
