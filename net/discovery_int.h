#ifndef P2P_NET_DISCOVERY_INT_H
#define P2P_NET_DISCOVERY_INT_H
/* What the files of discovery share. discovery.c: our own beacons. nearby.c: those of others. discovery_way.c: counts for doctor. */

#include "net/beacon.h"
#include "net/discovery.h"
#include "net/lan.h"
#include "net/loop.h"
#include "net/node_int.h"

/* Beacons of ours that may still be heard back. */
#define OWN_NONCES (2 * LAN_WAYS)

/* One address that beacons came from, for its rate. */
struct source {
	uint8_t family, ip[16];
	uint64_t from, used;
	unsigned count, tags;
	bool has_hint;
	struct key hint; /* the contact it was last time: tried first */
};

/* Somebody who is visible. */
struct seen {
	struct addr at;
	char nick[NAME_SIZE];
	bool is_contact;
	struct key contact;
	uint64_t heard;
};

/* What went by one way since the start. */
struct way_counts {
	struct addr from; /* family 0: of none */
	uint32_t interface;
	uint64_t sent, own, others;
};

struct discovery {
	struct node *node;
	struct lan *lan;
	bool on; /* we listen for others */
	struct lan_way ways[LAN_WAYS];
	size_t nways;
	bool unready; /* in the last round there was an address that nothing can be sent from yet */
	unsigned retries; /* begun anew for that, the ways being the same */
	struct timer beat;
	unsigned step;	       /* how far the burst is */
	bool quick;	       /* the next beacon was brought forward */
	uint64_t beaten;       /* when the last round went out, 0 never */
	size_t turn;	       /* where in the list of contacts the next round begins */
	uint64_t visible_till; /* on the loop's clock, 0 not */
	struct timer visible_over;
	int digits; /* of a pairing code that waits, -1 none */
	bool bye;   /* the next beacon says that we are not visible any more */
	uint8_t nonces[OWN_NONCES][BEACON_NONCE];
	size_t nonce_at;
	/* nearby.c */
	struct source sources[BEACON_SOURCES];
	struct seen seen[NEARBY_MAX];
	size_t nseen;
	struct timer expire;
	uint64_t second; /* looked at in this second */
	unsigned looked, tags;
	unsigned cost;	 /* of one beacon: its tags */
	uint64_t minute; /* calls in this minute */
	unsigned calls;
	struct discovery_counts counts;
	struct way_counts by_way[LAN_WAYS]; /* discovery_way.c */
};

/* discovery_way.c: the counts of that way, with a new place among those if it has none yet; and of the way by which something was heard. */
struct way_counts *discovery_way(struct discovery *d, const struct lan_way *w);
struct way_counts *discovery_way_heard(struct discovery *d, uint32_t interface,
				       const struct addr *from);
/* NULL: nothing was sent or heard by it. */
const struct way_counts *discovery_way_counts(const struct discovery *d, const struct lan_way *w);

/* Looks at the machine's addresses again. */
void discovery_relook(struct discovery *d);
/* Brings the next round forward to `in` ms from now, if it is later. */
void discovery_hasten(struct discovery *d, uint64_t in);
bool discovery_is_public(const struct discovery *d);
/* The secret shared with a contact; NULL if its key has none. */
const uint8_t *discovery_pair(struct peer *p);
/* Whether that contact is to recognise us. */
bool discovery_is_for(const struct peer *p);
/* nearby.c: what the lan heard; arg is the discovery. */
void nearby_heard(void *arg, uint32_t interface, const struct addr *from, const void *bytes,
		  size_t len);
/* Forgets whoever was seen. */
void nearby_clear(struct discovery *d);

#endif
