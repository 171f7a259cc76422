#ifndef P2P_TESTS_DISK_TRY_H
#define P2P_TESTS_DISK_TRY_H
/* A transfer from disk to disk, without engines: one tree that is read and one that is written, and the frames carried between them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/disk_int.h"

struct disk;
struct queue;

/* One try of a transfer from disk to disk. */
struct
try {
	struct disk *disk;
	struct queue *replies;
	struct disk_sys sys;
	uint8_t *list;
	size_t list_len;
	uint32_t count, entry; /* entries; where the stream began */
	uint64_t bytes, offset, kept;
	uint32_t at; /* where this run begins */
	uint64_t at_offset;
	unsigned runs;
	bool more; /* another follows it */
	char *to;
	uint64_t wire; /* bytes of frames that went */
	unsigned lost;
	char *place;
};

void try_open(struct try *y);
void try_close(struct try *y);
/* Looks at the source and reads its list. */
void try_scan(struct try *y, const char *from);
/* Opens the sink, as it was left if there is something, and goes to its place in the source. An errno, or 0. */
int try_prepare(struct try *y, const char *to, uint32_t flags);
/* Moves the stream from the place on until about `stop` bytes of frames went, or to its end, in as many runs as it takes; whether that was
 * reached. */
bool try_stream(struct try *y, uint64_t stop);
/* Gives the names; an errno, or 0. */
int try_finish(struct try *y);
/* All of these. */
bool try_whole(struct try *y, const char *from, const char *to);

#endif
