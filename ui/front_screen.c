/* front_screen.c - slash commands that only a screen can do: found through the key table, so that key and command stay twins. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/chat.h"
#include "ui/choose.h"
#include "ui/front_priv.h"
#include "ui/help.h"
#include "ui/keys.h"
#include "ui/search.h"
#include "ui/versions.h"
#include "ui/went.h"

/* The request whose slash command is exactly "/name" or "/name args". */
static enum request
by_slash(const char *name, const char *args)
{
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const struct keys_row *row = keys_row((enum request)req);
		size_t len = strlen(name);

		if (row->slash[0] != '/' || strncmp(row->slash + 1, name, len) != 0)
			continue;
		if (row->contexts & KEYS_GLOBAL && row->slash[1 + len] == '\0' && args[0] == '\0')
			return (enum request)req;
		if (row->contexts & KEYS_GLOBAL && row->slash[1 + len] == ' ' &&
		    strcmp(row->slash + 1 + len + 1, args) == 0)
			return (enum request)req;
	}
	return REQ_NONE;
}

static bool
do_chat(struct front *f, const char *args, char *err, size_t errlen)
{
	struct model_contact *c;
	struct shellwords words;
	const char *why = "";
	char shown[64];

	if (args[0] == '\0') {
		front_set_focus(f, PANE_PEERS);
		return true;
	}
	c = model_contact_named(f->model, args);
	if (c == NULL && shellwords_split(args, &words, &why)) {
		c = words.n == 1 ? model_contact_named(f->model, words.word[0]) : NULL;
		shellwords_free(&words);
	}
	if (c == NULL) {
		text_fit(shown, sizeof(shown), args, strlen(args), 30, 0);
		say_into(err, errlen, "There is no contact called %s.", shown);
		return false;
	}
	front_open_chat(f, &c->c.peer);
	return true;
}

static bool
do_theme(struct front *f, const char *args, char *err, size_t errlen)
{
	if (args[0] != '\0')
		return front_set_theme(f, args, err, errlen);
	if (front_linear(f))
		command_show_option(&f->env, OPT_theme, true);
	else
		ask_option(f, OPT_theme);
	return true;
}

/* All options, or one: changed elsewhere (command_set.c). */
static bool
do_set(struct front *f, const char *args, char *err, size_t errlen)
{
	enum option which = options_find(args);

	(void)err;
	(void)errlen;
	if (!front_linear(f)) {
		if (args[0] == '\0')
			help_open(f, "/set");
		else
			ask_option(f, which);
		return true;
	}
	for (int i = 0; args[0] == '\0' && i < (int)OPT_COUNT; i++)
		command_show_option(&f->env, (enum option)i, false);
	if (args[0] != '\0')
		command_show_option(&f->env, which, true);
	return true;
}

static bool
do_help(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	help_open(f, args + (args[0] == '/'));
	return true;
}

/* "ACTION KEYS": without keys it says which there are. */
static bool
do_bind(struct front *f, const char *args, char *err, size_t errlen)
{
	size_t len = strcspn(args, " ");
	enum request req = keys_find_action(args, len);
	const char *keys = args + len + strspn(args + len, " ");
	char shown[64], action[KEYS_NAME_MAX], told[512];

	if (args[0] == '\0') {
		help_open(f, "");
		front_say(f, "Choose an action; %s gives it other keys.", keys_name(REQ_HELP_BIND));
		return true;
	}
	if (req == REQ_NONE) {
		text_fit(shown, sizeof(shown), args, len, 30, 0);
		say_into(err, errlen, "There is no action %s; the help lists them, b changes one.",
			 shown);
		return false;
	}
	if (keys[0] != '\0') {
		if (!keys_change(f->setup.config_path, req, keys, told, sizeof(told), err, errlen))
			return false;
		front_say(f, "%s", told);
		front_dirty(f, PANE_COUNT);
		return true;
	}
	keys = keys_shown(req);
	front_say(f, "%s: %s.", keys_action(req, action, sizeof(action)),
		  keys[0] != '\0' ? keys : _("no key"));
	return true;
}

