/* queue.c - the queue between threads: order, its three rules, and the bell that lies exactly while something waits. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/util.h"
#include "tests/tap.h"

#define THREADS	 4
#define EACH	 20000
#define DEADLINE 30000

/* Whether the pipe holds as many bytes as it should, and poll() says the same. */
static bool
bell_is(struct queue *q, int bytes)
{
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
	int have = -1;

	return ioctl(queue_fd(q), FIONREAD, &have) == 0 && have == bytes &&
	       poll(&p, 1, 0) == (bytes != 0);
}

/* A message that is kept (a command), with a serial. */
static struct msg *
keep(uint32_t serial)
{
	struct msg *m = msg_new(MSG_CMD_SAY);

	m->serial = serial;
	return m;
}

static struct msg *
chat(uint8_t peer, int64_t row)
{
	struct msg *m = msg_new(MSG_EV_CHAT);

	m->b.chat.peer.b[0] = peer;
	m->b.chat.row = row;
	return m;
}

static struct msg *
transfer(int64_t number, uint64_t done)
{
	struct msg *m = msg_new(MSG_EV_TRANSFER);

	m->b.transfer.transfer = number;
	m->b.transfer.bytes_done = done;
	return m;
}

/* The next message's serial, or -1 for none. */
static int64_t
next_serial(struct queue *q)
{
	struct msg *m = queue_pop(q);
	int64_t serial = m != NULL ? (int64_t)m->serial : -1;

	msg_free(m);
	return serial;
}

static void
test_order(void)
{
	struct queue *q = queue_new(3);
	struct msg *m;

	ok(bell_is(q, 0) && queue_pop(q) == NULL && queue_take_all(q) == NULL, "empty and silent");
	ok(queue_push(q, keep(1)) && bell_is(q, 1), "the first rings");
	ok(queue_push(q, keep(2)) && queue_push(q, keep(3)) && bell_is(q, 1),
	   "more add no byte to the bell");
	m = keep(4);
	ok(!queue_push(q, m) && m->serial == 4, "a full queue refuses, and it stays the caller's");
	is_int(queue_length(q), 3, "three wait");
	is_int(next_serial(q), 1, "the oldest comes first");
	ok(bell_is(q, 1), "the bell stays while something waits");
	ok(queue_push(q, m), "there is room again");
	is_int(next_serial(q), 2, "then the next");
	is_int(next_serial(q), 3, "and the next");
	is_int(next_serial(q), 4, "and the last");
	ok(bell_is(q, 0) && next_serial(q) == -1, "empty and silent again");
	ok(queue_push(q, keep(5)) && queue_push(q, keep(6)), "two more");
	m = queue_take_all(q);
	ok(m != NULL && m->serial == 5 && m->next != NULL && m->next->serial == 6 &&
		   m->next->next == NULL && bell_is(q, 0) && queue_length(q) == 0,
	   "taken together, in order");
	msg_free(m->next);
	msg_free(m);
	ok((fcntl(queue_fd(q), F_GETFD) & FD_CLOEXEC) != 0 &&
		   (fcntl(queue_fd(q), F_GETFL) & O_NONBLOCK) != 0,
	   "the descriptor is not inherited and does not block");
	ok(queue_push(q, keep(7)), "one is left");
	queue_free(q);
	queue_free(NULL);
}

static void
test_rules(void)
{
	struct queue *q = queue_new(2);
	struct msg *m;

	ok(queue_push(q, keep(1)) && queue_push(q, chat(1, 10)), "full");
	ok(queue_push(q, chat(2, 20)) && queue_push(q, transfer(1, 5)) &&
		   queue_push(q, transfer(2, 6)),
	   "what merges always fits");
	ok(queue_push(q, msg_new(MSG_CMD_QUIT)), "what is last too");
	ok(queue_push(q, chat(1, 11)) && queue_push(q, transfer(1, 50)) &&
		   queue_push(q, chat(1, 12)),
	   "twins");
	is_int(queue_length(q), 6, "take no place of their own");
	is_int(next_serial(q), 1, "the kept one is still first");
	m = queue_pop(q);
	ok(m->type == MSG_EV_CHAT && m->b.chat.peer.b[0] == 1 && m->b.chat.row == 12,
	   "the newest twin stands where the first one stood");
	msg_free(m);
	ok(queue_push(q, chat(1, 13)), "one whose twin has gone is a new one");
	m = queue_pop(q);
	ok(m->b.chat.peer.b[0] == 2 && m->b.chat.row == 20, "another chat is no twin");
	msg_free(m);
	m = queue_pop(q);
	ok(m->type == MSG_EV_TRANSFER && m->b.transfer.bytes_done == 50, "a transfer's twin");
	msg_free(m);
	m = queue_pop(q);
	ok(m->b.transfer.transfer == 2 && m->b.transfer.bytes_done == 6, "another transfer");
	msg_free(m);
	m = queue_pop(q);
	is_int(m->type, MSG_CMD_QUIT, "the last one");
	msg_free(m);
	m = queue_pop(q);
	ok(m->type == MSG_EV_CHAT && m->b.chat.row == 13, "the new one is at the end");
	msg_free(m);
	ok(bell_is(q, 0), "silent");
	queue_free(q);
}

