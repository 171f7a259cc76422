#ifndef P2P_UI_LAYOUT_H
#define P2P_UI_LAYOUT_H
/* Where the panes lie for a given size of the terminal. Pure. */

#include <stdbool.h>

#include "ui/grid.h"

#define LAYOUT_MIN_H 8
#define LAYOUT_MIN_W 30

enum layout_kind {
	LAYOUT_TINY,  /* below 30x8: a message waits */
	LAYOUT_ONE,   /* one pane; the peers lie over it when they have the focus */
	LAYOUT_TWO,   /* peers and the main pane */
	LAYOUT_THREE, /* and details, from 110 columns on */
};

struct layout_want {
	int h, w;
	int prompt_rows;   /* wanted; given at most a third of the screen */
	int transfer_rows; /* wanted rows below the pane's title line; 0: no pane */
	int basket_rows; /* the browser's basket: it takes the place of transfers, hint and prompt; 0: no browser */
	int peers_w, details_w; /* wanted columns of these; 0: what suits the screen */
	bool peers_focus;	/* LAYOUT_ONE: show the peers over the main pane */
	bool transfer_focus;	/* give the transfers up to half of the body */
	bool bare;		/* the main pane alone, on all of the screen */
};

struct layout {
	enum layout_kind kind;
	/* Empty (h 0) where there is none. */
	struct rect header, peers, main, details, transfers, basket, hint, prompt, keys;
	int divide_left, divide_right; /* columns of the lines between them; -1: none */
};

void layout_compute(const struct layout_want *want, struct layout *out);

#endif
