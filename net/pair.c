/* pair.c - pairing by code: the code that is open here, and the one of somebody else that was typed here.
 *
 * Its timers: of the open code, and of the typed one, the end of its ten minutes; of the typed one also the next call. */
#include "config.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "net/typed.h"
#include "src/log.h"
#include "src/say.h"
#include "src/util.h"

#define CALLS	    3	 /* to a HOST:PORT that does not answer */
#define CALL_AGAIN  1000 /* ms between them */
/* A host with a code that waits is heard every 10 s. */
#define NOBODY_ELSE (BEACON_EVERY_PUBLIC + 2000)
#define HEARD_MAX   8 /* addresses that claim the digits */

/* The code that is open here: we are the callee. */
struct ours {
	bool open;
	struct code code;
	char name[NAME_SIZE];
	unsigned tries;
	int64_t until; /* wall ms */
	uint32_t serial;
	struct timer expiry;
	struct session *trying; /* the one attempt at a time */
	bool knows;		/* and it has shown that it knows the code */
};

struct heard {
	char at[ADDR_TEXT_SIZE];
	bool done; /* it was tried, and did not know the code */
};

/* Somebody else's code: we are the caller. */
struct theirs {
	bool on;
	struct code code;
	char name[NAME_SIZE], target[ADDR_TEXT_SIZE]; /* target empty: whoever shows the digits */
	int64_t until;
	uint32_t serial;
	unsigned calls;
	struct timer expiry, again, alone;
	struct dial *dial;
	uint32_t saving; /* the dial waits until this is in the store; 0: it does not */
	struct heard heard[HEARD_MAX];
	size_t nheard, calling; /* heard[calling] is what the dial calls */
	bool met;		/* it has shown that it knows the code: it is a contact here */
	struct key who;
};

struct pair {
	struct node *node;
	struct ours ours;
	struct theirs theirs;
	struct typed_list typed; /* typing a code again does not give it new tries */
	uint32_t saved;		 /* the serial given last */
};

/* ---- telling ---- */

