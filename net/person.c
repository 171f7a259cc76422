/* person.c - persons with several devices: contacts that share a name of the user's, and what is asked of all of them at once. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "net/node_int.h"
#include "src/text.h"
#include "src/util.h"

/* A person is nothing but a random id and a name in the rows of its devices. It is there as long as one of them is. Nothing that a peer
 * says has a part in it. */

static const struct key nobody;

static bool
is_device(const struct peer *p, const struct key *id)
{
	return key_equal(&p->row.person, id) && p->row.state == CONTACT_ACCEPTED;
}

static bool
has_person(const struct peer *p)
{
	return !key_equal(&p->row.person, &nobody);
}

bool
person_is(struct node *n, const struct key *id)
{
	struct peer *p;

	if (key_equal(id, &nobody))
		return false;
	RB_FOREACH (p, peer_tree, &n->peers)
		if (is_device(p, id))
			return true;
	return false;
}

bool
person_name_taken(struct node *n, const struct peer *except, const char *name)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (has_person(p) && text_fold_equal(p->row.person_name, name) &&
		    (except == NULL || !key_equal(&except->row.person, &p->row.person)))
			return true;
	return false;
}

/* ---- who belongs together ----------------------------------------------------------------------------------------------- */

/* The person of that name; false if there is none. */
static bool
find(struct node *n, const char *name, struct key *id, size_t *devices)
{
	struct peer *p;

	*devices = 0;
	RB_FOREACH (p, peer_tree, &n->peers)
		if (has_person(p) && text_fold_equal(p->row.person_name, name)) {
			*id = p->row.person;
			++*devices;
		}
	return *devices != 0;
}

/* NULL if the person of this id may be called that. The name may be that of one of its devices. */
static const char *
bad_name(struct node *n, const struct peer *device, const struct key *id, const char *name)
{
	const char *why = commands_bad_words(name);
	struct peer *p;

	if (why != NULL)
		return why;
	RB_FOREACH (p, peer_tree, &n->peers)
		if (p != device && p->row.state == CONTACT_ACCEPTED &&
		    text_fold_equal(p->row.name, name) && !key_equal(&p->row.person, id))
			return "a contact that is no device of that person has that name";
	return NULL;
}

/* What was being typed to somebody who is no more. */
static void
forget(struct node *n, const struct key *id)
{
	struct msg *m;
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (key_equal(&p->row.person, id))
			return;
	m = msg_new(MSG_ST_FORGET);
	m->b.st_peer.peer = *id;
	node_store(n, m);
}

void
person_leave(struct peer *p)
{
	struct key id = p->row.person;

	if (!has_person(p))
		return;
	p->row.person = nobody;
	memset(p->row.person_name, 0, sizeof(p->row.person_name));
	/* First: the store gives the number of a person that is forgotten to somebody else. */
	peer_save(p);
	forget(p->node, &id);
}

/* Somebody who only claims that name, and waits, is shown under another. */
static void
make_room(struct node *n, const char *name)
{
	struct peer *other = peer_named(n, name);

	if (other == NULL || other->row.state == CONTACT_ACCEPTED)
		return;
	peer_unique_name(n, other, other->row.nick, other->row.name);
	peer_save(other);
	peer_emit(other);
}

static const char *
person_set(struct peer *p, const char *name)
{
	struct node *n = p->node;
	struct key id, was = p->row.person;
	const char *why;
	size_t devices;

	if (p->row.state != CONTACT_ACCEPTED)
		return "that is not a contact yet";
	if (name[0] == '\0') {
		person_leave(p);
		peer_emit(p);
		return NULL;
	}
	if (!find(n, name, &id, &devices))
		node_random(n, id.b, KEY_LEN);
	else if (key_equal(&id, &was))
		return NULL;
	if ((why = bad_name(n, p, &id, name)) != NULL)
		return why;
	if (devices >= PERSON_DEVICES)
		return "that person has as many devices as one may have";
	p->row.person = id;
	strlcpy(p->row.person_name, name, sizeof(p->row.person_name));
	peer_save(p);
	peer_emit(p);
	if (!key_equal(&was, &nobody))
		forget(n, &was);
	make_room(n, name);
	return NULL;
}

const char *
person_group(struct peer *p, const struct msg *m)
{
	const struct msg_contact_op *op = &m->b.contact_op;
	const char *why = NULL;
	struct key key;

	for (size_t at = 0; at + KEY_LEN <= m->len; at += KEY_LEN) {
		const struct peer *other;

		memcpy(key.b, m->bytes + at, KEY_LEN);
		other = peer_find(p->node, &key);
		if (other == NULL || other->row.state != CONTACT_ACCEPTED)
			return "no such contact";
	}
	why = person_set(p, op->name);
	for (size_t at = 0; why == NULL && at + KEY_LEN <= m->len; at += KEY_LEN) {
		memcpy(key.b, m->bytes + at, KEY_LEN);
		why = person_set(peer_find(p->node, &key), op->name);
	}
	return why;
}

static const char *
rename_person(struct node *n, const struct key *id, const char *name)
{
	const char *why = bad_name(n, NULL, id, name);
	struct key other;
	struct peer *p;
	size_t devices;

	if (why != NULL)
		return why;
	if (find(n, name, &other, &devices) && !key_equal(&other, id))
		return "another person has that name";
	RB_FOREACH (p, peer_tree, &n->peers) {
		if (!key_equal(&p->row.person, id))
			continue;
		strlcpy(p->row.person_name, name, sizeof(p->row.person_name));
		peer_save(p);
		peer_emit(p);
	}
	make_room(n, name);
	return NULL;
}

/* ---- what is asked of all of them --------------------------------------------------------------------------------------- */

/* Done once one of them could do it: a device of which no address is known cannot be called, and that is no news. */
static const char *
each(struct node *n, const struct msg *m, const struct key *id)
{
	const char *first = NULL, *why;
	struct peer *p, *next;
	bool done = false;

	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next) {
		if (!is_device(p, id))
			continue;
		why = commands_operate(p, m);
		done = done || why == NULL;
		first = first != NULL ? first : why;
	}
	return done ? NULL : first;
}

const char *
person_operate(struct node *n, const struct msg *m)
{
	const struct msg_contact_op *op = &m->b.contact_op;

	switch (op->op) {
	case OP_RENAME:
		return rename_person(n, &op->peer, op->name);
	case OP_PERSON:
		if (op->name[0] != '\0')
			return "that is a person already";
		return each(n, m, &op->peer);
	case OP_BLOCK:
	case OP_CONNECT:
	case OP_DISCONNECT:
	case OP_READ:
	case OP_TYPING:
	case OP_LIMIT:
	case OP_AUTO:
	case OP_CLEAR:
	case OP_KEEP:
		return each(n, m, &op->peer);
	case OP_ACCEPT:
	case OP_REFUSE:
	case OP_UNBLOCK:
	case OP_REMOVE:
	case OP_ADDRESS:
	case OP_MATCH:
	case OP_DIFFER:
		break;
	}
	return "that is a person with several devices: say which one";
}

void
person_each(struct node *n, const struct key *id, const struct msg *m,
	    void (*obey)(struct node *n, const struct msg *m, const struct key *device))
{
	struct msg copy = *m;
	struct peer *p, *next;

	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next) {
		if (!is_device(p, id))
			continue;
		obey(n, &copy, &p->key);
		/* The command is answered once. */
		copy.serial = 0;
	}
}
