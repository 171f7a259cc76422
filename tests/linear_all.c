/* linear_all.c - what goes round the lines: the bell, the editor, where files went; and every command of the table, one after the other. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/options.h"
#include "src/util.h"
#include "src/went.h"
#include "tests/front_world.h"
#include "tests/linear_help.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/linear_priv.h"

/* A line comes while nobody looks. */
static void
message(int64_t at)
{
	struct row r = lt_row(1, at, DIR_IN, "look here");

	lt_chat(1, at, at, (uint32_t)at);
	lt_answer_page(PAGE_CHANGES, &r, 1);
}

static uint32_t
serial_of(enum msg_type type)
{
	const struct msg *m = lt_last(type);

	return m != NULL ? m->serial : 0;
}

static void
test_news(void)
{
	lt_open_two(80);
	t.bells = 0;
	t.notified[0] = t.title[0] = '\0';
	message(1);
	ok(t.bells == 0 && lt_asked(OP_READ), "who looks needs no bell, and has read it");
	lt_forget();
	lt_type("\033[O");
	message(2);
	ok(lt_wrote("Boris: look here\n"), "unfocused: a message is a line");
	ok(t.bells == 1, "the bell rings");
	is_str(t.title, "(2) p2p-tui", "the title tells");
	is_str(t.notified, "", "no notification, unless one wants it");
	ok(!lt_asked(OP_READ), "and it is not read");
	lt_type("\033[I");
	ok(lt_asked(OP_READ), "but by who comes back");
	is_str(t.title, "p2p-tui", "whose title is as it was");
	lt_type("/set bell off\r/set notify osc9\r\033[O");
	message(3);
	ok(t.bells == 1, "the option turns the bell off");
	is_str(t.notified, "Boris: A new message", "and notifications on");
	lt_type("\033[I/set notify desktop\r");
	ok(lt_wrote("There is no desktop.\n"), "what cannot be had here is said");
	lt_end();
}

static void
test_editor(void)
{
	FILE *f;

	lt_open_two(80);
	t.edited[0] = '\0';
	lt_type("half a");
	lt_forget();
	lt_type("\030\005");
	ok(t.edited[0] != '\0', "^X ^E gives the line to the editor");
	ok(!lt_wrote("^X"), "and says nothing about its keys");
	f = fopen(t.edited, "w");
	if (ok(f != NULL, "which writes it anew")) {
		fputs("half a thought\nand the rest\n", f);
		fclose(f);
	}
	lt_chat(2, 1, 1, 1);
	lt_answer_page(PAGE_CHANGES, (struct row[]){lt_row(2, 1, DIR_IN, "psst")}, 1);
	front_edited(linear_front(t.l), 0);
	linear_show(t.l);
	ok(lt_wrote("Chidi: psst\n"), "what came meanwhile is told");
	ok(lt_wrote("thought\xe2\x8f\x8e"
		    "and the rest"),
	   "and the line is what was written");
	lt_type("\r");
	ok(lt_said("half a thought\nand the rest"), "which goes as it is");
	t.edited[0] = '\0';
	lt_type("/editor more\r");
	ok(t.edited[0] != '\0', "/editor does the same");
	front_edited(linear_front(t.l), 127);
	ok(lt_wrote("Your editor did not start"), "one that does not start is told of");
	lt_end();
}

static void
test_transfer_words(void)
{
	struct went_piece piece = {0};
	struct msg *m = msg_new(MSG_EV_WENT);

	lt_open_two(80);
	lt_transfer(100, TRANSFER_DONE);
	lt_forget();
	lt_type("/open 7\r");
	ok(lt_wrote("7 trip.tar from Boris: done") && lt_wrote("It is here: /tmp/trip.tar\n"),
	   "/open tells where it is");
	lt_forget();
	lt_type("/transfers 7\r");
	ok(lt_last(MSG_CMD_WENT) != NULL, "/transfers N asks where its files went");
	went_put(&piece, &(struct went_row){.how = WENT_THERE, .path = "a", .note = ""});
	went_put(&piece, &(struct went_row){.how = WENT_SAME, .path = "b", .note = ""});
	m->serial = serial_of(MSG_CMD_WENT);
	m->b.went_page.transfer = 7;
	m->b.went_page.count = 2;
	m->b.went_page.rows = 3;
	lt_event(msg_take_bytes(m, piece.p, piece.len));
	piece.p = NULL;
	went_clear(&piece);
	ok(lt_wrote("a: arrived\n") && lt_wrote("b: was there already\n"), "and reads it");
	ok(lt_wrote("There are 1 more"), "and how much more there is");
	lt_end();
}

static void
test_done(void)
{
	struct msg *m = msg_new(MSG_EV_RESULT);

	lt_open_two(80);
	lt_forget();
	lt_type("/disconnect\r");
	m->serial = serial_of(MSG_CMD_CONTACT);
	m->b.result.ok = true;
	lt_event(m);
	ok(lt_wrote("Done.\n"), "a command with nothing to say is done");
	lt_forget();
	lt_type("hello\r");
	m = msg_new(MSG_EV_RESULT);
	m->serial = serial_of(MSG_CMD_SAY);
	m->b.result.ok = true;
	lt_event(m);
	ok(!lt_wrote("Done."), "what is said needs no such word");
	m = msg_new(MSG_EV_SELF);
	m->b.self.away = true;
	lt_event(m);
	ok(lt_wrote("Contacts see you as away.\n"), "how one looks is told");
	lt_end();
}

/* Each command of the table, alone: it tells, asks, or does something, and one types on. */
static void
test_all_commands(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		char line[64];
		bool some;

		lt_open_two(80);
		lt_transfer(50, TRANSFER_RUNNING);
		lt_forget();
		t.suspends = 0;
		t.edited[0] = '\0';
		snprintf(line, sizeof(line), "/%s\r", c->name);
		lt_type(line);
		some = strchr(t.out + 1, '\n') != NULL || t.nsent != 0 || t.suspends != 0 ||
		       t.edited[0] != '\0' || strcmp(c->name, "redraw") == 0;
		ok(some && !lt_wrote("That needs a screen."), "/%s works, or says what does",
		   c->name);
		if (t.edited[0] != '\0')
			front_edited(linear_front(t.l), 0);
		while (linear_asking(t.l))
			lt_type("\033");
		lt_forget();
		lt_type("\003next");
		ok(lt_wrote("next"), "and one types on");
		ok(front_focus(linear_front(t.l)) == PANE_PROMPT, "on the line");
		lt_end();
	}
}

int
main(void)
{
	test_news();
	test_editor();
	test_transfer_words();
	test_done();
	test_all_commands();
	return done_testing();
}
