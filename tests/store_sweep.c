/* store_sweep.c - messages that live for a time: what goes, when, what never goes, and what a clock that jumps does. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/retain.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define DAY   ((int64_t)24 * 3600 * 1000)
#define START (INT64_C(20000) * DAY)

static int64_t due;	   /* of the last sweep */
static char told[200];	   /* its sentence */
static unsigned rows_told; /* by SR_GONE */

static struct msg *
keep_msg(unsigned peer, int32_t keep)
{
	struct msg *m = msg_new(MSG_ST_KEEP);

	if (peer != 0)
		m->b.st_keep.peer = nth_key(peer);
	m->b.st_keep.keep = keep;
	return m;
}

static struct msg *
at(struct msg *m, int64_t time)
{
	m->b.st_row.time = m->b.st_row.arrived = time;
	return m;
}

static struct msg *
timer_msg(struct msg *m, uint32_t seconds)
{
	uint8_t body[4];

	put_be32(body, seconds);
	m->b.st_row.wire_type = CONTENT_TIMER;
	return msg_set_bytes(m, body, sizeof(body));
}

static struct msg *
fading(struct msg *m, uint32_t seconds)
{
	m->b.st_row.timer = seconds;
	return m;
}

static struct msg *
seen(unsigned peer, int64_t row, int64_t time)
{
	struct msg *m = read_msg(peer, row);

	m->b.st_read.time = time;
	return m;
}

static struct msg *
acked_at(struct msg *m, int64_t time)
{
	m->b.st_acked.time = time;
	return m;
}

/* One sweep; what it answers. */
static void
sweep(struct store *s, int64_t time, uint64_t mono, bool all)
{
	struct msg *m = msg_new(MSG_ST_SWEEP), *a;

	m->b.st_sweep.time = time;
	m->b.st_sweep.mono = mono;
	m->b.st_sweep.all = all;
	apply(s, m);
	due = -1;
	told[0] = '\0';
	rows_told = 0;
	while ((a = queue_pop(answers())) != NULL) {
		if (a->type == MSG_SR_GONE)
			rows_told += (unsigned)(a->len / GONE_ENTRY);
		if (a->type == MSG_SR_DUE && a->b.sr_due.sweep) {
			due = a->b.sr_due.due;
			snprintf(told, sizeof(told), "%s", a->len ? (const char *)a->bytes : "");
		}
		msg_free(a);
	}
}

static bool
in_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "rb");
	char *all = xmalloc(1 << 20);
	size_t n = f != NULL ? fread(all, 1, 1 << 20, f) : 0;
	bool found = n != 0 && memmem(all, n, text, strlen(text)) != NULL;

	if (f != NULL)
		fclose(f);
	free(all);
	return found;
}

#define IS(peer, want, what) is_str(page_texts(s, peer, PAGE_AFTER, 0, 20), want, what)

static void
test_keep(struct store *s, const char *path)
{
	char wal[300];
	const struct msg *m;

	snprintf(wal, sizeof(wal), "%s-wal", path);
	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"));
	apply(s, at(say_msg(1, 1, "old-walrus"), START),
	      at(got_msg(1, 50, 1, "seen-walrus"), START), at(say_msg(1, 2, "waits"), START),
	      at(got_msg(1, 51, 2, "unseen"), START + DAY / 2),
	      at(say_msg(1, 3, "younger"), START + DAY), at(say_msg(2, 1, "another"), START));
	apply(s, acked_at(acked_msg(1, RECEIPT_DELIVERED, 1, 1), START),
	      acked_at(acked_msg(1, RECEIPT_DELIVERED, 3, 1), START),
	      acked_at(acked_msg(2, RECEIPT_DELIVERED, 1, 1), START), seen(1, 2, START));
	apply(s, at(act_msg(say_msg(1, 4, "edited-walrus"), CONTENT_EDIT, 1), START + DAY),
	      at(act_msg(got_msg(1, 52, 3, "+"), CONTENT_REACT, 1), START + 9 * DAY));
	sweep(s, START + 9 * DAY, 1, true);
	IS(1, "edited-walrus seen-walrus waits unseen younger",
	   "nothing goes that nobody wanted gone");
	is_int(due, 0, "and nothing is due");
	apply(s, keep_msg(1, 10));
	m = answer(MSG_SR_CHAT);
	ok(m != NULL && m->b.sr_chat.chat.keep == 10, "ten days are set, and told");
	sweep(s, START + 9 * DAY, 1, false);
	is_int(due, START + 10 * DAY, "the oldest says when there is something to do");
	sweep(s, START + 10 * DAY, 1, false);
	IS(1, "waits unseen younger",
	   "what is old goes; what waits, what is unseen and what is younger stays");
	is_int(rows_told, 2, "two rows are told");
	is_int(due, START + 11 * DAY, "and when the next one goes");
	apply(s, outbox_msg(1, 0, 9));
	m = answer(MSG_SR_OUT);
	ok(m != NULL && strcmp((const char *)m->bytes, "waits") == 0, "what waits still goes out");
	m = answer(MSG_SR_OUT);
	ok(m != NULL && strcmp((const char *)m->bytes, "edited-walrus") == 0,
	   "so does an edit of what is gone");
	apply(s, acked_at(acked_msg(1, RECEIPT_DELIVERED, 4, 1), START + 10 * DAY));
	sweep(s, START + 10 * DAY, 1, false);
	ok(!in_file(path, "walrus") && !in_file(wal, "walrus"),
	   "once it arrived nothing is left in the files");
	apply(s, at(got_msg(1, 50, 1, "seen-walrus"), START));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.row == 0,
	   "what came once does not come again");
	IS(2, "another", "the other chat is whole");
	apply(s, keep_msg(0, 3));
	sweep(s, START + 10 * DAY, 1, false);
	IS(2, "", "the option holds for whom nothing else is said");
	IS(1, "waits unseen younger", "and not for others");
	apply(s, keep_msg(0, KEEP_ALL), keep_msg(9, 3));
	ok(answer(MSG_SR_FAILED) != NULL, "nobody has no setting");
}

