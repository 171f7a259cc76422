/* json.c - tests of src/json.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/json.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_write(void)
{
	/* clang-format off */
	static const struct { const char *s; size_t len; const char *want; } rows[] = {
		{"plain é 日 😀", 17, "\"plain é 日 😀\""},
		{"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
		{"\n\t\r\x01\x1b\x7f", 6, "\"\\u000a\\u0009\\u000d\\u0001\\u001b\\u007f\""},
		{"a\0b", 3, "\"a\\u0000b\""},
		{"\xc2\x85\u202e\u200b\u2066\ufeff\u200d", 17, "\"\\u0085\\u202e\\u200b\\u2066\\ufeff\\u200d\""},
		{"\U000e0041\ufe0f", 7, "\"\\udb40\\udc41\\ufe0f\""},
		{"a\xff\xc3", 3, "\"a\ufffd\ufffd\""},
		{"", 0, "\"\""},
	};
	/* clang-format on */
	struct json j;

	json_init(&j);
	is_str(json_text(&j), "", "nothing yet");
	for (size_t i = 0; i < NELEM(rows); i++) {
		json_reset(&j);
		json_string_n(&j, NULL, rows[i].s, rows[i].len);
		is_str(json_text(&j), rows[i].want, "string %zu", i);
	}
	json_reset(&j);
	json_object(&j, NULL);
	json_string(&j, "event", "ready");
	json_int(&j, "min", INT64_MIN);
	json_uint(&j, "max", UINT64_MAX);
	json_array(&j, "listen");
	json_string(&j, NULL, "a");
	json_string(&j, NULL, "b");
	json_end(&j);
	json_array(&j, "none");
	json_end(&j);
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	json_null(&j, "k\"");
	json_object(&j, "in");
	json_int(&j, "x", 0);
	json_end(&j);
	json_end(&j);
	is_str(json_text(&j),
	       "{\"event\":\"ready\",\"min\":-9223372036854775808,\"max\":18446744073709551615,"
	       "\"listen\":[\"a\",\"b\"],\"none\":[],\"yes\":true,\"no\":false,\"k\\\"\":null,"
	       "\"in\":{\"x\":0}}",
	       "an object");
	is_int(j.len, strlen(j.buf), "its length");
	json_reset(&j);
	is_str(json_text(&j), "", "emptied");
	json_free(&j);
}

static struct json_object *
reads(const char *s)
{
	char err[JSON_ERR] = "";
	struct json_object *o = json_read(s, strlen(s), err, sizeof(err));

	if (o == NULL)
		diag("%s", err);
	return o;
}

static void
test_read(void)
{
	struct json_object *o =
		reads(" { \"cmd\" : \"say\",\"to\":\"bob\",\"text\":\"a\\nb "
		      "\\u00e9\\ud83d\\ude00\\\"\\\\\\/"
		      "\\b\\f\\r\\t é\",\"paths\":[\"x\", \"\"],\"none\":[ ],\"tag\":null,"
		      "\"n\":-12,\"yes\":true,\"no\":false} \r\n");
	const char *const *list;
	int64_t v = 0;
	size_t n = 0;
	bool b = false;

	if (!ok(o != NULL, "a line is read"))
		return;
	is_str(json_get_string(o, "cmd", NULL), "say", "cmd");
	is_str(json_get_string(o, "text", &n), "a\nb é😀\"\\/\b\f\r\t é", "escapes");
	is_int(n, strlen("a\nb é😀\"\\/\b\f\r\t é"), "its length");
	list = json_get_strings(o, "paths", &n);
	ok(list != NULL && n == 2, "two paths");
	is_str(list[0], "x", "the first");
	is_str(list[1], "", "the second");
	ok(list[2] == NULL, "and the end");
	ok(json_get_strings(o, "none", &n) != NULL && n == 0, "an empty array");
	is_int(json_type(o, "tag"), JSON_NULL, "null");
	is_int(json_type(o, "nix"), JSON_NONE, "not there");
	ok(json_get_int(o, "n", &v) && v == -12, "a number");
	ok(json_get_bool(o, "yes", &b) && b, "true");
	ok(json_get_bool(o, "no", &b) && !b, "false");
	ok(json_get_string(o, "n", NULL) == NULL && !json_get_int(o, "cmd", &v) &&
		   !json_get_bool(o, "n", &b) && json_get_strings(o, "cmd", &n) == NULL,
	   "a value of another type is none");
	ok(json_get_string(o, "nix", NULL) == NULL && !json_get_int(o, "nix", &v),
	   "nor a missing one");
	is_str(json_key(o, 1), "to", "the second key");
	ok(json_key(o, 9) == NULL, "no more keys");
	json_object_free(o);
	o = reads("{}");
	ok(o != NULL && json_key(o, 0) == NULL, "an empty object");
	json_object_free(o);
	json_object_free(NULL);
}

