/* store_search.c - searching: what is found, in which order, in parts, ended by another search, and how quick it is. */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/keeper.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/store_int.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define DEADLINE 30000
#define MANY	 200000

static struct msg *
search_msg(unsigned peer, const char *words, bool oldest_first, uint32_t count, uint32_t serial)
{
	struct msg *m = msg_new(MSG_CMD_SEARCH);

	m->b.search.peer = nth_key(peer);
	m->b.search.at = oldest_first ? 0 : INT64_MAX;
	m->b.search.count = count;
	m->b.search.oldest_first = oldest_first;
	m->serial = serial;
	return msg_set_bytes(m, words, strlen(words));
}

/* The texts found, with " " between, "+" behind when there may be more. Freed by the next call. */
static const char *
found(struct store *s, struct msg *request)
{
	static char *all;
	struct store_search *x = store_search_new(request);
	bool done = false;

	free(all);
	all = xstrdup("");
	while (!done) {
		struct msg *m = store_search_step(s, x);
		struct row r;
		size_t at = 0;
		char *longer;

		while (row_get(m->bytes, m->len, &at, &r)) {
			xasprintf(&longer, "%s%s%.*s", all, all[0] != '\0' ? " " : "",
				  (int)r.text_len, r.text);
			free(all);
			all = longer;
		}
		done = m->b.hits.done;
		if (m->b.hits.more || m->b.hits.failed) {
			xasprintf(&longer, "%s%s", all, m->b.hits.failed ? "!" : "+");
			free(all);
			all = longer;
		}
		msg_free(m);
	}
	store_search_free(x);
	msg_free(request);
	return all;
}

static void
test_found(struct store *s)
{
	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"));
	apply(s, say_msg(1, 1, "Red-Apple"), got_msg(2, 2, 1, "green-apple"));
	apply(s, say_msg(2, 3, "GRÜNE-ÄPFEL"), line_msg(1, "apple-line"));
	apply(s, say_msg(1, 4, "pear"), say_msg(1, 5, "apple\npie"));
	is_str(found(s, search_msg(0, "apple", false, 9, 1)), "apple\npie green-apple Red-Apple",
	       "all chats, the newest first, whatever the case, messages only");
	is_str(found(s, search_msg(0, "APPLE", true, 9, 1)), "Red-Apple green-apple apple\npie",
	       "the oldest first");
	is_str(found(s, search_msg(1, "apple", false, 9, 1)), "apple\npie Red-Apple", "one chat");
	is_str(found(s, search_msg(1, "apple", true, 9, 1)), "Red-Apple apple\npie",
	       "one chat, the oldest first");
	is_str(found(s, search_msg(0, "apple red", false, 9, 1)), "Red-Apple",
	       "all words must be there, in any order");
	is_str(found(s, search_msg(0, "pie", false, 9, 1)), "apple\npie", "in any line");
	is_str(found(s, search_msg(0, "äpfel grüne", false, 9, 1)), "GRÜNE-ÄPFEL",
	       "letters that are no ASCII are folded too");
	is_str(found(s, search_msg(0, "apple", false, 2, 1)), "apple\npie green-apple+",
	       "no more than wanted");
	is_str(found(s, search_msg(0, "", false, 9, 1)), "", "no words find nothing");
	is_str(found(s, search_msg(0, " \t ", false, 9, 1)), "", "nor do blanks");
	is_str(found(s, search_msg(0, "apple", false, 0, 1)), "", "no hits wanted");
	is_str(found(s, search_msg(7, "apple", false, 9, 1)), "", "nobody's chat");
}

/* Where a search was cut it goes on, without a row missing or told twice. */
static void
test_parts(struct store *s)
{
	struct msg *request = search_msg(0, "apple", false, 1, 5);
	unsigned hits = 0;
	struct row r;
	int64_t last = INT64_MAX;
	bool good = true, more = true;

	while (more && hits < 9) {
		struct store_search *x = store_search_new(request);
		struct msg *m = store_search_step(s, x);
		size_t at = 0;

		while (row_get(m->bytes, m->len, &at, &r)) {
			good = good && r.row < last;
			last = r.row;
			hits++;
		}
		good = good && m->serial == 5 && m->b.hits.done;
		more = m->b.hits.more;
		request->b.search.at = m->b.hits.at;
		msg_free(m);
		store_search_free(x);
	}
	msg_free(request);
	ok(good && hits == 3, "in parts of one hit the same three are found");
}

static void
test_gone(struct store *s)
{
	apply(s, act_msg(say_msg(1, 20, ""), CONTENT_DELETE, 5));
	is_str(found(s, search_msg(0, "apple", false, 9, 1)), "green-apple Red-Apple",
	       "what is deleted is not found");
	apply(s, act_msg(say_msg(1, 21, "plum"), CONTENT_EDIT, 1));
	is_str(found(s, search_msg(0, "apple", false, 9, 1)), "green-apple",
	       "nor what an edit took away");
	is_str(found(s, search_msg(0, "plum", false, 9, 1)), "plum",
	       "what it put there is, once: acts are no messages");
	apply(s, forget_msg(2));
	is_str(found(s, search_msg(0, "green-apple", false, 9, 1)), "", "nor a removed chat");
}

