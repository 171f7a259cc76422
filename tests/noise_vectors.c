/* noise_vectors.c - our Noise against the vectors of others: our own, made by two other implementations, and published ones */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "net/noise.h"
#include "src/util.h"
#include "tests/json_min.h"
#include "tests/tap.h"

/* How many vectors a file must at least give; a file that lost its vectors must not pass. */
struct expect {
	int xx, psk0;
};

struct side {
	uint8_t prologue[256], priv[NOISE_KEY], ephemeral[NOISE_KEY], psk[NOISE_KEY];
	size_t prologue_len;
	struct noise_keypair keys;
};

struct run {
	enum noise_pattern pattern;
	enum noise_role role;
	struct side us, them;
	struct noise ns;
	struct noise_cipher tx, rx;
	const char *why; /* the first thing that was wrong */
};

/* The random function of a test that must make a known ephemeral key. */
static void
fixed(void *arg, void *buf, size_t n)
{
	memcpy(buf, arg, n);
}

static bool
wrong(struct run *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	return false;
}

static ssize_t
get_hex(struct json v, const char *key, uint8_t *buf, size_t cap)
{
	struct json value;

	return json_get(v, key, &value) ? json_hex(value, buf, cap) : -1;
}

static bool
load_side(struct json v, const char *which, enum noise_pattern pattern, struct side *s)
{
	struct json psks, psk = {NULL, NULL};
	char key[32];
	ssize_t n;

	memset(s, 0, sizeof(*s));
	snprintf(key, sizeof(key), "%s_prologue", which);
	if ((n = get_hex(v, key, s->prologue, sizeof(s->prologue))) < 0)
		return false;
	s->prologue_len = (size_t)n;
	snprintf(key, sizeof(key), "%s_static", which);
	if (get_hex(v, key, s->priv, NOISE_KEY) != NOISE_KEY)
		return false;
	noise_keypair_from_private(&s->keys, s->priv);
	snprintf(key, sizeof(key), "%s_ephemeral", which);
	if (get_hex(v, key, s->ephemeral, NOISE_KEY) != NOISE_KEY)
		return false;
	snprintf(key, sizeof(key), "%s_psks", which);
	return pattern == NOISE_XX || (json_get(v, key, &psks) && json_each(psks, &psk) &&
				       json_hex(psk, s->psk, NOISE_KEY) == NOISE_KEY);
}

static bool
start(struct run *r, struct json v)
{
	bool initiator = r->role == NOISE_INITIATOR;
	struct noise_config config;

	if (!load_side(v, initiator ? "init" : "resp", r->pattern, &r->us) ||
	    !load_side(v, initiator ? "resp" : "init", r->pattern, &r->them))
		return wrong(r, "the vector's keys cannot be read");
	config = (struct noise_config){
		.role = r->role,
		.pattern = r->pattern,
		.prologue = r->us.prologue,
		.prologue_len = r->us.prologue_len,
		.s = &r->us.keys,
		.psk = r->pattern == NOISE_XXPSK0 ? r->us.psk : NULL,
		.random = fixed,
		.random_arg = r->us.ephemeral,
	};
	return noise_init(&r->ns, &config) == 0 || wrong(r, "noise_init");
}

/* One handshake message, which we write or read. */
static bool
handshake(struct run *r, bool ours, const uint8_t *plain, size_t plen, const uint8_t *cipher,
	  size_t clen)
{
	uint8_t buf[2048];
	size_t n;

	if (ours) {
		if (noise_write(&r->ns, plain, plen, buf, sizeof(buf), &n) != 0)
			return wrong(r, "a handshake message cannot be written");
		if (n != clen || memcmp(buf, cipher, n) != 0)
			return wrong(r, "a handshake message is written differently");
		return true;
	}
	if (noise_read(&r->ns, cipher, clen, buf, sizeof(buf), &n) != 0)
		return wrong(r, "a handshake message cannot be read");
	if (n != plen || memcmp(buf, plain, n) != 0)
		return wrong(r, "a handshake payload is read differently");
	return true;
}

