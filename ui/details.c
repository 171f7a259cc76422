/* details.c - the third column of wide screens: what is known of the peer of the open chat. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/msg.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/browser.h"
#include "ui/draw.h"
#include "ui/front.h"
#include "ui/pane.h"

/* Where the next line goes. */
struct pen {
	struct grid *g;
	struct rect r;
	int y;
};

static void
put(struct pen *pen, unsigned style, const char *s)
{
	int left = pen->r.y + pen->r.h - pen->y;

	pen->y += draw_para(pen->g, pen->y, pen->r.x + 1, pen->r.w - 2, left, style, s, strlen(s));
}

static void
heading(struct pen *pen, const char *s)
{
	pen->y++;
	put(pen, STYLE_TITLE, s);
}

/* The key as eight groups of eight hex digits, four rows. */
static void
put_key(struct pen *pen, const struct key *k)
{
	char hex[2 * KEY_LEN + 1], line[40];

	util_hex(hex, k->b, KEY_LEN);
	for (int i = 0; i < 4; i++) {
		const char *h = hex + (size_t)i * 16;

		snprintf(line, sizeof(line), "%.4s %.4s %.4s %.4s", h, h + 4, h + 8, h + 12);
		put(pen, STYLE_NORMAL, line);
	}
}

/* What it says of itself. */
static void
put_presence(struct pen *pen, struct front *f, const struct model_contact *c)
{
	char line[80], day[40], clock[6];

	if (c->c.away) {
		say_into(line, sizeof(line), "◐ away since %s, %s",
			 draw_clock(clock, c->c.away_since),
			 draw_day(day, c->c.away_since, front_wall(f)));
		put(pen, STYLE_NORMAL, line);
	}
	if (c->c.rtt_us != 0) {
		if (c->c.rtt_us < 1000)
			strlcpy(line, _("answers in under 1 ms"), sizeof(line));
		else
			say_into(line, sizeof(line), "answers in %u.%u ms", c->c.rtt_us / 1000,
				 c->c.rtt_us % 1000 / 100);
		put(pen, STYLE_DIM, line);
	}
	if (c->c.status[0] != '\0')
		put(pen, STYLE_NORMAL, c->c.status);
}

static void
put_link(struct pen *pen, struct front *f, const struct model_contact *c)
{
	char line[160], ago[TEXT_FIGURE];

	if (c->c.link == LINK_ONLINE && c->c.via[0] == '\0')
		say_into(line, sizeof(line), "● online");
	else if (c->c.link == LINK_ONLINE)
		say_into(line, sizeof(line), "● online by %s%s%s", c->c.via,
			 c->c.via_found != FOUND_UNKNOWN ? ", " : "",
			 _(found_sentence(c->c.via_found)));
	else if (c->c.closed_by_hand)
		say_into(line, sizeof(line), "○ closed by you");
	else if (c->c.link == LINK_CONNECTING)
		say_into(line, sizeof(line), "○ connecting…");
	else if (c->c.last_seen != 0 && front_wall(f) - c->c.last_seen < 60000)
		say_into(line, sizeof(line), "○ seen just now");
	else if (c->c.last_seen != 0)
		say_into(line, sizeof(line), "○ last seen %s ago",
			 text_ago(ago, sizeof(ago), (front_wall(f) - c->c.last_seen) / 1000));
	else
		say_into(line, sizeof(line), "○ not reached yet");
	put(pen, c->c.link == LINK_ONLINE ? STYLE_ONLINE : STYLE_OFFLINE, line);
	if (c->c.link == LINK_ONLINE)
		put_presence(pen, f, c);
	if (c->c.link == LINK_OFFLINE && c->detail[0] != '\0')
		put(pen, STYLE_WARN, _(c->detail));
}

/* What it is, how that came to be, and since when. */
static void
put_trust(struct pen *pen, struct front *f, const struct model_contact *c)
{
	const char *mark = c->c.trust == TRUST_VERIFIED	 ? "✓ "
			   : c->c.trust == TRUST_CHANGED ? "⚠ "
							 : "";
	char line[160], day[40];

	snprintf(line, sizeof(line), "%s%s", mark,
		 c->c.trust == TRUST_STRANGER ? _("not checked")
					      : _(trust_words(c->c.trust, c->c.how)));
	put(pen,
	    c->c.trust == TRUST_CHANGED	   ? STYLE_WARN
	    : c->c.trust == TRUST_VERIFIED ? STYLE_GOOD
					   : STYLE_NORMAL,
	    line);
	if (c->c.trust_since == 0)
		return;
	say_into(line, sizeof(line), "since %s", draw_day(day, c->c.trust_since, front_wall(f)));
	put(pen, STYLE_DIM, line);
}

/* The digits cost some milliseconds the first time, so they come a moment after the rest. */
static void
put_number(struct pane *p, struct pen *pen, const struct model_contact *c)
{
	const struct key *own = &model_self(front_model(p->front))->key;
	char digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT];

	heading(pen, c->c.has_new_key ? _("Number of its old key") : _("Safety number"));
	if (!safety_known(own) || !safety_known(&c->c.peer)) {
		put(pen, STYLE_DIM, "…");
		pen->y += 2;
		front_wake(p, 1);
		return;
	}
	safety_number(digits, own, &c->c.peer);
	safety_groups(text, digits, 4);
	pen->y += draw_wrapped(pen->g, pen->y, pen->r.x + 1, pen->r.w - 2,
			       pen->r.y + pen->r.h - pen->y, STYLE_NORMAL, text, strlen(text));
}

