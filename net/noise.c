/* noise.c - the Noise handshake XX and XXpsk0 and its transport cipher, written to read like the specification */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "net/aead.h"
#include "net/noise.h"

_Static_assert(NOISE_KEY == crypto_scalarmult_BYTES, "DHLEN");
_Static_assert((int)NOISE_KEY == (int)AEAD_KEY && (int)NOISE_TAG == (int)AEAD_TAG, "cipher sizes");
_Static_assert(NOISE_HASH == crypto_generichash_blake2b_BYTES_MAX, "HASHLEN");

enum { HMAC_BLOCK = 128 }; /* BLOCKLEN of BLAKE2b (section 12.8) */

/* What struct noise's next holds when no message comes next. */
enum { STATE_DONE = NOISE_MESSAGES, STATE_SPLIT, STATE_ENDED };

/* Reserved for Rekey, never used for a message (section 5.1). */
#define NONCE_RESERVED UINT64_MAX

static const char *const protocol_name[] = {
	[NOISE_XX] = "Noise_XX_25519_ChaChaPoly_BLAKE2b",
	[NOISE_XXPSK0] = "Noise_XXpsk0_25519_ChaChaPoly_BLAKE2b",
};

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* Keys and DH. */

void
noise_keypair_from_private(struct noise_keypair *kp, const uint8_t priv[NOISE_KEY])
{
	memmove(kp->priv, priv, NOISE_KEY);
	/* Cannot be all zero: the base point has the large prime order and a clamped scalar is no multiple of it. */
	if (crypto_scalarmult_base(kp->pub, kp->priv) != 0)
		memset(kp->pub, 0, NOISE_KEY);
}

int
noise_dh(uint8_t out[NOISE_KEY], const uint8_t priv[NOISE_KEY], const uint8_t pub[NOISE_KEY])
{
	if (crypto_scalarmult(out, priv, pub) == 0)
		return 0;
	sodium_memzero(out, NOISE_KEY);
	return fail(EPROTO);
}

/* HASH, HMAC-HASH and HKDF (sections 4.3 and 12.8). */

/* HASH(a || b), 64 bytes, no key. out may be a or b. */
static void
hash2(uint8_t out[NOISE_HASH], const void *a, size_t alen, const void *b, size_t blen)
{
	crypto_generichash_blake2b_state st;

	crypto_generichash_blake2b_init(&st, NULL, 0, NOISE_HASH);
	crypto_generichash_blake2b_update(&st, a, alen);
	crypto_generichash_blake2b_update(&st, b, blen);
	crypto_generichash_blake2b_final(&st, out, NOISE_HASH);
	sodium_memzero(&st, sizeof(st));
}

/* HMAC (RFC 2104) by hand: BLAKE2b's own keyed mode is another function. The key is always HASHLEN bytes here, less than a block, so
 * it is never hashed first. out may be key or data. */
static void
hmac(uint8_t out[NOISE_HASH], const uint8_t key[NOISE_HASH], const void *data, size_t len)
{
	uint8_t ipad[HMAC_BLOCK], opad[HMAC_BLOCK], inner[NOISE_HASH];

	memset(ipad, 0x36, sizeof(ipad));
	memset(opad, 0x5c, sizeof(opad));
	for (size_t i = 0; i < NOISE_HASH; i++) {
		ipad[i] ^= key[i];
		opad[i] ^= key[i];
	}
	hash2(inner, ipad, sizeof(ipad), data, len);
	hash2(out, opad, sizeof(opad), inner, sizeof(inner));
	sodium_memzero(ipad, sizeof(ipad));
	sodium_memzero(opad, sizeof(opad));
	sodium_memzero(inner, sizeof(inner));
}

/* HKDF(ck, ikm, 2 or 3): two outputs if out3 is NULL. out1 may be ck. */
static void
hkdf(uint8_t *out1, uint8_t *out2, uint8_t *out3, const uint8_t ck[NOISE_HASH], const void *ikm,
     size_t len)
{
	uint8_t temp_key[NOISE_HASH], data[NOISE_HASH + 1];

	hmac(temp_key, ck, ikm, len);
	data[0] = 0x01;
	hmac(out1, temp_key, data, 1);
	memcpy(data, out1, NOISE_HASH);
	data[NOISE_HASH] = 0x02;
	hmac(out2, temp_key, data, sizeof(data));
	if (out3 != NULL) {
		memcpy(data, out2, NOISE_HASH);
		data[NOISE_HASH] = 0x03;
		hmac(out3, temp_key, data, sizeof(data));
	}
	sodium_memzero(temp_key, sizeof(temp_key));
	sodium_memzero(data, sizeof(data));
}

