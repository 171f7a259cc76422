#ifndef P2P_NET_RATE_H
#define P2P_NET_RATE_H
/* How fast a transfer goes and when it will be done. Pure; the clock is given. */

#include <stddef.h>
#include <stdint.h>

#define RATE_STEP    250 /* ms between samples */
#define RATE_SAMPLES 48	 /* more than ten seconds of them */

struct rate {
	uint64_t start;
	size_t n, head; /* how many samples, and where the newest is */
	struct {
		uint64_t at, done;
	} s[RATE_SAMPLES];
};

/* Begins anew: `done` bytes count as there already. */
void rate_start(struct rate *r, uint64_t now, uint64_t done);
/* Notes how many bytes are done in all; as often as one likes. */
void rate_note(struct rate *r, uint64_t now, uint64_t done);
/* Bytes a second over the last 3 s. */
uint64_t rate_bytes(const struct rate *r, uint64_t now, uint64_t done);
/* Seconds until `left` more bytes are done, by the last 10 s; -1: unknown, as in the first 5 s. */
int64_t rate_eta(const struct rate *r, uint64_t now, uint64_t done, uint64_t left);

#endif
