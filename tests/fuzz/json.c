/* json.c - fuzz target: a line of standard input, as JSON, as shell words and as a drop. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/json.h"
#include "src/shellwords.h"
#include "src/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* Writes what was read; reading that gives the same. */
static void
check_members(const struct json_object *o)
{
	struct json j;
	struct json_object *p;
	const char *key, *s, *t;
	char err[JSON_ERR];
	size_t len, n;

	json_init(&j);
	json_object(&j, NULL);
	for (size_t i = 0; (key = json_key(o, i)) != NULL; i++) {
		must(json_type(o, key) != JSON_NONE);
		if ((s = json_get_string(o, key, &len)) != NULL) {
			must(strlen(s) == len && text_valid_utf8(s, len));
			json_string(&j, key, s);
		}
	}
	json_end(&j);
	p = json_read(j.buf, j.len, err, sizeof(err));
	must(p != NULL || j.len > JSON_LINE_MAX);
	for (size_t i = 0; p != NULL && (key = json_key(o, i)) != NULL; i++) {
		s = json_get_string(o, key, &len);
		t = json_get_string(p, key, &n);
		must((s == NULL) == (t == NULL) && (s == NULL || strcmp(s, t) == 0));
	}
	json_object_free(p);
	json_free(&j);
}

static void
check_json(const char *s, size_t len)
{
	char err[JSON_ERR] = "";
	struct json_object *o = json_read(s, len, err, sizeof(err));
	struct json j;

	must((o != NULL) == (err[0] == '\0'));
	if (o != NULL)
		check_members(o);
	json_object_free(o);
	/* Any bytes can be written; what comes out is one clean line. */
	json_init(&j);
	json_string_n(&j, NULL, s, len);
	for (const char *p = json_text(&j); *p != '\0'; p++)
		must((uint8_t)*p >= 0x20 && *p != 0x7f);
	must(text_valid_utf8(j.buf, j.len));
	json_free(&j);
}

static void
check_words(const char *line, size_t len)
{
	struct shellwords w, v;
	size_t start;
	char *s;

	if (shellwords_split(line, &w, NULL)) {
		for (size_t i = 0; i < w.n; i++) {
			s = shellwords_quote(w.word[i]);
			must(shellwords_split(s, &v, NULL) && v.n == 1);
			must(strcmp(v.word[0], w.word[i]) == 0);
			shellwords_free(&v);
			free(s);
		}
		shellwords_free(&w);
	}
	for (size_t i = 0; i < 4; i++) {
		const char *rest = shellwords_rest(line, i);

		must(rest >= line && rest <= line + len);
	}
	s = shellwords_last(line, len, &start);
	must(start <= len && strlen(s) <= len);
	free(s);
	must(shellwords_count(line, len) <= len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *s = (const char *)data;
	struct shellwords w;
	char *line;

	if (len > 8192)
		return 0;
	check_json(s, len);
	line = strndup(s, len);
	must(line != NULL);
	check_words(line, strlen(line));
	free(line);
	for (int how = 0; how < 2; how++)
		if (shellwords_drop(s, len, (enum shellwords_drop)how, &w)) {
			for (size_t i = 0; i < w.n; i++)
				must(w.word[i][0] == '/' || w.word[i][0] == '~');
			must(w.n > 0);
			shellwords_free(&w);
		}
	return 0;
}
