/* send_stream.c - reading ahead of the wire, who may run, and slices of records for the session. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/msg.h"

static void
drop_chunks(struct transfer *t)
{
	struct chunk *c;

	while ((c = TAILQ_FIRST(&t->chunks)) != NULL) {
		TAILQ_REMOVE(&t->chunks, c, next);
		chunk_unref(c);
	}
	t->nchunks = t->reads = 0;
	t->gen++;
}

void
send_unoffer(struct transfer *t)
{
	if (t->dir != DIR_OUT)
		return;
	drop_chunks(t);
	t->offered = t->streaming = t->active = t->done_sent = false;
	t->summing = t->summed = t->ending = false;
	t->paused_there = t->pause_told = false;
	set_text(&t->their_why, NULL);
}

/* Whether the first chunk may go. */
static bool
may_go(const struct transfer *t)
{
	const struct chunk *c = TAILQ_FIRST(&t->chunks);

	if (c == NULL)
		return false;
	if (c->list)
		return true;
	return t->active && t->way != WAY_SOON && !t->paused_here && !t->paused_there &&
	       (c->at > 0 || c->frames <= t->credit - t->sent);
}

/* The list is told on the session, after the offer it belongs to. */
static bool
goes_apart(const struct transfer *t)
{
	return !TAILQ_FIRST(&t->chunks)->list && t->way == WAY_APART;
}

/* How much is read at once: under a limit of rate no more than goes in a fraction of a second, so that it flows and does not come in
 * bursts. */
static size_t
read_room(const struct transfer *t)
{
	uint64_t now = loop_now(t->e->h.loop), up = t->e->up.rate, own = t->peer->up.rate, rate;

	rate = up == 0 || (own != 0 && own < up) ? own : up;
	if (t->trickle && (rate == 0 || rate > rate_bytes(&t->rate, now, t->done)))
		rate = rate_bytes(&t->rate, now, t->done) + 1;
	if (rate == 0 || rate / 8 > DISK_BUFFER)
		return DISK_BUFFER;
	return rate / 8 < TRICKLE_MIN ? TRICKLE_MIN : (size_t)rate / 8;
}

static void
read_next(struct transfer *t, bool list)
{
	struct msg *m = disk_job(t, list ? JOB_LIST : JOB_READ);

	msg_take_bytes(m, pool_get(t->e->reads), list ? DISK_BUFFER : read_room(t));
	m->b.disk.count = t->handle;
	if (list) {
		m->b.disk.flags = DISK_LIST;
		m->b.disk.entry = t->list_next;
	}
	t->reads++;
	disk_job_push(t, m);
}

void
send_fill(struct transfer *t)
{
	struct transfers *e = t->e;

	if (!t->offered || e->stopped)
		return;
	/* The next stretch of the list begins where this one ends, so one is read at a time. */
	if (!t->list_read && t->reads + t->nchunks == 0)
		read_next(t, true);
	while (t->active && !t->read_last && t->reads + t->nchunks < READ_AHEAD &&
	       (t->reads + t->nchunks == 0 || pool_out(e->reads) < READ_BUFFERS))
		read_next(t, false);
	if (may_go(t))
		e->h.bulk_ready(e->h.arg, &t->peer->key, goes_apart(t));
}

void
send_schedule(struct tpeer *p)
{
	unsigned n = 0;
	uint32_t place = 0;
	struct transfer *t;
	bool wants;

	LIVE_FOREACH(t, p)
	{
		wants = t->streaming && !t->done_sent && !t->paused_here && !t->paused_there;
		if (t->dir == DIR_OUT)
			t->active = t->active && wants;
		n += t->dir == DIR_OUT && t->active;
	}
	LIVE_FOREACH(t, p)
	{
		wants = t->streaming && !t->done_sent && !t->paused_here && !t->paused_there;
		if (t->dir == DIR_OUT && wants && !t->active && n < RUNNING_PER_CONTACT) {
			t->active = true;
			n++;
		}
		if (t->dir == DIR_OUT) {
			transfer_refresh(t);
			if (t->shown_place != ++place)
				transfer_tell(t);
			send_fill(t);
		}
	}
}

