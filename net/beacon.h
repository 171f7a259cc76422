#ifndef P2P_NET_BEACON_H
#define P2P_NET_BEACON_H
/* A beacon: the datagram by which contacts recognise each other on a local network, and nobody else does. Bytes in, bytes out; no
 * socket and no clock. (net/PROTOCOL.md, "Nearby") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/limits.h"
#include "src/types.h"

struct addr;

#define BEACON_NONCE	16
#define BEACON_TAG	8
#define BEACON_SLOT	(BEACON_TAG + 2) /* a tag, and the port behind a mask */
#define BEACON_FIXED	(26 + BEACON_SLOTS * BEACON_SLOT)
#define BEACON_PAIR_LEN 32

struct beacon {
	bool asks;	/* whoever is visible may answer at once */
	uint32_t epoch; /* hours since 1970, see beacon_epoch() */
	uint8_t nonce[BEACON_NONCE];
	uint8_t slots[BEACON_SLOTS][BEACON_SLOT];
	/* What everybody may read. */
	uint16_t port;	      /* 0: says nothing to everybody */
	char nick[NAME_SIZE]; /* raw; empty: none */
	bool gone;	      /* not visible any more */
	int digits;	      /* the public part of a pairing code that waits, -1 none */
};

/* Writes at most BEACON_MAX bytes, returns how many. What of it is public goes only with a port. */
size_t beacon_put(uint8_t out[BEACON_MAX], const struct beacon *b);
/* False if it is no beacon of a version that is spoken here. */
bool beacon_get(struct beacon *b, const uint8_t *bytes, size_t len);

/* The secret two keys share for their beacons; the same on both sides. False for a key that has none. */
bool beacon_pair(uint8_t pair[BEACON_PAIR_LEN], const uint8_t secret[KEY_LEN],
		 const struct key *self, const struct key *other)
	__attribute__((warn_unused_result));
/* Fills the slot by which the other one of the pair recognises `from`, sent from that address. epoch and nonce are set. */
void beacon_tag(struct beacon *b, size_t slot, const uint8_t pair[BEACON_PAIR_LEN],
		const struct key *from, const struct addr *source, uint16_t port);
/* Whether that beacon was made by `from` for the other one of the pair, and sent from that address; then *port is where it listens. */
bool beacon_match(const struct beacon *b, const uint8_t pair[BEACON_PAIR_LEN],
		  const struct key *from, const struct addr *source, uint16_t *port);
/* The epoch at that time. */
uint32_t beacon_epoch(int64_t wall_ms);
/* Whether a beacon of that epoch is taken at that time: its own, the one before or the one behind. */
bool beacon_timely(uint32_t epoch, int64_t wall_ms);

#endif
