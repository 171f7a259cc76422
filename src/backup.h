#ifndef P2P_SRC_BACKUP_H
#define P2P_SRC_BACKUP_H
/* One encrypted file with everything that makes a home: identity, contacts, history. Written and read as a stream, whatever its size. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct identity;
struct pass_cost;

/* What a backup says besides the database. */
struct backup {
	uint8_t seed[32];
	bool sealed;	      /* the home had a passphrase */
	char nick[NAME_SIZE]; /* ours */
	uint64_t rows;	      /* of the database: what is left out is noticed */
};

/* Writes a new file, sealed under the passphrase, from the database as it stands at one moment, beside a running p2p-tui or not. Durable,
 * never over an existing file; nothing is left after a failure. b->rows is filled. cost NULL: pass_moderate. False with a sentence. */
bool backup_write(struct backup *b, const char *file, const char *database, const char *passphrase,
		  const struct pass_cost *cost, char *err, size_t errlen);

/* Opens the file and fills *b and a new database at the path, which must not exist; it is removed again after a failure. From then on the
 * numbers of our messages go on far above those of the original (RESTORE_SEQS), so that none is given twice. False with a sentence:
 * damaged, cut short, the wrong passphrase, no backup, made by a newer p2p-tui. */
bool backup_read(struct backup *b, const char *file, const char *database, const char *passphrase,
		 char *err, size_t errlen);
/* Whether the file looks like a backup at all, before somebody is asked for its passphrase. */
bool backup_check(const char *file, char *err, size_t errlen);
void backup_wipe(struct backup *b);

/* How far the numbers go on: what the original may say after the backup was made has smaller ones. */
#define RESTORE_SEQS ((int64_t)1 << 32)

#endif
