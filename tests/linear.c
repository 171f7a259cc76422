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
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/input.h"
#include "ui/linear.h"
#include "ui/linear_priv.h"

#define NOON 1772539200000LL /* 3 March 2026 */

static struct {
	struct linear *l;
	struct options *options;
	struct input *input;
	uint64_t now;
	char out[65536]; /* all that was written since forget() */
	size_t len;
	struct msg *sent[64];
	size_t nsent;
} t;

static bool
host_send(void *arg, struct msg *m)
{
	(void)arg;
	if (t.nsent == NELEM(t.sent))
		msg_free(m);
	else
		t.sent[t.nsent++] = m;
	return true;
}

static void
host_write(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	if (t.len + len >= sizeof(t.out))
		util_fatal("The test wrote too much.");
	memcpy(t.out + t.len, bytes, len);
	t.len += len;
	t.out[t.len] = '\0';
}

static bool
host_open(void *arg, const char *link, char *err, size_t errlen)
{
	(void)arg;
	(void)link;
	(void)err;
	(void)errlen;
	return true;
}

static void
host_suspend(void *arg)
{
	(void)arg;
}

static uint64_t
host_now(void *arg)
{
	(void)arg;
	return t.now;
}

static int64_t
host_wall(void *arg)
{
	(void)arg;
	return NOON + (int64_t)t.now;
}

static void
forget(void)
{
	t.len = 0;
	t.out[0] = '\0';
	for (size_t i = 0; i < t.nsent; i++)
		msg_free(t.sent[i]);
	t.nsent = 0;
}

static void
begin(const char *nick, int width)
{
	struct linear_setup setup = {.send = host_send,
				     .write = host_write,
				     .open = host_open,
				     .suspend = host_suspend,
				     .now = host_now,
				     .wall = host_wall,
				     .first_run = nick[0] == '\0',
				     .width = width};
	char err[200];

	t.options = setup.options = options_new();
	t.now = 5000;
	options_set(t.options, OPT_tour, nick[0] == '\0' ? "on" : "off", err, sizeof(err));
	options_set(t.options, OPT_nick, nick, err, sizeof(err));
	t.input = input_new();
	t.l = linear_new(&setup);
	linear_show(t.l);
}

static void
end(void)
{
	linear_free(t.l);
	input_free(t.input);
	options_free(t.options);
	forget();
}

static void
event(struct msg *m)
{
	linear_event(t.l, m);
	msg_free(m);
	linear_show(t.l);
}

static void
type(const char *bytes)
{
	struct input_event ev;

	input_feed(t.input, bytes, strlen(bytes), t.now);
	t.now += 100;
	input_tick(t.input, t.now);
	while (input_next(t.input, &ev)) {
		linear_input(t.l, &ev);
		linear_show(t.l);
	}
}

static bool
wrote(const char *text)
{
	return strstr(t.out, text) != NULL;
}

static const struct msg *
last(enum msg_type type)
{
	for (size_t i = t.nsent; i-- > 0;)
		if (t.sent[i]->type == type)
			return t.sent[i];
	return NULL;
}

/* Whether the last CMD_CONTACT asks for that. */
static bool
asked(enum contact_op op)
{
	const struct msg *m = last(MSG_CMD_CONTACT);

	return m != NULL && m->b.contact_op.op == op;
}

static bool
said(const char *text)
{
	const struct msg *m = last(MSG_CMD_SAY);

	return m != NULL && m->bytes != NULL && strcmp((const char *)m->bytes, text) == 0;
}

static void
self(const char *nick)
{
	struct msg *m = msg_new(MSG_EV_SELF);

	m->b.self.key = world_key(0);
	strlcpy(m->b.self.nick, nick, sizeof(m->b.self.nick));
	event(msg_set_bytes(m, "p2p:7f3kq2m8", 12));
}

static struct msg *
contact(unsigned n, const char *name, enum link_state link)
{
	struct msg *m = world_contact(n, name);

	m->b.contact.link = link;
	return m;
}

