/* transfers_draw.c - a line for each transfer with its bar, rate and time left, or its state in words. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/pane.h"
#include "ui/transfers.h"
#include "ui/transfers_priv.h"

/* From this width on there is room for the rates of the last seconds. */
#define SPARK_FROM 120
/* The bar of all together, and what stands left of it in the title. */
#define TOTAL_BAR  10
#define TOTAL_WIDE 24
#define TITLE_ROOM 18

/* ---- words ------------------------------------------------------------------------------------------------------------ */

static const char *
glyph(const struct model_transfer *t, unsigned *style)
{
	*style = STYLE_NORMAL;
	switch (t->t.state) {
	case TRANSFER_WAITING:
		*style = transfers_offered(t) ? STYLE_NEWS : STYLE_DIM;
		return transfers_offered(t) ? "?" : "·";
	case TRANSFER_PAUSED:
		*style = STYLE_WARN;
		return "‖";
	case TRANSFER_STALLED:
		*style = STYLE_DIM;
		return "…";
	case TRANSFER_DONE:
		*style = STYLE_GOOD;
		return "✓";
	case TRANSFER_FAILED:
		*style = STYLE_ERROR;
		return "✗";
	case TRANSFER_REFUSED:
	case TRANSFER_CANCELLED:
		*style = STYLE_DIM;
		return "✗";
	case TRANSFER_RUNNING:
	case TRANSFER_CHECKING:
	default:
		return t->t.dir == DIR_OUT ? "↑" : "↓";
	}
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

/* Where things stand in a line: each is a column and a width, figures end at theirs. */
struct columns {
	int name_w, arrow, peer, peer_w, bar, bar_w, percent_end, pair_end, rate_end, eta_end;
	int spark; /* cells of the line of rates, 0 none */
	bool pair;
};

static struct columns
columns(int w)
{
	struct columns c;
	int spare;

	c.pair = w >= 72;
	c.spark = w >= SPARK_FROM ? TRANSFERS_RATES + 1 : 0;
	spare = w - c.spark - (c.pair ? 80 : 67);
	c.name_w = 15 + (spare / 2);
	c.arrow = 2 + c.name_w + 1;
	c.peer = c.arrow + 2;
	c.peer_w = 6 + (spare > 0 ? spare / 6 : 0);
	c.bar = c.peer + c.peer_w + 1;
	c.eta_end = w - 1;
	c.rate_end = c.eta_end - 8;
	c.pair_end = c.rate_end - 10 - c.spark;
	c.percent_end = c.pair ? c.pair_end - 13 : c.rate_end - 10;
	c.bar_w = c.percent_end - 5 - c.bar;
	return c;
}

/* The rates of the last seconds, the newest at the right, each as high as it is beside the highest. */
static void
draw_spark(struct pane *p, struct grid *g, int y, int x_end, const struct model_transfer *t)
{
	static const char *const steps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const uint64_t *rates;
	size_t n = transfers_rates(p, t, &rates);
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		most = rates[i] > most ? rates[i] : most;
	for (size_t i = 0; i < n && most > 0; i++)
		draw_text(g, y, x_end - (int)(n - i), 1, rates[i] > 0 ? STYLE_BAR : STYLE_BAR_REST,
			  steps[(size_t)((double)rates[i] / (double)most * (NELEM(steps) - 1))]);
}

static void
draw_figures(struct grid *g, int y, int x, const struct columns *c, const struct model_transfer *t,
	     const char *stalled)
{
	char figure[TEXT_FIGURE];

	if (c->pair)
		draw_right(
			g, y, x + c->pair_end, 12, STYLE_NORMAL,
			text_size_pair(figure, sizeof(figure), t->t.bytes_done, t->t.bytes_total));
	if (stalled[0] != '\0') {
		draw_right(g, y, x + c->eta_end, c->eta_end - c->rate_end + 9, STYLE_WARN, stalled);
		return;
	}
	draw_right(g, y, x + c->rate_end, 9, STYLE_NORMAL,
		   text_rate(figure, sizeof(figure), t->t.rate));
	if (t->t.eta >= 0)
		draw_right(g, y, x + c->eta_end, 7, STYLE_NORMAL,
			   text_duration(figure, sizeof(figure), (uint64_t)t->t.eta));
}

static void
draw_wide(struct pane *p, struct grid *g, int y, const struct model_transfer *t)
{
	int x = p->rect.x, from;
	struct columns c = columns(p->rect.w);
	unsigned style;
	const char *sign = glyph(t, &style);
	char line[512], figure[16];

	draw_text(g, y, x, 1, style, sign);
	draw_textn(g, y, x + 2, c.name_w, STYLE_NORMAL, t->what, strlen(t->what), TEXT_MIDDLE);
	draw_text(g, y, x + c.arrow, 1, STYLE_DIM, t->t.dir == DIR_OUT ? "▸" : "◂");
	draw_text(g, y, x + c.peer, c.peer_w, STYLE_NORMAL, transfers_peer(p->front, t));
	transfers_words(p->front, t, REQ_TRANSFER_OPEN, line, sizeof(line));
	from = c.bar;
	if (transfers_has_bar(t)) {
		draw_bar(g, y, x + c.bar, c.bar_w, t->t.bytes_done, t->t.bytes_total);
		snprintf(figure, sizeof(figure), "%d%%",
			 draw_percent(t->t.bytes_done, t->t.bytes_total));
		draw_right(g, y, x + c.percent_end, 4, STYLE_NORMAL, figure);
		from = c.percent_end + 3;
	}
	if (t->t.state == TRANSFER_RUNNING && c.spark > 0 && !front_calm(p->front))
		draw_spark(p, g, y, x + c.rate_end - 9, t);
	if (t->t.state == TRANSFER_RUNNING)
		draw_figures(g, y, x, &c, t, line);
	else
		draw_text(g, y, x + from, p->rect.w - from - 1, transfers_words_style(t), line);
}

/* Below 60 columns: the name, and what matters most of the rest, in w cells. */
static void
draw_narrow(struct pane *p, struct grid *g, int y, int w, const struct model_transfer *t)
{
	struct rect r = {y, p->rect.x, 1, w};
	int half = r.w / 2;
	unsigned style;
	const char *sign = glyph(t, &style);
	char line[512], figure[TEXT_FIGURE];

	draw_text(g, y, r.x, 1, style, sign);
	draw_textn(g, y, r.x + 2, half - 3, STYLE_NORMAL, t->what, strlen(t->what), TEXT_MIDDLE);
	transfers_words(p->front, t, REQ_TRANSFER_OPEN, line, sizeof(line));
	if (line[0] != '\0') {
		draw_text(g, y, r.x + half, r.w - half - 1, transfers_words_style(t), line);
		return;
	}
	draw_bar(g, y, r.x + half, r.w - half - 13, t->t.bytes_done, t->t.bytes_total);
	snprintf(figure, sizeof(figure), "%d%%", draw_percent(t->t.bytes_done, t->t.bytes_total));
	draw_right(g, y, r.x + r.w - 8, 4, STYLE_NORMAL, figure);
	if (t->t.eta >= 0)
		draw_right(g, y, r.x + r.w - 1, 7, STYLE_NORMAL,
			   text_duration(figure, sizeof(figure), (uint64_t)t->t.eta));
}

/* "2↑ 1↓ · all done in 4:06", of those that have not ended. */
static void
summary(struct pane *p, char *out, size_t size)
{
	struct model *m = front_model(p->front);
	unsigned up = 0, down = 0, nup, ndown;
	uint64_t rate_up, rate_down;
	int64_t eta;
	char figure[TEXT_FIGURE], both[40] = "";

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (!transfer_ended(t->t.state))
			*(t->t.dir == DIR_OUT ? &up : &down) += 1;
	}
	model_totals(m, &rate_up, &rate_down, &nup, &ndown, &eta);
	if (up != 0 && down != 0)
		snprintf(both, sizeof(both), "%u↑ %u↓", up, down);
	else if (up + down != 0)
		snprintf(both, sizeof(both), "%u%s", up + down, up != 0 ? "↑" : "↓");
	if (nup + ndown != 0 && eta > 0)
		say_into(out, size, "%s · all done in %s", both,
			 text_duration(figure, sizeof(figure), (uint64_t)eta));
	else
		snprintf(out, size, "%s", both);
}

