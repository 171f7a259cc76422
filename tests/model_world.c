/* model_world.c - a history of rows with a pager that lags behind, for the tests of the model. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/util.h"
#include "tests/model_world.h"
#include "tests/tap.h"

struct core core;
const struct key alice = {{0xa1}}, bob = {{0xb0}}, carol = {{0xca}}, dave = {{0xda}},
		 erin = {{0xe1}};

bool
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

void
core_clear(void)
{
	for (size_t i = 0; i < core.nasked; i++)
		msg_free(core.asked[i]);
	memset(&core, 0, sizeof(core));
}

void
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

void
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

struct msg *
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
struct msg *
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

unsigned
apply(struct model *m, struct msg *ev)
{
	unsigned dirty = model_apply(m, ev);

	msg_free(ev);
	return dirty;
}

/* Answers the oldest question; false if there is none. */
bool
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

void
core_answer_all(struct model *m)
{
	while (core_answer(m))
		;
}

void
tell_chat(struct model *m, const struct key *k)
{
	struct msg *ev = msg_new(MSG_EV_CHAT);

	ev->b.chat.peer = *k;
	ev->b.chat.row = core.n > 0 ? core.rows[core.n - 1].row : 0;
	ev->b.chat.rev = core.rev;
	apply(m, ev);
}

unsigned
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

unsigned
tell_gone(struct model *m, const struct key *k)
{
	struct msg *ev = msg_new(MSG_EV_CONTACT);

	ev->b.contact.peer = *k;
	ev->b.contact.gone = true;
	return apply(m, ev);
}

unsigned
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
