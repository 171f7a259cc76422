#ifndef P2P_SRC_PASS_H
#define P2P_SRC_PASS_H
/* Passphrases: asking for them, and the keys made from them (Argon2id). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASS_MAX      1023 /* bytes of a passphrase */
#define PASS_SIZE     (PASS_MAX + 1)
#define PASS_SALT_LEN 16
#define PASS_KEY_LEN  32

/* What deriving a key costs; it stands in each file. Passes over memory, and bytes of it. */
struct pass_cost {
	uint64_t passes, memory;
};

/* libsodium's MODERATE: 3 passes over 256 MiB. */
extern const struct pass_cost pass_moderate;

/* Whether a file may ask for that much: 1 to 16 passes over 8 KiB to 1 GiB. */
bool pass_cost_fits(const struct pass_cost *cost);
/* Argon2id, version 1.3. False with a sentence in err: limits that do not fit, or not enough memory. */
bool pass_key(uint8_t key[PASS_KEY_LEN], const char *passphrase, const uint8_t salt[PASS_SALT_LEN],
	      const struct pass_cost *cost, char *err, size_t errlen)
	__attribute__((warn_unused_result));

/* Reads one line from fd, byte by byte, so that what follows stays for whoever reads next. False with a sentence in err: an empty one,
 * one that is too long, a descriptor that cannot be read. */
bool pass_read(char out[PASS_SIZE], int fd, char *err, size_t errlen);
/* Asks on the terminal, without showing what is typed. The same errors, and: there is no terminal. */
bool pass_ask(char out[PASS_SIZE], const char *prompt, char *err, size_t errlen);
void pass_wipe(char passphrase[PASS_SIZE]);

#endif
