/* linear_tell.c - events as lines: messages, failed receipts, requests, offers, transfers at their turns, and who comes and goes. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/kept.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/retain.h"
#include "src/row.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/linear_priv.h"

void
linear_tell_free(struct linear *l)
{
	for (size_t i = 0; i < l->ntransfers; i++)
		free(l->transfers[i].reason);
	free(l->transfers);
	free(l->peers);
}

static struct linear_peer *
told_peer(struct linear *l, const struct key *k)
{
	for (size_t i = 0; i < l->npeers; i++)
		if (key_equal(&l->peers[i].key, k))
			return &l->peers[i];
	l->peers = xreallocarray(l->peers, l->npeers + 1, sizeof(*l->peers));
	l->peers[l->npeers] = (struct linear_peer){.key = *k};
	return &l->peers[l->npeers++];
}

bool
linear_all_told(const struct linear *l)
{
	return l->ready && l->asked == 0 && l->rev >= l->known_rev;
}

/* ---- messages --------------------------------------------------------------------------------------------------------- */

static bool
is_me(const struct row *r)
{
	return r->text_len > 4 && memcmp(r->text, "/me ", 4) == 0;
}

/* "Boris: hello", "Boris waves", "Boris answers “hello”: hi". Fresh memory. */
static char *
text_words(const char *who, const struct row *r)
{
	int len = (int)r->text_len;
	char *out;

	if (r->deleted)
		out = say_new("%s: (message deleted)", who);
	else if (is_me(r))
		out = say_new("* %s %.*s", who, len - 4, r->text + 4);
	else if (r->content == CONTENT_REPLY && r->quote_dir != DIR_NOTE && r->quote_len != 0)
		out = say_new("%s answers \"%.*s\": %.*s", who,
			      (int)text_truncate_utf8(r->quote, r->quote_len, 60), r->quote, len,
			      r->text);
	else
		out = say_new("%s: %.*s", who, len, r->text);
	return out;
}

/* What was done to a message. */
static char *
act_words(const char *who, const struct row *r)
{
	char words[48], *out;
	int len = (int)r->text_len;

	if (r->content == CONTENT_EDIT)
		out = say_new("%s changed a message: %.*s", who, len, r->text);
	else if (r->content == CONTENT_DELETE)
		out = say_new("%s deleted a message.", who);
	else if (r->content == CONTENT_TIMER)
		out = say_new("%s proposes that messages disappear after: %s", who,
			      retain_timer_show(words, sizeof(words),
						len == 4 ? get_be32((const uint8_t *)r->text) : 0));
	else if (len == 0)
		out = say_new("%s takes a reaction back.", who);
	else
		out = say_new("%s reacts to a message: %.*s", who, len, r->text);
	return out;
}

/* What became of a message of ours, where it is not simply there. */
static const char *
state_words(struct linear *l, const struct row *r)
{
	const struct model_contact *c = model_contact(front_model(l->front), &r->peer);
	enum receipt state = c != NULL ? model_receipt(front_model(l->front), c, r) : r->state;

	if (r->dir != DIR_OUT || r->kind != ROW_TEXT || r->deleted)
		return "";
	return state == RECEIPT_FAILED	   ? _(" (failed)")
	       : state == RECEIPT_READ	   ? _(" (read)")
	       : state < RECEIPT_DELIVERED ? _(" (waits)")
					   : "";
}

char *
linear_row(struct linear *l, const struct row *r, bool history)
{
	const char *who = r->dir == DIR_OUT ? _("you") : linear_name(l, &r->peer);
	char clock[6], *words, *out;
	const struct model_transfer *t;

	if (r->kind == ROW_TEXT) {
		words = text_words(who, r);
	} else if (r->kind == ROW_ACT) {
		words = act_words(who, r);
	} else if (r->kind == ROW_FILE) {
		t = model_transfer(front_model(l->front), r->transfer);
		words = say_new("%s: file %.*s, %s", who, (int)r->text_len, r->text,
				_(transfer_word(t != NULL ? t->t.state : TRANSFER_DONE)));
	} else {
		words = xstrndup(r->text, r->text_len);
	}
	if (!history)
		return words;
	xasprintf(&out, "%s %s%s%s", draw_clock(clock, r->time), words,
		  r->edits != 0 && !r->deleted ? _(" (edited)") : "", state_words(l, r));
	free(words);
	return out;
}

