#ifndef P2P_UI_FRONT_PRIV_H
#define P2P_UI_FRONT_PRIV_H
/* What the front end holds, for the files that make it: front.c, front_input.c, front_do.c. */

#include "src/command.h"
#include "src/model.h"
#include "src/msg.h"
#include "ui/compose.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/news.h"

/* Transfers are drawn at most this often, however fast their figures come. */
#define FRONT_BARS_MS  100
/* And where nothing is to move by itself. */
#define FRONT_CALM_MS  1000
/* A question of the core's opens by itself only when nothing was typed for so long. */
#define FRONT_QUIET_MS 1000

/* A line between columns that is being dragged. */
struct divide {
	int which; /* 0: none; else 1 the left one, 2 the right one */
	int width; /* of the column it makes wider or narrower, as of now */
	bool moved;
};

/* How a pairing code stands, as last told. */
struct front_code {
	struct msg_code c;
	char said[256];
};

struct front {
	struct front_setup setup;
	struct front_host host;
	struct model *model;
	struct grid *grid;
	struct layout layout;
	struct pane panes[PANE_COUNT];
	enum pane_id focus;
	enum pane_id main; /* what the middle shows */
	bool relayout, all_dirty;
	bool bare, mouse_on, focused;
	bool tour, tour_seen; /* the four lines for the first run: wanted; drawn */
	bool quitting, stopped;

	struct key current;
	bool has_current;

	struct dialog *top;   /* the question on top */
	uint64_t guard_until; /* when it takes answers */
	int64_t *later;	      /* offers put off */
	size_t nlater;
	struct key *later_peers; /* requests put off */
	size_t nlater_peers;
	struct key open_accepted; /* a request just accepted: its chat opens when it is a contact */
	bool has_open_accepted;

	struct front_code codes[2]; /* ours, and one typed here */
	int64_t codes_drawn;	    /* in that second of the wall clock */

	char *sentence;
	bool sentence_error;

	struct carry carry;
	struct divide divide;
	int capture; /* the pane that has the mouse, or -1 */

	struct command_env env;
	uint32_t serial;
	uint32_t versions_serial; /* of the CMD_PAGE for a message's versions, 0 none */
	uint32_t invite_serial;	  /* of the CMD_INVITE whose answer is to be shown */
	uint32_t pass_serial;	  /* of the CMD_PASSPHRASE that is being done, 0 none */
	uint32_t add_serial;	  /* of the CMD_ADD whose peer's chat is to be opened */

	uint64_t last_key;
	uint64_t last_input; /* a key, or the mouse; 0: none yet */
	bool idle;	     /* the core was told that nobody is at the keys */
	uint64_t bars_at;    /* when transfers were drawn last */
	bool bars_late;	     /* they changed since */
	int64_t minute;	     /* of the clock in the header */
	struct news news;    /* what was told while nobody looked */
	struct compose compose;
	bool themed;  /* the command that runs has seen to the theme itself */
	bool after_x; /* ^X was pressed: the next key goes with it */
};

/* front_options.c: options that the screen itself obeys, as they are before a command that may set them, and what follows when it did. */
struct front_options {
	char *theme, *language, *notify;
	bool mouse;
};
void front_options_before(struct front *f, struct front_options *before);
void front_options_after(struct front *f, struct front_options *before);
/* /theme NAME: also when that one is in use and only its file changed. False with a sentence. */
bool front_set_theme(struct front *f, const char *name, char *err, size_t errlen);
/* command_env's `words`. */
void front_words_for(void *arg, const char *what, const char *first,
		     void (*offer)(void *to, const char *word), void *to);
/* front_screen.c: command_env's `screen`. */
bool front_screen(void *arg, const char *name, const char *args, char *err, size_t errlen);
/* divide.c: the mouse on the lines between the columns; true if it was for them. What is dragged goes back when it is cancelled. */
bool divide_mouse(struct front *f, const struct input_mouse *m);
void divide_cancel(struct front *f);
/* By keys, so many columns wider. */
void divide_step(struct front *f, int which, int by);
/* Columns wanted for the list of peers (1) and the details (2), 0 for what suits. */
int divide_width(const struct front *f, int which);
/* front_input.c */
void front_cancel_capture(struct front *f);
/* ask_in.c: opens what waits for an answer, if this is a moment for it; ms until it may be one, -1 if nothing waits. */
int front_ask_pending(struct front *f);
/* away.c: somebody is there; and ms until the core is told that nobody is, -1 never. */
void away_input(struct front *f);
int away_tick(struct front *f);
/* ask_pair.c: EV_CODE; and the time left, which is redrawn every second: ms until then, -1 not at all. */
void ask_pair_event(struct front *f, const struct msg *ev);
int ask_pair_tick(struct front *f);
/* ask_pass.c: whether the EV_RESULT was about the passphrase. */
bool ask_passphrase_result(struct front *f, const struct msg *ev);
/* Takes a question away, wherever it lies: its answer may have opened another one. */
void front_drop_dialog(struct front *f, struct dialog *d);
/* Whether the middle shows the welcome or a chat when nothing else is open. */
enum pane_id front_resting_main(const struct front *f);

/* front_do.c: answers of the core that the lists in the middle asked for. */
void front_list_event(struct front *f, const struct msg *ev);

#endif
