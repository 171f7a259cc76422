/* disk_check.c - the journal of a part folder read again: which files are whole there, how far others are, and taking some of that back. */
#include "config.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/disk_journal.h"
#include "net/limits.h"
#include "net/mac.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"

/* A reading of the journal. */
struct check {
	const struct tree *t;
	uint64_t *upto; /* per entry: how much of its part is as it was written */
	uint8_t *buf;
	uint32_t entry; /* whose part is open */
	int fd;		/* it, or -1 */
};

/* ---- one stretch ---- */

/* Whether [from, to) of the part holds nothing but zeros; holes are not read. */
static bool
check_zeros(const struct tree *t, int fd, uint64_t from, uint64_t to, uint8_t *buf)
{
	off_t at;
	ssize_t n;

	while (from < to) {
		at = t->sys->seek(fd, (off_t)from, SEEK_DATA);
		if (at == -1 && errno == ENXIO)
			return true;
		if (at != -1)
			from = (uint64_t)at;
		if (from >= to)
			return true;
		n = pread(fd, buf, to - from < LOOK ? to - from : LOOK, (off_t)from);
		if (n <= 0)
			return n == 0;
		if (!sodium_is_zero(buf, (size_t)n))
			return false;
		from += (uint64_t)n;
	}
	return true;
}

/* Feeds [from, to) of the part to the check; what lies behind its end is a hole. */
static bool
check_bytes(const struct tree *t, int fd, uint64_t from, uint64_t to, uint8_t *buf, struct mac *mac)
{
	ssize_t n;

	while (from < to) {
		struct iovec iov = {buf, to - from < LOOK ? to - from : LOOK};

		n = t->sys->preadv(fd, &iov, 1, (off_t)from);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		if (n == 0) {
			memset(buf, 0, iov.iov_len);
			n = (ssize_t)iov.iov_len;
		}
		mac_add(mac, buf, (size_t)n);
		from += (uint64_t)n;
	}
	return true;
}

/* Whether the record is of our key and the part holds what it says. */
static bool
check_record(const struct tree *t, int fd, const uint8_t *p, uint8_t *buf)
{
	uint64_t from = get_be64(p + 8), to = get_be64(p + 16);
	struct mac *mac = mac_new();
	uint8_t tag[MAC_TAG];
	bool fine;

	journal_mac(t->sink->journal, mac, get_be64(p + 24));
	if (get_be32(p + 4) == KIND_HOLE)
		fine = check_zeros(t, fd, from, to, buf);
	else
		fine = check_bytes(t, fd, from, to, buf, mac);
	mac_add(mac, p, HEAD_LEN);
	mac_end(mac, tag);
	mac_free(mac);
	return fine && sodium_memcmp(tag, p + HEAD_LEN, sizeof(tag)) == 0;
}

static void
open_part(struct check *c, uint32_t i)
{
	const struct sink *s = c->t->sink;
	char name[16];

	if (c->fd != -1 && c->entry == i)
		return;
	if (c->fd != -1)
		close(c->fd);
	c->entry = i;
	c->fd = c->t->sys->open(s->part_fd, sink_part_name(name, sizeof(name), 'f', i),
				O_RDONLY | O_NONBLOCK, 0);
	/* Pages a disk refused would be read as if they stood there. */
	if (c->fd != -1 && s->doubt)
		posix_fadvise(c->fd, 0, 0, POSIX_FADV_DONTNEED);
}

/* Whether the part of entry i holds what the record says. */
static bool
check_part(struct check *c, uint32_t i, const struct entry *e, const uint8_t *p)
{
	struct stat st;

	/* It has its name. */
	if (bit_get(c->t->sink->placed, i))
		return true;
	open_part(c, i);
	if (c->fd == -1 || c->t->sys->fstat(c->fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > e->size)
		return false;
	if (get_be32(p + 4) == KIND_END && (uint64_t)st.st_size != e->size)
		return false;
	return check_record(c->t, c->fd, p, c->buf);
}

/* ---- all of them ---- */

/* One record. What is not as it says costs the entry it is about, from there on. */
static void
take_record(struct check *c, const uint8_t *p)
{
	struct sink *s = c->t->sink;
	uint32_t i = get_be32(p), kind = get_be32(p + 4);
	uint64_t from = get_be64(p + 8), to = get_be64(p + 16);
	struct entry e;

	if (i >= s->count || kind > KIND_BACK || !sink_wants(s, i))
		return;
	sink_entry(s, i, &e);
	if (e.kind != ENTRY_FILE)
		return;
	if (kind == KIND_CHANGED || kind == KIND_UNREADABLE) {
		sink_lose(s, i, kind == KIND_CHANGED ? END_CHANGED : END_UNREADABLE);
		from = 0;
	}
	if (from == 0 || kind == KIND_BACK)
		bit_clear(s->have, i);
	if (from == 0 || (kind == KIND_BACK && from < c->upto[i]))
		c->upto[i] = from;
	if (kind > KIND_HOLE || from != c->upto[i] || to < from || to > e.size ||
	    (kind == KIND_END && to != e.size) || !check_part(c, i, &e, p))
		return;
	bit_clear(s->lost, i);
	c->upto[i] = to;
	s->skipped += kind == KIND_HOLE ? to - from : 0;
	if (kind != KIND_END)
		return;
	bit_set(s->have, i);
	/* A machine that went down may have lost its mode and time. */
	if (c->fd != -1 && c->entry == i && !bit_get(s->placed, i))
		sink_seal(c->fd, &e);
}

/* Finds out whether the names were being given, and which files have theirs. */
static void
find_placed(struct sink *s)
{
	char name[16];
	struct entry e;

	s->again = faccessat(s->part_fd, SINK_PLACING, F_OK, 0) == 0;
	for (uint32_t i = 0; s->again && i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind == ENTRY_FILE &&
		    faccessat(s->part_fd, sink_part_name(name, sizeof(name), 'f', i), F_OK,
			      AT_SYMLINK_NOFOLLOW) == -1 &&
		    errno == ENOENT)
			bit_set(s->placed, i);
	}
}

