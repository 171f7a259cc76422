/* fade.c - messages that disappear, between two nodes over an in-memory network on a virtual clock: agreement, races, restarts, absence. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/sim.h"
#include "tests/tap.h"

#define MINUTE UINT64_C(60000)
#define DAY    (24 * 60 * MINUTE)

static const struct key *
other(struct sim_pair *p, struct sim_node *n)
{
	return sim_key(n == p->a ? p->b : p->a);
}

static void
say(struct sim_pair *p, struct sim_node *from, const char *text)
{
	sim_do(from, sim_cmd_say(p->s, other(p, from), text), NULL);
}

static int
timer(struct sim_pair *p, struct sim_node *from, uint32_t seconds)
{
	struct msg *m = sim_cmd_say(p->s, other(p, from), "");
	uint8_t body[4];

	put_be32(body, seconds);
	m->b.say.content = CONTENT_TIMER;
	return sim_do(from, msg_set_bytes(m, body, sizeof(body)), NULL);
}

/* Everything that came was seen. */
static void
see(struct sim_pair *p, struct sim_node *n)
{
	struct msg *m = sim_cmd_op(OP_READ, other(p, n), "");

	m->b.contact_op.row = INT64_MAX;
	sim_do(n, m, NULL);
}

/* What was said, without the lines of the program. */
static const char *
texts(struct sim_pair *p, struct sim_node *n)
{
	static char out[2][2000];
	static unsigned turn;
	char *all = sim_chat(n, other(p, n)), *rest = all, *line, *to = out[turn++ % 2];

	to[0] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] == '<' || line[0] == '>') {
			strlcat(to, line, sizeof(out[0]));
			strlcat(to, " ", sizeof(out[0]));
		}
	free(all);
	return to;
}

static bool
has_line(struct sim_pair *p, struct sim_node *n, const char *words)
{
	char *all = sim_chat(n, other(p, n));
	bool has = strstr(all, words) != NULL;

	free(all);
	return has;
}

static void
check(struct sim_pair *p, const char *want_a, const char *want_b, const char *what)
{
	is_str(texts(p, p->a), want_a, "%s: Ada", what);
	is_str(texts(p, p->b), want_b, "%s: Bo", what);
}

static void
agree(struct sim_pair *p, uint32_t seconds)
{
	timer(p, p->a, seconds);
	sim_run(p->s, 1000);
	timer(p, p->b, seconds);
	sim_run(p->s, 1000);
}

static void
test_agreement(void)
{
	struct sim_pair p = sim_friends(1, "Bo", "Bo");

	is_int(timer(&p, p.a, 3600), 1, "one proposes");
	say(&p, p.a, "not agreed yet");
	sim_run(p.s, 1000);
	ok(has_line(
		   &p, p.b,
		   "-Ada proposes that messages disappear after 1 hour: /disappear Ada 1h agrees."),
	   "the other one is told how to agree");
	is_int(timer(&p, p.b, 3600), 1, "it agrees");
	sim_run(p.s, 1000);
	ok(has_line(&p, p.a, "-You both agree: messages disappear after 1 hour") &&
		   has_line(&p, p.b, "-You both agree: messages disappear after 1 hour"),
	   "both are told");
	say(&p, p.a, "fades");
	say(&p, p.b, "too");
	sim_run(p.s, 30 * MINUTE);
	check(&p, ">not agreed yet! >fades!/3600+ <too/3600 ",
	      "<not agreed yet >too!/3600+ <fades/3600 ",
	      "what is delivered begins its time, what is not seen does not");
	see(&p, p.b);
	sim_run(p.s, 31 * MINUTE);
	check(&p, ">not agreed yet! <too/3600 ", "<not agreed yet <fades/3600+ ",
	      "an hour after it was delivered it is gone where it was said");
	see(&p, p.a);
	sim_run(p.s, 61 * MINUTE);
	check(&p, ">not agreed yet! ", "<not agreed yet ",
	      "and an hour after it was seen at the other side");
	timer(&p, p.b, 0);
	sim_run(p.s, 1000);
	ok(has_line(&p, p.a, "-Bo ended it") && has_line(&p, p.b, "-You ended it"),
	   "either ends it");
	say(&p, p.a, "stays");
	sim_run(p.s, 2 * DAY);
	check(&p, ">not agreed yet! >stays! ", "<not agreed yet <stays ",
	      "what is said then stays");
	sim_free(p.s);
}

