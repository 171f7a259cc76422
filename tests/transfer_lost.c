/* transfer_lost.c - files that cannot be sent, and sessions and processes that end before both sides said so: both sides tell the same. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/wire.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB ((uint64_t)1024 * 1024)

static bool unreadable; /* what is called "bad" */
static struct disk_sys sys;

static int
open_or_not(int dirfd, const char *rel, int flags, mode_t mode)
{
	if (unreadable && strcmp(rel, "bad") == 0) {
		errno = EACCES;
		return -1;
	}
	return disk_sys_real.open(dirfd, rel, flags, mode);
}

static uint8_t dropped; /* a frame of this type is */

static bool
drop(struct end *from, struct wired *w)
{
	(void)from;
	if (dropped == 0 || w->type != dropped)
		return true;
	dropped = 0;
	return false;
}

static bool
is_dropped(void *arg)
{
	(void)arg;
	return dropped == 0;
}

/* tree/{a, bad, c, d} of 1 MiB, offered and accepted. */
static struct pair *
begin(const char *dir, const char *top)
{
	struct pair *p = pair_new(dir, 11);
	static const char *const names[] = {"a", "bad", "c", "d"};

	mkdir(top, 0755);
	for (size_t i = 0; i < NELEM(names); i++)
		pair_write(pair_path("%s/%s", top, names[i]), MIB, i + 1);
	sys = disk_sys_real;
	sys.open = open_or_not;
	p->a.sys = &sys;
	pair_restart(&p->a, true);
	p->a.tamper = p->b.tamper = drop;
	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	return p;
}

static const struct {
	const char *what;
	uint8_t dropped; /* with this frame the session ends; 0: when 3 MiB are there */
	bool a, b;	 /* who is restarted */
	bool readable;	 /* the file can be read by then */
} cases[] = {
	{"while it runs, nobody ends", 0, false, false, false},
	{"while it runs, its sender ends", 0, true, false, false},
	{"while it runs, its receiver ends", 0, false, true, false},
	{"while it runs, both end", 0, true, true, false},
	{"while it runs, its sender ends, and then it can be read", 0, true, false, true},
	{"while it runs, both end, and then it can be read", 0, true, true, true},
	{"before its end is told, its sender ends", FRAME_DONE, true, false, false},
	{"before its end is told, its sender ends, and then it can be read", FRAME_DONE, true,
	 false, true},
	{"before the answer to its end, nobody ends", FRAME_DONE_OK, false, false, false},
	{"before the answer to its end, its sender ends", FRAME_DONE_OK, true, false, false},
	{"before the answer to its end, its receiver ends", FRAME_DONE_OK, false, true, false},
	{"before the answer to its end, both end", FRAME_DONE_OK, true, true, false},
};

static void
test_case(size_t i)
{
	char *dir = pair_fresh(pair_path("case-%zu", i)), *top = pair_path("%s/tree", dir);
	char *got = pair_path("%s/b/tree", dir);
	enum transfer_state end = cases[i].readable ? TRANSFER_DONE : TRANSFER_FAILED;
	struct pair *p;

	unreadable = true;
	dropped = cases[i].dropped;
	p = begin(dir, top);
	if (cases[i].dropped != 0)
		ok(pair_until(p, is_dropped, NULL), "the session ends %s", cases[i].what);
	while (cases[i].dropped == 0 && p->a.sent < 2 * MIB + MIB / 2)
		pair_run(p, 1);
	pair_down(p);
	pair_run(p, 100);
	if (cases[i].a)
		pair_restart(&p->a, false);
	if (cases[i].b)
		pair_restart(&p->b, false);
	unreadable = !cases[i].readable;
	transfers_attach(p->b.t);
	pair_up(p);
	ok(pair_reach(&p->a, 1, end) && pair_reach(&p->b, 1, end), "both say the same: %d %d",
	   (int)pair_state(&p->a, 1), (int)pair_state(&p->b, 1));
	if (!cases[i].readable) {
		is_str(pair_reason(&p->a, 1),
		       "bad could not be read: Permission denied; everything else arrived",
		       "its sender why");
		is_str(pair_reason(&p->b, 1),
		       "bad could not be read by its sender; everything else arrived",
		       "its receiver why");
		unlink(pair_path("%s/bad", top));
		ok(access(pair_path("%s/bad", got), F_OK) == -1, "it is not there");
	}
	for (const char *name = "acd"; *name != '\0'; name++)
		ok(pair_same(pair_path("%s/%c", top, *name), pair_path("%s/%c", got, *name)),
		   "%c is", *name);
	ok(!cases[i].readable || pair_same(top, got), "all that can be is there");
	ok(p->a.sent <= 6 * MIB, "what was there did not go again: %llu bytes went",
	   (unsigned long long)p->a.sent);
	pair_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < NELEM(cases); i++)
		test_case(i);
	return done_testing();
}
