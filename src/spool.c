/* spool.c - texts too long for a message, sealed in a file until they are sent. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/file.h"
#include "src/path.h"
#include "src/seal.h"
#include "src/spool.h"
#include "src/util.h"

#define MAGIC	  "p2p-tui spool 1\n"
#define MAGIC_LEN 16
#define NAME	  "text-" /* then 16 digits, and the end: */
#define NAME_END  ".txt"
#define HEAD_LEN  (MAGIC_LEN + 8 + SEAL_OVERHEAD + 8)
#define PART_LEN  (SPOOL_PART + SEAL_OVERHEAD)

struct spool {
	struct seal *seal;
	int64_t base;
	uint64_t size;
	int64_t part; /* which one is in text, -1 none */
	size_t len;   /* of it */
	uint8_t text[SPOOL_PART], sealed[PART_LEN];
};

/* ---- writing ---- */

static int
write_parts(struct file_out *o, struct seal *seal, const uint8_t *text, size_t len)
{
	uint8_t *part = xmalloc(PART_LEN), head[HEAD_LEN], size[8];
	int64_t base = (int64_t)arc4random() << 30;
	int result;

	memcpy(head, MAGIC, MAGIC_LEN);
	put_be64(head + MAGIC_LEN, (uint64_t)base);
	put_be64(size, len);
	seal_put(seal, head + MAGIC_LEN + 8, SEAL_SPOOL_HEAD, base, size, sizeof(size));
	result = file_out_write(o, head, sizeof(head));
	for (int64_t i = 0; len > 0 && result == 0; i++) {
		size_t n = len < SPOOL_PART ? len : SPOOL_PART;

		seal_put(seal, part, SEAL_SPOOL_PART, base + i, text, n);
		result = file_out_write(o, part, n + SEAL_OVERHEAD);
		text += n;
		len -= n;
	}
	free(part);
	return result;
}

char *
spool_write(const char *folder, const struct seal_key *key, const void *text, size_t len)
{
	struct seal *seal = seal_new(key);
	char *name, *path;
	struct file_out o;
	bool good = false;
	int saved;

	xasprintf(&name, NAME "%08x%08x" NAME_END, arc4random(), arc4random());
	path = path_join(folder, name);
	free(name);
	if (file_out_open(&o, path, false) == 0) {
		good = write_parts(&o, seal, text, len) == 0;
		saved = errno;
		if (file_out_end(&o, good) != 0 && good)
			good = false;
		else
			errno = saved;
	}
	saved = errno;
	seal_free(seal);
	if (!good) {
		free(path);
		path = NULL;
	}
	errno = saved;
	return path;
}

/* ---- those that are left over ---- */

/* Whether a file of that name is one of these, or was to become one. */
static bool
is_spool(const char *name)
{
	size_t n = strlen(NAME), i;

	name += name[0] == '.';
	if (strncmp(name, NAME, n) != 0)
		return false;
	for (i = 0; i < 16; i++)
		if (!isxdigit((unsigned char)name[n + i]))
			return false;
	name += n + i;
	return strncmp(name, NAME_END, strlen(NAME_END)) == 0;
}

char *
spool_list(const char *folder, size_t *len)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char *list = xstrdup("");
	size_t n;

	*len = 0;
	/* cppcheck-suppress readdirCalled ; each stream is one thread's */
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!is_spool(e->d_name))
			continue;
		n = strlen(e->d_name) + 1;
		list = xreallocarray(list, *len + n, 1);
		memcpy(list + *len, e->d_name, n);
		*len += n;
	}
	if (d != NULL)
		closedir(d);
	return list;
}

/* Whether one of the paths leads to a file of that name; a home has more than one path to it. */
static bool
is_kept(const char *name, const char *keep, size_t n)
{
	const char *slash;

	for (size_t at = 0; at < n; at += strlen(keep + at) + 1) {
		slash = strrchr(keep + at, '/');
		if (strcmp(slash != NULL ? slash + 1 : keep + at, name) == 0)
			return true;
	}
	return false;
}

void
spool_sweep(const char *folder, const char *list, size_t len, const char *keep, size_t n)
{
	for (size_t at = 0; at < len; at += strlen(list + at) + 1) {
		char *path = path_join(folder, list + at);

		if (!is_kept(list + at, keep, n))
			unlink(path);
		free(path);
	}
}

/* ---- reading ---- */

static ssize_t
read_at(int fd, uint8_t *p, size_t n, off_t at)
{
	size_t got = 0;
	ssize_t r;

	while (got < n) {
		r = pread(fd, p + got, n - got, at + (off_t)got);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

struct spool *
spool_open(int fd, const struct seal_key *key)
{
	uint8_t head[HEAD_LEN], size[8];
	ssize_t n = read_at(fd, head, sizeof(head), 0);
	struct spool *s;

	if (n == -1)
		return NULL;
	if (n < MAGIC_LEN || memcmp(head, MAGIC, MAGIC_LEN) != 0) {
		errno = EINVAL;
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->seal = seal_new(key);
	s->part = -1;
	s->base = (int64_t)get_be64(head + MAGIC_LEN);
	if (n < (ssize_t)sizeof(head) || !seal_get(s->seal, size, SEAL_SPOOL_HEAD, s->base,
						   head + MAGIC_LEN + 8, SEAL_OVERHEAD + 8)) {
		spool_free(s);
		errno = EBADMSG;
		return NULL;
	}
	s->size = get_be64(size);
	return s;
}

void
spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	seal_free(s->seal);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

uint64_t
spool_size(const struct spool *s)
{
	return s->size;
}

/* Brings part i to hand. */
static bool
load(struct spool *s, int fd, int64_t i)
{
	uint64_t left = s->size - (uint64_t)i * SPOOL_PART;
	size_t len = left < SPOOL_PART ? (size_t)left : SPOOL_PART;
	ssize_t n;

	if (s->part == i)
		return true;
	s->part = -1;
	n = read_at(fd, s->sealed, len + SEAL_OVERHEAD, (off_t)(HEAD_LEN + (uint64_t)i * PART_LEN));
	if (n == -1)
		return false;
	if ((size_t)n != len + SEAL_OVERHEAD ||
	    !seal_get(s->seal, s->text, SEAL_SPOOL_PART, s->base + i, s->sealed, (size_t)n)) {
		errno = EBADMSG;
		return false;
	}
	s->part = i;
	s->len = len;
	return true;
}

ssize_t
spool_preadv(struct spool *s, int fd, const struct iovec *iov, int n, off_t at)
{
	size_t got = 0, filled = 0;

	while (n > 0 && at >= 0 && (uint64_t)at < s->size) {
		size_t from = (size_t)((uint64_t)at % SPOOL_PART), some;

		if (!load(s, fd, (int64_t)((uint64_t)at / SPOOL_PART)))
			return got > 0 ? (ssize_t)got : -1;
		some = s->len - from;
		if (some > iov->iov_len - filled)
			some = iov->iov_len - filled;
		memcpy((uint8_t *)iov->iov_base + filled, s->text + from, some);
		got += some;
		filled += some;
		at += (off_t)some;
		if (filled == iov->iov_len) {
			iov++;
			n--;
			filled = 0;
		}
	}
	return (ssize_t)got;
}
