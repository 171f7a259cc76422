/* linear.c - the linear front end without a terminal: events and keys in, lines out, and nothing but what any terminal can show. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/options.h"
#include "src/row.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/linear_help.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/input.h"
#include "ui/linear.h"
#include "ui/linear_priv.h"

static void
test_start(void)
{
	lt_begin("", 80);
	ok(lt_wrote("Question: What is your name?\n") && lt_wrote("Your name: "),
	   "the first run asks for a name");
	lt_type("Ada\r");
	ok(lt_wrote("1 Take it, 2 Not now. Enter alone is 1, 0 leaves.\n"), "answers have numbers");
	lt_type("7\r");
	ok(lt_wrote("There is no such answer.\n"), "of which there are so many");
	lt_forget();
	lt_type("1\r");
	is_str(options_text(t.options, OPT_nick), "Ada", "the name is taken");
	lt_self("Ada");
	lt_event(msg_new(MSG_EV_READY));
	ok(lt_wrote("/help WORD finds a command"), "four lines tell how this works");
	lt_type("x");
	ok(!options_bool(t.options, OPT_tour), "and never come back");
	lt_end();
	lt_open_two(80);
	ok(lt_wrote("You are Ada. 1 of 2 contacts are online.\n"), "who there is, in a line");
	ok(lt_wrote("Chat with Boris: online, pinned"), "the first chat is open");
	ok(lt_wrote("Nothing has been said here yet.\nBoris> "),
	   "and named before the line one types");
	ok(!lt_wrote("/help WORD"), "no four lines any more");
	ok(strchr(t.out, '\033') == NULL, "no escape sequence");
	lt_end();
}

static void
test_line(void)
{
	lt_open_two(40);
	lt_forget();
	lt_type("helo");
	is_str(t.out, "helo", "typed text is written as it comes");
	lt_forget();
	lt_type("\033[D");
	is_str(t.out, "\b", "Left goes one back");
	lt_forget();
	lt_type("l");
	is_str(t.out, "lo\b", "what is put in the middle is written with what follows");
	lt_forget();
	lt_type("\005\177");
	is_str(t.out, "o\b \b", "to the end; the last one is wiped away");
	lt_forget();
	lt_type("\xc3\xa9");
	is_str(t.out, "\xc3\xa9", "a letter of two bytes is one");
	lt_forget();
	lt_chat(2, 1, 1, 1);
	lt_answer_page(PAGE_CHANGES, (struct row[]){lt_row(2, 1, DIR_IN, "hi\nthere")}, 1);
	is_str(t.out, "\r            \rChidi: hi\xe2\x8f\x8ethere\nBoris> hell\xc3\xa9",
	       "a message is a line above it");
	lt_forget();
	lt_type("\r");
	ok(strncmp(t.out, "\n", 1) == 0 && lt_wrote("Boris> "), "Enter ends the line");
	ok(lt_said("hell\xc3\xa9"), "and sends it");
	lt_type("0123456789012345678901234567890123456789");
	lt_forget();
	lt_type("\001");
	is_str(t.out, "", "over the edge one cannot go back");
	lt_type("x");
	is_str(t.out, "\nBoris> x0123456789012345678901234567890123456789",
	       "a change there is written anew");
	lt_forget();
	lt_type("\r");
	ok(strncmp(t.out, "\nBoris> ", 8) == 0, "and given as it is");
	lt_type("/cont\t");
	ok(lt_wrote("/contacts "), "Tab completes");
	lt_type("\003/set the\t\t");
	ok(lt_wrote("\nBoris> /set theme ") || lt_wrote("auto  dark"), "or reads what there is");
	lt_end();
}

static void
test_messages(void)
{
	struct row r;

	lt_open_two(80);
	lt_forget();
	lt_chat(1, 1, 1, 1);
	r = lt_row(1, 1, DIR_IN, "/me waves\033[2J");
	lt_answer_page(PAGE_CHANGES, &r, 1);
	ok(lt_wrote("* Boris waves\xe2\x80\xb9U+001B\xe2\x80\xba[2J\n"),
	   "what somebody does, and no sequences");
	ok(lt_asked(OP_READ), "what was read in the open chat is read");
	lt_forget();
	lt_chat(2, 2, 2, 1);
	r = lt_row(2, 2, DIR_IN, "psst");
	lt_answer_page(PAGE_CHANGES, &r, 1);
	ok(lt_wrote("Chidi: psst\n") && lt_last(MSG_CMD_CONTACT) == NULL,
	   "in another chat it is only told");
	lt_forget();
	lt_chat(1, 3, 3, 0);
	r = lt_row(1, 3, DIR_OUT, "my own");
	lt_answer_page(PAGE_CHANGES, &r, 1);
	ok(!lt_wrote("my own"), "what one says oneself stands there already");
	lt_forget();
	lt_chat(1, 3, 4, 0);
	r.state = RECEIPT_FAILED;
	r.rev = 4;
	lt_answer_page(PAGE_CHANGES, &r, 1);
	ok(lt_wrote("Not sent to Boris: my own (nobody took it)\n"),
	   "a receipt that failed is told");
	lt_forget();
	lt_event(lt_contact(2, "Chidi", LINK_ONLINE));
	is_str(t.out, "", "who comes is not told");
	lt_type("/set linear_presence on\r");
	lt_forget();
	lt_event(lt_contact(2, "Chidi", LINK_OFFLINE));
	ok(lt_wrote("Chidi is offline.\n"), "unless one wants it");
	lt_end();
}

static void
test_transfers(void)
{
	lt_open_two(80);
	lt_forget();
	lt_transfer(0, TRANSFER_WAITING);
	ok(lt_wrote("Boris offers trip.tar: 1 file, 100 B. /accept 7 takes it"),
	   "an offer is a line");
	t.now += 60000;
	linear_tick(t.l);
	ok(!lt_wrote("Question"), "and no question that would take the next line for its answer");
	lt_forget();
	for (uint64_t i = 0; i < 100; i++)
		lt_transfer(i, TRANSFER_RUNNING);
	ok(lt_wrote("Transfer 7, trip.tar from Boris: receiving, 100 B.\n"), "it begins");
	ok(lt_wrote(": 25 %, 2 minutes left.\n") && lt_wrote(": 50 %,") && lt_wrote(": 75 %,"),
	   "its quarters");
	is_int((int64_t)t.len,
	       (int64_t)strlen(
		       "\r       \rTransfer 7, trip.tar from Boris: receiving, 100 B.\nBoris> ") +
		       3 * (int64_t)strlen(
				   "\r       \rTransfer 7, trip.tar from Boris: 25 %, 2 minutes "
				   "left.\nBoris> "),
	       "and nothing else");
	lt_forget();
	lt_transfer(99, TRANSFER_PAUSED);
	ok(lt_wrote(": paused: the disk is full.\n"), "a pause with its reason");
	lt_transfer(100, TRANSFER_DONE);
	ok(lt_wrote(": arrived in /tmp/trip.tar\n"), "the end");
	lt_type("/transfers\r");
	ok(lt_wrote("7 trip.tar from Boris: done, "), "the list");
	lt_end();
}

static void
test_questions(void)
{
	struct msg *m;

	lt_open_two(80);
	lt_forget();
	m = world_contact(9, "Mallory");
	m->b.contact.state = CONTACT_REQUEST;
	strlcpy(m->b.contact.from, "192.168.1.19", sizeof(m->b.contact.from));
	lt_event(m);
	ok(lt_wrote("Mallory asks to be let in, from 192.168.1.19. /requests answers.\n"),
	   "a request is a line");
	lt_forget();
	lt_type("/requests\r");
	ok(lt_wrote("Question: Somebody asks to be let in\n") &&
		   lt_wrote("Enter alone is 4, 0 leaves.\nAnswer: "),
	   "asked for, it is a question");
	lt_type("acc\r");
	ok(lt_asked(OP_ACCEPT), "a word is enough for an answer");
	lt_forget();
	lt_type("/verify\r");
	ok(lt_wrote(", ") && strstr(t.out, "same numbers:\n") != NULL, "the numbers to compare");
	ok(strstr(t.out, "numbers:\n") != NULL &&
		   strspn(strstr(t.out, "numbers:\n") + 9, "0123456789 ,") == 6 * 11 - 2,
	   "are spelled in groups");
	lt_type("match\r3\r");
	ok(lt_asked(OP_MATCH), "fields come first, then the answer");
	lt_forget();
	lt_type("/rename Boris\033");
	lt_type("\003/add\r");
	ok(lt_wrote("Question: ") && lt_wrote(": "), "a form asks for its fields");
	lt_type("\033");
	ok(!linear_asking(t.l), "Esc leaves");
	lt_end();
}

static void
test_history(void)
{
	struct row rows[30];
	char text[30][16];

	lt_begin("Ada", 80);
	lt_self("Ada");
	lt_event(lt_contact(1, "Boris", LINK_ONLINE));
	lt_chat(1, 30, 30, 0);
	for (int i = 0; i < 30; i++) {
		snprintf(text[i], sizeof(text[i]), "word %d", i + 1);
		rows[i] = lt_row(1, i + 1, i % 2 != 0 ? DIR_OUT : DIR_IN, text[i]);
	}
	lt_event(msg_new(MSG_EV_READY));
	lt_answer_page(PAGE_BEFORE, rows, 30);
	ok(lt_wrote("Tue 3 March:\n") && lt_wrote(" you: word 30\n"), "history has days and times");
	lt_forget();
	lt_type("/older\r");
	ok(lt_wrote(" you: word 6\n") && !lt_wrote("word 26\n"), "a page further back");
	lt_type("/older\r");
	ok(lt_wrote(" Boris: word 1\n"), "and the first");
	lt_forget();
	lt_type("/older\r");
	ok(lt_wrote("This is the beginning of the chat.\n"), "until there is no more");
	lt_type("/newer\r");
	ok(lt_wrote("word 20\n"), "and forward again");
	lt_forget();
	lt_type("/next\r");
	ok(lt_wrote("Boris> "), "one chat is a circle");
	lt_type("/help reaction\r/help mouse\r/mouse\r\033OQ");
	ok(lt_wrote("/mouse [on|off]: ") && lt_wrote("There is no mouse here"),
	   "help finds what there is");
	ok(lt_wrote("1 Boris: online, "), "F2 reads the contacts");
	lt_end();
}

static void
test_language(void)
{
	if (!say_language("pt")) {
		skip("built without msgfmt", "the help in Portuguese");
		return;
	}
	lt_open_two(80);
	lt_forget();
	lt_type("/help\r");
	ok(lt_wrote("/add adiciona um amigo.\n") && !lt_wrote("friend"), "the help in Portuguese");
	lt_end();
	say_language("en");
}

static void
test_spell(void)
{
	static const char *const cases[][2] = {
		{"28471 90215", "2 8 4 7 1, 9 0 2 1 5"},
		{"number: 28471 90215 55302", "number: 2 8 4 7 1, 9 0 2 1 5, 5 5 3 0 2"},
		{"port 41555", "port 41555"},
		{"12345 123456", "12345 123456"},
		{"28471 90215 and more", "2 8 4 7 1, 9 0 2 1 5 and more"},
		{"", ""},
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		char *out = linear_spell(cases[i][0]);

		is_str(out, cases[i][1], "“%s”", cases[i][0]);
		free(out);
	}
}

int
main(void)
{
	test_start();
	test_line();
	test_messages();
	test_transfers();
	test_questions();
	test_history();
	test_language();
	test_spell();
	return done_testing();
}
