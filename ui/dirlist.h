#ifndef P2P_UI_DIRLIST_H
#define P2P_UI_DIRLIST_H
/* Reads folders on threads of its own, so that a slow disk never stops the screen: what is found arrives in batches behind a
 * descriptor. The threads live only while there is something to read. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dirlist_kind {
	DIRLIST_FOLDER,
	DIRLIST_FILE,
	/* These cannot be sent. */
	DIRLIST_FIFO,
	DIRLIST_SOCKET,
	DIRLIST_DEVICE,
	DIRLIST_BROKEN, /* a link that leads nowhere */
};

/* Number of entries of a folder that is not known, or not to be known. */
#define DIRLIST_UNCOUNTED (-1)
#define DIRLIST_COUNTING  (-2)
#define DIRLIST_CLOSED	  (-3)

/* The most entries of a folder that are read, and of a tree that are counted. */
#define DIRLIST_MAX 1000000

struct dirlist_entry {
	uint64_t size; /* bytes of a file; what a link leads to */
	int64_t mtime; /* seconds since 1970 */
	int64_t items; /* a folder's entries, or one of the numbers above; not filled in by the threads */
	enum dirlist_kind kind;
	bool link;
	bool odd; /* text_has_hostile() */
	bool hidden;
	bool made_up;	 /* by the kernel, as it is read: /proc and its like */
	const char *key; /* the name folded (text_fold()); behind the name */
	char name[];	 /* raw */
};

enum dirlist_what {
	DIRLIST_BATCH, /* some entries of the folder, sorted among themselves */
	DIRLIST_END,   /* that was all of it; or why it cannot be read */
	DIRLIST_COUNT, /* how many entries a folder has */
	DIRLIST_TREE,  /* what a whole tree holds */
};

struct dirlist_news {
	struct dirlist_news *next;
	enum dirlist_what what;
	uint64_t ticket; /* BATCH and END: of the request */
	struct dirlist_entry *
		*entries; /* BATCH: n of them; the receiver may take them and leave NULL */
	size_t n;
	int error;	/* END: errno, 0 when all went well; COUNT: the same */
	bool cut;	/* END, COUNT, TREE: not everything was looked at */
	char *path;	/* COUNT, TREE: of what */
	uint64_t files; /* COUNT: entries; TREE: files below it */
	uint64_t bytes;
};

struct dirlist;

/* NULL with errno when there is no descriptor left. */
struct dirlist *dirlist_new(void);
/* Stops everything and returns soon, also when a disk does not answer. */
void dirlist_free(struct dirlist *d);
/* Readable while news waits. */
int dirlist_fd(const struct dirlist *d);

/* Reads a folder from now on, and no other any more. Returns the ticket its news will have. Counts that were asked for are forgotten. */
uint64_t dirlist_read(struct dirlist *d, const char *path);
/* Counts a folder's entries; or the files and bytes of its whole tree, no links followed. */
void dirlist_count(struct dirlist *d, const char *path);
void dirlist_tree(struct dirlist *d, const char *path);

/* The oldest news, the caller's, or NULL. Never blocks. */
struct dirlist_news *dirlist_take(struct dirlist *d);
/* Entries that are still in it go too. */
void dirlist_news_free(struct dirlist_news *news);

/* An entry of its own, as the threads make them; for tests, too. */
struct dirlist_entry *dirlist_entry_new(const char *name, enum dirlist_kind kind);
/* The order of the list: folders first, then by folded name, numbers in names as numbers. */
int dirlist_cmp(const struct dirlist_entry *a, const struct dirlist_entry *b);

#endif
