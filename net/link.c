/* link.c - sessions before and while they belong to a peer: what they ask of the node. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/node_int.h"
#include "src/log.h"
#include "src/text.h"
#include "src/util.h"

/* Sessions with people we have not accepted, in all; the oldest goes. */
#define STRANGER_SESSIONS 64
/* Notes taken of one stranger in one session. */
#define NOTES_A_SESSION	  4
/* Held back while two sessions stand; then the newer one is not read for the rest of the two seconds that takes. */
#define HELD_MAX	  (1024 * 1024)

struct link *
link_new(struct node *n)
{
	struct link *l = xcalloc(1, sizeof(*l));

	l->node = n;
	l->began = loop_now(n->env.loop);
	LIST_INSERT_HEAD(&n->links, l, entry);
	return l;
}

static void
link_free(struct link *l)
{
	timer_clear(l->node->env.loop, &l->contact_due);
	timer_clear(l->node->env.loop, &l->apart_due);
	if (l->apart != NULL) {
		l->apart->main = NULL;
		link_close(l->apart, BYE_CLOSED, "its session ended");
	}
	LIST_REMOVE(l, entry);
	free(l->held);
	free(l);
}

void
link_close(struct link *l, enum bye bye, const char *text)
{
	struct session *s = l->session;

	if (l->dial != NULL)
		l->dial->link = NULL;
	if (l->main != NULL)
		apart_gone(l);
	gate_leave(&l->node->gate, s);
	pair_gone(l->node, s);
	session_set_user(s, NULL);
	link_free(l);
	session_close(s, bye, text);
}

struct link *
link_call(struct dial *d, const struct addr *to, const char *via)
{
	struct node *n = d->node;
	struct conn *conn =
		addr_is_dialable(to) ? n->env.transport->ops->dial(n->env.transport, to) : NULL;
	struct link *l;

	if (conn == NULL) {
		if (d->rank < 0)
			strlcpy(d->why,
				addr_is_dialable(to) ? strerror(errno)
						     : "nobody can be called there",
				sizeof(d->why));
		return NULL;
	}
	l = link_new(n);
	l->dial = d;
	strlcpy(l->via, via, sizeof(l->via));
	l->session = d->has_code
			     ? session_call_code(&n->host, conn, &d->code, ++n->dials)
			     : session_call(&n->host, conn, d->has_expected ? &d->expected : NULL,
					    d->has_door && !d->without_door ? d->door : NULL,
					    ++n->dials, NULL);
	session_set_user(l->session, l);
	return l;
}

/* A half-open handshake that must make room for a newer one. */
static void
evict(struct node *n, struct session *s)
{
	(void)n;
	if (s != NULL)
		link_close(session_user(s), BYE_NONE, "");
}

void
link_accepted(void *arg, struct conn *conn)
{
	struct node *n = arg;
	struct link *l;

	if (n->stopping || !n->loaded) {
		conn->ops->close(conn);
		return;
	}
	l = link_new(n);
	l->session = session_answer(&n->host, conn);
	session_set_user(l->session, l);
	evict(n, gate_enter(&n->gate, l->session, &conn->peer));
}

/* ---- what a session asks ---- */

static const char *
host_nick(void *arg)
{
	return ((struct node *)arg)->nick;
}

/* Before the first run's question is answered nobody gets an answer from us. */
static bool
host_door_open(void *arg, const struct addr *from)
{
	struct node *n = arg;

	return n->nick[0] != '\0' && !n->invisible && !n->no_requests &&
	       gate_open_for(&n->gate, from) && !shun_at(n, from);
}

static size_t
host_doors(void *arg, const struct addr *from, const uint8_t (**psks)[NOISE_KEY])
{
	struct node *n = arg;

	invites_prune(n);
	if (n->nick[0] != '\0' && !n->invisible && shun_at(n, from)) {
		*psks = (const uint8_t(*)[NOISE_KEY])n->contacts_door;
		return invites_locked_out(n) ? 1 : 0;
	}
	*psks = (const uint8_t(*)[NOISE_KEY])n->gate.doors;
	return n->nick[0] != '\0' && !n->invisible ? n->gate.ndoors : 0;
}

static bool
host_fresh(void *arg, const uint8_t ephemeral[NOISE_KEY])
{
	return gate_fresh(&((struct node *)arg)->gate, ephemeral);
}

static void
host_knocked(void *arg, struct session *s)
{
	struct node *n = arg;

	evict(n, gate_knocked(&n->gate, s));
}

