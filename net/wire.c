/* wire.c - frames: put, get, end. */
#include "config.h"

#include <string.h>

#include "net/limits.h"
#include "net/wire.h"
#include "src/util.h"

int
frame_next(const uint8_t *plain, size_t len, size_t *at, struct frame *f)
{
	size_t left = len - *at;
	const uint8_t *p;

	if (left == 0)
		return 0;
	p = plain + *at;
	if (p[0] == FRAME_PADDING) {
		/* All that follows is zero, or the peer hides something in its padding. */
		for (size_t i = 0; i < left; i++)
			if (p[i] != 0)
				return -1;
		*at = len;
		return 0;
	}
	if (left < FRAME_HEADER)
		return -1;
	f->type = p[0];
	f->flags = p[1];
	f->len = get_be16(p + 2);
	f->body = p + FRAME_HEADER;
	if (f->len > left - FRAME_HEADER)
		return -1;
	*at += FRAME_HEADER + f->len;
	return 1;
}

size_t
frame_put(uint8_t *out, uint8_t type, uint8_t flags, const void *body, size_t len)
{
	out[0] = type;
	out[1] = flags;
	put_be16(out + 2, (uint16_t)len);
	if (len != 0)
		memcpy(out + FRAME_HEADER, body, len);
	return FRAME_HEADER + len;
}

const char *
frame_name(uint8_t type)
{
	switch (type) {
#define ROW(name, number, group) \
	case number:             \
		return #name;
		FRAME_TABLE(ROW)
#undef ROW
	default:
		return "unknown";
	}
}

bool
frame_is_known(uint8_t type)
{
	switch (type) {
#define ROW(name, number, group) case number:
		FRAME_TABLE(ROW)
#undef ROW
		return true;
	default:
		return false;
	}
}

void
rd_open(struct reader *r, const uint8_t *p, size_t len)
{
	r->p = p;
	r->left = len;
	r->bad = false;
}

const uint8_t *
rd_span(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || r->left < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

uint8_t
rd_u8(struct reader *r)
{
	const uint8_t *p = rd_span(r, 1);

	return p != NULL ? *p : 0;
}

uint16_t
rd_u16(struct reader *r)
{
	const uint8_t *p = rd_span(r, 2);

	return p != NULL ? get_be16(p) : 0;
}

uint32_t
rd_u32(struct reader *r)
{
	const uint8_t *p = rd_span(r, 4);

	return p != NULL ? get_be32(p) : 0;
}

uint64_t
rd_u64(struct reader *r)
{
	const uint8_t *p = rd_span(r, 8);

	return p != NULL ? get_be64(p) : 0;
}

void
rd_bytes(struct reader *r, void *out, size_t n)
{
	const uint8_t *p = rd_span(r, n);

	if (p != NULL)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

const uint8_t *
rd_string(struct reader *r, size_t *n)
{
	const uint8_t *p;

	*n = rd_u16(r);
	p = rd_span(r, *n);
	if (p == NULL)
		*n = 0;
	return p;
}

void
wr_open(struct writer *w, uint8_t *p, size_t size)
{
	w->p = p;
	w->len = 0;
	w->size = size;
	w->bad = false;
}

/* Room for n more bytes, or NULL. */
static uint8_t *
room(struct writer *w, size_t n)
{
	uint8_t *p = w->p + w->len;

	if (w->bad || w->size - w->len < n) {
		w->bad = true;
		return NULL;
	}
	w->len += n;
	return p;
}

void
wr_u8(struct writer *w, uint8_t v)
{
	uint8_t *p = room(w, 1);

	if (p != NULL)
		*p = v;
}

void
wr_u16(struct writer *w, uint16_t v)
{
	uint8_t *p = room(w, 2);

	if (p != NULL)
		put_be16(p, v);
}

void
wr_u32(struct writer *w, uint32_t v)
{
	uint8_t *p = room(w, 4);

	if (p != NULL)
		put_be32(p, v);
}

void
wr_u64(struct writer *w, uint64_t v)
{
	uint8_t *p = room(w, 8);

	if (p != NULL)
		put_be64(p, v);
}

void
wr_bytes(struct writer *w, const void *bytes, size_t n)
{
	uint8_t *p = room(w, n);

	if (p != NULL && n != 0)
		memcpy(p, bytes, n);
}

void
wr_string(struct writer *w, const void *p, size_t n)
{
	if (n > UINT16_MAX) {
		w->bad = true;
		return;
	}
	wr_u16(w, (uint16_t)n);
	wr_bytes(w, p, n);
}

/* Padme: at most 12 % more, and only O(log log n) bits of the length show. */
static size_t
padme(size_t n)
{
	unsigned e = 63 - (unsigned)__builtin_clzll(n), s = 64 - (unsigned)__builtin_clzll(e);
	size_t mask = ((size_t)1 << (e - s)) - 1;

	return (n + mask) & ~mask;
}

size_t
wire_padded(size_t n)
{
	size_t padded;

	if (n <= PAD_STEP_UNTIL)
		padded = (n + PAD_STEP - 1) / PAD_STEP * PAD_STEP;
	else
		padded = padme(n);
	if (padded == 0)
		padded = PAD_STEP;
	return padded <= RECORD_PLAIN_MAX ? padded : RECORD_PLAIN_MAX;
}
