#ifndef P2P_SRC_QR_H
#define P2P_SRC_QR_H
/* QR codes, by libqrencode where the program was built with it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QR_QUIET 4 /* modules of light all around, which a reader needs */

struct qr {
	int n;		/* modules a side */
	uint8_t dark[]; /* n * n, row by row: 1 dark, 0 light */
};

/* Whether the program can make any. */
bool qr_there(void);
/* The code of a text of digits, or of upper-case letters, digits, blanks and $%*+-./: in fresh memory; NULL if it is too long, or qr_there()
 * is false. */
struct qr *qr_new(const char *text);
/* Whether a module is dark; outside all are light. */
bool qr_dark(const struct qr *q, int row, int column);
/* The code of an invite: in upper case and without its separators, which a reader of invites takes as well. */
struct qr *qr_invite(const char *invite);
/* The same for a screen of so many columns and rows: addresses stay out, those of IPv6 first and the later ones before the others, until it
 * fits or has but one, and at last the nick. `left` of its `all` addresses are in it. */
struct qr *qr_invite_for(const char *invite, int columns, int rows, size_t *left, size_t *all);
/* How many rows of a terminal it takes, two modules in each, with its quiet zone; and how many columns. */
int qr_rows(const struct qr *q);
int qr_columns(const struct qr *q);
/* Two modules, one over the other, as a cell: " ", "▀", "▄" or "█", dark on light. Row 0 is the first of the quiet zone. */
const char *qr_cell(const struct qr *q, int row, int column);

#endif
