/* disk_prepare.c - the part folder of an accepted offer: made, found again after a restart, removed. */
#include "config.h"

#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/types.h"
#include "src/util.h"

#define PROBE_FILE "probe" /* lies in a part folder for a moment */

void
sink_entry(const struct sink *s, uint32_t i, struct entry *e)
{
	struct reader r;

	rd_open(&r, s->list + s->index[i], s->list_len - s->index[i]);
	entry_get(&r, e);
}

const char *
sink_part_name(char *buf, size_t size, char kind, uint32_t i)
{
	snprintf(buf, size, "%c%x", kind, i);
	return buf;
}

void
sink_lose(struct sink *s, uint32_t i, enum end_result why)
{
	bit_set(s->lost, i);
	if (why == END_UNREADABLE)
		bit_set(s->unread, i);
	else
		s->unread[i / 8] = (uint8_t)(s->unread[i / 8] & ~(1U << (i % 8)));
}

static struct sink *
sink_new(void)
{
	struct sink *s = xcalloc(1, sizeof(*s));

	s->dest_fd = s->parts_fd = s->part_fd = s->fd = s->named_fd = -1;
	return s;
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* What is known of names that were given. */
static void
drop_naming(struct sink *s)
{
	for (uint32_t i = 0; s->folders != NULL && i < s->count; i++)
		free(s->folders[i]);
	free(s->folders);
	free(s->fresh);
	free(s->first);
	free(s->renames);
	s->folders = NULL;
	s->fresh = NULL;
	s->first = NULL;
	s->renames = NULL;
	s->renamed = s->same = 0;
	named_drop(s);
}

static void
sink_free(struct sink *s)
{
	close_fd(&s->fd);
	close_fd(&s->part_fd);
	close_fd(&s->parts_fd);
	close_fd(&s->dest_fd);
	drop_naming(s);
	free(s->ranges);
	free(s->wanted);
	free(s->have);
	free(s->lost);
	free(s->unread);
	free(s->placed);
	free(s->index);
	free(s->list);
	free(s->dest);
	free(s);
}

/* ---- small files in the part folder ---- */

int
sink_write_file(const struct tree *t, const char *name, const void *p, size_t len)
{
	int fd = t->sys->open(t->sink->part_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	size_t at = 0;
	ssize_t n = 0;
	int saved;

	if (fd == -1)
		return -1;
	while (at < len && n != -1) {
		struct iovec iov = {(char *)(uintptr_t)p + at, len - at};

		n = t->sys->pwritev(fd, &iov, 1, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 0;
		at += n > 0 ? (size_t)n : 0;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return at == len ? 0 : -1;
}

/* ---- removing ---- */

/* Empties the folder `name` below the part folder and removes it; folders in it are first moved up beside it, so that depth is no matter. */
static void
remove_folder(const struct sink *s, const char *name, unsigned *moved)
{
	int fd = path_open_beneath(s->part_fd, name, O_RDONLY | O_DIRECTORY, 0);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	char up[32];
	struct dirent *de;

	if (d == NULL && fd != -1)
		close(fd);
	if (d != NULL)
		fchmod(fd, 0700);
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, de->d_name, 0) == 0)
			continue;
		snprintf(up, sizeof(up), "x%x", (*moved)++);
		renameat(fd, de->d_name, s->part_fd, up);
	}
	if (d != NULL)
		closedir(d);
	unlinkat(s->part_fd, name, AT_REMOVEDIR);
}

/* Empties the part folder; whether it saw anything. */
static bool
sweep(const struct sink *s, unsigned *moved)
{
	int fd = openat(s->part_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *de;
	bool any = false;

	if (d == NULL && fd != -1)
		close(fd);
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		any = true;
		if (unlinkat(s->part_fd, de->d_name, 0) == -1)
			remove_folder(s, de->d_name, moved);
	}
	if (d != NULL)
		closedir(d);
	return any;
}

void
sink_remove(struct sink *s)
{
	unsigned moved = 0;

	close_fd(&s->fd);
	if (s->part_fd == -1)
		return;
	/* Each round moves folders up by one level; something that cannot be removed must not keep us for ever. */
	for (int round = 0; round < 100000 && sweep(s, &moved); round++)
		if (unlinkat(s->parts_fd, s->id, AT_REMOVEDIR) == 0)
			break;
	unlinkat(s->parts_fd, s->id, AT_REMOVEDIR);
	close_fd(&s->part_fd);
	/* Goes only when no other transfer has parts there. */
	unlinkat(s->dest_fd, DISK_PARTS, AT_REMOVEDIR);
}

void
sink_close(struct tree *t, bool remove)
{
	struct sink *s = t->sink;

	journal_close(t, !remove && s->part_fd != -1);
	if (remove)
		sink_remove(s);
	else if (s->part_fd != -1)
		t->sys->syncfs(s->part_fd);
	sink_free(s);
	t->sink = NULL;
}

/* ---- space ---- */

static uint64_t
free_space(const struct tree *t, int fd)
{
	struct statvfs st;

	if (t->sys->fstatvfs(fd, &st) == -1)
		return UINT64_MAX;
	return (uint64_t)st.f_bavail * (uint64_t)st.f_frsize;
}

/* Free bytes where the folder is, or will be. */
static void
probe(const struct tree *t, struct msg *m)
{
	char *path = xstrdup((const char *)m->bytes), *slash;
	int fd = -1;

	while (path[0] == '/' && (fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 &&
	       errno == ENOENT) {
		slash = strrchr(path, '/');
		slash[slash == path ? 1 : 0] = '\0';
	}
	m->b.disk.size = UINT64_MAX;
	if (fd != -1) {
		m->b.disk.size = free_space(t, fd);
		close(fd);
	}
	free(path);
}

/* File systems that write the zeros of a hole. */
static bool
fills_holes(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 &&
	       (fs.f_type == 0x4d44 /* FAT */ || fs.f_type == 0x2011bab0 /* exFAT */);
}

/* What has to find room yet. */
static uint64_t
needed(const struct sink *s)
{
	uint64_t all = s->bytes - s->done, there = s->done - s->skipped;

	if (s->space >= s->bytes || fills_holes(s->dest_fd))
		return all;
	if (s->space <= there)
		return 0;
	return s->space - there < all ? s->space - there : all;
}

static bool
check_space(const struct tree *t, struct msg *m)
{
	const struct sink *s = t->sink;
	uint64_t have = free_space(t, s->dest_fd), need = needed(s);
	char a[32], b[32];

	if (need <= have)
		return true;
	disk_fail(m, 0, "The disk is full: %s needed, %s free in %s",
		  disk_size_text(a, sizeof(a), need), disk_size_text(b, sizeof(b), have), s->dest);
	m->b.disk.error = ENOSPC;
	return false;
}

/* ---- opening ---- */

/* mkdir -p of the user's own path. */
static int
make_folders(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0777) == -1 && errno != EEXIST && errno != EACCES &&
		    errno != EROFS) {
			*p = '/';
			return -1;
		}
		*p = '/';
	}
	return mkdir(path, 0777) == -1 && errno != EEXIST ? -1 : 0;
}

