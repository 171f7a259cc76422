/* store_seal.c - the sealing of the database: the functions its statements use, the right key, and sealing what is not sealed yet. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/queue.h"
#include "src/say.h"
#include "src/store_int.h"
#include "src/util.h"

/* What is sealed as the proof. */
#define PROOF	     "p2p-tui history"
#define DAMAGED_TEXT "(This text is damaged on the disk.)"

/* ---- how far it is ------------------------------------------------------------------------------------------------------ */

/* The values are most of the work; the file is written anew after that. */
#define VALUES_PERCENT 70
#define STEP_PERCENT   5

static void
tell(struct store *s, uint32_t percent)
{
	struct msg *m;

	if (s->sealing.out == NULL || percent < s->sealing.percent + STEP_PERCENT)
		return;
	s->sealing.percent = percent;
	m = msg_new(MSG_SR_SEALING);
	m->serial = s->sealing.serial;
	m->b.seal.percent = percent;
	queue_push_always(s->sealing.out, m);
}

/* Messages and their ids are what there is much of. */
static void
count(struct store *s, int64_t column)
{
	if (s->sealing.out == NULL || s->sealing.total == 0 ||
	    (column != SEAL_MESSAGE_TEXT && column != SEAL_MESSAGE_ID))
		return;
	if (s->sealing.done < s->sealing.total)
		s->sealing.done++;
	tell(s, (uint32_t)(s->sealing.done * VALUES_PERCENT / s->sealing.total));
}

/* ---- functions ---------------------------------------------------------------------------------------------------------- */

static uint8_t *
map_sealed(void *arg, int64_t column, int64_t number, const void *p, size_t n, size_t *outn)
{
	struct store *s = arg;
	uint8_t *out;

	if (s->seal == NULL)
		return NULL;
	out = xmalloc(n + SEAL_OVERHEAD);
	seal_put(s->seal, out, (unsigned)column, number, p, n);
	*outn = n + SEAL_OVERHEAD;
	count(s, column);
	return out;
}

/* A text that somebody changed on the disk is said to be damaged in its place, so that the others of its page can still be read. Anything
 * else that is damaged ends the query. What was emptied is empty. */
static uint8_t *
map_opened(void *arg, int64_t column, int64_t number, const void *p, size_t n, size_t *outn)
{
	struct store *s = arg;
	uint8_t *out;

	if (s->seal == NULL)
		return NULL;
	out = xmalloc(n + sizeof(DAMAGED_TEXT));
	*outn = n > SEAL_OVERHEAD ? n - SEAL_OVERHEAD : 0;
	if (n == 0 || seal_get(s->seal, out, (unsigned)column, number, p, n))
		return out;
	if (column == SEAL_MESSAGE_TEXT || column == SEAL_VERSION_TEXT) {
		*outn = sizeof(DAMAGED_TEXT) - 1;
		memcpy(out, DAMAGED_TEXT, *outn);
		return out;
	}
	free(out);
	return NULL;
}

static uint8_t *
map_look(void *arg, int64_t column, int64_t number, const void *p, size_t n, size_t *outn)
{
	struct store *s = arg;
	uint8_t *out;

	(void)number;
	if (s->seal == NULL)
		return NULL;
	out = xmalloc(n + SEAL_LOOK_OVERHEAD);
	seal_look(s->seal, out, (unsigned)column, p, n);
	*outn = n + SEAL_LOOK_OVERHEAD;
	count(s, column);
	return out;
}

static uint8_t *
map_unlook(void *arg, int64_t column, int64_t number, const void *p, size_t n, size_t *outn)
{
	struct store *s = arg;
	uint8_t *out;

	(void)number;
	if (s->seal == NULL)
		return NULL;
	out = xmalloc(n + 1);
	*outn = n > SEAL_LOOK_OVERHEAD ? n - SEAL_LOOK_OVERHEAD : 0;
	if (seal_unlook(s->seal, out, (unsigned)column, p, n))
		return out;
	free(out);
	return NULL;
}

static bool
tell_functions(struct store *s)
{
	return db_function(s->db, "sealed", map_sealed, s) &&
	       db_function(s->db, "opened", map_opened, s) &&
	       db_function(s->db, "look", map_look, s) &&
	       db_function(s->db, "unlook", map_unlook, s);
}

/* ---- the state ---------------------------------------------------------------------------------------------------------- */

