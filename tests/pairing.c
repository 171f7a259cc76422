/* pairing.c - two nodes pair by code: from what they were before to verified contacts, over one address or what beacons claim, within the
 * limits on guesses, and through cuts at any byte. On the virtual clock. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define ADA   "192.168.7.1:41555"
#define BORIS "192.168.7.2:41555"
#define CHIDI "192.168.7.3:41555"

/* Ada has a code, Boris types it. Chidi is there in some scenes. */
struct scene {
	struct sim *sim;
	struct sim_node *ada, *boris;
};

static struct scene
scene_new(uint64_t seed)
{
	struct scene sc = {.sim = sim_new(seed)};

	sc.ada = sim_add(sc.sim, "Ada");
	sc.boris = sim_add(sc.sim, "Boris");
	return sc;
}

static void
scene_free(struct scene *sc)
{
	sim_free(sc->sim);
}

static void
nothing(void *arg)
{
	(void)arg;
}

/* Time passes, also where nothing happens. */
static void
advance(struct scene *sc, uint64_t ms)
{
	struct timer t = {0};

	timer_set(sim_loop(sc->sim), &t, ms, nothing, NULL);
	sim_run(sc->sim, ms);
}

static struct code
opened(struct sim_node *n, const char *name)
{
	struct code none = {"00000000000"};

	if (!ok(sim_do(n, sim_cmd_pair(name), NULL) == 1, "a code is made") ||
	    sim_code(n, false, NULL) == NULL)
		return none;
	return sim_code(n, false, NULL)->code;
}

/* The same public digits, and not the code. */
static struct code
wrong(const struct code *right, unsigned i)
{
	struct code c = *right;

	for (size_t j = CODE_DIGITS; j-- > CODE_PUBLIC; i /= 10)
		c.digits[j] = (char)('0' + ((unsigned)(right->digits[j] - '0') + i) % 10);
	return c;
}

static bool
verified(struct sim_node *n, struct sim_node *of)
{
	const struct msg_contact *c = sim_contact(n, sim_key(of));

	return c != NULL && c->state == CONTACT_ACCEPTED && c->trust == TRUST_VERIFIED;
}

static bool
both_verified(void *arg)
{
	struct scene *sc = arg;

	return verified(sc->ada, sc->boris) && verified(sc->boris, sc->ada);
}

static bool
both_online(void *arg)
{
	struct scene *sc = arg;
	const struct msg_contact *b = sim_contact(sc->ada, sim_key(sc->boris));
	const struct msg_contact *a = sim_contact(sc->boris, sim_key(sc->ada));

	return both_verified(arg) && a->link == LINK_ONLINE && b->link == LINK_ONLINE &&
	       a->accepted_us && b->accepted_us;
}

static void
state_is(struct sim_node *n, bool joining, enum code_state state, unsigned tries, const char *words)
{
	const char *said = "";
	const struct msg_code *c = sim_code(n, joining, &said);

	if (ok(c != NULL && c->state == state && c->tries == tries,
	       "%s code is %s after %u wrong tries", joining ? "the typed" : "its own",
	       code_word(state), tries))
		ok(strstr(said, words) != NULL, "because: \"%s\"", said);
	else if (c != NULL)
		diag("it is %s after %u: %s", code_word(c->state), c->tries, said);
}

/* ---- it works ---- */

