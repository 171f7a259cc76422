#ifndef P2P_NET_TRANSFER_H
#define P2P_NET_TRANSFER_H
/* The transfer engine: offers, streams, credit, pauses, ends. Lives on the net thread; knows peers by key, talks frames to their sessions
 * and jobs to the disk workers, and never touches a file itself. (net/PROTOCOL.md, "Transfers") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct loop;
struct msg;
struct transfers;

/* How the stream of a transfer travels to a peer. */
enum bulk_way {
	WAY_SESSION, /* among the session's other frames: there is no bulk connection to be had */
	WAY_APART,   /* over the bulk connection, which stands */
	WAY_SOON,    /* it is being made: transfers_way() will tell */
};

/* What the engine asks of the core around it. */
struct transfers_host {
	void *arg;
	struct loop *loop; /* clock and timers */
	/* Fills with random bytes (ids). */
	void (*random)(void *arg, void *out, size_t n);
	/* An open session with a contact that both sides accepted. */
	bool (*online)(void *arg, const struct key *peer);
	/* Queues a control frame on that session, ahead of bulk; false if there is none. Order is kept among control frames AND relative
	 * to bulk pulled later, not to bulk pulled earlier. */
	bool (*frame)(void *arg, const struct key *peer, uint8_t type, uint8_t flags,
		      const void *body, size_t len);
	/* How a stream that begins now goes, either way: makes a bulk connection if there can be one. */
	enum bulk_way (*way)(void *arg, const struct key *peer);
	/* There is bulk for this peer, on the session or apart: transfers_pull() will be called when that wire has room, until it returns
	 * NULL. */
	void (*bulk_ready)(void *arg, const struct key *peer, bool apart);
	/* Each takes the message over. */
	void (*disk)(void *arg, struct msg *m);
	void (*store)(void *arg, struct msg *m);
	void (*emit)(void *arg, struct msg *m);
	/* Where accepted files go when the person named no folder; the string lives until the next call. */
	const char *(*downloads)(void *arg);
	int64_t (*wall_ms)(void *arg);
	/* Something is to come from this contact, which is online: an answer, bytes, what says that they arrived; or nothing any more. Not told
	 * when its session ends. May be NULL. */
	void (*awaits)(void *arg, const struct key *peer, bool awaits);
};

/* A stretch of records ready to be sealed in place and sent: each is a u16 length (of plaintext + TAG_LEN), the plaintext frames,
 * and TAG_LEN spare bytes. Owned by the session once pulled. */
struct bulk {
	uint8_t *p;
	size_t len;
};
void bulk_free(struct bulk *b); /* frees b and its bytes */

struct transfers *transfers_new(const struct transfers_host *host);
void transfers_free(struct transfers *t);

/* A transfer as the store kept it (SR_TRANSFER: at start-up, or with the number of one just made), or could not (SR_FAILED of an
 * ST_TRANSFER). Not taken over. */
void transfers_loaded(struct transfers *t, const struct msg *m);
/* CMD_SEND and CMD_TRANSFER (not taken over). The EV_RESULT with the serial is emitted when the outcome is known. `name` is unused by the engine. */
void transfers_command(struct transfers *t, const struct msg *cmd);
/* All of the store is loaded: looks for parts that are left over. */
void transfers_ready(struct transfers *t);
/* Paths of long texts that wait to be sent, each ended by a NUL, as the bytes of m. */
void transfers_spooled(struct transfers *t, struct msg *m);
/* CMD_CLEAN (not taken over): answered by an EV_RESULT and an EV_STALE. */
void transfers_clean(struct transfers *t, const struct msg *cmd);
/* CMD_CHOOSE (not taken over): answered by an EV_CHOICE with its serial. */
void transfers_choose(struct transfers *t, const struct msg *cmd);
/* Limits in bytes a second, 0 none, for all transfers together (peer NULL) or for those with one contact, which are stored. */
void transfers_limit(struct transfers *t, const struct key *peer, uint64_t up, uint64_t down);
void transfers_limits(struct transfers *t, const struct key *peer, uint64_t *up, uint64_t *down);
/* Offers of this contact up to max bytes are accepted unasked, into an absolute folder ("": the usual one); 0: none. Stored. */
void transfers_auto(struct transfers *t, const struct key *peer, uint64_t max, const char *folder);
uint64_t transfers_auto_max(struct transfers *t, const struct key *peer);
/* A named value of the store (SR_VALUE); those of others are ignored. */
void transfers_value(struct transfers *t, const char *name, const char *text);
/* A front end attached: emit an EV_TRANSFER for each. */
void transfers_attach(struct transfers *t);
/* The session with this contact opened (both accepted) or ended. */
void transfers_online(struct transfers *t, const struct key *peer);
void transfers_offline(struct transfers *t, const struct key *peer);
/* Everything with this contact rests, and why says so ("check Dana's new key"); NULL: it goes on with the next session. */
void transfers_hold(struct transfers *t, const struct key *peer, const char *why);
/* The contact has another key from now on; nothing runs with it just now. */
void transfers_move(struct transfers *t, const struct key *from, const struct key *to);
/* The contact was removed or blocked: end and forget what runs with it. */
void transfers_forget_peer(struct transfers *t, const struct key *peer);
/* A frame of the files range from this contact. -1: the peer broke the protocol; *why is a sentence; the session ends. */
int transfers_frame(struct transfers *t, const struct key *peer, uint8_t type, uint8_t flags,
		    const uint8_t *body, size_t len, const char **why);
/* The session has handled all it had read: hand what was gathered to the disk in one batch. */
void transfers_batch_end(struct transfers *t, const struct key *peer);
/* Up to about max bytes of records for this peer, or NULL when there is nothing to send now. */
struct bulk *transfers_pull(struct transfers *t, const struct key *peer, size_t max, bool apart);
/* host->way() answers otherwise than WAY_SOON now. */
void transfers_way(struct transfers *t, const struct key *peer);
/* The bulk connection ended, and with it what was on its way there: it is offered again, and goes on where it was. */
void transfers_apart_lost(struct transfers *t, const struct key *peer);
/* An answer of a disk worker (not taken over). */
void transfers_disk(struct transfers *t, struct msg *m);
/* How many run or wait for an answer: asked before quitting. */
size_t transfers_busy(const struct transfers *t);
/* Ends all work on disk: DISK_CLOSE for every open tree, state kept in the store as far as it got. */
void transfers_stop(struct transfers *t);

#endif
