#ifndef P2P_UI_FRONT_H
#define P2P_UI_FRONT_H
/* The front end without a terminal: panes, focus, questions and the model between events and input on one side and a grid of cells on the
 * other. ui.c gives it a terminal, a test gives it synthetic events and clocks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/pane.h"

struct command_env;
struct dialog;
struct drops_event;
struct front;
struct layout;
struct model;
struct msg;
struct options;

/* What the front end asks of the terminal and of the core. */
struct front_host {
	void *arg;
	/* Takes m over in any case; false: the queue is full. */
	bool (*send)(void *arg, struct msg *m);
	void (*copy)(void *arg, const char *text, size_t len); /* to the clipboard */
	void (*bell)(void *arg);
	void (*title)(void *arg, const char *title);
	/* A notification, in the way the option `notify` says; shown text. */
	void (*notify)(void *arg, const char *title, const char *body);
	/* Whether that can be had here; false with a sentence. NULL: it can. */
	bool (*can_notify)(void *arg, char *err, size_t errlen);
	/* Gives the terminal to the person's editor, on that file; front_edited() is to be called when it ends. False with a sentence. NULL: there
	 * is none. */
	bool (*edit)(void *arg, const char *path, char *err, size_t errlen);
	/* Gives a link to the desktop. False with a sentence. */
	bool (*open)(void *arg, const char *link, char *err, size_t errlen);
	void (*mouse)(void *arg, bool on);
	void (*suspend)(void *arg);
	void (*redraw)(void *arg); /* the terminal's content is not to be trusted */
	/* The option `theme` changed. False with a sentence if it cannot be had; true with one, else err is "", if not all of it is right. */
	bool (*theme)(void *arg, char *err, size_t errlen);
	/* What a front end does that draws nothing; NULL on a screen. A sentence is a line by itself; a request, or a slash command that
	 * only a screen can do, is done there if it can be: 1; 0 leaves it to the panes; -1 with a sentence. */
	void (*said)(void *arg, const char *sentence, bool error);
	bool (*request)(void *arg, enum request req);
	int (*command)(void *arg, const char *name, const char *args, char *err, size_t errlen);
	uint64_t (*now)(void *arg); /* ms, never goes back */
	int64_t (*wall)(void *arg); /* ms since 1970 */
};

struct front_setup {
	struct front_host host;
	struct options *options; /* stays the caller's */
	const char *config_path; /* where options are saved; NULL: not at all */
	const char *folder;	 /* for what lies in a file for a while; NULL: there is none */
	bool sealed;		 /* a passphrase seals what is on disk */
	bool first_run;		 /* show the welcome */
	bool ascii;		 /* the terminal cannot show UTF-8 */
	bool mouse_off; /* whatever the option says, the mouse is taken only when it is asked for */
	int h, w;
};

/* ---- for ui.c and tests ---- */

/* Everything is copied but what options, config_path and folder point at. Sends CMD_ATTACH. */
struct front *front_new(const struct front_setup *setup);
void front_free(struct front *f);
/* An event of the core; not taken over. */
void front_event(struct front *f, const struct msg *ev);
void front_input(struct front *f, const struct input_event *ev);
/* Files dragged over the terminal or dropped onto it. (front_drop.c) */
void front_drop(struct front *f, const struct drops_event *ev);
void front_resize(struct front *f, int h, int w);
/* The editor that host.edit() started has ended; status as a shell has it. */
void front_edited(struct front *f, int status);
/* Time passed: timers that are due run. front_timeout(): ms until the next one is. */
void front_tick(struct front *f);
int front_timeout(struct front *f);
/* Draws what changed. *cursor_y is -1 when the cursor is hidden. */
const struct grid *front_draw(struct front *f, int *cursor_y, int *cursor_x);
/* CMD_QUIT without questions, as for a signal. */
void front_quit(struct front *f);
bool front_quitting(const struct front *f);
/* EV_STOPPED came. */
bool front_stopped(const struct front *f);
/* Descriptors panes watch: fills fds[PANE_COUNT], returns how many; front_ready() when one is readable. */
size_t front_fds(const struct front *f, int *fds);
void front_ready(struct front *f, int fd);

/* ---- for panes: what there is ---- */

