/* places.c - home, downloads, mounted media and bookmarks. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/places.h"

#define TABLE_MAX ((size_t)256 * 1024)

/* ---- the list --------------------------------------------------------------------------------------------------------- */

bool
places_has(const struct places *p, enum place_kind kind, const char *path)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].kind == kind && strcmp(p->at[i].path, path) == 0)
			return true;
	return false;
}

bool
places_full(const struct places *p, enum place_kind kind)
{
	size_t same = 0;

	for (size_t i = 0; i < p->n; i++)
		same += p->at[i].kind == kind;
	return same >= PLACES_MAX;
}

bool
places_add(struct places *p, enum place_kind kind, const char *name, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (places_has(p, kind, path) || places_full(p, kind))
		return false;
	if (name == NULL)
		name = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
	p->at = xreallocarray(p->at, p->n + 1, sizeof(*p->at));
	p->at[p->n++] = (struct place){kind, xstrdup(name), xstrdup(path)};
	return true;
}

void
places_clear(struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->at[i].name);
		free(p->at[i].path);
	}
	free(p->at);
	*p = (struct places){0};
}

/* ---- media ------------------------------------------------------------------------------------------------------------ */

/* A field of the table with its octal escapes undone (`\040` is a blank), in fresh memory; NULL if it could not be a path. */
static char *
unescape(const char *s, size_t len)
{
	char *out = xmalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned value = (unsigned char)s[i];

		if (s[i] == '\\' && i + 3 < len && s[i + 1] >= '0' && s[i + 1] <= '3' &&
		    s[i + 2] >= '0' && s[i + 2] <= '7' && s[i + 3] >= '0' && s[i + 3] <= '7') {
			value = (unsigned)(s[i + 1] - '0') * 64 + (unsigned)(s[i + 2] - '0') * 8 +
				(unsigned)(s[i + 3] - '0');
			i += 3;
		}
		out[n++] = (char)value;
	}
	out[n] = '\0';
	if (n > 0 && out[0] == '/' && n < PATH_MAX && strlen(out) == n)
		return out;
	free(out);
	return NULL;
}

static bool
is_medium(const char *path)
{
	static const char *const below[] = {"/media/", "/run/media/", "/mnt/", "/Volumes/"};

	for (size_t i = 0; i < NELEM(below); i++)
		if (strncmp(path, below[i], strlen(below[i])) == 0 &&
		    path[strlen(below[i])] != '\0')
			return true;
	return strcmp(path, "/mnt") == 0;
}

void
places_mounts(struct places *p, const char *table, size_t len)
{
	for (size_t at = 0, end; at < len; at = end + 1) {
		const char *nl = memchr(table + at, '\n', len - at), *first, *second;
		char *path;

		end = nl != NULL ? (size_t)(nl - table) : len;
		first = memchr(table + at, ' ', end - at);
		if (first == NULL)
			continue;
		first++;
		second = memchr(first, ' ', (size_t)(table + end - first));
		if (second == NULL || (path = unescape(first, (size_t)(second - first))) == NULL)
			continue;
		if (is_medium(path))
			places_add(p, PLACE_MEDIA, NULL, path);
		free(path);
	}
}

static const char *kernel_table = "/proc/self/mounts";

void
places_force_table(const char *path)
{
	kernel_table = path;
}

static void
add_media(struct places *p)
{
	FILE *in = fopen(kernel_table, "re");
	char *table;
	size_t n;

	if (in == NULL)
		return;
	table = xmalloc(TABLE_MAX);
	n = fread(table, 1, TABLE_MAX, in);
	fclose(in);
	places_mounts(p, table, n);
	free(table);
}

/* ---- bookmarks -------------------------------------------------------------------------------------------------------- */

/* The next line without blanks at its ends; false at the end. *at moves behind it. */
static bool
next_line(const char *bytes, size_t len, size_t *at, const char **line, size_t *n)
{
	const char *nl;
	size_t end;

	if (*at >= len)
		return false;
	nl = memchr(bytes + *at, '\n', len - *at);
	end = nl != NULL ? (size_t)(nl - bytes) : len;
	*line = bytes + *at;
	*n = end - *at;
	*at = end + 1;
	while (*n > 0 && strchr(" \t\r", (*line)[*n - 1]) != NULL && (*line)[*n - 1] != '\0')
		--*n;
	while (*n > 0 && (**line == ' ' || **line == '\t')) {
		++*line;
		--*n;
	}
	return true;
}

