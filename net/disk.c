/* disk.c - the workers that touch files for transfers: threads, and which tree is served next. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/choice.h"
#include "net/disk.h"
#include "net/disk_int.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/thread.h"
#include "src/util.h"

#define BUCKETS 64

LIST_HEAD(bucket, tree);

struct hand {
	SLIST_ENTRY(hand) in_idle;
	struct disk *disk;
	pthread_t thread;
	pthread_cond_t wanted;
	bool idle;
};

struct disk {
	pthread_mutex_t lock;
	/* Who went idle last is woken first: what it worked on is still near its processor. */
	SLIST_HEAD(hands, hand) idle;
	struct bucket trees[BUCKETS];
	TAILQ_HEAD(, tree) ready; /* trees with jobs that nobody serves */
	unsigned stops;		  /* DISK_STOP messages not yet taken */
	struct queue *replies;
	const struct disk_sys *sys;
	struct seal_key spool_key;
	bool has_spool_key;
	const char *vouchers;
	unsigned nworkers;
	struct hand *workers;
};

static int
real_fstat(int fd, struct stat *st)
{
	return fstat(fd, st);
}

static int
real_sync_range(int fd, off_t at, off_t n, unsigned flags)
{
	return sync_file_range(fd, at, n, flags);
}

const struct disk_sys disk_sys_real = {
	.open = path_open_beneath,
	.preadv = preadv,
	.pwritev = pwritev,
	.fstat = real_fstat,
	.ftruncate = ftruncate,
	.fdatasync = fdatasync,
	.syncfs = syncfs,
	.sync_range = real_sync_range,
	.rename_new = path_rename_new,
	.mkdir = mkdirat,
	.fstatvfs = fstatvfs,
	.seek = lseek,
	.now_ms = util_mono_ms,
};

void
disk_set_sys(struct disk *d, const struct disk_sys *sys)
{
	d->sys = sys;
}

void
disk_set_vouchers(struct disk *d, const char *folder)
{
	d->vouchers = folder;
}

void
disk_fail(struct msg *m, int error, const char *fmt, ...)
{
	char *text, *all;
	va_list ap;

	va_start(ap, fmt);
	text = kept_vnew(fmt, ap);
	va_end(ap);
	all = error != 0 ? kept_errno(text, error) : xstrdup(text);
	m->b.disk.error = error != 0 ? error : EIO;
	msg_set_bytes(m, all, strlen(all));
	free(text);
	free(all);
}

const char *
disk_size_text(char *buf, size_t size, uint64_t n)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
	uint64_t whole = n, tenth = 0;
	size_t u = 0;

	while (whole >= 1000 && u + 1 < NELEM(units)) {
		tenth = whole % 1000 / 100;
		whole /= 1000;
		u++;
	}
	if (u == 0)
		snprintf(buf, size, "%llu bytes", (unsigned long long)n);
	else
		snprintf(buf, size, "%llu.%llu %s", (unsigned long long)whole,
			 (unsigned long long)tenth, units[u]);
	return buf;
}

void
disk_answer(struct tree *t, struct msg *m)
{
	queue_push_always(t->disk->replies, m);
}

void
disk_lost(struct tree *t, const struct msg *job, uint32_t entry, int error, const char *name,
	  size_t len)
{
	struct msg *m = msg_new(MSG_DISK_LOST);

	m->b.disk = job->b.disk;
	m->b.disk.entry = entry;
	m->b.disk.error = error;
	disk_answer(t, msg_set_bytes(m, name, len));
}

/* ---- one job ---- */

static void
close_tree(struct tree *t, struct msg *m)
{
	uint32_t flags = m != NULL ? m->b.disk.flags : 0;
	bool remove = (flags & DISK_REMOVE) != 0;

	if ((flags & DISK_RESUME) != 0 && t->sink == NULL)
		sink_find(t, m);
	else if ((flags & DISK_RESUME) == 0 && m != NULL && m->len > 1)
		unlink((const char *)m->bytes);
	source_free(t->source);
	t->source = NULL;
	if ((flags & DISK_ENDED) != 0)
		vouch_forget(t, m->b.disk.transfer);
	choice_free(t->choice);
	t->choice = NULL;
	if (t->sink != NULL)
		sink_close(t, remove);
	t->closed = true;
}

static void
run(struct tree *t, struct msg *m)
{
	m->b.disk.error = 0;
	if (m->type == MSG_DISK_SCAN)
		scan_run(t, m);
	else if (m->type == MSG_DISK_READ && t->source != NULL)
		read_run(t, m);
	else if (m->type == MSG_DISK_PREPARE && t->source != NULL)
		read_prepare(t, m);
	else if (m->type == MSG_DISK_PREPARE)
		write_prepare(t, m);
	else if (m->type == MSG_DISK_CLEAN)
		clean_run(t, m);
	else if (m->type == MSG_DISK_CHOOSE)
		choose_run(t, m);
	else if (m->type == MSG_DISK_WRITE && t->sink != NULL)
		write_run(t, m);
	else if (m->type == MSG_DISK_FINISH && t->sink != NULL)
		place_run(t, m);
	else if (m->type == MSG_DISK_CLOSE)
		close_tree(t, m);
	else
		m->b.disk.error = EBADF;
	m->type = MSG_DISK_RAN;
	disk_answer(t, m);
}

