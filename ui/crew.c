/* crew.c - threads that may never come back from a disk, and a screen that leaves without them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "ui/crew.h"

/* How long crew_leave() waits. */
#define GOODBYE_MS 300

bool
crew_init(struct crew *crew, void (*clear)(void *arg), void *arg)
{
	if (pipe2(crew->bell, O_CLOEXEC | O_NONBLOCK) == -1)
		return false;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->gone, NULL);
	crew->clear = clear;
	crew->arg = arg;
	return true;
}

bool
crew_start(struct crew *crew, void *(*run)(void *arg), void *arg)
{
	pthread_attr_t attr;
	sigset_t all, before;
	pthread_t thread;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	started = pthread_create(&thread, &attr, run, arg) == 0;
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	crew->threads += started;
	return started;
}

static void
clear_away(struct crew *crew)
{
	close(crew->bell[0]);
	close(crew->bell[1]);
	pthread_mutex_destroy(&crew->lock);
	pthread_cond_destroy(&crew->gone);
	crew->clear(crew->arg);
}

void
crew_goodbye(struct crew *crew)
{
	bool last;

	crew->threads--;
	last = crew->left && crew->threads == 0;
	pthread_cond_broadcast(&crew->gone);
	pthread_mutex_unlock(&crew->lock);
	if (last)
		clear_away(crew);
}

void
crew_leave(struct crew *crew)
{
	struct timespec until;
	bool last;

	crew->closing = true;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += GOODBYE_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (crew->threads > 0 && pthread_cond_timedwait(&crew->gone, &crew->lock, &until) == 0)
		;
	crew->left = true;
	last = crew->threads == 0;
	pthread_mutex_unlock(&crew->lock);
	if (last)
		clear_away(crew);
}

int
crew_fd(const struct crew *crew)
{
	return crew->bell[0];
}

void
crew_ring(struct crew *crew)
{
	while (write(crew->bell[1], "", 1) == -1 && errno == EINTR)
		;
}

void
crew_silence(struct crew *crew)
{
	char byte;

	while (read(crew->bell[0], &byte, 1) == -1 && errno == EINTR)
		;
}
