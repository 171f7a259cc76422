/* discovery.c - our own beacons: when they go, to whom they speak, what they say to everybody.
 *
 * Timers: `beat`, the next round of beacons. After a start, a change of addresses or a new contact rounds go out at 0, 0.25, 1 and 3 s,
 * then after 10 s, then every 30 s (10 s while we are visible or a pairing code waits), and only while there is somebody to find: a
 * program whose contacts are all here is silent and sleeps. `visible_over`: the switch turns itself off. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery_int.h"
#include "src/log.h"
#include "src/util.h"

/* The burst, in ms from the round before. Each is a little more or less, so that two that start together do not keep step. */
static const unsigned burst[] = {0, 250, 750, 2000, 10000};
/* Rounds of it that ask whoever is visible to answer, and that speak to contacts we believe to be here: they may not have noticed yet that
 * they lost us. */
#define ASKING 3

static void round_due(void *arg);

struct discovery *
discovery_new(struct node *n)
{
	struct discovery *d;

	if (n->env.lan == NULL)
		return NULL;
	d = xcalloc(1, sizeof(*d));
	d->node = n;
	d->lan = n->env.lan;
	d->digits = -1;
	d->lan->heard = nearby_heard;
	d->lan->changed = roam_changed;
	d->lan->arg = d;
	return d;
}

void
discovery_free(struct discovery *d)
{
	if (d == NULL)
		return;
	timer_clear(d->node->env.loop, &d->beat);
	timer_clear(d->node->env.loop, &d->visible_over);
	timer_clear(d->node->env.loop, &d->expire);
	d->lan->heard = NULL;
	d->lan->changed = NULL;
	free(d);
}

const struct discovery_counts *
discovery_counts(const struct discovery *d)
{
	static const struct discovery_counts none;

	return d != NULL ? &d->counts : &none;
}

/* ---- who is to be found ---- */

bool
discovery_is_for(const struct peer *p)
{
	return p->row.state == CONTACT_ACCEPTED && !p->closed_by_hand && !p->removed_us;
}

const uint8_t *
discovery_pair(struct peer *p)
{
	const struct node *n = p->node;
	struct key self;

	if (p->pair_state == PAIR_UNKNOWN) {
		memcpy(self.b, n->self.pub, KEY_LEN);
		p->pair_state =
			beacon_pair(p->pair, n->self.priv, &self, &p->key) ? PAIR_MADE : PAIR_NONE;
	}
	return p->pair_state == PAIR_MADE ? p->pair : NULL;
}

bool
discovery_is_public(const struct discovery *d)
{
	return d->visible_till != 0 || d->digits >= 0;
}

static bool
somebody_away(struct discovery *d)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &d->node->peers)
		if (discovery_is_for(p) && p->link == NULL)
			return true;
	return false;
}

/* ---- one round ---- */

static enum lan_where
where(const struct node *n)
{
	if (!n->nearby || n->nick[0] == '\0' || n->listening.family == 0 || n->stopping)
		return LAN_NOWHERE;
	return addr_class(&n->listening) == ADDR_LOOPBACK ? LAN_LOOPBACK : LAN_EVERYWHERE;
}

/* Whether we can be called at the address others see us come from. Of loopback only when there is nothing else. */
static bool
way_fits(const struct discovery *d, const struct lan_way *w, bool loopback)
{
	const struct addr *at = &d->node->listening;

	if (w->silent || w->loopback != loopback)
		return false;
	/* Loopback has no IPv6 multicast where nobody set it up. */
	if (loopback && w->from.family == 6 && addr_class(at) == ADDR_UNSPECIFIED)
		return false;
	/* Link-local is enough: what has more addresses on an interface says the same again. */
	if (w->from.family == 6 && !loopback && addr_class(&w->from) != ADDR_LINK_LOCAL &&
	    addr_class(at) == ADDR_UNSPECIFIED)
		return false;
	if (addr_class(at) == ADDR_UNSPECIFIED)
		return at->family == 6 || w->from.family == 4;
	return addr_same_ip(at, &w->from);
}

