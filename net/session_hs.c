/* session_hs.c - preamble and handshake of a session. (net/PROTOCOL.md, "Preamble", "Handshake") */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "net/session_int.h"
#include "src/log.h"
#include "src/say.h"
#include "src/util.h"

void
session_hs_preamble(struct session *s, uint8_t suite)
{
	uint8_t *p = s->preamble;

	memcpy(p, "P2PT", 4);
	p[4] = PROTOCOL_VERSION;
	p[5] = suite;
	p[6] = p[7] = 0;
	session_io_raw(s, p, PREAMBLE_LEN);
}

bool
session_hs_noise(struct session *s, enum noise_role role, const uint8_t *psk)
{
	struct noise_config config = {
		.role = role,
		.pattern = psk != NULL ? NOISE_XXPSK0 : NOISE_XX,
		.prologue = s->preamble,
		.prologue_len = PREAMBLE_LEN,
		.s = s->host->self,
		.psk = psk,
		.random = s->host->random,
		.random_arg = s->host->random_arg,
	};

	return noise_init(&s->noise, &config) == 0;
}

bool
session_hs_send_message(struct session *s, const uint8_t *payload, size_t len)
{
	uint8_t buf[2 + HANDSHAKE_MAX];
	size_t n;

	if (noise_write(&s->noise, payload, len, buf + 2, HANDSHAKE_MAX, &n) != 0)
		return false;
	put_be16(buf, (uint16_t)n);
	session_io_raw(s, buf, 2 + n);
	return true;
}

static bool
send_hello(struct session *s)
{
	uint8_t payload[HELLO_PAD];
	struct hello ours = {.lowest = PROTOCOL_VERSION, .highest = PROTOCOL_HIGHEST};

	ours.features = FEATURE_BULK;
	ours.bulk = s->is_bulk;
	memcpy(ours.bulk_of, s->bulk_of, BULK_ID_LEN);
	ours.boot = s->host->boot;
	ours.dial = s->caller ? s->dial : 0;
	strlcpy(ours.nick, s->host->nick(s->host->arg), sizeof(ours.nick));
	hello_put(payload, &ours);
	return session_hs_send_message(s, payload, sizeof(payload));
}

/* Caller: preamble and message 1 leave together. */
void
session_hs_start_call(struct session *s)
{
	const uint8_t *psk = s->has_door ? s->door : NULL;

	if (s->pair != NULL) {
		session_pair_start_call(s);
		return;
	}
	session_hs_preamble(s, psk != NULL ? SUITE_XXPSK0 : SUITE_XX);
	s->state = S_MESSAGE_2;
	if (!session_hs_noise(s, NOISE_INITIATOR, psk) || !session_hs_send_message(s, NULL, 0))
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "cannot start a handshake");
}

/* A whole handshake message at in_at, or NULL if it is not there yet or the session ended. */
static const uint8_t *
whole_message(struct session *s, size_t *len)
{
	size_t left = s->in_len - s->in_at;

	if (left < 2)
		return NULL;
	*len = get_be16(s->in + s->in_at);
	if (*len > HANDSHAKE_MAX) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "its handshake message is too long");
		return NULL;
	}
	if (left < 2 + *len)
		return NULL;
	s->in_at += 2 + *len;
	return s->in + s->in_at - *len;
}

/* Callee. Whatever is not ours is closed without a byte: a scanner learns nothing. */
static bool
take_preamble(struct session *s)
{
	if (s->in_len - s->in_at < PREAMBLE_LEN)
		return false;
	memcpy(s->preamble, s->in + s->in_at, PREAMBLE_LEN);
	s->in_at += PREAMBLE_LEN;
	if (memcmp(s->preamble, "P2PT", 4) != 0 || s->preamble[4] != PROTOCOL_VERSION ||
	    s->preamble[5] < SUITE_XX || s->preamble[5] > SUITE_PAIRING || s->preamble[6] != 0 ||
	    s->preamble[7] != 0) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "not a p2p-tui caller");
		return false;
	}
	if (s->preamble[5] == SUITE_XX && !s->host->door_open(s->host->arg, session_peer_addr(s))) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "the door is closed for it");
		return false;
	}
	if (s->preamble[5] == SUITE_PAIRING &&
	    (s->host->pairing == NULL || !s->host->pairing(s->host->arg, s, NULL))) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "no code is open for it");
		return false;
	}
	s->state = s->preamble[5] == SUITE_PAIRING ? S_PAIR_NONCE : S_MESSAGE_1;
	return true;
}

/* Which of our door keys made this message 1? NULL if none. */
static const uint8_t *
find_door(struct session *s, const uint8_t *message, size_t len)
{
	const uint8_t(*doors)[NOISE_KEY];
	size_t n = s->host->doors(s->host->arg, session_peer_addr(s), &doors);
	int i = noise_try_psks(s->preamble, PREAMBLE_LEN, message, len, doors, n);

	return i >= 0 ? doors[i] : NULL;
}

