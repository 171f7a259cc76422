/* model.c - the model's contacts, transfers and the rest, against events in tables. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/util.h"
#include "tests/model_world.h"
#include "tests/tap.h"

/* ---- contacts ---- */

static const char *
order(const struct model *m)
{
	static char out[512];

	out[0] = '\0';
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		size_t len = strlen(out);

		snprintf(out + len, sizeof(out) - len, "%s%s", i > 0 ? " " : "",
			 model_contact_at(m, i)->c.name);
	}
	return out;
}

static void
test_contacts(void)
{
	static const struct {
		const struct key *who;
		const char *name;
		enum contact_state state;
		enum link_state link;
		const char *order;
	} table[] = {
		{&bob, "bob", CONTACT_ACCEPTED, LINK_OFFLINE, "bob"},
		{&alice, "Zoë", CONTACT_ACCEPTED, LINK_OFFLINE, "bob Zoë"},
		{&carol, "Anna", CONTACT_ACCEPTED, LINK_OFFLINE, "Anna bob Zoë"},
		{&carol, "Anna", CONTACT_ACCEPTED, LINK_ONLINE, "Anna bob Zoë"},
		{&alice, "Zoë", CONTACT_ACCEPTED, LINK_ONLINE, "Anna bob Zoë"},
		{&erin, "aaa", CONTACT_REQUEST, LINK_ONLINE, "Anna bob Zoë aaa"},
		{&dave, "zzz", CONTACT_REQUEST, LINK_ONLINE, "Anna bob Zoë zzz aaa"},
		{&bob, "bob", CONTACT_BLOCKED, LINK_OFFLINE, "Anna Zoë zzz aaa bob"},
		{&dave, "zzz", CONTACT_REFUSED, LINK_OFFLINE, "Anna Zoë aaa bob"},
		{&alice, "aaaa", CONTACT_ACCEPTED, LINK_ONLINE, "aaaa Anna aaa bob"},
		{&bob, "bob", CONTACT_ACCEPTED, LINK_OFFLINE, "aaaa Anna bob aaa"},
	};
	struct model *m = model_new(take, NULL);
	size_t accepted;
	char hex[2 * KEY_LEN + 1];

	for (size_t i = 0; i < NELEM(table); i++) {
		tell_contact(m, table[i].who, table[i].name, table[i].state, table[i].link);
		is_str(order(m), table[i].order, "contacts %zu: the order of the list", i);
	}
	is_int(model_count_online(m, &accepted), 2, "two are online");
	is_int(accepted, 3, "of three");
	is_int(model_count_requests(m), 1, "one request waits");
	ok(model_contact_named(m, "ANNA") == model_contact(m, &carol), "a name in other letters");
	ok(model_contact_named(m, util_hex(hex, carol.b, KEY_LEN)) == model_contact(m, &carol),
	   "a key is a name");
	ok(model_contact_named(m, "aaa") == NULL, "a request is not found by what it claims");
	ok(model_contact_named(m, util_hex(hex, erin.b, KEY_LEN)) != NULL, "but by its key");
	ok(model_contact_named(m, util_hex(hex, dave.b, KEY_LEN)) != NULL,
	   "a refused one too, though it is not in the list");
	is_str(model_contact(m, &carol)->detail, "why", "the sentence beside a contact");
	ok(tell_gone(m, &carol) & DIRTY_CONTACTS, "a removed contact is news");
	is_str(order(m), "aaaa bob aaa", "and leaves the list");
	ok(model_contact(m, &carol) == NULL, "and the model");
	is_int(tell_gone(m, &carol), 0, "removing it again is none");
	tell_chat(m, &carol);
	ok(model_contact(m, &carol) == NULL, "a chat alone makes no contact");
	is_int(model_ncontacts(m), 3, "and none is listed");
	model_free(m);
	core_clear();
}

static unsigned
tell_device(struct model *m, const struct key *k, const char *name, const char *person,
	    enum link_state link, enum trust trust)
{
	struct msg *ev = msg_new(MSG_EV_CONTACT);
	struct msg_contact *c = &ev->b.contact;

	c->peer = *k;
	c->link = link;
	c->trust = trust;
	c->last_seen = k->b[0] * 100;
	snprintf(c->name, sizeof(c->name), "%s", name);
	if (person != NULL) {
		snprintf(c->person_name, sizeof(c->person_name), "%s", person);
		memset(c->person.b, 0x77, KEY_LEN);
	}
	return apply(m, ev);
}

static void
tell_unread(struct model *m, const struct key *k, uint32_t unread, int64_t row)
{
	struct msg *ev = msg_new(MSG_EV_CHAT);

	ev->b.chat.peer = *k;
	ev->b.chat.unread = unread;
	ev->b.chat.row = ev->b.chat.rev = ev->b.chat.unread_row = row;
	apply(m, ev);
}

