/* people.c - who is visible on this network, on the screen: the first screen, /nearby, the report of /doctor, and /visible. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/options.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define DOWN "\033[B"

static void
somebody(struct world *w, const char *nick, const char *address, bool gone)
{
	struct msg *m = msg_new(MSG_EV_NEARBY);

	strlcpy(m->b.nearby.nick, nick, sizeof(m->b.nearby.nick));
	strlcpy(m->b.nearby.address, address, sizeof(m->b.nearby.address));
	m->b.nearby.gone = gone;
	world_event(w, m);
}

static bool
added(const struct world *w, const char *address)
{
	const struct msg *m = world_last(w, MSG_CMD_ADD);

	return m != NULL && strcmp((const char *)m->bytes, address) == 0;
}

static void
self(struct world *w, bool nearby, int64_t visible_until)
{
	struct msg *m = msg_new(MSG_EV_SELF);

	m->b.self.key = world_key(0);
	m->b.self.nearby = nearby;
	m->b.self.visible_until = visible_until;
	world_event(w, msg_set_bytes(m, "p2p:x", 5));
}

static void
test_welcome(void)
{
	struct world w;

	world_open(&w, 24, 80, "", false);
	self(&w, true, 0);
	world_ready(&w);
	ok(!world_shows(&w, "Nearby"), "with nobody nearby the first screen does not speak of it");
	somebody(&w, "boris-laptop", "192.168.1.7:41555", false);
	somebody(&w, "Zo\xe2\x80\xae\x1b[1m", "192.168.1.8:41555", false);
	ok(world_shows(&w, "Nearby (same network)") && world_shows(&w, "● boris-laptop"),
	   "who is visible is on it");
	ok(world_shows(&w, "‹U+202E›"), "names of others are shown safely");
	world_type(&w, "Ada\r");
	world_type(&w, DOWN DOWN);
	ok(world_shows(&w, "▸ boris-laptop") && world_shows(&w, "Enter says hello"),
	   "down, behind the fields, are the people");
	world_type(&w, "\r");
	ok(added(&w, "192.168.1.7:41555"), "Enter says hello");
	world_forget_sent(&w);
	world_type(&w, DOWN "\r");
	ok(added(&w, "192.168.1.8:41555"), "to the next one as well");
	world_forget_sent(&w);
	somebody(&w, "", "192.168.1.8:41555", true);
	ok(!world_shows(&w, "202E"), "who is gone is gone");
	somebody(&w, "", "192.168.1.7:41555", true);
	ok(!world_shows(&w, "Nearby"), "and with the last one the list");
	world_type(&w, "x");
	ok(world_shows(&w, "[ x "), "typing goes into a field again");
	world_close(&w);
}

static void
test_dialog(void)
{
	struct world w;
	const struct msg *m;

	world_open(&w, 24, 80, "Ada", false);
	self(&w, true, 0);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	world_type(&w, "/nearby\r");
	m = world_last(&w, MSG_CMD_NEARBY);
	ok(m != NULL && !m->b.look.visible, "/nearby asks who is there");
	ok(world_shows(&w, "Nobody is visible now"), "and says when nobody is");
	world_type(&w, "\033");
	ok(!world_shows(&w, "Nobody is visible"), "Esc closes it");
	somebody(&w, "Chidi", "10.0.0.3:41555", false);
	world_type(&w, "/nearby\r");
	world_type(&w, "\r");
	ok(added(&w, "10.0.0.3:41555"), "who is there is said hello to");
	world_type(&w, "/nearby\r");
	world_type(&w, "v");
	m = world_last(&w, MSG_CMD_NEARBY);
	ok(m != NULL && m->b.look.visible && m->b.look.seconds == 600,
	   "v makes us visible for ten minutes");
	self(&w, true, w.wall + 600000);
	world_type(&w, "/nearby\r");
	world_type(&w, "v");
	m = world_last(&w, MSG_CMD_NEARBY);
	ok(m != NULL && m->b.look.visible && m->b.look.seconds == 0, "and hides us again");
	self(&w, false, 0);
	world_type(&w, "/nearby\r");
	ok(world_shows(&w, "The option nearby is off"), "with nearby off it says so");
	world_close(&w);
}

static void
test_visible(void)
{
	static const struct {
		const char *typed;
		uint32_t seconds;
	} cases[] = {{"/visible\r", 600},    {"/visible 90s\r", 90}, {"/visible 2h\r", 7200},
		     {"/visible 5\r", 300},  {"/visible off\r", 0},  {"/visible 24h\r", 86400},
		     {"/visible 10m\r", 600}};
	static const char *const wrong[] = {"/visible 25h\r", "/visible soon\r",
					    "/visible 0\r",   "/visible -5m\r",
					    "/visible 5x\r",  "/visible 99999999999999999999\r"};
	struct world w;
	const struct msg *m;

	world_open(&w, 24, 80, "Ada", false);
	self(&w, true, 0);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	for (size_t i = 0; i < NELEM(cases); i++) {
		world_forget_sent(&w);
		world_type(&w, cases[i].typed);
		m = world_last(&w, MSG_CMD_NEARBY);
		ok(m != NULL && m->b.look.visible && m->b.look.seconds == cases[i].seconds,
		   "visible for %u s", cases[i].seconds);
	}
	for (size_t i = 0; i < NELEM(wrong); i++) {
		world_forget_sent(&w);
		world_type(&w, wrong[i]);
		ok(world_last(&w, MSG_CMD_NEARBY) == NULL && world_shows(&w, "as 10m or 2h"),
		   "%.*s is no time", (int)strlen(wrong[i]) - 1, wrong[i]);
		world_type(&w, "\003");
	}
	world_close(&w);
}

static void
test_report(void)
{
	static const char lines[] = "Listening on [::]:41555.\0Boris: online at 10.0.0.3:41555.";
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	self(&w, true, 0);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	world_type(&w, "/doctor\r");
	ok(world_last(&w, MSG_CMD_DOCTOR) != NULL, "/doctor asks the core");
	world_event(&w, msg_set_bytes(msg_new(MSG_EV_REPORT), lines, sizeof(lines)));
	ok(world_shows(&w, "Listening on [::]:41555.") && world_shows(&w, "Boris: online at"),
	   "what it says is shown");
	world_type(&w, "\r");
	ok(!world_shows(&w, "Boris: online at"), "and closed");
	world_close(&w);
}

/* Strangers who are visible stand below the peers; by key and by mouse one says hello, after a question. */
static void
test_list(void)
{
	struct world w;
	struct msg *known = msg_new(MSG_EV_NEARBY);
	int y, x;

	world_open(&w, 24, 80, "Ada", false);
	self(&w, true, 0);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	ok(!world_shows(&w, "NEARBY"), "with nobody nearby there is no such group");
	somebody(&w, "Zo\xe2\x80\xae", "192.168.1.8:41555", false);
	somebody(&w, "dana-laptop", "192.168.1.9:41555", false);
	strlcpy(known->b.nearby.nick, "boris-laptop", NAME_SIZE);
	strlcpy(known->b.nearby.address, "192.168.1.7:41555", ADDR_TEXT_SIZE);
	known->b.nearby.is_contact = true;
	world_event(&w, known);
	ok(world_shows(&w, " NEARBY ") && world_shows(&w, "◌ dana-laptop"), "strangers are listed");
	ok(world_shows(&w, "‹U+202E›"), "their names are shown safely");
	ok(!world_shows(&w, "boris-laptop"), "who is a contact stands among the peers only");
	world_type(&w, "\033OQ" DOWN DOWN DOWN "\r");
	ok(world_shows(&w, "Say hello to dana-laptop?") && world_shows(&w, "192.168.1.9:41555"),
	   "down over the heading, Enter asks");
	world_type(&w, "n");
	ok(world_last(&w, MSG_CMD_ADD) == NULL, "n says nothing");
	world_type(&w, "\033[A\r");
	ok(world_shows(&w, "Say hello to Zo"), "up is the other one");
	world_type(&w, "\033");
	ok(world_find(&w, "dana-laptop", &y, &x), "the mouse");
	world_click(&w, y, x);
	ok(world_shows(&w, "Say hello to dana-laptop?"), "asks as well");
	world_wait(&w, 1000);
	world_type(&w, "y");
	ok(added(&w, "192.168.1.9:41555"), "y says hello");
	somebody(&w, "", "192.168.1.9:41555", true);
	somebody(&w, "", "192.168.1.8:41555", true);
	ok(!world_shows(&w, "NEARBY"), "the group goes with the last one");
	world_type(&w, DOWN DOWN "\033[A\033[A");
	ok(world_shows(&w, "+ add peer"), "and the cursor finds its place");
	world_close(&w);
}

static void
test_requests_off(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	self(&w, true, 0);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	ok(!world_shows(&w, "requests off"), "strangers may ask, which needs no words");
	world_type(&w, "/block unknown\r");
	self(&w, true, 0);
	ok(world_shows(&w, "requests off"), "when they may not, the list says so");
	world_type(&w, "/requests\r");
	ok(world_shows(&w, "strangers meet silence") && world_shows(&w, "/unblock unknown"),
	   "/requests too, and how they may again");
	world_type(&w, "/unblock unknown\r");
	self(&w, true, 0);
	ok(!world_shows(&w, "requests off"), "then it is gone");
	world_close(&w);
}

int
main(void)
{
	test_welcome();
	test_dialog();
	test_visible();
	test_report();
	test_list();
	test_requests_off();
	return done_testing();
}
