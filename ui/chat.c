/* chat.c - the chat pane: which rows are in view, scrolling, finding, selecting. chat_rows.c draws a row. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/chat_priv.h"
#include "ui/chat_rows.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/tour.h"

/* With fewer rows than this above or below what is shown, the next page is asked for. */
#define PAGE_AHEAD 20

static void *
create(struct front *f)
{
	struct chat_view *v = xcalloc(1, sizeof(*v));

	(void)f;
	v->follow = true;
	v->words = xstrdup("");
	v->typed = xstrdup("");
	return v;
}

static void
destroy(void *state)
{
	struct chat_view *v = state;

	free(v->words);
	free(v->typed);
	free(v);
}

struct model_contact *
chat_contact(const struct pane *p)
{
	const struct key *peer = front_current(p->front);

	return peer != NULL ? model_contact(front_model(p->front), peer) : NULL;
}

/* ---- where the view stands -------------------------------------------------------------------------------------------- */

struct rect
chat_body(const struct pane *p)
{
	const struct chat_view *v = p->state;
	struct rect r = p->rect;
	int title = front_layout(p->front)->header.h > 0 ? 1 : 0;

	r.y += title;
	/* While text is selected it keeps its place. */
	r.h -= title + ((v->selecting ? v->short_body : !v->follow) ? 1 : 0);
	return r;
}

size_t
chat_anchor(const struct chat_view *v, const struct model_chat *chat, int *skip)
{
	size_t i = chat->nrows - 1;

	*skip = 0;
	if (v->follow)
		return i;
	while (i > 0 && chat->rows[i].r.row > v->anchor_row)
		i--;
	if (chat->rows[i].r.row == v->anchor_row)
		*skip = v->skip;
	return i;
}

static int
height(const struct chat_look *look, size_t i)
{
	return chat_row(look, i, NULL, 0, 0);
}

void
chat_move_down(struct chat_view *v, const struct chat_look *look, int n)
{
	const struct model_chat *chat = &look->contact->chat;
	int skip;
	size_t i = chat_anchor(v, chat, &skip);

	for (skip -= n; skip < 0; skip += height(look, i)) {
		if (i + 1 == chat->nrows) {
			skip = 0;
			v->follow = chat->at_bottom;
			break;
		}
		i++;
	}
	if (i + 1 == chat->nrows && skip == 0)
		v->follow = chat->at_bottom;
	v->anchor_row = chat->rows[i].r.row;
	v->skip = skip;
}

/* Moves by n lines towards the oldest, but never so far that the view would begin above the first row. False when it stood there. */
static bool
move_up(struct pane *p, const struct chat_look *look, int n)
{
	struct chat_view *v = p->state;
	const struct model_chat *chat = &look->contact->chat;
	int skip, have, was_skip;
	size_t i = chat_anchor(v, chat, &skip), was = i, j;

	was_skip = skip;
	for (skip += n; skip >= height(look, i); i--) {
		if (i == 0) {
			skip = height(look, 0) - 1;
			break;
		}
		skip -= height(look, i);
	}
	v->follow = false;
	v->anchor_row = chat->rows[i].r.row;
	v->skip = skip;
	have = -skip;
	for (j = i + 1; j > 0 && have < chat_body(p).h; j--)
		have += height(look, j - 1);
	if (have < chat_body(p).h)
		chat_move_down(v, look, chat_body(p).h - have);
	i = chat_anchor(v, chat, &skip);
	return i != was || skip != was_skip;
}

static void
to_newest(struct pane *p)
{
	struct chat_view *v = p->state;
	struct model_contact *c = chat_contact(p);

	v->follow = true;
	v->to_top = v->jumping = false;
	chat_find_forget(v);
	if (c != NULL)
		model_chat_newest(front_model(p->front), &c->c.peer);
}

unsigned
chat_scroll(struct pane *p, int up)
{
	struct chat_view *v = p->state;
	struct model_contact *c = chat_contact(p);
	struct chat_look look;
	bool moved = true;

	if (c == NULL || c->chat.nrows == 0)
		return PANE_HANDLED;
	chat_look_init(&look, p->front, c, p->rect.w);
	look.new_row = v->new_row;
	if (up > 0)
		moved = move_up(p, &look, up);
	else
		chat_move_down(v, &look, -up);
	if (!moved && c->chat.at_top)
		v->to_top = false;
	return PANE_HANDLED | PANE_REDRAW;
}

/* ---- what the front end tells and asks --------------------------------------------------------------------------------- */

