/* signals.c - signals to the front end: through a pipe, and the terminal given back by those that end the program. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "src/util.h"
#include "ui/signals.h"
#include "ui/term.h"

static int signal_pipe[2] = {-1, -1};

static const int caught[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGPIPE, SIGCHLD};
static struct sigaction before[NELEM(caught)];

/* Whether the terminal is being written to, the how manieth time, and which on_alarm() saw last. */
static volatile sig_atomic_t writing, times, seen;
/* How many SIGCONT came. */
static volatile sig_atomic_t conts;

void
signals_writing(bool on)
{
	if (on)
		times = (times + 1) & 0xffff;
	writing = on;
}

/* Asked to end, and the terminal takes nothing, as when a connection hangs: it is not waited for. */
static void
on_alarm(int sig)
{
	int saved = errno;

	(void)sig;
	if (writing && times == seen)
		term_abandon(STDIN_FILENO, STDOUT_FILENO);
	seen = times;
	alarm(1);
	errno = saved;
}

static void
on_signal(int sig)
{
	int saved = errno;
	unsigned char byte = (unsigned char)sig;

	if (sig == SIGTERM || sig == SIGHUP || sig == SIGINT) {
		seen = times;
		alarm(1);
	}
	if (sig == SIGCONT)
		conts = (conts + 1) & 0xffff;
	/* A full pipe already holds enough to wake us. */
	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

#ifndef P2P_SANITIZED
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};

static void
on_crash(int sig)
{
	term_leave_raw(STDIN_FILENO);
	/* SA_RESETHAND: this time it ends the program as it should. */
	raise(sig);
}
#endif

int
signals_open(void)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NELEM(caught); i++)
		sigaction(caught[i], &sa, &before[i]);
	/* Without SA_RESTART: it is to break a write. */
	sa = (struct sigaction){.sa_handler = on_alarm};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
#ifndef P2P_SANITIZED
	sa.sa_handler = on_crash;
	sa.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
	for (size_t i = 0; i < NELEM(crashes); i++)
		sigaction(crashes[i], &sa, NULL);
#endif
	return signal_pipe[0];
}

void
signals_close(void)
{
	alarm(0);
	signal(SIGALRM, SIG_DFL);
	for (size_t i = 0; i < NELEM(caught); i++)
		sigaction(caught[i], &before[i], NULL);
#ifndef P2P_SANITIZED
	for (size_t i = 0; i < NELEM(crashes); i++)
		signal(crashes[i], SIG_DFL);
#endif
	close(signal_pipe[0]);
	close(signal_pipe[1]);
	signal_pipe[0] = signal_pipe[1] = -1;
}

bool
signals_stop_group(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL}, ours;
	sig_atomic_t had = conts;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGTSTP, &sa, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	return conts != had;
}
