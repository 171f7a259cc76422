/* disk_salvage.c - a list that changed after a part of it came: what stands in both, under the same name or as the same file under another
 * one, is kept, and of a file that grew or shrank what there was of it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/util.h"

#define NONE	 (UINT32_MAX - 1) /* beside ENTRY_TOP */
#define LOOK_FOR 64		  /* files of one size and time are looked at for the same name */

/* What was received of the old list, beside the new one of t->sink. */
struct salvage {
	struct tree *t;
	struct sink *s, *old;
	uint32_t *by_name, *next_name; /* entries of the old list, by parent and name */
	uint32_t *by_look, *next_look; /* its whole files, by size and time */
	uint32_t mask;
	uint8_t *used;
	uint32_t *was; /* per new entry: the old one, or NONE */
	uint32_t half; /* the new entry that goes on where it was, or NONE */
	uint64_t half_to;
};

/* ---- the old list ---- */

/* The list that lies in the part folder. NULL: none, or one that is too long to be one. Fresh. */
static uint8_t *
read_list(const struct sink *s, size_t *len)
{
	int fd = path_open_beneath(s->part_fd, LIST_FILE, O_RDONLY | O_NONBLOCK, 0);
	uint8_t *p = NULL;
	struct stat st;
	size_t at = 0;
	ssize_t n = 1;

	*len = 0;
	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MANIFEST_BYTES) {
		p = xmalloc((size_t)st.st_size + 1);
		while (n > 0 && at < (size_t)st.st_size) {
			n = pread(fd, p + at, (size_t)st.st_size - at, (off_t)at);
			if (n == -1 && errno == EINTR)
				n = 1;
			else if (n > 0)
				at += (size_t)n;
		}
	}
	close(fd);
	*len = at;
	return p;
}

/* How many entries it has; 0: it is none. */
static uint32_t
count_list(const uint8_t *p, size_t len)
{
	struct reader r;
	struct entry e;
	uint32_t n = 0;

	rd_open(&r, p, len);
	while (r.left > 0) {
		if (!entry_get(&r, &e) || (e.parent != ENTRY_TOP && e.parent >= n))
			return 0;
		n++;
	}
	return n;
}

static void
old_free(struct sink *o)
{
	if (o == NULL)
		return;
	if (o->part_fd != -1)
		close(o->part_fd);
	free(o->list);
	free(o->index);
	free(o->have);
	free(o->lost);
	free(o->unread);
	free(o->placed);
	free(o);
}

/* The part folder as that of the list that lies in it, with what of it is as it was written. NULL: there is nothing of use. Takes the
 * descriptor of the folder. */
static struct sink *
old_open(struct tree *t, const struct msg *m)
{
	struct sink *s = t->sink, *o = xcalloc(1, sizeof(*o));
	bool any = false;

	o->part_fd = s->part_fd;
	s->part_fd = -1;
	o->dest_fd = o->parts_fd = o->fd = o->named_fd = -1;
	o->list = read_list(o, &o->list_len);
	o->count = o->list != NULL ? count_list(o->list, o->list_len) : 0;
	if (o->count > 0) {
		o->index = manifest_index(o->list, o->list_len, o->count);
		o->have = xcalloc(o->count / 8 + 1, 1);
		o->lost = xcalloc(o->count / 8 + 1, 1);
		o->unread = xcalloc(o->count / 8 + 1, 1);
		o->placed = xcalloc(o->count / 8 + 1, 1);
		t->sink = o;
		if (journal_open(t, false) == 0) {
			journal_check(t, m);
			any = o->half < o->count;
			for (uint32_t i = 0; i < o->count / 8 + 1; i++)
				any = any || o->have[i] != 0;
		}
		journal_close(t, false);
		t->sink = s;
	}
	if (any)
		return o;
	s->part_fd = o->part_fd;
	o->part_fd = -1;
	old_free(o);
	return NULL;
}

/* ---- which is which ---- */

static uint32_t
hash(const void *p, size_t n, uint32_t h)
{
	for (const uint8_t *b = p; n > 0; n--, b++)
		h = (h ^ *b) * 16777619U;
	return h ^ h >> 15;
}

static uint32_t
hash_name(const struct salvage *v, uint32_t parent, const struct entry *e)
{
	return hash(e->name, e->name_len, hash(&parent, sizeof(parent), 2166136261U)) & v->mask;
}

static uint32_t
hash_look(const struct salvage *v, const struct entry *e)
{
	return hash(&e->size, sizeof(e->size),
		    hash(&e->mtime_ns, sizeof(e->mtime_ns), 2166136261U)) &
	       v->mask;
}

