/* mac.c - Poly1305 by libcrypto or libsodium. */
#include "config.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>

#include "net/aead_evp.h"
#include "net/mac.h"
#include "src/util.h"

_Static_assert(MAC_KEY == crypto_onetimeauth_KEYBYTES && MAC_TAG == crypto_onetimeauth_BYTES,
	       "sizes of Poly1305");

struct mac {
	struct evp_mac_ctx_st *evp; /* NULL: there is no libcrypto */
	bool failed;
	crypto_onetimeauth_state sodium;
};

struct mac *
mac_new(void)
{
	struct mac *m = xcalloc(1, sizeof(*m));

	m->evp = aead_evp_mac_new();
	return m;
}

void
mac_free(struct mac *m)
{
	if (m == NULL)
		return;
	aead_evp_mac_free(m->evp);
	sodium_memzero(m, sizeof(*m));
	free(m);
}

void
mac_start(struct mac *m, const uint8_t key[MAC_KEY])
{
	m->failed = false;
	if (m->evp == NULL)
		crypto_onetimeauth_init(&m->sodium, key);
	else
		m->failed = !aead_evp_mac_start(m->evp, key);
}

void
mac_add(struct mac *m, const void *p, size_t len)
{
	if (m->evp == NULL)
		crypto_onetimeauth_update(&m->sodium, p, len);
	else if (!m->failed)
		m->failed = !aead_evp_mac_add(m->evp, p, len);
}

void
mac_end(struct mac *m, uint8_t tag[MAC_TAG])
{
	if (m->evp == NULL)
		crypto_onetimeauth_final(&m->sodium, tag);
	else if (m->failed || !aead_evp_mac_end(m->evp, tag))
		randombytes_buf(tag, MAC_TAG);
}
