/* session.c - the preamble and the handshake of two sessions over an in-memory stream: who gets through, and what everybody else meets. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/session_help.h"
#include "tests/tap.h"

/* preamble, three messages with their lengths */
#define CALLER_FIRST(overhead) (PREAMBLE_LEN + 2 + (overhead))

static const uint8_t door[NOISE_KEY] = {1, 2, 3}, other_door[NOISE_KEY] = {3, 2, 1};

static void
check_pair(struct world *w, const char *what)
{
	is_int(w->a.opened, 1, "%s: the caller is through", what);
	is_int(w->b.opened, 1, "%s: the callee is through", what);
	if (w->a.s == NULL || w->b.s == NULL)
		return;
	is_mem(session_key(w->a.s)->b, w->b.keys.pub, KEY_LEN, "the caller knows who answered");
	is_mem(session_key(w->b.s)->b, w->a.keys.pub, KEY_LEN, "the callee knows who called");
	is_str(session_hello(w->a.s)->nick, "Boris", "and its nick");
	is_str(session_hello(w->b.s)->nick, "Ada", "on both sides");
	is_int(session_hello(w->b.s)->boot, 1, "and its boot");
	is_int(session_dial_number(w->a.s), 7, "the dial is the caller's");
	is_int(session_dial_number(w->b.s), 7, "on both sides");
	ok(session_is_caller(w->a.s) && !session_is_caller(w->b.s), "one of them called");
	ok(session_send(w->a.s, FRAME_CHAT, 0, "hello", 5), "a frame is taken");
	world_run(w, 20);
	is_int(w->b.frames, 1, "and arrives");
	is_mem(w->b.got, "hello", 5, "as it was");
	is_int(w->b.last_type, FRAME_CHAT, "with its type");
}

static void
test_suites(void)
{
	struct world *w = world_new(1);

	world_call(w, NULL, NULL);
	check_pair(w, "XX");
	is_int(w->b.knocked, 0, "no door key was shown");
	world_free(w);

	w = world_new(2);
	w->b.door_open = false;
	w->b.ndoors = 2;
	memcpy(w->b.doors[0], other_door, sizeof(door));
	memcpy(w->b.doors[1], door, sizeof(door));
	world_call(w, &w->b.keys, door);
	check_pair(w, "XXpsk0, the door closed");
	is_int(w->b.knocked, 1, "a door key was shown");
	world_free(w);
}

/* Whoever may not come in hears nothing, and is told by its own side what that means. */
static void
test_silence(void)
{
	struct world *w = world_new(3);

	w->b.ndoors = 1;
	memcpy(w->b.doors[0], door, sizeof(door));
	world_call(w, &w->b.keys, other_door);
	is_int(w->a.end, SESSION_SILENCE, "a wrong door key meets silence");
	ok(strstr(w->a.text, "ask for an invite") != NULL, "and is told what to do");
	is_int(memnet_written(w->net), CALLER_FIRST(48), "not a byte came back");
	is_int(w->b.end, SESSION_REFUSED, "the callee closed");
	is_int(w->b.knocked, 0, "and nobody knocked");
	world_free(w);

	w = world_new(4);
	w->b.door_open = false;
	world_call(w, &w->b.keys, NULL);
	is_int(w->a.end, SESSION_SILENCE, "a closed door is silent");
	is_int(memnet_written(w->net), CALLER_FIRST(32), "not a byte came back");
	world_free(w);

	w = world_new(5);
	w->b.ndoors = 1;
	w->b.fresh = false;
	memcpy(w->b.doors[0], door, sizeof(door));
	world_call(w, &w->b.keys, door);
	is_int(w->a.end, SESSION_SILENCE, "a message 1 seen before is met with silence");
	is_int(w->b.knocked, 0, "and does not count as a knock");
	is_int(memnet_written(w->net), CALLER_FIRST(48), "not a byte came back");
	world_free(w);

	w = world_new(6);
	w->b.takes_raw = true;
	world_call(w, &w->b.keys, NULL);
	world_run(w, HANDSHAKE_TIMEOUT);
	is_int(w->a.end, SESSION_SILENCE, "who accepts and says nothing is silent after 10 s");
	world_free(w);
}

