/* front_pair.c - pairing on the screen: the code large and in words, time and tries left, each wrong try, the end, and typing one; and invites that are wrong */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/uri.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"

#define TEN_MINUTES (10 * 60 * 1000)

static const struct code shown = {"41720938841"};

static void
tell(struct world *w, bool joining, enum code_state state, unsigned tries, const char *said,
     unsigned peer)
{
	struct msg *m = msg_new(MSG_EV_CODE);

	m->b.code.code = shown;
	m->b.code.joining = joining;
	m->b.code.state = state;
	m->b.code.tries = tries;
	m->b.code.most = 3;
	m->b.code.until = w->wall + TEN_MINUTES;
	m->b.code.has_peer = peer != 0;
	if (peer != 0)
		m->b.code.peer = world_key(peer);
	world_event(w, msg_set_bytes(m, said, strlen(said)));
}

static void
start(struct world *w, int h, int width)
{
	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_ready(w);
	world_forget_sent(w);
}

static void
test_shown(void)
{
	struct world w;

	start(&w, 24, 80);
	world_type(&w, "/pair Boris\r");
	ok(world_last(&w, MSG_CMD_PAIR) != NULL, "/pair asks for a code");
	is_str(world_last(&w, MSG_CMD_PAIR)->b.pair.name, "Boris", "for Boris");
	tell(&w, false, CODE_WAITING, 0, "", 0);
	ok(world_shows(&w, "Pair by code") && world_shows(&w, "/join 417-2093-8841"),
	   "a question shows it");
	ok(world_shows(&w, "█ █ ▄█  ▀▀█     ▀▀█ █▀█ █▀█ ▀▀█"), "in large digits");
	ok(world_shows(&w, "10:00 and 3 of 3 tries left"), "and what is left of it");
	world_wait(&w, 61000);
	ok(world_shows(&w, "8:59 and 3 of 3"), "the time runs");
	tell(&w, false, CODE_WAITING, 1, "a wrong code was tried from 192.0.2.7:5: 1 of 3", 0);
	ok(world_shows(&w, "192.0.2.7:5") && world_shows(&w, "2 of 3 tries left"),
	   "a wrong try is shown");
	world_type(&w, "\r");
	ok(!world_shows(&w, "Pair by code"), "it can be hidden");
	is_int(world_last(&w, MSG_CMD_PAIR)->b.pair.stop, false, "and stays open");
	tell(&w, false, CODE_WAITING, 2, "a wrong code was tried from 192.0.2.7:5: 2 of 3", 0);
	ok(world_shows(&w, "192.0.2.7:5: 2 of 3"), "the next try is said all the same");
	tell(&w, false, CODE_VOID, 3, "three wrong codes were tried", 0);
	ok(world_shows(&w, "three wrong codes were tried"), "so is the end");
	world_close(&w);
}

static void
test_ends(void)
{
	struct world w;
	struct msg *c;

	start(&w, 24, 80);
	tell(&w, false, CODE_WAITING, 0, "", 0);
	tell(&w, false, CODE_VOID, 0, "ten minutes have passed", 0);
	ok(world_shows(&w, "is void: ten minutes have passed"), "void is shown where it was open");
	world_wait(&w, 1000);
	world_type(&w, "n");
	ok(world_last(&w, MSG_CMD_PAIR) != NULL, "n asks for a new one");
	tell(&w, false, CODE_WAITING, 0, "", 0);
	world_wait(&w, 1000);
	world_type(&w, "t");
	ok(world_last(&w, MSG_CMD_PAIR)->b.pair.stop, "t takes it back");
	tell(&w, false, CODE_VOID, 0, "it was taken back", 0);
	tell(&w, false, CODE_WAITING, 0, "", 0);
	c = world_contact(1, "Boris");
	c->b.contact.trust = TRUST_VERIFIED;
	c->b.contact.link = LINK_ONLINE;
	world_event(&w, c);
	tell(&w, false, CODE_USED, 0, "", 1);
	ok(!world_shows(&w, "Pair by code"), "used: the question goes");
	ok(front_current(w.front) != NULL && world_shows(&w, "✓ verified"), "and the chat is open");
	ok(world_shows(&w, "Paired: Boris is verified."), "it is said");
	world_close(&w);
}

