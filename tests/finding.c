/* finding.c - what was looked for: lit up in the chat and in the list of results, the next hit by key, beyond what is loaded too. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/lit.h"
#include "ui/theme.h"

#define ESC    "\033"
#define CTRL_S "\023"
#define ROWS   300

static void
open_history(struct world *w, int h, int width)
{
	char text[64];

	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	for (int i = 1; i <= ROWS; i++) {
		snprintf(text, sizeof(text), i % 100 == 50 ? "the Needle of %d, say I" : "line %d",
			 i);
		world_row(w, 1, i % 2 ? DIR_IN : DIR_OUT, 0, i, text);
	}
	world_chat(w, 1, 0);
	world_ready(w);
	world_forget_sent(w);
}

/* Answers the search asked for last with one row, or with none. */
static void
hit(struct world *w, int64_t row)
{
	const struct msg *asked = world_last(w, MSG_CMD_SEARCH);
	struct msg *ev = msg_new(MSG_EV_HITS);
	struct row_buf buf = {NULL, 0, 0};
	struct row r = {.peer = world_key(1), .row = row, .text = "", .quote_dir = DIR_NOTE};

	r.reason = r.react[0] = r.react[1] = r.quote = "";
	ev->serial = asked != NULL ? asked->serial : 0;
	ev->b.hits.done = true;
	if (row != 0) {
		row_put(&buf, &r);
		ev->b.hits.count = 1;
	}
	world_event(w, msg_take_bytes(ev, buf.p, buf.len));
}

/* The role of the cell i cells behind where the text begins. */
static unsigned
role(struct world *w, const char *text, int i)
{
	int y, x;

	if (!world_find(w, text, &y, &x))
		return STYLE_COUNT;
	return grid_at(front_grid(w->front), y, x + i)->style & STYLE_ROLE;
}

static void
lit_up(void)
{
	struct world w;

	open_history(&w, 24, 80);
	world_type(&w, "/find needle SAY\r");
	ok(world_shows(&w, "the Needle of 250, say I"),
	   "what has all the words is found, whatever their order and case");
	ok(role(&w, "the Needle of 250", 4) == STYLE_MATCH &&
		   role(&w, "the Needle of 250", 9) == STYLE_MATCH &&
		   role(&w, "the Needle of 250", 3) == STYLE_STRONG &&
		   role(&w, "the Needle of 250", 10) == STYLE_STRONG,
	   "the words are lit up, the rest of the message is not");
	ok(role(&w, "say I", 0) == STYLE_MATCH, "all of them");
	ok(role(&w, "line 249", 0) == STYLE_NORMAL, "other messages are as they were");
	ok(world_shows(&w, "▸"), "and the message has a mark");
	ok(front_focus(w.front) == PANE_CHAT && world_shows(&w, "n older") &&
		   world_shows(&w, "N newer"),
	   "the key line tells how to go on");
	world_type(&w, ESC);
	ok(role(&w, "the Needle of 250", 4) == STYLE_NORMAL && !world_shows(&w, "▸") &&
		   front_focus(w.front) == PANE_PROMPT,
	   "Esc puts the lights out, and one writes again");
	world_type(&w, "no");
	ok(world_shows(&w, "› no"), "where n is a letter");
	world_close(&w);
}

