/* hello.c - HELLO, the payload of handshake messages 2 and 3. */
#include "config.h"

#include <string.h>

#include "net/hello.h"
#include "net/limits.h"
#include "net/wire.h"
#include "src/text.h"

/* (type u8, length u8, value)*, then zeros up to HELLO_PAD. */
enum {
	TLV_END = 0,
	TLV_VERSIONS = 1,
	TLV_FEATURES = 2,
	TLV_NICK = 3,
	TLV_BOOT = 4,
	TLV_DIAL = 5,
	TLV_BULK = 6
};

void
hello_put(uint8_t *out, const struct hello *h)
{
	struct writer w;
	size_t nick = strlen(h->nick);

	memset(out, 0, HELLO_PAD);
	wr_open(&w, out, HELLO_PAD);
	wr_u8(&w, TLV_VERSIONS);
	wr_u8(&w, 2);
	wr_u8(&w, h->lowest);
	wr_u8(&w, h->highest);
	wr_u8(&w, TLV_FEATURES);
	wr_u8(&w, 4);
	wr_u32(&w, h->features);
	wr_u8(&w, TLV_BOOT);
	wr_u8(&w, 8);
	wr_u64(&w, h->boot);
	wr_u8(&w, TLV_DIAL);
	wr_u8(&w, 8);
	wr_u64(&w, h->dial);
	if (h->bulk) {
		wr_u8(&w, TLV_BULK);
		wr_u8(&w, BULK_ID_LEN);
		wr_bytes(&w, h->bulk_of, BULK_ID_LEN);
	}
	wr_u8(&w, TLV_NICK);
	wr_u8(&w, (uint8_t)nick);
	wr_bytes(&w, h->nick, nick);
}

/* One TLV's value. False if it has the wrong size. */
static bool
take(struct hello *h, uint8_t type, struct reader *value)
{
	size_t n = value->left;

	switch (type) {
	case TLV_VERSIONS:
		h->lowest = rd_u8(value);
		h->highest = rd_u8(value);
		break;
	case TLV_FEATURES:
		h->features = rd_u32(value);
		break;
	case TLV_NICK:
		if (n > NAME_MAX_BYTES)
			return false;
		rd_bytes(value, h->nick, n);
		h->nick[n] = '\0';
		/* What is no text is no name; a NUL inside ends it early, which is harmless. */
		if (!text_valid_utf8(h->nick, n))
			h->nick[0] = '\0';
		break;
	case TLV_BOOT:
		h->boot = rd_u64(value);
		break;
	case TLV_DIAL:
		h->dial = rd_u64(value);
		break;
	case TLV_BULK:
		h->bulk = true;
		rd_bytes(value, h->bulk_of, BULK_ID_LEN);
		break;
	default:
		break;
	}
	return !value->bad;
}

bool
hello_get(struct hello *h, const uint8_t *p, size_t len, uint8_t ours, const char **why)
{
	struct reader r, value;

	memset(h, 0, sizeof(*h));
	rd_open(&r, p, len);
	*why = "its greeting is malformed";
	while (r.left > 0 && *r.p != TLV_END) {
		uint8_t type = rd_u8(&r);
		size_t n = rd_u8(&r);
		const uint8_t *span = rd_span(&r, n);

		if (span == NULL)
			return false;
		rd_open(&value, span, n);
		if (!take(h, type, &value))
			return false;
	}
	if (h->lowest == 0 || h->lowest > h->highest)
		return false;
	*why = "it speaks only newer versions of the protocol: update p2p-tui";
	if (h->lowest > PROTOCOL_VERSION)
		return false;
	/* Were there a version above the one in use that both speak, someone between us took it away. */
	*why = "somebody on the way forces an old version of the protocol on us";
	if ((h->highest < ours ? h->highest : ours) > PROTOCOL_VERSION)
		return false;
	*why = NULL;
	return true;
}
