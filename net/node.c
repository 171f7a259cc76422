/* node.c - the networking core without its threads: life, and the table of what it obeys. */
#include "config.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/doctor.h"
#include "net/node_int.h"
#include "net/typed.h"
#include "src/identity.h"
#include "src/kept.h"
#include "src/log.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

void
node_store(struct node *n, struct msg *m)
{
	n->env.store(n->env.arg, m);
}

void
node_emit(struct node *n, struct msg *m)
{
	if (n->attached)
		n->env.emit(n->env.arg, m);
	else
		msg_free(m);
}

void
node_random(struct node *n, void *out, size_t len)
{
	if (n->env.random != NULL)
		n->env.random(n->env.random_arg, out, len);
	else
		randombytes_buf(out, len);
}

int64_t
node_wall(const struct node *n)
{
	return n->env.wall_ms(n->env.arg);
}

void
node_notice(struct node *n, bool error, const struct key *peer, const char *fmt, ...)
{
	struct msg *m = msg_new(MSG_EV_NOTICE);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	m->b.notice.error = error;
	m->b.notice.has_peer = peer != NULL;
	if (peer != NULL)
		m->b.notice.peer = *peer;
	node_emit(n, msg_set_bytes(m, text, strlen(text)));
}

void
node_result(struct node *n, uint32_t serial, bool ok, const struct key *peer, const char *fmt, ...)
{
	struct msg *m;
	char text[512];
	va_list ap;

	if (serial == 0)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	m = msg_new(MSG_EV_RESULT);
	m->serial = serial;
	m->b.result.ok = ok;
	if (peer != NULL)
		m->b.result.peer = *peer;
	node_emit(n, msg_set_bytes(m, text, strlen(text)));
}

void
node_answer(struct node *n, uint32_t serial, const char *text)
{
	struct msg *m = msg_new(MSG_EV_RESULT);

	m->serial = serial;
	m->b.result.ok = true;
	node_emit(n, msg_set_bytes(m, text, strlen(text)));
}

/* ---- what the transfer engine asks ---- */

static void
host_random(void *arg, void *out, size_t len)
{
	node_random(arg, out, len);
}

static bool
host_online(void *arg, const struct key *key)
{
	struct peer *p = peer_find(arg, key);

	return p != NULL && peer_sends(p);
}

static bool
host_frame(void *arg, const struct key *key, uint8_t type, uint8_t flags, const void *body,
	   size_t len)
{
	struct peer *p = peer_find(arg, key);

	return p != NULL && peer_sends(p) && session_send(p->link->session, type, flags, body, len);
}

static void
host_bulk_ready(void *arg, const struct key *key, bool apart)
{
	struct peer *p = peer_find(arg, key);

	if (p == NULL || !p->mutual)
		return;
	if (!apart)
		session_bulk_ready(p->link->session);
	else if (p->link->apart != NULL)
		session_bulk_ready(p->link->apart->session);
}

static enum bulk_way
host_way(void *arg, const struct key *key)
{
	struct peer *p = peer_find(arg, key);

	return p != NULL ? apart_way(p) : WAY_SESSION;
}

static void
host_disk(void *arg, struct msg *m)
{
	struct node *n = arg;

	n->env.disk(n->env.arg, m);
}

static void
host_store(void *arg, struct msg *m)
{
	node_store(arg, m);
}

static void
host_emit(void *arg, struct msg *m)
{
	node_emit(arg, m);
}

static const char *
host_downloads(void *arg)
{
	struct node *n = arg;

	if (n->downloads[0] == '\0') {
		char *usual = path_downloads();

		strlcpy(n->downloads, usual, sizeof(n->downloads));
		free(usual);
	}
	return n->downloads;
}

static int64_t
host_wall(void *arg)
{
	return node_wall(arg);
}

static void
host_awaits(void *arg, const struct key *key, bool awaits)
{
	struct peer *p = peer_find(arg, key);

	if (p == NULL || p->link == NULL)
		return;
	p->awaits_files = awaits;
	delivery_waits(p);
}

/* ---- life ---- */

