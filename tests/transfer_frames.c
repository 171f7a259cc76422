/* transfer_frames.c - what a peer may not send: each ends the session with a sentence; and random frames that must do no harm. */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

static const uint8_t id[ID_LEN] = {1, 2, 3};
static uint8_t body[70000];
static struct writer w;

static void
open_body(void)
{
	wr_open(&w, body, sizeof(body));
}

static int
inject(struct pair *p, uint8_t type)
{
	return pair_inject(&p->b, type, body, w.len);
}

static int
offer(struct pair *p, uint32_t handle, uint32_t count, uint32_t len, uint64_t bytes, uint8_t first)
{
	open_body();
	wr_u8(&w, first);
	wr_bytes(&w, id, ID_LEN - 1);
	wr_u32(&w, handle);
	wr_u32(&w, count);
	wr_u32(&w, len);
	wr_u64(&w, bytes);
	wr_string(&w, "f", 1);
	return inject(p, FRAME_OFFER);
}

static int
entries(struct pair *p, uint32_t handle, uint32_t first, const struct entry *e, uint16_t n)
{
	open_body();
	wr_u32(&w, handle);
	wr_u32(&w, first);
	wr_u16(&w, n);
	for (uint16_t i = 0; i < n; i++)
		entry_put(&w, &e[i]);
	return inject(p, FRAME_ENTRIES);
}

static int
file(struct pair *p, uint32_t run, uint32_t entry, uint64_t offset, uint64_t size)
{
	open_body();
	wr_u32(&w, 1);
	wr_u32(&w, run);
	wr_u32(&w, entry);
	wr_u64(&w, offset);
	wr_u64(&w, size);
	return inject(p, FRAME_FILE);
}

static int
data(struct pair *p, uint64_t offset, size_t n)
{
	open_body();
	wr_u32(&w, 1);
	wr_u64(&w, offset);
	w.len += n;
	return inject(p, FRAME_DATA);
}

static int
end(struct pair *p, uint32_t entry, uint8_t result)
{
	open_body();
	wr_u32(&w, 1);
	wr_u32(&w, entry);
	wr_u8(&w, result);
	return inject(p, FRAME_END);
}

static int
done(struct pair *p, uint32_t run)
{
	open_body();
	wr_u32(&w, 1);
	wr_u32(&w, run);
	return inject(p, FRAME_DONE);
}

#define FILE_ENTRY(up, text, bytes)                                                                \
	{                                                                                          \
		.parent = (up), .kind = ENTRY_FILE, .mode = 0644, .size = (bytes), .name = (text), \
		.name_len = sizeof(text) - 1,                                                      \
	}
#define FOLDER_ENTRY(up, text)                                                      \
	{                                                                           \
		.parent = (up), .kind = ENTRY_FOLDER, .mode = 0755, .name = (text), \
		.name_len = sizeof(text) - 1,                                       \
	}
#define LINK_ENTRY(up, text, to)                                                                  \
	{                                                                                         \
		.parent = (up), .kind = ENTRY_LINK, .name = (text), .name_len = sizeof(text) - 1, \
		.link = (to), .link_len = sizeof(to) - 1,                                         \
	}

static const struct entry good[2] = {FOLDER_ENTRY(ENTRY_TOP, "d"), FILE_ENTRY(0, "f", 1000)};

static uint32_t
length(const struct entry *e, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += entry_length(&e[i]);
	return (uint32_t)len;
}

/* Offers the good tree. */
static int
good_offer(struct pair *p)
{
	return offer(p, 1, 2, length(good, 2), 1000, 1) | entries(p, 1, 0, good, 2);
}

/* The same, and accepted. */
static void
accepted(struct pair *p)
{
	ok(good_offer(p) == 0, "a good offer");
	pair_run(p, 10);
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "accepted");
}

/* The frame was refused with a sentence. */
static void
violates(const struct end *e, int rc, const char *what)
{
	size_t n = rc == -1 && e->broke != NULL ? strlen(e->broke) : 0;

	ok(n > 0 && e->broke[n - 1] == '.', "%s: %s", what, n > 0 ? e->broke : "was taken");
}

static struct pair *
fresh_pair(void)
{
	static int n;
	struct pair *p = pair_new(pair_path("%s/%d", test_tmpdir(), n++), 1);

	pair_up(p);
	return p;
}

/* ---- offers ---- */

