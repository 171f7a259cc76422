/* disk_scan.c - walks the paths of an offer and makes its manifest, folder by folder. */
#include "config.h"

#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "src/madeup.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/spool.h"
#include "src/util.h"

/* openat2() takes at most a page of path; a deeper folder is reached in stretches of this. */
#define STRETCH	     3000
#define NAME_BUCKETS 4096
#define EXTENTS_MAX  100000 /* of a sparse file; one with more is not looked through */

const char *
src_name(const struct source *s, uint32_t i)
{
	return s->arena + s->e[i].name;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	if (s->folder_fd != -1)
		close(s->folder_fd);
	for (uint32_t i = 0; i < s->nroots; i++)
		free(s->roots[i]);
	free(s->roots);
	spool_free(s->spool);
	vouch_close(s);
	free(s->ranges);
	free(s->taken);
	free(s->lost);
	free(s->arena);
	free(s->e);
	free(s);
}

/* ---- folders ---- */

/* Opens the folders chain[n - 1] ... chain[0] below fd, which is closed, in stretches. */
static int
open_chain(const struct tree *t, int fd, const uint32_t *chain, size_t n)
{
	const struct source *s = t->source;
	char rel[STRETCH + PATH_NAME_MAX + 2];
	size_t len = 0;
	int next;

	while (n > 0) {
		len += (size_t)snprintf(rel + len, sizeof(rel) - len, "%s%s", len > 0 ? "/" : "",
					src_name(s, chain[--n]));
		if (n > 0 && len < STRETCH)
			continue;
		next = t->sys->open(fd, rel, O_RDONLY | O_DIRECTORY, 0);
		close(fd);
		fd = next;
		if (fd == -1)
			return -1;
		len = 0;
	}
	return fd;
}

int
source_open_folder(const struct tree *t, uint32_t i)
{
	const struct source *s = t->source;
	uint32_t *chain = NULL;
	size_t n = 0, room = 0;
	int fd;

	for (; s->e[i].parent != ENTRY_TOP; i = s->e[i].parent) {
		if (n == room) {
			room = room != 0 ? room * 2 : 16;
			chain = xreallocarray(chain, room, sizeof(*chain));
		}
		chain[n++] = i;
	}
	/* The path is the user's own: links in it are followed. */
	fd = open(s->roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1)
		fd = open_chain(t, fd, chain, n);
	free(chain);
	return fd;
}

/* ---- entries ---- */

static uint32_t
arena_add(struct source *s, const char *text, size_t len)
{
	uint32_t at = (uint32_t)s->arena_len;

	while (s->arena_len + len + 1 > s->arena_room) {
		s->arena_room = s->arena_room != 0 ? s->arena_room * 2 : 4096;
		s->arena = xreallocarray(s->arena, s->arena_room, 1);
	}
	memcpy(s->arena + at, text, len);
	s->arena[at + len] = '\0';
	s->arena_len += len + 1;
	return at;
}

/* What a file takes on a disk, holes aside. Those of one whose blocks are fewer than its bytes are looked for; blocks alone would also be
 * fewer where the file system compresses. */
