/* amount.c - amounts of bytes as people write them. */
#include "config.h"

#include <string.h>

#include "src/amount.h"

#define AMOUNT_MAX UINT64_C(1000000000000000)

/* What a suffix stands for; 0: it is none. */
static uint64_t
unit(const char *suffix)
{
	static const char letters[] = "kmgt";
	uint64_t u = 1;
	const char *at;

	if (suffix[0] == '\0')
		return 1;
	at = strchr(letters, suffix[0] | 0x20);
	if (at == NULL || suffix[1] != '\0')
		return 0;
	for (const char *p = letters; p <= at; p++)
		u *= 1000;
	return u;
}

bool
amount_parse(const char *text, uint64_t *out)
{
	size_t whole = strspn(text, "0123456789"), part = 0;
	const char *rest = text + whole;
	uint64_t u, v = 0, step;

	if (rest[0] == '.')
		part = strspn(rest + 1, "0123456789");
	u = unit(rest + (part > 0 ? part + 1 : 0));
	if (whole == 0 || whole > 15 || part > 6 || u == 0 || (part > 0 && u == 1))
		return false;
	for (size_t i = 0; i < whole; i++)
		v = v * 10 + (uint64_t)(text[i] - '0');
	if (v > AMOUNT_MAX / u)
		return false;
	v *= u;
	step = u;
	for (size_t i = 1; i <= part; i++) {
		step /= 10;
		v += step * (uint64_t)(rest[i] - '0');
	}
	if (v > AMOUNT_MAX)
		return false;
	*out = v;
	return true;
}

bool
amount_is_rate(const char *text)
{
	uint64_t rate;

	return amount_parse(text, &rate) &&
	       (rate == 0 || (rate >= 1000 && rate <= UINT64_C(1000000000000)));
}
