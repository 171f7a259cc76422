/* store_act.c - what is done to messages: edits with their versions, deletions, reactions, and what a reply is about. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/store_int.h"
#include "src/util.h"

static const struct id nothing;

bool
store_find_target(struct store *s, const struct chat *c, const struct id *id, enum direction first,
		  enum direction other, struct target *t)
{
	struct db_query *q = db_query(s->db, SQL_MESSAGE_FIND);

	memset(t, 0, sizeof(*t));
	db_put_int(q, c->peer);
	db_put_int(q, first);
	db_put_int(q, other);
	db_put_bytes(q, id->b, ID_LEN);
	db_put_int(q, first);
	if (db_next(q)) {
		const void *text;

		t->row = db_get_int(q);
		t->dir = (enum direction)store_enum(db_get_int(q), DIR_NOTE, DIR_NOTE);
		t->deleted = db_get_int(q) != 0;
		t->edits = db_get_int(q);
		t->state = (enum receipt)store_enum(db_get_int(q), RECEIPT_FAILED, RECEIPT_FAILED);
		text = db_get_bytes(q, &t->len);
		t->text = xmemdup(text, t->len);
	}
	if (db_end(q))
		return true;
	free(t->text);
	t->text = NULL;
	return false;
}

bool
store_newest(struct store *s, const struct chat *c, enum direction dir, struct id *id)
{
	struct db_query *q = db_query(s->db, SQL_MESSAGE_NEWEST);

	db_put_int(q, c->peer);
	db_put_int(q, dir);
	if (db_next(q))
		store_get_exact(q, id->b, ID_LEN);
	return db_end(q);
}

/* The chat has a new change. */
static int64_t
change(struct store *s, struct chat *c)
{
	c->rev = ++s->counters.rev;
	c->changed = c->tell = true;
	return c->rev;
}

static bool
move(struct store *s, struct chat *c, int64_t row, enum receipt from, enum receipt to,
     const char *reason, bool *moved)
{
	struct db_query *q = db_query(s->db, SQL_MESSAGE_STATE);

	db_put_int(q, to);
	db_put_int(q, s->counters.rev + 1);
	if (reason != NULL)
		db_put_bytes(q, reason, strlen(reason));
	else
		db_put_null(q);
	db_put_int(q, row);
	db_put_int(q, from);
	if (!db_run(q))
		return false;
	*moved = db_changes(s->db) != 0;
	if (*moved) {
		change(s, c);
		c->waiting -= from == RECEIPT_QUEUED;
	}
	return true;
}

bool
store_move(struct store *s, struct chat *c, int64_t row, enum receipt from, enum receipt or_from,
	   enum receipt to, const char *reason, bool *moved)
{
	if (!move(s, c, row, from, to, reason, moved))
		return false;
	return *moved || from == or_from || move(s, c, row, or_from, to, reason, moved);
}

/* ---- edits, deletions, reactions of a message that is there ---- */

static bool
edit(struct store *s, struct chat *c, const struct target *t, const struct msg *m)
{
	struct db_query *q;

	/* The text it has already is no version of its own. */
	if (t->len == m->len && memcmp(t->text, m->bytes, m->len) == 0)
		return true;
	q = db_query(s->db, SQL_VERSION_NEW);
	db_put_int(q, t->row);
	db_put_int(q, t->edits);
	db_put_int(q, m->b.st_row.arrived);
	db_put_bytes(q, t->text, t->len);
	if (!db_run(q))
		return false;
	q = db_query(s->db, SQL_MESSAGE_EDIT);
	db_put_bytes(q, m->bytes, m->len);
	db_put_int(q, change(s, c));
	db_put_int(q, t->row);
	return db_run(q);
}

#define DELETED_EARLY N_("deleted before its receipt came")

/* Edits of a deleted message: their texts go too, and those that wait are not sent. */
static bool
empty_edits(struct store *s, struct chat *c, const struct target *t, const struct id *id)
{
	struct db_query *q = db_query(s->db, SQL_ACTS_OF);
	int64_t *rows = NULL;
	size_t n = 0;
	bool good = true, moved;

	db_put_int(q, c->peer);
	db_put_bytes(q, id->b, ID_LEN);
	db_put_int(q, t->dir);
	db_put_int(q, CONTENT_EDIT);
	while (db_next(q)) {
		rows = xreallocarray(rows, n + 1, sizeof(*rows));
		rows[n++] = db_get_int(q);
	}
	good = db_end(q);
	for (size_t i = 0; good && i < n; i++) {
		q = db_query(s->db, SQL_ACT_EMPTY);
		db_put_int(q, rows[i]);
		good = db_run(q) && (t->dir != DIR_OUT ||
				     store_move(s, c, rows[i], RECEIPT_QUEUED, RECEIPT_QUEUED,
						RECEIPT_FAILED, DELETED_EARLY, &moved));
	}
	free(rows);
	return good;
}

