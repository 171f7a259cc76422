/* changes.c - a reader that follows what changes misses nothing, also when a word of the next change overtakes the page. */
#include "config.h"

#include "src/changes.h"
#include "src/msg.h"
#include "tests/tap.h"

static const struct key nobody;

/* Asks; whether it did, and from where. */
static bool
asks(struct changes *c, uint32_t serial, int64_t from)
{
	struct msg *m = changes_ask(c, serial, &nobody);
	bool good = m != NULL && m->type == MSG_CMD_PAGE && m->serial == serial &&
		    m->b.page.kind == PAGE_CHANGES && m->b.page.at == from &&
		    m->b.page.count == PAGE_MAX_ROWS;

	msg_free(m);
	return good;
}

static void
in_order(void)
{
	struct changes c = {0};

	changes_begin(&c, 5);
	ok(changes_ask(&c, 1, &nobody) == NULL, "nothing is asked while nothing changed");
	changes_heard(&c, 7);
	ok(asks(&c, 2, 5), "a change is asked for");
	changes_heard(&c, 8);
	ok(changes_ask(&c, 3, &nobody) == NULL, "one page at a time");
	changes_page(&c, 8, false);
	ok(changes_ask(&c, 4, &nobody) == NULL, "all of it was in the page");
	changes_heard(&c, 6);
	ok(changes_ask(&c, 5, &nobody) == NULL, "what is old already is no change");
}

/* The commit of an ACK follows that of its message closely. Word of it may come before the page that was asked for because of the
 * message, and that page was read before it. */
static void
overtaken(void)
{
	struct changes c = {0};

	changes_begin(&c, 0);
	changes_heard(&c, 1);
	ok(asks(&c, 1, 0), "the message is asked for");
	changes_heard(&c, 2);
	changes_page(&c, 1, false);
	ok(asks(&c, 2, 1), "the page was older than the second change, which is asked for");
	changes_page(&c, 2, false);
	ok(changes_ask(&c, 3, &nobody) == NULL, "and then it is known");
	changes_heard(&c, 3);
	ok(asks(&c, 4, 2), "a third is asked for");
	changes_heard(&c, 4);
	changes_page(&c, 0, false);
	ok(asks(&c, 5, 3), "an empty page goes as far as what was known when it was asked for");
}

static void
gone_again(void)
{
	struct changes c = {0};

	changes_begin(&c, 10);
	changes_heard(&c, 20);
	ok(asks(&c, 1, 10), "ten changes");
	changes_page(&c, 15, true);
	ok(asks(&c, 2, 15), "the rest is asked for");
	changes_page(&c, 18, false);
	ok(changes_ask(&c, 3, &nobody) == NULL, "two rows have gone: nobody waits for them");
	changes_heard(&c, 30);
	ok(asks(&c, 4, 20), "later ones come from where that was");
	changes_page(&c, 0, true);
	ok(changes_ask(&c, 5, &nobody) == NULL,
	   "a page without progress does not go round for ever");
}

int
main(void)
{
	in_order();
	overtaken();
	gone_again();
	return done_testing();
}
