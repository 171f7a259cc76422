/* front.c - what the front end does with keys, pastes, the mouse and events: bytes of a terminal in, messages to the core out. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/options.h"
#include "src/uri.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/news.h"

#define ESC    "\033"
#define CTRL_C "\003"
#define F2     "\033OQ"
#define F3     "\033OR"
#define F7     "\033[18~"
#define F8     "\033[19~"
#define F10    "\033[21~"
#define PGUP   "\033[5~"
#define END    "\033[F"

/* Ada with two contacts, the first one online and open. */
static void
open_pair(struct world *w)
{
	struct msg *ev;

	world_open(w, 24, 80, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	ev = world_contact(1, "Boris");
	ev->b.contact.link = LINK_ONLINE;
	world_event(w, ev);
	world_event(w, world_contact(2, "Chidi"));
	world_ready(w);
	world_forget_sent(w);
}

static bool
sent_text(const struct world *w, enum msg_type type, const char *text)
{
	const struct msg *m = world_last(w, type);

	return m != NULL && m->len == strlen(text) && memcmp(m->bytes, text, m->len) == 0;
}

static void
saying(void)
{
	struct world w;
	struct msg *ev;
	uint32_t serial;

	open_pair(&w);
	world_type(&w, "hello\033\rthere");
	world_type(&w, "\r");
	ok(sent_text(&w, MSG_CMD_SAY, "hello\nthere"), "Enter sends; Alt-Enter starts a line");
	ok(world_last(&w, MSG_CMD_CONTACT) != NULL, "the peer was told of typing");
	ok(!world_shows(&w, "› hello"), "and the line is empty");
	serial = world_last(&w, MSG_CMD_SAY)->serial;
	ev = msg_new(MSG_EV_RESULT);
	ev->serial = serial;
	world_event(&w, msg_set_bytes(ev, "The disk is full.", 17));
	ok(world_shows(&w, "The disk is full.") && world_shows(&w, "› hello"),
	   "a message the core refused comes back, with the reason");
	world_type(&w, "\003");
	ok(!world_shows(&w, "› hello"), "^C clears the line");
	world_forget_sent(&w);
	w.full = true;
	world_type(&w, "again\r");
	ok(world_last(&w, MSG_CMD_SAY) == NULL && world_shows(&w, "› again") &&
		   world_shows(&w, "try again"),
	   "a full queue leaves the text in the line and says so");
	w.full = false;
	world_type(&w, "\r");
	ok(sent_text(&w, MSG_CMD_SAY, "again"), "Enter tries again");
	world_forget_sent(&w);
	world_type(&w, "   \r");
	ok(world_last(&w, MSG_CMD_SAY) == NULL, "blanks are no message");
	world_type(&w, "\003//etc\r");
	ok(sent_text(&w, MSG_CMD_SAY, "/etc"), "two slashes say one");
	world_type(&w, "/nonsense\r");
	ok(world_shows(&w, "no command /nonsense") && world_shows(&w, "› /nonsense"),
	   "an unknown command stays to be corrected");
	world_close(&w);
}

static void
switching(void)
{
	struct world w;

	open_pair(&w);
	world_type(&w, "half a thought");
	world_type(&w, ESC "2");
	ok(world_shows(&w, "said to Chidi") && !world_shows(&w, "half a thought"),
	   "Alt-2 opens the second chat, with a line of its own");
	world_type(&w, "\020");
	ok(world_shows(&w, "› half a thought"), "^P goes back to the first and its draft");
	world_type(&w, "\003");
	world_type(&w, "/chat chidi\r");
	ok(world_shows(&w, "said to Chidi"), "/chat NAME");
	world_type(&w, "/chat 1\r");
	ok(world_shows(&w, "said to Boris"), "/chat N");
	world_row(&w, 2, DIR_IN, 0, 600, "psst");
	world_chat(&w, 2, 1);
	ok(world_shows(&w, "[Chidi] 1 unread: M-a"), "unread messages elsewhere are told of");
	world_type(&w, ESC "a");
	ok(world_shows(&w, "psst") && world_shows(&w, "1 new"), "Alt-a opens them, below a line");
	ok(world_last(&w, MSG_CMD_CONTACT) != NULL &&
		   world_last(&w, MSG_CMD_CONTACT)->b.contact_op.op == OP_READ &&
		   world_last(&w, MSG_CMD_CONTACT)->b.contact_op.row == 1,
	   "what is in sight has been read");
	world_type(&w, F2 "k\r");
	ok(world_shows(&w, "said to Boris"), "F2, k, Enter");
	world_close(&w);
}

/* Alt-Up chooses a message; its keys act on it. */
static void
chosen_message(void)
{
	struct world w;
	const struct msg *m;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_row(&w, 1, DIR_OUT, 0, 600, "mine, the first");
	world_row(&w, 1, DIR_IN, 0, 601, "his");
	world_row(&w, 1, DIR_OUT, 0, 602, "mine, the last");
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_type(&w, ESC "[1;3A"
			   "e");
	ok(world_shows(&w, "› /edit d003"), "Alt-Up and e: the last message to be edited");
	world_type(&w, "!\r");
	m = world_last(&w, MSG_CMD_SAY);
	ok(m != NULL && m->b.say.content == CONTENT_EDIT && m->b.say.ref.b[1] == 3 &&
		   strcmp((const char *)m->bytes, "mine, the last!") == 0,
	   "and sent as an edit of it");
	world_type(&w, ESC "[1;3A" ESC "[1;3A"
			   "e");
	ok(world_shows(&w, "Only your own"), "another one's is not edited");
	world_type(&w, "r"
		       "yes\r");
	m = world_last(&w, MSG_CMD_SAY);
	ok(m != NULL && m->b.say.content == CONTENT_REPLY && m->b.say.ref.b[1] == 2,
	   "but replied to");
	world_forget_sent(&w);
	world_type(&w, ESC "[1;3A"
			   "d");
	ok(world_shows(&w, "Delete this message?"), "d asks");
	world_type(&w, "\r");
	ok(world_last(&w, MSG_CMD_SAY) == NULL, "and keeps, if nothing else is said");
	world_type(&w, "d");
	world_type(&w, "y");
	m = world_last(&w, MSG_CMD_SAY);
	ok(m != NULL && m->b.say.content == CONTENT_DELETE, "y deletes");
	world_type(&w, ESC "[1;3B" ESC "[1;3B" ESC "[1;3B"
			   "ed");
	ok(world_shows(&w, "› ed"), "below the last one the keys are the input line's again");
	world_close(&w);
}

static void
focus_of_the_terminal(void)
{
	struct world w;

	open_pair(&w);
	world_row(&w, 1, DIR_IN, 0, 600, "one");
	world_chat(&w, 1, 1);
	is_str(w.title, "", "no title while somebody looks");
	is_int(w.bells, 0, "and no bell");
	world_forget_sent(&w);
	world_type(&w, ESC "[O");
	world_chat(&w, 1, 0);
	world_row(&w, 1, DIR_IN, 0, 601, "two");
	world_chat(&w, 1, 1);
	is_str(w.title, "(1) p2p-tui", "nobody looks: the title tells of news");
	is_int(w.bells, 1, "and the bell");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "it is not read yet");
	ok(world_shows(&w, "1 new"), "a line stands above it");
	world_type(&w, ESC "[I");
	is_str(w.title, "p2p-tui", "back again: the title is quiet");
	ok(world_last(&w, MSG_CMD_CONTACT) != NULL, "and it is read");
	world_close(&w);
}

