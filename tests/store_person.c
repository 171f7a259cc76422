/* store_person.c - the chats of a person's devices read as one, against a merge that is made here; and what is said to all at once. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/backup.h"
#include "src/msg.h"
#include "src/pass.h"
#include "src/queue.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define PERSON	100 /* the id of the person, as the key of nobody */
#define DEVICES 3   /* contacts 1, 2 and 3; contact 4 is somebody else */
#define MOST	2000

static struct msg *
device_msg(unsigned peer, const char *name, const char *person)
{
	struct msg *m = contact_msg(peer, name);

	if (person != NULL) {
		m->b.st_contact.person = nth_key(PERSON);
		snprintf(m->b.st_contact.person_name, sizeof(m->b.st_contact.person_name), "%s",
			 person);
	}
	return m;
}

static void
make(struct store *s)
{
	apply(s, device_msg(1, "desk", "Boris"), device_msg(2, "phone", "Boris"),
	      device_msg(3, "boat", "Boris"), device_msg(4, "Dana", NULL));
}

/* A row of some device, as the test remembers it. */
struct known {
	int64_t row;
	struct id id;
	char text[24];
	bool out;
};

static int
by_row(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* What the person's chat has to be: all rows of the devices in their order, of those with one id the first. */
static size_t
merged(struct store *s, struct known *all)
{
	size_t n = 0, kept = 0;

	for (unsigned peer = 1; peer <= DEVICES; peer++) {
		int64_t at = 0;
		bool more = true;

		while (more) {
			struct msg *m = page(s, peer, PAGE_AFTER, at, 100);
			struct row r;
			size_t pos = 0;

			while (n < MOST && row_get(m->bytes, m->len, &pos, &r)) {
				all[n] = (struct known){r.row, r.id, "", r.dir == DIR_OUT};
				snprintf(all[n++].text, sizeof(all[0].text), "%.*s",
					 (int)r.text_len, r.text);
				at = r.row;
			}
			more = m->b.page_result.more;
			msg_free(m);
		}
	}
	qsort(all, n, sizeof(*all), by_row);
	for (size_t i = 0; i < n; i++) {
		bool copy = false;

		for (size_t k = 0; k < kept && all[i].out; k++)
			copy = copy || (all[k].out && id_equal(&all[k].id, &all[i].id));
		if (!copy)
			all[kept++] = all[i];
	}
	return kept;
}

static struct msg *
person_page(struct store *s, enum page_kind kind, int64_t at, uint32_t count)
{
	return page(s, PERSON, (int)kind, at, count);
}

/* Pages of that size from one end to the other; whether they are the rows that are wanted. */
static bool
same_forward(struct store *s, const struct known *want, size_t n, uint32_t size)
{
	int64_t at = 0;
	size_t i = 0;
	bool more = true, same = true;

	while (more && same) {
		struct msg *m = person_page(s, PAGE_AFTER, at, size);
		struct key person = nth_key(PERSON);
		size_t pos = 0, before = i;
		struct row r;

		while (same && row_get(m->bytes, m->len, &pos, &r)) {
			same = i < n && r.row == want[i].row && key_equal(&r.peer, &person) &&
			       r.text_len == strlen(want[i].text) &&
			       memcmp(r.text, want[i].text, r.text_len) == 0;
			at = r.row;
			i++;
		}
		more = m->b.page_result.more;
		same = same && (!more || i > before) && i - before <= size;
		msg_free(m);
	}
	return same && i == n;
}

static bool
same_backward(struct store *s, const struct known *want, size_t n, uint32_t size)
{
	int64_t at = INT64_MAX;
	size_t left = n;
	bool more = true, same = true;

	while (more && same) {
		struct msg *m = person_page(s, PAGE_BEFORE, at, size);
		size_t count = m->b.page_result.count, pos = 0;
		struct row r;

		same = count <= left && count <= size;
		for (size_t i = left - (same ? count : 0); same && i < left; i++) {
			same = row_get(m->bytes, m->len, &pos, &r) && r.row == want[i].row;
			at = i == left - count ? r.row : at;
		}
		left -= same ? count : 0;
		more = m->b.page_result.more;
		same = same && (!more || count > 0);
		msg_free(m);
	}
	return same && left == 0;
}

/* A row of a chat that one keeps by changes alone. */
struct kept {
	int64_t row;
	enum receipt state;
	size_t copies;
	bool deleted;
};

static size_t
find(struct kept *rows, size_t *n, int64_t row)
{
	for (size_t i = 0; i < *n; i++)
		if (rows[i].row == row)
			return i;
	rows[*n].row = row;
	return (*n)++;
}

/* Takes the changes behind *seen into rows, in pages of that size. */
static void
follow(struct store *s, struct kept *rows, size_t *n, int64_t *seen, uint32_t size)
{
	bool more = true;

	while (more) {
		struct msg *m = person_page(s, PAGE_CHANGES, *seen, size);
		int64_t before = *seen;
		size_t pos = 0;
		struct row r;

		while (row_get(m->bytes, m->len, &pos, &r)) {
			*seen = r.rev > *seen ? r.rev : *seen;
			if (r.kind == ROW_ACT)
				continue;
			rows[find(rows, n, r.row)] =
				(struct kept){r.row, r.state, r.ncopies, r.deleted};
		}
		more = m->b.page_result.more && *seen > before;
		msg_free(m);
	}
}

/* Whether they are the rows as a page has them. */
static bool
up_to_date(struct store *s, const struct kept *rows, size_t n)
{
	int64_t at = 0;
	size_t found = 0;
	bool more = true, same = true;

	while (more) {
		struct msg *m = person_page(s, PAGE_AFTER, at, 100);
		size_t pos = 0;
		struct row r;

		while (row_get(m->bytes, m->len, &pos, &r)) {
			at = r.row;
			for (size_t i = 0; i < n; i++) {
				if (rows[i].row != r.row)
					continue;
				found++;
				same = same && rows[i].state == r.state &&
				       rows[i].copies == r.ncopies && rows[i].deleted == r.deleted;
			}
		}
		more = m->b.page_result.more;
		msg_free(m);
	}
	return same && found == n;
}

static void
random_turn(struct store *s, uint64_t *seed, unsigned id)
{
	unsigned peer = 1 + (unsigned)(test_random(seed) % (DEVICES + 1));
	unsigned older = 1 + (unsigned)(test_random(seed) % id);
	char text[24];

	snprintf(text, sizeof(text), "t%u", id);
	switch (test_random(seed) % 8) {
	case 0:
	case 1:
	case 2:
		apply(s, say_msg(PERSON, id, text));
		break;
	case 3:
		apply(s, say_msg(peer, id, text));
		break;
	case 4:
		apply(s, got_msg(peer, id, id, text));
		break;
	case 5:
		apply(s, line_msg(peer, text));
		break;
	case 6:
		apply(s, acked_msg(1 + peer % DEVICES, RECEIPT_DELIVERED, older, 1));
		break;
	default:
		apply(s,
		      act_msg(say_msg(PERSON, id, test_random(seed) % 2 ? text : ""),
			      test_random(seed) % 4 == 0 ? CONTENT_DELETE : CONTENT_EDIT, older));
		break;
	}
}

static void
test_merged(struct store *s)
{
	static struct known want[MOST];
	static struct kept one[MOST], four[MOST];
	size_t nwant, none = 0, nfour = 0;
	int64_t seen_one = 0, seen_four = 0;
	uint64_t seed = 11;
	bool good = true;

	for (unsigned id = 1; id <= 300; id++) {
		random_turn(s, &seed, id);
		if (id % 10 != 0)
			continue;
		follow(s, one, &none, &seen_one, 1);
		follow(s, four, &nfour, &seen_four, 4);
		good = good && up_to_date(s, one, none) && up_to_date(s, four, nfour);
	}
	ok(good, "who follows the changes, one or four at a time, has what the pages have");
	nwant = merged(s, want);
	ok(nwant > 150, "%zu rows of %d devices", nwant, DEVICES);
	for (uint32_t size = 1; size <= 64; size *= 2) {
		ok(same_forward(s, want, nwant, size), "forwards, %u at a time", size);
		ok(same_backward(s, want, nwant, size), "backwards, %u at a time", size);
	}
}

/* How many hits a search in that chat has; peer 0: in all of them. */
static int
hits(struct store *s, unsigned peer, const char *words, bool oldest_first)
{
	struct msg *ask = msg_new(MSG_CMD_SEARCH), *found;
	struct store_search *x;
	int n = 0;

	if (peer != 0)
		ask->b.search.peer = nth_key(peer);
	ask->b.search.oldest_first = oldest_first;
	ask->b.search.at = oldest_first ? 0 : INT64_MAX;
	ask->b.search.count = 10;
	msg_set_bytes(ask, words, strlen(words));
	x = store_search_new(ask);
	for (bool over = false; !over;) {
		found = store_search_step(s, x);
		n += (int)found->b.hits.count;
		over = found->b.hits.done;
		msg_free(found);
	}
	store_search_free(x);
	msg_free(ask);
	return n;
}

static void
test_search(struct store *s)
{
	struct msg *blocked = device_msg(2, "phone", "Boris");

	apply(s, say_msg(PERSON, 900, "a needle for all"),
	      got_msg(2, 901, 901, "a pin of the phone"));
	for (int up = 0; up < 2; up++) {
		const char *way = up ? "oldest first" : "newest first";

		is_int(hits(s, 0, "needle", up), 1, "what was said to all is found once, %s", way);
		is_int(hits(s, PERSON, "needle", up), 1, "in the person's chat, too");
		for (unsigned peer = 1; peer <= DEVICES; peer++)
			is_int(hits(s, peer, "needle", up), 1, "and in the chat of device %u",
			       peer);
		is_int(hits(s, 4, "needle", up), 0, "but in no other");
		is_int(hits(s, PERSON, "pin", up), 1, "what a device said is found");
	}
	blocked->b.st_contact.state = CONTACT_BLOCKED;
	apply(s, blocked);
	for (int up = 0; up < 2; up++) {
		is_int(hits(s, PERSON, "pin", up), 0,
		       "what a blocked device said is not, as the person's chat does not have it");
		is_int(hits(s, 2, "pin", up), 1, "in its own chat it is");
	}
	apply(s, device_msg(2, "phone", "Boris"));
}

static struct msg *
typed_msg(unsigned peer, const char *text)
{
	struct msg *m = msg_new(MSG_ST_TYPED);

	m->b.typed.peer = nth_key(peer);
	return msg_set_bytes(m, text, strlen(text));
}

/* The same devices are the person's, and the draft to the person is there. */
static void
is_kept(struct store *s, const char *when)
{
	struct queue *q = queue_new(SIZE_MAX);
	struct key person = nth_key(PERSON);
	unsigned devices = 0, others = 0;
	struct msg *m;

	store_load(s, q);
	while ((m = queue_pop(q)) != NULL) {
		const struct msg_st_contact *c = &m->b.st_contact;

		if (m->type == MSG_SR_CONTACT && key_equal(&c->person, &person) &&
		    strcmp(c->person_name, "Boris") == 0)
			devices++;
		else if (m->type == MSG_SR_CONTACT)
			others++;
		msg_free(m);
	}
	queue_free(q);
	ok(devices == DEVICES && others == 1, "%s the same devices are the person's", when);
	m = page(s, PERSON, PAGE_TYPED, 0, 1);
	ok(m->len >= 6 && memcmp(m->bytes, "half a", 6) == 0, "and the draft is there");
	msg_free(m);
}

/* A backup has the person with the devices, the chat of all as one, and what is said after it was restored goes to each. */
static void
test_restored(struct store *s)
{
	const struct pass_cost cheap = {.passes = 1, .memory = 8192};
	const char *file = tmp_path("backup"), *to = tmp_path("restored.db");
	struct backup out = {.nick = "Ada"}, in;
	static struct known want[MOST];
	size_t nwant = merged(s, want);
	struct store *r;
	char err[512] = "";

	ok(backup_write(&out, file, tmp_path("history.db"), "word", &cheap, err, sizeof(err)) &&
		   backup_read(&in, file, to, "word", err, sizeof(err)),
	   "a backup is written and restored: %s", err);
	r = open_store(to);
	is_kept(r, "restored,");
	ok(same_forward(r, want, nwant, 16) && same_backward(r, want, nwant, 16),
	   "the chat of all devices is the same");
	apply(r, say_msg(PERSON, 940, "to all, restored"));
	for (unsigned i = 0; i < DEVICES; i++) {
		const struct msg *m = answer(MSG_SR_SAID);

		ok(m != NULL && m->b.st_row.fresh && !m->b.st_row.failed,
		   "said to the person, device %u has it to get", i + 1);
	}
	for (unsigned i = 0; i < DEVICES; i++)
		answer(MSG_SR_CHAT);
	ok(no_more(), "and nobody else");
	store_close(r);
}

/* Who belongs together is there after a restart; a draft to the person too, and it goes with it. */
static void
test_kept(struct store *s, const char *path)
{
	struct msg *m;

	apply(s, typed_msg(PERSON, "half a"));
	store_close(s);
	s = open_store(path);
	is_kept(s, "after a restart");
	test_restored(s);
	apply(s, device_msg(1, "desk", NULL), device_msg(2, "phone", NULL),
	      device_msg(3, "boat", NULL), forget_msg(PERSON));
	m = page(s, PERSON, PAGE_TYPED, 0, 1);
	is_int(m->len, 0, "taken apart, it is gone");
	msg_free(m);
	apply(s, say_msg(PERSON, 950, "to nobody"));
	ok(answer(MSG_SR_SAID)->b.st_row.failed, "and nothing can be said to the person");
	store_close(s);
}

/* The person of contact 1, as the store loads it: its id, all zero for none. */
static struct key
person_of_first(struct store *s, const char **name)
{
	static char kept[NAME_SIZE];
	struct key person = {.b = {0}};
	const struct msg *m;

	apply(s, msg_new(MSG_ST_LOAD));
	m = answer(MSG_SR_CONTACT);
	if (m != NULL) {
		person = m->b.st_contact.person;
		snprintf(kept, sizeof(kept), "%s", m->b.st_contact.person_name);
	}
	*name = kept;
	return person;
}

/* After a power cut between two commits a device may name a person that is forgotten, whose number the next one gets. */
static void
test_dangling(const char *path, bool taken)
{
	struct store *s = open_store(path);
	static const struct key nobody;
	const char *name = "";
	struct key person;

	apply(s, device_msg(1, "desk", "Boris"), forget_msg(PERSON));
	if (taken)
		apply(s, contact_msg(5, "Eve"));
	store_close(s);
	s = open_store(path);
	person = person_of_first(s, &name);
	ok(key_equal(&person, &nobody) && name[0] == '\0',
	   "whose person is %s is a device of nobody",
	   taken ? "somebody else by now" : "forgotten");
	apply(s, contact_msg(5, "Eve"), say_msg(5, 960 + taken, "only for Eve"));
	is_int(hits(s, 5, "only", false), 1 + taken, "what is said to somebody new goes there");
	is_int(hits(s, 1, "only", false), 0, "and nowhere else");
	apply(s, device_msg(1, "desk", "Boris"));
	person = person_of_first(s, &name);
	is_str(name, "Boris", "a person that is there stays");
	apply(s, device_msg(1, "desk", NULL), forget_msg(PERSON));
	store_close(s);
}

int
main(void)
{
	const char *path = tmp_path("history.db");
	struct store *s = open_store(path);

	make(s);
	test_merged(s);
	test_search(s);
	test_kept(s, path);
	path = tmp_path("dangling.db");
	test_dangling(path, false);
	test_dangling(path, true);
	return done_testing();
}
