/* safety.c - the safety number: Signal's algorithm, digit for digit. */
#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/safety.h"
#include "src/util.h"
#include "tests/json_min.h"
#include "tests/tap.h"

/* Ada and Boris of net/PROTOCOL.md; the numbers were made by a few lines of Python. */
static const char ada[] = "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";
static const char boris[] = "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466";
static const char number[] = "302150662258692427932754008607907916062912416560195234949730";

static struct key
key(const char *hex)
{
	struct key k = {{0}};

	ok(util_unhex(k.b, KEY_LEN, hex), "a key is read");
	return k;
}

static void
test_own(void)
{
	struct key a = key(ada), b = key(boris);
	char got[SAFETY_DIGITS + 1], half[SAFETY_HALF + 1], text[SAFETY_TEXT];

	ok(!safety_known(&a), "nothing is remembered at first");
	safety_number(got, &a, &b);
	is_str(got, number, "the number of Ada and Boris");
	ok(safety_known(&a) && safety_known(&b), "both halves are remembered");
	safety_number(got, &b, &a);
	is_str(got, number, "both sides see the same one");
	safety_key(half, &a);
	is_str(half, number + SAFETY_HALF, "the larger half stands behind");
	is_str(safety_groups(text, number, 6),
	       "30215 06622 58692 42793 27540 08607\n90791 60629 12416 56019 52349 49730",
	       "twelve groups, six in a line");
	is_str(safety_groups(text, number, 4),
	       "30215 06622 58692 42793\n27540 08607 90791 60629\n12416 56019 52349 49730",
	       "or four");
	b.b[31] ^= 1;
	safety_number(got, &a, &b);
	ok(strcmp(got, number) != 0, "another key has another number");
	for (unsigned i = 0; i < 70; i++) {
		b.b[0] = (uint8_t)i;
		safety_key(half, &b);
	}
	ok(!safety_known(&a), "old ones make room");
	b = key(boris);
	safety_number(got, &a, &b);
	is_str(got, number, "and come out the same again");
}

static size_t
copy_text(struct json v, char *out, size_t size)
{
	/* Without its quotes. */
	size_t n = v.p != NULL ? (size_t)(v.end - v.p) : 0;

	if (n < 2 || n - 2 >= size)
		return 0;
	memcpy(out, v.p + 1, n - 2);
	out[n - 2] = '\0';
	return n - 2;
}

static void
half_of(char out[SAFETY_HALF + 1], struct json all, const char *who)
{
	char name[32], id[64];
	uint8_t bytes[64];
	struct json v = {NULL, NULL};
	ssize_t n;
	size_t idlen;

	snprintf(name, sizeof(name), "%s_identity", who);
	json_get(all, name, &v);
	n = json_hex(v, bytes, sizeof(bytes));
	snprintf(name, sizeof(name), "%s_id", who);
	json_get(all, name, &v);
	idlen = copy_text(v, id, sizeof(id));
	ok(n == 33 && idlen > 0, "%s: key and identifier are read", who);
	safety_half(out, bytes, n > 0 ? (size_t)n : 0, id, idlen);
}

static void
test_published(void)
{
	char *path = test_vectors("signal-numeric-fingerprint.json"), *text = NULL,
	     a[SAFETY_HALF + 1], b[SAFETY_HALF + 1];
	char got[SAFETY_DIGITS + 1], want[SAFETY_DIGITS + 2] = "";
	struct json all, v = {NULL, NULL};

	if (path == NULL) {
		skip("signal-numeric-fingerprint.json is not there", "published number");
	} else if (ok(json_load(path, &text, &all), "the published number is read")) {
		half_of(a, all, "alice");
		half_of(b, all, "bob");
		safety_join(got, a, b);
		json_get(all, "displayable", &v);
		copy_text(v, want, sizeof(want));
		is_str(got, want, "the published number");
	}
	free(text);
	free(path);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_own();
	test_published();
	return done_testing();
}
