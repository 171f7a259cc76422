#ifndef P2P_SRC_STORE_INT_H
#define P2P_SRC_STORE_INT_H
/* What the files of the store share. Private to src/store*.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/tree.h>

#include "src/db.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/seal.h"
#include "src/store_sql.h"
#include "src/types.h"

enum store_statement {
#define SQL(name, text) SQL_##name,
	STORE_STATEMENTS(SQL)
#undef SQL
		SQL_COUNT
};

/* How the chat with one peer stands, in memory while a group of requests is applied. Written back once, before the commit. */
struct chat {
	RB_ENTRY(chat) entry;
	struct key key;
	int64_t peer; /* its number in the database; 0: not there yet */
	int64_t next_seq, row, rev, read_row, unread, unread_row, seen_seq, read_seq, waiting;
	int64_t timer_mine, timer_theirs, timer_least; /* seconds, 0 none; see store_timer.c */
	int32_t keep;
	bool contact; /* it is a contact, in whatever state */
	bool person;  /* it is no contact, but a person with devices that are */
	bool changed; /* write back */
	bool tell;    /* SR_CHAT after the commit */
};

RB_HEAD(chat_tree, chat);

/* Numbers that are never given twice. */
struct counters {
	int64_t row, rev, transfer, clock;
};

struct store {
	struct db *db;
	struct seal *seal;	/* NULL: only a database that is not sealed can be used */
	struct chat_tree chats; /* those the group touched */
	struct counters counters, stored;
	struct msg *replies, **last; /* pushed once the group is committed */
	bool settle;		     /* something was deleted for good */
	bool fades;		     /* something began to live its last seconds */
	int32_t keep_default;	     /* what KEEP_DEFAULT means: the option */
	bool clock_held;	     /* it jumped, and is not believed yet, */
	uint64_t clock_since;	     /* since this mono ms */
	struct {
		struct queue *out; /* NULL: nobody is told how far it is */
		uint32_t serial, percent;
		uint64_t done, total; /* values, about */
	} sealing;
};

/* How a request is carried out: answers by store_reply(). False: the database failed (db_error()), and the group is rolled back. */
typedef bool store_obey(struct store *s, const struct msg *m);

/* An answer to m, with its serial; pushed after the commit. The body is zero. */
struct msg *store_reply(struct store *s, const struct msg *m, enum msg_type type);
/* SR_FAILED to m, with these words: for what is refused though the database is well. */
void store_refuse(struct store *s, const struct msg *m, const char *words);
/* A new SR_FAILED about m, belonging to the caller. */
struct msg *store_failed(const struct msg *m, const char *words);

/* The chat with that peer, or NULL if the database failed. chat->peer is 0 when the peer was never seen. */
struct chat *store_chat(struct store *s, const struct key *key);
/* The chat goes by another key from now on; the one that had it is forgotten. */
void store_rekey(struct store *s, struct chat *c, const struct key *key);
/* At the end of a look at the database. */
void store_forget_chats(struct store *s);
/* Gives the peer a number if it has none. */
bool store_number(struct store *s, struct chat *c);
/* Writes changed chats back, so that a query sees them. */
bool store_write_back(struct store *s);
/* The statements that suit a database that is not sealed, or one that is. */
extern const char *const store_statements[], *const store_sealed_statements[];
/* SR_CHAT's body. */
void store_fill_chat(struct msg_chat *to, const struct chat *c);

/* A value out of the database that should be one of 0..max, or else what is safe. */
static inline int
store_enum(int64_t v, int max, int otherwise)
{
	return v >= 0 && v <= max ? (int)v : otherwise;
}

/* The next column as a string, cut to fit. */
void store_get_string(struct db_query *q, char *dst, size_t size);
/* The next column as exactly n bytes; false (and dst zero) if it is something else. */
bool store_get_exact(struct db_query *q, uint8_t *dst, size_t n);

store_obey store_load_all, store_door, store_value; /* store.c */
store_obey store_contact, store_forget, store_move_contact,
	store_load_contacts; /* store_contact.c */
store_obey store_say, store_line, store_got, store_acked, store_outbox, store_read,
	store_seen;							/* store_chat.c */
store_obey store_clear;							/* store_clear.c */
store_obey store_keep, store_sweep;					/* store_sweep.c */
store_obey store_timer_say, store_timer_got;				/* store_timer.c */
store_obey store_typed;							/* store_typed.c */
store_obey store_went;							/* store_went.c */
store_obey store_act_say, store_act_got;				/* store_act.c */
store_obey store_transfer, store_forget_transfer, store_load_transfers; /* store_transfer.c */

/* store_chat.c, for store_act.c. The chat of a contact; NULL with *refused set and m answered if it is none, NULL alone if the database
 * failed. */
struct chat *store_contact_chat(struct store *s, const struct msg *m, const struct key *peer,
				bool *refused);
/* Gives the row its number and change number and inserts it. */
bool store_insert(struct store *s, struct chat *c, struct msg_st_row *r, const void *text,
		  size_t len);
