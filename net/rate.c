/* rate.c - how fast a transfer goes and when it will be done. */
#include "config.h"

#include <string.h>

#include "net/rate.h"

#define RATE_OVER 3000
#define ETA_OVER  10000
#define ETA_FROM  5000

void
rate_start(struct rate *r, uint64_t now, uint64_t done)
{
	memset(r, 0, sizeof(*r));
	r->start = now;
	r->n = 1;
	r->s[0].at = now;
	r->s[0].done = done;
}

void
rate_note(struct rate *r, uint64_t now, uint64_t done)
{
	if (r->n == 0) {
		rate_start(r, now, done);
		return;
	}
	if (now - r->s[r->head].at < RATE_STEP)
		return;
	r->head = (r->head + 1) % RATE_SAMPLES;
	r->s[r->head].at = now;
	r->s[r->head].done = done;
	if (r->n < RATE_SAMPLES)
		r->n++;
}

/* Bytes a second since the oldest sample that is not older than `over`. */
static double
speed(const struct rate *r, uint64_t now, uint64_t done, uint64_t over)
{
	size_t k = r->head, from = r->head;

	for (size_t i = 0; i < r->n; i++) {
		if (now - r->s[k].at > over)
			break;
		from = k;
		k = (k + RATE_SAMPLES - 1) % RATE_SAMPLES;
	}
	if (r->n == 0 || now == r->s[from].at || done < r->s[from].done)
		return 0;
	return (double)(done - r->s[from].done) * 1000 / (double)(now - r->s[from].at);
}

uint64_t
rate_bytes(const struct rate *r, uint64_t now, uint64_t done)
{
	return (uint64_t)speed(r, now, done, RATE_OVER);
}

int64_t
rate_eta(const struct rate *r, uint64_t now, uint64_t done, uint64_t left)
{
	double v = speed(r, now, done, ETA_OVER);

	if (r->n == 0 || now - r->start < ETA_FROM || v < 1)
		return -1;
	return (int64_t)((double)left / v + 0.999);
}
