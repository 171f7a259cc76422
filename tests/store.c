/* store.c - what the store promises: exactly once, order, numbers never given twice, counts, contacts, transfers. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

/* A contact's door key counts once it is on disk. */
static void
test_saved(void)
{
	struct store *s = open_store(tmp_path("saved.db"));
	struct msg *asking = contact_msg(30, "eve");
	struct key eve = nth_key(30);
	const struct msg *m;

	asking->serial = 17;
	apply(s, contact_msg(31, "fay"), asking);
	m = answer(MSG_SR_SAVED);
	ok(m != NULL && m->serial == 17 && key_equal(&m->b.st_peer.peer, &eve),
	   "a contact saved with a serial is answered");
	ok(no_more(), "one without is not");
	store_close(s);
}

static void
test_say(struct store *s)
{
	const struct msg *m;

	apply(s, contact_msg(1, "ada"), say_msg(1, 1, "one"), say_msg(1, 2, "two"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 1 && m->b.st_row.row == 1 && m->b.st_row.fresh,
	   "the first message has seq 1 and row 1");
	is_int(m->serial, 1, "and its request's serial");
	is_str((const char *)m->bytes, "one", "and its text");
	is_int(m->b.st_row.wire_type, 16, "and its frame type");
	ok(!m->b.st_row.failed && m->b.st_row.dir == DIR_OUT && m->b.st_row.kind == ROW_TEXT,
	   "as an outgoing text");
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 2 && m->b.st_row.row == 2, "the second follows");
	ok(chat_is(1, 2, 2, 0, 0), "one SR_CHAT for both");
	ok(no_more(), "and nothing else");

	apply(s, say_msg(1, 1, "one again"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 1 && m->b.st_row.row == 1 && !m->b.st_row.fresh,
	   "the same id again is answered as said");
	ok(no_more(), "and changes nothing");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 10), "one two", "there are two rows");

	apply(s, say_msg(9, 3, "hello"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.failed && m->len != 0, "a stranger cannot be written to");
	is_int(m->b.st_row.row, 0, "and no row is given");
	ok(no_more(), "nothing else is said about it");
}

