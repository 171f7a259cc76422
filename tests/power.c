/* power.c - a disk that forgets what was not synced: a layer over SQLite's own files. */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/util.h"
#include "tests/power.h"
#include "tests/tap.h"

#define SECTOR 512
#define FILES  4096

/* A write or, without bytes, a change of the size. */
struct change {
	uint64_t at;
	size_t len;
	uint8_t *bytes;
};

/* What surely lies on the disk of one file, and what may. */
struct image {
	char *path;
	uint8_t *bytes;
	size_t size;
	struct change *changes;
	size_t nchanges;
};

struct power_file {
	sqlite3_file base;
	struct image *image; /* NULL: a file that nobody will look for */
	sqlite3_file *real;
};

static struct image images[FILES];
static size_t nimages;
static sqlite3_vfs *below, layer;
static unsigned countdown, syncs;
static void (*at_zero)(void);
static bool lying;

/* ---- images ------------------------------------------------------------------------------------------------------------- */

static void
operation(void)
{
	if (countdown > 0 && --countdown == 0)
		at_zero();
}

static struct image *
image_of(const char *path, bool make)
{
	struct image *i;

	for (size_t n = 0; n < nimages; n++) {
		if (images[n].path != NULL && strcmp(images[n].path, path) == 0)
			return &images[n];
	}
	if (!make)
		return NULL;
	if (nimages == FILES)
		util_fatal("too many files");
	i = &images[nimages++];
	i->path = xstrdup(path);
	i->bytes = file_read(path, (size_t)1 << 26, &i->size);
	if (i->bytes == NULL)
		i->size = 0;
	return i;
}

static void
image_forget(struct image *i)
{
	for (size_t n = 0; n < i->nchanges; n++)
		free(i->changes[n].bytes);
	free(i->changes);
	free(i->bytes);
	i->changes = NULL;
	i->bytes = NULL;
	i->nchanges = i->size = 0;
}

static void
image_change(struct image *i, uint64_t at, const void *bytes, size_t len)
{
	if (i == NULL)
		return;
	if (i->nchanges % 64 == 0)
		i->changes = xreallocarray(i->changes, i->nchanges + 64, sizeof(*i->changes));
	i->changes[i->nchanges++] =
		(struct change){at, len, bytes != NULL ? xmemdup(bytes, len) : NULL};
}

static void
resize(uint8_t **bytes, size_t *size, size_t want)
{
	*bytes = xreallocarray(*bytes, want + 1, 1);
	if (want > *size)
		memset(*bytes + *size, 0, want - *size);
	*size = want;
}

static void
put(uint8_t **bytes, size_t *size, uint64_t at, const uint8_t *from, size_t len)
{
	if (*size < at + len)
		resize(bytes, size, (size_t)at + len);
	memcpy(*bytes + at, from, len);
}

/* One change, or what is left of it. */
static void
apply_change(uint8_t **bytes, size_t *size, const struct change *c, enum power_loss how,
	     uint64_t *seed)
{
	if (how == POWER_NOTHING || (how == POWER_SOME && test_random(seed) % 2 == 0))
		return;
	if (c->bytes == NULL) {
		if (test_random(seed) % 2 == 0)
			resize(bytes, size, (size_t)c->at);
		return;
	}
	for (size_t at = 0; at < c->len;) {
		size_t n = SECTOR - (size_t)((c->at + at) % SECTOR);

		if (n > c->len - at)
			n = c->len - at;
		if (how == POWER_SOME || test_random(seed) % 2 == 0)
			put(bytes, size, c->at + at, c->bytes + at, n);
		at += n;
	}
}

static void
image_sync(struct image *i)
{
	for (size_t n = 0; n < i->nchanges; n++) {
		const struct change *c = &i->changes[n];

		if (c->bytes == NULL)
			resize(&i->bytes, &i->size, (size_t)c->at);
		else
			put(&i->bytes, &i->size, c->at, c->bytes, c->len);
		free(c->bytes);
	}
	i->nchanges = 0;
	free(i->changes);
	i->changes = NULL;
}

