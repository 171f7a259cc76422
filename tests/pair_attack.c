/* pair_attack.c - attacks on pairing by code: a man in the middle who relays and alters, a thousand guesses, replay and reflection, who claims
 * the digits first, who holds the place, other suites and versions, one's own key. On the virtual clock. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/noise.h"
#include "net/session.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define ADA    "192.168.7.1:41555"
#define BORIS  "192.168.7.2:41555"
#define MIDDLE "192.168.7.66:41555"

/* What a caller of suite 3 sends, and what it hears, before the answer's HELLO. */
enum { CALL = PREAMBLE_LEN + PAIR_NONCE, SHARES = PAIR_NONCE + 32, ANSWER = 32 + 2 + 48 };

/* ---- somebody in the middle ---- */

struct middle;

struct half {
	struct middle *m;
	struct conn *c;
	struct half *other;
	bool from_caller;
	uint64_t passed;
};

struct middle {
	struct transport *transport;
	struct addr to;
	struct half ends[64][2];
	size_t n;
	/* The byte from that side that is changed, -1 none; or all of it goes back. */
	int64_t flip_caller, flip_callee;
	bool mirrors;
	uint8_t heard[4096]; /* from the caller of the newest stream */
	size_t heard_len;
};

static void
half_close(struct half *h)
{
	if (h->c != NULL)
		h->c->ops->close(h->c);
	h->c = NULL;
}

static void
relay(void *arg, unsigned events)
{
	struct half *h = arg;
	struct middle *m = h->m;
	uint8_t buf[4096];
	ssize_t n = 0;
	int64_t flip = h->from_caller ? m->flip_caller : m->flip_callee;

	while ((events & LOOP_READ) && h->c != NULL &&
	       (n = h->c->ops->read(h->c, buf, sizeof(buf))) > 0) {
		struct half *to = m->mirrors ? h : h->other;

		if (h->from_caller && m->heard_len + (size_t)n <= sizeof(m->heard)) {
			memcpy(m->heard + m->heard_len, buf, (size_t)n);
			m->heard_len += (size_t)n;
		}
		if (flip >= (int64_t)h->passed && flip < (int64_t)h->passed + n)
			buf[flip - (int64_t)h->passed] ^= 1;
		h->passed += (uint64_t)n;
		if (to->c != NULL && to->c->ops->write(to->c, buf, (size_t)n) < 0)
			half_close(to);
	}
	if (n == 0 && (events & LOOP_READ)) {
		half_close(h);
		half_close(h->other);
	}
}

static void
take_half(struct half *h, struct middle *m, struct conn *c, struct half *other, bool caller)
{
	*h = (struct half){.m = m, .c = c, .other = other, .from_caller = caller};
	if (c == NULL)
		return;
	c->handler = relay;
	c->arg = h;
	c->ops->want(c, LOOP_READ);
}

static void
middle_accepted(void *arg, struct conn *c)
{
	struct middle *m = arg;
	struct half *h = m->ends[m->n];

	if (m->n == NELEM(m->ends)) {
		c->ops->close(c);
		return;
	}
	m->n++;
	m->heard_len = 0;
	take_half(&h[0], m, c, &h[1], true);
	take_half(&h[1], m, m->mirrors ? NULL : m->transport->ops->dial(m->transport, &m->to),
		  &h[0], false);
}

static struct middle *
middle_new(struct sim *s, const char *to)
{
	struct middle *m = xcalloc(1, sizeof(*m));
	struct addr at;

	addr_parse(&at, MIDDLE, ADDR_PORT, NULL);
	addr_parse(&m->to, to, ADDR_PORT, NULL);
	m->flip_caller = m->flip_callee = -1;
	m->transport = memnet_transport(sim_net(s), &at);
	m->transport->accepted = middle_accepted;
	m->transport->arg = m;
	m->transport->ops->listen(m->transport, &at, &at);
	return m;
}

