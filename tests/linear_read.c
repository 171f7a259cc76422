/* linear_read.c - what was read out and what was not, fields that take no more, and the passphrase. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/options.h"
#include "tests/front_world.h"
#include "tests/linear_help.h"
#include "tests/tap.h"
#include "ui/linear_priv.h"

/* What does not fit into a field is not passed over. */
static void
test_too_long(void)
{
	char name[NAME_MAX_BYTES + 3];

	memset(name, 'x', sizeof(name));
	strcpy(name + NAME_MAX_BYTES + 1, "\r");
	lt_begin("", 80);
	lt_type("Ada");
	lt_forget();
	lt_type(name);
	ok(lt_wrote("That is too long for this field.\nYour name: ") && !lt_wrote("0 leaves"),
	   "a name that does not fit is asked for again");
	lt_type("Bo\r1\r");
	is_str(options_text(t.options, OPT_nick), "Bo", "and one that does is taken");
	lt_end();
}

static void
answer_passphrase(bool good, const char *sentence)
{
	const struct msg *ask = lt_last(MSG_CMD_PASSPHRASE);
	struct msg *m = msg_new(MSG_EV_RESULT);

	m->serial = ask != NULL ? ask->serial : 0;
	m->b.result.ok = good;
	lt_event(msg_set_bytes(m, sentence, strlen(sentence)));
}

/* While it is sealed one can go on: nothing that is typed then is taken for a passphrase. */
static void
test_passphrase(void)
{
	char line[1300];

	lt_open_two(80);
	memset(line, 'x', 1200);
	strcpy(line + 1200, "\r");
	lt_type("/passphrase\r");
	lt_forget();
	lt_type(line);
	ok(lt_wrote("That is too long for this field.\n") && !lt_wrote("xxx"),
	   "a long one is refused");
	lt_type("four words or five\rfour words or five\r");
	lt_forget();
	lt_type("\r");
	ok(lt_last(MSG_CMD_PASSPHRASE) != NULL && lt_wrote("Sealing."), "it is being sealed");
	ok(!linear_asking(t.l) && lt_wrote("Boris> ") && !lt_wrote("Passphrase:"),
	   "and nothing is asked any more");
	lt_type("hello\r");
	ok(lt_said("hello"), "what is typed meanwhile is said");
	answer_passphrase(true, "The passphrase is set.");
	ok(lt_wrote("The passphrase is set.\n"), "what came of it is told");
	lt_type("/passphrase\rabc\rabc\r\r");
	answer_passphrase(false, "The disk is full.");
	ok(lt_wrote("The disk is full.\n") && !linear_asking(t.l), "also what went wrong");
	lt_end();
}

static void
unread(uint32_t n, int64_t first)
{
	struct msg *m = msg_new(MSG_EV_CHAT);

	m->b.chat.peer = world_key(1);
	m->b.chat.row = 50;
	m->b.chat.rev = 50;
	m->b.chat.unread = n;
	m->b.chat.unread_row = first;
	lt_event(m);
}

/* Up to which row the core was told that it was read; 0: nothing was. */
static int64_t
read_up_to(void)
{
	const struct msg *m = lt_last(MSG_CMD_CONTACT);

	return m != NULL && m->b.contact_op.op == OP_READ ? m->b.contact_op.row : 0;
}

/* More is unread than is read out at once: no message is said to be read that was not. */
static void
test_unread(bool far)
{
	struct row rows[51], new;
	char text[51][16];

	lt_begin("Ada", 80);
	lt_self("Ada");
	lt_event(lt_contact(1, "Boris", LINK_ONLINE));
	unread(48, 3);
	for (int i = 1; i <= 50; i++) {
		snprintf(text[i], sizeof(text[i]), "word %d.", i);
		rows[i] = lt_row(1, i, DIR_IN, text[i]);
	}
	lt_event(msg_new(MSG_EV_READY));
	t.more = far;
	lt_answer_page(PAGE_BEFORE, far ? rows + 21 : rows + 1, far ? 30 : 50);
	t.more = false;
	if (far) {
		ok(read_up_to() == 0 && !lt_wrote("word"), "what is far back is loaded first");
		lt_answer_page(PAGE_AFTER, rows + 3, 48);
	}
	ok(lt_wrote("word 3.") && lt_wrote("word 22.") && !lt_wrote("word 2.") &&
		   !lt_wrote("word 23."),
	   "the oldest unread ones come first");
	ok(lt_wrote("More is unread: /newer goes on.\n"), "and that they are not all");
	is_int(read_up_to(), 22, "they are read, and no others");
	lt_forget();
	new = lt_row(1, 51, DIR_IN, "right now");
	lt_chat(1, 51, 51, 29);
	lt_answer_page(PAGE_CHANGES, &new, 1);
	ok(lt_wrote("Boris: right now\n"), "one that comes meanwhile is told");
	is_int(read_up_to(), 0, "but those before it are not read by that");
	lt_type("/newer\r");
	is_int(read_up_to(), 42, "the next page");
	lt_type("/older\r");
	is_int(read_up_to(), 42, "older ones again");
	lt_type("/newer\r/newer\r");
	is_int(read_up_to(), 51, "and the last");
	lt_end();
}

int
main(void)
{
	test_too_long();
	test_passphrase();
	test_unread(false);
	test_unread(true);
	return done_testing();
}
