/* memnet.c - streams in memory between addresses, and multicast among them, on a virtual loop. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "net/lan.h"
#include "net/loop.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/memnet.h"
#include "tests/tap.h"

#define SHOUT_DELAY 1
#define WINDOW	    (256 * 1024) /* bytes a stream holds before write says EAGAIN */

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
	struct memnet *net;
	struct mem_conn *other;
	uint8_t *buf;
	size_t len, flying; /* readable; written by the other and not yet here */
	struct chunk *chunks;
	uint64_t last_due;
	unsigned want;
	bool eof, broken, refused, mute;
	struct timer kick;
};

struct mem_transport {
	struct transport t;
	TAILQ_ENTRY(mem_transport) entry;
	struct memnet *net;
	struct addr at;
	bool listening;
};

struct memnet {
	struct loop *loop;
	uint64_t random, written;
	struct memnet_faults faults;
	TAILQ_HEAD(mem_conn_list, mem_conn) conns;
	TAILQ_HEAD(, mem_transport) transports;
};

/* ---- streams ---- */

static void kicked(void *arg);

static void
kick(struct mem_conn *mc)
{
	if (!timer_is_set(&mc->kick))
		timer_set(mc->net->loop, &mc->kick, 0, kicked, mc);
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
	struct memnet *net = to->net;
	struct chunk *k = xcalloc(1, sizeof(*k) + len), **last = &to->chunks;
	uint64_t due = loop_now(net->loop) + net->faults.delay;

	if (net->faults.jitter > 0)
		due += test_random(&net->random) % net->faults.jitter;
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
	timer_set(net->loop, &k->due, due - loop_now(net->loop), arrived, k);
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
spoil(struct memnet *net, uint8_t *copy, size_t n)
{
	struct memnet_faults *f = &net->faults;

	if (f->cut_after != 0 && net->written + n > f->cut_after)
		n = f->cut_after > net->written ? (size_t)(f->cut_after - net->written) : 0;
	if (f->flip_at > net->written && f->flip_at <= net->written + n)
		copy[f->flip_at - net->written - 1] ^= 1;
	net->written += n;
	return n;
}

static ssize_t
mem_write(struct conn *c, const void *buf, size_t n)
{
	struct mem_conn *mc = (struct mem_conn *)c, *to = mc->other;
	struct memnet *net = mc->net;
	uint8_t *copy;
	size_t kept;

	if (net->faults.swallow)
		return (ssize_t)n;
	if (mc->broken || to == NULL) {
		errno = EPIPE;
		return -1;
	}
	if (to->flying + to->len >= WINDOW) {
		errno = EAGAIN;
		return -1;
	}
	if (mc->mute)
		return (ssize_t)n;
	copy = xmemdup(buf, n);
	kept = spoil(net, copy, n);
	if (kept > 0)
		fly(to, copy, kept);
	free(copy);
	if (kept < n) {
		net->faults.cut_after = 0;
		memnet_cut(net);
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

	timer_clear(mc->net->loop, &mc->kick);
	while ((k = mc->chunks) != NULL) {
		mc->chunks = k->next;
		timer_clear(mc->net->loop, &k->due);
		free(k);
	}
	if (mc->other != NULL) {
		mc->other->other = NULL;
		if (!mc->broken && !mc->mute && !mc->net->faults.swallow)
			fly(mc->other, NULL, 0);
	}
	TAILQ_REMOVE(&mc->net->conns, mc, entry);
	free(mc->buf);
	free(mc);
}

static void
mem_bulk(struct conn *c)
{
	(void)c;
}

static const struct conn_ops mem_ops = {mem_read,  mem_write, mem_want,
					mem_error, mem_bulk,  mem_close};

static struct mem_conn *
mem_conn(struct memnet *net, const struct addr *peer, const struct addr *local)
{
	struct mem_conn *mc = xcalloc(1, sizeof(*mc));

	mc->c.ops = &mem_ops;
	mc->c.peer = *peer;
	mc->c.local = *local;
	mc->net = net;
	TAILQ_INSERT_TAIL(&net->conns, mc, entry);
	return mc;
}

static struct mem_transport *
listener(struct memnet *net, const struct addr *at)
{
	struct mem_transport *t;

	TAILQ_FOREACH (t, &net->transports, entry)
		if (t->listening && t->t.accepted != NULL && addr_equal(&t->at, at))
			return t;
	return NULL;
}

static struct conn *
mem_dial(struct transport *t, const struct addr *to)
{
	struct mem_transport *mt = (struct mem_transport *)t;
	struct memnet *net = mt->net;
	struct mem_transport *n = net->faults.no_new ? NULL : listener(net, to);
	struct addr from = mt->at;
	struct mem_conn *mine, *theirs;

	from.port = (uint16_t)(50000 + test_random(&net->random) % 10000);
	mine = mem_conn(net, to, &from);
	if (n == NULL) {
		mine->refused = true;
		return &mine->c;
	}
	theirs = mem_conn(net, &from, to);
	mine->other = theirs;
	theirs->other = mine;
	n->t.accepted(n->t.arg, &theirs->c);
	return &mine->c;
}

static int
mem_listen(struct transport *t, const struct addr *at, struct addr *got)
{
	struct mem_transport *mt = (struct mem_transport *)t;

	if (at == NULL) {
		mt->listening = false;
		return 0;
	}
	*got = addr_class(at) == ADDR_UNSPECIFIED ? *at : mt->at;
	got->port = at->port;
	mt->at.port = at->port;
	mt->listening = true;
	return 0;
}

static void
mem_free(struct transport *t)
{
	struct mem_transport *mt = (struct mem_transport *)t;

	TAILQ_REMOVE(&mt->net->transports, mt, entry);
	free(mt);
}

static const struct transport_ops mem_transport_ops = {mem_dial, mem_listen, mem_free};

struct memnet *
memnet_new(struct loop *loop, uint64_t seed)
{
	struct memnet *net = xcalloc(1, sizeof(*net));

	net->loop = loop;
	net->random = seed;
	net->faults.delay = 1;
	TAILQ_INIT(&net->conns);
	TAILQ_INIT(&net->transports);
	return net;
}

void
memnet_free(struct memnet *net)
{
	free(net);
}

struct memnet_faults *
memnet_faults(struct memnet *net)
{
	return &net->faults;
}

uint64_t
memnet_written(const struct memnet *net)
{
	return net->written;
}

void
memnet_cut(struct memnet *net)
{
	struct mem_conn *mc;

	TAILQ_FOREACH (mc, &net->conns, entry) {
		mc->broken = true;
		kick(mc);
	}
}

size_t
memnet_streams(const struct memnet *net)
{
	struct mem_conn *mc;
	size_t n = 0;

	TAILQ_FOREACH (mc, &net->conns, entry)
		n += mc->other != NULL && !mc->broken;
	return n / 2;
}

void
memnet_cut_last(struct memnet *net)
{
	struct mem_conn *mc = TAILQ_LAST(&net->conns, mem_conn_list);

	if (mc == NULL)
		return;
	mc->broken = true;
	kick(mc);
	if (mc->other != NULL) {
		mc->other->broken = true;
		kick(mc->other);
	}
}

struct transport *
memnet_transport(struct memnet *net, const struct addr *at)
{
	struct mem_transport *t = xcalloc(1, sizeof(*t));

	t->t.ops = &mem_transport_ops;
	t->net = net;
	t->at = *at;
	TAILQ_INSERT_TAIL(&net->transports, t, entry);
	return &t->t;
}

/* As with a machine whose address changed: its old streams are not reset, nothing of them arrives any more. */
void
memnet_move(struct transport *t, const struct addr *to)
{
	struct mem_transport *mt = (struct mem_transport *)t;
	struct mem_conn *mc;

	TAILQ_FOREACH (mc, &mt->net->conns, entry)
		if (addr_same_ip(&mc->c.local, &mt->at) || addr_same_ip(&mc->c.peer, &mt->at))
			mc->mute = true;
	mt->at = *to;
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
memnet_poke(struct memnet *net, struct transport *to, const void *bytes, size_t len,
	    const char *from_ip)
{
	struct mem_transport *mt = (struct mem_transport *)to;
	struct poke p = {0};
	struct addr from;
	struct mem_conn *mine, *theirs;
	uint64_t until = loop_now(net->loop) + 15000;

	addr_parse(&from, from_ip, 50000, NULL);
	mine = mem_conn(net, &mt->at, &from);
	theirs = mem_conn(net, &from, &mt->at);
	mine->other = theirs;
	theirs->other = mine;
	mine->c.handler = poke_ready;
	mine->c.arg = &p;
	p.c = &mine->c;
	mem_want(&mine->c, LOOP_READ);
	to->accepted(to->arg, &theirs->c);
	mem_write(&mine->c, bytes, len);
	while (loop_step(net->loop, until))
		;
	p.c->ops->close(p.c);
	return p.got;
}

/* ---- multicast: segments, and hosts with addresses on them ---- */

struct mem_lan {
	struct lan l;
	TAILQ_ENTRY(mem_lan) entry;
	struct memnet_air *air;
	struct lan_way ways[LAN_WAYS];
	size_t n;
	enum lan_where where;
	struct timer news;
	bool unready;
};

struct shout {
	TAILQ_ENTRY(shout) entry;
	struct memnet_air *air;
	struct timer due;
	unsigned segment;
	struct addr from;
	size_t len;
	uint8_t bytes[];
};

struct memnet_air {
	struct loop *loop;
	TAILQ_HEAD(, mem_lan) hosts;
	TAILQ_HEAD(, shout) shouts;
	void (*tap)(void *arg, const struct addr *from, const void *bytes, size_t len);
	void *tap_arg;
};

struct memnet_air *
memnet_air_new(struct loop *loop)
{
	struct memnet_air *air = xcalloc(1, sizeof(*air));

	air->loop = loop;
	TAILQ_INIT(&air->hosts);
	TAILQ_INIT(&air->shouts);
	return air;
}

void
memnet_air_free(struct memnet_air *air)
{
	struct shout *s;

	while ((s = TAILQ_FIRST(&air->shouts)) != NULL) {
		TAILQ_REMOVE(&air->shouts, s, entry);
		timer_clear(air->loop, &s->due);
		free(s);
	}
	free(air);
}

void
memnet_tap(struct memnet_air *air,
	   void (*heard)(void *arg, const struct addr *from, const void *bytes, size_t len),
	   void *arg)
{
	air->tap = heard;
	air->tap_arg = arg;
}

static bool
is_on(const struct mem_lan *l, unsigned segment)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->ways[i].interface == segment)
			return true;
	return false;
}

static void
arrives(void *arg)
{
	struct shout *s = arg;
	struct memnet_air *air = s->air;
	struct mem_lan *l;

	TAILQ_REMOVE(&air->shouts, s, entry);
	if (air->tap != NULL)
		air->tap(air->tap_arg, &s->from, s->bytes, s->len);
	TAILQ_FOREACH (l, &air->hosts, entry)
		if (l->where != LAN_NOWHERE && l->l.heard != NULL && is_on(l, s->segment))
			l->l.heard(l->l.arg, s->segment, &s->from, s->bytes, s->len);
	free(s);
}

void
memnet_shout(struct memnet_air *air, unsigned segment, const struct addr *from, const void *bytes,
	     size_t len)
{
	struct shout *s = xcalloc(1, sizeof(*s) + len);

	s->air = air;
	s->segment = segment;
	s->from = *from;
	s->len = len;
	memcpy(s->bytes, bytes, len);
	TAILQ_INSERT_TAIL(&air->shouts, s, entry);
	timer_set(air->loop, &s->due, SHOUT_DELAY, arrives, s);
}

static size_t
lan_look(struct lan *lan, enum lan_where where, struct lan_way *ways, size_t max)
{
	struct mem_lan *l = (struct mem_lan *)lan;
	size_t n = l->n < max ? l->n : max;

	l->where = where;
	lan->left_out = l->n - n;
	memcpy(ways, l->ways, n * sizeof(*ways));
	return n;
}

static int
lan_send(struct lan *lan, const struct lan_way *way, const void *bytes, size_t len)
{
	struct mem_lan *l = (struct mem_lan *)lan;

	if (!is_on(l, way->interface)) {
		errno = ENETUNREACH;
		return -1;
	}
	if (l->unready) {
		errno = EINVAL;
		return -1;
	}
	memnet_shout(l->air, way->interface, &way->from, bytes, len);
	return 0;
}

static void
lan_free(struct lan *lan)
{
	struct mem_lan *l = (struct mem_lan *)lan;

	timer_clear(l->air->loop, &l->news);
	TAILQ_REMOVE(&l->air->hosts, l, entry);
	free(l);
}

static const struct lan_ops mem_lan_ops = {lan_look, lan_send, lan_free};

struct lan *
memnet_lan(struct memnet_air *air)
{
	struct mem_lan *l = xcalloc(1, sizeof(*l));

	l->l.ops = &mem_lan_ops;
	l->air = air;
	TAILQ_INSERT_TAIL(&air->hosts, l, entry);
	return &l->l;
}

static void
news(void *arg)
{
	struct mem_lan *l = arg;

	if (l->l.changed != NULL)
		l->l.changed(l->l.arg);
}

void
memnet_lan_join(struct lan *lan, const struct addr *at, unsigned segment)
{
	struct mem_lan *l = (struct mem_lan *)lan;
	struct lan_way *w = &l->ways[l->n++];

	memset(w, 0, sizeof(*w));
	w->from = *at;
	w->from.port = 0;
	w->interface = segment;
	w->loopback = addr_class(at) == ADDR_LOOPBACK;
	snprintf(w->name, sizeof(w->name), "eth%u", segment % 1000);
	timer_set(l->air->loop, &l->news, 50, news, l);
}

void
memnet_lan_ready(struct lan *lan, bool ready)
{
	struct mem_lan *l = (struct mem_lan *)lan;

	l->unready = !ready;
	timer_set(l->air->loop, &l->news, 50, news, l);
}

void
memnet_lan_leave(struct lan *lan, const struct addr *at)
{
	struct mem_lan *l = (struct mem_lan *)lan;

	for (size_t i = 0; i < l->n; i++)
		if (addr_same_ip(&l->ways[i].from, at)) {
			l->n--;
			memmove(&l->ways[i], &l->ways[i + 1], (l->n - i) * sizeof(l->ways[0]));
			break;
		}
	timer_set(l->air->loop, &l->news, 50, news, l);
}
