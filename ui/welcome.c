/* welcome.c - what the middle shows while there is nobody to talk to: our name, our code, and a friend to add. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/code.h"
#include "src/kept.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/uri.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/field.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/tour.h"

enum field { FIELD_NAME, FIELD_FRIEND, FIELD_CALLED, FIELDS };

struct welcome {
	struct edit *edit[FIELDS];
	enum field at;
	struct rect where[FIELDS];
	int cursor_x;
	size_t person; /* of those nearby, while `at` is FIELDS */
	struct rect people;
	bool filled; /* the name was taken from the options */
};

static void *
create(struct front *f)
{
	static const size_t limits[FIELDS] = {NAME_MAX_BYTES, (size_t)2 * INVITE_BYTES_MAX,
					      NAME_MAX_BYTES};
	struct welcome *s = xcalloc(1, sizeof(*s));
	const char *nick = options_text(front_options(f), OPT_nick);

	for (int i = 0; i < FIELDS; i++)
		s->edit[i] = edit_new(limits[i], EDIT_ONE_LINE);
	edit_set(s->edit[FIELD_NAME], nick, strlen(nick));
	s->at = nick[0] != '\0' ? FIELD_FRIEND : FIELD_NAME;
	return s;
}

static void
destroy(void *state)
{
	struct welcome *s = state;

	for (int i = 0; i < FIELDS; i++)
		edit_free(s->edit[i]);
	free(s);
}

