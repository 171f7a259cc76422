/* store_page.c - pages of a chat out of the database, as quick at the end of a long history as at its start. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/store_int.h"
#include "src/text.h"
#include "src/util.h"

#define PAGE_BYTES STORE_PAGE_BYTES

static const char *
get_reaction(struct db_query *q, size_t *len)
{
	const char *text = db_get_bytes(q, len);

	if (*len > REACTION_MAX_BYTES)
		*len = 0;
	return text;
}

/* How the message begins that r answers, in the first chat where it is. The text is in t, which is the caller's. */
static void
quote(struct store *s, struct row *r, const int64_t *chats, size_t n, struct target *t)
{
	enum direction other = r->dir == DIR_OUT ? DIR_IN : DIR_OUT;

	for (size_t i = 0; i < n && t->row == 0; i++) {
		struct chat c = {.peer = chats[i]};

		free(t->text);
		if (!store_find_target(s, &c, &r->ref, other, r->dir, t))
			return;
	}
	if (t->row == 0)
		return;
	r->quote_dir = t->dir;
	r->quote = t->text;
	r->quote_len = text_truncate_utf8(t->text, t->len, ROW_QUOTE_BYTES);
}

void
store_read_row(struct db_query *q, struct row *to, int64_t *chat)
{
	struct row r = {.row = db_get_int(q)};

	r.rev = db_get_int(q);
	r.seq = db_get_int(q);
	r.time = db_get_int(q);
	r.transfer = db_get_int(q);
	r.dir = (enum direction)store_enum(db_get_int(q), DIR_NOTE, DIR_NOTE);
	r.kind = (enum row_kind)store_enum(db_get_int(q), ROW_ACT, ROW_EVENT);
	r.state = (enum receipt)store_enum(db_get_int(q), RECEIPT_FAILED, RECEIPT_FAILED);
	r.content = (enum content)store_enum(db_get_int(q), UINT8_MAX, CONTENT_CHAT);
	store_get_exact(q, r.id.b, ID_LEN);
	r.text = db_get_bytes(q, &r.text_len);
	r.reason = db_get_bytes(q, &r.reason_len);
	r.edits = (uint32_t)store_enum(db_get_int(q), INT32_MAX, INT32_MAX);
	r.deleted = db_get_int(q) != 0;
	store_get_exact(q, r.ref.b, ID_LEN);
	r.react[DIR_IN] = get_reaction(q, &r.react_len[DIR_IN]);
	r.react[DIR_OUT] = get_reaction(q, &r.react_len[DIR_OUT]);
	r.timer = (uint32_t)store_enum(db_get_int(q), TIMER_MAX, 0);
	r.expires = db_get_int(q);
	r.edit_seq = db_get_int(q);
	*chat = db_get_int(q);
	r.quote_dir = DIR_NOTE;
	*to = r;
}

void
store_pack_row(struct store *s, struct store_page *page, struct row *r, const int64_t *chats,
	       size_t n)
{
	struct target t = {.text = NULL};

	if (r->content == CONTENT_REPLY)
		quote(s, r, chats, n, &t);
	row_put(&page->rows, r);
	free(t.text);
	page->count++;
}

void
store_put_row(struct store *s, struct store_page *page, struct db_query *q, const struct key *peer)
{
	struct row r;
	int64_t chat;

	store_read_row(q, &r, &chat);
	if (peer != NULL)
		r.peer = *peer;
	else
		store_get_exact(q, r.peer.b, KEY_LEN);
	store_pack_row(s, page, &r, &chat, 1);
}

/* All rows the query gives, up to what a page holds. peer NULL: the last column says whose it is. */
static bool
fill(struct store *s, struct store_page *page, struct db_query *q, const struct key *peer)
{
	while (db_next(q)) {
		if (page->count == page->wanted || page->rows.len >= PAGE_BYTES) {
			page->more = true;
			break;
		}
		store_put_row(s, page, q, peer);
	}
	return db_end(q);
}

/* A page backwards has to be packed forwards: first where it begins, looking at row numbers and lengths only. */
static bool
page_before(struct store *s, struct store_page *page, const struct chat *c, int64_t at)
{
	struct db_query *q = db_query(s->db, SQL_PAGE_SPAN);
	int64_t start = at;
	size_t bytes = 0;
	uint32_t n = 0;

	db_put_int(q, c->peer);
	db_put_int(q, at);
	db_put_int(q, (int64_t)page->wanted + 1);
	while (db_next(q)) {
		int64_t row = db_get_int(q), len = db_get_int(q);

		if (n == page->wanted || bytes >= PAGE_BYTES) {
			page->more = true;
			break;
		}
		start = row;
		bytes += len > 0 ? (size_t)len : 0;
		n++;
	}
	if (!db_end(q))
		return false;
	q = db_query(s->db, SQL_PAGE_BEFORE);
	db_put_int(q, c->peer);
	db_put_int(q, start);
	db_put_int(q, at);
	while (db_next(q))
		store_put_row(s, page, q, &c->key);
	return db_end(q);
}

static bool
page_forward(struct store *s, struct store_page *page, const struct chat *c,
	     enum store_statement what, int64_t at)
{
	struct db_query *q = db_query(s->db, what);

	if (c != NULL)
		db_put_int(q, c->peer);
	db_put_int(q, at);
	db_put_int(q, (int64_t)page->wanted + 1);
	return fill(s, page, q, c != NULL ? &c->key : NULL);
}

/* The row from which on everything was said at that time or later, by halving: a few look-ups in a history of any length. Rows stand in
 * the order of their commits, so that clocks that are wrong may put it some rows off. */
