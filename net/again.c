/* again.c - outgoing transfers that ended before they arrived, tried again. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"

/* More offers than this cannot stand with a contact, and the oldest are the likeliest to be known as void. */
#define OWED_MAX 64

/* What all contacts have not heard of, as one value: a line each, "KEY ID". */
static void
save(struct transfers *e)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char key[2 * KEY_LEN + 1], id[2 * ID_LEN + 1], *all = xstrdup(""), *more;
	struct tpeer *p;

	TAILQ_FOREACH (p, &e->peers, next) {
		util_hex(key, p->key.b, KEY_LEN);
		for (size_t i = 0; i < p->nowed; i++) {
			xasprintf(&more, "%s%s %s\n", all, key, util_hex(id, p->owed[i].b, ID_LEN));
			free(all);
			all = more;
		}
	}
	strlcpy(m->b.st_value.name, "owed", sizeof(m->b.st_value.name));
	e->h.store(e->h.arg, msg_set_bytes(m, all, strlen(all)));
	free(all);
}

static void
drop_owed(struct tpeer *p, size_t n)
{
	p->nowed -= n;
	if (n > 0 && p->nowed > 0)
		memmove(p->owed, p->owed + n, p->nowed * sizeof(*p->owed));
}

/* The peer may still have the offer under its old id: it hears of its end when it is back. */
static void
owe(struct tpeer *p, const struct id *id)
{
	if (p->nowed == OWED_MAX)
		drop_owed(p, 1);
	p->owed = xreallocarray(p->owed, p->nowed + 1, sizeof(*p->owed));
	p->owed[p->nowed++] = *id;
}

void
again_load(struct transfers *e, const char *text)
{
	char key_hex[2 * KEY_LEN + 1], id_hex[2 * ID_LEN + 1];
	struct key key;
	struct id id;

	for (; text[0] != '\0'; text += strcspn(text, "\n"), text += text[0] == '\n')
		if (sscanf(text, "%64s %32s", key_hex, id_hex) == 2 &&
		    util_unhex(key.b, KEY_LEN, key_hex) && util_unhex(id.b, ID_LEN, id_hex))
			owe(peer_of(e, &key), &id);
}

void
again_drop(struct transfers *e, struct tpeer *p)
{
	bool any = p->nowed > 0;

	p->nowed = 0;
	if (any)
		save(e);
}

void
again_owed(struct transfers *e, struct tpeer *p)
{
	struct transfer stub = {.e = e, .peer = p};
	size_t n = 0;

	while (n < p->nowed) {
		stub.id = p->owed[n];
		if (!send_id_text(&stub, FRAME_CANCEL, ""))
			break;
		n++;
	}
	drop_owed(p, n);
	if (n > 0)
		save(e);
}

/* As it was when the command came, under a new id: the peer remembers how the old one ended. */
static void
reset(struct transfer *t)
{
	if (t->owed) {
		owe(t->peer, &t->id);
		save(t->e);
	}
	t->e->h.random(t->e->h.arg, t->id.b, ID_LEN);
	t->ended = t->owed = t->accepted = t->paused_here = t->arrived = false;
	transfer_went_nowhere(t);
	t->scanning = t->scanned = false;
	t->count = t->run = 0;
	transfer_lost_drop(t);
	t->done = 0;
	t->ended_at = 0;
	set_text(&t->pause_why, NULL);
	set_text(&t->told, NULL);
	set_text(&t->place, "");
	t->started = t->e->h.wall_ms(t->e->h.arg);
	transfer_revive(t);
}

const char *
again(struct transfer *t, uint32_t serial)
{
	if (t->dir != DIR_OUT || !t->ended || t->state == TRANSFER_DONE)
		return _("Only what was sent from here and has not arrived can be tried again.");
	if (t->unlink_after || t->paths_len == 0)
		return _("What was sent is not there any more.");
	reset(t);
	t->serial = serial;
	send_scan(t);
	transfer_refresh(t);
	return NULL;
}

const char *
again_all(struct transfers *e)
{
	struct transfer *t;
	size_t n = 0;

	TAILQ_FOREACH (t, &e->all, in_all)
		if (t->number != 0)
			n += again(t, 0) == NULL;
	return n > 0 ? NULL : _("There is nothing to try again.");
}
