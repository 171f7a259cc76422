/* ask_pair.c - pairing by code: the code that is open here, large enough to be read out, and the one that is typed here. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/addr.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* Digits of 3 by 5 dots: five rows of three bits. The last one is the dash. */
static const uint8_t dots[11][5] = {
	{7, 5, 5, 5, 7}, {2, 6, 2, 2, 7}, {7, 1, 7, 4, 7}, {7, 1, 7, 1, 7},
	{5, 5, 7, 1, 1}, {7, 4, 7, 1, 7}, {7, 4, 7, 5, 7}, {7, 1, 1, 1, 1},
	{7, 5, 7, 5, 7}, {7, 5, 7, 1, 7}, {0, 0, 7, 0, 0},
};

/* So wide the large digits are, with the dialog around them. */
#define LARGE_W 58

/* One line of the large form: two rows of dots, as half blocks. */
static void
large_line(struct dialog *d, const char *code, int row)
{
	static const char *const blocks[] = {" ", "▄", "▀", "█"};
	char line[CODE_TEXT * 4 * 3 + 1] = "";

	for (const char *p = code; *p != '\0'; p++) {
		const uint8_t *digit = dots[*p == '-' ? 10 : *p - '0'];
		int above = digit[row], below = row + 1 < 5 ? digit[row + 1] : 0;

		for (int bit = 4; bit != 0; bit >>= 1) {
			size_t block = (above & bit ? 2U : 0) + (below & bit ? 1U : 0);

			strlcat(line, blocks[block], sizeof(line));
		}
		strlcat(line, " ", sizeof(line));
	}
	dialog_line(d, STYLE_TITLE, "%s", line);
}

static void
code_lines(struct front *f, struct dialog *d, const char *code)
{
	char spaced[3 * CODE_TEXT] = "";

	if (!f->setup.ascii && grid_width(f->grid) >= LARGE_W && grid_height(f->grid) >= 16) {
		dialog_line(d, STYLE_NORMAL, "%s", "");
		for (int row = 0; row < 5; row += 2)
			large_line(d, code, row);
		dialog_line(d, STYLE_NORMAL, "%s", "");
		return;
	}
	for (const char *p = code; *p != '\0'; p++) {
		char two[] = {*p == '-' ? ' ' : *p, ' ', '\0'};

		strlcat(spaced, two, sizeof(spaced));
	}
	dialog_line(d, STYLE_TITLE, "%s", spaced);
}

static void
time_left(struct front *f, const struct msg_code *c, char *out, size_t size)
{
	int64_t left = (c->until - front_wall(f) + 999) / 1000;

	left = left > 0 ? left : 0;
	snprintf(out, size, "%d:%02d", (int)(left / 60), (int)(left % 60));
}

/* What the question says now. */
static void
fill(struct front *f, struct dialog *d, bool joining)
{
	const struct front_code *now = &f->codes[joining];
	const struct msg_code *c = &now->c;
	const char *where =
		model_self(f->model)->nlisten != 0 ? model_self(f->model)->listen[0] : "HOST:PORT";
	unsigned left = c->most > c->tries ? c->most - c->tries : 0;
	char code[CODE_TEXT], rest[24];

	code_format(code, &c->code);
	time_left(f, c, rest, sizeof(rest));
	dialog_clear(d);
	if (!joining)
		code_lines(f, d, code);
	if (c->state == CODE_VOID) {
		dialog_line(d, STYLE_WARN, "%s is void: %s.", code, now->said);
	} else if (joining) {
		dialog_line(d, STYLE_NORMAL, "Looking for whoever has %s.", code);
		dialog_line(d, STYLE_DIM, "%s left, and %u of %u tries.", rest, left, c->most);
	} else {
		dialog_line(d, STYLE_NORMAL, "Read it to the other side, who types /join %s", code);
		dialog_line(d, STYLE_DIM, "From another network: /join %s %s", code, where);
		dialog_line(d, STYLE_DIM, "Good once; %s and %u of %u tries left.", rest, left,
			    c->most);
	}
	if (c->state == CODE_WAITING && now->said[0] != '\0')
		dialog_line(d, STYLE_WARN, "⚠ %s.", now->said);
}

static bool
waiting_done(struct front *f, struct dialog *d, int answer)
{
	bool joining = dialog_number(d) == 1, over = f->codes[joining].c.state == CODE_VOID;

	if (answer == 1 && !over)
		front_command(f, "/unpair");
	else if (answer == 1 && joining)
		ask_join(f, "");
	else if (answer == 1)
		front_command(f, "/pair");
	else if (!over)
		front_say(f, "The code stays open; /unpair takes it back.");
	return true;
}

