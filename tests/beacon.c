/* beacon.c - beacons: bytes, tags, and what a listener without the keys can make of them. */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "net/beacon.h"
#include "net/noise.h"
#include "src/addr.h"
#include "src/util.h"
#include "tests/tap.h"

struct person {
	struct noise_keypair pair;
	struct key key;
};

static void
make_person(struct person *p, uint8_t from)
{
	uint8_t secret[KEY_LEN];

	for (uint8_t i = 0; i < KEY_LEN; i++)
		secret[i] = (uint8_t)(from + i);
	noise_keypair_from_private(&p->pair, secret);
	memcpy(p->key.b, p->pair.pub, KEY_LEN);
}

static struct beacon
sample(uint8_t seed)
{
	struct beacon b = {.epoch = 491666, .digits = -1};

	memset(b.nonce, seed, sizeof(b.nonce));
	for (size_t i = 0; i < sizeof(b.slots); i++)
		((uint8_t *)b.slots)[i] = (uint8_t)(i * 7 + seed);
	return b;
}

static void
test_bytes(void)
{
	struct beacon b = sample(1), back;
	uint8_t wire[BEACON_MAX];
	size_t n = beacon_put(wire, &b);

	is_int((long long)n, BEACON_FIXED, "a beacon for contacts has one size");
	ok(beacon_get(&back, wire, n) && memcmp(back.slots, b.slots, sizeof(b.slots)) == 0 &&
		   back.epoch == b.epoch && memcmp(back.nonce, b.nonce, sizeof(b.nonce)) == 0,
	   "it is read as it was written");
	ok(back.port == 0 && back.nick[0] == '\0' && back.digits == -1 && !back.gone && !back.asks,
	   "and says nothing to others");
	b.port = 41555;
	b.digits = 7;
	b.asks = true;
	strlcpy(b.nick, "Ada", sizeof(b.nick));
	n = beacon_put(wire, &b);
	ok(beacon_get(&back, wire, n) && back.port == 41555 && back.digits == 7 && back.asks &&
		   strcmp(back.nick, "Ada") == 0,
	   "a visible one says its port, its name, and the digits of a code");
	for (size_t cut = 0; cut < n; cut++) {
		bool whole =
			cut == BEACON_FIXED || cut == BEACON_FIXED + 4 || cut == BEACON_FIXED + 9;

		if (beacon_get(&back, wire, cut) != whole)
			ok(false, "cut after %zu bytes", cut);
	}
	ok(true, "every cut was looked at");
	wire[4] = 2;
	ok(!beacon_get(&back, wire, n), "another version is not read");
	wire[4] = 1;
	wire[0] = 'Q';
	ok(!beacon_get(&back, wire, n), "nor is anything else");
	memset(b.nick, 'x', NAME_MAX_BYTES);
	b.nick[NAME_MAX_BYTES] = '\0';
	b.gone = true;
	ok(beacon_put(wire, &b) <= BEACON_MAX, "the longest one fits");
}

static void
test_odd_values(void)
{
	static const struct {
		const char *what;
		uint8_t value[8];
		size_t len;
	} cases[] = {
		{"a nick that is no UTF-8", {2, 2, 0xff, 0xfe}, 4},
		{"a nick with a NUL", {2, 3, 'a', 0, 'b'}, 5},
		{"digits that are none", {4, 3, '1', 'x', '3'}, 5},
		{"too many digits", {4, 4, '1', '2', '3', '4'}, 6},
		{"an unknown value", {99, 2, 1, 2}, 4},
		{"a port of one byte", {1, 1, 9}, 3},
	};
	struct beacon b = sample(2), back;
	uint8_t wire[BEACON_MAX];
	size_t n = beacon_put(wire, &b);

	for (size_t i = 0; i < NELEM(cases); i++) {
		memcpy(wire + n, cases[i].value, cases[i].len);
		ok(beacon_get(&back, wire, n + cases[i].len) && back.nick[0] == '\0' &&
			   back.digits == -1 && back.port == 0,
		   "%s counts as none", cases[i].what);
	}
}

static void
test_tags(void)
{
	struct person ada, boris, eve;
	uint8_t ab[BEACON_PAIR_LEN], ba[BEACON_PAIR_LEN], eb[BEACON_PAIR_LEN];
	struct beacon b = sample(3), other = sample(4), later;
	struct addr at, elsewhere, at6;
	uint16_t port = 0;

	make_person(&ada, 1);
	make_person(&boris, 65);
	make_person(&eve, 129);
	addr_parse(&at, "192.168.1.7:1", 1, NULL);
	addr_parse(&elsewhere, "192.168.1.8:1", 1, NULL);
	addr_parse(&at6, "[fe80::1]:1", 1, NULL);
	ok(beacon_pair(ab, ada.pair.priv, &ada.key, &boris.key) &&
		   beacon_pair(ba, boris.pair.priv, &boris.key, &ada.key) &&
		   beacon_pair(eb, eve.pair.priv, &eve.key, &boris.key),
	   "pairs have secrets");
	is_mem(ab, ba, sizeof(ab), "the same on both sides");
	ok(memcmp(ab, eb, sizeof(ab)) != 0, "and another one with everybody else");
	beacon_tag(&b, 5, ab, &ada.key, &at, 41556);
	ok(beacon_match(&b, ba, &ada.key, &at, &port) && port == 41556,
	   "Boris recognises Ada, and where she listens");
	ok(!beacon_match(&b, ba, &boris.key, &at, &port), "reflected it is not his own");
	ok(!beacon_match(&b, eb, &ada.key, &at, &port), "Eve does not recognise her");
	ok(!beacon_match(&b, ba, &ada.key, &elsewhere, &port),
	   "played again from another address it is nobody's");
	ok(!beacon_match(&b, ba, &ada.key, &at6, &port), "nor from another family");
	later = b;
	later.epoch++;
	ok(!beacon_match(&later, ba, &ada.key, &at, &port), "nor under another hour");
	beacon_tag(&other, 5, ab, &ada.key, &at, 41556);
	ok(memcmp(other.slots[5], b.slots[5], BEACON_SLOT) != 0,
	   "two beacons have no tag in common");
	memset(eve.key.b, 0, KEY_LEN);
	ok(!beacon_pair(eb, ada.pair.priv, &ada.key, &eve.key), "a key of small order has none");
}

static void
test_time(void)
{
	int64_t now = INT64_C(491666) * BEACON_EPOCH + 17;

	is_int(beacon_epoch(now), 491666, "an epoch is an hour");
	ok(beacon_timely(491665, now) && beacon_timely(491666, now) && beacon_timely(491667, now),
	   "the hours beside are taken");
	ok(!beacon_timely(491664, now) && !beacon_timely(491668, now) && !beacon_timely(0, now) &&
		   !beacon_timely(UINT32_MAX, now),
	   "others are not");
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_bytes();
	test_odd_values();
	test_tags();
	test_time();
	return done_testing();
}
