/* retain.c - how long messages live, as words. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/retain.h"
#include "src/say.h"
#include "src/types.h"
#include "src/util.h"

#define TIMER_MIN 5

static const struct {
	const char *word;
	int32_t keep;
} keeps[] = {{"all", KEEP_ALL}, {"nothing", KEEP_NOTHING}, {"default", KEEP_DEFAULT}};

static const struct {
	char unit;
	const char *name, *many;
	uint32_t seconds;
} units[] = {{'w', NP_("week", "weeks"), 7 * 24 * 3600},
	     {'d', NP_("day", "days"), 24 * 3600},
	     {'h', NP_("hour", "hours"), 3600},
	     {'m', NP_("minute", "minutes"), 60},
	     {'s', NP_("second", "seconds"), 1}};

/* The number a text begins with, and what stands behind it and blanks; NULL if it begins with none. */
static const char *
number(const char *text, long long max, long long *out)
{
	char digits[16];
	size_t n = strspn(text, "0123456789");
	const char *why = NULL;

	if (n == 0 || n >= sizeof(digits))
		return NULL;
	memcpy(digits, text, n);
	digits[n] = '\0';
	*out = strtonum(digits, 1, max, &why);
	return why == NULL ? text + n + strspn(text + n, " ") : NULL;
}

bool
retain_parse_keep(const char *text, int32_t *keep)
{
	const char *rest;
	long long days;

	for (size_t i = 0; i < NELEM(keeps); i++) {
		if (strcmp(text, keeps[i].word) == 0) {
			*keep = keeps[i].keep;
			return true;
		}
	}
	rest = number(text, KEEP_DAYS_MAX, &days);
	if (rest == NULL || (rest[0] != '\0' && strcmp(rest, "d") != 0 &&
			     strcmp(rest, "day") != 0 && strcmp(rest, "days") != 0))
		return false;
	*keep = (int32_t)days;
	return true;
}

char *
retain_keep_word(char *out, size_t size, int32_t keep)
{
	for (size_t i = 0; i < NELEM(keeps); i++) {
		if (keeps[i].keep == keep) {
			strlcpy(out, keeps[i].word, size);
			return out;
		}
	}
	snprintf(out, size, "%dd", (int)keep);
	return out;
}

char *
retain_keep_show(char *out, size_t size, int32_t keep)
{
	if (keep > 0)
		snprintf(out, size, say_plural("%u day", "%u days", (unsigned)keep),
			 (unsigned)keep);
	else
		snprintf(out, size, "%s",
			 keep == KEEP_ALL	? _("everything")
			 : keep == KEEP_NOTHING ? _("nothing")
						: _("as the option keep says"));
	return out;
}

int32_t
retain_effective(int32_t keep, int32_t otherwise)
{
	if (keep == KEEP_DEFAULT)
		keep = otherwise;
	return keep == KEEP_DEFAULT ? KEEP_ALL : keep;
}

bool
retain_is_less(int32_t from, int32_t to)
{
	if (from == to || to == KEEP_ALL || from == KEEP_NOTHING)
		return false;
	return from == KEEP_ALL || to == KEEP_NOTHING || to < from;
}

bool
retain_parse_timer(const char *text, uint32_t *seconds)
{
	const char *rest;
	long long n;

	if (strcmp(text, "off") == 0 || strcmp(text, "0") == 0) {
		*seconds = 0;
		return true;
	}
	rest = number(text, TIMER_MAX, &n);
	if (rest == NULL || rest[0] == '\0')
		return false;
	for (size_t i = 0; i < NELEM(units); i++) {
		size_t len = strlen(units[i].name);
		bool named = strncmp(rest, units[i].name, len) == 0 &&
			     (rest[len] == '\0' || strcmp(rest + len, "s") == 0);

		if (!named && (rest[0] != units[i].unit || rest[1] != '\0'))
			continue;
		n *= units[i].seconds;
		if (n < TIMER_MIN || n > TIMER_MAX)
			return false;
		*seconds = (uint32_t)n;
		return true;
	}
	return false;
}

/* The largest unit that the time is a whole number of. */
static size_t
unit_of(uint32_t seconds)
{
	size_t i = 0;

	while (i + 1 < NELEM(units) && seconds % units[i].seconds != 0)
		i++;
	return i;
}

char *
retain_timer_show(char *out, size_t size, uint32_t seconds)
{
	size_t i = unit_of(seconds);
	uint32_t n = seconds / units[i].seconds;

	if (seconds == 0)
		strlcpy(out, "off", size);
	else
		snprintf(out, size, "%u %s", n, say_plural(units[i].name, units[i].many, n));
	return out;
}

char *
retain_timer_word(char *out, size_t size, uint32_t seconds)
{
	size_t i = unit_of(seconds);

	if (seconds == 0)
		strlcpy(out, "off", size);
	else
		snprintf(out, size, "%u%c", seconds / units[i].seconds, units[i].unit);
	return out;
}

uint32_t
retain_agreed(uint32_t mine, uint32_t theirs)
{
	if (mine == 0 || theirs == 0)
		return 0;
	return mine > theirs ? mine : theirs;
}
