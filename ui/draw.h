#ifndef P2P_UI_DRAW_H
#define P2P_UI_DRAW_H
/* Text, lines, boxes and bars on a grid. All text goes through src/text.c here: whatever a pane draws with these is safe to show. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"
#include "ui/theme.h"

/* One line of s in at most w cells, with … where something had to go. flags are text_fit()'s: TEXT_MIDDLE, TEXT_PAD, TEXT_RIGHT; with
 * padding exactly w cells are drawn. Returns the cells drawn. draw_text() is the same for a string, without flags. */
int draw_textn(struct grid *g, int y, int x, int w, unsigned style, const char *s, size_t len,
	       unsigned flags);
int draw_text(struct grid *g, int y, int x, int w, unsigned style, const char *s);
/* The same of a formatted line. */
int draw_fmt(struct grid *g, int y, int x, int w, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* Right-aligned so that it ends before column x_end; at most w cells. Returns the cells drawn. */
int draw_right(struct grid *g, int y, int x_end, int w, unsigned style, const char *s);

/* s wrapped at w cells from (y, x) on, at most max_rows rows. Returns the rows drawn. draw_rows() tells how many there would be. s may be
 * any bytes. */
int draw_wrapped(struct grid *g, int y, int x, int w, int max_rows, unsigned style, const char *s,
		 size_t len);
int draw_rows(const char *s, size_t len, int w);
/* The same for what must stay one paragraph, so that nobody's name can make a line of its own: a newline is shown as ⏎. */
int draw_para(struct grid *g, int y, int x, int w, int max_rows, unsigned style, const char *s,
	      size_t len);
int draw_para_rows(const char *s, size_t len, int w);

/* The same with words (lit.h) in a style of their own: wrapped, and as one line that begins before the first of the words where there is no
 * room for all of it. */
int draw_lit(struct grid *g, int y, int x, int w, int max_rows, unsigned style, unsigned lit,
	     const char *words, const char *s, size_t len);
int draw_lit_line(struct grid *g, int y, int x, int w, unsigned style, unsigned lit,
		  const char *words, const char *s, size_t len);

/* A horizontal line of one glyph ("─"). */
void draw_hline(struct grid *g, int y, int x, int w, unsigned style, const char *glyph);
void draw_vline(struct grid *g, int y, int x, int h, unsigned style, const char *glyph);
/* A box on the edge of r with a title in its upper edge (NULL for none); what is inside is not touched. */
void draw_box(struct grid *g, struct rect r, unsigned style, const char *title,
	      unsigned title_style);
/* A progress bar of w cells in eighths of a cell, or [###>--] on an ASCII grid. total 0 is a full bar when done, as is done >= total. */
void draw_bar(struct grid *g, int y, int x, int w, uint64_t done, uint64_t total);
/* How many eighths (or characters) such a bar shows: equal numbers look equal, so that nothing is repainted for nothing. */
int draw_bar_steps(int w, uint64_t done, uint64_t total, bool ascii);
/* Whole percent, 0 to 100; 100 only when all is done. */
int draw_percent(uint64_t done, uint64_t total);

/* "14:02", in local time, out[6]; and "Tue 3 March", with the year if it is not now's, out[40]. ms since 1970. */
char *draw_clock(char out[6], int64_t ms);
char *draw_day(char out[40], int64_t ms, int64_t now_ms);
/* Whether two times fall on the same local day. */
bool draw_same_day(int64_t a_ms, int64_t b_ms);

#endif
