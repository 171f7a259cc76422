/* cli_run.c - run: commands on standard input, events on standard output, until the input or the patience of a signal ends. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/core.h"
#include "src/cli.h"
#include "src/cli_event.h"
#include "src/command.h"
#include "src/json.h"
#include "src/model.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/thread.h"
#include "src/util.h"

#define ERR 512

struct run {
	struct cli *c;
	struct events *events;
	char *input; /* not yet made into lines */
	size_t len, cap;
	bool skipping;	  /* the rest of a line that was too long */
	bool input_end;	  /* nothing more comes */
	uint32_t awaited; /* the result of this command comes before the next line */
	bool quitting;
};

/* ---- a command ---- */

static bool
list(struct run *run, const char *name, bool words)
{
	static const char *const names[] = {"requests", "contacts", "transfers"};

	for (size_t i = 0; i < NELEM(names) && !words; i++) {
		if (strcmp(name, names[i]) == 0) {
			events_list(run->events, names[i][0]);
			return true;
		}
	}
	/* Who is known to be here, and then the core asks for more. */
	if (strcmp(name, "nearby") == 0)
		events_list(run->events, 'n');
	return false;
}

static void
run_slash(struct run *run, const char *line)
{
	char *name = xstrndup(line + 1, strcspn(line + 1, " \t\r"));
	const char *rest = line + 1 + strlen(name);
	char err[ERR] = "";
	bool ok;

	events_begin(run->events, name, NULL);
	ok = list(run, name, rest[strspn(rest, " \t\r")] != '\0') ||
	     command_run(&run->c->env, line, err, sizeof(err));
	events_end(run->events, ok, err);
	free(name);
}

/* Whether the member is one of "a|b|c", "a|b?" or "--a", up to the next blank; *end is behind it. */
static bool
is_one_of(const char *member, const char *list_at, const char **end)
{
	size_t len = strlen(member);
	bool found = false;

	if (strncmp(list_at, "--", 2) == 0)
		list_at += 2;
	while (*list_at != '\0' && *list_at != ' ') {
		size_t n = strcspn(list_at, "|? ");

		found = found || (n == len && strncmp(list_at, member, n) == 0);
		list_at += n + (list_at[n] == '|' || list_at[n] == '?');
	}
	*end = list_at + (*list_at == ' ');
	return found;
}

static void
add_word(char ***words, size_t *n, const char *word)
{
	*words = xreallocarray(*words, *n + 2, sizeof(**words));
	(*words)[(*n)++] = xstrdup(word);
	(*words)[*n] = NULL;
}

/* An option "--a": a text follows its word, `true` is the word alone. */
static bool
add_option(const struct json_object *o, const char *list_at, const char **end, char ***words,
	   size_t *n)
{
	char *name = xstrndup(list_at, strcspn(list_at, " "));
	const char *text = json_get_string(o, name + 2, NULL);
	bool set = false;

	if (text != NULL || (json_get_bool(o, name + 2, &set) && set))
		add_word(words, n, name);
	if (text != NULL)
		add_word(words, n, text);
	is_one_of("", list_at, end);
	free(name);
	return true;
}

/* Appends the value of the first member of o that the list names: a text, a number, or several texts. False if there is none. */
static bool
add_words(const struct json_object *o, const char *list_at, const char **end, char ***words,
	  size_t *n)
{
	const char *key, *text = NULL;
	const char *const *many = NULL;
	size_t count = 1;
	int64_t number = 0;
	char digits[24];

	if (strncmp(list_at, "--", 2) == 0)
		return add_option(o, list_at, end, words, n);
	for (size_t i = 0; (key = json_key(o, i)) != NULL; i++) {
		if (is_one_of(key, list_at, end))
			break;
	}
	if (key == NULL && memchr(list_at, '?', (size_t)(*end - list_at)) == NULL)
		return false;
	text = key == NULL ? "" : json_get_string(o, key, NULL);
	if (text == NULL)
		many = json_get_strings(o, key, &count);
	if (text == NULL && many == NULL) {
		if (!json_get_int(o, key, &number))
			return false;
		snprintf(digits, sizeof(digits), "%" PRId64, number);
		text = digits;
	}
	for (size_t i = 0; i < count; i++)
		add_word(words, n, many != NULL ? many[i] : text);
	return key != NULL;
}

/* A member nobody would look at is a mistake of the writer. */
static bool
known_members(const struct json_object *o, const char *keys, char *err, size_t errlen)
{
	const char *key;

	for (size_t i = 0; (key = json_key(o, i)) != NULL; i++) {
		bool known = strcmp(key, "cmd") == 0 || strcmp(key, "tag") == 0;

		for (const char *at = keys; !known && *at != '\0';)
			known = is_one_of(key, at, &at);
		if (!known) {
			snprintf(err, errlen, "This command has no member “%s”.", key);
			return false;
		}
	}
	return true;
}

