/* ask_in.c - questions that come from outside: requests to be let in and offers of files, and when to open them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/choose.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* Names of an offer that are listed. */
#define OFFER_NAMES	16
/* With more requests than this none opens by itself. */
#define REQUESTS_BY_ONE 3

/* ---- requests --------------------------------------------------------------------------------------------------------- */

static bool
request_gone(struct front *f, const struct dialog *d)
{
	const struct model_contact *c = model_contact(front_model(f), dialog_peer(d));

	return c == NULL || c->c.state != CONTACT_REQUEST;
}

static void
put_off_peer(struct front *f, const struct key *peer)
{
	f->later_peers =
		xreallocarray(f->later_peers, f->nlater_peers + 1, sizeof(*f->later_peers));
	f->later_peers[f->nlater_peers++] = *peer;
}

static bool
request_done(struct front *f, struct dialog *d, int answer)
{
	static const enum contact_op ops[] = {OP_ACCEPT, OP_REFUSE, OP_BLOCK};
	static const char *const unknown[] = {"unknown", NULL};
	struct key peer = *dialog_peer(d);

	put_off_peer(f, &peer);
	if (answer == 4)
		return front_words(f, "block", unknown, 1);
	if (answer < 0 || answer > 2)
		return true;
	if (!front_contact(f, &peer, (int)ops[answer], NULL, NULL))
		return false;
	f->open_accepted = peer;
	f->has_open_accepted = answer == 0;
	return true;
}

void
ask_request(struct front *f, const struct key *peer, bool guard)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	struct dialog *d;
	char hex[2 * KEY_LEN + 1], digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT];
	char *line;

	if (c == NULL || c->c.state != CONTACT_REQUEST)
		return;
	d = dialog_new("Somebody asks to be let in", request_done);
	dialog_line(d, STYLE_STRONG, "calls itself: %s",
		    c->c.nick[0] != '\0' ? c->c.nick : _("(nothing)"));
	dialog_line(d, STYLE_DIM, "key: %s", util_hex(hex, c->c.peer.b, KEY_LEN));
	if (c->c.from[0] != '\0')
		dialog_line(d, STYLE_DIM, "from: %s %s", c->c.from, _(came_words(c->c.how)));
	safety_number(digits, &model_self(front_model(f))->key, peer);
	safety_groups(text, digits, 6);
	line = strchr(text, '\n');
	*line++ = '\0';
	dialog_line(d, STYLE_DIM, "safety number: %s", text);
	dialog_line(d, STYLE_DIM, "               %s", line);
	if (c->detail[0] != '\0')
		dialog_line(d, STYLE_NORMAL, "says: %s", c->detail);
	dialog_line(d, STYLE_DIM,
		    "Until you accept it can do nothing else. Anybody can take any name.");
	dialog_answer(d, 'a', "Accept");
	dialog_answer(d, 'r', "Refuse");
	dialog_answer(d, 'b', "Block");
	dialog_answer(d, 'l', "Later");
	if (model_count_requests(front_model(f)) > 1)
		dialog_answer(d, 'u', "Block all unknown");
	dialog_default(d, 3);
	dialog_about(d, peer, 0);
	dialog_stale(d, request_gone);
	if (guard)
		dialog_guard(d);
	front_ask(f, d);
}

/* ---- offers ----------------------------------------------------------------------------------------------------------- */

static bool
offer_gone(struct front *f, const struct dialog *d)
{
	const struct model_transfer *t = model_transfer(front_model(f), dialog_number(d));

	return t == NULL || t->t.state != TRANSFER_WAITING;
}

static void
put_off(struct front *f, int64_t transfer)
{
	f->later = xreallocarray(f->later, f->nlater + 1, sizeof(*f->later));
	f->later[f->nlater++] = transfer;
}

static bool
place_done(struct front *f, struct dialog *d, int answer)
{
	char *folder;
	bool ok;

	if (answer != 0)
		return true;
	folder = path_expand(dialog_value(d, 0));
	ok = folder[0] == '/';
	if (ok)
		front_transfer(f, dialog_number(d), TOP_ACCEPT, folder);
	else
		dialog_error(d, "Type a folder that begins with / or ~.");
	free(folder);
	return ok;
}

/* Accept, but somewhere else. */
static void
ask_place(struct front *f, int64_t transfer)
{
	const struct model_transfer *t = model_transfer(front_model(f), transfer);
	struct dialog *d = dialog_new("Where to put it", place_done);
	char *place = path_abbreviate(t->place);

	dialog_field(d, "Folder", "~/Downloads", 4096, place);
	free(place);
	dialog_about(d, NULL, transfer);
	dialog_stale(d, offer_gone);
	dialog_answer(d, 0, "Accept");
	dialog_answer(d, 0, "Back");
	front_ask(f, d);
}

