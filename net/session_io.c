/* session_io.c - records of a session: reading and opening, sealing and writing. (net/PROTOCOL.md, "Records") */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/session_int.h"
#include "net/transfer.h"
#include "src/say.h"
#include "src/util.h"

#define RX_SMALL (20 * 1024)

/* What one turn takes: those who chat come between turns. Where chat goes over the same stream, it waits behind what is sealed. */
static size_t
slice(const struct session *s)
{
	return s->bulk_only && !loop_hurries(s->host->loop) ? BULK_SLICE : BULK_SLICE_HURRIED;
}

/* ---- reading ---- */

/* Room to read into: starts small, because most sessions chat; grows when a read fills it. */
static void
make_room(struct session *s)
{
	size_t held = s->in_len - s->in_at;

	if (s->in_at > 0 && held > 0)
		memmove(s->in, s->in + s->in_at, held);
	s->in_at = 0;
	s->in_len = held;
	if (s->in == NULL) {
		s->in_size = RX_SMALL;
		s->in = xmalloc(s->in_size);
	} else if (s->in_len == s->in_size && s->in_size < RX_BUFFER) {
		s->in_size = RX_BUFFER;
		s->in = xreallocarray(s->in, s->in_size, 1);
	}
}

void
session_io_read(struct session *s)
{
	size_t total = 0, most = slice(s);

	while (s->state != S_OVER && !s->paused && total < most) {
		ssize_t n;
		size_t room;

		make_room(s);
		room = s->in_size - s->in_len;
		if (room > most)
			room = most;
		if (room == 0)
			break;
		n = s->conn->ops->read(s->conn, s->in + s->in_len, room);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			bool silence = s->caller && !s->heard;
			const char *why =
				n == 0 ? N_("the connection was closed") : strerror(errno);

			session_end_with(s, silence ? SESSION_SILENCE : SESSION_LOST, BYE_NONE,
					 silence ? N_("it answers nobody it does not know: ask for "
						      "an invite")
						 : why);
			return;
		}
		s->heard = true;
		s->heard_at = loop_now(s->host->loop);
		s->in_len += (size_t)n;
		total += (size_t)n;
		if ((size_t)n == room && s->in_size < RX_BUFFER)
			make_room(s);
		session_io_handle(s);
		/* A short read emptied the kernel; asking again would cost a call to hear so. */
		if ((size_t)n < room)
			break;
	}
}

/* All frames of one opened record. */
static void
handle_plain(struct session *s, const uint8_t *plain, size_t len)
{
	struct frame f;
	size_t at = 0;
	int more = 0;

	while (s->state == S_OPEN && (more = frame_next(plain, len, &at, &f)) == 1) {
		const char *why = "";

		if (s->rekey_rx) {
			more = -1;
			break;
		}
		if (session_own_frame(s, &f) != 0)
			continue;
		if (s->host->frame(s->host->arg, s, &f, &why) != 0 && s->state == S_OPEN)
			session_end_with(s, SESSION_BROKEN, BYE_PROTOCOL, why);
	}
	if (s->rekey_rx && noise_rekey(&s->rx) != 0)
		more = -1;
	s->rekey_rx = false;
	if (more < 0 && s->state == S_OPEN)
		session_end_with(s, SESSION_BROKEN, BYE_PROTOCOL, "a malformed frame");
}

/* One record at in_at, if it is whole. */
static bool
handle_record(struct session *s)
{
	size_t left = s->in_len - s->in_at, len;
	uint8_t *p = s->in + s->in_at;

	if (left < 2)
		return false;
	len = get_be16(p);
	if (len < RECORD_MIN) {
		session_end_with(s, SESSION_BROKEN, BYE_PROTOCOL, "a record that is too short");
		return false;
	}
	if (left < 2 + len)
		return false;
	s->in_at += 2 + len;
	if (noise_open(&s->rx, p + 2, len) != 0) {
		/* Nothing can be said to whoever sent this. */
		session_end_with(s, SESSION_BROKEN, BYE_NONE,
				 "a record that does not authenticate");
		return false;
	}
	handle_plain(s, p + 2, len - TAG_LEN);
	return s->state == S_OPEN;
}

