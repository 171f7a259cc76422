#ifndef P2P_NET_DISK_JOURNAL_H
#define P2P_NET_DISK_JOURNAL_H
/* The journal of a part folder, as those who write it and who read it again know it.
 *
 * A record says that a stretch of an entry's part was written, with a check of its bytes. The stretches of one entry follow each other from
 * 0 on; entries may come in any order, and one may begin anew: then what was said of it before is void. */

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mac;
struct tree;

/* In the part folder. Poly1305 under a key of its own for each record: BLAKE2b at a third of its speed would be felt in every transfer,
 * and who could choose bytes that hide a change sees neither key nor tags. */
#define JOURNAL_FILE "journal"
#define KEY_FILE     "key"
#define KEY_LEN	     32
#define RECORD_LEN   48 /* entry u32, kind u32, from u64, to u64, nonce u64, tag 16 */
#define HEAD_LEN     32
#define RECORDS	     512 /* kept in memory at most */
#define LOOK	     (256 * 1024)
#define HOLE_RECORD  (256 * 1024) /* a hole this long is one */

enum kind {
	KIND_DATA,
	KIND_END,
	KIND_HOLE,
	KIND_CHANGED, /* the file will not arrive */
	KIND_UNREADABLE,
	KIND_BACK, /* what lies behind `from` is void */
};

struct journal {
	int fd;
	uint8_t key[KEY_LEN];
	uint64_t nonce;
	off_t len; /* of the file */
	uint8_t p[RECORDS * RECORD_LEN];
	size_t n;	  /* bytes in p, behind those in the file */
	uint64_t waiting; /* bytes of parts they stand for */

	bool open; /* a stretch is: */
	uint32_t entry;
	uint64_t from, to;
	struct mac *mac;
};

/* A check of bytes under the key of a record. */
void journal_mac(const struct journal *j, struct mac *mac, uint64_t nonce);
/* A stretch of an entry begins; ends it as a record. An errno, or 0. */
void journal_stretch(struct journal *j, uint32_t entry, uint64_t from);
int journal_cut(const struct tree *t, enum kind kind);

#endif
