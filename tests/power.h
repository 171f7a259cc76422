#ifndef P2P_TESTS_POWER_H
#define P2P_TESTS_POWER_H
/* A disk that forgets: SQLite's files as they would lie there after the power went. What was written is kept apart until it is synced; at a
 * loss of power none of it is there, or any part, torn at sectors. The files themselves stay as a running program needs them. */

#include <stdbool.h>
#include <stdint.h>

/* From now on all databases of this program lie on it. */
void power_start(void);
/* Calls fn at the nth operation on files from now on, before it happens; once. */
void power_at(unsigned n, void (*fn)(void));
/* A disk that says that it has synced, and has not. */
void power_lie(bool on);
/* What files whose path begins with `path` would be now, under `to` and the same end. how: what is there of what was not synced. */
enum power_loss { POWER_NOTHING, POWER_SOME, POWER_TORN, POWER_LOSSES };
void power_cut(const char *path, const char *to, enum power_loss how, uint64_t *seed);
/* Syncs and operations so far, so that a test knows that there were some. */
unsigned power_syncs(void);

#endif
