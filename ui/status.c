/* status.c - the lines that frame the screen: the header, the hint line above the input line, and the key line. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/dialog.h"
#include "ui/browser.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/pane.h"

/* ---- header ----------------------------------------------------------------------------------------------------------- */

/* "↑ 1.2 MB/s  ↓ 340 kB/s", of what runs. */
static void
rates(struct model *m, char *out, size_t size)
{
	uint64_t up, down;
	unsigned nup, ndown;
	int64_t eta;
	char a[TEXT_FIGURE], b[TEXT_FIGURE];

	model_totals(m, &up, &down, &nup, &ndown, &eta);
	out[0] = '\0';
	if (nup != 0 && ndown != 0)
		snprintf(out, size, "↑ %s  ↓ %s", text_rate(a, sizeof(a), up),
			 text_rate(b, sizeof(b), down));
	else if (nup != 0)
		snprintf(out, size, "↑ %s", text_rate(a, sizeof(a), up));
	else if (ndown != 0)
		snprintf(out, size, "↓ %s", text_rate(b, sizeof(b), down));
}

static void
header_draw(struct pane *p, struct grid *g, bool focus)
{
	struct rect r = p->rect;
	struct model *m = front_model(p->front);
	const struct msg_self *self = model_self(m);
	size_t accepted = 0, online = model_count_online(m, &accepted);
	int end = r.x + r.w - 1, x = r.x + 1;
	char line[128], clock[6];

	(void)focus;
	grid_clear(g, r, STYLE_HEADER);
	end -= draw_right(g, r.y, end, 5, STYLE_HEADER, draw_clock(clock, front_wall(p->front)));
	say_into(line, sizeof(line), r.w < 60 ? "%zu/%zu" : N_("%zu/%zu online"), online, accepted);
	end -= 2;
	end -= draw_right(g, r.y, end, 20, STYLE_HEADER, line) + 2;
	if (r.w >= 60)
		x += draw_text(g, r.y, x, 7, STYLE_HEADER | STYLE_BOLD, "p2p-tui") + 2;
	x += draw_text(g, r.y, x, r.w / 4, STYLE_HEADER, self->nick) + 2;
	if (self->invisible || self->away)
		x += draw_text(g, r.y, x, 11, STYLE_HEADER | STYLE_BOLD,
			       self->invisible ? _("○ invisible") : _("◐ away")) +
		     2;
	if (self->listen_error[0] != '\0')
		say_into(line, sizeof(line), "⚠ not listening");
	else
		rates(m, line, sizeof(line));
	if ((int)text_cells(line, strlen(line)) > end - x)
		line[0] = '\0';
	/* Four columns from the count where there is room, as the eye expects them to stay. */
	if (end - x > 40)
		end -= 3;
	draw_right(g, r.y, end, end - x, STYLE_HEADER, line);
}

const struct pane_class header_pane = {
	.name = "header",
	.watch = DIRTY_SELF | DIRTY_CONTACTS | DIRTY_TRANSFERS,
	.draw = header_draw,
};

/* ---- hint line -------------------------------------------------------------------------------------------------------- */

/* The contact with unread messages that is not in sight, and how many there are of such. */
static struct model_contact *
unread(struct front *f, uint32_t *messages, size_t *chats)
{
	struct model *m = front_model(f);
	struct model_contact *first = NULL;

	*messages = 0;
	*chats = 0;
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		struct model_contact *c = model_contact_at(m, i);

		if (c->chat.unread == 0 || c->c.state != CONTACT_ACCEPTED || model_is_device(&c->c))
			continue;
		*messages += c->chat.unread;
		if ((*chats)++ == 0)
			first = c;
	}
	return first;
}

static int
hint_unread(struct front *f, struct grid *g, struct rect r)
{
	uint32_t messages;
	size_t chats;
	const struct model_contact *c = unread(f, &messages, &chats);
	char line[160];

	if (c == NULL)
		return 0;
	if (chats == 1)
		say_into(line, sizeof(line), "[%s] %u unread: %s", c->c.name, messages,
			 keys_name(REQ_CHAT_UNREAD));
	else
		say_into(line, sizeof(line), "[%zu chats] %u unread: %s", chats, messages,
			 keys_name(REQ_CHAT_UNREAD));
	return draw_right(g, r.y, r.x + r.w - 1, r.w * 2 / 3, STYLE_UNREAD, line) + 2;
}