static bool
finish(struct run *r, struct json v)
{
	uint8_t hash[NOISE_HASH];
	const uint8_t *rs = noise_remote_static(&r->ns), *h = noise_hash(&r->ns);
	ssize_t n = get_hex(v, "handshake_hash", hash, sizeof(hash));

	if (rs == NULL || memcmp(rs, r->them.keys.pub, NOISE_KEY) != 0)
		return wrong(r, "the remote static key is another");
	if (h == NULL || (n == NOISE_HASH && memcmp(h, hash, NOISE_HASH) != 0))
		return wrong(r, "the handshake hash is another");
	return noise_split(&r->ns, &r->tx, &r->rx) == 0 || wrong(r, "noise_split");
}

static bool
record(struct run *r, bool ours, const uint8_t *plain, size_t plen, const uint8_t *cipher,
       size_t clen)
{
	uint8_t buf[2048];

	if (plen + NOISE_TAG != clen)
		return wrong(r, "a record has the wrong length");
	memcpy(buf, ours ? plain : cipher, ours ? plen : clen);
	if (ours) {
		if (noise_seal(&r->tx, buf, plen, sizeof(buf)) != 0 ||
		    memcmp(buf, cipher, clen) != 0)
			return wrong(r, "a record is sealed differently");
	} else if (noise_open(&r->rx, buf, clen) != 0 || memcmp(buf, plain, plen) != 0)
		return wrong(r, "a record cannot be opened");
	return true;
}

/* Who makes step i after the handshake. Our own vectors say it; the published ones follow their source's habit. */
static enum noise_role
speaker(struct json v, struct json step, const char *key, int i)
{
	struct json value;

	if (json_get(step, key, &value))
		return json_is(value, "initiator") ? NOISE_INITIATOR : NOISE_RESPONDER;
	if (json_get(v, "transport", &value) && json_is(value, "initiator-first"))
		i++;
	return i % 2 == 0 ? NOISE_INITIATOR : NOISE_RESPONDER;
}

static bool
play(struct run *r, struct json v, int *records, int *rekeys)
{
	uint8_t plain[2048], cipher[2048];
	struct json steps, step = {NULL, NULL}, value;
	ssize_t plen, clen;
	bool ours;
	int i = 0;

	if (!start(r, v) || !json_get(v, "messages", &steps))
		return wrong(r, "no messages");
	for (; json_each(steps, &step); i++) {
		if (i == NOISE_MESSAGES && !finish(r, v))
			return false;
		if (json_get(step, "rekey", &value)) {
			ours = speaker(v, step, "rekey", i) == r->role;
			if (noise_rekey(ours ? &r->tx : &r->rx) != 0)
				return wrong(r, "noise_rekey");
			++*rekeys;
			continue;
		}
		plen = get_hex(step, "payload", plain, sizeof(plain));
		clen = get_hex(step, "ciphertext", cipher, sizeof(cipher));
		if (plen < 0 || clen < 0)
			return wrong(r, "a message cannot be read from the file");
		ours = speaker(v, step, "from", i) == r->role;
		if (i < NOISE_MESSAGES) {
			ours = (i % 2 == 0 ? NOISE_INITIATOR : NOISE_RESPONDER) == r->role;
			if (!handshake(r, ours, plain, (size_t)plen, cipher, (size_t)clen))
				return false;
		} else {
			++*records;
			if (!record(r, ours, plain, (size_t)plen, cipher, (size_t)clen))
				return false;
		}
	}
	return i > NOISE_MESSAGES || wrong(r, "too few messages");
}

/* Both roles of one vector. */
static void
play_both(struct json v, enum noise_pattern pattern, const char *file, int number, int *records,
	  int *rekeys)
{
	for (int role = NOISE_INITIATOR; role <= NOISE_RESPONDER; role++) {
		struct run r = {.pattern = pattern, .role = (enum noise_role)role};

		if (!ok(play(&r, v, records, rekeys), "%s vector %d (%s) as %s", file, number,
			pattern == NOISE_XX ? "XX" : "XXpsk0",
			role == NOISE_INITIATOR ? "initiator" : "responder"))
			diag("%s", r.why);
	}
}

