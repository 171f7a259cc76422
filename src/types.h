#ifndef P2P_SRC_TYPES_H
#define P2P_SRC_TYPES_H
/* The words both halves share: keys, ids, states, and the limits of what a person can enter. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KEY_LEN 32
#define ID_LEN	16

#define NAME_MAX_BYTES	   64 /* local names and nicks, bytes of UTF-8 */
#define NAME_SIZE	   (NAME_MAX_BYTES + 1)
#define NOTE_MAX_BYTES	   512 /* what a stranger may say before being accepted */
#define STATUS_MAX_BYTES   140 /* what somebody says of being there or away */
#define STATUS_SIZE	   (STATUS_MAX_BYTES + 1)
#define TEXT_MAX_BYTES	   (16 * 1024) /* one message; longer texts become a file */
#define REACTION_MAX_BYTES 64
#define REACTION_SIZE	   (REACTION_MAX_BYTES + 1)
#define ADDR_TEXT_SIZE \
	128 /* "[fe80::1%wlp0s20f3]:41555" or HOST:PORT, with its NUL; longer host names are refused */
#define PERSON_DEVICES 16 /* contacts that are devices of one person */
#define CONTACT_ADDRS  8  /* addresses kept per contact, the best first */

/* An X25519 static key: who a peer is, everywhere in the program. */
struct key {
	uint8_t b[KEY_LEN];
};

/* The random, global name of a message or a transfer. */
struct id {
	uint8_t b[ID_LEN];
};

static inline bool
key_equal(const struct key *a, const struct key *b)
{
	return memcmp(a->b, b->b, KEY_LEN) == 0;
}

static inline bool
id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_LEN) == 0;
}

/* What we made of a peer. The numbers are stored: append, never renumber. */
enum contact_state {
	CONTACT_ACCEPTED = 0, /* in the list; we said CONTACT(accepted) */
	CONTACT_REQUEST = 1,  /* reached us unknown and waits for our answer */
	CONTACT_REFUSED = 2,  /* looks like pending to the peer; not shown again */
	CONTACT_BLOCKED = 3,  /* we look invisible to it */
};

/* How sure we are of who holds the key. Stored. */
enum trust {
	TRUST_STRANGER = 0,
	TRUST_PINNED = 1,
	TRUST_VERIFIED = 2,
	TRUST_CHANGED = 3,
};

/* How that came to be; of TRUST_CHANGED: why it is. Stored. */
enum trust_how {
	HOW_UNKNOWN = 0,   /* from before this was kept */
	HOW_INVITE = 1,	   /* pinned: by its invite */
	HOW_ADDRESS = 2,   /* pinned: whoever answered at HOST:PORT */
	HOW_REQUEST = 3,   /* pinned: it asked, and the person accepted */
	HOW_NUMBERS = 4,   /* verified: both compared the safety number */
	HOW_CODE = 5,	   /* verified: paired by a code */
	HOW_ANSWERED = 6,  /* changed: another key answered at the address it was added by */
	HOW_SUCCESSOR = 7, /* changed: it announced another key itself */
	HOW_DIFFER = 8,	   /* changed: the person says that the numbers differ */
	/* A stranger: what it came in with. */
	HOW_CAME_OPEN = 9,     /* nothing: the door is open where it called from */
	HOW_CAME_INVITE = 10,  /* our standing invite */
	HOW_CAME_MADE = 11,    /* an invite made by hand */
	HOW_CAME_CONTACT = 12, /* the key that our contacts have */
	HOW_CAME_NEARBY = 13,  /* nothing, while everybody on this network saw us */
};
#define HOW_MAX HOW_CAME_NEARBY

enum link_state {
	LINK_OFFLINE = 0,
	LINK_CONNECTING = 1,
	LINK_ONLINE = 2, /* a session stands */
};

/* A row of a chat: who wrote it. Stored. */
enum direction {
	DIR_IN = 0,
	DIR_OUT = 1,
	DIR_NOTE = 2, /* the program itself: "Boris is now called Bo" */
};

