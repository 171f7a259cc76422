/* qr.c - QR codes: what the screen shows is what a camera reads. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/addr.h"
#include "src/qr.h"
#include "src/uri.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"
#include "ui/theme.h"

#define SCALE 4

/* The code's cells of the screen as a picture: what a cell does not paint is grey, as a terminal's own background may be anything. */
static void
picture(struct world *w, const char *path)
{
	int y, x;
	const struct grid *g = front_draw(w->front, &y, &x);
	FILE *out = fopen(path, "w");

	fprintf(out, "P5 %d %d 255\n", grid_width(g) * SCALE, grid_height(g) * 2 * SCALE);
	for (int py = 0; py < grid_height(g) * 2 * SCALE; py++)
		for (int px = 0; px < grid_width(g) * SCALE; px++) {
			const struct grid_cell *c = grid_at(g, py / (2 * SCALE), px / SCALE);
			bool upper = py / SCALE % 2 == 0, dark = false;

			if (c->nbytes == 3 && memcmp(c->bytes, "█", 3) == 0)
				dark = true;
			else if (c->nbytes == 3 && memcmp(c->bytes, "▀", 3) == 0)
				dark = upper;
			else if (c->nbytes == 3 && memcmp(c->bytes, "▄", 3) == 0)
				dark = !upper;
			fputc((c->style & STYLE_ROLE) != STYLE_QR ? 0x60 : dark ? 0 : 0xff, out);
		}
	fclose(out);
}

/* What zbarimg reads there, in fresh memory. */
static char *
decode(const char *path)
{
	char *command, *line = NULL;
	size_t size = 0;
	FILE *in;

	xasprintf(&command, "zbarimg -q --raw '%s' 2>/dev/null", path);
	in = popen(command, "r");
	if (in == NULL || getline(&line, &size, in) <= 0) {
		free(line);
		line = xstrdup("");
	}
	if (in != NULL)
		pclose(in);
	line[strcspn(line, "\n")] = '\0';
	free(command);
	return line;
}

static char *
invite_text(void)
{
	struct invite inv = {.has_door = true, .naddrs = 1, .nick = "Ada"};
	static const uint8_t key[] = {0x07, 0xa3, 0x7c, 0xbc, 0x14, 0x20, 0x93, 0xc8,
				      0xb7, 0x55, 0xdc, 0x1b, 0x10, 0xe8, 0x6c, 0xb4,
				      0x26, 0x37, 0x4a, 0xd1, 0x6a, 0xa8, 0x53, 0xed,
				      0x0b, 0xdf, 0xc0, 0xb2, 0xb8, 0x6d, 0x1c, 0x7c};

	memcpy(inv.key, key, sizeof(key));
	memset(inv.door, 0xa5, sizeof(inv.door));
	addr_parse(&inv.addrs[0], "192.0.2.7:41555", ADDR_PORT, NULL);
	return invite_format(&inv);
}

static void
test_screen(void)
{
	char *text = invite_text(), path[256], *read, err[INVITE_ERR] = "";
	struct msg *m = msg_new(MSG_EV_SELF);
	struct invite inv;
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	snprintf(m->b.self.nick, sizeof(m->b.self.nick), "Ada");
	world_event(&w, msg_set_bytes(m, text, strlen(text)));
	world_ready(&w);
	world_type(&w, "\033[17~");
	ok(world_shows(&w, "Invert"), "F6 shows a code that fits into 80x24");
	snprintf(path, sizeof(path), "%s/screen.pgm", test_tmpdir());
	picture(&w, path);
	if (system("command -v zbarimg >/dev/null") != 0) {
		skip("zbarimg is not there", "the screen is read as a picture");
	} else {
		read = decode(path);
		ok(invite_parse(read, &inv, err, sizeof(err)), "a camera reads an invite (%s %s)",
		   read, err);
		is_str(inv.nick, "Ada", "and it is ours");
		free(read);
	}
	world_type(&w, "t");
	ok(world_shows(&w, "p2p:"), "t shows the text");
	world_close(&w);
	free(text);
}

static void
test_modules(void)
{
	struct qr *q = qr_new("302150662258692427932754008607907916062912416560195234949730");

	ok(q != NULL && q->n == 25, "sixty digits are a code of 25 modules");
	ok(qr_dark(q, 0, 0) && qr_dark(q, 0, 6) && !qr_dark(q, 1, 1) && qr_dark(q, 3, 3),
	   "with a finder in its corner");
	ok(!qr_dark(q, -1, 0) && !qr_dark(q, 0, 25), "light all around");
	is_int(qr_columns(q), 33, "and a quiet zone");
	is_int(qr_rows(q), 17, "two modules in a row");
	is_str(qr_cell(q, 1, 5), " ", "the quiet zone is blank");
	is_str(qr_cell(q, 2, QR_QUIET), "█", "two dark ones");
	is_str(qr_cell(q, 2, QR_QUIET + 1), "▀", "dark over light");
	free(q);
}

int
main(void)
{
	if (!qr_there()) {
		ok(qr_new("1") == NULL, "without the library there is no code");
		return done_testing();
	}
	test_modules();
	test_screen();
	return done_testing();
}
