/* ask_verify.c - the verify screen: is this really who it says? */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/qr.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/theme.h"

#define WORD  "match"
#define SMALL 16 /* rows of a screen */

enum { VERIFY_NOT_NOW, VERIFY_DIFFER, VERIFY_MATCH, VERIFY_INVERT };

/* The number on the screen belongs to one key; with another one in its place it says nothing. */
static bool
stale(struct front *f, const struct dialog *d)
{
	const struct model_contact *c = model_contact(front_model(f), dialog_peer(d));
	size_t len;
	const void *key = dialog_kept(d, &len);

	return c == NULL || c->c.state != CONTACT_ACCEPTED ||
	       memcmp(command_compared(&c->c)->b, key, KEY_LEN) != 0;
}

static bool
done(struct front *f, struct dialog *d, int answer)
{
	const struct model_contact *c = model_contact(front_model(f), dialog_peer(d));
	char err[256] = "";

	if (answer == VERIFY_INVERT) {
		dialog_invert(d);
		return false;
	}
	if (c == NULL || answer == VERIFY_NOT_NOW || answer < 0)
		return true;
	if (answer == VERIFY_MATCH && strcmp(dialog_value(d, 0), WORD) != 0) {
		say_into(err, sizeof(err), "If every digit is the same, type the word %s.", WORD);
		dialog_error(d, err);
		dialog_to_field(d, 0);
		return false;
	}
	if (command_decide(front_env(f), &c->c, answer == VERIFY_MATCH ? OP_MATCH : OP_DIFFER, err,
			   sizeof(err)))
		return true;
	dialog_error(d, err);
	return false;
}

/* Enter in the field means what was typed there: the word, or nothing yet. */
static void
typed(struct front *f, struct dialog *d, size_t field)
{
	(void)f;
	dialog_default(d,
		       strcmp(dialog_value(d, field), WORD) == 0 ? VERIFY_MATCH : VERIFY_NOT_NOW);
}

static void
say_why(struct front *f, struct dialog *d, const struct msg_contact *c)
{
	char day[40];

	draw_day(day, c->trust_since, front_wall(f));
	if (c->trust == TRUST_CHANGED && c->has_new_key)
		dialog_line(d, STYLE_WARN,
			    "%s's key changed on %s. Sending is paused until you look.", c->name,
			    day);
	else if (c->trust == TRUST_CHANGED)
		dialog_line(d, STYLE_WARN,
			    "On %s you said that the numbers differ. Sending is paused.", day);
	else if (c->trust == TRUST_VERIFIED)
		dialog_line(d, STYLE_GOOD, "✓ %s since %s.", _(trust_words(c->trust, c->how)), day);
	else
		dialog_line(d, STYLE_NORMAL, "Not checked yet: %s.",
			    _(trust_words(c->trust, c->how)));
	dialog_line(d, STYLE_NORMAL, "Call, or meet. Both screens must show the same numbers:");
}

void
ask_verify(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	char title[NAME_SIZE + 32], digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT];
	const struct grid *g = front_grid(f);
	bool small = grid_height(g) < SMALL;
	struct key *kept;
	struct dialog *d;

	if (c == NULL || c->c.state != CONTACT_ACCEPTED) {
		front_error(f, "Only contacts can be verified.");
		return;
	}
	if (c->c.is_person) {
		front_error(f, "Each device has a number of its own: choose one.");
		return;
	}
	say_into(title, sizeof(title), "Is this really %s?", c->c.name);
	d = dialog_new(title, done);
	safety_number(digits, &model_self(front_model(f))->key, command_compared(&c->c));
	safety_groups(text, digits, 6);
	/* Where there is no room for all of it the number is seen first. */
	if (!small)
		say_why(f, d, &c->c);
	dialog_line(d, STYLE_STRONG, "%.35s", text);
	dialog_line(d, STYLE_STRONG, "%.35s", text + 36);
	if (small)
		say_why(f, d, &c->c);
	dialog_picture(d, qr_new(digits), false);
	dialog_field(d, "If so, type", WORD, 16, "");
	dialog_on_change(d, typed);
	dialog_answer(d, 0, "Not now");
	dialog_answer(d, 0, "They differ");
	dialog_answer(d, 0, "They match");
	/* A code that nobody sees needs no turning over. */
	if (dialog_beside(d, g, grid_width(g), grid_height(g)))
		dialog_answer(d, 0, "Invert");
	dialog_to_answer(d, VERIFY_NOT_NOW);
	kept = xcalloc(1, sizeof(*kept));
	*kept = *command_compared(&c->c);
	dialog_keep(d, kept, sizeof(*kept));
	dialog_about(d, peer, 0);
	dialog_stale(d, stale);
	front_ask(f, d);
}
