/* held.c - what a disk that is full, fails or went away holds back: said in words, and tried again until the cause is gone. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/transfer_int.h"
#include "src/kept.h"
#include "src/say.h"
#include "src/util.h"

const char *
held_words(int error)
{
	switch (error) {
	case ENOSPC:
		return N_("the disk is full");
	case EDQUOT:
		return N_("the disk quota is used up");
	case EROFS:
		return N_("the disk is read-only");
	case EACCES:
	case EPERM:
		return N_("the folder may not be written to");
	case ENOENT:
	case ENODEV:
	case ENOTDIR:
	case ESTALE:
		return N_("the folder is gone");
	default:
		return strerror(error);
	}
}

bool
held_by_hand(const char *reason)
{
	return strcmp(reason, REASON_PAUSED) == 0 || strcmp(reason, _(REASON_PAUSED)) == 0;
}

bool
held(const struct transfer *t)
{
	return !t->ended && t->dir == DIR_IN && t->paused_here && t->pause_why != NULL;
}

static void tick(void *arg);

/* Wakes up when the first of them is due. */
static void
arm(struct transfers *e)
{
	uint64_t now = loop_now(e->h.loop), first = UINT64_MAX;
	struct transfer *t;

	TAILQ_FOREACH (t, &e->all, in_all)
		if (held(t) && t->held_until < first)
			first = t->held_until;
	timer_clear(e->h.loop, &e->held_due);
	if (first != UINT64_MAX && !e->stopped)
		timer_set(e->h.loop, &e->held_due, first > now ? first - now : 0, tick, e);
}

static void
tick(void *arg)
{
	struct transfers *e = arg;
	uint64_t now = loop_now(e->h.loop);
	struct transfer *t;

	TAILQ_FOREACH (t, &e->all, in_all) {
		if (!held(t) || t->held_until > now)
			continue;
		/* Until the disk has answered. One whose sender is away is tried with the next offer. */
		t->held_until = UINT64_MAX;
		receive_try_again(t);
	}
	arm(e);
}

void
held_begin(struct transfer *t)
{
	t->held_gap = t->held_gap != 0 ? t->held_gap * 2 : HELD_GAP_FIRST;
	if (t->held_gap > HELD_GAP_MAX)
		t->held_gap = HELD_GAP_MAX;
	t->held_until = loop_now(t->e->h.loop) + t->held_gap;
	arm(t->e);
}
