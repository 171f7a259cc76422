#ifndef P2P_SRC_PLURAL_H
#define P2P_SRC_PLURAL_H
/* Plural-Forms of a catalogue: the C expression in n that says which form a count takes. */

#include <stdbool.h>

/* The value of expr (as "n != 1" or "n==1 ? 0 : n<5 ? 1 : 2"; up to its end or a ';') for n. False if it is no such expression, divides by
 * zero or is nested deeper than any language needs. */
bool plural_form(const char *expr, unsigned long long n, unsigned long long *form);

#endif
