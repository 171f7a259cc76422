/* model.c - the model against events in tables, and its chat windows against a store of rows with a pager that lags behind. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/util.h"
#include "tests/tap.h"

/* ---- a fake core: what was asked for, and a history to page ---- */

#define HISTORY 6000

static struct {
	struct row rows[HISTORY]; /* consecutive; rows[i].row == 10 * (i + 1) */
	char text[HISTORY][16];
	size_t n;
	int64_t rev;
	struct msg *asked[64]; /* CMD_PAGE not answered yet, oldest first */
	size_t nasked;
	bool full;	 /* the command queue takes nothing */
	size_t most;	 /* the largest count asked for */
	size_t refusals; /* how often it was full */
} core;

static const struct key alice = {{0xa1}}, bob = {{0xb0}}, carol = {{0xca}}, dave = {{0xda}},
			erin = {{0xe1}};

static bool
take(void *arg, struct msg *m)
{
	(void)arg;
	if (core.full) {
		core.refusals++;
		msg_free(m);
		return false;
	}
	if (core.nasked == NELEM(core.asked)) {
		ok(false, "the model does not flood the core with pages");
		exit(1);
	}
	if (m->b.page.count > core.most)
		core.most = m->b.page.count;
	core.asked[core.nasked++] = m;
	return true;
}

static void
core_clear(void)
{
	for (size_t i = 0; i < core.nasked; i++)
		msg_free(core.asked[i]);
	memset(&core, 0, sizeof(core));
}

static void
core_add(enum direction dir)
{
	struct row *r = &core.rows[core.n];

	memset(r, 0, sizeof(*r));
	snprintf(core.text[core.n], sizeof(core.text[0]), "text %zu", core.n);
	r->peer = bob;
	r->id.b[0] = (uint8_t)core.n;
	r->row = 10 * (int64_t)(core.n + 1);
	r->rev = ++core.rev;
	r->seq = (int64_t)core.n;
	r->dir = dir;
	r->text = core.text[core.n];
	r->text_len = strlen(r->text);
	r->reason = "";
	core.n++;
}

static void
core_change(size_t i)
{
	core.rows[i].state = (enum receipt)(((int)core.rows[i].state + 1) % 5);
	core.rows[i].rev = ++core.rev;
}

static int
by_rev(const void *a, const void *b)
{
	const struct row *const *x = a, *const *y = b;

	return ((*x)->rev > (*y)->rev) - ((*x)->rev < (*y)->rev);
}

static struct msg *
page_new(const struct msg *ask)
{
	struct msg *ev = msg_new(MSG_EV_PAGE);

	ev->serial = ask->serial;
	ev->b.page_result.peer = ask->b.page.peer;
	ev->b.page_result.kind = ask->b.page.kind;
	ev->b.page_result.at = ask->b.page.at;
	return ev;
}

/* Reads the history as it stands now. */
static struct msg *
core_page(const struct msg *ask)
{
	const struct msg_page *want = &ask->b.page;
	struct msg *ev = page_new(ask);
	const struct row **found = xcalloc(core.n + 1, sizeof(*found));
	size_t n = 0, from = 0, to;
	struct row_buf buf = {0};

	for (size_t i = 0; i < core.n && key_equal(&want->peer, &bob); i++) {
		const struct row *r = &core.rows[i];

		if (want->kind == PAGE_BEFORE  ? r->row < want->at
		    : want->kind == PAGE_AFTER ? r->row > want->at
					       : r->rev > want->at)
			found[n++] = r;
	}
	if (want->kind == PAGE_CHANGES && n > 0)
		qsort(found, n, sizeof(*found), by_rev);
	to = n;
	if (n > want->count) {
		ev->b.page_result.more = true;
		if (want->kind == PAGE_BEFORE)
			from = n - want->count;
		else
			to = want->count;
	}
	for (size_t i = from; i < to; i++)
		row_put(&buf, found[i]);
	ev->b.page_result.count = (uint32_t)(to - from);
	msg_take_bytes(ev, buf.p, buf.len);
	free(found);
	return ev;
}

