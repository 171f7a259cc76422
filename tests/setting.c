/* setting.c - every option of the table: its name and values completed, explained, set, and still so at the next start; themes of the user; other
 * keys, and what they took from whom. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/command.h"
#include "src/file.h"
#include "src/options.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/keys.h"

#define ESC  "\033"
#define DOWN "\033[B"

static void
open_one(struct world *w)
{
	world_open(w, 40, 120, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_ready(w);
	world_chat(w, 1, 0);
}

static void
none(void *arg, const char *sentence)
{
	(void)arg;
	diag("%s", sentence);
}

/* Whether the next start would find that value. */
static bool
kept(enum option which, const char *value)
{
	struct options *o = options_new();
	bool same;

	same = options_load(o, world_config_path, none, NULL) &&
	       strcmp(options_text(o, which), value) == 0;
	options_free(o);
	return same;
}

/* A line typed with its Enter, whatever stood there before. */
static void
command(struct world *w, const char *line)
{
	char *typed;

	xasprintf(&typed, "\003%s\r", line);
	world_type(w, typed);
	world_forget_sent(w);
	free(typed);
}

static size_t
offers(struct world *w, const char *line, char **out, size_t max)
{
	size_t start;

	return command_complete(front_env(w->front), line, strlen(line), &start, out, max);
}

/* One of what is offered for an option's value. */
static void
try_value(struct world *w, enum option which, const char *quoted)
{
	struct shellwords words;
	const char *why = NULL;
	char *line;

	if (!ok(shellwords_split(quoted, &words, &why) && words.n == 1, "%s is one word", quoted))
		return;
	xasprintf(&line, "/set %s %s", options_name(which), quoted);
	command(w, line);
	is_str(options_text(w->options, which), words.word[0], "%s", line);
	ok(kept(which, words.word[0]), "and at the next start");
	free(line);
	shellwords_free(&words);
}

static void
test_values(struct world *w)
{
	char err[200], *out[64], *line;

	/* What is free text is offered as it stands. */
	ok(options_set(w->options, OPT_status, "in the garden", err, sizeof(err)) &&
		   options_set(w->options, OPT_downloads, "/srv/in", err, sizeof(err)),
	   "options with values");
	for (int i = 0; i < OPT_COUNT; i++) {
		enum option which = (enum option)i;
		const char *choices = options_examples(which);
		size_t n, want = choices[0] != '\0';

		xasprintf(&line, "/set %s", options_name(which));
		n = offers(w, line, out, NELEM(out));
		ok(n >= 1 && strcmp(out[0], options_name(which)) == 0, "Tab completes %s",
		   options_name(which));
		while (n > 0)
			free(out[--n]);
		free(line);
		for (const char *p = choices; *p != '\0'; p++)
			want += *p == ' ';
		xasprintf(&line, "/set %s ", options_name(which));
		n = offers(w, line, out, NELEM(out));
		ok(n >= 1 && n >= want, "%s: %zu values are offered", options_name(which), n);
		for (size_t k = 0; k < n; k++) {
			try_value(w, which, out[k]);
			free(out[k]);
		}
		free(line);
	}
	command(w, "/set peers_width 0");
	command(w, "/set details_width 0");
	say_language("en");
}

/* The option file is replaced, never written into: beside it lies nothing. */
static void
test_saved(struct world *w)
{
	struct stat before, after;
	struct dirent *e;
	unsigned n = 0;
	DIR *d;

	ok(stat(world_config_path, &before) == 0, "there is an option file");
	command(w, "/set bell off");
	ok(stat(world_config_path, &after) == 0 && before.st_ino != after.st_ino,
	   "another file takes its place");
	d = opendir(test_tmpdir());
	while (d != NULL && (e = readdir(d)) != NULL)
		n += strncmp(e->d_name, "config", 6) == 0;
	if (d != NULL)
		closedir(d);
	is_int(n, 1, "nothing is left beside it");
}

