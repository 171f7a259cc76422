#ifndef P2P_UI_LINEAR_PRIV_H
#define P2P_UI_LINEAR_PRIV_H
/* What the files of the linear front end share. */

#include "src/model.h"
#include "src/types.h"
#include "ui/front.h"
#include "ui/linear.h"

struct edit;

/* Rows of a chat that are read at once. */
#define LINEAR_PAGE 20

/* The line that is typed, as the terminal shows it. */
struct linear_line {
	bool shown;
	char *prompt, *text; /* shown forms */
	size_t cursor;	     /* byte of text */
};

/* What was told of a contact, and of a transfer. */
struct linear_peer {
	struct key key;
	int64_t row; /* messages up to here were told, or are history */
	bool known, asked;
	enum link_state link;
	enum trust trust;
	bool away;
};

struct linear_transfer {
	int64_t number;
	enum transfer_state state;
	char *reason;
	unsigned quarter;
};

/* What is wanted of the open chat's history once it is loaded. */
enum linear_want { WANT_NOTHING, WANT_NEWEST, WANT_OLDER, WANT_NEWER, WANT_AROUND };

struct linear {
	struct linear_setup setup;
	struct front *front;
	struct linear_line line;

	/* linear_tell.c */
	bool ready;
	bool away, invisible;	/* as told */
	int64_t rev, known_rev; /* changes looked at, changes there are */
	uint32_t asked;		/* serial of the page of changes on its way, 0 none */
	struct linear_peer *peers;
	size_t npeers;
	struct linear_transfer *transfers;
	size_t ntransfers;

	/* linear_chat.c */
	struct key chat; /* the one the prompt names */
	bool has_chat;
	enum linear_want want;
	int64_t first, last; /* the rows that were read last */
	int64_t read_row;    /* the core was told that it was read up to here */
	bool behind;	     /* more is unread than was read out; */
	int64_t seen;	     /* up to here it was */
	uint64_t arounds;
	bool toured;

	/* linear_transfer.c */
	uint32_t went; /* serial of the list of files on its way, 0 none */

	/* linear_front.c */
	uint32_t
		command; /* serial of the command typed last, whose end was not told of yet; 0 none */
	bool printed;	 /* something was, since */

	/* linear_ask.c */
	uint32_t question; /* dialog_serial() of the one that was read out, 0 none */
	size_t field;	   /* the field that is asked for; behind the last: the answer */
	struct edit *answer;
};

/* ---- linear.c's other half: linear_front.c ---- */

/* One line: any bytes are safe. */
void linear_print(struct linear *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The name of whoever that is; "somebody" for nobody known. */
const char *linear_name(struct linear *l, const struct key *k);

/* ---- linear_line.c ---- */

void linear_line_show(struct linear *l, const char *prompt, const char *text, size_t cursor);
/* Takes it away, for a line above it. */
void linear_line_hide(struct linear *l);
/* It was given: the next output begins a new line. */
void linear_line_end(struct linear *l);
void linear_line_free(struct linear *l);

/* ---- linear_tell.c ---- */

void linear_tell(struct linear *l, const struct msg *ev);
void linear_tell_free(struct linear *l);
/* A row of a chat as words, "Boris: hello"; with its time and state for history. Fresh memory. */
char *linear_row(struct linear *l, const struct row *r, bool history);
/* A transfer as words, without a full stop: "report.pdf to Boris". Fresh memory. */
char *linear_transfer_name(struct linear *l, const struct model_transfer *t);

/* ---- linear_transfer.c ---- */

/* /transfers, and /open N as front_host's command. */
void linear_transfers(struct linear *l);
int linear_open(struct linear *l, const char *args, char *err, size_t errlen);
/* Asks where the files of a transfer went; an EV_WENT. */
void linear_went(struct linear *l, const char *number);
void linear_went_page(struct linear *l, const struct msg *ev);

/* ---- linear_chat.c ---- */

/* After anything: another chat was opened, a page came, something was read. */
void linear_chat_settle(struct linear *l);
/* Reads a page, older or newer than what was read last. */
void linear_chat_page(struct linear *l, bool older);
/* Whether everything that came was told. (linear_tell.c) */
bool linear_all_told(const struct linear *l);

/* ---- linear_ask.c ---- */

/* After anything: reads a new question out. */
void linear_ask_settle(struct linear *l);
bool linear_asking(struct linear *l);
void linear_ask_free(struct linear *l);
/* What stands before the line that is typed, and the line. */
void linear_ask_line(struct linear *l, char *prompt, size_t size, const char **text, size_t *len,
		     size_t *cursor);
void linear_ask_input(struct linear *l, const struct input_event *ev);
/* Groups of digits, spelled: "28471 90215" becomes "2 8 4 7 1, 9 0 2 1 5". Fresh memory; anything else as it is. */
char *linear_spell(const char *line);

/* ---- linear_do.c ---- */

/* front_host's. */
bool linear_request(void *arg, enum request req);
int linear_command(void *arg, const char *name, const char *args, char *err, size_t errlen);
/* A pane got the focus that has nothing to show: what it would have shown is read, and one types again. */
void linear_do_settle(struct linear *l);
/* Asks for a name in the first run; tells how this works. */
void linear_begin(struct linear *l);

#endif
