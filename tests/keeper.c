/* keeper.c - the store's threads: every request answered once and in order, pages beside writes, and the end. */
#include "config.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/keeper.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define DEADLINE 30000
#define THREADS	 3
#define EACH	 1000

static struct queue *replies, *pages;
static char err[600];

static struct keeper *
start(const char *name)
{
	struct keeper *k =
		keeper_start(tmp_path(name), test_key(), replies, pages, err, sizeof(err));

	if (k == NULL) {
		printf("Bail out! %s\n", err);
		exit(1);
	}
	return k;
}

/* The next message of the queue, waited for; NULL after the deadline. */
static struct msg *
await(struct queue *q)
{
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

	if (poll(&p, 1, DEADLINE) != 1)
		return NULL;
	return queue_pop(q);
}

/* Whether the next message is of this type. */
static bool
comes(struct queue *q, int type)
{
	struct msg *m = await(q);
	bool good = m != NULL && (int)m->type == type;

	if (!good)
		diag("there comes %s", m != NULL ? msg_name(m->type) : "nothing");
	msg_free(m);
	return good;
}

static struct msg *
page_msg(unsigned peer, uint32_t serial)
{
	struct msg *m = msg_new(MSG_CMD_PAGE);

	m->b.page.peer = nth_key(peer);
	m->b.page.kind = PAGE_BEFORE;
	m->b.page.at = INT64_MAX;
	m->b.page.count = PAGE_MAX_ROWS;
	m->serial = serial;
	return m;
}

static void
stop(struct keeper *k)
{
	keeper_push(k, msg_new(MSG_ST_STOP));
	ok(comes(replies, MSG_SR_STOPPED), "it stops");
	keeper_join(k);
	ok(queue_length(replies) == 0 && queue_length(pages) == 0, "and says nothing more");
}

static void
test_basics(void)
{
	struct keeper *k = start("keeper.db");
	struct msg *m;

	keeper_push(k, msg_new(MSG_ST_LOAD));
	ok(comes(replies, MSG_SR_LOADED), "a new database is empty");
	keeper_push(k, contact_msg(1, "ada"));
	keeper_push(k, say_msg(1, 1, "hello"));
	ok(comes(replies, MSG_SR_SAID) && comes(replies, MSG_SR_CHAT), "a message is said");
	keeper_push(k, page_msg(1, 7));
	m = await(pages);
	ok(m != NULL && m->type == MSG_EV_PAGE && m->serial == 7 && m->b.page_result.count == 1,
	   "what is answered can be read at once");
	msg_free(m);
	stop(k);
	k = start("keeper.db");
	keeper_push(k, msg_new(MSG_ST_LOAD));
	ok(comes(replies, MSG_SR_CONTACT) && comes(replies, MSG_SR_CHAT) &&
		   comes(replies, MSG_SR_LOADED),
	   "after a restart it is all there");
	stop(k);
	ok(access(tmp_path("keeper.db-wal"), F_OK) != 0, "nothing is left beside the database");
}

/* Fills the chat, so that pages take the reader a while. */
static void
say_many(struct keeper *k, unsigned n)
{
	struct msg *m;
	unsigned said = 0;

	for (unsigned i = 0; i < n; i++)
		keeper_push(k, say_msg(1, 100 + i, "hurry"));
	while (said < n && (m = await(replies)) != NULL) {
		said += m->type == MSG_SR_SAID;
		msg_free(m);
	}
	is_int(said, n, "%u messages are said", n);
}

