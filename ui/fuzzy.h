#ifndef P2P_UI_FUZZY_H
#define P2P_UI_FUZZY_H
/* What is typed to filter files and peers by: a name matches when each word of it is in the name, or at least its letters in their order.
 * Pure. */

#include <stddef.h>

/* How well a name matches, better is less: at its start, at the start of a word, anywhere, the first letters of words, letters. */
enum fuzzy_tier {
	FUZZY_START,
	FUZZY_WORD,
	FUZZY_INSIDE,
	FUZZY_INITIALS,
	FUZZY_LETTERS,
	FUZZY_NONE
};

#define FUZZY_MAX 256

struct fuzzy {
	char bytes[FUZZY_MAX]; /* folded words, each ended by a NUL */
	size_t words;
};

/* Case does not count. "" matches everything. */
void fuzzy_query(struct fuzzy *f, const char *query);
/* The key is a name that text_fold() has folded. */
enum fuzzy_tier fuzzy_match(const struct fuzzy *f, const char *key);
/* Where a word stands best in the key, NULL for nowhere. */
const char *fuzzy_find(const char *key, const char *word, enum fuzzy_tier *tier);

#endif
