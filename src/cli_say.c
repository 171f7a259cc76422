/* cli_say.c - say and disappear: something is said to a contact, and its receipt waited for. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/changes.h"
#include "src/cli.h"
#include "src/model.h"
#include "src/row.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define ERR 512

/* Standard input up to one byte more than a message may have, less the newline that ends it. */
static char *
read_input(size_t *len)
{
	size_t max = TEXT_MAX_BYTES + 2;
	char *text = xmalloc(max + 1);

	*len = fread(text, 1, max, stdin);
	if (*len > 0 && text[*len - 1] == '\n')
		--*len;
	text[*len] = '\0';
	return text;
}

static char *
join_words(const struct cli_args *a, size_t *len)
{
	size_t size = 1;
	char *text;

	for (size_t i = 1; i < a->n; i++)
		size += strlen(a->word[i]) + 1;
	text = xcalloc(size, 1);
	for (size_t i = 1; i < a->n; i++) {
		if (i > 1)
			strlcat(text, " ", size);
		strlcat(text, a->word[i], size);
	}
	*len = strlen(text);
	return text;
}

/* The message on its way. */
struct saying {
	uint32_t serial;
	struct key peer;
	struct id id;
	bool queued;		/* it is on disk */
	struct changes changes; /* of the chat */
	bool over;
	enum receipt state;
	size_t copies, arrived; /* to a person: how many devices, and which of them have it */
	char why[ERR];
};

static void
ask_changes(struct cli *c, struct saying *s)
{
	struct msg *m = changes_ask(&s->changes, s->serial, &s->peer);

	if (m != NULL)
		c->env.send(c->env.arg, m);
}

static void
look(struct saying *s, const struct msg *page)
{
	int64_t newest = 0;
	struct row row;
	size_t at = 0;

	while (row_get(page->bytes, page->len, &at, &row)) {
		if (row.rev > newest)
			newest = row.rev;
		if (row.dir != DIR_OUT || !id_equal(&row.id, &s->id))
			continue;
		s->state = row.state;
		s->copies = row.ncopies;
		s->arrived = 0;
		for (size_t i = 0; i < row.ncopies; i++)
			s->arrived += row_copy_at(&row, i).state == RECEIPT_DELIVERED;
		snprintf(s->why, sizeof(s->why), "%.*s", (int)row.reason_len, row.reason);
	}
	changes_page(&s->changes, newest, page->b.page_result.more);
	s->over = s->state == RECEIPT_DELIVERED || s->state == RECEIPT_READ ||
		  s->state == RECEIPT_FAILED;
}

/* Whether a chat is the one with that contact, or with a device of that person. */
static bool
is_about(const struct cli *c, const struct key *chat, const struct key *peer)
{
	const struct model_contact *device = model_contact(c->model, chat);

	return key_equal(chat, peer) || (device != NULL && key_equal(&device->c.person, peer));
}

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct saying *s = arg;

	(void)dirty;
	if (ev->type == MSG_EV_RESULT && ev->serial == s->serial) {
		s->queued = ev->b.result.ok;
		s->over = !s->queued;
		snprintf(s->why, sizeof(s->why), "%s",
			 ev->len > 0 ? (const char *)ev->bytes : _("That did not work."));
	} else if (ev->type == MSG_EV_PAGE && ev->serial == s->serial) {
		look(s, ev);
	} else if (ev->type == MSG_EV_CHAT && is_about(c, &ev->b.chat.peer, &s->peer)) {
		changes_heard(&s->changes, ev->b.chat.rev);
	}
	ask_changes(c, s);
	return s->over;
}

static int
outcome(const struct cli *c, const struct saying *s, const char *name)
{
	if (s->over && !s->queued)
		return cli_fail("%s", s->why);
	if (s->state == RECEIPT_FAILED)
		return cli_fail("%s",
				s->why[0] != '\0' ? _(s->why) : _("It could not be delivered."));
	if (s->over)
		return CLI_DONE;
	if (!s->queued)
		return cli_fail(c->stopped ? N_("The core has ended.") : N_("Interrupted."));
	if (s->arrived != 0) {
		cli_fail("Delivered to %zu of %zu devices of %s; the rest waits.", s->arrived,
			 s->copies, name);
		return CLI_DONE;
	}
	cli_fail("Not delivered yet: it stays queued until %s can be reached.", name);
	return CLI_LATE;
}

/* It was said: waits for its receipt. */
static int
await(struct cli *c, struct saying *s, const char *name, uint64_t wait)
{
	const struct model_contact *peer = model_contact_named(c->model, name);
	uint64_t start = util_mono_ms();
	enum cli_woke woke;

	s->peer = peer->c.peer;
	changes_begin(&s->changes, peer->chat.newest_rev);
	woke = cli_wait(c, wait > UINT64_MAX - start ? UINT64_MAX : start + wait, seen, s);
	/* However short the wait: what is said to be queued is on disk. */
	while (woke == CLI_TIMEOUT && !s->queued && !s->over)
		woke = cli_wait(c, util_mono_ms() + 100, seen, s);
	return outcome(c, s, name);
}

static int
say(struct cli *c, const char *name, const char *text, size_t len, uint64_t wait)
{
	struct saying s = {.serial = ++c->env.serial};

	if (!command_say(&c->env, name, text, len, &s.id, s.why, sizeof(s.why)))
		return cli_fail("%s", s.why);
	return await(c, &s, name, wait);
}

static void
note_id(void *arg, const struct msg *m)
{
	if (m->type == MSG_CMD_SAY)
		((struct saying *)arg)->id = m->b.say.id;
}

static int
disappear(struct cli *c, const struct cli_args *a, uint64_t wait)
{
	struct saying s = {.serial = ++c->env.serial};
	bool good;

	c->sending = note_id;
	/* Given up below, before `s` goes. */
	/* cppcheck-suppress autoVariables */
	c->sending_arg = &s;
	good = command_run_words(&c->env, "disappear", a->word, a->n, s.why, sizeof(s.why));
	c->sending = NULL;
	c->sending_arg = NULL;
	if (!good)
		return cli_fail("%s", s.why);
	return a->n == 1 ? CLI_DONE : await(c, &s, a->word[0], wait);
}

int
cli_disappear(struct cli *c, const struct cli_args *a)
{
	int status = CLI_FAILED;
	uint64_t wait;

	if (!cli_wait_ms(a, 10000, &wait))
		return CLI_USAGE;
	if (cli_start(c))
		status = disappear(c, a, wait);
	cli_stop(c);
	return status;
}

int
cli_say(struct cli *c, const struct cli_args *a)
{
	bool from_input = a->n == 2 && strcmp(a->word[1], "-") == 0;
	uint64_t wait;
	size_t len;
	char *text;
	int status = CLI_FAILED;

	if (!cli_wait_ms(a, 10000, &wait))
		return CLI_USAGE;
	text = from_input ? read_input(&len) : join_words(a, &len);
	if (cli_start(c))
		status = say(c, a->word[0], text, len, wait);
	cli_stop(c);
	free(text);
	return status;
}
