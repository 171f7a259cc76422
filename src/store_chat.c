/* store_chat.c - messages in the database: said, received, acknowledged, waiting, read. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/store_int.h"
#include "src/util.h"

/* About how many bytes of text one ST_OUTBOX is answered with. */
#define OUTBOX_BYTES ((size_t)1024 * 1024)

struct chat *
store_contact_chat(struct store *s, const struct msg *m, const struct key *peer, bool *refused)
{
	struct chat *c = store_chat(s, peer);

	*refused = c != NULL && !c->contact;
	if (*refused)
		store_refuse(s, m, STORE_NO_CONTACT);
	return *refused ? NULL : c;
}

bool
store_insert(struct store *s, struct chat *c, struct msg_st_row *r, const void *text, size_t len)
{
	static const struct id none;
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
	db_put_bytes(q, text, len);
	if (id_equal(&r->ref, &none))
		db_put_null(q);
	else
		db_put_bytes(q, r->ref.b, ID_LEN);
	db_put_int(q, r->timer);
	if (!db_run(q))
		return false;
	c->row = r->row;
	c->rev = s->counters.rev;
	c->changed = c->tell = true;
	c->waiting += r->dir == DIR_OUT && (r->kind == ROW_TEXT || r->kind == ROW_ACT);
	if (r->dir == DIR_IN && r->kind != ROW_ACT && c->unread++ == 0)
		c->unread_row = r->row;
	return true;
}

