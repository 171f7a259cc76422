#ifndef P2P_SRC_TRANSCRIPT_H
#define P2P_SRC_TRANSCRIPT_H
/* A whole chat written down: as text to be read, with a line for each day, or as JSON, one object a line. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct json;
struct row;
struct store;

/* What is written, and where it goes. */
struct transcript {
	struct key peer;
	const char *own; /* what the user is called; "" is "you" */
	bool as_json;
	/* Takes the next bytes; false ends it. */
	bool (*put)(void *arg, const char *bytes, size_t len);
	void *arg;
	/* Asked now and then; false ends it. NULL: it goes on. */
	bool (*go_on)(void *arg);
	void *go_on_arg;
	uint64_t messages; /* how many were written */
};

/* Writes all there is, page after page, so that a history of any length needs the memory of one. False: put() or go_on() said so, or with a sentence in err
 * that the history cannot be read. */
bool transcript_write(struct store *s, struct transcript *t, char *err, size_t errlen);

/* Calls fn for each text that a message had before, the oldest first. */
void transcript_versions(struct store *s, const struct row *row,
			 void (*fn)(void *arg, const struct row *version), void *arg);

/* A message as the members of a JSON object, which the caller has begun and ends. versions: where texts of before are looked up, NULL: they
 * are left out; name: of the contact; state: what its receipt says. */
void transcript_members(struct json *j, struct store *versions, const struct row *row,
			const char *name, enum receipt state);

/* The same into a new file, which is there when it is whole and on the disk; `replace`: also in the place of an old one. False with a sentence. */
bool transcript_file(struct store *s, struct transcript *t, const char *path, bool replace,
		     char *err, size_t errlen);

#endif