static void
middle_free(struct sim *s, struct middle *m)
{
	for (size_t i = 0; i < m->n; i++) {
		half_close(&m->ends[i][0]);
		half_close(&m->ends[i][1]);
	}
	sim_run(s, 10);
	m->transport->ops->free(m->transport);
	free(m);
}

/* ---- the scene ---- */

struct scene {
	struct sim *sim;
	struct sim_node *ada, *boris;
	struct middle *m;
	struct code code;
};

static struct scene
scene_new(uint64_t seed)
{
	struct scene sc = {.sim = sim_new(seed)};

	sc.ada = sim_add(sc.sim, "Ada");
	sc.boris = sim_add(sc.sim, "Boris");
	sc.m = middle_new(sc.sim, ADA);
	sim_do(sc.ada, sim_cmd_pair(""), NULL);
	sc.code = sim_code(sc.ada, false, NULL)->code;
	return sc;
}

static void
scene_free(struct scene *sc)
{
	middle_free(sc->sim, sc->m);
	sim_free(sc->sim);
}

static bool
known(struct sim_node *n, struct sim_node *of)
{
	const struct msg_contact *c = sim_contact(n, sim_key(of));

	return c != NULL && c->trust == TRUST_VERIFIED;
}

static unsigned
tries(struct sim_node *n, bool joining)
{
	const struct msg_code *c = sim_code(n, joining, NULL);

	return c != NULL ? c->tries : 0;
}

/* ---- the man in the middle ---- */

static void
test_relay(void)
{
	struct scene sc = scene_new(1);

	sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 1,
		 "who only carries bytes is a wire");
	ok(known(sc.ada, sc.boris) && known(sc.boris, sc.ada), "both are verified");
	scene_free(&sc);
}

/* One bit of what goes by is changed; then nobody is known, and the tries are counted as the text says. */
static const struct {
	const char *what;
	int64_t caller, callee;
	unsigned ada, boris; /* tries */
} flips[] = {
	{"the suite", 5, -1, 0, 0},
	{"the version", 4, -1, 0, 0},
	{"n_i", PREAMBLE_LEN, -1, 1, 1},
	{"n_r", -1, 0, 1, 1},
	{"Yb", -1, PAIR_NONCE + 3, 0, 0}, /* no encoding of an element: see below */
	{"Ya", CALL + 3, -1, 1, 1},
	{"message 1's length", CALL + 33, -1, 0, 1},
	{"message 1's key", CALL + 34, -1, 1, 1},
	{"message 1's tag", CALL + 34 + 40, -1, 1, 1},
	{"message 2", -1, SHARES + 2 + 5, 0, 1},
	{"message 2's HELLO", -1, SHARES + 2 + 200, 0, 1},
};

static void
test_alter(void)
{
	for (size_t i = 0; i < NELEM(flips); i++) {
		struct scene sc = scene_new(10 + i);
		unsigned ada, boris;

		sc.m->flip_caller = flips[i].caller;
		sc.m->flip_callee = flips[i].callee;
		sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 0,
			 "%s changed: they do not pair", flips[i].what);
		ok(!known(sc.ada, sc.boris) && !known(sc.boris, sc.ada), "nobody is known by it");
		ada = tries(sc.ada, false);
		boris = tries(sc.boris, true);
		/* Half of all changes of a share make no share, which the caller sees before it sends its own. */
		if (strcmp(flips[i].what, "Yb") == 0)
			ok(ada == boris && ada <= 1, "a try of both, or of none: %u", ada);
		else
			ok(ada == flips[i].ada && boris == flips[i].boris,
			   "tries counted: %u and %u", ada, boris);
		sc.m->flip_caller = sc.m->flip_callee = -1;
		sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 1, "left alone they do");
		scene_free(&sc);
	}
}

/* ---- guesses ---- */

/* Callers made of sessions alone. */
struct guesser {
	struct session_host host;
	struct noise_keypair keys;
	struct session *s;
	unsigned opened, wrong, silence, other;
};

