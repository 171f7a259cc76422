/* disk_read.c - reads the files of an offer straight into records: FILE, DATA and END frames, many small files to a record. */
#include "config.h"

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
#include "src/spool.h"
#include "src/util.h"

/* Files smaller than this are read at once anyway. */
#define ADVISE_FROM (1024 * 1024)

/* A record with an END alone. So much is kept free behind all other frames, so that a file can always be ended. */
#define END_SPARE (2 + END_LEN + TAG_LEN)

static void
layout_close(struct layout *l)
{
	if (l->plain == 0)
		return;
	put_be16(l->p + l->len, (uint16_t)(l->plain + TAG_LEN));
	l->len += 2 + l->plain + TAG_LEN;
	l->plain = 0;
}

size_t
layout_left(const struct layout *l, bool fresh)
{
	size_t used = l->len;

	if (fresh && l->plain > 0)
		used += 2 + l->plain + TAG_LEN;
	if (l->room < used + 2 + TAG_LEN)
		return 0;
	used = l->room - used - 2 - TAG_LEN;
	if (used > RECORD_PLAIN_MAX)
		used = RECORD_PLAIN_MAX;
	if (fresh)
		return used;
	return used > l->plain ? used - l->plain : 0;
}

uint8_t *
layout_frame(struct layout *l, uint8_t type, size_t n)
{
	uint8_t *p;

	if (layout_left(l, false) < n) {
		if (layout_left(l, true) < n)
			return NULL;
		layout_close(l);
	}
	p = l->p + l->len + 2 + l->plain;
	p[0] = type;
	p[1] = 0;
	put_be16(p + 2, (uint16_t)(n - FRAME_HEADER));
	l->plain += n;
	l->frames += n;
	return p + FRAME_HEADER;
}

/* ---- the manifest ---- */

static void
entry_of(const struct source *s, uint32_t i, struct entry *e)
{
	const struct src_entry *se = &s->e[i];

	memset(e, 0, sizeof(*e));
	e->parent = se->parent;
	e->mode = (uint16_t)(se->mode & 07777);
	e->mtime_ns = se->mtime_ns;
	e->name = s->arena + se->name;
	e->name_len = strlen(e->name);
	e->kind = S_ISREG(se->mode) ? ENTRY_FILE : S_ISDIR(se->mode) ? ENTRY_FOLDER : ENTRY_LINK;
	e->size = e->kind == ENTRY_FILE ? se->size : 0;
	e->link = e->name + e->name_len + 1;
	e->link_len = se->links;
}

/* ENTRIES frames from m's entry on. */
static void
read_list(struct source *s, struct msg *m, struct layout *l)
{
	struct msg_disk *b = &m->b.disk;
	uint32_t i = b->entry, first;
	struct entry e;
	struct writer w;
	uint8_t *p;
	size_t n;

	while (i < s->count) {
		n = ENTRIES_FIXED;
		for (first = i; i < s->count && i - first < UINT16_MAX; i++) {
			entry_of(s, i, &e);
			if (n + entry_length(&e) > BULK_DATA)
				break;
			n += entry_length(&e);
		}
		p = layout_frame(l, FRAME_ENTRIES, n);
		if (p == NULL) {
			i = first;
			break;
		}
		wr_open(&w, p, n - FRAME_HEADER);
		wr_u32(&w, b->count);
		wr_u32(&w, first);
		wr_u16(&w, (uint16_t)(i - first));
		for (; first < i; first++) {
			entry_of(s, first, &e);
			entry_put(&w, &e);
		}
		layout_close(l);
	}
	b->entry = i;
	b->flags |= i == s->count ? DISK_LAST : 0;
}

/* ---- the stream ---- */

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Whether the opened file is still the one that was offered. ctime moves with mode and owner too, so it counts only where bytes of the
 * file were read before. */
