/* manifest.c - the list of a transfer: coding, limits, links that stay inside, rates and buffers beside it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/bulk.h"
#include "net/limits.h"
#include "net/manifest.h"
#include "net/rate.h"
#include "net/transfer.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_coding(void)
{
	static const uint8_t want[] = {
		0xff, 0xff, 0xff, 0xff,				/* at the top */
		2,						/* a link */
		0x01, 0xa4,					/* 0644 */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, /* mtime */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* size */
		0x00, 0x01, 'l',  0x00, 0x02, 'a',  'b',
	};
	struct entry e = {.parent = ENTRY_TOP,
			  .kind = ENTRY_LINK,
			  .mode = 0644,
			  .mtime_ns = 0x102,
			  .name = "l",
			  .name_len = 1,
			  .link = "ab",
			  .link_len = 2},
		     back;
	uint8_t buf[64];
	struct writer w;
	struct reader r;

	wr_open(&w, buf, sizeof(buf));
	entry_put(&w, &e);
	is_int(w.len, sizeof(want), "an entry has its length");
	is_int(entry_length(&e), sizeof(want), "which is known before");
	is_mem(buf, want, sizeof(want), "and these bytes");
	rd_open(&r, buf, w.len);
	ok(entry_get(&r, &back) && r.left == 0, "it is read back");
	ok(back.kind == ENTRY_LINK && back.mtime_ns == 0x102 && back.link_len == 2, "as it was");
	for (size_t n = 0; n < w.len; n++) {
		rd_open(&r, buf, n);
		if (entry_get(&r, &back))
			ok(false, "an entry of %zu bytes was read", n);
	}
	buf[4] = 3;
	rd_open(&r, buf, w.len);
	ok(!entry_get(&r, &back), "an unknown kind is not");
}

