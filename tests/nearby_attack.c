/* nearby_attack.c - floods of beacons, forged ones, and those of a contact played again, over a network in memory. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "net/limits.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/nearby_help.h"
#include "tests/tap.h"

static void
test_flood(void)
{
	struct pair p = nearby_friends(8);
	struct addr from;
	uint8_t bytes[BEACON_MAX];
	uint64_t random = 5;

	for (unsigned i = 0; i < 5000; i++) {
		struct beacon b = {.epoch = 491666, .port = 4000, .digits = -1, .asks = true};
		char text[32];
		size_t len;

		snprintf(text, sizeof(text), "192.168.%u.%u", i / 250 % 250, i % 250 + 1);
		addr_parse_ip(&from, text);
		snprintf(b.nick, sizeof(b.nick), "Eve %u", i);
		for (size_t k = 0; k < sizeof(b.nonce); k++)
			b.nonce[k] = (uint8_t)test_random(&random);
		len = beacon_put(bytes, &b);
		memnet_shout(sim_air(p.s), 1, &from, bytes, len);
		if (i % 10 == 9)
			sim_run(p.s, 2);
	}
	ok(sim_count_nearby(p.a) <= NEARBY_MAX, "5,000 forged people: %zu are shown",
	   sim_count_nearby(p.a));
	ok(nearby_both(&p), "and the contacts notice nothing");
	sim_run(p.s, NEARBY_GONE * 2);
	is_int((long long)sim_count_nearby(p.a), 0, "later nobody is left of them");
	for (unsigned i = 0; i < 100; i++) {
		struct beacon b = {.port = (uint16_t)(1 + i), .digits = -1, .nick = "Eve"};

		memcpy(b.nonce, &i, sizeof(i));
		memnet_shout(sim_air(p.s), 1, &from, bytes, beacon_put(bytes, &b));
		sim_run(p.s, 100);
	}
	is_int((long long)sim_count_nearby(p.a), NEARBY_PER_ADDRESS, "one address is few people");
	sim_free(p.s);
}

/* Thousands a second from addresses that nobody has, those of the two among them; both are where neither knows the other to be. */
static void
test_blinding(void)
{
	struct pair p = nearby_friends(13);
	struct addr from;
	uint64_t random = 6;
	bool found = false;

	sim_move(p.a, "10.1.0.5", 2);
	sim_move(p.b, "10.1.0.9", 2);
	sim_kill(p.a);
	sim_kill(p.b);
	sim_revive(p.a);
	sim_revive(p.b);
	for (unsigned i = 0; i < 3000 && !found; i++) {
		for (unsigned k = 0; k < 4; k++) {
			struct beacon b = {.epoch = 491666, .digits = -1};
			uint8_t bytes[BEACON_MAX];
			char text[32];

			snprintf(text, sizeof(text), "10.1.0.%u", (i * 4 + k) % 200 + 1);
			addr_parse_ip(&from, text);
			for (size_t j = 0; j < sizeof(b.nonce); j++)
				b.nonce[j] = (uint8_t)test_random(&random);
			memnet_shout(sim_air(p.s), 2, &from, bytes, beacon_put(bytes, &b));
		}
		sim_run(p.s, 1);
		found = nearby_both(&p);
	}
	ok(found, "in a flood of 4,000 a second from everywhere they find each other within 3 s");
	sim_free(p.s);
}

/* Somebody who takes calls and says nothing. */
static void
hold(void *arg, struct conn *c)
{
	struct conn **held = arg;

	for (size_t i = 0; i < 8; i++)
		if (held[i] == NULL) {
			held[i] = c;
			return;
		}
	c->ops->close(c);
}

/* And somebody who hangs up. */
static void
hang_up(void *arg, struct conn *c)
{
	unsigned *calls = arg;

	++*calls;
	c->ops->close(c);
}

