#ifndef P2P_SRC_IDENTITY_H
#define P2P_SRC_IDENTITY_H
/* The long-term key: a 32-byte master seed in a private file, sealed under a passphrase if the person set one, and what is derived from it
 * (protocol.md, "Choices"). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct pass_cost;
struct seal_key;

struct identity {
	uint8_t seed[32];
	uint8_t secret[KEY_LEN]; /* X25519, crypto_kdf("noise") */
	struct key key;		 /* its public half: who we are */
	bool sealed;		 /* its file is sealed under a passphrase */
	bool exposed;		 /* others could read or write its file when it was opened */
	bool mended;		 /* and they cannot any more */
};

/* Where a passphrase comes from when the file asks for one: fills out[PASS_SIZE]; false with a sentence in err. */
typedef bool identity_ask(void *arg, char *out, char *err, size_t errlen);

/* Makes a new identity and writes it to path (0600, durable, never over an existing file). False with a sentence in err. */
bool identity_create(struct identity *id, const char *path, char *err, size_t errlen);
/* Reads it back. *missing tells "no such file" from a damaged one; a damaged one is never replaced. A sealed one fails, with a sentence
 * that says so. A file that others may read or write is made private; `exposed` tells of it. */
bool identity_load(struct identity *id, const char *path, bool *missing, char *err, size_t errlen);
/* The same, and a sealed one is opened: `ask` is called once, and only for a sealed file that is whole. */
bool identity_open(struct identity *id, const char *path, bool *missing, identity_ask *ask,
		   void *arg, char *err, size_t errlen);
/* Writes the identity again, durably, in place of the file at path, sealed under the passphrase or (NULL) in plain; `fresh`: never over
 * an existing one. The bytes of the file it replaces are overwritten, as well as the file system lets us. cost NULL: pass_moderate. */
bool identity_write(struct identity *id, const char *path, bool fresh, const char *passphrase,
		    const struct pass_cost *cost, char *err, size_t errlen);
/* Derives secret and key from seed. Tests use it with fixed seeds. */
void identity_derive(struct identity *id);
/* The key the database is sealed under; wanted if the identity is sealed. */
void identity_seal_key(const struct identity *id, struct seal_key *key);
void identity_wipe(struct identity *id);

#endif