static void
test_address(void)
{
	struct scene sc = scene_new(1);
	struct code code = opened(sc.ada, "");
	const char *text = "";
	char *chat;

	is_int(sim_digits(sc.ada), code_public(&code), "beacons would show the public digits");
	state_is(sc.ada, false, CODE_WAITING, 0, "");
	sim_does(sc.boris, sim_cmd_join(&code, ADA, ""), 1, "Boris joins");
	ok(sim_until(sc.sim, 5000, both_online, &sc), "both are verified and there");
	state_is(sc.ada, false, CODE_USED, 0, "");
	state_is(sc.boris, true, CODE_USED, 0, "");
	ok(key_equal(&sim_code(sc.ada, false, NULL)->peer, sim_key(sc.boris)) &&
		   key_equal(&sim_code(sc.boris, true, NULL)->peer, sim_key(sc.ada)),
	   "it is said who it was");
	is_int(sim_digits(sc.ada), -1, "beacons show nothing any more");
	is_str(sim_contact(sc.ada, sim_key(sc.boris))->name, "Boris", "the nick is the name");
	ok(sim_do(sc.boris, sim_cmd_say(sc.sim, sim_key(sc.ada), "hello"), NULL) == 1,
	   "Boris says something");
	sim_run(sc.sim, 2000);
	chat = sim_chat(sc.ada, sim_key(sc.boris));
	is_str(chat, "-Paired by code: Boris is verified\n<hello\n", "Ada's chat");
	free(chat);
	/* It stays so. */
	sim_quit(sc.ada);
	sim_quit(sc.boris);
	sim_revive(sc.ada);
	sim_revive(sc.boris);
	ok(sim_until(sc.sim, 60000, both_online, &sc), "after a restart they find each other");
	/* A used code is closed: whoever calls with it meets silence. */
	text = sim_does(sc.boris, sim_cmd_join(&code, ADA, ""), 0, "the code is good once");
	ok(strstr(text, "no code is open there") != NULL, "%s", text);
	scene_free(&sc);
}

static void
test_names(void)
{
	struct scene sc = scene_new(2);
	struct sim_node *other = sim_add(sc.sim, "Boris");
	struct code code = opened(sc.ada, "");

	sim_do(other, sim_cmd_join(&code, ADA, "Ada of work"), NULL);
	is_str(sim_contact(other, sim_key(sc.ada))->name, "Ada of work", "a name of one's own");
	code = opened(sc.ada, "");
	sim_do(sc.boris, sim_cmd_join(&code, ADA, ""), NULL);
	sim_run(sc.sim, 1000);
	is_str(sim_contact(sc.ada, sim_key(other))->name, "Boris", "the first Boris");
	is_str(sim_contact(sc.ada, sim_key(sc.boris))->name, "Boris (2)", "the second one");
	/* The name of a contact, for that contact: it is the one. For another: a number. */
	code = opened(sc.ada, "Boris");
	sim_do(other, sim_cmd_join(&code, ADA, ""), NULL);
	sim_run(sc.sim, 1000);
	is_str(sim_contact(sc.ada, sim_key(other))->name, "Boris", "a contact keeps its name");
	is_str(sim_contact(other, sim_key(sc.ada))->name, "Ada of work", "on the other side too");
	code = opened(sc.ada, "boris");
	sim_do(sc.boris, sim_cmd_join(&code, ADA, ""), NULL);
	sim_run(sc.sim, 1000);
	is_str(sim_contact(sc.ada, sim_key(sc.boris))->name, "boris (2)", "nobody takes its name");
	sim_does(sc.ada, sim_cmd_pair(" x"), 0, "a bad name is refused");
	scene_free(&sc);
}

/* ---- whatever they were before ---- */

static void
pair_now(struct scene *sc, const char *what)
{
	struct code code = opened(sc->ada, "");

	sim_does(sc->boris, sim_cmd_join(&code, ADA, ""), 1, "%s: they pair", what);
	ok(sim_until(sc->sim, 10000, both_online, sc), "%s: verified contacts of each other", what);
}

static void
test_request(void)
{
	struct scene sc = scene_new(3);
	char *chat;

	sim_do(sc.boris, sim_cmd_add("Ada", ADA), NULL);
	sim_run(sc.sim, 2000);
	is_int(sim_contact(sc.ada, sim_key(sc.boris))->state, CONTACT_REQUEST, "Boris asks Ada");
	pair_now(&sc, "a request");
	sim_do(sc.ada, sim_cmd_op(OP_BLOCK, sim_key(sc.boris), ""), NULL);
	sim_run(sc.sim, 2000);
	pair_now(&sc, "blocked by the one with the code");
	sim_do(sc.boris, sim_cmd_op(OP_BLOCK, sim_key(sc.ada), ""), NULL);
	sim_run(sc.sim, 2000);
	pair_now(&sc, "blocked by the one who types it");
	chat = sim_chat(sc.boris, sim_key(sc.ada));
	ok(strstr(chat, "blocked until now") != NULL, "it is said");
	free(chat);
	sim_do(sc.boris, sim_cmd_op(OP_DISCONNECT, sim_key(sc.ada), ""), NULL);
	sim_run(sc.sim, 2000);
	pair_now(&sc, "closed by hand");
	sim_do(sc.boris, sim_cmd_op(OP_REMOVE, sim_key(sc.ada), ""), NULL);
	sim_run(sc.sim, 2000);
	pair_now(&sc, "removed");
	scene_free(&sc);
}

