/* disk_journal.c - what of a transfer's parts is known to be written, with a keyed check of every stretch, so that damage is found. */
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

/* ---- one stretch ---- */

void
journal_mac(const struct journal *j, struct mac *mac, uint64_t nonce)
{
	uint8_t key[MAC_KEY], n[8];

	put_be64(n, nonce);
	crypto_generichash(key, sizeof(key), n, sizeof(n), j->key, KEY_LEN);
	mac_start(mac, key);
	sodium_memzero(key, sizeof(key));
}

void
journal_stretch(struct journal *j, uint32_t entry, uint64_t from)
{
	j->open = true;
	j->entry = entry;
	j->from = j->to = from;
	journal_mac(j, j->mac, ++j->nonce);
}

int
journal_cut(const struct tree *t, enum kind kind)
{
	struct journal *j = t->sink->journal;
	uint8_t *p;

	if (j->n == sizeof(j->p) && journal_write(t) != 0)
		return errno;
	p = j->p + j->n;
	put_be32(p, j->entry);
	put_be32(p + 4, kind);
	put_be64(p + 8, j->from);
	put_be64(p + 16, j->to);
	put_be64(p + 24, j->nonce);
	mac_add(j->mac, p, HEAD_LEN);
	mac_end(j->mac, p + HEAD_LEN);
	j->n += RECORD_LEN;
	j->waiting += kind == KIND_HOLE ? 0 : j->to - j->from;
	j->open = false;
	return j->waiting >= JOURNAL_EVERY ? journal_write(t) : 0;
}

void
journal_begin(struct sink *s, uint32_t entry, uint64_t offset)
{
	struct journal *j = s->journal;

	if (!j->open || j->entry != entry || j->to != offset)
		journal_stretch(j, entry, offset);
}

void
journal_data(struct sink *s, const struct iovec *iov, size_t n)
{
	struct journal *j = s->journal;
	size_t len;

	j->to += n;
	for (; n > 0; n -= len, iov++) {
		len = iov->iov_len < n ? iov->iov_len : n;
		mac_add(j->mac, iov->iov_base, len);
	}
}

int
journal_step(const struct tree *t)
{
	struct journal *j = t->sink->journal;
	int error;

	if (!j->open || j->waiting + (j->to - j->from) < JOURNAL_EVERY)
		return 0;
	error = journal_cut(t, KIND_DATA);
	if (error == 0)
		journal_stretch(j, j->entry, j->to);
	return error;
}

int
journal_hole(const struct tree *t, uint64_t n)
{
	static const uint8_t zeros[4096];
	struct journal *j = t->sink->journal;
	int error = 0;

	/* Short ones are zeros like others, so that a file of many holes has not many records. */
	if (n < HOLE_RECORD) {
		for (j->to += n; n > 0; n -= n < sizeof(zeros) ? n : sizeof(zeros))
			mac_add(j->mac, zeros, n < sizeof(zeros) ? n : sizeof(zeros));
		return 0;
	}
	if (j->to > j->from) {
		error = journal_cut(t, KIND_DATA);
		if (error != 0)
			return error;
		journal_stretch(j, j->entry, j->to);
	}
	j->to += n;
	error = journal_cut(t, KIND_HOLE);
	if (error == 0)
		journal_stretch(j, j->entry, j->to);
	return error;
}

int
journal_end(const struct tree *t, enum end_result result)
{
	struct sink *s = t->sink;

	if (result == END_OK)
		return journal_cut(t, KIND_END);
	journal_stretch(s->journal, s->at, s->size);
	return journal_cut(t, result == END_CHANGED ? KIND_CHANGED : KIND_UNREADABLE);
}

uint64_t
journal_behind(const struct sink *s)
{
	const struct journal *j = s->journal;

	if (j == NULL)
		return 0;
	return j->waiting + (j->open ? j->to - j->from : 0);
}

