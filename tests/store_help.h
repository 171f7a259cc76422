#ifndef P2P_TESTS_STORE_HELP_H
#define P2P_TESTS_STORE_HELP_H
/* What the tests of the store and its keeper share: requests in one line each, and their answers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/row.h"
#include "src/types.h"

struct msg;
struct queue;
struct seal_key;
struct store;

struct key nth_key(unsigned n);
struct id nth_id(unsigned n);
/* A path in the test's folder; lives as long as the program. */
const char *tmp_path(const char *name);

/* Requests. */
struct msg *contact_msg(unsigned peer, const char *name);
struct msg *say_msg(unsigned peer, unsigned id, const char *text);
struct msg *got_msg(unsigned peer, unsigned id, int64_t seq, const char *text);
struct msg *line_msg(unsigned peer, const char *text);
struct msg *acked_msg(unsigned peer, enum receipt state, unsigned first, unsigned n);
struct msg *outbox_msg(unsigned peer, int64_t after, uint32_t count);
struct msg *read_msg(unsigned peer, int64_t row);
struct msg *forget_msg(unsigned peer);
/* `paths` may be NULL. */
struct msg *transfer_msg(int64_t number, unsigned peer, const char *name, const char *paths);

/* Joins the requests to one group and applies it; answers() then holds the answers. */
#define apply(s, ...) apply_all((s), (struct msg *[]){__VA_ARGS__, NULL})
void apply_all(struct store *s, struct msg **requests);
/* The queue apply() answers on: of all tests, emptied before each group. */
struct queue *answers(void);
/* The next answer if it has this type, else NULL (and a diagnostic line). Freed by the next call. */
const struct msg *answer(int type);
/* The same as say_msg() and got_msg(), for an act on message ref. */
struct msg *act_msg(struct msg *m, unsigned content, unsigned ref);
/* Whether no answer is left. */
bool no_more(void);
/* Next answer is SR_CHAT and says this of peer's chat. */
bool chat_is(unsigned peer, int64_t row, int64_t rev, uint32_t unread, int64_t unread_row);

/* The key of sealed homes when the test is built with TEST_SEALED, else NULL. */
const struct seal_key *test_key(void);
/* Opens or ends the program. */
struct store *open_store(const char *path);

/* A page's answer; the caller frees it. peer 0: of everybody. */
struct msg *page(struct store *s, unsigned peer, int kind, int64_t at, uint32_t count);
/* The i-th row of a page; false if there is none. */
bool page_row(const struct msg *page, unsigned i, struct row *row);
/* "text text text+" of a page, + meaning more. Freed by the next call. */
const char *page_texts(struct store *s, unsigned peer, int kind, int64_t at, uint32_t count);

#endif
