/* aead.c - the transport cipher, ChaCha20-Poly1305: by libsodium, long records by libcrypto where it is there */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <sodium.h>

#include "net/aead.h"
#include "net/aead_evp.h"

_Static_assert(AEAD_KEY == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(AEAD_TAG == crypto_aead_chacha20poly1305_ietf_ABYTES, "tag size");

/* From here on a record is bulk, and worth another library. Shorter than the smallest full DATA frame. */
enum { LONG_RECORD = 16 * 1024 };

enum { NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES };

static void
make_nonce(uint8_t nonce[NONCE], uint64_t n)
{
	memset(nonce, 0, 4);
	for (size_t i = 4; i < NONCE; i++, n >>= 8)
		nonce[i] = (uint8_t)n;
}

int
aead_seal(const uint8_t key[AEAD_KEY], uint64_t n, const void *ad, size_t adlen, uint8_t *buf,
	  size_t len, uint8_t tag[AEAD_TAG])
{
	uint8_t nonce[NONCE], nothing[1];

	if (len == 0)
		buf = nothing; /* libsodium wants a pointer all the same */
	/* libsodium aborts the program on a length it cannot do; no peer and no bug of ours may get that far. */
	if (len > crypto_aead_chacha20poly1305_ietf_MESSAGEBYTES_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	make_nonce(nonce, n);
	if (len >= LONG_RECORD && len <= INT_MAX && adlen == 0 && aead_evp_ready()) {
		if (aead_evp_seal(key, nonce, buf, len, tag))
			return 0;
		/* Half of buf may be ciphertext by now: there is no way back. */
		errno = EIO;
		return -1;
	}
	crypto_aead_chacha20poly1305_ietf_encrypt_detached(buf, tag, NULL, buf, len, ad, adlen,
							   NULL, nonce, key);
	return 0;
}

int
aead_open(const uint8_t key[AEAD_KEY], uint64_t n, const void *ad, size_t adlen, uint8_t *buf,
	  size_t len, const uint8_t tag[AEAD_TAG])
{
	uint8_t nonce[NONCE], nothing[1];
	int error = 0;

	if (len == 0)
		buf = nothing;
	make_nonce(nonce, n);
	if (len > crypto_aead_chacha20poly1305_ietf_MESSAGEBYTES_MAX)
		error = EMSGSIZE;
	else if (len >= LONG_RECORD && len <= INT_MAX && adlen == 0 && aead_evp_ready())
		error = aead_evp_open(key, nonce, buf, len, tag) ? 0 : EBADMSG;
	else if (crypto_aead_chacha20poly1305_ietf_decrypt_detached(buf, NULL, buf, len, tag, ad,
								    adlen, nonce, key) != 0)
		error = EBADMSG;
	if (error == 0)
		return 0;
	memset(buf, 0, len);
	errno = error;
	return -1;
}
