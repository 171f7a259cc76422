/* keys.c - the table of requests keeps its promises; key names are read and written; look-ups */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/command.h"
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
	static const char *const bad[] = {"",	 "F0",	  "F13", "M-",	 "Q-a", "ab",	" ",
					  "^ab", "enter", "\t",	 "\xc3", "^1",	"M-F99"};
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

int
main(void)
{
	test_rows();
	test_unique();
	test_names();
	test_lookup();
	return done_testing();
}
