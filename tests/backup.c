/* backup.c - backups: round trips, damage anywhere, wrong passphrases, newer versions; and nothing half-made after any of them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/backup.h"
#include "src/backup_int.h"
#include "src/msg.h"
#include "src/pass.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

static const struct pass_cost cheap = {.passes = 1, .memory = 8192};
static char err[512];

static struct backup
some(void)
{
	struct backup b = {.sealed = true, .nick = "Ada ä"};

	memset(b.seed, 0x5a, sizeof(b.seed));
	return b;
}

static bool
gone(const char *path)
{
	return access(path, F_OK) != 0;
}

/* Nothing of a database is there under this path. */
static bool
all_gone(const char *path)
{
	static const char *const beside[] = {"", "-wal", "-shm", "-journal"};
	char name[512];

	for (size_t i = 0; i < NELEM(beside); i++) {
		snprintf(name, sizeof(name), "%s%s", path, beside[i]);
		if (!gone(name))
			return false;
	}
	return true;
}

static bool export(struct backup *b, const char *database, const char *file, const char *passphrase)
{
	*b = some();
	err[0] = '\0';
	return backup_write(b, file, database, passphrase, &cheap, err, sizeof(err));
}

static bool
import(struct backup *b, const char *file, const char *database, const char *passphrase)
{
	return backup_read(b, file, database, passphrase, err, sizeof(err));
}

/* Everything ST_LOAD tells, as one text. Freed by the next but one call. */
static char *
told(struct store *s)
{
	static char *kept[2];
	static unsigned which;
	char *out, *more, hex[2 * KEY_LEN + 1];
	struct queue *q = queue_new(1);
	struct msg *m;

	store_load(s, q);
	out = xstrdup("");
	while ((m = queue_pop(q)) != NULL) {
		const struct msg_st_contact *c = &m->b.st_contact;

		if (m->type == MSG_SR_CONTACT)
			xasprintf(&more, "%scontact %s %s %s %zu\n", out, c->name, c->nick,
				  util_hex(hex, c->peer.b, KEY_LEN), m->len);
		else if (m->type == MSG_SR_VALUE)
			xasprintf(&more, "%svalue %s %s\n", out, m->b.st_value.name,
				  (const char *)m->bytes);
		else if (m->type == MSG_SR_DOOR)
			xasprintf(&more, "%sdoor %s\n", out,
				  util_hex(hex, m->b.st_door.door, KEY_LEN));
		else if (m->type == MSG_SR_TRANSFER)
			xasprintf(&more, "%stransfer %s %s %zu\n", out, msg_string(m, 0),
				  msg_string(m, 3), m->len);
		else
			xasprintf(&more, "%s%s\n", out, msg_name(m->type));
		free(out);
		out = more;
		msg_free(m);
	}
	queue_free(q);
	which = !which;
	free(kept[which]);
	return kept[which] = out;
}

static void
fill(struct store *s, unsigned messages)
{
	struct msg *door = msg_new(MSG_ST_DOOR), *value = msg_new(MSG_ST_VALUE);

	memset(door->b.st_door.door, 7, KEY_LEN);
	snprintf(value->b.st_value.name, sizeof(value->b.st_value.name), "invite");
	msg_set_bytes(value, "p2p:x", 5);
	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"), say_msg(1, 1, "one"),
	      got_msg(1, 2, 1, "two"), transfer_msg(0, 2, "photos", "/home/a"), door, value);
	for (unsigned i = 0; i < messages; i++)
		apply(s,
		      say_msg(2, 100 + i, "a message of some length, so that there is something"));
}

