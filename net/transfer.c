/* transfer.c - the transfer engine's doors: commands, sessions that come and go, frames, answers of store and disk. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

/* How long the peer of a transfer that was cancelled here may not have heard of it and is still told, ms. */
#define TELL_FOR (INT64_C(30) * 24 * 60 * 60 * 1000)

struct transfers *
transfers_new(const struct transfers_host *host)
{
	struct transfers *e = xcalloc(1, sizeof(*e));

	e->h = *host;
	e->reads = pool_new(DISK_BUFFER, READ_BUFFERS);
	e->batches = pool_new(BATCH_SIZE, 4);
	TAILQ_INIT(&e->peers);
	TAILQ_INIT(&e->all);
	TAILQ_INIT(&e->trees);
	return e;
}

void
transfers_free(struct transfers *e)
{
	struct transfer *t;
	struct tpeer *p;

	if (e == NULL)
		return;
	while ((t = TAILQ_FIRST(&e->all)) != NULL)
		transfer_free(t);
	while ((p = TAILQ_FIRST(&e->peers)) != NULL) {
		TAILQ_REMOVE(&e->peers, p, next);
		free(p->auto_to);
		free(p->owed);
		free(p->held);
		free(p);
	}
	timer_clear(e->h.loop, &e->tick);
	timer_clear(e->h.loop, &e->limit_due);
	timer_clear(e->h.loop, &e->held_due);
	clean_free(e);
	free(e->order);
	pool_release(e->reads);
	pool_release(e->batches);
	free(e);
}

/* ---- the store ---- */

/* The row in the chat. */
static void
push_line(struct transfer *t)
{
	struct msg *m = msg_new(MSG_ST_LINE);

	m->b.st_row.peer = t->peer->key;
	m->b.st_row.time = t->started;
	m->b.st_row.arrived = t->started;
	m->b.st_row.dir = t->dir;
	m->b.st_row.kind = ROW_FILE;
	m->b.st_row.transfer = t->number;
	t->e->h.store(t->e->h.arg, msg_set_bytes(m, t->name, strlen(t->name)));
}

static void
push_forget(struct transfers *e, int64_t number, const struct key *peer)
{
	struct msg *m = msg_new(MSG_ST_FORGET_TRANSFER);

	m->b.st_transfer.transfer = number;
	m->b.st_transfer.peer = *peer;
	e->h.store(e->h.arg, m);
}

/* A new transfer has its number. */
static void
numbered(struct transfer *t, int64_t number)
{
	t->number = number;
	t->storing = false;
	push_line(t);
	if (t->dir == DIR_OUT && !t->ended)
		transfer_answer(t, NULL);
	if (t->state != t->saved)
		transfer_save(t);
	(void)auto_try(t);
	transfer_refresh(t);
	transfer_tell(t);
	send_try(t);
}

/* The store could not keep it: it does not take place. */
static void
not_stored(struct transfer *t, const struct msg *m)
{
	const char *why = m->len > 0 ? (const char *)m->bytes : N_("It could not be stored.");

	t->storing = false;
	if (t->ended)
		transfer_free(t);
	else
		transfer_break(t, TRANSFER_FAILED, t->dir == DIR_IN ? FRAME_REFUSE : FRAME_CANCEL,
			       t->dir == DIR_IN ? N_("it could not be stored") : why,
			       "it could not be stored");
}

