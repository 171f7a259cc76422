/* code.c - pairing codes: made evenly, written one way, read in many */
#include "config.h"

#include <math.h>
#include <string.h>

#include "src/code.h"
#include "src/util.h"
#include "tests/tap.h"

static void
seeded(void *arg, void *buf, size_t n)
{
	uint8_t *p = buf;

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)test_random(arg);
}

static const struct {
	const char *text, *want, *err; /* err: a piece of the sentence */
} readings[] = {
	{"417-2093-8841", "417-2093-8841", NULL},
	{"41720938841", "417-2093-8841", NULL},
	{"417 2093 8841", "417-2093-8841", NULL},
	{"  417-20938841\r\n", "417-2093-8841", NULL},
	{"4 1 7 2 0 9 3 8 8 4 1", "417-2093-8841", NULL},
	{"417.2093.8841", "417-2093-8841", NULL},
	{"417/2093_8841", "417-2093-8841", NULL},
	{"417\xe2\x80\x91"
	 "2093\xe2\x80\x93"
	 "8841",
	 "417-2093-8841", NULL},
	{"417\xc2\xa0"
	 "2093\xe2\x80\xaf"
	 "8841",
	 "417-2093-8841", NULL},
	{"000-0000-0000", "000-0000-0000", NULL},
	{"417-2093-884", NULL, "that has 10"},
	{"417-2093-88410", NULL, "that has 12"},
	{"", NULL, "that has 0"},
	{"417-2O93-8841", NULL, "letters"},
	{"four", NULL, "letters"},
};

static void
test_parse(void)
{
	char err[CODE_ERR], text[CODE_TEXT];

	for (size_t i = 0; i < NELEM(readings); i++) {
		struct code c = {"99999999999"};
		bool good = code_parse(&c, readings[i].text, err);

		if (readings[i].want != NULL) {
			ok(good, "\"%s\" is a code", readings[i].text);
			is_str(code_format(text, &c), readings[i].want, "and the right one");
		} else {
			ok(!good && strstr(err, readings[i].err) != NULL, "\"%s\": %s",
			   readings[i].text, err);
			is_mem(c.digits, "99999999999", CODE_DIGITS, "and nothing is taken");
		}
	}
}

static void
test_likely(void)
{
	static const char *const yes[] = {"417-2093-8841",
					  "41720938841",
					  "417 2093 8841\n",
					  "417-2093-884",
					  "417-2093-88410",
					  "417\xe2\x80\x91"
					  "2093\xe2\x80\x91"
					  "8841"};
	static const char *const no[] = {"",
					 "Boris",
					 "192.168.10.200",
					 "192.168.10.20:41555",
					 "p2p:043t6z5w",
					 "417-2093",
					 "2026-03-03 14:00:12",
					 "417-2093-8841-2093-8841",
					 "call me: 417-2093-8841"};

	for (size_t i = 0; i < NELEM(yes); i++)
		ok(code_likely(yes[i], strlen(yes[i])), "\"%s\" is meant as a code", yes[i]);
	for (size_t i = 0; i < NELEM(no); i++)
		ok(!code_likely(no[i], strlen(no[i])), "\"%s\" is not", no[i]);
}

/* Chi-squared with nine degrees of freedom for each place: below 33.7 in 9,999 of 10,000 cases. The seed is fixed. */
static void
test_even(void)
{
	enum { RUNS = 20000 };
	unsigned count[CODE_DIGITS][10] = {{0}};
	uint64_t seed = 5;
	double worst = 0;
	struct code c;
	bool digits = true;

	for (int i = 0; i < RUNS; i++) {
		code_make(&c, seeded, &seed);
		for (size_t j = 0; j < CODE_DIGITS; j++) {
			digits = digits && c.digits[j] >= '0' && c.digits[j] <= '9';
			count[j][(c.digits[j] - '0') % 10]++;
		}
	}
	ok(digits, "a code is made of digits");
	for (size_t j = 0; j < CODE_DIGITS; j++) {
		double chi = 0;

		for (size_t d = 0; d < 10; d++)
			chi += pow(count[j][d] - RUNS / 10.0, 2) / (RUNS / 10.0);
		worst = fmax(worst, chi);
	}
	ok(worst < 33.7, "each as likely as any other (chi-squared at most %.1f)", worst);
}

/* Bytes from 250 on would make 0 to 5 likelier than the rest. */
static void
high_bytes(void *arg, void *buf, size_t n)
{
	static const uint8_t bytes[] = {250, 255, 249, 251, 0};
	size_t *at = arg;

	for (size_t i = 0; i < n; i++)
		((uint8_t *)buf)[i] = bytes[(*at)++ % sizeof(bytes)];
}

static void
test_rest(void)
{
	struct code a, b;
	size_t at = 0;
	char err[CODE_ERR];

	code_make(&a, high_bytes, &at);
	is_mem(a.digits, "90909090909", CODE_DIGITS,
	       "bytes that would favour a digit are left out");
	ok(code_parse(&a, "007-0000-0001", err) && code_parse(&b, "007 0000 0002", err),
	   "two codes");
	is_int(code_public(&a), 7, "the public digits");
	ok(!code_equal(&a, &b) && code_equal(&a, &a), "are told apart by all digits");
	is_str(code_word(CODE_WAITING), "waiting", "its states have words");
	is_str(code_word(CODE_USED), "used", "used");
	is_str(code_word(CODE_VOID), "void", "void");
}

int
main(void)
{
	test_parse();
	test_likely();
	test_even();
	test_rest();
	return done_testing();
}
