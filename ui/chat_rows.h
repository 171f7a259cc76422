#ifndef P2P_UI_CHAT_ROWS_H
#define P2P_UI_CHAT_ROWS_H
/* One row of a chat as lines of cells: measured and drawn by the same code. For chat.c only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"

struct front;
struct model_contact;

/* What all rows of one drawing share. */
struct chat_look {
	struct front *front;
	const struct model_contact *contact;
	int w;		 /* width of the pane */
	int top;	 /* the first line in view */
	int name_w;	 /* of the column of names */
	int64_t new_row; /* the new-messages line stands above it; 0: none */
	uint32_t new_count;
	int64_t found_row;  /* is marked; 0: none */
	const char *words;  /* lit up in all texts (lit.h) */
	int64_t cursor_row; /* the chosen message; 0: none */
	int64_t keys_to;    /* the transfer that keys act on; 0: none */
	int64_t wall;	    /* now, for day lines */
};

void chat_look_init(struct chat_look *look, struct front *f, const struct model_contact *c, int w);
/* Draws row i of the window with its upper end at y, or only measures where g is NULL. Returns the lines it takes, at least 1. */
int chat_row(const struct chat_look *look, size_t i, struct grid *g, int y, int x);

#endif
