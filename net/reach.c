/* reach.c - where we are and how we are reached: listening, door keys, the invite, LISTEN, DOOR and SEEN. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "src/kept.h"
#include "src/log.h"
#include "src/say.h"
#include "src/uri.h"
#include "src/util.h"

#define MAX_INTERFACES 64

/* ---- listening ---- */

static bool
try_listen(struct node *n, struct addr at)
{
	struct transport *t = n->env.transport;
	struct addr got;
	bool any6 = at.family == 6 && addr_class(&at) == ADDR_UNSPECIFIED;
	int r = t->ops->listen(t, &at, &got);

	/* A machine without IPv6 still has IPv4. */
	if (r != 0 && any6 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		memset(&at.ip, 0, sizeof(at.ip));
		at.family = 4;
		at.scope = 0;
		r = t->ops->listen(t, &at, &got);
	}
	if (r == 0)
		n->listening = got;
	return r == 0;
}

static void
remember_port(struct node *n)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char text[16];

	n->port_before = n->listening.port;
	snprintf(text, sizeof(text), "%u", (unsigned)n->port_before);
	strlcpy(m->b.st_value.name, "port", sizeof(m->b.st_value.name));
	node_store(n, msg_set_bytes(m, text, strlen(text)));
}

/* The default port is no promise: when it is taken the kernel picks another, which is remembered and tried first from then on. A port
 * the person gave is taken or refused. */
static bool
listen_somewhere(struct node *n, const struct addr *wish)
{
	struct addr at = *wish;

	if (n->listen_given)
		return try_listen(n, at);
	if (n->port_before != 0) {
		at.port = n->port_before;
		if (try_listen(n, at))
			return true;
	}
	if (try_listen(n, *wish))
		return true;
	if (errno != EADDRINUSE)
		return false;
	at.port = 0;
	if (!try_listen(n, at))
		return false;
	remember_port(n);
	return true;
}

/* Keeps why it cannot. */
static bool
deaf(struct node *n, const char *why)
{
	char at[61], *kept, *both;

	strlcpy(at, n->listen, sizeof(at));
	kept = kept_new("Cannot listen on %s", at);
	both = kept_colon(kept, why);
	strlcpy(n->listen_error, both, sizeof(n->listen_error));
	free(both);
	free(kept);
	return false;
}

bool
reach_listen(struct node *n)
{
	struct addr wish;
	const char *why = NULL;

	n->listen_error[0] = '\0';
	if (!addr_parse(&wish, n->listen, DEFAULT_PORT, &why))
		return deaf(n, why);
	/* Who listens can be seen to be there. */
	if (n->invisible) {
		n->hidden = n->listening.family != 0 ? n->listening : wish;
		n->env.transport->ops->listen(n->env.transport, NULL, NULL);
		memset(&n->listening, 0, sizeof(n->listening));
		return true;
	}
	if (!listen_somewhere(n, &wish))
		return deaf(n, strerror(errno));
	return true;
}

/* ---- our addresses ---- */

/* Loopback only when asked for, or when we listen on nothing else. */
static size_t
addresses_at(struct node *n, const struct addr *at, struct addr *out, bool loopback)
{
	struct addr all[MAX_INTERFACES];
	size_t count, used = 0;

	if (at->family == 0)
		return 0;
	if (addr_class(at) != ADDR_UNSPECIFIED) {
		out[0] = *at;
		return loopback || addr_class(&out[0]) != ADDR_LOOPBACK ? 1 : 0;
	}
	count = n->env.interfaces(n->env.arg, all, NELEM(all));
	for (size_t i = 0; i < count && used < CONTACT_ADDRS; i++) {
		if (at->family == 4 && all[i].family != 4)
			continue;
		if (addr_class(&all[i]) == ADDR_LOOPBACK && !loopback)
			continue;
		all[i].port = at->port;
		out[used++] = all[i];
	}
	return used;
}

size_t
reach_addresses(struct node *n, struct addr *out, bool loopback)
{
	return addresses_at(n, &n->listening, out, loopback);
}

/* ---- door keys and the invite ---- */

static void
make_door(struct node *n, enum door_kind kind, uint8_t door[KEY_LEN])
{
	struct msg_st_door d = {.kind = kind};

	(void)invites_add(n, &d);
	memcpy(door, d.door, KEY_LEN);
	explicit_bzero(&d, sizeof(d));
}