static bool
run_words(struct run *run, const struct json_object *o, const char *cmd, char *err, size_t errlen)
{
	const struct command *row = command_find(cmd);
	char **words = xcalloc(1, sizeof(*words));
	const char *at;
	size_t n = 0, given = 0;
	bool ok;

	if (row == NULL || row->keys == NULL) {
		ok = command_run_words(&run->c->env, cmd, (const char *const *)words, 0, err,
				       errlen);
	} else if (known_members(o, row->keys, err, errlen)) {
		for (at = row->keys; *at != '\0';) {
			const char *next;

			if (add_words(o, at, &next, &words, &n))
				given = n;
			at = next;
		}
		/* Where the last ones are not there they are left out, as on a line. */
		while (n > given && n > (size_t)row->min) {
			free(words[--n]);
			words[n] = NULL;
		}
		ok = list(run, cmd, n > 0) ||
		     command_run_words(&run->c->env, cmd, (const char *const *)words, n, err,
				       errlen);
	} else {
		ok = false;
	}
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
	return ok;
}

/* Where a string that begins at p with its quote ends, behind the other one; NULL if it does not. */
static const char *
string_end(const char *p)
{
	for (p++; *p != '\0' && *p != '"'; p++)
		p += *p == '\\' && p[1] != '\0';
	return *p == '"' ? p + 1 : NULL;
}

/* The tag of a line that is no object, so that who wrote it can tell which one it was: the first "tag" outside of a string with a string
 * behind it. The object of that alone, or NULL. */
static struct json_object *
lonely_tag(const char *line)
{
	char err[ERR], *alone;
	const char *p = line, *end, *value;
	struct json_object *o;

	while ((p = strchr(p, '"')) != NULL && (end = string_end(p)) != NULL) {
		value = end + strspn(end, " \t");
		if (end - p == 5 && strncmp(p, "\"tag\"", 5) == 0 && *value == ':') {
			value += 1 + strspn(value + 1, " \t");
			end = *value == '"' ? string_end(value) : NULL;
			if (end == NULL)
				return NULL;
			xasprintf(&alone, "{\"tag\":%.*s}", (int)(end - value), value);
			o = json_read(alone, strlen(alone), err, sizeof(err));
			free(alone);
			return o;
		}
		p = end;
	}
	return NULL;
}

static void
run_object(struct run *run, const char *line, size_t len)
{
	char err[ERR] = "";
	struct json_object *o = json_read(line, len, err, sizeof(err));
	const char *cmd, *tag;

	if (o == NULL) {
		o = lonely_tag(line);
		events_error(run->events, err, o != NULL ? json_get_string(o, "tag", NULL) : NULL);
		if (o != NULL)
			json_object_free(o);
		return;
	}
	cmd = json_get_string(o, "cmd", NULL);
	tag = json_get_string(o, "tag", NULL);
	if (cmd == NULL) {
		events_error(run->events, "An object needs \"cmd\", the name of a command.", tag);
	} else if (tag == NULL && json_type(o, "tag") != JSON_NONE) {
		events_error(run->events, "\"tag\" is a string.", NULL);
	} else {
		bool ok;

		events_begin(run->events, cmd, tag);
		ok = run_words(run, o, cmd, err, sizeof(err));
		events_end(run->events, ok, err);
	}
	json_object_free(o);
}

static void
run_line(struct run *run, char *line, size_t len)
{
	if (len > 0 && line[len - 1] == '\r')
		line[--len] = '\0';
	if (strspn(line, " \t") == len)
		return;
	if (strlen(line) != len)
		events_error(run->events, "A line cannot have a NUL byte.", NULL);
	else if (line[0] == '{')
		run_object(run, line, len);
	else if (line[0] == '/')
		run_slash(run, line);
	else
		events_error(run->events, "A line begins with / or {: try /help.", NULL);
}

/* ---- the loop ---- */

/* Runs the lines that are there, as long as the core takes what they send. */
static void
run_lines(struct run *run)
{
	size_t at = 0;

	if (run->len == 0)
		return;
	while (at < run->len && !run->quitting && run->c->waiting == NULL && run->awaited == 0) {
		char *nl = memchr(run->input + at, '\n', run->len - at);
		size_t len;

		if (nl == NULL && !run->input_end)
			break;
		len = nl != NULL ? (size_t)(nl - run->input) - at : run->len - at;
		run->input[at + len] = '\0';
		if (!run->skipping)
			run_line(run, run->input + at, len);
		run->skipping = false;
		at += len + (nl != NULL);
	}
	memmove(run->input, run->input + at, run->len - at);
	run->len -= at;
	if (run->len <= JSON_LINE_MAX || memchr(run->input, '\n', run->len) != NULL)
		return;
	if (!run->skipping)
		events_error(run->events, "A line is too long: it is skipped.", NULL);
	run->skipping = true;
	run->len = 0;
}

