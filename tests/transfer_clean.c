/* transfer_clean.c - parts that are left over are found and removed; those of a living transfer, of another home, or of nobody known are not. */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

/* CMD_CLEAN; its EV_STALE is e->stale. */
static uint32_t
clean(struct end *e, bool remove)
{
	struct msg *m = msg_new(MSG_CMD_CLEAN);

	msg_free(e->stale);
	e->stale = NULL;
	m->serial = 5;
	m->b.clean.remove = remove;
	transfers_clean(e->t, m);
	msg_free(m);
	pair_run(e->pair, 1000);
	return e->stale != NULL && e->stale->serial == 5 ? e->stale->b.stale.count : UINT32_MAX;
}

/* How many part folders there are in a folder. */
static unsigned
parts_in(const char *folder)
{
	DIR *d = opendir(pair_path("%s/.p2p-tui-part", folder));
	unsigned n = 0;

	/* cppcheck-suppress readdirCalled */
	for (struct dirent *de; d != NULL && (de = readdir(d)) != NULL;)
		n += de->d_name[0] != '.';
	if (d != NULL)
		closedir(d);
	return n;
}

/* Offers a file and lets a part of it arrive; its number at the receiver. */
static int64_t
begun(struct pair *p, const char *src, const char *to)
{
	int64_t n;

	transfers_limit(p->a.t, NULL, 100000, 0);
	pair_send(&p->a, src, NULL);
	pair_run(p, 1000);
	n = p->b.numbers;
	pair_op(&p->b, n, TOP_ACCEPT, to);
	pair_run(p, 3000);
	return n;
}

/* The whole store of an end is lost but its named values: what it received is of no transfer it knows. */
static void
lose_rows(struct end *e)
{
	pair_down(e->pair);
	for (size_t i = 0; i < PAIR_ROWS; i++) {
		msg_free(e->rows[i]);
		e->rows[i] = NULL;
	}
	pair_restart(e, false);
	transfers_ready(e->t);
	pair_run(e->pair, 1000);
}

static void
test_left_over(void)
{
	char *dir = pair_fresh("left"), *to = pair_fresh("left/to"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 1);

	pair_write(src, 2000000, 1);
	pair_up(p);
	is_int(clean(&p->b, false), 0, "at first there is nothing");
	begun(p, src, to);
	is_int(pair_state(&p->b, 1), TRANSFER_RUNNING, "a transfer runs");
	is_int(clean(&p->b, false), 0, "its part is no waste");
	is_int(clean(&p->b, true), 0, "nor removed");
	is_int(parts_in(to), 1, "it is there");
	pair_down(p);
	is_int(clean(&p->b, false), 0, "nor while it waits for its sender");
	lose_rows(&p->b);
	ok(p->b.stale != NULL && p->b.stale->b.stale.count == 1, "unknown, it is told of at once");
	ok(p->b.stale != NULL && strstr(msg_string(p->b.stale, 0), "1 unfinished") != NULL,
	   "in words: %s", p->b.stale != NULL ? msg_string(p->b.stale, 0) : "");
	is_str(msg_string(p->b.stale, 1), "f", "by its name");
	is_str(msg_string(p->b.stale, 3), to, "and its folder, which is no usual one");
	ok(p->b.stale->b.stale.bytes > 100000, "and its size");
	is_int(parts_in(to), 1, "nothing is removed unasked");
	is_int(clean(&p->b, true), 0, "then it is");
	ok(access(pair_path("%s/.p2p-tui-part", to), F_OK) == -1, "without a trace");
	pair_free(p);
}

/* Both ends receive into one folder; so do a home without a mark, and an older transfer. */
static void
test_others(void)
{
	char *dir = pair_fresh("others"), *to = pair_fresh("others/to"),
	     *src = pair_path("%s/f", dir), *old = pair_path("%s/.p2p-tui-part/%032d", to, 7);
	struct pair *p = pair_new(dir, 2);
	int64_t n;

	pair_write(src, 2000000, 1);
	pair_up(p);
	begun(p, src, to);
	/* What another home, and one of before there were marks, have there. */
	mkdir(old, 0700);
	pair_write(pair_path("%s/f0", old), 1000, 1);
	is_int(clean(&p->a, false), 0, "the sender does not know the folder");
	transfers_auto(p->a.t, &p->b.self, 10, to);
	is_int(clean(&p->a, false), 0, "and when it does the part is another's");
	lose_rows(&p->b);
	is_int(clean(&p->b, false), 1, "to its owner one is left over");
	is_int(clean(&p->b, true), 0, "and goes");
	is_int(parts_in(to), 1, "what has no mark and is not known stays");
	pair_restart(&p->a, false);
	pair_up(p);
	n = begun(p, src, to);
	is_int(parts_in(to), 2, "another one begins");
	is_int(pair_state(&p->b, n), TRANSFER_RUNNING, "and runs");
	is_int(clean(&p->b, true), 0, "nothing was told of, so nothing goes");
	is_int(parts_in(to), 2, "both are there");
	pair_free(p);
}

/* What has waited for its sender for more than a month is told of too, and cancelled when it goes. */
static void
test_old(void)
{
	char *dir = pair_fresh("old"), *src = pair_path("%s/f", dir), *list;
	struct pair *p = pair_new(dir, 3);

	pair_write(src, 2000000, 1);
	pair_up(p);
	begun(p, src, "");
	pair_down(p);
	is_int(clean(&p->b, false), 0, "what waits is let be");
	list = pair_path("cd %s/b/.p2p-tui-part/* && touch -d @%lld . *", dir,
			 INT64_C(1700000000) - 31LL * 24 * 3600 +
				 (long long)(loop_now(p->loop) / 1000));
	ok(system(list) == 0, "a month goes by");
	is_int(clean(&p->b, false), 1, "it is told of");
	is_int(pair_state(&p->b, 1), TRANSFER_STALLED, "and still waits");
	is_int(clean(&p->b, true), 0, "removed");
	is_int(pair_state(&p->b, 1), TRANSFER_CANCELLED, "it is cancelled");
	ok(!parts_in(pair_path("%s/b", dir)), "and its part is gone");
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_CANCELLED), "which its sender hears");
	pair_free(p);
}

int
main(void)
{
	test_left_over();
	test_others();
	test_old();
	return done_testing();
}