static bool
take_message_1(struct session *s)
{
	bool psk0 = s->preamble[5] == SUITE_XXPSK0;
	const uint8_t *psk = NULL, *message;
	uint8_t payload[HANDSHAKE_MAX];
	size_t len, n;

	if ((message = whole_message(s, &len)) == NULL)
		return false;
	if (len != noise_overhead(psk0 ? NOISE_XXPSK0 : NOISE_XX, 0) ||
	    (psk0 && (psk = find_door(s, message, len)) == NULL) ||
	    !s->host->fresh(s->host->arg, message) || !session_hs_noise(s, NOISE_RESPONDER, psk) ||
	    noise_read(&s->noise, message, len, payload, sizeof(payload), &n) != 0) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "a caller we do not answer");
		return false;
	}
	/* Only now: a message 1 that somebody else sends again knocks on nothing. */
	if (psk0) {
		memcpy(s->door, psk, NOISE_KEY);
		s->has_door = true;
		s->host->knocked(s->host->arg, s);
	}
	return session_hs_answer(s);
}

bool
session_hs_answer(struct session *s)
{
	if (s->state == S_OVER)
		return false;
	s->state = S_MESSAGE_3;
	if (!send_hello(s)) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "its handshake key is not usable");
		return false;
	}
	return true;
}

/* Reads message 2 or 3: payload into hello, the peer's key into key. */
static bool
read_hello(struct session *s, const uint8_t *message, size_t len, const char **why)
{
	uint8_t payload[HANDSHAKE_MAX];
	size_t n;
	bool fine;

	*why = "its handshake does not authenticate";
	if (noise_read(&s->noise, message, len, payload, sizeof(payload), &n) != 0)
		return false;
	if (s->pair != NULL)
		s->pair->tried = false; /* who made this knows the code */
	memcpy(s->key.b, noise_remote_static(&s->noise), KEY_LEN);
	fine = hello_get(&s->hello, payload, n, PROTOCOL_HIGHEST, why);
	sodium_memzero(payload, sizeof(payload));
	return fine;
}

/* What the bulk connection of this session names it by: the first bytes of BLAKE2b("p2p-tui bulk" || h). */
static void
name_session(struct session *s)
{
	static const char label[] = "p2p-tui bulk";
	uint8_t hash[NOISE_HASH];
	crypto_generichash_state st;

	crypto_generichash_init(&st, NULL, 0, sizeof(hash));
	crypto_generichash_update(&st, (const uint8_t *)label, sizeof(label) - 1);
	crypto_generichash_update(&st, noise_hash(&s->noise), NOISE_HASH);
	crypto_generichash_final(&st, hash, sizeof(hash));
	memcpy(s->bulk_id, hash, BULK_ID_LEN);
	sodium_memzero(hash, sizeof(hash));
}

static bool
split(struct session *s)
{
	if (noise_split(&s->noise, &s->tx, &s->rx) != 0)
		return false;
	name_session(s);
	noise_wipe(&s->noise);
	session_now_open(s);
	return s->state == S_OPEN;
}

/* Caller. Who answers is compared before we show who we are. */
static bool
take_message_2(struct session *s)
{
	const uint8_t *message;
	const char *why;
	size_t len;

	if ((message = whole_message(s, &len)) == NULL)
		return false;
	if (!read_hello(s, message, len, &why)) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, why);
		return false;
	}
	if (memcmp(s->key.b, s->host->self->pub, KEY_LEN) == 0) {
		session_end_with(s, SESSION_OURSELVES, BYE_NONE, "that is our own address");
		return false;
	}
	if (s->has_expected && !key_equal(&s->key, &s->expected)) {
		session_end_with(s, SESSION_WRONG_KEY, BYE_NONE, "somebody else answers there");
		return false;
	}
	if (!send_hello(s)) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE, "its handshake key is not usable");
		return false;
	}
	return split(s);
}

static bool
take_message_3(struct session *s)
{
	const uint8_t *message;
	const char *why;
	size_t len;

	if ((message = whole_message(s, &len)) == NULL)
		return false;
	if (!read_hello(s, message, len, &why) ||
	    memcmp(s->key.b, s->host->self->pub, KEY_LEN) == 0) {
		session_end_with(s, SESSION_REFUSED, BYE_NONE,
				 why != NULL ? why : N_("we called ourselves"));
		return false;
	}
	s->dial = s->hello.dial;
	return split(s);
}

bool
session_hs_step(struct session *s)
{
	switch (s->state) {
	case S_PREAMBLE:
		return take_preamble(s);
	case S_PAIR_NONCE:
	case S_PAIR_SHARES:
	case S_PAIR_MESSAGE_1:
		return session_pair_step(s);
	case S_MESSAGE_1:
		return take_message_1(s);
	case S_MESSAGE_2:
		return take_message_2(s);
	case S_MESSAGE_3:
		return take_message_3(s);
	case S_CONNECTING:
	case S_OPEN:
	case S_OVER:
		break;
	}
	return false;
}