static struct transport *
listen_at(struct sim *s, struct addr at, void (*accepted)(void *, struct conn *), void *arg)
{
	struct transport *t;

	at.port = DEFAULT_PORT;
	t = memnet_transport(sim_net(s), &at);
	t->accepted = accepted;
	t->arg = arg;
	t->ops->listen(t, &at, &at);
	return t;
}

/* A beacon of each is played again, from the address that it came from, where calls are taken and held. */
static void
test_held(void)
{
	struct pair p = nearby_friends(14);
	static struct tape tapes[2];
	struct sim_node *who[2] = {p.a, p.b};
	struct transport *silent[2];
	struct conn *held[8] = {NULL};
	bool found = false;

	sim_kill(p.a);
	sim_kill(p.b);
	for (size_t i = 0; i < 2; i++) {
		sim_revive(who[i]);
		memnet_tap(sim_air(p.s), nearby_record, &tapes[i]);
		sim_move(who[i], i == 0 ? "10.1.0.5" : "10.1.0.6", 2);
		sim_run(p.s, 2000);
		memnet_tap(sim_air(p.s), NULL, NULL);
		sim_move(who[i], i == 0 ? "10.1.0.7" : "10.1.0.8", 2);
		sim_kill(who[i]);
		silent[i] = listen_at(p.s, tapes[i].from, hold, held);
	}
	sim_revive(p.a);
	sim_revive(p.b);
	for (unsigned i = 0; i < 3000 && !found; i++) {
		memnet_shout(sim_air(p.s), 2, &tapes[i % 2].from, tapes[i % 2].bytes,
			     tapes[i % 2].len);
		sim_run(p.s, 1);
		found = nearby_both(&p);
	}
	ok(held[0] != NULL, "who plays old beacons again is called");
	ok(found, "and keeps nobody apart by holding the call: found within 3 s");
	for (size_t i = 0; i < 2; i++)
		silent[i]->ops->listen(silent[i], NULL, NULL);
	for (size_t i = 0; i < NELEM(held); i++)
		if (held[i] != NULL)
			held[i]->ops->close(held[i]);
	sim_run(p.s, 100);
	silent[0]->ops->free(silent[0]);
	silent[1]->ops->free(silent[1]);
	sim_free(p.s);
}

/* Beacons from two places where she was, in turns: they use up no calls that others need. */
static void
test_turns(void)
{
	struct pair p = nearby_friends(15);
	static struct tape tapes[2];
	struct transport *deaf[2];
	unsigned calls = 0;

	sim_kill(p.b);
	for (size_t i = 0; i < 2; i++) {
		memnet_tap(sim_air(p.s), nearby_record, &tapes[i]);
		sim_move(p.a, i == 0 ? "10.1.0.5" : "10.1.0.6", 2);
		sim_run(p.s, 2000);
		memnet_tap(sim_air(p.s), NULL, NULL);
	}
	sim_move(p.a, "10.1.0.7", 2);
	sim_kill(p.a);
	for (size_t i = 0; i < 2; i++)
		deaf[i] = listen_at(p.s, tapes[i].from, hang_up, &calls);
	sim_revive(p.b);
	sim_move(p.b, "10.1.0.9", 2);
	/* Who has moved forgets where it called. */
	sim_run(p.s, 100);
	for (unsigned i = 0; i < 100; i++) {
		memnet_shout(sim_air(p.s), 2, &tapes[i % 2].from, tapes[i % 2].bytes,
			     tapes[i % 2].len);
		sim_run(p.s, 100);
	}
	is_int(calls, 2, "a hundred beacons from two places where she was: a call to each");
	sim_revive(p.a);
	ok(sim_until(p.s, 3000, nearby_both, &p), "and she is found at a third");
	deaf[0]->ops->free(deaf[0]);
	deaf[1]->ops->free(deaf[1]);
	sim_free(p.s);
}

