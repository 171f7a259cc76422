/* person.c - persons with several devices: one thing said reaches each, their chats are one, and a name is never taken from a peer. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

/* Ada, and Boris at his desk and on the way. */
struct three {
	struct sim *s;
	struct sim_node *a, *desk, *phone;
	struct key boris; /* the person */
};

static bool
all_online(void *arg)
{
	struct three *t = arg;

	return sim_online(t->a, t->desk) && sim_online(t->a, t->phone) &&
	       sim_online(t->desk, t->a) && sim_online(t->phone, t->a);
}

static void
befriend(struct sim_node *a, struct sim_node *b, const char *name)
{
	char *invite = xstrdup(sim_invite(b));

	sim_do(a, sim_cmd_add(name, invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(a));
	sim_do(b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
}

static struct msg *
group(const char *name, const struct sim_node *first, const struct sim_node *second)
{
	struct msg *m = sim_cmd_op(OP_PERSON, sim_key(first), name);

	return second != NULL ? msg_set_bytes(m, sim_key(second)->b, KEY_LEN) : m;
}

static struct three
start(uint64_t seed)
{
	struct three t = {.s = sim_new(seed)};

	t.a = sim_add(t.s, "Ada");
	t.desk = sim_add(t.s, "Boris");
	t.phone = sim_add(t.s, "Boris");
	befriend(t.a, t.desk, "Boris");
	befriend(t.a, t.phone, "Boris phone");
	ok(sim_until(t.s, 60000, all_online, &t), "Boris and his phone are contacts");
	sim_does(t.a, group("Boris", t.desk, t.phone), 1, "and one person");
	t.boris = sim_contact(t.a, sim_key(t.desk))->person;
	return t;
}

static void
check(struct sim_node *n, const struct key *who, const char *want, const char *what)
{
	char *got = sim_chat(n, who);

	is_str(got, want, "%s", what);
	free(got);
}

static struct id
say(struct three *t, const char *text)
{
	struct msg *m = sim_cmd_say(t->s, &t->boris, text);
	struct id id = m->b.say.id;

	sim_does(t->a, m, 1, "said to the person");
	return id;
}

static void
test_said(void)
{
	struct three t = start(1);
	const struct msg_contact *c = sim_contact(t.a, sim_key(t.phone));

	is_str(c->person_name, "Boris", "the phone is Boris's");
	is_str(c->name, "Boris phone", "under its own name");
	ok(key_equal(&c->person, &t.boris), "both are the same person's");
	say(&t, "hello");
	sim_run(t.s, 3000);
	check(t.desk, sim_key(t.a), "<hello\n", "it is at the desk");
	check(t.phone, sim_key(t.a), "<hello\n", "and on the phone");
	check(t.a, &t.boris, ">hello! 2/2\n", "once in the chat of the person");
	check(t.a, sim_key(t.desk), ">hello!\n", "and in that of each");
	sim_do(t.phone, sim_cmd_say(t.s, sim_key(t.a), "on my way"), NULL);
	sim_do(t.desk, sim_cmd_say(t.s, sim_key(t.a), "not any more"), NULL);
	sim_run(t.s, 3000);
	check(t.a, &t.boris, ">hello! 2/2\n<on my way\n<not any more\n",
	      "what either says is in the chat of the person");
	sim_free(t.s);
}

/* One of two is away: the message says so, also after a restart, and goes on when it can. */
static void
test_half(void)
{
	struct three t = start(2);

	sim_quit(t.phone);
	sim_run(t.s, 3000);
	say(&t, "hello");
	sim_run(t.s, 3000);
	check(t.a, &t.boris, ">hello. 1/2\n", "delivered to one of two");
	sim_quit(t.a);
	sim_revive(t.a);
	check(t.a, &t.boris, ">hello. 1/2\n", "after a restart too");
	ok(key_equal(&sim_contact(t.a, sim_key(t.phone))->person, &t.boris) &&
		   strcmp(sim_contact(t.a, sim_key(t.phone))->person_name, "Boris") == 0,
	   "the person is still there");
	sim_revive(t.phone);
	ok(sim_until(t.s, 600000, all_online, &t), "the phone is back");
	sim_run(t.s, 3000);
	check(t.a, &t.boris, ">hello! 2/2\n", "and has it");
	check(t.phone, sim_key(t.a), "<hello\n", "once");
	sim_free(t.s);
}

/* Killed at any moment around the commit: it is with both, or with none. */
static void
test_one_commit(void)
{
	unsigned none = 0, both = 0;

	for (uint64_t at = 0; at < 4; at++) {
		struct three t = start(10 + at);
		char *desk, *phone;

		sim_quit(t.phone);
		sim_quit(t.desk);
		sim_run(t.s, 3000);
		sim_command(t.a, sim_cmd_say(t.s, &t.boris, "hello"));
		sim_run(t.s, at);
		sim_kill(t.a);
		sim_revive(t.a);
		desk = sim_chat(t.a, sim_key(t.desk));
		phone = sim_chat(t.a, sim_key(t.phone));
		is_str(desk, phone, "killed after %llu ms: the same with both",
		       (unsigned long long)at);
		none += desk[0] == '\0';
		both += strcmp(desk, ">hello.\n") == 0;
		free(desk);
		free(phone);
		sim_free(t.s);
	}
	ok(none > 0 && both > 0 && none + both == 4, "none %u times, both %u times", none, both);
}

static void
test_acts(void)
{
	struct three t = start(3);
	const char *why = "";
	struct id id;
	struct msg *m;

	id = say(&t, "helo");
	sim_run(t.s, 2000);
	sim_does(t.a, sim_cmd_act(t.s, &t.boris, CONTENT_EDIT, &id, "hello"), 1, "edited");
	sim_run(t.s, 2000);
	check(t.desk, sim_key(t.a), "<hello edited 1\n", "at the desk");
	check(t.phone, sim_key(t.a), "<hello edited 1\n", "on the phone");
	check(t.a, &t.boris, ">hello edited 1! 2/2\n", "in the chat of the person");
	sim_do(t.phone, sim_cmd_act(t.s, sim_key(t.a), CONTENT_REACT, &id, "+1"), NULL);
	sim_run(t.s, 2000);
	check(t.a, &t.boris, ">hello edited 1 <+1! 2/2\n", "a reaction of one of them shows");
	m = sim_cmd_say(t.s, sim_key(t.a), "coffee?");
	id = m->b.say.id;
	sim_do(t.phone, m, NULL);
	sim_run(t.s, 2000);
	sim_does(t.a, sim_cmd_act(t.s, &t.boris, CONTENT_REPLY, NULL, "yes"), 1,
		 "a reply to the newest");
	sim_does(t.a, sim_cmd_act(t.s, &t.boris, CONTENT_REACT, &id, "!"), 1,
		 "a reaction to what only one of them said");
	sim_run(t.s, 2000);
	check(t.phone, sim_key(t.a), "<hello edited 1 >+1\n>coffee? <!!\n<yes re >coffee?\n",
	      "the one that asked sees both");
	check(t.desk, sim_key(t.a), "<hello edited 1\n<yes re >\n",
	      "the other has the answer, and no question");
	check(t.a, &t.boris, ">hello edited 1 <+1! 2/2\n<coffee? >!\n>yes re <coffee?! 2/2\n",
	      "the person's chat has all");
	sim_does(t.a, sim_cmd_act(t.s, &t.boris, CONTENT_DELETE, NULL, ""), 1,
		 "the newest of one's own is deleted");
	sim_run(t.s, 2000);
	check(t.desk, sim_key(t.a), "<hello edited 1\n< re >deleted\n", "at the desk");
	why = sim_does(t.a, sim_cmd_act(t.s, &t.boris, CONTENT_EDIT, &id, "x"), 0,
		       "what another one said cannot be edited");
	ok(strstr(why, "no such message of yours") != NULL, "as it is told");
	sim_free(t.s);
}

static bool
has_offer(void *arg)
{
	return sim_transfer(arg)->transfer != 0 && sim_transfer(arg)->dir == DIR_IN;
}

static void
test_files(void)
{
	struct three t = start(4);
	struct msg *m = msg_new(MSG_CMD_SEND);
	static char path[300];

	snprintf(path, sizeof(path), "%s/note.txt", test_tmpdir());
	if (file_write(path, FILE_REPLACE, "hello", 5) != 0)
		util_fatal("%s cannot be written", path);
	m->b.send.peer = t.boris;
	msg_set_bytes(m, path, strlen(path) + 1);
	sim_does(t.a, m, 1, "a file for the person");
	ok(sim_until(t.s, 10000, has_offer, t.desk) && sim_until(t.s, 10000, has_offer, t.phone),
	   "is offered to each device");
	sim_free(t.s);
}

static struct msg *
rename_to(const struct key *who, const char *name)
{
	return sim_cmd_op(OP_RENAME, who, name);
}

static void
test_names(void)
{
	struct three t = start(5);
	struct sim_node *other = sim_add(t.s, "Boris"), *dana = sim_add(t.s, "Dana");
	char *invite = xstrdup(sim_invite(t.a));

	/* A stranger who calls himself so gets nothing of it. */
	sim_do(other, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	sim_run(t.s, 3000);
	is_int(sim_contact(t.a, sim_key(other))->state, CONTACT_REQUEST, "another Boris asks");
	is_str(sim_contact(t.a, sim_key(other))->name, "Boris (2)", "and is another one");
	sim_does(t.a, group("Boris", other, NULL), 0, "who waits is no device");
	sim_does(t.a, sim_cmd_op(OP_ACCEPT, sim_key(other), "Boris"), 0,
		 "the name of a person is taken");
	sim_does(t.a, sim_cmd_op(OP_ACCEPT, sim_key(other), "Bob"), 1, "another is free");
	sim_run(t.s, 2000);
	say(&t, "secret");
	sim_run(t.s, 2000);
	check(t.a, sim_key(other), "", "what is said to the person is not said to him");
	befriend(t.a, dana, "Dana");
	sim_run(t.s, 3000);
	sim_does(t.a, group("Dana", other, NULL), 0, "the name of a contact is no person's");
	sim_does(t.a, group("Boris", other, NULL), 1, "a third device");
	ok(key_equal(&sim_contact(t.a, sim_key(other))->person, &t.boris), "of the same person");
	sim_does(t.a, rename_to(&t.boris, "Dana"), 0, "renamed to what is taken");
	sim_does(t.a, rename_to(&t.boris, "Bo"), 1, "and to what is not");
	is_str(sim_contact(t.a, sim_key(t.phone))->person_name, "Bo", "all devices know");
	sim_does(t.a, rename_to(sim_key(dana), "BO"), 0, "which then is taken");
	sim_does(t.a, sim_cmd_op(OP_REMOVE, &t.boris, ""), 0, "a person is not removed at once");
	sim_does(t.a, sim_cmd_op(OP_PERSON, sim_key(other), ""), 1, "one leaves");
	say(&t, "again");
	sim_run(t.s, 2000);
	check(t.a, sim_key(other), "", "and hears nothing more");
	sim_does(t.a, sim_cmd_op(OP_REMOVE, sim_key(t.phone), ""), 1, "one is removed");
	sim_does(t.a, sim_cmd_op(OP_PERSON, &t.boris, ""), 1, "the last one leaves");
	sim_does(t.a, sim_cmd_say(t.s, &t.boris, "x"), 0, "then there is no such person");
	sim_does(t.a, rename_to(sim_key(dana), "Bo"), 1, "and the name is free");
	sim_free(t.s);
}

static void
test_together(void)
{
	struct three t = start(6);

	sim_does(t.a, sim_cmd_op(OP_DISCONNECT, &t.boris, ""), 1, "closed with the person");
	sim_run(t.s, 2000);
	ok(!sim_online(t.a, t.desk) && !sim_online(t.a, t.phone), "is closed with each");
	sim_does(t.a, sim_cmd_op(OP_CONNECT, &t.boris, ""), 1, "and opened");
	ok(sim_until(t.s, 20000, all_online, &t), "with each");
	say(&t, "hello");
	sim_run(t.s, 2000);
	sim_does(t.a, sim_cmd_op(OP_CLEAR, &t.boris, ""), 1, "cleared");
	sim_run(t.s, 2000);
	check(t.a, sim_key(t.desk), "-What was said before was cleared.\n", "with each");
	sim_does(t.a, sim_cmd_op(OP_MATCH, &t.boris, ""), 0, "a person has no safety number");
	sim_does(t.a, sim_cmd_op(OP_BLOCK, sim_key(t.phone), ""), 1, "the phone was stolen");
	say(&t, "news");
	sim_run(t.s, 2000);
	check(t.phone, sim_key(t.a), "<hello\n", "it hears nothing any more");
	check(t.desk, sim_key(t.a), "<hello\n<news\n", "the desk does");
	sim_free(t.s);
}

int
main(void)
{
	test_said();
	test_half();
	test_one_commit();
	test_acts();
	test_files();
	test_names();
	test_together();
	return done_testing();
}
