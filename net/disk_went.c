/* disk_went.c - where each file of a transfer went: remembered while the names are given, told when all have theirs; and of what was sent. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/util.h"
#include "src/went.h"

/* What is remembered of a file that did not simply get its name: in memory, and, as its name may be given by a process that dies before it
 * tells, in the part folder: entry u32, number u32. The last word on an entry counts. */
#define RECORD_LEN 8

/* ---- told in pieces ----------------------------------------------------------------------------------------------------- */

/* A list on its way. */
struct told {
	struct tree *t;
	const struct msg *job;
	struct went_piece piece;
	uint32_t first;
	/* The folder of the file before: most have the same. */
	bool has_folder;
	uint32_t folder;
	char *path;
};

static void
tell_piece(struct told *o)
{
	struct msg *m = msg_new(MSG_DISK_WENT);

	m->b.disk = o->job->b.disk;
	m->b.disk.error = 0;
	m->b.disk.entry = o->first;
	m->b.disk.count = o->piece.count;
	msg_take_bytes(m, o->piece.p, o->piece.len);
	o->piece.p = NULL;
	o->first += o->piece.count;
	went_clear(&o->piece);
	disk_answer(o->t, m);
}

/* The first piece is told even when nothing is in it: it takes the place of an older list. */
static void
tell_end(struct told *o)
{
	if (o->piece.count > 0 || o->first == 0)
		tell_piece(o);
	free(o->path);
}

static void
tell_row(struct told *o, const char *name, struct went_row row)
{
	char *path = path_join(o->path, name);

	row.path = path;
	if (row.note == NULL)
		row.note = "";
	went_put(&o->piece, &row);
	free(path);
	if (o->piece.len >= WENT_PIECE)
		tell_piece(o);
}

/* ---- what was received -------------------------------------------------------------------------------------------------- */

static int
by_entry(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
remember(struct sink *s, uint32_t entry, uint32_t n)
{
	if (s->nnamed % 64 == 0)
		s->named = xreallocarray(s->named, s->nnamed + 64, sizeof(*s->named));
	s->named[s->nnamed] = (struct named){entry, n, (uint32_t)s->nnamed};
	s->nnamed++;
}

/* What an earlier process remembered. */
static void
load(struct sink *s)
{
	uint8_t p[RECORD_LEN * 512];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(s->named_fd, p, sizeof(p), at)) >= RECORD_LEN) {
		for (const uint8_t *r = p; r + RECORD_LEN <= p + n; r += RECORD_LEN)
			remember(s, get_be32(r), get_be32(r + 4));
		at += n - n % RECORD_LEN;
	}
	s->named_len = at;
}

int
named_open(const struct tree *t)
{
	struct sink *s = t->sink;

	if (s->named_fd != -1)
		return 0;
	s->named_fd = t->sys->open(s->part_fd, SINK_PLACING, O_RDWR | O_CREAT, 0600);
	if (s->named_fd == -1)
		return -1;
	load(s);
	return 0;
}

void
named_note(const struct tree *t, uint32_t entry, uint32_t n)
{
	struct sink *s = t->sink;
	uint8_t p[RECORD_LEN];
	struct iovec iov = {p, sizeof(p)};

	remember(s, entry, n);
	put_be32(p, entry);
	put_be32(p + 4, n);
	/* A full disk is no reason to keep a file from its name. */
	if (s->named_fd != -1 && t->sys->pwritev(s->named_fd, &iov, 1, s->named_len) == RECORD_LEN)
		s->named_len += RECORD_LEN;
}

void
named_drop(struct sink *s)
{
	if (s->named_fd != -1)
		close(s->named_fd);
	free(s->named);
	s->named_fd = -1;
	s->named = NULL;
	s->nnamed = 0;
	s->named_len = 0;
}

/* The last word on entry i; *at rises with it. 0: there is none. */
static uint32_t
number_of(const struct sink *s, uint32_t i, size_t *at)
{
	uint32_t n = 0;

	while (*at < s->nnamed && s->named[*at].entry < i)
		++*at;
	for (; *at < s->nnamed && s->named[*at].entry == i; ++*at)
		n = s->named[*at].n;
	return n;
}

/* The machine went down before what was remembered was on the disk: the name that leads to such a file, or the one it should have. */
static uint32_t
find_number(const char *folder, const char *local, const struct entry *e)
{
	char name[PATH_NAME_MAX + 1], *path;
	struct stat st;
	int rc;

	for (uint32_t n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		path = path_join(folder, name);
		rc = lstat(path, &st);
		free(path);
		if (rc == -1)
			break;
		if (S_ISREG(st.st_mode) && (uint64_t)st.st_size == e->size &&
		    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec == e->mtime_ns)
			return n;
	}
	return 1;
}

