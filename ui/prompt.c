/* prompt.c - the input line: text to the open chat, slash commands, completion, pastes, a draft per chat. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/addr.h"
#include "src/command.h"
#include "src/emoji.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/drafts.h"
#include "ui/draw.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/prompt.h"

/* The peer is told of typing at most this often. */
#define TYPING_MS	 3000
#define COMPLETIONS	 64
/* What was typed is kept when nothing more came for a while, and while it goes on every so often. */
#define SAVE_QUIET_MS	 2000
#define SAVE_AT_LEAST_MS 10000
/* "› " before the text, and a column for the cursor behind it. */
#define MARGIN		 3
/* A paste of more is no list of files. */
#define DROP_MAX	 ((size_t)256 << 10)

struct prompt {
	struct edit *edit;
	struct drafts *drafts;
	struct key peer; /* whose text is in the editor */
	bool has_peer;
	uint32_t said_serial; /* the last message sent, until its result */
	char *said;
	uint64_t typing_at;
	bool emoji_listed; /* the next Tab takes a name that is whole, though others go on from it */
	uint64_t unsaved;  /* since then something is; 0: nothing */
};

static void *
create(struct front *f)
{
	struct prompt *s = xcalloc(1, sizeof(*s));

	(void)f;
	s->edit = edit_new((size_t)TEXT_MAX_BYTES, 0);
	s->drafts = drafts_new();
	return s;
}

static void
destroy(void *state)
{
	struct prompt *s = state;

	drafts_free(s->drafts);
	edit_free(s->edit);
	free(s->said);
	free(s);
}

/* ---- drafts ----------------------------------------------------------------------------------------------------------- */

/* Whose text is in the editor; NULL: nobody's. */
static const struct key *
whose(const struct prompt *s)
{
	return s->has_peer ? &s->peer : NULL;
}

static void
save(struct pane *p, bool end)
{
	struct prompt *s = p->state;

	s->unsaved = 0;
	front_wake(p, 0);
	drafts_put_away(s->drafts, whose(s), s->edit);
	drafts_save(s->drafts, p->front, end);
}

static void
changed(struct pane *p)
{
	struct prompt *s = p->state;
	uint64_t now = front_now(p->front), late;

	if (s->unsaved == 0)
		s->unsaved = now;
	late = s->unsaved + SAVE_AT_LEAST_MS;
	front_wake(p, now + SAVE_QUIET_MS < late ? SAVE_QUIET_MS : late > now ? late - now : 1);
	front_relayout(p->front);
	front_dirty(p->front, PANE_PROMPT);
	front_dirty(p->front, PANE_HINT);
}

void
prompt_switch(struct pane *p, const struct key *peer)
{
	struct prompt *s = p->state;
	char *along = NULL;

	/* A text typed to nobody goes along. */
	if (!s->has_peer && peer != NULL && !edit_empty(s->edit)) {
		along = xstrdup(edit_text(s->edit, NULL));
		edit_set(s->edit, "", 0);
	}
	save(p, false);
	s->has_peer = peer != NULL;
	if (peer != NULL)
		s->peer = *peer;
	edit_set(s->edit, along != NULL ? along : "", along != NULL ? strlen(along) : 0);
	free(along);
	drafts_take_out(s->drafts, p->front, peer, s->edit);
	changed(p);
}

void
prompt_event(struct pane *p, const struct msg *ev)
{
	struct prompt *s = p->state;
	const struct msg_contact *c = &ev->b.contact;

	if (ev->type == MSG_EV_PAGE && ev->b.page_result.kind == PAGE_TYPED) {
		bool open = s->has_peer && key_equal(&s->peer, &ev->b.page_result.peer);

		drafts_page(s->drafts, ev, open ? s->edit : NULL);
		changed(p);
	} else if (ev->type == MSG_EV_CONTACT && c->gone && c->moved) {
		drafts_move(s->drafts, &c->peer, &c->new_key);
		if (s->has_peer && key_equal(&s->peer, &c->peer))
			s->peer = c->new_key;
	} else if (ev->type == MSG_EV_CONTACT && c->gone) {
		if (s->has_peer && key_equal(&s->peer, &c->peer)) {
			edit_set(s->edit, "", 0);
			edit_history_clear(s->edit);
		}
		drafts_forget(s->drafts, &c->peer);
	}
}

