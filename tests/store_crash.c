/* store_crash.c - what is answered is kept: through kill -9, a full disk, and a file that may not grow; and how fast it goes. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define KILLS 12

/* What a child reports of each answer; small enough for a pipe to take it whole. */
struct report {
	bool out;
	unsigned id;
	int64_t row, seq;
};

/* Applies groups of said and received messages for ever, ids from `id` on, and reports each answer. */
static void
write_for_ever(const char *path, unsigned id, uint64_t seed, int to)
{
	struct store *s = open_store(path);

	for (;;) {
		struct msg *list = contact_msg(1, "ada"), *m;

		for (uint64_t n = test_random(&seed) % 8 + 1; n > 0; n--, id++) {
			m = id % 2 != 0 ? say_msg(1, id, "said") : got_msg(1, id, id, "received");
			m->next = list->next;
			list->next = m;
		}
		store_apply(s, list, answers());
		while ((m = queue_pop(answers())) != NULL) {
			struct report r = {m->type == MSG_SR_SAID, m->serial, m->b.st_row.row,
					   m->b.st_row.seq};

			if (m->type != MSG_SR_CHAT && write(to, &r, sizeof(r)) != sizeof(r))
				_exit(1);
			msg_free(m);
		}
	}
}

/* Whether the store still has what was reported. */
static bool
kept(struct store *s, const struct report *r)
{
	const struct msg *m;
	bool good;

	apply(s, r->out ? say_msg(1, r->id, "again") : got_msg(1, r->id, r->id, "again"));
	m = answer(r->out ? MSG_SR_SAID : MSG_SR_GOT);
	good = m != NULL && !m->b.st_row.fresh && m->b.st_row.row == r->row &&
	       m->b.st_row.seq == r->seq;
	if (!good)
		diag("%s %u, row %" PRId64 " is lost", r->out ? "said" : "received", r->id, r->row);
	return good;
}

/* Kills a writing child after so many reports; returns how many there were, and counts what is not kept. *id becomes the first unused. */
static unsigned
kill_one(const char *path, unsigned *id, uint64_t *seed, unsigned *lost, int64_t *newest)
{
	uint64_t after = test_random(seed) % 400, child_seed = test_random(seed);
	static struct report reports[100000];
	unsigned n = 0;
	int pipes[2];
	struct store *s;
	pid_t pid;

	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		return 0;
	if (pid == 0)
		write_for_ever(path, *id, child_seed, pipes[1]);
	close(pipes[1]);
	while (n < NELEM(reports) && read(pipes[0], &reports[n], sizeof(*reports)) > 0)
		if (n++ == after)
			kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
	s = open_store(path);
	for (unsigned i = 0; i < n; i++) {
		*lost += !kept(s, &reports[i]);
		if (reports[i].row > *newest)
			*newest = reports[i].row;
	}
	/* Committed and not answered is possible, so ids are left out generously. */
	*id += n + 100;
	store_close(s);
	return n;
}

/* Whether all rows stand there, outgoing seqs without a gap, every row above the one before. */
static bool
in_order(struct store *s, int64_t *rows)
{
	int64_t at = 0, seq = 0;
	bool more = true, good = true;

	for (*rows = 0; more;) {
		struct msg *m = page(s, 1, PAGE_AFTER, at, 256);
		size_t pos = 0;
		struct row r;

		while (row_get(m->bytes, m->len, &pos, &r)) {
			good = good && r.row > at && (r.dir == DIR_IN || r.seq == ++seq);
			at = r.row;
			++*rows;
		}
		more = m->b.page_result.more;
		msg_free(m);
	}
	return good;
}

static void
test_kill(void)
{
	const char *path = tmp_path("killed.db");
	unsigned lost = 0, total = 0, id = 1;
	int64_t newest = 0, rows = 0;
	uint64_t seed = 20260303;
	struct store *s;

	for (int i = 0; i < KILLS; i++)
		total += kill_one(path, &id, &seed, &lost, &newest);
	is_int(lost, 0, "of %u answers of %d killed writers every one is kept", total, KILLS);
	ok(total > KILLS * 20, "and there were some");
	s = open_store(path);
	ok(in_order(s, &rows), "rows rise and no seq is missing or double");
	ok(rows >= total && rows <= newest + KILLS * 8, "no row is there twice");
	store_close(s);
}

