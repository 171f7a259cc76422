/* command_set.c - /set: options listed, explained, and changed. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/log.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"

/* What an option may be is at most as long as a path. */
#define VALUE_SIZE 4096

void
command_show_option(struct command_env *env, enum option which, bool explain)
{
	const char *choices = options_choices(which), *otherwise = options_default(which);

	command_print(env, "%s = %s", options_name(which), options_text(env->options, which));
	if (!explain)
		return;
	if (options_type(which) == OPTION_BOOL)
		choices = "on off";
	command_print(env, "  %s%s%s", _(options_help(which)), choices[0] != '\0' ? ": " : "",
		      choices);
	if (otherwise[0] != '\0')
		command_print(env, "  default: %s", otherwise);
	else
		command_print(env, "  default: nothing");
}

/* The words of the line as one value; false if there are too many. */
static bool
join(const struct command_call *c, char *value, size_t size)
{
	value[0] = '\0';
	for (size_t i = 1; i < c->n; i++) {
		if (strlcat(value, i > 1 ? " " : "", size) >= size ||
		    strlcat(value, c->words[i], size) >= size) {
			say_into(c->err, c->errlen, "That value is too long.");
			return false;
		}
	}
	return true;
}

/* Sets it, in the file too, and tells whoever has to know. */
static bool
change(struct command_call *c, enum option which, const char *value)
{
	struct msg *m;

	if (!options_set(c->env->options, which, value, c->err, c->errlen))
		return false;
	if (c->env->config_path != NULL &&
	    !options_save(c->env->options, c->env->config_path, which, c->err, c->errlen))
		return false;
	if (which == OPT_log && !log_change(log_level_of(value))) {
		say_into(c->err, c->errlen, "The log file cannot be written: %s.",
			 say_errno(errno));
		return false;
	}
	if (!options_for_core(which))
		return true;
	m = msg_set_bytes(msg_new(MSG_CMD_SET), value, strlen(value));
	strlcpy(m->b.set.option, options_name(which), sizeof(m->b.set.option));
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_set(struct command_call *c)
{
	enum option which = c->n > 0 ? options_find(c->words[0]) : OPT_COUNT;
	char value[VALUE_SIZE], shown[COMMAND_SHOWN];

	if (c->n > 0 && which == OPT_COUNT) {
		say_into(c->err, c->errlen, "There is no option %s: /set lists them.",
			 command_shown(shown, c->words[0]));
		return false;
	}
	if (c->n <= 1 && c->env->screen != NULL)
		return c->env->screen(c->env->arg, "set", c->n == 0 ? "" : c->words[0], c->err,
				      c->errlen);
	for (int i = 0; c->n == 0 && i < (int)OPT_COUNT; i++)
		command_show_option(c->env, (enum option)i, false);
	if (c->n == 1)
		command_show_option(c->env, which, true);
	if (c->n <= 1)
		return true;
	if (!join(c, value, sizeof(value)) || !change(c, which, value))
		return false;
	/* A script sees it in what follows; a person wants to be told. */
	if (c->env->screen != NULL && options_text(c->env->options, which)[0] != '\0')
		command_print(c->env, "The option %s is now: %s", options_name(which),
			      options_text(c->env->options, which));
	else if (c->env->screen != NULL)
		command_print(c->env, "The option %s is empty now.", options_name(which));
	return true;
}
