/* front_lives.c - the screen and how long messages live: what was edited, what is kept, what disappears. */
#include "config.h"

#include <string.h>

#include "src/msg.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"

#define ESC "\033"

/* What an edited message said before: v on the chosen one, /versions on the newest. */
static void
edited_message(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_row(&w, 1, DIR_IN, 0, 600, "edited by him")->edits = 12;
	world_row(&w, 1, DIR_OUT, 0, 601, "never edited");
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_type(&w, "/versions\r");
	ok(world_shows(&w, "What the message said") && world_shows(&w, "was 0") &&
		   world_shows(&w, "was 11") && world_shows(&w, "edited by him  (now)"),
	   "/versions shows the texts of the newest edited message");
	ok(!world_shows(&w, "was 5") && world_shows(&w, "5 more") && world_shows(&w, "was 6"),
	   "of many the first and the last");
	world_type(&w, "\r");
	ok(!world_shows(&w, "What the message said"), "Enter closes it");
	world_type(&w, ESC "[1;3A"
			   "v");
	ok(world_shows(&w, "was not edited"), "v on a message that was not");
	world_type(&w, ESC "[1;3A"
			   "v");
	ok(world_shows(&w, "was 0"), "v on the one that was");
	world_close(&w);
}

/* Less is kept only after a question; more at once. */
static void
keep_less(void)
{
	struct world w;
	const struct msg *m;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_row(&w, 1, DIR_IN, 0, 600, "hello");
	w.keep = 30;
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_forget_sent(&w);
	world_type(&w, "/keep 7d\r");
	ok(world_shows(&w, "Keep less of the chat with Boris?") &&
		   world_shows(&w, "older than 7 days"),
	   "less asks");
	world_type(&w, "\r");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "and is left, if nothing else is said");
	world_type(&w, "/keep nothing\r");
	ok(world_shows(&w, "after a day at the latest"), "nothing asks too");
	world_type(&w, "y");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.op == OP_KEEP && m->b.contact_op.row == KEEP_NOTHING,
	   "y keeps less");
	world_type(&w, "/keep 60d\r");
	m = world_last(&w, MSG_CMD_CONTACT);
	ok(m != NULL && m->b.contact_op.row == 60 && !world_shows(&w, "Keep less"),
	   "more does not ask");
	world_close(&w);
}

/* Rows that have lived long enough leave the screen, and the replies that quote them. */
static void
rows_go(void)
{
	struct world w;
	struct world_row *r;
	struct msg *ev;
	uint8_t gone[GONE_ENTRY] = {0};

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_row(&w, 1, DIR_OUT, 0, 600, "first");
	world_row(&w, 1, DIR_IN, 0, 601, "fleeting")->timer = 60;
	r = world_row(&w, 1, DIR_OUT, 0, 602, "an answer");
	r->content = CONTENT_REPLY;
	r->quote = "fleeting";
	r->ref = 2;
	world_chat(&w, 1, 0);
	world_ready(&w);
	ok(world_shows(&w, "⧗Boris  fleeting") && world_shows(&w, "Boris: fleeting"),
	   "it is there");
	world_type(&w, ESC "[1;3A" ESC "[1;3A");
	ok(world_shows(&w, "disappears 1 minute after you have seen it"), "and says when it goes");
	ev = msg_new(MSG_EV_GONE);
	ev->b.gone.peer = world_key(1);
	put_be64(gone, 2);
	gone[8] = 0xd0;
	gone[9] = 2;
	world_event(&w, msg_set_bytes(ev, gone, sizeof(gone)));
	ok(!world_shows(&w, "fleeting") && world_shows(&w, "a message that is not here") &&
		   world_shows(&w, "first"),
	   "it goes, and nobody quotes it");
	world_close(&w);
}

int
main(void)
{
	edited_message();
	keep_less();
	rows_go();
	return done_testing();
}
