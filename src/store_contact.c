/* store_contact.c - contacts in the database, in whatever state, and what is left of those that are removed. */
#include "config.h"

#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

/* Stands before an address of struct msg_st_contact's other list. */
#define STOOD 31

/* The addresses as one value: strings, each ended by a NUL. How one was found stands before it as a byte below the blank, from 1; no
 * address begins with such a byte. Returns the length. */
static size_t
pack_addrs(const struct msg_st_contact *c, char *out)
{
	size_t len = 0;

	for (uint32_t i = 0; i < c->naddrs && i < CONTACT_ADDRS; i++) {
		size_t n = strnlen(c->addrs[i], ADDR_TEXT_SIZE - 1);

		if (c->found[i] != FOUND_UNKNOWN)
			out[len++] = (char)(1 + c->found[i]);
		memcpy(out + len, c->addrs[i], n);
		out[len + n] = '\0';
		len += n + 1;
	}
	for (uint32_t i = 0; i < c->nstood && i < CONTACT_ADDRS; i++) {
		out[len++] = STOOD;
		addr_format_ip(out + len, ADDR_TEXT_SIZE, &c->stood[i]);
		len += strlen(out + len) + 1;
	}
	return len;
}

/* One of them, without the NUL. What is damaged is left out. */
static void
unpack_addr(struct msg_st_contact *c, const char *p, size_t n)
{
	int mark = n != 0 && *p > 0 && *p < ' ' ? *p : 0;
	char text[ADDR_TEXT_SIZE];

	if (mark != 0) {
		p++;
		n--;
	}
	if (n == 0 || n >= sizeof(text))
		return;
	memcpy(text, p, n);
	text[n] = '\0';
	if (mark == STOOD) {
		if (c->nstood < CONTACT_ADDRS && addr_parse_ip(&c->stood[c->nstood], text))
			c->nstood++;
	} else if (c->naddrs < CONTACT_ADDRS) {
		c->found[c->naddrs] =
			mark != 0 ? (uint8_t)store_enum(mark - 1, FOUND_CALLED, FOUND_UNKNOWN)
				  : FOUND_UNKNOWN;
		memcpy(c->addrs[c->naddrs++], text, n + 1);
	}
}

static void
unpack_addrs(struct msg_st_contact *c, const char *p, size_t len)
{
	size_t n;

	for (; len != 0 && (n = strnlen(p, len)) < len; p += n + 1, len -= n + 1)
		unpack_addr(c, p, n);
}

/* 32 bytes, or nothing. */
static void
put_key(struct db_query *q, bool there, const uint8_t key[KEY_LEN])
{
	if (there)
		db_put_bytes(q, key, KEY_LEN);
	else
		db_put_null(q);
}

/* Into `both`, which has to stay until the statement has run. */
static void
put_heir(struct db_query *q, const struct msg_st_contact *c, uint8_t both[2 * KEY_LEN])
{
	memcpy(both, c->heir.b, KEY_LEN);
	memcpy(both + KEY_LEN, c->heir_shared, KEY_LEN);
	if (c->has_heir)
		db_put_bytes(q, both, 2 * KEY_LEN);
	else
		db_put_null(q);
}

static void
get_heir(struct db_query *q, struct msg_st_contact *c)
{
	uint8_t both[2 * KEY_LEN];

	c->has_heir = store_get_exact(q, both, sizeof(both));
	memcpy(c->heir.b, both, KEY_LEN);
	memcpy(c->heir_shared, both + KEY_LEN, KEY_LEN);
	explicit_bzero(both, sizeof(both));
}

/* The person it is a device of, with a number; NULL for none. False if the database failed. */
static bool
person_of(struct store *s, const struct msg_st_contact *c, struct chat **person)
{
	static const struct key nobody;

	*person = NULL;
	if (key_equal(&c->person, &nobody))
		return true;
	*person = store_chat(s, &c->person);
	if (*person == NULL || !store_number(s, *person))
		return false;
	(*person)->person = true;
	return true;
}

