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
#include "src/identity.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define WINDOW	     (256 * 1024) /* bytes a stream holds before write says EAGAIN */
#define COMMIT_DELAY 1

struct chunk {
	struct chunk *next;
	struct timer due;
	struct mem_conn *to;
	size_t len;
	uint8_t bytes[];
};

struct mem_conn {
	struct conn c;
	TAILQ_ENTRY(mem_conn) entry;
	struct sim *sim;
	struct mem_conn *other;
	uint8_t *buf;
	size_t len, flying; /* readable; written by the other and not yet here */
	struct chunk *chunks;
	uint64_t last_due;
	unsigned want;
	bool eof, broken, refused;
	struct timer kick;
};

struct mem_transport {
	struct transport t;
	struct sim *sim;
	struct addr at;
	bool listening;
};

struct result {
	uint32_t serial;
	bool ok;
	char *text;
};

struct seen {
	struct msg_contact c;
};

struct sim_node {
	TAILQ_ENTRY(sim_node) entry;
	struct sim *sim;
	struct mem_transport *transport;
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
};

struct sim {
	struct loop *loop;
	uint64_t random, written;
	struct sim_faults faults;
	TAILQ_HEAD(, mem_conn) conns;
	TAILQ_HEAD(, sim_node) nodes;
	unsigned count;
	int64_t wall;
};

/* ---- streams ---- */

static void kicked(void *arg);

static void
kick(struct mem_conn *mc)
{
	if (!timer_is_set(&mc->kick))
		timer_set(mc->sim->loop, &mc->kick, 0, kicked, mc);
}

/* Level-triggered, like epoll: tells the handler what holds, again and again while it holds. */
static void
kicked(void *arg)
{
	struct mem_conn *mc = arg;
	unsigned events = 0;

	if (mc->len > 0 || mc->eof || mc->broken || mc->refused)
		events |= LOOP_READ;
	if (mc->broken || mc->refused || mc->other == NULL ||
	    mc->other->flying + mc->other->len < WINDOW)
		events |= LOOP_WRITE;
	events &= mc->want;
	if (events == 0 || mc->c.handler == NULL)
		return;
	kick(mc);
	mc->c.handler(mc->c.arg, events);
}

static void
arrived(void *arg)
{
	struct chunk *k = arg;
	struct mem_conn *to = k->to;

	to->chunks = k->next;
	to->flying -= k->len;
	if (k->len == 0) {
		to->eof = true;
	} else {
		to->buf = xreallocarray(to->buf, to->len + k->len, 1);
		memcpy(to->buf + to->len, k->bytes, k->len);
		to->len += k->len;
	}
	free(k);
	kick(to);
}

static void
fly(struct mem_conn *to, const void *bytes, size_t len)
{
	struct sim *s = to->sim;
	struct chunk *k = xcalloc(1, sizeof(*k) + len), **last = &to->chunks;
	uint64_t due = loop_now(s->loop) + s->faults.delay;

	if (s->faults.jitter > 0)
		due += test_random(&s->random) % s->faults.jitter;
	if (due < to->last_due)
		due = to->last_due;
	to->last_due = due;
	k->to = to;
	k->len = len;
	if (len > 0)
		memcpy(k->bytes, bytes, len);
	while (*last != NULL)
		last = &(*last)->next;
	*last = k;
	to->flying += len;
	timer_set(s->loop, &k->due, due - loop_now(s->loop), arrived, k);
}

static ssize_t
mem_read(struct conn *c, void *buf, size_t n)
{
	struct mem_conn *mc = (struct mem_conn *)c;

	if (mc->broken) {
		errno = ECONNRESET;
		return -1;
	}
	if (mc->len == 0) {
		errno = EAGAIN;
		return mc->eof ? 0 : -1;
	}
	if (n > mc->len)
		n = mc->len;
	memcpy(buf, mc->buf, n);
	mc->len -= n;
	memmove(mc->buf, mc->buf + n, mc->len);
	if (mc->other != NULL)
		kick(mc->other);
	return (ssize_t)n;
}

