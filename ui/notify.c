/* notify.c - notifications of the desktop, and the sequences by which a terminal makes them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/say.h"
#include "src/text.h"
#include "src/path.h"
#include "src/util.h"
#include "ui/notify.h"

struct notify {
	int fd;
	pid_t pid;
};

/* A notification as it goes through the pipe: smaller than PIPE_BUF, so that it goes whole or not at all. */
struct note {
	char title[NOTIFY_TEXT_MAX + 1], body[NOTIFY_TEXT_MAX + 1];
};

/* ---- the helper --------------------------------------------------------------------------------------------------------- */

/* Waits for the sender, and kills it when it takes too long: some daemons never answer. */
static void
reap(pid_t pid, int timeout_ms)
{
	struct timespec limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return;
		}
	}
}

static void
run_sender(const struct note *note, int timeout_ms)
{
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execlp("notify-send", "notify-send", "--app-name=p2p-tui", "--category=im.received",
		       "--", note->title, note->body, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		reap(pid, timeout_ms);
}

/* Reads notifications until the program is gone. It holds nothing of the program's but the pipe. */
static void
help(int fd, int timeout_ms)
{
	struct note note;
	sigset_t child;
	int null = open("/dev/null", O_RDWR);

	setsid(); /* the terminal's signals are the program's */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_SETMASK, &child, NULL);
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
	if (fd != 3 && dup2(fd, 3) < 0)
		_exit(1);
	fcntl(3, F_SETFD, FD_CLOEXEC);
	closefrom(4);
	for (;;) {
		ssize_t n = read(3, &note, sizeof(note));

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(note))
			_exit(0);
		note.title[NOTIFY_TEXT_MAX] = note.body[NOTIFY_TEXT_MAX] = '\0';
		run_sender(&note, timeout_ms);
	}
}

/* ---- this side ---------------------------------------------------------------------------------------------------------- */

static bool
has_session_bus(void)
{
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *dir = getenv("XDG_RUNTIME_DIR");
	char *file;
	bool there;

	if (address != NULL && address[0] != '\0')
		return true;
	if (dir == NULL || dir[0] == '\0')
		return false;
	xasprintf(&file, "%s/bus", dir);
	there = access(file, F_OK) == 0;
	free(file);
	return there;
}

const char *
notify_missing(void)
{
	if (!has_session_bus())
		return _("No desktop was found to notify: there is no session bus "
			 "(DBUS_SESSION_BUS_ADDRESS).");
	return _("No notification can be made: notify-send (libnotify) was not found when the "
		 "program started.");
}

struct notify *
notify_start(int timeout_ms)
{
	struct notify *n;
	int fds[2];
	pid_t pid;

	if (!has_session_bus() || !path_program("notify-send") || pipe2(fds, O_CLOEXEC) != 0)
		return NULL;
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		help(fds[0], timeout_ms);
	close(fds[0]);
	if (pid < 0) {
		close(fds[1]);
		return NULL;
	}
	n = xcalloc(1, sizeof(*n));
	n->fd = fds[1];
	n->pid = pid;
	return n;
}

/* Notification daemons take markup in the body. */
static void
escape(char *out, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text != '\0'; text++) {
		const char *as = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : "&gt;";
		char one[2] = {*text, '\0'};
		size_t n;

		if (strchr("&<>", *text) == NULL)
			as = one;
		n = strlen(as);
		if (at + n >= size)
			break;
		memcpy(out + at, as, n);
		at += n;
	}
	/* What did not fit may have begun a character. */
	while (at > 0 && !text_valid_utf8(out, at))
		at--;
	out[at] = '\0';
}

bool
notify_send(struct notify *n, const char *title, const char *body)
{
	struct note note = {0};

	strlcpy(note.title, title, text_truncate_utf8(title, strlen(title), NOTIFY_TEXT_MAX) + 1);
	escape(note.body, sizeof(note.body), body);
	return write(n->fd, &note, sizeof(note)) == (ssize_t)sizeof(note);
}

void
notify_stop(struct notify *n)
{
	if (n == NULL)
		return;
	/* It reads the end of the pipe and goes, at the latest when its sender's time is over: nobody waits for that. */
	close(n->fd);
	waitpid(n->pid, NULL, WNOHANG);
	free(n);
}

/* ---- through the terminal ----------------------------------------------------------------------------------------------- */

char *
notify_osc9(const char *title, const char *body)
{
	char *t = text_show_dup(title, strlen(title), TEXT_ONE_LINE);
	char *b = text_show_dup(body, strlen(body), TEXT_ONE_LINE), *out;

	xasprintf(&out, "\033]9;%s: %s\a", t, b);
	free(t);
	free(b);
	return out;
}

char *
notify_osc777(const char *title, const char *body)
{
	char *t = text_show_dup(title, strlen(title), TEXT_ONE_LINE);
	char *b = text_show_dup(body, strlen(body), TEXT_ONE_LINE), *out;

	/* A semicolon ends the title. */
	for (char *p = t; *p != '\0'; p++)
		if (*p == ';')
			*p = ',';
	xasprintf(&out, "\033]777;notify;%s;%s\a", t, b);
	free(t);
	free(b);
	return out;
}
