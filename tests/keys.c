/* keys.c - the table of requests keeps its promises; key names are read and written; look-ups */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/command.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/tap.h"
#include "ui/keys.h"

static bool
same(struct input_key a, struct input_key b)
{
	return a.sym == b.sym && a.mods == b.mods;
}

/* A key that is typed as text: the input line needs it for itself. */
static bool
is_text(struct input_key key)
{
	return key.sym < INPUT_SYM_ENTER && key.mods == 0;
}

/* How many of the row's keys are wrong: unreadable, not in the form keys_format() writes, or text where text is typed. */
static int
wrong_keys(enum request req)
{
	const struct keys_row *row = keys_row(req);
	const char *list = row->keys, *p = list;
	struct input_key key;
	char name[KEYS_NAME_MAX];
	int wrong = 0, n = 0;

	while (*p != '\0') {
		size_t len = strcspn(p, " ");

		if (!keys_parse_n(p, len, &key)) {
			diag("%s: %.*s is no key", row->name, (int)len, p);
			return wrong + 1;
		}
		keys_format(key, name, sizeof(name));
		if (strlen(name) != len || memcmp(name, p, len) != 0) {
			diag("%s: %.*s is written %s", row->name, (int)len, p, name);
			wrong++;
		}
		if (is_text(key) && row->contexts & (KEYS_GLOBAL | KEYS_PROMPT)) {
			diag("%s: %s is wanted for text", row->name, name);
			wrong++;
		}
		n++;
		p += len;
		p += strspn(p, " ");
	}
	while (keys_next(&list, &key))
		n--;
	return wrong + (n != 0) + (row->keys[0] == '\0');
}

/* Whether the slash command exists. */
static bool
is_command(const char *slash)
{
	size_t n = strcspn(slash, " ");

	if (slash[0] != '/')
		return false;
	for (const struct command *c = command_table; c->name != NULL; c++)
		if (strlen(c->name) == n - 1 && memcmp(c->name, slash + 1, n - 1) == 0)
			return true;
	return false;
}

static void
test_rows(void)
{
	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++) {
		const struct keys_row *row = keys_row((enum request)i);

		is_int(wrong_keys((enum request)i), 0, "%s: its keys", row->name);
		ok(row->contexts != 0 && row->contexts < 1u << KEYS_CONTEXTS, "%s: its contexts",
		   row->name);
		ok(strlen(row->help) > 1 && row->help[strlen(row->help) - 1] != '.', "%s: its help",
		   row->name);
		if (row->kind == KEYS_ACTION)
			ok(is_command(row->slash), "%s: a slash command", row->name);
		else
			is_str(row->slash, "", "%s: moves or edits only", row->name);
	}
	ok(keys_row(REQ_NONE) == NULL && keys_row(REQ_COUNT) == NULL, "no rows beyond the table");
}

/* Each key of each request, asked for in each of its contexts, gives the request: so no two share one. */
static void
test_unique(void)
{
	int asked = 0;

	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++) {
		const struct keys_row *row = keys_row((enum request)i);

		for (unsigned bit = 0; bit < KEYS_CONTEXTS; bit++) {
			const char *list = row->keys;
			struct input_key key;

			if (!(row->contexts & 1u << bit))
				continue;
			while (keys_next(&list, &key)) {
				enum request got = keys_lookup(1u << bit, key);
				char name[KEYS_NAME_MAX];

				asked++;
				is_str(got == REQ_NONE ? "" : keys_row(got)->name, row->name,
				       "%s in %s", keys_format(key, name, sizeof(name)),
				       keys_context_name(1u << bit));
			}
		}
	}
	ok(asked > REQ_COUNT, "all were asked for");
}

