/* transfers.c - the transfers pane: a line for each with its bar, rate and time left, or its state in words. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser.h"
#include "ui/dialog.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/pane.h"

/* How long ended ones stay while the pane has not the focus; failed ones, with their reasons, longer. */
#define STAY_MS	       60000
#define STAY_FAILED_MS 600000
/* Running without a byte for so long is "stalled". */
#define STALLED_MS     3000

/* When a transfer's bytes moved last. */
struct moved {
	int64_t transfer;
	uint64_t done, at;
};

struct transfers {
	struct moved *moved;
	size_t nmoved;
	int64_t cursor; /* a transfer's number; 0: the first row */
	size_t top;
};

static void *
create(struct front *f)
{
	(void)f;
	return xcalloc(1, sizeof(struct transfers));
}

static void
destroy(void *state)
{
	struct transfers *s = state;

	free(s->moved);
	free(s);
}

/* ---- which are shown -------------------------------------------------------------------------------------------------- */

/* Ms it will still be shown, INT64_MAX for as long as it runs. */
static int64_t
stays(struct front *f, const struct model_transfer *t)
{
	int64_t left;

	if (!transfer_ended(t->t.state))
		return INT64_MAX;
	left = t->t.ended + (t->t.state == TRANSFER_FAILED ? STAY_FAILED_MS : STAY_MS) -
	       front_wall(f);
	return left > 0 ? left : 0;
}

static bool
shown(struct pane *p, const struct model_transfer *t)
{
	return front_focus(p->front) == PANE_TRANSFERS || stays(p->front, t) > 0;
}

/* The row-th one shown, or NULL. */
static struct model_transfer *
at_row(struct pane *p, size_t row)
{
	struct model *m = front_model(p->front);

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		struct model_transfer *t = model_transfer_at(m, i);

		if (shown(p, t) && row-- == 0)
			return t;
	}
	return NULL;
}

static size_t
count(struct pane *p)
{
	size_t n = 0;

	while (at_row(p, n) != NULL)
		n++;
	return n;
}

static size_t
cursor_row(struct pane *p)
{
	struct transfers *s = p->state;
	struct model_transfer *t;

	for (size_t row = 0; (t = at_row(p, row)) != NULL; row++)
		if (t->t.transfer == s->cursor)
			return row;
	return 0;
}

static const char *
peer_name(struct front *f, const struct model_transfer *t)
{
	const struct model_contact *c = model_contact(front_model(f), &t->t.peer);

	return c != NULL ? c->c.name : "?";
}

/* Incoming, and it is for us to answer. */
static bool
offered(const struct model_transfer *t)
{
	return t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING;
}

static int
rows(struct pane *p, int width)
{
	size_t n = count(p);

	(void)width;
	return n < 100 ? (int)n : 100;
}

/* ---- time ------------------------------------------------------------------------------------------------------------- */

/* Ms since its bytes moved last. */
static uint64_t
still_for(struct pane *p, const struct model_transfer *t)
{
	const struct transfers *s = p->state;

	for (size_t i = 0; i < s->nmoved; i++)
		if (s->moved[i].transfer == t->t.transfer)
			return front_now(p->front) - s->moved[i].at;
	return 0;
}

static void
note_moved(struct pane *p)
{
	struct transfers *s = p->state;
	struct model *m = front_model(p->front);
	struct moved *now = xcalloc(model_ntransfers(m) + 1, sizeof(*now));
	size_t n = 0;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (t->t.state != TRANSFER_RUNNING)
			continue;
		now[n] = (struct moved){t->t.transfer, t->t.bytes_done, front_now(p->front)};
		for (size_t k = 0; k < s->nmoved; k++)
			if (s->moved[k].transfer == now[n].transfer &&
			    s->moved[k].done == now[n].done)
				now[n].at = s->moved[k].at;
		n++;
	}
	free(s->moved);
	s->moved = now;
	s->nmoved = n;
}