/* Takes over the path. */
static void
run_file(char *path, struct expect want, int want_rekeys)
{
	struct json top, all = {NULL, NULL}, v = {NULL, NULL}, name;
	int xx = 0, psk0 = 0, left_out = 0, records = 0, rekeys = 0;
	const char *file = strrchr(path, '/') + 1;
	char *text;

	if (!ok(json_load(path, &text, &top) && json_get(top, "vectors", &all),
		"%s is there and is JSON", file))
		goto out;
	while (json_each(all, &v)) {
		if (!json_get(v, "protocol_name", &name))
			left_out++;
		else if (json_is(name, "Noise_XX_25519_ChaChaPoly_BLAKE2b"))
			play_both(v, NOISE_XX, file, ++xx + psk0, &records, &rekeys);
		else if (json_is(name, "Noise_XXpsk0_25519_ChaChaPoly_BLAKE2b"))
			play_both(v, NOISE_XXPSK0, file, ++psk0 + xx, &records, &rekeys);
		else
			left_out++;
	}
	ok(xx >= want.xx && psk0 >= want.psk0, "%s: %d vectors of XX and %d of XXpsk0", file, xx,
	   psk0);
	ok(rekeys >= want_rekeys && records >= 4 * (xx + psk0), "%s: %d records, %d rekeys", file,
	   records, rekeys);
	diag("%s: %d vectors of patterns p2p-tui does not speak left out", file, left_out);
out:
	free(text);
	free(path);
}

/* C2SP/wycheproof: what our DH makes of 518 keys, 31 of which make zero. */
static void
run_wycheproof(void)
{
	static const uint8_t zero[NOISE_KEY];
	uint8_t pub[NOISE_KEY], priv[NOISE_KEY], shared[NOISE_KEY], got[NOISE_KEY];
	struct json top, groups = {NULL, NULL}, group = {NULL, NULL}, tests;
	int ran = 0, refused = 0, bad = 0;
	char *path = test_vectors("wycheproof_x25519.json"), *text;

	if (path == NULL) {
		skip("wycheproof_x25519.json is not there", "X25519 as wycheproof tests it");
		return;
	}
	if (!ok(json_load(path, &text, &top) && json_get(top, "testGroups", &groups),
		"wycheproof_x25519.json is JSON"))
		goto out;
	while (json_each(groups, &group) && json_get(group, "tests", &tests)) {
		for (struct json t = {NULL, NULL}; json_each(tests, &t); ran++) {
			if (get_hex(t, "public", pub, NOISE_KEY) != NOISE_KEY ||
			    get_hex(t, "private", priv, NOISE_KEY) != NOISE_KEY ||
			    get_hex(t, "shared", shared, NOISE_KEY) != NOISE_KEY)
				bad++;
			else if (memcmp(shared, zero, NOISE_KEY) == 0)
				refused += noise_dh(got, priv, pub) != 0 &&
					   memcmp(got, zero, NOISE_KEY) == 0;
			else
				bad += noise_dh(got, priv, pub) != 0 ||
				       memcmp(got, shared, NOISE_KEY) != 0;
		}
	}
	is_int(ran, 518, "wycheproof: all cases ran");
	is_int(refused, 31, "wycheproof: the all-zero results are refused");
	is_int(bad, 0, "wycheproof: every other result is right");
out:
	free(text);
	free(path);
}

int
main(void)
{
	char *published = test_vectors("noise-p2ptui.json");

	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	run_file(test_source("tests/vectors/noise-dissononce.json"), (struct expect){6, 6}, 32);
	run_file(test_source("tests/vectors/noise-flynn.json"), (struct expect){6, 6}, 32);
	if (published == NULL)
		skip("noise-p2ptui.json is not there", "published vectors");
	else
		run_file(published, (struct expect){7, 4}, 0);
	run_wycheproof();
	return done_testing();
}