static void
test_join(void)
{
	struct world w;
	const struct msg *m;

	start(&w, 24, 80);
	world_type(&w, "/join\r");
	ok(world_shows(&w, "Type a pairing code"), "/join alone asks for it");
	world_type(&w, "417 2093 884\r\r\r\r");
	ok(world_last(&w, MSG_CMD_JOIN) == NULL && world_shows(&w, "A pairing code has 11 digits"),
	   "a mistyped one says so");
	world_close(&w);
	start(&w, 24, 80);
	world_type(&w, "/join\r");
	world_type(&w, "417 2093 8841\t192.0.2.7\tBo\r\r");
	m = world_last(&w, MSG_CMD_JOIN);
	if (ok(m != NULL, "it is joined")) {
		is_mem(m->b.join.code.digits, shown.digits, CODE_DIGITS, "the code");
		is_str(m->b.join.name, "Bo", "the name");
		is_str((const char *)m->bytes, "192.0.2.7:41555", "the address");
	}
	tell(&w, true, CODE_WAITING, 0, "", 0);
	ok(world_shows(&w, "Looking for whoever has 417-2093-8841"), "that it is under way");
	tell(&w, true, CODE_VOID, 1, "the code does not fit: 1 of 3 tries", 0);
	ok(world_shows(&w, "does not fit: 1 of 3"), "and that it failed");
	world_close(&w);
}

/* A code in the welcome's field for a friend, typed or pasted, is joined. */
static void
test_welcome(void)
{
	struct world w;

	start(&w, 24, 80);
	world_paste(&w, "417-2093-8841", 13);
	world_type(&w, "\r\r");
	ok(world_last(&w, MSG_CMD_JOIN) != NULL, "pasted into the welcome");
	world_close(&w);
	start(&w, 24, 80);
	world_type(&w, "41720938841\rBo\r");
	ok(world_last(&w, MSG_CMD_JOIN) != NULL, "typed there");
	is_str(world_last(&w, MSG_CMD_JOIN)->b.join.name, "Bo", "with a name");
	world_close(&w);
}

static void
test_small(void)
{
	struct world w;

	start(&w, 12, 40);
	tell(&w, false, CODE_WAITING, 0, "", 0);
	ok(world_shows(&w, "4 1 7   2 0 9 3   8 8 4 1"), "where it is narrow, spaced digits");
	ok(world_shows(&w, "Good once"), "and the rest fits");
	world_close(&w);
}

/* Invites that nobody is added by. */
static void
test_invites(void)
{
	struct invite inv = {.nick = "Zoe"};
	struct world w;
	char *code, *wrong;
	struct msg *self = msg_new(MSG_EV_SELF);
	size_t len;

	/* The curve's base point is a fine key. */
	inv.key[0] = 9;
	code = invite_format(&inv);
	wrong = xstrdup(code);
	len = strlen(code);
	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	wrong[len - 3] = wrong[len - 3] == '7' ? '8' : '7';
	world_paste(&w, wrong, len);
	ok(world_shows(&w, "This invite does not work") && world_shows(&w, "mistyped"),
	   "a mistyped one says so");
	world_type(&w, "\r");
	ok(!world_shows(&w, "p2p:"), "and is not inserted");
	world_paste(&w, wrong, len);
	world_type(&w, "i");
	ok(world_shows(&w, "› p2p:"), "but when asked to");
	world_type(&w, "\003");
	free(wrong);
	free(code);
	inv.expires = 1000;
	code = invite_format(&inv);
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "That invite has expired"), "so does one that has expired");
	world_type(&w, "\r");
	free(code);
	inv.expires = 0;
	code = invite_format(&inv);
	memcpy(self->b.self.key.b, inv.key, INVITE_KEY);
	strlcpy(self->b.self.nick, "Ada", sizeof(self->b.self.nick));
	world_event(&w, self);
	world_paste(&w, code, strlen(code));
	ok(world_shows(&w, "That is your own invite") && world_shows(&w, "› p2p:"),
	   "our own is inserted, and told");
	world_type(&w, "\003");
	world_close(&w);
	free(code);
}

int
main(void)
{
	test_shown();
	test_ends();
	test_join();
	test_welcome();
	test_small();
	test_invites();
	return done_testing();
}
