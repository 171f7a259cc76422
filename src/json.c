/* json.c - the writer for event lines and the strict reader for command lines. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/json.h"
#include "src/text.h"
#include "src/util.h"

/* ---- Writing ---- */

void
json_init(struct json *j)
{
	*j = (struct json){.len = 0};
}

void
json_free(struct json *j)
{
	free(j->buf);
	json_init(j);
}

void
json_reset(struct json *j)
{
	j->len = 0;
	j->depth = 0;
	if (j->buf != NULL)
		j->buf[0] = '\0';
}

const char *
json_text(const struct json *j)
{
	return j->buf != NULL ? j->buf : "";
}

static void
add(struct json *j, const char *s, size_t n)
{
	if (j->cap - j->len <= n) {
		size_t cap = j->cap < 256 ? 256 : j->cap;

		while (cap - j->len <= n)
			cap *= 2;
		j->buf = xreallocarray(j->buf, cap, 1);
		j->cap = cap;
	}
	memcpy(j->buf + j->len, s, n);
	j->len += n;
	j->buf[j->len] = '\0';
}

/* One UTF-16 unit as \uXXXX. */
static void
add_unit(struct json *j, uint32_t unit)
{
	char buf[8];

	snprintf(buf, sizeof(buf), "\\u%04x", (unsigned)(unit & 0xffff));
	add(j, buf, 6);
}

static void
add_quoted(struct json *j, const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	add(j, "\"", 1);
	for (size_t i = 0; i < len; i += n) {
		n = text_next(s + i, len - i, &cp);
		if (cp == TEXT_INVALID) {
			add(j, "\xef\xbf\xbd", 3);
		} else if (cp == '"' || cp == '\\') {
			add(j, cp == '"' ? "\\\"" : "\\\\", 2);
		} else if (!text_is_invisible(cp)) {
			add(j, s + i, n);
		} else if (cp >= 0x10000) {
			add_unit(j, 0xd800 + ((cp - 0x10000) >> 10));
			add_unit(j, 0xdc00 + ((cp - 0x10000) & 0x3ff));
		} else {
			add_unit(j, cp);
		}
	}
	add(j, "\"", 1);
}

/* What comes before a value: the comma and the key. */
static void
member(struct json *j, const char *key)
{
	if (j->depth > 0) {
		if (j->comma[j->depth - 1])
			add(j, ",", 1);
		j->comma[j->depth - 1] = true;
	}
	if (key != NULL) {
		add_quoted(j, key, strlen(key));
		add(j, ":", 1);
	}
}

static void
begin(struct json *j, const char *key, const char *open, char close)
{
	member(j, key);
	if (j->depth == JSON_DEPTH)
		util_fatal("JSON is nested too deeply; this is a defect.");
	add(j, open, 1);
	j->close[j->depth] = close;
	j->comma[j->depth++] = false;
}

void
json_object(struct json *j, const char *key)
{
	begin(j, key, "{", '}');
}

void
json_array(struct json *j, const char *key)
{
	begin(j, key, "[", ']');
}

void
json_end(struct json *j)
{
	if (j->depth == 0)
		util_fatal("JSON ends more than it began; this is a defect.");
	add(j, &j->close[--j->depth], 1);
}

void
json_string_n(struct json *j, const char *key, const char *s, size_t len)
{
	member(j, key);
	add_quoted(j, s, len);
}

void
json_string(struct json *j, const char *key, const char *s)
{
	json_string_n(j, key, s, strlen(s));
}

void
json_int(struct json *j, const char *key, int64_t v)
{
	char buf[24];
	int n = snprintf(buf, sizeof(buf), "%" PRId64, v);

	member(j, key);
	add(j, buf, (size_t)n);
}

void
json_uint(struct json *j, const char *key, uint64_t v)
{
	char buf[24];
	int n = snprintf(buf, sizeof(buf), "%" PRIu64, v);

	member(j, key);
	add(j, buf, (size_t)n);
}

void
json_bool(struct json *j, const char *key, bool v)
{
	member(j, key);
	add(j, v ? "true" : "false", v ? 4 : 5);
}

void
json_null(struct json *j, const char *key)
{
	member(j, key);
	add(j, "null", 4);
}

/* ---- Reading ---- */

struct value {
	char key[JSON_KEY_MAX + 1];
	enum json_type type;
	bool truth;
	bool whole; /* a number that is an integer and fits */
	int64_t number;
	char *s; /* a string */
	size_t len;
	char **list; /* strings of an array */
	size_t n;
};

struct json_object {
	struct value member[JSON_MEMBERS_MAX];
	size_t n;
};

/* Where the reader stands, and where its sentence goes. */
struct reader {
	const char *s;
	size_t len, pos;
	char *err;
	size_t errlen;
};

__attribute__((format(printf, 2, 3))) static bool
fail(const struct reader *r, const char *fmt, ...)
{
	char what[96];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (r->errlen > 0)
		snprintf(r->err, r->errlen, "JSON, byte %zu: %s.", r->pos + 1, what);
	return false;
}

