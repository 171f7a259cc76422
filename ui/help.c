/* help.c - the help and the palette: lists made from the tables, searchable, and each line does what it says. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/help.h"
#include "ui/help_lines.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/rows.h"

#define FILTER_MAX 64
#define RECENT	   5

struct help {
	struct help_lines lines;
	struct rows rows;
	struct edit *filter;
	bool filtering;
	bool palette;
	char *recent[RECENT + 1]; /* what was run from the palette, newest first */
	enum pane_id before;	  /* where the focus was */
};

static void *
create(struct front *f)
{
	struct help *h = xcalloc(1, sizeof(*h));

	(void)f;
	h->filter = edit_new(FILTER_MAX, EDIT_ONE_LINE);
	return h;
}

static void
destroy(void *state)
{
	struct help *h = state;

	for (size_t i = 0; i < RECENT; i++)
		free(h->recent[i]);
	help_lines_free(&h->lines);
	edit_free(h->filter);
	free(h);
}

/* ---- which lines ------------------------------------------------------------------------------------------------------ */

static void
collect(struct help *h)
{
	const char *filter = edit_text(h->filter, NULL);

	if (h->palette)
		palette_lines_filter(&h->lines, filter, (const char *const *)h->recent);
	else
		help_lines_filter(&h->lines, filter);
}

static const struct help_line *
shown_line(const struct help *h, size_t i)
{
	return i < h->lines.nshown ? &h->lines.v[h->lines.shown[i]] : NULL;
}

static bool
is_heading(const struct help *h, size_t i)
{
	const struct help_line *line = shown_line(h, i);

	return line != NULL && line->heading != NULL;
}

