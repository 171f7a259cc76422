/* inbox.c - requests to be let in: what is known of them, floods of them, blocking one and all. On the virtual clock. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/session.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/memnet.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define NODE_IP	 "192.168.7.1:41555"
#define CROWD_IP "192.168.7.200:41555"
#define ROUND	 100
#define ROUNDS	 30

/* Many strangers, each a session with a key of its own. */
struct crowd {
	struct sim *sim;
	struct session_host host;
	struct noise_keypair keys[ROUND];
	struct transport *transport;
	struct session *s[ROUND];
	unsigned opened, answered, frames;
};

static const char *
crowd_nick(void *arg)
{
	(void)arg;
	return "Anybody";
}

static bool
crowd_opened(void *arg, struct session *s)
{
	struct crowd *c = arg;
	uint8_t one = 1;

	c->opened++;
	session_send(s, FRAME_CONTACT, FRAME_CRITICAL, &one, 1);
	for (int i = 0; i < 6; i++)
		session_send(s, FRAME_REQUEST, 0, "let me in", 9);
	return true;
}

static int
crowd_frame(void *arg, struct session *s, const struct frame *f, const char **why)
{
	(void)s;
	(void)why;
	(void)f;
	((struct crowd *)arg)->frames++;
	return 0;
}

static void
nothing(void *arg, struct session *s)
{
	(void)arg;
	(void)s;
}

static struct bulk *
no_bulk(void *arg, struct session *s, size_t max)
{
	(void)arg;
	(void)s;
	(void)max;
	return NULL;
}

static void
crowd_closed(void *arg, struct session *s, enum session_end end, enum bye bye, const char *text)
{
	struct crowd *c = arg;

	(void)end;
	(void)bye;
	(void)text;
	for (size_t i = 0; i < ROUND; i++)
		if (c->s[i] == s)
			c->s[i] = NULL;
}

static struct crowd *
crowd_new(struct sim *sim)
{
	struct crowd *c = xcalloc(1, sizeof(*c));
	struct addr at;

	addr_parse(&at, CROWD_IP, ADDR_PORT, NULL);
	c->sim = sim;
	c->transport = memnet_transport(sim_net(sim), &at);
	c->host = (struct session_host){.arg = c,
					.loop = sim_loop(sim),
					.boot = 5,
					.nick = crowd_nick,
					.opened = crowd_opened,
					.frame = crowd_frame,
					.batch_end = nothing,
					.pull = no_bulk,
					.pong = nothing,
					.closed = crowd_closed};
	return c;
}

static struct key
crowd_key(unsigned round, unsigned i, struct noise_keypair *pair)
{
	uint8_t priv[NOISE_KEY] = {1, 1, 1};
	struct key key;

	priv[8] = (uint8_t)round;
	priv[9] = (uint8_t)i;
	noise_keypair_from_private(pair, priv);
	memcpy(key.b, pair->pub, KEY_LEN);
	return key;
}

/* A hundred of them call; door: with that key. */
static void
crowd_call(struct crowd *c, unsigned round, const uint8_t *door)
{
	struct addr to;

	addr_parse(&to, NODE_IP, ADDR_PORT, NULL);
	for (unsigned i = 0; i < ROUND; i++) {
		crowd_key(round, i, &c->keys[i]);
		c->host.self = &c->keys[i];
		c->s[i] = session_call(&c->host, c->transport->ops->dial(c->transport, &to), NULL,
				       door, round * ROUND + i, NULL);
		sim_run(c->sim, 10);
	}
}

static void
crowd_leave(struct crowd *c)
{
	for (size_t i = 0; i < ROUND; i++)
		if (c->s[i] != NULL)
			session_close(c->s[i], BYE_NONE, "");
	memset(c->s, 0, sizeof(c->s));
	sim_run(c->sim, 10);
}

static void
crowd_free(struct crowd *c)
{
	crowd_leave(c);
	c->transport->ops->free(c->transport);
	free(c);
}

static unsigned
waiting(struct sim_node *n, unsigned rounds)
{
	struct noise_keypair pair;
	unsigned count = 0;

	for (unsigned r = 0; r < rounds; r++)
		for (unsigned i = 0; i < ROUND; i++) {
			struct key key = crowd_key(r, i, &pair);
			const struct msg_contact *c = sim_contact(n, &key);

			count += c != NULL && c->state == CONTACT_REQUEST;
		}
	return count;
}

static int
set(struct sim_node *n, const char *option, const char *value)
{
	return sim_do(n, sim_cmd_set(option, value), NULL);
}

