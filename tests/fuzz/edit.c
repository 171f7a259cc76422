/* edit.c - fuzz target: a script of insertions and requests for the line editor. The text stays clean and within its limit, the cursor
 * between clusters, the rows cover the text. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/edit.h"

#define LIMIT 600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
check_text(const struct edit *e, unsigned flags)
{
	size_t len, at = edit_cursor(e), pos = 0;
	const char *text = edit_text(e, &len);
	struct text_iter it;
	struct text_cell cell;

	must(len <= LIMIT && strlen(text) == len && text_valid_utf8(text, len));
	must(memchr(text, '\r', len) == NULL);
	must(!(flags & EDIT_ONE_LINE) || memchr(text, '\n', len) == NULL);
	must(edit_empty(e) == (len == 0));
	text_iter_init(&it, text, len, TEXT_MULTILINE);
	while (pos < at && text_cell_next(&it, &cell))
		pos = it.pos;
	must(pos == at);
}

static void
check_layout(struct edit *e, int width)
{
	struct edit_layout l = edit_layout(e, width);
	size_t len, start, end, at = 0, col;
	const char *text = edit_text(e, &len);

	must(l.rows > 0 && l.row < l.rows && l.col < (width > 2 ? (size_t)width : 2));
	for (size_t r = 0; r < l.rows; r++) {
		must(edit_row(e, r, &start, &end) && start == at && end >= start && end <= len);
		at = end + (r + 1 < l.rows && text[end] == '\n' ? 1 : 0);
		if (r == l.row)
			must(edit_cursor(e) >= start && edit_cursor(e) <= end);
	}
	must(at == len && !edit_row(e, l.rows, &start, &end));
	edit_window(e, width, &start, &end, &col);
	must(start <= edit_cursor(e) && edit_cursor(e) <= len && start <= end && end <= len);
	must(width < 10 || col < (size_t)width);
}

/* One order of the script: a byte, and for insertions their length and bytes. Returns what it used. */
static size_t
order(struct edit *e, const uint8_t *p, size_t n)
{
	size_t len = n > 1 ? p[1] % 40 : 0, used;

	len = len < n - 1 ? len : n - 1;
	used = 1 + len;
	switch (p[0] % 8) {
	case 0:
	case 1:
	case 2:
		edit_insert(e, p + 1, len);
		return used;
	case 3:
		if (n > 2)
			edit_replace_range(e, p[1], p[2], p + 1, len);
		return used;
	case 4:
		if (n > 2)
			edit_click(e, p[1] % 16, p[2]);
		return n > 3 ? 3 : n;
	case 5:
		if (p[0] & 8)
			edit_set(e, p + 1, len);
		else
			edit_set_cursor(e, len * 16);
		return p[0] & 8 ? used : n > 2 ? 2 : n;
	case 6:
		edit_commit(e);
		return 1;
	default:
		edit_do(e, (enum request)(n > 1 ? p[1] % REQ_COUNT : REQ_NONE));
		return n > 2 ? 2 : n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct edit *e;
	unsigned flags;
	int width;

	if (len < 2 || len > 4096)
		return 0;
	flags = data[0] & (EDIT_ONE_LINE | EDIT_ASCII);
	width = data[1] % 100;
	e = edit_new(LIMIT, flags);
	for (size_t i = 2; i < len;) {
		i += order(e, data + i, len - i);
		check_text(e, flags);
		if (i % 3 == 0)
			check_layout(e, width);
	}
	while (!(edit_do(e, REQ_EDIT_UNDO) & EDIT_REFUSED))
		check_text(e, flags);
	edit_free(e);
	return 0;
}
