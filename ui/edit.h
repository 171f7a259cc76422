#ifndef P2P_UI_EDIT_H
#define P2P_UI_EDIT_H
/* A line editor for one or many lines of UTF-8: text, cursor, undo, kill ring and history, without curses. */

#include <stdbool.h>
#include <stddef.h>

#include "ui/keys.h"

/* What edit_do() and its kin answer: bits; 0 means that the request is none of the editor's. */
#define EDIT_HANDLED 1u
#define EDIT_MOVED   2u	 /* the cursor moved, or the search query changed */
#define EDIT_CHANGED 4u	 /* the text changed */
#define EDIT_REFUSED 8u	 /* nothing to do there (edge, nothing to undo, no match): worth a bell */
#define EDIT_FULL    16u /* refused whole: the text would be longer than the limit */

/* Flags of edit_new(). */
#define EDIT_ONE_LINE \
	1u /* line ends become spaces; REQ_NEWLINE is refused; Up and Down are the history's */
#define EDIT_SECRET \
	4u /* a passphrase: no undo, no kill ring, no words to jump by; no copy of it stays when the editor is freed */
#define EDIT_ASCII 2u /* the terminal has no UTF-8: cells are counted as for TEXT_ASCII */

struct edit;

/* A new empty editor for at most limit bytes of text. edit_free() frees it; NULL is allowed there. */
struct edit *edit_new(size_t limit, unsigned flags);
void edit_free(struct edit *e);

/* The text, NUL-terminated, valid UTF-8 without NUL inside; *len (may be NULL) gets its length. Valid until the next change. */
const char *edit_text(const struct edit *e, size_t *len);
bool edit_empty(const struct edit *e);
/* The cursor as a byte offset, always between two clusters. */
size_t edit_cursor(const struct edit *e);
/* Moves it, to the cluster that holds the offset. */
void edit_set_cursor(struct edit *e, size_t offset);

/* Inserts bytes at the cursor in one step of undo: CR LF and CR become LF, invalid UTF-8 and NUL become U+FFFD. EDIT_FULL: nothing
 * was inserted. While searching, the bytes are added to the query instead. Typed text and pastes alike. */
unsigned edit_insert(struct edit *e, const void *bytes, size_t len);
/* Replaces the bytes start..end (moved outward to cluster boundaries) with others, cursor behind them, in one step of undo: completion. */
unsigned edit_replace_range(struct edit *e, size_t start, size_t end, const void *bytes,
			    size_t len);
/* Replaces the whole text, cursor at the end, and forgets the undo steps; the kill ring and the history stay. EDIT_FULL: untouched. */
unsigned edit_set(struct edit *e, const void *bytes, size_t len);
/* Does a request of kind KEYS_EDIT. Returns 0 for those the editor knows nothing of: REQ_SUBMIT, REQ_COMPLETE, and REQ_EDIT_END
 * on an empty line. REQ_BACK is taken only while searching; so is REQ_SUBMIT, which accepts what was found (EDIT_HANDLED). */
unsigned edit_do(struct edit *e, enum request req);

/* The text was sent: it goes into the history, and the editor is empty. */
void edit_commit(struct edit *e);
/* Adds a line to the history, as when it is loaded from a file; empty lines and twins of the newest one are not kept. */
void edit_history_add(struct edit *e, const char *text, size_t len);
/* The i-th line of the history, 0 being the newest, ended by a NUL; NULL beyond the oldest. Valid until the history changes. */
const char *edit_history_line(const struct edit *e, size_t i, size_t *len);
/* Forgets the history; the text stays. */
void edit_history_clear(struct edit *e);

/* Incremental search (^R): whether it runs, its query, and whether something matches. */
bool edit_searching(const struct edit *e);
const char *edit_search_query(const struct edit *e);
bool edit_search_found(const struct edit *e);

/* How the text lies when wrapped at width cells (at least 2). A row holds at most width - 1 cells, so that the cursor always has a cell
 * of its own. Its row and column are from 0. Up and Down move between these rows. There is always at least one row. Cells are those of
 * text_cell_next() with TEXT_MULTILINE, begun anew on each row; EDIT_ONE_LINE: without. */
struct edit_layout {
	size_t rows, row, col;
};
struct edit_layout edit_layout(struct edit *e, int width);
/* The bytes of one row of the last edit_layout(), without the line end; false beyond the last, or when the text was changed since. */
bool edit_row(const struct edit *e, size_t row, size_t *start, size_t *end);
/* Puts the cursor at a cell of the last edit_layout(), as a click does. */
void edit_click(struct edit *e, size_t row, size_t col);
/* For a field of one row: the bytes start..end that fit into width cells (at least 2) such that the cursor is among them, and its
 * column. Line ends count as shown by text_cell_next() without TEXT_MULTILINE. */
void edit_window(struct edit *e, int width, size_t *start, size_t *end, size_t *col);

#endif
