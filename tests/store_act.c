/* store_act.c - edits, deletions, replies, reactions and read positions in the database. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define EDIT   CONTENT_EDIT
#define DELETE CONTENT_DELETE
#define REPLY  CONTENT_REPLY
#define REACT  CONTENT_REACT

static struct msg *held;

/* Row number n of contact 1; its bytes live until the next call. */
static struct row
row_of(struct store *s, int64_t n)
{
	struct row r = {.row = 0};

	msg_free(held);
	held = page(s, 1, PAGE_AFTER, n - 1, 1);
	if (!page_row(held, 0, &r))
		memset(&r, 0, sizeof(r));
	return r;
}

static bool
says(const struct row *r, const char *text)
{
	return r->text_len == strlen(text) && memcmp(r->text, text, r->text_len) == 0;
}

static bool
reacted(const struct row *r, enum direction who, const char *text)
{
	return r->react_len[who] == strlen(text) &&
	       memcmp(r->react[who], text, r->react_len[who]) == 0;
}

static const struct msg *
said(struct store *s, struct msg *m)
{
	apply(s, m);
	return answer(MSG_SR_SAID);
}

/* Whether a file holds these bytes anywhere. */
static bool
file_has(const char *path, const char *bytes)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0, len = strlen(bytes);
	char *all = xmalloc(1 << 22);
	bool found = false;

	if (f != NULL) {
		n = fread(all, 1, 1 << 22, f);
		fclose(f);
	}
	for (size_t i = 0; !found && i + len <= n; i++)
		found = memcmp(all + i, bytes, len) == 0;
	free(all);
	return found;
}

static void
test_edit(struct store *s)
{
	const struct msg *m;
	struct row r;

	apply(s, contact_msg(1, "ada"), say_msg(1, 1, "firsttext"), got_msg(1, 50, 1, "theirs"));
	m = said(s, act_msg(say_msg(1, 2, "secondtext"), EDIT, 1));
	ok(m != NULL && !m->b.st_row.failed && m->b.st_row.seq == 2 && m->b.st_row.kind == ROW_ACT,
	   "an edit is said, on the same seq line");
	r = row_of(s, 1);
	ok(says(&r, "secondtext") && r.edits == 1 && r.rev > 2, "the row has the new text");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "secondtext theirs",
	       "acts are no rows of a page");
	is_str(page_texts(s, 1, PAGE_BEFORE, INT64_MAX, 2), "secondtext theirs",
	       "also backwards, and there is no more");
	is_str(page_texts(s, 1, PAGE_CHANGES, 2, 9), "secondtext secondtext",
	       "they are among the changes");
	m = said(s, act_msg(say_msg(1, 3, "secondtext"), EDIT, 1));
	ok(m != NULL && !m->b.st_row.failed, "the same text again");
	r = row_of(s, 1);
	is_int(r.edits, 1, "is no new version");
	m = said(s, act_msg(say_msg(1, 4, "mine now"), EDIT, 50));
	ok(m != NULL && m->b.st_row.failed, "another one's message is not edited");
	m = said(s, act_msg(say_msg(1, 5, "x"), EDIT, 2));
	ok(m != NULL && m->b.st_row.failed, "nor an edit");
	apply(s, outbox_msg(1, 0, 10));
	m = answer(MSG_SR_OUT);
	ok(m != NULL && m->b.st_row.wire_type == 16 && strcmp((char *)m->bytes, "firsttext") == 0,
	   "the message goes out as it was said");
	m = answer(MSG_SR_OUT);
	ok(m != NULL && m->b.st_row.wire_type == EDIT && m->b.st_row.seq == 2 &&
		   strcmp((char *)m->bytes, "secondtext") == 0,
	   "and its edit behind it");
}

