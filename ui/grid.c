/* grid.c - cells that panes draw into, with clipping and with wide clusters kept whole. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/grid.h"
#include "ui/picture.h"
#include "ui/theme.h"

struct grid {
	int h, w;
	bool ascii;
	struct rect clip;
	struct grid_cell *cells;
};

static const struct grid_cell blank = {.bytes = " ", .nbytes = 1, .width = 1};

/* What the program itself draws, as ASCII of the same width. */
static const struct {
	const char *utf8;
	char ascii;
} ascii_map[] = {
	{"│", '|'}, {"┃", '|'}, {"─", '-'}, {"━", '='}, {"┌", '+'}, {"┐", '+'},	 {"└", '+'},
	{"┘", '+'}, {"┴", '+'}, {"┬", '+'}, {"├", '+'}, {"┤", '+'}, {"┼", '+'},	 {"●", '*'},
	{"○", 'o'}, {"✓", 'v'}, {"✗", 'x'}, {"·", '.'}, {"…", '~'}, {"▌", '>'},	 {"↑", '^'},
	{"↓", 'v'}, {"‖", '"'}, {"▸", '>'}, {"◂", '<'}, {"◀", '<'}, {"▶", '>'},	 {"⚠", '!'},
	{"›", '>'}, {"‹", '<'}, {"▏", '|'}, {"█", '#'}, {"⠿", '#'}, {"▯", '?'},	 {"⏎", '$'},
	{"⊘", '-'}, {"→", '>'}, {"←", '<'}, {"–", '-'}, {"—", '-'}, {"’", '\''}, {"‘", '\''},
	{"“", '"'}, {"”", '"'}, {"⧗", '%'}, {"◐", 'c'}, {"▁", '_'}, {"▂", '.'},	 {"▃", ':'},
	{"▄", '-'}, {"▅", '='}, {"▆", '+'}, {"▇", '*'},
};

struct grid *
grid_new(int h, int w, bool ascii)
{
	struct grid *g = xcalloc(1, sizeof(*g));

	g->ascii = ascii;
	grid_resize(g, h, w);
	return g;
}

void
grid_free(struct grid *g)
{
	if (g == NULL)
		return;
	free(g->cells);
	free(g);
}

void
grid_resize(struct grid *g, int h, int w)
{
	g->h = h > 0 ? h : 1;
	g->w = w > 0 ? w : 1;
	free(g->cells);
	g->cells = xcalloc((size_t)g->h * (size_t)g->w, sizeof(*g->cells));
	grid_clip_none(g);
	grid_clear(g, g->clip, STYLE_NORMAL);
}

int
grid_height(const struct grid *g)
{
	return g->h;
}

int
grid_width(const struct grid *g)
{
	return g->w;
}

bool
grid_is_ascii(const struct grid *g)
{
	return g->ascii;
}

/* The part of a that lies in b. */
static struct rect
cut(struct rect a, struct rect b)
{
	int y2 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	int x2 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	struct rect r = {a.y > b.y ? a.y : b.y, a.x > b.x ? a.x : b.x, 0, 0};

	if (y2 > r.y && x2 > r.x) {
		r.h = y2 - r.y;
		r.w = x2 - r.x;
	}
	return r;
}

void
grid_clip(struct grid *g, struct rect r)
{
	g->clip = cut(r, (struct rect){0, 0, g->h, g->w});
}

void
grid_clip_none(struct grid *g)
{
	g->clip = (struct rect){0, 0, g->h, g->w};
}

