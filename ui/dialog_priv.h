#ifndef P2P_UI_DIALOG_PRIV_H
#define P2P_UI_DIALOG_PRIV_H
/* What a question holds, for the two files that make it, dialog.c and dialog_draw.c, and for linear_ask.c, which reads it out. */

#include "ui/dialog.h"

struct edit;
struct qr;

struct dialog_text {
	char *text;
	unsigned style;
};

struct dialog_field {
	char *label, *hint;
	struct edit *edit;
	bool secret;
	struct rect where; /* as drawn last */
};

struct dialog_answer {
	uint32_t key;
	char *label;
	struct rect where;
};

struct dialog {
	uint32_t serial;
	struct dialog *below;
	char *title, *error;
	struct dialog_text *lines;
	size_t nlines;
	struct dialog_field fields[DIALOG_FIELDS];
	size_t nfields;
	struct dialog_answer answers[DIALOG_ANSWERS];
	size_t nanswers;
	size_t preset; /* the default answer */
	size_t at;     /* where the cursor is: fields first, then answers */
	size_t top;    /* lines scrolled away */
	bool menu, guard, open_sides, eager;
	dialog_fn *done;
	void (*changed)(struct front *f, struct dialog *d, size_t field);
	bool (*stale)(struct front *f, const struct dialog *d);
	struct key peer;
	int64_t number;
	struct qr *qr;
	bool alone, inverted;
	void *kept;
	size_t kept_len;
	int cursor_y, cursor_x; /* as drawn last; -1 hidden */
};

#endif
