/* chat_select.c - text of the chat selected with the mouse: the view scrolls below a pointer beyond its edge, and what went out of it is copied too. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/util.h"
#include "ui/chat_priv.h"
#include "ui/chat_rows.h"
#include "ui/drag.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/theme.h"
#include "ui/transfers.h"

/* Nobody selects more by hand. */
#define LINES_MAX 4000

static int
within(int v, int low, int n)
{
	return v < low ? low : v >= low + n ? low + n - 1 : v;
}

/* The ends in the order of reading. */
static void
ends(const struct chat_view *v, int *y1, int *x1, int *y2, int *x2)
{
	bool turned = v->y1 > v->y2 || (v->y1 == v->y2 && v->x1 > v->x2);

	*y1 = turned ? v->y2 : v->y1;
	*x1 = turned ? v->x2 : v->x1;
	*y2 = turned ? v->y1 : v->y2;
	*x2 = turned ? v->x1 : v->x2;
}

void
chat_draw_selection(struct pane *p, struct grid *g)
{
	const struct chat_view *v = p->state;
	struct rect r = chat_body(p);
	int y1, x1, y2, x2;

	ends(v, &y1, &x1, &y2, &x2);
	for (int y = y1; y <= y2; y++) {
		int from = y == y1 ? x1 : r.x, to = y == y2 ? x2 + 1 : r.x + r.w;

		grid_add_style(g, (struct rect){y, from, 1, to - from}, STYLE_REVERSE);
	}
}

/* ---- copying ------------------------------------------------------------------------------------------------------------- */

/* The rows between two lines of the screen, or above and below it, into a grid of their own. */
static struct grid *
paint(struct pane *p, const struct model_contact *c, int y1, int y2)
{
	struct chat_view *v = p->state;
	struct rect r = chat_body(p);
	struct grid *g = grid_new(y2 - y1 + 1, r.x + r.w, grid_is_ascii(front_grid(p->front)));
	struct chat_look look;
	int skip, y;
	size_t bottom = chat_anchor(v, &c->chat, &skip);

	chat_look_init(&look, p->front, c, r.w);
	look.new_row = v->new_row;
	look.new_count = v->new_count;
	look.top = r.y - y1;
	y = r.y + r.h + skip - y1;
	for (size_t i = bottom + 1; i > 0 && y > 0; i--) {
		y -= chat_row(&look, i - 1, NULL, 0, 0);
		chat_row(&look, i - 1, g, y, r.x);
	}
	y = r.y + r.h + skip - y1;
	for (size_t i = bottom + 1; i < c->chat.nrows && y <= y2 - y1; i++) {
		chat_row(&look, i, g, y, r.x);
		y += chat_row(&look, i, NULL, 0, 0);
	}
	return g;
}

static void
copy(struct pane *p)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	struct rect r = chat_body(p);
	int y1, x1, y2, x2;
	struct grid *g;
	char *text = xstrdup("");

	ends(v, &y1, &x1, &y2, &x2);
	if (c == NULL || c->chat.nrows == 0 || y2 - y1 >= LINES_MAX) {
		free(text);
		return;
	}
	g = paint(p, c, y1, y2);
	for (int y = 0; y <= y2 - y1; y++) {
		int from = y == 0 ? x1 : r.x, to = y == y2 - y1 ? x2 + 1 : r.x + r.w;
		char *line = grid_text(g, (struct rect){y, from, 1, to - from}), *both;

		xasprintf(&both, "%s%s", text, line);
		free(line);
		free(text);
		text = both;
	}
	grid_free(g);
	if (text[0] != '\0')
		front_copy(p->front, text, strlen(text) - 1, "what was selected");
	free(text);
}

/* ---- the gesture ----------------------------------------------------------------------------------------------------------- */

/* While text is selected nothing that comes moves it. */
static void
hold(struct chat_view *v, const struct model_contact *c)
{
	if (!v->follow || c == NULL || c->chat.nrows == 0)
		return;
	v->follow = false;
	v->anchor_row = c->chat.rows[c->chat.nrows - 1].r.row;
	v->skip = 0;
	v->followed = true;
}

