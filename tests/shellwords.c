/* shellwords.c - tests of src/shellwords.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/shellwords.h"
#include "src/util.h"
#include "tests/tap.h"

/* The words joined by '|'. */
static const char *
joined(const struct shellwords *w)
{
	static char buf[1024];

	buf[0] = '\0';
	for (size_t i = 0; i < w->n; i++) {
		strlcat(buf, i > 0 ? "|" : "", sizeof(buf));
		strlcat(buf, w->word[i], sizeof(buf));
	}
	return buf;
}

static void
test_split(void)
{
	/* clang-format off */
	static const struct { const char *line, *want; size_t n; } rows[] = {
		{"", "", 0}, {"  \t\n", "", 0}, {"/send bob a.txt", "/send|bob|a.txt", 3}, {"  a   b  ", "a|b", 2},
		{"'a b' \"c d\" e\\ f", "a b|c d|e f", 3}, {"a'b c'd\"e f\"", "ab cde f", 1},
		{"'' \"\" x", "||x", 3}, {"'\\n\"'", "\\n\"", 1}, {"\"\\\"\\\\\\$\\`\\n'\"", "\"\\$`\\n'", 1},
		{"\\'\\\"\\\\", "'\"\\", 1}, {"é\\ 日", "é 日", 1}, {"a\\\nb", "a\nb", 1}, {"#x ; $y *", "#x|;|$y|*", 4},
	};
	static const char *const bad[] = {"'a", "a \"b", "a\\", "\"a\\", "it's", "\"\\\""};
	/* clang-format on */
	struct shellwords w;
	const char *why;
	char *many;

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (!ok(shellwords_split(rows[i].line, &w, &why), "line %zu is split", i))
			continue;
		is_int(w.n, rows[i].n, "line %zu: words", i);
		is_str(joined(&w), rows[i].want, "line %zu", i);
		ok(w.word[w.n] == NULL && why == NULL, "line %zu: the end", i);
		shellwords_free(&w);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		ok(!shellwords_split(bad[i], &w, &why), "'%s' is refused", bad[i]);
		ok(why != NULL, "with a reason");
	}
	ok(!shellwords_split("'", &w, NULL), "which need not be taken");
	many = xmalloc(2 * SHELLWORDS_MAX + 2);
	for (size_t i = 0; i <= SHELLWORDS_MAX; i++)
		memcpy(many + 2 * i, "x ", 2);
	many[2 * SHELLWORDS_MAX] = '\0';
	ok(shellwords_split(many, &w, NULL) && w.n == SHELLWORDS_MAX, "the most words");
	shellwords_free(&w);
	memcpy(many + 2 * SHELLWORDS_MAX, "x", 2);
	ok(!shellwords_split(many, &w, NULL), "one more");
	free(many);
}

static void
test_rest(void)
{
	is_str(shellwords_rest("/say bob hello  there ", 2), "hello  there ", "as it stands");
	is_str(shellwords_rest("/say 'my bob' don't", 2), "don't",
	       "quotes count in the words only");
	is_str(shellwords_rest("/say bob   x", 2), "  x", "one blank ends a word");
	is_str(shellwords_rest("  /say   bob x", 2), "x", "blanks before words are skipped");
	is_str(shellwords_rest("/say bob", 2), "", "no rest");
	is_str(shellwords_rest("/say bob ", 2), "", "nothing after the blank");
	is_str(shellwords_rest("/say", 2), "", "too few words");
	is_str(shellwords_rest("/say 'bob x", 2), "", "words that cannot be read");
	is_str(shellwords_rest(" a b", 0), " a b", "after no words: the line");
}

static void
last(const char *line, const char *want, size_t start, size_t count)
{
	size_t at, len = strlen(line);
	char *s = shellwords_last(line, len, &at);

	is_str(s, want, "last word of '%s'", line);
	is_int(at, start, "where it begins");
	is_int(shellwords_count(line, len), count, "words before it");
	free(s);
}

static void
test_last(void)
{
	last("", "", 0, 0);
	last("/se", "/se", 0, 0);
	last("/send ", "", 6, 1);
	last("/send bo", "bo", 6, 1);
	last("/send bob 'my fi", "my fi", 10, 2);
	last("/send bob \"my \\\"fi", "my \"fi", 10, 2);
	last("/send bob my\\ fi", "my fi", 10, 2);
	last("/send bob my\\ ", "my ", 10, 2);
	last("/send bob x\\", "x", 10, 2);
	last("/send bob '", "", 10, 2);
	last("/send bob 'x' ", "", 14, 3);
}

