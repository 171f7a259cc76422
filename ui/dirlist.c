/* dirlist.c - threads that read folders and count trees, and the queue through which they tell. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/path.h"
#include "src/util.h"
#include "ui/crew.h"
#include "ui/dirlist.h"
#include "ui/dirlist_priv.h"

/* Readers there may be at once: those that were told to stop may hang on disks that do not answer. */
#define READERS_MAX 16

/* One folder being read. Its thread frees it. */
struct reading {
	struct shared *shared;
	char *path;
	uint64_t ticket;
};

/* One folder or tree to be counted. */
struct counting {
	struct counting *next;
	char *path;
	bool tree;
};

struct shared {
	struct crew crew;
	unsigned readers;		    /* of its threads */
	struct reading *waits;		    /* for a reader to be free; only the newest wish does */
	struct dirlist_news *first, **last; /* the bell rings while there are some */
	struct counting *wanted, **wanted_last;
	bool counter; /* the counting thread runs */
	atomic_bool stop_counting;
	atomic_uint_least64_t ticket; /* what is to be read now; other readers stop */
};

struct dirlist {
	struct shared *shared;
};

void
dirlist_news_free(struct dirlist_news *news)
{
	if (news == NULL)
		return;
	for (size_t i = 0; news->entries != NULL && i < news->n; i++)
		free(news->entries[i]);
	free(news->entries);
	free(news->path);
	free(news);
}

/* ---- what is shared --------------------------------------------------------------------------------------------------- */

static void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	free(r->path);
	free(r);
}

static void
clear(void *arg)
{
	struct shared *s = arg;
	struct dirlist_news *news;
	struct counting *c;

	while ((news = s->first) != NULL) {
		s->first = news->next;
		dirlist_news_free(news);
	}
	while ((c = s->wanted) != NULL) {
		s->wanted = c->next;
		free(c->path);
		free(c);
	}
	reading_free(s->waits);
	free(s);
}

/* Hands news over. */
static void
tell(struct shared *s, struct dirlist_news *news)
{
	pthread_mutex_lock(&s->crew.lock);
	if (s->crew.closing) {
		pthread_mutex_unlock(&s->crew.lock);
		dirlist_news_free(news);
		return;
	}
	if (s->first == NULL)
		crew_ring(&s->crew);
	news->next = NULL;
	*s->last = news;
	s->last = &news->next;
	pthread_mutex_unlock(&s->crew.lock);
}

/* ---- reading a folder ------------------------------------------------------------------------------------------------- */

static bool
wanted(void *arg)
{
	const struct reading *r = arg;

	return atomic_load(&r->shared->ticket) == r->ticket;
}

/* Some entries, from either of two threads. */
static void
found(void *arg, struct dirlist_entry **entries, size_t n)
{
	struct reading *r = arg;
	struct dirlist_news *news = xcalloc(1, sizeof(*news));

	news->what = DIRLIST_BATCH;
	news->ticket = r->ticket;
	news->entries = entries;
	news->n = n;
	tell(r->shared, news);
}

static void
read_one(struct reading *r)
{
	struct dirlist_scan scan = {.go_on = wanted, .found = found, .arg = r};
	struct dirlist_news *end = xcalloc(1, sizeof(*end));

	end->what = DIRLIST_END;
	end->ticket = r->ticket;
	end->error = dirlist_scan(&scan, r->path);
	end->cut = scan.cut;
	tell(r->shared, end);
}

static void *
reader(void *arg)
{
	struct reading *r = arg;
	struct shared *s = r->shared;

	pthread_mutex_lock(&s->crew.lock);
	while (r != NULL) {
		pthread_mutex_unlock(&s->crew.lock);
		read_one(r);
		reading_free(r);
		pthread_mutex_lock(&s->crew.lock);
		r = s->waits;
		s->waits = NULL;
	}
	s->readers--;
	crew_goodbye(&s->crew);
	return NULL;
}

/* ---- counting --------------------------------------------------------------------------------------------------------- */

static int
count_entries(struct shared *s, struct dirlist_news *news)
{
	DIR *dir = opendir(news->path);
	struct dirent *de;
	int error = 0;

	if (dir == NULL)
		return errno;
	while (!atomic_load(&s->stop_counting)) {
		errno = 0;
		if ((de = readdir(dir)) == NULL) {
			error = errno;
			break;
		}
		if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
			news->files++;
		if (news->files >= DIRLIST_MAX) {
			news->cut = true;
			break;
		}
	}
	closedir(dir);
	return error;
}

struct todo {
	char **path;
	size_t n, room;
};

static void
todo_add(struct todo *t, char *path)
{
	if (t->n == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 32;
		t->path = xreallocarray(t->path, t->room, sizeof(*t->path));
	}
	t->path[t->n++] = path;
}

