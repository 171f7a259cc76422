/* theme.c - roles to colours and attributes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/theme.h"

struct row {
	int16_t few[2][2], many[2][2]; /* dark and light; foreground and background */
	int16_t contrast[2];
	uint8_t attrs, plain;
	const char *name, *help;
};

static const struct row table[STYLE_COUNT] = {
#define ROW(role, df, db, dmf, dmb, lf, lb, lmf, lmb, cf, cb, attrs, plain, help) \
	[STYLE_##role] = {{{df, db}, {lf, lb}},                                   \
			  {{dmf, dmb}, {lmf, lmb}},                               \
			  {cf, cb},                                               \
			  attrs,                                                  \
			  plain,                                                  \
			  #role,                                                  \
			  help},
	THEME_TABLE(ROW)
#undef ROW
};

/* What xterm shows for the first sixteen. */
static const uint32_t first_colours[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

uint32_t
theme_rgb(int colour)
{
	static const uint32_t steps[6] = {0, 95, 135, 175, 215, 255};
	uint32_t n, grey;

	if (colour < 16)
		return colour < 0 ? 0 : first_colours[colour];
	n = (uint32_t)colour - 16;
	if (n < 216)
		return steps[n / 36] << 16 | steps[n / 6 % 6] << 8 | steps[n % 6];
	grey = 8 + 10 * (n - 216);
	return grey << 16 | grey << 8 | grey;
}

static enum theme_ground
ground_of_number(const char *colorfgbg)
{
	const char *bg = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
	int n;

	if (bg == NULL)
		return THEME_GROUND_UNKNOWN;
	n = atoi(bg + 1);
	/* rxvt's convention: 7 and 9 to 15 are light backgrounds. */
	return n == 7 || (n >= 9 && n <= 15) ? THEME_GROUND_LIGHT : THEME_GROUND_DARK;
}

enum theme_kind
theme_choose(const char *word, const char *no_color, const char *colorfgbg,
	     enum theme_ground ground, int colours)
{
	if (strcmp(word, "mono") == 0 || colours < 8)
		return THEME_MONO;
	if (strcmp(word, "dark") == 0)
		return THEME_DARK;
	if (strcmp(word, "light") == 0)
		return THEME_LIGHT;
	if (strcmp(word, "contrast") == 0)
		return THEME_CONTRAST;
	if (no_color != NULL && no_color[0] != '\0')
		return THEME_MONO;
	/* What the terminal says now is truer than what was in the environment when it started. */
	if (ground == THEME_GROUND_UNKNOWN)
		ground = ground_of_number(colorfgbg);
	return ground == THEME_GROUND_LIGHT ? THEME_LIGHT : THEME_DARK;
}

/* One part of rgb:RRRR/GGGG/BBBB as 0 to 255; -1 if there is none. Moves *p behind it and the slash. */
static int
part(const char **p, const char *end)
{
	unsigned value = 0, most = 0;

	for (; *p < end && most < 0xffff; (*p)++) {
		const char *digits = "0123456789abcdef", *at;
		char c = **p >= 'A' && **p <= 'F' ? (char)(**p | 0x20) : **p;

		at = c != '\0' ? strchr(digits, c) : NULL;
		if (at == NULL)
			break;
		value = value << 4 | (unsigned)(at - digits);
		most = most << 4 | 15;
	}
	if (most == 0)
		return -1;
	if (*p < end && **p == '/')
		(*p)++;
	return (int)(value * 255 / most);
}

enum theme_ground
theme_ground(const char *reply, size_t len)
{
	static const char lead[] = "]11;rgb";
	const char *p = reply, *end = reply + len;
	int r, g, b;

	while (p < end && *p == '\033')
		p++;
	if ((size_t)(end - p) < sizeof(lead) || memcmp(p, lead, sizeof(lead) - 1) != 0)
		return THEME_GROUND_UNKNOWN;
	p += sizeof(lead) - 1;
	if (*p == 'a')
		p++;
	if (p == end || *p++ != ':' || (r = part(&p, end)) < 0 || (g = part(&p, end)) < 0 ||
	    (b = part(&p, end)) < 0)
		return THEME_GROUND_UNKNOWN;
	/* Perceived lightness, in thousandths of 255. */
	return r * 299 + g * 587 + b * 114 > 127500 ? THEME_GROUND_LIGHT : THEME_GROUND_DARK;
}

static struct theme_pair
pair(const int16_t colours[2])
{
	return (struct theme_pair){colours[0], colours[1]};
}

/* Many terminals show bold text in the first eight colours brighter: on black that helps, on anything light it could not be read. */
static bool
fades(int fg, int bg, bool light)
{
	return fg == 0 || (fg > 0 && fg < 8 && (light || bg >= 0));
}

void
theme_builtin(struct theme *t, enum theme_kind kind)
{
	*t = (struct theme){.mono = kind == THEME_MONO};
	for (unsigned i = 0; i < STYLE_COUNT; i++) {
		const struct row *r = &table[i];
		int light = kind == THEME_LIGHT;
		bool contrast = kind == THEME_CONTRAST;

		t->role[i].few = pair(contrast ? r->contrast : r->few[light]);
		t->role[i].many = pair(contrast ? r->contrast : r->many[light]);
		t->role[i].attrs = r->attrs;
		t->role[i].few_attrs = r->attrs;
		if (fades(t->role[i].few.fg, t->role[i].few.bg, light))
			t->role[i].few_attrs &= (uint8_t)~THEME_BOLD;
		t->role[i].plain = r->plain;
	}
}

/* Of the sixteen, the one that xterm shows most alike. */
static int
nearest(int colour)
{
	uint32_t want = theme_rgb(colour);
	int best = 0, least = INT32_MAX;

	for (int i = 0; i < 16; i++) {
		int far = 0;

		for (unsigned shift = 0; shift < 24; shift += 8) {
			int d = (int)(want >> shift & 255) - (int)(first_colours[i] >> shift & 255);

			far += d * d;
		}
		if (far < least) {
			least = far;
			best = i;
		}
	}
	return best;
}

/* A colour of the theme for a terminal that has fewer. */
static int
fit(int colour, bool background, int colours)
{
	if (colour < 0)
		return -1;
	if (colours >= 256)
		return colour;
	if (colour >= 16)
		colour = nearest(colour);
	if (colours >= 16)
		return colour;
	/* Eight colours: bright black would be black on black, so it is white, and told apart by being dim. */
	if (colour == 8)
		return background ? 4 : 7;
	/* Behind text, the dark half's yellow is a brown too dark for black. */
	if (colour == 11 && background)
		return 7;
	return colour & 7;
}

struct theme_look
theme_look(const struct theme *t, int colours, unsigned style)
{
	unsigned role = style & STYLE_ROLE;
	struct theme_look look = {-1, -1, 0};

	if (role >= STYLE_COUNT)
		role = STYLE_NORMAL;
	if (t->mono || colours < 8) {
		look.attrs = t->role[role].plain;
	} else {
		struct theme_pair p = colours >= 256 ? t->role[role].many : t->role[role].few;

		look.fg = fit(p.fg, false, colours);
		look.bg = fit(p.bg, true, colours);
		look.attrs = colours >= 256 ? t->role[role].attrs : t->role[role].few_attrs;
		/* Of eight colours the bright ones are the bold ones. */
		if (colours < 16 && p.fg >= 8 && p.fg < 16)
			look.attrs |= p.fg == 8 ? THEME_DIM : THEME_BOLD;
		/* Without a bright half, two may have become one. */
		if (look.fg == look.bg && look.fg >= 0)
			look.attrs |= THEME_REVERSE, look.fg = look.bg = -1;
	}
	if (style & STYLE_REVERSE)
		look.attrs ^= THEME_REVERSE;
	if (style & STYLE_BOLD && !(colours < 256 && fades(look.fg, look.bg, false)))
		look.attrs |= THEME_BOLD;
	if (style & STYLE_UNDERLINE)
		look.attrs |= THEME_UNDERLINE;
	return look;
}

const char *
theme_role_name(unsigned role)
{
	return role < STYLE_COUNT ? table[role].name : NULL;
}

const char *
theme_role_help(unsigned role)
{
	return role < STYLE_COUNT ? table[role].help : NULL;
}
