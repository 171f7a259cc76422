/* command_verify.c - safety numbers: shown, and what the person found when comparing them. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/util.h"

const struct key *
command_compared(const struct msg_contact *c)
{
	return c->has_new_key ? &c->new_key : &c->peer;
}

bool
command_decide(struct command_env *env, const struct msg_contact *c, enum contact_op op, char *err,
	       size_t errlen)
{
	char hex[2 * KEY_LEN + 1];
	struct msg *m = msg_new(MSG_CMD_CONTACT);

	m->b.contact_op.peer = c->peer;
	m->b.contact_op.op = op;
	util_hex(hex, command_compared(c)->b, KEY_LEN);
	return command_send_msg(env, msg_set_bytes(m, hex, strlen(hex)), err, errlen);
}

bool
command_do_verify(struct command_call *c)
{
	const struct model_contact *peer = command_one(c->env, c->words[0], c->err, c->errlen);
	char hex[2 * KEY_LEN + 1], digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT];

	if (peer == NULL)
		return false;
	if (c->n > 1 && strcmp(c->words[1], "match") == 0)
		return command_decide(c->env, &peer->c, OP_MATCH, c->err, c->errlen);
	if (c->n > 1 && strcmp(c->words[1], "differ") == 0)
		return command_decide(c->env, &peer->c, OP_DIFFER, c->err, c->errlen);
	if (c->n > 1) {
		say_into(c->err, c->errlen, "Usage: /verify NAME [match|differ]");
		return false;
	}
	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name,
				      util_hex(hex, peer->c.peer.b, KEY_LEN), c->err, c->errlen);
	safety_number(digits, &model_self(c->env->model)->key, command_compared(&peer->c));
	command_print(c->env, "%s", safety_groups(text, digits, SAFETY_DIGITS));
	command_print(c->env, "%s: %s%s", peer->c.name, _(trust_words(peer->c.trust, peer->c.how)),
		      peer->c.has_new_key ? _("; the number is that of its new key") : "");
	return true;
}
