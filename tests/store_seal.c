/* store_seal.c - sealing a database that was plain: nothing of it can be read after that, whatever interrupts it; and nobody moves a
 * sealed value, or opens it with another key. */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define SECRET	 "Quetzalcoatl"
#define MESSAGES 4000
#define KILLS	 25

static const struct seal_key mine = {.b = {1, 2, 3}, .wanted = true};
static const struct seal_key other = {.b = {1, 2, 4}, .wanted = true};
static char err[512];

static struct store *
open_with(const char *path, enum store_mode mode, const struct seal_key *key)
{
	err[0] = '\0';
	return store_open(path, mode, key, err, sizeof(err));
}

/* Whether the bytes stand in the file or in what SQLite keeps beside it. */
static bool
on_disk(const char *path, const void *bytes, size_t n)
{
	static const char *const beside[] = {"", "-wal", "-shm", "-journal"};
	bool found = false;

	for (size_t i = 0; i < NELEM(beside) && !found; i++) {
		char name[512];
		struct stat st;
		uint8_t *p;
		FILE *f;

		snprintf(name, sizeof(name), "%s%s", path, beside[i]);
		f = fopen(name, "rb");
		if (f == NULL)
			continue;
		fstat(fileno(f), &st);
		p = xmalloc((size_t)st.st_size + 1);
		found = memmem(p, fread(p, 1, (size_t)st.st_size, f), bytes, n) != NULL;
		free(p);
		fclose(f);
	}
	return found;
}

static bool
readable(const char *path)
{
	struct key key = nth_key(1);
	struct id id = nth_id(5);

	return on_disk(path, SECRET, strlen(SECRET)) || on_disk(path, key.b, sizeof(key.b)) ||
	       on_disk(path, id.b, sizeof(id.b));
}

/* A plain database with the secret in every column that there is, in deleted rows and in changed ones. */
static void
fill(struct store *s, unsigned messages)
{
	struct msg *door = msg_new(MSG_ST_DOOR), *value = msg_new(MSG_ST_VALUE);
	struct msg *contact = contact_msg(1, SECRET " one"), *typed = msg_new(MSG_ST_TYPED);

	strlcpy(contact->b.st_contact.nick, SECRET " nick", NAME_SIZE);
	strlcpy(contact->b.st_contact.addrs[0], SECRET ":41555", ADDR_TEXT_SIZE);
	contact->b.st_contact.naddrs = 1;
	contact->b.st_contact.has_door = true;
	memcpy(contact->b.st_contact.door, SECRET SECRET SECRET, KEY_LEN);
	msg_set_bytes(contact, SECRET " note", strlen(SECRET " note"));
	memcpy(door->b.st_door.door, SECRET SECRET SECRET, KEY_LEN);
	strlcpy(value->b.st_value.name, SECRET, sizeof(value->b.st_value.name));
	msg_set_bytes(value, SECRET, strlen(SECRET));
	typed->b.typed.peer = nth_key(1);
	msg_set_bytes(typed, SECRET " draft", strlen(SECRET " draft"));
	apply(s, contact, contact_msg(2, "bob"), door, value, typed,
	      transfer_msg(0, 1, SECRET, "/" SECRET "/a"));
	for (unsigned i = 0; i < messages; i += 100) {
		struct msg *group[101] = {NULL};
		char text[64];

		for (unsigned j = 0; j < 100; j++) {
			snprintf(text, sizeof(text), SECRET " %u", i + j);
			group[j] = (i + j) % 2 == 0 ? say_msg(1 + j % 3 / 2, 1 + i + j, text)
						    : got_msg(1, 1 + i + j, i + j, text);
		}
		apply_all(s, group);
	}
	apply(s, acked_msg(1, RECEIPT_FAILED, 1, 1), acked_msg(1, RECEIPT_DELIVERED, 3, 3));
	apply(s, forget_msg(2), contact_msg(2, SECRET));
}

static void
make_plain(const char *path, unsigned messages)
{
	struct store *s = open_with(path, STORE_WRITE, NULL);

	fill(s, messages);
	store_close(s);
}

/* The number of rows there are of the first contact, and whether each has its text. */
static unsigned
rows_of(struct store *s, unsigned *bad)
{
	int64_t at = 0;
	unsigned n = 0;

	*bad = 0;
	for (;;) {
		struct msg *m = page(s, 1, PAGE_AFTER, at, 1000);
		struct row r;

		for (unsigned i = 0; page_row(m, i, &r) && i < 1; i++)
			*bad += r.text_len < strlen(SECRET) ||
				memcmp(r.text, SECRET, strlen(SECRET)) != 0;
		n += m->b.page_result.count;
		if (m->b.page_result.count != 0)
			page_row(m, m->b.page_result.count - 1, &r);
		at = r.row;
		if (m->b.page_result.count == 0) {
			msg_free(m);
			return n;
		}
		msg_free(m);
	}
}

