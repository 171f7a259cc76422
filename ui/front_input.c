/* front_input.c - keys, text, pastes and the mouse: who gets them. */
#include "config.h"

#include <string.h>

#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"
#include "ui/tour.h"

/* What a pane answered, done. Returns whether it took the event. */
static bool
obey(struct front *f, struct pane *p, unsigned flags)
{
	if (flags & PANE_REDRAW)
		p->dirty = true;
	if (flags & PANE_LAYOUT) {
		f->relayout = true;
		f->all_dirty = true;
	}
	if (flags & PANE_REFUSED)
		front_bell(f);
	if (flags & PANE_LEAVE)
		front_set_focus(f, PANE_PROMPT);
	return flags != 0;
}

void
front_cancel_capture(struct front *f)
{
	struct pane *p;

	divide_cancel(f);
	if (f->capture < 0)
		return;
	p = &f->panes[f->capture];
	f->capture = -1;
	if (p->class->cancel != NULL)
		p->class->cancel(p);
	p->dirty = true;
	if (f->carry.active) {
		f->carry.active = false;
		f->relayout = f->all_dirty = true;
	}
}

/* ^X begins a key of two where it is none by itself. */
static bool
begins_chord(struct front *f, struct input_key key, enum request req)
{
	if (req != REQ_NONE || key.sym != 'x' || key.mods != INPUT_CTRL)
		return false;
	f->after_x = true;
	if (!front_linear(f))
		front_say(f, "^X");
	return true;
}

static void
key_to_pane(struct front *f, struct input_key key)
{
	struct pane *p = &f->panes[f->focus];
	unsigned context = p->class->context;
	enum request req;

	if (f->after_x && key.sym != INPUT_SYM_ESC)
		key.mods |= INPUT_AFTER_X;
	f->after_x = false;
	req = keys_lookup(context != 0 ? context : KEYS_GLOBAL, key);
	if (begins_chord(f, key, req))
		return;
	if (req == REQ_NONE && key.mods & INPUT_AFTER_X) {
		front_bell(f);
		return;
	}
	if (f->capture >= 0 || f->divide.which != 0) {
		front_cancel_capture(f);
		if (key.sym == INPUT_SYM_ESC)
			return;
	}
	if (f->bare) {
		front_request(f, REQ_BARE);
		return;
	}
	if (p->class->key != NULL && obey(f, p, p->class->key(p, req, key)))
		return;
	front_request(f, req);
}

static void
text_to_pane(struct front *f, const char *text, size_t len)
{
	struct input_key key;

	if (f->bare) {
		front_request(f, REQ_BARE);
		return;
	}
	/* Key by key where the pane is no text field: each may change who gets the rest. What a question that opens would get was
	 * typed for something else, and is dropped. */
	while (f->top == NULL && len != 0) {
		struct pane *p = &f->panes[f->focus];

		if (!f->after_x && p->class->text != NULL &&
		    obey(f, p, p->class->text(p, text, len)))
			return;
		if (!input_text_key(&text, &len, &key))
			return;
		key_to_pane(f, key);
	}
}

static void
paste_to_pane(struct front *f, const struct input_event *ev)
{
	struct pane *p = &f->panes[f->focus];

	if (p->class->paste != NULL &&
	    obey(f, p, p->class->paste(p, ev->text, ev->len, ev->truncated)))
		return;
	p = &f->panes[PANE_PROMPT];
	front_set_focus(f, PANE_PROMPT);
	obey(f, p, p->class->paste(p, ev->text, ev->len, ev->truncated));
}

/* The pane at a cell; where two overlap, the one that lies above. */
static struct pane *
pane_at(struct front *f, int y, int x)
{
	struct pane *p = &f->panes[PANE_PEERS];

	if (rect_holds(p->rect, y, x))
		return p;
	for (int i = 0; i < PANE_COUNT; i++)
		if (rect_holds(f->panes[i].rect, y, x))
			return &f->panes[i];
	return NULL;
}

