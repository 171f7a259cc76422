#ifndef P2P_UI_LIT_H
#define P2P_UI_LIT_H
/* Words that were looked for, and where they stand in a text: what a search lights up. A text matches when all of them occur in it, in any
 * order and whatever their case, as in the store's own search. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was typed, as words: folded, each ended by a NUL, an empty one behind the last. Fresh memory. */
char *lit_words(const char *typed, size_t len);
/* Whether all words occur in a text, which may be any bytes. No words match nothing. */
bool lit_matches(const char *words, const char *text, size_t len);
/* Sets mark[i] for each byte i of a shown text (text.h) that belongs to one of the words, and clears the others. Returns where the first of
 * them begins, len if nowhere. */
size_t lit_mark(const char *words, const char *shown, size_t len, uint8_t *mark);

#endif
