#ifndef P2P_SRC_MSG_H
#define P2P_SRC_MSG_H
/* The one table of everything that crosses between threads. A message is flat: a type, a fixed body, and bytes it owns. No pointer
 * to another thread's data is ever in one: peers are keys, transfers are numbers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/code.h"
#include "src/msg_lives.h"
#include "src/msg_went.h"
#include "src/types.h"

/* What a queue does with a message (see queue.h). */
enum msg_rule {
	MSG_KEEP,  /* a full queue refuses it and the sender keeps it */
	MSG_MERGE, /* replaces its queued twin: same type, same `merge` key */
	MSG_LAST,  /* always fits: few, or bounded by the sender in another way */
};

/* Which way a message goes. */
enum msg_way {
	TO_CORE,  /* front end -> net thread */
	TO_FRONT, /* net or reader thread -> front end */
	TO_STORE, /* net -> store thread (writes) or reader threads (CMD_PAGE and CMD_SEARCH only) */
	FROM_STORE,    /* store -> net */
	TO_DISK,       /* net -> disk workers */
	FROM_DISK,     /* disk workers -> net */
	FROM_RESOLVER, /* name look-ups -> net */
	TO_CHORES,     /* net -> the thread for what takes its time (CMD_EXPORT goes there too) */
	FROM_CHORES,   /* and back */
};

/* ---- bodies ------------------------------------------------------------------------------------------------------------- */

struct msg_none {
	char unused;
};

/* CMD_ADD. bytes: the invite, HOST:PORT or KEY as typed. */
struct msg_add {
	char name[NAME_SIZE]; /* empty: the nick, made unique */
};

/* CMD_INVITE. The answer's bytes are text for the person: the invite that was made, or lines. */
enum invite_op {
	INVITE_MAKE,
	INVITE_LIST,
	INVITE_WITHDRAW, /* number */
	INVITE_CHANGE,	 /* the door gets a new key: all invites end, contacts stay */
};

struct msg_invite {
	enum invite_op op;
	int64_t number;
	bool once;	       /* for one person: whose key comes with it first */
	int64_t expires_in;    /* ms, 0 never */
	char label[NAME_SIZE]; /* the name that person will have here; may be empty */
	bool has_who;	       /* only this key may use it */
	struct key who;
};

/* CMD_PRESENCE: whether the person is there. bytes, PRESENCE_AWAY: a status line for as long as that lasts; may be none. */
enum presence_op {
	PRESENCE_IDLE,	 /* no key was pressed since `ago` seconds */
	PRESENCE_ACTIVE, /* one was */
	PRESENCE_AWAY,	 /* says so; keys do not end it */
	PRESENCE_BACK,
};

struct msg_presence {
	enum presence_op op;
	uint32_t ago;
};

enum contact_op {
	OP_ACCEPT, /* a request (KEY) becomes a contact; name may be set */
	OP_REFUSE,
	OP_BLOCK,
	OP_UNBLOCK,
	OP_REMOVE,
	OP_RENAME,     /* name */
	OP_CONNECT,    /* dial now, forget the backoff, undo OP_DISCONNECT */
	OP_DISCONNECT, /* close and stay closed until OP_CONNECT or a restart */
	OP_ADDRESS,    /* bytes: HOST:PORT, put first among its addresses, and dial it */
	OP_READ,       /* everything up to row has been seen by the user */
	OP_TYPING,     /* the user types to it */
	OP_LIMIT,      /* of a contact: bytes: "UP DOWN", limits of its transfers, bytes a second */
	OP_AUTO, /* of a contact: bytes: "SIZE FOLDER": offers up to so many bytes are accepted unasked; 0: none */
	OP_CLEAR, /* what was said goes for good, but for what waits */
	OP_MATCH, /* the safety numbers match; bytes: the key whose number was compared, in hex. With a new key: it takes the old one's place */
	OP_DIFFER, /* they differ; with a new key: it is not taken. bytes: the same */
	OP_KEEP,   /* what was said is kept so many days, or KEEP_...: row */
	OP_PERSON, /* it is a device of the person of that name; bytes: keys of further ones. Without name: of nobody any more */
};

/* CMD_CONTACT, and CMD_SAY, CMD_SEND, CMD_LONG, CMD_PAGE, CMD_SEARCH, CMD_EXPORT, CMD_TYPED: `peer` is a contact's key, or the id of a person with
 * several devices, each of which is a contact (see msg_contact.person). */
struct msg_contact_op {
	struct key peer;
	enum contact_op op;
	char name[NAME_SIZE];
	int64_t row;
};

/* CMD_CLEAN: looks for parts of transfers that nothing will go on with, or removes those that were told of last. Answered by EV_RESULT and
 * an EV_STALE. */
struct msg_clean {
	bool remove;
};

/* EV_STALE: such parts; also when a front end attaches, if there are some. bytes: a sentence NUL, then for each its name NUL, its size in
 * words NUL, the folder it lies in NUL; raw. */
