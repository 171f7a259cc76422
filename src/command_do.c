/* command_do.c - what each command does: words to messages for the core. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/addr.h"
#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define SHOWN 128 /* a user's word in a sentence */

static const char *
shown(char buf[SHOWN], const char *s)
{
	text_fit(buf, SHOWN, s, strlen(s), 40, TEXT_MIDDLE);
	return buf;
}

bool
command_send_msg(struct command_env *env, struct msg *m, char *err, size_t errlen)
{
	m->serial = env->serial;
	if (env->send(env->arg, m))
		return true;
	say_into(err, errlen, "Too much is under way just now: try again in a moment.");
	return false;
}

static struct model_contact *
find_peer(struct command_env *env, const char *name, char *err, size_t errlen)
{
	struct model_contact *c = model_device_named(env->model, name);
	char buf[SHOWN];

	if (c == NULL)
		say_into(err, errlen, "There is no contact called %s.", shown(buf, name));
	return c;
}

/* The same, for what goes to contacts only. */
struct model_contact *
command_contact(struct command_env *env, const char *name, char *err, size_t errlen)
{
	struct model_contact *c = model_contact_named(env->model, name);
	char buf[SHOWN];

	if (c == NULL)
		return find_peer(env, name, err, errlen);
	if (c->c.state == CONTACT_ACCEPTED)
		return c;
	if (c->c.state == CONTACT_BLOCKED)
		say_into(err, errlen, "%s is blocked.", shown(buf, name));
	else
		say_into(err, errlen, "That is a request: it has to be accepted first.");
	return NULL;
}

bool
command_name_ok(const char *name, char *err, size_t errlen)
{
	size_t len = strlen(name);
	struct key k;

	if (len == 0 || strspn(name, " ") == len)
		say_into(err, errlen, "A name cannot be empty.");
	else if (len > NAME_MAX_BYTES)
		say_into(err, errlen, "A name has at most %d bytes.", NAME_MAX_BYTES);
	else if (!text_valid_utf8(name, len) || text_has_hostile(name, len))
		say_into(err, errlen, "A name cannot have control or invisible characters.");
	else if (len == 2 * (size_t)KEY_LEN && util_unhex(k.b, KEY_LEN, name))
		say_into(err, errlen, "That looks like a key, not like a name.");
	else
		return true;
	return false;
}

/* ---- messages and files ---- */

struct msg *
command_message(struct command_env *env, const char *name, const char *text, size_t len, char *err,
		size_t errlen)
{
	struct model_contact *c = command_contact(env, name, err, errlen);
	struct msg *m;

	if (c == NULL)
		return NULL;
	if (len > TEXT_MAX_BYTES) {
		say_into(err, errlen, "More than %d bytes: send it as a file.", TEXT_MAX_BYTES);
		return NULL;
	}
	if (!text_valid_utf8(text, len)) {
		say_into(err, errlen, "That text is not UTF-8: send it as a file.");
		return NULL;
	}
	m = msg_set_bytes(msg_new(MSG_CMD_SAY), text, len);
	m->b.say.peer = c->c.peer;
	arc4random_buf(m->b.say.id.b, ID_LEN);
	return m;
}

bool
command_say(struct command_env *env, const char *name, const char *text, size_t len, struct id *id,
	    char *err, size_t errlen)
{
	struct msg *m = command_message(env, name, text, len, err, errlen);

	if (m != NULL && len == 0) {
		say_into(err, errlen, "There is nothing to say.");
		msg_free(m);
		m = NULL;
	}
	if (m != NULL && id != NULL)
		*id = m->b.say.id;
	return m != NULL && command_send_msg(env, m, err, errlen);
}

static bool
say_words(struct command_call *c, const char *before)
{
	char *text;
	size_t len = 0;
	bool ok;

	/* A shell's words: the text without its quotes. */
	for (size_t i = 1; i < c->n; i++)
		len += strlen(c->words[i]) + 1;
	len += strlen(before);
	text = xcalloc(len + 1, 1);
	strlcat(text, before, len + 1);
	for (size_t i = 1; i < c->n; i++) {
		if (i > 1)
			strlcat(text, " ", len + 1);
		strlcat(text, c->words[i], len + 1);
	}
	ok = command_say(c->env, c->words[0], text, strlen(text), NULL, c->err, c->errlen);
	free(text);
	return ok;
}

bool
command_do_say(struct command_call *c)
{
	return say_words(c, "");
}

bool
command_do_me(struct command_call *c)
{
	return say_words(c, "/me ");
}

/* The absolute path of something that can be sent, in fresh memory; or NULL with a sentence. The last component is kept as it was
 * typed: a link is sent under its own name. */
