/* session_help.c - two places on a virtual network, with sessions or raw streams. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/session_help.h"
#include "tests/tap.h"

/* ---- hosts ---- */

static void
side_random(void *arg, void *buf, size_t n)
{
	struct side *side = arg;
	uint8_t *p = buf;

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)test_random(&side->random);
}

static const char *
side_nick(void *arg)
{
	return ((struct side *)arg)->nick;
}

static bool
side_door_open(void *arg, const struct addr *from)
{
	(void)from;
	return ((struct side *)arg)->door_open;
}

static size_t
side_doors(void *arg, const struct addr *from, const uint8_t (**psks)[NOISE_KEY])
{
	struct side *side = arg;

	(void)from;
	*psks = (const uint8_t(*)[NOISE_KEY])side->doors;
	return side->ndoors;
}

static bool
side_fresh(void *arg, const uint8_t *ephemeral)
{
	(void)ephemeral;
	return ((struct side *)arg)->fresh;
}

static void
side_knocked(void *arg, struct session *s)
{
	(void)s;
	((struct side *)arg)->knocked++;
}

static bool
side_pairing(void *arg, struct session *s, struct code *code)
{
	struct side *side = arg;

	(void)s;
	if (!side->code_open)
		return false;
	if (code != NULL) {
		*code = side->code;
		side->begun++;
	}
	return true;
}

static void
side_paired(void *arg, struct session *s, bool knows)
{
	struct side *side = arg;

	(void)s;
	if (knows)
		side->knew++;
	else
		side->tried++;
}

static bool
side_opened(void *arg, struct session *s)
{
	struct side *side = arg;

	(void)s;
	side->opened++;
	if (!side->welcome)
		side->s = NULL;
	return side->welcome;
}

static int
side_frame(void *arg, struct session *s, const struct frame *f, const char **why)
{
	struct side *side = arg;

	(void)s;
	side->frames++;
	side->last_type = f->type;
	if (side->got_len + f->len > side->got_size) {
		side->got_size = (side->got_len + f->len) * 2;
		side->got = xreallocarray(side->got, side->got_size, 1);
	}
	if (f->len > 0)
		memcpy(side->got + side->got_len, f->body, f->len);
	side->got_len += f->len;
	return side->on_frame != NULL ? side->on_frame(side, f, why) : 0;
}

static void
side_batch_end(void *arg, struct session *s)
{
	(void)s;
	((struct side *)arg)->batches++;
}

static struct bulk *
side_pull(void *arg, struct session *s, size_t max)
{
	struct side *side = arg;

	(void)s;
	return side->on_pull != NULL ? side->on_pull(side, max) : NULL;
}

static void
side_pong(void *arg, struct session *s)
{
	struct side *side = arg;

	(void)s;
	side->pongs++;
	if (side->on_pong != NULL)
		side->on_pong(side);
}

static void
side_closed(void *arg, struct session *s, enum session_end end, enum bye bye, const char *text)
{
	struct side *side = arg;

	if (session_peer_addr(s)->port == 0)
		ok(false, "who was there can still be asked at the end");
	side->closed++;
	side->end = end;
	side->bye = bye;
	strlcpy(side->text, text, sizeof(side->text));
	side->s = NULL;
}

static void
side_accepted(void *arg, struct conn *c)
{
	struct side *side = arg;

	if (side->takes_raw)
		side->raw = c;
	else
		side->s = session_answer(&side->host, c);
}

static void
side_init(struct side *side, struct world *w, const char *nick, uint8_t who)
{
	uint8_t priv[NOISE_KEY];
	struct addr at = {.family = 4, .port = 41555};

	memset(priv, who, sizeof(priv));
	at.ip[0] = 10;
	at.ip[3] = who;
	side->loop = w->loop;
	side->random = who;
	side->nick = nick;
	noise_keypair_from_private(&side->keys, priv);
	side->transport = memnet_transport(w->net, &at);
	side->transport->accepted = side_accepted;
	side->transport->arg = side;
	side->transport->ops->listen(side->transport, &at, &at);
	side->door_open = side->fresh = side->welcome = true;
	side->host = (struct session_host){
		.arg = side,
		.loop = w->loop,
		.self = &side->keys,
		.boot = who,
		.random = side_random,
		.random_arg = side,
		.nick = side_nick,
		.door_open = side_door_open,
		.doors = side_doors,
		.fresh = side_fresh,
		.pairing = side_pairing,
		.paired = side_paired,
		.knocked = side_knocked,
		.opened = side_opened,
		.frame = side_frame,
		.batch_end = side_batch_end,
		.pull = side_pull,
		.pong = side_pong,
		.closed = side_closed,
	};
}

