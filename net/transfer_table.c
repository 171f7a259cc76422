/* transfer_table.c - the table of transfers, the state each is in, and what front end, store, peer and disk are told of it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* ---- finding ---- */

struct tpeer *
peer_of(struct transfers *e, const struct key *key)
{
	struct tpeer *p;

	TAILQ_FOREACH (p, &e->peers, next)
		if (key_equal(&p->key, key))
			return p;
	p = xcalloc(1, sizeof(*p));
	p->key = *key;
	TAILQ_INIT(&p->mine);
	TAILQ_INSERT_HEAD(&e->peers, p, next);
	return p;
}

struct transfer *
transfer_by_tree(struct transfers *e, int64_t tree)
{
	struct transfer *t;

	TAILQ_FOREACH (t, &e->trees, in_trees)
		if (t->tree == tree)
			return t;
	return NULL;
}

struct transfer *
transfer_by_number(struct transfers *e, int64_t number)
{
	struct transfer *t;

	TAILQ_FOREACH (t, &e->all, in_all)
		if (t->number == number && number != 0)
			return t;
	return NULL;
}

struct transfer *
transfer_by_id(struct tpeer *p, const struct id *id, enum direction dir)
{
	struct transfer *t;

	TAILQ_FOREACH (t, &p->mine, in_peer)
		if (t->dir == dir && id_equal(&t->id, id))
			return t;
	return NULL;
}

struct transfer *
transfer_by_handle(struct tpeer *p, uint32_t handle, enum direction dir)
{
	struct transfer *t;

	LIVE_FOREACH(t, p)
	if (t->offered && t->dir == dir && t->handle == handle)
		return t;
	return NULL;
}

unsigned
peer_offered(const struct tpeer *p, enum direction dir)
{
	struct transfer *t;
	unsigned n = 0;

	LIVE_FOREACH(t, p)
	n += t->offered && t->dir == dir;
	return n;
}

/* ---- making and ending ---- */

/* Behind the last of the peer's that has not ended, or at the very end. */
static void
insert(struct transfer *t)
{
	struct transfer *o = TAILQ_FIRST(&t->peer->mine);

	while (o != NULL && !(o->ended && !t->ended))
		o = TAILQ_NEXT(o, in_peer);
	if (o != NULL)
		TAILQ_INSERT_BEFORE(o, t, in_peer);
	else
		TAILQ_INSERT_TAIL(&t->peer->mine, t, in_peer);
}

struct transfer *
transfer_new(struct transfers *e, struct tpeer *p, enum direction dir)
{
	struct transfer *t = xcalloc(1, sizeof(*t));

	t->e = e;
	t->peer = p;
	t->dir = dir;
	t->cookie = ++e->cookies;
	t->shown_eta = -1;
	t->free_bytes = t->space = UINT64_MAX;
	TAILQ_INIT(&t->chunks);
	set_text(&t->name, "");
	set_text(&t->place, "");
	set_text(&t->reason, "");
	TAILQ_INSERT_TAIL(&e->all, t, in_all);
	insert(t);
	return t;
}

void
transfer_free(struct transfer *t)
{
	receive_drop_list(t);
	receive_drop_batch(t);
	send_unoffer(t);
	if (t->tree != 0)
		TAILQ_REMOVE(&t->e->trees, t, in_trees);
	if (t->peer->turn == t)
		t->peer->turn = NULL;
	TAILQ_REMOVE(&t->e->all, t, in_all);
	TAILQ_REMOVE(&t->peer->mine, t, in_peer);
	free(t->name);
	free(t->place);
	free(t->reason);
	free(t->pause_why);
	free(t->told);
	free(t->their_why);
	transfer_lost_drop(t);
	free(t->paths);
	free(t->names);
	free(t->want);
	free(t->part);
	free(t->wanted);
	free(t);
}

void
transfer_revive(struct transfer *t)
{
	TAILQ_REMOVE(&t->peer->mine, t, in_peer);
	insert(t);
}

