/* store_chat.c - messages in the database: said, received, acknowledged, waiting, read. */
#include "config.h"

#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

/* About how many bytes of text one ST_OUTBOX is answered with. */
#define OUTBOX_BYTES ((size_t)1024 * 1024)

/* The chat of a contact; NULL with *refused set and m answered if it is none, NULL alone if the database failed. */
static struct chat *
contact_chat(struct store *s, const struct msg *m, const struct key *peer, bool *refused)
{
	struct chat *c = store_chat(s, peer);

	*refused = c != NULL && !c->contact;
	if (*refused)
		store_refuse(s, m, STORE_NO_CONTACT);
	return *refused ? NULL : c;
}

/* Gives the row its number and change number and inserts it. */
static bool
insert(struct store *s, struct chat *c, struct msg_st_row *r, const struct msg *text)
{
	struct db_query *q = db_query(s->db, SQL_MESSAGE_NEW);

	r->row = ++s->counters.row;
	db_put_int(q, r->row);
	db_put_int(q, c->peer);
	db_put_int(q, ++s->counters.rev);
	db_put_int(q, r->dir);
	db_put_int(q, r->kind);
	db_put_int(q, RECEIPT_QUEUED);
	db_put_int(q, r->wire_type);
	db_put_int(q, r->seq);
	db_put_int(q, r->time);
	db_put_int(q, r->arrived);
	db_put_int(q, r->transfer);
	db_put_bytes(q, r->id.b, ID_LEN);
	db_put_bytes(q, text->bytes, text->len);
	if (!db_run(q))
		return false;
	c->row = r->row;
	c->rev = s->counters.rev;
	c->changed = c->tell = true;
	if (r->dir == DIR_IN && c->unread++ == 0)
		c->unread_row = r->row;
	return true;
}

/* Notes the id for the row about to be inserted. *fresh is false, and the row's number and seq are those of long ago (0: gone), when it
 * was there. */
static bool
note_id(struct store *s, const struct chat *c, struct msg_st_row *r, bool *fresh)
{
	struct db_query *q = db_query(s->db, SQL_ID_NEW);

	db_put_int(q, c->peer);
	db_put_int(q, r->dir);
	db_put_bytes(q, r->id.b, ID_LEN);
	db_put_int(q, s->counters.row + 1);
	if (!db_run(q))
		return false;
	*fresh = db_changes(s->db) != 0;
	if (*fresh)
		return true;
	r->row = 0;
	q = db_query(s->db, SQL_ID_FIND);
	db_put_int(q, c->peer);
	db_put_int(q, r->dir);
	db_put_bytes(q, r->id.b, ID_LEN);
	if (db_next(q))
		r->row = db_get_int(q);
	if (!db_end(q))
		return false;
	q = db_query(s->db, SQL_MESSAGE_SEQ);
	db_put_int(q, r->row);
	if (db_next(q))
		r->seq = db_get_int(q);
	else
		r->row = r->seq = 0;
	return db_end(q);
}

bool
store_say(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct msg *reply;
	struct chat *c;
	bool refused;

	c = contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_OUT;
	r.kind = ROW_TEXT;
	r.transfer = 0;
	if (!note_id(s, c, &r, &r.fresh))
		return false;
	if (r.fresh) {
		r.seq = c->next_seq++;
		if (!insert(s, c, &r, m))
			return false;
	}
	reply = store_reply(s, m, MSG_SR_SAID);
	reply->b.st_row = r;
	msg_set_bytes(reply, m->bytes, m->len);
	return true;
}

bool
store_line(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct msg *reply;
	struct chat *c;
	bool refused;

	c = contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	memset(&r.id, 0, sizeof(r.id));
	r.seq = 0;
	r.fresh = true;
	if (!insert(s, c, &r, m))
		return false;
	reply = store_reply(s, m, MSG_SR_SAID);
	reply->b.st_row = r;
	msg_set_bytes(reply, m->bytes, m->len);
	return true;
}

bool
store_got(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct chat *c;
	bool refused;

	c = contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_IN;
	if (!note_id(s, c, &r, &r.fresh) || (r.fresh && !insert(s, c, &r, m)))
		return false;
	store_reply(s, m, MSG_SR_GOT)->b.st_row = r;
	return true;
}

