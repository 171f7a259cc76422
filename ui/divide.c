/* divide.c - the lines between the columns: dragged, moved by keys, and kept. */
#include "config.h"

#include <stdio.h>

#include "src/options.h"
#include "ui/front_priv.h"

static const enum option options[] = {[1] = OPT_peers_width, [2] = OPT_details_width};

int
divide_width(const struct front *f, int which)
{
	if (f->divide.which == which)
		return f->divide.width;
	return (int)options_cells(f->setup.options, options[which]);
}

/* How wide that column is on the screen, 0 if it is not there. */
static int
shown(const struct front *f, int which)
{
	const struct layout *l = &f->layout;

	if (l->kind == LAYOUT_ONE || l->kind == LAYOUT_TINY)
		return 0;
	return which == 1 ? l->peers.w : l->details.w;
}

static void
keep(struct front *f, int which, int width)
{
	char value[16], err[256];

	snprintf(value, sizeof(value), "%d", width < 200 ? width : 200);
	f->relayout = f->all_dirty = true;
	if (!options_set(f->setup.options, options[which], value, err, sizeof(err)))
		return;
	if (f->setup.config_path != NULL &&
	    !options_save(f->setup.options, f->setup.config_path, options[which], err, sizeof(err)))
		front_error(f, "%s", err);
}

/* The line at a cell, 0 if there is none. */
static int
line_at(const struct front *f, const struct input_mouse *m)
{
	const struct layout *l = &f->layout;

	if (l->main.h <= 0 || m->y < l->main.y || m->y >= l->main.y + l->main.h)
		return 0;
	if (shown(f, 1) != 0 && m->x == l->divide_left)
		return 1;
	return shown(f, 2) != 0 && m->x == l->divide_right ? 2 : 0;
}

static void
drag_to(struct front *f, int x)
{
	int width = f->divide.which == 1 ? x : grid_width(f->grid) - x - 1;

	f->divide.width = width > 1 ? width : 1;
	f->divide.moved = true;
	f->relayout = f->all_dirty = true;
}

bool
divide_mouse(struct front *f, const struct input_mouse *m)
{
	int which = f->divide.which;

	if (m->action == INPUT_PRESS) {
		which = m->button == INPUT_LEFT ? line_at(f, m) : 0;
		if (which == 0)
			return false;
		front_cancel_capture(f);
		if (m->clicks == 2) {
			keep(f, which, 0);
			return true;
		}
		f->divide = (struct divide){which, shown(f, which), false};
		f->all_dirty = true;
		return true;
	}
	if (which == 0 || (m->action != INPUT_MOTION && m->action != INPUT_RELEASE))
		return false;
	if (m->action == INPUT_MOTION ||
	    m->x != (which == 1 ? f->layout.divide_left : f->layout.divide_right))
		drag_to(f, m->x);
	if (m->action == INPUT_RELEASE) {
		f->divide.which = 0;
		f->all_dirty = true;
		/* A click moved nothing. */
		if (f->divide.moved)
			keep(f, which, f->divide.width);
	}
	return true;
}

void
divide_cancel(struct front *f)
{
	if (f->divide.which == 0)
		return;
	f->divide.which = 0;
	f->relayout = f->all_dirty = true;
}

void
divide_step(struct front *f, int which, int by)
{
	int width = shown(f, which), wanted = divide_width(f, which);

	/* What the key before this one asked for may not be on the screen yet. */
	if (width != 0 && wanted != 0 && f->relayout)
		width = wanted;
	if (width == 0)
		front_say(f, "There is no such column in a window of this size.");
	else
		keep(f, which, width + by > 1 ? width + by : 1);
}
