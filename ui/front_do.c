/* front_do.c - what panes and keys ask of the front end, done. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/chat.h"
#include "ui/choose.h"
#include "ui/front_priv.h"
#include "ui/help.h"
#include "ui/prompt.h"
#include "ui/search.h"
#include "ui/went.h"

/* ---- to the core ------------------------------------------------------------------------------------------------------ */

bool
front_send(struct front *f, struct msg *m)
{
	if (m->serial == 0)
		m->serial = ++f->serial;
	if (m->type == MSG_CMD_ADD)
		f->add_serial = m->serial;
	if (m->type == MSG_CMD_INVITE)
		f->invite_serial = m->serial;
	if (m->type == MSG_CMD_QUIT)
		f->quitting = true;
	prompt_sending(&f->panes[PANE_PROMPT], m);
	if (f->host.send(f->host.arg, m))
		return true;
	front_error(f, "The program is busy and did not take that. Try again.");
	return false;
}

uint32_t
front_serial(struct front *f)
{
	return ++f->serial;
}

bool
front_contact(struct front *f, const struct key *peer, int op, const char *name, const char *bytes)
{
	struct msg *m = msg_new(MSG_CMD_CONTACT);

	m->b.contact_op.peer = *peer;
	m->b.contact_op.op = (enum contact_op)op;
	if (name != NULL)
		snprintf(m->b.contact_op.name, sizeof(m->b.contact_op.name), "%s", name);
	if (bytes != NULL)
		msg_set_bytes(m, bytes, strlen(bytes));
	return front_send(f, m);
}

bool
front_transfer(struct front *f, int64_t transfer, int op, const char *dest)
{
	struct msg *m = msg_new(MSG_CMD_TRANSFER);

	m->b.transfer_op.transfer = transfer;
	m->b.transfer_op.op = (enum transfer_op)op;
	if (dest != NULL)
		msg_set_bytes(m, dest, strlen(dest));
	return front_send(f, m);
}

bool
front_send_paths(struct front *f, const struct key *peer, const char *const *paths, size_t n,
		 bool unlink_after)
{
	struct msg *m = msg_new(MSG_CMD_SEND);
	size_t len = 0, at = 0;
	uint8_t *bytes;

	for (size_t i = 0; i < n; i++)
		len += strlen(paths[i]) + 1;
	bytes = xmalloc(len + 1);
	for (size_t i = 0; i < n; i++) {
		size_t part = strlen(paths[i]) + 1;

		memcpy(bytes + at, paths[i], part);
		at += part;
	}
	bytes[len] = '\0';
	m->b.send.peer = *peer;
	m->b.send.unlink_after = unlink_after;
	msg_take_bytes(m, bytes, len);
	return front_send(f, m);
}

const char *
front_config_path(struct front *f)
{
	return f->setup.config_path;
}

struct command_env *
front_env(struct front *f)
{
	f->env.current = front_current(f);
	f->env.serial = ++f->serial;
	return &f->env;
}

uint32_t
front_command_serial(const struct front *f)
{
	return f->env.serial;
}

/* Runs a line, or a command by name with its words where line is NULL. */
static bool
run_command(struct front *f, const char *line, const char *name, const char *const *words, size_t n)
{
	struct front_options before;
	char err[512] = "";
	bool done;

	front_options_before(f, &before);
	done = line != NULL ? command_run(front_env(f), line, err, sizeof(err))
			    : command_run_words(front_env(f), name, words, n, err, sizeof(err));
	front_options_after(f, &before);
	if (done)
		return true;
	front_error(f, "%s", err[0] != '\0' ? err : _("That command failed."));
	return false;
}

bool
front_command(struct front *f, const char *line)
{
	return run_command(f, line, NULL, NULL, 0);
}

bool
front_words(struct front *f, const char *name, const char *const *words, size_t n)
{
	return run_command(f, NULL, name, words, n);
}

void
front_quit(struct front *f)
{
	struct msg *m;

	if (f->quitting)
		return;
	m = msg_new(MSG_CMD_QUIT);
	front_send(f, m);
	front_say(f, "Closing: finishing what has to be written down.");
}

bool
front_linear(const struct front *f)
{
	return f->host.said != NULL;
}

/* ---- sentences, clipboard, bell --------------------------------------------------------------------------------------- */

static void say(struct front *f, bool error, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

static void
say(struct front *f, bool error, const char *fmt, va_list ap)
{
	char *line = NULL;

	if (vasprintf(&line, _(fmt), ap) < 0)
		util_fatal("Out of memory.");
	free(f->sentence);
	f->sentence = line;
	f->sentence_error = error;
	if (front_linear(f) && line[0] != '\0')
		f->host.said(f->host.arg, line, error);
	front_dirty(f, PANE_HINT);
	front_dirty(f, PANE_BASKET);
}

void
front_say(struct front *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, false, fmt, ap);
	va_end(ap);
}

