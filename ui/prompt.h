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
/* Inserts text at the cursor, as typed. */
void prompt_insert(struct pane *p, const char *text, size_t len);
/* An EV_RESULT: a message that was refused comes back into an empty line. */
void prompt_result(struct pane *p, const struct msg *ev);

#endif