/* CipherState (section 5.1). */

/* InitializeKey(temp_k); a HASHLEN of 64 is truncated to 32. */
static void
initialize_key(struct noise_cipher *c, const uint8_t temp_k[NOISE_HASH])
{
	memcpy(c->k, temp_k, NOISE_KEY);
	c->n = 0;
	c->has_key = true;
}

/* EncryptWithAd with a key, in place. */
static int
encrypt_with_ad(struct noise_cipher *c, const void *ad, size_t adlen, uint8_t *buf, size_t len,
		uint8_t tag[NOISE_TAG])
{
	if (c->n == NONCE_RESERVED)
		return fail(EOVERFLOW);
	if (aead_seal(c->k, c->n, ad, adlen, buf, len, tag) != 0)
		return -1;
	c->n++;
	return 0;
}

/* DecryptWithAd with a key, in place. A failure does not count n up. */
static int
decrypt_with_ad(struct noise_cipher *c, const void *ad, size_t adlen, uint8_t *buf, size_t len,
		const uint8_t tag[NOISE_TAG])
{
	if (c->n == NONCE_RESERVED)
		return fail(EOVERFLOW);
	if (aead_open(c->k, c->n, ad, adlen, buf, len, tag) != 0)
		return -1;
	c->n++;
	return 0;
}

int
noise_seal(struct noise_cipher *c, uint8_t *buf, size_t len, size_t cap)
{
	if (!c->has_key)
		return fail(EINVAL);
	if (len > NOISE_MAX - NOISE_TAG)
		return fail(EMSGSIZE);
	if (cap < len + NOISE_TAG)
		return fail(ENOBUFS);
	return encrypt_with_ad(c, NULL, 0, buf, len, buf + len);
}

int
noise_open(struct noise_cipher *c, uint8_t *buf, size_t len)
{
	if (!c->has_key)
		return fail(EINVAL);
	if (len < NOISE_TAG || len > NOISE_MAX)
		return fail(EMSGSIZE);
	return decrypt_with_ad(c, NULL, 0, buf, len - NOISE_TAG, buf + len - NOISE_TAG);
}

int
noise_rekey(struct noise_cipher *c)
{
	uint8_t k[NOISE_KEY] = {0}, tag[NOISE_TAG];
	int rc = -1;

	if (!c->has_key) {
		errno = EINVAL;
		goto out;
	}
	/* REKEY(k) = the first 32 bytes of ENCRYPT(k, 2^64-1, zerolen, zeros) */
	if (aead_seal(c->k, NONCE_RESERVED, NULL, 0, k, sizeof(k), tag) != 0)
		goto out;
	memcpy(c->k, k, sizeof(k));
	rc = 0;
out:
	sodium_memzero(k, sizeof(k));
	return rc;
}

void
noise_cipher_wipe(struct noise_cipher *c)
{
	sodium_memzero(c, sizeof(*c));
}

/* SymmetricState (section 5.2). */

static void
mix_hash(struct noise_symmetric *ss, const void *data, size_t len)
{
	hash2(ss->h, ss->h, NOISE_HASH, data, len);
}

/* InitializeSymmetric(protocol_name), then MixHash(prologue) as Initialize (section 5.3) has it. XX has no pre-messages. */
static void
initialize_symmetric(struct noise_symmetric *ss, enum noise_pattern pattern, const void *prologue,
		     size_t len)
{
	const char *name = protocol_name[pattern];

	memset(ss, 0, sizeof(*ss));
	memcpy(ss->h, name, strlen(name)); /* both names are shorter than HASHLEN */
	memcpy(ss->ck, ss->h, NOISE_HASH);
	mix_hash(ss, prologue, len);
}

static void
mix_key(struct noise_symmetric *ss, const uint8_t ikm[NOISE_KEY])
{
	uint8_t temp_k[NOISE_HASH];

	hkdf(ss->ck, temp_k, NULL, ss->ck, ikm, NOISE_KEY);
	initialize_key(&ss->cipher, temp_k);
	sodium_memzero(temp_k, sizeof(temp_k));
}

