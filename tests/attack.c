/* attack.c - attacks on the handshake of a session: a stolen key, reflection, replay, downgrade. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/session_help.h"
#include "tests/tap.h"

/* Carol's keys. The thief knows her public key only. */
static struct noise_keypair
carol(void)
{
	uint8_t priv[NOISE_KEY] = {0xca, 0x01};
	struct noise_keypair kp;

	noise_keypair_from_private(&kp, priv);
	return kp;
}

/* What a thief who has stolen the victim's own key puts where Carol's private key should be. */
static struct noise_keypair
disguise(const struct side *victim, bool own)
{
	uint8_t priv[NOISE_KEY] = {0x7e};
	struct noise_keypair kp = carol();

	memcpy(kp.priv, own ? priv : victim->keys.priv, NOISE_KEY);
	return kp;
}

/* KCI: the thief of the victim's key calls it as Carol. The only private keys at hand are the stolen one and the thief's own. */
static void
test_kci_caller(void)
{
	for (int own = 0; own < 2; own++) {
		struct world *w = world_new(1);
		uint8_t hello[HELLO_PAD];
		struct raw *r;

		w->b.door_open = true;
		r = raw_call(w);
		r->keys = disguise(&w->b, own);
		raw_start(r, NULL);
		raw_hello(hello);
		ok(raw_message(r, NULL, 0) && raw_read_message(r), "the victim answers message 1");
		ok(raw_message(r, hello, sizeof(hello)), "the thief says to be Carol");
		world_run(w, 1000);
		ok(w->b.opened == 0 && w->b.s == NULL, "and is not believed (%s key)",
		   own ? "its own" : "the stolen");
		raw_free(r);
		world_free(w);
	}
}

/* The same when the victim calls Carol and the thief answers. */
static void
test_kci_callee(void)
{
	for (int own = 0; own < 2; own++) {
		struct world *w = world_new(2);
		struct noise_keypair c = carol();
		uint8_t hello[HELLO_PAD];
		struct raw *r;
		size_t before;

		w->b.takes_raw = true;
		world_call(w, &c, NULL);
		r = raw_answer(w);
		r->keys = disguise(&w->a, own);
		raw_start(r, NULL);
		raw_hello(hello);
		ok(raw_read_message(r), "the thief reads message 1");
		before = r->len;
		ok(raw_message(r, hello, sizeof(hello)), "and answers as Carol");
		world_run(w, 1000);
		ok(w->a.opened == 0 && w->a.end == SESSION_REFUSED, "it is not believed (%s key)",
		   own ? "its own" : "the stolen");
		is_int((long long)r->len, (long long)before, "and does not hear who called");
		raw_free(r);
		world_free(w);
	}
}

/* Who is sent its own words back does not talk to itself. */
static void
test_reflection(bool door)
{
	static const uint8_t psk[NOISE_KEY] = {9};
	struct world *w = world_new(3);
	struct raw *r;
	size_t message = 2 + (door ? 48 : 32);

	w->b.takes_raw = true;
	world_call(w, NULL, door ? psk : NULL);
	r = raw_answer(w);
	is_int((long long)r->len, (long long)(PREAMBLE_LEN + message), "preamble and message 1");
	raw_write(r, r->in + PREAMBLE_LEN, message);
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	ok(w->a.opened == 0 && w->a.closed == 1, "message 1 as message 2 is refused");
	raw_free(r);
	world_free(w);
	/* All of a callee's words back to it. */
	w = world_new(4);
	w->b.door_open = true;
	w->b.ndoors = 1;
	memcpy(w->b.doors[0], psk, sizeof(psk));
	r = raw_call(w);
	raw_start(r, door ? psk : NULL);
	ok(raw_message(r, NULL, 0), "message 1");
	is_int((long long)r->len, 354, "message 2 comes");
	raw_write(r, r->in, r->len);
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	ok(w->b.opened == 0 && w->b.closed == 1, "message 2 as message 3 is refused");
	raw_free(r);
	world_free(w);
}

/* A good message 3 of one handshake, given to another one. */
static void
test_replay(void)
{
	struct world *w = world_new(5);
	uint8_t hello[HELLO_PAD], third[2 + HANDSHAKE_MAX];
	struct noise copy;
	struct raw *r;
	size_t n;

	w->b.door_open = true;
	r = raw_call(w);
	raw_start(r, NULL);
	raw_hello(hello);
	ok(raw_message(r, NULL, 0) && raw_read_message(r), "a handshake up to message 2");
	copy = r->noise;
	ok(noise_write(&copy, hello, sizeof(hello), third + 2, HANDSHAKE_MAX, &n) == 0,
	   "its message 3 is recorded");
	put_be16(third, (uint16_t)n);
	ok(raw_message(r, hello, sizeof(hello)), "and sent");
	world_run(w, 1000);
	is_int(w->b.opened, 1, "it opens a session");
	raw_free(r);
	world_run(w, 1000);
	r = raw_call(w);
	raw_start(r, NULL);
	ok(raw_message(r, NULL, 0) && raw_read_message(r), "another handshake");
	raw_write(r, third, 2 + n);
	world_run(w, 1000);
	is_int(w->b.opened, 1, "is not ended by the old message 3");
	raw_free(r);
	world_free(w);
}

/* Who changes the preamble on its way, to a weaker suite or another version, ends the handshake with it. */
static void
test_downgrade(void)
{
	static const uint8_t psk[NOISE_KEY] = {9};
	struct world *w = world_new(6);
	uint8_t hello[HELLO_PAD];
	struct raw *r = raw_call(w);

	w->b.door_open = true;
	raw_start(r, NULL);
	memcpy(r->preamble, "P2PT\1\2\0\0", PREAMBLE_LEN);
	r->noise.ss.h[0] ^= 1; /* what the hash of another prologue is to the callee's */
	raw_hello(hello);
	ok(raw_message(r, NULL, 0) && !raw_read_message(r),
	   "another prologue: message 2 is not right");
	raw_free(r);
	world_free(w);
	w = world_new(7);
	w->b.takes_raw = true;
	world_call(w, NULL, psk);
	r = raw_answer(w);
	/* The middle strips the door key and answers as suite 1. */
	memcpy(r->in + 4, "\1\1", 2);
	r->len = PREAMBLE_LEN + 2 + 32;
	r->in[PREAMBLE_LEN + 1] = 32;
	raw_start(r, NULL);
	ok(raw_read_message(r) && raw_message(r, hello, sizeof(hello)),
	   "suite 2 answered as suite 1");
	world_run(w, 1000);
	ok(w->a.opened == 0 && w->a.closed == 1, "is refused");
	raw_free(r);
	world_free(w);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium does not start");
	test_kci_caller();
	test_kci_callee();
	test_reflection(false);
	test_reflection(true);
	test_replay();
	test_downgrade();
	return done_testing();
}
