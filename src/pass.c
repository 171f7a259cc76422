/* pass.c - asking for passphrases, and making keys from them. */
#include "config.h"

#include <errno.h>
#include <readpassphrase.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/file.h"
#include "src/pass.h"
#include "src/say.h"

#define PASSES_MAX 16
#define MEMORY_MIN 8192
#define MEMORY_MAX ((uint64_t)1024 * 1024 * 1024)

_Static_assert(PASS_SALT_LEN == crypto_pwhash_argon2id_SALTBYTES, "a salt of Argon2id");

const struct pass_cost pass_moderate = {
	.passes = crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
	.memory = crypto_pwhash_argon2id_MEMLIMIT_MODERATE,
};

bool
pass_cost_fits(const struct pass_cost *cost)
{
	return cost->passes >= 1 && cost->passes <= PASSES_MAX && cost->memory >= MEMORY_MIN &&
	       cost->memory <= MEMORY_MAX;
}

bool
pass_key(uint8_t key[PASS_KEY_LEN], const char *passphrase, const uint8_t salt[PASS_SALT_LEN],
	 const struct pass_cost *cost, char *err, size_t errlen)
{
	if (sodium_init() < 0) {
		say_into(err, errlen, "libsodium cannot start: there is no source of randomness.");
		return false;
	}
	if (!pass_cost_fits(cost)) {
		say_into(err, errlen, "It asks for more work than any passphrase of p2p-tui.");
		return false;
	}
	if (crypto_pwhash(key, PASS_KEY_LEN, passphrase, strlen(passphrase), salt, cost->passes,
			  (size_t)cost->memory, crypto_pwhash_ALG_ARGON2ID13) == 0)
		return true;
	say_into(err, errlen, "There is not enough memory for the passphrase: it takes %u MiB.",
		 (unsigned)(cost->memory >> 20));
	return false;
}

bool
pass_read(char out[PASS_SIZE], int fd, char *err, size_t errlen)
{
	size_t len = 0;
	ssize_t n = 1;
	char c = '\0';

	memset(out, 0, PASS_SIZE);
	while (len <= PASS_MAX) {
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == '\n' || c == '\0')
			break;
		if (len < PASS_MAX)
			out[len] = c;
		len++;
	}
	if (n >= 0 && len != 0 && len <= PASS_MAX)
		return true;
	if (n < 0)
		say_into(err, errlen, "The passphrase cannot be read from descriptor %d: %s.", fd,
			 file_reason(errno));
	else if (len == 0)
		say_into(err, errlen, "The passphrase is empty.");
	else
		say_into(err, errlen, "The passphrase is longer than %d bytes.", PASS_MAX);
	pass_wipe(out);
	return false;
}

bool
pass_ask(char out[PASS_SIZE], const char *prompt, char *err, size_t errlen)
{
	/* One more than fits, so that a longer one is told and not cut. */
	char typed[PASS_SIZE + 1];
	bool good = false;

	if (readpassphrase(prompt, typed, sizeof(typed), RPP_REQUIRE_TTY) == NULL)
		say_into(err, errlen,
			 "The passphrase is needed, and there is no terminal to ask for it on: use "
			 "--passphrase-fd N.");
	else if (typed[0] == '\0')
		say_into(err, errlen, "The passphrase is empty.");
	else if (strlen(typed) > PASS_MAX)
		say_into(err, errlen, "The passphrase is longer than %d bytes.", PASS_MAX);
	else
		good = true;
	memset(out, 0, PASS_SIZE);
	if (good)
		memcpy(out, typed, strlen(typed));
	sodium_memzero(typed, sizeof(typed));
	return good;
}

void
pass_wipe(char passphrase[PASS_SIZE])
{
	sodium_memzero(passphrase, PASS_SIZE);
}