/* Every option explains itself, on a large screen and on a small one. */
static void
test_explained(struct world *w, const char *default_word)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		enum option which = (enum option)i;
		char *list = xstrdup(options_choices(which)), *at = list, *word, *line;
		bool all = true;

		xasprintf(&line, "/set %s", options_name(which));
		command(w, line);
		ok(world_shows(w, line) && world_shows(w, default_word), "%s explains itself",
		   line);
		while ((word = strsep(&at, " ")) != NULL)
			all &= word[0] == '\0' || world_shows(w, word);
		ok(all, "with all it may be");
		world_type(w, ESC);
		ok(front_question(w->front) == NULL, "Esc leaves it");
		free(line);
		free(list);
	}
}

static void
test_changed(struct world *w)
{
	command(w, "/set bell on");
	ok(world_shows(w, "The option bell is now: on"), "what was set is said");
	command(w, "/set bell");
	world_type(w, DOWN "\r");
	ok(kept(OPT_bell, "off") && front_question(w->front) == NULL, "another is chosen");
	command(w, "/set limit_up");
	world_type(w, "\025"
		      "5\r");
	ok(world_shows(w, "at least 1k") && front_question(w->front) != NULL,
	   "what it cannot be is said there");
	world_type(w, "\033[200~\033[201~\025"
		      "2M\r");
	ok(kept(OPT_limit_up, "2M"), "a value is typed");
	command(w, "/set limit_up");
	world_type(w, "\t\t\r");
	ok(kept(OPT_limit_up, "0"), "or the default is taken");
	command(w, "/set");
	ok(world_shows(w, "/set nick") && world_shows(w, "/set door") &&
		   !world_shows(w, "Everywhere"),
	   "/set alone lists the options");
	world_type(w, ESC ESC);
	command(w, "/set nonsense");
	ok(world_shows(w, "There is no option nonsense"), "and no others");
}

static void
test_help(struct world *w)
{
	command(w, "/help reply");
	ok(world_shows(w, "HELP") && world_shows(w, "/reply NAME"), "/help WORD finds a command");
	ok(world_shows(w, "Chosen") || world_shows(w, "Reply to the chosen message"), "and keys");
	ok(!world_shows(w, "/verify"), "and nothing else");
	world_type(w, ESC ESC);
	command(w, "/help /connect");
	ok(world_shows(w, "/connect NAME") && !world_shows(w, "/reply"), "a slash may be typed");
	world_type(w, ESC ESC);
	command(w, "/help input line");
	ok(world_shows(w, "Back to the input line"), "several words are all looked for");
	world_type(w, ESC ESC);
	command(w, "/help zzzz");
	ok(world_shows(w, "Nothing matches."), "or nothing matches");
	world_type(w, ESC);
	ok(world_shows(w, "Everywhere"), "and Esc shows all of it");
	world_type(w, ESC);
	ok(!world_shows(w, "HELP"), "and then closes");
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char *path;
	FILE *f;

	xasprintf(&path, "%s/%s", folder, name);
	f = fopen(path, "w");
	if (ok(f != NULL, "a file %s", name)) {
		fputs(text, f);
		fclose(f);
	}
	free(path);
}

static void
test_themes(struct world *w)
{
	char *folder, *out[16];
	unsigned before;
	size_t n;

	xasprintf(&folder, "%s/themes", test_tmpdir());
	ok(mkdir(folder, 0700) == 0, "a folder of themes");
	write_file(folder, "mine", "base = light\n");
	n = offers(w, "/theme m", out, NELEM(out));
	ok(n == 2 && strcmp(out[0], "mono") == 0 && strcmp(out[1], "mine") == 0,
	   "Tab after /theme offers one's own");
	while (n > 0)
		free(out[--n]);
	n = offers(w, "/set theme mi", out, NELEM(out));
	ok(n == 1 && strcmp(out[0], "mine") == 0, "so it does after /set theme");
	while (n > 0)
		free(out[--n]);
	world_type(w, "\003/theme mi\t\r");
	ok(kept(OPT_theme, "mine") && world_shows(w, "The theme is mine."), "it is taken");
	before = w->themes;
	command(w, "/theme mine");
	is_int(w->themes, before + 1, "again: its file is read again");
	command(w, "/theme missing");
	ok(world_shows(w, "There is no such theme.") && kept(OPT_theme, "mine"),
	   "what is not there changes nothing");
	command(w, "/set theme missing");
	ok(world_shows(w, "There is no such theme.") && kept(OPT_theme, "mine"),
	   "nor does it by /set");
	command(w, "/theme");
	ok(world_shows(w, "mine") && world_shows(w, "contrast"), "/theme alone offers all");
	world_type(w, ESC);
	free(folder);
}

