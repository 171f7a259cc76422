/* session_life.c - open sessions over time: liveness, floods, ends, pauses, queues that fill, bulk. */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/bulk.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/session_int.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/session_help.h"
#include "tests/tap.h"

/* What a record of that size costs on the wire. */
#define ON_WIRE(plain) (2 + (plain) + TAG_LEN)

/* ---- liveness ---- */

static void
test_keepalive(void)
{
	struct world *w = world_new(80);
	struct raw *r = raw_open(w, NULL);
	static const uint8_t pong[] = {FRAME_PONG, 0, 0, 0}, ping[] = {FRAME_PING, 0, 0, 0};
	uint8_t *body;
	size_t len = 9;

	world_run(w, PING_AFTER - 1000);
	is_int(r->len, 0, "19 s of silence are nothing");
	world_run(w, 1100);
	body = raw_find(r, FRAME_PING, &len);
	ok(body != NULL && len == 0, "after 20 there is a PING");
	free(body);
	raw_record(r, pong, sizeof(pong));
	is_int(w->b.pongs, 1, "its answer is told");
	raw_record(r, ping, sizeof(ping));
	body = raw_find(r, FRAME_PONG, &len);
	ok(body != NULL, "a PING is answered");
	free(body);
	world_run(w, DEAD_AFTER - 1000);
	is_int(w->b.closed, 0, "59 s without a word");
	world_run(w, 1100);
	is_int(w->b.end, SESSION_DEAD, "after 60 it is dead");
	raw_free(r);
	world_free(w);

	w = world_new(81);
	r = raw_open(w, NULL);
	world_run(w, 5000);
	session_waiting(w->b.s, true);
	world_run(w, 9000);
	is_int(w->b.closed, 0, "content waits for its ACK: 9 s");
	body = raw_find(r, FRAME_PING, &len);
	ok(body != NULL, "it was asked in between");
	free(body);
	world_run(w, 1100);
	is_int(w->b.end, SESSION_DEAD, "after 10 it is dead");
	raw_free(r);
	world_free(w);
}

static void
test_flood(void)
{
	static const uint8_t ping[] = {FRAME_PING, 0, 0, 0};
	struct world *w = world_new(82);
	struct raw *r = raw_open(w, NULL);
	uint8_t many[17 * 4], *bye;
	size_t len;

	for (int i = 0; i < 17; i++)
		memcpy(many + 4 * i, ping, 4);
	raw_record(r, many, 4 * LINK_FRAMES_PER_S);
	is_int(w->b.closed, 0, "16 link frames in a second");
	world_run(w, 1000);
	raw_record(r, many, 4 * LINK_FRAMES_PER_S);
	is_int(w->b.closed, 0, "and 16 in the next");
	world_run(w, 1000);
	raw_record(r, many, sizeof(many));
	is_int(w->b.end, SESSION_BROKEN, "17 are a flood");
	bye = raw_find(r, FRAME_BYE, &len);
	is_int(bye != NULL ? bye[0] : 99, BYE_FLOOD, "as it is told");
	free(bye);
	raw_free(r);
	world_free(w);
}

/* ---- ends ---- */

static void
test_bye(void)
{
	struct world *w = world_open(90);
	char text[400];
	static const struct {
		uint8_t bytes[16];
		size_t len;
		enum bye bye;
		const char *text;
	} table[] = {
		{{FRAME_BYE, 0, 0, 0}, 4, BYE_NONE, ""},
		{{FRAME_BYE, 0, 0, 1, 2}, 5, BYE_CLOSED, ""},
		{{FRAME_BYE, 0, 0, 3, 2, 0, 9}, 7, BYE_CLOSED, ""},
		{{FRAME_BYE, 0, 0, 5, 1, 0, 2, 'h', 'i'}, 9, BYE_QUIT, "hi"},
		{{FRAME_BYE, 0, 0, 6, 99, 0, 2, 'h', 'i', '!'}, 10, (enum bye)99, "hi"},
	};

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	session_close(w->a.s, BYE_CLOSED, text);
	w->a.s = NULL;
	world_run(w, 20);
	is_int(w->a.closed, 0, "who closes is not told");
	is_int(w->b.end, SESSION_BYE, "the other hears BYE");
	is_int(w->b.bye, BYE_CLOSED, "why");
	is_int(strlen(w->b.text), 200, "and a text of 200 bytes at most");
	world_free(w);

	for (size_t i = 0; i < NELEM(table); i++) {
		struct raw *r;

		w = world_new(91 + i);
		r = raw_open(w, NULL);
		raw_record(r, table[i].bytes, table[i].len);
		is_int(w->b.end, SESSION_BYE, "BYE number %zu", i);
		is_int(w->b.bye, table[i].bye, "its reason");
		is_str(w->b.text, table[i].text, "its text");
		raw_free(r);
		world_free(w);
	}
}

