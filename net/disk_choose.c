/* disk_choose.c - a worker's half of choosing a part of an offer: keeps the list with its marks, answers with what is to be shown. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/choice.h"
#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/util.h"

/* The request: its fixed part, and the bytes behind it. */
struct request {
	struct msg_choose c;
	const uint8_t *p;
	size_t len;
};

/* Patterns, each ended by a NUL: all that fits one of them. */
static bool
match(struct tree *t, struct msg *m, const struct request *q)
{
	const char **patterns = NULL;
	size_t n = 0, which;
	bool fine = true;

	for (size_t at = 0; at < q->len; at += strlen((const char *)q->p + at) + 1) {
		patterns = xreallocarray(patterns, n + 1, sizeof(*patterns));
		patterns[n++] = (const char *)q->p + at;
	}
	if (n > 0)
		fine = choice_match(t->choice, patterns, n, &which);
	if (!fine) {
		disk_fail(m, 0, "Nothing in the offer is called %s", patterns[which]);
		m->b.disk.error = ENOENT;
	}
	free(patterns);
	return fine;
}

static void
take(struct tree *t, struct msg *m)
{
	struct choice_sum sum;
	uint32_t *ranges;
	size_t n;

	choice_sum(t->choice, &sum);
	ranges = choice_ranges(t->choice, &n);
	m->b.disk.total = sum.bytes;
	m->b.disk.files = sum.files;
	m->b.disk.folders = sum.folders;
	if (n == 0)
		disk_fail(m, 0, "Nothing of it is marked");
	else if (n / 2 > WANT_RANGES)
		disk_fail(m, 0,
			  "What is marked lies in too many places of the offer: mark fewer things, "
			  "or whole folders");
	else if (n == 2 && ranges[1] == m->b.disk.count)
		msg_set_bytes(m, "", 0);
	else
		msg_set_bytes(m, ranges, n * sizeof(*ranges));
	free(ranges);
}

static void
answer(const struct tree *t, struct msg *m, const struct msg_choose *c)
{
	const struct choice *choice = t->choice;
	struct msg_choice a = {.transfer = c->transfer};
	struct row_buf buf = {.len = sizeof(a), .size = 16384};
	char *path;
	struct choice_sum sum;

	buf.p = xmalloc(buf.size);
	choice_sum(choice, &sum);
	a.files = sum.files;
	a.bytes = sum.bytes;
	a.all_files = sum.all_files;
	a.all_bytes = sum.all_bytes;
	a.folder = choice_folder(choice);
	a.up = choice_parent(choice, a.folder, &a.up_row);
	a.rows = choice_rows(choice);
	a.from = c->from;
	path = choice_path(choice, a.folder);
	memcpy(buf.p + buf.len, path, strlen(path) + 1);
	buf.len += strlen(path) + 1;
	free(path);
	a.count = choice_page(choice, c->from,
			      c->count < CHOOSE_MAX_ROWS ? c->count : CHOOSE_MAX_ROWS, &buf);
	memcpy(buf.p, &a, sizeof(a));
	m->b.disk.offset = c->serial;
	msg_take_bytes(m, buf.p, buf.len);
}

static void
mark(struct tree *t, const struct msg_choose *c)
{
	static const enum choice_how how[] = {
		[CHOOSE_ON] = CHOICE_ON, [CHOOSE_OFF] = CHOICE_OFF, [CHOOSE_FLIP] = CHOICE_FLIP};

	choice_mark(t->choice, c->mark_from, c->mark_to, how[c->how]);
}

void
choose_run(struct tree *t, struct msg *m)
{
	struct request q = {.p = m->bytes + sizeof(q.c), .len = m->len - sizeof(q.c)};
	uint8_t *bytes = m->bytes;
	bool fine = true;

	memcpy(&q.c, bytes, sizeof(q.c));
	m->bytes = NULL;
	m->len = 0;
	if ((q.c.op == CHOOSE_OPEN || q.c.op == CHOOSE_FRESH) && q.len > 0) {
		choice_free(t->choice);
		t->choice = choice_new(xmemdup(q.p, q.len), q.len, m->b.disk.count,
				       q.c.op == CHOOSE_OPEN);
	}
	if (t->choice == NULL) {
		disk_fail(m, 0, "What was marked is gone: choose again");
		fine = false;
	} else if (q.c.op == CHOOSE_OPEN) {
		choice_view(t->choice, ENTRY_TOP, "");
	} else if (q.c.op == CHOOSE_VIEW) {
		choice_view(t->choice, q.c.folder, q.len > 0 ? (const char *)q.p : "");
	} else if (q.c.op == CHOOSE_MARK) {
		mark(t, &q.c);
	} else if (q.c.op == CHOOSE_TAKE && match(t, m, &q)) {
		take(t, m);
	}
	if (fine && q.c.op <= CHOOSE_MARK)
		answer(t, m, &q.c);
	if (q.c.op == CHOOSE_CLOSE) {
		choice_free(t->choice);
		t->choice = NULL;
	}
	free(bytes);
}
