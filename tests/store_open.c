/* store_open.c - opening the database: beside a writer and alone, and every file that is not what it should be. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/db.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/store_int.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

static char err[600];

static struct store *
reader(const char *path)
{
	return store_open(path, STORE_READ, test_key(), err, sizeof(err));
}

/* The names in a folder, in no order, as one number: changes when one comes or goes. */
static unsigned
names(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	unsigned sum = 0;

	if (dir == NULL)
		return 0;
	/* cppcheck-suppress readdirCalled */
	while ((e = readdir(dir)) != NULL)
		for (const char *p = e->d_name; *p != '\0'; p++)
			sum += (unsigned)*p * 31 + sum % 7 + 1;
	closedir(dir);
	return sum;
}

/* A database with one contact and one message, closed. */
static void
make(const char *path)
{
	struct store *s = open_store(path);

	apply(s, contact_msg(1, "ada"), got_msg(1, 1, 1, "first"));
	ok(answer(MSG_SR_GOT) != NULL && answer(MSG_SR_CHAT) != NULL && no_more(), "%s is made",
	   path + strlen(test_tmpdir()) + 1);
	store_close(s);
}

static void
test_alone(void)
{
	const char *folder = tmp_path("alone with %3f ?x=1#y \xc3\xab");
	char *path;
	struct store *s, *writer;
	const struct msg *m;
	unsigned before;

	ok(mkdir(folder, 0700) == 0, "a folder with an awkward name");
	xasprintf(&path, "%s/history?immutable=0.db", folder);
	make(path);
	before = names(folder);
	s = reader(path);
	ok(s != NULL, "a reader where nobody writes: %s", err);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first", "reads");
	store_load(s, answers());
	m = answer(MSG_SR_CONTACT);
	ok(m != NULL && strcmp(m->b.st_contact.name, "ada") == 0, "loads the contact");
	ok(chat_is(1, 1, 1, 1, 1) && answer(MSG_SR_LOADED) != NULL && no_more(), "and its chat");
	is_int(names(folder), before, "and makes nothing");
	writer = open_store(path);
	apply(writer, got_msg(1, 2, 2, "second"));
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first second",
	       "a writer that comes later is noticed");
	store_close(writer);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first second", "and its going does no harm");
	writer = open_store(path);
	apply(writer, got_msg(1, 3, 3, "third"));
	store_close(writer);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first second third", "nor its coming again");
	apply(s, got_msg(1, 4, 4, "fourth"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.failed, "a reader cannot write: %s",
	   m != NULL ? (const char *)m->bytes : "");
	store_close(s);
	free(path);
}

/* A child that holds the database open as the writer; it commits one message for each byte it is sent and answers each with one. */
static pid_t
writing_child(const char *path, int *to, int *from)
{
	int in[2], out[2];
	char byte;
	pid_t pid;

	if (pipe(in) != 0 || pipe(out) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		struct store *s = open_store(path);

		close(in[1]);
		for (unsigned id = 10; read(in[0], &byte, 1) == 1; id++) {
			apply(s, got_msg(1, id, id, "more"));
			if (write(out[1], &byte, 1) != 1)
				break;
		}
		_exit(0);
	}
	close(in[0]);
	close(out[1]);
	*to = in[1];
	*from = out[0];
	return pid;
}

static bool
one_more(int to, int from)
{
	char byte = 'x';

	return write(to, &byte, 1) == 1 && read(from, &byte, 1) == 1;
}

static void
test_beside(void)
{
	const char *path = tmp_path("beside.db");
	int to = -1, from = -1, status;
	struct store *s, *writer;
	pid_t pid;

	make(path);
	pid = writing_child(path, &to, &from);
	ok(pid > 0 && one_more(to, from), "another process writes");
	s = reader(path);
	ok(s != NULL, "a reader beside it: %s", err);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first more", "sees what is committed");
	ok(one_more(to, from), "it goes on");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first more more", "which the reader sees");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(to);
	close(from);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first more more", "it is killed: all is there");
	store_close(s);
	s = reader(path);
	ok(s != NULL, "a reader after it: %s", err);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "first more more", "finds all");
	writer = open_store(path);
	is_str(page_texts(writer, 1, PAGE_AFTER, 0, 9), "first more more", "a writer too");
	store_close(s);
	store_close(writer);
}