static bool
offer_done(struct front *f, struct dialog *d, int answer)
{
	int64_t number = dialog_number(d);
	char err[160];

	put_off(f, number);
	if (answer == 0)
		return front_transfer(f, number, TOP_ACCEPT, NULL);
	if (answer == 1)
		return front_transfer(f, number, TOP_REFUSE, NULL);
	if (answer == 2)
		ask_place(f, number);
	if (answer == 4)
		choose_open(f, number, err, sizeof(err));
	return answer != 2;
}

static void
offer_names(struct dialog *d, const struct model_transfer *t)
{
	size_t n = t->nnames < OFFER_NAMES ? t->nnames : OFFER_NAMES;
	uint64_t all = t->t.files + t->t.folders;

	for (size_t i = 0; i < n; i++) {
		bool odd = text_has_hostile(t->names[i], strlen(t->names[i]));

		dialog_line(d, odd ? STYLE_WARN : STYLE_NORMAL, "  %s%s", t->names[i],
			    odd ? _("  ⚠ odd name") : "");
	}
	if (n != 0 && all > n)
		dialog_line(d, STYLE_DIM, "  and %llu more", (unsigned long long)(all - n));
}

/* Whether a listed name is odd by itself: odd_name also tells of programs. */
static bool
any_odd(const struct model_transfer *t)
{
	for (size_t i = 0; i < t->nnames; i++) {
		const char *slash = strrchr(t->names[i], '/');
		const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : t->names[i];

		if (path_name_flags(name, strlen(name), 0) & ~(unsigned)PATH_EXECUTABLE)
			return true;
	}
	return false;
}

static void
offer_count(char *out, size_t size, const struct msg_transfer *t)
{
	char folders[40] = "", files[40];

	if (t->folders != 0)
		snprintf(folders, sizeof(folders),
			 say_plural("%llu folder", "%llu folders", t->folders),
			 (unsigned long long)t->folders);
	if (t->files != 0)
		snprintf(files, sizeof(files), say_plural("%llu file", "%llu files", t->files),
			 (unsigned long long)t->files);
	if (t->files != 0)
		snprintf(out, size, "%s%s%s", files, folders[0] != '\0' ? ", " : "", folders);
	else
		snprintf(out, size, "%s", folders[0] != '\0' ? folders : _("nothing"));
}

void
ask_offer(struct front *f, int64_t transfer, bool guard)
{
	const struct model_transfer *t = model_transfer(front_model(f), transfer);
	const struct model_contact *c;
	char title[NAME_SIZE + 32], count[96], size[TEXT_FIGURE], left[TEXT_FIGURE];
	struct dialog *d;
	char *place;

	if (t == NULL || t->t.dir != DIR_IN || t->t.state != TRANSFER_WAITING)
		return;
	c = model_contact(front_model(f), &t->t.peer);
	say_into(title, sizeof(title), "%s offers files", c != NULL ? c->c.name : _("A peer"));
	d = dialog_new(title, offer_done);
	offer_count(count, sizeof(count), &t->t);
	dialog_line(d, STYLE_STRONG, "%s · %s · %s", t->what, count,
		    text_size(size, sizeof(size), t->t.bytes_total));
	offer_names(d, t);
	place = path_abbreviate(t->place);
	dialog_line(d, STYLE_NORMAL, "to: %s (%s free)", place,
		    text_size(left, sizeof(left), t->t.free_bytes));
	free(place);
	if (t->t.free_bytes != 0 && t->t.space > t->t.free_bytes)
		dialog_line(d, STYLE_ERROR, "⚠ There is not enough room.");
	if (t->t.executable)
		dialog_line(
			d, STYLE_WARN,
			"⚠ Something in it can run as a program. Look twice before you open it.");
	if (t->t.odd_name && (!t->t.executable || any_odd(t)))
		dialog_line(d, STYLE_WARN, "⚠ Some name is hidden, changed or odd.");
	dialog_answer(d, 'a', "Accept");
	dialog_answer(d, 'r', "Refuse");
	dialog_answer(d, 'e', "Elsewhere…");
	dialog_answer(d, 'l', "Later");
	if (t->t.files + t->t.folders > 1)
		dialog_answer(d, 'p', "Part…");
	dialog_default(d, guard ? 3 : 0);
	dialog_about(d, &t->t.peer, transfer);
	dialog_stale(d, offer_gone);
	if (guard)
		dialog_guard(d);
	front_ask(f, d);
}