struct model *front_model(struct front *f);
struct options *front_options(struct front *f);
struct pane *front_pane(struct front *f, enum pane_id id);
const struct layout *front_layout(struct front *f);
/* What the screen shows, as drawn last. */
const char *front_config_path(struct front *f); /* NULL: nothing is saved */
const struct grid *front_grid(struct front *f);
uint64_t front_now(struct front *f);
int64_t front_wall(struct front *f);
/* The peer of the open chat, or NULL. */
const struct key *front_current(struct front *f);
enum pane_id front_focus(struct front *f);
/* What the middle shows: PANE_CHAT, PANE_WELCOME, PANE_BROWSER, PANE_HELP, PANE_SEARCH, PANE_CHOOSE or PANE_WENT. */
enum pane_id front_main(struct front *f);
bool front_terminal_focused(struct front *f);
/* The question on top of everything, or NULL. */
struct dialog *front_question(struct front *f);
bool front_sealed(struct front *f); /* what is on disk */

/* ---- for panes: what to do ---- */

/* Sends a command to the core, taken over. False, and a sentence on the hint line, when the queue is full. */
bool front_send(struct front *f, struct msg *m);
/* Nothing is to move by itself: no spinners, no sparklines that run, bars once a second (the option `motion`). */
bool front_calm(struct front *f);
/* A serial for a message whose answer the pane wants to know; it gets one of its own without. */
uint32_t front_serial(struct front *f);
/* A CMD_CONTACT; name and bytes may be NULL. */
bool front_contact(struct front *f, const struct key *peer, int op, const char *name,
		   const char *bytes);
/* A CMD_TRANSFER; dest may be NULL. */
bool front_transfer(struct front *f, int64_t transfer, int op, const char *dest);
/* Offers absolute paths to a peer. */
bool front_send_paths(struct front *f, const struct key *peer, const char *const *paths, size_t n,
		      bool unlink_after);
/* Runs a slash command; what is wrong goes to the hint line. */
bool front_command(struct front *f, const char *line);
/* The same with the words already apart, so that nothing needs quoting; n of them. */
bool front_words(struct front *f, const char *name, const char *const *words, size_t n);
/* The environment for command_*(). Valid until the next call. */
struct command_env *front_env(struct front *f);
/* The serial that the messages of the last one had. */
uint32_t front_command_serial(const struct front *f);
/* Does a request as its key would. */
void front_request(struct front *f, enum request req);

/* One sentence on the hint line, until a key is pressed. Any bytes are safe: it is shown through text.h. */
void front_say(struct front *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void front_error(struct front *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What the hint line shows now; "" for nothing. */
const char *front_sentence(struct front *f, bool *error);

void front_open_chat(struct front *f, const struct key *peer);
/* Closes the browser, help or search in the middle; chat or welcome again. */
void front_close_main(struct front *f);
/* Gives a pane the focus; a main pane is shown for that. */
void front_set_focus(struct front *f, enum pane_id id);
/* Draw it again; PANE_COUNT: everything. front_relayout() also asks for wanted heights again. */
void front_dirty(struct front *f, enum pane_id id);
void front_relayout(struct front *f);
/* Calls the pane's tick() once, in so many ms (0: forget it). */
void front_wake(struct pane *p, uint64_t in_ms);
/* Calls the pane's ready() whenever the descriptor is readable; -1: no more. */
void front_watch(struct pane *p, int fd);
void front_copy(struct front *f, const char *text, size_t len, const char *what);
void front_bell(struct front *f);
/* Puts a question on top of everything; taken over. */
void front_ask(struct front *f, struct dialog *d);
/* Gives it an answer, -1 for Esc. False: it goes on, and dialog_error() was told why. */
bool front_answer(struct front *f, struct dialog *d, int answer);
/* Nothing is drawn: see front_host. */
bool front_linear(const struct front *f);

/* ---- carrying marks onto a peer ---- */

/* While active the peer list is a list of targets and the label follows the pointer. The browser owns it. */
struct carry {
	bool active;
	bool by_keys;	/* no pointer: the peer list has the focus, and its cursor is the target */
	int y, x;	/* the pointer, -1 when by keys */
	char label[64]; /* "3 files 11.2 MB" */
};
struct carry *front_carry(struct front *f);
/* The peer whose row of the peer list is at a cell, or NULL; the key is the model's. (peerlist.c) */
const struct key *peerlist_at(struct front *f, int y, int x);
/* Which way the list scrolls while the pointer rests at a cell: -1 on its heading, 1 on its last row, 0 elsewhere and where it ends. */
int peerlist_edge(struct front *f, int y, int x);
void peerlist_scroll(struct front *f, int by);

/* ---- what panes do for slash commands ---- */

/* /files FOLDER: shows that folder; false with a sentence. (browser.c) */
bool browser_go(struct front *f, const char *folder, char *err, size_t errlen);
/* /open N: the menu of that transfer, or the folder of what has arrived; 0: of the one under the cursor. (transfers.c) */
bool transfers_open(struct front *f, int64_t number, char *err, size_t errlen);

#endif
