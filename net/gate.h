#ifndef P2P_NET_GATE_H
#define P2P_NET_GATE_H
/* Who may knock: our door keys, the door's state, half-open handshakes, and message 1s seen before. (net/PROTOCOL.md, "Doors") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/limits.h"
#include "src/types.h"

struct addr;
struct session;

struct half_open {
	struct session *session;
	uint8_t family, ip[16];
	bool known; /* showed a door key */
};

struct gate {
	enum door_state state;
	bool visible; /* everybody nearby sees us, and so may knock: `closed` is as `lan` meanwhile */
	uint8_t doors[DOORS_MAX][KEY_LEN];
	size_t ndoors;
	/* Oldest first. */
	struct half_open half[HALF_OPEN_STRANGERS + HALF_OPEN_KNOWN];
	size_t nhalf;
	uint64_t seen[EPHEMERALS_REMEMBERED][2];
	size_t nseen, seen_at;
};

/* Adds a door key; false if there are DOORS_MAX. Known ones are not doubled. */
bool gate_add_door(struct gate *g, const uint8_t door[KEY_LEN]);
void gate_remove_door(struct gate *g, const uint8_t door[KEY_LEN]);

/* Is a caller without a door key answered from there? */
bool gate_open_for(const struct gate *g, const struct addr *from);

/* False if this ephemeral was seen before; remembers it. */
bool gate_fresh(struct gate *g, const uint8_t ephemeral[KEY_LEN]);

/* A caller's handshake begins. Returns the session that must go to make room (the oldest, never s), or NULL. It is already out of the
 * books. Until gate_knocked() a caller counts as one without a door key. */
struct session *gate_enter(struct gate *g, struct session *s, const struct addr *from);
/* The caller showed a door key: same return. */
struct session *gate_knocked(struct gate *g, struct session *s);
/* The handshake ended, one way or the other. Nothing happens if it is not in the books. */
void gate_leave(struct gate *g, struct session *s);

#endif
