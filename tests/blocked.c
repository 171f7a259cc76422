/* blocked.c - who is blocked finds nobody: where it was known to be, where it has called from, with the keys it had; and nobody else suffers. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

/* What a door that answers sends to a message 1 of suite 1. */
#define MESSAGE_2 (2 + 352)

#define ADA   "192.168.7.2"
#define BORIS "192.168.7.3"
#define CARL  "192.168.7.4"
#define OTHER "192.168.7.99"
#define TYPED "192.168.7.98"

/* How much comes back to somebody there who knocks without a door key. */
static size_t
knock(struct sim *s, struct sim_node *at, const char *from)
{
	static uint8_t n;
	uint8_t hello[8 + 2 + 32] = "P2PT\1\1\0\0";

	hello[9] = 32;
	/* Each with another ephemeral key, as a repeated one is never answered. */
	memset(hello + 10, 0x21, 32);
	hello[10] = ++n;
	hello[41] = 1;
	return sim_poke(s, at, hello, sizeof(hello), from);
}

static void
befriend(struct sim_node *a, struct sim_node *b, const char *name)
{
	char *invite = xstrdup(sim_invite(b));

	sim_does(a, sim_cmd_add(name, invite), 1, "%s is added", name);
	free(invite);
	invite = xstrdup(sim_invite(a));
	sim_does(b, sim_cmd_add("Ada", invite), 1, "and adds back");
	free(invite);
	sim_run(sim_of(a), 5000);
	ok(sim_online(a, b) && sim_online(b, a), "they are connected");
}

struct world {
	struct sim *s;
	struct sim_node *a, *b, *c;
};

/* On one network, Boris blocked; Carl was away meanwhile, so his door key is an old one. */
static struct world
start(uint64_t seed)
{
	struct world w = {.s = sim_new(seed)};

	w.a = sim_add_at(w.s, "Ada", ADA ":41555");
	w.b = sim_add_at(w.s, "Boris", BORIS ":41555");
	w.c = sim_add_at(w.s, "Carl", CARL ":41555");
	befriend(w.a, w.b, "Boris");
	befriend(w.a, w.c, "Carl");
	sim_quit(w.c);
	sim_run(w.s, 2000);
	is_int(knock(w.s, w.a, BORIS), MESSAGE_2, "before, the door is open on this network");
	sim_does(w.a, sim_cmd_op(OP_BLOCK, sim_key(w.b), ""), 1, "Boris is blocked");
	sim_run(w.s, 2000);
	return w;
}

static bool
in_silence(struct world *w)
{
	const struct msg_contact *c = sim_contact(w->b, sim_key(w->a));

	return c->link != LINK_ONLINE && strcmp(sim_detail(w->b), "nobody answers there") == 0;
}

static void
test_same_address(void)
{
	struct world w = start(1);
	char *invite = xstrdup(sim_invite(w.a));

	is_int(knock(w.s, w.a, BORIS), 0, "where Boris is, nobody answers");
	is_int(knock(w.s, w.a, OTHER), MESSAGE_2, "somebody else on the network is answered");
	sim_do(w.b, sim_cmd_op(OP_CONNECT, sim_key(w.a), ""), NULL);
	sim_run(w.s, 60000);
	ok(in_silence(&w), "his program meets silence with all it has (%s)", sim_detail(w.b));
	sim_do(w.b, sim_cmd_add("Ada", invite), NULL);
	sim_run(w.s, 60000);
	ok(in_silence(&w), "with the invite, too (%s)", sim_detail(w.b));
	sim_quit(w.a);
	sim_revive(w.a);
	is_int(knock(w.s, w.a, BORIS), 0, "after a restart nobody answers there either");
	sim_revive(w.c);
	sim_run(w.s, 60000);
	ok(sim_online(w.a, w.c) && sim_online(w.c, w.a), "Carl comes in with his old key");
	sim_does(w.a, sim_cmd_op(OP_UNBLOCK, sim_key(w.b), ""), 1, "unblocked");
	is_int(knock(w.s, w.a, BORIS), MESSAGE_2, "the door is open again");
	sim_do(w.b, sim_cmd_op(OP_CONNECT, sim_key(w.a), ""), NULL);
	sim_run(w.s, 60000);
	ok(sim_online(w.a, w.b) && sim_online(w.b, w.a), "and he is back");
	free(invite);
	sim_free(w.s);
}

