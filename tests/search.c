/* search.c - the results of a search: asked for, shown as they come, and the way from one to its message. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define ESC  "\033"
#define ROWS 300

/* Rows 1..ROWS of the chat with Boris, "line 1" and so on, and one of Chidi's behind them. */
static void
open_history(struct world *w)
{
	char text[32];

	world_open(w, 24, 80, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_event(w, world_contact(2, "Chidi"));
	for (int i = 1; i <= ROWS; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		world_row(w, 1, i % 2 ? DIR_IN : DIR_OUT, 0, i, text);
	}
	world_row(w, 2, DIR_IN, 0, 0, "hello from Chidi");
	world_chat(w, 1, 0);
	world_chat(w, 2, 0);
	world_ready(w);
	world_forget_sent(w);
}

static void
put_hit(struct row_buf *buf, unsigned peer, int64_t row, const char *text)
{
	struct row r = {.peer = world_key(peer), .row = row, .text = text};

	r.text_len = strlen(text);
	r.time = 1772546400000;
	r.reason = r.react[0] = r.react[1] = r.quote = "";
	r.quote_dir = DIR_NOTE;
	row_put(buf, &r);
}

/* Hits for the search asked for last, given as row numbers of Boris; 0 ends them. */
static void
hits(struct world *w, uint32_t serial, const int64_t *rows, bool done)
{
	struct msg *ev = msg_new(MSG_EV_HITS);
	struct row_buf buf = {NULL, 0, 0};
	char text[32];

	for (; *rows != 0; rows++) {
		snprintf(text, sizeof(text), "line %d", (int)*rows);
		put_hit(&buf, 1, *rows, text);
		ev->b.hits.count++;
	}
	ev->serial = serial;
	ev->b.hits.done = done;
	world_event(w, msg_take_bytes(ev, buf.p, buf.len));
}

static void
as_they_come(void)
{
	struct world w;
	const struct msg *m;
	uint32_t serial;

	open_history(&w);
	world_type(&w, "/search Line it's\r");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && m->len == 9 && memcmp(m->bytes, "Line it's", 9) == 0 &&
		   m->b.search.at == INT64_MAX && !m->b.search.oldest_first,
	   "the words go to the core as they stand");
	serial = m->serial;
	ok(world_shows(&w, "0 so far, searching…"), "it is told that it runs");
	hits(&w, serial, (const int64_t[]){300, 250, 0}, false);
	ok(world_shows(&w, "line 300") && world_shows(&w, "line 250") &&
		   world_shows(&w, "2 so far, searching…"),
	   "what is found shows while it runs");
	hits(&w, serial + 100, (const int64_t[]){111, 0}, false);
	ok(!world_shows(&w, "line 111"), "what another search found does not");
	hits(&w, serial, (const int64_t[]){20, 0}, true);
	ok(world_shows(&w, "line 20") && world_shows(&w, "3 found"), "until its end");
	world_type(&w, "/");
	world_type(&w, "s\r");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && m->len == 10 && m->serial != serial, "/ takes other words");
	ok(!world_shows(&w, "line 300"), "and what the old ones found is gone");
	world_type(&w, ESC);
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && m->len == 0, "closing ends a search that runs");
	ok(front_main(w.front) == PANE_CHAT && front_focus(w.front) == PANE_PROMPT,
	   "and one is back where one was");
	world_close(&w);
}

/* One chat instead of all. */
static void
scope(void)
{
	struct world w;
	const struct msg *m;

	open_history(&w);
	world_type(&w, ESC "s");
	ok(world_shows(&w, "Tab looks in the open chat only"), "how to look in one chat is told");
	world_type(&w, "green\t");
	ok(world_shows(&w, "in:Boris green"), "Tab puts the open chat before the words");
	world_type(&w, "\r");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && key_equal(&m->b.search.peer, front_current(w.front)) && m->len == 5 &&
		   memcmp(m->bytes, "green", 5) == 0,
	   "and only that is searched");
	hits(&w, m->serial, (const int64_t[]){0}, true);
	world_type(&w, "/\t");
	ok(!world_shows(&w, "in:Boris"), "once more takes it away");
	world_type(&w, "\r");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && m->b.search.peer.b[0] == 0 && m->len == 5, "and all are searched");
	world_type(&w, ESC ESC);
	world_type(&w, "/search in:nobody x\r");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(world_shows(&w, "There is no contact called nobody.") && m != NULL && m->len == 0,
	   "in nobody's chat nothing is searched, and why is told");
	world_close(&w);
}

