/* discovery_way.c - what was sent and heard by each way to the others, for doctor. */
#include "config.h"

#include <string.h>

#include "net/discovery_int.h"
#include "src/util.h"

static bool
is_of(const struct way_counts *c, const struct lan_way *w)
{
	return c->interface == w->interface && addr_same_ip(&c->from, &w->from);
}

static bool
is_there(const struct discovery *d, const struct way_counts *c)
{
	for (size_t i = 0; i < d->nways; i++)
		if (is_of(c, &d->ways[i]))
			return true;
	return false;
}

const struct way_counts *
discovery_way_counts(const struct discovery *d, const struct lan_way *w)
{
	for (size_t i = 0; i < NELEM(d->by_way); i++)
		if (d->by_way[i].from.family != 0 && is_of(&d->by_way[i], w))
			return &d->by_way[i];
	return NULL;
}

struct way_counts *
discovery_way(struct discovery *d, const struct lan_way *w)
{
	struct way_counts *place = &d->by_way[0];

	for (size_t i = NELEM(d->by_way); i-- > 0;) {
		struct way_counts *c = &d->by_way[i];

		if (c->from.family != 0 && is_of(c, w))
			return c;
		/* There are as many places as ways: one that is free, or of an address that went. */
		if (c->from.family == 0 || !is_there(d, c))
			place = c;
	}
	*place = (struct way_counts){.from = w->from, .interface = w->interface};
	return place;
}

/* An interface has more than one address of a family at times: what others say there counts for the first that speaks itself. */
struct way_counts *
discovery_way_heard(struct discovery *d, uint32_t interface, const struct addr *from)
{
	static struct way_counts nowhere;
	const struct lan_way *first = NULL;

	for (size_t i = 0; i < d->nways; i++)
		if (addr_same_ip(&d->ways[i].from, from))
			return discovery_way(d, &d->ways[i]);
	for (size_t i = 0; i < d->nways; i++) {
		const struct lan_way *w = &d->ways[i];

		if (w->interface != interface || w->from.family != from->family)
			continue;
		if (discovery_way_counts(d, w) != NULL)
			return discovery_way(d, w);
		if (first == NULL || addr_class(&w->from) == ADDR_LINK_LOCAL)
			first = w;
	}
	return first != NULL ? discovery_way(d, first) : &nowhere;
}
