/* dirlist_scan.c - one folder, read by one thread or two: entries as they are kept, their order. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/madeup.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/dirlist.h"
#include "ui/dirlist_priv.h"

/* A batch goes out after this long, later ones after longer; the first one at a screenful, so that something is seen at once. */
#define BATCH_MS     40
#define BATCH_MS_MAX 320
#define BATCH_FIRST  64
/* So many names at most are taken at a time; more of them each time while that takes less than this. */
#define CHUNK_MAX    2048
#define CHUNK_MS     10
/* From this many on a second thread helps: the kernel's share of looking at a file is most of the time. */
#define HELPED_MIN   1000

/* ---- entries ---------------------------------------------------------------------------------------------------------- */

/* text_fold() of a name that is printable ASCII, as most are; false for any other. */
static bool
fold_plain(char *key, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (name[i] < 0x20 || name[i] > 0x7e)
			return false;
		key[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 0x20) : name[i];
	}
	key[len] = '\0';
	return true;
}

struct dirlist_entry *
dirlist_entry_new(const char *name, enum dirlist_kind kind)
{
	size_t len = strlen(name), room = text_show_max(len) + 1, n;
	char small[1024], *key = room > sizeof(small) ? xmalloc(room) : small;
	bool plain = fold_plain(key, name, len);
	struct dirlist_entry *e;

	n = plain ? len : text_fold(key, room, name, len);
	e = xcalloc(1, sizeof(*e) + len + 1 + n + 1);
	memcpy(e->name, name, len + 1);
	memcpy(e->name + len + 1, key, n + 1);
	e->key = e->name + len + 1;
	e->kind = kind;
	e->items = DIRLIST_UNCOUNTED;
	e->odd = !plain && text_has_hostile(name, len);
	e->hidden = name[0] == '.';
	if (key != small)
		free(key);
	return e;
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Compares two runs of digits by value and moves behind them. */
static int
cmp_numbers(const char **a, const char **b)
{
	size_t na = 0, nb = 0;
	int order;

	while (**a == '0')
		(*a)++;
	while (**b == '0')
		(*b)++;
	while (digit((*a)[na]))
		na++;
	while (digit((*b)[nb]))
		nb++;
	order = na != nb ? (na < nb ? -1 : 1) : memcmp(*a, *b, na);
	*a += na;
	*b += nb;
	return order;
}

int
dirlist_cmp(const struct dirlist_entry *a, const struct dirlist_entry *b)
{
	const char *s = a->key, *t = b->key;
	bool fa = a->kind == DIRLIST_FOLDER, fb = b->kind == DIRLIST_FOLDER;

	if (fa != fb)
		return fa ? -1 : 1;
	while (*s != '\0' && *t != '\0') {
		if (digit(*s) && digit(*t)) {
			int order = cmp_numbers(&s, &t);

			if (order != 0)
				return order;
		} else if (*s != *t) {
			return (unsigned char)*s < (unsigned char)*t ? -1 : 1;
		} else {
			s++;
			t++;
		}
	}
	if (*s != *t)
		return *s == '\0' ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int
cmp_pointers(const void *a, const void *b)
{
	return dirlist_cmp(*(struct dirlist_entry *const *)a, *(struct dirlist_entry *const *)b);
}

/* ---- looking at files ------------------------------------------------------------------------------------------------- */

static enum dirlist_kind
kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return DIRLIST_FOLDER;
	if (S_ISREG(mode))
		return DIRLIST_FILE;
	if (S_ISFIFO(mode))
		return DIRLIST_FIFO;
	if (S_ISSOCK(mode))
		return DIRLIST_SOCKET;
	return DIRLIST_DEVICE;
}

/* The folder that is read, by both threads. */
struct work {
	struct dirlist_scan *scan;
	DIR *dir;
	int fd;
	dev_t dev;
	bool made_up;
	pthread_mutex_t lock; /* of what follows, and of dir */
	bool end;
	int error;
	size_t seen;
};

/* NULL when it vanished meanwhile. */
static struct dirlist_entry *
look_at(const struct work *w, const char *name)
{
	struct dirlist_entry *e;
	struct stat st, there;

	if (fstatat(w->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return NULL;
	if (S_ISLNK(st.st_mode)) {
		bool leads = fstatat(w->fd, name, &there, 0) == 0;

		if (leads)
			st = there;
		e = dirlist_entry_new(name, leads ? kind_of(st.st_mode) : DIRLIST_BROKEN);
		e->link = true;
	} else {
		e = dirlist_entry_new(name, kind_of(st.st_mode));
	}
	e->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	e->mtime = st.st_mtim.tv_sec;
	e->made_up = st.st_dev == w->dev ? w->made_up : madeup_at(w->fd, name);
	return e;
}

/* ---- batches and chunks ----------------------------------------------------------------------------------------------- */

/* What one thread found and has not told yet. */
struct batch {
	struct dirlist_entry **entries;
	size_t n, room;
	bool first;
	uint64_t since, every;
};

static void
flush(struct work *w, struct batch *b)
{
	if (b->n == 0)
		return;
	qsort(b->entries, b->n, sizeof(struct dirlist_entry *), cmp_pointers);
	w->scan->found(w->scan->arg, b->entries, b->n);
	/* Each is sorted in anew: the more there are already, the fewer times. */
	if (!b->first && b->every < BATCH_MS_MAX)
		b->every *= 2;
	b->first = false;
	b->entries = NULL;
	b->n = b->room = 0;
	b->since = util_mono_ms();
}

static void
gather(struct batch *b, struct dirlist_entry *e)
{
	if (b->n == b->room) {
		b->room = b->room != 0 ? b->room * 2 : 64;
		b->entries = xreallocarray(b->entries, b->room, sizeof(struct dirlist_entry *));
	}
	b->entries[b->n++] = e;
}

/* Names one thread took from the folder: strings one after the other. */
struct chunk {
	char *bytes;
	size_t n, len, room;
};

static void
chunk_add(struct chunk *c, const char *name)
{
	size_t len = strlen(name) + 1;

	if (c->len + len > c->room) {
		c->room = (c->len + len) * 2;
		c->bytes = xreallocarray(c->bytes, c->room, 1);
	}
	memcpy(c->bytes + c->len, name, len);
	c->len += len;
	c->n++;
}

/* Takes up to `most` names; none at the end. */
static void
take_names(struct work *w, struct chunk *c, size_t most)
{
	struct dirent *de;

	c->n = c->len = 0;
	pthread_mutex_lock(&w->lock);
	while (!w->end && c->n < most) {
		errno = 0;
		if ((de = readdir(w->dir)) == NULL) {
			w->end = true;
			w->error = errno;
		} else if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0) {
			continue;
		} else if (w->seen == DIRLIST_MAX) {
			w->end = w->scan->cut = true;
		} else {
			w->seen++;
			chunk_add(c, de->d_name);
		}
	}
	pthread_mutex_unlock(&w->lock);
}

static void *help(void *arg);

/* Takes names, looks at them and tells, until there are none. `lead`: the first thread, which has another one help when there are many. */
static void
work(struct work *w, bool lead)
{
	struct batch b = {.since = util_mono_ms(), .every = BATCH_MS, .first = lead};
	size_t most = lead ? BATCH_FIRST : CHUNK_MAX / 2, done = 0;
	struct chunk c = {0};
	pthread_t helper;
	bool helped = false;

	while (w->scan->go_on(w->scan->arg)) {
		uint64_t begin = util_mono_ms();
		const char *name;

		take_names(w, &c, most);
		if (c.n == 0)
			break;
		name = c.bytes;
		for (size_t i = 0; i < c.n && w->scan->go_on(w->scan->arg); i++) {
			struct dirlist_entry *e = look_at(w, name);

			if (e != NULL)
				gather(&b, e);
			name += strlen(name) + 1;
		}
		done += c.n;
		/* A disk that answers at once is asked for more at a time; a slow one fills the screen bit by bit. */
		if (util_mono_ms() - begin < CHUNK_MS && most < CHUNK_MAX)
			most *= 2;
		if ((b.first && b.n >= BATCH_FIRST) || util_mono_ms() - b.since >= b.every)
			flush(w, &b);
		if (lead && !helped && done >= HELPED_MIN)
			helped = pthread_create(&helper, NULL, help, w) == 0;
	}
	flush(w, &b);
	free(c.bytes);
	if (helped)
		pthread_join(helper, NULL);
}

static void *
help(void *arg)
{
	work(arg, false);
	return NULL;
}

int
dirlist_scan(struct dirlist_scan *scan, const char *path)
{
	struct work w = {.scan = scan, .dir = opendir(path)};
	struct stat st;

	if (w.dir == NULL)
		return errno;
	w.fd = dirfd(w.dir);
	w.dev = fstat(w.fd, &st) == 0 ? st.st_dev : 0;
	w.made_up = madeup_fd(w.fd);
	pthread_mutex_init(&w.lock, NULL);
	work(&w, true);
	pthread_mutex_destroy(&w.lock);
	closedir(w.dir);
	return w.error;
}
