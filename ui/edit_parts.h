#ifndef P2P_UI_EDIT_PARTS_H
#define P2P_UI_EDIT_PARTS_H
/* What the files of the editor share: ui/edit.c (text and motions), edit_undo.c, edit_kill.c, edit_history.c, edit_layout.c. Nobody
 * else includes this. */

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit.h"

#define EDIT_UNDO_STEPS	   256
#define EDIT_UNDO_BYTES	   ((size_t)1 << 20) /* or four times the limit, if that is more */
#define EDIT_KILLS	   16
#define EDIT_HISTORY_LINES 500
#define EDIT_HISTORY_BYTES ((size_t)1 << 20)
#define EDIT_QUERY_MAX	   256

/* What was done last: like goes with like into one undo step or one kill. */
enum edit_last {
	EDIT_LAST_OTHER,
	EDIT_LAST_TYPED,
	EDIT_LAST_RUBBED,
	EDIT_LAST_KILLED,
	EDIT_LAST_YANKED
};

/* One step of undo: at `at`, `removed` became `inserted` bytes. */
struct edit_step {
	size_t at, cursor;
	char *removed;
	size_t nremoved, ninserted;
};

struct edit_line {
	char *text;
	size_t len;
};

struct edit {
	char *buf; /* len bytes and a NUL */
	size_t len, cap, cursor, limit;
	unsigned flags;
	enum edit_last last;

	struct edit_step *steps;
	size_t nsteps, step_bytes;

	struct edit_line kills[EDIT_KILLS]; /* the newest first */
	size_t nkills, yanked;		    /* yanked: which of them ^Y or M-y inserted */
	size_t yank_at, yank_len;

	struct edit_line *history; /* the oldest first */
	size_t nhistory, history_bytes;
	size_t recalled; /* the line shown; nhistory: the draft */
	struct edit_line draft;
	size_t draft_cursor;

	bool searching, found;
	char query[EDIT_QUERY_MAX + 1], old_query[EDIT_QUERY_MAX + 1];
	size_t match; /* the line found; nhistory: none yet */
	struct edit_line origin;
	size_t origin_cursor, origin_recalled;

	size_t *rows; /* where each begins */
	size_t nrows, rows_cap;
	int width; /* of the rows; 0: they are not those of the text */
	int last_width;
	long goal;   /* the column Up and Down keep to, or -1 */
	size_t view; /* where edit_window() began */
};

/* --- edit.c --- */
/* The only change there is: at `at`, remove bytes go and n others come, the cursor goes behind them. Not checked against the limit. */
void edit_swap(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n);
/* The same with its step of undo, joined with the one before if `last` allows. */
void edit_splice(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n,
		 enum edit_last last);
/* Other text altogether, without undo. */
void edit_load(struct edit *e, const char *text, size_t len, size_t cursor);
/* The cluster that holds the byte at pos (< len). */
void edit_cluster(const struct edit *e, size_t pos, size_t *start, size_t *end);
/* The boundary before and behind pos; 0 and len at the ends. */
size_t edit_before(const struct edit *e, size_t pos);
size_t edit_behind(const struct edit *e, size_t pos);
/* pos, or the end of the cluster it is inside of. */
size_t edit_snap(const struct edit *e, size_t pos);
/* The flags text_iter_init() wants. */
unsigned edit_text_flags(const struct edit *e);

/* --- edit_undo.c --- */
void edit_undo_note(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n,
		    enum edit_last last);
unsigned edit_undo(struct edit *e);
void edit_undo_clear(struct edit *e);

/* --- edit_kill.c --- */
/* Removes from..to into the kill ring; joined with the kill just before, at its end if `forward`. */
unsigned edit_kill(struct edit *e, size_t from, size_t to, bool forward);
unsigned edit_yank(struct edit *e);
unsigned edit_yank_pop(struct edit *e);
void edit_kill_free(struct edit *e);

/* --- edit_history.c --- */
unsigned edit_history_move(struct edit *e, int by); /* -1: older */
/* The history is left: what stands there is the draft now. */
void edit_history_settle(struct edit *e);
void edit_history_free(struct edit *e);
unsigned edit_search_begin(struct edit *e);
unsigned edit_search_type(struct edit *e, const char *bytes, size_t n);
/* A request while searching. 0: the search is over, the request is to be done on what was found. */
unsigned edit_search_do(struct edit *e, enum request req);

/* --- edit_layout.c --- */
/* Row up (-1) or down (1); 0 at the edge. */
unsigned edit_row_move(struct edit *e, int by);

#endif
