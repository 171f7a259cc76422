/* search.c - the results of a search over all chats, or one, as they come; Enter goes to the message in its chat. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/command.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/lit.h"
#include "ui/pane.h"
#include "ui/rows.h"
#include "ui/search.h"

#define WORDS_MAX 200
#define HITS_MAX  1000
#define SHOWN_MAX 400 /* bytes of a text that are kept: a line of it */

struct hit {
	struct key peer; /* whose chat it is opened in */
	int64_t row, time;
	bool out;
	char *text; /* shown form */
};

struct search {
	struct edit *words;
	bool typing;
	uint32_t serial; /* of the search that runs or ran, 0 none */
	bool running, more, failed;
	bool everywhere;  /* in all chats, not in one */
	char *looked;	  /* what was looked for, without "in:" */
	char *lit;	  /* the same, as it is lit up (lit.h) */
	char *wrong;	  /* why nothing was searched, or NULL */
	struct hit *hits; /* the newest first */
	size_t nhits;
	struct rows rows;
	enum pane_id before; /* where the focus was */
};

static void *
create(struct front *f)
{
	struct search *s = xcalloc(1, sizeof(*s));

	(void)f;
	s->words = edit_new(WORDS_MAX, EDIT_ONE_LINE);
	s->looked = xstrdup("");
	s->lit = lit_words("", 0);
	return s;
}

static void
clear(struct search *s)
{
	for (size_t i = 0; i < s->nhits; i++)
		free(s->hits[i].text);
	free(s->hits);
	s->hits = NULL;
	s->nhits = 0;
	s->rows = (struct rows){0, 0};
}

static void
destroy(void *state)
{
	struct search *s = state;

	clear(s);
	free(s->wrong);
	free(s->looked);
	free(s->lit);
	edit_free(s->words);
	free(s);
}

/* ---- asking ----------------------------------------------------------------------------------------------------------- */

/* Asks the core; no words end the search that runs. */
static void
ask(struct pane *p)
{
	struct search *s = p->state;
	struct msg *m = msg_new(MSG_CMD_SEARCH);
	size_t len;
	const char *typed = edit_text(s->words, &len), *words;
	char err[160] = "";

	clear(s);
	free(s->wrong);
	s->wrong = NULL;
	words = command_search_words(front_model(p->front), typed, &m->b.search.peer, err,
				     sizeof(err));
	if (words == NULL) {
		s->wrong = xstrdup(err);
		words = "";
	}
	free(s->looked);
	free(s->lit);
	s->looked = xstrdup(words);
	s->lit = lit_words(words, strlen(words));
	s->everywhere = key_equal(&m->b.search.peer, &(struct key){{0}});
	m->b.search.at = INT64_MAX;
	m->b.search.count = HITS_MAX;
	m->serial = s->serial = front_serial(p->front);
	msg_set_bytes(m, words, strlen(words));
	s->more = s->failed = false;
	s->running = front_send(p->front, m);
	s->typing = false;
	p->dirty = true;
}

/* A line of a text, with the first of the words in it, in fresh memory. */
static char *
line_of(const struct search *s, const struct row *r)
{
	char *shown = text_show_dup(r->text, r->text_len, TEXT_ONE_LINE), *line;
	size_t n = strlen(shown), from = 0, first;
	uint8_t *mark = xmalloc(n + 1);

	first = lit_mark(s->lit, shown, n, mark);
	if (first < n && first > SHOWN_MAX / 2)
		from = text_truncate_utf8(shown, n, first - SHOWN_MAX / 4);
	line = xmalloc(SHOWN_MAX + sizeof("…"));
	n = text_truncate_utf8(shown + from, n - from, SHOWN_MAX);
	snprintf(line, SHOWN_MAX + sizeof("…"), "%s%.*s", from > 0 ? "…" : "", (int)n,
		 shown + from);
	free(mark);
	free(shown);
	return line;
}

/* The chat it stands in: what a device says, in that of its person; unless it was looked for in the device's own. */
static struct key
chat_of(struct pane *p, const struct key *peer)
{
	const struct search *s = p->state;
	const struct model_contact *c = model_contact(front_model(p->front), peer);

	return s->everywhere && c != NULL && model_is_device(&c->c) ? c->c.person : *peer;
}

