/* trust.c - who somebody is: other keys where a contact used to answer, in the way or by chance, names that lie, and what a decision does. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define ADA_IP	 "192.168.7.2:41555"
#define BORIS_IP "192.168.7.3:41555"
#define OTHER_IP "192.168.7.9:41555"

struct world {
	struct sim *s;
	struct sim_node *a, *b;
};

static struct world
start(uint64_t seed)
{
	struct world w = {.s = sim_new(seed)};

	w.a = sim_add_at(w.s, "Ada", ADA_IP);
	w.b = sim_add_at(w.s, "Boris", BORIS_IP);
	return w;
}

/* Ada adds Boris, by his address or by his invite, and he accepts her. */
static void
befriend(struct world *w, const char *how)
{
	const char *why = "";

	is_int(sim_do(w->a, sim_cmd_add("Boris", how), &why), 1, "Ada adds Boris (%s)", why);
	sim_run(w->s, 3000);
	is_int(sim_do(w->b, sim_cmd_op(OP_ACCEPT, sim_key(w->a), "Ada"), &why), 1,
	       "Boris accepts (%s)", why);
	sim_run(w->s, 1000);
	sim_do(w->a, sim_cmd_say(w->s, sim_key(w->b), "hello"), NULL);
	sim_run(w->s, 1000);
}

static const struct msg_contact *
boris(struct world *w)
{
	return sim_contact(w->a, sim_key(w->b));
}

static bool
chat_has(struct sim_node *n, const struct key *who, const char *words)
{
	char *chat = sim_chat(n, who);
	bool has = strstr(chat, words) != NULL;

	free(chat);
	return has;
}

static struct msg *
decide(enum contact_op op, const struct key *contact, const struct key *compared)
{
	struct msg *m = sim_cmd_op(op, contact, "");
	char hex[2 * KEY_LEN + 1];

	util_hex(hex, compared->b, KEY_LEN);
	return msg_set_bytes(m, hex, strlen(hex));
}

/* Boris is gone, and somebody with his name answers at his address. */
static struct sim_node *
replace_boris(struct world *w, const char *nick)
{
	struct sim_node *m;

	sim_kill(w->b);
	m = sim_add_at(w->s, nick, BORIS_IP);
	sim_run(w->s, 400000);
	return m;
}

static void
test_in_the_middle(void)
{
	struct world w = start(1);
	struct sim_node *m;
	const char *why = "";

	befriend(&w, BORIS_IP);
	is_int(boris(&w)->trust, TRUST_PINNED, "who answers at an address is pinned");
	is_int(boris(&w)->how, HOW_ADDRESS, "by address");
	ok(boris(&w)->trust_since > 0, "since a moment");
	m = replace_boris(&w, "Boris");
	is_int(boris(&w)->trust, TRUST_CHANGED, "another key answers there: changed");
	is_int(boris(&w)->how, HOW_ANSWERED, "because of that");
	ok(boris(&w)->has_new_key && key_equal(&boris(&w)->new_key, sim_key(m)),
	   "it is known which");
	ok(chat_has(w.a, sim_key(w.b), "-⚠ Boris's key"), "the chat says so");
	ok(sim_contact(m, sim_key(w.a)) == NULL, "the other one never learned who called");
	sim_do(w.a, sim_cmd_say(w.s, sim_key(w.b), "secret"), NULL);
	sim_run(w.s, 400000);
	ok(chat_has(w.a, sim_key(w.b), ">secret."), "a message waits");
	ok(sim_contact(m, sim_key(w.a)) == NULL, "and the other one still knows nothing");

	sim_kill(m);
	sim_revive(w.b);
	sim_run(w.s, 400000);
	is_int(boris(&w)->link, LINK_ONLINE, "the real Boris is there again");
	is_int(boris(&w)->trust, TRUST_CHANGED, "which decides nothing");
	ok(chat_has(w.a, sim_key(w.b), ">secret."), "and the message waits");
	sim_do(w.b, sim_cmd_say(w.s, sim_key(w.a), "are you there?"), NULL);
	sim_run(w.s, 5000);
	ok(chat_has(w.a, sim_key(w.b), "<are you there?"), "what he says arrives");
	ok(chat_has(w.b, sim_key(w.a), ">are you there?!"), "and he knows that");

	is_int(sim_do(w.a, decide(OP_DIFFER, sim_key(w.b), sim_key(w.b)), &why), 0,
	       "a number of another key decides nothing (%s)", why);
	is_int(sim_do(w.a, decide(OP_DIFFER, sim_key(w.b), sim_key(m)), &why), 1,
	       "they differ (%s)", why);
	sim_run(w.s, 400000);
	is_int(boris(&w)->trust, TRUST_PINNED, "all is as it was");
	is_int(boris(&w)->how, HOW_ADDRESS, "down to the reason");
	ok(!boris(&w)->has_new_key, "the new key is forgotten");
	ok(chat_has(w.a, sim_key(w.b), ">secret!"), "and the message is delivered to the old one");
	sim_free(w.s);
}