static void
ask_changes(struct linear *l)
{
	struct msg *m;

	if (!l->ready || l->asked != 0 || l->known_rev <= l->rev)
		return;
	m = msg_new(MSG_CMD_PAGE);
	m->serial = l->asked = front_serial(l->front);
	m->b.page.kind = PAGE_CHANGES;
	m->b.page.at = l->rev;
	m->b.page.count = PAGE_MAX_ROWS;
	if (!front_send(l->front, m))
		l->asked = 0;
}

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* A row that is new, or one that changed. */
static void
tell_row(struct linear *l, const struct row *r)
{
	struct linear_peer *p = told_peer(l, &r->peer);
	bool fresh = r->row > p->row;
	char *words, reason[257];

	if (fresh)
		p->row = r->row;
	if (r->dir == DIR_OUT && r->kind == ROW_TEXT && r->state == RECEIPT_FAILED && !r->deleted) {
		linear_print(l, "Not sent to %s: %.*s (%s)", linear_name(l, &r->peer),
			     (int)text_truncate_utf8(r->text, r->text_len, 60), r->text,
			     row_reason(r, reason, sizeof(reason)));
		return;
	}
	/* What one says oneself stands there already; files are told as transfers. */
	if (!fresh || r->dir == DIR_OUT || r->kind == ROW_FILE)
		return;
	words = linear_row(l, r, false);
	if (r->kind == ROW_EVENT)
		linear_print(l, "%s: %s", linear_name(l, &r->peer), words);
	else
		linear_print(l, "%s", words);
	free(words);
}

static void
tell_page(struct linear *l, const struct msg *ev)
{
	struct row *rows = xcalloc(PAGE_MAX_ROWS, sizeof(*rows));
	int64_t before = l->rev;
	size_t at = 0, n = 0;

	l->asked = 0;
	while (n < PAGE_MAX_ROWS && row_get(ev->bytes, ev->len, &at, &rows[n])) {
		if (rows[n].rev > l->rev)
			l->rev = rows[n].rev;
		n++;
	}
	/* What changed last is gone again. */
	if (l->rev == before)
		l->rev = l->known_rev;
	qsort(rows, n, sizeof(*rows), by_row);
	for (size_t i = 0; i < n; i++)
		tell_row(l, &rows[i]);
	free(rows);
	ask_changes(l);
}

static void
tell_hits(struct linear *l, const struct msg *ev)
{
	struct row r;
	size_t at = 0;
	char day[40], *words;

	while (row_get(ev->bytes, ev->len, &at, &r)) {
		words = linear_row(l, &r, true);
		draw_day(day, r.time, front_wall(l->front));
		linear_print(l, "%s, with %s, %s", day, linear_name(l, &r.peer), words);
		free(words);
	}
	if (ev->b.hits.done)
		linear_print(l, "%s",
			     ev->b.hits.failed ? "The history cannot be read."
			     : ev->b.hits.more ? "That was not all."
					       : "That was all.");
}

/* ---- transfers -------------------------------------------------------------------------------------------------------- */

char *
linear_transfer_name(struct linear *l, const struct model_transfer *t)
{
	return t->t.dir == DIR_OUT ? say_new("%s to %s", t->what, linear_name(l, &t->t.peer))
				   : say_new("%s from %s", t->what, linear_name(l, &t->t.peer));
}

static struct linear_transfer *
told_transfer(struct linear *l, int64_t number, bool *is_new)
{
	*is_new = false;
	for (size_t i = l->ntransfers; i-- > 0;)
		if (l->transfers[i].number == number)
			return &l->transfers[i];
	*is_new = true;
	l->transfers = xreallocarray(l->transfers, l->ntransfers + 1, sizeof(*l->transfers));
	l->transfers[l->ntransfers] =
		(struct linear_transfer){.number = number, .reason = xstrdup("")};
	return &l->transfers[l->ntransfers++];
}

static void
time_words(char *out, size_t size, int64_t seconds)
{
	if (seconds < 0)
		out[0] = '\0';
	else if (seconds < 100)
		say_into(out, size, ", %lld seconds left", (long long)seconds);
	else if (seconds < 100 * 60)
		say_into(out, size, ", %lld minutes left", (long long)(seconds + 30) / 60);
	else
		say_into(out, size, ", %lld hours left", (long long)(seconds + 1800) / 3600);
}

static void
tell_offer(struct linear *l, const struct model_transfer *t)
{
	char size[TEXT_FIGURE], count[64];
	unsigned long long n = t->t.files + t->t.folders;
	long long number = t->t.transfer;

	snprintf(count, sizeof(count), say_plural("%llu file", "%llu files and folders", n), n);
	linear_print(l,
		     "%s offers %s: %s, %s. /accept %lld takes it, /refuse %lld does not, "
		     "/requests tells more.",
		     linear_name(l, &t->t.peer), t->what, count,
		     text_size(size, sizeof(size), t->t.bytes_total), number, number);
	if (t->t.odd_name || t->t.executable)
		linear_print(l, "Warning: look twice at the names of what %s offers.",
			     linear_name(l, &t->t.peer));
}

