#ifndef P2P_NET_NOISE_H
#define P2P_NET_NOISE_H
/* Noise_XX_25519_ChaChaPoly_BLAKE2b and Noise_XXpsk0_25519_ChaChaPoly_BLAKE2b: handshake and transport cipher, bytes in and bytes out,
 * with no socket, no clock and no allocation. Sections named here are those of the Noise Protocol Framework, revision 34.
 *
 * A handshake is three messages, the first and third from the initiator. Each side calls noise_write() and noise_read() in turn and
 * noise_split() after the third. The structs are plain: they may be embedded and copied, and hold no pointer into themselves; what
 * holds keys is wiped by noise_wipe() and noise_cipher_wipe(). sodium_init() must have run. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NOISE_KEY = 32,		  /* DHLEN, a cipher key and a psk */
	NOISE_HASH = 64,	  /* HASHLEN */
	NOISE_TAG = 16,		  /* what an encrypted payload is longer than a plain one */
	NOISE_MAX = 65535,	  /* any message, handshake or transport (section 3) */
	NOISE_OVERHEAD_MAX = 96,  /* the most a handshake message is longer than its payload */
	NOISE_PSK_MESSAGE_1 = 48, /* message 1 of XXpsk0 with its empty payload */
	NOISE_PSKS_MAX = 16,	  /* keys noise_try_psks() takes */
	NOISE_MESSAGES = 3,	  /* in a handshake */
};

enum noise_role { NOISE_INITIATOR, NOISE_RESPONDER };
enum noise_pattern { NOISE_XX, NOISE_XXPSK0 };

struct noise_keypair {
	uint8_t priv[NOISE_KEY];
	uint8_t pub[NOISE_KEY];
};

/* CipherState (section 5.1). One direction of a session has one of its own. */
struct noise_cipher {
	uint8_t k[NOISE_KEY];
	uint64_t n;
	bool has_key;
};

/* SymmetricState (section 5.2). */
struct noise_symmetric {
	uint8_t ck[NOISE_HASH];
	uint8_t h[NOISE_HASH];
	struct noise_cipher cipher;
};

/* Fills buf with n random bytes. */
typedef void noise_random(void *arg, void *buf, size_t n);

/* What noise_init() is told. It copies all it needs. */
struct noise_config {
	enum noise_role role;
	enum noise_pattern pattern;
	const void *prologue;
	size_t prologue_len;
	const struct noise_keypair *s; /* our static keys */
	const uint8_t *psk;	       /* NOISE_KEY bytes for XXpsk0, else NULL */
	noise_random *random;	       /* makes the ephemeral key; NULL: the system's randomness */
	void *random_arg;
};

/* HandshakeState (section 5.3). The fields are noise.c's own; look through the functions below. */
struct noise {
	struct noise_symmetric ss;
	struct noise_keypair s, e;
	uint8_t rs[NOISE_KEY], re[NOISE_KEY];
	uint8_t psk[NOISE_KEY];
	enum noise_role role;
	enum noise_pattern pattern;
	unsigned next; /* the message that comes next: 0, 1, 2; then one of noise.c's end states */
	bool has_rs;
	noise_random *random;
	void *random_arg;
};

/* Starts a handshake. 0; or -1 with errno EINVAL: no static keys, or a psk missing in XXpsk0 or given in XX. */
int noise_init(struct noise *ns, const struct noise_config *config)
	__attribute__((warn_unused_result));

/* Bytes a handshake message (0, 1 or 2) is longer than its payload. */
size_t noise_overhead(enum noise_pattern pattern, unsigned message);

/* Writes the next handshake message, *out_len = noise_overhead() + len bytes, to out, which must not overlap payload. 0; or -1 with
 * errno EINVAL (not our turn, or ended), EMSGSIZE (payload too long for NOISE_MAX), ENOBUFS (cap too small): nothing happened. Or
 * EPROTO: the peer's key is one of small order, and the handshake has ended and is wiped. */
int noise_write(struct noise *ns, const uint8_t *payload, size_t len, uint8_t *out, size_t cap,
		size_t *out_len) __attribute__((warn_unused_result));

