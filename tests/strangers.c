/* strangers.c - a node among peers that do not play by the rules: mute ones, many at once, floods, forged words, doubles; and what closing
 * and removing by hand mean to the other side. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/node_int.h"
#include "net/noise.h"
#include "net/session.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define NODE_IP	 "192.168.7.2:41555"
#define ROGUE_IP "192.168.7.200:41555"
#define SESSIONS 128

/* A peer made of sessions alone, which says only what a test tells it to. */
struct rogue {
	struct sim *sim;
	struct session_host host;
	struct noise_keypair keys[SESSIONS];
	struct transport *transport;
	struct session *s[SESSIONS];
	size_t n;
	uint64_t dials;

	bool mute;	 /* no CONTACT */
	uint8_t accepts; /* what CONTACT says */
	bool ignores;	 /* answers nothing to those who call */
	struct conn *ignored[SESSIONS];
	size_t nignored;
	unsigned accepted, opened, closed, frames[256];
	enum session_end end;
	enum bye bye;
	uint8_t contact; /* the last one that came */
};

static const char *
rogue_nick(void *arg)
{
	(void)arg;
	return "Rogue";
}

static bool
rogue_door_open(void *arg, const struct addr *from)
{
	(void)arg;
	(void)from;
	return true;
}

static size_t
rogue_doors(void *arg, const struct addr *from, const uint8_t (**psks)[NOISE_KEY])
{
	(void)arg;
	(void)from;
	*psks = NULL;
	return 0;
}

static bool
rogue_fresh(void *arg, const uint8_t *ephemeral)
{
	(void)arg;
	(void)ephemeral;
	return true;
}

static bool
rogue_opened(void *arg, struct session *s)
{
	struct rogue *r = arg;

	r->opened++;
	if (!r->mute)
		session_send(s, FRAME_CONTACT, FRAME_CRITICAL, &r->accepts, 1);
	return true;
}

static int
rogue_frame(void *arg, struct session *s, const struct frame *f, const char **why)
{
	struct rogue *r = arg;

	(void)s;
	(void)why;
	r->frames[f->type]++;
	if (f->type == FRAME_CONTACT && f->len > 0)
		r->contact = f->body[0];
	return 0;
}

static void
rogue_nothing(void *arg, struct session *s)
{
	(void)arg;
	(void)s;
}

static struct bulk *
rogue_pull(void *arg, struct session *s, size_t max)
{
	(void)arg;
	(void)s;
	(void)max;
	return NULL;
}

static void
rogue_closed(void *arg, struct session *s, enum session_end end, enum bye bye, const char *text)
{
	struct rogue *r = arg;

	(void)text;
	r->closed++;
	r->end = end;
	r->bye = bye;
	for (size_t i = 0; i < r->n; i++)
		if (r->s[i] == s)
			r->s[i] = NULL;
}

static void
rogue_accepted(void *arg, struct conn *c)
{
	struct rogue *r = arg;

	r->accepted++;
	if (r->ignores && r->nignored < SESSIONS)
		r->ignored[r->nignored++] = c;
	else if (r->n == SESSIONS)
		c->ops->close(c);
	else
		r->s[r->n++] = session_answer(&r->host, c);
}

static struct rogue *
rogue_new(struct sim *sim)
{
	struct rogue *r = xcalloc(1, sizeof(*r));
	struct addr at;
	uint8_t priv[NOISE_KEY] = {1, 1, 1};

	addr_parse(&at, ROGUE_IP, ADDR_PORT, NULL);
	r->sim = sim;
	for (size_t i = 0; i < SESSIONS; i++) {
		priv[9] = (uint8_t)i;
		noise_keypair_from_private(&r->keys[i], priv);
	}
	r->accepts = 1;
	r->transport = memnet_transport(sim_net(sim), &at);
	r->transport->accepted = rogue_accepted;
	r->transport->arg = r;
	r->transport->ops->listen(r->transport, &at, &at);
	r->host = (struct session_host){
		.arg = r,
		.loop = sim_loop(sim),
		.self = &r->keys[0],
		.boot = 5,
		.nick = rogue_nick,
		.door_open = rogue_door_open,
		.doors = rogue_doors,
		.fresh = rogue_fresh,
		.knocked = rogue_nothing,
		.opened = rogue_opened,
		.frame = rogue_frame,
		.batch_end = rogue_nothing,
		.pull = rogue_pull,
		.pong = rogue_nothing,
		.closed = rogue_closed,
	};
	return r;
}

