#ifndef P2P_SRC_KEEPER_H
#define P2P_SRC_KEEPER_H
/* The threads around the store: one writer that commits in groups, one reader of pages and one searcher, each with a connection
 * of its own, so that scrolling waits for neither a commit nor a search. */

#include <stddef.h>

struct keeper;
struct msg;
struct queue;
struct seal_key;

/* Opens the database at path (key: as store_open()) for all threads and starts them. Answers to writes go to `replies` (the net thread's), pages and hits to `pages`
 * (the front end's event queue). NULL with a sentence in err when the database cannot be opened. Signals must be blocked by the
 * caller. */
struct keeper *keeper_start(const char *path, const struct seal_key *key, struct queue *replies,
			    struct queue *pages, char *err, size_t errlen);
/* Hands over a TO_STORE message, or a CMD_PAGE, CMD_WENT or CMD_SEARCH for a reader. Never blocks. */
void keeper_push(struct keeper *k, struct msg *m);
/* After SR_STOPPED came (ST_STOP also ends the readers): joins all threads and frees. */
void keeper_join(struct keeper *k);

#endif
