/* commands.c - what the person asks the node for. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "src/amount.h"
#include "src/kept.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/text.h"
#include "src/uri.h"
#include "src/util.h"

/* ---- names ---- */

const char *
commands_bad_words(const char *name)
{
	uint8_t key[KEY_LEN];
	size_t len = strlen(name);

	if (len == 0)
		return _("a contact needs a name");
	if (!text_valid_utf8(name, len) || text_has_hostile(name, len))
		return _("that name has characters that cannot be shown");
	if (name[0] == ' ' || name[len - 1] == ' ')
		return _("a name neither begins nor ends with a space");
	if (len == 2 * KEY_LEN && util_unhex(key, KEY_LEN, name))
		return "a name must not look like a key";
	return NULL;
}

/* NULL if it can be a contact's local name, else why not. */
static const char *
bad_name(struct node *n, const struct peer *except, const char *name)
{
	const char *why = commands_bad_words(name);
	struct peer *other;

	if (why != NULL)
		return why;
	if (person_name_taken(n, except, name))
		return "a person with several devices has that name";
	other = peer_named(n, name);
	if (other != NULL && other != except && other->row.state == CONTACT_ACCEPTED)
		return _("another contact has that name");
	return NULL;
}

/* Gives the peer its name; a request that had it before gets another. */
static void
give_name(struct peer *p, const char *name)
{
	struct peer *other = peer_named(p->node, name);

	if (other != NULL && other != p) {
		other->row.name[0] = '\0';
		strlcpy(p->row.name, name, sizeof(p->row.name));
		peer_unique_name(p->node, other, other->row.nick, other->row.name);
		peer_save(other);
		peer_emit(other);
		return;
	}
	strlcpy(p->row.name, name, sizeof(p->row.name));
}

const char *
commands_bad_name(struct node *n, const struct peer *p, const char *name)
{
	return bad_name(n, p, name);
}

/* ---- adding ---- */

/* A request, or somebody new, becomes a contact. */
static void
accept_peer(struct peer *p, const char *name, enum trust_how how)
{
	if (name[0] != '\0')
		give_name(p, name);
	else if (p->row.name[0] == '\0')
		peer_unique_name(p->node, p, p->row.nick, p->row.name);
	/* Where a request came from is no address of its. */
	if (!p->row.added_by_address)
		p->row.added_at[0] = '\0';
	p->row.state = CONTACT_ACCEPTED;
	p->closed_by_hand = p->removed_us = false;
	peer_pin(p, how);
	free(p->note);
	p->note = NULL;
	peer_save(p);
	if (p->link != NULL)
		link_say_contact(p->link);
	peer_acceptance(p);
}

void
commands_accept(struct peer *p, const char *name)
{
	accept_peer(p, name, HOW_CODE);
}

/* The same, and it is called unless it is already there. */
static void
accept_and_call(struct peer *p, const char *name, enum trust_how how)
{
	accept_peer(p, name, how);
	if (p->link == NULL)
		peer_dial_now(p);
	discovery_new_contact(p->node->discovery);
}

/* Whether `name` may be given to p (NULL: somebody new); answers the command if not. */
static bool
may_name(struct node *n, uint32_t serial, const struct peer *p, const char *name)
{
	const char *why;

	if (name[0] == '\0')
		return true;
	if ((why = bad_name(n, p, name)) == NULL)
		return true;
	node_result(n, serial, false, p != NULL ? &p->key : NULL, "%s", why);
	return false;
}