/* Of the files that did not arrive: they are tried again, as long as others are missing too. */
static void
tell_lost(struct tree *t, const struct msg *job)
{
	struct sink *s = t->sink;
	struct entry e;

	for (uint32_t i = 0; i < s->count; i++) {
		if (!bit_get(s->lost, i))
			continue;
		if (!s->again) {
			bit_clear(s->lost, i);
			continue;
		}
		sink_entry(s, i, &e);
		disk_lost(t, job, i, bit_get(s->unread, i) ? EIO : 0, e.name, e.name_len);
	}
}

void
journal_check(struct tree *t, const struct msg *job)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal;
	struct check c = {.t = t, .fd = -1};
	uint8_t *p = xmalloc(sizeof(j->p));
	ssize_t n;

	c.upto = xcalloc(s->count, sizeof(*c.upto));
	c.buf = xmalloc(LOOK);
	memset(s->have, 0, s->count / 8 + 1);
	find_placed(s);
	s->skipped = 0;
	j->len = 0;
	while ((n = pread(j->fd, p, sizeof(j->p), j->len)) >= RECORD_LEN) {
		for (ssize_t at = 0; at + RECORD_LEN <= n; at += RECORD_LEN)
			take_record(&c, p + at);
		j->len += n - n % RECORD_LEN;
	}
	/* The end of a record that a crash cut off is written over. */
	(void)t->sys->ftruncate(j->fd, j->len);
	tell_lost(t, job);
	stage_reset(s);
	for (uint32_t i = 0; i < s->count; i++)
		if (!bit_get(s->have, i) && !bit_get(s->lost, i))
			stage_half(s, i, c.upto[i]);
	if (c.fd != -1)
		close(c.fd);
	free(c.upto);
	free(c.buf);
	free(p);
}

/* ---- taking it back ---- */

/* Where the last stretch of the entry ends that does so at `offset` or before. */
static uint64_t
end_before(const struct journal *j, uint32_t entry, uint64_t offset)
{
	uint8_t *p = xmalloc(sizeof(j->p));
	uint64_t upto = 0, from, to;
	off_t at = 0;
	ssize_t n;

	while (offset > 0 && (n = pread(j->fd, p, sizeof(j->p), at)) >= RECORD_LEN) {
		for (const uint8_t *r = p; r + RECORD_LEN <= p + n; r += RECORD_LEN) {
			if (get_be32(r) != entry)
				continue;
			from = get_be64(r + 8);
			to = get_be64(r + 16);
			if (get_be32(r + 4) == KIND_CHANGED || get_be32(r + 4) == KIND_UNREADABLE)
				from = 0;
			if (from == 0 || (get_be32(r + 4) == KIND_BACK && from < upto))
				upto = from;
			if (get_be32(r + 4) <= KIND_HOLE && from == upto && to <= offset)
				upto = to;
		}
		at += n - n % RECORD_LEN;
	}
	free(p);
	return upto;
}

int
journal_back(const struct tree *t, uint32_t entry, uint64_t offset)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal;
	int error = journal_all(t);
	uint64_t to;

	if (error != 0)
		return error;
	to = end_before(j, entry, offset);
	journal_stretch(j, entry, to);
	error = journal_cut(t, KIND_BACK);
	if (error == 0)
		error = journal_write(t);
	bit_clear(s->have, entry);
	if (entry == s->at)
		s->offset = to;
	else
		stage_half(s, entry, to);
	return error;
}
