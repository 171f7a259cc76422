/* session_io.c - records and frames of open sessions: order, padding, forgeries, rekeying. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/session_int.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/session_help.h"
#include "tests/tap.h"

/* What a record of that size costs on the wire. */
#define ON_WIRE(plain) (2 + (plain) + TAG_LEN)

/* ---- records ---- */

static void
test_padding(void)
{
	static const size_t sizes[] = {0, 1, 252, 253, 4092, 4093, 20000, 65515};
	struct world *w = world_open(1);
	uint8_t *body = xcalloc(1, 65515);

	for (size_t i = 0; i < NELEM(sizes); i++) {
		uint64_t before = memnet_written(w->net);

		ok(session_send(w->a.s, FRAME_CHAT, 0, body, sizes[i]), "a body of %zu bytes",
		   sizes[i]);
		world_run(w, 20);
		is_int(memnet_written(w->net) - before,
		       ON_WIRE(wire_padded(FRAME_HEADER + sizes[i])),
		       "is padded as the protocol says");
		is_int(w->b.frames, i + 1, "and arrives");
	}
	ok(!session_send(w->a.s, FRAME_CHAT, 0, body, 65516), "a body too long for a record");
	is_int(w->a.closed, 0, "is not taken, and that is all");
	free(body);
	world_free(w);
}

/* Frames of one turn share records, in order. */
static void
test_sharing(void)
{
	struct world *w = world_open(2);
	uint64_t before = memnet_written(w->net);
	unsigned wrong = 0;

	for (uint8_t i = 0; i < 10; i++)
		session_send(w->a.s, FRAME_CHAT, 0, &i, 1);
	world_run(w, 20);
	is_int(memnet_written(w->net) - before, ON_WIRE(256), "ten small frames are one record");
	is_int(w->b.frames, 10, "all of them came");
	is_int(w->b.batches > 0, 1, "and the end of the batch was told");
	for (size_t i = 0; i < w->b.got_len; i++)
		wrong += w->b.got[i] != i;
	is_int(wrong, 0, "in order");
	world_free(w);
}

static void
test_biggest_record(void)
{
	struct world *w = world_open(3);
	struct raw *r;
	uint8_t *plain = xcalloc(1, RECORD_PLAIN_MAX);

	world_free(w);
	w = world_new(3);
	r = raw_open(w, NULL);
	plain[0] = FRAME_CHAT;
	put_be16(plain + 2, RECORD_PLAIN_MAX - FRAME_HEADER);
	raw_record(r, plain, RECORD_PLAIN_MAX);
	is_int(w->b.frames, 1, "the biggest record there can be");
	is_int(w->b.got_len, RECORD_PLAIN_MAX - FRAME_HEADER, "is taken whole");
	memset(plain, 0, RECORD_PLAIN_MAX);
	raw_record(r, plain, 1);
	raw_record(r, plain, 3);
	raw_record(r, plain, RECORD_PLAIN_MAX);
	is_int(w->b.closed, 0, "records of nothing but padding are fine");
	raw_free(r);
	world_free(w);
	free(plain);
}