static void
chat(unsigned n, int64_t row, int64_t rev, uint32_t unread)
{
	struct msg *m = msg_new(MSG_EV_CHAT);

	m->b.chat.peer = world_key(n);
	m->b.chat.row = row;
	m->b.chat.rev = rev;
	m->b.chat.unread = unread;
	event(m);
}

/* Rows of a chat, as the answer to the last page that was asked for in that way. */
static void
answer_page(enum page_kind kind, const struct row *rows, uint32_t n)
{
	struct row_buf buf = {0};
	struct msg *m = msg_new(MSG_EV_PAGE);
	const struct msg *asked = NULL;

	for (size_t i = 0; i < t.nsent; i++)
		if (t.sent[i]->type == MSG_CMD_PAGE && t.sent[i]->b.page.kind == kind)
			asked = t.sent[i];
	if (!ok(asked != NULL, "a page was asked for")) {
		msg_free(m);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		row_put(&buf, &rows[i]);
	m->serial = asked->serial;
	m->b.page_result.peer = asked->b.page.peer;
	m->b.page_result.kind = kind;
	m->b.page_result.at = asked->b.page.at;
	m->b.page_result.count = n;
	event(msg_take_bytes(m, buf.p, buf.len));
}

static struct row
row(unsigned n, int64_t at, enum direction dir, const char *text)
{
	return (struct row){.peer = world_key(n),
			    .id = {{(uint8_t)at}},
			    .row = at,
			    .rev = at,
			    .seq = at,
			    .time = NOON,
			    .dir = dir,
			    .kind = ROW_TEXT,
			    .content = CONTENT_CHAT,
			    .state = RECEIPT_DELIVERED,
			    .text = text,
			    .text_len = strlen(text),
			    .reason = "nobody took it",
			    .reason_len = 14};
}

static void
open_two(int width)
{
	begin("Ada", width);
	self("Ada");
	event(contact(1, "Boris", LINK_ONLINE));
	event(contact(2, "Chidi", LINK_OFFLINE));
	chat(1, 0, 0, 0);
	chat(2, 0, 0, 0);
	event(msg_new(MSG_EV_READY));
	answer_page(PAGE_BEFORE, NULL, 0);
}

static void
test_start(void)
{
	begin("", 80);
	ok(wrote("Question: What is your name?\n") && wrote("Your name: "),
	   "the first run asks for a name");
	type("Ada\r");
	ok(wrote("1 Take it, 2 Not now. Enter alone is 1, 0 leaves.\n"), "answers have numbers");
	type("7\r");
	ok(wrote("There is no such answer.\n"), "of which there are so many");
	forget();
	type("1\r");
	is_str(options_text(t.options, OPT_nick), "Ada", "the name is taken");
	self("Ada");
	event(msg_new(MSG_EV_READY));
	ok(wrote("/help WORD finds a command"), "four lines tell how this works");
	type("x");
	ok(!options_bool(t.options, OPT_tour), "and never come back");
	end();
	open_two(80);
	ok(wrote("You are Ada. 1 of 2 contacts are online.\n"), "who there is, in a line");
	ok(wrote("Chat with Boris: online, pinned"), "the first chat is open");
	ok(wrote("Nothing has been said here yet.\nBoris> "),
	   "and named before the line one types");
	ok(!wrote("/help WORD"), "no four lines any more");
	ok(strchr(t.out, '\033') == NULL, "no escape sequence");
	end();
}

static void
test_line(void)
{
	open_two(40);
	forget();
	type("helo");
	is_str(t.out, "helo", "typed text is written as it comes");
	forget();
	type("\033[D");
	is_str(t.out, "\b", "Left goes one back");
	forget();
	type("l");
	is_str(t.out, "lo\b", "what is put in the middle is written with what follows");
	forget();
	type("\005\177");
	is_str(t.out, "o\b \b", "to the end; the last one is wiped away");
	forget();
	type("\xc3\xa9");
	is_str(t.out, "\xc3\xa9", "a letter of two bytes is one");
	forget();
	chat(2, 1, 1, 1);
	answer_page(PAGE_CHANGES, (struct row[]){row(2, 1, DIR_IN, "hi\nthere")}, 1);
	is_str(t.out, "\r            \rChidi: hi\xe2\x8f\x8ethere\nBoris> hell\xc3\xa9",
	       "a message is a line above it");
	forget();
	type("\r");
	ok(strncmp(t.out, "\n", 1) == 0 && wrote("Boris> "), "Enter ends the line");
	ok(said("hell\xc3\xa9"), "and sends it");
	type("0123456789012345678901234567890123456789");
	forget();
	type("\001");
	is_str(t.out, "", "over the edge one cannot go back");
	type("x");
	is_str(t.out, "\nBoris> x0123456789012345678901234567890123456789",
	       "a change there is written anew");
	forget();
	type("\r");
	ok(strncmp(t.out, "\nBoris> ", 8) == 0, "and given as it is");
	type("/cont\t");
	ok(wrote("/contacts "), "Tab completes");
	type("\003/set the\t\t");
	ok(wrote("\nBoris> /set theme ") || wrote("auto  dark"), "or reads what there is");
	end();
}

static void
test_messages(void)
{
	struct row r;

	open_two(80);
	forget();
	chat(1, 1, 1, 1);
	r = row(1, 1, DIR_IN, "/me waves\033[2J");
	answer_page(PAGE_CHANGES, &r, 1);
	ok(wrote("* Boris waves\xe2\x80\xb9U+001B\xe2\x80\xba[2J\n"),
	   "what somebody does, and no sequences");
	ok(asked(OP_READ), "what was read in the open chat is read");
	forget();
	chat(2, 2, 2, 1);
	r = row(2, 2, DIR_IN, "psst");
	answer_page(PAGE_CHANGES, &r, 1);
	ok(wrote("Chidi: psst\n") && last(MSG_CMD_CONTACT) == NULL,
	   "in another chat it is only told");
	forget();
	chat(1, 3, 3, 0);
	r = row(1, 3, DIR_OUT, "my own");
	answer_page(PAGE_CHANGES, &r, 1);
	ok(!wrote("my own"), "what one says oneself stands there already");
	forget();
	chat(1, 3, 4, 0);
	r.state = RECEIPT_FAILED;
	r.rev = 4;
	answer_page(PAGE_CHANGES, &r, 1);
	ok(wrote("Not sent to Boris: my own (nobody took it)\n"), "a receipt that failed is told");
	forget();
	event(contact(2, "Chidi", LINK_ONLINE));
	is_str(t.out, "", "who comes is not told");
	type("/set linear_presence on\r");
	forget();
	event(contact(2, "Chidi", LINK_OFFLINE));
	ok(wrote("Chidi is offline.\n"), "unless one wants it");
	end();
}

static void
transfer(uint64_t done, enum transfer_state state)
{
	struct msg *m = world_transfer(7, 1, DIR_IN, "trip.tar", done, 100);

	m->b.transfer.state = state;
	m->b.transfer.eta = 125;
	world_strings(m, "trip.tar", "/tmp/trip.tar",
		      state == TRANSFER_PAUSED ? "the disk is full" : "", NULL, 0);
	event(m);
}

static void
test_transfers(void)
{
	open_two(80);
	forget();
	transfer(0, TRANSFER_WAITING);
	ok(wrote("Boris offers trip.tar: 1 file, 100 B. /accept 7 takes it"), "an offer is a line");
	t.now += 60000;
	linear_tick(t.l);
	ok(!wrote("Question"), "and no question that would take the next line for its answer");
	forget();
	for (uint64_t i = 0; i < 100; i++)
		transfer(i, TRANSFER_RUNNING);
	ok(wrote("Transfer 7, trip.tar from Boris: receiving, 100 B.\n"), "it begins");
	ok(wrote(": 25 %, 2 minutes left.\n") && wrote(": 50 %,") && wrote(": 75 %,"),
	   "its quarters");
	is_int((int64_t)t.len,
	       (int64_t)strlen(
		       "\r       \rTransfer 7, trip.tar from Boris: receiving, 100 B.\nBoris> ") +
		       3 * (int64_t)strlen(
				   "\r       \rTransfer 7, trip.tar from Boris: 25 %, 2 minutes "
				   "left.\nBoris> "),
	       "and nothing else");
	forget();
	transfer(99, TRANSFER_PAUSED);
	ok(wrote(": paused: the disk is full.\n"), "a pause with its reason");
	transfer(100, TRANSFER_DONE);
	ok(wrote(": arrived in /tmp/trip.tar\n"), "the end");
	type("/transfers\r");
	ok(wrote("7 trip.tar from Boris: done, "), "the list");
	end();
}

static void
test_questions(void)
{
	struct msg *m;

	open_two(80);
	forget();
	m = world_contact(9, "Mallory");
	m->b.contact.state = CONTACT_REQUEST;
	strlcpy(m->b.contact.from, "192.168.1.19", sizeof(m->b.contact.from));
	event(m);
	ok(wrote("Mallory asks to be let in, from 192.168.1.19. /requests answers.\n"),
	   "a request is a line");
	forget();
	type("/requests\r");
	ok(wrote("Question: Somebody asks to be let in\n") &&
		   wrote("Enter alone is 4, 0 leaves.\nAnswer: "),
	   "asked for, it is a question");
	type("acc\r");
	ok(asked(OP_ACCEPT), "a word is enough for an answer");
	forget();
	type("/verify\r");
	ok(wrote(", ") && strstr(t.out, "same numbers:\n") != NULL, "the numbers to compare");
	ok(strstr(t.out, "numbers:\n") != NULL &&
		   strspn(strstr(t.out, "numbers:\n") + 9, "0123456789 ,") == 6 * 11 - 2,
	   "are spelled in groups");
	type("match\r3\r");
	ok(asked(OP_MATCH), "fields come first, then the answer");
	forget();
	type("/rename Boris\033");
	type("\003/add\r");
	ok(wrote("Question: ") && wrote(": "), "a form asks for its fields");
	type("\033");
	ok(!linear_asking(t.l), "Esc leaves");
	end();
}

static void
test_history(void)
{
	struct row rows[30];
	char text[30][16];

	begin("Ada", 80);
	self("Ada");
	event(contact(1, "Boris", LINK_ONLINE));
	chat(1, 30, 30, 0);
	for (int i = 0; i < 30; i++) {
		snprintf(text[i], sizeof(text[i]), "word %d", i + 1);
		rows[i] = row(1, i + 1, i % 2 != 0 ? DIR_OUT : DIR_IN, text[i]);
	}
	event(msg_new(MSG_EV_READY));
	answer_page(PAGE_BEFORE, rows, 30);
	ok(wrote("Tue 3 March:\n") && wrote(" you: word 30\n"), "history has days and times");
	forget();
	type("/older\r");
	ok(wrote(" you: word 6\n") && !wrote("word 26\n"), "a page further back");
	type("/older\r");
	ok(wrote(" Boris: word 1\n"), "and the first");
	forget();
	type("/older\r");
	ok(wrote("This is the beginning of the chat.\n"), "until there is no more");
	type("/newer\r");
	ok(wrote("word 20\n"), "and forward again");
	forget();
	type("/next\r");
	ok(wrote("Boris> "), "one chat is a circle");
	type("/help reaction\r/help mouse\r/mouse\r\033OQ");
	ok(wrote("/mouse [on|off]: ") && wrote("That needs a screen."), "help finds what there is");
	ok(wrote("1 Boris: online, "), "F2 reads the contacts");
	end();
}

static void
test_language(void)
{
	if (!say_language("pt")) {
		skip("built without msgfmt", "the help in Portuguese");
		return;
	}
	open_two(80);
	forget();
	type("/help\r");
	ok(wrote("/add adiciona um amigo.\n") && !wrote("friend"), "the help in Portuguese");
	end();
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
