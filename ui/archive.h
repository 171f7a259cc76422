#ifndef P2P_UI_ARCHIVE_H
#define P2P_UI_ARCHIVE_H
/* What an archive holds, by libarchive, which is opened when it is first needed. Only names and sizes are read, nothing is unpacked to disk. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the first bytes, or the name, of an archive known here begin with; "" for anything else: "ZIP archive". Pure. */
const char *archive_name(const uint8_t *head, size_t n, const char *name);

/* Calls row() for the entries from the start of the file on until it answers false, the end, or go_on() answers false. NULL when that was
 * all, else a constant sentence. */
const char *archive_list(int fd,
			 bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder),
			 bool (*go_on)(void *arg), void *arg);

#endif
