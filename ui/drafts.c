/* drafts.c - what is typed to each contact and was typed before, put away and taken out again. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/util.h"
#include "ui/drafts.h"
#include "ui/edit.h"
#include "ui/front.h"

#define SECRET "/passphrase "

/* So many lines of a chat outlive the program. */
#define LINES 100

struct bytes {
	char *p; /* ended by a NUL, which is not counted */
	size_t len;
};

struct entry {
	struct entry *next;
	struct key peer;
	bool nobody;
	bool asked, loaded;   /* the store, what it has */
	struct bytes text[2]; /* by enum typed_what */
	bool changed[2];      /* since the store was told */
	bool fades;	      /* the store was told to keep no lines */
};

struct drafts {
	struct entry *first;
};

struct drafts *
drafts_new(void)
{
	return xcalloc(1, sizeof(struct drafts));
}

static void
set(struct bytes *b, const char *p, size_t len)
{
	char *copy = xstrndup("", 0);

	if (len != 0) {
		copy = xreallocarray(copy, len + 1, 1);
		memcpy(copy, p, len);
		copy[len] = '\0';
	}
	free(b->p);
	*b = (struct bytes){copy, len};
}

void
drafts_free(struct drafts *d)
{
	struct entry *e, *next;

	for (e = d->first; e != NULL; e = next) {
		next = e->next;
		free(e->text[TYPED_DRAFT].p);
		free(e->text[TYPED_HISTORY].p);
		free(e);
	}
	free(d);
}

static struct entry *
find(struct drafts *d, const struct key *peer)
{
	struct entry *e = d->first;

	while (e != NULL && (peer == NULL ? !e->nobody : e->nobody || !key_equal(&e->peer, peer)))
		e = e->next;
	if (e != NULL)
		return e;
	e = xcalloc(1, sizeof(*e));
	e->nobody = peer == NULL;
	if (peer != NULL)
		e->peer = *peer;
	set(&e->text[TYPED_DRAFT], "", 0);
	set(&e->text[TYPED_HISTORY], "", 0);
	e->next = d->first;
	d->first = e;
	return e;
}

static void
change(struct entry *e, enum typed_what what, const char *p, size_t len)
{
	if (e->text[what].len == len && memcmp(e->text[what].p, p, len) == 0)
		return;
	set(&e->text[what], p, len);
	e->changed[what] = true;
}

/* ---- lines -------------------------------------------------------------------------------------------------------------- */

/* The newest lines of the editor's history, as many as are kept. */
static struct bytes
lines_of(const struct edit *edit)
{
	struct bytes all = {NULL, 0};
	size_t n = 0, total = 0, len, at = 0;
	const char *line;

	while (n < LINES && (line = edit_history_line(edit, n, &len)) != NULL &&
	       total + len + 1 <= TYPED_MAX_BYTES) {
		total += len + 1;
		n++;
	}
	all.p = xmalloc(total + 1);
	while (n > 0) {
		line = edit_history_line(edit, --n, &len);
		memcpy(all.p + at, line, len + 1);
		at += len + 1;
	}
	all.p[at] = '\0';
	all.len = at;
	return all;
}

/* Bytes that end in no NUL end there all the same: bytes[len] is one. */
static void
add_lines(struct edit *edit, const char *p, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = strnlen(p + at, len - at);

		edit_history_add(edit, p + at, n);
		at += n + 1;
	}
}

/* ---- in and out ----------------------------------------------------------------------------------------------------------- */

void
drafts_put_away(struct drafts *d, const struct key *peer, const struct edit *edit)
{
	struct entry *e = find(d, peer);
	struct bytes lines = lines_of(edit);
	size_t len;
	const char *text = edit_text(edit, &len);

	/* Somebody typed a secret where it does not belong: it is not kept there. */
	if (len >= sizeof(SECRET) - 1 && memcmp(text, SECRET, sizeof(SECRET) - 1) == 0)
		len = 0;
	change(e, TYPED_DRAFT, text, len);
	change(e, TYPED_HISTORY, lines.p, lines.len);
	free(lines.p);
}

static void
ask(struct entry *e, struct front *f)
{
	struct msg *m;

	if (e->asked || e->nobody)
		return;
	m = msg_new(MSG_CMD_PAGE);
	m->b.page.peer = e->peer;
	m->b.page.kind = PAGE_TYPED;
	m->b.page.count = 1;
	e->asked = front_send(f, m);
}

