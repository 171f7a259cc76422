/* options.c - the option table at work: values, the option file's lines, saving one of them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/amount.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/settings.h"
#include "src/text.h"
#include "src/util.h"

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

const char *
options_default(enum option which)
{
	return table[which].otherwise;
}

const char *
options_examples(enum option which)
{
	switch (table[which].type) {
	case OPTION_BOOL:
		return "on off";
	case OPTION_CHOICE:
	case OPTION_WORD:
		return table[which].choices;
	case OPTION_RATE:
		return "0 100k 500k 2M 10M";
	case OPTION_KEEP:
		return "all 365d 30d 7d nothing";
	case OPTION_MINUTES:
		return "0 5 10 30 60";
	case OPTION_CELLS:
		return "0 20 24 32 40";
	case OPTION_TEXT:
	case OPTION_PATH:
	default:
		return "";
	}
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

unsigned
options_minutes(const struct options *o, enum option which)
{
	return (unsigned)atoi(o->values[which]);
}

unsigned
options_cells(const struct options *o, enum option which)
{
	return (unsigned)atoi(o->values[which]);
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

static bool
is_number(const char *value, int most)
{
	size_t n = strspn(value, "0123456789");

	return n > 0 && n <= 4 && value[n] == '\0' && atoi(value) <= most;
}

/* What no value of any option may have: it would not survive a line of text, or not show. */
static const char *
bad_text(enum option which, const char *value)
{
	int32_t keep = KEEP_ALL;
	size_t len = strlen(value), max = which == OPT_nick	? NAME_MAX_BYTES
					  : which == OPT_status ? STATUS_MAX_BYTES
								: VALUE_MAX;

	if (len > max)
		return which == OPT_nick     ? _("has at most 64 bytes")
		       : which == OPT_status ? _("has at most 140 bytes")
					     : _("has at most 1024 bytes");
	if (!text_valid_utf8(value, len))
		return _("is text in UTF-8");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return _("has no control characters");
	if (which == OPT_nick && text_has_hostile(value, len))
		return _("has no invisible characters");
	if (table[which].type == OPTION_PATH && len != 0 && value[0] != '/' && value[0] != '~')
		return _("is a folder's whole path, beginning with / or ~");
	if (table[which].type == OPTION_MINUTES && !is_number(value, 1440))
		return _("is a number of minutes, at most 1440; 0 is never");
	if (table[which].type == OPTION_CELLS && !is_number(value, 200))
		return _("is a number of columns, at most 200; 0 is what suits the screen");
	if (table[which].type == OPTION_RATE && !amount_is_rate(value))
		return _("is bytes a second, as 500k or 2M, at least 1k; 0 is no limit");
	if (table[which].type == OPTION_KEEP &&
	    (!retain_parse_keep(value, &keep) || keep == KEEP_DEFAULT))
		return _("is all, so many days as 30d, or nothing");
	return NULL;
}

bool
options_set(struct options *o, enum option which, const char *value, char *err, size_t errlen)
{
	const char *bad = bad_text(which, value);
	char words[160];

	if (bad == NULL && table[which].type == OPTION_BOOL) {
		value = bool_word(value);
		bad = value == NULL ? _("is on or off") : NULL;
	} else if (bad == NULL && table[which].type == OPTION_CHOICE &&
		   !is_choice(table[which].choices, value)) {
		list_choices(words, sizeof(words), table[which].choices);
		say_into(err, errlen, "The option %s is %s.", table[which].name, words);
		return false;
	}
	if (bad == NULL && table[which].type == OPTION_WORD && !is_word(value))
		bad = _("is one word of letters, digits, - and _");
	if (bad != NULL) {
		say_into(err, errlen, "The option %s %s.", table[which].name, bad);
		return false;
	}
	free(o->values[which]);
	o->values[which] = xstrdup(value);
	return true;
}

/* ---- the file ------------------------------------------------------------------------------------------------------------ */

/* Whose values a file's lines become, and who hears of those that are wrong. */
struct reading {
	struct options *o;
	void (*complain)(void *arg, const char *sentence);
	void *arg;
};

static void
pass_on(void *arg, const char *sentence)
{
	const struct reading *r = arg;

	r->complain(r->arg, sentence);
}

static bool
use(void *arg, const char *name, size_t name_len, const char *value, char *why, size_t whylen)
{
	const struct reading *r = arg;
	enum option which = find(name, name_len);
	char shown[96];

	if (which != OPT_COUNT)
		return options_set(r->o, which, value, why, whylen);
	text_fit(shown, sizeof(shown), name, name_len, 30, 0);
	say_into(why, whylen, "there is no option \"%s\".", shown);
	return false;
}

void
options_parse(struct options *o, const char *name, const char *bytes, size_t len,
	      void (*complain_to)(void *arg, const char *sentence), void *arg)
{
	struct reading r = {o, complain_to, arg};
	struct settings s = {name, "options", &r, use, pass_on};

	settings_parse(&s, bytes, len);
}

bool
options_load(struct options *o, const char *path,
	     void (*complain_to)(void *arg, const char *sentence), void *arg)
{
	struct reading r = {o, complain_to, arg};
	struct settings s = {path, "options", &r, use, pass_on};

	return settings_load(&s);
}

char *
options_edit(const struct options *o, enum option which, const char *bytes, size_t len,
	     size_t *newlen)
{
	return settings_edit(bytes, len, table[which].name, o->values[which], newlen);
}

bool
options_save(struct options *o, const char *path, enum option which, char *err, size_t errlen)
{
	return settings_save(path, "options", table[which].name, o->values[which], err, errlen);
}