static const struct {
	const char *name;
	struct input_key key;
	const char *written; /* NULL: as name */
} names[] = {
	{"a", {'a', 0}, NULL},
	{"A", {'A', 0}, NULL},
	{"S-a", {'A', 0}, "A"},
	{"?", {'?', 0}, NULL},
	{"-", {'-', 0}, NULL},
	{"^", {'^', 0}, NULL},
	{"M--", {'-', INPUT_ALT}, NULL},
	{"Space", {' ', 0}, NULL},
	{"\xc3\xa9", {0xe9, 0}, NULL},
	{"M-\xc3\xa9", {0xe9, INPUT_ALT}, NULL},
	{"^Q", {'q', INPUT_CTRL}, NULL},
	{"^q", {'q', INPUT_CTRL}, "^Q"},
	{"C-q", {'q', INPUT_CTRL}, "^Q"},
	{"^_", {'_', INPUT_CTRL}, NULL},
	{"^^", {'^', INPUT_CTRL}, NULL},
	{"^@", {'@', INPUT_CTRL}, NULL},
	{"C-Space", {'@', INPUT_CTRL}, "^@"},
	{"^I", {INPUT_SYM_TAB, 0}, "Tab"},
	{"^M", {INPUT_SYM_ENTER, 0}, "Enter"},
	{"^H", {INPUT_SYM_BACKSPACE, 0}, "Backspace"},
	{"^[", {INPUT_SYM_ESC, 0}, "Esc"},
	{"M-^A", {'a', INPUT_ALT | INPUT_CTRL}, NULL},
	{"S-^A", {'a', INPUT_SHIFT | INPUT_CTRL}, NULL},
	{"C-1", {'1', INPUT_CTRL}, NULL},
	{"F1", {INPUT_SYM_F1, 0}, NULL},
	{"F10", {INPUT_SYM_F10, 0}, NULL},
	{"S-F12", {INPUT_SYM_F12, INPUT_SHIFT}, NULL},
	{"M-Enter", {INPUT_SYM_ENTER, INPUT_ALT}, NULL},
	{"C-M-S-Up", {INPUT_SYM_UP, INPUT_SHIFT | INPUT_ALT | INPUT_CTRL}, NULL},
	{"S-M-C-Up", {INPUT_SYM_UP, INPUT_SHIFT | INPUT_ALT | INPUT_CTRL}, "C-M-S-Up"},
};

static void
test_names(void)
{
	static const char *const bad[] = {"^X^x",  "^XC-x", "",	    "F0", "F13",
					  "M-",	   "Q-a",   "ab",   " ",  "^ab",
					  "enter", "\t",    "\xc3", "^1", "M-F99"};
	struct input_key key;
	char name[KEYS_NAME_MAX];

	for (size_t i = 0; i < NELEM(names); i++) {
		const char *written = names[i].written != NULL ? names[i].written : names[i].name;

		ok(keys_parse(names[i].name, &key) && same(key, names[i].key), "%s is read",
		   names[i].name);
		is_str(keys_format(names[i].key, name, sizeof(name)), written, "%s is written",
		       written);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		key = (struct input_key){42, 42};
		ok(!keys_parse(bad[i], &key), "\"%s\" is no key", bad[i]);
		ok(key.sym == 42 && key.mods == 42, "and leaves the key alone");
	}
	keys_format((struct input_key){INPUT_SYM_BACKSPACE, 7}, name, 5);
	is_str(name, "C-M-", "a short buffer is not overrun");
}