/* Reads the next handshake message and writes its payload, *payload_len = len - noise_overhead() bytes, to payload, which must not
 * overlap message. 0; or -1 with errno EINVAL (not the peer's turn, or ended), EMSGSIZE (too short, or over NOISE_MAX), ENOBUFS (cap
 * too small), EBADMSG (does not authenticate): the state is what it was before, and no plaintext was let out. Or EPROTO as above.
 * Payload 1 is neither secret nor authenticated in XX. */
int noise_read(struct noise *ns, const uint8_t *message, size_t len, uint8_t *payload, size_t cap,
	       size_t *payload_len) __attribute__((warn_unused_result));

/* All three messages are through. */
bool noise_done(const struct noise *ns);
/* The peer's static key, NOISE_KEY bytes inside ns: for the initiator from message 2 on, for the responder from message 3 on; before
 * that NULL. Who calls somebody compares it before writing message 3. */
const uint8_t *noise_remote_static(const struct noise *ns);
/* The handshake hash h (section 11.2), NOISE_HASH bytes inside ns; NULL before noise_done(). */
const uint8_t *noise_hash(const struct noise *ns);

/* Ends a done handshake in two ciphers, one for each direction (section 5.2, Split), and wipes every secret in ns; the remote static
 * key and the hash can still be asked for. 0; or -1 with errno EINVAL if it is not done or was split before. */
int noise_split(struct noise *ns, struct noise_cipher *tx, struct noise_cipher *rx)
	__attribute__((warn_unused_result));

/* Wipes everything. A wiped handshake refuses all further calls but noise_init(). */
void noise_wipe(struct noise *ns);

/* Which of count (at most NOISE_PSKS_MAX) psks made this message 1 of XXpsk0 with an empty payload? Its index; or -1 with errno
 * EMSGSIZE (len is not NOISE_PSK_MESSAGE_1), EINVAL (too many keys) or EBADMSG (none). Costs hashes and one tag per key, no X25519,
 * and no key is left out after a hit, so that time does not tell which it was. Then noise_init() with that key and noise_read() as usual. */
int noise_try_psks(const void *prologue, size_t prologue_len, const uint8_t *message, size_t len,
		   const uint8_t psks[][NOISE_KEY], size_t count)
	__attribute__((warn_unused_result));

/* Encrypts buf[0..len) in place and appends the tag: len + NOISE_TAG bytes. Empty AD; counts n up. 0; or -1 with errno EINVAL (no
 * key), EMSGSIZE (over NOISE_MAX), ENOBUFS (cap too small for the tag), EOVERFLOW (n is used up): nothing happened. */
int noise_seal(struct noise_cipher *c, uint8_t *buf, size_t len, size_t cap)
	__attribute__((warn_unused_result));
/* Decrypts buf[0..len) in place: the plaintext is buf[0..len - NOISE_TAG). 0; or -1 with errno EINVAL, EMSGSIZE (shorter than a tag,
 * or over NOISE_MAX), EOVERFLOW, or EBADMSG: then the plaintext is zeroed. n counts up on success only. */
int noise_open(struct noise_cipher *c, uint8_t *buf, size_t len)
	__attribute__((warn_unused_result));
/* Rekey (section 4.2): a new k from the old one; n goes on. 0; or -1 with errno EINVAL (no key). */
int noise_rekey(struct noise_cipher *c) __attribute__((warn_unused_result));
void noise_cipher_wipe(struct noise_cipher *c);

/* The public key of a private one. */
void noise_keypair_from_private(struct noise_keypair *kp, const uint8_t priv[NOISE_KEY]);
/* DH (section 12.1): X25519. 0; or -1 with errno EPROTO if the result is all zero, which only a public key of small order makes; out
 * is then zeroed and whatever asked must end. */
int noise_dh(uint8_t out[NOISE_KEY], const uint8_t priv[NOISE_KEY], const uint8_t pub[NOISE_KEY])
	__attribute__((warn_unused_result));

#endif