static void
press(struct front *f, const struct input_mouse *m)
{
	struct pane *p = pane_at(f, m->y, m->x);
	bool dragging = f->capture >= 0 || f->divide.which != 0;
	unsigned flags;

	front_cancel_capture(f);
	/* Another button ends a drag, and does nothing else. */
	if (dragging && m->button != INPUT_LEFT)
		return;
	if (p == NULL || p->class->mouse == NULL)
		return;
	/* A click into a list takes the focus there, except for the peers: it opens a chat. */
	if (p->class->context &
	    (KEYS_MARKED | KEYS_TRANSFERS | KEYS_HELP | KEYS_SEARCH | KEYS_WENT))
		front_set_focus(f, p->id);
	flags = p->class->mouse(p, m);
	if (flags & PANE_CAPTURE)
		f->capture = (int)p->id;
	obey(f, p, flags);
}

static void
mouse(struct front *f, const struct input_mouse *m)
{
	struct pane *p;

	if (divide_mouse(f, m))
		return;
	switch (m->action) {
	case INPUT_PRESS:
		press(f, m);
		break;
	case INPUT_MOTION:
	case INPUT_RELEASE:
		/* A release nobody pressed for is ignored: some terminals swallow presses. */
		if (f->capture < 0)
			break;
		p = &f->panes[f->capture];
		if (m->action == INPUT_RELEASE)
			f->capture = -1;
		obey(f, p, p->class->mouse(p, m));
		break;
	case INPUT_WHEEL_UP:
	case INPUT_WHEEL_DOWN:
	default:
		/* What is carried may be on its way to a peer further down. */
		p = f->capture >= 0 && !f->carry.active ? &f->panes[f->capture]
							: pane_at(f, m->y, m->x);
		if (p != NULL && p->class->mouse != NULL)
			obey(f, p, p->class->mouse(p, m));
		break;
	}
}

static void
focus(struct front *f, bool on)
{
	f->focused = on;
	if (on) {
		news_changed(f);
		front_dirty(f, PANE_CHAT);
		return;
	}
	front_cancel_capture(f);
	news_leave(f);
}

/* Typing takes the sentence on the hint line away. */
static void
typed(struct front *f)
{
	f->last_key = front_now(f);
	tour_key(f);
	if (f->sentence[0] != '\0')
		front_say(f, "%s", "");
}

void
front_input(struct front *f, const struct input_event *ev)
{
	if (ev->type == INPUT_REPLY)
		return;
	if (ev->type == INPUT_FOCUS_IN || ev->type == INPUT_FOCUS_OUT) {
		focus(f, ev->type == INPUT_FOCUS_IN);
		return;
	}
	away_input(f);
	if (ev->type != INPUT_KEY && ev->type != INPUT_TEXT)
		f->after_x = false;
	if (ev->type != INPUT_MOUSE)
		typed(f);
	if (f->layout.kind == LAYOUT_TINY && ev->type == INPUT_MOUSE)
		return;
	if (f->top != NULL) {
		struct dialog *d = f->top;

		f->all_dirty = true;
		if (ev->type == INPUT_KEY && keys_lookup(KEYS_GLOBAL, ev->key) == REQ_SUSPEND)
			front_request(f, REQ_SUSPEND);
		else if (ev->type == INPUT_PASTE && !ev->truncated && !dialog_takes_text(d))
			ask_pasted(f, ev->text, ev->len);
		else if (dialog_input(f, d, ev))
			front_drop_dialog(f, d);
		return;
	}
	/* What its keys do may change with every key, as where a filter is begun. */
	if (f->focus != PANE_PROMPT)
		front_dirty(f, PANE_KEYLINE);
	switch (ev->type) {
	case INPUT_KEY:
		key_to_pane(f, ev->key);
		break;
	case INPUT_TEXT:
		text_to_pane(f, ev->text, ev->len);
		break;
	case INPUT_PASTE:
		paste_to_pane(f, ev);
		break;
	case INPUT_MOUSE:
		mouse(f, &ev->mouse);
		break;
	case INPUT_FOCUS_IN:
	case INPUT_FOCUS_OUT:
	case INPUT_REPLY:
	default:
		break;
	}
}
