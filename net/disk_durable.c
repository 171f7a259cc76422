/* disk_durable.c - now and then what was received is made durable with its journal, so that a power cut costs seconds and not all of it. */
#include "config.h"

#include <errno.h>

#include "net/disk_int.h"
#include "net/limits.h"

/* The share of its time a transfer gives to this at most: on a disk that is slow to sync it happens less often. */
#define SHARE 20

/* A file by itself, when all that lies around it was synced with an earlier step; else the file system, which is cheaper than file by file. */
static int
sync_all(const struct tree *t)
{
	struct sink *s = t->sink;

	if (journal_all(t) != 0)
		return errno;
	if (s->durable_file == s->at + 1 && s->fd != -1)
		return t->sys->fdatasync(s->fd) == -1 ? errno : journal_sync(t);
	if (t->sys->syncfs(s->part_fd) == -1)
		return errno;
	s->durable_file = s->fd != -1 ? s->at + 1 : 0;
	return 0;
}

int
durable_step(const struct tree *t)
{
	struct sink *s = t->sink;
	uint64_t now = t->sys->now_ms(), took;
	int error;

	if (s->durable_due == 0)
		s->durable_due = now + DURABLE_EVERY;
	if (now < s->durable_due)
		return 0;
	error = sync_all(t);
	took = t->sys->now_ms() - now;
	s->durable_due = now + took + (took * SHARE > DURABLE_EVERY ? took * SHARE : DURABLE_EVERY);
	return error;
}
