/* cli_event.c - from what the core says to what is told: each message, receipt, request and offer once, progress now and then. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/cli.h"
#include "src/cli_event.h"
#include "src/cli_event_priv.h"
#include "src/model.h"
#include "src/row.h"
#include "src/util.h"

#define PROGRESS_EVERY 100 /* ms between two of one transfer */

/* A command whose EV_RESULT has not come. */
struct pending {
	struct pending *next;
	uint32_t serial;
	char *cmd, *tag;
	enum msg_type type; /* of the message it sent; MSG_NTYPES none yet */
	enum contact_op op;
	struct key peer;
	struct id id;
	int64_t transfer;
};

/* An outgoing message on its way. */
struct said {
	struct said *next;
	struct key peer;
	struct row row; /* id and seq only */
	bool seen;	/* its row came */
	enum receipt told;
	char *tag;
};

struct told_peer {
	struct key key;
	struct msg_contact last; /* as told */
	bool told, request;
	int64_t row; /* messages up to here were told, or are history */
	char *tag;   /* until it is online, or is not */
};

struct told_transfer {
	int64_t number;
	bool told;
	enum transfer_state state;
	char *reason;
	uint64_t done;
	uint64_t when; /* of the last progress */
	bool due;      /* progress is held back */
	bool held;     /* all of it is, until the command's EV_RESULT says whose it is */
	char *tag;
};

struct events {
	struct cli *c;
	struct printer p;
	bool ready;
	bool history; /* told by events_history() */
	struct pending *pending;
	struct pending *current; /* being given */
	struct said *said, **said_end;
	struct told_peer *peers;
	size_t npeers;
	struct told_transfer *transfers;
	size_t ntransfers;
	int64_t rev, known_rev; /* changes looked at, changes there are */
	uint32_t asked;		/* serial of the page on its way, 0 none */
};

struct events *
events_new(struct cli *c, bool json)
{
	struct events *e = xcalloc(1, sizeof(*e));

	e->c = c;
	e->p.json = json;
	json_init(&e->p.j);
	e->said_end = &e->said;
	return e;
}

static void
pending_free(struct pending *p)
{
	free(p->cmd);
	free(p->tag);
	free(p);
}

void
events_free(struct events *e)
{
	while (e->pending != NULL) {
		struct pending *p = e->pending;

		e->pending = p->next;
		pending_free(p);
	}
	while (e->said != NULL) {
		struct said *s = e->said;

		e->said = s->next;
		free(s->tag);
		free(s);
	}
	for (size_t i = 0; i < e->npeers; i++)
		free(e->peers[i].tag);
	for (size_t i = 0; i < e->ntransfers; i++) {
		free(e->transfers[i].tag);
		free(e->transfers[i].reason);
	}
	free(e->peers);
	free(e->transfers);
	json_free(&e->p.j);
	free(e->p.out);
	free(e);
}

static char *
copy_tag(const char *tag)
{
	return tag != NULL ? xstrdup(tag) : NULL;
}

/* ---- peers ---- */

static struct told_peer *
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

static const char *
name_of(const struct events *e, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);

	return c != NULL ? c->c.name : "";
}

static void
tell_peer(struct events *e, struct told_peer *p, const struct msg_contact *c)
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
		    model_receipt(c, &s->row) != RECEIPT_SENT)
			continue;
		s->told = RECEIPT_SENT;
		print_receipt(&e->p, &s->peer, c->c.name, &s->row, RECEIPT_SENT, s->tag);
	}
}

static void
update_peer(struct events *e, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);
	struct told_peer *p = told_peer(e, k);

	if (c == NULL) {
		if (p->told)
			print_peer(&e->p, &p->last, true, p->tag);
		free(p->tag);
		p->tag = NULL;
		p->told = p->request = false;
		return;
	}
	if (c->c.state == CONTACT_REQUEST) {
		if (!p->request)
			print_request(&e->p, c, NULL);
		p->request = true;
		return;
	}
	p->request = false;
	if (c->c.state != CONTACT_ACCEPTED && !p->told)
		return;
	if (!p->told || p->last.link != c->c.link || p->last.trust != c->c.trust ||
	    p->last.state != c->c.state || strcmp(p->last.name, c->c.name) != 0)
		tell_peer(e, p, &c->c);
	tell_sent(e, c);
}

/* ---- messages ---- */

static struct said **
find_said(struct events *e, const struct id *id)
{
	struct said **at = &e->said;

	while (*at != NULL && !id_equal(&(*at)->row.id, id))
		at = &(*at)->next;
	return at;
}

static struct said *
new_said(struct events *e, const struct key *peer, const struct id *id, const char *tag)
{
	struct said *s = xcalloc(1, sizeof(*s));

	s->peer = *peer;
	s->row.id = *id;
	s->row.reason = "";
	s->tag = copy_tag(tag);
	*e->said_end = s;
	e->said_end = &s->next;
	return s;
}

