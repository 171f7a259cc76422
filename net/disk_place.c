/* disk_place.c - the end of a received transfer: make it durable, then give the final names, never replacing anything. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/manifest.h"
#include "src/kept.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

#define RENAMES_TOLD 3 /* in the sentence at the end */

/* The folder that is being filled. */
struct place {
	struct tree *t;
	uint32_t folder; /* ENTRY_TOP: the destination itself */
	int fd;		 /* of folder, if not ENTRY_TOP; or -1 */
};

/* ---- where things go ---- */

/* A descriptor of folder i of the manifest, which has its name by now; -1 with errno. A new tree grows in the part folder. */
static int
open_placed(const struct tree *t, uint32_t i)
{
	struct sink *s = t->sink;
	uint32_t *chain = NULL;
	size_t n = 0;
	struct entry e;
	int fd = -1, next;

	for (;; i = e.parent) {
		sink_entry(s, i, &e);
		chain = xreallocarray(chain, n + 1, sizeof(*chain));
		chain[n++] = i;
		if (e.parent == ENTRY_TOP)
			break;
	}
	next = bit_get(s->fresh, i) && !bit_get(s->placed, i) ? s->part_fd : s->dest_fd;
	while (n > 0 && next != -1) {
		fd = next;
		next = t->sys->open(fd, s->folders[chain[--n]], O_RDONLY | O_DIRECTORY, 0);
		if (fd != s->part_fd && fd != s->dest_fd) {
			int saved = errno;

			close(fd);
			errno = saved;
		}
	}
	free(chain);
	return next;
}

/* The descriptor things below `parent` are created in; -1 with errno. */
static int
parent_fd(struct place *p, uint32_t parent)
{
	if (parent == ENTRY_TOP)
		return p->t->sink->dest_fd;
	if (p->fd != -1 && p->folder == parent)
		return p->fd;
	if (p->fd != -1)
		close(p->fd);
	p->fd = open_placed(p->t, parent);
	p->folder = parent;
	return p->fd;
}

static void
keep_first(struct place *p, const struct entry *e, const char *name)
{
	struct sink *s = p->t->sink;

	if (e->parent == ENTRY_TOP && s->first == NULL)
		s->first = xstrdup(name);
}

/* Its name was taken: the n-th try gave it another. */
static void
note_name(const struct place *p, const char *local, const char *name, unsigned n)
{
	struct sink *s = p->t->sink;
	char *more;

	if (n < 2)
		return;
	s->renamed++;
	if (s->renamed > RENAMES_TOLD)
		return;
	xasprintf(&more, "%s%s%s → %s", s->renames != NULL ? s->renames : "",
		  s->renames != NULL ? ", " : "", local, name);
	free(s->renames);
	s->renames = more;
}

/* What a person should know of the names, or nothing. Fresh. */
static char *
names_told(const struct sink *s)
{
	char *same = NULL, *names = NULL, *all;

	if (s->same > 0)
		same = kept_plural("%u identical file was there already",
				   "%u identical files were there already", s->same, s->same);
	if (s->renamed > RENAMES_TOLD)
		names = kept_new("%u names were taken: %s, ...", s->renamed, s->renames);
	else if (s->renamed > 0)
		names = kept_plural("a name was taken: %s", "names were taken: %s", s->renamed,
				    s->renames);
	all = kept_both(same, names);
	free(same);
	free(names);
	return all;
}

/* ---- is it the same? ---- */

static bool
same_bytes(int a, int b)
{
	char x[16384], y[16384];
	ssize_t n, m, k;

	for (;;) {
		n = read(a, x, sizeof(x));
		if (n <= 0)
			return n == 0 && read(b, y, 1) == 0;
		for (m = 0; m < n; m += k) {
			k = read(b, y + m, (size_t)(n - m));
			if (k <= 0)
				return false;
		}
		if (memcmp(x, y, (size_t)n) != 0)
			return false;
	}
}

