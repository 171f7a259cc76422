/* store_page.c - pages and changes of a chat, and that they cost the same in a long history as in a short one. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/store_int.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define LONG 50000

/* Rows 1..9: a1 b1 a2 b2 a3 b3 a4 b4 a5, a with contact 1, b with 2; revs the same. */
static void
fill(struct store *s)
{
	static const char *const texts[] = {"a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "a5"};

	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"));
	for (unsigned i = 0; i < NELEM(texts); i++)
		apply(s, say_msg(1 + i % 2, 1 + i, texts[i]));
}

static void
test_pages(struct store *s)
{
	is_str(page_texts(s, 1, PAGE_BEFORE, INT64_MAX, 3), "a3 a4 a5+",
	       "the newest, oldest first");
	is_str(page_texts(s, 1, PAGE_BEFORE, 5, 3), "a1 a2", "those before row 5 are all");
	is_str(page_texts(s, 1, PAGE_BEFORE, 5, 2), "a1 a2", "just as many: no more");
	is_str(page_texts(s, 1, PAGE_BEFORE, 5, 1), "a2+", "the nearest one, and more");
	is_str(page_texts(s, 1, PAGE_BEFORE, 1, 3), "", "nothing before the first");
	is_str(page_texts(s, 1, PAGE_BEFORE, INT64_MIN, 3), "", "nor before everything");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 2), "a1 a2+", "the oldest");
	is_str(page_texts(s, 1, PAGE_AFTER, 3, 2), "a3 a4+", "those after row 3");
	is_str(page_texts(s, 1, PAGE_AFTER, 5, 2), "a4 a5", "to the end: no more");
	is_str(page_texts(s, 1, PAGE_AFTER, INT64_MAX, 2), "", "nothing after everything");
	is_str(page_texts(s, 2, PAGE_BEFORE, INT64_MAX, 100), "b1 b2 b3 b4", "the other chat");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 0), "", "no rows asked for");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, UINT32_MAX), "a1 a2 a3 a4 a5", "too many asked for");
	is_str(page_texts(s, 7, PAGE_AFTER, 0, 9), "", "somebody unknown");
	is_str(page_texts(s, 0, PAGE_AFTER, 0, 9), "", "everybody's rows are not paged");
	is_str(page_texts(s, 1, 77, 0, 9), "", "a page of no kind");
}

/* Messages have the time 1000 + their id: a1 1001, b1 1002, ... */
static void
test_since(struct store *s)
{
	is_str(page_texts(s, 1, PAGE_SINCE, 1005, 2), "a3 a4+", "those said at a time or later");
	is_str(page_texts(s, 1, PAGE_SINCE, 1004, 2), "a3 a4+", "from the next one on");
	is_str(page_texts(s, 1, PAGE_SINCE, 0, 9), "a1 a2 a3 a4 a5", "from the first on");
	is_str(page_texts(s, 1, PAGE_SINCE, 1001, 1), "a1+", "the first itself");
	is_str(page_texts(s, 1, PAGE_SINCE, 1009, 9), "a5", "the last itself");
	is_str(page_texts(s, 1, PAGE_SINCE, 1010, 9), "", "nothing so new");
	is_str(page_texts(s, 2, PAGE_SINCE, INT64_MIN, 1), "b1+", "the other chat");
	is_str(page_texts(s, 7, PAGE_SINCE, 0, 9), "", "somebody unknown");
}

static void
test_row(struct store *s)
{
	struct msg *m = page(s, 2, PAGE_BEFORE, 5, 1);
	struct key key = nth_key(2);
	struct id id = nth_id(4);
	struct row r = {.row = 0};

	ok(m->type == MSG_EV_PAGE && m->serial == 99 && m->b.page_result.count == 1 &&
		   m->b.page_result.more && m->b.page_result.at == 5 &&
		   m->b.page_result.kind == PAGE_BEFORE && key_equal(&m->b.page_result.peer, &key),
	   "a page says what it answers");
	ok(page_row(m, 0, &r) && !page_row(m, 1, &(struct row){.row = 0}), "it has one row");
	ok(r.row == 4 && r.rev == 4 && r.seq == 2 && r.time == 1004 && r.transfer == 0,
	   "with its numbers");
	ok(r.dir == DIR_OUT && r.kind == ROW_TEXT && r.state == RECEIPT_QUEUED &&
		   id_equal(&r.id, &id) && key_equal(&r.peer, &key),
	   "its kind, id and peer");
	msg_free(m);
	apply(s, got_msg(2, 70, 7, "in"));
	m = line_msg(2, "report.pdf");
	m->b.st_row.kind = ROW_FILE;
	m->b.st_row.dir = DIR_IN;
	m->b.st_row.transfer = 12;
	apply(s, m);
	m = page(s, 2, PAGE_AFTER, 9, 2);
	ok(page_row(m, 0, &r) && r.dir == DIR_IN && r.seq == 7, "an incoming row");
	ok(page_row(m, 1, &r) && r.kind == ROW_FILE && r.transfer == 12 && r.dir == DIR_IN,
	   "a transfer's row");
	msg_free(m);
}

