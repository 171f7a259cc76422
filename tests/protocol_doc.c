/* protocol_doc.c - net/PROTOCOL.md against the code: its examples byte for byte, its table of frames, its limits */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "net/beacon.h"
#include "net/cpace.h"
#include "net/hello.h"
#include "net/limits.h"
#include "net/noise.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/addr.h"
#include "src/types.h"
#include "src/uri.h"
#include "src/util.h"
#include "tests/tap.h"

/* The document twice: as it is, and with no white space. */
static char *doc, *packed;

/* A limit that a peer can see, as the document names it. */
/* clang-format off */
#define LIMITS(ROW) \
	ROW(DEFAULT_PORT) ROW(PREAMBLE_LEN) ROW(HANDSHAKE_MAX) ROW(HELLO_PAD) ROW(HANDSHAKE_TIMEOUT) ROW(DIAL_TIMEOUT) \
	ROW(HALF_OPEN_STRANGERS) ROW(HALF_OPEN_PER_ADDRESS) ROW(HALF_OPEN_KNOWN) ROW(DOORS_MAX) ROW(OLD_DOORS) ROW(EPHEMERALS_REMEMBERED) \
	ROW(PAIR_NONCE) ROW(PAIR_TRIES) ROW(PAIR_LIFETIME) \
	ROW(RECORD_MIN) ROW(RECORD_MAX) ROW(PAD_STEP) ROW(PAD_STEP_UNTIL) ROW(PING_AFTER) ROW(DEAD_AFTER) \
	ROW(DEAD_AFTER_WAITING) ROW(REKEY_AFTER) ROW(REKEY_BYTES) ROW(SESSION_MAX) ROW(DUPLICATE_DECIDE) ROW(PROBE_MOVED) ROW(BEACON_MAX) ROW(BEACON_SLOTS) ROW(BEACON_EPOCH) \
	ROW(BEACON_EVERY) ROW(BEACON_EVERY_PUBLIC) ROW(BEACONS_PER_ROUND) ROW(BEACONS_PER_S) ROW(BEACONS_PER_SOURCE) \
	ROW(BEACON_TAGS_PER_S) ROW(BEACON_TAGS_PER_SOURCE) ROW(BEACONS_READ) ROW(BEACONS_READ_IN) ROW(NEARBY_TRIED) ROW(NEARBY_HANGS) \
	ROW(NEARBY_DIALS) ROW(NEARBY_RETRY) ROW(NEARBY_MAX) ROW(NEARBY_GONE) ROW(BACKOFF_FIRST) \
	ROW(BACKOFF_MAX) ROW(STRANGER_FRAMES_PER_S) ROW(LINK_FRAMES_PER_S) ROW(REQUESTS_WAITING) ROW(UNCOMMITTED_MESSAGES) \
	ROW(UNCOMMITTED_BYTES) ROW(UNACKED_MESSAGES) ROW(UNACKED_BYTES) ROW(OFFERS_PER_CONTACT) ROW(RUNNING_PER_CONTACT) \
	ROW(MANIFEST_ENTRIES) ROW(MANIFEST_BYTES) ROW(CREDIT_POOL) ROW(CREDIT_MIN) ROW(CREDIT_MOST) ROW(BULK_DATA) ROW(SUM_SEGMENT) ROW(SUMS_MAX) ROW(WANT_RANGES) ROW(REASON_MAX) \
	ROW(NAME_MAX_BYTES) ROW(NOTE_MAX_BYTES) ROW(STATUS_MAX_BYTES) ROW(TEXT_MAX_BYTES) ROW(REACTION_MAX_BYTES) ROW(CONTACT_ADDRS)
/* clang-format on */

static const struct {
	const char *name;
	uint64_t value;
} limits[] = {
#define ROW(name) {#name, name},
	LIMITS(ROW)
#undef ROW
};

static const struct {
	const char *name;
	unsigned type;
} frames[] = {
#define ROW(name, type, group) {#name, type},
	FRAME_TABLE(ROW)
#undef ROW
};

static void
read_document(void)
{
	char *path = test_source("net/PROTOCOL.md");
	size_t n = 0, size = 1 << 20;
	FILE *f = fopen(path, "r");

	doc = xcalloc(size, 1);
	packed = xcalloc(size, 1);
	if (ok(f != NULL, "%s is there", path)) {
		ok(fread(doc, 1, size - 1, f) > 1000, "and is no stub");
		fclose(f);
	}
	for (const char *p = doc; *p != '\0'; p++)
		if (!isspace((unsigned char)*p))
			packed[n++] = *p;
	free(path);
}

