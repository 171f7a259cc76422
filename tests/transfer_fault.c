/* transfer_fault.c - disks that fill up or fail, and files that change while they are sent: in words, and no further than they must. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/wire.h"
#include "tests/pair.h"
#include "tests/tap.h"

/* What goes wrong in the calls of the seam; 0: nothing. */
static struct {
	int write_errno; /* once `room` bytes were written */
	uint64_t room;
	int read_errno; /* once `good` bytes were read */
	uint64_t good;
	bool choppy; /* short reads and writes, interrupted now and then */
	int sync_errno, rename_errno, mkdir_errno, open_errno;
	uint64_t free_bytes; /* what fstatvfs() says; 0: the truth */
	uint64_t seed;
} fault;

static ssize_t
bad_preadv(int fd, const struct iovec *iov, int n, off_t at)
{
	struct iovec one = iov[0];
	ssize_t got;

	if (fault.read_errno != 0 && fault.good == 0) {
		errno = fault.read_errno;
		fault.read_errno = 0; /* once is enough */
		return -1;
	}
	if (fault.choppy && test_random(&fault.seed) % 3 == 0) {
		errno = EINTR;
		return -1;
	}
	if (fault.choppy && one.iov_len > 1)
		one.iov_len = 1 + test_random(&fault.seed) % one.iov_len;
	if (fault.read_errno != 0 && one.iov_len > fault.good)
		one.iov_len = fault.good;
	got = fault.choppy || fault.read_errno != 0 ? preadv(fd, &one, 1, at)
						    : preadv(fd, iov, n, at);
	if (got > 0)
		fault.good -= (uint64_t)got;
	return got;
}

static ssize_t
bad_pwritev(int fd, const struct iovec *iov, int n, off_t at)
{
	struct iovec one = iov[0];
	ssize_t put;

	if (fault.write_errno != 0 && fault.room == 0) {
		errno = fault.write_errno;
		return -1;
	}
	if (fault.choppy && test_random(&fault.seed) % 3 == 0) {
		errno = EINTR;
		return -1;
	}
	if (fault.choppy && one.iov_len > 1)
		one.iov_len = 1 + test_random(&fault.seed) % one.iov_len;
	if (fault.write_errno != 0 && one.iov_len > fault.room)
		one.iov_len = fault.room;
	put = fault.choppy || fault.write_errno != 0 ? pwritev(fd, &one, 1, at)
						     : pwritev(fd, iov, n, at);
	if (put > 0)
		fault.room -= (uint64_t)put;
	return put;
}

static int
failing(int error, int rc)
{
	if (error == 0)
		return rc;
	errno = error;
	return -1;
}

static int
bad_fdatasync(int fd)
{
	(void)fd;
	return failing(fault.sync_errno, 0);
}

static int
bad_syncfs(int fd)
{
	(void)fd;
	return failing(fault.sync_errno, 0);
}

static int
bad_rename(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	if (fault.rename_errno != 0)
		return failing(fault.rename_errno, 0);
	return disk_sys_real.rename_new(olddirfd, oldname, newdirfd, newname);
}

static int
bad_mkdir(int dirfd, const char *name, mode_t mode)
{
	return fault.mkdir_errno != 0 ? failing(fault.mkdir_errno, 0) : mkdirat(dirfd, name, mode);
}

static int
bad_open(int dirfd, const char *rel, int flags, mode_t mode)
{
	if (fault.open_errno != 0 && (flags & O_CREAT) != 0)
		return failing(fault.open_errno, 0);
	return disk_sys_real.open(dirfd, rel, flags, mode);
}

static int
bad_fstatvfs(int fd, struct statvfs *st)
{
	int rc = fstatvfs(fd, st);

	if (fault.free_bytes != 0) {
		st->f_frsize = 1;
		st->f_bavail = fault.free_bytes;
	}
	return rc;
}

static struct disk_sys bad;

/* A pair whose disks both go through the bad calls, which are good at first. */
static struct pair *
bad_pair(const char *name, char **dir)
{
	struct pair *p;

	memset(&fault, 0, sizeof(fault));
	bad = disk_sys_real;
	bad.preadv = bad_preadv;
	bad.pwritev = bad_pwritev;
	bad.fdatasync = bad_fdatasync;
	bad.syncfs = bad_syncfs;
	bad.rename_new = bad_rename;
	bad.mkdir = bad_mkdir;
	bad.open = bad_open;
	bad.fstatvfs = bad_fstatvfs;
	*dir = pair_path("%s/%s", test_tmpdir(), name);
	p = pair_new(*dir, 3);
	p->a.sys = p->b.sys = &bad;
	disk_set_sys(p->a.disk, &bad);
	disk_set_sys(p->b.disk, &bad);
	pair_up(p);
	return p;
}

/* Offers and accepts; the transfer's number is the same on both sides. */
static void
begin(struct pair *p, const char *path)
{
	int64_t n = pair_send(&p->a, path, NULL);

	pair_reach(&p->b, n, TRANSFER_WAITING);
	pair_op(&p->b, n, TOP_ACCEPT, NULL);
}

