#ifndef P2P_NET_MANIFEST_H
#define P2P_NET_MANIFEST_H
/* The list of what a transfer holds: how an entry is written, and the checks a received list has to pass. Pure.
 * (net/PROTOCOL.md, "Transfers: the manifest") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader;
struct writer;

#define ENTRY_TOP      UINT32_MAX /* the parent of what lies at the top */
#define ENTRY_FIXED    25	  /* bytes of an entry without its name and link text */
#define ENTRY_LINK_MAX 4095

enum entry_kind { ENTRY_FILE = 0, ENTRY_FOLDER = 1, ENTRY_LINK = 2 };

/* One entry. name and link are in place, not NUL-ended. */
struct entry {
	uint32_t parent;
	enum entry_kind kind;
	uint16_t mode;
	int64_t mtime_ns;
	uint64_t size; /* of a file; else 0 */
	const char *name, *link;
	size_t name_len, link_len;
};

/* Bytes entry_put() writes. */
size_t entry_length(const struct entry *e);
void entry_put(struct writer *w, const struct entry *e);
/* False: cut short or of an unknown kind. Says nothing about names. */
bool entry_get(struct reader *r, struct entry *e);

/* Whether a link with this text, in a folder `depth` levels below the top item (1: directly inside it), can only lead to something inside
 * it: any number of leading "..", fewer than the levels, then plain names. */
bool entry_link_stays(const char *text, size_t len, uint32_t depth);

/* A received manifest that is being gathered, or is complete. Memory grows with what arrived, never with what was announced. */
struct manifest {
	uint8_t *p; /* the entries as they came, malloc'd */
	size_t len, room, want_len;
	uint32_t count, room_count, want_count;
	uint32_t *info; /* per entry: kind in the low two bits, depth above (0 at the top) */
	uint64_t bytes, want_bytes;
	uint32_t files, folders, links;
	unsigned flags; /* path_flags of all names */
	char *names;	/* the first MANIFEST_NAMES as they would arrive, one NUL-ended line each */
	size_t names_len;
	char **first_paths; /* those of the first entries, for building names */
};
#define MANIFEST_NAMES 64

void manifest_init(struct manifest *m, uint32_t count, size_t len, uint64_t bytes);
void manifest_free(struct manifest *m);
/* The body of an ENTRIES frame behind its handle. -1: it breaks the protocol, *why is a constant sentence. */
int manifest_add(struct manifest *m, struct reader *r, const char **why);
/* All announced entries are here. */
bool manifest_complete(const struct manifest *m);
/* The end: does it add up? -1 as above. */
int manifest_check(const struct manifest *m, const char **why);
enum entry_kind manifest_kind(const struct manifest *m, uint32_t i);
/* How many files stand at or behind entry `from`. */
uint32_t manifest_files_from(const struct manifest *m, uint32_t from);

/* Where each entry of a checked manifest begins: count offsets, malloc'd. */
uint32_t *manifest_index(const uint8_t *p, size_t len, uint32_t count);

#endif