/* ---- everything that waits -------------------------------------------------------------------------------------------- */

struct waiting {
	struct key peer;
	int64_t transfer; /* 0: a request */
};

static bool
offered(const struct model_transfer *t)
{
	return t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING;
}

static bool
inbox_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const struct waiting *items = dialog_kept(d, &len);

	if (answer < 0 || (size_t)answer >= len / sizeof(*items))
		return true;
	if (items[answer].transfer != 0)
		ask_offer(f, items[answer].transfer, false);
	else
		ask_request(f, &items[answer].peer, false);
	return true;
}

/* What waits, offers first; at most max. */
static size_t
collect(struct front *f, struct waiting *out, size_t max)
{
	struct model *m = front_model(f);
	size_t n = 0;

	for (size_t i = 0; i < model_ntransfers(m) && n < max; i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (offered(t))
			out[n++] = (struct waiting){t->t.peer, t->t.transfer};
	}
	for (size_t i = 0; i < model_ncontacts(m) && n < max; i++) {
		const struct model_contact *c = model_contact_at(m, i);

		if (c->c.state == CONTACT_REQUEST)
			out[n++] = (struct waiting){c->c.peer, 0};
	}
	return n;
}

void
ask_inbox(struct front *f)
{
	struct waiting list[DIALOG_ANSWERS];
	size_t n = collect(f, list, NELEM(list));
	struct dialog *d;

	if (n == 0) {
		front_say(f, strcmp(options_text(front_options(f), OPT_requests), "off") == 0
				     ? N_("Requests are off: strangers meet silence. /unblock "
					  "unknown lets them ask.")
				     : N_("Nobody asks for anything."));
		return;
	}
	if (n == 1) {
		if (list[0].transfer != 0)
			ask_offer(f, list[0].transfer, false);
		else
			ask_request(f, &list[0].peer, false);
		return;
	}
	d = dialog_new("Waiting for your answer", inbox_done);
	dialog_menu(d);
	for (size_t i = 0; i < n; i++) {
		const struct model_contact *c = model_contact(front_model(f), &list[i].peer);
		const struct model_transfer *t = model_transfer(front_model(f), list[i].transfer);
		char line[NAME_SIZE + 160];

		if (t != NULL)
			say_into(line, sizeof(line), "%s offers %.100s",
				 c != NULL ? c->c.name : _("A peer"), t->what);
		else
			say_into(line, sizeof(line), "%s asks to be let in", c->c.name);
		dialog_answer(d, (uint32_t)('1' + i), line);
	}
	dialog_keep(d, xmemdup(list, n * sizeof(list[0])), n * sizeof(list[0]));
	front_ask(f, d);
}

static bool
was_put_off(const struct front *f, const struct waiting *w)
{
	for (size_t i = 0; w->transfer != 0 && i < f->nlater; i++)
		if (f->later[i] == w->transfer)
			return true;
	for (size_t i = 0; w->transfer == 0 && i < f->nlater_peers; i++)
		if (key_equal(&f->later_peers[i], &w->peer))
			return true;
	return false;
}

int
front_ask_pending(struct front *f)
{
	struct waiting list[64];
	size_t n, i = 0;
	uint64_t quiet;

	/* Where lines follow each other, a question nobody asked for would take the next line for its answer. */
	if (f->top != NULL || f->quitting || f->bare || front_linear(f) || f->capture >= 0 ||
	    f->layout.kind == LAYOUT_TINY)
		return -1;
	n = collect(f, list, NELEM(list));
	while (i < n && was_put_off(f, &list[i]))
		i++;
	/* Nor by a crowd: it is in the inbox. */
	if (i < n && list[i].transfer == 0 && model_count_requests(f->model) > REQUESTS_BY_ONE)
		return -1;
	/* Nobody is interrupted in mid-sentence: the hint line tells of it. */
	if (i == n || !prompt_empty(&f->panes[PANE_PROMPT]) || f->focus == PANE_BROWSER)
		return -1;
	quiet = front_now(f) - f->last_key;
	if (f->last_key != 0 && quiet < FRONT_QUIET_MS)
		return (int)(FRONT_QUIET_MS - quiet);
	if (list[i].transfer != 0)
		ask_offer(f, list[i].transfer, true);
	else
		ask_request(f, &list[i].peer, true);
	return 0;
}
