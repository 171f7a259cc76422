/* store_sweep.c - what has lived long enough is deleted: messages that disappear, and what a contact's setting does not keep.
 *
 * What goes, goes with its versions, reactions and edits, overwritten on the disk. What never goes here: what still waits for its
 * receipt, incoming messages that the user has not seen, and ids, so that nothing comes a second time.
 *
 * All this hangs on the wall clock, and a clock can be wrong. A step of more than CLOCK_STEP since it was looked at last, either way, is
 * not believed before it has stood for CLOCK_HOLD of running time: until then nothing is deleted by age, and the user is told. While the
 * program runs the clock is looked at once a day at least. A clock that went back deletes nothing: everything is younger then. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/retain.h"
#include "src/say.h"
#include "src/store_int.h"
#include "src/util.h"

#define DAY_MS	   ((int64_t)24 * 3600 * 1000)
#define CLOCK_STEP (30 * DAY_MS)
#define CLOCK_HOLD ((int64_t)3600 * 1000)
/* So many rows in one transaction, of which others wait for no longer than some milliseconds. */
#define SLICE	   512

int32_t
store_keep_of(int64_t v)
{
	return v >= KEEP_DEFAULT && v <= KEEP_DAYS_MAX ? (int32_t)v : KEEP_ALL;
}

bool
store_keep(struct store *s, const struct msg *m)
{
	const struct msg_st_keep *k = &m->b.st_keep;
	static const struct key nobody;
	struct chat *c;
	bool refused;

	if (key_equal(&k->peer, &nobody)) {
		s->keep_default = store_keep_of(k->keep);
		return true;
	}
	c = store_contact_chat(s, m, &k->peer, &refused);
	if (c == NULL)
		return refused;
	c->keep = store_keep_of(k->keep);
	c->changed = c->tell = true;
	return true;
}

/* ---- the clock ---------------------------------------------------------------------------------------------------------- */

/* Whether the clock is to be believed; if not, how much longer it has to stand, and a sentence when that is news. */
static bool
believe(struct store *s, const struct msg_st_sweep *w, int64_t *wait, char *told, size_t size)
{
	int64_t last = s->counters.clock, step = w->time - last;
	int64_t stood = s->clock_held ? (int64_t)(w->mono - s->clock_since) : 0;

	if (last != 0 && (step > CLOCK_STEP || step < -CLOCK_STEP) && stood < CLOCK_HOLD) {
		if (!s->clock_held) {
			s->clock_held = true;
			s->clock_since = w->mono;
			say_into(told, size,
				 "The clock went %s by %lld days since p2p-tui looked last: if it "
				 "still stands so in an hour, what is too old then is deleted.",
				 step > 0 ? _("forward") : _("back"),
				 (long long)((step > 0 ? step : -step) / DAY_MS));
		}
		*wait = CLOCK_HOLD - stood;
		return false;
	}
	s->clock_held = false;
	s->counters.clock = w->time;
	return true;
}

