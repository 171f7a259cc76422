/* front_pass.c - the passphrase on the screen: stars instead of what is typed, what is asked of the core, and what its answers show */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/edit.h"
#include "ui/front.h"

static void
self(struct world *w, bool sealed)
{
	struct msg *m = msg_new(MSG_EV_SELF);

	strlcpy(m->b.self.nick, "Ada", sizeof(m->b.self.nick));
	m->b.self.sealed = sealed;
	world_event(w, msg_set_bytes(m, "p2p:abc", 7));
}

static void
start(struct world *w, bool sealed)
{
	world_open(w, 24, 80, "Ada", false);
	self(w, sealed);
	world_ready(w);
	world_type(w, "/passphrase\r");
	world_forget_sent(w);
}

static void
answer(struct world *w, bool good, const char *sentence)
{
	struct msg *m = msg_new(MSG_EV_RESULT);

	m->serial = world_last(w, MSG_CMD_PASSPHRASE)->serial;
	m->b.result.ok = good;
	world_event(w, msg_set_bytes(m, sentence, strlen(sentence)));
}

/* The message's bytes are these two strings, and secret. */
static bool
asks(struct world *w, const char *old, const char *new)
{
	const struct msg *m = world_last(w, MSG_CMD_PASSPHRASE);

	return m != NULL && m->secret && strcmp(msg_string(m, 0), old) == 0 &&
	       strcmp(msg_string(m, 1), new) == 0 && m->len == strlen(old) + strlen(new) + 2;
}

static void
test_set(void)
{
	struct world w;

	start(&w, false);
	ok(world_shows(&w, "A passphrase") && world_shows(&w, "Only file permissions protect"),
	   "/passphrase asks, and says what holds without one");
	world_type(&w, "\r\r");
	ok(world_shows(&w, "An empty passphrase protects nothing."), "an empty one is refused");
	ok(world_last(&w, MSG_CMD_PASSPHRASE) == NULL, "and not asked for");
	world_type(&w, "\x1b");
	world_type(&w, "/passphrase\r");
	world_type(&w, "xyzzy");
	ok(world_shows(&w, "*****") && !world_shows(&w, "xyzzy") && !world_shows(&w, "******"),
	   "stars are shown");
	ok(world_shows(&w, "Short:"), "a short one is called short, and taken");
	world_type(&w, " \xc3\xa4"
		       "bcdef\r");
	ok(world_shows(&w, "Fair"), "a longer one fair");
	world_type(&w, "other\r");
	ok(world_shows(&w, "The two are not the same."), "it is typed twice");
	world_type(&w, "\x15");
	world_paste(&w,
		    "xyzzy \xc3\xa4"
		    "bcdef",
		    13);
	world_type(&w, "\r");
	ok(asks(&w, "",
		"xyzzy \xc3\xa4"
		"bcdef"),
	   "then the core is asked");
	ok(world_shows(&w, "Sealing") && !world_shows(&w, "*"), "that it works is shown");
	self(&w, true);
	answer(&w, true, "The passphrase is set: identity and history are sealed.");
	ok(!world_shows(&w, "A passphrase") && world_shows(&w, "identity and history are sealed"),
	   "and what came of it");
	ok(front_sealed(w.front) && !world_shows(&w, "Only file permissions"),
	   "from then on nothing else is claimed");
	world_type(&w, "\x1b\x1b[A\x1b[A\x19");
	ok(!world_shows(&w, "xyzzy"), "no history and no kill ring gives it back");
	world_close(&w);
}

static void
test_change(void)
{
	struct world w;

	start(&w, true);
	ok(world_shows(&w, "Your passphrase") && world_shows(&w, "Remove it"),
	   "where one is set it can be changed or removed");
	world_type(&w, "\tabc\rabc\r");
	ok(world_shows(&w, "Type the passphrase that is set, too."),
	   "the one that is set is asked");
	world_type(&w, "\x1b[A\x1b[Aold\r");
	ok(asks(&w, "old", "abc"), "with it the core is asked");
	world_type(&w, "more\rmore\rmore\r");
	ok(world_shows(&w, "still being done"), "one thing at a time");
	answer(&w, false, "The passphrase is wrong.");
	ok(world_shows(&w, "Your passphrase") && world_shows(&w, "The passphrase is wrong.") &&
		   !world_shows(&w, "*"),
	   "a wrong one can be typed again");
	world_type(&w, "right\t\t\t\t\r");
	ok(asks(&w, "right", ""), "removing asks for it, and for no other");
	self(&w, false);
	answer(&w, true, "The passphrase is removed: only file permissions protect this home now.");
	ok(!front_sealed(w.front) && world_shows(&w, "only file permissions"), "that is said");
	world_close(&w);
}

static void
test_left(void)
{
	struct world w;

	start(&w, false);
	world_type(&w, "abc\rabc\r");
	world_type(&w, "\x1b");
	ok(!world_shows(&w, "A passphrase"), "Esc leaves it to the core");
	answer(&w, false, "The identity is sealed, the history not all yet.");
	ok(world_shows(&w, "the history not all yet"), "what went wrong is said all the same");
	world_type(&w, "/passphrase plugh\r");
	ok(world_shows(&w, "takes no words") && !world_shows(&w, "plugh"),
	   "with a word it is refused, and the word goes");
	world_type(&w, "\x1b[A");
	ok(!world_shows(&w, "plugh"), "for good");
	w.full = true;
	world_type(&w, "\x15/passphrase\rabc\rabc\r");
	ok(world_shows(&w, "did not take that"), "a core that is busy is said to be");
	world_close(&w);
}

static void
test_edit(void)
{
	struct edit *e = edit_new(16, EDIT_ONE_LINE | EDIT_SECRET);

	edit_insert(e, "one two", 7);
	edit_do(e, REQ_EDIT_KILL_WORD_LEFT);
	ok(edit_empty(e), "a secret has no words");
	edit_do(e, REQ_EDIT_YANK);
	edit_do(e, REQ_EDIT_UNDO);
	ok(edit_empty(e), "what was cut is not kept");
	ok(edit_insert(e, "12345678901234567", 17) & EDIT_FULL, "it has its limit");
	edit_insert(e, "1234567890123456", 16);
	edit_do(e, REQ_EDIT_BACKSPACE);
	is_str(edit_text(e, NULL), "123456789012345", "and can be corrected");
	is_int(edit_text(e, NULL)[16], 0, "what is rubbed out is wiped");
	edit_free(e);
}

int
main(void)
{
	test_set();
	test_change();
	test_left();
	test_edit();
	return done_testing();
}