static unsigned
apply(struct model *m, struct msg *ev)
{
	unsigned dirty = model_apply(m, ev);

	msg_free(ev);
	return dirty;
}

/* Answers the oldest question; false if there is none. */
static bool
core_answer(struct model *m)
{
	struct msg *ask = core.asked[0];

	if (core.nasked == 0)
		return false;
	core.nasked--;
	memmove(core.asked, core.asked + 1, core.nasked * sizeof(core.asked[0]));
	apply(m, core_page(ask));
	msg_free(ask);
	return true;
}

static void
core_answer_all(struct model *m)
{
	while (core_answer(m))
		;
}

static void
tell_chat(struct model *m, const struct key *k)
{
	struct msg *ev = msg_new(MSG_EV_CHAT);

	ev->b.chat.peer = *k;
	ev->b.chat.row = core.n > 0 ? core.rows[core.n - 1].row : 0;
	ev->b.chat.rev = core.rev;
	apply(m, ev);
}

static unsigned
tell_contact(struct model *m, const struct key *k, const char *name, enum contact_state state,
	     enum link_state link)
{
	struct msg *ev = msg_new(MSG_EV_CONTACT);

	ev->b.contact.peer = *k;
	ev->b.contact.state = state;
	ev->b.contact.link = link;
	ev->b.contact.trust = state == CONTACT_REQUEST ? TRUST_STRANGER : TRUST_PINNED;
	ev->b.contact.added = k->b[0];
	snprintf(ev->b.contact.name, sizeof(ev->b.contact.name), "%s", name);
	msg_set_bytes(ev, "why", 3);
	return apply(m, ev);
}

static unsigned
tell_gone(struct model *m, const struct key *k)
{
	struct msg *ev = msg_new(MSG_EV_CONTACT);

	ev->b.contact.peer = *k;
	ev->b.contact.gone = true;
	return apply(m, ev);
}

static unsigned
tell_transfer(struct model *m, int64_t number, enum transfer_state state, enum direction dir,
	      uint64_t rate, int64_t eta)
{
	static const char strings[] = "a.txt\0/tmp/a.txt\0\0one\0two";
	struct msg *ev = msg_new(MSG_EV_TRANSFER);

	ev->b.transfer.transfer = number;
	ev->b.transfer.peer = bob;
	ev->b.transfer.state = state;
	ev->b.transfer.dir = dir;
	ev->b.transfer.rate = rate;
	ev->b.transfer.eta = eta;
	msg_set_bytes(ev, strings, sizeof(strings));
	return apply(m, ev);
}

/* ---- contacts ---- */

static const char *
order(const struct model *m)
{
	static char out[512];

	out[0] = '\0';
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		size_t len = strlen(out);

		snprintf(out + len, sizeof(out) - len, "%s%s", i > 0 ? " " : "",
			 model_contact_at(m, i)->c.name);
	}
	return out;
}