void
drafts_take_out(struct drafts *d, struct front *f, const struct key *peer, struct edit *edit)
{
	struct entry *e = find(d, peer);
	const struct bytes *draft = &e->text[TYPED_DRAFT], *lines = &e->text[TYPED_HISTORY];

	edit_history_clear(edit);
	add_lines(edit, lines->p, lines->len);
	if (edit_empty(edit))
		edit_set(edit, draft->p, draft->len);
	else
		edit_history_add(edit, draft->p, draft->len);
	ask(e, f);
}

void
drafts_page(struct drafts *d, const struct msg *ev, struct edit *edit)
{
	struct entry *e = find(d, &ev->b.page_result.peer);
	const char *bytes = ev->bytes != NULL ? (const char *)ev->bytes : "";
	size_t n = strnlen(bytes, ev->len), from = n < ev->len ? n + 1 : n;
	struct edit *all;
	struct bytes lines;

	if (e->loaded)
		return;
	e->loaded = true;
	if (edit != NULL)
		drafts_put_away(d, &e->peer, edit);
	/* What was typed in the meantime is newer. */
	all = edit_new((size_t)TEXT_MAX_BYTES, 0);
	add_lines(all, bytes + from, ev->len - from);
	if (e->text[TYPED_DRAFT].len != 0)
		edit_history_add(all, bytes, n);
	else
		set(&e->text[TYPED_DRAFT], bytes, n);
	add_lines(all, e->text[TYPED_HISTORY].p, e->text[TYPED_HISTORY].len);
	lines = lines_of(all);
	e->changed[TYPED_HISTORY] = lines.len != ev->len - from;
	set(&e->text[TYPED_HISTORY], lines.p, lines.len);
	free(lines.p);
	edit_free(all);
	if (edit == NULL)
		return;
	edit_history_clear(edit);
	add_lines(edit, e->text[TYPED_HISTORY].p, e->text[TYPED_HISTORY].len);
	if (edit_empty(edit))
		edit_set(edit, e->text[TYPED_DRAFT].p, e->text[TYPED_DRAFT].len);
}

/* ---- the store ------------------------------------------------------------------------------------------------------------ */

/* What is said there is not kept for ever: so the lines, which are the same words, end with the program. */
static bool
fades(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	int32_t usual = KEEP_ALL;

	(void)retain_parse_keep(options_text(front_options(f), OPT_keep), &usual);
	return c != NULL && (retain_effective(c->chat.keep, usual) != KEEP_ALL ||
			     c->chat.timer_mine != 0 || c->chat.timer_theirs != 0);
}

void
drafts_save(struct drafts *d, struct front *f, bool end)
{
	for (struct entry *e = d->first; e != NULL; e = e->next) {
		bool now = !e->nobody && fades(f, &e->peer);

		ask(e, f);
		e->changed[TYPED_HISTORY] = now ? !e->fades : e->changed[TYPED_HISTORY] || e->fades;
		for (int what = TYPED_DRAFT; what <= TYPED_HISTORY; what++) {
			struct msg *m;

			if (!e->changed[what] || e->nobody || (!e->loaded && !end))
				continue;
			m = msg_new(MSG_CMD_TYPED);
			if (what == TYPED_DRAFT || !now)
				msg_set_bytes(m, e->text[what].p, e->text[what].len);
			/* There is no later: what the store has is not known, and stays. */
			m->b.typed.blind = !e->loaded;
			m->b.typed.peer = e->peer;
			m->b.typed.what = (enum typed_what)what;
			e->changed[what] = !front_send(f, m);
			if (what == TYPED_HISTORY && !e->changed[what])
				e->fades = now;
		}
	}
}

void
drafts_forget(struct drafts *d, const struct key *peer)
{
	struct entry *e = find(d, peer);

	for (int what = TYPED_DRAFT; what <= TYPED_HISTORY; what++) {
		set(&e->text[what], "", 0);
		e->changed[what] = false;
	}
	/* An answer that is still on its way tells of what was. */
	e->asked = e->loaded = true;
}

void
drafts_move(struct drafts *d, const struct key *from, const struct key *to)
{
	struct entry *e = find(d, from), *other = find(d, to);

	other->peer = *from;
	drafts_forget(d, from);
	e->peer = *to;
}
