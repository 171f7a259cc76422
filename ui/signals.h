#ifndef P2P_UI_SIGNALS_H
#define P2P_UI_SIGNALS_H
/* Signals to the front end. Those that tell something come as bytes out of a pipe; those of a crash give the terminal back first. */

#include <stdbool.h>

/* Catches them. Returns the pipe's end to be read, each byte a signal's number, or -1 with errno. */
int signals_open(void);
/* What was before. */
void signals_close(void);
/* Stops the whole process group, as the terminal's own ^Z does, and comes back with the SIGCONT. False: it cannot be stopped, because nobody
 * is there who could go on with it. */
bool signals_stop_group(void);
/* Around what is written to the terminal. Asked to end (SIGTERM, SIGHUP, SIGINT) while one such write takes longer than a second, the
 * terminal is given up (term_abandon()): it takes nothing, and nobody waits for it. */
void signals_writing(bool on);

#endif