static const char *
guesser_nick(void *arg)
{
	(void)arg;
	return "Mallory";
}

static bool
guesser_opened(void *arg, struct session *s)
{
	(void)s;
	((struct guesser *)arg)->opened++;
	return false;
}

static void
guesser_closed(void *arg, struct session *s, enum session_end end, enum bye bye, const char *text)
{
	struct guesser *g = arg;

	(void)s;
	(void)bye;
	(void)text;
	g->s = NULL;
	if (end == SESSION_WRONG_CODE)
		g->wrong++;
	else if (end == SESSION_SILENCE)
		g->silence++;
	else
		g->other++;
}

static void
test_thousand(void)
{
	struct scene sc = scene_new(30);
	uint8_t priv[NOISE_KEY] = {0x3a};
	struct guesser g = {.host = {.arg = &g,
				     .loop = sim_loop(sc.sim),
				     .self = &g.keys,
				     .boot = 1,
				     .nick = guesser_nick,
				     .opened = guesser_opened,
				     .closed = guesser_closed}};
	uint64_t written;
	struct addr to;

	noise_keypair_from_private(&g.keys, priv);
	addr_parse(&to, ADA, ADDR_PORT, NULL);
	written = sim_written(sc.sim);
	for (unsigned i = 0; i < 1000; i++) {
		struct code guess = sc.code;
		char digits[9];

		snprintf(digits, sizeof(digits), "%08u", i * 7919 % 100000000);
		memcpy(guess.digits + CODE_PUBLIC, digits, CODE_SECRET);
		if (code_equal(&guess, &sc.code))
			continue;
		g.s = session_call_code(&g.host, sc.m->transport->ops->dial(sc.m->transport, &to),
					&guess, i);
		sim_run(sc.sim, 20);
	}
	written = sim_written(sc.sim) - written;
	is_int(g.opened, 0, "a thousand codes: none opens");
	is_int(g.wrong, PAIR_TRIES, "three are tried");
	is_int(g.silence, 1000 - PAIR_TRIES, "the others meet silence");
	is_int(g.other, 0, "and nothing else");
	is_int(sim_code(sc.ada, false, NULL)->state, CODE_VOID, "the code is void");
	is_int(sim_code_events(sc.ada, false), 1 + PAIR_TRIES,
	       "each try was shown, and only those");
	/* 24 bytes for each call, and three times what comes after; nothing is answered to the rest. */
	ok(written == 1000 * CALL + (uint64_t)PAIR_TRIES * (SHARES + ANSWER),
	   "and that is all the bytes there were: %llu", (unsigned long long)written);
	scene_free(&sc);
}

static void
ignore(void *arg, unsigned events)
{
	(void)arg;
	(void)events;
}

/* Callers that take the place and then say nothing do not keep others out. */
static void
test_holding(void)
{
	struct scene sc = scene_new(31);
	struct conn *held[40];
	uint8_t call[CALL] = "P2PT\1\3";
	struct addr to;

	addr_parse(&to, ADA, ADDR_PORT, NULL);
	for (size_t i = 0; i < NELEM(held); i++) {
		held[i] = sc.m->transport->ops->dial(sc.m->transport, &to);
		held[i]->handler = ignore;
		sim_run(sc.sim, 5);
		ok(held[i]->ops->write(held[i], call, sizeof(call)) == CALL, "caller %zu waits", i);
		held[i]->ops->want(held[i], 0);
		sim_run(sc.sim, 5);
	}
	sim_does(sc.boris, sim_cmd_join(&sc.code, ADA, ""), 1, "Boris has his turn");
	is_int(tries(sc.ada, false), 0, "and silence is no try");
	for (size_t i = 0; i < NELEM(held); i++)
		held[i]->ops->close(held[i]);
	sim_run(sc.sim, 10);
	scene_free(&sc);
}

/* ---- replay and reflection ---- */