void
reach_make_doors(struct node *n)
{
	if (!n->has_contacts_door)
		make_door(n, DOORKEY_CONTACTS, n->contacts_door);
	if (!n->has_invite_door)
		make_door(n, DOORKEY_INVITE, n->invite_door);
	n->has_contacts_door = n->has_invite_door = true;
}

char *
reach_invite(struct node *n, const uint8_t door[KEY_LEN], int64_t expires_ms)
{
	struct invite inv = {.has_door = true, .expires = expires_ms / 1000};
	/* An invite is for later, too. */
	const struct addr *at = n->listening.family != 0 ? &n->listening : &n->hidden;
	char *text;

	memcpy(inv.key, n->self.pub, KEY_LEN);
	memcpy(inv.door, door, KEY_LEN);
	strlcpy(inv.nick, n->nick, sizeof(inv.nick));
	inv.naddrs = addresses_at(n, at, inv.addrs, addr_class(at) == ADDR_LOOPBACK);
	text = invite_format(&inv);
	explicit_bzero(inv.door, sizeof(inv.door));
	return text;
}

void
reach_refresh(struct node *n)
{
	char *text = reach_invite(n, n->invite_door, 0);

	if (n->invite == NULL || strcmp(n->invite, text) != 0) {
		struct msg *m = msg_new(MSG_ST_VALUE);

		strlcpy(m->b.st_value.name, "invite", sizeof(m->b.st_value.name));
		node_store(n, msg_set_bytes(m, text, strlen(text)));
	}
	free(n->invite);
	n->invite = text;
	reach_emit(n);
}

void
reach_emit(struct node *n)
{
	struct addr list[CONTACT_ADDRS];
	struct msg *m;
	struct msg_self *self;

	if (!n->attached || n->invite == NULL)
		return;
	m = msg_new(MSG_EV_SELF);
	self = &m->b.self;
	memcpy(self->key.b, n->self.pub, KEY_LEN);
	memcpy(self->nick, n->nick, sizeof(self->nick));
	self->door = n->gate.state;
	self->nlisten = (uint32_t)reach_addresses(n, list, true);
	for (size_t i = 0; i < self->nlisten; i++)
		addr_format(self->listen[i], ADDR_TEXT_SIZE, &list[i]);
	self->sealed = n->sealed;
	strlcpy(self->listen_error, n->listen_error, sizeof(self->listen_error));
	self->nearby = n->nearby && n->discovery != NULL;
	self->visible_until = discovery_visible_until(n->discovery);
	self->away = presence_away(n);
	self->invisible = n->invisible;
	node_emit(n, msg_set_bytes(m, n->invite, strlen(n->invite)));
}

/* ---- telling a contact ---- */

static void
put_addr(struct writer *w, const struct addr *a)
{
	wr_u8(w, a->family);
	wr_bytes(w, a->ip, a->family == 4 ? 4 : 16);
	wr_u16(w, a->port);
}

static bool
get_addr(struct reader *r, struct addr *a)
{
	uint8_t ip[16], family = rd_u8(r);
	uint16_t port;

	if (family != 4 && family != 6)
		return false;
	rd_bytes(r, ip, family == 4 ? 4 : 16);
	port = rd_u16(r);
	return !r->bad && addr_from_bytes(a, family, ip, port, 0);
}

static bool
is_loopback(const struct link *l)
{
	return addr_class(session_peer_addr(l->session)) == ADDR_LOOPBACK;
}

void
reach_tell_listen(struct link *l)
{
	struct addr list[CONTACT_ADDRS];
	uint8_t body[1 + CONTACT_ADDRS * 19];
	struct writer w;
	size_t count = reach_addresses(l->node, list, is_loopback(l));

	wr_open(&w, body, sizeof(body));
	wr_u8(&w, (uint8_t)count);
	for (size_t i = 0; i < count; i++)
		put_addr(&w, &list[i]);
	(void)session_send(l->session, FRAME_LISTEN, 0, body, w.len);
}

