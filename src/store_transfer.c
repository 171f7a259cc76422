/* store_transfer.c - transfers in the database. */
#include "config.h"

#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

/* The strings of ST_TRANSFER: name, place, reason, and behind them the paths as they stand. */
struct strings {
	const char *p[3];
	size_t len[3];
	const char *paths;
	size_t paths_len;
};

static void
split(struct strings *to, const struct msg *m)
{
	const char *p = (const char *)m->bytes;
	size_t left = m->len;

	for (size_t i = 0; i < NELEM(to->p); i++) {
		size_t n = left != 0 ? strnlen(p, left) : 0, step = n < left ? n + 1 : n;

		to->p[i] = p;
		to->len[i] = n;
		left -= step;
		if (step != 0)
			p += step;
	}
	to->paths = p;
	to->paths_len = left;
}

/* The columns of TRANSFER_COLUMNS. `keep_paths`: an update that names none leaves them as they are. */
static void
put_columns(struct db_query *q, const struct msg_st_transfer *t, const struct strings *strings,
	    bool keep_paths)
{
	db_put_bytes(q, t->id.b, ID_LEN);
	db_put_int(q, t->dir);
	db_put_int(q, t->state);
	db_put_int(q, t->unlink_after);
	db_put_int(q, (int64_t)t->files);
	db_put_int(q, (int64_t)t->folders);
	db_put_int(q, (int64_t)t->bytes_total);
	db_put_int(q, (int64_t)t->bytes_done);
	db_put_int(q, t->started);
	db_put_int(q, t->ended);
	for (size_t i = 0; i < NELEM(strings->p); i++)
		db_put_bytes(q, strings->p[i], strings->len[i]);
	if (keep_paths && strings->paths_len == 0)
		db_put_null(q);
	else
		db_put_bytes(q, strings->paths, strings->paths_len);
}

static bool
insert(struct store *s, const struct msg *m, const struct strings *strings)
{
	struct msg_st_transfer t = m->b.st_transfer;
	struct chat *c = store_chat(s, &t.peer);
	struct db_query *q;
	struct msg *reply;

	if (c == NULL)
		return false;
	if (!c->contact) {
		store_refuse(s, m, STORE_NO_CONTACT);
		return true;
	}
	t.transfer = ++s->counters.transfer;
	q = db_query(s->db, SQL_TRANSFER_NEW);
	db_put_int(q, t.transfer);
	db_put_int(q, c->peer);
	put_columns(q, &t, strings, false);
	if (!db_run(q))
		return false;
	reply = store_reply(s, m, MSG_SR_TRANSFER);
	reply->b.st_transfer = t;
	msg_set_bytes(reply, m->bytes, m->len);
	return true;
}

/* An update to a transfer that was forgotten meanwhile changes nothing. */
bool
store_transfer(struct store *s, const struct msg *m)
{
	struct strings strings;
	struct db_query *q;

	split(&strings, m);
	if (m->b.st_transfer.transfer == 0)
		return insert(s, m, &strings);
	q = db_query(s->db, SQL_TRANSFER_SET);
	put_columns(q, &m->b.st_transfer, &strings, true);
	db_put_int(q, m->b.st_transfer.transfer);
	if (!db_run(q))
		return false;
	if (m->b.st_transfer.cookie != 0)
		store_reply(s, m, MSG_SR_TRANSFER)->b.st_transfer = m->b.st_transfer;
	return true;
}

bool
store_forget_transfer(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_TRANSFER_DROP);

	db_put_int(q, m->b.st_transfer.transfer);
	return db_run(q) && store_drop_went(s, m->b.st_transfer.transfer);
}

/* A count as it was put in; a negative one was not. */
static uint64_t
get_count(struct db_query *q)
{
	int64_t v = db_get_int(q);

	return v > 0 ? (uint64_t)v : 0;
}

/* The columns of TRANSFERS_ALL but the strings. False if the row is none. */
static bool
read_transfer(struct db_query *q, struct msg_st_transfer *t)
{
	int64_t state;

	memset(t, 0, sizeof(*t));
	if (!store_get_exact(q, t->peer.b, KEY_LEN))
		return false;
	t->transfer = db_get_int(q);
	store_get_exact(q, t->id.b, ID_LEN);
	t->dir = db_get_int(q) == DIR_OUT ? DIR_OUT : DIR_IN;
	state = db_get_int(q);
	t->state = (enum transfer_state)store_enum(state, TRANSFER_CANCELLED, TRANSFER_FAILED);
	t->unlink_after = db_get_int(q) != 0;
	t->files = get_count(q);
	t->folders = get_count(q);
	t->bytes_total = get_count(q);
	t->bytes_done = get_count(q);
	t->started = db_get_int(q);
	t->ended = db_get_int(q);
	return true;
}

/* The strings of the row, as ST_TRANSFER brought them. */
static void
read_strings(struct db_query *q, struct msg *m)
{
	const void *p[4];
	size_t n[4], len = 0;
	uint8_t *bytes, *to;

	for (size_t i = 0; i < NELEM(p); i++) {
		p[i] = db_get_bytes(q, &n[i]);
		len += n[i] + 1;
	}
	bytes = to = xmalloc(len);
	for (size_t i = 0; i < NELEM(p); i++) {
		memcpy(to, p[i], n[i]);
		to += n[i];
		*to++ = '\0';
	}
	/* The paths bring their own NULs: the last one is only what stands behind every message's bytes. */
	msg_take_bytes(m, bytes, len - 1);
}

bool
store_load_transfers(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_TRANSFERS_ALL);

	while (db_next(q)) {
		struct msg_st_transfer t;
		struct msg *reply;

		if (!read_transfer(q, &t))
			continue;
		reply = store_reply(s, m, MSG_SR_TRANSFER);
		reply->b.st_transfer = t;
		read_strings(q, reply);
	}
	return db_end(q);
}
