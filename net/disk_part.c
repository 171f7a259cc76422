/* disk_part.c - the part of an offer that was asked for: kept beside the parts, so that a resume asks for the same. */
#include "config.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/util.h"

/* In the part folder: first u32, count u32 of each range, then a BLAKE2b of these. Without ranges there is no such file. */
#define HASH_LEN 32

bool
sink_wants(const struct sink *s, uint32_t i)
{
	return s->wanted == NULL || bit_get(s->wanted, i);
}

static void
add_up(struct sink *s)
{
	struct entry e;

	s->bytes = 0;
	s->nfiles = s->nfolders = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		if (!sink_wants(s, i))
			continue;
		sink_entry(s, i, &e);
		s->bytes += e.size;
		s->nfiles += e.kind == ENTRY_FILE;
		s->nfolders += e.kind == ENTRY_FOLDER;
	}
}

/* Whether everything that is wanted lies in folders that are. */
static bool
whole(const struct sink *s)
{
	struct entry e;

	for (uint32_t i = 0; i < s->count; i++) {
		if (!bit_get(s->wanted, i))
			continue;
		sink_entry(s, i, &e);
		if (e.parent != ENTRY_TOP && !bit_get(s->wanted, e.parent))
			return false;
	}
	return true;
}

bool
part_set(struct sink *s, const void *ranges, size_t n)
{
	uint64_t end = 0;

	free(s->ranges);
	free(s->wanted);
	s->nranges = n / sizeof(*s->ranges);
	s->ranges = n > 0 ? xmemdup(ranges, n) : NULL;
	s->wanted = n > 0 ? xcalloc(s->count / 8 + 1, 1) : NULL;
	for (size_t i = 0; i + 1 < s->nranges; i += 2) {
		if (s->ranges[i] < end || s->ranges[i + 1] == 0 ||
		    s->ranges[i + 1] > s->count - (uint64_t)s->ranges[i])
			return false;
		for (end = s->ranges[i]; end < (uint64_t)s->ranges[i] + s->ranges[i + 1]; end++)
			bit_set(s->wanted, (uint32_t)end);
	}
	if (s->wanted != NULL && !whole(s))
		return false;
	add_up(s);
	return true;
}

bool
part_save(const struct tree *t)
{
	const struct sink *s = t->sink;
	size_t n = s->nranges * 4;
	uint8_t *p;
	bool fine;

	if (n == 0)
		return true;
	p = xmalloc(n + HASH_LEN);
	for (size_t i = 0; i < s->nranges; i++)
		put_be32(p + 4 * i, s->ranges[i]);
	crypto_generichash(p + n, HASH_LEN, p, n, NULL, 0);
	fine = sink_write_file(t, PART_FILE, p, n + HASH_LEN) == 0;
	free(p);
	return fine;
}

/* All of the file; NULL with errno. */
static uint8_t *
read_part(const struct tree *t, size_t *len)
{
	size_t max = 8 * (size_t)WANT_RANGES + HASH_LEN, at = 0;
	int fd = t->sys->open(t->sink->part_fd, PART_FILE, O_RDONLY | O_NONBLOCK, 0);
	uint8_t *p;
	ssize_t n = 1;

	if (fd == -1)
		return NULL;
	p = xmalloc(max + 1);
	while (n > 0 && at <= max) {
		struct iovec iov = {p + at, max + 1 - at};

		n = t->sys->preadv(fd, &iov, 1, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			at += (size_t)n;
	}
	close(fd);
	*len = at;
	if (n == 0)
		return p;
	errno = EIO;
	free(p);
	return NULL;
}

bool
part_load(const struct tree *t)
{
	struct sink *s = t->sink;
	uint8_t hash[HASH_LEN], *p;
	uint32_t *ranges;
	size_t len, n;
	bool fine;

	p = read_part(t, &len);
	if (p == NULL)
		return errno == ENOENT;
	n = len >= HASH_LEN ? len - HASH_LEN : 0;
	crypto_generichash(hash, HASH_LEN, p, n, NULL, 0);
	fine = n > 0 && n % 8 == 0 && memcmp(hash, p + n, HASH_LEN) == 0;
	ranges = xreallocarray(NULL, n / 4 + 1, sizeof(*ranges));
	for (size_t i = 0; i < n / 4; i++)
		ranges[i] = get_be32(p + 4 * i);
	fine = fine && part_set(s, ranges, n);
	free(ranges);
	free(p);
	return fine;
}

void
part_answer(const struct sink *s, struct msg *m)
{
	m->b.disk.total = s->bytes;
	m->b.disk.files = s->nfiles;
	m->b.disk.folders = s->nfolders;
	msg_set_bytes(m, s->ranges, s->nranges * sizeof(*s->ranges));
}