static void
set_option(struct world *w, enum option which, const char *value)
{
	char err[200];

	ok(options_set(w->options, which, value, err, sizeof(err)), "set");
}

static void
world_file(struct world *w, int64_t transfer)
{
	struct world_row *r = world_row(w, 1, DIR_IN, 0, 603, "");

	r->kind = ROW_FILE;
	r->transfer = transfer;
}

static void
notifications(void)
{
	struct world w;

	open_pair(&w);
	world_type(&w, ESC "[O");
	world_row(&w, 1, DIR_IN, 0, 600, "one");
	world_chat(&w, 1, 1);
	is_str(w.notified, "", "no notification unless it is wanted");
	set_option(&w, OPT_notify, "desktop");
	world_row(&w, 1, DIR_IN, 0, 601, "two");
	world_chat(&w, 1, 2);
	is_str(w.notified, "Boris|2 new messages", "who, and how many");
	world_row(&w, 1, DIR_IN, 0, 601, "three");
	world_chat(&w, 1, 3);
	is_str(w.notified, "Boris|2 new messages", "a flood is not told one by one");
	world_row(&w, 1, DIR_IN, 0, 601, "four");
	world_chat(&w, 1, 4);
	ok(front_timeout(w.front) <= NEWS_QUIET_MS, "but it will be");
	world_wait(&w, NEWS_QUIET_MS);
	front_tick(w.front);
	is_str(w.notified, "Boris|2 new messages", "in one");
	world_wait(&w, NEWS_QUIET_MS);
	front_tick(w.front);
	set_option(&w, OPT_notify_shows, "nothing");
	world_row(&w, 1, DIR_IN, 0, 602, "secret");
	world_chat(&w, 1, 5);
	is_str(w.notified, "p2p-tui|Something new", "or nothing of it");
	world_wait(&w, NEWS_QUIET_MS);
	set_option(&w, OPT_notify_shows, "text");
	world_row(&w, 1, DIR_IN, 0, 603, "see you\nat \x1b[31mnoon");
	world_chat(&w, 1, 6);
	ok(strncmp(w.notified, "Boris|see you", 13) == 0 && strchr(w.notified, '\x1b') == NULL,
	   "or the text, safe to show: %s", w.notified);
	world_wait(&w, NEWS_QUIET_MS);
	world_event(&w, world_transfer(7, 1, DIR_IN, "trip.tar", 0, 100));
	world_file(&w, 7);
	world_chat(&w, 1, 7);
	is_str(w.notified, "Boris|Offers trip.tar", "or which files are offered");
	world_type(&w, ESC "[I");
	free(w.notified);
	w.notified = xstrdup("");
	world_wait(&w, NEWS_QUIET_MS);
	world_row(&w, 1, DIR_IN, 0, 604, "here");
	world_chat(&w, 1, 8);
	is_str(w.notified, "", "who looks needs none");
	world_close(&w);
}

