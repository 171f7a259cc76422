#ifndef P2P_SRC_CHORES_H
#define P2P_SRC_CHORES_H
/* The thread for what takes its time and is asked for once in a while: writing a chat, or a long text, into a file, a
 * new passphrase for the identity, and removing long texts that a crash left behind. It reads the database through a
 * connection of its own, so that neither the network nor pages nor searches wait for it. */

struct chores;
struct msg;
struct queue;
struct seal_key;

/* Copies what it is given, but for the queue that answers go to. Signals must be blocked by the caller. */
struct chores *chores_start(const char *database, const char *spool, const char *identity,
			    const struct seal_key *key, struct queue *replies);
/* Takes a CMD_EXPORT, CMD_LONG, CMD_PASSPHRASE or WK_SWEEP over. Never blocks. */
void chores_push(struct chores *c, struct msg *m);
/* What runs is broken off, what waits is dropped; joins and frees. NULL is fine. */
void chores_stop(struct chores *c);

#endif
