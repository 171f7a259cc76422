/* sim.c - a network in memory on a virtual clock, and nodes on it. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "net/disk.h"
#include "net/lan.h"
#include "net/loop.h"
#include "net/node.h"
#include "net/transport.h"
#include "src/file.h"
#include "src/identity.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/sim_int.h"
#include "tests/tap.h"

#define COMMIT_DELAY 1

/* ---- the world ---- */

struct sim *
sim_new(uint64_t seed)
{
	struct sim *s = xcalloc(1, sizeof(*s));

	s->loop = loop_new(true);
	s->random = seed;
	s->net = memnet_new(s->loop, seed ^ 1);
	s->air = memnet_air_new(s->loop);
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

void
sim_jump(struct sim *s, int64_t ms)
{
	s->wall += ms;
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
note_nearby(struct sim_node *n, const struct msg_nearby *e)
{
	size_t i = 0;

	while (i < n->nnearby && strcmp(n->nearby[i].address, e->address) != 0)
		i++;
	if (i < n->nnearby && e->gone) {
		n->nearby[i] = n->nearby[--n->nnearby];
	} else if (!e->gone && i < NELEM(n->nearby)) {
		n->nearby[i] = *e;
		n->nnearby += i == n->nnearby;
	}
}

const struct msg_nearby *
sim_nearby(struct sim_node *n, const char *address)
{
	for (size_t i = 0; i < n->nnearby; i++)
		if (strcmp(n->nearby[i].address, address) == 0)
			return &n->nearby[i];
	return NULL;
}

size_t
sim_count_nearby(const struct sim_node *n)
{
	return n->nnearby;
}

static void
env_emit(void *arg, struct msg *m)
{
	struct sim_node *n = arg;

	n->nevents++;
	if (m->type == MSG_EV_CONTACT) {
		note_contact(n, &m->b.contact);
		strlcpy(n->detail, m->len > 0 ? (const char *)m->bytes : "", sizeof(n->detail));
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
	} else if (m->type == MSG_EV_NEARBY) {
		note_nearby(n, &m->b.nearby);
	} else if (m->type == MSG_EV_TRANSFER) {
		n->transfer = m->b.transfer;
	} else if (m->type == MSG_EV_CODE) {
		bool joining = m->b.code.joining;

		n->codes[joining] = m->b.code;
		n->ncodes[joining]++;
		strlcpy(n->said[joining], (const char *)m->bytes, sizeof(n->said[joining]));
	} else if (m->type == MSG_EV_REPORT) {
		free(n->report);
		n->report = xcalloc(1, m->len + 1);
		for (size_t i = 0; i < m->len; i++)
			n->report[i] = m->bytes[i] != '\0' ? (char)m->bytes[i] : '\n';
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
	if (n->claim.family == 0 || max < 2)
		return max > 0 ? 1 : 0;
	out[1] = n->claim;
	return 2;
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
		.nearby = true,
		.listen = n->segment != 0 ? "[::]:41555" : n->ip,
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
	if (n->segment != 0) {
		env.lan = n->lan = memnet_lan(n->sim->air);
		memnet_lan_join(n->lan, &n->at, n->segment);
	}
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
	n->transport->accepted = NULL;
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
	if (n->lan != NULL)
		n->lan->ops->free(n->lan);
	n->lan = NULL;
	n->nnearby = 0;
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

void
sim_claim(struct sim_node *n, const char *ip)
{
	if (!addr_parse_ip(&n->claim, ip))
		util_fatal("sim: %s is no address", ip);
}

struct memnet_air *
sim_air(struct sim *s)
{
	return s->air;
}

void
sim_move(struct sim_node *n, const char *ip, unsigned segment)
{
	struct addr before = n->at;

	strlcpy(n->ip, ip, sizeof(n->ip));
	addr_parse(&n->at, n->ip, ADDR_PORT, NULL);
	n->segment = segment;
	memnet_move(n->transport, &n->at);
	memnet_lan_leave(n->lan, &before);
	memnet_lan_join(n->lan, &n->at, segment);
}

void
sim_ready(struct sim_node *n, bool ready)
{
	memnet_lan_ready(n->lan, ready);
}

struct sim_node *
sim_add_at(struct sim *s, const char *nick, const char *ip)
{
	return sim_add_near(s, nick, ip, 0);
}

struct sim_node *
sim_add_near(struct sim *s, const char *nick, const char *ip, unsigned segment)
{
	struct sim_node *n = xcalloc(1, sizeof(*n));
	static unsigned homes;

	n->sim = s;
	n->segment = segment;
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
		free(n->report);
		free(n);
	}
	sim_run(s, 100000);
	memnet_free(s->net);
	memnet_air_free(s->air);
	loop_free(s->loop);
	free(s);
}