/* The same, but it is Boris with a new machine. */
static void
test_moved(void)
{
	struct world w = start(2);
	struct sim_node *m;
	const struct key *was;
	const char *why = "";

	befriend(&w, BORIS_IP);
	was = sim_key(w.b);
	m = replace_boris(&w, "Boris");
	sim_do(w.a, sim_cmd_say(w.s, was, "welcome back"), NULL);
	is_int(sim_do(w.a, decide(OP_MATCH, was, sim_key(m)), &why), 1, "they match (%s)", why);
	sim_run(w.s, 5000);
	ok(sim_contact(w.a, was) == NULL, "the old key is no contact any more");
	ok(sim_contact(w.a, sim_key(m)) != NULL, "the new one is");
	is_str(sim_contact(w.a, sim_key(m))->name, "Boris", "under the same name");
	is_int(sim_contact(w.a, sim_key(m))->trust, TRUST_VERIFIED, "verified");
	is_int(sim_contact(w.a, sim_key(m))->how, HOW_NUMBERS, "by numbers");
	ok(chat_has(w.a, sim_key(m), ">hello!"), "what was said is there");
	ok(chat_has(w.a, sim_key(m), ">welcome back."), "and what waits");
	sim_do(m, sim_cmd_op(OP_ACCEPT, sim_key(w.a), ""), NULL);
	sim_run(w.s, 400000);
	ok(chat_has(w.a, sim_key(m), ">welcome back!"), "which is delivered to the new key");
	sim_do(m, sim_cmd_say(w.s, sim_key(w.a), "thanks"), NULL);
	sim_run(w.s, 5000);
	ok(chat_has(w.a, sim_key(m), "<thanks"), "and an answer comes");
	sim_quit(w.a);
	sim_revive(w.a);
	ok(sim_contact(w.a, was) == NULL && sim_contact(w.a, sim_key(m)) != NULL,
	   "after a restart too");
	ok(chat_has(w.a, sim_key(m), ">hello!"), "with the history");
	sim_free(w.s);
}

static void
test_impostor_elsewhere(void)
{
	struct world w = start(3);
	struct sim_node *m;

	befriend(&w, sim_invite(w.b));
	is_int(boris(&w)->how, HOW_INVITE, "pinned by invite");
	m = replace_boris(&w, "Boris");
	is_int(boris(&w)->trust, TRUST_PINNED, "another key at a known address changes nothing");
	is_int(boris(&w)->naddrs, 0, "but that the address is dropped");
	ok(!chat_has(w.a, sim_key(w.b), "⚠"), "quietly");
	sim_kill(m);
	sim_revive(w.b);
	sim_do(w.b, sim_cmd_op(OP_CONNECT, sim_key(w.a), ""), NULL);
	sim_do(w.a, sim_cmd_say(w.s, sim_key(w.b), "still you"), NULL);
	sim_run(w.s, 400000);
	ok(chat_has(w.a, sim_key(w.b), ">still you!"), "the conversation goes on");
	sim_free(w.s);
}