/* Ada's own beacons, played again: a call to where she was, now and then, and nothing else. */
static void
test_replay(void)
{
	struct pair p = nearby_friends(9);
	static struct tape t;
	struct addr eve;
	uint32_t addrs;
	size_t streams = 0;

	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_kill(p.b);
	sim_run(p.s, 100);
	sim_move(p.a, "192.168.7.41", 1);
	sim_run(p.s, 2000);
	ok(t.n > 0 && t.from.ip[3] == 41, "a beacon of hers is recorded");
	memnet_tap(sim_air(p.s), NULL, NULL);
	sim_kill(p.a);
	sim_revive(p.b);
	sim_run(p.s, 1000);
	addrs = sim_contact(p.b, sim_key(p.a))->naddrs;
	for (unsigned i = 0; i < 600; i++) {
		memnet_shout(sim_air(p.s), 1, &t.from, t.bytes, t.len);
		sim_run(p.s, 100);
		streams += memnet_streams(sim_net(p.s));
	}
	is_int((long long)streams, 0, "600 times in a minute: no stream comes of it");
	is_int(sim_contact(p.b, sim_key(p.a))->naddrs, addrs, "no address is learnt or lost");
	addr_parse_ip(&eve, "192.168.7.66");
	memnet_shout(sim_air(p.s), 1, &eve, t.bytes, t.len);
	sim_run(p.s, 100);
	ok(sim_contact(p.b, sim_key(p.a))->link != LINK_ONLINE,
	   "from another address it is nobody's");
	sim_revive(p.a);
	ok(sim_until(p.s, 3000, nearby_both, &p), "and the real one is found meanwhile");
	sim_free(p.s);
}

/* Eve moves to the address Ada's recorded beacon came from, and answers there with a key of her own. */
static void
test_impostor(void)
{
	struct pair p = nearby_friends(10);
	static struct tape t;
	struct sim_node *eve;
	uint32_t addrs;

	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_kill(p.b);
	sim_run(p.s, 100);
	sim_move(p.a, "192.168.7.41", 1);
	sim_run(p.s, 2000);
	memnet_tap(sim_air(p.s), NULL, NULL);
	sim_kill(p.a);
	eve = sim_add_near(p.s, "Ada", "192.168.7.41", 1);
	sim_revive(p.b);
	sim_run(p.s, 500);
	addrs = sim_contact(p.b, sim_key(p.a))->naddrs;
	sim_do(p.b, sim_cmd_say(p.s, sim_key(p.a), "secret"), NULL);
	memnet_shout(sim_air(p.s), 1, &t.from, t.bytes, t.len);
	sim_run(p.s, 5000);
	ok(sim_contact(p.b, sim_key(p.a))->link != LINK_ONLINE, "another key there is not Ada");
	ok(sim_contact(eve, sim_key(p.b)) == NULL, "and does not even learn who called");
	is_int(sim_contact(p.b, sim_key(p.a))->naddrs, addrs, "her addresses stay");
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_PINNED, "so does her trust");
	sim_free(p.s);
}

/* A recorded beacon from the contact itself, hammered while the session stands: the session must not suffer. */
static void
test_hammer(void)
{
	struct pair p = nearby_friends(11);
	static struct tape t;
	bool stood = true;

	memnet_tap(sim_air(p.s), nearby_record, &t);
	sim_move(p.b, "192.168.7.55", 1);
	sim_until(p.s, 5000, nearby_both, &p);
	sim_run(p.s, 1000);
	for (unsigned i = 0; i < 3000; i++) {
		t.from.ip[3] = (uint8_t)(i % 3 == 0 ? 55 : i % 200);
		memnet_shout(sim_air(p.s), 1, &t.from, t.bytes, t.len);
		sim_run(p.s, 10);
		stood = stood && nearby_both(&p);
	}
	ok(stood, "30 s of replays at a session that stands: it stands");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_flood();
	test_blinding();
	test_held();
	test_turns();
	test_replay();
	test_impostor();
	test_hammer();
	return done_testing();
}