static void
add_invite(struct node *n, const struct msg *m, const struct invite *inv)
{
	const char *name = m->b.add.name;
	char text[ADDR_TEXT_SIZE];
	struct key key;
	struct peer *p;

	memcpy(key.b, inv->key, KEY_LEN);
	if (memcmp(key.b, n->self.pub, KEY_LEN) == 0) {
		node_result(n, m->serial, false, NULL, "that is your own invite");
		return;
	}
	if (inv->expires != 0 && inv->expires < node_wall(n) / 1000) {
		node_result(n, m->serial, false, &key,
			    "that invite has expired: ask for a new one");
		return;
	}
	p = peer_find(n, &key);
	if (!may_name(n, m->serial, p, name))
		return;
	if (p != NULL && p->row.state == CONTACT_BLOCKED) {
		node_result(n, m->serial, false, &key, "%s is blocked: unblock it first",
			    p->row.name);
		return;
	}
	if (p == NULL) {
		p = peer_new(n, &key);
		strlcpy(p->row.nick, inv->nick, sizeof(p->row.nick));
	}
	if (inv->has_door) {
		memcpy(p->row.door, inv->door, KEY_LEN);
		p->row.has_door = true;
	}
	for (size_t i = inv->naddrs; i-- > 0;)
		if (addr_is_dialable(&inv->addrs[i]))
			peer_add_addr(p, addr_format(text, sizeof(text), &inv->addrs[i]), true,
				      FOUND_INVITE);
	presence_choose(p);
	accept_and_call(p, name, HOW_INVITE);
	node_result(n, m->serial, true, &key, "%s", "");
}

static void
add_key(struct node *n, const struct msg *m, const struct key *key)
{
	struct peer *p = peer_find(n, key);

	if (p == NULL) {
		node_result(n, m->serial, false, key, "no request with that key waits");
		return;
	}
	if (!may_name(n, m->serial, p, m->b.add.name))
		return;
	if (p->row.state == CONTACT_BLOCKED) {
		node_result(n, m->serial, false, key, "%s is blocked: unblock it first",
			    p->row.name);
		return;
	}
	accept_and_call(p, m->b.add.name, HOW_REQUEST);
	node_result(n, m->serial, true, key, "%s", "");
}

/* An address that is asked who it is: trust on first use. */
struct probe {
	struct node *node;
	uint32_t serial;
	char name[NAME_SIZE];
	char target[ADDR_TEXT_SIZE];
};

static void
probed(void *arg, struct dial *d, struct link *l)
{
	struct probe *pr = arg;
	struct node *n = pr->node;
	const struct key *key;
	struct peer *p;

	if (l == NULL) {
		node_result(n, pr->serial, false, NULL, "%s: %s", pr->target, _(d->why));
		return;
	}
	key = session_key(l->session);
	p = peer_find(n, key);
	if (!may_name(n, pr->serial, p, pr->name)) {
		link_close(l, BYE_CLOSED, "");
		return;
	}
	if (p == NULL) {
		p = peer_new(n, key);
		strlcpy(p->row.nick, session_hello(l->session)->nick, sizeof(p->row.nick));
	}
	peer_add_addr(p, pr->target, true, FOUND_TYPED);
	/* Only where trust began with an address does that address stay watched. */
	if (p->row.trust == TRUST_STRANGER) {
		p->row.added_by_address = true;
		strlcpy(p->row.added_at, pr->target, sizeof(p->row.added_at));
	}
	presence_choose(p);
	accept_peer(p, pr->name, HOW_ADDRESS);
	node_result(n, pr->serial, true, &p->key, "%s", "");
	/* To a request we had said "pending" when the session opened. */
	link_say_contact(l);
	peer_join(p, l);
}

static void
add_address(struct node *n, const struct msg *m, const char *target)
{
	char host[ADDR_HOSTLEN];
	const char *why = N_("it is too long");
	struct probe *pr;
	struct dial *d;
	uint16_t port;

	if (strlen(target) >= ADDR_TEXT_SIZE ||
	    !addr_split_hostport(target, host, sizeof(host), &port, DEFAULT_PORT, &why)) {
		node_result(
			n, m->serial, false, NULL,
			"that is neither an invite, nor HOST:PORT, nor the key of a request%s%s",
			strchr(target, ':') != NULL ? ": " : "",
			strchr(target, ':') != NULL ? _(why) : "");
		return;
	}
	pr = xcalloc(1, sizeof(*pr));
	pr->node = n;
	pr->serial = m->serial;
	memcpy(pr->name, m->b.add.name, sizeof(pr->name));
	strlcpy(pr->target, target, sizeof(pr->target));
	d = dial_new(n, NULL, NULL);
	dial_add(d, target);
	d->done = probed;
	d->arg = pr;
	d->owns_arg = true;
	dial_start(d);
}