static struct dialog *
find(struct front *f, bool joining)
{
	struct dialog *d = f->top;

	while (d != NULL && !(dialog_is(d, waiting_done) && dialog_number(d) == joining))
		d = dialog_below(d);
	return d;
}

static void
open_code(struct front *f, bool joining)
{
	bool over = f->codes[joining].c.state == CODE_VOID;
	struct dialog *d = dialog_new(joining ? N_("Pairing") : N_("Pair by code"), waiting_done);

	dialog_about(d, NULL, joining);
	fill(f, d, joining);
	dialog_answer(d, 0, over ? N_("Close") : N_("Hide"));
	if (over)
		dialog_answer(d, 'n', joining ? N_("Type it anew") : N_("New code"));
	else
		dialog_answer(d, 't', joining ? N_("Give up") : N_("Take it back"));
	/* It may come up while somebody types. */
	dialog_guard(d);
	front_ask(f, d);
}

static void
paired(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(f->model, peer);

	if (c == NULL)
		return;
	front_say(f, "Paired: %s is verified.", c->c.name);
	if (prompt_empty(front_pane(f, PANE_PROMPT)))
		front_open_chat(f, peer);
}

void
ask_pair_event(struct front *f, const struct msg *ev)
{
	const struct msg_code *c = &ev->b.code;
	struct front_code *now = &f->codes[c->joining];
	struct dialog *d = find(f, c->joining);
	bool shown = d != NULL;

	now->c = *c;
	snprintf(now->said, sizeof(now->said), "%.*s", (int)ev->len, (const char *)ev->bytes);
	/* Waiting, one thing changed: the lines do. A state's end changes its answers too. */
	if (shown && c->state == CODE_WAITING) {
		fill(f, d, c->joining);
		f->all_dirty = true;
		return;
	}
	if (shown)
		front_drop_dialog(f, d);
	if (c->state == CODE_USED)
		paired(f, &c->peer);
	else if (shown || (c->state == CODE_WAITING && now->said[0] == '\0'))
		open_code(f, c->joining);
	else
		front_error(f, "Pairing code: %s.", now->said);
}

int
ask_pair_tick(struct front *f)
{
	int64_t second = front_wall(f) / 1000;
	int next = -1;

	for (int joining = 0; joining < 2; joining++) {
		struct dialog *d = find(f, joining);

		if (d == NULL || f->codes[joining].c.state != CODE_WAITING)
			continue;
		next = (int)(1000 - front_wall(f) % 1000);
		if (f->codes_drawn == second)
			continue;
		fill(f, d, joining);
		f->all_dirty = true;
	}
	f->codes_drawn = second;
	return next;
}

/* ---- typing one ------------------------------------------------------------------------------------------------------- */

/* "host" becomes "host:41555", for alone it would read as a name. False with a sentence. */
static bool
whole_address(char out[ADDR_TEXT_SIZE], const char *typed, const char **why)
{
	char host[ADDR_HOSTLEN];
	uint16_t port;

	*why = N_("That address is too long.");
	if (strlen(typed) + 8 >= ADDR_TEXT_SIZE ||
	    !addr_split_hostport(typed, host, sizeof(host), &port, ADDR_PORT, why))
		return false;
	if (strchr(host, ':') != NULL)
		snprintf(out, ADDR_TEXT_SIZE, "[%.100s]:%u", host, port);
	else
		snprintf(out, ADDR_TEXT_SIZE, "%.110s:%u", host, port);
	return true;
}

static bool
join_done(struct front *f, struct dialog *d, int answer)
{
	char address[ADDR_TEXT_SIZE] = "";
	const char *words[] = {dialog_value(d, 0), address, dialog_value(d, 2), NULL}, *why;
	bool error;

	if (answer != 0)
		return true;
	if (dialog_value(d, 1)[0] != '\0' && !whole_address(address, dialog_value(d, 1), &why)) {
		dialog_error(d, why);
		return false;
	}
	if (front_words(f, "join", words, 3))
		return true;
	dialog_error(d, front_sentence(f, &error));
	front_say(f, "%s", "");
	return false;
}

void
ask_join(struct front *f, const char *code)
{
	struct dialog *d = dialog_new("Type a pairing code", join_done);

	dialog_line(d, STYLE_DIM, "The other side has made it with /pair and reads it to you.");
	dialog_field(d, "Code", "417-2093-8841", 64, code);
	dialog_field(d, "Where", "only from another network: HOST:PORT", ADDR_TEXT_SIZE - 1, "");
	dialog_field(d, "Called", "optional: your name for them", NAME_MAX_BYTES, "");
	dialog_answer(d, 0, "Pair");
	dialog_answer(d, 0, "Cancel");
	front_ask(f, d);
}