static void
test_contacts(void)
{
	static const struct {
		const struct key *who;
		const char *name;
		enum contact_state state;
		enum link_state link;
		const char *order;
	} table[] = {
		{&bob, "bob", CONTACT_ACCEPTED, LINK_OFFLINE, "bob"},
		{&alice, "Zoë", CONTACT_ACCEPTED, LINK_OFFLINE, "bob Zoë"},
		{&carol, "Anna", CONTACT_ACCEPTED, LINK_OFFLINE, "Anna bob Zoë"},
		{&carol, "Anna", CONTACT_ACCEPTED, LINK_ONLINE, "Anna bob Zoë"},
		{&alice, "Zoë", CONTACT_ACCEPTED, LINK_ONLINE, "Anna bob Zoë"},
		{&erin, "aaa", CONTACT_REQUEST, LINK_ONLINE, "Anna bob Zoë aaa"},
		{&dave, "zzz", CONTACT_REQUEST, LINK_ONLINE, "Anna bob Zoë zzz aaa"},
		{&bob, "bob", CONTACT_BLOCKED, LINK_OFFLINE, "Anna Zoë zzz aaa bob"},
		{&dave, "zzz", CONTACT_REFUSED, LINK_OFFLINE, "Anna Zoë aaa bob"},
		{&alice, "aaaa", CONTACT_ACCEPTED, LINK_ONLINE, "aaaa Anna aaa bob"},
		{&bob, "bob", CONTACT_ACCEPTED, LINK_OFFLINE, "aaaa Anna bob aaa"},
	};
	struct model *m = model_new(take, NULL);
	size_t accepted;
	char hex[2 * KEY_LEN + 1];

	for (size_t i = 0; i < NELEM(table); i++) {
		tell_contact(m, table[i].who, table[i].name, table[i].state, table[i].link);
		is_str(order(m), table[i].order, "contacts %zu: the order of the list", i);
	}
	is_int(model_count_online(m, &accepted), 2, "two are online");
	is_int(accepted, 3, "of three");
	is_int(model_count_requests(m), 1, "one request waits");
	ok(model_contact_named(m, "ANNA") == model_contact(m, &carol), "a name in other letters");
	ok(model_contact_named(m, util_hex(hex, carol.b, KEY_LEN)) == model_contact(m, &carol),
	   "a key is a name");
	ok(model_contact_named(m, "aaa") == NULL, "a request is not found by what it claims");
	ok(model_contact_named(m, util_hex(hex, erin.b, KEY_LEN)) != NULL, "but by its key");
	ok(model_contact_named(m, util_hex(hex, dave.b, KEY_LEN)) != NULL,
	   "a refused one too, though it is not in the list");
	is_str(model_contact(m, &carol)->detail, "why", "the sentence beside a contact");
	ok(tell_gone(m, &carol) & DIRTY_CONTACTS, "a removed contact is news");
	is_str(order(m), "aaaa bob aaa", "and leaves the list");
	ok(model_contact(m, &carol) == NULL, "and the model");
	is_int(tell_gone(m, &carol), 0, "removing it again is none");
	tell_chat(m, &carol);
	ok(model_contact(m, &carol) == NULL, "a chat alone makes no contact");
	is_int(model_ncontacts(m), 3, "and none is listed");
	model_free(m);
	core_clear();
}

/* Contacts come and go in any order; list and keys always agree. */
static void
test_contacts_random(void)
{
	struct model *m = model_new(take, NULL);
	uint64_t seed = 7;
	bool sorted = true, found = true;

	for (int turn = 0; turn < 20000; turn++) {
		uint64_t r = test_random(&seed);
		struct key k = {{(uint8_t)(r & 63), 1}};
		char name[16];

		snprintf(name, sizeof(name), "n%u", (unsigned)(r >> 8 & 127));
		if ((r >> 20 & 7) == 0)
			tell_gone(m, &k);
		else if ((r >> 20 & 7) == 1)
			tell_chat(m, &k);
		else
			tell_contact(m, &k, name, (enum contact_state)(r >> 30 & 3),
				     (enum link_state)(r >> 40 & 1));
		for (size_t i = 1; i < model_ncontacts(m); i++) {
			const struct msg_contact *a = &model_contact_at(m, i - 1)->c,
						 *b = &model_contact_at(m, i)->c;
			static const int place[] = {0, 1, 3, 2};

			if (place[a->state] > place[b->state] ||
			    (a->state == CONTACT_ACCEPTED && b->state == CONTACT_ACCEPTED &&
			     strcmp(a->name, b->name) > 0))
				sorted = false;
			if (model_contact(m, &a->peer) != model_contact_at(m, i - 1))
				found = false;
		}
	}
	ok(sorted, "20,000 random changes: the list is always in order");
	ok(found, "and each of it is found by its key");
	model_free(m);
	core_clear();
}

/* ---- transfers ---- */