static size_t
pick_ways(const struct discovery *d, const struct lan_way **out)
{
	size_t n = 0;

	for (int loopback = 0; loopback < 2 && n == 0; loopback++)
		for (size_t i = 0; i < d->nways; i++)
			if (way_fits(d, &d->ways[i], loopback != 0))
				out[n++] = &d->ways[i];
	return n;
}

/* The contacts whose turn it is. */
static size_t
pick_peers(struct discovery *d, bool all, struct peer **out, size_t max)
{
	struct peer *p;
	size_t total = 0, n = 0, i = 0;

	RB_FOREACH (p, peer_tree, &d->node->peers)
		total += discovery_is_for(p) && (all || p->link == NULL);
	if (total <= max)
		d->turn = 0;
	RB_FOREACH (p, peer_tree, &d->node->peers)
		if (discovery_is_for(p) && (all || p->link == NULL)) {
			size_t place = (i++ + total - d->turn % total) % total;

			if (place < max) {
				out[place] = p;
				n++;
			}
		}
	d->turn = total > max ? (d->turn + max) % total : 0;
	return n;
}

/* Whether it is the one way of its interface by which people are to see us: one person is not to be shown twice. */
static bool
is_main_way(const struct discovery *d, const struct lan_way *w)
{
	for (size_t i = 0; i < d->nways && d->ways[i].interface != 0; i++)
		if (d->ways[i].interface == w->interface && d->ways[i].from.family == 4)
			return addr_same_ip(&d->ways[i].from, &w->from);
	return true;
}

static void
say_public(const struct discovery *d, const struct lan_way *w, struct beacon *b)
{
	bool shown = (d->visible_till != 0 || d->bye) && is_main_way(d, w);

	if (d->digits < 0 && !shown)
		return;
	b->port = d->node->listening.port;
	b->digits = d->digits;
	b->gone = d->bye && shown;
	if (d->visible_till != 0 && shown)
		strlcpy(b->nick, d->node->nick, sizeof(b->nick));
}

static void
send_one(struct discovery *d, const struct lan_way *w, const struct beacon *b)
{
	uint8_t bytes[BEACON_MAX];
	size_t len = beacon_put(bytes, b);

	memcpy(d->nonces[d->nonce_at++ % OWN_NONCES], b->nonce, BEACON_NONCE);
	if (d->lan->ops->send(d->lan, w, bytes, len) == 0) {
		d->counts.sent++;
		discovery_way(d, w)->sent++;
		return;
	}
	d->counts.failed++;
	d->counts.error = errno;
	d->unready = d->unready || errno == EINVAL || errno == EADDRNOTAVAIL;
	log_debug("a beacon could not be sent on %s: %s", w->name, strerror(errno));
}

/* All slots are filled, those that are for nobody with chance, so that a beacon does not tell how many it is for. */
static void
send_way(struct discovery *d, const struct lan_way *w, struct peer **peers, size_t n, bool asks)
{
	struct node *node = d->node;
	struct key self;
	size_t done = 0;

	memcpy(self.b, node->self.pub, KEY_LEN);
	do {
		struct beacon b = {
			.asks = asks, .epoch = beacon_epoch(node_wall(node)), .digits = -1};

		node_random(node, b.nonce, sizeof(b.nonce));
		node_random(node, b.slots, sizeof(b.slots));
		if (done == 0)
			say_public(d, w, &b);
		for (size_t slot = 0; slot < BEACON_SLOTS && done < n; slot++, done++) {
			const uint8_t *pair = discovery_pair(peers[done]);

			if (pair != NULL)
				beacon_tag(&b, slot, pair, &self, &w->from, node->listening.port);
		}
		send_one(d, w, &b);
	} while (done < n);
}

static void
send_round(struct discovery *d, bool asks, bool all)
{
	struct peer *peers[BEACONS_PER_ROUND * BEACON_SLOTS];
	const struct lan_way *ways[LAN_WAYS];
	size_t npeers = pick_peers(d, all, peers, NELEM(peers)), nways = pick_ways(d, ways);

	d->beaten = loop_now(d->node->env.loop);
	d->unready = false;
	for (size_t i = 0; i < nways; i++)
		send_way(d, ways[i], peers, npeers, asks);
	d->bye = false;
	if (!d->unready)
		d->retries = 0;
}

/* ---- when ---- */