void
commands_add(struct node *n, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "";
	struct invite inv;
	char err[INVITE_ERR];
	struct key key;

	if (n->nick[0] == '\0') {
		node_result(n, m->serial, false, NULL, "say your own name first");
	} else if (strncasecmp(text, "p2p:", 4) == 0) {
		if (invite_parse(text, &inv, err, sizeof(err)))
			add_invite(n, m, &inv);
		else
			node_result(n, m->serial, false, NULL, "%s", err);
		explicit_bzero(&inv, sizeof(inv));
	} else if (strlen(text) == 2 * KEY_LEN && util_unhex(key.b, KEY_LEN, text)) {
		add_key(n, m, &key);
	} else {
		add_address(n, m, text);
	}
}

/* ---- contacts ---- */

/* Whether it may have the key that our contacts open the door with. */
static bool
has_key(const struct peer *p)
{
	return p->row.state == CONTACT_ACCEPTED && (p->row.has_gave || p->row.last_seen != 0);
}

static void
block(struct peer *p)
{
	bool had_key = has_key(p);

	transfers_forget_peer(p->node->transfers, &p->key);
	/* As who quits, or becomes invisible. */
	peer_hang_up(p, BYE_QUIT);
	p->row.state = CONTACT_BLOCKED;
	p->row.has_gave = false;
	invites_used(p->node, &p->key);
	peer_save(p);
	peer_emit(p);
	if (had_key)
		invites_lock_out(p->node);
}

/* Back to what it was: someone we knew is a contact again, someone we did not waits again. */
static void
unblock(struct peer *p)
{
	p->row.state = p->row.trust == TRUST_STRANGER ? CONTACT_REQUEST : CONTACT_ACCEPTED;
	peer_save(p);
	peer_emit(p);
	peer_dial_now(p);
}

static const char *
set_address(struct peer *p, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "", *why = NULL;
	char host[ADDR_HOSTLEN];
	uint16_t port;

	if (strlen(text) >= ADDR_TEXT_SIZE)
		return _("that host name is too long");
	if (!addr_split_hostport(text, host, sizeof(host), &port, DEFAULT_PORT, &why))
		return _(why);
	peer_add_addr(p, text, true, FOUND_TYPED);
	peer_save(p);
	p->failures = 0;
	p->closed_by_hand = p->removed_us = false;
	/* A call that is under way does not know the new address. */
	if (p->dial != NULL) {
		dial_free(p->dial);
		p->dial = NULL;
	}
	if (p->link == NULL)
		peer_dial_now(p);
	peer_emit(p);
	return NULL;
}

static const char *
connect_now(struct peer *p)
{
	if (p->row.state != CONTACT_ACCEPTED)
		return _("that is not a contact yet");
	p->closed_by_hand = p->removed_us = false;
	p->failures = 0;
	presence_choose(p);
	if (p->link == NULL && p->row.naddrs == 0)
		return _("no address of it is known: it has to call us, or give one with /address");
	if (p->link == NULL)
		peer_dial_now(p);
	return NULL;
}

static const char *
rename_peer(struct peer *p, const char *name)
{
	const char *why = bad_name(p->node, p, name);

	if (why == NULL) {
		give_name(p, name);
		peer_save(p);
		peer_emit(p);
	}
	return why;
}

/* The small operations that only look or tell. */
static void
note_operation(struct peer *p, const struct msg_contact_op *op)
{
	struct msg *m;

	if (op->op == OP_TYPING) {
		if (peer_sends(p))
			(void)session_send(p->link->session, FRAME_TYPING, 0, NULL, 0);
		return;
	}
	m = msg_new(MSG_ST_READ);
	m->b.st_read.peer = p->key;
	m->b.st_read.row = op->row;
	m->b.st_read.time = node_wall(p->node);
	node_store(p->node, m);
}

