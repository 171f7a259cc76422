/* twin.c - one identity in two programs: restarts and moves are quiet, two that both run are told to all three. On the virtual clock. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

static bool
online(struct sim_node *n, struct sim_node *with)
{
	const struct msg_contact *c = sim_contact(n, sim_key(with));

	return c != NULL && c->link == LINK_ONLINE;
}

struct two {
	struct sim_node *a, *b;
};

static bool
both_online(void *arg)
{
	struct two *t = arg;

	return online(t->a, t->b) && online(t->b, t->a);
}

/* Ada and Boris, who added each other. */
static struct two
friends(struct sim *s)
{
	struct two t = {sim_add(s, "Ada"), sim_add(s, "Boris")};
	char *invite = xstrdup(sim_invite(t.b));

	sim_do(t.a, sim_cmd_add("Boris", invite), NULL);
	free(invite);
	invite = xstrdup(sim_invite(t.a));
	sim_do(t.b, sim_cmd_add("Ada", invite), NULL);
	free(invite);
	ok(sim_until(s, 60000, both_online, &t), "two who know each other");
	sim_run(s, 2000);
	return t;
}

/* How often this stands in the chat with that peer. */
static unsigned
said(struct sim_node *n, struct sim_node *about, const char *words)
{
	char *chat = sim_chat(n, sim_key(about));
	unsigned count = 0;

	for (const char *at = chat; (at = strstr(at, words)) != NULL; at++)
		count++;
	free(chat);
	return count;
}

struct wait {
	struct sim_node *n, *about;
	const char *words;
};

static bool
is_said(void *arg)
{
	struct wait *w = arg;

	return said(w->n, w->about, w->words) != 0;
}

static void
test_restarts(void)
{
	struct sim *s = sim_new(11);
	struct two t = friends(s);

	for (int i = 0; i < 6; i++) {
		sim_kill(t.a);
		sim_run(s, i % 2 == 0 ? 100 : 90000);
		sim_revive(t.a);
		ok(sim_until(s, 120000, both_online, &t), "Ada is back after restart %d", i + 1);
		sim_cut(s);
		ok(sim_until(s, 120000, both_online, &t), "and after a broken line");
	}
	is_int(said(t.b, t.a, "twice"), 0, "nobody says that she runs twice");
	is_int(said(t.a, t.b, "twice"), 0, "on either side");
	sim_free(s);
}

static void
test_move(void)
{
	struct sim *s = sim_new(12);
	struct two t = friends(s), moved = t;

	sim_quit(t.a);
	moved.a = sim_restore(t.a, "192.168.7.100:41555");
	ok(sim_until(s, 120000, both_online, &moved), "a restored home is the contact it was");
	sim_kill(moved.a);
	sim_run(s, 5000);
	sim_revive(moved.a);
	ok(sim_until(s, 120000, both_online, &moved), "also after a restart of it");
	is_int(said(t.b, t.a, "twice"), 0, "a move to another machine is nothing to tell");
	sim_free(s);
}

static void
test_twice(void)
{
	struct sim *s = sim_new(13);
	struct two t = friends(s);
	struct sim_node *copy;
	struct wait boris = {t.b, t.a, "Ada is running twice"};
	struct wait ada = {t.a, t.b, "Boris sees you twice"}, second;
	int64_t spoken;

	sim_quit(t.a);
	copy = sim_restore(t.a, "192.168.7.100:41555");
	second = (struct wait){copy, t.b, "Boris sees you twice"};
	sim_run(s, 60000);
	is_int(said(t.b, t.a, "twice"), 0, "one of them is nothing");
	sim_revive(t.a);
	sim_run(s, 60000);
	ok(sim_until(s, 3600 * 1000, is_said, &boris), "both: Boris is told");
	ok(sim_until(s, 3600 * 1000, is_said, &ada), "so is Ada");
	ok(sim_until(s, 3600 * 1000, is_said, &second), "and the other Ada");
	spoken = said(t.b, t.a, "running twice");
	sim_run(s, 20 * 60 * 1000);
	ok(said(t.b, t.a, "running twice") <= spoken + 1, "not again and again");
	sim_free(s);
}

/*
 * One is called by their contact when the other calls. Whose session stays is a matter of keys; that both run is seen either way, though the
 * one may never have to call again.
 */
static void
test_called(bool smaller)
{
	struct sim *s = sim_new(14);
	struct two t = friends(s);
	const char *which = smaller ? "the older session stays" : "the newer session stays";
	struct sim_node *copy;
	struct wait contact, first, second;

	if ((memcmp(sim_key(t.b), sim_key(t.a), KEY_LEN) < 0) != smaller)
		t = (struct two){t.b, t.a};
	sim_quit(t.a);
	copy = sim_restore(t.a, "192.168.7.100:41555");
	contact = (struct wait){t.b, t.a, "is running twice"};
	first = (struct wait){t.a, t.b, "sees you twice"};
	second = (struct wait){copy, t.b, "sees you twice"};
	sim_quit(copy);
	sim_quit(t.b);
	sim_revive(t.a);
	/* Until it does not call for a while. */
	sim_run(s, 600000);
	sim_revive(t.b);
	ok(sim_until(s, 20000, both_online, &t), "%s: the contact has called one", which);
	sim_revive(copy);
	ok(sim_until(s, 60000, is_said, &contact), "%s: it is told within a minute", which);
	ok(sim_until(s, 60000, is_said, &first), "so is the one");
	ok(sim_until(s, 60000, is_said, &second), "and the other");
	sim_free(s);
}

int
main(void)
{
	test_restarts();
	test_move();
	test_twice();
	test_called(true);
	test_called(false);
	return done_testing();
}