void
transfer_end(struct transfer *t, enum transfer_state state, const char *reason)
{
	struct transfers *e = t->e;
	struct tpeer *p = t->peer;

	if (t->ended)
		return;
	t->ended = true;
	t->state = state;
	t->ended_at = t->e->h.wall_ms(t->e->h.arg);
	set_text(&t->reason, reason != NULL ? reason : "");
	send_unoffer(t);
	t->offered = t->gathering = t->streaming = false;
	receive_drop_list(t);
	receive_drop_batch(t);
	t->preparing = t->finishing = t->taking = false;
	choose_drop(t);
	if (t->dir == DIR_OUT && t->accepted && !t->arrived)
		transfer_went_nowhere(t);
	if (!t->committing)
		disk_job_close(t, state != TRANSFER_DONE);
	transfer_answer(t, state == TRANSFER_DONE ? NULL : t->reason);
	if (t->number == 0 && !t->storing) {
		transfer_free(t);
	} else {
		TAILQ_REMOVE(&p->mine, t, in_peer);
		TAILQ_INSERT_TAIL(&p->mine, t, in_peer);
		if (p->turn == t)
			p->turn = NULL;
		transfer_save(t);
		if (!t->committing)
			transfer_tell(t);
	}
	peer_awaits(e, p);
	/* Its place is free for the next. */
	send_try_all(p);
	send_schedule(p);
}

void
transfer_break(struct transfer *t, enum transfer_state state, uint8_t type, const char *reason,
	       const char *told)
{
	set_text(&t->told, told);
	t->owed = !send_id_text(t, type, told);
	transfer_end(t, state, reason);
}

/* ---- texts ---- */

void
set_text(char **where, const char *text)
{
	char *copy = text != NULL ? xstrdup(text) : NULL;

	free(*where);
	*where = copy;
}

char *
peer_text(const uint8_t *p, size_t n)
{
	const char *s = (const char *)p;
	char *words, *kept;

	if (p == NULL || !text_valid_utf8(s, n) || memchr(s, '\0', n) != NULL)
		return xstrdup("");
	words = xstrndup(s, text_truncate_utf8(s, n, REASON_MAX));
	kept = kept_text(words);
	free(words);
	return kept;
}

/* ---- states ---- */

/* Why it is paused. Fresh, to be kept. */
static char *
pause_sentence(const struct transfer *t)
{
	if (t->paused_here)
		return xstrdup(t->pause_why != NULL ? t->pause_why : REASON_PAUSED);
	if (t->their_why != NULL && t->their_why[0] != '\0')
		return kept_around("paused by the other side: %s", t->their_why);
	return xstrdup(N_("paused by the other side"));
}

/* How an outgoing one stands, and in words if they are needed. */
static enum transfer_state
state_out(const struct transfer *t, char **why)
{
	if (t->peer->held != NULL) {
		*why = xstrdup(t->peer->held);
		return t->accepted ? TRANSFER_PAUSED : TRANSFER_WAITING;
	}
	if (t->accepted && (t->paused_here || t->paused_there)) {
		*why = pause_sentence(t);
		return TRANSFER_PAUSED;
	}
	if (!t->peer->online) {
		*why = xstrdup(REASON_OFFLINE);
		return t->accepted ? TRANSFER_STALLED : TRANSFER_WAITING;
	}
	if (t->done_sent || (t->active && t->summing))
		return TRANSFER_CHECKING;
	if (t->active)
		return TRANSFER_RUNNING;
	if (t->accepted && !t->streaming) {
		/* Who has accepted once may be asked again, if it is not the same any more. */
		if (t->offered)
			*why = xstrdup(REASON_UNANSWERED);
		return TRANSFER_STALLED;
	}
	if (t->streaming)
		*why = xstrdup(N_("waits for its turn"));
	else if (t->scanning)
		*why = xstrdup(N_("looking at the files"));
	else if (!t->offered)
		*why = xstrdup(N_("waits until other offers are answered"));
	else
		*why = xstrdup(REASON_UNANSWERED);
	return TRANSFER_WAITING;
}

