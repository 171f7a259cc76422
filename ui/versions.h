#ifndef P2P_UI_VERSIONS_H
#define P2P_UI_VERSIONS_H
/* What an edited message said before, as a question over the screen with one answer. */

struct front;
struct id;
struct key;
struct msg;

/* Asks the core for the texts of a message; id NULL: the newest that was edited. They are shown as soon as they come. */
void versions_ask(struct front *f, const struct key *peer, const struct id *id);
/* An EV_PAGE: shows it, if it is the answer. */
void versions_page(struct front *f, const struct msg *ev);

#endif
