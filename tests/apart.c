/* apart.c - the bulk connection: files travel beside the session, and survive the loss of either */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define SIZE (12 * 1024 * 1024)

struct pair {
	struct sim *s;
	struct sim_node *a, *b;
};

static char source[256];

static void
make_source(void)
{
	uint8_t *bytes = xmalloc(SIZE);
	uint64_t seed = 5;
	FILE *f;

	snprintf(source, sizeof(source), "%s/source.bin", test_tmpdir());
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)test_random(&seed);
	f = fopen(source, "wb");
	fwrite(bytes, 1, SIZE, f);
	fclose(f);
	free(bytes);
}

static bool
same_file(const char *path)
{
	FILE *a = fopen(source, "rb"), *b = fopen(path, "rb");
	bool same = a != NULL && b != NULL;
	int x = 0, y = 0;

	while (same && x != EOF) {
		x = getc(a);
		y = getc(b);
		same = x == y;
	}
	if (a != NULL)
		fclose(a);
	if (b != NULL)
		fclose(b);
	return same;
}

static bool
connected(void *arg)
{
	struct pair *p = arg;
	const struct msg_contact *a = sim_contact(p->a, sim_key(p->b));
	const struct msg_contact *b = sim_contact(p->b, sim_key(p->a));

	return a != NULL && b != NULL && a->link == LINK_ONLINE && b->link == LINK_ONLINE &&
	       a->accepted_us && b->accepted_us;
}

/* Ada called Boris: hers is the session, and hers every bulk connection. */
static struct pair
friends(uint64_t seed)
{
	struct pair p = {sim_new(seed), NULL, NULL};
	char *invite;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	invite = xstrdup(sim_invite(p.b));
	sim_do(p.a, sim_cmd_add("Boris", invite), NULL);
	free(invite);
	sim_run(p.s, 100);
	sim_do(p.b, sim_cmd_op(OP_ACCEPT, sim_key(p.a), "Ada"), NULL);
	sim_until(p.s, 10000, connected, &p);
	sim_run(p.s, 3000);
	/* A path with some length, so that a file takes a while. */
	sim_faults(p.s)->delay = 10;
	return p;
}

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

static void
begin(struct pair *p, struct sim_node *from, struct sim_node *to)
{
	struct msg *m = msg_new(MSG_CMD_SEND);

	m->b.send.peer = *sim_key(to);
	sim_do(from, msg_set_bytes(m, source, strlen(source) + 1), NULL);
	sim_until(p->s, 10000, offered, to);
	m = msg_new(MSG_CMD_TRANSFER);
	m->b.transfer_op.transfer = sim_transfer(to)->transfer;
	m->b.transfer_op.op = TOP_ACCEPT;
	sim_do(to, m, NULL);
}

static void
check_arrival(struct pair *p, struct sim_node *from, struct sim_node *to, const char *what)
{
	char path[300];

	sim_until(p->s, 120000, over, to);
	sim_until(p->s, 10000, over, from);
	snprintf(path, sizeof(path), "%s/source.bin", sim_folder(to));
	is_int(sim_transfer(to)->state, TRANSFER_DONE, "%s: done at the receiver", what);
	is_int(sim_transfer(from)->state, TRANSFER_DONE, "%s: done at the sender", what);
	ok(same_file(path), "%s: byte for byte", what);
}

/* The caller of the session sends, and the called one. */
static void
test_way(bool caller_sends)
{
	struct pair p = friends(caller_sends ? 1 : 2);
	struct sim_node *from = caller_sends ? p.a : p.b, *to = caller_sends ? p.b : p.a;
	const char *who = caller_sends ? "the caller sends" : "the called one sends";

	is_int(memnet_streams(sim_net(p.s)), 1, "%s: one stream while they only talk", who);
	begin(&p, from, to);
	ok(sim_until(p.s, 60000, under_way, to), "%s: it runs", who);
	is_int(memnet_streams(sim_net(p.s)), 2, "%s: two streams while a file travels", who);
	check_arrival(&p, from, to, who);
	sim_run(p.s, 90000);
	is_int(memnet_streams(sim_net(p.s)), 1, "%s: the second one is closed when it is idle",
	       who);
	ok(connected(&p), "%s: and the session stands", who);
	sim_free(p.s);
}

static void
test_lost_apart(bool caller_sends)
{
	struct pair p = friends(caller_sends ? 3 : 4);
	struct sim_node *from = caller_sends ? p.a : p.b, *to = caller_sends ? p.b : p.a;
	const char *who = caller_sends ? "its connection breaks, the caller sends"
				       : "its connection breaks, the called one sends";
	uint64_t before;

	begin(&p, from, to);
	sim_until(p.s, 60000, under_way, to);
	before = sim_transfer(to)->bytes_done;
	memnet_cut_last(sim_net(p.s));
	sim_run(p.s, 5);
	ok(connected(&p), "%s: the session stands", who);
	check_arrival(&p, from, to, who);
	ok(before > 0, "%s: after %d bytes it went on", who, (int)before);
	sim_free(p.s);
}

static void
test_lost_session(void)
{
	struct pair p = friends(5);

	begin(&p, p.a, p.b);
	sim_until(p.s, 60000, under_way, p.b);
	sim_cut(p.s);
	check_arrival(&p, p.a, p.b, "both break");
	sim_free(p.s);
}

/* Nobody can be called any more: the session carries the file. */
static void
test_none(bool caller_sends)
{
	struct pair p = friends(caller_sends ? 6 : 7);
	struct sim_node *from = caller_sends ? p.a : p.b, *to = caller_sends ? p.b : p.a;

	sim_faults(p.s)->no_new = true;
	begin(&p, from, to);
	sim_until(p.s, 60000, under_way, to);
	is_int(memnet_streams(sim_net(p.s)), 1, "no second connection to be had: one stream");
	check_arrival(&p, from, to, "on the session");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	make_source();
	test_way(true);
	test_way(false);
	test_lost_apart(true);
	test_lost_apart(false);
	test_lost_session();
	test_none(true);
	test_none(false);
	return done_testing();
}