static void
drop_said(struct events *e, struct said **at)
{
	struct said *s = *at;

	*at = s->next;
	if (e->said_end == &s->next)
		e->said_end = at;
	free(s->tag);
	free(s);
}

static void
tell_out(struct events *e, const struct row *r, bool fresh)
{
	const struct model_contact *c = model_contact(e->c->model, &r->peer);
	const char *name = name_of(e, &r->peer);
	struct said **at = find_said(e, &r->id), *s = *at;
	enum receipt state = c != NULL ? model_receipt(c, r) : r->state;

	if (fresh) {
		if (s == NULL)
			s = new_said(e, &r->peer, &r->id, NULL);
		s->seen = true;
		s->row.seq = r->seq;
		s->told = RECEIPT_QUEUED;
		print_message(&e->p, &r->peer, name, r, s->tag);
		print_receipt(&e->p, &r->peer, name, r, RECEIPT_QUEUED, s->tag);
		at = find_said(e, &r->id);
	}
	if (state != (s != NULL ? s->told : RECEIPT_QUEUED) && state != RECEIPT_QUEUED) {
		print_receipt(&e->p, &r->peer, name, r, state, s != NULL ? s->tag : NULL);
		if (s != NULL)
			s->told = state;
	}
	if (s != NULL && state >= RECEIPT_DELIVERED)
		drop_said(e, at);
}

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

static void
ask_changes(struct events *e)
{
	struct msg *m;

	if (!e->ready || e->asked != 0 || e->known_rev <= e->rev)
		return;
	m = msg_new(MSG_CMD_PAGE);
	m->serial = e->asked = ++e->c->env.serial;
	m->b.page.kind = PAGE_CHANGES;
	m->b.page.at = e->rev;
	m->b.page.count = PAGE_MAX_ROWS;
	e->c->env.send(e->c->env.arg, m);
}

static void
tell_page(struct events *e, const struct msg *ev)
{
	struct row *rows = xcalloc(PAGE_MAX_ROWS, sizeof(*rows));
	int64_t before = e->rev;
	size_t at = 0, n = 0;

	e->asked = 0;
	while (n < PAGE_MAX_ROWS && row_get(ev->bytes, ev->len, &at, &rows[n])) {
		if (rows[n].rev > e->rev)
			e->rev = rows[n].rev;
		n++;
	}
	if (e->rev == before && e->known_rev > e->rev)
		e->rev = e->known_rev; /* what changed last is gone again */
	qsort(rows, n, sizeof(*rows), by_row);
	for (size_t i = 0; i < n; i++) {
		struct told_peer *p = told_peer(e, &rows[i].peer);
		bool fresh = rows[i].row > p->row;

		if (fresh)
			p->row = rows[i].row;
		if (rows[i].kind != ROW_TEXT)
			continue;
		if (rows[i].dir == DIR_OUT)
			tell_out(e, &rows[i], fresh);
		else if (rows[i].dir == DIR_IN && fresh)
			print_message(&e->p, &rows[i].peer, name_of(e, &rows[i].peer), &rows[i],
				      NULL);
	}
	free(rows);
	ask_changes(e);
}

/* ---- transfers ---- */

static struct told_transfer *
told_transfer(struct events *e, int64_t number)
{
	for (size_t i = e->ntransfers; i-- > 0;) {
		if (e->transfers[i].number == number)
			return &e->transfers[i];
	}
	e->transfers = xreallocarray(e->transfers, e->ntransfers + 1, sizeof(*e->transfers));
	memset(&e->transfers[e->ntransfers], 0, sizeof(*e->transfers));
	e->transfers[e->ntransfers].number = number;
	return &e->transfers[e->ntransfers++];
}

static void
tell_progress(struct events *e, struct told_transfer *k, const struct model_transfer *t)
{
	k->done = t->t.bytes_done;
	k->when = util_mono_ms();
	k->due = false;
	print_progress(&e->p, t, k->tag);
}

static void
tell_transfer(struct events *e, struct told_transfer *k, const struct model_transfer *t)
{
	const char *name = name_of(e, &t->t.peer);
	bool first = !k->told;

	if (t->t.state == TRANSFER_DONE)
		tell_progress(e, k, t);
	k->told = true;
	k->state = t->t.state;
	free(k->reason);
	k->reason = xstrdup(t->reason);
	if (first && t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING)
		print_offer(&e->p, t, name, k->tag);
	else
		print_transfer(&e->p, t, name, k->tag);
}

static bool
sends_pending(const struct events *e)
{
	for (const struct pending *p = e->pending; p != NULL; p = p->next) {
		if (p->type == MSG_CMD_SEND)
			return true;
	}
	return false;
}

