/* order.c - the order in which what is sent to a contact gets its turn: moved by the person, kept over restarts. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

static bool
queued(const struct transfer *t)
{
	return t->dir == DIR_OUT && !t->ended;
}

uint32_t
order_place(const struct transfer *t)
{
	const struct transfer *o;
	uint32_t n = 0;

	if (!queued(t))
		return 0;
	LIVE_FOREACH(o, t->peer)
	{
		n += queued(o);
		if (o == t)
			break;
	}
	return n;
}

/* All that waits or runs, as one value: the numbers, each contact's in their order. */
static void
save(struct transfers *e)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char *all = xstrdup(""), *more;
	struct transfer *t;
	struct tpeer *p;

	TAILQ_FOREACH (p, &e->peers, next) {
		LIVE_FOREACH(t, p)
		{
			if (!queued(t) || t->number == 0)
				continue;
			xasprintf(&more, "%s%" PRId64 " ", all, t->number);
			free(all);
			all = more;
		}
	}
	strlcpy(m->b.st_value.name, "queue", sizeof(m->b.st_value.name));
	e->h.store(e->h.arg, msg_set_bytes(m, all, strlen(all)));
	free(all);
}

const char *
order_move(struct transfer *t, enum transfer_op op)
{
	struct transfer *o, *before = NULL, *behind = NULL, *to;

	if (!queued(t))
		return _("Only what is sent from here and has not ended has a place in the queue.");
	LIVE_FOREACH(o, t->peer)
	{
		if (o == t || !queued(o))
			continue;
		if (order_place(o) < order_place(t))
			before = op == TOP_FIRST && before != NULL ? before : o;
		else
			behind = op == TOP_LAST || behind == NULL ? o : behind;
	}
	to = op == TOP_FIRST || op == TOP_UP ? before : behind;
	if (to == NULL)
		return NULL;
	TAILQ_REMOVE(&t->peer->mine, t, in_peer);
	if (to == before)
		TAILQ_INSERT_BEFORE(to, t, in_peer);
	else
		TAILQ_INSERT_AFTER(&t->peer->mine, to, t, in_peer);
	save(t->e);
	send_try_all(t->peer);
	send_schedule(t->peer);
	return NULL;
}

/* Where the person put it, from 0; SIZE_MAX: it came later. */
static size_t
rank(const struct transfers *e, int64_t number)
{
	const char *p = e->order != NULL ? e->order : "";
	char *end;
	size_t n = 0;

	for (; *p != '\0'; p = end, n++) {
		int64_t v = strtoll(p, &end, 10);

		if (end == p)
			break;
		if (v == number)
			return n;
		end += strspn(end, " ");
	}
	return SIZE_MAX;
}

void
order_loaded(struct transfer *t)
{
	size_t mine = rank(t->e, t->number);
	struct transfer *o;

	if (!queued(t) || mine == SIZE_MAX)
		return;
	LIVE_FOREACH(o, t->peer)
	{
		if (o == t || !queued(o) || rank(t->e, o->number) < mine)
			continue;
		TAILQ_REMOVE(&t->peer->mine, t, in_peer);
		TAILQ_INSERT_BEFORE(o, t, in_peer);
		return;
	}
}
