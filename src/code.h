#ifndef P2P_SRC_CODE_H
#define P2P_SRC_CODE_H
/* Pairing codes: 3 public digits, which say whose beacon to answer, and 8 secret ones, as 417-2093-8841. (net/PROTOCOL.md, "Pairing") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_PUBLIC 3
#define CODE_SECRET 8
#define CODE_DIGITS (CODE_PUBLIC + CODE_SECRET)
#define CODE_TEXT   14 /* "417-2093-8841" and its NUL */
#define CODE_ERR    160

/* ASCII digits, the public ones first; no NUL. */
struct code {
	char digits[CODE_DIGITS];
};

/* What has become of a code. */
enum code_state {
	CODE_WAITING, /* for the other side */
	CODE_USED,    /* it came, and both are verified contacts */
	CODE_VOID,    /* it is good for nothing any more */
};
const char *code_word(enum code_state s); /* as the command line and JSON say it */

/* Digits, each as likely as any other, out of as many random bytes as that takes. */
void code_make(struct code *c, void (*random)(void *arg, void *buf, size_t n), void *arg);
char *code_format(char out[CODE_TEXT], const struct code *c);
/* The public digits as a number, 0 to 999. */
int code_public(const struct code *c);
bool code_equal(const struct code *a, const struct code *b);

/* Reads a code, whatever stands between its digits: blanks, dashes of any kind, dots. False with a sentence: too few or too many digits, or
 * letters. */
bool code_parse(struct code *c, const char *text, char err[CODE_ERR]);
/* How many digits there are in what is nothing but digits, dashes and blanks; 0 for anything else. */
size_t code_digits(const char *text);
/* Whether somebody who typed or pasted this means a code: nothing but digits, blanks and dashes, and about as many digits as one has. Neither
 * an invite, an address nor a key looks like that. code_parse() says whether it is one. */
bool code_likely(const char *text, size_t len);

#endif
