/* draw.c - text, lines, boxes and bars on a grid; the one place where panes' text meets the sanitiser. */
#include "config.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/lit.h"

/* Puts shown text, no further than column end; what is marked in the other style. Returns the column behind it. */
static int
put_lit(struct grid *g, int y, int x, int end, unsigned style, unsigned lit, const uint8_t *mark,
	const char *s, size_t len)
{
	struct text_iter it;
	struct text_cell cell;

	text_iter_init(&it, s, len, TEXT_ONE_LINE);
	while (text_cell_next(&it, &cell)) {
		if (cell.width <= 0)
			continue;
		if (x + cell.width > end)
			break;
		grid_put(g, y, x, cell.bytes, cell.nbytes, cell.width,
			 mark != NULL && mark[cell.start] ? lit : style);
		x += cell.width;
	}
	return x;
}

static int
put_shown(struct grid *g, int y, int x, int end, unsigned style, const char *s, size_t len)
{
	return put_lit(g, y, x, end, style, style, NULL, s, len);
}

int
draw_textn(struct grid *g, int y, int x, int w, unsigned style, const char *s, size_t len,
	   unsigned flags)
{
	char small[512], *shown = small;
	size_t size = sizeof(small), n;
	int end;

	if (w <= 0)
		return 0;
	/* What fits into w cells takes at most TEXT_CELL_MAX bytes each. */
	if ((size_t)w * TEXT_CELL_MAX + 1 > size) {
		size = (size_t)w * TEXT_CELL_MAX + 1;
		shown = xmalloc(size);
	}
	n = text_fit(shown, size, s, len, (size_t)w, flags);
	end = put_shown(g, y, x, x + w, style, shown, n);
	if (shown != small)
		free(shown);
	return end - x;
}

int
draw_text(struct grid *g, int y, int x, int w, unsigned style, const char *s)
{
	return draw_textn(g, y, x, w, style, s, strlen(s), 0);
}

int
draw_fmt(struct grid *g, int y, int x, int w, unsigned style, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), _(fmt), ap);
	va_end(ap);
	return draw_text(g, y, x, w, style, line);
}

int
draw_right(struct grid *g, int y, int x_end, int w, unsigned style, const char *s)
{
	int cells = (int)text_cells(s, strlen(s));

	if (cells > w)
		cells = w;
	return draw_text(g, y, x_end - cells, cells, style, s);
}

/* Draws into g, or counts the rows where g is NULL. */
static int
wrapped(struct grid *g, int y, int x, int w, int max_rows, unsigned style, const char *s,
	size_t len, unsigned flags)
{
	char *shown = text_show_dup(s, len, flags);
	struct text_wrap wrap;
	struct text_line line;
	int rows = 0;

	text_wrap_init(&wrap, shown, strlen(shown), w > 0 ? (size_t)w : 1);
	while (rows < max_rows && text_wrap_next(&wrap, &line)) {
		if (g != NULL)
			put_shown(g, y + rows, x, x + w, style, shown + line.start, line.len);
		rows++;
	}
	free(shown);
	return rows;
}

int
draw_wrapped(struct grid *g, int y, int x, int w, int max_rows, unsigned style, const char *s,
	     size_t len)
{
	return wrapped(g, y, x, w, max_rows, style, s, len, TEXT_MULTILINE);
}

int
draw_rows(const char *s, size_t len, int w)
{
	return wrapped(NULL, 0, 0, w, INT_MAX, STYLE_NORMAL, s, len, TEXT_MULTILINE);
}

int
draw_para(struct grid *g, int y, int x, int w, int max_rows, unsigned style, const char *s,
	  size_t len)
{
	return wrapped(g, y, x, w, max_rows, style, s, len, TEXT_ONE_LINE);
}

int
draw_para_rows(const char *s, size_t len, int w)
{
	return wrapped(NULL, 0, 0, w, INT_MAX, STYLE_NORMAL, s, len, TEXT_ONE_LINE);
}

