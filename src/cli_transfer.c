/* cli_transfer.c - send and receive: transfers followed to their ends, with a line of progress on a terminal. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/cli.h"
#include "src/kept.h"
#include "src/model.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define ERR 512

/* ---- one line of progress ---- */

/* Redrawn in place; nothing at all when standard error is no terminal. */
struct progress {
	bool on;
	size_t cells; /* of what stands there now */
};

static void
progress_draw(struct progress *p, const char *line)
{
	size_t cells = text_cells(line, strlen(line));

	fprintf(stderr, "\r%s%*s", line, p->cells > cells ? (int)(p->cells - cells) : 0, "");
	fflush(stderr);
	p->cells = cells;
}

static void
progress_clear(struct progress *p)
{
	if (!p->on || p->cells == 0)
		return;
	progress_draw(p, "");
	fputc('\r', stderr);
	p->cells = 0;
}

static void
progress_show(struct progress *p, const struct cli *c, const struct model_transfer *t)
{
	const struct model_contact *peer = model_contact(c->model, &t->t.peer);
	char line[512], what[128], size[TEXT_FIGURE], rate[TEXT_FIGURE], eta[TEXT_FIGURE] = "";
	uint64_t percent =
		t->t.bytes_total > 0
			? (uint64_t)((double)t->t.bytes_done * 100 / (double)t->t.bytes_total)
			: 0;

	if (!p->on)
		return;
	text_fit(what, sizeof(what), t->what, strlen(t->what), 28, TEXT_MIDDLE);
	text_size_pair(size, sizeof(size), t->t.bytes_done, t->t.bytes_total);
	if (t->t.state == TRANSFER_RUNNING) {
		text_rate(rate, sizeof(rate), t->t.rate);
		if (t->t.eta >= 0)
			text_duration(eta, sizeof(eta), (uint64_t)t->t.eta);
		snprintf(line, sizeof(line), "%s  %" PRIu64 "%%  %s  %s  %s", what, percent, size,
			 rate, eta);
	} else {
		char name[128] = "";

		if (peer != NULL)
			text_fit(name, sizeof(name), peer->c.name, strlen(peer->c.name), 24, 0);
		snprintf(line, sizeof(line), "%s  %s  %s: %s", what, size, name,
			 t->t.dir == DIR_OUT && t->t.state == TRANSFER_WAITING && peer != NULL &&
					 peer->c.link != LINK_ONLINE
				 ? _("not online, waiting")
				 : _(transfer_word(t->t.state)));
	}
	progress_draw(p, line);
}

/* What the end of a transfer means for the exit status; says why it failed. */
static int
ended(const struct cli *c, const struct model_transfer *t)
{
	const struct model_contact *peer = model_contact(c->model, &t->t.peer);
	const char *name = peer != NULL ? peer->c.name : "the peer";
	char why[KEPT_ROOM];

	switch (t->t.state) {
	case TRANSFER_DONE:
		return CLI_DONE;
	case TRANSFER_REFUSED:
		cli_fail("%s refused %s.", name, t->what);
		return CLI_REFUSED;
	case TRANSFER_CANCELLED:
		return cli_fail("%s was cancelled%s%s", t->what, t->reason[0] != '\0' ? ": " : ".",
				kept_into(why, sizeof(why), t->reason));
	case TRANSFER_WAITING:
	case TRANSFER_RUNNING:
	case TRANSFER_CHECKING:
	case TRANSFER_PAUSED:
	case TRANSFER_STALLED:
	case TRANSFER_FAILED:
		break;
	}
	return cli_fail("%s failed%s%s", t->what, t->reason[0] != '\0' ? ": " : ".",
			kept_into(why, sizeof(why), t->reason));
}

/* ---- send ---- */

/* The same for one contact, or for each device of a person. */
struct sending {
	struct progress progress;
	const char *name;
	int64_t number[PERSON_DEVICES];
	bool gone[PERSON_DEVICES];
	size_t n;
};

/* How many are in that state, or have ended. */
static size_t
count_sent(const struct cli *c, const struct sending *s, bool done)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct model_transfer *t = model_transfer(c->model, s->number[i]);

		if (done)
			n += t != NULL && t->t.state == TRANSFER_DONE;
		else
			n += s->gone[i] || (t != NULL && transfer_ended(t->t.state));
	}
	return n;
}

/* To a person: once one of the devices has it all, as that is where the person can find it; the others go on later. */
static bool
is_sent(const struct cli *c, const struct sending *s)
{
	return count_sent(c, s, true) != 0 || count_sent(c, s, false) == s->n;
}