struct world *
world_new(uint64_t seed)
{
	struct world *w = xcalloc(1, sizeof(*w));

	w->loop = loop_new(true);
	w->net = memnet_new(w->loop, seed);
	side_init(&w->a, w, "Ada", 1);
	side_init(&w->b, w, "Boris", 2);
	return w;
}

static void
side_free(struct side *side)
{
	if (side->s != NULL)
		session_close(side->s, BYE_NONE, "");
	if (side->raw != NULL)
		side->raw->ops->close(side->raw);
	free(side->got);
}

void
world_free(struct world *w)
{
	side_free(&w->a);
	side_free(&w->b);
	world_run(w, 1000);
	if (loop_step(w->loop, UINT64_MAX))
		ok(false, "no timer is left behind");
	w->a.transport->ops->free(w->a.transport);
	w->b.transport->ops->free(w->b.transport);
	memnet_free(w->net);
	loop_free(w->loop);
	free(w);
}

void
world_run(struct world *w, uint64_t ms)
{
	uint64_t until = loop_now(w->loop) + ms;
	struct timer stop = {0};

	/* The clock stands at the end of that time, whatever happens before. */
	timer_set(w->loop, &stop, ms, free, NULL);
	while (loop_step(w->loop, until))
		;
}

struct key
world_key(const struct noise_keypair *kp)
{
	struct key key;

	memcpy(key.b, kp->pub, sizeof(key.b));
	return key;
}

void
world_call(struct world *w, const struct noise_keypair *expected, const uint8_t *door)
{
	struct addr to = {.family = 4, .ip = {10, 0, 0, 2}, .port = 41555};
	struct conn *c = w->a.transport->ops->dial(w->a.transport, &to);
	struct key key;

	if (expected != NULL)
		key = world_key(expected);
	w->a.s = session_call(&w->a.host, c, expected != NULL ? &key : NULL, door, 7, NULL);
	world_run(w, 100);
}

struct world *
world_open(uint64_t seed)
{
	struct world *w = world_new(seed);

	world_call(w, &w->b.keys, NULL);
	if (w->a.opened != 1 || w->b.opened != 1)
		ok(false, "a session opens");
	return w;
}

/* ---- raw ---- */

static void
raw_ready(void *arg, unsigned events)
{
	struct raw *r = arg;
	uint8_t buf[16384];
	ssize_t n;

	if (events & LOOP_WRITE)
		r->c->ops->want(r->c, LOOP_READ);
	while ((n = r->c->ops->read(r->c, buf, sizeof(buf))) > 0) {
		r->in = xreallocarray(r->in, r->len + (size_t)n, 1);
		memcpy(r->in + r->len, buf, (size_t)n);
		r->len += (size_t)n;
	}
	if (n == 0) {
		r->eof = true;
		r->c->ops->want(r->c, 0);
	}
}

static struct raw *
raw_new(struct world *w, struct conn *c)
{
	static const uint8_t priv[NOISE_KEY] = {77};
	struct raw *r = xcalloc(1, sizeof(*r));

	r->w = w;
	r->c = c;
	c->handler = raw_ready;
	c->arg = r;
	c->ops->want(c, LOOP_READ);
	noise_keypair_from_private(&r->keys, priv);
	return r;
}

void
world_call_code(struct world *w, const struct code *code)
{
	struct addr to = {.family = 4, .ip = {10, 0, 0, 2}, .port = 41555};

	w->a.s = session_call_code(&w->a.host, w->a.transport->ops->dial(w->a.transport, &to), code,
				   1);
	world_run(w, 100);
}

struct raw *
raw_call(struct world *w)
{
	struct addr to = {.family = 4, .ip = {10, 0, 0, 2}, .port = 41555};

	return raw_new(w, w->a.transport->ops->dial(w->a.transport, &to));
}

struct raw *
raw_answer(struct world *w)
{
	struct raw *r = raw_new(w, w->b.raw);

	w->b.raw = NULL;
	world_run(w, 20);
	return r;
}

void
raw_free(struct raw *r)
{
	r->c->ops->close(r->c);
	free(r->in);
	free(r);
}

void
raw_write(struct raw *r, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	/* The other side may be gone, which is what the test wants to see. */
	for (size_t at = 0; at < len;) {
		ssize_t n = r->c->ops->write(r->c, p + at, len - at);

		if (n < 0)
			break;
		at += (size_t)n;
	}
	world_run(r->w, 20);
}