static void
test_got(struct store *s)
{
	const struct msg *m;

	apply(s, contact_msg(2, "bob"), got_msg(2, 1, 41, "hi"), got_msg(2, 2, 42, "there"),
	      got_msg(2, 1, 41, "hi"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.fresh && m->b.st_row.row == 3, "an incoming message is fresh");
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.fresh && m->b.st_row.row == 4, "the next one too");
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.row == 3,
	   "the same one in the same group is not");
	ok(chat_is(2, 4, 4, 2, 3), "two are unread, from row 3 on");
	ok(no_more(), "one SR_CHAT");

	apply(s, got_msg(2, 2, 42, "changed"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.seq == 42,
	   "a known id in a later group is not fresh");
	ok(no_more(), "and no chat changed");
	is_str(page_texts(s, 2, PAGE_AFTER, 0, 10), "hi there", "the first text stays");

	apply(s, got_msg(1, 1, 7, "same id, other contact"), say_msg(2, 1, "same id, out"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.fresh, "ids are each contact's own");
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.fresh && m->b.st_row.seq == 1, "and each direction's");
	apply(s, got_msg(9, 1, 1, "who?"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && m->b.st_row.failed && !m->b.st_row.fresh,
	   "nothing is kept from one who is no contact");
}

static void
test_read(struct store *s)
{
	int64_t first;
	const struct msg *m;

	apply(s, contact_msg(3, "cy"), got_msg(3, 1, 1, "a"), say_msg(3, 90, "b"),
	      got_msg(3, 2, 2, "c"), line_msg(3, "d"), got_msg(3, 3, 3, "e"));
	m = answer(MSG_SR_GOT);
	first = m != NULL ? m->b.st_row.row : 0;
	for (int i = 0; i < 4; i++)
		answer(i == 0 || i == 2 ? MSG_SR_SAID : MSG_SR_GOT);
	ok(chat_is(3, first + 4, first + 4, 3, first), "own messages and notes are not unread");
	apply(s, read_msg(3, first));
	ok(chat_is(3, first + 4, first + 4, 2, first + 2), "reading the first leaves two");
	apply(s, read_msg(3, first - 1));
	ok(chat_is(3, first + 4, first + 4, 2, first + 2), "what was read stays read");
	apply(s, read_msg(3, first + 3));
	ok(chat_is(3, first + 4, first + 4, 1, first + 4), "up to the note: one is left");
	apply(s, read_msg(3, INT64_MAX));
	ok(chat_is(3, first + 4, first + 4, 0, 0), "reading all leaves none");
	apply(s, got_msg(3, 4, 4, "f"));
	answer(MSG_SR_GOT);
	ok(chat_is(3, first + 5, first + 5, 1, first + 5), "one that comes later is unread");
	apply(s, read_msg(8, 1));
	m = answer(MSG_SR_FAILED);
	ok(m != NULL && m->b.sr_failed.type == MSG_ST_READ && m->len != 0,
	   "reading a chat that is none is refused in words");
}

/* texts of the outbox from there on, and whether there is more */
static const char *
outbox(struct store *s, unsigned peer, int64_t after, uint32_t count)
{
	static char texts[256];
	struct msg *m;
	size_t n = 0;

	texts[0] = '\0';
	apply(s, outbox_msg(peer, after, count));
	while ((m = queue_pop(answers())) != NULL) {
		if (m->type == MSG_SR_OUT)
			n += (size_t)snprintf(texts + n, sizeof(texts) - n, "%lld:%.8s ",
					      (long long)m->b.st_row.seq, (const char *)m->bytes);
		else
			n += (size_t)snprintf(texts + n, sizeof(texts) - n, "%u/%lld%s",
					      m->b.st_outbox.count, (long long)m->b.st_outbox.after,
					      m->b.st_outbox.more ? "+" : "");
		msg_free(m);
	}
	return texts;
}

static enum receipt
state_of(struct store *s, unsigned peer, unsigned i)
{
	struct msg *m = page(s, peer, PAGE_AFTER, 0, 100);
	struct row r = {.state = RECEIPT_SENT};

	page_row(m, i, &r);
	msg_free(m);
	return r.state;
}

static void
test_outbox(struct store *s)
{
	const struct msg *m;
	int64_t rev = 0;

	apply(s, contact_msg(4, "di"), say_msg(4, 11, "a"), say_msg(4, 12, "b"),
	      line_msg(4, "note"), say_msg(4, 13, "c"), say_msg(4, 14, "d"));
	is_str(outbox(s, 4, 0, 10), "1:a 2:b 3:c 4:d 4/4", "all wait, in seq order");
	is_str(outbox(s, 4, 0, 2), "1:a 2:b 2/2+", "part of it, and more");
	is_str(outbox(s, 4, 2, 2), "3:c 4:d 2/4", "the rest");
	is_str(outbox(s, 4, 4, 2), "0/4", "nothing behind the last");
	is_str(outbox(s, 9, 0, 2), "0/0", "nothing for a stranger");

	apply(s, acked_msg(4, RECEIPT_DELIVERED, 12, 2));
	m = answer(MSG_SR_ACKED);
	ok(m != NULL && m->len == 2 * ID_LEN && m->b.st_acked.state == RECEIPT_DELIVERED,
	   "SR_ACKED with the ids");
	m = answer(MSG_SR_CHAT);
	ok(m != NULL, "and the chat changed");
	if (m != NULL)
		rev = m->b.sr_chat.chat.rev;
	is_str(outbox(s, 4, 0, 10), "1:a 4:d 2/4", "what is delivered does not go out again");
	is_int(state_of(s, 4, 1), RECEIPT_DELIVERED, "it is delivered");

	apply(s, acked_msg(4, RECEIPT_DELIVERED, 12, 2));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "acknowledged twice: answered, unchanged");
	apply(s, acked_msg(4, RECEIPT_FAILED, 12, 1));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "delivered never becomes failed");
	apply(s, acked_msg(4, RECEIPT_QUEUED, 12, 1));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "nor queued");
	apply(s, acked_msg(4, RECEIPT_READ, 12, 1));
	ok(answer(MSG_SR_ACKED) != NULL && answer(MSG_SR_CHAT) != NULL, "but it becomes read");
	apply(s, acked_msg(4, RECEIPT_DELIVERED, 12, 1));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "and read stays read");
	is_int(state_of(s, 4, 1), RECEIPT_READ, "it is read");
	apply(s, acked_msg(4, RECEIPT_DELIVERED, 500, 3));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "unknown ids change nothing");
	is_str(page_texts(s, 4, PAGE_CHANGES, rev, 10), "b", "one change since: the read one");
}

