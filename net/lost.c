/* lost.c - files of a transfer that do not arrive; and where the others went, on its way to the store. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

void
transfer_lost(struct transfer *t, const struct msg *m)
{
	const char *what = m->b.disk.error == 0 ? "changed while it was being sent"
						: "could not be read by its sender";
	char why[128];

	/* Told again by a disk that looked at its journal again. */
	for (uint32_t i = t->nlost; i > 0 && t->lost_at[i - 1] >= m->b.disk.entry; i--)
		if (t->lost_at[i - 1] == m->b.disk.entry)
			return;
	t->lost_at = xreallocarray(t->lost_at, t->nlost + 1, sizeof(*t->lost_at));
	t->lost_at[t->nlost] = m->b.disk.entry;
	if (t->nlost++ > 0)
		return;
	if (t->dir == DIR_OUT && m->b.disk.error != 0) {
		snprintf(why, sizeof(why), "could not be read: %s", strerror(m->b.disk.error));
		what = why;
	}
	free(t->lost);
	xasprintf(&t->lost, "%.*s %s", (int)m->len, (const char *)m->bytes, what);
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

void
transfer_lost_from(struct transfer *t, uint32_t entry)
{
	while (t->nlost > 0 && t->lost_at[t->nlost - 1] >= entry)
		t->nlost--;
}

char *
lost_sentence(const struct transfer *t)
{
	char *s;

	if (t->nlost == 0)
		return NULL;
	if (t->nlost == 1 && t->files == 1)
		xasprintf(&s, "%s", t->lost);
	else if (t->nlost == 1)
		s = say_new("%s; everything else arrived", t->lost);
	else
		s = say_new("%s, and %u more; everything else arrived", t->lost, t->nlost - 1);
	return s;
}
