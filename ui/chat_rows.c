/* chat_rows.c - rows of a chat: day lines, the new-messages line, texts with receipts, files with bars. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat_rows.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/transfers.h"

/* " 14:02 " before the name, two blanks behind it, and room at the right for "✓✓" or "read". */
#define TIME_W	  7
#define RECEIPT_W 6
/* What is said within so long belongs together. */
#define GROUP_MS  (5 * 60 * 1000)
#define BOX_MAX	  52
#define BOX_MIN	  20

static int
least(int a, int b)
{
	return a < b ? a : b;
}

static int
most(int a, int b)
{
	return a > b ? a : b;
}

static const char *
own_name(struct front *f)
{
	const char *nick = model_self(front_model(f))->nick;

	return nick[0] != '\0' ? nick : _("you");
}

void
chat_look_init(struct chat_look *look, struct front *f, const struct model_contact *c, int w)
{
	const char *own = own_name(f);

	*look = (struct chat_look){
		.front = f, .contact = c, .w = w, .top = -1, .wall = front_wall(f), .words = ""};
	look->name_w = most((int)text_cells(own, strlen(own)),
			    (int)text_cells(c->c.name, strlen(c->c.name)));
	look->name_w = most(3, least(look->name_w, least(12, w / 5)));
}

static int
text_x(const struct chat_look *look)
{
	return TIME_W + look->name_w + 2;
}

/* Only our own texts leave room for a receipt. */
static int
text_w(const struct chat_look *look, bool own)
{
	return most(8, look->w - text_x(look) - (own ? RECEIPT_W : 1));
}

/* "━━━━ words ━━━━" across the pane. */
static void
rule(const struct chat_look *look, struct grid *g, int y, int x, unsigned style, const char *glyph,
     int reach, const char *words)
{
	int n = (int)text_cells(words, strlen(words)), at = x + (look->w - n) / 2;

	if (reach == 0)
		reach = most(0, at - x - 2);
	draw_hline(g, y, at - 1 - reach, reach, style, glyph);
	draw_text(g, y, at, look->w, style, words);
	draw_hline(g, y, at + n + 1, reach, style, glyph);
}

static const char *
receipt(const struct chat_look *look, const struct row *r, unsigned *style, char part[24])
{
	size_t arrived = model_arrived(front_model(look->front), r);

	*style = STYLE_DIM;
	/* To a person: with how many devices it is. */
	if (arrived != 0 && arrived < r->ncopies) {
		snprintf(part, 24, "%u/%u", (unsigned)arrived, (unsigned)r->ncopies);
		return part;
	}
	switch (model_receipt(front_model(look->front), look->contact, r)) {
	case RECEIPT_QUEUED:
		return "·";
	case RECEIPT_SENT:
		return "✓";
	case RECEIPT_DELIVERED:
		*style = STYLE_GOOD;
		return "✓✓";
	case RECEIPT_READ:
		*style = STYLE_GOOD;
		return _("read");
	case RECEIPT_FAILED:
	default:
		*style = STYLE_ERROR;
		return "✗";
	}
}

/* The time and who said it; a star where the name is in the text, nothing where the same name stands above. */
enum head { HEAD_NAME, HEAD_STAR, HEAD_TIME };

static void
draw_head(const struct chat_look *look, const struct row *r, enum head head, struct grid *g, int y,
	  int x)
{
	char clock[6];
	bool own = r->dir == DIR_OUT;

	draw_text(g, y, x + 1, 5, STYLE_DIM, draw_clock(clock, r->time));
	/* It disappears. */
	if (r->timer != 0)
		draw_text(g, y, x + TIME_W - 1, 1, STYLE_DIM, "⧗");
	if (r->dir != DIR_NOTE && head == HEAD_STAR)
		draw_text(g, y, x + TIME_W, 1, own ? STYLE_OWN : STYLE_PEER, "*");
	else if (r->dir != DIR_NOTE && head == HEAD_NAME)
		draw_text(g, y, x + TIME_W, look->name_w, own ? STYLE_OWN : STYLE_PEER,
			  own ? own_name(look->front) : look->contact->c.name);
}

/* The line above a reply: how the message begins that it answers. Returns the lines it takes. */
static int
row_quote(const struct chat_look *look, const struct row *r, struct grid *g, int y, int x)
{
	int w = text_w(look, false), at = x + text_x(look);
	const char *name = r->quote_dir == DIR_OUT ? own_name(look->front) : look->contact->c.name;

	if (r->content != CONTENT_REPLY || r->deleted)
		return 0;
	if (g == NULL)
		return 1;
	if (r->quote_dir == DIR_NOTE) {
		draw_text(g, y, at, w, STYLE_DIM, _("↳ a message that is not here"));
		return 1;
	}
	at += draw_fmt(g, y, at, w, STYLE_DIM, "↳ %s: ", name);
	w -= at - x - text_x(look);
	if (r->quote_len == 0)
		draw_text(g, y, at, w, STYLE_DIM, _("message deleted"));
	else
		draw_textn(g, y, at, w, STYLE_DIM, r->quote, strcspn(r->quote, "\n"), 0);
	return 1;
}