/* Scrolls a line, and the beginning of the selection with it. */
static void
scroll_line(struct pane *p, int up)
{
	struct chat_view *v = p->state;
	int64_t row = v->anchor_row;
	int skip = v->skip;

	chat_scroll(p, up);
	v->followed = v->follow;
	hold(v, chat_contact(p));
	if (v->anchor_row == row && v->skip == skip)
		return;
	v->y1 += up;
}

static void
to_pointer(struct pane *p)
{
	struct chat_view *v = p->state;
	struct rect r = chat_body(p);

	v->y2 = within(v->pointer_y, r.y, r.h);
	v->x2 = within(v->pointer_x, r.x, r.w);
}

void
chat_select_tick(struct pane *p)
{
	struct chat_view *v = p->state;
	struct rect r = chat_body(p);
	int up = v->pointer_y < r.y ? 1 : v->pointer_y >= r.y + r.h ? -1 : 0;

	if (!v->selecting || !v->moved || up == 0)
		return;
	scroll_line(p, up);
	to_pointer(p);
	p->dirty = true;
	/* Also at the end of what is loaded: more may come. */
	front_wake(p, DRAG_EDGE_MS);
}

void
chat_select_end(struct pane *p)
{
	struct chat_view *v = p->state;

	if (v->selecting && v->followed)
		v->follow = true;
	v->selecting = v->followed = false;
	front_wake(p, 0);
}

unsigned
chat_select_press(struct pane *p, const struct input_mouse *m)
{
	struct chat_view *v = p->state;

	if (!rect_holds(chat_body(p), m->y, m->x))
		return PANE_HANDLED;
	v->short_body = !v->follow;
	v->selecting = true;
	v->moved = v->followed = false;
	v->y1 = v->y2 = v->pointer_y = m->y;
	v->x1 = v->x2 = v->pointer_x = m->x;
	return PANE_HANDLED | PANE_CAPTURE;
}

/* A click on a transfer opens its menu. */
static void
click(struct pane *p, int y)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	struct rect r = chat_body(p);
	struct chat_look look;
	int skip, at;
	size_t i;

	if (c == NULL || c->chat.nrows == 0)
		return;
	i = chat_anchor(v, &c->chat, &skip) + 1;
	chat_look_init(&look, p->front, c, r.w);
	look.new_row = v->new_row;
	look.new_count = v->new_count;
	look.top = r.y;
	for (at = r.y + r.h + skip; i > 0 && at > y; i--)
		at -= chat_row(&look, i - 1, NULL, 0, 0);
	if (at <= y && c->chat.rows[i].r.kind == ROW_FILE)
		(void)transfers_menu(p->front, c->chat.rows[i].r.transfer);
}

unsigned
chat_select_mouse(struct pane *p, const struct input_mouse *m)
{
	struct chat_view *v = p->state;
	struct rect r = chat_body(p);

	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) {
		hold(v, chat_contact(p));
		v->moved = true;
		for (int i = 0; i < CHAT_WHEEL_LINES; i++)
			scroll_line(p, m->action == INPUT_WHEEL_UP ? 1 : -1);
		to_pointer(p);
		return PANE_HANDLED | PANE_REDRAW;
	}
	v->pointer_y = m->y;
	v->pointer_x = m->x;
	if (!v->moved && (m->y != v->y1 || m->x != v->x1)) {
		v->moved = true;
		hold(v, chat_contact(p));
	}
	to_pointer(p);
	if (m->action == INPUT_RELEASE) {
		bool moved = v->moved;

		if (moved)
			copy(p);
		chat_select_end(p);
		if (!moved)
			click(p, m->y);
	} else {
		front_wake(p, m->y < r.y || m->y >= r.y + r.h ? DRAG_EDGE_MS : 0);
	}
	return PANE_HANDLED | PANE_REDRAW;
}
