/* front_person.c - persons with several devices on the screen: the list, the chat with its receipts, the questions, the details. */
#include "config.h"

#include <string.h>

#include "src/msg.h"
#include "src/row.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define ESC    "\033"
#define ALT_UP ESC "[1;3A"
#define PERSON 7 /* its id: the key of nobody */
#define DESK   1
#define PHONE  2
#define F2     ESC "OQ"

static void
device(struct world *w, unsigned n, const char *name, bool online)
{
	struct msg *ev = world_contact(n, name);
	struct msg_contact *c = &ev->b.contact;

	c->person = world_key(PERSON);
	strlcpy(c->person_name, "Boris", sizeof(c->person_name));
	c->link = online ? LINK_ONLINE : LINK_OFFLINE;
	c->accepted_us = true;
	world_event(w, ev);
}

/* A message to the person, and how far it is with each device. */
static void
said(struct world *w, const char *text, enum receipt desk, enum receipt phone)
{
	static uint8_t packed[16][2 * ROW_COPY];
	static size_t used;
	struct world_row *r = world_row(w, PERSON, DIR_OUT, 0, 600, text);
	struct row_copy one = {.device = world_key(DESK), .seq = 5, .state = desk};

	row_copy_put(packed[used], &one);
	one = (struct row_copy){.device = world_key(PHONE), .seq = 5, .state = phone};
	row_copy_put(packed[used] + ROW_COPY, &one);
	r->copies = packed[used++ % NELEM(packed)];
	r->ncopies = 2;
}

static void
start(struct world *w, int width)
{
	world_open(w, 24, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	device(w, DESK, "Boris", true);
	device(w, PHONE, "Boris phone", false);
	world_event(w, world_contact(3, "Chidi"));
	said(w, "to both", RECEIPT_DELIVERED, RECEIPT_DELIVERED);
	said(w, "to one", RECEIPT_DELIVERED, RECEIPT_QUEUED);
	world_chat(w, DESK, 0);
	world_chat(w, PHONE, 0);
	world_ready(w);
}

static void
test_list(void)
{
	struct world w;
	const struct msg *m;

	start(&w, 80);
	world_golden(&w, "person-80x24");
	ok(world_shows(&w, "1/2 online"), "two people, of whom one is there");
	ok(world_shows(&w, "● 1 of 2 devices"), "the chat is with the person");
	ok(world_shows(&w, "✓✓") && world_shows(&w, "1/2 "),
	   "what is with all, and with one of two");
	world_type(&w, ALT_UP);
	ok(world_shows(&w, "Delivered to 1 of 2: Boris delivered, Boris phone queued."),
	   "the chosen message says with which");
	world_type(&w, ESC);
	world_type(&w, "x\r");
	m = world_last(&w, MSG_CMD_SAY);
	ok(m != NULL && m->b.say.peer.b[0] == world_key(PERSON).b[0],
	   "what is typed is said to the person, once");
	world_forget_sent(&w);
	world_type(&w, ESC "2"); /* Alt-2 */
	ok(world_shows(&w, "Chidi   "), "the second chat is the next one's");
	world_close(&w);
}

static void
test_questions(void)
{
	struct world w;
	const struct msg *m;
	struct key phone = world_key(PHONE), desk = world_key(DESK);

	start(&w, 80);
	world_type(&w, F2 " ");
	ok(world_shows(&w, "Take the devices apart"), "the person has a menu");
	world_type(&w, "g");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_PERSON && m->b.contact_op.name[0] == '\0',
	   "g takes it apart");
	world_type(&w, "v");
	ok(world_shows(&w, "Each device has a number of its own"), "v says what to choose");
	world_type(&w, ESC);
	world_forget_sent(&w);
	world_type(&w, "/verify Boris\r");
	ok(world_shows(&w, "Is this really Boris?"), "the device of that name can be verified");
	world_type(&w, ESC);
	world_type(&w, F2 ESC "[B" ESC "[B ");
	world_type(&w, "g");
	ok(world_shows(&w, "Whose device is Boris phone?") && world_shows(&w, "[ Boris"),
	   "a device says whose it is");
	world_type(&w, ESC);
	world_type(&w, ESC);
	world_type(&w, "/person Boris \"Boris phone\" Boris\r");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_PERSON &&
		   strcmp(m->b.contact_op.name, "Boris") == 0 &&
		   key_equal(&m->b.contact_op.peer, &phone) && m->len == KEY_LEN &&
		   memcmp(m->bytes, desk.b, KEY_LEN) == 0,
	   "/person names them");
	world_close(&w);
}

static void
test_sizes(void)
{
	struct world w;

	start(&w, 120);
	ok(world_shows(&w, "1 of 2 devices online") && world_shows(&w, "Boris phone"),
	   "the details list the devices");
	world_close(&w);
	world_open(&w, 12, 40, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	device(&w, DESK, "Boris", true);
	device(&w, PHONE, "Boris phone", false);
	world_ready(&w);
	world_type(&w, F2);
	ok(world_shows(&w, "● Boris ") && world_shows(&w, "  ○ Boris phone"),
	   "at 40x12 the list is the same");
	world_close(&w);
}

/* One hit for the last search, in the chat of that contact. */
static void
hit(struct world *w, unsigned peer, int64_t row, const char *text)
{
	struct msg *ev = msg_new(MSG_EV_HITS);
	struct row r = {.peer = world_key(peer), .row = row, .text = text};
	struct row_buf buf = {NULL, 0, 0};

	r.text_len = strlen(text);
	r.reason = r.react[0] = r.react[1] = r.quote = "";
	r.quote_dir = DIR_NOTE;
	ev->serial = world_last(w, MSG_CMD_SEARCH)->serial;
	ev->b.hits.done = true;
	ev->b.hits.count = 1;
	row_put(&buf, &r);
	world_event(w, msg_take_bytes(ev, buf.p, buf.len));
}

static void
test_search(void)
{
	struct key person = world_key(PERSON), desk = world_key(DESK), phone = world_key(PHONE);
	struct world w;

	start(&w, 120);
	world_type(&w, ESC "2"); /* Alt-2 */
	world_type(&w, "/search both\r");
	hit(&w, PHONE, 1, "to both");
	ok(world_shows(&w, "Boris          to both"),
	   "a message found in all chats is one with the person");
	world_type(&w, "\r");
	ok(front_main(w.front) == PANE_CHAT && front_current(w.front) != NULL &&
		   key_equal(front_current(w.front), &person),
	   "Enter opens the person's chat, not that of the device it came from");
	ok(world_shows(&w, "Delivered to 2 of 2") || world_shows(&w, "to both"), "at that message");
	world_type(&w, "/search in:\"Boris phone\" both\r");
	ok(key_equal(&world_last(&w, MSG_CMD_SEARCH)->b.search.peer, &phone),
	   "it can be looked for at one device");
	hit(&w, PHONE, 1, "to both");
	world_type(&w, "\r");
	ok(key_equal(front_current(w.front), &phone) && !key_equal(front_current(w.front), &desk),
	   "and is shown there then");
	world_close(&w);
}

int
main(void)
{
	test_list();
	test_questions();
	test_sizes();
	test_search();
	return done_testing();
}
