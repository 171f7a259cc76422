/* ask_pass.c - the passphrase: set, changed, removed. What is typed stands in the question's fields, which are wiped, and in one message,
 * which is too. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/pass.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front_priv.h"
#include "ui/theme.h"

enum { ANSWER_SET, ANSWER_REMOVE };

/* Where the fields are: the passphrase that is set comes first, if one is. */
static size_t
new_field(const struct dialog *d)
{
	return dialog_number(d) != 0 ? 1 : 0;
}

/* How long it would stand, as a hint; nothing is refused for it. */
static const char *
strength(const char *typed)
{
	size_t len = text_cells(typed, strlen(typed)), words = 0;

	for (const char *p = typed; *p != '\0'; p += strspn(p, " ")) {
		words++;
		p += strcspn(p, " ");
	}
	if (len == 0)
		return _("Four or five words that do not belong together make a good one.");
	if (len >= 20 || words >= 4)
		return _("Long enough to stand.");
	return len >= 12 ? _("Fair, if it is nothing others could think of.")
			 : _("Short: who has this disk could find it by trying.");
}

static void
write_lines(struct dialog *d)
{
	dialog_clear(d);
	if (dialog_number(d) == 0)
		dialog_line(d, STYLE_NORMAL,
			    "Only file permissions protect what is on this disk now. A passphrase "
			    "seals it: identity, names and history.");
	else
		dialog_line(d, STYLE_NORMAL,
			    "What is on this disk is sealed. Without its passphrase only file "
			    "permissions protect it.");
	dialog_line(d, STYLE_DIM, "It is asked for at every start. There is no way in without it.");
	dialog_line(d, STYLE_DIM, "%s", strength(dialog_value(d, new_field(d))));
}

static void
changed(struct front *f, struct dialog *d, size_t field)
{
	(void)f;
	if (field == new_field(d))
		write_lines(d);
	dialog_error(d, "");
}

static void
empty(struct dialog *d)
{
	for (size_t i = 0; i < new_field(d) + 2; i++)
		(void)dialog_set_value(d, i, "");
	dialog_to_field(d, 0);
}

/* A sentence about what was typed, or NULL. */
static const char *
wrong(const struct front *f, const struct dialog *d, int answer)
{
	size_t at = new_field(d);

	if (f->pass_serial != 0)
		return _("The one before is still being done.");
	if (at == 1 && dialog_value(d, 0)[0] == '\0')
		return _("Type the passphrase that is set, too.");
	if (answer == ANSWER_REMOVE && at == 1)
		return NULL;
	if (dialog_value(d, at)[0] == '\0')
		return _("An empty passphrase protects nothing.");
	if (strcmp(dialog_value(d, at), dialog_value(d, at + 1)) != 0)
		return _("The two are not the same.");
	return NULL;
}

static bool
ask_core(struct front *f, const struct dialog *d, int answer)
{
	const char *old = new_field(d) == 1 ? dialog_value(d, 0) : "";
	const char *new = answer == ANSWER_SET ? dialog_value(d, new_field(d)) : "";
	size_t n = strlen(old) + strlen(new) + 2;
	struct msg *m = msg_new(MSG_CMD_PASSPHRASE);
	uint8_t *bytes = xmalloc(n);

	memcpy(bytes, old, strlen(old) + 1);
	memcpy(bytes + strlen(old) + 1, new, strlen(new) + 1);
	msg_take_bytes(m, bytes, n);
	m->secret = true;
	m->serial = f->pass_serial = front_serial(f);
	if (front_send(f, m))
		return true;
	f->pass_serial = 0;
	return false;
}

/* On a screen the question stays until there is an answer, so that a wrong passphrase can be typed again; Esc takes only the question away. */
static bool
done(struct front *f, struct dialog *d, int answer)
{
	const char *sentence;

	if (answer < 0 || (size_t)answer > new_field(d))
		return true;
	sentence = wrong(f, d, answer);
	if (sentence == NULL && !ask_core(f, d, answer))
		sentence = _("The program is busy and did not take that. Try again.");
	if (sentence != NULL) {
		dialog_error(d, sentence);
		return false;
	}
	/* A question that is read out has been answered: nothing of it could be asked again meanwhile. */
	if (front_linear(f)) {
		front_say(f, "%s",
			  answer == ANSWER_SET
				  ? _("Sealing. This takes some seconds, and longer with a long "
				      "history.")
				  : _("Removing…"));
		return true;
	}
	empty(d);
	dialog_clear(d);
	dialog_line(d, STYLE_NORMAL, "%s",
		    answer == ANSWER_SET
			    ? _("Sealing… This takes some seconds, and longer with a long history. "
				"Esc leaves it to it.")
			    : _("Removing…"));
	return false;
}

void
ask_passphrase(struct front *f)
{
	bool set = front_sealed(f);
	struct dialog *d = dialog_new(set ? N_("Your passphrase") : N_("A passphrase"), done);

	dialog_about(d, NULL, set);
	if (set)
		dialog_secret(d, "Passphrase", "the one that is set", PASS_MAX);
	dialog_secret(d, set ? N_("New one") : N_("Passphrase"), "", PASS_MAX);
	dialog_secret(d, "Once more", "", PASS_MAX);
	dialog_answer(d, 0, set ? N_("Change it") : N_("Set it"));
	if (set)
		dialog_answer(d, 0, "Remove it");
	dialog_answer(d, 0, "Cancel");
	dialog_on_change(d, changed);
	write_lines(d);
	front_ask(f, d);
}

bool
ask_passphrase_result(struct front *f, const struct msg *ev)
{
	const char *said = ev->len != 0 ? (const char *)ev->bytes : _("That failed.");
	struct dialog *d = f->top;

	if (ev->serial == 0 || ev->serial != f->pass_serial)
		return false;
	f->pass_serial = 0;
	while (d != NULL && !dialog_is(d, done))
		d = dialog_below(d);
	/* What was wrong can be typed again; what was done, or done in part, is over. */
	if (d != NULL && !ev->b.result.ok && front_sealed(f) == (dialog_number(d) != 0)) {
		empty(d);
		write_lines(d);
		dialog_error(d, said);
		front_dirty(f, PANE_COUNT);
	} else if (d != NULL) {
		front_drop_dialog(f, d);
	}
	if (ev->b.result.ok)
		front_say(f, "%s", said);
	else
		front_error(f, "%s", said);
	return true;
}
