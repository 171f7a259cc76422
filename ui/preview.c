/* preview.c - the threads that make previews: one at work, others only where disks do not answer. */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "src/util.h"
#include "ui/crew.h"
#include "ui/preview.h"

/* Threads there may be at once: those whose preview is not wanted any more may hang on a disk. */
#define THREADS_MAX 6

struct wish {
	char *path;
	int w, h;
	uint64_t ticket;
};

struct shared {
	struct crew crew;
	struct wish *next;    /* for a thread that is free */
	struct preview *done; /* the newest; the bell rings while there is one */
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
clear(void *arg)
{
	struct shared *s = arg;

	wish_free(s->next);
	preview_free(s->done);
	free(s);
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
	if (s->crew.closing || p->ticket != atomic_load(&s->ticket)) {
		preview_free(p);
		return;
	}
	if (s->done == NULL)
		crew_ring(&s->crew);
	preview_free(s->done);
	s->done = p;
}

static void *
worker(void *arg)
{
	struct shared *s = arg;

	pthread_mutex_lock(&s->crew.lock);
	while (!s->crew.closing && s->next != NULL) {
		struct job j = {.shared = s, .wish = s->next};
		struct preview *p;

		s->next = NULL;
		pthread_mutex_unlock(&s->crew.lock);
		j.until = util_mono_ms() + PREVIEW_MS;
		p = preview_make(j.wish->path, j.wish->w, j.wish->h, go_on, &j);
		p->ticket = j.wish->ticket;
		wish_free(j.wish);
		pthread_mutex_lock(&s->crew.lock);
		hand_over(s, p);
	}
	crew_goodbye(&s->crew);
	return NULL;
}

/* ---- for the screen --------------------------------------------------------------------------------------------------- */

struct previewer *
preview_new(void)
{
	struct previewer *v = xcalloc(1, sizeof(*v));
	struct shared *s = xcalloc(1, sizeof(*s));

	if (!crew_init(&s->crew, clear, s)) {
		free(s);
		free(v);
		return NULL;
	}
	v->shared = s;
	return v;
}

void
preview_stop(struct previewer *v)
{
	if (v == NULL)
		return;
	pthread_mutex_lock(&v->shared->crew.lock);
	atomic_store(&v->shared->ticket, 0);
	crew_leave(&v->shared->crew);
	free(v);
}

int
preview_fd(const struct previewer *v)
{
	return crew_fd(&v->shared->crew);
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
	pthread_mutex_lock(&s->crew.lock);
	ticket = atomic_load(&s->ticket) + 1;
	wish->ticket = ticket;
	atomic_store(&s->ticket, ticket);
	wish_free(s->next);
	s->next = wish;
	if (s->done != NULL) {
		preview_free(s->done);
		s->done = NULL;
		crew_silence(&s->crew);
	}
	/* A thread at work is told to stop by the new ticket and takes the wish; if it does not come back, another one does. */
	if (s->crew.threads < THREADS_MAX)
		(void)crew_start(&s->crew, worker, s);
	pthread_mutex_unlock(&s->crew.lock);
	return ticket;
}

struct preview *
preview_take(struct previewer *v)
{
	struct shared *s = v->shared;
	struct preview *p;

	pthread_mutex_lock(&s->crew.lock);
	p = s->done;
	s->done = NULL;
	if (p != NULL)
		crew_silence(&s->crew);
	pthread_mutex_unlock(&s->crew.lock);
	return p;
}