/* The line below a text: that it was edited, and who reacted with what. Returns the lines it takes. */
static int
row_marks(const struct chat_look *look, const struct row *r, struct grid *g, int y, int x)
{
	int at = x + text_x(look), end = x + look->w - 1;
	const char *const names[2] = {look->contact->c.name, _("you")};

	if (r->edits == 0 && r->react_len[DIR_IN] == 0 && r->react_len[DIR_OUT] == 0)
		return 0;
	if (g == NULL)
		return 1;
	if (r->edits != 0)
		at += draw_text(g, y, at, end - at, STYLE_DIM,
				r->edit_seq != 0 ? _("edited · waits  ") : _("edited  "));
	for (int i = DIR_IN; i <= DIR_OUT; i++) {
		if (r->react_len[i] == 0)
			continue;
		at += draw_textn(g, y, at, least(8, end - at), STYLE_NORMAL, r->react[i],
				 r->react_len[i], 0);
		at += draw_fmt(g, y, at, end - at, STYLE_DIM, " %s  ", names[i]);
	}
	return 1;
}

/* "/me waves" is said of the one who says it. */
static bool
is_action(const struct row *r)
{
	return r->kind == ROW_TEXT && !r->deleted && r->text_len > sizeof("/me ") - 1 &&
	       memcmp(r->text, "/me ", sizeof("/me ") - 1) == 0;
}

/* The text as it is shown, in fresh memory. */
static char *
shown_text(const struct chat_look *look, const struct row *r, size_t *len)
{
	const char *name = r->dir == DIR_OUT ? own_name(look->front) : look->contact->c.name;
	size_t n = strlen(name), skip = sizeof("/me") - 1;
	char *text;

	*len = r->text_len;
	if (!is_action(r))
		return xmemdup(r->text, r->text_len + 1);
	*len = n + r->text_len - skip;
	text = xmalloc(*len + 1);
	memcpy(text, name, n);
	memcpy(text + n, r->text + skip, r->text_len - skip + 1);
	return text;
}

/* Whether row i goes on with what the row above says: the same one, within some minutes, nothing between them. */
static bool
goes_on(const struct chat_look *look, size_t i)
{
	const struct row *r = &look->contact->chat.rows[i].r, *above;

	if (i == 0)
		return false;
	above = &look->contact->chat.rows[i - 1].r;
	return above->kind == ROW_TEXT && r->kind == ROW_TEXT && above->dir == r->dir &&
	       r->dir != DIR_NOTE && !is_action(above) && r->row != look->new_row &&
	       r->time >= above->time && r->time - above->time < GROUP_MS &&
	       draw_same_day(above->time, r->time);
}

/* The first row in view says whose it is in any case. */
static enum head
head_of(const struct chat_look *look, size_t i, int y)
{
	if (is_action(&look->contact->chat.rows[i].r))
		return HEAD_STAR;
	return goes_on(look, i) && y > look->top ? HEAD_TIME : HEAD_NAME;
}

static int
row_text(const struct chat_look *look, size_t i, struct grid *g, int y, int x)
{
	const struct row *r = &look->contact->chat.rows[i].r;
	unsigned style = r->row == look->found_row ? STYLE_STRONG : STYLE_NORMAL, mark;
	bool own = r->dir == DIR_OUT;
	char *text;
	size_t len;
	int lines, w = text_w(look, own), first = row_quote(look, r, g, y, x);

	if (g != NULL)
		draw_head(look, r, head_of(look, i, y), g, y, x);
	if (r->deleted) {
		if (g != NULL)
			draw_text(g, y + first, x + text_x(look), w, STYLE_DIM,
				  _("message deleted"));
		return first + 1;
	}
	y += first;
	text = shown_text(look, r, &len);
	if (g == NULL) {
		lines = draw_rows(text, len, w);
	} else {
		lines = draw_lit(g, y, x + text_x(look), w, TEXT_MAX_BYTES, style, STYLE_MATCH,
				 look->words, text, len);
		if (own) {
			char part[24];
			const char *sign = receipt(look, r, &mark, part);

			draw_right(g, y + lines - 1, x + look->w - 1, RECEIPT_W - 1, mark, sign);
		}
	}
	free(text);
	if (own && r->state == RECEIPT_FAILED && r->reason_len != 0) {
		char why[300], reason[257];

		say_into(why, sizeof(why), "not sent: %s", row_reason(r, reason, sizeof(reason)));
		if (g != NULL)
			draw_para(g, y + lines, x + text_x(look), w, TEXT_MAX_BYTES, STYLE_ERROR,
				  why, strlen(why));
		lines += draw_para_rows(why, strlen(why), w);
	}
	return first + lines + row_marks(look, r, g, y + lines, x);
}

