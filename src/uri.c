/* uri.c - the invite: one token that carries a key and addresses from person to person. */
#include "config.h"

#include <sodium.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/text.h"
#include "src/uri.h"
#include "src/util.h"

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const char prefix[] = "p2p:";
static const char checksum_label[] = "p2p-tui invite";

#define PREFIX_LEN     (sizeof(prefix) - 1)
#define CHECKSUM_LEN   5
#define GROUP_LEN      8
#define FORMAT_VERSION 1
/* Version, key, checksum: no invite is shorter. */
#define LEAST_BYTES    (1 + INVITE_KEY + CHECKSUM_LEN)
/* What follows `p2p:` in a text must have so many characters to be taken for a damaged invite. */
#define LEAST_LIKELY   16
/* How many gaps of white space invite_find() looks behind. */
#define GAPS_MAX       64

enum tlv { TLV_DOOR = 1, TLV_ADDR = 2, TLV_NICK = 3, TLV_EXPIRES = 4 };

static void
checksum(uint8_t out[CHECKSUM_LEN], const uint8_t *payload, size_t len)
{
	crypto_generichash_state st;
	uint8_t hash[32];

	crypto_generichash_init(&st, NULL, 0, sizeof(hash));
	crypto_generichash_update(&st, (const uint8_t *)checksum_label, sizeof(checksum_label) - 1);
	crypto_generichash_update(&st, payload, len);
	crypto_generichash_final(&st, hash, sizeof(hash));
	memcpy(out, hash, CHECKSUM_LEN);
	sodium_memzero(&st, sizeof(st));
	sodium_memzero(hash, sizeof(hash));
}

bool
invite_key_ok(const uint8_t key[INVITE_KEY])
{
	/* p = 2^255 - 19, little endian: a key that is not below it is a second spelling of another
	 * one. */
	uint8_t p[INVITE_KEY], scalar[INVITE_KEY] = {1}, shared[INVITE_KEY];
	size_t i = INVITE_KEY;
	bool good;

	memset(p, 0xff, sizeof(p));
	p[0] = 0xed;
	p[31] = 0x7f;
	while (i > 0 && key[i - 1] == p[i - 1])
		i--;
	if (i == 0 || key[i - 1] > p[i - 1])
		return false;
	/* A point of small order gives zero with every scalar, and libsodium says so. */
	good = crypto_scalarmult(shared, scalar, key) == 0;
	sodium_memzero(shared, sizeof(shared));
	return good;
}

/* ---- Writing ---- */

struct bytes {
	uint8_t b[INVITE_BYTES_MAX];
	size_t n;
};

/* All of what is written together stays far below INVITE_BYTES_MAX: 1 + 32 + 34 + 8 * 21 + 66 + 10
 * + 5. */
static void
put(struct bytes *o, const void *p, size_t n)
{
	memcpy(o->b + o->n, p, n);
	o->n += n;
}

static void
put_tlv(struct bytes *o, enum tlv type, const void *p, size_t n)
{
	uint8_t head[2] = {(uint8_t)type, (uint8_t)n};

	put(o, head, sizeof(head));
	put(o, p, n);
}

static void
put_payload(struct bytes *o, const struct invite *inv)
{
	uint8_t v[19], version = FORMAT_VERSION;
	size_t nick = strnlen(inv->nick, INVITE_NICK), n = 0;
	uint32_t cp;

	put(o, &version, 1);
	put(o, inv->key, INVITE_KEY);
	if (inv->has_door)
		put_tlv(o, TLV_DOOR, inv->door, INVITE_KEY);
	for (size_t i = 0; i < inv->naddrs && i < INVITE_ADDRS; i++) {
		const struct addr *a = &inv->addrs[i];
		size_t iplen = a->family == 4 ? 4 : 16;

		if (a->family == 0 || !addr_is_dialable(a))
			continue;
		v[0] = a->family;
		memcpy(v + 1, a->ip, iplen);
		put_be16(v + 1 + iplen, a->port);
		put_tlv(o, TLV_ADDR, v, iplen + 3);
	}
	/* The field may have cut the nick within a character: as far as it is valid. */
	for (size_t step; n < nick; n += step) {
		step = text_next(inv->nick + n, nick - n, &cp);
		if (cp == TEXT_INVALID)
			break;
	}
	if (n > 0)
		put_tlv(o, TLV_NICK, inv->nick, n);
	if (inv->expires != 0) {
		put_be64(v, (uint64_t)inv->expires);
		put_tlv(o, TLV_EXPIRES, v, 8);
	}
}

