/* store.c - the database as requests and answers: opening, groups of requests as one transaction, doors and named values. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/db.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/store.h"
#include "src/store_int.h"
#include "src/util.h"

#define APPLICATION_ID 0x50325054 /* "P2PT" */
#define READ_ATTEMPTS  5

static const char *const migrations[] = {STORE_V1, STORE_V2, STORE_V3, STORE_V4, STORE_V5,
					 STORE_V6, STORE_V7, STORE_V8, STORE_V9, STORE_V10};

#define SQL(name, text) [SQL_##name] = (text),

#define SEALED(column, number, x) x
#define OPENED(column, number, x) x
#define LOOK(column, x)		  x
#define UNLOOK(column, x)	  x
const char *const store_statements[SQL_COUNT] = {STORE_STATEMENTS(SQL)};

#undef SEALED
#undef OPENED
#undef LOOK
#undef UNLOOK
#define SEALED(column, number, x) SQL_CALL("sealed", SEAL_##column, number, x)
#define OPENED(column, number, x) SQL_CALL("opened", SEAL_##column, number, x)
#define LOOK(column, x)		  SQL_CALL("look", SEAL_##column, "0", x)
#define UNLOOK(column, x)	  SQL_CALL("unlook", SEAL_##column, "0", x)
const char *const store_sealed_statements[SQL_COUNT] = {STORE_STATEMENTS(SQL)};
#undef SQL

static const struct db_schema schema = {
	.application_id = APPLICATION_ID,
	.migrations = migrations,
	.version = NELEM(migrations),
	.statements = store_statements,
	.nstatements = SQL_COUNT,
};

const struct db_schema *
store_schema(void)
{
	return &schema;
}

/* The first thing that a program asks that is going to write. */
static bool
load(struct store *s, const struct msg *m)
{
	return store_heal_persons(s) && store_load_all(s, m);
}

static store_obey *const obey[MSG_NTYPES] = {
	[MSG_ST_LOAD] = load,
	[MSG_ST_CONTACT] = store_contact,
	[MSG_ST_FORGET] = store_forget,
	[MSG_ST_SAY] = store_say,
	[MSG_ST_LINE] = store_line,
	[MSG_ST_GOT] = store_got,
	[MSG_ST_ACKED] = store_acked,
	[MSG_ST_OUTBOX] = store_outbox,
	[MSG_ST_READ] = store_read,
	[MSG_ST_SEEN] = store_seen,
	[MSG_ST_TRANSFER] = store_transfer,
	[MSG_ST_FORGET_TRANSFER] = store_forget_transfer,
	[MSG_ST_MOVE] = store_move_contact,
	[MSG_ST_CLEAR] = store_clear,
	[MSG_ST_DOOR] = store_door,
	[MSG_ST_VALUE] = store_value,
	[MSG_ST_KEEP] = store_keep,
	[MSG_ST_SWEEP] = store_sweep,
	[MSG_ST_TYPED] = store_typed,
	[MSG_ST_WENT] = store_went,
};

/* ---- the chats a group touches ------------------------------------------------------------------------------------------ */

static int
chat_cmp(const struct chat *a, const struct chat *b)
{
	return memcmp(a->key.b, b->key.b, KEY_LEN);
}

RB_GENERATE_INTERNAL(chat_tree, chat, entry, chat_cmp, static __attribute__((unused)))

