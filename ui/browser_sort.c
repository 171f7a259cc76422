/* browser_sort.c - the order of the browser's rows: by key, by a click on a column's caption, by the option. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/dialog.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/pane.h"

#define NONE 4

/* As the option has them, and in the order of enum filelist_order. */
static const char *const names[] = {"name", "time", "size", "type"};
static const char *const captions[] = {N_("name"), N_("time"), N_("size"), N_("type")};

void
browser_sort(struct browser *b, enum filelist_order order, bool reverse)
{
	const struct dirlist_entry *stay = browser_entry(b);

	browser_paint_end(b, true);
	b->order = order;
	b->reverse = reverse;
	b->moved |= !b->reading;
	filelist_sort(b->list, order, reverse);
	browser_settle(b, stay);
}

void
browser_take_order(struct browser *b)
{
	const char *word = options_text(front_options(b->front), OPT_sort);
	size_t i = 0;

	while (i + 1 < NELEM(names) && strcmp(names[i], word) != 0)
		i++;
	if (b->option_order == i)
		return;
	b->option_order = i;
	browser_sort(b, (enum filelist_order)i, false);
}

/* ---- the menu --------------------------------------------------------------------------------------------------------- */

static bool
order_done(struct front *f, struct dialog *d, int answer)
{
	struct browser *b = front_pane(f, PANE_BROWSER)->state;

	(void)d;
	if (answer >= 0 && answer < NONE)
		browser_sort(b, (enum filelist_order)answer, false);
	else if (answer == NONE)
		browser_sort(b, b->order, !b->reverse);
	return true;
}

void
browser_ask_order(struct browser *b)
{
	struct dialog *d = dialog_new("Sort by", order_done);

	dialog_menu(d);
	dialog_answer(d, 'n', "Name");
	dialog_answer(d, 't', "Time, newest first");
	dialog_answer(d, 's', "Size, largest first");
	dialog_answer(d, 'y', "Type");
	dialog_answer(d, 'r', "Turn it round");
	dialog_default(d, (size_t)b->order);
	front_ask(b->front, d);
}

/* ---- the captions ----------------------------------------------------------------------------------------------------- */

/* One caption; true if want is in it. */
static bool
caption(struct browser *b, struct grid *g, int x, int want, enum filelist_order order)
{
	bool on = order == b->order;
	char line[32];
	int w;

	snprintf(line, sizeof(line), "%s%s", _(captions[order]), !on ? "" : b->reverse ? "↑" : "↓");
	w = (int)text_cells(line, strlen(line));
	if (g != NULL)
		draw_text(g, b->pane->rect.y + 1, x, w, on ? STYLE_STRONG : STYLE_DIM, line);
	return want >= x && want < x + w;
}

bool
browser_captions(struct browser *b, struct grid *g, int from, int want, enum filelist_order *order)
{
	struct rect r = b->pane->rect;
	int size = browser_size_x(b), end = r.x + r.w;
	const struct {
		enum filelist_order order;
		int x;
	} wide[] = {{FILELIST_NAME, size - 14},
		    {FILELIST_TYPE, size - 7},
		    {FILELIST_SIZE, size},
		    {FILELIST_TIME, end - 9}};
	size_t len;

	edit_text(b->filter, &len);
	if (b->folder == NULL || b->error != 0 || b->filtering || len != 0)
		return false;
	if (!browser_dates(b)) {
		/* Only the one that holds; a click turns it round. */
		if (order != NULL)
			*order = b->order;
		return end - 7 >= from && caption(b, g, end - 7, want, b->order);
	}
	for (size_t i = 0; i < NELEM(wide); i++) {
		if (wide[i].x < from || !caption(b, g, wide[i].x, want, wide[i].order))
			continue;
		if (order != NULL)
			*order = wide[i].order;
		return true;
	}
	return false;
}
