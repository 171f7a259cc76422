#ifndef P2P_SRC_AMOUNT_H
#define P2P_SRC_AMOUNT_H
/* Amounts of bytes, and of bytes a second, as people write them: "0", "800000", "500k", "1.5M", "2G". */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal steps: k is 1000. At most 10^15. False if it is none; *out is then untouched. */
bool amount_parse(const char *text, uint64_t *out);
/* Whether it can be a limit of bytes a second: 0, or from 1k to 1000G. */
bool amount_is_rate(const char *text);

#endif