struct chat *
store_chat(struct store *s, const struct key *key)
{
	struct chat probe = {.key = *key}, *c = RB_FIND(chat_tree, &s->chats, &probe);
	struct db_query *q;

	if (c != NULL)
		return c;
	q = db_query(s->db, SQL_PEER_FIND);
	db_put_bytes(q, key->b, KEY_LEN);
	c = xcalloc(1, sizeof(*c));
	c->key = *key;
	c->next_seq = 1;
	c->keep = KEEP_DEFAULT;
	if (db_next(q)) {
		c->peer = db_get_int(q);
		c->next_seq = db_get_int(q);
		c->row = db_get_int(q);
		c->rev = db_get_int(q);
		c->read_row = db_get_int(q);
		c->unread = db_get_int(q);
		c->unread_row = db_get_int(q);
		c->seen_seq = db_get_int(q);
		c->read_seq = db_get_int(q);
		c->waiting = db_get_int(q);
		c->keep = store_keep_of(db_get_int(q));
		c->timer_mine = db_get_int(q);
		c->timer_theirs = db_get_int(q);
		c->timer_least = db_get_int(q);
		c->contact = db_get_int(q) != 0;
		c->person = db_get_int(q) != 0;
	}
	if (!db_end(q)) {
		free(c);
		return NULL;
	}
	RB_INSERT(chat_tree, &s->chats, c);
	return c;
}

void
store_rekey(struct store *s, struct chat *c, const struct key *key)
{
	struct chat probe = {.key = *key}, *other = RB_FIND(chat_tree, &s->chats, &probe);

	if (other != NULL) {
		RB_REMOVE(chat_tree, &s->chats, other);
		free(other);
	}
	RB_REMOVE(chat_tree, &s->chats, c);
	c->key = *key;
	RB_INSERT(chat_tree, &s->chats, c);
}

bool
store_number(struct store *s, struct chat *c)
{
	struct db_query *q;

	if (c->peer != 0)
		return true;
	q = db_query(s->db, SQL_PEER_NEW);
	db_put_bytes(q, c->key.b, KEY_LEN);
	if (!db_run(q))
		return false;
	c->peer = db_inserted(s->db);
	return true;
}

bool
store_write_back(struct store *s)
{
	struct chat *c;

	for (c = RB_MIN(chat_tree, &s->chats); c != NULL; c = RB_NEXT(chat_tree, &s->chats, c)) {
		struct db_query *q;

		if (!c->changed)
			continue;
		q = db_query(s->db, SQL_PEER_SET);
		db_put_int(q, c->next_seq);
		db_put_int(q, c->row);
		db_put_int(q, c->rev);
		db_put_int(q, c->read_row);
		db_put_int(q, c->unread);
		db_put_int(q, c->unread_row);
		db_put_int(q, c->seen_seq);
		db_put_int(q, c->read_seq);
		db_put_int(q, c->waiting);
		db_put_int(q, c->keep);
		db_put_int(q, c->timer_mine);
		db_put_int(q, c->timer_theirs);
		db_put_int(q, c->timer_least);
		db_put_int(q, c->peer);
		if (!db_run(q))
			return false;
		c->changed = false;
	}
	return true;
}

void
store_fill_chat(struct msg_chat *to, const struct chat *c)
{
	to->peer = c->key;
	to->row = c->row;
	to->rev = c->rev;
	to->unread = c->unread > UINT32_MAX ? UINT32_MAX : (uint32_t)c->unread;
	to->unread_row = c->unread_row;
	to->seen_seq = c->seen_seq;
	to->read_seq = c->read_seq;
	to->waiting = c->waiting < 0 || c->waiting > UINT32_MAX ? 0 : (uint32_t)c->waiting;
	to->keep = c->keep;
	to->timer_mine = (uint32_t)c->timer_mine;
	to->timer_theirs = (uint32_t)c->timer_theirs;
}