struct node *
node_new(const struct node_env *env)
{
	struct node *n = xcalloc(1, sizeof(*n));
	struct transfers_host host = {n,	  env->loop, host_random,     host_online,
				      host_frame, host_way,  host_bulk_ready, host_disk,
				      host_store, host_emit, host_downloads,  host_wall,
				      host_awaits};

	n->env = *env;
	memcpy(n->self.priv, env->identity->secret, KEY_LEN);
	memcpy(n->self.pub, env->identity->key.b, KEY_LEN);
	strlcpy(n->nick, env->nick, sizeof(n->nick));
	strlcpy(n->downloads, env->downloads, sizeof(n->downloads));
	strlcpy(n->listen, env->listen, sizeof(n->listen));
	n->listen_given = env->listen_given;
	n->gate.state = env->door;
	n->receipts = env->receipts;
	n->keep = env->keep;
	n->nearby = env->nearby;
	n->invisible = env->invisible;
	n->no_requests = env->no_requests;
	if (env->status != NULL)
		(void)presence_set_status(n, env->status);
	n->sealed = env->identity->sealed;
	RB_INIT(&n->peers);
	LIST_INIT(&n->links);
	LIST_INIT(&n->dials_list);
	SLIST_INIT(&n->touched);
	link_host_init(n);
	/* Rises with every dial, over restarts too: the other side compares it only within one boot, but a clock costs nothing. */
	n->dials = (uint64_t)env->wall_ms(env->arg) << 16;
	n->discovery = discovery_new(n);
	n->transfers = transfers_new(&host);
	n->pair = pair_new(n);
	n->limit_up = env->limit_up;
	n->limit_down = env->limit_down;
	transfers_limit(n->transfers, NULL, n->limit_up, n->limit_down);
	node_store(n, msg_new(MSG_ST_LOAD));
	return n;
}

void
node_free(struct node *n)
{
	struct peer *p, *next;
	struct link *l;
	struct dial *d;

	if (n == NULL)
		return;
	n->stopping = true;
	n->attached = false;
	timer_clear(n->env.loop, &n->sweep);
	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next)
		peer_free(p);
	while ((d = LIST_FIRST(&n->dials_list)) != NULL)
		dial_free(d);
	while ((l = LIST_FIRST(&n->links)) != NULL)
		link_close(l, BYE_NONE, "");
	timer_clear(n->env.loop, &n->presence_due);
	pair_free(n->pair);
	doctor_free(n);
	discovery_free(n->discovery);
	transfers_free(n->transfers);
	free(n->invite);
	sodium_memzero(n, sizeof(*n));
	free(n);
}

bool
node_stopped(const struct node *n)
{
	return n->stopped;
}

void
node_batch_end(struct node *n)
{
	struct peer *p;

	while ((p = SLIST_FIRST(&n->touched)) != NULL) {
		SLIST_REMOVE_HEAD(&n->touched, touch);
		p->touched = false;
		delivery_batch_end(p);
		peer_emit(p);
	}
}

/* ---- answers of the store ---- */

static void
on_contact(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_contact.peer);

	if (p == NULL)
		p = peer_new(n, &m->b.st_contact.peer);
	p->row = m->b.st_contact;
	free(p->note);
	p->note = m->len > 0 ? xstrndup((const char *)m->bytes, m->len) : NULL;
	if (p->row.trust == TRUST_CHANGED)
		trust_hold(p);
}

static void
on_door(struct node *n, const struct msg *m)
{
	const struct msg_st_door *d = &m->b.st_door;

	if (!invites_load(n, d))
		return;
	if (d->kind == DOORKEY_CONTACTS) {
		memcpy(n->contacts_door, d->door, KEY_LEN);
		n->has_contacts_door = true;
	} else if (d->kind == DOORKEY_INVITE) {
		memcpy(n->invite_door, d->door, KEY_LEN);
		n->has_invite_door = true;
	}
}

static void
on_value(struct node *n, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "";

	if (strcmp(m->b.st_value.name, "port") == 0)
		n->port_before = (uint16_t)atoi(text);
	else if (strcmp(m->b.st_value.name, "invite") == 0 && n->invite == NULL)
		n->invite = xstrdup(text);
	else if (strcmp(m->b.st_value.name, TYPED_VALUE) == 0)
		pair_saved(n, m);
	else
		transfers_value(n->transfers, m->b.st_value.name, text);
}

static void
on_transfer(struct node *n, const struct msg *m)
{
	transfers_loaded(n->transfers, m);
}

static void
greet(struct node *n)
{
	struct peer *p;
	struct msg *ready = msg_new(MSG_EV_READY);

	reach_refresh(n);
	RB_FOREACH (p, peer_tree, &n->peers) {
		peer_emit(p);
		peer_emit_chat(p);
	}
	discovery_emit(n->discovery);
	transfers_attach(n->transfers);
	pair_emit(n);
	ready->serial = n->attach_serial;
	node_emit(n, ready);
}

