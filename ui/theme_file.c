/* theme_file.c - themes of the user: lines over a built-in theme, from a file that is checked like any other. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "src/file.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/theme.h"

/* A part of a line. */
struct word {
	const char *s;
	size_t n;
};

struct reader {
	struct theme *t;
	void (*complain)(void *arg, const char *sentence);
	void *arg;
	unsigned line;
	size_t wrong;
};

static const char *const colour_names[8] = {"black", "red",	"green", "yellow",
					    "blue",  "magenta", "cyan",	 "white"};
static const struct {
	const char *name;
	uint8_t bit;
} attributes[] = {{"bold", THEME_BOLD},
		  {"dim", THEME_DIM},
		  {"underline", THEME_UNDERLINE},
		  {"reverse", THEME_REVERSE}};
static const char *const kinds[] = {[THEME_DARK] = "dark",
				    [THEME_LIGHT] = "light",
				    [THEME_CONTRAST] = "contrast",
				    [THEME_MONO] = "mono"};

static void
wrong(struct reader *r, const char *why, struct word w)
{
	char shown[160], sentence[320];

	r->wrong++;
	text_fit(shown, sizeof(shown), w.s, w.n, 40, 0);
	say_into(sentence, sizeof(sentence), "Line %u of the theme: %s: %s.", r->line, why, shown);
	r->complain(r->arg, sentence);
}

static bool
is(struct word w, const char *name)
{
	return strlen(name) == w.n && strncasecmp(name, w.s, w.n) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of what is left; n 0 at its end. */
static struct word
next_word(struct word *left)
{
	struct word w;

	while (left->n > 0 && is_blank(left->s[0])) {
		left->s++;
		left->n--;
	}
	w = (struct word){left->s, 0};
	while (w.n < left->n && !is_blank(w.s[w.n]))
		w.n++;
	left->s += w.n;
	left->n -= w.n;
	return w;
}

/* #rrggbb as the nearest of the 240 colours that are the same everywhere; -1 if it is none. */
static int
mixed_colour(struct word w)
{
	uint32_t want = 0;
	int best = 16, least = INT32_MAX;

	if (w.n != 7 || w.s[0] != '#')
		return -1;
	for (size_t i = 1; i < 7; i++) {
		const char *digits = "0123456789abcdef";
		char c = w.s[i] >= 'A' && w.s[i] <= 'F' ? (char)(w.s[i] | 0x20) : w.s[i];
		const char *at = c != '\0' ? strchr(digits, c) : NULL;

		if (at == NULL)
			return -1;
		want = want << 4 | (uint32_t)(at - digits);
	}
	for (int i = 16; i < 256; i++) {
		int far = 0;

		for (unsigned shift = 0; shift < 24; shift += 8) {
			int d = (int)(want >> shift & 255) - (int)(theme_rgb(i) >> shift & 255);

			far += d * d;
		}
		if (far < least) {
			least = far;
			best = i;
		}
	}
	return best;
}

/* False if the word is no colour. */
static bool
take_colour(struct word w, int16_t *colour)
{
	int n = 0;

	if (is(w, "default")) {
		*colour = -1;
		return true;
	}
	for (int i = 0; i < 8; i++) {
		if (is(w, colour_names[i]) ||
		    (w.n > 7 && strncasecmp(w.s, "bright-", 7) == 0 &&
		     is((struct word){w.s + 7, w.n - 7}, colour_names[i]))) {
			*colour =
				(int16_t)(i +
					  (w.n > 7 && strncasecmp(w.s, "bright-", 7) == 0 ? 8 : 0));
			return true;
		}
	}
	if (w.n > 0 && w.s[0] == '#') {
		n = mixed_colour(w);
	} else {
		for (size_t i = 0; i < w.n; i++) {
			if (i == 3 || w.s[i] < '0' || w.s[i] > '9')
				return false;
			n = n * 10 + (w.s[i] - '0');
		}
	}
	if (w.n == 0 || n < 0 || n > 255)
		return false;
	*colour = (int16_t)n;
	return true;
}

static bool
take_attribute(struct word w, uint8_t *attrs)
{
	for (size_t i = 0; i < NELEM(attributes); i++) {
		if (is(w, attributes[i].name)) {
			*attrs |= attributes[i].bit;
			return true;
		}
	}
	return false;
}

/* FOREGROUND [on BACKGROUND] [ATTRIBUTE...]; changes the role only if all of it is right. */
static void
take_look(struct reader *r, unsigned role, struct word left)
{
	struct theme_pair p = {-1, -1};
	uint8_t attrs = 0;
	struct word w = next_word(&left);

	if (!take_colour(w, &p.fg)) {
		wrong(r, _("there is no such colour"), w);
		return;
	}
	for (w = next_word(&left); w.n != 0; w = next_word(&left)) {
		if (w.s[0] == '#' && mixed_colour(w) < 0)
			break; /* a comment */
		if (is(w, "on")) {
			w = next_word(&left);
			if (!take_colour(w, &p.bg)) {
				wrong(r, _("there is no such colour"), w);
				return;
			}
		} else if (!take_attribute(w, &attrs)) {
			wrong(r, _("that is no attribute"), w);
			return;
		}
	}
	r->t->role[role].few = r->t->role[role].many = p;
	r->t->role[role].attrs = r->t->role[role].few_attrs = attrs;
	if (attrs != 0)
		r->t->role[role].plain = attrs;
}

static void
take_base(struct reader *r, struct word left)
{
	struct word w = next_word(&left);

	for (unsigned i = 0; i < NELEM(kinds); i++) {
		if (is(w, kinds[i])) {
			theme_builtin(r->t, (enum theme_kind)i);
			return;
		}
	}
	wrong(r, _("the base is dark, light, contrast or mono"), w);
}

static void
take_line(struct reader *r, struct word left)
{
	struct word whole = left, name = next_word(&left), equals;
	unsigned role = 0;

	if (name.n == 0 || name.s[0] == '#')
		return;
	/* "role=colour" is as good as with blanks. */
	for (size_t i = 0; i < name.n; i++) {
		if (name.s[i] == '=') {
			left = (struct word){name.s + i,
					     (size_t)(whole.s + whole.n - (name.s + i))};
			name.n = i;
			break;
		}
	}
	while (left.n > 0 && is_blank(left.s[0])) {
		left.s++;
		left.n--;
	}
	equals = (struct word){left.s, left.n > 0 ? 1 : 0};
	if (equals.n == 0 || equals.s[0] != '=') {
		wrong(r, _("it is not ROLE = COLOUR"), whole);
		return;
	}
	left.s++;
	left.n--;
	if (is(name, "base")) {
		take_base(r, left);
		return;
	}
	while (role < STYLE_COUNT && !is(name, theme_role_name(role)))
		role++;
	if (role == STYLE_COUNT)
		wrong(r, _("there is no such role"), name);
	else
		take_look(r, role, left);
}

size_t
theme_parse(struct theme *t, const char *bytes, size_t len,
	    void (*complain)(void *arg, const char *sentence), void *arg)
{
	struct reader r = {.t = t, .complain = complain, .arg = arg};

	while (len > 0) {
		const char *newline = memchr(bytes, '\n', len);
		size_t n = newline != NULL ? (size_t)(newline - bytes) : len;

		r.line++;
		take_line(&r, (struct word){bytes, n});
		n += newline != NULL;
		bytes += n;
		len -= n;
	}
	return r.wrong;
}

bool
theme_name_good(const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t len = strlen(name);

	if (len == 0 || len > THEME_NAME_MAX || strspn(name, letters) != len ||
	    strcmp(name, "auto") == 0)
		return false;
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcmp(name, kinds[i]) == 0)
			return false;
	return true;
}

