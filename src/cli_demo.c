/* cli_demo.c - demo: the full screen beside a second peer on this machine, who talks back and takes files; nothing of it stays. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/cli.h"
#include "src/file.h"
#include "src/json.h"
#include "src/options.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

#define ERR	   512
#define LOOPBACK   "127.0.0.1:0"
#define FRIEND	   "Robin"
#define INVITE_MAX 4096
/* How long the other peer may take to say where it listens. */
#define START_MS   20000
/* It keeps what it is sent until the demo ends: no more than this, in bytes, of each offer. */
#define OFFER_MAX  100000000
#define READ_BYTES 65536

/* The peer's side: it speaks to `p2p-tui run --json` as any script would, and knows by `life` when the screen is gone. */
struct robin {
	int life;     /* takes the invite; nobody reads it any more once the screen has ended */
	int to, from; /* run's standard input and output */
	const char *folder;
	char *line; /* what has come of the next line */
	size_t len, room;
	bool linear; /* the person has no keys but those of a line */
	bool greeted;
	unsigned said; /* by the person */
};

/* ---- what Robin says -------------------------------------------------------------------------------------------------- */

static void
give_line(struct robin *r, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(r->to, text, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
}

/* {"cmd":CMD,"to":PEER,NAME:VALUE}; the last pair only if there is one. */
static void
command(struct robin *r, const char *cmd, const char *peer, const char *name, const char *value)
{
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_string(&j, "cmd", cmd);
	json_string(&j, strcmp(cmd, "accept") == 0 || strcmp(cmd, "read") == 0 ? "peer" : "to",
		    peer);
	if (name != NULL)
		json_string(&j, name, value);
	json_end(&j);
	give_line(r, json_text(&j), strlen(json_text(&j)));
	give_line(r, "\n", 1);
	json_free(&j);
}

static void
say(struct robin *r, const char *peer, const char *text)
{
	command(r, "say", peer, "text", text);
}

static void
answer_offer(struct robin *r, const char *cmd, int64_t transfer)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "/%s %" PRId64 "\n", cmd, transfer);

	give_line(r, line, (size_t)n);
}

/* A file to be taken. */
static void
offer(struct robin *r, const char *peer)
{
	const char *text = _("This file came from one p2p-tui to another, and both made sure of "
			     "each byte.\n");
	char *path = path_join(r->folder, "hello.txt");

	if (file_write(path, FILE_REPLACE, text, strlen(text)) == 0)
		command(r, "send", peer, "path", path);
	free(path);
}

static void
answer(struct robin *r, const char *peer, const char *id)
{
	static const char *const tips[][2] = {
		{N_("Got it. I offer you a file now: a accepts. Then send me one: F3, Space marks, "
		    "Enter sends."),
		 N_("Got it. I offer you a file now: /accept takes it. Then send me one: /send "
		    "Robin PATH.")},
		{N_("F1 explains all keys, and Alt-x finds any command by some letters of it."),
		 N_("/help WORD finds any command.")},
		{N_("Alt-Up chooses a message: r answers it, e changes it, + puts an emoji on it."),
		 N_("/reply answers a message, /edit changes it, /react puts an emoji on it.")},
		{N_("Between two computers F5 copies your code, and your friend adds it with F7."),
		 N_("Between two computers /id tells your code, and your friend adds it with "
		    "/add.")},
	};
	struct json j;

	command(r, "read", peer, NULL, NULL);
	if (r->said < NELEM(tips)) {
		say(r, peer, _(tips[r->said][r->linear]));
		if (r->said == 0)
			offer(r, peer);
	} else {
		json_init(&j);
		json_object(&j, NULL);
		json_string(&j, "cmd", "react");
		json_string(&j, "to", peer);
		json_string(&j, "id", id);
		json_string(&j, "emoji", "👍");
		json_end(&j);
		give_line(r, json_text(&j), strlen(json_text(&j)));
		give_line(r, "\n", 1);
		json_free(&j);
	}
	r->said++;
}

/* ---- what Robin hears ------------------------------------------------------------------------------------------------- */

static bool
is(const struct json_object *o, const char *key, const char *value)
{
	const char *text = json_get_string(o, key, NULL);

	return text != NULL && strcmp(text, value) == 0;
}

