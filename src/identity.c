/* identity.c - the long-term key: its file, and what is derived from it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/identity.h"
#include "src/pass.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/util.h"

/* The file is a few lines of text. In the first edition the seed is plain:
 *
 *	p2p-tui identity 1
 *	seed  64 hex digits
 *	check 32 hex digits: BLAKE2b-128 of the lines above, newlines included
 *
 * In the second it is sealed under a passphrase:
 *
 *	p2p-tui identity 2
 *	argon PASSES MEMORY	decimal; of Argon2id 1.3, memory in bytes
 *	salt  32 hex digits
 *	seed  144 hex digits: a random nonce of 24 bytes, and the XChaCha20-Poly1305 of the seed under the key that Argon2id makes of
 *	      passphrase and salt, with the lines above this one as associated data
 *	check 32 hex digits, as above
 *
 * The sum is against damage: a wrong digit never becomes another person, and a damaged file is not taken for a wrong passphrase. */
#define HEAD	   "p2p-tui identity "
#define EDITION_1  "1\n"
#define EDITION_2  "2\n"
#define SEED	   "seed  "
#define CHECK	   "check "
#define SEED_LEN   ((size_t)32)
#define CHECK_LEN  ((size_t)16)
#define NONCE_LEN  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_LEN (NONCE_LEN + SEED_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define TEXT_SIZE  512

/* crypto_kdf's context and the numbers of what is derived (protocol.md, "Choices"). */
#define CONTEXT	     "p2ptui__"
#define SUBKEY_NOISE 1

