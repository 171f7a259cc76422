#ifndef P2P_UI_OPENER_H
#define P2P_UI_OPENER_H
/* Gives a link to the desktop. */

#include <stdbool.h>
#include <stddef.h>

/* Starts `program link` apart from this one: no shell, no terminal, none of our descriptors. False with a sentence when there is no desktop,
 * or no such program. Returns as soon as it runs. */
bool opener_run(const char *program, const char *link, char *err, size_t errlen);

#endif
