/* chat_find.c - finding, selecting and copying in the chat pane. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/chat_priv.h"
#include "ui/chat_rows.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/pane.h"
#include "ui/theme.h"

/* ---- finding ---------------------------------------------------------------------------------------------------------- */

static bool
row_matches(const struct row *r, const char *folded)
{
	size_t size = text_show_max(r->text_len) + 1;
	char *text = xmalloc(size);
	bool found;

	text_fold(text, size, r->text, r->text_len);
	found = strstr(text, folded) != NULL;
	free(text);
	return found;
}

/* Brings the row into the middle. */
static void
show_row(struct pane *p, const struct model_contact *c, int64_t row)
{
	struct chat_view *v = p->state;
	struct chat_look look;

	chat_look_init(&look, p->front, c, p->rect.w);
	look.new_row = v->new_row;
	v->follow = false;
	v->to_top = false;
	v->anchor_row = row;
	v->skip = 0;
	chat_move_down(v, &look, chat_body(p).h / 2);
	front_dirty(p->front, PANE_CHAT);
}

void
chat_find_on(struct pane *p)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	const struct model_chat *chat = c != NULL ? &c->chat : NULL;

	v->finding = false;
	for (size_t i = chat != NULL ? chat->nrows : 0; i > 0; i--) {
		const struct row *r = &chat->rows[i - 1].r;

		if ((v->found_row != 0 && r->row >= v->found_row) || !row_matches(r, v->words))
			continue;
		v->found_row = r->row;
		show_row(p, c, r->row);
		front_say(p->front, "%s finds the next older one.", keys_name(REQ_FIND));
		return;
	}
	if (chat != NULL && !chat->at_top && chat->nrows != 0) {
		v->finding = true;
		model_chat_older(front_model(p->front), &c->c.peer);
		front_say(p->front, "Looking further back…");
		return;
	}
	front_say(p->front, v->found_row != 0 ? "Nothing older matches." : "Nothing matches.");
}

void
chat_find(struct pane *p, const char *words)
{
	struct chat_view *v = p->state;
	size_t size = text_show_max(strlen(words)) + 1;
	char *folded = xmalloc(size);

	text_fold(folded, size, words, strlen(words));
	if (strcmp(folded, v->words) != 0)
		v->found_row = 0;
	free(v->words);
	free(v->typed);
	v->words = folded;
	v->typed = xstrdup(words);
	if (folded[0] == '\0')
		v->found_row = 0;
	else
		chat_find_on(p);
	front_dirty(p->front, PANE_CHAT);
}

const char *
chat_found_words(const struct pane *p)
{
	const struct chat_view *v = p->state;

	return v->typed;
}

/* ---- jumping ---------------------------------------------------------------------------------------------------------- */

static void
jump(struct pane *p, bool since, int64_t at)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	if (c == NULL)
		return;
	v->arounds = c->chat.arounds;
	v->finding = v->to_top = false;
	v->jumping = since ? model_chat_since(front_model(p->front), &c->c.peer, at)
			   : model_chat_around(front_model(p->front), &c->c.peer, at);
	if (!v->jumping)
		front_error(p->front, "The program is busy and did not take that. Try again.");
}

void
chat_jump(struct pane *p, int64_t row)
{
	jump(p, false, row);
}

void
chat_jump_since(struct pane *p, int64_t ms)
{
	jump(p, true, ms);
}

void
chat_jump_on(struct pane *p)
{
	struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);

	if (c == NULL || c->chat.arounds == v->arounds)
		return;
	v->jumping = false;
	if (c->chat.around_row == 0) {
		v->follow = true;
		front_say(p->front, "Nothing stands there in this chat; this is its end.");
		return;
	}
	v->found_row = c->chat.around_row;
	show_row(p, c, v->found_row);
}

/* ---- copying ---------------------------------------------------------------------------------------------------------- */

void
chat_copy_message(struct pane *p)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	int64_t want = v->cursor_row != 0 ? v->cursor_row : v->found_row;
	int skip;

	if (c == NULL || c->chat.nrows == 0) {
		front_say(p->front, "There is no message to copy.");
		return;
	}
	for (size_t i = chat_anchor(v, &c->chat, &skip) + 1; i > 0; i--) {
		const struct row *r = &c->chat.rows[i - 1].r;

		if (want != 0 ? r->row == want : r->kind == ROW_TEXT) {
			front_copy(p->front, r->text, r->text_len, "the message");
			return;
		}
	}
	front_say(p->front, "There is no message to copy.");
}

void
chat_draw_selection(struct pane *p, struct grid *g)
{
	const struct chat_view *v = p->state;
	struct rect r = chat_body(p);
	int y1 = v->y1, x1 = v->x1, y2 = v->y2, x2 = v->x2;

	if (y1 > y2 || (y1 == y2 && x1 > x2)) {
		y1 = v->y2, x1 = v->x2;
		y2 = v->y1, x2 = v->x1;
	}
	for (int y = y1; y <= y2; y++) {
		int from = y == y1 ? x1 : r.x, to = y == y2 ? x2 + 1 : r.x + r.w;

		grid_add_style(g, (struct rect){y, from, 1, to - from}, STYLE_REVERSE);
	}
}

void
chat_copy_selection(struct pane *p)
{
	const struct chat_view *v = p->state;
	struct rect r = chat_body(p);
	int y1 = v->y1, x1 = v->x1, y2 = v->y2, x2 = v->x2;
	const struct grid *g = front_grid(p->front);
	char *text = xstrdup("");

	if (y1 > y2 || (y1 == y2 && x1 > x2)) {
		y1 = v->y2, x1 = v->x2;
		y2 = v->y1, x2 = v->x1;
	}
	for (int y = y1; y <= y2; y++) {
		int from = y == y1 ? x1 : r.x, to = y == y2 ? x2 + 1 : r.x + r.w;
		char *line = grid_text(g, (struct rect){y, from, 1, to - from}), *both;

		xasprintf(&both, "%s%s", text, line);
		free(line);
		free(text);
		text = both;
	}
	if (text[0] != '\0')
		front_copy(p->front, text, strlen(text) - 1, "what was selected");
	free(text);
}
