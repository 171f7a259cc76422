/* node.c - two and more nodes over an in-memory network on a virtual clock: requests, delivery, duplicates, doors, attacks. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/node.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

static void
check_chat(struct sim_node *n, const struct key *who, const char *want, const char *what)
{
	char *got = sim_chat(n, who);

	is_str(got, want, "%s", what);
	free(got);
}

static void
test_chat(void)
{
	struct sim_pair p = sim_friends(1, "Boris", "Bo");

	ok(sim_both_online(&p), "two who added each other are online");
	is_int(sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "hello"), NULL), 1, "a message is taken");
	sim_run(p.s, 1000);
	sim_do(p.b, sim_cmd_say(p.s, sim_key(p.a), "hi there"), NULL);
	sim_run(p.s, 1000);
	check_chat(p.a, sim_key(p.b), ">hello!\n<hi there\n", "both are there, and delivered");
	check_chat(p.b, sim_key(p.a), "<hello\n>hi there!\n", "on the other side too");
	ok(sim_contact(p.a, sim_key(p.b))->rtt_us != 0, "the round trip was measured");
	is_str(sim_contact(p.a, sim_key(p.b))->nick, "Boris", "the nick is known");
	is_str(sim_contact(p.a, sim_key(p.b))->name, "Bo", "the local name outranks it");
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_PINNED, "an invite pins");
	sim_free(p.s);
}

static void
test_offline_and_restart(void)
{
	struct sim_pair p = sim_friends(2, "Boris", "Bo");

	sim_kill(p.b);
	sim_run(p.s, 1000);
	sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "one"), NULL);
	sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "two"), NULL);
	check_chat(p.a, sim_key(p.b), ">one.\n>two.\n", "queued while the other is away");
	sim_kill(p.a);
	sim_revive(p.a);
	check_chat(p.a, sim_key(p.b), ">one.\n>two.\n", "still there after a restart");
	sim_revive(p.b);
	sim_until(p.s, 60000, sim_both_online, &p);
	sim_run(p.s, 2000);
	check_chat(p.a, sim_key(p.b), ">one!\n>two!\n", "delivered when the other returns");
	check_chat(p.b, sim_key(p.a), "<one\n<two\n", "once, in order");
	sim_free(p.s);
}

/* Ada called Boris's invite; Boris does not know her. */
static void
test_request(void)
{
	struct sim_pair p = {sim_new(3), NULL, NULL};
	const struct msg_contact *c;
	char *invite;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	invite = xstrdup(sim_invite(p.b));
	sim_do(p.a, sim_cmd_add("Bo", invite), NULL);
	sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "remember me from the fair?"), NULL);
	sim_run(p.s, 3000);
	c = sim_contact(p.b, sim_key(p.a));
	ok(c != NULL && c->state == CONTACT_REQUEST, "whoever reaches us unknown is a request");
	is_str(c != NULL ? c->name : "", "Ada", "with the nick it claims");
	check_chat(p.b, sim_key(p.a), "", "its message is not in any chat");
	check_chat(p.a, sim_key(p.b), ">remember me from the fair?.\n", "and stays queued there");
	is_int(sim_do(p.b, sim_cmd_say(p.s, sim_key(p.a), "x"), NULL), 0,
	       "nothing is said to a request");
	sim_do(p.b, sim_cmd_op(OP_ACCEPT, sim_key(p.a), "Ada L."), NULL);
	sim_run(p.s, 3000);
	ok(sim_both_online(&p), "accepted: both are online");
	check_chat(p.b, sim_key(p.a), "<remember me from the fair?\n", "and the message came");
	check_chat(p.a, sim_key(p.b), ">remember me from the fair?!\n", "delivered");
	free(invite);
	sim_free(p.s);
}