static int
row_event(const struct chat_look *look, const struct row *r, struct grid *g, int y, int x)
{
	int at = TIME_W, w = most(8, look->w - TIME_W - 1);

	if (g == NULL)
		return draw_para_rows(r->text, r->text_len, w);
	draw_head(look, r, HEAD_NAME, g, y, x);
	return draw_para(g, y, x + at, w, TEXT_MAX_BYTES, STYLE_EVENT, r->text, r->text_len);
}

/* ---- files ------------------------------------------------------------------------------------------------------------ */

static const char *
arrow(enum direction dir)
{
	return dir == DIR_OUT ? "↑" : "↓";
}

/* It does not run: its state in words, with how much of it is there, and a bar where there is room for one. */
static void
box_words(const struct chat_look *look, const struct model_transfer *t, struct grid *g, int y,
	  int x, int w)
{
	char words[160], figure[8];
	int bar;

	transfers_words(look->front, t, REQ_REQUESTS, words, sizeof(words));
	if (transfers_has_bar(t) && w > 12) {
		bar = least(w / 3, w - 8 - (int)text_cells(words, strlen(words)));
		snprintf(figure, sizeof(figure), "%d%%",
			 draw_percent(t->t.bytes_done, t->t.bytes_total));
		draw_right(g, y, x + w, 4, STYLE_NORMAL, figure);
		w -= 6;
		if (bar >= 4) {
			draw_bar(g, y, x, bar, t->t.bytes_done, t->t.bytes_total);
			x += bar + 2;
			w -= bar + 2;
		}
	}
	draw_text(g, y, x, w, transfers_words_style(t), words);
}

/* The line inside the box: a bar with its figures, or what it waits for. */
static void
box_middle(const struct chat_look *look, const struct model_transfer *t, struct grid *g, int y,
	   int x, int w)
{
	char eta[TEXT_FIGURE] = "", figures[64];
	uint64_t total = t->t.bytes_total, done = t->t.bytes_done;
	int n;

	if (t->t.state != TRANSFER_RUNNING) {
		box_words(look, t, g, y, x, w);
		return;
	}
	if (t->t.eta >= 0)
		text_duration(eta, sizeof(eta), (uint64_t)t->t.eta);
	snprintf(figures, sizeof(figures), "%3d%% %5s", draw_percent(done, total), eta);
	n = draw_right(g, y, x + w, w, STYLE_NORMAL, figures);
	draw_bar(g, y, x, w - n - 1, done, total);
}

/* In the lower edge, behind the keys: how fast it goes, or for how long it does not. */
static void
box_rate(const struct chat_look *look, const struct model_transfer *t, struct grid *g, int y,
	 int x_end, int w)
{
	char words[160], line[168], rate[TEXT_FIGURE];
	bool still;

	if (t->t.state != TRANSFER_RUNNING)
		return;
	transfers_words(look->front, t, REQ_REQUESTS, words, sizeof(words));
	still = words[0] != '\0';
	snprintf(line, sizeof(line), " %s ",
		 still ? words : text_rate(rate, sizeof(rate), t->t.rate));
	if ((int)text_cells(line, strlen(line)) <= w)
		draw_right(g, y, x_end, w, still ? STYLE_WARN : STYLE_NORMAL, line);
}

static void
box_bottom(const struct chat_look *look, const struct model_transfer *t, struct grid *g, int y,
	   int x, int w)
{
	bool paused = t->t.state == TRANSFER_PAUSED && t->t.paused_here;
	int n;

	if (transfers_offered(t))
		n = draw_fmt(g, y, x, w, STYLE_KEY, " %s accept or refuse ",
			     keys_name(REQ_REQUESTS));
	else if (look->keys_to == t->t.transfer)
		n = draw_fmt(g, y, x, w, STYLE_KEY, " %s %s · %s cancel ",
			     keys_name(REQ_TRANSFER_PAUSE), paused ? _("resume") : _("pause"),
			     keys_name(REQ_TRANSFER_CANCEL));
	else
		n = draw_fmt(g, y, x, w, STYLE_DIM, " %s %s, cancel ",
			     keys_name(REQ_FOCUS_TRANSFERS), paused ? _("resume") : _("pause"));
	box_rate(look, t, g, y, x + w, w - n - 1);
}