/* Whether it is sealed, and by us; the statements follow from that. */
static bool
look(struct store *s, bool *sealed, bool *clean)
{
	struct db_query *q = db_query(s->db, SQL_SEALING_GET);
	uint8_t proof[sizeof(PROOF) - 1 + SEAL_OVERHEAD], text[sizeof(PROOF)] = "";
	bool good = true;

	*sealed = false;
	*clean = true;
	if (db_next(q)) {
		*sealed = db_get_int(q) != 0;
		*clean = db_get_int(q) != 0;
		good = !*sealed || (store_get_exact(q, proof, sizeof(proof)) && s->seal != NULL &&
				    seal_get(s->seal, text, SEAL_PROOF, 1, proof, sizeof(proof)) &&
				    memcmp(text, PROOF, sizeof(PROOF)) == 0);
	}
	if (!db_end(q))
		return false;
	if (!good)
		return db_fail(s->db,
			       s->seal == NULL
				       ? _("The history is sealed, and its identity is not here.")
				       : _("The history is sealed by another identity."));
	db_use_statements(s->db, *sealed ? store_sealed_statements : store_statements);
	return true;
}

bool
store_seal_check(struct store *s)
{
	bool sealed, clean;

	return look(s, &sealed, &clean);
}

/* Every value there is, in one transaction: after a crash all of it is done or nothing. */
static bool
reseal(struct store *s)
{
	struct db_query *q;
	bool good = db_begin(s->db, DB_SYNCED);

	for (size_t i = SQL_RESEAL_PEERS; good && i <= SQL_RESEAL_TYPED; i++)
		good = db_run(db_query(s->db, i));
	if (good) {
		q = db_query(s->db, SQL_SEALING_SET);
		db_put_bytes(q, PROOF, sizeof(PROOF) - 1);
		good = db_run(q) && db_commit(s->db);
	}
	if (!good)
		db_rollback(s->db);
	return good;
}

/* What was plain before may still lie between the values of a page, and in the log: the file is written anew, the log emptied. Until that
 * went well, which somebody who reads at the moment can prevent, it is tried at every start. */
static bool
clean_up(struct store *s)
{
	if (!db_rebuild(s->db))
		return false;
	if (!db_settle(s->db))
		return db_fail(s->db,
			       _("The history is being read: try again when no other p2p-tui is."));
	return db_begin(s->db, DB_SYNCED) && db_run(db_query(s->db, SQL_SEALING_CLEAN)) &&
	       db_commit(s->db);
}

bool
store_seal_start(struct store *s, const struct seal_key *key, bool write)
{
	bool sealed = false, clean = true, good;

	if (key != NULL)
		s->seal = seal_new(key);
	if (!tell_functions(s))
		return false;
	if (!write) {
		/* What is read while somebody changes it is void; each look asks again. */
		good = db_read_begin(s->db) && look(s, &sealed, &clean);
		(void)db_read_end(s->db);
		return good;
	}
	if (!look(s, &sealed, &clean))
		return false;
	if (key != NULL && key->wanted && !sealed && (!reseal(s) || !look(s, &sealed, &clean)))
		return false;
	return clean || clean_up(s);
}

/* The same in the middle of a session: as at a start, and what was done when it is broken off is what a start finds. */
static bool
seal_now(struct store *s)
{
	bool sealed, clean;
	struct db_query *q;

	if (s->seal == NULL)
		return db_fail(s->db, _("There is no key to seal the history with."));
	if (!look(s, &sealed, &clean))
		return false;
	if (!sealed) {
		q = db_query(s->db, SQL_SEALING_TOTAL);
		s->sealing.total = db_next(q) ? (uint64_t)db_get_int(q) : 0;
		if (!db_end(q) || !reseal(s) || !look(s, &sealed, &clean))
			return false;
	}
	if (!clean)
		tell(s, VALUES_PERCENT);
	return clean || clean_up(s);
}

void
store_seal_obey(struct store *s, const struct msg *m, struct queue *out)
{
	struct msg *answer = msg_new(MSG_SR_SEALED);

	memset(&s->sealing, 0, sizeof(s->sealing));
	s->sealing.out = out;
	s->sealing.serial = m->serial;
	db_forget_error(s->db);
	answer->b.seal = m->b.seal;
	answer->b.seal.ok = seal_now(s);
	answer->serial = m->serial;
	msg_set_bytes(answer, db_error(s->db), strlen(db_error(s->db)));
	s->sealing.out = NULL;
	queue_push_always(out, answer);
}
