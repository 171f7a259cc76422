/* disk_write.c - writes a batch of received stream to the parts of its transfer. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"

#define RUN_MAX 32 /* DATA frames written with one call */

/* DATA frames that follow each other in the file, not yet written. */
struct stretch {
	struct iovec iov[RUN_MAX];
	int n;
	uint64_t bytes;
};

/* Hands what was written to the write-back in steps, and waits for the step before, so that the fsync at the end finds little to do. */
static void
write_back(const struct tree *t)
{
	struct sink *s = t->sink;

	while (s->offset - s->synced >= SYNC_EVERY) {
		t->sys->sync_range(s->fd, (off_t)s->synced, SYNC_EVERY, SYNC_FILE_RANGE_WRITE);
		if (s->synced >= SYNC_EVERY)
			t->sys->sync_range(s->fd, (off_t)(s->synced - SYNC_EVERY), SYNC_EVERY,
					   SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
						   SYNC_FILE_RANGE_WAIT_AFTER);
		s->synced += SYNC_EVERY;
		journal_write_back(t);
	}
}

/* Writes the stretch at the sink's offset. An errno, or 0. */
static int
flush(const struct tree *t, struct stretch *r)
{
	struct sink *s = t->sink;
	struct iovec *iov = r->iov;
	int n = r->n;
	ssize_t w;

	r->n = 0;
	r->bytes = 0;
	while (n > 0) {
		w = t->sys->pwritev(s->fd, iov, n, (off_t)s->offset);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0)
			return w == -1 ? errno : EIO;
		s->offset += (uint64_t)w;
		s->done += (uint64_t)w;
		journal_data(s, iov, (size_t)w);
		for (; n > 0 && (size_t)w >= iov->iov_len; iov++, n--)
			w -= (ssize_t)iov->iov_len;
		if (n > 0) {
			iov->iov_base = (char *)iov->iov_base + w;
			iov->iov_len -= (size_t)w;
		}
	}
	write_back(t);
	return journal_step(t);
}

static int
open_part(const struct tree *t, uint32_t i, bool fresh)
{
	struct sink *s = t->sink;
	char name[16];
	int flags = O_WRONLY | O_CREAT | (fresh ? O_TRUNC : 0), fd;

	sink_part_name(name, sizeof(name), 'f', i);
	fd = t->sys->open(s->part_fd, name, flags, 0600);
	/* A whole part of an earlier try may be read-only by now. */
	if (fd != -1 || errno != EACCES)
		return fd;
	if ((fresh ? unlinkat(s->part_fd, name, 0) : fchmodat(s->part_fd, name, 0600, 0)) == 0)
		return t->sys->open(s->part_fd, name, flags, 0600);
	errno = EACCES;
	return -1;
}

static int
begin_file(const struct tree *t, struct reader *r)
{
	struct sink *s = t->sink;
	struct entry e;
	struct stat st;
	uint32_t at;
	uint64_t offset, size;

	rd_u32(r); /* handle */
	rd_u32(r); /* run */
	at = rd_u32(r);
	offset = rd_u64(r);
	size = rd_u64(r);
	if (r->bad || s->fd != -1 || at >= s->count || at < s->at)
		return EPROTO;
	sink_entry(s, at, &e);
	if (e.kind != ENTRY_FILE || !sink_asks(s, at) || e.size != size || offset > size ||
	    offset != (at == s->at ? s->offset : 0))
		return EPROTO;
	s->fd = open_part(t, at, offset == 0);
	if (s->fd == -1)
		return errno;
	sums_reset(s);
	bit_clear(s->have, at);
	bit_clear(s->lost, at);
	s->at = at;
	s->offset = offset;
	s->size = size;
	s->synced = offset;
	s->holes = false;
	journal_begin(s, at, offset);
	if (offset == 0)
		return 0;
	/* The part has to hold what we said it holds. */
	if (t->sys->fstat(s->fd, &st) == -1)
		return errno;
	if ((uint64_t)st.st_size < offset)
		s->holes = true;
	return t->sys->ftruncate(s->fd, (off_t)offset) == -1 ? errno : 0;
}

static int
add_data(const struct tree *t, struct reader *r, struct stretch *run)
{
	struct sink *s = t->sink;
	uint64_t offset;
	int error = 0;

	rd_u32(r);
	offset = rd_u64(r);
	if (r->bad || s->fd == -1 || offset != s->offset + run->bytes || r->left > s->size - offset)
		return EPROTO;
	if (run->n == RUN_MAX)
		error = flush(t, run);
	run->iov[run->n].iov_base = (void *)(uintptr_t)r->p;
	run->iov[run->n].iov_len = r->left;
	run->n++;
	run->bytes += r->left;
	return error;
}

