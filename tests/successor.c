/* successor.c - somebody takes another key and says so in a session: what rests until numbers were compared, and what then goes on. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/sim_int.h"
#include "tests/tap.h"

#define FILE_SIZE (4 * 1024 * 1024)

static struct msg *
announce(const struct sim_node *next)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_SUCCESSOR), next->identity.secret, KEY_LEN);

	m->secret = true;
	return m;
}

static struct msg *
decide(enum contact_op op, const struct key *contact, const struct key *compared)
{
	struct msg *m = sim_cmd_op(op, contact, "");
	char hex[2 * KEY_LEN + 1];

	util_hex(hex, compared->b, KEY_LEN);
	return msg_set_bytes(m, hex, strlen(hex));
}

static bool
chat_has(struct sim_node *n, const struct key *who, const char *words)
{
	char *chat = sim_chat(n, who);
	bool has = strstr(chat, words) != NULL;

	free(chat);
	return has;
}

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

static void
offer(struct sim_node *from, struct sim_node *to, const char *name)
{
	struct msg *m = msg_new(MSG_CMD_SEND);
	char path[300];
	uint64_t seed = 3;
	uint8_t *bytes = xmalloc(FILE_SIZE);

	snprintf(path, sizeof(path), "%s/%s", test_tmpdir(), name);
	for (size_t i = 0; i < FILE_SIZE; i++)
		bytes[i] = (uint8_t)test_random(&seed);
	if (file_write(path, FILE_REPLACE, bytes, FILE_SIZE) != 0)
		util_fatal("%s cannot be written", path);
	free(bytes);
	m->b.send.peer = *sim_key(to);
	msg_set_bytes(m, path, strlen(path) + 1);
	sim_does(from, m, 1, "%s is offered", name);
	ok(sim_until(from->sim, 20000, is_offered, to), "and arrives as an offer");
}

static void
accept_offer(struct sim_node *n)
{
	struct msg *m = msg_new(MSG_CMD_TRANSFER);

	m->b.transfer_op.transfer = sim_transfer(n)->transfer;
	m->b.transfer_op.op = TOP_ACCEPT;
	sim_does(n, m, 1, "which is accepted");
}

/* A file in the middle of its way, either way; the numbers differ, so it goes on where it was. */
static void
test_files_rest(bool to_her)
{
	struct sim_pair p = sim_friends(to_her ? 1 : 2, "Boris", "Boris");
	struct sim_node *next = sim_add(p.s, "Ada"), *from = to_her ? p.b : p.a,
			*to = to_her ? p.a : p.b;
	const struct msg_contact *c;
	uint64_t done;

	sim_faults(p.s)->delay = 10;
	offer(from, to, to_her ? "to-her.bin" : "to-him.bin");
	accept_offer(to);
	ok(sim_until(p.s, 60000, under_way, to), "it runs");
	sim_does(p.a, announce(next), 1, "Ada announces another key");
	sim_run(p.s, 3000);
	c = sim_contact(p.b, sim_key(p.a));
	ok(c->trust == TRUST_CHANGED && c->how == HOW_SUCCESSOR, "her key is in doubt");
	ok(c->has_new_key && key_equal(&c->new_key, sim_key(next)), "it is known which is next");
	is_int(sim_transfer(p.b)->state, TRANSFER_PAUSED, "the file rests");
	done = sim_transfer(to)->bytes_done;
	sim_run(p.s, 120000);
	ok(sim_transfer(to)->bytes_done == done && done < FILE_SIZE,
	   "not a byte more comes in two minutes");
	sim_quit(p.b);
	sim_revive(p.b);
	sim_run(p.s, 120000);
	ok(sim_transfer(to)->bytes_done == done || sim_transfer(to)->bytes_done == 0 ||
		   sim_transfer(to)->state != TRANSFER_DONE,
	   "also after a restart");
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_CHANGED, "the doubt is still there");
	sim_does(p.b, decide(OP_DIFFER, sim_key(p.a), sim_key(next)), 1, "the numbers differ");
	sim_does(p.a, msg_new(MSG_CMD_SUCCESSOR), 1, "Ada does not say it any more");
	ok(sim_until(p.s, 600000, has_arrived, to), "the file goes on, and arrives");
	sim_free(p.s);
}

static bool
both_met(void *arg)
{
	struct sim_pair *p = arg;

	return sim_online(p->a, p->b) && sim_online(p->b, p->a);
}

