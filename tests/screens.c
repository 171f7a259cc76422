/* screens.c - golden screens: events in, cells out, at the sizes people have. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"

#define KB 1000ull
#define MB 1000000ull

/* Ada's five peers as screens.md draws them. */
static void
peers(struct world *w)
{
	static const char *const names[] = {"Boris", "Chidi", "Dana", "Emeka", "Fatou"};
	const int64_t day = 86400000;

	world_self(w, "Ada", DOOR_LAN);
	for (unsigned i = 0; i < NELEM(names); i++) {
		struct msg *ev = world_contact(i + 1, names[i]);
		struct msg_contact *c = &ev->b.contact;

		c->link = i < 3 ? LINK_ONLINE : LINK_OFFLINE;
		c->rtt_us = i < 3 ? 18000 : 0;
		c->sent_seq = 1000;
		c->trust = i == 0 ? TRUST_VERIFIED : i == 2 ? TRUST_CHANGED : TRUST_PINNED;
		c->how = i == 0 ? HOW_NUMBERS : i == 2 ? HOW_ANSWERED : HOW_INVITE;
		c->trust_since = w->wall - 2 * day;
		c->last_seen = w->wall - (i == 3 ? day : 12 * day) - 1000;
		if (i < 3)
			snprintf(c->via, sizeof(c->via), "192.168.1.%u:41555", 11 + i);
		world_event(w, ev);
	}
}

static void
transfers(struct world *w)
{
	struct msg *ev = world_transfer(1, 1, DIR_OUT, "report.pdf", 4100 * KB, 7700 * KB);

	ev->b.transfer.rate = 1200 * KB;
	ev->b.transfer.eta = 3;
	world_event(w, ev);
	ev = world_transfer(2, 2, DIR_IN, "photos.tar", 22 * MB, 104 * MB);
	ev->b.transfer.rate = 340 * KB;
	ev->b.transfer.eta = 246;
	world_event(w, ev);
	ev = world_transfer(3, 3, DIR_OUT, "thesis.odt", 680 * KB, 1000 * KB);
	ev->b.transfer.state = TRANSFER_PAUSED;
	world_strings(ev, "thesis.odt", "", "check Dana's new key", NULL, 0);
	world_event(w, ev);
}

/* The conversation of screens.md. */
static void
talk(struct world *w)
{
	struct world_row *r;

	world_row(w, 1, DIR_OUT, 1, 22 * 60 + 10, "starting the build now, see you tomorrow");
	world_row(w, 1, DIR_IN, 0, 13 * 60 + 58, "morning! did the build finish?");
	world_row(w, 1, DIR_OUT, 0, 14 * 60, "yes, all green. report is on its way");
	r = world_row(w, 1, DIR_OUT, 0, 14 * 60, "report.pdf");
	r->kind = ROW_FILE;
	r->transfer = 1;
	world_row(w, 1, DIR_IN, 0, 14 * 60 + 1, "got the first half already, nice and quick");
	world_row(w, 1, DIR_IN, 0, 14 * 60 + 1, "send the pictures too?");
}

static void
conversation(struct world *w, int h, int width, bool ascii)
{
	struct msg *ev;

	world_open(w, h, width, "Ada", ascii);
	peers(w);
	talk(w);
	transfers(w);
	/* They come while another window has the focus. */
	world_type(w, "\033[O");
	world_chat(w, 1, 2);
	world_ready(w);
	ev = world_contact(1, "Boris");
	ev->b.contact.link = LINK_ONLINE;
	ev->b.contact.rtt_us = 18000;
	ev->b.contact.how = HOW_NUMBERS;
	ev->b.contact.trust_since = w->wall - 2 * INT64_C(86400000);
	ev->b.contact.sent_seq = 1000;
	ev->b.contact.trust = TRUST_VERIFIED;
	ev->b.contact.typing = true;
	world_event(w, ev);
	world_type(w, "sure, picking them now. line two works too: Alt+Enter");
}

static void
chat_screens(void)
{
	struct world w;

	conversation(&w, 24, 80, false);
	world_golden(&w, "chat-80x24");
	world_close(&w);
	conversation(&w, 40, 120, false);
	world_golden(&w, "chat-120x40");
	world_close(&w);
	conversation(&w, 12, 40, false);
	world_golden(&w, "chat-40x12");
	world_type(&w, "\033[5~");
	world_golden(&w, "chat-back-40x12");
	world_type(&w, "\033>");
	world_type(&w, "\033OQ");
	world_golden(&w, "peers-40x12");
	world_close(&w);
	conversation(&w, 24, 80, true);
	world_golden(&w, "chat-ascii-80x24");
	world_close(&w);
	conversation(&w, 7, 29, false);
	world_golden(&w, "tiny-29x7");
	world_close(&w);
}

