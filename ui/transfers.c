/* transfers.c - the transfers pane: which are shown, and what is done with them. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser.h"
#include "ui/choose.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/theme.h"
#include "ui/transfers.h"
#include "ui/transfers_priv.h"
#include "ui/went.h"

static void *
create(struct front *f)
{
	struct transfers *s = xcalloc(1, sizeof(*s));

	(void)f;
	s->stale = true;
	return s;
}

static void
destroy(void *state)
{
	struct transfers *s = state;

	free(s->moved);
	free(s->list);
	free(s);
}

static int
rows(struct pane *p, int width)
{
	size_t n = transfers_count(p);

	(void)width;
	return n < 100 ? (int)n : 100;
}

static void
changed(struct pane *p, unsigned dirty)
{
	struct transfers *s = p->state;

	s->stale = true;
	if (dirty & DIRTY_TRANSFERS)
		transfers_moved(p);
}

static void
tick(struct pane *p)
{
	struct transfers *s = p->state;

	s->stale = true;
	transfers_moved(p);
	front_relayout(p->front);
	front_dirty(p->front, PANE_TRANSFERS);
	/* Its chat says how long it has been still, too. */
	front_dirty(p->front, PANE_CHAT);
}

/* ---- what is done with them ------------------------------------------------------------------------------------------- */

enum choice { PAUSE, RESUME, CANCEL, SHOW_FOLDER, WENT, UP, DOWN, FIRST, LAST, RETRY, FORGET };