static void
test_transfers(void)
{
	static const struct {
		int64_t number;
		enum transfer_state state;
		const char *order;
	} table[] = {
		{3, TRANSFER_RUNNING, "3"},	    {5, TRANSFER_WAITING, "5 3"},
		{4, TRANSFER_DONE, "5 3 4"},	    {5, TRANSFER_FAILED, "3 5 4"},
		{7, TRANSFER_STALLED, "7 3 5 4"},   {3, TRANSFER_PAUSED, "7 3 5 4"},
		{7, TRANSFER_CANCELLED, "3 7 5 4"}, {5, TRANSFER_RUNNING, "5 3 7 4"},
	};
	struct model *m = model_new(take, NULL);
	uint64_t up, down;
	unsigned nup, ndown;
	int64_t eta;
	struct msg *ev;

	for (size_t i = 0; i < NELEM(table); i++) {
		char out[64] = "";

		tell_transfer(m, table[i].number, table[i].state, DIR_IN, 0, -1);
		for (size_t j = 0; j < model_ntransfers(m); j++)
			snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%d",
				 j > 0 ? " " : "", (int)model_transfer_at(m, j)->t.transfer);
		is_str(out, table[i].order, "transfers %zu: the order of the list", i);
	}
	is_str(model_transfer(m, 5)->what, "a.txt", "what");
	is_str(model_transfer(m, 5)->place, "/tmp/a.txt", "where to");
	is_str(model_transfer(m, 5)->reason, "", "no reason");
	is_int(model_transfer(m, 5)->nnames, 2, "two names of the offer");
	is_str(model_transfer(m, 5)->names[1], "two", "the second of them");
	tell_transfer(m, 5, TRANSFER_RUNNING, DIR_OUT, 100, 20);
	tell_transfer(m, 3, TRANSFER_RUNNING, DIR_IN, 30, 60);
	tell_transfer(m, 8, TRANSFER_RUNNING, DIR_IN, 5, 7);
	model_totals(m, &up, &down, &nup, &ndown, &eta);
	ok(up == 100 && down == 35 && nup == 1 && ndown == 2 && eta == 60,
	   "totals: rates add up, the slowest says when all are done");
	tell_transfer(m, 8, TRANSFER_RUNNING, DIR_IN, 0, -1);
	model_totals(m, &up, &down, &nup, &ndown, &eta);
	is_int(eta, -1, "one of unknown end makes the end unknown");
	ev = msg_new(MSG_EV_TRANSFER);
	ev->b.transfer.transfer = 8;
	ev->b.transfer.gone = true;
	ok(apply(m, ev) == DIRTY_TRANSFERS && model_transfer(m, 8) == NULL, "one is forgotten");
	ok(model_transfer(m, 99) == NULL, "there is no transfer 99");
	model_free(m);
}

/* ---- chats ---- */

static const struct model_chat *
chat_of(const struct model *m)
{
	return &model_contact(m, &bob)->chat;
}

/* The window is a stretch of the history without a gap, at most 1,000 rows, and says truly whether it reaches its ends. NULL, or
 * what is wrong. */
static const char *
window_wrong(const struct model *m, bool fresh)
{
	const struct model_chat *c = chat_of(m);
	size_t first;

	if (c->nrows > 1000)
		return "more than 1,000 rows";
	if (c->nrows == 0)
		return fresh && core.n > 0 ? "no rows" : NULL;
	first = (size_t)(c->rows[0].r.row / 10 - 1);
	for (size_t i = 0; i < c->nrows; i++) {
		const struct row *have = &c->rows[i].r, *want;

		if (i > 0 && have->row <= c->rows[i - 1].r.row)
			return "rows out of order";
		if (!fresh)
			continue;
		want = &core.rows[first + i];
		if (have->row != want->row)
			return "a gap";
		if (strcmp(have->text, want->text) != 0 || have->state != want->state)
			return "a row that is not up to date";
	}
	if (fresh && c->at_top && first != 0)
		return "says it begins with the first row";
	if (fresh && c->at_bottom && first + c->nrows != core.n)
		return "says it ends with the last row";
	return NULL;
}

static struct model *
chat_model(size_t rows)
{
	struct model *m = model_new(take, NULL);

	core_clear();
	while (core.n < rows)
		core_add(DIR_IN);
	tell_contact(m, &bob, "bob", CONTACT_ACCEPTED, LINK_ONLINE);
	tell_chat(m, &bob);
	return m;
}

