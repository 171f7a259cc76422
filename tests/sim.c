/* sim.c - a network in memory on a virtual clock, and nodes on it. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "net/disk.h"
#include "net/loop.h"
#include "net/node.h"
#include "net/transport.h"
#include "src/file.h"
#include "src/identity.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define COMMIT_DELAY 1

struct result {
	uint32_t serial;
	bool ok;
	char *text;
};

struct seen {
	struct msg_contact c;
	int64_t read_seq;
};

struct sim_node {
	TAILQ_ENTRY(sim_node) entry;
	struct sim *sim;
	struct transport *transport;
	struct addr at;
	struct identity identity;
	struct node *node;
	struct store *store;
	struct disk *disk;
	struct queue *inbox;
	struct msg *pending, **pending_last;
	struct timer commit, inbox_due;
	char nick[NAME_SIZE], dir[128], ip[ADDR_TEXT_SIZE];
	uint32_t serials;
	struct result *results;
	size_t nresults;
	struct seen *seen;
	size_t nseen;
	char *invite;
	bool ready;
	struct msg_transfer transfer;
	struct msg_code codes[2]; /* the newest: ours, theirs */
	char said[2][256];
	unsigned ncodes[2];
	int digits; /* what its beacons would show */
};

struct sim {
	struct loop *loop;
	struct memnet *net;
	uint64_t random;
	TAILQ_HEAD(, sim_node) nodes;
	unsigned count;
	int64_t wall;
};

/* ---- the world ---- */

struct sim *
sim_new(uint64_t seed)
{
	struct sim *s = xcalloc(1, sizeof(*s));

	s->loop = loop_new(true);
	s->random = seed;
	s->net = memnet_new(s->loop, seed ^ 1);
	s->wall = INT64_C(1770000000000);
	TAILQ_INIT(&s->nodes);
	return s;
}

struct loop *
sim_loop(struct sim *s)
{
	return s->loop;
}

struct memnet *
sim_net(struct sim *s)
{
	return s->net;
}

struct memnet_faults *
sim_faults(struct sim *s)
{
	return memnet_faults(s->net);
}

uint64_t
sim_written(const struct sim *s)
{
	return memnet_written(s->net);
}

void
sim_cut(struct sim *s)
{
	memnet_cut(s->net);
}

void
sim_run(struct sim *s, uint64_t ms)
{
	uint64_t until = loop_now(s->loop) + ms;

	while (loop_step(s->loop, until))
		;
}

bool
sim_until(struct sim *s, uint64_t ms, bool (*done)(void *arg), void *arg)
{
	uint64_t until = loop_now(s->loop) + ms;

	while (!done(arg))
		if (!loop_step(s->loop, until))
			return done(arg);
	return true;
}

/* ---- what a node asks ---- */

static int64_t
env_wall(void *arg)
{
	struct sim_node *n = arg;

	return n->sim->wall + (int64_t)loop_now(n->sim->loop);
}

static void
env_random(void *arg, void *buf, size_t len)
{
	struct sim_node *n = arg;
	uint8_t *p = buf;

	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)test_random(&n->sim->random);
}

static void
obey_inbox(void *arg)
{
	struct sim_node *n = arg;
	struct msg *m;

	while (n->node != NULL && (m = queue_pop(n->inbox)) != NULL)
		node_obey(n->node, m);
	if (n->node != NULL)
		node_batch_end(n->node);
}

static void
commit(void *arg)
{
	struct sim_node *n = arg;
	struct msg *list = n->pending;

	n->pending = NULL;
	n->pending_last = &n->pending;
	store_apply(n->store, list, n->inbox);
	obey_inbox(n);
}

static void
env_store(void *arg, struct msg *m)
{
	struct sim_node *n = arg;

	m->next = NULL;
	*n->pending_last = m;
	n->pending_last = &m->next;
	if (!timer_is_set(&n->commit))
		timer_set(n->sim->loop, &n->commit, COMMIT_DELAY, commit, n);
}

static void
env_disk(void *arg, struct msg *m)
{
	struct sim_node *n = arg;

	disk_push(n->disk, m);
	timer_set(n->sim->loop, &n->inbox_due, 0, obey_inbox, n);
}

