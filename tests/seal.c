/* seal.c - sealed values: the format by a vector made elsewhere, and every other place, key or byte refused. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/seal.h"
#include "src/util.h"
#include "tests/tap.h"

static struct seal *
seal_of(uint8_t first)
{
	struct seal_key key;
	uint8_t seed[32];
	struct seal *s;

	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(first + i);
	seal_key_from_seed(&key, seed);
	s = seal_new(&key);
	seal_key_wipe(&key);
	return s;
}

/* Made in Python from the RFC's and the draft's text: hashlib's BLAKE2b for crypto_kdf, XChaCha20-Poly1305 written out. */
static void
test_vector(struct seal *s)
{
	static const char sealed[] = "016465666768696a6b6c6d6e6f707172737475767778797a7b84f86615563"
				     "dc5212ab179f52f266e3489ba1827b4e8493bcb73a5ac1b82cdc4eeb328";
	static const char looked[] = "01930659ac145aad1d3b47a8edd720935480699bde3f4bb6a7673f235ce29"
				     "4742f5928806151a26387c29ef9927c80d2e5";
	static const uint8_t zero[32];
	uint8_t bytes[60], out[32] = {0}, want[32 + SEAL_LOOK_OVERHEAD], got[sizeof(want)];

	ok(util_unhex(bytes, sizeof(bytes), sealed), "a sealed value made by another program");
	ok(seal_get(s, out, SEAL_MESSAGE_TEXT, 7, bytes, sizeof(bytes)), "opens");
	is_mem(out, "hello, sealed world", 19, "and is what it was");
	ok(util_unhex(want, sizeof(want), looked), "a look-up value made by it");
	seal_look(s, got, SEAL_PEER_KEY, zero, sizeof(zero));
	is_mem(got, want, sizeof(want), "is ours too");
	memset(out, 1, sizeof(out));
	ok(seal_unlook(s, out, SEAL_PEER_KEY, got, sizeof(got)), "and opens");
	is_mem(out, zero, sizeof(zero), "again");
	ok(!seal_unlook(s, out, SEAL_DOOR_KEY, got, sizeof(got)), "not in another column");
	seal_look(s, got, SEAL_DOOR_KEY, zero, sizeof(zero));
	ok(memcmp(got + 1, want + 1, 16) != 0 && memcmp(got + 17, want + 17, 32) != 0,
	   "where it is another");
}

static void
test_places(struct seal *s)
{
	static const unsigned columns[] = {
		SEAL_PEER_KEY,	      SEAL_CONTACT_NAME,   SEAL_CONTACT_NICK,  SEAL_CONTACT_NOTE,
		SEAL_CONTACT_DOOR,    SEAL_CONTACT_ADDRS,  SEAL_MESSAGE_ID,    SEAL_MESSAGE_TEXT,
		SEAL_MESSAGE_REASON,  SEAL_TRANSFER_ID,	   SEAL_TRANSFER_NAME, SEAL_TRANSFER_PLACE,
		SEAL_TRANSFER_REASON, SEAL_TRANSFER_PATHS, SEAL_DOOR_KEY,      SEAL_NAMED_NAME,
		SEAL_NAMED_VALUE,     SEAL_PROOF,	   SEAL_REACT_IN,      SEAL_REACT_OUT,
		SEAL_VERSION_TEXT,
	};
	uint8_t sealed[5 + SEAL_OVERHEAD], out[5];
	size_t opened = 0, same = 0;

	for (size_t i = 0; i < NELEM(columns); i++) {
		seal_put(s, sealed, columns[i], 12, "words", 5);
		for (size_t j = 0; j < NELEM(columns); j++) {
			bool good = seal_get(s, out, columns[j], 12, sealed, sizeof(sealed));

			opened += good && i == j && memcmp(out, "words", 5) == 0;
			same += good && i != j;
		}
	}
	is_int(opened, (int)NELEM(columns), "a value opens in its own column");
	is_int(same, 0, "and in no other");
	seal_put(s, sealed, SEAL_MESSAGE_TEXT, 12, "words", 5);
	ok(!seal_get(s, out, SEAL_MESSAGE_TEXT, 13, sealed, sizeof(sealed)) &&
		   !seal_get(s, out, SEAL_MESSAGE_TEXT, -12, sealed, sizeof(sealed)) &&
		   !seal_get(s, out, SEAL_MESSAGE_TEXT, 12 + (INT64_C(1) << 32), sealed,
			     sizeof(sealed)),
	   "nor in another row");
}

