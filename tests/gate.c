/* gate.c - who may knock: the door by address, half-open handshakes, door keys, message 1s seen before. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/gate.h"
#include "src/addr.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_door(void)
{
	static const struct {
		const char *addr;
		bool lan;
	} table[] = {
		{"127.0.0.1:1", true},
		{"127.255.255.254:1", true},
		{"10.1.2.3:1", true},
		{"172.16.0.1:1", true},
		{"172.31.255.255:1", true},
		{"172.32.0.1:1", false},
		{"192.168.0.1:1", true},
		{"192.169.0.1:1", false},
		{"169.254.7.7:1", true},
		{"100.64.0.1:1", true},
		{"100.127.255.255:1", true},
		{"100.128.0.1:1", false},
		{"100.63.255.255:1", false},
		{"8.8.8.8:1", false},
		{"[::1]:1", true},
		{"[fe80::1]:1", true},
		{"[fd12:3456::1]:1", true},
		{"[fc00::1]:1", true},
		{"[2001:db8::1]:1", false},
		{"[2a00::1]:1", false},
		{"[::ffff:192.168.0.1]:1", true},
		{"[::ffff:127.0.0.1]:1", true},
		{"[::ffff:8.8.8.8]:1", false},
		{"224.0.0.1:1", false},
		{"0.0.0.0:1", false},
	};
	struct gate *g = xcalloc(1, sizeof(*g));

	for (size_t i = 0; i < NELEM(table); i++) {
		struct addr a;

		ok(addr_parse(&a, table[i].addr, 1, NULL), "%s", table[i].addr);
		g->state = DOOR_LAN;
		is_int(gate_open_for(g, &a), table[i].lan, "lan: %s", table[i].addr);
		g->state = DOOR_OPEN;
		ok(gate_open_for(g, &a), "open is open to all");
		g->state = DOOR_CLOSED;
		ok(!gate_open_for(g, &a), "closed is closed to all");
	}
	free(g);
}

/* Sessions are only names here. */
static struct session *
name(size_t i)
{
	static char names[400];

	return (struct session *)(void *)&names[i];
}

static struct addr
from(uint8_t a, uint8_t b)
{
	return (struct addr){.family = 4, .ip = {10, 0, a, b}, .port = 1};
}

static void
test_half_open(void)
{
	struct gate *g = xcalloc(1, sizeof(*g));
	struct addr a;
	size_t unexpected = 0;

	for (uint8_t i = 0; i < HALF_OPEN_PER_ADDRESS; i++) {
		a = from(0, 1);
		unexpected += gate_enter(g, name(i), &a) != NULL;
	}
	is_int(unexpected, 0, "four from one address");
	a.port = 9;
	ok(gate_enter(g, name(4), &a) == name(0),
	   "the fifth, from whatever port, replaces the first");
	a = from(0, 2);
	ok(gate_enter(g, name(5), &a) == NULL, "another address has places of its own");
	is_int(g->nhalf, 5, "five are there");
	gate_leave(g, name(2));
	gate_leave(g, name(2));
	gate_leave(g, name(399));
	is_int(g->nhalf, 4, "one left; who is not there cannot leave");
	for (uint8_t i = 0; i < HALF_OPEN_STRANGERS - 4; i++) {
		a = from(1, i);
		unexpected += gate_enter(g, name(10U + i), &a) != NULL;
	}
	is_int(unexpected, 0, "32 strangers");
	a = from(2, 0);
	ok(gate_enter(g, name(100), &a) == name(1), "the next replaces the oldest");
	is_int(g->nhalf, HALF_OPEN_STRANGERS, "32 are there");
	free(g);
}

static void
test_knocks(void)
{
	struct gate *g = xcalloc(1, sizeof(*g));
	struct addr a = from(0, 1);
	size_t unexpected = 0;

	/* One address: those who showed a key do not count for it. */
	for (size_t i = 0; i < HALF_OPEN_KNOWN; i++) {
		unexpected += gate_enter(g, name(i), &a) != NULL;
		unexpected += gate_knocked(g, name(i)) != NULL;
	}
	is_int(unexpected, 0, "32 who showed a door key, all from one address");
	for (uint8_t i = 0; i < HALF_OPEN_STRANGERS; i++) {
		struct addr other = from(1, i);

		unexpected += gate_enter(g, name(100U + i), &other) != NULL;
	}
	is_int(unexpected, 0, "and 32 strangers beside them");
	a = from(2, 2);
	ok(gate_enter(g, name(200), &a) == name(100), "a stranger replaces a stranger");
	ok(gate_knocked(g, name(200)) == name(0), "and with a key one who has one");
	is_int(g->nhalf, HALF_OPEN_KNOWN + HALF_OPEN_STRANGERS - 1, "nobody else had to go");
	ok(gate_knocked(g, name(399)) == NULL, "who is not in the books is left alone");
	free(g);
}

static void
test_replays(void)
{
	struct gate *g = xcalloc(1, sizeof(*g));
	uint8_t e[KEY_LEN] = {0};
	size_t stale = 0, fresh = 0;

	for (uint32_t i = 0; i < EPHEMERALS_REMEMBERED; i++) {
		put_be32(e, i);
		fresh += gate_fresh(g, e);
	}
	is_int(fresh, EPHEMERALS_REMEMBERED, "4096 keys are fresh");
	for (uint32_t i = 0; i < EPHEMERALS_REMEMBERED; i++) {
		put_be32(e, i);
		stale += !gate_fresh(g, e);
	}
	is_int(stale, EPHEMERALS_REMEMBERED, "none of them a second time");
	put_be32(e, EPHEMERALS_REMEMBERED);
	ok(gate_fresh(g, e), "one more");
	put_be32(e, 1);
	ok(!gate_fresh(g, e), "the second is still remembered");
	put_be32(e, 0);
	ok(gate_fresh(g, e), "the oldest is not");
	put_be32(e, 1);
	ok(gate_fresh(g, e), "and being asked for it pushed the next out");
	free(g);
}

static void
test_keys(void)
{
	struct gate *g = xcalloc(1, sizeof(*g));
	uint8_t door[KEY_LEN] = {0};
	size_t added = 0;

	for (uint8_t i = 0; i < DOORS_MAX; i++) {
		door[5] = i;
		added += gate_add_door(g, door);
	}
	is_int(added, DOORS_MAX, "16 door keys");
	ok(gate_add_door(g, door), "one of them again is no seventeenth");
	is_int(g->ndoors, DOORS_MAX, "there are 16");
	door[5] = 99;
	ok(!gate_add_door(g, door), "a seventeenth is refused");
	door[5] = 3;
	gate_remove_door(g, door);
	gate_remove_door(g, door);
	is_int(g->ndoors, DOORS_MAX - 1, "one is taken away, once");
	for (size_t i = 0; i < g->ndoors; i++)
		if (g->doors[i][5] == 3)
			ok(false, "it is gone");
	is_int(g->doors[g->ndoors - 1][5], DOORS_MAX - 1, "and the last is still there");
	free(g);
}

int
main(void)
{
	test_door();
	test_half_open();
	test_knocks();
	test_replays();
	test_keys();
	return done_testing();
}