/* Adds up one folder of a tree; what is below it goes onto the list. */
static void
add_folder(struct shared *s, struct todo *todo, const char *path, struct dirlist_news *news,
	   size_t *seen)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	struct stat st;

	if (dir == NULL) {
		news->cut = true;
		return;
	}
	while (!atomic_load(&s->stop_counting) && (de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		if (++*seen > DIRLIST_MAX) {
			news->cut = true;
			break;
		}
		if (fstatat(dirfd(dir), de->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISDIR(st.st_mode)) {
			todo_add(todo, path_join(path, de->d_name));
		} else if (S_ISREG(st.st_mode)) {
			news->files++;
			news->bytes += (uint64_t)st.st_size;
		}
	}
	closedir(dir);
}

static void
count_tree(struct shared *s, struct dirlist_news *news)
{
	struct todo todo = {0};
	size_t seen = 0;

	todo_add(&todo, xstrdup(news->path));
	while (todo.n > 0) {
		char *path = todo.path[--todo.n];

		if (seen <= DIRLIST_MAX && !atomic_load(&s->stop_counting))
			add_folder(s, &todo, path, news, &seen);
		free(path);
	}
	free(todo.path);
}

static void *
counter(void *arg)
{
	struct shared *s = arg;
	struct counting *c;

	pthread_mutex_lock(&s->crew.lock);
	while (!s->crew.closing && (c = s->wanted) != NULL) {
		struct dirlist_news *news = xcalloc(1, sizeof(*news));

		s->wanted = c->next;
		if (s->wanted == NULL)
			s->wanted_last = &s->wanted;
		pthread_mutex_unlock(&s->crew.lock);
		news->what = c->tree ? DIRLIST_TREE : DIRLIST_COUNT;
		news->path = c->path;
		if (c->tree)
			count_tree(s, news);
		else
			news->error = count_entries(s, news);
		free(c);
		tell(s, news);
		pthread_mutex_lock(&s->crew.lock);
	}
	s->counter = false;
	crew_goodbye(&s->crew);
	return NULL;
}

/* ---- for the screen --------------------------------------------------------------------------------------------------- */

struct dirlist *
dirlist_new(void)
{
	struct dirlist *d = xcalloc(1, sizeof(*d));
	struct shared *s = xcalloc(1, sizeof(*s));

	if (!crew_init(&s->crew, clear, s)) {
		free(s);
		free(d);
		return NULL;
	}
	s->last = &s->first;
	s->wanted_last = &s->wanted;
	d->shared = s;
	return d;
}

void
dirlist_free(struct dirlist *d)
{
	struct shared *s;

	if (d == NULL)
		return;
	s = d->shared;
	pthread_mutex_lock(&s->crew.lock);
	atomic_store(&s->ticket, 0);
	reading_free(s->waits);
	s->waits = NULL;
	atomic_store(&s->stop_counting, true);
	crew_leave(&s->crew);
	free(d);
}

int
dirlist_fd(const struct dirlist *d)
{
	return crew_fd(&d->shared->crew);
}

/* Drops what waits to be counted, but for whole trees: those were marked. Called with the lock held. */
static void
forget_counts(struct shared *s)
{
	struct counting **at = &s->wanted, *c;

	while ((c = *at) != NULL) {
		if (c->tree) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c->path);
		free(c);
	}
	s->wanted_last = at;
}

uint64_t
dirlist_read(struct dirlist *d, const char *path)
{
	struct shared *s = d->shared;
	struct reading *r = xcalloc(1, sizeof(*r));
	struct dirlist_news *news;
	bool started;

	r->shared = s;
	r->path = xstrdup(path);
	pthread_mutex_lock(&s->crew.lock);
	r->ticket = atomic_load(&s->ticket) + 1;
	atomic_store(&s->ticket, r->ticket);
	forget_counts(s);
	reading_free(s->waits);
	s->waits = NULL;
	if (s->readers >= READERS_MAX) {
		s->waits = r;
		started = true;
	} else {
		started = crew_start(&s->crew, reader, r);
		s->readers += started;
	}
	pthread_mutex_unlock(&s->crew.lock);
	if (!started) {
		news = xcalloc(1, sizeof(*news));
		news->what = DIRLIST_END;
		news->ticket = r->ticket;
		news->error = EAGAIN;
		tell(s, news);
		reading_free(r);
	}
	return atomic_load(&s->ticket);
}

static void
want(struct dirlist *d, const char *path, bool tree)
{
	struct shared *s = d->shared;
	struct counting *c = xcalloc(1, sizeof(*c));

	c->path = xstrdup(path);
	c->tree = tree;
	pthread_mutex_lock(&s->crew.lock);
	*s->wanted_last = c;
	s->wanted_last = &c->next;
	if (!s->counter)
		s->counter = crew_start(&s->crew, counter, s);
	pthread_mutex_unlock(&s->crew.lock);
}

void
dirlist_count(struct dirlist *d, const char *path)
{
	want(d, path, false);
}

void
dirlist_tree(struct dirlist *d, const char *path)
{
	want(d, path, true);
}

struct dirlist_news *
dirlist_take(struct dirlist *d)
{
	struct shared *s = d->shared;
	struct dirlist_news *news;

	pthread_mutex_lock(&s->crew.lock);
	news = s->first;
	if (news != NULL) {
		s->first = news->next;
		if (s->first == NULL) {
			s->last = &s->first;
			crew_silence(&s->crew);
		}
	}
	pthread_mutex_unlock(&s->crew.lock);
	return news;
}
