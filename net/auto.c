/* auto.c - offers that are accepted without a question: of a contact, up to a size, into a folder; kept over restarts. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/transfer_int.h"
#include "src/msg.h"
#include "src/util.h"

/* What all contacts are allowed, as one value: a line each, "KEY SIZE FOLDER". */
static void
save(struct transfers *e)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char hex[2 * KEY_LEN + 1], *all = xstrdup(""), *more;
	struct tpeer *p;

	TAILQ_FOREACH (p, &e->peers, next) {
		if (p->auto_max == 0)
			continue;
		xasprintf(&more, "%s%s %llu %s\n", all, util_hex(hex, p->key.b, KEY_LEN),
			  (unsigned long long)p->auto_max, p->auto_to != NULL ? p->auto_to : "");
		free(all);
		all = more;
	}
	strlcpy(m->b.st_value.name, "auto", sizeof(m->b.st_value.name));
	e->h.store(e->h.arg, msg_set_bytes(m, all, strlen(all)));
	free(all);
}

static void
set(struct tpeer *p, uint64_t max, const char *folder)
{
	p->auto_max = max;
	set_text(&p->auto_to, max != 0 && folder[0] != '\0' ? folder : NULL);
}

void
transfers_auto(struct transfers *e, const struct key *peer, uint64_t max, const char *folder)
{
	set(peer_of(e, peer), max, folder);
	save(e);
}

uint64_t
transfers_auto_max(struct transfers *e, const struct key *peer)
{
	return peer_of(e, peer)->auto_max;
}

void
auto_load(struct transfers *e, const char *text)
{
	char *copy = xstrdup(text), *at = copy, *line, hex[2 * KEY_LEN + 1];
	unsigned long long max;
	struct key key;
	int n;

	while ((line = strsep(&at, "\n")) != NULL) {
		n = 0;
		if (sscanf(line, "%64s %llu%n", hex, &max, &n) == 2 && line[n] == ' ' &&
		    util_unhex(key.b, KEY_LEN, hex) && (line[n + 1] == '\0' || line[n + 1] == '/'))
			set(peer_of(e, &key), max, line + n + 1);
	}
	free(copy);
}

void
auto_drop(struct transfers *e, struct tpeer *p)
{
	bool any = p->auto_max != 0;

	set(p, 0, "");
	if (any)
		save(e);
}

bool
auto_try(struct transfer *t)
{
	const struct tpeer *p = t->peer;

	/* Names that are not what they seem, programs, and what has changed since it was accepted are for a person to look at. */
	if (t->dir != DIR_IN || t->ended || t->accepted || t->preparing || t->gathering ||
	    t->list.p == NULL || p->auto_max == 0 || t->bytes > p->auto_max || t->odd ||
	    t->executable || t->differs)
		return false;
	/* Of another folder the disk itself finds out. */
	if (p->auto_to == NULL && t->bytes > t->free_bytes && t->space > t->free_bytes)
		return false;
	receive_accept(t, p->auto_to != NULL ? p->auto_to : "", 0);
	return true;
}
