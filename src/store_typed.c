/* store_typed.c - what is being typed to a contact, and what was typed before: it outlives the program like the chat it belongs to. */
#include "config.h"

#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

/* Both of a contact in one number that stays, which the sealed value is bound to: twice that of the contact, and which of the two. */
static int64_t
place(const struct chat *c, enum typed_what what)
{
	return 2 * c->peer + (int64_t)what;
}

bool
store_typed(struct store *s, const struct msg *m)
{
	const struct msg_typed *typed = &m->b.typed;
	struct chat *c = store_chat(s, &typed->peer);
	struct db_query *q;

	if (c == NULL)
		return false;
	/* A contact that was removed meanwhile has nothing left, and nobody is to be told. */
	if (c->peer == 0 || (!c->contact && !c->person) || typed->what > TYPED_HISTORY ||
	    m->len > TYPED_MAX_BYTES)
		return true;
	q = db_query(s->db, m->len != 0 ? SQL_TYPED_PUT : SQL_TYPED_DROP);
	db_put_int(q, place(c, typed->what));
	if (m->len != 0)
		db_put_bytes(q, m->bytes, m->len);
	return db_run(q);
}

bool
store_drop_typed(struct store *s, const struct chat *c)
{
	struct db_query *q = db_query(s->db, SQL_TYPED_DROP_ALL);

	db_put_int(q, place(c, TYPED_DRAFT));
	db_put_int(q, place(c, TYPED_HISTORY));
	return db_run(q);
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