static void
test_moved(void)
{
	struct sim_pair p = sim_friends(3, "Boris", "Boris"), q;
	struct sim_node *next = sim_add(p.s, "Ada");
	char *invite;

	sim_quit(p.b);
	sim_does(p.a, announce(next), 1, "announced while Boris is away");
	sim_run(p.s, 3000);
	sim_revive(p.b);
	ok(sim_until(p.s, 600000, sim_both_online, &p), "he comes");
	sim_run(p.s, 3000);
	is_int(sim_contact(p.b, sim_key(p.a))->how, HOW_SUCCESSOR, "and hears it then");
	sim_does(p.b, sim_cmd_say(p.s, sim_key(p.a), "for the new one"), 1, "what he says waits");
	sim_run(p.s, 5000);
	ok(!chat_has(p.a, sim_key(p.b), "for the new one"), "and does not go to the old key");
	invite = xstrdup(sim_invite(p.b));
	sim_does(next, sim_cmd_add("Boris", invite), 1, "the new one adds him");
	free(invite);
	sim_run(p.s, 5000);
	sim_does(p.b, decide(OP_MATCH, sim_key(p.a), sim_key(next)), 1, "the numbers match");
	q = (struct sim_pair){p.s, next, p.b};
	ok(sim_until(p.s, 600000, both_met, &q), "the contact is the new key now");
	sim_run(p.s, 5000);
	is_int(sim_contact(p.b, sim_key(next))->trust, TRUST_VERIFIED, "verified");
	ok(chat_has(next, sim_key(p.b), "<for the new one"), "and what waited is there");
	ok(!chat_has(p.a, sim_key(p.b), "for the new one"), "and only there");
	sim_free(p.s);
}

static void
test_refused(void)
{
	struct sim_pair p = sim_friends(4, "Boris", "Boris");
	struct sim_node *next = sim_add(p.s, "Ada");
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_SUCCESSOR), "short", 5);

	sim_does(p.a, announce(p.a), 0, "one's own key is no successor");
	sim_does(p.a, m, 0, "nor is what is no key");
	sim_run(p.s, 3000);
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_PINNED, "nothing was said");
	sim_quit(p.b);
	sim_does(p.a, announce(next), 1, "announced");
	sim_run(p.s, 3000);
	ok(sim_contact(p.a, sim_key(p.b))->heir_waits, "Boris is away, and has not heard it");
	sim_does(p.a, msg_new(MSG_CMD_SUCCESSOR), 1, "and taken back");
	sim_run(p.s, 3000);
	ok(!sim_contact(p.a, sim_key(p.b))->heir_waits, "there is nothing to hear");
	sim_revive(p.b);
	ok(sim_until(p.s, 600000, sim_both_online, &p), "he comes");
	sim_run(p.s, 5000);
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_PINNED, "nothing was said");
	sim_free(p.s);
}

static bool
not_waiting(void *arg)
{
	struct sim_pair *p = arg;

	return !sim_contact(p->a, sim_key(p->b))->heir_waits;
}

/* It outlives the program that was told of it, until each contact has confirmed; then it is not said again. */
static void
test_lasting(void)
{
	struct sim_pair p = sim_friends(5, "Boris", "Boris");
	struct sim_node *next = sim_add(p.s, "Ada");

	sim_quit(p.b);
	sim_does(p.a, announce(next), 1, "announced while Boris is away");
	sim_run(p.s, 3000);
	sim_quit(p.a);
	sim_run(p.s, 3000);
	sim_revive(p.a);
	sim_run(p.s, 3000);
	ok(sim_contact(p.a, sim_key(p.b))->heir_waits, "after a restart it waits for him");
	sim_revive(p.b);
	ok(sim_until(p.s, 600000, sim_both_online, &p), "he comes");
	sim_run(p.s, 3000);
	ok(sim_contact(p.b, sim_key(p.a))->has_new_key &&
		   key_equal(&sim_contact(p.b, sim_key(p.a))->new_key, sim_key(next)),
	   "and hears which key it is");
	ok(sim_until(p.s, 10000, not_waiting, &p), "which he confirms");
	sim_does(p.b, decide(OP_DIFFER, sim_key(p.a), sim_key(next)), 1, "the numbers differ");
	sim_quit(p.a);
	sim_revive(p.a);
	ok(sim_until(p.s, 600000, sim_both_online, &p), "on the next session, after a restart,");
	sim_run(p.s, 5000);
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_PINNED, "it is not said again");
	sim_does(p.a, announce(next), 1, "but if it is announced anew");
	ok(sim_until(p.s, 10000, not_waiting, &p), "it is");
	is_int(sim_contact(p.b, sim_key(p.a))->trust, TRUST_CHANGED, "heard anew");
	sim_free(p.s);
}

/* What was lost on the way is said in the next session. */
static void
test_every_session(void)
{
	struct sim_pair p = sim_friends(6, "Boris", "Boris");
	struct sim_node *next = sim_add(p.s, "Ada");

	sim_faults(p.s)->delay = 400;
	sim_does(p.a, announce(next), 1, "announced");
	sim_run(p.s, 200);
	sim_kill(p.b);
	ok(sim_contact(p.a, sim_key(p.b))->heir_waits, "his power goes before it is there");
	sim_revive(p.b);
	ok(sim_until(p.s, 600000, sim_both_online, &p), "they are connected again");
	ok(sim_until(p.s, 10000, not_waiting, &p), "then it is");
	is_int(sim_contact(p.b, sim_key(p.a))->how, HOW_SUCCESSOR, "and he knows it");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_files_rest(true);
	test_files_rest(false);
	test_moved();
	test_refused();
	test_lasting();
	test_every_session();
	return done_testing();
}
