/* mkman.c - fills the man page, the sample configuration and the shell completion from the program's own tables, at build time
 *
 * usage: mkman TEMPLATE < HELP
 *
 * HELP is what `p2p-tui --help` prints. A line of the template that is one of the words below is replaced; everything else is copied. The
 * words of the man page make mdoc(7). */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/options.h"
#include "src/util.h"
#include "ui/keys.h"
#include "ui/theme.h"

#define LINE_SIZE 4096

/* ---- the program's help ---- */

/* A global option ("--home DIR") or a sub-command ("say NAME TEXT"), and its help. */
struct usage {
	char *synopsis, *help;
	struct usage *next;
};

static struct usage *globals, *subcommands;

static void
append(struct usage **list, const char *synopsis, const char *help)
{
	struct usage *u = xcalloc(1, sizeof(*u));

	u->synopsis = xstrdup(synopsis);
	u->help = xstrdup(help);
	while (*list != NULL)
		list = &(*list)->next;
	*list = u;
}

static void
forget(struct usage *u)
{
	while (u != NULL) {
		struct usage *next = u->next;

		free(u->synopsis);
		free(u->help);
		free(u);
		u = next;
	}
}

static void
cut_end(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
}

/* "  --home DIR   text", or "  say NAME TEXT" with the text behind a tab on the next line. */
static void
read_help(FILE *in)
{
	char line[LINE_SIZE], before[LINE_SIZE] = "";

	while (fgets(line, sizeof(line), in) != NULL) {
		cut_end(line);
		if (strncmp(line, "  -", 3) == 0) {
			char *gap = strstr(line + 2, "  ");

			if (gap == NULL)
				util_fatal("mkman: an option of --help has no text: %s", line);
			*gap = '\0';
			append(&globals, line + 2, gap + 2 + strspn(gap + 2, " "));
		} else if (line[0] == '\t' && before[0] == ' ') {
			append(&subcommands, before + 2, line + 1);
		}
		strlcpy(before, line, sizeof(before));
	}
	if (globals == NULL || subcommands == NULL)
		util_fatal("mkman: standard input is not what p2p-tui --help prints");
}

/* ---- mdoc ---- */

/* Text as roff takes it. */
static void
put_roff(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '\\':
			fputs("\\e", stdout);
			break;
		case '-':
			fputs("\\-", stdout);
			break;
		case '^':
			fputs("\\(ha", stdout);
			break;
		case '~':
			fputs("\\(ti", stdout);
			break;
		case '`':
			fputs("\\(ga", stdout);
			break;
		case '\'':
			fputs("\\(aq", stdout);
			break;
		case '"':
			fputs("\\(dq", stdout);
			break;
		case '.':
		case ',':
		case ';':
		case ':':
		case '!':
		case '?':
		case '(':
		case ')':
		case '[':
		case ']':
		case '|':
			/* Alone, mdoc takes them for punctuation; at the start of a line '.' is a request. */
			printf("%s%c", i == 0 ? "\\&" : "", s[i]);
			break;
		default:
			putchar(s[i]);
		}
	}
}

static void
roff(const char *s)
{
	put_roff(s, strlen(s));
}

/* Sentences, each on its own line, as roff knows where one ends; the first with a capital, the last with a full stop. */
static void
sentences(const char *s)
{
	char first = (char)toupper((unsigned char)s[0]);
	const char *end;
	size_t n;

	put_roff(&first, 1);
	for (s++; (end = strstr(s, ". ")) != NULL; s = end + 2) {
		put_roff(s, (size_t)(end + 1 - s));
		putchar('\n');
	}
	roff(s);
	n = strlen(s);
	puts(n > 0 && s[n - 1] == '.' ? "" : ".");
}

/* The name bold, what follows it in italics. */
static void
item(const char *lead, const char *synopsis)
{
	size_t n = strcspn(synopsis, " ");

	printf(".It Sy ");
	roff(lead);
	put_roff(synopsis, n);
	if (synopsis[n] != '\0') {
		printf(" Em \"");
		roff(synopsis + n + 1);
		putchar('"');
	}
	putchar('\n');
}

static void
list_usage(const struct usage *u)
{
	puts(".Bl -tag -width Ds");
	for (; u != NULL; u = u->next) {
		item("", u->synopsis);
		sentences(u->help);
	}
	puts(".El");
}

static void
put_globals(void)
{
	list_usage(globals);
}

static void
put_subcommands(void)
{
	list_usage(subcommands);
}

static void
put_commands(void)
{
	char synopsis[256];

	puts(".Bl -tag -width Ds");
	for (const struct command *c = command_table; c->name != NULL; c++) {
		snprintf(synopsis, sizeof(synopsis), "%s %s", c->name, c->args);
		cut_end(synopsis);
		item("/", synopsis);
		sentences(c->help);
		if (c->where == COMMAND_SCREEN)
			puts("Full screen only.");
	}
	puts(".El");
}

static void
put_options(void)
{
	struct options *o = options_new();

	puts(".Bl -tag -width Ds");
	for (enum option i = 0; i < OPT_COUNT; i++) {
		const char *def = options_text(o, i), *choices = options_choices(i);

		item("", options_name(i));
		sentences(options_help(i));
		if (choices[0] != '\0') {
			printf("One of: ");
			roff(choices);
			puts(".");
		} else if (options_type(i) == OPTION_BOOL) {
			puts("One of: on off.");
		}
		if (def[0] != '\0') {
			printf("Default: ");
			roff(def);
			puts(".");
		}
	}
	puts(".El");
	options_free(o);
}

