/* theme.c - which theme, that it can be read on the palettes people have, and that no state is told by colour alone where there is none. */
#include "config.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/theme.h"

static void
chooses(void)
{
	static const struct {
		const char *word, *no_color, *fgbg;
		enum theme_ground ground;
		int colours;
		enum theme_kind want;
		const char *why;
	} t[] = {
		{"auto", NULL, NULL, 0, 256, THEME_DARK, "dark by itself"},
		{"auto", NULL, "15;0", 0, 16, THEME_DARK, "COLORFGBG says dark"},
		{"auto", NULL, "0;15", 0, 16, THEME_LIGHT, "COLORFGBG says light"},
		{"auto", NULL, "0;default;15", 0, 16, THEME_LIGHT, "with three parts"},
		{"auto", NULL, "12;8", 0, 16, THEME_DARK, "8 is dark"},
		{"auto", NULL, "15;0", THEME_GROUND_LIGHT, 256, THEME_LIGHT,
		 "the terminal says light, which is truer than COLORFGBG"},
		{"auto", NULL, "0;15", THEME_GROUND_DARK, 256, THEME_DARK, "or dark"},
		{"auto", "1", "0;15", THEME_GROUND_LIGHT, 256, THEME_MONO, "NO_COLOR"},
		{"auto", "", NULL, 0, 256, THEME_DARK, "an empty NO_COLOR says nothing"},
		{"light", "1", NULL, 0, 256, THEME_LIGHT, "who names a theme gets it"},
		{"dark", NULL, NULL, THEME_GROUND_LIGHT, 256, THEME_DARK, "whatever the terminal"},
		{"contrast", NULL, NULL, 0, 8, THEME_CONTRAST, "high contrast"},
		{"dark", NULL, NULL, 0, 2, THEME_MONO, "but not without colours"},
		{"mono", NULL, NULL, 0, 256, THEME_MONO, "mono"},
		{"mine", NULL, "0;15", 0, 256, THEME_LIGHT, "a file's theme begins as auto"},
	};

	for (size_t i = 0; i < NELEM(t); i++)
		is_int(theme_choose(t[i].word, t[i].no_color, t[i].fgbg, t[i].ground, t[i].colours),
		       t[i].want, "%s", t[i].why);
}

static void
grounds(void)
{
	static const struct {
		const char *reply;
		enum theme_ground want;
	} t[] = {
		{"]11;rgb:0000/0000/0000", THEME_GROUND_DARK},
		{"\033]11;rgb:ffff/ffff/ffff", THEME_GROUND_LIGHT},
		{"]11;rgb:fd/f6/e3", THEME_GROUND_LIGHT},
		{"]11;rgb:0/2/3", THEME_GROUND_DARK},
		{"]11;rgba:FFFF/FFFF/DDDD/FFFF", THEME_GROUND_LIGHT},
		{"]11;rgb:ffff/ffff", THEME_GROUND_UNKNOWN},
		{"]11;rgb:/ffff/ffff", THEME_GROUND_UNKNOWN},
		{"]11;rgb", THEME_GROUND_UNKNOWN},
		{"]11;rgb:", THEME_GROUND_UNKNOWN},
		{"]10;rgb:ffff/ffff/ffff", THEME_GROUND_UNKNOWN},
		{"", THEME_GROUND_UNKNOWN},
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		/* In an exact-size buffer: a reader that goes too far is seen. */
		size_t len = strlen(t[i].reply);
		char *copy = xmalloc(len + 1);

		memcpy(copy, t[i].reply, len);
		is_int(theme_ground(copy, len), t[i].want, "OSC 11: %s", t[i].reply);
		free(copy);
	}
}

/* ---- contrast --------------------------------------------------------------------------------------------------------- */