/* How far those are that have a bar, together; how many they are. */
static size_t
all_bars(struct front *f, uint64_t *done, uint64_t *total)
{
	struct model *m = front_model(f);
	size_t n = 0;

	*done = *total = 0;
	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (!transfers_has_bar(t))
			continue;
		n++;
		*done += t->t.bytes_done;
		*total += t->t.bytes_total;
	}
	return n;
}

/* Of several, one bar for all of them: it ends before x_end, and lets the line between two panes go through. */
static void
draw_total(struct pane *p, struct grid *g, int x_end)
{
	const struct layout *l = front_layout(p->front);
	int w = p->rect.w >= SPARK_FROM ? TOTAL_WIDE : TOTAL_BAR, all = w + 7;
	uint64_t done, total;
	char figure[8];

	if (l->divide_right >= x_end - all && l->divide_right < x_end)
		x_end = l->divide_right;
	if (x_end - all < p->rect.x + TITLE_ROOM || all_bars(p->front, &done, &total) < 2)
		return;
	snprintf(figure, sizeof(figure), " %d%% ", draw_percent(done, total));
	draw_text(g, p->rect.y, x_end - 6, 6, STYLE_DIM, "      ");
	draw_right(g, p->rect.y, x_end, 6, STYLE_DIM, figure);
	draw_text(g, p->rect.y, x_end - all, 1, STYLE_DIM, " ");
	draw_bar(g, p->rect.y, x_end - all + 1, w, done, total);
}

