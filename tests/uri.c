/* uri.c - tests of src/uri.h: the invite. */
#include "config.h"

#include <sodium.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/uri.h"
#include "src/util.h"
#include "tests/tap.h"

/* The base point: a key that is somebody's. */
static const uint8_t nine[32] = {9};

/* A full invite. */
static struct invite
sample(void)
{
	struct invite inv = {.has_door = true, .nick = "Zoë", .expires = 1772500000};
	static const char *const addrs[] = {"192.0.2.7:41555", "[2001:db8::7]:41555"};

	crypto_scalarmult_base(inv.key, nine);
	for (size_t i = 0; i < sizeof(inv.door); i++)
		inv.door[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < NELEM(addrs); i++)
		if (addr_parse(&inv.addrs[i], addrs[i], 1, NULL))
			inv.naddrs++;
	return inv;
}

static void
same(const struct invite *a, const struct invite *b, const char *what)
{
	is_mem(a->key, b->key, sizeof(a->key), "%s: key", what);
	is_int(a->has_door, b->has_door, "%s: has a door key", what);
	is_mem(a->door, b->door, sizeof(a->door), "%s: door key", what);
	is_int(a->naddrs, b->naddrs, "%s: addresses", what);
	for (size_t i = 0; i < a->naddrs; i++)
		ok(addr_equal(&a->addrs[i], &b->addrs[i]), "%s: address %zu", what, i);
	is_str(a->nick, b->nick, "%s: nick", what);
	is_int(a->expires, b->expires, "%s: expiry", what);
}

static bool
reads(const char *s, struct invite *inv)
{
	char err[INVITE_ERR] = "";
	bool good = invite_parse(s, inv, err, sizeof(err));

	if (!good)
		diag("%s", err);
	return good;
}

static void
test_round(void)
{
	struct invite inv = sample(), got, bare = {.naddrs = 0};
	char *s = invite_format(&inv), *t;
	size_t n = strlen(s), k = 0;

	ok(strncmp(s, "p2p:", 4) == 0, "it starts with p2p:");
	is_int(strcspn(s, " \t\n"), n, "one token");
	for (size_t i = 4; i < n; i++)
		k += (i - 4) % 9 == 8 ? s[i] != '-'
				      : strchr("0123456789abcdefghjkmnpqrstvwxyz", s[i]) == NULL;
	is_int(k, 0, "groups of eight");
	ok(reads(s, &got), "read");
	same(&got, &inv, "as it was");

	t = xstrdup(s);
	for (size_t i = 0; i < n; i++)
		t[i] = (char)toupper((unsigned char)t[i]);
	ok(reads(t, &got), "in capitals");
	same(&got, &inv, "capitals");
	for (size_t i = 4; i < n; i++) {
		t[i] = s[i] == '0' ? 'O' : s[i] == '1' ? (i & 1 ? 'l' : 'I') : s[i];
		if (s[i] == '-')
			t[i] = '\n';
	}
	ok(reads(t, &got), "with look-alikes, wrapped at every separator");
	same(&got, &inv, "wrapped");
	free(t);
	xasprintf(&t, " \n%s\r\n ", s);
	ok(reads(t, &got), "white space around it");
	free(t);
	free(s);

	memcpy(bare.key, inv.key, sizeof(bare.key));
	s = invite_format(&bare);
	ok(reads(s, &got), "a key alone");
	same(&got, &bare, "key alone");
	free(s);
	memset(inv.nick, 'x', 61);
	strlcpy(inv.nick + 61, "éé", sizeof(inv.nick) - 61);
	inv.addrs[0].port = 0;
	s = invite_format(&inv);
	ok(reads(s, &got), "an address without a port is left out");
	is_int(got.naddrs, 1, "one is left");
	is_int(strlen(got.nick), 63, "a nick is cut at a character");
	free(s);
}

/* Every single slip is noticed: another character, one less, one more, two exchanged. */
static void
test_slips(void)
{
	struct invite inv = sample(), got;
	char *s = invite_format(&inv), *t;
	size_t n = strlen(s), taken = 0;

	for (size_t i = 4; i < n; i++) {
		if (s[i] == '-')
			continue;
		t = xstrdup(s);
		t[i] = s[i] == 'z' ? 'y' : 'z';
		taken += invite_parse(t, &got, NULL, 0);
		memmove(t + i, s + i + 1, n - i);
		taken += invite_parse(t, &got, NULL, 0);
		strlcpy(t, s, n + 1);
		if (s[i + 1] != '\0' && s[i + 1] != '-' && s[i + 1] != s[i]) {
			t[i] = s[i + 1];
			t[i + 1] = s[i];
			taken += invite_parse(t, &got, NULL, 0);
		}
		t[i] = '\0';
		taken += invite_parse(t, &got, NULL, 0);
		free(t);
	}
	is_int(taken, 0, "no mistyped invite is taken");
	xasprintf(&t, "%s0", s);
	ok(!invite_parse(t, &got, NULL, 0), "nor one with a character too many");
	free(t);
	free(s);
}