static void
test_offers(void)
{
	static const struct {
		uint32_t count, len;
		uint64_t bytes;
		const char *what;
	} rows[] = {
		{0, 0, 0, "an offer of nothing"},
		{MANIFEST_ENTRIES + 1, MANIFEST_BYTES, 1, "an offer of too many"},
		{1, MANIFEST_BYTES + 1, 1, "an offer with too long a list"},
		{UINT32_MAX, UINT32_MAX, 1, "an offer of everything"},
		{2, ENTRY_FIXED + 1, 1, "a list too short for its entries"},
		{1, 100, UINT64_MAX, "an offer of more bytes than there are"},
	};
	struct pair *p;
	int rc = 0;

	for (size_t i = 0; i < NELEM(rows); i++) {
		p = fresh_pair();
		rc = offer(p, 1, rows[i].count, rows[i].len, rows[i].bytes, 1);
		violates(&p->b, rc, rows[i].what);
		pair_free(p);
	}
	p = fresh_pair();
	offer(p, 1, 1, 26, 1, 1);
	is_int(offer(p, 2, 1, 26, 1, 1), 0, "an offer again, when its stream was lost: no harm");
	pair_free(p);
	p = fresh_pair();
	offer(p, 1, 1, 26, 1, 1);
	violates(&p->b, offer(p, 1, 1, 26, 1, 2), "the same handle twice");
	pair_free(p);
	p = fresh_pair();
	for (uint8_t i = 0; i < 16; i++)
		rc |= offer(p, i, 1, 26, 1, i) == -1 ? 1 : 0;
	violates(&p->b, offer(p, 17, 1, 26, 1, 17), "a seventeenth offer");
	pair_free(p);
	p = fresh_pair();
	open_body();
	wr_bytes(&w, id, ID_LEN);
	violates(&p->b, inject(p, FRAME_OFFER), "an offer cut short");
	pair_free(p);
}

/* ---- lists ---- */

static void
test_lists(void)
{
	static const struct {
		struct entry e[2];
		uint16_t n;
		const char *what;
	} rows[] = {
		{{FILE_ENTRY(ENTRY_TOP, "", 1)}, 1, "a name of no bytes"},
		{{FILE_ENTRY(ENTRY_TOP, "..", 1)}, 1, "a name that leads up"},
		{{FILE_ENTRY(ENTRY_TOP, ".", 1)}, 1, "a name that leads nowhere"},
		{{FILE_ENTRY(ENTRY_TOP, "a/b", 1)}, 1, "a name with a slash"},
		{{FILE_ENTRY(ENTRY_TOP, "a\0b", 1)}, 1, "a name with a NUL"},
		{{FILE_ENTRY(0, "a", 1)}, 1, "an entry in itself"},
		{{FILE_ENTRY(1, "a", 1), FOLDER_ENTRY(ENTRY_TOP, "d")},
		 2,
		 "an entry in a later one"},
		{{FILE_ENTRY(ENTRY_TOP, "a", 1), FILE_ENTRY(0, "b", 1)}, 2, "an entry in a file"},
		{{FILE_ENTRY(ENTRY_TOP, "a", 2000)}, 1, "more bytes than offered"},
		{{FILE_ENTRY(ENTRY_TOP, "a", UINT64_MAX)}, 1, "far more bytes than offered"},
		{{{.parent = ENTRY_TOP,
		   .kind = ENTRY_FOLDER,
		   .size = 1,
		   .name = "d",
		   .name_len = 1}},
		 1,
		 "a folder with a size"},
		{{{.parent = ENTRY_TOP, .kind = (enum entry_kind)7, .name = "d", .name_len = 1}},
		 1,
		 "an entry of an unknown kind"},
		{{LINK_ENTRY(ENTRY_TOP, "l", "x")}, 1, "a link at the top"},
		{{FOLDER_ENTRY(ENTRY_TOP, "d"), LINK_ENTRY(0, "l", "/etc/passwd")},
		 2,
		 "an absolute link"},
		{{FOLDER_ENTRY(ENTRY_TOP, "d"), LINK_ENTRY(0, "l", "../x")},
		 2,
		 "a link that leads up"},
		{{FOLDER_ENTRY(ENTRY_TOP, "d"), LINK_ENTRY(0, "l", "x/../..")},
		 2,
		 "one that does it later"},
		{{FOLDER_ENTRY(ENTRY_TOP, "d"), LINK_ENTRY(0, "l", "")}, 2, "an empty link"},
	};
	struct pair *p;

	for (size_t i = 0; i < NELEM(rows); i++) {
		p = fresh_pair();
		offer(p, 1, rows[i].n, length(rows[i].e, rows[i].n) + (i == 0), 1000, 1);
		violates(&p->b, entries(p, 1, 0, rows[i].e, rows[i].n), rows[i].what);
		pair_run(p, 100);
		ok(p->b.numbers == 0, "nobody is asked");
		pair_free(p);
	}
}

