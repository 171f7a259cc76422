/* lost.c - files of a transfer that do not arrive; and where the others went, on its way to the store. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

/* So many are told of by name. */
#define NAMED 16

/* Where an entry stands among those that are lost, or would. */
static uint32_t
find(const struct transfer *t, uint32_t entry)
{
	uint32_t low = 0, high = t->nlost, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (t->lost[mid].entry < entry)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Why the file whose path the message has does not arrive, fresh. */
static char *
lost_why(const struct transfer *t, const struct msg *m)
{
	char *path = xstrndup((const char *)m->bytes, m->len), *why, *cannot;

	if (m->b.disk.error == 0) {
		why = kept_new("%s changed while it was being sent", path);
	} else if (t->dir == DIR_IN) {
		why = kept_new("%s could not be read by its sender", path);
	} else {
		cannot = kept_new("%s could not be read", path);
		why = kept_errno(cannot, m->b.disk.error);
		free(cannot);
	}
	free(path);
	return why;
}

void
transfer_lost(struct transfer *t, const struct msg *m)
{
	uint32_t at = find(t, m->b.disk.entry);

	/* Told again by a disk that looked again. */
	if (at < t->nlost && t->lost[at].entry == m->b.disk.entry)
		return;
	t->lost = xreallocarray(t->lost, t->nlost + 1, sizeof(*t->lost));
	memmove(t->lost + at + 1, t->lost + at, (t->nlost - at) * sizeof(*t->lost));
	t->lost[at] = (struct lost_file){.entry = m->b.disk.entry};
	if (t->nlost++ >= NAMED)
		return;
	t->lost[at].why = lost_why(t, m);
}

void
transfer_lost_drop(struct transfer *t)
{
	for (uint32_t i = 0; i < t->nlost; i++)
		free(t->lost[i].why);
	free(t->lost);
	t->lost = NULL;
	t->nlost = 0;
}

/* Whether the run that begins is about an entry. */
static bool
tries(const struct transfer *t, uint32_t entry, const uint32_t *ranges, size_t n)
{
	if (t->dir == DIR_IN)
		return receive_wants(t, entry);
	for (size_t i = 0; i + 1 < n; i += 2)
		if (entry >= ranges[i] && entry - ranges[i] < ranges[i + 1])
			return true;
	return n == 0;
}

void
transfer_lost_from(struct transfer *t, uint32_t entry, const uint32_t *ranges, size_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < t->nlost; i++) {
		if (t->lost[i].entry < entry || !tries(t, t->lost[i].entry, ranges, n))
			t->lost[kept++] = t->lost[i];
		else
			free(t->lost[i].why);
	}
	t->nlost = kept;
}

void
transfer_went(struct transfer *t, struct msg *m)
{
	struct msg *keep = msg_new(MSG_ST_WENT);

	keep->b.st_went.transfer = t->number;
	keep->b.st_went.first = m->b.disk.entry;
	keep->b.st_went.count = m->b.disk.count;
	msg_take_bytes(keep, m->bytes, m->len);
	m->bytes = NULL;
	m->len = 0;
	t->e->h.store(t->e->h.arg, keep);
}

void
transfer_went_nowhere(struct transfer *t)
{
	struct msg *m = msg_new(MSG_ST_WENT);

	m->b.st_went.transfer = t->number;
	t->e->h.store(t->e->h.arg, m);
}

/* The first that is told of by name; or NULL. */
static const char *
first_named(const struct transfer *t)
{
	for (uint32_t i = 0; i < t->nlost; i++)
		if (t->lost[i].why != NULL)
			return t->lost[i].why;
	return NULL;
}

char *
lost_sentence(const struct transfer *t)
{
	const char *first = first_named(t);
	char *s;

	if (t->nlost == 0)
		return NULL;
	if (first == NULL)
		s = kept_plural("%u file did not arrive; everything else did",
				"%u files did not arrive; everything else did", t->nlost, t->nlost);
	else if (t->nlost == 1 && t->files == 1)
		s = xstrdup(first);
	else if (t->nlost == 1)
		s = kept_around("%s; everything else arrived", first);
	else
		s = kept_around("%s, and %u more; everything else arrived", first, t->nlost - 1);
	return s;
}