void
front_error(struct front *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, true, fmt, ap);
	va_end(ap);
}

const char *
front_sentence(struct front *f, bool *error)
{
	*error = f->sentence_error;
	return f->sentence;
}

void
front_copy(struct front *f, const char *text, size_t len, const char *what)
{
	f->host.copy(f->host.arg, text, len);
	/* There it is read out, and nothing is copied. */
	if (front_linear(f))
		return;
	front_say(f, "Copied %s, if this terminal lets programs copy.", _(what));
}

void
front_bell(struct front *f)
{
	f->host.bell(f->host.arg);
}

/* ---- focus and what the middle shows ---------------------------------------------------------------------------------- */

enum pane_id
front_resting_main(const struct front *f)
{
	return f->has_current ? PANE_CHAT : PANE_WELCOME;
}

static void
show_main(struct front *f, enum pane_id id)
{
	if (f->main == id)
		return;
	f->main = id;
	f->relayout = f->all_dirty = true;
}

void
front_set_focus(struct front *f, enum pane_id id)
{
	struct pane *before = &f->panes[f->focus], *p = &f->panes[id];

	if (id == PANE_BROWSER || id == PANE_HELP || id == PANE_SEARCH || id == PANE_CHOOSE ||
	    id == PANE_WENT)
		show_main(f, id);
	/* The browser has the input line's place: to write is to leave it. */
	if (id == PANE_PROMPT && f->main == PANE_BROWSER)
		show_main(f, front_resting_main(f));
	/* Without a chat one types into the welcome's fields, unless a command was begun. */
	if (id == PANE_PROMPT && f->main == PANE_WELCOME && !front_linear(f) &&
	    prompt_empty(&f->panes[PANE_PROMPT]))
		id = PANE_WELCOME, p = &f->panes[id];
	if (p->class->context == 0 || f->focus == id)
		return;
	front_cancel_capture(f);
	f->focus = id;
	if (before->class->focus != NULL)
		before->class->focus(before, false);
	if (p->class->focus != NULL)
		p->class->focus(p, true);
	before->dirty = p->dirty = true;
	front_dirty(f, PANE_KEYLINE);
	front_dirty(f, PANE_HINT);
	front_dirty(f, PANE_PROMPT);
	f->relayout = true;
}

void
front_close_main(struct front *f)
{
	bool had_focus = f->focus == f->main;

	show_main(f, front_resting_main(f));
	if (had_focus || f->focus == PANE_WELCOME)
		front_set_focus(f, PANE_PROMPT);
}

void
front_open_chat(struct front *f, const struct key *peer)
{
	struct model_contact *c = model_contact(f->model, peer);
	bool same = f->has_current && key_equal(&f->current, peer);

	if (c == NULL)
		return;
	if (c->c.state == CONTACT_REQUEST) {
		ask_request(f, peer, false);
		return;
	}
	f->current = c->c.peer;
	f->has_current = true;
	if (!same)
		prompt_switch(front_pane(f, PANE_PROMPT), &f->current);
	model_chat_open(f->model, &f->current);
	chat_opened(front_pane(f, PANE_CHAT));
	show_main(f, PANE_CHAT);
	front_set_focus(f, PANE_PROMPT);
	f->relayout = f->all_dirty = true;
}

void
front_ask(struct front *f, struct dialog *d)
{
	front_cancel_capture(f);
	dialog_put_on(d, f->top);
	f->top = d;
	f->guard_until = front_now(f) + DIALOG_GUARD_MS;
	f->all_dirty = true;
}

bool
front_answer(struct front *f, struct dialog *d, int answer)
{
	if (!dialog_give(f, d, answer))
		return false;
	front_drop_dialog(f, d);
	return true;
}

void
front_drop_dialog(struct front *f, struct dialog *d)
{
	struct dialog *over;

	if (f->top == d) {
		f->top = dialog_below(d);
	} else {
		for (over = f->top; over != NULL && dialog_below(over) != d;)
			over = dialog_below(over);
		if (over == NULL)
			return;
		dialog_put_on(over, dialog_below(d));
	}
	dialog_free(d);
	f->all_dirty = true;
}

/* ---- requests --------------------------------------------------------------------------------------------------------- */

