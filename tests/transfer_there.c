/* transfer_there.c - a folder that is sent again to where it arrived before: only what is not there goes, and what is there stays. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB ((uint64_t)1024 * 1024)

/* tree/{a, b, c, sub/{a, b, c}} of 5 MiB, and sparse of 128 MiB with 1 MiB in it. */
static void
plant(const char *top)
{
	int fd;

	mkdir(top, 0755);
	mkdir(pair_path("%s/sub", top), 0755);
	for (uint64_t i = 0; i < 6; i++)
		pair_write(pair_path("%s/%s%c", top, i < 3 ? "" : "sub/", (char)('a' + i % 3)),
			   5 * MIB, i + 1);
	pair_write(pair_path("%s/sparse", top), MIB, 9);
	fd = open(pair_path("%s/sparse", top), O_WRONLY | O_CLOEXEC);
	ok(fd != -1 && ftruncate(fd, (off_t)(128 * MIB)) == 0, "a sparse file");
	close(fd);
}

static ino_t
inode(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static void
set_time(const char *path, const struct stat *like)
{
	struct timespec t[2] = {{0, UTIME_OMIT}, like->st_mtim};

	utimensat(AT_FDCWD, path, t, 0);
}

static int64_t
send(struct pair *p, const char *top)
{
	int64_t n = pair_send(&p->a, top, NULL);

	ok(pair_reach(&p->b, n, TRANSFER_WAITING), "it is offered");
	ok(pair_op(&p->b, n, TOP_ACCEPT, NULL) == NULL, "and accepted");
	return n;
}

static void
finish(struct pair *p, int64_t n, uint64_t before, uint64_t most)
{
	ok(pair_reach(&p->a, n, TRANSFER_DONE) && pair_reach(&p->b, n, TRANSFER_DONE),
	   "both say that it arrived");
	ok(p->a.sent - before <= most, "%llu bytes went, of at most %llu",
	   (unsigned long long)(p->a.sent - before), (unsigned long long)most);
	ok(p->a.shown[n]->b.transfer.bytes_total == p->b.shown[n]->b.transfer.bytes_total,
	   "and counts in full on both sides");
	ok(access(pair_path("%s/.p2p-tui-part", p->b.downloads), F_OK) == -1, "no part is left");
}

/* Nothing is different; and the session breaks, or the receiver is killed, while it is looked at. */
static void
test_same(bool broken)
{
	char *dir = pair_fresh(broken ? "broken" : "same"), *top = pair_path("%s/tree", dir);
	char *got = pair_path("%s/b/tree", dir);
	struct pair *p = pair_new(dir, 31);
	uint64_t before;
	ino_t was;
	int64_t n;

	plant(top);
	pair_up(p);
	n = send(p, top);
	finish(p, n, 0, 40 * MIB);
	was = inode(pair_path("%s/sub/b", got));
	before = p->a.sent;
	n = send(p, top);
	if (broken) {
		pair_run(p, 3);
		pair_restart(&p->b, false);
		pair_up(p);
	}
	finish(p, n, before, 0);
	ok(strstr(pair_reason(&p->b, n), "7 identical files were there already") != NULL,
	   "the receiver says so: %s", pair_reason(&p->b, n));
	ok(inode(pair_path("%s/sub/b", got)) == was, "what is there was not touched");
	ok(pair_same(top, got), "and is as it was");
	pair_free(p);
}

/* One new, one changed, one that only looks the same. */
static void
test_some(void)
{
	char *dir = pair_fresh("some"), *top = pair_path("%s/tree", dir);
	char *got = pair_path("%s/b/tree", dir), *mine = pair_path("%s/mine", dir);
	struct pair *p = pair_new(dir, 32);
	struct stat st;
	uint64_t before;
	int64_t n;

	plant(top);
	pair_up(p);
	n = send(p, top);
	finish(p, n, 0, 40 * MIB);
	before = p->a.sent;
	pair_write(pair_path("%s/0", top), MIB, 50);
	pair_write(pair_path("%s/b", top), 5 * MIB, 51);
	ok(stat(pair_path("%s/sub/c", got), &st) == 0, "a file of the receiver's");
	pair_write(pair_path("%s/sub/c", got), 5 * MIB, 52);
	set_time(pair_path("%s/sub/c", got), &st);
	pair_write(mine, 5 * MIB, 52);
	set_time(mine, &st);
	n = send(p, top);
	finish(p, n, before, 11 * MIB + 1000);
	ok(pair_same(pair_path("%s/0", top), pair_path("%s/0", got)), "the new one is there");
	ok(pair_same(pair_path("%s/b", top), pair_path("%s/b (2)", got)),
	   "the changed one, beside the one before");
	ok(pair_same(pair_path("%s/sub/c", top), pair_path("%s/sub/c (2)", got)),
	   "the one that only looked the same, too");
	ok(pair_same(mine, pair_path("%s/sub/c", got)), "and the receiver's stays as it was");
	ok(access(pair_path("%s/a (2)", got), F_OK) == -1 &&
		   access(pair_path("%s/sub/a (2)", got), F_OK) == -1,
	   "nothing else is there twice");
	pair_free(p);
}

int
main(void)
{
	test_same(false);
	test_same(true);
	test_some();
	return done_testing();
}