/* Moves the cursor by n, over headings. */
static void
step(struct help *h, long n)
{
	size_t shown = h->lines.nshown;

	if (shown == 0)
		return;
	rows_step(&h->rows, shown, n);
	while (h->rows.cursor > 0 && h->rows.cursor + 1 < shown && is_heading(h, h->rows.cursor))
		rows_step(&h->rows, shown, n < 0 ? -1 : 1);
	if (h->rows.cursor == 0 && is_heading(h, 0))
		rows_step(&h->rows, shown, 1);
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

/* Where a line's sentence begins: keys are short, but for a few that push theirs to the right; what is typed has its words behind it. */
static int
left_width(const struct help *h, const struct help_line *line, int w)
{
	const char *keys = help_line_left(line);
	int n = (int)text_cells(keys, strlen(keys)) + 3, left = h->palette ? 23 : 30;

	if (line->left == NULL)
		left = n < 16 ? 16 : n < 30 ? n : 30;
	return w >= left * 2 ? left : w * 2 / 5;
}

/* What stands on the left of a row: in the palette a command's name is enough, its words are told below. */
static void
left_words(const struct help *h, const struct help_line *line, char *out, size_t size)
{
	if (h->palette && line->command != NULL)
		snprintf(out, size, "/%s", line->command->name);
	else
		strlcpy(out, help_line_left(line), size);
}

static void
draw_line(const struct help *h, struct grid *g, struct rect r, int y, size_t i, bool focus)
{
	const struct help_line *line = shown_line(h, i);
	bool on = i == h->rows.cursor && focus;
	int left = left_width(h, line, r.w), end = r.x + r.w - 1, n;
	char words[128];

	if (line->heading != NULL) {
		draw_text(g, y, r.x + 1, r.w - 2, STYLE_TITLE, _(line->heading));
		return;
	}
	if (on)
		grid_clear(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	left_words(h, line, words, sizeof(words));
	n = draw_text(g, y, r.x + 3, left - 3, on ? STYLE_CURSOR : STYLE_KEY, words);
	if (n < left - 3)
		n = left - 3;
	if (line->keys[0] != '\0' && r.w >= 50)
		end -= draw_right(g, y, end, 14, on ? STYLE_CURSOR : STYLE_KEY, line->keys) + 2;
	draw_text(g, y, r.x + 3 + n + 1, end - r.x - n - 4, on ? STYLE_CURSOR : STYLE_NORMAL,
		  _(line->right));
}

/* Whether a row tells all there is to its line. */
static bool
fits(const struct help *h, const struct help_line *line, int w)
{
	int left = left_width(h, line, w), keys = (int)text_cells(line->keys, strlen(line->keys));
	const char *words = help_line_left(line);

	if (keys > 14 || (keys > 0 && w < 50))
		return false;
	return (int)text_cells(words, strlen(words)) <= left - 3 &&
	       (int)text_cells(_(line->right), strlen(_(line->right))) <=
		       w - left - 2 - (keys > 0 ? keys + 2 : 0);
}

/* The line under the cursor in full, at the bottom, where its row has no room for it. Draws it if g is not NULL; how many rows it takes. */
static int
draw_whole(const struct help *h, struct grid *g, struct rect r)
{
	const struct help_line *line = shown_line(h, h->rows.cursor);
	int rows;
	char *text;

	if (line == NULL || line->heading != NULL || r.h < 8 || fits(h, line, r.w))
		return 0;
	xasprintf(&text, "%s%s%s%s: %s", help_line_left(line), line->keys[0] != '\0' ? " (" : "",
		  line->keys, line->keys[0] != '\0' ? ")" : "", _(line->right));
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

static const char *
title(const struct help *h)
{
	return h->palette ? _("COMMANDS") : _("HELP");
}

static void
draw_title(const struct help *h, struct grid *g, struct rect r)
{
	int n = draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, title(h)), x = r.x + n + 3;
	int end = r.x + r.w - 1;
	char count[32];

	if (h->filtering || !edit_empty(h->filter)) {
		say_into(count, sizeof(count), "%zu found", h->lines.nshown);
		if (h->palette && r.w >= 50 && !edit_empty(h->filter))
			end -= draw_right(g, r.y, end, 14, STYLE_DIM, count) + 1;
		if (h->filtering || edit_text(h->filter, NULL)[0] != '/')
			draw_text(g, r.y, x, 1, STYLE_KEY, h->palette ? "›" : "/");
		draw_text(g, r.y, x + 1, end - x - 1, STYLE_STRONG, edit_text(h->filter, NULL));
		if (!edit_empty(h->filter) || end - x < 30)
			return;
		draw_text(g, r.y, x + 2, end - x - 2, STYLE_DIM,
			  _("type some letters of what you want"));
		return;
	}
	draw_fmt(g, r.y, x, end - x, STYLE_DIM, "%s searches · %s or a click does it · %s closes",
		 keys_name(REQ_LIST_FILTER), keys_name(REQ_HELP_RUN), keys_name(REQ_BACK));
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct help *h = p->state;
	struct rect r = p->rect;
	size_t room = r.h > 1 ? (size_t)r.h - 1 : 0;
	int n;

	collect(h);
	step(h, 0);
	draw_title(h, g, r);
	if (h->lines.nshown == 0) {
		draw_text(g, r.y + 2, r.x + 3, r.w - 4, STYLE_DIM, _("Nothing matches."));
		return;
	}
	n = focus ? draw_whole(h, NULL, r) : 0;
	room -= (size_t)n < room ? (size_t)n : 0;
	rows_see(&h->rows, room);
	/* The first line brings its heading along. */
	if (h->rows.cursor == 1)
		h->rows.top = 0;
	for (size_t i = 0; i < room && h->rows.top + i < h->lines.nshown; i++)
		draw_line(h, g, r, r.y + 1 + (int)i, h->rows.top + i, focus);
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
	*x = p->rect.x + 4 + (int)strlen(title(h)) +
	     (int)text_cells(edit_text(h->filter, NULL), edit_cursor(h->filter));
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

/* Remembers what was run from the palette. */
static void
remember(struct help *h, const char *left)
{
	size_t i = 0;
	char *name = xstrdup(left);

	while (i < RECENT - 1 && h->recent[i] != NULL && strcmp(h->recent[i], left) != 0)
		i++;
	free(h->recent[i]);
	memmove(h->recent + 1, h->recent, i * sizeof(h->recent[0]));
	h->recent[0] = name;
}

/* Puts a command into the input line, to be finished there. */
static void
begin(struct front *f, const char *command)
{
	struct pane *prompt = front_pane(f, PANE_PROMPT);

	prompt_clear(prompt);
	prompt_insert(prompt, command, strlen(command));
	front_set_focus(f, PANE_PROMPT);
}

/* What is typed is run, or begun where words are missing. */
static void
run_typed(struct front *f, const struct help_line *line)
{
	char *command;

	if (line->option != OPT_COUNT)
		xasprintf(&command, "%s ", line->left);
	else if (line->command != NULL)
		xasprintf(&command, "/%s%s", line->command->name,
			  line->command->args[0] != '\0' ? " " : "");
	else
		command = xstrdup(line->left);
	if (line->option == OPT_COUNT && (line->command == NULL || line->command->args[0] == '\0' ||
					  line->command->args[0] == '['))
		front_command(f, command);
	else
		begin(f, command);
	free(command);
}

/* Does in the pane what a key does there, if it only moves or asks: what acts at once is for who sees on what. */
static bool
do_there(struct pane *to, enum request req)
{
	unsigned flags;

	if (keys_row(req)->kind != KEYS_MOTION || to->class->context == KEYS_PROMPT ||
	    to->class->key == NULL)
		return false;
	flags = to->class->key(to, req, (struct input_key){0});
	to->dirty = true;
	return (flags & PANE_HANDLED) && !(flags & PANE_REFUSED);
}

/* A key of a pane: leads there, with what it does. */
static void
lead(struct pane *p, const struct help_line *line)
{
	unsigned context = line->context;
	char *keys = xstrdup(help_line_left(line));

	for (int id = 0; id < (int)PANE_COUNT; id++) {
		if (id == PANE_HELP ||
		    front_pane(p->front, (enum pane_id)id)->class->context != context)
			continue;
		/* These two are about something that was asked for. */
		if (context == KEYS_CHOOSE || context == KEYS_WENT)
			break;
		close_help(p);
		front_set_focus(p->front, (enum pane_id)id);
		if (do_there(front_pane(p->front, (enum pane_id)id), line->req)) {
			free(keys);
			return;
		}
		break;
	}
	front_say(p->front, "%s works there: %s.", keys, _(keys_context_name(context)));
	free(keys);
}

static unsigned
run(struct pane *p)
{
	struct help *h = p->state;
	const struct help_line *line = shown_line(h, h->rows.cursor);

	if (line == NULL || line->heading != NULL)
		return PANE_HANDLED | PANE_REFUSED;
	if (line->left == NULL && !(line->context & KEYS_GLOBAL)) {
		lead(p, line);
		return PANE_HANDLED;
	}
	if (h->palette)
		remember(h, line->left);
	close_help(p);
	if (line->left == NULL)
		front_request(p->front, line->req);
	else
		run_typed(p->front, line);
	return PANE_HANDLED;
}

/* Puts the command that gives the action other keys into the input line, to be finished there. */
static unsigned
bind_keys(struct pane *p)
{
	struct help *h = p->state;
	const struct help_line *line = shown_line(h, h->rows.cursor);
	char *command, action[KEYS_NAME_MAX];

	if (line == NULL || line->heading != NULL || line->req == REQ_NONE)
		return PANE_HANDLED | PANE_REFUSED;
	close_help(p);
	xasprintf(&command, "/bind %s %s", keys_action(line->req, action, sizeof(action)),
		  keys_of(line->req));
	begin(p->front, command);
	free(command);
	return PANE_HANDLED;
}

static unsigned
filter_key(struct help *h, struct input_key k)
{
	if (k.sym == INPUT_SYM_ESC && h->palette)
		return 0;
	if (k.sym == INPUT_SYM_ESC) {
		h->filtering = false;
		edit_set(h->filter, "", 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (k.sym == INPUT_SYM_UP || k.sym == INPUT_SYM_DOWN || k.sym == INPUT_SYM_ENTER ||
	    edit_do(h->filter, keys_lookup(KEYS_PROMPT, k)) == 0)
		return 0;
	h->rows.cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct help *h = p->state;
	unsigned flags;
	long by;

	collect(h);
	if (h->filtering && (flags = filter_key(h, k)) != 0)
		return flags;
	if (req == REQ_HELP_RUN)
		return run(p);
	if (req == REQ_HELP_BIND)
		return bind_keys(p);
	if (req == REQ_HELP_CLOSE || (req == REQ_HELP && !h->palette) ||
	    (req == REQ_PALETTE && h->palette)) {
		close_help(p);
		return PANE_HANDLED;
	}
	if (req == REQ_BACK) {
		if (!edit_empty(h->filter) && !h->palette) {
			edit_set(h->filter, "", 0);
			return PANE_HANDLED | PANE_REDRAW;
		}
		close_help(p);
		return PANE_HANDLED;
	}
	if (req == REQ_LIST_FILTER)
		h->filtering = true;
	else if (rows_by(req, p->rect.h, &by))
		step(h, by);
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
	h->rows.cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct help *h = p->state;
	size_t at;

	collect(h);
	if (rows_wheel(m) != 0) {
		step(h, rows_wheel(m));
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT ||
	    !rows_at(&h->rows, h->lines.nshown, m->y - p->rect.y - 1, &at) || is_heading(h, at))
		return PANE_HANDLED;
	h->rows.cursor = at;
	return run(p) | PANE_REDRAW;
}

static void
open_as(struct front *f, bool palette, const char *words)
{
	struct pane *p = front_pane(f, PANE_HELP);
	struct help *h = p->state;

	if (front_focus(f) != PANE_HELP)
		h->before = front_focus(f);
	/* Keys may have changed since. */
	help_lines_free(&h->lines);
	help_lines_make(&h->lines, palette);
	h->palette = palette;
	h->filtering = palette;
	h->rows = (struct rows){0, 0};
	edit_set(h->filter, words, strlen(words));
	front_set_focus(f, PANE_HELP);
	p->dirty = true;
}

void
help_open(struct front *f, const char *words)
{
	open_as(f, false, words);
}

void
palette_open(struct front *f)
{
	open_as(f, true, "");
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