static void
test_failed_reason(struct store *s)
{
	struct msg *m = acked_msg(4, RECEIPT_FAILED, 14, 1), *got;
	struct row r;

	snprintf(m->b.st_acked.reason, sizeof(m->b.st_acked.reason), "Too old.");
	apply(s, m);
	is_str(outbox(s, 4, 0, 10), "1:a 1/1", "a failed one leaves the outbox");
	got = page(s, 4, PAGE_AFTER, 0, 100);
	ok(page_row(got, 4, &r) && r.state == RECEIPT_FAILED && r.reason_len == 8 &&
		   memcmp(r.reason, "Too old.", 8) == 0,
	   "and says why");
	msg_free(got);
	apply(s, acked_msg(4, RECEIPT_DELIVERED, 14, 1));
	ok(answer(MSG_SR_ACKED) != NULL && no_more(), "failed stays failed");
}

static void
test_outbox_bytes(struct store *s)
{
	char *big = xmalloc(TEXT_MAX_BYTES + 1);
	const char *end;

	memset(big, 'x', TEXT_MAX_BYTES);
	big[TEXT_MAX_BYTES] = '\0';
	apply(s, contact_msg(5, "ed"));
	for (unsigned i = 0; i < 100; i++)
		apply(s, say_msg(5, 100 + i, big));
	apply(s, outbox_msg(5, 0, 1000));
	is_int(queue_length(answers()), 65, "an outbox goes out about 1 MiB at a time");
	for (int i = 0; i < 64; i++)
		answer(MSG_SR_OUT);
	ok(answer(MSG_SR_OUT_END)->b.st_outbox.more, "and there is more");
	free(big);
	end = outbox(s, 5, 99, 10);
	is_str(end, "100:xxxxxxxx 1/100", "the last of a hundred");
}

/* Every field is something. */
static void
fill_contact(struct msg_st_contact *c)
{
	snprintf(c->nick, sizeof(c->nick), "Fay \xf0\x9f\x8c\xb1");
	c->state = CONTACT_REQUEST;
	c->trust = TRUST_VERIFIED;
	c->added = 1;
	c->last_seen = 2;
	c->trust_since = 3;
	c->has_door = c->added_by_address = true;
	memset(c->door, 0xdd, sizeof(c->door));
	c->how = HOW_DIFFER;
	c->trust_was = TRUST_VERIFIED;
	c->how_was = HOW_CODE;
	c->since_was = 4;
	c->has_new_key = c->has_gave = c->has_heir = true;
	memset(c->heir.b, 0xbb, KEY_LEN);
	memset(c->heir_shared, 0xaa, KEY_LEN);
	memset(c->new_key.b, 0xee, KEY_LEN);
	memset(c->gave, 0xcc, KEY_LEN);
	snprintf(c->added_at, ADDR_TEXT_SIZE, "example.org:1");
	c->naddrs = 2;
	snprintf(c->addrs[0], ADDR_TEXT_SIZE, "[fe80::1%%eth0]:41555");
	snprintf(c->addrs[1], ADDR_TEXT_SIZE, "192.0.2.7:1");
	c->found[1] = FOUND_TOLD;
	c->nstood = 2;
	addr_parse_ip(&c->stood[0], "192.0.2.8");
	addr_parse_ip(&c->stood[1], "fe80::1");
}

