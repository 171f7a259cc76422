/* beacon.c - beacons: encoding, decoding, and the tags by which contacts recognise each other. */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "net/beacon.h"
#include "net/wire.h"
#include "src/addr.h"
#include "src/text.h"
#include "src/util.h"

#define BEACON_VERSION 1
#define ASKS	       1 /* the flag */

enum { SAYS_PORT = 1, SAYS_NICK = 2, SAYS_GONE = 3, SAYS_DIGITS = 4 };

static const uint8_t magic[4] = {'P', '2', 'P', 'B'};
static const char pair_label[] = "p2p-tui beacon pair";
static const char tag_label[] = "p2p-tui beacon";

/* ---- bytes ---- */

static void
put_value(struct writer *w, uint8_t type, const void *value, size_t len)
{
	wr_u8(w, type);
	wr_u8(w, (uint8_t)len);
	wr_bytes(w, value, len);
}

size_t
beacon_put(uint8_t out[BEACON_MAX], const struct beacon *b)
{
	struct writer w;
	uint8_t port[2], digits[3];

	wr_open(&w, out, BEACON_MAX);
	wr_bytes(&w, magic, sizeof(magic));
	wr_u8(&w, BEACON_VERSION);
	wr_u8(&w, b->asks ? ASKS : 0);
	wr_u32(&w, b->epoch);
	wr_bytes(&w, b->nonce, sizeof(b->nonce));
	wr_bytes(&w, b->slots, sizeof(b->slots));
	if (b->port == 0)
		return w.len;
	put_be16(port, b->port);
	put_value(&w, SAYS_PORT, port, sizeof(port));
	if (b->nick[0] != '\0')
		put_value(&w, SAYS_NICK, b->nick, strlen(b->nick));
	if (b->gone)
		put_value(&w, SAYS_GONE, "", 0);
	if (b->digits >= 0) {
		for (int i = 2, d = b->digits; i >= 0; i--, d /= 10)
			digits[i] = (uint8_t)('0' + d % 10);
		put_value(&w, SAYS_DIGITS, digits, sizeof(digits));
	}
	return w.len;
}

static void
get_nick(struct beacon *b, const uint8_t *value, size_t len)
{
	if (len == 0 || len > NAME_MAX_BYTES || memchr(value, '\0', len) != NULL ||
	    !text_valid_utf8((const char *)value, len))
		return;
	memcpy(b->nick, value, len);
	b->nick[len] = '\0';
}

static void
get_digits(struct beacon *b, const uint8_t *value, size_t len)
{
	int digits = 0;

	if (len != 3)
		return;
	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return;
		digits = digits * 10 + (value[i] - '0');
	}
	b->digits = digits;
}

static bool
get_values(struct beacon *b, struct reader *r)
{
	while (!r->bad && r->left > 0) {
		uint8_t type = rd_u8(r), len = rd_u8(r);
		const uint8_t *value = rd_span(r, len);

		if (value == NULL)
			return false;
		if (type == SAYS_PORT && len >= 2)
			b->port = get_be16(value);
		else if (type == SAYS_NICK)
			get_nick(b, value, len);
		else if (type == SAYS_GONE)
			b->gone = true;
		else if (type == SAYS_DIGITS)
			get_digits(b, value, len);
	}
	return !r->bad;
}

bool
beacon_get(struct beacon *b, const uint8_t *bytes, size_t len)
{
	struct reader r;
	uint8_t start[sizeof(magic)];

	memset(b, 0, sizeof(*b));
	b->digits = -1;
	if (len < BEACON_FIXED || len > BEACON_MAX)
		return false;
	rd_open(&r, bytes, len);
	rd_bytes(&r, start, sizeof(start));
	if (memcmp(start, magic, sizeof(magic)) != 0 || rd_u8(&r) != BEACON_VERSION)
		return false;
	b->asks = (rd_u8(&r) & ASKS) != 0;
	b->epoch = rd_u32(&r);
	rd_bytes(&r, b->nonce, sizeof(b->nonce));
	rd_bytes(&r, b->slots, sizeof(b->slots));
	return get_values(b, &r);
}

/* ---- tags ---- */

bool
beacon_pair(uint8_t pair[BEACON_PAIR_LEN], const uint8_t secret[KEY_LEN], const struct key *self,
	    const struct key *other)
{
	bool first = memcmp(self->b, other->b, KEY_LEN) < 0, good;
	uint8_t shared[KEY_LEN];
	crypto_generichash_state h;

	good = crypto_scalarmult(shared, secret, other->b) == 0;
	if (good) {
		crypto_generichash_init(&h, NULL, 0, BEACON_PAIR_LEN);
		crypto_generichash_update(&h, (const uint8_t *)pair_label, sizeof(pair_label) - 1);
		crypto_generichash_update(&h, shared, sizeof(shared));
		crypto_generichash_update(&h, first ? self->b : other->b, KEY_LEN);
		crypto_generichash_update(&h, first ? other->b : self->b, KEY_LEN);
		crypto_generichash_final(&h, pair, BEACON_PAIR_LEN);
		sodium_memzero(&h, sizeof(h));
	}
	sodium_memzero(shared, sizeof(shared));
	return good;
}

/* The tag and, behind it, the mask of the port. */
static void
make_tag(uint8_t out[16], const struct beacon *b, const uint8_t pair[BEACON_PAIR_LEN],
	 const struct key *from, const struct addr *source)
{
	uint8_t text[128];
	struct writer w;

	wr_open(&w, text, sizeof(text));
	wr_bytes(&w, tag_label, sizeof(tag_label) - 1);
	wr_bytes(&w, from->b, KEY_LEN);
	wr_u32(&w, b->epoch);
	wr_bytes(&w, b->nonce, sizeof(b->nonce));
	wr_u8(&w, source->family);
	wr_bytes(&w, source->ip, source->family == 4 ? 4 : 16);
	crypto_generichash(out, 16, text, w.len, pair, BEACON_PAIR_LEN);
}

void
beacon_tag(struct beacon *b, size_t slot, const uint8_t pair[BEACON_PAIR_LEN],
	   const struct key *from, const struct addr *source, uint16_t port)
{
	uint8_t tag[16];

	make_tag(tag, b, pair, from, source);
	memcpy(b->slots[slot], tag, BEACON_TAG);
	put_be16(b->slots[slot] + BEACON_TAG, get_be16(tag + BEACON_TAG) ^ port);
	sodium_memzero(tag, sizeof(tag));
}

bool
beacon_match(const struct beacon *b, const uint8_t pair[BEACON_PAIR_LEN], const struct key *from,
	     const struct addr *source, uint16_t *port)
{
	uint8_t tag[16];

	make_tag(tag, b, pair, from, source);
	for (size_t i = 0; i < BEACON_SLOTS; i++)
		if (memcmp(b->slots[i], tag, BEACON_TAG) == 0) {
			*port = get_be16(b->slots[i] + BEACON_TAG) ^ get_be16(tag + BEACON_TAG);
			return true;
		}
	return false;
}

uint32_t
beacon_epoch(int64_t wall_ms)
{
	return (uint32_t)(wall_ms / BEACON_EPOCH);
}

bool
beacon_timely(uint32_t epoch, int64_t wall_ms)
{
	uint32_t now = beacon_epoch(wall_ms);

	return epoch - now + 1 <= 2;
}