static void
test_wrong_keys(void)
{
	struct world *w = world_new(7);

	world_call(w, &w->a.keys, NULL);
	is_int(w->a.end, SESSION_WRONG_KEY, "somebody else answers");
	is_int(w->a.opened + w->b.opened, 0, "nobody is through");
	is_int(memnet_written(w->net),
	       CALLER_FIRST(32) + 2 + noise_overhead(NOISE_XX, 1) + HELLO_PAD,
	       "message 3, which shows who calls, was not sent");
	is_int(w->b.end, SESSION_LOST, "the callee sees it go");
	world_free(w);

	w = world_new(8);
	w->b.keys = w->a.keys;
	world_call(w, NULL, NULL);
	is_int(w->a.end, SESSION_OURSELVES, "our own address");
	is_int(w->a.opened + w->b.opened, 0, "is no session");
	world_free(w);

	/* A caller with our own key that goes on all the same. */
	w = world_new(9);
	{
		struct raw *r = raw_call(w);
		uint8_t payload[HELLO_PAD];

		r->keys = w->b.keys;
		raw_start(r, NULL);
		raw_hello(payload);
		ok(raw_message(r, NULL, 0) && raw_read_message(r) &&
			   raw_message(r, payload, sizeof(payload)),
		   "a caller with our own key");
		is_int(w->b.end, SESSION_REFUSED, "is refused");
		is_int(w->b.opened, 0, "and not let in");
		raw_free(r);
	}
	world_free(w);
}

static void
test_unreachable(void)
{
	struct world *w = world_new(10);

	memnet_faults(w->net)->no_new = true;
	world_call(w, &w->b.keys, NULL);
	is_int(w->a.end, SESSION_NOBODY, "a refused call");
	world_free(w);

	w = world_new(11);
	w->b.welcome = false;
	world_call(w, NULL, NULL);
	is_int(w->b.opened, 1, "a callee that does not want this caller");
	is_int(w->b.closed, 0, "closes without being told");
	is_int(w->a.end, SESSION_LOST, "and the caller sees the end of the stream");
	is_int(w->a.frames, 0, "without a word");
	world_free(w);
}

/* What somebody writes who does not speak our protocol, at the beginning. */
static void
test_preambles(void)
{
	static const struct {
		const char *what, *bytes;
		size_t len;
	} table[] = {
		{"HTTP", "GET / HTTP/1.1\r\n\r\n", 18}, {"another letter", "P2PX\1\1\0\0", 8},
		{"version 0", "P2PT\0\1\0\0", 8},	{"version 2", "P2PT\2\1\0\0", 8},
		{"suite 0", "P2PT\1\0\0\0", 8},		{"suite 3", "P2PT\1\3\0\0", 8},
		{"suite 255", "P2PT\1\377\0\0", 8},	{"a seventh byte", "P2PT\1\1\1\0", 8},
		{"an eighth byte", "P2PT\1\1\0\1", 8},	{"zeros", "\0\0\0\0\0\0\0\0", 8},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		struct world *w = world_new(20 + i);
		struct raw *r = raw_call(w);

		raw_write(r, table[i].bytes, table[i].len);
		is_int(w->b.end, SESSION_REFUSED, "%s is refused", table[i].what);
		is_int(r->len, 0, "without a byte");
		ok(r->eof, "at once");
		raw_free(r);
		world_free(w);
	}
}

