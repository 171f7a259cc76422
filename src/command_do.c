/* command_do.c - what each command does: words to messages for the core. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/addr.h"
#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

const char *
command_shown(char buf[COMMAND_SHOWN], const char *s)
{
	text_fit(buf, COMMAND_SHOWN, s, strlen(s), 40, TEXT_MIDDLE);
	return buf;
}

bool
command_send_msg(struct command_env *env, struct msg *m, char *err, size_t errlen)
{
	m->serial = env->serial;
	if (env->send(env->arg, m))
		return true;
	say_into(err, errlen, "Too much is under way just now: try again in a moment.");
	return false;
}

static struct model_contact *
find_peer(struct command_env *env, const char *name, char *err, size_t errlen)
{
	struct model_contact *c = model_device_named(env->model, name);
	char buf[COMMAND_SHOWN];

	if (c == NULL)
		say_into(err, errlen, "There is no contact called %s.", command_shown(buf, name));
	return c;
}

/* The same, for what goes to contacts only. */
struct model_contact *
command_contact(struct command_env *env, const char *name, char *err, size_t errlen)
{
	struct model_contact *c = model_contact_named(env->model, name);
	char buf[COMMAND_SHOWN];

	if (c == NULL)
		return find_peer(env, name, err, errlen);
	if (c->c.state == CONTACT_ACCEPTED)
		return c;
	if (c->c.state == CONTACT_BLOCKED)
		say_into(err, errlen, "%s is blocked.", command_shown(buf, name));
	else
		say_into(err, errlen, "That is a request: it has to be accepted first.");
	return NULL;
}

bool
command_name_ok(const char *name, char *err, size_t errlen)
{
	size_t len = strlen(name);
	struct key k;

	if (len == 0 || strspn(name, " ") == len)
		say_into(err, errlen, "A name cannot be empty.");
	else if (len > NAME_MAX_BYTES)
		say_into(err, errlen, "A name has at most %d bytes.", NAME_MAX_BYTES);
	else if (!text_valid_utf8(name, len) || text_has_hostile(name, len))
		say_into(err, errlen, "A name cannot have control or invisible characters.");
	else if (len == 2 * (size_t)KEY_LEN && util_unhex(k.b, KEY_LEN, name))
		say_into(err, errlen, "That looks like a key, not like a name.");
	else
		return true;
	return false;
}

/* ---- messages and files ---- */

struct msg *
command_message(struct command_env *env, const char *name, const char *text, size_t len, char *err,
		size_t errlen)
{
	struct model_contact *c = command_contact(env, name, err, errlen);
	struct msg *m;

	if (c == NULL)
		return NULL;
	if (len > TEXT_MAX_BYTES) {
		say_into(err, errlen, "More than %d bytes: send it as a file.", TEXT_MAX_BYTES);
		return NULL;
	}
	if (!text_valid_utf8(text, len)) {
		say_into(err, errlen, "That text is not UTF-8: send it as a file.");
		return NULL;
	}
	m = msg_set_bytes(msg_new(MSG_CMD_SAY), text, len);
	m->b.say.peer = c->c.peer;
	arc4random_buf(m->b.say.id.b, ID_LEN);
	return m;
}

bool
command_say(struct command_env *env, const char *name, const char *text, size_t len, struct id *id,
	    char *err, size_t errlen)
{
	struct msg *m = command_message(env, name, text, len, err, errlen);

	if (m != NULL && len == 0) {
		say_into(err, errlen, "There is nothing to say.");
		msg_free(m);
		m = NULL;
	}
	if (m != NULL && id != NULL)
		*id = m->b.say.id;
	return m != NULL && command_send_msg(env, m, err, errlen);
}

static bool
say_words(struct command_call *c, const char *before)
{
	char *text;
	size_t len = 0;
	bool ok;

	/* A shell's words: the text without its quotes. */
	for (size_t i = 1; i < c->n; i++)
		len += strlen(c->words[i]) + 1;
	len += strlen(before);
	text = xcalloc(len + 1, 1);
	strlcat(text, before, len + 1);
	for (size_t i = 1; i < c->n; i++) {
		if (i > 1)
			strlcat(text, " ", len + 1);
		strlcat(text, c->words[i], len + 1);
	}
	ok = command_say(c->env, c->words[0], text, strlen(text), NULL, c->err, c->errlen);
	free(text);
	return ok;
}

bool
command_do_say(struct command_call *c)
{
	return say_words(c, "");
}