/* Random pushes and takes: the bell holds one byte exactly while something waits. */
static void
test_bell(void)
{
	struct queue *q = queue_new(8);
	uint64_t seed = 3;
	unsigned wrong = 0, full = 0;
	struct msg *m;

	for (int i = 0; i < 20000; i++) {
		uint64_t r = test_random(&seed);

		if (r % 16 == 0) {
			while ((m = queue_take_all(q)) != NULL)
				for (struct msg *next; m != NULL; m = next) {
					next = m->next;
					msg_free(m);
				}
		} else if (r % 2 == 0) {
			m = r % 6 == 0 ? keep(1) : chat((uint8_t)(r >> 8), i);
			if (!queue_push(q, m)) {
				msg_free(m);
				full++;
			}
		} else if (r % 5 != 0) {
			msg_free(queue_pop(q));
		}
		wrong += !bell_is(q, queue_length(q) != 0);
	}
	is_int(wrong, 0, "after each of 20000 random steps the bell is right");
	diag("%u were refused", full);
	queue_free(q);
}

struct pusher {
	struct queue *q;
	uint8_t number;
};

/* Pushes EACH numbered commands, again when refused, and a merging note after each. */
static void *
push(void *arg)
{
	struct pusher *p = arg;

	for (uint32_t i = 1; i <= EACH; i++) {
		struct msg *m = keep(i);

		m->b.say.peer.b[0] = p->number;
		while (!queue_push(p->q, m))
			sched_yield();
		queue_push_always(p->q, chat(p->number, i));
	}
	return NULL;
}

/* What one taker has seen: from each pusher, commands without a gap and notes that only rise. */
struct seen {
	uint32_t serial[THREADS];
	int64_t row[THREADS];
	unsigned wrong, kept;
};

static void
see(struct seen *s, struct msg *m)
{
	unsigned n;

	if (m->type == MSG_CMD_SAY) {
		n = m->b.say.peer.b[0];
		s->wrong += m->serial != ++s->serial[n];
		s->kept++;
	} else {
		n = m->b.chat.peer.b[0];
		s->wrong += m->b.chat.row <= s->row[n];
		s->row[n] = m->b.chat.row;
	}
	msg_free(m);
}

static void
test_threads(void)
{
	struct queue *q = queue_new(64);
	struct pusher p[THREADS];
	struct seen s = {.wrong = 0};
	pthread_t threads[THREADS];
	struct pollfd fd = {.fd = queue_fd(q), .events = POLLIN};
	uint64_t start = util_mono_ms();
	unsigned turn = 0, ended = 0;
	struct msg *m;

	for (uint8_t i = 0; i < THREADS; i++) {
		p[i] = (struct pusher){q, i};
		pthread_create(&threads[i], NULL, push, &p[i]);
	}
	while (s.kept < THREADS * EACH && poll(&fd, 1, DEADLINE) == 1) {
		m = turn++ % 2 != 0 ? queue_take_all(q) : queue_pop(q);
		for (struct msg *next; m != NULL; m = next) {
			next = m->next;
			see(&s, m);
		}
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	while ((m = queue_pop(q)) != NULL)
		see(&s, m);
	start = util_mono_ms() - start + 1;
	for (unsigned i = 0; i < THREADS; i++)
		ended += s.row[i] == EACH;
	is_int(s.kept, THREADS * EACH, "all of %d threads' messages came", THREADS);
	is_int(s.wrong, 0, "each thread's in order");
	is_int(ended, THREADS, "and the newest note of each");
	ok(bell_is(q, 0), "silent at the end");
	diag("%.0f messages/s from %d threads through a queue of 64",
	     THREADS * EACH * 2 * 1000.0 / (double)start, THREADS);
	queue_free(q);
}

/* Takes one at a time until a QUIT; returns how many. */
static void *
work(void *arg)
{
	uintptr_t n = 0;

	for (;;) {
		struct msg *m = queue_wait_one(arg);
		bool quit = m->type == MSG_CMD_QUIT;

		msg_free(m);
		if (quit)
			return (void *)n;
		n++;
	}
}

static void *
wait_group(void *arg)
{
	uintptr_t n = 0;
	bool quit = false;

	while (!quit) {
		struct msg *m = queue_wait(arg);

		for (struct msg *next; m != NULL; m = next) {
			next = m->next;
			quit = quit || m->type == MSG_CMD_QUIT;
			n++;
			msg_free(m);
		}
	}
	return (void *)n;
}

static void
test_waiting(void)
{
	struct queue *q = queue_new(SIZE_MAX);
	pthread_t threads[THREADS];
	uintptr_t total = 0;
	uint64_t start;
	void *n;

	for (unsigned i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, q);
	for (uint32_t i = 0; i < EACH; i++)
		queue_push_always(q, keep(i));
	for (unsigned i = 0; i < THREADS; i++)
		queue_push_always(q, msg_new(MSG_CMD_QUIT));
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &n);
		total += (uintptr_t)n;
	}
	is_int((long long)total, EACH, "several workers share a queue");
	ok(bell_is(q, 0), "which is silent when they ended");
	start = util_mono_ms();
	pthread_create(&threads[0], NULL, wait_group, q);
	for (uint32_t i = 0; i < 10 * EACH; i++)
		queue_push_always(q, keep(i));
	queue_push_always(q, msg_new(MSG_CMD_QUIT));
	pthread_join(threads[0], &n);
	start = util_mono_ms() - start + 1;
	is_int((long long)(uintptr_t)n, 10 * EACH + 1, "one worker takes all that waits");
	diag("%.0f messages/s to a waiting worker", 10 * EACH * 1000.0 / (double)start);
	ok(bell_is(q, 0), "silent");
	queue_free(q);
}

int
main(void)
{
	test_order();
	test_rules();
	test_bell();
	test_threads();
	test_waiting();
	return done_testing();
}