/* Whether the part and what stands in the folder under that name are plain files with the same bytes. */
static bool
identical(const struct tree *t, const char *part, int fd, const char *name)
{
	struct stat sa, sb;
	int a = path_open_beneath(t->sink->part_fd, part, O_RDONLY | O_NONBLOCK, 0);
	int b = path_open_beneath(fd, name, O_RDONLY | O_NONBLOCK, 0);
	bool same = a != -1 && b != -1 && fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
		    S_ISREG(sb.st_mode) && sa.st_size == sb.st_size && same_bytes(a, b);

	if (a != -1)
		close(a);
	if (b != -1)
		close(b);
	return same;
}

/* ---- one entry ---- */

/* 0, or -1 with errno; all of these. */
static int
place_file(struct place *p, uint32_t i, const struct entry *e, const char *local)
{
	struct sink *s = p->t->sink;
	char part[16], name[PATH_NAME_MAX + 1];
	int fd = parent_fd(p, e->parent);

	if (fd == -1)
		return -1;
	sink_part_name(part, sizeof(part), 'f', i);
	for (unsigned n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (n > 1)
			named_note(p->t, i, n);
		if (p->t->sys->rename_new(s->part_fd, part, fd, name) == 0) {
			keep_first(p, e, name);
			note_name(p, local, name, n);
			return 0;
		}
		if (errno != EEXIST)
			return -1;
		if (e->parent != ENTRY_TOP && identical(p->t, part, fd, name)) {
			s->same++;
			named_note(p->t, i, NAMED_SAME);
			return unlinkat(s->part_fd, part, 0);
		}
	}
	errno = EEXIST;
	return -1;
}

static int
place_link(struct place *p, uint32_t i, const struct entry *e, const char *local)
{
	char name[PATH_NAME_MAX + 1], text[ENTRY_LINK_MAX + 1], there[ENTRY_LINK_MAX + 1];
	struct timespec times[2];
	int fd = parent_fd(p, e->parent);
	ssize_t len;

	if (fd == -1)
		return -1;
	memcpy(text, e->link, e->link_len);
	text[e->link_len] = '\0';
	for (unsigned n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (n > 1)
			named_note(p->t, i, n);
		if (symlinkat(text, fd, name) == 0) {
			sink_times(e, times);
			(void)!utimensat(fd, name, times, AT_SYMLINK_NOFOLLOW);
			note_name(p, local, name, n);
			return 0;
		}
		/* A file system without links does without. */
		if (errno == EPERM || errno == EOPNOTSUPP) {
			named_note(p->t, i, NAMED_NOT);
			return 0;
		}
		if (errno != EEXIST)
			return -1;
		len = readlinkat(fd, name, there, sizeof(there));
		if (len == (ssize_t)e->link_len && memcmp(there, text, e->link_len) == 0) {
			/* It may be one that an earlier process made. */
			if (!p->t->sink->again && n == 1)
				named_note(p->t, i, NAMED_SAME);
			return 0;
		}
	}
	errno = EEXIST;
	return -1;
}