/* Whether the document has the line's label and, behind it, these bytes in hex, however they are wrapped. */
static void
has(const char *label, const uint8_t *bytes, size_t n)
{
	char *hex = xcalloc(2 * n + 1, 1), *want;

	util_hex(hex, bytes, n);
	xasprintf(&want, "%s%s", label, hex);
	if (!ok(strstr(packed, want) != NULL, "the document has %s as the code makes it", label))
		diag("%s %s", label, hex);
	free(want);
	free(hex);
}

/* ---- the invite ---- */

static void
test_invite(void)
{
	static const uint8_t v4[4] = {192, 0, 2, 7};
	static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};
	struct noise_keypair ada;
	struct invite inv = {.has_door = true, .nick = "Ada", .naddrs = 2}, back;
	uint8_t secret[KEY_LEN];
	char err[INVITE_ERR] = "", *text;

	for (uint8_t i = 0; i < KEY_LEN; i++) {
		secret[i] = (uint8_t)(i + 1);
		inv.door[i] = (uint8_t)(0xa0 + i);
	}
	noise_keypair_from_private(&ada, secret);
	memcpy(inv.key, ada.pub, KEY_LEN);
	addr_from_bytes(&inv.addrs[0], 4, v4, 41555, 0);
	addr_from_bytes(&inv.addrs[1], 6, v6, 41555, 0);
	text = invite_format(&inv);
	has("identity", ada.pub, KEY_LEN);
	if (!ok(strstr(packed, text) != NULL, "the document has the invite the code makes"))
		diag("%s", text);
	ok(invite_parse(text, &back, err, sizeof(err)), "which the code reads: %s", err);
	is_mem(back.key, ada.pub, KEY_LEN, "as the key it was made from");
	is_int((long long)back.naddrs, 2, "with both addresses");
	free(text);
}

/* ---- a session ---- */

struct side {
	struct noise_keypair s;
	uint8_t e[NOISE_KEY];
	struct noise ns;
	struct noise_cipher tx, rx;
	uint8_t hello[HELLO_PAD];
};

static void
fixed(void *arg, void *buf, size_t n)
{
	memcpy(buf, arg, n);
}

static void
make_side(struct side *x, uint8_t from, const char *nick, uint64_t boot, uint64_t dial)
{
	struct hello h = {.lowest = PROTOCOL_VERSION, .highest = PROTOCOL_HIGHEST};
	uint8_t secret[NOISE_KEY];

	for (uint8_t i = 0; i < NOISE_KEY; i++) {
		secret[i] = (uint8_t)(from + i);
		x->e[i] = (uint8_t)(from + NOISE_KEY + i);
	}
	noise_keypair_from_private(&x->s, secret);
	strlcpy(h.nick, nick, sizeof(h.nick));
	h.boot = boot;
	h.dial = dial;
	hello_put(x->hello, &h);
}

static bool
start(struct side *x, enum noise_role role, const uint8_t *preamble, const uint8_t *psk)
{
	struct noise_config c = {.role = role,
				 .pattern = NOISE_XXPSK0,
				 .prologue = preamble,
				 .prologue_len = PREAMBLE_LEN,
				 .s = &x->s,
				 .psk = psk,
				 .random = fixed,
				 .random_arg = x->e};

	return noise_init(&x->ns, &c) == 0;
}

/* One handshake message, which the document has with its length. */
static void
pass(struct side *from, struct side *to, const uint8_t *payload, size_t len, const char *label)
{
	uint8_t wire[2 + HANDSHAKE_MAX], got[HANDSHAKE_MAX];
	size_t n = 0, back = 0;

	ok(noise_write(&from->ns, payload, len, wire + 2, HANDSHAKE_MAX, &n) == 0, "%s is made",
	   label);
	put_be16(wire, (uint16_t)n);
	has(label, wire, 2 + n);
	ok(noise_read(&to->ns, wire + 2, n, got, sizeof(got), &back) == 0 && back == len,
	   "and is read");
}

static void
record(struct side *from, struct side *to, uint8_t type, uint8_t flags, const void *body,
       size_t len, const char *label)
{
	uint8_t wire[2 + PAD_STEP + TAG_LEN] = {0};
	size_t n = frame_put(wire + 2, type, flags, body, len), at = 0;
	struct frame f;

	n = wire_padded(n);
	is_int((long long)n, PAD_STEP, "a small frame is padded to one step");
	put_be16(wire, (uint16_t)(n + TAG_LEN));
	ok(noise_seal(&from->tx, wire + 2, n, n + TAG_LEN) == 0, "%s is sealed", label);
	has(label, wire, sizeof(wire));
	ok(noise_open(&to->rx, wire + 2, n + TAG_LEN) == 0 &&
		   frame_next(wire + 2, n, &at, &f) == 1 && f.type == type,
	   "and opened");
}