void
store_forget_chats(struct store *s)
{
	struct chat *c;

	while ((c = RB_ROOT(&s->chats)) != NULL) {
		RB_REMOVE(chat_tree, &s->chats, c);
		free(c);
	}
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void
drop_replies(struct store *s)
{
	struct msg *m;

	while ((m = s->replies) != NULL) {
		s->replies = m->next;
		msg_free(m);
	}
	s->last = &s->replies;
}

static void
push_replies(struct store *s, struct queue *out)
{
	queue_push_list(out, s->replies);
	s->replies = NULL;
	s->last = &s->replies;
}

struct msg *
store_reply(struct store *s, const struct msg *m, enum msg_type type)
{
	struct msg *reply = msg_new(type);

	reply->serial = m->serial;
	*s->last = reply;
	s->last = &reply->next;
	return reply;
}

/* Whom a request is about, or NULL. */
static const struct key *
about(const struct msg *m)
{
	switch ((int)m->type) {
	case MSG_ST_CONTACT:
		return &m->b.st_contact.peer;
	case MSG_ST_FORGET:
	case MSG_ST_CLEAR:
		return &m->b.st_peer.peer;
	case MSG_ST_MOVE:
		return &m->b.st_move.from;
	case MSG_ST_ACKED:
		return &m->b.st_acked.peer;
	case MSG_ST_OUTBOX:
		return &m->b.st_outbox.peer;
	case MSG_ST_TYPED:
		return &m->b.typed.peer;
	case MSG_ST_READ:
	case MSG_ST_SEEN:
		return &m->b.st_read.peer;
	case MSG_ST_KEEP:
		return &m->b.st_keep.peer;
	case MSG_ST_TRANSFER:
	case MSG_ST_FORGET_TRANSFER:
		return &m->b.st_transfer.peer;
	default:
		return NULL;
	}
}

struct msg *
store_failed(const struct msg *m, const char *words)
{
	const struct key *peer = about(m);
	struct msg *reply;

	if (m->type == MSG_ST_SAY || m->type == MSG_ST_LINE || m->type == MSG_ST_GOT) {
		reply = msg_new(m->type == MSG_ST_GOT ? MSG_SR_GOT : MSG_SR_SAID);
		reply->b.st_row = m->b.st_row;
		reply->b.st_row.fresh = false;
		reply->b.st_row.failed = true;
	} else {
		reply = msg_new(MSG_SR_FAILED);
		reply->b.sr_failed.type = (uint32_t)m->type;
		if (peer != NULL)
			reply->b.sr_failed.peer = *peer;
		if (m->type == MSG_ST_TRANSFER || m->type == MSG_ST_FORGET_TRANSFER) {
			reply->b.sr_failed.transfer = m->b.st_transfer.transfer;
			reply->b.sr_failed.cookie = m->b.st_transfer.cookie;
		}
	}
	reply->serial = m->serial;
	return msg_set_bytes(reply, words, strlen(words));
}

void
store_refuse(struct store *s, const struct msg *m, const char *words)
{
	struct msg *reply = store_failed(m, words);

	*s->last = reply;
	s->last = &reply->next;
}

/* ---- groups ------------------------------------------------------------------------------------------------------------- */

static bool
get_counters(struct store *s)
{
	struct db_query *q = db_query(s->db, SQL_COUNTERS_GET);

	if (db_next(q)) {
		s->stored.row = db_get_int(q);
		s->stored.rev = db_get_int(q);
		s->stored.transfer = db_get_int(q);
		s->stored.clock = db_get_int(q);
	}
	s->counters = s->stored;
	return db_end(q);
}

static bool
put_counters(struct store *s)
{
	struct db_query *q;

	if (memcmp(&s->counters, &s->stored, sizeof(s->counters)) == 0)
		return true;
	q = db_query(s->db, SQL_COUNTERS_SET);
	db_put_int(q, s->counters.row);
	db_put_int(q, s->counters.rev);
	db_put_int(q, s->counters.transfer);
	db_put_int(q, s->counters.clock);
	return db_run(q);
}

/* SR_CHAT for every chat that changed, behind the answers. */
static void
tell_chats(struct store *s)
{
	static const struct msg nobody = {.serial = 0};
	struct chat *c;

	for (c = RB_MIN(chat_tree, &s->chats); c != NULL; c = RB_NEXT(chat_tree, &s->chats, c)) {
		if (c->tell)
			store_fill_chat(&store_reply(s, &nobody, MSG_SR_CHAT)->b.sr_chat.chat, c);
	}
}

/* That a message was delivered, or read, the peer says again if a power cut takes it back: what is not acknowledged as far as we know is
 * sent again, and what arrived is acknowledged again. Everything else is synced. */
static enum db_care
care_for(const struct msg *first, const struct msg *end)
{
	for (const struct msg *m = first; m != end; m = m->next) {
		if (m->type != MSG_ST_ACKED && m->type != MSG_ST_SEEN && m->type != MSG_ST_OUTBOX)
			return DB_SYNCED;
	}
	return DB_ORDERED;
}

/* Everything from first up to and without end, as one transaction. */
static bool
apply_group(struct store *s, const struct msg *first, const struct msg *end, struct queue *out)
{
	bool good = db_begin(s->db, care_for(first, end)) && get_counters(s);

	s->settle = s->fades = false;
	for (const struct msg *m = first; good && m != end; m = m->next) {
		if (obey[m->type] == NULL)
			store_refuse(s, m, _("The store does not know what to do with this."));
		else
			good = obey[m->type](s, m);
	}
	good = good && (!s->fades || store_tell_due(s)) && store_write_back(s) && put_counters(s) &&
	       db_commit(s->db);
	if (good) {
		tell_chats(s);
		push_replies(s, out);
		if (s->settle)
			db_settle(s->db);
		db_ahead(s->db);
	} else {
		db_rollback(s->db);
		drop_replies(s);
	}
	store_forget_chats(s);
	return good;
}

/* One bad request, or one that is too large for the disk, does not take the others along. */
static void
apply_one_by_one(struct store *s, const struct msg *first, const struct msg *end, struct queue *out)
{
	bool single = first->next == end;

	for (const struct msg *m = first; m != end; m = m->next) {
		if (single || !apply_group(s, m, m->next, out))
			queue_push_always(out, store_failed(m, db_error(s->db)));
	}
}

bool
store_apply(struct store *s, struct msg *list, struct queue *out)
{
	bool stop = false;

	while (list != NULL) {
		struct msg *end = list, *m;

		while (end != NULL && end->type != MSG_ST_STOP && end->type != MSG_ST_SEAL)
			end = end->next;
		if (list != end && !stop && !apply_group(s, list, end, out))
			apply_one_by_one(s, list, end, out);
		if (end != NULL && !stop && end->type == MSG_ST_SEAL)
			store_seal_obey(s, end, out);
		stop = stop || (end != NULL && end->type == MSG_ST_STOP);
		while ((m = list) != NULL) {
			bool last = m == end;

			list = m->next;
			msg_free(m);
			if (last)
				break;
		}
	}
	if (stop)
		queue_push_always(out, msg_new(MSG_SR_STOPPED));
	return !stop;
}

/* ---- doors, named values, loading --------------------------------------------------------------------------------------- */

bool
store_door(struct store *s, const struct msg *m)
{
	const struct msg_st_door *d = &m->b.st_door;
	struct db_query *q = db_query(s->db, d->gone ? SQL_DOOR_DROP : SQL_DOOR_PUT);

	db_put_bytes(q, d->door, sizeof(d->door));
	if (!d->gone) {
		db_put_int(q, d->kind);
		db_put_int(q, d->created);
		db_put_int(q, d->number);
		db_put_int(q, d->once);
		db_put_int(q, d->expires);
		db_put_bytes(q, d->label, strnlen(d->label, sizeof(d->label)));
		if (d->has_who)
			db_put_bytes(q, d->who.b, KEY_LEN);
		else
			db_put_null(q);
	}
	return db_run(q);
}

bool
store_value(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_NAMED_PUT);

	db_put_bytes(q, m->b.st_value.name,
		     strnlen(m->b.st_value.name, sizeof(m->b.st_value.name)));
	db_put_bytes(q, m->bytes, m->len);
	/* Only who gave it a number waits for it. */
	if (m->serial != 0)
		store_reply(s, m, MSG_SR_VALUE)->b.st_value = m->b.st_value;
	return db_run(q);
}

