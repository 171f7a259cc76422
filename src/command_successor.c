/* command_successor.c - the key that is to take the place of ours, announced to contacts. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/identity.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

bool
command_other_identity(struct identity *id, const char *where, identity_ask *ask, void *arg,
		       char *err, size_t errlen)
{
	char *path = path_expand(where);
	bool missing = false, good;
	struct stat st;

	/* A home, or the file itself. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		char *file = path_join(path, "identity");

		free(path);
		path = file;
	}
	good = identity_open(id, path, &missing, ask, arg, err, errlen);
	if (!good && missing)
		say_into(err, errlen,
			 "There is no identity there: make one first, p2p-tui --home FOLDER init.");
	free(path);
	return good;
}

struct msg *
command_successor_msg(const struct identity *id)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_SUCCESSOR), id->secret, KEY_LEN);

	m->secret = true;
	return m;
}

/* A passphrase is nothing for the input line, which can be read on the screen and lands in scripts. */
static bool
refuse_to_ask(void *arg, char *out, char *err, size_t errlen)
{
	(void)arg;
	(void)out;
	say_into(
		err, errlen,
		"That identity has a passphrase: end this, and use the command p2p-tui successor.");
	return false;
}

/* Who has not heard of it yet. */
static bool
tell_waiting(struct command_env *env)
{
	size_t waiting = 0;

	for (size_t i = 0; i < model_ncontacts(env->model); i++) {
		const struct msg_contact *p = &model_contact_at(env->model, i)->c;

		if (!p->heir_waits || p->is_person)
			continue;
		waiting++;
		command_print(env, _("%s has not heard of the successor yet."), p->name);
	}
	if (waiting == 0)
		command_print(env, "%s",
			      _("There is no successor that a contact has not heard of."));
	return true;
}

/* FOLDER, or `off`, or nothing. */
bool
command_do_successor(struct command_call *c)
{
	struct identity id;
	struct msg *m;

	if (c->n == 0)
		return tell_waiting(c->env);
	if (strcmp(c->words[0], "off") == 0)
		return command_send_msg(c->env, msg_new(MSG_CMD_SUCCESSOR), c->err, c->errlen);
	if (!command_other_identity(&id, c->words[0], refuse_to_ask, NULL, c->err, c->errlen))
		return false;
	m = command_successor_msg(&id);
	identity_wipe(&id);
	return command_send_msg(c->env, m, c->err, c->errlen);
}
