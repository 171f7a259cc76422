/* disk.c - the disk workers by themselves: several trees at once through real threads, very deep ones, parts found again. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/types.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MANY 6

/* One transfer from disk to disk. */
struct run {
	int64_t source, sink;
	char *from, *to;
	uint8_t *list;
	size_t list_len;
	uint32_t count;
	uint64_t bytes, done;
	bool last, over;
	int error;
	unsigned lost;
	char *place;
};

static struct disk *disk;
static struct queue *replies;

static struct msg *
job(enum msg_type type, int64_t handle)
{
	struct msg *m = msg_new(type);

	m->b.disk.handle = handle;
	m->b.disk.job = (uint64_t)type;
	return m;
}

/* The whole machine's dirty pages are no concern of most of these tests. */
static int
quick_sync(int fd)
{
	(void)fd;
	return 0;
}

static void
start(unsigned workers)
{
	static struct disk_sys quick;

	quick = disk_sys_real;
	quick.syncfs = quick.fdatasync = quick_sync;
	replies = queue_new(1000);
	disk = disk_start(workers, replies);
	disk_set_sys(disk, &quick);
}

static void
stop(void)
{
	disk_stop(disk);
	queue_free(replies);
}

/* Pushes a job and waits for its answer. */
static struct msg *
ask(struct msg *m)
{
	disk_push(disk, m);
	m = queue_wait_one(replies);
	while (m->type == MSG_DISK_WENT) {
		msg_free(m);
		m = queue_wait_one(replies);
	}
	return m;
}

static void
read_more(struct run *r, bool list)
{
	struct msg *m = job(MSG_DISK_READ, r->source);

	msg_take_bytes(m, xmalloc(DISK_BUFFER), DISK_BUFFER);
	m->b.disk.flags = list ? DISK_LIST : 0;
	m->b.disk.entry = r->count; /* of the list: what is here already */
	disk_push(disk, m);
}

/* Adds the entries of the list's records. */
static void
gather(struct run *r, const struct msg *m)
{
	struct frame f;

	for (size_t at = 0; at < m->len;) {
		size_t len = get_be16(m->bytes + at), in = 0;

		while (frame_next(m->bytes + at + 2, len - TAG_LEN, &in, &f) == 1) {
			r->list = xreallocarray(r->list, r->list_len + f.len, 1);
			memcpy(r->list + r->list_len, f.body + 10, f.len - 10);
			r->list_len += f.len - 10;
		}
		at += 2 + len;
	}
	r->count = m->b.disk.entry;
}

static struct msg *
prepare(const struct run *r, int flags)
{
	struct msg *m = job(MSG_DISK_PREPARE, r->sink);
	size_t n = strlen(r->to) + 1;
	uint8_t *b = xcalloc(1, n + ID_LEN + r->list_len + 1);

	memcpy(b, r->to, n);
	b[n] = (uint8_t)r->sink;
	memcpy(b + n + ID_LEN, r->list, r->list_len);
	msg_take_bytes(m, b, n + ID_LEN + r->list_len);
	m->b.disk.count = r->count;
	m->b.disk.size = r->bytes;
	m->b.disk.flags = (uint32_t)flags;
	return m;
}

/* The records' frames but DONE, as a batch. */
static void
write_on(struct run *r, const struct msg *m)
{
	struct msg *w = job(MSG_DISK_WRITE, r->sink);
	uint8_t *b = xmalloc(m->len + 1);
	size_t n = 0;
	struct frame f;

	for (size_t at = 0; at < m->len;) {
		size_t len = get_be16(m->bytes + at), in = 0;

		while (frame_next(m->bytes + at + 2, len - TAG_LEN, &in, &f) == 1)
			if (f.type != FRAME_DONE)
				n += frame_put(b + n, f.type, 0, f.body, f.len);
		at += 2 + len;
	}
	r->last = (m->b.disk.flags & DISK_LAST) != 0;
	disk_push(disk, msg_take_bytes(w, b, n));
}