static void
test_numbers(void)
{
	/* clang-format off */
	static const struct { const char *s; bool whole; int64_t v; } rows[] = {
		{"0", true, 0}, {"-0", true, 0}, {"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN}, {"9223372036854775808", false, 0}, {"1.5", false, 0},
		{"1e3", false, 0}, {"1E+3", false, 0}, {"-0.1e-2", false, 0},
		{"123456789012345678901234567890123456789012345678901234567890", false, 0},
	};
	/* clang-format on */
	char line[128];
	struct json_object *o;
	int64_t v;

	for (size_t i = 0; i < NELEM(rows); i++) {
		strlcpy(line, "{\"n\":", sizeof(line));
		strlcat(line, rows[i].s, sizeof(line));
		strlcat(line, "}", sizeof(line));
		o = reads(line);
		if (!ok(o != NULL, "%s is read", rows[i].s))
			continue;
		v = 0;
		is_int(json_type(o, "n"), JSON_NUMBER, "as a number");
		is_int(json_get_int(o, "n", &v), rows[i].whole, "whole or not");
		is_int(v, rows[i].v, "the value");
		json_object_free(o);
	}
}

static void
test_refused(void)
{
	/* clang-format off */
	static const struct { const char *s, *part; } rows[] = {
		{"", "'{' is missing"}, {"[]", "'{' is missing"}, {"{", "'\"' is missing"}, {"{\"a\"}", "':' is missing"},
		{"{\"a\":}", "value is missing"}, {"{\"a\":1", "'}' is missing"}, {"{\"a\":1,}", "'\"' is missing"},
		{"{\"a\":1}x", "follows"}, {"{\"a\":1}{}", "follows"}, {"{a:1}", "'\"' is missing"},
		{"{\"a\":{}}", "not nested"}, {"{\"a\":[[]]}", "strings only"}, {"{\"a\":[1]}", "strings only"},
		{"{\"a\":[\"x\",]}", "strings only"}, {"{\"a\":[\"x\"", "']' is missing"}, {"{\"a\":[\"x\" \"y\"]}", "']' is missing"},
		{"{\"a\":1,\"a\":2}", "twice"}, {"{\"a\":\"x}", "does not end"}, {"{\"a\":\"x\\", "no such escape"},
		{"{\"a\":\"\\x\"}", "no such escape"}, {"{\"a\":\"\\u12\"}", "hex"}, {"{\"a\":\"\\u12g4\"}", "hex"},
		{"{\"a\":\"\\u0000\"}", "0000"}, {"{\"a\":\"\\ud800\"}", "surrogate"}, {"{\"a\":\"\\udc00\"}", "surrogate"},
		{"{\"a\":\"\\ud800\\ud800\"}", "surrogate"}, {"{\"a\":\"\\ud800\\n....\"}", "surrogate"}, {"{\"a\":\"\\ud800\\u\"}", "surrogate"}, {"{\"a\":\"\\ud800\\u12\"}", "hex"},
		{"{\"a\":\"\n\"}", "escaped"}, {"{\"a\":\"\xff\"}", "UTF-8"}, {"{\"a\":\"\xc0\x80\"}", "UTF-8"},
		{"{\"\xed\xa0\x80\":1}", "UTF-8"}, {"{\"a\":01}", "number"}, {"{\"a\":-}", "number"}, {"{\"a\":1.}", "number"},
		{"{\"a\":1e}", "number"}, {"{\"a\":+1}", "value is missing"}, {"{\"a\":.5}", "value is missing"},
		{"{\"a\":nul}", "value is missing"}, {"{\"a\":truex}", "'}' is missing"}, {"{\"a\":NaN}", "value is missing"},
	};
	/* clang-format on */
	char err[JSON_ERR];

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct json_object *o = json_read(rows[i].s, strlen(rows[i].s), err, sizeof(err));

		ok(o == NULL && strstr(err, rows[i].part) != NULL, "line %zu: %s", i, err);
		json_object_free(o);
	}
	ok(json_read("{\"a\":1}\0", 8, err, sizeof(err)) == NULL, "NUL at the end");
	ok(json_read("x", 1, NULL, 0) == NULL, "the reason need not be taken");
}

