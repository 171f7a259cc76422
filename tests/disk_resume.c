/* disk_resume.c - from disk to disk with holes, kills and damage in between: what arrives is what was sent. */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/types.h"
#include "src/util.h"
#include "tests/disk_try.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB (UINT64_C(1) << 20)

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

/* ---- holes ---- */

static void
put(const char *path, uint64_t at, size_t n, uint64_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	uint8_t *b = xmalloc(n);
	uint64_t seed = at + 1;

	for (size_t i = 0; i + 8 <= n; i += 8)
		put_be64(b + i, test_random(&seed));
	if (fd == -1 || ftruncate(fd, (off_t)size) == -1 ||
	    pwrite(fd, b, n, (off_t)at) != (ssize_t)n)
		ok(false, "cannot write %s", path);
	free(b);
	if (fd != -1)
		close(fd);
}

static uint64_t
blocks(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : UINT64_MAX;
}

static void
test_sparse(uint64_t size, uint64_t at, const char *what)
{
	char *dir = fresh(pair_path("sparse-%s", what)), *src = pair_path("%s/f", dir);
	char *to = pair_path("%s/to", dir);
	struct stat a, b;
	struct try y;

	put(src, at, MIB, size);
	try_open(&y);
	ok(try_whole(&y, src, to), "a sparse file, data %s", what);
	ok(y.wire < MIB + 65536, "its holes are not sent: %llu bytes went",
	   (unsigned long long)y.wire);
	ok(stat(src, &a) == 0 && stat(y.place, &b) == 0 && a.st_size == b.st_size &&
		   a.st_mtim.tv_nsec == b.st_mtim.tv_nsec,
	   "it has its size and time");
	ok(blocks(y.place) < 2 * MIB, "and is sparse: %llu bytes of disk",
	   (unsigned long long)blocks(y.place));
	ok(size > 100 * MIB || pair_same(src, y.place), "with the same bytes");
	try_close(&y);
}

static off_t
no_seek(int fd, off_t at, int whence)
{
	(void)fd;
	(void)at;
	(void)whence;
	errno = EINVAL;
	return -1;
}

static void
test_no_seek(void)
{
	char *dir = fresh("noseek"), *src = pair_path("%s/f", dir), *to = pair_path("%s/to", dir);
	struct try y;

	put(src, 2 * MIB, MIB, 4 * MIB);
	try_open(&y);
	y.sys.seek = no_seek;
	ok(try_whole(&y, src, to) && pair_same(src, y.place) && y.wire > 4 * MIB,
	   "a file system that knows no holes: all of it is sent");
	try_close(&y);
}

/* Through two engines: what is shown and paid for counts holes as bytes of the file. */
static void
test_sparse_engines(void)
{
	char *dir = fresh("engines"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 3);
	struct stat st;

	put(src, 5 << 10, MIB, 10240 * MIB);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "10 GiB with 1 MiB in it is accepted");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE), "arrives");
	ok(p->b.shown[1]->b.transfer.bytes_done == 10240 * MIB &&
		   p->a.shown[1]->b.transfer.bytes_done == 10240 * MIB,
	   "and counts in full on both sides");
	ok(stat(pair_path("%s/b/f", dir), &st) == 0 && (uint64_t)st.st_size == 10240 * MIB &&
		   blocks(pair_path("%s/b/f", dir)) < 2 * MIB,
	   "as sparse as it was");
	ok(p->bytes < 2 * MIB, "%llu bytes went", (unsigned long long)p->bytes);
	pair_free(p);
}

/* ---- kills and damage ---- */

/* A file of 12 MiB among small ones, one of which nobody may write. */
static char *
plant(const char *dir, bool holes)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	for (int i = 0; i < 20; i++)
		pair_write(pair_path("%s/a%d", top, i), (size_t)(i * 1000), (uint64_t)i);
	put(pair_path("%s/b", top), holes ? 3 * MIB : 0, 12 * MIB, (holes ? 40 : 12) * MIB);
	chmod(pair_path("%s/b", top), 0444);
	put(pair_path("%s/c", top), 0, 9 * MIB, 9 * MIB);
	return top;
}

