/* front.c - the front end without a terminal: events in, panes laid out and drawn into a grid. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser.h"
#include "ui/chat.h"
#include "ui/draw.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"
#include "ui/versions.h"

static const struct pane_class *const classes[PANE_COUNT] = {
#define ROW(id, class) [PANE_##id] = &class,
	PANE_TABLE(ROW)
#undef ROW
};

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static bool
model_send(void *arg, struct msg *m)
{
	struct front *f = arg;

	return f->host.send(f->host.arg, m);
}

static bool
env_send(void *arg, struct msg *m)
{
	return front_send(arg, m);
}

static void
env_print(void *arg, const char *line)
{
	front_say(arg, "%s", line);
}

static void
complain(void *arg, const char *sentence)
{
	front_error(arg, "%s", sentence);
}

struct front *
front_new(const struct front_setup *setup)
{
	struct front *f = xcalloc(1, sizeof(*f));

	f->setup = *setup;
	f->host = setup->host;
	f->model = model_new(model_send, f);
	f->grid = grid_new(setup->h, setup->w, setup->ascii);
	f->sentence = xstrdup("");
	f->capture = -1;
	f->focused = true;
	f->mouse_on = options_bool(setup->options, OPT_mouse);
	f->relayout = true;
	f->tour = options_bool(setup->options, OPT_tour);
	f->env = (struct command_env){.model = f->model,
				      .options = setup->options,
				      .config_path = setup->config_path,
				      .send = env_send,
				      .screen = front_screen,
				      .print = env_print,
				      .arg = f};
	for (int i = 0; i < PANE_COUNT; i++) {
		struct pane *p = &f->panes[i];

		*p = (struct pane){
			.class = classes[i], .id = (enum pane_id)i, .front = f, .fd = -1};
		if (p->class->create != NULL)
			p->state = p->class->create(f);
	}
	keys_load(setup->config_path, complain, f);
	f->main = front_resting_main(f);
	f->focus = f->main == PANE_WELCOME && !front_linear(f) ? PANE_WELCOME : PANE_PROMPT;
	front_send(f, msg_new(MSG_CMD_ATTACH));
	return f;
}

void
front_free(struct front *f)
{
	if (f == NULL)
		return;
	while (f->top != NULL)
		front_drop_dialog(f, f->top);
	for (int i = 0; i < PANE_COUNT; i++)
		if (f->panes[i].class->destroy != NULL)
			f->panes[i].class->destroy(f->panes[i].state);
	model_free(f->model);
	grid_free(f->grid);
	free(f->sentence);
	free(f->later);
	free(f->later_peers);
	news_free(&f->news);
	compose_free(f);
	free(f);
}

/* ---- what there is ---------------------------------------------------------------------------------------------------- */

struct model *
front_model(struct front *f)
{
	return f->model;
}

struct options *
front_options(struct front *f)
{
	return f->setup.options;
}

struct pane *
front_pane(struct front *f, enum pane_id id)
{
	return &f->panes[id];
}

const struct layout *
front_layout(struct front *f)
{
	return &f->layout;
}

const struct grid *
front_grid(struct front *f)
{
	return f->grid;
}

uint64_t
front_now(struct front *f)
{
	return f->host.now(f->host.arg);
}

int64_t
front_wall(struct front *f)
{
	return f->host.wall(f->host.arg);
}

const struct key *
front_current(struct front *f)
{
	return f->has_current ? &f->current : NULL;
}

enum pane_id
front_focus(struct front *f)
{
	return f->focus;
}

enum pane_id
front_main(struct front *f)
{
	return f->main;
}

bool
front_terminal_focused(struct front *f)
{
	return f->focused;
}

struct dialog *
front_question(struct front *f)
{
	return f->top;
}

bool
front_sealed(struct front *f)
{
	return model_self(f->model)->sealed || (f->setup.sealed && !model_ready(f->model));
}

bool
front_quitting(const struct front *f)
{
	return f->quitting;
}

bool
front_stopped(const struct front *f)
{
	return f->stopped;
}

struct carry *
front_carry(struct front *f)
{
	return &f->carry;
}

