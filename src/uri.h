#ifndef P2P_SRC_URI_H
#define P2P_SRC_URI_H
/* The invite: one token `p2p:…` that carries an identity key, a door key and addresses from person
 * to person.
 *
 * Text: "p2p:" and base32 (Crockford's alphabet 0-9a-z without i l o u, lower case, most
 * significant bit first, last character filled with zero bits) in groups of eight joined by '-'. A
 * reader skips white space, '-' and mail quoting ('>' at the start of a line), takes upper case,
 * and reads o as 0, i and l as 1.
 *
 * Bytes: version 1; identity key 32; then (type u8, length u8, value)*; then the checksum: the
 * first 5 bytes of BLAKE2b-256 over "p2p-tui invite" || all before it. Every version keeps the
 * checksum. Types: 1 door key (32), 2 address (family 4 or 6, ip, port u16 big endian; up to 8), 3
 * nick (1-64 bytes of UTF-8), 4 expiry (i64 big endian, seconds since 1970). Types 1, 3 and 4 stand
 * at most once; others are skipped. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"

#define INVITE_KEY	 32
#define INVITE_ADDRS	 8
#define INVITE_NICK	 64
/* The longest invite that is read, decoded, in bytes. */
#define INVITE_BYTES_MAX 1024
/* A buffer for any sentence of invite_parse(). */
#define INVITE_ERR	 160

struct invite {
	uint8_t key[INVITE_KEY];
	bool has_door;
	uint8_t door[INVITE_KEY];
	struct addr addrs[INVITE_ADDRS];
	size_t naddrs;
	char nick[INVITE_NICK +
		  1];	 /* "" for none; as the other side wrote it: show it through text.h */
	int64_t expires; /* seconds since 1970; 0 for never. Not checked here. */
};

/* The token, in fresh memory. inv->key must be fine; nick is cut at a character if too long; an
 * address without port or family is left out. */
char *invite_format(const struct invite *inv)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
/* Reads a whole token (white space around it is fine). On failure false, and err[errlen] says in
 * one sentence what is wrong; it holds no byte of the input. *inv is written on success only. */
bool invite_parse(const char *s, struct invite *inv, char *err, size_t errlen)
	__attribute__((warn_unused_result));
/* The same for len bytes that need no NUL: what invite_find() found. */
bool invite_parse_n(const char *s, size_t len, struct invite *inv, char *err, size_t errlen)
	__attribute__((warn_unused_result));
/* Finds the first thing that looks like an invite in a pasted text, also wrapped over lines or
 * quoted with "> ": one that parses if there is one, else the first `p2p:` that is followed by at
 * least 16 characters of a code. False if there is none. */
bool invite_find(const char *text, size_t textlen, size_t *start, size_t *len);
/* Whether 32 bytes can be somebody's X25519 identity key: canonical, not zero, not of small order.
 */
bool invite_key_ok(const uint8_t key[INVITE_KEY]);

#endif
