/* trust.c - who somebody is: other keys where a contact used to answer, in the way or by chance, names that lie, and what a decision does. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "src/safety.h"
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

/* Whether that address is known of the contact. */
static bool
lists(const struct msg_contact *c, const char *address)
{
	for (uint32_t i = 0; i < c->naddrs; i++)
		if (strcmp(c->addrs[i], address) == 0)
			return true;
	return false;
}

/* Of the one in doubt nothing is seen, neither what is said when a session begins nor what changes in it, until that is settled. */
static void
test_nothing_is_told(void)
{
	struct world w = {.s = sim_new(7)};
	const struct msg_contact *ada;
	struct sim_node *m;

	w.a = sim_add_near(w.s, "Ada", ADA_IP, 1);
	w.b = sim_add_at(w.s, "Boris", BORIS_IP);
	befriend(&w, BORIS_IP);
	m = replace_boris(&w, "Boris");
	sim_kill(m);
	is_int(sim_do(w.a, sim_cmd_set("status", "at home"), NULL), 1, "Ada has a status");
	sim_claim(w.a, "192.168.7.77");
	sim_revive(w.b);
	sim_run(w.s, 400000);
	ok(boris(&w)->trust == TRUST_CHANGED && boris(&w)->link == LINK_ONLINE,
	   "Boris is in doubt, and there");
	ada = sim_contact(w.b, sim_key(w.a));
	is_str(ada->status, "", "he does not see it");
	ok(!lists(ada, "192.168.7.77:41555"), "nor where she listens now");
	sim_do(w.a, sim_cmd_set("status", "not at home"), NULL);
	sim_do(w.a, sim_cmd_set("nick", "Ada L."), NULL);
	sim_run(w.s, 5000);
	ada = sim_contact(w.b, sim_key(w.a));
	is_str(ada->status, "", "nor what changes");
	is_str(ada->nick, "Ada", "down to her name");
	is_int(sim_do(w.a, decide(OP_DIFFER, sim_key(w.b), sim_key(m)), NULL), 1,
	       "the new key is not taken");
	sim_run(w.s, 400000);
	ada = sim_contact(w.b, sim_key(w.a));
	is_int(ada->link, LINK_ONLINE, "they are connected");
	is_str(ada->status, "not at home", "and all of it is told");
	is_str(ada->nick, "Ada L.", "her name");
	ok(lists(ada, "192.168.7.77:41555"), "and where she is");
	sim_free(w.s);
}

static const char *
number(struct sim_node *n, const struct sim_node *with)
{
	static char digits[2][SAFETY_DIGITS + 1];
	static unsigned at;

	safety_number(digits[++at % 2], sim_key(n), sim_key(with));
	return digits[at % 2];
}

/* At the very first call somebody stands between them, with keys of her own: both are pinned to her, which only the numbers show. */
static void
test_first_contact(void)
{
	struct sim *s = sim_new(8);
	struct sim_node *a = sim_add_at(s, "Ada", ADA_IP), *b = sim_add_at(s, "Boris", OTHER_IP);
	struct sim_node *to_ada = sim_add_at(s, "Boris", BORIS_IP);
	struct sim_node *to_boris = sim_add_at(s, "Ada", "192.168.7.8:41555");

	sim_does(a, sim_cmd_add("Boris", BORIS_IP), 1, "Ada adds Boris by his address");
	sim_does(to_boris, sim_cmd_add("Boris", OTHER_IP), 1, "and who took her call calls him");
	sim_run(s, 3000);
	sim_does(to_ada, sim_cmd_op(OP_ACCEPT, sim_key(a), ""), 1, "she is let in");
	sim_does(b, sim_cmd_op(OP_ACCEPT, sim_key(to_boris), ""), 1, "he lets \"Ada\" in");
	sim_run(s, 1000);
	sim_do(a, sim_cmd_say(s, sim_key(to_ada), "our secret"), NULL);
	sim_run(s, 1000);
	ok(chat_has(to_ada, sim_key(a), "<our secret"), "the middle reads what she says");
	sim_do(to_boris, sim_cmd_say(s, sim_key(b), "our secret"), NULL);
	sim_run(s, 1000);
	ok(chat_has(b, sim_key(to_boris), "<our secret"), "and says it on");
	is_int(sim_contact(a, sim_key(to_ada))->trust, TRUST_PINNED, "hers is pinned");
	is_int(sim_contact(b, sim_key(to_boris))->trust, TRUST_PINNED, "his too: not verified");
	ok(sim_contact(a, sim_key(b)) == NULL && sim_contact(b, sim_key(a)) == NULL,
	   "neither has the other's key");
	ok(strcmp(number(a, to_ada), number(b, to_boris)) != 0, "the safety numbers differ");
	is_str(number(a, b), number(b, a), "which they do not where nobody stands between");
	sim_does(a, decide(OP_DIFFER, sim_key(to_ada), sim_key(to_ada)), 1, "Ada says so");
	is_int(sim_contact(a, sim_key(to_ada))->trust, TRUST_CHANGED, "and hers is in doubt");
	sim_do(a, sim_cmd_say(s, sim_key(to_ada), "another one"), NULL);
	sim_run(s, 60000);
	ok(!chat_has(to_ada, sim_key(a), "another one"), "no more is sent");
	sim_kill(to_ada);
	sim_kill(b);
	b = sim_restore(b, BORIS_IP);
	sim_run(s, 400000);
	ok(key_equal(&sim_contact(a, sim_key(to_ada))->new_key, sim_key(b)),
	   "when she is gone the real one answers there: that is known");
	is_int(sim_contact(a, sim_key(to_ada))->trust, TRUST_CHANGED, "and loud");
	sim_free(s);
}

static struct msg *
address(const struct key *who, const char *at)
{
	return msg_set_bytes(sim_cmd_op(OP_ADDRESS, who, ""), at, strlen(at));
}

/* While the real one is connected another key where he was first reached says nothing of him. */
static void
test_real_one_is_there(void)
{
	struct world w = start(9);

	befriend(&w, BORIS_IP);
	sim_does(w.a, address(sim_key(w.b), OTHER_IP), 1, "Boris has another address");
	sim_quit(w.a);
	sim_kill(w.b);
	w.b = sim_restore(w.b, OTHER_IP);
	sim_run(w.s, 60000);
	sim_revive(w.a);
	sim_run(w.s, 2000);
	is_int(boris(&w)->link, LINK_ONLINE, "Ada reaches him there");
	is_str(boris(&w)->via, OTHER_IP, "by her own call");
	sim_add_at(w.s, "Boris", BORIS_IP);
	sim_does(w.a, address(sim_key(w.b), BORIS_IP), 1, "at the old one is somebody else");
	ok(lists(boris(&w), BORIS_IP), "who is to be tried first");
	/* After a day a session is called anew. */
	sim_run(w.s, (uint64_t)SESSION_MAX);
	ok(!lists(boris(&w), BORIS_IP), "the call for a new session met the other key");
	is_int(boris(&w)->link, LINK_ONLINE, "the session stands");
	is_int(boris(&w)->trust, TRUST_PINNED, "and nothing is in doubt");
	ok(!chat_has(w.a, sim_key(w.b), "⚠"), "nor said");
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
	test_nothing_is_told();
	test_first_contact();
	test_real_one_is_there();
	return done_testing();
}