bool
source_same(const struct src_entry *e, const struct stat *st, bool again)
{
	return S_ISREG(st->st_mode) && e->dev == (uint64_t)st->st_dev &&
	       e->ino == (uint64_t)st->st_ino && e->size == (uint64_t)st->st_size &&
	       e->mtime_ns == (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec &&
	       (!again ||
		e->ctime_ns == (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec);
}

int
source_fstat(const struct tree *t, int fd, struct stat *st)
{
	int result = t->sys->fstat(fd, st);

	if (result == 0 && t->source->spool != NULL)
		st->st_size = (off_t)spool_size(t->source->spool);
	return result;
}

int
source_open(struct tree *t, struct stat *st)
{
	struct source *s = t->source;
	struct src_entry *e = &s->e[s->at];
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

	if (e->parent == ENTRY_TOP) {
		/* The path is the user's own, so a link is followed; it must still lead to the same file. */
		s->fd = open(s->roots[s->at], (flags & ~O_NOFOLLOW) | O_CLOEXEC);
	} else {
		if (s->folder_fd == -1 || s->folder != e->parent) {
			if (s->folder_fd != -1)
				close(s->folder_fd);
			s->folder_fd = source_open_folder(t, e->parent);
			s->folder = e->parent;
		}
		if (s->folder_fd == -1)
			return -1;
		s->fd = t->sys->open(s->folder_fd, src_name(s, s->at), flags, 0);
	}
	if (s->fd == -1)
		return -1;
	return source_fstat(t, s->fd, st);
}

void
source_close(struct source *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

/* Ends entry `at`. */
static void
end_file(struct tree *t, const struct msg *m, struct layout *l, enum end_result result, int error)
{
	struct source *s = t->source;
	uint8_t *p;

	l->room += END_SPARE;
	p = layout_frame(l, FRAME_END, END_LEN);
	l->room -= END_SPARE;
	put_be32(p, m->b.disk.count);
	put_be32(p + 4, s->at);
	p[8] = (uint8_t)result;
	if (result != END_OK)
		source_lost(t, error);
	if (result != END_OK)
		disk_lost(t, m, s->at, error, src_name(s, s->at), strlen(src_name(s, s->at)));
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
	s->done += s->e[s->at].size - s->offset;
	s->at++;
	s->offset = 0;
}

/* Opens entry `at` and announces it. False: the buffer is full. */
static bool
begin_file(struct tree *t, const struct msg *m, struct layout *l)
{
	struct source *s = t->source;
	struct src_entry *e = &s->e[s->at];
	uint8_t *p;
	int error = 0;

	if (layout_left(l, true) < FILE_LEN && layout_left(l, false) < FILE_LEN)
		return false;
	if (source_open(t, &s->st) == -1)
		error = errno;
	else if (!source_same(e, &s->st, s->offset > 0))
		error = ESTALE;
	else if (e->size >= ADVISE_FROM)
		posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	/* A file that has all its blocks has no holes. */
	s->data_end = e->size;
	if (error == 0 && s->spool == NULL && e->size >= HOLES_FROM &&
	    (uint64_t)s->st.st_blocks < e->size / 512)
		s->data_end = s->offset;
	p = layout_frame(l, FRAME_FILE, FILE_LEN);
	put_be32(p, m->b.disk.count);
	put_be32(p + 4, s->run);
	put_be32(p + 8, s->at);
	put_be64(p + 12, s->offset);
	put_be64(p + 20, e->size);
	if (error == ESTALE || error == ENOENT)
		end_file(t, m, l, END_CHANGED, 0);
	else if (error != 0)
		end_file(t, m, l, END_UNREADABLE, error);
	if (error != 0)
		return true;
	e->ctime_ns = (int64_t)s->st.st_ctim.tv_sec * 1000000000 + s->st.st_ctim.tv_nsec;
	vouch_add(t, s->at);
	return true;
}

ssize_t
source_preadv(const struct tree *t, const struct iovec *iov, int n, off_t at)
{
	struct source *s = t->source;

	if (s->spool != NULL)
		return spool_preadv(s->spool, s->fd, iov, n, at);
	return t->sys->preadv(s->fd, iov, n, at);
}

/* Reads n bytes in pieces; how many came, and errno (0: the end of the file). */
static size_t
read_all(const struct tree *t, struct iovec *iov, int niov, uint64_t at, int *error)
{
	size_t got = 0;
	ssize_t n;

	*error = 0;
	while (niov > 0) {
		n = source_preadv(t, iov, niov, (off_t)(at + got));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			*error = n == -1 ? errno : 0;
			return got;
		}
		got += (size_t)n;
		for (; niov > 0 && (size_t)n >= iov->iov_len; iov++, niov--)
			n -= (ssize_t)iov->iov_len;
		if (niov > 0) {
			iov->iov_base = (char *)iov->iov_base + n;
			iov->iov_len -= (size_t)n;
		}
	}
	return got;
}

/* One DATA frame for up to n bytes at `offset`: its payload's place and, in *n, its length. NULL: the buffer is full. A rest that fits whole
 * shares a record with what stands there, else it begins one. */
static uint8_t *
data_frame(const struct msg *m, struct layout *l, uint64_t offset, uint64_t *n)
{
	size_t left = layout_left(l, false);
	uint8_t *p;

	if (*n > BULK_DATA)
		*n = BULK_DATA;
	if (left < DATA_FIXED + *n) {
		left = layout_left(l, true);
		if (left <= DATA_FIXED)
			return NULL;
		if (*n > left - DATA_FIXED)
			*n = left - DATA_FIXED;
		layout_close(l);
	}
	p = layout_frame(l, FRAME_DATA, DATA_FIXED + (size_t)*n);
	put_be32(p, m->b.disk.count);
	put_be64(p + 4, offset);
	return p + DATA_FIXED - FRAME_HEADER;
}

/* At the offset a hole may begin: says so, and finds where the bytes behind it end. False: the buffer is full. What is no hole any more
 * by the time it is said is a file that changed, which its end finds out. */
static bool
skip_hole(const struct tree *t, const struct msg *m, struct layout *l)
{
	struct source *s = t->source;
	uint64_t size = s->e[s->at].size, data = s->offset;
	off_t at = t->sys->seek(s->fd, (off_t)s->offset, SEEK_DATA);
	uint8_t *p;

	if (at == -1 && errno != ENXIO) {
		/* The file system does not know: all of it is read. */
		s->data_end = size;
		return true;
	}
	if (at == -1 || (uint64_t)at > size)
		data = size;
	else if ((uint64_t)at > data)
		data = (uint64_t)at;
	if (data > s->offset) {
		p = layout_frame(l, FRAME_HOLE, HOLE_LEN);
		if (p == NULL)
			return false;
		put_be32(p, m->b.disk.count);
		put_be64(p + 4, s->offset);
		put_be64(p + 12, data - s->offset);
		s->done += data - s->offset;
		s->offset = data;
	}
	at = data < size ? t->sys->seek(s->fd, (off_t)data, SEEK_HOLE) : -1;
	s->data_end = at == -1 || (uint64_t)at <= data || (uint64_t)at > size ? size : (uint64_t)at;
	return true;
}

/* Lays out DATA frames for as much of the open file as the buffer takes, and fills them with one call. False: the buffer is full, or
 * the file was ended early. */
static bool
read_data(struct tree *t, struct msg *m, struct layout *l)
{
	struct source *s = t->source;
	uint64_t left = s->data_end - s->offset, offset = s->offset, len[BULK_RECORDS];
	struct layout before[BULK_RECORDS];
	struct iovec iov[BULK_RECORDS];
	uint8_t *at[BULK_RECORDS];
	uint64_t got;
	int n = 0, all, error;

	for (; left > 0 && n < BULK_RECORDS; n++) {
		before[n] = *l;
		len[n] = left;
		at[n] = data_frame(m, l, offset, &len[n]);
		if (at[n] == NULL)
			break;
		iov[n] = (struct iovec){at[n], (size_t)len[n]};
		offset += len[n];
		left -= len[n];
	}
	all = n;
	got = read_all(t, iov, all, s->offset, &error);
	s->done += got;
	if (got == offset - s->offset) {
		s->offset = offset;
		return left == 0;
	}
	/* Fewer bytes than the file had: what came is kept, the frames behind it are taken back. */
	for (n = 0; n + 1 < all && got >= len[n]; n++) {
		s->offset += len[n];
		got -= len[n];
	}
	*l = before[n];
	if (got > 0) {
		/* The shorter frame may find its place in the record before. */
		memmove(data_frame(m, l, s->offset, &got), at[n], (size_t)got);
		s->offset += got;
	}
	end_file(t, m, l, error != 0 ? END_UNREADABLE : END_CHANGED, error);
	return false;
}

/* Whether entry i is to be sent; asked in their order. */
static bool
wanted(struct source *s, uint32_t i)
{
	if (!S_ISREG(s->e[i].mode))
		return false;
	while (s->range < s->nranges && i >= s->ranges[s->range] &&
	       i - s->ranges[s->range] >= s->ranges[s->range + 1])
		s->range += 2;
	return s->nranges == 0 || (s->range < s->nranges && i >= s->ranges[s->range]);
}

bool
source_wants(const struct source *s, uint32_t i)
{
	size_t low = 0, high = s->nranges / 2, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (i < s->ranges[2 * mid])
			high = mid;
		else if (i - s->ranges[2 * mid] >= s->ranges[2 * mid + 1])
			low = mid + 1;
		else
			return true;
	}
	return s->nranges == 0;
}

bool
source_takes(const struct source *s, uint32_t i)
{
	return s->taken == NULL || bit_get(s->taken, i);
}

/* What is wanted in this run belongs to what is taken. */
static void
take_ranges(struct source *s, bool afresh)
{
	if (afresh || !s->asked) {
		free(s->taken);
		s->taken = xcalloc(s->count / 8 + 1, 1);
	}
	s->asked = true;
	if (s->nranges == 0) {
		free(s->taken);
		s->taken = NULL;
	}
	if (s->taken == NULL)
		return;
	for (size_t r = 0; r + 1 < s->nranges; r += 2)
		for (uint32_t i = s->ranges[r]; i < s->count && i - s->ranges[r] < s->ranges[r + 1];
		     i++)
			bit_set(s->taken, i);
}

/* Goes on with the stream. False: the buffer is full, or nothing follows. */
static bool
step(struct tree *t, struct msg *m, struct layout *l)
{
	struct source *s = t->source;
	struct stat now;
	uint8_t *p;
	bool same;

	while (s->at < s->count && !wanted(s, s->at))
		s->at++;
	if (s->at == s->count) {
		p = s->last_put ? NULL : layout_frame(l, FRAME_DONE, DONE_LEN);
		if (p == NULL)
			return false;
		put_be32(p, m->b.disk.count);
		put_be32(p + 4, s->run);
		went_sent(t, m);
		s->last_put = true;
		m->b.disk.flags |= DISK_LAST;
		return false;
	}
	if (s->fd == -1)
		return begin_file(t, m, l);
	if (s->offset < s->e[s->at].size && s->offset == s->data_end)
		return skip_hole(t, m, l);
	if (s->offset < s->e[s->at].size)
		return read_data(t, m, l) || s->fd == -1;
	same = source_fstat(t, s->fd, &now) == 0 && same_file(&now, &s->st);
	end_file(t, m, l, same ? END_OK : END_CHANGED, 0);
	return true;
}

void
read_run(struct tree *t, struct msg *m)
{
	struct source *s = t->source;
	struct layout l = {.p = m->bytes, .room = m->len - END_SPARE};

	if ((m->b.disk.flags & DISK_LIST) != 0) {
		read_list(s, m, &l);
	} else {
		s->sum_budget = SUM_BATCH;
		while (s->summing ? sums_step(t, m, &l) : step(t, m, &l))
			continue;
		vouch_write(t);
		m->b.disk.offset = s->done;
	}
	layout_close(&l);
	m->len = l.len;
	m->b.disk.size = l.frames;
}

void
read_prepare(struct tree *t, struct msg *m)
{
	struct source *s = t->source;
	struct msg_disk *b = &m->b.disk;

	source_close(s);
	s->summing = false;
	free(s->ranges);
	s->nranges = m->len / sizeof(*s->ranges);
	s->range = 0;
	s->ranges = xmemdup(m->bytes != NULL ? m->bytes : (const uint8_t *)"",
			    s->nranges * sizeof(*s->ranges));
	s->run = b->mode;
	s->at = b->entry;
	s->offset = b->offset;
	s->last_put = false;
	s->done = b->offset;
	if (b->entry > s->count ||
	    (b->offset > 0 && (b->entry == s->count || !S_ISREG(s->e[b->entry].mode) ||
			       b->offset > s->e[b->entry].size))) {
		s->at = s->count;
		s->last_put = true;
		b->error = EINVAL;
		return;
	}
	take_ranges(s, (b->flags & DISK_AFRESH) != 0);
	for (uint32_t i = 0; i < s->count; i++) {
		if (!S_ISREG(s->e[i].mode) || !source_takes(s, i))
			continue;
		b->total += s->e[i].size;
		b->files++;
		s->done += !wanted(s, i) || i < b->entry ? s->e[i].size : 0;
	}
	s->range = 0;
	b->size = s->done;
	vouch_open(t, b->transfer);
	source_lost_from(t, b->entry);
	for (uint32_t i = 0; i < s->nlost; i++)
		disk_lost(t, m, s->lost[i].entry, s->lost[i].error, src_name(s, s->lost[i].entry),
			  strlen(src_name(s, s->lost[i].entry)));
	s->place = b->entry;
	s->place_offset = b->offset;
	b->flags = sums_begin(t, (b->flags & DISK_SUMMED) != 0) ? DISK_SUMMED : 0;
	s->at = s->place;
}
