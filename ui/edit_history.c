/* edit_history.c - what was typed before: Up and Down, and the incremental search of ^R */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/edit_parts.h"

#define CHANGED (EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED)

static void
keep(struct edit_line *line, const char *text, size_t len)
{
	free(line->text);
	line->text = xstrndup(text, len);
	line->len = len;
}

static void
forget(struct edit_line *line)
{
	free(line->text);
	*line = (struct edit_line){NULL, 0};
}

void
edit_history_free(struct edit *e)
{
	for (size_t i = 0; i < e->nhistory; i++)
		free(e->history[i].text);
	free(e->history);
	forget(&e->draft);
	forget(&e->origin);
}

/* --- lines ----------------------------------------------------------------------------------------------------------------- */

void
edit_history_settle(struct edit *e)
{
	e->recalled = e->nhistory;
	forget(&e->draft);
}

static bool
is_line(const struct edit *e, size_t i, const char *text, size_t len)
{
	return e->history[i].len == len && memcmp(e->history[i].text, text, len) == 0;
}

static void
drop_oldest(struct edit *e)
{
	e->history_bytes -= e->history[0].len;
	free(e->history[0].text);
	e->nhistory--;
	memmove(e->history, e->history + 1, e->nhistory * sizeof(*e->history));
	if (e->recalled > 0)
		e->recalled--;
}

void
edit_history_add(struct edit *e, const char *text, size_t len)
{
	bool at_draft = e->recalled == e->nhistory;

	if (len == 0 || len > e->limit || len > EDIT_HISTORY_BYTES ||
	    memchr(text, '\0', len) != NULL || memchr(text, '\r', len) != NULL ||
	    !text_valid_utf8(text, len) ||
	    (e->flags & EDIT_ONE_LINE && memchr(text, '\n', len) != NULL) ||
	    (e->nhistory > 0 && is_line(e, e->nhistory - 1, text, len)))
		return;
	if (e->searching)
		edit_search_do(e, REQ_NONE);
	if (e->history == NULL)
		e->history = xcalloc(EDIT_HISTORY_LINES, sizeof(*e->history));
	while (e->nhistory == EDIT_HISTORY_LINES ||
	       (e->nhistory > 0 && e->history_bytes + len > EDIT_HISTORY_BYTES))
		drop_oldest(e);
	e->history[e->nhistory++] = (struct edit_line){xstrndup(text, len), len};
	e->history_bytes += len;
	if (at_draft)
		e->recalled = e->nhistory;
}

const char *
edit_history_line(const struct edit *e, size_t i, size_t *len)
{
	if (i >= e->nhistory)
		return NULL;
	*len = e->history[e->nhistory - 1 - i].len;
	return e->history[e->nhistory - 1 - i].text;
}

void
edit_history_clear(struct edit *e)
{
	if (e->searching)
		edit_search_do(e, REQ_NONE);
	while (e->nhistory > 0)
		drop_oldest(e);
	edit_history_settle(e);
}

void
edit_commit(struct edit *e)
{
	if (e->searching)
		edit_search_do(e, REQ_NONE);
	edit_history_add(e, e->buf, e->len);
	edit_history_settle(e);
	edit_load(e, "", 0, 0);
}

/* Before another line is shown: keeps what was typed. A recalled line that was changed is kept too, unless there is a draft already. */
static void
keep_draft(struct edit *e)
{
	bool at_draft = e->recalled == e->nhistory;

	if (!at_draft && (e->draft.len > 0 || is_line(e, e->recalled, e->buf, e->len)))
		return;
	keep(&e->draft, e->buf, e->len);
	e->draft_cursor = e->cursor;
}

unsigned
edit_history_move(struct edit *e, int by)
{
	size_t to = by < 0 ? e->recalled - 1 : e->recalled + 1;

	if (by < 0 ? e->recalled == 0 : e->recalled == e->nhistory)
		return EDIT_HANDLED | EDIT_REFUSED;
	keep_draft(e);
	e->recalled = to;
	if (to < e->nhistory) {
		edit_load(e, e->history[to].text, e->history[to].len, e->history[to].len);
	} else {
		edit_load(e, e->draft.text, e->draft.len, e->draft_cursor);
		forget(&e->draft);
	}
	return CHANGED;
}