static void
test_contacts(void)
{
	struct scene sc = scene_new(4);
	char *invite = xstrdup(sim_invite(sc.ada)), *chat;

	sim_do(sc.boris, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(sc.boris));
	sim_do(sc.ada, sim_cmd_add("Boris", invite), NULL);
	free(invite);
	sim_run(sc.sim, 10000);
	is_int(sim_contact(sc.ada, sim_key(sc.boris))->trust, TRUST_PINNED, "pinned contacts");
	sim_do(sc.boris, sim_cmd_say(sc.sim, sim_key(sc.ada), "before"), NULL);
	pair_now(&sc, "contacts that talk");
	sim_do(sc.boris, sim_cmd_say(sc.sim, sim_key(sc.ada), "after"), NULL);
	sim_run(sc.sim, 10000);
	chat = sim_chat(sc.ada, sim_key(sc.boris));
	ok(strstr(chat, "<before\n") != NULL && strstr(chat, "<after\n") != NULL,
	   "and nothing is lost");
	free(chat);
	scene_free(&sc);
}

/* A key in doubt is one no longer: the code proves whose it is, and what rested goes. */
static void
test_doubt(void)
{
	struct scene sc = scene_new(13);
	char hex[2 * KEY_LEN + 1], *chat;
	struct msg *differ = sim_cmd_op(OP_DIFFER, sim_key(sc.ada), "");

	pair_now(&sc, "strangers");
	msg_set_bytes(differ, util_hex(hex, sim_key(sc.ada)->b, KEY_LEN), 2 * KEY_LEN);
	sim_does(sc.boris, differ, 1, "Boris says that the numbers differ");
	is_int(sim_contact(sc.boris, sim_key(sc.ada))->trust, TRUST_CHANGED,
	       "Ada's key is in doubt");
	sim_do(sc.boris, sim_cmd_say(sc.sim, sim_key(sc.ada), "rested"), NULL);
	sim_do(sc.ada, sim_cmd_say(sc.sim, sim_key(sc.boris), "meanwhile"), NULL);
	sim_run(sc.sim, 3000);
	pair_now(&sc, "a key in doubt");
	sim_run(sc.sim, 20000);
	chat = sim_chat(sc.ada, sim_key(sc.boris));
	ok(strstr(chat, "<rested\n") != NULL && strstr(chat, ">meanwhile!\n") != NULL,
	   "what rested goes both ways");
	free(chat);
	scene_free(&sc);
}

/* ---- limits on guesses ---- */

static void
test_responder_tries(void)
{
	struct scene sc = scene_new(5);
	struct code code = opened(sc.ada, ""), w;
	const char *text = "";

	for (unsigned i = 1; i <= PAIR_TRIES; i++) {
		w = wrong(&code, i);
		sim_does(sc.boris, sim_cmd_join(&w, ADA, ""), 0, "a wrong code");
		state_is(sc.ada, false, i < PAIR_TRIES ? CODE_WAITING : CODE_VOID, i,
			 i < PAIR_TRIES ? "192.168.7.2" : "three wrong codes");
		state_is(sc.boris, true, CODE_VOID, 1, "1 of 3");
	}
	is_int(sim_digits(sc.ada), -1, "void: beacons show nothing");
	text = sim_does(sc.boris, sim_cmd_join(&code, ADA, ""), 0, "the right one is too late");
	ok(strstr(text, "no code is open there") != NULL, "%s", text);
	ok(sim_contact(sc.ada, sim_key(sc.boris)) == NULL, "nobody is known by that");
	scene_free(&sc);
}