void
send_begin(struct transfer *t, uint32_t entry, uint64_t offset, const uint32_t *ranges,
	   size_t nranges)
{
	struct msg *m;

	bool afresh = !t->streaming;

	drop_chunks(t);
	t->streaming = true;
	t->active = t->done_sent = t->read_last = false;
	t->sent = 0;
	t->way = t->e->h.way(t->e->h.arg, &t->peer->key);
	transfer_lost_from(t, entry, ranges, nranges);
	m = disk_job(t, JOB_PLACE);
	m->b.disk.entry = entry;
	m->b.disk.offset = offset;
	m->b.disk.mode = t->run;
	m->b.disk.flags = (t->summed ? DISK_SUMMED : 0u) | (afresh ? DISK_AFRESH : 0u);
	t->summing = t->summed = false;
	msg_set_bytes(m, ranges, nranges * sizeof(*ranges));
	disk_job_push(t, m);
	send_schedule(t->peer);
}

void
send_read_ran(struct transfer *t, struct msg *m, bool list, bool stale)
{
	struct pool *pool = t->e->reads;
	uint8_t *buf = m->bytes;
	struct chunk *c;

	m->bytes = NULL;
	if (stale || m->len == 0) {
		pool_put(pool, buf);
		return;
	}
	t->reads--;
	c = chunk_new(pool, buf, m->len);
	c->list = list;
	c->frames = m->b.disk.size;
	c->done = m->b.disk.offset;
	c->last = (m->b.disk.flags & DISK_LAST) != 0;
	if (list) {
		t->list_next = m->b.disk.entry;
		t->list_read = c->last;
	} else {
		t->read_last = t->read_last || c->last;
	}
	TAILQ_INSERT_TAIL(&t->chunks, c, next);
	t->nchunks++;
	send_fill(t);
}

/* The chunk is with the session. */
static void
chunk_gone(struct transfer *t, struct chunk *c)
{
	TAILQ_REMOVE(&t->chunks, c, next);
	t->nchunks--;
	if (c->list) {
		t->list_sent = c->last;
	} else {
		t->done = c->done;
		t->done_sent = c->last;
	}
	chunk_unref(c);
	if (t->done_sent) {
		t->active = false;
		send_schedule(t->peer);
	}
	transfer_refresh(t);
	send_fill(t);
}

static struct bulk *
pull_from(struct transfer *t, size_t max)
{
	struct chunk *c = TAILQ_FIRST(&t->chunks);
	bool fresh = c->at == 0;
	size_t before = c->at;
	struct bulk *b = chunk_slice(c, max);
	uint64_t step;

	if (b == NULL)
		return NULL;
	if (fresh && !c->list)
		t->sent += c->frames;
	/* Until its end a chunk counts by the part of it that went. */
	if (!c->list && c->done > t->done) {
		step = c->done - t->done;
		/* Holes make it as large as a file can be. */
		step = step > UINT32_MAX ? step / (c->len - before) * (c->at - before)
					 : step * (c->at - before) / (c->len - before);
		t->done += step;
	}
	if (c->at == c->len)
		chunk_gone(t, c);
	return b;
}

struct bulk *
send_pull(struct transfers *e, struct tpeer *p, size_t max, bool apart)
{
	struct transfer *t = p->turn;
	uint64_t allowed;
	struct bulk *b;

	/* One slice each, in turn, beginning behind who went last. */
	for (int round = 0; round < 2; round++) {
		t = t != NULL ? TAILQ_NEXT(t, in_peer) : TAILQ_FIRST(&p->mine);
		for (; t != NULL && !t->ended; t = TAILQ_NEXT(t, in_peer)) {
			if (t->dir != DIR_OUT || !may_go(t) || goes_apart(t) != apart)
				continue;
			allowed = limit_out(p, e);
			if (allowed == 0)
				return NULL;
			b = pull_from(t, allowed < max ? (size_t)allowed : max);
			if (b != NULL) {
				limit_went(p, e, b->len);
				p->turn = t;
				return b;
			}
		}
		t = NULL;
	}
	return NULL;
}

void
send_way(struct tpeer *p)
{
	struct transfer *t;

	LIVE_FOREACH(t, p)
	{
		if (t->dir != DIR_OUT || t->way != WAY_SOON)
			continue;
		t->way = t->e->h.way(t->e->h.arg, &p->key);
		send_fill(t);
	}
}

void
send_apart_lost(struct tpeer *p)
{
	struct transfer *t;

	LIVE_FOREACH(t, p)
	{
		if (t->dir != DIR_OUT || !t->streaming || t->way != WAY_APART)
			continue;
		send_unoffer(t);
		transfer_refresh(t);
	}
	send_try_all(p);
}
