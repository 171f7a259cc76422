#ifndef P2P_SRC_CLI_READING_H
#define P2P_SRC_CLI_READING_H
/* A home read beside a running p2p-tui, for the sub-commands that only look: cli_read.c and cli_history.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct cli;
struct model;
struct store;

/* What the database says, read once. */
struct reading {
	struct store *store;
	struct model *model; /* contacts and transfers */
	char *invite;	     /* the newest one a core wrote down, or NULL */
	bool has_door;
	uint8_t door[KEY_LEN]; /* the newest door key for invites */
	int64_t door_created;
};

/* False after a sentence; to be closed in any case. */
bool reading_open(struct cli *c, struct reading *r);
void reading_close(struct cli *c, struct reading *r);
/* One field of a line on standard output: no byte in it that a terminal or a script could trip over. */
void reading_field(const char *s, size_t len);
/* A time in UTC as 2026-03-03T14:00:12Z; "never" for none. */
const char *reading_when(int64_t ms, char *buf, size_t size);

#endif
