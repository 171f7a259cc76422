/* keeper.c - the store's three threads: the writer, which commits all that waits as one group, the reader of pages, and the searcher. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/keeper.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/thread.h"
#include "src/util.h"

struct keeper {
	pthread_t writer, reader, searcher;
	struct store *writing, *reading, *searching; /* each its thread's own */
	struct queue *writes, *reads, *searches;     /* what the threads wait on */
	struct queue *replies, *pages;		     /* where they answer; not ours */
};

/* ST_STOP, the only message there that asks for no page, ends the reader. */
static void *
read_pages(void *arg)
{
	struct keeper *k = arg;
	bool stop = false;

	thread_prompt();
	while (!stop) {
		struct msg *m = queue_wait_one(k->reads);

		stop = m->type == MSG_ST_STOP;
		if (!stop)
			queue_push_always(k->pages, store_page(k->reading, m));
		msg_free(m);
	}
	store_close(k->reading);
	return NULL;
}

/* Between two slices it is looked whether something newer waits: what still runs then is ended, and so answered. */
static void *
search(void *arg)
{
	struct keeper *k = arg;
	struct store_search *x = NULL;
	bool stop = false;

	thread_patient();
	while (!stop) {
		struct msg *m = x == NULL ? queue_wait_one(k->searches) : queue_pop(k->searches);

		if (m != NULL && x != NULL)
			queue_push_always(k->pages,
					  store_search_end(store_search_request(x), true));
		if (m != NULL) {
			store_search_free(x);
			stop = m->type == MSG_ST_STOP;
			x = stop ? NULL : store_search_new(m);
		}
		msg_free(m);
		if (x != NULL) {
			struct msg *hits = store_search_step(k->searching, x);
			bool done = hits->b.hits.done;

			if (done || hits->b.hits.count != 0)
				queue_push_always(k->pages, hits);
			else
				msg_free(hits);
			if (done) {
				store_search_free(x);
				x = NULL;
			}
		}
	}
	store_close(k->searching);
	return NULL;
}

/* Cuts the list before its ST_STOP and returns what begins there, or NULL. */
static struct msg *
cut_at_stop(struct msg **list)
{
	struct msg **at = list, *stop;

	while (*at != NULL && (*at)->type != MSG_ST_STOP)
		at = &(*at)->next;
	stop = *at;
	*at = NULL;
	return stop;
}

/* While one group is being committed the next one gathers in the queue. The readers are gone before SR_STOPPED, which so is the
 * last word of all; and their connections are closed first, so that ours settles the log. */
static void *
write_groups(void *arg)
{
	struct keeper *k = arg;
	struct msg *stop = NULL;

	thread_prompt();
	while (stop == NULL) {
		struct msg *list = queue_wait(k->writes);

		stop = cut_at_stop(&list);
		if (list != NULL)
			store_apply(k->writing, list, k->replies);
	}
	queue_push_always(k->reads, msg_new(MSG_ST_STOP));
	queue_push_always(k->searches, msg_new(MSG_ST_STOP));
	pthread_join(k->reader, NULL);
	pthread_join(k->searcher, NULL);
	store_apply(k->writing, stop, k->replies);
	store_close(k->writing);
	return NULL;
}

struct keeper *
keeper_start(const char *path, const struct seal_key *key, struct queue *replies,
	     struct queue *pages, char *err, size_t errlen)
{
	struct keeper *k = xcalloc(1, sizeof(*k));
	int error;

	k->writing = store_open(path, STORE_WRITE, key, err, errlen);
	if (k->writing != NULL)
		k->reading = store_open(path, STORE_READ, key, err, errlen);
	if (k->reading != NULL)
		k->searching = store_open(path, STORE_READ, key, err, errlen);
	if (k->searching == NULL) {
		store_close(k->reading);
		store_close(k->writing);
		free(k);
		return NULL;
	}
	k->replies = replies;
	k->pages = pages;
	k->writes = queue_new(SIZE_MAX);
	k->reads = queue_new(SIZE_MAX);
	k->searches = queue_new(SIZE_MAX);
	error = pthread_create(&k->reader, NULL, read_pages, k);
	if (error == 0)
		error = pthread_create(&k->searcher, NULL, search, k);
	if (error == 0)
		error = pthread_create(&k->writer, NULL, write_groups, k);
	if (error != 0)
		util_fatal("cannot start a thread: %s", strerror(error));
	return k;
}

void
keeper_push(struct keeper *k, struct msg *m)
{
	queue_push_always(m->type == MSG_CMD_PAGE || m->type == MSG_CMD_WENT ? k->reads
			  : m->type == MSG_CMD_SEARCH			     ? k->searches
									     : k->writes,
			  m);
}

void
keeper_join(struct keeper *k)
{
	pthread_join(k->writer, NULL);
	queue_free(k->writes);
	queue_free(k->reads);
	queue_free(k->searches);
	free(k);
}
