/* cli_old.c - what is read of the messages that `run` did not see on their way, as they are of before it began. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_event_priv.h"
#include "src/model.h"
#include "src/row.h"
#include "src/util.h"

/* So many at most are told of at once: a position says of all before it what it says of one. */
#define OLD_MAX 10000

void
old_begin(struct events *e, const struct msg_chat *chat)
{
	struct told_peer *p = told_peer(e, &chat->peer);

	p->row = p->old_row = chat->row;
	p->old_read = chat->read_seq;
}

void
old_free(struct told_peer *p)
{
	free(p->old);
	p->old = NULL;
	p->nold = 0;
}

static void
ask(struct events *e, struct told_peer *p, int64_t before)
{
	struct msg *m = msg_new(MSG_CMD_PAGE);

	m->serial = p->old_serial = e->c->env.serial = (e->c->env.serial + 1) & 0x7fffffff;
	m->b.page.peer = p->key;
	m->b.page.kind = PAGE_BEFORE;
	m->b.page.at = before;
	m->b.page.count = PAGE_MAX_ROWS;
	e->c->env.send(e->c->env.arg, m);
}

void
old_read(struct events *e, const struct model_contact *c)
{
	struct told_peer *p = told_peer(e, &c->c.peer);

	if (p->old_row == 0 || p->old_serial != 0 || c->chat.read_seq <= p->old_read)
		return;
	p->old_upto = c->chat.read_seq;
	ask(e, p, p->old_row + 1);
}

/* All of them are known: the oldest first. */
static void
tell(struct events *e, const struct key *peer)
{
	const struct model_contact *c = model_contact(e->c->model, peer);
	struct told_peer *p = told_peer(e, peer);

	for (size_t i = p->nold; c != NULL && i-- > 0;)
		print_receipt(&e->p, peer, c->c.name, &p->old[i], RECEIPT_READ, NULL);
	old_free(p);
	p->old_serial = 0;
	p->old_read = p->old_upto;
	/* What is newer than all of that was seen on its way. */
	if (p->old_newest <= p->old_read)
		p->old_row = 0;
	if (c != NULL)
		old_read(e, c);
}

/* Whether the row is one of those; *end: none before it is. */
static bool
is_one(struct told_peer *p, const struct row *r, bool *end)
{
	if (r->dir != DIR_OUT || r->kind != ROW_TEXT)
		return false;
	if (r->seq > p->old_newest)
		p->old_newest = r->seq;
	*end = r->seq <= p->old_read;
	return !*end && r->seq <= p->old_upto;
}

static struct told_peer *
asked_for(struct events *e, uint32_t serial)
{
	for (size_t i = 0; i < e->npeers; i++)
		if (e->peers[i].old_serial == serial)
			return &e->peers[i];
	return NULL;
}

bool
old_page(struct events *e, const struct msg *ev)
{
	struct told_peer *p = ev->serial != 0 ? asked_for(e, ev->serial) : NULL;
	struct row *rows;
	size_t at = 0, n = 0;
	bool end = false;

	if (p == NULL)
		return false;
	rows = xcalloc(PAGE_MAX_ROWS, sizeof(*rows));
	while (n < PAGE_MAX_ROWS && row_get(ev->bytes, ev->len, &at, &rows[n]))
		n++;
	for (size_t i = n; i-- > 0 && !end && p->nold < OLD_MAX;) {
		if (!is_one(p, &rows[i], &end))
			continue;
		if (p->nold % 64 == 0)
			p->old = xreallocarray(p->old, p->nold + 64, sizeof(*p->old));
		p->old[p->nold++] = (struct row){
			.id = rows[i].id, .seq = rows[i].seq, .time = rows[i].time, .reason = ""};
	}
	if (n > 0 && (n == PAGE_MAX_ROWS || ev->b.page_result.more) && !end && p->nold < OLD_MAX)
		ask(e, p, rows[0].row);
	else
		tell(e, &p->key);
	free(rows);
	return true;
}
