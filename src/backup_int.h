#ifndef P2P_SRC_BACKUP_INT_H
#define P2P_SRC_BACKUP_INT_H
/* The format of a backup: what its writer and its reader share. Private to src/backup*.c.
 *
 * The file, numbers big endian:
 *
 *	magic	15 bytes, "p2p-tui backup\n"
 *	version	u8, 1
 *	passes	u64, memory u64, salt 16: of Argon2id 1.3, which makes the key of the passphrase
 *	header	24 bytes, of libsodium's crypto_secretstream_xchacha20poly1305
 *	chunks	each the secretstream of BACKUP_CHUNK bytes with all of the above as associated data; the last one, and only that, may be
 *		shorter and has the tag FINAL. Nothing follows it
 *
 * What the chunks hold is a row of records, type u8, length u32, body:
 *
 *	IDENTITY	sealed u8, seed 32
 *	NICK		the name we give ourselves
 *	SCHEMA		u32: the version of the database's tables
 *	TABLE		its name and those of its columns, each ended by a NUL; for what follows
 *	ROW		a value for each column: 0; 1 and i64; or 2, u32 length and bytes
 *	END		u64: how many rows there were. The last record
 *
 * Values are as they stand in the database: one that is sealed there is sealed here once more, and its key comes from the seed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/db.h"

#define BACKUP_MAGIC	  "p2p-tui backup\n"
#define BACKUP_MAGIC_LEN  (sizeof(BACKUP_MAGIC) - 1)
#define BACKUP_VERSION	  1
#define BACKUP_PASSES_AT  (BACKUP_MAGIC_LEN + 1)
#define BACKUP_MEMORY_AT  (BACKUP_PASSES_AT + 8)
#define BACKUP_SALT_AT	  (BACKUP_MEMORY_AT + 8)
#define BACKUP_STREAM_AT  (BACKUP_SALT_AT + 16)
#define BACKUP_HEAD_LEN	  (BACKUP_STREAM_AT + 24)
#define BACKUP_CHUNK	  ((size_t)64 * 1024)
#define BACKUP_RECORD_MAX ((size_t)72 * 1024 * 1024) /* a value of SQLite has at most 64 MiB */
#define BACKUP_TABLES	  32
#define BACKUP_COLUMNS	  64

enum backup_record {
	BACKUP_IDENTITY = 1,
	BACKUP_NICK = 2,
	BACKUP_SCHEMA = 3,
	BACKUP_TABLE = 4,
	BACKUP_ROW = 5,
	BACKUP_END = 6,
};

/* A name of a table or column, as all of ours are: it becomes part of an SQL text. */
bool backup_name_ok(const char *name, size_t len);

#endif
