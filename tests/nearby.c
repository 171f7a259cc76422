/* nearby.c - finding each other by beacons, over a network in memory: contacts, moves, being visible, pairing. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "src/util.h"
#include "tests/nearby_help.h"
#include "tests/tap.h"

static void
sim_set(struct sim_node *n, const char *option, const char *value)
{
	struct msg *m = msg_new(MSG_CMD_SET);

	strlcpy(m->b.set.option, option, sizeof(m->b.set.option));
	sim_do(n, msg_set_bytes(m, value, strlen(value)), NULL);
}

static void
look(struct sim_node *n, bool visible, uint32_t seconds)
{
	struct msg *m = msg_new(MSG_CMD_NEARBY);

	m->b.look.visible = visible;
	m->b.look.seconds = seconds;
	is_int(sim_do(n, m, NULL), 1, visible ? "visible for %u s" : "a look", seconds);
}

static uint64_t
now(struct sim *s)
{
	return loop_now(sim_loop(s));
}

/* ---- contacts ---- */

/* Both move to where neither knows the other to be; the second one starts later. */
static void
test_start(void)
{
	struct pair p = nearby_friends(1);
	uint64_t began;

	ok(nearby_both(&p), "two contacts");
	sim_kill(p.a);
	sim_kill(p.b);
	sim_revive(p.a);
	sim_move(p.a, "10.1.0.5", 2);
	sim_revive(p.b);
	sim_move(p.b, "10.1.0.9", 2);
	began = now(p.s);
	ok(sim_until(p.s, 3000, nearby_both, &p),
	   "on another network, at addresses neither knew: they find each other within 3 s");
	diag("after %d ms", (int)(now(p.s) - began));
	is_int(sim_contact(p.a, sim_key(p.b))->trust, TRUST_PINNED, "as who they are");
	sim_run(p.s, 40000);
	sim_kill(p.b);
	sim_run(p.s, 200000);
	sim_revive(p.b);
	began = now(p.s);
	ok(sim_until(p.s, 3000, nearby_both, &p), "again when one starts much later");
	sim_free(p.s);
}

static void
test_how(void)
{
	struct pair p = nearby_friends(2);
	const struct msg_contact *a, *b;

	sim_kill(p.b);
	sim_run(p.s, 100000);
	sim_revive(p.b);
	sim_move(p.b, "192.168.7.77", 1);
	sim_until(p.s, 3000, nearby_both, &p);
	a = sim_contact(p.a, sim_key(p.b));
	b = sim_contact(p.b, sim_key(p.a));
	ok(nearby_both(&p) && (a->via_found == FOUND_NEARBY || b->via_found == FOUND_NEARBY ||
			       (a->via_found == FOUND_CALLED) != (b->via_found == FOUND_CALLED)),
	   "one called, and each knows which: %s, %s", found_word(a->via_found),
	   found_word(b->via_found));
	sim_free(p.s);
}

static void
test_moves(void)
{
	unsigned good = 0;
	uint64_t worst = 0;

	for (unsigned i = 0; i < 12; i++) {
		struct pair p = nearby_friends(20 + i);
		uint64_t began;
		char *chat;
		bool text;

		sim_run(p.s, i * 777);
		sim_move(p.a, "192.168.7.31", 1);
		if (i % 3 == 1)
			sim_move(p.b, "192.168.7.32", 1);
		sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), "moved"));
		began = now(p.s);
		/* Nobody knows yet: what was said has to arrive. */
		sim_run(p.s, 3000);
		chat = sim_chat(p.b, sim_key(p.a));
		text = strcmp(chat, "<moved\n") == 0;
		if (!text || !nearby_both(&p))
			diag("run %u: %d %s", i, nearby_both(&p), chat);
		good += text && nearby_both(&p);
		if (now(p.s) - began > worst)
			worst = now(p.s) - began;
		free(chat);
		sim_free(p.s);
	}
	is_int(good, 12,
	       "after an address change, of one or of both: a message is there within 3 s");
}