/* ---- trees ---- */

static struct bucket *
bucket_of(struct disk *d, int64_t handle)
{
	return &d->trees[(uint64_t)handle % BUCKETS];
}

/* The tree a job is for; made if it is new. The lock is held. */
static struct tree *
find_tree(struct disk *d, int64_t handle)
{
	struct bucket *b = bucket_of(d, handle);
	struct tree *t;

	LIST_FOREACH (t, b, in_bucket)
		if (t->handle == handle)
			return t;
	t = xcalloc(1, sizeof(*t));
	t->handle = handle;
	t->disk = d;
	t->sys = d->sys;
	t->vouchers = d->vouchers;
	t->last = &t->first;
	LIST_INSERT_HEAD(b, t, in_bucket);
	return t;
}

static struct msg *
next_job(struct tree *t)
{
	struct msg *m = t->first;

	if (m == NULL)
		return NULL;
	t->first = m->next;
	if (t->first == NULL)
		t->last = &t->first;
	m->next = NULL;
	return m;
}

/* There is something for one more worker. The lock is held. */
static void
wake_one(struct disk *d)
{
	struct hand *h = SLIST_FIRST(&d->idle);

	if (h == NULL)
		return;
	SLIST_REMOVE_HEAD(&d->idle, in_idle);
	h->idle = false;
	pthread_cond_signal(&h->wanted);
}

/* Runs one job of the tree and puts the tree back in line, or frees it. The lock is held, but not while the job runs. Nobody is woken for a
 * tree that goes back: who served it looks for the next one now. */
static void
serve(struct disk *d, struct tree *t)
{
	struct msg *m = next_job(t);

	pthread_mutex_unlock(&d->lock);
	if (m != NULL)
		run(t, m);
	thread_yield();
	pthread_mutex_lock(&d->lock);
	t->busy = t->first != NULL;
	if (t->busy) {
		t->closed = false;
		TAILQ_INSERT_TAIL(&d->ready, t, in_ready);
	} else if (t->closed) {
		LIST_REMOVE(t, in_bucket);
		free(t);
	}
}

static void *
worker(void *arg)
{
	struct hand *h = arg;
	struct disk *d = h->disk;
	struct tree *t;

	thread_patient();
	pthread_mutex_lock(&d->lock);
	for (;;) {
		t = TAILQ_FIRST(&d->ready);
		if (t != NULL) {
			TAILQ_REMOVE(&d->ready, t, in_ready);
			serve(d, t);
		} else if (d->stops > 0) {
			d->stops--;
			break;
		} else {
			h->idle = true;
			SLIST_INSERT_HEAD(&d->idle, h, in_idle);
			while (h->idle)
				pthread_cond_wait(&h->wanted, &d->lock);
		}
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

/* ---- public ---- */

struct disk *
disk_start(unsigned workers, struct queue *replies)
{
	struct disk *d = xcalloc(1, sizeof(*d));
	sigset_t all, old;

	pthread_mutex_init(&d->lock, NULL);
	SLIST_INIT(&d->idle);
	TAILQ_INIT(&d->ready);
	d->replies = replies;
	d->sys = &disk_sys_real;
	d->nworkers = workers;
	d->workers = xcalloc(workers, sizeof(*d->workers));
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < workers; i++) {
		struct hand *h = &d->workers[i];

		h->disk = d;
		pthread_cond_init(&h->wanted, NULL);
		if (pthread_create(&h->thread, NULL, worker, h) != 0)
			util_fatal("cannot start a thread");
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return d;
}

void
disk_spool_key(struct disk *d, const struct seal_key *key)
{
	d->spool_key = *key;
	d->has_spool_key = true;
}

const struct seal_key *
disk_spool_key_of(const struct tree *t)
{
	return t->disk->has_spool_key ? &t->disk->spool_key : NULL;
}

void
disk_push(struct disk *d, struct msg *m)
{
	struct tree *t;

	pthread_mutex_lock(&d->lock);
	if (m->type == MSG_DISK_STOP) {
		d->stops++;
		wake_one(d);
		pthread_mutex_unlock(&d->lock);
		msg_free(m);
		return;
	}
	t = find_tree(d, m->b.disk.handle);
	m->next = NULL;
	*t->last = m;
	t->last = &m->next;
	if (d->nworkers == 0) {
		serve(d, t);
	} else if (!t->busy) {
		t->busy = true;
		TAILQ_INSERT_TAIL(&d->ready, t, in_ready);
		wake_one(d);
	}
	pthread_mutex_unlock(&d->lock);
}

void
disk_stop(struct disk *d)
{
	struct tree *t;

	if (d == NULL)
		return;
	for (unsigned i = 0; i < d->nworkers; i++)
		disk_push(d, msg_new(MSG_DISK_STOP));
	for (unsigned i = 0; i < d->nworkers; i++)
		pthread_join(d->workers[i].thread, NULL);
	for (size_t b = 0; b < BUCKETS; b++) {
		while ((t = LIST_FIRST(&d->trees[b])) != NULL) {
			LIST_REMOVE(t, in_bucket);
			close_tree(t, NULL);
			free(t);
		}
	}
	for (unsigned i = 0; i < d->nworkers; i++)
		pthread_cond_destroy(&d->workers[i].wanted);
	pthread_mutex_destroy(&d->lock);
	free(d->workers);
	free(d);
}