/* Says one message of that size. *seq is set when it was kept. Returns the sentence when it was not, or NULL. */
static const char *
say_big(struct store *s, unsigned id, size_t size, int64_t *seq)
{
	static char words[400];
	char *text = xmalloc(size + 1);
	const struct msg *m;

	memset(text, 'x', size);
	text[size] = '\0';
	apply(s, say_msg(1, id, text));
	free(text);
	m = answer(MSG_SR_SAID);
	if (m == NULL)
		return "no answer";
	if (!m->b.st_row.failed) {
		*seq = m->b.st_row.seq;
		return NULL;
	}
	snprintf(words, sizeof(words), "%s", (const char *)m->bytes);
	return words;
}

/* The next answer, behind the word on the chat that follows each request carried out alone. */
static const struct msg *
next_answer(int type)
{
	const struct msg *m = answer(type);

	return m != NULL ? m : answer(type);
}

/* Fills the store until it refuses; what was said before stays, and more can be said once there is room again. */
static void
fill_and_recover(const char *path, const char *word, void (*make_room)(void))
{
	struct store *s = open_store(path);
	const char *words = NULL;
	int64_t seq = 0, next = 0, rows = 0;
	const struct msg *m;
	unsigned id = 1;

	apply(s, contact_msg(1, "ada"));
	while (id < 1000 && (words = say_big(s, id, 16000, &seq)) == NULL)
		id++;
	ok(words != NULL && strstr(words, word) != NULL && id > 5, "message %u is refused: %s", id,
	   words != NULL ? words : "");
	is_int(seq, id - 1, "those before are said");
	apply(s, say_msg(1, 5000, "x"), got_msg(1, 5000, 1, "y"), say_msg(9, 1, "z"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.failed == (m->b.st_row.row == 0), "each request of a group");
	ok(next_answer(MSG_SR_GOT) != NULL && next_answer(MSG_SR_SAID) != NULL,
	   "has an answer of its own");
	make_room();
	is_str(say_big(s, id, 16000, &next), NULL, "with room again it is said");
	ok(next == seq + 1 || next == seq + 2, "with the next seq");
	ok(in_order(s, &rows) && rows >= next, "everything is there");
	store_close(s);
	s = open_store(path);
	ok(in_order(s, &rows) && rows >= next, "also after a restart");
	store_close(s);
}

static const char *mount_point, *filler;

static void
remove_filler(void)
{
	if (unlink(filler) != 0)
		diag("cannot make room: %s", strerror(errno));
}

static void
test_full_disk(void)
{
	static char zeros[65536];
	int fd;

	mount_point = tmp_path("mnt");
	filler = tmp_path("mnt/filler");
	/* In a mount namespace of our own, so that nothing is left whatever happens. */
	if (mkdir(mount_point, 0700) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", mount_point, "tmpfs", 0, "size=3m,mode=0700") != 0) {
		skip(strerror(errno), "a full disk: a small tmpfs cannot be mounted");
		return;
	}
	fd = open(filler, O_WRONLY | O_CREAT, 0600);
	for (int i = 0; i < 24; i++)
		if (write(fd, zeros, sizeof(zeros)) < 0)
			diag("cannot fill: %s", strerror(errno));
	close(fd);
	fill_and_recover(tmp_path("mnt/history.db"), "The disk is full", remove_filler);
	if (umount2(mount_point, MNT_DETACH) != 0)
		diag("cannot unmount: %s", strerror(errno));
}

static void
limit_files(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		diag("cannot limit: %s", strerror(errno));
}

static void
lift_limit(void)
{
	limit_files(RLIM_INFINITY);
}

/* The same without a mount: files may not grow beyond half a megabyte. */
static void
test_limited_files(void)
{
	signal(SIGXFSZ, SIG_IGN);
	limit_files(512 * 1024);
	fill_and_recover(tmp_path("limited.db"), "cannot be written", lift_limit);
	lift_limit();
}

/* How many messages a second, in groups of this size. */
static void
speed(unsigned groups, unsigned size)
{
	struct store *s = open_store(tmp_path(size == 1 ? "single.db" : "group.db"));
	uint64_t start;
	unsigned id = 1;

	apply(s, contact_msg(1, "ada"));
	start = util_mono_ms();
	for (unsigned g = 0; g < groups; g++) {
		struct msg *first = NULL, **last = &first;

		for (unsigned i = 0; i < size; i++, id++, last = &(*last)->next)
			*last = got_msg(1, id, id,
					"a message as long as most of them are, perhaps");
		apply(s, first);
	}
	start = util_mono_ms() - start;
	diag("%u groups of %u: %.0f messages/s, %.2f ms a commit", groups, size,
	     groups * size * 1000.0 / (double)(start + 1), (double)start / groups);
	store_close(s);
}

int
main(void)
{
	test_kill();
	test_full_disk();
	test_limited_files();
	speed(50, 1);
	speed(20, 1000);
	queue_free(answers());
	return done_testing();
}
