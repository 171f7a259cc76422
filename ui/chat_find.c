/* chat_find.c - finding, jumping and copying messages in the chat pane. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/chat_priv.h"
#include "ui/chat_rows.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/lit.h"
#include "ui/pane.h"
#include "ui/theme.h"

/* ---- finding ---------------------------------------------------------------------------------------------------------- */

/* Brings the row into the middle. */
static void
show_row(struct pane *p, const struct model_contact *c, int64_t row)
{
	struct chat_view *v = p->state;
	struct chat_look look;

	chat_look_init(&look, p->front, c, p->rect.w);
	look.new_row = v->new_row;
	v->follow = false;
	v->to_top = false;
	v->anchor_row = row;
	v->skip = 0;
	chat_move_down(v, &look, chat_body(p).h / 2);
	front_dirty(p->front, PANE_CHAT);
}

/* Goes to the next row of what is loaded that has the words. *edge: where to look on if none has. */
static bool
find_loaded(struct pane *p, const struct model_contact *c, bool older, int64_t *edge)
{
	struct chat_view *v = p->state;
	const struct model_chat *chat = &c->chat;

	*edge = v->found_row != 0 ? v->found_row : INT64_MAX;
	for (size_t n = 0; n < chat->nrows; n++) {
		const struct row *r = &chat->rows[older ? chat->nrows - 1 - n : n].r;

		if (v->found_row != 0 && (older ? r->row >= v->found_row : r->row <= v->found_row))
			continue;
		*edge = r->row;
		if (r->deleted || !lit_matches(v->words, r->text, r->text_len))
			continue;
		v->found_row = r->row;
		show_row(p, c, r->row);
		return true;
	}
	return false;
}

static void
say_next(struct pane *p)
{
	front_say(p->front, "%s finds the next older one, %s a newer one, %s goes back to writing.",
		  keys_name(REQ_FIND_OLDER), keys_name(REQ_FIND_NEWER), keys_name(REQ_BACK));
}

static void
say_end(struct pane *p)
{
	struct chat_view *v = p->state;

	front_say(p->front, v->found_row == 0 ? N_("Nothing matches.")
			    : v->older	      ? N_("Nothing older matches.")
					      : N_("Nothing newer matches."));
}

/* The store looks through what is not loaded. */
static void
ask_store(struct pane *p, const struct model_contact *c, int64_t at)
{
	struct chat_view *v = p->state;
	struct msg *m = msg_new(MSG_CMD_SEARCH);

	m->b.search.peer = c->c.peer;
	m->b.search.at = at;
	m->b.search.count = 1;
	m->b.search.oldest_first = !v->older;
	m->serial = v->finding = front_serial(p->front);
	msg_set_bytes(m, v->typed, strlen(v->typed));
	if (front_send(p->front, m))
		front_say(p->front, "Looking further…");
	else
		v->finding = 0;
}

unsigned
chat_find_next(struct pane *p, bool older)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	int64_t edge;

	if (v->words[0] == '\0') {
		front_say(p->front, "Nothing is looked for: %s asks what.", keys_name(REQ_FIND));
		return PANE_HANDLED;
	}
	v->finding = 0;
	v->older = older;
	if (c == NULL || c->chat.nrows == 0)
		say_end(p);
	else if (find_loaded(p, c, older, &edge))
		say_next(p);
	else if (older ? !c->chat.at_top : !c->chat.at_bottom)
		ask_store(p, c, edge);
	else
		say_end(p);
	return PANE_HANDLED | PANE_REDRAW;
}

void
chat_hits(struct pane *p, const struct msg *ev)
{
	struct chat_view *v = p->state;
	struct row r;
	size_t at = 0;

	if (v->finding == 0 || ev->serial != v->finding)
		return;
	if (row_get(ev->bytes, ev->len, &at, &r)) {
		v->finding = 0;
		chat_jump(p, r.row);
		say_next(p);
	} else if (ev->b.hits.done) {
		v->finding = 0;
		if (ev->b.hits.failed)
			front_error(p->front, "The history cannot be read.");
		else
			say_end(p);
	}
}

void
chat_find_forget(struct chat_view *v)
{
	v->words[0] = '\0';
	v->found_row = 0;
	v->finding = 0;
}

void
chat_light(struct pane *p, const char *words)
{
	struct chat_view *v = p->state;

	free(v->words);
	v->words = lit_words(words, strlen(words));
	if (words != v->typed) {
		free(v->typed);
		v->typed = xstrdup(words);
	}
	front_dirty(p->front, PANE_CHAT);
}

bool
chat_has_found(const struct pane *p)
{
	const struct chat_view *v = p->state;

	return v->words[0] != '\0';
}

void
chat_find(struct pane *p, const char *words)
{
	struct chat_view *v = p->state;

	if (!chat_has_found(p) || strcmp(words, v->typed) != 0)
		v->found_row = 0;
	chat_light(p, words);
	if (!chat_has_found(p))
		return;
	front_set_focus(p->front, PANE_CHAT);
	chat_find_next(p, true);
}

const char *
chat_found_words(const struct pane *p)
{
	const struct chat_view *v = p->state;

	return v->typed;
}

/* ---- jumping ---------------------------------------------------------------------------------------------------------- */

static void
jump(struct pane *p, bool since, int64_t at)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	if (c == NULL)
		return;
	v->arounds = c->chat.arounds;
	v->finding = 0;
	v->to_top = false;
	v->jumping = since ? model_chat_since(front_model(p->front), &c->c.peer, at)
			   : model_chat_around(front_model(p->front), &c->c.peer, at);
	if (!v->jumping)
		front_error(p->front, "The program is busy and did not take that. Try again.");
}

void
chat_jump(struct pane *p, int64_t row)
{
	jump(p, false, row);
}

void
chat_jump_since(struct pane *p, int64_t ms)
{
	jump(p, true, ms);
}

void
chat_jump_on(struct pane *p)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	if (c == NULL || c->chat.arounds == v->arounds)
		return;
	v->jumping = false;
	if (c->chat.around_row == 0) {
		v->follow = true;
		front_say(p->front, "Nothing stands there in this chat; this is its end.");
		return;
	}
	v->found_row = c->chat.around_row;
	show_row(p, c, v->found_row);
}

/* ---- copying ---------------------------------------------------------------------------------------------------------- */

void
chat_copy_message(struct pane *p)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	int64_t want = v->cursor_row != 0 ? v->cursor_row : v->found_row;
	int skip;

	if (c == NULL || c->chat.nrows == 0) {
		front_say(p->front, "There is no message to copy.");
		return;
	}
	for (size_t i = chat_anchor(v, &c->chat, &skip) + 1; i > 0; i--) {
		const struct row *r = &c->chat.rows[i - 1].r;

		if (want != 0 ? r->row == want : r->kind == ROW_TEXT) {
			front_copy(p->front, r->text, r->text_len, "the message");
			return;
		}
	}
	front_say(p->front, "There is no message to copy.");
}
