#ifndef P2P_SRC_MSG_STORE_H
#define P2P_SRC_MSG_STORE_H
/* Bodies of messages between the net thread and the store thread. Part of msg.h, which includes it. */

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"
#include "src/types.h"

/* ST_CONTACT: insert or update the whole row. bytes: the request's note. */
struct msg_st_contact {
	struct key peer;
	char name[NAME_SIZE];
	char nick[NAME_SIZE];
	struct key person; /* it is a device of this person; all zero: of none */
	char person_name[NAME_SIZE];
	enum contact_state state;
	enum trust trust;
	int64_t added, last_seen, trust_since;
	enum trust_how how;
	/* What TRUST_CHANGED took the place of. */
	enum trust trust_was;
	enum trust_how how_was;
	int64_t since_was;
	bool has_new_key; /* with TRUST_CHANGED: which key it would be now */
	struct key new_key;
	char added_at
		[ADDR_TEXT_SIZE]; /* the HOST:PORT it was added by; a request: the IP it came from; or empty */
	bool has_gave;		  /* the door key of ours that it is known to have */
	uint8_t gave[KEY_LEN];
	/* It has not confirmed yet that this key takes the place of ours, and what that one shares with it: see net/successor.c. */
	bool has_heir;
	struct key heir;
	uint8_t heir_shared[KEY_LEN];
	bool has_door, added_by_address;
	uint8_t door[KEY_LEN]; /* opens its door for us */
	uint32_t naddrs;
	char addrs[CONTACT_ADDRS][ADDR_TEXT_SIZE];
	uint8_t found[CONTACT_ADDRS]; /* enum found, for each */
	uint32_t nstood;	      /* where sessions with this key stood, the last one first: */
	struct addr stood[CONTACT_ADDRS]; /* no port, no scope */
};

struct msg_st_peer {
	struct key peer;
};

/* ST_MOVE: what is known of one key belongs to another from now on. */
struct msg_st_move {
	struct key from, to;
};

/* ST_SAY and ST_LINE -> SR_SAID; ST_GOT -> SR_GOT. bytes: the text. */
struct msg_st_row {
	struct key peer;
	struct id id;	  /* ST_LINE: unused */
	int64_t time;	  /* wall ms: ours for ST_SAY, the sender's for ST_GOT */
	int64_t arrived;  /* ST_GOT: our wall ms */
	int64_t seq;	  /* ST_GOT: the sender's; SR_SAID: the one given */
	int64_t row;	  /* replies: where it stands */
	int64_t transfer; /* ST_LINE: ROW_FILE's number */
	enum direction dir;
	enum row_kind kind;
	uint8_t wire_type; /* enum content: the type of the frame it came as or goes as */
	struct id ref;	   /* the message a reply or an act is about */
	uint32_t timer;	   /* seconds after which it disappears, 0 never: ST_GOT, SR_OUT, SR_SAID */
	uint32_t size;	   /* ST_GOT: bytes of the text; returned as it was */
	bool loose;  /* ST_SAY: one of several copies; a reply to what may not be in this chat */
	bool fresh;  /* SR_GOT: not seen before */
	bool failed; /* replies: the database refused; bytes say why */
};

/* ST_ACKED: these outgoing ids (bytes: n x 16) are with the peer, or failed. Answered by SR_ACKED after the commit. */
struct msg_st_acked {
	struct key peer;
	enum receipt state; /* DELIVERED, READ or FAILED; a message never goes back */
	char reason[160];   /* FAILED: why, one sentence */
	int64_t time;	    /* wall ms */
};

/* ST_OUTBOX: unacknowledged outgoing messages with seq > after, at most `count` and about 1 MiB. Answered by SR_OUT each, then
 * SR_OUT_END. */
struct msg_st_outbox {
	struct key peer;
	int64_t after;
	uint32_t count;
	bool more; /* SR_OUT_END */
};

/* ST_READ: rows up to row are seen. ST_SEEN: the peer has seen ours up to the seq `row`. Answered by SR_CHAT. */
struct msg_st_read {
	struct key peer;
	int64_t row;
	int64_t time; /* ST_READ: wall ms */
};

/* SR_CHAT: after a commit, how chat `peer` stands. One per changed chat and commit. */
struct msg_sr_chat {
	struct msg_chat chat;
};

/* ST_TRANSFER: insert (transfer 0) or update. bytes: `name\0place\0reason\0` then, out only, the paths, each ended by a NUL. A new row,
 * and an update with a `cookie`, is answered by SR_TRANSFER with its number and that cookie, once it is committed. */
struct msg_st_transfer {
	int64_t transfer;
	uint64_t cookie;
	struct key peer;
	struct id id;
	enum direction dir;
	enum transfer_state state;
	bool unlink_after;
	uint64_t files, folders, bytes_total, bytes_done;
	int64_t started, ended;
};

/* ST_DOOR: one of our own door keys. */
enum door_kind {
	DOORKEY_CONTACTS =
		0,	    /* the newest is handed out; older ones live until nobody needs them */
	DOORKEY_INVITE = 1, /* of the standing invite */
	DOORKEY_MADE = 2,   /* of an invite made by hand; the fields below are about these */
};
struct msg_st_door {
	uint8_t door[KEY_LEN];
	enum door_kind kind;
	bool gone;
	int64_t created;
	int64_t number; /* what the person calls it by */
	bool once; /* for one person: the first key that comes with it, if `has_who` does not say whose */
	int64_t expires;       /* wall ms, 0 never */
	char label[NAME_SIZE]; /* whom it is for; may be empty */
	bool has_who;	       /* only this key may use it */
	struct key who;
};

/* ST_VALUE: a small named value that outlives the program (the port we had). bytes: the value. With a serial, an SR_VALUE of that name, without
 * bytes, answers once it is stored. */
struct msg_st_value {
	char name[32];
};

/* SR_FAILED: a write that has no reply of its own did not go through. bytes: why. */
struct msg_sr_failed {
	uint32_t type;	  /* of the request */
	struct key peer;  /* whom it was about, or zero */
	int64_t transfer; /* ST_TRANSFER and ST_FORGET_TRANSFER: which */
	uint64_t cookie;  /* ST_TRANSFER: the request's */
};

#endif