static bool
can(const struct model_transfer *t, enum choice choice)
{
	switch (choice) {
	case PAUSE:
		return !transfer_ended(t->t.state) && !t->t.paused_here && !transfers_offered(t) &&
		       t->t.state != TRANSFER_CHECKING;
	case RESUME:
		return t->t.state == TRANSFER_PAUSED && t->t.paused_here;
	case CANCEL:
		return !transfer_ended(t->t.state) && !transfers_offered(t);
	case SHOW_FOLDER:
		return t->t.dir == DIR_IN && t->place[0] == '/' && !transfers_offered(t) &&
		       (t->t.state == TRANSFER_DONE || !transfer_ended(t->t.state));
	case WENT:
		return t->t.state == TRANSFER_DONE || t->t.state == TRANSFER_FAILED;
	case UP:
	case FIRST:
		return t->t.queue > 1;
	case DOWN:
	case LAST:
		return t->t.queue > 0;
	case RETRY:
		return t->t.dir == DIR_OUT && transfer_ended(t->t.state) &&
		       t->t.state != TRANSFER_DONE;
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

	/* On its way it has no name there yet. */
	if (t->t.state != TRANSFER_DONE) {
		browser_open(f, folder, NULL);
		free(folder);
		free(name);
		return;
	}
	slash[slash == folder ? 1 : 0] = '\0';
	browser_open(f, folder, name);
	free(folder);
	free(name);
}

static void
choose(struct front *f, const struct model_transfer *t, enum choice choice)
{
	static const enum transfer_op op[] = {
		[PAUSE] = TOP_PAUSE, [RESUME] = TOP_RESUME, [CANCEL] = TOP_CANCEL,
		[UP] = TOP_UP,	     [DOWN] = TOP_DOWN,	    [FIRST] = TOP_FIRST,
		[LAST] = TOP_LAST,   [RETRY] = TOP_RETRY,   [FORGET] = TOP_FORGET};

	char err[160];

	if (!can(t, choice))
		front_bell(f);
	else if (choice == WENT)
		(void)went_open(f, t->t.transfer, err, sizeof(err));
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
	} all[] = {{SHOW_FOLDER, 'o', N_("Open its folder")},
		   {WENT, 'w', N_("Where it went")},
		   {PAUSE, 'p', N_("Pause")},
		   {RESUME, 'r', N_("Go on")},
		   {FIRST, '1', N_("First in the queue")},
		   {UP, 'u', N_("A place up in the queue")},
		   {DOWN, 'd', N_("A place down")},
		   {LAST, 'l', N_("Last in the queue")},
		   {CANCEL, 'c', N_("Cancel, for both sides")},
		   {RETRY, 't', N_("Try again")},
		   {FORGET, 'f', N_("Take it off the list")}};
	enum choice kept[NELEM(all)];
	struct dialog *d = dialog_named(t->what, menu_done);
	size_t n = 0;
	char line[512];

	transfers_words(p->front, t, REQ_TRANSFER_OPEN, line, sizeof(line));
	dialog_line(d, STYLE_NORMAL, "%s %s%s%s", t->t.dir == DIR_OUT ? _("to") : _("from"),
		    transfers_peer(p->front, t), line[0] != '\0' ? ": " : "", line);
	if (t->place[0] != '\0' && t->t.dir == DIR_IN && t->t.state != TRANSFER_DONE)
		dialog_line(d, STYLE_DIM, "%s", t->place);
	dialog_menu(d);
	for (size_t i = 0; i < NELEM(all); i++) {
		if (!can(t, all[i].choice))
			continue;
		dialog_answer(d, all[i].key, _(all[i].word));
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
	if (transfers_offered(t))
		ask_offer(p->front, t->t.transfer, false);
	else if (t->t.state == TRANSFER_DONE && can(t, SHOW_FOLDER) && !click)
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
	t = number != 0 ? model_transfer(front_model(f), number)
			: transfers_at(p, transfers_cursor(p));
	if (t == NULL) {
		if (number != 0)
			say_into(err, errlen, "There is no transfer %lld.", (long long)number);
		else
			say_into(err, errlen, "There are no transfers.");
		return false;
	}
	s->cursor = t->t.transfer;
	open_one(p, t, false);
	return true;
}

bool
transfers_menu(struct front *f, int64_t number)
{
	struct pane *p = front_pane(f, PANE_TRANSFERS);
	struct transfers *s = p->state;
	const struct model_transfer *t = model_transfer(front_model(f), number);

	if (t == NULL)
		return false;
	s->cursor = number;
	p->dirty = true;
	open_one(p, t, true);
	return true;
}

/* ---- input ------------------------------------------------------------------------------------------------------------ */

static unsigned
move(struct pane *p, size_t row)
{
	struct transfers *s = p->state;
	size_t n = transfers_count(p);
	const struct model_transfer *t;

	if (n == 0)
		return PANE_HANDLED | PANE_REFUSED;
	t = transfers_at(p, row < n ? row : n - 1);
	s->cursor = t->t.transfer;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
do_request(struct pane *p, const struct model_transfer *t, enum request req)
{
	if (req == REQ_TRANSFER_PAUSE) {
		if (t->t.paused_there && !t->t.paused_here)
			front_say(p->front, "%s paused it.", transfers_peer(p->front, t));
		choose(p->front, t, can(t, RESUME) ? RESUME : PAUSE);
	} else if (req == REQ_TRANSFER_CANCEL) {
		if (transfers_offered(t))
			front_transfer(p->front, t->t.transfer, TOP_REFUSE, NULL);
		else
			choose(p->front, t, transfer_ended(t->t.state) ? FORGET : CANCEL);
	} else if (req == REQ_TRANSFER_OPEN) {
		open_one(p, t, false);
	} else if (req == REQ_TRANSFER_MENU) {
		open_one(p, t, true);
	} else if (req == REQ_TRANSFER_ACCEPT || req == REQ_TRANSFER_REFUSE) {
		if (!transfers_offered(t))
			return PANE_HANDLED | PANE_REFUSED;
		front_transfer(p->front, t->t.transfer,
			       req == REQ_TRANSFER_ACCEPT ? TOP_ACCEPT : TOP_REFUSE, NULL);
	} else if (req == REQ_TRANSFER_PART) {
		char err[160];

		if (!choose_open(p->front, t->t.transfer, err, sizeof(err)))
			front_error(p->front, "%s", err);
	} else if (req == REQ_TRANSFER_WENT) {
		choose(p->front, t, WENT);
	} else if (req == REQ_TRANSFER_RETRY) {
		choose(p->front, t, RETRY);
	} else if (req == REQ_TRANSFER_UP || req == REQ_TRANSFER_DOWN) {
		choose(p->front, t, req == REQ_TRANSFER_UP ? UP : DOWN);
	} else if (req == REQ_TRANSFER_FIRST || req == REQ_TRANSFER_LAST) {
		choose(p->front, t, req == REQ_TRANSFER_FIRST ? FIRST : LAST);
	} else {
		return 0;
	}
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	size_t row = transfers_cursor(p), page = p->rect.h > 2 ? (size_t)p->rect.h - 2 : 1;
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
	t = transfers_at(p, row);
	return t != NULL ? do_request(p, t, req) : 0;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct transfers *s = p->state;
	size_t row = transfers_cursor(p);
	const struct model_transfer *t;

	/* Without the focus there is no cursor to move; what is drawn ends at the last row. */
	if ((m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN) &&
	    front_focus(p->front) != p->id) {
		if (m->action == INPUT_WHEEL_DOWN)
			s->top++;
		else
			s->top -= s->top > 0;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (m->action == INPUT_WHEEL_UP)
		return move(p, row > 0 ? row - 1 : 0);
	if (m->action == INPUT_WHEEL_DOWN)
		return move(p, row + 1);
	if (m->action == INPUT_PRESS && p->rect.h == 1 && s->folded != 0)
		(void)transfers_menu(p->front, s->folded);
	if (m->action != INPUT_PRESS || p->rect.h == 1 || m->y <= p->rect.y)
		return PANE_HANDLED;
	t = transfers_at(p, s->top + (size_t)(m->y - p->rect.y - 1));
	if (t == NULL)
		return PANE_HANDLED;
	s->cursor = t->t.transfer;
	open_one(p, t, true);
	return PANE_HANDLED | PANE_REDRAW;
}

static void
focus(struct pane *p, bool on)
{
	struct transfers *s = p->state;

	if (!on)
		s->top = 0;
	s->stale = true;
	front_relayout(p->front);
}

const struct pane_class transfers_pane = {
	.name = "transfers",
	.context = KEYS_TRANSFERS,
	.watch = DIRTY_TRANSFERS | DIRTY_CONTACTS,
	.create = create,
	.destroy = destroy,
	.rows = rows,
	.draw = transfers_draw,
	.key = key,
	.mouse = mouse,
	.focus = focus,
	.changed = changed,
	.tick = tick,
};