static void
test_window(void)
{
	struct model *m = chat_model(5000);
	const struct model_chat *c = chat_of(m);
	uint64_t version;

	is_int(core.nasked, 0, "a chat that is not open asks for nothing");
	model_chat_open(m, &bob);
	model_chat_open(m, &bob);
	is_int(core.nasked, 1, "an opened one asks once");
	core_answer_all(m);
	ok(c->nrows > 50 && c->at_bottom && !c->at_top && window_wrong(m, true) == NULL,
	   "and has the newest rows");
	ok(core.most <= PAGE_MAX_ROWS, "in a page of legal size");
	for (int i = 0; i < 20; i++) {
		model_chat_older(m, &bob);
		model_chat_older(m, &bob);
		is_int(core.nasked, 1, "older %d: one page is asked for", i);
		core_answer_all(m);
		is_str(window_wrong(m, true), NULL, "older %d: the window", i);
	}
	is_int(c->nrows, 1000, "the window is full");
	ok(!c->at_bottom, "and has left the bottom");
	version = c->version;
	core_add(DIR_IN);
	tell_chat(m, &bob);
	core_answer_all(m);
	ok(c->version == version && window_wrong(m, true) == NULL,
	   "a new row does not touch a window that is scrolled back");
	while (!c->at_top) {
		model_chat_older(m, &bob);
		core_answer_all(m);
	}
	is_int(c->rows[0].r.row, 10, "the beginning is reached");
	model_chat_older(m, &bob);
	is_int(core.nasked, 0, "and nothing is before it");
	while (!c->at_bottom) {
		model_chat_newer(m, &bob);
		core_answer_all(m);
	}
	is_str(window_wrong(m, true), NULL, "down again to the end");
	while (!c->at_top) {
		model_chat_older(m, &bob);
		core_answer_all(m);
	}
	model_chat_newest(m, &bob);
	core_answer_all(m);
	ok(c->at_bottom && window_wrong(m, true) == NULL, "and there at once");
	model_free(m);
}

static void
test_follow(void)
{
	struct model *m = chat_model(0);
	const struct model_chat *c = chat_of(m);

	model_chat_open(m, &bob);
	core_answer_all(m);
	ok(c->nrows == 0 && c->at_top && c->at_bottom, "an empty chat");
	for (int i = 0; i < 1500; i++) {
		core_add(i % 3 ? DIR_IN : DIR_OUT);
		if (i % 7 == 0) {
			tell_chat(m, &bob);
			core_answer_all(m);
		}
	}
	tell_chat(m, &bob);
	core_answer_all(m);
	ok(c->nrows == 1000 && c->at_bottom && !c->at_top && window_wrong(m, true) == NULL,
	   "a window at the bottom follows, and drops the oldest");
	core_change(core.n - 1);
	core_change(core.n - 500);
	core_change(2);
	tell_chat(m, &bob);
	core_answer_all(m);
	is_str(window_wrong(m, true), NULL, "changed rows are fetched again");
	core.full = true;
	core_change(core.n - 7);
	tell_chat(m, &bob);
	ok(core.refusals > 0 && core.nasked == 0, "the queue is full");
	core.full = false;
	tell_contact(m, &bob, "bob", CONTACT_ACCEPTED, LINK_OFFLINE);
	core_answer_all(m);
	is_str(window_wrong(m, true), NULL, "the next event asks again");
	model_free(m);
}

/* Somebody reads the oldest rows of a window that still reaches the end, while new ones come: what is read stays. */
static void
test_reading_back(void)
{
	struct model *m = chat_model(950);
	const struct model_chat *c = chat_of(m);

	model_chat_open(m, &bob);
	core_answer_all(m);
	while (!c->at_top) {
		model_chat_older(m, &bob);
		core_answer_all(m);
	}
	ok(c->nrows == 950 && c->at_bottom, "950 rows, all of them");
	for (int i = 0; i < 100; i++)
		core_add(DIR_IN);
	tell_chat(m, &bob);
	core_answer_all(m);
	ok(c->nrows == 1000 && c->at_top && !c->at_bottom && window_wrong(m, true) == NULL,
	   "the old rows stay, the newest are let go");
	model_free(m);
}

