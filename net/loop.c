/* loop.c - epoll and timers, or timers alone on a virtual clock. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <unistd.h>

#include "net/loop.h"
#include "src/thread.h"
#include "src/util.h"

#define EVENTS_PER_TURN 64
#define HURRY		1000 /* ms */

struct watch {
	LIST_ENTRY(watch) entry;
	struct loop *loop;
	int fd; /* -1: freed during this turn */
	unsigned events;
	void (*ready)(void *, unsigned);
	void *arg;
};

LIST_HEAD(watch_list, watch);

struct loop {
	bool is_virtual;
	int epoll;
	uint64_t now, orders, hurry_until;
	struct timer **heap; /* from 1 */
	size_t ntimers, size;
	struct watch_list watches, dead;
	bool turning;
};

struct loop *
loop_new(bool is_virtual)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->is_virtual = is_virtual;
	l->epoll = -1;
	l->now = is_virtual ? 1000000 : util_mono_ms();
	LIST_INIT(&l->watches);
	LIST_INIT(&l->dead);
	if (!is_virtual && (l->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		util_fatal("cannot make an epoll descriptor: %s", strerror(errno));
	return l;
}

static void
bury(struct watch_list *list)
{
	struct watch *w;

	while ((w = LIST_FIRST(list)) != NULL) {
		LIST_REMOVE(w, entry);
		free(w);
	}
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	bury(&l->watches);
	bury(&l->dead);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l->heap);
	free(l);
}

uint64_t
loop_now(const struct loop *l)
{
	return l->now;
}

void
loop_hurry(struct loop *l)
{
	l->hurry_until = l->now + HURRY;
}

bool
loop_hurries(const struct loop *l)
{
	return l->now < l->hurry_until;
}

/* ---- timers: a binary heap; the order they were set in breaks ties, so that runs repeat exactly ---- */

static bool
earlier(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void
put_at(struct loop *l, size_t i, struct timer *t)
{
	l->heap[i] = t;
	t->place = i;
}

static void
sift(struct loop *l, size_t i, struct timer *t)
{
	size_t child;

	for (; i > 1 && earlier(t, l->heap[i / 2]); i /= 2)
		put_at(l, i, l->heap[i / 2]);
	for (; (child = 2 * i) <= l->ntimers; i = child) {
		if (child < l->ntimers && earlier(l->heap[child + 1], l->heap[child]))
			child++;
		if (!earlier(l->heap[child], t))
			break;
		put_at(l, i, l->heap[child]);
	}
	put_at(l, i, t);
}

void
timer_set(struct loop *l, struct timer *t, uint64_t in, void (*fire)(void *), void *arg)
{
	timer_clear(l, t);
	t->due = l->now + in;
	t->order = l->orders++;
	t->fire = fire;
	t->arg = arg;
	if (l->ntimers + 2 > l->size) {
		l->size = l->size * 2 + 16;
		l->heap = xreallocarray(l->heap, l->size, sizeof(struct timer *));
	}
	l->ntimers++;
	sift(l, l->ntimers, t);
}

void
timer_clear(struct loop *l, struct timer *t)
{
	size_t i = t->place;
	struct timer *last;

	if (i == 0)
		return;
	t->place = 0;
	last = l->heap[l->ntimers--];
	if (last != t)
		sift(l, i, last);
}

/* Fires everything due. What a callback sets anew waits for the next turn, so that a timer of 0 ms cannot starve the rest. */
static void
fire_due(struct loop *l)
{
	uint64_t limit = l->orders;

	while (l->ntimers > 0) {
		struct timer *t = l->heap[1];

		if (t->due > l->now || t->order >= limit)
			break;
		timer_clear(l, t);
		t->fire(t->arg);
	}
}

/* ---- descriptors ---- */

static void
tell_epoll(struct watch *w, int op)
{
	struct epoll_event ev = {.data.ptr = w};

	if (w->events & LOOP_READ)
		ev.events |= EPOLLIN;
	if (w->events & LOOP_WRITE)
		ev.events |= EPOLLOUT;
	if (epoll_ctl(w->loop->epoll, op, w->fd, &ev) != 0)
		util_fatal("epoll refuses descriptor %d: %s", w->fd, strerror(errno));
}

struct watch *
loop_watch(struct loop *l, int fd, unsigned events, void (*ready)(void *, unsigned), void *arg)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	w->loop = l;
	w->fd = fd;
	w->events = events;
	w->ready = ready;
	w->arg = arg;
	LIST_INSERT_HEAD(&l->watches, w, entry);
	if ((events & ~(unsigned)LOOP_LATE) != 0)
		tell_epoll(w, EPOLL_CTL_ADD);
	return w;
}