static void
test_nothing(struct store *s)
{
	char text[16];

	apply(s, contact_msg(3, "cy"), keep_msg(3, KEEP_NOTHING));
	apply(s, at(say_msg(3, 1, "delivered"), START), at(say_msg(3, 2, "waits"), START),
	      at(got_msg(3, 50, 1, "seen"), START), at(got_msg(3, 51, 2, "unseen"), START));
	apply(s, acked_at(acked_msg(3, RECEIPT_DELIVERED, 1, 1), START));
	sweep(s, START + 1000, 1, false);
	IS(3, "delivered waits seen unseen", "while the program runs it is there");
	apply(s, seen(3, 1000, START));
	apply(s, at(got_msg(3, 52, 3, "new"), START));
	sweep(s, START + 2000, 1, true);
	IS(3, "waits new",
	   "when it ends or starts, what was seen or delivered goes, the rest does not");
	apply(s, acked_at(acked_msg(3, RECEIPT_DELIVERED, 2, 1), START), seen(3, 2000, START));
	sweep(s, START + DAY, 1, false);
	IS(3, "", "and after a day at the latest");
	for (unsigned i = 0; i < 1500; i++) {
		snprintf(text, sizeof(text), "m%u", i);
		apply(s, at(say_msg(3, 1000 + i, text), START + DAY));
	}
	apply(s, acked_at(acked_msg(3, RECEIPT_DELIVERED, 1000, 1500), START + DAY));
	sweep(s, START + DAY, 1, true);
	IS(3, "", "however many there are");
	is_int(rows_told, 1500, "each is told");
}

/* What the chat of peer 4 says of its timers. */
static bool
timers(struct store *s, uint32_t mine, uint32_t theirs)
{
	const struct msg *m;
	struct key four = nth_key(4);
	bool good = false;

	apply(s, msg_new(MSG_ST_LOAD));
	for (size_t left = queue_length(answers()); left > 0; left--) {
		m = answer(MSG_SR_CHAT);
		if (m != NULL && key_equal(&m->b.sr_chat.chat.peer, &four))
			good = m->b.sr_chat.chat.timer_mine == mine &&
			       m->b.sr_chat.chat.timer_theirs == theirs;
	}
	return good;
}