static void
test_list_ends(void)
{
	struct pair *p;

	p = fresh_pair();
	offer(p, 1, 2, length(good, 2), 1000, 1);
	violates(&p->b, entries(p, 1, 1, good + 1, 1), "a list that begins in its middle");
	pair_free(p);
	p = fresh_pair();
	good_offer(p);
	violates(&p->b, entries(p, 1, 2, good, 1), "a list that goes on");
	pair_free(p);
	p = fresh_pair();
	offer(p, 1, 2, length(good, 2) + 3, 1000, 1);
	violates(&p->b, entries(p, 1, 0, good, 2), "a list shorter than announced");
	pair_free(p);
	p = fresh_pair();
	offer(p, 1, 2, length(good, 2), 1001, 1);
	violates(&p->b, entries(p, 1, 0, good, 2), "fewer bytes than offered");
	pair_free(p);
	p = fresh_pair();
	ok(entries(p, 99, 0, good, 2) == 0, "a list of no offer is passed over");
	pair_free(p);
}

/* ---- the stream ---- */

static void
test_not_accepted(void)
{
	struct pair *p = fresh_pair();

	good_offer(p);
	pair_run(p, 10);
	violates(&p->b, file(p, 1, 1, 0, 1000), "a file that nobody accepted");
	pair_free(p);
	p = fresh_pair();
	good_offer(p);
	pair_run(p, 10);
	violates(&p->b, done(p, 1), "an end of what nobody accepted");
	pair_free(p);
	p = fresh_pair();
	ok(data(p, 0, 10) == 0 && file(p, 1, 1, 0, 1000) == 0 && end(p, 1, 0) == 0 &&
		   done(p, 1) == 0,
	   "what belongs to no transfer is passed over");
	pair_free(p);
}

static void
broken(struct pair *p, int rc, const char *what)
{
	violates(&p->b, rc, what);
	pair_free(p);
}

static struct pair *
running(void)
{
	struct pair *p = fresh_pair();

	accepted(p);
	return p;
}

static struct pair *
in_file(void)
{
	struct pair *p = running();

	ok(file(p, 1, 1, 0, 1000) == 0, "a file begins");
	return p;
}

static void
test_stream(void)
{
	struct pair *p;

	p = running();
	broken(p, data(p, 0, 10), "data before a file");
	p = running();
	broken(p, end(p, 1, 0), "an end before a file");
	p = running();
	broken(p, file(p, 2, 1, 0, 1000), "a run that was not asked for");
	p = running();
	broken(p, file(p, 1, 0, 0, 0), "a folder sent as a file");
	p = running();
	broken(p, file(p, 1, 2, 0, 1000), "a file that is not in the list");
	p = running();
	broken(p, file(p, 1, UINT32_MAX, 0, 1000), "a file far beyond the list");
	p = running();
	broken(p, file(p, 1, 1, 5, 1000), "a file from its middle");
	p = running();
	broken(p, file(p, 1, 1, 0, 1001), "a file larger than all of the offer");
	p = running();
	broken(p, done(p, 1), "an end before the files");
	p = in_file();
	broken(p, file(p, 1, 1, 0, 1000), "a file in a file");
	p = in_file();
	broken(p, data(p, 1, 10), "data with a gap");
	p = in_file();
	broken(p, data(p, 0, 1001), "more data than the file has");
	p = in_file();
	broken(p, data(p, UINT64_MAX, 2), "data at the end of the world");
	p = in_file();
	broken(p, data(p, 0, 0), "data of no bytes");
	p = in_file();
	broken(p, end(p, 1, 0), "a file that ends before its bytes came");
	p = in_file();
	broken(p, end(p, 0, 1), "the end of another file");
	p = in_file();
	broken(p, end(p, 1, 3), "an end of an unknown kind");
	p = in_file();
	broken(p, done(p, 1), "the end of all in a file");
	p = in_file();
	ok(data(p, 0, 1000) == 0 && end(p, 1, 0) == 0, "the file ends");
	broken(p, file(p, 1, 1, 0, 1000), "the same file again");
	p = in_file();
	ok(data(p, 0, 400) == 0 && data(p, 400, 600) == 0 && end(p, 1, 0) == 0 && done(p, 1) == 0,
	   "a proper stream is taken");
	pair_run(p, 10);
	is_int(pair_state(&p->b, 1), TRANSFER_DONE, "and done");
	pair_free(p);
}