static enum transfer_state
state_in(const struct transfer *t, char **why)
{
	if (t->finishing)
		return TRANSFER_CHECKING;
	if (t->accepted && t->peer->held != NULL) {
		*why = xstrdup(t->peer->held);
		return TRANSFER_PAUSED;
	}
	if (!t->accepted) {
		if (t->peer->held != NULL)
			*why = xstrdup(t->peer->held);
		else if (!t->peer->online)
			*why = xstrdup(REASON_OFFLINE);
		else if (t->differs)
			*why = xstrdup(N_("it is not the same any more: look again"));
		return TRANSFER_WAITING;
	}
	if (t->paused_here || t->paused_there) {
		*why = pause_sentence(t);
		return TRANSFER_PAUSED;
	}
	if (!t->peer->online)
		*why = xstrdup(REASON_OFFLINE);
	else if (t->preparing || t->noting)
		return TRANSFER_CHECKING;
	return t->streaming ? TRANSFER_RUNNING : TRANSFER_STALLED;
}

/* Whether it is the other program's turn. One that is paused, rests because of a key in doubt, or was not answered here waits for our
 * person; one that our disk or our store is busy with, or that others of ours go before, for us. */
static bool
awaits(const struct transfer *t)
{
	if (t->peer->held != NULL || (t->accepted && (t->paused_here || t->paused_there)))
		return false;
	if (t->dir == DIR_IN)
		return t->accepted && !t->preparing && !t->noting && !t->finishing;
	return (t->offered && !t->streaming) || t->active || t->done_sent;
}

void
peer_awaits(struct transfers *e, struct tpeer *p)
{
	struct transfer *t;
	bool any = false;

	LIVE_FOREACH(t, p)
	any = any || awaits(t);
	if (!p->online || any == p->awaited)
		return;
	p->awaited = any;
	if (e->h.awaits != NULL)
		e->h.awaits(e->h.arg, &p->key, any);
}

void
transfer_refresh(struct transfer *t)
{
	enum transfer_state state;
	char *why = NULL;

	if (t->ended)
		return;
	state = t->dir == DIR_OUT ? state_out(t, &why) : state_in(t, &why);
	if (why == NULL)
		why = xstrdup("");
	if (state == t->state && strcmp(why, t->reason) == 0) {
		free(why);
		peer_awaits(t->e, t->peer);
		return;
	}
	if (state == TRANSFER_RUNNING && t->state != TRANSFER_RUNNING) {
		rate_start(&t->rate, loop_now(t->e->h.loop), t->done);
		transfers_tick(t->e);
	}
	t->state = state;
	free(t->reason);
	t->reason = why;
	peer_awaits(t->e, t->peer);
	if (t->number != 0) {
		transfer_save(t);
		transfer_tell(t);
	}
}

/* ---- progress ---- */

static void
tick(void *arg)
{
	struct transfers *e = arg;
	uint64_t now = loop_now(e->h.loop);
	bool any = false;
	struct tpeer *p;
	struct transfer *t;

	TAILQ_FOREACH (p, &e->peers, next) {
		LIVE_FOREACH(t, p)
		{
			if (t->state != TRANSFER_RUNNING)
				continue;
			any = true;
			rate_note(&t->rate, now, t->done);
			if (t->number != 0 &&
			    (t->shown_done != t->done ||
			     t->shown_rate != rate_bytes(&t->rate, now, t->done) ||
			     t->shown_eta != rate_eta(&t->rate, now, t->done, t->bytes - t->done)))
				transfer_tell(t);
		}
	}
	if (any)
		transfers_tick(e);
}

void
transfers_tick(struct transfers *e)
{
	if (!timer_is_set(&e->tick))
		timer_set(e->h.loop, &e->tick, PROGRESS_EVERY, tick, e);
}

/* ---- what the front end and the store are told ---- */

static size_t
join(uint8_t *out, const char *s)
{
	size_t n = strlen(s) + 1;

	memcpy(out, s, n);
	return n;
}

/* name NUL place NUL reason NUL tail, as the message's bytes. */
static void
set_texts(struct msg *m, const struct transfer *t, const char *place, const void *tail, size_t n)
{
	size_t len = strlen(t->name) + strlen(place) + strlen(t->reason) + 3, at = 0;
	uint8_t *b = xmalloc(len + n + 1);

	at += join(b + at, t->name);
	at += join(b + at, place);
	at += join(b + at, t->reason);
	if (n > 0)
		memcpy(b + at, tail, n);
	b[at + n] = '\0';
	msg_take_bytes(m, b, at + n);
}

