#ifndef P2P_SRC_COMMAND_DO_H
#define P2P_SRC_COMMAND_DO_H
/* What each row of the command table does: words to messages. For command.c only. */

#include <stdbool.h>
#include <stddef.h>

#include "src/msg.h"

struct command;
struct command_env;
struct identity;
struct model_contact;
struct msg;

/* One call. The words are a NULL-ended list of n. */
struct command_call {
	struct command_env *env;
	const struct command *row;
	const char *const *words;
	size_t n;
	char *err;
	size_t errlen;
};

/* Each sends its messages or prints its answer; false with a sentence in err. */
bool command_do_me(struct command_call *c);
bool command_do_say(struct command_call *c);
bool command_do_clear(struct command_call *c);	/* (command_history.c) */
bool command_do_search(struct command_call *c); /* (command_history.c) */
bool command_do_export(struct command_call *c); /* (command_history.c) */
/* How long messages live. (command_retain.c) */
bool command_do_keep(struct command_call *c);
bool command_do_disappear(struct command_call *c);
/* What is done to messages. (command_act.c) */
bool command_do_edit(struct command_call *c);
bool command_do_delete(struct command_call *c);
bool command_do_reply(struct command_call *c);
bool command_do_react(struct command_call *c);
bool command_do_read(struct command_call *c);
bool command_do_versions(struct command_call *c);
/* Files. (command_transfer.c) */
bool command_do_send(struct command_call *c);
bool command_do_accept(struct command_call *c);
bool command_do_refuse(struct command_call *c);
bool command_do_pause(struct command_call *c);
bool command_do_resume(struct command_call *c);
bool command_do_cancel(struct command_call *c);
bool command_do_forget(struct command_call *c);
bool command_do_clean(struct command_call *c); /* (command_files.c) */
bool command_do_queue(struct command_call *c);
bool command_do_retry(struct command_call *c);
/* What holds for a contact's transfers. (command_files.c) */
bool command_do_limit(struct command_call *c);
bool command_do_auto(struct command_call *c);
bool command_do_verify(struct command_call *c); /* (command_verify.c) */
/* The key whose safety number is compared with a contact: the new one, where there is one. */
const struct key *command_compared(const struct msg_contact *c);
/* Says what the person found: OP_MATCH or OP_DIFFER. */
bool command_decide(struct command_env *env, const struct msg_contact *c, enum contact_op op,
		    char *err, size_t errlen);
/* Invites made by hand. (command_invite.c) */
bool command_do_invite(struct command_call *c);
bool command_do_invites(struct command_call *c);
bool command_do_withdraw(struct command_call *c);
bool command_do_newdoor(struct command_call *c);
bool command_do_add(struct command_call *c);
/* Pairing by code. (command_pair.c) */
bool command_do_pair(struct command_call *c);
bool command_do_unpair(struct command_call *c);
bool command_do_join(struct command_call *c);
/* Whether the words of an /add are a code, with or without a name before it; then it is joined, and *done says how that went. */
bool command_add_code(struct command_call *c, bool *done);
/* What contacts see of the person. (command_presence.c) */
bool command_do_away(struct command_call *c);
bool command_do_back(struct command_call *c);
bool command_do_status(struct command_call *c);
bool command_do_invisible(struct command_call *c);
/* Nobody unknown may ask any more, or may again. */
bool command_block_unknown(struct command_call *c, bool block);
/* The key that takes the place of ours. (command_successor.c) */
bool command_do_successor(struct command_call *c);
/* The identity in another home, or in that file; identity_open()'s `ask`. False with a sentence. */
bool command_other_identity(struct identity *id, const char *where,
			    bool (*ask)(void *arg, char *out, char *err, size_t errlen), void *arg,
			    char *err, size_t errlen);
/* A CMD_SUCCESSOR that announces it. */
struct msg *command_successor_msg(const struct identity *id);
/* Persons with several devices. (command_person.c) */
bool command_do_person(struct command_call *c);
bool command_do_ungroup(struct command_call *c);
bool command_do_deny(struct command_call *c);
bool command_do_block(struct command_call *c);
bool command_do_unblock(struct command_call *c);
bool command_do_rename(struct command_call *c);
bool command_do_remove(struct command_call *c);
bool command_do_connect(struct command_call *c);
bool command_do_disconnect(struct command_call *c);
bool command_do_address(struct command_call *c);
bool command_do_listen(struct command_call *c);
bool command_do_set(struct command_call *c); /* (command_set.c) */
bool command_do_quit(struct command_call *c);
/* Who is on this network. (command_near.c) */
bool command_do_nearby(struct command_call *c);
bool command_do_visible(struct command_call *c);
bool command_do_doctor(struct command_call *c);

/* These print. (command_list.c) */
bool command_do_contacts(struct command_call *c);
bool command_do_requests(struct command_call *c);
bool command_do_transfers(struct command_call *c);
bool command_do_id(struct command_call *c);
bool command_do_help(struct command_call *c);

#define COMMAND_SHOWN 128
/* A word of the person's as a sentence shows it: safe, and not too long. Returns buf. */
const char *command_shown(char buf[COMMAND_SHOWN], const char *s);
/* A request answered: only somebody who waits can be accepted or refused. */
bool command_request(struct command_call *c, enum contact_op op);
/* Whether a person may be called that: 1 to 64 bytes of plain text, and nothing that reads like a key. */
bool command_name_ok(const char *name, char *err, size_t errlen);
/* A CMD_SAY to send: checks the contact and the text; NULL with a sentence. */
struct msg *command_message(struct command_env *env, const char *name, const char *text, size_t len,
			    char *err, size_t errlen);
/* The contact of that name, for what goes to contacts only; NULL with a sentence. */
struct model_contact *command_contact(struct command_env *env, const char *name, char *err,
				      size_t errlen);
/* The same, for what is done with one device: not a person that has several. (command_person.c) */
struct model_contact *command_one(struct command_env *env, const char *name, char *err,
				  size_t errlen);
/* The real path of a folder that is there, in fresh memory; NULL with a sentence. */
char *command_folder(const char *typed, char *err, size_t errlen);
/* Sends m, taken over, with the call's serial. */
bool command_send_msg(struct command_env *env, struct msg *m, char *err, size_t errlen);
/* Prints one line made of peers' text and ours; it is shown through text.h first. */
void command_print(struct command_env *env, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