/* Whether the name is taken by a real folder. */
static bool
is_folder(int fd, const char *name)
{
	struct stat st;

	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* The name an earlier process gave to a file at the top, for the answer. */
static void
find_first(struct place *p, const struct entry *e, const char *local)
{
	struct sink *s = p->t->sink;
	char name[PATH_NAME_MAX + 1];
	struct stat st;

	for (unsigned n = 1; s->first == NULL && n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (fstatat(s->dest_fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			return;
		if (S_ISREG(st.st_mode) && (uint64_t)st.st_size == e->size &&
		    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec == e->mtime_ns)
			keep_first(p, e, name);
	}
}

/* A folder at the top that an earlier process made or filled: it still grows, or has its name. */
static bool
found_top_folder(struct place *p, uint32_t i, const struct entry *e, const char *local)
{
	struct sink *s = p->t->sink;
	char name[PATH_NAME_MAX + 1];

	sink_part_name(name, sizeof(name), 't', i);
	if (is_folder(s->part_fd, name)) {
		s->folders[i] = xstrdup(name);
		bit_set(s->fresh, i);
		return true;
	}
	for (unsigned n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (is_folder(s->dest_fd, name)) {
			s->folders[i] = xstrdup(name);
			keep_first(p, e, name);
			return true;
		}
		if (faccessat(s->dest_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
			break;
	}
	return false;
}

/* A folder at the top that is new grows in the part folder and gets its name last; one that is there is filled. */
static int
place_top_folder(struct place *p, uint32_t i, const struct entry *e, const char *local)
{
	struct sink *s = p->t->sink;
	char name[16];

	if (s->again && found_top_folder(p, i, e, local))
		return 0;
	if (is_folder(s->dest_fd, local)) {
		s->folders[i] = xstrdup(local);
		keep_first(p, e, local);
		return 0;
	}
	sink_part_name(name, sizeof(name), 't', i);
	if (p->t->sys->mkdir(s->part_fd, name, 0700) == -1 && errno != EEXIST)
		return -1;
	s->folders[i] = xstrdup(name);
	bit_set(s->fresh, i);
	return 0;
}

static int
place_folder(struct place *p, uint32_t i, const struct entry *e, const char *local)
{
	struct sink *s = p->t->sink;
	char name[PATH_NAME_MAX + 1];
	int fd;

	if (s->folders[i] != NULL)
		return 0;
	if (e->parent == ENTRY_TOP)
		return place_top_folder(p, i, e, local);
	fd = parent_fd(p, e->parent);
	if (fd == -1)
		return -1;
	for (unsigned n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (p->t->sys->mkdir(fd, name, 0700) == 0)
			bit_set(s->fresh, i);
		else if (errno != EEXIST)
			return -1;
		else if (!is_folder(fd, name))
			continue;
		else if (s->again && bit_get(s->fresh, e->parent))
			bit_set(s->fresh, i);
		s->folders[i] = xstrdup(name);
		return 0;
	}
	errno = EEXIST;
	return -1;
}

static int
place_entry(struct place *p, uint32_t i)
{
	struct sink *s = p->t->sink;
	char local[PATH_NAME_MAX + 1];
	struct entry e;
	int rc;

	sink_entry(s, i, &e);
	if (bit_get(s->lost, i) || !sink_wants(s, i))
		return 0;
	if (path_local_name(local, sizeof(local), e.name, e.name_len) == 0) {
		errno = EINVAL;
		return -1;
	}
	if (bit_get(s->placed, i)) {
		if (s->again && e.kind == ENTRY_FILE && e.parent == ENTRY_TOP)
			find_first(p, &e, local);
		return 0;
	}
	if (e.kind == ENTRY_FOLDER)
		return place_folder(p, i, &e, local);
	rc = e.kind == ENTRY_LINK ? place_link(p, i, &e, local) : place_file(p, i, &e, local);
	if (rc == 0)
		bit_set(s->placed, i);
	return rc;
}

/* ---- folders, once they are full ---- */

/* Mode and time of a folder we made; its owner can always go on using it. */
static int
seal_folder(const struct tree *t, uint32_t i, const struct entry *e)
{
	struct timespec times[2];
	int fd = open_placed(t, i);

	if (fd == -1)
		return -1;
	sink_times(e, times);
	fchmod(fd, path_mode(e->mode) | S_IRWXU);
	futimens(fd, times);
	close(fd);
	return 0;
}

static int
name_top_folder(struct place *p, uint32_t i, const struct entry *e)
{
	struct sink *s = p->t->sink;
	char local[PATH_NAME_MAX + 1], name[PATH_NAME_MAX + 1];

	path_local_name(local, sizeof(local), e->name, e->name_len);
	for (unsigned n = 1; n < NUMBERS_MAX; n++) {
		path_numbered(name, sizeof(name), local, n);
		if (p->t->sys->rename_new(s->part_fd, s->folders[i], s->dest_fd, name) == 0) {
			bit_set(s->placed, i);
			free(s->folders[i]);
			s->folders[i] = xstrdup(name);
			keep_first(p, e, name);
			note_name(p, local, name, n);
			return 0;
		}
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* Inner folders first, so that filling them does not touch times already set. */
static int
end_folders(struct place *p)
{
	struct sink *s = p->t->sink;
	struct entry e;

	for (uint32_t i = s->count; i-- > 0;) {
		if (!bit_get(s->fresh, i) || bit_get(s->placed, i))
			continue;
		sink_entry(s, i, &e);
		if (seal_folder(p->t, i, &e) == -1)
			return -1;
	}
	for (uint32_t i = 0; i < s->count; i++) {
		if (!bit_get(s->fresh, i) || bit_get(s->placed, i))
			continue;
		sink_entry(s, i, &e);
		if (e.parent == ENTRY_TOP && name_top_folder(p, i, &e) == -1)
			return -1;
	}
	return 0;
}

/* ---- the job ---- */

/* One file is synced alone; a tree with all of its file system, which is far cheaper than file by file. */
static int
make_durable(const struct tree *t, bool named)
{
	struct sink *s = t->sink;
	char part[16];
	struct entry e;
	int fd, rc, saved;

	sink_entry(s, 0, &e);
	if (s->count > 1 || e.kind != ENTRY_FILE)
		return t->sys->syncfs(s->dest_fd);
	if (named)
		return t->sys->fdatasync(s->dest_fd);
	if (bit_get(s->lost, 0) || bit_get(s->placed, 0))
		return 0;
	fd = path_open_beneath(s->part_fd, sink_part_name(part, sizeof(part), 'f', 0), O_RDONLY, 0);
	if (fd == -1)
		return -1;
	rc = t->sys->fdatasync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

/* A process that finds this knows that what is missing has its name, and does not ask for it again. */
static int
begin_naming(const struct tree *t)
{
	return journal_write(t) != 0 ? -1 : named_open(t);
}

static int
place_all(struct place *p)
{
	struct sink *s = p->t->sink;

	if (s->folders == NULL) {
		s->folders = xcalloc(s->count, sizeof(*s->folders));
		s->fresh = xcalloc(s->count / 8 + 1, 1);
	}
	if (begin_naming(p->t) == -1 || make_durable(p->t, false) == -1)
		return -1;
	for (uint32_t i = 0; i < s->count; i++)
		if (place_entry(p, i) == -1)
			return -1;
	if (end_folders(p) == -1)
		return -1;
	return make_durable(p->t, true);
}

static uint32_t
count_top(const struct sink *s)
{
	struct entry e;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		sink_entry(s, i, &e);
		n += e.parent == ENTRY_TOP && sink_wants(s, i);
	}
	return n;
}

void
place_run(struct tree *t, struct msg *m)
{
	struct sink *s = t->sink;
	struct place p = {.t = t, .folder = ENTRY_TOP, .fd = -1};
	char *path, *told, *both;
	int rc, saved;

	/* The end may have been asked for before the last write failed: what is not whole gets no name. */
	if (s->broken != 0) {
		disk_fail(m, s->broken, "Cannot write what comes in");
		return;
	}
	rc = place_all(&p);
	saved = errno;
	if (p.fd != -1)
		close(p.fd);
	if (rc == -1) {
		/* Whatever the disk still holds is looked at again; where there was only no room it is as it was. */
		if (saved != ENOSPC && saved != EDQUOT)
			s->broken = saved;
		disk_fail(m, saved, "Cannot give the received files their names in %s", s->dest);
	} else {
		if (count_top(s) == 1 && s->first != NULL)
			path = path_join(s->dest, s->first);
		else
			path = xstrdup(s->first != NULL ? s->dest : "");
		went_received(t, m);
		told = names_told(s);
		xasprintf(&both, "%s%c%s", path, '/', told);
		both[strlen(path)] = '\0';
		msg_take_bytes(m, (uint8_t *)both, strlen(path) + 1 + strlen(told) + 1);
		free(told);
		free(path);
		if ((m->b.disk.flags & DISK_KEEP) == 0)
			sink_remove(s);
	}
}