static void
test_contacts(struct store *s, const char *path)
{
	struct msg *m = contact_msg(6, "fay");
	struct msg_st_contact want;
	const struct msg *got;

	fill_contact(&m->b.st_contact);
	msg_set_bytes(m, "let me in", 9);
	want = m->b.st_contact;
	apply(s, m);
	ok(no_more(), "a contact is stored without an answer");
	store_close(s);
	s = open_store(path);
	apply(s, msg_new(MSG_ST_LOAD));
	for (unsigned i = 1; i <= 5; i++) {
		got = answer(MSG_SR_CONTACT);
		ok(got != NULL && got->b.st_contact.peer.b[31] == i && answer(MSG_SR_CHAT) != NULL,
		   "contact %u and its chat are loaded", i);
	}
	got = answer(MSG_SR_CONTACT);
	is_mem(&got->b.st_contact, &want, sizeof(want), "a contact comes back as it was");
	is_str((const char *)got->bytes, "let me in", "with its note");
	ok(chat_is(6, 0, 0, 0, 0), "and an empty chat");
	ok(answer(MSG_SR_LOADED) != NULL && no_more(), "SR_LOADED is the last");

	m = contact_msg(6, "Fay");
	want = m->b.st_contact;
	apply(s, m, msg_new(MSG_ST_LOAD));
	for (unsigned i = 0; i < 5; i++) {
		answer(MSG_SR_CONTACT);
		answer(MSG_SR_CHAT);
	}
	got = answer(MSG_SR_CONTACT);
	ok(got != NULL && got->len == 0 && memcmp(&got->b.st_contact, &want, sizeof(want)) == 0,
	   "an update replaces the whole row");
	store_close(s);
}

