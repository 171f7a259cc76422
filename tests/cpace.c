/* cpace.c - our CPace against the vectors of others: our own, made by a program with an arithmetic of its own, and the draft's */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/cpace.h"
#include "src/util.h"
#include "tests/json_min.h"
#include "tests/tap.h"

#define FIELD_MAX 1024

struct field {
	uint8_t b[FIELD_MAX];
	size_t n;
};

/* One run, as both vector files write it. */
struct run {
	struct field prs, ci, sid, g, ya, ada, ya_share, yb, adb, yb_share, k, isk;
};

static bool
get(struct json v, const char *key, struct field *f)
{
	struct json value;
	ssize_t n = json_get(v, key, &value) ? json_hex(value, f->b, sizeof(f->b)) : -1;

	f->n = n >= 0 ? (size_t)n : 0;
	return n >= 0;
}

static bool
load(struct json v, struct run *r)
{
	return get(v, "PRS", &r->prs) && get(v, "CI", &r->ci) && get(v, "sid", &r->sid) &&
	       get(v, "g", &r->g) && get(v, "ya", &r->ya) && get(v, "ADa", &r->ada) &&
	       get(v, "Ya", &r->ya_share) && get(v, "yb", &r->yb) && get(v, "ADb", &r->adb) &&
	       get(v, "Yb", &r->yb_share) && get(v, "K", &r->k) && get(v, "ISK_IR", &r->isk) &&
	       r->g.n == CPACE_POINT && r->ya.n == CPACE_SCALAR && r->yb.n == CPACE_SCALAR &&
	       r->ya_share.n == CPACE_POINT && r->yb_share.n == CPACE_POINT &&
	       r->k.n == CPACE_POINT && r->isk.n == CPACE_ISK;
}

/* Plays both sides of a run. */
static void
play(struct json v, const char *name)
{
	struct run *r = xcalloc(1, sizeof(*r));
	uint8_t g[CPACE_POINT], a[CPACE_POINT], b[CPACE_POINT], ka[CPACE_POINT], kb[CPACE_POINT];
	uint8_t isk[CPACE_ISK];
	struct cpace_input in;
	struct cpace_transcript t;

	if (!ok(load(v, r), "%s: it has all its fields", name))
		goto out;
	in = (struct cpace_input){r->prs.b, r->prs.n, r->ci.b, r->ci.n, r->sid.b, r->sid.n};
	cpace_generator(g, &in);
	is_mem(g, r->g.b, CPACE_POINT, "%s: the generator", name);
	ok(cpace_share(a, r->ya.b, g) == 0 && cpace_share(b, r->yb.b, g) == 0,
	   "%s: both shares can be made", name);
	is_mem(a, r->ya_share.b, CPACE_POINT, "%s: Ya", name);
	is_mem(b, r->yb_share.b, CPACE_POINT, "%s: Yb", name);
	ok(cpace_mult(ka, r->ya.b, b) == 0 && cpace_mult(kb, r->yb.b, a) == 0, "%s: both find a K",
	   name);
	is_mem(ka, r->k.b, CPACE_POINT, "%s: the initiator's K", name);
	is_mem(kb, r->k.b, CPACE_POINT, "%s: the responder's K", name);
	t = (struct cpace_transcript){a, b, r->ada.b, r->adb.b, r->ada.n, r->adb.n};
	cpace_isk(isk, r->sid.b, r->sid.n, ka, &t);
	is_mem(isk, r->isk.b, CPACE_ISK, "%s: the key", name);
out:
	free(r);
}

/* A share that is none ends the run, and leaves no key. */
static void
refuses(const uint8_t share[CPACE_POINT], const char *what)
{
	static const uint8_t scalar[CPACE_SCALAR] = {7}, zero[CPACE_POINT];
	uint8_t k[CPACE_POINT];

	memset(k, 0xaa, sizeof(k));
	ok(cpace_mult(k, scalar, share) == -1, "%s is refused", what);
	is_mem(k, zero, sizeof(k), "and leaves nothing behind");
}

static void
run_own(void)
{
	struct json top, runs = {NULL, NULL}, v = {NULL, NULL}, bad = {NULL, NULL};
	struct field f;
	char *path = test_source("tests/vectors/cpace.json"), *text, name[32];
	int n = 0, invalid = 0;

	if (!ok(json_load(path, &text, &top) && json_get(top, "runs", &runs) &&
			json_get(top, "invalid", &bad),
		"cpace.json is there and is JSON"))
		goto out;
	while (json_each(runs, &v)) {
		snprintf(name, sizeof(name), "run %d", ++n);
		play(v, name);
	}
	ok(n >= 14, "%d runs", n);
	for (v = (struct json){NULL, NULL}; json_each(bad, &v);) {
		ssize_t len = json_hex(v, f.b, sizeof(f.b));

		snprintf(name, sizeof(name), "share %d", ++invalid);
		if (ok(len == CPACE_POINT, "%s has its length", name))
			refuses(f.b, name);
	}
	ok(invalid >= 11, "%d shares that are none", invalid);
out:
	free(text);
	free(path);
}

