/* disk_try.c - carries a transfer from disk to disk. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/types.h"
#include "src/util.h"
#include "tests/disk_try.h"
#include "tests/pair.h"
#include "tests/tap.h"

enum tree_handle { SOURCE = 1, SINK = 2 };

static int
quick_sync(int fd)
{
	(void)fd;
	return 0;
}

static int
quick_range(int fd, off_t at, off_t n, unsigned flags)
{
	(void)fd, (void)at, (void)n, (void)flags;
	return 0;
}

void
try_open(struct try *y)
{
	memset(y, 0, sizeof(*y));
	y->sys = disk_sys_real;
	y->sys.syncfs = y->sys.fdatasync = quick_sync;
	y->sys.sync_range = quick_range;
	y->replies = queue_new(1000);
	y->disk = disk_start(0, y->replies);
	disk_set_sys(y->disk, &y->sys);
	disk_set_vouchers(y->disk, pair_path("%s/sent", test_tmpdir()));
}

void
try_close(struct try *y)
{
	disk_stop(y->disk);
	queue_free(y->replies);
	free(y->list);
	free(y->place);
	free(y->to);
}

static struct msg *
job(enum msg_type type, enum tree_handle handle)
{
	struct msg *m = msg_new(type);

	m->b.disk.handle = handle;
	m->b.disk.transfer = 1;
	return m;
}

static struct msg *
ask(struct try *y, struct msg *m)
{
	disk_push(y->disk, m);
	m = queue_pop(y->replies);
	while (m != NULL && (m->type == MSG_DISK_LOST || m->type == MSG_DISK_WENT)) {
		y->lost += m->type == MSG_DISK_LOST;
		msg_free(m);
		m = queue_pop(y->replies);
	}
	return m;
}

static struct msg *
read_more(struct try *y, uint32_t flags, uint32_t entry)
{
	struct msg *m = job(MSG_DISK_READ, SOURCE);

	msg_take_bytes(m, xmalloc(DISK_BUFFER), DISK_BUFFER);
	m->b.disk.flags = flags;
	m->b.disk.entry = entry;
	return ask(y, m);
}

/* The frames in the records of m, without DONE, behind each other. */
static uint8_t *
frames_of(const struct msg *m, size_t *n)
{
	uint8_t *b = xmalloc(m->len + 1);
	struct frame f;

	*n = 0;
	for (size_t at = 0; at < m->len;) {
		size_t len = get_be16(m->bytes + at), in = 0;

		while (frame_next(m->bytes + at + 2, len - TAG_LEN, &in, &f) == 1)
			if (f.type != FRAME_DONE)
				*n += frame_put(b + *n, f.type, 0, f.body, f.len);
		at += 2 + len;
	}
	return b;
}

/* Looks at the source and reads its list. */
void
try_scan(struct try *y, const char *from)
{
	struct msg *m = job(MSG_DISK_SCAN, SOURCE);
	struct frame f;
	uint32_t next = 0;
	bool last;
	uint8_t *b;
	size_t n, in;

	m = ask(y, msg_set_bytes(m, from, strlen(from) + 1));
	y->bytes = m->b.disk.size;
	y->count = m->b.disk.count;
	msg_free(m);
	do {
		m = read_more(y, DISK_LIST, next);
		b = frames_of(m, &n);
		for (in = 0; frame_next(b, n, &in, &f) == 1;) {
			y->list = xreallocarray(y->list, y->list_len + f.len, 1);
			memcpy(y->list + y->list_len, f.body + 10, f.len - 10);
			y->list_len += f.len - 10;
		}
		free(b);
		next = m->b.disk.entry;
		last = (m->b.disk.flags & DISK_LAST) != 0;
		msg_free(m);
	} while (!last);
}