/* Lengths and contents of message 1 and 3 that cannot be. */
static void
test_callee_messages(void)
{
	static const unsigned lengths[] = {0, 1, 31, 33, 48, 1024, 1025, 65535};
	uint8_t big[2 + HANDSHAKE_MAX + 100] = {0};

	for (size_t i = 0; i < NELEM(lengths); i++) {
		struct world *w = world_new(40 + i);
		struct raw *r = raw_call(w);
		size_t n = lengths[i] < HANDSHAKE_MAX + 98 ? lengths[i] : HANDSHAKE_MAX + 98;

		raw_start(r, NULL);
		put_be16(big, (uint16_t)lengths[i]);
		raw_write(r, big, 2 + n);
		is_int(w->b.end, SESSION_REFUSED, "a message 1 of %u bytes is refused", lengths[i]);
		is_int(r->len, 0, "without a byte");
		raw_free(r);
		world_free(w);
	}
	for (size_t i = 0; i < NELEM(lengths); i++) {
		struct world *w = world_new(60 + i);
		struct raw *r = raw_call(w);
		size_t n = lengths[i] < HANDSHAKE_MAX + 98 ? lengths[i] : HANDSHAKE_MAX + 98;

		raw_start(r, NULL);
		raw_message(r, NULL, 0);
		ok(raw_read_message(r), "message 2 came");
		put_be16(big, (uint16_t)lengths[i]);
		raw_write(r, big, 2 + n);
		is_int(w->b.end, SESSION_REFUSED, "a message 3 of %u bytes is refused", lengths[i]);
		is_int(w->b.opened, 0, "and opens nothing");
		raw_free(r);
		world_free(w);
	}
}

/* A key of small order would make a secret everybody knows. */
static void
test_small_order(void)
{
	struct world *w = world_new(79);
	struct raw *r = raw_call(w);
	static const uint8_t zeros[2 + 32] = {0, 32};

	raw_start(r, NULL);
	raw_write(r, zeros, sizeof(zeros));
	is_int(w->b.end, SESSION_REFUSED, "an ephemeral key of small order is refused");
	is_int(r->len, 0, "without a byte");
	raw_free(r);
	world_free(w);
}

static void
test_caller_messages(void)
{
	static const unsigned lengths[] = {0, 1, 95, 1024, 1025, 65535};
	uint8_t big[2 + HANDSHAKE_MAX + 100] = {0};

	for (size_t i = 0; i < NELEM(lengths); i++) {
		struct world *w = world_new(80 + i);
		struct raw *r;
		size_t n = lengths[i] < HANDSHAKE_MAX + 98 ? lengths[i] : HANDSHAKE_MAX + 98;

		w->b.takes_raw = true;
		world_call(w, NULL, NULL);
		r = raw_answer(w);
		put_be16(big, (uint16_t)lengths[i]);
		raw_write(r, big, 2 + n);
		is_int(w->a.end, SESSION_REFUSED, "a message 2 of %u bytes is refused", lengths[i]);
		is_int(w->a.closed, 1, "once");
		raw_free(r);
		world_free(w);
	}
}

/* Greetings that authenticate and are wrong all the same. */
static void
test_greetings(void)
{
	static const struct {
		const char *what;
		uint8_t bytes[16];
		size_t len;
		const char *why;
	} table[] = {
		{"no greeting", {0}, 0, "malformed"},
		{"a greeting cut short", {1, 2, 1}, 3, "malformed"},
		{"no version", {4, 8, 1, 1, 1, 1, 1, 1, 1, 1}, 10, "malformed"},
		{"only newer versions", {1, 2, 2, 3}, 4, "update"},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		struct world *w = world_new(90 + i);
		struct raw *r = raw_call(w);

		raw_start(r, NULL);
		raw_message(r, NULL, 0);
		raw_read_message(r);
		raw_message(r, table[i].bytes, table[i].len);
		is_int(w->b.end, SESSION_REFUSED, "%s is refused by the callee", table[i].what);
		ok(strstr(w->b.text, table[i].why) != NULL, "because: %s", w->b.text);
		raw_free(r);
		world_free(w);

		w = world_new(95 + i);
		w->b.takes_raw = true;
		world_call(w, NULL, NULL);
		r = raw_answer(w);
		raw_start(r, NULL);
		ok(raw_read_message(r), "message 1 came");
		raw_message(r, table[i].bytes, table[i].len);
		is_int(w->a.end, SESSION_REFUSED, "%s is refused by the caller", table[i].what);
		ok(strstr(w->a.text, table[i].why) != NULL, "because: %s", w->a.text);
		raw_free(r);
		world_free(w);
	}
}