/* Calls the node with that key of its; the session, or NULL if it is over by then. */
static struct session *
rogue_call(struct rogue *r, size_t key)
{
	struct addr to;
	size_t i = r->n++;

	addr_parse(&to, NODE_IP, ADDR_PORT, NULL);
	r->host.self = &r->keys[key];
	r->s[i] = session_call(&r->host, r->transport->ops->dial(r->transport, &to), NULL, NULL,
			       ++r->dials, NULL);
	sim_run(r->sim, 10);
	r->host.self = &r->keys[0];
	return r->s[i];
}

static size_t
rogue_alive(const struct rogue *r)
{
	size_t alive = 0;

	for (size_t i = 0; i < r->n; i++)
		alive += r->s[i] != NULL;
	return alive;
}

static struct key
rogue_key(const struct rogue *r, size_t i)
{
	struct key key;

	memcpy(key.b, r->keys[i].pub, sizeof(key.b));
	return key;
}

static void
rogue_free(struct rogue *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->s[i] != NULL)
			session_close(r->s[i], BYE_NONE, "");
	for (size_t i = 0; i < r->nignored; i++)
		r->ignored[i]->ops->close(r->ignored[i]);
	sim_run(r->sim, 10);
	r->transport->ops->free(r->transport);
	free(r);
}

struct scene {
	struct sim *sim;
	struct sim_node *node;
	struct rogue *r;
};

static struct scene
scene_new(uint64_t seed)
{
	struct scene sc;

	sc.sim = sim_new(seed);
	/* The first address is Ada's, who has no part in this. */
	sim_add(sc.sim, "Ada");
	sc.node = sim_add(sc.sim, "Boris");
	sc.r = rogue_new(sc.sim);
	return sc;
}

static void
scene_free(struct scene *sc)
{
	rogue_free(sc->r);
	sim_free(sc->sim);
}

/* The node adds the rogue by its address. */
static int
add_rogue(struct scene *sc, const char **why)
{
	return sim_do(sc->node, sim_cmd_add("Rogue", ROGUE_IP), why);
}

/* ---- calls ---- */

static void
test_add_by_address(void)
{
	struct scene sc = scene_new(1);

	is_int(add_rogue(&sc, NULL), 1, "added by address");
	sim_run(sc.sim, 5000);
	is_int(sc.r->accepted, 1, "one call does it");
	is_int(rogue_alive(sc.r), 1, "and its session stays");
	scene_free(&sc);
}

/* It had called us before and waits as a request. */
static void
test_add_request_by_address(void)
{
	struct scene sc = scene_new(2);
	struct session *s = rogue_call(sc.r, 0);

	sim_run(sc.sim, 100);
	is_int(sc.r->contact, 0, "a request hears that it is pending");
	session_close(s, BYE_QUIT, "");
	sc.r->s[0] = NULL;
	sim_run(sc.sim, 100);
	is_int(add_rogue(&sc, NULL), 1, "added by address");
	sim_run(sc.sim, 1000);
	is_int(sc.r->contact, 1, "it hears that it is accepted");
	is_int(sc.r->accepted, 1, "on the same session");
	scene_free(&sc);
}

static void
test_accept_calls_nobody(void)
{
	struct scene sc = scene_new(3);
	struct key key = rogue_key(sc.r, 0);

	rogue_call(sc.r, 0);
	sim_do(sc.node, sim_cmd_op(OP_ACCEPT, &key, "R"), NULL);
	sim_run(sc.sim, 5000);
	is_int(sc.r->contact, 1, "who is accepted while connected hears it there");
	is_int(sc.r->accepted, 0, "and is not called");
	scene_free(&sc);
}

/* It calls us; where it says it can be reached nobody answers. */
static void
test_no_needless_calls(void)
{
	struct scene sc = scene_new(4);
	struct key key = rogue_key(sc.r, 0);
	struct msg *m;
	unsigned before;

	rogue_call(sc.r, 0);
	sim_do(sc.node, sim_cmd_op(OP_ACCEPT, &key, "R"), NULL);
	sc.r->ignores = true;
	session_close(sc.r->s[0], BYE_QUIT, "");
	sc.r->s[0] = NULL;
	sim_run(sc.sim, 10);
	m = sim_cmd_op(OP_ADDRESS, &key, "");
	sim_do(sc.node, msg_set_bytes(m, ROGUE_IP, strlen(ROGUE_IP)), NULL);
	/* It comes while it is being called. */
	rogue_call(sc.r, 0);
	sim_run(sc.sim, 30000);
	before = sc.r->accepted;
	ok(before > 0, "it was called");
	sim_run(sc.sim, 3600 * 1000);
	is_int(rogue_alive(sc.r), 1, "it is here for an hour");
	is_int(sc.r->accepted - before, 0, "and is not called once");
	scene_free(&sc);
}

