/* limit.c - limits of rate, for all transfers and for those with one contact, kept over restarts; chat is never held back. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "src/msg.h"
#include "src/util.h"

/* How often what had to wait is looked at again. */
#define LIMIT_STEP 50

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- waiting ---- */

static void
look_again(void *arg)
{
	struct transfers *e = arg;
	struct tpeer *p, *first = TAILQ_FIRST(&e->peers);
	struct transfer *t;

	/* Whoever is asked first finds the most: each in turn. */
	if (first != NULL) {
		TAILQ_REMOVE(&e->peers, first, next);
		TAILQ_INSERT_TAIL(&e->peers, first, next);
	}
	receive_grant_all(e);
	TAILQ_FOREACH (p, &e->peers, next)
		LIVE_FOREACH(t, p)
	if (t->dir == DIR_OUT)
		send_fill(t);
}

void
limit_wait(struct transfers *e)
{
	if (!timer_is_set(&e->limit_due) && !e->stopped)
		timer_set(e->h.loop, &e->limit_due, LIMIT_STEP, look_again, e);
}

/* ---- out ---- */

uint64_t
limit_out(struct tpeer *p, struct transfers *e)
{
	uint64_t now = loop_now(e->h.loop), n;

	n = least(bucket_look(&e->up, now), bucket_look(&p->up, now));
	if (n == 0)
		limit_wait(e);
	return n;
}

void
limit_went(struct tpeer *p, struct transfers *e, size_t n)
{
	bucket_take(&e->up, n);
	bucket_take(&p->up, n);
}

/* ---- in ---- */

bool
limit_slow(const struct transfer *t)
{
	return t->e->down.rate != 0 || t->peer->down.rate != 0;
}

uint64_t
limit_in(struct transfer *t, unsigned of_all, unsigned of_peer, uint64_t most)
{
	struct transfers *e = t->e;
	uint64_t now = loop_now(e->h.loop), all, peer, n;

	all = bucket_look(&e->down, now);
	peer = bucket_look(&t->peer->down, now);
	if (all != UINT64_MAX)
		all /= of_all;
	if (peer != UINT64_MAX)
		peer /= of_peer;
	n = least(most, least(all, peer));
	bucket_take(&e->down, n);
	bucket_take(&t->peer->down, n);
	return n;
}

/* ---- what the person sets ---- */

/* All contacts' limits as one value: a line each, "KEY UP DOWN". */
static void
save(struct transfers *e)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char hex[2 * KEY_LEN + 1], *all = xstrdup(""), *more;
	struct tpeer *p;

	TAILQ_FOREACH (p, &e->peers, next) {
		if (p->up.rate == 0 && p->down.rate == 0)
			continue;
		xasprintf(&more, "%s%s %llu %llu\n", all, util_hex(hex, p->key.b, KEY_LEN),
			  (unsigned long long)p->up.rate, (unsigned long long)p->down.rate);
		free(all);
		all = more;
	}
	strlcpy(m->b.st_value.name, "limits", sizeof(m->b.st_value.name));
	e->h.store(e->h.arg, msg_set_bytes(m, all, strlen(all)));
	free(all);
}

static void
set(struct transfers *e, struct tpeer *p, uint64_t up, uint64_t down)
{
	uint64_t now = loop_now(e->h.loop);

	bucket_set(p != NULL ? &p->up : &e->up, up, now);
	bucket_set(p != NULL ? &p->down : &e->down, down, now);
	/* What waits may not have to any more. */
	limit_wait(e);
}

void
limit_drop(struct transfers *e, struct tpeer *p)
{
	if (p->up.rate == 0 && p->down.rate == 0)
		return;
	p->up.rate = p->down.rate = 0;
	save(e);
}

void
transfers_limit(struct transfers *e, const struct key *peer, uint64_t up, uint64_t down)
{
	set(e, peer != NULL ? peer_of(e, peer) : NULL, up, down);
	if (peer != NULL)
		save(e);
}

void
transfers_limits(struct transfers *e, const struct key *peer, uint64_t *up, uint64_t *down)
{
	struct tpeer *p = peer_of(e, peer);

	*up = p->up.rate;
	*down = p->down.rate;
}

/* What save() wrote. */
static void
load(struct transfers *e, const char *text)
{
	char hex[2 * KEY_LEN + 1];
	unsigned long long up, down;
	struct key key;

	for (; text[0] != '\0'; text += strcspn(text, "\n"), text += text[0] == '\n') {
		if (sscanf(text, "%64s %llu %llu", hex, &up, &down) == 3 &&
		    util_unhex(key.b, KEY_LEN, hex) && up <= LIMIT_MOST && down <= LIMIT_MOST)
			set(e, peer_of(e, &key), up, down);
	}
}

void
transfers_value(struct transfers *e, const char *name, const char *text)
{
	clean_value(e, name, text);
	if (strcmp(name, "limits") == 0)
		load(e, text);
	else if (strcmp(name, "auto") == 0)
		auto_load(e, text);
	else if (strcmp(name, "owed") == 0)
		again_load(e, text);
	else if (strcmp(name, "queue") == 0)
		set_text(&e->order, text);
}