static void
test_hole(void)
{
	struct pair *p = in_file();
	struct stat st;

	open_body();
	wr_u32(&w, 1);
	wr_u64(&w, 0);
	wr_u64(&w, 900);
	ok(inject(p, FRAME_HOLE) == 0, "a hole is taken");
	ok(data(p, 900, 100) == 0 && end(p, 1, 0) == 0 && done(p, 1) == 0, "and what follows");
	pair_run(p, 10);
	ok(stat(pair_path("%s/d/f", p->b.downloads), &st) == 0 && st.st_size == 1000,
	   "it has its size");
	pair_free(p);
	p = in_file();
	open_body();
	wr_u32(&w, 1);
	wr_u64(&w, 0);
	wr_u64(&w, UINT64_MAX);
	broken(p, inject(p, FRAME_HOLE), "a hole larger than the file");
}

/* The size in FILE is checked where the list is: at the disk. */
static void
test_wrong_size(void)
{
	struct pair *p = running();

	ok(file(p, 1, 1, 0, 999) == 0, "a file of another size than listed");
	ok(data(p, 0, 999) == 0 && end(p, 1, 0) == 0, "comes in");
	transfers_batch_end(p->b.t, &p->a.self);
	pair_run(p, 10);
	is_int(pair_state(&p->b, 1), TRANSFER_FAILED, "and fails: %s", pair_reason(&p->b, 1));
	ok(pair_empty(p->b.downloads), "nothing is left");
	pair_free(p);
}

/* ---- more than was asked for ---- */

static void
test_credit(void)
{
	static const struct entry huge[1] = {FILE_ENTRY(ENTRY_TOP, "h", UINT64_C(1) << 30)};
	struct pair *p = fresh_pair();
	uint64_t at = 0;
	int rc;

	offer(p, 1, 1, length(huge, 1), huge[0].size, 1);
	entries(p, 1, 0, huge, 1);
	pair_run(p, 10);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	rc = file(p, 1, 0, 0, huge[0].size);
	/* Nobody lets the disk answer, so nothing is granted anew. */
	for (; rc == 0 && at < huge[0].size; at += 60000)
		rc = data(p, at, 60000);
	ok(rc == -1 && at <= CREDIT_POOL, "more than was granted (%llu bytes): %s",
	   (unsigned long long)at, p->b.broke);
	pair_free(p);
}

/* ---- the sender's side ---- */

static struct pair *
offering(uint8_t *the_id)
{
	struct pair *p = fresh_pair();
	char *src = pair_path("%s/src", p->a.downloads);

	pair_write(src, 100000, 1);
	pair_send(&p->a, src, NULL);
	memcpy(the_id, p->a.rows[1]->b.st_transfer.id.b, ID_LEN);
	return p;
}

static int
accept_frame(struct pair *p, const uint8_t *the_id, uint32_t run, uint32_t entry, uint64_t offset,
	     uint16_t ranges)
{
	open_body();
	wr_bytes(&w, the_id, ID_LEN);
	wr_u32(&w, run);
	wr_u32(&w, entry);
	wr_u64(&w, offset);
	wr_u64(&w, 1 << 20);
	wr_u16(&w, ranges);
	return pair_inject(&p->a, FRAME_ACCEPT, body, w.len);
}

static void
broken_sender(struct pair *p, int rc, const char *what)
{
	violates(&p->a, rc, what);
	pair_free(p);
}

static void
test_answers(void)
{
	uint8_t the[ID_LEN], none[ID_LEN] = {0};
	struct pair *p;

	p = offering(the);
	broken_sender(p, accept_frame(p, the, 1, 0, 0, 0), "accepted before it was listed");
	p = offering(the);
	pair_run(p, 100);
	broken_sender(p, accept_frame(p, the, 1, 0, 0, 5), "ranges that are not there");
	p = offering(the);
	pair_run(p, 100);
	ok(accept_frame(p, the, 1, 0, 0, 0) == 0, "accepted");
	broken_sender(p, accept_frame(p, the, 1, 0, 0, 0), "accepted twice");
	p = offering(the);
	pair_run(p, 100);
	ok(accept_frame(p, the, 1, 0, 100001, 0) == 0, "a place behind the end of the file");
	pair_run(p, 100);
	is_int(pair_state(&p->a, 1), TRANSFER_FAILED, "fails: %s", pair_reason(&p->a, 1));
	pair_free(p);
	p = offering(the);
	pair_run(p, 100);
	ok(accept_frame(p, the, 1, 7, 0, 0) == 0, "a place behind all files");
	pair_run(p, 100);
	is_int(pair_state(&p->a, 1), TRANSFER_FAILED, "fails");
	pair_free(p);
	p = offering(the);
	ok(accept_frame(p, none, 1, 0, 0, 0) == 0, "an answer to no offer is passed over");
	pair_free(p);
}

