#ifndef P2P_TESTS_MEMNET_H
#define P2P_TESTS_MEMNET_H
/* Streams in memory between addresses, on a virtual loop: a transport that a test can delay, cut and corrupt at any byte. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"

struct loop;
struct memnet;
struct transport;

/* What the network does to streams. Times are ms. */
struct memnet_faults {
	unsigned delay, jitter;
	uint64_t
		cut_after; /* bytes written in all directions until every stream breaks at once; 0: never */
	uint64_t
		flip_at; /* the byte (counted the same way, from 1) whose lowest bit turns; 0: none */
	bool no_new;	 /* nobody can be called */
	bool swallow;	 /* what is written is lost, and nobody hears of it, nor of an end */
};

struct memnet *memnet_new(struct loop *loop, uint64_t seed);
void memnet_free(struct memnet *net); /* no stream or transport may be left */
struct memnet_faults *memnet_faults(struct memnet *net);
uint64_t memnet_written(const struct memnet *net);
/* How many calls stand, and breaks the one made last, now. */
size_t memnet_streams(const struct memnet *net);
void memnet_cut_last(struct memnet *net);
/* Breaks every stream now. */
void memnet_cut(struct memnet *net);

/* A host of that network with this one address; freed by t->ops->free(t). */
struct transport *memnet_transport(struct memnet *net, const struct addr *at);
/* Calls `to` from an address nobody has, says these bytes, runs 15 s, and tells how many bytes came back. */
size_t memnet_poke(struct memnet *net, struct transport *to, const void *bytes, size_t len,
		   const char *from_ip);
/* Moves a host: it is called there from now on, and what its standing streams say is lost. */
void memnet_move(struct transport *t, const struct addr *to);

/* ---- multicast ---- */

struct lan;
struct memnet_air;
/* The segments of a network. No host may be left when it is freed. */
struct memnet_air *memnet_air_new(struct loop *loop);
void memnet_air_free(struct memnet_air *air);
/* A host's networks; freed by l->ops->free(l). */
struct lan *memnet_lan(struct memnet_air *air);
/* It has that address on a segment from now on, or has not; both are news to it. */
void memnet_lan_join(struct lan *l, const struct addr *at, unsigned segment);
void memnet_lan_leave(struct lan *l, const struct addr *at);
/* Whether anything can be sent from its addresses, which stay listed. That this changed is news to it, but not how. */
void memnet_lan_ready(struct lan *l, bool ready);
/* Anybody says anything on a segment. */
void memnet_shout(struct memnet_air *air, unsigned segment, const struct addr *from,
		  const void *bytes, size_t len);
/* Who listens to all that is said on any segment. */
void memnet_tap(struct memnet_air *air,
		void (*heard)(void *arg, const struct addr *from, const void *bytes, size_t len),
		void *arg);

#endif