/* A writer that comes and goes while somebody reads: never a page that is torn, empty or older than the one before. */
static void
test_coming_and_going(void)
{
	const char *path = tmp_path("busy.db");
	unsigned pages = 0, wrong = 0;
	uint32_t most = 0;
	struct store *s;
	int status;
	pid_t pid;

	make(path);
	pid = fork();
	if (pid == 0) {
		for (unsigned i = 0; i < 240; i++) {
			s = open_store(path);
			apply(s, got_msg(1, 2 + i, 2 + i, "more"));
			store_close(s);
		}
		_exit(0);
	}
	s = reader(path);
	while (waitpid(pid, &status, WNOHANG) == 0 && s != NULL) {
		struct msg *m = page(s, 1, PAGE_AFTER, 0, 256);
		uint32_t n = m->b.page_result.count;
		struct row r = {.row = 0};

		wrong += n == 0 || n < most || !page_row(m, n - 1, &r) || r.seq != n;
		most = n;
		pages++;
		msg_free(m);
	}
	ok(s != NULL && wrong == 0, "of %u pages beside a writer that comes and goes none is wrong",
	   pages);
	is_str(page_texts(s, 1, PAGE_AFTER, 240, 9), "more", "the last one is there");
	store_close(s);
}

static void
put_file(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	fwrite(bytes, 1, n, f);
	fclose(f);
}

/* Whether opening fails in both modes with this word in the sentence. */
static void
refused(const char *path, const char *word, const char *what)
{
	struct store *s = store_open(path, STORE_WRITE, test_key(), err, sizeof(err));

	ok(s == NULL && strstr(err, word) != NULL, "%s: %s", what, err);
	store_close(s);
	s = reader(path);
	ok(s == NULL && strstr(err, word) != NULL, "%s, for a reader: %s", what, err);
	store_close(s);
}

/* Changes bytes of a file in place. */
static void
patch(const char *path, off_t at, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (pwrite(fd, bytes, n, at) != (ssize_t)n)
		diag("cannot patch %s", path);
	close(fd);
}

static void
test_other_files(void)
{
	static const char *const statements[] = {"SELECT 1"};
	static const char *const migrations[] = {"CREATE TABLE t (x)"};
	static const struct db_schema other = {4711, migrations, 1, statements, 1};
	const char *path = tmp_path("other.db");
	char text[5000];
	struct store *s;

	memset(text, 'x', sizeof(text));
	put_file(path, text, sizeof(text));
	refused(path, "not a database of p2p-tui", "a text file");
	unlink(path);
	db_close(db_open(path, DB_WRITE, &other, err, sizeof(err)));
	refused(path, "not a database of p2p-tui", "a database of another program");
	refused(test_tmpdir(), "not a file", "a folder");
	mkfifo(tmp_path("fifo.db"), 0600);
	refused(tmp_path("fifo.db"), "not a file", "a pipe");
	refused(tmp_path("no/where.db"), tmp_path("no/where.db"), "a missing folder");
	s = reader(tmp_path("none.db"));
	ok(s == NULL && access(tmp_path("none.db"), F_OK) != 0, "a reader makes nothing: %s", err);
	put_file(tmp_path("empty.db"), "", 0);
	ok(reader(tmp_path("empty.db")) == NULL, "nor does it fill an empty file: %s", err);
	s = store_open(tmp_path("empty.db"), STORE_WRITE, test_key(), err, sizeof(err));
	ok(s != NULL, "which a writer does: %s", s != NULL ? "" : err);
	store_close(s);
}

static void
test_versions(void)
{
	const char *path = tmp_path("versions.db");
	uint8_t version[4] = {0, 0, 0, 99};

	make(path);
	/* The SQLite file format: user_version stands at byte 60. */
	patch(path, 60, version, 4);
	refused(path, "newer p2p-tui", "a file of the future");
}

static void
test_damage(void)
{
	const char *path = tmp_path("damaged.db");
	struct store *s = open_store(path);
	const struct msg *m;
	char noise[4096];
	struct stat st;

	for (unsigned i = 0; i < 200; i++)
		apply(s, contact_msg(1, "ada"),
		      got_msg(1, i, i, "a message of some length, to fill a few pages"));
	store_close(s);
	stat(path, &st);
	memset(noise, 0x5a, sizeof(noise));
	for (off_t at = 4096 * 2; at < st.st_size; at += 4096)
		patch(path, at, noise, sizeof(noise));
	s = store_open(path, STORE_WRITE, test_key(), err, sizeof(err));
	if (s != NULL) {
		apply(s, got_msg(1, 1000, 1000, "new"));
		m = answer(MSG_SR_GOT);
		ok(m != NULL && m->b.st_row.failed && strstr((char *)m->bytes, "damaged") != NULL,
		   "damage that is met later is told: %s", m != NULL ? (char *)m->bytes : "");
		is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "",
		       "a page that cannot be read is empty");
		apply(s, msg_new(MSG_ST_LOAD));
		m = answer(MSG_SR_FAILED);
		ok(m != NULL && m->b.sr_failed.type == MSG_ST_LOAD, "loading fails in words");
		store_close(s);
	} else {
		ok(strstr(err, "damaged") != NULL, "damage is told when opening: %s", err);
	}
	patch(path, 4096, noise, 4096);
	patch(path, 100, noise, 3000);
	refused(path, "damaged", "a damaged schema");
	make(tmp_path("short.db"));
	stat(tmp_path("short.db"), &st);
	ok(truncate(tmp_path("short.db"), st.st_size / 2) == 0, "cut in half");
	refused(tmp_path("short.db"), "damaged", "a file that was cut");
}

