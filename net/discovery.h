#ifndef P2P_NET_DISCOVERY_H
#define P2P_NET_DISCOVERY_H
/* Finding each other on a local network by beacons. What is found is only where to call: who answers there is decided by the handshake.
 * (net/PROTOCOL.md, "Nearby") */

#include <stdbool.h>
#include <stdint.h>

struct discovery;
struct node;

/* What was sent and heard since the start, for doctor. */
struct discovery_counts {
	uint64_t sent, failed; /* beacons; failed: the system refused to send */
	int error;	       /* why the last one failed */
	uint64_t own;	       /* our own, heard back */
	uint64_t others;       /* by other programs */
	uint64_t contacts;     /* of these, recognised */
	uint64_t untimely;     /* from a clock that is more than an hour away from ours */
	uint64_t odd;	       /* no beacons at all, or of a later version */
	uint64_t dropped;      /* too many at once */
	uint64_t calls;	       /* caused by them */
};

/* Without a lan in the node's environment all of this does nothing. */
struct discovery *discovery_new(struct node *n);
void discovery_free(struct discovery *d);
/* Where we listen, our name, the option `nearby` or the machine's addresses changed: looks at them anew, and says that we are here. */
void discovery_restart(struct discovery *d);
/* A contact is away, or there is a new one: beacons go out, if they do not already. */
void discovery_wanted(struct discovery *d);
/* There is somebody new to find. */
void discovery_new_contact(struct discovery *d);
/* Asks who is visible. */
void discovery_look(struct discovery *d);
/* Everybody nearby sees our name for so many ms; 0: nobody does any more. */
void discovery_visible(struct discovery *d, uint64_t ms);
int64_t discovery_visible_until(const struct discovery *d); /* wall ms, 0: not */
/* While a pairing code waits its public digits are in the beacons; -1: none waits. Those of others go to pair_heard(). */
void discovery_pairing(struct discovery *d, int public_digits);
/* Tells a front end who is visible. */
void discovery_emit(struct discovery *d);
const struct discovery_counts *discovery_counts(const struct discovery *d);

#endif