static void
test_agree(struct store *s)
{
	const struct msg *m;

	apply(s, contact_msg(4, "dana"), timer_msg(at(say_msg(4, 1, ""), START), 3600));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.kind == ROW_ACT && m->b.st_row.seq == 1 && m->len == 4,
	   "a proposal is an act, on the seq line");
	IS(4, "You propose that messages disappear after 1 hour. It holds as soon as dana agrees.",
	   "it is a line");
	ok(timers(s, 3600, 0), "and known");
	apply(s, timer_msg(at(say_msg(4, 2, ""), START), 3600));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.failed, "saying it twice is pointless");
	apply(s, at(say_msg(4, 3, "before"), START));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.timer == 0, "a proposal is no agreement");
	apply(s, timer_msg(at(got_msg(4, 50, 1, ""), START), 7200));
	apply(s, at(say_msg(4, 4, "between"), START));
	m = answer(MSG_SR_SAID);
	is_int(m != NULL ? m->b.st_row.timer : 0, 7200,
	       "while both say a time the longer one holds");
	apply(s, timer_msg(at(got_msg(4, 51, 2, ""), START), 3600),
	      timer_msg(at(got_msg(4, 51, 2, ""), START), 3600));
	apply(s, at(say_msg(4, 5, "agreed"), START));
	m = answer(MSG_SR_SAID);
	is_int(m != NULL ? m->b.st_row.timer : 0, 3600, "both agree");
	apply(s, fading(at(got_msg(4, 52, 3, "theirs"), START), 3600),
	      fading(at(got_msg(4, 53, 4, "hasty"), START), 10),
	      fading(at(got_msg(4, 54, 5, "slow"), START), 7200),
	      at(got_msg(4, 55, 6, "stays"), START));
	apply(s, acked_at(acked_msg(4, RECEIPT_DELIVERED, 1, 4), START + 1000));
	is_str(page_texts(s, 4, PAGE_AFTER, 0, 20),
	       "You propose that messages disappear after 1 hour. It holds as soon as dana agrees. "
	       "before dana proposes 2 hours: /disappear dana 2h agrees. Messages disappear after "
	       "2 "
	       "hours until then. between You both agree: messages disappear after 1 hour from now "
	       "on. agreed theirs hasty slow stays",
	       "each step is a line");
}

static void
test_fade(struct store *s)
{
	const struct msg *m;
	struct row r;
	struct msg *p;

	sweep(s, START + DAY, 1, false);
	IS(4,
	   "You propose that messages disappear after 1 hour. It holds as soon as dana agrees. "
	   "before dana proposes 2 hours: /disappear dana 2h agrees. Messages disappear after 2 "
	   "hours until then. You both agree: messages disappear after 1 hour from now on. agreed "
	   "theirs hasty slow stays",
	   "two hours after it was delivered the first one is gone; what waits and what is unseen "
	   "is not");
	is_int(due, START + 11 * DAY, "and nothing more of this chat is due");
	apply(s, seen(4, INT64_MAX, START + DAY),
	      acked_at(acked_msg(4, RECEIPT_DELIVERED, 5, 1), START + DAY + 1000));
	while ((m = answer(MSG_SR_ACKED)) == NULL)
		;
	m = answer(MSG_SR_DUE);
	ok(m != NULL && !m->b.sr_due.sweep && m->b.sr_due.due == START + DAY + 3600 * 1000,
	   "what is seen begins its last hour, and it is told when that ends");
	p = page(s, 4, PAGE_BEFORE, INT64_MAX, 4);
	ok(page_row(p, 0, &r) && r.timer == 3600 && r.expires == START + DAY + 3600000,
	   "a row says so");
	ok(page_row(p, 1, &r) && r.timer == 3600, "a peer makes nothing go sooner than was agreed");
	ok(page_row(p, 3, &r) && r.timer == 0 && r.expires == 0,
	   "nor anything that came without a time");
	msg_free(p);
	apply(s, at(act_msg(say_msg(4, 6, "agreed, edited"), CONTENT_EDIT, 5), START + DAY));
	apply(s, at(act_msg(say_msg(4, 7, "re theirs"), CONTENT_REPLY, 52), START + DAY));
	sweep(s, START + DAY + 3600 * 1000, 1, false);
	is_int(rows_told, 2, "an hour after it was seen what came with it is gone");
	is_int(due, START + DAY + 3601 * 1000, "then what was delivered last");
	sweep(s, START + DAY + 3601 * 1000, 1, false);
	p = page(s, 4, PAGE_BEFORE, INT64_MAX, 3);
	ok(page_row(p, 2, &r) && r.content == CONTENT_REPLY && r.quote_dir == DIR_NOTE,
	   "a reply does not quote it any more");
	ok(page_row(p, 1, &r) && r.text_len == 5 && memcmp(r.text, "stays", 5) == 0,
	   "what has no time stays");
	msg_free(p);
	apply(s, outbox_msg(4, 0, 9));
	m = answer(MSG_SR_OUT);
	ok(m != NULL && m->b.st_row.wire_type == CONTENT_EDIT, "an edit that waits waits on");
	m = answer(MSG_SR_OUT);
	ok(m != NULL && m->b.st_row.timer == 3600, "the outbox knows the time of a message");
	apply(s, acked_at(acked_msg(4, RECEIPT_DELIVERED, 6, 1), START + DAY));
	sweep(s, START + DAY + 3602 * 1000, 1, false);
	p = page(s, 4, PAGE_CHANGES, 0, 200);
	for (unsigned i = 0; page_row(p, i, &r); i++)
		if (r.text_len == 14 && memcmp(r.text, "agreed, edited", 14) == 0)
			break;
	ok(r.text_len != 14, "and goes when it arrived");
	msg_free(p);
}