static void
test_mute_callee(void)
{
	struct scene sc = scene_new(5);
	const char *why = "";

	sc.r->mute = true;
	is_int(add_rogue(&sc, &why), 0, "who never says CONTACT is not added");
	ok(strstr(why, "did not say") != NULL, "as it is told: %s", why);
	sim_run(sc.sim, 100);
	is_int(rogue_alive(sc.r), 0, "and its session is over");
	scene_free(&sc);
}

/* What runs when the program is told to quit goes with it: the sanitizer counts what is left. */
static void
test_quit_while_calling(void)
{
	struct scene sc = scene_new(6);

	sc.r->mute = true;
	sim_command(sc.node, sim_cmd_add("Rogue", ROGUE_IP));
	sim_run(sc.sim, 1000);
	is_int(sc.r->opened, 1, "a call is under way");
	sim_quit(sc.node);
	is_int(sc.r->closed, 1, "and ends with the program");
	scene_free(&sc);
}

/* ---- callers ---- */

static void
test_mute_callers(void)
{
	struct scene sc = scene_new(7);

	sc.r->mute = true;
	for (size_t i = 0; i < 100; i++)
		rogue_call(sc.r, i);
	is_int(sc.r->opened, 100, "a hundred mute strangers");
	ok(rogue_alive(sc.r) <= 65, "64 at a time at most: %zu", rogue_alive(sc.r));
	sim_run(sc.sim, HANDSHAKE_TIMEOUT + 1000);
	is_int(rogue_alive(sc.r), 0, "and none for long");
	scene_free(&sc);

	sc = scene_new(8);
	sc.r->mute = true;
	for (size_t i = 0; i < 5; i++)
		rogue_call(sc.r, 0);
	is_int(rogue_alive(sc.r), 1, "of the mute sessions of one key the last stays");
	scene_free(&sc);
}

static void
test_many_requests(void)
{
	struct scene sc = scene_new(9);
	unsigned waiting = 0;

	for (size_t i = 0; i < 100; i++)
		rogue_call(sc.r, i);
	for (size_t i = 0; i < 100; i++) {
		struct key key = rogue_key(sc.r, i);
		const struct msg_contact *c = sim_contact(sc.node, &key);

		waiting += c != NULL && c->state == CONTACT_REQUEST;
	}
	is_int(waiting, REQUESTS_WAITING, "of a hundred strangers 64 wait");
	scene_free(&sc);

	/* All of them through the handshake before the first says CONTACT. */
	sc = scene_new(10);
	sc.r->mute = true;
	waiting = 0;
	for (size_t i = 0; i < 60; i++)
		rogue_call(sc.r, i);
	for (size_t i = 0; i < 60; i++)
		if (sc.r->s[i] != NULL)
			session_send(sc.r->s[i], FRAME_CONTACT, FRAME_CRITICAL, &sc.r->accepts, 1);
	sim_run(sc.sim, 100);
	for (size_t i = 60; i < 120; i++)
		rogue_call(sc.r, i);
	for (size_t i = 60; i < 120; i++)
		if (sc.r->s[i] != NULL)
			session_send(sc.r->s[i], FRAME_CONTACT, FRAME_CRITICAL, &sc.r->accepts, 1);
	sim_run(sc.sim, 1000);
	for (size_t i = 0; i < 120; i++) {
		struct key key = rogue_key(sc.r, i);
		const struct msg_contact *c = sim_contact(sc.node, &key);

		waiting += c != NULL && c->state == CONTACT_REQUEST;
	}
	is_int(waiting, REQUESTS_WAITING, "nor more when they all speak at once");
	scene_free(&sc);
}

