#ifndef P2P_SRC_STORE_H
#define P2P_SRC_STORE_H
/* What outlives the program: contacts, messages, the outbox, transfers, our door keys, in one SQLite database. Synchronous; the
 * threads around it are keeper.h's. SQLite itself is reached through db.h only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct msg;
struct queue;
struct store;

enum store_mode {
	STORE_WRITE, /* the one writer: creates the file (0600), migrates the schema, WAL, synchronous=FULL */
	STORE_READ, /* a reader beside it; the file must exist with a schema we know */
};

/* Opens the database at path. NULL on failure, with one sentence in err: not a database, damaged, made by a newer p2p-tui, no
 * permission, disk full... */
struct store *store_open(const char *path, enum store_mode mode, char *err, size_t errlen);
void store_close(struct store *s);

/* Applies a linked list of TO_STORE messages, which it takes over, as one transaction (group commit), and only after the commit
 * pushes their answers on `out`, in order, then one SR_CHAT for each chat that changed. If the commit fails, each request is tried in
 * a transaction of its own, and those that still fail are answered with failed = true or SR_FAILED and a sentence. Returns false
 * once an ST_STOP was among them (answered by SR_STOPPED, nothing after it is applied). */
bool store_apply(struct store *s, struct msg *list, struct queue *out);

/* Answers a CMD_PAGE (not taken over) with a new EV_PAGE carrying its serial. Never NULL: an empty page when it cannot be read. */
struct msg *store_page(struct store *s, const struct msg *request);

/* Synchronous reading for the sub-commands that work beside a running p2p-tui. store_load() pushes SR_CONTACT, SR_DOOR, SR_VALUE,
 * SR_TRANSFER... SR_LOADED on out as ST_LOAD would. */
void store_load(struct store *s, struct queue *out);

#endif
