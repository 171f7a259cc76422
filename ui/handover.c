/* handover.c - the terminal handed to the person's editor, and taken back. */
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
#include "src/util.h"
#include "ui/handover.h"

/* How long an editor has to write down what it wants to keep, once it is told to end; and how often that is looked at. */
#define END_MS	2000
#define LOOK_MS 20

const char *
handover_editor(void)
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

pid_t
handover_start(const char *editor, const char *path)
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

enum handover_state
handover_look(pid_t pid, int *status)
{
	int how;
	pid_t who = waitpid(pid, &how, WNOHANG | WUNTRACED);

	if (who == 0 || (who < 0 && errno == EINTR))
		return HANDOVER_RUNS;
	if (who > 0 && WIFSTOPPED(how))
		return HANDOVER_STOPPED;
	*status = who < 0 ? 1 : WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
	return HANDOVER_ENDED;
}

void
handover_back(void)
{
	give_terminal(getpgrp());
}

void
handover_again(pid_t pid)
{
	give_terminal(pid);
	kill(-pid, SIGCONT);
}

void
handover_end(pid_t pid)
{
	uint64_t end = util_mono_ms() + END_MS;
	int status;

	kill(-pid, SIGHUP);
	kill(-pid, SIGCONT);
	while (handover_look(pid, &status) != HANDOVER_ENDED) {
		if (util_mono_ms() >= end) {
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			break;
		}
		poll(NULL, 0, LOOK_MS);
	}
	handover_back();
}
