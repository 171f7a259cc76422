#ifndef P2P_SRC_JSON_H
#define P2P_SRC_JSON_H
/* JSON as `run --json` speaks it: a writer for event lines, a strict reader for one flat object a
 * line. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Writing ----
 * Strings are exact: C0, C1, DEL, bidi and invisible characters are \u escaped, the rest stands as
 * UTF-8. A byte that is no valid UTF-8 becomes U+FFFD: JSON has no way to say it. There are no
 * newlines or blanks between tokens. A `key` of NULL is for elements of an array and for the
 * outermost object. */

#define JSON_DEPTH 8

/* Fill with json_init(). Nesting beyond JSON_DEPTH, or an end too many, is a defect in the caller
 * and ends the program. */
struct json {
	char *buf; /* NUL terminated once anything was written */
	size_t len, cap;
	unsigned depth;
	char close[JSON_DEPTH]; /* what ends each level */
	bool comma[JSON_DEPTH]; /* whether the next member needs a comma */
};

void json_init(struct json *j);
void json_free(struct json *j);
/* Empties it for the next line and keeps the memory. */
void json_reset(struct json *j);
/* What was written, NUL terminated; valid until the next call that changes j. */
const char *json_text(const struct json *j);

void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
/* Ends the innermost object or array. */
void json_end(struct json *j);

void json_string(struct json *j, const char *key, const char *s);
void json_string_n(struct json *j, const char *key, const char *s, size_t len);
void json_int(struct json *j, const char *key, int64_t v);
void json_uint(struct json *j, const char *key, uint64_t v);
void json_bool(struct json *j, const char *key, bool v);
void json_null(struct json *j, const char *key);

/* ---- Reading ----
 * One object in one line; values are strings, numbers, true, false, null and arrays of strings.
 * Refused: nested objects, keys given twice, anything after the object, invalid UTF-8, lone
 * surrogates, U+0000 in a string, and what is over a limit. */

#define JSON_LINE_MAX	 ((size_t)1024 * 1024) /* bytes of a line */
#define JSON_KEY_MAX	 64		       /* bytes of a key */
#define JSON_MEMBERS_MAX 64
#define JSON_ARRAY_MAX	 4096 /* strings of an array */
#define JSON_ERR	 160  /* a buffer for any error sentence */

struct json_object;

/* Reads len bytes. Returns the object, to be freed with json_object_free(); or NULL with a sentence
 * in err[errlen]. */
struct json_object *json_read(const char *line, size_t len, char *err, size_t errlen)
	__attribute__((warn_unused_result));
void json_object_free(struct json_object *o);

enum json_type { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_STRINGS };
/* What stands under key; JSON_NONE if nothing does. */
enum json_type json_type(const struct json_object *o, const char *key);
/* A string, NUL terminated, with its length in *len (may be NULL); NULL if it is none. Belongs to
 * o. */
const char *json_get_string(const struct json_object *o, const char *key, size_t *len);
/* A whole number that fits; false if it is none. */
bool json_get_int(const struct json_object *o, const char *key, int64_t *v);
bool json_get_bool(const struct json_object *o, const char *key, bool *v);
/* An array of strings, *n of them; NULL if it is none (an empty array gives non-NULL and 0).
 * Belongs to o. */
const char *const *json_get_strings(const struct json_object *o, const char *key, size_t *n);
/* The i-th key, in the order of the line; NULL past the end. For refusing keys nobody knows. */
const char *json_key(const struct json_object *o, size_t i);

#endif