static void
update_transfer(struct events *e, int64_t number)
{
	const struct model_transfer *t = model_transfer(e->c->model, number);
	struct told_transfer *k = told_transfer(e, number);

	if (t == NULL)
		return;
	k->held = !k->told && t->t.dir == DIR_OUT && sends_pending(e);
	if (k->held)
		return;
	if (!k->told || k->state != t->t.state || strcmp(k->reason, t->reason) != 0)
		tell_transfer(e, k, t);
	if (transfer_ended(t->t.state) || t->t.bytes_done == k->done)
		k->due = false;
	else if (util_mono_ms() - k->when >= PROGRESS_EVERY)
		tell_progress(e, k, t);
	else
		k->due = true;
}

int
events_tick(struct events *e)
{
	uint64_t now = util_mono_ms();
	int next = -1;

	for (size_t i = 0; i < e->ntransfers; i++) {
		struct told_transfer *k = &e->transfers[i];

		if (k->due && now - k->when >= PROGRESS_EVERY)
			update_transfer(e, k->number);
		if (k->due && (next < 0 || next > PROGRESS_EVERY))
			next = (int)(k->when + PROGRESS_EVERY > now ? k->when + PROGRESS_EVERY - now
								    : 1);
	}
	return next;
}

/* ---- commands and their results ---- */

uint32_t
events_begin(struct events *e, const char *cmd, const char *tag)
{
	struct pending *p = xcalloc(1, sizeof(*p));

	p->serial = e->c->env.serial = (e->c->env.serial + 1) & 0x7fffffff;
	p->cmd = xstrdup(cmd);
	p->tag = copy_tag(tag);
	p->type = MSG_NTYPES;
	p->next = e->pending;
	e->pending = e->current = p;
	return p->serial;
}

void
events_sent(struct events *e, const struct msg *m)
{
	struct pending *p = e->current;

	if (p == NULL || m->type == MSG_CMD_PAGE)
		return;
	p->type = m->type;
	if (m->type == MSG_CMD_SAY) {
		p->peer = m->b.say.peer;
		p->id = m->b.say.id;
		new_said(e, &p->peer, &p->id, p->tag);
	} else if (m->type == MSG_CMD_CONTACT) {
		p->peer = m->b.contact_op.peer;
		p->op = m->b.contact_op.op;
	} else if (m->type == MSG_CMD_TRANSFER) {
		p->transfer = m->b.transfer_op.transfer;
		if (p->tag != NULL) {
			struct told_transfer *k = told_transfer(e, p->transfer);

			free(k->tag);
			k->tag = copy_tag(p->tag);
		}
	}
}

static void
drop_pending(struct events *e, struct pending *gone)
{
	struct pending **at = &e->pending;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	pending_free(gone);
}

void
events_end(struct events *e, bool ok, const char *err)
{
	struct pending *p = e->current;

	e->current = NULL;
	if (!ok)
		print_text(&e->p, "error", err, p->tag);
	else if (p->type == MSG_NTYPES)
		print_done(&e->p, p->cmd, p->tag); /* the core had no part in it */
	if (!ok || p->type == MSG_NTYPES || p->type == MSG_CMD_QUIT)
		drop_pending(e, p);
}

/* The contact a command was about, as it is now, and until the command has had its effect. */
static void
tag_peer(struct events *e, const struct pending *p, const struct key *k)
{
	const struct model_contact *c = model_contact(e->c->model, k);
	struct told_peer *told = told_peer(e, k);

	if (c == NULL || p->tag == NULL ||
	    (c->c.state != CONTACT_ACCEPTED && c->c.state != CONTACT_BLOCKED))
		return;
	free(told->tag);
	told->tag = copy_tag(p->tag);
	tell_peer(e, told, &c->c);
	if (c->c.link == LINK_OFFLINE &&
	    (p->type == MSG_CMD_ADD || p->op == OP_CONNECT || p->op == OP_ADDRESS))
		told->tag = copy_tag(p->tag);
}

static void
tell_failure(struct events *e, struct pending *p, const struct msg *ev)
{
	print_text(&e->p, "error", ev->len > 0 ? (const char *)ev->bytes : "That did not work.",
		   p->tag);
	if (p->type == MSG_CMD_SAY) {
		struct said **at = find_said(e, &p->id);

		if (*at != NULL)
			drop_said(e, at);
	}
}

static void
tell_result(struct events *e, const struct msg *ev)
{
	struct pending *p = e->pending;
	bool send;

	while (p != NULL && p->serial != ev->serial)
		p = p->next;
	if (p == NULL)
		return;
	send = p->type == MSG_CMD_SEND;
	if (!ev->b.result.ok) {
		tell_failure(e, p, ev);
	} else {
		print_done(&e->p, p->cmd, p->tag);
		if (send && p->tag != NULL) {
			struct told_transfer *k = told_transfer(e, ev->b.result.transfer);

			free(k->tag);
			k->tag = copy_tag(p->tag);
		}
		if (p->type == MSG_CMD_ADD)
			tag_peer(e, p, &ev->b.result.peer);
		else if (p->type == MSG_CMD_CONTACT)
			tag_peer(e, p, &p->peer);
	}
	drop_pending(e, p);
	for (size_t i = 0; send && !sends_pending(e) && i < e->ntransfers; i++) {
		if (e->transfers[i].held)
			update_transfer(e, e->transfers[i].number);
	}
}

