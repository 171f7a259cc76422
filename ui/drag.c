/* drag.c - pressing, painting and carrying as states; what they mean is the list's business. */
#include "config.h"

#include "ui/drag.h"

/* The entry at a row of the screen; beyond the edges the nearest one that is shown. */
static size_t
entry_at(const struct drag_view *v, int y)
{
	size_t at;

	if (y < v->y)
		y = v->y;
	if (y >= v->y + v->h)
		y = v->y + v->h - 1;
	at = v->top + (size_t)(y - v->y);
	return at < v->n ? at : v->n - 1;
}

static enum drag_act
end(struct drag *d, enum drag_act act)
{
	d->phase = DRAG_IDLE;
	d->edge = 0;
	return act;
}

bool
drag_press(struct drag *d, const struct drag_view *v, int y, int x, bool marked)
{
	if (y < v->y || y >= v->y + v->h || v->top + (size_t)(y - v->y) >= v->n)
		return false;
	*d = (struct drag){.phase = DRAG_HELD,
			   .anchor = entry_at(v, y),
			   .at = entry_at(v, y),
			   .unmark = marked,
			   .y = y,
			   .x = x,
			   .zone = DRAG_IN_LIST};
	return true;
}

static enum drag_act
paint(struct drag *d, const struct drag_view *v)
{
	size_t at = entry_at(v, d->y);

	/* A hand that trembles inside one row has not begun to paint. */
	if (d->phase == DRAG_HELD && at == d->anchor && d->edge == 0)
		return DRAG_NOTHING;
	if (d->phase == DRAG_PAINT && at == d->at)
		return DRAG_NOTHING;
	d->phase = DRAG_PAINT;
	d->at = at;
	return DRAG_PAINTED;
}

enum drag_act
drag_motion(struct drag *d, const struct drag_view *v, int y, int x, enum drag_zone zone)
{
	if (d->phase == DRAG_IDLE)
		return DRAG_NOTHING;
	if (v->n == 0)
		return end(d, DRAG_REVERT);
	d->y = y;
	d->x = x;
	d->zone = zone;
	if (d->phase == DRAG_CARRY || zone == DRAG_ON_PEER || zone == DRAG_IN_PEERS) {
		d->phase = DRAG_CARRY;
		d->edge = 0;
		return DRAG_CARRIED;
	}
	d->edge = y < v->y ? -1 : y >= v->y + v->h ? 1 : 0;
	return paint(d, v);
}

enum drag_act
drag_scrolled(struct drag *d, const struct drag_view *v)
{
	if (d->phase != DRAG_HELD && d->phase != DRAG_PAINT)
		return DRAG_NOTHING;
	if (v->n == 0)
		return end(d, DRAG_REVERT);
	return paint(d, v);
}

enum drag_act
drag_release(struct drag *d, const struct drag_view *v, int y, int x, enum drag_zone zone)
{
	/* Motion may have been skipped on the way here. */
	if (d->phase == DRAG_IDLE)
		return DRAG_NOTHING;
	if (drag_motion(d, v, y, x, zone) == DRAG_REVERT)
		return DRAG_REVERT;
	if (d->phase == DRAG_HELD)
		return end(d, zone == DRAG_IN_LIST ? DRAG_CLICK : DRAG_NOTHING);
	if (d->phase == DRAG_CARRY)
		return end(d, zone == DRAG_ON_PEER ? DRAG_DROP : DRAG_REVERT);
	return end(d, d->unmark && zone != DRAG_IN_LIST ? DRAG_REVERT : DRAG_COMMIT);
}

enum drag_act
drag_cancel(struct drag *d)
{
	bool began = d->phase == DRAG_PAINT || d->phase == DRAG_CARRY;

	return end(d, began ? DRAG_REVERT : DRAG_NOTHING);
}

bool
drag_range(const struct drag *d, size_t *first, size_t *last)
{
	if (d->phase != DRAG_PAINT && d->phase != DRAG_CARRY)
		return false;
	if (d->phase == DRAG_CARRY && d->unmark)
		return false;
	*first = d->anchor < d->at ? d->anchor : d->at;
	*last = d->anchor < d->at ? d->at : d->anchor;
	return true;
}
