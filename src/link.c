/* link.c - links in what somebody wrote. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "src/link.h"
#include "src/text.h"
#include "src/util.h"

/* What follows has to be there: "http://" alone is no link. */
static const char *const schemes[] = {"https://", "http://", "ftp://", "mailto:"};

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
scheme_at(const char *p, size_t n)
{
	for (size_t i = 0; i < NELEM(schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (n > len && strncasecmp(p, schemes[i], len) == 0)
			return len;
	}
	return 0;
}

/* How far it may reach: up to a blank, a quote, or a character that does not show as itself. */
static size_t
reach(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		uint32_t c;
		size_t used = text_next(p + at, n - at, &c);

		if (c <= ' ' || c == 0x7f || strchr("<>\"`\\^{|}", c < 0x80 ? (int)c : 'x') != NULL)
			break;
		if (c >= 0x80 &&
		    (text_has_hostile(p + at, used) || text_width(c) <= 0 || c == 0xa0 ||
		     (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x3003)))
			break;
		at += used;
	}
	return at;
}

static size_t
count(const char *p, size_t n, char c)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += p[i] == c;
	return k;
}

/* Without the end of the sentence it stands in; a closing bracket belongs to it if it opens it too. */
static size_t
trim(const char *p, size_t n)
{
	for (; n > 0; n--) {
		char c = p[n - 1];

		if (strchr(".,;:!?'*_~", c) != NULL)
			continue;
		if (c == ')' && count(p, n, ')') > count(p, n, '('))
			continue;
		if (c == ']' && count(p, n, ']') > count(p, n, '['))
			continue;
		break;
	}
	return n;
}

bool
link_find(const char *text, size_t n, size_t from, size_t *start, size_t *len)
{
	for (size_t i = from; i < n; i++) {
		size_t scheme = i > 0 && is_alnum(text[i - 1]) ? 0 : scheme_at(text + i, n - i);
		size_t all = scheme != 0 ? trim(text + i, reach(text + i, n - i)) : 0;

		if (scheme == 0 || all <= scheme || all > LINK_MAX_BYTES)
			continue;
		if (!is_alnum(text[i + scheme]) && text[i + scheme] != '[' &&
		    (unsigned char)text[i + scheme] < 0x80)
			continue;
		*start = i;
		*len = all;
		return true;
	}
	return false;
}

bool
link_is_odd(const char *link, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)link[i] >= 0x80)
			return true;
	return false;
}
