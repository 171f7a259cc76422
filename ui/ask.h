#ifndef P2P_UI_ASK_H
#define P2P_UI_ASK_H
/* The questions the program asks, each a dialog put on top of the screen. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/options.h"

struct front;
struct msg_nearby;
struct msg;
struct id;
struct key;
struct msg;

/* Add a peer: a form with its code or address, and a name. `code` fills it in; "" leaves it empty. */
void ask_add(struct front *f, const char *code);
/* Our own code as a QR code; as text where that cannot be. */
void ask_code_qr(struct front *f);
/* Our own code, to be read and copied. */
void ask_code(struct front *f);
/* What the core answered about invites: a code to be copied, or lines. (ask_invite.c) */
void ask_answer(struct front *f, const char *text);
/* A paste that may be an invite: asks whether to add who made it, or says what is wrong with it; Esc inserts the text instead. False if it
 * is to be inserted at once. */
bool ask_pasted(struct front *f, const char *text, size_t len);
/* Where we listen. */
void ask_listen(struct front *f);
/* Somebody else's pairing code is typed. `code` fills it in. (ask_pair.c) */
void ask_join(struct front *f, const char *code);
/* A contact's address; its name; what can be done with it. */
void ask_address(struct front *f, const struct key *peer);
void ask_rename(struct front *f, const struct key *peer);
void ask_peer(struct front *f, const struct key *peer);
/* Whose device a contact is; what can be done with a person. (ask_person.c) */
void ask_device(struct front *f, const struct key *peer);
void ask_person(struct front *f, const struct key *peer);
void ask_remove(struct front *f, const struct key *peer);
void ask_clear(struct front *f, const struct key *peer);
/* Less is to be kept than before. */
void ask_keep(struct front *f, const struct key *peer, int32_t keep);
void ask_block(struct front *f, const struct key *peer);
/* The safety number of a contact: match, differ, or not now. (ask_verify.c) */
void ask_verify(struct front *f, const struct key *peer);
/* Somebody unknown wants in: accept, refuse, block. `guard`: it opened by itself. */
void ask_request(struct front *f, const struct key *peer, bool guard);
/* An offer of files: accept, refuse. */
void ask_offer(struct front *f, int64_t transfer, bool guard);
/* Everything that waits for an answer. */
void ask_inbox(struct front *f);
/* Files to be sent to a contact: one confirm line for what was carried or marked, `what` in words ("3 files, 11.2 MB"). */
void ask_send(struct front *f, const struct key *peer, const char *const *paths, size_t n,
	      const char *what);
/* The same for a paste that is paths of files, to the open chat; Esc inserts its text instead. */
void ask_drop(struct front *f, const char *const *paths, size_t n, const char *text, size_t len);
/* A paste that fills more than the screen: asks whether it is to be inserted. False if it is not so long. (ask_paste.c) */
bool ask_screenful(struct front *f, const char *text, size_t len);
/* A paste too long for a message: send it as a text file. */
void ask_long_text(struct front *f, const char *text, size_t len);
/* Sends it so, without a question. The serial of what answers; 0, and a sentence on the hint line, when the program is busy. */
uint32_t ask_send_text(struct front *f, const struct key *peer, const char *text, size_t len);
/* A message of ours is to be deleted. */
void ask_delete(struct front *f, const struct key *peer, const struct id *id);
/* A chat is to be written to an absolute path where a file is already. */
void ask_export_over(struct front *f, const struct key *peer, const char *path, bool as_json);
/* Words to be found in the open chat. */
void ask_find(struct front *f);
/* Who is visible on this network; and hello to one of them. (ask_near.c) */
void ask_nearby(struct front *f);
void ask_hello(struct front *f, const char *address);
/* The same, after a question. */
void ask_hello_to(struct front *f, const struct msg_nearby *n);
/* An EV_REPORT. */
void ask_report(struct front *f, const struct msg *report);
/* The passphrase: set, change, remove. (ask_pass.c) */
void ask_passphrase(struct front *f);
/* An option: what it is, its value, default and choices, and another value. (ask_option.c) */
void ask_option(struct front *f, enum option which);
/* Quit; asks only when transfers run or messages wait. */
void ask_quit(struct front *f);

/* An EV_STALE: asks whether what is left over may go; one that nobody asked for is told on the hint line. */
void ask_clean(struct front *f, const struct msg *ev);

#endif