static void
test_lookup(void)
{
	const struct {
		unsigned context;
		const char *key;
		enum request req;
	} rows[] = {
		{KEYS_PROMPT, "F10", REQ_QUIT},
		{KEYS_BROWSER, "^Q", REQ_QUIT},
		{KEYS_PROMPT, "Tab", REQ_COMPLETE},
		{KEYS_PEERS, "Tab", REQ_FOCUS_NEXT},
		{KEYS_DIALOG, "Tab", REQ_DIALOG_NEXT},
		{KEYS_PROMPT, "a", REQ_NONE},
		{KEYS_BROWSER, "a", REQ_FILE_MARK_ALL},
		{KEYS_BROWSER, "Enter", REQ_FILE_SEND},
		{KEYS_TRANSFERS, "Space", REQ_TRANSFER_PAUSE},
		{KEYS_CHAT, "Up", REQ_LIST_UP},
		{KEYS_GLOBAL, "Up", REQ_NONE},
		{KEYS_HELP, "Esc", REQ_BACK},
		{KEYS_PROMPT, "M-5", REQ_CHAT_5},
		{KEYS_PROMPT, "C-F9", REQ_NONE},
	};
	struct input_key key;

	for (size_t i = 0; i < NELEM(rows); i++) {
		ok(keys_parse(rows[i].key, &key), "%s is a key", rows[i].key);
		is_int(keys_lookup(rows[i].context, key), rows[i].req, "%s in %s", rows[i].key,
		       keys_context_name(rows[i].context));
	}
	is_str(keys_name(REQ_QUIT), "F10", "the first key has the key line");
	is_str(keys_name(REQ_FIND), "^S", "the only key too");
	is_str(keys_name(REQ_NONE), "", "no request, no key");
	is_str(keys_context_name(3), "", "two contexts have no heading");
}

static struct input_key
key_of(const char *name)
{
	struct input_key key = {0, 0};

	keys_parse(name, &key);
	return key;
}

static void
binds(void)
{
	char err[200], name[KEYS_NAME_MAX];

	keys_reset();
	ok(keys_bind(REQ_COPY_CODE, "^O  M-o", err, sizeof(err)), "an action gets other keys");
	is_str(keys_of(REQ_COPY_CODE), "^O M-o", "which are told");
	is_str(keys_name(REQ_COPY_CODE), "^O", "the first is shown");
	is_int(keys_lookup(KEYS_PROMPT, key_of("M-o")), REQ_COPY_CODE, "and hold");
	is_int(keys_lookup(KEYS_PROMPT, key_of("F5")), REQ_NONE, "the old one does not");
	ok(keys_bind(REQ_FIND, "F10", err, sizeof(err)), "a key can be taken from another");
	is_str(keys_of(REQ_QUIT), "^Q", "which keeps the rest");
	is_int(keys_lookup(KEYS_GLOBAL, key_of("F10")), REQ_FIND, "and it goes there");
	is_int(keys_lookup(KEYS_GLOBAL, key_of("^S")), REQ_NONE, "its own is free");
	ok(!keys_bind(REQ_FIND, "^Q", err, sizeof(err)), "but not the last of what is needed");
	is_str(err, "Nothing would be left for quit.", "which is said");
	is_str(keys_of(REQ_FIND), "F10", "and changes nothing");
	ok(!keys_bind(REQ_SUBMIT, "none", err, sizeof(err)), "nor can that lose all of its own");
	ok(keys_bind(REQ_FILE_MARK_ALL, "x", err, sizeof(err)), "a letter, in a list");
	is_str(keys_of(REQ_FILE_CLEAR), "", "taken from another action of the list");
	is_str(keys_of(REQ_PEER_BLOCK), "b", "other lists do not mind");
	ok(!keys_bind(REQ_FIND, "x", err, sizeof(err)), "but no letter where one types: %s", err);
	ok(!keys_bind(REQ_FIND, "F99", err, sizeof(err)) && strstr(err, "F99") != NULL,
	   "no key that is none: %s", err);
	ok(!keys_bind(REQ_FIND, "F1 F2 F3 F4 F5", err, sizeof(err)), "nor too many: %s", err);
	ok(keys_bind(REQ_FILE_CLEAR, "default", err, sizeof(err)), "back to the default");
	is_str(keys_of(REQ_FILE_MARK_ALL), "", "takes its key back");
	is_int(keys_find_action("Copy_Code", 9), REQ_COPY_CODE, "actions have names");
	is_int(keys_find_action("copy_cod", 8), REQ_NONE, "whole ones");
	is_str(keys_action(REQ_COPY_CODE, name, sizeof(name)), "copy_code", "in small letters");
	keys_reset();
	is_str(keys_of(REQ_QUIT), "F10 ^Q", "all as it was");
}

static char said[1000];