/* ---- dirt and time ---------------------------------------------------------------------------------------------------- */

void
front_dirty(struct front *f, enum pane_id id)
{
	if (id == PANE_COUNT)
		f->all_dirty = true;
	else
		f->panes[id].dirty = true;
}

void
front_relayout(struct front *f)
{
	f->relayout = true;
}

void
front_wake(struct pane *p, uint64_t in_ms)
{
	p->wake = in_ms == 0 ? 0 : front_now(p->front) + in_ms;
}

void
front_watch(struct pane *p, int fd)
{
	p->fd = fd;
}

size_t
front_fds(const struct front *f, int *fds)
{
	size_t n = 0;

	for (int i = 0; i < PANE_COUNT; i++)
		if (f->panes[i].fd >= 0)
			fds[n++] = f->panes[i].fd;
	return n;
}

void
front_ready(struct front *f, int fd)
{
	for (int i = 0; i < PANE_COUNT; i++)
		if (f->panes[i].fd == fd && f->panes[i].class->ready != NULL)
			f->panes[i].class->ready(&f->panes[i]);
}

bool
front_calm(struct front *f)
{
	return strcmp(options_text(f->setup.options, OPT_motion), "reduced") == 0;
}

static uint64_t
bars_every(struct front *f)
{
	return front_calm(f) ? FRONT_CALM_MS : FRONT_BARS_MS;
}

static void
earlier(int *timeout, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (*timeout < 0 || ms < *timeout)
		*timeout = (int)ms;
}

int
front_timeout(struct front *f)
{
	uint64_t now = front_now(f);
	int timeout = (int)(60000 - front_wall(f) % 60000), pending;

	for (int i = 0; i < PANE_COUNT; i++)
		if (f->panes[i].wake != 0)
			earlier(&timeout, (int64_t)(f->panes[i].wake - now));
	if (f->bars_late)
		earlier(&timeout, (int64_t)(f->bars_at + bars_every(f) - now));
	if (f->top != NULL && dialog_guarded(f->top))
		earlier(&timeout, (int64_t)(f->guard_until - now));
	pending = front_ask_pending(f);
	if (pending >= 0)
		earlier(&timeout, pending);
	pending = news_timeout(f);
	if (pending >= 0)
		earlier(&timeout, pending);
	pending = away_tick(f);
	if (pending >= 0)
		earlier(&timeout, pending);
	pending = ask_pair_tick(f);
	if (pending >= 0)
		earlier(&timeout, pending);
	return timeout;
}

/* Panes that show transfers' figures. */
static void
dirty_bars(struct front *f, uint64_t now)
{
	f->bars_late = false;
	f->bars_at = now;
	for (int i = 0; i < PANE_COUNT; i++)
		if (f->panes[i].class->watch & DIRTY_TRANSFERS)
			f->panes[i].dirty = true;
}

void
front_tick(struct front *f)
{
	uint64_t now = front_now(f);
	int64_t minute = front_wall(f) / 60000;

	if (minute != f->minute) {
		f->minute = minute;
		front_dirty(f, PANE_HEADER);
		front_dirty(f, PANE_PEERS);
	}
	(void)away_tick(f);
	if (f->bars_late && now - f->bars_at >= bars_every(f))
		dirty_bars(f, now);
	if (f->top != NULL && dialog_guarded(f->top) && now >= f->guard_until) {
		dialog_unguard(f->top);
		f->all_dirty = true;
	}
	for (int i = 0; i < PANE_COUNT; i++) {
		struct pane *p = &f->panes[i];

		if (p->wake != 0 && now >= p->wake) {
			p->wake = 0;
			if (p->class->tick != NULL)
				p->class->tick(p);
		}
	}
	front_ask_pending(f);
	news_tick(f);
	ask_pair_tick(f);
}

/* ---- events ----------------------------------------------------------------------------------------------------------- */

