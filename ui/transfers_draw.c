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
#include "ui/pane.h"
#include "ui/transfers_priv.h"

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

static void
waiting_words(struct front *f, const struct model_transfer *t, char *out, size_t size)
{
	const struct model_contact *c = model_contact(front_model(f), &t->t.peer);
	char bytes[TEXT_FIGURE];

	if (transfers_offered(t))
		say_into(out, size, "offered, %s: %s answers",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total),
			 keys_name(REQ_TRANSFER_OPEN));
	else if (c != NULL && c->c.link != LINK_ONLINE)
		say_into(out, size, "waits until %s is online", c->c.name);
	else
		say_into(out, size, "waits for %s's answer", transfers_peer(f, t));
	if (t->t.queue > 1)
		say_into(out + strlen(out), size - strlen(out), ", no. %u in the queue",
			 t->t.queue);
}

static void
paused_words(struct front *f, const struct model_transfer *t, char *out, size_t size)
{
	if (t->reason[0] != '\0')
		say_into(out, size, "paused: %s", _(t->reason));
	else if (t->t.paused_there && !t->t.paused_here)
		say_into(out, size, "paused by %s", transfers_peer(f, t));
	else
		say_into(out, size, "paused");
}

/* Its state in words; "" while it simply runs. */
void
transfers_words(struct pane *p, const struct model_transfer *t, char *out, size_t size)
{
	char bytes[TEXT_FIGURE];

	out[0] = '\0';
	switch (t->t.state) {
	case TRANSFER_WAITING:
		waiting_words(p->front, t, out, size);
		break;
	case TRANSFER_PAUSED:
		paused_words(p->front, t, out, size);
		break;
	case TRANSFER_CHECKING:
		say_into(out, size, "checking");
		break;
	case TRANSFER_STALLED:
		say_into(out, size, "waits for %s to be back", transfers_peer(p->front, t));
		break;
	case TRANSFER_DONE:
		say_into(out, size, "done, %s%s%s",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total),
			 t->reason[0] != '\0' ? ": " : "", _(t->reason));
		if (t->t.dir == DIR_IN && t->place[0] == '/')
			snprintf(out + strlen(out), size - strlen(out), ": %s", t->place);
		break;
	case TRANSFER_FAILED:
		say_into(out, size, "failed%s%s", t->reason[0] != '\0' ? ": " : "", _(t->reason));
		break;
	case TRANSFER_REFUSED:
		say_into(out, size, "refused%s%s", t->reason[0] != '\0' ? ": " : "", _(t->reason));
		break;
	case TRANSFER_CANCELLED:
		say_into(out, size, "cancelled%s%s", t->reason[0] != '\0' ? ": " : "",
			 _(t->reason));
		break;
	case TRANSFER_RUNNING:
	default:
		if (transfers_still(p, t) >= TRANSFERS_STALLED_MS)
			say_into(out, size, "stalled %llu s",
				 (unsigned long long)transfers_still(p, t) / 1000);
		break;
	}
}

static unsigned
percent(uint64_t done, uint64_t total)
{
	if (total == 0 || done >= total)
		return 100;
	return (unsigned)(total > UINT64_MAX / 100 ? done / (total / 100) : done * 100 / total);
}