struct msg_stale {
	uint32_t count;
	uint64_t bytes;
};

/* CMD_PAIR: a new code, which takes the place of an open one. */
struct msg_pair {
	char name[NAME_SIZE]; /* whom it is for; empty: the nick */
	bool stop;	      /* none: the open one is void, and a CMD_JOIN ends */
};

/* CMD_JOIN: somebody else's code. bytes: HOST:PORT, or nothing: whoever on this network shows its public digits. EV_RESULT comes when it
 * has ended, one way or the other. */
struct msg_join {
	struct code code;
	char name[NAME_SIZE];
};

/* EV_CODE: how a code stands. bytes: what happened to it, one sentence; nothing while nothing did. */
struct msg_code {
	struct code code;
	enum code_state state;
	bool joining;	/* somebody else's, that was typed here */
	uint32_t tries; /* wrong ones so far, */
	uint32_t most;	/* and how many make it void */
	int64_t until;	/* wall ms: then it is void */
	bool has_peer;	/* CODE_USED: who it was */
	struct key peer;
};

/* CMD_SAY. bytes: the text, at most TEXT_MAX_BYTES; nothing for CONTENT_DELETE; the emoji for CONTENT_REACT, nothing to take it back; for
 * CONTENT_TIMER the seconds as four bytes, big endian. The
 * front end draws the id, so that it knows its message from the start. For a contact that has not accepted us yet the text waits; a
 * request's note is CMD_SAY too. */
struct msg_say {
	struct key peer;
	struct id id;
	enum content content;
	struct id
		ref; /* but for CONTENT_CHAT: which message; zero: the newest of the user (EDIT, DELETE) or of the peer (REPLY, REACT) */
};

/* CMD_SEND. bytes: absolute paths, each ended by a NUL. One transfer. `unlink_after`: the one path is a spooled text that the core
 * removes when the transfer ended. To a person it is one for each device; the command is answered once. */
struct msg_send {
	struct key peer;
	bool unlink_after;
	uint32_t
		origin; /* inside the core: the serial of the command, also where it was answered already */
};

/* CMD_LONG. bytes: a text too long for a message, which goes as a file. */
struct msg_long {
	struct key peer;
};

enum transfer_op {
	TOP_ACCEPT,
	TOP_REFUSE,
	TOP_PAUSE,
	TOP_RESUME,
	TOP_CANCEL,
	TOP_FORGET,
	TOP_UP, /* a place up in the queue of what is sent to the contact */
	TOP_DOWN,
	TOP_FIRST,
	TOP_LAST,
	TOP_RETRY, /* what was sent, ended and did not arrive; transfer 0: all of those */
	TOP_ACCEPT_PART,
};

/* CMD_TRANSFER. bytes: for TOP_ACCEPT the destination folder, or nothing for the usual one; for TOP_ACCEPT_PART `folder\0` and then
 * glob patterns, each ended by a NUL, of what is wanted; none: what was marked by CMD_CHOOSE. */
struct msg_transfer_op {
	int64_t transfer;
	enum transfer_op op;
};

enum choose_op {
	CHOOSE_OPEN,  /* begins, everything marked, or goes on with what was marked */
	CHOOSE_VIEW,  /* folder; bytes: a filter, or nothing */
	CHOOSE_PAGE,  /* only rows are wanted */
	CHOOSE_MARK,  /* rows mark_from..mark_to of the view, and what is below them */
	CHOOSE_CLOSE, /* forgets the marks; not answered */
	CHOOSE_FRESH, /* net -> disk: the list, nothing marked */
	CHOOSE_TAKE, /* net -> disk: what is marked is accepted; patterns, each ended by a NUL: what fits them too */
};
enum choose_how { CHOOSE_ON, CHOOSE_OFF, CHOOSE_FLIP };

/* CMD_CHOOSE: a part of an incoming offer is being chosen. Answered by an EV_CHOICE with up to `count` rows from `from` on, of the view as it
 * is then. */
struct msg_choose {
	int64_t transfer;
	enum choose_op op;
	enum choose_how how;
	uint32_t folder; /* an entry; UINT32_MAX: the top */
	uint32_t mark_from, mark_to;
	uint32_t from, count; /* at most CHOOSE_MAX_ROWS */
	uint32_t serial;      /* net -> disk */
};
#define CHOOSE_MAX_ROWS 512

/* EV_CHOICE. bytes: the folder's path NUL, then `count` packed rows (choice_row.h), the first being row `from` of the view; when gone a
 * sentence. */
struct msg_choice {
	int64_t transfer;
	bool gone;	     /* it cannot be chosen from any more */
	uint32_t folder, up; /* the view's; the one around it */
	uint32_t up_row;     /* its place there */
	uint32_t rows;	     /* of the view */
	uint32_t from, count;
	uint32_t files, all_files;
	uint64_t bytes, all_bytes;
};

/* CMD_SET. bytes: the value. Options the core cares for: nick, door, downloads, listen... see options.h. */
struct msg_set {
	char option[32];
};

