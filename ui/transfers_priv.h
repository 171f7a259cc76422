#ifndef P2P_UI_TRANSFERS_PRIV_H
#define P2P_UI_TRANSFERS_PRIV_H
/* What the transfers pane holds, for the two files that make it: transfers.c and transfers_draw.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct front;
struct grid;
struct model_transfer;
struct pane;

/* When a transfer's bytes moved last. */
struct moved {
	int64_t transfer;
	uint64_t done, at;
};

struct transfers {
	struct moved *moved;
	size_t nmoved;
	int64_t cursor; /* a transfer's number; 0: the first row */
	size_t top;
};

/* Running without a byte for so long is "stalled". */
#define TRANSFERS_STALLED_MS 3000

/* transfers.c */
/* The row-th one shown, or NULL; how many; and the cursor's. */
struct model_transfer *transfers_at(struct pane *p, size_t row);
size_t transfers_count(struct pane *p);
size_t transfers_cursor(struct pane *p);
/* Incoming, and it is for us to answer. */
bool transfers_offered(const struct model_transfer *t);
const char *transfers_peer(struct front *f, const struct model_transfer *t);
/* Ms since its bytes moved last. */
uint64_t transfers_still(struct pane *p, const struct model_transfer *t);

/* transfers_draw.c */
/* Its state in words; "" while it simply runs. */
void transfers_words(struct pane *p, const struct model_transfer *t, char *out, size_t size);
void transfers_draw(struct pane *p, struct grid *g, bool focus);

#endif