/* Each try is another code of the other side: the typed one is what stays the same. */
static void
test_initiator_tries(void)
{
	struct scene sc = scene_new(6);
	struct code typed = {"12345678901"};
	unsigned before;

	for (unsigned i = 1; i <= PAIR_TRIES; i++) {
		opened(sc.ada, "");
		sim_does(sc.boris, sim_cmd_join(&typed, ADA, ""), 0, "try %u", i);
		state_is(sc.boris, true, CODE_VOID, i,
			 i < PAIR_TRIES ? "of 3 tries" : "three tries");
	}
	before = sim_code_events(sc.ada, false);
	sim_does(sc.boris, sim_cmd_join(&typed, ADA, ""), 0, "it is void");
	sim_run(sc.sim, 5000);
	is_int(sim_code_events(sc.ada, false), before, "and not tried any more");
	/* Who does not answer has had no chance to guess. */
	typed.digits[10] = '7';
	for (int i = 0; i < 4; i++)
		sim_does(sc.boris, sim_cmd_join(&typed, "192.168.7.9:1", ""), 0, "nobody there");
	is_int(sim_code(sc.boris, true, NULL)->tries, 0, "is no try");
	scene_free(&sc);
}

static struct sim_node *
restarted(struct sim_node *n, bool killed)
{
	if (killed)
		sim_kill(n);
	else
		sim_quit(n);
	sim_revive(n);
	return n;
}

/* Each join is a program of its own, as on the command line. */
static void
test_tries_outlive(void)
{
	struct scene sc = scene_new(16);
	struct code typed = {"12345678901"};
	unsigned before;
	const char *text;

	for (unsigned i = 1; i <= PAIR_TRIES; i++) {
		opened(sc.ada, "");
		sim_does(sc.boris, sim_cmd_join(&typed, ADA, ""), 0, "try %u", i);
		state_is(sc.boris, true, CODE_VOID, i,
			 i < PAIR_TRIES ? "of 3 tries" : "three tries");
		restarted(sc.boris, i == 2);
		sim_run(sc.sim, 1000);
	}
	opened(sc.ada, "");
	before = sim_code_events(sc.ada, false);
	text = sim_does(sc.boris, sim_cmd_join(&typed, ADA, ""), 0, "a restart gives no new try");
	ok(strstr(text, "it is void") != NULL, "%s", text);
	sim_run(sc.sim, 5000);
	is_int(sim_code_events(sc.ada, false), before, "nobody was called");
	scene_free(&sc);
}

static void
test_expiry(void)
{
	struct scene sc = scene_new(7);
	struct code code = opened(sc.ada, "");
	uint32_t serial = sim_command(sc.boris, sim_cmd_join(&code, "", ""));
	const char *text = "";

	advance(&sc, PAIR_LIFETIME - 1000);
	state_is(sc.ada, false, CODE_WAITING, 0, "");
	is_int(sim_result(sc.boris, serial, NULL), -1, "both wait for almost ten minutes");
	advance(&sc, 2000);
	state_is(sc.ada, false, CODE_VOID, 0, "ten minutes");
	state_is(sc.boris, true, CODE_VOID, 0, "ten minutes");
	is_int(sim_result(sc.boris, serial, &text), 0, "%s", text);
	text = sim_does(sc.boris, sim_cmd_join(&code, ADA, ""), 0, "typed again");
	ok(strstr(text, "older than ten minutes") != NULL, "it stays void");
	scene_free(&sc);
}

