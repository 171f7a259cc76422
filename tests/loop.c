/* loop.c - timers on a virtual clock, and descriptors on the real one. */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/loop.h"
#include "src/util.h"
#include "tests/tap.h"

/* ---- timers ---- */

struct note {
	struct timer t;
	struct loop *l;
	int number;
	struct note *other;
	unsigned again;
};

static int order[2000];
static size_t norder;

static void
note(void *arg)
{
	struct note *n = arg;

	if (norder < NELEM(order))
		order[norder++] = n->number;
}

static void
note_and_clear(void *arg)
{
	struct note *n = arg;

	note(n);
	timer_clear(n->l, &n->other->t);
}

static void
note_and_repeat(void *arg)
{
	struct note *n = arg;

	note(n);
	if (n->again-- > 0)
		timer_set(n->l, &n->t, 10, note_and_repeat, n);
}

static void
run(struct loop *l, uint64_t ms)
{
	uint64_t until = loop_now(l) + ms;

	norder = 0;
	while (loop_step(l, until))
		;
}

static void
test_order(void)
{
	struct loop *l = loop_new(true);
	struct note n[6] = {0};
	static const uint64_t in[] = {30, 10, 20, 10, 0, 10};

	is_int(loop_now(l), 1000000, "a virtual clock begins somewhere");
	for (int i = 0; i < 6; i++) {
		n[i].number = i;
		timer_set(l, &n[i].t, in[i], note, &n[i]);
	}
	ok(timer_is_set(&n[3].t), "a timer is set");
	run(l, 19);
	is_int(norder, 4, "what is due within 19 ms");
	is_mem(order, ((int[]){4, 1, 3, 5}), 4 * sizeof(int),
	       "comes in its order, equals as they were set");
	is_int(loop_now(l) - 1000000, 10, "the clock stands at the last one");
	ok(!timer_is_set(&n[3].t) && timer_is_set(&n[0].t), "a timer fires once");
	timer_set(l, &n[0].t, 5, note, &n[0]);
	timer_clear(l, &n[2].t);
	timer_clear(l, &n[2].t);
	run(l, 100);
	is_int(norder, 1, "one was cleared, twice, which is fine");
	is_int(loop_now(l) - 1000000, 15, "one was set anew, and earlier");
	ok(!loop_step(l, UINT64_MAX), "and then there is none");
	loop_free(l);
}

static void
test_inside(void)
{
	struct loop *l = loop_new(true);
	struct note a = {.l = l, .number = 1}, b = {.l = l, .number = 2}, c = {.l = l, .number = 3};

	a.other = &b;
	timer_set(l, &a.t, 10, note_and_clear, &a);
	timer_set(l, &b.t, 10, note, &b);
	c.again = 3;
	timer_set(l, &c.t, 5, note_and_repeat, &c);
	run(l, 1000);
	is_int(norder, 5, "one cleared by another, one set again three times");
	is_mem(order, ((int[]){3, 1, 3, 3, 3}), 5 * sizeof(int), "in their order");
	a.other = &a;
	timer_set(l, &a.t, 1, note_and_clear, &a);
	run(l, 10);
	is_int(norder, 1, "one that clears itself");
	loop_free(l);
}

static void
test_heap(void)
{
	struct loop *l = loop_new(true);
	struct note *n = xcalloc(1000, sizeof(*n));
	uint64_t seed = 3, due[1000];
	size_t wrong = 0, set = 0;

	for (int i = 0; i < 1000; i++)
		n[i].number = i;
	/* Set, set again and cleared at random. */
	for (int i = 0; i < 5000; i++) {
		size_t k = test_random(&seed) % 1000;

		if (test_random(&seed) % 4 == 0) {
			timer_clear(l, &n[k].t);
		} else {
			due[k] = test_random(&seed) % 500;
			timer_set(l, &n[k].t, due[k], note, &n[k]);
		}
	}
	for (size_t k = 0; k < 1000; k++)
		set += timer_is_set(&n[k].t);
	run(l, 1000);
	is_int(norder, set, "each timer that is set fires, and no other: %zu", set);
	for (size_t i = 1; i < norder; i++)
		wrong += due[order[i - 1]] > due[order[i]];
	is_int(wrong, 0, "in order");
	free(n);
	loop_free(l);
}

/* ---- descriptors ---- */

struct end {
	struct loop *l;
	struct watch *w;
	struct end *other;
	int fd;
	unsigned calls, events;
};

static void
count(void *arg, unsigned events)
{
	struct end *e = arg;
	char byte;

	e->calls++;
	e->events = events;
	if (read(e->fd, &byte, 1) < 0)
		return;
}

static void
only_count(void *arg, unsigned events)
{
	struct end *e = arg;

	e->calls++;
	e->events = events;
}

static void
free_self(void *arg, unsigned events)
{
	struct end *e = arg;

	only_count(e, events);
	watch_free(e->w);
	e->w = NULL;
}

