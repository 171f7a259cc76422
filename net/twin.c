/* twin.c - one identity in two programs: a backup restored while the old home still runs, or a home that was copied. */
#include "config.h"

#include <string.h>

#include "net/node_int.h"

/* Each process draws a number (HELLO's boot). A new one after another is a restart, or a move to another machine, and nothing is wrong. But a
 * process that has ended does not come back: if a boot calls or answers on a stream that began after a newer one was here, or answers what was
 * asked after that, both run.
 * What the one acknowledged the other never gets, so both sides are told: we our user, and by TWIN the two of them theirs. */

/* How often the user is told: two that take turns would fill the chat. */
#define TELL_EVERY ((int64_t)60 * 60 * 1000)

static bool
due(struct node *n, int64_t *told)
{
	int64_t now = node_wall(n);

	if (*told != 0 && now >= *told && now - *told < TELL_EVERY)
		return false;
	*told = now;
	return true;
}

/* Makes boot the newest. */
static void
remember(struct twin *t, uint64_t boot, uint64_t now)
{
	size_t at = 0;

	while (at < t->n && t->boots[at] != boot)
		at++;
	if (at == t->n && t->n < TWIN_BOOTS)
		t->n++;
	if (at == TWIN_BOOTS)
		at--;
	memmove(&t->boots[1], &t->boots[0], at * sizeof(t->boots[0]));
	t->boots[0] = boot;
	t->since = now;
}

static bool
was_here(const struct twin *t, uint64_t boot)
{
	for (size_t i = 1; i < t->n; i++)
		if (t->boots[i] == boot)
			return true;
	return false;
}

static void
tell(struct peer *p)
{
	if (p->row.state != CONTACT_ACCEPTED || !due(p->node, &p->twin.told))
		return;
	peer_line(p,
		  "%s is running twice, with one identity: each of the two gets only some of "
		  "your messages.",
		  p->row.name);
	node_notice(p->node, true, &p->key,
		    "%s is running twice, with one identity: a restored backup beside the old "
		    "home?",
		    p->row.name);
}

void
twin_joined(struct peer *p, struct link *l)
{
	uint64_t boot = session_hello(l->session)->boot;
	struct twin *t = &p->twin;

	if (boot == 0 || (t->n != 0 && t->boots[0] == boot))
		return;
	l->twin = was_here(t, boot);
	/* A stream of before may have been on its way when its process ended: it proves nothing. */
	if (l->twin && l->began <= t->since) {
		l->twin = false;
		return;
	}
	remember(t, boot, loop_now(p->node->env.loop));
	if (l->twin)
		tell(p);
}

/* Where our contact called one and the other calls us, the session of the one may stay: it never has to call again. */
void
twin_answered(struct peer *p, struct link *l)
{
	uint64_t boot = session_hello(l->session)->boot;
	struct twin *t = &p->twin;

	if (l != p->link || !was_here(t, boot) || session_pinged_at(l->session) < t->since)
		return;
	if (p->rival != NULL && session_hello(p->rival->session)->boot == t->boots[0])
		p->rival->twin = true;
	remember(t, boot, loop_now(p->node->env.loop));
	tell(p);
	if (l->twin)
		return;
	l->twin = true;
	if (p->mutual)
		(void)session_send(l->session, FRAME_TWIN, 0, NULL, 0);
}

void
twin_told(struct peer *p)
{
	if (!p->mutual || !due(p->node, &p->node->twin_told))
		return;
	peer_line(p,
		  "%s sees you twice, with one identity: each of the two gets only some of the "
		  "messages to you. Stop one of them.",
		  p->row.name);
	node_notice(p->node, true, &p->key,
		    "%s sees you running twice, with one identity: stop one of the two.",
		    p->row.name);
}