bool
store_contact(struct store *s, const struct msg *m)
{
	const struct msg_st_contact *c = &m->b.st_contact;
	char addrs[2 * CONTACT_ADDRS * (ADDR_TEXT_SIZE + 1)];
	struct chat *chat = store_chat(s, &c->peer), *person;
	uint8_t both[2 * KEY_LEN];
	struct db_query *q;
	bool good;

	if (chat == NULL || !store_number(s, chat) || !person_of(s, c, &person))
		return false;
	q = db_query(s->db, SQL_CONTACT_PUT);
	db_put_int(q, chat->peer);
	db_put_bytes(q, c->name, strnlen(c->name, sizeof(c->name)));
	db_put_bytes(q, c->nick, strnlen(c->nick, sizeof(c->nick)));
	db_put_bytes(q, m->bytes, m->len);
	db_put_int(q, c->state);
	db_put_int(q, c->trust);
	db_put_int(q, c->added);
	db_put_int(q, c->last_seen);
	db_put_int(q, c->trust_since);
	db_put_int(q, c->added_by_address);
	put_key(q, c->has_door, c->door);
	db_put_bytes(q, addrs, pack_addrs(c, addrs));
	db_put_int(q, c->how);
	db_put_int(q, c->trust_was);
	db_put_int(q, c->how_was);
	db_put_int(q, c->since_was);
	put_key(q, c->has_new_key, c->new_key.b);
	db_put_bytes(q, c->added_at, strnlen(c->added_at, sizeof(c->added_at)));
	put_key(q, c->has_gave, c->gave);
	db_put_int(q, person != NULL ? person->peer : 0);
	db_put_bytes(q, c->person_name, strnlen(c->person_name, sizeof(c->person_name)));
	put_heir(q, c, both);
	chat->contact = true;
	if (m->serial != 0)
		store_reply(s, m, MSG_SR_SAVED)->b.st_peer.peer = c->peer;
	good = db_run(q);
	explicit_bzero(both, sizeof(both));
	return good;
}

static bool
drop(struct store *s, enum store_statement statement, int64_t peer)
{
	struct db_query *q = db_query(s->db, statement);

	db_put_int(q, peer);
	return db_run(q);
}

/* What stays of a removed contact is its number, the next seq and the ids (store.h says why); nothing at all if no message was ever
 * exchanged. */
bool
store_forget(struct store *s, const struct msg *m)
{
	struct chat *c = store_chat(s, &m->b.st_peer.peer);

	if (c == NULL)
		return false;
	if (c->peer == 0)
		return true;
	c->row = c->rev = c->read_row = c->unread = c->unread_row = c->waiting = 0;
	c->timer_mine = c->timer_theirs = c->timer_least = 0;
	c->keep = KEEP_DEFAULT;
	c->contact = c->tell = false;
	c->changed = true;
	s->settle = true;
	if (!store_write_back(s) || !drop(s, SQL_CONTACT_DROP, c->peer) ||
	    !drop(s, SQL_VERSIONS_DROP_ALL, c->peer) || !drop(s, SQL_MESSAGES_DROP, c->peer) ||
	    !drop(s, SQL_WENT_DROP_ALL, c->peer) || !drop(s, SQL_TRANSFERS_DROP, c->peer) ||
	    !store_drop_typed(s, c) || !drop(s, SQL_PEER_DROP, c->peer))
		return false;
	if (db_changes(s->db) != 0)
		c->peer = 0;
	return true;
}

