/* session.c - life and timers of one link to one peer.
 *
 * Its timers: `deadline`, until the handshake is through, when that must have happened; afterwards the next moment at which silence
 * means something (a PING is due, or the peer is dead). `flush`, at the end of the turn in which a frame was queued. `reap`, at the end of
 * the turn in which it ended. */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/session_int.h"
#include "net/transfer.h"
#include "src/log.h"
#include "src/util.h"

/* While content waits, silence is asked about sooner, so that ten seconds of it mean something. */
#define PING_AFTER_WAITING 3000
#define BYE_TEXT_MAX	   200

static uint64_t
mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* ---- ends ---- */

static void
reap(void *arg)
{
	struct session *s = arg;

	session_io_free(s);
	session_pair_free(s);
	noise_wipe(&s->noise);
	noise_cipher_wipe(&s->tx);
	noise_cipher_wipe(&s->rx);
	sodium_memzero(s, sizeof(*s));
	free(s);
}

static void
say_bye(struct session *s, enum bye bye, const char *text)
{
	uint8_t body[1 + 2 + BYE_TEXT_MAX];
	struct writer w;
	size_t n = strnlen(text, BYE_TEXT_MAX);

	wr_open(&w, body, sizeof(body));
	wr_u8(&w, (uint8_t)bye);
	wr_string(&w, text, n);
	if (session_send(s, FRAME_BYE, 0, body, w.len))
		session_io_last(s);
}

/* Everything ends here. The memory stays until the turn is over, because callers up the stack still look at it. */
static void
over(struct session *s)
{
	struct loop *l = s->host->loop;

	s->state = S_OVER;
	s->conn->ops->close(s->conn);
	s->conn = NULL;
	timer_clear(l, &s->deadline);
	timer_clear(l, &s->flush);
	timer_set(l, &s->reap, 0, reap, s);
}

void
session_end_with(struct session *s, enum session_end end, enum bye bye, const char *text)
{
	char kept[256];

	if (s->state == S_OVER)
		return;
	strlcpy(kept, text, sizeof(kept));
	if (session_code_tried(s)) {
		end = SESSION_WRONG_CODE;
		strlcpy(kept, "the code does not fit what the other side has", sizeof(kept));
	} else if (s->pair != NULL && end == SESSION_SILENCE) {
		strlcpy(kept, "no code is open there", sizeof(kept));
	}
	if (s->state == S_OPEN && bye != BYE_NONE && end != SESSION_BYE)
		say_bye(s, bye, text);
	if (s->state == S_OVER)
		return;
	/* The owner may still ask for the addresses, so it hears of it first. */
	s->state = S_OVER;
	if (!s->disowned)
		s->host->closed(s->host->arg, s, end, bye, kept);
	over(s);
}

void
session_close(struct session *s, enum bye bye, const char *text)
{
	if (s->state == S_OVER)
		return;
	s->disowned = true;
	if (s->state == S_OPEN && bye != BYE_NONE)
		say_bye(s, bye, text);
	if (s->state != S_OVER)
		over(s);
}

/* ---- time ---- */

static void deadline(void *arg);

/* Silence that matters: since the peer was heard, or, if later, since content waits for it. */
static uint64_t
silent_since(const struct session *s)
{
	if (s->waiting && s->waiting_since > s->heard_at)
		return s->waiting_since;
	return s->heard_at;
}

static void
arm(struct session *s)
{
	uint64_t now = loop_now(s->host->loop), since = silent_since(s), at;

	if (s->ping_out)
		at = since + (s->waiting ? DEAD_AFTER_WAITING : DEAD_AFTER);
	else
		at = since + (s->waiting ? PING_AFTER_WAITING : PING_AFTER);
	if (s->probe_due != 0 && s->probe_due < at)
		at = s->probe_due;
	timer_set(s->host->loop, &s->deadline, at > now ? at - now : 0, deadline, s);
}

static void
handshake_too_slow(struct session *s)
{
	if (s->state == S_CONNECTING)
		session_end_with(s, SESSION_UNREACHABLE, BYE_NONE, "no answer from there");
	else if (s->caller && !s->heard)
		session_end_with(s, SESSION_SILENCE, BYE_NONE,
				 "it answers nobody it does not know: ask for an invite");
	else
		session_end_with(s, SESSION_TIMEOUT, BYE_NONE, "the handshake took too long");
}

