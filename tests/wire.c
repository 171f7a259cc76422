/* wire.c - frames, readers and writers, and what plaintexts are padded to. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/tap.h"

/* The bytes in a buffer of exactly their size, so that a sanitizer sees every byte read too far. */
static int
walk(const uint8_t *bytes, size_t len, unsigned *frames)
{
	uint8_t *exact = xmemdup(bytes, len > 0 ? len : 1);
	struct frame f;
	size_t at = 0;
	int r;

	*frames = 0;
	while ((r = frame_next(exact, len, &at, &f)) == 1)
		++*frames;
	if (r == 0 && at != len)
		ok(false, "padding is walked to its end");
	free(exact);
	return r;
}

static void
test_records(void)
{
	static const struct {
		const char *what;
		uint8_t bytes[16];
		size_t len;
		int end;
		unsigned frames;
	} table[] = {
		{"nothing", {0}, 0, 0, 0},
		{"one byte of padding", {0}, 1, 0, 0},
		{"three bytes of padding", {0}, 3, 0, 0},
		{"sixteen bytes of padding", {0}, 16, 0, 0},
		{"an empty frame", {16, 0, 0, 0}, 4, 0, 1},
		{"a frame of two bytes", {16, 0, 0, 2, 7, 7}, 6, 0, 1},
		{"a frame of zeros", {16, 0, 0, 3, 0, 0, 0}, 7, 0, 1},
		{"two frames", {16, 0, 0, 1, 7, 255, 255, 0, 0}, 9, 0, 2},
		{"a frame and one byte of padding", {16, 0, 0, 0, 0}, 5, 0, 1},
		{"a frame and three bytes of padding", {16, 0, 0, 0, 0, 0, 0}, 7, 0, 1},
		{"a frame and what looks like an empty one of type 0",
		 {16, 0, 0, 0, 0, 0, 0, 0},
		 8,
		 0,
		 1},
		{"a header of one byte", {16}, 1, -1, 0},
		{"a header of three bytes", {16, 0, 0}, 3, -1, 0},
		{"a body that is not there", {16, 0, 0, 1}, 4, -1, 0},
		{"a body one byte short", {16, 0, 0, 3, 1, 2}, 6, -1, 0},
		{"the longest length", {16, 0, 255, 255, 1, 2}, 6, -1, 0},
		{"a good frame, then half a header", {16, 0, 0, 0, 17, 0}, 6, -1, 1},
		{"padding with a one at its end", {0, 0, 0, 0, 0, 0, 1}, 7, -1, 0},
		{"padding with a one in it", {16, 0, 0, 0, 0, 0, 128, 0}, 8, -1, 1},
		{"a frame hidden behind padding", {0, 0, 0, 0, 16, 0, 0, 0}, 8, -1, 0},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		unsigned frames;

		is_int(walk(table[i].bytes, table[i].len, &frames), table[i].end, "%s",
		       table[i].what);
		is_int(frames, table[i].frames, "its frames");
	}
}

static void
test_frames(void)
{
	uint8_t buf[64], body[] = {1, 2, 3};
	struct frame f;
	size_t at = 0, n;

	n = frame_put(buf, FRAME_CHAT, FRAME_CRITICAL, body, sizeof(body));
	is_int(n, 7, "a header of four bytes and the body");
	n += frame_put(buf + n, FRAME_PING, 0, NULL, 0);
	is_int(frame_next(buf, n, &at, &f), 1, "read back");
	is_int(f.type, FRAME_CHAT, "its type");
	is_int(f.flags, FRAME_CRITICAL, "its flags");
	is_int(f.len, sizeof(body), "its length");
	is_mem(f.body, body, sizeof(body), "its body");
	is_int(frame_next(buf, n, &at, &f), 1, "and the next");
	is_int(f.len, 0, "which is empty");
	is_int(frame_next(buf, n, &at, &f), 0, "and no more");
	is_str(frame_name(FRAME_DONE_OK), "DONE_OK", "frames have names");
	is_str(frame_name(200), "unknown", "but those we do not know");
	ok(frame_is_known(FRAME_PING) && frame_is_known(FRAME_DONE_OK), "the table is known");
	ok(!frame_is_known(FRAME_PADDING) && !frame_is_known(255), "nothing else is");
}

