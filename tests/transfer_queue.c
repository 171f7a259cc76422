/* transfer_queue.c - what the person rules about transfers: limits of rate, offers accepted unasked, the queue, another try. */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/bucket.h"
#include "src/amount.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

/* ---- amounts ---- */

static void
test_amounts(void)
{
	static const struct {
		const char *text;
		long long is; /* -1: refused */
	} cases[] = {{"0", 0},
		     {"1", 1},
		     {"500k", 500000},
		     {"500K", 500000},
		     {"2M", 2000000},
		     {"1.5M", 1500000},
		     {"0.000001G", 1000},
		     {"1000T", 1000000000000000},
		     {"1001T", -1},
		     {"1000.1T", -1},
		     {"", -1},
		     {"k", -1},
		     {".5k", -1},
		     {"1.k", -1},
		     {"1.5", -1},
		     {"-1", -1},
		     {" 1", -1},
		     {"1 k", -1},
		     {"1kb", -1},
		     {"1.0000001M", -1},
		     {"99999999999999999999", -1}};

	for (size_t i = 0; i < NELEM(cases); i++) {
		uint64_t v = 77;
		bool fine = amount_parse(cases[i].text, &v);

		ok(fine ? (long long)v == cases[i].is : cases[i].is == -1 && v == 77,
		   "the amount <%s>", cases[i].text);
	}
	ok(amount_is_rate("0") && amount_is_rate("1k") && amount_is_rate("1000G"), "rates");
	ok(!amount_is_rate("999") && !amount_is_rate("1001G") && !amount_is_rate("x"), "no rates");
}

static void
test_bucket(void)
{
	struct bucket b = {.rate = 0};
	uint64_t now = 1000000, n, sum = 0;

	ok(bucket_look(&b, now) == UINT64_MAX, "no limit");
	bucket_set(&b, 1001, now);
	is_int(bucket_look(&b, now), 0, "a fresh bucket is empty");
	for (int i = 0; i < 10000; i++) {
		n = bucket_look(&b, ++now);
		bucket_take(&b, n);
		sum += n;
	}
	ok(sum >= 10008 && sum <= 10010, "nothing is lost to rounding in small steps");
	is_int(bucket_look(&b, now + 3600000), 250, "what gathers has a bound");
	now += 3600000;
	bucket_take(&b, 250 + 5005);
	is_int(bucket_look(&b, now + 4990), 0, "what was taken too much is owed");
	ok(bucket_look(&b, now + 5100) > 0, "and paid");
	bucket_set(&b, 0, now + 5100);
	ok(bucket_look(&b, now + 5100) == UINT64_MAX, "the limit is gone");
}

/* ---- limits ---- */

/* Runs until the transfer is done and says how many bytes a second that were. */
static double
speed(struct pair *p, int64_t number, double bytes)
{
	uint64_t from = loop_now(p->loop);

	if (!pair_reach(&p->a, number, TRANSFER_DONE))
		return 0;
	return bytes * 1000 / (double)(loop_now(p->loop) - from);
}

static bool
near(double v, double want)
{
	if (v > want * 0.95 && v < want * 1.05)
		return true;
	diag("%.0f bytes/s, not %.0f", v, want);
	return false;
}

static int64_t
begin(struct pair *p, const char *src)
{
	int64_t n = pair_send(&p->a, src, NULL);

	pair_reach(&p->b, n, TRANSFER_WAITING);
	pair_op(&p->b, n, TOP_ACCEPT, NULL);
	return n;
}