/* Builds an invite from raw bytes, checksum added. */
static char *
raw(const uint8_t *payload, size_t len)
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint8_t in[2048] = "p2p-tui invite", b[2048], hash[32];
	static char out[4096];
	unsigned acc = 0, bits = 0;
	size_t n = 4;

	memcpy(in + 14, payload, len);
	crypto_generichash(hash, sizeof(hash), in, 14 + len, NULL, 0);
	memcpy(b, payload, len);
	memcpy(b + len, hash, 5);
	memcpy(out, "p2p:", 4);
	for (size_t i = 0; i < len + 5; i++) {
		acc = acc << 8 | b[i];
		for (bits += 8; bits >= 5; bits -= 5)
			out[n++] = alphabet[acc >> (bits - 5) & 31];
	}
	if (bits > 0)
		out[n++] = alphabet[acc << (5 - bits) & 31];
	out[n] = '\0';
	return out;
}

/* The error for version and key followed by len bytes; "" if it is taken. */
static const char *
verdict(uint8_t version, const uint8_t *key, const void *tlv, size_t len)
{
	uint8_t p[1400] = {version};
	static char err[INVITE_ERR];
	struct invite inv;

	memcpy(p + 1, key, 32);
	memcpy(p + 33, tlv, len);
	if (invite_parse(raw(p, 33 + len), &inv, err, sizeof(err)))
		return "";
	return err;
}

static void
test_errors(void)
{
	/* clang-format off */
	static const struct { const char *s, *part; } texts[] = {
		{"", "starts with p2p:"}, {"hello", "starts with p2p:"}, {"p2p", "starts with p2p:"},
		{"http://p2p:x", "starts with p2p:"}, {"p2p:", "too short"}, {"p2p:7f3k", "too short"},
		{"p2p:abcdu", "Character 5"}, {"p2p:ab-cd=e", "Character 5"}, {"p2p:a\xc3\xa9", "Character 2"},
	};
	static const struct { const char *tlv; size_t len; const char *part; } rows[] = {
		{"", 0, ""},
		{"\x63\x02xy", 4, ""},				/* unknown: skipped */
		{"\xff\x00", 2, ""},
		{"\x03", 1, "in the middle"}, {"\x03\x02x", 3, "in the middle"},
		{"\x01\x02xy", 4, "door key"},
		{"\x02\x07\x04\x01\x02\x03\x04\x00\x05", 9, ""},
		{"\x02\x07\x06\x01\x02\x03\x04\x00\x05", 9, "address"},	/* length of the other family */
		{"\x02\x07\x05\x01\x02\x03\x04\x00\x05", 9, "address"},	/* no such family */
		{"\x02\x07\x04\x01\x02\x03\x04\x00\x00", 9, "address"},	/* port 0 */
		{"\x02\x07\x04\xe0\x02\x03\x04\x00\x05", 9, "address"},	/* multicast */
		{"\x02\x07\x04\x00\x00\x00\x00\x00\x05", 9, "address"},	/* unspecified */
		{"\x02\x00", 2, "address"}, {"\x02\x01\x04", 3, "address"},
		{"\x03\x03" "Ada", 5, ""}, {"\x03\x00", 2, "name"}, {"\x03\x01\xff", 3, "name"}, {"\x03\x02" "a\0", 4, "name"},
		{"\x03\x01" "a\x03\x01" "b", 6, "name"},
		{"\x04\x08\0\0\0\0\0\0\0\x01", 10, ""}, {"\x04\x04\0\0\0\x01", 6, "end date"},
	};
	/* clang-format on */
	uint8_t many[9 * 9], door[68] = {1, 32, [34] = 1, [35] = 32}, nick[67] = {3, 65};
	struct invite inv;
	char err[INVITE_ERR];

	for (size_t i = 0; i < NELEM(texts); i++) {
		ok(!invite_parse(texts[i].s, &inv, err, sizeof(err)), "text %zu is refused", i);
		ok(strstr(err, texts[i].part) != NULL, "text %zu: %s", i, err);
	}
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *got = verdict(1, nine, rows[i].tlv, rows[i].len);

		if (rows[i].part[0] == '\0')
			is_str(got, "", "row %zu is taken", i);
		else
			ok(strstr(got, rows[i].part) != NULL, "row %zu: '%s'", i, got);
	}
	for (size_t i = 0; i < 9; i++)
		memcpy(many + 9 * i, "\x02\x07\x04\x01\x02\x03\x04\x00\x05", 9);
	is_str(verdict(1, nine, many, 72), "", "eight addresses");
	ok(strstr(verdict(1, nine, many, 81), "more than 8") != NULL, "nine");
	is_str(verdict(1, nine, door, 34), "", "a door key");
	ok(strstr(verdict(1, nine, door, 68), "door key") != NULL, "two");
	memset(nick + 2, 'n', 65);
	ok(strstr(verdict(1, nine, nick, 67), "name") != NULL, "a long name");
	ok(strstr(verdict(2, nine, "", 0), "newer p2p-tui") != NULL, "a newer version");
	ok(strstr(verdict(0, nine, "", 0), "version is 0") != NULL, "version 0");
	is_int(strlen(raw(nine, 32)) > 0, 1, "the test's own writer works");
	err[0] = 'x';
	ok(!invite_parse("hello", &inv, err, 1) && err[0] == '\0', "a short buffer for the reason");
}