static void
free_both(void *arg, unsigned events)
{
	struct end *e = arg;

	free_self(e, events);
	watch_free(e->other->w);
	e->other->w = NULL;
	/* The number is used again at once, by something else. */
	close(e->other->fd);
	e->other->fd = dup(e->fd);
}

static void
make_pipe(int fd[2])
{
	if (pipe2(fd, O_NONBLOCK | O_CLOEXEC) != 0)
		abort();
}

static void
ring(int fd)
{
	if (write(fd, "x", 1) != 1)
		abort();
}

static void
test_watch(void)
{
	struct loop *l = loop_new(false);
	struct end e = {.l = l};
	int fd[2];

	make_pipe(fd);
	e.fd = fd[0];
	e.w = loop_watch(l, fd[0], LOOP_READ, count, &e);
	loop_turn(l, 0);
	is_int(e.calls, 0, "nothing to read");
	ring(fd[1]);
	ring(fd[1]);
	loop_turn(l, 0);
	is_int(e.calls, 1, "something");
	is_int(e.events, LOOP_READ, "to read");
	loop_turn(l, 0);
	is_int(e.calls, 2, "again while it is there");
	loop_turn(l, 0);
	is_int(e.calls, 2, "and no longer");
	watch_set(e.w, 0);
	ring(fd[1]);
	loop_turn(l, 0);
	is_int(e.calls, 2, "nothing for who wants nothing");
	watch_set(e.w, LOOP_READ);
	loop_turn(l, 0);
	is_int(e.calls, 3, "until it wants it again");
	close(fd[1]);
	loop_turn(l, 0);
	is_int(e.calls, 4, "a hang-up is something to read");
	watch_set(e.w, 0);
	loop_turn(l, 0);
	loop_turn(l, 0);
	is_int(e.calls, 4, "and no reason to spin for who wants nothing");
	watch_free(e.w);
	watch_free(NULL);
	close(fd[0]);

	make_pipe(fd);
	e = (struct end){.l = l, .fd = fd[1]};
	e.w = loop_watch(l, fd[1], LOOP_WRITE, only_count, &e);
	loop_turn(l, 0);
	is_int(e.events, LOOP_WRITE, "room to write");
	close(fd[0]);
	loop_turn(l, 0);
	is_int(e.events, LOOP_WRITE, "a hang-up is told as what was asked for");
	watch_free(e.w);
	close(fd[1]);
	loop_free(l);
}

static void
test_free_inside(void)
{
	struct loop *l = loop_new(false);
	struct end a = {.l = l}, b = {.l = l};
	int fa[2], fb[2];

	make_pipe(fa);
	make_pipe(fb);
	a.fd = fa[0];
	b.fd = fb[0];
	a.other = &b;
	b.other = &a;
	a.w = loop_watch(l, a.fd, LOOP_READ, free_self, &a);
	ring(fa[1]);
	loop_turn(l, 0);
	loop_turn(l, 0);
	is_int(a.calls, 1, "freed inside its own callback");
	a.w = loop_watch(l, a.fd, LOOP_READ, free_both, &a);
	b.w = loop_watch(l, b.fd, LOOP_READ, free_both, &b);
	ring(fb[1]);
	a.calls = b.calls = 0;
	loop_turn(l, 0);
	is_int(a.calls + b.calls, 1, "both ready, and the first frees both: one callback");
	loop_turn(l, 0);
	is_int(a.calls + b.calls, 1, "and none later");
	close(a.fd);
	close(b.fd);
	close(fa[1]);
	close(fb[1]);
	loop_free(l);
}

static void
count_and_set(void *arg)
{
	struct note *n = arg;

	n->again++;
	timer_set(n->l, &n->t, 0, count_and_set, n);
}

static void
test_real_timers(void)
{
	struct loop *l = loop_new(false);
	struct note n = {.l = l}, later = {.l = l, .number = 7};
	struct end e = {.l = l};
	uint64_t before = util_mono_ms();
	int fd[2];

	make_pipe(fd);
	ring(fd[1]);
	e.fd = fd[0];
	e.w = loop_watch(l, fd[0], LOOP_READ, only_count, &e);
	timer_set(l, &n.t, 0, count_and_set, &n);
	for (int i = 0; i < 5; i++)
		loop_turn(l, -1);
	is_int(n.again, 5, "a timer of 0 ms set again and again fires once a turn");
	is_int(e.calls, 5, "and starves no descriptor");
	timer_clear(l, &n.t);
	watch_free(e.w);
	norder = 0;
	timer_set(l, &later.t, 30, note, &later);
	while (norder == 0)
		loop_turn(l, -1);
	ok(util_mono_ms() - before >= 30, "a timer waits its time");
	before = util_mono_ms();
	timer_set(l, &later.t, 60000, note, &later);
	loop_turn(l, 5);
	ok(util_mono_ms() - before < 30000, "a turn waits no longer than it may");
	timer_clear(l, &later.t);
	close(fd[0]);
	close(fd[1]);
	loop_free(l);
	loop_free(NULL);
}

int
main(void)
{
	test_order();
	test_inside();
	test_heap();
	test_watch();
	test_free_inside();
	test_real_timers();
	return done_testing();
}