/* What a row of a chat holds. Stored. */
enum row_kind {
	ROW_TEXT = 0,
	ROW_EVENT = 1, /* one line the program wrote */
	ROW_FILE = 2,  /* a transfer; the row's `transfer` says which */
	ROW_ACT =
		3, /* something done to a message: an edit, a deletion, a reaction. Only among changes, never in a page of a chat */
};

/* What a message or an act is, and at the same time the type of the frame it travels in. Stored. */
enum content {
	CONTENT_CHAT = 16,
	CONTENT_EDIT = 17,   /* another text for one's own message */
	CONTENT_DELETE = 18, /* of one's own message */
	CONTENT_REPLY = 19,  /* a text that refers to another message */
	CONTENT_REACT = 20,  /* an emoji on a message; empty takes it back */
	CONTENT_TIMER =
		21, /* after how many seconds its author wants messages to disappear; u32, big endian */
	CONTENT_CLEARED =
		255, /* of no frame: the line of a chat that was cleared; rows before it are gone */
};

/* How long what was said with a contact is kept: so many days, or one of these. Stored. */
#define KEEP_ALL      0
#define KEEP_NOTHING  (-1) /* until the program ends, and a day at most */
#define KEEP_DEFAULT  (-2) /* as the option `keep` says */
#define KEEP_DAYS_MAX 36500

/* The longest time after which messages disappear, in seconds: 365 days. */
#define TIMER_MAX 31536000u

/* How far an outgoing message got. QUEUED, DELIVERED, READ and FAILED are stored; SENT lives only as long as the session it went
 * out on (see msg_contact.sent_seq). READ is a position: all up to msg_chat.read_seq. */
enum receipt {
	RECEIPT_QUEUED = 0,
	RECEIPT_SENT = 1,
	RECEIPT_DELIVERED = 2,
	RECEIPT_READ = 3,
	RECEIPT_FAILED = 4,
};

/* Stored. */
enum transfer_state {
	TRANSFER_WAITING = 0, /* out: for the peer or its answer; in: for ours */
	TRANSFER_RUNNING = 1,
	TRANSFER_CHECKING = 2, /* all bytes are here; making them durable and giving names */
	TRANSFER_PAUSED = 3,   /* by either person, or for a reason that is given */
	TRANSFER_STALLED = 4,  /* the session is gone; goes on when it is back */
	TRANSFER_DONE = 5,
	TRANSFER_FAILED = 6,
	TRANSFER_REFUSED = 7,
	TRANSFER_CANCELLED = 8,
};

static inline bool
transfer_ended(enum transfer_state s)
{
	return s >= TRANSFER_DONE;
}

/* How the address a session goes to became known. Stored. */
enum found {
	FOUND_UNKNOWN = 0,
	FOUND_TYPED = 1,  /* by the person */
	FOUND_INVITE = 2, /* out of an invite */
	FOUND_TOLD = 3,	  /* by the contact itself, in an earlier session */
	FOUND_NEARBY = 4, /* its beacon came from there */
	FOUND_CALLED = 5, /* it called us */
};

/* Who may reach us without a door key (protocol.md, "Choices"). */
enum door_state {
	DOOR_OPEN = 0,
	DOOR_LAN = 1,
	DOOR_CLOSED = 2,
};

/* The words the command line, JSON and the log use for the states above; never NULL. */
const char *trust_word(enum trust t);
/* "verified by numbers", "pinned by invite", "changed: another key answered"; the trust alone where the way to it is not known. */
const char *trust_words(enum trust t, enum trust_how how);
/* Of a stranger: "with your invite"; "" where it is not known. */
const char *came_words(enum trust_how how);
const char *link_word(enum link_state s);
const char *receipt_word(enum receipt r);
const char *transfer_word(enum transfer_state s);
const char *door_word(enum door_state d);
const char *found_sentence(enum found f); /* "found nearby"; "" unknown */
const char *found_word(enum found f);	  /* "nearby"; "" unknown */

#endif