static const char *
limit_peer(struct peer *p, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "";
	char up[32], down[32];
	uint64_t rate[2];

	if (p->row.state != CONTACT_ACCEPTED)
		return _("that is not a contact yet");
	if (sscanf(text, "%31s %31s", up, down) != 2 || !amount_is_rate(up) ||
	    !amount_is_rate(down) || !amount_parse(up, &rate[0]) || !amount_parse(down, &rate[1]))
		return _("a limit is bytes a second, as 500k; 0 is none");
	transfers_limit(p->node->transfers, &p->key, rate[0], rate[1]);
	peer_emit(p);
	return NULL;
}

static const char *
auto_peer(struct peer *p, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "", *folder;
	size_t len = strcspn(text, " ");
	char size[32];
	uint64_t max;

	if (p->row.state != CONTACT_ACCEPTED)
		return _("that is not a contact yet");
	folder = text + len + (text[len] == ' ');
	if (len >= sizeof(size) || strlcpy(size, text, len + 1) == 0 || !amount_parse(size, &max))
		return _("a size is bytes, as 20M");
	if ((folder[0] != '\0' && folder[0] != '/') || strchr(folder, '\n') != NULL)
		return _("a folder is given by its whole path, without line ends");
	transfers_auto(p->node->transfers, &p->key, max, folder);
	peer_emit(p);
	return NULL;
}

static void
clear_chat(struct peer *p)
{
	struct msg *m = msg_new(MSG_ST_CLEAR);

	m->b.st_peer.peer = p->key;
	node_store(p->node, m);
}

static const char *
keep_peer(struct peer *p, int64_t keep)
{
	if (p->row.state != CONTACT_ACCEPTED)
		return _("that is not a contact yet");
	if (keep < KEEP_DEFAULT || keep > KEEP_DAYS_MAX)
		return _("that is no number of days");
	sweep_keep(p, (int32_t)keep);
	return NULL;
}

static const char *
refuse(struct peer *p)
{
	if (p->row.state != CONTACT_REQUEST)
		return _("no request of that key waits");
	p->row.state = CONTACT_REFUSED;
	invites_used(p->node, &p->key);
	peer_save(p);
	peer_emit(p);
	return NULL;
}

const char *
commands_operate(struct peer *p, const struct msg *m)
{
	const struct msg_contact_op *op = &m->b.contact_op;

	switch (op->op) {
	case OP_ACCEPT:
		if (p->row.state == CONTACT_BLOCKED)
			return _("it is blocked: unblock it first");
		if (op->name[0] != '\0' && bad_name(p->node, p, op->name) != NULL)
			return bad_name(p->node, p, op->name);
		accept_and_call(p, op->name, HOW_REQUEST);
		return NULL;
	case OP_REFUSE:
		return refuse(p);
	case OP_BLOCK:
		block(p);
		return NULL;
	case OP_UNBLOCK:
		if (p->row.state != CONTACT_BLOCKED)
			return _("it is not blocked");
		unblock(p);
		return NULL;
	case OP_RENAME:
		return rename_peer(p, op->name);
	case OP_CONNECT:
		return connect_now(p);
	case OP_DISCONNECT:
		p->closed_by_hand = true;
		p->chosen = false;
		peer_hang_up(p, BYE_CLOSED);
		peer_emit(p);
		return NULL;
	case OP_ADDRESS:
		return set_address(p, m);
	case OP_READ:
	case OP_TYPING:
		note_operation(p, op);
		return NULL;
	case OP_LIMIT:
		return limit_peer(p, m);
	case OP_AUTO:
		return auto_peer(p, m);
	case OP_CLEAR:
		clear_chat(p);
		return NULL;
	case OP_MATCH:
	case OP_DIFFER:
		return trust_decide(p, op->op, m->bytes != NULL ? (const char *)m->bytes : "");
	case OP_KEEP:
		return keep_peer(p, op->row);
	case OP_PERSON:
		return person_group(p, m);
	case OP_REMOVE:
		break;
	}
	return NULL;
}

