#ifndef P2P_SRC_CHOICE_ROW_H
#define P2P_SRC_CHOICE_ROW_H
/* A row of the list from which a part of an offer is chosen, as it travels, packed, in EV_CHOICE. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_buf;

enum choice_mark { CHOICE_NONE, CHOICE_SOME, CHOICE_ALL };

enum choice_kind { CHOICE_FILE, CHOICE_FOLDER, CHOICE_LINK };

struct choice_row {
	uint32_t entry; /* of the offer's manifest */
	enum choice_kind kind;
	enum choice_mark mark; /* of a folder: of what is below it */
	bool odd;	       /* hidden, changed, hostile or executable: look twice */
	uint64_t size;	       /* of a folder: of all files below it */
	uint32_t files;	       /* below a folder */
	int64_t mtime_ns;
	const char *
		name; /* as it would arrive, NUL-ended; in a list that is filtered, its path below the folder */
};

/* Appends a packed row. */
void choice_row_put(struct row_buf *buf, const struct choice_row *row);
/* Reads the row at *at and moves *at behind it; the name points into bytes. False at the end or when what stands there is no row. */
bool choice_row_get(const uint8_t *bytes, size_t len, size_t *at, struct choice_row *row);

#endif
