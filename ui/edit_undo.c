/* edit_undo.c - steps of undo: what a change removed, and how much it inserted there */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/edit_parts.h"

/* Typing is undone a word at a time, rubbing out a bit at a time. */
#define GROUP_BYTES 64

static void
drop(struct edit *e, size_t i)
{
	e->step_bytes -= e->steps[i].nremoved;
	free(e->steps[i].removed);
}

void
edit_undo_clear(struct edit *e)
{
	for (size_t i = 0; i < e->nsteps; i++)
		drop(e, i);
	e->nsteps = 0;
}

/* Whether a typed character goes on with the word typed just before. */
static bool
joins_typed(const struct edit *e, const struct edit_step *top, size_t at, const char *bytes)
{
	if (top->nremoved != 0 || at != top->at + top->ninserted || top->ninserted >= GROUP_BYTES)
		return false;
	return !(e->buf[at - 1] == ' ' && bytes[0] != ' ');
}

/* Adds the change to the newest step; false if it is a step of its own. */
static bool
join(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n, enum edit_last last)
{
	struct edit_step *top;

	if (e->nsteps == 0 || e->last != last)
		return false;
	top = &e->steps[e->nsteps - 1];
	if (last == EDIT_LAST_TYPED && remove == 0 && n > 0 && joins_typed(e, top, at, bytes)) {
		top->ninserted += n;
		return true;
	}
	if (last != EDIT_LAST_RUBBED || n != 0 || top->ninserted != 0 || at + remove != top->at ||
	    top->nremoved + remove > GROUP_BYTES)
		return false;
	top->removed = xreallocarray(top->removed, top->nremoved + remove, 1);
	memmove(top->removed + remove, top->removed, top->nremoved);
	memcpy(top->removed, e->buf + at, remove);
	top->nremoved += remove;
	top->at = at;
	e->step_bytes += remove;
	return true;
}

void
edit_undo_note(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n,
	       enum edit_last last)
{
	size_t most = e->limit > EDIT_UNDO_BYTES / 4 ? 4 * e->limit : EDIT_UNDO_BYTES, old = 0;
	struct edit_step *s;

	if ((remove == 0 && n == 0) || join(e, at, remove, bytes, n, last))
		return;
	if (e->steps == NULL)
		e->steps = xcalloc(EDIT_UNDO_STEPS, sizeof(*e->steps));
	while (old < e->nsteps &&
	       (e->nsteps - old == EDIT_UNDO_STEPS || e->step_bytes + remove > most))
		drop(e, old++);
	if (old > 0) {
		e->nsteps -= old;
		memmove(e->steps, e->steps + old, e->nsteps * sizeof(*e->steps));
	}
	s = &e->steps[e->nsteps++];
	*s = (struct edit_step){.at = at, .cursor = e->cursor, .nremoved = remove, .ninserted = n};
	s->removed = remove > 0 ? xmemdup(e->buf + at, remove) : NULL;
	e->step_bytes += remove;
}

unsigned
edit_undo(struct edit *e)
{
	struct edit_step s;

	if (e->nsteps == 0)
		return EDIT_HANDLED | EDIT_REFUSED;
	s = e->steps[--e->nsteps];
	e->step_bytes -= s.nremoved;
	edit_swap(e, s.at, s.ninserted, s.removed, s.nremoved);
	e->cursor = s.cursor;
	free(s.removed);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}
