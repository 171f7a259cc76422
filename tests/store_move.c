/* store_move.c - a contact that goes by another key: what was said, what waits and its numbers go with it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/msg.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

static struct msg *
move_msg(unsigned from, unsigned to)
{
	struct msg *m = msg_new(MSG_ST_MOVE);

	m->b.st_move.from = nth_key(from);
	m->b.st_move.to = nth_key(to);
	return m;
}

int
main(void)
{
	const char *path = tmp_path("move.db");
	struct store *s = open_store(path);
	struct key third = nth_key(3);
	const struct msg *m;

	/* The third once said something, and was removed. */
	apply(s, contact_msg(1, "ann"), contact_msg(2, "bo"), contact_msg(3, "cy"),
	      say_msg(1, 1, "one"), got_msg(1, 2, 7, "two"), got_msg(3, 3, 1, "old"));
	apply(s, forget_msg(3), read_msg(1, 2), transfer_msg(0, 1, "file", "/x"));
	apply(s, move_msg(1, 2));
	ok(answer(MSG_SR_FAILED) != NULL, "a key that is a contact cannot be taken over");
	apply(s, move_msg(9, 4));
	ok(answer(MSG_SR_FAILED) != NULL, "nobody cannot move");
	apply(s, move_msg(1, 3), contact_msg(3, "ann"), say_msg(3, 4, "three"));
	m = answer(MSG_SR_SAID);
	ok(m != NULL && m->b.st_row.seq == 2, "its seq goes on");
	m = answer(MSG_SR_CHAT);
	ok(m != NULL && m->b.sr_chat.chat.waiting == 2 && m->b.sr_chat.chat.seen_seq == 0,
	   "what waits is counted, what it said is to be counted anew");
	is_str(page_texts(s, 3, PAGE_BEFORE, INT64_MAX, 10), "one two three", "the history moved");
	is_str(page_texts(s, 1, PAGE_BEFORE, INT64_MAX, 10), "", "and left nothing behind");
	apply(s, got_msg(3, 3, 1, "old"), got_msg(3, 2, 7, "two"));
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh, "what the new key said long ago is known");
	m = answer(MSG_SR_GOT);
	ok(m != NULL && !m->b.st_row.fresh, "and what the old one said");
	store_close(s);
	s = open_store(path);
	apply(s, msg_new(MSG_ST_LOAD));
	m = answer(MSG_SR_CONTACT);
	ok(m != NULL && key_equal(&m->b.st_contact.peer, &third),
	   "after a restart it is the new key");
	answer(MSG_SR_CHAT);
	m = answer(MSG_SR_CONTACT);
	ok(m != NULL && strcmp(m->b.st_contact.name, "bo") == 0, "and the other contact");
	answer(MSG_SR_CHAT);
	m = answer(MSG_SR_TRANSFER);
	ok(m != NULL && key_equal(&m->b.st_transfer.peer, &third),
	   "its transfers are the new key's");
	store_close(s);
	return done_testing();
}
