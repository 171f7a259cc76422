/* transfer_salvage.c - a tree or a file that changed between two runs: what is as it was is not sent again, and what arrives is what is there. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB ((uint64_t)1024 * 1024)

/* tree/{a0..a9 of 200 KiB, b of 40 MiB, c of 1 MiB} */
static char *
plant(const char *dir)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	for (int i = 0; i < 10; i++)
		pair_write(pair_path("%s/a%d", top, i), 200 * 1024, (uint64_t)i + 1);
	pair_write(pair_path("%s/b", top), 40 * MIB, 77);
	pair_write(pair_path("%s/c", top), MIB, 78);
	return top;
}

/* Begins to send it, and ends both processes when so many bytes are there. */
static struct pair *
begin(const char *dir, const char *what, uint64_t stop, bool killed)
{
	struct pair *p = pair_new(dir, 5);

	pair_up(p);
	pair_send(&p->a, what, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	while (p->a.sent < stop && !transfer_ended(pair_state(&p->b, 1)))
		pair_run(p, 1);
	pair_restart(&p->a, !killed);
	pair_restart(&p->b, !killed);
	return p;
}

enum change { GROWS, SHRINKS, IS_MORE, IS_LESS, IS_RENAMED, IS_OTHER, ANOTHER_FIRST };

static const struct {
	enum change change;
	const char *what;
	uint64_t most; /* bytes that may go again or for the first time */
} changes[] = {
	{GROWS, "the file that is under way grows", 40 * MIB - 24 * MIB + 9 * MIB + 2 * MIB},
	{SHRINKS, "it shrinks to less than is there", 9 * MIB + MIB},
	{IS_MORE, "a file is added behind it", 40 * MIB - 24 * MIB + 9 * MIB + 2 * MIB},
	{IS_LESS, "the one behind it goes", 40 * MIB - 24 * MIB + 9 * MIB},
	{IS_RENAMED, "one before it is renamed", 40 * MIB - 24 * MIB + 9 * MIB + MIB},
	{IS_OTHER, "another one takes its place, of its size, and one behind it grows", 45 * MIB},
	{ANOTHER_FIRST, "a file is added before all", 40 * MIB - 24 * MIB + 9 * MIB + 2 * MIB},
};

static void
change(const char *top, enum change how)
{
	char *b = pair_path("%s/b", top);
	int fd;

	switch (how) {
	case GROWS:
		fd = open(b, O_WRONLY | O_APPEND | O_CLOEXEC);
		ok(fd != -1 && write(fd, "and more", 8) == 8, "it is changed");
		close(fd);
		break;
	case SHRINKS:
		ok(truncate(b, 17 * (off_t)MIB + 5) == 0, "it is changed");
		break;
	case IS_MORE:
		pair_write(pair_path("%s/d", top), 1000, 3);
		break;
	case IS_LESS:
		unlink(pair_path("%s/c", top));
		break;
	case IS_RENAMED:
		rename(pair_path("%s/a3", top), pair_path("%s/a33", top));
		break;
	case IS_OTHER:
		pair_write(b, 40 * MIB, 99);
		pair_write(pair_path("%s/c", top), MIB + 1, 3);
		break;
	case ANOTHER_FIRST:
	default:
		pair_write(pair_path("%s/a", top), 1000, 3);
		break;
	}
}

static void
test_change(size_t i, bool killed)
{
	char *dir = pair_fresh(pair_path("change-%zu-%d", i, killed)), *top = plant(dir);
	char *got = pair_path("%s/b/tree", dir);
	struct pair *p = begin(dir, top, 26 * MIB, killed);
	uint64_t before = p->a.sent;

	change(top, changes[i].change);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "%s: it is asked about", changes[i].what);
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "accepted again");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "it arrives");
	ok(pair_same(top, got), "as it is now");
	ok(p->a.sent - before <= changes[i].most, "%llu bytes went, of at most %llu",
	   (unsigned long long)(p->a.sent - before), (unsigned long long)changes[i].most);
	pair_free(p);
}

/* ---- a tree that changes everywhere ------------------------------------------------------------------------------------- */

/* tree/{d0 ... d3}/{0 ... 9} of 1 MiB each. */
static char *
plant_folders(const char *dir)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	for (int i = 0; i < 40; i++) {
		mkdir(pair_path("%s/d%d", top, i / 10), 0755);
		pair_write(pair_path("%s/d%d/%d", top, i / 10, i % 10), MIB, (uint64_t)i + 1);
	}
	return top;
}

/* Other bytes under the name, size and time it had. */
static void
change_secretly(const char *path)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {0, 0}};
	struct stat st;

	ok(stat(path, &st) == 0, "%s is there", path);
	pair_write(path, (size_t)st.st_size, 1234);
	times[1] = st.st_mtim;
	utimensat(AT_FDCWD, path, times, 0);
}

