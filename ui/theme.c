/* theme.c - roles to colours and attributes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "ui/theme.h"

struct row {
	int8_t dark_fg, dark_bg, light_fg, light_bg;
	uint8_t attrs, mono;
};

static const struct row table[STYLE_COUNT] = {
#define ROW(role, ...) [STYLE_##role] = {__VA_ARGS__},
	THEME_TABLE(ROW)
#undef ROW
};

/* The sixteen colours have no quiet one: where there are 256, greys take the place of bright black and white as backgrounds. */
#define GREY_DARK  238
#define GREY_LIGHT 253
#define GREY_TEXT  245

enum theme
theme_choose(const char *word, const char *no_color, const char *colorfgbg, int colours)
{
	const char *bg = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;

	if (strcmp(word, "mono") == 0 || colours < 8)
		return THEME_MONO;
	if (strcmp(word, "dark") == 0)
		return THEME_DARK;
	if (strcmp(word, "light") == 0)
		return THEME_LIGHT;
	if (no_color != NULL && no_color[0] != '\0')
		return THEME_MONO;
	/* rxvt's convention: 7 and 9 to 15 are light backgrounds. */
	if (bg != NULL) {
		int n = atoi(bg + 1);

		return n == 7 || (n >= 9 && n <= 15) ? THEME_LIGHT : THEME_DARK;
	}
	return THEME_DARK;
}

/* A colour of the table for a terminal that has fewer or more than sixteen. */
static int
fit(int colour, bool background, int colours)
{
	if (colour < 0)
		return -1;
	if (colours >= 256) {
		if (background && colour == 8)
			return GREY_DARK;
		if (background && colour == 7)
			return GREY_LIGHT;
		if (!background && colour == 8)
			return GREY_TEXT;
		return colour;
	}
	if (colours >= 16)
		return colour;
	/* Eight colours: bright black would be black on black, so it is white, and told apart by being dim. */
	if (colour == 8)
		return background ? 4 : 7;
	return colour & 7;
}

struct theme_look
theme_look(enum theme theme, int colours, unsigned style)
{
	unsigned role = style & STYLE_ROLE;
	const struct row *r = &table[role < STYLE_COUNT ? role : STYLE_NORMAL];
	struct theme_look look = {-1, -1, 0};

	if (theme == THEME_MONO) {
		look.attrs = r->mono;
	} else {
		look.fg = fit(theme == THEME_DARK ? r->dark_fg : r->light_fg, false, colours);
		look.bg = fit(theme == THEME_DARK ? r->dark_bg : r->light_bg, true, colours);
		look.attrs = r->attrs;
		if (colours < 16 && (theme == THEME_DARK ? r->dark_fg : r->light_fg) == 8)
			look.attrs |= THEME_DIM;
	}
	if (style & STYLE_REVERSE)
		look.attrs ^= THEME_REVERSE;
	if (style & STYLE_BOLD)
		look.attrs |= THEME_BOLD;
	if (style & STYLE_UNDERLINE)
		look.attrs |= THEME_UNDERLINE;
	return look;
}