/* The peer said why and went; we notice by a write that fails, and read what it said all the same. */
static void
test_last_words(void)
{
	struct world *w = world_open(97);

	memnet_faults(w->net)->delay = 0;
	session_close(w->a.s, BYE_REMOVED, "gone");
	w->a.s = NULL;
	session_send(w->b.s, FRAME_CHAT, 0, "x", 1);
	world_run(w, 20);
	is_int(w->b.end, SESSION_BYE, "the last words are heard");
	is_int(w->b.bye, BYE_REMOVED, "as they were said");
	world_free(w);
}

static int
close_inside(struct side *side, const struct frame *f, const char **why)
{
	(void)f;
	(void)why;
	session_close(side->s, BYE_CLOSED, "");
	side->s = NULL;
	return 0;
}

static int
dislike(struct side *side, const struct frame *f, const char **why)
{
	(void)side;
	(void)f;
	*why = "nobody likes it";
	return -1;
}

static void
test_ends_inside(void)
{
	struct world *w = world_open(98);

	w->b.on_frame = close_inside;
	session_send(w->a.s, FRAME_CHAT, 0, "a", 1);
	session_send(w->a.s, FRAME_CHAT, 0, "b", 1);
	world_run(w, 20);
	is_int(w->b.frames, 1, "closed while a frame is handled: the next is not");
	is_int(w->b.closed, 0, "without being told");
	is_int(w->a.bye, BYE_CLOSED, "and the other side hears it");
	world_free(w);

	w = world_open(99);
	w->b.on_frame = dislike;
	session_send(w->a.s, FRAME_CHAT, 0, "a", 1);
	world_run(w, 20);
	is_int(w->b.end, SESSION_BROKEN, "what the host calls broken ends the session");
	is_int(w->a.bye, BYE_PROTOCOL, "with BYE");
	is_str(w->a.text, "nobody likes it", "and its sentence");
	world_free(w);
}

/* ---- pauses and queues ---- */

static int
pause_inside(struct side *side, const struct frame *f, const char **why)
{
	(void)f;
	(void)why;
	session_pause(side->s, true);
	return 0;
}

static void
test_pause(void)
{
	struct world *w = world_open(110);
	unsigned rounds = 0;

	w->b.on_frame = pause_inside;
	for (uint8_t i = 0; i < 20; i++) {
		session_send(w->a.s, FRAME_CHAT, 0, &i, 1);
		world_run(w, 5);
	}
	is_int(w->b.frames, 1, "paused in the first of 20 records");
	ok(session_send(w->b.s, FRAME_CHAT, 0, "back", 4), "it can still speak");
	world_run(w, 20);
	is_int(w->a.frames, 1, "and is heard");
	while (w->b.frames < 20 && rounds++ < 100) {
		session_pause(w->b.s, false);
		world_run(w, 5);
	}
	is_int(rounds, 19, "each time it is resumed it takes one more");
	is_int(w->b.got[19], 19, "to the last");
	session_pause(w->b.s, false);
	session_pause(w->b.s, true);
	session_pause(w->b.s, false);
	world_run(w, DEAD_AFTER * 3);
	is_int(w->b.closed, 0, "nothing is left in the way of keepalive");
	session_pause(w->b.s, true);
	world_run(w, 15000);
	session_pause(w->b.s, false);
	world_run(w, 10000);
	is_int(w->a.closed + w->b.closed, 0, "a quarter of a minute's pause kills nobody");
	world_free(w);
}

/* Sends frames of n bytes until the session has had enough; how many it took. */
static size_t
stuff(struct world *w, size_t n)
{
	uint8_t *body = xcalloc(1, n);
	size_t took = 0;

	while (w->a.s != NULL && session_send(w->a.s, FRAME_CHAT, 0, body, n))
		took++;
	free(body);
	return took;
}

