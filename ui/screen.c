/* screen.c - the terminal through curses: raw, its input read by ourselves, drawn cell by cell from a grid. */
#include "config.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/grid.h"
#include "ui/picture.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/term.h"

/* One cluster has a base and TEXT_MARKS_MAX marks. */
#define CLUSTER_CHARS (1 + TEXT_MARKS_MAX)
/* Rows and columns: curses counts in shorts, and what says it has more is no terminal anybody reads. */
#define SIZE_LIMIT    4000

/* Pairs of colours there are for pictures: as many as two large ones need. */
#define PIXEL_PAIRS 12000

struct pixel {
	uint8_t top, bottom;
	short pair; /* 0: a free slot */
};

static struct {
	struct pixel pixels[16384];
	int npixels;
	SCREEN *screen;
	struct theme theme;
	struct grid_cell *shown; /* h x w cells, as the terminal shows them */
	int h, w;
	int cursor_y, cursor_x;
	bool distrust;
	bool anew; /* every cell is given to curses again, which knows what the terminal shows */
} s;

static void
forget_shown(void)
{
	free(s.shown);
	s.shown = NULL;
	s.cursor_y = s.cursor_x = -2;
}

static void
on_fatal(void)
{
	screen_close();
}

/* Whether terminfo has that string for the terminal. */
static bool
can(const char *name)
{
	const char *value = tigetstr(name);

	return value != NULL && value != (char *)-1;
}

int
screen_open(bool mouse)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || term_save(STDIN_FILENO) != 0)
		return -1;
	/* newterm() and not initscr(), which would end the program on a terminal it does not know. */
	s.screen = newterm(NULL, stdout, stdin);
	if (s.screen == NULL)
		return -1;
	/* curses would draw on a terminal that cannot place its cursor, line under line. */
	if (!can("cup")) {
		endwin();
		delscreen(s.screen);
		s.screen = NULL;
		return -1;
	}
	raw();
	noecho();
	nonl();
	typeahead(-1);
	mousemask(0, NULL);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	/* It also sends what curses has kept to itself until now, which on a tiny screen may be cut in the middle of a sequence. */
	curs_set(0);
	term_enter(STDOUT_FILENO, mouse);
	util_set_fatal_hook(on_fatal);
	theme_builtin(&s.theme, THEME_DARK);
	screen_set_theme(&s.theme);
	return 0;
}

void
screen_close(void)
{
	if (s.screen == NULL)
		return;
	util_set_fatal_hook(NULL);
	screen_suspend();
	delscreen(s.screen);
	s.screen = NULL;
	memset(s.pixels, 0, sizeof(s.pixels));
	s.npixels = 0;
	forget_shown();
}

void
screen_suspend(void)
{
	signals_writing(true);
	term_leave(STDOUT_FILENO);
	curs_set(1);
	endwin();
	signals_writing(false);
}

void
screen_resume(bool mouse)
{
	signals_writing(true);
	/* The first refresh after endwin() puts the terminal into the program's mode again. */
	refresh();
	term_enter(STDOUT_FILENO, mouse);
	signals_writing(false);
	screen_distrust();
}

void
screen_size(int *h, int *w)
{
	*h = LINES;
	*w = COLS;
}

bool
screen_outgrown(void)
{
	struct winsize ws;
	int h, w;

	screen_size(&h, &w);
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0 &&
	       (ws.ws_row != h || ws.ws_col != w) && ws.ws_row <= SIZE_LIMIT &&
	       ws.ws_col <= SIZE_LIMIT;
}

void
screen_resize(int *h, int *w)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0)
		resizeterm(ws.ws_row < SIZE_LIMIT ? ws.ws_row : SIZE_LIMIT,
			   ws.ws_col < SIZE_LIMIT ? ws.ws_col : SIZE_LIMIT);
	screen_size(h, w);
	screen_distrust();
}

int
screen_colours(void)
{
	return has_colors() ? COLORS : 0;
}

void
screen_set_theme(const struct theme *theme)
{
	if (theme != &s.theme)
		s.theme = *theme;
	for (int role = 0; role < STYLE_COUNT && !s.theme.mono && has_colors(); role++) {
		struct theme_look look = theme_look(&s.theme, COLORS, (unsigned)role);

		if (role + 1 < COLOR_PAIRS)
			init_pair((short)(role + 1), (short)look.fg, (short)look.bg);
	}
	s.anew = true;
}

void
screen_distrust(void)
{
	s.distrust = true;
}

static attr_t
attributes(unsigned style, short *pair)
{
	struct theme_look look = theme_look(&s.theme, screen_colours(), style);
	int role = (int)(style & STYLE_ROLE);
	attr_t attrs = A_NORMAL;

	*pair = s.theme.mono || role + 1 >= COLOR_PAIRS ? 0 : (short)(role + 1);
	if (look.attrs & THEME_BOLD)
		attrs |= A_BOLD;
	if (look.attrs & THEME_DIM)
		attrs |= A_DIM;
	if (look.attrs & THEME_REVERSE)
		attrs |= A_REVERSE;
	if (look.attrs & THEME_UNDERLINE)
		attrs |= A_UNDERLINE;
	return attrs;
}

