#ifndef P2P_UI_WENT_H
#define P2P_UI_WENT_H
/* Where each file of a transfer went: a list that is paged out of the history, filtered by words and by what became of the files. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct front;
struct msg;
struct pane;

/* Shows the list of that transfer. False with a sentence: there is none. */
bool went_open(struct front *f, int64_t transfer, char *err, size_t errlen);
/* An EV_WENT of the core. */
void went_event(struct pane *p, const struct msg *ev);

#endif