void
prompt_sending(struct pane *p, const struct msg *m)
{
	struct prompt *s = p->state;
	const struct msg_contact_op *op = &m->b.contact_op;

	if (m->type == MSG_CMD_QUIT)
		save(p, true);
	if (m->type != MSG_CMD_CONTACT || op->op != OP_CLEAR)
		return;
	/* What stands on the line is in sight: it stays. */
	drafts_forget(s->drafts, &op->peer);
	if (s->has_peer && key_equal(&s->peer, &op->peer)) {
		edit_history_clear(s->edit);
		changed(p);
	}
}

static void
tick(struct pane *p)
{
	save(p, false);
}

bool
prompt_empty(const struct pane *p)
{
	const struct prompt *s = p->state;

	return edit_empty(s->edit);
}

size_t
prompt_cursor(const struct pane *p)
{
	const struct prompt *s = p->state;

	return edit_cursor(s->edit);
}

void
prompt_clear(struct pane *p)
{
	struct prompt *s = p->state;

	edit_set(s->edit, "", 0);
	changed(p);
}

const char *
prompt_text(const struct pane *p, size_t *len)
{
	const struct prompt *s = p->state;

	return edit_text(s->edit, len);
}

bool
prompt_replace(struct pane *p, const char *text, size_t len)
{
	struct prompt *s = p->state;
	size_t was;

	(void)edit_text(s->edit, &was);
	if (edit_replace_range(s->edit, 0, was, text, len) & EDIT_FULL)
		return false;
	changed(p);
	return true;
}

void
prompt_insert(struct pane *p, const char *text, size_t len)
{
	struct prompt *s = p->state;

	if (edit_insert(s->edit, text, len) & EDIT_FULL)
		front_error(p->front, "A message holds at most %d kB.", TEXT_MAX_BYTES / 1024);
	changed(p);
}

void
prompt_result(struct pane *p, const struct msg *ev)
{
	struct prompt *s = p->state;

	if (ev->serial == 0 || ev->serial != s->said_serial)
		return;
	s->said_serial = 0;
	if (!ev->b.result.ok && edit_empty(s->edit))
		prompt_insert(p, s->said, strlen(s->said));
}

/* ---- sending ---------------------------------------------------------------------------------------------------------- */

static bool
blank(const char *text)
{
	return text[strspn(text, " \t\n")] == '\0';
}

/* Says it to the open chat. The text stays in the line when it could not be handed over. */
static void
say(struct pane *p, const char *text, size_t len)
{
	struct prompt *s = p->state;
	const struct key *peer = front_current(p->front);
	struct command_env *env = front_env(p->front);
	char hex[2 * KEY_LEN + 1], err[256] = "";
	struct id id;

	if (peer == NULL) {
		front_error(p->front, "There is nobody to send this to. %s adds a peer.",
			    keys_name(REQ_ADD_PEER));
		return;
	}
	if (!command_say(env, util_hex(hex, peer->b, KEY_LEN), text, len, &id, err, sizeof(err))) {
		if (err[0] != '\0')
			front_error(p->front, "%s", err);
		return;
	}
	free(s->said);
	s->said = xstrndup(text, len);
	s->said_serial = env->serial;
	edit_commit(s->edit);
	/* A program that ends now must not offer it again. */
	save(p, false);
	s->typing_at = 0;
	front_request(p->front, REQ_SCROLL_BOTTOM);
}

static void
submit(struct pane *p)
{
	struct prompt *s = p->state;
	size_t len;
	const char *text = edit_text(s->edit, &len);

	if (blank(text))
		return;
	if (strncmp(text, "/me ", 4) == 0 && !blank(text + 4)) {
		say(p, text, len);
	} else if (text[0] == '/' && text[1] != '/') {
		char *line = xstrdup(text);
		bool secret = strncmp(text, "/passphrase ", 12) == 0;

		/* A command may change what is in the line, so it is emptied first and filled again. */
		edit_set(s->edit, "", 0);
		if (front_command(p->front, line) && !secret) {
			edit_history_add(s->edit, line, len);
		} else if (!secret) {
			edit_set(s->edit, line, len);
		}
		if (secret)
			explicit_bzero(line, len);
		free(line);
	} else if (text[0] == '/') {
		say(p, text + 1, len - 1);
	} else {
		say(p, text, len);
	}
	/* Where there is no chat yet, an empty line gives the focus back to the welcome. */
	if (edit_empty(s->edit) && front_focus(p->front) == PANE_PROMPT)
		front_set_focus(p->front, PANE_PROMPT);
	changed(p);
}

