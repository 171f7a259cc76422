#ifndef P2P_UI_BROWSER_PRIV_H
#define P2P_UI_BROWSER_PRIV_H
/* What the browser holds, for the files that make it: browser.c (keys, mouse, life), browser_go.c (folders), browser_mark.c (marks and
 * sending), browser_mouse.c, browser_sort.c, browser_draw.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/browser.h"
#include "ui/drag.h"
#include "ui/filelist.h"
#include "ui/grid.h"
#include "ui/keys.h"
#include "ui/places.h"

struct dirlist;
struct dirlist_entry;
struct edit;
struct front;
struct input_mouse;
struct marks;
struct pane;
struct preview;
struct previewer;

/* Where one was in a folder. */
struct browser_place {
	struct browser_place *next;
	char *folder, *name;
	size_t row;
};
#define BROWSER_PLACES 256

/* Folders one came through; the last one is the nearest. */
struct browser_trail {
	char **folder;
	size_t n;
};
#define BROWSER_TRAIL 100

struct browser {
	struct front *front;
	struct pane *pane;
	struct dirlist *dirlist; /* NULL until the browser is opened first */
	struct filelist *list;
	struct browser_place *places; /* newest first */
	struct browser_trail back, forward;
	char *folder;	 /* NULL until then */
	uint64_t ticket; /* of its reading */
	char *goal;	 /* entry the cursor waits for while the folder is read */
	size_t goal_row;
	/* What came while rows may not move under a drag. */
	struct dirlist_entry **late;
	size_t nlate;

	size_t cursor, top;
	struct edit *filter;

	struct marks *marks;
	struct marks *before; /* while painting: as they were */
	size_t anchor, at;    /* the painted rows, both included */
	size_t refused;	      /* rows painted over that cannot be sent */
	struct drag drag;

	struct previewer *previewer; /* NULL until it is needed first */
	struct preview *preview;     /* of `looked_at`; NULL while it is not there */
	char *looked_at;
	uint64_t looked_size, look_ticket;
	int64_t looked_time;
	int look_w, look_h; /* pixels there was room for */
	size_t look_top;    /* the first line shown */
	bool look;	    /* it has the list's place */

	enum browser_side side; /* what lies over the list */
	size_t side_cursor, side_top;
	struct places all_places, bookmarks; /* while they are shown; ours */

	int error; /* why the folder could not be read */
	bool reading, cut;
	bool first;   /* the first folder: home if it cannot be read */
	bool moved;   /* the cursor was moved here: no goal any more */
	bool hidden;  /* hidden files are shown */
	bool reverse; /* the order is turned round */
	enum filelist_order order;
	size_t option_order; /* the option's, as it was looked at last */
	bool filtering;	     /* typing goes to the filter */
	bool painting, unmark;
	bool range;   /* by keys: v */
	bool shift;   /* by keys: Shift with arrows */
	bool on_mark; /* the press was on the mark column */
	uint8_t clicks;
};

/* browser_go.c */
void browser_visit(struct browser *b, const char *folder, const char *name);
void browser_enter(struct browser *b);
void browser_parent(struct browser *b);
void browser_home(struct browser *b);
/* Back to the folder before, or forward again. */
void browser_again(struct browser *b, bool back);
/* Reads the open folder again. */
void browser_refresh(struct browser *b);
/* Takes what the reading threads found. */
void browser_news(struct browser *b);
void browser_forget(struct browser *b);
/* Rows changed: the cursor stays on its entry, or goes to where it is awaited. */
void browser_settle(struct browser *b, const struct dirlist_entry *stay);
/* What came during a drag is let in. */
void browser_late(struct browser *b);
struct dirlist_entry *browser_entry(const struct browser *b);
char *browser_path(const struct browser *b, const struct dirlist_entry *e)
	__attribute__((malloc, returns_nonnull, warn_unused_result));

/* browser.c */
void browser_move(struct browser *b, size_t row);
void browser_toggle_hidden(struct browser *b);

/* browser_mouse.c */
unsigned browser_mouse(struct pane *p, const struct input_mouse *m);
void browser_cancel(struct pane *p);
void browser_tick(struct pane *p);

/* browser_sort.c */
/* The order of the option `sort`, if that changed since it was looked at. */
void browser_take_order(struct browser *b);
void browser_sort(struct browser *b, enum filelist_order order, bool reverse);
void browser_ask_order(struct browser *b);
/* The captions above the columns, which are clicked to sort, from column `from` on; with g NULL it draws nothing. Returns whether want is in
 * one, and which. */
bool browser_captions(struct browser *b, struct grid *g, int from, int want,
		      enum filelist_order *order);

/* browser_look.c */
/* Draws the preview of what is under the cursor into r, and asks for it when it is not there. */
void browser_look_draw(struct browser *b, struct grid *g, struct rect r);
void browser_look_scroll(struct browser *b, long rows);
/* The previewer has one ready. */
void browser_look_ready(struct browser *b);
void browser_look_free(struct browser *b);

/* browser_side.c */
/* Shows it, or closes it if it is shown. */
void browser_side_open(struct browser *b, enum browser_side side);
/* False: the key does what it does in the list. */
bool browser_side_key(struct browser *b, enum request req, struct input_key k);
unsigned browser_side_mouse(struct browser *b, const struct input_mouse *m);
void browser_side_draw(struct browser *b, struct grid *g, bool focus);
void browser_load_bookmarks(struct browser *b);
/* The open folder becomes a bookmark. */
void browser_bookmark(struct browser *b);

/* browser_mark.c */
/* A constant word for what cannot be sent ("pipe"); NULL for what can. */
const char *browser_refusal(const struct dirlist_entry *e);
bool browser_marked(const struct browser *b, const struct dirlist_entry *e);
void browser_toggle(struct browser *b, size_t row);
void browser_mark_all(struct browser *b);
void browser_invert(struct browser *b);
void browser_clear(struct browser *b);
/* Painting: rows from an anchor on take its new state; ends with the marks kept or as they were. */
void browser_paint_start(struct browser *b, size_t anchor, bool unmark);
void browser_paint(struct browser *b, size_t anchor, size_t at);
void browser_paint_end(struct browser *b, bool keep);
/* Sends what is marked (or else the entry under the cursor) to a peer, after a question. */
void browser_send(struct browser *b, const struct key *peer);
/* The same to one that is to be chosen in the list of peers. */
void browser_send_to(struct browser *b);
/* The label of a carry. */
void browser_carry(struct browser *b, bool by_keys, int y, int x);
void browser_carry_end(struct browser *b);

/* browser_draw.c */
void browser_draw(struct pane *p, struct grid *g, bool focus);
bool browser_cursor(struct pane *p, int *y, int *x);
void basket_draw(struct pane *p, struct grid *g, bool focus);
/* The rows of the list on the screen. */
struct rect browser_rows(const struct browser *b);
/* How many columns the end of the first line takes, which tells of hidden files and pages. */
int browser_title_right(const struct browser *b);
/* Where the sizes begin; and whether there is room for dates. */
int browser_size_x(const struct browser *b);
bool browser_dates(const struct browser *b);
/* The last column of the marks. */
#define BROWSER_MARK_X 4

#endif
