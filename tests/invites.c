/* invites.c - invites made by hand: who gets in with them, and when nobody does any more; and a new key for the door. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

/* Not on one network: without a door key there is only silence. */
#define ADA_IP	 "198.51.100.2:41555"
#define BORIS_IP "198.51.100.3:41555"
#define CARL_IP	 "198.51.100.4:41555"

struct world {
	struct sim *s;
	struct sim_node *a, *b, *c;
};

static void
start(struct world *w, uint64_t seed)
{
	w->s = sim_new(seed);
	w->a = sim_add_at(w->s, "Ada", ADA_IP);
	w->b = sim_add_at(w->s, "Boris", BORIS_IP);
	w->c = sim_add_at(w->s, "Carl", CARL_IP);
}

static struct msg *
ask(enum invite_op op, int64_t number)
{
	struct msg *m = msg_new(MSG_CMD_INVITE);

	m->b.invite.op = op;
	m->b.invite.number = number;
	return m;
}

static char *
made(struct world *w, struct msg *m)
{
	const char *text = "";

	is_int(sim_do(w->a, m, &text), 1, "an invite is made");
	return xstrdup(text);
}

static const struct msg_contact *
tries(struct world *w, struct sim_node *who, const char *invite)
{
	sim_does(who, sim_cmd_add("Ada", invite), 1, "the invite is taken");
	sim_run(w->s, 20000);
	return sim_contact(w->a, sim_key(who));
}

static void
test_once(void)
{
	struct world w;
	struct msg *m = ask(INVITE_MAKE, 0);
	const struct msg_contact *c;
	const char *text = "";
	char *invite;

	start(&w, 1);
	m->b.invite.once = true;
	strlcpy(m->b.invite.label, "Bo from work", sizeof(m->b.invite.label));
	invite = made(&w, m);
	c = tries(&w, w.b, invite);
	ok(c != NULL && c->state == CONTACT_REQUEST, "the first gets in, as a request");
	is_str(c->name, "Bo from work", "under the name the invite was made for");
	ok(tries(&w, w.c, invite) == NULL, "the second meets silence");
	sim_do(w.a, ask(INVITE_LIST, 0), &text);
	ok(strstr(text, "Bo from work") != NULL, "it is listed (%s)", text);
	sim_do(w.a, sim_cmd_op(OP_ACCEPT, sim_key(w.b), ""), NULL);
	sim_run(w.s, 20000);
	sim_do(w.a, ask(INVITE_LIST, 0), &text);
	ok(strstr(text, "Bo from work") == NULL, "accepted, with the contacts' key, it is used up");
	sim_cut(w.s);
	sim_do(w.b, sim_cmd_say(w.s, sim_key(w.a), "still here"), NULL);
	sim_run(w.s, 60000);
	c = sim_contact(w.b, sim_key(w.a));
	ok(c->link == LINK_ONLINE, "and the one who used it comes in by the contacts' key");
	free(invite);
	sim_free(w.s);
}

static void
test_key_expiry_withdrawn(void)
{
	struct world w;
	struct msg *m = ask(INVITE_MAKE, 0);
	char *invite;

	start(&w, 2);
	m->b.invite.once = m->b.invite.has_who = true;
	m->b.invite.who = *sim_key(w.b);
	invite = made(&w, m);
	ok(tries(&w, w.c, invite) == NULL, "another key than the one it is for: silence");
	ok(tries(&w, w.b, invite) != NULL, "that key gets in");
	free(invite);
	sim_free(w.s);

	start(&w, 3);
	m = ask(INVITE_MAKE, 0);
	m->b.invite.expires_in = 3600000;
	invite = made(&w, m);
	ok(tries(&w, w.b, invite) != NULL, "before its time is over somebody gets in");
	sim_run(w.s, 5000000);
	sim_does(w.c, sim_cmd_add("Ada", invite), 0, "then it says so itself");
	free(invite);
	/* A program that does not look at the time: what Boris has is the same door key. */
	sim_do(w.a, sim_cmd_op(OP_REFUSE, sim_key(w.b), ""), NULL);
	sim_cut(w.s);
	sim_run(w.s, 900000);
	ok(sim_contact(w.b, sim_key(w.a))->link != LINK_ONLINE, "and the door key opens no more");
	sim_free(w.s);

	start(&w, 4);
	invite = made(&w, ask(INVITE_MAKE, 0));
	sim_does(w.a, ask(INVITE_WITHDRAW, 7), 0, "no other is withdrawn");
	sim_does(w.a, ask(INVITE_WITHDRAW, 1), 1, "it is withdrawn");
	ok(tries(&w, w.b, invite) == NULL, "whoever has it meets silence");
	free(invite);
	for (int i = 0; i < 14; i++)
		free(made(&w, ask(INVITE_MAKE, 0)));
	sim_does(w.a, ask(INVITE_MAKE, 0), 0, "at most sixteen are live");
	sim_quit(w.a);
	sim_revive(w.a);
	sim_does(w.a, ask(INVITE_MAKE, 0), 0, "after a restart too");
	sim_free(w.s);
}

/* A contact that was away while the door got a new key comes in by the old one, and has the new one then. */
static void
test_new_door(void)
{
	struct world w;
	char *before;

	start(&w, 5);
	before = xstrdup(sim_invite(w.a));
	tries(&w, w.b, before);
	sim_do(w.a, sim_cmd_op(OP_ACCEPT, sim_key(w.b), ""), NULL);
	sim_run(w.s, 20000);
	is_int(sim_contact(w.a, sim_key(w.b))->link, LINK_ONLINE, "Boris is a contact");
	sim_quit(w.b);
	sim_does(w.a, ask(INVITE_CHANGE, 0), 1, "the door gets a new key");
	ok(strcmp(sim_invite(w.a), before) != 0, "and there is a new invite");
	ok(tries(&w, w.c, before) == NULL, "the old invite meets silence");
	sim_quit(w.a);
	sim_revive(w.a);
	sim_revive(w.b);
	sim_run(w.s, 20000);
	is_int(sim_contact(w.b, sim_key(w.a))->link, LINK_ONLINE,
	       "who was away comes in by the old key");
	sim_does(w.a, ask(INVITE_CHANGE, 0), 1, "while it is there, once more");
	sim_run(w.s, 5000);
	for (int i = 0; i < 6; i++) {
		sim_does(w.a, ask(INVITE_CHANGE, 0), 1, "and again: old ones are gone");
		sim_run(w.s, 5000);
	}
	sim_cut(w.s);
	sim_run(w.s, 60000);
	is_int(sim_contact(w.b, sim_key(w.a))->link, LINK_ONLINE, "Boris has the newest");
	sim_quit(w.b);
	for (int i = 0; i < 3; i++)
		sim_does(w.a, ask(INVITE_CHANGE, 0), 1, "away, each is kept");
	sim_does(w.a, ask(INVITE_CHANGE, 0), 0, "but not without end");
	sim_revive(w.b);
	sim_run(w.s, 60000);
	is_int(sim_contact(w.b, sim_key(w.a))->link, LINK_ONLINE, "and he is in again");
	free(before);
	sim_free(w.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_once();
	test_key_expiry_withdrawn();
	test_new_door();
	return done_testing();
}
