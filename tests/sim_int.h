#ifndef P2P_TESTS_SIM_INT_H
#define P2P_TESTS_SIM_INT_H
/* What the two files of the simulated network share. sim.c: the world and its nodes. sim_ask.c: what a test says to them and asks of them. */

#include <sys/queue.h>

#include "net/loop.h"
#include "src/code.h"
#include "src/identity.h"
#include "tests/sim.h"

struct result {
	uint32_t serial;
	bool ok;
	char *text;
};

struct seen {
	struct msg_contact c;
	int64_t read_seq;
};

struct sim_node {
	TAILQ_ENTRY(sim_node) entry;
	struct sim *sim;
	struct transport *transport;
	struct lan *lan;
	unsigned segment;      /* 0: no lan */
	struct addr at, claim; /* family 0: claims nothing */
	struct identity identity;
	struct node *node;
	struct store *store;
	struct disk *disk;
	struct queue *inbox;
	struct msg *pending, **pending_last;
	struct timer commit, inbox_due;
	char nick[NAME_SIZE], dir[128], ip[ADDR_TEXT_SIZE];
	uint32_t serials;
	struct result *results;
	size_t nresults;
	struct seen *seen;
	size_t nseen;
	char *invite, *report;
	bool ready;
	struct msg_transfer transfer;
	struct msg_code codes[2]; /* the newest: ours, theirs */
	char said[2][256];
	unsigned ncodes[2];
	unsigned nevents;
	char detail[256]; /* the bytes of the newest EV_CONTACT */
	int digits;	  /* what its beacons would show */
	struct msg_nearby nearby[64];
	size_t nnearby;
};

struct sim {
	struct loop *loop;
	struct memnet *net;
	struct memnet_air *air;
	uint64_t random;
	TAILQ_HEAD(, sim_node) nodes;
	unsigned count;
	int64_t wall;
};

#endif