static bool
file_has(const char *want)
{
	char *path, *text;
	size_t len;
	bool has;

	xasprintf(&path, "%s/keys", test_tmpdir());
	text = (char *)file_read(path, 65536, &len);
	has = text != NULL && strstr(text, want) != NULL;
	if (!has)
		diag("%s", text != NULL ? text : "(no file)");
	free(text);
	free(path);
	return has;
}

static void
test_keys(struct world *w)
{
	char *out[8];
	size_t n;

	command(w, "/bind find F10");
	ok(world_shows(w, "find: F10. quit keeps ^Q."), "what it took from whom is said");
	ok(world_shows(w, "F10 find") && world_shows(w, "^Q quit"), "the key line has it at once");
	ok(file_has("find = F10\n") && file_has("quit = ^Q\n"), "both are written down");
	command(w, "/bind search F10");
	ok(world_shows(w, "search: F10. find has no key now."), "or that nothing is left");
	command(w, "/bind find F10");
	keys_load(world_config_path, none, NULL);
	is_str(keys_of(REQ_FIND), "F10", "at the next start the last one holds");
	is_str(keys_of(REQ_SEARCH), "", "and the one before does not");
	command(w, "/bind find ^A");
	ok(world_shows(w, "^A stays edit_home in: Input line."),
	   "where a key goes on doing something else is said");
	command(w, "/bind submit F11 Enter");
	command(w, "/chat Boris");
	ok(world_shows(w, "F11 sends."), "sentences name keys as they are now");
	command(w, "/bind find ^Q");
	ok(world_shows(w, "Nothing would be left for quit."), "what is needed is not taken");
	command(w, "/bind find F99");
	ok(world_shows(w, "There is no key F99; they are written like"), "no key that is none");
	command(w, "/bind find x");
	ok(world_shows(w, "The key x is wanted for text there."), "nor one that is wanted");
	command(w, "/bind nothing F5");
	ok(world_shows(w, "There is no action nothing;"), "nor for no action");
	command(w, "/help Find in the chat");
	ok(world_shows(w, "^A "), "the help has the new key");
	world_type(w, ESC ESC);
	n = offers(w, "/bind fin", out, NELEM(out));
	ok(n == 3 && strcmp(out[0], "find") == 0, "Tab completes actions");
	while (n > 0)
		free(out[--n]);
	n = offers(w, "/bind find ", out, NELEM(out));
	ok(n == 3 && strcmp(out[0], "^A") == 0 && strcmp(out[1], "default") == 0,
	   "and the keys there are");
	while (n > 0)
		free(out[--n]);
	keys_reset();
}

static void
look_at_it(int h, int width, const char *line, const char *name)
{
	struct world w;

	world_open(&w, h, width, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	world_chat(&w, 1, 0);
	command(&w, line);
	world_golden(&w, name);
	world_close(&w);
}

int
main(void)
{
	struct world w;
	char *config;

	xasprintf(&config, "%s/config", test_tmpdir());
	world_config_path = config;
	open_one(&w);
	test_values(&w);
	test_saved(&w);
	test_explained(&w, "default:");
	test_changed(&w);
	test_help(&w);
	test_themes(&w);
	test_keys(&w);
	world_close(&w);
	world_config_path = NULL;
	look_at_it(24, 80, "/set theme", "option-80x24");
	look_at_it(12, 40, "/set theme", "option-40x12");
	look_at_it(24, 80, "/set limit_up", "option-text-80x24");
	free(config);
	return done_testing();
}
