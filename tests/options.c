/* options.c - the option table: what is accepted, how a file is read, and that saving changes one line only. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/options.h"
#include "src/util.h"
#include "tests/tap.h"

static char err[512];
static char complaints[2048];

static void
complain(void *arg, const char *sentence)
{
	size_t n = strlen(complaints);

	(*(int *)arg)++;
	snprintf(complaints + n, sizeof(complaints) - n, "%s\n", sentence);
}

/* Reads the text into fresh options; *n complaints. */
static struct options *
parsed(const char *text, int *n)
{
	struct options *o = options_new();

	*n = 0;
	complaints[0] = '\0';
	options_parse(o, "config", text, strlen(text), complain, n);
	return o;
}

static void
test_table(void)
{
	struct options *o = options_new();

	is_str(options_text(o, OPT_door), "lan", "a default");
	is_str(options_text(o, OPT_nick), "", "an empty default");
	ok(options_bool(o, OPT_mouse) && !options_bool(o, OPT_hidden), "bools");
	is_int(options_find("listen"), OPT_listen, "found by its name");
	is_int(options_find("list"), OPT_COUNT, "not by a part of it");
	is_int(options_find(""), OPT_COUNT, "nor by none");
	for (unsigned i = 0; i < OPT_COUNT; i++) {
		enum option which = (enum option)i;
		char *value = xstrdup(options_text(o, which));

		ok(options_find(options_name(which)) == which && *options_help(which) != '\0' &&
			   options_set(o, which, value, err, sizeof(err)),
		   "%s has a name, help, and a default it accepts", options_name(which));
		is_int(*options_choices(which) != '\0',
		       options_type(which) == OPTION_CHOICE || options_type(which) == OPTION_WORD,
		       "and choices if it is a choice");
		free(value);
	}
	ok(options_for_core(OPT_door) && !options_for_core(OPT_theme), "some go to the core");
	options_free(o);
}

static void
test_set(void)
{
	static const struct {
		enum option which;
		const char *value, *becomes; /* NULL: refused */
	} cases[] = {
		{OPT_door, "open", "open"},
		{OPT_door, "lan closed", NULL},
		{OPT_door, "", NULL},
		{OPT_door, "Open", NULL},
		{OPT_mouse, "off", "off"},
		{OPT_mouse, "YES", "on"},
		{OPT_mouse, "0", "off"},
		{OPT_mouse, "perhaps", NULL},
		{OPT_nick, "Zo\xc3\xab # 1", "Zo\xc3\xab # 1"},
		{OPT_nick, "", ""},
		{OPT_nick, "a\nb", NULL},
		{OPT_nick, "a\x7f", NULL},
		{OPT_nick, "a\xff", NULL},
		{OPT_nick, "a\xe2\x80\xae", NULL},
		{OPT_nick, "1234567890123456789012345678901234567890123456789012345678901234",
		 "1234567890123456789012345678901234567890123456789012345678901234"},
		{OPT_nick, "12345678901234567890123456789012345678901234567890123456789012345",
		 NULL},
		{OPT_limit_up, "500k", "500k"},
		{OPT_limit_up, "0", "0"},
		{OPT_limit_up, "500", NULL},
		{OPT_limit_down, "", NULL},
		{OPT_limit_down, "2 MB", NULL},
		{OPT_downloads, "~/Downloads", "~/Downloads"},
		{OPT_downloads, "/srv/in coming", "/srv/in coming"},
		{OPT_downloads, "Downloads", NULL},
	};
	struct options *o = options_new();

	for (size_t i = 0; i < NELEM(cases); i++) {
		char *before = xstrdup(options_text(o, cases[i].which));
		bool good = options_set(o, cases[i].which, cases[i].value, err, sizeof(err));

		ok(good == (cases[i].becomes != NULL), "value %zu of %s is %s", i,
		   options_name(cases[i].which), cases[i].becomes != NULL ? "taken" : "refused");
		is_str(options_text(o, cases[i].which), good ? cases[i].becomes : before,
		       good ? "and is this" : "and the old one stays");
		free(before);
	}
	options_set(o, OPT_door, "ajar", err, sizeof(err));
	is_str(err, "The option door is open, lan or closed.", "what is allowed is said");
	options_free(o);
}