/* ---- many -------------------------------------------------------------------------------------------------------------- */

static void
fill(const char *path)
{
	static const char *const texts[] = {
		"I will be there at eight, do not wait for me", "ok", "What about the other file?",
		"The build finished; the report is on its way to you now, three pages this time",
		"Здравствуй, как дела? Приду завтра"};
	struct store *s = open_store(path);
	char text[128];

	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"));
	for (unsigned i = 0; i < MANY;) {
		struct msg *group[1001] = {NULL};

		for (unsigned n = 0; n < 1000; n++, i++) {
			snprintf(text, sizeof(text), "%s %u%s", texts[i % NELEM(texts)], i,
				 i == 5		    ? " needle"
				 : i == MANY - 9000 ? " thimble"
						    : "");
			group[n] = say_msg(1 + i % 2, 100 + i, text);
		}
		apply_all(s, group);
		while (queue_length(answers()) != 0)
			msg_free(queue_pop(answers()));
	}
	store_close(s);
}

/* The next message of the queue, waited for. */
static struct msg *
await(struct queue *q)
{
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

	if (poll(&p, 1, DEADLINE) != 1)
		return NULL;
	return queue_pop(q);
}

/* Waits for the end of search `serial`; how many hits it had, and when the first came. */
static unsigned
hits_of(struct queue *q, uint32_t serial, uint64_t *first_ms, uint64_t *ms, bool *more)
{
	uint64_t start = util_mono_ms();
	unsigned hits = 0;
	bool done = false;
	struct msg *m;

	*first_ms = 0;
	while (!done && (m = await(q)) != NULL) {
		if (m->type == MSG_EV_HITS && m->serial == serial) {
			if (hits == 0 && m->b.hits.count != 0)
				*first_ms = util_mono_ms() - start;
			hits += m->b.hits.count;
			done = m->b.hits.done;
			*more = m->b.hits.more;
		}
		msg_free(m);
	}
	*ms = util_mono_ms() - start;
	return done ? hits : UINT32_MAX;
}

static void
test_many(struct keeper *k, struct queue *pages)
{
	uint64_t first, ms;
	struct msg *m;
	bool more;

	keeper_push(k, search_msg(0, "needle", false, 100, 1));
	is_int(hits_of(pages, 1, &first, &ms, &more), 1, "a hit at the far end of %d", MANY);
	diag("a scan of all: %.0f messages/s", MANY * 1000.0 / (double)(ms + 1));
	keeper_push(k, search_msg(2, "needle", false, 100, 2));
	is_int(hits_of(pages, 2, &first, &ms, &more), 1, "the same in one chat");
	diag("a scan of one chat: %.0f messages/s", MANY / 2 * 1000.0 / (double)(ms + 1));
	keeper_push(k, search_msg(0, "thimble", false, 100, 3));
	is_int(hits_of(pages, 3, &first, &ms, &more), 1, "a hit among the newest 10,000");
	ok(first < ms || ms < 100, "comes while it still scans");
	diag("it came after %llu ms of %llu", (unsigned long long)first, (unsigned long long)ms);
	/* A newer search ends the running one, and both are answered. */
	keeper_push(k, search_msg(0, "nowhere", false, 100, 4));
	keeper_push(k, search_msg(0, "nowhere", false, 100, 5));
	keeper_push(k, search_msg(0, "", false, 100, 6));
	m = await(pages);
	ok(m != NULL && m->serial == 4 && m->b.hits.done && m->b.hits.more, "a search is ended");
	msg_free(m);
	m = await(pages);
	ok(m != NULL && m->serial == 5 && m->b.hits.done && m->b.hits.more, "by a newer one");
	msg_free(m);
	m = await(pages);
	ok(m != NULL && m->serial == 6 && m->b.hits.done && !m->b.hits.more, "or an empty one");
	msg_free(m);
	keeper_push(k, search_msg(0, "o", false, UINT32_MAX, 7));
	is_int(hits_of(pages, 7, &first, &ms, &more), SEARCH_MAX_HITS,
	       "one that finds too much ends");
	ok(more, "and says that there is more");
}

static void
test_keeper(const char *path)
{
	struct queue *replies = queue_new(16), *pages = queue_new(16);
	struct keeper *k;
	char err[600];
	struct msg *m;

	k = keeper_start(path, test_key(), replies, pages, err, sizeof(err));
	if (k == NULL) {
		printf("Bail out! %s\n", err);
		exit(1);
	}
	test_many(k, pages);
	/* The end does not wait for a search. */
	keeper_push(k, search_msg(0, "nowhere", false, 100, 8));
	keeper_push(k, msg_new(MSG_ST_STOP));
	m = await(replies);
	ok(m != NULL && m->type == MSG_SR_STOPPED, "it stops in the middle of a search");
	msg_free(m);
	keeper_join(k);
	queue_free(replies);
	queue_free(pages);
}

int
main(void)
{
	struct store *s = open_store(tmp_path("search.db"));

	test_found(s);
	test_parts(s);
	test_gone(s);
	store_close(s);
	fill(tmp_path("many.db"));
	test_keeper(tmp_path("many.db"));
	return done_testing();
}