/* Anything in any order, answers late; after the last answer the window is what the history says. */
static void
test_window_random(void)
{
	uint64_t seed = 42;

	for (int round = 0; round < 6; round++) {
		struct model *m = chat_model((size_t)(test_random(&seed) % 1500));
		const char *wrong = NULL;

		model_chat_open(m, &bob);
		for (int turn = 0; turn < 2000 && wrong == NULL; turn++) {
			uint64_t r = test_random(&seed);

			switch (r % 10) {
			case 0:
				if (core.n + 40 < HISTORY)
					for (uint64_t i = r >> 32 & 31; i > 0; i--)
						core_add(DIR_OUT);
				break;
			case 1:
				if (core.n > 0)
					core_change((size_t)((r >> 8) % core.n));
				break;
			case 2:
				tell_chat(m, &bob);
				break;
			case 3:
				model_chat_older(m, &bob);
				break;
			case 4:
				model_chat_newer(m, &bob);
				break;
			case 5:
				if ((r >> 16) % 20 == 0)
					model_chat_newest(m, &bob);
				core.full = (r >> 40) % 4 == 0;
				break;
			default:
				core_answer(m);
				break;
			}
			wrong = window_wrong(m, false);
		}
		is_str(wrong, NULL, "round %d: always in order and small", round);
		core.full = false;
		tell_chat(m, &bob);
		core_answer_all(m);
		is_str(window_wrong(m, true), NULL, "round %d: at rest, no gap and up to date",
		       round);
		model_chat_newest(m, &bob);
		core_answer_all(m);
		ok(chat_of(m)->at_bottom && window_wrong(m, true) == NULL,
		   "round %d: back at the bottom", round);
		model_free(m);
	}
}

/* Only the four chats opened last keep rows. */
static void
test_memory(void)
{
	struct model *m = chat_model(10);
	const struct key *others[] = {&alice, &carol, &dave, &erin};

	model_chat_open(m, &bob);
	core_answer_all(m);
	is_int(chat_of(m)->nrows, 10, "bob's rows are here");
	for (size_t i = 0; i < NELEM(others); i++) {
		tell_contact(m, others[i], "x", CONTACT_ACCEPTED, LINK_OFFLINE);
		model_chat_open(m, others[i]);
		core_answer_all(m);
		is_int(chat_of(m)->nrows, i < 3 ? 10 : 0, "%zu other chats opened", i + 1);
	}
	model_chat_open(m, &bob);
	core_answer_all(m);
	is_str(window_wrong(m, true), NULL, "opened again, they are back");
	model_free(m);
}

/* Pages that nobody asked for, that are cut short, that hold nonsense. */
static void
test_bad_pages(void)
{
	struct model *m = chat_model(400);
	uint64_t seed = 3;
	struct msg *ask, *ev;
	struct row r;
	struct row_buf buf = {0};

	model_chat_open(m, &bob);
	ask = core.asked[0];
	ev = core_page(ask);
	ev->serial ^= 1;
	is_int(apply(m, ev), 0, "a page of another serial is not ours");
	ev = core_page(ask);
	ev->b.page_result.peer = alice;
	is_int(apply(m, ev), 0, "nor one of another peer");
	memset(&r, 0, sizeof(r));
	r.peer = alice;
	r.row = 5;
	r.text = r.reason = "";
	row_put(&buf, &r); /* of somebody else */
	r.peer = bob;
	r.dir = (enum direction)77;
	row_put(&buf, &r); /* no such direction */
	r.dir = DIR_IN;
	r.row = -1;
	row_put(&buf, &r); /* no such row */
	r.row = 9;
	row_put(&buf, &r);
	r.row = 8;
	row_put(&buf, &r); /* out of order */
	row_put(&buf, &r); /* twice */
	ev = msg_take_bytes(page_new(ask), buf.p, buf.len);
	apply(m, ev);
	ok(chat_of(m)->nrows == 2 && chat_of(m)->rows[0].r.row == 8,
	   "of a page with nonsense the sane rows are taken, in order");
	core.nasked--;
	memmove(core.asked, core.asked + 1, core.nasked * sizeof(core.asked[0]));
	msg_free(ask);
	for (int i = 0; i < 300; i++) {
		if (core.nasked == 0)
			break;
		ask = core.asked[0];
		core.nasked--;
		memmove(core.asked, core.asked + 1, core.nasked * sizeof(core.asked[0]));
		ev = core_page(ask);
		ev->len = ev->len > 0 ? test_random(&seed) % ev->len : 0;
		ev->b.page_result.more = true;
		apply(m, ev);
		msg_free(ask);
		if (core.nasked == 0 && i < 250) {
			core_change((size_t)(test_random(&seed) % core.n));
			tell_chat(m, &bob);
			model_chat_older(m, &bob);
			model_chat_newer(m, &bob);
		}
	}
	is_int(core.nasked, 0, "pages cut short do not make it ask for ever");
	is_str(window_wrong(m, false), NULL, "nor break the window");
	model_free(m);
}

