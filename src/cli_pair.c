/* cli_pair.c - pair and join: a code is printed or typed, and waited for until both sides are verified contacts. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* After it is done: how long the other side's word that it took us is waited for, and what follows on it. */
#define SETTLE 2000
#define LINGER 300

struct pairing {
	uint32_t serial;
	bool joining;
	bool over, paired, shown;
	struct key peer;
	char why[512];
};

static void
remark(const char *head, const char *what)
{
	char *safe = text_show_dup(what, strlen(what), TEXT_ONE_LINE);

	fprintf(stderr, "%s%s\n", head, safe);
	free(safe);
}

/* The code itself is the one line of standard output until somebody came. */
static void
take_code(struct pairing *p, const struct msg *ev)
{
	const struct msg_code *c = &ev->b.code;
	const char *why = ev->len > 0 ? (const char *)ev->bytes : "";
	char text[CODE_TEXT];

	if (c->joining != p->joining || ev->serial != p->serial)
		return;
	if (c->state == CODE_WAITING && !p->shown && !p->joining) {
		printf("%s\n", code_format(text, &c->code));
		fflush(stdout);
		remark(_("Read it to the other side, who types: p2p-tui join "), text);
	}
	p->shown = true;
	if (why[0] != '\0' && c->state != CODE_VOID)
		remark("p2p-tui: ", why);
	p->paired = c->state == CODE_USED;
	p->over = c->state != CODE_WAITING;
	if (c->has_peer)
		p->peer = c->peer;
	snprintf(p->why, sizeof(p->why), "%s", why);
}

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct pairing *p = arg;

	(void)c;
	(void)dirty;
	if (ev->type == MSG_EV_CODE) {
		take_code(p, ev);
	} else if (ev->type == MSG_EV_RESULT && ev->serial == p->serial && !ev->b.result.ok) {
		p->over = true;
		snprintf(p->why, sizeof(p->why), "%s",
			 ev->len > 0 ? (const char *)ev->bytes : _("that did not work"));
	}
	return p->over;
}

static bool
taken(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	const struct pairing *p = arg;
	const struct model_contact *peer = model_contact(c->model, &p->peer);

	(void)ev;
	(void)dirty;
	return peer != NULL && peer->c.accepted_us && peer->c.naddrs > 0;
}

static bool
never(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	(void)c;
	(void)ev;
	(void)dirty;
	(void)arg;
	return false;
}

/* Both are contacts; what they tell each other on that is waited for, so that they find each other again. */
static int
settled(struct cli *c, struct pairing *p)
{
	const struct model_contact *peer;
	char hex[2 * KEY_LEN + 1], *safe;

	if (cli_wait(c, util_mono_ms() + SETTLE, taken, p) == CLI_SEEN)
		cli_wait(c, util_mono_ms() + LINGER, never, NULL);
	peer = model_contact(c->model, &p->peer);
	if (peer == NULL)
		return cli_fail("The contact is gone.");
	safe = text_show_dup(peer->c.name, strlen(peer->c.name), TEXT_ONE_LINE);
	printf("%s\t%s\t%s\n", safe, trust_word(peer->c.trust), util_hex(hex, p->peer.b, KEY_LEN));
	free(safe);
	return CLI_DONE;
}

static int
pair(struct cli *c, const struct cli_args *a, bool joining, uint64_t wait)
{
	struct pairing p = {.serial = ++c->env.serial, .joining = joining};
	uint64_t start = util_mono_ms();

	if (!command_run_words(&c->env, a->command->name, a->word, a->n, p.why, sizeof(p.why)))
		return cli_fail("%s", p.why);
	switch (cli_wait(c, wait > UINT64_MAX - start ? UINT64_MAX : start + wait, seen, &p)) {
	case CLI_SEEN:
		break;
	case CLI_TIMEOUT:
		return cli_fail(joining ? N_("Nobody with that code was met in time.")
					: N_("Nobody typed the code in time: it is void now."));
	case CLI_SIGNALLED:
		return cli_fail("Interrupted.");
	case CLI_STOPPED:
		return cli_fail("The core has ended.");
	}
	if (p.paired)
		return settled(c, &p);
	return cli_fail(p.shown ? N_("Not paired: %s.") : "%s", p.why);
}

static int
run(struct cli *c, const struct cli_args *a, bool joining)
{
	uint64_t wait;
	int status = CLI_FAILED;

	if (!cli_wait_ms(a, UINT64_MAX, &wait))
		return CLI_USAGE;
	if (cli_start(c))
		status = pair(c, a, joining, wait);
	cli_stop(c);
	return status;
}

int
cli_pair(struct cli *c, const struct cli_args *a)
{
	return run(c, a, false);
}

int
cli_join(struct cli *c, const struct cli_args *a)
{
	return run(c, a, true);
}
