/* shellwords.c - command lines as a shell would split them, and pastes read as dropped files. */
#include "config.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "src/path.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/util.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* How a word ended. */
enum state { WORD_NONE, WORD_WHOLE, WORD_OPEN_QUOTE, WORD_OPEN_BACKSLASH };

/* Reads one word of s[0..len) at *pos, blanks before it included. out (may be NULL) takes the
 * unquoted bytes and needs len + 1 of room. *start gets where the word begins, *pos where it ended.
 */
static enum state
next_word(const char *s, size_t len, size_t *pos, size_t *start, char *out)
{
	enum state state = WORD_WHOLE;
	char quote = '\0';
	size_t i = *pos, n = 0;

	while (i < len && is_blank(s[i]))
		i++;
	*start = i;
	for (; i < len && (quote != '\0' || !is_blank(s[i])); i++) {
		char c = s[i];

		if (c == quote || (quote == '\0' && (c == '\'' || c == '"'))) {
			quote = c == quote ? '\0' : c;
			continue;
		}
		if (c == '\\' && quote != '\'') {
			if (i + 1 == len) {
				state = WORD_OPEN_BACKSLASH;
				continue;
			}
			if (quote == '\0' || strchr("\"\\$`", s[i + 1]) != NULL)
				c = s[++i];
		}
		if (out != NULL)
			out[n] = c;
		n++;
	}
	if (out != NULL)
		out[n] = '\0';
	*pos = i;
	if (quote != '\0')
		return WORD_OPEN_QUOTE;
	return i == *start ? WORD_NONE : state;
}

/* ---- A growing list ---- */

static void
push(struct shellwords *w, const char *word, size_t len)
{
	/* Powers of two: the list grows exactly when it is full. */
	if (w->n == 0 || (w->n & (w->n - 1)) == 0)
		w->word = xreallocarray(w->word, 2 * w->n + 2, sizeof(*w->word));
	w->word[w->n++] = xstrndup(word, len);
	w->word[w->n] = NULL;
}

void
shellwords_free(struct shellwords *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->word[i]);
	free(w->word);
	*w = (struct shellwords){.n = 0};
}

/* ---- Lines ---- */

static const char *
split(const char *line, size_t len, struct shellwords *out)
{
	char *word = xmalloc(len + 1);
	size_t pos = 0, start;
	const char *wrong = NULL;
	enum state st;

	*out = (struct shellwords){.word = xcalloc(1, sizeof(*out->word))};
	while (wrong == NULL && (st = next_word(line, len, &pos, &start, word)) != WORD_NONE) {
		if (st == WORD_OPEN_QUOTE)
			wrong = _("A quote is opened but not closed.");
		else if (st == WORD_OPEN_BACKSLASH)
			wrong = _("Nothing follows the backslash at the end.");
		else if (out->n == SHELLWORDS_MAX)
			wrong = _("There are too many words.");
		else
			push(out, word, strlen(word));
	}
	free(word);
	if (wrong != NULL)
		shellwords_free(out);
	return wrong;
}

bool
shellwords_split(const char *line, struct shellwords *out, const char **why)
{
	const char *wrong = split(line, strlen(line), out);

	if (why != NULL)
		*why = wrong;
	return wrong == NULL;
}

const char *
shellwords_rest(const char *line, size_t n)
{
	size_t len = strlen(line), pos = 0, start;

	for (size_t i = 0; i < n; i++)
		if (next_word(line, len, &pos, &start, NULL) != WORD_WHOLE)
			return line + len;
	return line + pos + (n > 0 && pos < len);
}

char *
shellwords_last(const char *line, size_t len, size_t *start)
{
	char *word = xmalloc(len + 1);
	size_t pos = 0;

	do {
		next_word(line, len, &pos, start, word);
	} while (pos < len);
	return word;
}

size_t
shellwords_count(const char *line, size_t len)
{
	size_t pos = 0, start, n = 0;

	while (next_word(line, len, &pos, &start, NULL) != WORD_NONE && pos < len)
		n++;
	return n;
}

