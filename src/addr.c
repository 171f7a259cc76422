/* addr.c - endpoint addresses as values; no socket, no look-up. */
#include "config.h"

#include <net/if.h>

#include <stdio.h>
#include <string.h>

#include "src/addr.h"
#include "src/say.h"
#include "src/util.h"

/* ---- Making ---- */

bool
addr_from_bytes(struct addr *a, uint8_t family, const uint8_t *ip, uint16_t port, uint32_t scope)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (family != 4 && family != 6)
		return false;
	*a = (struct addr){.family = family, .port = port};
	if (family == 6 && memcmp(ip, mapped, sizeof(mapped)) == 0) {
		a->family = 4;
		ip += sizeof(mapped);
	}
	memcpy(a->ip, ip, a->family == 4 ? 4 : 16);
	/* A scope means something on a link only; elsewhere it would make equal addresses differ.
	 */
	if (a->family == 6 && (addr_class(a) == ADDR_LINK_LOCAL || addr_class(a) == ADDR_MULTICAST))
		a->scope = scope;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly len decimal digits without a leading zero, up to max. */
static bool
parse_decimal(const char *s, size_t len, unsigned max, unsigned *v)
{
	if (len == 0 || len > 5 || (len > 1 && s[0] == '0'))
		return false;
	*v = 0;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return false;
		*v = *v * 10 + (unsigned)(s[i] - '0');
	}
	return *v <= max;
}

/* Four decimal parts; other notations are not for people. */
static bool
parse_v4(const char *s, size_t len, uint8_t ip[4])
{
	unsigned v;
	size_t n;

	for (size_t part = 0; part < 4; part++) {
		const char *dot = memchr(s, '.', len);

		n = dot != NULL ? (size_t)(dot - s) : len;
		if ((dot == NULL) != (part == 3) || !parse_decimal(s, n, 255, &v))
			return false;
		ip[part] = (uint8_t)v;
		s += n + 1;
		len -= part == 3 ? n : n + 1;
	}
	return len == 0;
}

/* One group of 1-4 hex digits. */
static bool
parse_group(const char *s, size_t len, uint8_t *out)
{
	unsigned v = 0;

	if (len == 0 || len > 4)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = (char)(s[i] | 32);

		if (is_digit(s[i]))
			v = v << 4 | (unsigned)(s[i] - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (unsigned)(c - 'a' + 10);
		else
			return false;
	}
	put_be16(out, (uint16_t)v);
	return true;
}

/* RFC 4291, 2.2: groups, at most one `::`, perhaps four decimal parts at the end. */
static bool
parse_v6(const char *s, size_t len, uint8_t ip[16])
{
	const char *end = s + len, *colon;
	size_t at = 0, gap = SIZE_MAX, n;

	memset(ip, 0, 16);
	if (len >= 2 && s[0] == ':' && s[1] == ':') {
		gap = 0;
		s += 2;
	}
	while (s < end) {
		colon = memchr(s, ':', (size_t)(end - s));
		n = colon != NULL ? (size_t)(colon - s) : (size_t)(end - s);
		if (colon == NULL && at <= 12 && parse_v4(s, n, ip + at)) {
			at += 4;
			break;
		}
		if (at == 16 || !parse_group(s, n, ip + at))
			return false;
		at += 2;
		s += n;
		if (s == end)
			break;
		s++;
		if (s == end)
			return false; /* a single colon at the end */
		if (*s == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = at;
			s++;
		}
	}
	if (gap == SIZE_MAX)
		return at == 16;
	if (at == 16)
		return false;
	memmove(ip + 16 - (at - gap), ip + gap, at - gap);
	memset(ip + gap, 0, 16 - at);
	return true;
}

/* The interface after `%`: a name of this machine, or its number. */
static bool
parse_scope(const char *s, size_t len, uint32_t *scope)
{
	char name[IF_NAMESIZE];
	unsigned v;

	if (len == 0 || len >= sizeof(name))
		return false;
	memcpy(name, s, len);
	name[len] = '\0';
	*scope = if_nametoindex(name);
	if (*scope != 0)
		return true;
	if (!parse_decimal(s, len, 65535, &v) || v == 0)
		return false;
	*scope = v;
	return true;
}

static bool
parse_ip(struct addr *a, const char *s, size_t len)
{
	const char *percent = memchr(s, '%', len);
	uint8_t ip[16];
	uint32_t scope = 0;

	if (memchr(s, ':', len) == NULL)
		return parse_v4(s, len, ip) && addr_from_bytes(a, 4, ip, 0, 0);
	if (percent != NULL) {
		size_t n = (size_t)(percent - s);

		if (!parse_scope(percent + 1, len - n - 1, &scope))
			return false;
		len = n;
	}
	return parse_v6(s, len, ip) && addr_from_bytes(a, 6, ip, 0, scope);
}