/* What was edited, deleted, answered, reacted to, and read. */
static void
act_screens(void)
{
	struct world w;
	struct world_row *r;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_row(&w, 1, DIR_OUT, 0, 600, "the first draft is in the usual place")->edits = 1;
	r = world_row(&w, 1, DIR_IN, 0, 601, "thanks, I read it at once");
	r->content = CONTENT_REPLY;
	r->quote = "the first draft is in the usual place\nand more";
	r->quote_dir = DIR_OUT;
	r->react[DIR_OUT] = "\xf0\x9f\x91\x8d";
	world_row(&w, 1, DIR_OUT, 0, 602, "")->deleted = true;
	world_row(&w, 1, DIR_IN, 0, 603, "")->deleted = true;
	r = world_row(&w, 1, DIR_OUT, 0, 604,
		      "one more thing, which takes two lines on a screen as narrow as this");
	r->edits = 2;
	r->edit_seq = 7;
	r->react[DIR_IN] = "\xe2\x9d\xa4";
	r->react[DIR_OUT] = "!";
	r = world_row(&w, 1, DIR_OUT, 0, 605, "what do you say?");
	r->content = CONTENT_REPLY;
	r->quote_dir = DIR_NOTE;
	r = world_row(&w, 1, DIR_OUT, 0, 606, "this one got nowhere");
	r->state = RECEIPT_FAILED;
	free(r->reason);
	r->reason = xstrdup("too long for Boris");
	w.read_seq = 5;
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_golden(&w, "acts-80x24");
	world_type(&w, "\033[1;3A\033[1;3A\033[1;3A");
	world_golden(&w, "acts-chosen-80x24");
	world_type(&w, "d");
	world_golden(&w, "acts-delete-80x24");
	world_close(&w);
}

/* Messages that disappear, and a chat of which not all is kept. */
static void
fading_screens(void)
{
	static const struct {
		int h, w;
		bool ascii;
		const char *name;
	} sizes[] = {{40, 120, false, "fading-120x40"},
		     {24, 80, true, "fading-ascii-80x24"},
		     {12, 40, false, "fading-40x12"}};
	struct world w;
	struct world_row *r;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		world_open(&w, sizes[i].h, sizes[i].w, "Ada", sizes[i].ascii);
		peers(&w);
		world_row(&w, 1, DIR_OUT, 0, 600, "this one stays");
		r = world_row(&w, 1, DIR_NOTE, 0, 601,
			      "You both agree: messages disappear after 1 day from now on.");
		r->kind = ROW_EVENT;
		r = world_row(&w, 1, DIR_IN, 0, 602, "this one is gone tomorrow");
		r->timer = 86400;
		r->expires = w.wall + INT64_C(3600) * 1000 * 20;
		world_row(&w, 1, DIR_OUT, 0, 603, "and so is this one")->timer = 86400;
		w.keep = 30;
		w.timer_mine = w.timer_theirs = 86400;
		world_chat(&w, 1, 0);
		world_ready(&w);
		world_type(&w, "\033[1;3A\033[1;3A");
		world_golden(&w, sizes[i].name);
		world_close(&w);
	}
}

static void
welcome_screens(void)
{
	static const struct {
		int h, w;
	} sizes[] = {{24, 80}, {40, 120}, {12, 40}};
	char name[64];
	struct world w;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		world_open(&w, sizes[i].h, sizes[i].w, "", false);
		if (i == 0)
			world_golden(&w, "welcome-first-frame-80x24");
		world_self(&w, "", DOOR_LAN);
		world_ready(&w);
		world_type(&w, "Ada");
		snprintf(name, sizeof(name), "welcome-%dx%d", sizes[i].w, sizes[i].h);
		world_golden(&w, name);
		world_close(&w);
	}
}

static void
request_screens(void)
{
	struct world w;
	struct msg *ev;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_ready(&w);
	ev = world_contact(9, "Mallory");
	ev->b.contact.state = CONTACT_REQUEST;
	ev->b.contact.trust = TRUST_STRANGER;
	ev->b.contact.accepted_us = false;
	ev->b.contact.how = HOW_CAME_NEARBY;
	strlcpy(ev->b.contact.from, "192.168.1.19", sizeof(ev->b.contact.from));
	msg_set_bytes(ev, "hi, it's me from the climbing hall", 34);
	world_type(&w, "x");
	world_event(&w, ev);
	world_golden(&w, "request-waits-80x24");
	world_type(&w, "\033[19~");
	world_golden(&w, "request-80x24");
	world_close(&w);
}

static void
offer_screens(void)
{
	static const char *const names[] = {"trip/", "trip/beach-01.jpg", "trip/beach-02.jpg",
					    "trip/beach\xe2\x80\xaegpj.exe"};
	struct world w;
	struct msg *ev;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	world_ready(&w);
	ev = world_transfer(4, 2, DIR_IN, "trip", 0, 11200 * KB);
	ev->b.transfer.state = TRANSFER_WAITING;
	ev->b.transfer.files = 30;
	ev->b.transfer.folders = 1;
	ev->b.transfer.free_bytes = 52000 * MB;
	ev->b.transfer.odd_name = ev->b.transfer.executable = true;
	world_strings(ev, "trip", "/srv/ada/Downloads", "", names, NELEM(names));
	world_event(&w, ev);
	world_golden(&w, "offer-guarded-80x24");
	world_wait(&w, 500);
	world_golden(&w, "offer-80x24");
	world_close(&w);
}

