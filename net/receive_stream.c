/* receive_stream.c - the frames that carry files, on their way to the disk: checked, gathered into batches, paid for with credit. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/stream.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/util.h"

#define WRITES_AHEAD \
	2 /* batches with the disk; behind them small ones are gathered into larger ones */

static int
broken(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/* ---- credit ---- */

/* What all others may still send, or have sent and not yet seen written. */
static uint64_t
granted_to_others(const struct transfer *t)
{
	uint64_t sum = 0;
	struct tpeer *p;
	struct transfer *o;

	TAILQ_FOREACH (p, &t->e->peers, next)
		LIVE_FOREACH(o, p)
	if (o != t && o->dir == DIR_IN && o->streaming)
		sum += o->limit - o->written;
	return sum;
}

/* Half of what is left of the pool, so that a newcomer finds something; all who run end up with equal shares. */
static uint64_t
window(const struct transfer *t)
{
	uint64_t others = granted_to_others(t), w;

	w = others < CREDIT_POOL ? (CREDIT_POOL - others) / 2 : 0;
	return w > CREDIT_MIN ? w : CREDIT_MIN;
}

/* How far the sender may go: its window, and never so far that a crash of ours would cost more than CREDIT_MOST. What is written but not
 * in the journal counts as not yet here for that; as it is always less than CREDIT_MOST - CREDIT_MIN, nothing waits for itself. */
static uint64_t
allowed(const struct transfer *t, uint64_t w)
{
	uint64_t most = t->written - t->behind + CREDIT_MOST;

	return t->written + w < most ? t->written + w : most;
}

static void
grant_up_to(struct transfer *t, uint64_t limit)
{
	uint8_t body[12];

	t->limit = limit;
	put_be32(body, t->handle);
	put_be64(body + 4, limit);
	send_frame(t, FRAME_CREDIT, body, sizeof(body));
}

static void
grant(struct transfer *t)
{
	uint64_t w = window(t), limit = allowed(t, w);

	if (!t->streaming || limit <= t->limit)
		return;
	if (limit_slow(t)) {
		limit_wait(t->e);
		return;
	}
	if (limit - t->limit < (w < CREDIT_MOST ? w : CREDIT_MOST) / 8 &&
	    t->limit - t->received >= CREDIT_MIN)
		return;
	grant_up_to(t, limit);
}

/* How much more credit than it has would be granted by and by; 0: it waits for none. */
static uint64_t
wanted(const struct transfer *t)
{
	uint64_t limit;

	if (t->dir != DIR_IN || !t->streaming || t->broken || t->finishing)
		return 0;
	limit = allowed(t, window(t));
	return limit > t->limit ? limit - t->limit : 0;
}

void
receive_grant_all(struct transfers *e)
{
	struct tpeer *p;
	struct transfer *t;
	unsigned all = 0, here;
	uint64_t n;

	TAILQ_FOREACH (p, &e->peers, next)
		LIVE_FOREACH(t, p)
	all += wanted(t) > 0;
	TAILQ_FOREACH (p, &e->peers, next) {
		here = 0;
		LIVE_FOREACH(t, p)
		here += wanted(t) > 0;
		LIVE_FOREACH(t, p)
		{
			uint64_t most = wanted(t);

			if (most == 0 || all == 0 || here == 0)
				continue;
			n = limit_in(t, all--, here--, most);
			if (n > 0)
				grant_up_to(t, t->limit + n);
			if (n < most)
				limit_wait(e);
		}
	}
}

void
receive_begin(struct transfer *t, uint32_t entry, uint64_t offset)
{
	t->run++;
	t->rerun = t->streaming || t->rerun;
	t->streaming = true;
	t->synced = t->in_file = t->broken = t->finishing = false;
	t->place_entry = t->entry = entry;
	t->place_offset = offset;
	t->files_left = 0;
	for (uint32_t i = entry; i < t->list.count; i++)
		t->files_left += manifest_kind(&t->list, i) == ENTRY_FILE && receive_wants(t, i);
	transfer_lost_from(t, entry, NULL, 0);
	t->received = t->written = t->limit = t->behind = 0;
	/* Whoever called makes the bulk connection, and only it knows that one is wanted now. */
	(void)t->e->h.way(t->e->h.arg, &t->peer->key);
	t->limit = limit_slow(t) ? 0 : allowed(t, window(t));
	if (limit_slow(t))
		limit_wait(t->e);
	t->gen++;
	rate_start(&t->rate, loop_now(t->e->h.loop), t->done);
}

/* ---- batches ---- */

void
receive_drop_batch(struct transfer *t)
{
	if (t->batch == NULL)
		return;
	pool_put(t->e->batches, t->batch);
	t->batch = NULL;
	t->batch_len = 0;
}

void
receive_flush(struct transfer *t, bool force)
{
	struct msg *m;

	if (t->batch == NULL || t->batch_len == 0 || t->e->stopped ||
	    (!force && t->writes >= WRITES_AHEAD))
		return;
	m = disk_job(t, JOB_WRITE);
	msg_take_bytes(m, t->batch, t->batch_len);
	t->batch = NULL;
	t->batch_len = 0;
	t->writes++;
	disk_job_push(t, m);
}

static void
batch_add(struct transfer *t, uint8_t type, const uint8_t *body, size_t len)
{
	if (t->batch != NULL && t->batch_len + FRAME_HEADER + len > BATCH_SIZE)
		receive_flush(t, true);
	if (t->batch == NULL) {
		t->batch = pool_get(t->e->batches);
		t->batch_len = 0;
	}
	t->batch_len += frame_put(t->batch + t->batch_len, type, 0, body, len);
}

void
receive_full(struct transfer *t, const char *why, int error)
{
	bool again = held(t) && t->pause_told && strcmp(t->pause_why, why) == 0;

	t->broken = true;
	receive_drop_batch(t);
	t->paused_here = true;
	if (!again) {
		set_text(&t->pause_why, why);
		set_text(&t->told, held_words(error));
		send_pause(t, true);
	}
	held_begin(t);
	transfer_refresh(t);
}

void
receive_write_ran(struct transfer *t, struct msg *m, bool stale)
{
	const struct msg_disk *b = &m->b.disk;
	const char *text = "Cannot write what comes in: it does not fit its list";

	pool_put(t->e->batches, m->bytes);
	m->bytes = NULL;
	if (t->writes > 0)
		t->writes--;
	if (b->error == 0 && !t->broken)
		t->done = b->offset;
	if (!stale && b->error == 0) {
		t->written += b->size;
		t->behind = b->count < t->written ? b->count : t->written;
		if (t->written > CREDIT_MOST)
			t->held_gap = 0;
		if ((b->flags & DISK_SUMMED) != 0)
			receive_summed(t, m);
		else
			grant(t);
	}
	if (b->error == 0 || t->broken || t->ended) {
		receive_flush(t, false);
		return;
	}
	if (b->error == EPROTO)
		transfer_break(t, TRANSFER_FAILED, FRAME_CANCEL, text, text);
	else
		receive_full(t, held_words(b->error), b->error);
}

/* ---- the stream ---- */

/* FILE: 1 it counts, 0 it belongs to an earlier run, -1 it breaks the protocol. */
static int
begin_file(struct transfer *t, struct reader *r, const char **why)
{
	uint32_t run = rd_u32(r), entry = rd_u32(r);
	uint64_t offset = rd_u64(r), size = rd_u64(r);

	if (r->bad || run > t->run)
		return broken(why, "The beginning of a file is malformed.");
	if (run < t->run)
		return 0;
	t->synced = true;
	if (t->in_file)
		return broken(why, "A file began before the last one ended.");
	if (entry < t->entry || entry >= t->list.count ||
	    manifest_kind(&t->list, entry) != ENTRY_FILE || !receive_wants(t, entry))
		return broken(why, "A file was sent that is not due.");
	if (offset != (entry == t->place_entry ? t->place_offset : 0) || offset > size ||
	    size > t->bytes)
		return broken(why, "A file was sent from the wrong place.");
	t->in_file = true;
	t->entry = entry;
	t->offset = offset;
	t->size = size;
	t->files_left--;
	return 1;
}

static int
more_of_file(struct transfer *t, uint8_t type, struct reader *r, const char **why)
{
	uint64_t offset = rd_u64(r), n = r->left;

	if (type == FRAME_HOLE)
		n = rd_u64(r);
	if (r->bad || n == 0)
		return broken(why, "A piece of a file is malformed.");
	if (!t->in_file || offset != t->offset || n > t->size - offset)
		return broken(why, "A piece of a file is not where it belongs.");
	t->offset += n;
	return 1;
}

static int
end_file(struct transfer *t, struct reader *r, const char **why)
{
	uint32_t entry = rd_u32(r);
	uint8_t result = rd_u8(r);

	if (r->bad || result > END_UNREADABLE)
		return broken(why, "The end of a file is malformed.");
	if (!t->in_file || entry != t->entry || (result == END_OK && t->offset != t->size))
		return broken(why, "A file ended before it was complete.");
	t->in_file = false;
	t->entry++;
	return 1;
}

/* SUMS: 1 it counts, 0 it belongs to an earlier run, -1 it breaks the protocol. What they say is for the disk to look at. */
static int
sums(struct transfer *t, struct reader *r, const char **why)
{
	uint32_t run = rd_u32(r);
	size_t n;

	rd_u32(r); /* entry */
	rd_u32(r); /* first */
	n = rd_u16(r);
	if (r->bad || run > t->run || n > SUMS_MAX || r->left < n * SUM_LEN)
		return broken(why, "Sums of a file are malformed.");
	if (run < t->run)
		return 0;
	if (t->synced)
		return broken(why, "Sums came after the beginning of a file.");
	return 1;
}

int
receive_stream(struct tpeer *p, uint8_t type, const uint8_t *body, size_t len, const char **why)
{
	struct transfer *t;
	struct reader r;
	int rc;

	rd_open(&r, body, len);
	t = transfer_by_handle(p, rd_u32(&r), DIR_IN);
	if (r.bad)
		return broken(why, "A piece of a file is malformed.");
	if (t == NULL || t->broken || t->finishing)
		return 0;
	if (!t->streaming)
		return broken(why, "A file was sent that nobody accepted.");
	if (type == FRAME_FILE) {
		rc = begin_file(t, &r, why);
	} else if (type == FRAME_SUMS) {
		rc = sums(t, &r, why);
	} else if (!t->synced) {
		/* The rest of a run that was broken off. */
		return t->rerun ? 0 : broken(why, "A piece of a file came before its beginning.");
	} else if (type == FRAME_END) {
		rc = end_file(t, &r, why);
	} else {
		rc = more_of_file(t, type, &r, why);
	}
	if (rc <= 0)
		return rc;
	t->received += FRAME_HEADER + len;
	if (t->received > t->limit)
		return broken(why, "More was sent than was asked for.");
	batch_add(t, type, body, len);
	return 0;
}

int
receive_done(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = transfer_by_handle(p, rd_u32(r), DIR_IN);
	uint32_t run = rd_u32(r);
	struct msg *m;

	if (r->bad)
		return broken(why, "The end of a transfer is malformed.");
	if (t == NULL || t->broken || t->finishing || (t->streaming && run < t->run))
		return 0;
	if (t->preparing)
		return broken(why, "A transfer ended twice.");
	if (!t->streaming || run != t->run || t->in_file || t->files_left > 0)
		return broken(why, "A transfer ended before all of it was sent.");
	receive_flush(t, true);
	if (t->more) {
		receive_next(t);
		return 0;
	}
	t->finishing = true;
	m = disk_job(t, JOB_FINISH);
	m->b.disk.flags = DISK_KEEP;
	disk_job_push(t, m);
	transfer_refresh(t);
	return 0;
}

void
receive_finish_ran(struct transfer *t, const struct msg *m)
{
	const char *why = (const char *)m->bytes, *names;
	char *lost, *told;
	bool failed;

	t->finishing = false;
	if (m->b.disk.error == EPROTO || m->b.disk.error == EINVAL) {
		/* What failed with all its bytes there is taken for one that arrived: see answer_again(). */
		t->done -= t->done > 0;
		transfer_break(t, TRANSFER_FAILED, FRAME_CANCEL, why, strerror(m->b.disk.error));
		return;
	}
	if (m->b.disk.error != 0) {
		receive_full(t, m->b.disk.error == ENOSPC ? held_words(m->b.disk.error) : why,
			     m->b.disk.error);
		return;
	}
	set_text(&t->place, why);
	lost = lost_sentence(t);
	failed = lost != NULL;
	names = msg_string(m, 1);
	if (!failed)
		t->done = t->bytes;
	if (names[0] != '\0') {
		told = kept_both(lost, names);
		free(lost);
		lost = told;
	}
	t->arrived = true;
	/* The parts go and the peer hears of it once the store knows: see receive_committed(). */
	t->committing = true;
	transfer_end(t, failed ? TRANSFER_FAILED : TRANSFER_DONE, lost);
	free(lost);
}

void
receive_committed(struct transfer *t)
{
	struct msg *m;

	/* Forgotten or stopped meanwhile. */
	if (t->tree == 0)
		return;
	m = disk_job(t, JOB_CLOSE);
	m->b.disk.flags = DISK_REMOVE;
	disk_job_push(t, m);
}

void
receive_close_ran(struct transfer *t)
{
	TAILQ_REMOVE(&t->e->trees, t, in_trees);
	t->tree = 0;
	t->committing = false;
	send_frame(t, FRAME_DONE_OK, t->id.b, ID_LEN);
	transfer_tell(t);
}
