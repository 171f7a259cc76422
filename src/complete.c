/* complete.c - what Tab offers for the word before the cursor. */
#include "config.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/command.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"

/* What is offered so far. */
struct offers {
	char **out;
	size_t n, max;
	bool quote; /* a word of a command line */
};

static void
offer(struct offers *o, const char *word)
{
	if (o->n < o->max)
		o->out[o->n++] = o->quote ? shellwords_quote(word) : xstrdup(word);
}

/* Whether word begins with prefix, case folded. */
static bool
begins(const char *word, const char *prefix)
{
	size_t wsize = text_show_max(strlen(word)) + 1, psize = text_show_max(strlen(prefix)) + 1;
	char *w = xmalloc(wsize), *p = xmalloc(psize);
	size_t plen;
	bool yes;

	text_fold(w, wsize, word, strlen(word));
	plen = text_fold(p, psize, prefix, strlen(prefix));
	yes = strncmp(w, p, plen) == 0;
	free(w);
	free(p);
	return yes;
}

static void
offer_commands(struct command_env *env, struct offers *o, const char *prefix, const char *slash)
{
	char word[64];

	for (const struct command *row = command_table; row->name != NULL; row++) {
		if (row->where == COMMAND_SCREEN && env->screen == NULL)
			continue;
		if (strncmp(row->name, prefix, strlen(prefix)) != 0)
			continue;
		snprintf(word, sizeof(word), "%s%s", slash, row->name);
		offer(o, word);
	}
}

/* Contacts by name; requests, which have no name of the user's, by key once its first digits are typed. */
static void
offer_names(struct command_env *env, struct offers *o, const char *prefix, bool requests_only)
{
	char hex[2 * KEY_LEN + 1];

	for (size_t i = 0; i < model_ncontacts(env->model); i++) {
		const struct msg_contact *c = &model_contact_at(env->model, i)->c;
		bool own =
			model_contact_named(env->model, c->name) == model_contact_at(env->model, i);

		util_hex(hex, c->peer.b, KEY_LEN);
		if (own && !requests_only && begins(c->name, prefix))
			offer(o, c->name);
		else if ((requests_only ? c->state == CONTACT_REQUEST
					: !own && prefix[0] != '\0') &&
			 strncmp(hex, prefix, strlen(prefix)) == 0)
			offer(o, hex);
	}
}

static void
offer_transfers(struct command_env *env, struct offers *o, const char *prefix)
{
	char number[24];

	for (size_t i = 0; i < model_ntransfers(env->model); i++) {
		snprintf(number, sizeof(number), "%" PRId64,
			 model_transfer_at(env->model, i)->t.transfer);
		if (strncmp(number, prefix, strlen(prefix)) == 0)
			offer(o, number);
	}
}

static void
offer_options(struct offers *o, const char *prefix)
{
	for (int i = 0; i < (int)OPT_COUNT; i++) {
		if (strncmp(options_name((enum option)i), prefix, strlen(prefix)) == 0)
			offer(o, options_name((enum option)i));
	}
}

static void
offer_words(struct offers *o, const char *list, const char *prefix)
{
	char *copy = xstrdup(list), *at = copy, *word;

	while ((word = strsep(&at, " ")) != NULL) {
		if (word[0] != '\0' && strncmp(word, prefix, strlen(prefix)) == 0)
			offer(o, word);
	}
	free(copy);
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Files and folders that begin with what stands behind the last slash; hidden ones only if it begins with a dot. */
static void
offer_paths(struct offers *o, const char *prefix)
{
	const char *slash = strrchr(prefix, '/');
	size_t head = slash != NULL ? (size_t)(slash - prefix) + 1 : 0, first = o->n;
	char *typed = xstrndup(prefix, head), *dir = path_expand(head > 0 ? typed : ".");
	const char *stem = prefix + head;
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && o->n < o->max && (e = readdir(d)) != NULL) {
		char *full, *word;
		struct stat st;
		bool folder;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    (e->d_name[0] == '.' && stem[0] != '.') ||
		    strncmp(e->d_name, stem, strlen(stem)) != 0)
			continue;
		full = path_join(dir, e->d_name);
		folder = stat(full, &st) == 0 && S_ISDIR(st.st_mode);
		xasprintf(&word, "%s%s%s", typed, e->d_name, folder ? "/" : "");
		offer(o, word);
		free(word);
		free(full);
	}
	if (d != NULL)
		closedir(d);
	if (o->n > first)
		qsort(o->out + first, o->n - first, sizeof(*o->out), by_name);
	free(typed);
	free(dir);
}

