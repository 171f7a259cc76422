#ifndef P2P_UI_HELP_LINES_H
#define P2P_UI_HELP_LINES_H
/* What the help and the palette list: keys, commands and options, as lines made from their tables, and which of them match. */

#include <stdbool.h>
#include <stddef.h>

#include "src/options.h"
#include "ui/keys.h"

struct command;

/* A heading; or a key, a command, an option. */
struct help_line {
	const char *heading;
	enum request req; /* of a key: its keys are what keys_of() says now */
	unsigned context; /* where that key holds */
	const struct command *command;
	enum option option; /* OPT_COUNT: none */
	char *left;	    /* "/name ARGS", as one types it; of a key NULL */
	char *keys;	    /* of what is typed: its keys, "" for none */
	const char *right;  /* one sentence */
};

struct help_lines {
	struct help_line *v;
	size_t n;
	size_t *shown; /* which of them, in this order */
	size_t nshown;
};

/* All there is: for the help keys by where they hold, then commands and options, under headings; for the palette what can be typed, each
 * with its keys. */
void help_lines_make(struct help_lines *l, bool palette);
void help_lines_free(struct help_lines *l);

/* Fills shown[] with what matches the words typed. In the help all words must be in the line, and a heading shows when a line below it
 * does. In the palette the best come first: names that begin so, names and sentences that hold it, names with these letters in order;
 * without words, the `recent` ones (names, newest first, NULL-ended). */
void help_lines_filter(struct help_lines *l, const char *typed);
void palette_lines_filter(struct help_lines *l, const char *typed, const char *const *recent);

/* What stands on the left of a line: its keys, or what is typed. */
const char *help_line_left(const struct help_line *line);

#endif