static void
test_flood(void)
{
	struct sim *s = sim_new(1);
	struct sim_node *n = sim_add(s, "Ada");
	struct crowd *c = crowd_new(s);
	struct noise_keypair pair;
	struct key first = crowd_key(0, 0, &pair);
	uint64_t in_round = 0;

	for (unsigned r = 0; r < ROUNDS; r++) {
		unsigned before = sim_events(n);

		crowd_call(c, r, NULL);
		crowd_leave(c);
		if (r > 0 && sim_events(n) - before > in_round)
			in_round = sim_events(n) - before;
	}
	is_int(c->opened, ROUNDS * ROUND, "three thousand strangers");
	is_int(waiting(n, ROUNDS), REQUESTS_WAITING, "64 of them wait");
	is_int(in_round, 0, "and the others are not heard of at all");
	is_str(sim_contact(n, &first)->from, "192.168.7.200", "where the first came from is known");
	is_int(sim_contact(n, &first)->how, HOW_CAME_OPEN, "and that it had no invite");
	sim_kill(n);
	sim_revive(n);
	is_int(waiting(n, ROUNDS), REQUESTS_WAITING, "no more than those are on the disk");
	is_str(sim_contact(n, &first)->from, "192.168.7.200", "with where they came from");

	is_int(set(n, "requests", "off"), 1, "all who are unknown are blocked");
	is_int(waiting(n, ROUNDS), 0, "nobody waits any more");
	c->opened = 0;
	crowd_call(c, 0, NULL);
	is_int(c->opened, 0, "and whoever comes meets silence before the handshake is through");
	crowd_leave(c);
	sim_kill(n);
	sim_revive(n);
	is_int(waiting(n, ROUNDS), 0, "those who waited are gone from the disk, too");
	crowd_call(c, 0, NULL);
	is_int(waiting(n, 1), REQUESTS_WAITING, "with the option on again they may ask");
	crowd_free(c);
	sim_free(s);
}

struct two {
	struct sim *s;
	struct sim_node *a, *b;
};

static bool
online(struct sim_node *n, struct sim_node *with)
{
	const struct msg_contact *c = sim_contact(n, sim_key(with));

	return c != NULL && c->link == LINK_ONLINE && c->accepted_us;
}

static bool
both_online(void *arg)
{
	struct two *t = arg;

	return online(t->a, t->b) && online(t->b, t->a);
}

static void
befriend(struct sim *s, struct sim_node *a, struct sim_node *b, const char *name_a,
	 const char *name_b)
{
	char *invite = xstrdup(sim_invite(a));
	struct two t = {s, a, b};

	sim_do(b, sim_cmd_add(name_a, invite), NULL);
	free(invite);
	sim_run(s, 2000);
	sim_do(a, sim_cmd_op(OP_ACCEPT, sim_key(b), name_b), NULL);
	ok(sim_until(s, 60000, both_online, &t), "%s and %s know each other", name_a, name_b);
	sim_run(s, 2000);
}

/* With the door closed to all but keys, as from the internet. */
static void
test_blocked(void)
{
	struct sim *s = sim_new(2);
	struct two ab = {s, sim_add(s, "Ada"), sim_add(s, "Boris")};
	struct two ac = {s, ab.a, sim_add(s, "Chidi")};

	set(ab.a, "door", "closed");
	befriend(s, ab.a, ab.b, "Ada", "Boris");
	befriend(s, ac.a, ac.b, "Ada", "Chidi");
	sim_do(ab.a, sim_cmd_op(OP_BLOCK, sim_key(ab.b), ""), NULL);
	sim_run(s, 5000);
	ok(both_online(&ac), "of two contacts one is blocked");
	/* The invite that it came by ends as well: /newdoor. What is left is what the block itself did to the contacts' key. */
	sim_do(ab.b, sim_cmd_op(OP_CONNECT, sim_key(ab.a), ""), NULL);
	sim_run(s, 30000);
	ok(!online(ab.b, ab.a), "it does not get in");
	ok(strstr(sim_detail(ab.b), "nobody answers there") != NULL,
	   "and meets silence, with the key that it has: %s", sim_detail(ab.b));
	sim_kill(ac.b);
	sim_revive(ac.b);
	ok(sim_until(s, 60000, both_online, &ac), "the other one has the new key");
	sim_free(s);
}

static void
test_came(void)
{
	struct sim *s = sim_new(3);
	struct sim_node *a = sim_add(s, "Ada"), *b = sim_add(s, "Boris");
	char *invite = xstrdup(sim_invite(a));

	sim_do(b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	sim_run(s, 3000);
	is_int(sim_contact(a, sim_key(b))->how, HOW_CAME_INVITE, "who has the invite");
	is_str(sim_contact(a, sim_key(b))->from, "192.168.7.2", "and from where");
	sim_do(a, sim_cmd_op(OP_ACCEPT, sim_key(b), "Boris"), NULL);
	sim_run(s, 2000);
	is_str(sim_contact(a, sim_key(b))->from, "", "a contact did not come from anywhere");
	is_int(sim_contact(a, sim_key(b))->how, HOW_REQUEST, "it is pinned as one who asked");
	sim_free(s);
}

int
main(void)
{
	test_flood();
	test_blocked();
	test_came();
	return done_testing();
}
