/* drag_stream.c - what terminals sent while a hand dragged, recorded: fed to the front end, and its cells with their styles compared. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/theme.h"

#define STYLES 26

/* ---- cells -------------------------------------------------------------------------------------------------------------- */

/* The letter of a style, in the order in which they are met. */
static char
letter(uint16_t *styles, size_t *n, uint16_t style)
{
	size_t i;

	for (i = 0; i < *n && styles[i] != style; i++)
		;
	if (i == *n && *n < STYLES)
		styles[(*n)++] = style;
	return i < STYLES ? (char)('a' + i) : '?';
}

/* The screen as text, then each cell's style as a letter, then what the letters are. */
static char *
cells(struct world *w)
{
	char *text = world_screen(w), *out;
	const struct grid *g = front_grid(w->front);
	uint16_t styles[STYLES] = {0};
	size_t n = 1, size = strlen(text) + 8192, at;

	out = xmalloc(size);
	at = (size_t)snprintf(out, size, "%s", text);
	free(text);
	for (int y = 0; y < grid_height(g); y++) {
		for (int x = 0; x < grid_width(g); x++)
			out[at++] = letter(styles, &n, grid_at(g, y, x)->style);
		out[at++] = '\n';
	}
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, size - at, "%c %s%s%s%s\n", (char)('a' + i),
				       theme_role_name(styles[i] & STYLE_ROLE),
				       styles[i] & STYLE_REVERSE ? " reverse" : "",
				       styles[i] & STYLE_BOLD ? " bold" : "",
				       styles[i] & STYLE_UNDERLINE ? " underline" : "");
	return out;
}

static char *
read_all(char *path)
{
	FILE *in = fopen(path, "r");
	char *text = xcalloc(1, 65536);

	if (in != NULL) {
		text[fread(text, 1, 65535, in)] = '\0';
		fclose(in);
	}
	free(path);
	return text;
}

static void
compare(struct world *w, const char *stream, const char *name)
{
	const char *mode = getenv("P2P_TUI_GOLDEN");
	char *got = cells(w), *want;

	if (mode != NULL && strcmp(mode, "write") == 0) {
		char *path = test_source("tests/golden/cells/%s.txt", name);
		FILE *out = fopen(path, "w");

		if (out != NULL) {
			fputs(got, out);
			fclose(out);
		}
		free(path);
	}
	want = read_all(test_source("tests/golden/cells/%s.txt", name));
	if (!ok(strcmp(got, want) == 0, "%s: the cells are those of golden/cells/%s.txt", stream,
		name))
		diag("got:\n%s\nwant:\n%s", got, want);
	free(got);
	free(want);
}

/* ---- streams ------------------------------------------------------------------------------------------------------------ */

/* A line's bytes, \e for ESC. Returns how many. */
static size_t
unescape(char *line)
{
	char *to = line;

	for (const char *p = line; *p != '\0'; p++) {
		if (p[0] == '\\' && p[1] == 'e') {
			*to++ = '\033';
			p++;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return (size_t)(to - line);
}

/* Bytes as one read. */
static void
feed(struct world *w, const char *bytes, size_t len)
{
	input_feed(w->input, bytes, len, w->now);
	world_wait(w, 1);
}

/* Feeds a stream; `cut`: every byte is a read of its own. */
static void
play(const char *stream, bool cut)
{
	char *text = read_all(test_source("tests/streams/%s", stream)), *line, *rest = text;
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	ok(text[0] != '\0', "%s: recorded%s", stream, cut ? ", byte by byte" : "");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (line[0] == '=') {
			compare(&w, stream, line + 2);
		} else if (line[0] == '@') {
			/* As a clock does: timers find their time one after the other. */
			for (int ms = atoi(line + 2); ms > 0; ms -= 10)
				world_wait(&w, 10);
		} else if (cut) {
			size_t n = unescape(line);

			for (size_t i = 0; i < n; i++)
				feed(&w, line + i, 1);
		} else {
			feed(&w, line, unescape(line));
		}
	}
	free(text);
	world_close(&w);
}

int
main(void)
{
	static const char *const streams[] = {"carry.xterm", "carry.tmux", "out.xterm", "out.tmux",
					      "lost"};

	files_begin();
	for (size_t i = 0; i < NELEM(streams); i++)
		for (int cut = 0; cut < 2; cut++)
			play(streams[i], cut);
	return done_testing();
}
