#ifndef P2P_UI_CHOOSE_PRIV_H
#define P2P_UI_CHOOSE_PRIV_H
/* What the list of an offer holds, for the two files that make it: choose.c and choose_draw.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/choice_row.h"
#include "src/msg.h"
#include "ui/drag.h"
#include "ui/pane.h"
#include "ui/rows.h"

struct edit;
struct grid;

struct choose {
	int64_t transfer; /* 0: none */
	uint32_t serial;  /* of the newest request: older answers are of no interest */
	struct msg *ev;	  /* the newest answer; NULL before the first */
	struct rows rows;
	size_t land; /* where the cursor goes when the folder is there */
	bool landing;
	struct edit *filter;
	bool typing;
	bool range; /* rows from the anchor to the cursor are about to be marked */
	size_t anchor;
	struct drag drag;
	struct rows_page asked; /* for, last */
	bool twice;		/* the press was the second one on its cell */
	enum pane_id before;	/* where the focus was */
};

/* Rows the view has, and the one at an index: false while it is not here. */
size_t choose_rows(const struct choose *s);
bool choose_row(const struct choose *s, size_t i, struct choice_row *row);
/* The rows that are shown as marked or unmarked, though the core has not heard of it. False: none. */
bool choose_painted(const struct choose *s, size_t *first, size_t *last, bool *on);
/* How many rows the list has on the screen, and the first one's y. */
size_t choose_room(const struct pane *p);
int choose_y(const struct pane *p);

/* choose_draw.c */
void choose_draw(struct pane *p, struct grid *g, bool focus);

#endif