static void
test_refuse_block(void)
{
	struct sim_pair p = {sim_new(4), NULL, NULL};
	char *invite;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	invite = xstrdup(sim_invite(p.b));
	sim_do(p.a, sim_cmd_add("Bo", invite), NULL);
	sim_run(p.s, 3000);
	is_int(sim_do(p.b, sim_cmd_op(OP_REFUSE, sim_key(p.a), ""), NULL), 1, "refuse");
	sim_run(p.s, 3000);
	ok(!sim_contact(p.a, sim_key(p.b))->accepted_us, "refusing looks like pending");
	is_int(sim_contact(p.a, sim_key(p.b))->link, LINK_ONLINE, "and the session stays");
	sim_do(p.b, sim_cmd_op(OP_BLOCK, sim_key(p.a), ""), NULL);
	sim_run(p.s, 60000);
	ok(sim_contact(p.a, sim_key(p.b))->link != LINK_ONLINE, "blocked: nobody is there");
	sim_do(p.b, sim_cmd_op(OP_UNBLOCK, sim_key(p.a), ""), NULL);
	sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
	sim_run(p.s, 3000);
	is_int(sim_contact(p.b, sim_key(p.a))->state, CONTACT_REQUEST, "unblocked: it waits again");
	is_int(sim_contact(p.a, sim_key(p.b))->link, LINK_ONLINE, "and reaches us");
	sim_do(p.b, sim_cmd_op(OP_REMOVE, sim_key(p.a), ""), NULL);
	sim_run(p.s, 10);
	ok(sim_contact(p.b, sim_key(p.a)) == NULL, "removed");
	free(invite);
	sim_free(p.s);
}

static void
test_names(void)
{
	struct sim *s = sim_new(5);
	struct sim_node *a = sim_add(s, "Ada"), *b = sim_add(s, "Boris"), *c = sim_add(s, "BORIS");
	char *invite = xstrdup(sim_invite(b)), *other = xstrdup(sim_invite(c));
	const char *why = "";

	is_int(sim_do(a, sim_cmd_add("Boris", invite), NULL), 1, "a first Boris");
	is_int(sim_do(a, sim_cmd_add("bORIS", other), &why), 0, "a second one is refused");
	is_str(why, "another contact has that name", "in words");
	is_int(sim_do(a, sim_cmd_add("", other), NULL), 1, "without a name the nick is taken");
	is_str(sim_contact(a, sim_key(c))->name, "BORIS (2)", "and made unique");
	is_int(sim_do(a, sim_cmd_add("Boris", invite), NULL), 1,
	       "adding a known key again is fine");
	is_int(sim_do(a, sim_cmd_op(OP_RENAME, sim_key(c), "boris"), &why), 0, "nor by renaming");
	is_int(sim_do(a,
		      sim_cmd_op(OP_RENAME, sim_key(c),
				 "\xe2\x80\xae"
				 "x"),
		      &why),
	       0, "no hostile name");
	is_int(sim_do(a, sim_cmd_add("x", "p2p:nonsense"), &why), 0, "a broken invite: %s", why);
	is_int(sim_do(a, sim_cmd_add("me", sim_invite(a)), &why), 0, "our own invite");
	is_str(why, "that is your own invite", "is said so");
	free(invite);
	free(other);
	sim_free(s);
}

static void
test_by_address(void)
{
	struct sim_pair p = {sim_new(6), NULL, NULL};
	const char *why = "";

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	is_int(sim_do(p.a, sim_cmd_add("Bo", "192.168.7.2:41555"), &why), 1,
	       "added by address, trust on first use (%s)", why);
	is_int(sim_contact(p.a, sim_key(p.b))->trust, TRUST_PINNED, "the key is pinned");
	is_int(sim_do(p.a, sim_cmd_add("No", "192.168.7.99:41555"), &why), 0, "nobody there: %s",
	       why);
	is_int(sim_do(p.a, sim_cmd_add("Me", "192.168.7.1:41555"), &why), 0, "ourselves: %s", why);
	is_int(sim_do(p.a, sim_cmd_add("H", "no.such.host:1"), &why), 0, "no such host: %s", why);
	is_int(sim_do(p.a, sim_cmd_add("H", "::::"), &why), 0, "no address: %s", why);
	sim_free(p.s);
}