/* Notes the id for row number `row`. *fresh is false, and the row's number and seq are those of long ago (0: gone), when it was there. */
bool store_note_id(struct store *s, const struct chat *c, struct msg_st_row *r, int64_t row,
		   bool *fresh);

/* store_act.c: the message that a reply or an act is about. */
struct target {
	int64_t row, edits; /* row 0: there is none */
	enum direction dir;
	enum receipt state;
	bool deleted;
	char *text; /* the caller's to free */
	size_t len;
};
/* Finds it among the rows of these directions, those of the first before those of the other. False if the database failed. */
bool store_find_target(struct store *s, const struct chat *c, const struct id *id,
		       enum direction first, enum direction other, struct target *t);
/* A row moved to another state; the change is noted. reason may be NULL. False if the database failed; *moved tells whether it did. */
bool store_move(struct store *s, struct chat *c, int64_t row, enum receipt from,
		enum receipt or_from, enum receipt to, const char *reason, bool *moved);
/* An act of the user failed: a line in the chat says so, since the act itself is no line. Nothing if the row is no act. */
bool store_act_failed(struct store *s, struct chat *c, int64_t row, const struct msg_st_acked *a);
/* A reply without an id is one to the newest incoming message, an edit and a deletion mean the user's own newest. */
bool store_newest(struct store *s, const struct chat *c, enum direction dir, struct id *id);

/* store_sweep.c. A number out of the database as KEEP_... or days. */
int32_t store_keep_of(int64_t v);
/* SR_DUE, because something began to live its last seconds. False if the database failed. */
bool store_tell_due(struct store *s);

/* store_timer.c. The timer of what is said now, and of a message that came with one. */
uint32_t store_timer_out(const struct chat *c);
uint32_t store_timer_in(const struct chat *c, uint32_t carried);
/* A message of ours arrived, at `time`; those of the peer in rows (from, to] were seen. */
bool store_fade_out(struct store *s, const struct chat *c, int64_t row, int64_t time);
bool store_fade_in(struct store *s, struct chat *c, int64_t from, int64_t to, int64_t time);

/* store_seal.c. What is to be done once the database is open: with the right key it is read and written as it is, sealed or not; and one that
 * is to be sealed is sealed now. False with db_error(). */
bool store_seal_start(struct store *s, const struct seal_key *key, bool write);
/* At the start of a look at the database: whether it is sealed by now. False with db_error(). */
bool store_seal_check(struct store *s);
/* ST_SEAL, outside of a transaction. */
void store_seal_obey(struct store *s, const struct msg *m, struct queue *out);

/* store_page.c: a page while it is being filled; and the row of ROW_COLUMNS that the query stands at, put into it. peer NULL: the column behind
 * them says whose it is. */
struct store_page {
	struct row_buf rows;
	uint32_t count, wanted;
	bool more;
};
void store_put_row(struct store *s, struct store_page *page, struct db_query *q,
		   const struct key *peer);
/* The same in two steps: the row, whose texts are good until the query goes on, its peer left zero, and its chat's number; and that row
 * packed, with how the message begins that it answers, which may be in any of n chats. */
void store_read_row(struct db_query *q, struct row *to, int64_t *chat);
void store_pack_row(struct store *s, struct store_page *page, struct row *r, const int64_t *chats,
		    size_t n);
/* A page that comes to more than this ends early; it has one row at least. */
#define STORE_PAGE_BYTES ((size_t)1024 * 1024)
/* store_page.c: the row from which on everything was said at that time or later; what a message of the chat said before. False if the database
 * failed. */
bool store_find_time(struct store *s, const struct chat *c, int64_t when, int64_t *at);
bool store_page_versions(struct store *s, struct store_page *page, const struct chat *c,
			 const struct msg *request);

/* store_person.c. ST_SAY to a person: one row for each device, in this one transaction. */
bool store_person_say(struct store *s, const struct msg *m, const struct chat *c);
/* A page of the chats of all devices as one. */
bool store_person_page(struct store *s, struct store_page *page, const struct chat *c,
		       const struct msg *request);
/* A device of a person whose number is nobody's, or somebody else's by now, is one of none: false if the database failed. */
bool store_heal_persons(struct store *s);
/* The row that stands for this one: of a message to a person, the first of its copies. */
bool store_primary(struct store *s, int64_t row, int64_t *primary);
/* store_page.c: the page asked for, inside a read; and one without rows. New messages. */
struct msg *store_read_page(struct store *s, const struct msg *request);
struct msg *store_empty_page(const struct msg *request);

/* store_typed.c: what is being typed in a chat and what was typed before, onto a page; and both dropped. */
bool store_page_typed(struct store *s, struct store_page *page, const struct chat *c);
bool store_drop_typed(struct store *s, const struct chat *c);

/* store_went.c: the list of a transfer goes; a page of it, inside a read, and one without rows. New messages. */
bool store_drop_went(struct store *s, int64_t transfer);
struct msg *store_read_went(struct store *s, const struct msg *request);
struct msg *store_empty_went(const struct msg *request);

/* The words for a peer that is in no list (any more). */
#define STORE_NO_CONTACT "There is no such contact."

#endif