/* A page of versions of a message of contact 1, joined as "time:text"; id 0: the newest edited one. */
static const char *
versions(struct store *s, unsigned id, int64_t from, uint32_t count)
{
	static char out[400];
	struct msg *ask = msg_new(MSG_CMD_PAGE), *answered;
	struct id name = nth_id(id);
	struct row r;
	size_t at = 0, n = 0;

	ask->b.page.peer = nth_key(1);
	ask->b.page.kind = PAGE_VERSIONS;
	ask->b.page.at = from;
	ask->b.page.count = count;
	if (id != 0)
		msg_set_bytes(ask, name.b, ID_LEN);
	answered = store_page(s, ask);
	out[0] = '\0';
	while (row_get(answered->bytes, answered->len, &at, &r))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%u:%lld:%.*s ", r.edits,
				      (long long)r.time, (int)r.text_len, r.text);
	snprintf(out + n, sizeof(out) - n, "%s", answered->b.page_result.more ? "+" : "");
	msg_free(ask);
	msg_free(answered);
	return out;
}

static void
test_versions(struct store *s)
{
	struct msg *m[] = {say_msg(1, 900, "one"), act_msg(say_msg(1, 901, "two"), EDIT, 900),
			   act_msg(say_msg(1, 902, "three"), EDIT, 900)};
	struct row r;

	for (int i = 0; i < 3; i++) {
		m[i]->b.st_row.time = m[i]->b.st_row.arrived = 1000 + i;
		apply(s, m[i]);
	}
	is_str(versions(s, 900, 0, 9), "0:1000:one 1:1001:two 2:1002:three ",
	       "each text with the time it was said at");
	is_str(versions(s, 0, 0, 9), "0:1000:one 1:1001:two 2:1002:three ", "the newest edited");
	is_str(versions(s, 900, 0, 2), "0:1000:one 1:1001:two +", "a page of them");
	is_str(versions(s, 900, 2, 2), "2:1002:three ", "and the next one");
	is_str(versions(s, 900, 1, 1), "1:1001:two +", "and one in the middle");
	is_str(versions(s, 901, 0, 9), "", "an edit has none");
	msg_free(held);
	held = page(s, 1, PAGE_BEFORE, INT64_MAX, 1);
	page_row(held, 0, &r);
	ok(r.edit_seq > 0, "an edit that waits is told with the message");
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 902, 1));
	msg_free(held);
	held = page(s, 1, PAGE_BEFORE, INT64_MAX, 1);
	page_row(held, 0, &r);
	ok(r.edit_seq > 0, "while one of them waits");
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 901, 1));
	msg_free(held);
	held = page(s, 1, PAGE_BEFORE, INT64_MAX, 1);
	page_row(held, 0, &r);
	is_int(r.edit_seq, 0, "and no longer");
	apply(s, act_msg(say_msg(1, 903, ""), DELETE, 900));
	is_str(versions(s, 900, 0, 9), "", "a deleted message has no versions");
}

static void
test_foreign(struct store *s)
{
	const struct msg *m;
	struct row r;

	apply(s, act_msg(got_msg(1, 60, 2, "stolen"), EDIT, 1));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.fresh && !m->b.st_row.failed, "an edit of ours is noted");
	r = row_of(s, 1);
	ok(says(&r, "secondtext"), "and ignored");
	apply(s, act_msg(got_msg(1, 60, 2, "stolen"), EDIT, 1));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh, "it was seen");
	apply(s, act_msg(got_msg(1, 61, 3, ""), DELETE, 1),
	      act_msg(got_msg(1, 62, 4, "t"), EDIT, 99));
	r = row_of(s, 1);
	ok(!r.deleted, "nor does the peer delete ours");
	apply(s, act_msg(got_msg(1, 63, 5, "theirs too"), EDIT, 50));
	r = row_of(s, 2);
	ok(says(&r, "theirs too") && r.edits == 1, "it edits its own");
}

static void
test_react(struct store *s)
{
	struct row r;

	apply(s, act_msg(got_msg(1, 70, 6, "+"), REACT, 1), act_msg(say_msg(1, 10, "!"), REACT, 1));
	r = row_of(s, 1);
	ok(reacted(&r, DIR_IN, "+") && reacted(&r, DIR_OUT, "!"), "each has a reaction");
	apply(s, act_msg(got_msg(1, 71, 7, "-"), REACT, 1), act_msg(say_msg(1, 11, ""), REACT, 1));
	r = row_of(s, 1);
	ok(reacted(&r, DIR_IN, "-") && reacted(&r, DIR_OUT, ""), "the newest counts");
	apply(s, act_msg(got_msg(1, 70, 6, "+"), REACT, 1));
	r = row_of(s, 1);
	ok(reacted(&r, DIR_IN, "-"), "one that comes again does nothing");
}