/* Faults count bytes, so that a run can be cut at each of them. */
static size_t
spoil(struct sim *s, uint8_t *copy, size_t n)
{
	struct sim_faults *f = &s->faults;

	if (f->cut_after != 0 && s->written + n > f->cut_after)
		n = f->cut_after > s->written ? (size_t)(f->cut_after - s->written) : 0;
	if (f->flip_at > s->written && f->flip_at <= s->written + n)
		copy[f->flip_at - s->written - 1] ^= 1;
	s->written += n;
	return n;
}

static ssize_t
mem_write(struct conn *c, const void *buf, size_t n)
{
	struct mem_conn *mc = (struct mem_conn *)c, *to = mc->other;
	struct sim *s = mc->sim;
	uint8_t *copy;
	size_t kept;

	if (mc->broken || to == NULL) {
		errno = EPIPE;
		return -1;
	}
	if (to->flying + to->len >= WINDOW) {
		errno = EAGAIN;
		return -1;
	}
	copy = xmemdup(buf, n);
	kept = spoil(s, copy, n);
	if (kept > 0)
		fly(to, copy, kept);
	free(copy);
	if (kept < n) {
		s->faults.cut_after = 0;
		sim_cut(s);
	}
	return (ssize_t)n;
}

static void
mem_want(struct conn *c, unsigned events)
{
	struct mem_conn *mc = (struct mem_conn *)c;

	mc->want = events;
	kick(mc);
}

static int
mem_error(struct conn *c)
{
	struct mem_conn *mc = (struct mem_conn *)c;

	return mc->refused ? ECONNREFUSED : 0;
}

static void
mem_close(struct conn *c)
{
	struct mem_conn *mc = (struct mem_conn *)c;
	struct chunk *k;

	timer_clear(mc->sim->loop, &mc->kick);
	while ((k = mc->chunks) != NULL) {
		mc->chunks = k->next;
		timer_clear(mc->sim->loop, &k->due);
		free(k);
	}
	if (mc->other != NULL) {
		mc->other->other = NULL;
		if (!mc->broken)
			fly(mc->other, NULL, 0);
	}
	TAILQ_REMOVE(&mc->sim->conns, mc, entry);
	free(mc->buf);
	free(mc);
}

static const struct conn_ops mem_ops = {mem_read, mem_write, mem_want, mem_error, mem_close};

static struct mem_conn *
mem_conn(struct sim *s, const struct addr *peer, const struct addr *local)
{
	struct mem_conn *mc = xcalloc(1, sizeof(*mc));

	mc->c.ops = &mem_ops;
	mc->c.peer = *peer;
	mc->c.local = *local;
	mc->sim = s;
	TAILQ_INSERT_TAIL(&s->conns, mc, entry);
	return mc;
}

static struct sim_node *
listener(struct sim *s, const struct addr *at)
{
	struct sim_node *n;

	TAILQ_FOREACH (n, &s->nodes, entry)
		if (n->node != NULL && n->transport->listening && addr_equal(&n->transport->at, at))
			return n;
	return NULL;
}

static struct conn *
mem_dial(struct transport *t, const struct addr *to)
{
	struct mem_transport *mt = (struct mem_transport *)t;
	struct sim *s = mt->sim;
	struct sim_node *n = s->faults.no_new ? NULL : listener(s, to);
	struct addr from = mt->at;
	struct mem_conn *mine, *theirs;

	from.port = (uint16_t)(50000 + test_random(&s->random) % 10000);
	mine = mem_conn(s, to, &from);
	if (n == NULL) {
		mine->refused = true;
		return &mine->c;
	}
	theirs = mem_conn(s, &from, to);
	mine->other = theirs;
	theirs->other = mine;
	n->transport->t.accepted(n->transport->t.arg, &theirs->c);
	return &mine->c;
}

static int
mem_listen(struct transport *t, const struct addr *at, struct addr *got)
{
	struct mem_transport *mt = (struct mem_transport *)t;

	*got = mt->at;
	got->port = at->port;
	mt->at.port = at->port;
	mt->listening = true;
	return 0;
}

static void
mem_free(struct transport *t)
{
	free(t);
}

static const struct transport_ops mem_transport_ops = {mem_dial, mem_listen, mem_free};

/* ---- the world ---- */