void
store_get_string(struct db_query *q, char *dst, size_t size)
{
	size_t n;
	const void *p = db_get_bytes(q, &n);

	n = n < size ? n : size - 1;
	memcpy(dst, p, n);
	dst[n] = '\0';
}

bool
store_get_exact(struct db_query *q, uint8_t *dst, size_t n)
{
	size_t have;
	const void *p = db_get_bytes(q, &have);

	memset(dst, 0, n);
	if (have == n)
		memcpy(dst, p, n);
	return have == n;
}

static bool
load_doors(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_DOORS_ALL);

	while (db_next(q)) {
		struct msg_st_door d = {.gone = false};

		if (!store_get_exact(q, d.door, sizeof(d.door)))
			continue;
		d.kind = (enum door_kind)store_enum(db_get_int(q), DOORKEY_MADE, DOORKEY_INVITE);
		d.created = db_get_int(q);
		d.number = db_get_int(q);
		d.once = db_get_int(q) != 0;
		d.expires = db_get_int(q);
		store_get_string(q, d.label, sizeof(d.label));
		d.has_who = store_get_exact(q, d.who.b, KEY_LEN);
		store_reply(s, m, MSG_SR_DOOR)->b.st_door = d;
	}
	return db_end(q);
}

static bool
load_values(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_NAMED_ALL);

	while (db_next(q)) {
		struct msg *reply = store_reply(s, m, MSG_SR_VALUE);
		const void *p;
		size_t n;

		store_get_string(q, reply->b.st_value.name, sizeof(reply->b.st_value.name));
		p = db_get_bytes(q, &n);
		msg_set_bytes(reply, p, n);
	}
	return db_end(q);
}

