#ifndef P2P_UI_TOUR_H
#define P2P_UI_TOUR_H
/* The tour: four lines for who is here for the first time, where there is room for them anyway. They never come back. */

#include <stdbool.h>
#include <stddef.h>

#include "ui/grid.h"

struct front;

#define TOUR_LINES 4

/* Whether it is to be shown: in the first run, until something was said. */
bool tour_on(struct front *f);
/* The i-th line, or a shorter one: its keys as they are now, and what they are for. */
void tour_line(size_t i, bool few, char *keys, size_t size, const char **words);
/* Draws it at the bottom of r. False if it is not to be shown, or there is no room. */
bool tour_draw(struct front *f, struct grid *g, struct rect r);
/* It was shown in another way. */
void tour_shown(struct front *f);
/* A key was pressed: what was seen once is not shown in the next run. */
void tour_key(struct front *f);

#endif
