/* transfer_sums.c - files that are not what they were when their first bytes went: sums are compared, and what arrives is never of two. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/limits.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB (UINT64_C(1) << 20)

static unsigned nsums, nsummed; /* frames that were seen */

static bool
count(struct end *from, struct wired *w)
{
	(void)from;
	nsums += w->type == FRAME_SUMS;
	nsummed += w->type == FRAME_SUMMED;
	return true;
}

/* A pair with a transfer of `src`, of which about `some` bytes are there, and both down. */
static struct pair *
begun(const char *dir, const char *src, uint64_t some)
{
	struct pair *p = pair_new(dir, 21);

	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	for (int i = 0; i < 20000 && p->bytes < some; i++)
		pair_run(p, 2);
	pair_down(p);
	nsums = nsummed = 0;
	p->a.tamper = p->b.tamper = count;
	return p;
}

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

/* Other bytes from `at` on. */
static void
scribble(const char *path, off_t at)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	ok(fd != -1 && pwrite(fd, "something else", 14, at) == 14, "%s is changed",
	   strrchr(path, '/') + 1);
	close(fd);
}

static void
set_time(const char *path, const struct timespec *mtime)
{
	struct timespec t[2] = {{0, UTIME_OMIT}, *mtime};

	utimensat(AT_FDCWD, path, t, 0);
}

enum change {
	NOTHING,
	TOUCH,
	MODE,
	MIDDLE,
	MIDDLE_SECRETLY,
	BEHIND,
	REPLACE,
	REPLACE_OTHER,
	NO_VOUCHERS,
	TRUNCATE,
	GROW
};

static const struct {
	const char *what;
	enum change change;
	bool sums, asks;
	uint64_t low, high; /* what goes after it, of 40 MiB of which about 29 are there */
} cases[] = {
	{"nothing", NOTHING, false, false, 8, 14},
	{"its time", TOUCH, true, false, 8, 14},
	{"its mode", MODE, true, false, 8, 14},
	{"its middle", MIDDLE, true, false, 24, 28},
	{"its middle, with the time it had", MIDDLE_SECRETLY, true, false, 24, 28},
	{"what has not gone yet, with the time it had", BEHIND, true, false, 8, 14},
	{"nothing but that it is a copy", REPLACE, true, false, 8, 14},
	{"all, under the same name, size and time", REPLACE_OTHER, true, false, 40, 40},
	{"nothing, but what was known of it is lost", NO_VOUCHERS, true, false, 8, 14},
	{"its length, to less", TRUNCATE, true, true, 0, 9},
	{"its length, to more", GROW, true, true, 8, 14},
};

static void
change_it(enum change change, const char *path)
{
	char *copy = pair_path("%s.copy", path);
	struct stat st;

	stat(path, &st);
	if (change == TOUCH)
		set_time(path, &(struct timespec){1234567890, 5});
	else if (change == MODE)
		chmod(path, 0600);
	else if (change == MIDDLE || change == MIDDLE_SECRETLY)
		scribble(path, 17 * MIB);
	else if (change == BEHIND)
		scribble(path, 39 * MIB);
	else if (change == REPLACE || change == REPLACE_OTHER)
		pair_write(copy, 40 * MIB, change == REPLACE ? 5 : 6);
	else if (change == TRUNCATE && truncate(path, 20 * MIB) != 0)
		diag("cannot truncate");
	else if (change == GROW)
		scribble(path, 40 * MIB);
	if (change == REPLACE || change == REPLACE_OTHER)
		rename(copy, path);
	if (change == MIDDLE_SECRETLY || change == BEHIND || change == REPLACE ||
	    change == REPLACE_OTHER)
		set_time(path, &st.st_mtim);
}

static void
test_case(size_t i, bool restart)
{
	char *dir = fresh(pair_path("case%zu-%d", i, restart)), *src = pair_path("%s/f", dir);
	struct pair *p;
	uint64_t before, went;

	pair_write(src, 40 * MIB, 5);
	p = begun(dir, src, 29 * MIB);
	if (restart)
		pair_restart(&p->b, false);
	pair_restart(&p->a, false);
	change_it(cases[i].change, src);
	if (cases[i].change == NO_VOUCHERS)
		ok(system(pair_path("rm -r '%s'", p->a.vouchers)) == 0, "they were there");
	before = p->a.sent;
	pair_up(p);
	if (cases[i].asks) {
		ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "another size is asked about");
		pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	}
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "a file that changed between two runs (%s) arrives", cases[i].what);
	ok(pair_same(src, pair_path("%s/b/f", dir)), "as it is now");
	went = p->a.sent - before;
	ok(went >= cases[i].low * MIB && went <= (cases[i].high + 1) * MIB, "%llu bytes went",
	   (unsigned long long)went);
	ok((nsums > 0) == cases[i].sums && nsummed == (cases[i].sums ? 1 : 0),
	   "%u frames of sums, %u answers", nsums, nsummed);
	ok(pair_empty(p->a.vouchers) || access(p->a.vouchers, F_OK) == -1,
	   "nothing is kept of it in the end");
	pair_free(p);
}

/* The same process, another session: a touch of what is half sent costs a look, a change is told. */
static void
test_same_process(void)
{
	char *dir = fresh("same"), *src = pair_path("%s/f", dir);
	struct pair *p;

	pair_write(src, 20 * MIB, 5);
	p = begun(dir, src, 9 * MIB);
	chmod(src, 0755);
	chmod(src, 0644);
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "what was touched between two sessions arrives");
	ok(pair_same(src, pair_path("%s/b/f", dir)) && nsums > 0, "after a look at sums");
	ok(p->a.sent < 30 * MIB, "and goes on where it was");
	pair_free(p);
}