/* The path of a folder; one that is not wanted, as it would be. Fresh. */
static char *
folder_path(const struct sink *s, uint32_t folder)
{
	char local[PATH_NAME_MAX + 1], *path = xstrdup(""), *more;
	struct entry e;

	for (uint32_t i = folder; i != ENTRY_TOP; i = e.parent) {
		const char *name = s->folders[i];

		sink_entry(s, i, &e);
		if (name == NULL) {
			path_local_name(local, sizeof(local), e.name, e.name_len);
			name = local;
		}
		xasprintf(&more, "%s%s%s", name, path[0] != '\0' ? "/" : "", path);
		free(path);
		path = more;
	}
	more = path[0] != '\0' ? path_join(s->dest, path) : xstrdup(s->dest);
	free(path);
	return more;
}

/* Takes the row on its way: the name it should have, and the number it got. */
static void
tell_entry(struct told *o, const struct entry *e, struct went_row row, uint32_t n)
{
	char local[PATH_NAME_MAX + 1], name[PATH_NAME_MAX + 1];

	path_local_name(local, sizeof(local), e->name, e->name_len);
	if (n == 0 && row.how == WENT_THERE && !row.link && o->t->sink->again)
		n = find_number(o->path, local, e);
	if (row.how == WENT_THERE && n == NAMED_SAME) {
		row.how = WENT_SAME;
	} else if (row.how == WENT_THERE && n == NAMED_NOT) {
		row.how = WENT_LEFT_OUT;
	} else if (row.how == WENT_THERE && n > 1) {
		row.how = WENT_RENAMED;
		row.note = local;
	}
	path_numbered(name, sizeof(name), local, row.how == WENT_RENAMED ? n : 1);
	tell_row(o, name, row);
}

void
went_received(struct tree *t, const struct msg *job)
{
	struct sink *s = t->sink;
	struct told o = {.t = t, .job = job};
	size_t at = 0;
	struct entry e;

	if (s->nnamed > 0)
		qsort(s->named, s->nnamed, sizeof(*s->named), by_entry);
	for (uint32_t i = 0; i < s->count; i++) {
		struct went_row row = {.how = WENT_THERE};

		sink_entry(s, i, &e);
		if (e.kind == ENTRY_FOLDER)
			continue;
		if (!o.has_folder || o.folder != e.parent) {
			free(o.path);
			o.path = folder_path(s, e.parent);
			o.folder = e.parent;
			o.has_folder = true;
		}
		row.link = e.kind == ENTRY_LINK;
		row.size = row.link ? 0 : e.size;
		if (!sink_wants(s, i))
			row.how = WENT_NOT_TAKEN;
		else if (bit_get(s->lost, i))
			row.how = bit_get(s->unread, i) ? WENT_UNREADABLE : WENT_CHANGED;
		tell_entry(&o, &e, row, number_of(s, i, &at));
	}
	tell_end(&o);
}

/* ---- what was sent ------------------------------------------------------------------------------------------------------ */

/* The path of the folder that entry i lies in. Fresh. */
static char *
source_folder(const struct source *s, uint32_t i)
{
	char *path = xstrdup(""), *more;

	for (i = s->e[i].parent; s->e[i].parent != ENTRY_TOP; i = s->e[i].parent) {
		xasprintf(&more, "%s%s%s", src_name(s, i), path[0] != '\0' ? "/" : "", path);
		free(path);
		path = more;
	}
	more = path[0] != '\0' ? path_join(s->roots[i], path) : xstrdup(s->roots[i]);
	free(path);
	return more;
}

static void
tell_sent(struct told *o, uint32_t i, struct went_row row)
{
	const struct source *s = o->t->source;
	const struct src_entry *e = &s->e[i];
	const char *slash;

	if (e->parent == ENTRY_TOP) {
		slash = strrchr(s->roots[i], '/');
		free(o->path);
		o->path = slash > s->roots[i] ? xstrndup(s->roots[i], (size_t)(slash - s->roots[i]))
					      : xstrdup("/");
		o->has_folder = false;
		tell_row(o, slash + 1, row);
		return;
	}
	if (!o->has_folder || o->folder != e->parent) {
		free(o->path);
		o->path = source_folder(s, i);
		o->folder = e->parent;
		o->has_folder = true;
	}
	tell_row(o, src_name(s, i), row);
}

void
went_sent(struct tree *t, const struct msg *job)
{
	struct source *s = t->source;
	struct told o = {.t = t, .job = job};
	size_t at = 0;

	/* A long text has no place of its own. */
	if (s->spool != NULL)
		return;
	for (uint32_t i = 0; i < s->count; i++) {
		struct went_row row = {.how = WENT_THERE, .link = S_ISLNK(s->e[i].mode)};

		if (S_ISDIR(s->e[i].mode))
			continue;
		row.size = row.link ? 0 : s->e[i].size;
		while (at < s->nlost && s->lost[at].entry < i)
			at++;
		if (!source_takes(s, i)) {
			row.how = WENT_NOT_TAKEN;
		} else if (at < s->nlost && s->lost[at].entry == i) {
			row.how = s->lost[at].error == 0 ? WENT_CHANGED : WENT_UNREADABLE;
			row.note = s->lost[at].error != 0 ? strerror(s->lost[at].error) : "";
		}
		tell_sent(&o, i, row);
	}
	tell_end(&o);
}