/* A DISK_PREPARE of the sink, taken over, and then of the source with what it answered. An errno, or 0. */
static int
begin(struct try *y, struct msg *m)
{
	struct msg *from = job(MSG_DISK_PREPARE, SOURCE);
	int error;

	m = ask(y, m);
	error = m->b.disk.error;
	y->more = (m->b.disk.flags & DISK_MORE) != 0;
	y->at = m->b.disk.entry;
	y->at_offset = m->b.disk.offset;
	if (m->b.disk.flags & DISK_SUMMED)
		from->b.disk.flags = DISK_SUMMED;
	from->b.disk.entry = y->at;
	from->b.disk.offset = y->at_offset;
	y->runs++;
	if (y->runs == 1) {
		from->b.disk.flags |= DISK_AFRESH;
		y->entry = y->at;
		y->offset = y->at_offset;
		y->kept = m->b.disk.size;
	}
	msg_set_bytes(from, m->bytes, m->len);
	msg_free(m);
	if (error == 0) {
		from = ask(y, from);
		error = from->b.disk.error;
	}
	msg_free(from);
	return error;
}

int
try_prepare(struct try *y, const char *to, uint32_t flags)
{
	struct msg *m = job(MSG_DISK_PREPARE, SINK);
	size_t n = strlen(to) + 1;
	uint8_t *b = xcalloc(1, n + ID_LEN + y->list_len + 1);

	memcpy(b, to, n);
	memcpy(b + n + ID_LEN, y->list, y->list_len);
	msg_take_bytes(m, b, n + ID_LEN + y->list_len);
	m->b.disk.count = y->count;
	m->b.disk.size = y->bytes;
	m->b.disk.flags = flags;
	free(y->to);
	y->to = xstrdup(to);
	y->runs = 0;
	return begin(y, m);
}

/* What comes next, as the sink says: the run before ended, or its sums were compared. */
static int
begin_next(struct try *y, uint32_t why)
{
	struct msg *m = msg_set_bytes(job(MSG_DISK_PREPARE, SINK), y->to, strlen(y->to) + 1);

	m->b.disk.flags = DISK_RESUME | why;
	return begin(y, m);
}

/* They were compared up to a place that did not move. */
static int
begin_same(struct try *y, const struct msg *w)
{
	struct msg *m = job(MSG_DISK_PREPARE, SOURCE);
	int error;

	m->b.disk.entry = w->b.disk.entry;
	m->b.disk.offset = (uint64_t)w->b.disk.mtime_ns;
	m->b.disk.flags = DISK_SUMMED;
	m = ask(y, m);
	error = m->b.disk.error;
	msg_free(m);
	return error;
}

bool
try_stream(struct try *y, uint64_t stop)
{
	struct msg *m, *w;
	bool last = false;
	int error = 0;

	while (!last && y->wire < stop && error == 0) {
		uint32_t flags;
		size_t n;
		uint8_t *b;

		m = read_more(y, 0, 0);
		b = frames_of(m, &n);
		last = (m->b.disk.flags & DISK_LAST) != 0;
		msg_free(m);
		w = ask(y, msg_take_bytes(job(MSG_DISK_WRITE, SINK), b, n));
		error = w->b.disk.error;
		flags = w->b.disk.flags;
		y->wire += n;
		if (error == 0 && (flags & DISK_SUMMED) != 0) {
			error = flags & DISK_MORE ? begin_next(y, DISK_SUMMED) : begin_same(y, w);
			last = false;
		} else if (error == 0 && last && y->more) {
			error = begin_next(y, DISK_NEXT);
			last = false;
		}
		msg_free(w);
	}
	return last && error == 0;
}

/* Gives the names; an errno, or 0. */
int
try_finish(struct try *y)
{
	struct msg *m = ask(y, job(MSG_DISK_FINISH, SINK));
	int error = m->b.disk.error;

	y->place = xstrndup((const char *)m->bytes, m->len);
	msg_free(m);
	return error;
}

bool
try_whole(struct try *y, const char *from, const char *to)
{
	try_scan(y, from);
	return try_prepare(y, to, 0) == 0 && try_stream(y, UINT64_MAX) && try_finish(y) == 0 &&
	       y->lost == 0;
}