static void
note_contact(struct sim_node *n, const struct msg_contact *c)
{
	for (size_t i = 0; i < n->nseen; i++)
		if (key_equal(&n->seen[i].c.peer, &c->peer)) {
			n->seen[i].c = *c;
			return;
		}
	n->seen = xreallocarray(n->seen, n->nseen + 1, sizeof(*n->seen));
	n->seen[n->nseen].read_seq = 0;
	n->seen[n->nseen++].c = *c;
}

static void
note_chat(struct sim_node *n, const struct msg_chat *chat)
{
	for (size_t i = 0; i < n->nseen; i++)
		if (key_equal(&n->seen[i].c.peer, &chat->peer))
			n->seen[i].read_seq = chat->read_seq;
}

int64_t
sim_read_seq(const struct sim_node *n, const struct key *who)
{
	for (size_t i = 0; i < n->nseen; i++)
		if (key_equal(&n->seen[i].c.peer, who))
			return n->seen[i].read_seq;
	return -1;
}

static void
env_emit(void *arg, struct msg *m)
{
	struct sim_node *n = arg;

	if (m->type == MSG_EV_CONTACT) {
		note_contact(n, &m->b.contact);
	} else if (m->type == MSG_EV_CHAT) {
		note_chat(n, &m->b.chat);
	} else if (m->type == MSG_EV_RESULT) {
		n->results = xreallocarray(n->results, n->nresults + 1, sizeof(*n->results));
		n->results[n->nresults++] =
			(struct result){m->serial, m->b.result.ok,
					xstrdup(m->bytes != NULL ? (const char *)m->bytes : "")};
	} else if (m->type == MSG_EV_SELF) {
		free(n->invite);
		n->invite = xstrdup((const char *)m->bytes);
	} else if (m->type == MSG_EV_TRANSFER) {
		n->transfer = m->b.transfer;
	} else if (m->type == MSG_EV_CODE) {
		bool joining = m->b.code.joining;

		n->codes[joining] = m->b.code;
		n->ncodes[joining]++;
		strlcpy(n->said[joining], (const char *)m->bytes, sizeof(n->said[joining]));
	} else if (m->type == MSG_EV_READY) {
		n->ready = true;
	}
	msg_free(m);
}

static void
env_pairing(void *arg, int digits)
{
	((struct sim_node *)arg)->digits = digits;
}

static void
env_resolve(void *arg, const char *host, uint64_t cookie)
{
	struct sim_node *n = arg;
	struct msg *m = msg_new(MSG_NR_RESOLVED);

	(void)host;
	m->b.resolved.cookie = cookie;
	m->b.resolved.failed = true;
	queue_push_always(n->inbox, msg_set_bytes(m, "no such host", 12));
	timer_set(n->sim->loop, &n->inbox_due, 0, obey_inbox, n);
}

static size_t
env_interfaces(void *arg, struct addr *out, size_t max)
{
	struct sim_node *n = arg;

	out[0] = n->at;
	return max > 0 ? 1 : 0;
}

/* ---- nodes ---- */

static bool
is_ready(void *arg)
{
	return ((struct sim_node *)arg)->ready;
}

void
sim_revive(struct sim_node *n)
{
	struct node_env env = {
		.arg = n,
		.pairing = env_pairing,
		.loop = n->sim->loop,
		.identity = &n->identity,
		.random = env_random,
		.random_arg = n,
		.wall_ms = env_wall,
		.store = env_store,
		.disk = env_disk,
		.emit = env_emit,
		.resolve = env_resolve,
		.interfaces = env_interfaces,
		.nick = n->nick,
		.downloads = n->dir,
		.door = DOOR_LAN,
		.receipts = true,
		.listen = n->ip,
		.listen_given = true,
	};
	char path[256], err[256] = "";

	snprintf(path, sizeof(path), "%s/history.db", n->dir);
	n->store = store_open(path, STORE_WRITE, NULL, err, sizeof(err));
	if (n->store == NULL)
		util_fatal("sim: %s", err);
	n->inbox = queue_new(SIZE_MAX);
	n->disk = disk_start(0, n->inbox);
	n->pending = NULL;
	n->pending_last = &n->pending;
	addr_parse(&n->at, n->ip, ADDR_PORT, NULL);
	n->transport = memnet_transport(n->sim->net, &n->at);
	env.transport = n->transport;
	n->ready = false;
	n->digits = -1;
	n->node = node_new(&env);
	sim_command(n, msg_new(MSG_CMD_ATTACH));
	sim_until(n->sim, 10000, is_ready, n);
}

