/* safety.c - the safety number: sixty digits that two people compare, by Signal's numeric algorithm. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "src/safety.h"
#include "src/util.h"

#define ITERATIONS 5200
#define KEY_TYPE   5 /* X25519, as Signal writes it before the key */
#define REMEMBERED 64

void
safety_half(char out[SAFETY_HALF + 1], const uint8_t *key, size_t keylen, const void *id,
	    size_t idlen)
{
	static const uint8_t version[2] = {0, 0};
	uint8_t hash[crypto_hash_sha512_BYTES];
	crypto_hash_sha512_state st;

	/* The first round hashes version, key and identifier; each one the key again, behind what came out before. */
	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, version, sizeof(version));
	crypto_hash_sha512_update(&st, key, keylen);
	crypto_hash_sha512_update(&st, id, idlen);
	for (int i = 0; i < ITERATIONS; i++) {
		if (i > 0) {
			crypto_hash_sha512_init(&st);
			crypto_hash_sha512_update(&st, hash, sizeof(hash));
		}
		crypto_hash_sha512_update(&st, key, keylen);
		crypto_hash_sha512_final(&st, hash);
	}
	for (size_t i = 0; i < SAFETY_HALF / 5; i++) {
		uint64_t chunk = (uint64_t)hash[5 * i] << 32 | get_be32(hash + 5 * i + 1);

		snprintf(out + 5 * i, 6, "%05u", (unsigned)(chunk % 100000));
	}
}

void
safety_join(char out[SAFETY_DIGITS + 1], const char *a, const char *b)
{
	bool swap = strcmp(a, b) > 0;

	snprintf(out, SAFETY_DIGITS + 1, "%s%s", swap ? b : a, swap ? a : b);
}

/* Remembered. Nothing here is secret. */
static struct remembered {
	bool used;
	struct key key;
	char half[SAFETY_HALF + 1];
} memory[REMEMBERED];
static size_t next_place;

static const struct remembered *
recall(const struct key *key)
{
	for (size_t i = 0; i < REMEMBERED; i++)
		if (memory[i].used && key_equal(&memory[i].key, key))
			return &memory[i];
	return NULL;
}

bool
safety_known(const struct key *key)
{
	return recall(key) != NULL;
}

void
safety_key(char out[SAFETY_HALF + 1], const struct key *key)
{
	const struct remembered *r = recall(key);
	uint8_t typed[1 + KEY_LEN];

	if (r == NULL) {
		typed[0] = KEY_TYPE;
		memcpy(typed + 1, key->b, KEY_LEN);
		safety_half(memory[next_place].half, typed, sizeof(typed), key->b, KEY_LEN);
		memory[next_place].key = *key;
		memory[next_place].used = true;
		r = &memory[next_place];
		next_place = (next_place + 1) % REMEMBERED;
	}
	memcpy(out, r->half, sizeof(r->half));
}

void
safety_number(char out[SAFETY_DIGITS + 1], const struct key *a, const struct key *b)
{
	char half_a[SAFETY_HALF + 1], half_b[SAFETY_HALF + 1];

	safety_key(half_a, a);
	safety_key(half_b, b);
	safety_join(out, half_a, half_b);
}

char *
safety_groups(char out[SAFETY_TEXT], const char *digits, unsigned columns)
{
	size_t at = 0;

	for (unsigned i = 0; i < SAFETY_DIGITS / 5; i++) {
		if (i > 0)
			out[at++] = i % columns == 0 ? '\n' : ' ';
		memcpy(out + at, digits + (size_t)i * 5, 5);
		at += 5;
	}
	out[at] = '\0';
	return out;
}
