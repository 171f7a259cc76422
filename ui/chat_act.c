/* chat_act.c - the chosen message of the chat pane: choosing one, and what its keys do. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/model.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/chat.h"
#include "ui/chat_priv.h"
#include "ui/chat_rows.h"
#include "ui/dialog.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/versions.h"

/* The index of the chosen message among the rows, or nrows. */
static size_t
chosen(const struct chat_view *v, const struct model_chat *chat)
{
	size_t i = 0;

	while (i < chat->nrows && chat->rows[i].r.row != v->cursor_row)
		i++;
	return v->cursor_row != 0 ? i : chat->nrows;
}

bool
chat_has_chosen(const struct pane *p)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	return c != NULL && chosen(v, &c->chat) < c->chat.nrows;
}

void
chat_choose_none(struct pane *p)
{
	struct chat_view *v = p->state;

	v->cursor_row = 0;
}

static bool
can_be_chosen(const struct row *r)
{
	return r->kind == ROW_TEXT && r->dir != DIR_NOTE;
}

/* -1: row i begins above what is shown; 1: it ends below; 0: it is in view, or fills it. */
static int
out_of_view(struct pane *p, const struct model_contact *c, size_t i)
{
	struct chat_view *v = p->state;
	struct chat_look look;
	int skip, lines = 0;
	size_t bottom = chat_anchor(v, &c->chat, &skip);

	if (i > bottom || (i == bottom && skip > 0))
		return 1;
	chat_look_init(&look, p->front, c, p->rect.w);
	look.new_row = v->new_row;
	for (size_t k = i; k <= bottom; k++)
		lines += chat_row(&look, k, NULL, 0, 0);
	return lines - skip > chat_body(p).h && i != bottom ? -1 : 0;
}

static void
bring_into_view(struct pane *p, const struct model_contact *c, size_t i)
{
	int most = 100000, where;

	while (most-- > 0 && (where = out_of_view(p, c, i)) != 0)
		if (!(chat_scroll(p, -where) & PANE_REDRAW))
			break;
}

/* How long a message that disappears still lives. */
static void
tell_life(struct pane *p, const struct model_contact *c, const struct row *r)
{
	int64_t left = (r->expires - front_wall(p->front) + 999) / 1000;
	char words[48];

	if (r->timer == 0)
		return;
	if (r->expires != 0)
		front_say(p->front, "⧗ This message disappears in %s.",
			  text_duration(words, sizeof(words), left > 0 ? (uint64_t)left : 0));
	else if (r->dir == DIR_OUT)
		front_say(p->front, "⧗ This message disappears %s after %s has received it.",
			  retain_timer_show(words, sizeof(words), r->timer), c->c.name);
	else
		front_say(p->front, "⧗ This message disappears %s after you have seen it.",
			  retain_timer_show(words, sizeof(words), r->timer));
}

/* In the chat of a person: which of the devices a message is with, or came from. */
static bool
tell_copies(struct pane *p, const struct model_contact *c, const struct row *r)
{
	const struct model *m = front_model(p->front);
	char line[400];

	if (!c->c.is_person || r->ncopies == 0)
		return false;
	if (r->dir == DIR_OUT)
		say_into(line, sizeof(line), "Delivered to %zu of %zu:", model_arrived(m, r),
			 r->ncopies);
	else
		strlcpy(line, _("From:"), sizeof(line));
	for (size_t i = 0; i < r->ncopies; i++) {
		struct row_copy copy = row_copy_at(r, i);
		const struct model_contact *device = model_contact(m, &copy.device);
		size_t len = strlen(line);

		snprintf(line + len, sizeof(line) - len, "%s %s%s%s", i > 0 ? "," : "",
			 device != NULL ? device->c.name : "?", r->dir == DIR_OUT ? " " : "",
			 r->dir == DIR_OUT ? _(receipt_word(model_copy_receipt(m, r, i))) : "");
	}
	front_say(p->front, "%s.", line);
	return true;
}

