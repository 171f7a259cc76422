/* peers.c - contacts and requests, and which session with each of them counts.
 *
 * Timers of a peer: `retry`, the next call (jittered backoff); `decide`, two sessions from different callers stand and the older one was
 * asked whether it lives; `renew`, a session we called is a day old and a fresh handshake is due; `typing_off`. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "src/log.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define TYPING_SHOWN 6000
#define RENEW_EARLY  (10 * 60 * 1000)
#define RENEW_AGAIN  (60 * 1000)

int
peer_cmp(const struct peer *a, const struct peer *b)
{
	return memcmp(a->key.b, b->key.b, KEY_LEN);
}

RB_GENERATE(peer_tree, peer, entry, peer_cmp)

struct peer *
peer_find(struct node *n, const struct key *key)
{
	struct peer probe = {.key = *key};

	return RB_FIND(peer_tree, &n->peers, &probe);
}

struct peer *
peer_new(struct node *n, const struct key *key)
{
	struct peer *p = xcalloc(1, sizeof(*p));

	p->node = n;
	p->key = p->row.peer = p->chat.peer = *key;
	p->row.added = node_wall(n);
	STAILQ_INIT(&p->inflight);
	RB_INSERT(peer_tree, &n->peers, p);
	return p;
}

void
peer_rekey(struct peer *p, const struct key *key)
{
	RB_REMOVE(peer_tree, &p->node->peers, p);
	p->key = p->row.peer = p->chat.peer = *key;
	p->pair_state = PAIR_UNKNOWN;
	p->chat.seen_seq = 0;
	RB_INSERT(peer_tree, &p->node->peers, p);
}

void
peer_remove(struct peer *p)
{
	struct node *n = p->node;
	struct msg *m = msg_new(MSG_ST_FORGET), *ev = msg_new(MSG_EV_CONTACT);

	transfers_forget_peer(n->transfers, &p->key);
	peer_hang_up(p, p->mutual ? BYE_REMOVED : BYE_NONE);
	person_leave(p);
	m->b.st_peer.peer = p->key;
	node_store(n, m);
	ev->b.contact.peer = p->key;
	ev->b.contact.gone = true;
	node_emit(n, ev);
	peer_free(p);
}

void
peer_free(struct peer *p)
{
	struct loop *l = p->node->env.loop;

	peer_hang_up(p, BYE_NONE);
	timer_clear(l, &p->retry);
	timer_clear(l, &p->decide);
	timer_clear(l, &p->renew);
	timer_clear(l, &p->typing_off);
	delivery_free(p);
	if (p->touched)
		SLIST_REMOVE(&p->node->touched, p, peer, touch);
	RB_REMOVE(peer_tree, &p->node->peers, p);
	free(p->note);
	explicit_bzero(p->row.door, sizeof(p->row.door));
	explicit_bzero(p->row.heir_shared, sizeof(p->row.heir_shared));
	explicit_bzero(p->pair, sizeof(p->pair));
	free(p);
}

/* ---- what we know of it ---- */

void
peer_trust(struct peer *p, enum trust trust, enum trust_how how)
{
	p->row.trust = trust;
	p->row.how = how;
	p->row.trust_since = node_wall(p->node);
}

void
peer_pin(struct peer *p, enum trust_how how)
{
	if (p->row.trust == TRUST_STRANGER)
		peer_trust(p, TRUST_PINNED, how);
}

void
peer_nick(struct peer *p, const char *nick)
{
	char shown[NAME_SIZE * 4];

	if (nick[0] == '\0' || strcmp(p->row.nick, nick) == 0)
		return;
	if (p->row.nick[0] != '\0' && p->row.state == CONTACT_ACCEPTED) {
		text_show(shown, sizeof(shown), nick, strlen(nick), TEXT_ONE_LINE);
		peer_line(p, "%s now calls itself \"%s\"", p->row.name, shown);
	}
	strlcpy(p->row.nick, nick, sizeof(p->row.nick));
	if (p->row.name[0] == '\0')
		peer_unique_name(p->node, p, nick, p->row.name);
	peer_save(p);
}

