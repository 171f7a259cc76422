#ifndef P2P_UI_FILELIST_H
#define P2P_UI_FILELIST_H
/* The entries of one folder in order, and the rows that are shown of them: with or without hidden ones, filtered as one types, in one of
 * several orders. Pure. */

#include <stdbool.h>
#include <stddef.h>

struct dirlist_entry;
struct filelist;

/* Folders come first in each. Times begin with the newest, sizes with the largest, types are what follows the last dot. What is equal goes
 * by name. */
enum filelist_order { FILELIST_NAME, FILELIST_TIME, FILELIST_SIZE, FILELIST_TYPE };

struct filelist *filelist_new(void);
void filelist_free(struct filelist *l);
/* Forgets all entries; filter and hidden stay. */
void filelist_clear(struct filelist *l);
/* Takes over n entries that are sorted among themselves (dirlist_cmp()) and sorts them in. The array stays the caller's. */
void filelist_add(struct filelist *l, struct dirlist_entry *const *entries, size_t n);
/* Rows match when each word of the query is in the name, or at least its letters in their order; case does not count. Better matches come
 * first: the start of the name, the start of a word, anywhere, the first letters of words, letters. "" lifts the filter. While no folder
 * matches all folders are kept as ways on, without matching. */
void filelist_filter(struct filelist *l, const char *query);
/* The order from now on; rows that match equally well keep it. */
void filelist_sort(struct filelist *l, enum filelist_order order, bool reverse);
void filelist_show_hidden(struct filelist *l, bool show);

/* Rows, in order. The pointers hold until filelist_clear(). */
size_t filelist_rows(const struct filelist *l);
struct dirlist_entry *filelist_at(const struct filelist *l, size_t row);
/* False for a folder that is only kept; true for every row while there is no filter. */
bool filelist_matches(const struct filelist *l, size_t row);
/* The row of an entry, or of a name. */
bool filelist_find(const struct filelist *l, const struct dirlist_entry *e, size_t *row);
bool filelist_find_name(const struct filelist *l, const char *name, size_t *row);
/* An entry by its name, shown or not; NULL if there is none. */
struct dirlist_entry *filelist_named(const struct filelist *l, const char *name);
/* The row a filter puts the cursor on: the best match, a folder before a file. */
size_t filelist_best(const struct filelist *l);

/* How many match, of how many that could be shown, and how many are hidden now. */
size_t filelist_matching(const struct filelist *l);
size_t filelist_total(const struct filelist *l);
size_t filelist_hidden(const struct filelist *l);

/* Which cells of a name the filter matched: sets on[i] for cell i of its shown form, at most n. Returns whether there is a filter. */
bool filelist_highlight(const struct filelist *l, const char *name, bool *on, size_t n);

#endif
