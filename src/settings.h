#ifndef P2P_SRC_SETTINGS_H
#define P2P_SRC_SETTINGS_H
/* Files of `name = value` lines, which people write too: read, and one line changed while every other stays as it stands.
 *
 * A # that begins a line or follows a blank starts a comment; a value that has one, or blanks at its ends, stands in "double quotes", in which
 * \" and \\ are themselves. Of several lines with one name the last good one holds. A line that is nonsense costs one sentence; the rest is
 * used. */

#include <stdbool.h>
#include <stddef.h>

struct settings {
	const char *file; /* its path, which stands in the sentences too */
	const char *what; /* what it holds, for the sentences: "options" */
	void *arg;
	/* One line, its value as it is meant. False with what is wrong in why. */
	bool (*use)(void *arg, const char *name, size_t name_len, const char *value, char *why,
		    size_t whylen);
	void (*complain)(void *arg, const char *sentence);
};

/* Reads the file. A missing one is no error. False, after a sentence, only if it exists and cannot be read. */
bool settings_load(const struct settings *s);
/* The same with bytes in memory. */
void settings_parse(const struct settings *s, const char *bytes, size_t len);

/* Writes one line back - the last one with that name, or a new one at the end (new file, fsync, rename). False with a
 * sentence. */
bool settings_save(const char *path, const char *what, const char *name, const char *value,
		   char *err, size_t errlen);
/* What the file becomes by that: fresh memory, *newlen bytes. */
char *settings_edit(const char *bytes, size_t len, const char *name, const char *setting,
		    size_t *newlen);

#endif