/* The pair of two colours of a picture: those of roles come first. When there is no room for more all are made anew, and what stands on the
 * screen is drawn again. */
static short
pixel_pair(uint8_t top, uint8_t bottom)
{
	size_t slots = NELEM(s.pixels), at = (size_t)(top * 256 + bottom) * 40503u % slots;
	int most = COLOR_PAIRS - STYLE_COUNT - 1;

	most = most > PIXEL_PAIRS ? PIXEL_PAIRS : most;
	while (s.pixels[at].pair != 0 && (s.pixels[at].top != top || s.pixels[at].bottom != bottom))
		at = (at + 1) % slots;
	if (s.pixels[at].pair != 0)
		return s.pixels[at].pair;
	if (s.npixels >= most) {
		s.distrust = true;
		memset(s.pixels, 0, sizeof(s.pixels));
		s.npixels = 0;
		if (most <= 0)
			return 0;
		return pixel_pair(top, bottom);
	}
	s.pixels[at] = (struct pixel){top, bottom, (short)(STYLE_COUNT + 1 + s.npixels++)};
	init_pair(s.pixels[at].pair, top, bottom);
	return s.pixels[at].pair;
}

/* Two pixels: a half block in two colours, or a shade where there are not so many. */
static void
put_pixels(const struct grid_cell *c, int y, int x)
{
	static const wchar_t shades[] = {L' ', L'░', L'▒', L'▓', L'█'};
	wchar_t chars[2] = {L'▀', L'\0'};
	unsigned light = picture_light(c->top) + picture_light(c->bottom);
	short pair = 0;
	cchar_t out;

	if (s.theme.mono || screen_colours() < 256)
		chars[0] = shades[light * NELEM(shades) / 511];
	else
		pair = pixel_pair(c->top, c->bottom);
	if (setcchar(&out, chars, A_NORMAL, pair, NULL) == OK)
		mvadd_wch(y, x, &out);
}

static void
put_cell(const struct grid_cell *c, int y, int x)
{
	wchar_t chars[CLUSTER_CHARS + 1];
	size_t at = 0;
	int n = 0;
	cchar_t out;
	short pair;
	attr_t attrs = attributes(c->style, &pair);

	while (at < c->nbytes && n < CLUSTER_CHARS) {
		uint32_t cp;

		at += text_next(c->bytes + at, c->nbytes - at, &cp);
		if (cp != TEXT_INVALID)
			chars[n++] = (wchar_t)cp;
	}
	chars[n] = L'\0';
	if (n != 0 && setcchar(&out, chars, attrs, pair, NULL) == OK)
		mvadd_wch(y, x, &out);
}

/* Copies what differs from what the terminal shows. */
static bool
copy_cells(const struct grid *g, int h, int w)
{
	bool changed = false;

	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++) {
			const struct grid_cell *c = grid_at(g, y, x);
			struct grid_cell *was = &s.shown[(size_t)y * (size_t)w + (size_t)x];

			if (grid_cell_equal(c, was))
				continue;
			*was = *c;
			changed = true;
			if (c->style & STYLE_PIXELS)
				put_pixels(c, y, x);
			else if (c->width != 0)
				put_cell(c, y, x);
		}
	}
	return changed;
}

/* All cells are to be copied, onto a blank screen if what the terminal shows is not known. */
static void
draw_anew(int h, int w)
{
	forget_shown();
	s.shown = xcalloc((size_t)h * (size_t)w, sizeof(*s.shown));
	s.h = h;
	s.w = w;
	erase();
	if (s.distrust)
		clearok(stdscr, TRUE);
	s.distrust = s.anew = false;
}

void
screen_draw(const struct grid *g, int cursor_y, int cursor_x)
{
	int h = grid_height(g), w = grid_width(g);
	bool changed;

	/* Between a resize of the terminal and that of the grid there is nothing to show. */
	if (h > LINES || w > COLS)
		return;
	s.distrust |= s.shown == NULL || s.h != h || s.w != w;
	if (s.distrust || s.anew)
		draw_anew(h, w);
	changed = copy_cells(g, h, w);
	if (!changed && cursor_y == s.cursor_y && cursor_x == s.cursor_x)
		return;
	signals_writing(true);
	term_write(STDOUT_FILENO, TERM_SYNC_ON, sizeof(TERM_SYNC_ON) - 1);
	if ((cursor_y >= 0) != (s.cursor_y >= 0) || s.cursor_y == -2)
		curs_set(cursor_y >= 0 ? 1 : 0);
	if (cursor_y >= 0)
		move(cursor_y, cursor_x);
	s.cursor_y = cursor_y;
	s.cursor_x = cursor_x;
	wnoutrefresh(stdscr);
	doupdate();
	term_write(STDOUT_FILENO, TERM_SYNC_OFF, sizeof(TERM_SYNC_OFF) - 1);
	signals_writing(false);
}