static void
test_reader(void)
{
	static const uint8_t bytes[] = {1,  2,	3,  4,	5,  6, 7, 8,   9,   10,
					11, 12, 13, 14, 15, 0, 2, 'h', 'i', 99};
	uint8_t *exact = xmemdup(bytes, sizeof(bytes)), out[4] = {9, 9, 9, 9};
	struct reader r;
	const uint8_t *p;
	size_t n;

	rd_open(&r, exact, sizeof(bytes));
	is_int(rd_u8(&r), 1, "u8");
	is_int(rd_u16(&r), 0x0203, "u16");
	is_int(rd_u32(&r), 0x04050607, "u32");
	ok(rd_u64(&r) == UINT64_C(0x08090a0b0c0d0e0f), "u64");
	p = rd_string(&r, &n);
	is_int(n, 2, "a string");
	is_mem(p, "hi", 2, "in place");
	ok(!r.bad && r.left == 1, "what is left is nobody's business");
	rd_bytes(&r, out, 2);
	ok(r.bad, "two bytes are not there");
	is_mem(out, "\0\0\11\11", 4, "and read as zeros");
	is_int(rd_u8(&r), 0, "a failure sticks, though one byte is there");
	is_int(rd_u64(&r), 0, "for all that follows");
	ok(rd_span(&r, 0) == NULL && rd_string(&r, &n) == NULL && n == 0, "spans and strings too");
	for (size_t len = 0; len < 8; len++) {
		rd_open(&r, exact + sizeof(bytes) - len, len);
		is_int(rd_u64(&r), 0, "a u64 of %zu bytes is none", len);
		ok(r.bad, "and bad");
	}
	rd_open(&r, exact + 15, 3);
	ok(rd_string(&r, &n) == NULL && n == 0 && r.bad, "a string cut short is none");
	rd_open(&r, exact, sizeof(bytes));
	ok(rd_span(&r, SIZE_MAX) == NULL && r.bad, "nor is one of all memory");
	free(exact);
}

static void
test_writer(void)
{
	uint8_t buf[24], guard[24];
	struct writer w;

	memset(buf, 0xee, sizeof(buf));
	memset(guard, 0xee, sizeof(guard));
	wr_open(&w, buf, 22);
	wr_u8(&w, 1);
	wr_u16(&w, 0x0203);
	wr_u32(&w, 0x04050607);
	wr_u64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	wr_string(&w, "hi", 2);
	wr_bytes(&w, "", 0);
	ok(!w.bad && w.len == 19, "everything fits");
	is_mem(buf, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\0\2hi", 19, "big endian");
	wr_u32(&w, 5);
	ok(w.bad && w.len == 19, "what does not fit is bad");
	wr_u8(&w, 5);
	is_mem(buf + 19, guard, 5, "and nothing is written any more");
	wr_open(&w, buf, sizeof(buf));
	wr_string(&w, buf, 65536);
	ok(w.bad && w.len == 0, "a string over 65535 bytes is none");
}

static unsigned
floor_log2(size_t n)
{
	unsigned e = 0;

	while (n >>= 1)
		e++;
	return e;
}

/* Padme as its authors write it: the mantissa keeps as many bits as the exponent needs. */
static size_t
padme(size_t n)
{
	unsigned e = floor_log2(n), s = floor_log2(e) + 1;
	size_t z = (size_t)1 << (e - s);

	return (n + z - 1) / z * z;
}

static void
test_padding(void)
{
	size_t wrong = 0, sizes = 0, last = 0;
	double worst = 0;

	for (size_t n = 0; n <= RECORD_PLAIN_MAX; n++) {
		size_t got = wire_padded(n), want;

		if (n <= 4096)
			want = n == 0 ? 256 : (n + 255) / 256 * 256;
		else
			want = padme(n) < RECORD_PLAIN_MAX ? padme(n) : RECORD_PLAIN_MAX;
		if (got != want && wrong++ == 0)
			diag("%zu: %zu, not %zu", n, got, want);
		if (n > 4096 && (double)(got - n) / (double)n > worst)
			worst = (double)(got - n) / (double)n;
		sizes += got != last;
		last = got;
	}
	is_int(wrong, 0, "every size is padded as the formulas say");
	ok(worst < 0.12, "at most 12 %% are added: %.3f", worst);
	ok(sizes < 90, "%zu sizes can be seen of 65,520", sizes);
}

int
main(void)
{
	test_records();
	test_frames();
	test_reader();
	test_writer();
	test_padding();
	return done_testing();
}
