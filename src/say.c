/* say.c - sentences in the person's language: catalogues as msgfmt(1) writes them, found, checked and looked up.
 *
 * Not the C library's gettext: that one stays English wherever the locale is not installed (a container, a machine reached by ssh) and
 * cannot be told another language while threads speak. The format of the files is its own. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/file.h"
#include "src/plural.h"
#include "src/say.h"
#include "src/util.h"

#define MO_MAGIC     0x950412deu
#define MO_HEADER    20
#define MO_MAX	     (4 * 1024 * 1024)
#define FORMS_MAX    8
#define LANGUAGE_MAX 32

/* A catalogue that was read. None is ever given back: what it said may be held by anybody. */
struct catalogue {
	struct catalogue *next;
	char language[LANGUAGE_MAX];
	uint8_t *bytes;
	size_t len;
	uint32_t count, originals, translations; /* how many, and where their tables begin */
	bool swapped;				 /* written on a machine of the other byte order */
	unsigned forms;
	const char *rule;
};

static struct catalogue *loaded;
static _Atomic(const struct catalogue *) current;

/* ---- a file ---------------------------------------------------------------------------------------------------------------- */

static uint32_t
word(const struct catalogue *c, size_t at)
{
	uint32_t v;

	memcpy(&v, c->bytes + at, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

/* The i-th string of a table; *len without its NUL. */
static const char *
string(const struct catalogue *c, uint32_t table, uint32_t i, size_t *len)
{
	*len = word(c, table + 8 * (size_t)i);
	return (const char *)c->bytes + word(c, table + 8 * (size_t)i + 4);
}

/* Whether every string of a table lies in the file and ends there with a NUL. */
static bool
table_good(const struct catalogue *c, uint32_t table)
{
	if (table > c->len || c->count > (c->len - table) / 8)
		return false;
	for (uint32_t i = 0; i < c->count; i++) {
		size_t len = word(c, table + 8 * (size_t)i);
		size_t at = word(c, table + 8 * (size_t)i + 4);

		if (at >= c->len || len >= c->len - at || c->bytes[at + len] != '\0')
			return false;
	}
	return true;
}

/* The index of a key, or count. A plural's key ends with the NUL before its second form. */
static uint32_t
find(const struct catalogue *c, const char *key)
{
	uint32_t low = 0, high = c->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		size_t len;
		int order = strcmp(key, string(c, c->originals, middle, &len));

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return c->count;
}

/* "nplurals=2; plural=(n != 1);" of the header, tried with the counts there are. */
static bool
plural_good(struct catalogue *c)
{
	size_t len;
	uint32_t i = find(c, "");
	const char *header = i < c->count ? string(c, c->translations, i, &len) : "", *at;

	c->forms = 2;
	c->rule = "n != 1";
	if ((at = strstr(header, "nplurals=")) != NULL)
		c->forms = (unsigned)strtoul(at + strlen("nplurals="), NULL, 10);
	if ((at = strstr(header, " plural=")) != NULL)
		c->rule = at + strlen(" plural=");
	if (c->forms == 0 || c->forms > FORMS_MAX)
		return false;
	for (unsigned long long n = 0; n < 1000; n++) {
		unsigned long long form;

		if (!plural_form(c->rule, n, &form) || form >= c->forms)
			return false;
	}
	return true;
}

static bool
catalogue_good(struct catalogue *c)
{
	uint32_t magic;

	if (c->len < MO_HEADER)
		return false;
	memcpy(&magic, c->bytes, sizeof(magic));
	c->swapped = magic == __builtin_bswap32(MO_MAGIC);
	if (!c->swapped && magic != MO_MAGIC)
		return false;
	c->count = word(c, 8);
	c->originals = word(c, 12);
	c->translations = word(c, 16);
	if (!table_good(c, c->originals) || !table_good(c, c->translations))
		return false;
	for (uint32_t i = 1; i < c->count; i++) {
		size_t len;

		if (strcmp(string(c, c->originals, i - 1, &len),
			   string(c, c->originals, i, &len)) >= 0)
			return false;
	}
	return plural_good(c);
}

bool
say_load(const char *language, const char *path)
{
	struct catalogue *c;

	if (strlen(language) >= LANGUAGE_MAX) {
		errno = EINVAL;
		return false;
	}
	c = xcalloc(1, sizeof(*c));
	c->bytes = file_read(path, MO_MAX, &c->len);
	if (c->bytes == NULL || !catalogue_good(c)) {
		int error = c->bytes == NULL ? errno : EINVAL;

		free(c->bytes);
		free(c);
		errno = error;
		return false;
	}
	strlcpy(c->language, language, sizeof(c->language));
	c->next = loaded;
	loaded = c;
	atomic_store(&current, c);
	return true;
}

/* ---- which one ------------------------------------------------------------------------------------------------------------- */

/* Beside the program in the folder it was built in; where it was installed, also when that folder was moved since. */
static bool
load(const char *language)
{
	char exe[4096], *slash, *path;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	bool good = false;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash != NULL) {
		*slash = '\0';
		xasprintf(&path, "%s/assets/po/%s.mo", exe, language);
		good = say_load(language, path);
		free(path);
		xasprintf(&path, "%s/../share/locale/%s/LC_MESSAGES/p2p-tui.mo", exe, language);
		good = good || say_load(language, path);
		free(path);
	}
	xasprintf(&path, "%s/%s/LC_MESSAGES/p2p-tui.mo", LOCALEDIR, language);
	good = good || say_load(language, path);
	free(path);
	return good;
}

/* One language, by the name a locale has for it: "pt_PT.UTF-8@euro" is pt_PT, or else pt. False if there is nothing for it. */
static bool
try_language(const char *locale, size_t len)
{
	char name[LANGUAGE_MAX];
	size_t n = strcspn(locale, ".@:");

	n = n < len ? n : len;
	if (n == 0 || n >= sizeof(name) ||
	    strspn(locale, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-0123456789") < n)
		return false;
	memcpy(name, locale, n);
	name[n] = '\0';
	for (;;) {
		char *end;

		if (strcmp(name, "en") == 0 || strcmp(name, "C") == 0 ||
		    strcmp(name, "POSIX") == 0) {
			atomic_store(&current, NULL);
			return true;
		}
		for (const struct catalogue *c = loaded; c != NULL; c = c->next) {
			if (strcmp(c->language, name) == 0) {
				atomic_store(&current, c);
				return true;
			}
		}
		if (load(name))
			return true;
		end = strpbrk(name, "_-");
		if (end == NULL)
			return false;
		*end = '\0';
	}
}

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? value : "";
}

/* What the environment asks for; LANGUAGE is a list by preference, and counts only where the locale is not C, as everywhere. */
static bool
try_environment(void)
{
	const char *locale = environment("LC_ALL"), *list = environment("LANGUAGE");
	size_t len;

	if (locale[0] == '\0')
		locale = environment("LC_MESSAGES");
	if (locale[0] == '\0')
		locale = environment("LANG");
	len = strcspn(locale, ".@");
	if (len == 0 || (len == 1 && locale[0] == 'C') || strcmp(locale, "POSIX") == 0)
		return try_language("en", 2);
	for (; *list != '\0'; list += list[len] == ':' ? len + 1 : len) {
		len = strcspn(list, ":");
		if (try_language(list, len))
			return true;
	}
	return try_language(locale, strlen(locale));
}

bool
say_language(const char *wanted)
{
	if (strcmp(wanted, "auto") == 0 ? try_environment() : try_language(wanted, strlen(wanted)))
		return true;
	atomic_store(&current, NULL);
	return strcmp(wanted, "auto") == 0;
}

const char *
say_current(void)
{
	const struct catalogue *c = atomic_load(&current);

	return c != NULL ? c->language : "en";
}

/* ---- sentences ------------------------------------------------------------------------------------------------------------- */

/* The form-th translation of key; NULL if there is none. */
static const char *
translation(const struct catalogue *c, const char *key, unsigned long long form)
{
	uint32_t i = key[0] != '\0' ? find(c, key) : c->count;
	const char *s, *end;
	size_t len;

	if (i == c->count)
		return NULL;
	s = string(c, c->translations, i, &len);
	for (end = s + len; form > 0; form--) {
		s += strlen(s) + 1;
		if (s > end)
			return NULL;
	}
	return *s != '\0' ? s : NULL;
}

const char *
say_context(const char *key, const char *english)
{
	const struct catalogue *c = atomic_load(&current);
	const char *s = c != NULL ? translation(c, key, 0) : NULL;

	return s != NULL ? s : english;
}

const char *
say_english(const char *key)
{
	const char *end = strchr(key, '\004');

	return end != NULL ? end + 1 : key;
}

const char *
say_text(const char *english)
{
	return say_context(english, english);
}

const char *
say_plural(const char *one, const char *many, unsigned long long n)
{
	const struct catalogue *c = atomic_load(&current);
	unsigned long long form;
	const char *s = NULL;

	if (c != NULL && plural_form(c->rule, n, &form))
		s = translation(c, one, form);
	return s != NULL ? s : n == 1 ? one : many;
}

int
say_into(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, size, say_text(fmt), ap);
	va_end(ap);
	return n;
}

char *
say_new(const char *fmt, ...)
{
	va_list ap;
	char *out;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&out, say_text(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	return out;
}

const char *
say_errno(int error)
{
	return say_text(strerror(error));
}
