/* doctor.c - what doctor says, over a network in memory: of each interface, and of contacts that are here, away, closed, heard only. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "src/uri.h"
#include "src/util.h"
#include "tests/nearby_help.h"
#include "tests/sim_int.h"
#include "tests/tap.h"

static void
has(const char *report, const char *line)
{
	if (!ok(strstr(report, line) != NULL, "%.*s", (int)strcspn(line + 1, "\n"), line + 1))
		diag("%s", report);
}

/* The invite of `who` without its addresses. */
static void
add_only_key(struct sim_node *n, struct sim_node *who)
{
	struct invite inv;
	char err[INVITE_ERR], *text;

	if (!invite_parse(sim_invite(who), &inv, err, sizeof(err)))
		util_fatal("%s", err);
	inv.naddrs = 0;
	text = invite_format(&inv);
	sim_does(n, sim_cmd_add("", text), 1, "added without an address");
	free(text);
}

static void
test_contacts(void)
{
	struct pair p = nearby_friends(1), q = p, r = p;
	struct sim_node *emil = sim_add_near(p.s, "Emil", "192.168.7.5", 7);
	const char *said;

	q.b = sim_add_near(p.s, "Carl", "192.168.7.3", 1);
	r.b = sim_add_near(p.s, "Dora", "192.168.7.4", 1);
	nearby_befriend(p.a, q.b);
	nearby_befriend(p.a, r.b);
	ok(nearby_both(&p) && sim_until(p.s, 20000, nearby_both, &q) &&
		   sim_until(p.s, 20000, nearby_both, &r),
	   "three contacts are here");
	sim_run(p.s, 5000);
	sim_kill(q.b);
	sim_does(p.a, sim_cmd_op(OP_DISCONNECT, sim_key(r.b), ""), 1, "Dora is closed");
	add_only_key(p.a, emil);
	sim_run(p.s, 120000);
	said = sim_doctor(p.a);
	has(said, "\nBoris: online at 192.168.7.2:");
	has(said, "\nCarl: not reached at 192.168.7.3:41555: nobody answers there.\n"
		  "Either it is not running, or it is invisible");
	has(said, "\nDora: closed by hand.\n");
	has(said, "\nEmil: not here, and no address of it is known: it has to call.\n");
	sim_free(p.s);
}

/* On the network, but behind a firewall: its beacons come, calls to it do not arrive. */
static void
test_heard(void)
{
	struct pair p = nearby_friends(2);
	struct sim_node *emil = sim_add_near(p.s, "Emil", "192.168.7.5", 1);
	const char *said, *line;
	char reason[64];
	unsigned h, min;

	sim_faults(p.s)->no_new = true;
	add_only_key(p.a, emil);
	add_only_key(emil, p.a);
	sim_run(p.s, 5000);
	said = sim_doctor(p.a);
	line = strstr(said, "\nEmil: heard nearby ");
	ok(line != NULL &&
		   sscanf(line,
			  "\nEmil: heard nearby %2u:%2u at 192.168.7.5:41555, and not "
			  "reached there: %63[^\n]",
			  &h, &min, reason) == 3 &&
		   h < 24 && min < 60,
	   "heard when, where, and why it was not reached there: %s", line != NULL ? reason : said);
	ok(strstr(said, "Emil: not here") == NULL, "so it is not said to be elsewhere");
	sim_faults(p.s)->no_new = false;
	sim_run(p.s, 60000);
	said = sim_doctor(p.a);
	has(said, "\nEmil: online at 192.168.7.5:");
	ok(strstr(said, "heard nearby") == NULL, "once it is here that is over");
	sim_free(p.s);
}

/* The end of a session comes while doctor looks, and no call has failed since. */
static void
leaves(uint64_t seed, struct msg *m, const char *line)
{
	struct pair p = nearby_friends(seed);

	sim_command(p.a, msg_new(MSG_CMD_DOCTOR));
	sim_run(p.s, 1300);
	if (m->type == MSG_CMD_CONTACT)
		m->b.contact_op.peer = *sim_key(p.a);
	sim_command(p.b, m);
	sim_run(p.s, 400);
	has(p.a->report != NULL ? p.a->report : "no report", line);
	is_str(sim_detail(p.a), "", "contacts' events tell no reason");
	sim_free(p.s);
}

static void
test_left(void)
{
	static const struct key nobody;

	leaves(3, sim_cmd_op(OP_DISCONNECT, &nobody, ""),
	       "\nBoris: not reached at 192.168.7.2:41555: it closed the connection.\n");
	leaves(5, sim_cmd_set("invisible", "on"),
	       "\nBoris: not reached at 192.168.7.2:41555: it went offline.\n");
}

static void
counts(const char *said, const char *way, unsigned long long n[3])
{
	const char *line = strstr(said, way);

	memset(n, 0, 3 * sizeof(*n));
	if (!ok(line != NULL && sscanf(line + strlen(way),
				       ". Beacons: %llu sent, %llu of these heard back, %llu of "
				       "others heard.\n",
				       &n[0], &n[1], &n[2]) == 3,
		"%s: its beacons", way))
		diag("%s", said);
}

static void
test_interfaces(void)
{
	struct pair p = nearby_friends(4);
	unsigned long long near[3], alone[3];
	struct sim_node *carl = sim_add_near(p.s, "Carl", "192.168.7.3", 1);
	struct addr at;
	const char *said;

	nearby_befriend(p.a, carl);
	nearby_befriend(p.b, carl);
	sim_run(p.s, 20000);
	sim_kill(carl);
	sim_run(p.s, 100000);
	if (!addr_parse_ip(&at, "10.1.0.1"))
		util_fatal("an address");
	memnet_lan_join(p.a->lan, &at, 2);
	sim_run(p.s, 20000);
	said = sim_doctor(p.a);
	counts(said, "Interface eth1: 192.168.7.1", near);
	counts(said, "Interface eth2: 10.1.0.1", alone);
	ok(near[0] > 0 && near[1] == near[0] && near[2] > 0, "one where others are heard");
	ok(alone[0] > 0 && alone[1] == alone[0] && alone[2] == 0, "one where nobody is");
	ok(near[0] > alone[0], "and each has its own: %llu and %llu", near[0], alone[0]);
	sim_free(p.s);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_contacts();
	test_heard();
	test_left();
	test_interfaces();
	return done_testing();
}