int
draw_lit(struct grid *g, int y, int x, int w, int max_rows, unsigned style, unsigned lit,
	 const char *words, const char *s, size_t len)
{
	char *shown = text_show_dup(s, len, TEXT_MULTILINE);
	size_t n = strlen(shown);
	uint8_t *mark = xmalloc(n + 1);
	struct text_wrap wrap;
	struct text_line line;
	int rows = 0;

	lit_mark(words, shown, n, mark);
	text_wrap_init(&wrap, shown, n, w > 0 ? (size_t)w : 1);
	for (; rows < max_rows && text_wrap_next(&wrap, &line); rows++)
		put_lit(g, y + rows, x, x + w, style, lit, mark + line.start, shown + line.start,
			line.len);
	free(mark);
	free(shown);
	return rows;
}

/* Where a line is to begin so that the cells from there to `to` are w at most, with the word it begins in whole if that is short. */
static size_t
begin_before(const char *shown, size_t to, size_t w)
{
	size_t from = to, blank;

	while (from > 0 && text_cells(shown + from, to - from) < w)
		from = text_prev(shown, from);
	for (blank = from; blank < to && blank < from + 12; blank++)
		if (shown[blank] == ' ')
			return blank + 1;
	return from;
}

int
draw_lit_line(struct grid *g, int y, int x, int w, unsigned style, unsigned lit, const char *words,
	      const char *s, size_t len)
{
	char *shown = text_show_dup(s, len, TEXT_ONE_LINE), *cut;
	size_t n = strlen(shown), first, from = 0;
	uint8_t *mark = xmalloc(n + 1);
	int end = x;

	first = lit_mark(words, shown, n, mark);
	while (first < n && text_cells(shown, n) > (size_t)w && mark[first + from])
		from++;
	/* The first of the words is not to be cut off. */
	if (first < n && from > 0 && text_cells(shown, first + from) + 1 > (size_t)w) {
		from = begin_before(shown, first, (size_t)w / 3);
		end = draw_text(g, y, x, w, style, "…") + x;
	} else {
		from = 0;
	}
	cut = xmalloc((size_t)(w > 0 ? w : 0) * TEXT_CELL_MAX + 1);
	n = text_fit(cut, (size_t)(w > 0 ? w : 0) * TEXT_CELL_MAX + 1, shown + from, n - from,
		     (size_t)(x + w > end ? x + w - end : 0), 0);
	mark = xreallocarray(mark, from + n + 1, 1);
	lit_mark(words, cut, n, mark);
	end = put_lit(g, y, end, x + w, style, lit, mark, cut, n);
	free(cut);
	free(mark);
	free(shown);
	return end - x;
}

void
draw_hline(struct grid *g, int y, int x, int w, unsigned style, const char *glyph)
{
	for (int i = 0; i < w; i++)
		grid_put(g, y, x + i, glyph, strlen(glyph), 1, style);
}

void
draw_vline(struct grid *g, int y, int x, int h, unsigned style, const char *glyph)
{
	for (int i = 0; i < h; i++)
		grid_put(g, y + i, x, glyph, strlen(glyph), 1, style);
}

void
draw_box(struct grid *g, struct rect r, unsigned style, const char *title, unsigned title_style)
{
	int bottom = r.y + r.h - 1, right = r.x + r.w - 1;

	if (r.h < 2 || r.w < 2)
		return;
	draw_hline(g, r.y, r.x + 1, r.w - 2, style, "─");
	draw_hline(g, bottom, r.x + 1, r.w - 2, style, "─");
	draw_vline(g, r.y + 1, r.x, r.h - 2, style, "│");
	draw_vline(g, r.y + 1, right, r.h - 2, style, "│");
	draw_text(g, r.y, r.x, 1, style, "┌");
	draw_text(g, r.y, right, 1, style, "┐");
	draw_text(g, bottom, r.x, 1, style, "└");
	draw_text(g, bottom, right, 1, style, "┘");
	if (title != NULL && title[0] != '\0' && r.w > 6) {
		int n = draw_text(g, r.y, r.x + 2, r.w - 5, title_style, title);

		draw_text(g, r.y, r.x + 1, 1, style, " ");
		draw_text(g, r.y, r.x + 2 + n, 1, style, " ");
	}
}

