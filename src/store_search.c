/* store_search.c - searching all that was said, or one chat of it, a slice of rows at a time. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/store.h"
#include "src/store_int.h"
#include "src/text.h"
#include "src/util.h"

/* Messages looked at in one slice: a few milliseconds, after which hits go out and a newer search is noticed. */
#define SLICE	       2048
/* A slice that has found so much ends early. */
#define SLICE_BYTES    ((size_t)1024 * 1024)
#define WORDS	       16
#define SLICE_ATTEMPTS 5

struct store_search {
	struct msg *request;
	char *folded; /* the words, each ended by a NUL */
	const char *word[WORDS];
	size_t nwords;
	int64_t at;    /* how far it has come: the row looked at last */
	uint32_t left; /* hits that may still be told */
	bool over;
	char *text; /* folded; grown as needed */
	size_t size;
};

static void
split(struct store_search *x)
{
	char *rest = x->folded, *word;

	while (x->nwords < WORDS && (word = strsep(&rest, " \t\n")) != NULL) {
		if (word[0] != '\0')
			x->word[x->nwords++] = word;
	}
}

struct store_search *
store_search_new(const struct msg *request)
{
	struct store_search *x = xcalloc(1, sizeof(*x));
	const struct msg_search *ask = &request->b.search;
	size_t len = request->len < SEARCH_MAX_BYTES ? request->len : SEARCH_MAX_BYTES;
	size_t size = text_show_max(len) + 1;

	x->request = msg_new(MSG_CMD_SEARCH);
	x->request->serial = request->serial;
	x->request->b.search = *ask;
	x->folded = xcalloc(1, size);
	if (len != 0)
		text_fold(x->folded, size, (const char *)request->bytes, len);
	split(x);
	x->at = ask->at;
	x->left = ask->count < SEARCH_MAX_HITS ? ask->count : SEARCH_MAX_HITS;
	x->over = x->nwords == 0 || x->left == 0;
	return x;
}

void
store_search_free(struct store_search *x)
{
	if (x == NULL)
		return;
	msg_free(x->request);
	free(x->folded);
	free(x->text);
	free(x);
}

/* Most texts are plain ASCII, and folding them needs no tables. False, and nothing done, if this one is not. */
static bool
fold_plain(char *to, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 || c < 0x20 || c == 0x7f)
			return false;
		to[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	to[len] = '\0';
	return true;
}

static bool
matches(struct store_search *x, const char *text, size_t len)
{
	size_t size = text_show_max(len) + 1;

	if (x->size < size) {
		free(x->text);
		x->text = xmalloc(size);
		x->size = size;
	}
	if (!fold_plain(x->text, text, len))
		text_fold(x->text, x->size, text, len);
	for (size_t i = 0; i < x->nwords; i++) {
		if (strstr(x->text, x->word[i]) == NULL)
			return false;
	}
	return true;
}

/* What one slice has found. */
struct slice {
	struct store_page page;
	int64_t at;
	bool over;
};

/* Packs the row as the pages of the chat that is searched would; c NULL: everything is. There, and in the chat of a person, one message to
 * all of its devices is found once; each device's own chat has a row of it. */
static bool
put_hit(struct store *s, struct store_page *page, int64_t row, const struct chat *c)
{
	bool person = c != NULL && c->person;
	int64_t primary = row;
	struct db_query *q;

	if ((c == NULL || person) && !store_primary(s, row, &primary))
		return false;
	if (primary != row)
		return true;
	q = db_query(s->db, SQL_ROW_GET);
	db_put_int(q, row);
	if (db_next(q))
		store_put_row(s, page, q, person ? &c->key : NULL);
	return db_end(q);
}

static struct db_query *
slice_query(struct store *s, const struct msg_search *ask, int64_t peer, bool person, int64_t at)
{
	struct db_query *q;

	if (person) {
		q = db_query(s->db, ask->oldest_first ? SQL_SEARCH_PERSON_UP : SQL_SEARCH_PERSON);
		db_put_int(q, peer);
	} else if (peer != 0) {
		q = db_query(s->db, ask->oldest_first ? SQL_SEARCH_CHAT_UP : SQL_SEARCH_CHAT);
		db_put_int(q, peer);
	} else {
		q = db_query(s->db, ask->oldest_first ? SQL_SEARCH_ALL_UP : SQL_SEARCH_ALL);
	}
	db_put_int(q, at);
	db_put_int(q, SLICE);
	return q;
}

/* One slice, inside a read. */
static bool
scan(struct store *s, struct store_search *x, struct slice *found)
{
	static const struct key everybody;
	const struct msg_search *ask = &x->request->b.search;
	struct db_query *q;
	struct chat *c = NULL;
	unsigned seen = 0;

	if (!key_equal(&ask->peer, &everybody)) {
		c = store_chat(s, &ask->peer);
		found->over = c == NULL || c->peer == 0;
		if (found->over)
			return c != NULL;
	}
	q = slice_query(s, ask, c != NULL ? c->peer : 0, c != NULL && c->person, x->at);
	while (found->page.count < x->left && found->page.rows.len < SLICE_BYTES && db_next(q)) {
		int64_t row = db_get_int(q);
		size_t len;
		const char *text = db_get_bytes(q, &len);

		seen++;
		found->at = row;
		if (matches(x, text, len) && !put_hit(s, &found->page, row, c))
			break;
	}
	found->page.more = found->page.count == x->left;
	found->over = found->page.more || (seen < SLICE && found->page.rows.len < SLICE_BYTES);
	return db_end(q);
}

struct msg *
store_search_end(const struct msg *request, bool more)
{
	struct msg *m = msg_new(MSG_EV_HITS);

	m->serial = request->serial;
	m->b.hits.peer = request->b.search.peer;
	m->b.hits.at = request->b.search.at;
	m->b.hits.done = true;
	m->b.hits.more = more;
	return m;
}

const struct msg *
store_search_request(const struct store_search *x)
{
	return x->request;
}

struct msg *
store_search_step(struct store *s, struct store_search *x)
{
	struct slice found;
	struct msg *m;
	bool good = x->over;

	memset(&found, 0, sizeof(found));
	found.at = x->at;
	found.over = x->over;
	for (int i = 0; i < SLICE_ATTEMPTS && !good; i++) {
		free(found.page.rows.p);
		memset(&found, 0, sizeof(found));
		found.at = x->at;
		if (!db_read_begin(s->db) || !store_seal_check(s))
			continue;
		good = scan(s, x, &found);
		store_forget_chats(s);
		good = db_read_end(s->db) && good;
	}
	x->at = found.at;
	x->over = found.over || !good;
	x->left -= found.page.count;
	m = store_search_end(x->request, found.page.more);
	m->b.hits.at = x->at;
	m->b.hits.count = found.page.count;
	m->b.hits.done = x->over;
	m->b.hits.failed = !good;
	msg_take_bytes(m, found.page.rows.p, found.page.rows.len);
	return m;
}
