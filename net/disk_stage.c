/* disk_stage.c - what of a transfer is asked for next: all from a place on, or, where what is there has gaps, in steps. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "src/msg.h"
#include "src/util.h"

/* A place says that everything before it is there and nothing behind it. When that is not so, the transfer is asked for in several runs of
 * parts of its list: first those files that are whole here, from behind their end, so that their sender compares what it cannot vouch
 * for; then the one that has begun, from where it is; then all that is missing. */

void
stage_reset(struct sink *s)
{
	s->stage = STAGE_ALL;
	s->compared = s->redo = false;
	s->at = s->half = s->count;
	s->offset = 0;
	s->half_to = 0;
}

void
stage_half(struct sink *s, uint32_t i, uint64_t to)
{
	if (to <= s->half_to)
		return;
	s->half = i;
	s->half_to = to;
}

bool
sink_asks(const struct sink *s, uint32_t i)
{
	if (!sink_wants(s, i))
		return false;
	switch (s->stage) {
	case STAGE_CHECK:
		return bit_get(s->have, i);
	case STAGE_HALF:
		return i == s->half_run;
	case STAGE_REST:
		return !bit_get(s->have, i) && !bit_get(s->lost, i);
	case STAGE_ALL:
	default:
		return true;
	}
}

bool
stage_more(const struct sink *s)
{
	return s->stage == STAGE_CHECK || s->stage == STAGE_HALF;
}

/* Counts what is there; the first file that is missing, whether any is whole, and whether one behind a missing one is. */
static uint32_t
look(struct sink *s, bool *any, bool *gaps)
{
	uint32_t first = s->count;
	struct entry e;

	*any = *gaps = false;
	s->done = s->half < s->count ? s->half_to : 0;
	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind != ENTRY_FILE || !sink_wants(s, i))
			continue;
		if (bit_get(s->have, i)) {
			*any = true;
			*gaps = *gaps || first < s->count;
		} else if (!bit_get(s->lost, i)) {
			first = first < s->count ? first : i;
			continue;
		}
		s->done += e.size;
	}
	return first;
}

/* The stretches that are asked for, not minding what is no file; *n numbers. Fresh. */
static uint32_t *
asked(const struct sink *s, size_t *n)
{
	uint32_t *r = NULL;
	bool open = false, asks;
	struct entry e;

	*n = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind != ENTRY_FILE)
			continue;
		asks = sink_asks(s, i);
		if (asks && !open) {
			if (*n % 512 == 0)
				r = xreallocarray(r, *n + 512, sizeof(*r));
			r[(*n)++] = i;
			r[(*n)++] = 0;
		}
		if (asks)
			r[*n - 1] = i + 1 - r[*n - 2];
		open = asks;
	}
	return r;
}

/* Nothing behind the first file that is missing counts: what is there has more gaps than can be told. */
static void
forget_behind(struct sink *s, uint32_t first)
{
	for (uint32_t i = first; i < s->count; i++)
		bit_clear(s->have, i);
}

static void
pick(struct sink *s)
{
	bool any, gaps;
	uint32_t first = look(s, &any, &gaps);

	s->at = first;
	s->offset = s->half == first ? s->half_to : 0;
	if (!gaps && (s->half == first || s->half == s->count)) {
		s->stage = STAGE_ALL;
	} else if (any && !s->compared) {
		s->stage = STAGE_CHECK;
		s->at = s->count;
		s->offset = 0;
	} else if (s->half < s->count && s->half != first) {
		s->stage = STAGE_HALF;
		s->at = s->half_run = s->half;
		s->offset = s->half_to;
	} else {
		s->stage = STAGE_REST;
	}
}

void
stage_next(struct sink *s, bool ended)
{
	uint32_t *ranges;
	size_t n;

	if (ended && s->stage == STAGE_CHECK)
		s->compared = true;
	/* It ended, or the stream knows better how far it is. */
	if (s->half < s->count &&
	    (s->at == s->half || bit_get(s->have, s->half) || bit_get(s->lost, s->half))) {
		s->half = s->count;
		s->half_to = 0;
	}
	if (s->stage != STAGE_CHECK && s->at < s->count)
		stage_half(s, s->at, s->offset);
	s->redo = false;
	pick(s);
	if (s->stage == STAGE_ALL)
		return;
	ranges = asked(s, &n);
	free(ranges);
	if (n / 2 < WANT_RANGES)
		return;
	forget_behind(s, s->stage == STAGE_REST ? s->at : 0);
	pick(s);
}

void
stage_answer(const struct sink *s, struct msg *m)
{
	uint32_t *ranges;
	size_t n;

	m->b.disk.entry = s->at;
	m->b.disk.offset = s->offset;
	m->b.disk.size = s->done;
	part_answer(s, m);
	if (s->stage != STAGE_CHECK)
		m->b.disk.flags &= ~(uint32_t)DISK_SUMMED;
	if (stage_more(s))
		m->b.disk.flags |= DISK_MORE;
	if (s->stage == STAGE_ALL)
		return;
	ranges = asked(s, &n);
	msg_set_bytes(m, ranges, n * sizeof(*ranges));
	free(ranges);
}
