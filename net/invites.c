/* invites.c - door keys beside the standing ones: invites made by hand, and contacts' keys of before that somebody still needs. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/node_int.h"
#include "src/say.h"
#include "src/text.h"
#include "src/uri.h"
#include "src/util.h"

static void
save(struct node *n, const struct msg_st_door *d)
{
	struct msg *m = msg_new(MSG_ST_DOOR);

	m->b.st_door = *d;
	node_store(n, m);
}

/* What a stranger with it meets from now on is silence. */
static void
drop(struct node *n, size_t i)
{
	struct msg_st_door d = n->doors[i];

	d.gone = true;
	save(n, &d);
	gate_remove_door(&n->gate, d.door);
	n->ndoors--;
	memmove(&n->doors[i], &n->doors[i + 1], (n->ndoors - i) * sizeof(n->doors[0]));
	explicit_bzero(&n->doors[n->ndoors], sizeof(n->doors[0]));
	explicit_bzero(&d, sizeof(d));
}

bool
invites_load(struct node *n, const struct msg_st_door *d)
{
	if (n->ndoors == DOORS_MAX || !gate_add_door(&n->gate, d->door))
		return false;
	n->doors[n->ndoors++] = *d;
	return true;
}

bool
invites_add(struct node *n, struct msg_st_door *d)
{
	d->created = node_wall(n);
	node_random(n, d->door, KEY_LEN);
	if (!invites_load(n, d))
		return false;
	save(n, d);
	return true;
}

void
invites_prune(struct node *n)
{
	int64_t now = node_wall(n);

	for (size_t i = n->ndoors; i-- > 0;)
		if (n->doors[i].expires != 0 && n->doors[i].expires <= now)
			drop(n, i);
}

static struct msg_st_door *
of_session(struct node *n, const struct session *s)
{
	const uint8_t *door = session_door(s);

	for (size_t i = 0; door != NULL && i < n->ndoors; i++)
		if (memcmp(n->doors[i].door, door, KEY_LEN) == 0)
			return &n->doors[i];
	return NULL;
}

bool
invites_welcome(struct node *n, const struct session *s)
{
	const struct key *who = session_key(s);
	const struct peer *p = peer_find(n, who);
	struct msg_st_door *d = of_session(n, s);

	/* It may have expired or been withdrawn while the handshake went on. */
	if (session_door(s) != NULL && d == NULL)
		return false;
	if (d == NULL || d->kind != DOORKEY_MADE || (p != NULL && p->row.state == CONTACT_ACCEPTED))
		return true;
	if (d->has_who)
		return key_equal(&d->who, who);
	if (d->once) {
		d->has_who = true;
		d->who = *who;
		save(n, d);
	}
	return true;
}

const char *
invites_label(struct node *n, const struct session *s)
{
	const struct msg_st_door *d = of_session(n, s);

	return d != NULL && d->kind == DOORKEY_MADE ? d->label : "";
}

void
invites_used(struct node *n, const struct key *who)
{
	for (size_t i = n->ndoors; i-- > 0;)
		if (n->doors[i].kind == DOORKEY_MADE && n->doors[i].once && n->doors[i].has_who &&
		    key_equal(&n->doors[i].who, who))
			drop(n, i);
}

/* ---- the contacts' key ---- */

/* Whether a contact may still come with an older key than the newest. Who was never here cannot have any. */
static bool
old_needed(struct node *n)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->row.state == CONTACT_ACCEPTED && p->row.last_seen != 0 &&
		    (!p->row.has_gave || memcmp(p->row.gave, n->contacts_door, KEY_LEN) != 0))
			return true;
	return false;
}

void
invites_settle(struct node *n)
{
	if (old_needed(n))
		return;
	for (size_t i = n->ndoors; i-- > 0;)
		if (n->doors[i].kind == DOORKEY_CONTACTS &&
		    memcmp(n->doors[i].door, n->contacts_door, KEY_LEN) != 0)
			drop(n, i);
}

void
invites_confirmed(struct peer *p, const uint8_t door[KEY_LEN])
{
	struct node *n = p->node;

	if (!p->mutual || memcmp(door, n->contacts_door, KEY_LEN) != 0)
		return;
	if (!p->row.has_gave || memcmp(p->row.gave, door, KEY_LEN) != 0) {
		p->row.has_gave = true;
		memcpy(p->row.gave, door, KEY_LEN);
		peer_save(p);
	}
	invites_used(n, &p->key);
	invites_settle(n);
}

/* ---- what the person asks for ---- */

static void
make(struct node *n, const struct msg *m)
{
	const struct msg_invite *ask = &m->b.invite;
	struct msg_st_door d = {.kind = DOORKEY_MADE, .once = ask->once, .has_who = ask->has_who};
	char *text;

	for (size_t i = 0; i < n->ndoors; i++)
		if (n->doors[i].number > d.number)
			d.number = n->doors[i].number;
	d.number++;
	d.expires = ask->expires_in > 0 ? node_wall(n) + ask->expires_in : 0;
	d.who = ask->who;
	memcpy(d.label, ask->label, sizeof(d.label));
	if (!invites_add(n, &d)) {
		node_result(n, m->serial, false, NULL,
			    "%d door keys are live, more are not tried: withdraw an invite first",
			    DOORS_MAX);
		return;
	}
	text = reach_invite(n, d.door, d.expires);
	node_answer(n, m->serial, text);
	explicit_bzero(&d, sizeof(d));
	free(text);
}