static void
test_links(void)
{
	static const struct {
		const char *text;
		uint32_t depth;
		bool stays;
	} rows[] = {
		{"a", 1, true},		 {"a/b", 1, true},    {"./a", 1, true},
		{".", 1, true},		 {"..", 2, true},     {"../a", 2, true},
		{"..", 1, false},	 {"../..", 2, false}, {"../../a", 3, true},
		{"/a", 5, false},	 {"a/..", 5, false},  {"a/../b", 5, false},
		{"../a/..", 5, false},	 {"a//b", 5, false},  {"a/", 5, false},
		{"", 5, false},		 {"a", 0, false},     {"./../a", 2, true},
		{"./../../a", 2, false},
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		ok(entry_link_stays(rows[i].text, strlen(rows[i].text), rows[i].depth) ==
			   rows[i].stays,
		   "a link \"%s\" at depth %u %s", rows[i].text, rows[i].depth,
		   rows[i].stays ? "stays" : "may lead out");
	ok(!entry_link_stays("a\0b", 3, 5), "a link with a NUL leads nowhere");
}

/* Adds one entry in a frame of its own; what manifest_add() says. */
static int
add(struct manifest *m, const struct entry *e, const char **why)
{
	uint8_t buf[512];
	struct writer w;
	struct reader r;

	wr_open(&w, buf, sizeof(buf));
	wr_u32(&w, m->count);
	wr_u16(&w, 1);
	entry_put(&w, e);
	rd_open(&r, buf, w.len);
	return manifest_add(m, &r, why);
}

static void
test_deep(void)
{
	struct entry e = {.parent = ENTRY_TOP, .kind = ENTRY_FOLDER, .name = "d", .name_len = 1};
	struct manifest m;
	const char *why = NULL;
	uint32_t n = 5000, *at;
	int rc = 0;

	manifest_init(&m, n, (size_t)n * entry_length(&e), 0);
	ok(m.room == 0, "nothing is allocated for what was only announced");
	for (uint32_t i = 0; i < n; i++) {
		rc |= add(&m, &e, &why);
		e.parent = i;
	}
	ok(rc == 0 && manifest_complete(&m), "folders five thousand deep");
	ok(manifest_check(&m, &why) == 0, "add up");
	is_int(m.info[n - 1] >> 2, n - 1, "each is deeper than its parent");
	is_int(manifest_files_from(&m, 0), 0, "there are no files");
	at = manifest_index(m.p, m.len, m.count);
	is_int(at[n - 1], (n - 1) * 26, "each is found");
	free(at);
	ok(add(&m, &e, &why) == -1, "one more is too many: %s", why != NULL ? why : "");
	manifest_free(&m);
}

static void
test_described(void)
{
	static const struct entry e[] = {
		{.parent = ENTRY_TOP, .kind = ENTRY_FOLDER, .name = "trip", .name_len = 4},
		{.parent = 0, .size = 5, .name = "bad\xff", .name_len = 4},
		{.parent = 0, .size = 7, .name = "run.sh", .name_len = 6, .mode = 0644},
	};
	struct manifest m;
	const char *why = NULL;
	int rc = 0;

	manifest_init(&m, 3, entry_length(&e[0]) + entry_length(&e[1]) + entry_length(&e[2]), 12);
	for (size_t i = 0; i < NELEM(e); i++)
		rc |= add(&m, &e[i], &why);
	ok(rc == 0 && manifest_check(&m, &why) == 0, "a list");
	ok((m.flags & PATH_EXECUTABLE) != 0, "with something executable");
	ok((m.flags & PATH_ENCODED) != 0, "and a name that is no text");
	is_int(m.files, 2, "its files are counted");
	is_int(m.folders, 1, "and its folders");
	ok(m.names_len == 30 && memcmp(m.names, "trip/\0trip/bad%FF\0trip/run.sh\0", 30) == 0,
	   "its names stand as they would arrive");
	is_int(manifest_files_from(&m, 2), 1, "one file stands behind the first");
	manifest_free(&m);
}

static void
test_rate(void)
{
	struct rate r;
	uint64_t now = 1000, done = 500;

	rate_start(&r, now, done);
	is_int(rate_bytes(&r, now, done), 0, "no speed at first");
	is_int(rate_eta(&r, now, done, 100), -1, "nor an end");
	for (int i = 0; i < 40; i++) {
		now += 100;
		done += 1000;
		rate_note(&r, now, done);
	}
	is_int(rate_bytes(&r, now, done), 10000, "ten thousand a second");
	is_int(rate_eta(&r, now, done, 100000), -1, "no end before five seconds");
	for (int i = 0; i < 200; i++) {
		now += 100;
		done += 1000;
		rate_note(&r, now, done);
	}
	is_int(rate_eta(&r, now, done, 100000), 10, "then it is ten seconds away");
	for (int i = 0; i < 100; i++) {
		now += 100;
		rate_note(&r, now, done);
	}
	is_int(rate_bytes(&r, now, done), 0, "ten seconds of nothing are no speed");
	is_int(rate_eta(&r, now + 1000, done, 100000), -1, "and no end is known");
}

/* Steps of 100 ms at so many bytes each. */
static void
goes(struct rate *r, uint64_t *now, uint64_t *done, int steps, uint64_t each)
{
	for (int i = 0; i < steps; i++) {
		*now += 100;
		*done += each;
		rate_note(r, *now, *done);
	}
}

/* The speed is that of the last three seconds, the end that of the last ten. */
static void
test_windows(void)
{
	struct rate r;
	uint64_t now = 1000, done = 500;

	rate_start(&r, now, done);
	goes(&r, &now, &done, 200, 1000);
	goes(&r, &now, &done, 15, 4000);
	ok(rate_bytes(&r, now, done) > 20000 && rate_bytes(&r, now, done) < 30000,
	   "a second and a half of four times the speed is half of it");
	goes(&r, &now, &done, 16, 4000);
	is_int(rate_bytes(&r, now, done), 40000, "after 3.1 s it is all of it");
	ok(rate_eta(&r, now, done, 400000) > 15, "the end is still by the last ten seconds");
	goes(&r, &now, &done, 70, 4000);
	is_int(rate_eta(&r, now, done, 400000), 10, "after 10.1 s by the new speed");
}

static void
test_slices(void)
{
	struct pool *p = pool_new(1000, 2);
	uint8_t *buf = pool_get(p);
	struct chunk *c;
	struct bulk *a, *b;

	for (size_t i = 0; i < 4; i++)
		put_be16(buf + i * 102, 100);
	c = chunk_new(p, buf, 4 * 102);
	a = chunk_slice(c, 1);
	is_int(a->len, 102, "a slice is at least one record");
	b = chunk_slice(c, 204);
	is_int(b->len, 204, "or as many as fit");
	ok(b->p == a->p + 102, "one behind the other");
	bulk_free(a);
	a = chunk_slice(c, 100000);
	is_int(a->len, 102, "the last is what is left");
	ok(chunk_slice(c, 1) == NULL, "then there is nothing");
	chunk_unref(c);
	bulk_free(a);
	is_int(pool_out(p), 1, "the buffer is out while a slice lives");
	bulk_free(b);
	is_int(pool_out(p), 0, "then it is back");
	ok(pool_get(p) == buf, "and used again");
	put_be16(buf, 5000);
	c = chunk_new(p, buf, 300);
	ok(chunk_slice(c, 100) == NULL, "what is no record is not sliced");
	pool_release(p);
	chunk_unref(c);
}

int
main(void)
{
	test_coding();
	test_links();
	test_deep();
	test_described();
	test_rate();
	test_windows();
	test_slices();
	return done_testing();
}
