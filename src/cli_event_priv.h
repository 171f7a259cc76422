#ifndef P2P_SRC_CLI_EVENT_PRIV_H
#define P2P_SRC_CLI_EVENT_PRIV_H
/* What cli_event.c, cli_told.c, cli_old.c and cli_print.c share. Nobody else includes this. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/changes.h"
#include "src/json.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/types.h"

struct cli;

/* Lines on their way out. */
struct printer {
	bool json;
	struct json j;
	char *out;
	size_t len, cap;
};

/* A command whose EV_RESULT has not come. */
struct pending {
	struct pending *next;
	uint32_t serial;
	char *cmd, *tag;
	enum msg_type type; /* of the message it sent; MSG_NTYPES none yet */
	enum contact_op op;
	struct key peer;
	struct id id;
	int64_t transfer;
};

/* An outgoing message on its way, or delivered and not read yet. */
struct said {
	struct said *next;
	struct key peer;
	struct row row; /* id and seq only */
	bool seen;	/* its row came */
	enum receipt told;
	char *tag;
};

/* Of a peer. */
struct told_peer {
	struct key key;
	struct msg_contact last;  /* as told */
	bool told, request, note; /* said: it, that it asks, its note */
	int64_t row;		  /* messages up to here were told, or are history */
	char *tag;		  /* until it is online, or is not */

	int64_t old_row; /* messages up to here are of before we began; 0: what is read of them was told */
	int64_t old_read;    /* up to this seq it was */
	int64_t old_upto;    /* and up to this one it will be, */
	uint32_t old_serial; /* by the answer to this CMD_PAGE; 0: none is under way */
	int64_t old_newest;  /* the highest seq that was seen among them */
	struct row *old;     /* what is to be told, the newest first: id, seq and time */
	size_t nold;
};

/* Of a transfer. */
struct told_transfer {
	int64_t number;
	bool told;
	enum transfer_state state;
	char *reason;
	uint64_t done;
	uint64_t when; /* of the last progress */
	bool due;      /* progress is held back */
	bool held;     /* all of it is, until the command's EV_RESULT says whose it is */
	char *tag;
};

struct events {
	struct cli *c;
	struct printer p;
	bool ready;
	bool history; /* told by events_history() */
	struct pending *pending;
	struct pending *current; /* being given */
	struct said *said, **said_end;
	struct said *unread, **unread_end; /* in the order they were said, for each peer */
	size_t nunread;
	struct told_peer *peers;
	size_t npeers;
	struct told_transfer *transfers;
	size_t ntransfers;
	struct changes changes; /* of every chat */
	/* Tags of the last sends: what is made for the devices of a person comes one by one. */
#define SENDS 256
	struct {
		uint32_t serial;
		char *tag;
	} sends[SENDS];
	size_t nsends;
	char *code_tag[2];	 /* of the /pair, and of the /join, */
	uint32_t code_serial[2]; /* with these serials */
	struct msg_self self;	 /* as told */
	char *invite;
};

/* ---- cli_told.c ---- */

/* A copy; NULL for NULL. */
char *told_tag(const char *tag);
/* What was told of that peer; holds until the next call for another one. */
struct told_peer *told_peer(struct events *e, const struct key *k);
/* The contact's name, "" for none. */
const char *told_name(const struct events *e, const struct key *k);
/* Tells how the contact stands, with the tag that waits for that. */
void told_tell_peer(struct events *e, struct told_peer *p, const struct msg_contact *c);
/* Tells what is new about a contact or a request. */
void told_update_peer(struct events *e, const struct key *k);
/* The outgoing message of that id: where its pointer stands; *NULL when it is not on its way. */
struct said **told_find_said(struct events *e, const struct key *peer, const struct id *id);
/* One for each device where peer is a person. */
void told_new_said_to(struct events *e, const struct key *peer, const struct id *id,
		      const char *tag);
struct said *told_new_said(struct events *e, const struct key *peer, const struct id *id,
			   const char *tag);
void told_drop_said(struct events *e, struct said **at);
/* Tells what the peer has read by now. */
void told_read(struct events *e, const struct key *k);
/* Asks for changes that were not looked at, and tells what a page of them holds. */
void told_ask_changes(struct events *e);
void told_page(struct events *e, const struct msg *ev);

/* ---- cli_old.c ---- */

/* How a chat stood before we began. */
void old_begin(struct events *e, const struct msg_chat *chat);
void old_free(struct told_peer *p);
/* The peer has read something: tells which messages of before that are, once they are looked up. */
void old_read(struct events *e, const struct model_contact *c);
/* Whether the EV_PAGE was an answer to that. */
bool old_page(struct events *e, const struct msg *ev);

/* ---- cli_print.c ---- */

/* Each prints one event; tag may be NULL. */
void print_ready(struct printer *p, const struct model *m, const char *event);
void print_peer(struct printer *p, const struct msg_contact *c, bool gone, const char *tag);
void print_request(struct printer *p, const struct key *own, const struct model_contact *c,
		   const char *tag);
void print_message(struct printer *p, const struct key *peer, const char *name, const struct row *r,
		   const char *tag);
/* The same of a message that was searched for; and the end of a search: whether there may be more. */
void print_hit(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	       const char *tag);
void print_searched(struct printer *p, bool more, const char *tag);
/* One text of a message that was edited: r->edits is its number, from 0. */
void print_version(struct printer *p, const struct key *peer, const char *name, const struct row *r,
		   const char *tag);
/* What was done to a message: r is the act. */
void print_act(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	       const char *tag);
void print_receipt(struct printer *p, const struct key *peer, const char *name, const struct row *r,
		   enum receipt state, const char *tag);
void print_offer(struct printer *p, const struct model_transfer *t, const char *name,
		 const char *tag);
void print_progress(struct printer *p, const struct model_transfer *t, const char *tag);
/* Where a file of a transfer went; and the end of such a list of n rows. */
void print_went(struct printer *p, int64_t transfer, enum direction dir, const struct went_row *row,
		const char *tag);
void print_went_end(struct printer *p, int64_t transfer, uint32_t n, const char *tag);
void print_transfer(struct printer *p, const struct model_transfer *t, const char *name,
		    const char *tag);
/* How a code stands; name: of the contact it made, or "". */
void print_code(struct printer *p, const struct msg_code *c, const char *reason, const char *name,
		const char *tag);
/* Somebody nearby; name: the contact it was recognised as, "" for none. */
void print_nearby(struct printer *p, const struct msg_nearby *n, const char *name, const char *tag);
/* {"event":EVENT,"text":TEXT}: error, notice, text. */
void print_text(struct printer *p, const char *event, const char *text, const char *tag);
/* A command with a tag was carried out. */
void print_done(struct printer *p, const char *cmd, const char *tag);

#endif