static void
read_input(struct run *run)
{
	ssize_t n;

	if (run->cap - run->len < 64 * 1024 + 1) {
		run->cap = run->len + 128 * 1024;
		run->input = xreallocarray(run->input, run->cap, 1);
	}
	n = read(STDIN_FILENO, run->input + run->len, run->cap - run->len - 1);
	if (n > 0)
		run->len += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		run->input_end = true;
}

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct run *run = arg;

	(void)c;
	if (ev->type == MSG_EV_RESULT && ev->serial == run->awaited)
		run->awaited = 0;
	events_seen(run->events, ev, dirty);
	return false;
}

/* Whether the next line may well speak of what this command makes: a new contact, a new name. An address that is asked who it is may
 * take long to answer, and holds nobody up. */
static bool
changes_names(const struct msg *m)
{
	if (m->type == MSG_CMD_ADD)
		return m->len > 0 && (m->len == 2 * (size_t)KEY_LEN ||
				      strncasecmp((const char *)m->bytes, "p2p:", 4) == 0);
	return m->type == MSG_CMD_CONTACT && m->b.contact_op.op != OP_READ &&
	       m->b.contact_op.op != OP_TYPING;
}

static void
sending(void *arg, const struct msg *m)
{
	struct run *run = arg;

	if (m->type == MSG_CMD_QUIT)
		run->quitting = true;
	if (m->serial != 0 && changes_names(m))
		run->awaited = m->serial;
	events_sent(run->events, m);
}

static void
print(void *arg, const char *line)
{
	struct cli *c = arg;
	struct run *run = c->sending_arg;

	events_text(run->events, line);
}

static void
quit(struct run *run)
{
	if (!run->quitting)
		run->c->env.send(run->c->env.arg, msg_new(MSG_CMD_QUIT));
}

static void
loop(struct run *run)
{
	struct cli *c = run->c;

	thread_prompt();
	while (!c->stopped) {
		struct pollfd fds[] = {{.fd = queue_fd(core_events(c->core)), .events = POLLIN},
				       {.fd = cli_signal_fd(), .events = POLLIN},
				       {.fd = STDIN_FILENO, .events = POLLIN}};
		bool open = model_ready(c->model) && !run->quitting;
		int timeout;

		if (cli_signalled()) {
			fds[1].fd = -1; /* it stays readable */
			quit(run);
		}
		if (open)
			run_lines(run);
		if (open && run->input_end && run->len == 0 && run->awaited == 0)
			quit(run);
		timeout = events_tick(run->events);
		if (!events_flush(run->events))
			quit(run);
		if (c->waiting != NULL)
			timeout = 10; /* nobody rings when the command queue has room again */
		if (!open || run->quitting || run->input_end || c->waiting != NULL)
			fds[2].fd = -1;
		if (poll(fds, NELEM(fds), timeout) > 0 && fds[2].fd >= 0 && fds[2].revents != 0)
			read_input(run);
		cli_drain(c, seen, run);
	}
	events_flush(run->events);
}

/* Where the history ends: read before the core starts, for what comes in from then on is news, even if it comes before `ready`. */
static void
read_history(struct run *run)
{
	char err[ERR];
	struct seal_key key;
	struct store *s;
	struct queue *q;
	struct msg *m;

	identity_seal_key(&run->c->id, &key);
	s = store_open(run->c->home.database, STORE_READ, &key, err, sizeof(err));
	seal_key_wipe(&key);
	if (s == NULL)
		return; /* there is none yet; or it is damaged, which the core will say */
	q = queue_new(1);
	store_load(s, q);
	store_close(s);
	while ((m = queue_pop(q)) != NULL) {
		if (m->type == MSG_SR_CHAT)
			events_history(run->events, &m->b.sr_chat.chat);
		msg_free(m);
	}
	queue_free(q);
}

int
cli_run(struct cli *c, const struct cli_args *a)
{
	struct run run = {.c = c};
	int status = CLI_FAILED;

	c->events_only = true;
	say_language("en");
	if (!cli_open(c)) {
		cli_stop(c);
		return CLI_FAILED;
	}
	run.events = events_new(c, a->opt[CLI_json] != NULL);
	read_history(&run);
	if (cli_start_core(c)) {
		c->sending = sending;
		/* Until cli_stop() below; nothing is sent after it. */
		c->sending_arg = &run; /* cppcheck-suppress autoVariables */
		c->env.print = print;
		c->env.send(c->env.arg, msg_new(MSG_CMD_ATTACH));
		loop(&run);
		status = run.quitting ? CLI_DONE : cli_fail("The core has ended.");
	}
	events_free(run.events);
	cli_stop(c);
	free(run.input);
	return status;
}