bool
store_note_id(struct store *s, const struct chat *c, struct msg_st_row *r, int64_t row, bool *fresh)
{
	struct db_query *q = db_query(s->db, SQL_ID_NEW);

	db_put_int(q, c->peer);
	db_put_int(q, r->dir);
	db_put_bytes(q, r->id.b, ID_LEN);
	db_put_int(q, row);
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

static bool
is_act(uint8_t wire_type)
{
	return wire_type == CONTENT_EDIT || wire_type == CONTENT_DELETE ||
	       wire_type == CONTENT_REACT;
}

/* What the user replies to has to be there. False: refused, with m answered, or the database failed. */
static bool
answers(struct store *s, const struct msg *m, const struct chat *c, struct msg_st_row *r,
	bool *refused)
{
	static const struct id none;
	struct target t;

	*refused = false;
	if (id_equal(&r->ref, &none) && !store_newest(s, c, DIR_IN, &r->ref))
		return false;
	if (!store_find_target(s, c, &r->ref, DIR_IN, DIR_OUT, &t))
		return false;
	free(t.text);
	if (t.row != 0 || r->loose)
		return true;
	*refused = true;
	store_refuse(s, m, _("there is no such message"));
	return false;
}

/* Answers that the row is in the chat; the text goes back with it. */
static void
said(struct store *s, const struct msg *m, const struct msg_st_row *r)
{
	struct msg *reply = store_reply(s, m, MSG_SR_SAID);

	reply->b.st_row = *r;
	msg_set_bytes(reply, m->bytes, m->len);
}

bool
store_say(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct chat *c;
	bool refused;

	if ((c = store_chat(s, &r.peer)) == NULL)
		return false;
	if (c->person)
		return store_person_say(s, m, c);
	if (is_act(r.wire_type))
		return store_act_say(s, m);
	if (r.wire_type == CONTENT_TIMER)
		return store_timer_say(s, m);
	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_OUT;
	r.kind = ROW_TEXT;
	r.transfer = 0;
	r.timer = store_timer_out(c);
	if (r.wire_type == CONTENT_REPLY && !answers(s, m, c, &r, &refused))
		return refused;
	if (!store_note_id(s, c, &r, s->counters.row + 1, &r.fresh))
		return false;
	if (r.fresh) {
		r.seq = c->next_seq++;
		if (!store_insert(s, c, &r, m->bytes, m->len))
			return false;
	}
	said(s, m, &r);
	return true;
}

bool
store_line(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct chat *c;
	bool refused;

	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	memset(&r.id, 0, sizeof(r.id));
	memset(&r.ref, 0, sizeof(r.ref));
	r.seq = 0;
	r.timer = 0;
	r.fresh = true;
	if (!store_insert(s, c, &r, m->bytes, m->len))
		return false;
	said(s, m, &r);
	return true;
}

bool
store_got(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	struct chat *c;
	bool refused;

	if (is_act(r.wire_type))
		return store_act_got(s, m);
	if (r.wire_type == CONTENT_TIMER)
		return store_timer_got(s, m);
	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_IN;
	r.kind = ROW_TEXT;
	r.timer = store_timer_in(c, r.timer);
	if (!store_note_id(s, c, &r, s->counters.row + 1, &r.fresh) ||
	    (r.fresh && !store_insert(s, c, &r, m->bytes, m->len)))
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
	bool moved;

	db_put_int(q, c->peer);
	db_put_int(q, DIR_OUT);
	db_put_bytes(q, id, ID_LEN);
	if (db_next(q))
		row = db_get_int(q);
	if (!db_end(q) || row == 0)
		return db_error(s->db)[0] == '\0';
	if (!store_move(s, c, row, RECEIPT_QUEUED,
			a->state == RECEIPT_READ ? RECEIPT_DELIVERED : RECEIPT_QUEUED, a->state,
			a->state == RECEIPT_FAILED ? a->reason : NULL, &moved))
		return false;
	if (!moved)
		return true;
	return a->state == RECEIPT_FAILED ? store_act_failed(s, c, row, a)
					  : store_fade_out(s, c, row, a->time);
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

/* What a message said at first, if it was edited since: its edits follow behind it. */
static bool
first_text(struct store *s, struct msg *reply)
{
	struct db_query *q = db_query(s->db, SQL_VERSION_GET);
	const void *text;
	size_t n;

	db_put_int(q, reply->b.st_row.row);
	db_put_int(q, 0);
	if (db_next(q)) {
		text = db_get_bytes(q, &n);
		msg_set_bytes(reply, text, n);
	}
	return db_end(q);
}

/* One SR_OUT from the row q stands on; returns its seq and adds its length to *bytes. */
static int64_t
send_out(struct store *s, const struct msg *m, const struct chat *c, struct db_query *q,
	 size_t *bytes)
{
	struct msg *reply = store_reply(s, m, MSG_SR_OUT);
	struct msg_st_row *r = &reply->b.st_row;
	const void *text;
	int64_t edits;
	size_t n;

	r->peer = c->key;
	r->dir = DIR_OUT;
	r->row = db_get_int(q);
	r->seq = db_get_int(q);
	r->time = db_get_int(q);
	r->wire_type = (uint8_t)store_enum(db_get_int(q), UINT8_MAX, 0);
	store_get_exact(q, r->id.b, ID_LEN);
	text = db_get_bytes(q, &n);
	msg_set_bytes(reply, text, n);
	*bytes += n;
	edits = db_get_int(q);
	r->kind = db_get_int(q) == ROW_ACT ? ROW_ACT : ROW_TEXT;
	store_get_exact(q, r->ref.b, ID_LEN);
	r->timer = (uint32_t)store_enum(db_get_int(q), TIMER_MAX, 0);
	if (edits > 0 && !first_text(s, reply))
		return INT64_MAX;
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

/* Which of the peer's seqs the position stands for. It is kept, since the message may be gone one day. */
static bool
note_seen(struct store *s, struct chat *c)
{
	struct db_query *q = db_query(s->db, SQL_SEEN_SEQ);

	db_put_int(q, c->peer);
	db_put_int(q, c->read_row);
	if (db_next(q))
		c->seen_seq = db_get_int(q);
	return db_end(q);
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
	if (!note_seen(s, c) || !store_fade_in(s, c, from, row, m->b.st_read.time))
		return false;
	if (row == c->row) {
		c->unread = c->unread_row = 0;
		return true;
	}
	return c->unread == 0 || count_read(s, c, from, row);
}

bool
store_seen(struct store *s, const struct msg *m)
{
	struct chat *c = store_chat(s, &m->b.st_read.peer);
	int64_t seq = m->b.st_read.row;

	if (c == NULL)
		return false;
	/* Nobody has seen what was not said yet. */
	if (seq > c->next_seq - 1)
		seq = c->next_seq - 1;
	if (!c->contact || seq <= c->read_seq)
		return true;
	c->read_seq = seq;
	c->changed = c->tell = true;
	return true;
}
