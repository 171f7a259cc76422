#ifndef P2P_UI_PROMPT_H
#define P2P_UI_PROMPT_H
/* The input line: what is typed to the open chat, with a draft per chat, commands, completion and pastes. */

#include <stdbool.h>
#include <stddef.h>

struct key;
struct msg;
struct pane;

/* Puts the draft away and takes out that of another chat (NULL: of none). */
void prompt_switch(struct pane *p, const struct key *peer);
bool prompt_empty(const struct pane *p);
void prompt_clear(struct pane *p);
/* What stands in it; *len may be NULL. Valid until it changes. */
const char *prompt_text(const struct pane *p, size_t *len);
/* Where the cursor is, in bytes. */
size_t prompt_cursor(const struct pane *p);
/* Other text in its place, in one step of undo; false if it is too long. */
bool prompt_replace(struct pane *p, const char *text, size_t len);
/* Inserts text at the cursor, as typed. */
void prompt_insert(struct pane *p, const char *text, size_t len);
/* Any event: drafts that the store had kept, contacts that went or have another key. */
void prompt_event(struct pane *p, const struct msg *ev);
/* Before a message goes to the core: at the end what is typed is kept; of a chat that is cleared it is forgotten. */
void prompt_sending(struct pane *p, const struct msg *m);
/* An EV_RESULT: a message that was refused comes back into an empty line. */
void prompt_result(struct pane *p, const struct msg *ev);

#endif