static const char *const kinds[] = {"a whole file of it", "the one under way", "both"};

/* A tree: files that are whole already, and the one under way. */
static void
test_tree(int which)
{
	char *dir = fresh(pair_path("tree%d", which)), *src = pair_path("%s/t", dir);
	char *small = pair_path("%s/s77", src), *large = pair_path("%s/u", src);
	struct pair *p;
	struct stat st;

	mkdir(src, 0755);
	for (int i = 0; i < 100; i++)
		pair_write(pair_path("%s/s%02d", src, i), (size_t)(1000 + i), (uint64_t)i);
	pair_write(large, 30 * MIB, 1);
	p = begun(dir, src, 20 * MIB);
	pair_restart(&p->a, true);
	pair_restart(&p->b, true);
	if (which != 1) {
		stat(small, &st);
		scribble(small, 3);
		set_time(small, &st.st_mtim);
	}
	if (which != 0) {
		stat(large, &st);
		scribble(large, (off_t)(9 * MIB));
		set_time(large, &st.st_mtim);
	}
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "a tree of which %s changed arrives", kinds[which]);
	ok(pair_same(src, pair_path("%s/b/t", dir)), "as it is now");
	pair_free(p);
}

/* Either end is killed while sums are compared, or the session goes. */
static void
test_cut_sums(int who)
{
	char *dir = fresh(pair_path("cut%d", who)), *src = pair_path("%s/f", dir);
	struct pair *p;
	bool fine = true;

	pair_write(src, 40 * MIB, 5);
	p = begun(dir, src, 29 * MIB);
	pair_restart(&p->a, false);
	scribble(src, 25 * MIB);
	for (uint64_t frame = 1; frame < 16 && fine; frame++) {
		p->cut_at = p->delivered + frame;
		pair_up(p);
		for (int i = 0; i < 200 && p->up; i++)
			pair_run(p, 2);
		pair_down(p);
		if (who != 0)
			pair_restart(who == 1 ? &p->a : &p->b, false);
		fine = p->a.broke == NULL && p->b.broke == NULL;
	}
	p->cut_at = 0;
	pair_up(p);
	ok(fine && nsums > 0, "cut among %u frames of sums, %d", nsums, who);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "it arrives");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "as it is now");
	pair_free(p);
}

/* ---- what a hostile sender may say ---- */

static size_t
put(uint8_t *b, uint32_t run, uint32_t entry, uint32_t first, uint16_t n, size_t sums)
{
	put_be32(b, 1);
	put_be32(b + 4, run);
	put_be32(b + 8, entry);
	put_be32(b + 12, first);
	put_be16(b + 16, n);
	memset(b + 18, 7, sums * SUM_LEN);
	return 18 + sums * SUM_LEN;
}

static const struct {
	const char *what;
	uint32_t run, entry, first;
	uint16_t n;
	size_t sums;
	bool breaks; /* the session, else the transfer or nothing */
} lies[] = {
	{"more sums than there are segments", 2, 0, 0, 60, 60, false},
	{"sums that are not there", 2, 0, 0, 3, 2, true},
	{"too many sums", 2, 0, 0, 65, 65, true},
	{"sums of another entry", 2, 9, 0, 1, 1, false},
	{"sums from the middle", 2, 0, 1, 1, 1, false},
	{"no sums", 2, 0, 0, 0, 0, false},
	{"sums of a run to come", 3, 0, 0, 1, 1, true},
	{"sums of a run before", 1, 0, 0, 1, 1, false},
	{"wrong sums", 2, 0, 0, 2, 2, false},
	{"the end at once", 2, SUMS_END, 0, 0, 0, false},
};

static bool
no_bulk(struct end *from, struct wired *w)
{
	(void)from;
	return w->type != FRAME_FILE && w->type != FRAME_DATA && w->type != FRAME_END &&
	       w->type != FRAME_DONE && w->type != FRAME_SUMS;
}

static void
test_lie(size_t i)
{
	char *dir = fresh(pair_path("lie%zu", i)), *src = pair_path("%s/f", dir);
	uint8_t body[18 + 70 * SUM_LEN];
	struct pair *p;
	size_t n;
	int rc;

	pair_write(src, 20 * MIB, 5);
	p = begun(dir, src, 9 * MIB);
	p->a.tamper = no_bulk;
	pair_up(p);
	pair_run(p, 50);
	n = put(body, lies[i].run, lies[i].entry, lies[i].first, lies[i].n, lies[i].sums);
	put_be32(body, 2);
	rc = pair_inject(&p->b, FRAME_SUMS, body, n);
	transfers_batch_end(p->b.t, &p->a.self);
	pair_run(p, 50);
	is_int(rc, lies[i].breaks ? -1 : 0, "%s: %s", lies[i].what,
	       rc == -1 ? p->b.broke : "no reason to end the session");
	/* Whatever it was: what comes to be is what was sent, or nothing. */
	pair_down(p);
	p->a.tamper = NULL;
	pair_restart(&p->a, true);
	pair_restart(&p->b, true);
	transfers_attach(p->a.t);
	transfers_attach(p->b.t);
	pair_up(p);
	pair_run(p, 20000);
	ok(pair_state(&p->b, 1) == TRANSFER_DONE ? pair_same(src, pair_path("%s/b/f", dir))
						 : pair_empty(p->b.downloads),
	   "and nothing torn comes of it (%d)", (int)pair_state(&p->b, 1));
	pair_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_case(i, i % 2 == 0);
	test_same_process();
	for (int i = 0; i < 3; i++)
		test_tree(i);
	for (int i = 0; i < 3; i++)
		test_cut_sums(i);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		test_lie(i);
	return done_testing();
}
