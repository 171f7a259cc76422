/* ask_invite.c - invites: one that was pasted, and what the core answers about those we make. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/qr.h"
#include "src/say.h"
#include "src/uri.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* ---- pasted ----------------------------------------------------------------------------------------------------------- */

/* What was pasted, and where the invite is in it. */
struct pasted {
	size_t start, len;
	char text[];
};

static const struct pasted *
kept(const struct dialog *d, size_t *text_len)
{
	const struct pasted *p = dialog_kept(d, text_len);

	*text_len -= sizeof(*p);
	return p;
}

static void
keep(struct dialog *d, const char *text, size_t len, size_t start, size_t n)
{
	struct pasted *p = xmalloc(sizeof(*p) + len);

	p->start = start;
	p->len = n;
	memcpy(p->text, text, len);
	dialog_keep(d, p, sizeof(*p) + len);
}

static void
insert(struct front *f, const struct dialog *d)
{
	size_t len;
	const struct pasted *p = kept(d, &len);

	prompt_insert(front_pane(f, PANE_PROMPT), p->text, len);
}

static bool
add_done(struct front *f, struct dialog *d, int answer)
{
	const char *name = dialog_value(d, 0);
	const char *words[] = {name, NULL, NULL};
	size_t len, n = name[0] != '\0' ? 2 : 1;
	const struct pasted *p = kept(d, &len);
	char *invite;
	bool ok, error;

	if (answer < 0)
		insert(f, d);
	if (answer != 0)
		return true;
	invite = xstrndup(p->text + p->start, p->len);
	words[n - 1] = invite;
	ok = front_words(f, "add", words, n);
	free(invite);
	if (ok) {
		front_say(f, "Adding…");
		return true;
	}
	dialog_error(d, front_sentence(f, &error));
	front_say(f, "%s", "");
	return false;
}

static bool
wrong_done(struct front *f, struct dialog *d, int answer)
{
	if (answer != 0)
		insert(f, d);
	return true;
}

static void
ask_wrong(struct front *f, const char *text, size_t len, const char *why)
{
	struct dialog *d = dialog_new("This invite does not work", wrong_done);

	dialog_line(d, STYLE_WARN, "%s", why);
	dialog_line(d, STYLE_DIM, "Esc puts the text into the input line all the same.");
	keep(d, text, len, 0, 0);
	dialog_answer(d, 'x', "Close");
	dialog_answer(d, 'i', "Insert the text");
	front_ask(f, d);
}

static void
ask_fine(struct front *f, const char *text, size_t len, size_t start, size_t n,
	 const struct invite *inv)
{
	struct dialog *d = dialog_new("Add this contact?", add_done);
	const struct model_contact *c;
	char hex[2 * KEY_LEN + 1];
	struct key key;

	memcpy(key.b, inv->key, KEY_LEN);
	c = model_contact(front_model(f), &key);
	dialog_line(d, STYLE_STRONG, "calls itself: %s",
		    inv->nick[0] != '\0' ? inv->nick : _("(nothing)"));
	dialog_line(d, STYLE_DIM, "key: %s", util_hex(hex, key.b, KEY_LEN));
	if (c != NULL && c->c.state == CONTACT_ACCEPTED)
		dialog_line(d, STYLE_NORMAL,
			    "You have it already, as %s: its addresses are brought up to date.",
			    c->c.name);
	dialog_line(d, STYLE_DIM, "Esc puts the text into the input line instead.");
	dialog_field(d, "Called", "optional: your name for them", NAME_MAX_BYTES,
		     c != NULL && c->c.state == CONTACT_ACCEPTED ? c->c.name : inv->nick);
	keep(d, text, len, start, n);
	dialog_answer(d, 0, "Add");
	dialog_answer(d, 0, "Not now");
	front_ask(f, d);
}

/* Whether a text begins with "p2p:" behind blanks and mail quoting. */
static bool
begins(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n>", text[0]) != NULL) {
		text++;
		len--;
	}
	return len > 4 && strncasecmp(text, "p2p:", 4) == 0;
}