void
reach_tell(struct link *l)
{
	struct node *n = l->node;
	/* Sending may end the session, and the link with it: what is needed of them is taken first. */
	struct session *s = l->session;
	struct addr seen = *session_peer_addr(s);
	uint8_t body[19];
	struct writer w;
	bool twin = l->twin;

	/* The machine may have moved since the invite was made. */
	reach_refresh(n);
	/* Who is in doubt hears where we are, and how we are called, in the session that begins when the doubt is settled. */
	if (peer_sends(l->peer)) {
		reach_tell_listen(l);
		(void)session_send(s, FRAME_DOOR, 0, n->contacts_door, KEY_LEN);
		/* The greeting's name may be older than a change that went to another session. */
		(void)session_send(s, FRAME_PROFILE, 0, n->nick, strlen(n->nick));
		wr_open(&w, body, sizeof(body));
		put_addr(&w, &seen);
		(void)session_send(s, FRAME_SEEN, 0, body, w.len);
	}
	if (twin)
		(void)session_send(s, FRAME_TWIN, 0, NULL, 0);
}

/* Host names were typed by the person and stay; so does where we just got through. The rest is what the contact says now. */
static void
take_addresses(struct peer *p, char (*texts)[ADDR_TEXT_SIZE], size_t count)
{
	struct msg_st_contact old = p->row;
	size_t nold = old.naddrs;
	struct addr a;

	memset(p->row.addrs, 0, sizeof(p->row.addrs));
	p->row.naddrs = 0;
	for (size_t i = 0; i < nold; i++) {
		bool proven = p->link != NULL && strcmp(old.addrs[i], p->link->via) == 0;

		if (proven || !addr_parse(&a, old.addrs[i], DEFAULT_PORT, NULL))
			peer_add_addr(p, old.addrs[i], false, (enum found)old.found[i]);
	}
	for (size_t i = 0; i < count && p->row.naddrs < CONTACT_ADDRS; i++)
		peer_add_addr(p, texts[i], false, FOUND_TOLD);
	for (size_t i = 0; i < nold && p->row.naddrs < CONTACT_ADDRS; i++)
		peer_add_addr(p, old.addrs[i], false, (enum found)old.found[i]);
	peer_save(p);
	peer_touch(p);
	explicit_bzero(old.door, sizeof(old.door));
}

static int
take_listen(struct link *l, const struct frame *f, const char **why)
{
	char texts[CONTACT_ADDRS][ADDR_TEXT_SIZE];
	struct reader r;
	size_t used = 0, count;

	rd_open(&r, f->body, f->len);
	count = rd_u8(&r);
	if (count > CONTACT_ADDRS) {
		*why = "a LISTEN with too many addresses";
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		struct addr a;

		if (!get_addr(&r, &a)) {
			*why = "a malformed LISTEN";
			return -1;
		}
		if (addr_is_dialable(&a) && (addr_class(&a) != ADDR_LOOPBACK || is_loopback(l)))
			addr_format(texts[used++], ADDR_TEXT_SIZE, &a);
	}
	if (l->peer->mutual)
		take_addresses(l->peer, texts, used);
	return 0;
}

/* What we say we have must be on disk: after a power cut the key of before may open nothing any more. */
static void
take_door(struct peer *p, const uint8_t door[KEY_LEN])
{
	bool fresh = !p->row.has_door || memcmp(p->row.door, door, KEY_LEN) != 0;

	if (!p->mutual)
		return;
	if (!fresh && p->door_saving == 0) {
		(void)session_send(p->link->session, FRAME_DOOR_OK, 0, door, KEY_LEN);
		return;
	}
	/* A save that failed is tried again with the next DOOR. */
	memcpy(p->row.door, door, KEY_LEN);
	p->row.has_door = true;
	p->door_saving = ++p->saves;
	peer_save_asking(p, p->door_saving);
}

void
reach_saved(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_peer.peer);

	if (p == NULL || p->door_saving == 0 || p->door_saving != m->serial)
		return;
	p->door_saving = 0;
	if (p->mutual && p->row.has_door)
		(void)session_send(p->link->session, FRAME_DOOR_OK, 0, p->row.door, KEY_LEN);
}

int
reach_frame(struct link *l, const struct frame *f, const char **why)
{
	struct peer *p = l->peer;

	switch (f->type) {
	case FRAME_LISTEN:
		return take_listen(l, f, why);
	case FRAME_DOOR:
		if (f->len < KEY_LEN) {
			*why = "a DOOR that is too short";
			return -1;
		}
		take_door(p, f->body);
		return 0;
	case FRAME_DOOR_OK:
		if (f->len < KEY_LEN) {
			*why = "a DOOR_OK that is too short";
			return -1;
		}
		invites_confirmed(p, f->body);
		return 0;
	default:
		return 0;
	}
}
