/* help.c - all keys and commands, made from their tables; searchable, and each line does what it says. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/help.h"
#include "ui/pane.h"
#include "ui/prompt.h"

#define FILTER_MAX 64

/* A line: a heading, a key, or a command. */
struct line {
	const char *heading;
	enum request req;
	unsigned context;
	const struct command *command;
	char *left; /* "/name ARGS"; of a key NULL, since keys change */
	const char *right;
};

struct help {
	struct line *lines;
	size_t nlines;
	size_t *shown; /* indices of those that match */
	size_t nshown;
	size_t cursor, top;
	struct edit *filter;
	bool filtering;
	enum pane_id before; /* where the focus was */
};

static struct line *
add(struct help *h)
{
	struct line *line;

	h->lines = xreallocarray(h->lines, h->nlines + 1, sizeof(*h->lines));
	line = &h->lines[h->nlines++];
	*line = (struct line){0};
	return line;
}

static void
add_heading(struct help *h, const char *words)
{
	struct line *line = add(h);

	line->heading = words;
	line->left = xstrdup("");
	line->right = "";
}

static const char *
left_of(const struct line *line)
{
	return line->left != NULL ? line->left : keys_of(line->req);
}

static void
add_keys(struct help *h, unsigned context)
{
	add_heading(h, keys_context_name(context));
	for (int req = REQ_NONE + 1; req < REQ_COUNT; req++) {
		const struct keys_row *row = keys_row((enum request)req);
		struct line *line;

		if (!(row->contexts & context))
			continue;
		line = add(h);
		line->req = (enum request)req;
		line->context = context;
		line->right = row->help;
	}
}

static void *
create(struct front *f)
{
	struct help *h = xcalloc(1, sizeof(*h));

	(void)f;
	h->filter = edit_new(FILTER_MAX, EDIT_ONE_LINE);
	for (int i = 0; i < KEYS_CONTEXTS; i++)
		add_keys(h, 1u << i);
	add_heading(h, "Commands");
	for (const struct command *c = command_table; c->name != NULL; c++) {
		struct line *line = add(h);

		line->command = c;
		xasprintf(&line->left, "/%s%s%s", c->name, c->args[0] != '\0' ? " " : "", c->args);
		line->right = c->help;
	}
	h->shown = xcalloc(h->nlines, sizeof(*h->shown));
	return h;
}

static void
destroy(void *state)
{
	struct help *h = state;

	for (size_t i = 0; i < h->nlines; i++)
		free(h->lines[i].left);
	free(h->lines);
	free(h->shown);
	edit_free(h->filter);
	free(h);
}

/* ---- which lines ------------------------------------------------------------------------------------------------------ */

static bool
matches(const struct line *line, const char *folded)
{
	char text[1024], both[512];

	snprintf(both, sizeof(both), "%s %s", left_of(line), line->right);
	text_fold(text, sizeof(text), both, strlen(both));
	return strstr(text, folded) != NULL;
}

/* A heading shows when a line below it does. */
static void
collect(struct help *h)
{
	char folded[6 * FILTER_MAX + 1];
	size_t len, heading = 0;
	const char *filter = edit_text(h->filter, &len);
	bool owed = false;

	text_fold(folded, sizeof(folded), filter, len);
	h->nshown = 0;
	for (size_t i = 0; i < h->nlines; i++) {
		if (h->lines[i].heading != NULL) {
			heading = i;
			owed = true;
			continue;
		}
		if (len != 0 && !matches(&h->lines[i], folded))
			continue;
		if (owed)
			h->shown[h->nshown++] = heading;
		owed = false;
		h->shown[h->nshown++] = i;
	}
}

static const struct line *
shown_line(const struct help *h, size_t i)
{
	return i < h->nshown ? &h->lines[h->shown[i]] : NULL;
}