/* A bar means something from the first byte to the last. */
static bool
has_bar(const struct model_transfer *t)
{
	return t->t.state == TRANSFER_RUNNING || t->t.state == TRANSFER_CHECKING ||
	       t->t.state == TRANSFER_PAUSED || t->t.state == TRANSFER_STALLED;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

/* Where things stand in a line: each is a column and a width, figures end at theirs. */
struct columns {
	int name_w, arrow, peer, peer_w, bar, bar_w, percent_end, pair_end, rate_end, eta_end;
	bool pair;
};

static struct columns
columns(int w)
{
	struct columns c;
	int spare;

	c.pair = w >= 72;
	spare = w - (c.pair ? 80 : 67);
	c.name_w = 15 + (spare / 2);
	c.arrow = 2 + c.name_w + 1;
	c.peer = c.arrow + 2;
	c.peer_w = 6 + (spare > 0 ? spare / 6 : 0);
	c.bar = c.peer + c.peer_w + 1;
	c.eta_end = w - 1;
	c.rate_end = c.eta_end - 8;
	c.pair_end = c.rate_end - 10;
	c.percent_end = c.pair ? c.pair_end - 13 : c.rate_end - 10;
	c.bar_w = c.percent_end - 5 - c.bar;
	return c;
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

static unsigned
words_style(const struct model_transfer *t)
{
	return t->t.state == TRANSFER_FAILED   ? STYLE_ERROR
	       : t->t.state == TRANSFER_PAUSED ? STYLE_WARN
	       : t->t.state == TRANSFER_DONE   ? STYLE_GOOD
	       : transfers_offered(t)	       ? STYLE_NEWS
					       : STYLE_DIM;
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
	transfers_words(p, t, line, sizeof(line));
	from = c.bar;
	if (has_bar(t)) {
		draw_bar(g, y, x + c.bar, c.bar_w, t->t.bytes_done, t->t.bytes_total);
		snprintf(figure, sizeof(figure), "%u%%",
			 percent(t->t.bytes_done, t->t.bytes_total));
		draw_right(g, y, x + c.percent_end, 4, STYLE_NORMAL, figure);
		from = c.percent_end + 4;
	}
	if (t->t.state == TRANSFER_RUNNING)
		draw_figures(g, y, x, &c, t, line);
	else
		draw_text(g, y, x + from, p->rect.w - from, words_style(t), line);
}

/* Below 60 columns: the name, and what matters most of the rest. */
static void
draw_narrow(struct pane *p, struct grid *g, int y, const struct model_transfer *t)
{
	struct rect r = p->rect;
	int half = r.w / 2;
	unsigned style;
	const char *sign = glyph(t, &style);
	char line[512], figure[TEXT_FIGURE];

	draw_text(g, y, r.x, 1, style, sign);
	draw_textn(g, y, r.x + 2, half - 3, STYLE_NORMAL, t->what, strlen(t->what), TEXT_MIDDLE);
	transfers_words(p, t, line, sizeof(line));
	if (line[0] != '\0') {
		draw_text(g, y, r.x + half, r.w - half, words_style(t), line);
		return;
	}
	draw_bar(g, y, r.x + half, r.w - half - 13, t->t.bytes_done, t->t.bytes_total);
	snprintf(figure, sizeof(figure), "%u%%", percent(t->t.bytes_done, t->t.bytes_total));
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

static void
draw_title(struct pane *p, struct grid *g, size_t n)
{
	struct rect r = p->rect;
	char line[96], padded[100];

	draw_hline(g, r.y, r.x, r.w, STYLE_BORDER, "─");
	say_into(line, sizeof(line), " TRANSFERS %zu ", n);
	draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, line);
	summary(p, line, sizeof(line));
	if (line[0] == '\0')
		return;
	snprintf(padded, sizeof(padded), " %s ", line);
	draw_right(g, r.y, r.x + r.w - 2, r.w - 20, STYLE_DIM, padded);
}

/* All of them in one line, where there is no room for more. */
static void
draw_folded(struct pane *p, struct grid *g)
{
	struct rect r = p->rect;
	struct model *m = front_model(p->front);
	uint64_t done = 0, total = 0, up, down;
	unsigned nup, ndown;
	int64_t eta;
	char line[96], figure[TEXT_FIGURE];
	size_t running = 0;
	int x;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (!has_bar(t))
			continue;
		running++;
		done += t->t.bytes_done;
		total += t->t.bytes_total;
	}
	if (running == 0 || (running == 1 && transfers_count(p) == 1)) {
		if (transfers_at(p, 0) != NULL)
			draw_narrow(p, g, r.y, transfers_at(p, 0));
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
	snprintf(line, sizeof(line), "%u%%", percent(done, total));
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

	if (r.h == 1) {
		draw_folded(p, g);
		return;
	}
	draw_title(p, g, n);
	if (!focus)
		s->top = 0;
	else if (cursor < s->top)
		s->top = cursor;
	else if (cursor >= s->top + room)
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
			draw_narrow(p, g, y, t);
		if (focus && s->top + i == cursor)
			grid_restyle(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	}
}