static void
test_stranger_frames(void)
{
	struct scene sc = scene_new(11);
	static const uint8_t chat[32] = {1};
	struct key key = rogue_key(sc.r, 0);
	struct session *s = rogue_call(sc.r, 0);
	char *text;

	for (int i = 0; i < STRANGER_FRAMES_PER_S - 1; i++)
		session_send(s, FRAME_CHAT, 0, chat, sizeof(chat));
	sim_run(sc.sim, 500);
	is_int(rogue_alive(sc.r), 1, "8 frames in the first second");
	text = sim_chat(sc.node, &key);
	is_str(text, "", "what a stranger says is in no chat");
	free(text);
	for (int i = 0; i < 2; i++)
		session_send(s, FRAME_REQUEST, 0, "let me in", 9);
	sim_run(sc.sim, 100);
	is_int(sc.r->bye, BYE_PROTOCOL, "more is too much");
	scene_free(&sc);

	sc = scene_new(12);
	sc.r->mute = true;
	s = rogue_call(sc.r, 0);
	session_send(s, FRAME_REQUEST, 0, "x", 1);
	sim_run(sc.sim, 100);
	is_int(sc.r->bye, BYE_PROTOCOL, "who speaks before CONTACT is sent away");
	ok(sim_contact(sc.node, &key) == NULL, "and is no request");
	scene_free(&sc);
}

/* ---- contacts that misbehave ---- */

static void
test_new_names(void)
{
	struct scene sc = scene_new(13);
	struct key key = rogue_key(sc.r, 0);
	char nick[32], *text;
	unsigned lines = 0;

	add_rogue(&sc, NULL);
	sim_run(sc.sim, 2000);
	for (int i = 0; i < 500 && sc.r->s[0] != NULL; i++) {
		snprintf(nick, sizeof(nick), "name %d", i);
		session_send(sc.r->s[0], FRAME_PROFILE, 0, nick, strlen(nick));
	}
	sim_run(sc.sim, 100);
	is_int(sc.r->bye, BYE_PROTOCOL, "500 names at once are too many");
	text = sim_chat(sc.node, &key);
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	ok(lines <= STRANGER_FRAMES_PER_S, "and are not 500 lines in the chat: %u", lines);
	free(text);
	scene_free(&sc);
}

static int
bye_in_colours(void *arg, struct session *s, const struct frame *f, const char **why)
{
	(void)arg;
	(void)f;
	(void)why;
	session_close(s, BYE_CLOSED, "\033]0;evil\007\377\n\342\200\256txt");
	return 0;
}

static void
test_bye_text(void)
{
	struct scene sc = scene_new(14);
	const char *why = "";
	unsigned bad = 0;

	sc.r->mute = true;
	sc.r->host.frame = bye_in_colours;
	is_int(add_rogue(&sc, &why), 0, "who says BYE first is not added");
	for (const char *c = why; *c != '\0'; c++)
		bad += (unsigned char)*c < ' ' || *c == '\177' || *c == '\377';
	is_int(bad, 0, "and its words are clean: %s", why);
	ok(strstr(why, "\342\200\256") == NULL, "nor do they turn the line around");
	sc.r->s[0] = NULL;
	scene_free(&sc);
}

/* Two sessions of different callers, the older one silent. What comes on the newer before that is decided is not lost, not doubled, and
 * does not fill the memory. */
static void
test_held_back(void)
{
	struct scene sc = scene_new(15);
	struct key key = rogue_key(sc.r, 0);
	uint8_t *body = xcalloc(1, 32 + 16000);
	unsigned lines = 0;
	struct session *s;
	char *text;

	add_rogue(&sc, NULL);
	sim_run(sc.sim, 2000);
	session_pause(sc.r->s[0], true);
	sc.r->accepted = 0;
	s = rogue_call(sc.r, 0);
	memset(body + 32, 'x', 16000);
	for (uint64_t i = 1; i <= 150; i++) {
		put_be64(body, i);
		put_be64(body + ID_LEN, i);
		session_send(s, FRAME_CHAT, 0, body, 32 + 16000);
	}
	sim_run(sc.sim, 1000);
	text = sim_chat(sc.node, &key);
	is_str(text, "", "undecided: nothing is obeyed yet");
	free(text);
	sim_run(sc.sim, 3000);
	text = sim_chat(sc.node, &key);
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	is_int(lines, 150, "decided: 2.4 MB of messages are there");
	ok(sc.r->frames[FRAME_ACK] > 0, "and acknowledged");
	session_pause(sc.r->s[0], false);
	sim_run(sc.sim, 100);
	is_int(rogue_alive(sc.r), 1, "one session is left");
	free(text);
	free(body);
	scene_free(&sc);
}

/* ---- by hand ---- */

struct pair {
	struct sim *s;
	struct sim_node *a, *b;
};

static bool
online(struct sim_node *n, const struct key *who)
{
	const struct msg_contact *c = sim_contact(n, who);

	return c != NULL && c->link == LINK_ONLINE && c->accepted_us;
}