static void
tell_state(struct linear *l, const struct model_transfer *t)
{
	char *name = linear_transfer_name(l, t), size[TEXT_FIGURE], why[KEPT_ROOM], *place = NULL;
	bool out = t->t.dir == DIR_OUT;
	long long number = t->t.transfer;

	text_size(size, sizeof(size), t->t.bytes_total);
	if (t->t.state == TRANSFER_RUNNING && out) {
		linear_print(l, "Transfer %lld, %s: sending, %s.", number, name, size);
	} else if (t->t.state == TRANSFER_RUNNING) {
		linear_print(l, "Transfer %lld, %s: receiving, %s.", number, name, size);
	} else if (t->t.state == TRANSFER_DONE && !out) {
		place = path_abbreviate(t->place);
		linear_print(l, "Transfer %lld, %s: arrived in %s", number, name, place);
	} else if (t->t.state == TRANSFER_DONE) {
		linear_print(l, "Transfer %lld, %s: delivered.", number, name);
	} else if (t->t.state != TRANSFER_CHECKING) {
		linear_print(l, "Transfer %lld, %s: %s%s%s.", number, name,
			     _(transfer_word(t->t.state)), t->reason[0] != '\0' ? ": " : "",
			     kept_into(why, sizeof(why), t->reason));
	}
	free(place);
	free(name);
}

static void
tell_transfer(struct linear *l, int64_t number)
{
	const struct model_transfer *t = model_transfer(front_model(l->front), number);
	struct linear_transfer *k;
	char left[64];
	unsigned quarter;
	bool is_new;

	/* Before all is known, nothing is told but what goes on then. */
	if (t == NULL || !l->ready)
		return;
	k = told_transfer(l, number, &is_new);
	quarter = t->t.bytes_total != 0 ? (unsigned)(t->t.bytes_done * 4 / t->t.bytes_total) : 0;
	if (is_new || k->state != t->t.state || strcmp(k->reason, t->reason) != 0) {
		k->state = t->t.state;
		free(k->reason);
		k->reason = xstrdup(t->reason);
		k->quarter = quarter > k->quarter || is_new ? quarter : k->quarter;
		if (t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING)
			tell_offer(l, t);
		else
			tell_state(l, t);
	} else if (t->t.state == TRANSFER_RUNNING && quarter > k->quarter && quarter < 4) {
		char *name = linear_transfer_name(l, t);

		k->quarter = quarter;
		time_words(left, sizeof(left), t->t.eta);
		linear_print(l, "Transfer %lld, %s: %u %%%s.", (long long)number, name,
			     25 * quarter, left);
		free(name);
	}
}

/* ---- contacts --------------------------------------------------------------------------------------------------------- */

static void
tell_request(struct linear *l, const struct model_contact *c)
{
	const char *nick = c->c.nick[0] != '\0' ? c->c.nick : _("somebody without a name");

	if (c->c.from[0] != '\0')
		linear_print(l, "%s asks to be let in, from %s. /requests answers.", nick,
			     c->c.from);
	else
		linear_print(l, "%s asks to be let in. /requests answers.", nick);
	if (c->detail[0] != '\0')
		linear_print(l, "%s says: %s", nick, c->detail);
}

static void
tell_presence(struct linear *l, const struct linear_peer *p, const struct msg_contact *c)
{
	if (!options_bool(l->setup.options, OPT_linear_presence))
		return;
	if (p->link != LINK_ONLINE && c->link == LINK_ONLINE)
		linear_print(l, "%s is online.", c->name);
	else if (p->link == LINK_ONLINE && c->link != LINK_ONLINE)
		linear_print(l, "%s is offline.", c->name);
	else if (p->away != c->away && c->link == LINK_ONLINE && c->away)
		linear_print(l, "%s is away.", c->name);
	else if (p->away != c->away && c->link == LINK_ONLINE)
		linear_print(l, "%s is back.", c->name);
}

