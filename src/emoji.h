#ifndef P2P_SRC_EMOJI_H
#define P2P_SRC_EMOJI_H
/* The short names of common emoji, for completion: what is sent is the emoji itself. */

#include <stddef.h>

struct emoji {
	const char *name; /* "smile" */
	const char *text; /* UTF-8, one character */
};

/* Ended by a row whose name is NULL. */
extern const struct emoji emoji_table[];

/* How many names begin so; *first is the first of them, the others follow it. */
size_t emoji_find(const char *prefix, size_t len, const struct emoji **first);

#endif