static bool
both_online(void *arg)
{
	struct pair *p = arg;

	return online(p->a, sim_key(p->b)) && online(p->b, sim_key(p->a));
}

static void
befriend(struct pair *p, uint64_t seed)
{
	char *invite;

	p->s = sim_new(seed);
	p->a = sim_add(p->s, "Ada");
	p->b = sim_add(p->s, "Boris");
	invite = xstrdup(sim_invite(p->b));
	sim_do(p->a, sim_cmd_add("Bo", invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(p->a));
	sim_do(p->b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	sim_until(p->s, 20000, both_online, p);
	ok(both_online(p), "two friends are online");
}

static void
test_closed_by_hand(void)
{
	struct pair p;

	befriend(&p, 20);
	sim_do(p.a, sim_cmd_op(OP_DISCONNECT, sim_key(p.b), ""), NULL);
	sim_run(p.s, 600000);
	ok(!online(p.a, sim_key(p.b)), "closed by hand: closed for ten minutes");
	sim_do(p.b, sim_cmd_op(OP_CONNECT, sim_key(p.a), ""), NULL);
	sim_run(p.s, 5000);
	ok(!online(p.a, sim_key(p.b)), "whatever the other side does");
	sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
	sim_until(p.s, 5000, both_online, &p);
	ok(both_online(&p), "until it is opened by hand");
	sim_free(p.s);
}

static void
test_removed(void)
{
	struct pair p;
	char *invite;

	befriend(&p, 21);
	sim_do(p.b, sim_cmd_op(OP_REMOVE, sim_key(p.a), ""), NULL);
	sim_run(p.s, 600000);
	ok(!online(p.a, sim_key(p.b)), "who was removed is told");
	ok(sim_contact(p.b, sim_key(p.a)) == NULL, "and does not come back as a request");
	invite = xstrdup(sim_invite(p.a));
	sim_do(p.b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	sim_until(p.s, 60000, both_online, &p);
	ok(both_online(&p), "added again, both are online again");
	sim_free(p.s);
}

/* A contact announces another key: with its proof that puts its key in doubt, without it the session ends. */
static void
test_successor(void)
{
	struct scene sc = scene_new(31);
	struct key old, next = rogue_key(sc.r, 1);
	uint8_t body[KEY_LEN + SUCCESSOR_PROOF];
	struct session *s;

	add_rogue(&sc, NULL);
	sim_run(sc.sim, 2000);
	s = sc.r->s[0];
	old = rogue_key(sc.r, 0);
	memcpy(body, next.b, KEY_LEN);
	ok(successor_proof(body + KEY_LEN, sc.r->keys[1].priv, sim_key(sc.node)->b,
			   session_bulk_id(s), &old, &next),
	   "a proof is made");
	session_send(s, FRAME_SUCCESSOR, 0, body, sizeof(body));
	sim_run(sc.sim, 2000);
	is_int(sim_contact(sc.node, &old)->trust, TRUST_CHANGED, "announced: the key is in doubt");
	is_int(sim_contact(sc.node, &old)->how, HOW_SUCCESSOR, "because it said so");
	ok(key_equal(&sim_contact(sc.node, &old)->new_key, &next), "the new key is known");
	sim_do(sc.node, sim_cmd_say(sc.sim, &old, "hi"), NULL);
	sim_run(sc.sim, 5000);
	is_int(sc.r->frames[FRAME_CHAT], 0, "nothing is said to the old one");
	is_int(rogue_alive(sc.r), 1, "whose session stands");
	is_int(sc.r->frames[FRAME_SUCCESSOR_OK], 1, "which has confirmed that it knows");
	next = rogue_key(sc.r, 2);
	memcpy(body, next.b, KEY_LEN);
	session_send(s, FRAME_SUCCESSOR, 0, body, sizeof(body));
	sim_run(sc.sim, 100);
	is_int(sc.r->bye, BYE_PROTOCOL, "a key without its proof ends the session");
	ok(!key_equal(&sim_contact(sc.node, &old)->new_key, &next), "and changes nothing");
	scene_free(&sc);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_add_by_address();
	test_add_request_by_address();
	test_accept_calls_nobody();
	test_no_needless_calls();
	test_mute_callee();
	test_quit_while_calling();
	test_mute_callers();
	test_many_requests();
	test_stranger_frames();
	test_new_names();
	test_bye_text();
	test_held_back();
	test_closed_by_hand();
	test_removed();
	test_successor();
	return done_testing();
}