/* What waits for an answer, in words; false when nothing does. */
static bool
waiting(struct front *f, char *out, size_t size)
{
	struct model *m = front_model(f);
	size_t requests = model_count_requests(m), offers = 0;
	const char *who = "", *what = "";
	const struct model_contact *c;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (t->t.dir != DIR_IN || t->t.state != TRANSFER_WAITING)
			continue;
		c = model_contact(m, &t->t.peer);
		who = c != NULL ? c->c.name : "?";
		what = t->what;
		offers++;
	}
	if (offers == 1 && requests == 0)
		say_into(out, size, "%s offers %s: %s answers", who, what, keys_name(REQ_REQUESTS));
	else if (offers == 0 && requests == 1)
		say_into(out, size, "Somebody asks to be let in: %s answers",
			 keys_name(REQ_REQUESTS));
	else if (offers + requests > 0)
		say_into(out, size, "%zu questions wait: %s answers", offers + requests,
			 keys_name(REQ_REQUESTS));
	return offers + requests > 0;
}

static void
hint_draw(struct pane *p, struct grid *g, bool focus)
{
	struct front *f = p->front;
	struct rect r = p->rect;
	const struct key *peer = front_current(f);
	const struct model_contact *c = peer != NULL ? model_contact(front_model(f), peer) : NULL;
	const char *sentence;
	bool error;
	char line[400];
	int w = r.w - 2;

	(void)focus;
	sentence = front_sentence(f, &error);
	if (sentence[0] != '\0') {
		draw_text(g, r.y, r.x + 1, w, error ? STYLE_ERROR : STYLE_STRONG, sentence);
		return;
	}
	w -= hint_unread(f, g, r);
	if (c != NULL && c->c.typing)
		draw_fmt(g, r.y, r.x + 1, w, STYLE_DIM, "%s is typing…", c->c.name);
	else if (waiting(f, line, sizeof(line)))
		draw_text(g, r.y, r.x + 1, w, STYLE_NEWS, line);
	else if (!model_ready(front_model(f)))
		draw_text(g, r.y, r.x + 1, w, STYLE_DIM, _("Starting…"));
}

const struct pane_class hint_pane = {
	.name = "hint",
	.watch = DIRTY_CONTACTS | DIRTY_CHAT | DIRTY_TRANSFERS | DIRTY_READY | DIRTY_SELF,
	.draw = hint_draw,
};

/* ---- key line --------------------------------------------------------------------------------------------------------- */

struct keyword {
	enum request req;
	const char *word;
};

#define KEYWORDS_MAX 10

/* What the key line tells in each context: what matters most first, the way out last. */
static const struct {
	unsigned context;
	struct keyword words[KEYWORDS_MAX];
} keylines[] = {
	{KEYS_PROMPT,
	 {{REQ_HELP, N_("help")},
	  {REQ_FOCUS_PEERS, N_("peers")},
	  {REQ_FOCUS_FILES, N_("files")},
	  {REQ_FOCUS_TRANSFERS, N_("transfers")},
	  {REQ_FIND, N_("find")},
	  {REQ_COMPLETE, N_("complete")},
	  {REQ_QUIT, N_("quit")}}},
	{KEYS_CHAT,
	 {{REQ_SCROLL_UP, N_("back")},
	  {REQ_LIST_BOTTOM, N_("newest")},
	  {REQ_FIND, N_("find")},
	  {REQ_COPY_MESSAGE, N_("copy")},
	  {REQ_BARE, N_("bare text")},
	  {REQ_BACK, N_("write")}}},
	{KEYS_PEERS,
	 {{REQ_PEER_OPEN, N_("open")},
	  {REQ_PEER_MENU, N_("menu")},
	  {REQ_ADD_PEER, N_("add")},
	  {REQ_PEER_CONNECT, N_("connect")},
	  {REQ_PEER_RENAME, N_("rename")},
	  {REQ_LIST_FILTER, N_("filter")},
	  {REQ_BACK, N_("back")}}},
	{KEYS_BROWSER,
	 {{REQ_FILE_SEND, N_("send")},
	  {REQ_FILE_SEND_TO, N_("other peer…")},
	  {REQ_FILE_MARK, N_("mark")},
	  {REQ_FILE_RANGE, N_("range")},
	  {REQ_FILE_INVERT, N_("invert")},
	  {REQ_BACK, N_("back")},
	  {REQ_FILE_PREVIEW, N_("look")},
	  {REQ_FILE_SORT, N_("sort")},
	  {REQ_FILE_PLACES, N_("places")},
	  {REQ_LIST_FILTER, N_("filter")}}},
	{KEYS_TRANSFERS,
	 {{REQ_TRANSFER_PAUSE, N_("pause")},
	  {REQ_TRANSFER_CANCEL, N_("cancel")},
	  {REQ_TRANSFER_OPEN, N_("open")},
	  {REQ_TRANSFER_WENT, N_("where it went")},
	  {REQ_TRANSFER_MENU, N_("menu")},
	  {REQ_TRANSFER_ACCEPT, N_("accept")},
	  {REQ_TRANSFER_REFUSE, N_("refuse")},
	  {REQ_BACK, N_("back")}}},
	{KEYS_HELP,
	 {{REQ_HELP_RUN, N_("do it")},
	  {REQ_LIST_FILTER, N_("search")},
	  {REQ_HELP_CLOSE, N_("close")}}},
	{KEYS_SEARCH,
	 {{REQ_SEARCH_OPEN, N_("go there")},
	  {REQ_LIST_FILTER, N_("other words")},
	  {REQ_SEARCH_CLOSE, N_("close")}}},
	{KEYS_CHOOSE,
	 {{REQ_CHOOSE_ACCEPT, N_("accept these")},
	  {REQ_FILE_MARK, N_("mark")},
	  {REQ_FILE_ENTER, N_("folder")},
	  {REQ_FILE_CLEAR, N_("none")},
	  {REQ_FILE_MARK_ALL, N_("all")},
	  {REQ_LIST_FILTER, N_("filter")},
	  {REQ_CHOOSE_CLOSE, N_("close")}}},
	{KEYS_WENT,
	 {{REQ_WENT_SHOW, N_("show in its folder")},
	  {REQ_LIST_FILTER, N_("filter")},
	  {REQ_WENT_ONLY, N_("only failed, renamed…")},
	  {REQ_WENT_CLOSE, N_("close")}}},
};