static void
tell_typing(struct pane *p)
{
	struct prompt *s = p->state;
	const struct key *peer = front_current(p->front);
	struct model_contact *c = peer != NULL ? model_contact(front_model(p->front), peer) : NULL;
	uint64_t now = front_now(p->front);

	if (c == NULL || c->c.link != LINK_ONLINE || !c->c.accepted_us)
		return;
	if (edit_empty(s->edit) || edit_text(s->edit, NULL)[0] == '/')
		return;
	if (s->typing_at != 0 && now - s->typing_at < TYPING_MS)
		return;
	s->typing_at = now;
	front_contact(p->front, peer, OP_TYPING, NULL, NULL);
}

/* ---- completion ------------------------------------------------------------------------------------------------------- */

/* How many bytes all of them begin with. */
static size_t
common_prefix(char **out, size_t n)
{
	size_t len = strlen(out[0]);

	for (size_t i = 1; i < n; i++) {
		size_t same = 0;

		while (same < len && out[i][same] == out[0][same])
			same++;
		len = same;
	}
	return text_truncate_utf8(out[0], strlen(out[0]), len);
}

static void
list_completions(struct pane *p, char **out, size_t n)
{
	char line[512];
	size_t len = 0;

	line[0] = '\0';
	for (size_t i = 0; i < n && len + strlen(out[i]) + 3 < sizeof(line); i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s", i > 0 ? "  " : "",
					out[i]);
	front_say(p->front, "%s", line);
}

/* Where ":smi" before the cursor begins, two letters at least; the cursor when there is none. */
static size_t
emoji_start(const char *line, size_t cursor)
{
	size_t at = cursor;

	while (at > 0 && strchr("abcdefghijklmnopqrstuvwxyz0123456789_+-", line[at - 1]) != NULL)
		at--;
	if (at == 0 || line[at - 1] != ':' || cursor - at < 2 ||
	    (at > 1 && strchr(" \t\n", line[at - 2]) == NULL))
		return cursor;
	return at - 1;
}

static void
list_emoji(struct pane *p, const struct emoji *e, size_t n)
{
	char line[512];
	size_t len = 0;

	line[0] = '\0';
	for (; n > 0 && len + strlen(e->name) + 10 < sizeof(line); n--, e++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s %s  ", e->text,
					e->name);
	front_say(p->front, "%s", line);
}

/* A whole name, or the only one that begins so, becomes its emoji; else as much as all have. */
static unsigned
complete_emoji(struct pane *p, size_t start, size_t cursor)
{
	struct prompt *s = p->state;
	const char *word = edit_text(s->edit, NULL) + start + 1;
	size_t len = cursor - start - 1, n, same = 0;
	const struct emoji *e;

	n = emoji_find(word, len, &e);
	if (n == 0)
		return PANE_HANDLED | PANE_REFUSED;
	/* The table is in order: what the first and the last have, all have. */
	while (e[0].name[same] != '\0' && e[0].name[same] == e[n - 1].name[same])
		same++;
	if (n == 1) {
		edit_replace_range(s->edit, start, cursor, e->text, strlen(e->text));
	} else if (same > len) {
		edit_replace_range(s->edit, start + 1, cursor, e->name, same);
	} else if (strlen(e->name) == len && s->emoji_listed) {
		edit_replace_range(s->edit, start, cursor, e->text, strlen(e->text));
	} else {
		list_emoji(p, e, n);
		s->emoji_listed = true;
		return PANE_HANDLED | PANE_REFUSED;
	}
	s->emoji_listed = false;
	changed(p);
	return PANE_HANDLED;
}