static void
test_damage(struct seal *s, struct seal *other)
{
	enum { N = 40 };
	uint8_t text[N], sealed[N + SEAL_OVERHEAD + 1], bad[sizeof(sealed)], out[sizeof(sealed)];
	size_t len = N + SEAL_OVERHEAD, missed = 0;

	memset(text, 'x', sizeof(text));
	seal_put(s, sealed, SEAL_NAMED_VALUE, 1, text, N);
	for (size_t i = 0; i < len * 8; i++) {
		memcpy(bad, sealed, len);
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		missed += seal_get(s, out, SEAL_NAMED_VALUE, 1, bad, len);
	}
	is_int(missed, 0, "every flipped bit is noticed");
	for (size_t i = 0; i < len; i++)
		missed += seal_get(s, out, SEAL_NAMED_VALUE, 1, sealed, i);
	sealed[len] = 0;
	missed += seal_get(s, out, SEAL_NAMED_VALUE, 1, sealed, len + 1);
	is_int(missed, 0, "every other length too");
	ok(!seal_get(other, out, SEAL_NAMED_VALUE, 1, sealed, len), "another seed opens nothing");
	ok(!seal_get(s, out, SEAL_NAMED_VALUE, 1, "plain text of some length, as it was before",
		     43),
	   "and plain text is no sealed value");
	missed = 0;
	seal_look(s, sealed, SEAL_MESSAGE_ID, text, N);
	for (size_t i = 0; i < (N + SEAL_LOOK_OVERHEAD) * 8; i++) {
		memcpy(bad, sealed, N + SEAL_LOOK_OVERHEAD);
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		missed += seal_unlook(s, out, SEAL_MESSAGE_ID, bad, N + SEAL_LOOK_OVERHEAD);
	}
	for (size_t i = 0; i < N + SEAL_LOOK_OVERHEAD; i++)
		missed += seal_unlook(s, out, SEAL_MESSAGE_ID, sealed, i);
	is_int(missed, 0, "nor does a look-up value open with a bit flipped or a byte missing");
	ok(!seal_unlook(other, out, SEAL_MESSAGE_ID, sealed, N + SEAL_LOOK_OVERHEAD),
	   "or under another seed");
	seal_put(s, sealed, SEAL_NAMED_VALUE, 1, "", 0);
	ok(seal_get(s, out, SEAL_NAMED_VALUE, 1, sealed, SEAL_OVERHEAD), "nothing can be sealed");
}

/* More than are drawn at once. */
static void
test_nonces(struct seal *s)
{
	enum { N = 1000 };
	uint8_t(*sealed)[SEAL_OVERHEAD + 1] = xcalloc(N, sizeof(*sealed));
	size_t twice = 0;

	for (size_t i = 0; i < N; i++) {
		seal_put(s, sealed[i], SEAL_MESSAGE_TEXT, 1, "a", 1);
		for (size_t j = 0; j < i; j++)
			twice += memcmp(sealed[i] + 1, sealed[j] + 1, 24) == 0;
	}
	is_int(twice, 0, "no nonce comes twice");
	free(sealed);
}

int
main(void)
{
	struct seal *s = seal_of(0), *other = seal_of(1);

	test_vector(s);
	test_places(s);
	test_damage(s, other);
	test_nonces(s);
	seal_free(s);
	seal_free(other);
	return done_testing();
}
