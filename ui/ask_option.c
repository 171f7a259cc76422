/* ask_option.c - an option explained: what it is, its value, its default, and what else it may be. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/theme.h"

/* Among them as many themes of the user as there is room for. */
#define WORDS_MAX 64

/* The words it may be, those of the table and then the user's own; 0 where it is no choice. */
static size_t
words_of(struct front *f, enum option which, char **out)
{
	enum option_type type = options_type(which);
	const char *list = options_examples(which);
	size_t n = 0;

	if (type != OPTION_BOOL && type != OPTION_CHOICE && type != OPTION_WORD)
		return 0;
	while (*list != '\0' && n < DIALOG_ANSWERS) {
		size_t len = strcspn(list, " ");

		out[n++] = xstrndup(list, len);
		list += len + strspn(list + len, " ");
	}
	if (which == OPT_theme)
		n += theme_list(front_config_path(f), out + n, WORDS_MAX - n);
	return n;
}

static void
forget(char **words, size_t n)
{
	while (n > 0)
		free(words[--n]);
}

/* Sets it; false, and the dialogue says why not. */
static bool
take(struct front *f, struct dialog *d, enum option which, const char *value)
{
	const char *words[] = {options_name(which), value, NULL};
	struct options *would = options_new();
	char err[512];
	bool good = options_set(would, which, value, err, sizeof(err));

	options_free(would);
	if (!good) {
		dialog_error(d, err);
		return false;
	}
	(void)front_words(f, "set", words, 2);
	return true;
}

static bool
done(struct front *f, struct dialog *d, int answer)
{
	enum option which = (enum option)dialog_number(d);
	char *words[WORDS_MAX];
	size_t n = words_of(f, which, words);
	bool closed = true;

	if (n != 0 && answer >= 0 && (size_t)answer < n)
		closed = take(f, d, which, words[answer]);
	else if (n == 0 && (answer == 0 || answer == 1))
		closed = take(f, d, which,
			      answer == 0 ? dialog_value(d, 0) : options_default(which));
	forget(words, n);
	return closed;
}

static void
explain(struct front *f, struct dialog *d, enum option which)
{
	const char *now = options_text(front_options(f), which), *at_first = options_default(which);
	char *help = text_sentence(_(options_help(which)));

	dialog_line(d, STYLE_NORMAL, "%s", help);
	dialog_line(d, STYLE_DIM, "Now: %s · default: %s", now[0] != '\0' ? now : _("nothing"),
		    at_first[0] != '\0' ? at_first : _("nothing"));
	free(help);
}

void
ask_option(struct front *f, enum option which)
{
	const char *now = options_text(front_options(f), which);
	char *title, *words[WORDS_MAX];
	size_t n = words_of(f, which, words);
	struct dialog *d;

	xasprintf(&title, "/set %s", options_name(which));
	d = dialog_named(title, done);
	free(title);
	dialog_about(d, NULL, (int64_t)which);
	explain(f, d, which);
	if (n == 0) {
		dialog_field(d, "Value", options_examples(which), 1024, now);
		dialog_answer(d, 0, "Set");
		dialog_answer(d, 0, "Default");
		dialog_answer(d, 0, "Leave it");
	} else {
		dialog_menu(d);
	}
	for (size_t i = 0; i < n && i < DIALOG_ANSWERS; i++) {
		dialog_choice(d, words[i]);
		if (strcmp(words[i], now) == 0)
			dialog_default(d, i);
	}
	if (n > DIALOG_ANSWERS)
		dialog_line(d, STYLE_DIM, "There are %zu more: Tab completes their names.",
			    n - DIALOG_ANSWERS);
	forget(words, n);
	front_ask(f, d);
}
