/* say.c - catalogues: what is said in which language, and files that are none. */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/file.h"
#include "src/plural.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/tap.h"

struct entry {
	const char *key;
	size_t key_len;
	const char *text;
	size_t text_len;
};

#define E(key, text)                                         \
	{                                                    \
		key, sizeof(key) - 1, text, sizeof(text) - 1 \
	}

static const struct entry entries[] = {
	E("", "Content-Type: text/plain; charset=UTF-8\n"
	      "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>1 && n<5 ? 1 : 2);\n"),
	E("%s and %s", "%2$s und %1$s"),
	E("file\0files", "eins\0wenige\0viele"),
	E("key line\004open", "auf"),
	E("open", "offen"),
	E("unsaid", ""),
};

static void
put(uint8_t *p, uint32_t v, bool swapped)
{
	if (swapped)
		v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}

/* The entries as a .mo file; its length. */
static size_t
catalogue(uint8_t *out, bool swapped)
{
	uint32_t n = NELEM(entries), at = 28 + 16 * n;
	const uint32_t head[] = {0x950412de, 0, n, 28, 28 + 8 * n, 0, 0};

	for (size_t i = 0; i < NELEM(head); i++)
		put(out + 4 * i, head[i], swapped);
	for (uint32_t i = 0; i < 2 * n; i++) {
		const struct entry *e = &entries[i % n];
		const char *s = i < n ? e->key : e->text;
		size_t len = i < n ? e->key_len : e->text_len;

		put(out + 28 + 8 * i, (uint32_t)len, swapped);
		put(out + 28 + 8 * i + 4, at, swapped);
		memcpy(out + at, s, len + 1);
		at += (uint32_t)len + 1;
	}
	return at;
}

static char *
stored(const char *name, const void *bytes, size_t len)
{
	char *path;

	xasprintf(&path, "%s/%s", test_tmpdir(), name);
	if (file_write(path, FILE_REPLACE, bytes, len) != 0)
		util_fatal("cannot write %s", path);
	return path;
}

static void
sentences(bool swapped)
{
	uint8_t bytes[2048];
	char *path = stored("xx.mo", bytes, catalogue(bytes, swapped)), line[64], *fresh;

	ok(say_load("xx", path), "a catalogue is taken, %s", swapped ? "swapped" : "as it is");
	is_str(say_current(), "xx", "and is the language");
	is_str(say_text("open"), "offen", "a sentence");
	is_str(C_("key line", "open"), "auf", "the same word in a context");
	is_str(C_("menu", "open"), "open", "no context of the catalogue's");
	is_str(say_text("closed"), "closed", "what is not in it stays English");
	is_str(say_text("unsaid"), "unsaid", "so does what is not translated");
	is_str(say_text(""), "", "the header is no sentence");
	is_str(say_plural("file", "files", 1), "eins", "the first form");
	is_str(say_plural("file", "files", 3), "wenige", "the second form");
	is_str(say_plural("file", "files", 11), "viele", "the third form");
	is_str(say_plural("day", "days", 1), "day", "English has one");
	is_str(say_plural("day", "days", 0), "days", "and many");
	say_into(line, sizeof(line), "%s and %s", "a", "b");
	is_str(line, "b und a", "arguments change places");
	fresh = say_new("%s and %s", "c", "d");
	is_str(fresh, "d und c", "in fresh memory, too");
	free(fresh);
	free(path);
}