/* Moves the cursor by n, over headings. */
static void
step(struct help *h, long n)
{
	long at = (long)h->cursor + n, last = (long)h->nshown - 1, by = n < 0 ? -1 : 1;
	const struct line *line;

	if (last < 0)
		return;
	at = at < 0 ? 0 : at > last ? last : at;
	while (at > 0 && at < last && (line = shown_line(h, (size_t)at)) != NULL &&
	       line->heading != NULL)
		at += by;
	line = shown_line(h, (size_t)at);
	if (line->heading != NULL && at == 0)
		at = last > 0 ? 1 : 0;
	h->cursor = (size_t)at;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static void
draw_line(const struct help *h, struct grid *g, struct rect r, int y, size_t i, bool focus)
{
	const struct line *line = shown_line(h, i);
	bool on = i == h->cursor && focus;
	int left = r.w >= 60 ? 30 : r.w * 2 / 5, n;

	if (line->heading != NULL) {
		draw_text(g, y, r.x + 1, r.w - 2, STYLE_TITLE, line->heading);
		return;
	}
	if (on)
		grid_clear(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	n = draw_text(g, y, r.x + 3, left - 3, on ? STYLE_CURSOR : STYLE_KEY, left_of(line));
	if (n < left - 3)
		n = left - 3;
	draw_text(g, y, r.x + 3 + n + 1, r.w - n - 5, on ? STYLE_CURSOR : STYLE_NORMAL,
		  line->right);
}

/* The line under the cursor in full, at the bottom, where its row has no room for it. Draws it if g is not NULL; how many rows it takes. */
static int
draw_whole(const struct help *h, struct grid *g, struct rect r)
{
	const struct line *line = shown_line(h, h->cursor);
	int left = r.w >= 60 ? 30 : r.w * 2 / 5, rows;
	char *text;

	if (line == NULL || line->heading != NULL || r.h < 8 ||
	    ((int)text_cells(left_of(line), strlen(left_of(line))) <= left - 3 &&
	     (int)text_cells(line->right, strlen(line->right)) <= r.w - left - 2))
		return 0;
	xasprintf(&text, "%s: %s", left_of(line), line->right);
	rows = draw_para_rows(text, strlen(text), r.w - 4);
	if (g != NULL) {
		int y = r.y + r.h - rows;

		grid_clear(g, (struct rect){y - 1, r.x, rows + 1, r.w}, STYLE_NORMAL);
		draw_hline(g, y - 1, r.x + 1, r.w - 2, STYLE_DIM, "─");
		draw_para(g, y, r.x + 2, r.w - 4, rows, STYLE_STRONG, text, strlen(text));
	}
	free(text);
	return rows + 1;
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct help *h = p->state;
	struct rect r = p->rect;
	size_t room = r.h > 1 ? (size_t)r.h - 1 : 0;
	int n;

	collect(h);
	if (h->cursor >= h->nshown)
		h->cursor = h->nshown != 0 ? h->nshown - 1 : 0;
	step(h, 0);
	n = draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, "HELP");
	if (h->filtering || !edit_empty(h->filter)) {
		draw_text(g, r.y, r.x + n + 3, 1, STYLE_KEY, "/");
		draw_text(g, r.y, r.x + n + 4, r.w - n - 5, STYLE_STRONG,
			  edit_text(h->filter, NULL));
	} else {
		draw_fmt(g, r.y, r.x + n + 3, r.w - n - 4, STYLE_DIM,
			 "%s searches · Enter or a click does it · %s closes",
			 keys_name(REQ_LIST_FILTER), keys_name(REQ_BACK));
	}
	if (h->nshown == 0) {
		draw_text(g, r.y + 2, r.x + 3, r.w - 4, STYLE_DIM, "Nothing matches.");
		return;
	}
	n = focus ? draw_whole(h, NULL, r) : 0;
	room -= (size_t)n < room ? (size_t)n : 0;
	if (h->cursor < h->top)
		h->top = h->cursor;
	if (room > 0 && h->cursor >= h->top + room)
		h->top = h->cursor - room + 1;
	/* The first line brings its heading along. */
	if (h->cursor == 1)
		h->top = 0;
	for (size_t i = 0; i < room && h->top + i < h->nshown; i++)
		draw_line(h, g, r, r.y + 1 + (int)i, h->top + i, focus);
	if (n > 0)
		draw_whole(h, g, r);
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct help *h = p->state;

	if (!h->filtering)
		return false;
	*y = p->rect.y;
	*x = p->rect.x + 8 + (int)text_cells(edit_text(h->filter, NULL), edit_cursor(h->filter));
	return true;
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

static void
close_help(struct pane *p)
{
	struct help *h = p->state;
	enum pane_id before = h->before;

	front_close_main(p->front);
	if (before != PANE_HELP)
		front_set_focus(p->front, before);
}

static unsigned
run(struct pane *p)
{
	struct help *h = p->state;
	const struct line *line = shown_line(h, h->cursor);
	char *command;

	if (line == NULL || line->heading != NULL)
		return PANE_HANDLED | PANE_REFUSED;
	if (line->command == NULL && !(line->context & KEYS_GLOBAL)) {
		front_say(p->front, "%s works there: %s.", left_of(line),
			  keys_context_name(line->context));
		return PANE_HANDLED;
	}
	close_help(p);
	if (line->command == NULL) {
		front_request(p->front, line->req);
		return PANE_HANDLED;
	}
	/* What needs words is put into the input line to be finished there. */
	xasprintf(&command, "/%s%s", line->command->name,
		  line->command->args[0] != '\0' ? " " : "");
	if (line->command->args[0] == '\0' || line->command->args[0] == '[') {
		front_command(p->front, command);
	} else {
		prompt_clear(front_pane(p->front, PANE_PROMPT));
		prompt_insert(front_pane(p->front, PANE_PROMPT), command, strlen(command));
		front_set_focus(p->front, PANE_PROMPT);
	}
	free(command);
	return PANE_HANDLED;
}

/* Puts the command that gives the action other keys into the input line, to be finished there. */
static unsigned
bind_keys(struct pane *p)
{
	struct help *h = p->state;
	const struct line *line = shown_line(h, h->cursor);
	struct pane *prompt = front_pane(p->front, PANE_PROMPT);
	char *command, action[KEYS_NAME_MAX];

	if (line == NULL || line->heading != NULL || line->command != NULL)
		return PANE_HANDLED | PANE_REFUSED;
	close_help(p);
	xasprintf(&command, "/bind %s %s", keys_action(line->req, action, sizeof(action)),
		  keys_of(line->req));
	prompt_clear(prompt);
	prompt_insert(prompt, command, strlen(command));
	front_set_focus(p->front, PANE_PROMPT);
	free(command);
	return PANE_HANDLED;
}

static unsigned
filter_key(struct help *h, struct input_key k)
{
	if (k.sym == INPUT_SYM_ESC) {
		h->filtering = false;
		edit_set(h->filter, "", 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (k.sym == INPUT_SYM_UP || k.sym == INPUT_SYM_DOWN || k.sym == INPUT_SYM_ENTER ||
	    edit_do(h->filter, keys_lookup(KEYS_PROMPT, k)) == 0)
		return 0;
	h->cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct help *h = p->state;
	long page = p->rect.h > 3 ? p->rect.h - 2 : 1;
	unsigned flags;

	collect(h);
	if (h->filtering && (flags = filter_key(h, k)) != 0)
		return flags;
	if (req == REQ_HELP_RUN)
		return run(p);
	if (req == REQ_HELP_BIND)
		return bind_keys(p);
	if (req == REQ_HELP_CLOSE || req == REQ_HELP) {
		close_help(p);
		return PANE_HANDLED;
	}
	if (req == REQ_BACK) {
		if (!edit_empty(h->filter)) {
			edit_set(h->filter, "", 0);
			return PANE_HANDLED | PANE_REDRAW;
		}
		close_help(p);
		return PANE_HANDLED;
	}
	if (req == REQ_LIST_FILTER)
		h->filtering = true;
	else if (req == REQ_LIST_UP)
		step(h, -1);
	else if (req == REQ_LIST_DOWN)
		step(h, 1);
	else if (req == REQ_SCROLL_UP)
		step(h, -page);
	else if (req == REQ_SCROLL_DOWN)
		step(h, page);
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		step(h, -(long)h->nshown);
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		step(h, (long)h->nshown);
	else
		return 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	struct help *h = p->state;

	if (!h->filtering)
		return 0;
	edit_insert(h->filter, bytes, len);
	h->cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct help *h = p->state;
	size_t at;

	collect(h);
	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) {
		step(h, m->action == INPUT_WHEEL_UP ? -3 : 3);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT || m->y <= p->rect.y)
		return PANE_HANDLED;
	at = h->top + (size_t)(m->y - p->rect.y - 1);
	if (at >= h->nshown || shown_line(h, at)->heading != NULL)
		return PANE_HANDLED;
	h->cursor = at;
	return run(p) | PANE_REDRAW;
}

void
help_open(struct front *f, bool search)
{
	struct pane *p = front_pane(f, PANE_HELP);
	struct help *h = p->state;

	if (front_focus(f) != PANE_HELP)
		h->before = front_focus(f);
	h->filtering = search;
	h->cursor = h->top = 0;
	edit_set(h->filter, "", 0);
	front_set_focus(f, PANE_HELP);
	p->dirty = true;
}

const struct pane_class help_pane = {
	.name = "help",
	.context = KEYS_HELP,
	.create = create,
	.destroy = destroy,
	.draw = draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
};