static void
test_reply(struct store *s)
{
	const struct msg *m;
	struct row r;

	m = said(s, act_msg(say_msg(1, 20, "an answer"), REPLY, 50));
	ok(m != NULL && !m->b.st_row.failed && m->b.st_row.kind == ROW_TEXT,
	   "a reply is a message");
	r = row_of(s, m->b.st_row.row);
	ok(r.content == REPLY && r.quote_dir == DIR_IN && r.quote_len == 10 &&
		   memcmp(r.quote, "theirs too", 10) == 0,
	   "it quotes what it is about");
	m = said(s, act_msg(say_msg(1, 21, "?"), REPLY, 999));
	ok(m != NULL && m->b.st_row.failed, "to nothing there is no reply");
	apply(s, act_msg(got_msg(1, 80, 8, "so?"), REPLY, 999));
	m = answer(MSG_SR_GOT);
	r = row_of(s, m->b.st_row.row);
	ok(says(&r, "so?") && r.quote_dir == DIR_NOTE, "one that came is kept all the same");
}

static void
test_delete(struct store *s, const char *path)
{
	const struct msg *m;
	struct row r;
	int64_t rev;

	ok((file_has(path, "firsttext") || file_has(tmp_path("acts.db-wal"), "firsttext")) ==
		   (test_key() == NULL),
	   "the texts are on the disk, unless they are sealed");
	r = row_of(s, 1);
	rev = r.rev;
	m = said(s, act_msg(say_msg(1, 30, ""), DELETE, 1));
	ok(m != NULL && !m->b.st_row.failed, "it is deleted");
	r = row_of(s, 1);
	ok(r.deleted && r.text_len == 0 && r.rev > rev && r.react_len[0] == 0,
	   "the row stays, empty");
	ok(r.state == RECEIPT_FAILED && r.reason_len != 0, "it is not sent any more");
	ok(!file_has(path, "firsttext") && !file_has(tmp_path("acts.db-wal"), "firsttext"),
	   "its first text is gone from the disk");
	ok(!file_has(path, "secondtext") && !file_has(tmp_path("acts.db-wal"), "secondtext"),
	   "the second as well");
	apply(s, outbox_msg(1, 0, 10));
	m = answer(MSG_SR_OUT);
	ok(m != NULL && m->b.st_row.wire_type == REACT, "what waits begins behind it");
	m = said(s, act_msg(say_msg(1, 31, "x"), EDIT, 1));
	ok(m != NULL && m->b.st_row.failed, "a deleted message is not edited");
	apply(s, act_msg(got_msg(1, 90, 9, ""), DELETE, 50));
	r = row_of(s, 2);
	ok(r.deleted && r.text_len == 0, "the peer deletes its own");
	apply(s, got_msg(1, 50, 1, "theirs"));
	r = row_of(s, 2);
	ok(r.deleted, "and the message does not come back");
}

static void
test_failed(struct store *s)
{
	struct msg *m;
	struct row r = {.row = 0};

	apply(s, say_msg(1, 40, "to edit"), act_msg(say_msg(1, 41, "edited"), EDIT, 40));
	m = acked_msg(1, RECEIPT_FAILED, 41, 1);
	strlcpy(m->b.st_acked.reason, "it is old", sizeof(m->b.st_acked.reason));
	apply(s, m);
	m = page(s, 1, PAGE_BEFORE, INT64_MAX, 1);
	ok(page_row(m, 0, &r) && r.kind == ROW_EVENT && says(&r, "Your edit failed: it is old"),
	   "an act that failed is a line");
	msg_free(m);
}

