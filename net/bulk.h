#ifndef P2P_NET_BULK_H
#define P2P_NET_BULK_H
/* Buffers on their way from the disk to the wire, and slices of them. Net thread only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct bulk;

/* Buffers of one size that are used again. Lives as long as its owner and everything taken from it. */
struct pool;
struct pool *pool_new(size_t size, size_t keep);
/* The owner is done with it. NULL is fine. */
void pool_release(struct pool *p);
/* malloc'd; it goes back by pool_put(). */
uint8_t *pool_get(struct pool *p);
void pool_put(struct pool *p, uint8_t *buf);
/* How many are out. */
size_t pool_out(const struct pool *p);

/* A stretch of records the disk has read. */
struct chunk {
	TAILQ_ENTRY(chunk) next;
	struct pool *pool;
	uint8_t *p;
	size_t len, at; /* at: what was sliced off already */
	unsigned refs;
	uint64_t frames; /* bytes of frames */
	uint64_t done;	 /* file bytes done up to its end */
	bool last, list;
};
TAILQ_HEAD(chunks, chunk);

/* Takes the buffer over. One reference, the caller's. */
struct chunk *chunk_new(struct pool *p, uint8_t *buf, size_t len);
void chunk_unref(struct chunk *c);
/* The next whole records of it, about max bytes; NULL if it is used up, or is not made of records. Freed by bulk_free(). */
struct bulk *chunk_slice(struct chunk *c, size_t max);

#endif