/* The roles of a theme. */
static void
put_roles(void)
{
	puts(".Bl -tag -width Ds -compact");
	for (unsigned i = 0; i < STYLE_COUNT; i++) {
		char name[32];
		size_t n = strlcpy(name, theme_role_name(i), sizeof(name));

		for (size_t k = 0; k < n && k < sizeof(name); k++)
			name[k] = (char)tolower((unsigned char)name[k]);
		item("", name);
		sentences(theme_role_help(i));
	}
	puts(".El");
}

/* Where a row stands: under its first context, or under KEYS_LISTS if several lists have it. */
static unsigned
heading_of(const struct keys_row *row)
{
	unsigned lists = row->contexts & KEYS_LISTS;

	return (lists & (lists - 1)) != 0 ? KEYS_LISTS : row->contexts & -row->contexts;
}

static void
put_row(const struct keys_row *row)
{
	char name[KEYS_NAME_MAX];
	struct input_key key;
	const char *list = row->keys, *gap = "";

	printf(".It Sy \"");
	for (; keys_next(&list, &key); gap = "  ") {
		roff(gap);
		roff(keys_format(key, name, sizeof(name)));
	}
	puts("\"");
	sentences(row->help);
	if (row->slash[0] != '\0') {
		printf("Command: ");
		roff(row->slash);
		puts(".");
	}
}

static void
put_keys_of(unsigned heading, const char *title)
{
	bool any = false;

	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const struct keys_row *row = keys_row((enum request)req);

		if (heading_of(row) != heading)
			continue;
		if (!any) {
			printf(".Ss ");
			roff(title);
			puts("\n.Bl -tag -width Ds -compact");
		}
		any = true;
		put_row(row);
	}
	if (any)
		puts(".El");
}

static void
put_keys(void)
{
	for (unsigned i = 0; i < KEYS_CONTEXTS; i++) {
		if (1u << i == KEYS_PEERS)
			put_keys_of(KEYS_LISTS, "Lists");
		put_keys_of(1u << i, keys_context_name(1u << i));
	}
}

static void
put_title(void)
{
	puts(".Dt P2P\\-TUI 1\n.Os \"p2p\\-tui " PACKAGE_VERSION "\"");
}

/* ---- sample configuration ---- */

/* A line that `options_load` would take, behind a #. */
static void
put_sample(void)
{
	struct options *o = options_new();

	for (enum option i = 0; i < OPT_COUNT; i++) {
		const char *def = options_text(o, i), *choices = options_choices(i);

		printf("\n# %c%s.\n", toupper((unsigned char)options_help(i)[0]),
		       options_help(i) + 1);
		if (choices[0] != '\0')
			printf("# One of: %s.\n", choices);
		else if (options_type(i) == OPTION_BOOL)
			puts("# One of: on off.");
		printf("#%s =%s%s\n", options_name(i), def[0] != '\0' ? " " : "", def);
	}
	options_free(o);
}

/* ---- shell completion ---- */

static void
put_first_words(const struct usage *u)
{
	for (; u != NULL; u = u->next)
		printf(" %.*s", (int)strcspn(u->synopsis, " "), u->synopsis);
}

/* The words a bash case needs: sub-commands, global options, and the options of each sub-command. */
static void
put_bash(void)
{
	printf("\tlocal commands=\"");
	put_first_words(subcommands);
	printf("\"\n\tlocal globals=\"");
	put_first_words(globals);
	printf(" --help --version\"\n\tlocal -A options=(\n");
	for (const struct usage *u = subcommands; u != NULL; u = u->next) {
		const char *at = strstr(u->synopsis, "--");

		if (at == NULL)
			continue;
		printf("\t\t[%.*s]=\"", (int)strcspn(u->synopsis, " "), u->synopsis);
		for (; at != NULL; at = strstr(at + 2, "--"))
			printf(" %.*s", (int)strcspn(at, " ]"), at);
		puts("\"");
	}
	puts("\t)");
}

/* ---- the template ---- */

static const struct {
	const char *word;
	void (*put)(void);
} words[] = {
	{"@TITLE@", put_title},
	{"@GLOBALS@", put_globals},
	{"@SUBCOMMANDS@", put_subcommands},
	{"@COMMANDS@", put_commands},
	{"@OPTIONS@", put_options},
	{"@ROLES@", put_roles},
	{"@KEYS@", put_keys},
	{"@SAMPLE@", put_sample},
	{"@BASH@", put_bash},
};

static void
fill(FILE *template)
{
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), template) != NULL) {
		size_t i = 0;

		while (i < NELEM(words) &&
		       (strncmp(line, words[i].word, strlen(words[i].word)) != 0 ||
			strlen(words[i].word) + 1 != strlen(line)))
			i++;
		if (i < NELEM(words))
			words[i].put();
		else if (line[0] == '@')
			util_fatal("mkman: nothing is called %s", line);
		else
			fputs(line, stdout);
	}
}

int
main(int argc, char **argv)
{
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (template == NULL) {
		fputs("usage: mkman TEMPLATE < HELP\n", stderr);
		return 2;
	}
	read_help(stdin);
	fill(template);
	fclose(template);
	forget(globals);
	forget(subcommands);
	return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