/* The welcome has the context of the input line, but other things to do. */
static const struct keyword welcome_words[KEYWORDS_MAX] = {
	{REQ_HELP, N_("help")},		  {REQ_SUBMIT, N_("next")},
	{REQ_COPY_CODE, N_("copy code")}, {REQ_REQUESTS, N_("requests")},
	{REQ_LISTEN, N_("listen")},	  {REQ_QUIT, N_("quit")}};

/* The chat has more of them while a message is chosen. */
static const struct keyword chosen_words[KEYWORDS_MAX] = {
	{REQ_MESSAGE_EDIT, N_("edit")},	      {REQ_MESSAGE_DELETE, N_("delete")},
	{REQ_MESSAGE_REPLY, N_("reply")},     {REQ_MESSAGE_REACT, N_("react")},
	{REQ_MESSAGE_VERSIONS, N_("before")}, {REQ_MESSAGE_DOWN, N_("next")},
	{REQ_MESSAGE_UP, N_("previous")},     {REQ_BACK, N_("write")}};

/* And others while words are lit up in it. */
static const struct keyword found_words[KEYWORDS_MAX] = {{REQ_FIND_OLDER, N_("older")},
							 {REQ_FIND_NEWER, N_("newer")},
							 {REQ_FIND, N_("other words")},
							 {REQ_LIST_BOTTOM, N_("newest")},
							 {REQ_BACK, N_("write")}};

/* And the browser while its places or its basket are open. */
static const struct keyword places_words[KEYWORDS_MAX] = {
	{REQ_FILE_ENTER, N_("go there")},
	{REQ_FILE_REMOVE, N_("remove")},
	{REQ_FILE_BOOKMARK, N_("add this folder")},
	{REQ_BACK, N_("back")}};
static const struct keyword basket_words[KEYWORDS_MAX] = {
	{REQ_FILE_SEND, N_("send")},	 {REQ_FILE_SEND_TO, N_("other peer…")},
	{REQ_FILE_MARK, N_("take out")}, {REQ_FILE_ENTER, N_("go there")},
	{REQ_FILE_CLEAR, N_("clear")},	 {REQ_BACK, N_("back")}};

/* So have the peers while one is chosen for what is carried. */
static const struct keyword carry_words[KEYWORDS_MAX] = {{REQ_PEER_OPEN, N_("send to this peer")},
							 {REQ_LIST_FILTER, N_("filter")},
							 {REQ_BACK, N_("back")}};

/* A question has keys of its own, whatever lies below it; in its fields letters are letters. */
static const struct keyword question_words[KEYWORDS_MAX] = {
	{REQ_DIALOG_OK, N_("choose")}, {REQ_DIALOG_NEXT, N_("next")}, {REQ_BACK, N_("cancel")}};
static const struct keyword field_words[KEYWORDS_MAX] = {
	{REQ_SUBMIT, N_("done")}, {REQ_FOCUS_NEXT, N_("next field")}, {REQ_BACK, N_("cancel")}};

/* So has a filter while one types it. */
static const struct keyword filter_words[KEYWORDS_MAX] = {{REQ_SUBMIT, N_("take it")},
							  {REQ_EDIT_DOWN, N_("next")},
							  {REQ_EDIT_UP, N_("previous")},
							  {REQ_BACK, N_("no filter")}};
static const struct keyword palette_words[KEYWORDS_MAX] = {{REQ_SUBMIT, N_("do it")},
							   {REQ_EDIT_DOWN, N_("next")},
							   {REQ_EDIT_UP, N_("previous")},
							   {REQ_BACK, N_("close")}};