static void
index_old(struct salvage *v)
{
	const struct sink *o = v->old;
	uint32_t room = 1, h;
	struct entry e;

	while (room < o->count)
		room *= 2;
	v->mask = room - 1;
	v->by_name = xreallocarray(NULL, room, sizeof(uint32_t));
	v->by_look = xreallocarray(NULL, room, sizeof(uint32_t));
	v->next_name = xcalloc(o->count, sizeof(uint32_t));
	v->next_look = xcalloc(o->count, sizeof(uint32_t));
	for (h = 0; h < room; h++)
		v->by_name[h] = v->by_look[h] = NONE;
	for (uint32_t i = o->count; i-- > 0;) {
		sink_entry(o, i, &e);
		h = hash_name(v, e.parent, &e);
		v->next_name[i] = v->by_name[h];
		v->by_name[h] = i;
		if (e.kind != ENTRY_FILE || !bit_get(o->have, i))
			continue;
		h = hash_look(v, &e);
		v->next_look[i] = v->by_look[h];
		v->by_look[h] = i;
	}
}

static bool
same_name(const struct entry *a, const struct entry *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

/* The old entry with that name in the same folder, or NONE. */
static uint32_t
by_path(const struct salvage *v, const struct entry *e)
{
	uint32_t parent = e->parent == ENTRY_TOP ? ENTRY_TOP : v->was[e->parent], i;
	struct entry o;

	if (parent == NONE)
		return NONE;
	for (i = v->by_name[hash_name(v, parent, e)]; i != NONE; i = v->next_name[i]) {
		sink_entry(v->old, i, &o);
		if (o.parent == parent && o.kind == e->kind && same_name(&o, e))
			break;
	}
	return i;
}

/* A whole file that none has taken, of that size and time, best of that name; or NONE. */
static uint32_t
by_look(const struct salvage *v, const struct entry *e)
{
	uint32_t best = NONE, seen = 0;
	uint32_t *at = &v->by_look[hash_look(v, e)];
	struct entry o;

	while (*at != NONE && seen < LOOK_FOR) {
		if (bit_get(v->used, *at)) {
			*at = v->next_look[*at];
			continue;
		}
		sink_entry(v->old, *at, &o);
		if (o.size == e->size && o.mtime_ns == e->mtime_ns) {
			if (best == NONE || same_name(&o, e))
				best = *at;
			if (same_name(&o, e))
				break;
		}
		seen++;
		at = &v->next_look[*at];
	}
	return best;
}

/* Old entry o may be what is there of the new one, i, or of its beginning. */
static void
consider(struct salvage *v, uint32_t i, const struct entry *e, uint32_t o)
{
	struct entry was;
	uint64_t upto;

	sink_entry(v->old, o, &was);
	bit_set(v->used, o);
	if (bit_get(v->old->have, o) && was.size == e->size)
		return;
	upto = bit_get(v->old->have, o) ? was.size : o == v->old->half ? v->old->half_to : 0;
	if (upto > e->size)
		upto = e->size;
	if (upto > v->half_to) {
		v->half = i;
		v->half_to = upto;
	}
}

static void
match(struct salvage *v)
{
	const struct sink *s = v->s;
	struct entry e, was;

	v->was = xcalloc(s->count, sizeof(*v->was));
	v->used = xcalloc(v->old->count / 8 + 1, 1);
	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		v->was[i] = by_path(v, &e);
		if (e.kind != ENTRY_FILE || v->was[i] == NONE)
			continue;
		if (sink_wants(s, i) && !bit_get(v->used, v->was[i]))
			consider(v, i, &e, v->was[i]);
		else
			v->was[i] = NONE;
	}
	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind != ENTRY_FILE || e.size == 0 || !sink_wants(s, i))
			continue;
		if (v->was[i] != NONE) {
			sink_entry(v->old, v->was[i], &was);
			if (was.size == e.size && bit_get(v->old->have, v->was[i]))
				continue;
		}
		if (v->was[i] != NONE && v->half == i)
			continue;
		v->was[i] = by_look(v, &e);
		if (v->was[i] != NONE)
			bit_set(v->used, v->was[i]);
	}
}

/* ---- into a folder of its own, which then takes the other's place ---- */

/* Its name: not that of another transfer's, but one that is cleaned up like these. */
static void
twin_name(char *name, const struct sink *s)
{
	memcpy(name, s->id, sizeof(s->id));
	for (size_t i = 0; i < 8; i++)
		name[i] = "fedcba9876543210"[name[i] <= '9' ? name[i] - '0' : name[i] - 'a' + 10];
}

static void
remove_folder(const struct sink *s, const char *name, int fd)
{
	struct sink gone = {.parts_fd = s->parts_fd, .dest_fd = s->dest_fd, .fd = -1};

	gone.part_fd = fd;
	memcpy(gone.id, name, sizeof(gone.id));
	sink_remove(&gone);
}

