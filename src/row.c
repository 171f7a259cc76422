/* row.c - packing rows of a chat for EV_PAGE. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/row.h"
#include "src/say.h"
#include "src/util.h"

/* peer, id, ref, seven 64-bit numbers, six small ones, three lengths of a byte, edits, three lengths, a timer */
#define FIXED (KEY_LEN + 2 * ID_LEN + 7 * 8 + 6 + 3 + 4 + 3 * 4 + 4)

static uint8_t *
put_text(uint8_t *p, const char *text, size_t len)
{
	if (len != 0)
		memcpy(p, text, len);
	return p + len;
}

void
row_put(struct row_buf *buf, const struct row *row)
{
	size_t need = FIXED + row->text_len + row->reason_len + row->react_len[0] +
		      row->react_len[1] + row->quote_len + row->ncopies * ROW_COPY;
	const int64_t numbers[] = {row->row,	  row->rev,	 row->seq,    row->time,
				   row->transfer, row->edit_seq, row->expires};
	uint8_t *p;

	if (buf->size - buf->len < need) {
		buf->size = (buf->len + need) * 2;
		buf->p = xreallocarray(buf->p, buf->size, 1);
	}
	p = buf->p + buf->len;
	memcpy(p, row->peer.b, KEY_LEN);
	memcpy(p + KEY_LEN, row->id.b, ID_LEN);
	memcpy(p + KEY_LEN + ID_LEN, row->ref.b, ID_LEN);
	p += KEY_LEN + 2 * ID_LEN;
	for (size_t i = 0; i < NELEM(numbers); i++, p += 8)
		put_be64(p, (uint64_t)numbers[i]);
	*p++ = (uint8_t)row->dir;
	*p++ = (uint8_t)row->kind;
	*p++ = (uint8_t)row->state;
	*p++ = (uint8_t)row->content;
	*p++ = row->deleted;
	*p++ = (uint8_t)row->quote_dir;
	*p++ = (uint8_t)row->react_len[0];
	*p++ = (uint8_t)row->react_len[1];
	*p++ = (uint8_t)row->ncopies;
	put_be32(p, row->edits);
	put_be32(p + 4, (uint32_t)row->quote_len);
	put_be32(p + 8, (uint32_t)row->text_len);
	put_be32(p + 12, (uint32_t)row->reason_len);
	put_be32(p + 16, row->timer);
	p = put_text(p + 20, row->text, row->text_len);
	p = put_text(p, row->reason, row->reason_len);
	p = put_text(p, row->react[0], row->react_len[0]);
	p = put_text(p, row->react[1], row->react_len[1]);
	p = put_text(p, row->quote, row->quote_len);
	put_text(p, (const char *)row->copies, row->ncopies * ROW_COPY);
	buf->len += need;
}

/* The next n of *left bytes; NULL if there are not so many. */
static const char *
get_text(const uint8_t **p, size_t *left, size_t n)
{
	const char *text = (const char *)*p;

	if (n > *left)
		return NULL;
	*p += n;
	*left -= n;
	return text;
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
	memcpy(row->ref.b, p + KEY_LEN + ID_LEN, ID_LEN);
	p += KEY_LEN + 2 * ID_LEN;
	row->row = (int64_t)get_be64(p);
	row->rev = (int64_t)get_be64(p + 8);
	row->seq = (int64_t)get_be64(p + 16);
	row->time = (int64_t)get_be64(p + 24);
	row->transfer = (int64_t)get_be64(p + 32);
	row->edit_seq = (int64_t)get_be64(p + 40);
	row->expires = (int64_t)get_be64(p + 48);
	p += 56;
	row->dir = (enum direction)p[0];
	row->kind = (enum row_kind)p[1];
	row->state = (enum receipt)p[2];
	row->content = (enum content)p[3];
	row->deleted = p[4] != 0;
	row->quote_dir = (enum direction)p[5];
	row->react_len[0] = p[6];
	row->react_len[1] = p[7];
	row->ncopies = p[8];
	p += 9;
	row->edits = get_be32(p);
	row->quote_len = get_be32(p + 4);
	row->text_len = get_be32(p + 8);
	row->reason_len = get_be32(p + 12);
	row->timer = get_be32(p + 16);
	p += 20;
	left = len - *at - FIXED;
	row->text = get_text(&p, &left, row->text_len);
	row->reason = row->text != NULL ? get_text(&p, &left, row->reason_len) : NULL;
	row->react[0] = row->reason != NULL ? get_text(&p, &left, row->react_len[0]) : NULL;
	row->react[1] = row->react[0] != NULL ? get_text(&p, &left, row->react_len[1]) : NULL;
	row->quote = row->react[1] != NULL ? get_text(&p, &left, row->quote_len) : NULL;
	row->copies = row->quote != NULL
			      ? (const uint8_t *)get_text(&p, &left, row->ncopies * ROW_COPY)
			      : NULL;
	if (row->copies == NULL)
		return false;
	*at = len - left;
	return true;
}

void
row_copy_put(uint8_t p[ROW_COPY], const struct row_copy *copy)
{
	memcpy(p, copy->device.b, KEY_LEN);
	put_be64(p + KEY_LEN, (uint64_t)copy->seq);
	p[KEY_LEN + 8] = (uint8_t)copy->state;
}

struct row_copy
row_copy_at(const struct row *row, size_t i)
{
	const uint8_t *p = row->copies + i * ROW_COPY;
	struct row_copy copy;

	memcpy(copy.device.b, p, KEY_LEN);
	copy.seq = (int64_t)get_be64(p + KEY_LEN);
	copy.state =
		p[KEY_LEN + 8] <= RECEIPT_FAILED ? (enum receipt)p[KEY_LEN + 8] : RECEIPT_FAILED;
	return copy;
}

char *
row_reason(const struct row *row, char *out, size_t size)
{
	size_t n = row->reason_len < size ? row->reason_len : size - 1;
	const char *said;

	memcpy(out, row->reason, n);
	out[n] = '\0';
	said = _(out);
	if (said != out)
		strlcpy(out, said, size);
	return out;
}
