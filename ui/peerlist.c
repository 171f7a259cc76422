/* peerlist.c - the list of peers: presence, unread messages, requests; and where files are dropped. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/fuzzy.h"
#include "ui/layout.h"
#include "ui/pane.h"

/* ITEM_GAP is the blank line above "add peer", where there is room for one. ITEM_HEAD stands above the strangers who are visible on this
 * network. Neither takes the cursor. */
enum kind { ITEM_PEER, ITEM_GAP, ITEM_ADD, ITEM_REQUEST, ITEM_BLOCKED, ITEM_HEAD, ITEM_NEAR };

struct item {
	enum kind kind;
	struct model_contact *c;    /* NULL but for the peers, requests and the blocked */
	const struct msg_nearby *n; /* ITEM_NEAR */
};

static bool
is_gap(const struct item *it)
{
	return it->kind == ITEM_GAP || it->kind == ITEM_HEAD;
}

struct list {
	struct item *items; /* made anew for each use: the model's pointers do not last */
	size_t n;
	size_t cursor, top;
	struct key shown; /* the open chat that was brought into view last */
	struct edit *filter;
	bool filtering;
};

static void *
create(struct front *f)
{
	struct list *l = xcalloc(1, sizeof(*l));

	(void)f;
	l->filter = edit_new(NAME_MAX_BYTES, EDIT_ONE_LINE);
	return l;
}

static void
destroy(void *state)
{
	struct list *l = state;

	edit_free(l->filter);
	free(l->items);
	free(l);
}

/* ---- the rows --------------------------------------------------------------------------------------------------------- */

static bool
matches(const struct fuzzy *query, const char *name)
{
	char key[6 * NAME_SIZE];

	text_fold(key, sizeof(key), name, strlen(name));
	return fuzzy_match(query, key) != FUZZY_NONE;
}

static bool
wanted(const struct list *l, const struct model_contact *c)
{
	struct fuzzy query;

	if (edit_empty(l->filter))
		return true;
	fuzzy_query(&query, edit_text(l->filter, NULL));
	/* With a person its devices are found. */
	return matches(&query, c->c.name) || matches(&query, c->c.person_name);
}

static void
add_all(struct list *l, struct model *m, enum contact_state state, enum kind kind)
{
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		struct model_contact *c = model_contact_at(m, i);

		if (c->c.state == state && wanted(l, c))
			l->items[l->n++] = (struct item){kind, c, NULL};
	}
}

/* Who is a contact stands above already. Nothing of what the others say of themselves is proven. */
static void
add_nearby(struct list *l, struct model *m)
{
	bool any = false;

	if (!edit_empty(l->filter))
		return;
	for (size_t i = 0; i < model_nnearby(m); i++) {
		const struct msg_nearby *n = model_nearby_at(m, i);

		if (n->is_contact)
			continue;
		if (!any)
			l->items[l->n++] = (struct item){ITEM_HEAD, NULL, NULL};
		any = true;
		l->items[l->n++] = (struct item){ITEM_NEAR, NULL, n};
	}
}

static void
collect(struct pane *p)
{
	struct list *l = p->state;
	struct model *m = front_model(p->front);

	l->items = xreallocarray(l->items, model_ncontacts(m) + model_nnearby(m) + 3,
				 sizeof(*l->items));
	l->n = 0;
	add_all(l, m, CONTACT_ACCEPTED, ITEM_PEER);
	if (l->n != 0 && model_ncontacts(m) + 3 <= (size_t)p->rect.h)
		l->items[l->n++] = (struct item){ITEM_GAP, NULL, NULL};
	l->items[l->n++] = (struct item){ITEM_ADD, NULL, NULL};
	add_all(l, m, CONTACT_REQUEST, ITEM_REQUEST);
	add_all(l, m, CONTACT_BLOCKED, ITEM_BLOCKED);
	add_nearby(l, m);
	if (l->cursor >= l->n)
		l->cursor = l->n - 1;
	if (is_gap(&l->items[l->cursor]))
		l->cursor++;
}

static struct item *
item_at(struct pane *p, int y)
{
	struct list *l = p->state;
	int i = y - p->rect.y - 1;

	collect(p);
	if (i < 0 || y >= p->rect.y + p->rect.h || l->top + (size_t)i >= l->n ||
	    is_gap(&l->items[l->top + (size_t)i]))
		return NULL;
	return &l->items[l->top + (size_t)i];
}

