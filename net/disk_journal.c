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
#include "net/limits.h"
#include "net/mac.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"

/* In the part folder. Poly1305 under a key of its own for each record: BLAKE2b at a third of its speed would be felt in every transfer,
 * and who could choose bytes that hide a change sees neither key nor tags. */
#define JOURNAL_FILE "journal"
#define KEY_FILE     "key"
#define KEY_LEN	     32
#define RECORD_LEN   48 /* entry u32, kind u32, from u64, to u64, nonce u64, tag 16 */
#define HEAD_LEN     32
#define RECORDS	     512 /* kept in memory at most */
#define LOOK	     (256 * 1024)
#define HOLE_RECORD  (256 * 1024) /* a hole this long is one */

/* The last two: the file will not arrive. */
enum kind { KIND_DATA, KIND_END, KIND_HOLE, KIND_CHANGED, KIND_UNREADABLE };

struct journal {
	int fd;
	uint8_t key[KEY_LEN];
	uint64_t nonce;
	off_t len; /* of the file */
	uint8_t p[RECORDS * RECORD_LEN];
	size_t n;	  /* bytes in p, behind those in the file */
	uint64_t waiting; /* bytes of parts they stand for */

	bool open; /* a stretch is: */
	uint32_t entry;
	uint64_t from, to;
	struct mac *mac;
};

/* ---- one stretch ---- */

static void
start_mac(const struct journal *j, struct mac *mac, uint64_t nonce)
{
	uint8_t key[MAC_KEY], n[8];

	put_be64(n, nonce);
	crypto_generichash(key, sizeof(key), n, sizeof(n), j->key, KEY_LEN);
	mac_start(mac, key);
	sodium_memzero(key, sizeof(key));
}

static void
begin(struct journal *j, uint32_t entry, uint64_t from)
{
	j->open = true;
	j->entry = entry;
	j->from = j->to = from;
	start_mac(j, j->mac, ++j->nonce);
}

/* Ends the stretch that is open as a record. */
static int
cut(const struct tree *t, enum kind kind)
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
		begin(j, entry, offset);
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
	error = cut(t, KIND_DATA);
	if (error == 0)
		begin(j, j->entry, j->to);
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
		error = cut(t, KIND_DATA);
		if (error != 0)
			return error;
		begin(j, j->entry, j->to);
	}
	j->to += n;
	error = cut(t, KIND_HOLE);
	if (error == 0)
		begin(j, j->entry, j->to);
	return error;
}

int
journal_end(const struct tree *t, enum end_result result)
{
	struct sink *s = t->sink;

	if (result == END_OK)
		return cut(t, KIND_END);
	begin(s->journal, s->at, s->size);
	return cut(t, result == END_CHANGED ? KIND_CHANGED : KIND_UNREADABLE);
}

uint64_t
journal_behind(const struct sink *s)
{
	const struct journal *j = s->journal;

	if (j == NULL)
		return 0;
	return j->waiting + (j->open ? j->to - j->from : 0);
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
		error = cut(t, KIND_DATA);
		begin(j, j->entry, j->to);
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

/* ---- after a crash ---- */

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

	start_mac(t->sink->journal, mac, get_be64(p + 24));
	if (get_be32(p + 4) == KIND_HOLE)
		fine = check_zeros(t, fd, from, to, buf);
	else
		fine = check_bytes(t, fd, from, to, buf, mac);
	mac_add(mac, p, HEAD_LEN);
	mac_end(mac, tag);
	mac_free(mac);
	return fine && sodium_memcmp(tag, p + HEAD_LEN, sizeof(tag)) == 0;
}

/* The first file that is wanted at or behind entry i. */
static uint32_t
next_file(const struct sink *s, uint32_t i)
{
	struct entry e;

	for (; i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind == ENTRY_FILE && sink_wants(s, i))
			break;
	}
	return i;
}