static void
set_door(struct sim_node *n, const char *value)
{
	struct msg *m = msg_new(MSG_CMD_SET);

	strlcpy(m->b.set.option, "door", sizeof(m->b.set.option));
	sim_do(n, msg_set_bytes(m, value, strlen(value)), NULL);
}

static void
test_doors(void)
{
	struct sim_pair p = {sim_new(7), NULL, NULL};
	const char *why = "";
	char *invite;

	p.a = sim_add(p.s, "Ada");
	p.b = sim_add(p.s, "Boris");
	invite = xstrdup(sim_invite(p.b));
	set_door(p.b, "closed");
	is_int(sim_do(p.a, sim_cmd_add("Bo", "192.168.7.2:41555"), &why), 0, "a closed door");
	ok(strstr(why, "ask for an invite") != NULL, "says how to get in: %s", why);
	is_int(sim_do(p.a, sim_cmd_add("Bo", invite), NULL), 1, "an invite");
	sim_run(p.s, 3000);
	ok(sim_contact(p.b, sim_key(p.a)) != NULL, "opens it");
	free(invite);
	sim_free(p.s);
}

static void
test_nick_change(void)
{
	struct sim_pair p = sim_friends(8, "Boris", "Bo");
	struct msg *m = msg_new(MSG_CMD_SET);

	strlcpy(m->b.set.option, "nick", sizeof(m->b.set.option));
	sim_do(p.b, msg_set_bytes(m, "Bobby", 5), NULL);
	sim_run(p.s, 1000);
	check_chat(p.a, sim_key(p.b), "-Bo now calls itself \"Bobby\"\n",
		   "a rename is a line in the chat");
	is_str(sim_contact(p.a, sim_key(p.b))->name, "Bo", "our name for it stays");
	sim_free(p.s);
}

/* A conversation with the stream cut after every so many bytes: exactly once, in order, whatever happens. */
static void
test_cuts(void)
{
	static const char want[] = ">m0!\n>m1!\n>m2!\n>m3!\n>m4!\n>m5!\n>m6!\n>m7!\n";
	static const char mirror[] = "<m0\n<m1\n<m2\n<m3\n<m4\n<m5\n<m6\n<m7\n";
	unsigned wrong = 0, runs = 0;

	for (uint64_t cut = 1; cut < 6000; cut += 61) {
		struct sim_pair p = sim_friends(100 + cut, "Boris", "Bo");
		uint64_t base = sim_written(p.s);
		char text[16], *a, *b;

		sim_faults(p.s)->jitter = 7;
		sim_faults(p.s)->cut_after = base + cut;
		for (int i = 0; i < 8; i++) {
			snprintf(text, sizeof(text), "m%d", i);
			sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), text), NULL);
			sim_run(p.s, 3);
		}
		sim_run(p.s, 120000);
		a = sim_chat(p.a, sim_key(p.b));
		b = sim_chat(p.b, sim_key(p.a));
		runs++;
		if (strcmp(a, want) != 0 || strcmp(b, mirror) != 0) {
			if (wrong++ == 0)
				diag("cut at %d: %s / %s", (int)cut, a, b);
		}
		free(a);
		free(b);
		sim_free(p.s);
	}
	is_int(wrong, 0,
	       "reconnects in the middle of a record: %u conversations cut at different bytes, "
	       "each message once",
	       runs);
}

static void
test_flips(void)
{
	unsigned wrong = 0, runs = 0;

	for (uint64_t at = 1; at < 3000; at += 97) {
		struct sim_pair p = sim_friends(500 + at, "Boris", "Bo");
		char *b;

		sim_faults(p.s)->flip_at = sim_written(p.s) + at;
		sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "intact"), NULL);
		sim_run(p.s, 120000);
		b = sim_chat(p.b, sim_key(p.a));
		runs++;
		wrong += strcmp(b, "<intact\n") != 0;
		free(b);
		sim_free(p.s);
	}
	is_int(wrong, 0, "%u conversations with a bit turned somewhere: nothing is lost or doubled",
	       runs);
}