/* From a new address he finds out once that somebody is there; then that one is known, too. */
static void
test_new_address(void)
{
	struct sim *s = sim_new(2);
	struct world w = {.s = s};

	w.a = sim_add_near(s, "Ada", "192.168.7.2:41555", 1);
	w.b = sim_add_near(s, "Boris", "192.168.7.3:41555", 1);
	befriend(w.a, w.b, "Boris");
	sim_does(w.a, sim_cmd_op(OP_BLOCK, sim_key(w.b), ""), 1, "Boris is blocked");
	sim_move(w.b, "192.168.7.77:41555", 1);
	is_int(knock(s, w.a, "192.168.7.77"), MESSAGE_2, "a new address is anybody's");
	sim_do(w.b, sim_cmd_op(OP_CONNECT, sim_key(w.a), ""), NULL);
	sim_run(s, 60000);
	ok(!sim_online(w.b, w.a), "he is not let in from there");
	is_int(knock(s, w.a, "192.168.7.77"), 0, "and from then on nobody answers there");
	is_int(knock(s, w.a, "192.168.7.3"), 0, "nor where he was");
	sim_quit(w.a);
	sim_revive(w.a);
	is_int(knock(s, w.a, "192.168.7.77"), 0, "which is known after a restart");
	sim_free(s);
}

/* What somebody says of itself, or is said of it, shuts nobody else out: only where a session with its key stood counts. */
static void
test_claims(void)
{
	struct sim *s = sim_new(4);
	struct sim_node *a = sim_add_near(s, "Ada", ADA ":41555", 1);
	struct sim_node *b = sim_add_near(s, "Boris", BORIS ":41555", 1);
	const struct msg_contact *c;
	struct msg *m;
	bool told = false;

	sim_claim(b, OTHER);
	befriend(a, b, "Boris");
	c = sim_contact(a, sim_key(b));
	for (size_t i = 0; i < c->naddrs; i++)
		told = told || strcmp(c->addrs[i], OTHER ":41555") == 0;
	ok(told, "Boris says that he listens where somebody else lives");
	m = sim_cmd_op(OP_ADDRESS, sim_key(b), "");
	sim_does(a, msg_set_bytes(m, TYPED ":41555", strlen(TYPED ":41555")), 1,
		 "Ada typed another address");
	sim_does(a, sim_cmd_op(OP_BLOCK, sim_key(b), ""), 1, "Boris is blocked");
	is_int(knock(s, a, OTHER), MESSAGE_2, "whom he named is answered");
	is_int(knock(s, a, TYPED), MESSAGE_2, "and who lives where Ada looked for him");
	is_int(knock(s, a, BORIS), 0,
	       "where he was, nobody answers, though he has not called since");
	sim_quit(a);
	sim_revive(a);
	is_int(knock(s, a, OTHER), MESSAGE_2, "after a restart the one is answered");
	is_int(knock(s, a, BORIS), 0, "and the other not");
	sim_free(s);
}

/* ---- what his program shows ---- */

/* All that his program says of Ada, after it has called and after her address was typed: as one text, which the caller frees. */
static char *
shown(struct world *w, const char *at)
{
	const struct msg_contact *c;
	const char *said = "";
	char *text, target[40];
	int good;

	sim_do(w->b, sim_cmd_op(OP_CONNECT, sim_key(w->a), ""), NULL);
	sim_run(w->s, 3000);
	snprintf(target, sizeof(target), "%s:41555", at);
	good = sim_do(w->b, sim_cmd_add("Ada", target), &said);
	sim_run(w->s, 60000);
	c = sim_contact(w->b, sim_key(w->a));
	xasprintf(&text,
		  "link %d, closed %d, accepted %d, rtt %d, via %s, status %s, trust %d: %s; "
		  "added: %d %s",
		  c->link, c->closed_by_hand, c->accepted_us, c->rtt_us != 0, c->via, c->status,
		  c->trust, sim_detail(w->b), good, said);
	return text;
}

