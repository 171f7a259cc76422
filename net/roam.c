/* roam.c - what follows when the machine's addresses, or where we listen, change.
 *
 * A session whose local address is gone cannot go on; the others are asked whether they live, for a cable may have been pulled without
 * an address going. Whoever is away is called at once, and contacts are told where we are now. */
#include "config.h"

#include <string.h>

#include "net/discovery_int.h"
#include "src/log.h"
#include "src/say.h"

/* Restarts for the sake of one address that cannot be sent from: it may never be one that can. */
#define RETRIES 16

/* Of an address that there was no room for nobody knows: the session on it is probed. */
static bool
is_there(const struct discovery *d, const struct addr *a)
{
	for (size_t i = 0; i < d->nways; i++)
		if (addr_same_ip(&d->ways[i].from, a))
			return true;
	return d->lan->left_out > 0;
}

static void
redial(struct peer *p)
{
	struct dial *d = p->dial;

	/* A call under way may be to where nobody can be reached any more; one to nearby is younger than that. */
	p->dial = NULL;
	if (d != NULL)
		dial_free(d);
	p->failures = 0;
	/* Where it was not reached from before, or the session is over, it may be reached from here. */
	memset(p->near_tried, 0, sizeof(p->near_tried));
	peer_dial_now(p);
}

/* `reachable`: there is a network at all. Where there is none a session gets as long as a probe to see it come back. */
static void
look_after(struct peer *p, bool reachable)
{
	struct link *l = p->link, *rival = p->rival;

	if (rival != NULL)
		session_probe(rival->session, PROBE_MOVED);
	if (l == NULL && reachable)
		redial(p);
	if (l == NULL)
		return;
	if (!reachable || is_there(p->node->discovery, session_local_addr(l->session))) {
		if (reachable && peer_sends(p))
			reach_tell_listen(l);
		if (p->link == l)
			session_probe(l->session, PROBE_MOVED);
		return;
	}
	log_info("a session's address is not this machine's any more");
	peer_lost(p, l, SESSION_LOST, BYE_NONE, "this machine's address changed");
	link_close(l, BYE_NONE, "");
	if (p->link == NULL)
		redial(p);
}

/* Whether there is a way to anybody but ourselves. */
static bool
has_network(const struct discovery *d)
{
	for (size_t i = 0; i < d->nways; i++)
		if (!d->ways[i].loopback)
			return true;
	return false;
}

/* Looks at the addresses again: whether there is anything to do. A new IPv6 address is listed before the kernel has made sure that nobody
 * else has it, and nothing can be sent from it till then; when it can the kernel tells, and the list is the same. */
static bool
has_moved(struct discovery *d)
{
	struct lan_way before[LAN_WAYS];
	size_t nbefore = d->nways;

	memcpy(before, d->ways, sizeof(before));
	discovery_relook(d);
	if (d->nways != nbefore || memcmp(before, d->ways, nbefore * sizeof(before[0])) != 0) {
		d->retries = 0;
		return true;
	}
	return d->unready && d->retries++ < RETRIES;
}

void
roam_changed(void *arg)
{
	struct discovery *d = arg;
	struct node *n = d->node;
	struct peer *p, *next;

	if (!n->loaded || n->stopping || !has_moved(d))
		return;
	reach_refresh(n);
	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next)
		look_after(p, has_network(d) || addr_class(&n->listening) == ADDR_LOOPBACK);
	discovery_restart(d);
}

void
roam_listening(struct node *n)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->mutual)
			reach_tell(p->link);
	discovery_restart(n->discovery);
}

void
commands_nearby(struct node *n, const struct msg *m)
{
	const struct msg_look *look = &m->b.look;
	const char *why = NULL;

	if (n->nick[0] == '\0')
		why = _("say your own name first");
	else if (n->discovery == NULL || !n->nearby)
		why = _("the option nearby is off");
	else if (look->seconds > VISIBLE_MAX / 1000)
		why = _("nobody is visible for more than a day");
	else if (look->visible)
		discovery_visible(n->discovery, (uint64_t)look->seconds * 1000);
	else
		discovery_look(n->discovery);
	node_result(n, m->serial, why == NULL, NULL, "%s", why != NULL ? why : "");
}