static void
draw_file_box(const struct chat_look *look, const struct model_transfer *t, struct grid *g, int y,
	      int x, int w)
{
	char size[TEXT_FIGURE];
	int n;

	text_size(size, sizeof(size), t->t.bytes_total);
	draw_box(g, (struct rect){y, x, 3, w}, STYLE_BORDER, NULL, 0);
	n = (int)strlen(size) + 2;
	draw_text(g, y, x + 1, 1, STYLE_BORDER, " ");
	draw_text(g, y, x + 2, 1, STYLE_NORMAL, arrow(t->t.dir));
	draw_text(g, y, x + 3, 1, STYLE_BORDER, " ");
	draw_text(g, y,
		  x + 4 +
			  draw_textn(g, y, x + 4, w - 6 - n, STYLE_STRONG, t->what, strlen(t->what),
				     TEXT_MIDDLE),
		  1, STYLE_BORDER, " ");
	draw_fmt(g, y, x + w - 1 - n, n, STYLE_NORMAL, " %s ", size);
	box_middle(look, t, g, y + 1, x + 2, w - 4);
	box_bottom(look, t, g, y + 2, x + 1, w - 2);
}

static int
row_file(const struct chat_look *look, const struct row *r, struct grid *g, int y, int x)
{
	const struct model_transfer *t = model_transfer(front_model(look->front), r->transfer);
	bool box = t != NULL && !transfer_ended(t->t.state);
	int at = text_x(look), w = look->w - at - RECEIPT_W;
	char words[300] = "", size[TEXT_FIGURE];

	if (w < BOX_MIN) {
		at = 1;
		w = most(BOX_MIN, look->w - 2);
	}
	if (g == NULL)
		return box ? 3 : 1;
	if (at > 1 && !box)
		draw_head(look, r, HEAD_NAME, g, y, x);
	if (box) {
		draw_file_box(look, t, g, y, x + at, least(w, BOX_MAX));
		return 3;
	}
	x += at;
	w = look->w - at - 1;
	x += draw_text(g, y, x, 2, STYLE_NORMAL, r->dir == DIR_OUT ? "↑ " : "↓ ");
	w -= 2;
	if (t == NULL) {
		draw_textn(g, y, x, w, STYLE_NORMAL, r->text, r->text_len, TEXT_MIDDLE);
		return 1;
	}
	transfers_words(look->front, t, REQ_REQUESTS, words, sizeof(words));
	at = draw_textn(g, y, x, most(8, w * 3 / 5), STYLE_STRONG, t->what, strlen(t->what),
			TEXT_MIDDLE);
	/* What is done says how much it was. */
	text_size(size, sizeof(size), t->t.bytes_total);
	at += draw_fmt(g, y, x + at, w - at, STYLE_DIM, "  %s%s",
		       t->t.state == TRANSFER_DONE ? "" : size,
		       t->t.state == TRANSFER_DONE ? "" : "  ");
	at += draw_text(g, y, x + at, w - at, transfers_words_style(t),
			t->t.state == TRANSFER_DONE ? "✓ " : "✗ ");
	draw_text(g, y, x + at, w - at, transfers_words_style(t), words);
	return 1;
}

int
chat_row(const struct chat_look *look, size_t i, struct grid *g, int y, int x)
{
	const struct model_chat *chat = &look->contact->chat;
	const struct row *r = &chat->rows[i].r;
	char words[64], day[40];
	int lines = 0, n;

	if (i == 0 ? chat->at_top : !draw_same_day(chat->rows[i - 1].r.time, r->time)) {
		if (g != NULL)
			rule(look, g, y, x, STYLE_EVENT, "─", 2,
			     draw_day(day, r->time, look->wall));
		lines++;
	}
	if (look->new_row != 0 && r->row == look->new_row) {
		say_into(words, sizeof(words), "%u new", look->new_count);
		if (g != NULL)
			rule(look, g, y + lines, x, STYLE_NEWS, "━", 0, words);
		lines++;
	}
	if (r->kind == ROW_FILE)
		return lines + row_file(look, r, g, y + lines, x);
	if (r->kind == ROW_EVENT || r->dir == DIR_NOTE)
		return lines + row_event(look, r, g, y + lines, x);
	n = row_text(look, i, g, y + lines, x);
	if (g != NULL && r->row == look->found_row)
		draw_text(g, y + lines, x, 1, STYLE_MATCH, "▸");
	for (int k = 0; g != NULL && r->row == look->cursor_row && k < n; k++)
		draw_text(g, y + lines + k, x, 1, STYLE_STRONG, "▌");
	return lines + n;
}