/* The folder, in fresh memory; NULL without an option file. */
static char *
folder_of(const char *config_path)
{
	const char *slash = config_path != NULL ? strrchr(config_path, '/') : NULL;
	char *folder;

	if (slash == NULL)
		return NULL;
	xasprintf(&folder, "%.*s/themes", (int)(slash - config_path), config_path);
	return folder;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

size_t
theme_list(const char *config_path, char **out, size_t max)
{
	char *folder = folder_of(config_path);
	DIR *d = folder != NULL ? opendir(folder) : NULL;
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && n < max && (e = readdir(d)) != NULL) {
		struct stat st;

		if (theme_name_good(e->d_name) && fstatat(dirfd(d), e->d_name, &st, 0) == 0 &&
		    S_ISREG(st.st_mode))
			out[n++] = xstrdup(e->d_name);
	}
	if (d != NULL)
		closedir(d);
	if (n > 1)
		qsort(out, n, sizeof(*out), by_name);
	free(folder);
	return n;
}

/* Keeps the first sentence. */
struct first {
	char sentence[320];
};

static void
keep_first(void *arg, const char *sentence)
{
	struct first *first = arg;

	if (first->sentence[0] == '\0')
		strlcpy(first->sentence, sentence, sizeof(first->sentence));
}

bool
theme_load(struct theme *t, const char *config_path, const char *name, char *err, size_t errlen)
{
	char *folder = folder_of(config_path), *path;
	struct first first = {""};
	uint8_t *bytes;
	size_t len, bad;

	err[0] = '\0';
	if (folder == NULL || !theme_name_good(name)) {
		say_into(err, errlen, "There is no such theme.");
		free(folder);
		return false;
	}
	xasprintf(&path, "%s/%s", folder, name);
	bytes = file_read(path, THEME_FILE_MAX, &len);
	free(path);
	free(folder);
	if (bytes == NULL) {
		say_into(err, errlen, "The theme %s cannot be read: %s.", name, file_reason(errno));
		return false;
	}
	bad = theme_parse(t, (const char *)bytes, len, keep_first, &first);
	free(bytes);
	if (bad > 1)
		snprintf(err, errlen,
			 say_plural("%s %zu more line is wrong.", "%s %zu more lines are wrong.",
				    bad - 1),
			 first.sentence, bad - 1);
	else
		strlcpy(err, first.sentence, errlen);
	return true;
}
