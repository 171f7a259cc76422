/* send.c - outgoing transfers: looking at the files, the offer, and the answers to it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/disk.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

/* ---- looking at the files ---- */

void
send_scan(struct transfer *t)
{
	struct msg *m;

	t->scanning = true;
	m = disk_job(t, JOB_SCAN);
	if (t->unlink_after)
		m->b.disk.flags |= DISK_SPOOLED;
	msg_set_bytes(m, t->paths, t->paths_len);
	disk_job_push(t, m);
}

void
send_command(struct transfers *e, const struct msg *cmd)
{
	struct transfer *t = transfer_new(e, peer_of(e, &cmd->b.send.peer), DIR_OUT);

	t->serial = cmd->serial;
	t->origin = cmd->b.send.origin != 0 ? cmd->b.send.origin : cmd->serial;
	t->unlink_after = cmd->b.send.unlink_after;
	t->paths = xmemdup(cmd->bytes != NULL ? cmd->bytes : (const uint8_t *)"", cmd->len);
	t->paths_len = cmd->len;
	t->started = e->h.wall_ms(e->h.arg);
	e->h.random(e->h.arg, t->id.b, ID_LEN);
	send_scan(t);
}

/* What could not be sent of a tree is said once. */
static void
say_left_out(struct transfer *t, const char *left)
{
	struct msg *m;
	char *text;

	if (left[0] == '\0')
		return;
	xasprintf(&text, "%s: %s", t->name, left);
	m = msg_new(MSG_EV_NOTICE);
	m->b.notice.has_peer = true;
	m->b.notice.peer = t->peer->key;
	t->e->h.emit(t->e->h.arg, msg_set_bytes(m, text, strlen(text)));
	free(text);
}

void
send_scan_ran(struct transfer *t, const struct msg *m)
{
	const struct msg_disk *b = &m->b.disk;
	bool first = t->count == 0;

	t->scanning = false;
	if (b->error != 0) {
		/* A command's answer tells of the failure; an offer from an earlier day ends with it. */
		transfer_break(t, TRANSFER_FAILED, FRAME_CANCEL, (const char *)m->bytes,
			       "what was offered cannot be read any more");
		return;
	}
	t->scanned = true;
	t->scanned_at = loop_now(t->e->h.loop);
	t->count = b->count;
	t->list_len = (size_t)b->offset;
	t->all_bytes = b->size;
	t->all_files = b->entry;
	t->space = (uint64_t)b->mtime_ns;
	/* Of what was accepted the answer says how much it is. */
	if (!t->accepted) {
		t->bytes = t->all_bytes;
		t->files = t->all_files;
	}
	t->folders = b->mode;
	set_text(&t->name, msg_string(m, 0));
	if (first)
		say_left_out(t, msg_string(m, 1));
	if (t->number == 0)
		transfer_save(t);
	else
		transfer_answer(t, NULL);
	transfer_refresh(t);
	send_try(t);
}

/* ---- the offer ---- */

static void
offer(struct transfer *t)
{
	uint8_t body[ID_LEN + 20 + 2 + 255];
	struct writer w;

	t->handle = ++t->e->handles;
	wr_open(&w, body, sizeof(body));
	wr_bytes(&w, t->id.b, ID_LEN);
	wr_u32(&w, t->handle);
	wr_u32(&w, t->count);
	wr_u32(&w, (uint32_t)t->list_len);
	wr_u64(&w, t->all_bytes);
	wr_string(&w, t->name, strlen(t->name));
	if (w.bad || !send_frame(t, FRAME_OFFER, body, w.len))
		return;
	t->offered = true;
	if (t->space < t->all_bytes) {
		put_be32(body, t->handle);
		put_be64(body + 4, t->space);
		send_frame(t, FRAME_SPACE, body, 12);
	}
	t->list_next = 0;
	t->list_read = t->list_sent = false;
	t->streaming = t->done_sent = false;
	if (t->paused_here)
		send_pause(t, true);
	send_fill(t);
}

void
send_try(struct transfer *t)
{
	bool old;

	if (t->dir != DIR_OUT || t->ended || t->number == 0 || t->scanning || t->offered ||
	    !t->peer->online || t->e->stopped)
		return;
	/* What waited a while may have changed; once it is accepted it must not. */
	old = !t->accepted && loop_now(t->e->h.loop) - t->scanned_at > RESCAN_AFTER;
	if (peer_offered(t->peer, DIR_OUT) < OFFERS_PER_CONTACT) {
		if (!t->scanned || old)
			send_scan(t);
		else
			offer(t);
	}
	transfer_refresh(t);
}

void
send_try_all(struct tpeer *p)
{
	struct transfer *t;

	LIVE_FOREACH(t, p)
	send_try(t);
}

/* ---- answers ---- */

/* The outgoing transfer an id names; NULL if there is none any more. */
static struct transfer *
named(struct tpeer *p, struct reader *r)
{
	struct id id;
	struct transfer *t;

	rd_bytes(r, id.b, ID_LEN);
	t = r->bad ? NULL : transfer_by_id(p, &id, DIR_OUT);
	return t != NULL && !t->ended && t->offered ? t : NULL;
}