static uint64_t
room_of(const struct tree *t, int dirfd, const char *path, const struct stat *st)
{
	uint64_t size = (uint64_t)st->st_size, sum = 0;
	off_t at = 0, end;
	int fd;

	if (!S_ISREG(st->st_mode) || size < HOLES_FROM || (uint64_t)st->st_blocks >= size / 512)
		return size;
	fd = openat(dirfd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	for (int i = 0; fd != -1 && i < EXTENTS_MAX; i++) {
		at = t->sys->seek(fd, at, SEEK_DATA);
		if (at == -1)
			break;
		end = t->sys->seek(fd, at, SEEK_HOLE);
		if (end <= at)
			break;
		sum += (uint64_t)(end - at);
		at = end;
	}
	/* Only who came to the end of the data knows. */
	if (fd == -1 || at != -1 || errno != ENXIO)
		sum = size;
	if (fd != -1)
		close(fd);
	return sum;
}

/* Adds an entry; room: what it takes on a disk. False: the manifest would be too large. */
static bool
add(struct source *s, uint32_t parent, const char *name, const struct stat *st, uint64_t room,
    const char *link, size_t link_len)
{
	size_t n = strlen(name);
	struct src_entry *e;

	if (s->count == s->room) {
		s->room = s->room != 0 ? s->room * 2 : 16;
		s->e = xreallocarray(s->e, s->room, sizeof(*s->e));
	}
	e = &s->e[s->count];
	memset(e, 0, sizeof(*e));
	e->parent = parent;
	e->mode = st->st_mode;
	e->mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	e->ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
	e->dev = (uint64_t)st->st_dev;
	e->ino = (uint64_t)st->st_ino;
	e->name = arena_add(s, name, n);
	s->list_len += ENTRY_FIXED + n;
	if (S_ISREG(st->st_mode)) {
		e->size = (uint64_t)st->st_size;
		s->bytes += e->size;
		s->space += room < e->size ? room : e->size;
		s->files++;
	} else if (S_ISDIR(st->st_mode)) {
		s->folders++;
	} else {
		arena_add(s, link, link_len);
		e->links = (uint32_t)link_len;
		s->list_len += 2 + link_len;
	}
	s->count++;
	return s->count <= MANIFEST_ENTRIES && s->list_len <= MANIFEST_BYTES &&
	       s->bytes <= INT64_MAX;
}

static void
fail_size(struct msg *m)
{
	disk_fail(
		m, EFBIG,
		"That is more than %d files and folders, or their names are too long in all: send "
		"it in parts",
		MANIFEST_ENTRIES);
}

static void
fail_special(struct msg *m, const char *path, mode_t mode)
{
	if (S_ISFIFO(mode))
		disk_fail(m, 0, "%s is a pipe: only files and folders can be sent", path);
	else if (S_ISSOCK(mode))
		disk_fail(m, 0, "%s is a socket: only files and folders can be sent", path);
	else if (S_ISCHR(mode) || S_ISBLK(mode))
		disk_fail(m, 0, "%s is a device: only files and folders can be sent", path);
	else
		disk_fail(m, 0, "%s is neither a file nor a folder: it cannot be sent", path);
}

/* ---- what lies in a folder ---- */

static int
name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in an open folder, sorted so that two scans of the same folder agree. NULL-ended; NULL with errno. Takes fd over. */
static char **
folder_names(int fd)
{
	DIR *d = fdopendir(fd);
	char **names = xcalloc(1, sizeof(*names));
	size_t n = 0, room = 1;
	struct dirent *de;

	if (d == NULL)
		close(fd);
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (errno = 0, de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0 ||
		    strcmp(de->d_name, DISK_PARTS) == 0)
			continue;
		if (n + 1 == room) {
			room *= 2;
			names = xreallocarray(names, room, sizeof(*names));
		}
		names[n++] = xstrdup(de->d_name);
		names[n] = NULL;
		/* One name more than can be sent is enough to refuse. */
		if (n > MANIFEST_ENTRIES) {
			errno = 0;
			break;
		}
	}
	if (d != NULL && errno == 0)
		qsort(names, n, sizeof(*names), name_cmp);
	if (d == NULL || errno != 0) {
		int saved = errno;

		for (size_t i = 0; i < n; i++)
			free(names[i]);
		free(names);
		names = NULL;
		errno = saved;
	}
	if (d != NULL)
		closedir(d);
	return names;
}

/* "trip/raw/" + name, as far as it fits, for sentences. */
static const char *
shown(const struct source *s, uint32_t folder, const char *name, char *buf, size_t size)
{
	size_t at = size - 1, n;
	const char *part = name;

	buf[at] = '\0';
	for (;;) {
		n = strlen(part);
		if (n + 1 > at)
			break;
		at -= n;
		memcpy(buf + at, part, n);
		if (folder == ENTRY_TOP)
			break;
		if (buf[at] != '\0')
			buf[--at] = '/';
		part = src_name(s, folder);
		folder = s->e[folder].parent;
	}
	return buf + at;
}

/* Adds a link if it can only lead to something inside its top folder. False: too large. */
static bool
add_link(struct source *s, int fd, uint32_t folder, const char *name, const struct stat *st)
{
	char text[ENTRY_LINK_MAX + 2];
	ssize_t n = readlinkat(fd, name, text, sizeof(text) - 1);
	uint32_t depth = 1;

	for (uint32_t i = folder; s->e[i].parent != ENTRY_TOP; i = s->e[i].parent)
		depth++;
	if (n <= 0 || !entry_link_stays(text, (size_t)n, depth)) {
		s->left_links++;
		return true;
	}
	text[n] = '\0';
	return add(s, folder, name, st, 0, text, (size_t)n);
}

