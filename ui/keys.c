/* keys.c - the table of requests: keys to requests, requests to names */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/input_seq.h"
#include "ui/keys.h"

static const struct keys_row rows[REQ_COUNT] = {
#define X(name, keys, contexts, kind, slash, help) \
	[REQ_##name] = {#name, keys, contexts, kind, slash, help},
	KEYS_TABLE(X)
#undef X
};

static const struct {
	const char *name;
	uint32_t sym;
} names[] = {
	{"Enter", INPUT_SYM_ENTER},
	{"Tab", INPUT_SYM_TAB},
	{"Esc", INPUT_SYM_ESC},
	{"Backspace", INPUT_SYM_BACKSPACE},
	{"Space", ' '},
	{"Up", INPUT_SYM_UP},
	{"Down", INPUT_SYM_DOWN},
	{"Left", INPUT_SYM_LEFT},
	{"Right", INPUT_SYM_RIGHT},
	{"Home", INPUT_SYM_HOME},
	{"End", INPUT_SYM_END},
	{"PgUp", INPUT_SYM_PGUP},
	{"PgDn", INPUT_SYM_PGDN},
	{"Ins", INPUT_SYM_INS},
	{"Del", INPUT_SYM_DEL},
	{"F1", INPUT_SYM_F1},
	{"F2", INPUT_SYM_F2},
	{"F3", INPUT_SYM_F3},
	{"F4", INPUT_SYM_F4},
	{"F5", INPUT_SYM_F5},
	{"F6", INPUT_SYM_F6},
	{"F7", INPUT_SYM_F7},
	{"F8", INPUT_SYM_F8},
	{"F9", INPUT_SYM_F9},
	{"F10", INPUT_SYM_F10},
	{"F11", INPUT_SYM_F11},
	{"F12", INPUT_SYM_F12},
};

static const struct {
	char letter;
	uint8_t mod;
} modifiers[] = {{'C', INPUT_CTRL}, {'M', INPUT_ALT}, {'S', INPUT_SHIFT}};

const struct keys_row *
keys_row(enum request req)
{
	return req > REQ_NONE && req < REQ_COUNT ? &rows[req] : NULL;
}

/* --- names ----------------------------------------------------------------------------------------------------------------- */

/* The symbol of a name without modifiers: one character, or a word from the list. */
static bool
parse_symbol(const char *name, size_t len, uint32_t *sym)
{
	uint32_t c;

	for (size_t i = 0; i < NELEM(names); i++) {
		if (strlen(names[i].name) == len && memcmp(names[i].name, name, len) == 0) {
			*sym = names[i].sym;
			return true;
		}
	}
	if (len == 0 || text_next(name, len, &c) != len || c == TEXT_INVALID || c <= ' ' ||
	    (c >= 0x7f && c < 0xa0))
		return false;
	*sym = c;
	return true;
}

/* A character with Ctrl, as the terminal tells it: some have keys of their own. False if it is none that ^ can stand before. */
static bool
control(uint32_t c, struct input_key *key)
{
	if (c == ' ')
		c = '@';
	if (c >= 'a' && c <= 'z')
		c -= 0x20;
	if (c < '@' || c > '_')
		return false;
	*key = input_seq_control(c & 0x1f);
	return true;
}

bool
keys_parse_n(const char *name, size_t len, struct input_key *key)
{
	struct input_key k = {0, 0};
	uint8_t mods = 0;
	uint32_t sym;
	size_t i;

	while (len > 2 && name[1] == '-') {
		for (i = 0; i < NELEM(modifiers) && modifiers[i].letter != name[0]; i++)
			;
		if (i == NELEM(modifiers))
			return false;
		mods |= modifiers[i].mod;
		name += 2;
		len -= 2;
	}
	if (len > 1 && name[0] == '^') {
		if (!parse_symbol(name + 1, len - 1, &sym) || !control(sym, &k))
			return false;
		k.mods |= mods;
		*key = k;
		return true;
	}
	if (!parse_symbol(name, len, &sym))
		return false;
	if (sym < INPUT_SYM_ENTER && mods & INPUT_CTRL && control(sym, &k)) {
		mods &= (uint8_t)~INPUT_CTRL;
	} else if (sym < INPUT_SYM_ENTER && !(mods & INPUT_CTRL)) {
		k.sym = mods & INPUT_SHIFT && sym >= 'a' && sym <= 'z' ? sym - 0x20 : sym;
		mods &= (uint8_t)~INPUT_SHIFT;
	} else {
		k.sym = sym;
	}
	k.mods |= mods;
	*key = k;
	return true;
}

bool
keys_parse(const char *name, struct input_key *key)
{
	return keys_parse_n(name, strlen(name), key);
}

char *
keys_format(struct input_key key, char *out, size_t size)
{
	char base[12] = "";
	const char *name = base;
	bool caret = key.mods & INPUT_CTRL && key.sym >= '@' && key.sym <= 'z' &&
		     (key.sym <= '_' || key.sym >= 'a');

	for (size_t i = 0; i < NELEM(names); i++)
		if (names[i].sym == key.sym)
			name = names[i].name;
	if (caret) {
		base[0] = '^';
		base[1] = (char)(key.sym >= 'a' ? key.sym - 0x20 : key.sym);
	} else if (name == base) {
		base[text_put(base, key.sym)] = '\0';
	}
	snprintf(out, size, "%s%s%s%s", key.mods & INPUT_CTRL && !caret ? "C-" : "",
		 key.mods & INPUT_ALT ? "M-" : "", key.mods & INPUT_SHIFT ? "S-" : "", name);
	return out;
}

bool
keys_next(const char **list, struct input_key *key)
{
	size_t n;
	bool good;

	*list += strspn(*list, " ");
	n = strcspn(*list, " ");
	if (n == 0)
		return false;
	good = keys_parse_n(*list, n, key);
	*list += n;
	assert(good); /* tests/keys.c parses every row */
	return good;
}

const char *
keys_name(enum request req)
{
	static char first[REQ_COUNT][KEYS_NAME_MAX];
	const struct keys_row *row = keys_row(req);

	if (row == NULL)
		return "";
	if (first[req][0] == '\0')
		snprintf(first[req], KEYS_NAME_MAX, "%.*s", (int)strcspn(row->keys, " "),
			 row->keys);
	return first[req];
}

const char *
keys_context_name(unsigned context)
{
	switch (context) {
	case KEYS_GLOBAL:
		return "Everywhere";
	case KEYS_PROMPT:
		return "Input line";
	case KEYS_PEERS:
		return "Peers";
	case KEYS_CHAT:
		return "Chat";
	case KEYS_BROWSER:
		return "File browser";
	case KEYS_TRANSFERS:
		return "Transfers";
	case KEYS_DIALOG:
		return "Questions";
	case KEYS_HELP:
		return "Help";
	case KEYS_SEARCH:
		return "Search";
	default:
		return "";
	}
}

/* --- looking up ------------------------------------------------------------------------------------------------------------ */

/* All keys of the table, read once. Only the UI thread looks keys up. */
static struct binding {
	struct input_key key;
	unsigned contexts;
	enum request req;
} bindings[4 * REQ_COUNT];
static size_t nbindings;

static void
read_table(void)
{
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const char *list = rows[req].keys;
		struct input_key key;

		while (keys_next(&list, &key)) {
			assert(nbindings < NELEM(bindings));
			bindings[nbindings++] =
				(struct binding){key, rows[req].contexts, (enum request)req};
		}
	}
}

static enum request
find(unsigned context, struct input_key key)
{
	for (size_t i = 0; i < nbindings; i++) {
		const struct binding *b = &bindings[i];

		if (b->key.sym == key.sym && b->key.mods == key.mods && b->contexts & context)
			return b->req;
	}
	return REQ_NONE;
}

enum request
keys_lookup(unsigned context, struct input_key key)
{
	enum request req;

	if (nbindings == 0)
		read_table();
	req = find(context, key);
	return req != REQ_NONE ? req : find(KEYS_GLOBAL, key);
}