void
search_hits(struct pane *p, const struct msg *ev)
{
	struct search *s = p->state;
	struct row r;
	size_t at = 0;

	if (ev->serial != s->serial || !s->running)
		return;
	while (s->nhits < HITS_MAX && row_get(ev->bytes, ev->len, &at, &r)) {
		if (s->nhits % 64 == 0)
			s->hits = xreallocarray(s->hits, s->nhits + 64, sizeof(*s->hits));
		s->hits[s->nhits++] = (struct hit){.peer = chat_of(p, &r.peer),
						   .row = r.row,
						   .time = r.time,
						   .out = r.dir == DIR_OUT,
						   .text = line_of(s, &r)};
	}
	if (ev->b.hits.done) {
		s->running = false;
		s->more = ev->b.hits.more;
		s->failed = ev->b.hits.failed;
	}
	p->dirty = true;
}

void
search_open(struct front *f, const char *words)
{
	struct pane *p = front_pane(f, PANE_SEARCH);
	struct search *s = p->state;

	if (front_focus(f) != PANE_SEARCH)
		s->before = front_focus(f);
	s->typing = words[0] == '\0';
	if (words[0] != '\0') {
		edit_set(s->words, words, strlen(words));
		ask(p);
	}
	front_set_focus(f, PANE_SEARCH);
	p->dirty = true;
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------- */

static void
draw_hit(struct pane *p, struct grid *g, int y, size_t i, bool focus)
{
	const struct search *s = p->state;
	const struct hit *hit = &s->hits[i];
	const struct model_contact *c = model_contact(front_model(p->front), &hit->peer);
	struct rect r = p->rect;
	bool on = i == s->rows.cursor && focus && !s->typing;
	int name = r.w >= 60 ? 14 : 8, x = r.x + 1;
	time_t t = (time_t)(hit->time / 1000);
	char when[32] = "";
	struct tm tm;

	if (on)
		grid_clear(g, (struct rect){y, r.x, 1, r.w}, STYLE_CURSOR);
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(when, sizeof(when), r.w >= 60 ? "%Y-%m-%d %H:%M" : "%m-%d", &tm) == 0)
		when[0] = '\0';
	x += draw_text(g, y, x, r.w - 2, on ? STYLE_CURSOR : STYLE_DIM, when) + 1;
	draw_text(g, y, x, 1, on ? STYLE_CURSOR : STYLE_DIM, hit->out ? "›" : "‹");
	x += 2;
	draw_text(g, y, x, name, on ? STYLE_CURSOR : STYLE_PEER, c != NULL ? c->c.name : "");
	x += name + 1;
	draw_lit_line(g, y, x, r.x + r.w - 1 - x, on ? STYLE_CURSOR : STYLE_NORMAL,
		      on ? STYLE_CURSOR | STYLE_BOLD | STYLE_UNDERLINE : STYLE_MATCH, s->lit,
		      hit->text, strlen(hit->text));
}

