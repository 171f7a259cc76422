/* transfer_cut.c - transfers whose session or process goes away, at any point: they go on, and nothing arrives twice or broken. */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/wire.h"
#include "tests/pair.h"
#include "tests/tap.h"

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

static void
remove_all(const char *dir)
{
	char *cmd = pair_path("rm -rf '%s'", dir);

	if (system(cmd) != 0)
		diag("cannot remove %s", dir);
}

/* A small tree: two folders, four files, one of them of several frames. */
static char *
plant(const char *dir)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	mkdir(pair_path("%s/in", top), 0755);
	pair_write(pair_path("%s/a", top), 0, 1);
	pair_write(pair_path("%s/b", top), 150000, 2);
	pair_write(pair_path("%s/in/c", top), 70000, 3);
	pair_write(pair_path("%s/in/d", top), 10, 4);
	return top;
}

static void
test_offline(void)
{
	char *dir = fresh("offline"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 1);

	pair_write(src, 1000, 1);
	ok(pair_send(&p->a, src, NULL) == 1, "an offer while the other side is away");
	is_int(pair_state(&p->a, 1), TRANSFER_WAITING, "waits");
	is_str(pair_reason(&p->a, 1), "waits until online", "and says for what");
	pair_restart(&p->a, true);
	is_int(pair_state(&p->a, 1), 99, "after a restart nothing was shown yet");
	transfers_attach(p->a.t);
	is_int(pair_state(&p->a, 1), TRANSFER_WAITING, "then it is there");
	/* It may change until it is offered. */
	pair_write(src, 2000, 2);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "it is offered when the other side comes");
	is_int(p->b.shown[1]->b.transfer.bytes_total, 2000, "as it is then");
	pair_down(p);
	is_int(pair_state(&p->b, 1), TRANSFER_WAITING, "the offer stays when its sender goes");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "and can be accepted");
	is_int(pair_state(&p->b, 1), TRANSFER_STALLED, "to go on later");
	pair_run(p, 1000);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	pair_free(p);
}

static void
test_vanished_while_away(void)
{
	char *dir = fresh("vanished"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 1);

	pair_write(src, 1000, 1);
	pair_send(&p->a, src, NULL);
	pair_run(p, 10000);
	unlink(src);
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_FAILED), "a file that went before it was offered");
	ok(strstr(pair_reason(&p->a, 1), "No such file") != NULL, "fails with the reason: %s",
	   pair_reason(&p->a, 1));
	is_int(p->b.numbers, 0, "the other side never heard of it");
	pair_free(p);
}

/* Accepts what is offered and brings the session back whenever it went, until both ends are done. */
static bool
drive(struct pair *p, int64_t n)
{
	for (int turns = 0; turns < 2000; turns++) {
		if (p->b.shown[n] != NULL && pair_state(&p->b, n) == TRANSFER_WAITING)
			pair_op(&p->b, n, TOP_ACCEPT, NULL);
		if (pair_state(&p->a, n) == TRANSFER_DONE && pair_state(&p->b, n) == TRANSFER_DONE)
			return true;
		if (!p->up) {
			pair_run(p, 50);
			pair_up(p);
		}
		pair_run(p, 20);
	}
	diag("sender %d (%s), receiver %d (%s)", (int)pair_state(&p->a, n), pair_reason(&p->a, n),
	     (int)pair_state(&p->b, n), pair_reason(&p->b, n));
	return false;
}

enum restarts { NOBODY, SENDER, RECEIVER, RECEIVER_KILLED, BOTH };