static bool
seen_sending(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct sending *s = arg;
	const struct model_transfer *t, *furthest = NULL;

	for (size_t i = 0; i < s->n; i++) {
		t = model_transfer(c->model, s->number[i]);
		if (t == NULL)
			s->gone[i] = s->gone[i] || (ev->type == MSG_EV_TRANSFER &&
						    ev->b.transfer.transfer == s->number[i]);
		else if (furthest == NULL || t->t.bytes_done > furthest->t.bytes_done)
			furthest = t;
	}
	if (furthest != NULL && dirty & (DIRTY_TRANSFERS | DIRTY_CONTACTS))
		progress_show(&s->progress, c, furthest);
	return is_sent(c, s);
}

/* Says how those that did not arrive ended; 0 if one arrived. */
static int
outcome(const struct cli *c, const struct sending *s)
{
	size_t done = count_sent(c, s, true);
	int status = CLI_DONE, one;

	for (size_t i = 0; i < s->n; i++) {
		const struct model_transfer *t = model_transfer(c->model, s->number[i]);

		if (t == NULL && !s->gone[i])
			continue;
		if (t != NULL && !transfer_ended(t->t.state))
			continue;
		one = t != NULL ? ended(c, t) : cli_fail("The transfer is gone.");
		status = one > status ? one : status;
	}
	if (done != 0 && count_sent(c, s, false) < s->n)
		cli_fail("Delivered to %zu of %zu devices of %s; the rest waits.", done, s->n,
			 s->name);
	return done != 0 ? CLI_DONE : status;
}

static int
follow(struct cli *c, struct sending *s, uint64_t until)
{
	enum cli_woke woke = CLI_SEEN;

	if (!is_sent(c, s))
		woke = cli_wait(c, until, seen_sending, s);
	progress_clear(&s->progress);
	if (woke == CLI_STOPPED)
		return cli_fail("The core has ended.");
	if (woke == CLI_SEEN)
		return outcome(c, s);
	cli_fail("Not delivered yet: it stays queued, and goes on when p2p-tui runs again.");
	return CLI_LATE;
}

static int
send_each(struct cli *c, const struct cli_args *a, const struct key *person, uint64_t until)
{
	struct sending s = {.progress = {.on = isatty(STDERR_FILENO) == 1}, .name = a->word[0]};
	const char **words = xcalloc(a->n + 1, sizeof(*words));
	struct key devices[PERSON_DEVICES];
	char hex[2 * KEY_LEN + 1];
	struct msg_result result;
	size_t n = 0;

	for (size_t i = 0; i < model_ncontacts(c->model) && n < PERSON_DEVICES; i++) {
		const struct msg_contact *d = &model_contact_at(c->model, i)->c;

		if (model_is_device(d) && key_equal(&d->person, person))
			devices[n++] = d->peer;
	}
	for (size_t i = 0; i < a->n; i++)
		words[i] = a->word[i];
	for (size_t i = 0; i < n; i++) {
		words[0] = util_hex(hex, devices[i].b, KEY_LEN);
		if (cli_do(c, "send", words, a->n, &result))
			s.number[s.n++] = result.transfer;
	}
	free(words);
	return s.n != 0 ? follow(c, &s, until) : CLI_FAILED;
}

int
cli_send(struct cli *c, const struct cli_args *a)
{
	struct sending s = {.progress = {.on = isatty(STDERR_FILENO) == 1}, .n = 1};
	uint64_t start = util_mono_ms(), wait;
	struct msg_result result;
	int status = CLI_FAILED;

	if (!cli_wait_ms(a, UINT64_MAX, &wait))
		return CLI_USAGE;
	wait = wait > UINT64_MAX - start ? UINT64_MAX : start + wait;
	if (cli_start(c)) {
		const struct model_contact *to = model_contact_named(c->model, a->word[0]);
		struct key person = to != NULL ? to->c.peer : (struct key){{0}};

		if (to != NULL && to->c.is_person) {
			status = send_each(c, a, &person, wait);
		} else if (cli_do(c, "send", a->word, a->n, &result)) {
			s.number[0] = result.transfer;
			status = follow(c, &s, wait);
		}
	}
	cli_stop(c);
	return status;
}

/* ---- receive ---- */

struct receiving {
	struct progress progress;
	char *into;		/* absolute, or NULL */
	const char **patterns;	/* NULL-ended; or NULL: all of each */
	const struct key *from; /* or NULL: anybody */
	bool once;
	int64_t only;  /* --once: this one; 0 not chosen yet */
	int64_t *mine; /* transfers to follow that have not ended */
	size_t nmine;
	int status;
	bool over;
};

static bool
is_mine(const struct receiving *r, int64_t number)
{
	for (size_t i = 0; i < r->nmine; i++) {
		if (r->mine[i] == number)
			return true;
	}
	return false;
}