/* CMD_PAGE: the reader answers with one EV_PAGE. */
enum page_kind {
	PAGE_BEFORE, /* the newest `count` rows with row < at (at = INT64_MAX: the newest) */
	PAGE_AFTER,  /* the oldest `count` rows with row > at */
	PAGE_CHANGES, /* the oldest `count` changes with rev > at, in rev order; peer all zero: of every chat */
	PAGE_SINCE, /* the oldest `count` rows from the first one on that was said at `at` (wall ms) or later */
	/* What one message said, one text a row with the time it was said at: from its version `at` on, 0 being the first; the last
	 * one is what it says now. bytes: its id; nothing: the newest one that was edited. */
	PAGE_VERSIONS,
	/* What is being typed, with a NUL, and the lines typed before, each with its own; no rows. Nothing where there is neither. */
	PAGE_TYPED,
};

struct msg_page {
	struct key peer;
	enum page_kind kind;
	int64_t at;
	uint32_t count; /* at most PAGE_MAX_ROWS */
};
#define PAGE_MAX_ROWS 256

/* EV_PAGE. bytes: `count` packed rows (row.h), oldest first (by rev for PAGE_CHANGES): those asked for, or fewer with `more` set when
 * they would come to over about 1 MiB. */
struct msg_page_result {
	struct key peer;
	enum page_kind kind;
	int64_t at;
	uint32_t count;
	bool more;   /* there are further rows in the direction asked for */
	bool failed; /* the database could not be read */
};

/* CMD_TYPED and ST_TYPED, kept beside the chat. bytes: the text, or the lines, each ended by a NUL; nothing: none any more. Not answered. */
struct msg_typed {
	struct key peer;
	enum typed_what { TYPED_DRAFT, TYPED_HISTORY } what;
	bool blind; /* what is kept there was not known to who typed this: it becomes older lines */
};
#define TYPED_MAX_BYTES (32 * 1024)

/* CMD_SEARCH: messages with all these words in them, whatever the case. bytes: the words, with blanks between. Answered by EV_HITS as they
 * are found, the last one `done`. A newer search ends one that still runs; one without words finds nothing. */
struct msg_search {
	struct key peer; /* all zero: every chat */
	int64_t at;	 /* newest first: rows < at; oldest first: rows > at */
	uint32_t count;	 /* hits wanted, at most SEARCH_MAX_HITS */
	bool oldest_first;
};
#define SEARCH_MAX_HITS	 4096
#define SEARCH_MAX_BYTES 512

/* EV_HITS. bytes: `count` packed rows (row.h) in the order asked for. */
struct msg_hits {
	struct key peer;
	int64_t at; /* looked at up to this row: where to go on */
	uint32_t count;
	bool done;   /* the last of this search */
	bool more;   /* done, but not all was looked at: enough hits, or a newer search */
	bool failed; /* done, because the database could not be read */
};

/* CMD_EXPORT: the chat into a file. bytes: its absolute path. */
struct msg_export {
	struct key peer;
	bool as_json;
	bool replace;	     /* an old one of that name goes */
	char own[NAME_SIZE]; /* what the user is called in it */
};

/* CMD_PASSPHRASE. bytes, secret: the passphrase that is set now and a NUL ("": none is), the new one and a NUL ("": it is removed). */
/* WR_PASSPHRASE: the answer of the thread that wrote the identity; ST_SEAL: the history is to be sealed, in the writer's own time;
 * SR_SEALING: how far that is; SR_SEALED: its end. All with the command's serial. bytes: a sentence where something failed. */
struct msg_seal {
	bool ok;
	bool before, now; /* whether a passphrase was set, and is */
	uint32_t percent;
};

/* EV_RESULT: the answer to each command but CMD_PAGE, CMD_WENT, CMD_SEARCH, CMD_CHOOSE, CMD_TYPED and CMD_QUIT. bytes: a sentence when it failed. */
struct msg_result {
	bool ok;
	struct key peer;  /* CMD_ADD, CMD_CONTACT, CMD_JOIN, CMD_SAY, CMD_SEND: whom it was about */
	struct id id;	  /* CMD_SAY */
	int64_t transfer; /* CMD_SEND, CMD_TRANSFER: which */
};

/* EV_NOTICE. bytes: one sentence for the person; already safe to show. */
struct msg_notice {
	bool error;
	bool has_peer;
	struct key peer;
};

/* EV_SELF. bytes: the invite. */
struct msg_self {
	struct key key;
	char nick[NAME_SIZE]; /* empty: not asked yet */
	enum door_state door;
	uint32_t nlisten;
	char listen[CONTACT_ADDRS][ADDR_TEXT_SIZE];
	char listen_error[160]; /* why we do not listen, kept (kept.h), or empty */
	bool sealed;		/* a passphrase seals what is on disk */
	bool nearby;		/* contacts on this network recognise us */
	int64_t visible_until;	/* wall ms: everybody on it sees our name, 0 not */
	bool away;		/* contacts see us so, */
	bool invisible;		/* or not at all */
};

