/* settings.c - files of `name = value` lines: read, and one line changed while every other stays as it stands. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/say.h"
#include "src/settings.h"
#include "src/util.h"

#define FILE_MAX (1024 * 1024)

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
			l->wrong = to == 0 ? _("the closing quote is missing")
					   : _("something stands behind the closing quote");
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
		l->wrong = _("it is not NAME = VALUE");
		return;
	}
	l->name = at;
	for (end = (size_t)(equals - bytes); end > at && is_blank(bytes[end - 1]); end--)
		;
	l->name_len = end - at;
	if (l->name_len == 0)
		l->wrong = _("the name before = is missing");
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

static void
complain(const struct settings *s, size_t line, const char *why)
{
	char sentence[512];

	say_into(sentence, sizeof(sentence), "%s, line %zu: %s", s->file, line, why);
	s->complain(s->arg, sentence);
}

static void
use_line(const struct settings *s, const struct line *l, const char *bytes, size_t number)
{
	char why[256], *value;

	if (l->wrong != NULL || l->name_len == 0) {
		if (l->wrong != NULL) {
			snprintf(why, sizeof(why), "%s.", l->wrong);
			complain(s, number, why);
		}
		return;
	}
	if (memchr(bytes + l->value, '\0', l->value_end - l->value) != NULL) {
		complain(s, number, _("the value has a NUL byte."));
		return;
	}
	value = unquote(bytes + l->value, l->value_end - l->value);
	if (!s->use(s->arg, bytes + l->name, l->name_len, value, why, sizeof(why)))
		complain(s, number, why);
	free(value);
}

void
settings_parse(const struct settings *s, const char *bytes, size_t len)
{
	struct line l;
	size_t number = 0;

	for (size_t at = 0; at < len; at = l.next) {
		scan_line(&l, bytes, len, at);
		use_line(s, &l, bytes, ++number);
	}
}

bool
settings_load(const struct settings *s)
{
	char sentence[512];
	uint8_t *bytes;
	size_t len;

	bytes = file_read(s->file, FILE_MAX, &len);
	if (bytes == NULL && errno == ENOENT)
		return true;
	if (bytes == NULL) {
		say_into(sentence, sizeof(sentence), "The %s in %s cannot be read: %s.", s->what,
			 s->file, file_reason(errno));
		s->complain(s->arg, sentence);
		return false;
	}
	settings_parse(s, (const char *)bytes, len);
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
settings_edit(const char *bytes, size_t len, const char *name, const char *setting, size_t *newlen)
{
	struct line l, last = {.next = 0};
	char *value = quote(setting), *piece, *out;
	size_t n = strlen(name);

	for (size_t at = 0; at < len; at = l.next) {
		scan_line(&l, bytes, len, at);
		if (l.name_len == n && memcmp(bytes + l.name, name, n) == 0)
			last = l;
	}
	if (last.name_len == 0) {
		xasprintf(&piece, "%s%s = %s\n", len != 0 && bytes[len - 1] != '\n' ? "\n" : "",
			  name, value);
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
settings_save(const char *path, const char *what, const char *name, const char *value, char *err,
	      size_t errlen)
{
	size_t len = 0, newlen;
	uint8_t *bytes = file_read(path, FILE_MAX, &len);
	char *edited;
	int result;

	if (bytes == NULL && errno != ENOENT) {
		say_into(err, errlen, "The %s in %s cannot be read: %s.", what, path,
			 file_reason(errno));
		return false;
	}
	edited = settings_edit(bytes != NULL ? (char *)bytes : "", bytes != NULL ? len : 0, name,
			       value, &newlen);
	result = file_write(path, FILE_REPLACE, edited, newlen);
	if (result != 0)
		say_into(err, errlen, "The %s cannot be written to %s: %s.", what, path,
			 file_reason(errno));
	free(edited);
	free(bytes);
	return result == 0;
}
