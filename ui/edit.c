/* edit.c - the text being typed: motions, insertion, deletion; all changes go through edit_splice() */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/edit_parts.h"

#define ZERO_WIDTH_JOINER 0x200d

struct edit *
edit_new(size_t limit, unsigned flags)
{
	struct edit *e = xcalloc(1, sizeof(*e));

	e->limit = limit;
	e->flags = flags;
	/* A secret's buffer never moves, so that there is one place to wipe. */
	e->cap = flags & EDIT_SECRET ? limit + 1 : 64;
	e->buf = xmalloc(e->cap);
	e->buf[0] = '\0';
	e->goal = -1;
	return e;
}

void
edit_free(struct edit *e)
{
	if (e == NULL)
		return;
	edit_undo_clear(e);
	free(e->steps);
	edit_kill_free(e);
	edit_history_free(e);
	free(e->rows);
	if (e->flags & EDIT_SECRET)
		explicit_bzero(e->buf, e->cap);
	free(e->buf);
	free(e);
}

const char *
edit_text(const struct edit *e, size_t *len)
{
	if (len != NULL)
		*len = e->len;
	return e->buf;
}

bool
edit_empty(const struct edit *e)
{
	return e->len == 0;
}

size_t
edit_cursor(const struct edit *e)
{
	return e->cursor;
}

unsigned
edit_text_flags(const struct edit *e)
{
	return (e->flags & EDIT_ONE_LINE ? (unsigned)TEXT_ONE_LINE : (unsigned)TEXT_MULTILINE) |
	       (e->flags & EDIT_ASCII ? (unsigned)TEXT_ASCII : 0);
}

/* --- clusters -------------------------------------------------------------------------------------------------------------- */

/* Whether the character at pos begins a cluster whatever stands before it: ASCII does, and so does all that takes cells, but for skin
 * tones and what a joiner may tie to the one before. */
static bool
is_starter(const struct edit *e, size_t pos)
{
	uint32_t c, before;

	text_next(e->buf + pos, e->len - pos, &c);
	if (c < 0x80 || pos == 0)
		return true;
	if (text_width(c) <= 0 || (c >= 0x1f3fb && c <= 0x1f3ff))
		return false;
	text_next(e->buf + text_prev(e->buf, pos), 4, &before);
	return before != ZERO_WIDTH_JOINER;
}

void
edit_cluster(const struct edit *e, size_t pos, size_t *start, size_t *end)
{
	struct text_iter it;
	struct text_cell cell = {.start = 0};
	size_t from = pos;

	while (from > 0 && ((unsigned char)e->buf[from] & 0xc0) == 0x80)
		from--;
	while (!is_starter(e, from))
		from = text_prev(e->buf, from);
	text_iter_init(&it, e->buf + from, e->len - from, edit_text_flags(e));
	while (text_cell_next(&it, &cell) && from + it.pos <= pos)
		;
	*start = from + cell.start;
	*end = from + it.pos;
}

size_t
edit_before(const struct edit *e, size_t pos)
{
	size_t start, end;

	if (pos == 0)
		return 0;
	edit_cluster(e, pos - 1, &start, &end);
	return start;
}

size_t
edit_behind(const struct edit *e, size_t pos)
{
	size_t start, end;

	if (pos >= e->len)
		return e->len;
	edit_cluster(e, pos, &start, &end);
	return end;
}

size_t
edit_snap(const struct edit *e, size_t pos)
{
	size_t start, end;

	if (pos >= e->len)
		return e->len;
	edit_cluster(e, pos, &start, &end);
	return start == pos ? pos : end;
}

void
edit_set_cursor(struct edit *e, size_t offset)
{
	size_t end;

	e->last = EDIT_LAST_OTHER;
	e->goal = -1;
	if (offset >= e->len)
		e->cursor = e->len;
	else
		edit_cluster(e, offset, &e->cursor, &end);
}

/* --- changes --------------------------------------------------------------------------------------------------------------- */

static void
reserve(struct edit *e, size_t len)
{
	if (len < e->cap)
		return;
	e->cap = len + 1 + len / 2;
	e->buf = xreallocarray(e->buf, e->cap, 1);
}