static void
result(struct front *f, const struct msg *ev)
{
	const struct msg_result *r = &ev->b.result;
	bool added = ev->serial != 0 && ev->serial == f->add_serial;

	if (added)
		f->add_serial = 0;
	prompt_result(front_pane(f, PANE_PROMPT), ev);
	if (ask_passphrase_result(f, ev))
		return;
	if (!r->ok) {
		char *why =
			text_sentence(ev->len != 0 ? (const char *)ev->bytes : _("That failed."));

		front_error(f, "%s", why);
		free(why);
	} else if (ev->serial != 0 && ev->serial == f->invite_serial && ev->len != 0) {
		f->invite_serial = 0;
		ask_answer(f, (const char *)ev->bytes);
	} else if (added) {
		front_say(f, "%s", "");
		if (model_contact(f->model, &r->peer) != NULL)
			front_open_chat(f, &r->peer);
	}
}

/* What the middle shows depends on whether there is anybody to talk to. */
static void
settle(struct front *f)
{
	struct model_contact *c;

	if (f->has_current) {
		c = model_contact(f->model, &f->current);
		if (c == NULL || c->c.state == CONTACT_REFUSED) {
			f->has_current = false;
			prompt_switch(front_pane(f, PANE_PROMPT), NULL);
			f->all_dirty = true;
		}
	}
	if (f->has_open_accepted) {
		c = model_contact(f->model, &f->open_accepted);
		if (c == NULL || c->c.state != CONTACT_REQUEST)
			f->has_open_accepted = false;
		if (c != NULL && c->c.state == CONTACT_ACCEPTED &&
		    prompt_empty(front_pane(f, PANE_PROMPT)))
			front_open_chat(f, &c->c.peer);
	}
	/* A friend who was let in while the name was still being typed does not take the welcome away. */
	if (!f->has_current && model_ready(f->model) && model_ncontacts(f->model) != 0) {
		c = model_contact_at(f->model, 0);
		if (c->c.state == CONTACT_ACCEPTED && model_self(f->model)->nick[0] != '\0')
			front_open_chat(f, &c->c.peer);
	}
	if (f->main == PANE_CHAT || f->main == PANE_WELCOME) {
		enum pane_id rest = front_resting_main(f);

		if (rest != f->main)
			front_close_main(f);
	}
}

/* The same person by another key. */
static void
moved(struct front *f, const struct key *from, const struct key *to)
{
	compose_moved(f, from, to);
	if (f->has_current && key_equal(&f->current, from))
		front_open_chat(f, to);
}

static void
drop_stale(struct front *f)
{
	struct dialog *d, *below;

	for (d = f->top; d != NULL; d = below) {
		below = dialog_below(d);
		if (dialog_is_stale(f, d))
			front_drop_dialog(f, d);
	}
}

/* What is told of other contacts does not show in the open chat, nor beside it; with a thousand of them that is told all the time. */
static bool
is_elsewhere(const struct front *f, const struct pane *p, const struct msg *ev)
{
	return ev->type == MSG_EV_CONTACT && (p->id == PANE_CHAT || p->id == PANE_DETAILS) &&
	       f->has_current && !key_equal(&ev->b.contact.peer, &f->current);
}

