/* choose.c - a part of an offer: what the person marks goes to the disk worker that holds the list, and what it shows comes back. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/transfer_int.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

/* A job with its request, and n bytes behind that. */
static void
push(struct transfer *t, enum job job, const struct msg_choose *c, const void *bytes, size_t n)
{
	struct msg *m = disk_job(t, job);
	uint8_t *b = xmalloc(sizeof(*c) + n + 1);

	memcpy(b, c, sizeof(*c));
	if (n > 0)
		memcpy(b + sizeof(*c), bytes, n);
	b[sizeof(*c) + n] = '\0';
	m->b.disk.count = t->list.count;
	disk_job_push(t, msg_take_bytes(m, b, sizeof(*c) + n));
}

static void
gone(struct transfers *e, int64_t number, uint32_t serial, const char *why)
{
	struct msg *m = msg_new(MSG_EV_CHOICE);

	m->serial = serial;
	m->b.choice.transfer = number;
	m->b.choice.gone = true;
	e->h.emit(e->h.arg, msg_set_bytes(m, why, strlen(why)));
}

void
choose_drop(struct transfer *t)
{
	struct msg_choose c = {.op = CHOOSE_CLOSE};

	free(t->part);
	t->part = NULL;
	t->npart = 0;
	if (t->taking) {
		t->taking = false;
		transfer_answer(t, "The offer is another now: look again.");
	}
	if (!t->choosing)
		return;
	t->choosing = false;
	push(t, JOB_CHOOSE, &c, NULL, 0);
	gone(t->e, t->number, 0, t->accepted ? "" : N_("The offer is another now."));
}

void
transfers_choose(struct transfers *e, const struct msg *cmd)
{
	struct transfer *t = transfer_by_number(e, cmd->b.choose.transfer);
	struct msg_choose c = cmd->b.choose;
	const void *bytes = cmd->bytes;
	size_t n = cmd->len;

	if (t == NULL || t->dir != DIR_IN || t->ended || t->accepted || t->preparing || t->taking ||
	    t->gathering || t->list.p == NULL || c.op > CHOOSE_CLOSE || c.how > CHOOSE_FLIP) {
		gone(e, c.transfer, cmd->serial,
		     t != NULL && t->dir == DIR_IN && !t->ended && !t->accepted
			     ? N_("The offer has to be renewed first: that happens when its sender "
				  "is "
				  "online.")
			     : N_("It is no offer any more."));
		return;
	}
	if (c.op == CHOOSE_CLOSE) {
		if (t->choosing)
			push(t, JOB_CHOOSE, &c, NULL, 0);
		t->choosing = false;
		return;
	}
	c.serial = cmd->serial;
	if (!t->choosing && c.op != CHOOSE_OPEN) {
		gone(e, t->number, cmd->serial, "The offer is another now.");
		return;
	}
	if (c.op == CHOOSE_OPEN) {
		bytes = t->choosing ? NULL : t->list.p;
		n = t->choosing ? 0 : t->list.len;
	}
	t->choosing = true;
	push(t, JOB_CHOOSE, &c, bytes, n);
}

void
choose_ran(struct transfer *t, struct msg *m)
{
	struct msg *ev;

	if (m->b.disk.error != 0 || m->len < sizeof(ev->b.choice))
		return;
	ev = msg_new(MSG_EV_CHOICE);
	ev->serial = (uint32_t)m->b.disk.offset;
	memcpy(&ev->b.choice, m->bytes, sizeof(ev->b.choice));
	msg_set_bytes(ev, m->bytes + sizeof(ev->b.choice), m->len - sizeof(ev->b.choice));
	t->e->h.emit(t->e->h.arg, ev);
}

void
choose_accept(struct transfer *t, const struct msg *cmd)
{
	const char *folder = msg_string(cmd, 0);
	size_t head = strlen(folder) + 1;
	struct msg_choose fresh = {.op = CHOOSE_FRESH}, take = {.op = CHOOSE_TAKE};
	bool patterns = cmd->len > head;

	if (!receive_may_accept(t, cmd->serial))
		return;
	if (!patterns && !t->choosing) {
		transfers_answer(t->e, cmd->serial, &t->peer->key, t->number,
				 "Nothing of it is marked.");
		return;
	}
	t->serial = cmd->serial;
	t->taking = true;
	/* A part begins anew. */
	t->kept = false;
	set_text(&t->place, folder[0] != '\0' ? folder : t->e->h.downloads(t->e->h.arg));
	if (patterns)
		push(t, JOB_CHOOSE, &fresh, t->list.p, t->list.len);
	push(t, JOB_TAKE, &take, patterns ? cmd->bytes + head : NULL,
	     patterns ? cmd->len - head : 0);
}

void
choose_taken(struct transfer *t, const struct msg *m)
{
	t->taking = false;
	free(t->part);
	t->part = NULL;
	t->npart = 0;
	if (m->b.disk.error != 0) {
		transfer_answer(t, (const char *)m->bytes);
		set_text(&t->place, "");
		return;
	}
	if (m->len > 0)
		t->part = xmemdup(m->bytes, m->len);
	t->npart = m->len / sizeof(*t->part);
	receive_part(t);
}