/* What went wrong, and what waits: drawn for `make screens`, the words are looked for here. */
static void
trouble_screens(void)
{
	struct world w;
	struct world_row *r;

	world_open(&w, 24, 80, "Ada", false);
	peers(&w);
	talk(&w);
	r = world_row(&w, 1, DIR_OUT, 0, 14 * 60 + 1, "here they are");
	r->state = RECEIPT_FAILED;
	free(r->reason);
	r->reason = xstrdup("Boris has removed you");
	r = world_row(&w, 2, DIR_OUT, 0, 14 * 60 + 1, "are you there?");
	r->state = RECEIPT_QUEUED;
	world_chat(&w, 1, 0);
	world_chat(&w, 2, 0);
	world_ready(&w);
	ok(world_shows(&w, "not sent: Boris has removed you"), "a failed message says why");
	ok(world_shows(&w, "Chidi          ·"), "what waits for Chidi is marked in the list");
	world_pictures(&w, "failed-80x24");
	world_type(&w, "/frobnicate\r");
	ok(world_shows(&w, "There is no command /frobnicate"), "an error stands on the hint line");
	world_pictures(&w, "error-80x24");
	world_close(&w);
}

static void
help_screens(void)
{
	struct world w;

	conversation(&w, 24, 80, false);
	world_type(&w, "\033OP");
	world_golden(&w, "help-80x24");
	world_type(&w, "/suspend");
	world_golden(&w, "help-search-80x24");
	world_close(&w);
}

static void
palette_screens(void)
{
	struct world w;

	conversation(&w, 24, 80, false);
	world_type(&w, "\033x");
	world_golden(&w, "palette-80x24");
	world_type(&w, "disconn");
	world_golden(&w, "palette-search-80x24");
	world_close(&w);
	conversation(&w, 40, 120, false);
	world_type(&w, "\033xsafety");
	world_golden(&w, "palette-search-120x40");
	world_close(&w);
	conversation(&w, 12, 40, false);
	world_type(&w, "\033xverif");
	world_golden(&w, "palette-search-40x12");
	world_close(&w);
}

/* The first chat there is, before anything was said. */
static void
tour_screens(void)
{
	static const struct {
		int h, w;
		const char *name;
	} sizes[] = {{24, 80, "tour-80x24"}, {12, 40, "tour-40x12"}};
	struct world w;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		world_open(&w, sizes[i].h, sizes[i].w, "Ada", false);
		peers(&w);
		world_chat(&w, 1, 0);
		world_ready(&w);
		world_type(&w, "/set tour on\r");
		world_type(&w, "\033");
		world_golden(&w, sizes[i].name);
		world_close(&w);
	}
}

static void
hostile_screens(void)
{
	struct world w;
	struct msg *ev;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_OPEN);
	ev = world_contact(1, "Bo\033[31mris\xe2\x80\xae\xff");
	ev->b.contact.link = LINK_ONLINE;
	world_event(&w, ev);
	ev = world_contact(2, "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87");
	world_event(&w, ev);
	ev = world_contact(3, "\xe5\x90\x8d\xe5\x89\x8d\xe3\x81\x8c\xe9\x95\xb7\xe3\x81\x84\xe4\xba"
			      "\xba\xe3\x81\xa7\xe3\x81\x99\xe3\x82\x88\xe3\x81\xad");
	world_event(&w, ev);
	world_row(&w, 1, DIR_IN, 0, 600,
		  "\033]0;owned\a \x9b"
		  "2J \xc2\x9b"
		  "2J tab\there\r\nnext\vline");
	world_row(&w, 1, DIR_IN, 0, 601,
		  "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 "
		  "family, \xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd thumb, \xe2\x9d\xa4\xef\xb8\x8f heart");
	world_row(&w, 1, DIR_NOTE, 0, 602,
		  "\033[2J is now called \xe2\x80\xaemoc.live\n10:03 Ada  yes");
	w.rows[w.nrows - 1].kind = ROW_EVENT;
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_type(&w, "\0332");
	world_golden(&w, "hostile-80x24");
	ev = world_contact(4, "Eve\nkey: 0000\n\n[ a Accept ]");
	ev->b.contact.state = CONTACT_REQUEST;
	world_event(&w, msg_set_bytes(ev, "let me in\nsays: Boris", 21));
	world_type(&w, "\033[19~");
	world_golden(&w, "hostile-request-80x24");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	setenv("HOME", "/srv/ada", 1);
	chat_screens();
	act_screens();
	fading_screens();
	welcome_screens();
	request_screens();
	offer_screens();
	trouble_screens();
	help_screens();
	palette_screens();
	tour_screens();
	hostile_screens();
	return done_testing();
}