/* Whether a probe found nobody. */
static bool
probe_failed(struct session *s)
{
	if (s->probe_due == 0 || loop_now(s->host->loop) < s->probe_due)
		return false;
	s->probe_due = 0;
	return s->ping_out && s->heard_at <= s->probed_at && !s->paused;
}

static void
deadline(void *arg)
{
	struct session *s = arg;
	uint64_t silent;

	if (s->state != S_OPEN) {
		handshake_too_slow(s);
		return;
	}
	/* What we do not read we cannot blame the peer for. */
	if (s->paused)
		s->heard_at = loop_now(s->host->loop);
	silent = loop_now(s->host->loop) - silent_since(s);
	if (probe_failed(s) ||
	    (s->ping_out && silent >= (s->waiting ? DEAD_AFTER_WAITING : DEAD_AFTER))) {
		session_end_with(s, SESSION_DEAD, BYE_NONE, "nothing was heard of it any more");
		return;
	}
	if (!s->ping_out && silent >= (s->waiting ? PING_AFTER_WAITING : PING_AFTER))
		session_ping(s);
	/* The PING may have been the frame too many. */
	if (s->state == S_OPEN)
		arm(s);
}

void
session_rekey_if_due(struct session *s)
{
	bool old = loop_now(s->host->loop) - s->rekeyed_at >= REKEY_AFTER && s->tx_bytes > 0;

	if (!old && s->tx_bytes < REKEY_BYTES)
		return;
	/* seal_one() counts anew once it is sent; until then it is not queued twice. */
	s->tx_bytes = 0;
	s->rekeyed_at = loop_now(s->host->loop);
	(void)session_send(s, FRAME_REKEY, FRAME_CRITICAL, NULL, 0);
}

/* ---- events of the stream ---- */

static void
begin_call(struct session *s)
{
	int error = s->conn->ops->error(s->conn);

	if (error != 0) {
		session_end_with(s, error == ECONNREFUSED ? SESSION_NOBODY : SESSION_UNREACHABLE,
				 BYE_NONE, strerror(error));
		return;
	}
	timer_set(s->host->loop, &s->deadline, HANDSHAKE_TIMEOUT, deadline, s);
	session_hs_start_call(s);
	if (s->state != S_OVER)
		session_io_flush(s);
}

static void
ready(void *arg, unsigned events)
{
	struct session *s = arg;

	if (s->state == S_CONNECTING) {
		begin_call(s);
		return;
	}
	if (events & LOOP_READ)
		session_io_read(s);
	if (s->state != S_OVER && (events & LOOP_WRITE))
		session_io_flush(s);
	else if (s->state != S_OVER && s->out_at < s->out_len)
		session_io_flush(s);
}

void
session_want(struct session *s)
{
	unsigned events = s->paused ? 0 : LOOP_READ;

	if (s->state == S_OVER)
		return;
	if (s->out_at < s->out_len || s->plain_len > 0 || s->bulk != NULL || s->bulk_wanted ||
	    s->state == S_CONNECTING)
		events |= LOOP_WRITE;
	/* Who moves bulk waits for those who chat. */
	if (s->bulk != NULL || s->bulk_wanted || s->in_size == RX_BUFFER)
		events |= LOOP_LATE;
	s->conn->ops->want(s->conn, events);
}

static void
flush_now(void *arg)
{
	session_io_flush(arg);
}

void
session_now_open(struct session *s)
{
	uint64_t now = loop_now(s->host->loop);

	s->state = S_OPEN;
	if (s->pair != NULL)
		sodium_memzero(s->pair, sizeof(*s->pair));
	s->opened_at = s->heard_at = s->rekeyed_at = now;
	s->rate_from = now;
	arm(s);
	if (!s->host->opened(s->host->arg, s) && s->state == S_OPEN)
		over(s);
}

/* ---- the session's own frames ---- */

