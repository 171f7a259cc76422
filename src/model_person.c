/* model_person.c - persons with several devices: how one stands follows from how its devices stand. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/model_priv.h"
#include "src/util.h"

static const struct key nobody;

bool
model_is_device(const struct msg_contact *c)
{
	return !c->is_person && c->state == CONTACT_ACCEPTED && !key_equal(&c->person, &nobody);
}

/* There before away, away before gone. */
static int
presence(const struct msg_contact *c)
{
	return c->link == LINK_ONLINE ? c->away ? 2 : 3 : c->link == LINK_CONNECTING ? 1 : 0;
}

/* The person is where the best of its devices is, and as sure as the worst. */
static void
add_device(struct msg_contact *p, const struct msg_contact *d)
{
	bool first = p->devices++ == 0, better = first || presence(d) > presence(p);

	p->online += d->link == LINK_ONLINE;
	if (first || d->trust == TRUST_CHANGED ||
	    (p->trust != TRUST_CHANGED && d->trust < p->trust)) {
		p->trust = d->trust;
		p->how = d->how;
	} else if (d->trust == p->trust && d->how != p->how) {
		p->how = HOW_UNKNOWN;
	}
	if (d->trust_since > p->trust_since)
		p->trust_since = d->trust_since;
	if (first || d->added < p->added)
		p->added = d->added;
	if (d->last_seen > p->last_seen)
		p->last_seen = d->last_seen;
	p->closed_by_hand = (first || p->closed_by_hand) && d->closed_by_hand;
	p->accepted_us = p->accepted_us || d->accepted_us;
	p->typing = p->typing || d->typing;
	if (!better)
		return;
	p->link = d->link;
	p->away = d->away;
	p->away_since = d->away_since;
	p->rtt_us = d->rtt_us;
	p->via_found = d->via_found;
	memcpy(p->status, d->status, sizeof(p->status));
	memcpy(p->via, d->via, sizeof(p->via));
}

static void
add_chat(struct msg_chat *p, const struct model_chat *d, bool first)
{
	if (d->newest_row > p->row)
		p->row = d->newest_row;
	if (d->newest_rev > p->rev)
		p->rev = d->newest_rev;
	p->unread += d->unread;
	if (d->unread_row != 0 && (p->unread_row == 0 || d->unread_row < p->unread_row))
		p->unread_row = d->unread_row;
	p->waiting += d->waiting;
	/* What is not the same with all of them is told where each is. */
	p->keep = first || p->keep == d->keep ? d->keep : KEEP_DEFAULT;
	p->timer_mine = first || p->timer_mine == d->timer_mine ? d->timer_mine : 0;
	p->timer_theirs = first || p->timer_theirs == d->timer_theirs ? d->timer_theirs : 0;
}

unsigned
model_person_refresh(struct model *m, const struct key *id)
{
	struct msg_contact p = {.peer = *id, .is_person = true, .state = CONTACT_ACCEPTED};
	struct msg_chat chat = {.peer = *id};
	struct model_entry *e;

	if (key_equal(id, &nobody))
		return 0;
	for (size_t i = 0; i < m->nentries; i++) {
		const struct model_entry *d = m->entries[i];

		if (!d->known || !model_is_device(&d->c.c) || !key_equal(&d->c.c.person, id))
			continue;
		memcpy(p.name, d->c.c.person_name, sizeof(p.name));
		add_chat(&chat, &d->c.chat, p.devices == 0);
		add_device(&p, &d->c.c);
	}
	if (p.devices == 0) {
		e = model_entry(m, id);
		if (e != NULL)
			model_drop(m, e);
		return DIRTY_CONTACTS | DIRTY_CHAT;
	}
	e = model_put(m, &p);
	return DIRTY_CONTACTS | model_chat_changed(m, e, &chat);
}

/* Rows of one of its devices are gone; another may have a copy of the same message. The chat is read anew. */
unsigned
model_person_gone(struct model *m, const struct key *device)
{
	const struct model_entry *d = model_entry(m, device);
	struct model_entry *e = d != NULL ? model_entry(m, &d->c.c.person) : NULL;

	if (e == NULL || !e->c.c.is_person || !e->opened)
		return 0;
	model_chat_close(e);
	model_chat_open(m, &e->c.c.peer);
	return DIRTY_CHAT;
}

/* ---- receipts ----------------------------------------------------------------------------------------------------------- */

static enum receipt
one_receipt(const struct model_contact *c, enum receipt state, int64_t seq)
{
	if (state == RECEIPT_QUEUED && c->c.link == LINK_ONLINE && seq <= c->c.sent_seq)
		return RECEIPT_SENT;
	if (state == RECEIPT_DELIVERED && seq <= c->chat.read_seq)
		return RECEIPT_READ;
	return state;
}

enum receipt
model_copy_receipt(const struct model *m, const struct row *r, size_t i)
{
	struct row_copy copy = row_copy_at(r, i);
	const struct model_contact *device = model_contact(m, &copy.device);

	return device != NULL ? one_receipt(device, copy.state, copy.seq) : copy.state;
}

size_t
model_arrived(const struct model *m, const struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncopies; i++) {
		enum receipt one = model_copy_receipt(m, r, i);

		n += one == RECEIPT_DELIVERED || one == RECEIPT_READ;
	}
	return n;
}

enum receipt
model_receipt(const struct model *m, const struct model_contact *c, const struct row *r)
{
	enum receipt all = RECEIPT_FAILED;

	if (!c->c.is_person)
		return one_receipt(c, r->state, r->seq);
	/* As far as the last one is; one that failed says nothing while others go on. */
	for (size_t i = 0; i < r->ncopies; i++) {
		enum receipt one = model_copy_receipt(m, r, i);

		if (all == RECEIPT_FAILED || (one != RECEIPT_FAILED && one < all))
			all = one;
	}
	return all;
}
