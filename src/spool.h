#ifndef P2P_SRC_SPOOL_H
#define P2P_SRC_SPOOL_H
/* Texts too long for a message, which lie in a file of ours until they are sent as one: always sealed, under a key of the database's, so
 * that setting a passphrase has nothing to do about them. */

#include <sys/types.h>
#include <sys/uio.h>

#include <stddef.h>
#include <stdint.h>

struct seal_key;
struct spool;

/* A spool file is
 *
 *	"p2p-tui spool 1\n"	16 bytes, which no text begins with that was written by an older version: it has no such line
 *	base			i64 big endian, random; what the values below are sealed for
 *	a sealed value		(seal.h) for SEAL_SPOOL_HEAD and base: the length of the text, u64 big endian
 *	sealed values		for SEAL_SPOOL_PART and base + 0, 1, 2...: SPOOL_PART bytes of it each, the last one what is left */
#define SPOOL_PART 65536

/* Writes the text into a new file of that folder, sealed, durable. Its path in fresh memory, or NULL with errno. */
char *spool_write(const char *folder, const struct seal_key *key, const void *text, size_t len);

/* The names of all such files of a folder, also of those that were not finished, each ended by a NUL; fresh, *len bytes. */
char *spool_list(const char *folder, size_t *len);
/* Removes those of the list (as spool_list() made it) from the folder that are not among n bytes of paths, each ended by a NUL. */
void spool_sweep(const char *folder, const char *list, size_t len, const char *keep, size_t n);

/* Looks at the beginning of an open file. NULL with errno: EINVAL when it is no spool file at all, EBADMSG when it is damaged or not ours. */
struct spool *spool_open(int fd, const struct seal_key *key);
void spool_free(struct spool *s); /* wipes; NULL is fine */
uint64_t spool_size(const struct spool *s);
/* As preadv(2), of the text. EBADMSG where it was changed. */
ssize_t spool_preadv(struct spool *s, int fd, const struct iovec *iov, int n, off_t at);

#endif