/* Runs a transfer of a tree that is cut behind frame `at`, then goes on. False: it went wrong. *whole: it ended before the cut. */
static bool
cut_once(const char *dir, const char *top, uint64_t at, enum restarts who, bool *whole)
{
	char *base = pair_path("%s/run", dir), *name;
	struct pair *p = pair_new(base, at * 31 + who);
	bool fine;

	pair_up(p);
	p->cut_at = at;
	pair_send(&p->a, top, NULL);
	for (int i = 0; i < 2000 && p->up && pair_state(&p->a, 1) != TRANSFER_DONE; i++) {
		if (p->b.shown[1] != NULL && pair_state(&p->b, 1) == TRANSFER_WAITING)
			pair_op(&p->b, 1, TOP_ACCEPT, NULL);
		pair_run(p, 20);
	}
	*whole = p->up;
	if (who == SENDER || who == BOTH)
		pair_restart(&p->a, true);
	if (who == RECEIVER || who == BOTH)
		pair_restart(&p->b, true);
	if (who == RECEIVER_KILLED)
		pair_restart(&p->b, false);
	transfers_attach(p->a.t);
	transfers_attach(p->b.t);
	fine = drive(p, 1);
	name = pair_path("%s/b/tree", base);
	fine = fine && p->b.broke == NULL && p->a.broke == NULL && pair_same(top, name) &&
	       access(pair_path("%s/b/tree (2)", base), F_OK) == -1 &&
	       access(pair_path("%s/b/.p2p-tui-part", base), F_OK) == -1 && p->b.numbers == 1;
	if (!fine)
		diag("cut behind frame %llu: %s %s", (unsigned long long)at,
		     p->a.broke != NULL ? p->a.broke : "", p->b.broke != NULL ? p->b.broke : "");
	pair_free(p);
	remove_all(base);
	return fine;
}

static void
test_cut_everywhere(enum restarts who, const char *what)
{
	char *dir = fresh(pair_path("cut%d", (int)who)), *top = plant(dir);
	bool fine = true, whole = false;
	uint64_t at;

	for (at = 1; at < 200 && !whole && fine; at++)
		fine = cut_once(dir, top, at, who, &whole);
	ok(fine && at > 20, "cut behind each of %llu frames, %s", (unsigned long long)at, what);
}

static void
test_cut_often(void)
{
	char *dir = fresh("often"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 5);
	unsigned cuts = 0;

	pair_write(src, 4000000, 1);
	pair_send(&p->a, src, NULL);
	while (pair_state(&p->a, 1) != TRANSFER_DONE && cuts < 1000) {
		if (!p->up) {
			cuts++;
			pair_up(p);
			p->cut_at = p->delivered + 5 + test_random(&p->seed) % 20;
		}
		if (p->b.shown[1] != NULL && pair_state(&p->b, 1) == TRANSFER_WAITING)
			pair_op(&p->b, 1, TOP_ACCEPT, NULL);
		pair_run(p, 20);
	}
	ok(cuts > 5 && cuts < 1000, "cut %u times", cuts);
	ok(pair_same(src, pair_path("%s/b/f", dir)), "it arrives");
	ok(p->bytes < 2 * 4000000, "without beginning anew each time (%llu bytes went)",
	   (unsigned long long)p->bytes);
	pair_free(p);
}

static bool
drop_done_ok(struct end *from, struct wired *w)
{
	(void)from;
	return w->type != FRAME_DONE_OK;
}

static void
test_done_once(void)
{
	char *dir = fresh("once"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 6);

	pair_write(src, 100000, 1);
	pair_up(p);
	p->b.tamper = drop_done_ok;
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->b, 1, TRANSFER_DONE), "done at the receiver");
	pair_run(p, 1000);
	is_int(pair_state(&p->a, 1), TRANSFER_CHECKING, "but the sender does not hear of it");
	p->b.tamper = NULL;
	pair_restart(&p->a, true);
	pair_restart(&p->b, true);
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "until the next session");
	is_int(p->b.numbers, 1, "it was not offered anew");
	ok(access(pair_path("%s/b/f (2)", dir), F_OK) == -1, "nor received twice");
	pair_free(p);
}

/* The receiver is killed when all has its name, before its store knows. */
static void
test_killed_before_commit(void)
{
	char *dir = fresh("uncommitted"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 6);
	uint64_t bytes;

	pair_write(src, 100000, 1);
	pair_up(p);
	p->b.forgets = true;
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	pair_run(p, 5000);
	ok(pair_same(src, pair_path("%s/b/f", dir)), "all is there");
	is_int(pair_state(&p->b, 1), TRANSFER_CHECKING, "but not done");
	is_int(pair_state(&p->a, 1), TRANSFER_CHECKING,
	       "the sender does not hear of it before the store knows");
	pair_restart(&p->b, false);
	p->b.forgets = false;
	bytes = p->bytes;
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "killed there, it ends without a question");
	ok(p->bytes - bytes < 1000, "nothing went again");
	is_str(pair_place(&p->b, 1), pair_path("%s/b/f", dir), "it is where it was");
	ok(pair_same(src, pair_path("%s/b/f", dir)) &&
		   access(pair_path("%s/b/f (2)", dir), F_OK) == -1 &&
		   access(pair_path("%s/b/.p2p-tui-part", dir), F_OK) == -1,
	   "once, and no part is left");
	pair_free(p);
}