/* Whether it is to be followed: from whom, and not more than one with --once. */
static bool
wanted(const struct cli *c, const struct receiving *r, const struct msg_transfer *t)
{
	const struct model_contact *peer = model_contact(c->model, &t->peer);

	return t->dir == DIR_IN && !transfer_ended(t->state) && peer != NULL &&
	       peer->c.state == CONTACT_ACCEPTED &&
	       (r->from == NULL || key_equal(r->from, &t->peer) ||
		key_equal(r->from, &peer->c.person)) &&
	       (!r->once || r->only == 0) && !is_mine(r, t->transfer);
}

static void
take(struct cli *c, struct receiving *r, const struct msg_transfer *t)
{
	struct msg *m;

	r->mine = xreallocarray(r->mine, r->nmine + 1, sizeof(*r->mine));
	r->mine[r->nmine++] = t->transfer;
	if (r->once)
		r->only = t->transfer;
	if (t->state != TRANSFER_WAITING)
		return; /* accepted before, and goes on */
	m = msg_new(MSG_CMD_TRANSFER);
	m->serial = ++c->env.serial;
	m->b.transfer_op.transfer = t->transfer;
	m->b.transfer_op.op = r->patterns != NULL ? TOP_ACCEPT_PART : TOP_ACCEPT;
	if (r->patterns != NULL) {
		size_t len;
		uint8_t *part = command_part(r->into, r->patterns, &len);

		msg_take_bytes(m, part, len);
	} else if (r->into != NULL)
		msg_set_bytes(m, r->into, strlen(r->into));
	c->env.send(c->env.arg, m);
}

/* A followed transfer has ended: its path is told, or why it failed. */
static void
tell_end(struct cli *c, struct receiving *r, const struct model_transfer *t)
{
	int status;

	progress_clear(&r->progress);
	for (size_t i = 0; i < r->nmine; i++) {
		if (r->mine[i] == t->t.transfer)
			r->mine[i] = r->mine[--r->nmine];
	}
	status = ended(c, t);
	if (status == CLI_DONE) {
		char *safe = text_show_dup(t->place, strlen(t->place), TEXT_ONE_LINE);

		puts(isatty(STDOUT_FILENO) ? safe : t->place);
		fflush(stdout);
		free(safe);
	}
	if (r->once) {
		r->status = status;
		r->over = true;
	}
}

static bool
seen_receiving(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct receiving *r = arg;
	const struct model_transfer *t;

	(void)dirty;
	if (ev->type == MSG_EV_RESULT && !ev->b.result.ok) {
		cli_fail("%s", ev->len > 0 ? (const char *)ev->bytes : _("That did not work."));
		r->over = r->once;
		r->status = CLI_FAILED;
	}
	if (ev->type != MSG_EV_TRANSFER)
		return r->over;
	t = model_transfer(c->model, ev->b.transfer.transfer);
	if (t == NULL)
		return r->over;
	if (wanted(c, r, &t->t))
		take(c, r, &t->t);
	if (!is_mine(r, t->t.transfer))
		return r->over;
	if (transfer_ended(t->t.state))
		tell_end(c, r, t);
	else
		progress_show(&r->progress, c, t);
	return r->over;
}

static int
receive(struct cli *c, struct receiving *r)
{
	enum cli_woke woke;

	/* What waited before we came, the oldest first. */
	for (size_t i = model_ntransfers(c->model); i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(c->model, i);

		if (wanted(c, r, &t->t))
			take(c, r, &t->t);
	}
	woke = cli_wait(c, UINT64_MAX, seen_receiving, r);
	progress_clear(&r->progress);
	if (woke == CLI_STOPPED)
		return cli_fail("The core has ended.");
	return woke == CLI_SEEN ? r->status : r->once ? CLI_FAILED : CLI_DONE;
}

int
cli_receive(struct cli *c, const struct cli_args *a)
{
	struct receiving r = {.progress = {.on = isatty(STDERR_FILENO) == 1},
			      .once = a->opt[CLI_once] != NULL,
			      .patterns = a->only};
	const struct model_contact *from = NULL;
	struct stat st;
	struct key key;
	int status = CLI_FAILED;

	if (a->opt[CLI_into] != NULL) {
		char *typed = path_expand(a->opt[CLI_into]);

		r.into = realpath(typed, NULL);
		free(typed);
		if (r.into == NULL || stat(r.into, &st) != 0 || !S_ISDIR(st.st_mode)) {
			free(r.into);
			return cli_fail("%s is not a folder.", a->opt[CLI_into]);
		}
	}
	if (cli_start(c)) {
		if (a->opt[CLI_from] != NULL) {
			from = model_contact_named(c->model, a->opt[CLI_from]);
			if (from != NULL) {
				key = from->c.peer;
				r.from = &key;
			}
		}
		if (a->opt[CLI_from] != NULL && from == NULL)
			cli_fail("There is no contact called %s.", a->opt[CLI_from]);
		else
			status = receive(c, &r);
	}
	cli_stop(c);
	free(r.into);
	free(r.mine);
	return status;
}
