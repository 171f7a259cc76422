#ifndef P2P_UI_MARKS_H
#define P2P_UI_MARKS_H
/* The basket: what was marked to be sent, by path, from any number of folders. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct marks;

struct mark {
	char *path; /* absolute */
	bool folder;
	bool known;	/* a folder's contents have been counted */
	bool asked;	/* or that has been asked for */
	bool partial;	/* not all of them could be */
	uint64_t files; /* of a folder's whole tree; 1 for a file */
	uint64_t bytes;
};

/* What is in the basket, without what lies below a marked folder: that goes with it. */
struct marks_total {
	size_t files, folders; /* as marked */
	uint64_t bytes;	       /* with those folders' contents, as far as known */
	bool more;	       /* some folder is not counted, or not completely */
};

struct marks *marks_new(void);
/* A copy to go back to. */
struct marks *marks_copy(const struct marks *m);
void marks_free(struct marks *m);

bool marks_has(const struct marks *m, const char *path);
/* Adds or takes out; nothing happens if it is there (not there) already. */
void marks_add(struct marks *m, const char *path, bool folder, uint64_t bytes);
void marks_remove(struct marks *m, const char *path);
void marks_clear(struct marks *m);
/* Makes one path as it is in another basket: there or not. */
void marks_like(struct marks *m, const struct marks *other, const char *path);
/* A marked folder whose tree nobody has asked to be counted; now somebody has. NULL when there is none. */
const char *marks_uncounted(struct marks *m);
/* A folder's tree was counted. */
void marks_counted(struct marks *m, const char *path, uint64_t files, uint64_t bytes, bool partial);

size_t marks_count(const struct marks *m);
/* The next one in the order they were marked, from *at = 0 on; NULL at the end. */
const struct mark *marks_next(const struct marks *m, size_t *at);
/* Whether a folder above it is marked as well. */
bool marks_covered(const struct marks *m, const char *path);
struct marks_total marks_total(const struct marks *m);
/* "3 files · 11.2 MB", "1 folder · 2 files · over 11.2 MB", "1 folder" while nothing else is known; "nothing" for an empty one. sep is
 * " · " or " ". */
#define MARKS_LABEL 96
char *marks_label(const struct marks *m, char out[MARKS_LABEL], const char *sep);
/* What is to be sent: a NULL-ended list of paths that belong to the marks, without what is covered. The caller frees the list only. */
const char **marks_paths(const struct marks *m, size_t *n) __attribute__((warn_unused_result));

#endif
