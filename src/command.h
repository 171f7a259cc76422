#ifndef P2P_SRC_COMMAND_H
#define P2P_SRC_COMMAND_H
/* The one table of slash commands, for the screen, for `run --json` and for the help made from it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/options.h"
#include "src/types.h"

struct command_call;
struct model;
struct msg;

/* What a front end lends a command. */
struct command_env {
	struct model *model;
	struct options *options;
	const char *config_path;   /* where /set saves */
	const struct key *current; /* the open chat, or NULL */
	/* Sends a CMD_ message, taken over in any case; false when the queue is full. */
	bool (*send)(void *arg, struct msg *m);
	/* A command only the screen can do (files, help, theme...), by table name; false with err if it cannot now. NULL: no screen. */
	bool (*screen)(void *arg, const char *name, const char *args, char *err, size_t errlen);
	/* What may stand in a place of a command that only the front end knows: "ACTION", "KEYS" of the action `first`, "THEME". Each word is
	 * given to offer(). NULL: nothing. */
	void (*words)(void *arg, const char *what, const char *first,
		      void (*offer)(void *to, const char *word), void *to);
	/* Answers in text (/requests, /set without value): one line each. */
	void (*print)(void *arg, const char *line);
	void *arg;
	uint32_t
		serial; /* given to the messages sent, so that EV_RESULT finds back; below 0x80000000 */
};

enum command_where {
	COMMAND_BOTH = 0,
	COMMAND_SCREEN = 1, /* needs a screen */
};

enum command_arg { ARG_NONE, ARG_NAME, ARG_PATH, ARG_OPTION, ARG_TEXT, ARG_TRANSFER, ARG_COMMAND };

struct command {
	const char *name; /* without the slash */
	const char *args; /* as shown in help: "NAME TEXT" */
	const char *help; /* one sentence */
	enum command_where where;
	enum command_arg complete; /* what Tab completes its last word as */
	/* The rest is for command.c. */
	/* The members of its JSON form, in the order of the words: "to|name id? text"; ?: an empty word stands for it when it is not there;
	 * "--for": an option, that word and its text, or the word alone for true. */
	const char *keys;
	int min, max; /* words; max -1: any number */
	int raw; /* after so many words the rest of the line is taken as it stands; 0 never; -1: all of it is one word */
	unsigned flags;				/* COMMAND_... below */
	bool (*run)(struct command_call *call); /* NULL: the screen does it */
};

enum {
	COMMAND_CURRENT = 1, /* NAME may be left out on a screen: the open chat */
	COMMAND_BARE = 2,    /* without words, a screen does it: a list, a dialog */
	COMMAND_PICK = 4,    /* N may be left out on a screen where only one transfer fits */
	COMMAND_TALK =
		8, /* the same as COMMAND_CURRENT, unless the first word is a contact's name */
};

/* The table, ended by a row whose name is NULL. */
extern const struct command command_table[];

/* The row of that name, without the slash; NULL if there is none. */
const struct command *command_find(const char *name);

/* Runs a line that starts with '/'. False with one sentence in err: unknown command, wrong arguments, no such contact... */
bool command_run(struct command_env *env, const char *line, char *err, size_t errlen);

/* The same with the words already apart, for sub-commands and JSON objects; n of them. */
bool command_run_words(struct command_env *env, const char *name, const char *const *words,
		       size_t n, char *err, size_t errlen);

/* Tab: up to `max` completions of the word before byte `cursor` of line; each out[i] is malloc'd, quoted as a word of the line and
 * without a blank after it. *start is where the word begins. Returns how many. Names come from the model, options and choices from
 * the table, paths from the disk (folders end in '/'). (complete.c) */
size_t command_complete(struct command_env *env, const char *line, size_t cursor, size_t *start,
			char **out, size_t max);

/* Prints an option's value; `explain`: also what it is, what it may be, and its default. (command_set.c) */
void command_show_option(struct command_env *env, enum option which, bool explain);

/* The actions themselves, shared by slash commands, JSON objects, sub-commands and keys. `name` is a local name or a key. */
bool command_say(struct command_env *env, const char *name, const char *text, size_t len,
		 struct id *id, char *err, size_t errlen);
/* What is done to a message (not CONTENT_CHAT): text is the edit's, the reply's or the emoji. ref all zero: the newest of the user
 * (EDIT, DELETE) or of the peer (REPLY, REACT). (command_act.c) */
bool command_act(struct command_env *env, const char *name, enum content content,
		 const struct id *ref, const char *text, size_t len, char *err, size_t errlen);
/* The words of a search: "in:NAME" before them says in whose chat, which *peer becomes (all zero: in all). Returns where the words begin;
 * NULL with a sentence. (command_history.c) */
const char *command_search_words(const struct model *model, const char *typed, struct key *peer,
				 char *err, size_t errlen);
/* A CMD_EXPORT to an absolute path. (command_history.c) */
struct msg *command_export_msg(const struct command_env *env, const struct key *peer,
			       const char *path, bool as_json, bool replace);
/* Paths are made absolute and checked to exist. A NULL-ended list. */
bool command_send(struct command_env *env, const char *name, const char *const *paths, char *err,
		  size_t errlen);

/* The bytes of a TOP_ACCEPT_PART: the folder (NULL: the usual one), then a NULL-ended list of patterns. Fresh memory. */
uint8_t *command_part(const char *folder, const char *const *patterns, size_t *len);

#endif