static void
test_taken_back(void)
{
	struct scene sc = scene_new(8);
	struct code first = opened(sc.ada, ""), second = opened(sc.ada, "");
	struct msg *m;

	ok(!code_equal(&first, &second), "a new code");
	sim_does(sc.boris, sim_cmd_join(&first, ADA, ""), 0, "the one before it is void");
	state_is(sc.ada, false, CODE_WAITING, 1, "1 of 3");
	m = msg_new(MSG_CMD_PAIR);
	m->b.pair.stop = true;
	sim_does(sc.ada, m, 1, "a code can be taken back");
	state_is(sc.ada, false, CODE_VOID, 1, "taken back");
	sim_does(sc.boris, sim_cmd_join(&second, ADA, ""), 0, "and is closed");
	m = msg_new(MSG_CMD_PAIR);
	m->b.pair.stop = true;
	sim_does(sc.ada, m, 0, "twice makes no sense");
	first = opened(sc.ada, "");
	sim_does(sc.ada, sim_cmd_join(&first, ADA, ""), 0, "one's own code");
	sim_does(sc.boris, sim_cmd_join(&first, "nobody:x", ""), 0, "no address");
	scene_free(&sc);
}

/* ---- beacons ---- */

static void
test_beacons(void)
{
	struct scene sc = scene_new(9);
	struct code code = opened(sc.ada, "");
	uint32_t serial = sim_command(sc.boris, sim_cmd_join(&code, "", "Ada"));

	sim_heard(sc.boris, (code_public(&code) + 1) % 1000, ADA);
	sim_run(sc.sim, 5000);
	is_int(sim_result(sc.boris, serial, NULL), -1, "other digits are not answered");
	sim_heard(sc.boris, code_public(&code), "192.168.7.9:41555");
	sim_heard(sc.boris, code_public(&code), ADA);
	sim_heard(sc.boris, code_public(&code), ADA);
	ok(sim_until(sc.sim, 60000, both_online, &sc), "the right ones are");
	is_int(sim_result(sc.boris, serial, NULL), 1, "and that is the end of it");
	is_int(sim_digits(sc.boris), -1, "who joins shows no digits");
	scene_free(&sc);
}

/* Two hosts claim the same digits; the first does not know the code. */
static void
test_claims(void)
{
	struct scene sc = scene_new(10);
	struct sim_node *chidi = sim_add(sc.sim, "Chidi");
	struct code code = opened(sc.ada, "");
	uint32_t serial;

	opened(chidi, "");
	serial = sim_command(sc.boris, sim_cmd_join(&code, "", ""));
	sim_run(sc.sim, 10);
	sim_heard(sc.boris, code_public(&code), CHIDI);
	sim_run(sc.sim, 1000);
	state_is(sc.boris, true, CODE_WAITING, 1, CHIDI);
	state_is(chidi, false, CODE_WAITING, 1, "192.168.7.2");
	sim_heard(sc.boris, code_public(&code), CHIDI);
	sim_run(sc.sim, 1000);
	state_is(chidi, false, CODE_WAITING, 1, "192.168.7.2");
	sim_heard(sc.boris, code_public(&code), ADA);
	ok(sim_until(sc.sim, 5000, both_online, &sc), "the second one is it");
	is_int(sim_result(sc.boris, serial, NULL), 1, "both are verified");
	ok(sim_contact(sc.boris, sim_key(chidi)) == NULL, "the first one is nobody");
	scene_free(&sc);
}

/* One host is heard from two addresses. A wrong code is one try all the same, and not for ever on its way. */
static void
test_two_families(void)
{
	struct scene sc = scene_new(11);
	struct code code = opened(sc.ada, ""), typed = wrong(&code, 1);
	uint32_t serial = sim_command(sc.boris, sim_cmd_join(&typed, "", ""));
	const char *text = "";

	sim_heard(sc.boris, code_public(&typed), ADA);
	sim_heard(sc.boris, code_public(&typed), "[fe80::1%lo]:41555");
	sim_run(sc.sim, 5000);
	state_is(sc.boris, true, CODE_WAITING, 1, ADA);
	state_is(sc.ada, false, CODE_WAITING, 1, "192.168.7.2");
	is_int(sim_result(sc.boris, serial, NULL), -1, "another host may still be heard");
	sim_run(sc.sim, 15000);
	is_int(sim_result(sc.boris, serial, &text), 0, "and then it is over");
	ok(strstr(text, "is it right?") != NULL, "with a question: %s", text);
	state_is(sc.ada, false, CODE_WAITING, 1, "192.168.7.2");
	serial = sim_command(sc.boris, sim_cmd_join(&code, "", ""));
	sim_heard(sc.boris, code_public(&code), ADA);
	ok(sim_until(sc.sim, 5000, both_online, &sc), "the right one is good");
	scene_free(&sc);
}