/* Whether the part of the file that comes next, or has begun, holds what the record says. *fd is that part, or -1. */
static bool
check_part(const struct tree *t, const struct entry *e, const uint8_t *p, int *fd, uint8_t *buf)
{
	struct sink *s = t->sink;
	char name[16];
	struct stat st;

	/* It has its name. */
	if (bit_get(s->placed, s->at))
		return true;
	if (*fd == -1)
		*fd = t->sys->open(s->part_fd, sink_part_name(name, sizeof(name), 'f', s->at),
				   O_RDONLY | O_NONBLOCK, 0);
	/* Pages a disk refused would be read as if they stood there. */
	if (*fd != -1 && s->doubt && s->offset == 0)
		posix_fadvise(*fd, 0, 0, POSIX_FADV_DONTNEED);
	if (*fd == -1 || t->sys->fstat(*fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > e->size)
		return false;
	if (get_be32(p + 4) == KIND_END && (uint64_t)st.st_size != e->size)
		return false;
	return check_record(t, *fd, p, buf);
}

/* The file of the last record is behind us. */
static void
next(struct sink *s, int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
	s->at = next_file(s, s->at + 1);
	s->offset = 0;
}

/* One record, the parts being checked up to at and offset. */
static bool
take_record(struct tree *t, const struct msg *job, const uint8_t *p, int *fd, uint8_t *buf)
{
	struct sink *s = t->sink;
	uint32_t kind = get_be32(p + 4);
	uint64_t from = get_be64(p + 8), to = get_be64(p + 16);
	struct entry e;

	if (s->at >= s->count || get_be32(p) != s->at || kind > KIND_UNREADABLE)
		return false;
	sink_entry(s, s->at, &e);
	if (kind >= KIND_CHANGED) {
		/* As long as others are missing too it is tried again. */
		if (!s->again)
			return false;
		sink_lose(s, s->at, kind == KIND_CHANGED ? END_CHANGED : END_UNREADABLE);
		disk_lost(t, job, s->at, kind == KIND_CHANGED ? 0 : EIO, e.name, e.name_len);
		s->done += e.size - s->offset;
		next(s, fd);
		return true;
	}
	if (from != s->offset || to < from || to > e.size || (kind == KIND_END && to != e.size) ||
	    !check_part(t, &e, p, fd, buf))
		return false;
	s->done += to - from;
	s->skipped += kind == KIND_HOLE ? to - from : 0;
	s->offset = to;
	if (kind == KIND_END) {
		/* A machine that went down may have lost its mode and time. */
		if (*fd != -1)
			sink_seal(*fd, &e);
		next(s, fd);
	}
	return true;
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

void
journal_check(struct tree *t, const struct msg *job)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal;
	uint8_t *buf = xmalloc(LOOK);
	int fd = -1;

	find_placed(s);
	s->done = s->skipped = s->offset = 0;
	s->at = next_file(s, 0);
	j->len = 0;
	while (pread(j->fd, j->p, RECORD_LEN, j->len) == RECORD_LEN &&
	       take_record(t, job, j->p, &fd, buf))
		j->len += RECORD_LEN;
	if (fd != -1)
		close(fd);
	free(buf);
	/* What stands behind the place is written anew. */
	(void)t->sys->ftruncate(j->fd, j->len);
}

int
journal_cut(const struct tree *t, uint32_t entry)
{
	struct journal *j = t->sink->journal;
	off_t at = 0;

	while (pread(j->fd, j->p, RECORD_LEN, at) == RECORD_LEN && get_be32(j->p) < entry)
		at += RECORD_LEN;
	return t->sys->ftruncate(j->fd, at) == -1 ? errno : 0;
}

int
journal_back(const struct tree *t, uint32_t entry, uint64_t offset)
{
	struct sink *s = t->sink;
	struct journal *j = s->journal;
	int error = journal_all(t), none = -1;
	const uint8_t *p = j->p;
	uint32_t kind;

	if (error != 0)
		return error;
	s->done = s->skipped = s->offset = 0;
	s->at = next_file(s, 0);
	j->len = 0;
	while (s->at < s->count && pread(j->fd, j->p, RECORD_LEN, j->len) == RECORD_LEN) {
		kind = get_be32(p + 4);
		if (get_be32(p) != s->at || s->at > entry || kind >= KIND_CHANGED ||
		    get_be64(p + 8) != s->offset || (s->at == entry && get_be64(p + 16) > offset))
			break;
		s->done += get_be64(p + 16) - s->offset;
		s->skipped += kind == KIND_HOLE ? get_be64(p + 16) - s->offset : 0;
		s->offset = get_be64(p + 16);
		if (kind == KIND_END)
			next(s, &none);
		j->len += RECORD_LEN;
	}
	j->open = false;
	/* What is lost or behind the place comes again. */
	for (uint32_t i = s->at; i < s->count; i++)
		s->lost[i / 8] = (uint8_t)(s->lost[i / 8] & ~(1U << (i % 8)));
	return t->sys->ftruncate(j->fd, j->len) == -1 ? errno : 0;
}
