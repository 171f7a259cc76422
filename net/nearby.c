/* nearby.c - the beacons of others: contacts that are called, people who are visible, codes that wait.
 *
 * Anybody on the network can send any beacon, and send it again. So each costs little and only so many are looked at; a contact's beacon
 * causes at most a call to that address, of which there are only so many a minute; and the call decides. No address that is known is lost
 * by it, none is learnt: a session tells where its peer can be reached. */
#include "config.h"

#include <string.h>

#include "net/discovery_int.h"
#include "src/log.h"
#include "src/util.h"

/* ---- how much is looked at ---- */

static struct source *
source_of(struct discovery *d, const struct addr *from)
{
	struct source *oldest = &d->sources[0];
	uint64_t now = loop_now(d->node->env.loop);

	for (size_t i = 0; i < NELEM(d->sources); i++) {
		struct source *s = &d->sources[i];

		if (s->family == from->family && memcmp(s->ip, from->ip, sizeof(s->ip)) == 0) {
			s->used = now;
			return s;
		}
		if (s->used < oldest->used)
			oldest = s;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->family = from->family;
	memcpy(oldest->ip, from->ip, sizeof(oldest->ip));
	oldest->used = oldest->from = now;
	return oldest;
}

/* How many tags it takes to look for contacts in one beacon. */
static unsigned
cost(struct discovery *d)
{
	struct peer *p;
	unsigned n = 1;

	RB_FOREACH (p, peer_tree, &d->node->peers)
		n += discovery_is_for(p);
	return n;
}

enum look { LOOK_NOT, LOOK_FOR_CONTACTS, LOOK_WHOLE };

/* Whoever sends many beacons, and from whatever addresses it pretends, is not to hide those of contacts among them: these are looked for as
 * long as that costs little. */
static enum look
within_rate(struct discovery *d, struct source *s)
{
	uint64_t now = loop_now(d->node->env.loop);
	enum look look = LOOK_FOR_CONTACTS;

	if (now - s->from >= 1000) {
		s->from = now;
		s->count = s->tags = 0;
	}
	if (d->cost == 0 || now - d->second >= 1000) {
		d->second = now;
		d->looked = d->tags = 0;
		d->cost = cost(d);
	}
	if (s->count < BEACONS_PER_SOURCE && d->looked < BEACONS_PER_S) {
		s->count++;
		d->looked++;
		look = LOOK_WHOLE;
	} else if (s->tags + d->cost > BEACON_TAGS_PER_SOURCE ||
		   d->tags + d->cost > BEACON_TAGS_PER_S) {
		return LOOK_NOT;
	}
	s->tags += d->cost;
	d->tags += d->cost;
	return look;
}

static bool
is_own(const struct discovery *d, const struct beacon *b)
{
	for (size_t i = 0; i < OWN_NONCES; i++)
		if (memcmp(d->nonces[i], b->nonce, BEACON_NONCE) == 0)
			return true;
	return false;
}

/* ---- contacts ---- */

static bool
is_from(struct peer *p, const struct beacon *b, const struct addr *from, uint16_t *port)
{
	const uint8_t *pair = discovery_is_for(p) ? discovery_pair(p) : NULL;

	return pair != NULL && beacon_match(b, pair, &p->key, from, port);
}

/* Whom it is from, of those it was made for: a keyed hash for each contact, the one of last time first. */
static struct peer *
recognise(struct discovery *d, struct source *s, const struct beacon *b, const struct addr *from,
	  uint16_t *port)
{
	struct peer *p = s->has_hint ? peer_find(d->node, &s->hint) : NULL;

	if (!beacon_timely(b->epoch, node_wall(d->node))) {
		d->counts.untimely++;
		return NULL;
	}
	if (p != NULL && is_from(p, b, from, port))
		return p;
	RB_FOREACH (p, peer_tree, &d->node->peers)
		if (is_from(p, b, from, port)) {
			s->has_hint = true;
			s->hint = p->key;
			return p;
		}
	return NULL;
}

static void
called(void *arg, struct dial *dial, struct link *l)
{
	struct peer *p = arg;

	p->near = NULL;
	if (l == NULL) {
		log_debug("a contact heard nearby was not reached there: %s", dial->why);
		strlcpy(p->near_why, dial->why, sizeof(p->near_why));
		/* Nowhere else is it called. */
		if (p->link == NULL && p->row.naddrs == 0)
			strlcpy(p->why, dial->why, sizeof(p->why));
		peer_emit(p);
		return;
	}
	/* How it was reached is shown; where to call next time its LISTEN says. */
	l->found = FOUND_NEARBY;
	l->via[0] = '\0';
	peer_join(p, l);
}

/* Where that address is noted, or can be: one that was called long enough ago, or never. NULL: it is not called now. */
static struct near_try *
place(struct peer *p, const struct addr *at, uint64_t now)
{
	struct near_try *free = NULL;

	for (size_t i = 0; i < NELEM(p->near_tried); i++) {
		struct near_try *t = &p->near_tried[i];

		if (t->at.family == 0 || now - t->when >= NEARBY_RETRY)
			free = t;
		else if (addr_equal(&t->at, at))
			return NULL;
	}
	return free;
}

/* Whether a call is under way that deserves its time. Who plays an old beacon again may have taken that address, and be silent there. */
static bool
is_calling(const struct peer *p, uint64_t now)
{
	return p->near != NULL && now - p->near_since < NEARBY_HANGS;
}

static bool
may_call(struct discovery *d, const struct peer *p, uint64_t now)
{
	struct peer *other;
	unsigned dialling = 0;

	if (is_calling(p, now) || d->node->stopping)
		return false;
	if (now - d->minute >= 60000) {
		d->minute = now;
		d->calls = 0;
	}
	RB_FOREACH (other, peer_tree, &d->node->peers)
		dialling += is_calling(other, now);
	return d->calls < NEARBY_DIALS && dialling < NEARBY_DIALING;
}

/* Why it was not reached elsewhere is not told of this address. */
static void
note_place(struct peer *p, const struct addr *at)
{
	if (!addr_equal(&p->near_at, at))
		p->near_why[0] = '\0';
	p->near_at = *at;
}

static void
call(struct discovery *d, struct peer *p, const struct addr *at)
{
	uint64_t now = loop_now(d->node->env.loop);
	struct near_try *t = place(p, at, now);
	char text[ADDR_TEXT_SIZE];

	if (t == NULL || !may_call(d, p, now))
		return;
	d->calls++;
	d->counts.calls++;
	*t = (struct near_try){.at = *at, .when = now};
	p->near_since = now;
	note_place(p, at);
	if (p->near != NULL)
		dial_free(p->near);
	p->near = dial_new(d->node, &p->key, p->row.has_door ? p->row.door : NULL);
	dial_add(p->near, addr_format(text, sizeof(text), at));
	p->near->done = called;
	p->near->arg = p;
	dial_start(p->near);
}

/* A contact is there, or somebody plays its beacon again: at worst a call that leads nowhere. */
static void
contact_heard(struct discovery *d, struct peer *p, const struct addr *at)
{
	uint16_t r;

	d->counts.contacts++;
	p->heard_nearby = node_wall(d->node);
	if (p->near == NULL && p->near_why[0] == '\0')
		note_place(p, at);
	if (p->link != NULL) {
		/* It may have moved and not be where our session goes any more. */
		if (!addr_same_ip(session_peer_addr(p->link->session), at))
			session_probe(p->link->session, PROBE_MOVED);
		return;
	}
	if (addr_is_dialable(at))
		call(d, p, at);
	/* Perhaps only it can call us. */
	node_random(d->node, &r, sizeof(r));
	discovery_hasten(d, 500 + r % 200);
}

/* ---- who is visible ---- */

static void
emit_seen(const struct discovery *d, const struct seen *s, bool gone)
{
	struct msg *m = msg_new(MSG_EV_NEARBY);
	struct msg_nearby *e = &m->b.nearby;

	addr_format(e->address, sizeof(e->address), &s->at);
	memcpy(e->nick, s->nick, sizeof(e->nick));
	e->gone = gone;
	e->is_contact = s->is_contact;
	e->peer = s->contact;
	node_emit(d->node, m);
}

static void
drop_seen(struct discovery *d, size_t i)
{
	emit_seen(d, &d->seen[i], true);
	d->nseen--;
	memmove(&d->seen[i], &d->seen[i + 1], (d->nseen - i) * sizeof(d->seen[0]));
}

static void
expire(void *arg)
{
	struct discovery *d = arg;
	uint64_t now = loop_now(d->node->env.loop);

	for (size_t i = d->nseen; i-- > 0;)
		if (now - d->seen[i].heard >= NEARBY_GONE)
			drop_seen(d, i);
	if (d->nseen > 0)
		timer_set(d->node->env.loop, &d->expire, NEARBY_GONE / 4, expire, d);
}

void
nearby_clear(struct discovery *d)
{
	while (d->nseen > 0)
		drop_seen(d, d->nseen - 1);
}

void
discovery_emit(struct discovery *d)
{
	for (size_t i = 0; d != NULL && i < d->nseen; i++)
		emit_seen(d, &d->seen[i], false);
}

/* The place of that address among those seen; nseen if it has none. */
static size_t
find_seen(const struct discovery *d, const struct addr *at, size_t *there)
{
	size_t found = d->nseen;

	*there = 0;
	for (size_t i = 0; i < d->nseen; i++) {
		*there += addr_same_ip(&d->seen[i].at, at);
		if (addr_equal(&d->seen[i].at, at))
			found = i;
	}
	return found;
}

static void
person_seen(struct discovery *d, const struct beacon *b, const struct addr *at,
	    const struct peer *p)
{
	size_t there, i = find_seen(d, at, &there);
	struct seen now = {.at = *at, .heard = loop_now(d->node->env.loop)};

	if (b->gone || b->nick[0] == '\0') {
		if (i < d->nseen)
			drop_seen(d, i);
		return;
	}
	if (i == d->nseen && (there >= NEARBY_PER_ADDRESS || d->nseen == NEARBY_MAX))
		return;
	strlcpy(now.nick, b->nick, sizeof(now.nick));
	now.is_contact = p != NULL;
	if (p != NULL)
		now.contact = p->key;
	if (i == d->nseen || strcmp(d->seen[i].nick, now.nick) != 0 ||
	    d->seen[i].is_contact != now.is_contact)
		emit_seen(d, &now, false);
	d->seen[i] = now;
	if (i == d->nseen)
		d->nseen++;
	if (!timer_is_set(&d->expire))
		timer_set(d->node->env.loop, &d->expire, NEARBY_GONE / 4, expire, d);
}

/* ---- hearing ---- */

static void
public_heard(struct discovery *d, const struct beacon *b, const struct addr *from,
	     const struct peer *p, enum look look)
{
	struct addr at = *from;

	at.port = b->port;
	if (!addr_is_dialable(&at))
		return;
	if (look == LOOK_WHOLE)
		person_seen(d, b, &at, p);
	if (b->digits >= 0)
		pair_heard(d->node, b->digits, &at);
}

void
nearby_heard(void *arg, uint32_t interface, const struct addr *from, const void *bytes, size_t len)
{
	struct discovery *d = arg;
	struct way_counts *way;
	struct source *s;
	struct addr at = *from;
	struct beacon b;
	struct peer *p;
	enum look look;
	uint16_t r;

	if (!d->on)
		return;
	if (!beacon_get(&b, bytes, len)) {
		d->counts.odd++;
		return;
	}
	way = discovery_way_heard(d, interface, from);
	if (is_own(d, &b)) {
		d->counts.own++;
		way->own++;
		return;
	}
	s = source_of(d, from);
	look = within_rate(d, s);
	if (look == LOOK_NOT) {
		d->counts.dropped++;
		return;
	}
	d->counts.others++;
	way->others++;
	p = recognise(d, s, &b, from, &at.port);
	if (p != NULL)
		contact_heard(d, p, &at);
	if (b.port != 0)
		public_heard(d, &b, from, p, look);
	if (look == LOOK_WHOLE && b.asks && discovery_is_public(d)) {
		node_random(d->node, &r, sizeof(r));
		discovery_hasten(d, 20 + r % 130);
	}
}
