#ifndef P2P_UI_DRAG_H
#define P2P_UI_DRAG_H
/* The one gesture of the file list that paints marks and carries files: a state machine over rows and zones, without a screen, a clock or
 * marks of its own. */

#include <stdbool.h>
#include <stddef.h>

/* While the pointer is beyond the list's upper or lower edge the list scrolls a row each time this many ms passed. A still pointer sends
 * nothing, so it takes a timer. */
#define DRAG_EDGE_MS 50

enum drag_phase {
	DRAG_IDLE,
	DRAG_HELD,  /* pressed on a row and still there: released, it is a click */
	DRAG_PAINT, /* marks or unmarks the rows from the anchor to the pointer */
	DRAG_CARRY, /* left the list for the peers: carries what was marked and what was painted */
};

/* Where the pointer is. */
enum drag_zone {
	DRAG_IN_LIST,
	DRAG_ON_PEER, /* on a row of the peer list that files can be sent to, or not: the answer says */
	DRAG_IN_PEERS, /* in the peer list, on no peer */
	DRAG_ELSEWHERE,
};

/* What happened, for the list to do. */
enum drag_act {
	DRAG_NOTHING,
	DRAG_CLICK,   /* released where it was pressed */
	DRAG_PAINTED, /* the painted rows changed: drag_range() */
	DRAG_CARRIED, /* a carry began or moved */
	DRAG_COMMIT,  /* released: the marks stay as painted */
	DRAG_REVERT,  /* cancelled: the marks are as they were at the press */
	DRAG_DROP,    /* released on a peer: the marks are as they were until the answer */
};

/* The list as it is shown now. */
struct drag_view {
	int y, h;   /* its first row on the screen, and how many */
	size_t top; /* which entry the first row shows */
	size_t n;   /* entries */
};

struct drag {
	enum drag_phase phase;
	size_t anchor, at; /* entries: where it began and where it is */
	bool unmark;	   /* the first row was marked, so all are unmarked */
	int edge;	   /* -1, 1: scroll up, down each DRAG_EDGE_MS; 0: do not */
	int y, x;	   /* the pointer */
	enum drag_zone zone;
};

/* A press in the list; marked: whether the row there is. False, and nothing begins, if no entry is there. */
bool drag_press(struct drag *d, const struct drag_view *v, int y, int x, bool marked);
/* Motion and release come with where they are. Without a press they do nothing. */
enum drag_act drag_motion(struct drag *d, const struct drag_view *v, int y, int x,
			  enum drag_zone zone);
enum drag_act drag_release(struct drag *d, const struct drag_view *v, int y, int x,
			   enum drag_zone zone);
/* The list scrolled below a still pointer. */
enum drag_act drag_scrolled(struct drag *d, const struct drag_view *v);
/* Esc, the right button, a new press, the terminal lost the focus. */
enum drag_act drag_cancel(struct drag *d);
/* The painted entries, both ends included. False while none are. A carry keeps those painted before it left the list, unless they were
 * being unmarked: unpainting counts only when released inside the list. */
bool drag_range(const struct drag *d, size_t *first, size_t *last);

#endif
