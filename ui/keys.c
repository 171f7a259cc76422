/* keys.c - the table of requests: keys to requests, requests to names, and what the user made of it */
#include "config.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/say.h"
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

/* Words in the catalogue by what they are: say_context(). */
static const struct {
	const char *name;
	uint32_t sym;
} names[] = {
	{NC_("key", "Enter"), INPUT_SYM_ENTER},
	{NC_("key", "Tab"), INPUT_SYM_TAB},
	{NC_("key", "Esc"), INPUT_SYM_ESC},
	{NC_("key", "Backspace"), INPUT_SYM_BACKSPACE},
	{NC_("key", "Space"), ' '},
	{NC_("key", "Up"), INPUT_SYM_UP},
	{NC_("key", "Down"), INPUT_SYM_DOWN},
	{NC_("key", "Left"), INPUT_SYM_LEFT},
	{NC_("key", "Right"), INPUT_SYM_RIGHT},
	{NC_("key", "Home"), INPUT_SYM_HOME},
	{NC_("key", "End"), INPUT_SYM_END},
	{NC_("key", "PgUp"), INPUT_SYM_PGUP},
	{NC_("key", "PgDn"), INPUT_SYM_PGDN},
	{NC_("key", "Ins"), INPUT_SYM_INS},
	{NC_("key", "Del"), INPUT_SYM_DEL},
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

/* Without a key for these one could not go on or get out. */
static const enum request needed[] = {REQ_SUBMIT, REQ_BACK, REQ_QUIT, REQ_DIALOG_OK};

static const struct {
	char letter;
	uint8_t mod;
} modifiers[] = {{'C', INPUT_CTRL}, {'M', INPUT_ALT}, {'S', INPUT_SHIFT}};

/* What the user gave other keys; NULL: those of the table. Like all of this file's state it is the UI thread's. */
static char *changed[REQ_COUNT];

const struct keys_row *
keys_row(enum request req)
{
	return req > REQ_NONE && req < REQ_COUNT ? &rows[req] : NULL;
}

/* --- names ----------------------------------------------------------------------------------------------------------------- */

static bool
is_word(const char *word, const char *name, size_t len)
{
	return strlen(word) == len && memcmp(word, name, len) == 0;
}

/* As the person's keyboard calls it. */
static const char *
shown_word(size_t i)
{
	return say_context(names[i].name, say_english(names[i].name));
}

/* The symbol of a name without modifiers: one character, or a word from the list. */
static bool
parse_symbol(const char *name, size_t len, uint32_t *sym)
{
	uint32_t c;

	for (size_t i = 0; i < NELEM(names); i++) {
		if (is_word(say_english(names[i].name), name, len) ||
		    is_word(shown_word(i), name, len)) {
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

	if (len > 2 && name[0] == '^' && name[1] == 'X') {
		if (!keys_parse_n(name + 2, len - 2, &k) || k.mods & INPUT_AFTER_X ||
		    (k.sym == 'x' && k.mods & INPUT_CTRL))
			return false;
		k.mods |= INPUT_AFTER_X;
		*key = k;
		return true;
	}
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

static char *
format(struct input_key key, bool shown, char *out, size_t size)
{
	char base[12] = "";
	const char *name = base;
	bool caret = key.mods & INPUT_CTRL && key.sym >= '@' && key.sym <= 'z' &&
		     (key.sym <= '_' || key.sym >= 'a');

	for (size_t i = 0; i < NELEM(names); i++)
		if (names[i].sym == key.sym)
			name = shown ? shown_word(i) : say_english(names[i].name);
	if (caret) {
		base[0] = '^';
		base[1] = (char)(key.sym >= 'a' ? key.sym - 0x20 : key.sym);
	} else if (name == base) {
		base[text_put(base, key.sym)] = '\0';
	}
	snprintf(out, size, "%s%s%s%s%s", key.mods & INPUT_AFTER_X ? "^X" : "",
		 key.mods & INPUT_CTRL && !caret ? "C-" : "", key.mods & INPUT_ALT ? "M-" : "",
		 key.mods & INPUT_SHIFT ? "S-" : "", name);
	return out;
}

char *
keys_format(struct input_key key, char *out, size_t size)
{
	return format(key, false, out, size);
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
keys_of(enum request req)
{
	const struct keys_row *row = keys_row(req);

	if (row == NULL)
		return "";
	return changed[req] != NULL ? changed[req] : row->keys;
}

/* At most `most` of a request's keys. */
static void
show(enum request req, int most, char *out, size_t size)
{
	const char *list = keys_of(req);
	char name[KEYS_NAME_MAX];
	struct input_key key;

	out[0] = '\0';
	for (; most > 0 && keys_next(&list, &key); most--) {
		strlcat(out, out[0] != '\0' ? " " : "", size);
		strlcat(out, format(key, true, name, sizeof(name)), size);
	}
}

const char *
keys_name(enum request req)
{
	static char first[REQ_COUNT][KEYS_NAME_MAX];

	if (keys_row(req) == NULL)
		return "";
	show(req, 1, first[req], KEYS_NAME_MAX);
	return first[req];
}

const char *
keys_shown(enum request req)
{
	static char all[REQ_COUNT][KEYS_PER_ACTION * KEYS_NAME_MAX / 2];

	if (keys_row(req) == NULL)
		return "";
	show(req, KEYS_PER_ACTION, all[req], sizeof(all[req]));
	return all[req];
}

char *
keys_action(enum request req, char *out, size_t size)
{
	const struct keys_row *row = keys_row(req);

	strlcpy(out, row != NULL ? row->name : "", size);
	for (char *p = out; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

enum request
keys_find_action(const char *name, size_t len)
{
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++)
		if (strlen(rows[req].name) == len && strncasecmp(rows[req].name, name, len) == 0)
			return (enum request)req;
	return REQ_NONE;
}

const char *
keys_context_name(unsigned context)
{
	switch (context) {
	case KEYS_GLOBAL:
		return N_("Everywhere");
	case KEYS_PROMPT:
		return N_("Input line");
	case KEYS_PEERS:
		return N_("Peers");
	case KEYS_CHAT:
		return N_("Chat");
	case KEYS_BROWSER:
		return N_("File browser");
	case KEYS_TRANSFERS:
		return N_("Transfers");
	case KEYS_DIALOG:
		return N_("Questions");
	case KEYS_HELP:
		return N_("Help");
	case KEYS_SEARCH:
		return N_("Search");
	case KEYS_CHOOSE:
		return N_("A part of an offer");
	case KEYS_WENT:
		return "Where files went";
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
} bindings[KEYS_PER_ACTION * REQ_COUNT];
static size_t nbindings;

static void
read_table(void)
{
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const char *list = keys_of((enum request)req);
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

/* --- other keys ------------------------------------------------------------------------------------------------------------ */

void
keys_reset(void)
{
	for (int req = 0; req < REQ_COUNT; req++) {
		free(changed[req]);
		changed[req] = NULL;
	}
	nbindings = 0;
}

static bool
same_key(struct input_key a, struct input_key b)
{
	return a.sym == b.sym && a.mods == b.mods;
}

/* Reads what the user wrote into keys[KEYS_PER_ACTION]; -1 with a sentence. */
static int
read_keys(enum request req, const char *list, struct input_key *keys, char *err, size_t errlen)
{
	char shown[64];
	int n = 0;

	for (list += strspn(list, " "); *list != '\0'; list += strspn(list, " ")) {
		size_t len = strcspn(list, " ");
		struct input_key key;

		text_fit(shown, sizeof(shown), list, len, 20, 0);
		if (n == KEYS_PER_ACTION) {
			say_into(err, errlen, "An action has at most %d keys.", KEYS_PER_ACTION);
			return -1;
		}
		if (!keys_parse_n(list, len, &key)) {
			say_into(err, errlen,
				 "There is no key %s; they are written like F5, ^O, M-x, S-Up.",
				 shown);
			return -1;
		}
		if (key.sym < INPUT_SYM_ENTER && key.mods == 0 &&
		    rows[req].contexts & (KEYS_GLOBAL | KEYS_PROMPT)) {
			say_into(err, errlen, "The key %s is wanted for text there.", shown);
			return -1;
		}
		keys[n++] = key;
		list += len;
	}
	return n;
}

/* The keys of a list without those in taken[n]. Fresh memory. */
static char *
without(const char *list, const struct input_key *taken, int n)
{
	char *out = xmalloc(strlen(list) + 1), *p = out, name[KEYS_NAME_MAX];
	struct input_key key;

	*p = '\0';
	while (keys_next(&list, &key)) {
		int i = 0;

		while (i < n && !same_key(key, taken[i]))
			i++;
		if (i == n)
			p += sprintf(p, "%s%s", p != out ? " " : "",
				     keys_format(key, name, sizeof(name)));
	}
	return out;
}

/* Takes keys from other requests where those would hold too; false if one would be left without that needs one. */
static bool
take_away(enum request req, const struct input_key *keys, int n, char **next, char *err,
	  size_t errlen)
{
	char action[KEYS_NAME_MAX];

	for (int other = REQ_NONE + 1; other < REQ_COUNT; other++)
		if (other != (int)req && rows[other].contexts & rows[req].contexts)
			next[other] = without(keys_of((enum request)other), keys, n);
	for (size_t i = 0; i < NELEM(needed); i++) {
		if (next[needed[i]] != NULL && next[needed[i]][0] == '\0') {
			say_into(err, errlen, "Nothing would be left for %s.",
				 keys_action(needed[i], action, sizeof(action)));
			return false;
		}
	}
	return true;
}

bool
keys_bind(enum request req, const char *list, char *err, size_t errlen)
{
	struct input_key keys[KEYS_PER_ACTION];
	char *next[REQ_COUNT] = {NULL}, name[KEYS_NAME_MAX], own[KEYS_PER_ACTION * KEYS_NAME_MAX];
	bool good;
	int n;

	if (keys_row(req) == NULL)
		return false;
	if (strcmp(list, "default") == 0)
		list = rows[req].keys;
	n = strcmp(list, "none") == 0 ? 0 : read_keys(req, list, keys, err, errlen);
	if (n < 0)
		return false;
	own[0] = '\0';
	for (int i = 0; i < n; i++) {
		strlcat(own, i != 0 ? " " : "", sizeof(own));
		strlcat(own, keys_format(keys[i], name, sizeof(name)), sizeof(own));
	}
	next[req] = xstrdup(own);
	good = take_away(req, keys, n, next, err, errlen);
	for (int other = REQ_NONE + 1; other < REQ_COUNT; other++) {
		if (next[other] == NULL)
			continue;
		if (good && strcmp(next[other], keys_of((enum request)other)) != 0) {
			free(changed[other]);
			changed[other] = xstrdup(next[other]);
		}
		free(next[other]);
	}
	nbindings = 0;
	return good;
}