/* The word of `args` that describes the i-th word of a call: "NAME", "PATH..."; the last one repeats. */
static void
describe(const struct command *row, size_t i, char *out, size_t size)
{
	const char *p = row->args;

	out[0] = '\0';
	while (*p != '\0') {
		size_t len = strcspn(p, " ");

		if (p[0] == '[' && len > 1) {
			p++;
			len--;
		}
		strlcpy(out, p, len < size ? len + 1 : size);
		p += strcspn(p, " ");
		p += strspn(p, " ");
		if (i-- == 0)
			return;
	}
	if (strstr(out, "...") == NULL)
		out[0] = '\0'; /* more words than it takes */
}

/* A word that the front end knows of. */
struct known {
	struct offers *o;
	const char *prefix;
};

static void
offer_known(void *to, const char *word)
{
	struct known *k = to;

	if (strncmp(word, k->prefix, strlen(k->prefix)) == 0)
		offer(k->o, word);
}

static void
offer_front(struct command_env *env, struct offers *o, const char *what, const char *first,
	    const char *prefix)
{
	struct known k = {o, prefix};

	if (env->words != NULL)
		env->words(env->arg, what, first, offer_known, &k);
}

/* A value that stands there already, or would without anybody's doing; once. */
static void
offer_value(struct offers *o, const char *value, const char *prefix)
{
	char *quoted = o->quote ? shellwords_quote(value) : xstrdup(value);
	bool there = value[0] == '\0' || !begins(value, prefix);

	for (size_t i = 0; i < o->n; i++)
		there |= strcmp(o->out[i], quoted) == 0;
	if (!there)
		offer(o, value);
	free(quoted);
}

/* Each word that is typed as it stands, of those a place of a command may have: "off" of "off|SIZE". */
static void
offer_literals(struct offers *o, const char *what, const char *prefix)
{
	while (*what != '\0') {
		size_t n = strcspn(what, "|[]");
		char *word = xstrndup(what, n);

		if (n > 0 && strspn(word, "abcdefghijklmnopqrstuvwxyz") == n)
			offer_words(o, word, prefix);
		free(word);
		what += n;
		what += strspn(what, "|[]");
	}
}

/* What an option may be: its choices, or what it is, what it was at first, and some values people want. */
static void
offer_values(struct command_env *env, struct offers *o, enum option which, const char *prefix)
{
	enum option_type type = options_type(which);

	offer_words(o, options_examples(which), prefix);
	if (type == OPTION_WORD)
		offer_front(env, o, "THEME", "", prefix);
	if (type == OPTION_PATH && prefix[0] != '\0') {
		offer_paths(o, prefix);
		return;
	}
	if (type == OPTION_BOOL || type == OPTION_CHOICE)
		return;
	offer_value(o, options_text(env->options, which), prefix);
	offer_value(o, options_default(which), prefix);
}

/* The option whose value stands in that place: /set OPTION VALUE; and /theme, /mouse, /listen, which are called like their options. */
static enum option
option_of(const struct command *row, const char *what, const char *second)
{
	if (strncmp(what, "VALUE", 5) == 0)
		return options_find(second);
	if (strncmp(what, "THEME", 5) == 0 || strncmp(what, "on|off", 6) == 0 ||
	    strncmp(what, "ADDRESS:PORT", 12) == 0)
		return options_find(row->name);
	return OPT_COUNT;
}