static void
tell_invite(struct robin *r, const struct json_object *o)
{
	const char *invite = json_get_string(o, "invite", NULL);

	if (invite != NULL && write(r->life, invite, strlen(invite)) > 0)
		(void)!write(r->life, "\n", 1);
}

static void
hear(struct robin *r, const struct json_object *o)
{
	const char *peer = json_get_string(o, "peer", NULL), *id = json_get_string(o, "id", NULL);
	int64_t transfer = 0, bytes = 0;

	if (is(o, "event", "ready")) {
		tell_invite(r, o);
	} else if (peer == NULL) {
		return;
	} else if (is(o, "event", "request")) {
		command(r, "accept", peer, NULL, NULL);
	} else if (is(o, "event", "peer") && is(o, "state", "online") &&
		   !is(o, "trust", "stranger")) {
		if (!r->greeted)
			say(r, peer,
			    _("Hello! I am Robin, a second p2p-tui on this computer. Write me "
			      "something."));
		r->greeted = true;
	} else if (is(o, "event", "message") && is(o, "dir", "in") && id != NULL) {
		answer(r, peer, id);
	} else if (is(o, "event", "offer") && json_get_int(o, "transfer", &transfer) &&
		   json_get_int(o, "bytes", &bytes)) {
		answer_offer(r, bytes <= OFFER_MAX ? "accept" : "refuse", transfer);
		if (bytes > OFFER_MAX)
			say(r, peer, _("That is more than a demo needs: I take up to 100 MB."));
	} else if (is(o, "event", "transfer") && is(o, "dir", "in") && is(o, "state", "done")) {
		say(r, peer,
		    r->linear
			    ? _("It is here, and each byte was checked. /transfers tells more.")
			    : _("It is here, and each byte was checked. F4 shows where it went."));
	}
}

static void
hear_lines(struct robin *r)
{
	char *end, err[JSON_ERR];

	while ((end = memchr(r->line, '\n', r->len)) != NULL) {
		size_t n = (size_t)(end - r->line);
		struct json_object *o = json_read(r->line, n, err, sizeof(err));

		if (o != NULL) {
			hear(r, o);
			json_object_free(o);
		}
		r->len -= n + 1;
		memmove(r->line, end + 1, r->len);
	}
}

/* Until the screen or run has ended. */
static void
converse(struct robin *r)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = r->from, .events = POLLIN}, {.fd = r->life}};
		ssize_t n;

		if (poll(fds, NELEM(fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents != 0)
			return;
		if (fds[0].revents == 0)
			continue;
		if (r->room - r->len < READ_BYTES) {
			r->room = r->len + 2 * (size_t)READ_BYTES;
			r->line = xreallocarray(r->line, r->room, 1);
		}
		n = read(r->from, r->line + r->len, READ_BYTES);
		if (n == 0 || (n < 0 && errno != EINTR))
			return;
		r->len += n > 0 ? (size_t)n : 0;
		hear_lines(r);
	}
}

/* ---- processes -------------------------------------------------------------------------------------------------------- */

/* `run --json` in the peer's home, between two pipes. */
static _Noreturn void
be_run(const char *home, int in, int out)
{
	struct cli c = {.folder = home, .listen = LOOPBACK};
	struct cli_args a = {.opt = {[CLI_json] = ""}};

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	_exit(cli_run(&c, &a));
}

