#ifndef P2P_UI_SCRATCH_H
#define P2P_UI_SCRATCH_H
/* A text in a file, while another program edits it: in a folder of its own, which goes with all that the other program leaves there. */

#include <stdbool.h>
#include <stddef.h>

struct scratch;

/* Writes the text into a new file, mode 0600, in a new folder below this one, mode 0700. NULL with errno. */
struct scratch *scratch_new(const char *folder, const void *text, size_t len);
/* Removes the folder and everything in it; NULL is fine. */
void scratch_free(struct scratch *s);
const char *scratch_path(const struct scratch *s);
/* What the file holds now, a NUL behind it, to be freed. NULL with errno: EFBIG where it is longer than max. */
char *scratch_read(const struct scratch *s, size_t max, size_t *len);

/* What the file holds is left in a file of its own beside the folder, mode 0600, which is never swept away: its path, to be freed. NULL with
 * errno. */
char *scratch_keep(struct scratch *s);
/* A text that was left in that folder and is still there: its path, to be freed; or NULL. */
char *scratch_kept(const char *folder);

/* Removes what a program that was killed left in that folder. `all`: nobody else uses it; else what belongs to a program that still runs
 * is left alone. */
void scratch_sweep(const char *folder, bool all);
/* The folder $XDG_RUNTIME_DIR, if it is ours and its files are in memory, never on a disk; else NULL. */
const char *scratch_memory(void);

#endif