static void
draw_state(struct pane *p, struct grid *g, int x)
{
	const struct search *s = p->state;
	struct rect r = p->rect;
	int w = r.x + r.w - 1 - x;

	if (s->typing)
		return;
	if (s->wrong != NULL)
		draw_text(g, r.y, x, w, STYLE_ERROR, s->wrong);
	else if (s->failed)
		draw_text(g, r.y, x, w, STYLE_ERROR, _("the history cannot be read"));
	else if (s->running)
		draw_fmt(g, r.y, x, w, STYLE_DIM, "%zu so far, searching…", s->nhits);
	else
		draw_fmt(g, r.y, x, w, STYLE_DIM, s->more ? N_("the newest %zu") : N_("%zu found"),
			 s->nhits);
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct search *s = p->state;
	struct rect r = p->rect;
	size_t room = r.h > 1 ? (size_t)r.h - 1 : 0;
	int n = draw_text(g, r.y, r.x + 1, r.w - 2, STYLE_TITLE, _("SEARCH"));

	n += draw_text(g, r.y, r.x + n + 2, r.w - n - 3, STYLE_STRONG, edit_text(s->words, NULL));
	draw_state(p, g, r.x + n + 4);
	if (s->nhits == 0 && (s->typing || !s->running)) {
		draw_text(g, r.y + 2, r.x + 3, r.w - 4, STYLE_DIM,
			  s->typing
				  ? _("Type words; Enter finds the messages of all chats with all "
				      "of them.")
				  : _("Nothing matches."));
		if (s->typing && front_current(p->front) != NULL)
			draw_text(g, r.y + 3, r.x + 3, r.w - 4, STYLE_DIM,
				  _("Tab looks in the open chat only, and in all again."));
		return;
	}
	rows_see(&s->rows, room);
	for (size_t i = 0; i < room && s->rows.top + i < s->nhits; i++)
		draw_hit(p, g, r.y + 1 + (int)i, s->rows.top + i, focus);
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct search *s = p->state;

	if (!s->typing)
		return false;
	*y = p->rect.y;
	*x = p->rect.x + 8 + (int)text_cells(edit_text(s->words, NULL), edit_cursor(s->words));
	return true;
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

static void
close_search(struct pane *p)
{
	struct search *s = p->state;
	enum pane_id before = s->before;

	if (s->running) {
		edit_set(s->words, "", 0);
		ask(p);
	}
	front_close_main(p->front);
	if (before != PANE_SEARCH && before != PANE_HELP)
		front_set_focus(p->front, before);
}

static unsigned
open_hit(struct pane *p)
{
	struct search *s = p->state;
	struct hit hit;

	if (s->rows.cursor >= s->nhits)
		return PANE_HANDLED | PANE_REFUSED;
	hit = s->hits[s->rows.cursor];
	if (model_contact(front_model(p->front), &hit.peer) == NULL)
		return PANE_HANDLED | PANE_REFUSED;
	front_open_chat(p->front, &hit.peer);
	if (front_main(p->front) != PANE_CHAT)
		return PANE_HANDLED;
	chat_light(front_pane(p->front, PANE_CHAT), s->looked);
	chat_jump(front_pane(p->front, PANE_CHAT), hit.row);
	front_set_focus(p->front, PANE_CHAT);
	return PANE_HANDLED;
}

static unsigned
step(struct search *s, long n)
{
	rows_step(&s->rows, s->nhits, n);
	return PANE_HANDLED | PANE_REDRAW;
}

/* Between the open chat and all chats: "in:NAME" before the words comes and goes. */
static void
change_scope(struct pane *p)
{
	struct search *s = p->state;
	const struct key *current = front_current(p->front);
	const struct model_contact *c =
		current != NULL ? model_contact(front_model(p->front), current) : NULL;
	const char *typed = edit_text(s->words, NULL);
	char *words, *quoted;

	if (strncmp(typed, "in:", 3) == 0) {
		words = xstrdup(shellwords_rest(typed, 1));
	} else if (c != NULL) {
		quoted = shellwords_quote(c->c.name);
		xasprintf(&words, "in:%s %s", quoted, typed);
		free(quoted);
	} else {
		return;
	}
	edit_set(s->words, words, strlen(words));
	free(words);
}

static unsigned
typing_key(struct pane *p, enum request req, struct input_key k)
{
	struct search *s = p->state;

	if (k.sym == INPUT_SYM_ENTER) {
		if (!edit_empty(s->words))
			ask(p);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (k.sym == INPUT_SYM_TAB) {
		change_scope(p);
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req == REQ_BACK && s->nhits != 0) {
		s->typing = false;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (req == REQ_BACK) {
		close_search(p);
		return PANE_HANDLED;
	}
	if (edit_do(s->words, keys_lookup(KEYS_PROMPT, k)) == 0)
		return 0;
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct search *s = p->state;
	long by;

	if (s->typing)
		return typing_key(p, req, k);
	if (req == REQ_SEARCH_OPEN)
		return open_hit(p);
	if (req == REQ_SEARCH_CLOSE || req == REQ_BACK) {
		close_search(p);
		return PANE_HANDLED;
	}
	if (req == REQ_LIST_FILTER || req == REQ_SEARCH) {
		s->typing = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (rows_by(req, p->rect.h, &by))
		return step(s, by);
	return 0;
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	struct search *s = p->state;

	if (!s->typing)
		return 0;
	edit_insert(s->words, bytes, len);
	return PANE_HANDLED | PANE_REDRAW;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct search *s = p->state;
	size_t at;

	if (rows_wheel(m) != 0)
		return step(s, rows_wheel(m));
	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return PANE_HANDLED;
	if (m->y == p->rect.y) {
		s->typing = true;
		return PANE_HANDLED | PANE_REDRAW;
	}
	if (!rows_at(&s->rows, s->nhits, m->y - p->rect.y - 1, &at))
		return PANE_HANDLED;
	s->rows.cursor = at;
	s->typing = false;
	return open_hit(p) | PANE_REDRAW;
}

const struct pane_class search_pane = {
	.name = "search",
	.context = KEYS_SEARCH,
	.watch = DIRTY_CONTACTS,
	.create = create,
	.destroy = destroy,
	.draw = draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.mouse = mouse,
};
