/* presence.c - online, away, a status line, invisible; and how soon a peer that died without a word is offline. On the virtual clock. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "src/file.h"
#include "src/util.h"
#include "tests/memnet.h"
#include "tests/sim.h"
#include "tests/tap.h"

static struct sim_pair
friends(uint64_t seed)
{
	struct sim_pair p = sim_friends(seed, "Boris", "Boris");

	sim_run(p.s, 2000);
	return p;
}

static bool
both_offline(void *arg)
{
	struct sim_pair *t = arg;

	return !sim_online(t->a, t->b) && !sim_online(t->b, t->a);
}

static int
presence(struct sim_node *n, enum presence_op op, uint32_t ago, const char *text)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_PRESENCE), text, strlen(text));

	m->b.presence.op = op;
	m->b.presence.ago = ago;
	return sim_do(n, m, NULL);
}

static int
set(struct sim_node *n, const char *option, const char *value)
{
	return sim_do(n, sim_cmd_set(option, value), NULL);
}

static void
test_away(void)
{
	struct sim_pair t = friends(1);
	const struct msg_contact *c;
	int64_t began;
	char longer[STATUS_MAX_BYTES + 2];

	ok(!sim_contact(t.b, sim_key(t.a))->away, "who is there is not away");
	is_int(presence(t.a, PRESENCE_IDLE, 600, ""), 1, "no key for ten minutes");
	sim_run(t.s, 2000);
	c = sim_contact(t.b, sim_key(t.a));
	ok(c->away && c->link == LINK_ONLINE, "is away, and online");
	began = c->away_since;
	is_int(presence(t.a, PRESENCE_AWAY, 0, "at lunch"), 1, "away by hand");
	sim_run(t.s, 2000);
	c = sim_contact(t.b, sim_key(t.a));
	is_str(c->status, "at lunch", "with a line");
	ok(c->away_since > began + 590000, "since then, not since the keys are silent");
	presence(t.a, PRESENCE_ACTIVE, 0, "");
	sim_run(t.s, 2000);
	ok(sim_contact(t.b, sim_key(t.a))->away, "a key does not end what was said by hand");
	/* A new session begins without it, so it is said again. */
	sim_cut(t.s);
	ok(sim_until(t.s, 60000, sim_both_online, &t), "after a broken line");
	sim_run(t.s, 2000);
	c = sim_contact(t.b, sim_key(t.a));
	ok(c->away && strcmp(c->status, "at lunch") == 0, "it is still so");
	presence(t.a, PRESENCE_BACK, 0, "");
	set(t.a, "status", "in the garden");
	sim_run(t.s, 2000);
	c = sim_contact(t.b, sim_key(t.a));
	ok(!c->away && c->away_since == 0, "back");
	is_str(c->status, "in the garden", "with the status of always");
	set(t.a, "status", "");
	sim_run(t.s, 2000);
	is_str(sim_contact(t.b, sim_key(t.a))->status, "", "or none");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	is_int(set(t.a, "status", longer), 0, "141 bytes are too many");
	is_int(presence(t.a, PRESENCE_AWAY, 0, longer), 0, "here too");
	sim_free(t.s);
}

/* However often a script changes its mind, the other side does not take it for a flood. */
static void
test_flood(void)
{
	struct sim_pair t = friends(2);
	char text[32];

	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "state %d", i);
		sim_command(t.a, msg_set_bytes(msg_new(MSG_CMD_PRESENCE), "", 0));
		set(t.a, "status", text);
	}
	sim_run(t.s, 3000);
	ok(sim_both_online(&t), "two hundred states later the session stands");
	is_str(sim_contact(t.b, sim_key(t.a))->status, "state 199", "and the last has arrived");
	sim_free(t.s);
}

