#ifndef P2P_SRC_CLI_EVENT_H
#define P2P_SRC_CLI_EVENT_H
/* What `run` prints: core events become lines, JSON objects or readable ones, each thing told once; tags find back to what followed from
 * their command. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli;
struct events;
struct msg;
struct msg_chat;

struct events *events_new(struct cli *c, bool json);
void events_free(struct events *e);

/* Before the core starts: how a chat stood when it was last closed. What is older is history and not told. Without any of these the
 * history ends where the first EV_CHAT says. */
void events_history(struct events *e, const struct msg_chat *chat);
/* An event the model has digested. */
void events_seen(struct events *e, const struct msg *ev, unsigned dirty);
/* Progress that was held back; ms until there is more of it, -1 never. */
int events_tick(struct events *e);
/* Writes what was printed so far to standard output; false when nobody reads it any more. */
bool events_flush(struct events *e);

/* A command begins: everything that follows from it carries the tag (NULL: none). Returns the serial for its messages. */
uint32_t events_begin(struct events *e, const char *cmd, const char *tag);
/* A message of the command goes to the core. */
void events_sent(struct events *e, const struct msg *m);
/* The command was given; false: it was not, and err says why. */
void events_end(struct events *e, bool ok, const char *err);

/* Lines by themselves. */
void events_error(struct events *e, const char *text, const char *tag);
void events_text(struct events *e, const char *line);
/* Tells again what is there, for /requests, /contacts, /transfers, /nearby: 'r', 'c', 't', 'n'. */
void events_list(struct events *e, char what);

#endif
