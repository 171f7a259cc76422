#ifndef P2P_UI_DROPS_H
#define P2P_UI_DROPS_H
/* Files dropped onto the terminal from the desktop, told by OSC 72 (kitty's drag and drop protocol): the terminal is asked whether it knows
 * it, told that names of files are wanted, and asked for them when something was dropped. Pure: replies in, answers out. Only names are
 * taken; no file is ever read through the terminal. */

#include <stdbool.h>
#include <stddef.h>

/* Whether the terminal knows it; and that nothing is wanted any more, at the end or before the program stops. */
#define DROPS_ASK   "\033]72;t=q\033\\"
#define DROPS_LEAVE "\033]72;t=A\033\\"

/* Names of one drop that are taken, in bytes. */
#define DROPS_MAX ((size_t)1 << 20)

enum drops_what {
	DROPS_NOT_OURS, /* some other reply */
	DROPS_NOTHING,	/* ours, and nothing to do but to send `out` */
	DROPS_OVER,	/* something is dragged over the cell y, x, and can be dropped */
	DROPS_LEFT,	/* it is not any more */
	DROPS_FILES,	/* dropped at y, x: text is a list of URIs, len bytes */
	DROPS_FAILED,	/* the terminal could not say what was dropped */
};

struct drops_event {
	enum drops_what what;
	int y, x;
	const char *text; /* until the next call */
	size_t len;
	char out[64]; /* to be written to the terminal; "" for nothing */
};

struct drops;

struct drops *drops_new(void);
void drops_free(struct drops *d);
/* The terminal was lost, or the program stopped: it is to be asked again. */
void drops_reset(struct drops *d);
/* Whether the terminal answered that it knows the protocol. */
bool drops_known(const struct drops *d);
/* A reply as input.h gives it: "]72;t=M:x=3:y=4;text/uri-list", without ESC and end. */
void drops_reply(struct drops *d, const char *text, size_t len, struct drops_event *ev);

#endif