/* Each of the four limits alone, at a low and a high rate. */
static void
test_limits(void)
{
	static const uint64_t rates[] = {30000, 1000000};

	for (unsigned i = 0; i < 8; i++) {
		bool up = i % 2 == 0, own = i / 2 % 2 == 0;
		uint64_t rate = rates[i / 4], bytes = rate * 40;
		char *dir = fresh(pair_path("limit%u", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 70 + i);
		struct end *e = up ? &p->a : &p->b;
		double v;

		pair_write(src, bytes, i);
		transfers_limit(e->t, own ? &e->other->self : NULL, up ? rate : 0, up ? 0 : rate);
		pair_up(p);
		v = speed(p, begin(p, src), (double)bytes);
		ok(near(v, (double)rate), "%llu bytes/s %s, %s", (unsigned long long)rate,
		   up ? "out" : "in", own ? "of the contact" : "of all");
		ok(pair_same(src, pair_path("%s/b/f", dir)), "the file is whole");
		pair_free(p);
	}
}

/* A low limit is a steady flow, not a burst now and then: in each second about as much as it allows. */
static void
test_steady(void)
{
	static const uint64_t rates[] = {10000, 50000, 400000};

	for (unsigned i = 0; i < 6; i++) {
		bool up = i % 2 == 0;
		uint64_t rate = rates[i / 2], least = UINT64_MAX, most = 0, before;
		char *dir = fresh(pair_path("steady%u", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 170 + i);

		pair_write(src, rate * 40, i);
		transfers_limit(up ? p->a.t : p->b.t, NULL, up ? rate : 0, up ? 0 : rate);
		pair_up(p);
		begin(p, src);
		pair_run(p, 3000);
		for (int k = 0; k < 20; k++) {
			before = p->b.shown[1]->b.transfer.bytes_done;
			pair_run(p, 1000);
			before = p->b.shown[1]->b.transfer.bytes_done - before;
			least = before < least ? before : least;
			most = before > most ? before : most;
		}
		ok(least > rate / 10 * 6 && most < rate / 10 * 14,
		   "%llu bytes/s %s: from %llu to %llu in each second", (unsigned long long)rate,
		   up ? "out" : "in", (unsigned long long)least, (unsigned long long)most);
		pair_free(p);
	}
}

static void
test_shared(void)
{
	for (unsigned i = 0; i < 2; i++) {
		char *dir = fresh(pair_path("shared%u", i));
		struct pair *p = pair_new(dir, 90 + i);
		struct end *e = i == 0 ? &p->a : &p->b;
		uint64_t from, other;

		for (int k = 1; k <= 3; k++)
			pair_write(pair_path("%s/f%d", dir, k), 6000000, (uint64_t)k);
		transfers_limit(e->t, NULL, i == 0 ? 600000 : 0, i == 0 ? 0 : 600000);
		pair_up(p);
		from = loop_now(p->loop);
		for (int k = 1; k <= 3; k++)
			begin(p, pair_path("%s/f%d", dir, k));
		pair_reach(&p->a, 1, TRANSFER_DONE);
		other = p->b.shown[3]->b.transfer.bytes_done;
		ok(other > 4500000, "three transfers share it evenly (%llu)",
		   (unsigned long long)other);
		for (int k = 1; k <= 3; k++)
			pair_reach(&p->a, k, TRANSFER_DONE);
		ok(near(18000000.0 * 1000 / (double)(loop_now(p->loop) - from), 600000),
		   "and come to the limit together");
		pair_free(p);
	}
}

/* A limit set, changed and taken away while a transfer runs; and after a restart. */
static void
test_changes(void)
{
	char *dir = fresh("changes"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 95);
	uint64_t up, down, at;

	pair_write(src, 20000000, 1);
	pair_up(p);
	transfers_limit(p->a.t, &p->b.self, 10000, 0);
	begin(p, src);
	pair_run(p, 20000);
	at = p->bytes;
	ok(at > 100000 && at < 400000, "slow");
	transfers_limit(p->a.t, &p->b.self, 200000, 7000000);
	pair_run(p, 20000);
	ok(near((double)(p->bytes - at) / 20, 200000), "another limit holds at once");
	pair_restart(&p->a, false);
	transfers_limits(p->a.t, &p->b.self, &up, &down);
	ok(up == 200000 && down == 7000000, "it is kept over a restart");
	pair_up(p);
	at = p->bytes;
	pair_run(p, 20000);
	ok(near((double)(p->bytes - at) / 20, 200000), "and holds");
	at = loop_now(p->loop);
	transfers_limit(p->a.t, &p->b.self, 0, 0);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && loop_now(p->loop) - at < 5000,
	   "without it all goes at once");
	is_str((char *)p->a.values[0]->bytes, "", "nothing is left of it in the store");
	transfers_limit(p->a.t, &p->b.self, 5000, 0);
	transfers_forget_peer(p->a.t, &p->b.self);
	is_str((char *)p->a.values[0]->bytes, "", "nor of a contact that is removed");
	pair_free(p);
}

/* ---- offers accepted unasked ---- */

/* Offers a fresh file of that name and size; how it stands after a while at the receiver. */
static enum transfer_state
offered(struct pair *p, const char *dir, const char *name, size_t size, int mode)
{
	char *src = pair_path("%s/%s", dir, name);
	int64_t n;

	pair_write(src, size, 1);
	chmod(src, (mode_t)mode);
	n = pair_send(&p->a, src, NULL);
	pair_run(p, 5000);
	return pair_state(&p->b, n);
}

static void
test_auto(void)
{
	char *dir = fresh("auto"), *to = fresh("auto/to"), *src = pair_path("%s/late", dir);
	struct pair *p = pair_new(dir, 110);

	pair_up(p);
	is_int(offered(p, dir, "before", 5, 0644), TRANSFER_WAITING, "an offer asks");
	transfers_auto(p->b.t, &p->a.self, 1000, "");
	is_int(pair_state(&p->b, 1), TRANSFER_WAITING, "one that waits goes on waiting");
	is_int(offered(p, dir, "small", 1000, 0644), TRANSFER_DONE, "a small one is accepted");
	ok(pair_same(pair_path("%s/small", dir), pair_path("%s/b/small", dir)), "and arrives");
	is_int(offered(p, dir, "large", 1001, 0644), TRANSFER_WAITING, "a larger one asks");
	is_int(offered(p, dir, "run.sh", 5, 0755), TRANSFER_WAITING, "a program asks");
	is_int(offered(p, dir, "x.desktop", 5, 0644), TRANSFER_WAITING, "also by its name");
	is_int(offered(p, dir, "\xe2\x80\xaegpj", 5, 0644), TRANSFER_WAITING, "an odd name asks");
	is_int(offered(p, dir, ".hidden", 5, 0644), TRANSFER_WAITING, "a hidden one asks");
	transfers_auto(p->b.t, &p->a.self, 2000000, to);
	pair_restart(&p->b, false);
	ok(transfers_auto_max(p->b.t, &p->a.self) == 2000000, "it is kept over a restart");
	pair_write(src, 1500000, 1);
	pair_send(&p->a, src, NULL);
	pair_up(p);
	pair_run(p, 10000);
	is_int(pair_state(&p->b, 3), TRANSFER_DONE, "what waited with its sender comes now");
	is_str(pair_place(&p->b, 8), pair_path("%s/late", to), "into the folder");
	transfers_auto(p->b.t, &p->a.self, 2000000, "/dev/null");
	is_int(offered(p, dir, "nowhere", 5, 0644), TRANSFER_WAITING, "where nothing goes it asks");
	ok(pair_op(&p->b, 9, TOP_ACCEPT, to) == NULL && pair_reach(&p->b, 9, TRANSFER_DONE),
	   "and can be accepted");
	transfers_auto(p->b.t, &p->a.self, 0, "");
	is_int(offered(p, dir, "after", 5, 0644), TRANSFER_WAITING, "off, an offer asks");
	transfers_auto(p->b.t, &p->a.self, 5, "");
	transfers_forget_peer(p->b.t, &p->a.self);
	ok(transfers_auto_max(p->b.t, &p->a.self) == 0 && p->b.values[0]->len == 0,
	   "a contact that is removed takes it along");
	pair_free(p);
}

/* ---- the queue ---- */

/* The numbers of what is sent, by their places. */
static const char *
places(struct end *e, int64_t n)
{
	static char out[64];

	out[0] = '\0';
	for (uint32_t place = 1; place <= (uint32_t)n; place++)
		for (int64_t i = 1; i <= n; i++)
			if (e->shown[i] != NULL && e->shown[i]->b.transfer.queue == place)
				snprintf(out + strlen(out), sizeof(out) - strlen(out), "%d ",
					 (int)i);
	return out;
}

static void
test_queue(void)
{
	char *dir = fresh("queue");
	struct pair *p = pair_new(dir, 120);

	for (int i = 1; i <= 7; i++) {
		pair_write(pair_path("%s/f%d", dir, i), 3000000, (uint64_t)i);
		pair_send(&p->a, pair_path("%s/f%d", dir, i), NULL);
	}
	is_str(places(&p->a, 7), "1 2 3 4 5 6 7 ", "the queue is in the order of the commands");
	ok(pair_op(&p->a, 7, TOP_FIRST, NULL) == NULL, "the last is put first");
	is_str(places(&p->a, 7), "7 1 2 3 4 5 6 ", "and is");
	ok(pair_op(&p->a, 1, TOP_LAST, NULL) == NULL && pair_op(&p->a, 6, TOP_UP, NULL) == NULL &&
		   pair_op(&p->a, 2, TOP_DOWN, NULL) == NULL,
	   "others are moved");
	is_str(places(&p->a, 7), "7 3 2 4 6 5 1 ", "each to its place");
	ok(pair_op(&p->a, 7, TOP_UP, NULL) == NULL && pair_op(&p->a, 1, TOP_DOWN, NULL) == NULL &&
		   pair_op(&p->a, 7, TOP_FIRST, NULL) == NULL,
	   "beyond the ends nothing happens");
	is_str(places(&p->a, 7), "7 3 2 4 6 5 1 ", "to anybody");
	pair_restart(&p->a, false);
	transfers_attach(p->a.t);
	is_str(places(&p->a, 7), "7 3 2 4 6 5 1 ", "a restart changes nothing");
	transfers_auto(p->b.t, &p->a.self, 10000000, "");
	pair_up(p);
	while (p->bytes < 2000000)
		pair_run(p, 5);
	ok(pair_state(&p->a, 7) == TRANSFER_RUNNING && pair_state(&p->a, 3) == TRANSFER_RUNNING &&
		   pair_state(&p->a, 1) == TRANSFER_WAITING,
	   "the first run, the last waits");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "the last arrives");
	ok(pair_op(&p->a, 1, TOP_UP, NULL) != NULL && pair_op(&p->b, 1, TOP_UP, NULL) != NULL,
	   "what ended or comes in has no place");
	pair_free(p);
}

