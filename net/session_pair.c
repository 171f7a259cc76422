/* session_pair.c - suite 3 of a session: CPace over a pairing code, whose key then is the psk of an ordinary handshake. (net/PROTOCOL.md,
 * "Pairing") */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "net/session_int.h"
#include "src/util.h"

/* What the code is for: CI, with the public digits behind it. */
static const char purpose[] = "p2p-tui/1";

enum { SHARES = PAIR_NONCE + CPACE_POINT, ANSWER = CPACE_POINT + 2 + NOISE_PSK_MESSAGE_1 };

static void
random_bytes(struct session *s, void *out, size_t n)
{
	if (s->host->random != NULL)
		s->host->random(s->host->random_arg, out, n);
	else
		randombytes_buf(out, n);
}

/* So many bytes at in_at, or NULL if they are not all there yet. */
static const uint8_t *
take(struct session *s, size_t n)
{
	if (s->in_len - s->in_at < n)
		return NULL;
	s->in_at += n;
	return s->in + s->in_at - n;
}

/* A fresh scalar and the share it makes. */
static bool
make_share(struct session *s, uint8_t scalar[CPACE_SCALAR], uint8_t share[CPACE_POINT])
{
	const struct code *code = &s->pair->code;
	uint8_t ci[sizeof(purpose) - 1 + CODE_PUBLIC], g[CPACE_POINT], random[CPACE_RANDOM];
	struct cpace_input in = {.prs = code->digits + CODE_PUBLIC,
				 .prs_len = CODE_SECRET,
				 .ci = ci,
				 .ci_len = sizeof(ci),
				 .sid = s->pair->sid,
				 .sid_len = sizeof(s->pair->sid)};
	bool good;

	memcpy(ci, purpose, sizeof(purpose) - 1);
	memcpy(ci + sizeof(purpose) - 1, code->digits, CODE_PUBLIC);
	cpace_generator(g, &in);
	random_bytes(s, random, sizeof(random));
	cpace_scalar(scalar, random);
	good = cpace_share(share, scalar, g) == 0;
	sodium_memzero(g, sizeof(g));
	sodium_memzero(random, sizeof(random));
	return good;
}

/* psk = BLAKE2b-256(ISK). False if the peer's share is none. */
static bool
make_psk(struct session *s, const uint8_t scalar[CPACE_SCALAR], const uint8_t *ya,
	 const uint8_t *yb, uint8_t psk[NOISE_KEY])
{
	struct cpace_transcript t = {.ya = ya, .yb = yb};
	uint8_t k[CPACE_POINT], isk[CPACE_ISK];
	bool good = cpace_mult(k, scalar, s->caller ? yb : ya) == 0;

	if (good) {
		cpace_isk(isk, s->pair->sid, sizeof(s->pair->sid), k, &t);
		crypto_generichash(psk, NOISE_KEY, isk, sizeof(isk), NULL, 0);
	}
	sodium_memzero(k, sizeof(k));
	sodium_memzero(isk, sizeof(isk));
	return good;
}

/* Caller: preamble and n_i leave together. */
void
session_pair_start_call(struct session *s)
{
	session_hs_preamble(s, SUITE_PAIRING);
	random_bytes(s, s->pair->sid, PAIR_NONCE);
	session_io_raw(s, s->pair->sid, PAIR_NONCE);
	s->state = S_PAIR_SHARES;
}

/* Callee: n_i came; n_r and Yb go. */
static bool
take_nonce(struct session *s)
{
	const uint8_t *nonce = take(s, PAIR_NONCE);
	struct code code;

	if (nonce == NULL)
		return false;
	if (!s->host->pairing(s->host->arg, s, &code)) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "no code is open for it");
		return false;
	}
	s->pair = xcalloc(1, sizeof(*s->pair));
	s->pair->code = code;
	sodium_memzero(&code, sizeof(code));
	memcpy(s->pair->sid, nonce, PAIR_NONCE);
	random_bytes(s, s->pair->sid + PAIR_NONCE, PAIR_NONCE);
	if (!make_share(s, s->pair->scalar, s->pair->yb)) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "no share can be made");
		return false;
	}
	session_io_raw(s, s->pair->sid + PAIR_NONCE, PAIR_NONCE);
	session_io_raw(s, s->pair->yb, CPACE_POINT);
	s->state = S_PAIR_MESSAGE_1;
	return true;
}

/* Caller: n_r and Yb came; Ya and message 1 go. From here on the other side can try one code. */
static bool
take_shares(struct session *s)
{
	const uint8_t *shares = take(s, SHARES), *yb;
	uint8_t scalar[CPACE_SCALAR], ya[CPACE_POINT], psk[NOISE_KEY];
	bool good;

	if (shares == NULL)
		return false;
	yb = shares + PAIR_NONCE;
	memcpy(s->pair->sid + PAIR_NONCE, shares, PAIR_NONCE);
	good = make_share(s, scalar, ya) && make_psk(s, scalar, ya, yb, psk) &&
	       session_hs_noise(s, NOISE_INITIATOR, psk);
	if (good) {
		session_io_raw(s, ya, sizeof(ya));
		s->state = S_MESSAGE_2;
		good = session_hs_send_message(s, NULL, 0);
		s->pair->tried = true;
	}
	sodium_memzero(scalar, sizeof(scalar));
	sodium_memzero(psk, sizeof(psk));
	if (!good)
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "its share of the code is none");
	return good;
}

/* Whether Ya and message 1 show that the caller knows the code. */
static bool
knows(struct session *s, const uint8_t *ya, const uint8_t *message)
{
	uint8_t psk[NOISE_KEY], payload[NOISE_PSK_MESSAGE_1];
	size_t n;
	bool good = make_psk(s, s->pair->scalar, ya, s->pair->yb, psk) &&
		    session_hs_noise(s, NOISE_RESPONDER, psk) &&
		    noise_read(&s->noise, message, NOISE_PSK_MESSAGE_1, payload, sizeof(payload),
			       &n) == 0;

	sodium_memzero(psk, sizeof(psk));
	sodium_memzero(s->pair->scalar, sizeof(s->pair->scalar));
	return good;
}

/* Callee: Ya and message 1 came. */
static bool
take_message_1(struct session *s)
{
	const uint8_t *answer = take(s, ANSWER), *message;
	bool good;

	if (answer == NULL)
		return false;
	message = answer + CPACE_POINT + 2;
	if (get_be16(answer + CPACE_POINT) != NOISE_PSK_MESSAGE_1) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "a caller we do not answer");
		return false;
	}
	good = knows(s, answer, message);
	s->host->paired(s->host->arg, s, good);
	if (good && s->host->fresh(s->host->arg, message))
		return session_hs_answer(s);
	session_end_with(s, SESSION_REFUSED, BYE_NONE, "it does not know the code");
	return false;
}

bool
session_pair_step(struct session *s)
{
	if (s->state == S_PAIR_NONCE)
		return take_nonce(s);
	if (s->state == S_PAIR_SHARES)
		return take_shares(s);
	return take_message_1(s);
}

void
session_pair_free(struct session *s)
{
	if (s->pair == NULL)
		return;
	sodium_memzero(s->pair, sizeof(*s->pair));
	free(s->pair);
	s->pair = NULL;
}
