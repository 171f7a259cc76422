/* command_retain.c - the commands about how long what is said with a contact lives. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/util.h"

#define WORDS 48

/* What the option says. */
static int32_t
usual(const struct command_env *env)
{
	int32_t keep = KEEP_ALL;

	(void)retain_parse_keep(options_text(env->options, OPT_keep), &keep);
	return keep;
}

static bool
show_keep(struct command_call *c, const struct model_contact *peer)
{
	char words[WORDS];
	int32_t own = peer->chat.keep, keep = retain_effective(own, usual(c->env));

	retain_keep_show(words, sizeof(words), keep);
	command_print(c->env, keep > 1 ? N_("%s: %s are kept%s") : N_("%s: %s is kept%s"),
		      peer->c.name, words,
		      own == KEEP_DEFAULT ? _(", as the option keep says") : "");
	return true;
}

/* A screen asks before it keeps less; a script knows what it does. */
bool
command_do_keep(struct command_call *c)
{
	const struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	char line[2 * KEY_LEN + 1 + WORDS], word[WORDS];
	int32_t keep, now;
	struct msg *m;

	if (peer == NULL)
		return false;
	if (c->n == 1 || c->words[1][0] == '\0')
		return show_keep(c, peer);
	if (!retain_parse_keep(c->words[1], &keep)) {
		say_into(c->err, c->errlen,
			 "What is kept is all, so many days as 30d, nothing, or default.");
		return false;
	}
	now = retain_effective(peer->chat.keep, usual(c->env));
	if (c->env->screen != NULL && peer->chat.newest_row != 0 &&
	    retain_is_less(now, retain_effective(keep, usual(c->env)))) {
		util_hex(line, peer->c.peer.b, KEY_LEN);
		snprintf(line + 2 * (size_t)KEY_LEN, sizeof(line) - 2 * (size_t)KEY_LEN, " %s",
			 retain_keep_word(word, sizeof(word), keep));
		return c->env->screen(c->env->arg, c->row->name, line, c->err, c->errlen);
	}
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_KEEP;
	m->b.contact_op.row = keep;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

static bool
show_timer(struct command_call *c, const struct model_contact *peer)
{
	uint32_t mine = peer->chat.timer_mine, theirs = peer->chat.timer_theirs;
	uint32_t now = retain_agreed(mine, theirs);
	char words[WORDS];

	if (now != 0)
		command_print(c->env, "%s: messages disappear after %s", peer->c.name,
			      retain_timer_show(words, sizeof(words), now));
	else if (mine != 0)
		command_print(c->env, "%s: you propose that messages disappear after %s",
			      peer->c.name, retain_timer_show(words, sizeof(words), mine));
	else if (theirs != 0)
		command_print(c->env, "%s proposes that messages disappear after %s", peer->c.name,
			      retain_timer_show(words, sizeof(words), theirs));
	else
		command_print(c->env, "%s: messages stay", peer->c.name);
	return true;
}

bool
command_do_disappear(struct command_call *c)
{
	const struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	uint8_t body[4];
	uint32_t seconds;
	struct msg *m;

	if (peer == NULL)
		return false;
	if (c->n == 1 || c->words[1][0] == '\0')
		return show_timer(c, peer);
	if (!retain_parse_timer(c->words[1], &seconds)) {
		say_into(c->err, c->errlen,
			 "A time is 5s to 365d, as 30m, 12h, 1d or 2w, or the word off.");
		return false;
	}
	m = command_message(c->env, c->words[0], "", 0, c->err, c->errlen);
	if (m == NULL)
		return false;
	put_be32(body, seconds);
	msg_set_bytes(m, body, sizeof(body));
	m->b.say.content = CONTENT_TIMER;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
