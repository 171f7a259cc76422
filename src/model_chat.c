/* model_chat.c - the loaded stretch of each chat: a window of consecutive rows that pages extend and changes keep fresh. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/model_priv.h"
#include "src/util.h"

/* Sends one CMD_PAGE; returns its serial, or 0 when the queue is full: model_chat_catch_up() or the next wish tries again. */
static uint32_t
ask(struct model *m, const struct model_entry *e, enum page_kind kind, int64_t at)
{
	struct msg *cmd = msg_new(MSG_CMD_PAGE);
	uint32_t serial;

	m->serial = (m->serial + 1) & ~MODEL_SERIAL;
	serial = m->serial | MODEL_SERIAL;
	cmd->serial = serial;
	cmd->b.page.peer = e->c.c.peer;
	cmd->b.page.kind = kind;
	cmd->b.page.at = at;
	cmd->b.page.count = MODEL_PAGE;
	if (m->send(m->arg, cmd))
		return serial;
	m->behind = true;
	return 0;
}

static void
row_free(struct model_row *row)
{
	free((void *)(uintptr_t)row->r.text);
	row->r.text = row->r.reason = NULL;
}

static const char *
copy_text(char **p, const char *text, size_t len)
{
	char *copy = *p;

	if (len != 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	*p += len + 1;
	return copy;
}

/* A copy whose texts stand in one piece of memory, each ended by a NUL. */
static struct model_row
row_copy(const struct row *r)
{
	struct model_row copy = {.r = *r};
	char *p = xmalloc(r->text_len + r->reason_len + r->react_len[0] + r->react_len[1] +
			  r->quote_len + 5 + r->ncopies * ROW_COPY);

	copy.r.text = copy_text(&p, r->text, r->text_len);
	copy.r.reason = copy_text(&p, r->reason, r->reason_len);
	copy.r.react[0] = copy_text(&p, r->react[0], r->react_len[0]);
	copy.r.react[1] = copy_text(&p, r->react[1], r->react_len[1]);
	copy.r.quote = copy_text(&p, r->quote, r->quote_len);
	if (r->ncopies != 0)
		memcpy(p, r->copies, r->ncopies * ROW_COPY);
	copy.r.copies = (const uint8_t *)p;
	return copy;
}

/* What the store sends is checked all the same: a damaged database must not bring the screen down. Acts are among the changes only: what
 * they did stands in the rows they are about. */
static bool
row_sane(const struct row *r, const struct key *peer)
{
	return key_equal(&r->peer, peer) && (unsigned)r->dir <= DIR_NOTE &&
	       (unsigned)r->kind <= ROW_FILE && (unsigned)r->quote_dir <= DIR_NOTE &&
	       (unsigned)r->state <= RECEIPT_FAILED && r->row > 0;
}

static void
sync_flags(struct model_entry *e)
{
	e->c.chat.asked_before = e->before_serial != 0;
	e->c.chat.asked_after =
		e->after_serial != 0 || e->newest_serial != 0 || e->around_serial != 0;
	e->c.chat.asked_changes = e->changes_serial != 0;
}

static void
drop_rows(struct model_chat *chat, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		row_free(&chat->rows[i]);
	memmove(chat->rows + from, chat->rows + from + n,
		(chat->nrows - from - n) * sizeof(*chat->rows));
	chat->nrows -= n;
}

static void
clear_rows(struct model_chat *chat)
{
	if (chat->nrows != 0)
		drop_rows(chat, 0, chat->nrows);
	free(chat->rows);
	chat->rows = NULL;
	chat->at_top = chat->at_bottom = false;
	chat->version++;
}

void
model_chat_close(struct model_entry *e)
{
	clear_rows(&e->c.chat);
	e->opened = e->loaded = e->looks_back = false;
	e->newest_serial = e->before_serial = e->after_serial = e->changes_serial = 0;
	e->around_serial = 0;
	e->c.chat.seen_rev = 0;
	sync_flags(e);
}

/* The first row that is not before `row`. */
static size_t
lower_bound(const struct model_chat *chat, int64_t row)
{
	size_t lo = 0, hi = chat->nrows;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (chat->rows[mid].r.row < row)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Puts a row where it belongs, or over its older self. */
static bool
put_row(struct model_chat *chat, const struct row *r)
{
	size_t i = lower_bound(chat, r->row);

	if (i < chat->nrows && chat->rows[i].r.row == r->row) {
		if (r->rev < chat->rows[i].r.rev)
			return false;
		row_free(&chat->rows[i]);
		chat->rows[i] = row_copy(r);
		return true;
	}
	/* Grown a page at a time; there is always room up to the next multiple of one. */
	if (chat->nrows % MODEL_PAGE == 0)
		chat->rows =
			xreallocarray(chat->rows, chat->nrows + MODEL_PAGE, sizeof(*chat->rows));
	memmove(chat->rows + i + 1, chat->rows + i, (chat->nrows - i) * sizeof(*chat->rows));
	chat->rows[i] = row_copy(r);
	chat->nrows++;
	return true;
}

/* Keeps the window small. Whoever reads old rows keeps them and loses the newest; else the oldest go. */
static void
trim(struct model_chat *chat, bool keep_old)
{
	size_t extra;

	if (chat->nrows <= MODEL_WINDOW)
		return;
	extra = chat->nrows - MODEL_WINDOW;
	if (keep_old) {
		drop_rows(chat, chat->nrows - extra, extra);
		chat->at_bottom = false;
	} else {
		drop_rows(chat, 0, extra);
		chat->at_top = false;
	}
}

/* Changes that are not in the rows yet are asked for, one page at a time. */
static void
catch_up(struct model *m, struct model_entry *e)
{
	struct model_chat *chat = &e->c.chat;

	if (e->around_serial != 0) {
		/* The window is about to be another one. */
	} else if (e->opened && !e->loaded && e->newest_serial == 0) {
		e->newest_asked_rev = chat->newest_rev;
		e->newest_serial = ask(m, e, PAGE_BEFORE, INT64_MAX);
	} else if (e->loaded && e->changes_serial == 0 && e->newest_serial == 0 &&
		   chat->newest_rev > chat->seen_rev) {
		e->changes_asked_rev = chat->newest_rev;
		e->changes_serial = ask(m, e, PAGE_CHANGES, chat->seen_rev);
	}
	sync_flags(e);
}

void
model_chat_catch_up(struct model *m)
{
	/* Nearly always there is nothing, and this is asked with each event. */
	if (!m->behind)
		return;
	m->behind = false;
	for (size_t i = 0; i < m->nentries; i++) {
		if (m->entries[i]->opened)
			catch_up(m, m->entries[i]);
	}
}

unsigned
model_chat_changed(struct model *m, struct model_entry *e, const struct msg_chat *news)
{
	struct model_chat *chat = &e->c.chat;
	unsigned dirty = 0;

	chat->newest_row = news->row;
	chat->newest_rev = news->rev;
	chat->unread = news->unread;
	chat->waiting = news->waiting;
	chat->keep = news->keep;
	chat->timer_mine = news->timer_mine;
	chat->timer_theirs = news->timer_theirs;
	chat->unread_row = news->unread_row;
	if (chat->read_seq != news->read_seq) {
		chat->read_seq = news->read_seq;
		chat->version++;
		dirty = DIRTY_CHAT;
	}
	catch_up(m, e);
	return e->known ? DIRTY_CONTACTS | dirty : dirty;
}

/* A page of consecutive rows, older or newer than the window, or the window's new content. */
static void
take_page(struct model_entry *e, const struct msg *ev, int64_t above, int64_t below)
{
	struct model_chat *chat = &e->c.chat;
	struct row r;
	size_t at = 0;

	while (row_get(ev->bytes, ev->len, &at, &r)) {
		if (row_sane(&r, &e->c.c.peer) && r.row > above && r.row < below)
			put_row(chat, &r);
	}
}

static void
take_newest(struct model_entry *e, const struct msg *ev)
{
	struct model_chat *chat = &e->c.chat;

	clear_rows(chat);
	take_page(e, ev, 0, INT64_MAX);
	e->loaded = true;
	e->looks_back = false;
	chat->at_bottom = true;
	chat->at_top = !ev->b.page_result.more || chat->nrows == 0;
	/* The page was read after these were committed. */
	chat->seen_rev = e->newest_asked_rev;
}

/* The window begins at a row that was asked for, wherever that is; what is older comes when it is looked for. */
static void
take_around(struct model_entry *e, const struct msg *ev)
{
	struct model_chat *chat = &e->c.chat;

	clear_rows(chat);
	take_page(e, ev, 0, INT64_MAX);
	e->loaded = chat->nrows != 0; /* else the newest are asked for */
	e->looks_back = true;
	chat->at_bottom = !ev->b.page_result.more;
	chat->at_top = false;
	chat->seen_rev = e->around_asked_rev;
	chat->around_row = e->loaded ? chat->rows[0].r.row : 0;
	chat->arounds++;
}

static void
take_before(struct model_entry *e, const struct msg *ev)
{
	struct model_chat *chat = &e->c.chat;
	size_t had = chat->nrows;

	if (had == 0 || ev->b.page_result.at != chat->rows[0].r.row)
		return;
	take_page(e, ev, 0, ev->b.page_result.at);
	/* A page without rows ends the asking, whatever it says of more. */
	chat->at_top = !ev->b.page_result.more || chat->nrows == had;
	trim(chat, true);
}

static void
take_after(struct model_entry *e, const struct msg *ev)
{
	struct model_chat *chat = &e->c.chat;
	size_t had = chat->nrows;

	if (had == 0 || ev->b.page_result.at != chat->rows[had - 1].r.row)
		return;
	take_page(e, ev, ev->b.page_result.at, INT64_MAX);
	chat->at_bottom = !ev->b.page_result.more || chat->nrows == had;
	trim(chat, false);
}

/* An edit of the user that was told about, or whose receipt came: the message says whether one of its edits still waits. */
static bool
note_edit(struct model_chat *chat, const struct row *act)
{
	bool changed = false;

	for (size_t i = 0; i < chat->nrows; i++) {
		struct row *r = &chat->rows[i].r;
		int64_t waits = r->edit_seq;

		if (r->kind != ROW_TEXT || r->dir != DIR_OUT || !id_equal(&r->id, &act->ref))
			continue;
		if (act->state == RECEIPT_QUEUED && act->seq > waits)
			waits = act->seq;
		else if (act->state != RECEIPT_QUEUED && act->seq >= waits)
			waits = 0;
		changed = waits != r->edit_seq;
		r->edit_seq = waits;
		break;
	}
	return changed;
}

/* Rows that changed: those of the window are replaced; new ones are appended while the window reaches to the end. */
static bool
take_changes(struct model_entry *e, const struct msg *ev)
{
	struct model_chat *chat = &e->c.chat;
	int64_t seen = chat->seen_rev;
	bool changed = false, cleared = false;
	struct row r;
	size_t at = 0;

	while (row_get(ev->bytes, ev->len, &at, &r)) {
		bool inside;

		if (key_equal(&r.peer, &e->c.c.peer) && r.rev > seen)
			seen = r.rev;
		if (r.kind == ROW_ACT && r.content == CONTENT_EDIT && r.dir == DIR_OUT &&
		    key_equal(&r.peer, &e->c.c.peer) && note_edit(chat, &r))
			changed = true;
		if (!row_sane(&r, &e->c.c.peer))
			continue;
		cleared = cleared || (r.dir == DIR_NOTE && r.content == CONTENT_CLEARED);
		inside = (chat->at_top || (chat->nrows != 0 && r.row >= chat->rows[0].r.row)) &&
			 (chat->at_bottom ||
			  (chat->nrows != 0 && r.row <= chat->rows[chat->nrows - 1].r.row));
		if (inside && put_row(chat, &r))
			changed = true;
	}
	/* The last page, or one without progress: what was known when it was asked for is in. */
	if ((!ev->b.page_result.more || seen == chat->seen_rev) && seen < e->changes_asked_rev)
		seen = e->changes_asked_rev;
	chat->seen_rev = seen;
	trim(chat, e->looks_back);
	if (cleared) {
		/* The rows before it are gone: what is left is loaded anew. */
		clear_rows(chat);
		e->loaded = false;
		e->before_serial = e->after_serial = e->around_serial = 0;
	}
	return changed || cleared;
}

unsigned
model_chat_page(struct model *m, const struct msg *ev)
{
	struct model_entry *e = model_entry(m, &ev->b.page_result.peer);
	bool changed = true;

	if (e == NULL || ev->serial == 0)
		return 0;
	if (ev->serial == e->around_serial) {
		e->newest_serial = e->before_serial = e->after_serial = e->changes_serial = 0;
		e->around_serial = 0;
		take_around(e, ev);
	} else if (ev->serial == e->newest_serial) {
		/* What else is on its way was asked for the old window. */
		e->newest_serial = e->before_serial = e->after_serial = e->changes_serial = 0;
		take_newest(e, ev);
	} else if (ev->serial == e->before_serial) {
		e->before_serial = 0;
		take_before(e, ev);
	} else if (ev->serial == e->after_serial) {
		e->after_serial = 0;
		take_after(e, ev);
	} else if (ev->serial == e->changes_serial) {
		e->changes_serial = 0;
		changed = take_changes(e, ev);
	} else {
		return 0;
	}
	if (changed)
		e->c.chat.version++;
	catch_up(m, e);
	return changed ? DIRTY_CHAT : 0;
}

/* A message is gone, wherever it stood: replies do not quote it any more. */
static void
unquote(struct model_chat *chat, const struct id *id)
{
	for (size_t i = 0; i < chat->nrows; i++) {
		struct row *r = &chat->rows[i].r;

		if (r->content == CONTENT_REPLY && id_equal(&r->ref, id)) {
			r->quote_len = 0;
			r->quote_dir = DIR_NOTE;
		}
	}
}

unsigned
model_chat_gone(struct model *m, const struct msg *ev)
{
	struct model_entry *e = model_entry(m, &ev->b.gone.peer);
	struct model_chat *chat;

	if (e == NULL || !e->opened)
		return 0;
	chat = &e->c.chat;
	for (size_t at = 0; at + GONE_ENTRY <= ev->len; at += GONE_ENTRY) {
		int64_t row = (int64_t)get_be64(ev->bytes + at);
		size_t i = lower_bound(chat, row);
		struct id id;

		memcpy(id.b, ev->bytes + at + 8, ID_LEN);
		if (i < chat->nrows && chat->rows[i].r.row == row)
			drop_rows(chat, i, 1);
		unquote(chat, &id);
	}
	/* A page on its way may have been read before they went: it is asked for again. */
	e->newest_serial = e->before_serial = e->after_serial = e->changes_serial = 0;
	if (chat->nrows == 0)
		e->loaded = false;
	chat->version++;
	catch_up(m, e);
	return DIRTY_CHAT;
}

/* Only the chats opened last keep their rows. */
static void
close_oldest(struct model *m)
{
	struct model_entry *oldest = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->nentries; i++) {
		struct model_entry *e = m->entries[i];

		if (!e->opened)
			continue;
		n++;
		if (oldest == NULL || e->used < oldest->used)
			oldest = e;
	}
	if (n > MODEL_CHATS)
		model_chat_close(oldest);
}

void
model_chat_open(struct model *m, const struct key *k)
{
	struct model_entry *e = model_entry(m, k);

	if (e == NULL)
		return;
	e->used = ++m->clock;
	if (!e->opened) {
		e->opened = true;
		close_oldest(m);
	}
	catch_up(m, e);
}

static bool
around(struct model *m, const struct key *k, enum page_kind kind, int64_t at)
{
	struct model_entry *e = model_entry(m, k);

	if (e == NULL)
		return false;
	e->used = ++m->clock;
	if (!e->opened) {
		e->opened = true;
		close_oldest(m);
	}
	e->around_asked_rev = e->c.chat.newest_rev;
	e->around_serial = ask(m, e, kind, at);
	catch_up(m, e);
	return e->around_serial != 0;
}

bool
model_chat_around(struct model *m, const struct key *k, int64_t row)
{
	return around(m, k, PAGE_AFTER, row - 1);
}

bool
model_chat_since(struct model *m, const struct key *k, int64_t ms)
{
	return around(m, k, PAGE_SINCE, ms);
}

void
model_chat_older(struct model *m, const struct key *k)
{
	struct model_entry *e = model_entry(m, k);
	struct model_chat *chat;

	if (e == NULL || !e->loaded || e->before_serial != 0 || e->newest_serial != 0 ||
	    e->around_serial != 0)
		return;
	chat = &e->c.chat;
	if (chat->at_top || chat->nrows == 0)
		return;
	e->looks_back = true;
	e->before_serial = ask(m, e, PAGE_BEFORE, chat->rows[0].r.row);
	sync_flags(e);
}

void
model_chat_newer(struct model *m, const struct key *k)
{
	struct model_entry *e = model_entry(m, k);
	struct model_chat *chat;

	if (e == NULL || !e->loaded || e->after_serial != 0 || e->newest_serial != 0 ||
	    e->around_serial != 0)
		return;
	chat = &e->c.chat;
	e->looks_back = false;
	if (chat->at_bottom || chat->nrows == 0)
		return;
	e->after_serial = ask(m, e, PAGE_AFTER, chat->rows[chat->nrows - 1].r.row);
	sync_flags(e);
}

void
model_chat_newest(struct model *m, const struct key *k)
{
	struct model_entry *e = model_entry(m, k);

	if (e == NULL)
		return;
	if (!e->opened || !e->loaded) {
		model_chat_open(m, k);
		return;
	}
	e->looks_back = false;
	e->around_serial = 0;
	if (e->c.chat.at_bottom || e->newest_serial != 0)
		return;
	e->newest_asked_rev = e->c.chat.newest_rev;
	e->newest_serial = ask(m, e, PAGE_BEFORE, INT64_MAX);
	sync_flags(e);
}