bool
addr_parse_ip(struct addr *a, const char *s)
{
	return parse_ip(a, s, strlen(s));
}

/* ---- Host and port ---- */

static const char *
check_host(const char *host)
{
	struct addr a;
	bool name = false;
	size_t label = 0;

	if (host[0] == '\0')
		return N_("There is no host before the port.");
	if (strchr(host, ':') != NULL)
		return addr_parse_ip(&a, host) ? NULL : N_("That is not an IPv6 address.");
	for (const char *p = host; *p != '\0'; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || *p == '-' || *p == '_';

		if (!letter && !is_digit(*p) && *p != '.')
			return N_("A host name has letters, digits, dots and hyphens only.");
		name = name || letter;
		label = *p == '.' ? 0 : label + 1;
		if (label > 63 || (*p == '.' && (p == host || p[-1] == '.')))
			return N_("A part of the host name is empty or too long.");
	}
	/* What is digits and dots would be taken for an address in a notation that few expect. */
	if (!name && !addr_parse_ip(&a, host))
		return N_("That is not an IPv4 address: it has four numbers from 0 to 255.");
	return NULL;
}

/* Finds the end of the host and the text of the port (NULL for none) in s. Returns what is wrong,
 * or NULL. */
static const char *
find_parts(const char **s, size_t *len, const char **port)
{
	const char *first = strchr(*s, ':'), *last = strrchr(*s, ':'), *end;
	struct addr a;
	unsigned v;

	*port = NULL;
	*len = strlen(*s);
	if (**s == '[') {
		end = strchr(*s, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return N_("An address in brackets looks like [::1]:41555.");
		if (end[1] == ':')
			*port = end + 2;
		(*s)++;
		*len = (size_t)(end - *s);
		if (memchr(*s, ':', *len) == NULL)
			return N_("Only an IPv6 address stands in brackets.");
		return NULL;
	}
	if (first == NULL)
		return NULL;
	if (first == last) {
		*port = first + 1;
		*len = (size_t)(first - *s);
		return NULL;
	}
	if (!addr_parse_ip(&a, *s))
		return N_("Write an IPv6 address with a port like [::1]:41555.");
	if (parse_decimal(last + 1, strlen(last + 1), 65535, &v) &&
	    parse_ip(&a, *s, (size_t)(last - *s)))
		return N_("The last number may be a port: put the IPv6 address in brackets.");
	return NULL;
}

bool
addr_split_hostport(const char *s, char *host, size_t hostsize, uint16_t *port,
		    uint16_t default_port, const char **why)
{
	const char *digits, *wrong;
	unsigned v = default_port;
	size_t len;

	wrong = find_parts(&s, &len, &digits);
	if (wrong == NULL && (len >= hostsize || len > 253))
		wrong = N_("The host name is too long.");
	if (wrong == NULL && digits != NULL && !parse_decimal(digits, strlen(digits), 65535, &v))
		wrong = N_("The port is a number from 0 to 65535.");
	if (wrong == NULL) {
		bool scoped = false;

		for (size_t i = 0; i < len; i++) {
			bool upper = s[i] >= 'A' && s[i] <= 'Z';

			/* The name of an interface keeps its case. */
			scoped = scoped || s[i] == '%';
			host[i] = (char)(upper && !scoped ? s[i] | 32 : s[i]);
		}
		host[len] = '\0';
		wrong = check_host(host);
	}
	if (why != NULL)
		*why = wrong;
	if (wrong != NULL)
		return false;
	*port = (uint16_t)v;
	return true;
}

bool
addr_parse(struct addr *a, const char *s, uint16_t default_port, const char **why)
{
	char host[ADDR_HOSTLEN];
	uint16_t port;

	if (!addr_split_hostport(s, host, sizeof(host), &port, default_port, why))
		return false;
	if (!addr_parse_ip(a, host)) {
		if (why != NULL)
			*why = N_("That is a name, not an IP address.");
		return false;
	}
	a->port = port;
	return true;
}

/* ---- Printing ---- */

/* RFC 5952, 4: lower case, no leading zeros, `::` for the longest run of two or more zero groups,
 * the first of equals. */
static void
format_v6(char *out, size_t size, const uint8_t ip[16])
{
	size_t best = 8, bestlen = 1, run = 0, n = 0;

	for (size_t i = 0; i < 8; i++) {
		run = get_be16(ip + 2 * i) == 0 ? run + 1 : 0;
		if (run > bestlen) {
			bestlen = run;
			best = i + 1 - run;
		}
	}
	out[0] = '\0';
	for (size_t i = 0; i < 8 && n < size; i++) {
		if (i == best) {
			n += (size_t)snprintf(out + n, size - n, "::");
			i += bestlen - 1;
			continue;
		}
		n += (size_t)snprintf(out + n, size - n, "%s%x",
				      i == 0 || i == best + bestlen ? "" : ":",
				      (unsigned)get_be16(ip + 2 * i));
	}
}

char *
addr_format_ip(char *buf, size_t size, const struct addr *a)
{
	char ip[48], name[IF_NAMESIZE];

	if (a->family == 4) {
		snprintf(buf, size, "%u.%u.%u.%u", a->ip[0], a->ip[1], a->ip[2], a->ip[3]);
	} else if (a->family == 6) {
		format_v6(ip, sizeof(ip), a->ip);
		if (a->scope == 0)
			snprintf(buf, size, "%s", ip);
		else if (if_indextoname(a->scope, name) != NULL)
			snprintf(buf, size, "%s%%%s", ip, name);
		else
			snprintf(buf, size, "%s%%%u", ip, (unsigned)a->scope);
	} else {
		snprintf(buf, size, "none");
	}
	return buf;
}

char *
addr_format(char *buf, size_t size, const struct addr *a)
{
	char ip[72];

	addr_format_ip(ip, sizeof(ip), a);
	snprintf(buf, size, a->family == 6 ? "[%s]:%u" : "%s:%u", ip, (unsigned)a->port);
	return buf;
}

/* ---- Comparing, classes ---- */

int
addr_compare(const struct addr *a, const struct addr *b)
{
	int c = memcmp(a->ip, b->ip, sizeof(a->ip));

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (c != 0)
		return c;
	if (a->scope != b->scope)
		return a->scope < b->scope ? -1 : 1;
	return a->port == b->port ? 0 : a->port < b->port ? -1 : 1;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

bool
addr_same_ip(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->scope == b->scope &&
	       memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

struct row {
	uint8_t family, bits;
	enum addr_class class;
	uint8_t ip[16];
};

/* The first row that fits decides. */
/* clang-format off */
static const struct row classes[] = {
	{4, 32, ADDR_UNSPECIFIED, {0}},
	{4, 8, ADDR_RESERVED, {0}},
	{4, 8, ADDR_LOOPBACK, {127}},
	{4, 16, ADDR_LINK_LOCAL, {169, 254}},
	{4, 8, ADDR_PRIVATE, {10}},
	{4, 12, ADDR_PRIVATE, {172, 16}},
	{4, 16, ADDR_PRIVATE, {192, 168}},
	{4, 10, ADDR_PRIVATE, {100, 64}},
	{4, 4, ADDR_MULTICAST, {224}},
	{4, 4, ADDR_RESERVED, {240}},
	{6, 128, ADDR_UNSPECIFIED, {0}},
	{6, 128, ADDR_LOOPBACK, {[15] = 1}},
	{6, 96, ADDR_RESERVED, {0}},
	{6, 10, ADDR_LINK_LOCAL, {0xfe, 0x80}},
	{6, 10, ADDR_PRIVATE, {0xfe, 0xc0}},
	{6, 7, ADDR_PRIVATE, {0xfc}},
	{6, 8, ADDR_MULTICAST, {0xff}},
};
/* clang-format on */

static bool
has_prefix(const uint8_t *ip, const uint8_t *prefix, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(ip, prefix, whole) != 0)
		return false;
	return rest == 0 || (ip[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

enum addr_class
addr_class(const struct addr *a)
{
	for (size_t i = 0; i < NELEM(classes); i++)
		if (a->family == classes[i].family &&
		    has_prefix(a->ip, classes[i].ip, classes[i].bits))
			return classes[i].class;
	return a->family == 0 ? ADDR_UNSPECIFIED : ADDR_GLOBAL;
}

bool
addr_is_lan(const struct addr *a)
{
	enum addr_class c = addr_class(a);

	return c == ADDR_LOOPBACK || c == ADDR_LINK_LOCAL || c == ADDR_PRIVATE;
}

bool
addr_is_dialable(const struct addr *a)
{
	enum addr_class c = addr_class(a);

	return a->port != 0 && (c == ADDR_GLOBAL || addr_is_lan(a));
}