bool
store_find_time(struct store *s, const struct chat *c, int64_t when, int64_t *at)
{
	int64_t low = 0, high = c->row + 1;

	while (high - low > 1) {
		struct db_query *q = db_query(s->db, SQL_PAGE_TIME);
		int64_t mid = low + (high - low) / 2, row = mid, time = INT64_MAX;

		db_put_int(q, c->peer);
		db_put_int(q, mid);
		if (db_next(q)) {
			row = db_get_int(q);
			time = db_get_int(q);
		}
		if (!db_end(q))
			return false;
		if (time >= when)
			high = mid;
		else
			low = row < high ? row : high - 1;
	}
	*at = high;
	return true;
}

static bool
page_since(struct store *s, struct store_page *page, const struct chat *c, int64_t when)
{
	int64_t at;

	return store_find_time(s, c, when, &at) && page_forward(s, page, c, SQL_PAGE_AFTER, at - 1);
}

/* ---- versions ---- */

/* One text of the message: r says when. False once the page is full. */
static bool
put_version(struct store_page *page, struct row *r, const char *text, size_t len, int64_t version)
{
	if (page->count == page->wanted || page->rows.len >= PAGE_BYTES) {
		page->more = true;
		return false;
	}
	r->edits = (uint32_t)store_enum(version, INT32_MAX, INT32_MAX);
	r->text = text;
	r->text_len = len;
	row_put(&page->rows, r);
	page->count++;
	return true;
}

/* A version keeps the time at which the next one took its place; so each one was said at the time of the one before. */
static bool
put_versions(struct store *s, struct store_page *page, struct row *r, const struct target *t,
	     int64_t from)
{
	struct db_query *q = db_query(s->db, SQL_MESSAGE_TIME);
	bool room = true;

	db_put_int(q, r->row);
	if (db_next(q))
		r->time = db_get_int(q);
	if (!db_end(q))
		return false;
	q = db_query(s->db, SQL_VERSIONS_FROM);
	db_put_int(q, r->row);
	db_put_int(q, from > 0 ? from - 1 : 0);
	while (room && db_next(q)) {
		int64_t version = db_get_int(q), replaced = db_get_int(q);
		size_t len;
		const char *text = db_get_bytes(q, &len);

		room = version < from || put_version(page, r, text, len, version);
		r->time = replaced;
	}
	if (!db_end(q))
		return false;
	if (room)
		put_version(page, r, t->text, t->len, t->edits);
	return true;
}

bool
store_page_versions(struct store *s, struct store_page *page, const struct chat *c,
		    const struct msg *request)
{
	struct row r = {.peer = c->key, .kind = ROW_TEXT, .quote_dir = DIR_NOTE};
	struct target t;
	bool good = true;

	r.content = CONTENT_CHAT;
	if (request->len == ID_LEN) {
		memcpy(r.id.b, request->bytes, ID_LEN);
	} else {
		struct db_query *q = db_query(s->db, SQL_EDITED_NEWEST);

		db_put_int(q, c->peer);
		if (db_next(q))
			store_get_exact(q, r.id.b, ID_LEN);
		if (!db_end(q))
			return false;
	}
	if (!store_find_target(s, c, &r.id, DIR_OUT, DIR_IN, &t))
		return false;
	r.row = t.row;
	r.dir = t.dir;
	r.state = t.state;
	if (t.row != 0 && !t.deleted)
		good = put_versions(s, page, &r, &t, request->b.page.at);
	free(t.text);
	return good;
}

static bool
read_page(struct store *s, struct store_page *page, const struct msg *request)
{
	static const struct key everybody;
	const struct msg_page *ask = &request->b.page;
	struct chat *c;

	if (ask->kind == PAGE_CHANGES && key_equal(&ask->peer, &everybody))
		return page_forward(s, page, NULL, SQL_PAGE_ALL_CHANGES, ask->at);
	c = store_chat(s, &ask->peer);
	if (c == NULL)
		return false;
	if (c->peer == 0)
		return true;
	if (c->person)
		return store_person_page(s, page, c, request);
	switch (ask->kind) {
	case PAGE_BEFORE:
		return page_before(s, page, c, ask->at);
	case PAGE_AFTER:
		return page_forward(s, page, c, SQL_PAGE_AFTER, ask->at);
	case PAGE_SINCE:
		return page_since(s, page, c, ask->at);
	case PAGE_CHANGES:
		return page_forward(s, page, c, SQL_PAGE_CHANGES, ask->at);
	case PAGE_VERSIONS:
		return store_page_versions(s, page, c, request);
	case PAGE_TYPED:
		return store_page_typed(s, page, c);
	}
	return true;
}

struct msg *
store_empty_page(const struct msg *request)
{
	const struct msg_page *ask = &request->b.page;
	struct msg *answer = msg_new(MSG_EV_PAGE);

	answer->serial = request->serial;
	answer->b.page_result.peer = ask->peer;
	answer->b.page_result.kind = ask->kind;
	answer->b.page_result.at = ask->at;
	return answer;
}

struct msg *
store_read_page(struct store *s, const struct msg *request)
{
	struct msg *answer = store_empty_page(request);
	struct store_page page = {.wanted = request->b.page.count};

	if (page.wanted > PAGE_MAX_ROWS)
		page.wanted = PAGE_MAX_ROWS;
	if (page.wanted != 0)
		read_page(s, &page, request);
	answer->b.page_result.count = page.count;
	answer->b.page_result.more = page.more;
	msg_take_bytes(answer, page.rows.p, page.rows.len);
	return answer;
}
