/* hello.c - the greeting: what is written is read back, what is unknown is skipped, what is wrong is refused with its reason. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/hello.h"
#include "net/limits.h"
#include "src/util.h"
#include "tests/tap.h"

/* Reads it from a buffer of exactly its size. */
static bool
get(struct hello *h, const void *bytes, size_t len, uint8_t ours, const char **why)
{
	uint8_t *exact = xmemdup(bytes, len > 0 ? len : 1);
	bool fine = hello_get(h, exact, len, ours, why);

	free(exact);
	if (fine != (*why == NULL))
		ok(false, "there is a reason exactly when it is refused");
	return fine;
}

static void
test_round_trip(void)
{
	struct hello in = {.lowest = 1,
			   .highest = 3,
			   .features = 0xdeadbeef,
			   .boot = UINT64_C(0x0123456789abcdef),
			   .dial = UINT64_C(0xfedcba9876543210)},
		     out;
	uint8_t buf[HELLO_PAD];
	const char *why;

	memset(in.nick, 'x', NAME_MAX_BYTES);
	hello_put(buf, &in);
	ok(get(&out, buf, sizeof(buf), 1, &why), "a greeting with a nick of 64 bytes");
	is_int(out.lowest, 1, "lowest version");
	is_int(out.highest, 3, "highest version");
	ok(out.features == in.features, "features");
	ok(out.boot == in.boot, "boot");
	ok(out.dial == in.dial, "dial");
	is_str(out.nick, in.nick, "nick");
	is_int(buf[HELLO_PAD - 1], 0, "there is room for more");
	in.nick[0] = '\0';
	hello_put(buf, &in);
	ok(get(&out, buf, sizeof(buf), 1, &why), "one with no nick");
	is_str(out.nick, "", "has none");
}

static const struct {
	const char *what;
	uint8_t bytes[80];
	size_t len;
	uint8_t ours;
	const char *why, *nick;
} table[] = {
	{"versions alone", {1, 2, 1, 1}, 4, 1, NULL, ""},
	{"without padding", {1, 2, 1, 1, 3, 2, 'h', 'i'}, 8, 1, NULL, "hi"},
	{"an unknown type", {99, 3, 1, 2, 3, 1, 2, 1, 1}, 9, 1, NULL, ""},
	{"an unknown type of no length", {99, 0, 1, 2, 1, 1}, 6, 1, NULL, ""},
	{"extra bytes in a known type", {1, 4, 1, 1, 9, 9}, 6, 1, NULL, ""},
	{"a type twice, the last counts", {1, 2, 1, 1, 3, 1, 'a', 3, 1, 'b'}, 10, 1, NULL, "b"},
	{"garbage behind the end", {1, 2, 1, 1, 0, 9, 9}, 7, 1, NULL, ""},
	{"a nick that is no text", {1, 2, 1, 1, 3, 2, 0xff, 0xfe}, 8, 1, NULL, ""},
	{"a nick with a NUL", {1, 2, 1, 1, 3, 3, 'a', 0, 'b'}, 9, 1, NULL, "a"},
	{"an empty nick", {1, 2, 1, 1, 3, 0}, 6, 1, NULL, ""},
	{"newer versions too, which we do not speak", {1, 2, 1, 9}, 4, 1, NULL, ""},
	{"an older one than our newest", {1, 2, 1, 1}, 4, 3, NULL, ""},
	{"nothing", {0}, 0, 1, "malformed", NULL},
	{"padding alone", {0}, 10, 1, "malformed", NULL},
	{"a type without a length", {1}, 1, 1, "malformed", NULL},
	{"a value that is not there", {1, 2}, 2, 1, "malformed", NULL},
	{"a value cut short", {1, 2, 1, 1, 3, 5, 'a', 'b'}, 8, 1, "malformed", NULL},
	{"versions of one byte", {1, 1, 1}, 3, 1, "malformed", NULL},
	{"features of three bytes", {1, 2, 1, 1, 2, 3, 1, 1, 1}, 9, 1, "malformed", NULL},
	{"a boot of seven bytes",
	 {1, 2, 1, 1, 4, 7, 1, 1, 1, 1, 1, 1, 1},
	 13,
	 1,
	 "malformed",
	 NULL},
	{"a nick of 65 bytes", {1, 2, 1, 1, 3, 65}, 71, 1, "malformed", NULL},
	{"no versions", {3, 1, 'a'}, 3, 1, "malformed", NULL},
	{"version 0", {1, 2, 0, 1}, 4, 1, "malformed", NULL},
	{"versions the wrong way round", {1, 2, 2, 1}, 4, 1, "malformed", NULL},
	{"only newer versions", {1, 2, 2, 3}, 4, 1, "update", NULL},
	{"both speak 2, and 1 is in use", {1, 2, 1, 2}, 4, 2, "old version", NULL},
	{"both speak 3, and 1 is in use", {1, 2, 1, 9}, 4, 3, "old version", NULL},
};

static void
test_table(void)
{
	for (size_t i = 0; i < NELEM(table); i++) {
		struct hello h;
		const char *why = "";
		bool fine = get(&h, table[i].bytes, table[i].len, table[i].ours, &why);

		is_int(fine, table[i].why == NULL, "%s is %s", table[i].what,
		       table[i].why == NULL ? "fine" : "refused");
		if (table[i].why != NULL)
			ok(why != NULL && strstr(why, table[i].why) != NULL, "because: %s",
			   why != NULL ? why : "?");
		else
			is_str(h.nick, table[i].nick, "its nick");
	}
}

int
main(void)
{
	test_round_trip();
	test_table();
	return done_testing();
}