size_t
peers_waiting(struct node *n)
{
	struct peer *p;
	size_t count = 0;

	RB_FOREACH (p, peer_tree, &n->peers)
		count += p->row.state == CONTACT_REQUEST;
	return count;
}

/* ---- telling others ---- */

void
peer_save_asking(struct peer *p, uint32_t serial)
{
	struct msg *m = msg_new(MSG_ST_CONTACT);

	m->serial = serial;
	m->b.st_contact = p->row;
	node_store(p->node, msg_set_bytes(m, p->note != NULL ? p->note : "",
					  p->note != NULL ? strlen(p->note) : 0));
}

void
peer_save(struct peer *p)
{
	peer_save_asking(p, 0);
}

static enum link_state
link_state(const struct peer *p)
{
	if (p->link != NULL)
		return LINK_ONLINE;
	return p->dial != NULL ? LINK_CONNECTING : LINK_OFFLINE;
}

void
peer_emit(struct peer *p)
{
	struct msg *m;
	struct msg_contact *c;
	const char *detail = p->row.state == CONTACT_REQUEST ? p->note : p->why;

	if (!p->node->attached)
		return;
	m = msg_new(MSG_EV_CONTACT);
	c = &m->b.contact;
	c->peer = p->key;
	memcpy(c->name, p->row.name, sizeof(c->name));
	memcpy(c->nick, p->row.nick, sizeof(c->nick));
	c->person = p->row.person;
	memcpy(c->person_name, p->row.person_name, sizeof(c->person_name));
	c->state = p->row.state;
	c->trust = p->row.trust;
	c->how = p->row.how;
	c->trust_since = p->row.trust_since;
	c->has_new_key = p->row.has_new_key;
	c->new_key = p->row.new_key;
	c->link = link_state(p);
	c->closed_by_hand = p->closed_by_hand || p->removed_us;
	c->accepted_us = p->link != NULL && p->link->accepted_us;
	c->typing = p->typing;
	c->away = p->away;
	c->away_since = p->away_since;
	memcpy(c->status, p->status, sizeof(c->status));
	c->added = p->row.added;
	c->last_seen = p->row.last_seen;
	c->heir_waits = p->row.has_heir;
	c->sent_seq = p->mutual ? p->sent_seq : 0;
	c->retry_at = p->retry_at;
	transfers_limits(p->node->transfers, &p->key, &c->limit_up, &c->limit_down);
	c->auto_max = transfers_auto_max(p->node->transfers, &p->key);
	if (p->row.state == CONTACT_REQUEST)
		memcpy(c->from, p->row.added_at, sizeof(c->from));
	c->naddrs = p->row.naddrs;
	memcpy(c->addrs, p->row.addrs, sizeof(c->addrs));
	if (p->link != NULL) {
		c->rtt_us = session_rtt_us(p->link->session);
		addr_format(c->via, sizeof(c->via), session_peer_addr(p->link->session));
		c->via_found = p->link->found;
	}
	node_emit(p->node, msg_set_bytes(m, detail != NULL ? detail : "",
					 detail != NULL ? strlen(detail) : 0));
}

void
peer_emit_chat(struct peer *p)
{
	struct msg *m = msg_new(MSG_EV_CHAT);

	m->b.chat = p->chat;
	if (!p->node->receipts)
		m->b.chat.read_seq = 0;
	node_emit(p->node, m);
}

void
peer_touch(struct peer *p)
{
	if (p->touched)
		return;
	p->touched = true;
	SLIST_INSERT_HEAD(&p->node->touched, p, touch);
}

/* ---- addresses ---- */

enum found
peer_addr_how(const struct peer *p, const char *text)
{
	for (size_t i = 0; i < p->row.naddrs; i++)
		if (strcmp(p->row.addrs[i], text) == 0)
			return (enum found)p->row.found[i];
	return FOUND_UNKNOWN;
}

