/* store_person.c - persons with several devices: what is said to one goes to each, and their chats are read as one. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/store_int.h"
#include "src/util.h"

/* A message to a person is a row in the chat of each device, with one id. Read as one chat, the first of these rows stands for all. */

struct person {
	struct key key;
	int64_t number;
	struct key device[PERSON_DEVICES];
	int64_t chat[PERSON_DEVICES]; /* their numbers */
	size_t n;
};

static bool
devices_of(struct store *s, const struct chat *c, struct person *p)
{
	struct db_query *q;

	memset(p, 0, sizeof(*p));
	p->key = c->key;
	p->number = c->peer;
	q = db_query(s->db, SQL_DEVICES);
	db_put_int(q, c->peer);
	db_put_int(q, PERSON_DEVICES);
	while (p->n < PERSON_DEVICES && db_next(q)) {
		p->chat[p->n] = db_get_int(q);
		if (store_get_exact(q, p->device[p->n].b, KEY_LEN))
			p->n++;
	}
	return db_end(q);
}

/* A number is free once nobody has it any more, and the next contact or person gets it. */
bool
store_heal_persons(struct store *s)
{
	return db_run(db_query(s->db, SQL_PERSONS_HEAL));
}

/* ---- saying ------------------------------------------------------------------------------------------------------------- */

/* The message of this id in the chat of one device; 0 if it is not there. False if the database failed. */
static bool
find_row(struct store *s, int64_t chat, const struct id *id, enum direction first,
	 enum direction other, int64_t *row)
{
	struct chat c = {.peer = chat};
	struct target t;
	bool good = store_find_target(s, &c, id, first, other, &t);

	*row = t.row;
	free(t.text);
	return good;
}

/* What is meant where no message is named: the newest of all devices. */
static bool
newest(struct store *s, const struct person *p, enum direction dir, struct id *id)
{
	int64_t best = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct chat c = {.peer = p->chat[i]};
		struct id its = {.b = {0}};
		int64_t row;

		if (!store_newest(s, &c, dir, &its) ||
		    !find_row(s, p->chat[i], &its, dir, dir, &row))
			return false;
		if (row > best) {
			best = row;
			*id = its;
		}
	}
	return true;
}

/* To one device. An act goes to those that have the message; *said tells whether it went. */
static bool
say_to(struct store *s, const struct msg *m, const struct person *p, size_t i, bool *said)
{
	struct msg copy = *m;
	struct msg_st_row *r = &copy.b.st_row;
	enum direction first = r->wire_type == CONTENT_REACT ? DIR_IN : DIR_OUT;
	int64_t row;

	if (r->wire_type == CONTENT_EDIT || r->wire_type == CONTENT_DELETE ||
	    r->wire_type == CONTENT_REACT) {
		if (!find_row(s, p->chat[i], &r->ref, first, DIR_OUT, &row))
			return false;
		if (row == 0)
			return true;
	}
	r->peer = p->device[i];
	r->loose = true;
	/* The command is answered once. */
	if (*said)
		copy.serial = 0;
	*said = true;
	return store_say(s, &copy);
}

/* A reply is to something that one of them has. */
static bool
is_there(struct store *s, const struct person *p, const struct id *id, bool *there)
{
	int64_t row = 0;

	for (size_t i = 0; i < p->n && row == 0; i++)
		if (!find_row(s, p->chat[i], id, DIR_IN, DIR_OUT, &row))
			return false;
	*there = row != 0;
	return true;
}

bool
store_person_say(struct store *s, const struct msg *m, const struct chat *c)
{
	static const struct id none;
	struct msg named = *m;
	struct msg_st_row *r = &named.b.st_row;
	bool own = r->wire_type == CONTENT_EDIT || r->wire_type == CONTENT_DELETE;
	bool refers = own || r->wire_type == CONTENT_REACT || r->wire_type == CONTENT_REPLY;
	bool said = false, there = true;
	struct person p;

	if (!devices_of(s, c, &p))
		return false;
	if (refers && id_equal(&r->ref, &none) && !newest(s, &p, own ? DIR_OUT : DIR_IN, &r->ref))
		return false;
	if (r->wire_type == CONTENT_REPLY && !is_there(s, &p, &r->ref, &there))
		return false;
	for (size_t i = 0; there && i < p.n; i++)
		if (!say_to(s, &named, &p, i, &said))
			return false;
	if (!said)
		store_refuse(s, m,
			     own      ? "there is no such message of yours"
			     : refers ? "there is no such message"
				      : STORE_NO_CONTACT);
	return true;
}

/* ---- pages -------------------------------------------------------------------------------------------------------------- */

bool
store_primary(struct store *s, int64_t row, int64_t *primary)
{
	struct db_query *q = db_query(s->db, SQL_PRIMARY);
	int64_t found = 0;

	db_put_int(q, row);
	if (db_next(q))
		found = db_get_int(q);
	*primary = found != 0 ? found : row;
	return db_end(q);
}

