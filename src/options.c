/* options.c - the option table at work: values, the option file's lines, saving one of them. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/amount.h"
#include "src/file.h"
#include "src/options.h"
#include "src/text.h"
#include "src/util.h"

#define FILE_MAX  (1024 * 1024)
#define VALUE_MAX 1024
#define WORD_MAX  64

struct options {
	char *values[OPT_COUNT];
};

static const struct {
	const char *name, *otherwise, *choices, *help;
	enum option_type type;
	bool core;
} table[OPT_COUNT] = {
#define ROW(name, type, def, choices, core, help) \
	[OPT_##name] = {#name, (def), (choices), (help), (type), (core)},
	OPTION_TABLE(ROW)
#undef ROW
};

/* ---- the table ---------------------------------------------------------------------------------------------------------- */

const char *
options_name(enum option which)
{
	return table[which].name;
}

const char *
options_help(enum option which)
{
	return table[which].help;
}

const char *
options_choices(enum option which)
{
	return table[which].choices;
}

enum option_type
options_type(enum option which)
{
	return table[which].type;
}

bool
options_for_core(enum option which)
{
	return table[which].core;
}

/* The option whose name is these bytes, or OPT_COUNT. */
static enum option
find(const char *name, size_t len)
{
	unsigned i;

	for (i = 0; i < OPT_COUNT; i++)
		if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
			break;
	return (enum option)i;
}

enum option
options_find(const char *name)
{
	return find(name, strlen(name));
}

/* ---- values ------------------------------------------------------------------------------------------------------------- */

struct options *
options_new(void)
{
	struct options *o = xcalloc(1, sizeof(*o));

	for (unsigned i = 0; i < OPT_COUNT; i++)
		o->values[i] = xstrdup(table[i].otherwise);
	return o;
}

void
options_free(struct options *o)
{
	if (o == NULL)
		return;
	for (unsigned i = 0; i < OPT_COUNT; i++)
		free(o->values[i]);
	free(o);
}

const char *
options_text(const struct options *o, enum option which)
{
	return o->values[which];
}

bool
options_bool(const struct options *o, enum option which)
{
	return strcmp(o->values[which], "on") == 0;
}

uint64_t
options_rate(const struct options *o, enum option which)
{
	uint64_t rate = 0;

	(void)amount_parse(o->values[which], &rate);
	return rate;
}

/* "on" or "off" for what people write, or NULL. */
static const char *
bool_word(const char *value)
{
	static const char *const words[] = {"off", "on", "no", "yes", "false", "true", "0", "1"};

	for (size_t i = 0; i < NELEM(words); i++)
		if (strcasecmp(value, words[i]) == 0)
			return words[i % 2];
	return NULL;
}

static bool
is_word(const char *value)
{
	size_t n =
		strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return n > 0 && n <= WORD_MAX && value[n] == '\0';
}

/* Whether value is one of the words in choices. */
static bool
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	while (*choices != '\0') {
		size_t n = strcspn(choices, " ");

		if (n == len && memcmp(choices, value, n) == 0)
			return true;
		choices += n;
		choices += strspn(choices, " ");
	}
	return false;
}

/* "open, lan or closed" of "open lan closed". */
static void
list_choices(char *out, size_t size, const char *choices)
{
	size_t at = 0;

	out[0] = '\0';
	while (*choices != '\0' && at < size) {
		int n = (int)strcspn(choices, " ");
		const char *next = choices + n + strspn(choices + n, " ");
		const char *glue = *next == '\0' ? "" : strchr(next, ' ') != NULL ? ", " : " or ";

		at += (size_t)snprintf(out + at, size - at, "%.*s%s", n, choices, glue);
		choices = next;
	}
}

/* What no value of any option may have: it would not survive a line of text, or not show. */
static const char *
bad_text(enum option which, const char *value)
{
	size_t len = strlen(value), max = which == OPT_nick ? NAME_MAX_BYTES : VALUE_MAX;

	if (len > max)
		return which == OPT_nick ? "has at most 64 bytes" : "has at most 1024 bytes";
	if (!text_valid_utf8(value, len))
		return "is text in UTF-8";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return "has no control characters";
	if (which == OPT_nick && text_has_hostile(value, len))
		return "has no invisible characters";
	if (table[which].type == OPTION_PATH && len != 0 && value[0] != '/' && value[0] != '~')
		return "is a folder's whole path, beginning with / or ~";
	if (table[which].type == OPTION_RATE && !amount_is_rate(value))
		return "is bytes a second, as 500k or 2M, at least 1k; 0 is no limit";
	return NULL;
}

