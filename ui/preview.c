/* preview.c - the threads that make previews: one at work, others only where disks do not answer. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "src/util.h"
#include "ui/preview.h"

/* Threads there may be at once: those whose preview is not wanted any more may hang on a disk. */
#define THREADS_MAX 6
/* How long preview_stop() waits for them. */
#define GOODBYE_MS  300

struct wish {
	char *path;
	int w, h;
	uint64_t ticket;
};

/* It lives until the last thread has gone. */
struct shared {
	pthread_mutex_t lock;
	pthread_cond_t gone;
	int bell[2]; /* a byte lies in it while a preview is ready */
	unsigned threads;
	bool closing, left;
	struct wish *next;    /* for a thread that is free */
	struct preview *done; /* the newest */
	atomic_uint_least64_t ticket;
};

struct previewer {
	struct shared *shared;
};

struct job {
	struct shared *shared;
	struct wish *wish;
	uint64_t until;
};

static void
wish_free(struct wish *w)
{
	if (w == NULL)
		return;
	free(w->path);
	free(w);
}

void
preview_free(struct preview *p)
{
	if (p == NULL)
		return;
	free(p->text);
	free(p->line);
	free(p->pixel);
	free(p);
}

static void
shared_free(struct shared *s)
{
	wish_free(s->next);
	preview_free(s->done);
	close(s->bell[0]);
	close(s->bell[1]);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->gone);
	free(s);
}

static void
ring(struct shared *s)
{
	while (write(s->bell[1], "", 1) == -1 && errno == EINTR)
		;
}

static void
silence(struct shared *s)
{
	char byte;

	while (read(s->bell[0], &byte, 1) == -1 && errno == EINTR)
		;
}

/* ---- the threads ------------------------------------------------------------------------------------------------------ */

static bool
go_on(void *arg)
{
	const struct job *j = arg;

	return atomic_load(&j->shared->ticket) == j->wish->ticket && util_mono_ms() < j->until;
}

/* Hands a preview over, if it is still the one that is wanted. Called with the lock held. */
static void
hand_over(struct shared *s, struct preview *p)
{
	if (s->closing || p->ticket != atomic_load(&s->ticket)) {
		preview_free(p);
		return;
	}
	if (s->done == NULL)
		ring(s);
	preview_free(s->done);
	s->done = p;
}

static void *
worker(void *arg)
{
	struct shared *s = arg;
	bool last;

	pthread_mutex_lock(&s->lock);
	while (!s->closing && s->next != NULL) {
		struct job j = {.shared = s, .wish = s->next};
		struct preview *p;

		s->next = NULL;
		pthread_mutex_unlock(&s->lock);
		j.until = util_mono_ms() + PREVIEW_MS;
		p = preview_make(j.wish->path, j.wish->w, j.wish->h, go_on, &j);
		p->ticket = j.wish->ticket;
		wish_free(j.wish);
		pthread_mutex_lock(&s->lock);
		hand_over(s, p);
	}
	s->threads--;
	last = s->left && s->threads == 0;
	pthread_cond_broadcast(&s->gone);
	pthread_mutex_unlock(&s->lock);
	if (last)
		shared_free(s);
	return NULL;
}

/* Starts a detached thread with all signals blocked. Called with the lock held. */
static void
start(struct shared *s)
{
	pthread_attr_t attr;
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	s->threads += pthread_create(&thread, &attr, worker, s) == 0;
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- for the screen --------------------------------------------------------------------------------------------------- */

struct previewer *
preview_new(void)
{
	struct previewer *v = xcalloc(1, sizeof(*v));
	struct shared *s = xcalloc(1, sizeof(*s));

	if (pipe2(s->bell, O_CLOEXEC | O_NONBLOCK) == -1) {
		free(s);
		free(v);
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->gone, NULL);
	v->shared = s;
	return v;
}

void
preview_stop(struct previewer *v)
{
	struct shared *s;
	struct timespec until;
	bool last;

	if (v == NULL)
		return;
	s = v->shared;
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	atomic_store(&s->ticket, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += GOODBYE_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (s->threads > 0 && pthread_cond_timedwait(&s->gone, &s->lock, &until) == 0)
		;
	s->left = true;
	last = s->threads == 0;
	pthread_mutex_unlock(&s->lock);
	if (last)
		shared_free(s);
	free(v);
}

int
preview_fd(const struct previewer *v)
{
	return v->shared->bell[0];
}

uint64_t
preview_want(struct previewer *v, const char *path, int w, int h)
{
	struct shared *s = v->shared;
	struct wish *wish = xcalloc(1, sizeof(*wish));
	uint64_t ticket;

	wish->path = xstrdup(path);
	wish->w = w;
	wish->h = h;
	pthread_mutex_lock(&s->lock);
	ticket = atomic_load(&s->ticket) + 1;
	wish->ticket = ticket;
	atomic_store(&s->ticket, ticket);
	wish_free(s->next);
	s->next = wish;
	if (s->done != NULL) {
		preview_free(s->done);
		s->done = NULL;
		silence(s);
	}
	/* A thread at work is told to stop by the new ticket and takes the wish; if it does not come back, another one does. */
	if (s->threads < THREADS_MAX)
		start(s);
	pthread_mutex_unlock(&s->lock);
	return ticket;
}

struct preview *
preview_take(struct previewer *v)
{
	struct shared *s = v->shared;
	struct preview *p;

	pthread_mutex_lock(&s->lock);
	p = s->done;
	s->done = NULL;
	if (p != NULL)
		silence(s);
	pthread_mutex_unlock(&s->lock);
	return p;
}