static void
describe(FILE *out, const struct msg_st_door *d)
{
	char when[40] = "", hex[2 * KEY_LEN + 1];
	time_t t = (time_t)(d->expires / 1000);
	struct tm tm;

	if (d->expires != 0 && localtime_r(&t, &tm) != NULL)
		strftime(when, sizeof(when), ", until %Y-%m-%d %H:%M", &tm);
	fprintf(out, "%" PRId64 "  %s%s%s%s", d->number, d->label[0] != '\0' ? "for " : "",
		d->label[0] != '\0' ? d->label
		: d->once	    ? _("for one person")
				    : _("for anybody"),
		when, d->has_who ? _(", only ") : "");
	fprintf(out, "%s\n", d->has_who ? util_hex(hex, d->who.b, KEY_LEN) : "");
}

static void
list(struct node *n, const struct msg *m)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		util_fatal("out of memory");
	for (size_t i = 0; i < n->ndoors; i++)
		if (n->doors[i].kind == DOORKEY_MADE)
			describe(out, &n->doors[i]);
	fclose(out);
	node_answer(n, m->serial, len > 0 ? text : _("No invite but the standing one is live.\n"));
	free(text);
}

/* Whom a closed invite does not keep out. */
static const char *
still(const struct node *n)
{
	switch (n->gate.state) {
	case DOOR_OPEN:
		return _("Strangers may knock without one: that is the option door.\n");
	case DOOR_LAN:
		return _(
			"People on this network may knock without one: that is the option door.\n");
	case DOOR_CLOSED:
		break;
	}
	return "";
}

static void
answer(struct node *n, const struct msg *m, const char *sentence)
{
	char text[200];

	snprintf(text, sizeof(text), "%s%s", sentence, still(n));
	node_answer(n, m->serial, text);
}

static void
withdraw(struct node *n, const struct msg *m)
{
	for (size_t i = 0; i < n->ndoors; i++)
		if (n->doors[i].kind == DOORKEY_MADE && n->doors[i].number == m->b.invite.number) {
			drop(n, i);
			answer(n, m, _("Withdrawn: whoever has it meets silence.\n"));
			return;
		}
	node_result(n, m->serial, false, NULL, "there is no such invite");
}

enum trust_how
invites_came(struct node *n, const struct session *s)
{
	const struct msg_st_door *d = of_session(n, s);

	if (d == NULL)
		return n->gate.visible ? HOW_CAME_NEARBY : HOW_CAME_OPEN;
	if (d->kind == DOORKEY_CONTACTS)
		return HOW_CAME_CONTACT;
	return d->kind == DOORKEY_MADE ? HOW_CAME_MADE : HOW_CAME_INVITE;
}

static size_t
contact_keys(const struct node *n)
{
	size_t count = 0;

	for (size_t i = 0; i < n->ndoors; i++)
		count += n->doors[i].kind == DOORKEY_CONTACTS;
	return count;
}

static void
tell_contacts(struct node *n)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->mutual)
			reach_tell(p->link);
}

/* When there were too many keys already to make another one, who was shut out last may have the newest. */
bool
invites_locked_out(const struct node *n)
{
	return contact_keys(n) < OLD_DOORS;
}

void
invites_lock_out(struct node *n)
{
	struct msg_st_door contacts = {.kind = DOORKEY_CONTACTS};

	/* Somebody has been away for long; the older keys go when they came, or by /newdoor. */
	if (contact_keys(n) >= OLD_DOORS || !invites_add(n, &contacts))
		return;
	memcpy(n->contacts_door, contacts.door, KEY_LEN);
	explicit_bzero(&contacts, sizeof(contacts));
	tell_contacts(n);
	invites_settle(n);
}

/* All that strangers hold ends at once. Contacts get the new key in their sessions; until each has it the old one is taken. */
static void
change(struct node *n, const struct msg *m)
{
	struct msg_st_door contacts = {.kind = DOORKEY_CONTACTS}, invite = {.kind = DOORKEY_INVITE};

	if (contact_keys(n) >= OLD_DOORS) {
		node_result(n, m->serial, false, NULL,
			    "it was changed too often while some contact was away; /contacts shows "
			    "who");
		return;
	}
	for (size_t i = n->ndoors; i-- > 0;)
		if (n->doors[i].kind != DOORKEY_CONTACTS)
			drop(n, i);
	(void)invites_add(n, &contacts);
	(void)invites_add(n, &invite);
	memcpy(n->contacts_door, contacts.door, KEY_LEN);
	memcpy(n->invite_door, invite.door, KEY_LEN);
	explicit_bzero(&contacts, sizeof(contacts));
	explicit_bzero(&invite, sizeof(invite));
	reach_refresh(n);
	tell_contacts(n);
	invites_settle(n);
	answer(n, m,
	       _("The door has a new key: invites given out before open nothing any more.\n"));
}

void
invites_command(struct node *n, const struct msg *m)
{
	invites_prune(n);
	switch (m->b.invite.op) {
	case INVITE_MAKE:
		make(n, m);
		break;
	case INVITE_LIST:
		list(n, m);
		break;
	case INVITE_WITHDRAW:
		withdraw(n, m);
		break;
	case INVITE_CHANGE:
		change(n, m);
		break;
	}
}
