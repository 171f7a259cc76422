/* browser_mark.c - marking what is to be sent, and sending it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/marks.h"
#include "ui/pane.h"

const char *
browser_refusal(const struct dirlist_entry *e)
{
	switch (e->kind) {
	case DIRLIST_FIFO:
		return _("a pipe");
	case DIRLIST_SOCKET:
		return _("a socket");
	case DIRLIST_DEVICE:
		return _("a device");
	case DIRLIST_BROKEN:
		return _("a link that leads nowhere");
	case DIRLIST_FOLDER:
	case DIRLIST_FILE:
	default:
		return e->made_up ? _("made up by the kernel as it is read") : NULL;
	}
}

bool
browser_marked(const struct browser *b, const struct dirlist_entry *e)
{
	char *path;
	bool marked;

	if (marks_count(b->marks) == 0)
		return false;
	path = browser_path(b, e);
	marked = marks_has(b->marks, path);
	free(path);
	return marked;
}

/* The marks changed for good: whole trees are counted now, and what shows the marks is drawn. */
static void
changed(struct browser *b)
{
	const char *path;

	while (b->dirlist != NULL && (path = marks_uncounted(b->marks)) != NULL)
		dirlist_tree(b->dirlist, path);
	front_dirty(b->front, PANE_BROWSER);
	front_dirty(b->front, PANE_BASKET);
}

static void
mark(struct browser *b, const struct dirlist_entry *e, bool on)
{
	char *path;

	if (on && browser_refusal(e) != NULL) {
		b->refused++;
		return;
	}
	path = browser_path(b, e);
	if (on)
		marks_add(b->marks, path, e->kind == DIRLIST_FOLDER, e->size);
	else
		marks_remove(b->marks, path);
	free(path);
}

/* Says what could not be marked since b->refused was 0. */
static void
say_refused(struct browser *b)
{
	if (b->refused == 0)
		return;
	front_error(b->front, "%zu of them cannot be sent: only files and folders can.",
		    b->refused);
	b->refused = 0;
}

void
browser_toggle(struct browser *b, size_t row)
{
	const struct dirlist_entry *e = filelist_at(b->list, row);
	const char *why = e != NULL ? browser_refusal(e) : NULL;

	if (e == NULL)
		return;
	if (why != NULL) {
		front_error(b->front, "%s is %s: it cannot be sent.", e->name, why);
		front_bell(b->front);
		return;
	}
	mark(b, e, !browser_marked(b, e));
	changed(b);
}

void
browser_mark_all(struct browser *b)
{
	b->refused = 0;
	for (size_t i = 0; i < filelist_rows(b->list); i++)
		if (filelist_matches(b->list, i))
			mark(b, filelist_at(b->list, i), true);
	say_refused(b);
	changed(b);
}

void
browser_invert(struct browser *b)
{
	for (size_t i = 0; i < filelist_rows(b->list); i++) {
		const struct dirlist_entry *e = filelist_at(b->list, i);

		if (filelist_matches(b->list, i))
			mark(b, e, !browser_marked(b, e));
	}
	b->refused = 0;
	changed(b);
}

void
browser_clear(struct browser *b)
{
	browser_paint_end(b, true);
	marks_clear(b->marks);
	changed(b);
}

/* ---- painting --------------------------------------------------------------------------------------------------------- */

void
browser_paint_start(struct browser *b, size_t anchor, bool unmark)
{
	browser_paint_end(b, true);
	b->before = marks_copy(b->marks);
	b->painting = true;
	b->unmark = unmark;
	b->refused = 0;
	b->anchor = b->at = anchor;
	if (filelist_at(b->list, anchor) != NULL)
		mark(b, filelist_at(b->list, anchor), !unmark);
	front_dirty(b->front, PANE_BROWSER);
	front_dirty(b->front, PANE_BASKET);
}

static bool
between(size_t i, size_t a, size_t b)
{
	return a <= b ? i >= a && i <= b : i >= b && i <= a;
}

void
browser_paint(struct browser *b, size_t anchor, size_t at)
{
	size_t low = b->anchor < b->at ? b->anchor : b->at;
	size_t high = b->anchor < b->at ? b->at : b->anchor;

	if (!b->painting)
		return;
	/* Rows left again are as they were, rows reached are painted; the others stay. */
	for (size_t i = low; i <= high; i++) {
		const struct dirlist_entry *e = filelist_at(b->list, i);

		if (e != NULL && !between(i, anchor, at)) {
			char *path = browser_path(b, e);

			marks_like(b->marks, b->before, path);
			free(path);
		}
	}
	for (size_t i = anchor < at ? anchor : at; between(i, anchor, at); i++) {
		const struct dirlist_entry *e = filelist_at(b->list, i);

		if (e != NULL && !between(i, b->anchor, b->at))
			mark(b, e, !b->unmark);
	}
	b->anchor = anchor;
	b->at = at;
	front_dirty(b->front, PANE_BROWSER);
	front_dirty(b->front, PANE_BASKET);
}