/* The peer: a process of its own, without a terminal. However the screen ends, it ends with it, and takes the folder along. */
static _Noreturn void
be_robin(const char *folder, bool linear, int life)
{
	struct robin r = {.life = life, .folder = folder, .linear = linear};
	int in[2], out[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char *home = path_join(folder, FRIEND);
	pid_t pid;

	setsid();
	signal(SIGPIPE, SIG_IGN);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		_exit(CLI_FAILED);
	pid = fork();
	if (pid == 0) {
		close(in[1]);
		close(out[0]);
		close(life);
		be_run(home, in[0], out[1]);
	}
	close(in[0]);
	close(out[1]);
	r.to = in[1];
	r.from = out[0];
	if (pid > 0)
		converse(&r);
	close(r.to);
	close(r.from);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	file_remove_tree(folder);
	free(r.line);
	free(home);
	_exit(CLI_DONE);
}

/* ---- the person's side ------------------------------------------------------------------------------------------------ */

static bool
set(struct cli *c, enum option option, const char *value, char *err, size_t errlen)
{
	return options_set(c->options, option, value, err, errlen) &&
	       options_save(c->options, c->home.config, option, err, errlen);
}

/* A home in the folder, which says nothing on the network and keeps its files to itself. */
static bool
make_home(const char *folder, const char *name, const char *nick)
{
	char *home = path_join(folder, name), *downloads = path_join(home, "Downloads"),
	     err[ERR] = "";
	struct cli c = {.folder = home, .listen = LOOPBACK};
	bool good = cli_make_home(&c, nick);

	if (good && (!set(&c, OPT_nearby, "off", err, sizeof(err)) ||
		     !set(&c, OPT_downloads, downloads, err, sizeof(err)))) {
		cli_fail("%s", err);
		good = false;
	}
	cli_stop(&c);
	free(downloads);
	free(home);
	return good;
}

/* The person's name where they are known by one that can be a nick. */
static const char *
own_nick(void)
{
	const char *name = getenv("LOGNAME");
	struct options *o = options_new();
	char err[ERR];
	bool good = name != NULL && options_set(o, OPT_nick, name, err, sizeof(err));

	options_free(o);
	return good ? name : _("You");
}

/* Robin's invite; false when it does not come. */
static bool
read_invite(int life, char invite[INVITE_MAX])
{
	uint64_t until = util_mono_ms() + START_MS;
	size_t len = 0;

	while (len == 0 || invite[len - 1] != '\n') {
		struct pollfd pfd = {.fd = life, .events = POLLIN};
		uint64_t now = util_mono_ms();
		ssize_t n;

		if (now >= until || len == INVITE_MAX - 1)
			return false;
		if (poll(&pfd, 1, (int)(until - now)) <= 0)
			continue;
		n = read(life, invite + len, INVITE_MAX - 1 - len);
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	invite[len - 1] = '\0';
	return true;
}

static bool
add_robin(const char *home, const char *invite)
{
	const char *words[] = {FRIEND, invite, NULL};
	struct cli c = {.folder = home, .listen = LOOPBACK};
	bool good = cli_start(&c) && cli_do(&c, "add", words, 2, NULL);

	cli_stop(&c);
	return good;
}

/* Everything but the screen and the end. Returns the peer's process, or -1 after a sentence. */
static pid_t
start_robin(const char *folder, bool linear, int life[2])
{
	pid_t pid;

	if (!make_home(folder, "home", own_nick()) || !make_home(folder, FRIEND, FRIEND))
		return -1;
	if (pipe2(life, O_CLOEXEC) != 0) {
		cli_fail("The second peer does not start: %s.", say_errno(errno));
		return -1;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(life[0]);
		be_robin(folder, linear, life[1]);
	}
	close(life[1]);
	if (pid > 0)
		return pid;
	cli_fail("The second peer does not start: %s.", say_errno(errno));
	close(life[0]);
	return -1;
}

int
cli_demo(struct cli *c, const struct cli_args *a)
{
	const char *above = getenv("TMPDIR");
	char *folder, *home, invite[INVITE_MAX];
	int life[2], status = CLI_FAILED;
	pid_t pid;

	(void)a;
	if (c->folder != NULL)
		return cli_fail("The demo has homes of its own: leave --home away.");
	folder =
		path_join(above != NULL && above[0] == '/' ? above : "/tmp", "p2p-tui-demo.XXXXXX");
	if (mkdtemp(folder) == NULL) {
		status = cli_fail("No folder can be made in %s: %s.", folder, say_errno(errno));
		free(folder);
		return status;
	}
	home = path_join(folder, "home");
	pid = start_robin(folder, c->linear, life);
	if (pid > 0) {
		c->folder = home;
		c->listen = LOOPBACK;
		if (!read_invite(life[0], invite))
			cli_fail("The second peer does not start.");
		else if (add_robin(home, invite))
			status = c->screen(c);
		close(life[0]);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	file_remove_tree(folder);
	if (status == CLI_DONE)
		puts(_("That was the demo: nothing of it is left. p2p-tui alone starts in "
		       "earnest."));
	c->folder = NULL;
	free(home);
	free(folder);
	return status;
}