/* Added by address, then known at another one as well: only the first is watched. */
static void
test_other_address(void)
{
	struct world w = start(4);
	struct sim_node *m;
	struct msg *at;

	befriend(&w, BORIS_IP);
	m = sim_add_at(w.s, "Boris", OTHER_IP);
	sim_kill(w.b);
	at = sim_cmd_op(OP_ADDRESS, sim_key(w.b), "");
	sim_do(w.a, msg_set_bytes(at, OTHER_IP, strlen(OTHER_IP)), NULL);
	sim_run(w.s, 400000);
	is_int(boris(&w)->trust, TRUST_PINNED, "another key at another address changes nothing");
	for (uint32_t i = 0; i < boris(&w)->naddrs; i++)
		ok(strcmp(boris(&w)->addrs[i], OTHER_IP) != 0, "that address is dropped");
	is_int(sim_contact(m, sim_key(w.a)) == NULL, 1, "and whoever is there learns nothing");
	sim_free(w.s);
}

/* Names are what others claim: nothing is found by them. */
static void
test_names(void)
{
	struct world w = start(5);
	struct sim_node *m;
	const char *why = "";
	const struct msg_contact *c;

	befriend(&w, sim_invite(w.b));
	m = sim_add_at(w.s, "Boris", OTHER_IP);
	sim_do(m, sim_cmd_add("Ada", ADA_IP), NULL);
	sim_run(w.s, 3000);
	c = sim_contact(w.a, sim_key(m));
	ok(c != NULL && c->state == CONTACT_REQUEST, "another Boris asks to be let in");
	is_str(c->name, "Boris (2)", "under a name of its own");
	is_int(sim_do(w.a, sim_cmd_op(OP_ACCEPT, sim_key(m), "Boris"), &why), 0,
	       "he cannot take the name (%s)", why);
	is_int(sim_do(w.a, sim_cmd_op(OP_ACCEPT, sim_key(m), ""), &why), 1, "but be accepted (%s)",
	       why);
	is_int(sim_contact(w.a, sim_key(m))->how, HOW_REQUEST, "pinned by request");
	sim_do(w.a, sim_cmd_say(w.s, sim_key(w.b), "for the first"), NULL);
	sim_run(w.s, 5000);
	ok(chat_has(w.b, sim_key(w.a), "<for the first"), "the first gets what is for him");
	ok(!chat_has(m, sim_key(w.a), "for the first"), "the second does not");
	sim_free(w.s);
}

static void
test_compared(void)
{
	struct world w = start(6);
	const char *why = "";

	befriend(&w, sim_invite(w.b));
	is_int(sim_do(w.a, decide(OP_MATCH, sim_key(w.b), sim_key(w.a)), &why), 0,
	       "another key was compared (%s)", why);
	is_int(sim_do(w.a, decide(OP_MATCH, sim_key(w.b), sim_key(w.b)), &why), 1,
	       "they match (%s)", why);
	is_int(boris(&w)->trust, TRUST_VERIFIED, "verified");
	is_int(sim_do(w.a, decide(OP_DIFFER, sim_key(w.b), sim_key(w.b)), &why), 1,
	       "later they differ (%s)", why);
	is_int(boris(&w)->trust, TRUST_CHANGED, "changed");
	is_int(boris(&w)->how, HOW_DIFFER, "by the person's word");
	sim_do(w.a, sim_cmd_say(w.s, sim_key(w.b), "not now"), NULL);
	sim_run(w.s, 60000);
	ok(chat_has(w.a, sim_key(w.b), ">not now."), "nothing is sent");
	sim_quit(w.a);
	sim_revive(w.a);
	sim_run(w.s, 60000);
	ok(boris(&w)->trust == TRUST_CHANGED && boris(&w)->link == LINK_ONLINE,
	   "also after a restart");
	ok(chat_has(w.a, sim_key(w.b), ">not now."), "nothing is sent");
	is_int(sim_do(w.a, decide(OP_MATCH, sim_key(w.b), sim_key(w.b)), &why), 1,
	       "they match after all (%s)", why);
	sim_run(w.s, 60000);
	ok(chat_has(w.a, sim_key(w.b), ">not now!"), "and it is delivered");
	sim_free(w.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_in_the_middle();
	test_moved();
	test_impostor_elsewhere();
	test_other_address();
	test_names();
	test_compared();
	return done_testing();
}
