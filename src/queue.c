/* queue.c - the bounded pipe-belled queue. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/tree.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/util.h"

/* A place in the list. Mergeable messages are also in a tree, so that a twin is found without walking. */
struct slot {
	RB_ENTRY(slot) twins;
	struct slot *next;
	struct msg *m;
};

RB_HEAD(slot_tree, slot);

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t some; /* for worker threads that wait without a poll set */
	struct slot *first, **last;
	struct slot_tree mergeable;
	size_t length, max;
	int bell[2];
};

static int
slot_cmp(const struct slot *a, const struct slot *b)
{
	return msg_merge_cmp(a->m, b->m);
}

/* libbsd 0.11.7 lacks the __unused its RB_GENERATE_STATIC names. */
RB_GENERATE_INTERNAL(slot_tree, slot, twins, slot_cmp, static __attribute__((unused)))

struct queue *
queue_new(size_t max)
{
	struct queue *q = xcalloc(1, sizeof(*q));
	pthread_mutexattr_t attr;

	if (pipe2(q->bell, O_CLOEXEC | O_NONBLOCK) != 0)
		util_fatal("cannot make a pipe: %s", strerror(errno));
	/* Who is woken finds the lock still held for a moment, which is not worth going to sleep again for. */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(&q->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	pthread_cond_init(&q->some, NULL);
	q->last = &q->first;
	q->max = max;
	RB_INIT(&q->mergeable);
	return q;
}

/* Takes the first slot out. The lock is held. */
static struct msg *
unlink_first(struct queue *q)
{
	struct slot *s = q->first;
	struct msg *m;

	if (s == NULL)
		return NULL;
	m = s->m;
	if (msg_rule(m->type) == MSG_MERGE)
		RB_REMOVE(slot_tree, &q->mergeable, s);
	q->first = s->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->length--;
	free(s);
	m->next = NULL;
	return m;
}

/* The bell holds its one byte exactly while the list is not empty; both change under the lock. */
static void
ring(struct queue *q)
{
	while (write(q->bell[1], "", 1) < 0 && errno == EINTR)
		;
}

static void
hush(struct queue *q)
{
	char byte;

	while (read(q->bell[0], &byte, 1) < 0 && errno == EINTR)
		;
}

void
queue_free(struct queue *q)
{
	struct msg *m;

	if (q == NULL)
		return;
	while ((m = unlink_first(q)) != NULL)
		msg_free(m);
	close(q->bell[0]);
	close(q->bell[1]);
	pthread_cond_destroy(&q->some);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

int
queue_fd(const struct queue *q)
{
	return q->bell[0];
}

/* Puts m in its twin's place. False if there is none. The lock is held. */
static bool
merge(struct queue *q, struct msg *m)
{
	struct slot probe = {.m = m}, *twin = RB_FIND(slot_tree, &q->mergeable, &probe);

	if (twin == NULL)
		return false;
	msg_free(twin->m);
	twin->m = m;
	return true;
}

static void
append(struct queue *q, struct msg *m)
{
	struct slot *s = xcalloc(1, sizeof(*s));

	s->m = m;
	*q->last = s;
	q->last = &s->next;
	if (msg_rule(m->type) == MSG_MERGE)
		RB_INSERT(slot_tree, &q->mergeable, s);
	if (q->length++ == 0)
		ring(q);
	pthread_cond_signal(&q->some);
}

/* False if the queue is full. The lock is held. */
static bool
push(struct queue *q, struct msg *m)
{
	bool taken = true;

	m->next = NULL;
	switch (msg_rule(m->type)) {
	case MSG_MERGE:
		if (!merge(q, m))
			append(q, m);
		break;
	case MSG_KEEP:
		taken = q->length < q->max;
		if (taken)
			append(q, m);
		break;
	case MSG_LAST:
		append(q, m);
		break;
	}
	return taken;
}

bool
queue_push(struct queue *q, struct msg *m)
{
	bool taken;

	pthread_mutex_lock(&q->lock);
	taken = push(q, m);
	pthread_mutex_unlock(&q->lock);
	return taken;
}

void
queue_push_always(struct queue *q, struct msg *m)
{
	if (!queue_push(q, m))
		util_fatal("a %s message met a full queue", msg_name(m->type));
}

void
queue_push_list(struct queue *q, struct msg *list)
{
	struct msg *m;

	pthread_mutex_lock(&q->lock);
	while ((m = list) != NULL) {
		list = m->next;
		if (!push(q, m))
			util_fatal("a %s message met a full queue", msg_name(m->type));
	}
	pthread_mutex_unlock(&q->lock);
}

struct msg *
queue_pop(struct queue *q)
{
	struct msg *m;

	pthread_mutex_lock(&q->lock);
	m = unlink_first(q);
	if (m != NULL && q->length == 0)
		hush(q);
	pthread_mutex_unlock(&q->lock);
	return m;
}

/* All of it, linked. The lock is held. */
static struct msg *
take_all(struct queue *q)
{
	struct msg *first = NULL, **last = &first, *m;

	while ((m = unlink_first(q)) != NULL) {
		*last = m;
		last = &m->next;
	}
	if (first != NULL)
		hush(q);
	return first;
}

struct msg *
queue_take_all(struct queue *q)
{
	struct msg *first;

	pthread_mutex_lock(&q->lock);
	first = take_all(q);
	pthread_mutex_unlock(&q->lock);
	return first;
}

struct msg *
queue_wait(struct queue *q)
{
	struct msg *first;

	pthread_mutex_lock(&q->lock);
	while (q->first == NULL)
		pthread_cond_wait(&q->some, &q->lock);
	first = take_all(q);
	pthread_mutex_unlock(&q->lock);
	return first;
}

struct msg *
queue_wait_one(struct queue *q)
{
	struct msg *m;

	pthread_mutex_lock(&q->lock);
	while (q->first == NULL)
		pthread_cond_wait(&q->some, &q->lock);
	m = unlink_first(q);
	if (q->length == 0)
		hush(q);
	pthread_mutex_unlock(&q->lock);
	return m;
}

size_t
queue_length(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->length;
	pthread_mutex_unlock(&q->lock);
	return n;
}