/* Link frames other than PONG are few; more is a flood. */
static bool
within_rate(struct session *s)
{
	uint64_t now = loop_now(s->host->loop);

	if (now - s->rate_from >= 1000) {
		s->rate_from = now;
		s->rate_frames = 0;
	}
	return ++s->rate_frames <= LINK_FRAMES_PER_S;
}

static void
take_bye(struct session *s, const struct frame *f)
{
	struct reader r;
	char text[BYE_TEXT_MAX + 1];
	const uint8_t *p;
	size_t n;
	enum bye bye;

	rd_open(&r, f->body, f->len);
	bye = (enum bye)rd_u8(&r);
	p = rd_string(&r, &n);
	if (n > BYE_TEXT_MAX)
		n = BYE_TEXT_MAX;
	if (p != NULL)
		memcpy(text, p, n);
	text[p != NULL ? n : 0] = '\0';
	session_end_with(s, SESSION_BYE, bye, text);
}

static void
take_pong(struct session *s)
{
	if (!s->ping_out)
		return;
	s->ping_out = false;
	s->rtt_us = (uint32_t)(mono_us() - s->pinged_us);
	arm(s);
	s->host->pong(s->host->arg, s);
}

int
session_own_frame(struct session *s, const struct frame *f)
{
	bool link = f->type < FRAME_CONTENT_FIRST;

	if (link && f->type != FRAME_PONG && !within_rate(s)) {
		session_end_with(s, SESSION_BROKEN, BYE_FLOOD, "too many link frames");
		return -1;
	}
	switch (f->type) {
	case FRAME_PING:
		(void)session_send(s, FRAME_PONG, 0, NULL, 0);
		return 1;
	case FRAME_PONG:
		take_pong(s);
		return 1;
	case FRAME_REKEY:
		s->rekey_rx = true;
		return 1;
	case FRAME_BYE:
		take_bye(s, f);
		return -1;
	default:
		break;
	}
	if ((f->flags & FRAME_CRITICAL) && !frame_is_known(f->type)) {
		session_end_with(s, SESSION_BROKEN, BYE_CRITICAL,
				 "a critical frame of an unknown type");
		return -1;
	}
	return 0;
}

/* ---- for the owner ---- */

static struct session *
make(const struct session_host *host, struct conn *conn, bool caller)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->host = host;
	s->conn = conn;
	s->caller = caller;
	conn->handler = ready;
	conn->arg = s;
	return s;
}

struct session *
session_call(const struct session_host *host, struct conn *conn, const struct key *expected,
	     const uint8_t *door, uint64_t dial, const uint8_t *bulk_of)
{
	struct session *s = make(host, conn, true);

	s->state = S_CONNECTING;
	s->dial = dial;
	s->has_expected = expected != NULL;
	if (expected != NULL)
		s->expected = *expected;
	s->is_bulk = bulk_of != NULL;
	if (bulk_of != NULL)
		memcpy(s->bulk_of, bulk_of, BULK_ID_LEN);
	s->has_door = door != NULL;
	if (door != NULL)
		memcpy(s->door, door, NOISE_KEY);
	timer_set(host->loop, &s->deadline, DIAL_TIMEOUT, deadline, s);
	session_want(s);
	return s;
}

struct session *
session_call_code(const struct session_host *host, struct conn *conn, const struct code *code,
		  uint64_t dial)
{
	struct session *s = session_call(host, conn, NULL, NULL, dial, NULL);

	s->pair = xcalloc(1, sizeof(*s->pair));
	s->pair->code = *code;
	return s;
}

struct session *
session_answer(const struct session_host *host, struct conn *conn)
{
	struct session *s = make(host, conn, false);

	s->state = S_PREAMBLE;
	timer_set(host->loop, &s->deadline, HANDSHAKE_TIMEOUT, deadline, s);
	session_want(s);
	return s;
}

