/* drafts.c - what is typed in each chat: put away, given to the store in time, and there again after a restart. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/drafts.h"
#include "ui/edit.h"
#include "ui/front.h"

#define ESC "\033"
#define UP  "\033[A"

/* What was typed, from one world to another: as after a restart. */
static void
inherit(struct world *w, struct world *from)
{
	memcpy(w->typed, from->typed, sizeof(w->typed));
	memset(from->typed, 0, sizeof(from->typed));
}

/* What the store would keep of it; NULL for nothing. */
static const struct msg *
typed(const struct world *w, unsigned peer, enum typed_what what)
{
	struct key key = world_key(peer);

	for (size_t i = 0; i < NELEM(w->typed) && w->typed[i] != NULL; i++)
		if (key_equal(&w->typed[i]->b.typed.peer, &key) &&
		    w->typed[i]->b.typed.what == what)
			return w->typed[i]->len != 0 ? w->typed[i] : NULL;
	return NULL;
}

static void
open_three(struct world *w, struct world *before)
{
	struct msg *ev;

	world_open(w, 24, 80, "Ada", false);
	if (before != NULL)
		inherit(w, before);
	world_self(w, "Ada", DOOR_LAN);
	ev = world_contact(1, "Boris");
	ev->b.contact.link = LINK_ONLINE;
	world_event(w, ev);
	world_event(w, world_contact(2, "Chidi"));
	world_ready(w);
	world_forget_sent(w);
}

static bool
keeps(const struct world *w, unsigned peer, enum typed_what what, const char *text, size_t len)
{
	const struct msg *m = typed(w, peer, what);

	if (m != NULL && text != NULL && (m->len != len || memcmp(m->bytes, text, len) != 0))
		diag("kept: %zu bytes, \"%s\"", m->len, (const char *)m->bytes);
	return text == NULL ? m == NULL
			    : m != NULL && m->len == len && memcmp(m->bytes, text, len) == 0;
}

#define DRAFT(w, peer, text) keeps((w), (peer), TYPED_DRAFT, (text), strlen(text))
#define NO_DRAFT(w, peer)    keeps((w), (peer), TYPED_DRAFT, NULL, 0)
#define LINES(w, peer, text) keeps((w), (peer), TYPED_HISTORY, (text), sizeof(text))

static void
secrets(void)
{
	struct world w;

	open_three(&w, NULL);
	world_type(&w, "/passphrase hunter2");
	world_wait(&w, 60000);
	ok(NO_DRAFT(&w, 1), "a secret typed where it does not belong is not kept");
	world_close(&w);
}

static void
in_time(void)
{
	struct world w;

	open_three(&w, NULL);
	world_type(&w, "half a sen");
	world_wait(&w, 1900);
	ok(NO_DRAFT(&w, 1), "while somebody types nothing is written");
	world_wait(&w, 200);
	ok(DRAFT(&w, 1, "half a sen"), "two seconds after typing stopped it is");
	for (int i = 0; i < 8; i++) {
		world_type(&w, "x");
		world_wait(&w, 1500);
	}
	ok(!DRAFT(&w, 1, "half a sen"), "and now and then when it does not stop");
	world_type(&w, "\003");
	world_wait(&w, 2100);
	ok(NO_DRAFT(&w, 1), "a cleared line is no draft any more");
	world_type(&w, "one\rtwo");
	ok(NO_DRAFT(&w, 1) && LINES(&w, 1, "one"), "what is sent is a line of the history");
	world_wait(&w, 2100);
	ok(DRAFT(&w, 1, "two"), "what is not yet a draft");
	world_type(&w, "\r");
	ok(NO_DRAFT(&w, 1), "which is gone as soon as it is sent");
	ok(LINES(&w, 1, "one\0two"), "both are lines now");
	world_close(&w);
}

static void
restart(void)
{
	struct world a, b;

	open_three(&a, NULL);
	world_type(&a, "said to Boris\r");
	world_type(&a, "for Boris");
	world_type(&a, ESC "2");
	ok(!world_shows(&a, "› for Boris"), "the other chat has a line of its own");
	ok(DRAFT(&a, 1, "for Boris"), "a chat that is left is written at once");
	world_type(&a, UP);
	ok(!world_shows(&a, "› said to Boris"), "and what was typed there is not typed here");
	world_type(&a, "two" ESC "\rlines");
	front_quit(a.front);
	ok(DRAFT(&a, 2, "two\nlines"), "the program ends: so is the other");
	open_three(&b, &a);
	ok(world_shows(&b, "› for Boris"), "the next run begins where this one ended");
	world_type(&b, "\003");
	world_type(&b, UP);
	ok(world_shows(&b, "› said to Boris"), "and knows what was typed before");
	world_type(&b, "\003" ESC "2");
	ok(world_shows(&b, "› two") && world_shows(&b, "  lines"), "in each chat its own");
	world_close(&a);
	world_close(&b);
}

static struct msg *
typed_page(unsigned peer, const char *bytes, size_t len)
{
	struct msg *ev = msg_set_bytes(msg_new(MSG_EV_PAGE), bytes, len);

	ev->b.page_result.peer = world_key(peer);
	ev->b.page_result.kind = PAGE_TYPED;
	return ev;
}

static bool
line_is(const struct edit *e, size_t i, const char *text)
{
	size_t len;
	const char *line = edit_history_line(e, i, &len);

	return text == NULL ? line == NULL : line != NULL && strcmp(line, text) == 0;
}