static bool
do_mouse(struct front *f, const char *args, char *err, size_t errlen)
{
	bool on = strcmp(args, "on") == 0;

	if (args[0] != '\0' && !on && strcmp(args, "off") != 0) {
		say_into(err, errlen, "Usage: /mouse [on|off]");
		return false;
	}
	if (args[0] == '\0' || on != f->mouse_on)
		front_request(f, REQ_MOUSE);
	return true;
}

static bool
do_open(struct front *f, const char *args, char *err, size_t errlen)
{
	const char *why = NULL;
	int64_t n = args[0] != '\0' ? strtonum(args, 1, INT64_MAX, &why) : 0;

	if (why != NULL) {
		say_into(err, errlen, "Usage: /open [N]");
		return false;
	}
	return transfers_open(f, n, err, errlen);
}

static bool
do_transfers(struct front *f, const char *args, char *err, size_t errlen)
{
	const char *why = NULL;
	int64_t n = strtonum(args, 1, INT64_MAX, &why);

	if (why == NULL)
		return went_open(f, n, err, errlen);
	say_into(err, errlen, "Usage: /transfers [N]");
	return false;
}

static bool
do_choose(struct front *f, const char *args, char *err, size_t errlen)
{
	const char *why = NULL;
	int64_t n = args[0] != '\0' ? strtonum(args, 1, INT64_MAX, &why) : 0;

	if (why == NULL)
		return choose_open(f, n, err, errlen);
	say_into(err, errlen, "Usage: /choose [N]");
	return false;
}

static bool
do_files(struct front *f, const char *args, char *err, size_t errlen)
{
	struct shellwords words;
	const char *why = "";
	bool ok;

	if (!shellwords_split(args, &words, &why)) {
		snprintf(err, errlen, "%s", why);
		return false;
	}
	ok = words.n == 0 || browser_go(f, words.word[0], err, errlen);
	if (ok)
		front_set_focus(f, PANE_BROWSER);
	shellwords_free(&words);
	return ok;
}

/* The first row of a day, or of the next one on which something was said. */
static bool
do_date(struct front *f, const char *args, char *err, size_t errlen)
{
	struct tm day = {.tm_isdst = -1}, exact;
	const char *end = strptime(args, "%Y-%m-%d", &day);
	time_t start;

	exact = day;
	start = end != NULL ? mktime(&exact) : -1;
	if (end == NULL || end[strspn(end, " ")] != '\0' || exact.tm_mday != day.tm_mday) {
		say_into(err, errlen, "Usage: /date YYYY-MM-DD");
		return false;
	}
	if (!f->has_current) {
		say_into(err, errlen, "There is no chat to go through.");
		return false;
	}
	if (f->main != PANE_CHAT)
		front_close_main(f);
	chat_jump_since(front_pane(f, PANE_CHAT), (int64_t)start * 1000);
	return true;
}

/* A contact's key, and a message's id or nothing. */
static bool
do_versions(struct front *f, const char *args, char *err, size_t errlen)
{
	char hex[2 * KEY_LEN + 1] = "";
	struct key peer;
	struct id id;

	strlcpy(hex, args, sizeof(hex));
	if (!util_unhex(peer.b, KEY_LEN, hex)) {
		say_into(err, errlen, "Usage: /versions [#N|ID]");
		return false;
	}
	args += strlen(hex);
	versions_ask(f, &peer, args[0] == ' ' && util_unhex(id.b, ID_LEN, args + 1) ? &id : NULL);
	return true;
}

/* /export to a file that is there: "KEY FORMAT PATH", the path as it stands. */
static bool
do_export(struct front *f, const char *args, char *err, size_t errlen)
{
	const char *format = shellwords_rest(args, 1), *path = shellwords_rest(args, 2);
	char *hex = xstrndup(args, strcspn(args, " "));
	struct model_contact *c = model_contact_named(f->model, hex);

	free(hex);
	if (c == NULL) {
		say_into(err, errlen, "There is no such contact.");
		return false;
	}
	ask_export_over(f, &c->c.peer, path, strncmp(format, "json ", 5) == 0);
	return true;
}

/* Nothing is taken from the line, which could be read on the screen. */
static bool
do_passphrase(struct front *f, const char *args, char *err, size_t errlen)
{
	if (args[0] != '\0') {
		say_into(err, errlen,
			 "/passphrase takes no words: what you type there can be read.");
		return false;
	}
	ask_passphrase(f);
	return true;
}

