/* store_went.c - where the files of a transfer went, in the database: pieces of many rows each, and pages out of them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/store_int.h"
#include "src/text.h"
#include "src/util.h"
#include "src/went.h"

/* A piece is known by its transfer's number and its first row: a number that stays, which the sealed rows are bound to. */
#define ROW_BITS   21
#define ROW_MASK   (((int64_t)1 << ROW_BITS) - 1)
#define WORDS	   8
#define FILTER_MAX 512 /* bytes */

static int64_t
number(int64_t transfer, uint32_t first)
{
	return (int64_t)((uint64_t)transfer << ROW_BITS) + first;
}

static bool
valid(int64_t transfer)
{
	return transfer > 0 && transfer < INT64_MAX >> ROW_BITS;
}

bool
store_drop_went(struct store *s, int64_t transfer)
{
	struct db_query *q = db_query(s->db, SQL_WENT_DROP);

	if (!valid(transfer))
		return true;
	db_put_int(q, number(transfer, 0));
	db_put_int(q, number(transfer + 1, 0));
	return db_run(q);
}

bool
store_went(struct store *s, const struct msg *m)
{
	const struct msg_st_went *w = &m->b.st_went;
	struct db_query *q;

	if (!valid(w->transfer) || w->first > ROW_MASK)
		return true;
	if (w->first == 0 && !store_drop_went(s, w->transfer))
		return false;
	if (w->count == 0)
		return true;
	q = db_query(s->db, SQL_WENT_PUT);
	db_put_int(q, number(w->transfer, w->first));
	db_put_int(q, w->count);
	db_put_bytes(q, m->bytes, m->len);
	db_put_int(q, w->transfer);
	return db_run(q);
}

/* ---- pages -------------------------------------------------------------------------------------------------------------- */

/* What is looked for, and what was found of it. */
struct look {
	const struct msg_went *ask;
	struct msg_went_page *to;
	char *folded; /* the words */
	const char *words[WORDS];
	size_t nwords;
	char *path; /* of a row, folded; grown as needed */
	size_t room;
	bool any;  /* everything fits */
	bool some; /* only the rows themselves are wanted */
	struct went_piece rows;
};

static void
take_words(struct look *l, const struct msg *request)
{
	size_t len = request->len < FILTER_MAX ? request->len : FILTER_MAX;
	size_t size = text_show_max(len) + 1;
	char *rest = l->folded = xcalloc(1, size), *word;

	if (len != 0)
		text_fold(l->folded, size, (const char *)request->bytes, len);
	while (l->nwords < WORDS && (word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0')
			l->words[l->nwords++] = word;
}

static bool
fits(struct look *l, const struct went_row *row)
{
	size_t len = strlen(row->path), size = text_show_max(len) + 1;

	if (l->ask->kinds != 0 && (l->ask->kinds >> row->how & 1) == 0)
		return false;
	if (l->nwords == 0)
		return true;
	if (l->room < size) {
		free(l->path);
		l->path = xmalloc(size);
		l->room = size;
	}
	text_fold(l->path, l->room, row->path, len);
	for (size_t i = 0; i < l->nwords; i++)
		if (strstr(l->path, l->words[i]) == NULL)
			return false;
	return true;
}

/* The rows of a piece, the first of which is row `first` of all. False: no more are wanted. */
static bool
take_piece(struct look *l, uint32_t first, const void *bytes, size_t len)
{
	struct went_reader r = {.bytes = bytes, .len = len};
	struct went_row row;

	if (l->some)
		l->to->rows = first;
	while (went_next(&r, &row)) {
		l->to->how[row.how]++;
		if (!l->any && !fits(l, &row))
			continue;
		if (l->to->rows++ < l->ask->from || l->rows.count >= l->to->count)
			continue;
		went_put(&l->rows, &row);
	}
	went_reader_free(&r);
	return !l->some || l->rows.count < l->to->count;
}

/* How many rows there are in all. */
static bool
count_all(struct store *s, struct look *l)
{
	struct db_query *q = db_query(s->db, SQL_WENT_LAST);

	db_put_int(q, number(l->ask->transfer, 0));
	db_put_int(q, number(l->ask->transfer + 1, 0));
	if (db_next(q)) {
		int64_t piece = db_get_int(q), count = db_get_int(q);

		l->to->all =
			(uint32_t)(piece & ROW_MASK) + (uint32_t)store_enum(count, ROW_MASK, 0);
	}
	return db_end(q);
}

static bool
look(struct store *s, struct look *l)
{
	struct db_query *q = db_query(s->db, SQL_WENT_FROM);

	if (!valid(l->ask->transfer))
		return true;
	db_put_int(q, number(l->ask->transfer, l->some ? l->ask->from & ROW_MASK : 0));
	db_put_int(q, number(l->ask->transfer, 0));
	db_put_int(q, number(l->ask->transfer + 1, 0));
	while (db_next(q)) {
		uint32_t first = (uint32_t)(db_get_int(q) & ROW_MASK);
		size_t len;
		const void *bytes = db_get_bytes(q, &len);

		if (!take_piece(l, first, bytes, len))
			break;
	}
	return db_end(q) && count_all(s, l);
}

struct msg *
store_empty_went(const struct msg *request)
{
	struct msg *answer = msg_new(MSG_EV_WENT);

	answer->serial = request->serial;
	answer->b.went_page.transfer = request->b.went.transfer;
	answer->b.went_page.kinds = request->b.went.kinds;
	answer->b.went_page.from = request->b.went.from;
	return answer;
}

struct msg *
store_read_went(struct store *s, const struct msg *request)
{
	struct msg *answer = store_empty_went(request);
	struct msg_went_page *to = &answer->b.went_page;
	struct look l = {.ask = &request->b.went, .to = to};

	take_words(&l, request);
	l.any = l.nwords == 0 && l.ask->kinds == 0;
	l.some = l.any && !l.ask->tally;
	to->count = l.ask->count < WENT_MAX_ROWS ? l.ask->count : WENT_MAX_ROWS;
	if (!look(s, &l))
		to->failed = true;
	if (l.some)
		to->rows = to->all;
	if (!l.ask->tally)
		memset(to->how, 0, sizeof(to->how));
	to->count = l.rows.count;
	msg_take_bytes(answer, l.rows.p, l.rows.len);
	l.rows.p = NULL;
	went_clear(&l.rows);
	free(l.folded);
	free(l.path);
	return answer;
}