static void
test_restart(const char *path)
{
	struct store *s = open_store(path);
	const struct msg *m;
	int64_t row;

	apply(s, say_msg(4, 15, "e"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 5, "after a restart the next seq follows");
	row = m != NULL ? m->b.st_row.row : 0;
	apply(s, got_msg(2, 1, 41, "hi"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh, "and a known id is known");
	is_str(outbox(s, 4, 0, 10), "1:a 5:e 2/5", "and the outbox is what it was");

	apply(s, forget_msg(4));
	ok(no_more(), "removing is not answered");
	apply(s, contact_msg(4, "di again"), say_msg(4, 16, "new"), got_msg(4, 80, 1, "x"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 6, "seq goes on after a removal");
	ok(m != NULL && m->b.st_row.row > row, "rows too");
	apply(s, forget_msg(4), contact_msg(4, "di"), got_msg(4, 80, 1, "x"),
	      say_msg(4, 16, "new"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.row == 0,
	   "an id outlives the removal of its chat");
	m = answer(MSG_SR_SAID);
	ok(m != NULL && !m->b.st_row.fresh && m->b.st_row.row == 0, "one of ours too");
	is_str(page_texts(s, 4, PAGE_AFTER, 0, 10), "", "and the chat is empty");
	is_str(outbox(s, 4, 0, 10), "0/0", "nothing waits");
	store_close(s);
}

/* Whether the word stands in the file. */
static bool
file_has(const char *path, const char *word)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	char *bytes;
	size_t n;
	bool found;

	if (f == NULL)
		return false;
	fstat(fileno(f), &st);
	bytes = xmalloc((size_t)st.st_size + 1);
	n = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	found = memmem(bytes, n, word, strlen(word)) != NULL;
	free(bytes);
	return found;
}

static void
test_forget(void)
{
	const char *path = tmp_path("forget.db"), *wal = tmp_path("forget.db-wal");
	struct store *s = open_store(path);
	struct msg *m = contact_msg(1, "ada");
	struct key key = nth_key(1);

	key.b[5] = key.b[6] = key.b[7] = 0x77;
	m->b.st_contact.peer = key;
	apply(s, m, contact_msg(2, "bob"), got_msg(2, 1, 1, "SECRETWORD"),
	      transfer_msg(0, 2, "SECRETFILE", "/SECRETPATH"));
	ok(file_has(wal, "SECRETWORD") == (test_key() == NULL),
	   "a message is in the log, unless it is sealed");
	m = forget_msg(1);
	m->b.st_peer.peer = key;
	apply(s, forget_msg(2), m, forget_msg(7));
	ok(no_more(), "two contacts are removed, and one that never was");
	ok(!file_has(wal, "SECRETWORD") && !file_has(path, "SECRETWORD"), "the text is gone");
	ok(!file_has(wal, "SECRETFILE") && !file_has(path, "SECRETFILE"), "the transfer is gone");
	ok(!file_has(path, "SECRETPATH"), "its path is gone");
	ok(!file_has(path, "\x77\x77\x77"), "and the key, where no message was exchanged");
	apply(s, msg_new(MSG_ST_LOAD));
	ok(answer(MSG_SR_LOADED) != NULL && no_more(), "nobody is left to be loaded");
	is_str(page_texts(s, 0, PAGE_CHANGES, 0, 10), "", "no change is left to be paged");
	store_close(s);
}

static void
test_transfers(void)
{
	const char *path = tmp_path("transfers.db");
	struct store *s = open_store(path);
	const struct msg *m;
	struct msg *update;

	apply(s, contact_msg(1, "ada"), transfer_msg(0, 1, "a", "/a"),
	      transfer_msg(0, 1, "b", NULL), transfer_msg(0, 9, "c", NULL));
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 1 && m->b.st_transfer.cookie == 4711,
	   "a new transfer gets number 1 and its cookie back");
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 2, "the next one 2");
	m = answer(MSG_SR_FAILED);
	ok(m != NULL && m->b.sr_failed.cookie == 4711 && m->b.sr_failed.type == MSG_ST_TRANSFER &&
		   m->len != 0,
	   "one with a stranger is refused, and says which");
	update = transfer_msg(1, 1, "a (2)", NULL);
	update->b.st_transfer.state = TRANSFER_DONE;
	update->b.st_transfer.bytes_total = update->b.st_transfer.bytes_done = UINT64_C(5) << 30;
	update->b.st_transfer.files = 3;
	update->b.st_transfer.unlink_after = true;
	update->b.st_transfer.dir = DIR_OUT;
	update->b.st_transfer.started = 10;
	update->b.st_transfer.ended = 20;
	update->b.st_transfer.cookie = 0;
	apply(s, update);
	ok(no_more(), "an update is not answered");
	apply(s, transfer_msg(77, 1, "none", NULL));
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 77 && m->b.st_transfer.cookie == 4711,
	   "unless it has a cookie");
	store_close(s);
	s = open_store(path);
	apply(s, msg_new(MSG_ST_LOAD));
	answer(MSG_SR_CONTACT);
	answer(MSG_SR_CHAT);
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 1 && m->b.st_transfer.state == TRANSFER_DONE &&
		   m->b.st_transfer.bytes_done == UINT64_C(5) << 30 &&
		   m->b.st_transfer.files == 3 && m->b.st_transfer.unlink_after &&
		   m->b.st_transfer.dir == DIR_OUT && m->b.st_transfer.ended == 20,
	   "it is loaded as it was");
	is_str(msg_string(m, 0), "a (2)", "its name");
	is_str(msg_string(m, 1), "/place", "its place");
	is_str(msg_string(m, 2), "why", "its reason");
	is_str(msg_string(m, 3), "/a", "its path, which the update left alone");
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 2 && *msg_string(m, 3) == '\0',
	   "the other one has no path");
	ok(answer(MSG_SR_LOADED) != NULL && no_more(), "an update of nothing made nothing");
	update = transfer_msg(2, 1, "", NULL);
	update->type = MSG_ST_FORGET_TRANSFER;
	apply(s, update, transfer_msg(0, 1, "d", NULL));
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && m->b.st_transfer.transfer == 3, "a number is never given twice");
	store_close(s);
}