void
transfer_tell(struct transfer *t)
{
	struct transfers *e = t->e;
	uint64_t now = loop_now(e->h.loop);
	bool runs = t->state == TRANSFER_RUNNING, waits;
	struct msg_transfer *b;
	struct msg *m;

	if (t->number == 0)
		return;
	m = msg_new(MSG_EV_TRANSFER);
	b = &m->b.transfer;
	waits = t->dir == DIR_IN && !t->accepted && !t->ended;
	t->shown_done = t->done;
	t->shown_rate = runs ? rate_bytes(&t->rate, now, t->done) : 0;
	t->shown_eta = runs ? rate_eta(&t->rate, now, t->done, t->bytes - t->done) : -1;
	b->transfer = t->number;
	b->peer = t->peer->key;
	b->dir = t->dir;
	b->state = t->state;
	b->paused_here = t->paused_here;
	b->paused_there = t->paused_there;
	b->odd_name = t->odd;
	b->executable = t->executable;
	b->files = t->files;
	b->folders = t->folders;
	b->bytes_total = t->bytes;
	b->bytes_done = t->done;
	b->queue = t->shown_place = order_place(t);
	b->rate = t->shown_rate;
	b->eta = t->shown_eta;
	b->space = t->space < t->bytes ? t->space : t->bytes;
	b->free_bytes = t->free_bytes != UINT64_MAX ? t->free_bytes : 0;
	b->started = t->started;
	b->ended = t->ended_at;
	b->origin = t->origin;
	set_texts(m, t, waits ? e->h.downloads(e->h.arg) : t->place, t->names,
		  waits ? t->names_len : 0);
	e->h.emit(e->h.arg, m);
}

void
transfer_save(struct transfer *t)
{
	struct transfers *e = t->e;
	struct msg *m;
	struct msg_st_transfer *b;

	if (t->storing)
		return;
	m = msg_new(MSG_ST_TRANSFER);
	b = &m->b.st_transfer;
	b->transfer = t->number;
	b->cookie = t->number == 0 || t->committing || t->asks ? t->cookie : 0;
	t->asks = false;
	b->peer = t->peer->key;
	b->id = t->id;
	b->dir = t->dir;
	/* A pause of the peer's ends with the session. */
	b->state = t->state == TRANSFER_PAUSED && !t->paused_here ? TRANSFER_STALLED : t->state;
	b->unlink_after = t->unlink_after;
	b->files = t->files;
	b->folders = t->folders;
	b->bytes_total = t->bytes;
	b->bytes_done = t->done;
	b->started = t->started;
	b->ended = t->ended_at;
	set_texts(m, t, t->place, t->paths, t->paths_len);
	t->storing = t->number == 0;
	t->saved = t->state;
	e->h.store(e->h.arg, m);
}

void
transfers_answer(struct transfers *e, uint32_t serial, const struct key *peer, int64_t number,
		 const char *why)
{
	struct msg *m;
	char *said;

	if (serial == 0)
		return;
	m = msg_new(MSG_EV_RESULT);
	m->serial = serial;
	m->b.result.ok = why == NULL;
	m->b.result.peer = *peer;
	m->b.result.transfer = number;
	if (why != NULL) {
		said = kept_say(why);
		msg_set_bytes(m, said, strlen(said));
		free(said);
	}
	e->h.emit(e->h.arg, m);
}

void
transfer_answer(struct transfer *t, const char *why)
{
	transfers_answer(t->e, t->serial, &t->peer->key, t->number, why);
	t->serial = 0;
}

/* ---- frames ---- */

bool
send_frame(struct transfer *t, uint8_t type, const void *body, size_t len)
{
	struct transfers *e = t->e;

	return t->peer->online && e->h.frame(e->h.arg, &t->peer->key, type, 0, body, len);
}

bool
send_critical(struct transfer *t, uint8_t type, const void *body, size_t len)
{
	struct transfers *e = t->e;

	return t->peer->online &&
	       e->h.frame(e->h.arg, &t->peer->key, type, FRAME_CRITICAL, body, len);
}

