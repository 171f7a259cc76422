/* acts.c - edits, deletions, replies, reactions and read receipts between two nodes over an in-memory network on a virtual clock. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

/* Says something; its id. */
static struct id
say(struct sim_pair *p, struct sim_node *from, const char *text)
{
	struct msg *m = sim_cmd_say(p->s, sim_key(from == p->a ? p->b : p->a), text);
	struct id id = m->b.say.id;

	sim_do(from, m, NULL);
	return id;
}

static int
act(struct sim_pair *p, struct sim_node *from, enum content content, const struct id *ref,
    const char *text, const char **why)
{
	const struct key *who = sim_key(from == p->a ? p->b : p->a);

	return sim_do(from, sim_cmd_act(p->s, who, content, ref, text), why);
}

static void
check_chats(struct sim_pair *p, const char *want_a, const char *want_b, const char *what)
{
	char *a = sim_chat(p->a, sim_key(p->b)), *b = sim_chat(p->b, sim_key(p->a));

	is_str(a, want_a, "%s: Ada", what);
	is_str(b, want_b, "%s: Boris", what);
	free(a);
	free(b);
}

static void
test_acts(void)
{
	struct sim_pair p = sim_friends(1, "Boris", "Bo");
	struct id first = say(&p, p.a, "helo"), second;
	const char *why = "";

	sim_run(p.s, 1000);
	second = say(&p, p.b, "what?");
	sim_run(p.s, 1000);
	is_int(act(&p, p.a, CONTENT_EDIT, &first, "hello", NULL), 1, "one's own message is edited");
	is_int(act(&p, p.b, CONTENT_REACT, &first, "+", NULL), 1, "the other one reacts");
	is_int(act(&p, p.a, CONTENT_REPLY, &second, "I said hello", NULL), 1, "a reply");
	sim_run(p.s, 1000);
	check_chats(&p, ">hello edited 1 <+!\n<what?\n>I said hello re <what?!\n",
		    "<hello edited 1 >+\n>what?!\n<I said hello re >what?\n", "it shows at both");
	is_int(act(&p, p.b, CONTENT_EDIT, &first, "mine", &why), 0, "not another one's");
	ok(strstr(why, "no such message of yours") != NULL, "and it says why: %s", why);
	is_int(act(&p, p.b, CONTENT_REACT, &first, "", NULL), 1, "the reaction is taken back");
	is_int(act(&p, p.a, CONTENT_DELETE, &first, "", NULL), 1, "one's own message is deleted");
	is_int(act(&p, p.b, CONTENT_EDIT, NULL, "what", NULL), 1, "without an id: the newest");
	sim_run(p.s, 1000);
	check_chats(&p, "> edited 1deleted!\n<what edited 1\n>I said hello re <what!\n",
		    "< edited 1deleted\n>what edited 1!\n<I said hello re >what\n", "both follow");
	is_int(act(&p, p.a, CONTENT_EDIT, &first, "again", &why), 0, "deleted is deleted");
	is_int(act(&p, p.a, CONTENT_REACT, &second,
		   "0123456789012345678901234567890123456789"
		   "0123456789012345678901234567890123456789",
		   &why),
	       0, "a novel is no reaction");
	sim_free(p.s);
}

/* Everything is said while the other one is away, and the program ends before it comes back. */
static void
test_offline(void)
{
	struct sim_pair p = sim_friends(2, "Boris", "Bo");
	struct id one = say(&p, p.a, "one"), two, three;

	sim_run(p.s, 1000);
	sim_quit(p.b);
	sim_run(p.s, 100);
	two = say(&p, p.a, "two");
	three = say(&p, p.a, "three");
	act(&p, p.a, CONTENT_EDIT, &one, "ONE", NULL);
	act(&p, p.a, CONTENT_EDIT, &two, "TWO", NULL);
	act(&p, p.a, CONTENT_EDIT, &two, "Two", NULL);
	act(&p, p.a, CONTENT_EDIT, &three, "secret", NULL);
	act(&p, p.a, CONTENT_DELETE, &three, "", NULL);
	act(&p, p.a, CONTENT_REACT, &two, "!", NULL);
	sim_kill(p.a);
	sim_revive(p.a);
	sim_revive(p.b);
	sim_until(p.s, 400000, sim_both_online, &p);
	sim_run(p.s, 2000);
	check_chats(&p, ">ONE edited 1!\n>Two edited 2 >!!\n> edited 1deletedx\n",
		    "<ONE edited 1\n<Two edited 2 <!\n",
		    "what waited arrives; what was deleted before it was sent does not");
	sim_free(p.s);
}