_Static_assert(sizeof(CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "the context has eight bytes");
_Static_assert(SEED_LEN == crypto_kdf_KEYBYTES, "the seed is a master key of crypto_kdf");
_Static_assert(KEY_LEN == crypto_scalarmult_SCALARBYTES, "an identity is an X25519 key");

/* What the file says. */
struct text {
	bool sealed;
	uint8_t seed[SEALED_LEN]; /* SEED_LEN of it when it is plain */
	struct pass_cost cost;
	uint8_t salt[PASS_SALT_LEN];
};

/* The lines above the seed. */
static size_t
compose_head(char *out, const struct text *t)
{
	char salt[2 * PASS_SALT_LEN + 1];
	int n;

	if (!t->sealed)
		n = snprintf(out, TEXT_SIZE, HEAD EDITION_1);
	else
		n = snprintf(
			out, TEXT_SIZE, HEAD EDITION_2 "argon %" PRIu64 " %" PRIu64 "\nsalt  %s\n",
			t->cost.passes, t->cost.memory, util_hex(salt, t->salt, sizeof(t->salt)));
	return (size_t)n;
}

/* The whole file. out[TEXT_SIZE]; returns the length. */
static size_t
compose(char *out, const struct text *t)
{
	size_t len = t->sealed ? SEALED_LEN : SEED_LEN;
	char *p = stpcpy(out + compose_head(out, t), SEED);
	uint8_t sum[CHECK_LEN];

	util_hex(p, t->seed, len);
	p += 2 * len;
	*p++ = '\n';
	crypto_generichash(sum, sizeof(sum), (const uint8_t *)out, (size_t)(p - out), NULL, 0);
	p = stpcpy(p, CHECK);
	util_hex(p, sum, sizeof(sum));
	p = stpcpy(p + 2 * CHECK_LEN, "\n");
	return (size_t)(p - out);
}

/* A decimal number of at most 15 digits at *p, and the character behind it. */
static bool
take_number(const char **p, uint64_t *v, char behind)
{
	size_t digits = strspn(*p, "0123456789");

	if (digits == 0 || digits > 15 || (*p)[digits] != behind)
		return false;
	*v = strtoull(*p, NULL, 10);
	*p += digits + 1;
	return true;
}

static bool
take_hex(const char **p, const char *label, uint8_t *out, size_t n)
{
	char hex[2 * SEALED_LEN + 1];
	bool good;

	if (strncmp(*p, label, strlen(label)) != 0)
		return false;
	*p += strlen(label);
	if (strnlen(*p, 2 * n + 1) < 2 * n + 1 || (*p)[2 * n] != '\n')
		return false;
	memcpy(hex, *p, 2 * n);
	hex[2 * n] = '\0';
	*p += 2 * n + 1;
	good = util_unhex(out, n, hex);
	sodium_memzero(hex, sizeof(hex));
	return good;
}

/* What is wrong with the file's text (which a NUL ends), or NULL and what it says. */
static const char *
parse(struct text *t, const char *text, size_t len)
{
	const char *p = text + sizeof(HEAD EDITION_1) - 1, *wrong = NULL;
	char again[TEXT_SIZE] = "";

	memset(t, 0, sizeof(*t));
	if (len < sizeof(HEAD) - 1 || memcmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return _("is not an identity file of p2p-tui");
	t->sealed = strncmp(text + sizeof(HEAD) - 1, EDITION_2, sizeof(EDITION_2) - 1) == 0;
	if (!t->sealed && strncmp(text + sizeof(HEAD) - 1, EDITION_1, sizeof(EDITION_1) - 1) != 0)
		return _("was made by another version of p2p-tui, or its first line is damaged");
	if (t->sealed) {
		if (strncmp(p, "argon ", 6) != 0)
			return _("is damaged: a line of it is missing");
		p += 6;
		if (!take_number(&p, &t->cost.passes, ' ') ||
		    !take_number(&p, &t->cost.memory, '\n') ||
		    !take_hex(&p, "salt  ", t->salt, sizeof(t->salt)))
			return _("is damaged: a line of it is missing");
		if (!pass_cost_fits(&t->cost))
			return _("is damaged: it asks for more work than any passphrase takes");
	}
	if (!take_hex(&p, SEED, t->seed, t->sealed ? SEALED_LEN : SEED_LEN))
		wrong = _("is damaged: the seed is not a number");
	else if (compose(again, t) != len || sodium_memcmp(again, text, len) != 0)
		wrong = _("is damaged: its check does not fit the seed");
	sodium_memzero(again, sizeof(again));
	return wrong;
}

static bool
ready(char *err, size_t errlen)
{
	if (sodium_init() >= 0)
		return true;
	say_into(err, errlen, "libsodium cannot start: there is no source of randomness.");
	return false;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

/* The seed under the passphrase, in t. */
static bool
seal_seed(struct text *t, const uint8_t *seed, const char *passphrase, const struct pass_cost *cost,
	  char *err, size_t errlen)
{
	uint8_t key[PASS_KEY_LEN];
	char head[TEXT_SIZE];
	bool good;

	t->sealed = true;
	t->cost = *cost;
	randombytes_buf(t->salt, sizeof(t->salt));
	randombytes_buf(t->seed, NONCE_LEN);
	good = pass_key(key, passphrase, t->salt, cost, err, errlen);
	if (good)
		crypto_aead_xchacha20poly1305_ietf_encrypt(
			t->seed + NONCE_LEN, NULL, seed, SEED_LEN, (const uint8_t *)head,
			compose_head(head, t), NULL, t->seed, key);
	sodium_memzero(key, sizeof(key));
	return good;
}

/* The file that is about to be replaced, so that its bytes can be overwritten once it is; -1 if there is none. */
static int
open_old(const char *path)
{
	return open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* Best effort: a file system that copies on write, or a disk that levels wear, keeps the old bytes somewhere. */
static void
overwrite_old(int fd)
{
	static const char zeros[TEXT_SIZE];
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 0 &&
	    st.st_size <= (off_t)sizeof(zeros) &&
	    pwrite(fd, zeros, (size_t)st.st_size, 0) == st.st_size)
		(void)!fsync(fd);
	close(fd);
}

bool
identity_write(struct identity *id, const char *path, bool fresh, const char *passphrase,
	       const struct pass_cost *cost, char *err, size_t errlen)
{
	struct text t = {.sealed = false};
	char text[TEXT_SIZE];
	int result, old;

	if (!ready(err, errlen))
		return false;
	if (passphrase == NULL)
		memcpy(t.seed, id->seed, SEED_LEN);
	else if (!seal_seed(&t, id->seed, passphrase, cost != NULL ? cost : &pass_moderate, err,
			    errlen))
		return false;
	old = fresh ? -1 : open_old(path);
	result = file_write(path, fresh ? FILE_NEW : FILE_REPLACE, text, compose(text, &t));
	sodium_memzero(text, sizeof(text));
	sodium_memzero(&t, sizeof(t));
	if (result == 0) {
		id->sealed = passphrase != NULL;
		overwrite_old(old);
		return true;
	}
	if (errno == EEXIST)
		say_into(err, errlen, "There is an identity already: %s.", path);
	else
		say_into(err, errlen, "The identity cannot be written to %s: %s.", path,
			 file_reason(errno));
	if (old >= 0)
		close(old);
	return false;
}

bool
identity_create(struct identity *id, const char *path, char *err, size_t errlen)
{
	if (!ready(err, errlen))
		return false;
	memset(id, 0, sizeof(*id));
	crypto_kdf_keygen(id->seed);
	if (!identity_write(id, path, true, NULL, NULL, err, errlen)) {
		identity_wipe(id);
		return false;
	}
	identity_derive(id);
	return true;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

/* The seed out of t, with the passphrase that `ask` gets. */
static bool
unseal_seed(uint8_t *seed, const struct text *t, identity_ask *ask, void *arg, char *err,
	    size_t errlen)
{
	char passphrase[PASS_SIZE] = "", head[TEXT_SIZE];
	uint8_t key[PASS_KEY_LEN] = {0};
	bool good = false;

	if (ask == NULL) {
		say_into(err, errlen, "The identity is sealed under a passphrase.");
		return false;
	}
	if (!ask(arg, passphrase, err, errlen) ||
	    !pass_key(key, passphrase, t->salt, &t->cost, err, errlen))
		goto out;
	good = crypto_aead_xchacha20poly1305_ietf_decrypt(
		       seed, NULL, NULL, t->seed + NONCE_LEN, SEALED_LEN - NONCE_LEN,
		       (const uint8_t *)head, compose_head(head, t), t->seed, key) == 0;
	if (!good)
		say_into(err, errlen, "The passphrase is wrong.");
out:
	sodium_memzero(key, sizeof(key));
	pass_wipe(passphrase);
	return good;
}

/* What others could read is made private, as it is written. */
static void
mend_mode(struct identity *id, const char *path)
{
	struct stat st;

	id->exposed = stat(path, &st) == 0 && (st.st_mode & 077) != 0;
	id->mended = id->exposed && chmod(path, st.st_mode & 0700) == 0;
}

bool
identity_open(struct identity *id, const char *path, bool *missing, identity_ask *ask, void *arg,
	      char *err, size_t errlen)
{
	const char *wrong;
	struct text t;
	uint8_t *bytes;
	size_t len;
	bool good = true;

	*missing = false;
	memset(id, 0, sizeof(*id));
	if (!ready(err, errlen))
		return false;
	bytes = file_read(path, 4096, &len);
	if (bytes == NULL) {
		*missing = errno == ENOENT;
		if (*missing)
			say_into(err, errlen, "There is no identity yet: %s does not exist.", path);
		else
			say_into(err, errlen, "The identity in %s cannot be read: %s.", path,
				 file_reason(errno));
		return false;
	}
	wrong = parse(&t, (const char *)bytes, len);
	sodium_memzero(bytes, len);
	free(bytes);
	if (wrong != NULL) {
		say_into(err, errlen,
			 "The file %s %s. It is left as it is; a backup can take its place.", path,
			 wrong);
		good = false;
	} else if (t.sealed) {
		good = unseal_seed(id->seed, &t, ask, arg, err, errlen);
	} else {
		memcpy(id->seed, t.seed, SEED_LEN);
	}
	id->sealed = t.sealed;
	sodium_memzero(&t, sizeof(t));
	if (!good) {
		identity_wipe(id);
		return false;
	}
	/* A copy or a backup may have come back readable by others. */
	mend_mode(id, path);
	identity_derive(id);
	return true;
}

bool
identity_load(struct identity *id, const char *path, bool *missing, char *err, size_t errlen)
{
	return identity_open(id, path, missing, NULL, NULL, err, errlen);
}

void
identity_derive(struct identity *id)
{
	crypto_kdf_derive_from_key(id->secret, sizeof(id->secret), SUBKEY_NOISE, CONTEXT, id->seed);
	crypto_scalarmult_base(id->key.b, id->secret);
}

void
identity_seal_key(const struct identity *id, struct seal_key *key)
{
	seal_key_from_seed(key, id->seed);
	key->wanted = id->sealed;
}

void
identity_wipe(struct identity *id)
{
	sodium_memzero(id, sizeof(*id));
}
