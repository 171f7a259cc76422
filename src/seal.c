/* seal.c - values sealed at rest, each bound to its place in the database. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "src/seal.h"
#include "src/util.h"

#define SEED_CONTEXT "p2ptui__"
#define SUBKEY_DB    3
#define DB_CONTEXT   "p2pseal_"
#define SUBKEY_VALUE 1
#define SUBKEY_TAG   2
#define SUBKEY_LOOK  3

#define NONCE_LEN    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN	     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLACE_LEN    10
#define LOOK_TAG_LEN (SEAL_LOOK_OVERHEAD - 1)
/* How many nonces are drawn at once: a system call for each would cost more than the sealing. */
#define NONCES	     64

_Static_assert(SEAL_OVERHEAD == 1 + NONCE_LEN + TAG_LEN, "version, nonce and tag");
_Static_assert(SEAL_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a key of the cipher");
_Static_assert(SEAL_KEY_LEN == crypto_kdf_KEYBYTES, "and one that others are derived from");
_Static_assert(LOOK_TAG_LEN <= crypto_stream_xchacha20_NONCEBYTES, "the tag is a nonce");
_Static_assert(SEAL_KEY_LEN == crypto_stream_xchacha20_KEYBYTES, "a key of the stream");

struct seal {
	uint8_t value[SEAL_KEY_LEN], tag[SEAL_KEY_LEN], look[SEAL_KEY_LEN];
	uint8_t nonces[NONCES][NONCE_LEN];
	size_t left; /* of them */
};

void
seal_key_from_seed(struct seal_key *key, const uint8_t seed[32])
{
	crypto_kdf_derive_from_key(key->b, sizeof(key->b), SUBKEY_DB, SEED_CONTEXT, seed);
	key->wanted = false;
}

bool
seal_key_equal(const struct seal_key *a, const struct seal_key *b)
{
	return sodium_memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

void
seal_key_wipe(struct seal_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

struct seal *
seal_new(const struct seal_key *key)
{
	struct seal *s = xcalloc(1, sizeof(*s));

	if (sodium_init() < 0)
		util_fatal("libsodium cannot start: there is no source of randomness");
	crypto_kdf_derive_from_key(s->value, sizeof(s->value), SUBKEY_VALUE, DB_CONTEXT, key->b);
	crypto_kdf_derive_from_key(s->tag, sizeof(s->tag), SUBKEY_TAG, DB_CONTEXT, key->b);
	crypto_kdf_derive_from_key(s->look, sizeof(s->look), SUBKEY_LOOK, DB_CONTEXT, key->b);
	return s;
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	sodium_memzero(s, sizeof(*s));
	free(s);
}

/* The associated data. */
static void
place(uint8_t ad[PLACE_LEN], unsigned column, int64_t row)
{
	ad[0] = (uint8_t)(column >> 8);
	ad[1] = (uint8_t)(column & 0xff);
	put_be64(ad + 2, (uint64_t)row);
}

void
seal_put(struct seal *s, uint8_t *out, unsigned column, int64_t row, const void *p, size_t n)
{
	uint8_t ad[PLACE_LEN];

	if (s->left == 0) {
		randombytes_buf(s->nonces, sizeof(s->nonces));
		s->left = NONCES;
	}
	place(ad, column, row);
	out[0] = SEAL_VERSION;
	memcpy(out + 1, s->nonces[--s->left], NONCE_LEN);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE_LEN, NULL, p, n, ad, sizeof(ad),
						   NULL, out + 1, s->value);
}

bool
seal_get(const struct seal *s, uint8_t *out, unsigned column, int64_t row, const void *p, size_t n)
{
	const uint8_t *sealed = p;
	uint8_t ad[PLACE_LEN];

	if (n < SEAL_OVERHEAD || sealed[0] != SEAL_VERSION)
		return false;
	place(ad, column, row);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed + 1 + NONCE_LEN,
							  n - 1 - NONCE_LEN, ad, sizeof(ad),
							  sealed + 1, s->value) == 0;
}

/* The tag as the nonce it is used as, zeros behind it. */
static void
look_nonce(const struct seal *s, uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES], unsigned column,
	   const void *p, size_t n)
{
	const uint8_t what[2] = {(uint8_t)(column >> 8), (uint8_t)(column & 0xff)};
	crypto_generichash_state state;

	memset(nonce, 0, crypto_stream_xchacha20_NONCEBYTES);
	crypto_generichash_init(&state, s->tag, sizeof(s->tag), LOOK_TAG_LEN);
	crypto_generichash_update(&state, what, sizeof(what));
	crypto_generichash_update(&state, p, n);
	crypto_generichash_final(&state, nonce, LOOK_TAG_LEN);
	sodium_memzero(&state, sizeof(state));
}

void
seal_look(const struct seal *s, uint8_t *out, unsigned column, const void *p, size_t n)
{
	uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES];

	look_nonce(s, nonce, column, p, n);
	out[0] = SEAL_VERSION;
	memcpy(out + 1, nonce, LOOK_TAG_LEN);
	crypto_stream_xchacha20_xor(out + SEAL_LOOK_OVERHEAD, p, n, nonce, s->look);
}

bool
seal_unlook(const struct seal *s, uint8_t *out, unsigned column, const void *p, size_t n)
{
	uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES] = {0};
	uint8_t again[crypto_stream_xchacha20_NONCEBYTES];
	const uint8_t *sealed = p;
	size_t len = n - SEAL_LOOK_OVERHEAD;

	if (n < SEAL_LOOK_OVERHEAD || sealed[0] != SEAL_VERSION)
		return false;
	memcpy(nonce, sealed + 1, LOOK_TAG_LEN);
	crypto_stream_xchacha20_xor(out, sealed + SEAL_LOOK_OVERHEAD, len, nonce, s->look);
	look_nonce(s, again, column, out, len);
	if (sodium_memcmp(again, nonce, sizeof(nonce)) == 0)
		return true;
	sodium_memzero(out, len);
	return false;
}
