#ifndef P2P_NET_CHOICE_H
#define P2P_NET_CHOICE_H
/* A part of an offer being chosen: the manifest as a tree with marks, looked at through a view - one folder, or what is below it and
 * fits a filter - that is paged. Pure; lives with the disk workers, so that a million entries hold up nobody. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choice;
struct row_buf;

/* Takes over a checked manifest of count entries. The view is the top; everything is marked, or nothing. */
struct choice *choice_new(uint8_t *list, size_t len, uint32_t count, bool marked);
void choice_free(struct choice *c);

/* Shows a folder (ENTRY_TOP: the top), or with a filter what is below it and has it in its name, whatever the case; a filter with
 * * or ? in it is a pattern for the whole name. An entry that is no folder: the top. */
void choice_view(struct choice *c, uint32_t folder, const char *filter);
uint32_t choice_folder(const struct choice *c);
/* The folder around a folder, and its place there; ENTRY_TOP and 0 at the top. */
uint32_t choice_parent(const struct choice *c, uint32_t folder, uint32_t *row);
/* Rows of the view. */
uint32_t choice_rows(const struct choice *c);
/* Packs up to n rows of the view from row `from` on (src/choice_row.h); how many. */
uint32_t choice_page(const struct choice *c, uint32_t from, uint32_t n, struct row_buf *buf);
/* "trip/raw" of the view's folder, as it would arrive; "" at the top. Fresh. */
char *choice_path(const struct choice *c, uint32_t folder);

enum choice_how { CHOICE_ON, CHOICE_OFF, CHOICE_FLIP };
/* Marks rows [from, to] of the view and what is below them. Turning over a folder turns over each thing in it. */
void choice_mark(struct choice *c, uint32_t from, uint32_t to, enum choice_how how);
/* Marks what one of n glob patterns fits: one with a slash fits a path from the top on ("trip/raw/" and a star: all below it), another a name
 * at any depth; a folder that fits is marked with all below it. Whether each of them fitted something; else *which is the first
 * that did not. */
bool choice_match(struct choice *c, const char *const *patterns, size_t n, size_t *which);

struct choice_sum {
	uint32_t files, all_files, folders,
		entries; /* chosen; of the offer; chosen; chosen of any kind */
	uint64_t bytes, all_bytes;
};
void choice_sum(const struct choice *c, struct choice_sum *sum);
/* What is chosen, with the folders around it: first and count, ascending, not touching. Fresh; *n numbers, none: nothing. */
uint32_t *choice_ranges(const struct choice *c, size_t *n);

#endif
