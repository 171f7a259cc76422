#ifndef P2P_NET_AEAD_EVP_H
#define P2P_NET_AEAD_EVP_H
/* libcrypto's ChaCha20-Poly1305, and its Poly1305: the same algorithms and the same bytes as libsodium's, but faster on much data. libcrypto
 * is opened at the first long record, so that a start that only chats does not pay for it; without it everything works as before. */

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

/* Poly1305 alone; net/mac.h is what is to be used. Each belongs to one thread at a time. NULL, and false: libcrypto failed. */
struct evp_mac_ctx_st;
struct evp_mac_ctx_st *aead_evp_mac_new(void);
void aead_evp_mac_free(struct evp_mac_ctx_st *mac);
bool aead_evp_mac_start(struct evp_mac_ctx_st *mac, const uint8_t *key)
	__attribute__((warn_unused_result));
bool aead_evp_mac_add(struct evp_mac_ctx_st *mac, const uint8_t *p, size_t len)
	__attribute__((warn_unused_result));
bool aead_evp_mac_end(struct evp_mac_ctx_st *mac, uint8_t *tag) __attribute__((warn_unused_result));

#endif
