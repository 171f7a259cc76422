#ifndef P2P_UI_DIRLIST_PRIV_H
#define P2P_UI_DIRLIST_PRIV_H
/* Reading one folder, as dirlist.c's threads do it. */

#include <stdbool.h>
#include <stddef.h>

struct dirlist_entry;

struct dirlist_scan {
	bool (*go_on)(void *arg);
	/* Takes some entries over, sorted among themselves. Called from two threads at the same time. */
	void (*found)(void *arg, struct dirlist_entry **entries, size_t n);
	void *arg;
	bool cut; /* afterwards: there were more than DIRLIST_MAX */
};

/* Reads a folder to its end, or until told to stop. Returns errno; 0 when all went well. */
int dirlist_scan(struct dirlist_scan *scan, const char *path);

#endif