unsigned
chat_choose(struct pane *p, bool up)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	size_t i;

	if (c == NULL || c->chat.nrows == 0)
		return PANE_HANDLED;
	i = chosen(v, &c->chat);
	if (up) {
		while (i > 0 && !can_be_chosen(&c->chat.rows[--i].r))
			;
	} else {
		if (i == c->chat.nrows)
			return PANE_HANDLED;
		while (++i < c->chat.nrows && !can_be_chosen(&c->chat.rows[i].r))
			;
	}
	if (i == c->chat.nrows) {
		v->cursor_row = 0;
		return PANE_HANDLED | PANE_REDRAW | PANE_LEAVE;
	}
	if (!can_be_chosen(&c->chat.rows[i].r))
		return PANE_HANDLED;
	v->cursor_row = c->chat.rows[i].r.row;
	bring_into_view(p, c, i);
	if (!tell_copies(p, c, &c->chat.rows[i].r))
		tell_life(p, c, &c->chat.rows[i].r);
	return PANE_HANDLED | PANE_REDRAW;
}

/* "/edit ID text" in the input line, to be changed and sent there. */
static unsigned
to_prompt(struct pane *p, const char *command, const struct row *r, const char *text)
{
	struct pane *prompt = front_pane(p->front, PANE_PROMPT);
	char hex[2 * ID_LEN + 1], *line;

	if (!prompt_empty(prompt)) {
		front_error(p->front,
			    "There is something on the input line: send or clear it first.");
		return PANE_HANDLED;
	}
	xasprintf(&line, "/%s %s %s", command, util_hex(hex, r->id.b, ID_LEN), text);
	prompt_insert(prompt, line, strlen(line));
	free(line);
	chat_choose_none(p);
	return PANE_HANDLED | PANE_LEAVE;
}

bool
chat_is_act(enum request req)
{
	return req == REQ_MESSAGE_EDIT || req == REQ_MESSAGE_DELETE || req == REQ_MESSAGE_REPLY ||
	       req == REQ_MESSAGE_LINK || req == REQ_MESSAGE_LINK_COPY ||
	       req == REQ_MESSAGE_REACT || req == REQ_MESSAGE_VERSIONS;
}

unsigned
chat_act(struct pane *p, enum request req)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	const struct row *r;
	size_t i;

	if (c == NULL || (i = chosen(v, &c->chat)) == c->chat.nrows) {
		front_say(p->front, "No message is chosen: %s chooses one.",
			  keys_name(REQ_MESSAGE_UP));
		return PANE_HANDLED;
	}
	r = &c->chat.rows[i].r;
	if (r->deleted) {
		front_error(p->front, "That message is deleted.");
		return PANE_HANDLED;
	}
	if (req == REQ_MESSAGE_LINK || req == REQ_MESSAGE_LINK_COPY) {
		chat_link(p, req == REQ_MESSAGE_LINK_COPY);
		return PANE_HANDLED;
	}
	if (req == REQ_MESSAGE_VERSIONS) {
		versions_ask(p->front, &c->c.peer, &r->id);
		return PANE_HANDLED;
	}
	if (req == REQ_MESSAGE_REPLY)
		return to_prompt(p, "reply", r, "");
	if (req == REQ_MESSAGE_REACT)
		return to_prompt(p, "react", r, "");
	if (r->dir != DIR_OUT) {
		front_error(p->front, "Only your own messages can be edited or deleted.");
		return PANE_HANDLED;
	}
	if (req == REQ_MESSAGE_EDIT)
		return to_prompt(p, "edit", r, r->text);
	ask_delete(p->front, &c->c.peer, &r->id);
	return PANE_HANDLED;
}

/* ---- deleting asks ----------------------------------------------------------------------------------------------------- */

static bool
delete_done(struct front *f, struct dialog *d, int answer)
{
	char line[32 + 2 * KEY_LEN + 2 * ID_LEN], key[2 * KEY_LEN + 1], id[2 * ID_LEN + 1];
	size_t len;

	if (answer != 0)
		return true;
	snprintf(line, sizeof(line), "/delete %s %s", util_hex(key, dialog_peer(d)->b, KEY_LEN),
		 util_hex(id, dialog_kept(d, &len), ID_LEN));
	front_command(f, line);
	return true;
}

void
ask_delete(struct front *f, const struct key *peer, const struct id *id)
{
	struct dialog *d = dialog_new("Delete this message?", delete_done);

	dialog_line(
		d, STYLE_NORMAL,
		"Its text goes from here, and from the other side as soon as that hears of it.");
	dialog_keep(d, xmemdup(id, sizeof(*id)), sizeof(*id));
	dialog_about(d, peer, 0);
	dialog_answer(d, 'y', "Delete");
	dialog_answer(d, 'n', "Keep");
	dialog_default(d, 1);
	front_ask(f, d);
}