/* Whether the pane has a cursor to type at: a list has one only for its filter. */
static bool
types(struct pane *p)
{
	int y, x;

	return (p->class->context & KEYS_LISTS) != 0 && p->class->cursor != NULL &&
	       p->class->cursor(p, &y, &x);
}

static const struct keyword *
keywords(struct front *f)
{
	struct pane *p = front_pane(f, front_focus(f));
	const struct dialog *question = front_question(f);
	unsigned context = p->class->context;

	if (question != NULL)
		return dialog_takes_text(question) && !dialog_guarded(question) ? field_words
										: question_words;
	if (types(p))
		return context == KEYS_HELP ? palette_words : filter_words;
	if (front_carry(f)->by_keys)
		return carry_words;
	if (front_focus(f) == PANE_WELCOME)
		return welcome_words;
	if (front_focus(f) == PANE_BROWSER && browser_side(f) == BROWSER_PLACES_SIDE)
		return places_words;
	if (front_focus(f) == PANE_BROWSER && browser_side(f) == BROWSER_BASKET_SIDE)
		return basket_words;
	if (front_focus(f) == PANE_CHAT && chat_has_chosen(front_pane(f, PANE_CHAT)))
		return chosen_words;
	if (front_focus(f) == PANE_CHAT && chat_has_found(front_pane(f, PANE_CHAT)))
		return found_words;
	for (size_t i = 0; i < NELEM(keylines); i++)
		if (keylines[i].context == context)
			return keylines[i].words;
	return keylines[0].words;
}

/* Sending says to whom. */
static const char *
keyword_word(struct front *f, const struct keyword *k, char *buf, size_t size)
{
	const struct key *peer = front_current(f);
	const struct model_contact *c = peer != NULL ? model_contact(front_model(f), peer) : NULL;
	char name[64];

	if (k->req != REQ_FILE_SEND || c == NULL)
		return _(k->word);
	text_fit(name, sizeof(name), c->c.name, strlen(c->c.name), 12, 0);
	say_into(buf, size, "%s to %s", _(k->word), name);
	return buf;
}

static int
keyword_width(struct front *f, const struct keyword *k)
{
	const char *name = keys_name(k->req), *word;
	char buf[96];

	word = keyword_word(f, k, buf, sizeof(buf));
	return (int)(text_cells(name, strlen(name)) + 1 + text_cells(word, strlen(word)));
}

/* Calls fn for each that fits, the last one always. Returns the request at column want, REQ_NONE for none; g may be NULL. */
static enum request
keyline_walk(struct pane *p, struct grid *g, int want)
{
	const struct keyword *words = keywords(p->front);
	struct rect r = p->rect;
	int x = r.x + 1, last = 0;

	while (last + 1 < KEYWORDS_MAX && words[last + 1].req != REQ_NONE)
		last++;
	for (int i = 0; i <= last; i++) {
		int w = keyword_width(p->front, &words[i]), room = r.x + r.w - x;
		char buf[96];

		/* What lost its keys to others is not told of. */
		if (keys_name(words[i].req)[0] == '\0' ||
		    (i < last && w + 2 + keyword_width(p->front, &words[last]) + 1 > room))
			continue;
		if (g != NULL) {
			int n = draw_text(g, r.y, x, room, STYLE_KEY, keys_name(words[i].req));

			draw_text(g, r.y, x + n + 1, room - n - 1, STYLE_NORMAL,
				  keyword_word(p->front, &words[i], buf, sizeof(buf)));
		}
		if (want >= x && want < x + w)
			return words[i].req;
		/* Where files go stands a little apart from what is done in the list. */
		x += w +
		     (words[i].req == REQ_FILE_SEND || words[i].req == REQ_FILE_SEND_TO ? 3 : 2);
	}
	return REQ_NONE;
}

static void
keyline_draw(struct pane *p, struct grid *g, bool focus)
{
	(void)focus;
	keyline_walk(p, g, -1);
}

static unsigned
keyline_mouse(struct pane *p, const struct input_mouse *m)
{
	enum request req;
	struct pane *focused = front_pane(p->front, front_focus(p->front));

	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return 0;
	req = keyline_walk(p, NULL, m->x);
	if (req == REQ_NONE)
		return 0;
	/* As its key would: the pane that has the focus is asked first. */
	if (focused->class->key == NULL ||
	    focused->class->key(focused, req, (struct input_key){0, 0}) == 0)
		front_request(p->front, req);
	front_dirty(p->front, PANE_COUNT);
	return PANE_HANDLED;
}

const struct pane_class keyline_pane = {
	.name = "keyline",
	.draw = keyline_draw,
	.mouse = keyline_mouse,
};
