#ifndef P2P_TESTS_LINEAR_HELP_H
#define P2P_TESTS_LINEAR_HELP_H
/* The linear front end with a pretended terminal and core: a test types and sends events, and looks at what was written. */

#include "src/msg.h"
#include "src/row.h"
#include "ui/linear.h"

#define NOON 1772539200000LL /* 3 March 2026 */

struct input;
struct options;

extern struct linear_test {
	struct linear *l;
	struct options *options;
	struct input *input;
	uint64_t now;
	char out[65536]; /* all that was written since lt_forget() */
	size_t len;
	struct msg *sent[64];
	size_t nsent;
	bool more; /* than is in a page */
	unsigned bells, suspends;
	char title[64], notified[200], edited[300];
} t;

/* Each shows the line that is typed at its end. lt_forget(): what was written and sent so far. */
void lt_forget(void);
void lt_begin(const char *nick, int width);
void lt_end(void);
void lt_event(struct msg *m);
void lt_type(const char *bytes);
bool lt_wrote(const char *text);
const struct msg *lt_last(enum msg_type type);
bool lt_asked(enum contact_op op);
bool lt_said(const char *text);
void lt_self(const char *nick);
struct msg *lt_contact(unsigned n, const char *name, enum link_state link);
void lt_chat(unsigned n, int64_t row, int64_t rev, uint32_t unread);
void lt_answer_page(enum page_kind kind, const struct row *rows, uint32_t n);
struct row lt_row(unsigned n, int64_t at, enum direction dir, const char *text);
void lt_open_two(int width);
void lt_transfer(uint64_t done, enum transfer_state state);

#endif