/* Everything ST_LOAD tells, added up: the same for the same content. */
static uint64_t
sum(struct store *s)
{
	struct queue *q = queue_new(1);
	struct msg *m;
	uint64_t v = 1469598103934665603u;

	store_load(s, q);
	while ((m = queue_pop(q)) != NULL) {
		const uint8_t *body = (const uint8_t *)&m->b;

		for (size_t i = 0; i < sizeof(m->b); i++)
			v = (v ^ body[i]) * 1099511628211u;
		for (size_t i = 0; i < m->len; i++)
			v = (v ^ m->bytes[i]) * 1099511628211u;
		v += m->type;
		msg_free(m);
	}
	queue_free(q);
	return v;
}

static void
test_seal(void)
{
	const char *path = tmp_path("plain.db");
	struct store *s;
	unsigned before, after, bad;
	uint64_t was;

	make_plain(path, MESSAGES);
	ok(readable(path), "what is not sealed can be read on the disk");
	s = open_with(path, STORE_WRITE, NULL);
	before = rows_of(s, &bad);
	was = sum(s);
	store_close(s);
	s = open_with(path, STORE_WRITE, &mine);
	ok(s != NULL, "it is sealed: %s", err);
	ok(!readable(path), "nothing can be read any more, while it is open");
	after = rows_of(s, &bad);
	ok(after == before && after > 2000 && bad == 0, "all rows are there (%u)", after);
	ok(sum(s) == was, "contacts, doors, values and transfers too");
	apply(s, say_msg(1, 90001, SECRET " new"), got_msg(1, 1, 7, SECRET));
	ok(answer(MSG_SR_SAID) != NULL && answer(MSG_SR_GOT) != NULL, "it takes new messages");
	ok(!readable(path), "and they cannot be read");
	apply(s, forget_msg(1));
	store_close(s);
	ok(!readable(path), "nor when it is closed");
}

static void
test_keys(void)
{
	const char *path = tmp_path("keys.db");
	struct seal_key tame = mine;
	struct store *s;

	make_plain(path, 100);
	tame.wanted = false;
	s = open_with(path, STORE_WRITE, &tame);
	ok(s != NULL && readable(path), "without a passphrase nothing is sealed");
	store_close(s);
	s = open_with(path, STORE_READ, &mine);
	ok(s != NULL && readable(path), "and a reader seals nothing");
	store_close(s);
	store_close(open_with(path, STORE_WRITE, &mine));
	ok(!readable(path), "a writer does");
	s = open_with(path, STORE_WRITE, &tame);
	ok(s != NULL && !readable(path), "once sealed it stays so");
	store_close(s);
	ok(open_with(path, STORE_WRITE, &other) == NULL && strstr(err, "another identity") != NULL,
	   "another key: %s", err);
	ok(open_with(path, STORE_READ, &other) == NULL, "nor to read: %s", err);
	ok(open_with(path, STORE_WRITE, NULL) == NULL &&
		   strstr(err, "identity is not here") != NULL,
	   "none: %s", err);
	s = open_with(path, STORE_READ, &mine);
	ok(s != NULL, "the right one still reads");
	store_close(s);
}

static void
query(const char *path, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		printf("Bail out! %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Somebody with write access to the disk, and not the key. */
static void
test_moved(void)
{
	const char *path = tmp_path("moved.db");
	struct store *s = open_with(path, STORE_WRITE, &mine);
	struct queue *q = queue_new(1);
	struct msg *m;
	bool failed = false;

	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"), say_msg(1, 1, "yes"),
	      say_msg(1, 2, "no"), say_msg(1, 3, "perhaps"));
	store_close(s);
	query(path,
	      "UPDATE messages SET text = (SELECT text FROM messages WHERE row = 1) WHERE row = 2");
	s = open_with(path, STORE_READ, &mine);
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9),
	       "yes (This text is damaged on the disk.) perhaps",
	       "a text in another row is said to be damaged, and the others are there");
	store_close(s);
	query(path, "UPDATE contacts SET name = nick");
	s = open_with(path, STORE_READ, &mine);
	store_load(s, q);
	while ((m = queue_pop(q)) != NULL) {
		failed = m->type == MSG_SR_FAILED;
		if (failed)
			diag("%s", (const char *)m->bytes);
		msg_free(m);
	}
	ok(failed, "a name out of another column is not taken");
	queue_free(q);
	store_close(s);
}

