/* dialog_draw.c - draws a question in the middle of an area. */
#include "config.h"

#include <string.h>

#include "src/qr.h"
#include "src/say.h"
#include "src/text.h"
#include "ui/dialog_priv.h"
#include "ui/draw.h"
#include "ui/field.h"

/* Narrower than this a dialog never is, if there is room; and a field shows this much of its text. */
#define MIN_W	 30
#define FIELD_W	 40
/* Beside a picture there is to be so much room for text. */
#define BESIDE_W 36

static int
cells(const char *s)
{
	return (int)text_cells(s, strlen(s));
}

static int
most(int a, int b)
{
	return a > b ? a : b;
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

static int
label_width(const struct dialog *d)
{
	int w = 0;

	for (size_t i = 0; i < d->nfields; i++)
		w = most(w, cells(d->fields[i].label));
	return w;
}

/* Of all answers in one row, two blanks between. */
static int
answers_width(const struct dialog *d)
{
	int w = 0;

	for (size_t i = 0; i < d->nanswers; i++)
		w += cells(d->answers[i].label) + 4 + (d->answers[i].key != 0 ? 2 : 0) + 2;
	return most(0, w - 2);
}

/* Answers below each other: asked for, or too wide for a row. */
static bool
stacked(const struct dialog *d, int inner)
{
	return d->menu || answers_width(d) > inner;
}

static int
inner_width(const struct dialog *d, int most_w)
{
	int w = most(MIN_W, cells(d->title) + 2);

	for (size_t i = 0; i < d->nlines; i++)
		w = most(w, cells(d->lines[i].text));
	if (d->nfields != 0)
		w = most(w, label_width(d) + 4 + FIELD_W);
	if (!d->menu)
		w = most(w, least(answers_width(d), 72));
	else
		for (size_t i = 0; i < d->nanswers; i++)
			w = most(w, cells(d->answers[i].label) + 4);
	return least(least(w, 72), most_w);
}

static void
draw_field(struct dialog *d, struct grid *g, size_t i, int y, int x, int w)
{
	struct dialog_field *field = &d->fields[i];
	bool on = d->at == i;
	int label = label_width(d), fw = w - label - 4, col;

	draw_text(g, y, x, label, on ? STYLE_STRONG : STYLE_NORMAL, field->label);
	if (fw < 4)
		return;
	x += label + 1;
	field->where = (struct rect){y, x, 1, fw + 3};
	col = field->secret ? field_draw_secret(g, y, x, fw + 3, field->edit, field->hint)
			    : field_draw(g, y, x, fw + 3, field->edit, field->hint);
	if (on) {
		d->cursor_y = y;
		d->cursor_x = col;
	}
}

static int
draw_answer(struct dialog *d, struct grid *g, size_t i, int y, int x, int w)
{
	struct dialog_answer *a = &d->answers[i];
	bool on = d->at == d->nfields + i;
	unsigned style = on ? STYLE_BUTTON_ON : STYLE_BUTTON;
	int at = x, end = x + w;

	at += draw_text(g, y, at, end - at, style, on ? "[▸" : "[ ");
	if (a->key != 0) {
		char key[5] = {0};

		text_put(key, a->key);
		at += draw_text(g, y, at, end - at,
				on ? STYLE_BUTTON_ON | STYLE_UNDERLINE : STYLE_KEY, key);
		at += draw_text(g, y, at, end - at, style, " ");
	}
	at += draw_text(g, y, at, most(0, end - at - 2), style, a->label);
	at += draw_text(g, y, at, end - at, style, " ]");
	a->where = (struct rect){y, x, 1, at - x};
	return at - x;
}

static void
draw_answers(struct dialog *d, struct grid *g, int y, int x, int w)
{
	bool rows = stacked(d, w);
	int at = x;

	for (size_t i = 0; i < d->nanswers; i++) {
		if (rows)
			draw_answer(d, g, i, y + (int)i, x, w);
		else
			at += draw_answer(d, g, i, y, at, x + w - at) + 2;
	}
}

/* The lines that fit, from d->top on; says where more is hidden. */
static void
draw_lines(struct dialog *d, struct grid *g, struct rect in, int total)
{
	int y = in.y;

	if (d->top > (size_t)most(0, total - in.h))
		d->top = (size_t)most(0, total - in.h);
	grid_clip(g, in);
	y -= (int)d->top;
	for (size_t i = 0; i < d->nlines; i++)
		y += draw_para(g, y, in.x, in.w, total, d->lines[i].style, d->lines[i].text,
			       strlen(d->lines[i].text));
	grid_clip_none(g);
	if (total > in.h && in.h > 0)
		draw_right(g, in.y + in.h - 1, in.x + in.w, in.w, STYLE_KEY,
			   (int)d->top + in.h < total ? _(" PgDn more") : _(" PgUp back"));
}

static void
draw_qr(const struct dialog *d, struct grid *g, int y, int x)
{
	unsigned flip = d->inverted ? STYLE_REVERSE : 0;

	for (int i = 0; i < qr_rows(d->qr); i++)
		for (int j = 0; j < qr_columns(d->qr); j++) {
			const char *cell = qr_cell(d->qr, i, j);

			grid_put(g, y + i, x + j, cell, strlen(cell), 1, STYLE_QR | flip);
		}
}

/* Nothing but the code, and one line of what can be done, with what is said of it behind. */
static void
draw_alone(struct dialog *d, struct grid *g, struct rect area)
{
	int rows = qr_rows(d->qr), columns = qr_columns(d->qr), x = area.x + 1;
	bool fits = rows < area.h && columns <= area.w && !grid_is_ascii(g);

	grid_clear(g, area, STYLE_NORMAL);
	if (fits)
		draw_qr(d, g, area.y + (area.h - 1 - rows) / 2, area.x + (area.w - columns) / 2);
	else
		draw_fmt(g, area.y, area.x + 1, area.w - 2, STYLE_WARN,
			 "The QR code needs %d columns and %d rows of UTF-8.", columns, rows + 1);
	for (size_t i = 0; i < d->nanswers; i++)
		x += draw_answer(d, g, i, area.y + area.h - 1, x, area.x + area.w - x) + 2;
	if (fits && d->nlines != 0)
		draw_text(g, area.y + area.h - 1, x, most(0, area.x + area.w - x),
			  d->lines[0].style, d->lines[0].text);
}

/* A picture stands beside the text, or not at all. */
bool
dialog_beside(const struct dialog *d, const struct grid *g, int w, int h)
{
	return d->qr != NULL && !d->alone && !grid_is_ascii(g) && qr_rows(d->qr) + 2 <= h &&
	       w - qr_columns(d->qr) - 5 >= BESIDE_W;
}

void
dialog_draw(struct dialog *d, struct grid *g, struct rect area, bool guarded)
{
	int inner = inner_width(d, area.w - 4), total = 0, rest, h, y;
	int answers, error, fields = (int)d->nfields;
	struct rect box;
	int picture = 0;

	if (d->alone) {
		d->cursor_y = -1;
		grid_clip_none(g);
		draw_alone(d, g, area);
		return;
	}
	if (dialog_beside(d, g, area.w, area.h)) {
		picture = qr_columns(d->qr) + 1;
		inner = inner_width(d, area.w - 4 - picture);
	}
	answers = d->nanswers == 0 ? 0 : stacked(d, inner) ? (int)d->nanswers : 1;
	for (size_t i = 0; i < d->nlines; i++)
		total += draw_para_rows(d->lines[i].text, strlen(d->lines[i].text), inner);
	error = d->error[0] != '\0' ? draw_para_rows(d->error, strlen(d->error), inner) : 0;
	rest = 2 + fields + error + answers;
	/* Where there is room, a blank line sets the answers apart. */
	if (answers != 0 && total + rest + 1 <= area.h && total + fields + error != 0)
		rest++;
	h = least(most(total + rest, picture != 0 ? qr_rows(d->qr) + 2 : 0), area.h);
	box = (struct rect){area.y + (area.h - h) / 2, area.x + (area.w - inner - picture - 4) / 2,
			    h, inner + picture + 4};
	d->cursor_y = -1;
	grid_clip_none(g);
	grid_clear(g, box, STYLE_NORMAL);
	draw_box(g, box, STYLE_BORDER, d->title, STYLE_TITLE);
	if (d->open_sides) {
		struct rect sides = {box.y + 1, area.x, h - 2, area.w};

		grid_clear(g, sides, STYLE_NORMAL);
	}
	if (picture != 0)
		draw_qr(d, g, box.y + 1, box.x + box.w - picture);
	draw_lines(d, g, (struct rect){box.y + 1, box.x + 2, most(0, h - rest), inner}, total);
	y = box.y + 1 + most(0, h - rest);
	for (size_t i = 0; i < d->nfields; i++)
		draw_field(d, g, i, y++, box.x + 2, inner);
	if (error != 0)
		draw_para(g, y, box.x + 2, inner, error, STYLE_ERROR, d->error, strlen(d->error));
	if (!guarded)
		draw_answers(d, g, box.y + h - 1 - answers, box.x + 2, inner);
}

bool
dialog_cursor(const struct dialog *d, int *y, int *x)
{
	*y = d->cursor_y;
	*x = d->cursor_x;
	return d->cursor_y >= 0;
}
