/* handshake.c - fuzz target: what a stranger can do before there is a session. The first byte says who is attacked and how far the handshake
 * went, the second in pieces of what size the rest arrives. */
#include "config.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/session_int.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/session_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum attack {
	FROM_THE_START, /* the callee gets these bytes */
	CLOSED_DOOR,	/* the same, and nobody may hear anything */
	AFTER_PREAMBLE,
	AS_MESSAGE_3, /* a good message 1, then these bytes */
	GREETING_3,   /* a good message 3 with these bytes in it */
	AS_MESSAGE_2, /* the caller gets these bytes */
	GREETING_2,
	ATTACKS,
};

/* The most a greeting can have, so that its message is no longer than it may be. */
#define GREETING_MAX (HANDSHAKE_MAX - NOISE_OVERHEAD_MAX)

static const uint8_t door[NOISE_KEY] = {4, 5, 6};

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
write_pieces(struct raw *r, const uint8_t *data, size_t len, size_t piece)
{
	/* A handshake has ten seconds; a thousand pieces of 20 ms would be over them. */
	if (piece < len / 200 + 1)
		piece = len / 200 + 1;
	for (size_t at = 0; at < len; at += piece)
		raw_write(r, data + at, len - at < piece ? len - at : piece);
}

static bool
is_greeting(const uint8_t *data, size_t len)
{
	struct hello h;
	const char *why;

	return hello_get(&h, data, len, PROTOCOL_HIGHEST, &why);
}

static void
attack_callee(struct world *w, enum attack how, const uint8_t *data, size_t len, size_t piece)
{
	struct raw *r;
	bool through = false;

	w->b.door_open = how != CLOSED_DOOR;
	w->b.ndoors = 1;
	memcpy(w->b.doors[0], door, sizeof(door));
	r = raw_call(w);
	if (how != FROM_THE_START && how != CLOSED_DOOR)
		raw_start(r, piece % 2 ? door : NULL);
	if (how == AS_MESSAGE_3 || how == GREETING_3)
		must(raw_message(r, NULL, 0) && raw_read_message(r));
	if (how == GREETING_3) {
		if (len > GREETING_MAX)
			len = GREETING_MAX;
		must(raw_message(r, data, len));
		through = is_greeting(data, len);
	} else {
		write_pieces(r, data, len, piece);
	}
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	must(w->b.opened == through);
	/* A door key cannot be guessed, and without one there is silence. */
	must(how != CLOSED_DOOR || r->len == 0);
	must(through || (w->b.closed == 1 && w->b.s == NULL));
	raw_free(r);
}

static void
attack_caller(struct world *w, enum attack how, const uint8_t *data, size_t len, size_t piece)
{
	const uint8_t *psk = piece % 2 ? door : NULL;
	bool through = false;
	struct raw *r;

	w->b.takes_raw = true;
	world_call(w, NULL, psk);
	r = raw_answer(w);
	must(r->len == PREAMBLE_LEN + 2 + (psk != NULL ? 48 : 32));
	if (how == GREETING_2) {
		if (len > GREETING_MAX)
			len = GREETING_MAX;
		raw_start(r, psk);
		must(raw_read_message(r) && raw_message(r, data, len));
		through = is_greeting(data, len);
	} else {
		write_pieces(r, data, len, piece);
	}
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	must(w->a.opened == through);
	must(through || (w->a.closed == 1 && w->a.s == NULL));
	/* Who is refused does not hear who called. */
	must(through || how != AS_MESSAGE_2 ||
	     r->len == PREAMBLE_LEN + 2U + (psk != NULL ? 48 : 32));
	raw_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct world *w;
	enum attack how;
	size_t piece;

	if (len < 2 || len > 4096)
		return 0;
	if (sodium_init() < 0)
		abort();
	how = (enum attack)(data[0] % ATTACKS);
	piece = data[1] + 1U;
	w = world_new(1);
	if (how == AS_MESSAGE_2 || how == GREETING_2)
		attack_caller(w, how, data + 2, len - 2, piece);
	else
		attack_callee(w, how, data + 2, len - 2, piece);
	world_free(w);
	return 0;
}
