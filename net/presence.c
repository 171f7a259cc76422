/* presence.c - what contacts see of the person: there or away, a line of status, or nothing at all; and what they say of themselves. */
#include "config.h"

#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "src/kept.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* Changes go out at most this often, so that no script of ours looks like a flood. */
#define TELL_EVERY 1000

enum { STATE_ONLINE = 0, STATE_AWAY = 1 };

/* ---- what we say ---- */

bool
presence_away(const struct node *n)
{
	return n->idle_since != 0 || n->away_since != 0;
}

static const char *
status_text(const struct node *n)
{
	return n->away_since != 0 && n->away_text[0] != '\0' ? n->away_text : n->status;
}

/* Whoever went away by hand did so then; the keys fell silent later. */
static int64_t
since(const struct node *n)
{
	return n->away_since != 0 ? n->away_since : n->idle_since;
}

static void
tell(struct peer *p)
{
	const struct node *n = p->node;
	const char *text = status_text(n);
	bool away = presence_away(n);
	int64_t ago = away ? (node_wall(n) - since(n)) / 1000 : 0;
	uint8_t body[5 + STATUS_MAX_BYTES];
	struct writer w;

	/* A session begins with somebody who is there and says nothing of it. Where a doubt is settled another one begins. */
	if (!peer_sends(p) || (!away && text[0] == '\0' && !p->presence_told))
		return;
	p->presence_told = away || text[0] != '\0';
	wr_open(&w, body, sizeof(body));
	wr_u8(&w, away ? STATE_AWAY : STATE_ONLINE);
	wr_u32(&w, ago < 0 ? 0 : ago > UINT32_MAX ? UINT32_MAX : (uint32_t)ago);
	wr_bytes(&w, text, strlen(text));
	(void)session_send(p->link->session, FRAME_PRESENCE, 0, body, w.len);
}

static void
tell_all(void *arg)
{
	struct node *n = arg;
	struct peer *p, *next;

	n->presence_at = loop_now(n->env.loop);
	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next)
		tell(p);
}

static void
changed(struct node *n)
{
	uint64_t now = loop_now(n->env.loop), next = n->presence_at + TELL_EVERY;

	reach_emit(n);
	if (!timer_is_set(&n->presence_due) && !n->stopping)
		timer_set(n->env.loop, &n->presence_due,
			  n->presence_at != 0 && next > now ? next - now : 0, tell_all, n);
}

void
presence_start(struct peer *p)
{
	p->presence_told = false;
	tell(p);
}

static bool
status_ok(const char *text, size_t len)
{
	return len <= STATUS_MAX_BYTES && text_valid_utf8(text, len) &&
	       memchr(text, '\0', len) == NULL;
}

const char *
presence_set_status(struct node *n, const char *value)
{
	if (!status_ok(value, strlen(value)))
		return _("a status is a line of at most 140 bytes");
	if (strcmp(n->status, value) != 0) {
		strlcpy(n->status, value, sizeof(n->status));
		changed(n);
	}
	return NULL;
}

void
presence_command(struct node *n, const struct msg *m)
{
	const char *text = m->bytes != NULL ? (const char *)m->bytes : "", *why = NULL;
	int64_t now = node_wall(n);

	switch (m->b.presence.op) {
	case PRESENCE_IDLE:
		n->idle_since = now - (int64_t)m->b.presence.ago * 1000;
		break;
	case PRESENCE_ACTIVE:
		n->idle_since = 0;
		break;
	case PRESENCE_AWAY:
		if (!status_ok(text, m->len)) {
			why = _("a status is a line of at most 140 bytes");
			break;
		}
		n->away_since = now;
		strlcpy(n->away_text, text, sizeof(n->away_text));
		break;
	case PRESENCE_BACK:
		n->away_since = 0;
		break;
	}
	if (why == NULL)
		changed(n);
	node_result(n, m->serial, why == NULL, NULL, "%s", why != NULL ? why : "");
}

/* ---- what they say ---- */

void
presence_forget(struct peer *p)
{
	p->away = p->presence_told = false;
	p->away_since = 0;
	p->status[0] = '\0';
}

int
presence_frame(struct peer *p, const struct frame *f, const char **why)
{
	struct reader r;
	uint8_t state;
	uint32_t ago;
	size_t len;

	rd_open(&r, f->body, f->len);
	state = rd_u8(&r);
	ago = rd_u32(&r);
	len = r.left;
	if (r.bad || !status_ok((const char *)f->body + f->len - len, len)) {
		*why = "a malformed PRESENCE";
		return -1;
	}
	p->away = state == STATE_AWAY;
	p->away_since = p->away ? node_wall(p->node) - (int64_t)ago * 1000 : 0;
	memcpy(p->status, f->body + f->len - len, len);
	p->status[len] = '\0';
	peer_emit(p);
	return 0;
}

/* ---- being invisible ---- */

bool
presence_hides(const struct peer *p)
{
	return p->node->invisible && !p->chosen;
}

void
presence_choose(struct peer *p)
{
	p->chosen = p->node->invisible;
}

/* What whoever quits says, too. */
static void
hide(struct node *n)
{
	struct peer *p, *next;

	pair_stop(n);
	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next) {
		peer_hang_up(p, BYE_QUIT);
		peer_emit(p);
	}
}

static void
show(struct node *n)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers) {
		p->chosen = false;
		p->failures = 0;
		if (p->link == NULL)
			peer_dial_now(p);
	}
}

void
presence_set_invisible(struct node *n, bool on)
{
	char why[KEPT_ROOM];

	if (n->invisible == on)
		return;
	n->invisible = on;
	if (!n->loaded)
		return;
	if (on) {
		discovery_visible(n->discovery, 0);
		hide(n);
	}
	if (!reach_listen(n))
		node_notice(n, true, NULL, "%s", kept_into(why, sizeof(why), n->listen_error));
	discovery_restart(n->discovery);
	reach_refresh(n);
	if (!on)
		show(n);
}

/* ---- those who are unknown ---- */

/* Strangers may not ask any more: those who wait are forgotten, so that they can when they may again. */
void
presence_set_requests(struct node *n, bool on)
{
	struct peer *p, *next;

	n->no_requests = !on;
	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next)
		if (!on && p->row.state == CONTACT_REQUEST)
			peer_remove(p);
	reach_emit(n);
}