static void
test_person(void)
{
	struct model *m = model_new(take, NULL);
	const struct model_contact *p;
	struct key id;
	size_t accepted;

	memset(id.b, 0x77, KEY_LEN);
	tell_device(m, &alice, "Boris phone", "Boris", LINK_OFFLINE, TRUST_VERIFIED);
	tell_device(m, &bob, "boris", "Boris", LINK_ONLINE, TRUST_PINNED);
	tell_device(m, &carol, "Borislav", NULL, LINK_OFFLINE, TRUST_PINNED);
	tell_device(m, &dave, "Anna", NULL, LINK_OFFLINE, TRUST_PINNED);
	is_str(order(m), "Anna Boris boris Boris phone Borislav",
	       "the person stands before its devices, and they before the next one");
	p = model_contact(m, &id);
	ok(p != NULL && p->c.is_person && p->c.devices == 2 && p->c.online == 1,
	   "one of two is online");
	ok(p->c.link == LINK_ONLINE && p->c.trust == TRUST_PINNED,
	   "the person is where the best of them is, and as sure as the worst");
	ok(model_contact_named(m, "BORIS") == p, "the name is the person's");
	ok(model_device_named(m, "BORIS") == model_contact(m, &bob), "and the device's");
	ok(model_device_named(m, "boris phone") == model_contact_named(m, "boris phone"),
	   "where only a device has it there is no choice");
	is_int(model_count_online(m, &accepted), 1, "somebody is online");
	is_int(accepted, 3, "of three people");
	tell_unread(m, &alice, 2, 7);
	tell_unread(m, &bob, 1, 9);
	ok(p->chat.unread == 3 && p->chat.unread_row == 7 && p->chat.newest_row == 9,
	   "what is unread with any of them is unread with the person");
	is_int(model_count_unread(m), 3, "and counted once");
	tell_device(m, &alice, "Boris phone", "Boris", LINK_OFFLINE, TRUST_CHANGED);
	is_int(model_contact(m, &id)->c.trust, TRUST_CHANGED, "one key in doubt is told of");
	tell_device(m, &alice, "Boris phone", "Bo", LINK_OFFLINE, TRUST_PINNED);
	tell_device(m, &bob, "boris", "Bo", LINK_OFFLINE, TRUST_PINNED);
	is_str(order(m), "Anna Bo boris Boris phone Borislav", "under another name");
	is_int(model_contact(m, &id)->c.link, LINK_OFFLINE, "with all of them offline it is so");
	tell_contact(m, &bob, "boris", CONTACT_BLOCKED, LINK_OFFLINE);
	is_int(model_contact(m, &id)->c.devices, 1, "who is blocked is no device of it");
	tell_gone(m, &alice);
	ok(model_contact(m, &id) == NULL, "with the last one the person goes");
	is_str(order(m), "Anna Borislav boris", "from the list, too");
	model_free(m);
	core_clear();
}

/* Contacts come and go in any order; list and keys always agree. */
static void
test_contacts_random(void)
{
	struct model *m = model_new(take, NULL);
	uint64_t seed = 7;
	bool sorted = true, found = true;

	for (int turn = 0; turn < 20000; turn++) {
		uint64_t r = test_random(&seed);
		struct key k = {{(uint8_t)(r & 63), 1}};
		char name[16];

		snprintf(name, sizeof(name), "n%u", (unsigned)(r >> 8 & 127));
		if ((r >> 20 & 7) == 0)
			tell_gone(m, &k);
		else if ((r >> 20 & 7) == 1)
			tell_chat(m, &k);
		else
			tell_contact(m, &k, name, (enum contact_state)(r >> 30 & 3),
				     (enum link_state)(r >> 40 & 1));
		for (size_t i = 1; i < model_ncontacts(m); i++) {
			const struct msg_contact *a = &model_contact_at(m, i - 1)->c,
						 *b = &model_contact_at(m, i)->c;
			static const int place[] = {0, 1, 3, 2};

			if (place[a->state] > place[b->state] ||
			    (a->state == CONTACT_ACCEPTED && b->state == CONTACT_ACCEPTED &&
			     strcmp(a->name, b->name) > 0))
				sorted = false;
			if (model_contact(m, &a->peer) != model_contact_at(m, i - 1))
				found = false;
		}
	}
	ok(sorted, "20,000 random changes: the list is always in order");
	ok(found, "and each of it is found by its key");
	model_free(m);
	core_clear();
}

/* ---- transfers ---- */