/* An empty one for what is kept. */
static bool
open_twin(struct salvage *v, const char *name)
{
	struct sink *s = v->s;
	int fd = path_open_beneath(s->parts_fd, name, O_RDONLY | O_DIRECTORY, 0);

	/* What a crash left there. */
	if (fd != -1)
		remove_folder(s, name, fd);
	if (v->t->sys->mkdir(s->parts_fd, name, 0700) == -1)
		return false;
	s->part_fd = v->t->sys->open(s->parts_fd, name, O_RDONLY | O_DIRECTORY, 0);
	return s->part_fd != -1;
}

/* The part of old entry `was` becomes that of entry i. What cannot be kept comes again. */
static bool
adopt(struct salvage *v, uint32_t i, uint32_t was, uint64_t upto, bool whole)
{
	struct tree *t = v->t;
	struct sink *s = v->s;
	char from[16], to[16];
	struct entry e;
	struct stat st;
	int fd, error;

	sink_part_name(from, sizeof(from), 'f', was);
	sink_part_name(to, sizeof(to), 'f', i);
	if (linkat(v->old->part_fd, from, s->part_fd, to, 0) == -1 &&
	    renameat(v->old->part_fd, from, s->part_fd, to) == -1)
		return true;
	fd = t->sys->open(s->part_fd, to, whole ? O_RDONLY : O_RDWR, 0);
	if (fd == -1)
		return true;
	sink_entry(s, i, &e);
	error = t->sys->fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ? EIO : 0;
	/* A part is not longer than its file. */
	if (error == 0 && (uint64_t)st.st_size > e.size &&
	    t->sys->ftruncate(fd, (off_t)e.size) == -1)
		error = errno;
	if (error == 0)
		error = journal_adopt(t, i, fd, upto, whole);
	if (error == 0 && whole) {
		sink_seal(fd, &e);
		bit_set(s->have, i);
	} else if (error == 0) {
		stage_half(s, i, upto);
	}
	close(fd);
	return error == 0;
}

static bool
adopt_all(struct salvage *v)
{
	struct sink *s = v->s;
	struct entry e, was;

	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		if (e.kind != ENTRY_FILE || v->was[i] == NONE || !sink_wants(s, i))
			continue;
		sink_entry(v->old, v->was[i], &was);
		if (was.size == e.size && bit_get(v->old->have, v->was[i]) &&
		    !adopt(v, i, v->was[i], e.size, true))
			return false;
	}
	if (v->half != NONE && !adopt(v, v->half, v->was[v->half], v->half_to, false))
		return false;
	return journal_write(v->t) == 0;
}

/* The new folder under the old one's name, and the other way round. */
static bool
exchange(const struct sink *s, const char *twin, const struct sink *old)
{
	if (renameat2(s->parts_fd, twin, s->parts_fd, s->id, RENAME_EXCHANGE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	/* A file system that cannot do both at once. */
	remove_folder(s, s->id, dup(old->part_fd));
	return renameat(s->parts_fd, twin, s->parts_fd, s->id) == 0;
}

static bool
move_over(struct salvage *v, const struct msg *m)
{
	struct tree *t = v->t;
	struct sink *s = v->s;
	char twin[sizeof(s->id)];
	bool fine;

	twin_name(twin, s);
	fine = open_twin(v, twin) && list_put(t) && part_save(t) &&
	       owner_save(t, m->b.disk.owner) && journal_open(t, true) == 0 && adopt_all(v) &&
	       t->sys->syncfs(s->part_fd) == 0 && exchange(s, twin, v->old);
	if (fine) {
		remove_folder(s, twin, v->old->part_fd);
		v->old->part_fd = -1;
		return true;
	}
	journal_close(t, false);
	memset(s->have, 0, s->count / 8 + 1);
	stage_reset(s);
	if (s->part_fd != -1)
		remove_folder(s, twin, s->part_fd);
	s->part_fd = v->old->part_fd;
	v->old->part_fd = -1;
	return false;
}

bool
sink_salvage(struct tree *t, const struct msg *m)
{
	struct sink *s = t->sink;
	struct salvage v = {.t = t, .s = s, .half = NONE};
	bool fine;

	/* Where names were given it begins anew. */
	if (s->part_fd == -1 || faccessat(s->part_fd, SINK_PLACING, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return false;
	v.old = old_open(t, m);
	if (v.old == NULL)
		return false;
	index_old(&v);
	match(&v);
	fine = move_over(&v, m);
	free(v.by_name);
	free(v.by_look);
	free(v.next_name);
	free(v.next_look);
	free(v.used);
	free(v.was);
	old_free(v.old);
	return fine;
}