static void
tell_contact(struct linear *l, const struct key *k)
{
	const struct model_contact *c = model_contact(front_model(l->front), k);
	struct linear_peer *p = told_peer(l, k);

	if (c == NULL) {
		p->known = p->asked = false;
		return;
	}
	if (c->c.state == CONTACT_REQUEST && l->ready && !p->asked)
		tell_request(l, c);
	p->asked = c->c.state == CONTACT_REQUEST;
	if (c->c.state != CONTACT_ACCEPTED)
		return;
	if (!p->known && l->ready)
		linear_print(l, "%s is a contact now.", c->c.name);
	else if (p->known && l->ready)
		tell_presence(l, p, &c->c);
	if (p->known && p->trust != c->c.trust && c->c.trust == TRUST_CHANGED)
		linear_print(l,
			     "Warning: the key of %s changed. Sending is paused until you compare "
			     "numbers: /verify",
			     c->c.name);
	else if (p->known && p->trust != c->c.trust && c->c.trust == TRUST_VERIFIED)
		linear_print(l, "%s is verified.", c->c.name);
	p->known = true;
	p->link = c->c.link;
	p->trust = c->c.trust;
	p->away = c->c.away;
}

/* ---- the beginning ---------------------------------------------------------------------------------------------------- */

static void
tell_transfers(struct linear *l)
{
	const struct model *m = front_model(l->front);

	for (size_t i = model_ntransfers(m); i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(m, i);
		struct linear_transfer *k;
		bool is_new;

		if (!transfer_ended(t->t.state)) {
			tell_transfer(l, t->t.transfer);
			continue;
		}
		k = told_transfer(l, t->t.transfer, &is_new);
		k->state = t->t.state;
		free(k->reason);
		k->reason = xstrdup(t->reason);
	}
}

static void
tell_ready(struct linear *l)
{
	const struct model *m = front_model(l->front);
	const struct msg_self *self = model_self(m);
	size_t accepted = 0, online = model_count_online(m, &accepted);
	char why[KEPT_ROOM];

	l->ready = true;
	l->rev = l->known_rev;
	if (self->nick[0] != '\0')
		linear_print(l, "You are %s. %zu of %zu contacts are online.", self->nick, online,
			     accepted);
	if (self->listen_error[0] != '\0')
		linear_print(l, "Warning: not listening: %s",
			     kept_into(why, sizeof(why), self->listen_error));
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		const struct model_contact *c = model_contact_at(m, i);

		if (c->c.state == CONTACT_REQUEST)
			tell_request(l, c);
		else if (c->chat.unread != 0 && c->c.state == CONTACT_ACCEPTED)
			linear_print(l, "%u unread from %s.", (unsigned)c->chat.unread, c->c.name);
	}
	tell_transfers(l);
	ask_changes(l);
}

static void
tell_chat(struct linear *l, const struct msg_chat *chat)
{
	if (!l->ready)
		told_peer(l, &chat->peer)->row = chat->row;
	if (chat->rev > l->known_rev)
		l->known_rev = chat->rev;
	ask_changes(l);
}

static void
tell_code(struct linear *l, const struct msg *ev)
{
	/* How it stands at its beginning and its end is a question of its own. */
	if (ev->b.code.state == CODE_WAITING && ev->len != 0 && ev->bytes[0] != '\0')
		linear_print(l, "Pairing code: %.*s.", (int)ev->len, (const char *)ev->bytes);
}

/* How one looks to others: the header of a screen has it. */
static void
tell_self(struct linear *l)
{
	const struct msg_self *self = model_self(front_model(l->front));

	if (l->ready && self->invisible != l->invisible)
		linear_print(l, "%s",
			     self->invisible ? _("To all contacts it looks as if you were offline.")
					     : _("Contacts see you again."));
	if (l->ready && self->away != l->away && !self->invisible)
		linear_print(l, "%s",
			     self->away ? _("Contacts see you as away.")
					: _("Contacts see you as there."));
	l->invisible = self->invisible;
	l->away = self->away;
}

void
linear_tell(struct linear *l, const struct msg *ev)
{
	if (ev->type == MSG_EV_READY)
		tell_ready(l);
	else if (ev->type == MSG_EV_CHAT)
		tell_chat(l, &ev->b.chat);
	else if (ev->type == MSG_EV_PAGE && ev->serial != 0 && ev->serial == l->asked)
		tell_page(l, ev);
	else if (ev->type == MSG_EV_HITS)
		tell_hits(l, ev);
	else if (ev->type == MSG_EV_CONTACT)
		tell_contact(l, &ev->b.contact.peer);
	else if (ev->type == MSG_EV_TRANSFER)
		tell_transfer(l, ev->b.transfer.transfer);
	else if (ev->type == MSG_EV_WENT)
		linear_went_page(l, ev);
	else if (ev->type == MSG_EV_SELF)
		tell_self(l);
	else if (ev->type == MSG_EV_CODE)
		tell_code(l, ev);
}
