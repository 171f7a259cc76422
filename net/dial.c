/* dial.c - calling: through a list of addresses until somebody answers. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/node_int.h"
#include "src/say.h"
#include "src/util.h"

static void next_step(void *arg);

/* Which failure tells the person most, when several addresses failed each in its own way. */
static int
rank(enum session_end end)
{
	switch (end) {
	case SESSION_WRONG_KEY:
	case SESSION_WRONG_CODE:
	case SESSION_OURSELVES:
		return 4;
	case SESSION_REFUSED:
	case SESSION_BYE:
	case SESSION_BROKEN:
		return 3;
	case SESSION_SILENCE:
		return 2;
	case SESSION_TIMEOUT:
	case SESSION_LOST:
	case SESSION_DEAD:
		return 1;
	case SESSION_UNREACHABLE:
	case SESSION_NOBODY:
		break;
	}
	return 0;
}

static void
note_failure(struct dial *d, enum session_end end, const char *text)
{
	int r = rank(end);

	if (r < d->rank)
		return;
	d->rank = r;
	d->end = end;
	strlcpy(d->why, text, sizeof(d->why));
}

static bool
is_there(const struct peer *p, const struct addr *at)
{
	struct addr a;

	for (size_t i = 0; i < p->row.naddrs; i++)
		if (addr_parse(&a, p->row.addrs[i], DEFAULT_PORT, NULL) && addr_equal(&a, at))
			return true;
	return false;
}

/* Whether who was called, or is known to be there, is a contact that had accepted us. */
static bool
was_ours(const struct dial *d)
{
	struct node *n = d->node;
	struct peer *p;

	if (d->has_expected || d->has_met) {
		p = peer_find(n, d->has_expected ? &d->expected : &d->met);
		return p != NULL && p->row.has_gave;
	}
	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->row.has_gave && d->at < d->nfound && is_there(p, &d->found[d->at]))
			return true;
	return false;
}

/* Who is blocked is to see what it would see of somebody who is invisible or has quit. The other side cannot hide that its machine takes
 * connections; so in what is told here there is no difference between that and nothing. */
static bool
like_nobody(const struct dial *d, enum session_end end)
{
	return (end == SESSION_NOBODY || end == SESSION_SILENCE || end == SESSION_LOST) &&
	       !d->has_code && was_ours(d);
}

struct dial *
dial_new(struct node *n, const struct key *expected, const uint8_t *door)
{
	struct dial *d = xcalloc(1, sizeof(*d));

	d->node = n;
	d->rank = -1;
	strlcpy(d->why, "no address is known", sizeof(d->why));
	d->has_expected = expected != NULL;
	if (expected != NULL)
		d->expected = *expected;
	d->has_door = door != NULL;
	if (door != NULL)
		memcpy(d->door, door, KEY_LEN);
	LIST_INSERT_HEAD(&n->dials_list, d, entry);
	return d;
}

void
dial_add(struct dial *d, const char *target)
{
	if (d->ntargets < NELEM(d->targets))
		strlcpy(d->targets[d->ntargets++], target, ADDR_TEXT_SIZE);
}

static void
soon(struct dial *d)
{
	timer_set(d->node->env.loop, &d->next, 0, next_step, d);
}

void
dial_start(struct dial *d)
{
	soon(d);
}

void
dial_free(struct dial *d)
{
	timer_clear(d->node->env.loop, &d->next);
	if (d->link != NULL)
		link_close(d->link, BYE_NONE, "");
	LIST_REMOVE(d, entry);
	explicit_bzero(d->door, sizeof(d->door));
	explicit_bzero(&d->code, sizeof(d->code));
	if (d->owns_arg)
		free(d->arg);
	free(d);
}

static void
finish(struct dial *d, struct link *l)
{
	d->done(d->arg, d, l);
	dial_free(d);
}

/* Makes addresses of the target; a host name is looked up and comes back through dial_resolved(). */
static void
find_target(struct dial *d)
{
	const char *target = d->targets[d->target];
	char host[ADDR_HOSTLEN];
	const char *why;
	uint16_t port;

	d->nfound = d->at = 0;
	d->without_door = false;
	if (addr_parse(&d->found[0], target, DEFAULT_PORT, &why)) {
		d->nfound = 1;
		soon(d);
	} else if (addr_split_hostport(target, host, sizeof(host), &port, DEFAULT_PORT, &why)) {
		d->cookie = ++d->node->cookies;
		d->node->env.resolve(d->node->env.arg, host, d->cookie);
	} else {
		note_failure(d, SESSION_UNREACHABLE, why);
		d->target++;
		soon(d);
	}
}

static void
take_found(struct dial *d, const struct msg *m)
{
	char host[ADDR_HOSTLEN];
	const char *why, *ip;
	uint16_t port = DEFAULT_PORT;

	d->cookie = 0;
	addr_split_hostport(d->targets[d->target], host, sizeof(host), &port, DEFAULT_PORT, &why);
	for (size_t i = 0; !m->b.resolved.failed && *(ip = msg_string(m, i)) != '\0'; i++)
		if (d->nfound < NELEM(d->found) && addr_parse_ip(&d->found[d->nfound], ip))
			d->found[d->nfound++].port = port;
	if (d->nfound == 0) {
		note_failure(d, SESSION_UNREACHABLE,
			     m->b.resolved.failed && m->len > 0 ? (const char *)m->bytes
								: N_("that host has no address"));
		d->target++;
	}
	soon(d);
}

void
dial_resolved(struct node *n, const struct msg *m)
{
	struct dial *d;

	LIST_FOREACH (d, &n->dials_list, entry)
		if (d->cookie != 0 && d->cookie == m->b.resolved.cookie) {
			take_found(d, m);
			return;
		}
}

static void
next_step(void *arg)
{
	struct dial *d = arg;
	const struct addr *to;

	if (d->target == d->ntargets) {
		finish(d, NULL);
		return;
	}
	if (d->nfound == 0) {
		find_target(d);
		return;
	}
	if (d->at == d->nfound) {
		d->nfound = 0;
		d->target++;
		soon(d);
		return;
	}
	to = &d->found[d->at];
	d->link = link_call(d, to, d->targets[d->target]);
	if (d->link == NULL) {
		d->at++;
		soon(d);
	}
}

void
dial_link_failed(struct dial *d, enum session_end end, const char *text)
{
	d->link = NULL;
	if (like_nobody(d, end))
		note_failure(d, SESSION_NOBODY, DIAL_NOBODY);
	else
		note_failure(d, end, text);
	d->has_met = false;
	/* Its door key may be an old one; without any it may still answer, if its door is open for us. */
	if (end == SESSION_SILENCE && d->has_door && !d->without_door) {
		d->without_door = true;
		soon(d);
		return;
	}
	if ((end == SESSION_WRONG_KEY || end == SESSION_OURSELVES) && d->stranger != NULL)
		d->stranger(d->arg, d->targets[d->target],
			    end == SESSION_WRONG_KEY ? &d->met : NULL);
	d->without_door = false;
	d->at++;
	/* One call, one try: whether there is another one is the person's to say. */
	if (end == SESSION_WRONG_CODE)
		d->target = d->ntargets;
	soon(d);
}

void
dial_link_answered(struct dial *d, struct link *l)
{
	l->dial = NULL;
	d->link = NULL;
	finish(d, l);
}
