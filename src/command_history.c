/* command_history.c - commands about what was said before. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"

#define SHOWN 64

/* ---- search ---- */

const char *
command_search_words(const struct model *model, const char *typed, struct key *peer, char *err,
		     size_t errlen)
{
	const char *start = typed + strspn(typed, " \t\n"), *rest, *why = "";
	const struct model_contact *c = NULL;
	struct shellwords words;
	char *head, name[SHOWN];

	memset(peer, 0, sizeof(*peer));
	if (strncmp(start, "in:", 3) != 0)
		return typed;
	rest = shellwords_rest(start, 1);
	head = xstrndup(start, strlen(start) - strlen(rest));
	if (!shellwords_split(head, &words, &why)) {
		snprintf(err, errlen, "%s", why);
		free(head);
		return NULL;
	}
	free(head);
	if (words.n > 0 && strlen(words.word[0]) > 3)
		c = model_contact_named(model, words.word[0] + 3);
	text_fit(name, sizeof(name), words.n > 0 ? words.word[0] + 3 : "",
		 words.n > 0 ? strlen(words.word[0] + 3) : 0, 30, 0);
	shellwords_free(&words);
	if (c == NULL) {
		say_into(err, errlen, "There is no contact called %s.", name);
		return NULL;
	}
	*peer = c->c.peer;
	return rest;
}

bool
command_do_search(struct command_call *c)
{
	const char *words = c->n > 0 ? c->words[0] : "";
	struct key peer;
	struct msg *m;

	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name, words, c->err, c->errlen);
	words = command_search_words(c->env->model, words, &peer, c->err, c->errlen);
	if (words == NULL)
		return false;
	m = msg_set_bytes(msg_new(MSG_CMD_SEARCH), words, strlen(words));
	m->b.search.peer = peer;
	m->b.search.at = INT64_MAX;
	m->b.search.count = SEARCH_MAX_HITS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* ---- export ---- */

/* What the file is to hold: as it is said, or as its name says. False with a sentence. */
static bool
export_format(const char *word, const char *path, bool *as_json, char *err, size_t errlen)
{
	const char *dot = strrchr(path, '.');

	*as_json = dot != NULL && (strcmp(dot, ".json") == 0 || strcmp(dot, ".jsonl") == 0);
	if (word[0] == '\0')
		return true;
	*as_json = strcmp(word, "json") == 0;
	if (*as_json || strcmp(word, "text") == 0)
		return true;
	say_into(err, errlen, "A chat is written as text or as json.");
	return false;
}

/* The absolute path, in fresh memory; NULL with a sentence. */
static char *
export_path(const char *typed, char *err, size_t errlen)
{
	char *path = path_expand(typed), *here, *full;
	struct stat st;

	if (path[0] == '\0' || path[strlen(path) - 1] == '/' ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode))) {
		say_into(err, errlen, "That is no name for a file.");
		free(path);
		return NULL;
	}
	if (path[0] == '/')
		return path;
	here = getcwd(NULL, 0);
	if (here == NULL) {
		say_into(err, errlen, "There is no folder here: %s.", say_errno(errno));
		free(path);
		return NULL;
	}
	full = path_join(here, path);
	free(here);
	free(path);
	return full;
}

struct msg *
command_export_msg(const struct command_env *env, const struct key *peer, const char *path,
		   bool as_json, bool replace)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_EXPORT), path, strlen(path) + 1);

	m->b.export.peer = *peer;
	m->b.export.as_json = as_json;
	m->b.export.replace = replace;
	strlcpy(m->b.export.own, options_text(env->options, OPT_nick), sizeof(m->b.export.own));
	return m;
}

/* A file that is there already: a screen asks, everybody else is told. */
bool
command_do_export(struct command_call *c)
{
	const struct model_contact *peer = command_contact(c->env, c->words[0], c->err, c->errlen);
	char *path, *args, hex[2 * KEY_LEN + 1];
	bool as_json, done;

	if (peer == NULL ||
	    !export_format(c->n > 2 ? c->words[2] : "", c->words[1], &as_json, c->err, c->errlen))
		return false;
	path = export_path(c->words[1], c->err, c->errlen);
	if (path == NULL)
		return false;
	if (access(path, F_OK) != 0) {
		done = command_send_msg(
			c->env, command_export_msg(c->env, &peer->c.peer, path, as_json, false),
			c->err, c->errlen);
	} else if (c->env->screen != NULL) {
		xasprintf(&args, "%s %s %s", util_hex(hex, peer->c.peer.b, KEY_LEN),
			  as_json ? "json" : "text", path);
		done = c->env->screen(c->env->arg, c->row->name, args, c->err, c->errlen);
		free(args);
	} else {
		char name[SHOWN];

		text_fit(name, sizeof(name), path, strlen(path), SHOWN - 1, 0);
		say_into(c->err, c->errlen, "There is a file already: %s.", name);
		done = false;
	}
	free(path);
	return done;
}

/* ---- clear ---- */

/* A screen asks first; a script knows what it does. */
bool
command_do_clear(struct command_call *c)
{
	const struct model_contact *peer = model_contact_named(c->env->model, c->words[0]);
	char hex[2 * KEY_LEN + 1];
	struct msg *m;

	if (peer == NULL) {
		say_into(c->err, c->errlen, "There is no contact of that name.");
		return false;
	}
	if (c->env->screen != NULL)
		return c->env->screen(c->env->arg, c->row->name,
				      util_hex(hex, peer->c.peer.b, KEY_LEN), c->err, c->errlen);
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_CLEAR;
	return command_send_msg(c->env, m, c->err, c->errlen);
}