/* --- search ---------------------------------------------------------------------------------------------------------------- */

bool
edit_searching(const struct edit *e)
{
	return e->searching;
}

const char *
edit_search_query(const struct edit *e)
{
	return e->query;
}

bool
edit_search_found(const struct edit *e)
{
	return e->found;
}

unsigned
edit_search_begin(struct edit *e)
{
	keep(&e->origin, e->buf, e->len);
	e->origin_cursor = e->cursor;
	e->origin_recalled = e->recalled;
	e->searching = e->found = true;
	e->query[0] = '\0';
	e->match = e->nhistory;
	return EDIT_HANDLED | EDIT_MOVED;
}

/* Shows the newest line older than `before` that has the query. */
static unsigned
search_older(struct edit *e, size_t before)
{
	const char *hit;

	e->found = true;
	if (e->query[0] == '\0') {
		e->match = e->nhistory;
		e->recalled = e->origin_recalled;
		edit_load(e, e->origin.text, e->origin.len, e->origin_cursor);
		return CHANGED;
	}
	while (before > 0) {
		const struct edit_line *line = &e->history[--before];

		hit = strcasestr(line->text, e->query);
		if (hit == NULL)
			continue;
		e->match = e->recalled = before;
		edit_load(e, line->text, line->len, (size_t)(hit - line->text));
		return CHANGED;
	}
	e->found = false;
	return EDIT_HANDLED | EDIT_MOVED | EDIT_REFUSED;
}

unsigned
edit_search_type(struct edit *e, const char *bytes, size_t n)
{
	size_t len = strlen(e->query);

	if (n == 0)
		return EDIT_HANDLED;
	if (n > EDIT_QUERY_MAX - len || memchr(bytes, '\0', n) != NULL ||
	    !text_valid_utf8(bytes, n))
		return EDIT_HANDLED | EDIT_REFUSED;
	memcpy(e->query + len, bytes, n);
	e->query[len + n] = '\0';
	return search_older(e, e->match < e->nhistory ? e->match + 1 : e->nhistory);
}

/* ^R again: the next older one, or what was searched for the last time. */
static unsigned
search_again(struct edit *e)
{
	if (e->query[0] == '\0') {
		memcpy(e->query, e->old_query, sizeof(e->query));
		return search_older(e, e->nhistory);
	}
	return search_older(e, e->match);
}

static void
search_end(struct edit *e)
{
	if (e->query[0] != '\0')
		memcpy(e->old_query, e->query, sizeof(e->query));
	e->searching = false;
	e->query[0] = '\0';
}

static void
search_accept(struct edit *e)
{
	/* What was typed before the search comes back with Down. */
	if (e->match < e->nhistory && e->origin_recalled == e->nhistory) {
		keep(&e->draft, e->origin.text, e->origin.len);
		e->draft_cursor = e->origin_cursor;
	}
	search_end(e);
}

unsigned
edit_search_do(struct edit *e, enum request req)
{
	switch ((int)req) {
	case REQ_HISTORY_SEARCH:
		return search_again(e);
	case REQ_EDIT_BACKSPACE:
		if (e->query[0] == '\0')
			return EDIT_HANDLED | EDIT_REFUSED;
		e->query[text_prev(e->query, strlen(e->query))] = '\0';
		return search_older(e, e->nhistory);
	case REQ_BACK:
	case REQ_CLEAR:
		if (e->match < e->nhistory) {
			e->recalled = e->origin_recalled;
			edit_load(e, e->origin.text, e->origin.len, e->origin_cursor);
		}
		search_end(e);
		return CHANGED;
	case REQ_SUBMIT:
	case REQ_COMPLETE:
		search_accept(e);
		return EDIT_HANDLED | EDIT_MOVED;
	default:
		search_accept(e);
		return 0;
	}
}
