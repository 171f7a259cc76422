/* cli_open.c - the home, the identity and the core behind a sub-command, and waiting for the core's events. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/core.h"
#include "src/cli.h"
#include "src/log.h"
#include "src/model.h"
#include "src/options.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/store.h"
#include "src/text.h"
#include "src/util.h"

#define ERR 512

/* ---- signals ---- */

static int signal_pipe[2] = {-1, -1};
static volatile sig_atomic_t signalled;

static void
on_signal(int number)
{
	int saved = errno;

	(void)number;
	signalled = 1;
	if (write(signal_pipe[1], "", 1) != 1)
		signalled = 1; /* the pipe is full: somebody will look */
	errno = saved;
}

void
cli_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};

	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		util_fatal("cannot make a pipe: %s", strerror(errno));
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NELEM(ends); i++) {
		struct sigaction old;

		/* What nohup ignores stays ignored. */
		if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(ends[i], &sa, NULL);
	}
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

int
cli_signal_fd(void)
{
	return signal_pipe[0];
}

bool
cli_signalled(void)
{
	return signalled != 0;
}

/* ---- opening ---- */

static void
complain(void *arg, const char *sentence)
{
	(void)arg;
	cli_fail("%s", sentence);
}

static bool
open_home(struct cli *c, bool create)
{
	char err[ERR] = "";

	c->home_is_open = home_open(&c->home, c->folder, create, err, sizeof(err));
	if (!c->home_is_open)
		cli_fail("%s", err);
	return c->home_is_open;
}

static bool
open_options(struct cli *c)
{
	bool loaded;

	c->options = options_new();
	loaded = options_load(c->options, c->home.config, complain, NULL);
	/* What a program reads stays English. */
	if (!c->events_only && !say_language(options_text(c->options, OPT_language)))
		cli_fail("The sentences in that language cannot be read.");
	return loaded;
}

/* Whoever has read the file can pass for us: that is said once, and not only put right. */
static void
say_exposed(const struct cli *c)
{
	if (c->id.exposed)
		cli_fail(
			c->id.mended
				? N_("Others could read the identity in %s. It is private now, but "
				     "who has read it can pass for you.")
				: N_("Others can read the identity in %s, and its mode cannot be "
				     "changed to 0600: who reads it can pass for you."),
			c->home.identity);
}

bool
cli_open_empty(struct cli *c)
{
	return open_home(c, true) && open_options(c);
}

bool
cli_open(struct cli *c)
{
	char err[ERR] = "";
	bool missing = false;

	if (!open_home(c, false))
		return false;
	if (identity_open(&c->id, c->home.identity, &missing, cli_ask_passphrase, c, err,
			  sizeof(err))) {
		say_exposed(c);
		return open_options(c);
	}
	if (missing)
		cli_fail("There is no identity here yet: p2p-tui init --nick NAME makes one.");
	else
		cli_fail("%s", err);
	return false;
}

bool
cli_open_or_make(struct cli *c)
{
	char err[ERR] = "";
	bool missing = false;

	if (!open_home(c, true))
		return false;
	if (identity_open(&c->id, c->home.identity, &missing, cli_ask_passphrase, c, err,
			  sizeof(err)) ||
	    (missing && identity_create(&c->id, c->home.identity, err, sizeof(err)))) {
		say_exposed(c);
		return open_options(c);
	}
	cli_fail("%s", err);
	return false;
}

/* The queue's room decides when a command leaves; the order is kept. */
static bool
send_command(void *arg, struct msg *m)
{
	struct cli *c = arg;

	if (c->sending != NULL)
		c->sending(c->sending_arg, m);
	if (c->waiting == NULL && queue_push(core_commands(c->core), m))
		return true;
	m->next = NULL;
	if (c->waiting == NULL)
		c->waiting_end = &c->waiting;
	*c->waiting_end = m;
	c->waiting_end = &m->next;
	return true;
}

static void
send_waiting(struct cli *c)
{
	while (c->waiting != NULL) {
		struct msg *m = c->waiting, *next = m->next;

		m->next = NULL;
		if (!queue_push(core_commands(c->core), m)) {
			m->next = next;
			return;
		}
		c->waiting = next;
	}
}

static void
print_line(void *arg, const char *line)
{
	(void)arg;
	puts(line);
}

static bool
seen_ready(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	(void)c;
	(void)ev;
	(void)arg;
	return (dirty & DIRTY_READY) != 0;
}

bool
cli_start_core(struct cli *c)
{
	char err[ERR] = "";

	cli_signals();
	if (!home_lock(&c->home, err, sizeof(err))) {
		cli_fail("%s", err);
		return false;
	}
	if (!log_open(c->home.log, log_level_of(options_text(c->options, OPT_log))))
		cli_fail("The log file %s cannot be written: %s.", c->home.log, say_errno(errno));
	c->core = core_start(&c->home, &c->id, c->options, c->listen, err, sizeof(err));
	if (c->core == NULL) {
		cli_fail("%s", err);
		return false;
	}
	c->model = model_new(send_command, c);
	c->env = (struct command_env){.model = c->model,
				      .options = c->options,
				      .config_path = c->home.config,
				      .send = send_command,
				      .print = print_line,
				      .arg = c};
	return true;
}

bool
cli_start(struct cli *c)
{
	return cli_open(c) && cli_start_open(c);
}

bool
cli_start_open(struct cli *c)
{
	if (!cli_start_core(c))
		return false;
	send_command(c, msg_new(MSG_CMD_ATTACH));
	if (cli_wait(c, UINT64_MAX, seen_ready, NULL) == CLI_SEEN)
		return true;
	if (!cli_signalled())
		cli_fail("The core has ended.");
	return false;
}

