/* model.c - what a front end knows of contacts, requests and transfers, kept in the order in which they are shown. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/model_priv.h"
#include "src/text.h"
#include "src/util.h"

struct model *
model_new(bool (*send)(void *arg, struct msg *m), void *arg)
{
	struct model *m = xcalloc(1, sizeof(*m));

	m->send = send;
	m->arg = arg;
	m->invite = xstrdup("");
	m->notice = xstrdup("");
	return m;
}

static void
entry_free(struct model_entry *e)
{
	model_chat_close(e);
	free(e->c.detail);
	free(e->fold);
	free(e->group);
	free(e);
}

static void
transfer_clear(struct model_transfer *t)
{
	for (size_t i = 0; i < t->nnames; i++)
		free(t->names[i]);
	free(t->names);
	free(t->what);
	free(t->place);
	free(t->reason);
	memset(t, 0, sizeof(*t));
}

void
model_free(struct model *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->nentries; i++)
		entry_free(m->entries[i]);
	for (size_t i = 0; i < m->ntransfers; i++) {
		transfer_clear(m->transfers[i]);
		free(m->transfers[i]);
	}
	free(m->entries);
	free(m->list);
	free(m->transfers);
	free(m->invite);
	free(m->notice);
	free(m);
}

/* ---- contacts ---- */

