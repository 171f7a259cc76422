#ifndef P2P_NET_TRANSFER_INT_H
#define P2P_NET_TRANSFER_INT_H
/* What the files of the transfer engine share: the table of transfers, and each one's half of the work. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "net/bucket.h"
#include "net/bulk.h"
#include "net/loop.h"
#include "net/manifest.h"
#include "net/rate.h"
#include "net/transfer.h"
#include "src/msg.h"
#include "src/types.h"

struct msg;
struct reader;
struct stale;

/* What a disk job was for; the low byte of its cookie. The rest is the transfer's `gen` at that time. */
enum job {
	JOB_SCAN,
	JOB_LIST,
	JOB_READ,
	JOB_PLACE,
	JOB_PROBE,
	JOB_PREPARE,
	JOB_WRITE,
	JOB_FINISH,
	JOB_CLOSE,
	JOB_CHOOSE,
	JOB_TAKE,
	JOB_CLEAN /* of no transfer */
};

struct transfer {
	TAILQ_ENTRY(transfer) in_all, in_peer, in_trees;
	struct transfers *e;
	struct tpeer *peer;
	int64_t number;	 /* 0: the store has not answered yet */
	uint64_t cookie; /* by which its answer is known */
	bool storing;
	bool committing; /* it arrived; the peer hears of it when the store knows */
	bool noting;	 /* it was accepted; the stream begins when the store knows */
	bool asks;	 /* what is written to the store next is to be answered */
	struct id id;
	enum direction dir;
	enum transfer_state state, saved; /* what it is; what the store thinks */
	bool ended;
	char *name, *place, *reason;
	char *pause_why; /* of ours, or NULL: by hand */
	char *told;	 /* why, in words for the peer: no path of ours is in them; or NULL */
	char *their_why; /* of theirs, or NULL */
	uint64_t files, folders, bytes, done; /* of the part that was asked for */
	int64_t started, ended_at;
	bool unlink_after;
	bool offered;	   /* on the standing session */
	bool accepted;	   /* once, perhaps on an earlier session */
	enum bulk_way way; /* of this run */
	bool streaming;	   /* accepted on the standing session: a run is on */
	bool paused_here, paused_there;
	bool pause_told; /* the peer's last word from us is that we paused */
	bool owed;	 /* it ended here while the peer was away: say so when it is back */
	uint32_t handle; /* of the standing session */
	uint32_t run;
	int64_t tree;	 /* at the disk workers, 0 none */
	uint32_t gen;	 /* changes when what the disk was asked is of no interest any more */
	uint32_t serial; /* of the command that waits for this, 0 none */
	uint32_t origin; /* of the command that made it */
	struct rate rate;
	uint64_t shown_done, shown_rate;
	int64_t shown_eta;
	uint32_t shown_place;
	bool arrived; /* the peer says that all is there that can be */
	struct lost_file {
		uint32_t entry;
		char *why; /* in words, of some of them; or NULL */
	} * lost;	   /* files that do not arrive, in the order of the list */
	uint32_t nlost;
	bool ending; /* it arrived; the disk is asked what of it did not, by an earlier process */

	/* Outgoing (send*.c) */
	uint8_t *paths;
	size_t paths_len;
	uint32_t count;	 /* entries */
	size_t list_len; /* bytes of the manifest */
	uint64_t all_files, all_bytes;
	uint32_t *want, want_run; /* ranges told before the answer of that run */
	size_t nwant;
	bool scanning, scanned;
	uint64_t scanned_at;
	uint32_t list_next;
	bool list_read, list_sent; /* all of the manifest */
	bool active;		   /* has one of the places to run */
	uint64_t credit, sent;	   /* bytes of frames in this run */
	bool trickle; /* the credit comes in small steps: small pieces are read, so that they go one by one */
	struct chunks chunks;
	unsigned nchunks, reads; /* ready; on their way */
	bool read_last, done_sent;
	bool summing; /* what is sent are sums, as we do not know what the other side has */
	bool summed;  /* they were compared, up to the place of the answer that follows */

