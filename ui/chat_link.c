/* chat_link.c - the links of a message: found, chosen, copied, or opened after a look at all of one. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/link.h"
#include "src/model.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/chat.h"
#include "ui/chat_priv.h"
#include "ui/dialog.h"
#include "ui/front_priv.h"
#include "ui/pane.h"
#include "ui/theme.h"

/* Of one message so many can be chosen from. */
#define LINKS (DIALOG_ANSWERS - 1)

struct links {
	char *link[LINKS];
	size_t n;
};

static void
links_of(const struct row *r, struct links *all)
{
	size_t start, len, from = 0;

	all->n = 0;
	while (!r->deleted && r->kind == ROW_TEXT && all->n < LINKS &&
	       link_find(r->text, r->text_len, from, &start, &len)) {
		all->link[all->n++] = xstrndup(r->text + start, len);
		from = start + len;
	}
}

/* ---- opening asks -------------------------------------------------------------------------------------------------------- */

static bool
open_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *link = dialog_kept(d, &len);
	char err[256] = "";

	if (answer == 0 && f->host.open(f->host.arg, link, err, sizeof(err)))
		front_say(f, "Given to the desktop.");
	else if (answer == 0)
		front_error(f, "%s", err);
	else if (answer == 1)
		front_copy(f, link, strlen(link), "the link");
	return true;
}

/* Somebody else wrote it: all of it is shown before anything is done with it. */
static void
ask_open(struct front *f, const char *link)
{
	struct dialog *d = dialog_new("Open this link?", open_done);

	dialog_line(d, STYLE_STRONG, "%s", link);
	if (link_is_odd(link, strlen(link)))
		dialog_line(d, STYLE_WARN,
			    "It has letters beyond ASCII, and some of those look like others.");
	dialog_line(d, STYLE_DIM, "Whoever serves it sees your address.");
	dialog_keep(d, xstrdup(link), strlen(link) + 1);
	dialog_answer(d, 'o', "Open");
	dialog_answer(d, 'c', "Copy");
	dialog_answer(d, 'n', "Not now");
	front_ask(f, d);
}

static void
take(struct front *f, const char *link, bool copy)
{
	if (copy)
		front_copy(f, link, strlen(link), "the link");
	else
		ask_open(f, link);
}

/* ---- which one ------------------------------------------------------------------------------------------------------------ */

static bool
which_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *link = dialog_kept(d, &len), *end = link + len;

	for (int i = 0; i < answer && link < end; i++)
		link += strlen(link) + 1;
	if (answer >= 0 && link < end)
		take(f, link, dialog_number(d) != 0);
	return true;
}

static void
ask_which(struct front *f, const struct links *all, bool copy)
{
	struct dialog *d =
		dialog_new(copy ? N_("Copy which link?") : N_("Open which link?"), which_done);
	size_t len = 0, at = 0;
	char *kept;

	for (size_t i = 0; i < all->n; i++)
		len += strlen(all->link[i]) + 1;
	kept = xmalloc(len);
	dialog_menu(d);
	for (size_t i = 0; i < all->n; i++) {
		size_t n = strlen(all->link[i]) + 1;

		memcpy(kept + at, all->link[i], n);
		at += n;
		dialog_answer(d, (uint32_t)('1' + i), all->link[i]);
	}
	dialog_answer(d, 'n', "Not now");
	dialog_keep(d, kept, len);
	dialog_about(d, NULL, copy);
	front_ask(f, d);
}

void
chat_link(struct pane *p, bool copy)
{
	const struct chat_view *v = p->state;
	const struct model_contact *c = chat_contact(p);
	/* One chosen before the focus went elsewhere is not marked any more. */
	bool chosen = chat_has_chosen(p) && front_focus(p->front) == PANE_CHAT;
	struct links all = {.n = 0};

	for (size_t i = c != NULL ? c->chat.nrows : 0; i > 0 && all.n == 0; i--)
		if (!chosen || c->chat.rows[i - 1].r.row == v->cursor_row)
			links_of(&c->chat.rows[i - 1].r, &all);
	if (all.n == 0)
		front_error(p->front, chosen ? N_("There is no link in that message.")
					     : N_("There is no link in this chat."));
	else if (all.n == 1)
		take(p->front, all.link[0], copy);
	else
		ask_which(p->front, &all, copy);
	for (size_t i = 0; i < all.n; i++)
		free(all.link[i]);
}
