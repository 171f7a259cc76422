/* doctor.c - what the network looks like from here, in sentences: addresses, listening, beacons, contacts.
 *
 * It asks for beacons, calls our own listening addresses, and waits until the calls to contacts that are under way have ended, some seconds
 * at most. Then everything is told at once. */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/aead_evp.h"
#include "net/discovery_int.h"
#include "net/doctor.h"
#include "src/kept.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define LOOK_EVERY   100
#define LOOK_LEAST   1500
#define LOOK_LONGEST 8000
#define HEARD_TOLD   (24 * 3600 * (int64_t)1000)

/* One of our addresses, called by ourselves. */
struct knock {
	struct addr at;
	struct conn *conn;
	enum { KNOCK_ON, KNOCK_ANSWERED, KNOCK_FAILED } state;
	int error;
};

struct doctor {
	struct node *node;
	uint32_t serial;
	uint64_t began;
	struct timer look;
	struct knock knocks[CONTACT_ADDRS];
	size_t nknocks;
	char *text; /* lines, each ended by a NUL */
	size_t len;
};

static void line(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
line(struct doctor *d, const char *fmt, ...)
{
	char *one;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&one, _(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	d->text = xreallocarray(d->text, d->len + (size_t)n + 1, 1);
	memcpy(d->text + d->len, one, (size_t)n + 1);
	d->len += (size_t)n + 1;
	free(one);
}

/* ---- calling ourselves ---- */

static void
end_knock(struct knock *k, int error)
{
	struct conn *c = k->conn;

	k->state = error == 0 ? KNOCK_ANSWERED : KNOCK_FAILED;
	k->error = error;
	k->conn = NULL;
	if (c != NULL)
		c->ops->close(c);
}

static void
knocked(void *arg, unsigned events)
{
	struct knock *k = arg;

	if (events & LOOP_WRITE)
		end_knock(k, k->conn->ops->error(k->conn));
}

static void
knock(struct doctor *d)
{
	struct node *n = d->node;
	struct addr list[CONTACT_ADDRS];

	d->nknocks = reach_addresses(n, list, true);
	for (size_t i = 0; i < d->nknocks; i++) {
		struct knock *k = &d->knocks[i];

		k->at = list[i];
		k->conn = n->env.transport->ops->dial(n->env.transport, &k->at);
		if (k->conn == NULL) {
			end_knock(k, errno);
			continue;
		}
		k->conn->handler = knocked;
		k->conn->arg = k;
		k->conn->ops->want(k->conn, LOOP_WRITE);
	}
}

/* ---- what is told ---- */

static void
tell_interfaces(struct doctor *d)
{
	const struct discovery *di = d->node->discovery;
	size_t others = 0;

	for (size_t i = 0; di != NULL && i < di->nways; i++) {
		const struct lan_way *w = &di->ways[i];
		char ip[ADDR_STRLEN];

		const struct way_counts *c = discovery_way_counts(di, w);

		others += !w->loopback;
		addr_format_ip(ip, sizeof(ip), &w->from);
		if (c != NULL && !w->loopback) {
			line(d,
			     "Interface %s: %s. Beacons: %llu sent, %llu of these heard back, %llu "
			     "of others heard.",
			     w->name, ip, (unsigned long long)c->sent, (unsigned long long)c->own,
			     (unsigned long long)c->others);
			continue;
		}
		line(d, "Interface %s: %s%s", w->name, ip,
		     w->loopback ? _(", this machine only")
		     : w->silent ? _(", without multicast: nobody is found by it")
				 : "");
	}
	if (di != NULL && di->lan->left_out > 0)
		line(d,
		     "Addresses of this machine that are not used to find anybody, for it has too "
		     "many: %zu.",
		     di->lan->left_out);
	if (others == 0)
		line(d, "No network: only this machine can be reached.");
}

static void
tell_listening(struct doctor *d)
{
	const struct node *n = d->node;
	char text[ADDR_TEXT_SIZE], why[KEPT_ROOM];

	if (n->listening.family == 0) {
		line(d, "Nobody can call: %s",
		     n->invisible		  ? _("you are invisible, until /invisible off.")
		     : n->listen_error[0] != '\0' ? kept_into(why, sizeof(why), n->listen_error)
						  : _("this program does not listen."));
		return;
	}
	line(d, "Listening on %s%s.", addr_format(text, sizeof(text), &n->listening),
	     addr_class(&n->listening) == ADDR_LOOPBACK
		     ? _(": only programs on this machine can call")
		     : "");
	for (size_t i = 0; i < d->nknocks; i++) {
		struct knock *k = &d->knocks[i];

		addr_format(text, sizeof(text), &k->at);
		if (k->state == KNOCK_ANSWERED)
			line(d, "%s answers a call from this machine.", text);
		else
			line(d,
			     "%s does not answer a call from this machine: %s. Is there a "
			     "firewall?",
			     text, k->state == KNOCK_ON ? _("silence") : say_errno(k->error));
	}
	line(d, "The door is %s: who has no invite is answered %s.", door_word(n->gate.state),
	     n->gate.state == DOOR_OPEN	 ? _("from anywhere")
	     : n->gate.state == DOOR_LAN ? _("from this network only")
					 : _("nowhere"));
}

static void
tell_beacons(struct doctor *d)
{
	const struct discovery *di = d->node->discovery;
	const struct discovery_counts *c = discovery_counts(di);

	if (di == NULL || !di->on) {
		line(d, "Nobody nearby is looked for: %s",
		     d->node->nearby ? _("this program does not listen.")
				     : _("the option nearby is off."));
		return;
	}
	line(d,
	     "Beacons since the start: %llu sent, %llu of these heard back, %llu of others heard, "
	     "%llu of these by contacts.",
	     (unsigned long long)c->sent, (unsigned long long)c->own, (unsigned long long)c->others,
	     (unsigned long long)c->contacts);
	if (c->failed > 0)
		line(d, "%llu could not be sent: %s.", (unsigned long long)c->failed,
		     say_errno(c->error));
	if (c->sent > 0 && c->own == 0)
		line(d,
		     "Not even our own are heard: a firewall on this machine keeps UDP port %d "
		     "from us.",
		     DEFAULT_PORT);
	else if (c->sent > 0 && c->others == 0)
		line(d,
		     "Nobody else is heard: either nobody else is here, or the network carries no "
		     "multicast, as guest Wi-Fi often does. Codes with addresses work all the "
		     "same.");
	if (c->untimely > 0)
		line(d, "%llu came out of another hour: a clock is wrong, here or there.",
		     (unsigned long long)c->untimely);
	if (c->dropped > 0)
		line(d, "%llu came too fast and were not looked at.",
		     (unsigned long long)c->dropped);
}

static void
tell_unreached(struct doctor *d, const struct peer *p, const char *name)
{
	char why[512];

	text_show(why, sizeof(why), p->why, strlen(p->why), TEXT_ONE_LINE);
	line(d, "%s: not reached at %s%s: %s.", name, p->row.addrs[0],
	     p->row.naddrs > 1 ? _(" and its other addresses") : "",
	     why[0] != '\0'    ? _(why)
	     : p->left != NULL ? _(p->left)
			       : _("not called yet"));
	if (strcmp(p->why, DIAL_NOBODY) == 0)
		line(d, "Either it is not running, or it is invisible, or it does not know this "
			"identity any more.");
}

/* Whether it was heard since it was here last. After a day a time of day says nothing. */
static bool
was_heard(const struct peer *p)
{
	return p->heard_nearby != 0 && p->heard_nearby >= p->row.last_seen &&
	       node_wall(p->node) - p->heard_nearby < HEARD_TOLD;
}

static void
tell_heard(struct doctor *d, const struct peer *p, const char *name)
{
	char at[ADDR_TEXT_SIZE], why[512], when[8] = "";
	time_t t = (time_t)(p->heard_nearby / 1000);
	struct tm tm;

	addr_format(at, sizeof(at), &p->near_at);
	if (localtime_r(&t, &tm) == NULL || strftime(when, sizeof(when), "%H:%M", &tm) == 0)
		strlcpy(when, "--:--", sizeof(when));
	text_show(why, sizeof(why), p->near_why, strlen(p->near_why), TEXT_ONE_LINE);
	if (why[0] != '\0')
		line(d, "%s: heard nearby %s at %s, and not reached there: %s.", name, when, at,
		     _(why));
	else if (p->near != NULL)
		line(d, "%s: heard nearby %s at %s; the call there has no answer yet.", name, when,
		     at);
	else
		line(d, "%s: heard nearby %s at %s, and not called there yet.", name, when, at);
}

static void
tell_away(struct doctor *d, const struct peer *p, const char *name)
{
	bool heard = was_heard(p);

	if (p->dial != NULL)
		line(d, "%s: is being called, no answer yet.", name);
	else if (p->row.naddrs > 0)
		tell_unreached(d, p, name);
	else if (!heard)
		line(d, "%s: not here, and no address of it is known: it has to call.", name);
	if (heard)
		tell_heard(d, p, name);
}

static void
tell_contact(struct doctor *d, const struct peer *p)
{
	const struct link *l = p->link;
	char at[ADDR_TEXT_SIZE], name[NAME_SIZE * 4];

	text_show(name, sizeof(name), p->row.name, strlen(p->row.name), TEXT_ONE_LINE);
	if (l != NULL)
		line(d, "%s: online at %s%s%s, %.1f ms.", name,
		     addr_format(at, sizeof(at), session_peer_addr(l->session)),
		     l->found != FOUND_UNKNOWN ? ", " : "", _(found_sentence(l->found)),
		     session_rtt_us(l->session) / 1000.0);
	else if (p->removed_us)
		line(d, "%s: it removed us from its contacts.", name);
	else if (p->closed_by_hand)
		line(d, "%s: closed by hand.", name);
	else
		tell_away(d, p, name);
}

static void
tell_contacts(struct doctor *d)
{
	struct peer *p;
	size_t n = 0;

	RB_FOREACH (p, peer_tree, &d->node->peers)
		if (p->row.state == CONTACT_ACCEPTED) {
			tell_contact(d, p);
			n++;
		}
	if (n == 0)
		line(d, "There are no contacts yet.");
}

/* ---- life ---- */

static bool
still_calling(const struct doctor *d)
{
	struct peer *p;

	for (size_t i = 0; i < d->nknocks; i++)
		if (d->knocks[i].state == KNOCK_ON)
			return true;
	RB_FOREACH (p, peer_tree, &d->node->peers)
		if (p->row.state == CONTACT_ACCEPTED && p->link == NULL &&
		    (p->dial != NULL || p->near != NULL))
			return true;
	return false;
}

void
doctor_free(struct node *n)
{
	struct doctor *d = n->doctor;

	n->doctor = NULL;
	if (d == NULL)
		return;
	timer_clear(n->env.loop, &d->look);
	for (size_t i = 0; i < d->nknocks; i++)
		if (d->knocks[i].conn != NULL)
			end_knock(&d->knocks[i], 0);
	free(d->text);
	free(d);
}

static void
look(void *arg)
{
	struct doctor *d = arg;
	struct node *n = d->node;
	uint64_t spent = loop_now(n->env.loop) - d->began;
	uint32_t serial = d->serial;
	struct msg *m;

	if (spent < LOOK_LEAST || (still_calling(d) && spent < LOOK_LONGEST)) {
		timer_set(n->env.loop, &d->look, LOOK_EVERY, look, d);
		return;
	}
	tell_interfaces(d);
	tell_listening(d);
	tell_beacons(d);
	tell_contacts(d);
	m = msg_new(MSG_EV_REPORT);
	m->serial = serial;
	node_emit(n, msg_set_bytes(m, d->text, d->len));
	doctor_free(n);
	node_result(n, serial, true, NULL, "%s", "");
}

void
commands_doctor(struct node *n, const struct msg *m)
{
	struct doctor *d;

	if (n->doctor != NULL) {
		node_result(n, m->serial, false, NULL, "it is being looked at already");
		return;
	}
	d = n->doctor = xcalloc(1, sizeof(*d));
	d->node = n;
	d->serial = m->serial;
	d->began = loop_now(n->env.loop);
	if (n->discovery != NULL)
		discovery_relook(n->discovery);
	discovery_look(n->discovery);
	knock(d);
	timer_set(n->env.loop, &d->look, LOOK_EVERY, look, d);
}

void
doctor_libraries(char *out, size_t size)
{
	say_into(out, size, "libsodium %s; libcrypto %s", sodium_version_string(),
		 aead_evp_ready() ? _("is there: long records are sealed by it")
				  : _("is not there: files go a little slower"));
}
