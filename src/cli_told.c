/* cli_told.c - peers and messages as `run` tells them: what was told of each, so that nothing is told twice. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_event_priv.h"
#include "src/model.h"
#include "src/row.h"
#include "src/util.h"

#define UNREAD_MAX 10000

char *
told_tag(const char *tag)
{
	return tag != NULL ? xstrdup(tag) : NULL;
}

/* ---- peers ---- */

struct told_peer *
told_peer(struct events *e, const struct key *k)
{
	for (size_t i = 0; i < e->npeers; i++) {
		if (key_equal(&e->peers[i].key, k))
			return &e->peers[i];
	}
	e->peers = xreallocarray(e->peers, e->npeers + 1, sizeof(*e->peers));
	memset(&e->peers[e->npeers], 0, sizeof(*e->peers));
	e->peers[e->npeers].key = *k;
	return &e->peers[e->npeers++];
}

const char *
told_name(const struct events *e, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);

	return c != NULL ? c->c.name : "";
}

void
told_tell_peer(struct events *e, struct told_peer *p, const struct msg_contact *c)
{
	print_peer(&e->p, c, false, p->tag);
	if (c->link != LINK_CONNECTING) {
		free(p->tag);
		p->tag = NULL;
	}
	p->last = *c;
	p->told = true;
}

/* What went out on the session that stands now. */
static void
tell_sent(struct events *e, const struct model_contact *c)
{
	for (struct said *s = e->said; s != NULL; s = s->next) {
		if (!s->seen || s->told != RECEIPT_QUEUED || !key_equal(&s->peer, &c->c.peer) ||
		    model_receipt(e->c->model, c, &s->row) != RECEIPT_SENT)
			continue;
		s->told = RECEIPT_SENT;
		print_receipt(&e->p, &s->peer, c->c.name, &s->row, RECEIPT_SENT, s->tag);
	}
}

void
told_update_peer(struct events *e, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);
	struct told_peer *p = told_peer(e, k);

	if (c == NULL) {
		if (p->told)
			print_peer(&e->p, &p->last, true, p->tag);
		free(p->tag);
		p->tag = NULL;
		p->told = p->request = p->note = false;
		return;
	}
	if (c->c.state == CONTACT_REQUEST) {
		/* The note comes after the request it belongs to. */
		bool note = c->detail[0] != '\0';

		if (!p->request || (note && !p->note))
			print_request(&e->p, &model_self(e->c->model)->key, c, NULL);
		p->request = true;
		p->note = note;
		return;
	}
	p->request = p->note = false;
	if (c->c.state != CONTACT_ACCEPTED && !p->told)
		return;
	if (!p->told || p->last.link != c->c.link || p->last.trust != c->c.trust ||
	    p->last.state != c->c.state || p->last.away != c->c.away ||
	    p->last.typing != c->c.typing || strcmp(p->last.status, c->c.status) != 0 ||
	    strcmp(p->last.name, c->c.name) != 0 ||
	    strcmp(p->last.person_name, c->c.person_name) != 0)
		told_tell_peer(e, p, &c->c);
	tell_sent(e, c);
}

/* ---- messages ---- */

struct said **
told_find_said(struct events *e, const struct key *peer, const struct id *id)
{
	struct said **at = &e->said;

	while (*at != NULL &&
	       (!id_equal(&(*at)->row.id, id) || (peer != NULL && !key_equal(&(*at)->peer, peer))))
		at = &(*at)->next;
	return at;
}

struct said *
told_new_said(struct events *e, const struct key *peer, const struct id *id, const char *tag)
{
	struct said *s = xcalloc(1, sizeof(*s));

	s->peer = *peer;
	s->row.id = *id;
	s->row.reason = "";
	s->tag = told_tag(tag);
	*e->said_end = s;
	e->said_end = &s->next;
	return s;
}

void
told_new_said_to(struct events *e, const struct key *peer, const struct id *id, const char *tag)
{
	const struct model *m = e->c->model;
	const struct model_contact *c = model_contact(m, peer);

	if (c == NULL || !c->c.is_person) {
		told_new_said(e, peer, id, tag);
		return;
	}
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		const struct msg_contact *d = &model_contact_at(m, i)->c;

		if (model_is_device(d) && key_equal(&d->person, peer))
			told_new_said(e, &d->peer, id, tag);
	}
}

void
told_drop_said(struct events *e, struct said **at)
{
	struct said *s = *at;

	*at = s->next;
	if (e->said_end == &s->next)
		e->said_end = at;
	free(s->tag);
	free(s);
}