static void
mix_key_and_hash(struct noise_symmetric *ss, const uint8_t ikm[NOISE_KEY])
{
	uint8_t temp_h[NOISE_HASH], temp_k[NOISE_HASH];

	hkdf(ss->ck, temp_h, temp_k, ss->ck, ikm, NOISE_KEY);
	mix_hash(ss, temp_h, sizeof(temp_h));
	initialize_key(&ss->cipher, temp_k);
	sodium_memzero(temp_h, sizeof(temp_h));
	sodium_memzero(temp_k, sizeof(temp_k));
}

/* MixKey(DH(priv, pub)) */
static int
mix_dh(struct noise_symmetric *ss, const uint8_t priv[NOISE_KEY], const uint8_t pub[NOISE_KEY])
{
	uint8_t shared[NOISE_KEY];
	int rc = noise_dh(shared, priv, pub);

	if (rc == 0)
		mix_key(ss, shared);
	sodium_memzero(shared, sizeof(shared));
	return rc;
}

/* EncryptAndHash(plaintext): from len bytes of plain to *at, which moves behind what was written. */
static int
encrypt_and_hash(struct noise_symmetric *ss, const uint8_t *plain, size_t len, uint8_t **at)
{
	uint8_t *buf = *at;
	size_t tag = ss->cipher.has_key ? NOISE_TAG : 0;

	if (len > 0)
		memcpy(buf, plain, len);
	if (tag > 0 && encrypt_with_ad(&ss->cipher, ss->h, NOISE_HASH, buf, len, buf + len) != 0)
		return -1;
	mix_hash(ss, buf, len + tag);
	*at = buf + len + tag;
	return 0;
}

/* DecryptAndHash(ciphertext): len bytes of plaintext and their tag, if there is a key, from *at, which moves behind them. */
static int
decrypt_and_hash(struct noise_symmetric *ss, uint8_t *plain, size_t len, const uint8_t **at)
{
	const uint8_t *message = *at;
	size_t tag = ss->cipher.has_key ? NOISE_TAG : 0;

	if (len > 0)
		memcpy(plain, message, len);
	if (tag > 0 &&
	    decrypt_with_ad(&ss->cipher, ss->h, NOISE_HASH, plain, len, message + len) != 0)
		return -1;
	mix_hash(ss, message, len + tag);
	*at = message + len + tag;
	return 0;
}

/* HandshakeState (section 5.3): XX and XXpsk0
 *
 *   -> [psk,] e
 *   <- e, ee, s, es
 *   -> s, se
 */

static const uint8_t overhead[][NOISE_MESSAGES] = {
	[NOISE_XX] = {32, 32 + 48 + 16, 48 + 16},
	[NOISE_XXPSK0] = {32 + 16, 32 + 48 + 16, 48 + 16},
};

size_t
noise_overhead(enum noise_pattern pattern, unsigned message)
{
	return message < NOISE_MESSAGES ? overhead[pattern][message] : 0;
}

/* The rest of token e once the public key is known: in psk patterns MixKey follows MixHash (section 9.2). */
static void
mix_e(struct noise_symmetric *ss, enum noise_pattern pattern, const uint8_t pub[NOISE_KEY])
{
	mix_hash(ss, pub, NOISE_KEY);
	if (pattern == NOISE_XXPSK0)
		mix_key(ss, pub);
}

static void
write_e(struct noise *ns, uint8_t **at)
{
	uint8_t priv[NOISE_KEY];

	if (ns->random != NULL)
		ns->random(ns->random_arg, priv, sizeof(priv));
	else
		randombytes_buf(priv, sizeof(priv));
	noise_keypair_from_private(&ns->e, priv);
	memcpy(*at, ns->e.pub, NOISE_KEY);
	*at += NOISE_KEY;
	mix_e(&ns->ss, ns->pattern, ns->e.pub);
	sodium_memzero(priv, sizeof(priv));
}

static void
read_e(struct noise *ns, const uint8_t **at)
{
	memcpy(ns->re, *at, NOISE_KEY);
	*at += NOISE_KEY;
	mix_e(&ns->ss, ns->pattern, ns->re);
}

