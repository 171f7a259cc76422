/* row.c - packing rows of a chat for EV_PAGE. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/util.h"

/* peer, id, five 64-bit numbers, four small ones, two lengths */
#define FIXED (KEY_LEN + ID_LEN + 5 * 8 + 4 + 2 * 4)

void
row_put(struct row_buf *buf, const struct row *row)
{
	size_t need = FIXED + row->text_len + row->reason_len;
	const int64_t numbers[] = {row->row, row->rev, row->seq, row->time, row->transfer};
	uint8_t *p;

	if (buf->size - buf->len < need) {
		buf->size = (buf->len + need) * 2;
		buf->p = xreallocarray(buf->p, buf->size, 1);
	}
	p = buf->p + buf->len;
	memcpy(p, row->peer.b, KEY_LEN);
	memcpy(p + KEY_LEN, row->id.b, ID_LEN);
	p += KEY_LEN + ID_LEN;
	for (size_t i = 0; i < NELEM(numbers); i++, p += 8)
		put_be64(p, (uint64_t)numbers[i]);
	*p++ = (uint8_t)row->dir;
	*p++ = (uint8_t)row->kind;
	*p++ = (uint8_t)row->state;
	*p++ = 0;
	put_be32(p, (uint32_t)row->text_len);
	put_be32(p + 4, (uint32_t)row->reason_len);
	p += 8;
	if (row->text_len != 0)
		memcpy(p, row->text, row->text_len);
	if (row->reason_len != 0)
		memcpy(p + row->text_len, row->reason, row->reason_len);
	buf->len += need;
}

bool
row_get(const uint8_t *bytes, size_t len, size_t *at, struct row *row)
{
	const uint8_t *p;
	size_t left;

	if (*at > len || len - *at < FIXED)
		return false;
	p = bytes + *at;
	memcpy(row->peer.b, p, KEY_LEN);
	memcpy(row->id.b, p + KEY_LEN, ID_LEN);
	p += KEY_LEN + ID_LEN;
	row->row = (int64_t)get_be64(p);
	row->rev = (int64_t)get_be64(p + 8);
	row->seq = (int64_t)get_be64(p + 16);
	row->time = (int64_t)get_be64(p + 24);
	row->transfer = (int64_t)get_be64(p + 32);
	p += 40;
	row->dir = (enum direction)p[0];
	row->kind = (enum row_kind)p[1];
	row->state = (enum receipt)p[2];
	row->text_len = get_be32(p + 4);
	row->reason_len = get_be32(p + 8);
	left = len - *at - FIXED;
	if (row->text_len > left || row->reason_len > left - row->text_len)
		return false;
	row->text = (const char *)p + 12;
	row->reason = row->text + row->text_len;
	*at += FIXED + row->text_len + row->reason_len;
	return true;
}