static int
open_parts(const struct tree *t, bool create)
{
	struct sink *s = t->sink;
	struct stat st;

	if (create && t->sys->mkdir(s->dest_fd, DISK_PARTS, 0700) == -1 && errno != EEXIST)
		return -1;
	s->parts_fd = t->sys->open(s->dest_fd, DISK_PARTS, O_RDONLY | O_DIRECTORY, 0);
	if (s->parts_fd == -1 || fstat(s->parts_fd, &st) == -1)
		return -1;
	/* Somebody else's folder of that name in a shared destination would let him read and change the parts. */
	if (st.st_uid != geteuid()) {
		errno = EPERM;
		return -1;
	}
	if (create && (st.st_mode & 077) != 0 && fchmod(s->parts_fd, 0700) == -1)
		return -1;
	return 0;
}

void
sink_find(struct tree *t, const struct msg *m)
{
	size_t folder = strnlen((const char *)m->bytes, m->len) + 1;
	struct sink *s;

	if (m->len != folder + ID_LEN || m->bytes[0] != '/')
		return;
	s = t->sink = sink_new();
	s->dest = xstrdup((const char *)m->bytes);
	util_hex(s->id, m->bytes + folder, ID_LEN);
	s->dest_fd = open(s->dest, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dest_fd != -1 && open_parts(t, false) == 0)
		s->part_fd = t->sys->open(s->parts_fd, s->id, O_RDONLY | O_DIRECTORY, 0);
}

