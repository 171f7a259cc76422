/* store_clear.c - a cleared chat: what goes, what stays, and that nothing of it is left in the files or comes again. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

static struct msg *
clear_msg(unsigned peer)
{
	struct msg *m = msg_new(MSG_ST_CLEAR);

	m->b.st_peer.peer = nth_key(peer);
	return m;
}

static struct msg *
typed_msg(unsigned peer, enum typed_what what, const char *text, size_t len)
{
	struct msg *m = msg_set_bytes(msg_new(MSG_ST_TYPED), text, len);

	m->b.typed.peer = nth_key(peer);
	m->b.typed.what = what;
	return m;
}

/* What is kept of what was typed, as one comparable string: a bar for each NUL. Freed by the next call. */
static const char *
typed(struct store *s, unsigned peer)
{
	static char text[400];
	struct msg *m = page(s, peer, PAGE_TYPED, 0, 1);
	size_t n = m->len < sizeof(text) ? m->len : 0;

	for (size_t i = 0; i < n; i++)
		text[i] = m->bytes[i] == 0 ? '|' : (char)m->bytes[i];
	text[n] = '\0';
	msg_free(m);
	return text;
}

static struct msg *
blind(enum typed_what what, const char *text, size_t len)
{
	struct msg *m = typed_msg(2, what, text, len);

	m->b.typed.blind = true;
	return m;
}

/* Typed before it was known what is kept. */
static void
test_blind(struct store *s)
{
	static char many[TYPED_MAX_BYTES];
	struct msg *kept;

	apply(s, typed_msg(2, TYPED_DRAFT, "old", 3), typed_msg(2, TYPED_HISTORY, "a\0b", 4));
	apply(s, blind(TYPED_DRAFT, "", 0), blind(TYPED_HISTORY, "", 0));
	is_str(typed(s, 2), "old|a|b|", "nothing typed takes nothing away");
	apply(s, blind(TYPED_DRAFT, "old", 3));
	is_str(typed(s, 2), "old|a|b|", "nor does the same");
	apply(s, blind(TYPED_DRAFT, "new", 3), blind(TYPED_HISTORY, "c", 2));
	is_str(typed(s, 2), "new|a|b|old|c|", "another draft makes the old one a line");
	memset(many, 'x', sizeof(many) - 1);
	many[99] = many[199] = '\0';
	apply(s, blind(TYPED_HISTORY, many, sizeof(many)));
	kept = page(s, 2, PAGE_TYPED, 0, 1);
	ok(kept->len == sizeof(many) + 4 && memcmp(kept->bytes, "new\0xxx", 7) == 0,
	   "where lines are too many the oldest go");
	msg_free(kept);
	apply(s, typed_msg(2, TYPED_HISTORY, "", 0), typed_msg(2, TYPED_DRAFT, "other", 5));
}

static void
test_typed(struct store *s)
{
	char *big = xcalloc(1, TYPED_MAX_BYTES + 1);

	is_str(typed(s, 1), "", "nothing is being typed");
	apply(s, typed_msg(1, TYPED_HISTORY, "a-xylophone\0b", 14));
	is_str(typed(s, 1), "|a-xylophone|b|", "lines without a draft");
	apply(s, typed_msg(1, TYPED_DRAFT, "half", 4), typed_msg(2, TYPED_DRAFT, "other", 5),
	      typed_msg(9, TYPED_DRAFT, "nobody", 6));
	ok(no_more(), "nothing is answered, not even of a stranger");
	is_str(typed(s, 1), "half|a-xylophone|b|", "a draft and lines");
	is_str(typed(s, 2), "other|", "each contact has its own");
	is_str(typed(s, 9), "", "and a stranger none");
	test_blind(s);
	apply(s, typed_msg(1, TYPED_DRAFT, "half-xylophone", 14), typed_msg(2, TYPED_DRAFT, "", 0),
	      typed_msg(1, TYPED_HISTORY, big, TYPED_MAX_BYTES + 1));
	is_str(typed(s, 1), "half-xylophone|a-xylophone|b|",
	       "another draft; too much is not taken");
	is_str(typed(s, 2), "", "an empty one is none");
	free(big);
}

static bool
in_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "rb");
	char *all = xmalloc(1 << 20);
	size_t n = f != NULL ? fread(all, 1, 1 << 20, f) : 0;
	bool found = n != 0 && memmem(all, n, text, strlen(text)) != NULL;

	if (f != NULL)
		fclose(f);
	free(all);
	return found;
}

int
main(void)
{
	struct store *s = open_store(tmp_path("clear.db"));
	const struct msg *a;

	apply(s, contact_msg(1, "ada"), contact_msg(2, "bob"));
	apply(s, say_msg(1, 1, "delivered-xylophone"), got_msg(1, 2, 1, "received-xylophone"));
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 1, 1), say_msg(1, 3, "waits"));
	apply(s, act_msg(say_msg(1, 4, "edited-xylophone"), CONTENT_EDIT, 1));
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 4, 1), say_msg(2, 5, "another"));
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "edited-xylophone received-xylophone waits",
	       "before");
	test_typed(s);
	apply(s, clear_msg(1));
	a = answer(MSG_SR_CHAT);
	ok(a != NULL && a->b.sr_chat.chat.unread == 0 && a->b.sr_chat.chat.unread_row == 0 &&
		   a->b.sr_chat.chat.waiting == 1,
	   "the chat has changed; nothing is unread, and what waits waits");
	ok(no_more(), "that is all that is told");
	is_str(page_texts(s, 1, PAGE_AFTER, 0, 9), "waits What was said before was cleared.",
	       "what waits stays, a line tells of the rest");
	is_str(typed(s, 1), "", "nor is anything left of what was typed");
	is_str(page_texts(s, 2, PAGE_AFTER, 0, 9), "another", "the other chat is as it was");
	apply(s, got_msg(1, 2, 1, "received-xylophone"));
	a = answer(MSG_SR_GOT);
	ok(a != NULL && !a->b.st_row.fresh && a->b.st_row.row == 0, "nothing comes again");
	apply(s, say_msg(1, 6, "next"));
	a = answer(MSG_SR_SAID);
	ok(a != NULL && a->b.st_row.seq == 4, "the numbers go on");
	apply(s, clear_msg(9));
	ok(answer(MSG_SR_FAILED) != NULL, "nobody's chat cannot be cleared");
	apply(s, typed_msg(1, TYPED_DRAFT, "last-xylophone", 14), forget_msg(1),
	      contact_msg(1, "ada"));
	is_str(typed(s, 1), "", "a contact takes along what was typed to it");
	store_close(s);
	ok(!in_file(tmp_path("clear.db"), "xylophone") &&
		   !in_file(tmp_path("clear.db-wal"), "xylophone"),
	   "and nothing of it is left in the files");
	return done_testing();
}