/* ---- another try ---- */

static void
test_again(void)
{
	char *dir = fresh("again"), *src = pair_path("%s/f", dir), *other = pair_path("%s/g", dir);
	struct pair *p = pair_new(dir, 130);
	const char *why;

	pair_write(src, 100000, 1);
	pair_write(other, 100000, 2);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	ok(pair_op(&p->a, 1, TOP_RETRY, NULL) != NULL, "what goes on is not tried again");
	ok(pair_op(&p->a, 0, TOP_RETRY, NULL) != NULL, "there is nothing to try again");
	pair_op(&p->b, 1, TOP_REFUSE, NULL);
	ok(pair_reach(&p->a, 1, TRANSFER_REFUSED), "refused");
	ok(pair_op(&p->b, 1, TOP_RETRY, NULL) != NULL, "who refused cannot try again");
	pair_restart(&p->a, false);
	ok(pair_op(&p->a, 1, TOP_RETRY, NULL) == NULL, "tried again, after a restart");
	is_int(p->a.result->b.result.transfer, 1, "under its number");
	is_int(pair_state(&p->a, 1), TRANSFER_WAITING, "it waits");
	pair_up(p);
	ok(pair_reach(&p->b, 2, TRANSFER_WAITING), "it is a new offer");
	pair_down(p);
	ok(pair_op(&p->a, 1, TOP_CANCEL, NULL) == NULL, "cancelled while the peer is away");
	pair_send(&p->a, other, NULL);
	pair_op(&p->a, 2, TOP_CANCEL, NULL);
	ok(pair_op(&p->a, 0, TOP_RETRY, NULL) == NULL, "both are tried again");
	pair_up(p);
	ok(pair_reach(&p->b, 2, TRANSFER_CANCELLED), "the peer hears that the old offer is void");
	ok(pair_reach(&p->b, 3, TRANSFER_WAITING) && pair_reach(&p->b, 4, TRANSFER_WAITING),
	   "and has the new ones");
	pair_op(&p->b, 3, TOP_ACCEPT, NULL);
	pair_op(&p->b, 4, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->a, 2, TRANSFER_DONE), "done");
	ok(pair_same(src, pair_path("%s/b/f", dir)) && pair_same(other, pair_path("%s/b/g", dir)),
	   "and there");
	ok(pair_op(&p->a, 1, TOP_RETRY, NULL) != NULL, "what arrived is not sent again");
	pair_send(&p->a, src, NULL);
	pair_op(&p->a, 3, TOP_CANCEL, NULL);
	unlink(src);
	why = pair_op(&p->a, 3, TOP_RETRY, NULL);
	ok(why != NULL, "a file that is gone: %s", why);
	is_int(pair_state(&p->a, 3), TRANSFER_FAILED, "is told as its failure");
	pair_free(p);
}

int
main(void)
{
	test_amounts();
	test_bucket();
	test_limits();
	test_steady();
	test_shared();
	test_changes();
	test_auto();
	test_queue();
	test_again();
	return done_testing();
}
