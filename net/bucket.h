#ifndef P2P_NET_BUCKET_H
#define P2P_NET_BUCKET_H
/* A token bucket: so many bytes a second, on a clock that is given. Pure. */

#include <stdint.h>

#define BUCKET_MS 250 /* what may gather while nothing is taken, ms of the rate */

struct bucket {
	uint64_t rate; /* bytes a second, 0: no limit */
	uint64_t at;   /* ms of the last look */
	int64_t level; /* thousandths of bytes; below 0 after more was taken than there was */
};

/* Another rate from now on; what was taken too much stays owed. */
void bucket_set(struct bucket *b, uint64_t rate, uint64_t now);
/* Whole bytes there are now, 0 none; UINT64_MAX without a limit. */
uint64_t bucket_look(struct bucket *b, uint64_t now);
/* Takes n bytes, which may be more than there are: later ones wait for it. */
void bucket_take(struct bucket *b, uint64_t n);

#endif
