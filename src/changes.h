#ifndef P2P_CHANGES_H
#define P2P_CHANGES_H
/* Following what changes in chats: which revisions were looked at, which there are, and the page of changes that is on its way. Events and
 * pages reach a reader by different ways, so a page may be older than what was heard of since it was asked for. */

#include <stdbool.h>
#include <stdint.h>

#include "src/types.h"

struct msg;

struct changes {
	uint32_t serial; /* of the page on its way; 0: none */
	int64_t rev;	 /* looked at up to here */
	int64_t known;	 /* heard of up to here */
	int64_t covered; /* the page on its way was asked for when this much was known */
};

/* From here on: what is up to `rev` counts as looked at. A page on its way is not waited for. */
void changes_begin(struct changes *c, int64_t rev);

/* There are changes up to `rev`. */
void changes_heard(struct changes *c, int64_t rev);

/* The message that asks for the next page of changes, numbered `serial`, which is not 0; of every chat if the peer is all zero. The caller
 * sends it. NULL if there is nothing to ask for, or a page is on its way. */
struct msg *changes_ask(struct changes *c, uint32_t serial, const struct key *peer);

/* The page that was asked for is here: the highest revision in it (or anything lower than before, if it was empty), and whether the store
 * said that there is more. */
void changes_page(struct changes *c, int64_t newest, bool more);

#endif
