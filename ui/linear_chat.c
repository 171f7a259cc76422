/* linear_chat.c - the chat the prompt names: its newest rows when it is opened, pages of its history, and what counts as read. */
#include "config.h"

#include <stdlib.h>

#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/linear_priv.h"

/* So much is read again of a chat that is opened. */
#define NEWEST 5

static struct model_contact *
contact(struct linear *l)
{
	return l->has_chat ? model_contact(front_model(l->front), &l->chat) : NULL;
}

/* What is unread is read without a gap: the next of it was among those rows, or it was not. */
static void
read_unread(struct linear *l, const struct model_chat *chat, size_t from, size_t to)
{
	int64_t last = chat->rows[to - 1].r.row;

	if (last <= l->seen || (chat->rows[from].r.row > l->seen + 1 &&
				(from == 0 || chat->rows[from - 1].r.row > l->seen)))
		return;
	l->seen = last;
	l->behind = !chat->at_bottom || to < chat->nrows;
	if (l->behind)
		linear_print(l, "More is unread: /newer goes on.");
}

static void
read_rows(struct linear *l, const struct model_chat *chat, size_t from, size_t to)
{
	char day[40], *words;

	for (size_t i = from; i < to; i++) {
		const struct row *r = &chat->rows[i].r;

		if (i == from || !draw_same_day(chat->rows[i - 1].r.time, r->time))
			linear_print(l, "%s:", draw_day(day, r->time, front_wall(l->front)));
		words = linear_row(l, r, true);
		linear_print(l, "%s", words);
		free(words);
	}
	l->want = WANT_NOTHING;
	if (from == to)
		return;
	if (l->behind)
		read_unread(l, chat, from, to);
	l->first = chat->rows[from].r.row;
	l->last = chat->rows[to - 1].r.row;
}

/* The first row at or behind that one. */
static size_t
find(const struct model_chat *chat, int64_t row)
{
	size_t i = 0;

	while (i < chat->nrows && chat->rows[i].r.row < row)
		i++;
	return i;
}

static void
say(struct linear *l, const char *sentence)
{
	linear_print(l, "%s", sentence);
	l->want = WANT_NOTHING;
}

/* The first row that is unread; nrows: none is. */
static size_t
first_unread(const struct model_chat *chat)
{
	if (chat->unread == 0)
		return chat->nrows;
	if (chat->unread_row != 0)
		return find(chat, chat->unread_row);
	return chat->nrows > chat->unread ? chat->nrows - chat->unread : 0;
}

/* More is unread than can be read at once: the oldest of it comes first. */
static void
oldest_unread(struct linear *l, const struct model_chat *chat, size_t at)
{
	bool loaded = chat->unread_row == 0 || chat->at_top || at > 0 ||
		      chat->rows[0].r.row == chat->unread_row;

	if (!loaded && !model_chat_around(front_model(l->front), &l->chat, chat->unread_row))
		return;
	l->behind = true;
	l->seen = l->read_row = (loaded ? chat->rows[at].r.row : chat->unread_row) - 1;
	if (loaded)
		read_rows(l, chat, at,
			  at + LINEAR_PAGE < chat->nrows ? at + LINEAR_PAGE : chat->nrows);
	else
		l->want = WANT_NOTHING; /* it comes as what was looked for */
}

static void
newest(struct linear *l, const struct model_chat *chat)
{
	size_t at = first_unread(chat);

	if (chat->nrows == 0 && chat->at_top)
		say(l, _("Nothing has been said here yet."));
	else if (chat->nrows == 0)
		return;
	else if (chat->unread > LINEAR_PAGE || chat->nrows - at > LINEAR_PAGE)
		oldest_unread(l, chat, at);
	else if (!chat->at_bottom)
		model_chat_newest(front_model(l->front), &l->chat);
	else if (chat->nrows - at > NEWEST)
		read_rows(l, chat, at, chat->nrows);
	else
		read_rows(l, chat, chat->nrows > NEWEST ? chat->nrows - NEWEST : 0, chat->nrows);
}

