/* disk_salvage.c - a list that changed after a part of it came: what stands in it as before goes on from where it is, and a file that grew or
 * shrank from what it had. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
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

static bool
same_thing(const struct entry *a, const struct entry *b)
{
	return a->parent == b->parent && a->kind == b->kind && a->name_len == b->name_len &&
	       a->link_len == b->link_len && memcmp(a->name, b->name, a->name_len) == 0 &&
	       (a->link_len == 0 || memcmp(a->link, b->link, a->link_len) == 0);
}

/* The first entry that is another one, or missing, in one of the lists; *resized: it is the same file of another size, and this is what its
 * part may have of it. Bytes that changed without that are found by sums. */
static uint32_t
first_other(const struct sink *s, const uint8_t *old, size_t len, bool *resized, uint64_t *size)
{
	struct reader r;
	struct entry was, is;
	uint32_t i;

	*resized = false;
	rd_open(&r, old, len);
	for (i = 0; i < s->count && entry_get(&r, &was); i++) {
		sink_entry(s, i, &is);
		if (!same_thing(&was, &is))
			break;
		if (was.size != is.size) {
			*resized = is.kind == ENTRY_FILE;
			*size = is.size < was.size ? is.size : was.size;
			break;
		}
	}
	return i;
}

/* A part is not longer than its file. */
static void
shorten(const struct tree *t, uint32_t entry, uint64_t size)
{
	char name[16];
	struct stat st;
	int fd = t->sys->open(t->sink->part_fd, sink_part_name(name, sizeof(name), 'f', entry),
			      O_WRONLY | O_NONBLOCK, 0);

	if (fd == -1)
		return;
	if (t->sys->fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size > size)
		(void)!t->sys->ftruncate(fd, (off_t)size);
	close(fd);
}

bool
sink_salvage(struct tree *t, const struct msg *m)
{
	struct sink *s = t->sink;
	uint8_t *old = NULL;
	uint64_t size = 0;
	uint32_t first;
	bool resized;
	size_t len;

	/* Of a part of a list, or where names were given, it begins anew. */
	if (s->part_fd == -1 || s->nranges > 0 ||
	    faccessat(s->part_fd, PART_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	    faccessat(s->part_fd, SINK_PLACING, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return false;
	old = read_list(s, &len);
	if (old == NULL)
		return false;
	first = first_other(s, old, len, &resized, &size);
	free(old);
	if (resized)
		shorten(t, first, size);
	if (first + resized == 0 || !list_put(t) || !owner_save(t, m->b.disk.owner))
		return false;
	if (journal_open(t, false) != 0 || journal_cut(t, first + resized) != 0) {
		journal_close(t, false);
		return false;
	}
	journal_check(t, m);
	if (s->done > 0 || s->at > 0)
		return true;
	journal_close(t, false);
	return false;
}