/* ---- events ---- */

void
events_list(struct events *e, char what)
{
	const struct model *m = e->c->model;
	const char *tag = e->current != NULL ? e->current->tag : NULL;

	for (size_t i = 0; what != 't' && i < model_ncontacts(m); i++) {
		const struct model_contact *c = model_contact_at(m, i);

		if (what == 'r' && c->c.state == CONTACT_REQUEST)
			print_request(&e->p, c, tag);
		else if (what == 'c' && c->c.state != CONTACT_REQUEST)
			print_peer(&e->p, &c->c, false, tag);
	}
	for (size_t i = model_ntransfers(m); what == 't' && i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(m, i);

		print_transfer(&e->p, t, name_of(e, &t->t.peer), tag);
	}
}

/* Everything known has come. Who is there and what waits is told; what is over is not. */
static void
tell_ready(struct events *e)
{
	const struct model *m = e->c->model;

	e->ready = true;
	if (!e->history)
		e->rev = e->known_rev;
	print_ready(&e->p, m, "ready");
	if (model_self(m)->listen_error[0] != '\0')
		print_text(&e->p, "error", model_self(m)->listen_error, NULL);
	for (size_t i = 0; i < model_ncontacts(m); i++)
		update_peer(e, &model_contact_at(m, i)->c.peer);
	for (size_t i = model_ntransfers(m); i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (transfer_ended(t->t.state)) {
			struct told_transfer *k = told_transfer(e, t->t.transfer);

			k->told = true;
			k->state = t->t.state;
			k->reason = xstrdup(t->reason);
			k->done = t->t.bytes_done;
		} else {
			update_transfer(e, t->t.transfer);
		}
	}
	ask_changes(e);
}

void
events_history(struct events *e, const struct msg_chat *chat)
{
	e->history = true;
	told_peer(e, &chat->peer)->row = chat->row;
	if (chat->rev > e->rev)
		e->rev = chat->rev;
}

void
events_seen(struct events *e, const struct msg *ev, unsigned dirty)
{
	if (ev->type == MSG_EV_CHAT) {
		if (!e->ready && !e->history)
			told_peer(e, &ev->b.chat.peer)->row = ev->b.chat.row;
		if (ev->b.chat.rev > e->known_rev)
			e->known_rev = ev->b.chat.rev;
		ask_changes(e);
	} else if (ev->type == MSG_EV_PAGE && ev->serial == e->asked) {
		tell_page(e, ev);
	} else if (ev->type == MSG_EV_NOTICE) {
		print_text(&e->p, ev->b.notice.error ? "error" : "notice",
			   ev->len > 0 ? (const char *)ev->bytes : "", NULL);
	} else if (dirty & DIRTY_READY) {
		tell_ready(e);
	} else if (dirty & DIRTY_RESULT) {
		tell_result(e, ev);
	} else if (!e->ready) {
		return;
	} else if (ev->type == MSG_EV_CONTACT) {
		update_peer(e, &ev->b.contact.peer);
	} else if (ev->type == MSG_EV_TRANSFER) {
		update_transfer(e, ev->b.transfer.transfer);
	} else if (ev->type == MSG_EV_SELF) {
		print_ready(&e->p, e->c->model, "self");
		if (ev->b.self.listen_error[0] != '\0')
			print_text(&e->p, "error", ev->b.self.listen_error, NULL);
	}
}

void
events_error(struct events *e, const char *text, const char *tag)
{
	print_text(&e->p, "error", text, tag);
}

void
events_text(struct events *e, const char *line)
{
	print_text(&e->p, "text", line, e->current != NULL ? e->current->tag : NULL);
}

bool
events_flush(struct events *e)
{
	size_t at = 0;

	while (at < e->p.len) {
		ssize_t n = write(STDOUT_FILENO, e->p.out + at, e->p.len - at);

		if (n >= 0) {
			at += (size_t)n;
		} else if (errno == EAGAIN) {
			struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};

			poll(&fd, 1, -1);
		} else if (errno != EINTR) {
			e->p.len = 0;
			return false;
		}
		/* Whoever reads may have stopped reading for good: a signal still ends the program. */
		if (n < 0 && cli_signalled())
			break;
	}
	e->p.len -= at;
	if (e->p.len != 0)
		memmove(e->p.out, e->p.out + at, e->p.len);
	return true;
}