void
peer_add_addr(struct peer *p, const char *text, bool first, enum found how)
{
	char(*a)[ADDR_TEXT_SIZE] = p->row.addrs;
	char kept[ADDR_TEXT_SIZE];
	size_t n = p->row.naddrs, i;

	strlcpy(kept, text, sizeof(kept));
	for (i = 0; i < n && strcmp(a[i], kept) != 0; i++)
		;
	if (i < n && !first)
		return;
	if (i == n) {
		/* The last one falls out when all places are taken. */
		if (n == CONTACT_ADDRS)
			i = n - 1;
		else
			p->row.naddrs++;
	}
	if (first) {
		memmove(a[1], a[0], i * ADDR_TEXT_SIZE);
		memmove(p->row.found + 1, p->row.found, i);
		i = 0;
	}
	memset(a[i], 0, ADDR_TEXT_SIZE);
	strlcpy(a[i], kept, ADDR_TEXT_SIZE);
	p->row.found[i] = (uint8_t)how;
}

void
peer_drop_addr(struct peer *p, const char *text)
{
	char(*a)[ADDR_TEXT_SIZE] = p->row.addrs;

	for (size_t i = 0; i < p->row.naddrs; i++) {
		if (strcmp(a[i], text) != 0)
			continue;
		p->row.naddrs--;
		memmove(a[i], a[i + 1], (p->row.naddrs - i) * ADDR_TEXT_SIZE);
		memmove(p->row.found + i, p->row.found + i + 1, p->row.naddrs - i);
		memset(a[p->row.naddrs], 0, ADDR_TEXT_SIZE);
		return;
	}
}

/* ---- calling ---- */

/* Somebody else, or we ourselves, answer at that address: it is not this contact's any more. */
static void
address_is_not_its(void *arg, const char *target, const struct key *met)
{
	struct peer *p = arg;

	if (trust_met(p, target, met))
		return;

	log_info("an address of a contact belongs to somebody else now; dropped");
	peer_drop_addr(p, target);
	peer_save(p);
}

/* A day-old session is replaced by a new call; the higher dial wins, so nobody notices. */
static void
renew(void *arg)
{
	struct peer *p = arg;

	if (p->link != NULL)
		peer_dial_now(p);
}

/* A call that failed while a young session stands was not for renewing it. */
static bool
renewal_due(const struct peer *p)
{
	return session_is_caller(p->link->session) &&
	       session_age(p->link->session) >= SESSION_MAX - RENEW_EARLY;
}

static void
call_over(void *arg, struct dial *d, struct link *l)
{
	struct peer *p = arg;

	p->dial = NULL;
	if (l != NULL) {
		peer_join(p, l);
		return;
	}
	p->failures++;
	strlcpy(p->why, d->why, sizeof(p->why));
	if (p->link != NULL && renewal_due(p))
		timer_set(p->node->env.loop, &p->renew, RENEW_AGAIN, renew, p);
	peer_dial_later(p);
}

void
peer_dial_now(struct peer *p)
{
	struct node *n = p->node;

	timer_clear(n->env.loop, &p->retry);
	p->retry_at = 0;
	if (p->row.state != CONTACT_ACCEPTED || p->closed_by_hand || p->removed_us ||
	    presence_hides(p) || p->dial != NULL || p->row.naddrs == 0 || n->nick[0] == '\0' ||
	    n->stopping || !n->loaded)
		return;
	p->dial = dial_new(n, &p->key, p->row.has_door ? p->row.door : NULL);
	for (size_t i = 0; i < p->row.naddrs; i++)
		dial_add(p->dial, p->row.addrs[i]);
	p->dial->done = call_over;
	p->dial->stranger = address_is_not_its;
	p->dial->arg = p;
	dial_start(p->dial);
	peer_emit(p);
}

static void
call_now(void *arg)
{
	peer_dial_now(arg);
}

/* Doubling from BACKOFF_FIRST to BACKOFF_MAX, and anywhere between a half and one and a half of it, so that two machines that wake
 * together do not knock together for ever. A little later if need be, so that one moment serves many contacts: the processor of somebody
 * with a thousand of them may sleep in between. */