static void
on_loaded(struct node *n, const struct msg *m)
{
	char why[KEPT_ROOM], *english;
	struct peer *p;

	(void)m;
	n->loaded = true;
	transfers_ready(n->transfers);
	outgoing_sweep(n);
	sweep_start(n);
	reach_make_doors(n);
	if (!reach_listen(n)) {
		english = kept_english(n->listen_error);
		log_error("%s", english);
		free(english);
	}
	reach_refresh(n);
	RB_FOREACH (p, peer_tree, &n->peers)
		peer_dial_now(p);
	discovery_restart(n->discovery);
	if (n->attached) {
		greet(n);
		if (n->listen_error[0] != '\0')
			node_notice(n, true, NULL, "%s",
				    kept_into(why, sizeof(why), n->listen_error));
	}
}

static void
on_said(struct node *n, const struct msg *m)
{
	const struct msg_st_row *row = &m->b.st_row;
	struct peer *p = peer_find(n, &row->peer);
	struct msg *result;

	if (p != NULL && !row->failed && row->dir == DIR_OUT &&
	    (row->kind == ROW_TEXT || row->kind == ROW_ACT))
		delivery_said(p, m);
	if (m->serial == 0)
		return;
	if (row->failed) {
		node_result(n, m->serial, false, &row->peer, "%s%s",
			    row->wire_type == CONTENT_CHAT ? _("it could not be saved: ") : "",
			    m->len > 0 ? (const char *)m->bytes : _("the database refuses it"));
		return;
	}
	result = msg_new(MSG_EV_RESULT);
	result->serial = m->serial;
	result->b.result.ok = true;
	result->b.result.peer = row->peer;
	result->b.result.id = row->id;
	node_emit(n, result);
}

static void
on_got(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_row.peer);

	if (p != NULL)
		delivery_got(p, m);
}

static void
on_acked(struct node *n, const struct msg *m)
{
	/* How the chat stands now comes as SR_CHAT. */
	(void)n;
	(void)m;
}

static void
on_out(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_row.peer);

	if (p != NULL)
		delivery_out(p, m);
}

static void
on_out_end(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_outbox.peer);

	if (p != NULL)
		delivery_out_end(p, m);
}

static void
on_chat(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.sr_chat.chat.peer);

	if (p == NULL)
		return;
	p->chat = m->b.sr_chat.chat;
	peer_emit_chat(p);
	delivery_read(p);
}

static void
on_failed(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.sr_failed.peer);

	/* The outbox is asked for again when the next thing happens with this contact. */
	if (m->b.sr_failed.type == MSG_ST_OUTBOX && p != NULL) {
		p->loading = false;
		p->more = true;
	}
	if (m->b.sr_failed.type == MSG_ST_SWEEP)
		sweep_failed(n);
	if (m->b.sr_failed.type == MSG_ST_VALUE)
		pair_saved(n, m);
	if (m->b.sr_failed.type == MSG_ST_TRANSFER)
		transfers_loaded(n->transfers, m);
	log_error("%s failed: %s", msg_name(m->b.sr_failed.type),
		  m->len > 0 ? (const char *)m->bytes : "?");
	node_notice(n, true, NULL, "Not saved: %s",
		    m->len > 0 ? (const char *)m->bytes : _("the database refuses it"));
}

static void
on_stopped(struct node *n, const struct msg *m)
{
	(void)m;
	n->stopped = true;
}

/* ---- commands that are the node's own ---- */

static void
on_attach(struct node *n, const struct msg *m)
{
	n->attached = true;
	n->attach_serial = m->serial;
	if (n->loaded)
		greet(n);
}

static void
on_transfer_op(struct node *n, const struct msg *m)
{
	transfers_command(n->transfers, m);
}

static void
on_exported(struct node *n, const struct msg *m)
{
	const struct msg_exported *x = &m->b.exported;
	const char *text = m->len > 0 ? (const char *)m->bytes : "";

	if (x->ok)
		node_notice(n, false, &x->peer,
			    say_plural("%llu message is in %s.", "%llu messages are in %s.",
				       x->messages),
			    (unsigned long long)x->messages, text);
	node_result(n, m->serial, x->ok, &x->peer, "%s", x->ok ? "" : text);
}

/* Everybody hears a BYE, the transfers keep how far they got, and the store is the last to go. */
static void
on_quit(struct node *n, const struct msg *m)
{
	struct peer *p;
	struct link *l;
	struct dial *d;

	(void)m;
	if (n->stopping)
		return;
	discovery_visible(n->discovery, 0);
	n->stopping = true;
	doctor_free(n);
	pair_stop(n);
	discovery_restart(n->discovery);
	transfers_stop(n->transfers);
	node_batch_end(n);
	RB_FOREACH (p, peer_tree, &n->peers)
		peer_hang_up(p, BYE_QUIT);
	while ((d = LIST_FIRST(&n->dials_list)) != NULL)
		dial_free(d);
	while ((l = LIST_FIRST(&n->links)) != NULL)
		link_close(l, BYE_QUIT, "");
	sweep_stop(n);
	node_store(n, msg_new(MSG_ST_STOP));
}

