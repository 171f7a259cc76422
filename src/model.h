#ifndef P2P_SRC_MODEL_H
#define P2P_SRC_MODEL_H
/* What a front end knows: ourselves, contacts and requests, the loaded stretch of each chat, transfers. Fed with events, asked by panes
 * and by the command line; it belongs to the front end's thread and holds no pointer of the core. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/msg.h"
#include "src/row.h"

struct model;

/* What model_apply() changed. */
enum {
	DIRTY_SELF = 1,
	DIRTY_CONTACTS = 2, /* list, presence, requests, unread counts */
	DIRTY_CHAT = 4,	    /* rows of some chat */
	DIRTY_TRANSFERS = 8,
	DIRTY_NOTICE = 16, /* model_notice() has a new sentence */
	DIRTY_READY = 32,
	DIRTY_STOPPED = 64,
	DIRTY_NEARBY = 256, /* who is visible on this network */
	DIRTY_RESULT = 128, /* m was an EV_RESULT: the caller looks at it before freeing */
};

/* A row of a chat held in memory. text is NUL-ended and raw. */
struct model_row {
	struct row r; /* r.text and r.reason point into memory of the model */
};

/* The loaded stretch of one chat: a window of consecutive rows out of a history of any length. */
struct model_chat {
	struct model_row *rows; /* oldest first */
	size_t nrows;
	int64_t newest_row, newest_rev; /* as the store has it */
	uint32_t unread;
	uint32_t waiting; /* of ours, not acknowledged yet */
	int64_t unread_row;
	int32_t keep;			   /* how long what is said is kept: days or KEEP_... */
	uint32_t timer_mine, timer_theirs; /* seconds each wants messages to live, see retain.h */
	int64_t read_seq;		   /* of ours, the peer has seen all up to here */
	bool at_top;			   /* rows[0] is the first of the history */
	bool at_bottom;			   /* the last row is the newest */
	bool asked_before, asked_after, asked_changes; /* a page is on its way */
	int64_t seen_rev;			       /* changes up to here are in rows */
	uint64_t arounds;   /* how often model_chat_around() has loaded it, */
	int64_t around_row; /* and the row found by the last one, 0 none */
	uint64_t version;   /* rises when rows change: a pane knows what it drew */
};

struct model_contact {
	struct msg_contact c;
	char *detail; /* request note, or why the last dial failed; never NULL; raw */
	struct model_chat chat;
};

struct model_transfer {
	struct msg_transfer t;
	char *what, *place, *reason; /* never NULL; raw */
	char **names;		     /* an incoming offer's first names */
	size_t nnames;
};

/* `send` takes over a CMD_ message, also when it did not fit and false is returned; the model uses it to page chats. An EV_PAGE that answers
 * somebody else's CMD_PAGE changes nothing here: serials of the model's own have the highest bit set. */
struct model *model_new(bool (*send)(void *arg, struct msg *m), void *arg);
void model_free(struct model *m);

/* Digests an event (not taken over); returns DIRTY_ bits. */
unsigned model_apply(struct model *m, const struct msg *ev);

const struct msg_self *model_self(const struct model *m);
const char *model_invite(const struct model *m); /* "" before EV_SELF */
bool model_ready(const struct model *m);
const char *model_notice(const struct model *m, bool *error); /* the newest; "" if none */

/* Contacts in the order of the list: accepted ones by folded name (stable while presence changes), a person with several devices before them, then requests, then blocked; refused
 * ones are not in it, but model_contact() finds them. The pointers hold until the next model_apply(). */
size_t model_ncontacts(const struct model *m);
struct model_contact *model_contact_at(const struct model *m, size_t i);
struct model_contact *model_contact(const struct model *m, const struct key *k);
/* A person is like a contact, with its id for a key, `is_person` set, and a chat that is those of its devices together. */
/* By local name (case-folded) or by key in hex; never by what a peer claims: a request, or a stranger who was blocked, is found by
 * key only. NULL if there is none. */
struct model_contact *model_contact_named(const struct model *m, const char *name);
/* The same for what is done with one contact: where a person and one of its devices have the same name, the device. */
struct model_contact *model_device_named(const struct model *m, const char *name);
/* Whether it is listed under a person. */
bool model_is_device(const struct msg_contact *c);
size_t model_count_online(const struct model *m, size_t *accepted);
size_t model_count_requests(const struct model *m);
uint32_t model_count_unread(const struct model *m);
/* What is said and not delivered, in all chats with contacts. */
uint32_t model_count_waiting(const struct model *m);

/* Who is visible on this network, in the order they were seen; nothing of it is proven. */
size_t model_nnearby(const struct model *m);
const struct msg_nearby *model_nearby_at(const struct model *m, size_t i);

/* Transfers, newest first; running ones before ended ones. */
size_t model_ntransfers(const struct model *m);
struct model_transfer *model_transfer_at(const struct model *m, size_t i);
struct model_transfer *model_transfer(const struct model *m, int64_t number);
/* Totals of what runs: bytes/s up and down, how many each way, seconds until all are done (-1 unknown). */
void model_totals(const struct model *m, uint64_t *up, uint64_t *down, unsigned *nup,
		  unsigned *ndown, int64_t *eta);

/* Shown receipt of an outgoing row: what is stored, SENT while it went out on the standing session, or READ up to the peer's position; in the
 * chat of a person, as far as the last of its copies is. */
enum receipt model_receipt(const struct model *m, const struct model_contact *c,
			   const struct row *r);
/* That of one copy; and how many of r->ncopies are delivered. */
enum receipt model_copy_receipt(const struct model *m, const struct row *r, size_t i);
size_t model_arrived(const struct model *m, const struct row *r);

/* Asks for what a pane that shows rows around its window's end or start needs. model_chat_open() loads the newest page if nothing is
 * loaded; _older()/_newer() extend the window by a page (trimming the far end over 1,000 rows); _newest() jumps to the end. */
void model_chat_open(struct model *m, const struct key *k);
void model_chat_older(struct model *m, const struct key *k);
void model_chat_newer(struct model *m, const struct key *k);
void model_chat_newest(struct model *m, const struct key *k);
/* Makes the window begin at this row of the history, or the next one behind it that there is, however far that is; `arounds` tells when it
 * has. What was asked before does not come any more. False when the queue is full. */
bool model_chat_around(struct model *m, const struct key *k, int64_t row);
/* The same at what was said at a time (wall ms) or later. */
bool model_chat_since(struct model *m, const struct key *k, int64_t ms);

#endif