/* Before the core has told who there is, nobody can say that nobody is. */
static bool
early(struct front *f)
{
	return !model_ready(front_model(f)) && options_text(front_options(f), OPT_nick)[0] != '\0';
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static void
port_words(const struct msg_self *self, char *out, size_t size)
{
	const char *colon;
	char why[KEPT_ROOM];

	if (self->listen_error[0] != '\0') {
		say_into(out, size, "Not listening: %s",
			 kept_into(why, sizeof(why), self->listen_error));
		return;
	}
	colon = self->nlisten != 0 ? strrchr(self->listen[0], ':') : NULL;
	if (colon == NULL)
		say_into(out, size, "Not listening yet.");
	else
		say_into(out, size, "Listening on port %s.", colon + 1);
}

/* Whether only programs on this machine can reach us. */
static bool
only_here(const struct msg_self *self)
{
	for (uint32_t i = 0; i < self->nlisten; i++)
		if (strncmp(self->listen[i], "127.", 4) != 0 &&
		    strncmp(self->listen[i], "[::1]", 5) != 0)
			return false;
	return self->nlisten != 0;
}

static const char *
door_words(const struct msg_self *self)
{
	if (only_here(self))
		return _(
			"Who can reach you now: only others on this machine. Each still needs your "
			"yes.");
	switch (self->door) {
	case DOOR_OPEN:
		return _("Who can reach you now: anybody who knows your address. Each still needs "
			 "your yes.");
	case DOOR_LAN:
		return _(
			"Who can reach you now: whoever has your code, and people on this network. "
			"Each still needs your yes.");
	case DOOR_CLOSED:
	default:
		return _("Who can reach you now: only whoever has your code. Each still needs your "
			 "yes.");
	}
}

/* One numbered line: label, then the field. */
static void
draw_field_row(struct pane *p, struct grid *g, int y, enum field i, const char *number,
	       const char *label, const char *hint)
{
	struct welcome *s = p->state;
	struct rect r = p->rect;
	int indent = r.w >= 56 ? 4 : 1, x = r.x + indent, at = x + 3 + 14, w, col;

	draw_text(g, y, x, 2, STYLE_KEY, number);
	draw_text(g, y, x + 3, 13, s->at == i ? STYLE_STRONG : STYLE_NORMAL, label);
	w = r.x + r.w - 2 - at;
	if (w > 44)
		w = 44;
	s->where[i] = (struct rect){y, at, 1, w};
	col = field_draw(g, y, at, w, s->edit[i], hint);
	if (s->at == i)
		s->cursor_x = col;
}

static int
draw_code_row(struct pane *p, struct grid *g, int y)
{
	struct rect r = p->rect;
	const char *invite = model_invite(front_model(p->front));
	int indent = r.w >= 56 ? 4 : 1, x = r.x + indent, at = x + 3 + 14, n;
	char keys[40];

	draw_text(g, y, x, 2, STYLE_KEY, "2");
	draw_text(g, y, x + 3, 13, STYLE_NORMAL, _("Your code"));
	if (r.w >= 50)
		say_into(keys, sizeof(keys), "%s copy  %s QR", keys_name(REQ_COPY_CODE),
			 keys_name(REQ_SHOW_CODE));
	else
		say_into(keys, sizeof(keys), "%s copy", keys_name(REQ_COPY_CODE));
	n = draw_right(g, y, r.x + r.w - 2, r.w - (at - r.x) - 2, STYLE_KEY, keys);
	draw_text(g, y, at, r.x + r.w - 4 - n - at, STYLE_STRONG,
		  invite[0] != '\0' ? invite : _("being made…"));
	return 1;
}

#define PEOPLE 3 /* shown at most */

/* People who are visible on this network and no contacts yet: the i-th of them. */
static const struct msg_nearby *
stranger(struct front *f, size_t i)
{
	for (size_t k = 0; k < model_nnearby(front_model(f)); k++) {
		const struct msg_nearby *n = model_nearby_at(front_model(f), k);

		if (!n->is_contact && i-- == 0)
			return n;
	}
	return NULL;
}

static int
draw_people(struct pane *p, struct grid *g, int y)
{
	struct welcome *s = p->state;
	struct rect r = p->rect;
	int indent = r.w >= 56 ? 4 : 1, x = r.x + indent, rows = 0, keys = 0;
	const struct msg_nearby *n;

	s->people = (struct rect){0};
	if (stranger(p->front, s->person) == NULL)
		s->person = 0;
	if (stranger(p->front, 0) == NULL) {
		if ((int)s->at == FIELDS)
			s->at = FIELD_FRIEND;
		return 0;
	}
	draw_text(g, y, x + 3, r.w - indent - 5, STYLE_NORMAL, _("Nearby (same network)"));
	for (; rows < PEOPLE && (n = stranger(p->front, (size_t)rows)) != NULL; rows++) {
		bool here = (int)s->at == FIELDS && s->person == (size_t)rows;
		int row = y + 1 + rows;

		if (here)
			keys = draw_right(g, row, r.x + r.w - 2, 18, STYLE_KEY,
					  _("Enter says hello"));
		draw_text(g, row, x + 3, 2, STYLE_ONLINE, here ? "▸" : "●");
		draw_text(g, row, x + 5, 24, here ? STYLE_STRONG : STYLE_NORMAL, n->nick);
		draw_text(g, row, x + 30, r.w - indent - 33 - keys, STYLE_DIM, n->address);
	}
	s->people = (struct rect){y + 1, x, rows, r.w - indent};
	return rows + 1;
}

/* Said once, where everybody passes. */
static const char unsealed[] = N_("On this disk only file permissions protect what you write. "
				  "/passphrase seals it.");

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	const struct msg_self *self = model_self(front_model(p->front));
	struct rect r = p->rect;
	/* Where the tour has something to say, the fields stand closer. */
	int gap = r.h >= 16 ? 2 : 1, close = r.h >= 24 || !tour_on(p->front) ? gap : 1,
	    y = r.y + (r.h >= 12 ? 1 : 0), w = r.w - 4, x;
	const char *title = _("Welcome. Nobody else is here yet."), *door;
	int used;
	char line[300];

	(void)focus;
	if (early(p->front)) {
		draw_text(g, y, r.x + 2, w, STYLE_DIM, _("Opening your contacts…"));
		return;
	}
	x = r.x + (r.w - (int)text_cells(title, strlen(title))) / 2;
	draw_text(g, y, x > r.x + 1 ? x : r.x + 1, r.w - 2, STYLE_TITLE, title);
	y += gap;
	draw_field_row(p, g, y, FIELD_NAME, "1", _("Your name"), _("what others will see"));
	y += close;
	draw_code_row(p, g, y);
	y += close;
	draw_field_row(p, g, y++, FIELD_FRIEND, "3", _("A friend"),
		       r.w >= 70 ? _("paste their code or HOST:PORT")
				 : _("their code or HOST:PORT"));
	draw_field_row(p, g, y, FIELD_CALLED, "", _("Called"), _("optional: your name for them"));
	y += gap;
	used = draw_people(p, g, y);
	y += used > 0 ? used + gap - 1 : 0;
	door = door_words(self);
	port_words(self, line, sizeof(line));
	y += draw_wrapped(g, y, r.x + 2, w, 3,
			  self->listen_error[0] != '\0' ? STYLE_WARN : STYLE_NORMAL, line,
			  strlen(line));
	if (self->nlisten != 0)
		y += draw_wrapped(g, y, r.x + 2, w, 3, STYLE_NORMAL, door, strlen(door));
	say_into(line, sizeof(line), "No messages or files go to anyone until you add a peer.");
	y += draw_wrapped(g, y, r.x + 2, w, 3, STYLE_NORMAL, line, strlen(line));
	if (!front_sealed(p->front))
		y += draw_wrapped(g, y, r.x + 2, w, 3, STYLE_NORMAL, _(unsealed),
				  strlen(_(unsealed)));
	(void)tour_draw(p->front, g, (struct rect){y + 1, r.x, r.y + r.h - y - 1, r.w});
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct welcome *s = p->state;

	if (early(p->front) || (int)s->at == FIELDS)
		return false;
	*y = s->where[s->at].y;
	*x = s->cursor_x;
	return true;
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

/* Takes the name; false when it cannot be one. */
static bool
take_name(struct pane *p)
{
	struct welcome *s = p->state;
	const char *name = edit_text(s->edit[FIELD_NAME], NULL);
	const char *words[] = {"nick", name, NULL};

	if (name[strspn(name, " ")] == '\0') {
		front_error(
			p->front,
			"Type the name others will see; you can change it later with /set nick.");
		s->at = FIELD_NAME;
		return false;
	}
	if (strcmp(name, options_text(front_options(p->front), OPT_nick)) == 0)
		return true;
	return front_words(p->front, "set", words, 2);
}

static void
add_friend(struct pane *p)
{
	struct welcome *s = p->state;
	const char *code = edit_text(s->edit[FIELD_FRIEND], NULL);
	const char *name = edit_text(s->edit[FIELD_CALLED], NULL);
	const char *words[] = {name, code, NULL};

	if (!take_name(p))
		return;
	if (code[strspn(code, " ")] == '\0') {
		front_error(p->front, "Paste the code your friend gave you, or type HOST:PORT.");
		s->at = FIELD_FRIEND;
		return;
	}
	if (front_words(p->front, "add", name[0] != '\0' ? words : words + 1,
			name[0] != '\0' ? 2 : 1))
		front_say(p->front, "Adding…");
}

static unsigned
enter(struct pane *p)
{
	struct welcome *s = p->state;

	if ((int)s->at == FIELDS) {
		const struct msg_nearby *n = stranger(p->front, s->person);

		if (n != NULL && take_name(p))
			ask_hello(p->front, n->address);
	} else if (s->at == FIELD_NAME) {
		if (take_name(p))
			s->at = FIELD_FRIEND;
	} else if (s->at == FIELD_FRIEND && edit_empty(s->edit[FIELD_CALLED]) &&
		   !edit_empty(s->edit[FIELD_FRIEND])) {
		s->at = FIELD_CALLED;
		front_say(p->front, "Enter adds your friend; a name is optional.");
	} else {
		add_friend(p);
	}
	return PANE_HANDLED | PANE_REDRAW;
}

/* The next or the last of the fields, and of the people behind them. */
static void
step(struct pane *p, bool up)
{
	struct welcome *s = p->state;
	size_t people = 0, at = (size_t)s->at + ((int)s->at == FIELDS ? s->person : 0), all;

	while (people < PEOPLE && stranger(p->front, people) != NULL)
		people++;
	all = FIELDS + people;
	at = (at + (up ? all - 1 : 1)) % all;
	s->at = at < FIELDS ? (enum field)at : FIELDS;
	s->person = at < FIELDS ? 0 : at - FIELDS;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct welcome *s = p->state;

	if (req == REQ_SUBMIT)
		return enter(p);
	if (k.sym == INPUT_SYM_TAB || k.sym == INPUT_SYM_DOWN || k.sym == INPUT_SYM_UP) {
		bool up = k.sym == INPUT_SYM_UP || (k.mods & INPUT_SHIFT);

		step(p, up);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if ((int)s->at == FIELDS)
		return 0;
	if (req == REQ_CLEAR) {
		edit_set(s->edit[s->at], "", 0);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req == REQ_HISTORY_SEARCH || edit_do(s->edit[s->at], req) == 0)
		return 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	struct welcome *s = p->state;

	if (early(p->front)) {
		prompt_insert(front_pane(p->front, PANE_PROMPT), bytes, len);
		return PANE_HANDLED;
	}
	/* A slash begins a command here too: it goes to the input line. */
	if ((int)s->at == FIELDS)
		s->at = FIELD_FRIEND;
	if (len > 0 && bytes[0] == '/' && edit_empty(s->edit[s->at])) {
		prompt_insert(front_pane(p->front, PANE_PROMPT), bytes, len);
		front_set_focus(p->front, PANE_PROMPT);
		return PANE_HANDLED;
	}
	if (edit_insert(s->edit[s->at], bytes, len) & EDIT_FULL) {
		front_error(p->front, "That is too long for this field.");
		return PANE_HANDLED | PANE_REFUSED;
	}
	return PANE_HANDLED | PANE_REDRAW;
}

/* A code finds its field wherever the cursor is. */
static unsigned
paste(struct pane *p, const char *bytes, size_t len, bool truncated)
{
	struct welcome *s = p->state;
	struct invite inv;
	char err[INVITE_ERR];
	size_t start, n;

	if (truncated)
		return PANE_HANDLED | PANE_REFUSED;
	if (code_likely(bytes, len)) {
		s->at = FIELD_FRIEND;
		edit_set(s->edit[FIELD_FRIEND], bytes, len);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (invite_find(bytes, len, &start, &n)) {
		s->at = FIELD_FRIEND;
		edit_set(s->edit[FIELD_FRIEND], bytes + start, n);
		if (!invite_parse_n(bytes + start, n, &inv, err, sizeof(err)))
			front_error(p->front, "%s", err);
		else if (memcmp(inv.key, model_self(front_model(p->front))->key.b, KEY_LEN) == 0)
			front_error(p->front,
				    "That is your own invite: a friend adds you with it.");
		return PANE_HANDLED | PANE_REDRAW;
	}
	return text(p, bytes, len);
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct welcome *s = p->state;

	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return 0;
	front_set_focus(p->front, PANE_WELCOME);
	if (rect_holds(s->people, m->y, m->x)) {
		s->at = FIELDS;
		s->person = (size_t)(m->y - s->people.y);
		return enter(p);
	}
	for (int i = 0; i < FIELDS; i++)
		if (rect_holds(s->where[i], m->y, m->x)) {
			s->at = (enum field)i;
			field_click(s->edit[i], s->where[i].x, s->where[i].w, m->x);
		}
	return PANE_HANDLED | PANE_REDRAW;
}

const struct pane_class welcome_pane = {
	.name = "welcome",
	.context = KEYS_PROMPT,
	.watch = DIRTY_SELF | DIRTY_READY | DIRTY_CONTACTS | DIRTY_NEARBY,
	.create = create,
	.destroy = destroy,
	.draw = draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.paste = paste,
	.mouse = mouse,
};
