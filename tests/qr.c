/* qr.c - QR codes: what the screen shows is what a camera reads. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/addr.h"
#include "src/model.h"
#include "src/qr.h"
#include "src/safety.h"
#include "src/uri.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"
#include "ui/theme.h"

#define SCALE 4

/* A terminal: which theme, how many colours, and its own two, as 0xRRGGBB. */
struct terminal {
	const char *what;
	enum theme_kind theme;
	int colours;
	uint32_t fg, bg;
	bool inverted; /* a code has to be turned over there */
};

static const struct terminal terminals[] = {
	{"dark, 256 colours", THEME_DARK, 256, 0xd0d0d0, 0x101010, false},
	{"light, 256 colours", THEME_LIGHT, 256, 0x202020, 0xfafafa, false},
	{"dark, 16 colours", THEME_DARK, 16, 0xd0d0d0, 0x101010, false},
	{"light, 16 colours", THEME_LIGHT, 16, 0x202020, 0xfafafa, false},
	{"high contrast", THEME_CONTRAST, 256, 0xd0d0d0, 0x101010, false},
	{"without colours, dark", THEME_MONO, 0, 0xd0d0d0, 0x101010, false},
	{"without colours, light", THEME_MONO, 0, 0x202020, 0xfafafa, true},
};

static int
grey(uint32_t rgb)
{
	return (int)((rgb >> 16 & 255) * 30 + (rgb >> 8 & 255) * 59 + (rgb & 255) * 11) / 100;
}

/* The brightness of both colours of a cell there. */
static void
colours_of(const struct terminal *t, unsigned style, int *fg, int *bg)
{
	struct theme theme;
	struct theme_look look;
	int swap;

	theme_builtin(&theme, t->theme);
	look = theme_look(&theme, t->colours, style);
	*fg = grey(look.fg < 0 ? t->fg : theme_rgb(look.fg));
	*bg = grey(look.bg < 0 ? t->bg : theme_rgb(look.bg));
	if (look.attrs & THEME_REVERSE) {
		swap = *fg;
		*fg = *bg;
		*bg = swap;
	}
}