/* The n-th accepted contact or person from 0, or the one `step` places from the open chat. */
static void
open_nth(struct front *f, size_t n)
{
	size_t left = n;

	for (size_t i = 0; i < model_ncontacts(f->model); i++) {
		struct model_contact *c = model_contact_at(f->model, i);

		if (c->c.state != CONTACT_ACCEPTED || model_is_device(&c->c) || left-- > 0)
			continue;
		front_open_chat(f, &c->c.peer);
		return;
	}
	front_say(f, "There is no chat %zu.", n + 1);
}

/* To the next contact in a circle (step 1 or -1), or the next one with unread messages. */
static void
open_next(struct front *f, int step, bool unread)
{
	size_t n = 0, at = 0;
	struct model_contact *c;

	while (n < model_ncontacts(f->model) &&
	       (c = model_contact_at(f->model, n))->c.state == CONTACT_ACCEPTED) {
		if (f->has_current && key_equal(&c->c.peer, &f->current))
			at = n;
		n++;
	}
	if (n == 0) {
		front_say(f, "There is nobody to talk to yet. %s adds a peer.",
			  keys_name(REQ_ADD_PEER));
		return;
	}
	for (size_t i = 1; i <= n; i++) {
		size_t to = (at + n + (step > 0 ? i : n - i)) % n;

		c = model_contact_at(f->model, to);
		/* What a device says stands in the chat of its person. */
		if (!unread || (c->chat.unread != 0 && !model_is_device(&c->c))) {
			front_open_chat(f, &c->c.peer);
			return;
		}
	}
	front_say(f, "No unread messages.");
}

static void
focus_next(struct front *f, int step)
{
	enum pane_id ring[] = {PANE_PROMPT, PANE_PEERS, f->main, PANE_TRANSFERS};
	size_t n = f->layout.transfers.h > 0 ? 4 : 3, at = 0;

	if (f->main == PANE_BROWSER) {
		front_set_focus(f, f->focus == PANE_BROWSER ? PANE_PEERS : PANE_BROWSER);
		return;
	}
	if (f->main == PANE_WELCOME)
		ring[0] = PANE_WELCOME, ring[2] = PANE_PEERS;
	for (size_t i = 0; i < n; i++)
		if (ring[i] == f->focus)
			at = i;
	front_set_focus(f, ring[(at + n + (size_t)step) % n]);
}

/* Esc: one step back. */
static void
back(struct front *f)
{
	if (f->main == PANE_HELP || f->main == PANE_SEARCH || f->main == PANE_CHOOSE ||
	    f->main == PANE_WENT || (f->main == PANE_BROWSER && f->focus == PANE_BROWSER))
		front_close_main(f);
	else if (f->focus != PANE_PROMPT && f->main == PANE_BROWSER)
		front_set_focus(f, PANE_BROWSER);
	else if (f->main == PANE_BROWSER)
		front_close_main(f);
	else if (f->focus == PANE_PROMPT && f->main == PANE_WELCOME)
		front_set_focus(f, PANE_WELCOME);
	else
		front_set_focus(f, PANE_PROMPT);
}

static void
toggle_mouse(struct front *f)
{
	f->mouse_on = !f->mouse_on;
	f->host.mouse(f->host.arg, f->mouse_on);
	front_say(f, "Mouse %s. %s turns it %s.",
		  f->mouse_on ? _("on") : _("off: the terminal selects text now"),
		  keys_name(REQ_MOUSE), f->mouse_on ? _("off") : _("on"));
}

static void
toggle_bare(struct front *f)
{
	if (!f->has_current)
		return;
	f->bare = !f->bare;
	if (f->bare)
		front_close_main(f);
	/* The terminal can select only while it has the mouse. */
	if (f->mouse_on)
		f->host.mouse(f->host.arg, !f->bare);
	f->relayout = f->all_dirty = true;
}

static void
scroll(struct front *f, enum request req)
{
	struct pane *p = &f->panes[f->main];

	if (p->class->key != NULL && p->class->key(p, req, (struct input_key){0, 0}) & PANE_REDRAW)
		p->dirty = true;
}

/* Choosing a message gives the chat the focus, so that its keys act on it. */
static void
choose(struct front *f, enum request req)
{
	if (!f->has_current)
		return;
	if (f->main != PANE_CHAT)
		front_close_main(f);
	/* What was chosen before the focus went elsewhere is not chosen any more. */
	if (f->focus != PANE_CHAT) {
		chat_choose_none(&f->panes[PANE_CHAT]);
		front_set_focus(f, PANE_CHAT);
	}
	if (f->panes[PANE_CHAT].class->key(&f->panes[PANE_CHAT], req, (struct input_key){0, 0}) &
	    PANE_LEAVE)
		front_set_focus(f, PANE_PROMPT);
	front_dirty(f, PANE_CHAT);
	front_dirty(f, PANE_KEYLINE);
}

