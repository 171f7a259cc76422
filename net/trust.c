/* trust.c - a contact whose key is in doubt: how that is noticed, what rests until the person has decided, and what a decision does. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/node_int.h"
#include "src/kept.h"
#include "src/say.h"
#include "src/util.h"

/* A contact is its key, so a key does not change by itself. It comes into doubt in three ways:
 *
 * - trust began with an address, and there another key answers while the contact is not connected. Only there: at any other address
 *   a foreign key just drops the address, so that nobody on the network can stop a conversation;
 * - the contact itself announces another key, inside a session with its old one, and proves that it has both;
 * - the person compared safety numbers, and they differ.
 *
 * From then on nothing is sent to it (what it says still arrives) until the person has compared numbers again. Whoever holds the new key gets
 * nothing out of this: it stays a stranger until then. */

bool
peer_sends(const struct peer *p)
{
	return p->mutual && p->row.trust != TRUST_CHANGED;
}

static const char *
doubt_line(enum trust_how how)
{
	if (how == HOW_ANSWERED)
		return _("another key answers where this contact was first reached");
	return how == HOW_SUCCESSOR ? _("this contact has announced a new key")
				    : _("you said that the safety numbers differ");
}

void
trust_doubt(struct peer *p, enum trust_how how, const struct key *new_key)
{
	bool first = p->row.trust != TRUST_CHANGED;
	bool same = new_key == NULL ? !p->row.has_new_key
				    : p->row.has_new_key && key_equal(&p->row.new_key, new_key);

	if (!first && same)
		return;
	if (first) {
		p->row.trust_was = p->row.trust;
		p->row.how_was = p->row.how;
		p->row.since_was = p->row.trust_since;
	}
	peer_trust(p, TRUST_CHANGED, how);
	p->row.has_new_key = new_key != NULL;
	p->row.new_key = new_key != NULL ? *new_key : (struct key){{0}};
	trust_hold(p);
	if (p->mutual)
		transfers_offline(p->node->transfers, &p->key);
	peer_line(p, "⚠ %s's key: %s. Nothing is sent until you have looked: /verify", p->row.name,
		  doubt_line(how));
	node_notice(p->node, true, &p->key, "⚠ %s's key: %s. Sending is paused.", p->row.name,
		    doubt_line(how));
	peer_save(p);
	peer_emit(p);
}

void
trust_hold(struct peer *p)
{
	char *why = kept_new("check %s's new key", p->row.name);

	transfers_hold(p->node->transfers, &p->key, p->row.trust == TRUST_CHANGED ? why : NULL);
	free(why);
}

bool
trust_met(struct peer *p, const char *target, const struct key *found)
{
	if (found == NULL || p->row.added_at[0] == '\0' || strcmp(p->row.added_at, target) != 0 ||
	    p->link != NULL)
		return false;
	trust_doubt(p, HOW_ANSWERED, found);
	return true;
}

/* ---- decisions ---- */

/* What rested goes on, in a session of its own: what was skipped meanwhile comes again. */
static void
settle(struct peer *p)
{
	p->row.has_new_key = false;
	trust_hold(p);
	peer_save(p);
	peer_hang_up(p, BYE_CLOSED);
	p->failures = 0;
	peer_dial_now(p);
	peer_emit(p);
}

/* The contact goes on under another key, with all that was said. */
static void
move(struct peer *p, struct peer *stranger)
{
	struct node *n = p->node;
	struct msg *st = msg_new(MSG_ST_MOVE), *ev = msg_new(MSG_EV_CONTACT);
	struct key from = p->key, to = p->row.new_key;

	if (stranger != NULL)
		peer_remove(stranger);
	peer_hang_up(p, BYE_NONE);
	st->b.st_move.from = from;
	st->b.st_move.to = to;
	node_store(n, st);
	peer_rekey(p, &to);
	/* What opened the old one's door, and what the old one has of ours. */
	p->row.has_door = p->row.has_gave = p->row.has_heir = false;
	explicit_bzero(p->row.door, sizeof(p->row.door));
	explicit_bzero(p->row.heir_shared, sizeof(p->row.heir_shared));
	memset(&p->twin, 0, sizeof(p->twin));
	peer_trust(p, TRUST_VERIFIED, HOW_NUMBERS);
	peer_line(p,
		  "✓ %s has a new key now, verified by its safety number. The old one is not taken "
		  "any more.",
		  p->row.name);
	transfers_move(n->transfers, &from, &to);
	settle(p);
	peer_emit_chat(p);
	ev->b.contact.peer = from;
	ev->b.contact.gone = ev->b.contact.moved = true;
	ev->b.contact.new_key = to;
	node_emit(n, ev);
}

static const char *
match(struct peer *p)
{
	struct peer *other = p->row.has_new_key ? peer_find(p->node, &p->row.new_key) : NULL;
	bool was_held = p->row.trust == TRUST_CHANGED;

	if (other != NULL && other->row.state == CONTACT_ACCEPTED)
		return _("another contact of yours has that key already");
	if (p->row.has_new_key) {
		move(p, other);
		return NULL;
	}
	peer_trust(p, TRUST_VERIFIED, HOW_NUMBERS);
	peer_line(p, "✓ You compared safety numbers with %s: they match.", p->row.name);
	if (was_held) {
		settle(p);
	} else {
		peer_save(p);
		peer_emit(p);
	}
	return NULL;
}

/* With a new key: it is not taken, and all is as it was. Without: somebody stands between the two. */
static const char *
differ(struct peer *p)
{
	if (!p->row.has_new_key) {
		trust_doubt(p, HOW_DIFFER, NULL);
		return NULL;
	}
	/* Where the wrong one answers there is nothing to look for, and nothing to ask again. */
	if (p->row.how == HOW_ANSWERED) {
		peer_drop_addr(p, p->row.added_at);
		p->row.added_at[0] = '\0';
	}
	p->row.trust = p->row.trust_was;
	p->row.how = p->row.how_was;
	p->row.trust_since = p->row.since_was;
	peer_line(p, "The new key was not taken: %s is held to the old one.", p->row.name);
	settle(p);
	return NULL;
}

const char *
trust_decide(struct peer *p, enum contact_op op, const char *compared)
{
	const struct key *now = p->row.has_new_key ? &p->row.new_key : &p->key;
	struct key seen;

	if (p->row.state != CONTACT_ACCEPTED)
		return _("that is not a contact yet");
	/* The number on the screen may be that of a key which has been replaced since. */
	if (strlen(compared) != 2 * KEY_LEN || !util_unhex(seen.b, KEY_LEN, compared) ||
	    !key_equal(&seen, now))
		return _("the key is another one by now: compare the number again");
	return op == OP_MATCH ? match(p) : differ(p);
}
