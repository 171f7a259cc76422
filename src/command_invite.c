/* command_invite.c - invites made by hand: for one person, for some time; listed, withdrawn; and a new key for the door. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

#define LONGEST 3650 /* days */

/* "2d", "12h", "30m", "2w" in ms; 0 if it is none of that. */
static int64_t
duration(const char *text)
{
	static const char units[] = "mhdw";
	static const int64_t ms[] = {60000, 3600000, 86400000, 604800000};
	char *end;
	long n = strtol(text, &end, 10);
	const char *unit = *end != '\0' ? strchr(units, *end) : NULL;

	if (unit == NULL || end[1] != '\0' || n <= 0 || n > LONGEST * 1440)
		return 0;
	n = n * ms[unit - units] / 60000 > LONGEST * 1440 ? 0 : n;
	return n * ms[unit - units];
}

/* One option and its value; false with a sentence. */
static bool
take(struct command_call *c, size_t *i, struct msg_invite *ask)
{
	const char *word = c->words[*i], *value = *i + 1 < c->n ? c->words[*i + 1] : "";

	if (strcmp(word, "--once") == 0) {
		ask->once = true;
		return true;
	}
	++*i;
	if (strcmp(word, "--expires") == 0) {
		ask->expires_in = duration(value);
		if (ask->expires_in == 0)
			say_into(c->err, c->errlen, "A time is as 30m, 12h, 2d or 1w.");
		return ask->expires_in != 0;
	}
	if (strcmp(word, "--for") != 0 || value[0] == '\0') {
		say_into(c->err, c->errlen, "Usage: /invite %s", c->row->args);
		return false;
	}
	ask->once = true;
	if (strlen(value) == 2 * (size_t)KEY_LEN && util_unhex(ask->who.b, KEY_LEN, value)) {
		ask->has_who = true;
		return true;
	}
	strlcpy(ask->label, value, sizeof(ask->label));
	return command_name_ok(value, c->err, c->errlen);
}

bool
command_do_invite(struct command_call *c)
{
	struct msg *m = msg_new(MSG_CMD_INVITE);

	m->b.invite.op = INVITE_MAKE;
	for (size_t i = 0; i < c->n; i++)
		if (!take(c, &i, &m->b.invite)) {
			msg_free(m);
			return false;
		}
	return command_send_msg(c->env, m, c->err, c->errlen);
}

static bool
plain(struct command_call *c, enum invite_op op, int64_t number)
{
	struct msg *m = msg_new(MSG_CMD_INVITE);

	m->b.invite.op = op;
	m->b.invite.number = number;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_invites(struct command_call *c)
{
	return plain(c, INVITE_LIST, 0);
}

bool
command_do_withdraw(struct command_call *c)
{
	const char *why = NULL;
	int64_t n = strtonum(c->words[0], 1, INT64_MAX, &why);

	if (why != NULL) {
		say_into(c->err, c->errlen,
			 "An invite is named by its number: /invites lists them.");
		return false;
	}
	return plain(c, INVITE_WITHDRAW, n);
}

bool
command_do_newdoor(struct command_call *c)
{
	return plain(c, INVITE_CHANGE, 0);
}
