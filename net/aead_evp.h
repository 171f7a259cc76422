#ifndef P2P_NET_AEAD_EVP_H
#define P2P_NET_AEAD_EVP_H
/* libcrypto's ChaCha20-Poly1305: the same cipher and the same bytes as libsodium's, but faster on long records. libcrypto is opened
 * at the first long record, so that a start that only chats does not pay for it; without it everything works as before. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether it is there; the first call opens it. P2P_TUI_AEAD=sodium in the environment says no: for comparing the two. */
bool aead_evp_ready(void);

/* As aead_seal() and aead_open(), with a nonce of 12 bytes and no AD, once it is ready. len is at most INT_MAX. False: the tag is wrong
 * (opening), or libcrypto failed; buf is undefined then. Any thread may call; one at a time gets through. */
bool aead_evp_seal(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len, uint8_t *tag)
	__attribute__((warn_unused_result));
bool aead_evp_open(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len,
		   const uint8_t *tag) __attribute__((warn_unused_result));

#endif