static void
test_replay(void)
{
	struct scene sc = scene_new(40);
	uint8_t *said;
	size_t len;

	sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 1, "a pairing is overheard");
	len = sc.m->heard_len;
	said = xmemdup(sc.m->heard, len);
	ok(len > CALL + ANSWER, "all that the caller said");
	is_int((long long)sim_poke(sc.sim, sc.ada, said, len, "192.168.7.67"), 0,
	       "said again, it meets silence");
	sim_do(sc.ada, sim_cmd_pair(""), NULL);
	ok(sim_poke(sc.sim, sc.ada, said, len, "192.168.7.67") <= SHARES,
	   "with another code open, it hears a share at most");
	is_int(tries(sc.ada, false), 1, "and that was a try");
	free(said);
	scene_free(&sc);
}

static void
test_reflection(void)
{
	struct scene sc = scene_new(41);
	struct code own;

	/* All that Boris says comes back to him. */
	sc.m->mirrors = true;
	sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 0,
		 "a mirror does not know the code");
	ok(tries(sc.boris, true) <= 1, "one try at most");
	/* He has a code open himself, and the middle carries his call to him. */
	sc.m->mirrors = false;
	addr_parse(&sc.m->to, BORIS, ADDR_PORT, NULL);
	sim_do(sc.boris, sim_cmd_pair(""), NULL);
	own = sim_code(sc.boris, false, NULL)->code;
	sim_does(sc.boris, sim_cmd_join(&sc.code, MIDDLE, ""), 0, "nor does he himself");
	is_int(tries(sc.boris, false), 1, "both of his sides count it");
	sim_does(sc.boris, sim_cmd_join(&own, MIDDLE, ""), 0, "his own code");
	ok(sim_contact(sc.boris, sim_key(sc.boris)) == NULL, "nobody is a contact of himself");
	scene_free(&sc);
}

/* The same identity at another place: the code is right, the key is one's own. */
static void
test_own_key(void)
{
	struct scene sc = scene_new(42);
	struct sim_node *twin;
	struct code code;

	sim_quit(sc.boris);
	twin = sim_restore(sc.boris, "192.168.7.9:41555");
	sim_revive(sc.boris);
	sim_do(twin, sim_cmd_pair(""), NULL);
	code = sim_code(twin, false, NULL)->code;
	sim_does(sc.boris, sim_cmd_join(&code, "192.168.7.9:41555", ""), 0,
		 "one's own key as peer");
	ok(sim_contact(sc.boris, sim_key(sc.boris)) == NULL &&
		   sim_contact(twin, sim_key(sc.boris)) == NULL,
	   "is no contact on either side");
	is_int(sim_code(twin, false, NULL)->state, CODE_WAITING, "and uses no code up");
	scene_free(&sc);
}

/* ---- who claims the digits ---- */

/* Mallory shows the same digits before Ada does, and answers with guesses. Two of the three tries go to her. */
static void
test_claims(void)
{
	struct scene sc = scene_new(50);
	struct sim_node *mallory[2] = {sim_add(sc.sim, "Mallory"), sim_add(sc.sim, "Mallory")};
	uint32_t serial = sim_command(sc.boris, sim_cmd_join(&sc.code, "", ""));
	char at[32];

	for (unsigned i = 0; i < 2; i++) {
		sim_do(mallory[i], sim_cmd_pair(""), NULL);
		snprintf(at, sizeof(at), "192.168.7.%u:41555", 3 + i);
		sim_heard(sc.boris, code_public(&sc.code), at);
		sim_run(sc.sim, 500);
		is_int(tries(sc.boris, true), i + 1, "one guess for Mallory");
		/* Her beacons go on; they get her nothing. */
		for (int j = 0; j < 10; j++)
			sim_heard(sc.boris, code_public(&sc.code), at);
		sim_run(sc.sim, 500);
		is_int(tries(sc.boris, true), i + 1, "and not one more");
	}
	sim_heard(sc.boris, code_public(&sc.code), ADA);
	sim_run(sc.sim, 2000);
	is_int(sim_result(sc.boris, serial, NULL), 1, "the third try is Ada's");
	ok(known(sc.boris, sc.ada) && !known(sc.boris, mallory[0]) && !known(sc.boris, mallory[1]),
	   "and she is who is known");
	scene_free(&sc);
}