void
edit_swap(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n)
{
	reserve(e, e->len - remove + n);
	memmove(e->buf + at + n, e->buf + at + remove, e->len - at - remove);
	if (n > 0)
		memcpy(e->buf + at, bytes, n);
	e->len = e->len - remove + n;
	e->buf[e->len] = '\0';
	if (e->flags & EDIT_SECRET)
		explicit_bzero(e->buf + e->len, e->cap - e->len);
	/* What came may have joined with what stands behind it. */
	e->cursor = edit_snap(e, at + n);
	e->last = EDIT_LAST_OTHER;
	e->goal = -1;
	e->width = 0;
}

void
edit_splice(struct edit *e, size_t at, size_t remove, const char *bytes, size_t n,
	    enum edit_last last)
{
	if (!(e->flags & EDIT_SECRET))
		edit_undo_note(e, at, remove, bytes, n, last);
	edit_swap(e, at, remove, bytes, n);
	e->last = last;
}

void
edit_load(struct edit *e, const char *text, size_t len, size_t cursor)
{
	edit_undo_clear(e);
	reserve(e, len);
	if (e->flags & EDIT_SECRET)
		explicit_bzero(e->buf, e->cap);
	if (len > 0)
		memcpy(e->buf, text, len);
	e->len = len;
	e->buf[len] = '\0';
	e->width = 0;
	e->view = 0;
	edit_set_cursor(e, cursor);
}

/* Bytes as they may stand in the text, allocated: one kind of line end, valid UTF-8, no NUL. NULL if that is more than room. */
static char *
cleaned(const struct edit *e, const char *bytes, size_t len, size_t room, size_t *n)
{
	size_t most = len < room / 3 ? 3 * len : room, i = 0, k;
	char *out, c[4];
	uint32_t cp;

	*n = 0;
	if (len / 2 > room) /* CR LF are the only two bytes that become one */
		return NULL;
	out = xmalloc(most + 1);
	while (i < len) {
		if (bytes[i] == '\r' || bytes[i] == '\n') {
			i += bytes[i] == '\r' && i + 1 < len && bytes[i + 1] == '\n' ? 2 : 1;
			c[0] = e->flags & EDIT_ONE_LINE ? ' ' : '\n';
			k = 1;
		} else {
			i += text_next(bytes + i, len - i, &cp);
			k = text_put(c, cp == 0 ? 0xfffd : cp);
		}
		if (k > most - *n) {
			free(out);
			return NULL;
		}
		memcpy(out + *n, c, k);
		*n += k;
	}
	out[*n] = '\0';
	return out;
}

/* Whether the bytes can be taken as they stand. */
static bool
is_clean(const struct edit *e, const char *bytes, size_t len)
{
	return len == 0 || (memchr(bytes, '\r', len) == NULL && memchr(bytes, '\0', len) == NULL &&
			    (!(e->flags & EDIT_ONE_LINE) || memchr(bytes, '\n', len) == NULL) &&
			    text_valid_utf8(bytes, len));
}

static void
let_go(const struct edit *e, char *clean, size_t n)
{
	if (clean != NULL && (e->flags & EDIT_SECRET))
		explicit_bzero(clean, n);
	free(clean);
}

/* Replaces start..end, boundaries both, by bytes of any kind. */
static unsigned
replace(struct edit *e, size_t start, size_t end, const char *bytes, size_t len,
	enum edit_last last)
{
	size_t room = e->limit - (e->len - (end - start)), n = len;
	char *clean;

	if (is_clean(e, bytes, len)) {
		if (len > room)
			return EDIT_HANDLED | EDIT_FULL;
		edit_splice(e, start, end - start, bytes, len, last);
	} else {
		clean = cleaned(e, bytes, len, room, &n);
		if (clean == NULL)
			return EDIT_HANDLED | EDIT_FULL;
		edit_splice(e, start, end - start, clean, n, last);
		let_go(e, clean, n);
	}
	return EDIT_HANDLED | (n > 0 || start < end ? EDIT_CHANGED | EDIT_MOVED : 0);
}

unsigned
edit_insert(struct edit *e, const void *bytes, size_t len)
{
	bool typed = len > 0 && len <= 4 && memchr(bytes, '\n', len) == NULL;

	if (e->searching)
		return edit_search_type(e, bytes, len);
	return replace(e, e->cursor, e->cursor, bytes, len,
		       typed ? EDIT_LAST_TYPED : EDIT_LAST_OTHER);
}