/* A clock that was ahead has given times to come; nothing lives longer than its timer from now on. */
static bool
mend_times(struct store *s, int64_t now)
{
	struct db_query *q = db_query(s->db, SQL_FADES_LATE);

	db_put_int(q, now);
	return db_run(q);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

struct doomed {
	int64_t row, arrived;
	bool act;
	struct id id;
	struct key peer;
};

/* The row a query stands at: row, kind, arrived, id, and the peer's key where `peer` is NULL. */
static void
take(struct db_query *q, struct doomed *x, const struct key *peer)
{
	x->row = db_get_int(q);
	x->act = db_get_int(q) == ROW_ACT;
	x->arrived = db_get_int(q);
	store_get_exact(q, x->id.b, ID_LEN);
	if (peer != NULL)
		x->peer = *peer;
	else
		store_get_exact(q, x->peer.b, KEY_LEN);
}

static bool
run_about(struct store *s, enum store_statement what, const struct chat *c, int64_t row)
{
	struct db_query *q = db_query(s->db, what);

	if (c != NULL)
		db_put_int(q, c->peer);
	db_put_int(q, row);
	return db_run(q);
}

/* Its edits carry its text: they go too, and those that wait as soon as they do not any more. */
static bool
drop_row(struct store *s, const struct chat *c, const struct doomed *d)
{
	if (!d->act &&
	    (!run_about(s, SQL_VERSIONS_DROP, NULL, d->row) ||
	     !run_about(s, SQL_ACTS_FADE, c, d->row) || !run_about(s, SQL_ACTS_DROP, c, d->row)))
		return false;
	return run_about(s, SQL_MESSAGE_DROP, NULL, d->row);
}

/* Drops them all; those of one peer next to each other are told together. */
static bool
drop_rows(struct store *s, const struct doomed *d, size_t n)
{
	static const struct msg nobody = {.serial = 0};
	uint8_t *entries = xmalloc(SLICE * GONE_ENTRY);
	bool good = true;

	for (size_t i = 0, len = 0; good && i < n; i++) {
		const struct chat *c = store_chat(s, &d[i].peer);

		good = c != NULL && drop_row(s, c, &d[i]);
		if (!d[i].act) {
			put_be64(entries + len, (uint64_t)d[i].row);
			memcpy(entries + len + 8, d[i].id.b, ID_LEN);
			len += GONE_ENTRY;
		}
		if (good && len != 0 && (i + 1 == n || !key_equal(&d[i].peer, &d[i + 1].peer))) {
			struct msg *gone = store_reply(s, &nobody, MSG_SR_GONE);

			gone->b.gone.peer = d[i].peer;
			msg_set_bytes(gone, entries, len);
			len = 0;
		}
	}
	free(entries);
	s->settle = s->settle || n != 0;
	return good;
}

/* ---- messages that disappear -------------------------------------------------------------------------------------------- */

static void
sooner(int64_t *due, int64_t at)
{
	if (*due == 0 || at < *due)
		*due = at;
}

static bool
next_fade(struct store *s, int64_t *due)
{
	struct db_query *q = db_query(s->db, SQL_FADES_NEXT);

	if (db_next(q))
		sooner(due, db_get_int(q));
	return db_end(q);
}

static bool
sweep_fading(struct store *s, int64_t now, struct doomed *d)
{
	struct db_query *q = db_query(s->db, SQL_FADES_OVER);
	size_t n;

	db_put_int(q, now);
	db_put_int(q, SLICE);
	for (n = 0; n < SLICE && db_next(q); n++)
		take(q, &d[n], NULL);
	return db_end(q) && drop_rows(s, d, n);
}

bool
store_tell_due(struct store *s)
{
	static const struct msg nobody = {.serial = 0};
	int64_t due = 0;

	if (!next_fade(s, &due))
		return false;
	if (due != 0)
		store_reply(s, &nobody, MSG_SR_DUE)->b.sr_due.due = due;
	return true;
}

/* ---- what is not kept --------------------------------------------------------------------------------------------------- */

/* The oldest rows of a chat that may go, as long as they are too old: how many of *n. */
static bool
find_old(struct store *s, const struct chat *c, int64_t until, struct doomed *d, size_t *n,
	 size_t *old)
{
	struct db_query *q = db_query(s->db, SQL_KEPT_OLDEST);

	db_put_int(q, c->peer);
	db_put_int(q, c->read_row);
	db_put_int(q, SLICE);
	for (*old = *n = 0; *n < SLICE && db_next(q); (*n)++)
		take(q, &d[*n], &c->key);
	while (*old < *n && d[*old].arrived <= until)
		(*old)++;
	return db_end(q);
}

/* The first row that is too young says when it will not be. When all goes, all goes at once. */
static bool
sweep_chat(struct store *s, const struct key *key, const struct msg_st_sweep *w, bool believed,
	   struct doomed *d, int64_t *due)
{
	struct chat *c = store_chat(s, key);
	int32_t keep = c != NULL ? retain_effective(c->keep, s->keep_default) : KEEP_ALL;
	int64_t lives = keep == KEEP_NOTHING ? DAY_MS : keep * DAY_MS;
	bool all = keep == KEEP_NOTHING && w->all;
	size_t n, old;

	if (c == NULL || keep == KEEP_ALL)
		return c != NULL;
	if (!all && !believed)
		return true;
	do {
		if (!find_old(s, c, all ? INT64_MAX : w->time - lives, d, &n, &old) ||
		    !drop_rows(s, d, old))
			return false;
	} while (all && old == SLICE);
	if (old < n)
		sooner(due, d[old].arrived + lives);
	else if (old == SLICE)
		sooner(due, w->time);
	return true;
}

static bool
sweep_chats(struct store *s, const struct msg_st_sweep *w, bool believed, struct doomed *d,
	    int64_t *due)
{
	struct db_query *q = db_query(s->db, SQL_PEERS_KEEP);
	struct key *keys = NULL;
	size_t n = 0;
	bool good;

	db_put_int(q, s->keep_default);
	while (db_next(q)) {
		if ((n & (n - 1)) == 0)
			keys = xreallocarray(keys, n == 0 ? 1 : 2 * n, sizeof(*keys));
		n += store_get_exact(q, keys[n].b, KEY_LEN);
	}
	good = db_end(q);
	for (size_t i = 0; good && i < n; i++)
		good = sweep_chat(s, &keys[i], w, believed, d, due);
	free(keys);
	return good;
}

bool
store_sweep(struct store *s, const struct msg *m)
{
	const struct msg_st_sweep *w = &m->b.st_sweep;
	struct doomed *d = xcalloc(SLICE, sizeof(*d));
	char told[200] = "";
	int64_t due = 0, wait = 0, before = s->counters.clock;
	bool believed = believe(s, w, &wait, told, sizeof(told));
	bool good = store_write_back(s);

	if (good && believed)
		good = (w->time >= before - CLOCK_STEP || mend_times(s, w->time)) &&
		       sweep_fading(s, w->time, d) && next_fade(s, &due);
	good = good && sweep_chats(s, w, believed, d, &due);
	if (!believed)
		sooner(&due, w->time + wait);
	if (good) {
		struct msg *reply = store_reply(s, m, MSG_SR_DUE);

		reply->b.sr_due.due = due;
		reply->b.sr_due.sweep = true;
		if (told[0] != '\0')
			msg_set_bytes(reply, told, strlen(told));
	}
	free(d);
	return good;
}