static void
tick(struct pane *p)
{
	const struct key *peer = front_current(p->front);
	char half[SAFETY_HALF + 1];

	if (peer == NULL || model_contact(front_model(p->front), peer) == NULL ||
	    model_contact(front_model(p->front), peer)->c.is_person)
		return;
	safety_key(half, &model_self(front_model(p->front))->key);
	safety_key(half, peer);
	front_dirty(p->front, PANE_DETAILS);
}

/* How long messages live, where that is not for ever. */
static void
put_lives(struct pen *pen, struct front *f, const struct model_contact *c)
{
	uint32_t mine = c->chat.timer_mine, theirs = c->chat.timer_theirs;
	uint32_t agreed = retain_agreed(mine, theirs);
	int32_t usual = KEEP_ALL, keep;
	char words[48], line[NAME_SIZE + 120];

	(void)retain_parse_keep(options_text(front_options(f), OPT_keep), &usual);
	keep = retain_effective(c->chat.keep, usual);
	if (keep == KEEP_ALL && mine == 0 && theirs == 0)
		return;
	heading(pen, _("Messages"));
	if (keep == KEEP_NOTHING)
		put(pen, STYLE_NORMAL, _("kept while p2p-tui runs"));
	else if (keep != KEEP_ALL) {
		say_into(line, sizeof(line), "kept for %s",
			 retain_keep_show(words, sizeof(words), keep));
		put(pen, STYLE_NORMAL, line);
	}
	retain_timer_show(words, sizeof(words), agreed != 0 ? agreed : mine != 0 ? mine : theirs);
	if (agreed != 0)
		say_into(line, sizeof(line), "⧗ disappear after %s", words);
	else
		say_into(line, sizeof(line),
			 mine != 0 ? N_("you propose that they disappear after %s")
				   : N_("it proposes that they disappear after %s"),
			 words);
	if (mine != 0 || theirs != 0)
		put(pen, STYLE_NORMAL, line);
}

static void
put_files(struct pen *pen, struct front *f, const struct model_contact *c)
{
	struct model *m = front_model(f);
	bool any = false;
	char line[400], size[TEXT_FIGURE];

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);

		if (!key_equal(&t->t.peer, &c->c.peer) || pen->y >= pen->r.y + pen->r.h)
			continue;
		if (!any)
			heading(pen, _("Files"));
		any = true;
		snprintf(line, sizeof(line), "%s %s", t->t.dir == DIR_OUT ? "↑" : "↓", t->what);
		draw_right(pen->g, pen->y, pen->r.x + pen->r.w - 1, 9, STYLE_DIM,
			   text_size(size, sizeof(size), t->t.bytes_total));
		draw_textn(pen->g, pen->y++, pen->r.x + 1, pen->r.w - 12, STYLE_NORMAL, line,
			   strlen(line), TEXT_MIDDLE);
	}
}

/* A person: what is known of it is known of its devices. */
static void
put_devices(struct pen *pen, struct front *f, const struct model_contact *c)
{
	struct model *m = front_model(f);
	char line[NAME_SIZE + 80];

	say_into(line, sizeof(line), "%u of %u devices online", c->c.online, c->c.devices);
	put(pen, c->c.link == LINK_ONLINE ? STYLE_ONLINE : STYLE_OFFLINE, line);
	if (c->c.link == LINK_ONLINE)
		put_presence(pen, f, c);
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		const struct model_contact *d = model_contact_at(m, i);

		if (!model_is_device(&d->c) || !key_equal(&d->c.person, &c->c.peer))
			continue;
		heading(pen, d->c.name);
		put_link(pen, f, d);
		put_trust(pen, f, d);
	}
}

static void
draw(struct pane *p, struct grid *g, bool focus)
{
	struct front *f = p->front;
	const struct key *peer = front_current(f);
	const struct model_contact *c = peer != NULL ? model_contact(front_model(f), peer) : NULL;
	struct pen pen = {g, p->rect, p->rect.y};

	(void)focus;
	if (browser_previews(f)) {
		browser_preview_draw(f, g, p->rect);
		return;
	}
	if (c == NULL)
		return;
	put(&pen, STYLE_TITLE, c->c.name);
	if (c->c.is_person) {
		put_devices(&pen, f, c);
		return;
	}
	if (c->c.nick[0] != '\0' && strcmp(c->c.nick, c->c.name) != 0) {
		draw_text(g, pen.y, p->rect.x + 1, 14, STYLE_DIM, _("calls itself"));
		draw_text(g, pen.y++, p->rect.x + 14, p->rect.w - 15, STYLE_NORMAL, c->c.nick);
	}
	put_link(&pen, f, c);
	heading(&pen, _("Key"));
	put_key(&pen, &c->c.peer);
	put_number(p, &pen, c);
	put_trust(&pen, f, c);
	if (c->c.naddrs != 0) {
		heading(&pen, _("Addresses"));
		for (uint32_t i = 0; i < c->c.naddrs && i < CONTACT_ADDRS; i++)
			put(&pen, STYLE_NORMAL, c->c.addrs[i]);
	}
	put_lives(&pen, f, c);
	put_files(&pen, f, c);
}

static unsigned
mouse(struct pane *p, const struct input_mouse *m)
{
	if (!browser_previews(p->front))
		return 0;
	if (m->action == INPUT_WHEEL_UP || m->action == INPUT_WHEEL_DOWN)
		browser_preview_scroll(p->front, m->action == INPUT_WHEEL_UP ? -3 : 3);
	return PANE_HANDLED;
}

static void
ready(struct pane *p)
{
	browser_preview_ready(p->front);
}

const struct pane_class details_pane = {
	.name = "details",
	.watch = DIRTY_SELF | DIRTY_CONTACTS | DIRTY_TRANSFERS,
	.draw = draw,
	.mouse = mouse,
	.tick = tick,
	.ready = ready,
};