static void
test_transfers(void)
{
	static const struct {
		int64_t number;
		enum transfer_state state;
		const char *order;
	} table[] = {
		{3, TRANSFER_RUNNING, "3"},	    {5, TRANSFER_WAITING, "5 3"},
		{4, TRANSFER_DONE, "5 3 4"},	    {5, TRANSFER_FAILED, "3 5 4"},
		{7, TRANSFER_STALLED, "7 3 5 4"},   {3, TRANSFER_PAUSED, "7 3 5 4"},
		{7, TRANSFER_CANCELLED, "3 7 5 4"}, {5, TRANSFER_RUNNING, "5 3 7 4"},
	};
	struct model *m = model_new(take, NULL);
	uint64_t up, down;
	unsigned nup, ndown;
	int64_t eta;
	struct msg *ev;

	for (size_t i = 0; i < NELEM(table); i++) {
		char out[64] = "";

		tell_transfer(m, table[i].number, table[i].state, DIR_IN, 0, -1);
		for (size_t j = 0; j < model_ntransfers(m); j++)
			snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%d",
				 j > 0 ? " " : "", (int)model_transfer_at(m, j)->t.transfer);
		is_str(out, table[i].order, "transfers %zu: the order of the list", i);
	}
	is_str(model_transfer(m, 5)->what, "a.txt", "what");
	is_str(model_transfer(m, 5)->place, "/tmp/a.txt", "where to");
	is_str(model_transfer(m, 5)->reason, "", "no reason");
	is_int(model_transfer(m, 5)->nnames, 2, "two names of the offer");
	is_str(model_transfer(m, 5)->names[1], "two", "the second of them");
	tell_transfer(m, 5, TRANSFER_RUNNING, DIR_OUT, 100, 20);
	tell_transfer(m, 3, TRANSFER_RUNNING, DIR_IN, 30, 60);
	tell_transfer(m, 8, TRANSFER_RUNNING, DIR_IN, 5, 7);
	model_totals(m, &up, &down, &nup, &ndown, &eta);
	ok(up == 100 && down == 35 && nup == 1 && ndown == 2 && eta == 60,
	   "totals: rates add up, the slowest says when all are done");
	tell_transfer(m, 8, TRANSFER_RUNNING, DIR_IN, 0, -1);
	model_totals(m, &up, &down, &nup, &ndown, &eta);
	is_int(eta, -1, "one of unknown end makes the end unknown");
	ev = msg_new(MSG_EV_TRANSFER);
	ev->b.transfer.transfer = 8;
	ev->b.transfer.gone = true;
	ok(apply(m, ev) == DIRTY_TRANSFERS && model_transfer(m, 8) == NULL, "one is forgotten");
	ok(model_transfer(m, 99) == NULL, "there is no transfer 99");
	model_free(m);
}

static void
test_receipts(void)
{
	struct model_contact c;
	struct row r;
	static const struct {
		enum receipt stored;
		enum link_state link;
		int64_t seq, sent_seq;
		enum receipt shown;
	} table[] = {
		{RECEIPT_QUEUED, LINK_ONLINE, 5, 4, RECEIPT_QUEUED},
		{RECEIPT_QUEUED, LINK_ONLINE, 5, 5, RECEIPT_SENT},
		{RECEIPT_QUEUED, LINK_OFFLINE, 5, 5, RECEIPT_QUEUED},
		{RECEIPT_DELIVERED, LINK_OFFLINE, 5, 0, RECEIPT_DELIVERED},
		{RECEIPT_FAILED, LINK_ONLINE, 5, 9, RECEIPT_FAILED},
		{RECEIPT_READ, LINK_ONLINE, 5, 9, RECEIPT_READ},
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		memset(&c, 0, sizeof(c));
		memset(&r, 0, sizeof(r));
		c.c.link = table[i].link;
		c.c.sent_seq = table[i].sent_seq;
		r.state = table[i].stored;
		r.seq = table[i].seq;
		is_int(model_receipt(NULL, &c, &r), table[i].shown, "receipt %zu", i);
	}
}

static void
test_rest(void)
{
	struct model *m = model_new(take, NULL);
	struct msg *ev = msg_new(MSG_EV_SELF);
	bool error = false;

	is_str(model_invite(m), "", "no invite before it is told");
	ev->b.self.nlisten = 99;
	msg_set_bytes(ev, "p2p:x", 5);
	is_int(apply(m, ev), DIRTY_SELF, "who we are");
	is_str(model_invite(m), "p2p:x", "the invite");
	is_int(model_self(m)->nlisten, CONTACT_ADDRS, "a count is never beyond its array");
	ok(!model_ready(m), "not ready");
	is_int(apply(m, msg_new(MSG_EV_READY)), DIRTY_READY, "ready");
	ok(model_ready(m), "and stays so");
	ev = msg_set_bytes(msg_new(MSG_EV_NOTICE), "Look out.", 9);
	ev->b.notice.error = true;
	is_int(apply(m, ev), DIRTY_NOTICE, "a notice");
	is_str(model_notice(m, &error), "Look out.", "its sentence");
	ok(error, "its kind");
	is_int(apply(m, msg_new(MSG_EV_RESULT)), DIRTY_RESULT, "a result is for the caller");
	is_int(apply(m, msg_new(MSG_EV_STOPPED)), DIRTY_STOPPED, "the end");
	is_int(apply(m, msg_new(MSG_CMD_SAY)), 0, "what is no event changes nothing");
	model_free(m);
}

int
main(void)
{
	test_contacts();
	test_person();
	test_contacts_random();
	test_transfers();
	test_receipts();
	test_rest();
	core_clear();
	return done_testing();
}