static void
next_hits(void)
{
	struct world w;
	const struct msg *m;

	open_history(&w, 24, 80);
	world_type(&w, CTRL_S "needle\r");
	ok(world_shows(&w, "Needle of 250"), "^S finds the newest");
	world_forget_sent(&w);
	world_type(&w, "n");
	m = world_last(&w, MSG_CMD_SEARCH);
	ok(m != NULL && m->b.search.count == 1 && !m->b.search.oldest_first &&
		   m->b.search.at <= 250 && m->b.search.at > 150 &&
		   key_equal(&m->b.search.peer, front_current(w.front)) && m->len == 6,
	   "n: what is not loaded is looked through by the store, in this chat alone");
	ok(world_shows(&w, "Looking further"), "which is told");
	hit(&w, 150);
	ok(world_shows(&w, "Needle of 150") && role(&w, "the Needle of 150", 4) == STYLE_MATCH,
	   "and there the words are lit up too");
	world_type(&w, "n");
	if (!world_shows(&w, "Needle of 50"))
		hit(&w, 50);
	ok(world_shows(&w, "Needle of 50"), "n once more");
	world_type(&w, "n");
	if (!world_shows(&w, "Nothing older matches."))
		hit(&w, 0);
	ok(world_shows(&w, "Nothing older matches.") && world_shows(&w, "Needle of 50"),
	   "beyond the oldest nothing is, and the view stays");
	world_type(&w, "N");
	if (!world_shows(&w, "Needle of 150"))
		hit(&w, 150);
	ok(world_shows(&w, "Needle of 150"), "N: back to newer ones");
	world_type(&w, "N");
	if (!world_shows(&w, "Needle of 250"))
		hit(&w, 250);
	ok(world_shows(&w, "Needle of 250"), "up to the newest");
	world_type(&w, "/find nowhere\r");
	hit(&w, 0);
	ok(world_shows(&w, "Nothing matches."), "what is nowhere is said to be");
	world_close(&w);
}

/* From the list of results into the chat. */
static void
from_results(int h, int width)
{
	struct world w;
	struct msg *ev;
	struct row_buf buf = {NULL, 0, 0};
	char text[1200];
	struct row r = {.peer = world_key(1), .row = 150, .time = 1772546400000, .text = text};

	memset(text, 'x', sizeof(text));
	memcpy(text + sizeof(text) - 40, " the Needle of 150, say I", 26);
	r.text_len = strlen(text);
	r.reason = r.react[0] = r.react[1] = r.quote = "";
	r.quote_dir = DIR_NOTE;
	open_history(&w, h, width);
	world_type(&w, "/search needle\r");
	ev = msg_new(MSG_EV_HITS);
	ev->serial = world_last(&w, MSG_CMD_SEARCH)->serial;
	ev->b.hits.done = true;
	ev->b.hits.count = 1;
	row_put(&buf, &r);
	world_event(&w, msg_take_bytes(ev, buf.p, buf.len));
	ok(world_shows(&w, "Needle"), "%dx%d: of a long text that part is shown that was found",
	   width, h);
	ok(role(&w, "Needle", 0) == STYLE_CURSOR && grid_at(front_grid(w.front), 0, 0) != NULL,
	   "on the cursor's row");
	world_type(&w, "\r");
	ok(front_main(w.front) == PANE_CHAT && role(&w, "Needle of 150", 0) == STYLE_MATCH &&
		   role(&w, "Needle of 150", 7) == STYLE_STRONG,
	   "%dx%d: and in the chat the words are lit up", width, h);
	world_type(&w, "N");
	if (!world_shows(&w, "Needle of 250"))
		hit(&w, 250);
	ok(world_shows(&w, "Needle of 250"), "N: the next newer one");
	world_close(&w);
}

/* Where words are in a text. */
static void
marks(void)
{
	char *words = lit_words("  Straße ÄB  c ", 17), *none = lit_words(" \t", 2);
	uint8_t mark[64];
	const char *text = "Die STRASSE? die Straße, äbc";
	size_t n = strlen(text), at = lit_mark(words, text, n, mark);

	is_str(words, "straße", "words are folded");
	ok(strcmp(words + strlen(words) + 1, "äb") == 0, "and there are more of them");
	ok(lit_matches(words, text, n), "all of them are there");
	ok(!lit_matches(words, "straße c", 9), "all of them are wanted");
	ok(!lit_matches(none, text, n), "no words match nothing");
	ok(at == (size_t)(strstr(text, "Straße") - text), "the first hit is told");
	ok(mark[at] && mark[at + strlen("Straße") - 1] && !mark[at + strlen("Straße")],
	   "a word is marked whole, also where a letter has two bytes");
	ok(mark[n - 1] && mark[n - 2] && mark[n - 3], "words beside each other too");
	ok(lit_mark(none, text, n, mark) == n && !mark[at], "nothing is marked without words");
	free(words);
	free(none);
}

int
main(void)
{
	lit_up();
	next_hits();
	from_results(24, 80);
	from_results(12, 40);
	from_results(40, 120);
	marks();
	return done_testing();
}