/* The row stays, with its id and its place; the texts are gone, also from the disk. */
static bool
erase(struct store *s, struct chat *c, const struct target *t, const struct id *id)
{
	struct db_query *q;
	bool moved;

	if (t->deleted)
		return true;
	s->settle = true;
	q = db_query(s->db, SQL_VERSIONS_DROP);
	db_put_int(q, t->row);
	if (!db_run(q) || !empty_edits(s, c, t, id))
		return false;
	if (t->dir == DIR_OUT && !store_move(s, c, t->row, RECEIPT_QUEUED, RECEIPT_QUEUED,
					     RECEIPT_FAILED, DELETED_EARLY, &moved))
		return false;
	q = db_query(s->db, SQL_MESSAGE_DELETE);
	db_put_int(q, change(s, c));
	db_put_int(q, t->row);
	return db_run(q);
}

static bool
react(struct store *s, struct chat *c, const struct target *t, const struct msg *m,
      enum direction who)
{
	struct db_query *q =
		db_query(s->db, who == DIR_IN ? SQL_MESSAGE_REACT_IN : SQL_MESSAGE_REACT_OUT);

	if (m->len > 0 && m->len <= REACTION_MAX_BYTES)
		db_put_bytes(q, m->bytes, m->len);
	else
		db_put_null(q);
	db_put_int(q, change(s, c));
	db_put_int(q, t->row);
	return db_run(q);
}

static bool
act(struct store *s, struct chat *c, const struct target *t, const struct msg *m,
    enum direction who)
{
	const struct msg_st_row *r = &m->b.st_row;

	if (r->wire_type == CONTENT_EDIT)
		return edit(s, c, t, m);
	if (r->wire_type == CONTENT_DELETE)
		return erase(s, c, t, &r->ref);
	return react(s, c, t, m, who);
}

/* ---- requests ---- */

/* Why the user cannot do that; NULL: it is fine. */
static const char *
refusal(const struct msg_st_row *r, const struct target *t)
{
	if (t->row == 0)
		return r->wire_type == CONTENT_REACT ? _("there is no such message")
						     : _("there is no such message of yours");
	return t->deleted && r->wire_type != CONTENT_DELETE ? _("that message is deleted") : NULL;
}

bool
store_act_say(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	enum direction first = r.wire_type == CONTENT_REACT ? DIR_IN : DIR_OUT;
	struct target t;
	struct chat *c;
	const char *why;
	bool good, refused;

	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_OUT;
	r.kind = ROW_ACT;
	r.transfer = 0;
	r.timer = 0;
	if (id_equal(&r.ref, &nothing) && !store_newest(s, c, first, &r.ref))
		return false;
	if (!store_find_target(s, c, &r.ref, first, DIR_OUT, &t))
		return false;
	why = refusal(&r, &t);
	if (why != NULL) {
		store_refuse(s, m, why);
		good = true;
	} else {
		good = store_note_id(s, c, &r, s->counters.row + 1, &r.fresh);
		if (good && r.fresh) {
			struct msg copy = *m;

			copy.b.st_row = r;
			r.seq = c->next_seq++;
			good = act(s, c, &t, &copy, DIR_OUT) &&
			       store_insert(s, c, &r, m->bytes, m->len);
		}
		if (good) {
			struct msg *reply = store_reply(s, m, MSG_SR_SAID);

			reply->b.st_row = r;
			msg_set_bytes(reply, m->bytes, m->len);
		}
	}
	free(t.text);
	return good;
}

/* Only its author edits or deletes a message; what is about no message that is here is noted as seen and changes nothing. */
bool
store_act_got(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	enum direction first = r.wire_type == CONTENT_REACT ? DIR_OUT : DIR_IN;
	struct target t;
	struct chat *c;
	bool good, refused, nowhere;

	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_IN;
	r.kind = ROW_ACT;
	r.timer = 0;
	if (!store_find_target(s, c, &r.ref, first, DIR_IN, &t))
		return false;
	nowhere = t.row == 0 || t.deleted;
	good = store_note_id(s, c, &r, nowhere ? 0 : s->counters.row + 1, &r.fresh);
	if (good && r.fresh && !nowhere)
		good = act(s, c, &t, m, DIR_IN) && store_insert(s, c, &r, m->bytes, m->len);
	if (good)
		store_reply(s, m, MSG_SR_GOT)->b.st_row = r;
	free(t.text);
	return good;
}

bool
store_act_failed(struct store *s, struct chat *c, int64_t row, const struct msg_st_acked *a)
{
	struct db_query *q = db_query(s->db, SQL_ACT_GET);
	struct msg_st_row line = {.dir = DIR_NOTE, .kind = ROW_EVENT};
	char text[240];
	int wire = 0;

	db_put_int(q, row);
	if (db_next(q))
		wire = store_enum(db_get_int(q), UINT8_MAX, 0);
	if (!db_end(q))
		return false;
	if (wire == 0)
		return true;
	/* Whoever does not know timers does not agree to one. */
	if (wire == CONTENT_TIMER) {
		c->timer_mine = 0;
		c->changed = c->tell = true;
	}
	line.peer = c->key;
	line.time = line.arrived = a->time;
	snprintf(text, sizeof(text), "%s failed: %s",
		 wire == CONTENT_EDIT	  ? "Your edit"
		 : wire == CONTENT_DELETE ? "Your deletion"
		 : wire == CONTENT_TIMER  ? "Your proposal that messages disappear"
					  : "Your reaction",
		 a->reason);
	return store_insert(s, c, &line, text, strlen(text));
}