static void
on_typed(struct node *n, const struct msg *m)
{
	struct msg *keep = msg_new(MSG_ST_TYPED);

	keep->b.typed = m->b.typed;
	if (m->len <= TYPED_MAX_BYTES)
		msg_set_bytes(keep, m->bytes, m->len);
	node_store(n, keep);
}

/* ---- the table ---- */

typedef void obey_fn(struct node *n, const struct msg *m);

static void
on_clean(struct node *n, const struct msg *m)
{
	transfers_clean(n->transfers, m);
}

static void
on_choose(struct node *n, const struct msg *m)
{
	transfers_choose(n->transfers, m);
}

/* A contact is on disk as it was when that was asked for. */
static void
on_saved(struct node *n, const struct msg *m)
{
	reach_saved(n, m);
	successor_saved(n, m);
}

static obey_fn *const obey[MSG_NTYPES] = {
	[MSG_CMD_ATTACH] = on_attach,
	[MSG_CMD_ADD] = commands_add,
	[MSG_CMD_CONTACT] = commands_contact,
	[MSG_CMD_PAIR] = pair_open,
	[MSG_CMD_JOIN] = pair_join,
	[MSG_CMD_SAY] = commands_say,
	[MSG_CMD_SEND] = outgoing_send,
	[MSG_CMD_TRANSFER] = on_transfer_op,
	[MSG_CMD_CHOOSE] = on_choose,
	[MSG_CMD_CLEAN] = on_clean,
	[MSG_CMD_LISTEN] = commands_listen,
	[MSG_CMD_TYPED] = on_typed,
	[MSG_CMD_INVITE] = invites_command,
	[MSG_CMD_SET] = commands_set,
	[MSG_CMD_NEARBY] = commands_nearby,
	[MSG_CMD_DOCTOR] = commands_doctor,
	[MSG_CMD_PRESENCE] = presence_command,
	[MSG_CMD_SUCCESSOR] = successor_command,
	[MSG_CMD_QUIT] = on_quit,
	[MSG_SR_CONTACT] = on_contact,
	[MSG_SR_DOOR] = on_door,
	[MSG_SR_VALUE] = on_value,
	[MSG_SR_TRANSFER] = on_transfer,
	[MSG_SR_LOADED] = on_loaded,
	[MSG_SR_SAVED] = on_saved,
	[MSG_SR_SAID] = on_said,
	[MSG_SR_GOT] = on_got,
	[MSG_SR_ACKED] = on_acked,
	[MSG_SR_OUT] = on_out,
	[MSG_SR_OUT_END] = on_out_end,
	[MSG_SR_CHAT] = on_chat,
	[MSG_SR_GONE] = sweep_gone,
	[MSG_SR_DUE] = sweep_due,
	[MSG_SR_FAILED] = on_failed,
	[MSG_SR_STOPPED] = on_stopped,
	[MSG_NR_RESOLVED] = dial_resolved,
	[MSG_WR_EXPORTED] = on_exported,
	[MSG_WR_SPOOLED] = outgoing_spooled,
	[MSG_WR_PASSPHRASE] = passphrase_written,
	[MSG_SR_SEALING] = passphrase_progress,
	[MSG_SR_SEALED] = passphrase_sealed,
};

bool
node_obeys(unsigned type)
{
	if (type >= MSG_NTYPES)
		return false;
	/* A page, a search, an export or a passphrase goes straight to its thread, the disk's answers to the transfers. */
	return type == MSG_CMD_PAGE || type == MSG_CMD_WENT || type == MSG_CMD_SEARCH ||
	       type == MSG_CMD_EXPORT || type == MSG_CMD_LONG || type == MSG_CMD_PASSPHRASE ||
	       msg_way((enum msg_type)type) == FROM_DISK || obey[type] != NULL;
}

void
node_obey(struct node *n, struct msg *m)
{
	if (m->type == MSG_CMD_PAGE || m->type == MSG_CMD_WENT || m->type == MSG_CMD_SEARCH) {
		node_store(n, m);
		return;
	}
	if (m->type == MSG_CMD_EXPORT || m->type == MSG_CMD_PASSPHRASE) {
		n->env.chore(n->env.arg, m);
		return;
	}
	if (m->type == MSG_CMD_LONG) {
		outgoing_long(n, m);
		return;
	}
	if (msg_way(m->type) == FROM_DISK)
		transfers_disk(n->transfers, m);
	else if (obey[m->type] != NULL)
		obey[m->type](n, m);
	msg_free(m);
}
