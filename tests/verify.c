/* verify.c - the verify screen: what it shows at each size, what must be typed, and what each answer does. */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "src/qr.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"

static void
open_world(struct world *w, int h, int width, enum trust trust, bool new_key)
{
	struct msg *ev;

	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	ev = world_contact(3, "Dana");
	ev->b.contact.link = LINK_ONLINE;
	ev->b.contact.trust = trust;
	ev->b.contact.how = trust == TRUST_CHANGED ? HOW_ANSWERED : HOW_INVITE;
	ev->b.contact.trust_since = w->wall - INT64_C(86400000);
	ev->b.contact.has_new_key = new_key;
	ev->b.contact.new_key = world_key(9);
	world_event(w, ev);
	world_ready(w);
	world_type(w, "/verify\r");
	world_forget_sent(w);
}

static bool
decided(const struct world *w, enum contact_op op, const struct key *key)
{
	const struct msg *m = world_last(w, MSG_CMD_CONTACT);
	char hex[2 * KEY_LEN + 1];

	return m != NULL && m->b.contact_op.op == op &&
	       strcmp((const char *)m->bytes, util_hex(hex, key->b, KEY_LEN)) == 0;
}

static void
test_screens(void)
{
	struct world w;

	open_world(&w, 24, 80, TRUST_CHANGED, true);
	world_golden(&w, qr_there() ? "verify-qr-80x24" : "verify-80x24");
	world_close(&w);
	open_world(&w, 40, 120, TRUST_PINNED, false);
	world_golden(&w, qr_there() ? "verify-qr-120x40" : "verify-120x40");
	world_close(&w);
	open_world(&w, 12, 40, TRUST_CHANGED, true);
	world_golden(&w, "verify-40x12");
	world_close(&w);
}

static void
test_answers(void)
{
	struct world w;
	struct key third = world_key(3), ninth = world_key(9);

	open_world(&w, 24, 80, TRUST_PINNED, false);
	world_type(&w, "\r");
	ok(!world_shows(&w, "Is this really"), "Enter at once is: not now");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "and says nothing");
	world_type(&w, "/verify Dana\r\t\t\r");
	ok(world_shows(&w, "If every digit is the same"), "They match needs the word");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "and says nothing without");
	world_type(&w, "matc\r");
	ok(world_last(&w, MSG_CMD_CONTACT) == NULL, "nor with less than the word");
	world_type(&w, "/verify Dana\rmatch\r");
	ok(decided(&w, OP_MATCH, &third), "with the word, Enter says that they match");
	ok(!world_shows(&w, "Is this really"), "and it is closed");
	world_forget_sent(&w);
	world_type(&w, "/verify Dana\r\t\r");
	ok(decided(&w, OP_DIFFER, &third), "They differ says so at once");
	world_close(&w);

	open_world(&w, 24, 80, TRUST_CHANGED, true);
	world_type(&w, "match\r");
	ok(decided(&w, OP_MATCH, &ninth), "it is the new key that was compared");
	world_close(&w);
}

/* The number belongs to a key: with another one it is gone. */
static void
test_stale(void)
{
	struct world w;
	struct msg *ev = world_contact(3, "Dana");

	open_world(&w, 24, 80, TRUST_CHANGED, true);
	ev->b.contact.trust = TRUST_CHANGED;
	ev->b.contact.has_new_key = true;
	ev->b.contact.new_key = world_key(8);
	world_event(&w, ev);
	ok(!world_shows(&w, "Is this really"), "another new key takes the question away");
	world_close(&w);
}

/* The contact moves to its new key: the open chat goes along. */
static void
test_moved(void)
{
	struct world w;
	struct msg *ev = world_contact(9, "Dana");
	struct key ninth = world_key(9);
	const struct msg *said;

	open_world(&w, 24, 80, TRUST_CHANGED, true);
	world_type(&w, "\033");
	ev->b.contact.trust = TRUST_VERIFIED;
	world_event(&w, ev);
	ev = world_contact(3, "Dana");
	ev->b.contact.gone = ev->b.contact.moved = true;
	ev->b.contact.new_key = world_key(9);
	world_event(&w, ev);
	ok(world_shows(&w, "✓ verified"), "the chat of the new key is open");
	world_type(&w, "hello\r");
	said = world_last(&w, MSG_CMD_SAY);
	ok(said != NULL && key_equal(&said->b.say.peer, &ninth), "and takes what is typed");
	world_close(&w);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_screens();
	test_answers();
	test_stale();
	test_moved();
	return done_testing();
}
