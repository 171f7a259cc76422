#ifndef P2P_UI_SEARCH_H
#define P2P_UI_SEARCH_H
/* The results of a search over all chats: they appear while it still runs, and each leads to its message. */

struct front;
struct msg;
struct pane;

/* Shows the pane and searches; "" asks for the words first. */
void search_open(struct front *f, const char *words);
/* An EV_HITS of the core. */
void search_hits(struct pane *p, const struct msg *ev);

#endif