bool
options_set(struct options *o, enum option which, const char *value, char *err, size_t errlen)
{
	const char *bad = bad_text(which, value);
	char words[160];

	if (bad == NULL && table[which].type == OPTION_BOOL) {
		value = bool_word(value);
		bad = value == NULL ? "is on or off" : NULL;
	} else if (bad == NULL && table[which].type == OPTION_CHOICE &&
		   !is_choice(table[which].choices, value)) {
		list_choices(words, sizeof(words), table[which].choices);
		snprintf(err, errlen, "The option %s is %s.", table[which].name, words);
		return false;
	}
	if (bad == NULL && table[which].type == OPTION_WORD && !is_word(value))
		bad = "is one word of letters, digits, - and _";
	if (bad != NULL) {
		snprintf(err, errlen, "The option %s %s.", table[which].name, bad);
		return false;
	}
	free(o->values[which]);
	o->values[which] = xstrdup(value);
	return true;
}

/* ---- lines -------------------------------------------------------------------------------------------------------------- */

/* One line of the file, as offsets into it. */
struct line {
	size_t start, end;	 /* without its newline and carriage return */
	size_t next;		 /* where the next one begins */
	size_t name, name_len;	 /* of a line with a =; name_len 0: blank, comment, or nonsense */
	size_t value, value_end; /* as written, quotes included, blanks around it not */
	const char *wrong;	 /* what is wrong with it, or NULL */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
skip_blanks(const char *bytes, size_t at, size_t end)
{
	while (at < end && is_blank(bytes[at]))
		at++;
	return at;
}

/* Where a quoted value that begins at `at` ends, behind its closing quote; 0 if it has none. */
static size_t
quoted_end(const char *bytes, size_t at, size_t end)
{
	for (at++; at < end; at++) {
		if (bytes[at] == '"')
			return at + 1;
		if (bytes[at] == '\\')
			at++;
	}
	return 0;
}

/* Finds the value behind the = at `at`. */
static void
scan_value(struct line *l, const char *bytes, size_t at)
{
	size_t from = skip_blanks(bytes, at + 1, l->end), to = from;

	l->value = from;
	if (from < l->end && bytes[from] == '"') {
		to = quoted_end(bytes, from, l->end);
		from = to != 0 ? skip_blanks(bytes, to, l->end) : 0;
		if (to == 0 || (from < l->end && bytes[from] != '#')) {
			l->wrong = to == 0 ? "the closing quote is missing"
					   : "something stands behind the closing quote";
			to = l->end;
		}
		l->value_end = to;
		return;
	}
	while (to < l->end && !(bytes[to] == '#' && is_blank(bytes[to - 1])))
		to++;
	while (to > from && is_blank(bytes[to - 1]))
		to--;
	l->value_end = to;
}

static void
scan_line(struct line *l, const char *bytes, size_t len, size_t start)
{
	const char *newline = memchr(bytes + start, '\n', len - start), *equals;
	size_t at, end = newline != NULL ? (size_t)(newline - bytes) : len;

	memset(l, 0, sizeof(*l));
	l->start = start;
	l->next = newline != NULL ? end + 1 : len;
	l->end = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
	if (start == 0 && l->end >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		start = 3; /* a byte order mark */
	at = skip_blanks(bytes, start, l->end);
	if (at == l->end || bytes[at] == '#')
		return;
	equals = memchr(bytes + at, '=', l->end - at);
	if (equals == NULL) {
		l->wrong = "it is not NAME = VALUE";
		return;
	}
	l->name = at;
	for (end = (size_t)(equals - bytes); end > at && is_blank(bytes[end - 1]); end--)
		;
	l->name_len = end - at;
	if (l->name_len == 0)
		l->wrong = "the name before = is missing";
	else
		scan_value(l, bytes, (size_t)(equals - bytes));
}

/* The value as it is meant. Fresh memory. */
static char *
unquote(const char *bytes, size_t len)
{
	char *value = xmalloc(len + 1), *p = value;

	if (len >= 2 && bytes[0] == '"') {
		for (size_t i = 1; i < len - 1; i++) {
			if (bytes[i] == '\\' && i + 1 < len - 1)
				i++;
			*p++ = bytes[i];
		}
	} else {
		memcpy(p, bytes, len);
		p += len;
	}
	*p = '\0';
	return value;
}

/* What a line costs when it is nonsense: where and why. */
struct complaint {
	void (*complain)(void *arg, const char *sentence);
	void *arg;
	const char *file;
	size_t line;
};

static void
complain(const struct complaint *c, const char *why)
{
	char sentence[512];

	snprintf(sentence, sizeof(sentence), "%s, line %zu: %s", c->file, c->line, why);
	c->complain(c->arg, sentence);
}

static void
use_line(struct options *o, const struct line *l, const char *bytes, const struct complaint *c)
{
	enum option which = find(bytes + l->name, l->name_len);
	char shown[96], why[256];
	char *value;

	if (l->wrong != NULL || l->name_len == 0) {
		if (l->wrong != NULL) {
			snprintf(why, sizeof(why), "%s.", l->wrong);
			complain(c, why);
		}
		return;
	}
	if (which == OPT_COUNT) {
		text_fit(shown, sizeof(shown), bytes + l->name, l->name_len, 30, 0);
		snprintf(why, sizeof(why), "there is no option \"%s\".", shown);
		complain(c, why);
		return;
	}
	if (memchr(bytes + l->value, '\0', l->value_end - l->value) != NULL) {
		complain(c, "the value has a NUL byte.");
		return;
	}
	value = unquote(bytes + l->value, l->value_end - l->value);
	if (!options_set(o, which, value, why, sizeof(why)))
		complain(c, why);
	free(value);
}

void
options_parse(struct options *o, const char *name, const char *bytes, size_t len,
	      void (*complain_to)(void *arg, const char *sentence), void *arg)
{
	struct complaint c = {.complain = complain_to, .arg = arg, .file = name};
	struct line l;

	for (size_t at = 0; at < len; at = l.next) {
		c.line++;
		scan_line(&l, bytes, len, at);
		use_line(o, &l, bytes, &c);
	}
}

bool
options_load(struct options *o, const char *path,
	     void (*complain_to)(void *arg, const char *sentence), void *arg)
{
	char sentence[512];
	uint8_t *bytes;
	size_t len;

	bytes = file_read(path, FILE_MAX, &len);
	if (bytes == NULL && errno == ENOENT)
		return true;
	if (bytes == NULL) {
		snprintf(sentence, sizeof(sentence), "The options in %s cannot be read: %s.", path,
			 file_reason(errno));
		complain_to(arg, sentence);
		return false;
	}
	options_parse(o, path, (const char *)bytes, len, complain_to, arg);
	free(bytes);
	return true;
}

/* ---- saving ------------------------------------------------------------------------------------------------------------- */

/* The value as it is written: in quotes where it would be misread bare. Fresh memory. */
static char *
quote(const char *value)
{
	size_t len = strlen(value);
	bool bare = len == 0 || (strchr(value, '#') == NULL && value[0] != '"' &&
				 !is_blank(value[0]) && !is_blank(value[len - 1]));
	char *out = xmalloc(2 * len + 3), *p = out;

	if (bare) {
		memcpy(out, value, len + 1);
		return out;
	}
	*p++ = '"';
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			*p++ = '\\';
		*p++ = *value;
	}
	*p++ = '"';
	*p = '\0';
	return out;
}

/* Puts three pieces together. Fresh memory. */
static char *
join(const char *before, size_t nbefore, const char *middle, const char *after, size_t nafter,
     size_t *len)
{
	size_t n = strlen(middle);
	char *out = xmalloc(nbefore + n + nafter + 1);

	memcpy(out, before, nbefore);
	memcpy(out + nbefore, middle, n);
	memcpy(out + nbefore + n, after, nafter);
	*len = nbefore + n + nafter;
	out[*len] = '\0';
	return out;
}

char *
options_edit(const struct options *o, enum option which, const char *bytes, size_t len,
	     size_t *newlen)
{
	struct line l, last = {.next = 0};
	char *value = quote(o->values[which]), *piece, *out;

	for (size_t at = 0; at < len; at = l.next) {
		scan_line(&l, bytes, len, at);
		if (l.name_len != 0 && find(bytes + l.name, l.name_len) == which)
			last = l;
	}
	if (last.name_len == 0) {
		xasprintf(&piece, "%s%s = %s\n", len != 0 && bytes[len - 1] != '\n' ? "\n" : "",
			  table[which].name, value);
		out = join(bytes, len, piece, "", 0, newlen);
	} else {
		/* A blank on either side, where what stands there would run into the value. */
		bool tight = bytes[last.value - 1] == '=' && last.value == last.value_end;
		bool crowd = last.value_end < last.end && !is_blank(bytes[last.value_end]);

		xasprintf(&piece, "%s%s%s", tight && *value != '\0' ? " " : "", value,
			  crowd ? " " : "");
		out = join(bytes, last.value, piece, bytes + last.value_end, len - last.value_end,
			   newlen);
	}
	free(piece);
	free(value);
	return out;
}

bool
options_save(struct options *o, const char *path, enum option which, char *err, size_t errlen)
{
	size_t len = 0, newlen;
	uint8_t *bytes = file_read(path, FILE_MAX, &len);
	char *edited;
	int result;

	if (bytes == NULL && errno != ENOENT) {
		snprintf(err, errlen, "The options in %s cannot be read: %s.", path,
			 file_reason(errno));
		return false;
	}
	edited = options_edit(o, which, bytes != NULL ? (char *)bytes : "", bytes != NULL ? len : 0,
			      &newlen);
	result = file_write(path, FILE_REPLACE, edited, newlen);
	if (result != 0)
		snprintf(err, errlen, "The options cannot be written to %s: %s.", path,
			 file_reason(errno));
	free(edited);
	free(bytes);
	return result == 0;
}