/* The screen as a picture of that terminal; of its text only the backgrounds. */
static void
picture(struct world *w, const struct terminal *t, const char *path)
{
	int y, x, fg, bg;
	const struct grid *g = front_draw(w->front, &y, &x);
	FILE *out = fopen(path, "w");

	fprintf(out, "P5 %d %d 255\n", grid_width(g) * SCALE, grid_height(g) * 2 * SCALE);
	for (int py = 0; py < grid_height(g) * 2 * SCALE; py++)
		for (int px = 0; px < grid_width(g) * SCALE; px++) {
			const struct grid_cell *c = grid_at(g, py / (2 * SCALE), px / SCALE);
			bool upper = py / SCALE % 2 == 0, inked = false;

			if (c->nbytes == 3 && memcmp(c->bytes, "█", 3) == 0)
				inked = true;
			else if (c->nbytes == 3 && memcmp(c->bytes, "▀", 3) == 0)
				inked = upper;
			else if (c->nbytes == 3 && memcmp(c->bytes, "▄", 3) == 0)
				inked = !upper;
			colours_of(t, c->style, &fg, &bg);
			fputc(inked ? fg : bg, out);
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

static bool
has_camera(void)
{
	return system("command -v zbarimg >/dev/null") == 0;
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

/* What a camera sees of that terminal, in fresh memory. */
static char *
camera(struct world *w, const struct terminal *t)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/screen.pgm", test_tmpdir());
	picture(w, t, path);
	return decode(path);
}

static void
looked_at(struct world *w, const struct terminal *t)
{
	char *read, err[INVITE_ERR] = "";
	struct invite inv;

	if (t->inverted)
		world_type(w, "i");
	read = camera(w, t);
	ok(invite_parse(read, &inv, err, sizeof(err)), "%s: a camera reads an invite (%s %s)",
	   t->what, read, err);
	is_str(inv.nick, "Ada", "and it is ours");
	free(read);
	if (t->inverted)
		world_type(w, "i");
}

static void
test_screen(void)
{
	struct msg *m = msg_new(MSG_EV_SELF);
	char *text = invite_text();
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	snprintf(m->b.self.nick, sizeof(m->b.self.nick), "Ada");
	world_event(&w, msg_set_bytes(m, text, strlen(text)));
	world_ready(&w);
	world_type(&w, "\033[17~");
	ok(world_shows(&w, "Invert"), "F6 shows a code that fits into 80x24");
	if (!has_camera())
		skip("zbarimg is not there", "the screen is read as a picture");
	for (size_t i = 0; has_camera() && i < NELEM(terminals); i++)
		looked_at(&w, &terminals[i]);
	world_type(&w, "t");
	ok(world_shows(&w, "p2p:"), "t shows the text");
	world_close(&w);
	free(text);
}

/* A nick as long as it may be, and a machine that has IPv6 alone. */
static void
test_long_nick(void)
{
	char *text = invite_text(), *longer, err[INVITE_ERR] = "";
	struct msg *m = msg_new(MSG_EV_SELF);
	struct invite inv;
	struct world w;

	ok(invite_parse(text, &inv, err, sizeof(err)), "an invite");
	inv.naddrs = 1;
	addr_parse(&inv.addrs[0], "[2001:db8:1234:5678:9abc:def0:1234:5678]:41555", ADDR_PORT,
		   NULL);
	memset(inv.nick, 'n', INVITE_NICK);
	inv.nick[INVITE_NICK] = '\0';
	longer = invite_format(&inv);
	world_open(&w, 24, 80, "Ada", false);
	world_event(&w, msg_set_bytes(m, longer, strlen(longer)));
	world_ready(&w);
	world_type(&w, "\033[17~");
	ok(world_shows(&w, "Invert"), "there is a code in 80x24");
	world_close(&w);
	free(longer);
	free(text);
}

/* A home with global addresses of IPv6 as well: its code leaves them out where it would be too large with them, and says so. */
static void
test_many_addresses(void)
{
	static const char *const at[] = {"[2001:db8::7]:41555", "192.0.2.7:41555",
					 "[2001:db8::8]:41555"};
	char *text = invite_text(), *read, *longer, err[INVITE_ERR] = "";
	struct msg *m = msg_new(MSG_EV_SELF);
	struct invite inv;
	struct world w;

	ok(invite_parse(text, &inv, err, sizeof(err)), "an invite");
	inv.naddrs = NELEM(at);
	for (size_t i = 0; i < NELEM(at); i++)
		addr_parse(&inv.addrs[i], at[i], ADDR_PORT, NULL);
	longer = invite_format(&inv);
	world_open(&w, 24, 80, "Ada", false);
	snprintf(m->b.self.nick, sizeof(m->b.self.nick), "Ada");
	world_event(&w, msg_set_bytes(m, longer, strlen(longer)));
	world_ready(&w);
	world_type(&w, "\033[17~");
	ok(world_shows(&w, "Invert"), "with three addresses there is a code in 80x24, too");
	ok(world_shows(&w, "1 of 3 addresses"), "which says what it has");
	if (!has_camera()) {
		skip("zbarimg is not there", "the screen is read as a picture");
	} else {
		read = camera(&w, &terminals[0]);
		ok(invite_parse(read, &inv, err, sizeof(err)) && inv.naddrs == 1 &&
			   inv.addrs[0].family == 4,
		   "that of IPv4 (%s)", err);
		ok(inv.has_door && strcmp(inv.nick, "Ada") == 0, "and all the rest");
		free(read);
	}
	world_close(&w);
	free(longer);
	free(text);
}

/* The safety number is a code of its own beside the digits. */
static void
test_number(void)
{
	char digits[SAFETY_DIGITS + 1], *read;
	struct key dana = world_key(3);
	struct world w;
	struct msg *ev;

	world_open(&w, 40, 120, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	ev = world_contact(3, "Dana");
	ev->b.contact.trust = TRUST_PINNED;
	world_event(&w, ev);
	world_ready(&w);
	world_type(&w, "/verify\r");
	safety_number(digits, &model_self(front_model(w.front))->key, &dana);
	if (!has_camera())
		skip("zbarimg is not there", "the number is read as a picture");
	for (size_t i = 0; has_camera() && i < NELEM(terminals); i++) {
		/* Invert is the last answer, behind the one that it begins on and two more. */
		if (terminals[i].inverted)
			world_type(&w, "\t\t\t\r");
		read = camera(&w, &terminals[i]);
		is_str(read, digits, "%s: a camera reads the safety number", terminals[i].what);
		free(read);
	}
	world_close(&w);
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
	test_many_addresses();
	test_long_nick();
	test_number();
	return done_testing();
}