/* Offers for the i-th word of a call; `second` is the word after the command's name, or "". */
static void
offer_arg(struct command_env *env, struct offers *o, const struct command *row, size_t i,
	  const char *second, const char *prefix)
{
	char what[64];
	enum option option;

	describe(row, i, what, sizeof(what));
	option = option_of(row, what, second);
	if (what[0] == '\0')
		return;
	if (option != OPT_COUNT) {
		offer_values(env, o, option, prefix);
		return;
	}
	if (strncmp(what, "NAME", 4) == 0 && env->current != NULL && row->flags & COMMAND_TALK &&
	    row->complete == ARG_PATH && prefix[0] != '\0' && strchr("/~.", prefix[0]) != NULL)
		offer_paths(o, prefix); /* the open chat stands in for the name */
	else if (strncmp(what, "NAME", 4) == 0 || strncmp(what, "PERSON", 6) == 0)
		offer_names(env, o, prefix, false);
	else if (strncmp(what, "PATH", 4) == 0 || strncmp(what, "FOLDER", 6) == 0 ||
		 strcmp(what, "FILE") == 0)
		offer_paths(o, prefix);
	else if (strncmp(what, "OPTION", 6) == 0)
		offer_options(o, prefix);
	else if (row->complete == ARG_COMMAND)
		offer_commands(env, o, prefix, "");
	else if (strncmp(what, "ACTION", 6) == 0 || strncmp(what, "KEYS", 4) == 0)
		offer_front(env, o, what[0] == 'A' ? "ACTION" : "KEYS", second, prefix);
	else if (row->complete != ARG_TEXT &&
		 (strcmp(what, "N") == 0 || strcmp(what, "N]") == 0 || strcmp(what, "N|KEY") == 0 ||
		  strcmp(what, "N|all") == 0))
		offer_transfers(env, o, prefix);
	offer_literals(o, what, prefix);
	if (strstr(what, "KEY") != NULL && strncmp(what, "KEYS", 4) != 0)
		offer_names(env, o, prefix, true);
}

/* What begins like a path in the middle of a sentence. */
static bool
is_path(const char *word)
{
	return word[0] == '/' || strncmp(word, "~/", 2) == 0 || strncmp(word, "./", 2) == 0 ||
	       strncmp(word, "../", 3) == 0;
}

size_t
command_complete(struct command_env *env, const char *line, size_t cursor, size_t *start,
		 char **out, size_t max)
{
	struct offers o = {.out = out, .max = max, .quote = line[0] == '/'};
	char *prefix, *name, *second = NULL;
	size_t words;

	if (line[0] != '/') {
		/* A message: the word before the cursor may begin somebody's name, or be a path. */
		for (*start = cursor; *start > 0 && strchr(" \t\n", line[*start - 1]) == NULL;)
			--*start;
		prefix = xstrndup(line + *start, cursor - *start);
		if (is_path(prefix))
			offer_paths(&o, prefix);
		else if (prefix[0] != '\0')
			offer_names(env, &o, prefix, false);
		free(prefix);
		return o.n;
	}
	words = shellwords_count(line, cursor);
	prefix = shellwords_last(line, cursor, start);
	name = xstrndup(line + 1, strcspn(line + 1, " \t\r\n"));
	if (words == 0) {
		offer_commands(env, &o, prefix + (prefix[0] == '/'), "/");
	} else if (command_find(name) != NULL) {
		struct shellwords w;
		char *head = xstrndup(line, *start);
		const char *why;

		if (shellwords_split(head, &w, &why)) {
			second = xstrdup(w.n > 1 ? w.word[1] : "");
			shellwords_free(&w);
		}
		offer_arg(env, &o, command_find(name), words - 1, second != NULL ? second : "",
			  prefix);
		free(head);
	}
	free(second);
	free(name);
	free(prefix);
	return o.n;
}
