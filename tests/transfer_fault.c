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
#include "net/limits.h"
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
	uint64_t before;

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
	/* How much was on its way when the disk was full is the wire's affair. Of the two million bytes that were
	 * written, at least one is not sent again. */
	before = p->a.sent;
	ok(pair_op(&p->b, 1, TOP_RESUME, NULL) == NULL, "with room it is resumed");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE), "and ends");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	ok(p->a.sent - before < 3000000, "without beginning anew (%llu bytes went)",
	   (unsigned long long)(p->a.sent - before));
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

/* What a disk can say, and how that is told. */
static const struct {
	int error;
	const char *words;
} causes[] = {
	{ENOSPC, "the disk is full"},
	{EDQUOT, "the disk quota is used up"},
	{EIO, "Input/output error"},
	{EROFS, "the disk is read-only"},
	{EACCES, "the folder may not be written to"},
};

enum call { WRITE, SYNC, RENAME, MKDIR, OPEN };
static const char *const calls[] = {"writing", "making durable", "naming", "making a folder",
				    "making a part"};

static void
fail_call(enum call call, int error)
{
	fault.write_errno = call == WRITE ? error : 0;
	fault.room = 1000001;
	fault.sync_errno = call == SYNC ? error : 0;
	fault.rename_errno = call == RENAME ? error : 0;
	fault.mkdir_errno = call == MKDIR ? error : 0;
	fault.open_errno = call == OPEN ? error : 0;
}

/* Any call that fails, for any cause: the transfer pauses, says why on both sides, and goes on by itself when the cause is gone. */
static void
test_cause(enum call call, size_t cause)
{
	char *dir;
	struct pair *p = bad_pair(pair_path("cause-%d-%zu", (int)call, cause), &dir);
	char *top = pair_path("%s/tree", dir), *told;
	const char *words = causes[cause].words;

	mkdir(top, 0755);
	mkdir(pair_path("%s/in", top), 0755);
	pair_write(pair_path("%s/a", top), 2000000, 1);
	pair_write(pair_path("%s/in/b", top), 900000, 2);
	begin_and_wait(p, top);
	fail_call(call, causes[cause].error);
	ok(pair_reach(&p->b, 1, TRANSFER_PAUSED), "%s fails: it pauses", calls[call]);
	ok(pair_reach(&p->a, 1, TRANSFER_PAUSED), "on both sides");
	told = pair_path("paused by the other side: %s", words);
	is_str(pair_reason(&p->a, 1), told, "the sender is told why, and no path");
	pair_run(p, 300000);
	is_int(pair_state(&p->b, 1), TRANSFER_PAUSED, "it stays so while the cause is there");
	ok(p->up, "the session goes on");
	fail_call(call, 0);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "then it goes on by itself");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "whole");
	ok(access(pair_path("%s/b/tree (2)", dir), F_OK) == -1 &&
		   access(pair_path("%s/b/.p2p-tui-part", dir), F_OK) == -1,
	   "once, and no part is left");
	ok(p->a.sent < 2 * 2900000, "%llu bytes went", (unsigned long long)p->a.sent);
	pair_free(p);
}

/* A pause by hand is not undone by a disk that is well again, and a key helps before the time. */
static void
test_by_hand(void)
{
	char *dir;
	struct pair *p = bad_pair("byhand", &dir);
	char *src = pair_path("%s/f", dir);

	pair_write(src, 4000000, 1);
	begin_and_wait(p, src);
	fail_call(WRITE, EROFS);
	pair_reach(&p->b, 1, TRANSFER_PAUSED);
	ok(pair_op(&p->b, 1, TOP_PAUSE, NULL) == NULL, "what the disk holds can be paused by hand");
	fail_call(WRITE, 0);
	pair_run(p, 600000);
	is_int(pair_state(&p->b, 1), TRANSFER_PAUSED, "then it does not go on by itself");
	ok(pair_op(&p->b, 1, TOP_RESUME, NULL) == NULL, "but with a key");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	pair_free(p);
}