/* One in front, one away, one renamed, a folder renamed, one changed so that only its bytes tell. */
static void
change_folders(const char *top)
{
	pair_write(pair_path("%s/0", top), 1000, 3);
	unlink(pair_path("%s/d0/3", top));
	rename(pair_path("%s/d1/5", top), pair_path("%s/d1/05", top));
	rename(pair_path("%s/d2", top), pair_path("%s/d2-more", top));
	change_secretly(pair_path("%s/d0/7", top));
}

static char *
to_change(int i, const char *top)
{
	if (i == 0)
		change_folders(top);
	else
		pair_write(pair_path("%s/00", top), 1000, 5);
	return pair_path("%d of 2", i + 1);
}

/* It changes, and, when it goes on again, once more. */
static void
test_folders(bool killed, bool old)
{
	char *dir = pair_fresh(pair_path("folders-%d-%d", killed, old)), *top = plant_folders(dir);
	struct pair *p = begin(dir, top, 34 * MIB, killed);
	uint64_t before = p->a.sent, stop;

	for (int i = 0; i < 2; i++) {
		char *which = to_change(i, top);

		/* Nothing is known any more of what was sent: all is compared. */
		if (old)
			pair_remove(p->a.vouchers);
		pair_up(p);
		ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "change %s: it is asked about", which);
		pair_op(&p->b, 1, TOP_ACCEPT, NULL);
		stop = p->a.sent + 2 * MIB;
		while (i == 0 && p->a.sent < stop && !transfer_ended(pair_state(&p->b, 1)))
			pair_run(p, 1);
		if (i > 0)
			break;
		pair_restart(&p->a, !killed);
		pair_restart(&p->b, !killed);
	}
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "it arrives");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "as it is now");
	/* 5 MiB had not come, 1 MiB is another; twice something was under way. */
	ok(p->a.sent - before <= (killed ? 24 : 10) * MIB, "%llu bytes went",
	   (unsigned long long)(p->a.sent - before));
	ok(p->a.shown[1]->b.transfer.bytes_total == p->b.shown[1]->b.transfer.bytes_total &&
		   p->a.shown[1]->b.transfer.files == p->b.shown[1]->b.transfer.files &&
		   p->a.shown[1]->b.transfer.files == 41,
	   "and counts in full on both sides");
	ok(p->a.went[1] != NULL && strstr(p->a.went[1], "not-taken") == NULL,
	   "its sender does not say that a part was not taken");
	pair_free(p);
}

/* A part of it was asked for, and then all of it. */
static void
test_more(void)
{
	char *dir = pair_fresh("more"), *top = plant_folders(dir);
	struct pair *p = pair_new(dir, 5);
	uint64_t before;

	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	ok(pair_part(&p->b, 1, "", "tree/d1/*", "tree/d3/*", NULL) == NULL, "a part is accepted");
	while (p->a.sent < 15 * MIB && !transfer_ended(pair_state(&p->b, 1)))
		pair_run(p, 1);
	pair_restart(&p->a, true);
	pair_restart(&p->b, true);
	before = p->a.sent;
	pair_write(pair_path("%s/0", top), 1000, 3);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "it is another: it is asked about");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "now all is accepted");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "it arrives");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "as it is now");
	ok(p->a.sent - before <= (40 - 14 + 2) * MIB, "%llu bytes went",
	   (unsigned long long)(p->a.sent - before));
	pair_free(p);
}

/* What came is of no use in another folder, or when it is refused: it goes. */
static void
test_elsewhere(bool refused)
{
	char *dir = pair_fresh(refused ? "refused" : "elsewhere"), *top = plant(dir);
	char *other = pair_path("%s/other", dir);
	struct pair *p = begin(dir, top, 5 * MIB, false);

	mkdir(other, 0755);
	change(top, GROWS);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "it is asked about");
	if (refused)
		pair_op(&p->b, 1, TOP_REFUSE, NULL);
	else
		pair_op(&p->b, 1, TOP_ACCEPT, other);
	ok(pair_reach(&p->a, 1, refused ? TRANSFER_REFUSED : TRANSFER_DONE),
	   refused ? "refused" : "into another folder");
	pair_run(p, 100);
	ok(pair_empty(p->b.downloads), "nothing is left where it was");
	ok(refused || pair_same(top, pair_path("%s/tree", other)), "and all is there");
	pair_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < NELEM(changes); i++)
		test_change(i, false);
	test_change(0, true);
	test_change(1, true);
	for (int i = 0; i < 4; i++)
		test_folders((i & 1) != 0, (i & 2) != 0);
	test_more();
	test_elsewhere(true);
	test_elsewhere(false);
	return done_testing();
}
