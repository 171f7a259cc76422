#ifndef P2P_UI_HANDOVER_H
#define P2P_UI_HANDOVER_H
/* Another program has the terminal for a while: started in a process group of its own, which is the terminal's then, so that its ^C and ^Z are
 * its own; and the terminal taken back. The caller has left the terminal before, and hears of SIGCHLD. */

#include <sys/types.h>

#include <stdbool.h>

/* The person's editor as a shell takes it: $VISUAL, $EDITOR, or what this system calls editor, or vi. */
const char *handover_editor(void);

/* Runs the editor, a line for a shell, on a file. The process, or -1 with errno. */
pid_t handover_start(const char *editor, const char *path);
/* How it stands, without waiting. *status, when it has ended: what it said, 128 and the signal's number if one ended it. */
enum handover_state { HANDOVER_RUNS, HANDOVER_STOPPED, HANDOVER_ENDED };
enum handover_state handover_look(pid_t pid, int *status);
/* The terminal is ours again. */
void handover_back(void);
/* The program that stopped gets the terminal back, and goes on. */
void handover_again(pid_t pid);
/* It is told to end, as when the terminal is lost, and waited for; the terminal is ours then. */
void handover_end(pid_t pid);

#endif