/* ---- cuts ---- */

/* The streams break after so many bytes of the pairing; whatever one side has made of it by then, trying again is enough. */
static bool
cut_at(uint64_t after, uint64_t *used)
{
	struct scene sc = {.sim = sim_new(100 + after)};
	struct code code;
	uint32_t serial;
	int first;
	bool good;

	sc.ada = sim_add(sc.sim, "Ada");
	sc.boris = sim_add(sc.sim, "Boris");
	sim_do(sc.ada, sim_cmd_pair(""), NULL);
	code = sim_code(sc.ada, false, NULL)->code;
	*used = sim_written(sc.sim);
	if (after > 0)
		sim_faults(sc.sim)->cut_after = *used + after;
	serial = sim_command(sc.boris, sim_cmd_join(&code, ADA, ""));
	sim_run(sc.sim, 40000);
	first = sim_result(sc.boris, serial, NULL);
	if (first == 0 && sim_code(sc.ada, false, NULL)->state == CODE_WAITING)
		sim_do(sc.boris, sim_cmd_join(&code, ADA, ""), NULL);
	sim_until(sc.sim, 60000, both_verified, &sc);
	good = first >= 0 && both_verified(&sc) && sim_code(sc.ada, false, NULL)->tries <= 1 &&
	       sim_code(sc.boris, true, NULL)->tries <= 1 &&
	       sim_until(sc.sim, 60000, both_online, &sc);
	*used = sim_written(sc.sim) - *used;
	sim_free(sc.sim);
	return good;
}

static void
test_cuts(void)
{
	uint64_t whole = 0, ignored;
	unsigned bad = 0, cuts = 0;
	bool good = cut_at(0, &whole);

	ok(good, "uncut it works, with %llu bytes", (unsigned long long)whole);
	for (uint64_t at = 1; at < 1500; at += at < 900 ? 29 : 97, cuts++)
		if (!cut_at(at, &ignored)) {
			diag("a cut after %llu bytes leaves them apart", (unsigned long long)at);
			bad++;
		}
	is_int(bad, 0, "%u cuts, and each time both are verified contacts in the end", cuts);
}

/* Killed in the middle: a code does not outlive the program, what was verified does. */
static void
test_kill(void)
{
	struct scene sc = scene_new(12);
	struct code code = opened(sc.ada, "");

	sim_kill(sc.ada);
	sim_revive(sc.ada);
	sim_does(sc.boris, sim_cmd_join(&code, ADA, ""), 0, "a code ends with its program");
	code = opened(sc.ada, "");
	sim_do(sc.boris, sim_cmd_join(&code, ADA, ""), NULL);
	sim_run(sc.sim, 1000);
	sim_kill(sc.ada);
	sim_kill(sc.boris);
	sim_revive(sc.ada);
	sim_revive(sc.boris);
	ok(sim_until(sc.sim, 60000, both_online, &sc), "what was verified stays");
	/* Quitting in the middle of a join ends it. */
	code = opened(sc.ada, "");
	sim_command(sc.boris, sim_cmd_join(&code, "", ""));
	sim_run(sc.sim, 10);
	sim_quit(sc.boris);
	state_is(sc.boris, true, CODE_VOID, 0, "given up");
	sim_quit(sc.ada);
	state_is(sc.ada, false, CODE_VOID, 0, "taken back");
	scene_free(&sc);
}

int
main(void)
{
	test_address();
	test_names();
	test_request();
	test_contacts();
	test_doubt();
	test_responder_tries();
	test_initiator_tries();
	test_tries_outlive();
	test_expiry();
	test_taken_back();
	test_beacons();
	test_claims();
	test_two_families();
	test_cuts();
	test_kill();
	return done_testing();
}