static void
test_session(void)
{
	static const uint8_t preamble[PREAMBLE_LEN] = {'P', '2', 'P', 'T', 1, 2, 0, 0};
	static const uint8_t accepted[1] = {1};
	struct side boris, ada;
	uint8_t door[NOISE_KEY];

	for (uint8_t i = 0; i < NOISE_KEY; i++)
		door[i] = (uint8_t)(0xa0 + i);
	make_side(&ada, 0x01, "Ada", UINT64_C(0x1112131415161718), 0);
	make_side(&boris, 0x41, "Boris", UINT64_C(0x0102030405060708), 7);
	ok(start(&boris, NOISE_INITIATOR, preamble, door) &&
		   start(&ada, NOISE_RESPONDER, preamble, door),
	   "both sides start");
	has("preamble", preamble, sizeof(preamble));
	has("callerstatickey", boris.s.pub, NOISE_KEY);
	has("callee'sHELLO", ada.hello, 46);
	has("caller'sHELLO", boris.hello, 48);
	pass(&boris, &ada, NULL, 0, "message1");
	pass(&ada, &boris, ada.hello, HELLO_PAD, "message2");
	pass(&boris, &ada, boris.hello, HELLO_PAD, "message3");
	has("handshakehash", noise_hash(&ada.ns), NOISE_HASH);
	ok(noise_split(&ada.ns, &ada.tx, &ada.rx) == 0 &&
		   noise_split(&boris.ns, &boris.tx, &boris.rx) == 0,
	   "both sides have their ciphers");
	record(&boris, &ada, FRAME_CONTACT, FRAME_CRITICAL, accepted, 1, "record0");
	record(&boris, &ada, FRAME_REKEY, FRAME_CRITICAL, NULL, 0, "record1");
	ok(noise_rekey(&boris.tx) == 0 && noise_rekey(&ada.rx) == 0, "a new key for one direction");
	record(&boris, &ada, FRAME_PING, 0, NULL, 0, "record2");
}

/* ---- a pairing ---- */

/* Bytes from `from` on, counting up. */
static void
count_up(uint8_t *out, size_t n, uint8_t from)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(from + i);
}

static void
test_pairing(void)
{
	static const uint8_t preamble[PREAMBLE_LEN] = {'P', '2', 'P', 'T', 1, 3, 0, 0};
	uint8_t sid[2 * PAIR_NONCE], g[CPACE_POINT], random[CPACE_RANDOM], a[CPACE_SCALAR],
		b[CPACE_SCALAR], ya[CPACE_POINT], yb[CPACE_POINT], k[CPACE_POINT],
		other[CPACE_POINT], isk[CPACE_ISK], psk[NOISE_KEY];
	struct cpace_input in = {"20938841", 8, "p2p-tui/1417", 12, sid, sizeof(sid)};
	struct cpace_transcript t = {.ya = ya, .yb = yb};
	struct side boris, ada;

	count_up(sid, sizeof(sid), 0xc0);
	cpace_generator(g, &in);
	count_up(random, sizeof(random), 0x10);
	cpace_scalar(a, random);
	count_up(random, sizeof(random), 0x60);
	cpace_scalar(b, random);
	ok(cpace_share(ya, a, g) == 0 && cpace_share(yb, b, g) == 0 && cpace_mult(k, a, yb) == 0 &&
		   cpace_mult(other, b, ya) == 0 && memcmp(k, other, sizeof(k)) == 0,
	   "both find K");
	cpace_isk(isk, sid, sizeof(sid), k, &t);
	crypto_generichash(psk, sizeof(psk), isk, sizeof(isk), NULL, 0);
	has("pairing:preamble", preamble, sizeof(preamble));
	has("n_i", sid, PAIR_NONCE);
	has("n_r", sid + PAIR_NONCE, PAIR_NONCE);
	has("generatorg", g, sizeof(g));
	has("scalarofYa", a, sizeof(a));
	has("scalarofYb", b, sizeof(b));
	has("Ya", ya, sizeof(ya));
	has("Yb", yb, sizeof(yb));
	has("K", k, sizeof(k));
	has("ISK", isk, sizeof(isk));
	has("psk", psk, sizeof(psk));
	make_side(&ada, 0x01, "Ada", UINT64_C(0x1112131415161718), 0);
	make_side(&boris, 0x41, "Boris", UINT64_C(0x0102030405060708), 7);
	ok(start(&boris, NOISE_INITIATOR, preamble, psk) &&
		   start(&ada, NOISE_RESPONDER, preamble, psk),
	   "both sides start");
	pass(&boris, &ada, NULL, 0, "pairing:message1");
	pass(&ada, &boris, ada.hello, HELLO_PAD, "pairing:message2");
	pass(&boris, &ada, boris.hello, HELLO_PAD, "pairing:message3");
	has("pairing:handshakehash", noise_hash(&ada.ns), NOISE_HASH);
}

