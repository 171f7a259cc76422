#ifndef P2P_UI_BROWSER_H
#define P2P_UI_BROWSER_H
/* The file browser in the middle of the screen, and the basket of what is to be sent below it. */

#include <stdbool.h>
#include <stddef.h>

#include "ui/grid.h"

struct front;
struct key;

/* Shows it at an absolute folder, with the cursor on an entry (NULL: where it was there). front.h has browser_go() for typed folders. */
void browser_open(struct front *f, const char *folder, const char *name);
/* While the browser carries by keys (t): the peer that was chosen; or nobody, and the carry ends. */
void browser_drop(struct front *f, const struct key *peer);
void browser_drop_cancel(struct front *f);
/* These have been offered: they leave the basket. */
void browser_sent(struct front *f, const char *const *paths, size_t n);
/* Whether the column of details shows what is under the browser's cursor; that, drawn; a wheel over it; and the descriptor of the pane it is
 * drawn in is readable. (browser_look.c) */
bool browser_previews(struct front *f);
void browser_preview_draw(struct front *f, struct grid *g, struct rect r);
void browser_preview_scroll(struct front *f, long rows);
void browser_preview_ready(struct front *f);
/* What lies over the list: nothing, the places, the basket. (browser_side.c) */
enum browser_side { BROWSER_NO_SIDE, BROWSER_PLACES_SIDE, BROWSER_BASKET_SIDE };
enum browser_side browser_side(struct front *f);
/* Rows the basket wants below the browser on a screen of that height. */
int browser_basket_rows(int h);

#endif