static void
test_strangers_see_nothing(void)
{
	struct sim *s = sim_new(3);
	struct sim_node *a = sim_add(s, "Ada"), *b = sim_add(s, "Boris");
	char *invite = xstrdup(sim_invite(b));

	set(a, "status", "secret");
	set(b, "status", "hidden");
	sim_do(a, sim_cmd_add("Boris", invite), NULL);
	free(invite);
	sim_run(s, 10000);
	is_int(sim_contact(b, sim_key(a))->state, CONTACT_REQUEST, "a request waits");
	is_str(sim_contact(b, sim_key(a))->status, "", "and says nothing of itself");
	is_str(sim_contact(a, sim_key(b))->status, "", "nor does it hear anything");
	sim_do(b, sim_cmd_op(OP_ACCEPT, sim_key(a), "Ada"), NULL);
	sim_run(s, 3000);
	is_str(sim_contact(b, sim_key(a))->status, "secret", "accepted, both do");
	is_str(sim_contact(a, sim_key(b))->status, "hidden", "as they should");
	sim_free(s);
}

static bool
is_said(void *arg)
{
	struct sim_pair *t = arg;
	char *chat = sim_chat(t->b, sim_key(t->a));
	bool there = strstr(chat, "<for later") != NULL;

	free(chat);
	return there;
}

static void
test_invisible(void)
{
	struct sim_pair t = friends(4);
	char *invite = xstrdup(sim_invite(t.a));
	size_t before;

	is_int(set(t.a, "invisible", "on"), 1, "invisible");
	ok(sim_until(t.s, 5000, both_offline, &t), "is offline to both at once");
	is_str(sim_invite(t.a), invite, "the invite stays what it was");
	sim_do(t.a, sim_cmd_say(t.s, sim_key(t.b), "for later"), NULL);
	sim_do(t.b, sim_cmd_op(OP_CONNECT, sim_key(t.a), ""), NULL);
	sim_run(t.s, 3600 * 1000);
	ok(both_offline(&t) && !is_said(&t), "for an hour, whatever waits, and whoever calls");
	before = sim_poke(t.s, t.a, "P2PT\1\1\0\0", 8, "192.168.7.99");
	is_int(before, 0, "nor does it listen");
	sim_kill(t.b);
	sim_revive(t.b);
	sim_run(t.s, 60000);
	ok(both_offline(&t), "nor to who has just started");
	is_int(set(t.a, "invisible", "off"), 1, "visible again");
	ok(sim_until(t.s, 30000, sim_both_online, &t), "both see each other");
	ok(sim_until(t.s, 5000, is_said, &t), "and what waited has arrived");
	is_str(sim_invite(t.a), invite, "the invite is still the same");
	free(invite);
	sim_free(t.s);
}