/* Actions on the program as a whole; false if req is none of them. */
static bool
global_action(struct front *f, enum request req)
{
	const char *invite = model_invite(f->model);

	if (req >= REQ_CHAT_1 && req <= REQ_CHAT_9)
		open_nth(f, (size_t)(req - REQ_CHAT_1));
	else if (req == REQ_CHAT_NEXT || req == REQ_CHAT_PREV)
		open_next(f, req == REQ_CHAT_NEXT ? 1 : -1, false);
	else if (req == REQ_CHAT_UNREAD)
		open_next(f, 1, true);
	else if (req == REQ_SEARCH)
		search_open(f, "");
	else if (req == REQ_HELP || req == REQ_LIST_HELP)
		help_open(f, "");
	else if (req == REQ_PALETTE)
		palette_open(f);
	else if (req == REQ_COPY_CODE && invite[0] != '\0')
		front_copy(f, invite, strlen(invite), "your code");
	else if (req == REQ_COPY_CODE)
		front_say(f, "Your code is being made; try again in a moment.");
	else if (req == REQ_SHOW_CODE)
		ask_code_qr(f);
	else if (req == REQ_ADD_PEER)
		ask_add(f, "");
	else if (req == REQ_REQUESTS)
		ask_inbox(f);
	else if (req == REQ_LISTEN)
		ask_listen(f);
	else if (req == REQ_QUIT)
		ask_quit(f);
	else if (req == REQ_FIND)
		ask_find(f);
	else if (req == REQ_COPY_MESSAGE)
		chat_copy_message(front_pane(f, PANE_CHAT));
	else
		return false;
	return true;
}

/* Where the focus is, what the middle shows, what the terminal does. */
static bool
global_view(struct front *f, enum request req)
{
	enum pane_id rest = f->main == PANE_BROWSER ? PANE_BROWSER : PANE_PROMPT;

	if (req == REQ_FOCUS_PEERS)
		front_set_focus(f, f->focus == PANE_PEERS ? rest : PANE_PEERS);
	else if (req == REQ_FOCUS_FILES && f->focus == PANE_BROWSER)
		front_close_main(f);
	else if (req == REQ_FOCUS_FILES)
		front_set_focus(f, PANE_BROWSER);
	else if (req == REQ_FOCUS_TRANSFERS)
		front_set_focus(f, f->focus == PANE_TRANSFERS ? rest : PANE_TRANSFERS);
	else if (req == REQ_BACK)
		back(f);
	else if (req == REQ_FOCUS_NEXT || req == REQ_FOCUS_PREV)
		focus_next(f, req == REQ_FOCUS_NEXT ? 1 : -1);
	else if (req == REQ_MOUSE)
		toggle_mouse(f);
	else if (req == REQ_BARE)
		toggle_bare(f);
	else if (req == REQ_SUSPEND)
		f->host.suspend(f->host.arg);
	else if (req == REQ_REDRAW)
		f->host.redraw(f->host.arg);
	else if (req == REQ_SCROLL_UP || req == REQ_SCROLL_DOWN || req == REQ_SCROLL_TOP ||
		 req == REQ_SCROLL_BOTTOM)
		scroll(f, req);
	else if (req == REQ_MESSAGE_UP || req == REQ_MESSAGE_DOWN)
		choose(f, req);
	else if (req == REQ_PEERS_NARROWER || req == REQ_PEERS_WIDER)
		divide_step(f, 1, req == REQ_PEERS_WIDER ? 2 : -2);
	else if (req == REQ_DETAILS_NARROWER || req == REQ_DETAILS_WIDER)
		divide_step(f, 2, req == REQ_DETAILS_WIDER ? 2 : -2);
	else if (req == REQ_CLEAR)
		prompt_clear(front_pane(f, PANE_PROMPT));
	else
		return false;
	return true;
}

void
front_request(struct front *f, enum request req)
{
	if (req == REQ_NONE || req >= REQ_COUNT)
		return;
	if (front_linear(f) && f->host.request(f->host.arg, req))
		return;
	if (!global_action(f, req))
		global_view(f, req);
}

/* ---- answers for panes -------------------------------------------------------------------------------------------------- */

void
front_list_event(struct front *f, const struct msg *ev)
{
	if (ev->type == MSG_EV_HITS) {
		search_hits(front_pane(f, PANE_SEARCH), ev);
		chat_hits(front_pane(f, PANE_CHAT), ev);
	}
	if (ev->type == MSG_EV_CHOICE)
		choose_event(front_pane(f, PANE_CHOOSE), ev);
	if (ev->type == MSG_EV_WENT)
		went_event(front_pane(f, PANE_WENT), ev);
}
