#ifndef P2P_UI_GRID_H
#define P2P_UI_GRID_H
/* The screen as a grid of cells that panes draw into: pure, so that a test compares screens without a terminal. screen.c copies what
 * changed to curses. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/text.h"

/* A rectangle of cells, from 0; empty when h or w is not positive. */
struct rect {
	int y, x, h, w;
};

static inline bool
rect_holds(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}

struct grid_cell {
	char bytes
		[TEXT_CELL_MAX]; /* UTF-8 of one cluster, not ended by a NUL; ASCII if the grid is */
	uint8_t nbytes;		 /* 0 in the right half of a wide cluster */
	uint8_t width;		 /* 1, 2, or 0 in that right half */
	uint16_t style;		 /* enum style with its flags (theme.h) */
	uint8_t top, bottom;	 /* with STYLE_PIXELS: colours of a terminal with 256 */
};

struct grid;

/* A grid of blanks; grid_free() frees it, NULL is allowed there. `ascii`: the terminal cannot show UTF-8; what is put is then mapped
 * to ASCII of the same width (● is *, │ is |, an unknown letter is ?). */
struct grid *grid_new(int h, int w, bool ascii);
void grid_free(struct grid *g);
/* Changes the size; all cells are blank afterwards, and the clip is the whole grid. */
void grid_resize(struct grid *g, int h, int w);
int grid_height(const struct grid *g);
int grid_width(const struct grid *g);
bool grid_is_ascii(const struct grid *g);

/* From now on nothing outside r changes. grid_clip_none() lifts that. */
void grid_clip(struct grid *g, struct rect r);
void grid_clip_none(struct grid *g);

/* Blanks in that style. */
void grid_clear(struct grid *g, struct rect r, unsigned style);
/* Puts one cluster of 1 or 2 cells; nbytes at most TEXT_CELL_MAX. It is drawn whole or not at all; a wide one that is half overwritten
 * becomes a blank. The bytes must be shown text (text.h): draw.h sees to that. */
void grid_put(struct grid *g, int y, int x, const char *bytes, size_t nbytes, int width,
	      unsigned style);
/* Puts two pixels of a picture, one above the other; on an ASCII grid a sign as dark or light as they are. */
void grid_pixels(struct grid *g, int y, int x, uint8_t top, uint8_t bottom);
/* Gives what stands in r another style, or adds flags (STYLE_REVERSE...) to the one it has. */
void grid_restyle(struct grid *g, struct rect r, unsigned style);
/* What stands in r steps back behind something else: text becomes dim, lines stay as they are. */
void grid_fade(struct grid *g, struct rect r);
void grid_add_style(struct grid *g, struct rect r, unsigned flags);

/* The cell; a blank outside the grid. */
const struct grid_cell *grid_at(const struct grid *g, int y, int x);
bool grid_cell_equal(const struct grid_cell *a, const struct grid_cell *b);

/* The text in r, a line per row, without blanks at the ends of lines; for golden tests and for copying. The caller frees it. */
char *grid_text(const struct grid *g, struct rect r)
	__attribute__((malloc, returns_nonnull, warn_unused_result));

#endif