void
chat_opened(struct pane *p)
{
	struct chat_view *v = p->state;
	struct model_contact *c = chat_contact(p);

	if (c == NULL)
		return;
	if (!key_equal(&v->peer, &c->c.peer)) {
		v->peer = c->c.peer;
		v->new_row = 0;
		v->new_count = 0;
		v->read_row = 0;
		v->found_row = 0;
	}
	v->cursor_row = 0;
	if (c->chat.unread != 0) {
		v->new_row = c->chat.unread_row;
		v->new_count = c->chat.unread;
	}
	to_newest(p);
}

static bool
in_sight(const struct pane *p)
{
	const struct chat_view *v = p->state;

	return v->follow && p->rect.h > 0 && front_terminal_focused(p->front);
}

static void
mark_read(struct pane *p, const struct model_contact *c)
{
	struct chat_view *v = p->state;
	int64_t newest;

	if (!in_sight(p) || c->chat.unread == 0 || !c->chat.at_bottom || c->chat.nrows == 0)
		return;
	newest = c->chat.rows[c->chat.nrows - 1].r.row;
	if (newest <= v->read_row)
		return;
	v->read_row = newest;
	if (newest != 0) {
		struct msg *m = msg_new(MSG_CMD_CONTACT);

		m->b.contact_op.peer = c->c.peer;
		m->b.contact_op.op = OP_READ;
		m->b.contact_op.row = newest;
		front_send(p->front, m);
	}
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

/* Behind how the peer is reached: what it says of itself. */
static void
add_status(const struct model_contact *c, char *out, size_t size)
{
	if (c->c.link == LINK_ONLINE && c->c.status[0] != '\0') {
		strlcat(out, " · ", size);
		strlcat(out, c->c.status, size);
	}
}

/* How the peer stands, in words. */
static void
link_words(struct front *f, const struct model_contact *c, char *out, size_t size)
{
	char ago[TEXT_FIGURE], clock[6];

	if (c->c.is_person && c->c.link == LINK_ONLINE) {
		say_into(out, size, "%s %u of %u devices", c->c.away ? "◐" : "●", c->c.online,
			 c->c.devices);
		add_status(c, out, size);
		return;
	}
	if (c->c.state == CONTACT_BLOCKED)
		say_into(out, size, "⊘ blocked");
	else if (c->c.link == LINK_ONLINE && !c->c.accepted_us)
		say_into(out, size, "● has not let you in yet");
	else if (c->c.link == LINK_ONLINE && c->c.away)
		say_into(out, size, "◐ away since %s%s", draw_clock(clock, c->c.away_since),
			 front_wall(f) - c->c.away_since > 86400000 ? _(", days ago") : "");
	else if (c->c.link == LINK_ONLINE && c->c.rtt_us != 0 && c->c.rtt_us < 1000)
		say_into(out, size, "● direct · under 1 ms");
	else if (c->c.link == LINK_ONLINE && c->c.rtt_us != 0)
		say_into(out, size, "● direct · %u ms", (c->c.rtt_us + 500) / 1000);
	else if (c->c.link == LINK_ONLINE)
		say_into(out, size, "● direct");
	else if (c->c.closed_by_hand)
		say_into(out, size, "○ closed by you · /connect opens it");
	else if (c->c.link == LINK_CONNECTING)
		say_into(out, size, "○ connecting…");
	else if (c->c.last_seen == 0)
		say_into(out, size, "○ not reached yet%s%s", c->detail[0] != '\0' ? " · " : "",
			 _(c->detail));
	else if (c->detail[0] != '\0')
		say_into(out, size, "○ offline · %s", _(c->detail));
	else if (front_wall(f) - c->c.last_seen < 60000)
		say_into(out, size, "○ offline · seen just now");
	else
		say_into(out, size, "○ offline · seen %s ago",
			 text_ago(ago, sizeof(ago), (front_wall(f) - c->c.last_seen) / 1000));
	add_status(c, out, size);
}

static void
draw_title(struct pane *p, struct grid *g, const struct model_contact *c)
{
	static const char *const trust[] = {N_("key not checked"), N_("pinned"), N_("✓ verified"),
					    N_("⚠ key changed")};
	struct rect r = p->rect;
	uint32_t agreed = retain_agreed(c->chat.timer_mine, c->chat.timer_theirs);
	char words[200 + STATUS_SIZE], lives[80], timer[24];
	const char *right = _(trust[(unsigned)c->c.trust % NELEM(trust)]);
	unsigned style = c->c.trust == TRUST_CHANGED	? STYLE_WARN
			 : c->c.trust == TRUST_VERIFIED ? STYLE_GOOD
							: STYLE_DIM;
	int end = r.x + r.w - 1, x = r.x + 1, n;

	if (agreed != 0 && r.w >= 50) {
		snprintf(lives, sizeof(lives), "⧗ %s  %s",
			 retain_timer_word(timer, sizeof(timer), agreed), right);
		right = lives;
	}
	/* A changed key is told at any width. */
	if (r.w < 50 && c->c.trust == TRUST_CHANGED)
		right = _("⚠ key");
	if (r.w >= 50 || c->c.trust == TRUST_CHANGED)
		end -= draw_right(g, r.y, end, r.w / 3, style, right) + 1;
	n = draw_text(g, r.y, x, (end - x) / 2, STYLE_TITLE, c->c.name);
	link_words(p->front, c, words, sizeof(words));
	draw_text(g, r.y, x + n + 3, end - x - n - 3,
		  c->c.link == LINK_ONLINE ? STYLE_ONLINE : STYLE_OFFLINE, words);
}

static void
draw_empty(struct pane *p, struct grid *g, const struct model_contact *c)
{
	struct rect r = chat_body(p);
	char line[400];
	int y = r.y + 1, w = r.w - 4;

	if (!c->chat.at_top)
		return;
	say_into(line, sizeof(line),
		 "Nothing has been said to %s yet. Type below; %s sends. %s "
		 "chooses files to send.",
		 c->c.name, keys_name(REQ_SUBMIT), keys_name(REQ_FOCUS_FILES));
	/* The tour says the same. */
	if (r.h >= 10 || !tour_on(p->front))
		y += draw_para(g, y, r.x + 2, w, r.h, STYLE_DIM, line, strlen(line)) + 1;
	if (!c->c.accepted_us && c->c.state == CONTACT_ACCEPTED) {
		say_into(line, sizeof(line),
			 "%s has not let you in yet: what you write waits here until then.",
			 c->c.name);
		y += draw_para(g, y, r.x + 2, w, r.h, STYLE_DIM, line, strlen(line)) + 1;
	}
	if (c->c.link == LINK_OFFLINE && c->detail[0] != '\0')
		y += draw_para(g, y, r.x + 2, w, r.h, STYLE_WARN, _(c->detail),
			       strlen(_(c->detail)));
	if (!tour_draw(p->front, g, (struct rect){y + 1, r.x, r.y + r.h - y - 1, r.w}))
		tour_draw(p->front, g, (struct rect){y, r.x, r.y + r.h - y, r.w});
}

/* The newest transfer of this chat that is not over: Space and Del act on it while the chat has the focus. */
static int64_t
newest_transfer(struct pane *p, const struct model_contact *c)
{
	for (size_t i = c->chat.nrows; i > 0; i--) {
		const struct row *r = &c->chat.rows[i - 1].r;
		const struct model_transfer *t =
			r->kind == ROW_FILE ? model_transfer(front_model(p->front), r->transfer)
					    : NULL;

		if (t != NULL && !transfer_ended(t->t.state))
			return t->t.transfer;
	}
	return 0;
}

static void
draw_rows_up(struct pane *p, struct grid *g, const struct model_contact *c, bool focus)
{
	struct chat_view *v = p->state;
	struct model *m = front_model(p->front);
	struct rect r = chat_body(p);
	struct chat_look look;
	int skip, y;
	size_t i, bottom;

	chat_look_init(&look, p->front, c, r.w);
	look.new_row = v->new_row;
	look.new_count = v->new_count;
	look.found_row = v->found_row;
	look.words = v->words;
	look.cursor_row = focus ? v->cursor_row : 0;
	look.keys_to = focus ? newest_transfer(p, c) : 0;
	look.top = r.y;
	bottom = chat_anchor(v, &c->chat, &skip);
	grid_clip(g, r);
	y = r.y + r.h + skip;
	for (i = bottom + 1; i > 0 && y > r.y; i--) {
		y -= height(&look, i - 1);
		chat_row(&look, i - 1, g, y, r.x);
	}
	if (v->selecting && v->moved)
		chat_draw_selection(p, g);
	grid_clip(g, p->rect);
	if (i < PAGE_AHEAD && !c->chat.at_top)
		model_chat_older(m, &c->c.peer);
	if (bottom + PAGE_AHEAD > c->chat.nrows && !c->chat.at_bottom)
		model_chat_newer(m, &c->c.peer);
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct chat_view *v = p->state;
	struct model_contact *c = chat_contact(p);

	if (c == NULL)
		return;
	if (chat_body(p).y > p->rect.y)
		draw_title(p, g, c);
	if (c->chat.nrows == 0) {
		draw_empty(p, g, c);
		return;
	}
	draw_rows_up(p, g, c, focus);
	if (v->selecting ? v->short_body : !v->follow)
		draw_fmt(g, p->rect.y + p->rect.h - 1, p->rect.x + p->rect.w - 15, 14, STYLE_KEY,
			 "↓ newest: End");
	mark_read(p, c);
}

/* ---- input ------------------------------------------------------------------------------------------------------------ */

static unsigned
transfer_key(struct pane *p, struct input_key k)
{
	struct model_contact *c = chat_contact(p);
	int64_t number = c != NULL ? newest_transfer(p, c) : 0;
	const struct model_transfer *t;
	enum request req = keys_lookup(KEYS_TRANSFERS, k);

	if (number == 0 || (req != REQ_TRANSFER_PAUSE && req != REQ_TRANSFER_CANCEL))
		return 0;
	t = model_transfer(front_model(p->front), number);
	if (req == REQ_TRANSFER_CANCEL)
		front_transfer(p->front, number, TOP_CANCEL, NULL);
	else
		front_transfer(p->front, number,
			       t->t.state == TRANSFER_PAUSED && t->t.paused_here ? TOP_RESUME
										 : TOP_PAUSE,
			       NULL);
	return PANE_HANDLED;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct chat_view *v = p->state;
	int page = chat_body(p).h > 2 ? chat_body(p).h - 1 : 1;

	v->to_top = false;
	if (req == REQ_LIST_UP)
		return chat_scroll(p, 1);
	if (req == REQ_LIST_DOWN)
		return chat_scroll(p, -1);
	if (req == REQ_SCROLL_UP)
		return chat_scroll(p, page);
	if (req == REQ_SCROLL_DOWN)
		return chat_scroll(p, -page);
	if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP) {
		v->to_top = true;
		return chat_scroll(p, 1 << 20);
	}
	if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM) {
		to_newest(p);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req == REQ_MESSAGE_UP || req == REQ_MESSAGE_DOWN)
		return chat_choose(p, req == REQ_MESSAGE_UP);
	if (req == REQ_FIND_OLDER || req == REQ_FIND_NEWER)
		return chat_find_next(p, req == REQ_FIND_OLDER);
	/* Esc first puts the lights out; it goes back to writing all the same. */
	if (req == REQ_BACK && chat_has_found(p))
		chat_find_forget(v);
	if (chat_is_act(req))
		return chat_act(p, req);
	if (k.sym == INPUT_SYM_ENTER)
		return PANE_LEAVE;
	return transfer_key(p, k);
}

