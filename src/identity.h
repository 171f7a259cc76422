#ifndef P2P_SRC_IDENTITY_H
#define P2P_SRC_IDENTITY_H
/* The long-term key: a 32-byte master seed in a private file, and what is derived from it (protocol.md, "Choices"). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct identity {
	uint8_t seed[32];
	uint8_t secret[KEY_LEN]; /* X25519, crypto_kdf("noise") */
	struct key key;		 /* its public half: who we are */
};

/* Makes a new identity and writes it to path (0600, durable, never over an existing file). False with a sentence in err. */
bool identity_create(struct identity *id, const char *path, char *err, size_t errlen);
/* Reads it back. *missing tells "no such file" from a damaged one; a damaged one is never replaced. */
bool identity_load(struct identity *id, const char *path, bool *missing, char *err, size_t errlen);
/* Derives secret and key from seed. Tests use it with fixed seeds. */
void identity_derive(struct identity *id);
void identity_wipe(struct identity *id);

#endif