int
journal_adopt(const struct tree *t, uint32_t entry, int fd, uint64_t upto, bool whole)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal;
	uint8_t *buf = xmalloc(LOOK);
	uint64_t at = 0, data;
	int error = 0;
	off_t next;
	ssize_t n;

	journal_begin(s, entry, 0);
	while (at < upto && error == 0) {
		struct iovec iov = {buf, upto - at < LOOK ? (size_t)(upto - at) : LOOK};

		next = t->sys->seek(fd, (off_t)at, SEEK_DATA);
		data = next != -1 ? (uint64_t)next : errno == ENXIO ? upto : at;
		if (data > at) {
			data = data < upto ? data : upto;
			error = journal_hole(t, data - at);
			at = data;
			continue;
		}
		n = t->sys->preadv(fd, &iov, 1, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			error = n == -1 ? errno : EIO;
			break;
		}
		journal_data(s, &iov, (size_t)n);
		at += (uint64_t)n;
		error = journal_step(t);
	}
	free(buf);
	if (error == 0 && (whole || j->to > j->from))
		error = journal_cut(t, whole ? KIND_END : KIND_DATA);
	j->open = false;
	return error;
}

/* ---- the file ---- */

static int
write_all(const struct tree *t, int fd, const uint8_t *p, size_t len, off_t to)
{
	size_t at = 0;
	ssize_t n;

	while (at < len) {
		struct iovec iov = {(void *)(uintptr_t)(p + at), len - at};

		n = t->sys->pwritev(fd, &iov, 1, to + (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == -1 ? errno : EIO;
		at += (size_t)n;
	}
	return 0;
}

int
journal_write(const struct tree *t)
{
	struct journal *j = t->sink->journal;
	int error = write_all(t, j->fd, j->p, j->n, j->len);

	if (error != 0) {
		errno = error;
		return error;
	}
	j->len += (off_t)j->n;
	j->n = 0;
	j->waiting = 0;
	return 0;
}

int
journal_all(const struct tree *t)
{
	struct journal *j = t->sink->journal;
	int error = 0;

	if (j->open && j->to > j->from) {
		error = journal_cut(t, KIND_DATA);
		journal_stretch(j, j->entry, j->to);
	}
	return error != 0 ? error : journal_write(t);
}

void
journal_write_back(const struct tree *t)
{
	const struct journal *j = t->sink->journal;

	t->sys->sync_range(j->fd, 0, j->len, SYNC_FILE_RANGE_WRITE);
}

int
journal_sync(const struct tree *t)
{
	return t->sys->fdatasync(t->sink->journal->fd) == -1 ? errno : 0;
}

void
journal_close(const struct tree *t, bool keep)
{
	struct journal *j = t->sink->journal;

	if (j == NULL)
		return;
	if (keep)
		(void)journal_all(t);
	if (j->fd != -1)
		close(j->fd);
	mac_free(j->mac);
	sodium_memzero(j, sizeof(*j));
	free(j);
	t->sink->journal = NULL;
}

/* The key of this part folder, made if `create`. An errno, or 0. */
static int
open_key(const struct tree *t, bool create)
{
	struct journal *j = t->sink->journal;
	struct iovec iov = {j->key, KEY_LEN};
	int flags = create ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY, error = 0;
	int fd = t->sys->open(t->sink->part_fd, KEY_FILE, flags, 0600);

	if (fd == -1)
		return errno;
	if (create) {
		randombytes_buf(j->key, KEY_LEN);
		error = write_all(t, fd, j->key, KEY_LEN, 0);
	} else if (preadv(fd, &iov, 1, 0) != KEY_LEN) {
		error = EIO;
	}
	close(fd);
	return error;
}

int
journal_open(const struct tree *t, bool create)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal = xcalloc(1, sizeof(*j));
	int error;

	j->fd = -1;
	j->mac = mac_new();
	/* Damage to the key is like damage to all of the parts. */
	error = open_key(t, create);
	if (error != 0 && !create)
		error = open_key(t, true);
	if (error != 0)
		return error;
	/* Each opening of a journal numbers its records from a place of its own: no key is used twice. */
	randombytes_buf(&j->nonce, sizeof(j->nonce));
	j->fd = t->sys->open(s->part_fd, JOURNAL_FILE, O_RDWR | O_CREAT, 0600);
	return j->fd == -1 ? errno : 0;
}