/* A screen from its fourth line on: below the peers, where news shows. */
static const char *
body_of(const char *screen)
{
	for (int i = 0; i < 4; i++)
		screen = strchr(screen, '\n') + 1;
	return screen;
}

static void
scrolling(void)
{
	struct world w;
	char text[32], *before, *after;

	open_pair(&w);
	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		world_row(&w, 1, DIR_IN, 0, i, text);
	}
	world_chat(&w, 1, 0);
	ok(world_shows(&w, "line 299") && !world_shows(&w, "line 200"), "the newest at the bottom");
	world_type(&w, PGUP);
	world_type(&w, PGUP);
	ok(!world_shows(&w, "line 299") && world_shows(&w, "newest: End"), "PgUp scrolls back");
	before = world_screen(&w);
	world_row(&w, 1, DIR_IN, 0, 700, "a new message");
	world_chat(&w, 1, 1);
	after = world_screen(&w);
	*strstr(before, "newest: End") = *strstr(after, "newest: End") = '\0';
	is_str(body_of(after), body_of(before), "a new message does not move the view");
	free(before);
	free(after);
	world_type(&w, END);
	ok(world_shows(&w, "a new message"), "End on an empty line goes to the newest");
	world_type(&w, ESC "<");
	ok(world_shows(&w, "line 0"), "Alt-< goes to the oldest, page by page");
	ok(w.pages_asked >= 3 && w.pages_asked < 12, "with a few pages, not all at once");
	world_type(&w, PGUP);
	ok(world_shows(&w, "line 0"), "there is nothing above it");
	world_type(&w, ESC ">");
	ok(world_shows(&w, "a new message"), "Alt-> comes back");
	world_close(&w);
}