	/* Incoming (receive*.c) */
	struct manifest list;
	bool gathering; /* ENTRIES are awaited */
	bool preparing;
	bool unseen; /* it was accepted, and the same list is here again, but no byte of it ever came */
	bool more;  /* what is asked for now is not all that is missing */
	bool equal; /* what its sender gave sums of is as it is there: said with the next answer */
	bool differs;	/* it was accepted once, but what is offered now is something else */
	bool kept;	/* what came of it is kept, though it is an offer again */
	bool finishing; /* DONE came: making durable and naming */
	bool broken;	/* the disk refused; what still comes is skipped */
	uint64_t held_until,
		held_gap; /* when what the disk stopped is tried again, ms; how long that was */
	uint64_t space; /* what it takes on its sender's disk, holes aside; UINT64_MAX: not known */
	bool synced,
		rerun; /* the stream of this run was seen; there was one before on this session */
	bool in_file;
	uint32_t place_entry; /* where this run begins */
	uint64_t place_offset;
	uint32_t entry, files_left;
	uint64_t offset, size;
	uint64_t limit, received, written; /* bytes of frames in this run */
	uint64_t behind;		   /* of those written, what the journal does not know */
	uint8_t *batch;
	size_t batch_len;
	unsigned writes; /* on their way */
	uint64_t free_bytes;
	char *names; /* as they would arrive, NUL-ended lines */
	size_t names_len;
	bool odd, executable;
	bool choosing;	 /* the disk has its list, with marks */
	bool taking;	 /* the disk is asked what they are */
	uint32_t *part;	 /* ranges that are to be accepted; NULL: all */
	size_t npart;	 /* numbers */
	uint8_t *wanted; /* a bit per entry; NULL: all */
};
TAILQ_HEAD(transfer_list, transfer);

struct tpeer {
	TAILQ_ENTRY(tpeer) next;
	struct key key;
	bool online;
	bool awaited;		   /* the host was told that something is to come from it */
	char *held;		   /* everything rests, and why; or NULL */
	struct transfer_list mine; /* those that have not ended first, in the order they came */
	struct transfer *turn;	   /* whose bulk went last */
	size_t lists;		   /* bytes of manifests of offers that wait */
	struct bucket up, down;	   /* its own limits */
	uint64_t auto_max;	   /* offers up to so many bytes are accepted unasked; 0 none */
	struct id *owed;	   /* ended here under these ids, and it has not heard of it */
	size_t nowed;
	char *auto_to; /* into this folder; NULL: the usual one */
};

struct transfers {
	struct transfers_host h;
	struct pool *reads, *batches;
	TAILQ_HEAD(, tpeer) peers;
	struct transfer_list all, trees; /* trees: those with one at the disk */
	struct timer tick;
	struct bucket up, down; /* limits of all together */
	struct timer limit_due;
	struct timer held_due;
	char *folders;	/* things were received into, a line each; or NULL */
	struct id home; /* by which parts are known as ours */
	bool has_home;
	struct stale *stale; /* parts that were told of last */
	size_t nstale;
	char *order; /* of the queue, as the store had it; or NULL */
	uint64_t cookies;
	int64_t trees_made;
	uint32_t handles;
	bool stopped;
};

/* Those of a peer that have not ended. */
#define LIVE_FOREACH(t, p)                     \
	TAILQ_FOREACH (t, &(p)->mine, in_peer) \
		if ((t)->ended)                \
			break;                 \
		else

/* ---- transfer_table.c: the table, states, what the others are told ---- */

struct tpeer *peer_of(struct transfers *e, const struct key *key);
struct transfer *transfer_new(struct transfers *e, struct tpeer *p, enum direction dir);
/* Out of the table; nobody is told. */
void transfer_free(struct transfer *t);
struct transfer *transfer_by_tree(struct transfers *e, int64_t tree);
struct transfer *transfer_by_number(struct transfers *e, int64_t number);
struct transfer *transfer_by_id(struct tpeer *p, const struct id *id, enum direction dir);
/* Offered on the standing session. */
struct transfer *transfer_by_handle(struct tpeer *p, uint32_t handle, enum direction dir);
/* How many are. */
unsigned peer_offered(const struct tpeer *p, enum direction dir);
/* Something of it is to be seen moving: the progress timer runs while that is so. */
void transfers_tick(struct transfers *e);
/* Puts a fresh copy of text in *where; NULL text: NULL. */
void set_text(char **where, const char *text);
/* Text of a peer: at most REASON_MAX bytes of valid UTF-8, fresh, as a kept sentence (kept.h), as all reasons of transfers are. */
char *peer_text(const uint8_t *p, size_t n);
/* Works out the state; tells the front end and the store if it is another. */
void transfer_refresh(struct transfer *t);
/* Tells the host whether anything is to come from this contact. */
void peer_awaits(struct transfers *e, struct tpeer *p);
/* Emits its EV_TRANSFER, if it has a number. */
void transfer_tell(struct transfer *t);
/* Writes it to the store; the first time asks for a number. */
void transfer_save(struct transfer *t);
/* Ends it: DONE, FAILED, REFUSED or CANCELLED, with a reason (copied, may be NULL). The peer is not told. One that never got as far as
 * the store is freed. */
void transfer_end(struct transfer *t, enum transfer_state state, const char *reason);
/* One that ended goes on after all: to its place among those that do. */
void transfer_revive(struct transfer *t);
/* Answers the command that waits, if one does. why: NULL it worked, else a sentence. */
void transfer_answer(struct transfer *t, const char *why);
void transfers_answer(struct transfers *e, uint32_t serial, const struct key *peer, int64_t number,
		      const char *why);