/* The path a line means, in fresh memory; NULL for none. A slash at its end is no part of it: that keeps the blanks before it. */
static char *
path_of(const char *line, size_t n)
{
	char *typed, *path;
	size_t len;

	if (n == 0 || n >= PATH_MAX || memchr(line, '\0', n) != NULL)
		return NULL;
	if (line[0] != '/' && !(line[0] == '~' && (n == 1 || line[1] == '/')))
		return NULL;
	typed = xstrndup(line, n);
	path = path_expand(typed);
	free(typed);
	for (len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	return path;
}

void
places_parse(struct places *p, const char *bytes, size_t len,
	     void (*complain)(void *arg, const char *sentence), void *arg)
{
	const char *line;
	size_t at = 0, n, number = 0;

	while (next_line(bytes, len, &at, &line, &n)) {
		char sentence[160], shown[96], *path;

		number++;
		if (n == 0 || line[0] == '#')
			continue;
		path = path_of(line, n);
		if (path != NULL) {
			places_add(p, PLACE_BOOKMARK, NULL, path);
			free(path);
			continue;
		}
		text_fit(shown, sizeof(shown), line, n < 200 ? n : 200, 30, 0);
		say_into(sentence, sizeof(sentence),
			 "bookmarks, line %zu: \"%s\" is no whole path.", number, shown);
		complain(arg, sentence);
	}
}

char *
places_edit(const char *bytes, size_t len, const char *path, bool add, size_t *newlen)
{
	char *out = xmalloc(len + strlen(path) + 4);
	const char *line;
	size_t at = 0, n, to = 0, from;

	for (from = 0; next_line(bytes, len, &at, &line, &n); from = at) {
		size_t end = at < len ? at : len;
		char *is = path_of(line, n);
		bool same = is != NULL && strcmp(is, path) == 0;

		free(is);
		if (same && !add)
			continue;
		add = add && !same;
		memcpy(out + to, bytes + from, end - from);
		to += end - from;
	}
	if (add) {
		if (to > 0 && out[to - 1] != '\n')
			out[to++] = '\n';
		memcpy(out + to, path, strlen(path));
		to += strlen(path);
		if (strchr(" \t", out[to - 1]) != NULL)
			out[to++] = '/';
		out[to++] = '\n';
	}
	*newlen = to;
	return out;
}

/* ---- their file ------------------------------------------------------------------------------------------------------- */

static char *
file_of(const char *config_path)
{
	const char *slash = config_path != NULL ? strrchr(config_path, '/') : NULL;
	char *path;

	if (slash == NULL)
		return NULL;
	xasprintf(&path, "%.*s/bookmarks", (int)(slash - config_path), config_path);
	return path;
}

void
places_load(struct places *p, const char *config_path,
	    void (*complain)(void *arg, const char *sentence), void *arg)
{
	char *file = file_of(config_path), *sentence;
	uint8_t *bytes;
	size_t len;

	if (file == NULL)
		return;
	bytes = file_read(file, PLACES_FILE_MAX, &len);
	if (bytes != NULL) {
		places_parse(p, (const char *)bytes, len, complain, arg);
	} else if (errno != ENOENT) {
		sentence = say_new("%s cannot be read: %s.", file, file_reason(errno));
		complain(arg, sentence);
		free(sentence);
	}
	free(bytes);
	free(file);
}

bool
places_save(const char *config_path, const char *path, bool add, char *err, size_t errlen)
{
	char *file = file_of(config_path), *edited;
	size_t len = 0, newlen;
	uint8_t *bytes;
	bool good;

	if (strpbrk(path, "\n\r") != NULL || strlen(path) >= PATH_MAX) {
		free(file);
		say_into(err, errlen,
			 "A folder with a line break in its name cannot be a bookmark.");
		return false;
	}
	if (file == NULL)
		return true;
	bytes = file_read(file, PLACES_FILE_MAX, &len);
	if (bytes == NULL && errno != ENOENT) {
		say_into(err, errlen, "%s cannot be read: %s.", file, file_reason(errno));
		free(file);
		return false;
	}
	edited = places_edit(bytes != NULL ? (const char *)bytes : "", len, path, add, &newlen);
	good = file_write(file, FILE_REPLACE, edited, newlen) == 0;
	if (!good)
		say_into(err, errlen, "%s cannot be written: %s.", file, file_reason(errno));
	free(edited);
	free(bytes);
	free(file);
	return good;
}

void
places_all(struct places *p, const char *downloads, const struct places *bookmarks)
{
	char *home = path_home(), *down = downloads != NULL && downloads[0] != '\0'
						  ? path_expand(downloads)
						  : path_downloads();

	places_add(p, PLACE_HOME, "Home", home);
	places_add(p, PLACE_DOWNLOADS, "Downloads", down);
	add_media(p);
	for (size_t i = 0; i < bookmarks->n; i++)
		places_add(p, PLACE_BOOKMARK, bookmarks->at[i].name, bookmarks->at[i].path);
	free(down);
	free(home);
}
