/* keys_file.c - the keys a user gave to actions, in a file beside the option file. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/settings.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/keys.h"

/* The file's path, fresh; NULL without an option file. */
static char *
path_of(const char *config_path)
{
	const char *slash = config_path != NULL ? strrchr(config_path, '/') : NULL;
	char *path;

	if (slash == NULL)
		return NULL;
	xasprintf(&path, "%.*s/keys", (int)(slash - config_path), config_path);
	return path;
}

static bool
use(void *arg, const char *name, size_t name_len, const char *value, char *why, size_t whylen)
{
	enum request req = keys_find_action(name, name_len);
	char shown[96];

	(void)arg;
	if (req != REQ_NONE)
		return keys_bind(req, value, why, whylen);
	text_fit(shown, sizeof(shown), name, name_len, 30, 0);
	say_into(why, whylen, "there is no action \"%s\".", shown);
	return false;
}

void
keys_load(const char *config_path, void (*complain)(void *arg, const char *sentence), void *arg)
{
	char *path = path_of(config_path);
	struct settings s = {path, "keys", arg, use, complain};

	keys_reset();
	if (path != NULL)
		settings_load(&s);
	free(path);
}

bool
keys_save(const char *config_path, enum request req, char *err, size_t errlen)
{
	char *path = path_of(config_path), name[KEYS_NAME_MAX];
	const char *keys = keys_of(req);
	bool good;

	if (path == NULL)
		return true;
	good = settings_save(path, "keys", keys_action(req, name, sizeof(name)),
			     keys[0] != '\0' ? keys : "none", err, errlen);
	free(path);
	return good;
}

/* ---- a change, and what came of it ------------------------------------------------------------------------------------- */

static void add(char *out, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* One more sentence. */
static void
add(char *out, size_t size, const char *fmt, ...)
{
	size_t len = strlen(out);
	va_list ap;

	if (len > 0)
		len = strlcat(out, " ", size);
	va_start(ap, fmt);
	if (len < size)
		vsnprintf(out + len, size - len, say_text(fmt), ap);
	va_end(ap);
}

/* A key of everywhere that means something else in one pane does that there, and nothing is to be wondered about. */
static void
tell_elsewhere(enum request req, char *told, size_t size)
{
	const char *list = keys_of(req);
	char name[KEYS_NAME_MAX], other[KEYS_NAME_MAX];
	struct input_key key;

	if (!(keys_row(req)->contexts & KEYS_GLOBAL))
		return;
	while (keys_next(&list, &key)) {
		for (int i = 1; i < KEYS_CONTEXTS; i++) {
			enum request there = keys_lookup(1u << i, key);

			if (there == req)
				continue;
			add(told, size, N_("%s stays %s in: %s."),
			    keys_format(key, name, sizeof(name)),
			    keys_action(there, other, sizeof(other)),
			    _(keys_context_name(1u << i)));
			return;
		}
	}
}

static void
tell_change(enum request req, char *const *before, char *told, size_t size)
{
	char action[KEYS_NAME_MAX];

	told[0] = '\0';
	add(told, size, N_("%s: %s."), keys_action(req, action, sizeof(action)),
	    keys_of(req)[0] != '\0' ? keys_shown(req) : _("no key"));
	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++) {
		const char *now = keys_of((enum request)i);

		if (i == (int)req || strcmp(before[i], now) == 0)
			continue;
		keys_action((enum request)i, action, sizeof(action));
		if (now[0] != '\0')
			add(told, size, N_("%s keeps %s."), action, keys_shown((enum request)i));
		else
			add(told, size, N_("%s has no key now."), action);
	}
	tell_elsewhere(req, told, size);
}

bool
keys_change(const char *config_path, enum request req, const char *keys, char *told, size_t toldlen,
	    char *err, size_t errlen)
{
	char *before[REQ_COUNT] = {NULL};
	bool good;

	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++)
		before[i] = xstrdup(keys_of((enum request)i));
	good = keys_bind(req, keys, err, errlen) && keys_save(config_path, req, err, errlen);
	/* Whoever lost a key may have a line there too, which would take it back at the next start. */
	for (int i = REQ_NONE + 1; i < REQ_COUNT && good; i++)
		if (i != (int)req && strcmp(before[i], keys_of((enum request)i)) != 0)
			good = keys_save(config_path, (enum request)i, err, errlen);
	if (good)
		tell_change(req, before, told, toldlen);
	for (int i = 0; i < REQ_COUNT; i++)
		free(before[i]);
	return good;
}