static unsigned
complete(struct pane *p)
{
	struct prompt *s = p->state;
	const char *line = edit_text(s->edit, NULL);
	size_t cursor = edit_cursor(s->edit), start = 0, n, same;
	char *out[COMPLETIONS];
	unsigned flags = PANE_HANDLED;

	if (emoji_start(line, cursor) != cursor)
		return complete_emoji(p, emoji_start(line, cursor), cursor);
	n = command_complete(front_env(p->front), line, cursor, &start, out, COMPLETIONS);
	if (n == 0)
		return PANE_HANDLED | PANE_REFUSED;
	same = n == 1 ? strlen(out[0]) : common_prefix(out, n);
	if (n == 1 || same > cursor - start) {
		edit_replace_range(s->edit, start, cursor, out[0], same);
		if (n == 1 && same > 0 && out[0][same - 1] != '/')
			edit_insert(s->edit, " ", 1);
	} else {
		list_completions(p, out, n);
		flags |= PANE_REFUSED;
	}
	for (size_t i = 0; i < n; i++)
		free(out[i]);
	changed(p);
	return flags;
}

/* ---- pastes ----------------------------------------------------------------------------------------------------------- */

/* Whether all of the paste is names of files that exist. The words are the caller's then. */
static bool
dropped(const char *text, size_t len, struct shellwords *words)
{
	static const enum shellwords_drop how[] = {SHELLWORDS_WORDS, SHELLWORDS_LINES};

	for (size_t k = 0; len <= DROP_MAX && k < NELEM(how); k++) {
		struct stat st;
		size_t i = 0;

		if (!shellwords_drop(text, len, how[k], words))
			continue;
		while (i < words->n && stat(words->word[i], &st) == 0)
			i++;
		if (i == words->n && i > 0)
			return true;
		shellwords_free(words);
	}
	return false;
}

/* Whether it is an address somebody would be asked at, and nothing else: a host with a port. */
static bool
is_address(const char *text)
{
	char host[ADDR_HOSTLEN];
	uint16_t port;

	return addr_split_hostport(text, host, sizeof(host), &port, 0, NULL) && port != 0 &&
	       (strpbrk(host, ".:") != NULL || strcmp(host, "localhost") == 0);
}

/* The paste as one trimmed string if it is an address; the caller frees it. */
static char *
somebody(const char *text, size_t len)
{
	char *one;

	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t\r\n", text[0]) != NULL) {
		text++;
		len--;
	}
	if (len == 0 || len >= ADDR_HOSTLEN)
		return NULL;
	one = xstrndup(text, len);
	if (is_address(one))
		return one;
	free(one);
	return NULL;
}

static unsigned
paste(struct pane *p, const char *text, size_t len, bool truncated)
{
	struct prompt *s = p->state;
	struct shellwords words;
	char *who;

	if (truncated) {
		front_error(p->front, "That paste is too long or never ended. Send it as a file.");
		return PANE_HANDLED;
	}
	/* A command takes an invite as its word. */
	if (edit_text(s->edit, NULL)[0] != '/' && ask_pasted(p->front, text, len))
		return PANE_HANDLED;
	/* Whatever was begun: Esc puts it into the line. */
	if (edit_text(s->edit, NULL)[0] != '/' && dropped(text, len, &words)) {
		ask_drop(p->front, (const char *const *)words.word, words.n, text, len);
		shellwords_free(&words);
	} else if (edit_empty(s->edit) && (who = somebody(text, len)) != NULL) {
		ask_add(p->front, who);
		free(who);
	} else if (!ask_screenful(p->front, text, len) &&
		   edit_insert(s->edit, text, len) & EDIT_FULL) {
		ask_long_text(p->front, text, len);
	}
	changed(p);
	return PANE_HANDLED;
}

/* ---- the pane --------------------------------------------------------------------------------------------------------- */

static int
rows(struct pane *p, int width)
{
	struct prompt *s = p->state;

	return (int)edit_layout(s->edit, width > MARGIN + 2 ? width - MARGIN : 2).rows;
}

