#ifndef P2P_UI_TRANSFERS_PRIV_H
#define P2P_UI_TRANSFERS_PRIV_H
/* What the transfers pane holds, for the files that make it: transfers.c, transfers_list.c and transfers_draw.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct front;
struct grid;
struct model_transfer;
struct pane;

/* Rates that are kept of each one that runs, one a second. */
#define TRANSFERS_RATES 12

/* How one that runs moved: when its bytes did last, and its rates, the oldest first. */
struct moved {
	int64_t transfer;
	uint64_t done, at;
	uint64_t sampled; /* when the newest rate was noted */
	uint64_t rates[TRANSFERS_RATES];
	size_t nrates;
};

struct transfers {
	struct moved *moved;
	size_t nmoved;
	struct model_transfer **list; /* those that are shown, until something changes */
	size_t n;
	bool stale;	/* it has */
	int64_t cursor; /* a transfer's number; 0: the first row */
	size_t top;
	int64_t folded; /* the one that the only line shows; 0: none, or all together */
};

/* transfers_list.c */
/* The row-th one shown, or NULL; how many; and the cursor's. */
struct model_transfer *transfers_at(struct pane *p, size_t row);
size_t transfers_count(struct pane *p);
size_t transfers_cursor(struct pane *p);
/* The rates of the last seconds; how many. */
size_t transfers_rates(struct pane *p, const struct model_transfer *t, const uint64_t **rates);
/* Looks at what moved since the last time, and sets the pane's clock. */
void transfers_moved(struct pane *p);

/* transfers_draw.c */
void transfers_draw(struct pane *p, struct grid *g, bool focus);

#endif