/* CMD_NEARBY: asks who is visible on this network; `visible`: everybody there sees our name from now on for so many seconds (0: not any
 * more). */
struct msg_look {
	bool visible;
	uint32_t seconds;
};

/* EV_NEARBY: somebody on this network is visible to everybody, or not any more. Nothing of it is proven. */
struct msg_nearby {
	char address[ADDR_TEXT_SIZE];
	char nick[NAME_SIZE]; /* what it claims, raw */
	bool gone;
	bool is_contact; /* it was recognised as this contact */
	struct key peer;
};

/* EV_CONTACT: everything a front end knows of a contact or request. bytes: for a request its note; else why the last dial failed, as
 * one sentence. */
struct msg_contact {
	struct key peer;
	bool gone; /* removed: forget it */
	char name
		[NAME_SIZE]; /* the user's own, unique when case-folded; for a request the nick, made unique */
	char nick[NAME_SIZE]; /* what the peer claims */
	struct key
		person; /* it is a device of this person, whose id is random; all zero: of none */
	char person_name[NAME_SIZE]; /* the user's name for that one */
	/* The model's own: this is a person, `peer` its id, and not a contact; with so many devices, of which so many are online. */
	bool is_person;
	uint32_t devices, online;
	enum contact_state state;
	enum trust trust;
	enum trust_how how;
	int64_t trust_since; /* ms since 1970, 0 unknown */
	bool has_new_key;    /* TRUST_CHANGED: the key that would take the old one's place */
	struct key new_key;
	bool moved; /* with `gone`: it is known by new_key from now on */
	enum link_state link;
	bool closed_by_hand;
	bool accepted_us; /* the peer said CONTACT(accepted) */
	bool heir_waits;  /* it does not know yet which key takes the place of ours */
	bool typing;
	bool away;		  /* online, and says that nobody is at the keys, */
	int64_t away_since;	  /* since this wall ms */
	char status[STATUS_SIZE]; /* online: what it says of itself, raw; may be empty */
	int64_t added, last_seen; /* ms since 1970, 0 never */
	int64_t sent_seq; /* outgoing rows with seq <= this went out on the standing session */
	int64_t retry_at; /* wall ms of the next dial, 0 none */
	uint32_t rtt_us;  /* 0 unknown */
	uint64_t limit_up, limit_down; /* of its transfers, bytes/s, 0 none */
	uint64_t auto_max; /* its offers up to so many bytes are accepted unasked, 0 none */
	uint32_t naddrs;
	char addrs[CONTACT_ADDRS][ADDR_TEXT_SIZE];
	char via[ADDR_TEXT_SIZE]; /* where the standing session goes */
	char from
		[ADDR_TEXT_SIZE]; /* a request: the IP it called from; `how` says what it came with */
	enum found via_found;	  /* how we came to call there */
};

/* EV_CHAT: chat `peer` grew or changed; the text is paged. */
struct msg_chat {
	struct key peer;
	int64_t row; /* newest row */
	int64_t rev; /* newest change */
	uint32_t unread;
	int64_t unread_row; /* first unread row, 0 none */
	int64_t seen_seq;   /* the peer's: the user has seen all up to here */
	int64_t read_seq; /* ours: the peer has seen all up to here; 0 while read receipts are off */
	uint32_t waiting;		   /* of ours, not acknowledged yet */
	int32_t keep;			   /* how long what is said is kept: days or KEEP_... */
	uint32_t timer_mine, timer_theirs; /* seconds each wants messages to live; see retain.h */
};

/* EV_TRANSFER. bytes: strings, each ended by a NUL: what (first name), destination or final path, reason, then for an incoming offer
 * up to 64 lines of names as they would arrive. All are raw UTF-8, to be shown through text.h; the reason is a kept sentence (kept.h). */
#define REASON_PAUSED	  N_("paused here")
#define REASON_OFFLINE	  N_("waits until online")
#define REASON_UNANSWERED N_("waits for an answer")
struct msg_transfer {
	int64_t transfer;
	struct key peer;
	enum direction dir;
	enum transfer_state state;
	bool gone;	   /* forgotten */
	bool paused_here;  /* PAUSED by us */
	bool paused_there; /* PAUSED by the peer */
	bool odd_name;	   /* some name was changed, is hidden, or is executable: look twice */
	bool executable;
	uint64_t files, folders, bytes_total, bytes_done;
	uint32_t queue;		/* its place among what is sent to the peer, from 1; 0 none */
	uint64_t rate;		/* bytes/s over the last 3 s */
	int64_t eta;		/* seconds over the last 10 s, -1 unknown */
	uint64_t free_bytes;	/* free at the destination, for an offer */
	uint64_t space;		/* what it takes there: as bytes_total, but holes take none */
	int64_t started, ended; /* wall ms */
	uint32_t
		origin; /* the serial of the CMD_SEND that made it; 0: that was earlier, or nobody asked */
};

