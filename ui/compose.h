#ifndef P2P_UI_COMPOSE_H
#define P2P_UI_COMPOSE_H
/* The text of the input line in the person's own editor, and back: front_edited() (front.h). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct front;
struct msg;

/* What the front end keeps for it. All zero: nothing is being edited, nothing was said yet. */
struct compose {
	struct scratch *scratch; /* the file; NULL: none */
	char *held; /* a text that stands on no line: what the editor began with, what is too long; or NULL */
	size_t held_len;
	char *sent; /* one that goes as a file, until it is known that it does; or NULL */
	size_t sent_len;
	uint32_t sent_serial;
	struct key peer; /* whom it is written to */
	bool has_peer;
	bool warned; /* that it lies unsealed on the disk */
};

/* Gives the text to the editor; asks first, once, where it would lie unsealed on the disk. `text` NULL: what is on the input line. */
void compose_open(struct front *f, const char *text, size_t len);
/* A contact has another key. */
void compose_moved(struct front *f, const struct key *from, const struct key *to);
bool compose_runs(const struct front *f);
/* The answer of the core to a text that was to go as a file. */
void compose_result(struct front *f, const struct msg *ev);
/* At the beginning: what earlier programs left in that folder goes, and of a text that is kept there is told. */
void compose_sweep(struct front *f);
/* At the end: the file goes; a text that stands on no line is kept in one that is told of at the next start. */
void compose_free(struct front *f);

#endif