static void
wheel_and_click(void)
{
	struct world w;
	char text[32];
	int y, x;

	open_pair(&w);
	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		world_row(&w, 1, DIR_IN, 0, i, text);
	}
	world_chat(&w, 1, 0);
	world_mouse(&w, 64, 5, 40, false);
	ok(!world_shows(&w, "line 59") && world_shows(&w, "line 55"), "the wheel scrolls the chat");
	world_mouse(&w, 65, 5, 40, false);
	world_mouse(&w, 65, 5, 40, false);
	ok(world_shows(&w, "line 59"), "and back");
	ok(world_find(&w, "line 57", &y, &x), "a text to select");
	world_mouse(&w, 0, y, x, false);
	world_mouse(&w, 32, y, x + 3, false);
	world_mouse(&w, 32, y, x + 6, false);
	world_mouse(&w, 0, y, x + 6, true);
	is_str(w.copied, "line 57", "a drag in the chat copies its text");
	world_mouse(&w, 0, y, x, true);
	is_str(w.copied, "line 57", "a release nobody pressed for does nothing");
	world_type(&w, ESC "c");
	is_str(w.copied, "line 59", "Alt-c copies the newest message");
	ok(world_find(&w, "Chidi", &y, &x), "a peer to click");
	world_click(&w, y, x);
	ok(world_shows(&w, "said to Chidi"), "a click opens the chat");
	world_mouse(&w, 2, y, x, false);
	ok(world_shows(&w, "Close the connection") || world_shows(&w, "Connect now"),
	   "the right button opens the peer's menu");
	ok(world_find(&w, "Rename", &y, &x), "an answer to click");
	world_click(&w, y, x);
	ok(world_shows(&w, "Your name for this peer"), "a click answers");
	world_type(&w, ESC);
	ok(world_find(&w, "F3 files", &y, &x), "the key line");
	world_click(&w, y, x);
	ok(world_shows(&w, "FILES"), "a click on the key line does what it says");
	world_close(&w);
}

static void
peer_menu(void)
{
	struct world w;
	const struct msg *m;

	open_pair(&w);
	world_type(&w, F2 "d");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_DISCONNECT, "d closes the connection");
	world_type(&w, "c");
	is_int(world_last(&w, MSG_CMD_CONTACT)->b.contact_op.op, OP_CONNECT, "c opens it");
	world_type(&w, "e\025"
		       "10.0.0.9:7\r");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m->b.contact_op.op == OP_ADDRESS && sent_text(&w, MSG_CMD_CONTACT, "10.0.0.9:7"),
	   "e asks for the address and sends it");
	world_type(&w, "r\025"
		       "Bo\r");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m->b.contact_op.op == OP_RENAME && strcmp(m->b.contact_op.name, "Bo") == 0, "r renames");
	world_type(&w, "\033[3~");
	ok(world_shows(&w, "Remove Boris?"), "Del asks first");
	world_type(&w, "\r");
	is_int(world_last(&w, MSG_CMD_CONTACT)->b.contact_op.op, OP_RENAME,
	       "Enter keeps the contact");
	world_type(&w, "\033[3~"
		       "y");
	is_int(world_last(&w, MSG_CMD_CONTACT)->b.contact_op.op, OP_REMOVE, "y removes it");
	world_type(&w, "b");
	world_type(&w, "y");
	is_int(world_last(&w, MSG_CMD_CONTACT)->b.contact_op.op, OP_BLOCK, "b, y blocks");
	world_type(&w, "/chid\r");
	world_type(&w, "k\r");
	ok(world_shows(&w, "said to Chidi"), "/ filters the list");
	world_type(&w, "\033OQ/cdi");
	ok(!world_shows(&w, "Boris") && world_shows(&w, "○ Chidi "),
	   "by letters in their order as well");
	world_close(&w);
}