static int
broken(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/* Takes n ranges behind those told before: ascending, apart. */
static int
add_ranges(struct transfer *t, struct reader *r, size_t n, const char **why)
{
	uint64_t end = 0;

	if (t->nwant / 2 + n > WANT_RANGES)
		return broken(why, "A part of an offer is in too many pieces.");
	if (t->nwant > 0)
		end = (uint64_t)t->want[t->nwant - 2] + t->want[t->nwant - 1];
	t->want = xreallocarray(t->want, t->nwant + 2 * n + 1, sizeof(*t->want));
	for (; n > 0; n--) {
		uint32_t first = rd_u32(r), count = rd_u32(r);

		if (first < end || count == 0)
			return broken(why, "There is no such part of an offer.");
		t->want[t->nwant++] = first;
		t->want[t->nwant++] = count;
		end = (uint64_t)first + count;
	}
	return 0;
}

int
send_want(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	uint32_t run = rd_u32(r);
	size_t n = rd_u16(r);

	if (r->bad || n == 0 || r->left < n * 8)
		return broken(why, "A part of an offer is malformed.");
	if (t == NULL)
		return 0;
	if (t->want_run != run)
		t->nwant = 0;
	t->want_run = run;
	return add_ranges(t, r, n, why);
}

int
send_accept(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	uint32_t run = rd_u32(r), entry = rd_u32(r);
	uint64_t offset = rd_u64(r), credit = rd_u64(r);
	size_t n = rd_u16(r);

	if (r->bad || r->left < n * 8)
		return broken(why, "The answer to an offer is malformed.");
	if (t == NULL)
		return 0;
	if (!t->list_sent)
		return broken(why, "An offer was accepted before it was complete.");
	if (t->streaming && run <= t->run)
		return broken(why, "An offer was accepted twice.");
	if (t->want_run != run)
		t->nwant = 0;
	if (add_ranges(t, r, n, why) == -1)
		return -1;
	t->run = run;
	t->credit = credit;
	/* Who sets no limit grants more from the beginning. */
	t->trickle = credit < CREDIT_MIN;
	t->accepted = true;
	send_begin(t, entry, offset, t->want, t->nwant);
	t->want_run = 0;
	t->nwant = 0;
	return 0;
}

int
send_refused(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	const uint8_t *text;
	size_t n;
	char *reason;

	text = rd_string(r, &n);
	if (r->bad)
		return broken(why, "A refusal is malformed.");
	if (t == NULL)
		return 0;
	reason = peer_text(text, n);
	transfer_end(t, TRANSFER_REFUSED,
		     reason[0] != '\0' ? reason : N_("refused by the other side"));
	free(reason);
	return 0;
}

static void
arrived(struct transfer *t)
{
	char *lost = lost_sentence(t);

	t->ending = false;

	if (lost == NULL)
		t->done = t->bytes;
	t->arrived = true;
	transfer_end(t, lost != NULL ? TRANSFER_FAILED : TRANSFER_DONE, lost);
	free(lost);
}

/* What an earlier process sent and could not send is known to the disk. */
static void
ask_what_arrived(struct transfer *t)
{
	struct msg *m = disk_job(t, JOB_PLACE);

	t->ending = true;
	m->b.disk.entry = t->count;
	disk_job_push(t, m);
}

int
send_done_ok(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);

	if (r->bad)
		return broken(why, "The end of a transfer is malformed.");
	if (t == NULL || t->ending)
		return 0;
	if (t->streaming)
		arrived(t);
	else
		ask_what_arrived(t);
	return 0;
}

void
send_placed(struct transfer *t, const struct msg *m)
{
	if (t->ending) {
		arrived(t);
		return;
	}
	if (m->b.disk.error != 0) {
		transfer_break(t, TRANSFER_FAILED, FRAME_CANCEL,
			       "The other side asked for a place that does not exist.",
			       "That place does not exist.");
		return;
	}
	t->summing = (m->b.disk.flags & DISK_SUMMED) != 0;
	/* A run may be about nothing but what is there already: then the next one tells how much it is in all. */
	if (m->b.disk.entry < t->count || m->b.disk.total > t->bytes) {
		t->bytes = m->b.disk.total;
		t->files = m->b.disk.files;
	}
	t->done = m->b.disk.size < t->bytes ? m->b.disk.size : t->bytes;
	transfer_refresh(t);
	rate_start(&t->rate, loop_now(t->e->h.loop), t->done);
	transfer_tell(t);
}

int
send_summed(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = named(p, r);
	uint32_t run = rd_u32(r);

	if (r->bad)
		return broken(why, "The answer to sums is malformed.");
	if (t != NULL && t->streaming && t->summing && run == t->run)
		t->summed = true;
	return 0;
}

int
send_credit(struct tpeer *p, struct reader *r, const char **why)
{
	uint32_t handle = rd_u32(r);
	uint64_t limit = rd_u64(r);
	struct transfer *t;

	if (r->bad)
		return broken(why, "A grant is malformed.");
	t = transfer_by_handle(p, handle, DIR_OUT);
	if (t == NULL || !t->streaming || limit <= t->credit)
		return 0;
	t->trickle = limit - t->credit < TRICKLE_STEP && t->credit - t->sent < BULK_CHUNK;
	t->credit = limit;
	send_fill(t);
	return 0;
}
