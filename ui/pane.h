#ifndef P2P_UI_PANE_H
#define P2P_UI_PANE_H
/* The seam between the front end and its panes: a pane draws itself into a rectangle of the grid and answers keys, text, pastes and the
 * mouse with flags; it asks the front end for everything else (front.h). */

#include <stdbool.h>
#include <stddef.h>

#include "ui/grid.h"
#include "ui/input.h"
#include "ui/keys.h"

struct front;
struct pane;

/* All panes, and the variable that holds the class. A new one is a row here and a place in layout.h. */
/* clang-format off */
#define PANE_TABLE(ROW) \
	ROW(HEADER,	header_pane) \
	ROW(PEERS,	peerlist_pane) \
	ROW(CHAT,	chat_pane) \
	ROW(WELCOME,	welcome_pane) \
	ROW(BROWSER,	browser_pane) \
	ROW(HELP,	help_pane) \
	ROW(SEARCH,	search_pane) \
	ROW(CHOOSE,	choose_pane) \
	ROW(WENT,	went_pane) \
	ROW(DETAILS,	details_pane) \
	ROW(TRANSFERS,	transfers_pane) \
	ROW(BASKET,	basket_pane) \
	ROW(HINT,	hint_pane) \
	ROW(PROMPT,	prompt_pane) \
	ROW(KEYLINE,	keyline_pane)
/* clang-format on */

enum pane_id {
#define ROW(id, class) PANE_##id,
	PANE_TABLE(ROW)
#undef ROW
		PANE_COUNT
};

/* What a handler answers: bits. 0: not mine, ask somebody else. */
#define PANE_HANDLED 1u
#define PANE_REDRAW  2u /* draw me again */
#define PANE_LAYOUT \
	4u /* my wanted number of rows may have changed, or everything did: lay out and draw all */
#define PANE_CAPTURE 8u	 /* answer to a press: motion and release come to me wherever they are */
#define PANE_LEAVE   16u /* give the focus back to the input line */
#define PANE_REFUSED 32u /* nothing to do there: worth a bell */

/* Everything may be NULL but draw. state is what create() returned. */
struct pane_class {
	const char *name; /* for tests */
	unsigned context; /* its KEYS_ bit; 0: never gets the focus */
	unsigned watch;	  /* DIRTY_ bits of the model that make it draw again */
	void *(*create)(struct front *f);
	void (*destroy)(void *state);
	/* Wanted height for this width: transfers (rows below the title line) and prompt. */
	int (*rows)(struct pane *p, int width);
	/* Draws into p->rect, which is blank before and which nothing drawn leaves. */
	void (*draw)(struct pane *p, struct grid *g, bool focus);
	/* Where the terminal's cursor goes while the pane has the focus; false: nowhere. */
	bool (*cursor)(struct pane *p, int *y, int *x);
	/* req is what the key means in this context or everywhere (REQ_NONE: nothing). Asked before the front end acts on it. */
	unsigned (*key)(struct pane *p, enum request req, struct input_key key);
	/* Typed text. 0 (or no handler): it is taken apart and comes as keys. */
	unsigned (*text)(struct pane *p, const char *text, size_t len);
	/* Pasted bytes, raw. 0 (or no handler): the prompt gets them. */
	unsigned (*paste)(struct pane *p, const char *bytes, size_t len, bool truncated);
	/* m->y, m->x are cells of the screen. Motion and release come only after PANE_CAPTURE. */
	unsigned (*mouse)(struct pane *p, const struct input_mouse *m);
	/* A captured drag ended without a release: Esc, focus-out, another press, the right button. */
	void (*cancel)(struct pane *p);
	/* It got or lost the focus. */
	void (*focus)(struct pane *p, bool on);
	/* The model changed (DIRTY_ bits); before drawing. */
	void (*changed)(struct pane *p, unsigned dirty);
	/* The time asked for with front_wake() has come, or the descriptor of front_watch() is readable. */
	void (*tick)(struct pane *p);
	void (*ready)(struct pane *p);
};

struct pane {
	const struct pane_class *class;
	enum pane_id id;
	struct front *front;
	void *state;
	struct rect rect; /* empty while not shown */
	bool dirty;
	uint64_t wake; /* front_now() at which tick() is due; 0: not asked */
	int fd;	       /* watched for reading, -1 none */
};

#define ROW(id, class) extern const struct pane_class class;
PANE_TABLE(ROW)
#undef ROW

#endif
