#ifndef P2P_UI_DRAFTS_H
#define P2P_UI_DRAFTS_H
/* What is typed to each contact and was typed before, put away while another chat is open, and kept by the store. */

struct drafts;
struct edit;
struct front;
struct key;
struct msg;

/* NULL for a peer stands for nobody: that is kept as long as the program runs. */
struct drafts *drafts_new(void);
void drafts_free(struct drafts *d);

/* Takes what stands in the editor as the peer's; the editor stays as it is. */
void drafts_put_away(struct drafts *d, const struct key *peer, const struct edit *e);
/* Gives the editor what is the peer's: the lines, and the draft unless there is a text that came along. What is not known yet is asked for,
 * and comes by drafts_page(). */
void drafts_take_out(struct drafts *d, struct front *f, const struct key *peer, struct edit *e);
/* An EV_PAGE of PAGE_TYPED. e: the editor, if the chat of that peer is open; else NULL. */
void drafts_page(struct drafts *d, const struct msg *ev, struct edit *e);
/* Sends what the store does not know yet. What could not be sent is tried the next time. */
void drafts_save(struct drafts *d, struct front *f, bool end);

/* Nothing is left of a chat, in the store either. */
void drafts_forget(struct drafts *d, const struct key *peer);
/* A peer has another key from now on. */
void drafts_move(struct drafts *d, const struct key *from, const struct key *to);

#endif