static int
add_hole(const struct tree *t, struct reader *r)
{
	struct sink *s = t->sink;
	uint64_t offset, n;

	rd_u32(r);
	offset = rd_u64(r);
	n = rd_u64(r);
	if (r->bad || s->fd == -1 || offset != s->offset || n > s->size - offset)
		return EPROTO;
	s->offset += n;
	s->done += n;
	s->skipped += n;
	s->synced = s->offset;
	s->holes = true;
	return journal_hole(t, n);
}

void
sink_times(const struct entry *e, struct timespec times[2])
{
	times[0] = (struct timespec){0, UTIME_OMIT};
	times[1].tv_sec = e->mtime_ns / 1000000000;
	times[1].tv_nsec = e->mtime_ns % 1000000000;
	if (times[1].tv_nsec < 0) {
		times[1].tv_nsec += 1000000000;
		times[1].tv_sec--;
	}
}

int
sink_seal(int fd, const struct entry *e)
{
	struct timespec times[2];

	sink_times(e, times);
	/* File systems without modes or with coarse times are no reason to lose the file. */
	if (fchmod(fd, path_mode(e->mode) | S_IRUSR) == -1 || futimens(fd, times) == -1)
		return errno == EIO || errno == ENOSPC || errno == EDQUOT ? errno : 0;
	return 0;
}

/* A file ended well: its length, mode and time. */
static int
seal_file(const struct tree *t)
{
	struct sink *s = t->sink;
	struct entry e;
	int error;

	if (s->offset != s->size)
		return EPROTO;
	sink_entry(s, s->at, &e);
	if (s->holes && t->sys->ftruncate(s->fd, (off_t)s->size) == -1)
		return errno;
	error = sink_seal(s->fd, &e);
	if (error == 0)
		error = journal_end(t, END_OK);
	if (error == 0)
		bit_set(s->have, s->at);
	return error;
}

static int
end_file(struct tree *t, const struct msg *m, struct reader *r)
{
	struct sink *s = t->sink;
	char name[16];
	struct entry e;
	uint32_t at;
	uint8_t result;
	int error = 0;

	rd_u32(r);
	at = rd_u32(r);
	result = rd_u8(r);
	if (r->bad || s->fd == -1 || at != s->at)
		return EPROTO;
	if (result == END_OK)
		error = seal_file(t);
	if (error != 0)
		return error;
	close(s->fd);
	s->fd = -1;
	if (result != END_OK) {
		error = journal_end(t, (enum end_result)result);
		if (error != 0)
			return error;
		unlinkat(s->part_fd, sink_part_name(name, sizeof(name), 'f', at), 0);
		sink_lose(s, at, (enum end_result)result);
		sink_entry(s, at, &e);
		disk_lost(t, m, at, result == END_CHANGED ? 0 : EIO, e.name, e.name_len);
		s->done += s->size - s->offset;
	}
	s->at++;
	s->offset = 0;
	return 0;
}

static int
take_frame(struct tree *t, struct msg *m, const struct frame *f, struct stretch *run)
{
	struct reader r;
	int error = 0;

	rd_open(&r, f->body, f->len);
	if (f->type == FRAME_DATA)
		return add_data(t, &r, run);
	if (run->n > 0)
		error = flush(t, run);
	if (error != 0)
		return error;
	if (f->type == FRAME_FILE)
		return begin_file(t, &r);
	if (f->type == FRAME_HOLE)
		return add_hole(t, &r);
	if (f->type == FRAME_END)
		return end_file(t, m, &r);
	if (f->type == FRAME_SUMS)
		return sums_take(t, m, &r);
	return EPROTO;
}

void
write_run(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	struct stretch run = {.n = 0};
	struct frame f;
	size_t at = 0;

	while (s->broken == 0 && frame_next(m->bytes, m->len, &at, &f) == 1)
		s->broken = take_frame(t, m, &f, &run);
	if (s->broken == 0 && run.n > 0)
		s->broken = flush(t, &run);
	if (s->broken == 0)
		s->broken = durable_step(t);
	if (s->broken != 0 && s->fd != -1) {
		close(s->fd);
		s->fd = -1;
	}
	m->b.disk.error = s->broken;
	m->b.disk.entry = s->at;
	m->b.disk.mtime_ns = (int64_t)s->offset;
	m->b.disk.size = m->len;
	m->b.disk.offset = s->done;
	m->b.disk.count = (uint32_t)journal_behind(s);
}