static double
luminance(uint32_t rgb)
{
	static const double weights[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;

	for (unsigned i = 0; i < 3; i++) {
		double v = (double)(rgb >> (16 - 8 * i) & 255) / 255;

		sum += weights[i] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* WCAG's ratio, 1 to 21. */
static double
contrast(uint32_t a, uint32_t b)
{
	double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

/* A terminal people have: its sixteen, and its own two. */
struct palette {
	const char *name;
	bool light, eight;
	uint32_t sixteen[16], fg, bg;
};

#define XTERM                                                                                   \
	{                                                                                       \
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, \
			0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,   \
			0xffffff                                                                \
	}
#define CONSOLE                                                                                 \
	{                                                                                       \
		0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, \
			0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff,   \
			0xffffff                                                                \
	}
#define TANGO                                                                                   \
	{                                                                                       \
		0x2e3436, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf, \
			0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2,   \
			0xeeeeec                                                                \
	}
#define GNOME                                                                                   \
	{                                                                                       \
		0x171421, 0xc01c28, 0x26a269, 0xa2734c, 0x12488b, 0xa347ba, 0x2aa1b3, 0xd0cfcc, \
			0x5e5c64, 0xf66151, 0x33da7a, 0xe9ad0c, 0x2a7bde, 0xc061cb, 0x33c7de,   \
			0xffffff                                                                \
	}

static const struct palette palettes[] = {
	{"xterm", false, true, XTERM, 0xe5e5e5, 0x000000},
	{"xterm on white", true, true, XTERM, 0x000000, 0xffffff},
	{"the Linux console", false, true, CONSOLE, 0xaaaaaa, 0x000000},
	{"Tango on black", false, false, TANGO, 0xffffff, 0x000000},
	{"Tango on aubergine", false, false, TANGO, 0xeeeeec, 0x300a24},
	{"Tango on white", true, false, TANGO, 0x000000, 0xffffff},
	{"GNOME, dark", false, false, GNOME, 0xffffff, 0x1e1e1e},
	{"GNOME, light", true, false, GNOME, 0x171421, 0xffffff},
	{"Tango on a yellowish white", true, false, TANGO, 0x073642, 0xfdf6e3},
};

/* Many terminals show bold text in the first eight colours in the bright half of the sixteen, where its user did not forbid it. */
static int
brightened(struct theme_look look)
{
	return look.attrs & THEME_BOLD && look.fg >= 0 && look.fg < 8 ? look.fg + 8 : look.fg;
}

static uint32_t
shown(const struct palette *p, int colour, bool background)
{
	if (colour < 0)
		return background ? p->bg : p->fg;
	return colour < 16 ? p->sixteen[colour] : theme_rgb(colour);
}

/* Lines and bars are not read: they need not be as strong (a bar 3:1, WCAG 1.4.11; a line between panes nothing). */
static double
enough(unsigned role)
{
	if (role == STYLE_BORDER || role == STYLE_BAR_REST)
		return 1.2;
	return role == STYLE_BAR ? 3 : 4.5;
}

static void
can_be_read(enum theme_kind kind, const struct palette *p, int colours, bool bright)
{
	struct theme t;

	theme_builtin(&t, kind);
	for (unsigned role = 0; role < STYLE_COUNT; role++) {
		struct theme_look look = theme_look(&t, colours, role);
		uint32_t fg = shown(p, bright ? brightened(look) : look.fg, false);
		uint32_t bg = shown(p, look.bg, true);

		ok(contrast(fg, bg) >= enough(role), "%s with %d colours%s: %s has %.1f:1", p->name,
		   colours, bright ? ", bold ones bright" : "", theme_role_name(role),
		   contrast(fg, bg));
	}
}

static void
bold(void)
{
	struct theme t;

	theme_builtin(&t, THEME_DARK);
	ok((theme_look(&t, 16, STYLE_HEADER | STYLE_BOLD).attrs & THEME_BOLD) == 0,
	   "black on white is not made grey by being bold");
	ok((theme_look(&t, 256, STYLE_HEADER | STYLE_BOLD).attrs & THEME_BOLD) != 0,
	   "with many colours it is bold");
	ok((theme_look(&t, 16, STYLE_NORMAL | STYLE_BOLD).attrs & THEME_BOLD) != 0,
	   "and so is plain text");
}

static void
contrasts(void)
{
	ok(fabs(contrast(0xffffff, 0x000000) - 21) < 0.01, "white on black is 21:1");
	ok(fabs(contrast(0x777777, 0xffffff) - 4.48) < 0.01, "#777 on white is 4.48:1");
	is_int(theme_rgb(208), 0xff8700, "of the colour cube");
	is_int(theme_rgb(255), 0xeeeeee, "of the greys");
	for (size_t i = 0; i < NELEM(palettes); i++) {
		const struct palette *p = &palettes[i];
		enum theme_kind kind = p->light ? THEME_LIGHT : THEME_DARK;

		for (int bright = 0; bright < 2; bright++) {
			can_be_read(kind, p, 256, bright);
			can_be_read(kind, p, 16, bright);
			can_be_read(THEME_CONTRAST, p, 256, bright);
		}
		/* Terminals of eight colours are old, or say that they are: those show bold as bright. */
		if (p->eight)
			can_be_read(kind, p, 8, true);
	}
}

static void
looks(void)
{
	static const int colours[] = {8, 16, 256};
	struct theme t, mono;

	theme_builtin(&mono, THEME_MONO);
	for (unsigned role = 0; role < STYLE_COUNT; role++) {
		struct theme_look look = theme_look(&mono, 256, role);

		ok(look.fg == -1 && look.bg == -1, "role %u has no colours in mono", role);
		for (unsigned kind = THEME_DARK; kind <= THEME_CONTRAST; kind++) {
			theme_builtin(&t, (enum theme_kind)kind);
			for (size_t i = 0; i < 3; i++) {
				look = theme_look(&t, colours[i], role);
				ok(look.fg < colours[i] && look.bg < colours[i] &&
					   (look.fg == -1 || look.fg != look.bg),
				   "theme %u, role %u keeps to %d colours and can be read", kind,
				   role, colours[i]);
			}
		}
	}
	ok(theme_look(&mono, 256, STYLE_CURSOR).attrs & THEME_REVERSE,
	   "the cursor's row is seen without colours");
	is_int(theme_look(&mono, 256, STYLE_CURSOR | STYLE_REVERSE).attrs & THEME_REVERSE, 0,
	       "selected in it: the other way round");
	theme_builtin(&t, THEME_DARK);
	ok(theme_look(&t, 256, STYLE_NORMAL | STYLE_BOLD).attrs & THEME_BOLD, "flags add");
	is_int(theme_look(&t, 256, 0xff).fg, -1, "an unknown role is plain text");
	ok(theme_look(&t, 0, STYLE_CURSOR).attrs & THEME_REVERSE, "and without colours it is mono");
}

/* ---- a theme of the user ---------------------------------------------------------------------------------------------- */

static char said[2000];

static void
hear(void *arg, const char *sentence)
{
	(void)arg;
	strlcat(said, sentence, sizeof(said));
	strlcat(said, "\n", sizeof(said));
}

static size_t
parse(struct theme *t, const char *text)
{
	said[0] = '\0';
	theme_builtin(t, THEME_DARK);
	return theme_parse(t, text, strlen(text), hear, NULL);
}

static void
files(void)
{
	struct theme t;

	is_int(parse(&t, "# mine\n"
			 "base = light # as at noon\n"
			 "\n"
			 "peer = bright-green bold\r\n"
			 "dim=244\n"
			 "header = #ffffff on #005f87 underline # blue\n"
			 "Normal = default on black"),
	       0, "all of it is right: %s", said);
	is_int(theme_look(&t, 256, STYLE_PEER).fg, 10, "a name");
	is_int(theme_look(&t, 256, STYLE_PEER).attrs, THEME_BOLD, "an attribute");
	is_int(theme_look(&t, 256, STYLE_DIM).fg, 244, "a number");
	is_int(theme_look(&t, 16, STYLE_DIM).fg, 8, "which fewer colours come near to");
	is_int(theme_look(&t, 256, STYLE_HEADER).fg, 231, "#rrggbb");
	is_int(theme_look(&t, 256, STYLE_HEADER).bg, 24, "and as background");
	is_int(theme_look(&t, 256, STYLE_HEADER).attrs, THEME_UNDERLINE, "before a comment");
	is_int(theme_look(&t, 256, STYLE_NORMAL).fg, -1, "the terminal's own");
	is_int(theme_look(&t, 256, STYLE_NORMAL).bg, 0, "on black");
	is_int(theme_look(&t, 256, STYLE_OWN).fg, 25, "the rest is the base's");

	is_int(parse(&t, "colour = red\npeer = reddish\npeer = red shiny\npeer red\nown = 256\n"
			 "base = \nown = red on\nown = #12345\nnews = 5"),
	       8, "what is wrong is counted");
	is_str(said,
	       "Line 1 of the theme: there is no such role: colour.\n"
	       "Line 2 of the theme: there is no such colour: reddish.\n"
	       "Line 3 of the theme: that is no attribute: shiny.\n"
	       "Line 4 of the theme: it is not ROLE = COLOUR: peer red.\n"
	       "Line 5 of the theme: there is no such colour: 256.\n"
	       "Line 6 of the theme: the base is dark, light, contrast or mono: .\n"
	       "Line 7 of the theme: there is no such colour: .\n"
	       "Line 8 of the theme: there is no such colour: #12345.\n",
	       "each with its line");
	is_int(theme_look(&t, 256, STYLE_PEER).fg, 80, "a wrong line changes nothing");
	is_int(theme_look(&t, 256, STYLE_NEWS).fg, 5, "the rest is used");
	parse(&t, "\xff\xfe\x1b]0;x = red");
	ok(strchr(said, '\x1b') == NULL, "what is told of it is safe to show");
}

/* What stands in the folder beside the theme `mine`. */
static void
lists(const char *config, const char *folder)
{
	static const char *const more[] = {"zebra", "a.b", ".hidden", "dark", "another_1"};
	char *path, *out[8];
	size_t n;

	for (size_t i = 0; i < NELEM(more); i++) {
		FILE *f;

		xasprintf(&path, "%s/%s", folder, more[i]);
		f = fopen(path, "w");
		ok(f != NULL && fclose(f) == 0, "a file %s", more[i]);
		free(path);
	}
	xasprintf(&path, "%s/folder", folder);
	ok(mkdir(path, 0700) == 0, "a folder");
	free(path);
	n = theme_list(config, out, NELEM(out));
	is_int(n, 3, "of them three are themes");
	if (n == 3) {
		is_str(out[0], "another_1", "in order:");
		is_str(out[1], "mine", "the second");
		is_str(out[2], "zebra", "the third");
	}
	while (n > 0)
		free(out[--n]);
	n = theme_list(config, out, 1);
	is_int(n, 1, "never more than there is room for");
	free(out[0]);
	is_int(theme_list(NULL, out, NELEM(out)), 0, "none without an option file");
}

static void
loads(void)
{
	char *config, *folder, *path, err[512];
	struct theme t;
	FILE *out = NULL;

	xasprintf(&config, "%s/config", test_tmpdir());
	xasprintf(&folder, "%s/themes", test_tmpdir());
	xasprintf(&path, "%s/themes/mine", test_tmpdir());
	theme_builtin(&t, THEME_DARK);
	ok(!theme_load(&t, config, "mine", err, sizeof(err)) && err[0] != '\0', "no file: %s", err);
	ok(mkdir(folder, 0700) == 0 && (out = fopen(path, "w")) != NULL, "there is one");
	fputs("own = 1\nown = nonsense\n", out);
	fclose(out);
	lists(config, folder);
	ok(theme_load(&t, config, "mine", err, sizeof(err)), "it is read");
	is_str(err, "Line 2 of the theme: there is no such colour: nonsense.",
	       "with what is wrong");
	is_int(theme_look(&t, 256, STYLE_OWN).fg, 1, "and used");
	out = fopen(path, "a");
	if (ok(out != NULL, "more of it is wrong"))
		fputs("bold\nno = red\n", out), fclose(out);
	ok(theme_load(&t, config, "mine", err, sizeof(err)), "it is read all the same");
	is_str(err,
	       "Line 2 of the theme: there is no such colour: nonsense. 2 more lines are wrong.",
	       "how much is told");
	ok(!theme_load(&t, config, "folder", err, sizeof(err)) && err[0] != '\0',
	   "a folder is no theme: %s", err);
	ok(!theme_load(&t, NULL, "mine", err, sizeof(err)), "not without an option file");
	ok(!theme_name_good("../config") && !theme_name_good("") && !theme_name_good("dark") &&
		   !theme_name_good("auto") && theme_name_good("mine-2"),
	   "a name is no path, and not one of ours");
	free(config);
	free(folder);
	free(path);
}

int
main(void)
{
	chooses();
	grounds();
	contrasts();
	bold();
	looks();
	files();
	loads();
	return done_testing();
}