static void
adding(void)
{
	struct invite inv = {.nick = "Zoe", .naddrs = 0};
	struct world w;
	const struct msg *m;
	struct msg *ev;
	char *code;

	/* The curve's base point is a fine key. */
	inv.key[0] = 9;
	code = invite_format(&inv);
	open_pair(&w);
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "Add this contact?") && world_shows(&w, "[ Zoe"),
	   "a pasted code asks, with the name in it");
	world_type(&w, ESC);
	ok(world_shows(&w, "› p2p:") && world_last(&w, MSG_CMD_ADD) == NULL,
	   "Esc inserts the text instead");
	world_type(&w, CTRL_C "look: ");
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "Add this contact?"), "it asks behind other text too");
	world_type(&w, "\t\t\r" CTRL_C);
	ok(world_last(&w, MSG_CMD_ADD) == NULL, "Not now is no");
	world_type(&w, F3);
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "Add this contact?"), "and in the files");
	world_type(&w, "\r");
	m = world_last(&w, MSG_CMD_ADD);
	ok(m != NULL && sent_text(&w, MSG_CMD_ADD, code) && strcmp(m->b.add.name, "Zoe") == 0,
	   "Enter adds");
	ev = msg_new(MSG_EV_RESULT);
	ev->serial = m->serial;
	ev->b.result.ok = true;
	ev->b.result.peer = world_key(7);
	world_event(&w, world_contact(7, "Zoe"));
	world_event(&w, ev);
	ok(world_shows(&w, "said to Zoe"), "and opens the chat");
	world_type(&w, "/add ");
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "› /add p2p:"), "a command takes a code as its word");
	world_type(&w, CTRL_C);
	world_forget_sent(&w);
	world_paste(&w, "192.168.1.7:41555\n", 18);
	ok(world_shows(&w, "Add a peer"), "so does an address");
	world_type(&w, ESC);
	world_type(&w, F7 "p2p:abcd\r");
	ok(world_shows(&w, "Add a peer"), "F7 opens it too");
	world_type(&w, ESC);
	world_paste(&w, "see you at 12:30", 16);
	ok(world_shows(&w, "› see you at 12:30"), "a time is no address");
	world_close(&w);
	free(code);
}

static void
pastes(void)
{
	struct world w;
	char *big = xmalloc(20000), *path, *both;
	const struct msg *m;
	FILE *out;

	open_pair(&w);
	world_paste(&w, "two\rlines", 9);
	world_type(&w, "\r");
	ok(sent_text(&w, MSG_CMD_SAY, "two\nlines"), "a paste keeps its lines and waits for Enter");
	memset(big, 'x', 20000);
	world_paste(&w, big, 20000);
	ok(world_shows(&w, "Send as a file"), "a long paste is offered as a file");
	world_forget_sent(&w);
	world_type(&w, "y");
	m = world_last(&w, MSG_CMD_LONG);
	ok(m != NULL && m->len == 20000 && memcmp(m->bytes, big, 20000) == 0 &&
		   key_equal(&m->b.long_text.peer, front_current(w.front)),
	   "after one yes, by the core");
	free(big);
	xasprintf(&path, "%s/a b.txt", test_tmpdir());
	out = fopen(path, "w");
	fclose(out);
	xasprintf(&both, "'%s'", path);
	world_forget_sent(&w);
	world_paste(&w, both, strlen(both));
	ok(world_shows(&w, "to Boris?"), "a dropped file asks");
	world_type(&w, ESC);
	ok(world_last(&w, MSG_CMD_SEND) == NULL && world_shows(&w, "› '/"), "Esc inserts the text");
	world_type(&w, "\003");
	world_paste(&w, both, strlen(both));
	world_type(&w, "y");
	m = world_last(&w, MSG_CMD_SEND);
	ok(m != NULL && strcmp(msg_string(m, 0), path) == 0 && !m->b.send.unlink_after,
	   "y sends the file");
	free(path);
	free(both);
	world_close(&w);
}