/* Goes on with what an answer allows. */
static void
go_on(struct run *r, const struct msg *m)
{
	enum msg_type was = (enum msg_type)m->b.disk.job;

	if (m->type == MSG_DISK_LOST) {
		r->lost++;
		return;
	}
	if (m->type == MSG_DISK_WENT)
		return;
	if (m->b.disk.error != 0) {
		r->error = m->b.disk.error;
		r->over = true;
	} else if (was == MSG_DISK_SCAN) {
		r->bytes = m->b.disk.size;
		read_more(r, true);
	} else if (was == MSG_DISK_READ && r->done == 0 && !r->last &&
		   r->sink != m->b.disk.handle && (m->b.disk.flags & DISK_LIST) != 0) {
		gather(r, m);
		if ((m->b.disk.flags & DISK_LAST) == 0)
			read_more(r, true);
		else
			disk_push(disk, prepare(r, 0));
	} else if (was == MSG_DISK_READ) {
		write_on(r, m);
	} else if (was == MSG_DISK_PREPARE && m->b.disk.handle == r->sink) {
		disk_push(disk, job(MSG_DISK_PREPARE, r->source));
	} else if (was == MSG_DISK_PREPARE) {
		read_more(r, false);
	} else if (was == MSG_DISK_WRITE) {
		r->done = m->b.disk.offset;
		if (r->last)
			disk_push(disk, job(MSG_DISK_FINISH, r->sink));
		else
			read_more(r, false);
	} else if (was == MSG_DISK_FINISH) {
		r->place = xstrndup((const char *)m->bytes, m->len);
		r->over = true;
	}
}

static void
begin(struct run *r, int i, char *from, char *to)
{
	struct msg *m = job(MSG_DISK_SCAN, 2 * i + 1);

	memset(r, 0, sizeof(*r));
	r->source = 2 * i + 1;
	r->sink = 2 * i + 2;
	r->from = from;
	r->to = to;
	disk_push(disk, msg_set_bytes(m, from, strlen(from) + 1));
}

static void
run_all(struct run *r, size_t n)
{
	size_t over = 0;
	struct msg *m;

	while (over < n) {
		struct run *one;

		m = queue_wait_one(replies);
		one = &r[(m->b.disk.handle - 1) / 2];
		if (m->b.disk.job != MSG_DISK_CLOSE && !one->over) {
			go_on(one, m);
			over += one->over;
		}
		msg_free(m);
	}
}

static void
end(struct run *r)
{
	disk_push(disk, job(MSG_DISK_CLOSE, r->source));
	disk_push(disk, job(MSG_DISK_CLOSE, r->sink));
	free(r->list);
	free(r->place);
}

/* ---- tests ---- */

static void
test_many(unsigned workers)
{
	char *top = pair_path("%s/many%u", test_tmpdir(), workers), *from, *to;
	struct run r[MANY];
	bool fine = true;

	mkdir(top, 0755);
	start(workers);
	for (int i = 0; i < MANY; i++) {
		from = pair_path("%s/from%d", top, i);
		to = pair_path("%s/to%d", top, i);
		mkdir(from, 0755);
		mkdir(pair_path("%s/sub", from), 0755);
		for (int k = 0; k < 200; k++)
			pair_write(pair_path("%s/sub/%d", from, k), (size_t)(k * 50), (uint64_t)k);
		pair_write(pair_path("%s/big", from), 2000000, (uint64_t)i);
		begin(&r[i], i, from, to);
	}
	run_all(r, MANY);
	for (int i = 0; i < MANY; i++) {
		fine = fine && r[i].error == 0 && r[i].lost == 0 && r[i].done == r[i].bytes &&
		       strcmp(r[i].place, pair_path("%s/from%d", r[i].to, i)) == 0 &&
		       pair_same(r[i].from, r[i].place);
		end(&r[i]);
	}
	ok(fine, "%d trees side by side, %u workers", MANY, workers);
	stop();
}

