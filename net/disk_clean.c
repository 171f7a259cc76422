/* disk_clean.c - parts that lie in folders things were received into: whose they are, how large, how old. */
#include "config.h"

#include <dirent.h>
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
#include "src/row.h"
#include "src/types.h"
#include "src/util.h"

/* Enough of a manifest for its first entry. */
#define HEAD_SIZE (ENTRY_FIXED + PATH_NAME_MAX + 2 + ENTRY_LINK_MAX)

bool
owner_save(const struct tree *t, const uint8_t owner[ID_LEN])
{
	return sink_write_file(t, OWNER_FILE, owner, ID_LEN) == 0;
}

/* ---- one part folder ---- */

static void
put(struct row_buf *buf, const void *p, size_t n)
{
	if (buf->len + n + 1 > buf->size) {
		buf->size = (buf->len + n + 1) * 2;
		buf->p = xreallocarray(buf->p, buf->size, 1);
	}
	memcpy(buf->p + buf->len, p, n);
	buf->len += n;
}

/* Up to n bytes of a file in the folder; how many. */
static size_t
head_of(int fd, const char *name, uint8_t *p, size_t n)
{
	int file = path_open_beneath(fd, name, O_RDONLY | O_NONBLOCK, 0);
	ssize_t got = file != -1 ? pread(file, p, n, 0) : -1;

	if (file != -1)
		close(file);
	return got > 0 ? (size_t)got : 0;
}

/* The name of the first thing in it, as it would arrive. */
static void
name_of(int fd, char *name, size_t size)
{
	uint8_t head[HEAD_SIZE];
	struct reader r;
	struct entry e;

	rd_open(&r, head, head_of(fd, LIST_FILE, head, sizeof(head)));
	if (!entry_get(&r, &e) || path_local_name(name, size, e.name, e.name_len) == 0)
		strlcpy(name, "?", size);
}

/* What the files in it take on the disk, and when one of them was changed last. */
static void
weigh(int fd, uint64_t *bytes, int64_t *newest)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again != -1 ? fdopendir(again) : NULL;
	struct dirent *de;
	struct stat st;

	if (d == NULL && again != -1)
		close(again);
	*bytes = 0;
	*newest = 0;
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, "..") == 0 ||
		    fstatat(fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		*bytes += (uint64_t)st.st_blocks * 512;
		if ((int64_t)st.st_mtim.tv_sec > *newest)
			*newest = st.st_mtim.tv_sec;
	}
	if (d != NULL)
		closedir(d);
}

/* struct stale_part, name NUL, folder NUL. */
static void
tell(struct row_buf *buf, int fd, const uint8_t *id, const uint8_t *owner, const char *folder)
{
	struct stale_part part = {.bytes = 0};
	char name[PATH_NAME_MAX + 1];
	uint8_t is[ID_LEN];
	size_t n = head_of(fd, OWNER_FILE, is, sizeof(is));

	/* Another home receives into the same folder. */
	if (n == sizeof(is) && memcmp(is, owner, ID_LEN) != 0)
		return;
	part.ours = n == sizeof(is);
	memcpy(part.id, id, ID_LEN);
	weigh(fd, &part.bytes, &part.newest);
	name_of(fd, name, sizeof(name));
	put(buf, &part, sizeof(part));
	put(buf, name, strlen(name) + 1);
	put(buf, folder, strlen(folder) + 1);
}

static void
look_into(struct row_buf *buf, const char *folder, const uint8_t *owner)
{
	int dest = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), part, parts = -1;
	struct dirent *de;
	uint8_t id[ID_LEN];
	struct stat st;
	DIR *d = NULL;

	if (dest != -1)
		parts = path_open_beneath(dest, DISK_PARTS, O_RDONLY | O_DIRECTORY, 0);
	if (parts != -1 && fstat(parts, &st) == 0 && st.st_uid == geteuid())
		d = fdopendir(parts);
	if (d == NULL && parts != -1)
		close(parts);
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (de = readdir(d)) != NULL) {
		if (strlen(de->d_name) != 2 * (size_t)ID_LEN || !util_unhex(id, ID_LEN, de->d_name))
			continue;
		part = path_open_beneath(parts, de->d_name, O_RDONLY | O_DIRECTORY, 0);
		if (part == -1)
			continue;
		tell(buf, part, id, owner, folder);
		close(part);
	}
	if (d != NULL)
		closedir(d);
	if (dest != -1)
		close(dest);
}

void
clean_run(struct tree *t, struct msg *m)
{
	struct row_buf buf = {.p = xmalloc(1), .size = 1};

	for (size_t at = 0; at < m->len; at += strlen((const char *)m->bytes + at) + 1)
		look_into(&buf, (const char *)m->bytes + at, m->b.disk.owner);
	buf.p[buf.len] = '\0';
	msg_take_bytes(m, buf.p, buf.len);
	t->closed = true;
}