/* A conversation with the stream cut after every so many bytes. */
static void
test_cuts(void)
{
	static const char want[] = ">A edited 2 <b!\n<hi\n>re hi re <hi!\n>deleted!\n";
	static const char mirror[] = "<A edited 2 >b\n>hi!\n<re hi re >hi\n<deleted\n";
	unsigned wrong = 0, runs = 0;

	for (uint64_t cut = 1; cut < 8000; cut += 67) {
		struct sim_pair p = sim_friends(100 + cut, "Boris", "Bo");
		struct id a, hi, gone;
		char *x, *y;

		a = say(&p, p.a, "a");
		sim_run(p.s, 1000);
		hi = say(&p, p.b, "hi");
		sim_run(p.s, 2000);
		sim_faults(p.s)->jitter = 7;
		sim_faults(p.s)->cut_after = sim_written(p.s) + cut;
		act(&p, p.a, CONTENT_EDIT, &a, "aa", NULL);
		act(&p, p.b, CONTENT_REACT, &a, "a", NULL);
		sim_run(p.s, 3);
		act(&p, p.a, CONTENT_REPLY, &hi, "re hi", NULL);
		gone = say(&p, p.a, "gone");
		sim_run(p.s, 50);
		act(&p, p.a, CONTENT_EDIT, &a, "A", NULL);
		act(&p, p.b, CONTENT_REACT, &a, "b", NULL);
		sim_run(p.s, 60000);
		act(&p, p.a, CONTENT_DELETE, &gone, "", NULL);
		sim_run(p.s, 120000);
		x = sim_chat(p.a, sim_key(p.b));
		y = sim_chat(p.b, sim_key(p.a));
		runs++;
		if ((strcmp(x, want) != 0 || strcmp(y, mirror) != 0) && wrong++ == 0)
			diag("cut at %d: %s / %s", (int)cut, x, y);
		free(x);
		free(y);
		sim_free(p.s);
	}
	is_int(wrong, 0, "%u conversations cut at different bytes: each act once", runs);
}

static void
seen(struct sim_pair *p, struct sim_node *who, int64_t row)
{
	struct msg *m = sim_cmd_op(OP_READ, sim_key(who == p->a ? p->b : p->a), "");

	m->b.contact_op.row = row;
	sim_do(who, m, NULL);
}

static void
receipts(struct sim_node *n, const char *value)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_SET), value, strlen(value));

	strlcpy(m->b.set.option, "receipts", sizeof(m->b.set.option));
	sim_do(n, m, NULL);
}

static void
test_read(void)
{
	struct sim_pair p = sim_friends(3, "Boris", "Bo");

	say(&p, p.a, "one");
	say(&p, p.a, "two");
	sim_run(p.s, 1000);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 0, "nothing is read before it was seen");
	seen(&p, p.b, 1);
	sim_run(p.s, 1000);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 1, "the first is read");
	receipts(p.b, "off");
	seen(&p, p.b, 2);
	sim_run(p.s, 1000);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 1, "switched off, nothing is said");
	receipts(p.b, "on");
	sim_run(p.s, 1000);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 2, "switched on, the position is");
	receipts(p.a, "off");
	is_int(sim_read_seq(p.a, sim_key(p.b)), 0, "switched off, nothing is shown");
	receipts(p.a, "on");
	is_int(sim_read_seq(p.a, sim_key(p.b)), 2, "switched on, it is");
	say(&p, p.a, "three");
	sim_run(p.s, 1000);
	sim_quit(p.a);
	seen(&p, p.b, 3);
	sim_revive(p.a);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 2, "it survives a restart");
	sim_until(p.s, 400000, sim_both_online, &p);
	sim_run(p.s, 1000);
	is_int(sim_read_seq(p.a, sim_key(p.b)), 3,
	       "what was seen meanwhile comes with the session");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_acts();
	test_offline();
	test_cuts();
	test_read();
	return done_testing();
}