/* Asks to be woken when the next ended one leaves, and each second while something is stalled. */
static void
set_clock(struct pane *p)
{
	struct model *m = front_model(p->front);
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);
		int64_t left = stays(p->front, t);

		if (t->t.state == TRANSFER_RUNNING) {
			uint64_t still = still_for(p, t);

			left = still < STALLED_MS ? (int64_t)(STALLED_MS - still)
						  : (int64_t)(1000 - still % 1000);
		}
		if (left > 0 && left < next)
			next = left;
	}
	front_wake(p, next == INT64_MAX ? 0 : (uint64_t)next);
}

static void
changed(struct pane *p, unsigned dirty)
{
	if (dirty & DIRTY_TRANSFERS) {
		note_moved(p);
		set_clock(p);
	}
}

static void
tick(struct pane *p)
{
	set_clock(p);
	front_relayout(p->front);
	front_dirty(p->front, PANE_TRANSFERS);
}

/* ---- words ------------------------------------------------------------------------------------------------------------ */

static const char *
glyph(const struct model_transfer *t, unsigned *style)
{
	*style = STYLE_NORMAL;
	switch (t->t.state) {
	case TRANSFER_WAITING:
		*style = offered(t) ? STYLE_NEWS : STYLE_DIM;
		return offered(t) ? "?" : "·";
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

	if (offered(t))
		snprintf(out, size, "offered, %s: %s answers",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total),
			 keys_name(REQ_TRANSFER_OPEN));
	else if (c != NULL && c->c.link != LINK_ONLINE)
		snprintf(out, size, "waits until %s is online", c->c.name);
	else
		snprintf(out, size, "waits for %s's answer", peer_name(f, t));
}

static void
paused_words(struct front *f, const struct model_transfer *t, char *out, size_t size)
{
	if (t->reason[0] != '\0')
		snprintf(out, size, "paused: %s", t->reason);
	else if (t->t.paused_there && !t->t.paused_here)
		snprintf(out, size, "paused by %s", peer_name(f, t));
	else
		snprintf(out, size, "paused");
}