static bool
host_pairing(void *arg, struct session *s, struct code *code)
{
	return pair_begin(arg, s, code);
}

static void
host_paired(void *arg, struct session *s, bool knows)
{
	struct node *n = arg;

	if (knows)
		evict(n, gate_knocked(&n->gate, s));
	pair_tried(n, s, knows);
}

static bool
is_stranger(const struct link *l)
{
	struct peer *p = l->peer != NULL ? l->peer : peer_find(l->node, session_key(l->session));

	return p == NULL || p->row.state != CONTACT_ACCEPTED;
}

/* Makes room among the sessions of callers: of those that did not even say CONTACT one per key stays, and of those with strangers the
 * newest. New ones are at the head of the list. */
static void
limit_callers(struct node *n, const struct link *newest)
{
	struct link *l, *oldest = NULL, *same = NULL;
	size_t count = 0;

	LIST_FOREACH (l, &n->links, entry) {
		if (l == newest || !l->open || l->dial != NULL)
			continue;
		if (!l->contact_seen &&
		    key_equal(session_key(l->session), session_key(newest->session))) {
			same = l;
		} else if (is_stranger(l)) {
			count++;
			oldest = l;
		}
	}
	if (same != NULL)
		link_close(same, BYE_DUPLICATE, "another session stays");
	if (count < STRANGER_SESSIONS)
		return;
	if (oldest->peer != NULL)
		peer_lost(oldest->peer, oldest, SESSION_LOST, BYE_NONE, "");
	link_close(oldest, BYE_NONE, "");
}

/* The session stands, and not a word of whether it knows us. */
static void
contact_missing(void *arg)
{
	struct link *l = arg;
	struct dial *d = l->dial;

	link_close(l, BYE_PROTOCOL, "CONTACT did not come");
	if (d != NULL)
		dial_link_failed(d, SESSION_TIMEOUT, "it did not say whether it knows us");
}

void
link_say_contact(struct link *l)
{
	struct peer *p = peer_find(l->node, session_key(l->session));
	/* Whom we called by address alone, we mean to accept. */
	uint8_t accepted = p != NULL ? p->row.state == CONTACT_ACCEPTED : l->dial != NULL;

	(void)session_send(l->session, FRAME_CONTACT, FRAME_CRITICAL, &accepted, 1);
}

/* A caller we want nothing of: blocked, closed by hand, or one request more than can wait. To all of them we look as if we were away. */
static bool
unwelcome(struct node *n, const struct peer *p)
{
	if (p == NULL)
		return n->invisible || n->no_requests || peers_waiting(n) >= REQUESTS_WAITING;
	if (n->no_requests && p->row.state != CONTACT_ACCEPTED)
		return true;
	return p->row.state == CONTACT_BLOCKED || p->closed_by_hand || presence_hides(p);
}

/* Of a session that the handshake has brought, and that we do not want: false, so that it is closed without a word. */
static bool
forsake(struct link *l)
{
	pair_gone(l->node, l->session);
	session_set_user(l->session, NULL);
	link_free(l);
	return false;
}

/* A bulk connection belongs to its session or to nobody. */
static bool
opened_apart(struct link *l)
{
	if (apart_opened(l))
		return true;
	if (l->main != NULL)
		apart_gone(l);
	return forsake(l);
}

static bool
host_opened(void *arg, struct session *s)
{
	struct node *n = arg;
	struct link *l = session_user(s);
	struct peer *p;

	gate_leave(&n->gate, s);
	if (session_is_pairing(s) && !pair_opened(l)) {
		if (l->dial != NULL)
			dial_link_failed(l->dial, SESSION_REFUSED, "the code is void by now");
		return forsake(l);
	}
	p = peer_find(n, session_key(s));
	if (session_is_pairing(s))
		log_info("paired by code");
	else if (l->main != NULL || (l->dial == NULL && session_hello(s)->bulk))
		return opened_apart(l);
	if ((p != NULL && p->row.state == CONTACT_BLOCKED) ||
	    (l->dial == NULL && (unwelcome(n, p) || !invites_welcome(n, s)))) {
		if (l->dial != NULL)
			dial_link_failed(l->dial, SESSION_REFUSED, "this contact is blocked");
		else if (p != NULL && p->row.state == CONTACT_BLOCKED &&
			 shun_note(p, session_peer_addr(s)))
			peer_save(p);
		return forsake(l);
	}
	l->open = true;
	timer_set(n->env.loop, &l->contact_due, HANDSHAKE_TIMEOUT, contact_missing, l);
	if (l->dial == NULL)
		limit_callers(n, l);
	link_say_contact(l);
	return true;
}

