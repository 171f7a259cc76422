/* disk_sums.c - sums of segments, where the sender cannot vouch for what was sent: both sides hash what they hold, and the first difference is
 * where the stream goes on. */
#include "config.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/util.h"

#define LOOK (256 * 1024)

/* The sum of [from, to) of a part, where what lies behind its end counts as zeros; or, fd -1, of the file that is sent. 0, an errno, or
 * ENODATA: it is shorter. */
static int
sum_of(const struct tree *t, int fd, uint64_t from, uint64_t to, uint8_t out[SUM_LEN])
{
	crypto_generichash_state state;
	uint8_t *b = xmalloc(LOOK);
	int error = 0;
	ssize_t n;

	crypto_generichash_init(&state, NULL, 0, SUM_LEN);
	while (from < to && error == 0) {
		struct iovec iov = {b, to - from < LOOK ? (size_t)(to - from) : LOOK};

		n = fd == -1 ? source_preadv(t, &iov, 1, (off_t)from)
			     : t->sys->preadv(fd, &iov, 1, (off_t)from);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			error = errno;
		} else if (n == 0 && fd == -1) {
			error = ENODATA;
		} else if (n == 0) {
			memset(b, 0, iov.iov_len);
			n = (ssize_t)iov.iov_len;
		}
		if (error == 0) {
			crypto_generichash_update(&state, b, (size_t)n);
			from += (uint64_t)n;
		}
	}
	crypto_generichash_final(&state, out, SUM_LEN);
	free(b);
	return error;
}

static uint64_t
segment_end(uint64_t segment, uint64_t have)
{
	return have - segment * SUM_SEGMENT > SUM_SEGMENT ? (segment + 1) * SUM_SEGMENT : have;
}

/* ---- the sender ---- */

/* How much of entry i the place says is there. */
static uint64_t
claimed(const struct source *s, uint32_t i)
{
	return i < s->place ? s->e[i].size : s->place_offset;
}

