/* keys_file.c - the keys a user gave to actions, in a file beside the option file. */
#include "config.h"

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