void
watch_set(struct watch *w, unsigned events)
{
	unsigned before = w->events & ~(unsigned)LOOP_LATE, now = events & ~(unsigned)LOOP_LATE;

	w->events = events;
	if (before == now)
		return;
	/* A descriptor nobody wants anything of is taken out: epoll would report its hang-up again and again. */
	if (now == 0)
		epoll_ctl(w->loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	else
		tell_epoll(w, before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
}

void
watch_free(struct watch *w)
{
	struct loop *l;

	if (w == NULL)
		return;
	l = w->loop;
	if ((w->events & ~(unsigned)LOOP_LATE) != 0)
		epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	w->fd = -1;
	LIST_REMOVE(w, entry);
	/* Its event may already be in this turn's batch: the memory stays until the turn ends. */
	if (l->turning)
		LIST_INSERT_HEAD(&l->dead, w, entry);
	else
		free(w);
}

static int
wait_ms(const struct loop *l, int max_ms)
{
	uint64_t in;

	if (l->ntimers == 0)
		return max_ms;
	in = l->heap[1]->due > l->now ? l->heap[1]->due - l->now : 0;
	if (max_ms >= 0 && (uint64_t)max_ms < in)
		return max_ms;
	return in < 1000000000 ? (int)in : 1000000000;
}

static unsigned
asked_bits(const struct watch *w, uint32_t got)
{
	unsigned bits = 0;

	if (got & (EPOLLIN | EPOLLERR | EPOLLHUP))
		bits |= LOOP_READ;
	if (got & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		bits |= LOOP_WRITE;
	return bits & w->events;
}

/* Calls those of one kind: the early ones, or the late ones. True if there are late ones. */
static bool
run_ready(struct epoll_event *events, int n, unsigned kind)
{
	bool late = false;

	for (int i = 0; i < n; i++) {
		struct watch *w = events[i].data.ptr;
		unsigned bits = w->fd >= 0 ? asked_bits(w, events[i].events) : 0;

		late = late || (bits != 0 && (w->events & LOOP_LATE) != 0);
		if (bits != 0 && (w->events & LOOP_LATE) == kind) {
			events[i].events = 0;
			w->ready(w->arg, bits);
		}
	}
	return late;
}

void
loop_turn(struct loop *l, int max_ms)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int n;
	bool late;

	l->now = util_mono_ms();
	n = epoll_wait(l->epoll, events, EVENTS_PER_TURN, wait_ms(l, max_ms));
	l->now = util_mono_ms();
	l->turning = true;
	late = run_ready(events, n, 0);
	fire_due(l);
	if (late) {
		run_ready(events, n, LOOP_LATE);
		fire_due(l);
	}
	l->turning = false;
	bury(&l->dead);
	if (late)
		thread_yield();
}

bool
loop_step(struct loop *l, uint64_t until)
{
	struct timer *t;

	if (l->ntimers == 0 || l->heap[1]->due > until)
		return false;
	t = l->heap[1];
	if (t->due > l->now)
		l->now = t->due;
	timer_clear(l, t);
	t->fire(t->arg);
	return true;
}