static void
test_limits(void)
{
	char err[JSON_ERR] = "", *big = xmalloc(JSON_LINE_MAX + 1);
	struct json_object *o;
	struct json j;
	size_t n;

	memset(big, ' ', JSON_LINE_MAX + 1);
	memcpy(big, "{}", 2);
	o = json_read(big, JSON_LINE_MAX, err, sizeof(err));
	ok(o != NULL, "the longest line");
	json_object_free(o);
	ok(json_read(big, JSON_LINE_MAX + 1, err, sizeof(err)) == NULL, "one byte more: %s", err);
	free(big);
	json_init(&j);
	for (unsigned extra = 0; extra < 2; extra++) {
		char key[8] = "k00";

		json_reset(&j);
		json_object(&j, NULL);
		for (unsigned i = 0; i < JSON_MEMBERS_MAX + extra; i++) {
			key[1] = (char)('0' + i / 10);
			key[2] = (char)('0' + i % 10);
			json_null(&j, key);
		}
		json_end(&j);
		o = json_read(j.buf, j.len, err, sizeof(err));
		is_int(o != NULL, extra == 0, "%u members", JSON_MEMBERS_MAX + extra);
		json_object_free(o);
		json_reset(&j);
		json_object(&j, NULL);
		json_array(&j, "a");
		for (unsigned i = 0; i < JSON_ARRAY_MAX + extra; i++)
			json_string(&j, NULL, "x");
		json_end(&j);
		json_end(&j);
		o = json_read(j.buf, j.len, err, sizeof(err));
		is_int(o != NULL && json_get_strings(o, "a", &n) != NULL, extra == 0, "%u strings",
		       JSON_ARRAY_MAX + extra);
		json_object_free(o);
	}
	json_reset(&j);
	json_object(&j, NULL);
	json_null(&j, "0123456789012345678901234567890123456789012345678901234567890123");
	json_end(&j);
	o = json_read(j.buf, j.len, err, sizeof(err));
	ok(o != NULL, "the longest key");
	json_object_free(o);
	memmove(j.buf + 3, j.buf + 2, j.len - 2);
	ok(json_read(j.buf, j.len + 1, err, sizeof(err)) == NULL, "one byte more: %s", err);
	json_free(&j);
}

/* Every character goes through the writer and the reader unchanged. */
static void
test_round(void)
{
	struct json j;
	struct json_object *o;
	char err[JSON_ERR], text[4 * 64 + 1];
	unsigned bad = 0;

	json_init(&j);
	for (uint32_t cp = 1; cp <= 0x10ffff; cp += 63) {
		size_t n = 0, got;
		const char *s;

		for (uint32_t c = cp; c < cp + 63 && c <= 0x10ffff; c++) {
			char *p = text + n;

			/* UTF-8 by hand: the test must not lean on what it tests. */
			if (c >= 0xd800 && c <= 0xdfff)
				continue;
			if (c < 0x80) {
				*p++ = (char)c;
			} else {
				int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

				*p++ = (char)((more == 1   ? 0xc0
					       : more == 2 ? 0xe0
							   : 0xf0) |
					      c >> 6 * more);
				while (more-- > 0)
					*p++ = (char)(0x80 | (c >> 6 * more & 0x3f));
			}
			n = (size_t)(p - text);
		}
		json_reset(&j);
		json_object(&j, NULL);
		json_string_n(&j, "t", text, n);
		json_end(&j);
		o = json_read(j.buf, j.len, err, sizeof(err));
		s = o != NULL ? json_get_string(o, "t", &got) : NULL;
		bad += s == NULL || got != n || memcmp(s, text, n) != 0;
		json_object_free(o);
	}
	is_int(bad, 0, "all of Unicode");
	json_free(&j);
}

int
main(void)
{
	test_write();
	test_read();
	test_numbers();
	test_refused();
	test_limits();
	test_round();
	return done_testing();
}