static void
test_out_queue(void)
{
	struct world *w = world_open(120);

	session_pause(w->b.s, true);
	ok(stuff(w, 10000) * 10004 <= OUT_QUEUE_MAX, "a session owes 4 MiB at most");
	is_int(w->a.end, SESSION_DEAD, "then it ends");
	is_int(w->a.closed, 1, "once");
	world_free(w);
}

/* So full that the keepalive itself is the frame too many. */
static void
test_full_at_ping(void)
{
	struct world *w = world_open(121);
	uint8_t body[4096] = {0};

	session_pause(w->b.s, true);
	while (w->a.s->plain_len + w->a.s->out_len - w->a.s->out_at + 8192 < OUT_QUEUE_MAX) {
		session_send(w->a.s, FRAME_CHAT, 0, body, sizeof(body));
		world_run(w, 1);
	}
	w->a.s->plain_len = 0; /* what is left to fill is exactly known then */
	while (w->a.s->out_len - w->a.s->out_at + w->a.s->plain_len + 8 <= OUT_QUEUE_MAX) {
		size_t left = OUT_QUEUE_MAX - (w->a.s->out_len - w->a.s->out_at) -
			      w->a.s->plain_len - FRAME_HEADER;

		session_send(w->a.s, FRAME_CHAT, 0, body,
			     left < sizeof(body) ? left : sizeof(body));
	}
	/* Not sealed, so that it does not grow by its padding. */
	timer_clear(w->loop, &w->a.s->flush);
	w->a.s->conn->ops->want(w->a.s->conn, 0);
	world_run(w, PING_AFTER + 1000);
	is_int(w->a.end, SESSION_DEAD, "a PING that does not fit ends the session");
	is_int(w->a.closed, 1, "once");
	world_free(w);
}

/* A stream that takes so many bytes and no more. */
static size_t budget;
static const struct conn_ops *real;

static ssize_t
write_within_budget(struct conn *c, const void *bytes, size_t n)
{
	if (n > budget)
		n = budget;
	if (n == 0) {
		errno = EAGAIN;
		return -1;
	}
	budget -= n;
	return real->write(c, bytes, n);
}

static void
want_reading(struct conn *c, unsigned events)
{
	real->want(c, events & LOOP_READ);
}

/* A reader that is always a little behind: what was sent is not kept. */
static void
test_out_buffer(void)
{
	struct world *w = world_open(122);
	struct conn *c = w->a.s->conn;
	struct conn_ops slow = *c->ops;
	uint8_t body[4092] = {0};
	size_t worst = 0, never_empty = 0;

	real = c->ops;
	slow.write = write_within_budget;
	slow.want = want_reading;
	c->ops = &slow;
	budget = 0;
	for (int i = 0; i < 5000; i++) {
		session_send(w->a.s, FRAME_CHAT, 0, body, sizeof(body));
		budget = i < 20 ? 0 : ON_WIRE(4096);
		session_io_flush(w->a.s);
		world_run(w, 1);
		if (w->a.s->out_size > worst)
			worst = w->a.s->out_size;
		never_empty += w->a.s->out_at < w->a.s->out_len;
	}
	is_int(never_empty, 5000, "20 MB go by, and the queue is never empty");
	ok(worst < 1024 * 1024, "its buffer stays small: %zu bytes", worst);
	ok(w->b.got_len > 4900 * sizeof(body), "and the other side gets it");
	c->ops = real;
	world_free(w);
}

/* ---- bulk ---- */

#define BULK_TOTAL 4000000

static size_t bulk_made;
static uint64_t bulk_seed;
static struct pool *bulk_pool;

/* One record of DATA whose bytes tell where they belong. */
static struct bulk *
pull(struct side *side, size_t max)
{
	size_t n = 1 + test_random(&bulk_seed) % 60000;
	struct bulk *b;
	struct chunk *c;
	uint8_t *p;

	(void)side;
	if (bulk_made >= BULK_TOTAL)
		return NULL;
	if (n > BULK_TOTAL - bulk_made)
		n = BULK_TOTAL - bulk_made;
	p = pool_get(bulk_pool);
	c = chunk_new(bulk_pool, p, ON_WIRE(FRAME_HEADER + n));
	memset(p, 0, c->len);
	put_be16(p, (uint16_t)(c->len - 2));
	p[2] = FRAME_DATA;
	put_be16(p + 4, (uint16_t)n);
	for (size_t i = 0; i < n; i++)
		p[6 + i] = (uint8_t)((bulk_made + i) * 2654435761U >> 24);
	bulk_made += n;
	b = chunk_slice(c, max);
	chunk_unref(c);
	return b;
}