/* What has become of the copies of a message together: as far as the last of them is. */
static enum receipt
together(enum receipt a, enum receipt b)
{
	if (a == RECEIPT_QUEUED || b == RECEIPT_QUEUED)
		return RECEIPT_QUEUED;
	if (a == RECEIPT_FAILED)
		return b;
	return b == RECEIPT_FAILED || a < b ? a : b;
}

/* The rows that one message to the person is; what any of them got as a reaction; whether an edit of any waits. */
struct copies {
	uint8_t packed[PERSON_DEVICES * ROW_COPY];
	char reaction[REACTION_MAX_BYTES];
};

static bool
add_copies(struct store *s, const struct person *p, struct row *r, struct copies *copies)
{
	struct db_query *q = db_query(s->db, SQL_COPIES);

	db_put_bytes(q, r->id.b, ID_LEN);
	db_put_int(q, p->number);
	r->ncopies = 0;
	while (r->ncopies < PERSON_DEVICES && db_next(q)) {
		struct row_copy one = {.state = RECEIPT_FAILED};
		const char *reaction;
		int64_t edit;
		size_t len;

		db_get_int(q);
		one.seq = db_get_int(q);
		one.state = (enum receipt)store_enum(db_get_int(q), RECEIPT_FAILED, RECEIPT_FAILED);
		store_get_exact(q, one.device.b, KEY_LEN);
		reaction = db_get_bytes(q, &len);
		if (len != 0 && len <= sizeof(copies->reaction) && r->react_len[DIR_IN] == 0) {
			memcpy(copies->reaction, reaction, len);
			r->react[DIR_IN] = copies->reaction;
			r->react_len[DIR_IN] = len;
		}
		edit = db_get_int(q);
		r->edit_seq = edit != 0 ? edit : r->edit_seq;
		r->state = r->ncopies == 0 ? one.state : together(r->state, one.state);
		row_copy_put(copies->packed + r->ncopies++ * ROW_COPY, &one);
	}
	r->copies = copies->packed;
	return db_end(q);
}

/* Packs one row as a row of the person's chat. rev: the change it is told for, 0: its own. */
static bool
put_row(struct store *s, struct store_page *page, const struct person *p, int64_t row, int64_t rev)
{
	struct db_query *q = db_query(s->db, SQL_ROW_GET);
	struct copies copies;
	struct row_copy one = {.state = RECEIPT_QUEUED};
	struct row r;
	int64_t chat;
	bool good = true;

	db_put_int(q, row);
	if (db_next(q)) {
		store_read_row(q, &r, &chat);
		store_get_exact(q, one.device.b, KEY_LEN);
		r.peer = p->key;
		r.rev = rev != 0 ? rev : r.rev;
		if (r.dir == DIR_OUT && r.kind == ROW_TEXT) {
			good = add_copies(s, p, &r, &copies);
		} else {
			row_copy_put(copies.packed, &one);
			r.copies = copies.packed;
			r.ncopies = 1;
		}
		store_pack_row(s, page, &r, p->chat, p->n);
	}
	return db_end(q) && good;
}

/* A row of one of the devices, as far as is needed to put them in order. */
struct span {
	int64_t order; /* its number, or that of its change */
	int64_t row, len;
	bool edit; /* it is an edit of the user: of which message, in which chat */
	struct id ref;
	int64_t chat;
};

struct spans {
	struct span *at;
	size_t n;
	int64_t edge; /* what is beyond this in some chat was not looked at; 0: everything was */
};