#include "src/msg_store.h" /* what crosses between the net thread and the store thread */

/* ---- disk: net -> disk workers (net/disk.h explains) ---------------------------------------------------------------------- */
/* One body serves all disk jobs and their answers. */
struct msg_disk {
	uint64_t job; /* the transfer engine's cookie, returned as it was */
	int64_t transfer;
	int64_t handle; /* which open tree of the worker */
	uint32_t entry;
	uint32_t count;
	uint64_t offset, size;
	int64_t mtime_ns;
	uint32_t mode;
	int32_t error; /* errno, 0 fine */
	uint32_t flags;
	uint64_t total; /* DISK_CHOOSE, DISK_PREPARE: bytes of the files that are wanted */
	uint32_t files, folders;
	uint8_t owner[ID_LEN]; /* DISK_PREPARE, DISK_CLEAN: whose parts they are */
};

/* WK_SWEEP. bytes: paths of long texts that wait, each ended by a NUL; not answered. */

/* WR_EXPORTED and WR_SPOOLED: the answer to CMD_EXPORT and CMD_LONG, with its serial. bytes: the path and a NUL, or a sentence when it failed. */
struct msg_exported {
	struct key peer;
	bool ok;
	uint64_t messages;
};

/* NR_RESOLVED. bytes: numeric addresses without port, each ended by a NUL; or, failed, a sentence. */
struct msg_resolved {
	uint64_t cookie;
	bool failed;
};