/* What is wrong with a record's plaintext, and what the session then says. */
static void
test_malformed_plain(void)
{
	static const struct {
		const char *what;
		uint8_t bytes[24];
		size_t len;
		enum bye bye;
		unsigned frames;
	} table[] = {
		{"half a header", {FRAME_CHAT, 0, 0}, 3, BYE_PROTOCOL, 0},
		{"a body longer than the record", {FRAME_CHAT, 0, 0, 9, 1}, 5, BYE_PROTOCOL, 0},
		{"a body of 65535 bytes", {FRAME_CHAT, 0, 255, 255, 1}, 24, BYE_PROTOCOL, 0},
		{"padding that is not zero", {0, 0, 0, 0, 0, 1}, 6, BYE_PROTOCOL, 0},
		{"the same behind a frame", {FRAME_CHAT, 0, 0, 1, 7, 0, 0, 1}, 8, BYE_PROTOCOL, 1},
		{"a frame behind REKEY",
		 {FRAME_REKEY, 1, 0, 0, FRAME_CHAT, 0, 0, 0},
		 8,
		 BYE_PROTOCOL,
		 0},
		{"two REKEYs", {FRAME_REKEY, 1, 0, 0, FRAME_REKEY, 1, 0, 0}, 8, BYE_PROTOCOL, 0},
		{"an unknown critical frame", {200, 1, 0, 0}, 4, BYE_CRITICAL, 0},
		{"an unknown critical link frame", {15, 1, 0, 0}, 4, BYE_CRITICAL, 0},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		struct world *w = world_new(10 + i);
		struct raw *r = raw_open(w, NULL);
		uint8_t *bye;
		size_t len;

		raw_record(r, table[i].bytes, table[i].len);
		is_int(w->b.end, SESSION_BROKEN, "%s breaks the protocol", table[i].what);
		is_int(w->b.closed, 1, "once");
		is_int(w->b.frames, table[i].frames, "what came before it was handled");
		bye = raw_find(r, FRAME_BYE, &len);
		is_int(bye != NULL ? bye[0] : 99, table[i].bye, "and the peer is told so");
		free(bye);
		raw_free(r);
		world_free(w);
	}
}

static void
test_odd_but_fine(void)
{
	static const uint8_t plain[] = {200, 0, 0, 2, 1,	  2, 15, 0, 0, 0,
					14,  2, 0, 0, FRAME_PONG, 0, 0,	 1, 9, 0};
	struct world *w = world_new(30);
	struct raw *r = raw_open(w, NULL);

	raw_record(r, plain, sizeof(plain));
	is_int(w->b.closed, 0, "unknown frames, and a PONG nobody asked for, do no harm");
	is_int(w->b.frames, 3, "the host skips them");
	is_int(w->b.pongs, 0, "and hears of no PONG");
	raw_free(r);
	world_free(w);
}

static void
test_short_records(void)
{
	for (uint16_t n = 0; n < RECORD_MIN; n++) {
		struct world *w = world_new(40 + n);
		struct raw *r = raw_open(w, NULL);
		uint8_t bytes[2 + RECORD_MIN] = {0};

		put_be16(bytes, n);
		raw_write(r, bytes, 2U + n);
		is_int(w->b.end, SESSION_BROKEN, "a record of %u bytes is too short", n);
		raw_free(r);
		world_free(w);
	}
}

/* Replayed, reordered, dropped, corrupted at every byte, or garbage: one failure ends the session, and nothing of it is handled. */
static void
test_forged_records(void)
{
	static const uint8_t plain[] = {FRAME_CHAT, 0, 0, 1, 'x'};
	uint8_t one[64], two[64];
	struct world *w;
	struct raw *r;
	size_t n, m;
	unsigned wrong = 0;

	w = world_new(60);
	r = raw_open(w, NULL);
	n = raw_seal(r, plain, sizeof(plain), one);
	raw_write(r, one, n);
	is_int(w->b.frames, 1, "a record");
	raw_write(r, one, n);
	is_int(w->b.end, SESSION_BROKEN, "the same again");
	is_int(w->b.frames, 1, "is not handled");
	raw_free(r);
	world_free(w);

	w = world_new(61);
	r = raw_open(w, NULL);
	n = raw_seal(r, plain, sizeof(plain), one);
	m = raw_seal(r, plain, sizeof(plain), two);
	raw_write(r, two, m);
	is_int(w->b.end, SESSION_BROKEN, "the second one before the first");
	is_int(w->b.frames, 0, "is not handled");
	raw_free(r);
	world_free(w);

	for (size_t i = 0; i < ON_WIRE(sizeof(plain)); i++)
		for (uint8_t bit = 1; bit != 0; bit = (uint8_t)(bit << 1)) {
			w = world_new(62);
			r = raw_open(w, NULL);
			n = raw_seal(r, plain, sizeof(plain), one);
			one[i] ^= bit;
			raw_write(r, one, n);
			/* A length that grew waits for bytes that never come. */
			world_run(w, DEAD_AFTER + PING_AFTER);
			if (w->b.frames != 0 || w->b.closed != 1)
				wrong++;
			raw_free(r);
			world_free(w);
		}
	is_int(wrong, 0, "every bit of a record turned once: nothing is handled");

	w = world_new(63);
	r = raw_open(w, NULL);
	memset(one, 0xa5, sizeof(one));
	put_be16(one, sizeof(one) - 2);
	raw_write(r, one, sizeof(one));
	is_int(w->b.end, SESSION_BROKEN, "garbage");
	raw_free(r);
	world_free(w);
}