static struct msg *
request(unsigned n, const char *nick)
{
	struct msg *ev = world_contact(n, nick);

	ev->b.contact.state = CONTACT_REQUEST;
	ev->b.contact.trust = TRUST_STRANGER;
	return ev;
}

static void
questions(void)
{
	struct world w;
	struct msg *ev;
	const struct msg *m;

	open_pair(&w);
	world_type(&w, "yes, of cou");
	world_event(&w, request(5, "Mallory"));
	world_wait(&w, 5000);
	ok(!world_shows(&w, "asks to be let in ─") && world_shows(&w, "F8 answers"),
	   "a request does not interrupt a sentence");
	world_type(&w, "\003");
	world_wait(&w, 500);
	ok(!world_shows(&w, "calls itself"), "nor right after it");
	world_wait(&w, 600);
	ok(world_shows(&w, "calls itself: Mallory") && !world_shows(&w, "Accept"),
	   "it opens in a pause, and takes no answer at once");
	world_forget_sent(&w);
	world_type(&w, "a");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "a key typed for something else is no answer");
	world_wait(&w, 500);
	ok(world_shows(&w, "a Accept"), "a moment later it shows its answers");
	world_type(&w, "a");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_ACCEPT, "a accepts");
	world_event(&w, world_contact(5, "Mallory"));
	ok(world_shows(&w, "said to Mallory"), "and the chat opens when it is a contact");
	ev = world_transfer(8, 5, DIR_IN, "x.bin", 0, 1000);
	ev->b.transfer.state = TRANSFER_WAITING;
	world_event(&w, ev);
	world_wait(&w, 2000);
	world_wait(&w, 500);
	ok(world_shows(&w, "Mallory offers files"), "an offer asks");
	world_type(&w, ESC);
	world_wait(&w, 5000);
	ok(!world_shows(&w, "Mallory offers files"), "put off, it does not ask again");
	world_type(&w, F8);
	ok(world_shows(&w, "Mallory offers files"), "until F8");
	ev = world_transfer(8, 5, DIR_IN, "x.bin", 0, 1000);
	ev->b.transfer.state = TRANSFER_CANCELLED;
	world_event(&w, ev);
	ok(!world_shows(&w, "Mallory offers files"),
	   "an offer taken back takes its question along");
	world_close(&w);
}

static void
quitting(void)
{
	struct world w;
	struct msg *ev;

	open_pair(&w);
	world_type(&w, "\033OP/accept a contact");
	ok(world_shows(&w, "odd names still ask."), "help says in full what a row has no room for");
	world_type(&w, "\033\033\033");
	world_type(&w, F10);
	ok(world_last(&w, MSG_CMD_QUIT) != NULL, "F10 quits at once when nothing is under way");
	ok(world_shows(&w, "Closing") && !front_stopped(w.front),
	   "the screen stays until the core has stopped");
	world_event(&w, msg_new(MSG_EV_STOPPED));
	ok(front_stopped(w.front), "and ends then");
	world_close(&w);
	open_pair(&w);
	ev = world_transfer(8, 1, DIR_OUT, "x.bin", 10, 1000);
	world_event(&w, ev);
	world_type(&w, "\021");
	ok(world_shows(&w, "Quit?") && world_last(&w, MSG_CMD_QUIT) == NULL,
	   "with a transfer it asks");
	world_type(&w, "\r");
	ok(!world_shows(&w, "Quit?") && world_last(&w, MSG_CMD_QUIT) == NULL, "Enter stays");
	world_row(&w, 2, DIR_OUT, 0, 700, "one")->state = RECEIPT_QUEUED;
	world_row(&w, 2, DIR_OUT, 0, 700, "two")->state = RECEIPT_QUEUED;
	world_chat(&w, 2, 0);
	world_type(&w, "/quit\r");
	ok(world_shows(&w, "1 transfer is not finished") &&
		   world_shows(&w, "2 messages or edits are not delivered"),
	   "it says how many of each, also of a chat that is not open");
	world_type(&w, "y");
	ok(world_last(&w, MSG_CMD_QUIT) != NULL, "/quit, y quits");
	world_close(&w);
}