static int
count_chat(struct side *side, const struct frame *f, const char **why)
{
	(void)why;
	if (f->type == FRAME_CHAT)
		side->got_len -= f->len;
	return 0;
}

static void
test_bulk(void)
{
	struct world *w = world_open(130);
	unsigned wrong = 0, said = 0, paused = 0;
	bool rekeyed = false;

	bulk_made = 0;
	bulk_seed = 5;
	w->a.on_pull = pull;
	w->b.on_frame = count_chat;
	session_bulk_ready(w->a.s);
	for (int i = 0; i < 5000 && w->b.got_len < BULK_TOTAL; i++) {
		world_run(w, 1);
		said += session_send(w->a.s, FRAME_CHAT, 0, "chat", 4);
		if (!rekeyed && w->b.got_len > BULK_TOTAL / 2) {
			w->a.s->tx_bytes = REKEY_BYTES;
			rekeyed = true;
		}
		/* A receiver that stops and goes on. */
		if (i % 7 == 3) {
			session_pause(w->b.s, true);
			paused++;
		} else if (i % 7 == 5) {
			session_pause(w->b.s, false);
		}
	}
	session_pause(w->b.s, false);
	world_run(w, 1000);
	is_int(w->b.got_len, BULK_TOTAL, "4 MB of bulk came, in %u pauses and over a REKEY",
	       paused);
	for (size_t i = 0; i < w->b.got_len; i++)
		wrong += w->b.got[i] != (uint8_t)(i * 2654435761U >> 24);
	is_int(wrong, 0, "in order");
	ok(rekeyed && w->a.s->tx_bytes < BULK_TOTAL, "with a key of its own for the second half");
	is_int(w->b.closed + w->a.closed, 0, "and the session stands");
	is_int(w->b.s != NULL && said > 10, 1, "%u messages among it", said);
	world_free(w);
}

/* The host sends control frames from pull(), and one of them is the one too many. */
static struct bulk *
pull_and_stuff(struct side *side, size_t max)
{
	uint8_t body[60000] = {0};

	while (session_send(side->s, FRAME_CREDIT, 0, body, sizeof(body)))
		;
	bulk_made = 0;
	return pull(side, max);
}

static void
test_bulk_ends(void)
{
	struct world *w = world_open(131);

	w->a.on_pull = pull_and_stuff;
	session_bulk_ready(w->a.s);
	world_run(w, 20);
	is_int(w->a.end, SESSION_DEAD, "a session that ends inside pull()");
	is_int(w->a.closed, 1, "ends once");
	world_free(w);

	/* Closed with bulk on its way and the stream full: BYE comes after whole records, or not at all. */
	w = world_open(132);
	bulk_made = 0;
	w->a.on_pull = pull;
	session_pause(w->b.s, true);
	session_bulk_ready(w->a.s);
	world_run(w, 100);
	session_close(w->a.s, BYE_QUIT, "");
	w->a.s = NULL;
	session_pause(w->b.s, false);
	world_run(w, 1000);
	is_int(w->b.closed, 1, "who quits in the middle of bulk is gone");
	is_int(w->b.end, SESSION_LOST, "with the stream");
	world_free(w);

	w = world_open(133);
	bulk_made = 0;
	w->a.on_pull = pull;
	session_bulk_ready(w->a.s);
	world_run(w, 3);
	memnet_cut(w->net);
	world_run(w, 20);
	is_int(w->a.end, SESSION_LOST, "a stream that breaks under bulk");
	is_int(w->a.closed + w->b.closed, 2, "is heard of once by each");
	world_free(w);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_keepalive();
	test_flood();
	test_bye();
	test_last_words();
	test_ends_inside();
	test_pause();
	test_out_queue();
	test_full_at_ping();
	test_out_buffer();
	bulk_pool = pool_new(70000, 4);
	test_bulk();
	test_bulk_ends();
	is_int(pool_out(bulk_pool), 0, "no buffer is lost");
	pool_release(bulk_pool);
	return done_testing();
}
