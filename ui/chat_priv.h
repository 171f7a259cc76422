#ifndef P2P_UI_CHAT_PRIV_H
#define P2P_UI_CHAT_PRIV_H
/* How the chat pane stands, for the two files that make it: chat.c and chat_find.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"
#include "ui/grid.h"
#include "ui/keys.h"

struct chat_look;
struct model_chat;
struct model_contact;
struct pane;

struct chat_view {
	bool follow;	    /* the newest row is at the bottom */
	int64_t anchor_row; /* else this one, with `skip` of its lines below the edge */
	int skip;
	bool to_top; /* scroll on to the oldest as pages come */
	int64_t new_row;
	uint32_t new_count;
	int64_t read_row; /* up to here OP_READ was sent */
	struct key peer;  /* the chat all this is about */
	char *words;	  /* what was looked for and is lit up (lit.h) */
	char *typed;	  /* the same as typed, kept for the next time */
	uint32_t finding; /* the serial of the search that looks beyond what is loaded; 0: none */
	bool older;	  /* it goes that way */
	int64_t found_row;
	bool jumping; /* to a row that is being loaded: when the model's `arounds` is more than this */
	uint64_t arounds;
	int64_t cursor_row; /* the chosen message; 0: none */
	/* chat_select.c: from where the button was pressed, which may have scrolled out of the view, to the pointer. */
	bool selecting, moved;
	bool followed;	 /* the newest row was at the bottom, and has not moved */
	bool short_body; /* at the press: a line led back to the newest */
	int y1, x1, y2, x2, pointer_y, pointer_x;
};

/* The contact of the open chat, or NULL. */
struct model_contact *chat_contact(const struct pane *p);
/* The rectangle of the rows: below the title, above the line that leads back to the newest. */
struct rect chat_body(const struct pane *p);
/* The index of the row at the lower edge, and how many of its lines are hidden. The window must have rows. */
size_t chat_anchor(const struct chat_view *v, const struct model_chat *chat, int *skip);
/* Moves by n lines towards the newest. */
void chat_move_down(struct chat_view *v, const struct chat_look *look, int n);

/* One wish to scroll: lines up (or down, negative). Returns PANE_ bits. */
unsigned chat_scroll(struct pane *p, int up);
/* chat_act.c: moves the choice; does what a key asks for with the chosen message. Both return PANE_ bits, 0 where there is nothing to do. */
unsigned chat_choose(struct pane *p, bool up);
unsigned chat_act(struct pane *p, enum request req);
bool chat_is_act(enum request req); /* it does something with the chosen message */

#define CHAT_WHEEL_LINES 3

/* chat_find.c: the next hit, older or newer; nothing is lit up any more; a jump that waited for its rows. */
unsigned chat_find_next(struct pane *p, bool older);
void chat_find_forget(struct chat_view *v);
void chat_jump_on(struct pane *p);

/* chat_select.c: a press begins; what comes until the release; the end without one; the time at the edge. What is selected is drawn. */
unsigned chat_select_press(struct pane *p, const struct input_mouse *m);
unsigned chat_select_mouse(struct pane *p, const struct input_mouse *m);
void chat_select_end(struct pane *p);
void chat_select_tick(struct pane *p);
void chat_draw_selection(struct pane *p, struct grid *g);

#endif