/* Opens destination and part folder; makes both if `create`. */
static bool
open_sink(struct tree *t, struct msg *m, bool create)
{
	struct sink *s = t->sink;
	bool made = create && make_folders(s->dest) == 0;

	if (made || !create)
		s->dest_fd = open(s->dest, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dest_fd == -1) {
		disk_fail(m, errno, "Cannot use the folder %s", s->dest);
		return false;
	}
	if (open_parts(t, create) == -1) {
		disk_fail(m, errno, "Cannot write to the folder %s", s->dest);
		return false;
	}
	/* What stands there is of an earlier try of the same transfer, and of what may have been another list. */
	if (create) {
		s->part_fd = path_open_beneath(s->parts_fd, s->id, O_RDONLY | O_DIRECTORY, 0);
		s->kept = sink_salvage(t, m);
		if (s->kept)
			stage_next(s, false);
		if (!check_space(t, m)) {
			unlinkat(s->dest_fd, DISK_PARTS, AT_REMOVEDIR);
			return false;
		}
		if (s->kept)
			return true;
		sink_remove(s);
		close_fd(&s->parts_fd);
		if (open_parts(t, true) == 0)
			t->sys->mkdir(s->parts_fd, s->id, 0700);
	}
	if (s->parts_fd != -1)
		s->part_fd = t->sys->open(s->parts_fd, s->id, O_RDONLY | O_DIRECTORY, 0);
	if (s->part_fd == -1) {
		disk_fail(m, errno, "Cannot write to the folder %s", s->dest);
		return false;
	}
	return true;
}

/* Takes all from the message: folder NUL, id, ranges, entries. */
static bool
new_sink(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink = sink_new();
	size_t folder = strnlen((const char *)m->bytes, m->len) + 1;
	size_t ranges = (size_t)m->b.disk.entry * sizeof(*s->ranges),
	       head = folder + ID_LEN + ranges;

	if (m->bytes[0] != '/' || m->len < head) {
		disk_fail(m, 0, "The folder to receive into is not given by an absolute path");
		return false;
	}
	s->dest = xstrdup((const char *)m->bytes);
	util_hex(s->id, m->bytes + folder, ID_LEN);
	s->list_len = m->len - head;
	s->list = xmemdup(m->bytes + head, s->list_len);
	s->count = m->b.disk.count;
	s->space = m->b.disk.offset;
	s->index = manifest_index(s->list, s->list_len, s->count);
	s->have = xcalloc(s->count / 8 + 1, 1);
	s->lost = xcalloc(s->count / 8 + 1, 1);
	s->unread = xcalloc(s->count / 8 + 1, 1);
	s->placed = xcalloc(s->count / 8 + 1, 1);
	stage_reset(s);
	if (part_set(s, m->bytes + folder + ID_LEN, ranges))
		return true;
	disk_fail(m, 0, "There is no such part of it");
	return false;
}

/* What lies in the part folder, looked at as after a crash. */
static bool
find_parts(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	int error;

	if (!open_sink(t, m, false)) {
		/* A destination that is away, like a drive, may come back; parts that are away from it do not. */
		m->b.disk.error = s->dest_fd == -1 ? ENODEV : ENOENT;
		return false;
	}
	if (!list_found(t)) {
		disk_fail(m, 0, "What is offered now is not what was accepted");
		m->b.disk.error = ESTALE;
		return false;
	}
	if (!part_load(t)) {
		disk_fail(m, 0, "What was chosen of it cannot be read any more");
		m->b.disk.error = ESTALE;
		return false;
	}
	/* A home that was moved, or one of before there were marks. */
	(void)owner_save(t, m->b.disk.owner);
	error = journal_open(t, false);
	if (error != 0) {
		disk_fail(m, error, "Cannot use the parts in %s", s->dest);
		return false;
	}
	journal_check(t, m);
	stage_next(s, false);
	m->b.disk.flags &= ~(uint32_t)DISK_SUMMED;
	return check_space(t, m);
}

/* Before the sender is told to go on: what cannot be written now would come for nothing. */
static bool
try_to_write(const struct tree *t, struct msg *m)
{
	bool fine = sink_write_file(t, PROBE_FILE, PROBE_FILE, sizeof(PROBE_FILE)) == 0;

	if (!fine)
		disk_fail(m, errno, "Cannot write to the folder %s", t->sink->dest);
	unlinkat(t->sink->part_fd, PROBE_FILE, 0);
	return fine;
}

