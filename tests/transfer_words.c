/* transfer_words.c - reasons of transfers between programs in Portuguese: kept in English, told to people in theirs, the same after a restart. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/wire.h"
#include "src/kept.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

/* A transfer that runs, held in the middle by a wire with room for one frame. */
static struct pair *
running(const char *name)
{
	char *dir = pair_fresh(name), *src = pair_path("%s/film.mkv", dir);
	struct pair *p = pair_new(dir, 1);

	pair_write(src, 8000000, 1);
	p->depth = 1;
	pair_up(p);
	if (pair_send(&p->a, src, NULL) != 1 || !pair_reach(&p->b, 1, TRANSFER_WAITING) ||
	    pair_op(&p->b, 1, TOP_ACCEPT, NULL) != NULL || !pair_reach(&p->b, 1, TRANSFER_RUNNING))
		diag("it does not run");
	return p;
}

/* The row of an end's store gets another reason, as another version kept it. */
static void
rewrite(struct end *e, const char *reason)
{
	struct msg *m = e->rows[1];
	const char *name = msg_string(m, 0), *place = msg_string(m, 1);
	struct writer w;
	uint8_t *bytes = xmalloc(m->len + 256);

	wr_open(&w, bytes, m->len + 256);
	wr_bytes(&w, name, strlen(name) + 1);
	wr_bytes(&w, place, strlen(place) + 1);
	wr_bytes(&w, reason, strlen(reason) + 1);
	msg_take_bytes(m, bytes, w.len);
}

/* Paused by hand, it waits for a hand, however its reason was kept. */
static void
paused(const char *name, const char *kept)
{
	struct pair *p = running(name);

	ok(pair_op(&p->b, 1, TOP_PAUSE, NULL) == NULL && pair_reach(&p->b, 1, TRANSFER_PAUSED),
	   "%s: paused by hand", name);
	is_str(msg_string(p->b.rows[1], 2), "paused here", "%s: kept in English", name);
	is_str(pair_reason(&p->b, 1), _("paused here"), "%s: said in Portuguese", name);
	if (kept != NULL)
		rewrite(&p->b, kept);
	pair_restart(&p->b, false);
	p->depth = 100;
	pair_up(p);
	pair_run(p, 3600000);
	is_int(p->b.rows[1]->b.st_transfer.state, TRANSFER_PAUSED,
	       "%s: an hour after a restart it is still paused", name);
	ok(pair_op(&p->b, 1, TOP_RESUME, NULL) == NULL && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "%s: and goes on when it is told to", name);
	pair_free(p);
}

/* What the other side says is kept as it came, and told in the language of whoever reads it. */
static void
cancelled(void)
{
	struct pair *p = running("cancelled");
	uint8_t body[64];
	struct writer w;
	char *english;

	wr_open(&w, body, sizeof(body));
	wr_bytes(&w, p->b.rows[1]->b.st_transfer.id.b, ID_LEN);
	wr_string(&w, "the disk is full", strlen("the disk is full"));
	is_int(pair_inject(&p->b, FRAME_CANCEL, body, w.len), 0, "the other side cancels");
	is_int(pair_state(&p->b, 1), TRANSFER_CANCELLED, "it is cancelled");
	is_str(pair_reason(&p->b, 1), "cancelada pelo outro lado: o disco está cheio",
	       "all of the reason is in Portuguese");
	english = kept_english(msg_string(p->b.rows[1], 2));
	is_str(english, "cancelled by the other side: the disk is full",
	       "and none of what is kept");
	free(english);
	say_language("en");
	is_str(pair_reason(&p->b, 1), "cancelled by the other side: the disk is full",
	       "who reads English later reads that");
	say_language("pt");
	pair_free(p);
}

/* The disk's sentences have names in them. */
static void
unreadable(void)
{
	struct pair *p = pair_new(pair_fresh("unreadable"), 1);

	pair_up(p);
	is_int(pair_send(&p->a, "/nowhere/at all", NULL), -1, "what is not there is not sent");
	is_str((const char *)p->a.result->bytes, "Não se consegue ler /nowhere/at all: não existe",
	       "and the answer is in Portuguese");
	pair_free(p);
}

int
main(void)
{
	if (!say_language("pt"))
		skip_all("built without msgfmt, so there is English only");
	paused("paused", NULL);
	paused("paused in an older version", _("paused here"));
	cancelled();
	unreadable();
	return done_testing();
}
