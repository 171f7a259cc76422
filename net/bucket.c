/* bucket.c - a token bucket: so many bytes a second. */
#include "config.h"

#include "net/bucket.h"

void
bucket_set(struct bucket *b, uint64_t rate, uint64_t now)
{
	(void)bucket_look(b, now);
	b->rate = rate;
	b->at = now;
	if (b->level > 0 || rate == 0)
		b->level = 0;
}

uint64_t
bucket_look(struct bucket *b, uint64_t now)
{
	uint64_t gone = now - b->at;
	int64_t most, missing;

	if (b->rate == 0)
		return UINT64_MAX;
	most = (int64_t)(b->rate * BUCKET_MS);
	missing = most - b->level;
	b->at = now;
	if (missing <= 0 || gone >= (uint64_t)missing / b->rate + 1)
		b->level = most;
	else
		b->level += (int64_t)(b->rate * gone);
	return b->level > 0 ? (uint64_t)b->level / 1000 : 0;
}

void
bucket_take(struct bucket *b, uint64_t n)
{
	if (b->rate != 0)
		b->level -= (int64_t)(n * 1000);
}
