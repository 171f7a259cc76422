#ifndef P2P_SRC_STORE_H
#define P2P_SRC_STORE_H
/* What outlives the program: contacts, messages, the outbox, transfers, our door keys, in one SQLite database. Synchronous; the
 * threads around it are keeper.h's. SQLite itself is reached through db.h only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct db_schema;
struct msg;
struct queue;
struct seal_key;
struct store;
struct store_search;

enum store_mode {
	STORE_WRITE, /* the one writer: creates the file (0600), migrates the schema, WAL, synchronous=FULL */
	STORE_READ, /* a reader, beside a writer or alone; the file must exist with the schema we know. Changes and makes nothing */
};

/* Opens the database at path. key: what it is or will be sealed with; NULL: only one that is not sealed opens. A writer seals one that is
 * not while the key says it is wanted: all of it in one transaction, and nothing of what stood there in plain is left in the file. NULL on failure, with one sentence in err: not a database, damaged, made by a newer p2p-tui, no
 * permission, disk full... */
struct store *store_open(const char *path, enum store_mode mode, const struct seal_key *key,
			 char *err, size_t errlen);
void store_close(struct store *s);
/* The database's tables, for who copies them as they are. */
const struct db_schema *store_schema(void);

/* Applies a linked list of TO_STORE messages, which it takes over, as one transaction (group commit), and only after the commit
 * pushes their answers on `out`, in order, then one SR_CHAT for each chat that changed. If the commit fails, each request is tried in
 * a transaction of its own, and those that still fail are answered with failed = true or SR_FAILED and a sentence. Returns false
 * once an ST_STOP was among them (answered by SR_STOPPED, nothing after it is applied).
 *
 * What holds after every commit:
 * - Row, change, and transfer numbers rise for ever and are never given twice, whatever was removed. Rows stand in commit order.
 * - An id is stored once for each contact and direction. ST_SAY again with a known id is answered like the first time (fresh = false);
 *   ST_GOT with one is answered fresh = false with the row it has, or row 0 if that is gone.
 * - A contact's outgoing seq begins at 1 and rises without gaps. A message moves from queued to delivered or failed, and from there
 *   (or at once) delivered to read; never back.
 * - ST_FORGET removes the contact, its chat and its transfers, overwritten on the disk. If messages were ever exchanged, its key, its
 *   next seq and the ids stay: added again, it neither gets a seq twice (its READ would lie about new messages) nor can it bring an old
 *   message again.
 * - ST_MOVE gives a contact, its chat and its transfers to another key, which must be no contact; what the peer had been read up to
 *   begins anew.
 * - ST_SAY, ST_LINE, ST_GOT, ST_READ and a new ST_TRANSFER need a contact, in whatever state; others are answered as failed. Updates
 *   of what was removed meanwhile change nothing.
 * - ST_CLEAR removes all rows of a chat but those that wait to be delivered, overwritten on the disk; ids, seqs and numbers stay. A row
 *   with CONTENT_CLEARED stands in their place.
 * - ST_TYPED keeps or (without bytes) drops what is typed in a chat; it goes with the contact, and when the chat is cleared. A blind one
 *   drops nothing: the draft that was there becomes a line, and lines come behind those that were there.
 * - ST_TRANSFER without paths keeps the paths it has.
 * - ST_WENT keeps a piece of the list of where a transfer's files went; it goes with the transfer.
 * - ST_SEAL seals the database, as opening it with a key that is wanted does, in transactions of its own between those of the groups
 *   before and behind it. SR_SEALING tells how far it is, SR_SEALED of the end; where that failed, what was done stays and the next
 *   start goes on.
 * - ST_LOAD is answered by SR_VALUE, SR_DOOR, then SR_CONTACT and SR_CHAT for each contact, SR_TRANSFER, and SR_LOADED.
 * Answers carry their request's serial; an SR_CHAT of a commit has 0. */
bool store_apply(struct store *s, struct msg *list, struct queue *out);

/* Answers a CMD_PAGE (not taken over) with a new EV_PAGE carrying its serial, and a CMD_WENT with an EV_WENT. Never NULL: an empty page when it
 * cannot be read. */
struct msg *store_page(struct store *s, const struct msg *request);

/* A search for a CMD_SEARCH (not taken over), and one slice of it: a new EV_HITS with what it found, `done` at the end; not to be called
 * after that. */
struct store_search *store_search_new(const struct msg *request);
struct msg *store_search_step(struct store *s, struct store_search *x);
const struct msg *store_search_request(const struct store_search *x);
void store_search_free(struct store_search *x);
/* The EV_HITS that ends a search without a hit. */
struct msg *store_search_end(const struct msg *request, bool more);

/* Synchronous reading for the sub-commands that work beside a running p2p-tui: pushes the answers to an ST_LOAD on out. If the
 * database cannot be read: one SR_FAILED. */
void store_load(struct store *s, struct queue *out);

#endif
