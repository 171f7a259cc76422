/* files_net.c - whole nodes send a file over a network that breaks or corrupts what it carries, at one byte after the other. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define SIZE 400000

struct pair {
	struct sim *s;
	struct sim_node *a, *b;
};

static char source[256];
static uint8_t bytes[SIZE];

static void
make_source(void)
{
	uint64_t seed = 5;
	FILE *f;

	snprintf(source, sizeof(source), "%s/f", test_tmpdir());
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)test_random(&seed);
	f = fopen(source, "wb");
	if (f == NULL || fwrite(bytes, 1, SIZE, f) != SIZE || fclose(f) != 0)
		diag("cannot write %s", source);
}

/* Whether that file holds what was sent. */
static bool
same(const char *folder)
{
	char path[4200];
	uint8_t *got = xmalloc(SIZE + 1);
	FILE *f;
	bool fine;

	snprintf(path, sizeof(path), "%s/f", folder);
	f = fopen(path, "rb");
	fine = f != NULL && fread(got, 1, SIZE + 1, f) == SIZE && memcmp(got, bytes, SIZE) == 0;
	if (f != NULL)
		fclose(f);
	free(got);
	snprintf(path, sizeof(path), "%s/f (2)", folder);
	return fine && access(path, F_OK) == -1;
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

static bool
offered(void *arg)
{
	return sim_transfer(arg)->transfer != 0 && sim_transfer(arg)->dir == DIR_IN;
}

static bool
both_done(void *arg)
{
	struct pair *p = arg;

	return sim_transfer(p->a)->state == TRANSFER_DONE &&
	       sim_transfer(p->b)->state == TRANSFER_DONE && sim_transfer(p->b)->transfer != 0;
}

/* One file, with the fault `after` so many bytes from its acceptance on. used: how many bytes it took without one. */
static bool
run(uint64_t seed, bool flip, uint64_t after, uint64_t *used)
{
	struct pair p = {sim_new(seed), NULL, NULL};
	char *invite;
	struct msg *m;
	bool fine;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	invite = xstrdup(sim_invite(p.b));
	sim_do(p.a, sim_cmd_add("Boris", invite), NULL);
	free(invite);
	sim_run(p.s, 100);
	sim_do(p.b, sim_cmd_op(OP_ACCEPT, sim_key(p.a), "Ada"), NULL);
	sim_until(p.s, 10000, connected, &p);
	m = msg_new(MSG_CMD_SEND);
	m->b.send.peer = *sim_key(p.b);
	sim_do(p.a, msg_set_bytes(m, source, strlen(source) + 1), NULL);
	sim_until(p.s, 10000, offered, p.b);
	*used = sim_written(p.s);
	if (after != 0 && flip)
		sim_faults(p.s)->flip_at = *used + after;
	else if (after != 0)
		sim_faults(p.s)->cut_after = *used + after;
	sim_faults(p.s)->delay = 5;
	sim_faults(p.s)->jitter = 7;
	m = msg_new(MSG_CMD_TRANSFER);
	m->b.transfer_op.transfer = sim_transfer(p.b)->transfer;
	m->b.transfer_op.op = TOP_ACCEPT;
	sim_do(p.b, m, NULL);
	fine = sim_until(p.s, 600000, both_done, &p) && same(sim_folder(p.b));
	*used = sim_written(p.s) - *used;
	sim_free(p.s);
	return fine;
}

static void
test_faults(bool flip, uint64_t bytes_used)
{
	unsigned runs = 0, wrong = 0;
	uint64_t used;

	for (uint64_t after = 1; after < bytes_used; after += bytes_used / 60 + 1) {
		runs++;
		if (!run(900 + after, flip, after, &used) && wrong++ == 0)
			diag("the fault behind byte %llu", (unsigned long long)after);
	}
	is_int(wrong, 0, "%u transfers %s: each arrives whole, once", runs,
	       flip ? "with a bit turned" : "cut");
}

int
main(void)
{
	uint64_t used = 0;
	bool fine;

	make_source();
	fine = run(1, false, 0, &used);
	ok(fine && used > SIZE, "without a fault it takes %llu bytes", (unsigned long long)used);
	test_faults(false, used);
	test_faults(true, used);
	return done_testing();
}