/* Adds what is called name in the open folder. False: m says why the scan ends. */
static bool
add_child(const struct tree *t, int fd, uint32_t folder, const char *name, struct msg *m)
{
	struct source *s = t->source;
	char buf[512];
	struct stat st;
	bool fits = true;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT)
			return true;
		disk_fail(m, errno, "Cannot look at %s", shown(s, folder, name, buf, sizeof(buf)));
		return false;
	}
	if (S_ISLNK(st.st_mode)) {
		fits = add_link(s, fd, folder, name, &st);
	} else if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		if (faccessat(fd, name, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK, 0) == -1) {
			disk_fail(m, errno, "Cannot read %s",
				  shown(s, folder, name, buf, sizeof(buf)));
			return false;
		}
		fits = add(s, folder, name, &st, room_of(t, fd, name, &st), NULL, 0);
	} else {
		s->left_special++;
	}
	if (!fits)
		fail_size(m);
	return fits;
}

/* Whether an open folder's files are made up; then it stays empty. */
static bool
unreal_folder(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && madeup_fs(&fs);
}

static bool
add_children(struct tree *t, uint32_t folder, struct msg *m)
{
	struct source *s = t->source;
	int fd = source_open_folder(t, folder), listing = -1;
	char **names = NULL, buf[512];
	bool fine = true;

	if (fd != -1 && unreal_folder(fd)) {
		s->left_special++;
		close(fd);
		return true;
	}
	if (fd != -1)
		listing = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (listing != -1)
		names = folder_names(listing);
	if (names == NULL) {
		disk_fail(m, errno, "Cannot read the folder %s",
			  shown(s, s->e[folder].parent, src_name(s, folder), buf, sizeof(buf)));
		fine = false;
	}
	for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
		fine = fine && add_child(t, fd, folder, names[i], m);
		free(names[i]);
	}
	free(names);
	if (fd != -1)
		close(fd);
	return fine;
}

/* ---- what lies at the top ---- */

/* The path without slashes at its end, and its name. "/x/." and the like are resolved. NULL: m says why not. */
static char *
tidy(const char *path, const char **name, struct msg *m)
{
	char *p = xstrdup(path), *real;
	size_t n = strlen(p);

	while (n > 1 && p[n - 1] == '/')
		p[--n] = '\0';
	*name = strrchr(p, '/');
	if (n == 0 || *name == NULL) {
		disk_fail(m, 0,
			  n == 0 ? N_("An empty name cannot be sent")
				 : N_("The path is not absolute"));
		free(p);
		return NULL;
	}
	++*name;
	if (**name != '\0' && strcmp(*name, ".") != 0 && strcmp(*name, "..") != 0)
		return p;
	real = realpath(p, NULL);
	free(p);
	if (real == NULL) {
		disk_fail(m, errno, "Cannot read %s", path);
		return NULL;
	}
	*name = strrchr(real, '/') + 1;
	if (**name != '\0')
		return real;
	free(real);
	disk_fail(m, 0, "The whole of / cannot be sent: name a folder in it");
	return NULL;
}

/* The names at the top, so that each is there once. */
struct names {
	uint32_t first[NAME_BUCKETS]; /* entry + 1; 0 none */
	uint32_t *next;		      /* per entry: the next in its bucket */
};

static uint32_t *
bucket_of(struct names *names, const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return &names->first[h % NAME_BUCKETS];
}

/* A name that nothing at the top has yet, for the entry that is added next. */
static void
unique_name(const struct source *s, struct names *names, const char *name, char *out, size_t size)
{
	uint32_t *bucket = NULL, i = 1;

	for (unsigned n = 1; i != 0; n++) {
		path_numbered(out, size, name, n);
		bucket = bucket_of(names, out);
		for (i = *bucket; i != 0 && strcmp(src_name(s, i - 1), out) != 0;)
			i = names->next[i - 1];
	}
	names->next = xreallocarray(names->next, s->count + 1, sizeof(*names->next));
	names->next[s->count] = *bucket;
	*bucket = s->count + 1;
}

/* Refuses what is no plain file or folder, or cannot be read. */
static bool
check_top(const char *path, const struct stat *st, struct msg *m)
{
	struct statfs fs;

	if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) {
		fail_special(m, path, st->st_mode);
		return false;
	}
	if (statfs(path, &fs) == 0 && madeup_fs(&fs)) {
		disk_fail(m, 0, "%s is made up by the kernel as it is read: it cannot be sent",
			  path);
		return false;
	}
	if (access(path, S_ISDIR(st->st_mode) ? R_OK | X_OK : R_OK) == -1) {
		disk_fail(m, errno, "Cannot read %s", path);
		return false;
	}
	return true;
}