/* The folder goes away in the middle, for good or for a while. */
static void
test_folder_gone(bool returns)
{
	char *dir;
	struct pair *p = bad_pair(returns ? "away" : "removed", &dir);
	char *top = pair_path("%s/tree", dir), *to = pair_path("%s/b", dir);

	mkdir(top, 0755);
	for (int i = 0; i < 8; i++)
		pair_write(pair_path("%s/%d", top, i), 400000, (uint64_t)i);
	begin_and_wait(p, top);
	if (returns ? rename(to, pair_path("%s/elsewhere", dir)) != 0
		    : system(pair_path("rm -rf '%s'", to)) != 0)
		diag("cannot take the folder away");
	ok(pair_reach(&p->b, 1, returns ? TRANSFER_DONE : TRANSFER_PAUSED),
	   returns ? "a folder that is moved is still the same" : "a folder that is gone pauses");
	diag("%s", pair_reason(&p->b, 1));
	if (returns) {
		ok(pair_same(top, pair_path("%s/elsewhere/tree", dir)), "whole");
	} else {
		pair_run(p, 200000);
		is_str(pair_reason(&p->a, 1), "paused by the other side: the folder is gone",
		       "the sender knows");
		mkdir(to, 0755);
		ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "it is back, empty: asked again");
		ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "accepted");
		ok(pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
		ok(pair_same(top, pair_path("%s/tree", to)), "whole");
	}
	pair_free(p);
}

/* A disk that failed to make durable may have lost what it was given: it is read again, and what is missing received again. */
static void
test_lost_by_sync(void)
{
	char *dir;
	struct pair *p = bad_pair("lostsync", &dir);
	char *src = pair_path("%s/f", dir), *part;
	char *find = pair_path("cp $(ls -d '%s'/b/.p2p-tui-part/*/f0) '%s/found'", dir, dir);
	int fd;

	pair_write(src, 3000000, 1);
	fault.sync_errno = EIO;
	begin(p, src);
	ok(pair_reach(&p->b, 1, TRANSFER_PAUSED), "what is not durable is not done");
	ok(access(pair_path("%s/b/f", dir), F_OK) == -1, "and has no name");
	if (system(find) != 0)
		diag("the part is not there");
	part = pair_path("%s/b/.p2p-tui-part", dir);
	fd = system(pair_path("printf x | dd of=$(ls -d '%s'/*/f0) bs=1 seek=1500000 conv=notrunc "
			      "status=none",
			      part));
	ok(fd == 0, "a byte of it is lost");
	fault.sync_errno = 0;
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "it goes on by itself");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	ok(p->a.sent > 3000000 && p->a.sent < 6000000, "with what was lost received again");
	pair_free(p);
}

/* Of a sparse file only what is in it has to find room. */
static void
test_sparse_room(void)
{
	char *dir;
	struct pair *p = bad_pair("room", &dir);
	char *src = pair_path("%s/f", dir);
	const char *why;

	pair_write(src, 1000000, 1);
	if (truncate(src, (off_t)10 << 30) != 0)
		diag("cannot make it sparse");
	fault.free_bytes = 1100000;
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	ok(p->b.shown[1]->b.transfer.space < 1100000 &&
		   p->b.shown[1]->b.transfer.bytes_total == UINT64_C(10) << 30,
	   "10 GiB with a megabyte in it needs %llu bytes",
	   (unsigned long long)p->b.shown[1]->b.transfer.space);
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL,
	   "it is accepted where there is so much room");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and arrives");
	pair_write(src, 3000000, 1);
	if (truncate(src, (off_t)10 << 30) != 0)
		diag("cannot make it sparse");
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 2, TRANSFER_WAITING);
	why = pair_op(&p->b, 2, TOP_ACCEPT, NULL);
	ok(why != NULL && strstr(why, "disk is full: 3.0 MB needed") != NULL,
	   "with less room it is not: %s", why);
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
test_bad_source(size_t i)
{
	char *dir;
	struct pair *p = bad_pair(pair_path("source%zu", i), &dir);
	char *top = pair_path("%s/tree", dir), *big = pair_path("%s/big", top);
	bool before = harms[i].harm == VANISH_BEFORE || harms[i].harm == CHANGE_BEFORE;

	mkdir(top, 0755);
	pair_write(pair_path("%s/a", top), 5000, 1);
	/* More than is read before the wire asks for it. */
	pair_write(big, READ_AHEAD * BATCH_SIZE + 3000000, 2);
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
	for (int call = WRITE; call <= OPEN; call++)
		for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
			test_cause((enum call)call, i);
	test_by_hand();
	test_folder_gone(true);
	test_folder_gone(false);
	test_lost_by_sync();
	test_sparse_room();
	test_choppy();
	test_cannot_accept();
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++)
		test_bad_source(i);
	test_one_file_lost();
	return done_testing();
}
