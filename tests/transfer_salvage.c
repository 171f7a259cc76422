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
	{IS_RENAMED, "one before it is renamed", 45 * MIB},
	{IS_OTHER, "another one takes its place, of its size, and one behind it grows", 45 * MIB},
	{ANOTHER_FIRST, "a file is added before all", 45 * MIB},
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
	test_elsewhere(true);
	test_elsewhere(false);
	return done_testing();
}
