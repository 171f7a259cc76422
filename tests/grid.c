/* grid.c - cells: clipping, wide clusters, ASCII, text. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"
#include "ui/grid.h"
#include "ui/theme.h"

static void
put(struct grid *g, int y, int x, const char *s, int width)
{
	grid_put(g, y, x, s, strlen(s), width, STYLE_NORMAL);
}

static void
text_is(const struct grid *g, const char *want, const char *what)
{
	char *got = grid_text(g, (struct rect){0, 0, grid_height(g), grid_width(g)});

	is_str(got, want, "%s", what);
	free(got);
}

static void
wide(void)
{
	struct grid *g = grid_new(1, 6, false);

	put(g, 0, 1, "名", 2);
	is_int(grid_at(g, 0, 1)->width, 2, "the left half has the width");
	is_int(grid_at(g, 0, 2)->width, 0, "the right half has none");
	text_is(g, " 名\n", "a wide cluster is one in the text");
	put(g, 0, 2, "x", 1);
	text_is(g, "  x\n", "over its right half: the left half is blank");
	is_int(grid_at(g, 0, 1)->width, 1, "and narrow");
	put(g, 0, 1, "名", 2);
	put(g, 0, 1, "y", 1);
	text_is(g, " y\n", "over its left half: the right half is blank");
	put(g, 0, 0, "前", 2);
	put(g, 0, 2, "名", 2);
	put(g, 0, 1, "後", 2);
	text_is(g, " 後\n", "over the halves of two: both are gone");
	put(g, 0, 5, "名", 2);
	is_int(grid_at(g, 0, 5)->width, 1, "at the edge there is no half of one");
	grid_free(g);
}

static void
clips(void)
{
	struct grid *g = grid_new(3, 4, false);

	grid_clip(g, (struct rect){1, 1, 1, 2});
	for (int y = -1; y < 4; y++)
		for (int x = -1; x < 5; x++)
			put(g, y, x, "#", 1);
	text_is(g, "\n ##\n\n", "nothing outside the clip changes");
	put(g, 1, 2, "名", 2);
	text_is(g, "\n ##\n\n", "a wide cluster that would leave it is not drawn");
	grid_add_style(g, (struct rect){0, 0, 3, 4}, STYLE_REVERSE);
	is_int(grid_at(g, 1, 1)->style & STYLE_REVERSE, STYLE_REVERSE, "styles inside change");
	is_int(grid_at(g, 0, 0)->style & STYLE_REVERSE, 0, "and not outside");
	grid_restyle(g, (struct rect){1, 2, 1, 1}, STYLE_WARN);
	is_int(grid_at(g, 1, 2)->style, STYLE_WARN, "restyled");
	grid_clip_none(g);
	grid_clear(g, (struct rect){1, 2, 9, 9}, STYLE_DIM);
	text_is(g, "\n #\n\n", "clearing reaches as far as the grid");
	is_int(grid_at(g, 7, 7)->width, 1, "outside is a blank");
	grid_resize(g, 0, -3);
	is_int(grid_height(g) * grid_width(g), 1, "a size of nothing is one cell");
	grid_free(g);
}

static void
ascii(void)
{
	struct grid *g = grid_new(1, 8, true);

	put(g, 0, 0, "●", 1);
	put(g, 0, 1, "│", 1);
	put(g, 0, 2, "名", 2);
	put(g, 0, 4, "é", 1);
	put(g, 0, 5, "a\xcc\x81", 1);
	put(g, 0, 6, "‹", 1);
	text_is(g, "*|? ea<\n", "each cluster is ASCII of the same width");
	for (int x = 0; x < 8; x++)
		ok((unsigned char)grid_at(g, 0, x)->bytes[0] < 0x80 &&
			   grid_at(g, 0, x)->nbytes == 1,
		   "cell %d is one ASCII byte", x);
	grid_free(g);
}

static void
refused(void)
{
	struct grid *g = grid_new(1, 4, false);
	char large[TEXT_CELL_MAX + 1];

	memset(large, 'x', sizeof(large));
	grid_put(g, 0, 0, large, sizeof(large), 1, 0);
	grid_put(g, 0, 0, "a", 1, 0, 0);
	grid_put(g, 0, 0, "a", 1, 3, 0);
	grid_put(g, 0, 0, "", 0, 1, 0);
	text_is(g, "\n", "what is no cell is not put");
	ok(grid_cell_equal(grid_at(g, 0, 0), grid_at(g, 0, 1)), "equal cells are equal");
	put(g, 0, 0, "a", 1);
	ok(!grid_cell_equal(grid_at(g, 0, 0), grid_at(g, 0, 1)), "others are not");
	grid_free(g);
}

int
main(void)
{
	wide();
	clips();
	ascii();
	refused();
	return done_testing();
}
