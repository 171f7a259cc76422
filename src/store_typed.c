/* store_typed.c - what is being typed to a contact, and what was typed before: it outlives the program like the chat it belongs to. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

/* Both of a contact in one number that stays, which the sealed value is bound to: twice that of the contact, and which of the two. */
static int64_t
place(const struct chat *c, enum typed_what what)
{
	return 2 * c->peer + (int64_t)what;
}

static void
add(struct row_buf *buf, const void *p, size_t n)
{
	if (buf->size - buf->len < n) {
		buf->size = buf->len + n;
		buf->p = xreallocarray(buf->p, buf->size, 1);
	}
	if (n != 0)
		memcpy(buf->p + buf->len, p, n);
	buf->len += n;
}

static bool
put(struct store *s, const struct chat *c, enum typed_what what, const void *p, size_t len)
{
	struct db_query *q = db_query(s->db, len != 0 ? SQL_TYPED_PUT : SQL_TYPED_DROP);

	db_put_int(q, place(c, what));
	if (len != 0)
		db_put_bytes(q, p, len);
	return db_run(q);
}

/* What is kept of one of them; fresh, nothing if there is none. */
static bool
get(struct store *s, const struct chat *c, enum typed_what what, struct row_buf *to)
{
	struct db_query *q = db_query(s->db, SQL_TYPED_GET);
	const void *text;
	size_t n;

	db_put_int(q, place(c, what));
	db_put_int(q, place(c, what));
	while (db_next(q)) {
		db_get_int(q);
		text = db_get_bytes(q, &n);
		add(to, text, n <= TYPED_MAX_BYTES ? n : 0);
	}
	return db_end(q);
}

/* Adds lines behind those that are kept; the oldest go when they are too many. */
static bool
add_lines(struct store *s, const struct chat *c, const void *p, size_t len)
{
	struct row_buf all = {NULL, 0, 0};
	bool good = get(s, c, TYPED_HISTORY, &all);
	size_t from = 0;

	if (all.len != 0 && all.p[all.len - 1] != '\0')
		add(&all, "", 1);
	add(&all, p, len);
	while (all.len - from > TYPED_MAX_BYTES)
		from += strnlen((const char *)all.p + from, all.len - from - 1) + 1;
	good = good && put(s, c, TYPED_HISTORY, all.p + from, all.len - from);
	free(all.p);
	return good;
}

/* Typed before it was known what is kept: that stays, as older lines. */
static bool
put_blind(struct store *s, const struct chat *c, const struct msg *m)
{
	struct row_buf old = {NULL, 0, 0};
	bool good;

	if (m->len == 0)
		return true;
	if (m->b.typed.what == TYPED_HISTORY)
		return add_lines(s, c, m->bytes, m->len);
	good = get(s, c, TYPED_DRAFT, &old);
	if (good && old.len != 0 && (old.len != m->len || memcmp(old.p, m->bytes, m->len) != 0)) {
		add(&old, "", 1);
		good = add_lines(s, c, old.p, old.len);
	}
	free(old.p);
	return good && put(s, c, TYPED_DRAFT, m->bytes, m->len);
}

bool
store_typed(struct store *s, const struct msg *m)
{
	const struct msg_typed *typed = &m->b.typed;
	struct chat *c = store_chat(s, &typed->peer);

	if (c == NULL)
		return false;
	/* A contact that was removed meanwhile has nothing left, and nobody is to be told. */
	if (c->peer == 0 || (!c->contact && !c->person) || typed->what > TYPED_HISTORY ||
	    m->len > TYPED_MAX_BYTES)
		return true;
	return typed->blind ? put_blind(s, c, m) : put(s, c, typed->what, m->bytes, m->len);
}

bool
store_drop_typed(struct store *s, const struct chat *c)
{
	struct db_query *q = db_query(s->db, SQL_TYPED_DROP_ALL);

	db_put_int(q, place(c, TYPED_DRAFT));
	db_put_int(q, place(c, TYPED_HISTORY));
	return db_run(q);
}

bool
store_page_typed(struct store *s, struct store_page *page, const struct chat *c)
{
	struct db_query *q = db_query(s->db, SQL_TYPED_GET);
	bool ended = false;

	db_put_int(q, place(c, TYPED_DRAFT));
	db_put_int(q, place(c, TYPED_HISTORY));
	while (db_next(q)) {
		bool draft = db_get_int(q) == place(c, TYPED_DRAFT);
		size_t n;
		const void *text = db_get_bytes(q, &n);

		if (n > TYPED_MAX_BYTES)
			n = 0;
		if (!draft && !ended)
			add(&page->rows, "", 1);
		add(&page->rows, text, n);
		if (draft)
			add(&page->rows, "", 1);
		ended = true;
	}
	return db_end(q);
}
