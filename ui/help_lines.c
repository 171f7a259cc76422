/* help_lines.c - what the help and the palette list, made from the tables of keys, commands and options; and which of it matches. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/help_lines.h"

#define TYPED_MAX 512

/* How well a line of the palette fits what was typed. */
enum score {
	SCORE_NONE,
	SCORE_LETTERS, /* its name has the letters, in that order */
	SCORE_WORDS,   /* all words are in the line somewhere */
	SCORE_NAME,    /* its name holds it */
	SCORE_BEGINS,  /* its name begins so */
	SCORE_RECENT,  /* it was run lately; the newest has more */
	SCORE_EXACT = 100
};

const char *
help_line_left(const struct help_line *line)
{
	return line->left != NULL ? line->left : keys_shown(line->req);
}

/* ---- all lines -------------------------------------------------------------------------------------------------------- */

static struct help_line *
add(struct help_lines *l)
{
	struct help_line *line;

	l->v = xreallocarray(l->v, l->n + 1, sizeof(*l->v));
	line = &l->v[l->n++];
	*line = (struct help_line){.option = OPT_COUNT};
	return line;
}

static void
add_heading(struct help_lines *l, const char *words)
{
	struct help_line *line = add(l);

	line->heading = words;
	line->left = xstrdup("");
	line->right = "";
}

static void
add_keys(struct help_lines *l, unsigned context)
{
	add_heading(l, keys_context_name(context));
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const struct keys_row *row = keys_row((enum request)req);
		struct help_line *line;

		if (!(row->contexts & context))
			continue;
		line = add(l);
		line->req = (enum request)req;
		line->context = context;
		line->right = row->help;
	}
}

/* Adds the keys of a row to those that do the same; of one pane only, "v in Peers". */
static void
more_keys(char **out, enum request req, unsigned context)
{
	const char *keys = keys_shown(req);
	char *more;

	if (keys[0] == '\0')
		return;
	xasprintf(&more, "%s%s%s%s%s", *out, (*out)[0] != '\0' ? ", " : "", keys,
		  context != KEYS_GLOBAL ? _(" in ") : "",
		  context != KEYS_GLOBAL ? _(keys_context_name(context)) : "");
	free(*out);
	*out = more;
}

/* The keys that do what is typed: those that hold everywhere, or else those of panes. Fresh memory. */
static char *
keys_for(const char *typed)
{
	char *out = xstrdup("");

	for (int anywhere = 1; anywhere >= 0 && out[0] == '\0'; anywhere--) {
		for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
			const struct keys_row *row = keys_row((enum request)req);
			unsigned first = row->contexts & (~row->contexts + 1);

			if (strcmp(row->slash, typed) == 0 && (first == KEYS_GLOBAL) == anywhere)
				more_keys(&out, (enum request)req, first);
		}
	}
	return out;
}

static void
add_commands(struct help_lines *l)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		struct help_line *line = add(l);
		char *typed;

		line->command = c;
		xasprintf(&line->left, "/%s%s%s", c->name, c->args[0] != '\0' ? " " : "", c->args);
		xasprintf(&typed, "/%s", c->name);
		line->keys = keys_for(typed);
		free(typed);
		line->right = c->help;
	}
}

/* Commands with their words that have a key: "/id copy". */
static void
add_key_commands(struct help_lines *l)
{
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const struct keys_row *row = keys_row((enum request)req);
		struct help_line *line;

		/* Options have lines of their own. */
		if (strchr(row->slash, ' ') == NULL || !(row->contexts & KEYS_GLOBAL) ||
		    strncmp(row->slash, "/set ", 5) == 0)
			continue;
		line = add(l);
		line->req = (enum request)req;
		line->context = KEYS_GLOBAL;
		line->left = xstrdup(row->slash);
		line->keys = xstrdup(keys_shown((enum request)req));
		line->right = row->help;
	}
}

static void
add_options(struct help_lines *l)
{
	for (int i = 0; i < (int)OPT_COUNT; i++) {
		struct help_line *line = add(l);

		line->option = (enum option)i;
		xasprintf(&line->left, "/set %s", options_name(line->option));
		line->keys = keys_for(line->left);
		line->right = options_help(line->option);
	}
}

