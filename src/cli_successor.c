/* cli_successor.c - successor: contacts are told which identity takes the place of this one, as they come. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/command_do.h"
#include "src/identity.h"
#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define ERR 512

struct telling {
	uint32_t serial;
	bool answered, ok, over;
	const struct key *heir;
	struct key *told; /* who has confirmed it, and was printed */
	size_t ntold, all;
	char why[ERR];
};

static bool
is_told(const struct telling *t, const struct key *k)
{
	for (size_t i = 0; i < t->ntold; i++)
		if (key_equal(&t->told[i], k))
			return true;
	return false;
}

static void
count(const struct cli *c, struct telling *t)
{
	t->all = 0;
	for (size_t i = 0; i < model_ncontacts(c->model); i++) {
		const struct msg_contact *p = &model_contact_at(c->model, i)->c;

		if (p->state != CONTACT_ACCEPTED || p->is_person || key_equal(&p->peer, t->heir))
			continue;
		t->all++;
		if (p->heir_waits || is_told(t, &p->peer))
			continue;
		t->told = xreallocarray(t->told, t->ntold + 1, sizeof(*t->told));
		t->told[t->ntold++] = p->peer;
		printf(_("%s was told.\n"), p->name);
		fflush(stdout);
	}
	t->over = t->ntold >= t->all;
}

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct telling *t = arg;

	(void)dirty;
	if (ev->type == MSG_EV_RESULT && ev->serial == t->serial) {
		t->answered = true;
		t->ok = ev->b.result.ok;
		snprintf(t->why, sizeof(t->why), "%s",
			 ev->len > 0 ? (const char *)ev->bytes : _("That did not work."));
	}
	if (t->answered && t->ok)
		count(c, t);
	return t->answered && (!t->ok || t->over);
}

static int
announce(struct cli *c, const struct identity *id, uint64_t wait)
{
	struct telling t = {.serial = ++c->env.serial, .heir = &id->key};
	struct msg *m = command_successor_msg(id);
	uint64_t start = util_mono_ms();
	int status = CLI_DONE;

	m->serial = t.serial;
	c->env.send(c->env.arg, m);
	(void)cli_wait(c, wait > UINT64_MAX - start ? UINT64_MAX : start + wait, seen, &t);
	if (!t.answered || !t.ok) {
		char *why = text_sentence(t.answered ? t.why : _("Interrupted."));

		status = cli_fail("%s", why);
		free(why);
	} else if (!t.over) {
		cli_fail("%zu of %zu contacts were told; the others hear it as they come, whenever "
			 "this identity runs.",
			 t.ntold, t.all);
		status = CLI_LATE;
	}
	free(t.told);
	return status;
}

int
cli_successor(struct cli *c, const struct cli_args *a)
{
	struct identity id;
	char err[ERR] = "";
	int status = CLI_FAILED;
	uint64_t wait;

	if (strcmp(a->word[0], "off") == 0) {
		if (cli_start(c) && cli_do(c, "successor", a->word, 1, NULL))
			status = CLI_DONE;
		cli_stop(c);
		return status;
	}
	if (!cli_wait_ms(a, 60000, &wait))
		return CLI_USAGE;
	if (!command_other_identity(&id, a->word[0], cli_ask_passphrase, c, err, sizeof(err)))
		return cli_fail("%s", err);
	if (cli_start(c))
		status = announce(c, &id, wait);
	cli_stop(c);
	identity_wipe(&id);
	return status;
}
