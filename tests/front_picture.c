/* front_picture.c - the cells of a front end with their colours, as terminals would show them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"
#include "ui/theme.h"

/* What is drawn. The first two always, the others when all are asked for. */
static const struct kind {
	enum theme_kind theme;
	int colours;
	const char *word; /* begins with "light" on a light ground */
} kinds[] = {
	{THEME_DARK, 256, "dark"}, {THEME_LIGHT, 256, "light"}, {THEME_CONTRAST, 256, "contrast"},
	{THEME_MONO, 256, "mono"}, {THEME_DARK, 16, "dark16"},	{THEME_LIGHT, 16, "light16"},
	{THEME_DARK, 8, "dark8"},  {THEME_LIGHT, 8, "light8"},
};

/* SGR for a look. */
static void
put_look(FILE *out, struct theme_look look)
{
	fputs("\033[0", out);
	for (unsigned i = 0; i < 4; i++) {
		static const struct {
			unsigned bit;
			const char *code;
		} codes[] = {{THEME_BOLD, ";1"},
			     {THEME_DIM, ";2"},
			     {THEME_UNDERLINE, ";4"},
			     {THEME_REVERSE, ";7"}};

		if (look.attrs & codes[i].bit)
			fputs(codes[i].code, out);
	}
	if (look.fg >= 0)
		fprintf(out, ";38;5;%d", look.fg);
	if (look.bg >= 0)
		fprintf(out, ";48;5;%d", look.bg);
	putc('m', out);
}

/* The screen with its colours. Few colours hold no photographs: as ui/screen.c does, a shade stands for what is there. */
static void
write_picture(struct world *w, const char *folder, const char *name, const struct kind *k)
{
	const struct grid *g = front_grid(w->front);
	struct theme theme;
	char *path;
	FILE *out;

	xasprintf(&path, "%s/%s.%s.ansi", folder, name, k->word);
	out = fopen(path, "w");
	free(path);
	ok(out != NULL, "the picture of %s can be written", name);
	if (out == NULL)
		return;
	theme_builtin(&theme, k->theme);
	for (int y = 0; y < grid_height(g); y++) {
		for (int x = 0; x < grid_width(g); x++) {
			const struct grid_cell *c = grid_at(g, y, x);

			if (c->style & STYLE_PIXELS && k->colours >= 256)
				put_look(out, (struct theme_look){c->top, c->bottom, 0});
			else if (x == 0 || c->style != grid_at(g, y, x - 1)->style)
				put_look(out, theme_look(&theme, k->colours, c->style));
			fwrite(c->bytes, 1, c->nbytes, out);
		}
		fputs("\033[0m\n", out);
	}
	fclose(out);
}

static void
write_pictures(struct world *w, const char *name)
{
	const char *folder = getenv("P2P_TUI_PICTURES"), *all = getenv("P2P_TUI_PICTURES_ALL");
	size_t n = all != NULL && all[0] != '\0' ? NELEM(kinds) : 2;

	for (size_t i = 0; folder != NULL && i < n; i++)
		write_picture(w, folder, name, &kinds[i]);
}

void
world_pictures(struct world *w, const char *name)
{
	static const struct {
		const char *word;
		int h, w;
	} sizes[] = {{"80x24", 24, 80}, {"120x40", 40, 120}, {"40x12", 12, 40}};
	int stem = (int)strlen(name) - (int)strlen(sizes[0].word);

	if (getenv("P2P_TUI_PICTURES") == NULL)
		return;
	write_pictures(w, name);
	/* Another size ends that. */
	if (w->held)
		return;
	for (size_t i = 1; stem > 0 && strcmp(name + stem, sizes[0].word) == 0 && i < NELEM(sizes);
	     i++) {
		char *other, *golden;

		xasprintf(&other, "%.*s%s", stem, name, sizes[i].word);
		golden = test_source("tests/golden/%s.txt", other);
		if (access(golden, F_OK) != 0) {
			front_resize(w->front, sizes[i].h, sizes[i].w);
			free(world_screen(w));
			write_pictures(w, other);
			front_resize(w->front, sizes[0].h, sizes[0].w);
			free(world_screen(w));
		}
		free(golden);
		free(other);
	}
}