static void
test_claims_void(void)
{
	struct scene sc = scene_new(51);
	uint32_t serial = sim_command(sc.boris, sim_cmd_join(&sc.code, "", ""));
	const char *text = "";
	char at[32];

	for (unsigned i = 0; i < PAIR_TRIES; i++) {
		struct sim_node *mallory = sim_add(sc.sim, "Mallory");

		sim_do(mallory, sim_cmd_pair(""), NULL);
		snprintf(at, sizeof(at), "192.168.7.%u:41555", 3 + i);
		sim_heard(sc.boris, code_public(&sc.code), at);
		sim_run(sc.sim, 500);
	}
	is_int(sim_result(sc.boris, serial, &text), 0, "three who claim it: %s", text);
	is_int(sim_code(sc.boris, true, NULL)->state, CODE_VOID, "and the code is void here");
	sim_heard(sc.boris, code_public(&sc.code), ADA);
	sim_run(sc.sim, 2000);
	ok(!known(sc.boris, sc.ada) && tries(sc.ada, false) == 0, "nothing is tried any more");
	scene_free(&sc);
}

/* ---- what is not known ---- */

static void
test_unknown(void)
{
	static const struct {
		const char *what;
		uint8_t preamble[PREAMBLE_LEN];
		size_t answer;
	} probes[] = {
		{"suite 3", {'P', '2', 'P', 'T', 1, 3, 0, 0}, SHARES},
		{"suite 4", {'P', '2', 'P', 'T', 1, 4, 0, 0}, 0},
		{"suite 0", {'P', '2', 'P', 'T', 1, 0, 0, 0}, 0},
		{"suite 255", {'P', '2', 'P', 'T', 1, 255, 0, 0}, 0},
		{"version 2", {'P', '2', 'P', 'T', 2, 3, 0, 0}, 0},
		{"version 0", {'P', '2', 'P', 'T', 0, 3, 0, 0}, 0},
		{"a reserved byte", {'P', '2', 'P', 'T', 1, 3, 1, 0}, 0},
		{"the other one", {'P', '2', 'P', 'T', 1, 3, 0, 1}, 0},
		{"another magic", {'P', '2', 'P', 'U', 1, 3, 0, 0}, 0},
	};
	struct scene sc = scene_new(60);
	struct msg *stop;
	uint8_t call[CALL] = {0};

	for (size_t i = 0; i < NELEM(probes); i++) {
		memcpy(call, probes[i].preamble, PREAMBLE_LEN);
		is_int((long long)sim_poke(sc.sim, sc.ada, call, sizeof(call), "192.168.7.68"),
		       (long long)probes[i].answer, "%s, while a code is open", probes[i].what);
	}
	is_int((long long)sim_poke(sc.sim, sc.ada, call, PREAMBLE_LEN, "8.8.8.8"), 0,
	       "a preamble alone hears nothing");
	stop = msg_new(MSG_CMD_PAIR);
	stop->b.pair.stop = true;
	sim_do(sc.ada, stop, NULL);
	memcpy(call, probes[0].preamble, PREAMBLE_LEN);
	is_int((long long)sim_poke(sc.sim, sc.ada, call, sizeof(call), "192.168.7.68"), 0,
	       "suite 3 while none is");
	is_int(tries(sc.ada, false), 0, "no probe is a try");
	scene_free(&sc);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium does not start");
	test_relay();
	test_alter();
	test_thousand();
	test_holding();
	test_replay();
	test_reflection();
	test_own_key();
	test_claims();
	test_claims_void();
	test_unknown();
	return done_testing();
}
