#ifndef P2P_UI_HELP_H
#define P2P_UI_HELP_H
/* The help and the palette: all keys, commands and options, made from their tables; searchable, and each line does what it says. */

#include <stdbool.h>

struct front;

/* Shows it: all of it, or what has these words; one may look for others. */
void help_open(struct front *f, const char *words);
/* Shows the palette: all that can be typed, the best match of what is typed first. */
void palette_open(struct front *f);

#endif
