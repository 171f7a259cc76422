/* outgoing.c - files to be sent, and texts that are too long for a message and so go as files. */
#include "config.h"

#include <string.h>

#include "net/node_int.h"

static void
send_to(struct node *n, const struct msg *m, const struct key *device)
{
	struct msg copy = *m;

	copy.b.send.peer = *device;
	outgoing_send(n, &copy);
}

void
outgoing_send(struct node *n, const struct msg *m)
{
	const struct key *key = &m->b.send.peer;
	struct peer *p = peer_find(n, key);
	struct msg all = *m;

	all.b.send.origin = m->serial;
	if (p == NULL && person_is(n, key))
		person_each(n, key, &all, send_to);
	else if (p == NULL || p->row.state != CONTACT_ACCEPTED)
		node_result(n, m->serial, false, key, "%s",
			    p == NULL ? "no such contact" : "accept the contact first");
	else
		transfers_command(n->transfers, m);
	if (p != NULL && p->link == NULL && p->row.state == CONTACT_ACCEPTED)
		peer_dial_now(p);
}

static void
spool_for(struct node *n, const struct msg *m, const struct key *device)
{
	struct msg *copy = msg_set_bytes(msg_new(MSG_CMD_LONG), m->bytes, m->len);

	copy->serial = m->serial;
	copy->b.long_text.peer = *device;
	n->env.chore(n->env.arg, copy);
}

void
outgoing_long(struct node *n, struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.long_text.peer);

	if (p == NULL && person_is(n, &m->b.long_text.peer)) {
		person_each(n, &m->b.long_text.peer, m, spool_for);
		msg_free(m);
	} else if (p == NULL || p->row.state != CONTACT_ACCEPTED) {
		node_result(n, m->serial, false, &m->b.long_text.peer, "%s",
			    p == NULL ? "no such contact" : "accept the contact first");
		msg_free(m);
	} else {
		n->env.chore(n->env.arg, m);
	}
}

void
outgoing_sweep(struct node *n)
{
	struct msg *m = msg_new(MSG_WK_SWEEP);

	transfers_spooled(n->transfers, m);
	if (n->env.chore != NULL)
		n->env.chore(n->env.arg, m);
	else
		msg_free(m);
}

/* From here on it is a file like others, but that it goes when it is sent. */
void
outgoing_spooled(struct node *n, const struct msg *m)
{
	struct msg *send;

	if (!m->b.exported.ok) {
		node_result(n, m->serial, false, &m->b.exported.peer, "%s", msg_string(m, 0));
		return;
	}
	send = msg_set_bytes(msg_new(MSG_CMD_SEND), m->bytes, m->len);
	send->serial = m->serial;
	send->b.send.peer = m->b.exported.peer;
	send->b.send.unlink_after = true;
	outgoing_send(n, send);
	msg_free(send);
}