static void
drop_unread(struct events *e, struct said **at)
{
	struct said *s = *at;

	*at = s->next;
	if (e->unread_end == &s->next)
		e->unread_end = at;
	e->nunread--;
	free(s->tag);
	free(s);
}

/* Delivered: it waits apart to be read, so that those on their way are found quickly. The oldest are forgotten when the peer never says
 * what it reads: a position says of all before it what it says of one. */
static void
keep_unread(struct events *e, struct said **at, const struct row *r)
{
	struct said *s = *at;

	*at = s->next;
	if (e->said_end == &s->next)
		e->said_end = at;
	s->next = NULL;
	s->row.seq = r->seq;
	s->told = RECEIPT_DELIVERED;
	*e->unread_end = s;
	e->unread_end = &s->next;
	if (++e->nunread > UNREAD_MAX)
		drop_unread(e, &e->unread);
}

void
told_read(struct events *e, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);
	struct said **at = &e->unread;

	if (c == NULL || c->chat.read_seq == 0)
		return;
	while (*at != NULL) {
		struct said *s = *at;

		if (!key_equal(&s->peer, k) || s->row.seq > c->chat.read_seq) {
			at = &s->next;
			continue;
		}
		print_receipt(&e->p, k, c->c.name, &s->row, RECEIPT_READ, s->tag);
		drop_unread(e, at);
	}
	old_read(e, c);
}

static void
tell_out(struct events *e, const struct row *r, bool fresh)
{
	const struct model_contact *c = model_contact(e->c->model, &r->peer);
	const char *name = told_name(e, &r->peer);
	struct said **at = told_find_said(e, &r->peer, &r->id), *s = *at;
	enum receipt state = c != NULL ? model_receipt(e->c->model, c, r) : r->state;
	bool message = r->kind == ROW_TEXT;

	if (fresh) {
		if (s == NULL)
			s = told_new_said(e, &r->peer, &r->id, NULL);
		s->seen = true;
		s->row.seq = r->seq;
		s->told = RECEIPT_QUEUED;
		if (message)
			print_message(&e->p, &r->peer, name, r, s->tag);
		else
			print_act(&e->p, &r->peer, name, r, s->tag);
		print_receipt(&e->p, &r->peer, name, r, RECEIPT_QUEUED, s->tag);
		at = told_find_said(e, &r->peer, &r->id);
	}
	if (state != (s != NULL ? s->told : RECEIPT_QUEUED) && state != RECEIPT_QUEUED) {
		print_receipt(&e->p, &r->peer, name, r, state, s != NULL ? s->tag : NULL);
		if (s != NULL)
			s->told = state;
	}
	if (s != NULL && state == RECEIPT_DELIVERED && message)
		keep_unread(e, at, r);
	else if (s != NULL && state >= RECEIPT_DELIVERED)
		told_drop_said(e, at);
}

static void
tell_in(struct events *e, const struct row *r)
{
	const char *name = told_name(e, &r->peer);

	if (r->kind == ROW_TEXT)
		print_message(&e->p, &r->peer, name, r, NULL);
	else
		print_act(&e->p, &r->peer, name, r, NULL);
}

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

void
told_ask_changes(struct events *e)
{
	static const struct key everybody;
	struct msg *m =
		e->ready ? changes_ask(&e->changes, e->c->env.serial + 1, &everybody) : NULL;

	if (m == NULL)
		return;
	e->c->env.serial++;
	e->c->env.send(e->c->env.arg, m);
}

void
told_page(struct events *e, const struct msg *ev)
{
	struct row *rows = xcalloc(PAGE_MAX_ROWS, sizeof(*rows));
	int64_t newest = 0;
	size_t at = 0, n = 0;

	while (n < PAGE_MAX_ROWS && row_get(ev->bytes, ev->len, &at, &rows[n])) {
		if (rows[n].rev > newest)
			newest = rows[n].rev;
		n++;
	}
	changes_page(&e->changes, newest, ev->b.page_result.more);
	qsort(rows, n, sizeof(*rows), by_row);
	for (size_t i = 0; i < n; i++) {
		struct told_peer *p = told_peer(e, &rows[i].peer);
		bool fresh = rows[i].row > p->row;

		if (fresh)
			p->row = rows[i].row;
		if (rows[i].kind != ROW_TEXT && rows[i].kind != ROW_ACT)
			continue;
		if (rows[i].dir == DIR_OUT)
			tell_out(e, &rows[i], fresh);
		else if (rows[i].dir == DIR_IN && fresh)
			tell_in(e, &rows[i]);
	}
	free(rows);
	told_ask_changes(e);
}