static uint64_t
jittered(struct discovery *d, uint64_t ms)
{
	uint16_t r;

	node_random(d->node, &r, sizeof(r));
	return ms - ms / 8 + r % (ms / 4 + 50);
}

/* Nothing goes out that nobody is meant to hear. */
static bool
is_wanted(struct discovery *d)
{
	return d->on && (discovery_is_public(d) || somebody_away(d));
}

static void
plan(struct discovery *d)
{
	uint64_t in = discovery_is_public(d) ? BEACON_EVERY_PUBLIC : BEACON_EVERY;

	timer_clear(d->node->env.loop, &d->beat);
	d->quick = false;
	if (!is_wanted(d))
		return;
	if (d->step < NELEM(burst))
		in = burst[d->step];
	timer_set(d->node->env.loop, &d->beat, jittered(d, in), round_due, d);
}

static void
round_due(void *arg)
{
	struct discovery *d = arg;
	bool early = d->step < ASKING;

	d->quick = false;
	if (!is_wanted(d))
		return;
	send_round(d, early, early);
	if (d->step < NELEM(burst))
		d->step++;
	plan(d);
}

void
discovery_hasten(struct discovery *d, uint64_t in)
{
	uint64_t now = loop_now(d->node->env.loop), least = d->beaten + 1000;

	if (!d->on || d->quick)
		return;
	/* However much is heard, answers are one a second. */
	if (d->beaten != 0 && now + in < least)
		in = least - now;
	if (timer_is_set(&d->beat) && d->beat.due <= now + in)
		return;
	d->quick = true;
	timer_set(d->node->env.loop, &d->beat, in, round_due, d);
}

void
discovery_wanted(struct discovery *d)
{
	if (d == NULL || !d->on || timer_is_set(&d->beat))
		return;
	d->step = 0;
	plan(d);
}

void
discovery_new_contact(struct discovery *d)
{
	if (d == NULL || !d->on)
		return;
	d->step = 0;
	plan(d);
}

void
discovery_look(struct discovery *d)
{
	if (d == NULL || !d->on)
		return;
	send_round(d, true, true);
}

void
discovery_relook(struct discovery *d)
{
	enum lan_where place = where(d->node);

	memset(d->ways, 0, sizeof(d->ways));
	d->nways = d->lan->ops->look(d->lan, place, d->ways, NELEM(d->ways));
	d->on = place != LAN_NOWHERE;
}

void
discovery_restart(struct discovery *d)
{
	if (d == NULL)
		return;
	discovery_relook(d);
	d->step = 0;
	if (!d->on)
		nearby_clear(d);
	plan(d);
}

/* ---- being visible ---- */

static void
visible_over(void *arg)
{
	discovery_visible(arg, 0);
}

int64_t
discovery_visible_until(const struct discovery *d)
{
	uint64_t now;

	if (d == NULL || d->visible_till == 0)
		return 0;
	now = loop_now(d->node->env.loop);
	return node_wall(d->node) + (int64_t)(d->visible_till > now ? d->visible_till - now : 0);
}

void
discovery_visible(struct discovery *d, uint64_t ms)
{
	struct node *n;
	bool before;

	if (d == NULL)
		return;
	n = d->node;
	before = d->visible_till != 0;
	timer_clear(n->env.loop, &d->visible_over);
	d->visible_till = ms > 0 ? loop_now(n->env.loop) + ms : 0;
	n->gate.visible = ms > 0;
	if (ms > 0)
		timer_set(n->env.loop, &d->visible_over, ms, visible_over, d);
	if (before && ms == 0 && d->on) {
		d->bye = true;
		send_round(d, false, false);
	}
	d->step = ms > 0 ? 0 : d->step;
	plan(d);
	reach_emit(n);
	if (ms > 0)
		node_notice(n, false, NULL,
			    "Everybody on this network sees your name for %u minutes.",
			    (unsigned)((ms + 59999) / 60000));
	else if (before)
		node_notice(n, false, NULL, "Only contacts see you on this network again.");
}

void
discovery_pairing(struct discovery *d, int public_digits)
{
	if (d == NULL)
		return;
	d->digits = public_digits;
	d->step = public_digits >= 0 ? 0 : d->step;
	plan(d);
}
