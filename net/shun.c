/* shun.c - where blocked people call from: there nobody answers, so that they do not see that we are here. */
#include "config.h"

#include "net/node_int.h"

/* Who calls is known only from message 3, and message 2 tells the caller whose door this is. So what a blocked one would get in with is not
 * taken where it is known to be: no suite 1, and of the door keys only that of the contacts, which all but it were given since. Its own
 * addresses are those it told us while it was a contact, and those it has called from since it was blocked. On loopback everybody has the
 * same address. */

static bool
is_at(const struct peer *p, const struct addr *from)
{
	struct addr a;

	for (size_t i = 0; i < p->row.naddrs; i++)
		if (addr_parse(&a, p->row.addrs[i], DEFAULT_PORT, NULL) && addr_same_ip(&a, from))
			return true;
	return false;
}

bool
shun_at(struct node *n, const struct addr *from)
{
	struct peer *p;

	if (addr_class(from) == ADDR_LOOPBACK)
		return false;
	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->row.state == CONTACT_BLOCKED && is_at(p, from))
			return true;
	return false;
}

void
shun_note(struct peer *p, const struct addr *from)
{
	char text[ADDR_TEXT_SIZE];
	struct addr there = *from;

	if (addr_class(from) == ADDR_LOOPBACK || is_at(p, from))
		return;
	/* Its port of this call says nothing of where it listens. */
	there.port = DEFAULT_PORT;
	peer_add_addr(p, addr_format(text, sizeof(text), &there), true, FOUND_CALLED);
	peer_save(p);
}
