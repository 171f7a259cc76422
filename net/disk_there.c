/* disk_there.c - files of an offer that stand in their folder already, as it seems: they become parts, and do not come again if their sender's
 * sums say the same. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk_int.h"
#include "net/manifest.h"
#include "src/path.h"
#include "src/util.h"

#define COPY_STEP (1024 * 1024)

/* The folder of the destination that is looked into. */
struct look {
	struct tree *t;
	uint32_t folder; /* an entry, or ENTRY_TOP: none yet */
	int fd;		 /* it; -1: it is not there */
};

/* Opens folder i where it would be filled; -1: there is none. */
static int
open_folder(const struct tree *t, uint32_t i)
{
	const struct sink *s = t->sink;
	char local[PATH_NAME_MAX + 1];
	uint32_t *chain = NULL;
	size_t n = 0;
	struct entry e;
	int fd = dup(s->dest_fd), next;

	for (;; i = e.parent) {
		sink_entry(s, i, &e);
		chain = xreallocarray(chain, n + 1, sizeof(*chain));
		chain[n++] = i;
		if (e.parent == ENTRY_TOP)
			break;
	}
	while (n > 0 && fd != -1) {
		sink_entry(s, chain[--n], &e);
		next = path_local_name(local, sizeof(local), e.name, e.name_len) > 0
			       ? t->sys->open(fd, local, O_RDONLY | O_DIRECTORY, 0)
			       : -1;
		close(fd);
		fd = next;
	}
	free(chain);
	return fd;
}

static bool
looks_same(const struct stat *st, const struct entry *e)
{
	return S_ISREG(st->st_mode) && (uint64_t)st->st_size == e->size &&
	       (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec == e->mtime_ns;
}

/* Opens what stands there in the place of the file; -1: nothing, or something else. */
static int
open_same(struct look *l, const struct entry *e, struct stat *st)
{
	char local[PATH_NAME_MAX + 1];
	int fd;

	if (l->folder != e->parent) {
		if (l->fd != -1)
			close(l->fd);
		l->folder = e->parent;
		l->fd = open_folder(l->t, e->parent);
	}
	if (l->fd == -1 || path_local_name(local, sizeof(local), e->name, e->name_len) == 0 ||
	    fstatat(l->fd, local, st, AT_SYMLINK_NOFOLLOW) == -1 || !looks_same(st, e))
		return -1;
	fd = l->t->sys->open(l->fd, local, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd != -1 && (l->t->sys->fstat(fd, st) == -1 || !looks_same(st, e))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Copies [at, end) to the same place, sharing the blocks where the file system can. An errno, or 0. */
static int
copy_range(const struct tree *t, int from, int to, uint64_t at, uint64_t end)
{
	uint8_t *buf = NULL;
	int error = 0;

	while (at < end && error == 0) {
		size_t n = end - at < COPY_STEP ? (size_t)(end - at) : COPY_STEP;
		off_t in = (off_t)at, out = (off_t)at;
		ssize_t got = buf == NULL ? copy_file_range(from, &in, to, &out, n, 0) : -1;

		if (got <= 0) {
			struct iovec iov;

			if (buf == NULL)
				buf = xmalloc(COPY_STEP);
			iov = (struct iovec){buf, n};
			got = t->sys->preadv(from, &iov, 1, (off_t)at);
			if (got > 0) {
				iov.iov_len = (size_t)got;
				got = t->sys->pwritev(to, &iov, 1, (off_t)at);
			}
		}
		if (got > 0)
			at += (uint64_t)got;
		else if (got == 0 || errno != EINTR)
			error = got == 0 ? EIO : errno;
	}
	free(buf);
	return error;
}

/* The whole of it, holes as holes. */
static int
copy_file(const struct tree *t, int from, int to, uint64_t size)
{
	uint64_t at = 0, end;
	int error = t->sys->ftruncate(to, (off_t)size) == -1 ? errno : 0;
	off_t next;

	while (at < size && error == 0) {
		next = t->sys->seek(from, (off_t)at, SEEK_DATA);
		if (next == -1 && errno == ENXIO)
			break;
		at = next != -1 ? (uint64_t)next : at;
		next = next != -1 ? t->sys->seek(from, (off_t)at, SEEK_HOLE) : -1;
		end = next != -1 && (uint64_t)next > at && (uint64_t)next < size ? (uint64_t)next
										 : size;
		if (at < size)
			error = copy_range(t, from, to, at, end);
		at = end;
	}
	return error;
}

/* The file becomes the part of entry i. An errno, or 0, also when it changed meanwhile. */
static int
take(const struct tree *t, uint32_t i, const struct entry *e, int from, const struct stat *before)
{
	struct sink *s = t->sink;
	char name[16];
	struct stat now;
	int fd, error;

	fd = t->sys->open(s->part_fd, sink_part_name(name, sizeof(name), 'f', i),
			  O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1)
		return errno;
	error = copy_file(t, from, fd, e->size);
	if (error == 0 && t->sys->fstat(from, &now) == 0 && looks_same(&now, e) &&
	    now.st_ctim.tv_sec == before->st_ctim.tv_sec &&
	    now.st_ctim.tv_nsec == before->st_ctim.tv_nsec) {
		error = journal_adopt(t, i, fd, e->size, true);
		if (error == 0) {
			sink_seal(fd, e);
			bit_set(s->have, i);
		}
	}
	close(fd);
	if (!bit_get(s->have, i))
		unlinkat(s->part_fd, name, 0);
	return error;
}

void
there_adopt(struct tree *t)
{
	struct sink *s = t->sink;
	struct look l = {.t = t, .folder = ENTRY_TOP, .fd = -1};
	struct entry e;
	struct stat st;
	int fd, error = 0;

	for (uint32_t i = 0; i < s->count && error == 0; i++) {
		sink_entry(s, i, &e);
		/* A file at the top never takes the place of one that is there. */
		if (e.kind != ENTRY_FILE || e.parent == ENTRY_TOP || e.size == 0 ||
		    !sink_wants(s, i) || bit_get(s->have, i))
			continue;
		fd = open_same(&l, &e, &st);
		if (fd == -1)
			continue;
		error = take(t, i, &e, fd, &st);
		close(fd);
	}
	if (l.fd != -1)
		close(l.fd);
	/* What goes wrong here goes wrong with what comes, too, and is told then. */
	if (error == 0)
		(void)journal_write(t);
}