/* Both call each other at once, again and again: one session stays, and nothing is lost. */
static void
test_duplicates(void)
{
	unsigned settled = 0, complete = 0;

	for (uint64_t seed = 0; seed < 20; seed++) {
		struct sim_pair p = sim_friends(900 + seed, "Boris", "Bo");
		char *b;

		sim_faults(p.s)->jitter = 20;
		sim_faults(p.s)->no_new = true;
		sim_cut(p.s);
		sim_run(p.s, 10);
		sim_faults(p.s)->no_new = false;
		sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
		sim_do(p.b, sim_cmd_op(OP_CONNECT, sim_key(p.a), ""), NULL);
		sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), "during"));
		sim_run(p.s, 20000);
		settled += sim_both_online(&p);
		b = sim_chat(p.b, sim_key(p.a));
		complete += strcmp(b, "<during\n") == 0;
		free(b);
		sim_free(p.s);
	}
	is_int(settled, 20, "duplicate sessions: calls that cross, and both stay online");
	is_int(complete, 20, "and the message came once");
}

/* A peer that vanishes without a word. */
static void
test_dead_peer(void)
{
	struct sim_pair p = sim_friends(11, "Boris", "Bo");

	sim_run(p.s, 300000);
	ok(sim_both_online(&p), "five idle minutes: keepalive holds the session");
	sim_faults(p.s)->delay = 10000000;
	sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), "are you there"));
	sim_run(p.s, 12000);
	ok(sim_contact(p.a, sim_key(p.b))->link != LINK_ONLINE,
	   "what waits for its ACK finds a dead peer within 12 s");
	sim_free(p.s);
}

static void
test_many(void)
{
	struct sim_pair p = sim_friends(12, "Boris", "Bo");
	char text[16], *a;
	unsigned lines = 0, delivered = 0;

	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), text));
	}
	sim_run(p.s, 60000);
	a = sim_chat(p.a, sim_key(p.b));
	for (const char *c = a; *c != '\0'; c++) {
		lines += *c == '\n';
		delivered += *c == '!';
	}
	is_int(lines, 3000, "3,000 messages are there");
	is_int(delivered, 3000, "and delivered, more than fits one window");
	free(a);
	sim_free(p.s);
}

/* What a scanner sends gets no byte back. */
static void
test_silence(void)
{
	static const struct {
		const char *what;
		uint8_t bytes[48];
		size_t len;
	} probes[] = {
		{"nothing", {0}, 0},
		{"HTTP", "GET / HTTP/1.0\r\n\r\n", 18},
		{"another version", {'P', '2', 'P', 'T', 2, 1, 0, 0, 0, 32}, 42},
		{"another suite", {'P', '2', 'P', 'T', 1, 9, 0, 0, 0, 32}, 42},
		{"a door key we do not have", {'P', '2', 'P', 'T', 1, 2, 0, 0, 0, 38}, 48},
		{"an oversized message", {'P', '2', 'P', 'T', 1, 1, 0, 0, 255, 255}, 48},
		{"half a message", {'P', '2', 'P', 'T', 1, 1, 0, 0, 0, 32, 9}, 20},
	};
	struct sim *s = sim_new(13);
	struct sim_node *b = sim_add(s, "Boris");
	static const uint8_t xx[42] = {'P', '2', 'P', 'T', 1, 1, 0, 0, 0, 32, 9};

	for (size_t i = 0; i < NELEM(probes); i++)
		is_int(sim_poke(s, b, probes[i].bytes, probes[i].len, "192.168.7.77"), 0,
		       "%s: silence", probes[i].what);
	is_int(sim_poke(s, b, xx, sizeof(xx), "8.8.8.8"), 0,
	       "from afar, the door being lan: silence");
	ok(sim_poke(s, b, xx, sizeof(xx), "192.168.7.77") > 0, "from this network: an answer");
	is_int(sim_poke(s, b, xx, sizeof(xx), "192.168.7.77"), 0,
	       "the same message 1 again: silence");
	sim_free(s);
}

