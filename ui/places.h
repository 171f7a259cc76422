#ifndef P2P_UI_PLACES_H
#define P2P_UI_PLACES_H
/* Folders one goes to often: home, downloads, mounted media, and bookmarks, which are lines of the file bookmarks beside the option file. */

#include <stdbool.h>
#include <stddef.h>

enum place_kind { PLACE_HOME, PLACE_DOWNLOADS, PLACE_MEDIA, PLACE_BOOKMARK };

struct place {
	enum place_kind kind;
	char *name; /* raw */
	char *path; /* absolute */
};

struct places {
	struct place *at;
	size_t n;
};

/* Of each source. */
#define PLACES_MAX	200
#define PLACES_FILE_MAX ((size_t)1 << 20)

/* Copies; no name is the path's last part. What is there already under that kind is not added again: false. */
bool places_add(struct places *p, enum place_kind kind, const char *name, const char *path);
bool places_has(const struct places *p, enum place_kind kind, const char *path);
/* Whether there are as many of that kind as there can be. */
bool places_full(const struct places *p, enum place_kind kind);
void places_clear(struct places *p);
/* The mount points of media out of the kernel's table (/proc/self/mounts): those below /media, /run/media, /mnt and /Volumes. Any bytes. */
void places_mounts(struct places *p, const char *table, size_t len);
/* Bookmarks out of a file's bytes: a path a line, absolute or from ~ on, with a slash behind a blank it ends in; # begins a comment. Other lines cost one sentence each. */
void places_parse(struct places *p, const char *bytes, size_t len,
		  void (*complain)(void *arg, const char *sentence), void *arg);
/* What the file becomes with one more bookmark, or without one: fresh memory. All other lines stay as they stand. */
char *places_edit(const char *bytes, size_t len, const char *path, bool add, size_t *newlen)
	__attribute__((malloc, returns_nonnull, warn_unused_result));

/* The same with the file; config_path NULL: there is none. A missing file is no error. False with a sentence. */
void places_load(struct places *p, const char *config_path,
		 void (*complain)(void *arg, const char *sentence), void *arg);
bool places_save(const char *config_path, const char *path, bool add, char *err, size_t errlen);
/* All there are now: home, downloads (NULL: the platform's), media; then the bookmarks of another list. */
void places_all(struct places *p, const char *downloads, const struct places *bookmarks);
/* For tests: another table than the kernel's. */
void places_force_table(const char *path);

#endif
