/* aead_evp.c - ChaCha20-Poly1305 and Poly1305 by libcrypto, opened when it is first needed. */
#include "config.h"

#include "net/aead_evp.h"

#ifdef HAVE_LIBCRYPTO

#include <dlfcn.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/aead.h"

/* The functions needed, each of the type its header gives it. */
/* clang-format off */
#define EVP_TABLE(ROW) \
	ROW(EVP_CIPHER_CTX_new) \
	ROW(EVP_CIPHER_CTX_ctrl) \
	ROW(EVP_CipherInit_ex) \
	ROW(EVP_CipherUpdate) \
	ROW(EVP_CipherFinal_ex) \
	ROW(EVP_chacha20_poly1305) \
	ROW(EVP_MAC_fetch) \
	ROW(EVP_MAC_CTX_new) \
	ROW(EVP_MAC_CTX_free) \
	ROW(EVP_MAC_init) \
	ROW(EVP_MAC_update) \
	ROW(EVP_MAC_final)
/* clang-format on */

#define ROW(name) static __typeof__(&name) fn_##name;
EVP_TABLE(ROW)
#undef ROW

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static EVP_CIPHER_CTX *context; /* one for all: records are sealed on one thread */
static EVP_MAC *poly1305;
static bool ready;

/* ISO C has no cast from an object pointer to a function's; dlsym() is specified to work this way. */
static bool
find(void *lib, const char *name, void *function)
{
	void *p = dlsym(lib, name);

	memcpy(function, &p, sizeof(p));
	return p != NULL;
}

/* A library of another major version would have another name, so the functions are those of the header. */
static void
open_library(void)
{
	const char *wish = getenv("P2P_TUI_AEAD");
	void *lib;

	if (wish != NULL && strcmp(wish, "sodium") == 0)
		return;
	lib = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
	if (lib == NULL)
		return;
#define ROW(name)                          \
	if (!find(lib, #name, &fn_##name)) \
		return;
	EVP_TABLE(ROW)
#undef ROW
	context = fn_EVP_CIPHER_CTX_new();
	poly1305 = fn_EVP_MAC_fetch(NULL, "POLY1305", NULL);
	ready = context != NULL && poly1305 != NULL &&
		fn_EVP_CipherInit_ex(context, fn_EVP_chacha20_poly1305(), NULL, NULL, NULL, 1) == 1;
}

bool
aead_evp_ready(void)
{
	pthread_once(&once, open_library);
	return ready;
}

bool
aead_evp_seal(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len, uint8_t *tag)
{
	int n = 0;
	bool fine;

	pthread_mutex_lock(&lock);
	fine = fn_EVP_CipherInit_ex(context, NULL, NULL, key, nonce, 1) == 1 &&
	       fn_EVP_CipherUpdate(context, buf, &n, buf, (int)len) == 1 && (size_t)n == len &&
	       fn_EVP_CipherFinal_ex(context, buf + n, &n) == 1 &&
	       fn_EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG, tag) == 1;
	pthread_mutex_unlock(&lock);
	return fine;
}

bool
aead_evp_open(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len,
	      const uint8_t *tag)
{
	uint8_t copy[AEAD_TAG]; /* the call takes no const */
	int n = 0;
	bool fine;

	memcpy(copy, tag, sizeof(copy));
	pthread_mutex_lock(&lock);
	fine = fn_EVP_CipherInit_ex(context, NULL, NULL, key, nonce, 0) == 1 &&
	       fn_EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, copy) == 1 &&
	       fn_EVP_CipherUpdate(context, buf, &n, buf, (int)len) == 1 && (size_t)n == len &&
	       fn_EVP_CipherFinal_ex(context, buf + n, &n) == 1;
	pthread_mutex_unlock(&lock);
	return fine;
}

EVP_MAC_CTX *
aead_evp_mac_new(void)
{
	return aead_evp_ready() ? fn_EVP_MAC_CTX_new(poly1305) : NULL;
}

void
aead_evp_mac_free(EVP_MAC_CTX *mac)
{
	if (mac != NULL)
		fn_EVP_MAC_CTX_free(mac);
}

bool
aead_evp_mac_start(EVP_MAC_CTX *mac, const uint8_t *key)
{
	return fn_EVP_MAC_init(mac, key, AEAD_KEY, NULL) == 1;
}

bool
aead_evp_mac_add(EVP_MAC_CTX *mac, const uint8_t *p, size_t len)
{
	return fn_EVP_MAC_update(mac, p, len) == 1;
}

bool
aead_evp_mac_end(EVP_MAC_CTX *mac, uint8_t *tag)
{
	size_t n = 0;

	return fn_EVP_MAC_final(mac, tag, &n, AEAD_TAG) == 1 && n == AEAD_TAG;
}

#else

bool
aead_evp_ready(void)
{
	return false;
}

bool
aead_evp_seal(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len, uint8_t *tag)
{
	(void)key, (void)nonce, (void)buf, (void)len, (void)tag;
	return false;
}

bool
aead_evp_open(const uint8_t *key, const uint8_t *nonce, uint8_t *buf, size_t len,
	      const uint8_t *tag)
{
	(void)key, (void)nonce, (void)buf, (void)len, (void)tag;
	return false;
}

struct evp_mac_ctx_st *
aead_evp_mac_new(void)
{
	return NULL;
}

void
aead_evp_mac_free(struct evp_mac_ctx_st *mac)
{
	(void)mac;
}

bool
aead_evp_mac_start(struct evp_mac_ctx_st *mac, const uint8_t *key)
{
	(void)mac, (void)key;
	return false;
}

bool
aead_evp_mac_add(struct evp_mac_ctx_st *mac, const uint8_t *p, size_t len)
{
	(void)mac, (void)p, (void)len;
	return false;
}

bool
aead_evp_mac_end(struct evp_mac_ctx_st *mac, uint8_t *tag)
{
	(void)mac, (void)tag;
	return false;
}

#endif