static void
test_scan_twice(void)
{
	char *top = pair_path("%s/order", test_tmpdir());
	struct run a = {0}, b = {0};
	struct msg *m;

	mkdir(top, 0755);
	for (int i = 50; i > 0; i--)
		pair_write(pair_path("%s/%d", top, i), 1, 1);
	start(0);
	for (int i = 0; i < 2; i++) {
		struct run *r = i == 0 ? &a : &b;

		r->source = 1 + i;
		m = job(MSG_DISK_SCAN, r->source);
		msg_free(ask(msg_set_bytes(m, top, strlen(top) + 1)));
		read_more(r, true);
		m = queue_pop(replies);
		gather(r, m);
		msg_free(m);
	}
	ok(a.count == 51 && a.list_len == b.list_len && memcmp(a.list, b.list, a.list_len) == 0,
	   "two scans of the same folder agree");
	free(a.list);
	free(b.list);
	stop();
}

static int
no_rename(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	(void)olddirfd;
	(void)oldname;
	(void)newdirfd;
	(void)newname;
	errno = EIO;
	return -1;
}

/* Deeper than any path can be. */
static void
test_deep(bool fails)
{
	char *top = pair_path("%s/deep%d", test_tmpdir(), fails), *to = pair_path("%s/to", top),
	     *cmd;
	char *from = pair_path("%s/bottom", top);
	struct disk_sys sys = disk_sys_real;
	struct run r;
	struct msg *m;
	int fd, next, levels = 0;

	mkdir(top, 0755);
	mkdir(from, 0755);
	fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 300; i++) {
		mkdirat(fd, "a folder with a long name", 0755);
		next = openat(fd, "a folder with a long name", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	close(openat(fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	close(fd);
	start(0);
	sys.rename_new = no_rename;
	sys.syncfs = quick_sync;
	if (fails)
		disk_set_sys(disk, &sys);
	begin(&r, 0, from, to);
	run_all(&r, 1);
	if (fails) {
		ok(r.error == EIO, "a very deep tree that cannot be named");
		m = job(MSG_DISK_CLOSE, r.sink);
		m->b.disk.flags = DISK_REMOVE;
		msg_free(ask(m));
		ok(pair_empty(to), "is removed, however deep");
		free(r.list);
	} else {
		is_int(r.error, 0, "a very deep tree");
		fd = open(pair_path("%s/bottom", to), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		while ((next = openat(fd, "a folder with a long name",
				      O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1) {
			close(fd);
			fd = next;
			levels++;
		}
		ok(levels == 300 && faccessat(fd, "file", F_OK, 0) == 0, "arrives to its end");
		close(fd);
		end(&r);
	}
	stop();
	cmd = pair_path("rm -rf '%s'", top);
	is_int(system(cmd), 0, "it can be removed again");
}

/* Room for the list, none for the file. */
static ssize_t
no_room(int fd, const struct iovec *iov, int n, off_t at)
{
	if (iov->iov_len < 1000)
		return pwritev(fd, iov, n, at);
	errno = ENOSPC;
	return -1;
}

/* The end is asked for before it is known that a write failed. */
static void
test_end_after_failed_write(void)
{
	char *top = pair_path("%s/full", test_tmpdir()), *to = pair_path("%s/to", top);
	char *from = pair_path("%s/f", top);
	struct disk_sys sys = disk_sys_real;
	struct run r;
	struct msg *m;

	mkdir(top, 0755);
	pair_write(from, 1000, 1);
	start(0);
	sys.pwritev = no_room;
	disk_set_sys(disk, &sys);
	begin(&r, 0, from, to);
	run_all(&r, 1);
	is_int(r.error, ENOSPC, "a write that finds no room");
	m = ask(job(MSG_DISK_FINISH, r.sink));
	is_int(m->b.disk.error, ENOSPC, "what is not whole does not end");
	ok(access(pair_path("%s/f", to), F_OK) == -1, "and gets no name");
	msg_free(m);
	end(&r);
	stop();
}

static void
test_probe(void)
{
	struct msg *m = job(MSG_DISK_PREPARE, 1);
	const char *path = pair_path("%s/not/there/yet", test_tmpdir());

	start(0);
	m->b.disk.flags = DISK_PROBE;
	m = ask(msg_set_bytes(m, path, strlen(path)));
	ok(m->b.disk.error == 0 && m->b.disk.size > 0 && m->b.disk.size < UINT64_MAX,
	   "there is room where a folder will be");
	msg_free(m);
	ok(access(pair_path("%s/not", test_tmpdir()), F_OK) == -1, "nothing is made to find out");
	stop();
}

/* ---- a list as a peer may write it ---- */

static void
list_add(struct run *r, uint32_t up, enum entry_kind kind, const char *name, uint64_t size)
{
	struct entry e = {.parent = up,
			  .kind = kind,
			  .mode = 0644,
			  .size = size,
			  .name = name,
			  .name_len = strlen(name),
			  .mtime_ns = -1};
	struct writer w;

	r->list = xreallocarray(r->list, r->list_len + 400, 1);
	wr_open(&w, r->list + r->list_len, 400);
	entry_put(&w, &e);
	r->list_len += w.len;
	r->count++;
	r->bytes += size;
}

/* Files of a byte each, that byte given; then FINISH. */
static struct msg *
write_bytes(const struct run *r, const uint32_t *entries, const char *bytes)
{
	struct msg *m = job(MSG_DISK_WRITE, r->sink);
	uint8_t *b = xcalloc(1, 4096), body[28];
	size_t n = 0;

	for (size_t i = 0; bytes[i] != '\0'; i++) {
		memset(body, 0, sizeof(body));
		put_be32(body + 8, entries[i]);
		put_be64(body + 20, 1);
		n += frame_put(b + n, FRAME_FILE, 0, body, 28);
		memset(body, 0, sizeof(body));
		body[12] = (uint8_t)bytes[i];
		n += frame_put(b + n, FRAME_DATA, 0, body, 13);
		memset(body, 0, sizeof(body));
		put_be32(body + 4, entries[i]);
		n += frame_put(b + n, FRAME_END, 0, body, 9);
	}
	m = ask(msg_take_bytes(m, b, n));
	is_int(m->b.disk.error, 0, "the files are written");
	msg_free(m);
	return ask(job(MSG_DISK_FINISH, r->sink));
}

static void
test_same_names(void)
{
	struct run r = {.sink = 2, .to = pair_path("%s/same", test_tmpdir())};
	static const uint32_t at[] = {1, 2, 3, 5, 6};
	struct msg *m;

	start(0);
	list_add(&r, ENTRY_TOP, ENTRY_FOLDER, "d", 0);
	list_add(&r, 0, ENTRY_FILE, "f", 1);
	list_add(&r, 0, ENTRY_FILE, "f", 1);
	list_add(&r, 0, ENTRY_FILE, "f", 1);
	list_add(&r, ENTRY_TOP, ENTRY_FOLDER, "d", 0);
	list_add(&r, 4, ENTRY_FILE, "f", 1);
	list_add(&r, ENTRY_TOP, ENTRY_FILE, "d", 1);
	m = ask(prepare(&r, 0));
	is_int(m->b.disk.error, 0, "a list with the same name again and again");
	msg_free(m);
	m = write_bytes(&r, at, "xyxzw");
	is_int(m->b.disk.error, 0, "is placed");
	is_str((const char *)m->bytes, r.to, "in the folder");
	msg_free(m);
	/* A file gets its name at once, a new folder when it is full. */
	ok(access(pair_path("%s/d (2)/f", r.to), F_OK) == 0 &&
		   access(pair_path("%s/d (2)/f (2)", r.to), F_OK) == 0 &&
		   access(pair_path("%s/d (2)/f (3)", r.to), F_OK) == -1,
	   "what is identical is there once");
	ok(access(pair_path("%s/d (3)/f", r.to), F_OK) == 0, "the second folder is another one");
	ok(access(pair_path("%s/d", r.to), F_OK) == 0, "the file has its own name too");
	free(r.list);
	stop();
}

/* An empty file and 15 bytes of the next. */
static struct msg *
write_half(const struct run *r)
{
	uint8_t body[28] = {0}, *b = xcalloc(1, 4096);
	size_t n = 0;

	n += frame_put(b + n, FRAME_FILE, 0, body, 28);
	n += frame_put(b + n, FRAME_END, 0, body, 9);
	put_be32(body + 8, 1);
	put_be64(body + 20, 1000);
	n += frame_put(b + n, FRAME_FILE, 0, body, 28);
	memset(body, 0, sizeof(body));
	n += frame_put(b + n, FRAME_DATA, 0, body, 27);
	return ask(msg_take_bytes(job(MSG_DISK_WRITE, r->sink), b, n));
}

/* Other lists and ids do not find the parts of r. */
static void
others_do_not(struct run *r)
{
	struct msg *m;

	start(0);
	r->sink = 3;
	m = ask(prepare(r, DISK_RESUME));
	is_int(m->b.disk.error, ENOENT, "not those of another transfer");
	msg_free(m);
	r->sink = 2;
	r->list[r->list_len - 1] = 'c';
	m = ask(prepare(r, DISK_RESUME));
	is_int(m->b.disk.error, ESTALE, "nor with another list");
	msg_free(m);
	r->list[r->list_len - 1] = 'b';
	stop();
}

/* A process that was killed leaves its parts; the next one finds them. */
static void
test_found_again(void)
{
	struct run r = {.sink = 2, .to = pair_path("%s/found", test_tmpdir())};
	char *part = pair_path("%s/.p2p-tui-part/02000000000000000000000000000000", r.to);
	struct disk *killed;
	struct queue *its;
	struct msg *m;

	list_add(&r, ENTRY_TOP, ENTRY_FILE, "a", 0);
	list_add(&r, ENTRY_TOP, ENTRY_FILE, "b", 1000);
	start(0);
	killed = disk;
	its = replies;
	msg_free(ask(prepare(&r, 0)));
	msg_free(write_half(&r));
	others_do_not(&r);
	start(0);
	m = ask(prepare(&r, DISK_RESUME));
	ok(m->b.disk.error == 0, "parts of a process that was killed are found again");
	msg_free(m);
	msg_free(write_half(&r));
	stop();
	start(0);
	m = ask(prepare(&r, DISK_RESUME));
	ok(m->b.disk.error == 0 && m->b.disk.entry == 1 && m->b.disk.offset == 15,
	   "those of one that ended too: entry %u from %llu", m->b.disk.entry,
	   (unsigned long long)m->b.disk.offset);
	msg_free(m);
	stop();
	start(0);
	pair_write(pair_path("%s/key", part), 32, 1);
	m = ask(prepare(&r, DISK_RESUME));
	ok(m->b.disk.error == 0 && m->b.disk.entry == 0 && m->b.disk.offset == 0,
	   "with another key they are not trusted");
	msg_free(m);
	m = job(MSG_DISK_CLOSE, r.sink);
	m->b.disk.flags = DISK_REMOVE;
	msg_free(ask(m));
	ok(pair_empty(r.to), "they can be removed");
	stop();
	disk = killed;
	replies = its;
	stop();
	free(r.list);
}

static void
test_not_ours(void)
{
	struct run r = {.sink = 2, .to = pair_path("%s/shared", test_tmpdir())};
	struct msg *m;

	list_add(&r, ENTRY_TOP, ENTRY_FILE, "a", 0);
	mkdir(r.to, 0755);
	start(0);
	if (symlink("/tmp", pair_path("%s/.p2p-tui-part", r.to)) == -1)
		diag("no link");
	m = ask(prepare(&r, 0));
	ok(m->b.disk.error != 0, "a link in the place of the part folder is not followed: %s",
	   (const char *)m->bytes);
	msg_free(m);
	unlink(pair_path("%s/.p2p-tui-part", r.to));
	mkdir(pair_path("%s/.p2p-tui-part", r.to), 0755);
	if (geteuid() == 0 && chown(pair_path("%s/.p2p-tui-part", r.to), 12345, 12345) == 0) {
		m = ask(prepare(&r, 0));
		is_int(m->b.disk.error, EPERM, "nor is somebody else's folder used");
		msg_free(m);
	} else {
		skip("only root can give a folder away", "nor is somebody else's folder used");
	}
	free(r.list);
	stop();
}

int
main(void)
{
	test_many(0);
	test_many(4);
	test_scan_twice();
	test_deep(false);
	test_deep(true);
	test_end_after_failed_write();
	test_probe();
	test_same_names();
	test_found_again();
	test_not_ours();
	return done_testing();
}