static void
test_end(struct store *s)
{
	const struct msg *m;

	apply(s, timer_msg(at(got_msg(4, 60, 9, ""), START + 2 * DAY), 0));
	apply(s, at(say_msg(4, 8, "kept"), START + 2 * DAY));
	m = answer(MSG_SR_SAID);
	is_int(m != NULL ? m->b.st_row.timer : 1, 0, "either side ends it");
	apply(s, fading(at(got_msg(4, 61, 10, "crossed"), START), 3600));
	m = answer(MSG_SR_GOT);
	is_int(m != NULL ? m->b.st_row.timer : 0, 3600,
	       "what was said before that was known keeps its time");
	apply(s, contact_msg(5, "eve"), fading(at(got_msg(5, 1, 1, "a threat"), START), 5));
	m = answer(MSG_SR_GOT);
	is_int(m != NULL ? m->b.st_row.timer : 1, 0, "nobody makes messages disappear alone");
}

static void
test_old_peer(struct store *s)
{
	struct msg *failed = acked_msg(6, RECEIPT_FAILED, 1, 1);

	apply(s, contact_msg(6, "fay"), timer_msg(at(say_msg(6, 1, ""), START), 60));
	strlcpy(failed->b.st_acked.reason, "the other program does not know this kind of message",
		sizeof(failed->b.st_acked.reason));
	apply(s, failed);
	IS(6,
	   "You propose that messages disappear after 1 minute. It holds as soon as fay agrees. "
	   "Your "
	   "proposal that messages disappear failed: the other program does not know this kind of "
	   "message",
	   "an older program says that it does not know timers");
}

static void
test_clock(const char *path)
{
	struct store *s = open_store(path);
	const struct msg *m;

	apply(s, contact_msg(1, "ada"), keep_msg(1, 5));
	apply(s, at(say_msg(1, 1, "a"), START));
	apply(s, acked_at(acked_msg(1, RECEIPT_DELIVERED, 1, 1), START));
	sweep(s, START, 1000, false);
	ok(told[0] == '\0' && due == START + 5 * DAY, "the clock is believed at first");
	store_close(s);
	s = open_store(path);
	sweep(s, START + 400 * DAY, 7000, true);
	IS(1, "a", "a clock that went forward by a year deletes nothing");
	ok(strstr(told, "forward by 400 days") != NULL, "it is said: %s", told);
	is_int(due, START + 400 * DAY + 3600 * 1000, "and looked at again after an hour");
	sweep(s, START + 400 * DAY + 1000, 8000, false);
	ok(told[0] == '\0', "once");
	sweep(s, START + 1000, 9000, false);
	IS(1, "a", "put right, all is well");
	is_int(due, START + 5 * DAY, "and as before");
	sweep(s, START + 100 * DAY, 10000, false);
	sweep(s, START + 100 * DAY + 3600 * 1000, 10000 + 3600 * 1000, false);
	IS(1, "", "one that stands so for an hour is believed");
	apply(s, timer_msg(at(say_msg(1, 2, ""), START + 200 * DAY), 60),
	      timer_msg(at(got_msg(1, 3, 1, ""), START + 200 * DAY), 60));
	apply(s, at(say_msg(1, 4, "b"), START + 200 * DAY));
	apply(s, acked_at(acked_msg(1, RECEIPT_DELIVERED, 4, 1), START + 200 * DAY));
	sweep(s, START, 20000, false);
	ok(strstr(told, "back by 100 days") != NULL, "a clock that went back is told too: %s",
	   told);
	sweep(s, START + 3600 * 1000, 20000 + 3600 * 1000, false);
	is_int(due, START + 3660 * 1000, "and no message lives longer than its time from then on");
	apply(s, msg_new(MSG_ST_LOAD));
	while ((m = answer(MSG_SR_LOADED)) == NULL)
		;
	store_close(s);
}

int
main(void)
{
	const char *path = tmp_path("sweep.db");
	struct store *s = open_store(path);

	test_keep(s, path);
	test_nothing(s);
	test_agree(s);
	store_close(s);
	s = open_store(path);
	ok(timers(s, 3600, 3600), "an agreement survives a restart");
	test_fade(s);
	test_end(s);
	test_old_peer(s);
	store_close(s);
	test_clock(tmp_path("clock.db"));
	return done_testing();
}