void
help_lines_make(struct help_lines *l, bool palette)
{
	*l = (struct help_lines){0};
	for (int i = 0; !palette && i < KEYS_CONTEXTS; i++)
		add_keys(l, 1u << i);
	if (!palette)
		add_heading(l, N_("Commands"));
	add_commands(l);
	if (palette)
		add_key_commands(l);
	else
		add_heading(l, N_("Options"));
	add_options(l);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].keys == NULL)
			l->v[i].keys = xstrdup("");
	l->shown = xcalloc(l->n, sizeof(*l->shown));
}

void
help_lines_free(struct help_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].left);
		free(l->v[i].keys);
	}
	free(l->v);
	free(l->shown);
	*l = (struct help_lines){0};
}

/* ---- which of them ---------------------------------------------------------------------------------------------------- */

/* Whether every word of `words`, which is folded, is in the line. */
static bool
has_words(const struct help_line *line, const char *words)
{
	char *text, *all;
	size_t size, len;
	bool has = true;

	xasprintf(&all, "%s %s %s", help_line_left(line), line->keys, _(line->right));
	size = text_show_max(strlen(all)) + 1;
	text = xmalloc(size);
	text_fold(text, size, all, strlen(all));
	for (; has && *(words += strspn(words, " ")) != '\0'; words += len) {
		char *word;

		len = strcspn(words, " ");
		word = xstrndup(words, len);
		has = strstr(text, word) != NULL;
		free(word);
	}
	free(text);
	free(all);
	return has;
}

static void
fold(char *out, size_t size, const char *typed)
{
	text_fold(out, size, typed, strlen(typed));
}

void
help_lines_filter(struct help_lines *l, const char *typed)
{
	char words[TYPED_MAX];
	size_t heading = 0;
	bool owed = false;

	fold(words, sizeof(words), typed);
	l->nshown = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].heading != NULL) {
			heading = i;
			owed = true;
			continue;
		}
		if (!has_words(&l->v[i], words))
			continue;
		if (owed)
			l->shown[l->nshown++] = heading;
		owed = false;
		l->shown[l->nshown++] = i;
	}
}

/* Whether name has the letters one after the other. */
static bool
has_letters(const char *name, const char *letters)
{
	for (; *letters != '\0' && name != NULL; letters++) {
		if (*letters == ' ')
			continue;
		name = strchr(name, *letters);
		name = name != NULL ? name + 1 : NULL;
	}
	return name != NULL;
}

static int
score_of(const struct help_line *line, const char *words, const char *const *recent)
{
	char name[TYPED_MAX];
	size_t len = strlen(words);
	int rank = 0;

	snprintf(name, sizeof(name), "%s",
		 line->command != NULL ? line->command->name : line->left + 1);
	if (len == 0) {
		while (recent[rank] != NULL && strcmp(recent[rank], line->left) != 0)
			rank++;
		return recent[rank] != NULL ? SCORE_EXACT - rank : SCORE_WORDS;
	}
	if (strcmp(name, words) == 0)
		return SCORE_EXACT;
	if (strncmp(name, words, len) == 0)
		return SCORE_BEGINS;
	if (strstr(name, words) != NULL)
		return SCORE_NAME;
	if (has_words(line, words))
		return SCORE_WORDS;
	return has_letters(name, words) ? SCORE_LETTERS : SCORE_NONE;
}

void
palette_lines_filter(struct help_lines *l, const char *typed, const char *const *recent)
{
	int *score = xcalloc(l->n + 1, sizeof(*score));
	char words[TYPED_MAX];
	int best = SCORE_EXACT;

	fold(words, sizeof(words), typed + (typed[0] == '/'));
	for (size_t i = 0; i < l->n; i++)
		score[i] = score_of(&l->v[i], words, recent);
	l->nshown = 0;
	for (; best > SCORE_NONE; best--)
		for (size_t i = 0; i < l->n; i++)
			if (score[i] == best)
				l->shown[l->nshown++] = i;
	free(score);
}
