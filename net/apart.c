/* apart.c - the bulk connection of a session: chat must not wait behind a file. (net/PROTOCOL.md, "The bulk connection")
 *
 * It is always called by the caller of the session, to the same endpoint, when the first stream begins in either direction. */
#include "config.h"

#include <string.h>

#include "net/node_int.h"
#include "src/log.h"

#define AWAIT	   3000	 /* how long the called side waits for it before it sends on the session */
#define IDLE	   30000 /* without a stream for so long it is closed */
#define LOST_OFTEN 3	 /* after so many losses the session carries the streams */

/* There will be none on this session. Who waited for it goes on without. */
static void
give_up(struct link *m)
{
	m->apart_state = APART_NEVER;
	timer_clear(m->node->env.loop, &m->apart_due);
	if (m->peer != NULL && m->peer->link == m && m->peer->mutual)
		transfers_way(m->node->transfers, &m->peer->key);
}

static void
not_called(void *arg)
{
	give_up(arg);
}

static bool
call(struct link *m)
{
	struct node *n = m->node;
	struct peer *p = m->peer;
	struct conn *conn =
		n->env.transport->ops->dial(n->env.transport, session_peer_addr(m->session));
	struct link *l;

	if (conn == NULL)
		return false;
	l = link_new(n);
	l->main = m;
	m->apart = l;
	l->session = session_call(&n->host, conn, &p->key, p->row.has_door ? p->row.door : NULL,
				  ++n->dials, session_bulk_id(m->session));
	session_set_user(l->session, l);
	m->apart_state = APART_CALLING;
	return true;
}

enum bulk_way
apart_way(struct peer *p)
{
	struct link *m = p->link;

	if (!p->mutual || !(session_hello(m->session)->features & FEATURE_BULK))
		return WAY_SESSION;
	switch (m->apart_state) {
	case APART_OPEN:
		return WAY_APART;
	case APART_NEVER:
		return WAY_SESSION;
	case APART_CALLING:
	case APART_AWAITED:
		return WAY_SOON;
	case APART_NONE:
		break;
	}
	if (session_is_caller(m->session)) {
		if (call(m))
			return WAY_SOON;
		m->apart_state = APART_NEVER;
		return WAY_SESSION;
	}
	m->apart_state = APART_AWAITED;
	timer_set(m->node->env.loop, &m->apart_due, AWAIT, not_called, m);
	return WAY_SOON;
}

/* The session a caller says this is the bulk connection of. */
static struct link *
main_of(struct link *l)
{
	const struct hello *h = session_hello(l->session);
	struct peer *p = peer_find(l->node, session_key(l->session));
	struct link *m = p != NULL ? p->link : NULL;

	if (m == NULL || !p->mutual || session_is_caller(m->session) ||
	    memcmp(session_bulk_id(m->session), h->bulk_of, BULK_ID_LEN) != 0)
		return NULL;
	return m;
}

static void
idle(void *arg)
{
	struct link *l = arg;
	uint64_t now = loop_now(l->node->env.loop);

	if (now - l->used_at >= IDLE)
		link_close(l, BYE_CLOSED, "no file is on its way");
	else
		timer_set(l->node->env.loop, &l->contact_due, IDLE - (now - l->used_at), idle, l);
}

bool
apart_opened(struct link *l)
{
	struct link *m = l->main != NULL ? l->main : main_of(l);
	struct loop *loop = l->node->env.loop;

	if (m == NULL)
		return false;
	/* A second one takes the place of the first, whose end the caller noticed sooner than we did. */
	if (m->apart != NULL && m->apart != l)
		link_close(m->apart, BYE_DUPLICATE, "another bulk connection stays");
	l->main = m;
	m->apart = l;
	m->apart_state = APART_OPEN;
	timer_clear(loop, &m->apart_due);
	l->used_at = loop_now(loop);
	session_bulk_only(l->session);
	if (session_is_caller(l->session))
		timer_set(loop, &l->contact_due, IDLE, idle, l);
	transfers_way(m->node->transfers, &m->peer->key);
	return true;
}

void
apart_gone(struct link *l)
{
	struct link *m = l->main;
	bool stood = m->apart_state == APART_OPEN;

	l->main = NULL;
	m->apart = NULL;
	if (!stood || ++m->apart_losses >= LOST_OFTEN)
		give_up(m);
	else
		m->apart_state = APART_NONE;
	if (stood && m->peer != NULL && m->peer->link == m && m->peer->mutual)
		transfers_apart_lost(m->node->transfers, &m->peer->key);
}

int
apart_frame(struct link *l, const struct frame *f, const char **why)
{
	struct peer *p = l->main->peer;

	l->used_at = loop_now(l->node->env.loop);
	/* On a full line its PONG may stand behind all of this. */
	session_heard(l->main->session);
	if ((f->type < FRAME_FILE || f->type > FRAME_DONE || f->type == FRAME_CREDIT) &&
	    f->type != FRAME_SUMS) {
		*why = "only the streams of files go over a bulk connection";
		return f->flags & FRAME_CRITICAL || f->type < FRAME_FILES_FIRST ? -1 : 0;
	}
	/* The session may have lost its place to another meanwhile; then nothing of this run counts. */
	if (p == NULL || p->link != l->main || !peer_sends(p))
		return 0;
	return transfers_frame(l->node->transfers, &p->key, f->type, f->flags, f->body, f->len,
			       why);
}
