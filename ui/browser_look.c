/* browser_look.c - looking into what is under the cursor: beside the list on wide screens, in its place by key. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/draw.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/pane.h"
#include "ui/preview.h"

/* Rows of the head: the name, what it is, a blank one. */
#define HEAD 3

void
browser_look_free(struct browser *b)
{
	preview_stop(b->previewer);
	preview_free(b->preview);
	free(b->looked_at);
}

/* Which pane is drawn again when a preview comes: the one it was drawn in. */
static struct pane *
shown_in(const struct browser *b)
{
	return b->look ? b->pane : front_pane(b->front, PANE_DETAILS);
}

/* ---- wishes ----------------------------------------------------------------------------------------------------------- */

/* Asks for the preview of an entry in a rectangle, unless that is what is there. False when it cannot be asked for. */
static bool
wish(struct browser *b, const struct dirlist_entry *e, struct rect r)
{
	char *path = browser_path(b, e);
	int w = r.w > 2 ? r.w - 2 : 1, h = r.h > HEAD ? (r.h - HEAD) * 2 : 1;

	if (b->looked_at != NULL && strcmp(path, b->looked_at) == 0 && b->look_w == w &&
	    b->look_h == h && b->looked_size == e->size && b->looked_time == e->mtime) {
		free(path);
		return true;
	}
	if (b->previewer == NULL) {
		b->previewer = preview_new();
		if (b->previewer == NULL) {
			free(path);
			return false;
		}
		front_watch(front_pane(b->front, PANE_DETAILS), preview_fd(b->previewer));
	}
	if (b->looked_at == NULL || strcmp(path, b->looked_at) != 0) {
		preview_free(b->preview);
		b->preview = NULL;
		b->look_top = 0;
	}
	free(b->looked_at);
	b->looked_at = path;
	b->looked_size = e->size;
	b->looked_time = e->mtime;
	b->look_w = w;
	b->look_h = h;
	b->look_ticket = preview_want(b->previewer, path, w, h);
	return true;
}

void
browser_look_ready(struct browser *b)
{
	struct preview *p = b->previewer != NULL ? preview_take(b->previewer) : NULL;

	if (p == NULL)
		return;
	if (p->ticket != b->look_ticket) {
		preview_free(p);
		return;
	}
	preview_free(b->preview);
	b->preview = p;
	front_dirty(b->front, shown_in(b)->id);
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static void
draw_lines(struct browser *b, struct grid *g, struct rect r)
{
	const struct preview *p = b->preview;
	size_t h = r.h > 0 ? (size_t)r.h : 0, last = p->lines > h ? p->lines - h : 0;

	if (b->look_top > last)
		b->look_top = last;
	for (size_t i = 0; i < h && b->look_top + i < p->lines; i++) {
		const char *s = p->text + p->line[b->look_top + i];
		size_t len = strlen(s);
		bool folder = p->kind == PREVIEW_NAMES && len > 0 && s[len - 1] == '/';

		draw_textn(g, r.y + (int)i, r.x, r.w, folder ? STYLE_FOLDER : STYLE_NORMAL, s, len,
			   p->kind == PREVIEW_NAMES ? TEXT_MIDDLE : 0);
	}
	if (h > 1 && b->look_top == last && p->more) {
		grid_clear(g, (struct rect){r.y + r.h - 1, r.x, 1, r.w}, STYLE_NORMAL);
		draw_text(g, r.y + r.h - 1, r.x, r.w, STYLE_DIM, _("… and more"));
	}
}

/* In the middle of its place; two pixels a cell. */
static void
draw_picture(const struct preview *p, struct grid *g, struct rect r)
{
	int rows = p->h > 1 ? p->h / 2 : 1, x0 = r.x + (r.w > p->w ? (r.w - p->w) / 2 : 0);

	for (int y = 0; y < rows && y < r.h; y++) {
		for (int x = 0; x < p->w && x < r.w; x++) {
			const uint8_t *top = p->pixel + (size_t)y * 2 * (size_t)p->w + x;

			grid_pixels(g, r.y + y, x0 + x, *top,
				    y * 2 + 1 < p->h ? top[p->w] : (uint8_t)16);
		}
	}
}

static void
draw_preview(struct browser *b, struct grid *g, struct rect r)
{
	const struct preview *p = b->preview;
	struct rect body = {r.y + HEAD, r.x + 1, r.h - HEAD, r.w - 2};

	draw_text(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM, p->about);
	if (p->note != NULL && p->kind == PREVIEW_NOTHING) {
		const char *note = _(p->note);

		draw_wrapped(g, body.y, body.x, body.w, body.h, STYLE_DIM, note, strlen(note));
		return;
	}
	if (p->kind == PREVIEW_PICTURE)
		draw_picture(p, g, body);
	else if (p->kind != PREVIEW_NOTHING)
		draw_lines(b, g, body);
	if (p->note != NULL)
		draw_text(g, r.y + 2, r.x + 1, r.w - 2, STYLE_WARN, _(p->note));
}

void
browser_look_draw(struct browser *b, struct grid *g, struct rect r)
{
	const struct dirlist_entry *e = browser_entry(b);
	int n;

	if (e == NULL || r.w < 3) {
		draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_DIM, _("Nothing to look into."));
		return;
	}
	n = draw_textn(g, r.y, r.x + 1, r.w - 3, e->odd ? STYLE_WARN : STYLE_TITLE, e->name,
		       strlen(e->name), TEXT_MIDDLE);
	if (e->kind == DIRLIST_FOLDER)
		draw_text(g, r.y, r.x + 1 + n, 1, STYLE_TITLE, "/");
	if (browser_refusal(e) != NULL) {
		draw_fmt(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM, "This is %s.",
			 browser_refusal(e));
		return;
	}
	if (!wish(b, e, r))
		draw_text(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM,
			  _("No more files can be opened."));
	else if (b->preview != NULL)
		draw_preview(b, g, r);
	else
		draw_text(g, r.y + 1, r.x + 1, r.w - 2, STYLE_DIM, "…");
}

void
browser_look_scroll(struct browser *b, long rows)
{
	size_t by = (size_t)(rows < 0 ? -rows : rows);

	if (rows < 0)
		b->look_top -= by < b->look_top ? by : b->look_top;
	else if (b->preview != NULL && b->look_top + by < b->preview->lines)
		b->look_top += by;
	front_dirty(b->front, shown_in(b)->id);
}

/* ---- in the column of details ----------------------------------------------------------------------------------------- */

bool
browser_previews(struct front *f)
{
	struct browser *b = front_pane(f, PANE_BROWSER)->state;

	return front_main(f) == PANE_BROWSER && !b->look && b->folder != NULL &&
	       options_bool(front_options(f), OPT_preview);
}

void
browser_preview_draw(struct front *f, struct grid *g, struct rect r)
{
	browser_look_draw(front_pane(f, PANE_BROWSER)->state, g, r);
}

void
browser_preview_scroll(struct front *f, long rows)
{
	browser_look_scroll(front_pane(f, PANE_BROWSER)->state, rows);
}

void
browser_preview_ready(struct front *f)
{
	browser_look_ready(front_pane(f, PANE_BROWSER)->state);
}