static void
test_long(void)
{
	uint8_t p[1400] = {1, 9};
	struct invite inv;
	char err[INVITE_ERR];
	size_t n = 33;

	for (; n + 257 <= 1019; n += 257)
		p[n] = 99, p[n + 1] = 255;
	p[n] = 99;
	p[n + 1] = (uint8_t)(1019 - n - 2);
	ok(invite_parse(raw(p, 1019), &inv, err, sizeof(err)), "the longest is read");
	p[n + 1]++;
	ok(!invite_parse(raw(p, 1020), &inv, err, sizeof(err)) && strstr(err, "too long") != NULL,
	   "one byte more is not: %s", err);
}

static void
test_keys(void)
{
	uint8_t k[32] = {0};

	ok(!invite_key_ok(k), "zero");
	k[0] = 1;
	ok(!invite_key_ok(k), "small order");
	ok(strstr(verdict(1, k, "", 0), "key") != NULL, "nor in an invite");
	memset(k, 0xff, 32);
	k[31] = 0x7f;
	ok(!invite_key_ok(k), "above p");
	k[0] = 0xed;
	ok(!invite_key_ok(k), "p itself");
	k[0] = 0xec;
	ok(!invite_key_ok(k), "p - 1 is of small order");
	k[0] = 0xe9;
	ok(invite_key_ok(k), "a little below");
	ok(invite_key_ok(nine), "the base point");
	memcpy(k, nine, 32);
	k[31] |= 0x80;
	ok(!invite_key_ok(k), "a second spelling of it");
}

static void
finds(const char *text, const struct invite *want, const char *what)
{
	struct invite got;
	size_t start = 0, len = 0;
	char err[INVITE_ERR] = "";

	if (!ok(invite_find(text, strlen(text), &start, &len), "%s: found", what))
		return;
	ok(invite_parse_n(text + start, len, &got, err, sizeof(err)), "%s: %s", what, err);
	is_mem(got.key, want->key, 32, "%s: the right one", what);
}

static void
test_find(void)
{
	struct invite inv = sample();
	char *s = invite_format(&inv), *t, wrapped[1024], quoted[1024], text[2048];
	size_t n = 0, m = 0, start, len;

	for (size_t i = 0; s[i] != '\0'; i++) {
		wrapped[n++] = quoted[m++] = s[i];
		if (s[i] == '-' && i % 3 == 0) {
			memcpy(quoted + m, "\r\n> > ", 6);
			m += 6;
			wrapped[n++] = '\n';
		}
	}
	wrapped[n] = quoted[m] = '\0';
	finds(s, &inv, "alone");
	snprintf(text, sizeof(text), "Hello Boris,\nhere it is: %s. See you\n", s);
	finds(text, &inv, "in a sentence");
	snprintf(text, sizeof(text), "%s\nsee you at ten", s);
	finds(text, &inv, "prose on the next line");
	snprintf(text, sizeof(text), "<%s>", s);
	finds(text, &inv, "in angle brackets");
	snprintf(text, sizeof(text), "my code\n\n%s\n\nbye", wrapped);
	finds(text, &inv, "wrapped");
	snprintf(text, sizeof(text), "> my code\n> %s\n> bye", quoted);
	finds(text, &inv, "quoted");
	snprintf(text, sizeof(text), "p2p:abcd-efgh-abcd-efgh-abcd, no, I mean %s", s);
	finds(text, &inv, "a good one after a damaged one");
	t = xstrdup(s);
	t[10] = t[10] == 'z' ? 'y' : 'z';
	snprintf(text, sizeof(text), "a: %s b", t);
	ok(invite_find(text, strlen(text), &start, &len), "a damaged one is found");
	is_int(start, 3, "where it begins");
	is_int(len, strlen(s), "and how long it is");
	ok(!invite_find("no code here, p2p: is a prefix", 30, &start, &len), "prose");
	ok(!invite_find("", 0, &start, &len), "nothing");
	snprintf(text, sizeof(text), "xp2p%s", s + 3);
	ok(!invite_find(text, strlen(text), &start, &len), "not within a word");
	free(t);
	free(s);
}

/* What was written once must be read for ever: made by hand from the description in uri.h with
 * Python's hashlib.blake2b. */
static void
test_fixed(void)
{
	static const char fixed[] = "p2p:044g0000-00000000-00000000-00000000-00000000-00000000-"
				    "000000g7-0k0000g7-m99g60t1-chgjypb9-9gqg";
	struct invite inv;

	ok(reads(fixed, &inv), "an invite from elsewhere");
	is_mem(inv.key, nine, 32, "its key");
	is_str(inv.nick, "Ada", "its nick");
	is_int(inv.naddrs, 1, "its address");
	ok(!inv.has_door && inv.expires == 0, "and nothing else");
}

int
main(void)
{
	if (sodium_init() == -1)
		skip_all("libsodium does not start");
	test_round();
	test_slips();
	test_errors();
	test_long();
	test_keys();
	test_find();
	test_fixed();
	return done_testing();
}