static void
first_run(void)
{
	struct world w;
	const struct msg *m;

	world_open(&w, 24, 80, "", false);
	ok(world_shows(&w, "Welcome."), "the welcome needs no core");
	world_self(&w, "", DOOR_CLOSED);
	world_ready(&w);
	ok(world_shows(&w, "only whoever has your code"), "and says who can reach us");
	world_type(&w, "Ada L\r");
	m = world_last(&w, MSG_CMD_SET);
	ok(m != NULL && strcmp(m->b.set.option, "nick") == 0 && sent_text(&w, MSG_CMD_SET, "Ada L"),
	   "the name is set");
	world_type(&w, "127.0.0.1:41555\r");
	world_type(&w, "Boris\r");
	m = world_last(&w, MSG_CMD_ADD);
	ok(m != NULL && strcmp(m->b.add.name, "Boris") == 0 &&
		   sent_text(&w, MSG_CMD_ADD, "127.0.0.1:41555"),
	   "a friend is added under a name");
	world_type(&w, "\033[15~");
	ok(strncmp(w.copied, "p2p:", 4) == 0, "F5 copies the code");
	world_type(&w, "/mouse\r");
	world_close(&w);
}

static void
modes(void)
{
	struct world w;

	open_pair(&w);
	world_row(&w, 1, DIR_IN, 0, 600, "bare words");
	world_chat(&w, 1, 0);
	world_type(&w, ESC "m");
	ok(!w.mouse, "Alt-m gives the mouse to the terminal");
	world_type(&w, "/mouse on\r");
	ok(w.mouse, "/mouse on takes it back");
	world_type(&w, ESC "l");
	ok(!world_shows(&w, "PEERS") && world_shows(&w, "bare words") && !w.mouse,
	   "Alt-l shows the bare text");
	world_type(&w, "x");
	ok(world_shows(&w, "PEERS") && w.mouse && !world_shows(&w, "› x"), "any key comes back");
	world_type(&w, "\032");
	is_int(w.suspends, 1, "^Z suspends");
	world_type(&w, "\014");
	is_int(w.redraws, 1, "^L draws anew");
	world_type(&w, "/theme light\r");
	is_int(w.themes, 1, "/theme changes the colours");
	world_type(&w, "/se\t");
	ok(world_shows(&w, "/send  /set"), "Tab shows what there is");
	world_type(&w, "t th\t");
	ok(world_shows(&w, "› /set theme"), "and completes");
	world_type(&w, "\003\t");
	ok(world_shows(&w, "Space menu"), "Tab on an empty line goes to the next pane");
	world_type(&w, ESC);
	world_type(&w, ESC "x"
			   "redr");
	world_type(&w, "\r");
	is_int(w.redraws, 2, "Alt-x: a command found by its words runs");
	front_resize(w.front, 6, 20);
	ok(world_shows(&w, "needs 30x8"), "too small: it waits");
	front_resize(w.front, 12, 40);
	ok(world_shows(&w, "bare words"), "and comes back");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	saying();
	switching();
	chosen_message();
	focus_of_the_terminal();
	notifications();
	scrolling();
	wheel_and_click();
	peer_menu();
	adding();
	pastes();
	questions();
	quitting();
	first_run();
	modes();
	return done_testing();
}