unsigned
edit_replace_range(struct edit *e, size_t start, size_t end, const void *bytes, size_t len)
{
	size_t unused;

	if (e->searching)
		edit_search_do(e, REQ_NONE);
	if (end > e->len)
		end = e->len;
	if (start > end)
		start = end;
	if (start < e->len)
		edit_cluster(e, start, &start, &unused);
	return replace(e, start, edit_snap(e, end), bytes, len, EDIT_LAST_OTHER);
}

unsigned
edit_set(struct edit *e, const void *bytes, size_t len)
{
	size_t n = len;
	char *clean = NULL;

	if (e->searching)
		edit_search_do(e, REQ_NONE);
	if (!is_clean(e, bytes, len)) {
		clean = cleaned(e, bytes, len, e->limit, &n);
		if (clean == NULL)
			return EDIT_HANDLED | EDIT_FULL;
	} else if (len > e->limit) {
		return EDIT_HANDLED | EDIT_FULL;
	}
	edit_load(e, clean != NULL ? clean : bytes, n, n);
	edit_history_settle(e);
	let_go(e, clean, n);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}

/* --- motions --------------------------------------------------------------------------------------------------------------- */

static size_t
line_start(const struct edit *e, size_t pos)
{
	const char *nl = pos > 0 ? memrchr(e->buf, '\n', pos) : NULL;

	return nl != NULL ? (size_t)(nl - e->buf) + 1 : 0;
}

static size_t
line_end(const struct edit *e, size_t pos)
{
	const char *nl = memchr(e->buf + pos, '\n', e->len - pos);

	return nl != NULL ? (size_t)(nl - e->buf) : e->len;
}

/* Words are letters and digits; of the characters beyond ASCII all but spaces and general punctuation. */
static bool
is_word(const struct edit *e, size_t pos)
{
	uint32_t c;

	text_next(e->buf + pos, e->len - pos, &c);
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return c > 0xbf && !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x3000 && c <= 0x303f);
}

static bool
is_space(const struct edit *e, size_t pos)
{
	char c = e->buf[pos];

	return c == ' ' || c == '\t' || c == '\n';
}

/* Backwards over all for which the test gives `first`, then over all for which it does not. */
static size_t
back_over(const struct edit *e, bool (*test)(const struct edit *, size_t), bool first)
{
	size_t pos = e->cursor, start;

	while (pos > 0 && test(e, start = edit_before(e, pos)) == first)
		pos = start;
	while (pos > 0 && test(e, start = edit_before(e, pos)) != first)
		pos = start;
	return pos;
}

static size_t
word_right(const struct edit *e)
{
	size_t pos = e->cursor;

	while (pos < e->len && !is_word(e, pos))
		pos = edit_behind(e, pos);
	while (pos < e->len && is_word(e, pos))
		pos = edit_behind(e, pos);
	return pos;
}

static unsigned
move_to(struct edit *e, size_t pos)
{
	bool moved = pos != e->cursor;

	e->cursor = pos;
	e->last = EDIT_LAST_OTHER;
	e->goal = -1;
	return EDIT_HANDLED | (moved ? EDIT_MOVED : EDIT_REFUSED);
}

/* Home and End may stay where they are without a bell. */
static unsigned
move_home(struct edit *e, size_t pos)
{
	return move_to(e, pos) & ~EDIT_REFUSED;
}

static unsigned delete (struct edit *e, size_t from, size_t to, enum edit_last last)
{
	if (from == to)
		return EDIT_HANDLED | EDIT_REFUSED;
	edit_splice(e, from, to - from, NULL, 0, last);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}

/* Swaps the clusters around the cursor, at the end of a line the two before it, and goes behind them. */
static unsigned
transpose(struct edit *e)
{
	size_t mid = e->cursor, from, to, n;
	char *swapped;

	if (mid > 0 && (mid == e->len || e->buf[mid] == '\n'))
		mid = edit_before(e, mid);
	from = edit_before(e, mid);
	to = edit_behind(e, mid);
	if (from == mid || mid == to || memchr(e->buf + from, '\n', to - from) != NULL)
		return EDIT_HANDLED | EDIT_REFUSED;
	n = to - from;
	swapped = xmalloc(n);
	memcpy(swapped, e->buf + mid, to - mid);
	memcpy(swapped + (to - mid), e->buf + from, mid - from);
	edit_splice(e, from, n, swapped, n, EDIT_LAST_OTHER);
	free(swapped);
	return EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED;
}