/* ---- the table ---------------------------------------------------------------------------------------------------------- */
/* clang-format off */
/*	type		body member	body struct		way		rule		help */
#define MSG_TABLE(ROW) \
	ROW(CMD_ATTACH,	none,		msg_none,		TO_CORE,	MSG_KEEP,	"a front end is there: send it everything, then EV_READY") \
	ROW(CMD_ADD,	add,		msg_add,		TO_CORE,	MSG_KEEP,	"add a contact by invite, HOST:PORT or key") \
	ROW(CMD_CONTACT, contact_op,	msg_contact_op,		TO_CORE,	MSG_KEEP,	"do something with a contact or a request") \
	ROW(CMD_PAIR,	pair,		msg_pair,		TO_CORE,	MSG_KEEP,	"a code to pair with, please") \
	ROW(CMD_JOIN,	join,		msg_join,		TO_CORE,	MSG_KEEP,	"somebody's code: pair") \
	ROW(CMD_SAY,	say,		msg_say,		TO_CORE,	MSG_KEEP,	"queue a message") \
	ROW(CMD_SEND,	send,		msg_send,		TO_CORE,	MSG_KEEP,	"offer files and folders") \
	ROW(CMD_TRANSFER, transfer_op,	msg_transfer_op,	TO_CORE,	MSG_KEEP,	"accept, refuse, pause, resume, cancel, forget") \
	ROW(CMD_CHOOSE, choose,		msg_choose,		TO_CORE,	MSG_KEEP,	"look at the list of an offer, and choose a part of it") \
	ROW(CMD_CLEAN,	clean,		msg_clean,		TO_CORE,	MSG_KEEP,	"parts that are left over: which, or away with them") \
	ROW(CMD_LISTEN,	none,		msg_none,		TO_CORE,	MSG_KEEP,	"listen there; bytes: ADDRESS:PORT") \
	ROW(CMD_INVITE,	invite,		msg_invite,		TO_CORE,	MSG_KEEP,	"make, list or withdraw invites; a new door key") \
	ROW(CMD_SET,	set,		msg_set,		TO_CORE,	MSG_KEEP,	"an option the core cares for changed") \
	ROW(CMD_PAGE,	page,		msg_page,		TO_CORE,	MSG_KEEP,	"rows of a chat, please") \
	ROW(CMD_WENT,	went,		msg_went,		TO_CORE,	MSG_KEEP,	"where the files of a transfer went, please") \
	ROW(CMD_SEARCH,	search,		msg_search,		TO_CORE,	MSG_KEEP,	"messages with these words, please") \
	ROW(CMD_EXPORT,	export,		msg_export,		TO_CORE,	MSG_KEEP,	"a chat into a file, please") \
	ROW(CMD_LONG,	long_text,	msg_long,		TO_CORE,	MSG_KEEP,	"a text too long for a message: send it as a file") \
	ROW(CMD_DOCTOR,	none,		msg_none,		TO_CORE,	MSG_KEEP,	"what does the network look like; answered by EV_REPORT, too") \
	ROW(CMD_NEARBY,	look,		msg_look,		TO_CORE,	MSG_KEEP,	"who is on this network; be seen there") \
	ROW(CMD_TYPED,	typed,		msg_typed,		TO_CORE,	MSG_KEEP,	"what is typed to a contact, to be kept") \
	ROW(CMD_PRESENCE, presence,	msg_presence,		TO_CORE,	MSG_KEEP,	"the person is there, or away") \
	ROW(CMD_PASSPHRASE, none,	msg_none,		TO_CORE,	MSG_KEEP,	"set, change or remove the passphrase; its bytes are secret") \
	ROW(CMD_SUCCESSOR, none,	msg_none,		TO_CORE,	MSG_KEEP,	"contacts are told, until each has confirmed it, which key takes the place of ours; bytes, secret: its secret half; none: nobody any more") \
	ROW(CMD_QUIT,	none,		msg_none,		TO_CORE,	MSG_LAST,	"stop; answered by EV_STOPPED") \
	\
	ROW(EV_SELF,	self,		msg_self,		TO_FRONT,	MSG_MERGE,	"who and where we are") \
	ROW(EV_CONTACT,	contact,	msg_contact,		TO_FRONT,	MSG_MERGE,	"how a contact or a request stands") \
	ROW(EV_CHAT,	chat,		msg_chat,		TO_FRONT,	MSG_MERGE,	"a chat grew or changed") \
	ROW(EV_NEARBY,	nearby,		msg_nearby,		TO_FRONT,	MSG_MERGE,	"somebody on this network is visible, or not any more") \
	ROW(EV_TRANSFER, transfer,	msg_transfer,		TO_FRONT,	MSG_MERGE,	"how a transfer stands") \
	ROW(EV_PAGE,	page_result,	msg_page_result,	TO_FRONT,	MSG_LAST,	"rows of a chat") \
	ROW(EV_HITS,	hits,		msg_hits,		TO_FRONT,	MSG_LAST,	"messages that were searched for") \
	ROW(EV_WENT,	went_page,	msg_went_page,		TO_FRONT,	MSG_LAST,	"where the files of a transfer went") \
	ROW(EV_CHOICE,	choice,		msg_choice,		TO_FRONT,	MSG_LAST,	"the list of an offer, and what of it is chosen") \
	ROW(EV_CODE,	code,		msg_code,		TO_FRONT,	MSG_KEEP,	"how a pairing code stands") \
	ROW(EV_STALE,	stale,		msg_stale,		TO_FRONT,	MSG_LAST,	"parts of transfers that are left over") \
	ROW(EV_GONE,	gone,		msg_gone,		TO_FRONT,	MSG_KEEP,	"rows of a chat have lived long enough") \
	ROW(EV_RESULT,	result,		msg_result,		TO_FRONT,	MSG_KEEP,	"what became of a command") \
	ROW(EV_REPORT,	none,		msg_none,		TO_FRONT,	MSG_KEEP,	"sentences for the person; bytes: each ended by a NUL") \
	ROW(EV_NOTICE,	notice,		msg_notice,		TO_FRONT,	MSG_KEEP,	"one sentence for the person") \
	ROW(EV_READY,	none,		msg_none,		TO_FRONT,	MSG_KEEP,	"everything known has been sent") \
	ROW(EV_STOPPED,	none,		msg_none,		TO_FRONT,	MSG_LAST,	"the core has ended; join it") \
	\
	ROW(ST_LOAD,	none,		msg_none,		TO_STORE,	MSG_LAST,	"send everything the core keeps in memory") \
	ROW(ST_CONTACT,	st_contact,	msg_st_contact,		TO_STORE,	MSG_LAST,	"insert or update a contact") \
	ROW(ST_FORGET,	st_peer,	msg_st_peer,		TO_STORE,	MSG_LAST,	"remove a contact and its chat") \
	ROW(ST_MOVE,	st_move,	msg_st_move,		TO_STORE,	MSG_LAST,	"a contact has another key from now on") \
	ROW(ST_CLEAR,	st_peer,	msg_st_peer,		TO_STORE,	MSG_LAST,	"remove what was said with a contact") \
	ROW(ST_SAY,	st_row,		msg_st_row,		TO_STORE,	MSG_LAST,	"an outgoing message") \
	ROW(ST_LINE,	st_row,		msg_st_row,		TO_STORE,	MSG_LAST,	"a line of the program in a chat") \
	ROW(ST_GOT,	st_row,		msg_st_row,		TO_STORE,	MSG_LAST,	"an incoming message") \
	ROW(ST_ACKED,	st_acked,	msg_st_acked,		TO_STORE,	MSG_LAST,	"outgoing messages arrived or failed") \
	ROW(ST_OUTBOX,	st_outbox,	msg_st_outbox,		TO_STORE,	MSG_LAST,	"what still waits for this contact") \
	ROW(ST_READ,	st_read,	msg_st_read,		TO_STORE,	MSG_LAST,	"the user has seen up to here") \
	ROW(ST_SEEN,	st_read,	msg_st_read,		TO_STORE,	MSG_LAST,	"the peer has seen up to here") \
	ROW(ST_KEEP,	st_keep,	msg_st_keep,		TO_STORE,	MSG_LAST,	"how long what is said with a contact is kept") \
	ROW(ST_SWEEP,	st_sweep,	msg_st_sweep,		TO_STORE,	MSG_LAST,	"delete what has lived long enough") \
	ROW(ST_TRANSFER, st_transfer,	msg_st_transfer,	TO_STORE,	MSG_LAST,	"insert or update a transfer") \
	ROW(ST_FORGET_TRANSFER, st_transfer, msg_st_transfer,	TO_STORE,	MSG_LAST,	"remove a transfer's row") \
	ROW(ST_WENT,	st_went,	msg_st_went,		TO_STORE,	MSG_LAST,	"where files of a transfer went") \
	ROW(ST_DOOR,	st_door,	msg_st_door,		TO_STORE,	MSG_LAST,	"insert or remove one of our door keys") \
	ROW(ST_VALUE,	st_value,	msg_st_value,		TO_STORE,	MSG_LAST,	"a small named value") \
	ROW(ST_TYPED,	typed,		msg_typed,		TO_STORE,	MSG_LAST,	"what is typed to a contact") \
	ROW(ST_SEAL,	seal,		msg_seal,		TO_STORE,	MSG_LAST,	"seal what is not sealed yet; answered by SR_SEALED") \
	ROW(ST_STOP,	none,		msg_none,		TO_STORE,	MSG_LAST,	"commit, close, end the thread; answered by SR_STOPPED") \
	\
	ROW(SR_CONTACT,	st_contact,	msg_st_contact,		FROM_STORE,	MSG_LAST,	"answer to ST_LOAD: a contact") \
	ROW(SR_SAVED,	st_peer,	msg_st_peer,		FROM_STORE,	MSG_LAST,	"ST_CONTACT with a serial is committed") \
	ROW(SR_DOOR,	st_door,	msg_st_door,		FROM_STORE,	MSG_LAST,	"answer to ST_LOAD: a door key") \
	ROW(SR_VALUE,	st_value,	msg_st_value,		FROM_STORE,	MSG_LAST,	"answer to ST_LOAD: a named value") \
	ROW(SR_TRANSFER, st_transfer,	msg_st_transfer,	FROM_STORE,	MSG_LAST,	"answer to ST_LOAD or to a new ST_TRANSFER") \
	ROW(SR_LOADED,	none,		msg_none,		FROM_STORE,	MSG_LAST,	"answer to ST_LOAD: that was all") \
	ROW(SR_SAID,	st_row,		msg_st_row,		FROM_STORE,	MSG_LAST,	"ST_SAY is committed; bytes: the text") \
	ROW(SR_GOT,	st_row,		msg_st_row,		FROM_STORE,	MSG_LAST,	"ST_GOT is committed") \
	ROW(SR_ACKED,	st_acked,	msg_st_acked,		FROM_STORE,	MSG_LAST,	"ST_ACKED is committed") \
	ROW(SR_OUT,	st_row,		msg_st_row,		FROM_STORE,	MSG_LAST,	"one message of the outbox; bytes: the text") \
	ROW(SR_OUT_END,	st_outbox,	msg_st_outbox,		FROM_STORE,	MSG_LAST,	"end of that part of the outbox") \
	ROW(SR_CHAT,	sr_chat,	msg_sr_chat,		FROM_STORE,	MSG_LAST,	"how a chat stands after a commit") \
	ROW(SR_GONE,	gone,		msg_gone,		FROM_STORE,	MSG_LAST,	"rows of a chat were deleted") \
	ROW(SR_DUE,	sr_due,		msg_sr_due,		FROM_STORE,	MSG_LAST,	"when the next ST_SWEEP is due") \
	ROW(SR_FAILED,	sr_failed,	msg_sr_failed,		FROM_STORE,	MSG_LAST,	"a write did not go through") \
	ROW(SR_SEALING,	seal,		msg_seal,		FROM_STORE,	MSG_LAST,	"how far the sealing is") \
	ROW(SR_SEALED,	seal,		msg_seal,		FROM_STORE,	MSG_LAST,	"everything is sealed, or why not") \
	ROW(SR_STOPPED,	none,		msg_none,		FROM_STORE,	MSG_LAST,	"the store thread has ended") \
	\
	ROW(DISK_SCAN,	disk,		msg_disk,		TO_DISK,	MSG_LAST,	"walk the paths of an offer") \
	ROW(DISK_READ,	disk,		msg_disk,		TO_DISK,	MSG_LAST,	"read the next stretch of a transfer") \
	ROW(DISK_PREPARE, disk,		msg_disk,		TO_DISK,	MSG_LAST,	"make the part folder of an accepted offer") \
	ROW(DISK_CHOOSE, disk,		msg_disk,		TO_DISK,	MSG_LAST,	"choose a part of an offer") \
	ROW(DISK_CLEAN,	disk,		msg_disk,		TO_DISK,	MSG_LAST,	"look for parts that are left over") \
	ROW(DISK_WRITE,	disk,		msg_disk,		TO_DISK,	MSG_LAST,	"write a batch of received stream") \
	ROW(DISK_FINISH, disk,		msg_disk,		TO_DISK,	MSG_LAST,	"make durable and give the final names") \
	ROW(DISK_CLOSE,	disk,		msg_disk,		TO_DISK,	MSG_LAST,	"drop a tree: close, and remove its parts if told so") \
	ROW(DISK_STOP,	none,		msg_none,		TO_DISK,	MSG_LAST,	"end one worker") \
	ROW(DISK_LOST,	disk,		msg_disk,		FROM_DISK,	MSG_LAST,	"a file of a transfer will not arrive") \
	ROW(DISK_WENT,	disk,		msg_disk,		FROM_DISK,	MSG_LAST,	"where files of a transfer went") \
	ROW(DISK_RAN,	disk,		msg_disk,		FROM_DISK,	MSG_LAST,	"a job ended") \
	\
	ROW(NR_RESOLVED, resolved,	msg_resolved,		FROM_RESOLVER,	MSG_LAST,	"a host name's addresses") \
	\
	ROW(WK_SWEEP,	none,		msg_none,		TO_CHORES,	MSG_LAST,	"remove long texts that none of these paths names") \
	ROW(WK_STOP,	none,		msg_none,		TO_CHORES,	MSG_LAST,	"end the thread") \
	ROW(WR_EXPORTED, exported,	msg_exported,		FROM_CHORES,	MSG_LAST,	"a chat is in its file, or why not") \
	ROW(WR_SPOOLED,	exported,	msg_exported,		FROM_CHORES,	MSG_LAST,	"a long text is in its file, or why not") \
	ROW(WR_PASSPHRASE, seal,	msg_seal,		FROM_CHORES,	MSG_LAST,	"the identity has its new passphrase, or why not")
