#ifndef P2P_UI_ROWS_H
#define P2P_UI_ROWS_H
/* The cursor of a list and which of its rows are in view: what the help and the results of a search share. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/keys.h"

struct rows {
	size_t cursor, top;
};

/* How far a request moves the cursor in a pane of h rows, the first of which is a title; false if it does not. */
bool rows_by(enum request req, int h, long *by);
/* How far the wheel does; 0 for anything else. */
long rows_wheel(const struct input_mouse *m);
/* Moves it in a list of n, no further than to its ends. */
void rows_step(struct rows *r, size_t n, long by);
/* Brings the cursor into a view of so many rows. */
void rows_see(struct rows *r, size_t room);
/* What a list that is kept elsewhere is asked for in one go: the rows of a view of so many, and some before and behind it. */
struct rows_page {
	uint32_t from, count;
};
struct rows_page rows_page(const struct rows *r, size_t room);
/* Whether a row in view, of n there are, is not in the page that is here. An answer may have less than it says, so nobody asks because of it
 * for what it was the answer to. */
bool rows_missing(const struct rows *r, size_t room, size_t n, const struct rows_page *here);
/* The entry at a row of the pane below its title; false if there is none. */
bool rows_at(const struct rows *r, size_t n, int row, size_t *at);

#endif