/* Ends it here and tells the peer, in a frame of that type and other words, now or when it is back. */
void transfer_break(struct transfer *t, enum transfer_state state, uint8_t type, const char *reason,
		    const char *told);
/* Frames to its peer. False: there is no session. */
bool send_frame(struct transfer *t, uint8_t type, const void *body, size_t len);
bool send_critical(struct transfer *t, uint8_t type, const void *body, size_t len);
bool send_id_text(struct transfer *t, uint8_t type, const char *text); /* REFUSE, CANCEL */
void send_pause(struct transfer *t, bool on);
/* A disk job about it; bytes may be set afterwards, then disk_job_push(). */
struct msg *disk_job(struct transfer *t, enum job job);
void disk_job_push(struct transfer *t, struct msg *m);
/* Lets go of its tree; removes the parts if told. */
void disk_job_close(struct transfer *t, bool remove);

/* ---- lost.c: files that do not arrive, and where the others went ---- */

/* A file of it will not arrive. */
void transfer_lost(struct transfer *t, const struct msg *m);
/* Where files of it went, for the store; and the list of before is void. */
void transfer_went(struct transfer *t, struct msg *m);
void transfer_went_nowhere(struct transfer *t);
/* A run begins at this entry: what was lost of what it is about (going out: the ranges; none: all) is tried again. */
void transfer_lost_from(struct transfer *t, uint32_t entry, const uint32_t *ranges, size_t n);
void transfer_lost_drop(struct transfer *t);
/* "a.log changed ...; the other files arrived", or NULL if nothing was lost. Fresh. */
char *lost_sentence(const struct transfer *t);

/* ---- send.c: offers and answers to them ---- */

void send_command(struct transfers *e, const struct msg *cmd);
/* Looks at its files. */
void send_scan(struct transfer *t);
/* Goes on with it if it can: looks at the files, offers. */
void send_try(struct transfer *t);
void send_try_all(struct tpeer *p);
void send_scan_ran(struct transfer *t, const struct msg *m);
/* WANT, ACCEPT, REFUSE, DONE_OK, CREDIT. -1: *why. */
int send_want(struct tpeer *p, struct reader *r, const char **why);
int send_accept(struct tpeer *p, struct reader *r, const char **why);
int send_refused(struct tpeer *p, struct reader *r, const char **why);
int send_done_ok(struct tpeer *p, struct reader *r, const char **why);
/* The disk has found the place the stream begins at, or told what did not arrive. */
void send_placed(struct transfer *t, const struct msg *m);
int send_summed(struct tpeer *p, struct reader *r, const char **why);
int send_credit(struct tpeer *p, struct reader *r, const char **why);

/* ---- send_stream.c: reading ahead, slices for the wire ---- */

/* Takes back the standing session's share: chunks, offer, run. */
void send_unoffer(struct transfer *t);
/* Who runs, and what is read for it. */
void send_schedule(struct tpeer *p);
/* Asks the disk for what is wanted next, and tells the wire if there is something to send. */
void send_fill(struct transfer *t);
void send_begin(struct transfer *t, uint32_t entry, uint64_t offset, const uint32_t *ranges,
		size_t nranges);
void send_read_ran(struct transfer *t, struct msg *m, bool list, bool stale);
struct bulk *send_pull(struct transfers *e, struct tpeer *p, size_t max, bool apart);
/* The way of those that waited for it is known. */
void send_way(struct tpeer *p);
void send_apart_lost(struct tpeer *p);

/* ---- receive.c: offers and our answers ---- */

int receive_offer(struct transfers *e, struct tpeer *p, struct reader *r, const char **why);
int receive_entries(struct tpeer *p, struct reader *r, const char **why);
void receive_accept(struct transfer *t, const char *folder, uint32_t serial);
/* Whether it can be accepted now, and answers the command if not. */
bool receive_may_accept(struct transfer *t, uint32_t serial);
/* The part in t->part is to go to t->place. */
void receive_part(struct transfer *t);
/* Whether entry i is to arrive. */
bool receive_wants(const struct transfer *t, uint32_t i);
void receive_probe_ran(struct transfer *t, const struct msg *m);
void receive_prepare_ran(struct transfer *t, const struct msg *m);
/* What was asked for is here: asks for what comes next. */
void receive_next(struct transfer *t);
/* Sums were compared: goes on from the place that turned out. */
void receive_summed(struct transfer *t, const struct msg *m);
/* The store knows that it was accepted: a crash from now on asks no question again. */
void receive_noted(struct transfer *t);
/* Goes on after a pause of ours. */
void receive_resume(struct transfer *t, uint32_t serial);
/* Whether what the disk stopped can go on by now; nobody is told if not. */
void receive_try_again(struct transfer *t);
void receive_drop_list(struct transfer *t);
int receive_space(struct tpeer *p, struct reader *r, const char **why);
/* The session went: keeps what came. */
void receive_unoffer(struct transfer *t);