void
peer_dial_later(struct peer *p)
{
	struct node *n = p->node;
	unsigned shift = p->failures < 16 ? p->failures : 16;
	uint64_t wait = (uint64_t)BACKOFF_FIRST << (shift > 0 ? shift - 1 : 0), grid;
	uint32_t r;

	if (p->link == NULL && p->dial == NULL && p->row.state == CONTACT_ACCEPTED &&
	    !p->closed_by_hand && !p->removed_us && p->row.naddrs > 0 && !presence_hides(p) &&
	    !n->stopping) {
		if (wait > BACKOFF_MAX)
			wait = BACKOFF_MAX;
		grid = wait / 32;
		node_random(n, &r, sizeof(r));
		wait = wait / 2 + r % (wait + 1);
		wait += grid - 1 - (loop_now(n->env.loop) + wait - 1) % grid;
		p->retry_at = node_wall(n) + (int64_t)wait;
		timer_set(n->env.loop, &p->retry, wait, call_now, p);
	}
	peer_emit(p);
}

/* ---- sessions ---- */

static void
stop_using(struct peer *p)
{
	if (p->mutual) {
		p->mutual = false;
		delivery_stop(p);
		transfers_offline(p->node->transfers, &p->key);
	}
	p->typing = p->awaits_files = false;
	presence_forget(p);
	timer_clear(p->node->env.loop, &p->renew);
	p->row.last_seen = node_wall(p->node);
}

void
peer_acceptance(struct peer *p)
{
	bool mutual = p->link != NULL && p->link->accepted_us && p->row.state == CONTACT_ACCEPTED;

	if (mutual && !p->mutual) {
		p->mutual = true;
		peer_pin(p, HOW_REQUEST);
		reach_tell(p->link);
		presence_start(p);
		successor_announce(p);
		delivery_start(p);
		if (peer_sends(p))
			transfers_online(p->node->transfers, &p->key);
	} else if (!mutual && p->mutual) {
		p->mutual = false;
		delivery_stop(p);
		transfers_offline(p->node->transfers, &p->key);
	} else if (!mutual && p->link != NULL && p->row.state == CONTACT_ACCEPTED) {
		delivery_note(p);
	}
	peer_emit(p);
}

static void
use(struct peer *p, struct link *l)
{
	struct node *n = p->node;

	p->link = l;
	if (!session_is_caller(l->session))
		l->found = FOUND_CALLED;
	else if (l->via[0] != '\0')
		l->found = peer_addr_how(p, l->via);
	p->removed_us = false;
	p->failures = 0;
	p->why[0] = p->near_why[0] = '\0';
	p->left = NULL;
	p->retry_at = 0;
	p->note_sent = false;
	p->notes = 0;
	timer_clear(n->env.loop, &p->retry);
	p->row.last_seen = node_wall(n);
	/* Where the call succeeded is where to begin next time. */
	if (session_is_caller(l->session) && l->via[0] != '\0')
		peer_add_addr(p, l->via, true, l->found);
	if (session_is_caller(l->session))
		timer_set(n->env.loop, &p->renew, SESSION_MAX - RENEW_EARLY, renew, p);
	shun_note(p, session_peer_addr(l->session));
	peer_nick(p, session_hello(l->session)->nick);
	peer_save(p);
	session_ping(l->session);
	/* Any frame we send may turn out to be the one too many for a session. */
	if (p->link == l)
		peer_acceptance(p);
	if (p->link == l)
		link_release(l);
}

/* What we last said of accepting it may have gone to the other session only, so it is said again. */
static void
replace(struct peer *p, struct link *winner)
{
	struct link *loser = p->link;

	stop_using(p);
	p->link = NULL;
	if (p->rival == winner)
		p->rival = NULL;
	if (p->rival == NULL)
		timer_clear(p->node->env.loop, &p->decide);
	link_close(loser, BYE_DUPLICATE, "another session stays");
	link_say_contact(winner);
	use(p, winner);
}

/* Both sides know both callers, so both keep the same one: that of the smaller key. */
static bool
rival_wins(const struct peer *p)
{
	bool smaller = memcmp(p->node->self.pub, p->key.b, KEY_LEN) < 0;

	return session_is_caller(p->rival->session) == smaller;
}

