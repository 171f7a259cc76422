#ifndef P2P_NET_CPACE_H
#define P2P_NET_CPACE_H
/* CPace over ristretto255 with SHA-512 (draft-irtf-cfrg-cpace, "CPace-RISTR255-SHA512"): two sides that share a short password agree on a
 * long key, and who does not know it gets one guess per run and nothing to guess with afterwards. Bytes in, bytes out; no randomness, clock or
 * allocation. sodium_init() must have run. */

#include <stddef.h>
#include <stdint.h>

enum {
	CPACE_POINT = 32,  /* an encoded element of the group */
	CPACE_SCALAR = 32, /* little endian */
	CPACE_RANDOM = 64, /* what a scalar is made of */
	CPACE_ISK = 64,	   /* the key that comes out */
};

/* What both sides put in. The bytes stay the caller's; a length of 0 needs none. */
struct cpace_input {
	const void *prs; /* the password */
	size_t prs_len;
	const void *ci; /* what it is for */
	size_t ci_len;
	const void *sid; /* which run */
	size_t sid_len;
};

/* Both shares and what each side wants authenticated with its own, the initiator's as "a" (transcript_ir). */
struct cpace_transcript {
	const uint8_t *ya, *yb; /* CPACE_POINT each */
	const void *ada, *adb;
	size_t ada_len, adb_len;
};

/* G.calculate_generator: the generator these inputs make. */
void cpace_generator(uint8_t g[CPACE_POINT], const struct cpace_input *in);
/* A uniform scalar out of CPACE_RANDOM random bytes. */
void cpace_scalar(uint8_t scalar[CPACE_SCALAR], const uint8_t random[CPACE_RANDOM]);
/* Our share, y = scalar * g. 0; or -1 if it would be the neutral element, which only a scalar of zero makes. */
int cpace_share(uint8_t y[CPACE_POINT], const uint8_t scalar[CPACE_SCALAR],
		const uint8_t g[CPACE_POINT]) __attribute__((warn_unused_result));
/* G.scalar_mult_vfy: k = scalar * the peer's share. 0; or -1, and k zeroed: the share is no element, or k is the neutral one. Whatever asked
 * must end then. */
int cpace_mult(uint8_t k[CPACE_POINT], const uint8_t scalar[CPACE_SCALAR],
	       const uint8_t peer[CPACE_POINT]) __attribute__((warn_unused_result));
/* The key: SHA-512(lv_cat("CPaceRistretto255_ISK", sid, k) || lv_cat(ya, ada) || lv_cat(yb, adb)). */
void cpace_isk(uint8_t isk[CPACE_ISK], const void *sid, size_t sid_len,
	       const uint8_t k[CPACE_POINT], const struct cpace_transcript *t);

#endif