/* Where the key stands among the entries, or would. */
static size_t
entry_place(const struct model *m, const struct key *k, bool *found)
{
	size_t lo = 0, hi = m->nentries;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = memcmp(m->entries[mid]->c.c.peer.b, k->b, KEY_LEN);

		if (c == 0) {
			*found = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = false;
	return lo;
}

struct model_entry *
model_entry(const struct model *m, const struct key *k)
{
	bool found;
	size_t i = entry_place(m, k, &found);

	return found ? m->entries[i] : NULL;
}

/* Puts p at place i of an array of n pointers; by bytes, so that any kind of pointer will do. */
static void *
array_insert(void *array, size_t n, size_t i, void *p)
{
	char *a = xreallocarray(array, n + 1, sizeof(p));

	memmove(a + (i + 1) * sizeof(p), a + i * sizeof(p), (n - i) * sizeof(p));
	memcpy(a + i * sizeof(p), &p, sizeof(p));
	return a;
}

static void
array_remove(void *array, size_t n, size_t i)
{
	char *a = array;

	memmove(a + i * sizeof(void *), a + (i + 1) * sizeof(void *), (n - i - 1) * sizeof(void *));
}

static struct model_entry *
entry_make(struct model *m, const struct key *k)
{
	bool found;
	size_t i = entry_place(m, k, &found);
	struct model_entry *e;

	if (found)
		return m->entries[i];
	e = xcalloc(1, sizeof(*e));
	e->c.c.peer = *k;
	e->c.detail = xstrdup("");
	e->fold = xstrdup("");
	e->group = xstrdup("");
	m->entries = array_insert(m->entries, m->nentries, i, e);
	m->nentries++;
	return e;
}

/* The part of the list a contact stands in. */
static int
section(const struct model_entry *e)
{
	switch (e->c.c.state) {
	case CONTACT_ACCEPTED:
		return 0;
	case CONTACT_REQUEST:
		return 1;
	case CONTACT_BLOCKED:
	case CONTACT_REFUSED:
		break;
	}
	return 2;
}

static int
list_cmp(const struct model_entry *a, const struct model_entry *b)
{
	int x = section(a), y = section(b), c;

	if (x != y)
		return x < y ? -1 : 1;
	if (x == 1 && a->c.c.added != b->c.c.added)
		return a->c.c.added < b->c.c.added ? -1 : 1;
	/* A person stands before its devices. */
	c = strcmp(a->group, b->group);
	if (c == 0)
		c = model_is_device(&a->c.c) - model_is_device(&b->c.c);
	if (c == 0)
		c = strcmp(a->fold, b->fold);
	return c != 0 ? c : memcmp(a->c.c.peer.b, b->c.c.peer.b, KEY_LEN);
}

static void
list_remove(struct model *m, const struct model_entry *e)
{
	for (size_t i = 0; i < m->nlist; i++) {
		if (m->list[i] == e) {
			array_remove(m->list, m->nlist--, i);
			return;
		}
	}
}

static void
list_insert(struct model *m, struct model_entry *e)
{
	size_t lo = 0, hi = m->nlist;

	if (e->c.c.state == CONTACT_REFUSED)
		return; /* not shown again */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (list_cmp(m->list[mid], e) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	m->list = array_insert(m->list, m->nlist, lo, e);
	m->nlist++;
}

static char *
fold(const char *name)
{
	size_t len = strlen(name), size = text_show_max(len) + 1;
	char *out = xmalloc(size);

	text_fold(out, size, name, len);
	return out;
}

void
model_drop(struct model *m, struct model_entry *e)
{
	bool found;
	size_t i = entry_place(m, &e->c.c.peer, &found);

	list_remove(m, e);
	array_remove(m->entries, m->nentries--, i);
	entry_free(e);
}

struct model_entry *
model_put(struct model *m, const struct msg_contact *c)
{
	struct model_entry *e = entry_make(m, &c->peer);
	const struct msg_contact *was = &e->c.c;

	if (!e->known || was->state != c->state || was->added != c->added ||
	    strcmp(was->name, c->name) != 0 || !key_equal(&was->person, &c->person) ||
	    strcmp(was->person_name, c->person_name) != 0) {
		list_remove(m, e);
		e->known = true;
		e->c.c = *c;
		e->c.c.name[NAME_SIZE - 1] = e->c.c.person_name[NAME_SIZE - 1] = '\0';
		free(e->fold);
		free(e->group);
		e->fold = fold(e->c.c.name);
		e->group = fold(model_is_device(&e->c.c) ? e->c.c.person_name : e->c.c.name);
		list_insert(m, e);
	}
	e->c.c = *c;
	e->c.c.name[NAME_SIZE - 1] = e->c.c.nick[NAME_SIZE - 1] = '\0';
	e->c.c.person_name[NAME_SIZE - 1] = '\0';
	if (e->c.c.naddrs > CONTACT_ADDRS)
		e->c.c.naddrs = CONTACT_ADDRS;
	return e;
}

static unsigned
apply_contact(struct model *m, const struct msg *ev)
{
	struct msg_contact c = ev->b.contact;
	struct model_entry *e = model_entry(m, &c.peer);
	struct key was = e != NULL ? e->c.c.person : (struct key){{0}};

	if (c.gone && e == NULL)
		return 0;
	if (c.gone) {
		model_drop(m, e);
		return DIRTY_CONTACTS | DIRTY_CHAT | model_person_refresh(m, &was);
	}
	c.is_person = false;
	e = model_put(m, &c);
	free(e->c.detail);
	e->c.detail = xstrndup(ev->bytes != NULL ? (const char *)ev->bytes : "", ev->len);
	if (!key_equal(&was, &c.person))
		model_person_refresh(m, &was);
	return DIRTY_CONTACTS | model_person_refresh(m, &c.person);
}

static unsigned
apply_chat(struct model *m, const struct msg *ev)
{
	struct model_entry *e = entry_make(m, &ev->b.chat.peer);
	unsigned dirty = model_chat_changed(m, e, &ev->b.chat);

	return dirty | (e->known ? model_person_refresh(m, &e->c.c.person) : 0);
}

size_t
model_ncontacts(const struct model *m)
{
	return m->nlist;
}

struct model_contact *
model_contact_at(const struct model *m, size_t i)
{
	return i < m->nlist ? &m->list[i]->c : NULL;
}

struct model_contact *
model_contact(const struct model *m, const struct key *k)
{
	struct model_entry *e = model_entry(m, k);

	return e != NULL && e->known ? &e->c : NULL;
}

/* Whether the user gave or took that name: a request's name, and a blocked stranger's, are only what the peer claims. */
static bool
has_own_name(const struct model_entry *e)
{
	return e->c.c.state == CONTACT_ACCEPTED ||
	       (e->c.c.state == CONTACT_BLOCKED && e->c.c.trust != TRUST_STRANGER);
}

/* Of two that share a name, as a person may with one of its devices, the person comes first in the list. */
static struct model_contact *
named(const struct model *m, const char *name, bool device)
{
	struct model_contact *found = NULL;
	struct key k;
	char *folded;

	if (strlen(name) == 2 * (size_t)KEY_LEN && util_unhex(k.b, KEY_LEN, name))
		return model_contact(m, &k);
	folded = fold(name);
	for (size_t i = 0; i < m->nlist; i++) {
		struct model_entry *e = m->list[i];

		if (!has_own_name(e) || strcmp(e->fold, folded) != 0)
			continue;
		if (found == NULL || (device && found->c.is_person))
			found = &e->c;
	}
	free(folded);
	return found;
}

struct model_contact *
model_contact_named(const struct model *m, const char *name)
{
	return named(m, name, false);
}

struct model_contact *
model_device_named(const struct model *m, const char *name)
{
	return named(m, name, true);
}

size_t
model_count_online(const struct model *m, size_t *accepted)
{
	size_t online = 0, all = 0;

	for (size_t i = 0; i < m->nlist; i++) {
		const struct msg_contact *c = &m->list[i]->c.c;

		if (c->state != CONTACT_ACCEPTED || model_is_device(c))
			continue;
		all++;
		online += c->link == LINK_ONLINE;
	}
	if (accepted != NULL)
		*accepted = all;
	return online;
}

size_t
model_count_requests(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nlist; i++)
		n += m->list[i]->c.c.state == CONTACT_REQUEST;
	return n;
}

uint32_t
model_count_unread(const struct model *m)
{
	uint32_t n = 0;

	for (size_t i = 0; i < m->nlist; i++) {
		if (m->list[i]->c.c.state == CONTACT_ACCEPTED && !m->list[i]->c.c.is_person)
			n += m->list[i]->c.chat.unread;
	}
	return n;
}

uint32_t
model_count_waiting(const struct model *m)
{
	uint32_t n = 0;

	for (size_t i = 0; i < m->nlist; i++) {
		if (m->list[i]->c.c.state == CONTACT_ACCEPTED && !m->list[i]->c.c.is_person)
			n += m->list[i]->c.chat.waiting;
	}
	return n;
}

/* ---- transfers ---- */

static int
transfer_cmp(const struct msg_transfer *a, const struct msg_transfer *b)
{
	bool x = transfer_ended(a->state), y = transfer_ended(b->state);

	if (x != y)
		return x ? 1 : -1;
	return (a->transfer < b->transfer) - (a->transfer > b->transfer);
}

static size_t
transfer_index(const struct model *m, int64_t number)
{
	size_t i = 0;

	while (i < m->ntransfers && m->transfers[i]->t.transfer != number)
		i++;
	return i;
}

static void
transfer_fill(struct model_transfer *t, const struct msg *ev)
{
	size_t strings = 0;

	transfer_clear(t);
	t->t = ev->b.transfer;
	t->what = xstrdup(msg_string(ev, 0));
	t->place = xstrdup(msg_string(ev, 1));
	t->reason = xstrdup(msg_string(ev, 2));
	for (size_t i = 0; i < ev->len; i++)
		strings += ev->bytes[i] == '\0';
	if (strings <= 3)
		return;
	t->nnames = strings - 3;
	t->names = xcalloc(t->nnames, sizeof(*t->names));
	for (size_t i = 0; i < t->nnames; i++)
		t->names[i] = xstrdup(msg_string(ev, 3 + i));
}

static unsigned
apply_transfer(struct model *m, const struct msg *ev)
{
	const struct msg_transfer *news = &ev->b.transfer;
	size_t i = transfer_index(m, news->transfer), lo = 0, hi;
	struct model_transfer *t;

	if (i < m->ntransfers) {
		t = m->transfers[i];
		if (!news->gone && transfer_ended(t->t.state) == transfer_ended(news->state)) {
			transfer_fill(t, ev);
			return DIRTY_TRANSFERS;
		}
		array_remove(m->transfers, m->ntransfers--, i);
	} else if (news->gone) {
		return 0;
	} else {
		t = xcalloc(1, sizeof(*t));
	}
	if (news->gone) {
		transfer_clear(t);
		free(t);
		return DIRTY_TRANSFERS;
	}
	transfer_fill(t, ev);
	for (hi = m->ntransfers; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (transfer_cmp(&m->transfers[mid]->t, &t->t) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	m->transfers = array_insert(m->transfers, m->ntransfers, lo, t);
	m->ntransfers++;
	return DIRTY_TRANSFERS;
}

size_t
model_ntransfers(const struct model *m)
{
	return m->ntransfers;
}

struct model_transfer *
model_transfer_at(const struct model *m, size_t i)
{
	return i < m->ntransfers ? m->transfers[i] : NULL;
}

struct model_transfer *
model_transfer(const struct model *m, int64_t number)
{
	return model_transfer_at(m, transfer_index(m, number));
}

void
model_totals(const struct model *m, uint64_t *up, uint64_t *down, unsigned *nup, unsigned *ndown,
	     int64_t *eta)
{
	bool unknown = false, any = false;
	int64_t longest = 0;

	*up = *down = 0;
	*nup = *ndown = 0;
	for (size_t i = 0; i < m->ntransfers; i++) {
		const struct msg_transfer *t = &m->transfers[i]->t;
		bool out = t->dir == DIR_OUT;

		if (t->state != TRANSFER_RUNNING && t->state != TRANSFER_CHECKING)
			continue;
		any = true;
		*(out ? up : down) += t->rate;
		*(out ? nup : ndown) += 1;
		if (t->eta < 0 && t->state == TRANSFER_RUNNING)
			unknown = true;
		else if (t->eta > longest)
			longest = t->eta;
	}
	*eta = !any || unknown ? -1 : longest;
}

/* ---- the rest ---- */

static unsigned
apply_self(struct model *m, const struct msg *ev)
{
	m->self = ev->b.self;
	m->self.nick[NAME_SIZE - 1] = '\0';
	if (m->self.nlisten > CONTACT_ADDRS)
		m->self.nlisten = CONTACT_ADDRS;
	free(m->invite);
	m->invite = xstrndup(ev->bytes != NULL ? (const char *)ev->bytes : "", ev->len);
	return DIRTY_SELF;
}

static unsigned
apply_notice(struct model *m, const struct msg *ev)
{
	free(m->notice);
	m->notice = xstrndup(ev->bytes != NULL ? (const char *)ev->bytes : "", ev->len);
	m->notice_error = ev->b.notice.error;
	return DIRTY_NOTICE;
}

static unsigned
apply_nearby(struct model *m, const struct msg *ev)
{
	struct msg_nearby *all = m->nearby;
	size_t i = 0;

	while (i < m->nnearby && strcmp(all[i].address, ev->b.nearby.address) != 0)
		i++;
	if (ev->b.nearby.gone) {
		if (i == m->nnearby)
			return 0;
		m->nnearby--;
		memmove(&all[i], &all[i + 1], (m->nnearby - i) * sizeof(all[0]));
		return DIRTY_NEARBY;
	}
	if (i == MODEL_NEARBY)
		return 0;
	all[i] = ev->b.nearby;
	all[i].nick[NAME_SIZE - 1] = all[i].address[ADDR_TEXT_SIZE - 1] = '\0';
	m->nnearby += i == m->nnearby;
	return DIRTY_NEARBY;
}

size_t
model_nnearby(const struct model *m)
{
	return m->nnearby;
}

const struct msg_nearby *
model_nearby_at(const struct model *m, size_t i)
{
	return i < m->nnearby ? &m->nearby[i] : NULL;
}

unsigned
model_apply(struct model *m, const struct msg *ev)
{
	unsigned dirty = 0;

	if (ev->type == MSG_EV_SELF)
		dirty = apply_self(m, ev);
	else if (ev->type == MSG_EV_CONTACT)
		dirty = apply_contact(m, ev);
	else if (ev->type == MSG_EV_CHAT)
		dirty = apply_chat(m, ev);
	else if (ev->type == MSG_EV_TRANSFER)
		dirty = apply_transfer(m, ev);
	else if (ev->type == MSG_EV_PAGE)
		dirty = model_chat_page(m, ev);
	else if (ev->type == MSG_EV_GONE)
		dirty = model_chat_gone(m, ev) | model_person_gone(m, &ev->b.gone.peer);
	else if (ev->type == MSG_EV_NEARBY)
		dirty = apply_nearby(m, ev);
	else if (ev->type == MSG_EV_NOTICE)
		dirty = apply_notice(m, ev);
	else if (ev->type == MSG_EV_RESULT)
		dirty = DIRTY_RESULT;
	else if (ev->type == MSG_EV_STOPPED)
		dirty = DIRTY_STOPPED;
	else if (ev->type == MSG_EV_READY) {
		m->ready = true;
		dirty = DIRTY_READY;
	}
	model_chat_catch_up(m);
	return dirty;
}

const struct msg_self *
model_self(const struct model *m)
{
	return &m->self;
}

const char *
model_invite(const struct model *m)
{
	return m->invite;
}

bool
model_ready(const struct model *m)
{
	return m->ready;
}

const char *
model_notice(const struct model *m, bool *error)
{
	if (error != NULL)
		*error = m->notice_error;
	return m->notice;
}