static void
jump(void)
{
	struct world w;

	open_history(&w);
	ok(!world_shows(&w, "line 20 ") && world_shows(&w, "line 300"),
	   "the newest end of the chat is shown");
	world_type(&w, "/search line\r");
	hits(&w, world_last(&w, MSG_CMD_SEARCH)->serial, (const int64_t[]){299, 20, 0}, true);
	world_type(&w, "j\r");
	ok(front_main(w.front) == PANE_CHAT && world_shows(&w, "line 20") &&
		   world_shows(&w, "line 19") && world_shows(&w, "line 21") &&
		   !world_shows(&w, "line 300"),
	   "Enter goes to the message, which has what was around it");
	world_type(&w, ESC "<");
	ok(world_shows(&w, "line 1 ") || world_shows(&w, "line 2"), "from there one can go on");
	world_type(&w, "\033>");
	ok(world_shows(&w, "line 300"), "and back to the newest");
	world_type(&w, ESC "s");
	ok(world_shows(&w, "SEARCH"), "the key opens it");
	world_type(&w, ESC ESC);
	world_close(&w);
}

/* What is gone is said to be, and the newest are shown. */
static void
gone(void)
{
	struct world w;

	open_history(&w);
	world_type(&w, "/search line\r");
	hits(&w, world_last(&w, MSG_CMD_SEARCH)->serial, (const int64_t[]){100000, 0}, true);
	world_type(&w, "\r");
	ok(world_shows(&w, "Nothing stands there in this chat") && world_shows(&w, "line 300"),
	   "a message that is gone is said to be");
	world_close(&w);
}

/* The world's today is 3 March 2026. */
static void
date(void)
{
	struct world w;
	char text[32];

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	for (int i = 0; i < ROWS; i++) {
		snprintf(text, sizeof(text), "day-%d-%d.", 10 - i / 30, i % 30);
		world_row(&w, 1, DIR_IN, 10 - i / 30, 12 * 60 + i % 30, text);
	}
	world_chat(&w, 1, 0);
	world_ready(&w);
	ok(world_shows(&w, "day-1-29."), "the chat is at its end");
	world_type(&w, "/date 2026-02-25\r");
	ok(world_shows(&w, "day-6-0.") && world_shows(&w, "day-7-29.") &&
		   world_shows(&w, "25 February"),
	   "the first row of a day is shown, with what was before it");
	world_type(&w, "/date 2027-01-01\r");
	ok(world_shows(&w, "Nothing stands there in this chat") && world_shows(&w, "day-1-29."),
	   "a day to come is the end");
	world_type(&w, "/date 2026-02-31\r");
	ok(world_shows(&w, "Usage: /date YYYY-MM-DD"), "a day that is none");
	world_type(&w, "/date yesterday\r");
	ok(world_shows(&w, "Usage: /date YYYY-MM-DD"), "is told of");
	world_close(&w);
}

/* A cleared chat is asked about first, and then nothing of it stays on the screen. */
static void
cleared(void)
{
	struct world w;
	const struct msg *m;
	struct world_row *row;

	open_history(&w);
	world_type(&w, "/clear Boris\r");
	ok(world_shows(&w, "Clear the chat with Boris?") && world_last(&w, MSG_CMD_CONTACT) == NULL,
	   "clearing asks first");
	world_wait(&w, 2000);
	world_type(&w, "y");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_CLEAR, "then the core is told");
	for (size_t i = 0; i < ROWS; i++)
		w.rows[i].peer = world_key(7);
	row = world_row(&w, 1, DIR_NOTE, 0, 0, "What was said before was cleared.");
	row->kind = ROW_EVENT;
	row->content = CONTENT_CLEARED;
	world_chat(&w, 1, 0);
	ok(world_shows(&w, "was cleared") && !world_shows(&w, "line 300"), "and it is empty");
	world_close(&w);
}

int
main(void)
{
	as_they_come();
	scope();
	jump();
	gone();
	date();
	cleared();
	return done_testing();
}
