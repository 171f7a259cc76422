/* setting.c - fuzz target: any bytes as a theme of the user, and each of their lines as other keys for an action */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/keys.h"
#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A sentence about a file is shown: nothing of it may reach the terminal as it is. */
static void
complain(void *arg, const char *sentence)
{
	size_t len = strlen(sentence);

	if (len == 0 || !text_valid_utf8(sentence, len) || text_has_hostile(sentence, len))
		abort();
	++*(size_t *)arg;
}

static void
check_colour(int colour, int colours)
{
	if (colour < -1 || colour >= colours)
		abort();
}

static void
try_theme(const char *bytes, size_t len)
{
	static const int depths[] = {0, 8, 16, 256};
	size_t complaints = 0;
	struct theme t;

	theme_builtin(&t, THEME_DARK);
	if (theme_parse(&t, bytes, len, complain, &complaints) != complaints)
		abort();
	for (size_t i = 0; i < NELEM(depths); i++) {
		for (unsigned role = 0; role < STYLE_COUNT; role++) {
			struct theme_look look = theme_look(&t, depths[i], role);

			check_colour(look.fg, depths[i]);
			check_colour(look.bg, depths[i]);
		}
	}
}

/* No key means two things at one place, and what is needed has one. */
static void
check_keys(void)
{
	if (keys_of(REQ_SUBMIT)[0] == '\0' || keys_of(REQ_BACK)[0] == '\0' ||
	    keys_of(REQ_QUIT)[0] == '\0')
		abort();
	for (int a = REQ_NONE + 1; a < REQ_COUNT; a++) {
		const char *list = keys_of((enum request)a);
		unsigned contexts = keys_row((enum request)a)->contexts;
		char name[KEYS_NAME_MAX];
		struct input_key key, again;

		while (keys_next(&list, &key)) {
			if (!keys_parse(keys_format(key, name, sizeof(name)), &again) ||
			    again.sym != key.sym || again.mods != key.mods)
				abort();
			for (unsigned c = 1; c < 1u << KEYS_CONTEXTS; c <<= 1)
				if (contexts & c && keys_lookup(c, key) != (enum request)a)
					abort();
		}
	}
}

static void
try_keys(const char *bytes, size_t len)
{
	char err[300];

	keys_reset();
	for (unsigned n = 0; len > 0 && n < 32; n++) {
		const char *newline = memchr(bytes, '\n', len);
		size_t line = newline != NULL ? (size_t)(newline - bytes) : len;
		size_t name = strnlen(bytes, line), blank;
		char *copy = xstrndup(bytes, name);
		enum request req;

		blank = strcspn(copy, " ");
		req = keys_find_action(copy, blank);
		if (req != REQ_NONE)
			(void)keys_bind(req, copy + blank + (copy[blank] == ' '), err, sizeof(err));
		free(copy);
		line += newline != NULL;
		bytes += line;
		len -= line;
	}
	check_keys();
	keys_reset();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* Of a size of its own, and nothing behind it. */
	char *bytes = xmalloc(len + (len == 0));

	if (len != 0)
		memcpy(bytes, data, len);
	try_theme(bytes, len);
	try_keys(bytes, len);
	free(bytes);
	return 0;
}
