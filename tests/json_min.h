#ifndef P2P_TESTS_JSON_MIN_H
#define P2P_TESTS_JSON_MIN_H
/* As much JSON as test vectors need: a value is a piece of the text, looked into again each time. Strings hold no escapes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One value, from its first byte to behind its last; p is NULL for none. */
struct json {
	const char *p, *end;
};

/* Reads a file and checks that it is one well-formed value. *text, which all values point into, is the caller's to free, also after a
 * failure (then it may be NULL). */
bool json_load(const char *path, char **text, struct json *out);
/* The member of an object with this key; false if there is none, and *out is then none. */
bool json_get(struct json object, const char *key, struct json *out);
/* Walks over an array: begin with *item all zero; false after the last. */
bool json_each(struct json array, struct json *item);
/* Is it this string? */
bool json_is(struct json value, const char *string);
/* A string of hex digits as bytes: how many; or -1 if it is something else or more than cap. */
ssize_t json_hex(struct json value, uint8_t *buf, size_t cap);

#endif