static void
draw_title(struct pane *p, struct grid *g, size_t n)
{
	struct rect r = p->rect;
	char line[96], padded[100];
	int w;

	draw_hline(g, r.y, r.x, r.w, STYLE_BORDER, "─");
	say_into(line, sizeof(line), " TRANSFERS %zu ", n);
	draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, line);
	summary(p, line, sizeof(line));
	if (line[0] == '\0')
		return;
	snprintf(padded, sizeof(padded), " %s ", line);
	w = draw_right(g, r.y, r.x + r.w - 2, r.w - 20, STYLE_DIM, padded);
	draw_total(p, g, r.x + r.w - 2 - w);
}

/* One of them in the one line there is, and how many there are at its end. */
static void
draw_folded_one(struct pane *p, struct grid *g)
{
	struct transfers *s = p->state;
	const struct model_transfer *t = transfers_at(p, 0);
	struct rect r = p->rect;
	size_t n = transfers_count(p);
	char line[96] = "";

	if (t == NULL)
		return;
	s->folded = t->t.transfer;
	if (n > 1)
		summary(p, line, sizeof(line));
	if (n > 1 && line[0] == '\0')
		snprintf(line, sizeof(line), "+%zu", n - 1);
	if (line[0] != '\0')
		r.w -= draw_right(g, r.y, r.x + r.w - 1, r.w / 3, STYLE_DIM, line) + 1;
	draw_narrow(p, g, r.y, r.w, t);
}

/* All of them in one line, where there is no room for more. */
static void
draw_folded(struct pane *p, struct grid *g)
{
	struct rect r = p->rect;
	struct model *m = front_model(p->front);
	uint64_t done, total, up, down;
	unsigned nup, ndown;
	int64_t eta;
	char line[96], figure[TEXT_FIGURE];
	size_t running = all_bars(p->front, &done, &total);
	int x;

	if (running == 0 || (running == 1 && transfers_count(p) == 1)) {
		draw_folded_one(p, g);
		return;
	}
	summary(p, line, sizeof(line));
	line[strcspn(line, "\xc2")] = '\0'; /* only what is before the · */
	x = r.x + draw_text(g, r.y, r.x, r.w / 3, STYLE_NORMAL, line) + 1;
	model_totals(m, &up, &down, &nup, &ndown, &eta);
	if (eta >= 0)
		draw_right(g, r.y, r.x + r.w - 1, 7, STYLE_NORMAL,
			   text_duration(figure, sizeof(figure), (uint64_t)eta));
	draw_right(g, r.y, r.x + r.w - 8, 9, STYLE_NORMAL,
		   text_rate(figure, sizeof(figure), up + down));
	snprintf(line, sizeof(line), "%d%%", draw_percent(done, total));
	draw_right(g, r.y, r.x + r.w - 18, 4, STYLE_NORMAL, line);
	draw_bar(g, r.y, x, r.x + r.w - 23 - x, done, total);
}

void
transfers_draw(struct pane *p, struct grid *g, bool focus)
{
	struct transfers *s = p->state;
	struct rect r = p->rect;
	size_t n = transfers_count(p), room = r.h > 1 ? (size_t)r.h - 1 : 0,
	       cursor = transfers_cursor(p);

	s->folded = 0;
	if (r.h == 1) {
		draw_folded(p, g);
		return;
	}
	draw_title(p, g, n);
	if (focus && cursor < s->top)
		s->top = cursor;
	else if (focus && cursor >= s->top + room)
		s->top = cursor - room + 1;
	if (s->top + room > n)
		s->top = n > room ? n - room : 0;
	if (n == 0)
		draw_text(g, r.y + 1, r.x + 2, r.w - 2, STYLE_DIM, _("No files are on their way."));
	for (size_t i = 0; i < room && s->top + i < n; i++) {
		const struct model_transfer *t = transfers_at(p, s->top + i);
		int y = r.y + 1 + (int)i;

		if (r.w >= 60)
			draw_wide(p, g, y, t);
		else
			draw_narrow(p, g, y, r.w, t);
		if (focus && s->top + i == cursor)
			grid_restyle(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	}
}
