/* disk_vouch.c - what the sender knows of each file it began to send, kept over runs: without it the other side's parts may be of an older one. */
#include "config.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/util.h"

/* One file for each transfer, of records that are only added: entry u32 and a hash of (device, inode, size, mtime, ctime) when its bytes were
 * read. The newest of an entry counts; one that a crash cut off, or that is lost, costs a comparison of sums. An entry is one of a list: a
 * record with LIST_MARK says by a hash of its names which list those behind it are of. */
#define LIST_MARK  UINT32_MAX
/* A file could not be sent: its entry and an errno, or 0 when it changed, or FOUND when it is tried again. */
#define LOST_MARK  (UINT32_MAX - 1)
#define FOUND	   UINT32_MAX
#define RECORD_LEN (4 + VOUCH_LEN)
#define LOOK	   (RECORD_LEN * 4096)

static void
identity(const struct src_entry *e, uint8_t out[VOUCH_LEN])
{
	uint8_t b[40];

	put_be64(b, e->dev);
	put_be64(b + 8, e->ino);
	put_be64(b + 16, e->size);
	put_be64(b + 24, (uint64_t)e->mtime_ns);
	put_be64(b + 32, (uint64_t)e->ctime_ns);
	crypto_generichash(out, VOUCH_LEN, b, sizeof(b), NULL, 0);
}

static char *
path_of(const struct tree *t, int64_t transfer)
{
	char *path;

	xasprintf(&path, "%s/%" PRId64, t->vouchers, transfer);
	return path;
}

/* What the entries are, whatever is in them. */
static void
hash_list(const struct source *s, uint8_t out[VOUCH_LEN])
{
	crypto_generichash_state state;
	uint8_t b[8];

	crypto_generichash_init(&state, NULL, 0, VOUCH_LEN);
	for (uint32_t i = 0; i < s->count; i++) {
		put_be32(b, s->e[i].parent);
		put_be32(b + 4, s->e[i].mode & S_IFMT);
		crypto_generichash_update(&state, b, sizeof(b));
		crypto_generichash_update(&state, (const uint8_t *)src_name(s, i),
					  strlen(src_name(s, i)) + 1);
	}
	crypto_generichash_final(&state, out, VOUCH_LEN);
}

/* ---- files that could not be sent ---- */

/* Where entry i stands among those that are lost, or would. */
static uint32_t
lost_at(const struct source *s, uint32_t i)
{
	uint32_t low = 0, high = s->nlost, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (s->lost[mid].entry < i)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
lose(struct source *s, uint32_t i, int error)
{
	uint32_t at = lost_at(s, i);

	if (at == s->nlost || s->lost[at].entry != i) {
		s->lost = xreallocarray(s->lost, s->nlost + 1, sizeof(*s->lost));
		memmove(s->lost + at + 1, s->lost + at, (s->nlost - at) * sizeof(*s->lost));
		s->nlost++;
	}
	s->lost[at].entry = i;
	s->lost[at].error = error;
}

static void
find(struct source *s, uint32_t i)
{
	uint32_t at = lost_at(s, i);

	if (at == s->nlost || s->lost[at].entry != i)
		return;
	s->nlost--;
	memmove(s->lost + at, s->lost + at + 1, (s->nlost - at) * sizeof(*s->lost));
}

/* Room for a record. */
static uint8_t *
record(const struct tree *t)
{
	struct source *s = t->source;

	if (s->nvouch == VOUCH_ROOM)
		vouch_write(t);
	return s->vouch + s->nvouch++ * RECORD_LEN;
}

static void
note(const struct tree *t, uint32_t entry, uint32_t what)
{
	uint8_t *p = record(t);

	memset(p, 0, RECORD_LEN);
	put_be32(p, LOST_MARK);
	put_be32(p + 4, entry);
	put_be32(p + 8, what);
}

void
source_lost(const struct tree *t, int error)
{
	lose(t->source, t->source->at, error);
	note(t, t->source->at, (uint32_t)error);
}

void
source_lost_from(const struct tree *t, uint32_t entry)
{
	struct source *s = t->source;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->nlost; i++) {
		if (s->lost[i].entry < entry || !source_wants(s, s->lost[i].entry))
			s->lost[n++] = s->lost[i];
		else
			note(t, s->lost[i].entry, FOUND);
	}
	s->nlost = n;
}