/* Which row of the text is the first shown. */
static size_t
first_row(const struct edit_layout *lay, int h)
{
	return lay->row >= (size_t)h ? lay->row - (size_t)h + 1 : 0;
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct prompt *s = p->state;
	struct rect r = p->rect;
	struct edit_layout lay = edit_layout(s->edit, r.w > MARGIN + 2 ? r.w - MARGIN : 2);
	size_t start, end, first = first_row(&lay, r.h);
	const char *text = edit_text(s->edit, NULL);

	draw_text(g, r.y, r.x, 1, focus ? STYLE_KEY : STYLE_DIM, "›");
	for (int i = 0; i < r.h; i++)
		if (edit_row(s->edit, first + (size_t)i, &start, &end))
			draw_textn(g, r.y + i, r.x + 2, r.w - 2, STYLE_NORMAL, text + start,
				   end - start, 0);
	if (edit_empty(s->edit) && front_focus(p->front) == PANE_WELCOME)
		draw_text(g, r.y, r.x + 2, r.w - 2, STYLE_DIM, _("/ begins a command"));
	else if (edit_empty(s->edit) && front_focus(p->front) != PANE_PROMPT)
		draw_fmt(g, r.y, r.x + 2, r.w - 2, STYLE_DIM, "%s or click here to write",
			 keys_name(REQ_BACK));
}

static bool
cursor(struct pane *p, int *y, int *x)
{
	struct prompt *s = p->state;
	struct rect r = p->rect;
	struct edit_layout lay = edit_layout(s->edit, r.w > MARGIN + 2 ? r.w - MARGIN : 2);

	*y = r.y + (int)(lay.row - first_row(&lay, r.h));
	*x = r.x + 2 + (int)lay.col;
	return true;
}

static void
say_search(struct pane *p)
{
	struct prompt *s = p->state;

	if (edit_searching(s->edit))
		front_say(p->front, "Search back: %s%s", edit_search_query(s->edit),
			  edit_search_found(s->edit) ? "" : _("  (not found)"));
}

static unsigned
key(struct pane *p, enum request req, struct input_key k)
{
	struct prompt *s = p->state;
	unsigned done;

	(void)k;
	if (req == REQ_COMPLETE) {
		if (!edit_empty(s->edit))
			return complete(p);
		front_request(p->front, REQ_FOCUS_NEXT);
		return PANE_HANDLED;
	}
	done = edit_do(s->edit, req);
	if (done != 0) {
		if (done & EDIT_CHANGED)
			tell_typing(p);
		changed(p);
		say_search(p);
		return PANE_HANDLED | (done & EDIT_REFUSED ? PANE_REFUSED : 0);
	}
	if (req == REQ_SUBMIT) {
		submit(p);
		return PANE_HANDLED;
	}
	if (req == REQ_EDITOR) {
		save(p, false);
		compose_open(p->front, NULL, 0);
		return PANE_HANDLED;
	}
	if (req == REQ_EDIT_END) {
		front_request(p->front, REQ_SCROLL_BOTTOM);
		return PANE_HANDLED;
	}
	return 0;
}

static unsigned
text(struct pane *p, const char *bytes, size_t len)
{
	prompt_insert(p, bytes, len);
	tell_typing(p);
	say_search(p);
	return PANE_HANDLED;
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	struct prompt *s = p->state;
	struct edit_layout lay =
		edit_layout(s->edit, p->rect.w > MARGIN + 2 ? p->rect.w - MARGIN : 2);

	if (m->action != INPUT_PRESS || m->button != INPUT_LEFT)
		return 0;
	front_set_focus(p->front, PANE_PROMPT);
	edit_click(s->edit, first_row(&lay, p->rect.h) + (size_t)(m->y - p->rect.y),
		   m->x > p->rect.x + 2 ? (size_t)(m->x - p->rect.x - 2) : 0);
	return PANE_HANDLED | PANE_REDRAW;
}

const struct pane_class prompt_pane = {
	.name = "prompt",
	.context = KEYS_PROMPT,
	.create = create,
	.destroy = destroy,
	.rows = rows,
	.draw = draw,
	.cursor = cursor,
	.key = key,
	.text = text,
	.paste = paste,
	.mouse = mouse,
	.tick = tick,
};