static void
begin_and_wait(struct pair *p, const char *path)
{
	begin(p, path);
	while (p->bytes < 1000000)
		pair_run(p, 10);
}

static void
test_full(bool cut)
{
	char *dir;
	struct pair *p = bad_pair(cut ? "full-cut" : "full", &dir);
	char *src = pair_path("%s/f", dir), *other = pair_path("%s/g", dir);
	const char *why;

	pair_write(src, 4000000, 1);
	pair_write(other, 300000, 2);
	begin_and_wait(p, src);
	fault.write_errno = ENOSPC;
	fault.room = 1000001;
	ok(pair_reach(&p->b, 1, TRANSFER_PAUSED), "a full disk pauses");
	is_str(pair_reason(&p->b, 1), "the disk is full", "with the reason");
	ok(pair_reach(&p->a, 1, TRANSFER_PAUSED), "on both sides");
	is_str(pair_reason(&p->a, 1), "paused by the other side: the disk is full", "in words");
	pair_run(p, 5000);
	ok(p->up, "the session goes on");
	if (cut) {
		pair_down(p);
		is_int(pair_state(&p->b, 1), TRANSFER_PAUSED, "it stays paused without a session");
		pair_run(p, 1000);
		pair_up(p);
		pair_run(p, 5000);
		is_int(pair_state(&p->b, 1), TRANSFER_PAUSED, "and with a new one");
	} else {
		fault.free_bytes = 1000;
		why = pair_op(&p->b, 1, TOP_RESUME, NULL);
		ok(why != NULL, "while it is full nothing helps: %s", why);
		is_int(pair_state(&p->b, 1), TRANSFER_PAUSED, "it stays paused");
		pair_run(p, 100);
		is_str(pair_reason(&p->a, 1), "paused by the other side: the disk is full",
		       "the sender is not told where");
		fault.free_bytes = 0;
	}
	fault.write_errno = 0;
	begin(p, other);
	ok(pair_reach(&p->a, 2, TRANSFER_DONE), "a sibling goes on");
	ok(pair_op(&p->b, 1, TOP_RESUME, NULL) == NULL, "with room it is resumed");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE), "and ends");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	ok(p->bytes < 6000000, "without beginning anew (%llu bytes went)",
	   (unsigned long long)p->bytes);
	pair_free(p);
}

static void
test_full_at_the_end(void)
{
	char *dir;
	struct pair *p = bad_pair("full-end", &dir);
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	mkdir(pair_path("%s/in", top), 0755);
	pair_write(pair_path("%s/in/x", top), 1000, 1);
	pair_write(pair_path("%s/y", top), 1000, 2);
	fault.rename_errno = ENOSPC;
	begin(p, top);
	ok(pair_reach(&p->b, 1, TRANSFER_PAUSED), "no room for a name pauses too");
	pair_run(p, 100);
	fault.rename_errno = 0;
	ok(pair_op(&p->b, 1, TOP_RESUME, NULL) == NULL, "resumed");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "whole");
	pair_free(p);
}

static void
test_write_error(void)
{
	char *dir;
	struct pair *p = bad_pair("eio", &dir);
	char *src = pair_path("%s/f", dir);

	pair_write(src, 4000000, 1);
	begin_and_wait(p, src);
	fault.write_errno = EIO;
	fault.room = 0;
	ok(pair_reach(&p->b, 1, TRANSFER_FAILED), "a disk that fails ends the transfer");
	ok(strstr(pair_reason(&p->b, 1), "Input/output") != NULL, "in words: %s",
	   pair_reason(&p->b, 1));
	ok(pair_reach(&p->a, 1, TRANSFER_CANCELLED), "the sender hears of it");
	ok(strstr(pair_reason(&p->a, 1), "Input/output") != NULL, "with the reason: %s",
	   pair_reason(&p->a, 1));
	pair_run(p, 1000);
	ok(p->up && pair_empty(p->b.downloads), "the session goes on, no part is left");
	pair_free(p);
}

static void
test_sync_error(void)
{
	char *dir;
	struct pair *p = bad_pair("sync", &dir);
	char *src = pair_path("%s/f", dir);

	pair_write(src, 1000, 1);
	fault.sync_errno = EIO;
	begin(p, src);
	ok(pair_reach(&p->b, 1, TRANSFER_FAILED), "what is not durable is not done");
	ok(pair_reach(&p->a, 1, TRANSFER_CANCELLED), "for the sender neither");
	ok(access(pair_path("%s/b/f", dir), F_OK) == -1, "and has no name");
	pair_free(p);
}

static void
test_choppy(void)
{
	char *dir;
	struct pair *p = bad_pair("choppy", &dir);
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	pair_write(pair_path("%s/a", top), 1500000, 1);
	for (int i = 0; i < 50; i++)
		pair_write(pair_path("%s/%d", top, i), (size_t)(i * 100), (uint64_t)i);
	fault.choppy = true;
	begin(p, top);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "short and interrupted calls do no harm");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "all of it arrives");
	pair_free(p);
}

