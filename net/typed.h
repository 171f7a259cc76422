#ifndef P2P_NET_TYPED_H
#define P2P_NET_TYPED_H
/* The pairing codes that were typed here, and how often each failed. It outlives the program: a code that is typed again after a restart has
 * no new tries. A code itself is not kept, only its hash under a key of this identity. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/code.h"
#include "src/types.h"

#define TYPED_VALUE "typed codes" /* its name in the store */

struct node;

struct typed {
	uint8_t hash[KEY_LEN];
	unsigned tries;
	bool calling;	/* a call with it is on; a program that dies in it has used a try */
	uint64_t since; /* loop ms */
};

struct typed_list {
	struct node *node;
	struct typed *codes; /* the newest first */
	size_t n;
};

struct typed *typed_find(const struct typed_list *l, const struct code *code);
/* Begins to remember a code, or finds it among those that were typed before. */
struct typed *typed_remember(struct typed_list *l, const struct code *code);
/* How long it is good, ms; 0: no longer. */
uint64_t typed_left(const struct typed_list *l, const struct typed *t);
/* To the store; with a serial that is not 0, an SR_VALUE or an SR_FAILED answers once it is there for good, or is not. */
void typed_save(const struct typed_list *l, uint32_t serial);
void typed_load(struct typed_list *l, const char *text);
void typed_free(struct typed_list *l);

#endif
