/* edit_layout.c - how the text lies on the screen: rows, columns, clicks, and the part a one-row field shows */
#include "config.h"

#include "src/text.h"
#include "src/util.h"
#include "ui/edit_parts.h"

#define FIRST_WIDTH 80 /* until edit_layout() told */
#define MIN_WIDTH   2  /* a cell of text and one for the cursor */

/* The cluster at pos, which begins at column col of its row: where it ends and its cells. */
static size_t
cell_at(const struct edit *e, size_t pos, size_t col, unsigned flags, size_t *cells)
{
	struct text_iter it;
	struct text_cell cell;

	/* What is nearly always there needs no table. */
	if (e->buf[pos] >= 0x20 && e->buf[pos] < 0x7f && (signed char)e->buf[pos + 1] >= 0) {
		*cells = 1;
		return pos + 1;
	}
	text_iter_init(&it, e->buf + pos, e->len - pos, flags);
	it.col = col;
	text_cell_next(&it, &cell);
	*cells = (size_t)cell.width;
	return pos + it.pos;
}

static void
add_row(struct edit *e, size_t start)
{
	if (e->nrows == e->rows_cap) {
		e->rows_cap = 2 * e->rows_cap + 16;
		e->rows = xreallocarray(e->rows, e->rows_cap, sizeof(*e->rows));
	}
	e->rows[e->nrows++] = start;
}

static void
break_rows(struct edit *e, int width)
{
	size_t most = (size_t)width - 1, pos = 0, col = 0, cells, end;
	unsigned flags = edit_text_flags(e);

	e->nrows = 0;
	add_row(e, 0);
	while (pos < e->len) {
		end = cell_at(e, pos, col, flags, &cells);
		if (e->buf[pos] == '\n') {
			add_row(e, end);
			col = 0;
		} else if (col > 0 && col + cells > most) {
			add_row(e, pos);
			col = 0;
			end = pos; /* once more: a tab is as wide as its column wants */
		} else {
			col += cells;
		}
		pos = end;
	}
	e->width = e->last_width = width;
}

static size_t
row_end(const struct edit *e, size_t row)
{
	size_t next;

	if (row + 1 >= e->nrows)
		return e->len;
	next = e->rows[row + 1];
	return e->buf[next - 1] == '\n' ? next - 1 : next;
}

static size_t
row_of(const struct edit *e, size_t pos)
{
	size_t low = 0, high = e->nrows;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (e->rows[mid] <= pos)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The cells from start to end, which are on one row. */
static size_t
columns(const struct edit *e, size_t start, size_t end, unsigned flags)
{
	size_t col = 0, cells;

	while (start < end) {
		start = cell_at(e, start, col, flags, &cells);
		col += cells;
	}
	return col;
}

/* The cluster on a row that holds the column, or its end. The end of a wrapped row is the start of the next, so there it is the last
 * cluster. */
static size_t
at_column(const struct edit *e, size_t row, size_t want)
{
	size_t pos = e->rows[row], stop = row_end(e, row), col = 0, cells, end;
	bool wrapped = row + 1 < e->nrows && stop == e->rows[row + 1];

	while (pos < stop) {
		end = cell_at(e, pos, col, edit_text_flags(e), &cells);
		if (col + cells > want || (wrapped && end >= stop))
			break;
		col += cells;
		pos = end;
	}
	return pos;
}

struct edit_layout
edit_layout(struct edit *e, int width)
{
	struct edit_layout l;

	width = width > MIN_WIDTH ? width : MIN_WIDTH;
	if (e->width != width)
		break_rows(e, width);
	l.rows = e->nrows;
	l.row = row_of(e, e->cursor);
	l.col = columns(e, e->rows[l.row], e->cursor, edit_text_flags(e));
	if (l.col >= (size_t)width)
		l.col = (size_t)width - 1;
	return l;
}

bool
edit_row(const struct edit *e, size_t row, size_t *start, size_t *end)
{
	if (e->width == 0 || row >= e->nrows)
		return false;
	*start = e->rows[row];
	*end = row_end(e, row);
	return true;
}

static struct edit_layout
layout_again(struct edit *e)
{
	return edit_layout(e, e->last_width > 0 ? e->last_width : FIRST_WIDTH);
}

void
edit_click(struct edit *e, size_t row, size_t col)
{
	struct edit_layout l = layout_again(e);

	edit_set_cursor(e, at_column(e, row < l.rows ? row : l.rows - 1, col));
}

unsigned
edit_row_move(struct edit *e, int by)
{
	struct edit_layout l = layout_again(e);
	long goal = e->goal >= 0 ? e->goal : (long)l.col;

	if (by < 0 ? l.row == 0 : l.row + 1 >= l.rows)
		return 0;
	e->cursor = at_column(e, by < 0 ? l.row - 1 : l.row + 1, (size_t)goal);
	e->last = EDIT_LAST_OTHER;
	e->goal = goal;
	return EDIT_HANDLED | EDIT_MOVED;
}

void
edit_window(struct edit *e, int width, size_t *start, size_t *end, size_t *col)
{
	size_t most = width > MIN_WIDTH ? (size_t)width - 1 : 1, from, cells, used;
	unsigned flags = edit_text_flags(e) & ~(unsigned)TEXT_MULTILINE;

	/* Where it began the last time, if the cursor is to be seen from there. */
	from = e->view < e->len ? edit_snap(e, e->view) : e->len;
	if (from > e->cursor || columns(e, from, e->cursor, flags) > most) {
		from = e->cursor;
		for (used = 0; from > 0; used += cells) {
			size_t before = edit_before(e, from);

			cell_at(e, before, 0, flags, &cells);
			if (used + cells > most)
				break;
			from = before;
		}
	}
	e->view = *start = from;
	*col = columns(e, from, e->cursor, flags);
	used = 0;
	for (*end = from; *end < e->len;) {
		size_t next = cell_at(e, *end, used, flags, &cells);

		if (used + cells > most)
			break;
		used += cells;
		*end = next;
	}
}