/* From now on it is a stranger, and knocks like one. */
static void
remove_peer(struct peer *p)
{
	struct node *n = p->node;
	bool had_key = has_key(p);

	peer_remove(p);
	if (had_key)
		invites_lock_out(n);
}

void
commands_contact(struct node *n, const struct msg *m)
{
	const struct msg_contact_op *op = &m->b.contact_op;
	struct peer *p = peer_find(n, &op->peer);
	const char *why = NULL;

	if (p == NULL && !person_is(n, &op->peer)) {
		node_result(n, m->serial, false, &op->peer, "no such contact");
		return;
	}
	if (p == NULL)
		why = person_operate(n, m);
	else if (op->op == OP_REMOVE)
		remove_peer(p);
	else
		why = commands_operate(p, m);
	node_result(n, m->serial, why == NULL, &op->peer, "%s", why != NULL ? why : "");
}

/* ---- the rest ---- */

static enum content
content_of(const struct msg *m)
{
	return m->b.say.content != 0 ? m->b.say.content : CONTENT_CHAT;
}

/* NULL if this can be said, else why not. */
static const char *
bad_text(const struct msg *m)
{
	switch (content_of(m)) {
	case CONTENT_CHAT:
	case CONTENT_REPLY:
	case CONTENT_EDIT:
		if (m->len == 0)
			return _("an empty message");
		return m->len > TEXT_MAX_BYTES ? _("a message has at most 16 KiB") : NULL;
	case CONTENT_DELETE:
		return m->len != 0 ? _("a deletion has no text") : NULL;
	case CONTENT_REACT:
		return m->len > REACTION_MAX_BYTES ? _("a reaction is one emoji") : NULL;
	case CONTENT_TIMER:
		return m->len != 4 || get_be32(m->bytes) > TIMER_MAX ? _("that is no time") : NULL;
	case CONTENT_CLEARED:
		break;
	}
	return _("the core does not know this kind of message");
}

void
commands_say(struct node *n, const struct msg *m)
{
	const struct key *key = &m->b.say.peer;
	struct peer *p = peer_find(n, key);
	const char *why;
	struct msg *st;

	if (p != NULL ? p->row.state != CONTACT_ACCEPTED : !person_is(n, key)) {
		node_result(n, m->serial, false, key, "%s",
			    p == NULL ? _("no such contact") : _("accept the contact first"));
		return;
	}
	why = bad_text(m);
	if (why != NULL) {
		node_result(n, m->serial, false, key, "%s", why);
		return;
	}
	st = msg_new(MSG_ST_SAY);
	st->serial = m->serial;
	st->b.st_row.peer = *key;
	st->b.st_row.id = m->b.say.id;
	st->b.st_row.time = st->b.st_row.arrived = node_wall(n);
	st->b.st_row.dir = DIR_OUT;
	st->b.st_row.kind = ROW_TEXT;
	st->b.st_row.wire_type = (uint8_t)content_of(m);
	st->b.st_row.ref = m->b.say.ref;
	node_store(n, msg_set_bytes(st, m->bytes, m->len));
}

void
commands_listen(struct node *n, const struct msg *m)
{
	char before[ADDR_TEXT_SIZE], why[KEPT_ROOM];
	bool given = n->listen_given;

	memcpy(before, n->listen, sizeof(before));
	strlcpy(n->listen, m->bytes != NULL ? (const char *)m->bytes : "", sizeof(n->listen));
	n->listen_given = true;
	if (reach_listen(n)) {
		reach_refresh(n);
		roam_listening(n);
		node_result(n, m->serial, true, NULL, "%s", "");
		return;
	}
	/* The listener that stood before still stands. */
	node_result(n, m->serial, false, NULL, "%s", kept_into(why, sizeof(why), n->listen_error));
	memcpy(n->listen, before, sizeof(before));
	n->listen_given = given;
	if (n->listening.family != 0)
		n->listen_error[0] = '\0';
}
