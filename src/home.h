#ifndef P2P_SRC_HOME_H
#define P2P_SRC_HOME_H
/* Where this p2p-tui keeps its things: one folder with --home, the XDG ones otherwise; and the lock that keeps a second one out. */

#include <stdbool.h>
#include <stddef.h>

struct home {
	char *config;	/* the option file; may not exist */
	char *identity; /* the seed */
	char *database;
	char *lock;
	char *log;
	char *spool; /* folder for long pastes and manifests, 0700 */
	int lock_fd; /* -1: not locked */
};

/* Works the paths out; `folder` NULL means $P2P_TUI_HOME, and that unset the XDG folders. With `create` the folders are made, 0700.
 * False with a sentence in err (unwritable, not a folder, no $HOME...). */
bool home_open(struct home *h, const char *folder, bool create, char *err, size_t errlen);
/* Takes the lock. False with "already running" (and the pid) in err when another p2p-tui has it. */
bool home_lock(struct home *h, char *err, size_t errlen);
/* Whether another p2p-tui has it locked. */
bool home_in_use(const struct home *h);
/* Releases the lock and frees the paths. */
void home_close(struct home *h);

#endif