bool
ask_pasted(struct front *f, const char *text, size_t len)
{
	char err[INVITE_ERR];
	struct invite inv;
	size_t start, n;

	/* A long text with one in it is a text. */
	if (len > (size_t)4 * INVITE_BYTES_MAX || !invite_find(text, len, &start, &n))
		return false;
	if (!invite_parse_n(text + start, n, &inv, err, sizeof(err))) {
		if (!begins(text, len))
			return false;
		ask_wrong(f, text, len, err);
	} else if (memcmp(inv.key, model_self(front_model(f))->key.b, KEY_LEN) == 0) {
		front_say(f, "That is your own invite: a friend adds you with it.");
		return false;
	} else if (inv.expires != 0 && inv.expires < front_wall(f) / 1000) {
		ask_wrong(f, text, len, "That invite has expired: ask for a new one.");
	} else {
		ask_fine(f, text, len, start, n, &inv);
	}
	return true;
}

/* ---- our own ---------------------------------------------------------------------------------------------------------- */

enum { MADE_COPY, MADE_QR, MADE_CLOSE };

static bool
qr_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	if (answer == 0)
		front_copy(f, text, len, "the invite");
	if (answer == 1)
		dialog_invert(d);
	return answer != 1;
}

/* As large as the screen; false, with a sentence, where that cannot be. */
static bool
show_qr(struct front *f, struct dialog *over, const char *text, size_t len)
{
	int columns = grid_width(front_grid(f)), rows = grid_height(front_grid(f)) - 1;
	size_t left, all;
	struct qr *q = qr_invite_for(text, columns, rows, &left, &all);
	char why[120];
	struct dialog *d;

	if (q == NULL || grid_is_ascii(front_grid(f)) || qr_rows(q) > rows ||
	    qr_columns(q) > columns) {
		if (q == NULL)
			snprintf(why, sizeof(why), "%s",
				 qr_there() ? _("That is too long for a QR code.")
					    : _("This p2p-tui was built without libqrencode."));
		else if (grid_is_ascii(front_grid(f)))
			say_into(why, sizeof(why), "This terminal has no UTF-8: no QR codes.");
		else
			say_into(why, sizeof(why), "As a QR code it needs %d columns and %d rows.",
				 qr_columns(q), qr_rows(q) + 1);
		dialog_error(over, why);
		free(q);
		return false;
	}
	d = dialog_new("A new invite", qr_done);
	dialog_picture(d, q, true);
	if (left < all)
		dialog_line(d, STYLE_WARN, "%zu of %zu addresses", left, all);
	dialog_keep(d, xmemdup(text, len + 1), len);
	dialog_answer(d, 'c', "Copy");
	dialog_answer(d, 'i', "Invert");
	dialog_answer(d, 'x', "Back");
	dialog_default(d, 2);
	front_ask(f, d);
	return true;
}

static bool
made_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	if (answer == MADE_COPY)
		front_copy(f, text, len, "the invite");
	if (answer == MADE_QR)
		show_qr(f, d, text, len);
	/* Nobody sees the invite again: a copy does not take it away. */
	return answer != MADE_QR && answer != MADE_COPY;
}

static void
ask_made(struct front *f, const char *text)
{
	struct dialog *d = dialog_new("A new invite", made_done);

	dialog_open_sides(d);
	dialog_line(d, STYLE_STRONG, "%s", text);
	dialog_line(d, STYLE_DIM, "Nobody sees it again: /invites lists and /withdraw ends it.");
	dialog_keep(d, xstrdup(text), strlen(text));
	dialog_answer(d, 'c', "Copy");
	dialog_answer(d, 'q', "QR code");
	dialog_answer(d, 'x', "Close");
	front_ask(f, d);
}

static bool
lines_done(struct front *f, struct dialog *d, int answer)
{
	(void)f;
	(void)d;
	(void)answer;
	return true;
}

void
ask_answer(struct front *f, const char *text)
{
	struct dialog *d;
	const char *end;

	if (strncmp(text, "p2p:", 4) == 0) {
		ask_made(f, text);
		return;
	}
	d = dialog_new("Invites", lines_done);
	for (; *text != '\0'; text = end + (*end == '\n')) {
		end = text + strcspn(text, "\n");
		dialog_line(d, STYLE_NORMAL, "%.*s", (int)(end - text), text);
	}
	dialog_answer(d, 'x', "Close");
	front_ask(f, d);
}
