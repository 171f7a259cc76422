/* news.c - what came while nobody looked: title, bell, notification. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/row.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/front_priv.h"
#include "ui/news.h"

/* A notification is no place to read long texts in. */
#define TEXT_CELLS 120

struct news_peer {
	struct key peer;
	uint32_t unread;
};

void
news_free(struct news *n)
{
	free(n->told);
	*n = (struct news){0};
}

static struct news_peer *
told(struct news *n, const struct key *peer)
{
	for (size_t i = 0; i < n->ntold; i++)
		if (key_equal(&n->told[i].peer, peer))
			return &n->told[i];
	n->told = xreallocarray(n->told, n->ntold + 1, sizeof(*n->told));
	n->told[n->ntold] = (struct news_peer){*peer, 0};
	return &n->told[n->ntold++];
}

void
news_leave(struct front *f)
{
	struct news *n = &f->news;

	n->unread = model_count_unread(f->model);
	n->requests = (uint32_t)model_count_requests(f->model);
	n->due = false;
	n->ntold = 0;
	for (size_t i = 0; i < model_ncontacts(f->model); i++) {
		struct model_contact *c = model_contact_at(f->model, i);

		if (c->chat.unread != 0)
			told(n, &c->c.peer)->unread = c->chat.unread;
	}
}

static bool
wanted(struct front *f)
{
	return strcmp(options_text(f->setup.options, OPT_notify), "off") != 0;
}

static bool
shows(struct front *f, const char *word)
{
	return strcmp(options_text(f->setup.options, OPT_notify_shows), word) == 0;
}

/* ---- notifications ------------------------------------------------------------------------------------------------------ */

static void
notify(struct front *f, const char *title, const char *body)
{
	f->host.notify(f->host.arg, title, body);
	f->news.quiet_until = front_now(f) + NEWS_QUIET_MS;
}

/* Of whom, and how many; the rest of the sentence is the caller's. */
static void
notify_count(struct front *f, const struct model_contact *c, uint32_t count)
{
	char name[NAME_SIZE * 2], body[64];

	if (shows(f, "nothing")) {
		notify(f, "p2p-tui", _("Something new"));
		return;
	}
	text_fit(name, sizeof(name), c->c.name, strlen(c->c.name), 40, TEXT_ONE_LINE);
	say_into(body, sizeof(body), say_plural("A new message", "%u new messages", count), count);
	notify(f, name, body);
}

/* Its newest row, to be shown in the notification. */
static void
ask_text(struct front *f, const struct model_contact *c, uint32_t count)
{
	struct msg *m = msg_new(MSG_CMD_PAGE);

	m->b.page.peer = f->news.peer = c->c.peer;
	m->b.page.kind = PAGE_BEFORE;
	m->b.page.at = INT64_MAX;
	m->b.page.count = 1;
	m->serial = f->news.serial = front_serial(f);
	f->news.count = count;
	if (!f->host.send(f->host.arg, m)) {
		f->news.serial = 0;
		notify_count(f, c, count);
	}
}

/* What a row says in a notification, shown text; false where its contact and a number say more. */
static bool
row_words(struct front *f, const struct row *r, char *out, size_t size)
{
	const struct model_transfer *t = model_transfer(f->model, r->transfer);
	char what[TEXT_CELLS * 4 + 1];

	if (r->dir != DIR_IN || r->deleted)
		return false;
	if (r->kind == ROW_TEXT) {
		text_fit(out, size, r->text, r->text_len, TEXT_CELLS, TEXT_ONE_LINE);
		return true;
	}
	if (r->kind != ROW_FILE || t == NULL)
		return false;
	text_fit(what, sizeof(what), t->what, strlen(t->what), TEXT_CELLS / 2, TEXT_ONE_LINE);
	say_into(out, size, "Offers %s", what);
	return true;
}