/* A row of an earlier day. */
static void
load(struct transfers *e, const struct msg *m)
{
	const struct msg_st_transfer *b = &m->b.st_transfer;
	struct transfer *t = transfer_new(e, peer_of(e, &b->peer), b->dir);
	const char *reason = msg_string(m, 2);
	size_t head;

	set_text(&t->name, msg_string(m, 0));
	set_text(&t->place, msg_string(m, 1));
	set_text(&t->reason, reason);
	t->number = b->transfer;
	t->id = b->id;
	t->state = t->saved = b->state;
	t->unlink_after = b->unlink_after;
	t->files = b->files;
	t->folders = b->folders;
	t->bytes = b->bytes_total;
	t->done = b->bytes_done;
	t->started = b->started;
	t->ended_at = b->ended;
	head = strlen(t->name) + strlen(t->place) + strlen(reason) + 3;
	if (b->dir == DIR_OUT && m->len > head) {
		t->paths_len = m->len - head;
		t->paths = xmemdup(m->bytes + head, t->paths_len);
	}
	if (transfer_ended(b->state)) {
		t->ended = true;
		/* To its place behind those that go on. */
		TAILQ_REMOVE(&t->peer->mine, t, in_peer);
		TAILQ_INSERT_TAIL(&t->peer->mine, t, in_peer);
		t->owed = b->dir == DIR_OUT && b->state == TRANSFER_CANCELLED &&
			  e->h.wall_ms(e->h.arg) - b->ended < TELL_FOR;
		return;
	}
	order_loaded(t);
	t->accepted = b->state != TRANSFER_WAITING;
	t->paused_here = b->state == TRANSFER_PAUSED;
	if (t->paused_here && !held_by_hand(reason))
		set_text(&t->pause_why, reason);
	transfer_refresh(t);
	send_try(t);
}

void
transfers_loaded(struct transfers *e, const struct msg *m)
{
	bool failed = m->type == MSG_SR_FAILED;
	uint64_t cookie = failed ? m->b.sr_failed.cookie : m->b.st_transfer.cookie;
	struct transfer *t = NULL;

	if (cookie != 0)
		TAILQ_FOREACH (t, &e->all, in_all)
			if ((t->storing || t->committing || t->noting) && t->cookie == cookie)
				break;
	if (failed) {
		/* What arrived and could not be noted is found again at the next start. */
		if (t != NULL && t->noting)
			receive_noted(t);
		else if (t != NULL && !t->committing)
			not_stored(t, m);
	} else if (cookie == 0) {
		load(e, m);
	} else if (t == NULL) {
		/* Its contact was removed meanwhile. */
		push_forget(e, m->b.st_transfer.transfer, &m->b.st_transfer.peer);
	} else if (t->storing) {
		numbered(t, m->b.st_transfer.transfer);
	} else if (t->noting) {
		receive_noted(t);
	} else {
		receive_committed(t);
	}
}

/* ---- commands ---- */

static void
forget(struct transfer *t)
{
	struct transfers *e = t->e;
	struct msg *m = msg_new(MSG_EV_TRANSFER);

	m->b.transfer.transfer = t->number;
	m->b.transfer.peer = t->peer->key;
	m->b.transfer.dir = t->dir;
	m->b.transfer.state = t->state;
	m->b.transfer.gone = true;
	if (t->committing)
		disk_job_close(t, true);
	if (t->number != 0) {
		push_forget(e, t->number, &t->peer->key);
		e->h.emit(e->h.arg, m);
	} else {
		msg_free(m);
	}
	transfer_free(t);
}

/* Both halves of a pause by hand. NULL, or why not. */
static const char *
pause_by_hand(struct transfer *t)
{
	if (!t->accepted)
		return _("It does not run yet.");
	if (t->finishing || t->done_sent)
		return _("All of it is there already.");
	if (t->paused_here && !held(t))
		return NULL;
	/* What the disk held back does not go on by itself any more. */
	t->paused_here = true;
	set_text(&t->pause_why, NULL);
	set_text(&t->told, NULL);
	send_pause(t, true);
	if (t->dir == DIR_OUT)
		send_schedule(t->peer);
	transfer_refresh(t);
	return NULL;
}

static const char *
cancel_by_hand(struct transfer *t)
{
	bool refuse = t->dir == DIR_IN && !t->accepted;

	if (t->finishing)
		return _("All of it is there already.");
	t->owed = !send_id_text(t, refuse ? FRAME_REFUSE : FRAME_CANCEL, "");
	transfer_end(t, refuse ? TRANSFER_REFUSED : TRANSFER_CANCELLED,
		     refuse ? N_("refused here") : N_("cancelled here"));
	return NULL;
}

static void
resume_by_hand(struct transfer *t, uint32_t serial)
{
	if (!t->paused_here) {
		transfers_answer(t->e, serial, &t->peer->key, t->number,
				 t->paused_there ? N_("The other side paused it.") : NULL);
	} else if (t->dir == DIR_IN) {
		receive_resume(t, serial);
	} else {
		t->paused_here = false;
		send_pause(t, false);
		send_schedule(t->peer);
		transfers_answer(t->e, serial, &t->peer->key, t->number, NULL);
	}
	transfer_refresh(t);
}

