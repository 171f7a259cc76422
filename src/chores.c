/* chores.c - the thread for what takes its time and is asked for once in a while. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/chores.h"
#include "src/file.h"
#include "src/identity.h"
#include "src/msg.h"
#include "src/pass.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/spool.h"
#include "src/store.h"
#include "src/transcript.h"
#include "src/util.h"

#define ERR 512

struct chores {
	pthread_t thread;
	struct queue *asked, *replies;
	struct queue *ending; /* the WK_STOP that breaks off what runs */
	char *database, *spool, *identity;
	char *spooled; /* what lay in the spool when the thread began */
	size_t spooled_len;
	struct seal_key key;
};

static bool
go_on(void *arg)
{
	struct chores *c = arg;

	return queue_length(c->ending) == 0;
}

static void
do_export(struct chores *c, const struct msg *m)
{
	const struct msg_export *ask = &m->b.export;
	struct transcript t = {.peer = ask->peer,
			       .own = ask->own,
			       .as_json = ask->as_json,
			       .go_on = go_on,
			       .go_on_arg = c};
	struct msg *answer = msg_new(MSG_WR_EXPORTED);
	const char *path = msg_string(m, 0);
	char err[ERR] = "";
	struct store *s = store_open(c->database, STORE_READ, &c->key, err, sizeof(err));
	bool ok = s != NULL && transcript_file(s, &t, path, ask->replace, err, sizeof(err));

	if (s != NULL)
		store_close(s);
	answer->serial = m->serial;
	answer->b.exported.peer = ask->peer;
	answer->b.exported.ok = ok;
	answer->b.exported.messages = t.messages;
	msg_set_bytes(answer, ok ? path : err, strlen(ok ? path : err));
	queue_push_always(c->replies, answer);
}

static void
do_spool(struct chores *c, const struct msg *m)
{
	struct msg *answer = msg_new(MSG_WR_SPOOLED);
	char *path = spool_write(c->spool, &c->key, m->bytes, m->len), err[ERR] = "";

	if (path == NULL)
		say_into(err, sizeof(err), "The text cannot be kept: %s.", file_reason(errno));
	answer->serial = m->serial;
	answer->b.exported.peer = m->b.long_text.peer;
	answer->b.exported.ok = path != NULL;
	msg_set_bytes(answer, path != NULL ? path : err, strlen(path != NULL ? path : err) + 1);
	queue_push_always(c->replies, answer);
	free(path);
}

/* What a crash left there: neither does a transfer wait for it, nor is it ours of now. */
static void
do_sweep(struct chores *c, const struct msg *m)
{
	spool_sweep(c->spool, c->spooled, c->spooled_len, m->len > 0 ? (const char *)m->bytes : "",
		    m->len);
}

/* ---- the passphrase ---- */

/* What was typed, given to identity_open(); too long cannot be right. */
static bool
give_typed(void *arg, char *out, char *err, size_t errlen)
{
	const char *typed = arg;
	bool good = typed[0] != '\0' && strlcpy(out, typed, PASS_SIZE) < PASS_SIZE;

	if (!good)
		snprintf(err, errlen, "%s",
			 typed[0] == '\0' ? _("A passphrase is set: type it too.")
					  : _("The passphrase is wrong."));
	return good;
}

/* The identity as its file holds it, if the passphrase that was typed opens it and it is the one this program runs with. */
static bool
open_again(struct chores *c, struct identity *id, char *typed, char *err, size_t errlen)
{
	struct seal_key key;
	bool missing, same;

	if (!identity_open(id, c->identity, &missing, give_typed, typed, err, errlen))
		return false;
	identity_seal_key(id, &key);
	same = seal_key_equal(&key, &c->key);
	seal_key_wipe(&key);
	if (!same)
		say_into(err, errlen, "The identity file is not the one p2p-tui was started with.");
	return same;
}

/* Only the identity: from then on whoever opens the history seals it, also after a crash in between. */
static void
do_passphrase(struct chores *c, const struct msg *m)
{
	struct msg *answer = msg_new(MSG_WR_PASSPHRASE);
	const char *new = msg_string(m, 1);
	char err[ERR] = "", *typed = (char *)m->bytes;
	struct identity id = {.sealed = false};
	bool ok = m->len > 0 && open_again(c, &id, typed, err, sizeof(err));

	answer->serial = m->serial;
	answer->b.seal.before = answer->b.seal.now = id.sealed;
	if (ok && new[0] == '\0' && !id.sealed) {
		say_into(err, sizeof(err), "There is no passphrase.");
		ok = false;
	}
	if (ok && strlen(new) > PASS_MAX) {
		say_into(err, sizeof(err), "The passphrase is longer than %d bytes.", PASS_MAX);
		ok = false;
	}
	ok = ok && identity_write(&id, c->identity, false, new[0] != '\0' ? new : NULL, NULL, err,
				  sizeof(err));
	answer->b.seal.ok = ok;
	if (ok)
		answer->b.seal.now = id.sealed;
	msg_set_bytes(answer, err, strlen(err));
	identity_wipe(&id);
	queue_push_always(c->replies, answer);
}

static void *
chores_main(void *arg)
{
	struct chores *c = arg;
	bool stop = false;

	c->spooled = spool_list(c->spool, &c->spooled_len);
	while (!stop) {
		struct msg *m = queue_wait_one(c->asked);

		stop = !go_on(c);
		if (!stop && m->type == MSG_CMD_EXPORT)
			do_export(c, m);
		else if (!stop && m->type == MSG_CMD_LONG)
			do_spool(c, m);
		else if (!stop && m->type == MSG_CMD_PASSPHRASE)
			do_passphrase(c, m);
		else if (!stop && m->type == MSG_WK_SWEEP)
			do_sweep(c, m);
		msg_free(m);
	}
	return NULL;
}

struct chores *
chores_start(const char *database, const char *spool, const char *identity,
	     const struct seal_key *key, struct queue *replies)
{
	struct chores *c = xcalloc(1, sizeof(*c));
	int error;

	c->asked = queue_new(SIZE_MAX);
	c->ending = queue_new(SIZE_MAX);
	c->replies = replies;
	c->database = xstrdup(database);
	c->spool = xstrdup(spool);
	c->identity = xstrdup(identity);
	c->key = *key;
	error = pthread_create(&c->thread, NULL, chores_main, c);
	if (error != 0)
		util_fatal("cannot start a thread: %s", strerror(error));
	return c;
}

void
chores_push(struct chores *c, struct msg *m)
{
	queue_push_always(c->asked, m);
}

void
chores_stop(struct chores *c)
{
	if (c == NULL)
		return;
	queue_push_always(c->ending, msg_new(MSG_WK_STOP));
	queue_push_always(c->asked, msg_new(MSG_WK_STOP));
	pthread_join(c->thread, NULL);
	queue_free(c->asked);
	queue_free(c->ending);
	free(c->database);
	free(c->spool);
	free(c->spooled);
	free(c->identity);
	seal_key_wipe(&c->key);
	free(c);
}