void
session_io_handle(struct session *s)
{
	if (s->handling)
		return;
	s->handling = true;
	while (s->state != S_OVER && !s->paused)
		if (s->state == S_OPEN ? !handle_record(s) : !session_hs_step(s))
			break;
	s->handling = false;
	if (s->state == S_OPEN)
		s->host->batch_end(s->host->arg, s);
}

/* ---- writing ---- */

static void
out_room(struct session *s, size_t n)
{
	if (s->out_at == s->out_len)
		s->out_at = s->out_len = 0;
	/* A peer that never quite catches up must not make the sent part grow for ever. */
	if (s->out_size - s->out_len < n && s->out_at > s->out_len / 2) {
		memmove(s->out, s->out + s->out_at, s->out_len - s->out_at);
		s->out_len -= s->out_at;
		s->out_at = 0;
	}
	if (s->out_size - s->out_len < n) {
		s->out_size = (s->out_len + n) * 2;
		s->out = xreallocarray(s->out, s->out_size, 1);
	}
}

void
session_io_raw(struct session *s, const void *p, size_t n)
{
	out_room(s, n);
	memcpy(s->out + s->out_len, p, n);
	s->out_len += n;
}

/* Frames that fit one record, from `from`; whole frames only. REKEY is the last of its record: what follows is under the new key. */
static size_t
record_worth(const struct session *s, size_t from, bool *rekey)
{
	size_t n = 0;

	*rekey = false;
	while (from + n < s->plain_len) {
		size_t next = FRAME_HEADER + get_be16(s->plain + from + n + 2);

		if (n + next > RECORD_PLAIN_MAX)
			break;
		n += next;
		*rekey = s->plain[from + n - next] == FRAME_REKEY;
		if (*rekey)
			break;
	}
	return n;
}

static bool
seal_one(struct session *s, size_t from, size_t n, bool rekey)
{
	size_t padded = wire_padded(n);
	uint8_t *p;

	out_room(s, 2 + padded + TAG_LEN);
	p = s->out + s->out_len;
	put_be16(p, (uint16_t)(padded + TAG_LEN));
	memcpy(p + 2, s->plain + from, n);
	memset(p + 2 + n, 0, padded - n);
	if (noise_seal(&s->tx, p + 2, padded, padded + TAG_LEN) != 0)
		return false;
	s->tx_bytes += padded;
	if (rekey) {
		if (noise_rekey(&s->tx) != 0)
			return false;
		s->tx_bytes = 0;
		s->rekeyed_at = loop_now(s->host->loop);
	}
	s->out_len += 2 + padded + TAG_LEN;
	return true;
}

/* All queued frames become records. */
static bool
seal_plain(struct session *s)
{
	size_t from = 0, n;
	bool rekey;

	while ((n = record_worth(s, from, &rekey)) > 0) {
		if (!seal_one(s, from, n, rekey))
			return false;
		from += n;
	}
	sodium_memzero(s->plain, s->plain_len);
	s->plain_len = 0;
	return true;
}

/* Seals further records of the chunk in place, up to a slice beyond what is sent. */
static bool
seal_bulk(struct session *s)
{
	struct bulk *b = s->bulk;
	size_t until = s->bulk_sent + slice(s);

	while (s->bulk_sealed < b->len && s->bulk_sealed < until) {
		uint8_t *p = b->p + s->bulk_sealed;
		size_t len = get_be16(p);

		if (noise_seal(&s->tx, p + 2, len - TAG_LEN, len) != 0)
			return false;
		s->bulk_sealed += 2 + len;
		s->tx_bytes += len;
	}
	return true;
}