static void
test_waiting(struct store *s)
{
	const struct key cy = nth_key(3);
	const struct msg *m;
	uint32_t loaded = 0;

	apply(s, contact_msg(3, "cy"), say_msg(3, 1, "a"), act_msg(say_msg(3, 2, "b"), EDIT, 1),
	      say_msg(3, 3, "c"));
	while ((m = answer(MSG_SR_CHAT)) == NULL)
		;
	is_int(m->b.sr_chat.chat.waiting, 3, "three wait");
	apply(s, acked_msg(3, RECEIPT_DELIVERED, 1, 2));
	while ((m = answer(MSG_SR_CHAT)) == NULL)
		;
	is_int(m->b.sr_chat.chat.waiting, 1, "one is left");
	apply(s, msg_new(MSG_ST_LOAD));
	for (size_t left = queue_length(answers()); left > 0; left--) {
		m = answer(MSG_SR_CHAT);
		if (m != NULL && key_equal(&m->b.sr_chat.chat.peer, &cy))
			loaded = m->b.sr_chat.chat.waiting;
	}
	is_int(loaded, 1, "also when it is loaded");
}

static void
test_read(struct store *s)
{
	const struct msg *m;
	struct msg *read = msg_new(MSG_ST_SEEN);

	apply(s, contact_msg(2, "bob"), say_msg(2, 1, "a"), say_msg(2, 2, "b"),
	      got_msg(2, 50, 7, "c"), act_msg(got_msg(2, 51, 8, "+"), REACT, 1));
	while ((m = answer(MSG_SR_CHAT)) == NULL)
		;
	is_int(m->b.sr_chat.chat.unread, 1, "a reaction is not unread");
	read->b.st_read.peer = nth_key(2);
	read->b.st_read.row = 1;
	apply(s, read, read_msg(2, m->b.sr_chat.chat.row));
	m = answer(MSG_SR_CHAT);
	ok(m != NULL && m->b.sr_chat.chat.read_seq == 1 && m->b.sr_chat.chat.seen_seq == 7 &&
		   m->b.sr_chat.chat.unread == 0,
	   "both positions are kept");
	read = msg_new(MSG_ST_SEEN);
	read->b.st_read.peer = nth_key(2);
	read->b.st_read.row = INT64_MAX;
	apply(s, read);
	m = answer(MSG_SR_CHAT);
	is_int(m != NULL ? m->b.sr_chat.chat.read_seq : -1, 2, "nobody has read what was not said");
}

/* Says, edits and now and then deletes for ever; reports what was answered. */
static void
write_for_ever(const char *path, int to)
{
	struct store *s = open_store(path);

	apply(s, contact_msg(1, "ada"));
	for (unsigned id = 10;; id += 10) {
		apply(s, say_msg(1, id, "said"), act_msg(say_msg(1, id + 1, "edited"), EDIT, id));
		if (id % 30 == 0)
			apply(s, act_msg(say_msg(1, id + 2, ""), DELETE, id));
		if (write(to, &id, sizeof(id)) != sizeof(id))
			_exit(1);
	}
}

/* A writer that is killed: what was answered holds, and no message stands there half edited. */
static void
test_killed(void)
{
	const char *path = tmp_path("killed.db");
	unsigned last = 0, rows = 0, wrong = 0;
	int pipes[2];
	struct store *s;
	pid_t pid;

	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		return;
	if (pid == 0)
		write_for_ever(path, pipes[1]);
	close(pipes[1]);
	while (read(pipes[0], &last, sizeof(last)) == sizeof(last))
		if (last == 1230)
			kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
	s = open_store(path);
	for (struct row r = row_of(s, 1); r.row != 0; r = row_of(s, r.row + 1)) {
		unsigned id = (unsigned)r.id.b[14] << 8 | r.id.b[15];

		rows++;
		wrong += r.edits != 1 || !says(&r, r.deleted ? "" : "edited");
		wrong += id <= last && r.deleted != (id % 30 == 0);
	}
	is_int(wrong, 0, "of %u messages of a killed writer none stands there half done", rows);
	ok(last >= 1230 && rows >= last / 10, "and none that was answered is missing");
	store_close(s);
}

int
main(void)
{
	const char *path = tmp_path("acts.db");
	struct store *s = open_store(path);

	test_edit(s);
	test_foreign(s);
	test_react(s);
	test_reply(s);
	test_delete(s, path);
	store_close(s);
	s = open_store(path);
	ok(row_of(s, 1).deleted && row_of(s, 1).edits == 1, "all of it survives a restart");
	test_failed(s);
	test_waiting(s);
	test_read(s);
	test_versions(s);
	store_close(s);
	test_killed();
	msg_free(held);
	return done_testing();
}
