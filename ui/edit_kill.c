/* edit_kill.c - the kill ring: what ^W, ^K, ^U and M-d cut, for ^Y and M-y */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/edit_parts.h"

void
edit_kill_free(struct edit *e)
{
	for (size_t i = 0; i < e->nkills; i++)
		free(e->kills[i].text);
	e->nkills = 0;
}

/* A new newest entry, empty; the oldest goes when there are too many. */
static void
push(struct edit *e)
{
	if (e->nkills == EDIT_KILLS)
		free(e->kills[--e->nkills].text);
	memmove(e->kills + 1, e->kills, e->nkills * sizeof(e->kills[0]));
	e->kills[0] = (struct edit_line){NULL, 0};
	e->nkills++;
}

unsigned
edit_kill(struct edit *e, size_t from, size_t to, bool forward)
{
	struct edit_line *k = &e->kills[0];
	size_t n = to - from;
	char *at;

	if (n == 0)
		return EDIT_HANDLED | EDIT_REFUSED;
	if (e->flags & EDIT_SECRET) {
		edit_splice(e, from, n, NULL, 0, EDIT_LAST_OTHER);
		return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
	}
	if (e->last != EDIT_LAST_KILLED || e->nkills == 0)
		push(e);
	k->text = xreallocarray(k->text, k->len + n, 1);
	at = k->text + k->len;
	if (!forward) {
		memmove(k->text + n, k->text, k->len);
		at = k->text;
	}
	memcpy(at, e->buf + from, n);
	k->len += n;
	edit_splice(e, from, n, NULL, 0, EDIT_LAST_KILLED);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}

/* Puts the entry e->yanked where the bytes from..to are. */
static unsigned
put(struct edit *e, size_t at, size_t remove)
{
	const struct edit_line *k = &e->kills[e->yanked];

	if (k->len > e->limit - (e->len - remove))
		return EDIT_HANDLED | EDIT_FULL;
	e->yank_at = at;
	e->yank_len = k->len;
	edit_splice(e, at, remove, k->text, k->len, EDIT_LAST_YANKED);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}

unsigned
edit_yank(struct edit *e)
{
	if (e->nkills == 0)
		return EDIT_HANDLED | EDIT_REFUSED;
	e->yanked = 0;
	return put(e, e->cursor, 0);
}

unsigned
edit_yank_pop(struct edit *e)
{
	if (e->last != EDIT_LAST_YANKED || e->nkills < 2)
		return EDIT_HANDLED | EDIT_REFUSED;
	e->yanked = (e->yanked + 1) % e->nkills;
	return put(e, e->yank_at, e->yank_len);
}