static char *
part_path(const char *to, const char *name)
{
	return pair_path("%s/.p2p-tui-part/%032d/%s", to, 0, name);
}

/* Receives until about `stop` bytes of frames went, and ends in order. */
static void
receive_some(const char *from, const char *to, uint64_t stop)
{
	struct try y;

	try_open(&y);
	try_scan(&y, from);
	if (try_prepare(&y, to, 0) != 0 || try_stream(&y, stop))
		ok(false, "a part is received");
	try_close(&y);
}

/* Goes on and ends; whether all is whole. */
static bool
receive_rest(struct try *y, const char *from, const char *to)
{
	try_open(y);
	try_scan(y, from);
	return try_prepare(y, to, DISK_RESUME) == 0 && try_stream(y, UINT64_MAX) &&
	       try_finish(y) == 0 && y->lost == 0 && pair_same(from, y->place);
}

static void
flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t b = 0;

	ok(fd != -1, "%s can be opened", path);
	if (fd == -1)
		return;
	if (pread(fd, &b, 1, at) != 1)
		diag("cannot read %s", path);
	b ^= 1;
	if (pwrite(fd, &b, 1, at) != 1)
		diag("cannot write %s", path);
	close(fd);
}

#define ALL 23
/* Entries: 0 the folder, then a0, a1, a10 ... a9, b (21), c (22). */
static const struct {
	const char *what, *part;
	off_t at;
	uint32_t
		entry; /* where it begins again; ALL: behind all, as there is a gap, and only what is not there goes again */
	uint64_t low, high; /* where in it */
} damages[] = {
	{"nothing", NULL, 0, 22, 2 * MIB, 3 * MIB},
	{"a small file", "f5", 100, ALL, 0, 0},
	{"the first bytes of a large file", "f15", 3 * MIB, 21, 3 * MIB, 3 * MIB},
	{"the middle of it", "f15", 9 * MIB, 21, 7 * MIB, 9 * MIB},
	{"its hole", "f15", 17 * MIB, 21, 15 * MIB, 15 * MIB},
	{"the file that was under way", "f16", MIB, 22, 0, MIB},
	{"the journal", "journal", 5 * 48 + 20, ALL, 0, 0},
	{"the key", "key", 3, 1, 0, 0},
};

static void
test_damage(void)
{
	char *dir = fresh("damage"), *from = plant(dir, true), *to;
	struct try y;

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		to = pair_path("%s/to%zu", dir, i);
		receive_some(from, to, 15 * MIB);
		if (damages[i].part != NULL)
			flip(part_path(to, damages[i].part), damages[i].at);
		ok(receive_rest(&y, from, to), "damage to %s: all arrives whole", damages[i].what);
		ok(y.entry == damages[i].entry && y.offset >= damages[i].low &&
			   y.offset <= damages[i].high,
		   "it was found: on from entry %u, byte %llu", y.entry,
		   (unsigned long long)y.offset);
		ok(damages[i].entry != ALL || y.wire < 8 * MIB,
		   "and what is fine stays: %llu bytes", (unsigned long long)y.wire);
		try_close(&y);
	}
}

/* Parts that are shorter than they were, or gone: as a machine that went down may leave them. */
static void
test_short(void)
{
	char *dir = fresh("short"), *from = plant(dir, true), *to = pair_path("%s/to", dir);
	struct try y;

	receive_some(from, to, 15 * MIB);
	ok(truncate(part_path(to, "f16"), 100) == 0, "a part loses its end");
	ok(receive_rest(&y, from, to) && y.entry == 22 && y.offset < MIB, "it is received again");
	try_close(&y);
	receive_some(from, to, 15 * MIB);
	unlink(part_path(to, "fa"));
	try_open(&y);
	try_scan(&y, from);
	ok(try_prepare(&y, to, DISK_RESUME) == 0 && try_stream(&y, UINT64_MAX) &&
		   try_finish(&y) == 0 && pair_same(from, pair_path("%s/tree", to)),
	   "a part that is gone is received again");
	ok(y.wire < 10 * MIB, "but nothing that came behind it: %llu bytes went",
	   (unsigned long long)y.wire);
	try_close(&y);
}

