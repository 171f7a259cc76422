/* noise.c - tests of the handshake and the cipher that need no vectors: turns, sizes, forgery, ends, door keys */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "net/noise.h"
#include "src/util.h"
#include "tests/tap.h"

enum { ROOM = 1024 };

static const uint8_t prologue[] = {'P', '2', 'P', 'T', 1, 2, 0, 0};
static uint64_t seed = 20;

struct message {
	uint8_t bytes[ROOM];
	size_t len;
};

/* Two sides and what they last said. */
struct pair {
	struct noise_keypair keys[2];
	uint8_t psk[NOISE_KEY];
	struct noise ns[2];
	struct noise_cipher tx[2], rx[2];
	struct message m;
};

static void
fill(void *arg, void *buf, size_t n)
{
	uint8_t *p = buf;

	(void)arg;
	while (n-- > 0)
		*p++ = (uint8_t)test_random(&seed);
}

/* The call refused, and with this errno. */
static bool
refused(int rc, int error)
{
	bool right = rc == -1 && errno == error;

	if (!right)
		diag("returned %d with errno %d", rc, errno);
	errno = 0;
	return right;
}

/* Byte for byte the same, for structs copied with memcpy. */
static bool
same(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

static bool
all_zero(const void *p, size_t n)
{
	return sodium_is_zero(p, n) == 1;
}

static void
pair_init(struct pair *p, enum noise_pattern pattern)
{
	uint8_t priv[NOISE_KEY];
	struct noise_config config = {
		.pattern = pattern,
		.prologue = prologue,
		.prologue_len = sizeof(prologue),
		.random = fill,
	};

	memset(p, 0, sizeof(*p));
	fill(NULL, p->psk, sizeof(p->psk));
	if (pattern == NOISE_XXPSK0)
		config.psk = p->psk;
	for (int i = 0; i < 2; i++) {
		fill(NULL, priv, sizeof(priv));
		noise_keypair_from_private(&p->keys[i], priv);
		config.role = i == 0 ? NOISE_INITIATOR : NOISE_RESPONDER;
		config.s = &p->keys[i];
		if (noise_init(&p->ns[i], &config) != 0)
			ok(false, "noise_init");
	}
}

/* Whose turn message i is writes it, with a payload of len bytes 'a' + i. */
static int
say(struct pair *p, unsigned i, size_t len)
{
	uint8_t payload[ROOM];

	memset(payload, (int)('a' + i), sizeof(payload));
	return noise_write(&p->ns[i % 2], payload, len, p->m.bytes, sizeof(p->m.bytes), &p->m.len);
}

static int
hear(struct pair *p, unsigned i, const struct message *m, struct message *payload)
{
	return noise_read(&p->ns[1 - i % 2], m->bytes, m->len, payload->bytes,
			  sizeof(payload->bytes), &payload->len);
}

/* Brings a pair to where message i is written and not yet read. */
static bool
pair_until(struct pair *p, enum noise_pattern pattern, unsigned i, size_t len)
{
	struct message payload;

	pair_init(p, pattern);
	for (unsigned k = 0; k < i; k++)
		if (say(p, k, len) != 0 || hear(p, k, &p->m, &payload) != 0)
			return ok(false, "the handshake reaches message %u", i);
	return say(p, i, len) == 0 || ok(false, "message %u is written", i);
}

static bool
pair_open(struct pair *p, enum noise_pattern pattern)
{
	struct message payload;

	return pair_until(p, pattern, 2, 0) && hear(p, 2, &p->m, &payload) == 0 &&
	       noise_split(&p->ns[0], &p->tx[0], &p->rx[0]) == 0 &&
	       noise_split(&p->ns[1], &p->tx[1], &p->rx[1]) == 0;
}

static void
test_handshake(enum noise_pattern pattern, const char *name)
{
	static const size_t sizes[2][NOISE_MESSAGES] = {{32, 96, 64}, {48, 96, 64}};
	struct pair p, before;
	struct message payload, expect;

	pair_init(&p, pattern);
	for (unsigned i = 0; i < NOISE_MESSAGES; i++) {
		size_t len = (size_t)100 * i;

		ok(noise_hash(&p.ns[0]) == NULL && !noise_done(&p.ns[1]), "%s: not done before %u",
		   name, i + 1);
		ok((noise_remote_static(&p.ns[0]) != NULL) == (i == 2) &&
			   noise_remote_static(&p.ns[1]) == NULL,
		   "%s: before %u, who knows whose key", name, i + 1);
		memcpy(&before, &p, sizeof(before));
		ok(refused(noise_write(&p.ns[1 - i % 2], NULL, 0, p.m.bytes, ROOM, &p.m.len),
			   EINVAL),
		   "%s: message %u is not the other's to write", name, i + 1);
		ok(refused(noise_read(&p.ns[i % 2], before.m.bytes, 96, payload.bytes, ROOM,
				      &payload.len),
			   EINVAL),
		   "%s: message %u is not the writer's to read", name, i + 1);
		is_int(say(&p, i, len), 0, "%s: message %u is written", name, i + 1);
		is_int(p.m.len, sizes[pattern][i] + len, "%s: with the right length", name);
		is_int(noise_overhead(pattern, i), sizes[pattern][i], "%s: which is told", name);
		is_int(hear(&p, i, &p.m, &payload), 0, "%s: and read", name);
		memset(expect.bytes, (int)('a' + i), len);
		ok(payload.len == len && memcmp(payload.bytes, expect.bytes, len) == 0,
		   "%s: with its payload", name);
	}
	for (int i = 0; i < 2; i++) {
		ok(noise_done(&p.ns[i]), "%s: side %d is done", name, i);
		ok(refused(noise_write(&p.ns[i], NULL, 0, p.m.bytes, ROOM, &p.m.len), EINVAL),
		   "%s: there is no fourth message", name);
		is_mem(noise_remote_static(&p.ns[i]), p.keys[1 - i].pub, NOISE_KEY,
		       "%s: it knows the other's key", name);
	}
	is_mem(noise_hash(&p.ns[0]), noise_hash(&p.ns[1]), NOISE_HASH, "%s: one hash", name);
}

static void
test_split(enum noise_pattern pattern)
{
	struct pair p;
	struct noise_cipher tx, rx;

	if (!pair_until(&p, pattern, 2, 0))
		return;
	ok(refused(noise_split(&p.ns[1], &tx, &rx), EINVAL), "no split before the end");
	ok(pair_open(&p, pattern), "a handshake goes to its end");
	ok(refused(noise_split(&p.ns[0], &tx, &rx), EINVAL), "no second split");
	for (int i = 0; i < 2; i++) {
		struct noise *ns = &p.ns[i];

		ok(all_zero(&ns->s, sizeof(ns->s)) && all_zero(&ns->e, sizeof(ns->e)) &&
			   all_zero(ns->psk, sizeof(ns->psk)) &&
			   all_zero(ns->ss.ck, sizeof(ns->ss.ck)) &&
			   all_zero(&ns->ss.cipher, sizeof(ns->ss.cipher)),
		   "after it side %d holds no secret", i);
		ok(noise_done(ns) && noise_hash(ns) != NULL && noise_remote_static(ns) != NULL,
		   "and still knows hash and key");
		is_mem(p.tx[i].k, p.rx[1 - i].k, NOISE_KEY, "one key for one direction");
		ok(p.tx[i].n == 0 && p.rx[i].n == 0, "both begin at n = 0");
	}
	ok(memcmp(p.tx[0].k, p.rx[0].k, NOISE_KEY) != 0, "two directions, two keys");
	noise_wipe(&p.ns[0]);
	ok(!noise_done(&p.ns[0]) && noise_hash(&p.ns[0]) == NULL &&
		   noise_remote_static(&p.ns[0]) == NULL,
	   "a wiped one knows nothing");
	ok(refused(say(&p, 0, 0), EINVAL), "and says nothing");
}

static void
test_init(void)
{
	struct noise ns;
	struct noise_keypair keys;
	uint8_t psk[NOISE_KEY] = {1};
	struct noise_config config = {.s = &keys, .pattern = NOISE_XX, .psk = psk};

	noise_keypair_from_private(&keys, psk);
	ok(refused(noise_init(&ns, &config), EINVAL), "XX takes no psk");
	config.psk = NULL;
	is_int(noise_init(&ns, &config), 0, "XX without psk, prologue and random function");
	config.pattern = NOISE_XXPSK0;
	ok(refused(noise_init(&ns, &config), EINVAL), "XXpsk0 wants a psk");
	config.psk = psk;
	config.s = NULL;
	ok(refused(noise_init(&ns, &config), EINVAL), "nothing goes without static keys");
}

/* The system's own randomness gives other ephemerals each time. */
static void
test_random_ephemeral(void)
{
	struct noise ns;
	struct noise_keypair keys;
	uint8_t priv[NOISE_KEY] = {9}, a[NOISE_KEY], b[NOISE_KEY];
	struct noise_config config = {.s = &keys, .pattern = NOISE_XX};
	size_t len;

	noise_keypair_from_private(&keys, priv);
	ok(noise_init(&ns, &config) == 0 && noise_write(&ns, NULL, 0, a, sizeof(a), &len) == 0 &&
		   noise_init(&ns, &config) == 0 &&
		   noise_write(&ns, NULL, 0, b, sizeof(b), &len) == 0 && memcmp(a, b, 32) != 0,
	   "every handshake has an ephemeral key of its own");
}

/* Every flipped bit of every message is found out by who reads it, except in message 1 of XX, where who reads message 2 does. What
 * was refused changed nothing: the true message still goes through. */
static void
test_flipped(enum noise_pattern pattern, const char *name)
{
	for (unsigned i = pattern == NOISE_XX ? 1 : 0; i < NOISE_MESSAGES; i++) {
		struct pair p, before;
		struct message bad, payload;
		int passed = 0, other = 0, changed = 0, leaked = 0;

		if (!pair_until(&p, pattern, i, 20))
			return;
		memcpy(&before, &p, sizeof(before));
		for (size_t bit = 0; bit < 8 * p.m.len; bit++) {
			bad = p.m;
			bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			memset(&payload, 0, sizeof(payload));
			errno = 0;
			passed += hear(&p, i, &bad, &payload) == 0;
			other += errno != EBADMSG;
			leaked += !all_zero(&payload, sizeof(payload));
			changed += !same(&p, &before, sizeof(p));
		}
		is_int(passed, 0, "%s: message %u with a flipped bit never passes", name, i + 1);
		is_int(other, 0, "%s: it is EBADMSG", name);
		is_int(leaked, 0, "%s: no plaintext comes out", name);
		is_int(changed, 0, "%s: the state is as before", name);
		is_int(hear(&p, i, &p.m, &payload), 0, "%s: the true message passes", name);
	}
}

static void
test_flipped_first(void)
{
	struct pair p, start;
	struct message bad, payload;
	int passed = 0;

	if (!pair_until(&start, NOISE_XX, 0, 20))
		return;
	for (size_t bit = 0; bit < 8 * start.m.len; bit++) {
		p = start;
		bad = p.m;
		bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (hear(&p, 0, &bad, &payload) != 0 || say(&p, 1, 20) != 0)
			continue;
		passed += hear(&p, 1, &p.m, &payload) == 0;
	}
	is_int(passed, 0, "XX: a flipped bit in message 1 makes message 2 fail");
}

static void
test_lengths(enum noise_pattern pattern, const char *name)
{
	for (unsigned i = 0; i < NOISE_MESSAGES; i++) {
		size_t least = noise_overhead(pattern, i);
		struct pair p, before;
		struct message bad, payload;
		int wrong = 0;

		if (!pair_until(&p, pattern, i, 20))
			return;
		memcpy(&before, &p, sizeof(before));
		for (bad = p.m; bad.len-- > 0;) {
			/* Message 1 of XX has no tag that a shorter payload could break. */
			if (pattern == NOISE_XX && i == 0 && bad.len >= least)
				continue;
			wrong += !refused(hear(&p, i, &bad, &payload),
					  bad.len < least ? EMSGSIZE : EBADMSG);
		}
		bad.len = p.m.len + 1;
		if (pattern != NOISE_XX || i != 0)
			wrong += !refused(hear(&p, i, &bad, &payload), EBADMSG);
		is_int(wrong, 0, "%s: message %u cut or extended is refused", name, i + 1);
		ok(refused(noise_read(&p.ns[1 - i % 2], p.m.bytes, p.m.len, payload.bytes, 19,
				      &payload.len),
			   ENOBUFS),
		   "%s: no room for its payload", name);
		ok(same(&p, &before, sizeof(p)), "%s: nothing happened", name);
		is_int(hear(&p, i, &p.m, &payload), 0, "%s: the whole one passes", name);
	}
}

/* The longest message Noise knows, one byte more, and a buffer one byte too small. */
static void
test_longest(enum noise_pattern pattern, const char *name)
{
	static uint8_t in[NOISE_MAX + 1], message[NOISE_MAX + 1], payload[NOISE_MAX];
	struct pair p, before;
	size_t len, got, most;

	pair_init(&p, pattern);
	for (unsigned i = 0; i < NOISE_MESSAGES; i++) {
		struct noise *w = &p.ns[i % 2], *r = &p.ns[1 - i % 2];

		most = NOISE_MAX - noise_overhead(pattern, i);
		memset(in, (int)(i + 1), sizeof(in));
		memcpy(&before, &p, sizeof(before));
		ok(refused(noise_write(w, in, most + 1, message, sizeof(message), &len), EMSGSIZE),
		   "%s: payload %u is a byte too long", name, i + 1);
		ok(refused(noise_write(w, in, most, message, NOISE_MAX - 1, &len), ENOBUFS),
		   "%s: its buffer is a byte too small", name);
		ok(refused(noise_write(w, in, SIZE_MAX, message, NOISE_MAX, &len), EMSGSIZE),
		   "%s: its length is nonsense", name);
		ok(refused(noise_read(r, message, NOISE_MAX + 1, payload, sizeof(payload), &got),
			   EMSGSIZE),
		   "%s: the message is too long to be read", name);
		ok(same(&p, &before, sizeof(p)), "%s: nothing happened", name);
		ok(noise_write(w, in, most, message, NOISE_MAX, &len) == 0 && len == NOISE_MAX,
		   "%s: the longest one is written", name);
		ok(noise_read(r, message, len, payload, most, &got) == 0 && got == most &&
			   memcmp(payload, in, most) == 0,
		   "%s: and read", name);
	}
}

/* A wrong psk or prologue shows at the first tag. */
static void
test_mismatch(void)
{
	struct pair p, q;
	struct message payload;
	struct noise_config config = {
		.role = NOISE_RESPONDER,
		.pattern = NOISE_XXPSK0,
		.prologue = prologue,
		.prologue_len = sizeof(prologue),
	};

	if (!pair_until(&p, NOISE_XXPSK0, 0, 0) || !pair_until(&q, NOISE_XXPSK0, 0, 0))
		return;
	ok(refused(hear(&p, 0, &q.m, &payload), EBADMSG), "another psk: message 1 is refused");
	config.s = &p.keys[1];
	config.psk = p.psk;
	config.prologue_len--;
	ok(noise_init(&p.ns[1], &config) == 0 && refused(hear(&p, 0, &p.m, &payload), EBADMSG),
	   "another prologue: message 1 of XXpsk0 is refused");
	pair_init(&p, NOISE_XX);
	config.pattern = NOISE_XX;
	config.psk = NULL;
	ok(noise_init(&p.ns[1], &config) == 0 && say(&p, 0, 0) == 0 &&
		   hear(&p, 0, &p.m, &payload) == 0 && say(&p, 1, 0) == 0 &&
		   refused(hear(&p, 1, &p.m, &payload), EBADMSG),
	   "another prologue: message 2 of XX is refused");
}

/* Points of small order: 0, 1, the two of order 8, p - 1, and those again not reduced. */
static const char *const small_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

static bool
ended(struct noise *ns)
{
	struct noise copy = *ns;
	struct message m;

	copy.next = 0;
	return all_zero(&copy, sizeof(copy)) &&
	       refused(noise_read(ns, m.bytes, 96, m.bytes, ROOM, &m.len), EINVAL) &&
	       refused(noise_write(ns, NULL, 0, m.bytes, ROOM, &m.len), EINVAL);
}

static void
test_small_order(size_t i)
{
	uint8_t point[NOISE_KEY], out[NOISE_KEY], zero[ROOM] = {0};
	struct pair p;
	struct message payload = {.len = 0};

	if (!ok(util_unhex(point, NOISE_KEY, small_order[i]), "point %zu", i))
		return;
	pair_init(&p, NOISE_XX);
	ok(refused(noise_dh(out, p.keys[0].priv, point), EPROTO) && all_zero(out, sizeof(out)),
	   "DH with it is refused");

	memcpy(p.m.bytes, point, NOISE_KEY);
	p.m.len = NOISE_KEY;
	is_int(hear(&p, 0, &p.m, &payload), 0, "as e of message 1 it is read");
	memset(&p.m, 0xaa, sizeof(p.m));
	ok(refused(say(&p, 1, 20), EPROTO) && ended(&p.ns[1]), "and ends who answers it");
	is_mem(p.m.bytes, zero, 116, "who has written nothing");

	pair_until(&p, NOISE_XX, 1, 20);
	memcpy(p.m.bytes, point, NOISE_KEY);
	ok(refused(hear(&p, 1, &p.m, &payload), EPROTO) && ended(&p.ns[0]),
	   "as e of message 2 it ends who reads it");

	pair_init(&p, NOISE_XX);
	memcpy(p.ns[1].s.pub, point, NOISE_KEY);
	ok(say(&p, 0, 0) == 0 && hear(&p, 0, &p.m, &payload) == 0 && say(&p, 1, 0) == 0 &&
		   refused(hear(&p, 1, &p.m, &payload), EPROTO) && ended(&p.ns[0]),
	   "as s of message 2 it ends who reads it");

	pair_until(&p, NOISE_XX, 1, 0);
	memcpy(p.ns[0].s.pub, point, NOISE_KEY);
	ok(hear(&p, 1, &p.m, &payload) == 0 && say(&p, 2, 0) == 0 &&
		   refused(hear(&p, 2, &p.m, &payload), EPROTO) && ended(&p.ns[1]),
	   "as s of message 3 it ends who reads it");
}

/* RFC 7748, section 6.1. */
static void
test_dh(void)
{
	uint8_t b[NOISE_KEY], a_pub[NOISE_KEY], want[NOISE_KEY], got[NOISE_KEY];
	struct noise_keypair kp;

	ok(util_unhex(b, 32, "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb") &&
		   util_unhex(want, 32,
			      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
	   "Bob");
	noise_keypair_from_private(&kp, b);
	is_mem(kp.pub, want, NOISE_KEY, "the public key of a private one");
	is_mem(kp.priv, b, NOISE_KEY, "beside it");
	ok(util_unhex(a_pub, 32,
		      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a") &&
		   util_unhex(want, 32,
			      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
	   "Alice");
	is_int(noise_dh(got, b, a_pub), 0, "DH");
	is_mem(got, want, NOISE_KEY, "gives the published secret");
}

/* A struct noise embedded and copied in the middle goes on where it was. */
static void
test_copied(void)
{
	struct pair p, q;
	struct message payload;

	if (!pair_until(&p, NOISE_XXPSK0, 1, 5))
		return;
	q = p;
	memset(&p, 0xff, sizeof(p));
	ok(hear(&q, 1, &q.m, &payload) == 0 && say(&q, 2, 5) == 0 &&
		   hear(&q, 2, &q.m, &payload) == 0 && noise_done(&q.ns[0]) && noise_done(&q.ns[1]),
	   "a copied handshake goes to its end");
}

static int
try_psks(const struct message *m, const uint8_t psks[][NOISE_KEY], size_t count)
{
	return noise_try_psks(prologue, sizeof(prologue), m->bytes, m->len, psks, count);
}

/* A responder finds which of its door keys a caller has. */
static void
test_door_keys(void)
{
	uint8_t psks[NOISE_PSKS_MAX + 1][NOISE_KEY];
	const uint8_t(*keys)[NOISE_KEY] = (const uint8_t(*)[NOISE_KEY])psks;
	struct pair p;
	struct message bad;
	int passed = 0;

	fill(NULL, psks, sizeof(psks));
	for (int i = 0; i < NOISE_PSKS_MAX; i++) {
		pair_until(&p, NOISE_XXPSK0, 0, 0);
		memcpy(psks[i], p.psk, NOISE_KEY);
		is_int(try_psks(&p.m, keys, NOISE_PSKS_MAX), i, "key %d of 16 is found", i);
		ok(refused(try_psks(&p.m, keys, (size_t)i), EBADMSG), "not among those before it");
	}
	for (size_t bit = 0; bit < 8 * p.m.len; bit++) {
		bad = p.m;
		bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		passed += try_psks(&bad, keys, NOISE_PSKS_MAX) >= 0;
	}
	is_int(passed, 0, "a flipped bit anywhere finds none");
	ok(refused(noise_try_psks(prologue, 7, p.m.bytes, p.m.len, keys, NOISE_PSKS_MAX), EBADMSG),
	   "another prologue finds none");
	memcpy(psks[3], p.psk, NOISE_KEY);
	is_int(try_psks(&p.m, keys, NOISE_PSKS_MAX), 3, "of two equal keys it is the first");
	ok(refused(try_psks(&p.m, keys, NOISE_PSKS_MAX + 1), EINVAL), "17 keys are refused");
	for (bad = p.m, bad.len = 0; bad.len < 64; bad.len++)
		if (bad.len != NOISE_PSK_MESSAGE_1)
			passed += !refused(try_psks(&bad, keys, NOISE_PSKS_MAX), EMSGSIZE);
	is_int(passed, 0, "a message of another length is refused");
	pair_until(&p, NOISE_XXPSK0, 0, 0);
	ok(refused(try_psks(&p.m, keys, NOISE_PSKS_MAX), EBADMSG), "a stranger's key finds none");
}

/* One record from side 0 to side 1; what arrives is in buf. */
static int
carry(struct pair *p, uint8_t *buf, size_t len, size_t cap)
{
	if (noise_seal(&p->tx[0], buf, len, cap) != 0)
		return -1;
	return noise_open(&p->rx[1], buf, len + NOISE_TAG);
}

static void
test_records(void)
{
	static uint8_t buf[NOISE_MAX + 1];
	const size_t most = NOISE_MAX - NOISE_TAG;
	struct noise_cipher none = {.has_key = false}, before;
	struct pair p;
	int bad = 0;

	if (!ok(pair_open(&p, NOISE_XX), "two sides talk"))
		return;
	for (size_t len = 0; len <= most; len += len < 40 ? 1 : 4679) {
		memset(buf, (int)(len % 251), len);
		bad += carry(&p, buf, len, len + NOISE_TAG) != 0;
		for (size_t i = 0; i < len; i++)
			bad += buf[i] != len % 251;
	}
	is_int(bad, 0, "records of many sizes arrive");
	is_int(carry(&p, buf, most, NOISE_MAX), 0, "one of the longest, too");
	memcpy(&before, &p.tx[0], sizeof(before));
	ok(refused(noise_seal(&p.tx[0], buf, most + 1, sizeof(buf)), EMSGSIZE), "a byte too long");
	ok(refused(noise_seal(&p.tx[0], buf, SIZE_MAX, sizeof(buf)), EMSGSIZE), "nonsense");
	ok(refused(noise_seal(&p.tx[0], buf, 100, 115), ENOBUFS), "no room for the tag");
	ok(refused(noise_seal(&p.tx[0], buf, 0, 0), ENOBUFS), "no room at all");
	ok(same(&before, &p.tx[0], sizeof(before)), "nothing happened");
	ok(refused(noise_open(&p.rx[1], buf, NOISE_TAG - 1), EMSGSIZE), "shorter than a tag");
	ok(refused(noise_open(&p.rx[1], buf, NOISE_MAX + 1), EMSGSIZE), "longer than a record");
	ok(refused(noise_seal(&none, buf, 1, ROOM), EINVAL) &&
		   refused(noise_open(&none, buf, 17), EINVAL) &&
		   refused(noise_rekey(&none), EINVAL),
	   "a cipher without a key does nothing");
	noise_cipher_wipe(&p.tx[0]);
	ok(all_zero(&p.tx[0], sizeof(p.tx[0])), "a wiped one holds nothing");
	ok(refused(noise_seal(&p.tx[0], buf, 1, ROOM), EINVAL), "and does nothing");
}

static void
test_replay(void)
{
	uint8_t first[80], second[80], buf[80], zero[64] = {0};
	struct pair p;

	if (!ok(pair_open(&p, NOISE_XXPSK0), "two sides talk"))
		return;
	memset(first, '1', 64);
	memset(second, '2', 64);
	ok(noise_seal(&p.tx[0], first, 64, 80) == 0 && noise_seal(&p.tx[0], second, 64, 80) == 0,
	   "two records");
	memcpy(buf, second, 80);
	ok(refused(noise_open(&p.rx[1], buf, 80), EBADMSG), "the second does not open first");
	is_mem(buf, zero, 64, "and leaves zeros");
	memcpy(buf, first, 80);
	ok(refused(noise_open(&p.rx[0], buf, 80), EBADMSG), "its own sender cannot be fed it");
	memcpy(buf, first, 80);
	is_int(noise_open(&p.rx[1], buf, 80), 0, "the first opens");
	memcpy(buf, first, 80);
	ok(refused(noise_open(&p.rx[1], buf, 80), EBADMSG), "but not twice");
	is_int(p.rx[1].n, 1, "what failed was not counted");
	for (size_t bit = 0; bit < 640; bit += 7) {
		memcpy(buf, second, 80);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (noise_open(&p.rx[1], buf, 80) == 0)
			ok(false, "a flipped bit %zu passes", bit);
	}
	is_int(noise_open(&p.rx[1], second, 80), 0, "the second opens at last");
}

static void
test_nonces(void)
{
	uint8_t buf[64] = {0};
	struct pair p;

	if (!ok(pair_open(&p, NOISE_XX), "two sides talk"))
		return;
	p.tx[0].n = p.rx[1].n = UINT64_MAX - 1;
	is_int(carry(&p, buf, 10, sizeof(buf)), 0, "n = 2^64 - 2 is the last that is used");
	ok(refused(noise_seal(&p.tx[0], buf, 10, sizeof(buf)), EOVERFLOW), "then sealing ends");
	ok(refused(noise_open(&p.rx[1], buf, 26), EOVERFLOW), "and opening");
	ok(noise_rekey(&p.tx[0]) == 0 &&
		   refused(noise_seal(&p.tx[0], buf, 10, sizeof(buf)), EOVERFLOW),
	   "a new key does not begin at 0 again");
	ok(p.tx[0].n == UINT64_MAX, "n does not wrap");
}

static void
test_rekey(void)
{
	uint8_t buf[64] = {0}, old[NOISE_KEY];
	struct pair p;

	if (!ok(pair_open(&p, NOISE_XX) && carry(&p, buf, 10, sizeof(buf)) == 0, "two sides talk"))
		return;
	memcpy(old, p.tx[0].k, NOISE_KEY);
	is_int(noise_rekey(&p.tx[0]), 0, "one side makes a new key");
	ok(memcmp(old, p.tx[0].k, NOISE_KEY) != 0 && p.tx[0].n == 1, "it is new, and n goes on");
	ok(refused(carry(&p, buf, 10, sizeof(buf)), EBADMSG), "the other cannot read it");
	p.rx[1].n = p.tx[0].n;
	is_int(noise_rekey(&p.rx[1]), 0, "until it makes the same");
	is_int(carry(&p, buf, 10, sizeof(buf)), 0, "then it can");
	is_mem(p.tx[0].k, p.rx[1].k, NOISE_KEY, "with the same key");
	is_mem(p.tx[1].k, p.rx[0].k, NOISE_KEY, "the other direction keeps its own");
}

int
main(void)
{
	static const char *const names[] = {[NOISE_XX] = "XX", [NOISE_XXPSK0] = "XXpsk0"};

	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_init();
	test_random_ephemeral();
	for (int i = NOISE_XX; i <= NOISE_XXPSK0; i++) {
		enum noise_pattern pattern = (enum noise_pattern)i;

		test_handshake(pattern, names[i]);
		test_split(pattern);
		test_flipped(pattern, names[i]);
		test_lengths(pattern, names[i]);
		test_longest(pattern, names[i]);
	}
	test_flipped_first();
	test_mismatch();
	for (size_t i = 0; i < NELEM(small_order); i++)
		test_small_order(i);
	test_dh();
	test_copied();
	test_door_keys();
	test_records();
	test_replay();
	test_nonces();
	test_rekey();
	return done_testing();
}
