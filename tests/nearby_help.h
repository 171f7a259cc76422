#ifndef P2P_TESTS_NEARBY_HELP_H
#define P2P_TESTS_NEARBY_HELP_H
/* Two contacts on one network in memory, and a tape of the beacons that go over it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/beacon.h"
#include "src/addr.h"
#include "tests/sim.h"

struct pair {
	struct sim *s;
	struct sim_node *a, *b;
};

struct tape {
	struct beacon last;
	struct addr from;
	uint8_t bytes[BEACON_MAX];
	size_t len, n, with_name, odd_sizes;
	uint8_t all[512][BEACON_MAX];
};

/* Whether n has a session with that contact, who has accepted it. */
bool nearby_online(struct sim_node *n, struct sim_node *who);
/* Both of a pair have; arg is the pair. */
bool nearby_both(void *arg);
/* Each takes the other's invite. */
void nearby_befriend(struct sim_node *a, struct sim_node *b);
/* Ada at 192.168.7.1 and Boris at 192.168.7.2, on segment 1, contacts and online. */
struct pair nearby_friends(uint64_t seed);
/* For memnet_tap(): arg is a tape. */
void nearby_record(void *arg, const struct addr *from, const void *bytes, size_t len);

#endif
