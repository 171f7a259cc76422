/* resolve.c - host names to addresses, on a thread of its own. */
#include "config.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/resolve.h"
#include "src/addr.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/util.h"

#define ANSWERS_MAX 8

/* Shared by the thread and its owner, freed by whichever leaves last: a look-up may hang for a minute after the program wants to
 * end. */
struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct question {
		struct question *next;
		uint64_t cookie;
		char *host;
	} * first, **last;
	struct queue *replies; /* NULL once the owner left */
};

static void
free_resolver(struct resolver *r)
{
	struct question *q;

	while ((q = r->first) != NULL) {
		r->first = q->next;
		free(q->host);
		free(q);
	}
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->some);
	free(r);
}

/* Appends one address as text with its NUL. */
static void
put_answer(char *text, size_t *len, size_t size, const struct addrinfo *ai)
{
	struct addr a;
	char one[ADDR_STRLEN];
	size_t n;

	if (ai->ai_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, ai->ai_addr, sizeof(v4));
		addr_from_bytes(&a, 4, (const uint8_t *)&v4.sin_addr, 0, 0);
	} else if (ai->ai_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, ai->ai_addr, sizeof(v6));
		addr_from_bytes(&a, 6, (const uint8_t *)&v6.sin6_addr, 0, v6.sin6_scope_id);
	} else {
		return;
	}
	n = strlen(addr_format_ip(one, sizeof(one), &a)) + 1;
	if (size - *len >= n) {
		memcpy(text + *len, one, n);
		*len += n;
	}
}

static struct msg *
look_up(const struct question *q)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *all;
	struct msg *m = msg_new(MSG_NR_RESOLVED);
	char text[ANSWERS_MAX * ADDR_STRLEN];
	size_t len = 0;
	int error = getaddrinfo(q->host, NULL, &hints, &all);

	m->b.resolved.cookie = q->cookie;
	if (error != 0) {
		const char *why = gai_strerror(error);

		m->b.resolved.failed = true;
		return msg_set_bytes(m, why, strlen(why));
	}
	for (const struct addrinfo *ai = all; ai != NULL; ai = ai->ai_next)
		put_answer(text, &len, sizeof(text), ai);
	freeaddrinfo(all);
	return msg_set_bytes(m, text, len);
}

static void *
resolver_main(void *arg)
{
	struct resolver *r = arg;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		struct question *q;
		struct msg *m;

		while (r->first == NULL && r->replies != NULL)
			pthread_cond_wait(&r->some, &r->lock);
		if (r->replies == NULL)
			break;
		q = r->first;
		r->first = q->next;
		if (r->first == NULL)
			r->last = &r->first;
		pthread_mutex_unlock(&r->lock);
		m = look_up(q);
		free(q->host);
		free(q);
		pthread_mutex_lock(&r->lock);
		if (r->replies != NULL)
			queue_push_always(r->replies, m);
		else
			msg_free(m);
	}
	pthread_mutex_unlock(&r->lock);
	free_resolver(r);
	return NULL;
}

struct resolver *
resolver_start(struct queue *replies)
{
	struct resolver *r = xcalloc(1, sizeof(*r));
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->some, NULL);
	r->last = &r->first;
	r->replies = replies;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attr, resolver_main, r);
	pthread_attr_destroy(&attr);
	if (error != 0)
		util_fatal("cannot start a thread: %s", strerror(error));
	return r;
}

void
resolver_ask(struct resolver *r, const char *host, uint64_t cookie)
{
	struct question *q = xcalloc(1, sizeof(*q));

	q->cookie = cookie;
	q->host = xstrdup(host);
	pthread_mutex_lock(&r->lock);
	*r->last = q;
	r->last = &q->next;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
}

void
resolver_stop(struct resolver *r)
{
	pthread_mutex_lock(&r->lock);
	r->replies = NULL;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
}
