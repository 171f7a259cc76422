/* identity.c - the long-term key: its file, and what is derived from it. */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/file.h"
#include "src/identity.h"
#include "src/util.h"

/* The file is three lines of text:
 *
 *	p2p-tui identity 1
 *	seed  64 hex digits
 *	check 32 hex digits: BLAKE2b-128 of the two lines above, newlines included
 *
 * The sum is against damage, so that a wrong digit never becomes another person. */
#define HEAD	  "p2p-tui identity "
#define EDITION	  "1\n"
#define SEED	  "seed  "
#define CHECK	  "check "
#define SEED_LEN  ((size_t)32)
#define CHECK_LEN ((size_t)16)
#define SUMMED	  (sizeof(HEAD EDITION SEED) - 1 + 2 * SEED_LEN + 1)
#define FILE_LEN  (SUMMED + sizeof(CHECK) - 1 + 2 * CHECK_LEN + 1)

/* crypto_kdf's context and the numbers of what is derived (protocol.md, "Choices"). */
#define CONTEXT	     "p2ptui__"
#define SUBKEY_NOISE 1

_Static_assert(sizeof(CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "the context has eight bytes");
_Static_assert(SEED_LEN == crypto_kdf_KEYBYTES, "the seed is a master key of crypto_kdf");
_Static_assert(KEY_LEN == crypto_scalarmult_SCALARBYTES, "an identity is an X25519 key");

/* The two lines above the sum, and the sum in hex with its newline. out[FILE_LEN + 1]. */
static void
compose(char *out, const uint8_t *seed)
{
	uint8_t sum[CHECK_LEN];
	char *p = stpcpy(out, HEAD EDITION SEED);

	util_hex(p, seed, SEED_LEN);
	p += 2 * SEED_LEN;
	*p++ = '\n';
	crypto_generichash(sum, sizeof(sum), (const uint8_t *)out, SUMMED, NULL, 0);
	p = stpcpy(p, CHECK);
	util_hex(p, sum, sizeof(sum));
	memcpy(p + 2 * CHECK_LEN, "\n", 2);
}

/* What is wrong with the file's text, or NULL and the seed. */
static const char *
parse(uint8_t *seed, const char *text, size_t len)
{
	char hex[2 * SEED_LEN + 1] = "", again[FILE_LEN + 1] = "";
	const char *wrong = NULL;

	if (len < sizeof(HEAD) - 1 || memcmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return "is not an identity file of p2p-tui";
	if (len < sizeof(HEAD EDITION) - 1 ||
	    memcmp(text + sizeof(HEAD) - 1, EDITION, sizeof(EDITION) - 1) != 0)
		return "was made by another version of p2p-tui, or its first line is damaged";
	if (len != FILE_LEN)
		return "is damaged: its length is wrong";
	memcpy(hex, text + sizeof(HEAD EDITION SEED) - 1, 2 * SEED_LEN);
	if (!util_unhex(seed, SEED_LEN, hex)) {
		wrong = "is damaged: the seed is not a number";
	} else {
		compose(again, seed);
		if (sodium_memcmp(again, text, FILE_LEN) != 0)
			wrong = "is damaged: its check does not fit the seed";
	}
	sodium_memzero(hex, sizeof(hex));
	sodium_memzero(again, sizeof(again));
	return wrong;
}

static bool
ready(char *err, size_t errlen)
{
	if (sodium_init() >= 0)
		return true;
	snprintf(err, errlen, "libsodium cannot start: there is no source of randomness.");
	return false;
}

bool
identity_create(struct identity *id, const char *path, char *err, size_t errlen)
{
	char text[FILE_LEN + 1];
	int result;

	if (!ready(err, errlen))
		return false;
	crypto_kdf_keygen(id->seed);
	compose(text, id->seed);
	result = file_write(path, FILE_NEW, text, FILE_LEN);
	sodium_memzero(text, sizeof(text));
	if (result != 0) {
		if (errno == EEXIST)
			snprintf(err, errlen, "There is an identity already: %s.", path);
		else
			snprintf(err, errlen, "The identity cannot be written to %s: %s.", path,
				 file_reason(errno));
		identity_wipe(id);
		return false;
	}
	identity_derive(id);
	return true;
}

bool
identity_load(struct identity *id, const char *path, bool *missing, char *err, size_t errlen)
{
	const char *wrong;
	uint8_t *text;
	size_t len;

	*missing = false;
	if (!ready(err, errlen))
		return false;
	text = file_read(path, 4096, &len);
	if (text == NULL) {
		*missing = errno == ENOENT;
		if (*missing)
			snprintf(err, errlen, "There is no identity yet: %s does not exist.", path);
		else
			snprintf(err, errlen, "The identity in %s cannot be read: %s.", path,
				 file_reason(errno));
		return false;
	}
	wrong = parse(id->seed, (const char *)text, len);
	sodium_memzero(text, len);
	free(text);
	if (wrong != NULL) {
		snprintf(err, errlen,
			 "The file %s %s. It is left as it is; a backup can take its place.", path,
			 wrong);
		identity_wipe(id);
		return false;
	}
	/* A copy or a backup may have come back readable by others. */
	(void)!chmod(path, 0600);
	identity_derive(id);
	return true;
}

void
identity_derive(struct identity *id)
{
	crypto_kdf_derive_from_key(id->secret, sizeof(id->secret), SUBKEY_NOISE, CONTEXT, id->seed);
	crypto_scalarmult_base(id->key.b, id->secret);
}

void
identity_wipe(struct identity *id)
{
	sodium_memzero(id, sizeof(*id));
}
