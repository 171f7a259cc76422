/* store_went.c - where files went, in the store: pages with and without a filter, sealed, gone with their transfer; and a database of before
 * there were such lists. */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/backup.h"
#include "src/msg.h"
#include "src/pass.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define FILES 100000
#define CHUNK 900

/* Every tenth was renamed, every hundredth failed. */
static enum went
kind_of(uint32_t i)
{
	return i % 100 == 0 ? WENT_CHANGED : i % 10 == 0 ? WENT_RENAMED : WENT_THERE;
}

static const char *
path_of(uint32_t i)
{
	static char path[100];

	snprintf(path, sizeof(path), "/home/ada/Downloads/Tree/folder-%03u/file-%06u.jpg", i / 100,
		 i);
	return path;
}

/* Files from..to of a transfer, as a request. */
static struct msg *
went_msg(int64_t transfer, uint32_t from, uint32_t to)
{
	struct went_piece piece = {NULL, 0, 0, 0, NULL};
	struct msg *m = msg_new(MSG_ST_WENT);

	for (uint32_t i = from; i < to; i++)
		went_put(&piece, &(struct went_row){kind_of(i), false, i, path_of(i), ""});
	m->b.st_went.transfer = transfer;
	m->b.st_went.first = from;
	m->b.st_went.count = piece.count;
	msg_take_bytes(m, piece.p, piece.len);
	piece.p = NULL;
	went_clear(&piece);
	return m;
}

static struct msg *
ask(struct store *s, int64_t transfer, uint32_t kinds, uint32_t from, uint32_t count, bool tally,
    const char *words)
{
	struct msg *m = msg_new(MSG_CMD_WENT), *page;

	m->serial = 7;
	m->b.went.transfer = transfer;
	m->b.went.kinds = kinds;
	m->b.went.from = from;
	m->b.went.count = count;
	m->b.went.tally = tally;
	msg_set_bytes(m, words, strlen(words));
	page = store_page(s, m);
	msg_free(m);
	return page;
}

/* "all rows count first" of a page, where first is the number of the file its first row is about. */
static const char *
shape(struct msg *page)
{
	static char out[100];
	const struct msg_went_page *w = &page->b.went_page;
	struct went_reader r = {.bytes = page->bytes, .len = page->len};
	struct went_row row;
	uint32_t n = 0;
	int64_t first = -1;

	while (went_next(&r, &row)) {
		if (n++ == 0)
			first = (int64_t)row.size;
		if (strcmp(row.path, path_of((uint32_t)row.size)) != 0 ||
		    row.how != kind_of((uint32_t)row.size))
			ok(false, "row %u is one of ours", n);
	}
	went_reader_free(&r);
	snprintf(out, sizeof(out), "%u %u %u%s %lld", w->all, w->rows, w->count,
		 n == w->count ? "" : "!", (long long)first);
	msg_free(page);
	return out;
}

static void
put_all(struct store *s, int64_t transfer, uint32_t n)
{
	for (uint32_t i = 0; i < n; i += CHUNK)
		apply(s, went_msg(transfer, i, i + CHUNK < n ? i + CHUNK : n));
}

static void
test_pages(struct store *s)
{
	struct msg *page;

	put_all(s, 1, FILES);
	put_all(s, 2, 5);
	is_str(shape(ask(s, 1, 0, 0, 100, false, "")), "100000 100000 100 0", "the first page");
	is_str(shape(ask(s, 1, 0, 899, 4, false, "")), "100000 100000 4 899",
	       "one from the end of a piece on");
	is_str(shape(ask(s, 1, 0, 900, 4, true, "")), "100000 100000 4 900", "the next piece");
	is_str(shape(ask(s, 1, 0, 99990, 512, false, "")), "100000 100000 10 99990",
	       "the last page");
	is_str(shape(ask(s, 1, 0, 100000, 512, false, "")), "100000 100000 0 -1", "behind it");
	is_str(shape(ask(s, 1, 0, 0, 100000, false, "")), "100000 100000 512 0",
	       "no page is larger than it may be");
	is_str(shape(ask(s, 1, 0, 0, 10, false, "TREE 0999")), "100000 120 10 999",
	       "words in any case, all of them");
	is_str(shape(ask(s, 1, 0, 110, 512, false, "tree 0999")), "100000 120 10 99990",
	       "a later page of these");
	is_str(shape(ask(s, 1, 0, 0, 10, false, "nothing")), "100000 0 0 -1", "nothing fits");
	is_str(shape(ask(s, 1, 1u << WENT_RENAMED, 100, 10, false, "")), "100000 9000 10 1120",
	       "only what was renamed");
	is_str(shape(ask(s, 1, 1u << WENT_RENAMED, 0, 10, false, "file-00012")), "100000 1 1 120",
	       "with a word");
	is_str(shape(ask(s, 2, 0, 0, 10, true, "")), "5 5 5 0", "another transfer has its own");
	is_str(shape(ask(s, 3, 0, 0, 10, true, "")), "0 0 0 -1", "one has none");
	is_str(shape(ask(s, INT64_MAX, 0, 0, 10, true, "")), "0 0 0 -1", "a number that is none");
	page = ask(s, 1, 0, 0, 1, true, "0999");
	ok(page->serial == 7 && page->b.went_page.how[WENT_THERE] == 90000 &&
		   page->b.went_page.how[WENT_RENAMED] == 9000 &&
		   page->b.went_page.how[WENT_CHANGED] == 1000,
	   "how many went which way, whatever the filter");
	msg_free(page);
}