/* Moves one outgoing row on, if it is not there already. */
static bool
move_on(struct store *s, struct chat *c, const struct msg_st_acked *a, const uint8_t *id)
{
	struct db_query *q = db_query(s->db, SQL_ID_FIND);
	int64_t row = 0;

	db_put_int(q, c->peer);
	db_put_int(q, DIR_OUT);
	db_put_bytes(q, id, ID_LEN);
	if (db_next(q))
		row = db_get_int(q);
	if (!db_end(q) || row == 0)
		return db_error(s->db)[0] == '\0';
	q = db_query(s->db, SQL_MESSAGE_STATE);
	db_put_int(q, a->state);
	db_put_int(q, s->counters.rev + 1);
	if (a->state == RECEIPT_FAILED)
		db_put_bytes(q, a->reason, strnlen(a->reason, sizeof(a->reason)));
	else
		db_put_null(q);
	db_put_int(q, row);
	db_put_int(q, RECEIPT_QUEUED);
	db_put_int(q, a->state == RECEIPT_READ ? RECEIPT_DELIVERED : RECEIPT_QUEUED);
	if (!db_run(q))
		return false;
	if (db_changes(s->db) != 0) {
		c->rev = ++s->counters.rev;
		c->changed = c->tell = true;
	}
	return true;
}

bool
store_acked(struct store *s, const struct msg *m)
{
	const struct msg_st_acked *a = &m->b.st_acked;
	struct chat *c = store_chat(s, &a->peer);
	struct msg *reply;

	if (c == NULL)
		return false;
	if (a->state == RECEIPT_DELIVERED || a->state == RECEIPT_READ || a->state == RECEIPT_FAILED)
		for (size_t i = 0; i + ID_LEN <= m->len; i += ID_LEN)
			if (!move_on(s, c, a, m->bytes + i))
				return false;
	reply = store_reply(s, m, MSG_SR_ACKED);
	reply->b.st_acked = *a;
	msg_set_bytes(reply, m->bytes, m->len);
	return true;
}

/* One SR_OUT from the row q stands on; returns its seq and adds its length to *bytes. */
static int64_t
send_out(struct store *s, const struct msg *m, const struct chat *c, struct db_query *q,
	 size_t *bytes)
{
	struct msg *reply = store_reply(s, m, MSG_SR_OUT);
	struct msg_st_row *r = &reply->b.st_row;
	const void *text;
	size_t n;

	r->peer = c->key;
	r->dir = DIR_OUT;
	r->kind = ROW_TEXT;
	r->row = db_get_int(q);
	r->seq = db_get_int(q);
	r->time = db_get_int(q);
	r->wire_type = (uint8_t)store_enum(db_get_int(q), UINT8_MAX, 0);
	store_get_exact(q, r->id.b, ID_LEN);
	text = db_get_bytes(q, &n);
	msg_set_bytes(reply, text, n);
	*bytes += n;
	return r->seq;
}

bool
store_outbox(struct store *s, const struct msg *m)
{
	struct msg_st_outbox end = m->b.st_outbox;
	struct chat *c = store_chat(s, &end.peer);
	struct db_query *q;
	size_t bytes = 0;
	uint32_t n = 0;

	if (c == NULL)
		return false;
	end.more = false;
	q = db_query(s->db, SQL_OUTBOX);
	db_put_int(q, c->peer);
	db_put_int(q, end.after);
	db_put_int(q, (int64_t)end.count + 1);
	while (db_next(q)) {
		if (n == end.count || bytes >= OUTBOX_BYTES) {
			end.more = true;
			break;
		}
		end.after = send_out(s, m, c, q, &bytes);
		n++;
	}
	if (!db_end(q))
		return false;
	end.count = n;
	store_reply(s, m, MSG_SR_OUT_END)->b.st_outbox = end;
	return true;
}

/* Takes the incoming rows in (from, to] off the unread ones: no more is looked at than was read just now. */
static bool
count_read(struct store *s, struct chat *c, int64_t from, int64_t to)
{
	struct db_query *q = db_query(s->db, SQL_READ_COUNT);

	db_put_int(q, c->peer);
	db_put_int(q, from);
	db_put_int(q, to);
	if (db_next(q))
		c->unread -= db_get_int(q);
	if (!db_end(q))
		return false;
	c->unread_row = 0;
	q = db_query(s->db, SQL_READ_NEXT);
	db_put_int(q, c->peer);
	db_put_int(q, to);
	if (db_next(q))
		c->unread_row = db_get_int(q);
	if (!db_end(q))
		return false;
	if (c->unread < 0 || c->unread_row == 0)
		c->unread = 0;
	return true;
}

bool
store_read(struct store *s, const struct msg *m)
{
	int64_t row = m->b.st_read.row, from;
	struct chat *c = store_chat(s, &m->b.st_read.peer);

	if (c == NULL)
		return false;
	if (!c->contact) {
		store_refuse(s, m, STORE_NO_CONTACT);
		return true;
	}
	c->tell = true;
	if (row > c->row)
		row = c->row;
	if (row <= c->read_row)
		return true;
	from = c->read_row;
	c->read_row = row;
	c->changed = true;
	if (row == c->row) {
		c->unread = c->unread_row = 0;
		return true;
	}
	return c->unread == 0 || count_read(s, c, from, row);
}
