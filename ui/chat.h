#ifndef P2P_UI_CHAT_H
#define P2P_UI_CHAT_H
/* The chat pane: what was said, with days, receipts and files, scrolled through the model's window. */

#include <stdbool.h>

struct msg;
struct pane;

/* Another chat was opened (or the same again): its newest end is shown. */
void chat_opened(struct pane *p);
/* Whether a message is chosen, for its keys to act on; and choosing none. */
bool chat_has_chosen(const struct pane *p);
void chat_choose_none(struct pane *p);
/* A link of the chosen message, else the newest one there is: copied, or opened once somebody has seen all of it. (chat_link.c) */
void chat_link(struct pane *p, bool copy);
/* Copies the newest message of the chat, as it was sent, to the clipboard. */
void chat_copy_message(struct pane *p);
/* Looks for words from the newest message, or from the last hit, backwards; they stay lit up, and the chat has the focus. */
void chat_find(struct pane *p, const char *words);
/* Lights up words that were found elsewhere. */
void chat_light(struct pane *p, const char *words);
/* Whether words are lit up; an EV_HITS of the core: those asked for here. */
bool chat_has_found(const struct pane *p);
void chat_hits(struct pane *p, const struct msg *ev);
/* Shows a row of the open chat, wherever it stands in the history. */
void chat_jump(struct pane *p, int64_t row);
/* The same of what was said at a time (wall ms) or later. */
void chat_jump_since(struct pane *p, int64_t ms);
/* The words looked for last, "" for none. */
const char *chat_found_words(const struct pane *p);

#endif
