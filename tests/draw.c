/* draw.c - text, boxes, bars and dates on a grid. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/tap.h"
#include "ui/draw.h"

static void
text_is(const struct grid *g, const char *want, const char *what)
{
	char *got = grid_text(g, (struct rect){0, 0, grid_height(g), grid_width(g)});

	is_str(got, want, "%s", what);
	free(got);
}

static void
text(void)
{
	struct grid *g = grid_new(2, 12, false);
	struct rect all = {0, 0, 2, 12};
	char *line;

	is_int(draw_text(g, 0, 0, 12, 0, "short"), 5, "returns the cells");
	is_int(draw_text(g, 1, 0, 6, 0, "far too long"), 6, "never more than there is room for");
	text_is(g, "short\nfar t…\n", "with … where something had to go");
	grid_clear(g, all, 0);
	is_int(draw_textn(g, 0, 0, 8, 0, "beach-01.jpg", 12, TEXT_MIDDLE), 8, "cut in the middle");
	is_int(draw_textn(g, 1, 0, 8, 0, "ab", 2, TEXT_PAD), 8, "padded");
	line = grid_text(g, all);
	ok(strstr(line, "jpg") != NULL, "the end of a name stays");
	free(line);
	grid_clear(g, all, 0);
	draw_text(g, 0, 0, 12, 0, "\033[2J\nx");
	draw_right(g, 1, 12, 12, 0, "right");
	text_is(g, "‹U+001B›[2J…\n       right\n", "escape sequences are shown, not sent");
	grid_clear(g, all, 0);
	draw_text(g, 0, 0, 5, 0, "名前名前");
	text_is(g, "名前…\n\n", "wide characters are cut whole");
	grid_free(g);
}

static void
wrapping(void)
{
	struct grid *g = grid_new(3, 8, false);
	const char *s = "one two three\nfour";

	is_int(draw_rows(s, strlen(s), 8), 3, "rows are counted");
	is_int(draw_wrapped(g, 0, 0, 8, 2, 0, s, strlen(s)), 2, "not more rows than allowed");
	text_is(g, "one two\nthree\n\n", "wrapped at blanks");
	grid_clear(g, (struct rect){0, 0, 3, 8}, 0);
	is_int(draw_para(g, 0, 0, 8, 3, 0, "a\nb", 3), 1, "one paragraph has no lines of its own");
	text_is(g, "a⏎b\n\n\n", "a newline is shown");
	is_int(draw_para_rows("a\nb", 3, 8), 1, "and counted so");
	is_int(draw_rows("", 0, 8), 1, "an empty text is one row");
	is_int(draw_wrapped(g, 0, 0, 0, 5, 0, "ab", 2), 2, "no width counts as one cell");
	grid_free(g);
}

static void
boxes(void)
{
	struct grid *g = grid_new(3, 10, false);

	draw_box(g, (struct rect){0, 0, 3, 10}, 0, "Hi", 0);
	text_is(g, "┌ Hi ────┐\n│        │\n└────────┘\n", "a box with a title");
	grid_free(g);
	g = grid_new(3, 10, true);
	draw_box(g, (struct rect){0, 0, 3, 10}, 0, NULL, 0);
	text_is(g, "+--------+\n|        |\n+--------+\n", "and in ASCII");
	grid_free(g);
}

static void
bar_is(bool ascii, int w, uint64_t done, uint64_t total, const char *want)
{
	struct grid *g = grid_new(1, w, ascii);
	char *got;

	draw_bar(g, 0, 0, w, done, total);
	got = grid_text(g, (struct rect){0, 0, 1, w});
	got[strcspn(got, "\n")] = '\0';
	is_str(got, want, "%llu of %llu in %d cells", (unsigned long long)done,
	       (unsigned long long)total, w);
	free(got);
	grid_free(g);
}

static void
bars(void)
{
	bar_is(false, 4, 0, 100, "");
	bar_is(false, 4, 1, 32, "▏");
	bar_is(false, 4, 53, 100, "██");
	bar_is(false, 4, 55, 100, "██▏");
	bar_is(false, 4, 99, 100, "███▉");
	bar_is(false, 4, 100, 100, "████");
	bar_is(false, 4, 200, 100, "████");
	bar_is(false, 4, 0, 0, "████");
	bar_is(false, 4, UINT64_MAX / 2, UINT64_MAX, "█▉");
	bar_is(true, 10, 0, 100, "[>-------]");
	bar_is(true, 10, 50, 100, "[####>---]");
	bar_is(true, 10, 100, 100, "[########]");
	bar_is(true, 2, 50, 100, "");
	is_int(draw_percent(999, 1000), 99, "nearly all is not 100 %%");
	is_int(draw_percent(0, 0), 100, "nothing to do is all done");
	is_int(draw_bar_steps(10, 5, 10, false), 40, "eighths");
	is_int(draw_bar_steps(-1, 5, 10, false), 0, "no width, no steps");
}

static void
dates(void)
{
	const int64_t now = 1772546520000; /* 2026-03-03 14:02 UTC */
	char clock[6], day[40];

	is_str(draw_clock(clock, now), "14:02", "clock");
	is_str(draw_day(day, now, now), "Tue 3 March", "a day of this year");
	is_str(draw_day(day, now - 365 * 86400000LL, now), "Mon 3 March 2025", "another year");
	ok(draw_same_day(now, now + 9 * 3600000LL), "the same day");
	ok(!draw_same_day(now, now + 10 * 3600000LL), "the next day");
	ok(!draw_same_day(now, now - 365 * 86400000LL), "the same date a year ago");
	is_int((long long)strlen(draw_clock(clock, INT64_MAX)), 5, "a clock nobody can have");
	ok(strlen(draw_day(day, INT64_MIN, now)) > 0, "a day nobody can have");
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	text();
	wrapping();
	boxes();
	bars();
	dates();
	return done_testing();
}
