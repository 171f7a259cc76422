#ifndef P2P_UI_COMPOSE_H
#define P2P_UI_COMPOSE_H
/* The text of the input line in the person's own editor, and back: front_edited() (front.h). */

#include <stdbool.h>
#include <stddef.h>

#include "src/types.h"

struct front;

/* What the front end keeps for it. All zero: nothing is being edited, nothing was said yet. */
struct compose {
	struct scratch *scratch; /* the file; NULL: none */
	char *held; /* a text that stands on no line: what the editor began with, what is too long; or NULL */
	size_t held_len;
	struct key peer; /* whom it is written to */
	bool has_peer;
	bool warned; /* that it lies unsealed on the disk */
};

/* Gives the text to the editor; asks first, once, where it would lie unsealed on the disk. `text` NULL: what is on the input line. */
void compose_open(struct front *f, const char *text, size_t len);
/* A contact has another key. */
void compose_moved(struct front *f, const struct key *from, const struct key *to);
bool compose_runs(const struct front *f);
/* At the beginning: what earlier programs left in that folder goes, and of a text that is kept there is told. */
void compose_sweep(struct front *f);
/* At the end: the file goes; a text that stands on no line is kept in one that is told of at the next start. */
void compose_free(struct front *f);

#endif