char *
invite_format(const struct invite *inv)
{
	struct bytes o = {.n = 0};
	uint8_t sum[CHECKSUM_LEN];
	size_t chars, n = PREFIX_LEN;
	char *s;

	put_payload(&o, inv);
	checksum(sum, o.b, o.n);
	put(&o, sum, sizeof(sum));
	chars = (o.n * 8 + 4) / 5;
	s = xmalloc(PREFIX_LEN + chars + chars / GROUP_LEN + 1);
	memcpy(s, prefix, PREFIX_LEN);
	for (size_t i = 0; i < chars; i++) {
		size_t bit = i * 5, at = bit / 8;
		unsigned two = (unsigned)o.b[at] << 8 | (at + 1 < o.n ? o.b[at + 1] : 0u);

		if (i > 0 && i % GROUP_LEN == 0)
			s[n++] = '-';
		s[n++] = alphabet[two >> (11 - bit % 8) & 31];
	}
	s[n] = '\0';
	sodium_memzero(&o, sizeof(o));
	return s;
}

/* ---- Reading ---- */

/* Where the sentence goes. */
struct err {
	char *s;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool
fail(const struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (e->size > 0)
		vsnprintf(e->s, e->size, _(fmt), ap);
	va_end(ap);
	return false;
}

/* The five bits of a character, or -1. */
static int
value_of(char c)
{
	const char *p;

	if (c >= 'A' && c <= 'Z')
		c = (char)(c | 32);
	if (c == 'o')
		c = '0';
	if (c == 'i' || c == 'l')
		c = '1';
	p = c == '\0' ? NULL : strchr(alphabet, c);
	return p != NULL ? (int)(p - alphabet) : -1;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether '>' at s[i] quotes a line: only a few blanks and other '>' before it. */
static bool
is_quote(const char *s, size_t i)
{
	if (s[i] != '>')
		return false;
	for (unsigned steps = 0; i > 0 && steps < 16; steps++, i--) {
		char c = s[i - 1];

		if (c == '\n' || c == '\r')
			return true;
		if (c != '>' && c != ' ' && c != '\t')
			return false;
	}
	return false;
}

/* What a reader steps over within a code. */
static bool
is_filler(const char *s, size_t i)
{
	return is_space(s[i]) || s[i] == '-' || is_quote(s, i);
}

static bool
has_prefix(const char *s, size_t len)
{
	if (len < PREFIX_LEN)
		return false;
	for (size_t i = 0; i < PREFIX_LEN; i++)
		if (s[i] != prefix[i] && !(s[i] == 'P' && prefix[i] == 'p'))
			return false;
	return true;
}

static bool
decode(const char *s, size_t len, struct bytes *o, const struct err *e)
{
	unsigned acc = 0, bits = 0;
	int v;

	for (size_t i = 0, nth = 0; i < len; i++) {
		if (is_filler(s, i))
			continue;
		nth++;
		v = value_of(s[i]);
		if (v == -1)
			return fail(e, "Character %zu of the code after p2p: belongs to no invite.",
				    nth);
		acc = (acc << 5 | (unsigned)v) & 0xfff;
		bits += 5;
		if (bits < 8)
			continue;
		if (o->n == sizeof(o->b))
			return fail(e, "The invite is too long.");
		bits -= 8;
		o->b[o->n++] = (uint8_t)(acc >> bits);
	}
	if (o->n < LEAST_BYTES)
		return fail(e, "The invite is too short: a part of it is missing.");
	if (bits >= 5 || (acc & ((1u << bits) - 1)) != 0)
		return fail(e, "The invite is mistyped or incomplete: its end does not fit.");
	return true;
}

static bool
read_addr(const uint8_t *v, size_t len, struct invite *inv, const struct err *e)
{
	struct addr a;

	if (inv->naddrs == INVITE_ADDRS)
		return fail(e, "The invite has more than %d addresses.", INVITE_ADDRS);
	if (len < 1 || (v[0] != 4 && v[0] != 6) || len != (v[0] == 4 ? 7u : 19u) ||
	    !addr_from_bytes(&a, v[0], v + 1, get_be16(v + len - 2), 0) || !addr_is_dialable(&a))
		return fail(e, "The invite has an address that nobody can be reached at.");
	inv->addrs[inv->naddrs++] = a;
	return true;
}

static bool
read_tlv(unsigned type, const uint8_t *v, size_t len, struct invite *inv, const struct err *e)
{
	switch (type) {
	case TLV_DOOR:
		if (len != INVITE_KEY || inv->has_door)
			return fail(e, "The invite has a door key of a wrong size, or two.");
		memcpy(inv->door, v, INVITE_KEY);
		inv->has_door = true;
		return true;
	case TLV_ADDR:
		return read_addr(v, len, inv, e);
	case TLV_NICK:
		if (len < 1 || len > INVITE_NICK || inv->nick[0] != '\0' ||
		    memchr(v, '\0', len) != NULL || !text_valid_utf8((const char *)v, len))
			return fail(e, "The invite has a name that cannot be one.");
		memcpy(inv->nick, v, len);
		inv->nick[len] = '\0';
		return true;
	case TLV_EXPIRES:
		if (len != 8 || inv->expires != 0)
			return fail(e, "The invite has an end date that cannot be one.");
		inv->expires = (int64_t)get_be64(v);
		return true;
	default:
		return true; /* of a later version that we still understand */
	}
}

static bool
read_payload(const uint8_t *b, size_t len, struct invite *inv, const struct err *e)
{
	size_t at = 1 + INVITE_KEY;

	if (b[0] != FORMAT_VERSION)
		return fail(e, "The invite was made by a newer p2p-tui (its version is %u).", b[0]);
	memcpy(inv->key, b + 1, INVITE_KEY);
	if (!invite_key_ok(inv->key))
		return fail(e, "The invite has a key that cannot be anybody's.");
	while (at < len) {
		if (len - at < 2 || len - at - 2 < b[at + 1])
			return fail(e, "The invite ends in the middle of an entry.");
		if (!read_tlv(b[at], b + at + 2, b[at + 1], inv, e))
			return false;
		at += 2u + b[at + 1];
	}
	return true;
}

bool
invite_parse_n(const char *s, size_t len, struct invite *inv, char *err, size_t errlen)
{
	struct bytes o = {.n = 0};
	struct invite got = {.naddrs = 0};
	struct err e = {err, errlen};
	uint8_t sum[CHECKSUM_LEN];
	bool good = false;

	while (len > 0 && is_space(s[0])) {
		s++;
		len--;
	}
	if (!has_prefix(s, len)) {
		fail(&e, "An invite starts with p2p: and this does not.");
		goto out;
	}
	if (!decode(s + PREFIX_LEN, len - PREFIX_LEN, &o, &e))
		goto out;
	/* The checksum before the version: a slip in the first character is no newer version. */
	checksum(sum, o.b, o.n - CHECKSUM_LEN);
	if (memcmp(sum, o.b + o.n - CHECKSUM_LEN, CHECKSUM_LEN) != 0) {
		fail(&e, "The invite is mistyped or incomplete: its checksum does not match.");
		goto out;
	}
	good = read_payload(o.b, o.n - CHECKSUM_LEN, &got, &e);
	if (good)
		*inv = got;
out:
	sodium_memzero(&o, sizeof(o));
	sodium_memzero(&got, sizeof(got));
	return good;
}

bool
invite_parse(const char *s, struct invite *inv, char *err, size_t errlen)
{
	return invite_parse_n(s, strlen(s), inv, err, errlen);
}

/* ---- Finding ---- */

/* The end of what may belong to the code that begins at s[from]: looks behind one gap after another
 * until the whole parses. If it never does, the end of the last piece that was joined by a
 * separator. Counts the code's characters. */
static bool
find_end(const char *s, size_t from, size_t len, size_t *end, size_t *chars)
{
	const size_t most = (INVITE_BYTES_MAX * 8 + 4) / 5;
	struct invite inv;
	bool joined = true, found = false;
	size_t at = from + PREFIX_LEN;

	*chars = 0;
	*end = at;
	for (unsigned gaps = 0; gaps < GAPS_MAX && !found; gaps++) {
		size_t i = at, n = 0;

		while (i < len && is_filler(s, i))
			i++;
		for (; i < len && (value_of(s[i]) != -1 || s[i] == '-'); i++)
			n += s[i] != '-';
		if (n == 0 || *chars + n > most)
			break;
		/* A piece belongs to a damaged invite only if a separator at the end of its
		 * predecessor says so. */
		joined = joined && (gaps == 0 || s[at - 1] == '-');
		*chars += n;
		at = i;
		if (joined)
			*end = at;
		if (*chars >= LEAST_BYTES * 8 / 5 &&
		    invite_parse_n(s + from, at - from, &inv, NULL, 0)) {
			*end = at;
			found = true;
		}
	}
	/* A separator at the very end is not part of it. */
	while (*end > from + PREFIX_LEN && s[*end - 1] == '-')
		(*end)--;
	sodium_memzero(&inv, sizeof(inv));
	return found;
}

bool
invite_find(const char *text, size_t textlen, size_t *start, size_t *len)
{
	bool likely = false;
	size_t end, chars;

	for (size_t i = 0; i + PREFIX_LEN <= textlen; i++) {
		/* Not within a word such as http2p2p: */
		if (!has_prefix(text + i, textlen - i) || (i > 0 && value_of(text[i - 1]) != -1))
			continue;
		if (find_end(text, i, textlen, &end, &chars)) {
			*start = i;
			*len = end - i;
			return true;
		}
		if (!likely && chars >= LEAST_LIKELY) {
			likely = true;
			*start = i;
			*len = end - i;
		}
	}
	return likely;
}
