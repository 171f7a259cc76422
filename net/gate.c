/* gate.c - who may knock. */
#include "config.h"

#include <string.h>

#include "net/gate.h"
#include "src/addr.h"

bool
gate_add_door(struct gate *g, const uint8_t door[KEY_LEN])
{
	for (size_t i = 0; i < g->ndoors; i++)
		if (memcmp(g->doors[i], door, KEY_LEN) == 0)
			return true;
	if (g->ndoors == DOORS_MAX)
		return false;
	memcpy(g->doors[g->ndoors++], door, KEY_LEN);
	return true;
}

void
gate_remove_door(struct gate *g, const uint8_t door[KEY_LEN])
{
	for (size_t i = 0; i < g->ndoors; i++) {
		if (memcmp(g->doors[i], door, KEY_LEN) != 0)
			continue;
		g->ndoors--;
		memmove(g->doors[i], g->doors[i + 1], (g->ndoors - i) * KEY_LEN);
		return;
	}
}

bool
gate_open_for(const struct gate *g, const struct addr *from)
{
	switch (g->state) {
	case DOOR_OPEN:
		return true;
	case DOOR_LAN:
		return addr_is_lan(from);
	case DOOR_CLOSED:
		break;
	}
	return g->visible && addr_is_lan(from);
}

bool
gate_fresh(struct gate *g, const uint8_t ephemeral[KEY_LEN])
{
	uint64_t e[2];

	memcpy(e, ephemeral, sizeof(e));
	for (size_t i = 0; i < g->nseen; i++)
		if (g->seen[i][0] == e[0] && g->seen[i][1] == e[1])
			return false;
	memcpy(g->seen[g->seen_at], e, sizeof(e));
	g->seen_at = (g->seen_at + 1) % EPHEMERALS_REMEMBERED;
	if (g->nseen < EPHEMERALS_REMEMBERED)
		g->nseen++;
	return true;
}

static struct session *
strike_out(struct gate *g, size_t i)
{
	struct session *s = g->half[i].session;

	g->nhalf--;
	memmove(&g->half[i], &g->half[i + 1], (g->nhalf - i) * sizeof(g->half[0]));
	return s;
}

static bool
same_source(const struct half_open *h, const struct half_open *other)
{
	return h->family == other->family && memcmp(h->ip, other->ip, sizeof(h->ip)) == 0;
}

/* The oldest of `one`'s kind goes when the kind is full, and the oldest from its address when that has too many. */
static struct session *
make_room(struct gate *g, const struct half_open *one)
{
	size_t max = one->known ? HALF_OPEN_KNOWN : HALF_OPEN_STRANGERS;
	size_t kind = 0, source = 0, oldest = g->nhalf, oldest_there = oldest;

	for (size_t i = g->nhalf; i-- > 0;) {
		if (g->half[i].known != one->known)
			continue;
		kind++;
		oldest = i;
		if (same_source(&g->half[i], one)) {
			source++;
			oldest_there = i;
		}
	}
	if (!one->known && source >= HALF_OPEN_PER_ADDRESS)
		return strike_out(g, oldest_there);
	return kind >= max ? strike_out(g, oldest) : NULL;
}

struct session *
gate_enter(struct gate *g, struct session *s, const struct addr *from)
{
	struct half_open one = {.session = s, .family = from->family};
	struct session *out;

	memcpy(one.ip, from->ip, sizeof(one.ip));
	out = make_room(g, &one);
	g->half[g->nhalf++] = one;
	return out;
}

struct session *
gate_knocked(struct gate *g, struct session *s)
{
	for (size_t i = 0; i < g->nhalf; i++) {
		struct half_open one = g->half[i];
		struct session *out;

		if (one.session != s)
			continue;
		strike_out(g, i);
		one.known = true;
		out = make_room(g, &one);
		g->half[g->nhalf++] = one;
		return out;
	}
	return NULL;
}

void
gate_leave(struct gate *g, struct session *s)
{
	for (size_t i = 0; i < g->nhalf; i++)
		if (g->half[i].session == s) {
			strike_out(g, i);
			return;
		}
}