uint8_t *
raw_take(struct raw *r, size_t *len)
{
	uint8_t *p;

	if (r->len < 2 || r->len < 2U + get_be16(r->in))
		return NULL;
	*len = get_be16(r->in);
	p = xmemdup(r->in + 2, *len > 0 ? *len : 1);
	r->len -= 2 + *len;
	memmove(r->in, r->in + 2 + *len, r->len);
	return p;
}

void
raw_start(struct raw *r, const uint8_t *psk)
{
	bool answering = r->len >= PREAMBLE_LEN;
	struct noise_config config = {
		.role = answering ? NOISE_RESPONDER : NOISE_INITIATOR,
		.pattern = psk != NULL ? NOISE_XXPSK0 : NOISE_XX,
		.prologue = r->preamble,
		.prologue_len = PREAMBLE_LEN,
		.s = &r->keys,
		.psk = psk,
	};

	memcpy(r->preamble, "P2PT\1\1\0\0", PREAMBLE_LEN);
	if (psk != NULL)
		r->preamble[5] = 2;
	if (answering) {
		memcpy(r->preamble, r->in, PREAMBLE_LEN);
		r->len -= PREAMBLE_LEN;
		memmove(r->in, r->in + PREAMBLE_LEN, r->len);
	} else {
		raw_write(r, r->preamble, PREAMBLE_LEN);
	}
	if (noise_init(&r->noise, &config) != 0)
		abort();
}

static void
raw_split(struct raw *r)
{
	if (noise_done(&r->noise) && noise_split(&r->noise, &r->tx, &r->rx) != 0)
		abort();
}

bool
raw_message(struct raw *r, const void *payload, size_t len)
{
	uint8_t buf[2 + 2 * HANDSHAKE_MAX];
	size_t n;

	if (noise_write(&r->noise, payload, len, buf + 2, sizeof(buf) - 2, &n) != 0)
		return false;
	put_be16(buf, (uint16_t)n);
	raw_split(r);
	raw_write(r, buf, 2 + n);
	return true;
}

bool
raw_read_message(struct raw *r)
{
	uint8_t payload[HANDSHAKE_MAX], *p;
	size_t len, n;
	bool fine;

	p = raw_take(r, &len);
	if (p == NULL)
		return false;
	fine = noise_read(&r->noise, p, len, payload, sizeof(payload), &n) == 0;
	free(p);
	raw_split(r);
	return fine;
}

void
raw_hello(uint8_t payload[256])
{
	struct hello h = {.lowest = 1, .highest = 1, .nick = "Raw", .boot = 9, .dial = 3};

	hello_put(payload, &h);
}

struct raw *
raw_open(struct world *w, const uint8_t *psk)
{
	struct raw *r = raw_call(w);
	uint8_t payload[HELLO_PAD];

	raw_start(r, psk);
	raw_hello(payload);
	if (!raw_message(r, NULL, 0) || !raw_read_message(r) ||
	    !raw_message(r, payload, sizeof(payload)) || w->b.opened != 1)
		ok(false, "a raw handshake goes through");
	return r;
}

size_t
raw_seal(struct raw *r, const void *plain, size_t len, uint8_t *out)
{
	put_be16(out, (uint16_t)(len + TAG_LEN));
	if (len > 0)
		memcpy(out + 2, plain, len);
	if (noise_seal(&r->tx, out + 2, len, len + TAG_LEN) != 0)
		abort();
	return 2 + len + TAG_LEN;
}

void
raw_record(struct raw *r, const void *plain, size_t len)
{
	uint8_t *out = xmalloc(2 + len + TAG_LEN);
	size_t n = raw_seal(r, plain, len, out);

	raw_write(r, out, n);
	free(out);
}

uint8_t *
raw_get(struct raw *r, size_t *len)
{
	uint8_t *p = raw_take(r, len);

	if (p == NULL)
		return NULL;
	if (noise_open(&r->rx, p, *len) != 0) {
		ok(false, "a record that came can be opened");
		free(p);
		return NULL;
	}
	*len -= TAG_LEN;
	return p;
}

uint8_t *
raw_find(struct raw *r, uint8_t type, size_t *len)
{
	uint8_t *plain, *found = NULL;
	size_t n;

	while (found == NULL && (plain = raw_get(r, &n)) != NULL) {
		struct frame f;
		size_t at = 0;

		while (found == NULL && frame_next(plain, n, &at, &f) == 1)
			if (f.type == type) {
				found = xmemdup(f.body, f.len > 0 ? f.len : 1);
				*len = f.len;
			}
		free(plain);
	}
	return found;
}
