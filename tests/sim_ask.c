/* sim_ask.c - what a test says to simulated nodes and asks of them. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/node.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/sim_int.h"
#include "tests/tap.h"

struct sim *
sim_of(const struct sim_node *n)
{
	return n->sim;
}

const struct key *
sim_key(const struct sim_node *n)
{
	return &n->identity.key;
}

const char *
sim_invite(struct sim_node *n)
{
	return n->invite;
}

const struct msg_contact *
sim_contact(struct sim_node *n, const struct key *who)
{
	for (size_t i = 0; i < n->nseen; i++)
		if (key_equal(&n->seen[i].c.peer, who))
			return n->seen[i].c.gone ? NULL : &n->seen[i].c;
	return NULL;
}

unsigned
sim_events(const struct sim_node *n)
{
	return n->nevents;
}

const char *
sim_detail(const struct sim_node *n)
{
	return n->detail;
}

const char *
sim_doctor(struct sim_node *n)
{
	free(n->report);
	n->report = NULL;
	sim_do(n, msg_new(MSG_CMD_DOCTOR), NULL);
	return n->report != NULL ? n->report : "";
}

const struct msg_transfer *
sim_transfer(const struct sim_node *n)
{
	return &n->transfer;
}

const struct msg_code *
sim_code(const struct sim_node *n, bool joining, const char **said)
{
	if (said != NULL)
		*said = n->said[joining];
	return n->ncodes[joining] != 0 ? &n->codes[joining] : NULL;
}

unsigned
sim_code_events(const struct sim_node *n, bool joining)
{
	return n->ncodes[joining];
}

int
sim_digits(const struct sim_node *n)
{
	return n->digits;
}

void
sim_heard(struct sim_node *n, int digits, const char *at)
{
	struct addr a;

	addr_parse(&a, at, ADDR_PORT, NULL);
	pair_heard(n->node, digits, &a);
}

struct msg *
sim_cmd_pair(const char *name)
{
	struct msg *m = msg_new(MSG_CMD_PAIR);

	strlcpy(m->b.pair.name, name, sizeof(m->b.pair.name));
	return m;
}

struct msg *
sim_cmd_join(const struct code *code, const char *target, const char *name)
{
	struct msg *m = msg_new(MSG_CMD_JOIN);

	m->b.join.code = *code;
	strlcpy(m->b.join.name, name, sizeof(m->b.join.name));
	return msg_set_bytes(m, target, strlen(target));
}

const char *
sim_folder(const struct sim_node *n)
{
	return n->dir;
}

uint32_t
sim_command(struct sim_node *n, struct msg *m)
{
	uint32_t serial = ++n->serials;

	m->serial = serial;
	node_obey(n->node, m);
	node_batch_end(n->node);
	return serial;
}

int
sim_result(struct sim_node *n, uint32_t serial, const char **text)
{
	for (size_t i = 0; i < n->nresults; i++)
		if (n->results[i].serial == serial) {
			if (text != NULL)
				*text = n->results[i].text;
			return n->results[i].ok;
		}
	return -1;
}

struct awaited {
	struct sim_node *n;
	uint32_t serial;
};

static bool
is_answered(void *arg)
{
	struct awaited *a = arg;

	return sim_result(a->n, a->serial, NULL) >= 0;
}

int
sim_do(struct sim_node *n, struct msg *m, const char **text)
{
	struct awaited a = {n, sim_command(n, m)};

	sim_until(n->sim, 60000, is_answered, &a);
	return sim_result(n, a.serial, text);
}

struct msg *
sim_cmd_add(const char *name, const char *target)
{
	struct msg *m = msg_new(MSG_CMD_ADD);

	strlcpy(m->b.add.name, name, sizeof(m->b.add.name));
	return msg_set_bytes(m, target, strlen(target));
}

struct msg *
sim_cmd_set(const char *option, const char *value)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_SET), value, strlen(value));

	strlcpy(m->b.set.option, option, sizeof(m->b.set.option));
	return m;
}

struct msg *
sim_cmd_op(enum contact_op op, const struct key *who, const char *name)
{
	struct msg *m = msg_new(MSG_CMD_CONTACT);

	m->b.contact_op.op = op;
	m->b.contact_op.peer = *who;
	strlcpy(m->b.contact_op.name, name, sizeof(m->b.contact_op.name));
	return m;
}

struct msg *
sim_cmd_say(struct sim *s, const struct key *who, const char *text)
{
	struct msg *m = msg_new(MSG_CMD_SAY);

	m->b.say.peer = *who;
	for (size_t i = 0; i < ID_LEN; i++)
		m->b.say.id.b[i] = (uint8_t)test_random(&s->random);
	return msg_set_bytes(m, text, strlen(text));
}

struct msg *
sim_cmd_act(struct sim *s, const struct key *who, enum content content, const struct id *ref,
	    const char *text)
{
	struct msg *m = sim_cmd_say(s, who, text);

	m->b.say.content = content;
	if (ref != NULL)
		m->b.say.ref = *ref;
	return m;
}

static void
describe(FILE *out, const struct row *r)
{
	char end = '\0';
	unsigned arrived = 0;

	if (r->dir == DIR_OUT && r->kind == ROW_TEXT)
		end = r->state == RECEIPT_DELIVERED ? '!' : r->state == RECEIPT_FAILED ? 'x' : '.';
	fputc(r->dir == DIR_IN ? '<' : r->dir == DIR_OUT ? '>' : '-', out);
	fwrite(r->text, 1, r->text_len, out);
	if (r->content == CONTENT_REPLY)
		fprintf(out, " re %s%.*s", r->quote_dir == DIR_IN ? "<" : ">", (int)r->quote_len,
			r->quote);
	if (r->edits != 0)
		fprintf(out, " edited %u", r->edits);
	if (r->deleted)
		fputs("deleted", out);
	for (int i = DIR_IN; i <= DIR_OUT; i++)
		if (r->react_len[i] != 0)
			fprintf(out, " %c%.*s", i == DIR_IN ? '<' : '>', (int)r->react_len[i],
				r->react[i]);
	if (end != '\0')
		fputc(end, out);
	for (size_t i = 0; r->ncopies > 1 && i < r->ncopies; i++)
		arrived += row_copy_at(r, i).state == RECEIPT_DELIVERED;
	if (r->ncopies > 1)
		fprintf(out, " %u/%zu", arrived, r->ncopies);
	if (r->timer != 0)
		fprintf(out, "/%u%s", r->timer, r->expires != 0 ? "+" : "");
	fputc('\n', out);
}

char *
sim_chat(struct sim_node *n, const struct key *who)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int64_t at = 0;
	bool more = true;

	while (more) {
		struct msg *ask = msg_new(MSG_CMD_PAGE), *page;
		struct row r;
		size_t pos = 0;

		ask->b.page.peer = *who;
		ask->b.page.kind = PAGE_AFTER;
		ask->b.page.at = at;
		ask->b.page.count = PAGE_MAX_ROWS;
		page = store_page(n->store, ask);
		more = page->b.page_result.more;
		while (row_get(page->bytes, page->len, &pos, &r)) {
			describe(out, &r);
			at = r.row;
		}
		msg_free(ask);
		msg_free(page);
	}
	fclose(out);
	return text;
}

size_t
sim_poke(struct sim *s, struct sim_node *to, const void *bytes, size_t len, const char *from_ip)
{
	return memnet_poke(s->net, to->transport, bytes, len, from_ip);
}

const char *
sim_does(struct sim_node *n, struct msg *m, int want, const char *fmt, ...)
{
	const char *text = "";
	char what[256];
	va_list ap;
	int got = sim_do(n, m, &text);

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	is_int(got, want, "%s (%.*s)", what, (int)strcspn(text, "\n"), text);
	return text;
}

/* ---- two who know each other ---- */

bool
sim_online(struct sim_node *n, const struct sim_node *with)
{
	const struct msg_contact *c = sim_contact(n, sim_key(with));

	return c != NULL && c->link == LINK_ONLINE && c->accepted_us &&
	       c->state == CONTACT_ACCEPTED;
}

bool
sim_both_online(void *pair)
{
	struct sim_pair *p = pair;

	return sim_online(p->a, p->b) && sim_online(p->b, p->a);
}

struct sim_pair
sim_friends(uint64_t seed, const char *nick, const char *name)
{
	struct sim_pair p = {sim_new(seed), NULL, NULL};
	char *invite;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, nick);
	invite = xstrdup(sim_invite(p.b));
	sim_do(p.a, sim_cmd_add(name, invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(p.a));
	sim_do(p.b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	ok(sim_until(p.s, 60000, sim_both_online, &p), "two who know each other are online");
	return p;
}
