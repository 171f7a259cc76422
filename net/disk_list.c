/* disk_list.c - the list of a transfer in its part folder, and a new one that differs in times and modes alone. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"

/* The one that is written before it takes the other's place. */
#define NEW_FILE "manifest.new"

/* The list as it was accepted, of the length of ours. NULL: it is another, or cannot be read. */
static uint8_t *
read_old(const struct sink *s)
{
	int fd = path_open_beneath(s->part_fd, LIST_FILE, O_RDONLY | O_NONBLOCK, 0);
	uint8_t *p = xmalloc(s->list_len + 1);
	size_t at = 0;
	ssize_t n = 1;

	while (fd != -1 && n > 0 && at <= s->list_len) {
		n = pread(fd, p + at, s->list_len + 1 - at, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			at += (size_t)n;
	}
	if (fd != -1)
		close(fd);
	if (fd != -1 && n == 0 && at == s->list_len)
		return p;
	free(p);
	return NULL;
}

/* Whether two lists of count entries and one length name the same things of the same sizes. */
static bool
touched(const uint8_t *a, const uint8_t *b, size_t len, uint32_t count)
{
	struct reader ra, rb;
	struct entry x, y;

	rd_open(&ra, a, len);
	rd_open(&rb, b, len);
	for (uint32_t i = 0; i < count; i++) {
		if (!entry_get(&ra, &x) || !entry_get(&rb, &y) || x.parent != y.parent ||
		    x.kind != y.kind || x.size != y.size || x.name_len != y.name_len ||
		    x.link_len != y.link_len || memcmp(x.name, y.name, x.name_len) != 0 ||
		    (x.link_len > 0 && memcmp(x.link, y.link, x.link_len) != 0))
			return false;
	}
	return ra.left == 0 && rb.left == 0;
}

bool
list_put(const struct tree *t)
{
	const struct sink *s = t->sink;

	return sink_write_file(t, NEW_FILE, s->list, s->list_len) == 0 &&
	       renameat(s->part_fd, NEW_FILE, s->part_fd, LIST_FILE) == 0;
}

bool
list_found(const struct tree *t)
{
	const struct sink *s = t->sink;
	uint8_t *old = read_old(s);
	bool fine;

	fine = old != NULL && (memcmp(old, s->list, s->list_len) == 0 ||
			       (touched(old, s->list, s->list_len, s->count) && list_put(t)));
	free(old);
	return fine;
}

bool
list_take(const struct tree *t, const uint8_t *p, size_t len)
{
	struct sink *s = t->sink;
	uint8_t *old = s->list;
	uint32_t *index;
	char name[16];
	struct entry e;
	int fd;

	if (len == s->list_len && memcmp(p, s->list, len) == 0)
		return true;
	if (len != s->list_len || !touched(s->list, p, len, s->count))
		return false;
	index = manifest_index(p, len, s->count);
	s->list = xmemdup(p, len);
	if (!list_put(t)) {
		free(index);
		free(s->list);
		s->list = old;
		return false;
	}
	free(old);
	free(s->index);
	s->index = index;
	/* What is whole has the modes and times of before. */
	for (uint32_t i = 0; i < s->count; i++) {
		if (!bit_get(s->have, i) || bit_get(s->placed, i))
			continue;
		sink_entry(s, i, &e);
		fd = t->sys->open(s->part_fd, sink_part_name(name, sizeof(name), 'f', i),
				  O_RDONLY | O_NONBLOCK, 0);
		if (fd == -1)
			continue;
		sink_seal(fd, &e);
		close(fd);
	}
	return true;
}
