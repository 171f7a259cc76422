/* nearby_help.c - two contacts on one network in memory, and what goes over it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/nearby_help.h"

bool
nearby_online(struct sim_node *n, struct sim_node *who)
{
	const struct msg_contact *c = sim_contact(n, sim_key(who));

	return c != NULL && c->link == LINK_ONLINE && c->accepted_us;
}

bool
nearby_both(void *arg)
{
	struct pair *p = arg;

	return nearby_online(p->a, p->b) && nearby_online(p->b, p->a);
}

void
nearby_befriend(struct sim_node *a, struct sim_node *b)
{
	char *invite = xstrdup(sim_invite(b));

	sim_do(a, sim_cmd_add("", invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(a));
	sim_do(b, sim_cmd_add("", invite), NULL);
	free(invite);
}

struct pair
nearby_friends(uint64_t seed)
{
	struct pair p = {sim_new(seed), NULL, NULL};

	p.a = sim_add_near(p.s, "Ada", "192.168.7.1", 1);
	p.b = sim_add_near(p.s, "Boris", "192.168.7.2", 1);
	nearby_befriend(p.a, p.b);
	sim_until(p.s, 20000, nearby_both, &p);
	return p;
}

void
nearby_record(void *arg, const struct addr *from, const void *bytes, size_t len)
{
	struct tape *t = arg;
	struct beacon b;

	if (!beacon_get(&b, bytes, len))
		return;
	t->last = b;
	t->from = *from;
	t->len = len;
	memcpy(t->bytes, bytes, len);
	if (t->n < NELEM(t->all))
		memcpy(t->all[t->n], bytes, len);
	t->n++;
	t->with_name += b.nick[0] != '\0';
	t->odd_sizes += len != BEACON_FIXED;
}
