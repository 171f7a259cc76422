/* model_chat.c - the model's chat windows against a history of rows and a pager that lags behind. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/util.h"
#include "tests/model_world.h"
#include "tests/tap.h"

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
	model_free(m);
}

/* Every page loses its end, and claims that more is to come. */
static void
test_short_pages(void)
{
	struct model *m = chat_model(400);
	struct msg *ask, *ev;
	uint64_t seed = 3;

	model_chat_open(m, &bob);
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

int
main(void)
{
	test_window();
	test_follow();
	test_reading_back();
	test_window_random();
	test_memory();
	test_bad_pages();
	test_short_pages();
	core_clear();
	return done_testing();
}