bool
sums_begin(struct tree *t, bool compared)
{
	struct source *s = t->source;
	struct stat st;

	/* What changed beside bytes since they were read is no more the file that we know. */
	if (s->place < s->count && s->place_offset > 0) {
		s->at = s->place;
		if (source_open(t, &st) == 0 && source_same(&s->e[s->at], &st, false))
			s->e[s->at].ctime_ns =
				(int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
		source_close(s);
	}
	s->summing = false;
	for (uint32_t i = 0; i < s->count && i <= s->place; i++) {
		if (!S_ISREG(s->e[i].mode) || !source_wants(s, i) || claimed(s, i) == 0 ||
		    vouch_holds(s, i))
			continue;
		if (compared) {
			vouch_add(t, i);
			continue;
		}
		if (!s->summing)
			s->sum_at = i;
		s->summing = true;
	}
	vouch_write(t);
	s->sum_next = 0;
	return s->summing;
}

/* A frame of `n` sums from entry's segment `first` on. False: the buffer is full. */
static bool
put_sums(struct tree *t, const struct msg *m, struct layout *l, uint32_t entry, uint64_t first,
	 const uint8_t *sums, size_t n)
{
	uint8_t *p = layout_frame(l, FRAME_SUMS, SUMS_FIXED + n * SUM_LEN);

	if (p == NULL)
		return false;
	put_be32(p, m->b.disk.count);
	put_be32(p + 4, t->source->run);
	put_be32(p + 8, entry);
	put_be32(p + 12, (uint32_t)first);
	put_be16(p + 16, (uint16_t)n);
	memcpy(p + 18, sums, n * SUM_LEN);
	return true;
}

/* The next entry that is not vouched for, behind sum_at; place + 1 or count: none. */
static void
next_doubt(struct source *s)
{
	do
		s->sum_at++;
	while (s->sum_at < s->count && s->sum_at <= s->place &&
	       (!S_ISREG(s->e[s->sum_at].mode) || !source_wants(s, s->sum_at) ||
		claimed(s, s->sum_at) == 0 || vouch_holds(s, s->sum_at)));
	s->sum_next = 0;
	source_close(s);
}

bool
sums_step(struct tree *t, struct msg *m, struct layout *l)
{
	struct source *s = t->source;
	uint64_t have, from, first = s->sum_next;
	uint8_t sums[SUMS_MAX * SUM_LEN] = {0};
	struct stat st;
	size_t n = 0;
	int error = 0;

	if (s->sum_budget == 0)
		return false;
	if (s->sum_at >= s->count || s->sum_at > s->place) {
		if (!s->last_put && put_sums(t, m, l, SUMS_END, 0, sums, 0)) {
			s->last_put = true;
			m->b.disk.flags |= DISK_LAST;
		}
		return false;
	}
	if (layout_left(l, true) < SUMS_FIXED + sizeof(sums))
		return false;
	have = claimed(s, s->sum_at);
	s->at = s->sum_at;
	if (s->fd == -1 && (source_open(t, &st) == -1 || !source_same(&s->e[s->at], &st, false)))
		error = ESTALE;
	for (; error == 0 && n < SUMS_MAX && s->sum_next * SUM_SEGMENT < have && s->sum_budget > 0;
	     n++, s->sum_next++) {
		from = s->sum_next * SUM_SEGMENT;
		error = sum_of(t, -1, from, segment_end(s->sum_next, have), sums + n * SUM_LEN);
		s->sum_budget -= s->sum_budget > SUM_SEGMENT ? SUM_SEGMENT : s->sum_budget;
		if (error != 0)
			break;
	}
	if (n > 0)
		put_sums(t, m, l, s->sum_at, first, sums, n);
	/* Sums that are missing are a difference: from there on it is sent, and its end says what is wrong with it. */
	if (error != 0 || s->sum_next * SUM_SEGMENT >= have)
		next_doubt(s);
	return true;
}

/* ---- the receiver ---- */

/* How much of entry i is there. */
static uint64_t
held_of(const struct sink *s, uint32_t i, const struct entry *e)
{
	return i < s->at ? e->size : s->offset;
}

/* All that was asked is known. */
static void
over(struct sink *s, struct msg *m)
{
	s->sum_over = true;
	m->b.disk.flags |= DISK_SUMMED | (s->redo ? DISK_MORE : 0u);
}

/* They differ there. Of the file that has begun it goes on from there; one that was whole is asked for again when all are compared. */
static int
differs(struct tree *t, struct msg *m, uint32_t entry, uint64_t offset)
{
	struct sink *s = t->sink;
	int error = 0;

	if (entry == s->at || bit_get(s->have, entry))
		error = journal_back(t, entry, offset);
	bit_clear(s->lost, entry);
	if (entry == s->at) {
		over(s, m);
	} else {
		s->redo = s->sum_other = true;
	}
	return error;
}

/* Compares n sums from a segment on. */
static int
compare(struct tree *t, struct msg *m, uint32_t entry, uint64_t have, const uint8_t *sums, size_t n)
{
	struct sink *s = t->sink;
	char name[16];
	uint8_t ours[SUM_LEN];
	int error = 0;
	int fd = t->sys->open(s->part_fd, sink_part_name(name, sizeof(name), 'f', entry),
			      O_RDONLY | O_NONBLOCK, 0);

	if (fd == -1 && errno == ENOENT) {
		s->sum_next += n;
		return differs(t, m, entry, 0);
	}
	if (fd == -1)
		return errno;
	for (; n > 0 && !s->sum_over && error == 0; n--, sums += SUM_LEN) {
		if (s->sum_other) {
			s->sum_next += n;
			break;
		}
		error = sum_of(t, fd, s->sum_next * SUM_SEGMENT, segment_end(s->sum_next, have),
			       ours);
		if (error == 0 && memcmp(ours, sums, SUM_LEN) != 0)
			error = differs(t, m, entry, s->sum_next * SUM_SEGMENT);
		s->sum_next++;
	}
	close(fd);
	return error;
}

/* The entry before is behind us: all of its sums must have come. */
static int
leave_entry(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	struct entry e;

	if (!s->sum_open)
		return 0;
	s->sum_open = false;
	if (s->sum_other)
		return 0;
	sink_entry(s, s->sum_at, &e);
	if (s->sum_next * SUM_SEGMENT < held_of(s, s->sum_at, &e))
		return differs(t, m, s->sum_at, s->sum_next * SUM_SEGMENT);
	return 0;
}

int
sums_take(struct tree *t, struct msg *m, struct reader *r)
{
	struct sink *s = t->sink;
	uint32_t entry, first;
	const uint8_t *sums;
	struct entry e;
	size_t n;
	int error;

	rd_u32(r); /* handle */
	rd_u32(r); /* run */
	entry = rd_u32(r);
	first = rd_u32(r);
	n = rd_u16(r);
	sums = rd_span(r, n * SUM_LEN);
	if (r->bad || n > SUMS_MAX || s->fd != -1)
		return EPROTO;
	/* What was sent before its sender knew of the first difference. */
	if (s->sum_over)
		return 0;
	if (!s->sum_open || entry != s->sum_at) {
		error = leave_entry(t, m);
		if (error != 0 || s->sum_over)
			return error;
	}
	if (entry == SUMS_END) {
		over(s, m);
		return 0;
	}
	if (entry >= s->count || entry > s->at || (s->sum_begun && entry < s->sum_at) ||
	    (!s->sum_open && !sink_asks(s, entry)))
		return EPROTO;
	sink_entry(s, entry, &e);
	if (!s->sum_open) {
		if (s->sum_begun && entry == s->sum_at)
			return EPROTO;
		s->sum_open = s->sum_begun = true;
		s->sum_other = false;
		s->sum_at = entry;
		s->sum_next = 0;
	}
	if (e.kind != ENTRY_FILE || first != s->sum_next || n == 0 ||
	    (s->sum_next + n - 1) * SUM_SEGMENT >= held_of(s, entry, &e))
		return EPROTO;
	if (!bit_get(s->placed, entry))
		return compare(t, m, entry, held_of(s, entry, &e), sums, n);
	/* It has its name already, and stays as it came. */
	s->sum_next += n;
	return 0;
}

void
sums_reset(struct sink *s)
{
	s->sum_open = s->sum_begun = s->sum_over = false;
}
