#ifndef P2P_UI_FIELD_H
#define P2P_UI_FIELD_H
/* A field of one row: [ text being edited ], for questions and the welcome. */

#include <stdbool.h>

#include "ui/grid.h"

struct edit;

/* Draws it w cells wide with its brackets; hint stands there while it is empty. Returns the cursor's column. */
int field_draw(struct grid *g, int y, int x, int w, struct edit *e, const char *hint);
/* The same for a secret: a star for each character. */
int field_draw_secret(struct grid *g, int y, int x, int w, const struct edit *e, const char *hint);
/* Puts the editor's cursor where the field, drawn at column x, was clicked. */
void field_click(struct edit *e, int x, int w, int click_x);

#endif