static void
test_receipts(void)
{
	struct model_contact c;
	struct row r;
	static const struct {
		enum receipt stored;
		enum link_state link;
		int64_t seq, sent_seq;
		enum receipt shown;
	} table[] = {
		{RECEIPT_QUEUED, LINK_ONLINE, 5, 4, RECEIPT_QUEUED},
		{RECEIPT_QUEUED, LINK_ONLINE, 5, 5, RECEIPT_SENT},
		{RECEIPT_QUEUED, LINK_OFFLINE, 5, 5, RECEIPT_QUEUED},
		{RECEIPT_DELIVERED, LINK_OFFLINE, 5, 0, RECEIPT_DELIVERED},
		{RECEIPT_FAILED, LINK_ONLINE, 5, 9, RECEIPT_FAILED},
		{RECEIPT_READ, LINK_ONLINE, 5, 9, RECEIPT_READ},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		memset(&c, 0, sizeof(c));
		memset(&r, 0, sizeof(r));
		c.c.link = table[i].link;
		c.c.sent_seq = table[i].sent_seq;
		r.state = table[i].stored;
		r.seq = table[i].seq;
		is_int(model_receipt(&c, &r), table[i].shown, "receipt %zu", i);
	}
}

static void
test_rest(void)
{
	struct model *m = model_new(take, NULL);
	struct msg *ev = msg_new(MSG_EV_SELF);
	bool error = false;

	is_str(model_invite(m), "", "no invite before it is told");
	ev->b.self.nlisten = 99;
	msg_set_bytes(ev, "p2p:x", 5);
	is_int(apply(m, ev), DIRTY_SELF, "who we are");
	is_str(model_invite(m), "p2p:x", "the invite");
	is_int(model_self(m)->nlisten, CONTACT_ADDRS, "a count is never beyond its array");
	ok(!model_ready(m), "not ready");
	is_int(apply(m, msg_new(MSG_EV_READY)), DIRTY_READY, "ready");
	ok(model_ready(m), "and stays so");
	ev = msg_set_bytes(msg_new(MSG_EV_NOTICE), "Look out.", 9);
	ev->b.notice.error = true;
	is_int(apply(m, ev), DIRTY_NOTICE, "a notice");
	is_str(model_notice(m, &error), "Look out.", "its sentence");
	ok(error, "its kind");
	is_int(apply(m, msg_new(MSG_EV_RESULT)), DIRTY_RESULT, "a result is for the caller");
	is_int(apply(m, msg_new(MSG_EV_STOPPED)), DIRTY_STOPPED, "the end");
	is_int(apply(m, msg_new(MSG_CMD_SAY)), 0, "what is no event changes nothing");
	model_free(m);
}

int
main(void)
{
	test_contacts();
	test_contacts_random();
	test_transfers();
	test_window();
	test_follow();
	test_reading_back();
	test_window_random();
	test_memory();
	test_bad_pages();
	test_receipts();
	test_rest();
	core_clear();
	return done_testing();
}
