#ifndef P2P_SRC_SEAL_H
#define P2P_SRC_SEAL_H
/* Values sealed at rest: XChaCha20-Poly1305, each bound to the table, row and column it stands in, under a key derived from the seed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY_LEN	   32
#define SEAL_VERSION	   1
#define SEAL_OVERHEAD	   ((size_t)(1 + 24 + 16))
#define SEAL_LOOK_OVERHEAD ((size_t)(1 + 16))

/* A sealed value is
 *
 *	version		1 byte, SEAL_VERSION
 *	nonce		24 bytes, random
 *	ciphertext	as long as the value, and a tag of 16 bytes
 *
 * with the associated data (table u8, column u8, row i64 big endian). The numbers below are therefore part of the format: they are never
 * changed and never used again.
 *
 * A column that is searched by what it holds (a peer's key, a message's id) has look-up values instead: the same bytes are sealed the same
 * way each time, so that the database can compare them, and nothing else about them shows but their length. One is
 *
 *	version		1 byte, SEAL_VERSION
 *	tag		16 bytes: BLAKE2b-128, keyed, of table u8, column u8 and the value
 *	ciphertext	as long as the value: XChaCha20 with the tag and 8 zero bytes as nonce
 *
 * (what is known as SIV). They are bound to table and column, not to the row.
 *
 * Keys (libsodium's crypto_kdf): the database's is subkey 3 of the seed in the context "p2ptui__"; of that, in the context "p2pseal_",
 * subkey 1 seals values, subkey 2 makes tags and subkey 3 the ciphertext of look-up values. */
/* 256 times the table, and the column. Macros, because SQL text is made of them. */
#define SEAL_PEER_KEY	     0x0101
#define SEAL_CONTACT_NAME    0x0201
#define SEAL_CONTACT_NICK    0x0202
#define SEAL_CONTACT_NOTE    0x0203
#define SEAL_CONTACT_DOOR    0x0204
#define SEAL_CONTACT_ADDRS   0x0205
#define SEAL_CONTACT_NEW_KEY 0x0206
#define SEAL_CONTACT_ADDED   0x0207
#define SEAL_CONTACT_GAVE    0x0208
#define SEAL_CONTACT_PERSON  0x0209
#define SEAL_CONTACT_HEIR    0x020a
#define SEAL_MESSAGE_ID	     0x0301
#define SEAL_MESSAGE_TEXT    0x0302
#define SEAL_MESSAGE_REASON  0x0303
#define SEAL_REACT_IN	     0x0304
#define SEAL_REACT_OUT	     0x0305
#define SEAL_TRANSFER_ID     0x0401
#define SEAL_TRANSFER_NAME   0x0402
#define SEAL_TRANSFER_PLACE  0x0403
#define SEAL_TRANSFER_REASON 0x0404
#define SEAL_TRANSFER_PATHS  0x0405
#define SEAL_DOOR_KEY	     0x0501
#define SEAL_DOOR_LABEL	     0x0502
#define SEAL_DOOR_WHO	     0x0503
#define SEAL_NAMED_NAME	     0x0601
#define SEAL_NAMED_VALUE     0x0602
#define SEAL_PROOF	     0x0701
#define SEAL_VERSION_TEXT    0x0801
#define SEAL_SPOOL_HEAD	     0x0901
#define SEAL_SPOOL_PART	     0x0902
#define SEAL_TYPED_TEXT	     0x0a01
#define SEAL_WENT_ROWS	     0x0b01

/* The database's key. */
struct seal_key {
	uint8_t b[SEAL_KEY_LEN];
	bool wanted; /* a passphrase is set: a database that is not sealed yet is to be */
};

/* The key, ready for use by one thread. Not to be used on both sides of a fork(): they would repeat nonces. */
struct seal;

void seal_key_from_seed(struct seal_key *key, const uint8_t seed[32]);
bool seal_key_equal(const struct seal_key *a, const struct seal_key *b); /* wanted or not */
void seal_key_wipe(struct seal_key *key);

struct seal *seal_new(const struct seal_key *key);
void seal_free(struct seal *s); /* wipes; NULL is fine */

/* Seals n bytes; out has room for n + SEAL_OVERHEAD, and may not overlap p. */
void seal_put(struct seal *s, uint8_t *out, unsigned column, int64_t row, const void *p, size_t n);
/* Opens n sealed bytes into out, which has room for n - SEAL_OVERHEAD (at least 0). False if they are not a value sealed under this
 * key for this place; then out holds nothing of it. */
bool seal_get(const struct seal *s, uint8_t *out, unsigned column, int64_t row, const void *p,
	      size_t n) __attribute__((warn_unused_result));
/* The same for look-up values, with SEAL_LOOK_OVERHEAD. */
void seal_look(const struct seal *s, uint8_t *out, unsigned column, const void *p, size_t n);
bool seal_unlook(const struct seal *s, uint8_t *out, unsigned column, const void *p, size_t n)
	__attribute__((warn_unused_result));

#endif
