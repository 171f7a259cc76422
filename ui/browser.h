#ifndef P2P_UI_BROWSER_H
#define P2P_UI_BROWSER_H
/* The file browser in the middle of the screen, and the basket of what is to be sent below it. */

#include <stdbool.h>
#include <stddef.h>

struct front;
struct key;

/* Shows it at an absolute folder, with the cursor on an entry (NULL: where it was there). front.h has browser_go() for typed folders. */
void browser_open(struct front *f, const char *folder, const char *name);
/* While the browser carries by keys (t): the peer that was chosen; or nobody, and the carry ends. */
void browser_drop(struct front *f, const struct key *peer);
void browser_drop_cancel(struct front *f);
/* These have been offered: they leave the basket. */
void browser_sent(struct front *f, const char *const *paths, size_t n);
/* Rows the basket wants below the browser on a screen of that height. */
int browser_basket_rows(int h);

#endif
