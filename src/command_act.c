/* command_act.c - what is done to messages: edit, delete, reply, react, read. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

bool
command_act(struct command_env *env, const char *name, enum content content, const struct id *ref,
	    const char *text, size_t len, char *err, size_t errlen)
{
	struct msg *m;

	if (len == 0 && (content == CONTENT_EDIT || content == CONTENT_REPLY)) {
		say_into(err, errlen, "There is nothing to say.");
		return false;
	}
	if (content == CONTENT_REACT && len > REACTION_MAX_BYTES) {
		say_into(err, errlen, "A reaction is one emoji.");
		return false;
	}
	m = command_message(env, name, text, len, err, errlen);
	if (m == NULL)
		return false;
	m->b.say.content = content;
	m->b.say.ref = *ref;
	return command_send_msg(env, m, err, errlen);
}

/* Only one's own messages are edited and deleted. */
static bool
own_only(enum content content)
{
	return content == CONTENT_EDIT || content == CONTENT_DELETE;
}

/* The id of the nth message from the end, of those that are loaded. */
static bool
nth_message(const struct model_contact *c, enum content content, long long n, struct id *id)
{
	const struct model_chat *chat = &c->chat;

	for (size_t i = chat->nrows; chat->at_bottom && i > 0; i--) {
		const struct row *r = &chat->rows[i - 1].r;

		if (r->kind != ROW_TEXT || r->deleted || (own_only(content) && r->dir != DIR_OUT))
			continue;
		if (--n == 0) {
			*id = r->id;
			return true;
		}
	}
	return false;
}

static bool
looks_like_ref(const char *word, size_t len)
{
	if (len > 1 && word[0] == '#')
		return strspn(word + 1, "0123456789") == len - 1;
	return len == 2 * (size_t)ID_LEN && strspn(word, "0123456789abcdefABCDEF") >= len;
}

/* Which message a word means: "#2", an id, or nothing for the newest. */
static bool
find_ref(struct command_call *c, enum content content, const char *word, size_t len, struct id *id)
{
	const struct model_contact *peer = model_contact_named(c->env->model, c->words[0]);
	char copy[2 * ID_LEN + 1];
	const char *why = NULL;

	memset(id, 0, sizeof(*id));
	if (len == 0)
		return true;
	if (!looks_like_ref(word, len) || len >= sizeof(copy)) {
		say_into(c->err, c->errlen, "That is no message's id.");
		return false;
	}
	snprintf(copy, sizeof(copy), "%.*s", (int)len, word);
	if (copy[0] != '#' && util_unhex(id->b, ID_LEN, copy))
		return true;
	if (peer != NULL && nth_message(peer, content, strtonum(copy + 1, 1, 100000, &why), id))
		return true;
	say_into(c->err, c->errlen, "There is no message %s among those that are shown.", copy);
	return false;
}

/* NAME REF TEXT, as an object has it; or NAME and one word "[REF] TEXT", the rest of a line. */
static bool
act(struct command_call *c, enum content content)
{
	const char *word = "", *text = c->n > 1 ? c->words[c->n - 1] : "";
	size_t len = 0;
	struct id id;

	if (c->n == 3) {
		word = c->words[1];
		len = strlen(word);
	} else if (c->n == 2) {
		len = strcspn(text, " \t");
		if (looks_like_ref(text, len)) {
			word = text;
			text += len + strspn(text + len, " \t");
		} else {
			len = 0;
		}
	}
	if (content == CONTENT_REACT && c->n == 2 && strcmp(text, "-") == 0)
		text = "";
	return find_ref(c, content, word, len, &id) &&
	       command_act(c->env, c->words[0], content, &id, text, strlen(text), c->err,
			   c->errlen);
}

bool
command_do_edit(struct command_call *c)
{
	return act(c, CONTENT_EDIT);
}

bool
command_do_reply(struct command_call *c)
{
	return act(c, CONTENT_REPLY);
}

bool
command_do_react(struct command_call *c)
{
	return act(c, CONTENT_REACT);
}

bool
command_do_delete(struct command_call *c)
{
	const char *word = c->n > 1 ? c->words[1] : "";
	struct id id;

	return find_ref(c, CONTENT_DELETE, word, strlen(word), &id) &&
	       command_act(c->env, c->words[0], CONTENT_DELETE, &id, "", 0, c->err, c->errlen);
}

bool
command_do_read(struct command_call *c)
{
	const struct model_contact *peer = model_contact_named(c->env->model, c->words[0]);
	struct msg *m;

	if (peer == NULL) {
		say_into(c->err, c->errlen, "There is no contact of that name.");
		return false;
	}
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_READ;
	m->b.contact_op.row = peer->chat.newest_row;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_versions(struct command_call *c)
{
	const struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	const char *word = c->n > 1 ? c->words[1] : "";
	char line[2 * KEY_LEN + 2 * ID_LEN + 2], *at;
	struct id id;
	struct msg *m;

	if (peer == NULL || !find_ref(c, CONTENT_REACT, word, strlen(word), &id))
		return false;
	if (c->env->screen != NULL) {
		at = util_hex(line, peer->c.peer.b, KEY_LEN) + 2 * (size_t)KEY_LEN;
		if (word[0] != '\0') {
			*at++ = ' ';
			util_hex(at, id.b, ID_LEN);
		}
		return c->env->screen(c->env->arg, c->row->name, line, c->err, c->errlen);
	}
	m = msg_new(MSG_CMD_PAGE);
	m->b.page.peer = peer->c.peer;
	m->b.page.kind = PAGE_VERSIONS;
	m->b.page.count = PAGE_MAX_ROWS;
	if (word[0] != '\0')
		msg_set_bytes(m, id.b, ID_LEN);
	return command_send_msg(c->env, m, c->err, c->errlen);
}
