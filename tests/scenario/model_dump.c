/* model_dump.c - what the screen's model holds of a chat, as JSON lines: for scenario tests, run on a home that nobody else uses. Scrolls
 * back from the newest row to the first as a person would, and then forward again: both have to come to the same.
 *
 * Usage: t-model-dump HOME NAME; without words it is a test that a model of nobody's chat is empty. */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/core.h"
#include "src/home.h"
#include "src/identity.h"
#include "src/json.h"
#include "src/model.h"
#include "src/options.h"
#include "src/queue.h"
#include "src/util.h"
#include "tests/tap.h"

#define DEADLINE 60000

static struct core *core;
static struct model *model;

static bool
send(void *arg, struct msg *m)
{
	(void)arg;
	queue_push_always(core_commands(core), m);
	return true;
}

/* One event, digested; its DIRTY_ bits. */
static unsigned
turn(uint64_t end)
{
	struct pollfd fd = {.fd = queue_fd(core_events(core)), .events = POLLIN};
	unsigned dirty = 0;
	struct msg *m;

	if (util_mono_ms() > end) {
		fprintf(stderr, "the model does not come to an end\n");
		exit(1);
	}
	poll(&fd, 1, 100);
	while ((m = queue_pop(core_events(core))) != NULL) {
		dirty |= model_apply(model, m);
		msg_free(m);
	}
	return dirty;
}

static void
put_reaction(struct json *j, const char *key, const struct row *r, enum direction dir)
{
	if (r->react_len[dir] != 0)
		json_string_n(j, key, r->react[dir], r->react_len[dir]);
}

static void
put(struct json *j, const struct model_contact *c, const struct row *r)
{
	char id[2 * ID_LEN + 1];

	if (r->kind != ROW_TEXT || r->dir == DIR_NOTE)
		return;
	json_reset(j);
	json_object(j, NULL);
	json_int(j, "row", r->row);
	json_string(j, "id", util_hex(id, r->id.b, ID_LEN));
	json_string(j, "dir", r->dir == DIR_IN ? "in" : "out");
	if (r->dir == DIR_OUT)
		json_string(j, "state", receipt_word(model_receipt(NULL, c, r)));
	json_string_n(j, "text", r->text, r->text_len);
	json_uint(j, "edits", r->edits);
	json_bool(j, "deleted", r->deleted);
	if (r->content == CONTENT_REPLY)
		json_string(j, "reply", util_hex(id, r->ref.b, ID_LEN));
	put_reaction(j, "react_in", r, DIR_IN);
	put_reaction(j, "react_out", r, DIR_OUT);
	json_end(j);
	puts(json_text(j));
}

/* Back to the first row, each put out once, the newest first. Returns the sum of what the rows are. */
static uint64_t
back(struct json *j, const struct key *k, uint64_t end)
{
	int64_t lowest = INT64_MAX;
	uint64_t rows = 0;

	model_chat_open(model, k);
	for (;;) {
		const struct model_contact *c = model_contact(model, k);

		for (size_t i = c->chat.nrows; i-- > 0;) {
			const struct row *r = &c->chat.rows[i].r;

			if (r->row >= lowest)
				continue;
			lowest = r->row;
			rows++;
			put(j, c, r);
		}
		if (c->chat.at_top)
			return rows;
		model_chat_older(model, k);
		turn(end);
	}
}

static uint64_t
forward(const struct key *k, uint64_t end)
{
	int64_t highest = 0;
	uint64_t rows = 0;

	for (;;) {
		const struct model_contact *c = model_contact(model, k);

		for (size_t i = 0; i < c->chat.nrows; i++) {
			if (c->chat.rows[i].r.row <= highest)
				continue;
			highest = c->chat.rows[i].r.row;
			rows++;
		}
		if (c->chat.at_bottom)
			return rows;
		model_chat_newer(model, k);
		turn(end);
	}
}

static bool
dump(const char *name, uint64_t end)
{
	const struct model_contact *c = model_contact_named(model, name);
	struct key k;
	struct json j;
	bool same;

	if (c == NULL)
		return false;
	k = c->c.peer;
	json_init(&j);
	same = back(&j, &k, end) == forward(&k, end);
	c = model_contact(model, &k);
	printf("{\"waiting\":%u,\"unread\":%u,\"same\":%s}\n", c->chat.waiting, c->chat.unread,
	       same ? "true" : "false");
	json_free(&j);
	return same;
}

int
main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : test_tmpdir();
	uint64_t end = util_mono_ms() + DEADLINE;
	struct options *options = options_new();
	bool missing, good;
	struct identity id;
	char err[512] = "";
	struct home home;

	if (!home_open(&home, folder, true, err, sizeof(err)) ||
	    (!identity_load(&id, home.identity, &missing, err, sizeof(err)) &&
	     !identity_create(&id, home.identity, err, sizeof(err))) ||
	    (core = core_start(&home, &id, options, "127.0.0.1:0", err, sizeof(err))) == NULL) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	model = model_new(send, NULL);
	send(NULL, msg_new(MSG_CMD_ATTACH));
	while (!model_ready(model))
		turn(end);
	good = dump(argc > 2 ? argv[2] : "nobody", end);
	send(NULL, msg_new(MSG_CMD_QUIT));
	while (!(turn(end) & DIRTY_STOPPED))
		continue;
	core_join(core);
	model_free(model);
	options_free(options);
	identity_wipe(&id);
	home_close(&home);
	if (argc > 1)
		return good ? 0 : 1;
	ok(!good, "there is no chat with nobody");
	return done_testing();
}
