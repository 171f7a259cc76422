#ifndef P2P_UI_TRANSFERS_H
#define P2P_UI_TRANSFERS_H
/* How a transfer is told on the screen: the same words and figures in the list of transfers and in its chat. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/keys.h"

struct front;
struct model_transfer;

/* Running without a byte for so long is "stalled". */
#define TRANSFERS_STALLED_MS 3000

/* Its state in words; "" while it simply runs. answers: the key by which an offer is answered there. */
void transfers_words(struct front *f, const struct model_transfer *t, enum request answers,
		     char *out, size_t size);
/* What its words look like; and whether a bar means something: from the first byte to the last. */
unsigned transfers_words_style(const struct model_transfer *t);
bool transfers_has_bar(const struct model_transfer *t);
/* Its contact's name. */
const char *transfers_peer(struct front *f, const struct model_transfer *t);
/* Incoming, and it is for us to answer. */
bool transfers_offered(const struct model_transfer *t);
/* Its menu, and the cursor of the list on it; false: there is no such transfer. */
bool transfers_menu(struct front *f, int64_t number);
/* Ms since its bytes moved last. */
uint64_t transfers_still(struct front *f, const struct model_transfer *t);

#endif