static void
test_round_trip(void)
{
	const char *from = tmp_path("from.db"), *file = tmp_path("backup"), *to = tmp_path("to.db");
	struct store *s = open_store(from), *r;
	struct backup b, got;
	const struct msg *m;
	struct stat st;
	char *before;

	fill(s, 3000);
	ok(export(&b, from, file, "word") && b.rows > 6000, "a backup beside the writer: %s", err);
	ok(stat(file, &st) == 0 && (st.st_mode & 07777) == 0600, "is private");
	ok(gone(tmp_path(".backup.new")), "and no temporary file is left");
	before = told(s);
	ok(import(&got, file, to, "word"), "it is read back: %s", err);
	ok(got.sealed && strcmp(got.nick, "Ada ä") == 0 && memcmp(got.seed, b.seed, 32) == 0 &&
		   got.rows == b.rows,
	   "with identity and name");
	r = open_store(to);
	is_str(told(r), before, "contacts, doors, values, transfers");
	is_str(page_texts(r, 1, PAGE_AFTER, 0, 10), "one two", "and messages");
	apply(r, say_msg(1, 1, "one"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.seq == 1, "known ids stay known");
	apply(r, say_msg(1, 3, "three"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.fresh && m->b.st_row.seq == 2 + RESTORE_SEQS,
	   "and new messages have numbers that the original never gives");
	store_close(r);
	store_close(s);
	ok(!export(&b, from, file, "word") && strstr(err, "already") != NULL,
	   "an existing file is not replaced: %s", err);
	ok(!import(&got, file, to, "word") && strstr(err, "already") != NULL,
	   "nor an existing history: %s", err);
	r = open_store(to);
	is_str(page_texts(r, 1, PAGE_AFTER, 0, 10), "one two three", "which is as it was");
	store_close(r);
	ok(!export(&b, tmp_path("none.db"), tmp_path("b2"), "word") && gone(tmp_path("b2")),
	   "no history: %s", err);
	ok(!export(&b, from, tmp_path("no/where"), "word"), "no folder: %s", err);
}

static size_t
load(const char *path, uint8_t **bytes)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	size_t n;

	stat(path, &st);
	*bytes = xmalloc((size_t)st.st_size + 1);
	n = fread(*bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	return n;
}

static void
save(const char *path, const uint8_t *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	fwrite(bytes, 1, n, f);
	fclose(f);
}

/* Around every border of the file: head, chunks, end; and here and there in between. */
static void
test_damage(void)
{
	const char *bad = tmp_path("bad"), *to = tmp_path("damaged.db");
	uint64_t seed = 41;
	struct backup got;
	uint8_t *bytes;
	size_t n = load(tmp_path("backup"), &bytes), missed = 0, left = 0, silent = 0, tries = 0;

	ok(n > 4 * BACKUP_CHUNK, "a backup of several chunks");
	for (size_t i = 0; i < 260; i++) {
		size_t at = i < BACKUP_HEAD_LEN ? i : test_random(&seed) % n;
		bool cut = i >= 150;

		if (i >= 90 && i < 110)
			at = BACKUP_HEAD_LEN + (i - 90) * (BACKUP_CHUNK + 17);
		if (i >= 200 && i < 220)
			at = BACKUP_HEAD_LEN + (i - 200) * (BACKUP_CHUNK + 17);
		if (i >= 220 && i < 240)
			at = n - 1 - (i - 220);
		if (at >= n)
			continue;
		/* A number of passes that fits and is not small would only take long. */
		if (!cut && at >= BACKUP_PASSES_AT && at < BACKUP_SALT_AT)
			continue;
		bytes[at] ^= 0x10;
		save(bad, bytes, cut ? at : n);
		bytes[at] ^= 0x10;
		missed += import(&got, bad, to, "word");
		silent += err[0] == '\0';
		left += !all_gone(to);
		tries++;
	}
	is_int(missed, 0, "%zu damaged or cut backups: none is taken", tries);
	is_int(silent, 0, "each is told");
	is_int(left, 0, "nothing is left of any");
	save(bad, bytes, n);
	ok(import(&got, bad, to, "word"), "the whole one is taken");
	unlink(to);
	bytes = xreallocarray(bytes, n + 1, 1);
	bytes[n] = 0;
	save(bad, bytes, n + 1);
	ok(!import(&got, bad, to, "word"), "one byte more: %s", err);
	free(bytes);
}

static void
test_refusals(void)
{
	const char *bad = tmp_path("bad"), *to = tmp_path("refused.db");
	struct backup got;
	uint8_t *bytes;
	size_t n = load(tmp_path("backup"), &bytes);

	ok(!import(&got, tmp_path("backup"), to, "Word") && strstr(err, "passphrase is wrong"),
	   "another passphrase: %s", err);
	bytes[BACKUP_MAGIC_LEN] = 2;
	save(bad, bytes, n);
	ok(!import(&got, bad, to, "word") && strstr(err, "newer"), "another version: %s", err);
	ok(!backup_check(bad, err, sizeof(err)) && strstr(err, "newer"),
	   "which is told before a passphrase is asked for");
	bytes[BACKUP_MAGIC_LEN] = 1;
	put_be64(bytes + BACKUP_MEMORY_AT, UINT64_C(1) << 40);
	save(bad, bytes, n);
	ok(!import(&got, bad, to, "word") && strstr(err, "more work"), "a terabyte: %s", err);
	save(bad, (const uint8_t *)"hello", 5);
	ok(!import(&got, bad, to, "word") && strstr(err, "not a backup"), "a text: %s", err);
	save(bad, bytes, 0);
	ok(!import(&got, bad, to, "word"), "an empty file: %s", err);
	ok(!import(&got, tmp_path("nowhere"), to, "word"), "none: %s", err);
	ok(!import(&got, test_tmpdir(), to, "word"), "a folder: %s", err);
	ok(backup_check(tmp_path("backup"), err, sizeof(err)), "a backup looks like one");
	ok(!import(&got, tmp_path("backup"), tmp_path("no/where.db"), "word"),
	   "no folder for the history: %s", err);
	ok(all_gone(to), "nothing is left of all that");
	free(bytes);
}

/* What it takes does not grow with the history. */
static void
test_streaming(void)
{
	const char *from = tmp_path("long.db"), *file = tmp_path("long"),
		   *to = tmp_path("long2.db");
	struct store *s = open_store(from);
	struct rusage before, after;
	static char text[16001];
	struct backup b;
	struct stat st;

	memset(text, 'x', sizeof(text) - 1);
	apply(s, contact_msg(1, "ada"));
	for (unsigned i = 0; i < 3000; i += 5)
		apply(s, say_msg(1, i, text), say_msg(1, i + 1, text), say_msg(1, i + 2, text),
		      say_msg(1, i + 3, text), say_msg(1, i + 4, text));
	store_close(s);
	getrusage(RUSAGE_SELF, &before);
	ok(export(&b, from, file, "word") && stat(file, &st) == 0 && st.st_size > 48000000,
	   "a history of 48 MB");
	unlink(from);
	ok(import(&b, file, to, "word"), "and back: %s", err);
	getrusage(RUSAGE_SELF, &after);
	diag("%ld KiB more", after.ru_maxrss - before.ru_maxrss);
#ifdef P2P_SANITIZED
	skip("a sanitizer keeps what is freed", "in a little memory");
	return;
#endif
	ok(after.ru_maxrss - before.ru_maxrss < 24 * 1024, "in a little memory");
}

int
main(void)
{
	test_round_trip();
	test_damage();
	test_refusals();
	test_streaming();
	return done_testing();
}