static struct grid_cell *
cell_at(const struct grid *g, int y, int x)
{
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

/* Blanks a cell and, if it is a half of a wide cluster, the other half. */
static void
blank_cell(struct grid *g, int y, int x, unsigned style)
{
	struct grid_cell *c = cell_at(g, y, x);

	if (c->width == 0 && x > 0) {
		uint16_t kept = c[-1].style;

		c[-1] = blank;
		c[-1].style = kept;
	} else if (c->width == 2 && x + 1 < g->w) {
		uint16_t kept = c[1].style;

		c[1] = blank;
		c[1].style = kept;
	}
	*c = blank;
	c->style = (uint16_t)style;
}

void
grid_clear(struct grid *g, struct rect r, unsigned style)
{
	r = cut(r, g->clip);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			blank_cell(g, y, x, style);
}

/* Letters of two bytes, each with the one it is without its accent. */
static const char latin[] = "áaàaâaãaäaçcéeèeêeëeíiìiîiïiñnóoòoôoõoöoúuùuûuüu"
			    "ÁAÀAÂAÃAÄAÇCÉEÈEÊEËEÍIÎIÏIÑNÓOÔOÕOÖOÚUÛUÜUºoªa";

/* The cluster as one ASCII character. */
static char
to_ascii(const char *bytes, size_t nbytes)
{
	if ((unsigned char)bytes[0] < 0x80)
		return bytes[0];
	for (size_t i = 0; i < NELEM(ascii_map); i++) {
		if (strlen(ascii_map[i].utf8) == nbytes &&
		    memcmp(ascii_map[i].utf8, bytes, nbytes) == 0)
			return ascii_map[i].ascii;
	}
	/* Sentences in other languages are read without their accents. */
	for (const char *p = nbytes == 2 ? latin : ""; *p != '\0'; p += 3)
		if (memcmp(p, bytes, 2) == 0)
			return p[2];
	return '?';
}

void
grid_put(struct grid *g, int y, int x, const char *bytes, size_t nbytes, int width, unsigned style)
{
	struct grid_cell *c;

	if (width < 1 || width > 2 || nbytes == 0 || nbytes > TEXT_CELL_MAX)
		return;
	if (!rect_holds(g->clip, y, x) || !rect_holds(g->clip, y, x + width - 1))
		return;
	blank_cell(g, y, x, style);
	if (width == 2)
		blank_cell(g, y, x + 1, style);
	c = cell_at(g, y, x);
	if (g->ascii) {
		c->bytes[0] = to_ascii(bytes, nbytes);
		return;
	}
	memset(c->bytes, 0, sizeof(c->bytes));
	memcpy(c->bytes, bytes, nbytes);
	c->nbytes = (uint8_t)nbytes;
	c->width = (uint8_t)width;
	if (width == 2) {
		memset(c[1].bytes, 0, sizeof(c[1].bytes));
		c[1].nbytes = 0;
		c[1].width = 0;
	}
}

void
grid_pixels(struct grid *g, int y, int x, uint8_t top, uint8_t bottom)
{
	struct grid_cell *c;
	char sign = picture_ascii(top, bottom);

	if (!rect_holds(g->clip, y, x))
		return;
	if (g->ascii) {
		grid_put(g, y, x, &sign, 1, 1, STYLE_NORMAL);
		return;
	}
	grid_put(g, y, x, "▀", strlen("▀"), 1, STYLE_PIXELS);
	c = cell_at(g, y, x);
	c->top = top;
	c->bottom = bottom;
}

void
grid_restyle(struct grid *g, struct rect r, unsigned style)
{
	r = cut(r, g->clip);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			cell_at(g, y, x)->style = (uint16_t)style;
}

void
grid_fade(struct grid *g, struct rect r)
{
	r = cut(r, g->clip);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			struct grid_cell *c = cell_at(g, y, x);

			if ((c->style & STYLE_ROLE) != STYLE_BORDER)
				c->style = STYLE_DIM;
		}
}

void
grid_add_style(struct grid *g, struct rect r, unsigned flags)
{
	r = cut(r, g->clip);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			struct grid_cell *c = cell_at(g, y, x);

			c->style = (uint16_t)(c->style | flags);
		}
}

const struct grid_cell *
grid_at(const struct grid *g, int y, int x)
{
	if (y < 0 || x < 0 || y >= g->h || x >= g->w)
		return &blank;
	return cell_at(g, y, x);
}

bool
grid_cell_equal(const struct grid_cell *a, const struct grid_cell *b)
{
	return a->style == b->style && a->width == b->width && a->nbytes == b->nbytes &&
	       a->top == b->top && a->bottom == b->bottom &&
	       memcmp(a->bytes, b->bytes, a->nbytes) == 0;
}

char *
grid_text(const struct grid *g, struct rect r)
{
	char *out, *p;

	r = cut(r, (struct rect){0, 0, g->h, g->w});
	out = p = xmalloc(((size_t)r.w * TEXT_CELL_MAX + 1) * (size_t)r.h + 1);
	for (int y = r.y; y < r.y + r.h; y++) {
		char *line = p;

		for (int x = r.x; x < r.x + r.w; x++) {
			const struct grid_cell *c = cell_at(g, y, x);

			memcpy(p, c->bytes, c->nbytes);
			p += c->nbytes;
		}
		while (p > line && p[-1] == ' ')
			p--;
		*p++ = '\n';
	}
	*p = '\0';
	return out;
}
