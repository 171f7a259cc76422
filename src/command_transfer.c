/* command_transfer.c - commands about files: sent, answered, paused, put in order, tried again. */
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
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

/* ---- sending ---- */

/* The absolute path of something that can be sent, in fresh memory; or NULL with a sentence. The last component is kept as it was
 * typed: a link is sent under its own name. */
static char *
sendable(const char *typed, char *err, size_t errlen)
{
	char *path = path_expand(typed), *slash, *real, *name, *full;
	char buf[COMMAND_SHOWN];
	struct stat st;
	size_t len = strlen(path);

	if (stat(path, &st) != 0) {
		say_into(err, errlen, "Cannot send %s: %s.", command_shown(buf, path),
			 say_errno(errno));
		free(path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		say_into(err, errlen, "Cannot send %s: it is neither a file nor a folder.",
			 command_shown(buf, path));
		free(path);
		return NULL;
	}
	if (access(path, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK) != 0) {
		say_into(err, errlen, "Cannot read %s: %s.", command_shown(buf, path),
			 say_errno(errno));
		free(path);
		return NULL;
	}
	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	slash = strrchr(path, '/');
	name = slash != NULL ? slash + 1 : path;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || name[0] == '\0') {
		full = realpath(path, NULL);
	} else {
		char *dir = slash == NULL   ? xstrdup(".")
			    : slash == path ? xstrdup("/")
					    : xstrndup(path, (size_t)(slash - path));

		real = realpath(dir, NULL);
		full = real != NULL ? path_join(real, name) : NULL;
		free(real);
		free(dir);
	}
	if (full == NULL)
		say_into(err, errlen, "Cannot send %s: %s.", command_shown(buf, path),
			 say_errno(errno));
	free(path);
	return full;
}

bool
command_send(struct command_env *env, const char *name, const char *const *paths, char *err,
	     size_t errlen)
{
	struct model_contact *c = command_contact(env, name, err, errlen);
	uint8_t *bytes = NULL;
	size_t len = 0;
	struct msg *m;

	if (c == NULL)
		return false;
	if (paths[0] == NULL) {
		say_into(err, errlen, "There is nothing to send.");
		return false;
	}
	for (; *paths != NULL; paths++) {
		char *full = sendable(*paths, err, errlen);
		size_t n;

		if (full == NULL) {
			free(bytes);
			return false;
		}
		n = strlen(full) + 1;
		bytes = xreallocarray(bytes, len + n, 1);
		memcpy(bytes + len, full, n);
		len += n;
		free(full);
	}
	m = msg_take_bytes(msg_new(MSG_CMD_SEND), bytes, len);
	m->b.send.peer = c->c.peer;
	return command_send_msg(env, m, err, errlen);
}

bool
command_do_send(struct command_call *c)
{
	return command_send(c->env, c->words[0], c->words + 1, c->err, c->errlen);
}

/* ---- one transfer ---- */

/* Whether the operation means something for a transfer as it stands: for picking one, and for words where it does not. */
static bool
fits(enum transfer_op op, const struct msg_transfer *t)
{
	switch (op) {
	case TOP_ACCEPT:
	case TOP_ACCEPT_PART:
	case TOP_REFUSE:
		return t->dir == DIR_IN && t->state == TRANSFER_WAITING;
	case TOP_PAUSE:
		return !transfer_ended(t->state) && !t->paused_here;
	case TOP_RESUME:
		return t->state == TRANSFER_PAUSED;
	case TOP_CANCEL:
		return !transfer_ended(t->state);
	case TOP_UP:
	case TOP_DOWN:
	case TOP_FIRST:
	case TOP_LAST:
		return t->dir == DIR_OUT && !transfer_ended(t->state);
	case TOP_RETRY:
		return t->dir == DIR_OUT && transfer_ended(t->state) && t->state != TRANSFER_DONE;
	case TOP_FORGET:
		return transfer_ended(t->state);
	}
	return false;
}

/* The transfer a word names; without a word, the only one that fits. */
static struct model_transfer *
pick_transfer(struct command_call *c, enum transfer_op op)
{
	struct model_transfer *found = NULL;
	size_t n = 0;

	if (c->n > 0) {
		const char *why = NULL;
		int64_t number = strtonum(c->words[0], 1, INT64_MAX, &why);
		char buf[COMMAND_SHOWN];

		found = why == NULL ? model_transfer(c->env->model, number) : NULL;
		if (found == NULL)
			say_into(c->err, c->errlen, "There is no transfer %s.",
				 command_shown(buf, c->words[0]));
		return found;
	}
	for (size_t i = 0; i < model_ntransfers(c->env->model); i++) {
		struct model_transfer *t = model_transfer_at(c->env->model, i);

		if (!fits(op, &t->t))
			continue;
		found = t;
		n++;
	}
	if (n == 1)
		return found;
	say_into(c->err, c->errlen,
		 n == 0 ? N_("There is no transfer to %s.")
			: N_("Say which transfer to %s: /transfers lists them."),
		 c->row->name);
	return NULL;
}