bool
command_do_me(struct command_call *c)
{
	return say_words(c, "/me ");
}

/* ---- contacts ---- */

static bool
contact_op(struct command_call *c, enum contact_op op, const char *name)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	struct msg *m;

	if (peer == NULL)
		return false;
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = op;
	if (name != NULL)
		strlcpy(m->b.contact_op.name, name, sizeof(m->b.contact_op.name));
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* A request answered: only somebody who waits can be accepted or refused. */
bool
command_request(struct command_call *c, enum contact_op op)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	char buf[COMMAND_SHOWN];

	if (peer == NULL)
		return false;
	if (peer->c.state != CONTACT_REQUEST && peer->c.state != CONTACT_REFUSED) {
		say_into(c->err, c->errlen, "No request of %s waits.",
			 command_shown(buf, c->words[0]));
		return false;
	}
	return contact_op(c, op, NULL);
}

bool
command_do_deny(struct command_call *c)
{
	return command_request(c, OP_REFUSE);
}

bool
command_do_add(struct command_call *c)
{
	/* "INVITE" alone: under the nick it names; an invite may come in several pieces, wrapped by a mail program. */
	bool named = c->n > 1 && strncasecmp(c->words[0], "p2p:", 4) != 0;
	char *what;
	struct msg *m;
	bool done;

	if (command_add_code(c, &done))
		return done;
	what = xstrdup("");
	if (named && !command_name_ok(c->words[0], c->err, c->errlen)) {
		free(what);
		return false;
	}
	for (size_t i = named ? 1 : 0; i < c->n; i++) {
		char *longer;

		xasprintf(&longer, "%s%s%s", what, what[0] != '\0' ? " " : "", c->words[i]);
		free(what);
		what = longer;
	}
	m = msg_take_bytes(msg_new(MSG_CMD_ADD), (uint8_t *)what, strlen(what));
	if (named)
		strlcpy(m->b.add.name, c->words[0], sizeof(m->b.add.name));
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* All who are unknown, unless a contact is called so. */
static bool
is_unknown(const struct command_call *c)
{
	return strcmp(c->words[0], "unknown") == 0 &&
	       model_contact_named(c->env->model, "unknown") == NULL;
}

bool
command_do_block(struct command_call *c)
{
	return is_unknown(c) ? command_block_unknown(c, true) : contact_op(c, OP_BLOCK, NULL);
}

bool
command_do_unblock(struct command_call *c)
{
	return is_unknown(c) ? command_block_unknown(c, false) : contact_op(c, OP_UNBLOCK, NULL);
}

bool
command_do_rename(struct command_call *c)
{
	return command_name_ok(c->words[1], c->err, c->errlen) &&
	       contact_op(c, OP_RENAME, c->words[1]);
}

bool
command_do_remove(struct command_call *c)
{
	return contact_op(c, OP_REMOVE, NULL);
}

bool
command_do_connect(struct command_call *c)
{
	return contact_op(c, OP_CONNECT, NULL);
}

bool
command_do_disconnect(struct command_call *c)
{
	return contact_op(c, OP_DISCONNECT, NULL);
}

bool
command_do_address(struct command_call *c)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	char host[ADDR_HOSTLEN];
	const char *why = "";
	uint16_t port;
	struct msg *m;

	if (peer == NULL)
		return false;
	if (!addr_split_hostport(c->words[1], host, sizeof(host), &port, ADDR_PORT, &why)) {
		snprintf(c->err, c->errlen, "%s", _(why));
		return false;
	}
	m = msg_set_bytes(msg_new(MSG_CMD_CONTACT), c->words[1], strlen(c->words[1]));
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_ADDRESS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* ---- the program ---- */

bool
command_do_listen(struct command_call *c)
{
	const char *why = "", *where = c->words[0];
	struct addr a;

	if (!addr_parse(&a, where, ADDR_PORT, &why)) {
		snprintf(c->err, c->errlen, "%s", _(why));
		return false;
	}
	if (!options_set(c->env->options, OPT_listen, where, c->err, c->errlen))
		return false;
	if (c->env->config_path != NULL &&
	    !options_save(c->env->options, c->env->config_path, OPT_listen, c->err, c->errlen))
		return false;
	return command_send_msg(c->env,
				msg_set_bytes(msg_new(MSG_CMD_LISTEN), where, strlen(where)),
				c->err, c->errlen);
}

bool
command_do_quit(struct command_call *c)
{
	return command_send_msg(c->env, msg_new(MSG_CMD_QUIT), c->err, c->errlen);
}
