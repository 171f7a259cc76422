/* sweep.c - when the store is to delete what has lived long enough: at the start, when something is due, once a day, and at the end. */
#include "config.h"

#include <string.h>

#include "net/node_int.h"
#include "src/log.h"
#include "src/retain.h"

/* Also without anything due: so the store sees that the clock goes as a clock does. */
#define AT_LEAST ((int64_t)24 * 3600 * 1000)
/* After a sweep that failed. */
#define AGAIN	 ((int64_t)10 * 60 * 1000)

static void
sweep(struct node *n, bool all)
{
	struct msg *m = msg_new(MSG_ST_SWEEP);

	m->b.st_sweep.time = node_wall(n);
	m->b.st_sweep.mono = loop_now(n->env.loop);
	m->b.st_sweep.all = all;
	node_store(n, m);
}

static void
fire(void *arg)
{
	sweep(arg, false);
}

static void
set_timer(struct node *n, int64_t in)
{
	if (!n->stopping)
		timer_set(n->env.loop, &n->sweep, in > 0 ? (uint64_t)in : 0, fire, n);
}

static void
tell_default(struct node *n)
{
	struct msg *m = msg_new(MSG_ST_KEEP);

	m->b.st_keep.keep = n->keep;
	node_store(n, m);
}

void
sweep_start(struct node *n)
{
	tell_default(n);
	sweep(n, true);
}

void
sweep_stop(struct node *n)
{
	timer_clear(n->env.loop, &n->sweep);
	sweep(n, true);
}

void
sweep_default(struct node *n, int32_t keep)
{
	n->keep = keep;
	tell_default(n);
	sweep(n, false);
}

void
sweep_keep(struct peer *p, int32_t keep)
{
	struct msg *m = msg_new(MSG_ST_KEEP);

	m->b.st_keep.peer = p->key;
	m->b.st_keep.keep = keep;
	node_store(p->node, m);
	sweep(p->node, false);
}

void
sweep_due(struct node *n, const struct msg *m)
{
	int64_t due = m->b.sr_due.due, in = due - node_wall(n);
	uint64_t now = loop_now(n->env.loop);

	if (m->len > 0) {
		log_warn("%s", (const char *)m->bytes);
		node_notice(n, true, NULL, "%s", (const char *)m->bytes);
	}
	if (due == 0 || in > AT_LEAST)
		in = AT_LEAST;
	/* What began to live its last seconds may be due before what the last sweep told. */
	if (m->b.sr_due.sweep || !timer_is_set(&n->sweep) ||
	    (in > 0 ? (uint64_t)in : 0) + now < n->sweep.due)
		set_timer(n, in);
}

void
sweep_failed(struct node *n)
{
	set_timer(n, AGAIN);
}

void
sweep_gone(struct node *n, const struct msg *m)
{
	struct msg *ev = msg_new(MSG_EV_GONE);

	ev->b.gone = m->b.gone;
	node_emit(n, msg_set_bytes(ev, m->bytes, m->len));
}