/* --- requests -------------------------------------------------------------------------------------------------------------- */

static unsigned
vertical(struct edit *e, int by)
{
	unsigned done = e->flags & EDIT_ONE_LINE ? 0 : edit_row_move(e, by);

	return done != 0 ? done : edit_history_move(e, by);
}

static unsigned
do_change(struct edit *e, enum request req)
{
	size_t at = e->cursor, end = line_end(e, at);

	switch ((int)req) {
	case REQ_NEWLINE:
		if (e->flags & EDIT_ONE_LINE)
			return EDIT_HANDLED | EDIT_REFUSED;
		return replace(e, at, at, "\n", 1, EDIT_LAST_OTHER);
	case REQ_CLEAR:
		edit_history_settle(e);
		return delete (e, 0, e->len, EDIT_LAST_OTHER);
	case REQ_EDIT_BACKSPACE:
		return delete (e, edit_before(e, at), at, EDIT_LAST_RUBBED);
	case REQ_EDIT_DELETE:
		return delete (e, at, edit_behind(e, at), EDIT_LAST_OTHER);
	case REQ_EDIT_KILL_SPACE_LEFT:
		return edit_kill(e, back_over(e, is_space, true), at, false);
	case REQ_EDIT_KILL_WORD_LEFT:
		return edit_kill(e, back_over(e, is_word, false), at, false);
	case REQ_EDIT_KILL_WORD_RIGHT:
		return edit_kill(e, at, word_right(e), true);
	case REQ_EDIT_KILL_END:
		return edit_kill(e, at, end > at ? end : edit_behind(e, at), true);
	case REQ_EDIT_KILL_HOME:
		return edit_kill(e, line_start(e, at), at, false);
	case REQ_EDIT_YANK:
		return edit_yank(e);
	case REQ_EDIT_YANK_POP:
		return edit_yank_pop(e);
	case REQ_EDIT_TRANSPOSE:
		return transpose(e);
	case REQ_EDIT_UNDO:
		return edit_undo(e);
	default:
		return 0;
	}
}

/* What a secret is spared: nothing of it is kept, and words would show where its blanks are. */
static enum request
for_secret(enum request req)
{
	switch ((int)req) {
	case REQ_EDIT_WORD_LEFT:
		return REQ_EDIT_HOME;
	case REQ_EDIT_WORD_RIGHT:
		return REQ_EDIT_END;
	case REQ_EDIT_KILL_SPACE_LEFT:
	case REQ_EDIT_KILL_WORD_LEFT:
		return REQ_EDIT_KILL_HOME;
	case REQ_EDIT_KILL_WORD_RIGHT:
		return REQ_EDIT_KILL_END;
	case REQ_HISTORY_SEARCH:
	case REQ_EDIT_TRANSPOSE:
		return REQ_NONE;
	default:
		return req;
	}
}

unsigned
edit_do(struct edit *e, enum request req)
{
	unsigned done = e->searching ? edit_search_do(e, req) : 0;

	if (e->flags & EDIT_SECRET)
		req = for_secret(req);
	if (done != 0)
		return done;
	switch ((int)req) {
	case REQ_HISTORY_SEARCH:
		return edit_search_begin(e);
	case REQ_EDIT_UP:
		return vertical(e, -1);
	case REQ_EDIT_DOWN:
		return vertical(e, 1);
	case REQ_EDIT_LEFT:
		return move_to(e, edit_before(e, e->cursor));
	case REQ_EDIT_RIGHT:
		return move_to(e, edit_behind(e, e->cursor));
	case REQ_EDIT_WORD_LEFT:
		return move_to(e, back_over(e, is_word, false));
	case REQ_EDIT_WORD_RIGHT:
		return move_to(e, word_right(e));
	case REQ_EDIT_HOME:
		return move_home(e, line_start(e, e->cursor));
	case REQ_EDIT_END:
		return e->len == 0 ? 0 : move_home(e, line_end(e, e->cursor));
	case REQ_EDIT_TOP:
		return move_home(e, 0);
	case REQ_EDIT_BOTTOM:
		return move_home(e, e->len);
	default:
		return do_change(e, req);
	}
}
