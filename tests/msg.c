/* msg.c - the message table: each row has its name, its way and its rule; and a message's bytes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/util.h"
#include "tests/tap.h"

/* What a name begins with says which way it goes. */
static const struct {
	const char *prefix;
	enum msg_way way;
} ways[] = {
	{"CMD_", TO_CORE},  {"EV_", TO_FRONT},	    {"ST_", TO_STORE},	{"SR_", FROM_STORE},
	{"DISK_", TO_DISK}, {"NR_", FROM_RESOLVER}, {"WK_", TO_CHORES}, {"WR_", FROM_CHORES},
};

static bool
way_fits(const char *name, enum msg_way way)
{
	for (size_t i = 0; i < NELEM(ways); i++)
		if (strncmp(name, ways[i].prefix, strlen(ways[i].prefix)) == 0)
			return way == ways[i].way || (ways[i].way == TO_DISK && way == FROM_DISK);
	return false;
}

static void
test_table(void)
{
	for (unsigned i = 0; i < MSG_NTYPES; i++) {
		enum msg_type type = (enum msg_type)i;
		unsigned same = 0;
		struct msg *m = msg_new(type);

		for (unsigned j = 0; j < MSG_NTYPES; j++)
			same += strcmp(msg_name(type), msg_name((enum msg_type)j)) == 0;
		ok(same == 1 && way_fits(msg_name(type), msg_way(type)) &&
			   *msg_help(type) != '\0' && m->type == type && m->bytes == NULL,
		   "%s has one name, a way that fits it, and help", msg_name(type));
		/* What must merge is a state that is told over and over; everything else would lose something. */
		is_int(msg_rule(type) == MSG_MERGE,
		       type == MSG_EV_SELF || type == MSG_EV_CONTACT || type == MSG_EV_CHAT ||
			       type == MSG_EV_TRANSFER || type == MSG_EV_NEARBY,
		       "and merges only if it is a state");
		msg_free(m);
	}
	is_str(msg_name(MSG_NTYPES), "unknown", "a number that is no type has a name");
	is_str(msg_help(MSG_NTYPES), "", "and no help");
	msg_free(NULL);
}

static void
test_merge(void)
{
	static const enum msg_type types[] = {MSG_EV_SELF, MSG_EV_CONTACT, MSG_EV_CHAT,
					      MSG_EV_TRANSFER, MSG_EV_NEARBY};
	struct msg *a, *b;
	int ab, ba;

	for (size_t i = 0; i < NELEM(types); i++) {
		a = msg_new(types[i]);
		b = msg_new(types[i]);
		ok(msg_merge_cmp(a, b) == 0, "two of %s about the same are twins",
		   msg_name(types[i]));
		a->b.contact.peer.b[KEY_LEN - 1] = 1;
		if (types[i] == MSG_EV_CHAT)
			a->b.chat.peer.b[KEY_LEN - 1] = 1;
		if (types[i] == MSG_EV_NEARBY)
			strlcpy(a->b.nearby.address, "[::1]:1", sizeof(a->b.nearby.address));
		if (types[i] == MSG_EV_TRANSFER)
			a->b.transfer.transfer = INT64_MIN;
		ab = msg_merge_cmp(a, b);
		ba = msg_merge_cmp(b, a);
		ok(types[i] == MSG_EV_SELF ? ab == 0 : ab != 0 && (ab < 0) == (ba > 0),
		   "about another they are not, and the order is one");
		msg_free(b);
		b = msg_new(types[(i + 1) % NELEM(types)]);
		ok(msg_merge_cmp(a, b) != 0, "nor two of different types");
		msg_free(a);
		msg_free(b);
	}
}

static void
test_bytes(void)
{
	struct msg *m = msg_new(MSG_CMD_SAY);
	static const char strings[] = "one\0\0three\0cut";

	msg_set_bytes(m, "abc", 2);
	ok(m->len == 2 && strcmp((char *)m->bytes, "ab") == 0, "bytes are copied, a NUL behind");
	msg_set_bytes(m, NULL, 0);
	ok(m->len == 0 && m->bytes != NULL && m->bytes[0] == '\0', "no bytes are an empty string");
	is_str(msg_string(m, 0), "", "which has no strings");
	msg_take_bytes(m, xmemdup(strings, sizeof(strings) - 1), sizeof(strings) - 1);
	is_str(msg_string(m, 0), "one", "the first string");
	is_str(msg_string(m, 1), "", "an empty one");
	is_str(msg_string(m, 2), "three", "the third");
	is_str(msg_string(m, 3), "", "one that is not ended is none");
	is_str(msg_string(m, 4), "", "nor is one behind");
	msg_take_bytes(m, NULL, 0);
	is_str(msg_string(m, 0), "", "no bytes at all");
	msg_free(m);
}

int
main(void)
{
	test_table();
	test_merge();
	test_bytes();
	return done_testing();
}
