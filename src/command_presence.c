/* command_presence.c - commands about what contacts see of the person. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/msg.h"
#include "src/say.h"

/* As /set does it: checked, saved, and told. */
static bool
set(struct command_call *c, const char *option, const char *value)
{
	const char *words[] = {option, value, NULL};
	struct command_call as = {c->env, c->row, words, 2, c->err, c->errlen};

	return command_do_set(&as);
}

static bool
presence(struct command_call *c, enum presence_op op, const char *text)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_PRESENCE), text, strlen(text));

	m->b.presence.op = op;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_away(struct command_call *c)
{
	if (c->n > 0 && strlen(c->words[0]) > STATUS_MAX_BYTES) {
		say_into(c->err, c->errlen, "A status is a line of at most 140 bytes.");
		return false;
	}
	return presence(c, PRESENCE_AWAY, c->n > 0 ? c->words[0] : "");
}

bool
command_do_back(struct command_call *c)
{
	return presence(c, PRESENCE_BACK, "");
}

bool
command_block_unknown(struct command_call *c, bool block)
{
	return set(c, "requests", block ? "off" : "on");
}

bool
command_do_status(struct command_call *c)
{
	return set(c, "status", c->n > 0 ? c->words[0] : "");
}

bool
command_do_invisible(struct command_call *c)
{
	return set(c, "invisible", c->words[0]);
}
