#ifndef P2P_SRC_WENT_H
#define P2P_SRC_WENT_H
/* Where the files of a transfer went: a row for each file and link, packed in pieces that the store keeps and gives back in pages. A name
 * that begins like the one before it is not written twice, so that a tree of 100,000 files takes some megabytes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

/* What became of a file. Kept on disk: numbers are never used again. */
enum went {
	WENT_THERE = 0,	     /* it arrived */
	WENT_SAME = 1,	     /* an identical one was there already */
	WENT_RENAMED = 2,    /* it arrived; its name was taken, the note is what that was */
	WENT_NOT_TAKEN = 3,  /* the receiver did not want it */
	WENT_CHANGED = 4,    /* failed: it changed while it was being sent */
	WENT_UNREADABLE = 5, /* failed: its sender could not read it; the note may say why */
	WENT_LEFT_OUT = 6,   /* failed: there are no links on the disk it went to */
	WENT_KINDS,
};

struct went_row {
	enum went how;
	bool link;
	uint64_t size;
	const char *path; /* absolute: where it is on this machine, or was to be; NUL-ended, raw */
	const char *note; /* NUL-ended, raw; "" for none */
};

/* Rows behind each other, being packed. All zero to begin with. */
struct went_piece {
	uint8_t *p;
	size_t len, room;
	uint32_t count;
	char *last; /* path of the row before */
};

/* A piece that comes to so many bytes is full. */
#define WENT_PIECE ((size_t)16 * 1024)

void went_put(struct went_piece *piece, const struct went_row *row);
/* Forgets the rows and frees; to be used again or not. Whoever took p has set it to NULL. */
void went_clear(struct went_piece *piece);

/* Rows being read. All zero but bytes and len to begin with. */
struct went_reader {
	const uint8_t *bytes;
	size_t len, at;
	char *path, *note;
	size_t path_len, path_room, note_room;
};

/* The next row; its texts hold until the next call. False at the end, or where something stands that is no row. */
bool went_next(struct went_reader *r, struct went_row *row);
void went_reader_free(struct went_reader *r);

/* "arrived", "renamed": one word, for scripts. */
const char *went_word(enum went how);
/* The same as words for a person, to be translated by who shows them. */
const char *went_words(enum went how, enum direction dir);
struct json;
/* The members of a JSON object about it: dir, state, path, bytes, link; name, of one that was renamed; reason. */
void went_members(struct json *j, enum direction dir, const struct went_row *row);
/* Whether it did not arrive though it was wanted. */
bool went_failed(enum went how);

#endif