bool
store_load_all(struct store *s, const struct msg *m)
{
	if (!store_write_back(s) || !load_values(s, m) || !load_doors(s, m) ||
	    !store_load_contacts(s, m) || !store_load_transfers(s, m))
		return false;
	store_reply(s, m, MSG_SR_LOADED);
	return true;
}

void
store_load(struct store *s, struct queue *out)
{
	struct msg *m = msg_new(MSG_ST_LOAD);
	bool good = false;

	for (int i = 0; i < READ_ATTEMPTS && !good; i++) {
		drop_replies(s);
		if (!db_read_begin(s->db) || !store_seal_check(s))
			continue;
		good = store_load_all(s, m);
		good = db_read_end(s->db) && good;
	}
	if (!good) {
		drop_replies(s);
		store_refuse(s, m,
			     db_error(s->db)[0] != '\0' ? db_error(s->db)
							: _("The history is being changed."));
	}
	push_replies(s, out);
	msg_free(m);
}

/* ---- opening ------------------------------------------------------------------------------------------------------------ */

struct store *
store_open(const char *path, enum store_mode mode, const struct seal_key *key, char *err,
	   size_t errlen)
{
	struct store *s = xcalloc(1, sizeof(*s));

	RB_INIT(&s->chats);
	s->last = &s->replies;
	s->db = db_open(path, mode == STORE_WRITE ? DB_WRITE : DB_READ, &schema, err, errlen);
	if (s->db != NULL && store_seal_start(s, key, mode == STORE_WRITE))
		return s;
	if (s->db != NULL)
		snprintf(err, errlen, "%s", db_error(s->db));
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	drop_replies(s);
	store_forget_chats(s);
	db_close(s->db);
	seal_free(s->seal);
	free(s);
}

struct msg *
store_page(struct store *s, const struct msg *request)
{
	struct msg *answer = NULL;

	for (int i = 0; i < READ_ATTEMPTS; i++) {
		msg_free(answer);
		answer = NULL;
		if (!db_read_begin(s->db) || !store_seal_check(s))
			continue;
		answer = request->type == MSG_CMD_WENT ? store_read_went(s, request)
						       : store_read_page(s, request);
		store_forget_chats(s);
		if (db_read_end(s->db))
			return answer;
	}
	msg_free(answer);
	if (request->type == MSG_CMD_WENT) {
		answer = store_empty_went(request);
		answer->b.went_page.failed = true;
		return answer;
	}
	answer = store_empty_page(request);
	answer->b.page_result.failed = true;
	return answer;
}