/* Pages and writes that stand before ST_STOP are answered before SR_STOPPED, those behind it are dropped. */
static void
test_stop(void)
{
	struct keeper *k = start("keeper.db");
	unsigned said = 0, stopped = 0, npages = 0, in_order = 0;
	struct msg *m;

	say_many(k, PAGE_MAX_ROWS);
	for (unsigned i = 0; i < 500; i++)
		keeper_push(k, page_msg(1, i));
	keeper_push(k, say_msg(1, 998, "just in time"));
	keeper_push(k, msg_new(MSG_ST_STOP));
	keeper_push(k, say_msg(1, 999, "late"));
	while (stopped == 0 && (m = await(replies)) != NULL) {
		said += m->type == MSG_SR_SAID;
		stopped += m->type == MSG_SR_STOPPED;
		msg_free(m);
	}
	npages = (unsigned)queue_length(pages);
	is_int(said, 1, "what stood before the stop is said");
	is_int(stopped, 1, "then it stops");
	is_int(npages, 500, "all pages were there before that");
	keeper_join(k);
	is_int(queue_length(replies), 0, "nothing comes after it");
	while ((m = queue_pop(pages)) != NULL) {
		in_order += m->serial == in_order;
		msg_free(m);
	}
	is_int(in_order, 500, "pages came in order");
}

static void
test_errors(void)
{
	ok(keeper_start(tmp_path("no/where.db"), test_key(), replies, pages, err, sizeof(err)) ==
			   NULL &&
		   err[0] != '\0',
	   "a database that cannot be made: %s", err);
	ok(queue_length(replies) == 0, "and nobody answers");
}

struct chatter {
	struct keeper *k;
	unsigned number;
};

/* Each thread is a contact's messages, in their order, and a page now and then. */
static void *
chatter(void *arg)
{
	struct chatter *c = arg;

	for (unsigned i = 0; i < EACH; i++) {
		keeper_push(c->k,
			    got_msg(c->number, i, i + 1, "a line of chat as people write it"));
		if (i % 16 == 0)
			keeper_push(c->k, page_msg(c->number, i));
	}
	return NULL;
}

/* Takes all answers; true if each contact's came fresh and in order. */
static bool
all_answers(uint64_t *ms, size_t *npages)
{
	int64_t next[THREADS + 1] = {0}, rev = 0;
	bool good = true;
	unsigned got = 0;
	struct msg *m;

	*ms = util_mono_ms();
	while (got < THREADS * EACH && (m = await(replies)) != NULL) {
		unsigned n;

		if (m->type == MSG_SR_GOT) {
			n = m->b.st_row.peer.b[31];
			good = good && n <= THREADS && m->b.st_row.fresh && !m->b.st_row.failed &&
			       m->b.st_row.seq == ++next[n];
			got++;
		} else if (m->type == MSG_SR_CHAT) {
			good = good && m->b.sr_chat.chat.rev > rev - THREADS * EACH;
			rev = m->b.sr_chat.chat.rev;
		} else {
			good = false;
		}
		msg_free(m);
		while ((m = queue_pop(pages)) != NULL) {
			++*npages;
			msg_free(m);
		}
	}
	*ms = util_mono_ms() - *ms;
	return good && got == THREADS * EACH;
}

static void
test_threads(void)
{
	struct keeper *k = start("threads.db");
	size_t npages = 0, want = THREADS * ((EACH + 15) / 16);
	pthread_t threads[THREADS];
	struct chatter c[THREADS];
	struct msg *m;
	uint64_t ms;

	for (unsigned i = 0; i < THREADS; i++)
		keeper_push(k, contact_msg(i + 1, "somebody"));
	for (unsigned i = 0; i < THREADS; i++) {
		c[i] = (struct chatter){k, i + 1};
		pthread_create(&threads[i], NULL, chatter, &c[i]);
	}
	ok(all_answers(&ms, &npages), "each message is answered once, each contact's in order");
	diag("%d messages in %llu ms", THREADS * EACH, (unsigned long long)ms);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (; npages < want && (m = await(pages)) != NULL; npages++)
		msg_free(m);
	is_int(npages, want, "and each page");
	keeper_push(k, msg_new(MSG_ST_STOP));
	while ((m = await(replies)) != NULL && m->type != MSG_SR_STOPPED)
		msg_free(m);
	ok(m != NULL, "it stops");
	msg_free(m);
	keeper_join(k);
}

int
main(void)
{
	replies = queue_new(16);
	pages = queue_new(16);
	test_basics();
	test_stop();
	test_errors();
	test_threads();
	queue_free(replies);
	queue_free(pages);
	return done_testing();
}