static void
test_chosen(void)
{
	struct sim_pair t = friends(5);
	struct sim_node *c = sim_add(t.s, "Chidi");
	char *invite = xstrdup(sim_invite(t.a));
	const char *why = "";

	sim_do(c, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	sim_run(t.s, 3000);
	sim_do(t.a, sim_cmd_op(OP_ACCEPT, sim_key(c), "Chidi"), NULL);
	sim_run(t.s, 3000);
	ok(sim_online(t.a, c), "a third one");
	set(t.a, "invisible", "on");
	sim_run(t.s, 2000);
	is_int(sim_do(t.a, sim_cmd_op(OP_CONNECT, sim_key(t.b), ""), NULL), 1, "Boris is chosen");
	ok(sim_until(t.s, 5000, sim_both_online, &t), "and sees Ada");
	sim_cut(t.s);
	ok(sim_until(t.s, 60000, sim_both_online, &t), "also after a broken line");
	ok(!sim_online(c, t.a) && !sim_online(t.a, c), "Chidi does not");
	is_int(sim_do(t.a, sim_cmd_pair(""), &why), 0, "nobody could type a code");
	ok(strstr(why, "invisible") != NULL, "as it is told: %s", why);
	sim_do(t.a, sim_cmd_op(OP_DISCONNECT, sim_key(t.b), ""), NULL);
	sim_run(t.s, 60000);
	ok(both_offline(&t), "closed by hand, Boris sees nobody either");
	sim_free(t.s);
}

/* ---- a peer that dies without a word ---- */

static bool
a_sees_nobody(void *arg)
{
	struct sim_pair *t = arg;

	return !sim_online(t->a, t->b);
}

/* The virtual clock stands between two timers; with this one it goes. */
struct clock {
	struct timer timer;
	struct loop *loop;
};

static void
tick(void *arg)
{
	struct clock *c = arg;

	timer_set(c->loop, &c->timer, 500, tick, c);
}

/* How long until Ada notices, in ms; packets are swallowed, nothing is closed. */
static uint64_t
dies_after(struct sim_pair *t, uint64_t quiet, bool says)
{
	struct clock c = {.loop = sim_loop(t->s)};
	uint64_t began;

	tick(&c);
	sim_run(t->s, quiet);
	sim_faults(t->s)->swallow = true;
	began = loop_now(c.loop);
	if (says)
		sim_do(t->a, sim_cmd_say(t->s, sim_key(t->b), "for later"), NULL);
	ok(sim_until(t->s, 2 * DEAD_AFTER, a_sees_nobody, t), "who died without a word is offline");
	began = loop_now(c.loop) - began;
	timer_clear(c.loop, &c.timer);
	return began;
}

static void
test_dead(void)
{
	struct sim_pair t;
	uint64_t after;

	/* In any phase of the keepalive: just heard, about to be asked, asked. */
	for (uint64_t i = 0; i < 8; i++) {
		t = friends(20 + i);
		after = dies_after(&t, i * 3100, false);
		ok(after > 30000 && after <= DEAD_AFTER, "after %llu ms",
		   (unsigned long long)after);
		sim_free(t.s);
		t = friends(20 + i);
		after = dies_after(&t, i * 3100, true);
		ok(after <= DEAD_AFTER_WAITING + 100, "after %llu ms where a message waits",
		   (unsigned long long)after);
		sim_faults(t.s)->swallow = false;
		ok(sim_until(t.s, 600000, is_said, &t), "which arrives when it can");
		sim_free(t.s);
	}
}

/* ---- a file waits for it ---- */

#define FILE_SIZE (4 * 1024 * 1024)

static bool
is_offered(void *arg)
{
	return sim_transfer(arg)->transfer != 0 && sim_transfer(arg)->dir == DIR_IN;
}

static bool
under_way(void *arg)
{
	return sim_transfer(arg)->bytes_done > FILE_SIZE / 8;
}

static bool
has_arrived(void *arg)
{
	return sim_transfer(arg)->state == TRANSFER_DONE;
}

/* Another one for each seed. Returns its path. */
static const char *
make_film(uint64_t seed)
{
	static char path[300];
	uint8_t *bytes = xmalloc(FILE_SIZE);

	snprintf(path, sizeof(path), "%s/film.bin", test_tmpdir());
	for (size_t i = 0; i < FILE_SIZE; i++)
		bytes[i] = (uint8_t)test_random(&seed);
	if (file_write(path, FILE_REPLACE, bytes, FILE_SIZE) != 0)
		util_fatal("%s cannot be written", path);
	free(bytes);
	return path;
}

static void
offer(struct sim_pair *t)
{
	struct msg *m = msg_new(MSG_CMD_SEND);
	const char *path = make_film(3);

	m->b.send.peer = *sim_key(t->b);
	sim_do(t->a, msg_set_bytes(m, path, strlen(path) + 1), NULL);
	ok(sim_until(t->s, 10000, is_offered, t->b), "a file is offered");
}

static void
operate(struct sim_node *n, enum transfer_op op)
{
	struct msg *m = msg_new(MSG_CMD_TRANSFER);

	m->b.transfer_op.transfer = sim_transfer(n)->transfer;
	m->b.transfer_op.op = op;
	sim_do(n, m, NULL);
}

static bool
b_sees_nobody(void *arg)
{
	struct sim_pair *t = arg;

	return !sim_online(t->b, t->a);
}

/* The line dies now; after how many ms each has noticed. */
static void
dies(struct sim_pair *t, uint64_t *a, uint64_t *b)
{
	struct clock c = {.loop = sim_loop(t->s)};
	uint64_t began = loop_now(c.loop);

	tick(&c);
	sim_faults(t->s)->swallow = true;
	ok(sim_until(t->s, 2 * DEAD_AFTER, a_sees_nobody, t), "Ada sees nobody any more");
	*a = loop_now(c.loop) - began;
	ok(sim_until(t->s, 2 * DEAD_AFTER, b_sees_nobody, t), "nor does Boris");
	*b = loop_now(c.loop) - began;
	timer_clear(c.loop, &c.timer);
}

static void
test_dead_with_files(void)
{
	struct sim_pair t;
	uint64_t a, b;

	for (uint64_t i = 0; i < 4; i++) {
		t = friends(40 + i);
		offer(&t);
		sim_run(t.s, 60000 + i * 3100);
		ok(sim_both_online(&t), "an offer may wait for long");
		dies(&t, &a, &b);
		ok(a <= DEAD_AFTER_WAITING + 100, "after %llu ms where an offer waits for him",
		   (unsigned long long)a);
		ok(b > 30000, "after %llu ms where it waits for his own person",
		   (unsigned long long)b);
		sim_free(t.s);
		t = friends(50 + i);
		sim_faults(t.s)->delay = (unsigned)(10 + i);
		offer(&t);
		operate(t.b, TOP_ACCEPT);
		ok(sim_until(t.s, 60000, under_way, t.b), "it runs");
		dies(&t, &a, &b);
		ok(a <= DEAD_AFTER_WAITING + 100 && b <= DEAD_AFTER_WAITING + 100,
		   "after %llu and %llu ms in the middle of a file", (unsigned long long)a,
		   (unsigned long long)b);
		sim_faults(t.s)->swallow = false;
		ok(sim_until(t.s, 900000, has_arrived, t.b), "which arrives when it can");
		sim_run(t.s, 3000);
		dies(&t, &a, &b);
		ok(a > 30000 && b > 30000, "nothing waits any more: %llu and %llu ms",
		   (unsigned long long)a, (unsigned long long)b);
		sim_free(t.s);
	}
	t = friends(60);
	sim_faults(t.s)->delay = 10;
	offer(&t);
	operate(t.b, TOP_ACCEPT);
	ok(sim_until(t.s, 60000, under_way, t.b), "it runs");
	operate(t.a, TOP_PAUSE);
	sim_run(t.s, 3000);
	dies(&t, &a, &b);
	ok(a > 30000 && b > 30000, "what is paused waits for nobody: %llu and %llu ms",
	   (unsigned long long)a, (unsigned long long)b);
	sim_free(t.s);
}

static bool
is_asked_again(void *arg)
{
	struct sim_pair *t = arg;

	return sim_transfer(t->a)->state == TRANSFER_STALLED && sim_both_online(t) &&
	       sim_transfer(t->b)->state == TRANSFER_WAITING;
}

/* What came of an accepted file is gone: Boris is asked again, and until he answers it is Ada's program that waits. */
static void
test_dead_when_asked_again(void)
{
	struct sim_pair t = friends(70);
	char remove[400];
	uint64_t a, b;

	sim_faults(t.s)->delay = 10;
	offer(&t);
	operate(t.b, TOP_ACCEPT);
	ok(sim_until(t.s, 60000, under_way, t.b), "it runs");
	snprintf(remove, sizeof(remove), "rm -r '%s/.p2p-tui-part'", sim_folder(t.b));
	ok(system(remove) == 0, "what came of it is removed");
	sim_cut(t.s);
	ok(sim_until(t.s, 60000, is_asked_again, &t), "he is asked again");
	sim_run(t.s, 60000);
	dies(&t, &a, &b);
	ok(a <= DEAD_AFTER_WAITING + 100, "after %llu ms where what stalls waits for him",
	   (unsigned long long)a);
	ok(b > 30000, "after %llu ms where his own person is asked", (unsigned long long)b);
	sim_free(t.s);
}

/* It answers nothing and takes what comes: only PONG tells. A PONG or a record each 50 s is life enough. */
static void
test_quiet_life(void)
{
	struct sim_pair t = friends(8);

	sim_run(t.s, 24 * 3600 * 1000);
	ok(sim_both_online(&t), "two who say nothing for a day stay online");
	sim_free(t.s);
}

int
main(void)
{
	test_away();
	test_flood();
	test_strangers_see_nothing();
	test_invisible();
	test_chosen();
	test_dead();
	test_dead_with_files();
	test_dead_when_asked_again();
	test_quiet_life();
	return done_testing();
}