static int
by_order(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static void
read_span(struct db_query *q, enum store_statement what, struct span *one)
{
	int kind;

	one->row = one->order = db_get_int(q);
	if (what != SQL_CHANGES_SPAN) {
		one->len = db_get_int(q);
		return;
	}
	one->order = db_get_int(q);
	kind = store_enum(db_get_int(q), ROW_ACT, ROW_EVENT);
	one->edit = db_get_int(q) == CONTENT_EDIT && kind == ROW_ACT;
	one->edit = db_get_int(q) == DIR_OUT && one->edit;
	store_get_exact(q, one->ref.b, ID_LEN);
}

/* The next rows of each device, in one order. Those beyond the last row of a chat that has more are left out: others may stand before. */
static bool
collect(struct store *s, const struct person *p, enum store_statement what, int64_t at,
	uint32_t wanted, struct spans *spans)
{
	bool back = what == SQL_PAGE_SPAN;
	/* The first ones may all be copies of what stands on the page before: they are one behind the other. */
	size_t kept = 0, most = wanted + p->n;

	memset(spans, 0, sizeof(*spans));
	for (size_t i = 0; i < p->n; i++) {
		struct db_query *q = db_query(s->db, what);
		int64_t last = 0;
		size_t n = 0;

		db_put_int(q, p->chat[i]);
		db_put_int(q, at);
		db_put_int(q, (int64_t)most + 1);
		while (db_next(q)) {
			struct span one = {.chat = p->chat[i]};

			if (n++ == most) {
				spans->edge = spans->edge == 0		     ? last
					      : back == (last > spans->edge) ? last
									     : spans->edge;
				break;
			}
			read_span(q, what, &one);
			last = one.order;
			spans->at = xreallocarray(spans->at, spans->n + 1, sizeof(one));
			spans->at[spans->n++] = one;
		}
		if (!db_end(q))
			return false;
	}
	for (size_t i = 0; i < spans->n; i++) {
		int64_t order = spans->at[i].order;

		if (spans->edge == 0 || (back ? order >= spans->edge : order <= spans->edge))
			spans->at[kept++] = spans->at[i];
	}
	spans->n = kept;
	if (kept != 0)
		qsort(spans->at, kept, sizeof(*spans->at), by_order);
	return true;
}

static bool
full(struct store_page *page)
{
	page->more = page->count == page->wanted || page->rows.len >= STORE_PAGE_BYTES;
	return page->more;
}

static bool
page_forward(struct store *s, struct store_page *page, const struct person *p, int64_t at)
{
	struct spans spans;
	int64_t primary;
	bool good = collect(s, p, SQL_AFTER_SPAN, at, page->wanted, &spans);

	for (size_t i = 0; good && i < spans.n && !full(page); i++) {
		good = store_primary(s, spans.at[i].row, &primary);
		if (good && primary == spans.at[i].row)
			good = put_row(s, page, p, primary, 0);
	}
	page->more = page->more || spans.edge != 0;
	free(spans.at);
	return good;
}

static bool
page_before(struct store *s, struct store_page *page, const struct person *p, int64_t at)
{
	struct spans spans;
	size_t first, chosen = 0, bytes = 0;
	int64_t primary;
	bool good = collect(s, p, SQL_PAGE_SPAN, at, page->wanted, &spans);

	/* From the newest on; what is not chosen gets the number 0. */
	for (first = good ? spans.n : 0; first > 0; first--) {
		struct span *one = &spans.at[first - 1];

		if (chosen == page->wanted || bytes >= STORE_PAGE_BYTES) {
			page->more = true;
			break;
		}
		good = store_primary(s, one->row, &primary);
		if (!good)
			break;
		if (primary != one->row) {
			one->row = 0;
			continue;
		}
		chosen++;
		bytes += one->len > 0 ? (size_t)one->len : 0;
	}
	for (size_t i = first; good && i < spans.n; i++)
		if (spans.at[i].row != 0)
			good = put_row(s, page, p, spans.at[i].row, 0);
	page->more = page->more || spans.edge != 0;
	free(spans.at);
	return good;
}

/* A copy that changed is told of as the row that stands for all; so is a message whose edit has got its receipt. */
static bool
page_changes(struct store *s, struct store_page *page, const struct person *p, int64_t at)
{
	struct spans spans;
	int64_t row, primary;
	bool good = collect(s, p, SQL_CHANGES_SPAN, at, page->wanted, &spans);

	for (size_t i = 0; good && i < spans.n && !full(page); i++) {
		const struct span *one = &spans.at[i];

		row = 0;
		if (one->edit)
			good = find_row(s, one->chat, &one->ref, DIR_OUT, DIR_OUT, &row);
		good = good && store_primary(s, row != 0 ? row : one->row, &primary) &&
		       put_row(s, page, p, primary, one->order);
	}
	page->more = page->more || spans.edge != 0;
	free(spans.at);
	return good;
}

static bool
page_since(struct store *s, struct store_page *page, const struct person *p, int64_t when)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < p->n; i++) {
		const struct chat *c = store_chat(s, &p->device[i]);
		int64_t at;

		if (c == NULL || !store_find_time(s, c, when, &at))
			return false;
		if (at < first)
			first = at;
	}
	return p->n == 0 || page_forward(s, page, p, first - 1);
}

static bool
page_versions(struct store *s, struct store_page *page, const struct person *p,
	      const struct msg *request)
{
	for (size_t i = 0; i < p->n && page->count == 0; i++) {
		struct chat c = {.key = p->key, .peer = p->chat[i]};

		if (!store_page_versions(s, page, &c, request))
			return false;
	}
	return true;
}

bool
store_person_page(struct store *s, struct store_page *page, const struct chat *c,
		  const struct msg *request)
{
	const struct msg_page *ask = &request->b.page;
	struct person p;

	if (!devices_of(s, c, &p))
		return false;
	switch (ask->kind) {
	case PAGE_BEFORE:
		return page_before(s, page, &p, ask->at);
	case PAGE_AFTER:
		return page_forward(s, page, &p, ask->at);
	case PAGE_SINCE:
		return page_since(s, page, &p, ask->at);
	case PAGE_CHANGES:
		return page_changes(s, page, &p, ask->at);
	case PAGE_VERSIONS:
		return page_versions(s, page, &p, request);
	case PAGE_TYPED:
		return store_page_typed(s, page, c);
	}
	return true;
}
