#ifndef P2P_NET_DISK_H
#define P2P_NET_DISK_H
/* The workers that touch files for transfers: scan, read, write, make durable, name. Each tree (one transfer's) is served by one worker
 * at a time, in order; several trees run side by side. */

#include <stdbool.h>
#include <stddef.h>

struct disk;
struct msg;
struct queue;

/* Starts `workers` threads; answers (FROM_DISK) go to `replies`. workers 0: no thread, disk_push() runs the job at once on the caller's
 * thread and pushes the answer: for tests on a virtual clock. */
struct disk *disk_start(unsigned workers, struct queue *replies);
/* Takes a TO_DISK message over. Never blocks. */
void disk_push(struct disk *d, struct msg *m);
/* Finishes what is queued, closes every tree, joins and frees. */
void disk_stop(struct disk *d);

#endif