/* ---- a beacon ---- */

static void
test_beacon(void)
{
	struct noise_keypair ada, boris;
	struct key ada_key, boris_key;
	struct beacon b = {.epoch = 491666, .digits = -1};
	uint8_t secret[KEY_LEN], pair[BEACON_PAIR_LEN];
	struct addr at;

	for (uint8_t i = 0; i < KEY_LEN; i++)
		secret[i] = (uint8_t)(i + 0x41);
	noise_keypair_from_private(&boris, secret);
	for (uint8_t i = 0; i < KEY_LEN; i++)
		secret[i] = (uint8_t)(i + 1);
	noise_keypair_from_private(&ada, secret);
	for (uint8_t i = 0; i < BEACON_NONCE; i++)
		b.nonce[i] = i;
	memcpy(ada_key.b, ada.pub, KEY_LEN);
	memcpy(boris_key.b, boris.pub, KEY_LEN);
	ok(beacon_pair(pair, ada.priv, &ada_key, &boris_key), "Ada and Boris have a secret");
	has("pairsecret", pair, sizeof(pair));
	addr_parse_ip(&at, "192.168.1.7");
	beacon_tag(&b, 0, pair, &ada_key, &at, 41555);
	has("slotforBoris", b.slots[0], BEACON_SLOT);
	addr_parse_ip(&at, "fe80::7");
	beacon_tag(&b, 0, pair, &ada_key, &at, 41555);
	has("thesamefromfe80::7", b.slots[0], BEACON_SLOT);
	is_int(BEACON_FIXED, 346, "the values begin where the document says");
}

/* ---- tables ---- */

/* How many rows a table of the document has; -1 without that head. */
static int
rows_of(const char *head)
{
	const char *at = strstr(doc, head);
	int n = -2; /* the head and the line below it */

	if (at == NULL)
		return -1;
	for (; *at == '|'; n++)
		at += strcspn(at, "\n") + 1;
	return n;
}

static void
test_frames(void)
{
	char want[64];

	for (size_t i = 0; i < NELEM(frames); i++) {
		snprintf(want, sizeof(want), "|%u|%s|", frames[i].type, frames[i].name);
		ok(strstr(packed, want) != NULL, "frame %u, %s, is in the table", frames[i].type,
		   frames[i].name);
	}
	is_int(rows_of("| type | name | body | sent |\n"), NELEM(frames), "and no other");
}

static void
test_limits(void)
{
	char want[96];

	for (size_t i = 0; i < NELEM(limits); i++) {
		snprintf(want, sizeof(want), "|`%s`|%" PRIu64 "|", limits[i].name, limits[i].value);
		if (!ok(strstr(packed, want) != NULL, "%s is in the table with its value",
			limits[i].name))
			diag("%s", want);
	}
	is_int(rows_of("| name | value | |\n"), NELEM(limits), "and no other name");
}

/* Bodies whose sizes the stream's header file fixes. */
static void
test_sizes(void)
{
	static const struct {
		const char *what;
		int size;
	} sizes[] = {{"FILE", FILE_LEN}, {"HOLE", HOLE_LEN}, {"END", END_LEN}, {"DONE", DONE_LEN}};
	char want[64];

	for (size_t i = 0; i < NELEM(sizes); i++) {
		snprintf(want, sizeof(want), "%s,%dbytes:", sizes[i].what,
			 sizes[i].size - FRAME_HEADER);
		if (!ok(strstr(packed, want) != NULL, "the body of %s has its size", sizes[i].what))
			diag("%s", want);
	}
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium does not start");
	read_document();
	test_invite();
	test_session();
	test_pairing();
	test_beacon();
	test_frames();
	test_limits();
	test_sizes();
	free(doc);
	free(packed);
	return done_testing();
}