const struct key *
peerlist_at(struct front *f, int y, int x)
{
	struct pane *p = front_pane(f, PANE_PEERS);
	const struct item *it;

	if (!rect_holds(p->rect, y, x))
		return NULL;
	it = item_at(p, y);
	return it != NULL && it->kind == ITEM_PEER ? &it->c->c.peer : NULL;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static const char *
presence(const struct item *it, unsigned *style)
{
	bool online = it->c->c.link == LINK_ONLINE;

	if (it->kind == ITEM_PEER && online && it->c->c.away) {
		*style = STYLE_ONLINE;
		return "◐";
	}
	*style = online ? STYLE_ONLINE : STYLE_OFFLINE;
	if (it->kind == ITEM_REQUEST) {
		*style = STYLE_NEWS;
		return "?";
	}
	return it->kind == ITEM_BLOCKED ? "⊘" : online ? "●" : "○";
}

/* The one thing most worth saying about it, at the right. */
static void
remark(struct front *f, const struct item *it, char *out, size_t size, unsigned *style)
{
	const struct model_contact *c = it->c;

	*style = STYLE_DIM;
	out[0] = '\0';
	if (c->c.trust == TRUST_CHANGED) {
		*style = STYLE_WARN;
		say_into(out, size, "⚠ key");
	} else if (front_carry(f)->active) {
		snprintf(out, size, "%s", c->c.link == LINK_ONLINE ? "" : _("wait"));
	} else if (it->kind == ITEM_REQUEST) {
		*style = STYLE_NEWS;
		say_into(out, size, "new");
	} else if (it->kind == ITEM_BLOCKED) {
		say_into(out, size, "blocked");
	} else if (c->chat.unread != 0 && !model_is_device(&c->c)) {
		*style = STYLE_UNREAD;
		snprintf(out, size, c->chat.unread > 999 ? "999+" : "%u", c->chat.unread);
	} else if (c->c.typing) {
		snprintf(out, size, "…");
	} else if (c->chat.waiting != 0) {
		snprintf(out, size, "·");
	} else if (c->c.link == LINK_OFFLINE && c->c.last_seen != 0) {
		text_ago(out, size, (front_wall(f) - c->c.last_seen) / 1000);
	}
}

/* What is none of the peers. False if it is one. */
static bool
draw_other(struct pane *p, struct grid *g, const struct item *it, int y, unsigned row_style)
{
	struct rect r = p->rect;
	int x = r.x, end = r.x + r.w - 1;
	bool plain = row_style == STYLE_NORMAL;

	if (it->kind == ITEM_HEAD) {
		draw_text(g, y, x + 1, r.w - 2, STYLE_TITLE, _("NEARBY"));
		draw_right(g, y, end, r.w / 2, STYLE_DIM, _("say hello"));
	} else if (it->kind == ITEM_NEAR) {
		draw_text(g, y, x + 1, 1, plain ? STYLE_NEWS : row_style, "◌");
		draw_text(g, y, x + 3, end - x - 4, row_style, it->n->nick);
	} else if (it->kind == ITEM_ADD) {
		draw_text(g, y, x + 1, r.w - 6, plain ? STYLE_DIM : row_style, _("+ add peer"));
		draw_right(g, y, end, 4, plain ? STYLE_KEY : row_style, keys_name(REQ_ADD_PEER));
	}
	return it->c == NULL;
}

static void
draw_item(struct pane *p, struct grid *g, const struct item *it, int y, unsigned row_style)
{
	struct rect r = p->rect;
	const struct key *open = front_current(p->front);
	const struct carry *carry = front_carry(p->front);
	int x = r.x, end = r.x + r.w - 1;
	char words[32];
	unsigned style;
	bool target;

	if (draw_other(p, g, it, y, row_style))
		return;
	target = carry->active && it->kind == ITEM_PEER &&
		 (carry->by_keys ? row_style == STYLE_CURSOR
				 : carry->y == y && rect_holds(r, carry->y, carry->x));
	if (target) {
		grid_clear(g, (struct rect){y, x, 1, row_style == STYLE_CURSOR ? r.w : r.w - 1},
			   STYLE_DROP);
		row_style = STYLE_DROP;
		draw_text(g, y, x, 1, row_style, "┃");
		draw_text(g, y, x + r.w - 2, 1, row_style, "┃");
		end -= 2;
		snprintf(words, sizeof(words), "%s",
			 it->c->c.trust == TRUST_CHANGED ? _("⚠ key")
			 : it->c->c.link == LINK_ONLINE	 ? _("◀ drop")
							 : _("◀ wait"));
		style = STYLE_DROP;
	} else {
		if (open != NULL && key_equal(open, &it->c->c.peer))
			draw_text(g, y, x, 1, row_style != STYLE_NORMAL ? row_style : STYLE_TITLE,
				  "▌");
		remark(p->front, it, words, sizeof(words), &style);
	}
	end -= draw_right(g, y, end, r.w / 2, row_style != STYLE_NORMAL ? row_style : style, words);
	/* Devices stand below their person. */
	if (model_is_device(&it->c->c))
		x += 2;
	draw_text(g, y, x + 1, 1, style, presence(it, &style));
	grid_restyle(g, (struct rect){y, x + 1, 1, 1},
		     row_style != STYLE_NORMAL ? row_style : style);
	draw_text(g, y, x + 3, end - x - 4, row_style, it->c->c.name);
}

static void
draw_heading(struct pane *p, struct grid *g)
{
	struct list *l = p->state;
	struct rect r = p->rect;
	size_t requests = model_count_requests(front_model(p->front));
	int n;

	if (l->filtering || !edit_empty(l->filter)) {
		n = draw_text(g, r.y, r.x + 1, 1, STYLE_KEY, "/");
		draw_text(g, r.y, r.x + 1 + n, r.w - 3, STYLE_STRONG, edit_text(l->filter, NULL));
		return;
	}
	if (front_carry(p->front)->active) {
		draw_text(g, r.y, r.x + 1, r.w - 1, STYLE_TITLE, _("DROP ON A PEER"));
		return;
	}
	n = draw_text(g, r.y, r.x + 1, r.w - 1, STYLE_TITLE, _("PEERS"));
	if (requests != 0)
		draw_fmt(g, r.y, r.x + n + 3, r.w - n - 4, STYLE_NEWS, "? %zu", requests);
	else if (strcmp(options_text(front_options(p->front), OPT_requests), "off") == 0)
		draw_right(g, r.y, r.x + r.w - 1, r.w - n - 3, STYLE_DIM, _("requests off"));
}

static bool
pointed(struct front *f)
{
	const struct carry *c = front_carry(f);

	return c->active && !c->by_keys;
}

static size_t
rows_of(const struct pane *p)
{
	return p->rect.h > 1 ? (size_t)p->rect.h - 1 : 0;
}

static void
bring(struct list *l, size_t room, size_t i)
{
	if (i < l->top)
		l->top = i;
	else if (room > 0 && i >= l->top + room)
		l->top = i - room + 1;
}

/* Another chat than before is open: its row comes into view, once; the wheel may take it away again. */
static void
bring_open(struct pane *p)
{
	struct list *l = p->state;
	const struct key *open = front_current(p->front);
	size_t room = rows_of(p);

	if (open == NULL || room == 0 || key_equal(open, &l->shown))
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].c != NULL && key_equal(open, &l->items[i].c->c.peer)) {
			bring(l, room, i);
			l->shown = *open;
			return;
		}
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct list *l = p->state;
	struct rect r = p->rect;
	size_t room = rows_of(p), last;

	collect(p);
	draw_heading(p, g);
	bring_open(p);
	/* Below a pointer that carries there is no cursor. */
	if (focus && !pointed(p->front))
		bring(l, room, l->cursor);
	last = l->n > room ? l->n - room : 0;
	if (l->top > last)
		l->top = last;
	for (size_t i = 0; i < room && l->top + i < l->n; i++) {
		unsigned style = focus && l->top + i == l->cursor ? STYLE_CURSOR : STYLE_NORMAL;
		int y = r.y + 1 + (int)i;

		if (style != STYLE_NORMAL)
			grid_clear(g, (struct rect){y, r.x, 1, r.w}, style);
		draw_item(p, g, &l->items[l->top + i], y, style);
	}
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct list *l = p->state;

	if (!l->filtering)
		return false;
	*y = p->rect.y;
	*x = p->rect.x + 2 + (int)text_cells(edit_text(l->filter, NULL), edit_cursor(l->filter));
	return true;
}