static void
test_disconnect(void)
{
	struct sim_pair p = sim_friends(14, "Boris", "Bo");

	sim_do(p.a, sim_cmd_op(OP_DISCONNECT, sim_key(p.b), ""), NULL);
	sim_run(p.s, 100);
	ok(sim_contact(p.a, sim_key(p.b))->closed_by_hand, "closed by hand");
	ok(sim_contact(p.a, sim_key(p.b))->link == LINK_OFFLINE, "and down");
	sim_do(p.a, sim_cmd_op(OP_CONNECT, sim_key(p.b), ""), NULL);
	sim_until(p.s, 60000, sim_both_online, &p);
	ok(sim_both_online(&p), "and reopened");
	sim_quit(p.b);
	sim_run(p.s, 100);
	ok(sim_contact(p.a, sim_key(p.b))->link != LINK_ONLINE, "who quits is offline at once");
	sim_free(p.s);
}

static void
test_day(void)
{
	struct sim_pair p = sim_friends(15, "Boris", "Bo");

	sim_run(p.s, UINT64_C(3) * 24 * 3600 * 1000);
	ok(sim_both_online(&p), "after three days of renewed handshakes both are online");
	sim_do(p.a, sim_cmd_say(p.s, sim_key(p.b), "still"), NULL);
	sim_run(p.s, 1000);
	check_chat(p.b, sim_key(p.a), "<still\n", "and talk");
	sim_free(p.s);
}

static void
test_table(void)
{
	unsigned missing = 0;

	for (enum msg_type t = 0; t < MSG_NTYPES; t++) {
		enum msg_way way = msg_way(t);
		bool for_node = way == TO_CORE || way == FROM_STORE || way == FROM_DISK ||
				way == FROM_RESOLVER || way == FROM_CHORES;

		if (for_node != node_obeys(t)) {
			diag("%s", msg_name(t));
			missing++;
		}
	}
	is_int(missing, 0, "the node obeys every row of the table that is for it, and no other");
}

/* Contacts that are away for long are called at moments they share, so that a thousand of them do not keep a machine awake. */
static void
test_many_away(void)
{
	enum { AWAY = 5, GRID = BACKOFF_MAX / 32 };
	struct sim *s = sim_new(31);
	struct sim_node *a = sim_add(s, "Ada"), *others[AWAY];
	const struct msg_contact *c;
	unsigned apart = 0, late = 0, distinct = 0;
	int64_t due[AWAY];

	for (unsigned i = 0; i < AWAY; i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%u", i);
		others[i] = sim_add(s, name);
		is_int(sim_do(a, sim_cmd_add(name, sim_invite(others[i])), NULL), 1, "%s is added",
		       name);
		sim_kill(others[i]);
	}
	sim_run(s, 60 * 60 * 1000);
	for (unsigned i = 0; i < AWAY; i++) {
		c = sim_contact(a, sim_key(others[i]));
		due[i] = c->retry_at;
		late += c->retry_at == 0;
		apart += (due[i] - due[0]) % GRID != 0;
		distinct += i > 0 && due[i] != due[0];
	}
	ok(late == 0 && apart == 0, "they are called at shared moments");
	ok(distinct > 0, "and not all at one");
	sim_free(s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_table();
	test_chat();
	test_offline_and_restart();
	test_request();
	test_refuse_block();
	test_names();
	test_by_address();
	test_doors();
	test_nick_change();
	test_silence();
	test_disconnect();
	test_dead_peer();
	test_duplicates();
	test_many();
	test_many_away();
	test_day();
	test_cuts();
	test_flips();
	return done_testing();
}