/* Strangers may speak little and slowly. Contacts may say what they like as fast as we take it, but each new name of theirs is a line in
 * the chat, and each word of being away one for scripts, which nothing else holds back. */
static bool
within_rate(struct link *l, const struct frame *f)
{
	uint64_t now = loop_now(l->node->env.loop);
	bool mutual = l->peer != NULL && l->peer->mutual;

	if (mutual && f->type != FRAME_PROFILE && f->type != FRAME_PRESENCE)
		return true;
	if (now - l->rate_from >= 1000) {
		l->rate_from = now;
		l->rate_frames = 0;
	}
	return ++l->rate_frames <= STRANGER_FRAMES_PER_S;
}

/* Who reached us unknown becomes a request; whom we called by address becomes known through the call. */
static void
first_contact(struct link *l)
{
	struct node *n = l->node;
	struct peer *p = peer_find(n, session_key(l->session));
	const char *label;

	if (l->dial != NULL) {
		dial_link_answered(l->dial, l);
		return;
	}
	/* That may have come to be since the handshake. */
	if (unwelcome(n, p)) {
		link_close(l, BYE_NONE, "");
		return;
	}
	if (p == NULL) {
		p = peer_new(n, session_key(l->session));
		p->row.state = CONTACT_REQUEST;
		p->row.how = invites_came(n, l->session);
		addr_format_ip(p->row.added_at, sizeof(p->row.added_at),
			       session_peer_addr(l->session));
		strlcpy(p->row.nick, session_hello(l->session)->nick, sizeof(p->row.nick));
		/* Whom we made the invite for, by our name for them; else what they call themselves. */
		label = invites_label(n, l->session);
		peer_unique_name(n, p, label[0] != '\0' ? label : p->row.nick, p->row.name);
		peer_save(p);
	}
	peer_join(p, l);
}

static int
take_contact(struct link *l, const struct frame *f, const char **why)
{
	bool first = !l->contact_seen;

	if (f->len < 1) {
		*why = "a CONTACT that is too short";
		return -1;
	}
	l->contact_seen = true;
	timer_clear(l->node->env.loop, &l->contact_due);
	l->accepted_us = f->body[0] == 1;
	if (first)
		first_contact(l);
	else if (l->peer != NULL && l->peer->link == l)
		peer_acceptance(l->peer);
	return 0;
}

static void
take_request(struct link *l, const struct frame *f)
{
	struct peer *p = l->peer;
	size_t len = f->len <= NOTE_MAX_BYTES ? f->len : NOTE_MAX_BYTES;

	/* One is enough; a flood of them would be one of writes. */
	if (p->row.state != CONTACT_REQUEST || p->notes++ >= NOTES_A_SESSION)
		return;
	free(p->note);
	p->note = xstrndup((const char *)f->body, len);
	peer_save(p);
	peer_emit(p);
}

/* Frames of a peer that is known. */
static int
obey_frame(struct link *l, const struct frame *f, const char **why)
{
	if (f->type == FRAME_REQUEST) {
		take_request(l, f);
		return 0;
	}
	if (f->type == FRAME_TWIN) {
		twin_told(l->peer);
		return 0;
	}
	if (f->type == FRAME_SUCCESSOR || f->type == FRAME_SUCCESSOR_OK)
		return successor_frame(l, f, why);
	if (f->type == FRAME_DOOR || f->type == FRAME_DOOR_OK || f->type == FRAME_SEEN ||
	    f->type == FRAME_LISTEN)
		return reach_frame(l, f, why);
	/* What came before our answer crossed it is skipped; it is not acknowledged and will come again. */
	if (l->peer->row.state != CONTACT_ACCEPTED || !l->accepted_us)
		return 0;
	/* Files rest while its key is in doubt; they are offered again by the session that follows. */
	if (f->type >= FRAME_FILES_FIRST && f->type <= FRAME_FILES_LAST &&
	    l->peer->row.trust == TRUST_CHANGED)
		return 0;
	if (f->type == FRAME_PRESENCE)
		return presence_frame(l->peer, f, why);
	if (f->type >= FRAME_FILES_FIRST && f->type <= FRAME_FILES_LAST)
		return transfers_frame(l->node->transfers, &l->peer->key, f->type, f->flags,
				       f->body, f->len, why);
	return delivery_frame(l->peer, f, why);
}