static void
hear(void *arg, const char *sentence)
{
	(void)arg;
	strlcat(said, sentence, sizeof(said));
}

static void
saves(void)
{
	char *config, *path, err[200];
	FILE *f;

	xasprintf(&config, "%s/config", test_tmpdir());
	xasprintf(&path, "%s/keys", test_tmpdir());
	keys_load(config, hear, NULL);
	is_str(said, "", "no file is no error");
	f = fopen(path, "w");
	ok(f != NULL, "a file");
	fputs("# mine\nQUIT = ^X ^Q\nnonsense = F1\nfind = F77\nhelp = F1 # and no other\n", f);
	fclose(f);
	keys_load(config, hear, NULL);
	ok(strstr(said, "line 3: there is no action \"nonsense\".") != NULL &&
		   strstr(said, "line 4: There is no key F77") != NULL,
	   "what is wrong is told: %s", said);
	is_str(keys_of(REQ_QUIT), "^X ^Q", "the rest holds");
	ok(keys_bind(REQ_FIND, "^F", err, sizeof(err)) &&
		   keys_save(config, REQ_FIND, err, sizeof(err)) &&
		   keys_bind(REQ_BARE, "none", err, sizeof(err)) &&
		   keys_save(config, REQ_BARE, err, sizeof(err)),
	   "changes are saved");
	said[0] = '\0';
	keys_reset();
	keys_load(config, hear, NULL);
	is_str(keys_of(REQ_FIND), "^F", "and read again");
	is_str(keys_of(REQ_BARE), "", "none as well");
	is_str(keys_of(REQ_QUIT), "^X ^Q", "beside what stood there");
	ok(keys_save(NULL, REQ_FIND, err, sizeof(err)), "without an option file nothing is saved");
	keys_reset();
	free(config);
	free(path);
}

/* Keys are called as the person's keyboard has them; files keep the English names, and both are read. */
static void
speaks(void)
{
	char err[200], name[KEYS_NAME_MAX], *config;
	bool whole = true;

	keys_reset();
	if (!say_language("pt")) {
		skip("built without msgfmt", "keys in Portuguese");
		return;
	}
	is_str(keys_name(REQ_PEER_MENU), "Espa\xc3\xa7o", "the key line");
	is_str(keys_shown(REQ_FILE_RANGE_UP), "S-Cima", "with Shift");
	is_str(keys_shown(REQ_QUIT), "F10 ^Q", "the rest is as it was");
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const char *list = keys_shown((enum request)req), *one = keys_of((enum request)req);
		struct input_key key, again;

		while (keys_next(&one, &key))
			whole &= keys_next(&list, &again) && again.sym == key.sym &&
				 again.mods == key.mods;
		whole &= *list == '\0';
	}
	ok(whole, "what is shown is read as the same keys");
	ok(keys_bind(REQ_COPY_CODE, "M-Espa\xc3\xa7o M-Space", err, sizeof(err)),
	   "both names may be written");
	is_str(keys_of(REQ_COPY_CODE), "M-Space M-Space", "and the English one is kept");
	is_str(keys_format(key_of("Esquerda"), name, sizeof(name)), "Left", "so it is of others");
	xasprintf(&config, "%s/pt", test_tmpdir());
	ok(mkdir(config, 0700) == 0, "another folder");
	free(config);
	xasprintf(&config, "%s/pt/config", test_tmpdir());
	ok(keys_save(config, REQ_COPY_CODE, err, sizeof(err)), "saved");
	say_language("en");
	said[0] = '\0';
	keys_load(config, hear, NULL);
	is_str(said, "", "and read in another language");
	is_str(keys_name(REQ_COPY_CODE), "M-Space", "where it is called as there");
	ok(!keys_parse("Esquerda", &(struct input_key){0, 0}), "which knows no other names");
	keys_reset();
	free(config);
}

int
main(void)
{
	test_rows();
	test_unique();
	test_names();
	test_lookup();
	binds();
	saves();
	speaks();
	return done_testing();
}
