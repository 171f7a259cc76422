#ifndef P2P_NET_LOOP_H
#define P2P_NET_LOOP_H
/* The event loop of the net thread: epoll and timers. A virtual loop has the same timers on a clock that only its driver moves, and
 * no descriptors: whole networks run on it in tests. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

/* A timer lives inside its owner; zero it before first use. */
struct timer {
	uint64_t due; /* ms on the loop's clock */
	uint64_t order;
	size_t place; /* in the heap, from 1; 0: not set */
	void (*fire)(void *arg);
	void *arg;
};

/* LOOP_LATE: served after all others of a turn, and others are let run after it; a turn of it had better be short. */
enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_LATE = 4 };

struct loop *loop_new(bool is_virtual);
void loop_free(struct loop *l);
/* ms that never jump; a virtual loop starts at 1,000,000. Constant while callbacks of one turn run. */
uint64_t loop_now(const struct loop *l);

/* (Re)sets the timer to fire `in` ms from now, once. A timer set again inside its own fire() is fine. */
void timer_set(struct loop *l, struct timer *t, uint64_t in, void (*fire)(void *), void *arg);
void timer_clear(struct loop *l, struct timer *t);
static inline bool
timer_is_set(const struct timer *t)
{
	return t->place != 0;
}

/* Watches a descriptor, level-triggered. `ready` gets the LOOP_ bits that hold (errors and hang-up count as both that were asked
 * for). One watch per descriptor. Real loops only. */
struct watch;
struct watch *loop_watch(struct loop *l, int fd, unsigned events,
			 void (*ready)(void *arg, unsigned events), void *arg);
void watch_set(struct watch *w, unsigned events);
/* Safe inside any callback, its own included. Does not close the descriptor. */
void watch_free(struct watch *w);

/* One turn of a real loop: waits for a descriptor or the next timer, at most max_ms (-1: no bound), and runs what is due. */
void loop_turn(struct loop *l, int max_ms);
/* Somebody waits for what is said now, or talks: for a second, what is LOOP_LATE had better take short turns. */
void loop_hurry(struct loop *l);
bool loop_hurries(const struct loop *l);
/* A virtual loop: jumps to the next timer and fires it; false if there is none or it lies beyond `until`. */
bool loop_step(struct loop *l, uint64_t until);

#endif