static void
test_quote(void)
{
	static const char *const words[] = {
		"plain", "a b", "",  "it's",	"it's \"b\" \\ $x", "*",    "a\nb", "é日", "'",
		"\\",	 "~",	"#", "~/a.txt", "/x/y-z_1.tar.gz",  "a\tb'"};
	struct shellwords w;
	char *q;

	for (size_t i = 0; i < NELEM(words); i++) {
		q = shellwords_quote(words[i]);
		ok(shellwords_split(q, &w, NULL), "%s is one line", q);
		is_int(w.n, 1, "one word");
		is_str(w.word[0], words[i], "the same word");
		shellwords_free(&w);
		free(q);
	}
	q = shellwords_quote("a b");
	is_str(q, "'a b'", "quotes");
	free(q);
	q = shellwords_quote("it's");
	is_str(q, "it\\'s", "backslashes");
	free(q);
	q = shellwords_quote("~/é.txt");
	is_str(q, "~/é.txt", "nothing to quote");
	free(q);
}

static void
drop(const char *text, enum shellwords_drop how, const char *want)
{
	struct shellwords w = {.n = 0};
	bool good = shellwords_drop(text, strlen(text), how, &w);

	if (want == NULL) {
		ok(!good, "'%s' is no drop", text);
		return;
	}
	if (!ok(good, "'%s' is a drop", text))
		return;
	is_str(joined(&w), want, "its paths");
	shellwords_free(&w);
}

static void
test_drop(void)
{
	char host[256] = "", url[512];
	struct shellwords w;

	setenv("HOME", "/home/ada", 1);
	drop("/a/b.txt", SHELLWORDS_WORDS, "/a/b.txt");
	drop("/a/b.txt \n", SHELLWORDS_WORDS, "/a/b.txt");
	drop("/a\\ b '/c d' \"/e f\"\n/g\r\n", SHELLWORDS_WORDS, "/a b|/c d|/e f|/g");
	drop("~/x 'file:///y%20z'", SHELLWORDS_WORDS, "/home/ada/x|/y z");
	drop("file:///a%C3%A9 file://localhost/b FILE:/c%2Fd", SHELLWORDS_WORDS, "/aé|/b|/c/d");
	drop("hello", SHELLWORDS_WORDS, NULL);
	drop("/a hello", SHELLWORDS_WORDS, NULL);
	drop("", SHELLWORDS_WORDS, NULL);
	drop(" \n", SHELLWORDS_WORDS, NULL);
	drop("/don't", SHELLWORDS_WORDS, NULL);
	drop("file://elsewhere.example/a", SHELLWORDS_WORDS, NULL);
	drop("file:///a%0", SHELLWORDS_WORDS, NULL);
	drop("file:///a%zz", SHELLWORDS_WORDS, NULL);
	drop("file:///a%00b", SHELLWORDS_WORDS, NULL);
	drop("file://", SHELLWORDS_WORDS, NULL);
	drop("file:x", SHELLWORDS_WORDS, NULL);
	drop("http://a/b", SHELLWORDS_WORDS, NULL);
	drop("/don't\n /my file.txt \n\n", SHELLWORDS_LINES, "/don't|/my file.txt");
	drop("file:///a%20b\r\nfile:///c\r\n", SHELLWORDS_LINES, "/a b|/c");
	drop("/a\nhello", SHELLWORDS_LINES, NULL);
	drop("\n", SHELLWORDS_LINES, NULL);
	ok(!shellwords_drop("/a\0b", 4, SHELLWORDS_WORDS, &w), "NUL is in no path");
	ok(shellwords_drop("/abc", 2, SHELLWORDS_LINES, &w), "a length is kept to");
	is_str(joined(&w), "/a", "the first two bytes");
	shellwords_free(&w);
	if (gethostname(host, sizeof(host) - 1) == 0 && host[0] != '\0') {
		snprintf(url, sizeof(url), "file://%s/a", host);
		drop(url, SHELLWORDS_WORDS, "/a");
	} else {
		skip("this machine has no name", "a URL of this host");
	}
}

int
main(void)
{
	test_split();
	test_rest();
	test_last();
	test_quote();
	test_drop();
	return done_testing();
}
