/* front_options.c - options that the screen itself obeys, themes among them; and the words that only the front end can complete. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/front_priv.h"
#include "ui/keys.h"
#include "ui/theme.h"

/* So many themes of the user are offered. */
#define THEMES 64

void
front_options_before(struct front *f, struct front_options *before)
{
	before->theme = xstrdup(options_text(f->setup.options, OPT_theme));
	before->language = xstrdup(options_text(f->setup.options, OPT_language));
	before->notify = xstrdup(options_text(f->setup.options, OPT_notify));
	before->mouse = options_bool(f->setup.options, OPT_mouse);
	f->themed = false;
}

static bool
save_theme(struct front *f, char *err, size_t errlen)
{
	return f->setup.config_path == NULL ||
	       options_save(f->setup.options, f->setup.config_path, OPT_theme, err, errlen);
}

/* The theme as the option has it now; one that cannot be had at all leaves what was there. */
static bool
use_theme(struct front *f, const char *before, char *err, size_t errlen)
{
	char ignored[512];

	err[0] = '\0';
	if (f->host.theme(f->host.arg, err, errlen))
		return true;
	if (options_set(f->setup.options, OPT_theme, before, ignored, sizeof(ignored))) {
		(void)save_theme(f, ignored, sizeof(ignored));
		(void)f->host.theme(f->host.arg, ignored, sizeof(ignored));
	}
	return false;
}

bool
front_set_theme(struct front *f, const char *name, char *err, size_t errlen)
{
	char *before = xstrdup(options_text(f->setup.options, OPT_theme)), wrong[512];
	bool good = options_set(f->setup.options, OPT_theme, name, err, errlen) &&
		    save_theme(f, err, errlen) && use_theme(f, before, wrong, sizeof(wrong));

	f->themed = true;
	if (good && wrong[0] != '\0')
		front_error(f, "%s", wrong);
	else if (good)
		front_say(f, "The theme is %s.", name);
	else if (err[0] == '\0')
		strlcpy(err, wrong, errlen);
	free(before);
	return good;
}

void
front_options_after(struct front *f, struct front_options *before)
{
	bool mouse = options_bool(f->setup.options, OPT_mouse);
	const char *language = options_text(f->setup.options, OPT_language);
	char err[512];

	if (strcmp(before->language, language) != 0) {
		if (!say_language(language))
			front_error(f, "The sentences in that language cannot be read.");
		front_dirty(f, PANE_COUNT);
	}
	if (!f->themed && strcmp(before->theme, options_text(f->setup.options, OPT_theme)) != 0) {
		(void)use_theme(f, before->theme, err, sizeof(err));
		if (err[0] != '\0')
			front_error(f, "%s", err);
	}
	/* Said now, not found out by what is missed. */
	if (strcmp(before->notify, options_text(f->setup.options, OPT_notify)) != 0 &&
	    f->host.can_notify != NULL && !f->host.can_notify(f->host.arg, err, sizeof(err)))
		front_error(f, "%s", err);
	if (options_bool(f->setup.options, OPT_tour))
		f->tour = f->all_dirty = true;
	f->relayout = true;
	if (mouse != before->mouse && mouse != f->mouse_on)
		front_request(f, REQ_MOUSE);
	free(before->theme);
	free(before->language);
	free(before->notify);
}

/* ---- completion --------------------------------------------------------------------------------------------------------- */

static void
offer_themes(struct front *f, void (*offer)(void *to, const char *word), void *to)
{
	char *names[THEMES];
	size_t n = theme_list(f->setup.config_path, names, NELEM(names));

	for (size_t i = 0; i < n; i++) {
		offer(to, names[i]);
		free(names[i]);
	}
}

/* The keys an action has, to be taken over, and the two words. */
static void
offer_keys(const char *action, void (*offer)(void *to, const char *word), void *to)
{
	const char *list = keys_of(keys_find_action(action, strlen(action)));
	char name[KEYS_NAME_MAX];
	struct input_key key;

	while (keys_next(&list, &key))
		offer(to, keys_format(key, name, sizeof(name)));
	offer(to, "default");
	offer(to, "none");
}

void
front_words_for(void *arg, const char *what, const char *first,
		void (*offer)(void *to, const char *word), void *to)
{
	char name[KEYS_NAME_MAX];

	if (strcmp(what, "THEME") == 0)
		offer_themes(arg, offer, to);
	else if (strcmp(what, "KEYS") == 0)
		offer_keys(first, offer, to);
	else if (strcmp(what, "ACTION") == 0)
		for (int req = REQ_NONE + 1; req < REQ_COUNT; req++)
			offer(to, keys_action((enum request)req, name, sizeof(name)));
}