/* bytes: what goes with it, or NULL. */
static bool
transfer_op_bytes(struct command_call *c, enum transfer_op op, const void *bytes, size_t len)
{
	struct model_transfer *t = pick_transfer(c, op);
	struct msg *m;

	if (t == NULL)
		return false;
	if (!fits(op, &t->t)) {
		say_into(c->err, c->errlen, "Transfer %lld is %s: there is nothing to %s.",
			 (long long)t->t.transfer, _(transfer_word(t->t.state)), c->row->name);
		return false;
	}
	m = msg_new(MSG_CMD_TRANSFER);
	m->b.transfer_op.transfer = t->t.transfer;
	m->b.transfer_op.op = op;
	if (bytes != NULL)
		msg_set_bytes(m, bytes, len);
	return command_send_msg(c->env, m, c->err, c->errlen);
}

static bool
transfer_op(struct command_call *c, enum transfer_op op, const char *folder)
{
	return transfer_op_bytes(c, op, folder, folder != NULL ? strlen(folder) : 0);
}

bool
command_do_pause(struct command_call *c)
{
	return transfer_op(c, TOP_PAUSE, NULL);
}

bool
command_do_resume(struct command_call *c)
{
	return transfer_op(c, TOP_RESUME, NULL);
}

bool
command_do_cancel(struct command_call *c)
{
	return transfer_op(c, TOP_CANCEL, NULL);
}

bool
command_do_retry(struct command_call *c)
{
	struct msg *m;

	if (c->n == 0 || strcmp(c->words[0], "all") != 0)
		return transfer_op(c, TOP_RETRY, NULL);
	m = msg_new(MSG_CMD_TRANSFER);
	m->b.transfer_op.op = TOP_RETRY;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

bool
command_do_queue(struct command_call *c)
{
	static const char *const words[] = {"up", "down", "first", "last"};
	static const enum transfer_op ops[] = {TOP_UP, TOP_DOWN, TOP_FIRST, TOP_LAST};

	for (size_t i = 0; i < NELEM(words); i++) {
		if (strcmp(c->words[1], words[i]) == 0)
			return transfer_op(c, ops[i], NULL);
	}
	say_into(c->err, c->errlen, "A place in the queue is up, down, first or last.");
	return false;
}

bool
command_do_forget(struct command_call *c)
{
	return transfer_op(c, TOP_FORGET, NULL);
}

/* ---- answering ---- */

/* Whether a command's first word means a request rather than a transfer. */
static bool
is_peer_word(const struct command_call *c)
{
	size_t len = c->n > 0 ? strlen(c->words[0]) : 0;

	return len == 2 * (size_t)KEY_LEN || (c->n > 0 && strspn(c->words[0], "0123456789") != len);
}

char *
command_folder(const char *typed, char *err, size_t errlen)
{
	char *path = path_expand(typed), *folder = realpath(path, NULL), buf[COMMAND_SHOWN];
	struct stat st;

	free(path);
	if (folder != NULL && stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
		return folder;
	say_into(err, errlen, "%s is not a folder.", command_shown(buf, typed));
	free(folder);
	return NULL;
}

uint8_t *
command_part(const char *folder, const char *const *patterns, size_t *len)
{
	uint8_t *bytes = NULL;
	const char *text = folder != NULL ? folder : "";

	*len = 0;
	do {
		size_t n = strlen(text) + 1;

		bytes = xreallocarray(bytes, *len + n, 1);
		memcpy(bytes + *len, text, n);
		*len += n;
		text = *patterns++;
	} while (text != NULL);
	return bytes;
}

/* N [FOLDER] [--only PATTERN...]. */
bool
command_do_accept(struct command_call *c)
{
	char *folder = NULL;
	const char *const *patterns;
	uint8_t *part;
	size_t at = 1, len;
	bool done;

	if (is_peer_word(c))
		return command_request(c, OP_ACCEPT);
	if (at < c->n && strcmp(c->words[at], "--only") != 0) {
		folder = c->words[at][0] != '\0' ? command_folder(c->words[at], c->err, c->errlen)
						 : xstrdup("");
		if (folder == NULL)
			return false;
		at++;
	}
	at += at < c->n && strcmp(c->words[at], "--only") == 0;
	patterns = c->words + at;
	if (at < c->n) {
		part = command_part(folder, patterns, &len);
		done = transfer_op_bytes(c, TOP_ACCEPT_PART, part, len);
		free(part);
	} else if (c->n > 0 && strcmp(c->words[at - 1], "--only") == 0) {
		say_into(c->err, c->errlen, "--only is followed by names or patterns.");
		done = false;
	} else {
		done = transfer_op(c, TOP_ACCEPT,
				   folder != NULL && folder[0] != '\0' ? folder : NULL);
	}
	free(folder);
	return done;
}

bool
command_do_refuse(struct command_call *c)
{
	return is_peer_word(c) ? command_request(c, OP_REFUSE) : transfer_op(c, TOP_REFUSE, NULL);
}
