/* away.c - presence on the screen: marks in the list, words above the chat and in the details, our own state, and when the keys fall silent. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/options.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define MINUTE 60000

static void
contact(struct world *w, unsigned n, const char *name, bool away, const char *status)
{
	struct msg *m = world_contact(n, name);

	m->b.contact.link = LINK_ONLINE;
	m->b.contact.accepted_us = true;
	m->b.contact.rtt_us = 18300;
	m->b.contact.via_found = FOUND_NEARBY;
	strlcpy(m->b.contact.via, "10.0.0.7:41555", sizeof(m->b.contact.via));
	m->b.contact.away = away;
	m->b.contact.away_since = away ? w->wall - 12 * MINUTE : 0;
	strlcpy(m->b.contact.status, status, sizeof(m->b.contact.status));
	world_event(w, m);
}

static enum presence_op
told(struct world *w)
{
	const struct msg *m = world_last(w, MSG_CMD_PRESENCE);

	return m != NULL ? m->b.presence.op : (enum presence_op)99;
}

static void
test_others(bool ascii)
{
	struct world w;

	world_open(&w, 40, 120, "Ada", ascii);
	contact(&w, 1, "Boris", true, "at lun\033[31mch");
	contact(&w, 2, "Chidi", false, "");
	world_ready(&w);
	world_chat(&w, 1, 0);
	world_type(&w, "\0331");
	ok(world_shows(&w, ascii ? "c Boris" : "◐ Boris"), "who is away has half a dot");
	ok(world_shows(&w, ascii ? "* Chidi" : "● Chidi"), "who is there a full one");
	ok(world_shows(&w, ascii ? "c away since 13:50" : "◐ away since 13:50"), "and since when");
	ok(world_shows(&w, "at lun") && !world_shows(&w, "\033"), "a status is shown safely");
	ok(world_shows(&w, "answers in 18.3 ms"), "the details say how far it is");
	ok(world_shows(&w, "online by") && world_shows(&w, "10.0.0.7:41555") &&
		   world_shows(&w, "found nearby"),
	   "by which address, and how that was found");
	contact(&w, 1, "Boris", false, "");
	ok(!world_shows(&w, "away") && !world_shows(&w, "at lun"), "back, with nothing to say");
	world_close(&w);
}

static void
test_idle(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	contact(&w, 1, "Boris", false, "");
	world_ready(&w);
	world_type(&w, "x");
	world_wait(&w, 10 * MINUTE - 1000);
	is_int(told(&w), 99, "ten minutes are not over");
	world_wait(&w, 2000);
	is_int(told(&w), PRESENCE_IDLE, "no key for ten minutes is away");
	is_int(world_last(&w, MSG_CMD_PRESENCE)->b.presence.ago / 60, 10, "since the last key");
	world_forget_sent(&w);
	world_wait(&w, 60 * MINUTE);
	is_int(told(&w), 99, "which is told once");
	world_type(&w, "y");
	is_int(told(&w), PRESENCE_ACTIVE, "the next key is back");
	world_forget_sent(&w);
	world_wait(&w, 9 * MINUTE);
	world_click(&w, 5, 5);
	world_wait(&w, 9 * MINUTE);
	is_int(told(&w), 99, "the mouse counts, too");
	world_type(&w, "\025/set away 0\r");
	world_wait(&w, 100 * MINUTE);
	is_int(told(&w), 99, "0 minutes is never");
	world_close(&w);
}

static void
test_self(void)
{
	struct world w;
	struct msg *m;

	world_open(&w, 24, 80, "Ada", false);
	world_ready(&w);
	world_type(&w, "/away back at three\r");
	is_int(told(&w), PRESENCE_AWAY, "/away goes to the core");
	is_str((const char *)world_last(&w, MSG_CMD_PRESENCE)->bytes, "back at three",
	       "with its words");
	m = msg_new(MSG_EV_SELF);
	m->b.self.away = true;
	world_event(&w, msg_set_bytes(m, "p2p:x", 5));
	ok(world_shows(&w, "◐ away"), "the first line says so");
	world_type(&w, "/back\r");
	is_int(told(&w), PRESENCE_BACK, "/back as well");
	m = msg_new(MSG_EV_SELF);
	m->b.self.away = m->b.self.invisible = true;
	world_event(&w, msg_set_bytes(m, "p2p:x", 5));
	ok(world_shows(&w, "○ invisible"), "invisible matters more");
	world_close(&w);
}

int
main(void)
{
	test_others(false);
	test_others(true);
	test_idle();
	test_self();
	return done_testing();
}