/* What the store tells comes after the first keys. */
static void
late(void)
{
	static const char told[] = "old draft\0old line";
	struct edit *e = edit_new(1000, 0), *other = edit_new(1000, 0);
	struct drafts *d = drafts_new();
	struct msg *ev = typed_page(1, told, sizeof(told));

	edit_insert(e, "new line", 8);
	edit_commit(e);
	edit_insert(e, "new draft", 9);
	drafts_page(d, ev, e);
	is_str(edit_text(e, NULL), "new draft", "what is being typed stays");
	ok(line_is(e, 0, "new line") && line_is(e, 1, "old draft") && line_is(e, 2, "old line") &&
		   line_is(e, 3, NULL),
	   "the draft of before is a line, and older than the new ones");
	edit_set(e, "x", 1);
	drafts_page(d, ev, e);
	ok(line_is(e, 3, NULL), "told once more it changes nothing");
	msg_free(ev);
	ev = typed_page(2, told, sizeof(told));
	drafts_page(d, ev, other);
	is_str(edit_text(other, NULL), "old draft", "an empty line takes the draft");
	ok(line_is(other, 0, "old line") && line_is(other, 1, NULL), "and the lines");
	msg_free(ev);
	drafts_free(d);
	edit_free(e);
	edit_free(other);
}

/* The program ends before the store has told anything. */
static void
ends_early(void)
{
	struct world w;

	open_three(&w, NULL);
	world_type(&w, "known\rdraft");
	w.mute = true;
	world_type(&w, ESC "2");
	world_type(&w, "typed at once");
	world_wait(&w, 2100);
	ok(NO_DRAFT(&w, 2), "while it is not known what is kept nothing is written over it");
	front_quit(w.front);
	ok(DRAFT(&w, 2, "typed at once"), "at the end it is written");
	ok(typed(&w, 2, TYPED_DRAFT)->b.typed.blind, "so that what is there stays");
	ok(DRAFT(&w, 1, "draft") && !typed(&w, 1, TYPED_DRAFT)->b.typed.blind,
	   "what is known is written as ever");
	world_close(&w);
}

static void
gone(void)
{
	struct world a, b;
	struct msg *ev, *m;

	open_three(&a, NULL);
	world_type(&a, "secret\rdraft");
	world_wait(&a, 2100);
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = world_key(1);
	m->b.contact_op.op = OP_CLEAR;
	front_send(a.front, m);
	world_type(&a, "\003");
	world_type(&a, UP);
	ok(!world_shows(&a, "› secret"), "of a cleared chat no line comes again");
	world_type(&a, "other\r");
	ok(LINES(&a, 1, "other"), "nor is it written again");
	world_type(&a, "draft");
	ev = world_contact(1, "Boris");
	ev->b.contact.gone = true;
	world_event(&a, ev);
	world_type(&a, ESC "1");
	ok(!world_shows(&a, "› draft"), "a contact takes its draft along");
	inherit(&b, &a);
	world_close(&a);
	for (size_t i = 0; i < NELEM(b.typed); i++)
		msg_free(b.typed[i]);

	open_three(&a, NULL);
	world_type(&a, "for a new key");
	ev = world_contact(1, "Boris");
	ev->b.contact.gone = ev->b.contact.moved = true;
	ev->b.contact.new_key = world_key(3);
	world_event(&a, world_contact(3, "Boris"));
	world_event(&a, ev);
	ok(world_shows(&a, "› for a new key"), "the same person by another key keeps it");
	world_wait(&a, 2100);
	ok(DRAFT(&a, 3, "for a new key"), "under that key");
	world_close(&a);
}

static void
fading(void)
{
	struct world w;
	struct msg *ev;

	open_three(&w, NULL);
	world_type(&w, "for a day\rdraft");
	world_wait(&w, 2100);
	ok(LINES(&w, 1, "for a day"), "a line is kept");
	ev = msg_new(MSG_EV_CHAT);
	ev->b.chat.peer = world_key(1);
	ev->b.chat.keep = 1;
	world_event(&w, ev);
	world_type(&w, "!");
	world_wait(&w, 2100);
	ok(typed(&w, 1, TYPED_HISTORY) == NULL,
	   "where messages go after a while, the lines do not stay");
	ok(DRAFT(&w, 1, "draft!"), "what was not sent yet does");
	world_type(&w, "\r");
	ok(typed(&w, 1, TYPED_HISTORY) == NULL, "and no new one is written");
	world_type(&w, UP);
	ok(world_shows(&w, "› draft!"), "but known it is until the end");
	world_close(&w);
}

static void
bounds(void)
{
	struct world w;
	const struct msg *m;
	char line[400];

	open_three(&w, NULL);
	for (int i = 0; i < 150; i++) {
		snprintf(line, sizeof(line), "line %d\r", i);
		world_type(&w, line);
	}
	m = typed(&w, 1, TYPED_HISTORY);
	ok(m != NULL && memcmp(m->bytes, "line 50", 8) == 0, "a hundred lines are kept");
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 2] = '\r';
	line[sizeof(line) - 1] = '\0';
	for (int i = 0; i < 100; i++) {
		line[0] = (char)('a' + i % 26);
		world_type(&w, line);
	}
	m = typed(&w, 1, TYPED_HISTORY);
	ok(m != NULL && m->len <= TYPED_MAX_BYTES && m->len > TYPED_MAX_BYTES - 500,
	   "or as many as there is room for");
	w.full = true;
	world_type(&w, "kept");
	world_wait(&w, 2100);
	ok(NO_DRAFT(&w, 1), "the queue is full");
	w.full = false;
	world_type(&w, "!");
	world_wait(&w, 2100);
	ok(DRAFT(&w, 1, "kept!"), "it is tried again");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	secrets();
	in_time();
	restart();
	late();
	ends_early();
	gone();
	fading();
	bounds();
	return done_testing();
}