static void
hold(struct link *l, const struct frame *f)
{
	size_t need = l->held_len + FRAME_HEADER + f->len;

	if (need > l->held_size) {
		l->held_size = need * 2;
		l->held = xreallocarray(l->held, l->held_size, 1);
	}
	l->held_len += frame_put(l->held + l->held_len, f->type, f->flags, f->body, f->len);
	if (l->held_len > HELD_MAX)
		session_pause(l->session, true);
}

void
link_release(struct link *l)
{
	struct peer *p = l->peer;
	uint8_t *held = l->held;
	size_t len = l->held_len, at = 0;
	struct frame f;

	l->held = NULL;
	l->held_len = l->held_size = 0;
	session_pause(l->session, false);
	while (p->link == l && frame_next(held, len, &at, &f) == 1) {
		const char *why = "";

		if ((f.type == FRAME_CONTACT ? take_contact(l, &f, &why)
					     : obey_frame(l, &f, &why)) != 0 &&
		    p->link == l) {
			peer_lost(p, l, SESSION_BROKEN, BYE_NONE, why);
			link_close(l, BYE_PROTOCOL, why);
			break;
		}
	}
	free(held);
	if (p->link == l)
		transfers_batch_end(p->node->transfers, &p->key);
}

static int
host_frame(void *arg, struct session *s, const struct frame *f, const char **why)
{
	struct link *l = session_user(s);

	(void)arg;
	if (l == NULL)
		return 0;
	if (l->main != NULL)
		return apart_frame(l, f, why);
	if (!within_rate(l, f)) {
		*why = "too much too fast";
		return -1;
	}
	if (!l->contact_seen && f->type != FRAME_CONTACT) {
		*why = "the first frame must be CONTACT";
		return -1;
	}
	if (l->peer != NULL && l->peer->link != l) {
		hold(l, f);
		return 0;
	}
	if (f->type == FRAME_CONTACT)
		return take_contact(l, f, why);
	return l->peer != NULL ? obey_frame(l, f, why) : 0;
}

static void
host_batch_end(void *arg, struct session *s)
{
	struct node *n = arg;
	struct link *l = session_user(s);

	if (l != NULL && l->main != NULL)
		l = l->main;
	if (l != NULL && l->peer != NULL && l->peer->link == l)
		transfers_batch_end(n->transfers, &l->peer->key);
}

static struct bulk *
host_pull(void *arg, struct session *s, size_t max)
{
	struct node *n = arg;
	struct link *l = session_user(s), *m = l != NULL && l->main != NULL ? l->main : l;

	if (m == NULL || m->peer == NULL || m->peer->link != m || !peer_sends(m->peer))
		return NULL;
	l->used_at = loop_now(n->env.loop);
	return transfers_pull(n->transfers, &m->peer->key, max, l != m);
}

static void
host_pong(void *arg, struct session *s)
{
	struct link *l = session_user(s);

	(void)arg;
	if (l != NULL && l->peer != NULL)
		peer_pong(l->peer, l);
}

static void
host_closed(void *arg, struct session *s, enum session_end end, enum bye bye, const char *text)
{
	struct node *n = arg;
	struct link *l = session_user(s);
	char shown[256];

	if (l == NULL)
		return;
	gate_leave(&n->gate, s);
	pair_gone(n, s);
	log_info("session ended: %s", text);
	/* A BYE's text is the peer's. */
	text_show(shown, sizeof(shown), text, strlen(text), TEXT_ONE_LINE);
	if (l->main != NULL)
		apart_gone(l);
	else if (l->dial != NULL) {
		if (end == SESSION_WRONG_KEY || l->open) {
			l->dial->met = *session_key(s);
			l->dial->has_met = l->open;
		}
		dial_link_failed(l->dial, end, shown);
	} else if (l->peer != NULL)
		peer_lost(l->peer, l, end, bye, shown);
	link_free(l);
}

void
link_host_init(struct node *n)
{
	n->host = (struct session_host){
		.arg = n,
		.loop = n->env.loop,
		.self = &n->self,
		.random = n->env.random,
		.random_arg = n->env.random_arg,
		.nick = host_nick,
		.door_open = host_door_open,
		.doors = host_doors,
		.fresh = host_fresh,
		.knocked = host_knocked,
		.pairing = host_pairing,
		.paired = host_paired,
		.opened = host_opened,
		.frame = host_frame,
		.batch_end = host_batch_end,
		.pull = host_pull,
		.pong = host_pong,
		.closed = host_closed,
	};
	node_random(n, &n->host.boot, sizeof(n->host.boot));
	n->env.transport->accepted = link_accepted;
	n->env.transport->arg = n;
}