/* A new IPv6 address is listed some seconds before anything can be sent from it. */
static void
test_unready(void)
{
	struct pair p = nearby_friends(4);
	uint64_t began;

	sim_ready(p.a, false);
	sim_ready(p.b, false);
	sim_move(p.a, "10.1.0.5", 2);
	sim_move(p.b, "10.1.0.9", 2);
	sim_run(p.s, 6000);
	ok(!nearby_online(p.a, p.b) && !nearby_online(p.b, p.a),
	   "addresses from which nothing can be sent: nobody is found");
	sim_ready(p.a, true);
	sim_ready(p.b, true);
	began = now(p.s);
	ok(sim_until(p.s, 1000, nearby_both, &p), "found within 1 s once something can be");
	diag("after %d ms", (int)(now(p.s) - began));
	sim_free(p.s);
}

/* A program whose contacts are all here says nothing; one that is alone says little. */
static void
test_quiet(void)
{
	struct pair p = nearby_friends(3);
	static struct tape t;
	size_t before;

	sim_run(p.s, 20000);
	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_run(p.s, 3600000);
	is_int((long long)t.n, 0, "an hour with all contacts here: not one beacon");
	sim_kill(p.b);
	sim_run(p.s, 120000);
	before = t.n;
	sim_run(p.s, 300000);
	ok(t.n - before >= 8 && t.n - before <= 11,
	   "with one away about one in 30 s (%zu in five minutes)", t.n - before);
	is_int((long long)t.odd_sizes, 0, "all of one size");
	before = t.n;
	sim_set(p.a, "nearby", "off");
	sim_run(p.s, 300000);
	is_int((long long)(t.n - before), 0, "with nearby off: none");
	sim_set(p.a, "nearby", "on");
	sim_run(p.s, 1000);
	ok(t.n > before, "and on again: some");
	sim_free(p.s);
}

/* A passive listener: no two beacons have anything in common but the start, the hour, and where they come from. */
static void
test_unlinkable(void)
{
	struct pair p = nearby_friends(4);
	static struct tape t;
	unsigned shared = 0;

	sim_kill(p.b);
	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_run(p.s, 1800000);
	ok(t.n > 20, "%zu beacons were heard", t.n);
	for (size_t i = 0; i < t.n; i++)
		for (size_t j = 0; j < i; j++)
			for (size_t at = 10; at + 4 <= BEACON_FIXED; at++)
				shared += memcmp(t.all[i] + at, t.all[j] + at, 4) == 0 &&
					  memcmp(t.all[i] + at, "\0\0\0\0", 4) != 0;
	ok(shared <= 2, "they have nothing in common (%u places of four bytes)", shared);
	is_int((long long)t.with_name, 0, "and no name");
	sim_free(p.s);
}

static bool
is_blocked_away(void *arg)
{
	struct pair *p = arg;

	return !nearby_online(p->b, p->a);
}

/* To a blocked contact we are not there: nothing of our beacons is for it. */
static void
test_blocked(void)
{
	struct pair p = nearby_friends(5);
	static struct tape t;
	size_t calls;

	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_do(p.a, sim_cmd_op(OP_BLOCK, sim_key(p.b), ""), NULL);
	sim_until(p.s, 5000, is_blocked_away, &p);
	sim_move(p.a, "192.168.7.51", 1);
	calls = t.n;
	sim_run(p.s, 120000);
	(void)calls;
	ok(t.from.ip[3] != 51, "who has blocked its only contact says nothing at all");
	ok(!nearby_online(p.b, p.a), "and is not found");
	sim_free(p.s);
}

/* ---- visible ---- */

static void
test_visible(void)
{
	struct sim *s = sim_new(6);
	struct sim_node *a = sim_add_near(s, "Ada", "192.168.7.1", 1);
	struct sim_node *b = sim_add_near(s, "Boris", "192.168.7.2", 1);
	const struct msg_nearby *e;
	static struct tape t;
	const char *why = "";

	memnet_tap(sim_air(s), nearby_record, &t);
	sim_run(s, 60000);
	is_int((long long)t.n, 0, "without contacts and not visible: nothing is said");
	sim_set(a, "door", "closed");
	look(a, true, 60);
	sim_run(s, 200);
	e = sim_nearby(b, "192.168.7.1:41555");
	ok(e != NULL && strcmp(e->nick, "Ada") == 0 && !e->is_contact,
	   "who is visible is seen at once, by name and address");
	is_int((long long)sim_count_nearby(a), 0, "one does not see oneself");
	sim_kill(b);
	sim_run(s, 15000);
	sim_revive(b);
	look(b, false, 0);
	sim_run(s, 1500);
	ok(sim_nearby(b, "192.168.7.1:41555") != NULL, "who asks is answered before long");
	is_int(sim_do(b, sim_cmd_add("", "192.168.7.1:41555"), &why), 1,
	       "one says hello, though her door is closed otherwise: %s", why);
	sim_run(s, 500);
	ok(sim_contact(a, sim_key(b)) != NULL &&
		   sim_contact(a, sim_key(b))->state == CONTACT_REQUEST,
	   "and is a request there");
	sim_run(s, 60000);
	ok(sim_nearby(b, "192.168.7.1:41555") == NULL, "the time is over: she is gone");
	is_int((long long)sim_count_nearby(b), 0, "nobody is left");
	is_int(sim_poke(s, a, "P2PT\1\1\0\0\0\x20.................................", 42,
			"192.168.7.9"),
	       0, "and the door is closed again");
	sim_free(s);
}