bool
session_send(struct session *s, uint8_t type, uint8_t flags, const void *body, size_t len)
{
	size_t need = FRAME_HEADER + len;

	if (s->state != S_OPEN || need > RECORD_PLAIN_MAX)
		return false;
	if (s->plain_len + (s->out_len - s->out_at) + need > OUT_QUEUE_MAX) {
		session_end_with(s, SESSION_DEAD, BYE_NONE, "it takes nothing any more");
		return false;
	}
	if (s->plain_size - s->plain_len < need) {
		s->plain_size = (s->plain_len + need) * 2;
		s->plain = xreallocarray(s->plain, s->plain_size, 1);
	}
	s->plain_len += frame_put(s->plain + s->plain_len, type, flags, body, len);
	if (!timer_is_set(&s->flush))
		timer_set(s->host->loop, &s->flush, 0, flush_now, s);
	return true;
}

void
session_bulk_ready(struct session *s)
{
	if (s->state != S_OPEN || s->bulk_wanted)
		return;
	s->bulk_wanted = true;
	if (!timer_is_set(&s->flush))
		timer_set(s->host->loop, &s->flush, 0, flush_now, s);
}

void
session_bulk_only(struct session *s)
{
	if (s->state == S_OVER)
		return;
	s->bulk_only = true;
	s->conn->ops->bulk(s->conn);
}

/* What was read before the pause is handled from a timer, not in here: the caller may be in the middle of it. */
static void
resume(void *arg)
{
	struct session *s = arg;

	session_io_handle(s);
	if (s->state != S_OVER)
		session_io_flush(s);
}

void
session_pause(struct session *s, bool paused)
{
	if (s->state == S_OVER || s->paused == paused)
		return;
	s->paused = paused;
	session_want(s);
	if (!paused) {
		s->heard_at = loop_now(s->host->loop);
		timer_set(s->host->loop, &s->flush, 0, resume, s);
	}
}

void
session_waiting(struct session *s, bool waiting)
{
	if (s->state != S_OPEN || s->waiting == waiting)
		return;
	s->waiting = waiting;
	s->waiting_since = loop_now(s->host->loop);
	arm(s);
}

/* The timer looks at this when it comes. */
void
session_heard(struct session *s)
{
	if (s->state == S_OPEN)
		s->heard_at = loop_now(s->host->loop);
}

void
session_ping(struct session *s)
{
	if (s->state != S_OPEN || s->ping_out)
		return;
	s->ping_out = true;
	s->pinged_at = loop_now(s->host->loop);
	s->pinged_us = mono_us();
	(void)session_send(s, FRAME_PING, 0, NULL, 0);
	if (s->state == S_OPEN)
		arm(s);
}

uint64_t
session_pinged_at(const struct session *s)
{
	return s->pinged_at;
}

const uint8_t *
session_door(const struct session *s)
{
	return !s->caller && s->has_door ? s->door : NULL;
}

void
session_probe(struct session *s, uint64_t within)
{
	uint64_t now = loop_now(s->host->loop);

	if (s->state != S_OPEN || (s->probed_at != 0 && now - s->probed_at < PROBE_AGAIN))
		return;
	s->probed_at = now;
	s->probe_due = now + within;
	session_ping(s);
	if (s->state == S_OPEN)
		arm(s);
}

bool
session_is_caller(const struct session *s)
{
	return s->caller;
}

bool
session_is_pairing(const struct session *s)
{
	return s->pair != NULL;
}

bool
session_code_tried(const struct session *s)
{
	return s->pair != NULL && s->pair->tried;
}

const struct key *
session_key(const struct session *s)
{
	return &s->key;
}

const struct hello *
session_hello(const struct session *s)
{
	return &s->hello;
}

const uint8_t *
session_bulk_id(const struct session *s)
{
	return s->bulk_id;
}

uint64_t
session_dial_number(const struct session *s)
{
	return s->dial;
}

const struct addr *
session_peer_addr(const struct session *s)
{
	return &s->conn->peer;
}

const struct addr *
session_local_addr(const struct session *s)
{
	return &s->conn->local;
}

uint32_t
session_rtt_us(const struct session *s)
{
	return s->rtt_us;
}

uint64_t
session_age(const struct session *s)
{
	return loop_now(s->host->loop) - s->opened_at;
}

void
session_set_user(struct session *s, void *user)
{
	s->user = user;
}

void *
session_user(const struct session *s)
{
	return s->user;
}
