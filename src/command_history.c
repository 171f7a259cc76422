/* command_history.c - commands about what was said before. */
#include "config.h"

#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/msg.h"

bool
command_do_search(struct command_call *c)
{
	const char *words = c->n > 0 ? c->words[0] : "";
	struct msg *m;

	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, words, c->err, c->errlen);
	m = msg_set_bytes(msg_new(MSG_CMD_SEARCH), words, strlen(words));
	m->b.search.at = INT64_MAX;
	m->b.search.count = SEARCH_MAX_HITS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