static char *
sendable(const char *typed, char *err, size_t errlen)
{
	char *path = path_expand(typed), *slash, *real, *name, *full;
	char buf[SHOWN];
	struct stat st;
	size_t len = strlen(path);

	if (stat(path, &st) != 0) {
		say_into(err, errlen, "Cannot send %s: %s.", shown(buf, path), say_errno(errno));
		free(path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		say_into(err, errlen, "Cannot send %s: it is neither a file nor a folder.",
			 shown(buf, path));
		free(path);
		return NULL;
	}
	if (access(path, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK) != 0) {
		say_into(err, errlen, "Cannot read %s: %s.", shown(buf, path), say_errno(errno));
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
		say_into(err, errlen, "Cannot send %s: %s.", shown(buf, path), say_errno(errno));
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

/* ---- transfers ---- */

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
		char buf[SHOWN];

		found = why == NULL ? model_transfer(c->env->model, number) : NULL;
		if (found == NULL)
			say_into(c->err, c->errlen, "There is no transfer %s.",
				 shown(buf, c->words[0]));
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

/* Whether a command's first word means a request rather than a transfer. */
static bool
is_peer_word(const struct command_call *c)
{
	size_t len = c->n > 0 ? strlen(c->words[0]) : 0;

	return len == 2 * (size_t)KEY_LEN || (c->n > 0 && strspn(c->words[0], "0123456789") != len);
}

static bool
contact_op(struct command_call *c, enum contact_op op, const char *name)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	struct msg *m;

	if (peer == NULL)
		return false;
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = op;
	if (name != NULL)
		strlcpy(m->b.contact_op.name, name, sizeof(m->b.contact_op.name));
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* A request answered: only somebody who waits can be accepted or refused. */
static bool
request_op(struct command_call *c, enum contact_op op)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	char buf[SHOWN];

	if (peer == NULL)
		return false;
	if (peer->c.state != CONTACT_REQUEST && peer->c.state != CONTACT_REFUSED) {
		say_into(c->err, c->errlen, "No request of %s waits.", shown(buf, c->words[0]));
		return false;
	}
	return contact_op(c, op, NULL);
}

char *
command_folder(const char *typed, char *err, size_t errlen)
{
	char *path = path_expand(typed), *folder = realpath(path, NULL), buf[SHOWN];
	struct stat st;

	free(path);
	if (folder != NULL && stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
		return folder;
	say_into(err, errlen, "%s is not a folder.", shown(buf, typed));
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
		return request_op(c, OP_ACCEPT);
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
	return is_peer_word(c) ? request_op(c, OP_REFUSE) : transfer_op(c, TOP_REFUSE, NULL);
}

bool
command_do_deny(struct command_call *c)
{
	return request_op(c, OP_REFUSE);
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

/* ---- contacts ---- */

bool
command_do_add(struct command_call *c)
{
	/* "INVITE" alone: under the nick it names; an invite may come in several pieces, wrapped by a mail program. */
	bool named = c->n > 1 && strncasecmp(c->words[0], "p2p:", 4) != 0;
	char *what;
	struct msg *m;
	bool done;

	if (command_add_code(c, &done))
		return done;
	what = xstrdup("");
	if (named && !command_name_ok(c->words[0], c->err, c->errlen)) {
		free(what);
		return false;
	}
	for (size_t i = named ? 1 : 0; i < c->n; i++) {
		char *longer;

		xasprintf(&longer, "%s%s%s", what, what[0] != '\0' ? " " : "", c->words[i]);
		free(what);
		what = longer;
	}
	m = msg_take_bytes(msg_new(MSG_CMD_ADD), (uint8_t *)what, strlen(what));
	if (named)
		strlcpy(m->b.add.name, c->words[0], sizeof(m->b.add.name));
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* All who are unknown, unless a contact is called so. */
static bool
is_unknown(const struct command_call *c)
{
	return strcmp(c->words[0], "unknown") == 0 &&
	       model_contact_named(c->env->model, "unknown") == NULL;
}

bool
command_do_block(struct command_call *c)
{
	return is_unknown(c) ? command_block_unknown(c, true) : contact_op(c, OP_BLOCK, NULL);
}

bool
command_do_unblock(struct command_call *c)
{
	return is_unknown(c) ? command_block_unknown(c, false) : contact_op(c, OP_UNBLOCK, NULL);
}

bool
command_do_rename(struct command_call *c)
{
	return command_name_ok(c->words[1], c->err, c->errlen) &&
	       contact_op(c, OP_RENAME, c->words[1]);
}

bool
command_do_remove(struct command_call *c)
{
	return contact_op(c, OP_REMOVE, NULL);
}

bool
command_do_connect(struct command_call *c)
{
	return contact_op(c, OP_CONNECT, NULL);
}

bool
command_do_disconnect(struct command_call *c)
{
	return contact_op(c, OP_DISCONNECT, NULL);
}

bool
command_do_address(struct command_call *c)
{
	struct model_contact *peer = find_peer(c->env, c->words[0], c->err, c->errlen);
	char host[ADDR_HOSTLEN];
	const char *why = "";
	uint16_t port;
	struct msg *m;

	if (peer == NULL)
		return false;
	if (!addr_split_hostport(c->words[1], host, sizeof(host), &port, ADDR_PORT, &why)) {
		snprintf(c->err, c->errlen, "%s", why);
		return false;
	}
	m = msg_set_bytes(msg_new(MSG_CMD_CONTACT), c->words[1], strlen(c->words[1]));
	m->b.contact_op.peer = peer->c.peer;
	m->b.contact_op.op = OP_ADDRESS;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* ---- the program ---- */

bool
command_do_listen(struct command_call *c)
{
	const char *why = "", *where = c->words[0];
	struct addr a;

	if (!addr_parse(&a, where, ADDR_PORT, &why)) {
		snprintf(c->err, c->errlen, "%s", why);
		return false;
	}
	if (!options_set(c->env->options, OPT_listen, where, c->err, c->errlen))
		return false;
	if (c->env->config_path != NULL &&
	    !options_save(c->env->options, c->env->config_path, OPT_listen, c->err, c->errlen))
		return false;
	return command_send_msg(c->env,
				msg_set_bytes(msg_new(MSG_CMD_LISTEN), where, strlen(where)),
				c->err, c->errlen);
}

bool
command_do_quit(struct command_call *c)
{
	return command_send_msg(c->env, msg_new(MSG_CMD_QUIT), c->err, c->errlen);
}
