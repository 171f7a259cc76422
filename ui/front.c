/* front.c - the front end without a terminal: panes, who has the focus, events in. */
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
#include "ui/chat.h"
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
	f->mouse_on = options_bool(setup->options, OPT_mouse) && !setup->mouse_off;
	f->relayout = true;
	f->tour = options_bool(setup->options, OPT_tour);
	f->env = (struct command_env){.model = f->model,
				      .options = setup->options,
				      .config_path = setup->config_path,
				      .send = env_send,
				      .screen = front_screen,
				      .words = front_words_for,
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
	compose_free(f);
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
	compose_result(f, ev);
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
