/* theme.c - which theme, and that no state is told by colour alone where there is none. */
#include "config.h"

#include <stddef.h>

#include "tests/tap.h"
#include "ui/theme.h"

static void
chooses(void)
{
	is_int(theme_choose("auto", NULL, NULL, 256), THEME_DARK, "dark by itself");
	is_int(theme_choose("auto", NULL, "15;0", 16), THEME_DARK, "COLORFGBG says dark");
	is_int(theme_choose("auto", NULL, "0;15", 16), THEME_LIGHT, "COLORFGBG says light");
	is_int(theme_choose("auto", NULL, "0;default;15", 16), THEME_LIGHT, "with three parts");
	is_int(theme_choose("auto", NULL, "12;8", 16), THEME_DARK, "8 is dark");
	is_int(theme_choose("auto", "1", "0;15", 256), THEME_MONO, "NO_COLOR");
	is_int(theme_choose("auto", "", NULL, 256), THEME_DARK, "an empty NO_COLOR says nothing");
	is_int(theme_choose("light", "1", NULL, 256), THEME_LIGHT, "who names a theme gets it");
	is_int(theme_choose("dark", NULL, NULL, 2), THEME_MONO, "but not without colours");
	is_int(theme_choose("mono", NULL, NULL, 256), THEME_MONO, "mono");
}

static void
looks(void)
{
	static const int colours[] = {8, 16, 256};

	for (unsigned role = 0; role < STYLE_COUNT; role++) {
		struct theme_look mono = theme_look(THEME_MONO, 0, role);

		ok(mono.fg == -1 && mono.bg == -1, "role %u has no colours in mono", role);
		for (size_t i = 0; i < 3; i++) {
			struct theme_look dark = theme_look(THEME_DARK, colours[i], role);
			struct theme_look light = theme_look(THEME_LIGHT, colours[i], role);

			ok(dark.fg < colours[i] && dark.bg < colours[i] && light.fg < colours[i] &&
				   light.bg < colours[i],
			   "role %u keeps to %d colours", role, colours[i]);
			ok((dark.fg == -1 || dark.fg != dark.bg) &&
				   (light.fg == -1 || light.fg != light.bg),
			   "role %u can be read with %d colours", role, colours[i]);
		}
	}
	ok(theme_look(THEME_MONO, 0, STYLE_CURSOR).attrs & THEME_REVERSE,
	   "the cursor's row is seen without colours");
	is_int(theme_look(THEME_MONO, 0, STYLE_CURSOR | STYLE_REVERSE).attrs & THEME_REVERSE, 0,
	       "selected in it: the other way round");
	ok(theme_look(THEME_DARK, 256, STYLE_NORMAL | STYLE_BOLD).attrs & THEME_BOLD, "flags add");
	is_int(theme_look(THEME_DARK, 256, 0xff).fg, -1, "an unknown role is plain text");
}

int
main(void)
{
	chooses();
	looks();
	return done_testing();
}