void
news_page(struct front *f, const struct msg *ev)
{
	struct model_contact *c = model_contact(f->model, &f->news.peer);
	char name[NAME_SIZE * 2], text[TEXT_CELLS * 4 + 1];
	struct row r;
	size_t at = 0;

	if (ev->serial == 0 || ev->serial != f->news.serial)
		return;
	f->news.serial = 0;
	if (c == NULL || f->focused)
		return;
	if (!row_get(ev->bytes, ev->len, &at, &r) || !row_words(f, &r, text, sizeof(text))) {
		notify_count(f, c, f->news.count);
		return;
	}
	text_fit(name, sizeof(name), c->c.name, strlen(c->c.name), 40, TEXT_ONE_LINE);
	notify(f, name, text);
}

/* Tells of the contact with news; of several, who has most, and the others with the next. */
static void
tell(struct front *f)
{
	struct model_contact *most = NULL;
	struct news_peer *t;
	uint32_t count = 0, requests = (uint32_t)model_count_requests(f->model);

	f->news.due = false;
	if (f->focused || !wanted(f) || f->news.serial != 0)
		return;
	if (requests > f->news.requests)
		notify(f, "p2p-tui",
		       shows(f, "nothing") ? _("Something new") : _("Somebody asks to be let in"));
	for (size_t i = 0; i < model_ncontacts(f->model); i++) {
		struct model_contact *c = model_contact_at(f->model, i);
		uint32_t before = told(&f->news, &c->c.peer)->unread;

		if (c->c.state != CONTACT_ACCEPTED || c->c.is_person || c->chat.unread <= before)
			continue;
		f->news.due = most != NULL || requests > f->news.requests;
		if (most == NULL || c->chat.unread - before > count) {
			most = c;
			count = c->chat.unread - before;
		}
	}
	if (requests > f->news.requests) {
		f->news.requests = requests;
		f->news.due = most != NULL;
		return;
	}
	if (most == NULL)
		return;
	t = told(&f->news, &most->c.peer);
	t->unread = most->chat.unread;
	if (shows(f, "text"))
		ask_text(f, most, count);
	else
		notify_count(f, most, count);
}

void
news_tick(struct front *f)
{
	if (f->news.due && front_now(f) >= f->news.quiet_until)
		tell(f);
}

int
news_timeout(struct front *f)
{
	uint64_t now = front_now(f);

	if (!f->news.due)
		return -1;
	return f->news.quiet_until > now ? (int)(f->news.quiet_until - now) : 0;
}

/* ---- title and bell ----------------------------------------------------------------------------------------------------- */

/* What was read elsewhere or cleared is no longer told. */
static void
forget_read(struct front *f)
{
	for (size_t i = 0; i < f->news.ntold; i++) {
		struct model_contact *c = model_contact(f->model, &f->news.told[i].peer);

		if (c == NULL || c->chat.unread < f->news.told[i].unread)
			f->news.told[i].unread = c != NULL ? c->chat.unread : 0;
	}
}

void
news_changed(struct front *f)
{
	uint32_t unread, requests;
	char title[64];
	bool more;

	if (f->focused) {
		if (f->news.titled)
			f->host.title(f->host.arg, "p2p-tui");
		f->news.titled = false;
		return;
	}
	unread = model_count_unread(f->model);
	requests = (uint32_t)model_count_requests(f->model);
	if (requests > f->news.requests && front_now(f) < f->news.crowd)
		f->news.requests = requests;
	if (requests > f->news.requests)
		f->news.crowd = front_now(f) + NEWS_CROWD_MS;
	more = unread > f->news.unread || requests > f->news.requests;
	if (unread == f->news.unread && !more)
		return;
	snprintf(title, sizeof(title), "(%u) p2p-tui", unread);
	f->host.title(f->host.arg, unread != 0 ? title : "p2p-tui");
	f->news.titled = true;
	if (more && options_bool(f->setup.options, OPT_bell))
		front_bell(f);
	forget_read(f);
	f->news.due |= more && wanted(f);
	f->news.unread = unread;
	if (f->news.due && front_now(f) >= f->news.quiet_until)
		tell(f);
	f->news.requests = requests;
}
