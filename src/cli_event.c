/* cli_event.c - from what the core says to what is told: each message, receipt, request and offer once, progress now and then. */
#include "config.h"

#include <errno.h>
#include <limits.h>
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

struct events *
events_new(struct cli *c, bool json)
{
	struct events *e = xcalloc(1, sizeof(*e));

	e->c = c;
	e->p.json = json;
	json_init(&e->p.j);
	e->said_end = &e->said;
	e->unread_end = &e->unread;
	e->invite = xstrdup("");
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
	*e->said_end = e->unread;
	while (e->said != NULL) {
		struct said *s = e->said;

		e->said = s->next;
		free(s->tag);
		free(s);
	}
	for (size_t i = 0; i < e->npeers; i++) {
		free(e->peers[i].tag);
		old_free(&e->peers[i]);
	}
	for (size_t i = 0; i < e->ntransfers; i++) {
		free(e->transfers[i].tag);
		free(e->transfers[i].reason);
	}
	free(e->peers);
	for (size_t i = 0; i < SENDS; i++)
		free(e->sends[i].tag);
	free(e->code_tag[0]);
	free(e->code_tag[1]);
	free(e->transfers);
	json_free(&e->p.j);
	free(e->invite);
	free(e->p.out);
	free(e);
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
	const char *name = told_name(e, &t->t.peer);
	/* An offer that changed while the sender was away is asked about again. */
	bool asked = t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING &&
		     (!k->told || k->state != TRANSFER_WAITING);

	if (t->t.state == TRANSFER_DONE)
		tell_progress(e, k, t);
	k->told = true;
	k->state = t->t.state;
	free(k->reason);
	k->reason = xstrdup(t->reason);
	if (asked)
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

/* The tag of the command that made it, if it is one of the last. */
static const char *
send_tag(const struct events *e, uint32_t serial)
{
	for (size_t i = 0; i < SENDS && serial != 0; i++)
		if (e->sends[i].serial == serial)
			return e->sends[i].tag;
	return NULL;
}

static void
keep_send_tag(struct events *e, const struct pending *p)
{
	size_t i = e->nsends++ % SENDS;

	free(e->sends[i].tag);
	e->sends[i].serial = p->serial;
	e->sends[i].tag = told_tag(p->tag);
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
	if (!k->told && k->tag == NULL)
		k->tag = told_tag(send_tag(e, t->t.origin));
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
	p->tag = told_tag(tag);
	p->type = MSG_NTYPES;
	p->next = e->pending;
	e->pending = e->current = p;
	return p->serial;
}

void
events_sent(struct events *e, const struct msg *m)
{
	struct pending *p = e->current;

	if (p == NULL || (m->type == MSG_CMD_PAGE && m->b.page.kind != PAGE_VERSIONS))
		return;
	p->type = m->type;
	if (m->type == MSG_CMD_SAY) {
		p->peer = m->b.say.peer;
		p->id = m->b.say.id;
		told_new_said_to(e, &p->peer, &p->id, p->tag);
	} else if (m->type == MSG_CMD_SEND && p->tag != NULL) {
		keep_send_tag(e, p);
	} else if (m->type == MSG_CMD_CONTACT) {
		p->peer = m->b.contact_op.peer;
		p->op = m->b.contact_op.op;
	} else if (m->type == MSG_CMD_PAIR || m->type == MSG_CMD_JOIN) {
		size_t joining = m->type == MSG_CMD_JOIN;

		free(e->code_tag[joining]);
		e->code_tag[joining] = told_tag(p->tag);
		e->code_serial[joining] = p->serial;
	} else if (m->type == MSG_CMD_TRANSFER) {
		p->transfer = m->b.transfer_op.transfer;
		if (p->tag != NULL) {
			struct told_transfer *k = told_transfer(e, p->transfer);

			free(k->tag);
			k->tag = told_tag(p->tag);
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
	told->tag = told_tag(p->tag);
	told_tell_peer(e, told, &c->c);
	if (c->c.link == LINK_OFFLINE &&
	    (p->type == MSG_CMD_ADD || p->op == OP_CONNECT || p->op == OP_ADDRESS))
		told->tag = told_tag(p->tag);
}

static void
tell_failure(struct events *e, struct pending *p, const struct msg *ev)
{
	print_text(&e->p, "error", ev->len > 0 ? (const char *)ev->bytes : "That did not work.",
		   p->tag);
	if (p->type == MSG_CMD_SAY) {
		struct said **at;

		while (*(at = told_find_said(e, NULL, &p->id)) != NULL)
			told_drop_said(e, at);
	}
}

/* What was asked for: an invite, or lines. */
static void
tell_invites(struct events *e, const struct pending *p, const struct msg *ev)
{
	const char *text = ev->len > 0 ? (const char *)ev->bytes : "", *end;

	for (; *text != '\0'; text = end + (*end == '\n')) {
		char *line = xstrndup(text, strcspn(text, "\n"));

		end = text + strlen(line);
		print_text(&e->p, strncmp(line, "p2p:", 4) == 0 ? "invite" : "text", line, p->tag);
		free(line);
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
		if (p->type == MSG_CMD_INVITE)
			tell_invites(e, p, ev);
		print_done(&e->p, p->cmd, p->tag);
		if (send && p->tag != NULL) {
			struct told_transfer *k = told_transfer(e, ev->b.result.transfer);

			free(k->tag);
			k->tag = told_tag(p->tag);
		}
		if (p->type == MSG_CMD_ADD || p->type == MSG_CMD_JOIN)
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

/* Hits as they are found; the last part of them is the answer to the command. */
static void
tell_hits(struct events *e, const struct msg *ev)
{
	struct pending *p = e->pending;
	struct row r;
	size_t at = 0;

	while (p != NULL && (p->serial != ev->serial || p->type != MSG_CMD_SEARCH))
		p = p->next;
	if (p == NULL)
		return;
	while (row_get(ev->bytes, ev->len, &at, &r))
		print_hit(&e->p, &r.peer, told_name(e, &r.peer), &r, p->tag);
	if (!ev->b.hits.done)
		return;
	if (ev->b.hits.failed)
		print_text(&e->p, "error", "The history cannot be read.", p->tag);
	else
		print_searched(&e->p, ev->b.hits.more, p->tag);
	drop_pending(e, p);
}

/* The texts of a message, the oldest first; then the command is done. */
static void
tell_versions(struct events *e, const struct msg *ev)
{
	struct pending *p = e->pending;
	struct row r;
	size_t at = 0;
	bool any = false;

	while (p != NULL && (p->serial != ev->serial || p->type != MSG_CMD_PAGE))
		p = p->next;
	if (p == NULL || ev->b.page_result.kind != PAGE_VERSIONS)
		return;
	while (row_get(ev->bytes, ev->len, &at, &r)) {
		print_version(&e->p, &r.peer, told_name(e, &r.peer), &r, p->tag);
		any = true;
	}
	if (any)
		print_done(&e->p, p->cmd, p->tag);
	else
		print_text(&e->p, "error", "There is no such message.", p->tag);
	drop_pending(e, p);
}

/* Where the files of a transfer went, page after page; then the command is done. */
static void
tell_went(struct events *e, const struct msg *ev)
{
	const struct msg_went_page *w = &ev->b.went_page;
	const struct model_transfer *t = model_transfer(e->c->model, w->transfer);
	struct went_reader r = {.bytes = ev->bytes, .len = ev->len};
	struct pending *p = e->pending;
	struct went_row row;
	struct msg *m;

	while (p != NULL && (p->serial != ev->serial || p->type != MSG_CMD_WENT))
		p = p->next;
	if (p == NULL)
		return;
	while (went_next(&r, &row))
		print_went(&e->p, w->transfer, t != NULL ? t->t.dir : DIR_IN, &row, p->tag);
	went_reader_free(&r);
	if (w->count > 0 && w->from + w->count < w->rows) {
		m = msg_new(MSG_CMD_WENT);
		m->serial = ev->serial;
		m->b.went.transfer = w->transfer;
		m->b.went.from = w->from + w->count;
		m->b.went.count = WENT_MAX_ROWS;
		e->c->env.send(e->c->env.arg, m);
		return;
	}
	if (w->failed)
		print_text(&e->p, "error", "The history cannot be read.", p->tag);
	else
		print_went_end(&e->p, w->transfer, w->rows, p->tag);
	drop_pending(e, p);
}

static void
tell_code(struct events *e, const struct msg *ev)
{
	const struct msg_code *c = &ev->b.code;
	bool ours = ev->serial != 0 && ev->serial == e->code_serial[c->joining];

	print_code(&e->p, c, ev->len > 0 ? (const char *)ev->bytes : "",
		   c->has_peer ? told_name(e, &c->peer) : "",
		   ours ? e->code_tag[c->joining] : NULL);
}

/* Sentences that a command asked for. */
static void
tell_report(struct events *e, const struct msg *ev)
{
	const struct pending *p = e->pending;

	while (p != NULL && p->serial != ev->serial)
		p = p->next;
	for (size_t i = 0; msg_string(ev, i)[0] != '\0'; i++)
		print_text(&e->p, "text", msg_string(ev, i), p != NULL ? p->tag : NULL);
}

/* ---- events ---- */

static void
tell_nearby(struct events *e, const struct msg_nearby *n, const char *tag)
{
	print_nearby(&e->p, n, n->is_contact ? told_name(e, &n->peer) : "", tag);
}

void
events_list(struct events *e, char what)
{
	const struct model *m = e->c->model;
	const char *tag = e->current != NULL ? e->current->tag : NULL;

	for (size_t i = 0; (what == 'r' || what == 'c') && i < model_ncontacts(m); i++) {
		const struct model_contact *c = model_contact_at(m, i);

		if (what == 'r' && c->c.state == CONTACT_REQUEST)
			print_request(&e->p, &model_self(e->c->model)->key, c, tag);
		else if (what == 'c' && c->c.state != CONTACT_REQUEST && !c->c.is_person)
			print_peer(&e->p, &c->c, false, tag);
	}
	for (size_t i = 0; what == 'n' && i < model_nnearby(m); i++)
		tell_nearby(e, model_nearby_at(m, i), tag);
	for (size_t i = model_ntransfers(m); what == 't' && i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(m, i);

		print_transfer(&e->p, t, told_name(e, &t->t.peer), tag);
	}
}

/* Where we can be reached, when that is news. Why we cannot be is an EV_NOTICE. */
static void
tell_self(struct events *e, const char *event, bool always)
{
	const struct msg_self *now = model_self(e->c->model);
	const char *invite = model_invite(e->c->model);

	if (always || strcmp(invite, e->invite) != 0 || now->nlisten != e->self.nlisten ||
	    memcmp(now->listen, e->self.listen, sizeof(now->listen)) != 0)
		print_ready(&e->p, e->c->model, event);
	e->self = *now;
	free(e->invite);
	e->invite = xstrdup(invite);
}

/* Everything known has come. Who is there and what waits is told; what is over is not. */
static void
tell_ready(struct events *e)
{
	const struct model *m = e->c->model;

	e->ready = true;
	if (!e->history)
		changes_begin(&e->changes, e->changes.known);
	tell_self(e, "ready", true);
	for (size_t i = 0; i < model_ncontacts(m); i++)
		if (!model_contact_at(m, i)->c.is_person) {
			told_update_peer(e, &model_contact_at(m, i)->c.peer);
			told_read(e, &model_contact_at(m, i)->c.peer);
		}
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
	events_list(e, 'n');
	told_ask_changes(e);
}

void
events_history(struct events *e, const struct msg_chat *chat)
{
	e->history = true;
	old_begin(e, chat);
	if (chat->rev > e->changes.rev)
		e->changes.rev = chat->rev;
}

void
events_seen(struct events *e, const struct msg *ev, unsigned dirty)
{
	if (ev->type == MSG_EV_CHAT) {
		if (!e->ready && !e->history)
			old_begin(e, &ev->b.chat);
		changes_heard(&e->changes, ev->b.chat.rev);
		if (e->ready)
			told_read(e, &ev->b.chat.peer);
		told_ask_changes(e);
	} else if (ev->type == MSG_EV_PAGE && ev->serial == e->changes.serial) {
		told_page(e, ev);
	} else if (ev->type == MSG_EV_PAGE) {
		if (!old_page(e, ev))
			tell_versions(e, ev);
	} else if (ev->type == MSG_EV_HITS) {
		tell_hits(e, ev);
	} else if (ev->type == MSG_EV_WENT) {
		tell_went(e, ev);
	} else if (ev->type == MSG_EV_CODE) {
		tell_code(e, ev);
	} else if (ev->type == MSG_EV_STALE) {
		if (ev->serial != 0 || ev->b.stale.count > 0)
			print_text(&e->p, "notice", msg_string(ev, 0), NULL);
	} else if (ev->type == MSG_EV_REPORT) {
		tell_report(e, ev);
	} else if (ev->type == MSG_EV_NOTICE) {
		print_text(&e->p, ev->b.notice.error ? "error" : "notice",
			   ev->len > 0 ? (const char *)ev->bytes : "", NULL);
	} else if (dirty & DIRTY_READY) {
		tell_ready(e);
	} else if (dirty & DIRTY_RESULT) {
		tell_result(e, ev);
	} else if (!e->ready) {
		return;
	} else if (ev->type == MSG_EV_NEARBY && (dirty & DIRTY_NEARBY)) {
		tell_nearby(e, &ev->b.nearby, NULL);
	} else if (ev->type == MSG_EV_CONTACT) {
		told_update_peer(e, &ev->b.contact.peer);
	} else if (ev->type == MSG_EV_TRANSFER) {
		update_transfer(e, ev->b.transfer.transfer);
	} else if (ev->type == MSG_EV_SELF) {
		tell_self(e, "self", false);
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

/* Waits until standard output takes PIPE_BUF bytes at once. False if whoever reads does not, and a signal asks to end: a write would
 * block for good then. */
static bool
may_write(void)
{
	for (;;) {
		bool ending = cli_signalled();
		struct pollfd fds[] = {{.fd = STDOUT_FILENO, .events = POLLOUT},
				       {.fd = ending ? -1 : cli_signal_fd(), .events = POLLIN}};

		if (poll(fds, NELEM(fds), ending ? 0 : -1) < 0 && errno != EINTR)
			return true; /* the write tells what is wrong */
		if (fds[0].revents != 0)
			return true;
		if (ending)
			return false;
	}
}

bool
events_flush(struct events *e)
{
	size_t at = 0;

	while (at < e->p.len && may_write()) {
		size_t some = e->p.len - at < PIPE_BUF ? e->p.len - at : PIPE_BUF;
		ssize_t n = write(STDOUT_FILENO, e->p.out + at, some);

		if (n >= 0) {
			at += (size_t)n;
		} else if (errno != EINTR && errno != EAGAIN) {
			e->p.len = 0;
			return false;
		}
	}
	e->p.len -= at;
	if (e->p.len != 0)
		memmove(e->p.out, e->p.out + at, e->p.len);
	return true;
}
