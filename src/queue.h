#ifndef P2P_SRC_QUEUE_H
#define P2P_SRC_QUEUE_H
/* The bounded, one-way, many-to-one queue between threads: a mutex-guarded list with a pipe as its bell. One byte lies in the pipe
 * exactly while the list is not empty, so the descriptor fits any poll set, no wake-up is lost and the pipe never fills. */

#include <stdbool.h>
#include <stddef.h>

struct msg;
struct queue;

/* A queue that refuses MSG_KEEP messages once `max` messages wait. */
struct queue *queue_new(size_t max);
/* Frees the queue and what waits in it. Nobody may use it any more. */
void queue_free(struct queue *q);
/* Readable while something waits. Close-on-exec, non-blocking; never read from it yourself. */
int queue_fd(const struct queue *q);
/* Takes m over and returns true; or returns false and m stays the caller's (only for MSG_KEEP in a full queue). A MSG_MERGE message
 * takes the place of its queued twin. */
bool queue_push(struct queue *q, struct msg *m) __attribute__((warn_unused_result));
/* For the rules that always fit. */
void queue_push_always(struct queue *q, struct msg *m);
/* The same for several, linked by ->next, which whoever waits finds all at once. */
void queue_push_list(struct queue *q, struct msg *list);
/* The oldest message, now the caller's, or NULL. Never blocks. */
struct msg *queue_pop(struct queue *q);
/* All that waits, oldest first, linked by ->next, now the caller's; NULL when empty. */
struct msg *queue_take_all(struct queue *q);
/* Blocks until something waits, then like queue_take_all(). For worker threads. */
struct msg *queue_wait(struct queue *q);
/* One message, blocking until there is one: several workers may share a queue this way. */
struct msg *queue_wait_one(struct queue *q);
size_t queue_length(struct queue *q);

#endif
