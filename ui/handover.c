/* handover.c - the terminal handed to the person's editor or to the shell, and taken back. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "src/path.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/handover.h"
#include "ui/signals.h"

/* How long an editor has to write down what it wants to keep, once it is told to end; and how often that is looked at. */
#define END_MS	2000
#define LOOK_MS 20

/* The person's editor as a shell takes it: $VISUAL, $EDITOR, or what this system calls editor, or vi. */
static const char *
editor_line(void)
{
	static const char *const names[] = {"VISUAL", "EDITOR"};

	for (size_t i = 0; i < NELEM(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[strspn(value, " \t")] != '\0')
			return value;
	}
	return path_program("editor") ? "editor" : "vi";
}

/* The terminal's process group, from whichever group we are in: from the background this would stop us. */
static void
give_terminal(pid_t group)
{
	sigset_t ttou, before;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	while (tcsetpgrp(STDIN_FILENO, group) != 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* In the child of a program with threads: only what is safe in a signal handler. */
static _Noreturn void
become(const char *line, const char *path)
{
	char *const argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
			      (char *)(uintptr_t)line,	(char *)(uintptr_t) "p2p-tui",
			      (char *)(uintptr_t)path,	NULL};
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;

	setpgid(0, 0);
	give_terminal(getpid());
#ifdef __linux__
	/* Whatever ends the program ends this too. */
	prctl(PR_SET_PDEATHSIG, SIGHUP);
#endif
	sigemptyset(&sa.sa_mask);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	closefrom(3);
	execv("/bin/sh", argv);
	_exit(127);
}

/* Runs the editor, a line for a shell, on a file. The process, or -1 with errno. */
static pid_t
start(const char *editor, const char *path)
{
	char *line;
	pid_t pid;
	int why;

	/* As git and crontab do: the value may have options, the path may have blanks. Where nothing speaks against it the shell becomes the
	 * editor, so that an editor which stops itself alone is seen to stop. */
	xasprintf(&line, "%s%s \"$@\"",
		  strpbrk(editor, "=;&|<>(){}$`'\"\\#!") == NULL ? "exec " : "", editor);
	pid = fork();
	if (pid == 0)
		become(line, path);
	why = errno;
	free(line);
	/* Whoever is first: both do it. */
	if (pid > 0) {
		setpgid(pid, pid);
		give_terminal(pid);
	}
	errno = why;
	return pid;
}

/* How it stands, without waiting. *status, when it has ended: what it said, 128 and the signal's number if one ended it. */
static enum { RUNS, STOPPED, ENDED } look(pid_t pid, int *status)
{
	int how;
	pid_t who = waitpid(pid, &how, WNOHANG | WUNTRACED);

	if (who == 0 || (who < 0 && errno == EINTR))
		return RUNS;
	if (who > 0 && WIFSTOPPED(how))
		return STOPPED;
	*status = who < 0 ? 1 : WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
	return ENDED;
}

/* It is told to end, as when the terminal is lost, and waited for. */
static void
end(pid_t pid)
{
	uint64_t late = util_mono_ms() + END_MS;
	int status;

	kill(-pid, SIGHUP);
	kill(-pid, SIGCONT);
	while (look(pid, &status) != ENDED) {
		if (util_mono_ms() >= late) {
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			break;
		}
		poll(NULL, 0, LOOK_MS);
	}
}

/* ---- who has it --------------------------------------------------------------------------------------------------------- */

bool
handover_ours(const struct handover *h)
{
	return h->editor == 0 && !h->away;
}

/* Whether a shell has it, as after `bg`. */
static bool
in_background(const struct handover *h)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group > 0 && group != getpgrp() && (h->editor == 0 || group != h->editor);
}

static void
leave(struct handover *h)
{
	h->leave(h->arg);
	h->left = true;
}

/* Whatever was made of it meanwhile. */
static void
enter(struct handover *h)
{
	if (!h->left)
		h->leave(h->arg);
	h->left = false;
	h->enter(h->arg);
}

static void
again(struct handover *h)
{
	give_terminal(h->editor);
	kill(-h->editor, SIGCONT);
	/* It may have ended while nobody could look. */
	handover_child(h);
}

bool
handover_edit(struct handover *h, const char *path, char *err, size_t errlen)
{
	pid_t pid;

	leave(h);
	pid = start(editor_line(), path);
	if (pid > 0) {
		h->editor = pid;
		return true;
	}
	say_into(err, errlen, "Your editor did not start: %s.", say_errno(errno));
	enter(h);
	return false;
}

void
handover_child(struct handover *h)
{
	int status = 0;

	/* In the background there is no terminal to take back. */
	if (h->editor == 0 || h->away)
		return;
	switch (look(h->editor, &status)) {
	case STOPPED:
		h->suspend = true;
		break;
	case ENDED:
		h->editor = 0;
		give_terminal(getpgrp());
		enter(h);
		h->ended(h->arg, status);
		break;
	case RUNS:
	default:
		break;
	}
}

void
handover_stop(struct handover *h)
{
	bool stopped;

	h->suspend = false;
	/* An editor that stopped has put it right itself. */
	if (!h->away && h->editor != 0)
		give_terminal(getpgrp());
	else if (!h->away)
		leave(h);
	h->stopped_here = true;
	stopped = signals_stop_group();
	/* `bg`: the shell keeps it. Signals that came are looked at, then we stop again; where nobody could go on with us, that is the end. */
	h->away = in_background(h);
	if (h->away) {
		h->suspend = stopped;
		h->lost |= !stopped;
	} else if (h->editor != 0) {
		again(h);
	} else {
		enter(h);
	}
}

void
handover_went_on(struct handover *h)
{
	bool known = h->stopped_here;

	h->stopped_here = false;
	if (known)
		return;
	/* Stopped by SIGSTOP, nobody put the terminal right. */
	h->away = in_background(h);
	if (h->away)
		h->suspend = !h->ending;
	else if (h->editor != 0)
		again(h);
	else
		enter(h);
}

void
handover_recall(struct handover *h)
{
	/* Nor is it stopped any more. */
	h->ending = true;
	h->suspend = false;
	if (h->editor == 0)
		return;
	end(h->editor);
	h->editor = 0;
	if (!h->away)
		give_terminal(getpgrp());
	if (!h->away && !h->lost)
		enter(h);
	h->ended(h->arg, 0);
}
