/* choice_row.c - a row of the list from which a part of an offer is chosen, packed and read again. */
#include "config.h"

#include <string.h>

#include "src/choice_row.h"
#include "src/row.h"
#include "src/util.h"

/* entry, files u32; size, mtime u64; kind, mark, odd u8; all as the machine has them: a row never leaves it. */
#define FIXED (4 + 4 + 8 + 8 + 3)

static void
put(struct row_buf *buf, const void *p, size_t n)
{
	if (buf->len + n > buf->size) {
		buf->size = buf->size * 2 > buf->len + n ? buf->size * 2 : buf->len + n + 1024;
		buf->p = xreallocarray(buf->p, buf->size, 1);
	}
	memcpy(buf->p + buf->len, p, n);
	buf->len += n;
}

void
choice_row_put(struct row_buf *buf, const struct choice_row *row)
{
	uint8_t small[3] = {(uint8_t)row->kind, (uint8_t)row->mark, row->odd};

	put(buf, &row->entry, 4);
	put(buf, &row->files, 4);
	put(buf, &row->size, 8);
	put(buf, &row->mtime_ns, 8);
	put(buf, small, sizeof(small));
	put(buf, row->name, strlen(row->name) + 1);
}

bool
choice_row_get(const uint8_t *bytes, size_t len, size_t *at, struct choice_row *row)
{
	const uint8_t *p = bytes + *at;
	size_t left = len - *at, name;

	memset(row, 0, sizeof(*row));
	if (left <= FIXED || p[24] > CHOICE_LINK || p[25] > CHOICE_ALL)
		return false;
	name = strnlen((const char *)p + FIXED, left - FIXED);
	if (name == left - FIXED)
		return false;
	memcpy(&row->entry, p, 4);
	memcpy(&row->files, p + 4, 4);
	memcpy(&row->size, p + 8, 8);
	memcpy(&row->mtime_ns, p + 16, 8);
	row->kind = (enum choice_kind)p[24];
	row->mark = (enum choice_mark)p[25];
	row->odd = p[26] != 0;
	row->name = (const char *)p + FIXED;
	*at += FIXED + name + 1;
	return true;
}
