/* code.c - pairing codes: made, written, read. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "src/code.h"
#include "src/say.h"

const char *
code_word(enum code_state s)
{
	switch (s) {
	case CODE_WAITING:
		return "waiting";
	case CODE_USED:
		return "used";
	case CODE_VOID:
		break;
	}
	return "void";
}

/* 250 is the last multiple of ten in a byte: what is above it would make some digits likelier. */
void
code_make(struct code *c, void (*random)(void *arg, void *buf, size_t n), void *arg)
{
	for (size_t i = 0; i < CODE_DIGITS;) {
		uint8_t byte;

		random(arg, &byte, 1);
		if (byte < 250)
			c->digits[i++] = (char)('0' + byte % 10);
	}
}

char *
code_format(char out[CODE_TEXT], const struct code *c)
{
	snprintf(out, CODE_TEXT, "%.3s-%.4s-%.4s", c->digits, c->digits + 3, c->digits + 7);
	return out;
}

int
code_public(const struct code *c)
{
	int n = 0;

	for (size_t i = 0; i < CODE_PUBLIC; i++)
		n = 10 * n + (c->digits[i] - '0');
	return n;
}

bool
code_equal(const struct code *a, const struct code *b)
{
	return memcmp(a->digits, b->digits, CODE_DIGITS) == 0;
}

bool
code_parse(struct code *c, const char *text, char err[CODE_ERR])
{
	struct code got;
	size_t n = 0;
	bool letters = false;

	for (; *text != '\0'; text++) {
		if (*text >= '0' && *text <= '9') {
			if (n < CODE_DIGITS)
				got.digits[n] = *text;
			n++;
		} else if (isalpha((unsigned char)*text)) {
			letters = true;
		}
	}
	if (!letters && n == CODE_DIGITS) {
		*c = got;
		explicit_bzero(&got, sizeof(got));
		return true;
	}
	explicit_bzero(&got, sizeof(got));
	if (letters)
		say_into(
			err, CODE_ERR,
			"A pairing code has only digits, as 417-2093-8841: letters stand in that.");
	else
		say_into(err, CODE_ERR,
			 "A pairing code has %d digits, as 417-2093-8841: that has %zu.",
			 CODE_DIGITS, n);
	return false;
}

/* The hyphens, dashes and narrow blanks people and their programs put between digits: U+2000 to U+2015, U+202F, U+2212, U+00A0. Returns its
 * length, 0 if it is none. */
static size_t
separator(const char *p, size_t left)
{
	if (*p == ' ' || *p == '-' || *p == '\t' || *p == '\r' || *p == '\n')
		return 1;
	if (left >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
		return 2;
	if (left >= 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
	    (((unsigned char)p[2] >= 0x80 && (unsigned char)p[2] <= 0x95) ||
	     (unsigned char)p[2] == 0xaf))
		return 3;
	return left >= 3 && memcmp(p, "\xe2\x88\x92", 3) == 0 ? 3 : 0;
}

static size_t
count_digits(const char *text, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < len;) {
		size_t n = 1;

		if (text[i] >= '0' && text[i] <= '9')
			digits++;
		else if ((n = separator(text + i, len - i)) == 0)
			return 0;
		i += n;
	}
	return digits;
}

size_t
code_digits(const char *text)
{
	return count_digits(text, strlen(text));
}

bool
code_likely(const char *text, size_t len)
{
	size_t digits = count_digits(text, len);

	return digits >= CODE_DIGITS - 2 && digits <= CODE_DIGITS + 2;
}
