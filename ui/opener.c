/* opener.c - gives a link to the desktop: a process of its own, that outlives us. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/say.h"
#include "ui/opener.h"

/* In the child of a program with threads: only what is safe in a signal handler. Says on fd 3 why it could not begin. */
static _Noreturn void
become(const char *program, const char *link, int tell)
{
	char *const argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)link, NULL};
	int null = open("/dev/null", O_RDWR), why;
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&sa.sa_mask);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
	    dup2(tell, 3) < 0 || fcntl(3, F_SETFD, FD_CLOEXEC) != 0)
		_exit(1);
	closefrom(4);
	execvp(program, argv);
	why = errno;
	if (write(3, &why, sizeof(why)) < 0)
		_exit(2);
	_exit(1);
}

/* Twice a fork: the second child is nobody's to wait for. */
static int
start(const char *program, const char *link)
{
	int tell[2], why = 0, status;
	pid_t pid;

	if (pipe2(tell, O_CLOEXEC) != 0)
		return errno;
	pid = fork();
	if (pid == 0) {
		setsid();
		pid = fork();
		if (pid == 0)
			become(program, link, tell[1]);
		_exit(pid < 0 ? 1 : 0);
	}
	close(tell[1]);
	if (pid < 0)
		why = errno;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* It ends when the program has begun. */
	if (pid > 0 && read(tell[0], &why, sizeof(why)) != (ssize_t)sizeof(why))
		why = 0;
	close(tell[0]);
	return why;
}

bool
opener_run(const char *program, const char *link, char *err, size_t errlen)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
	int why;

	if ((x == NULL || x[0] == '\0') && (wayland == NULL || wayland[0] == '\0')) {
		say_into(err, errlen, "There is no desktop here that could open it: copy it.");
		return false;
	}
	why = start(program, link);
	if (why != 0)
		say_into(err, errlen, "%s did not start: %s. Copy the link.", program,
			 say_errno(why));
	return why == 0;
}