/* A disk that failed, or a folder that was away: nothing of what we think is there is taken for granted. */
static bool
reopen_sink(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	int error = s->broken;

	journal_close(t, false);
	close_fd(&s->part_fd);
	close_fd(&s->parts_fd);
	close_fd(&s->dest_fd);
	drop_naming(s);
	memset(s->lost, 0, s->count / 8 + 1);
	memset(s->placed, 0, s->count / 8 + 1);
	s->doubt = true;
	if (!find_parts(t, m) || !try_to_write(t, m)) {
		s->broken = error;
		return false;
	}
	s->broken = 0;
	return true;
}

/* An open tree whose parts went begins again from nothing. */
static bool
restart_sink(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;

	journal_close(t, false);
	sink_remove(s);
	close_fd(&s->parts_fd);
	close_fd(&s->dest_fd);
	drop_naming(s);
	memset(s->lost, 0, s->count / 8 + 1);
	memset(s->placed, 0, s->count / 8 + 1);
	free(s->dest);
	s->dest = xstrndup((const char *)m->bytes, m->len);
	memset(s->have, 0, s->count / 8 + 1);
	stage_reset(s);
	s->done = s->skipped = 0;
	s->broken = 0;
	s->again = s->doubt = false;
	return open_sink(t, m, true);
}

/* An open tree goes on from where it is. */
static bool
rewind_sink(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	size_t folder = strnlen((const char *)m->bytes, m->len) + 1;

	if (m->len > folder + ID_LEN &&
	    !list_take(t, m->bytes + folder + ID_LEN, m->len - folder - ID_LEN)) {
		disk_fail(m, 0, "What is offered now is not what was accepted");
		m->b.disk.error = ESTALE;
		return false;
	}
	close_fd(&s->fd);
	if (s->broken != 0 && s->broken != ENOSPC && s->broken != EDQUOT)
		return reopen_sink(t, m);
	if (s->broken != 0 && !try_to_write(t, m))
		return false;
	s->broken = 0;
	sums_reset(s);
	if (journal_all(t) != 0) {
		s->broken = errno;
		disk_fail(m, errno, "Cannot write to the folder %s", s->dest);
		return false;
	}
	if ((m->b.disk.flags & (DISK_NEXT | DISK_SUMMED)) == 0) {
		s->compared = false;
		/* What was not to be had is tried again, and told again to its sender, until the names are given. */
		if (!s->again && s->folders == NULL)
			memset(s->lost, 0, s->count / 8 + 1);
	}
	stage_next(s, (m->b.disk.flags & DISK_NEXT) != 0);
	return check_space(t, m);
}

/* The list and an empty journal. False: errno. */
static bool
start_parts(const struct tree *t, const struct msg *m)
{
	int error;

	if (sink_write_file(t, LIST_FILE, t->sink->list, t->sink->list_len) == -1 ||
	    !part_save(t) || !owner_save(t, m->b.disk.owner))
		return false;
	error = journal_open(t, true);
	errno = error;
	return error == 0;
}

void
write_prepare(struct tree *t, struct msg *m)
{
	bool resume = (m->b.disk.flags & DISK_RESUME) != 0, open = t->sink != NULL, fine;

	if ((m->b.disk.flags & DISK_PROBE) != 0) {
		probe(t, m);
		return;
	}
	if (open && !resume && m->len > strnlen((const char *)m->bytes, m->len) + 1) {
		sink_close(t, true);
		open = false;
	}
	if (open)
		fine = resume ? rewind_sink(t, m) : restart_sink(t, m);
	else
		fine = new_sink(t, m) && (resume ? find_parts(t, m) : open_sink(t, m, true));
	if (fine && !resume && t->sink->journal == NULL && !start_parts(t, m)) {
		disk_fail(m, errno, "Cannot write to the folder %s", t->sink->dest);
		fine = false;
	}
	if (fine && (m->b.disk.flags & DISK_AFRESH) != 0 && !t->sink->kept)
		there_adopt(t);
	if (fine) {
		if (!resume)
			stage_next(t->sink, false);
		sums_reset(t->sink);
		stage_answer(t->sink, m);
	} else if (!open) {
		/* A new folder that did not come to life goes; one that was there stays for another try. */
		journal_close(t, false);
		if (!resume && !t->sink->kept)
			sink_remove(t->sink);
		sink_free(t->sink);
		t->sink = NULL;
	}
}
