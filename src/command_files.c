/* command_files.c - the commands about what holds for the transfers with a contact. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/amount.h"
#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

static const char *
rate_words(char *out, size_t size, uint64_t rate)
{
	if (rate == 0)
		say_into(out, size, "no limit");
	else
		text_rate(out, size, rate);
	return out;
}

/* How many words there are: what an object leaves out is an empty one. */
static size_t
count(const struct command_call *c)
{
	size_t n = c->n;

	while (n > 1 && c->words[n - 1][0] == '\0')
		n--;
	return n;
}

bool
command_do_limit(struct command_call *c)
{
	struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	char up[TEXT_FIGURE], down[TEXT_FIGURE], *rates;
	size_t n = count(c);
	struct msg *m;

	if (peer == NULL)
		return false;
	if (n == 1) {
		command_print(c->env, "%s: %s out, %s in", peer->c.name,
			      rate_words(up, sizeof(up), peer->c.limit_up),
			      rate_words(down, sizeof(down), peer->c.limit_down));
		return true;
	}
	for (size_t i = 1; i < n; i++) {
		if (!amount_is_rate(c->words[i])) {
			say_into(c->err, c->errlen,
				 "A limit is bytes a second, as 500k or 2M, at least 1k; 0 is "
				 "none.");
			return false;
		}
	}
	xasprintf(&rates, "%s %s", c->words[1], c->words[n - 1]);
	m = msg_take_bytes(msg_new(MSG_CMD_CONTACT), (uint8_t *)rates, strlen(rates));
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_LIMIT;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_auto(struct command_call *c)
{
	struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	char size[TEXT_FIGURE], *folder = NULL, *text;
	size_t n = count(c);
	uint64_t max = 0;
	struct msg *m;

	if (peer == NULL)
		return false;
	if (n == 1) {
		if (peer->c.auto_max == 0)
			command_print(c->env, "%s: every offer asks", peer->c.name);
		else
			command_print(c->env, "%s: offers up to %s are accepted", peer->c.name,
				      text_size(size, sizeof(size), peer->c.auto_max));
		return true;
	}
	if (strcmp(c->words[1], "off") != 0 && !amount_parse(c->words[1], &max)) {
		say_into(c->err, c->errlen, "A size is bytes, as 20M or 1G, or the word off.");
		return false;
	}
	if (n > 2 && (folder = command_folder(c->words[2], c->err, c->errlen)) == NULL)
		return false;
	xasprintf(&text, "%llu %s", (unsigned long long)max, folder != NULL ? folder : "");
	free(folder);
	m = msg_take_bytes(msg_new(MSG_CMD_CONTACT), (uint8_t *)text, strlen(text));
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_AUTO;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_clean(struct command_call *c)
{
	struct msg *m;

	if (c->n > 0 && strcmp(c->words[0], "yes") != 0) {
		say_into(c->err, c->errlen, "Usage: /clean [yes]");
		return false;
	}
	m = msg_new(MSG_CMD_CLEAN);
	m->b.clean.remove = c->n > 0;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
