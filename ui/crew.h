#ifndef P2P_UI_CREW_H
#define P2P_UI_CREW_H
/* Threads that do for the screen what may hang on a disk: any of them may never come back, and the screen leaves without it. */

#include <pthread.h>
#include <stdbool.h>

/* What the threads and the screen share; part of a structure that holds their work, and lives as long. The owner sets and reads nothing here but
 * what stands first, under the lock. */
struct crew {
	pthread_mutex_t lock;
	unsigned threads; /* at work, or hanging */
	bool closing;	  /* the screen leaves: no more work, nothing more to be told */

	pthread_cond_t gone;
	int bell[2];
	bool left;
	void (*clear)(void *arg);
	void *arg;
};

/* clear(arg) frees what the crew is part of; it is called once, when the screen and the last thread have left, by whoever of them does. False with errno
 * where there is no pipe: then nothing was taken. */
bool crew_init(struct crew *crew, void (*clear)(void *arg), void *arg);
/* Starts run(arg), detached, with all signals blocked. Called with the lock held. False: no thread is to be had. */
bool crew_start(struct crew *crew, void *(*run)(void *arg), void *arg);
/* A thread's last call, with the lock held; it lets go of it. The crew may be gone afterwards. */
void crew_goodbye(struct crew *crew);
/* The screen's last call, with the lock held; it lets go of it. Waits a third of a second for the threads, then leaves without them. */
void crew_leave(struct crew *crew);
/* Readable while the bell has been rung and not been silenced. Ring it once only: one byte in an empty pipe always fits. */
int crew_fd(const struct crew *crew);
void crew_ring(struct crew *crew);
void crew_silence(struct crew *crew);

#endif
