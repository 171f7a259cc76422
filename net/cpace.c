/* cpace.c - CPace over ristretto255 with SHA-512: the arithmetic of a short shared code. */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "net/cpace.h"

_Static_assert(CPACE_POINT == crypto_core_ristretto255_BYTES, "an encoded element");
_Static_assert(CPACE_SCALAR == crypto_core_ristretto255_SCALARBYTES, "a scalar");
_Static_assert(CPACE_RANDOM == crypto_core_ristretto255_NONREDUCEDSCALARBYTES, "before reduction");
_Static_assert(CPACE_ISK == crypto_hash_sha512_BYTES, "what the hash gives");

/* G.DSI, and what the key is hashed with. */
static const char dsi[] = "CPaceRistretto255";
static const char dsi_isk[] = "CPaceRistretto255_ISK";

enum { S_IN_BYTES = 128 }; /* H.s_in_bytes: the block of SHA-512 */

/* prepend_len's length: LEB128, seven bits a byte. Returns how many bytes it takes. */
static size_t
put_len(uint8_t out[10], size_t n)
{
	size_t used = 0;

	do {
		out[used] = (uint8_t)(n & 127);
		n >>= 7;
		if (n != 0)
			out[used] |= 128;
		used++;
	} while (n != 0);
	return used;
}

/* prepend_len(field), hashed. Returns its length. */
static size_t
hash_field(crypto_hash_sha512_state *st, const void *field, size_t n)
{
	uint8_t len[10];
	size_t used = put_len(len, n);

	crypto_hash_sha512_update(st, len, used);
	if (n != 0)
		crypto_hash_sha512_update(st, field, n);
	return used + n;
}

/* generator_string(DSI, PRS, CI, sid, s_in_bytes): the padding fills the first block, so that hashing the password takes the same time
 * whatever it is. */
void
cpace_generator(uint8_t g[CPACE_POINT], const struct cpace_input *in)
{
	static const uint8_t zeros[S_IN_BYTES];
	crypto_hash_sha512_state st;
	uint8_t hash[crypto_hash_sha512_BYTES];
	size_t used;

	crypto_hash_sha512_init(&st);
	used = hash_field(&st, dsi, sizeof(dsi) - 1);
	used += hash_field(&st, in->prs, in->prs_len);
	hash_field(&st, zeros, used + 1 < S_IN_BYTES ? S_IN_BYTES - 1 - used : 0);
	hash_field(&st, in->ci, in->ci_len);
	hash_field(&st, in->sid, in->sid_len);
	crypto_hash_sha512_final(&st, hash);
	crypto_core_ristretto255_from_hash(g, hash);
	sodium_memzero(hash, sizeof(hash));
	sodium_memzero(&st, sizeof(st));
}

void
cpace_scalar(uint8_t scalar[CPACE_SCALAR], const uint8_t random[CPACE_RANDOM])
{
	crypto_core_ristretto255_scalar_reduce(scalar, random);
}

int
cpace_mult(uint8_t k[CPACE_POINT], const uint8_t scalar[CPACE_SCALAR],
	   const uint8_t peer[CPACE_POINT])
{
	/* -1 for an encoding that is none, and for the neutral element. */
	if (crypto_scalarmult_ristretto255(k, scalar, peer) == 0)
		return 0;
	sodium_memzero(k, CPACE_POINT);
	return -1;
}

int
cpace_share(uint8_t y[CPACE_POINT], const uint8_t scalar[CPACE_SCALAR],
	    const uint8_t g[CPACE_POINT])
{
	return cpace_mult(y, scalar, g);
}

void
cpace_isk(uint8_t isk[CPACE_ISK], const void *sid, size_t sid_len, const uint8_t k[CPACE_POINT],
	  const struct cpace_transcript *t)
{
	crypto_hash_sha512_state st;

	crypto_hash_sha512_init(&st);
	hash_field(&st, dsi_isk, sizeof(dsi_isk) - 1);
	hash_field(&st, sid, sid_len);
	hash_field(&st, k, CPACE_POINT);
	/* transcript_ir: the initiator's first. */
	hash_field(&st, t->ya, CPACE_POINT);
	hash_field(&st, t->ada, t->ada_len);
	hash_field(&st, t->yb, CPACE_POINT);
	hash_field(&st, t->adb, t->adb_len);
	crypto_hash_sha512_final(&st, isk);
	sodium_memzero(&st, sizeof(st));
}
