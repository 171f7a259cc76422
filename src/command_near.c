/* command_near.c - commands about this network: who is there, being seen, what is wrong with it. */
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

#define USUAL 600 /* seconds */
#define MOST  86400

bool
command_do_nearby(struct command_call *c)
{
	return command_send_msg(c->env, msg_new(MSG_CMD_NEARBY), c->err, c->errlen);
}

bool
command_do_doctor(struct command_call *c)
{
	return command_send_msg(c->env, msg_new(MSG_CMD_DOCTOR), c->err, c->errlen);
}

/* "90s", "10m", "2h", "10" minutes, "off", to seconds. */
static bool
parse_time(const char *text, uint32_t *seconds)
{
	char *end;
	unsigned long n, unit;

	*seconds = 0;
	if (strcmp(text, "off") == 0)
		return true;
	if (text[0] < '0' || text[0] > '9')
		return false;
	n = strtoul(text, &end, 10);
	unit = *end == 's' ? 1 : *end == 'h' ? 3600 : 60;
	if (strcmp(end, "s") != 0 && strcmp(end, "m") != 0 && strcmp(end, "h") != 0 && *end != '\0')
		return false;
	if (n == 0 || n > MOST / unit)
		return false;
	*seconds = (uint32_t)(n * unit);
	return true;
}

bool
command_do_visible(struct command_call *c)
{
	struct msg *m;
	uint32_t seconds = USUAL;

	if (c->n > 0 && !parse_time(c->words[0], &seconds)) {
		say_into(c->err, c->errlen,
			 "A time to be visible is as 10m or 2h, a day at most; or off.");
		return false;
	}
	m = msg_new(MSG_CMD_NEARBY);
	m->b.look.visible = true;
	m->b.look.seconds = seconds;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