static void
test_changes(struct store *s)
{
	is_str(page_texts(s, 1, PAGE_CHANGES, 3, 9), "a3 a4 a5", "changes of one chat");
	is_str(page_texts(s, 0, PAGE_CHANGES, 3, 4), "b2 a3 b3 a4+", "of all chats");
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 3, 1));
	apply(s, acked_msg(2, RECEIPT_DELIVERED, 2, 1));
	apply(s, acked_msg(1, RECEIPT_READ, 3, 1));
	is_str(page_texts(s, 0, PAGE_CHANGES, 11, 9), "b1 a2",
	       "a row changed twice is there once, at its newest change");
	is_str(page_texts(s, 1, PAGE_CHANGES, 0, 9), "a1 a3 a4 a5 a2", "and not at its old place");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "a1 a2 a3 a4 a5", "its row is what it was");
	is_str(page_texts(s, 0, PAGE_CHANGES, 14, 9), "", "nothing has changed since");
}

/* The rows' keys in a page of everybody's changes. */
static void
test_whose(struct store *s)
{
	struct msg *m = page(s, 0, PAGE_CHANGES, 3, 2);
	struct key one = nth_key(1), two = nth_key(2);
	struct row r;

	ok(page_row(m, 0, &r) && key_equal(&r.peer, &two) && page_row(m, 1, &r) &&
		   key_equal(&r.peer, &one),
	   "everybody's changes say whose");
	msg_free(m);
}

static void
test_big(struct store *s)
{
	char *big = xmalloc(TEXT_MAX_BYTES + 1);
	struct msg *m;
	struct row r;

	memset(big, 'x', TEXT_MAX_BYTES);
	big[TEXT_MAX_BYTES] = '\0';
	apply(s, contact_msg(3, "cy"));
	for (unsigned i = 0; i < 100; i++)
		apply(s, got_msg(3, 1000 + i, 1 + i, big));
	m = page(s, 3, PAGE_BEFORE, INT64_MAX, 256);
	ok(m->len < 1100000 && m->b.page_result.more && m->b.page_result.count > 50,
	   "a page of long texts ends at about a megabyte");
	ok(page_row(m, m->b.page_result.count - 1, &r) && r.seq == 100 &&
		   r.text_len == TEXT_MAX_BYTES,
	   "backwards it has the newest");
	msg_free(m);
	m = page(s, 3, PAGE_AFTER, 0, 256);
	ok(m->len < 1100000 && m->b.page_result.more && page_row(m, 0, &r) && r.seq == 1,
	   "forwards the oldest");
	msg_free(m);
	free(big);
}

struct cost {
	const char *what;
	uint64_t few, many;
};

/* What the questions cost now; `at` is a row and a change in the middle. */
static void
measure(struct store *s, struct cost *cost, bool many, int64_t at, unsigned id)
{
	uint64_t before;
	size_t i = 0;

	for (int kind = PAGE_BEFORE; kind <= PAGE_CHANGES; kind++, i++) {
		before = db_steps(s->db);
		msg_free(page(s, 1, kind, at, 20));
		*(many ? &cost[i].many : &cost[i].few) = db_steps(s->db) - before;
	}
	before = db_steps(s->db);
	msg_free(page(s, 0, PAGE_CHANGES, at, 20));
	*(many ? &cost[i].many : &cost[i].few) = db_steps(s->db) - before;
	for (int turn = 0; turn < 5; turn++) {
		struct msg *m = turn == 0   ? say_msg(1, id, "x")
				: turn == 1 ? got_msg(1, id, 1, "x")
				: turn == 2 ? read_msg(1, 3)
				: turn == 3 ? outbox_msg(1, at, 2)
					    : acked_msg(1, RECEIPT_DELIVERED, id, 1);

		i++;
		before = db_steps(s->db);
		apply(s, m);
		*(many ? &cost[i].many : &cost[i].few) = db_steps(s->db) - before;
	}
}

static void
test_cost(void)
{
	struct cost cost[] = {{"a page backwards", 0, 0},  {"a page forwards", 0, 0},
			      {"changes of a chat", 0, 0}, {"changes of all", 0, 0},
			      {"a message out", 0, 0},	   {"a message in", 0, 0},
			      {"reading a few", 0, 0},	   {"the outbox", 0, 0},
			      {"an acknowledgement", 0, 0}};
	struct store *few = open_store(tmp_path("few.db")), *many = open_store(tmp_path("many.db"));
	struct msg *list = contact_msg(1, "ada"), *last = list;

	apply(few, contact_msg(1, "ada"));
	for (unsigned i = 0; i < 100; i++)
		apply(few, i % 2 != 0 ? say_msg(1, i, "x") : got_msg(1, i, i, "x"));
	for (unsigned i = 0; i < LONG; i++, last = last->next)
		last->next = i % 2 != 0 ? say_msg(1, i, "x") : got_msg(1, i, i, "x");
	apply(many, list);
	measure(few, cost, false, 50, 1000000);
	measure(many, cost, true, LONG / 2, 1000000);
	for (size_t i = 0; i < NELEM(cost); i++)
		ok(cost[i].few > 5 && cost[i].many <= cost[i].few + cost[i].few / 10,
		   "%s costs %llu steps in a chat of 100 rows, %llu in one of %d", cost[i].what,
		   (unsigned long long)cost[i].few, (unsigned long long)cost[i].many, LONG);
	store_close(few);
	store_close(many);
}

int
main(void)
{
	struct store *s = open_store(tmp_path("history.db"));

	fill(s);
	test_pages(s);
	test_since(s);
	test_row(s);
	test_changes(s);
	test_whose(s);
	test_big(s);
	store_close(s);
	test_cost();
	queue_free(answers());
	return done_testing();
}