/* A copy; this one need not be durable. */
static void
save(const char *name, const uint8_t *bytes, size_t size)
{
	FILE *f = fopen(name, "wbx");

	if (f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
		util_fatal("cannot write %s", name);
}

void
power_cut(const char *path, const char *to, enum power_loss how, uint64_t *seed)
{
	for (size_t n = 0; n < nimages; n++) {
		const struct image *i = &images[n];
		uint8_t *bytes;
		size_t size = i->size;
		char *name;

		if (i->path == NULL || strncmp(i->path, path, strlen(path)) != 0 ||
		    (i->bytes == NULL && i->nchanges == 0))
			continue;
		bytes = xmalloc(size + 1);
		if (size != 0)
			memcpy(bytes, i->bytes, size);
		for (size_t c = 0; c < i->nchanges; c++)
			apply_change(&bytes, &size, &i->changes[c], how, seed);
		xasprintf(&name, "%s%s", to, i->path + strlen(path));
		save(name, bytes, size);
		free(name);
		free(bytes);
	}
}

/* ---- files: what they do is done below, and noted ------------------------------------------------------------------------ */

static struct power_file *
of(sqlite3_file *f)
{
	return (struct power_file *)f;
}

#define REAL(f)	    (of(f)->real)
#define DO(f, call) (REAL(f)->pMethods->call)

static int
do_close(sqlite3_file *f)
{
	return DO(f, xClose)(REAL(f));
}

static int
do_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return DO(f, xRead)(REAL(f), p, n, at);
}

static int
do_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	operation();
	image_change(of(f)->image, (uint64_t)at, p, (size_t)n);
	return DO(f, xWrite)(REAL(f), p, n, at);
}

static int
do_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	operation();
	image_change(of(f)->image, (uint64_t)size, NULL, 0);
	return DO(f, xTruncate)(REAL(f), size);
}

static int
do_sync(sqlite3_file *f, int flags)
{
	operation();
	syncs++;
	if (of(f)->image != NULL && !lying)
		image_sync(of(f)->image);
	return DO(f, xSync)(REAL(f), flags);
}

static int
do_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return DO(f, xFileSize)(REAL(f), size);
}

static int
do_lock(sqlite3_file *f, int lock)
{
	return DO(f, xLock)(REAL(f), lock);
}

static int
do_unlock(sqlite3_file *f, int lock)
{
	return DO(f, xUnlock)(REAL(f), lock);
}

static int
do_reserved(sqlite3_file *f, int *out)
{
	return DO(f, xCheckReservedLock)(REAL(f), out);
}

static int
do_control(sqlite3_file *f, int op, void *arg)
{
	return DO(f, xFileControl)(REAL(f), op, arg);
}

static int
do_sector(sqlite3_file *f)
{
	return DO(f, xSectorSize)(REAL(f));
}

static int
do_device(sqlite3_file *f)
{
	return DO(f, xDeviceCharacteristics)(REAL(f));
}

static int
do_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return DO(f, xShmMap)(REAL(f), page, size, extend, out);
}

static int
do_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return DO(f, xShmLock)(REAL(f), offset, n, flags);
}

static void
do_shm_barrier(sqlite3_file *f)
{
	DO(f, xShmBarrier)(REAL(f));
}

static int
do_shm_unmap(sqlite3_file *f, int del)
{
	return DO(f, xShmUnmap)(REAL(f), del);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = do_close,
	.xRead = do_read,
	.xWrite = do_write,
	.xTruncate = do_truncate,
	.xSync = do_sync,
	.xFileSize = do_size,
	.xLock = do_lock,
	.xUnlock = do_unlock,
	.xCheckReservedLock = do_reserved,
	.xFileControl = do_control,
	.xSectorSize = do_sector,
	.xDeviceCharacteristics = do_device,
	.xShmMap = do_shm_map,
	.xShmLock = do_shm_lock,
	.xShmBarrier = do_shm_barrier,
	.xShmUnmap = do_shm_unmap,
};

/* ---- the layer ---------------------------------------------------------------------------------------------------------- */

static int
do_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	const int watched = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
	struct power_file *p = of(f);
	int code;

	(void)vfs;
	p->real = (sqlite3_file *)(void *)(p + 1);
	p->image = name != NULL && (flags & watched) != 0 ? image_of(name, true) : NULL;
	code = below->xOpen(below, name, p->real, flags, out);
	f->pMethods = code == SQLITE_OK ? &methods : NULL;
	return code;
}

/* The name goes for good only if the folder is synced too; that a log comes back that was there before is tried by the cuts before. */
static int
do_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	struct image *i = image_of(name, false);

	(void)vfs;
	operation();
	if (i != NULL)
		image_forget(i);
	return below->xDelete(below, name, sync);
}

void
power_start(void)
{
	below = sqlite3_vfs_find(NULL);
	layer = *below;
	layer.zName = "power";
	layer.szOsFile = (int)sizeof(struct power_file) + below->szOsFile;
	layer.xOpen = do_open;
	layer.xDelete = do_delete;
	if (sqlite3_vfs_register(&layer, 1) != SQLITE_OK)
		util_fatal("no layer");
}

void
power_at(unsigned n, void (*fn)(void))
{
	countdown = n;
	at_zero = fn;
}

void
power_lie(bool on)
{
	lying = on;
}

unsigned
power_syncs(void)
{
	return syncs;
}