void
cli_stop(struct cli *c)
{
	if (c->core != NULL) {
		struct msg *m;

		send_waiting(c);
		if (!c->stopped)
			queue_push_always(core_commands(c->core), msg_new(MSG_CMD_QUIT));
		while (!c->stopped) {
			m = queue_wait_one(core_events(c->core));
			c->stopped = m->type == MSG_EV_STOPPED;
			msg_free(m);
		}
		core_join(c->core);
		c->core = NULL;
	}
	while (c->waiting != NULL) {
		struct msg *m = c->waiting;

		c->waiting = m->next;
		msg_free(m);
	}
	model_free(c->model);
	c->model = NULL;
	if (c->options != NULL)
		options_free(c->options);
	c->options = NULL;
	identity_wipe(&c->id);
	log_close();
	if (c->home_is_open)
		home_close(&c->home);
	c->home_is_open = false;
}

/* ---- a new home ---- */

static bool
store_door(struct store *s, enum door_kind kind)
{
	struct queue *answers = queue_new(16);
	struct msg *m = msg_new(MSG_ST_DOOR), *answer;
	bool ok = true;

	arc4random_buf(m->b.st_door.door, KEY_LEN);
	m->b.st_door.kind = kind;
	m->b.st_door.created = util_wall_ms();
	store_apply(s, m, answers);
	while ((answer = queue_pop(answers)) != NULL) {
		if (answer->type == MSG_SR_FAILED)
			ok = false;
		msg_free(answer);
	}
	queue_free(answers);
	return ok;
}

/* Everything but the identity, which comes last: it is what says that the home is whole. */
static bool
make_parts(struct cli *c, const char *nick, char *err, size_t errlen)
{
	struct store *s;
	bool ok;

	if (!options_set(c->options, OPT_nick, nick, err, errlen) ||
	    !options_save(c->options, c->home.config, OPT_nick, err, errlen))
		return false;
	s = store_open(c->home.database, STORE_WRITE, NULL, err, errlen);
	if (s == NULL)
		return false;
	ok = store_door(s, DOORKEY_CONTACTS) && store_door(s, DOORKEY_INVITE);
	store_close(s);
	if (!ok)
		say_into(err, errlen, "%s cannot be written.", c->home.database);
	return ok && identity_create(&c->id, c->home.identity, err, errlen);
}

bool
cli_make_home(struct cli *c, const char *nick)
{
	char err[ERR] = "";

	if (!open_home(c, true))
		return false;
	if (access(c->home.identity, F_OK) == 0) {
		cli_fail("There is an identity already: %s.", c->home.identity);
		return false;
	}
	if (!open_options(c))
		return false;
	if (home_lock(&c->home, err, sizeof(err)) && make_parts(c, nick, err, sizeof(err)))
		return true;
	cli_fail("%s", err);
	return false;
}

/* ---- events ---- */

bool
cli_drain(struct cli *c, cli_seen *seen, void *arg)
{
	struct msg *m;
	bool enough = false;

	send_waiting(c);
	while (!enough && !c->stopped && (m = queue_pop(core_events(c->core))) != NULL) {
		unsigned dirty = model_apply(c->model, m);

		if (dirty & DIRTY_STOPPED)
			c->stopped = true;
		enough = seen(c, m, dirty, arg);
		msg_free(m);
	}
	return enough;
}

enum cli_woke
cli_wait(struct cli *c, uint64_t until, cli_seen *seen, void *arg)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = queue_fd(core_events(c->core)), .events = POLLIN},
				       {.fd = cli_signal_fd(), .events = POLLIN}};
		uint64_t now = util_mono_ms();
		int timeout = -1;

		if (cli_drain(c, seen, arg))
			return CLI_SEEN;
		if (c->stopped)
			return CLI_STOPPED;
		if (cli_signalled())
			return CLI_SIGNALLED;
		if (now >= until)
			return CLI_TIMEOUT;
		if (until - now < 1000000)
			timeout = (int)(until - now);
		if (c->waiting != NULL)
			timeout = 10; /* nobody rings when the command queue has room again */
		poll(fds, NELEM(fds), timeout);
	}
}

struct wanted {
	uint32_t serial;
	struct msg_result result;
	char text[4096];
};

static bool
seen_result(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct wanted *w = arg;

	(void)c;
	if (!(dirty & DIRTY_RESULT) || ev->serial != w->serial)
		return false;
	w->result = ev->b.result;
	snprintf(w->text, sizeof(w->text), "%s", ev->len > 0 ? (const char *)ev->bytes : "");
	return true;
}

bool
cli_do(struct cli *c, const char *name, const char *const *words, size_t n,
       struct msg_result *result)
{
	struct wanted w = {.serial = ++c->env.serial};

	if (!command_run_words(&c->env, name, words, n, w.text, sizeof(w.text))) {
		cli_fail("%s", w.text);
		return false;
	}
	switch (cli_wait(c, UINT64_MAX, seen_result, &w)) {
	case CLI_SEEN:
		break;
	case CLI_SIGNALLED:
		cli_fail("Interrupted.");
		return false;
	case CLI_STOPPED:
	case CLI_TIMEOUT:
		cli_fail("The core has ended.");
		return false;
	}
	if (result != NULL)
		*result = w.result;
	/* What was asked for, where the answer is a text. */
	if (w.result.ok && w.text[0] != '\0')
		printf("%s%s", w.text, w.text[strlen(w.text) - 1] == '\n' ? "" : "\n");
	if (!w.result.ok) {
		char *why = text_sentence(w.text[0] != '\0' ? w.text : _("That did not work."));

		cli_fail("%s", why);
		free(why);
	}
	return w.result.ok;
}