static void
draft_parts(struct json top)
{
	struct json gen, vfy, valid;
	struct field prs, ci, sid, g, s, x, product, bad;
	uint8_t got[CPACE_POINT];
	struct cpace_input in;

	if (!ok(json_get(top, "calculate_generator", &gen) && get(gen, "PRS", &prs) &&
			get(gen, "CI", &ci) && get(gen, "sid", &sid) &&
			get(gen, "encoded generator g", &g) && g.n == CPACE_POINT,
		"the draft's generator is there"))
		return;
	in = (struct cpace_input){prs.b, prs.n, ci.b, ci.n, sid.b, sid.n};
	cpace_generator(got, &in);
	is_mem(got, g.b, CPACE_POINT, "the draft's generator");
	if (!ok(json_get(top, "scalar_mult_vfy", &vfy) && json_get(vfy, "Valid", &valid) &&
			get(valid, "s", &s) && get(valid, "X", &x) &&
			get(valid, "G.scalar_mult_vfy(s,X)", &product) && s.n == CPACE_SCALAR &&
			x.n == CPACE_POINT && product.n == CPACE_POINT,
		"the draft's products are there"))
		return;
	ok(cpace_mult(got, s.b, x.b) == 0, "its valid one can be made");
	is_mem(got, product.b, CPACE_POINT, "and is the same");
	ok(get(vfy, "Invalid Y1", &bad) && bad.n == CPACE_POINT, "its Y1 is there");
	refuses(bad.b, "its Y1");
	ok(get(vfy, "Invalid Y2", &bad) && bad.n == CPACE_POINT, "its Y2 is there");
	refuses(bad.b, "its Y2");
}

static void
run_published(void)
{
	struct json top, run = {NULL, NULL};
	char *path = test_vectors("cpace-ristretto255-sha512.json"), *text = NULL;

	if (path == NULL) {
		skip("cpace-ristretto255-sha512.json is not there", "the draft's vectors");
	} else if (ok(json_load(path, &text, &top) && json_get(top, "protocol_run", &run),
		      "cpace-ristretto255-sha512.json is there and is JSON")) {
		draft_parts(top);
		play(run, "the draft's run");
	}
	free(text);
	free(path);
}

/* Another password, purpose or run makes another generator, also where the bytes joined would be the same. */
static void
test_apart(void)
{
	static const char *const in[][3] = {
		{"12345678", "p2p-tui/1417", "s"}, {"12345679", "p2p-tui/1417", "s"},
		{"12345678", "p2p-tui/1418", "s"}, {"12345678", "p2p-tui/1417", "t"},
		{"12345678p", "2p-tui/1417", "s"}, {"1234567", "8p2p-tui/1417", "s"},
		{"12345678", "p2p-tui/1417s", ""}, {"12345678", "p2p-tui/141", "7s"},
		{"", "12345678p2p-tui/1417s", ""},
	};
	uint8_t g[NELEM(in)][CPACE_POINT];
	int same = 0;

	for (size_t i = 0; i < NELEM(in); i++) {
		struct cpace_input x = {in[i][0],	  strlen(in[i][0]), in[i][1],
					strlen(in[i][1]), in[i][2],	    strlen(in[i][2])};

		cpace_generator(g[i], &x);
		for (size_t j = 0; j < i; j++)
			same += memcmp(g[i], g[j], CPACE_POINT) == 0;
	}
	is_int(same, 0, "other inputs make other generators");
}

static void
test_scalar(void)
{
	static const uint8_t zero[CPACE_SCALAR];
	uint8_t random[CPACE_RANDOM], s[CPACE_SCALAR], y[CPACE_POINT], g[CPACE_POINT];
	struct cpace_input in = {"1", 1, "2", 1, "3", 1};

	memset(random, 0xff, sizeof(random));
	cpace_scalar(s, random);
	ok((s[31] & 0xf0) == 0 || s[31] == 0x10, "a scalar is reduced");
	cpace_generator(g, &in);
	ok(cpace_share(y, s, g) == 0, "and makes a share");
	ok(cpace_share(y, zero, g) == -1, "zero makes none");
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	run_own();
	run_published();
	test_apart();
	test_scalar();
	return done_testing();
}