/* ---- read again ---- */

/* One record; whether the list it is of is ours. */
static bool
take_record(struct source *s, const uint8_t *p, const uint8_t *list, bool ours)
{
	uint32_t i = get_be32(p);

	if (i == LIST_MARK) {
		ours = memcmp(p + 4, list, VOUCH_LEN) == 0;
		if (!ours)
			memset(s->vouched, 0, (size_t)s->count * VOUCH_LEN);
		if (!ours)
			s->nlost = 0;
	} else if (i == LOST_MARK && ours && get_be32(p + 4) < s->count) {
		if (get_be32(p + 8) == FOUND)
			find(s, get_be32(p + 4));
		else
			lose(s, get_be32(p + 4), (int)get_be32(p + 8));
	} else if (ours && i < s->count) {
		memcpy(s->vouched + (size_t)i * VOUCH_LEN, p + 4, VOUCH_LEN);
	}
	return ours;
}

static void
load(const struct tree *t, int fd)
{
	struct source *s = t->source;
	uint8_t *b = xmalloc(LOOK), list[VOUCH_LEN], *p;
	struct iovec iov = {b, LOOK};
	bool ours = false;
	off_t at = 0;
	ssize_t n;

	hash_list(s, list);

	while ((n = t->sys->preadv(fd, &iov, 1, at)) > 0 || (n == -1 && errno == EINTR)) {
		for (ssize_t i = 0; i + RECORD_LEN <= n; i += RECORD_LEN)
			ours = take_record(s, b + i, list, ours);
		at += n > 0 ? n : 0;
		/* A record that was cut off is written over. */
		if (n > 0 && n % RECORD_LEN != 0)
			break;
	}
	s->vouch_len = at - at % RECORD_LEN;
	free(b);
	if (ours)
		return;
	p = record(t);
	put_be32(p, LIST_MARK);
	memcpy(p + 4, list, VOUCH_LEN);
}

void
vouch_open(const struct tree *t, int64_t transfer)
{
	struct source *s = t->source;
	char *path;

	if (s->vouched != NULL)
		return;
	s->vouched = xcalloc(s->count, VOUCH_LEN);
	if (t->vouchers == NULL || transfer == 0)
		return;
	path = path_of(t, transfer);
	if (mkdir(t->vouchers, 0700) == 0 || errno == EEXIST)
		s->vouch_fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(path);
	if (s->vouch_fd != -1)
		load(t, s->vouch_fd);
}

bool
vouch_holds(const struct source *s, uint32_t i)
{
	uint8_t now[VOUCH_LEN];

	identity(&s->e[i], now);
	return memcmp(now, s->vouched + (size_t)i * VOUCH_LEN, VOUCH_LEN) == 0;
}

void
vouch_add(const struct tree *t, uint32_t i)
{
	struct source *s = t->source;
	uint8_t *p;

	if (s->vouched == NULL || vouch_holds(s, i))
		return;
	p = record(t);
	put_be32(p, i);
	identity(&s->e[i], p + 4);
	memcpy(s->vouched + (size_t)i * VOUCH_LEN, p + 4, VOUCH_LEN);
}

void
vouch_write(const struct tree *t)
{
	struct source *s = t->source;
	struct iovec iov = {s->vouch, s->nvouch * RECORD_LEN};
	ssize_t n;

	if (s->vouch_fd == -1 || s->nvouch == 0) {
		s->nvouch = 0;
		return;
	}
	do
		n = t->sys->pwritev(s->vouch_fd, &iov, 1, s->vouch_len);
	while (n == -1 && errno == EINTR);
	/* What could not be kept is not vouched for by the next process: sums are compared then. */
	if (n > 0)
		s->vouch_len += n - n % RECORD_LEN;
	s->nvouch = 0;
}

void
vouch_close(struct source *s)
{
	if (s->vouch_fd != -1)
		close(s->vouch_fd);
	s->vouch_fd = -1;
	free(s->vouched);
	s->vouched = NULL;
}

void
vouch_forget(const struct tree *t, int64_t transfer)
{
	char *path;

	if (t->vouchers == NULL || transfer == 0)
		return;
	path = path_of(t, transfer);
	unlink(path);
	free(path);
}