static void
decide(struct peer *p, bool older_lives)
{
	if (p->rival == NULL)
		return;
	timer_clear(p->node->env.loop, &p->decide);
	if (!older_lives || rival_wins(p)) {
		replace(p, p->rival);
	} else {
		struct link *loser = p->rival;

		/*
		 * Another process than the one that stays, which may never get a session of its own. That frame may be the one too
		 * many for the session.
		 */
		if (loser->twin && loser->accepted_us && p->row.state == CONTACT_ACCEPTED)
			(void)session_send(loser->session, FRAME_TWIN, 0, NULL, 0);
		if (p->rival != loser)
			return;
		p->rival = NULL;
		link_close(loser, BYE_DUPLICATE, "another session stays");
	}
}

static void
older_is_silent(void *arg)
{
	decide(arg, false);
}

/* Of two sessions from the same caller the later one counts: another boot, or the higher dial. */
static bool
supersedes(const struct link *newer, const struct link *older)
{
	if (!session_is_caller(newer->session) &&
	    session_hello(newer->session)->boot != session_hello(older->session)->boot)
		return true;
	return session_dial_number(newer->session) > session_dial_number(older->session);
}

void
peer_join(struct peer *p, struct link *l)
{
	l->peer = p;
	twin_joined(p, l);
	if (p->link == NULL) {
		use(p, l);
		return;
	}
	if (session_is_caller(p->link->session) == session_is_caller(l->session)) {
		if (supersedes(l, p->link))
			replace(p, l);
		else
			link_close(l, BYE_DUPLICATE, "another session stays");
		return;
	}
	if (p->rival != NULL) {
		struct link *former = p->rival;

		p->rival = NULL;
		link_close(former, BYE_DUPLICATE, "another session stays");
	}
	p->rival = l;
	session_ping(p->link->session);
	timer_set(p->node->env.loop, &p->decide, DUPLICATE_DECIDE, older_is_silent, p);
}

void
peer_pong(struct peer *p, struct link *l)
{
	/* What that tells may end the session. */
	twin_answered(p, l);
	if (l == p->link && p->rival != NULL)
		decide(p, true);
	else
		peer_emit(p);
}

void
peer_lost(struct peer *p, struct link *l, enum session_end end, enum bye bye, const char *text)
{
	struct link *next = p->rival;

	if (l == p->rival) {
		p->rival = NULL;
		timer_clear(p->node->env.loop, &p->decide);
		return;
	}
	if (l != p->link)
		return;
	stop_using(p);
	p->link = NULL;
	p->rival = NULL;
	timer_clear(p->node->env.loop, &p->decide);
	if (next != NULL) {
		link_say_contact(next);
		use(p, next);
		return;
	}
	p->removed_us = end == SESSION_BYE && bye == BYE_REMOVED;
	if (p->removed_us)
		strlcpy(p->why, "it removed us from its contacts", sizeof(p->why));
	else if (end != SESSION_BYE)
		strlcpy(p->why, text, sizeof(p->why));
	p->left = end != SESSION_BYE ? NULL : bye == BYE_QUIT ? PEER_QUIT : PEER_CLOSED;
	peer_save(p);
	p->failures = p->failures > 0 ? p->failures : 1;
	peer_dial_later(p);
	discovery_wanted(p->node->discovery);
}

void
peer_hang_up(struct peer *p, enum bye bye)
{
	struct link *l = p->link, *r = p->rival;

	if (p->dial != NULL) {
		struct dial *d = p->dial;

		p->dial = NULL;
		dial_free(d);
	}
	if (p->near != NULL) {
		struct dial *d = p->near;

		p->near = NULL;
		dial_free(d);
	}
	timer_clear(p->node->env.loop, &p->retry);
	timer_clear(p->node->env.loop, &p->decide);
	p->retry_at = 0;
	p->rival = NULL;
	if (r != NULL)
		link_close(r, bye, "");
	if (l == NULL)
		return;
	stop_using(p);
	p->link = NULL;
	link_close(l, bye, "");
	/* A removed contact must not come back by being saved. */
	if (bye == BYE_QUIT || bye == BYE_CLOSED)
		peer_save(p);
}

static void
typing_over(void *arg)
{
	struct peer *p = arg;

	p->typing = false;
	peer_emit(p);
}

void
peer_typing(struct peer *p)
{
	timer_set(p->node->env.loop, &p->typing_off, TYPING_SHOWN, typing_over, p);
	if (p->typing)
		return;
	p->typing = true;
	peer_emit(p);
}