static void
operate(struct transfers *e, const struct msg *cmd)
{
	struct transfer *t = transfer_by_number(e, cmd->b.transfer_op.transfer);
	enum transfer_op op = cmd->b.transfer_op.op;
	bool accepts = op == TOP_ACCEPT || op == TOP_ACCEPT_PART;
	struct key peer = {{0}};
	const char *why = NULL;
	int64_t number;

	if (t == NULL) {
		why = _("There is no such transfer.");
		if (op == TOP_RETRY && cmd->b.transfer_op.transfer == 0)
			why = again_all(e);
		transfers_answer(e, cmd->serial, &peer, cmd->b.transfer_op.transfer, why);
		return;
	}
	peer = t->peer->key;
	number = t->number;
	if (op == TOP_RETRY)
		why = again(t, cmd->serial);
	else if (op == TOP_FORGET && t->ended)
		forget(t);
	else if (op == TOP_FORGET)
		why = _("It has not ended yet.");
	else if (t->ended)
		why = _("It has ended.");
	else if ((accepts || op == TOP_REFUSE) && t->dir == DIR_OUT)
		why = _("It goes out: there is nothing to accept.");
	else if (op == TOP_REFUSE && t->accepted)
		why = _("It is accepted already: cancel it.");
	else if (op == TOP_UP || op == TOP_DOWN || op == TOP_FIRST || op == TOP_LAST)
		why = order_move(t, op);
	else if (op == TOP_PAUSE)
		why = pause_by_hand(t);
	else if (op == TOP_CANCEL || op == TOP_REFUSE)
		why = cancel_by_hand(t);
	else if (op == TOP_ACCEPT_PART)
		choose_accept(t, cmd);
	else if (op == TOP_ACCEPT)
		receive_accept(t, cmd->len > 0 ? (const char *)cmd->bytes : "", cmd->serial);
	else if (op == TOP_RESUME)
		resume_by_hand(t, cmd->serial);
	if ((!accepts && op != TOP_RESUME && op != TOP_RETRY) || why != NULL)
		transfers_answer(e, cmd->serial, &peer, number, why);
}

void
transfers_command(struct transfers *e, const struct msg *cmd)
{
	if (cmd->type == MSG_CMD_SEND)
		send_command(e, cmd);
	else
		operate(e, cmd);
}

void
transfers_attach(struct transfers *e)
{
	struct transfer *t;

	TAILQ_FOREACH (t, &e->all, in_all)
		transfer_tell(t);
	clean_attach(e);
}

/* ---- sessions ---- */

void
transfers_online(struct transfers *e, const struct key *peer)
{
	struct tpeer *p = peer_of(e, peer);
	struct transfer *t;

	p->online = true;
	again_owed(e, p);
	TAILQ_FOREACH (t, &p->mine, in_peer) {
		if (t->ended && t->owed)
			t->owed = !send_id_text(
				t, t->state == TRANSFER_REFUSED ? FRAME_REFUSE : FRAME_CANCEL,
				t->told != NULL ? t->told : "");
		if (!t->ended)
			transfer_refresh(t);
	}
	send_try_all(p);
}

void
transfers_offline(struct transfers *e, const struct key *peer)
{
	struct tpeer *p = peer_of(e, peer);
	struct transfer *t, *next;

	p->online = p->awaited = false;
	for (t = TAILQ_FIRST(&p->mine); t != NULL && !t->ended; t = next) {
		next = TAILQ_NEXT(t, in_peer);
		send_unoffer(t);
		receive_unoffer(t);
		/* An offer that nobody has seen yet comes again with the next session. */
		if (t->dir == DIR_IN && t->number == 0 && !t->storing)
			transfer_end(t, TRANSFER_CANCELLED, NULL);
		else
			transfer_refresh(t);
	}
}

void
transfers_hold(struct transfers *e, const struct key *peer, const char *why)
{
	struct tpeer *p = peer_of(e, peer);
	struct transfer *t;

	set_text(&p->held, why);
	LIVE_FOREACH(t, p)
	transfer_refresh(t);
}

