/* clock.c - a clock that jumps: the wall clock goes back and forward by days while a session stands, while messages wait, while duplicate
 * sessions settle and while a file travels: nothing is lost, doubled, reordered, or expires too early. On the virtual clock. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define DAY  (INT64_C(24) * 3600 * 1000)
#define SIZE (6 * 1024 * 1024)

static struct sim_pair
friends(uint64_t seed)
{
	struct sim_pair p = sim_friends(seed, "Boris", "Boris");

	sim_run(p.s, 2000);
	return p;
}

static void
say(struct sim_pair *p, struct sim_node *from, const char *text)
{
	sim_do(from, sim_cmd_say(p->s, sim_key(from == p->a ? p->b : p->a), text), NULL);
}

static void
check(struct sim_pair *p, const char *in_a, const char *in_b, const char *what)
{
	char *a = sim_chat(p->a, sim_key(p->b)), *b = sim_chat(p->b, sim_key(p->a));

	is_str(a, in_a, "%s: the one side", what);
	is_str(b, in_b, "%s: the other", what);
	free(a);
	free(b);
}

static void
test_session(void)
{
	struct sim_pair p = friends(1);
	uint64_t streams = memnet_streams(sim_net(p.s));

	say(&p, p.a, "1");
	sim_run(p.s, 1000);
	sim_jump(p.s, -3 * DAY);
	say(&p, p.a, "2");
	sim_run(p.s, 1000);
	say(&p, p.b, "3");
	sim_run(p.s, 1000);
	sim_jump(p.s, 40 * DAY);
	ok(sim_both_online(&p), "a clock that jumps during a session does not end it");
	say(&p, p.b, "4");
	sim_run(p.s, 1000);
	say(&p, p.a, "5");
	/* Longer than a session may be silent. */
	sim_run(p.s, 120000);
	check(&p, ">1!\n>2!\n<3\n<4\n>5!\n", "<1\n<2\n>3!\n>4!\n<5\n",
	      "a clock that jumps during a session");
	ok(sim_both_online(&p), "both are still online");
	is_int(memnet_streams(sim_net(p.s)), streams, "on the same session");
	sim_free(p.s);
}

static void
test_queued(void)
{
	struct sim_pair p = friends(2);

	sim_kill(p.b);
	sim_run(p.s, 1000);
	say(&p, p.a, "1");
	sim_jump(p.s, -2 * DAY);
	say(&p, p.a, "2");
	sim_run(p.s, 5000);
	sim_jump(p.s, 9 * DAY);
	say(&p, p.a, "3");
	sim_jump(p.s, -30 * DAY);
	say(&p, p.a, "4");
	sim_run(p.s, 60000);
	sim_revive(p.b);
	ok(sim_until(p.s, 600000, sim_both_online, &p),
	   "a clock that jumps while messages wait: found again");
	sim_run(p.s, 5000);
	check(&p, ">1!\n>2!\n>3!\n>4!\n", "<1\n<2\n<3\n<4\n",
	      "a clock that jumps while messages wait");
	sim_free(p.s);
}

/* After a restart with a clock of before, nothing that was drawn from the clock may be taken for something older. */
static void
test_restart(void)
{
	struct sim_pair p = friends(3);

	say(&p, p.a, "1");
	sim_run(p.s, 1000);
	for (int i = 0; i < 2; i++) {
		struct sim_node *n = i == 0 ? p.a : p.b;

		sim_kill(n);
		sim_run(p.s, 1000);
		sim_jump(p.s, (i == 0 ? -100 : 200) * DAY);
		sim_revive(n);
		ok(sim_until(p.s, 600000, sim_both_online, &p),
		   "a restart with a clock that jumped %s: online again",
		   i == 0 ? "back" : "forward");
		sim_run(p.s, 2000);
		say(&p, n, "again");
		sim_run(p.s, 2000);
	}
	check(&p, ">1!\n>again!\n<again\n", "<1\n<again\n>again!\n",
	      "restarts with a clock that jumped");
	sim_free(p.s);
}

/* Calls that cross, while the clocks of both jump: one session stays, and each message comes once. */
static void
test_duplicate_sessions(void)
{
	unsigned settled = 0, complete = 0;
	enum { RUNS = 12 };

	for (unsigned i = 0; i < RUNS; i++) {
		struct sim_pair p = friends(100 + i);
		char *b;

		sim_faults(p.s)->jitter = 20;
		sim_faults(p.s)->no_new = true;
		sim_cut(p.s);
		say(&p, p.a, "1");
		sim_run(p.s, 10);
		sim_faults(p.s)->no_new = false;
		sim_jump(p.s, (i % 2 == 0 ? -5 : 5) * DAY);
		sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
		sim_do(p.b, sim_cmd_op(OP_CONNECT, sim_key(p.a), ""), NULL);
		sim_run(p.s, i);
		sim_jump(p.s, (i % 3 == 0 ? 11 : -2) * DAY);
		say(&p, p.a, "2");
		sim_run(p.s, 30000);
		say(&p, p.a, "3");
		sim_run(p.s, 3000);
		settled += sim_both_online(&p);
		b = sim_chat(p.b, sim_key(p.a));
		complete += strcmp(b, "<1\n<2\n<3\n") == 0;
		if (strcmp(b, "<1\n<2\n<3\n") != 0)
			diag("run %u: %s", i, b);
		free(b);
		sim_free(p.s);
	}
	is_int(settled, RUNS, "duplicate sessions and a clock that jumps: both stay online");
	is_int(complete, RUNS, "each message once, in order");
}