static void
befriended(struct world *w, uint64_t seed)
{
	*w = (struct world){.s = sim_new(seed)};
	w->a = sim_add_near(w->s, "Ada", ADA ":41555", 1);
	w->b = sim_add_near(w->s, "Boris", BORIS ":41555", 1);
	befriend(w->a, w->b, "Boris");
}

/* Invisible, and quit. */
static char *
when_away(bool quit)
{
	struct world w;
	char *text;

	befriended(&w, 4);
	if (quit)
		sim_quit(w.a);
	else
		sim_does(w.a, sim_cmd_set("invisible", "on"), 1, "Ada is invisible");
	sim_run(w.s, 300);
	is_str(sim_detail(w.b), "", "that she went is told without a reason");
	text = shown(&w, ADA);
	sim_free(w.s);
	return text;
}

static void
test_words(void)
{
	char *invisible = when_away(false), *quit = when_away(true), *now;
	struct world w;

	is_str(quit, invisible, "who is invisible looks as if it had quit");
	ok(strstr(invisible, "nobody answers there") != NULL, "(%s)", invisible);
	befriended(&w, 5);
	sim_does(w.a, sim_cmd_op(OP_BLOCK, sim_key(w.b), ""), 1, "Boris is blocked");
	sim_run(w.s, 300);
	is_str(sim_detail(w.b), "", "that she went is told without a reason");
	now = shown(&w, ADA);
	is_str(now, invisible, "to him she looks like that, in each word");
	free(now);
	sim_move(w.b, "192.168.7.77:41555", 1);
	is_int(knock(w.s, w.a, "192.168.7.77"), MESSAGE_2, "at an address never seen before");
	now = shown(&w, ADA);
	is_str(now, invisible, "his program hears who she is, and shows the same");
	free(now);
	sim_move(w.b, "192.168.7.78:41555", 1);
	(void)sim_do(w.b, sim_cmd_add("Ada", ADA ":41555"), NULL);
	now = shown(&w, ADA);
	is_str(now, invisible, "also when he types her address there before anything else");
	free(now);
	sim_free(w.s);
	free(invisible);
	free(quit);
}

/* Across the internet a contact that was removed is a stranger: its door key opens nothing any more. */
static void
test_removed(void)
{
	struct world w = {.s = sim_new(3)};

	w.a = sim_add_at(w.s, "Ada", "198.51.100.2:41555");
	w.b = sim_add_at(w.s, "Boris", "198.51.100.3:41555");
	w.c = sim_add_at(w.s, "Carl", "198.51.100.4:41555");
	befriend(w.a, w.b, "Boris");
	befriend(w.a, w.c, "Carl");
	sim_does(w.a, sim_cmd_op(OP_REMOVE, sim_key(w.b), ""), 1, "Boris is removed");
	sim_run(w.s, 5000);
	sim_do(w.b, sim_cmd_op(OP_CONNECT, sim_key(w.a), ""), NULL);
	sim_run(w.s, 60000);
	ok(sim_contact(w.a, sim_key(w.b)) == NULL, "he cannot even ask");
	ok(in_silence(&w), "and meets silence (%s)", sim_detail(w.b));
	sim_cut(w.s);
	sim_run(w.s, 60000);
	ok(sim_online(w.a, w.c) && sim_online(w.c, w.a), "Carl has the new key");
	sim_free(w.s);
}

int
main(void)
{
	test_same_address();
	test_new_address();
	test_claims();
	test_removed();
	test_words();
	return done_testing();
}