static struct msg *
door_msg(uint8_t fill, bool gone)
{
	struct msg *m = msg_new(MSG_ST_DOOR);

	memset(m->b.st_door.door, fill, KEY_LEN);
	m->b.st_door.kind = fill == 1 ? DOORKEY_CONTACTS : DOORKEY_INVITE;
	m->b.st_door.created = fill;
	m->b.st_door.gone = gone;
	if (fill == 3) {
		m->b.st_door.kind = DOORKEY_MADE;
		m->b.st_door.number = 4;
		m->b.st_door.once = m->b.st_door.has_who = true;
		m->b.st_door.expires = 5;
		memset(m->b.st_door.who.b, 6, KEY_LEN);
		snprintf(m->b.st_door.label, sizeof(m->b.st_door.label), "Dana");
	}
	return m;
}

static struct msg *
value_msg(const char *name, const char *value)
{
	struct msg *m = msg_new(MSG_ST_VALUE);

	snprintf(m->b.st_value.name, sizeof(m->b.st_value.name), "%s", name);
	return msg_set_bytes(m, value, strlen(value));
}

static void
test_values(void)
{
	struct store *s = open_store(tmp_path("values.db"));
	struct msg *made = door_msg(3, false);
	const struct msg *m;

	apply(s, door_msg(1, false), door_msg(2, false), door_msg(3, false), door_msg(2, true),
	      value_msg("port", "1"), value_msg("port", "41555"));
	ok(no_more(), "doors and values are not answered");
	apply(s, value_msg("b", ""), msg_new(MSG_ST_LOAD));
	m = answer(MSG_SR_VALUE);
	ok(m != NULL && strcmp(m->b.st_value.name, "b") == 0 && m->len == 0, "an empty value");
	m = answer(MSG_SR_VALUE);
	ok(m != NULL && strcmp(m->b.st_value.name, "port") == 0, "a named value");
	is_str((const char *)m->bytes, "41555", "as it was set last");
	m = answer(MSG_SR_DOOR);
	ok(m != NULL && m->b.st_door.door[31] == 1 && m->b.st_door.kind == DOORKEY_CONTACTS &&
		   m->b.st_door.created == 1,
	   "the contacts' door key");
	m = answer(MSG_SR_DOOR);
	ok(m != NULL && memcmp(&m->b.st_door, &made->b.st_door, sizeof(made->b.st_door)) == 0,
	   "an invite made by hand is loaded as it was, the removed door key is not");
	msg_free(made);
	ok(answer(MSG_SR_LOADED) != NULL && no_more(), "that was all");
	store_close(s);
}

static void
test_stop(void)
{
	struct store *s = open_store(tmp_path("stop.db"));
	struct msg *list = contact_msg(1, "ada"), *wrong = msg_new(MSG_CMD_SAY);

	apply(s, wrong);
	ok(answer(MSG_SR_FAILED) != NULL && no_more(), "a message for somebody else is refused");
	list->next = say_msg(1, 1, "before");
	list->next->next = msg_new(MSG_ST_STOP);
	list->next->next->next = say_msg(1, 2, "after");
	ok(!store_apply(s, list, answers()), "ST_STOP ends it");
	ok(answer(MSG_SR_SAID) != NULL && answer(MSG_SR_CHAT) != NULL &&
		   answer(MSG_SR_STOPPED) != NULL && no_more(),
	   "what stood before is answered, then SR_STOPPED");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "before", "what stood behind is not applied");
	ok(!store_apply(s, msg_new(MSG_ST_STOP), answers()) && answer(MSG_SR_STOPPED) != NULL,
	   "ST_STOP alone");
	store_close(s);
}

int
main(void)
{
	const char *path = tmp_path("history.db");
	struct store *s = open_store(path);
	struct stat st;

	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "the file is private");
	ok(stat(tmp_path("history.db-wal"), &st) == 0 && (st.st_mode & 0777) == 0600,
	   "and its log");
	ok(stat(tmp_path("history.db-shm"), &st) == 0 && (st.st_mode & 0777) == 0600,
	   "and its index");
	test_say(s);
	test_got(s);
	test_read(s);
	test_outbox(s);
	test_failed_reason(s);
	test_outbox_bytes(s);
	test_saved();
	test_contacts(s, path);
	test_restart(path);
	test_forget();
	test_transfers();
	test_values();
	test_stop();
	queue_free(answers());
	return done_testing();
}
