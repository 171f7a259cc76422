#ifndef P2P_UI_HELP_H
#define P2P_UI_HELP_H
/* The help: all keys and commands, made from their tables; searchable, and each line does what it says. */

#include <stdbool.h>

struct front;

/* Shows it; with `search` typing filters at once. */
void help_open(struct front *f, bool search);

#endif