struct sim *
sim_new(uint64_t seed)
{
	struct sim *s = xcalloc(1, sizeof(*s));

	s->loop = loop_new(true);
	s->random = seed;
	s->faults.delay = 1;
	s->wall = INT64_C(1770000000000);
	TAILQ_INIT(&s->conns);
	TAILQ_INIT(&s->nodes);
	return s;
}

struct loop *
sim_loop(struct sim *s)
{
	return s->loop;
}

struct sim_faults *
sim_faults(struct sim *s)
{
	return &s->faults;
}

uint64_t
sim_written(const struct sim *s)
{
	return s->written;
}

void
sim_cut(struct sim *s)
{
	struct mem_conn *mc;

	TAILQ_FOREACH (mc, &s->conns, entry) {
		mc->broken = true;
		kick(mc);
	}
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
	n->seen[n->nseen++].c = *c;
}

static void
env_emit(void *arg, struct msg *m)
{
	struct sim_node *n = arg;

	if (m->type == MSG_EV_CONTACT) {
		note_contact(n, &m->b.contact);
	} else if (m->type == MSG_EV_RESULT) {
		n->results = xreallocarray(n->results, n->nresults + 1, sizeof(*n->results));
		n->results[n->nresults++] =
			(struct result){m->serial, m->b.result.ok,
					xstrdup(m->bytes != NULL ? (const char *)m->bytes : "")};
	} else if (m->type == MSG_EV_SELF) {
		free(n->invite);
		n->invite = xstrdup((const char *)m->bytes);
	} else if (m->type == MSG_EV_READY) {
		n->ready = true;
	}
	msg_free(m);
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

	out[0] = n->transport->at;
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
		.listen = n->ip,
		.listen_given = true,
	};
	char path[256], err[256] = "";

	snprintf(path, sizeof(path), "%s/history.db", n->dir);
	n->store = store_open(path, STORE_WRITE, err, sizeof(err));
	if (n->store == NULL)
		util_fatal("sim: %s", err);
	n->inbox = queue_new(SIZE_MAX);
	n->disk = disk_start(0, n->inbox);
	n->pending = NULL;
	n->pending_last = &n->pending;
	n->transport = xcalloc(1, sizeof(*n->transport));
	n->transport->t.ops = &mem_transport_ops;
	n->transport->sim = n->sim;
	addr_parse(&n->transport->at, n->ip, ADDR_PORT, NULL);
	env.transport = &n->transport->t;
	n->ready = false;
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
	n->transport->t.ops->free(&n->transport->t);
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

static void
describe(FILE *out, const struct row *r)
{
	char end = '\0';

	if (r->dir == DIR_OUT && r->kind == ROW_TEXT)
		end = r->state == RECEIPT_DELIVERED ? '!' : r->state == RECEIPT_FAILED ? 'x' : '.';
	fputc(r->dir == DIR_IN ? '<' : r->dir == DIR_OUT ? '>' : '-', out);
	fwrite(r->text, 1, r->text_len, out);
	if (end != '\0')
		fputc(end, out);
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

/* ---- strangers ---- */

struct poke {
	size_t got;
	struct conn *c;
	bool over;
};

static void
poke_ready(void *arg, unsigned events)
{
	struct poke *p = arg;
	uint8_t buf[4096];
	ssize_t n;

	(void)events;
	while ((n = p->c->ops->read(p->c, buf, sizeof(buf))) > 0)
		p->got += (size_t)n;
	if (n == 0 || errno != EAGAIN) {
		p->over = true;
		p->c->ops->want(p->c, 0);
	}
}

size_t
sim_poke(struct sim *s, struct sim_node *to, const void *bytes, size_t len, const char *from_ip)
{
	struct poke p = {0};
	struct addr from;
	struct mem_conn *mine, *theirs;

	addr_parse(&from, from_ip, 50000, NULL);
	mine = mem_conn(s, &to->transport->at, &from);
	theirs = mem_conn(s, &from, &to->transport->at);
	mine->other = theirs;
	theirs->other = mine;
	mine->c.handler = poke_ready;
	mine->c.arg = &p;
	p.c = &mine->c;
	mem_want(&mine->c, LOOP_READ);
	to->transport->t.accepted(to->transport->t.arg, &theirs->c);
	mem_write(&mine->c, bytes, len);
	sim_run(s, 15000);
	p.c->ops->close(p.c);
	return p.got;
}