void
sim_kill(struct sim_node *n)
{
	struct msg *m;
	struct node *node = n->node;

	/* What waits for its commit is gone. */
	timer_clear(n->sim->loop, &n->commit);
	timer_clear(n->sim->loop, &n->inbox_due);
	while ((m = n->pending) != NULL) {
		n->pending = m->next;
		msg_free(m);
	}
	n->pending_last = &n->pending;
	n->node = NULL;
	node_free(node);
	timer_clear(n->sim->loop, &n->commit);
	timer_clear(n->sim->loop, &n->inbox_due);
	while ((m = n->pending) != NULL) {
		n->pending = m->next;
		msg_free(m);
	}
	/* Freed sessions leave at the end of the turn. */
	sim_run(n->sim, 0);
	disk_stop(n->disk);
	queue_free(n->inbox);
	n->transport->ops->free(n->transport);
	store_close(n->store);
	n->store = NULL;
	n->nseen = 0;
}

static bool
has_stopped(void *arg)
{
	return node_stopped(((struct sim_node *)arg)->node);
}

void
sim_quit(struct sim_node *n)
{
	sim_command(n, msg_new(MSG_CMD_QUIT));
	sim_until(n->sim, 10000, has_stopped, n);
	sim_kill(n);
}

struct sim_node *
sim_add_at(struct sim *s, const char *nick, const char *ip)
{
	struct sim_node *n = xcalloc(1, sizeof(*n));
	static unsigned homes;

	n->sim = s;
	s->count++;
	strlcpy(n->nick, nick, sizeof(n->nick));
	strlcpy(n->ip, ip, sizeof(n->ip));
	snprintf(n->dir, sizeof(n->dir), "%s/home-%u", test_tmpdir(), homes++);
	mkdir(n->dir, 0700);
	memset(n->identity.seed, (int)s->count, sizeof(n->identity.seed));
	identity_derive(&n->identity);
	TAILQ_INSERT_TAIL(&s->nodes, n, entry);
	sim_revive(n);
	return n;
}

struct sim_node *
sim_restore(struct sim_node *of, const char *ip)
{
	struct sim_node *n = xcalloc(1, sizeof(*n));
	static unsigned restored;
	char from[256], to[256];
	uint8_t *bytes;
	size_t len;

	n->sim = of->sim;
	n->sim->count++;
	n->identity = of->identity;
	strlcpy(n->nick, of->nick, sizeof(n->nick));
	strlcpy(n->ip, ip, sizeof(n->ip));
	snprintf(n->dir, sizeof(n->dir), "%s/restored-%u", test_tmpdir(), restored++);
	mkdir(n->dir, 0700);
	snprintf(from, sizeof(from), "%s/history.db", of->dir);
	snprintf(to, sizeof(to), "%s/history.db", n->dir);
	bytes = file_read(from, (size_t)1 << 28, &len);
	if (bytes == NULL || file_write(to, FILE_NEW, bytes, len) != 0)
		util_fatal("sim: %s cannot be copied", from);
	free(bytes);
	TAILQ_INSERT_TAIL(&n->sim->nodes, n, entry);
	sim_revive(n);
	return n;
}

struct sim_node *
sim_add(struct sim *s, const char *nick)
{
	char ip[32];

	snprintf(ip, sizeof(ip), "192.168.7.%u:41555", s->count + 1);
	return sim_add_at(s, nick, ip);
}

void
sim_free(struct sim *s)
{
	struct sim_node *n;

	while ((n = TAILQ_FIRST(&s->nodes)) != NULL) {
		if (n->node != NULL)
			sim_kill(n);
		TAILQ_REMOVE(&s->nodes, n, entry);
		for (size_t i = 0; i < n->nresults; i++)
			free(n->results[i].text);
		free(n->results);
		free(n->seen);
		free(n->invite);
		free(n);
	}
	sim_run(s, 100000);
	memnet_free(s->net);
	loop_free(s->loop);
	free(s);
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
