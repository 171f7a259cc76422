/* command_list.c - the commands that answer in text. */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/kept.h"
#include "src/model.h"
#include "src/options.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

void
command_print(struct command_env *env, const char *fmt, ...)
{
	char *line, *safe;
	va_list ap;
	int n;

	if (env->print == NULL)
		return;
	va_start(ap, fmt);
	n = vasprintf(&line, _(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	safe = text_show_dup(line, (size_t)n, TEXT_ONE_LINE);
	env->print(env->arg, safe);
	free(safe);
	free(line);
}

bool
command_do_contacts(struct command_call *c)
{
	char hex[2 * KEY_LEN + 1];

	for (size_t i = 0; i < model_ncontacts(c->env->model); i++) {
		const struct msg_contact *p = &model_contact_at(c->env->model, i)->c;

		if (p->state == CONTACT_REQUEST)
			continue;
		if (p->is_person) {
			command_print(c->env, "%s  %u of %u devices online:", p->name, p->online,
				      p->devices);
			continue;
		}
		command_print(c->env, "%s%s  %s  %s  %s", model_is_device(p) ? "    " : "", p->name,
			      _(trust_word(p->trust)),
			      p->state == CONTACT_BLOCKED ? _("blocked") : _(link_word(p->link)),
			      util_hex(hex, p->peer.b, KEY_LEN));
	}
	return true;
}

/* Who it says it is, and what can be known. */
static void
print_request(struct command_env *env, const struct model_contact *p)
{
	char hex[2 * KEY_LEN + 1], digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT];
	const char *came = _(came_words(p->c.how));

	command_print(env, "%s  %s  %s", util_hex(hex, p->c.peer.b, KEY_LEN), p->c.nick, p->detail);
	if (p->c.from[0] != '\0')
		command_print(env, "    from %s%s%s", p->c.from, came[0] != '\0' ? ", " : "", came);
	safety_number(digits, &model_self(env->model)->key, &p->c.peer);
	command_print(env, "    safety number %s", safety_groups(text, digits, 12));
}

bool
command_do_requests(struct command_call *c)
{
	if (strcmp(options_text(c->env->options, OPT_requests), "off") == 0)
		command_print(c->env, _("Requests are off: strangers meet silence. /unblock "
					"unknown lets them ask."));
	for (size_t i = 0; i < model_ncontacts(c->env->model); i++) {
		const struct model_contact *p = model_contact_at(c->env->model, i);

		if (p->c.state == CONTACT_REQUEST)
			print_request(c->env, p);
	}
	return true;
}

/* Where the files of one went: a list of its own on a screen; else it is asked for, and told as it comes. */
static bool
transfer_files(struct command_call *c)
{
	const char *why = NULL;
	int64_t n = strtonum(c->words[0], 1, INT64_MAX, &why);
	struct msg *m;

	if (why != NULL || model_transfer(c->env->model, n) == NULL) {
		say_into(c->err, c->errlen, "There is no such transfer: /transfers lists them.");
		return false;
	}
	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, c->words[0], c->err, c->errlen);
	m = msg_new(MSG_CMD_WENT);
	m->b.went.transfer = n;
	m->b.went.count = WENT_MAX_ROWS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_transfers(struct command_call *c)
{
	if (c->n > 0 && c->words[0][0] != '\0')
		return transfer_files(c);
	for (size_t i = 0; i < model_ntransfers(c->env->model); i++) {
		const struct model_transfer *t = model_transfer_at(c->env->model, i);
		const struct model_contact *p = model_contact(c->env->model, &t->t.peer);
		bool arrived = t->t.dir == DIR_IN && t->t.state == TRANSFER_DONE;
		char size[TEXT_FIGURE], why[KEPT_ROOM];

		command_print(c->env, "%lld  %s %s  %s  %s  %s%s%s%s%s", (long long)t->t.transfer,
			      t->t.dir == DIR_OUT ? _("to") : _("from"),
			      p != NULL ? p->c.name : "?", t->what,
			      text_size_pair(size, sizeof(size), t->t.bytes_done, t->t.bytes_total),
			      _(transfer_word(t->t.state)), t->reason[0] != '\0' ? ": " : "",
			      kept_into(why, sizeof(why), t->reason), arrived ? _("  in ") : "",
			      arrived ? t->place : "");
	}
	return true;
}

bool
command_do_id(struct command_call *c)
{
	if (c->n > 0 && c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, c->words[0], c->err, c->errlen);
	command_print(c->env, "%s", model_invite(c->env->model));
	return true;
}

bool
command_do_help(struct command_call *c)
{
	const struct command *only = NULL;

	if (c->n > 0 && c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, c->words[0], c->err, c->errlen);
	if (c->n > 0) {
		only = command_find(c->words[0] + (c->words[0][0] == '/'));
		if (only == NULL) {
			say_into(c->err, c->errlen,
				 "There is no such command: /help lists them all.");
			return false;
		}
	}
	for (const struct command *row = command_table; row->name != NULL; row++) {
		if (only != NULL ? row != only : row->where == COMMAND_SCREEN)
			continue;
		command_print(c->env, "/%s%s%s  %s", row->name, row->args[0] != '\0' ? " " : "",
			      row->args, row->help);
	}
	return true;
}