/* ---- rekeying ---- */

static void
say(struct world *w, const char *text)
{
	session_send(w->a.s, FRAME_CHAT, 0, text, strlen(text));
	session_send(w->b.s, FRAME_CHAT, 0, text, strlen(text));
	world_run(w, 20);
}

static void
test_rekey_by_time(void)
{
	struct world *w = world_open(70);
	uint8_t before[NOISE_KEY];
	uint64_t n;

	say(w, "a");
	memcpy(before, w->a.s->tx.k, sizeof(before));
	world_run(w, REKEY_AFTER - 60000);
	say(w, "b");
	is_mem(w->a.s->tx.k, before, sizeof(before), "the same key for almost 15 minutes");
	n = w->a.s->tx.n;
	world_run(w, 120000);
	say(w, "c");
	ok(memcmp(w->a.s->tx.k, before, sizeof(before)) != 0, "then another");
	ok(w->a.s->tx.n > n, "and n is never reset");
	is_mem(w->b.s->rx.k, w->a.s->tx.k, NOISE_KEY, "the other side has it too");
	is_mem(w->a.s->rx.k, w->b.s->tx.k, NOISE_KEY, "in both directions");
	say(w, "d");
	is_int(w->a.frames, 4, "nothing was lost");
	is_mem(w->b.got, "abcd", 4, "or changed");
	world_run(w, UINT64_C(3600) * 1000 * 5);
	say(w, "e");
	is_int(w->a.frames + w->b.frames, 10, "nor in five hours more");
	world_free(w);
}

static void
test_rekey_by_bytes(void)
{
	struct world *w = world_open(71);
	uint8_t before[NOISE_KEY];

	memcpy(before, w->a.s->tx.k, sizeof(before));
	w->a.s->tx_bytes = REKEY_BYTES - 300;
	say(w, "a");
	is_mem(w->a.s->tx.k, before, sizeof(before), "up to 64 GiB");
	say(w, "b");
	ok(memcmp(w->a.s->tx.k, before, sizeof(before)) != 0, "beyond them another key");
	say(w, "c");
	is_mem(w->b.got, "abc", 3, "and nothing is lost");
	is_int(w->a.s->tx_bytes < 1000, 1, "counting begins anew");
	world_free(w);
}

/* A peer that never stops is not our problem; one that rekeys all the time is. */
static void
test_rekey_raw(void)
{
	static const uint8_t rekey[] = {FRAME_REKEY, 1, 0, 0, 0, 0}, chat[] = {FRAME_CHAT, 0, 0, 0};
	struct world *w = world_new(72);
	struct raw *r = raw_open(w, NULL);

	for (int i = 0; i < LINK_FRAMES_PER_S / 2; i++) {
		raw_record(r, rekey, sizeof(rekey));
		ok(noise_rekey(&r->tx) == 0, "a new key");
		raw_record(r, chat, sizeof(chat));
	}
	is_int(w->b.frames, LINK_FRAMES_PER_S / 2, "is followed each time");
	raw_record(r, rekey, sizeof(rekey));
	raw_record(r, chat, sizeof(chat));
	is_int(w->b.end, SESSION_BROKEN, "the old key is good for nothing after REKEY");
	raw_free(r);
	world_free(w);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_padding();
	test_sharing();
	test_biggest_record();
	test_malformed_plain();
	test_odd_but_fine();
	test_short_records();
	test_forged_records();
	test_rekey_by_time();
	test_rekey_by_bytes();
	test_rekey_raw();
	return done_testing();
}