/* Killed at any moment of the sealing: it is plain and whole, or sealed and whole; the next start brings it to its end. */
/* As the screen's /passphrase does: opened when none was set, then told to seal. */
static void
seal_in_session(const char *path)
{
	struct seal_key key = mine;
	struct store *s;

	key.wanted = false;
	s = open_with(path, STORE_WRITE, &key);
	apply(s, msg_new(MSG_ST_SEAL));
	store_close(s);
}

/* A reader that was there before and a writer that goes on; what is said around it is one transaction before and one behind. */
static void
test_in_session(void)
{
	const char *path = tmp_path("session.db");
	struct seal_key key = mine;
	const struct msg *m;
	struct store *s, *reader;
	uint32_t percent = 0, steps = 0, bad_steps = 0;
	unsigned bad, want;

	make_plain(path, 1000);
	key.wanted = false;
	s = open_with(path, STORE_WRITE, &key);
	reader = open_with(path, STORE_READ, &key);
	want = rows_of(reader, &bad);
	ok(readable(path), "without a passphrase it can be read");
	apply(s, say_msg(1, 9001, SECRET " before"), msg_new(MSG_ST_SEAL),
	      say_msg(1, 9002, SECRET " behind"));
	ok(answer(MSG_SR_SAID) != NULL && answer(MSG_SR_CHAT) != NULL, "what is said before it");
	while ((m = queue_pop(answers())) != NULL && m->type == MSG_SR_SEALING) {
		steps++;
		bad_steps += m->b.seal.percent <= percent || m->b.seal.percent > 100;
		percent = m->b.seal.percent;
		msg_free((struct msg *)(uintptr_t)m);
	}
	ok(steps >= 5 && bad_steps == 0, "it tells how far it is, %u times", (unsigned)steps);
	ok(m != NULL && m->type == MSG_SR_SEALED && m->b.seal.ok, "then it is sealed");
	msg_free((struct msg *)(uintptr_t)m);
	ok(answer(MSG_SR_SAID) != NULL, "and what is said behind it");
	is_int(rows_of(reader, &bad), want + 2, "the reader reads on");
	is_int(bad, 0, "all of it");
	ok(!readable(path), "on the disk nothing can be read");
	apply(s, msg_new(MSG_ST_SEAL));
	m = answer(MSG_SR_SEALED);
	ok(m != NULL && m->b.seal.ok, "again: there is nothing to do");
	store_close(reader);
	store_close(s);
	s = open_with(path, STORE_WRITE, &mine);
	is_int(s != NULL ? rows_of(s, &bad) : 0, want + 2, "and it opens as sealed");
	store_close(s);
}

static void
test_killed(void)
{
	const char *source = tmp_path("source.db"), *path = tmp_path("killed.db");
	unsigned want, bad, plain = 0, half = 0, whole = 0, lost = 0, seen = 0;
	uint64_t seed = 7, took;
	char command[1200];
	struct store *s;

	make_plain(source, MESSAGES);
	s = open_with(source, STORE_WRITE, NULL);
	want = rows_of(s, &bad);
	store_close(s);
	snprintf(command, sizeof(command), "cp '%s' '%s'", source, path);
	took = util_mono_ms();
	ok(system(command) == 0, "a copy");
	store_close(open_with(path, STORE_WRITE, &mine));
	took = util_mono_ms() - took + 1;
	for (unsigned i = 0; i < KILLS; i++) {
		uint64_t us = 1 + test_random(&seed) % (took * 1000);
		struct itimerval at = {.it_value = {.tv_sec = (time_t)(us / 1000000),
						    .tv_usec = (suseconds_t)(us % 1000000)}};
		pid_t child;
		int status;

		ok(system(command) == 0, "a fresh copy");
		child = fork();
		if (child == 0) {
			/* SIGALRM, which nobody catches, ends it wherever it is. */
			setitimer(ITIMER_REAL, &at, NULL);
			if (i % 2 == 0)
				store_close(open_with(path, STORE_WRITE, &mine));
			else
				seal_in_session(path);
			_exit(0);
		}
		waitpid(child, &status, 0);
		whole += WIFEXITED(status);
		plain += readable(path) && !WIFEXITED(status);
		s = open_with(path, STORE_WRITE, &mine);
		half += s == NULL;
		lost += s == NULL || rows_of(s, &bad) != want || bad != 0;
		store_close(s);
		seen += readable(path);
	}
	diag("%u of %d ended, %u were still readable", whole, KILLS, plain);
	is_int(half, 0, "after each kill it opens");
	is_int(lost, 0, "with all that was there");
	is_int(seen, 0, "and sealed in the end");
}

int
main(void)
{
	test_seal();
	test_keys();
	test_moved();
	test_in_session();
	test_killed();
	return done_testing();
}
