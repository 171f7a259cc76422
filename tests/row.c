/* row.c - packed rows: what goes in comes out, and nothing is read that is not there. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/util.h"
#include "tests/tap.h"

static uint8_t copies[2 * ROW_COPY];

static struct row
sample(int n, const char *text, const char *reason)
{
	struct row r = {
		.row = INT64_MAX - n,
		.rev = INT64_MIN + n,
		.seq = n,
		.time = 1772546412345,
		.transfer = -n,
		.dir = DIR_NOTE,
		.kind = ROW_FILE,
		.state = RECEIPT_FAILED,
		.text = text,
		.text_len = strlen(text),
		.reason = reason,
		.reason_len = strlen(reason),
		.content = n % 2 ? CONTENT_REPLY : CONTENT_CHAT,
		.edits = (uint32_t)n * 0x01020304,
		.timer = (uint32_t)n * 0x10203040,
		.expires = INT64_MAX - n,
		.edit_seq = INT64_MAX / (n + 1),
		.deleted = n % 2 == 0,
		.react = {n % 2 ? "\xf0\x9f\x91\x8d" : "", n > 2 ? "!" : ""},
		.react_len = {n % 2 ? 4 : 0, n > 2 ? 1 : 0},
		.quote = n > 1 ? "as you said" : "",
		.quote_len = n > 1 ? 11 : 0,
		.quote_dir = (enum direction)(n % 3),
	};

	r.copies = copies;
	r.ncopies = (size_t)n % 3;
	for (size_t i = 0; i < r.ncopies; i++) {
		struct row_copy one = {.seq = n * 1000 + (int64_t)i, .state = RECEIPT_READ};

		memset(one.device.b, (int)(0x10 + i), KEY_LEN);
		row_copy_put(copies + i * ROW_COPY, &one);
	}
	memset(r.peer.b, 0xa0 + n, KEY_LEN);
	memset(r.id.b, 0xd0 + n, ID_LEN);
	memset(r.ref.b, 0xe0 + n, ID_LEN);
	return r;
}

static bool
same_text(const char *a, size_t alen, const char *b, size_t blen)
{
	return alen == blen && memcmp(a, b, alen) == 0;
}

/* What came after the first rows of this program were packed. */
static bool
same_acts(const struct row *a, const struct row *b)
{
	return a->content == b->content && a->edits == b->edits && a->edit_seq == b->edit_seq &&
	       a->timer == b->timer && a->expires == b->expires && a->deleted == b->deleted &&
	       id_equal(&a->ref, &b->ref) && a->quote_dir == b->quote_dir &&
	       same_text(a->react[0], a->react_len[0], b->react[0], b->react_len[0]) &&
	       same_text(a->react[1], a->react_len[1], b->react[1], b->react_len[1]) &&
	       same_text(a->quote, a->quote_len, b->quote, b->quote_len) &&
	       same_text((const char *)a->copies, a->ncopies * ROW_COPY, (const char *)b->copies,
			 b->ncopies * ROW_COPY);
}

static bool
same(const struct row *a, const struct row *b)
{
	return key_equal(&a->peer, &b->peer) && id_equal(&a->id, &b->id) && a->row == b->row &&
	       a->rev == b->rev && a->seq == b->seq && a->time == b->time &&
	       a->transfer == b->transfer && a->dir == b->dir && a->kind == b->kind &&
	       a->state == b->state && a->text_len == b->text_len &&
	       memcmp(a->text, b->text, a->text_len) == 0 && a->reason_len == b->reason_len &&
	       memcmp(a->reason, b->reason, a->reason_len) == 0 && same_acts(a, b);
}

/* Whether a row can be read from a copy of exactly these bytes. */
static bool
readable(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = xmemdup(bytes, len);
	size_t at = 0;
	struct row r;
	bool good = row_get(copy, len, &at, &r);

	if (!good && at != 0)
		diag("the place moved");
	free(copy);
	return good;
}

int
main(void)
{
	struct row rows[] = {sample(1, "hello", ""), sample(2, "", "why not"), sample(3, "", ""),
			     sample(4, "a\nb", "c")};
	struct row_buf buf = {.p = NULL};
	size_t at = 0, wrong = 0, first = 0, behind;
	struct row r;

	for (size_t i = 0; i < NELEM(rows); i++) {
		row_put(&buf, &rows[i]);
		if (i == 0)
			first = buf.len;
	}
	for (size_t i = 0; i < NELEM(rows); i++)
		ok(row_get(buf.p, buf.len, &at, &r) && same(&r, &rows[i]), "row %zu is as it was",
		   i);
	ok(!row_get(buf.p, buf.len, &at, &r) && at == buf.len, "that was the last");
	at = buf.len + 1;
	ok(!row_get(buf.p, buf.len, &at, &r), "nothing stands behind the end");
	for (size_t n = 0; n < first; n++)
		wrong += readable(buf.p, n);
	is_int(wrong, 0, "a row cut anywhere is none");
	ok(readable(buf.p, first), "a whole one is");
	/* The lengths of text and reason stand before the four bytes of the timer, the last before them; four bytes of a reaction and a copy
	 * follow. */
	behind = rows[0].text_len + rows[0].react_len[0] + rows[0].ncopies * ROW_COPY + 4;
	memset(buf.p + first - behind - 8, 0xff, 4);
	ok(!readable(buf.p, first), "a text longer than the bytes is refused");
	memset(buf.p + first - behind - 8, 0, 4);
	memset(buf.p + first - behind - 4, 0xff, 4);
	ok(!readable(buf.p, first), "a reason too");
	memset(buf.p + first - behind - 8, 0xff, 8);
	ok(!readable(buf.p, first), "and both, whose sum is small again");
	free(buf.p);
	return done_testing();
}
