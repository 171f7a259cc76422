#ifndef P2P_UI_UI_H
#define P2P_UI_UI_H
/* The ncurses front end: one thread that owns the terminal, between two queues and nothing else. */

#include <stdbool.h>

struct notify;
struct options;
struct queue;

struct ui_setup {
	struct queue *commands; /* to the core */
	struct queue *events;	/* from the core */
	struct options *options;
	const char *config_path; /* where options changed on the screen are saved */
	const char *folder;	 /* where a text lies while the person's editor has it */
	bool sealed;		 /* a passphrase seals what is on disk */
	bool first_run;		 /* no nick yet: show the welcome */
	struct notify *notify;	 /* notifications of the desktop; NULL: there are none */
};

/* Runs the full screen on the terminal of standard input and output until the person quits or the terminal is lost; CMD_QUIT is then sent
 * and EV_STOPPED waited for, with the screen still answering. Returns 0; 1 if there is no usable terminal, with a sentence on standard
 * error (the core is then stopped in the same way). One that cannot place its cursor gets the linear front end (linear.h). setlocale() has been called, and the core's threads have been started with signals
 * blocked; the caller restores its own signal handlers afterwards. */
int ui_run(const struct ui_setup *setup);
/* Without a front end: the core is told to stop, unless it was asked already, and waited for. */
void ui_stop_core(const struct ui_setup *setup, bool asked);

#endif
