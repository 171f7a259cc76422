#ifndef P2P_NET_HELLO_H
#define P2P_NET_HELLO_H
/* HELLO: the payload of handshake messages 2 and 3. (net/PROTOCOL.md, "HELLO") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

#define PROTOCOL_VERSION 1 /* what our preamble asks for */
#define PROTOCOL_HIGHEST 1 /* the highest we speak */

#define BULK_ID_LEN  16
#define FEATURE_BULK 1 /* features bit 0: takes bulk connections */

struct hello {
	uint8_t lowest, highest;      /* protocol versions the sender speaks */
	uint32_t features;	      /* bits nobody knows yet are ignored */
	char nick[NAME_SIZE];	      /* as claimed; raw */
	uint64_t boot;		      /* random, one per process */
	bool bulk;		      /* message 3 only: this is the bulk connection of ... */
	uint8_t bulk_of[BULK_ID_LEN]; /* ... that session; session_bulk_id() */
	uint64_t dial;		      /* rises with every dial of the caller; 0 from the callee */
};

/* Writes HELLO_PAD bytes. */
void hello_put(uint8_t *out, const struct hello *h);
/* Reads one; `ours` is the highest version we speak. Unknown types are skipped. False with a sentence in *why: malformed, no common version, or a downgrade (both sides speak
 * something newer than what the preamble asked for). */
bool hello_get(struct hello *h, const uint8_t *p, size_t len, uint8_t ours, const char **why);

#endif