/* ---- input ------------------------------------------------------------------------------------------------------------ */

static void
open_item(struct pane *p, const struct item *it)
{
	/* The pointer is the model's; what opens may change the list. */
	struct key peer = it->c != NULL ? it->c->c.peer : (struct key){{0}};

	if (it->kind == ITEM_ADD)
		ask_add(p->front, "");
	else if (it->kind == ITEM_NEAR)
		ask_hello_to(p->front, it->n);
	else if (it->kind == ITEM_BLOCKED)
		ask_peer(p->front, &peer);
	else
		front_open_chat(p->front, &peer);
}

/* What is done with the peer under the cursor. 0 if req is nothing of that. */
static unsigned
act(struct pane *p, enum request req, const struct key *peer)
{
	struct front *f = p->front;

	if (req == REQ_PEER_MENU)
		ask_peer(f, peer);
	else if (req == REQ_PEER_CONNECT)
		front_contact(f, peer, OP_CONNECT, NULL, NULL);
	else if (req == REQ_PEER_DISCONNECT)
		front_contact(f, peer, OP_DISCONNECT, NULL, NULL);
	else if (req == REQ_PEER_ADDRESS)
		ask_address(f, peer);
	else if (req == REQ_PEER_RENAME)
		ask_rename(f, peer);
	else if (req == REQ_PEER_BLOCK)
		ask_block(f, peer);
	else if (req == REQ_PEER_UNBLOCK)
		front_contact(f, peer, OP_UNBLOCK, NULL, NULL);
	else if (req == REQ_PEER_VERIFY)
		ask_verify(f, peer);
	else if (req == REQ_PEER_REMOVE)
		ask_remove(f, peer);
	else
		return 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
act_on_item(struct pane *p, enum request req)
{
	struct list *l = p->state;
	const struct item *it = &l->items[l->cursor];
	bool request = it->kind == ITEM_REQUEST;

	if (front_carry(p->front)->active && req == REQ_PEER_OPEN) {
		if (it->kind != ITEM_PEER)
			return PANE_HANDLED | PANE_REFUSED;
		browser_drop(p->front, &it->c->c.peer);
		return PANE_HANDLED;
	}
	if (req == REQ_PEER_OPEN) {
		open_item(p, it);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (it->c == NULL)
		return 0;
	if (req == REQ_PEER_SEND && it->kind == ITEM_PEER) {
		front_open_chat(p->front, &it->c->c.peer);
		front_set_focus(p->front, PANE_BROWSER);
		return PANE_HANDLED;
	}
	if (request && (req == REQ_PEER_ACCEPT || req == REQ_PEER_DENY)) {
		front_contact(p->front, &it->c->c.peer,
			      req == REQ_PEER_ACCEPT ? OP_ACCEPT : OP_REFUSE, NULL, NULL);
		return PANE_HANDLED;
	}
	return act(p, req, &it->c->c.peer);
}

static unsigned
filter_key(struct pane *p, struct input_key k)
{
	struct list *l = p->state;
	enum request req = keys_lookup(KEYS_PROMPT, k);

	if (k.sym == INPUT_SYM_ESC)
		edit_set(l->filter, "", 0);
	if (k.sym == INPUT_SYM_ESC || k.sym == INPUT_SYM_ENTER) {
		l->filtering = false;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (k.sym == INPUT_SYM_UP || k.sym == INPUT_SYM_DOWN || edit_do(l->filter, req) == 0)
		return 0;
	l->cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
move(struct list *l, enum request req, size_t page)
{
	size_t last = l->n - 1;

	if (req == REQ_LIST_UP)
		l->cursor -= l->cursor > 0;
	else if (req == REQ_LIST_DOWN)
		l->cursor += l->cursor < last;
	else if (req == REQ_LIST_TOP || req == REQ_SCROLL_TOP)
		l->cursor = 0;
	else if (req == REQ_LIST_BOTTOM || req == REQ_SCROLL_BOTTOM)
		l->cursor = last;
	else if (req == REQ_SCROLL_UP)
		l->cursor -= l->cursor > page ? page : l->cursor;
	else if (req == REQ_SCROLL_DOWN)
		l->cursor = l->cursor + page < last ? l->cursor + page : last;
	else
		return 0;
	/* A gap is stepped over; there is always a row behind it, and one before. */
	if (is_gap(&l->items[l->cursor]) && req == REQ_LIST_UP)
		l->cursor--;
	else if (is_gap(&l->items[l->cursor]))
		l->cursor++;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct list *l = p->state;
	unsigned flags;

	collect(p);
	if (l->filtering && (flags = filter_key(p, k)) != 0)
		return flags;
	if (req == REQ_LIST_FILTER) {
		l->filtering = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req == REQ_BACK && !edit_empty(l->filter)) {
		edit_set(l->filter, "", 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	flags = move(l, req, p->rect.h > 2 ? (size_t)p->rect.h - 2 : 1);
	return flags != 0 ? flags : act_on_item(p, req);
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	struct list *l = p->state;

	if (!l->filtering)
		return 0;
	edit_insert(l->filter, bytes, len);
	l->cursor = 0;
	return PANE_HANDLED | PANE_REDRAW;
}

/* False at the end of the list. */
static bool
scroll(struct pane *p, int by)
{
	struct list *l = p->state;
	size_t room = rows_of(p);

	if (by < 0 ? l->top == 0 : l->top + room >= l->n)
		return false;
	l->top = by < 0 ? l->top - 1 : l->top + 1;
	return true;
}

int
peerlist_edge(struct front *f, int y, int x)
{
	struct pane *p = front_pane(f, PANE_PEERS);
	struct list *l = p->state;

	if (!rect_holds(p->rect, y, x))
		return 0;
	collect(p);
	if (y == p->rect.y)
		return l->top > 0 ? -1 : 0;
	return y == p->rect.y + p->rect.h - 1 && l->top + rows_of(p) < l->n ? 1 : 0;
}

void
peerlist_scroll(struct front *f, int by)
{
	if (scroll(front_pane(f, PANE_PEERS), by))
		front_dirty(f, PANE_PEERS);
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct list *l = p->state;
	struct item *it;

	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) {
		int by = m->action == INPUT_WHEEL_UP ? -1 : 1;

		collect(p);
		if (front_focus(p->front) == PANE_PEERS && !pointed(p->front))
			return move(l, by < 0 ? REQ_LIST_UP : REQ_LIST_DOWN, 1);
		scroll(p, by);
		return PANE_HANDLED | PANE_REDRAW;
	}
	it = item_at(p, m->y);
	if (m->action != INPUT_PRESS || it == NULL)
		return 0;
	l->cursor = (size_t)(it - l->items);
	if (front_carry(p->front)->active)
		return m->button == INPUT_LEFT ? act_on_item(p, REQ_PEER_OPEN)
					       : PANE_HANDLED | PANE_REDRAW;
	if (m->button == INPUT_RIGHT && it->c != NULL) {
		struct key peer = it->c->c.peer;

		ask_peer(p->front, &peer);
	} else if (m->button == INPUT_LEFT) {
		open_item(p, it);
	}
	return PANE_HANDLED | PANE_REDRAW;
}

/* The cursor begins at the open chat. */
static void
focus(struct pane *p, bool on)
{
	struct list *l = p->state;
	const struct key *open = front_current(p->front);

	l->filtering = false;
	edit_set(l->filter, "", 0);
	if (!on) {
		browser_drop_cancel(p->front);
		return;
	}
	collect(p);
	for (size_t i = 0; i < l->n; i++)
		if (open != NULL && l->items[i].c != NULL &&
		    key_equal(open, &l->items[i].c->c.peer))
			l->cursor = i;
}

const struct pane_class peerlist_pane = {
	.name = "peers",
	.context = KEYS_PEERS,
	.watch = DIRTY_SELF | DIRTY_CONTACTS | DIRTY_CHAT | DIRTY_NEARBY,
	.create = create,
	.destroy = destroy,
	.draw = draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
	.focus = focus,
};
