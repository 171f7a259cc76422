#ifndef P2P_UI_CHOOSE_H
#define P2P_UI_CHOOSE_H
/* The list of an offer, from which a part is chosen. The list itself is the core's: the pane holds the rows around what it shows. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct front;
struct msg;
struct pane;

/* Shows the list of an incoming offer; 0: of the only one. False with a sentence. */
bool choose_open(struct front *f, int64_t transfer, char *err, size_t errlen);
/* An EV_CHOICE of the core. */
void choose_event(struct pane *p, const struct msg *ev);

#endif
