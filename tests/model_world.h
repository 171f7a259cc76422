#ifndef P2P_TESTS_MODEL_WORLD_H
#define P2P_TESTS_MODEL_WORLD_H
/* What the tests of the model share: a history of rows, the pages the model asked for, and events to tell it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/model.h"

#define HISTORY 6000

/* Bob's chat as the store has it, and what was asked of it. */
struct core {
	struct row rows[HISTORY]; /* consecutive; rows[i].row == 10 * (i + 1) */
	char text[HISTORY][16];
	size_t n;
	int64_t rev;
	struct msg *asked[64]; /* CMD_PAGE not answered yet, oldest first */
	size_t nasked;
	bool full;	 /* the command queue takes nothing */
	size_t most;	 /* the largest count asked for */
	size_t refusals; /* how often it was full */
};
extern struct core core;

extern const struct key alice, bob, carol, dave, erin;

/* For model_new(): keeps what is asked. */
bool take(void *arg, struct msg *m);
void core_clear(void);
/* A new row; a row that changes its state. */
void core_add(enum direction dir);
void core_change(size_t i);
/* An answer to ask without rows, and one with what the history holds now. */
struct msg *page_new(const struct msg *ask);
struct msg *core_page(const struct msg *ask);
/* Answers the oldest question, or all of them; false if there is none. */
bool core_answer(struct model *m);
void core_answer_all(struct model *m);

/* Applies and frees ev; returns what model_apply() did. */
unsigned apply(struct model *m, struct msg *ev);
void tell_chat(struct model *m, const struct key *k);
unsigned tell_contact(struct model *m, const struct key *k, const char *name,
		      enum contact_state state, enum link_state link);
unsigned tell_gone(struct model *m, const struct key *k);
unsigned tell_transfer(struct model *m, int64_t number, enum transfer_state state,
		       enum direction dir, uint64_t rate, int64_t eta);

#endif