/* A text of ours that waits to be sent: its size is that of what is sealed in it. One of an older version stands as it is. */
static bool
look_in_spool(const struct tree *t, const char *path, struct stat *st, struct msg *m)
{
	const struct seal_key *key = disk_spool_key_of(t);
	int fd = key != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (key == NULL)
		return true;
	t->source->spool = fd != -1 ? spool_open(fd, key) : NULL;
	if (t->source->spool != NULL)
		st->st_size = (off_t)spool_size(t->source->spool);
	else if (fd == -1 || errno != EINVAL)
		disk_fail(m, errno != EBADMSG ? errno : 0, "The text that waits cannot be read");
	if (fd != -1)
		close(fd);
	return m->b.disk.error == 0;
}

static bool
add_top(const struct tree *t, struct names *names, const char *path, struct msg *m)
{
	struct source *s = t->source;
	char unique[PATH_NAME_MAX + 1];
	const char *name;
	char *p = tidy(path, &name, m);
	struct stat st;
	bool fine = false;

	if (p == NULL)
		return false;
	/* What the user names is followed, unlike the links found on the way. */
	if (stat(p, &st) == -1) {
		disk_fail(m, errno, "Cannot read %s", p);
	} else if (strlen(name) > PATH_NAME_MAX) {
		disk_fail(m, ENAMETOOLONG, "Cannot send %s", p);
	} else if (check_top(p, &st, m) &&
		   ((m->b.disk.flags & DISK_SPOOLED) == 0 || look_in_spool(t, p, &st, m))) {
		unique_name(s, names, name, unique, sizeof(unique));
		fine = add(s, ENTRY_TOP, unique, &st, room_of(t, AT_FDCWD, p, &st), NULL, 0);
		if (!fine)
			fail_size(m);
	}
	if (!fine) {
		free(p);
		return false;
	}
	s->roots = xreallocarray(s->roots, s->nroots + 1, sizeof(*s->roots));
	s->roots[s->nroots++] = p;
	return true;
}

/* ---- the job ---- */

static bool
add_all(struct tree *t, const char *paths, size_t len, struct msg *m)
{
	const char *end = paths + len;
	struct names *names;
	bool fine = true;

	if (len == 0 || paths[len - 1] != '\0') {
		disk_fail(m, 0, "Nothing was named to be sent");
		return false;
	}
	names = xcalloc(1, sizeof(*names));
	for (; fine && paths < end; paths += strlen(paths) + 1)
		fine = add_top(t, names, paths, m);
	free(names->next);
	free(names);
	for (uint32_t i = 0; fine && i < t->source->count; i++)
		fine = !S_ISDIR(t->source->e[i].mode) || add_children(t, i, m);
	return fine;
}

/* "Left out: 2 links that lead outside and 1 special file", or nothing. */
static void
left_out(const struct source *s, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	if (s->left_links > 0)
		n += (size_t)snprintf(
			buf, size,
			say_plural("Left out: %u symbolic link that may lead outside",
				   "Left out: %u symbolic links that may lead outside",
				   s->left_links),
			s->left_links);
	if (s->left_special > 0 && n > 0)
		snprintf(buf + n, size - n,
			 say_plural(" and %u special file or folder",
				    " and %u special files or folders", s->left_special),
			 s->left_special);
	else if (s->left_special > 0)
		snprintf(buf, size,
			 say_plural("Left out: %u special file or folder",
				    "Left out: %u special files or folders", s->left_special),
			 s->left_special);
}

void
scan_run(struct tree *t, struct msg *m)
{
	struct msg_disk *b = &m->b.disk;
	uint8_t *paths = m->bytes;
	size_t len = m->len;
	struct source *s;
	char left[160], answer[PATH_NAME_MAX + sizeof(left) + 2];
	int n;

	/* A second look at the same paths replaces the first. */
	source_free(t->source);
	t->source = s = xcalloc(1, sizeof(*s));
	s->fd = s->folder_fd = s->vouch_fd = -1;
	m->bytes = NULL;
	m->len = 0;
	if (add_all(t, (const char *)paths, len, m)) {
		b->size = s->bytes;
		b->mtime_ns = (int64_t)s->space;
		b->count = s->count;
		b->entry = s->files;
		b->mode = s->folders;
		b->offset = s->list_len;
		left_out(s, left, sizeof(left));
		n = snprintf(answer, sizeof(answer), "%s%c%s", src_name(s, 0), 0, left);
		msg_set_bytes(m, answer, (size_t)n + 1);
	} else {
		source_free(s);
		t->source = NULL;
	}
	free(paths);
}