bool
send_id_text(struct transfer *t, uint8_t type, const char *text)
{
	uint8_t body[ID_LEN + 2 + REASON_MAX];
	struct writer w;

	wr_open(&w, body, sizeof(body));
	wr_bytes(&w, t->id.b, ID_LEN);
	wr_string(&w, text, text_truncate_utf8(text, strlen(text), REASON_MAX));
	return send_frame(t, type, body, w.len);
}

void
send_pause(struct transfer *t, bool on)
{
	const char *why = on && t->pause_why != NULL && t->told != NULL ? t->told : "";
	uint8_t body[ID_LEN + 1 + 2 + REASON_MAX];
	struct writer w;

	wr_open(&w, body, sizeof(body));
	wr_bytes(&w, t->id.b, ID_LEN);
	wr_u8(&w, on ? 1 : 0);
	wr_string(&w, why, text_truncate_utf8(why, strlen(why), REASON_MAX));
	t->pause_told = send_frame(t, FRAME_PAUSE, body, w.len) && on;
}

/* ---- disk ---- */

struct msg *
disk_job(struct transfer *t, enum job job)
{
	static const enum msg_type types[] = {
		[JOB_SCAN] = MSG_DISK_SCAN,	[JOB_LIST] = MSG_DISK_READ,
		[JOB_READ] = MSG_DISK_READ,	[JOB_PLACE] = MSG_DISK_PREPARE,
		[JOB_PROBE] = MSG_DISK_PREPARE, [JOB_PREPARE] = MSG_DISK_PREPARE,
		[JOB_WRITE] = MSG_DISK_WRITE,	[JOB_FINISH] = MSG_DISK_FINISH,
		[JOB_CLOSE] = MSG_DISK_CLOSE,	[JOB_CHOOSE] = MSG_DISK_CHOOSE,
		[JOB_TAKE] = MSG_DISK_CHOOSE,	[JOB_CLEAN] = MSG_DISK_CLEAN,
	};
	struct msg *m = msg_new(types[job]);

	if (t->tree == 0) {
		t->tree = ++t->e->trees_made;
		TAILQ_INSERT_TAIL(&t->e->trees, t, in_trees);
	}
	m->b.disk.job = (uint64_t)t->gen << 8 | (uint64_t)job;
	m->b.disk.transfer = t->number;
	m->b.disk.handle = t->tree;
	return m;
}

void
disk_job_push(struct transfer *t, struct msg *m)
{
	t->e->h.disk(t->e->h.arg, m);
}

/* Says which parts are meant: their folder, a NUL, the id. */
static void
name_parts(const struct transfer *t, struct msg *m)
{
	size_t n = strlen(t->place) + 1;
	uint8_t *b = xmalloc(n + ID_LEN + 1);

	memcpy(b, t->place, n);
	memcpy(b + n, t->id.b, ID_LEN);
	b[n + ID_LEN] = '\0';
	msg_take_bytes(m, b, n + ID_LEN);
	m->b.disk.flags |= DISK_RESUME;
}

void
disk_job_close(struct transfer *t, bool remove)
{
	/* Parts of an earlier process are removed too, though the disk workers do not know them yet. */
	bool vouchers = t->dir == DIR_OUT && t->ended && t->accepted;
	bool parts =
		remove && t->dir == DIR_IN && (t->accepted || t->kept) && t->state != TRANSFER_DONE;
	struct msg *m;

	if (t->tree == 0 && !parts && !vouchers && !(t->unlink_after && t->ended))
		return;
	m = disk_job(t, JOB_CLOSE);
	if (remove)
		m->b.disk.flags = DISK_REMOVE;
	m->b.disk.flags |= vouchers ? DISK_ENDED : 0;
	if (parts)
		name_parts(t, m);
	else if (t->unlink_after && t->ended)
		msg_set_bytes(m, t->paths, t->paths_len);
	disk_job_push(t, m);
	TAILQ_REMOVE(&t->e->trees, t, in_trees);
	t->tree = 0;
	t->gen++;
}