static bool
do_link(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	chat_link(front_pane(f, PANE_CHAT), strcmp(args, "copy") == 0);
	return true;
}

static bool
do_join(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	ask_join(f, args);
	return true;
}

/* A contact's key, and what is to be kept: less than before. */
static bool
do_keep(struct front *f, const char *args, char *err, size_t errlen)
{
	char hex[2 * KEY_LEN + 1] = "";
	struct key peer;
	int32_t keep;

	strlcpy(hex, args, sizeof(hex));
	if (!util_unhex(peer.b, KEY_LEN, hex) || args[2 * KEY_LEN] != ' ' ||
	    !retain_parse_keep(args + 2 * KEY_LEN + 1, &keep)) {
		say_into(err, errlen, "Usage: /keep [all|DAYS|nothing|default]");
		return false;
	}
	ask_keep(f, &peer, keep);
	return true;
}

static bool
do_clear(struct front *f, const char *args, char *err, size_t errlen)
{
	struct model_contact *c = model_contact_named(f->model, args);

	(void)err;
	(void)errlen;
	if (c != NULL)
		ask_clear(f, &c->c.peer);
	return c != NULL;
}

static bool
do_verify(struct front *f, const char *args, char *err, size_t errlen)
{
	struct model_contact *c = model_contact_named(f->model, args);

	(void)err;
	(void)errlen;
	if (c != NULL)
		ask_verify(f, &c->c.peer);
	return c != NULL;
}

static bool
do_nearby(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)args;
	(void)err;
	(void)errlen;
	ask_nearby(f);
	return true;
}

static bool
do_contacts(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)args;
	(void)err;
	(void)errlen;
	front_request(f, REQ_FOCUS_PEERS);
	return true;
}

static bool
do_find(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	chat_find(front_pane(f, PANE_CHAT), args);
	return true;
}

static bool
do_editor(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	compose_open(f, args, strlen(args));
	return true;
}

static bool
do_search(struct front *f, const char *args, char *err, size_t errlen)
{
	(void)err;
	(void)errlen;
	search_open(f, args);
	return true;
}

/* Commands that are more than their key. `words`: only with words behind it; without them it is what its key does. */
static const struct {
	const char *name;
	bool words;
	bool (*run)(struct front *f, const char *args, char *err, size_t errlen);
} commands[] = {
	{"bind", false, do_bind},
	{"chat", true, do_chat},
	{"choose", false, do_choose},
	{"clear", false, do_clear},
	{"contacts", false, do_contacts},
	{"date", false, do_date},
	{"editor", false, do_editor},
	{"export", false, do_export},
	{"files", false, do_files},
	{"find", true, do_find},
	{"join", false, do_join},
	{"link", false, do_link},
	{"help", true, do_help},
	{"keep", false, do_keep},
	{"mouse", false, do_mouse},
	{"nearby", false, do_nearby},
	{"open", false, do_open},
	{"passphrase", false, do_passphrase},
	{"search", true, do_search},
	{"send", false, do_files},
	{"set", false, do_set},
	{"theme", false, do_theme},
	{"transfers", true, do_transfers},
	{"verify", false, do_verify},
	{"versions", false, do_versions},
};

bool
front_screen(void *arg, const char *name, const char *args, char *err, size_t errlen)
{
	struct front *f = arg;
	enum request req = by_slash(name, args);
	int done = front_linear(f) ? f->host.command(f->host.arg, name, args, err, errlen) : 0;

	if (done != 0)
		return done > 0;
	for (size_t i = 0; i < NELEM(commands); i++)
		if (strcmp(commands[i].name, name) == 0 &&
		    (!commands[i].words || (args[0] != '\0' && req == REQ_NONE)))
			return commands[i].run(f, args, err, errlen);
	/* "/chat" alone goes to the list of peers: no key does just that. */
	if (req == REQ_NONE && strcmp(name, "chat") == 0)
		return do_chat(f, args, err, errlen);
	if (req == REQ_NONE) {
		say_into(err, errlen, "/%s cannot do that here; %s shows how it is used.", name,
			 keys_name(REQ_HELP));
		return false;
	}
	front_request(f, req);
	return true;
}
