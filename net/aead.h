#ifndef P2P_NET_AEAD_H
#define P2P_NET_AEAD_H
/* The one seam behind which the transport cipher lives: ChaCha20-Poly1305 (RFC 8439, section 2.8) with the nonce Noise gives it.
 * Callers see a key, a counter and bytes; which library does the work is this module's business alone. */

#include <stddef.h>
#include <stdint.h>

enum { AEAD_KEY = 32, AEAD_TAG = 16 };

/* Both work in place, and the tag may lie anywhere outside buf[0..len), usually right behind it. The nonce is four zero bytes and n,
 * 64 bits, little endian (Noise, section 12.3); any n is accepted here, who calls counts. ad may be NULL if adlen is 0, and buf if len
 * is 0. sodium_init() must have run. */

/* Encrypts buf[0..len) and writes the tag. 0; or -1 with errno EMSGSIZE (longer than the cipher allows): then buf is untouched; or EIO (the library failed): buf is undefined. */
int aead_seal(const uint8_t key[AEAD_KEY], uint64_t n, const void *ad, size_t adlen, uint8_t *buf,
	      size_t len, uint8_t tag[AEAD_TAG]) __attribute__((warn_unused_result));
/* Checks the tag and decrypts buf[0..len). 0; or -1 with errno EBADMSG (forged or damaged) or EMSGSIZE: then buf[0..len) is zeroed,
 * so that nothing unauthenticated is left to be used by mistake. */
int aead_open(const uint8_t key[AEAD_KEY], uint64_t n, const void *ad, size_t adlen, uint8_t *buf,
	      size_t len, const uint8_t tag[AEAD_TAG]) __attribute__((warn_unused_result));

#endif