static void
test_parse(void)
{
	static const struct {
		const char *text;
		enum option which;
		const char *value;
		int complaints;
	} cases[] = {
		{"door = open\n", OPT_door, "open", 0},
		{"door=open", OPT_door, "open", 0},
		{"\t door\t=  open \t\r\n", OPT_door, "open", 0},
		{"\xef\xbb\xbf"
		 "door = open\n",
		 OPT_door, "open", 0},
		{"# door = open\n", OPT_door, "lan", 0},
		{"door = open # why not\n", OPT_door, "open", 0},
		{"nick = a#b\n", OPT_nick, "a#b", 0},
		{"nick = a #b\n", OPT_nick, "a", 0},
		{"nick = # nobody\n", OPT_nick, "", 0},
		{"nick = \"a #b\"\n", OPT_nick, "a #b", 0},
		{"nick = \" a \" # spaces\n", OPT_nick, " a ", 0},
		{"nick = \"a \\\"b\\\" \\\\c\"\n", OPT_nick, "a \"b\" \\c", 0},
		{"nick = \"\"\n", OPT_nick, "", 0},
		{"nick = a\"b\\\n", OPT_nick, "a\"b\\", 0},
		{"nick = \"a\n", OPT_nick, "", 1},
		{"nick = \"a\\\"\n", OPT_nick, "", 1},
		{"nick = \"a\" b\n", OPT_nick, "", 1},
		{"nick = \"\n", OPT_nick, "", 1},
		{"door = open\ndoor = closed\n", OPT_door, "closed", 0},
		{"door = open\ndoor = ajar\n", OPT_door, "open", 1},
		{"colour = red\ndoor = open\n", OPT_door, "open", 1},
		{"door open\n= open\n\n   \n", OPT_door, "lan", 2},
		{"listen = 127.0.0.1:0\n", OPT_listen, "127.0.0.1:0", 0},
		{"door = = open\n", OPT_door, "lan", 1},
	};
	int n;

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct options *o = parsed(cases[i].text, &n);

		is_str(options_text(o, cases[i].which), cases[i].value, "file %zu: the value", i);
		is_int(n, cases[i].complaints, "file %zu: the complaints", i);
		options_free(o);
	}
	options_free(parsed("door = open\n\ncol\xe2\x80\xaeour = red\ndoor = ajar\n", &n));
	is_str(complaints,
	       "config, line 3: there is no option \"col\xe2\x80\xb9U+202E\xe2\x80\xbaour\".\n"
	       "config, line 4: The option door is open, lan or closed.\n",
	       "a complaint says where, what, and shows nothing as it is");
}

/* What the file becomes when the option is set. */
static const char *
edited(const char *text, enum option which, const char *value)
{
	static char *out;
	struct options *o = options_new();
	size_t n;

	free(out);
	if (!options_set(o, which, value, err, sizeof(err)))
		diag("%s", err);
	out = options_edit(o, which, text, strlen(text), &n);
	options_free(o);
	return out;
}

static void
test_edit(void)
{
	static const struct {
		const char *before;
		enum option which;
		const char *value, *after;
	} cases[] = {
		{"", OPT_door, "open", "door = open\n"},
		{"# mine", OPT_door, "open", "# mine\ndoor = open\n"},
		{"x\n\n", OPT_door, "open", "x\n\ndoor = open\n"},
		{"door = lan\n", OPT_door, "open", "door = open\n"},
		{"a\n  door=lan  # c \r\nb\r\n", OPT_door, "open", "a\n  door=open  # c \r\nb\r\n"},
		{"door = lan\nnick = x\ndoor = closed\n", OPT_door, "open",
		 "door = lan\nnick = x\ndoor = open\n"},
		{"door = lan\ndoor = ajar\n", OPT_door, "open", "door = lan\ndoor = open\n"},
		{"nick = a # c\n", OPT_nick, "x #y", "nick = \"x #y\" # c\n"},
		{"nick = \"a\"# c\n", OPT_nick, "b", "nick = b # c\n"},
		{"nick =\n", OPT_nick, "b", "nick = b\n"},
		{"nick = # c\n", OPT_nick, "b", "nick = b # c\n"},
		{"nick = b # c\n", OPT_nick, "", "nick =  # c\n"},
		{"nick = \"oops\nx", OPT_nick, " b\"\\", "nick = \" b\\\"\\\\\"\nx"},
		{"nick = a", OPT_nick, "\"", "nick = \"\\\"\""},
		{"#nick = a\n", OPT_nick, "b", "#nick = a\nnick = b\n"},
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		is_str(edited(cases[i].before, cases[i].which, cases[i].value), cases[i].after,
		       "edit %zu", i);
}

static void
test_files(void)
{
	char path[256], text[64], *config;
	struct options *o = options_new();
	struct stat st;
	int n = 0;
	size_t len;

	snprintf(path, sizeof(path), "%s/config", test_tmpdir());
	ok(options_load(o, path, complain, &n) && n == 0, "a missing file is no error");
	options_set(o, OPT_nick, "ada", err, sizeof(err));
	ok(options_save(o, path, OPT_nick, err, sizeof(err)), "saving makes it");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "private");
	options_set(o, OPT_door, "closed", err, sizeof(err));
	options_set(o, OPT_theme, "mono", err, sizeof(err));
	ok(options_save(o, path, OPT_door, err, sizeof(err)), "saving adds to it");
	options_free(o);
	o = options_new();
	ok(options_load(o, path, complain, &n) && n == 0, "it is read");
	is_str(options_text(o, OPT_nick), "ada", "the first option");
	is_str(options_text(o, OPT_door), "closed", "the second");
	is_str(options_text(o, OPT_theme), "auto", "the one not saved is not there");
	config = (char *)file_read(path, sizeof(text), &len);
	is_str(config, "nick = ada\ndoor = closed\n", "and nothing else");
	free(config);
	ok(!options_load(o, test_tmpdir(), complain, &n) && n == 1, "a folder cannot be read: %s",
	   complaints);
	ok(!options_save(o, test_tmpdir(), OPT_nick, err, sizeof(err)), "nor saved to: %s", err);
	snprintf(path, sizeof(path), "%s/none/config", test_tmpdir());
	ok(!options_save(o, path, OPT_nick, err, sizeof(err)), "nor in no folder: %s", err);
	options_free(o);
}

int
main(void)
{
	test_table();
	test_set();
	test_parse();
	test_edit();
	complaints[0] = '\0';
	test_files();
	return done_testing();
}
