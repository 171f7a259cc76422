/* dialog.c - questions over the screen: what they hold and how they are answered. dialog_draw.c draws them. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/util.h"
#include "ui/dialog.h"
#include "ui/dialog_priv.h"
#include "ui/edit.h"
#include "ui/field.h"

struct dialog *
dialog_named(const char *title, dialog_fn *done)
{
	static uint32_t last;
	struct dialog *d = xcalloc(1, sizeof(*d));

	d->serial = ++last;
	d->title = xstrdup(title);
	d->done = done;
	d->error = xstrdup("");
	return d;
}

struct dialog *
dialog_new(const char *title, dialog_fn *done)
{
	return dialog_named(_(title), done);
}

void
dialog_free(struct dialog *d)
{
	if (d == NULL)
		return;
	dialog_clear(d);
	for (size_t i = 0; i < d->nfields; i++) {
		free(d->fields[i].label);
		free(d->fields[i].hint);
		edit_free(d->fields[i].edit);
	}
	for (size_t i = 0; i < d->nanswers; i++)
		free(d->answers[i].label);
	free(d->lines);
	free(d->title);
	free(d->error);
	free(d->kept);
	free(d->qr);
	free(d);
}

void
dialog_line(struct dialog *d, unsigned style, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, _(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("Out of memory.");
	d->lines = xreallocarray(d->lines, d->nlines + 1, sizeof(*d->lines));
	d->lines[d->nlines++] = (struct dialog_text){text, style};
}

void
dialog_clear(struct dialog *d)
{
	while (d->nlines > 0)
		free(d->lines[--d->nlines].text);
}

bool
dialog_is(const struct dialog *d, dialog_fn *done)
{
	return d->done == done;
}

static struct dialog_field *
new_field(struct dialog *d, const char *label, const char *hint, size_t limit, unsigned flags)
{
	struct dialog_field *field = &d->fields[d->nfields];

	if (d->nfields == DIALOG_FIELDS)
		util_fatal("A question has too many fields.");
	d->nfields++;
	field->label = xstrdup(_(label));
	field->hint = xstrdup(_(hint));
	field->edit = edit_new(limit, EDIT_ONE_LINE | flags);
	return field;
}

size_t
dialog_field(struct dialog *d, const char *label, const char *hint, size_t limit, const char *value)
{
	edit_set(new_field(d, label, hint, limit, 0)->edit, value, strlen(value));
	return d->nfields - 1;
}

size_t
dialog_secret(struct dialog *d, const char *label, const char *hint, size_t limit)
{
	new_field(d, label, hint, limit, EDIT_SECRET)->secret = true;
	return d->nfields - 1;
}

const char *
dialog_value(const struct dialog *d, size_t field)
{
	return edit_text(d->fields[field].edit, NULL);
}

bool
dialog_set_value(struct dialog *d, size_t field, const char *value)
{
	return !(edit_set(d->fields[field].edit, value, strlen(value)) & EDIT_FULL);
}

static void
add_answer(struct dialog *d, uint32_t key, const char *label)
{
	if (d->nanswers == DIALOG_ANSWERS)
		util_fatal("A question has too many answers.");
	d->answers[d->nanswers].key = key;
	d->answers[d->nanswers++].label = xstrdup(label);
}

void
dialog_answer(struct dialog *d, uint32_t key, const char *label)
{
	add_answer(d, key, _(label));
}

void
dialog_choice(struct dialog *d, const char *word)
{
	add_answer(d, 0, word);
}

void
dialog_default(struct dialog *d, size_t answer)
{
	d->preset = answer;
	if (d->nfields == 0)
		d->at = answer;
}

void
dialog_to_field(struct dialog *d, size_t field)
{
	d->at = field;
}

void
dialog_to_answer(struct dialog *d, size_t answer)
{
	d->at = d->nfields + answer;
	d->eager = true;
}

void
dialog_menu(struct dialog *d)
{
	d->menu = true;
}

void
dialog_picture(struct dialog *d, struct qr *q, bool alone)
{
	d->qr = q;
	d->alone = alone;
}

void
dialog_invert(struct dialog *d)
{
	d->inverted = !d->inverted;
}

void
dialog_open_sides(struct dialog *d)
{
	d->open_sides = true;
}

void
dialog_guard(struct dialog *d)
{
	d->guard = true;
}

bool
dialog_guarded(const struct dialog *d)
{
	return d->guard;
}

void
dialog_unguard(struct dialog *d)
{
	d->guard = false;
}

void
dialog_about(struct dialog *d, const struct key *peer, int64_t number)
{
	if (peer != NULL)
		d->peer = *peer;
	d->number = number;
}

const struct key *
dialog_peer(const struct dialog *d)
{
	return &d->peer;
}

int64_t
dialog_number(const struct dialog *d)
{
	return d->number;
}

void
dialog_keep(struct dialog *d, void *data, size_t len)
{
	free(d->kept);
	d->kept = data;
	d->kept_len = len;
}

const void *
dialog_kept(const struct dialog *d, size_t *len)
{
	*len = d->kept_len;
	return d->kept;
}

void
dialog_on_change(struct dialog *d, void (*fn)(struct front *f, struct dialog *d, size_t field))
{
	d->changed = fn;
}

void
dialog_error(struct dialog *d, const char *sentence)
{
	char *copy = xstrdup(_(sentence));

	free(d->error);
	d->error = copy;
}

void
dialog_stale(struct dialog *d, bool (*fn)(struct front *f, const struct dialog *d))
{
	d->stale = fn;
}

struct dialog *
dialog_below(const struct dialog *d)
{
	return d->below;
}

void
dialog_put_on(struct dialog *d, struct dialog *below)
{
	d->below = below;
}

bool
dialog_is_stale(struct front *f, const struct dialog *d)
{
	return d->stale != NULL && d->stale(f, d);
}

uint32_t
dialog_serial(const struct dialog *d)
{
	return d->serial;
}

bool
dialog_fill(struct front *f, struct dialog *d, size_t field, const char *value)
{
	if (!dialog_set_value(d, field, value))
		return false;
	d->at = field;
	if (d->changed != NULL)
		d->changed(f, d, field);
	return true;
}

/* ---- answering -------------------------------------------------------------------------------------------------------- */

