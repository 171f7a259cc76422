/* command_person.c - commands about persons with several devices. */
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

/* The person of that name, or NULL. */
static const struct model_contact *
person_named(const struct model *m, const char *name)
{
	const struct model_contact *c = model_contact_named(m, name);

	return c != NULL && c->c.is_person ? c : NULL;
}

struct model_contact *
command_one(struct command_env *env, const char *name, char *err, size_t errlen)
{
	struct model_contact *c = model_device_named(env->model, name);
	char hex[2 * KEY_LEN + 1];
	size_t len;

	/* By its key: the name may be that of its person, too. */
	if (c == NULL || !c->c.is_person)
		return command_contact(env, c != NULL ? util_hex(hex, c->c.peer.b, KEY_LEN) : name,
				       err, errlen);
	say_into(err, errlen, "%s has %u devices, say which:", c->c.name, c->c.devices);
	for (size_t i = 0; i < model_ncontacts(env->model); i++) {
		const struct msg_contact *d = &model_contact_at(env->model, i)->c;

		len = strlen(err);
		if (model_is_device(d) && key_equal(&d->person, &c->c.peer))
			snprintf(err + len, errlen - len, " “%s”", d->name);
	}
	strlcat(err, ".", errlen);
	return NULL;
}

/* Persons and their devices; name NULL: all persons. */
static bool
list(struct command_call *c, const char *name)
{
	const struct model *m = c->env->model;
	const struct model_contact *only = name != NULL ? person_named(m, name) : NULL;
	char buf[COMMAND_SHOWN];
	bool any = false;

	if (name != NULL && only == NULL) {
		say_into(c->err, c->errlen,
			 "There is no person called %s: /person NAME CONTACT... makes one.",
			 command_shown(buf, name));
		return false;
	}
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		const struct msg_contact *p = &model_contact_at(m, i)->c;

		if (p->is_person && (only == NULL || p == &only->c))
			command_print(c->env, "%s: %u of %u devices online", p->name, p->online,
				      p->devices);
		else if (model_is_device(p) &&
			 (only == NULL || key_equal(&p->person, &only->c.peer)))
			command_print(c->env, "    %s  %s  %s", p->name, _(trust_word(p->trust)),
				      _(link_word(p->link)));
		else
			continue;
		any = true;
	}
	if (!any)
		command_print(c->env, "No contacts are grouped as devices of one person.");
	return true;
}

/* The key of a contact that is to be a device, behind those there are. */
static bool
add_device(struct command_call *c, const char *name, struct key *keys, size_t *n)
{
	const struct model_contact *d = model_device_named(c->env->model, name);
	char buf[COMMAND_SHOWN];

	if (d == NULL || d->c.is_person || d->c.state != CONTACT_ACCEPTED) {
		say_into(c->err, c->errlen, "There is no contact called %s.",
			 command_shown(buf, name));
		return false;
	}
	for (size_t i = 0; i < *n; i++)
		if (key_equal(&keys[i], &d->c.peer))
			return true;
	if (*n == PERSON_DEVICES) {
		say_into(c->err, c->errlen, "A person has at most %d devices.", PERSON_DEVICES);
		return false;
	}
	keys[(*n)++] = d->c.peer;
	return true;
}

/* PERSON NAME...: a contact that has the name of the person already is its first device. */
bool
command_do_person(struct command_call *c)
{
	const struct model *m = c->env->model;
	struct key keys[PERSON_DEVICES];
	const struct model_contact *same;
	struct msg *msg;
	size_t n = 0;

	if (c->n < 2 || c->words[1][0] == '\0')
		return list(c, c->n > 0 && c->words[0][0] != '\0' ? c->words[0] : NULL);
	if (!command_name_ok(c->words[0], c->err, c->errlen))
		return false;
	same = model_contact_named(m, c->words[0]);
	if (same != NULL && !same->c.is_person && !add_device(c, c->words[0], keys, &n))
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (!add_device(c, c->words[i], keys, &n))
			return false;
	msg = msg_set_bytes(msg_new(MSG_CMD_CONTACT), keys + 1, (n - 1) * KEY_LEN);
	msg->b.contact_op.peer = keys[0];
	msg->b.contact_op.op = OP_PERSON;
	strlcpy(msg->b.contact_op.name, c->words[0], sizeof(msg->b.contact_op.name));
	return command_send_msg(c->env, msg, c->err, c->errlen);
}

/* NAME: a contact is a device of nobody any more; of a person: none is. */
bool
command_do_ungroup(struct command_call *c)
{
	const struct model_contact *who = person_named(c->env->model, c->words[0]);
	char buf[COMMAND_SHOWN];
	struct msg *msg;

	if (who == NULL)
		who = model_device_named(c->env->model, c->words[0]);
	if (who == NULL || (!who->c.is_person && !model_is_device(&who->c))) {
		say_into(c->err, c->errlen, "%s is neither a person nor a device of one.",
			 command_shown(buf, c->words[0]));
		return false;
	}
	msg = msg_new(MSG_CMD_CONTACT);
	msg->b.contact_op.peer = who->c.peer;
	msg->b.contact_op.op = OP_PERSON;
	return command_send_msg(c->env, msg, c->err, c->errlen);
}