/* Writes [*at, len) of p. 1: all of it; 0: the kernel is full; -1: the stream broke, errno says how. */
static int
write_some(struct session *s, const uint8_t *p, size_t *at, size_t len)
{
	while (*at < len) {
		ssize_t n = s->conn->ops->write(s->conn, p + *at, len - *at);

		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		*at += (size_t)n;
	}
	return 1;
}

/* The stream takes nothing any more. What the peer said last may still be there to read, its BYE above all. */
static void
stream_broke(struct session *s, int error)
{
	if (!s->paused)
		session_io_read(s);
	session_end_with(s, SESSION_LOST, BYE_NONE, strerror(error));
}

/* Sends sealed bulk and takes the next chunk. 1: go on; 0: nothing to do, or the kernel is full; -1: the session ended. */
static int
bulk_step(struct session *s)
{
	int r;

	if (s->bulk == NULL && s->bulk_wanted) {
		s->bulk = s->host->pull(s->host->arg, s, BULK_CHUNK);
		s->bulk_sent = s->bulk_sealed = 0;
		s->bulk_wanted = s->bulk != NULL;
	}
	/* pull() may have sent frames, and one of them been the one too many. */
	if (s->state == S_OVER)
		return -1;
	if (s->bulk == NULL)
		return 0;
	if (s->bulk_sent == s->bulk_sealed && !seal_bulk(s)) {
		session_end_with(s, SESSION_BROKEN, BYE_NONE, "cannot seal a record");
		return -1;
	}
	r = write_some(s, s->bulk->p, &s->bulk_sent, s->bulk_sealed);
	if (r < 0) {
		stream_broke(s, errno);
		return -1;
	}
	if (r == 1 && s->bulk_sent == s->bulk->len) {
		bulk_free(s->bulk);
		s->bulk = NULL;
	}
	return r;
}

void
session_io_flush(struct session *s)
{
	size_t written = 0, most = slice(s);
	bool full = false;

	while (s->state != S_OVER && !full && written < most) {
		bool mid_bulk = s->bulk != NULL && s->bulk_sent < s->bulk_sealed;
		int r;

		if (s->state == S_OPEN)
			session_rekey_if_due(s);
		if (s->state == S_OVER)
			return;
		/* Content goes first at every record boundary, but records leave in the order they were sealed. */
		if (!mid_bulk && s->plain_len > 0 && !seal_plain(s)) {
			session_end_with(s, SESSION_BROKEN, BYE_NONE, "cannot seal a record");
			return;
		}
		if (!mid_bulk && s->out_at < s->out_len) {
			written += s->out_len - s->out_at;
			r = write_some(s, s->out, &s->out_at, s->out_len);
			if (r < 0) {
				stream_broke(s, errno);
				return;
			}
			full = r == 0;
			continue;
		}
		if (s->state != S_OPEN || (r = bulk_step(s)) == 0)
			break;
		if (r < 0)
			return;
		written += most;
	}
	if (s->state != S_OVER)
		session_want(s);
}

void
session_io_last(struct session *s)
{
	bool mid_bulk = s->bulk != NULL && s->bulk_sent < s->bulk_sealed;

	/* In the middle of a record of bulk nothing can follow. */
	if (mid_bulk && write_some(s, s->bulk->p, &s->bulk_sent, s->bulk_sealed) != 1)
		return;
	if (s->plain_len > 0 && !seal_plain(s))
		return;
	(void)write_some(s, s->out, &s->out_at, s->out_len);
}

void
session_io_free(struct session *s)
{
	if (s->plain != NULL)
		sodium_memzero(s->plain, s->plain_size);
	if (s->in != NULL)
		sodium_memzero(s->in, s->in_size);
	free(s->plain);
	free(s->in);
	free(s->out);
	if (s->bulk != NULL)
		bulk_free(s->bulk);
	s->plain = s->in = s->out = NULL;
	s->bulk = NULL;
}
