#ifndef P2P_SRC_CLI_EVENT_PRIV_H
#define P2P_SRC_CLI_EVENT_PRIV_H
/* What cli_event.c and cli_print.c share. Nobody else includes this. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/json.h"
#include "src/model.h"
#include "src/types.h"

/* Lines on their way out. */
struct printer {
	bool json;
	struct json j;
	char *out;
	size_t len, cap;
};

/* Each prints one event; tag may be NULL. (cli_print.c) */
void print_ready(struct printer *p, const struct model *m, const char *event);
void print_peer(struct printer *p, const struct msg_contact *c, bool gone, const char *tag);
void print_request(struct printer *p, const struct model_contact *c, const char *tag);
void print_message(struct printer *p, const struct key *peer, const char *name, const struct row *r,
		   const char *tag);
void print_receipt(struct printer *p, const struct key *peer, const char *name, const struct row *r,
		   enum receipt state, const char *tag);
void print_offer(struct printer *p, const struct model_transfer *t, const char *name,
		 const char *tag);
void print_progress(struct printer *p, const struct model_transfer *t, const char *tag);
void print_transfer(struct printer *p, const struct model_transfer *t, const char *name,
		    const char *tag);
/* {"event":EVENT,"text":TEXT}: error, notice, text. */
void print_text(struct printer *p, const char *event, const char *text, const char *tag);
/* A command with a tag was carried out. */
void print_done(struct printer *p, const char *cmd, const char *tag);

#endif
