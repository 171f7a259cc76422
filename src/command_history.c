/* command_history.c - commands about what was said before. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/util.h"

bool
command_do_search(struct command_call *c)
{
	const char *words = c->n > 0 ? c->words[0] : "";
	struct msg *m;

	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, words, c->err, c->errlen);
	m = msg_set_bytes(msg_new(MSG_CMD_SEARCH), words, strlen(words));
	m->b.search.at = INT64_MAX;
	m->b.search.count = SEARCH_MAX_HITS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* A screen asks first; a script knows what it does. */
bool
command_do_clear(struct command_call *c)
{
	const struct model_contact *peer = model_contact_named(c->env->model, c->words[0]);
	char hex[2 * KEY_LEN + 1];
	struct msg *m;

	if (peer == NULL) {
		snprintf(c->err, c->errlen, "There is no contact of that name.");
		return false;
	}
	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name,
				      util_hex(hex, peer->c.peer.b, KEY_LEN), c->err, c->errlen);
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_CLEAR;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