static int
write_s(struct noise *ns, uint8_t **at)
{
	return encrypt_and_hash(&ns->ss, ns->s.pub, NOISE_KEY, at);
}

static int
read_s(struct noise *ns, const uint8_t **at)
{
	if (decrypt_and_hash(&ns->ss, ns->rs, NOISE_KEY, at) != 0)
		return -1;
	ns->has_rs = true;
	return 0;
}

/* The initiator's first message. */
static int
write_1(struct noise *ns, uint8_t **at)
{
	/* psk */
	if (ns->pattern == NOISE_XXPSK0)
		mix_key_and_hash(&ns->ss, ns->psk);
	/* e */
	write_e(ns, at);
	return 0;
}

static int
read_1(struct noise *ns, const uint8_t **at)
{
	/* psk */
	if (ns->pattern == NOISE_XXPSK0)
		mix_key_and_hash(&ns->ss, ns->psk);
	/* e */
	read_e(ns, at);
	return 0;
}

/* The responder's answer. */
static int
write_2(struct noise *ns, uint8_t **at)
{
	/* e */
	write_e(ns, at);
	/* ee */
	if (mix_dh(&ns->ss, ns->e.priv, ns->re) != 0)
		return -1;
	/* s */
	if (write_s(ns, at) != 0)
		return -1;
	/* es */
	return mix_dh(&ns->ss, ns->s.priv, ns->re);
}

static int
read_2(struct noise *ns, const uint8_t **at)
{
	/* e */
	read_e(ns, at);
	/* ee */
	if (mix_dh(&ns->ss, ns->e.priv, ns->re) != 0)
		return -1;
	/* s */
	if (read_s(ns, at) != 0)
		return -1;
	/* es */
	return mix_dh(&ns->ss, ns->e.priv, ns->rs);
}

/* The initiator's last message. */
static int
write_3(struct noise *ns, uint8_t **at)
{
	/* s */
	if (write_s(ns, at) != 0)
		return -1;
	/* se */
	return mix_dh(&ns->ss, ns->s.priv, ns->re);
}

static int
read_3(struct noise *ns, const uint8_t **at)
{
	/* s */
	if (read_s(ns, at) != 0)
		return -1;
	/* se */
	return mix_dh(&ns->ss, ns->e.priv, ns->rs);
}

static int (*const write_tokens[NOISE_MESSAGES])(struct noise *, uint8_t **) = {write_1, write_2,
										write_3};
static int (*const read_tokens[NOISE_MESSAGES])(struct noise *, const uint8_t **) = {read_1, read_2,
										     read_3};

int
noise_init(struct noise *ns, const struct noise_config *config)
{
	bool wants_psk = config->pattern == NOISE_XXPSK0;

	if (config->s == NULL || wants_psk != (config->psk != NULL))
		return fail(EINVAL);
	memset(ns, 0, sizeof(*ns));
	ns->role = config->role;
	ns->pattern = config->pattern;
	ns->s = *config->s;
	if (wants_psk)
		memcpy(ns->psk, config->psk, NOISE_KEY);
	ns->random = config->random;
	ns->random_arg = config->random_arg;
	initialize_symmetric(&ns->ss, ns->pattern, config->prologue, config->prologue_len);
	return 0;
}

/* Messages 0 and 2 are the initiator's, 1 is the responder's. */
static bool
is_turn(const struct noise *ns, enum noise_role writer)
{
	return ns->next < NOISE_MESSAGES &&
	       (ns->next % 2 == 0 ? NOISE_INITIATOR : NOISE_RESPONDER) == writer;
}

int
noise_write(struct noise *ns, const uint8_t *payload, size_t len, uint8_t *out, size_t cap,
	    size_t *out_len)
{
	struct noise t; /* works here, and counts only when all of it went well */
	uint8_t *at = out;
	size_t extra;
	int rc = -1, error;

	if (!is_turn(ns, ns->role))
		return fail(EINVAL);
	extra = noise_overhead(ns->pattern, ns->next);
	if (len > NOISE_MAX - extra)
		return fail(EMSGSIZE);
	if (cap < len + extra)
		return fail(ENOBUFS);
	t = *ns;
	if (write_tokens[t.next](&t, &at) != 0 || encrypt_and_hash(&t.ss, payload, len, &at) != 0)
		goto out;
	t.next++;
	*ns = t;
	*out_len = (size_t)(at - out);
	rc = 0;
out:
	error = errno;
	if (rc != 0) {
		sodium_memzero(out, len + extra);
		/* Nothing but a DH of zero, or a cipher that broke, comes here: the end either way. */
		noise_wipe(ns);
	}
	sodium_memzero(&t, sizeof(t));
	errno = error;
	return rc;
}