static void
test_bad_answers(void)
{
	static const uint8_t types[] = {FRAME_ACCEPT, FRAME_REFUSE, FRAME_CANCEL,  FRAME_PAUSE,
					FRAME_CREDIT, FRAME_DONE,   FRAME_DONE_OK, FRAME_END,
					FRAME_FILE,   FRAME_DATA,   FRAME_HOLE,	   FRAME_ENTRIES};
	uint8_t the[ID_LEN];
	struct pair *p;

	for (size_t i = 0; i < NELEM(types); i++) {
		p = offering(the);
		violates(&p->a, pair_inject(&p->a, types[i], the, 3), frame_name(types[i]));
		pair_free(p);
	}
	p = offering(the);
	ok(pair_inject(&p->a, 60, the, 3) == 0, "an unknown frame is passed over");
	pair_free(p);
}

/* Ranges: only what is wanted comes. */
static void
test_ranges(void)
{
	struct pair *p = fresh_pair();
	char *top = pair_path("%s/top", p->a.downloads);
	unsigned files = 0, got[16] = {0}, dones = 0;
	struct wired *f;

	mkdir(top, 0755);
	for (int i = 0; i < 8; i++)
		pair_write(pair_path("%s/%d", top, i), 100, (uint64_t)i);
	pair_send(&p->a, top, NULL);
	pair_run(p, 100);
	open_body();
	wr_bytes(&w, p->a.rows[1]->b.st_transfer.id.b, ID_LEN);
	wr_u32(&w, 1);
	wr_u32(&w, 0);
	wr_u64(&w, 0);
	wr_u64(&w, 1 << 20);
	wr_u16(&w, 2);
	wr_u32(&w, 2);
	wr_u32(&w, 2);
	wr_u32(&w, 7);
	wr_u32(&w, 100);
	pair_inject(&p->a, FRAME_ACCEPT, body, w.len);
	pair_peek(&p->a);
	for (f = p->a.wire.first; f != NULL; f = f->next) {
		if (f->type == FRAME_FILE) {
			files++;
			got[get_be32(f->body + 8) % 16]++;
		}
		dones += f->type == FRAME_DONE;
	}
	ok(files == 4 && got[2] == 1 && got[3] == 1 && got[7] == 1 && got[8] == 1 && dones == 1,
	   "of nine entries the four wanted come (%u)", files);
	pair_free(p);
}

/* ---- anything at all ---- */

static void
test_anything(void)
{
	uint64_t seed = 99;
	unsigned broke = 0, taken = 0;
	struct pair *p = NULL;

	for (int i = 0; i < 5000; i++) {
		uint8_t type = (uint8_t)(FRAME_FILES_FIRST + test_random(&seed) % 15);
		size_t n = test_random(&seed) % 80;
		int rc;

		if (p == NULL) {
			p = fresh_pair();
			if (i % 2 == 0)
				good_offer(p);
			pair_run(p, 10);
			if (i % 3 == 0 && p->b.numbers > 0)
				pair_op(&p->b, 1, TOP_ACCEPT, NULL);
		}
		for (size_t k = 0; k < n; k++)
			body[k] =
				(uint8_t)(test_random(&seed) % 3 != 0 ? 0 : test_random(&seed) % 4);
		/* Often something that begins well. */
		if (n >= 4 && test_random(&seed) % 2 == 0)
			put_be32(body, 1);
		if (n >= ID_LEN && test_random(&seed) % 4 == 0) {
			memcpy(body, id, ID_LEN);
			body[0] = 1;
			memcpy(body + 1, id, ID_LEN - 1);
		}
		rc = pair_inject(&p->b, type, body, n);
		if (rc == -1) {
			broke++;
			pair_free(p);
			p = NULL;
		} else {
			taken++;
			if (test_random(&seed) % 8 == 0)
				pair_run(p, 5);
		}
	}
	if (p != NULL)
		pair_free(p);
	ok(broke > 500 && taken > 500, "random frames: %u were refused, %u taken or passed over",
	   broke, taken);
}

int
main(void)
{
	test_offers();
	test_lists();
	test_list_ends();
	test_not_accepted();
	test_stream();
	test_hole();
	test_wrong_size();
	test_credit();
	test_answers();
	test_bad_answers();
	test_ranges();
	test_anything();
	return done_testing();
}