int
draw_bar_steps(int w, uint64_t done, uint64_t total, bool ascii)
{
	uint64_t cells = w > 0 ? (uint64_t)w : 0, full;

	if (ascii)
		full = cells > 2 ? cells - 2 : 0;
	else
		full = cells * 8;
	if (total == 0 || done >= total)
		return (int)full;
	/* Keeps the product below 64 bits for any size of file. */
	while (total > UINT64_MAX >> 16) {
		total >>= 1;
		done >>= 1;
	}
	return (int)(done * full / total);
}

int
draw_percent(uint64_t done, uint64_t total)
{
	/* An ASCII bar of 102 characters has 100 steps between its brackets. */
	return draw_bar_steps(102, done, total, true);
}

static void
ascii_bar(struct grid *g, int y, int x, int w, int steps)
{
	int inner = w - 2;

	if (inner < 1)
		return;
	draw_text(g, y, x, 1, STYLE_BORDER, "[");
	draw_text(g, y, x + w - 1, 1, STYLE_BORDER, "]");
	draw_hline(g, y, x + 1, steps, STYLE_BAR, "#");
	draw_hline(g, y, x + 1 + steps, inner - steps, STYLE_BAR_REST, "-");
	if (steps < inner)
		draw_text(g, y, x + 1 + steps, 1, STYLE_BAR, ">");
}

void
draw_bar(struct grid *g, int y, int x, int w, uint64_t done, uint64_t total)
{
	static const char *const part[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	int steps = draw_bar_steps(w, done, total, grid_is_ascii(g));

	if (grid_is_ascii(g)) {
		ascii_bar(g, y, x, w, steps);
		return;
	}
	draw_hline(g, y, x, steps / 8, STYLE_BAR, "█");
	if (steps % 8 != 0)
		draw_text(g, y, x + steps / 8, 1, STYLE_BAR, part[steps % 8]);
}

static struct tm
local(int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm = {0};

	/* Far outside what a calendar holds it stays the zero time; the sender's clock is the sender's. */
	if (localtime_r(&t, &tm) == NULL)
		tm = (struct tm){.tm_mday = 1, .tm_year = 70};
	return tm;
}

char *
draw_clock(char out[6], int64_t ms)
{
	struct tm tm = local(ms);

	if (strftime(out, 6, "%H:%M", &tm) == 0)
		out[0] = '\0';
	return out;
}

char *
draw_day(char out[40], int64_t ms, int64_t now_ms)
{
	static const char *const days[] = {N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"),
					   N_("Thu"), N_("Fri"), N_("Sat")};
	static const char *const months[] = {N_("January"), N_("February"), N_("March"),
					     N_("April"),   N_("May"),	    N_("June"),
					     N_("July"),    N_("August"),   N_("September"),
					     N_("October"), N_("November"), N_("December")};
	struct tm tm = local(ms), now = local(now_ms);
	unsigned wday = (unsigned)tm.tm_wday % 7, mon = (unsigned)tm.tm_mon % 12;

	if (tm.tm_year == now.tm_year)
		snprintf(out, 40, C_("day", "%s %d %s"), _(days[wday]), tm.tm_mday, _(months[mon]));
	else
		snprintf(out, 40, C_("day", "%s %d %s %d"), _(days[wday]), tm.tm_mday,
			 _(months[mon]), tm.tm_year + 1900);
	return out;
}

bool
draw_same_day(int64_t a_ms, int64_t b_ms)
{
	struct tm a = local(a_ms), b = local(b_ms);

	return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}