void
transfers_move(struct transfers *e, const struct key *from, const struct key *to)
{
	struct tpeer *p = peer_of(e, from);
	struct transfer *t;

	transfers_forget_peer(e, to);
	p->key = *to;
	/* What is stored by key. */
	if (p->up.rate != 0 || p->down.rate != 0)
		transfers_limit(e, to, p->up.rate, p->down.rate);
	if (p->auto_max != 0) {
		char *folder = xstrdup(p->auto_to != NULL ? p->auto_to : "");

		transfers_auto(e, to, p->auto_max, folder);
		free(folder);
	}
	TAILQ_FOREACH (t, &p->mine, in_peer)
		transfer_tell(t);
}

void
transfers_forget_peer(struct transfers *e, const struct key *peer)
{
	struct tpeer *p = peer_of(e, peer);
	struct transfer *t;

	while ((t = TAILQ_FIRST(&p->mine)) != NULL) {
		transfer_answer(t, "The contact was removed.");
		t->ended = true;
		disk_job_close(t, true);
		forget(t);
	}
	limit_drop(e, p);
	auto_drop(e, p);
	again_drop(e, p);
	free(p->owed);
	free(p->held);
	TAILQ_REMOVE(&e->peers, p, next);
	free(p);
}

/* ---- frames ---- */