int
noise_read(struct noise *ns, const uint8_t *message, size_t len, uint8_t *payload, size_t cap,
	   size_t *payload_len)
{
	struct noise t;
	const uint8_t *at = message;
	size_t extra;
	int rc = -1, error;

	if (!is_turn(ns, ns->role == NOISE_INITIATOR ? NOISE_RESPONDER : NOISE_INITIATOR))
		return fail(EINVAL);
	extra = noise_overhead(ns->pattern, ns->next);
	if (len < extra || len > NOISE_MAX)
		return fail(EMSGSIZE);
	if (cap < len - extra)
		return fail(ENOBUFS);
	t = *ns;
	if (read_tokens[t.next](&t, &at) != 0 ||
	    decrypt_and_hash(&t.ss, payload, len - extra, &at) != 0)
		goto out;
	t.next++;
	*ns = t;
	*payload_len = len - extra;
	rc = 0;
out:
	error = errno;
	/* A tag that does not fit leaves the state alone; a DH of zero is an attack and ends it. */
	if (rc != 0 && error != EBADMSG)
		noise_wipe(ns);
	sodium_memzero(&t, sizeof(t));
	errno = error;
	return rc;
}

bool
noise_done(const struct noise *ns)
{
	return ns->next == STATE_DONE || ns->next == STATE_SPLIT;
}

const uint8_t *
noise_remote_static(const struct noise *ns)
{
	return ns->has_rs ? ns->rs : NULL;
}

const uint8_t *
noise_hash(const struct noise *ns)
{
	return noise_done(ns) ? ns->ss.h : NULL;
}

int
noise_split(struct noise *ns, struct noise_cipher *tx, struct noise_cipher *rx)
{
	uint8_t temp_k1[NOISE_HASH], temp_k2[NOISE_HASH];
	bool initiator = ns->role == NOISE_INITIATOR;

	if (ns->next != STATE_DONE)
		return fail(EINVAL);
	hkdf(temp_k1, temp_k2, NULL, ns->ss.ck, NULL, 0);
	/* The first key is for what the initiator sends. */
	initialize_key(initiator ? tx : rx, temp_k1);
	initialize_key(initiator ? rx : tx, temp_k2);
	sodium_memzero(temp_k1, sizeof(temp_k1));
	sodium_memzero(temp_k2, sizeof(temp_k2));
	sodium_memzero(ns->ss.ck, sizeof(ns->ss.ck));
	sodium_memzero(&ns->ss.cipher, sizeof(ns->ss.cipher));
	sodium_memzero(&ns->s, sizeof(ns->s));
	sodium_memzero(&ns->e, sizeof(ns->e));
	sodium_memzero(ns->psk, sizeof(ns->psk));
	ns->next = STATE_SPLIT;
	return 0;
}

void
noise_wipe(struct noise *ns)
{
	sodium_memzero(ns, sizeof(*ns));
	ns->next = STATE_ENDED;
}

int
noise_try_psks(const void *prologue, size_t prologue_len, const uint8_t *message, size_t len,
	       const uint8_t psks[][NOISE_KEY], size_t count)
{
	struct noise_symmetric start, ss;
	int found = -1;

	if (len != NOISE_PSK_MESSAGE_1)
		return fail(EMSGSIZE);
	if (count > NOISE_PSKS_MAX)
		return fail(EINVAL);
	initialize_symmetric(&start, NOISE_XXPSK0, prologue, prologue_len);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = message + NOISE_KEY;

		ss = start;
		/* psk */
		mix_key_and_hash(&ss, psks[i]);
		/* e */
		mix_e(&ss, NOISE_XXPSK0, message);
		/* payload, empty; a hit does not end the loop, so that time does not tell which key it was */
		if (decrypt_and_hash(&ss, NULL, 0, &at) == 0 && found < 0)
			found = (int)i;
	}
	sodium_memzero(&ss, sizeof(ss));
	return found >= 0 ? found : fail(EBADMSG);
}