/* Every cut of a good file, and every byte of it changed: refused or harmless, and never read beyond its end. */
static void
damaged(void)
{
	uint8_t bytes[2048], bad[2048];
	size_t len = catalogue(bytes, false);
	bool all = true;
	char *path;

	for (size_t i = 0; i < len - 1; i++) {
		path = stored("cut.mo", bytes, i);
		all = all && !say_load("cut", path) && errno == EINVAL;
		free(path);
	}
	ok(all, "a cut catalogue is none");
	for (size_t i = 0; i < len; i++) {
		memcpy(bad, bytes, len);
		bad[i] ^= 0x41;
		path = stored("bad.mo", bad, len);
		if (say_load("bad", path)) {
			(void)say_text("open");
			(void)say_plural("file", "files", 2);
		}
		free(path);
	}
	ok(!say_load("none", "/nowhere/at/all.mo") && errno == ENOENT, "no file is none");
	memset(bad, 'x', sizeof(bad));
	ok(!say_load("a-language-with-a-name-longer-than-any", "x.mo"), "an endless name is none");
}

static void
from_environment(const char *all, const char *list)
{
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	setenv("LC_ALL", all, 1);
	setenv("LANGUAGE", list, 1);
	ok(say_language("auto"), "LC_ALL=%s LANGUAGE=%s has an answer", all, list);
}

static void
choosing(void)
{
	uint8_t bytes[2048];
	char *path = stored("xx.mo", bytes, catalogue(bytes, false));

	ok(say_language("en"), "English is always there");
	is_str(say_current(), "en", "and is English");
	is_str(say_text("open"), "open", "so that sentences are their own");
	ok(say_load("xx", path) && say_language("en") && say_language("xx"), "a language again");
	is_str(say_current(), "xx", "one that was read is there still");
	ok(!say_language("zz"), "one without a catalogue is not");
	is_str(say_current(), "en", "and it is English then");
	ok(!say_language("../xx"), "a path is no language");
	from_environment("xx_YY.UTF-8@euro", "");
	is_str(say_current(), "xx", "a locale's language");
	from_environment("C.UTF-8", "xx");
	is_str(say_current(), "en", "in the C locale LANGUAGE does not count");
	from_environment("de_DE.UTF-8", "zz:xx:en");
	is_str(say_current(), "xx", "the first of LANGUAGE that is there");
	from_environment("xx_YY.UTF-8", "en:xx");
	is_str(say_current(), "en", "English may come first");
	setenv("LC_ALL", "zz_ZZ.UTF-8", 1);
	ok(!say_language("zz_ZZ.UTF-8"), "an unknown locale");
	unsetenv("LC_ALL");
	unsetenv("LANGUAGE");
	setenv("LANG", "xx.UTF-8", 1);
	setenv("LC_MESSAGES", "POSIX", 1);
	ok(say_language("auto"), "LC_MESSAGES before LANG");
	is_str(say_current(), "en", "is English here");
	free(path);
}

static void
plurals(void)
{
	static const struct {
		const char *rule;
		unsigned long long n, form;
	} good[] = {
		{"n != 1", 1, 0},
		{"n != 1;", 7, 1},
		{"0", 5, 0},
		{"n>1", 0, 0},
		{"n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2", 21, 0},
		{"n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2", 11, 1},
		{"n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2", 0, 2},
		{"!(n-1) || n==3", 3, 1},
		{"1+2*3-n/2", 4, 5},
	};
	static const char *const bad[] = {"",	 "n +",	  "(n",		 "n)",
					  "m",	 "n / 0", "n % 0",	 "n ? 1",
					  "1 1", "n = 1", "99999999999", "n ? : 1"};
	unsigned long long form;
	char deep[400];

	for (size_t i = 0; i < NELEM(good); i++)
		ok(plural_form(good[i].rule, good[i].n, &form) && form == good[i].form,
		   "%s of %llu is %llu", good[i].rule, good[i].n, good[i].form);
	for (size_t i = 0; i < NELEM(bad); i++)
		ok(!plural_form(bad[i], 3, &form), "\"%s\" is no rule", bad[i]);
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	ok(!plural_form(deep, 1, &form), "nor is one nested without end");
	memset(deep, '!', sizeof(deep) - 1);
	ok(!plural_form(deep, 1, &form), "in no way");
}

int
main(void)
{
	sentences(false);
	sentences(true);
	damaged();
	choosing();
	plurals();
	return done_testing();
}