/* What the new key may have said long ago, before it was removed, is remembered: its ids join those of the contact. */
bool
store_move_contact(struct store *s, const struct msg *m)
{
	struct chat *c = store_chat(s, &m->b.st_move.from), *other;
	struct db_query *q;

	if (c == NULL || (other = store_chat(s, &m->b.st_move.to)) == NULL)
		return false;
	if (c->peer == 0 || !c->contact || other->contact || c == other) {
		store_refuse(s, m, STORE_NO_CONTACT);
		return true;
	}
	if (!store_write_back(s))
		return false;
	if (other->peer != 0) {
		q = db_query(s->db, SQL_IDS_MOVE);
		db_put_int(q, c->peer);
		db_put_int(q, other->peer);
		if (!db_run(q) || !drop(s, SQL_IDS_DROP, other->peer) ||
		    !drop(s, SQL_PEER_GONE, other->peer))
			return false;
		if (other->next_seq > c->next_seq)
			c->next_seq = other->next_seq;
	}
	q = db_query(s->db, SQL_PEER_REKEY);
	db_put_bytes(q, m->b.st_move.to.b, KEY_LEN);
	db_put_int(q, c->peer);
	if (!db_run(q))
		return false;
	store_rekey(s, c, &m->b.st_move.to);
	/* Its seqs begin anew, and it has agreed to nothing yet. */
	c->seen_seq = 0;
	c->timer_mine = c->timer_theirs = 0;
	c->changed = c->tell = true;
	return true;
}

/* The columns of CONTACTS_ALL behind the key. */
static void
read_contact(struct db_query *q, struct msg *contact, struct msg_chat *chat)
{
	struct msg_st_contact *c = &contact->b.st_contact;
	const void *p;
	size_t n;
	int64_t unread;

	store_get_string(q, c->name, sizeof(c->name));
	store_get_string(q, c->nick, sizeof(c->nick));
	p = db_get_bytes(q, &n);
	msg_set_bytes(contact, p, n);
	c->state = (enum contact_state)store_enum(db_get_int(q), CONTACT_BLOCKED, CONTACT_BLOCKED);
	c->trust = (enum trust)store_enum(db_get_int(q), TRUST_CHANGED, TRUST_STRANGER);
	c->added = db_get_int(q);
	c->last_seen = db_get_int(q);
	c->trust_since = db_get_int(q);
	c->added_by_address = db_get_int(q) != 0;
	c->has_door = store_get_exact(q, c->door, sizeof(c->door));
	p = db_get_bytes(q, &n);
	unpack_addrs(c, p, n);
	c->how = (enum trust_how)store_enum(db_get_int(q), HOW_MAX, HOW_UNKNOWN);
	c->trust_was = (enum trust)store_enum(db_get_int(q), TRUST_VERIFIED, TRUST_STRANGER);
	c->how_was = (enum trust_how)store_enum(db_get_int(q), HOW_MAX, HOW_UNKNOWN);
	c->since_was = db_get_int(q);
	c->has_new_key = store_get_exact(q, c->new_key.b, KEY_LEN);
	store_get_string(q, c->added_at, sizeof(c->added_at));
	c->has_gave = store_get_exact(q, c->gave, KEY_LEN);
	store_get_exact(q, c->person.b, KEY_LEN);
	store_get_string(q, c->person_name, sizeof(c->person_name));
	get_heir(q, c);
	chat->peer = c->peer;
	chat->row = db_get_int(q);
	chat->rev = db_get_int(q);
	unread = db_get_int(q);
	chat->unread = unread < 0 || unread > UINT32_MAX ? 0 : (uint32_t)unread;
	chat->unread_row = db_get_int(q);
	chat->seen_seq = db_get_int(q);
	chat->read_seq = db_get_int(q);
	chat->waiting = (uint32_t)store_enum(db_get_int(q), INT32_MAX, 0);
	chat->keep = store_keep_of(db_get_int(q));
	chat->timer_mine = (uint32_t)store_enum(db_get_int(q), TIMER_MAX, 0);
	chat->timer_theirs = (uint32_t)store_enum(db_get_int(q), TIMER_MAX, 0);
}

bool
store_load_contacts(struct store *s, const struct msg *m)
{
	struct db_query *q = db_query(s->db, SQL_CONTACTS_ALL);

	while (db_next(q)) {
		struct msg *contact;
		struct msg_chat chat;
		struct key key = {.b = {0}};

		if (!store_get_exact(q, key.b, KEY_LEN))
			continue;
		contact = store_reply(s, m, MSG_SR_CONTACT);
		contact->b.st_contact.peer = key;
		read_contact(q, contact, &chat);
		store_reply(s, m, MSG_SR_CHAT)->b.sr_chat.chat = chat;
	}
	return db_end(q);
}