/* The child of a kill: goes on with what it finds, and says how far it came. */
static void
child(const char *from, const char *to, int out)
{
	uint64_t said[2];
	struct try y;
	int error;

	try_open(&y);
	try_scan(&y, from);
	error = try_prepare(&y, to, DISK_RESUME);
	if (error != 0)
		error = try_prepare(&y, to, 0);
	said[0] = y.kept;
	do {
		said[1] = y.kept + y.wire;
		if (write(out, said, sizeof(said)) != sizeof(said))
			_exit(1);
	} while (error == 0 && !try_stream(&y, y.wire + 1));
	_exit(error == 0 && try_finish(&y) == 0 ? 0 : 1);
}

/* Runs a child that is killed once it said that about `after` bytes more are there. False: it ended before. kept: what it found; came: how
 * far it got. */
static bool
kill_once(const char *from, const char *to, uint64_t after, uint64_t *kept, uint64_t *came)
{
	uint64_t said[2];
	int p[2], status = 0;
	pid_t pid;

	if (pipe(p) == -1 || (pid = fork()) == -1)
		return false;
	if (pid == 0) {
		close(p[0]);
		child(from, to, p[1]);
	}
	close(p[1]);
	while (read(p[0], said, sizeof(said)) == sizeof(said)) {
		*kept = said[0];
		*came = said[1];
		if (said[1] - said[0] >= after)
			kill(pid, SIGKILL);
	}
	close(p[0]);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static void
test_killed(void)
{
	char *dir = fresh("killed"), *from = plant(dir, false), *to;
	uint64_t seed = 7, kept = 0, came, before, worst = 0;
	unsigned kills = 0;
	bool fine = true;

	/* A kill may come when all has its name and the part is gone: what follows is no resume, and nothing of it counts. */
	for (int run = 0; run < 3; run++) {
		to = pair_path("%s/to%d", dir, run);
		for (before = came = 0;
		     fine && kill_once(from, to, test_random(&seed) % (10 * MIB), &kept, &came);
		     before = access(part_path(to, "journal"), F_OK) == 0 ? came : 0) {
			kills++;
			if (before > kept && before - kept > worst)
				worst = before - kept;
			fine = kills < 200;
		}
		fine = fine && pair_same(from, pair_path("%s/tree", to)) &&
		       access(pair_path("%s/tree (2)", to), F_OK) == -1 &&
		       access(pair_path("%s/.p2p-tui-part", to), F_OK) == -1;
	}
	ok(fine && kills > 4, "killed %u times, all arrives whole", kills);
	ok(worst > 0 && worst <= 8 * MIB, "at most %llu bytes went again",
	   (unsigned long long)worst);
}

/* ---- killed while the names are given ---- */

static int renames_left;

static int
last_rename(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	int rc;

	if (renames_left == 0)
		kill(getpid(), SIGKILL);
	rc = disk_sys_real.rename_new(olddirfd, oldname, newdirfd, newname);
	renames_left--;
	return rc;
}

/* A child receives all and is killed at rename n. False: there are not so many. */
static bool
kill_at_rename(const char *from, const char *to, int n)
{
	int status = 0;
	pid_t pid = fork();
	struct try y;

	if (pid == 0) {
		renames_left = n;
		try_open(&y);
		y.sys.rename_new = last_rename;
		_exit(try_whole(&y, from, to) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static uint64_t
hasty_clock(void)
{
	static uint64_t now;

	return now += 1500;
}

/* What was made durable in the middle of a file is not the end of the journal. */
static void
test_killed_durable(const char *from, const char *to)
{
	struct try y;

	put(from, 0, 24 * MIB, 24 * MIB);
	if (fork() == 0) {
		try_open(&y);
		y.sys.now_ms = hasty_clock;
		try_scan(&y, from);
		_exit(try_prepare(&y, to, 0) == 0 && try_stream(&y, 20 * MIB) ? 1 : 0);
	}
	wait(NULL);
	ok(receive_rest(&y, from, to) && y.kept >= 18 * MIB, "what comes behind it is kept, too");
	try_close(&y);
}

/* what: 0 a file, 1 a new folder, 2 a folder of a name that is there */
static void
test_killed_naming(int what)
{
	char *dir = fresh(pair_path("naming%d", what)), *to, *there;
	char *from = pair_path("%s/tree", dir);
	bool fine = true;
	struct try y;
	int n;

	if (what == 0) {
		pair_write(from, 5000, 1);
	} else {
		mkdir(from, 0755);
		mkdir(pair_path("%s/sub", from), 0750);
		for (int i = 0; i < 3; i++) {
			pair_write(pair_path("%s/%d", from, i), 1000, (uint64_t)i);
			pair_write(pair_path("%s/sub/%d", from, i), 1000, (uint64_t)i);
		}
		utimensat(AT_FDCWD, pair_path("%s/sub", from),
			  (struct timespec[2]){{1000000000, 0}, {1000000000, 0}}, 0);
	}
	for (n = 0; fine && n < 20; n++) {
		to = pair_path("%s/to%d", dir, n);
		mkdir(to, 0755);
		there = pair_path("%s/tree", to);
		if (what == 2) {
			mkdir(there, 0755);
			mkdir(pair_path("%s/sub", there), 0750);
		}
		if (!kill_at_rename(from, to, n))
			break;
		fine = receive_rest(&y, from, to) || what == 2;
		fine = fine && y.wire == 0 && strcmp(y.place, there) == 0 &&
		       access(pair_path("%s (2)", there), F_OK) == -1 &&
		       access(pair_path("%s/.p2p-tui-part", to), F_OK) == -1;
		for (int i = 0; fine && what == 2 && i < 3; i++)
			fine = pair_same(pair_path("%s/sub/%d", from, i),
					 pair_path("%s/sub/%d", there, i)) &&
			       access(pair_path("%s/sub/%d (2)", there, i), F_OK) == -1;
		try_close(&y);
	}
	ok(fine && n == (what == 0   ? 1
			 : what == 1 ? 7
				     : 6),
	   "killed before each of %d renames: the rest get their names, nothing goes again", n);
}

/* After the last name was given and before anybody was told. */
static int
no_mercy(int fd)
{
	(void)fd;
	if (renames_left-- == 0)
		kill(getpid(), SIGKILL);
	return 0;
}

static void
test_killed_named(void)
{
	char *dir = fresh("named"), *from = pair_path("%s/f", dir), *to = pair_path("%s/to", dir);
	int status = 0;
	struct try y;
	pid_t pid;

	pair_write(from, 5000, 1);
	mkdir(to, 0755);
	pair_write(pair_path("%s/f", to), 1, 1);
	pid = fork();
	if (pid == 0) {
		renames_left = 1;
		try_open(&y);
		y.sys.fdatasync = no_mercy;
		_exit(try_whole(&y, from, to) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status), "killed when the last name is given");
	ok(receive_rest(&y, from, to) && y.wire == 0, "nothing goes again");
	is_str(y.place, pair_path("%s/f (2)", to), "the name is known");
	ok(access(pair_path("%s/f (3)", to), F_OK) == -1, "and there is no other");
	try_close(&y);
}

int
main(void)
{
	test_sparse(10240 * MIB, 0, "at the beginning");
	test_sparse(10240 * MIB, 5000 * MIB, "in the middle");
	test_sparse(20 * MIB, 19 * MIB, "at the end");
	test_no_seek();
	test_sparse_engines();
	test_damage();
	test_short();
	test_killed();
	test_killed_durable(pair_path("%s/f", fresh("durable")), fresh("into"));
	for (int what = 0; what < 3; what++)
		test_killed_naming(what);
	test_killed_named();
	return done_testing();
}
