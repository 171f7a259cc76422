/* frame.c - fuzz target: any bytes as the plaintext of a record, as the body of a frame, and as a greeting. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/hello.h"
#include "net/limits.h"
#include "net/wire.h"
#include "src/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* Every getter in turn: none reads too far, and a failure sticks. */
static void
read_body(const uint8_t *body, size_t len)
{
	struct reader r;
	bool bad = false;

	rd_open(&r, body, len);
	for (unsigned turn = 0; turn < 64 && !r.bad; turn++) {
		size_t before = r.left, n;
		uint8_t some[5];
		const uint8_t *p;

		switch (turn % 6) {
		case 0:
			rd_u8(&r);
			break;
		case 1:
			rd_u16(&r);
			break;
		case 2:
			rd_u32(&r);
			break;
		case 3:
			rd_u64(&r);
			break;
		case 4:
			rd_bytes(&r, some, sizeof(some));
			break;
		default:
			p = rd_string(&r, &n);
			must(p == NULL ? r.bad && n == 0 : p + n == r.p);
			break;
		}
		must(r.left <= before);
		must(r.bad || r.left < before);
		bad = r.bad;
	}
	if (bad)
		must(rd_u32(&r) == 0 && rd_span(&r, 0) == NULL && r.bad);
}

/* What is written again from what was read is what stood there. */
static void
check_frame(const uint8_t *at, const struct frame *f)
{
	uint8_t *again = xmalloc(FRAME_HEADER + f->len);

	must(f->type != FRAME_PADDING);
	must(frame_put(again, f->type, f->flags, f->body, f->len) == FRAME_HEADER + f->len);
	must(memcmp(again, at, FRAME_HEADER + f->len) == 0);
	must(strcmp(frame_name(f->type), "unknown") != 0 || !frame_is_known(f->type));
	free(again);
	read_body(f->body, f->len);
}

static void
check_record(const uint8_t *data, size_t len)
{
	struct frame f;
	size_t at = 0, before = 0;
	int r;

	while ((r = frame_next(data, len, &at, &f)) == 1) {
		must(at >= before + FRAME_HEADER && at <= len);
		must(f.body == data + before + FRAME_HEADER && f.len == at - before - FRAME_HEADER);
		check_frame(data + before, &f);
		before = at;
	}
	if (r == 0) {
		must(at == len);
		for (size_t i = before; i < len; i++)
			must(data[i] == 0);
	}
}

/* A greeting that is taken is one that we could have written. */
static void
check_hello(const uint8_t *data, size_t len)
{
	for (uint8_t ours = 1; ours <= 3; ours++) {
		struct hello h, again;
		uint8_t buf[HELLO_PAD];
		const char *why = "";

		if (!hello_get(&h, data, len, ours, &why)) {
			must(why != NULL && *why != '\0');
			continue;
		}
		must(why == NULL);
		must(h.lowest == 1 && h.highest >= 1 && (ours == 1 || h.highest == 1));
		must(strlen(h.nick) <= NAME_MAX_BYTES);
		hello_put(buf, &h);
		must(hello_get(&again, buf, sizeof(buf), ours, &why));
		must(strcmp(h.nick, again.nick) == 0 && h.boot == again.boot &&
		     h.dial == again.dial && h.features == again.features);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	must(wire_padded(len) >= len || len > RECORD_PLAIN_MAX);
	check_record(data, len);
	read_body(data, len);
	check_hello(data, len);
	return 0;
}
