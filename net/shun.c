/* shun.c - where blocked people call from: there nobody answers, so that they do not see that we are here. */
#include "config.h"

#include <string.h>

#include "net/node_int.h"

/* Who calls is known only from message 3, and message 2 tells the caller whose door this is. So what a blocked one would get in with is not
 * taken where it is known to be: no suite 1, and of the door keys only that of the contacts, which all but it were given since. It is known
 * to be where a session with its key stood, whoever called; what it says of itself would let it choose who else meets silence. On loopback
 * everybody has the same address. */

/* Where it is in the list; nstood if it is not. */
static size_t
place_of(const struct msg_st_contact *c, const struct addr *ip)
{
	size_t i;

	for (i = 0; i < c->nstood && !addr_same_ip(&c->stood[i], ip); i++)
		;
	return i;
}

/* The number of an interface is another one after a restart. */
static struct addr
ip_of(const struct addr *from)
{
	struct addr ip = *from;

	ip.port = 0;
	ip.scope = 0;
	return ip;
}

bool
shun_at(struct node *n, const struct addr *from)
{
	struct addr ip = ip_of(from);
	struct peer *p;

	if (addr_class(from) == ADDR_LOOPBACK)
		return false;
	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->row.state == CONTACT_BLOCKED && place_of(&p->row, &ip) < p->row.nstood)
			return true;
	return false;
}

bool
shun_note(struct peer *p, const struct addr *from)
{
	struct msg_st_contact *c = &p->row;
	struct addr ip = ip_of(from);
	size_t i = place_of(c, &ip);

	if (addr_class(from) == ADDR_LOOPBACK || (i == 0 && c->nstood != 0))
		return false;
	/* The one it was not at for longest falls out when all places are taken. */
	if (i == c->nstood && c->nstood < CONTACT_ADDRS)
		c->nstood++;
	else if (i == c->nstood)
		i--;
	memmove(c->stood + 1, c->stood, i * sizeof(c->stood[0]));
	c->stood[0] = ip;
	return true;
}