static void
test_gone(struct store *s)
{
	struct msg *m = msg_new(MSG_ST_FORGET_TRANSFER);

	apply(s, went_msg(1, 0, 3));
	is_str(shape(ask(s, 1, 0, 0, 10, true, "")), "3 3 3 0",
	       "a new list takes the old one's place");
	m->b.st_transfer.transfer = 1;
	apply(s, m);
	is_str(shape(ask(s, 1, 0, 0, 10, true, "")), "0 0 0 -1", "it goes with its transfer");
	is_str(shape(ask(s, 2, 0, 0, 10, true, "")), "5 5 5 0", "and not the others'");
	apply(s, went_msg(1, 0, 3));
	is_str(shape(ask(s, 1, 0, 0, 10, true, "")), "0 0 0 -1", "nor does it come back");
	apply(s, went_msg(2, 0, 0));
	is_str(shape(ask(s, 2, 0, 0, 10, true, "")), "0 0 0 -1", "an empty one takes it away");
	apply(s, went_msg(2, 0, 4), forget_msg(1));
	is_str(shape(ask(s, 2, 0, 0, 10, true, "")), "4 4 4 0", "of the second contact");
	apply(s, forget_msg(2));
	is_str(shape(ask(s, 2, 0, 0, 10, true, "")), "0 0 0 -1", "it goes with the contact");
}

/* A backup has it, and what was kept about how long things live. */
static void
test_backup(const char *path)
{
	static const struct pass_cost cheap = {.passes = 1, .memory = 8192};
	const char *file = tmp_path("backup"), *to = tmp_path("restored.db");
	struct backup b = {.sealed = true, .nick = "Ada"}, got;
	struct msg *keep = msg_new(MSG_ST_KEEP);
	const struct msg *m;
	char err[512] = "";
	struct store *s = open_store(path);

	keep->b.st_keep.peer = nth_key(2);
	keep->b.st_keep.keep = 30;
	apply(s, contact_msg(2, "bo"), transfer_msg(0, 2, "x", NULL), keep);
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 3, "a transfer");
	put_all(s, 3, 2000);
	store_close(s);
	ok(backup_write(&b, file, path, "word", &cheap, err, sizeof(err)) &&
		   backup_read(&got, file, to, "word", err, sizeof(err)),
	   "a backup is made and read: %s", err);
	s = open_store(to);
	is_str(shape(ask(s, 3, 0, 1500, 10, true, "")), "2000 2000 10 1500", "the list is in it");
	apply(s, msg_new(MSG_ST_LOAD));
	ok(answer(MSG_SR_CONTACT) != NULL, "the contact too");
	m = answer(MSG_SR_CHAT);
	ok(m != NULL && m->b.sr_chat.chat.keep == 30, "and how long is kept what was said");
	store_close(s);
}

/* A database of before: made by the first versions of the tables, then opened. */
static void
test_migration(void)
{
	const char *path = tmp_path("old.db");
	struct store *s = open_store(path);
	sqlite3 *db;

	apply(s, contact_msg(1, "ann"), transfer_msg(0, 1, "x", NULL));
	store_close(s);
	ok(sqlite3_open(path, &db) == SQLITE_OK &&
		   sqlite3_exec(db,
				"DROP TABLE went; ALTER TABLE contacts DROP COLUMN heir;"
				"PRAGMA user_version = 8;",
				NULL, NULL, NULL) == SQLITE_OK,
	   "a database without lists");
	sqlite3_close(db);
	s = open_store(path);
	is_str(shape(ask(s, 1, 0, 0, 10, true, "")), "0 0 0 -1", "its transfers have none");
	put_all(s, 1, 10);
	is_str(shape(ask(s, 1, 0, 0, 10, true, "")), "10 10 10 0", "and can have one");
	store_close(s);
}

#ifndef TEST_SEALED
static bool
on_disk(const char *path, const char *text)
{
	FILE *f = fopen(path, "rb");
	char *p = xcalloc(1, 4000000);
	size_t n = f != NULL ? fread(p, 1, 4000000, f) : 0;
	bool found = memmem(p, n, text, strlen(text)) != NULL;

	if (f != NULL)
		fclose(f);
	free(p);
	return found;
}

/* A passphrase is set: the lists are sealed with the rest. */
static void
test_seal(void)
{
	static const struct seal_key key = {.b = {1, 2, 3}, .wanted = true};
	const char *path = tmp_path("toseal.db");
	struct store *s = open_store(path);
	char err[512] = "";

	apply(s, contact_msg(1, "ann"), transfer_msg(0, 1, "x", NULL));
	put_all(s, 1, 5000);
	store_close(s);
	ok(on_disk(path, "/home/ada/Downloads/Tree"), "without a passphrase it can be read");
	s = store_open(path, STORE_WRITE, &key, err, sizeof(err));
	ok(s != NULL, "it is sealed: %s", err);
	is_str(shape(ask(s, 1, 0, 4000, 10, true, "")), "5000 5000 10 4000", "and still known");
	put_all(s, 1, 3000);
	is_str(shape(ask(s, 1, 0, 2990, 20, true, "")), "3000 3000 10 2990", "and written");
	store_close(s);
	ok(!on_disk(path, "/home/ada/Downloads") && !on_disk(path, "folder-0"),
	   "nothing of it can be read any more");
}
#endif

int
main(void)
{
	const char *path = tmp_path("went.db");
	struct store *s = open_store(path);

	apply(s, contact_msg(1, "ann"), contact_msg(2, "bo"), transfer_msg(0, 1, "x", NULL),
	      transfer_msg(0, 2, "y", NULL));
	test_pages(s);
	test_gone(s);
	store_close(s);
	test_backup(path);
	test_migration();
#ifndef TEST_SEALED
	test_seal();
#endif
	return done_testing();
}
