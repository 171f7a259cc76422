#ifndef P2P_SRC_MODEL_PRIV_H
#define P2P_SRC_MODEL_PRIV_H
/* What model.c and model_chat.c share: the model's insides. Nobody else includes this. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/model.h"

#define MODEL_PAGE   128  /* rows asked for at a time */
#define MODEL_WINDOW 1000 /* rows a chat keeps in memory */
#define MODEL_NEARBY 32	  /* people who are visible on this network */
#define MODEL_CHATS  4	  /* chats that keep rows: those opened last */

/* Serials of the model's own CMD_PAGE; those of commands lie below. */
#define MODEL_SERIAL 0x80000000u

/* A peer we heard of. Also made when its chat is heard of first; it is then not `known`. */
struct model_entry {
	struct model_contact c; /* first: a contact's pointer is its entry's */
	char *fold;		/* the name as it sorts and compares */
	char *group;		/* the same of the person it is a device of; else its own */
	bool known;		/* an EV_CONTACT came */
	/* The window. Each serial is that of the page on its way, 0 none. */
	bool opened;	 /* keeps rows */
	bool loaded;	 /* the first page came */
	bool looks_back; /* the last page asked for was an older one */
	uint64_t used;	 /* when it was opened last, on model.clock */
	uint32_t newest_serial, before_serial, after_serial, changes_serial, around_serial;
	int64_t newest_asked_rev, changes_asked_rev,
		around_asked_rev; /* newest_rev when that page was asked for */
};

struct model {
	bool (*send)(void *arg, struct msg *m);
	void *arg;
	struct msg_self self;
	char *invite;
	bool ready;
	char *notice;
	bool notice_error;
	struct model_entry **entries; /* all, by key */
	size_t nentries;
	struct model_entry **list; /* those shown, in the order of the list */
	size_t nlist;
	struct model_transfer **transfers; /* in the order shown */
	size_t ntransfers;
	struct msg_nearby nearby[MODEL_NEARBY];
	size_t nnearby;
	uint64_t clock;
	bool behind; /* a page could not be asked for */
	uint32_t serial;
};

struct model_entry *model_entry(const struct model *m, const struct key *k);
/* What is known of a contact or person now, and its place in the list. */
struct model_entry *model_put(struct model *m, const struct msg_contact *c);
void model_drop(struct model *m, struct model_entry *e);

/* model_person.c: a device of this person changed, or is none any more; rows of one are gone. Both return DIRTY_ bits. */
unsigned model_person_refresh(struct model *m, const struct key *id);
unsigned model_person_gone(struct model *m, const struct key *device);

/* EV_CHAT and EV_PAGE; return DIRTY_ bits. */
unsigned model_chat_changed(struct model *m, struct model_entry *e, const struct msg_chat *chat);
unsigned model_chat_page(struct model *m, const struct msg *ev);
/* EV_GONE; returns DIRTY_ bits. */
unsigned model_chat_gone(struct model *m, const struct msg *ev);
/* Asks again for what did not fit into the queue. */
void model_chat_catch_up(struct model *m);
/* Frees the rows. */
void model_chat_close(struct model_entry *e);

#endif
