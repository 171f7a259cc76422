/* store_power.c - the power goes at any moment: what was answered - and so acknowledged to the sender - is in the database after it,
 * whatever the disk had not written yet. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/power.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define CUTS	     100
#define TEXT_LONGEST 900

/* What was answered, in the order of the answers. */
struct report {
	bool out;
	unsigned id;
	int64_t row, seq;
	size_t len; /* of the text */
};

static struct report reports[200000];
static unsigned nreports;
static uint64_t seed = 20260303;
static char *live;
static struct {
	char *path;
	unsigned reports; /* how many stood when the power went */
} cut_now;
static unsigned ncuts;

static void
cut(void)
{
	xasprintf(&cut_now.path, "%s/cut%u.db", test_tmpdir(), ncuts);
	cut_now.reports = nreports;
	power_cut(live, cut_now.path, (enum power_loss)(ncuts++ % POWER_LOSSES), &seed);
}

static size_t
text_length(unsigned id)
{
	return id * 7919 % TEXT_LONGEST + 1;
}

/* ---- the writer --------------------------------------------------------------------------------------------------------- */

static void
take_answers(void)
{
	struct msg *m;

	while ((m = queue_pop(answers())) != NULL) {
		if ((m->type == MSG_SR_SAID || m->type == MSG_SR_GOT) &&
		    m->b.st_row.kind == ROW_TEXT && m->serial != 0 && !m->b.st_row.failed &&
		    nreports < NELEM(reports))
			reports[nreports++] =
				(struct report){m->type == MSG_SR_SAID, m->serial, m->b.st_row.row,
						m->b.st_row.seq, text_length(m->serial)};
		msg_free(m);
	}
}

/* A group of messages, and receipts. How long a text is follows from its id. */
static void
write_group(struct store *s, unsigned *id)
{
	uint64_t n = test_random(&seed) % 12 + 1;
	struct msg *list = NULL, **end = &list, *m;
	char text[TEXT_LONGEST + 1];

	for (; n > 0; n--, ++*id) {
		memset(text, 'x', sizeof(text));
		text[text_length(*id)] = '\0';
		m = *id % 2 != 0 ? say_msg(1, *id, text) : got_msg(1, *id, *id, text);
		*end = m;
		end = &m->next;
	}
	if (nreports > 3 && test_random(&seed) % 3 == 0)
		*end = acked_msg(1, RECEIPT_DELIVERED, reports[nreports - 2].id, 1);
	store_apply(s, list, answers());
	take_answers();
}

/* ---- after it ----------------------------------------------------------------------------------------------------------- */

/* Goes through all rows and looks for what was answered before the cut: *lost is what is not there as it was. False: rows out of order. */
static bool
look_through(struct store *s, int64_t *rows, unsigned *lost)
{
	int64_t at = 0, seq = 0;
	bool more = true, good = true;
	unsigned next = 0;

	*lost = 0;
	for (*rows = 0; more;) {
		struct msg *m = page(s, 1, PAGE_AFTER, at, PAGE_MAX_ROWS);
		size_t pos = 0;
		struct row r;

		good = good && !m->b.page_result.failed;
		while (row_get(m->bytes, m->len, &pos, &r)) {
			struct id id;

			good = good && r.row > at && (r.dir == DIR_IN || r.seq == ++seq);
			at = r.row;
			++*rows;
			for (; next < cut_now.reports && reports[next].row < r.row; next++)
				++*lost;
			if (next == cut_now.reports || reports[next].row != r.row)
				continue;
			id = nth_id(reports[next].id);
			*lost += !id_equal(&id, &r.id) || reports[next].seq != r.seq ||
				 reports[next].out != (r.dir == DIR_OUT) ||
				 reports[next].len != r.text_len;
			next++;
		}
		more = m->b.page_result.more;
		msg_free(m);
	}
	*lost += cut_now.reports - next;
	return good;
}

/* What is lost of what was answered before the cut. UINT32_MAX: the database does not open, or is not in order. */
static unsigned
check_cut(void)
{
	char err[512] = "";
	struct store *s = store_open(cut_now.path, STORE_WRITE, test_key(), err, sizeof(err));
	unsigned lost = 0;
	int64_t rows;

	if (s == NULL)
		diag("%s: %s", cut_now.path, err);
	if (s == NULL || !look_through(s, &rows, &lost))
		lost = UINT32_MAX;
	if (s != NULL)
		store_close(s);
	return lost;
}

static void
run(unsigned cuts, unsigned *lost, unsigned *broken)
{
	unsigned id = 1;
	struct store *s = open_store(live);

	nreports = 0;
	apply(s, contact_msg(1, "ada"));
	for (unsigned i = 0; i < cuts; i++) {
		unsigned n;

		cut_now.path = NULL;
		power_at((unsigned)(test_random(&seed) % 120 + 1), cut);
		/* Closing settles the log, which is a moment like others. */
		if (i % 3 == 0) {
			store_close(s);
			s = open_store(live);
		}
		while (cut_now.path == NULL)
			write_group(s, &id);
		n = check_cut();
		*broken += n == UINT32_MAX;
		*lost += n == UINT32_MAX ? 0 : n;
		free(cut_now.path);
	}
	store_close(s);
}

/* The power goes while the database is made: it is there, empty or whole, or can be made. */
static void
test_birth(void)
{
	unsigned bad = 0, n;

	for (n = 1; n < 60; n++) {
		char err[512] = "";
		struct store *s;

		xasprintf(&live, "%s/born%u.db", test_tmpdir(), n);
		cut_now.path = NULL;
		power_at(n, cut);
		s = open_store(live);
		power_at(0, cut);
		store_close(s);
		free(live);
		if (cut_now.path == NULL)
			break;
		s = store_open(cut_now.path, STORE_WRITE, test_key(), err, sizeof(err));
		if (s == NULL)
			diag("%u: %s", n, err);
		bad += s == NULL;
		if (s != NULL)
			store_close(s);
		free(cut_now.path);
	}
	is_int(bad, 0, "a database whose making was cut off %u times opens", n - 1);
	ok(n > 5, "there were moments to cut it off");
}

int
main(void)
{
	unsigned lost = 0, broken = 0, before;

	power_start();
	test_birth();
	xasprintf(&live, "%s/live.db", test_tmpdir());
	before = power_syncs();
	run(CUTS, &lost, &broken);
	is_int(broken, 0, "after each of %d losses of power the database opens, in order", CUTS);
	is_int(lost, 0, "and of %u answers each that was given is kept", nreports);
	ok(power_syncs() - before >= CUTS && nreports > 500, "there was something to lose");

	/* That this can fail: a disk that lies. */
	free(live);
	xasprintf(&live, "%s/lied.db", test_tmpdir());
	power_lie(true);
	lost = broken = 0;
	run(9, &lost, &broken);
	ok(lost + broken > 0, "on a disk that does not sync something is lost, and seen to be");
	free(live);
	return done_testing();
}