/* The program is killed, is off, the other one is away: nothing lives longer for it, and nothing is lost. */
static void
test_absence(void)
{
	struct sim_pair p = sim_friends(2, "Bo", "Bo");

	agree(&p, 3600);
	sim_quit(p.b);
	say(&p, p.a, "waits");
	sim_run(p.s, 5 * 60 * MINUTE);
	sim_kill(p.a);
	sim_revive(p.a);
	is_str(texts(&p, p.a), ">waits./3600 ", "what waits for its receipt does not go");
	sim_revive(p.b);
	sim_until(p.s, 400000, sim_both_online, &p);
	sim_run(p.s, 2000);
	check(&p, ">waits!/3600+ ", "<waits/3600 ", "it arrives with its time");
	see(&p, p.b);
	sim_kill(p.a);
	sim_run(p.s, 2 * 60 * MINUTE);
	is_str(texts(&p, p.b), "", "an hour after it was seen it is gone");
	sim_revive(p.a);
	sim_run(p.s, 10);
	is_str(texts(&p, p.a), "", "what ended while the program was off is gone when it starts");
	sim_free(p.s);
}

/* Both change their minds at once; whatever crosses, both end with the same, and know the same of each message. */
static void
test_races(void)
{
	static const uint32_t times[] = {0, 60, 3600, 86400};
	unsigned wrong = 0, runs = 0;

	for (uint64_t seed = 0; seed < 24; seed++) {
		struct sim_pair p = sim_friends(100 + seed, "Bo", "Bo");
		const char *x, *y;
		char a[2000], b[2000];

		agree(&p, 7200);
		sim_faults(p.s)->jitter = 50;
		sim_faults(p.s)->cut_after = sim_written(p.s) + seed * 137;
		sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), "one"));
		timer(&p, p.a, times[seed % 4]);
		timer(&p, p.b, times[seed / 4 % 4]);
		sim_command(p.b, sim_cmd_say(p.s, sim_key(p.a), "two"));
		sim_run(p.s, seed);
		sim_command(p.a, sim_cmd_say(p.s, sim_key(p.b), "three"));
		sim_run(p.s, 50000);
		say(&p, p.a, "four");
		say(&p, p.b, "five");
		sim_run(p.s, 5000);
		/* With the mark of the direction and the receipt away, and sorted, the two must be equal. */
		x = texts(&p, p.a);
		y = texts(&p, p.b);
		a[0] = b[0] = '\0';
		for (size_t w = 0; w < 5; w++) {
			static const char *const words[] = {"one", "two", "three", "four", "five"};

			for (int side = 0; side < 2; side++) {
				const char *at = strstr(side == 0 ? x : y, words[w]);
				const char *slash = at != NULL ? at + strlen(words[w]) : "?";
				char piece[40];

				slash += *slash == '!' || *slash == '.';
				snprintf(piece, sizeof(piece), "%s%.*s ", words[w],
					 (int)strcspn(slash, "+ "), slash);
				strlcat(side == 0 ? a : b, piece, sizeof(a));
			}
		}
		runs++;
		if (strcmp(a, b) != 0 && wrong++ == 0)
			diag("seed %d: %s / %s", (int)seed, a, b);
		sim_free(p.s);
	}
	is_int(wrong, 0, "%u pairs that changed their minds at once know the same of each message",
	       runs);
}

static void
keep(struct sim_pair *p, struct sim_node *n, int32_t days)
{
	struct msg *m = sim_cmd_op(OP_KEEP, other(p, n), "");

	m->b.contact_op.row = days;
	is_int(sim_do(n, m, NULL), 1, "%d days are kept", (int)days);
}

static void
test_keep(void)
{
	struct sim_pair p = sim_friends(3, "Bo", "Bo");
	struct msg *m;

	keep(&p, p.b, 7);
	say(&p, p.a, "monday");
	sim_run(p.s, 3 * DAY);
	say(&p, p.a, "thursday");
	sim_run(p.s, 1000);
	see(&p, p.b);
	sim_run(p.s, 5 * DAY);
	check(&p, ">monday! >thursday! ", "<thursday ", "each side keeps what it likes");
	sim_quit(p.b);
	sim_run(p.s, 5 * DAY);
	sim_revive(p.b);
	sim_run(p.s, 1000);
	is_str(texts(&p, p.b), "", "also over an absence");
	m = msg_set_bytes(msg_new(MSG_CMD_SET), "nothing", 7);
	strlcpy(m->b.set.option, "keep", sizeof(m->b.set.option));
	is_int(sim_do(p.a, m, NULL), 1, "the option");
	sim_run(p.s, 1000);
	is_str(texts(&p, p.a), "", "holds at once for what is older than a day");
	say(&p, p.a, "now");
	sim_run(p.s, 400000);
	is_str(texts(&p, p.a), ">now! ", "what is said now is there");
	sim_quit(p.a);
	sim_revive(p.a);
	is_str(texts(&p, p.a), "", "until the program ends");
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_agreement();
	test_absence();
	test_races();
	test_keep();
	return done_testing();
}