static void
older(struct linear *l, const struct model_chat *chat)
{
	size_t at = l->first != 0 ? find(chat, l->first) : chat->nrows;

	if (at > 0)
		read_rows(l, chat, at > LINEAR_PAGE ? at - LINEAR_PAGE : 0, at);
	else if (chat->at_top)
		say(l, _("This is the beginning of the chat."));
	else
		model_chat_older(front_model(l->front), &l->chat);
}

static void
newer(struct linear *l, const struct model_chat *chat)
{
	size_t at = find(chat, l->last + 1);

	if (at < chat->nrows)
		read_rows(l, chat, at,
			  at + LINEAR_PAGE < chat->nrows ? at + LINEAR_PAGE : chat->nrows);
	else if (chat->at_bottom)
		say(l, _("This is the newest."));
	else
		model_chat_newer(front_model(l->front), &l->chat);
}

static void
around(struct linear *l, const struct model_chat *chat)
{
	size_t at = find(chat, chat->around_row);

	if (chat->around_row == 0 || at == chat->nrows)
		say(l, _("Nothing stands there in this chat; this is its end."));
	else
		read_rows(l, chat, at,
			  at + LINEAR_PAGE < chat->nrows ? at + LINEAR_PAGE : chat->nrows);
}

static void
serve(struct linear *l, const struct model_chat *chat)
{
	switch (l->want) {
	case WANT_NEWEST:
		newest(l, chat);
		break;
	case WANT_OLDER:
		older(l, chat);
		break;
	case WANT_NEWER:
		newer(l, chat);
		break;
	case WANT_AROUND:
		around(l, chat);
		break;
	case WANT_NOTHING:
	default:
		break;
	}
}

/* What was read out of the open chat is read, once somebody looks at the terminal. */
static void
mark_read(struct linear *l, const struct model_contact *c)
{
	int64_t row = l->behind ? l->seen : c->chat.newest_row;
	struct msg *m;

	if (!front_terminal_focused(l->front))
		return;
	if (l->want != WANT_NOTHING || !linear_all_told(l) || c->chat.unread == 0 ||
	    row <= l->read_row)
		return;
	l->read_row = row;
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = l->chat;
	m->b.contact_op.op = OP_READ;
	m->b.contact_op.row = l->read_row;
	front_send(l->front, m);
}

/* "Boris: online, verified." */
static void
tell_open(struct linear *l, const struct model_contact *c)
{
	bool online = c->c.link == LINK_ONLINE;

	linear_print(l, "Chat with %s: %s, %s.%s%s", c->c.name,
		     online && c->c.away ? _("away") : _(link_word(c->c.link)),
		     _(trust_words(c->c.trust, c->c.how)),
		     online && c->c.status[0] != '\0' ? _(" Status: ") : "",
		     online ? c->c.status : "");
}

void
linear_chat_page(struct linear *l, bool to_older)
{
	if (contact(l) == NULL)
		linear_print(l, "No chat is open. /contacts lists who there is.");
	else
		l->want = to_older ? WANT_OLDER : WANT_NEWER;
}

void
linear_chat_settle(struct linear *l)
{
	const struct key *now = front_current(l->front);
	const struct model_contact *c;

	if ((now != NULL) != l->has_chat || (now != NULL && !key_equal(now, &l->chat))) {
		l->has_chat = now != NULL;
		l->want = WANT_NOTHING;
		l->read_row = l->first = l->last = 0;
		l->behind = false;
		if (now == NULL) {
			linear_print(l, "No chat is open.");
			return;
		}
		l->chat = *now;
		c = contact(l);
		if (c != NULL) {
			tell_open(l, c);
			l->arounds = c->chat.arounds;
			l->want = WANT_NEWEST;
		}
	}
	c = contact(l);
	if (c == NULL)
		return;
	if (c->chat.arounds != l->arounds) {
		l->arounds = c->chat.arounds;
		l->want = WANT_AROUND;
	}
	serve(l, &c->chat);
	mark_read(l, c);
}