/* A file of 3 MB, a third of which has come over. */
static void
begin(struct pair *p, const char *src)
{
	pair_write(src, 3000000, 1);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	while (p->bytes < 1000000)
		pair_run(p, 10);
}

static void
test_other_things_now(void)
{
	char *dir = fresh("other"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 8);

	begin(p, src);
	/* The same offer, but of something else. */
	pair_restart(&p->a, true);
	pair_write(src, 3000001, 2);
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "another manifest is asked about again");
	is_int(p->b.shown[1]->b.transfer.bytes_total, 3000001, "with its own size");
	ok(strstr(pair_reason(&p->b, 1), "not the same") != NULL, "and why: %s",
	   pair_reason(&p->b, 1));
	pair_run(p, 100);
	is_str(pair_reason(&p->a, 1), "waits for an answer", "the sender knows that it waits");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "it is accepted");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and arrives");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "as it is now");
	pair_free(p);
}

static void
test_parts_gone(void)
{
	char *dir = fresh("gone"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 9);

	begin(p, src);
	pair_restart(&p->b, true);
	remove_all(pair_path("%s/b/.p2p-tui-part", dir));
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING),
	   "what was accepted but is gone is asked about again");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "and arrives");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	pair_free(p);
}

static void
test_cancel_while_away(void)
{
	for (int i = 0; i < 4; i++) {
		char *dir = fresh(pair_path("away%d", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 10);
		struct end *e = i % 2 == 0 ? &p->a : &p->b;

		begin(p, src);
		pair_down(p);
		is_int(pair_state(&p->a, 1), TRANSFER_STALLED, "stalled");
		ok(pair_op(e, 1, TOP_CANCEL, NULL) == NULL, "cancelled while the other is away");
		if (i >= 2)
			pair_restart(e, true);
		pair_up(p);
		ok(pair_reach(e->other, 1, TRANSFER_CANCELLED), "it hears of it later");
		pair_run(p, 1000);
		ok(pair_empty(p->b.downloads), "no part is left");
		pair_free(p);
	}
}

/* A new process of the receiver has not touched the parts of the old one when the transfer is cancelled. */
static void
test_cancel_after_restart(void)
{
	for (int i = 0; i < 4; i++) {
		char *dir = fresh(pair_path("parts%d", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 13);
		struct end *e = i < 2 ? &p->a : &p->b;

		begin(p, src);
		pair_restart(&p->b, i % 2 == 0);
		ok(!pair_empty(p->b.downloads), "the parts outlive a restart");
		ok(pair_op(e, 1, TOP_CANCEL, NULL) == NULL, "cancelled before they are used again");
		pair_up(p);
		ok(pair_reach(&p->b, 1, TRANSFER_CANCELLED), "for both");
		pair_run(p, 1000);
		ok(pair_empty(p->b.downloads), "no part is left");
		pair_free(p);
	}
}

/* What the peer is told names none of our paths. */
static void
test_vanished(void)
{
	char *dir = fresh("vanished"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 14);

	begin(p, src);
	pair_restart(&p->a, true);
	unlink(src);
	pair_up(p);
	ok(pair_reach(&p->a, 1, TRANSFER_FAILED), "what vanished over a restart fails");
	ok(strstr(pair_reason(&p->a, 1), src) != NULL, "saying which: %s", pair_reason(&p->a, 1));
	ok(pair_reach(&p->b, 1, TRANSFER_CANCELLED), "the receiver is told");
	is_str(pair_reason(&p->b, 1),
	       "cancelled by the other side: what was offered cannot be read any more",
	       "in words that name no path");
	pair_run(p, 1000);
	ok(pair_empty(p->b.downloads), "no part is left");
	pair_free(p);
}

static void
test_pause_survives(void)
{
	for (int i = 0; i < 2; i++) {
		char *dir = fresh(pair_path("sleep%d", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 11);
		struct end *e = i == 0 ? &p->a : &p->b;
		uint64_t bytes;

		begin(p, src);
		pair_op(e, 1, TOP_PAUSE, NULL);
		pair_restart(e, true);
		transfers_attach(e->t);
		is_int(pair_state(e, 1), TRANSFER_PAUSED, "a pause by hand survives a restart");
		bytes = p->bytes;
		pair_up(p);
		pair_run(p, 60000);
		is_int(pair_state(e->other, 1), TRANSFER_PAUSED, "the other side is told again");
		ok(p->bytes < bytes + 1000000 || i == 1, "nothing of it moves");
		ok(pair_op(e, 1, TOP_RESUME, NULL) == NULL, "it is resumed");
		ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and arrives");
		ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
		pair_free(p);
	}
}

static void
test_forget_peer(void)
{
	char *dir = fresh("forget"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 12);

	begin(p, src);
	pair_down(p);
	transfers_forget_peer(p->b.t, &p->a.self);
	ok(p->b.shown[1]->b.transfer.gone && p->b.rows[1] == NULL, "a removed contact's goes");
	ok(pair_empty(p->b.downloads), "with its parts");
	pair_free(p);
}

/* A new process of the receiver knows an offer but not its list until the sender is back: accepting it then is remembered. */
static void
test_accepted_early(bool changed)
{
	char *dir = fresh(changed ? "early-changed" : "early"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 15);

	pair_write(src, 300000, 1);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_restart(&p->a, true);
	pair_restart(&p->b, true);
	transfers_attach(p->b.t);
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "accepted before its sender is back");
	is_int(pair_state(&p->b, 1), TRANSFER_STALLED, "it waits");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) != NULL, "once is enough");
	pair_restart(&p->b, false);
	if (changed)
		pair_write(src, 300001, 2);
	pair_up(p);
	if (changed) {
		ok(pair_reach(&p->b, 1, TRANSFER_WAITING),
		   "what is something else by then is asked about");
		pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	}
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "it arrives without another question");
	ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
	pair_free(p);
}