/* How many bytes a whole handshake takes, and what of them is message 3. */
static uint64_t
handshake_bytes(const uint8_t *psk, uint64_t *before_3)
{
	enum noise_pattern p = psk != NULL ? NOISE_XXPSK0 : NOISE_XX;

	*before_3 = CALLER_FIRST(noise_overhead(p, 0)) + 2 + noise_overhead(p, 1) + HELLO_PAD;
	return *before_3 + 2 + noise_overhead(p, 2) + HELLO_PAD;
}

static struct world *
faulty(uint64_t seed, const uint8_t *psk, uint64_t cut, uint64_t flip)
{
	struct world *w = world_new(seed);

	w->b.ndoors = 1;
	memcpy(w->b.doors[0], door, sizeof(door));
	memnet_faults(w->net)->cut_after = cut;
	memnet_faults(w->net)->flip_at = flip;
	world_call(w, &w->b.keys, psk);
	world_run(w, HANDSHAKE_TIMEOUT + 1000);
	return w;
}

/* The stream breaks after every byte of the handshake. */
static void
test_vanishing(void)
{
	for (int suite = 1; suite <= 2; suite++) {
		const uint8_t *psk = suite == 2 ? door : NULL;
		uint64_t before_3, all = handshake_bytes(psk, &before_3);
		unsigned wrong = 0;

		for (uint64_t cut = 1; cut < all; cut++) {
			struct world *w = faulty(cut, psk, cut, 0);

			/* The caller is through once it has written message 3. */
			if (w->b.opened != 0 || w->a.closed != 1 || w->b.closed != 1 ||
			    w->a.opened != (cut >= before_3))
				if (wrong++ == 0)
					diag("cut after %d: %u %u %u %u", (int)cut, w->a.opened,
					     w->a.closed, w->b.opened, w->b.closed);
			world_free(w);
		}
		is_int(wrong, 0, "suite %d, cut after each of %d bytes: both ends hear of it once",
		       suite, (int)all);
	}
}

/* A bit turns in every byte of the handshake: the callee never lets anybody in. */
static void
test_flips(void)
{
	for (int suite = 1; suite <= 2; suite++) {
		const uint8_t *psk = suite == 2 ? door : NULL;
		uint64_t before_3, all = handshake_bytes(psk, &before_3);
		unsigned wrong = 0;

		for (uint64_t at = 1; at <= all; at++) {
			struct world *w = faulty(at, psk, 0, at);

			if (w->b.opened != 0 || w->b.closed != 1 || w->a.closed != 1 ||
			    w->a.opened != (at > before_3))
				if (wrong++ == 0)
					diag("flip at %d: %u %u %u %u", (int)at, w->a.opened,
					     w->a.closed, w->b.opened, w->b.closed);
			world_free(w);
		}
		is_int(wrong, 0, "suite %d, a bit turned in each of %d bytes: nobody is let in",
		       suite, (int)all);
	}
}

/* A byte at a time, and never enough of them. */
static void
test_slow(void)
{
	struct world *w = world_new(98);
	struct raw *r = raw_call(w);

	raw_write(r, "P2PT\1\1", 6);
	for (int i = 0; i < 9; i++) {
		world_run(w, 900);
		raw_write(r, "", i < 2 ? 1 : 0);
	}
	is_int(w->b.closed, 0, "nine seconds of dribble");
	world_run(w, 2000);
	is_int(w->b.end, SESSION_TIMEOUT, "the deadline does not move");
	raw_free(r);
	world_free(w);

	w = world_new(99);
	memnet_faults(w->net)->delay = 2000;
	world_call(w, &w->b.keys, NULL);
	world_run(w, 9000);
	is_int(w->a.opened + w->b.opened, 2, "six seconds of way are not too slow");
	world_free(w);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_suites();
	test_silence();
	test_wrong_keys();
	test_unreachable();
	test_preambles();
	test_callee_messages();
	test_small_order();
	test_caller_messages();
	test_greetings();
	test_vanishing();
	test_flips();
	test_slow();
	return done_testing();
}