/* ---- choose.c: a part of an offer ---- */

/* TOP_ACCEPT_PART. */
void choose_accept(struct transfer *t, const struct msg *cmd);
void choose_ran(struct transfer *t, struct msg *m);
void choose_taken(struct transfer *t, const struct msg *m);
/* The list is another, or of no use any more. */
void choose_drop(struct transfer *t);

/* ---- receive_stream.c: what comes in ---- */

/* A new run from this place. */
void receive_begin(struct transfer *t, uint32_t entry, uint64_t offset);
int receive_stream(struct tpeer *p, uint8_t type, const uint8_t *body, size_t len,
		   const char **why);
int receive_done(struct tpeer *p, struct reader *r, const char **why);
void receive_write_ran(struct transfer *t, struct msg *m, bool stale);
void receive_finish_ran(struct transfer *t, const struct msg *m);
/* The store knows that it has arrived. */
void receive_committed(struct transfer *t);
/* And its parts are gone. */
void receive_close_ran(struct transfer *t);
/* Hands the batch to the disk; all of it if `force`, else only if the disk is not behind. */
void receive_flush(struct transfer *t, bool force);
void receive_drop_batch(struct transfer *t);
/* The disk cannot take more for now: pauses with that reason, until the cause is gone; the peer is told the error in words. */
void receive_full(struct transfer *t, const char *why, int error);
/* Shares out what limits of rate let in now. */
void receive_grant_all(struct transfers *e);

/* ---- held.c: what the disk holds back ---- */

/* Why, in words that name no path. */
const char *held_words(int error);
/* It is paused because of the disk, not by a person. */
bool held(const struct transfer *t);
/* Whether that is why a row says it is paused. Rows of versions that kept what was shown have it in the language of the day. */
bool held_by_hand(const char *reason);
/* The disk stopped it, or did so again: it is tried again in a while. */
void held_begin(struct transfer *t);

/* ---- limit.c: limits of rate ---- */

#define LIMIT_MOST UINT64_C(1000000000000) /* bytes a second */

/* Looks again in a moment at what a limit holds back. */
void limit_wait(struct transfers *e);
/* Bytes that may go to this contact now; 0: limit_wait() was called. UINT64_MAX: no limit. */
uint64_t limit_out(struct tpeer *p, struct transfers *e);
void limit_went(struct tpeer *p, struct transfers *e, size_t n);
/* Whether a limit holds for what comes in. */
bool limit_slow(const struct transfer *t);
/* Takes its share of what may come in now, as one of so many in all and of so many from its contact; at most `most`. */
uint64_t limit_in(struct transfer *t, unsigned of_all, unsigned of_peer, uint64_t most);
/* The contact goes, and its limits with it. */
void limit_drop(struct transfers *e, struct tpeer *p);

/* ---- auto.c: offers accepted unasked ---- */

/* A whole new offer is here: accepts it if that is allowed. Whether it did. */
bool auto_try(struct transfer *t);
/* What the store kept. */
void auto_load(struct transfers *e, const char *text);
/* The contact goes. */
void auto_drop(struct transfers *e, struct tpeer *p);

/* ---- again.c: outgoing ones that ended, tried again ---- */

/* NULL: it goes on, and the command is answered once its files were looked at; or why not. */
const char *again(struct transfer *t, uint32_t serial);
const char *again_all(struct transfers *e);
/* The contact is back: tells it what it has not heard. */
void again_owed(struct transfers *e, struct tpeer *p);
/* What the store kept of it. */
void again_load(struct transfers *e, const char *text);
/* The contact goes. */
void again_drop(struct transfers *e, struct tpeer *p);

/* ---- clean.c: parts that are left over ---- */

/* What the store kept. */
void clean_value(struct transfers *e, const char *name, const char *text);
/* Something is received into that folder. */
void clean_remember(struct transfers *e, const char *folder);
void clean_owner(struct transfers *e, uint8_t out[ID_LEN]);
void clean_ran(struct transfers *e, const struct msg *m);
void clean_attach(struct transfers *e);
void clean_free(struct transfers *e);

/* ---- order.c: the queue of a contact ---- */

/* Its place among what is sent to its contact, from 1; 0: it has none. */
uint32_t order_place(const struct transfer *t);
/* TOP_UP, TOP_DOWN, TOP_FIRST, TOP_LAST. NULL, or why not. */
const char *order_move(struct transfer *t, enum transfer_op op);
/* A transfer of an earlier day is in the table: to the place it had. */
void order_loaded(struct transfer *t);

#endif
