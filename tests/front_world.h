#ifndef P2P_TESTS_FRONT_WORLD_H
#define P2P_TESTS_FRONT_WORLD_H
/* A front end without terminal and core: a test feeds it events and bytes of the keyboard, and looks at its cells and at what it sends. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/msg.h"
#include "src/types.h"

struct front;
struct input;
struct model;
struct options;

#define WORLD_SENT 64
#define WORLD_ROWS 400

/* A row of the pretended store. */
struct world_row {
	struct key peer;
	int64_t time, transfer;
	enum direction dir;
	enum row_kind kind;
	enum receipt state;
	int64_t seq, rev;
	char *text, *reason;
	enum content content;
	uint32_t edits;
	int64_t edit_seq, expires;
	uint32_t timer;
	bool deleted;
	const char *react[2], *quote; /* NULL: none */
	enum direction quote_dir;
	uint8_t ref;	       /* which row it answers, from 1 */
	const uint8_t *copies; /* as in struct row */
	size_t ncopies;
};

struct world {
	struct front *front;
	struct options *options;
	struct input *input;
	uint64_t now;		      /* ms */
	int64_t wall;		      /* ms since 1970 */
	bool full;		      /* the command queue refuses */
	struct msg *sent[WORLD_SENT]; /* what the front end sent, pages aside; the oldest first */
	size_t nsent;
	struct msg *pages[16]; /* CMD_PAGE to be answered */
	size_t npages, pages_asked;
	bool mute; /* they have to wait */
	struct msg *typed
		[8]; /* CMD_TYPED, the newest of each chat and kind, as the store would keep them */
	struct world_row rows[WORLD_ROWS];
	size_t nrows;
	int64_t rev;
	int64_t read_seq;		 /* of every chat */
	char *copied, *title, *notified; /* "" before */
	int32_t keep;
	uint32_t timer_mine, timer_theirs;
	unsigned bells, suspends, redraws, themes;
	bool mouse;
	bool held; /* set by a test: pictures at other sizes would end what the pointer does */
	char opened[200]; /* the link given to the desktop last */
	char edited[200]; /* the file given to the editor last */
	bool no_editor;
};

/* Where options are saved; NULL, as at first: nowhere. */
extern const char *world_config_path;

/* A world of h x w cells on 3 March 2026, 14:02 UTC. nick NULL or "": first run. */
void world_open(struct world *w, int h, int w_cells, const char *nick, bool ascii);
void world_close(struct world *w);

/* Keys as bytes from the terminal. A last ESC is committed. */
void world_type(struct world *w, const char *bytes);
void world_click(struct world *w, int y, int x);
void world_mouse(struct world *w, int button, int y, int x, bool release);
void world_paste(struct world *w, const char *text, size_t len);
/* Time passes. */
void world_wait(struct world *w, uint64_t ms);

/* Events. world_contact() returns a message to be adjusted and given to world_event(), which takes it over. */
void world_event(struct world *w, struct msg *ev);
void world_self(struct world *w, const char *nick, enum door_state door);
void world_ready(struct world *w);
struct key world_key(unsigned n);
struct msg *world_contact(unsigned n, const char *name);
struct msg *world_transfer(int64_t number, unsigned peer, enum direction dir, const char *what,
			   uint64_t done, uint64_t total);
/* Gives a transfer's strings: what, place, reason, names (n of them). */
void world_strings(struct msg *m, const char *what, const char *place, const char *reason,
		   const char *const *names, size_t n);
/* Adds a row to the pretended store. `clock` is minutes of this day; days before it with `days_ago`. */
struct world_row *world_row(struct world *w, unsigned peer, enum direction dir, int days_ago,
			    int clock, const char *text);
/* Tells how a chat stands, with so many unread at its end; pages are answered as they are asked for. */
void world_chat(struct world *w, unsigned peer, uint32_t unread);

/* The last message of that type the front end sent, or NULL. */
const struct msg *world_last(const struct world *w, enum msg_type type);
void world_forget_sent(struct world *w);

/* The screen as text; the caller frees it. And whether it holds a string. */
char *world_screen(struct world *w);
bool world_shows(struct world *w, const char *text);
/* The cell where a text begins on the screen; false if it is not there. */
bool world_find(struct world *w, const char *text, int *y, int *x);
/* Checks the screen against tests/golden/NAME.txt. With P2P_TUI_GOLDEN=write it writes that file instead. */
void world_golden(struct world *w, const char *name);
/* front_picture.c: with P2P_TUI_PICTURES=FOLDER the screen's cells and colours go there as NAME.dark.ansi and NAME.light.ansi; with
 * P2P_TUI_PICTURES_ALL also in the other themes, and in 16 and 8 colours. A NAME that ends in 80x24 is drawn at 120x40 and 40x12 as well
 * where no golden screen is that. */
void world_pictures(struct world *w, const char *name);

#endif