static void
value_clear(struct value *v)
{
	free(v->s);
	for (size_t i = 0; i < v->n; i++)
		free(v->list[i]);
	free(v->list);
}

void
json_object_free(struct json_object *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->n; i++)
		value_clear(&o->member[i]);
	free(o);
}

static int
peek(const struct reader *r)
{
	return r->pos < r->len ? (uint8_t)r->s[r->pos] : -1;
}

static void
skip_blanks(struct reader *r)
{
	int c;

	while ((c = peek(r)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		r->pos++;
}

/* Takes c, or says that it was expected. */
static bool
expect(struct reader *r, char c)
{
	skip_blanks(r);
	if (peek(r) != c)
		return fail(r, "'%c' is missing", c);
	r->pos++;
	return true;
}

/* Four hex digits after \u. */
static bool
read_unit(struct reader *r, uint32_t *unit)
{
	uint8_t two[2];
	char hex[5] = "";

	for (size_t i = 0; i < 4 && r->pos + i < r->len; i++)
		hex[i] = r->s[r->pos + i];
	if (strlen(hex) != 4 || !util_unhex(two, 2, hex))
		return fail(r, "four hex digits belong after \\u");
	r->pos += 4;
	*unit = get_be16(two);
	return true;
}

/* What follows a backslash, as one character. */
static bool
read_escape(struct reader *r, uint32_t *cp)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *p = c > 0 ? strchr(from, c) : NULL;
	uint32_t low;

	if (p != NULL) {
		r->pos++;
		*cp = (uint8_t)to[p - from];
		return true;
	}
	if (c != 'u')
		return fail(r, "there is no such escape");
	r->pos++;
	if (!read_unit(r, cp))
		return false;
	if (*cp == 0)
		return fail(r, "a text cannot hold \\u0000");
	if (*cp < 0xd800 || *cp > 0xdfff)
		return true;
	if (*cp > 0xdbff || r->len - r->pos < 6 || memcmp(r->s + r->pos, "\\u", 2) != 0)
		return fail(r, "half a surrogate pair");
	r->pos += 2;
	if (!read_unit(r, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return fail(r, "half a surrogate pair");
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* A string into fresh memory. What it decodes to is never longer than its source. */
static bool
read_string(struct reader *r, char **out, size_t *outlen)
{
	const char *end;
	size_t start, n = 0, used;
	uint32_t cp;
	char *s;

	if (!expect(r, '"'))
		return false;
	/* The closing quote is found first, so that no more is allocated than the string takes. */
	start = r->pos;
	for (end = r->s + start; end < r->s + r->len && *end != '"'; end++)
		if (*end == '\\' && end + 1 < r->s + r->len)
			end++;
	s = xmalloc((size_t)(end - (r->s + start)) + 1);
	while (peek(r) != '"') {
		used = text_next(r->s + r->pos, r->len - r->pos, &cp);
		if (used == 0) {
			fail(r, "a string does not end");
			goto bad;
		}
		if (cp < 0x20) {
			fail(r, "a control character in a string must be escaped");
			goto bad;
		}
		if (cp == TEXT_INVALID) {
			fail(r, "that is not UTF-8");
			goto bad;
		}
		r->pos += used;
		if (cp == '\\' && !read_escape(r, &cp))
			goto bad;
		n += text_put(s + n, cp);
	}
	r->pos++;
	s[n] = '\0';
	*out = s;
	*outlen = n;
	return true;
bad:
	free(s);
	return false;
}

static size_t
digits(struct reader *r)
{
	size_t start = r->pos;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->pos++;
	return r->pos - start;
}

static bool
read_number(struct reader *r, struct value *v)
{
	size_t start = r->pos, n;
	bool whole = true;
	char buf[24];
	char *end;

	if (peek(r) == '-')
		r->pos++;
	n = r->pos;
	if (digits(r) == 0 || (r->s[n] == '0' && r->pos - n > 1))
		return fail(r, "that is not a number");
	if (peek(r) == '.') {
		whole = false;
		r->pos++;
		if (digits(r) == 0)
			return fail(r, "that is not a number");
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		whole = false;
		r->pos++;
		if (peek(r) == '+' || peek(r) == '-')
			r->pos++;
		if (digits(r) == 0)
			return fail(r, "that is not a number");
	}
	v->type = JSON_NUMBER;
	n = r->pos - start;
	if (!whole || n >= sizeof(buf))
		return true;
	memcpy(buf, r->s + start, n);
	buf[n] = '\0';
	errno = 0;
	v->number = strtoll(buf, &end, 10);
	v->whole = errno == 0 && *end == '\0';
	return true;
}

static bool
read_strings(struct reader *r, struct value *v)
{
	size_t cap = 0, len;
	char *s;

	r->pos++; /* the bracket */
	v->type = JSON_STRINGS;
	v->list = xcalloc(1, sizeof(*v->list));
	skip_blanks(r);
	if (peek(r) == ']') {
		r->pos++;
		return true;
	}
	for (;;) {
		skip_blanks(r);
		if (peek(r) != '"')
			return fail(r, "an array holds strings only");
		if (v->n == JSON_ARRAY_MAX)
			return fail(r, "an array has more than %d strings", JSON_ARRAY_MAX);
		if (!read_string(r, &s, &len))
			return false;
		if (v->n == cap) {
			cap = cap == 0 ? 4 : cap * 2;
			v->list = xreallocarray(v->list, cap + 1, sizeof(*v->list));
		}
		v->list[v->n++] = s;
		v->list[v->n] = NULL;
		skip_blanks(r);
		if (peek(r) != ',')
			return expect(r, ']');
		r->pos++;
	}
}

static bool
read_word(struct reader *r, struct value *v)
{
	static const struct {
		const char *word;
		enum json_type type;
		bool truth;
	} words[] = {
		{"true", JSON_BOOL, true}, {"false", JSON_BOOL, false}, {"null", JSON_NULL, false}};

	for (size_t i = 0; i < NELEM(words); i++) {
		size_t n = strlen(words[i].word);

		if (r->len - r->pos >= n && memcmp(r->s + r->pos, words[i].word, n) == 0) {
			v->type = words[i].type;
			v->truth = words[i].truth;
			r->pos += n;
			return true;
		}
	}
	return fail(r, "a value is missing");
}

static bool
read_value(struct reader *r, struct value *v)
{
	int c;

	skip_blanks(r);
	c = peek(r);
	if (c == '"') {
		v->type = JSON_STRING;
		return read_string(r, &v->s, &v->len);
	}
	if (c == '[')
		return read_strings(r, v);
	if (c == '{')
		return fail(r, "objects are not nested here");
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(r, v);
	return read_word(r, v);
}

static const struct value *
find(const struct json_object *o, const char *key)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->member[i].key, key) == 0)
			return &o->member[i];
	return NULL;
}

/* One `"key": value`. The member counts at once, so that the object's end frees what it got so far.
 */
static bool
read_member(struct reader *r, struct json_object *o)
{
	struct value *v = &o->member[o->n];
	size_t len;
	char *key;

	if (o->n == JSON_MEMBERS_MAX)
		return fail(r, "the object has more than %d members", JSON_MEMBERS_MAX);
	if (!read_string(r, &key, &len))
		return false;
	if (len > JSON_KEY_MAX || find(o, key) != NULL) {
		free(key);
		return fail(r, len > JSON_KEY_MAX ? "a key is too long" : "a key stands twice");
	}
	memcpy(v->key, key, len + 1);
	free(key);
	o->n++;
	return expect(r, ':') && read_value(r, v);
}

static bool
read_object(struct reader *r, struct json_object *o)
{
	if (r->len > JSON_LINE_MAX)
		return fail(r, "the line is longer than 1 MiB");
	if (!expect(r, '{'))
		return false;
	skip_blanks(r);
	if (peek(r) == '}') {
		r->pos++;
	} else {
		for (;;) {
			if (!read_member(r, o))
				return false;
			skip_blanks(r);
			if (peek(r) != ',')
				break;
			r->pos++;
		}
		if (!expect(r, '}'))
			return false;
	}
	skip_blanks(r);
	return r->pos == r->len || fail(r, "something follows the object");
}

struct json_object *
json_read(const char *line, size_t len, char *err, size_t errlen)
{
	struct reader r = {.s = line, .len = len, .err = err, .errlen = errlen};
	struct json_object *o = xcalloc(1, sizeof(*o));

	if (read_object(&r, o))
		return o;
	json_object_free(o);
	return NULL;
}

enum json_type
json_type(const struct json_object *o, const char *key)
{
	const struct value *v = find(o, key);

	return v != NULL ? v->type : JSON_NONE;
}

const char *
json_get_string(const struct json_object *o, const char *key, size_t *len)
{
	const struct value *v = find(o, key);

	if (v == NULL || v->type != JSON_STRING)
		return NULL;
	if (len != NULL)
		*len = v->len;
	return v->s;
}

bool
json_get_int(const struct json_object *o, const char *key, int64_t *out)
{
	const struct value *v = find(o, key);

	if (v == NULL || v->type != JSON_NUMBER || !v->whole)
		return false;
	*out = v->number;
	return true;
}

bool
json_get_bool(const struct json_object *o, const char *key, bool *out)
{
	const struct value *v = find(o, key);

	if (v == NULL || v->type != JSON_BOOL)
		return false;
	*out = v->truth;
	return true;
}

const char *const *
json_get_strings(const struct json_object *o, const char *key, size_t *n)
{
	const struct value *v = find(o, key);

	if (v == NULL || v->type != JSON_STRINGS)
		return NULL;
	*n = v->n;
	return (const char *const *)v->list;
}

const char *
json_key(const struct json_object *o, size_t i)
{
	return i < o->n ? o->member[i].key : NULL;
}