/* clang-format on */

enum msg_type {
#define ROW(type, member, body, way, rule, help) MSG_##type,
	MSG_TABLE(ROW)
#undef ROW
		MSG_NTYPES
};

struct msg {
	struct msg *next;
	enum msg_type type;
	uint32_t serial; /* a command's number, returned in its EV_RESULT or EV_PAGE; 0 none */
	uint8_t *bytes;	 /* owned; bytes[len] is always NUL when set by msg_set_bytes() */
	size_t len;
	bool secret; /* the bytes are wiped before they are freed */
	union {
		struct msg_none none;
		struct msg_add add;
		struct msg_pair pair;
		struct msg_join join;
		struct msg_code code;
		struct msg_contact_op contact_op;
		struct msg_say say;
		struct msg_invite invite;
		struct msg_send send;
		struct msg_transfer_op transfer_op;
		struct msg_choose choose;
		struct msg_choice choice;
		struct msg_clean clean;
		struct msg_stale stale;
		struct msg_set set;
		struct msg_page page;
		struct msg_page_result page_result;
		struct msg_went went;
		struct msg_went_page went_page;
		struct msg_st_went st_went;
		struct msg_search search;
		struct msg_hits hits;
		struct msg_export export;
		struct msg_exported exported;
		struct msg_long long_text;
		struct msg_typed typed;
		struct msg_seal seal;
		struct msg_result result;
		struct msg_notice notice;
		struct msg_self self;
		struct msg_contact contact;
		struct msg_chat chat;
		struct msg_look look;
		struct msg_presence presence;
		struct msg_nearby nearby;
		struct msg_transfer transfer;
		struct msg_st_contact st_contact;
		struct msg_st_peer st_peer;
		struct msg_st_move st_move;
		struct msg_st_row st_row;
		struct msg_st_acked st_acked;
		struct msg_st_outbox st_outbox;
		struct msg_st_read st_read;
		struct msg_st_keep st_keep;
		struct msg_st_sweep st_sweep;
		struct msg_sr_due sr_due;
		struct msg_gone gone;
		struct msg_sr_chat sr_chat;
		struct msg_st_transfer st_transfer;
		struct msg_st_door st_door;
		struct msg_st_value st_value;
		struct msg_sr_failed sr_failed;
		struct msg_disk disk;
		struct msg_resolved resolved;
	} b;
};

/* A message of that type, body zeroed, no bytes. The body is reached through the member its row names. */
struct msg *msg_new(enum msg_type type);
/* Gives the message a copy of n bytes, a NUL after them. Returns m. */
struct msg *msg_set_bytes(struct msg *m, const void *bytes, size_t n);
/* Gives the message these malloc'd bytes, which it then owns. Returns m. */
struct msg *msg_take_bytes(struct msg *m, uint8_t *bytes, size_t n);
void msg_free(struct msg *m);

const char *msg_name(enum msg_type type); /* "CMD_SAY": for logs and tests */
const char *msg_help(enum msg_type type);
enum msg_rule msg_rule(enum msg_type type);
enum msg_way msg_way(enum msg_type type);
/* For MSG_MERGE types: orders messages by type and by whom or what they are about; 0 means twins. */
int msg_merge_cmp(const struct msg *a, const struct msg *b);

/* The i-th NUL-ended string in the bytes; "" when there are fewer. The bytes end in a NUL when msg_set_bytes() made them; a string that is
 * not ended inside len is "". */
const char *msg_string(const struct msg *m, size_t i);

#endif