char *
shellwords_quote(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_-+=.,:/@%^";
	size_t n = 0, len = strlen(word);
	bool plain = len > 0, apostrophe = strchr(word, '\'') != NULL;
	char *out = xmalloc(2 * len + 3);

	for (size_t i = 0; i < len; i++)
		if (((uint8_t)word[i] < 0x80 && strchr(safe, word[i]) == NULL) &&
		    !(i == 0 && strncmp(word, "~/", 2) == 0))
			plain = false;
	if (!plain && !apostrophe)
		out[n++] = '\'';
	for (size_t i = 0; i < len; i++) {
		if (!plain && apostrophe && (uint8_t)word[i] < 0x80 &&
		    strchr(safe, word[i]) == NULL)
			out[n++] = '\\';
		out[n++] = word[i];
	}
	if (!plain && !apostrophe)
		out[n++] = '\'';
	out[n] = '\0';
	return out;
}

/* ---- Drops ---- */

/* Decodes %XX in place; false for a bad one, and for %00, which no path can hold. */
static bool
percent_decode(char *s)
{
	char *out = s;
	uint8_t byte;

	for (; *s != '\0'; s++) {
		if (*s != '%') {
			*out++ = *s;
			continue;
		}
		if (s[1] == '\0' || s[2] == '\0')
			return false;
		char hex[3] = {s[1], s[2], '\0'};
		if (!util_unhex(&byte, 1, hex) || byte == 0)
			return false;
		*out++ = (char)byte;
		s += 2;
	}
	*out = '\0';
	return true;
}

/* RFC 8089: file:///p, file://localhost/p, file://this-host/p, file:/p. Returns the path within s,
 * decoded, or NULL. */
static char *
file_url(char *s)
{
	char host[HOST_NAME_MAX + 1] = "", *slash;
	size_t n;

	s += strlen("file:");
	if (strncmp(s, "//", 2) == 0) {
		s += 2;
		slash = strchr(s, '/');
		if (slash == NULL)
			return NULL;
		n = (size_t)(slash - s);
		if (gethostname(host, sizeof(host) - 1) != 0)
			host[0] = '\0';
		if (n > 0 && !(n == 9 && strncasecmp(s, "localhost", 9) == 0) &&
		    !(n == strlen(host) && strncasecmp(s, host, n) == 0))
			return NULL;
		s = slash;
	}
	return s[0] == '/' && percent_decode(s) ? s : NULL;
}

/* Replaces a dropped word by the path it means; false if it means none. */
static bool
to_path(char **word)
{
	char *path = *word;

	if (strncasecmp(path, "file:", 5) == 0) {
		path = file_url(path);
		if (path == NULL)
			return false;
		path = xstrdup(path);
	} else if (path[0] == '/' || strncmp(path, "~/", 2) == 0) {
		path = path_expand(path);
	} else {
		return false;
	}
	free(*word);
	*word = path;
	return true;
}

/* One path a line, without the blanks at its ends. */
static bool
split_lines(const char *s, size_t len, struct shellwords *out)
{
	size_t end, next;

	*out = (struct shellwords){.word = xcalloc(1, sizeof(*out->word))};
	for (size_t i = 0; i < len; i = next) {
		for (end = i; end < len && s[end] != '\n'; end++)
			continue;
		next = end + 1;
		while (i < end && is_blank(s[i]))
			i++;
		while (end > i && is_blank(s[end - 1]))
			end--;
		if (end == i)
			continue;
		if (out->n == SHELLWORDS_MAX) {
			shellwords_free(out);
			return false;
		}
		push(out, s + i, end - i);
	}
	return true;
}

bool
shellwords_drop(const char *text, size_t len, enum shellwords_drop how, struct shellwords *out)
{
	bool good;

	if (memchr(text, '\0', len) != NULL)
		return false;
	good = how == SHELLWORDS_LINES ? split_lines(text, len, out)
				       : split(text, len, out) == NULL;
	if (!good)
		return false;
	good = out->n > 0;
	for (size_t i = 0; good && i < out->n; i++)
		good = to_path(&out->word[i]);
	if (!good)
		shellwords_free(out);
	return good;
}