/* Cancelled while the other is away, tried again under a new id, and then the process ends: the old offer is void all the same. */
static void
test_owed(void)
{
	char *dir = fresh("owed"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 16);

	pair_write(src, 300000, 1);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_down(p);
	ok(pair_op(&p->a, 1, TOP_CANCEL, NULL) == NULL, "cancelled while the other is away");
	ok(pair_op(&p->a, 1, TOP_RETRY, NULL) == NULL, "and tried again");
	pair_restart(&p->a, true);
	pair_restart(&p->a, false);
	pair_up(p);
	ok(pair_reach(&p->b, 2, TRANSFER_WAITING), "the new offer is there after two restarts");
	ok(pair_reach(&p->b, 1, TRANSFER_CANCELLED), "and the old one is void");
	is_int(pair_state(&p->a, 1), TRANSFER_WAITING, "the new one is not");
	ok(pair_op(&p->b, 2, TOP_ACCEPT, NULL) == NULL && pair_reach(&p->a, 1, TRANSFER_DONE),
	   "it arrives");
	pair_restart(&p->a, true);
	pair_up(p);
	pair_run(p, 1000);
	is_int(pair_state(&p->b, 2), TRANSFER_DONE, "once told it is forgotten");
	pair_free(p);
}

int
main(void)
{
	test_accepted_early(false);
	test_accepted_early(true);
	test_owed();
	test_offline();
	test_vanished_while_away();
	test_cut_everywhere(NOBODY, "the same processes");
	test_cut_everywhere(SENDER, "the sender restarted");
	test_cut_everywhere(RECEIVER, "the receiver restarted");
	test_cut_everywhere(RECEIVER_KILLED, "the receiver killed");
	test_cut_everywhere(BOTH, "both restarted");
	test_cut_often();
	test_done_once();
	test_killed_before_commit();
	test_other_things_now();
	test_parts_gone();
	test_cancel_while_away();
	test_cancel_after_restart();
	test_vanished();
	test_pause_survives();
	test_forget_peer();
	return done_testing();
}