static int
broken(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/* The transfer of either direction an id names, if it goes on. */
static struct transfer *
named(struct tpeer *p, struct reader *r)
{
	struct transfer *t;
	struct id id;

	rd_bytes(r, id.b, ID_LEN);
	if (r->bad)
		return NULL;
	t = transfer_by_id(p, &id, DIR_OUT);
	if (t == NULL)
		t = transfer_by_id(p, &id, DIR_IN);
	return t != NULL && !t->ended ? t : NULL;
}

static int
cancelled(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	size_t n;
	const uint8_t *text = rd_string(r, &n);
	char *reason, *sentence;

	if (r->bad)
		return broken(why, "A cancellation is malformed.");
	/* What is being named cannot be taken back. */
	if (t == NULL || t->finishing)
		return 0;
	reason = peer_text(text, n);
	if (reason[0] != '\0')
		sentence = kept_around("cancelled by the other side: %s", reason);
	else
		sentence = xstrdup(N_("cancelled by the other side"));
	transfer_end(t, TRANSFER_CANCELLED, sentence);
	free(reason);
	free(sentence);
	return 0;
}

static int
paused(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	uint8_t on = rd_u8(r);
	size_t n;
	const uint8_t *text = rd_string(r, &n);

	if (r->bad || on > 1)
		return broken(why, "A pause is malformed.");
	if (t == NULL || !t->offered)
		return 0;
	t->paused_there = on != 0;
	free(t->their_why);
	t->their_why = peer_text(text, n);
	if (t->dir == DIR_OUT)
		send_schedule(p);
	transfer_refresh(t);
	return 0;
}

int
transfers_frame(struct transfers *e, const struct key *peer, uint8_t type, uint8_t flags,
		const uint8_t *body, size_t len, const char **why)
{
	struct tpeer *p = peer_of(e, peer);
	struct reader r;

	(void)flags;
	*why = NULL;
	if (e->stopped)
		return 0;
	rd_open(&r, body, len);
	switch (type) {
	case FRAME_DATA:
	case FRAME_FILE:
	case FRAME_HOLE:
	case FRAME_END:
	case FRAME_SUMS:
		return receive_stream(p, type, body, len, why);
	case FRAME_DONE:
		return receive_done(p, &r, why);
	case FRAME_OFFER:
		return receive_offer(e, p, &r, why);
	case FRAME_SPACE:
		return receive_space(p, &r, why);
	case FRAME_ENTRIES:
		return receive_entries(p, &r, why);
	case FRAME_WANT:
		return send_want(p, &r, why);
	case FRAME_ACCEPT:
		return send_accept(p, &r, why);
	case FRAME_REFUSE:
		return send_refused(p, &r, why);
	case FRAME_CREDIT:
		return send_credit(p, &r, why);
	case FRAME_SUMMED:
		return send_summed(p, &r, why);
	case FRAME_DONE_OK:
		return send_done_ok(p, &r, why);
	case FRAME_CANCEL:
		return cancelled(p, &r, why);
	case FRAME_PAUSE:
		return paused(p, &r, why);
	default:
		return 0;
	}
}

void
transfers_batch_end(struct transfers *e, const struct key *peer)
{
	struct tpeer *p = peer_of(e, peer);
	struct transfer *t;

	LIVE_FOREACH(t, p)
	receive_flush(t, false);
}

struct bulk *
transfers_pull(struct transfers *e, const struct key *peer, size_t max, bool apart)
{
	return send_pull(e, peer_of(e, peer), max, apart);
}

void
transfers_way(struct transfers *e, const struct key *peer)
{
	send_way(peer_of(e, peer));
}

/* Only who sends acts: whoever receives takes the new offer for the old one's successor. */
void
transfers_apart_lost(struct transfers *e, const struct key *peer)
{
	send_apart_lost(peer_of(e, peer));
}

/* ---- the disk ---- */

/* An answer about a transfer that has gone, or was started anew: only its buffer matters. */
static void
take_back(struct transfers *e, struct msg *m)
{
	enum job job = (enum job)(m->b.disk.job & 0xff);

	if (m->type != MSG_DISK_RAN || m->bytes == NULL)
		return;
	if (job == JOB_READ || job == JOB_LIST)
		pool_put(e->reads, m->bytes);
	else if (job == JOB_WRITE)
		pool_put(e->batches, m->bytes);
	else
		return;
	m->bytes = NULL;
}

void
transfers_disk(struct transfers *e, struct msg *m)
{
	struct transfer *t = transfer_by_tree(e, m->b.disk.handle);
	enum job job = (enum job)(m->b.disk.job & 0xff);
	bool stale = t != NULL && m->b.disk.job >> 8 != t->gen;

	if (job == JOB_CLEAN) {
		if (!e->stopped)
			clean_ran(e, m);
		return;
	}
	if (t == NULL || e->stopped) {
		take_back(e, m);
		return;
	}
	if (m->type == MSG_DISK_LOST) {
		if (!stale)
			transfer_lost(t, m);
		return;
	}
	if (m->type == MSG_DISK_WENT) {
		if (!stale && !t->ended && t->number != 0)
			transfer_went(t, m);
		return;
	}
	if (job == JOB_LIST || job == JOB_READ)
		send_read_ran(t, m, job == JOB_LIST, stale);
	else if (job == JOB_WRITE)
		receive_write_ran(t, m, stale);
	else if (job == JOB_SCAN && t->scanning)
		send_scan_ran(t, m);
	else if (job == JOB_PLACE && !stale)
		send_placed(t, m);
	else if (job == JOB_PROBE && !t->accepted)
		receive_probe_ran(t, m);
	else if (job == JOB_CHOOSE && t->choosing)
		choose_ran(t, m);
	else if (job == JOB_TAKE && t->taking)
		choose_taken(t, m);
	else if (job == JOB_PREPARE && t->preparing)
		receive_prepare_ran(t, m);
	else if (job == JOB_FINISH && t->finishing)
		receive_finish_ran(t, m);
	else if (job == JOB_CLOSE && t->committing)
		receive_close_ran(t);
}

/* ---- the end ---- */

size_t
transfers_busy(const struct transfers *e)
{
	const struct transfer *t;
	size_t n = 0;

	TAILQ_FOREACH (t, &e->all, in_all)
		n += !t->ended && t->number != 0 &&
		     (t->state == TRANSFER_RUNNING || t->state == TRANSFER_CHECKING || t->offered);
	return n;
}

void
transfers_stop(struct transfers *e)
{
	struct transfer *t;

	timer_clear(e->h.loop, &e->tick);
	timer_clear(e->h.loop, &e->limit_due);
	timer_clear(e->h.loop, &e->held_due);
	TAILQ_FOREACH (t, &e->all, in_all) {
		if (t->committing)
			disk_job_close(t, true);
		if (t->ended)
			continue;
		receive_flush(t, true);
		if (t->number != 0)
			transfer_save(t);
		disk_job_close(t, false);
	}
	e->stopped = true;
}