/* Its state in words; "" while it simply runs. */
static void
words(struct pane *p, const struct model_transfer *t, char *out, size_t size)
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
		snprintf(out, size, "checking");
		break;
	case TRANSFER_STALLED:
		snprintf(out, size, "waits for %s to be back", peer_name(p->front, t));
		break;
	case TRANSFER_DONE:
		snprintf(out, size, "done, %s%s%s",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total),
			 t->reason[0] != '\0' ? ": " : "", t->reason);
		break;
	case TRANSFER_FAILED:
		snprintf(out, size, "failed%s%s", t->reason[0] != '\0' ? ": " : "", t->reason);
		break;
	case TRANSFER_REFUSED:
		snprintf(out, size, "refused%s%s", t->reason[0] != '\0' ? ": " : "", t->reason);
		break;
	case TRANSFER_CANCELLED:
		snprintf(out, size, "cancelled%s%s", t->reason[0] != '\0' ? ": " : "", t->reason);
		break;
	case TRANSFER_RUNNING:
	default:
		if (still_for(p, t) >= STALLED_MS)
			snprintf(out, size, "stalled %" PRIu64 " s", still_for(p, t) / 1000);
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
	c.name_w = 15 + (spare > 0 ? spare / 2 : spare / 2);
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
	       : offered(t)		       ? STYLE_NEWS
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
	draw_text(g, y, x + c.peer, c.peer_w, STYLE_NORMAL, peer_name(p->front, t));
	words(p, t, line, sizeof(line));
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
	words(p, t, line, sizeof(line));
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
		snprintf(out, size, "%s · all done in %s", both,
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
	snprintf(line, sizeof(line), " TRANSFERS %zu ", n);
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
	if (running == 0 || (running == 1 && count(p) == 1)) {
		if (at_row(p, 0) != NULL)
			draw_narrow(p, g, r.y, at_row(p, 0));
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

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct transfers *s = p->state;
	struct rect r = p->rect;
	size_t n = count(p), room = r.h > 1 ? (size_t)r.h - 1 : 0, cursor = cursor_row(p);

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
		draw_text(g, r.y + 1, r.x + 2, r.w - 2, STYLE_DIM, "No files are on their way.");
	for (size_t i = 0; i < room && s->top + i < n; i++) {
		const struct model_transfer *t = at_row(p, s->top + i);
		int y = r.y + 1 + (int)i;

		if (r.w >= 60)
			draw_wide(p, g, y, t);
		else
			draw_narrow(p, g, y, t);
		if (focus && s->top + i == cursor)
			grid_restyle(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	}
}

/* ---- what is done with them ------------------------------------------------------------------------------------------- */

enum choice { PAUSE, RESUME, CANCEL, SHOW_FOLDER, FORGET };

static bool
can(const struct model_transfer *t, enum choice choice)
{
	switch (choice) {
	case PAUSE:
		return !transfer_ended(t->t.state) && !t->t.paused_here && !offered(t) &&
		       t->t.state != TRANSFER_CHECKING;
	case RESUME:
		return t->t.state == TRANSFER_PAUSED && t->t.paused_here;
	case CANCEL:
		return !transfer_ended(t->t.state) && !offered(t);
	case SHOW_FOLDER:
		return t->t.dir == DIR_IN && t->t.state == TRANSFER_DONE && t->place[0] == '/';
	case FORGET:
	default:
		return transfer_ended(t->t.state);
	}
}

static void
show_folder(struct front *f, const struct model_transfer *t)
{
	char *folder = xstrdup(t->place), *slash = strrchr(folder, '/');
	char *name = xstrdup(slash + 1);

	slash[slash == folder ? 1 : 0] = '\0';
	browser_open(f, folder, name);
	free(folder);
	free(name);
}

static void
choose(struct front *f, const struct model_transfer *t, enum choice choice)
{
	static const enum transfer_op op[] = {[PAUSE] = TOP_PAUSE,
					      [RESUME] = TOP_RESUME,
					      [CANCEL] = TOP_CANCEL,
					      [FORGET] = TOP_FORGET};

	if (!can(t, choice))
		front_bell(f);
	else if (choice == SHOW_FOLDER)
		show_folder(f, t);
	else
		front_transfer(f, t->t.transfer, (int)op[choice], NULL);
}

static bool
menu_done(struct front *f, struct dialog *d, int answer)
{
	const struct model_transfer *t = model_transfer(front_model(f), dialog_number(d));
	size_t len;
	const enum choice *choices = dialog_kept(d, &len);

	if (answer >= 0 && (size_t)answer < len / sizeof(*choices) && t != NULL)
		choose(f, t, choices[answer]);
	return true;
}

static bool
menu_stale(struct front *f, const struct dialog *d)
{
	return model_transfer(front_model(f), dialog_number(d)) == NULL;
}

static void
menu(struct pane *p, const struct model_transfer *t)
{
	static const struct {
		enum choice choice;
		uint32_t key;
		const char *word;
	} all[] = {{SHOW_FOLDER, 'o', "Open its folder"},
		   {PAUSE, 'p', "Pause"},
		   {RESUME, 'r', "Go on"},
		   {CANCEL, 'c', "Cancel, for both sides"},
		   {FORGET, 'f', "Take it off the list"}};
	enum choice kept[NELEM(all)];
	struct dialog *d = dialog_new(t->what, menu_done);
	size_t n = 0;
	char line[512];

	words(p, t, line, sizeof(line));
	dialog_line(d, STYLE_NORMAL, "%s %s%s%s", t->t.dir == DIR_OUT ? "to" : "from",
		    peer_name(p->front, t), line[0] != '\0' ? ": " : "", line);
	if (t->place[0] != '\0' && t->t.dir == DIR_IN)
		dialog_line(d, STYLE_DIM, "%s", t->place);
	dialog_menu(d);
	for (size_t i = 0; i < NELEM(all); i++) {
		if (!can(t, all[i].choice))
			continue;
		dialog_answer(d, all[i].key, all[i].word);
		kept[n++] = all[i].choice;
	}
	dialog_answer(d, 0, "Nothing");
	dialog_about(d, &t->t.peer, t->t.transfer);
	dialog_keep(d, xmemdup(kept, sizeof(kept[0]) * n), sizeof(kept[0]) * n);
	dialog_stale(d, menu_stale);
	front_ask(p->front, d);
}

static void
open_one(struct pane *p, const struct model_transfer *t, bool click)
{
	if (offered(t))
		ask_offer(p->front, t->t.transfer, false);
	else if (can(t, SHOW_FOLDER) && !click)
		show_folder(p->front, t);
	else
		menu(p, t);
}

bool
transfers_open(struct front *f, int64_t number, char *err, size_t errlen)
{
	struct pane *p = front_pane(f, PANE_TRANSFERS);
	struct transfers *s = p->state;
	const struct model_transfer *t;

	front_set_focus(f, PANE_TRANSFERS);
	t = number != 0 ? model_transfer(front_model(f), number) : at_row(p, cursor_row(p));
	if (t == NULL) {
		if (number != 0)
			snprintf(err, errlen, "There is no transfer %" PRId64 ".", number);
		else
			snprintf(err, errlen, "There are no transfers.");
		return false;
	}
	s->cursor = t->t.transfer;
	open_one(p, t, false);
	return true;
}

/* ---- input ------------------------------------------------------------------------------------------------------------ */

static unsigned
move(struct pane *p, size_t row)
{
	struct transfers *s = p->state;
	size_t n = count(p);
	const struct model_transfer *t;

	if (n == 0)
		return PANE_HANDLED | PANE_REFUSED;
	t = at_row(p, row < n ? row : n - 1);
	s->cursor = t->t.transfer;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
do_request(struct pane *p, const struct model_transfer *t, enum request req)
{
	if (req == REQ_TRANSFER_PAUSE) {
		if (t->t.paused_there && !t->t.paused_here)
			front_say(p->front, "%s paused it.", peer_name(p->front, t));
		choose(p->front, t, can(t, RESUME) ? RESUME : PAUSE);
	} else if (req == REQ_TRANSFER_CANCEL) {
		if (offered(t))
			front_transfer(p->front, t->t.transfer, TOP_REFUSE, NULL);
		else
			choose(p->front, t, transfer_ended(t->t.state) ? FORGET : CANCEL);
	} else if (req == REQ_TRANSFER_OPEN) {
		open_one(p, t, false);
	} else if (req == REQ_TRANSFER_ACCEPT || req == REQ_TRANSFER_REFUSE) {
		if (!offered(t))
			return PANE_HANDLED | PANE_REFUSED;
		front_transfer(p->front, t->t.transfer,
			       req == REQ_TRANSFER_ACCEPT ? TOP_ACCEPT : TOP_REFUSE, NULL);
	} else {
		return 0;
	}
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	size_t row = cursor_row(p), page = p->rect.h > 2 ? (size_t)p->rect.h - 2 : 1;
	const struct model_transfer *t;

	(void)k;
	if (req == REQ_LIST_UP)
		return move(p, row > 0 ? row - 1 : 0);
	if (req == REQ_LIST_DOWN)
		return move(p, row + 1);
	if (req == REQ_SCROLL_UP)
		return move(p, row > page ? row - page : 0);
	if (req == REQ_SCROLL_DOWN)
		return move(p, row + page);
	if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		return move(p, 0);
	if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		return move(p, SIZE_MAX);
	t = at_row(p, row);
	return t != NULL ? do_request(p, t, req) : 0;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct transfers *s = p->state;
	size_t row = cursor_row(p);
	const struct model_transfer *t;

	if (m->action == INPUT_WHEEL_UP)
		return move(p, row > 0 ? row - 1 : 0);
	if (m->action == INPUT_WHEEL_DOWN)
		return move(p, row + 1);
	if (m->action != INPUT_PRESS || p->rect.h == 1 || m->y <= p->rect.y)
		return PANE_HANDLED;
	t = at_row(p, s->top + (size_t)(m->y - p->rect.y - 1));
	if (t == NULL)
		return PANE_HANDLED;
	s->cursor = t->t.transfer;
	open_one(p, t, true);
	return PANE_HANDLED | PANE_REDRAW;
}

static void
focus(struct pane *p, bool on)
{
	(void)on;
	front_relayout(p->front);
}

const struct pane_class transfers_pane = {
	.name = "transfers",
	.context = KEYS_TRANSFERS,
	.watch = DIRTY_TRANSFERS | DIRTY_CONTACTS,
	.create = create,
	.destroy = destroy,
	.rows = rows,
	.draw = draw,
	.key = key,
	.mouse = mouse,
	.focus = focus,
	.changed = changed,
	.tick = tick,
};