/* In a child without root's rights: opens the path and exits with what happened. */
static int
as_nobody(const char *path, enum store_mode mode, const char *word)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct store *s;

		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(9);
		s = store_open(path, mode, test_key(), err, sizeof(err));
		if (s != NULL)
			_exit(strcmp(page_texts(s, 1, PAGE_AFTER, 0, 9), "first") == 0 ? 1 : 2);
		diag("%s", err);
		_exit(strstr(err, word) != NULL ? 3 : 4);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void
test_permissions(void)
{
	const char *folder = tmp_path("foreign"), *path = tmp_path("foreign/history.db");
	unsigned before;

	mkdir(folder, 0700);
	make(path);
	chmod(path, 0444);
	chmod(folder, 0555);
	chmod(test_tmpdir(), 0755);
	before = names(folder);
	is_int(as_nobody(path, STORE_READ, ""), 1,
	       "a reader needs no right to write, not even to the folder");
	is_int(as_nobody(path, STORE_WRITE, "read-only"), 3, "a writer does, and says so");
	is_int(as_nobody(tmp_path("foreign/new.db"), STORE_WRITE, "denied"), 3,
	       "a new file in a folder of others is refused in words");
	chmod(path, 0000);
	is_int(as_nobody(path, STORE_READ, "denied"), 3, "a file one may not read too");
	is_int(names(folder), before, "and nothing was made");
	chmod(folder, 0700);
}

/* Each statement is understood by SQLite, and finds the index it names. */
static void
test_statements(void)
{
	struct store *s = open_store(tmp_path("statements.db"));

	ok(db_begin(s->db, DB_SYNCED), "a transaction");
	for (size_t i = 0; i < SQL_COUNT; i++)
		db_end(db_query(s->db, i));
	is_str(db_error(s->db), "", "every statement is good");
	ok(db_commit(s->db), "and nothing is broken by it");
	store_close(s);
}

static off_t
log_size(const char *path)
{
	struct stat st;
	char *log;

	xasprintf(&log, "%s-wal", path);
	st.st_size = stat(log, &st) == 0 ? st.st_size : -1;
	free(log);
	return st.st_size;
}

/* The log is longer than what stands in it, so that a commit does not change its length; whoever comes next is not misled by that. */
static void
test_log_ahead(void)
{
	const char *path = tmp_path("ahead.db");
	struct store *s = open_store(path), *reader;
	off_t before, grown = 0;

	apply(s, contact_msg(1, "ada"));
	before = log_size(path);
	ok(before > 1024 * 1024, "the log is ready for the commits to come: %lld bytes",
	   (long long)before);
	for (unsigned i = 1; i <= 1500; i++) {
		apply(s, say_msg(1, i, "word"));
		grown += log_size(path) != before;
		before = log_size(path);
	}
	ok(grown <= 6 && before <= 4224 * 1024,
	   "1,500 commits make it longer %lld times, to %lld bytes", (long long)grown,
	   (long long)before);
	reader = store_open(path, STORE_READ, test_key(), err, sizeof(err));
	is_str(reader != NULL ? page_texts(reader, 1, PAGE_AFTER, 1497, 9) : err, "word word word",
	       "who reads it finds all of them");
	store_close(reader);
	store_close(s);
	s = open_store(path);
	is_str(page_texts(s, 1, PAGE_AFTER, 1497, 9), "word word word", "as does the next start");
	store_close(s);
}

int
main(void)
{
	test_alone();
	test_beside();
	test_coming_and_going();
	test_other_files();
	test_versions();
	test_damage();
	test_permissions();
	test_statements();
	test_log_ahead();
	queue_free(answers());
	return done_testing();
}