bool
dialog_give(struct front *f, struct dialog *d, int answer)
{
	if (answer >= 0 && (size_t)answer >= d->nanswers)
		return false;
	dialog_error(d, "");
	return d->done == NULL || d->done(f, d, answer);
}

/* To the next or previous field or answer, in a circle. */
static void
step(struct dialog *d, int by)
{
	size_t n = d->nfields + d->nanswers;

	if (n != 0)
		d->at = (d->at + n + (size_t)by) % n;
}

static bool
field_key(struct front *f, struct dialog *d, struct input_key key)
{
	struct edit *e = d->fields[d->at].edit;
	enum request req = keys_lookup(KEYS_PROMPT, key);
	unsigned done;

	if (key.sym == INPUT_SYM_ESC)
		return dialog_give(f, d, -1);
	if (key.sym == INPUT_SYM_TAB || key.sym == INPUT_SYM_DOWN || key.sym == INPUT_SYM_UP) {
		step(d, key.sym == INPUT_SYM_UP || (key.mods & INPUT_SHIFT) ? -1 : 1);
		return false;
	}
	if (key.sym == INPUT_SYM_ENTER) {
		if (d->at + 1 < d->nfields && edit_empty(d->fields[d->at + 1].edit)) {
			d->at++;
			return false;
		}
		return dialog_give(f, d, (int)d->preset);
	}
	if (req == REQ_CLEAR) {
		edit_set(e, "", 0);
		done = EDIT_CHANGED;
	} else if (req == REQ_HISTORY_SEARCH) {
		return false;
	} else {
		done = edit_do(e, req);
	}
	if ((done & EDIT_CHANGED) && d->changed != NULL)
		d->changed(f, d, d->at);
	return false;
}

static bool
answer_key(struct front *f, struct dialog *d, struct input_key key)
{
	enum request req = keys_lookup(KEYS_DIALOG, key);

	if (key.sym == INPUT_SYM_ESC)
		return dialog_give(f, d, -1);
	if (d->guard)
		return false;
	for (size_t i = 0; i < d->nanswers; i++)
		if (d->answers[i].key != 0 && d->answers[i].key == key.sym && key.mods == 0)
			return dialog_give(f, d, (int)i);
	if (req == REQ_DIALOG_OK)
		return d->nanswers == 0 || dialog_give(f, d, (int)(d->at - d->nfields));
	if (req == REQ_DIALOG_NEXT)
		step(d, 1);
	else if (req == REQ_DIALOG_PREV)
		step(d, -1);
	else if (req == REQ_SCROLL_DOWN)
		d->top += 5;
	else if (req == REQ_SCROLL_UP)
		d->top = d->top > 5 ? d->top - 5 : 0;
	return false;
}

static bool
click(struct front *f, struct dialog *d, const struct input_mouse *m)
{
	if (m->action == INPUT_WHEEL_DOWN)
		d->top++;
	else if (m->action == INPUT_WHEEL_UP && d->top > 0)
		d->top--;
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT || d->guard)
		return false;
	for (size_t i = 0; i < d->nfields; i++)
		if (rect_holds(d->fields[i].where, m->y, m->x)) {
			d->at = i;
			if (d->fields[i].secret)
				continue;
			field_click(d->fields[i].edit, d->fields[i].where.x, d->fields[i].where.w,
				    m->x);
		}
	for (size_t i = 0; i < d->nanswers; i++)
		if (rect_holds(d->answers[i].where, m->y, m->x)) {
			d->at = d->nfields + i;
			return dialog_give(f, d, (int)i);
		}
	return false;
}

static void
insert(struct front *f, struct dialog *d, const char *text, size_t len)
{
	if (edit_insert(d->fields[d->at].edit, text, len) & EDIT_FULL)
		dialog_error(d, "That is too long for this field.");
	else if (d->changed != NULL)
		d->changed(f, d, d->at);
}

bool
dialog_takes_text(const struct dialog *d)
{
	return d->at < d->nfields || d->guard;
}

bool
dialog_input(struct front *f, struct dialog *d, const struct input_event *ev)
{
	const char *text = ev->text;
	size_t len = ev->len;
	struct input_key key;

	switch (ev->type) {
	case INPUT_KEY:
		return d->at < d->nfields ? field_key(f, d, ev->key) : answer_key(f, d, ev->key);
	case INPUT_TEXT:
		if (d->eager && d->at >= d->nfields && text[0] != ' ')
			d->at = 0;
		if (d->at < d->nfields) {
			insert(f, d, text, len);
			return false;
		}
		/* Only the first: what follows was typed for something else. */
		return input_text_key(&text, &len, &key) && answer_key(f, d, key);
	case INPUT_PASTE:
		if (d->at < d->nfields)
			insert(f, d, text, len);
		return false;
	case INPUT_MOUSE:
		return click(f, d, &ev->mouse);
	case INPUT_FOCUS_IN:
	case INPUT_FOCUS_OUT:
	case INPUT_REPLY:
	default:
		return false;
	}
}
