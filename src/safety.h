#ifndef P2P_SRC_SAFETY_H
#define P2P_SRC_SAFETY_H
/* The safety number: sixty digits that two people compare, by Signal's numeric algorithm. (net/PROTOCOL.md, "Safety numbers") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

#define SAFETY_HALF   30
#define SAFETY_DIGITS 60
/* Twelve groups of five with a blank or a line end between, and a NUL. */
#define SAFETY_TEXT   (SAFETY_DIGITS + 12)

/* The thirty digits of one identity: `key` is the public key with its type byte, `id` the stable identifier. Hashes 5,200 times, which takes
 * some milliseconds. */
void safety_half(char out[SAFETY_HALF + 1], const uint8_t *key, size_t keylen, const void *id,
		 size_t idlen);
/* The sixty digits of two halves, the smaller first, so that both sides read the same. */
void safety_join(char out[SAFETY_DIGITS + 1], const char *a, const char *b);
/* The half of one of our keys: type byte 5, and the key itself as the identifier. The last few are remembered. Not thread-safe. */
void safety_key(char out[SAFETY_HALF + 1], const struct key *key);
/* Whether safety_key() would have to work for it. */
bool safety_known(const struct key *key);
/* The number of two keys. */
void safety_number(char out[SAFETY_DIGITS + 1], const struct key *a, const struct key *b);
/* The digits in groups of five, `columns` of them in a line. */
char *safety_groups(char out[SAFETY_TEXT], const char *digits, unsigned columns);

#endif