static void
test_cannot_accept(void)
{
	char *dir;
	struct pair *p = bad_pair("noaccept", &dir);
	char *src = pair_path("%s/f", dir);
	const char *why;

	pair_write(src, 100000, 1);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	fault.free_bytes = 99999;
	why = pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(why != NULL && strstr(why, "disk is full") != NULL, "no room: %s", why);
	fault.free_bytes = 0;
	fault.mkdir_errno = EACCES;
	why = pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(why != NULL && strstr(why, "Permission denied") != NULL, "no right: %s", why);
	fault.mkdir_errno = 0;
	fault.open_errno = EROFS;
	why = pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(why != NULL && strstr(why, "Read-only") != NULL, "read-only: %s", why);
	fault.open_errno = 0;
	is_int(pair_state(&p->b, 1), TRANSFER_WAITING, "the offer still stands");
	ok(pair_empty(p->b.downloads), "nothing was left behind");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "then it works");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and ends");
	pair_free(p);
}

/* ---- the source ---- */

enum harm { APPEND, TRUNCATE, REWRITE, UNREADABLE, VANISH_BEFORE, CHANGE_BEFORE };
static const struct {
	enum harm harm;
	const char *what, *reason;
} harms[] = {
	{APPEND, "a file that grows", "big changed while it was being sent"},
	{TRUNCATE, "a file that shrinks", "big changed while it was being sent"},
	{REWRITE, "a file whose bytes change", "big changed while it was being sent"},
	{UNREADABLE, "a file that cannot be read", "big could not be read: Input/output error"},
	{VANISH_BEFORE, "a file that went", "big changed while it was being sent"},
	{CHANGE_BEFORE, "a file that changed since the offer",
	 "big changed while it was being sent"},
};

static void
do_harm(enum harm harm, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (harm == APPEND)
		ok(pwrite(fd, "x", 1, 3000000) == 1, "one byte more");
	else if (harm == TRUNCATE)
		ok(ftruncate(fd, 2000000) == 0, "a third less");
	else if (harm == REWRITE)
		ok(pwrite(fd, "x", 1, 5) == 1, "one other byte");
	else if (harm == VANISH_BEFORE)
		unlink(path);
	else if (harm == CHANGE_BEFORE)
		futimens(fd, NULL);
	fault.read_errno = harm == UNREADABLE ? EIO : 0;
	fault.good = 100000;
	close(fd);
}

static void
test_source(size_t i)
{
	char *dir;
	struct pair *p = bad_pair(pair_path("source%zu", i), &dir);
	char *top = pair_path("%s/tree", dir), *big = pair_path("%s/big", top);
	bool before = harms[i].harm == VANISH_BEFORE || harms[i].harm == CHANGE_BEFORE;

	mkdir(top, 0755);
	pair_write(pair_path("%s/a", top), 5000, 1);
	pair_write(big, 3000000, 2);
	pair_write(pair_path("%s/z", top), 5000, 3);
	/* Its time must not be now, or a change at once would not be seen in it. */
	utimensat(AT_FDCWD, big, (struct timespec[2]){{1000000000, 0}, {1000000000, 0}}, 0);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	if (before)
		do_harm(harms[i].harm, big);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	while (!before && p->bytes < 100000)
		pair_run(p, 1);
	if (!before)
		do_harm(harms[i].harm, big);
	ok(pair_reach(&p->a, 1, TRANSFER_FAILED), "%s: the transfer failed", harms[i].what);
	ok(strncmp(pair_reason(&p->a, 1), harms[i].reason, strlen(harms[i].reason)) == 0,
	   "and names it: %s", pair_reason(&p->a, 1));
	ok(pair_reach(&p->b, 1, TRANSFER_FAILED), "on the other side too");
	ok(strncmp(pair_reason(&p->b, 1), "big ", 4) == 0, "with its name: %s",
	   pair_reason(&p->b, 1));
	fault.read_errno = 0;
	ok(access(pair_path("%s/b/tree/big", dir), F_OK) == -1, "it is not here");
	ok(pair_same(pair_path("%s/a", top), pair_path("%s/b/tree/a", dir)) &&
		   pair_same(pair_path("%s/z", top), pair_path("%s/b/tree/z", dir)),
	   "what is fine arrived");
	ok(p->up && access(pair_path("%s/b/.p2p-tui-part", dir), F_OK) == -1,
	   "the session goes on, no part is left");
	pair_free(p);
}

static void
test_one_file_lost(void)
{
	char *dir;
	struct pair *p = bad_pair("lost", &dir);
	char *src = pair_path("%s/f", dir);

	pair_write(src, 100, 1);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	unlink(src);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->a, 1, TRANSFER_FAILED) && pair_reach(&p->b, 1, TRANSFER_FAILED),
	   "the only file went");
	diag("%s", pair_reason(&p->b, 1));
	pair_run(p, 100);
	ok(pair_empty(p->b.downloads), "nothing is here");
	pair_free(p);
}

int
main(void)
{
	test_full(false);
	test_full(true);
	test_full_at_the_end();
	test_write_error();
	test_sync_error();
	test_choppy();
	test_cannot_accept();
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++)
		test_source(i);
	test_one_file_lost();
	return done_testing();
}