void
front_event(struct front *f, const struct msg *ev)
{
	unsigned dirty = model_apply(f->model, ev), shown = dirty;
	uint64_t now = front_now(f);
	bool error;

	if (dirty & DIRTY_TRANSFERS) {
		f->relayout = true;
		if (now - f->bars_at >= bars_every(f))
			dirty_bars(f, now);
		else
			f->bars_late = true;
		shown &= ~(unsigned)DIRTY_TRANSFERS;
	}
	for (int i = 0; i < PANE_COUNT; i++) {
		struct pane *p = &f->panes[i];

		if (p->class->watch & shown && !is_elsewhere(f, p, ev))
			p->dirty = true;
		if (p->class->changed != NULL && (p->class->watch & dirty))
			p->class->changed(p, dirty);
	}
	if (dirty & DIRTY_NOTICE) {
		const char *notice = model_notice(f->model, &error);

		if (error)
			front_error(f, "%s", notice);
		else
			front_say(f, "%s", notice);
	}
	prompt_event(&f->panes[PANE_PROMPT], ev);
	if (ev->type == MSG_EV_PAGE) {
		versions_page(f, ev);
		news_page(f, ev);
	}
	if (ev->type == MSG_EV_REPORT)
		ask_report(f, ev);
	if (ev->type == MSG_EV_CODE)
		ask_pair_event(f, ev);
	if (ev->type == MSG_EV_STALE)
		ask_clean(f, ev);
	front_list_event(f, ev);
	if (dirty & DIRTY_RESULT)
		result(f, ev);
	if (ev->type == MSG_EV_CONTACT && ev->b.contact.moved)
		moved(f, &ev->b.contact.peer, &ev->b.contact.new_key);
	if (dirty & (DIRTY_CONTACTS | DIRTY_READY | DIRTY_SELF))
		settle(f);
	if (dirty & (DIRTY_CONTACTS | DIRTY_TRANSFERS))
		drop_stale(f);
	if (dirty & (DIRTY_CONTACTS | DIRTY_CHAT))
		news_changed(f);
	if (dirty & DIRTY_STOPPED)
		f->stopped = true;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static struct rect
place(const struct front *f, enum pane_id id)
{
	static const struct rect nowhere = {0, 0, 0, 0};
	const struct layout *l = &f->layout;

	switch (id) {
	case PANE_HEADER:
		return l->header;
	case PANE_PEERS:
		return l->peers;
	case PANE_DETAILS:
		return l->details;
	case PANE_TRANSFERS:
		return l->transfers;
	case PANE_BASKET:
		return l->basket;
	case PANE_HINT:
		return l->hint;
	case PANE_PROMPT:
		return l->prompt;
	case PANE_KEYLINE:
		return l->keys;
	case PANE_CHAT:
	case PANE_WELCOME:
	case PANE_BROWSER:
	case PANE_HELP:
	case PANE_SEARCH:
	case PANE_CHOOSE:
	case PANE_WENT:
		return f->main == id ? l->main : nowhere;
	case PANE_COUNT:
	default:
		return nowhere;
	}
}

static int
wanted_rows(struct front *f, enum pane_id id, int width)
{
	struct pane *p = &f->panes[id];

	return p->class->rows != NULL ? p->class->rows(p, width) : 0;
}

static void
lay_out(struct front *f)
{
	struct layout before = f->layout;
	int w = grid_width(f->grid);
	struct layout_want want = {
		.h = grid_height(f->grid),
		.w = w,
		.prompt_rows = wanted_rows(f, PANE_PROMPT, w),
		.transfer_rows = wanted_rows(f, PANE_TRANSFERS, w),
		.basket_rows =
			f->main == PANE_BROWSER ? browser_basket_rows(grid_height(f->grid)) : 0,
		.peers_w = divide_width(f, 1),
		.details_w = divide_width(f, 2),
		.peers_focus = f->focus == PANE_PEERS || f->carry.active,
		.transfer_focus = f->focus == PANE_TRANSFERS,
		.bare = f->bare && f->main == PANE_CHAT,
	};

	layout_compute(&want, &f->layout);
	for (int i = 0; i < PANE_COUNT; i++)
		f->panes[i].rect = place(f, (enum pane_id)i);
	if (memcmp(&before, &f->layout, sizeof(before)) != 0)
		f->all_dirty = true;
	f->relayout = false;
}

static void
draw_tiny(struct front *f)
{
	struct rect all = {0, 0, grid_height(f->grid), grid_width(f->grid)};
	char line[80];

	say_into(line, sizeof(line), "p2p-tui needs %dx%d, this is %dx%d.", LAYOUT_MIN_W,
		 LAYOUT_MIN_H, all.w, all.h);
	grid_clear(f->grid, all, STYLE_NORMAL);
	draw_wrapped(f->grid, 0, 0, all.w, all.h, STYLE_WARN, line, strlen(line));
}

/* The lines between the columns, with a ┴ where the transfers' title meets them. */
static void
draw_dividers(struct front *f)
{
	const struct layout *l = &f->layout;
	const int at[] = {l->divide_left, l->divide_right};

	for (size_t i = 0; i < NELEM(at); i++) {
		bool held = f->divide.which == (int)i + 1;

		if (at[i] < 0)
			continue;
		draw_vline(f->grid, l->main.y, at[i], l->main.h, held ? STYLE_TITLE : STYLE_BORDER,
			   held ? "┃" : "│");
		if (l->transfers.h > 1 && l->kind != LAYOUT_ONE)
			draw_text(f->grid, l->transfers.y, at[i], 1, STYLE_BORDER, "┴");
		if (l->transfers.h == 0 && l->basket.h > 1 && l->kind != LAYOUT_ONE)
			draw_text(f->grid, l->basket.y, at[i], 1, STYLE_BORDER, "┴");
	}
}

/* Draws panes that are dirty; returns whether any was. */
static bool
draw_panes(struct front *f)
{
	/* Drawn last what lies over others: the peers, when there is one pane. */
	static const enum pane_id order[] = {
		PANE_HEADER,	PANE_CHAT,   PANE_WELCOME, PANE_BROWSER, PANE_HELP,
		PANE_SEARCH,	PANE_CHOOSE, PANE_WENT,	   PANE_DETAILS, PANE_PEERS,
		PANE_TRANSFERS, PANE_BASKET, PANE_HINT,	   PANE_PROMPT,	 PANE_KEYLINE};
	bool any = false, main_drawn = false;

	_Static_assert(NELEM(order) == PANE_COUNT, "every pane has its turn");
	for (size_t i = 0; i < NELEM(order); i++) {
		struct pane *p = &f->panes[order[i]];
		bool over = p->id == PANE_PEERS && f->layout.kind == LAYOUT_ONE && main_drawn;

		if (p->rect.h <= 0 || !(p->dirty || f->all_dirty || over))
			continue;
		p->dirty = false;
		any = true;
		main_drawn |= p->id == f->main;
		grid_clip(f->grid, p->rect);
		grid_clear(f->grid, p->rect, STYLE_NORMAL);
		p->class->draw(p, f->grid, p->id == f->focus && f->top == NULL);
		grid_clip_none(f->grid);
	}
	return any;
}

static void
draw_ghost(struct front *f)
{
	char label[sizeof(f->carry.label) + 8];
	int w, x = f->carry.x + 2;

	/* By keys nothing follows. With the mouse it keeps beside the peers, whose names and answers are to be read. */
	if (f->carry.by_keys)
		return;
	if (rect_holds(f->layout.peers, f->carry.y, f->carry.x))
		x = f->layout.peers.x + f->layout.peers.w + 1;
	snprintf(label, sizeof(label), " ⠿ %s ", f->carry.label);
	w = (int)text_cells(label, strlen(label));
	if (x + w > grid_width(f->grid))
		x = grid_width(f->grid) - w;
	draw_text(f->grid, f->carry.y, x > 0 ? x : 0, w, STYLE_GHOST, label);
}

const struct grid *
front_draw(struct front *f, int *cursor_y, int *cursor_x)
{
	struct pane *p;

	*cursor_y = *cursor_x = -1;
	if (f->relayout)
		lay_out(f);
	if (f->layout.kind == LAYOUT_TINY) {
		draw_tiny(f);
		return f->grid;
	}
	/* The ghost moves over panes that are not dirty. */
	if (f->carry.active)
		f->all_dirty = true;
	if (draw_panes(f))
		draw_dividers(f);
	if (f->top != NULL) {
		struct rect area = {0, 0, grid_height(f->grid), grid_width(f->grid)};

		/* What lies behind a question steps back; the keys below are its own. */
		grid_fade(f->grid, (struct rect){0, 0, area.h - f->layout.keys.h, area.w});
		dialog_draw(f->top, f->grid, area, dialog_guarded(f->top));
		dialog_cursor(f->top, cursor_y, cursor_x);
	} else {
		p = &f->panes[f->focus];
		if (p->rect.h <= 0 || p->class->cursor == NULL ||
		    !p->class->cursor(p, cursor_y, cursor_x))
			*cursor_y = -1;
	}
	if (f->carry.active)
		draw_ghost(f);
	f->all_dirty = f->carry.active;
	return f->grid;
}

void
front_resize(struct front *f, int h, int w)
{
	front_cancel_capture(f);
	grid_resize(f->grid, h, w);
	f->relayout = f->all_dirty = true;
}