/* The stream breaks inside of a record, whichever byte of it that is, and the clock jumps before it is there again. */
static void
test_mid_record(void)
{
	unsigned wrong = 0, runs = 0;

	for (uint64_t cut = 1; cut < 400; cut += 9) {
		struct sim_pair p = friends(300 + cut);
		char *a, *b;

		sim_faults(p.s)->cut_after = sim_written(p.s) + cut;
		say(&p, p.a, "first, of some length so that a record has a middle");
		sim_run(p.s, 3);
		sim_jump(p.s, (cut % 2 == 0 ? -1 : 1) * 7 * DAY);
		say(&p, p.a, "second");
		sim_run(p.s, 120000);
		say(&p, p.b, "third");
		sim_run(p.s, 60000);
		a = sim_chat(p.a, sim_key(p.b));
		b = sim_chat(p.b, sim_key(p.a));
		runs++;
		if ((strcmp(a, ">first, of some length so that a record has a middle!\n"
			       ">second!\n<third\n") != 0 ||
		     strcmp(b, "<first, of some length so that a record has a middle\n"
			       "<second\n>third!\n") != 0) &&
		    wrong++ == 0)
			diag("cut at %d: %s / %s", (int)cut, a, b);
		free(a);
		free(b);
		sim_free(p.s);
	}
	is_int(wrong, 0,
	       "a reconnect in the middle of a record, %u bytes of it, and a clock that jumps",
	       runs);
}

/* ---- expiry ---- */

static bool
code_is_void(void *arg)
{
	const struct msg_code *c = sim_code(arg, false, NULL);

	return c == NULL || c->state == CODE_VOID;
}

/* A code lives ten minutes, whatever the clock on the wall says. */
static void
test_code(void)
{
	static const int64_t jumps[] = {2 * DAY, -2 * DAY};

	for (size_t i = 0; i < NELEM(jumps); i++) {
		struct sim *s = sim_new(50 + i);
		struct sim_node *a = sim_add(s, "Ada");
		uint64_t start = loop_now(sim_loop(s)), lived;

		sim_do(a, sim_cmd_pair(""), NULL);
		sim_jump(s, jumps[i]);
		ok(!sim_until(s, 9 * 60000, code_is_void, a),
		   "a pairing code and a clock that jumps %s: it lives",
		   jumps[i] < 0 ? "back" : "forward");
		ok(sim_until(s, 11 * 60000, code_is_void, a), "and ends");
		lived = loop_now(sim_loop(s)) - start;
		ok(lived >= 10 * 60000 && lived < 10 * 60000 + 1000, "after its ten minutes");
		sim_free(s);
	}
}

/* ---- a file ---- */

static bool
offered(void *arg)
{
	return sim_transfer(arg)->transfer != 0 && sim_transfer(arg)->dir == DIR_IN;
}

static bool
under_way(void *arg)
{
	return sim_transfer(arg)->bytes_done > SIZE / 8;
}

static bool
over(void *arg)
{
	return sim_transfer(arg)->transfer != 0 && transfer_ended(sim_transfer(arg)->state);
}

static char *
contents(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *p = xcalloc(1, SIZE + 1);

	*len = f != NULL ? fread(p, 1, SIZE + 1, f) : 0;
	if (f != NULL)
		fclose(f);
	return p;
}

static void
begin(struct sim_pair *p, const char *source)
{
	struct msg *m = msg_new(MSG_CMD_SEND);

	m->b.send.peer = *sim_key(p->b);
	sim_do(p->a, msg_set_bytes(m, source, strlen(source) + 1), NULL);
	sim_until(p->s, 10000, offered, p->b);
	m = msg_new(MSG_CMD_TRANSFER);
	m->b.transfer_op.transfer = sim_transfer(p->b)->transfer;
	m->b.transfer_op.op = TOP_ACCEPT;
	sim_do(p->b, m, NULL);
}

static void
test_transfer(void)
{
	static const int64_t jumps[] = {3 * DAY, -3 * DAY};
	char source[256], path[300], *bytes = xcalloc(1, SIZE), *got;
	uint64_t seed = 9;
	size_t len;
	FILE *f;

	snprintf(source, sizeof(source), "%s/clock.bin", test_tmpdir());
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)test_random(&seed);
	f = fopen(source, "wb");
	fwrite(bytes, 1, SIZE, f);
	fclose(f);
	for (size_t i = 0; i < NELEM(jumps); i++) {
		struct sim_pair p = friends(70 + i);
		const char *way = jumps[i] < 0 ? "back" : "forward";

		sim_faults(p.s)->delay = 10;
		begin(&p, source);
		ok(sim_until(p.s, 60000, under_way, p.b), "a file is under way");
		sim_jump(p.s, jumps[i]);
		say(&p, p.a, "beside it");
		sim_run(p.s, 5);
		sim_cut(p.s);
		sim_jump(p.s, jumps[i]);
		ok(sim_until(p.s, 600000, over, p.b) && sim_until(p.s, 60000, over, p.a),
		   "a clock that jumps %s during a transfer, and a reconnect: it ends", way);
		is_int(sim_transfer(p.b)->state, TRANSFER_DONE, "done at the receiver");
		is_int(sim_transfer(p.a)->state, TRANSFER_DONE, "and at the sender");
		snprintf(path, sizeof(path), "%s/clock.bin", sim_folder(p.b));
		got = contents(path, &len);
		ok(len == SIZE && memcmp(got, bytes, SIZE) == 0, "byte for byte");
		free(got);
		sim_free(p.s);
	}
	free(bytes);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_session();
	test_queued();
	test_restart();
	test_duplicate_sessions();
	test_mid_record();
	test_code();
	test_transfer();
	return done_testing();
}
