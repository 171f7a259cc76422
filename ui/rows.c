/* rows.c - the cursor of a list and which of its rows are in view. */
#include "config.h"

#include <limits.h>

#include "ui/rows.h"

/* Rows before and behind those in view. */
#define PAGE_MARGIN 100

#define WHEEL 3

bool
rows_by(enum request req, int h, long *by)
{
	long page = h > 3 ? h - 2 : 1;

	if (req == REQ_LIST_UP || req == REQ_LIST_DOWN)
		*by = req == REQ_LIST_UP ? -1 : 1;
	else if (req == REQ_SCROLL_UP || req == REQ_SCROLL_DOWN)
		*by = req == REQ_SCROLL_UP ? -page : page;
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		*by = -LONG_MAX;
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		*by = LONG_MAX;
	else
		return false;
	return true;
}

long
rows_wheel(const struct input_mouse *m)
{
	if (m->action == INPUT_WHEEL_UP)
		return -WHEEL;
	return m->action == INPUT_WHEEL_DOWN ? WHEEL : 0;
}

void
rows_step(struct rows *r, size_t n, long by)
{
	size_t last = n > 0 ? n - 1 : 0, far = by < 0 ? (size_t)-by : (size_t)by;

	if (r->cursor > last)
		r->cursor = last;
	if (by < 0)
		r->cursor -= far < r->cursor ? far : r->cursor;
	else
		r->cursor += far < last - r->cursor ? far : last - r->cursor;
}

void
rows_see(struct rows *r, size_t room)
{
	if (r->cursor < r->top)
		r->top = r->cursor;
	if (room > 0 && r->cursor >= r->top + room)
		r->top = r->cursor - room + 1;
}

struct rows_page
rows_page(const struct rows *r, size_t room)
{
	return (struct rows_page){r->top > PAGE_MARGIN ? (uint32_t)(r->top - PAGE_MARGIN) : 0,
				  (uint32_t)(room + (size_t)2 * PAGE_MARGIN)};
}

bool
rows_missing(const struct rows *r, size_t room, size_t n, const struct rows_page *here)
{
	size_t end = (size_t)here->from + here->count;

	return (r->top < here->from && here->from > 0) || (r->top + room > end && end < n);
}

bool
rows_at(const struct rows *r, size_t n, int row, size_t *at)
{
	if (row < 0)
		return false;
	*at = r->top + (size_t)row;
	return *at < n;
}