static void tell(struct pair *pr, bool joining, enum code_state state, const struct key *peer,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void
tell(struct pair *pr, bool joining, enum code_state state, const struct key *peer, const char *fmt,
     ...)
{
	struct msg *m = msg_new(MSG_EV_CODE);
	struct msg_code *c = &m->b.code;
	const struct typed *t = joining ? typed_find(&pr->typed, &pr->theirs.code) : NULL;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	c->code = joining ? pr->theirs.code : pr->ours.code;
	c->state = state;
	c->joining = joining;
	c->tries = t != NULL ? t->tries : joining ? 0 : pr->ours.tries;
	c->most = PAIR_TRIES;
	c->until = joining ? pr->theirs.until : pr->ours.until;
	c->has_peer = peer != NULL;
	if (peer != NULL)
		c->peer = *peer;
	m->serial = joining ? pr->theirs.serial : pr->ours.serial;
	node_emit(pr->node, msg_set_bytes(m, text, strlen(text)));
}

void
pair_emit(struct node *n)
{
	if (n->pair->ours.open)
		tell(n->pair, false, CODE_WAITING, NULL, "%s", "");
	if (n->pair->theirs.on)
		tell(n->pair, true, CODE_WAITING, NULL, "%s", "");
}

int
pair_digits(const struct node *n)
{
	return n->pair->ours.open ? code_public(&n->pair->ours.code) : -1;
}

static void
tell_beacons(struct pair *pr)
{
	struct node *n = pr->node;

	discovery_pairing(n->discovery, n->stopping ? -1 : pair_digits(n));
	if (n->env.pairing != NULL && !n->stopping)
		n->env.pairing(n->env.arg, pair_digits(n));
}

/* ---- who it was ---- */

/* The peer of a session whose handshake showed that it knows the code: whatever it was before, it is a verified contact now. A name that
 * another contact has by now gets a number. */
static struct peer *
take_in(struct link *l, const char *wish)
{
	struct node *n = l->node;
	const struct key *key = session_key(l->session);
	struct peer *p = peer_find(n, key);
	bool blocked = p != NULL && p->row.state == CONTACT_BLOCKED;
	bool doubted = p != NULL && p->row.trust == TRUST_CHANGED;
	char name[NAME_SIZE] = "";

	if (p == NULL)
		p = peer_new(n, key);
	if (p->row.nick[0] == '\0')
		strlcpy(p->row.nick, session_hello(l->session)->nick, sizeof(p->row.nick));
	if (wish[0] != '\0' && commands_bad_name(n, p, wish) == NULL)
		strlcpy(name, wish, sizeof(name));
	else if (wish[0] != '\0')
		peer_unique_name(n, p, wish, name);
	if (l->via[0] != '\0')
		peer_add_addr(p, l->via, true,
			      n->pair->theirs.target[0] != '\0' ? FOUND_TYPED : FOUND_NEARBY);
	p->row.has_new_key = false;
	peer_trust(p, TRUST_VERIFIED, HOW_CODE);
	presence_choose(p);
	commands_accept(p, name);
	/* What rested goes on in this session; what was skipped on the old one comes again. */
	if (doubted) {
		trust_hold(p);
		peer_hang_up(p, BYE_CLOSED);
	}
	peer_line(p, "Paired by code: %s is verified%s", p->row.name,
		  blocked ? _("; it was blocked until now") : "");
	return p;
}

/* ---- our code ---- */

static void
close_ours(struct pair *pr)
{
	struct session *s = pr->ours.trying;

	timer_clear(pr->node->env.loop, &pr->ours.expiry);
	sodium_memzero(&pr->ours, sizeof(pr->ours));
	tell_beacons(pr);
	if (s != NULL)
		link_close(session_user(s), BYE_NONE, "");
}

static void
void_ours(struct pair *pr, const char *why)
{
	tell(pr, false, CODE_VOID, NULL, "%s", why);
	close_ours(pr);
}

static void
ours_expired(void *arg)
{
	void_ours(arg, "ten minutes have passed");
}

static void end_join(struct pair *pr, enum code_state state, const char *why);

static bool
stop(struct pair *pr)
{
	bool any = pr->ours.open || pr->theirs.on;

	if (pr->ours.open)
		void_ours(pr, "it was taken back");
	if (pr->theirs.on)
		end_join(pr, CODE_VOID, "it was given up");
	return any;
}

static void
random_bytes(void *arg, void *buf, size_t len)
{
	node_random(arg, buf, len);
}

/* NULL if a pairing can begin, else why not. A name that a contact has is no hindrance: it may be that contact. */
static const char *
hindrance(struct node *n, const char *name)
{
	const struct peer *p = peer_named(n, name);

	if (n->nick[0] == '\0')
		return _("say your own name first");
	return name[0] != '\0' ? commands_bad_name(n, p, name) : NULL;
}

void
pair_open(struct node *n, const struct msg *m)
{
	struct pair *pr = n->pair;
	const char *why;

	if (m->b.pair.stop) {
		bool any = stop(pr);

		node_result(n, m->serial, any, NULL, "%s", any ? "" : _("no code is open"));
		return;
	}
	why = hindrance(n, m->b.pair.name);
	if (why == NULL && n->listening.family == 0)
		why = n->invisible
			      ? _("you are invisible, so nobody can call: /invisible off first")
			      : _("nobody can call: this program does not listen");
	if (why != NULL) {
		node_result(n, m->serial, false, NULL, "%s", why);
		return;
	}
	if (pr->ours.open)
		void_ours(pr, "another code takes its place");
	pr->ours.open = true;
	code_make(&pr->ours.code, random_bytes, n);
	strlcpy(pr->ours.name, m->b.pair.name, sizeof(pr->ours.name));
	pr->ours.serial = m->serial;
	pr->ours.until = node_wall(n) + PAIR_LIFETIME;
	timer_set(n->env.loop, &pr->ours.expiry, PAIR_LIFETIME, ours_expired, pr);
	node_result(n, m->serial, true, NULL, "%s", "");
	tell(pr, false, CODE_WAITING, NULL, "%s", "");
	tell_beacons(pr);
}

/* A caller that has shown nothing yet goes when another one comes, so that nobody can hold the one place; one that knows the code stays. */
bool
pair_begin(struct node *n, struct session *s, struct code *code)
{
	struct ours *o = &n->pair->ours;
	struct session *before = o->trying;

	if (!o->open || o->knows || n->stopping || n->nick[0] == '\0')
		return false;
	if (code == NULL)
		return true;
	*code = o->code;
	o->trying = s;
	if (before != NULL && before != s)
		link_close(session_user(before), BYE_NONE, "");
	return true;
}

void
pair_tried(struct node *n, struct session *s, bool knows)
{
	struct pair *pr = n->pair;
	char from[ADDR_TEXT_SIZE];

	if (pr->ours.trying != s)
		return;
	if (knows) {
		pr->ours.knows = true;
		return;
	}
	pr->ours.trying = NULL;
	pr->ours.tries++;
	addr_format(from, sizeof(from), session_peer_addr(s));
	log_info("a wrong code was tried from %s", from);
	if (pr->ours.tries >= PAIR_TRIES) {
		void_ours(pr, "three wrong codes were tried");
		return;
	}
	tell(pr, false, CODE_WAITING, NULL, "a wrong code was tried from %s: %u of %d", from,
	     pr->ours.tries, PAIR_TRIES);
}

void
pair_gone(struct node *n, const struct session *s)
{
	struct ours *o = &n->pair->ours;

	if (o->trying != s)
		return;
	o->trying = NULL;
	o->knows = false;
}

/* ---- somebody else's code ---- */

/* A call is over; whether the other side got what it needs for one guess is known now. */
static void
call_over(struct pair *pr, bool tried)
{
	struct typed *t = typed_remember(&pr->typed, &pr->theirs.code);

	pr->theirs.saving = 0;
	t->calling = false;
	t->tries += tried;
	typed_save(&pr->typed, 0);
}

/* Takes the call away. A try that it is in the middle of counts: the other side has what it needs for one guess. */
static void
drop_call(struct pair *pr)
{
	struct dial *d = pr->theirs.dial;

	if (d == NULL)
		return;
	pr->theirs.dial = NULL;
	call_over(pr, d->link != NULL && session_code_tried(d->link->session));
	dial_free(d);
}

/* The join is over; who asked for it is told. */
static void
end_join(struct pair *pr, enum code_state state, const char *why)
{
	struct theirs *t = &pr->theirs;
	struct node *n = pr->node;
	bool met = t->met;
	struct key who = t->who;

	drop_call(pr);
	tell(pr, true, state, met ? &who : NULL, "%s", why);
	node_result(n, t->serial, state == CODE_USED, met ? &who : NULL, "%s",
		    state == CODE_USED ? "" : why);
	timer_clear(n->env.loop, &t->expiry);
	timer_clear(n->env.loop, &t->again);
	timer_clear(n->env.loop, &t->alone);
	sodium_memzero(t, sizeof(*t));
}

static void
theirs_expired(void *arg)
{
	struct pair *pr = arg;

	if (pr->theirs.met)
		end_join(pr, CODE_USED, "the connection was cut at the last moment");
	else
		end_join(pr, CODE_VOID,
			 pr->theirs.target[0] != '\0' || pr->theirs.nheard > 0
				 ? N_("ten minutes have passed")
				 : N_("nobody on this network has shown that code for ten minutes: "
				      "give HOST:PORT too"));
}

static void join_done(void *arg, struct dial *d, struct link *l);

/* It is noted before it begins, as a try: what follows on it may be the end of this program, but not a new try. */
static void
call(struct pair *pr, const char *target)
{
	struct dial *d = dial_new(pr->node, NULL, NULL);

	d->has_code = true;
	d->code = pr->theirs.code;
	d->done = join_done;
	d->arg = pr;
	dial_add(d, target);
	pr->theirs.dial = d;
	typed_remember(&pr->typed, &d->code)->calling = true;
	if (++pr->saved == 0)
		pr->saved = 1;
	pr->theirs.saving = pr->saved;
	typed_save(&pr->typed, pr->saved);
}

void
pair_saved(struct node *n, const struct msg *m)
{
	struct theirs *t = &n->pair->theirs;

	if (m->type == MSG_SR_VALUE && m->serial == 0) {
		typed_load(&n->pair->typed, m->bytes != NULL ? (const char *)m->bytes : "");
	} else if (t->dial != NULL && t->saving != 0 && t->saving == m->serial) {
		t->saving = 0;
		if (m->type == MSG_SR_VALUE)
			dial_start(t->dial);
		else
			end_join(n->pair, CODE_VOID, "the database refuses it");
	}
}

/* A host is heard from its IPv4 and from its IPv6 address. One that does not know the code is not asked twice: of the addresses of one family
 * so many are left out as hosts of the other were wrong. */
static bool
may_be_known(const struct theirs *t, size_t at)
{
	bool six = t->heard[at].at[0] == '[';
	size_t before = 0, wrong = 0;

	for (size_t i = 0; i < t->nheard; i++) {
		bool same = (t->heard[i].at[0] == '[') == six;

		before += same && i < at;
		wrong += !same && t->heard[i].done;
	}
	return wrong > before;
}

/* Everybody who shows the digits was wrong, and nobody else has been heard for longer than one beacon takes. */
static void
nobody_else(void *arg)
{
	end_join(arg, CODE_VOID,
		 "the code does not fit what is open on this network: is it right?");
}

/* The next address that claims the digits. */
static void
call_next(struct pair *pr)
{
	struct theirs *t = &pr->theirs;
	bool wrong = false;

	timer_clear(pr->node->env.loop, &t->alone);
	for (size_t i = 0; t->dial == NULL && i < t->nheard; i++) {
		wrong = wrong || t->heard[i].done;
		if (!t->heard[i].done && !may_be_known(t, i)) {
			t->calling = i;
			call(pr, t->heard[i].at);
		}
	}
	if (wrong && t->dial == NULL)
		timer_set(pr->node->env.loop, &t->alone, NOBODY_ELSE, nobody_else, pr);
}

static void
call_again(void *arg)
{
	struct pair *pr = arg;

	if (pr->theirs.target[0] != '\0')
		call(pr, pr->theirs.target);
	else if (pr->theirs.met)
		call(pr, pr->theirs.heard[pr->theirs.calling].at);
	else
		call_next(pr);
}

static void
wrong_try(struct pair *pr)
{
	struct theirs *t = &pr->theirs;
	unsigned tries = typed_remember(&pr->typed, &t->code)->tries;
	char why[ADDR_TEXT_SIZE + 80];

	if (tries >= PAIR_TRIES) {
		end_join(pr, CODE_VOID, "three tries with it have failed: ask for a new one");
		return;
	}
	say_into(why, sizeof(why), "the code does not fit what %s has: %u of %d tries",
		 t->target[0] != '\0' ? t->target : t->heard[t->calling].at, tries, PAIR_TRIES);
	if (t->target[0] != '\0') {
		end_join(pr, CODE_VOID, why);
		return;
	}
	tell(pr, true, CODE_WAITING, NULL, "%s", why);
	t->heard[t->calling].done = true;
	call_next(pr);
}

/* Nobody answered, or the code is not open there. */
static void
no_answer(struct pair *pr, const char *why)
{
	struct theirs *t = &pr->theirs;
	char text[ADDR_TEXT_SIZE + 300];

	if (t->target[0] == '\0' && !t->met) {
		/* Its next beacon may have more luck; until then the others have their turn. */
		t->heard[t->calling] = t->heard[--t->nheard];
		call_next(pr);
		return;
	}
	/* If it had stood for a moment, either the last message was lost, and the code is still open there; or it was not, and the other side
	 * has us. A call or two will tell. */
	if (++t->calls < CALLS) {
		timer_set(pr->node->env.loop, &t->again, CALL_AGAIN, call_again, pr);
	} else if (t->met) {
		struct peer *p = peer_find(pr->node, &t->who);

		end_join(pr, CODE_USED,
			 "cut off at the last moment: if the other side does not see you, pair "
			 "again");
		if (p != NULL && p->link == NULL)
			peer_dial_now(p);
	} else {
		snprintf(text, sizeof(text), "%s: %s", t->target, why);
		end_join(pr, CODE_VOID, text);
	}
}

static void
join_done(void *arg, struct dial *d, struct link *l)
{
	struct pair *pr = arg;
	struct peer *p;

	pr->theirs.dial = NULL;
	call_over(pr, l == NULL && d->end == SESSION_WRONG_CODE);
	if (l == NULL) {
		if (d->end == SESSION_WRONG_CODE)
			wrong_try(pr);
		else if (d->end == SESSION_OURSELVES)
			end_join(pr, CODE_VOID, "that is your own code");
		else
			no_answer(pr, d->why);
		return;
	}
	p = peer_find(pr->node, session_key(l->session));
	/* It was removed between message 2 and CONTACT. */
	if (p == NULL) {
		link_close(l, BYE_CLOSED, "");
		end_join(pr, CODE_VOID, "the contact was removed");
		return;
	}
	end_join(pr, CODE_USED, "");
	peer_join(p, l);
}

/* NULL if this can be joined, else why not. */
static const char *
bad_join(struct node *n, const struct msg *m, const char *target)
{
	const struct typed *t = typed_find(&n->pair->typed, &m->b.join.code);
	char host[ADDR_HOSTLEN];
	const char *why = hindrance(n, m->b.join.name);
	uint16_t port;

	if (why != NULL)
		return why;
	if (n->pair->ours.open && code_equal(&n->pair->ours.code, &m->b.join.code))
		return _("that is your own code: the other side has to type it");
	if (t != NULL && t->tries >= PAIR_TRIES)
		return _("three tries with that code have failed: it is void; ask for a new one");
	if (t != NULL && typed_left(&n->pair->typed, t) == 0)
		return _("that code is older than ten minutes: it is void; ask for a new one");
	if (strlen(target) >= ADDR_TEXT_SIZE)
		return _("that host name is too long");
	if (target[0] != '\0' &&
	    !addr_split_hostport(target, host, sizeof(host), &port, DEFAULT_PORT, &why))
		return _(why);
	return NULL;
}

void
pair_join(struct node *n, const struct msg *m)
{
	struct pair *pr = n->pair;
	struct theirs *t = &pr->theirs;
	const char *target = m->bytes != NULL ? (const char *)m->bytes : "";
	const char *why = bad_join(n, m, target);
	uint64_t left;

	if (why != NULL) {
		node_result(n, m->serial, false, NULL, "%s", why);
		return;
	}
	if (t->on)
		end_join(pr, CODE_VOID, "another one takes its place");
	left = typed_left(&pr->typed, typed_remember(&pr->typed, &m->b.join.code));
	t->on = true;
	t->code = m->b.join.code;
	strlcpy(t->name, m->b.join.name, sizeof(t->name));
	strlcpy(t->target, target, sizeof(t->target));
	t->serial = m->serial;
	t->until = node_wall(n) + (int64_t)left;
	timer_set(n->env.loop, &t->expiry, left, theirs_expired, pr);
	tell(pr, true, CODE_WAITING, NULL, "%s", "");
	if (target[0] != '\0')
		call(pr, target);
	else
		discovery_look(n->discovery);
}

void
pair_heard(struct node *n, int digits, const struct addr *at)
{
	struct theirs *t = &n->pair->theirs;
	char text[ADDR_TEXT_SIZE];

	if (!t->on || t->target[0] != '\0' || digits != code_public(&t->code) ||
	    !addr_is_dialable(at) || n->stopping)
		return;
	addr_format(text, sizeof(text), at);
	for (size_t i = 0; i < t->nheard; i++)
		if (strcmp(t->heard[i].at, text) == 0)
			return;
	if (t->nheard == HEARD_MAX)
		return;
	strlcpy(t->heard[t->nheard].at, text, ADDR_TEXT_SIZE);
	t->heard[t->nheard++].done = false;
	if (!timer_is_set(&t->again))
		call_next(n->pair);
}

/* ---- sessions ---- */

bool
pair_opened(struct link *l)
{
	struct pair *pr = l->node->pair;
	struct peer *p;

	if (session_is_caller(l->session)) {
		if (!pr->theirs.on || pr->theirs.dial == NULL || pr->theirs.dial != l->dial)
			return false;
		p = take_in(l, pr->theirs.name);
		pr->theirs.met = true;
		pr->theirs.who = p->key;
		return true;
	}
	if (!pr->ours.open || pr->ours.trying != l->session)
		return false;
	/* From here on it is a session like others. */
	pr->ours.trying = NULL;
	p = take_in(l, pr->ours.name);
	tell(pr, false, CODE_USED, &p->key, "%s", "");
	close_ours(pr);
	return true;
}

void
pair_stop(struct node *n)
{
	stop(n->pair);
}

struct pair *
pair_new(struct node *n)
{
	struct pair *pr = xcalloc(1, sizeof(*pr));

	pr->node = n;
	pr->typed.node = n;
	return pr;
}

void
pair_free(struct pair *pr)
{
	struct loop *l = pr->node->env.loop;

	timer_clear(l, &pr->ours.expiry);
	timer_clear(l, &pr->theirs.expiry);
	timer_clear(l, &pr->theirs.again);
	timer_clear(l, &pr->theirs.alone);
	typed_free(&pr->typed);
	sodium_memzero(pr, sizeof(*pr));
	free(pr);
}
