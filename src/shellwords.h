#ifndef P2P_SRC_SHELLWORDS_H
#define P2P_SRC_SHELLWORDS_H
/* Command lines split into words as a shell quotes them ('…', "…", `\ `), and pastes read as
 * dropped files. Nothing is expanded. */

#include <stdbool.h>
#include <stddef.h>

/* The most words of one line. */
#define SHELLWORDS_MAX 4096

struct shellwords {
	char **word; /* n of them, then NULL; fresh memory */
	size_t n;
};

/* Splits at blanks (space, tab, newline, CR). In "…" a backslash quotes `"`, `\`, `$` and `` ` ``
 * only; in '…' nothing. An empty line has no words. False, with *why (may be NULL) a constant
 * sentence and nothing to free, for an open quote, a last backslash, too many words. */
bool shellwords_split(const char *line, struct shellwords *out, const char **why)
	__attribute__((warn_unused_result));
void shellwords_free(struct shellwords *w);

/* The rest of line after its first n words and the one blank that ends the last of them, as it
 * stands. Blanks before a word are skipped, quotes in the first n words are honoured, those in the
 * rest are not looked at. Points into line; "" if there is no more, or the n words cannot be read.
 */
const char *shellwords_rest(const char *line, size_t n);

/* For completion: the word that ends at len, unfinished quotes allowed. *start gets where it begins
 * in line (len itself if a new word would begin there); returns it unquoted in fresh memory. */
char *shellwords_last(const char *line, size_t len, size_t *start)
	__attribute__((returns_nonnull, warn_unused_result));
/* How many whole words stand before that last one. */
size_t shellwords_count(const char *line, size_t len);
/* word quoted so that shellwords_split() gives it back as one word; as it is if nothing needs it.
 * Fresh memory. */
char *shellwords_quote(const char *word)
	__attribute__((malloc, returns_nonnull, warn_unused_result));

/* How a drop is read. Terminals differ: try WORDS, and LINES if that fails or names files that do
 * not exist. */
enum shellwords_drop {
	SHELLWORDS_WORDS, /* shell words between blanks and newlines */
	SHELLWORDS_LINES, /* one path a line, as it stands */
};
/* Reads a paste as files dropped from the desktop: absolute paths, `~/…` and file:// URLs (this
 * host's, %XX decoded, given back as paths). False, with nothing to free, if any part is something
 * else or there is none. Whether the files exist the caller checks. */
bool shellwords_drop(const char *text, size_t len, enum shellwords_drop how, struct shellwords *out)
	__attribute__((warn_unused_result));

#endif
