#ifndef P2P_UI_WENT_PRIV_H
#define P2P_UI_WENT_PRIV_H
/* What the list of where files went holds, for the two files that make it: went.c and went_draw.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/msg.h"
#include "ui/pane.h"
#include "ui/rows.h"

struct edit;
struct grid;

struct went_list {
	int64_t transfer; /* 0: none */
	uint32_t serial;  /* of the newest request: older answers are of no interest */
	struct msg *ev;	  /* the newest answer; NULL before the first */
	uint32_t all;	  /* files, and how many of them went which way */
	uint32_t how[WENT_KINDS];
	uint32_t kinds; /* bits: only these are shown; 0 all */
	struct rows rows;
	struct rows_page asked; /* for, last; and how the transfer stood then */
	enum transfer_state asked_state;
	struct edit *filter;
	bool typing;
	enum pane_id before; /* where the focus was */
};

/* Rows that fit the filter, and how many of them the screen has. */
size_t went_rows(const struct went_list *s);
size_t went_room(const struct pane *p);
/* The first row's y. */
int went_y(const struct pane *p);
/* What is left out of its paths: so many bytes of each that begins so. */
size_t went_prefix(const char *path, const char *place);

/* went_draw.c */
void went_draw(struct pane *p, struct grid *g, bool focus);
/* "renamed": what `kinds` shows, for the head. */
const char *went_kinds_name(uint32_t kinds);

#endif