/* What means nothing here was meant for the input line. */
static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	const struct chat_view *v = p->state;
	const char *rest = bytes;
	size_t left = len;
	enum request req;
	bool act;
	struct input_key k;

	if (!input_text_key(&rest, &left, &k) || k.sym == ' ')
		return 0;
	req = keys_lookup(KEYS_CHAT, k);
	act = chat_is_act(req);
	if (req == REQ_FIND_OLDER || req == REQ_FIND_NEWER ? chat_has_found(p)
	    : act					   ? v->cursor_row != 0
							   : req != REQ_NONE)
		return 0;
	prompt_insert(front_pane(p->front, PANE_PROMPT), bytes, len);
	return PANE_LEAVE;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct chat_view *v = p->state;

	if (v->selecting && m->action != INPUT_PRESS)
		return chat_select_mouse(p, m);
	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) {
		v->to_top = false;
		return chat_scroll(p, m->action == INPUT_WHEEL_UP ? CHAT_WHEEL_LINES
								  : -CHAT_WHEEL_LINES);
	}
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return 0;
	if (!v->follow && m->y == p->rect.y + p->rect.h - 1) {
		to_newest(p);
		return PANE_HANDLED | PANE_REDRAW;
	}
	return chat_select_press(p, m);
}

static void
model_changed(struct pane *p, unsigned dirty)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	if (c == NULL)
		return;
	/* What comes while nobody looks begins below a line. */
	if (c->chat.unread != 0 && !in_sight(p)) {
		if (v->new_row == 0 || v->read_row >= v->new_row)
			v->new_row = c->chat.unread_row;
		v->new_count = c->chat.unread;
	}
	if ((dirty & DIRTY_CHAT) && v->jumping)
		chat_jump_on(p);
	if ((dirty & DIRTY_CHAT) && v->to_top)
		chat_scroll(p, 1 << 20);
}

const struct pane_class chat_pane = {
	.name = "chat",
	.context = KEYS_CHAT,
	.watch = DIRTY_CHAT | DIRTY_CONTACTS | DIRTY_TRANSFERS | DIRTY_SELF,
	.create = create,
	.destroy = destroy,
	.draw = draw,
	.key = key,
	.text = text,
	.mouse = mouse,
	.cancel = chat_select_end,
	.tick = chat_select_tick,
	.changed = model_changed,
};