void
browser_paint_end(struct browser *b, bool keep)
{
	if (!b->painting)
		return;
	b->painting = b->range = b->shift = false;
	if (keep) {
		marks_free(b->before);
		/* Rows that were crossed and left again count as well; the number is for those that stayed. */
		b->refused = 0;
		for (size_t i = b->anchor < b->at ? b->anchor : b->at;
		     !b->unmark && between(i, b->anchor, b->at); i++) {
			const struct dirlist_entry *e = filelist_at(b->list, i);

			b->refused += e != NULL && browser_refusal(e) != NULL;
		}
		say_refused(b);
	} else {
		marks_free(b->marks);
		b->marks = b->before;
	}
	b->before = NULL;
	changed(b);
	browser_late(b);
}

/* ---- sending ---------------------------------------------------------------------------------------------------------- */

/* What is to be sent: the marks, or the entry under the cursor if there are none. The caller frees the basket. */
static struct marks *
load(const struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);
	struct marks *m;
	char *path;

	if (marks_count(b->marks) != 0)
		return marks_copy(b->marks);
	m = marks_new();
	if (e == NULL || b->folder == NULL || browser_refusal(e) != NULL)
		return m;
	path = browser_path(b, e);
	marks_add(m, path, e->kind == DIRLIST_FOLDER, e->size);
	free(path);
	return m;
}

/* Whether there is anything to send; if not it says why. */
static bool
has_load(struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);

	if (marks_count(b->marks) != 0 || (e != NULL && browser_refusal(e) == NULL))
		return true;
	if (e == NULL)
		front_error(b->front, "There is nothing here to send.");
	else
		front_error(b->front, "%s is %s: it cannot be sent.", e->name, browser_refusal(e));
	front_bell(b->front);
	return false;
}

void
browser_send(struct browser *b, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(b->front), peer);
	struct marks *m;
	const char **paths;
	char what[MARKS_LABEL];
	size_t n;

	if (c == NULL || c->c.state != CONTACT_ACCEPTED) {
		front_error(b->front, "Files go only to peers that are in your list.");
		return;
	}
	if (c->c.trust == TRUST_CHANGED) {
		ask_verify(b->front, peer);
		return;
	}
	if (!has_load(b))
		return;
	m = load(b);
	paths = marks_paths(m, &n);
	ask_send(b->front, peer, paths, n, marks_label(m, what, ", "));
	free(paths);
	marks_free(m);
}

void
browser_carry(struct browser *b, bool by_keys, int y, int x)
{
	struct carry *carry = front_carry(b->front);
	char label[MARKS_LABEL];
	struct marks *m = load(b);

	if (!carry->active)
		front_relayout(b->front);
	snprintf(carry->label, sizeof(carry->label), "%.63s", marks_label(m, label, " "));
	marks_free(m);
	carry->active = true;
	carry->by_keys = by_keys;
	carry->y = y;
	carry->x = x;
	front_dirty(b->front, PANE_COUNT);
}

void
browser_carry_end(struct browser *b)
{
	struct carry *carry = front_carry(b->front);

	if (!carry->active)
		return;
	*carry = (struct carry){.active = false};
	front_relayout(b->front);
	front_dirty(b->front, PANE_COUNT);
}

void
browser_send_to(struct browser *b)
{
	size_t accepted = 0;

	model_count_online(front_model(b->front), &accepted);
	if (!has_load(b))
		return;
	if (accepted == 0) {
		front_error(b->front, "There is nobody to send to yet. %s adds a peer.",
			    keys_name(REQ_ADD_PEER));
		return;
	}
	/* The peers' focus comes first: it ends what was carried before. */
	front_set_focus(b->front, PANE_PEERS);
	browser_carry(b, true, -1, -1);
	front_say(b->front, "Send %s to whom? %s takes the peer under the cursor.",
		  front_carry(b->front)->label, keys_name(REQ_PEER_OPEN));
}

void
browser_drop(struct front *f, const struct key *peer)
{
	struct browser *b = front_pane(f, PANE_BROWSER)->state;
	struct key to = *peer;

	browser_carry_end(b);
	front_set_focus(f, PANE_BROWSER);
	browser_send(b, &to);
}

void
browser_drop_cancel(struct front *f)
{
	browser_carry_end(front_pane(f, PANE_BROWSER)->state);
}

void
browser_sent(struct front *f, const char *const *paths, size_t n)
{
	struct browser *b = front_pane(f, PANE_BROWSER)->state;

	browser_paint_end(b, true);
	for (size_t i = 0; i < n; i++)
		marks_remove(b->marks, paths[i]);
	/* What lies below a folder that was sent went with it. */
	if (marks_count(b->marks) != 0) {
		struct marks *sent = marks_new(), *left = marks_new();
		const struct mark *m;

		for (size_t i = 0; i < n; i++)
			marks_add(sent, paths[i], true, 0);
		for (size_t at = 0; (m = marks_next(b->marks, &at)) != NULL;)
			if (!marks_covered(sent, m->path))
				marks_like(left, b->marks, m->path);
		marks_free(b->marks);
		marks_free(sent);
		b->marks = left;
	}
	changed(b);
}
