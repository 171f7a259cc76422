#ifndef P2P_UI_HANDOVER_H
#define P2P_UI_HANDOVER_H
/* The terminal between the program, the person's editor and the shell. The editor runs in a process group of its own, which is the terminal's
 * then, so that its ^C and ^Z are its own; and in the background nothing is taken from the shell. Both front ends have one of these, and
 * look before they write whether the terminal is theirs. */

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct handover {
	void *arg;
	void (*leave)(void *arg); /* the terminal is put as it was found */
	void (*enter)(void *arg); /* and made ours again, whatever happened to it */
	/* The editor has, status as a shell has it; the terminal is ours if it can be. */
	void (*ended)(void *arg, int status);
	pid_t editor; /* who has the terminal; 0: we or the shell have */
	bool suspend; /* handover_stop() is to be called at the end of the turn */
	bool away;    /* the shell has it, and we run in the background */
	bool lost;    /* it is gone, or somebody else's for good */

	/* handover.c's own */
	bool ending;	   /* handover_recall() was called */
	bool left;	   /* leave() was called last */
	bool stopped_here; /* by ourselves: the SIGCONT to come is known of */
};

/* Whether the terminal may be written to and read. */
bool handover_ours(const struct handover *h);
/* Gives it to the editor, on a file. False with a sentence. */
bool handover_edit(struct handover *h, const char *path, char *err, size_t errlen);
/* Stops the process group, the editor's too if there is one, and comes back when it goes on. */
void handover_stop(struct handover *h);
/* SIGCHLD, SIGCONT. */
void handover_child(struct handover *h);
void handover_went_on(struct handover *h);
/* We have to end: so has the editor; what it has written down is kept. */
void handover_recall(struct handover *h);

#endif