static void
test_visible_contact(void)
{
	struct pair p = nearby_friends(7);
	const struct msg_nearby *e;

	sim_kill(p.b);
	sim_run(p.s, 1000);
	sim_revive(p.b);
	sim_do(p.a, sim_cmd_op(OP_DISCONNECT, sim_key(p.b), ""), NULL);
	sim_run(p.s, 2000);
	look(p.b, true, 600);
	sim_run(p.s, 1000);
	e = sim_nearby(p.a, "192.168.7.2:41555");
	ok(e != NULL && !e->is_contact, "a visible one is a contact only if it is to be found");
	sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
	sim_kill(p.a);
	sim_revive(p.a);
	sim_run(p.s, 12000);
	sim_kill(p.b);
	sim_run(p.s, NEARBY_GONE + 10000);
	is_int((long long)sim_count_nearby(p.a), 0, "who vanishes without a word is dropped");
	sim_free(p.s);
}

/* ---- pairing ---- */

static bool
both_verified(void *arg)
{
	struct pair *p = arg;

	return nearby_both(p) && sim_contact(p->a, sim_key(p->b))->trust == TRUST_VERIFIED &&
	       sim_contact(p->b, sim_key(p->a))->trust == TRUST_VERIFIED;
}

/* One says a code, the other types it: neither has to know an address. */
static void
test_pairing(void)
{
	struct pair p = {sim_new(13), NULL, NULL};
	static struct tape t;
	struct code code;

	p.a = sim_add_near(p.s, "Ada", "192.168.7.1", 1);
	p.b = sim_add_near(p.s, "Boris", "192.168.7.2", 1);
	memnet_tap(sim_air(p.s), nearby_record, &t);
	is_int(sim_do(p.a, sim_cmd_pair(""), NULL), 1, "Ada has a code");
	code = sim_code(p.a, false, NULL)->code;
	sim_run(p.s, 30000);
	ok(t.last.digits == code_public(&code) && t.with_name == 0,
	   "her beacons say its public digits, and no name");
	is_int(sim_do(p.b, sim_cmd_join(&code, "", ""), NULL), 1, "Boris types it");
	ok(sim_until(p.s, 3000, both_verified, &p), "they are verified contacts within 3 s");
	sim_run(p.s, 5000);
	t.n = 0;
	sim_run(p.s, 60000);
	is_int((long long)t.n, 0, "and the beacons end");
	sim_free(p.s);
}

/* 40 contacts who are away, and one of them comes. */
static void
test_many(void)
{
	struct pair p = nearby_friends(12);

	sim_kill(p.b);
	for (unsigned i = 0; i < 40; i++) {
		struct sim_node *x;
		char ip[32];

		snprintf(ip, sizeof(ip), "10.9.0.%u", i + 1);
		x = sim_add_near(p.s, "X", ip, 9);
		nearby_befriend(p.a, x);
		sim_kill(x);
	}
	sim_run(p.s, 200000);
	sim_revive(p.b);
	sim_move(p.b, "192.168.7.99", 1);
	ok(sim_until(p.s, 3000, nearby_both, &p),
	   "41 contacts, more than one beacon is for: found");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_start();
	test_how();
	test_moves();
	test_unready();
	test_quiet();
	test_unlinkable();
	test_blocked();
	test_visible();
	test_visible_contact();
	test_pairing();
	test_many();
	return done_testing();
}
