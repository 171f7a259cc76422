/* linear_help.c - the linear front end with a pretended terminal and core */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/linear_help.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/input.h"

struct linear_test t;

static bool
host_send(void *arg, struct msg *m)
{
	(void)arg;
	if (t.nsent == NELEM(t.sent))
		msg_free(m);
	else
		t.sent[t.nsent++] = m;
	return true;
}

static void
host_write(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	if (t.len + len >= sizeof(t.out))
		util_fatal("The test wrote too much.");
	memcpy(t.out + t.len, bytes, len);
	t.len += len;
	t.out[t.len] = '\0';
}

static bool
host_open(void *arg, const char *link, char *err, size_t errlen)
{
	(void)arg;
	(void)link;
	(void)err;
	(void)errlen;
	return true;
}

static void
host_suspend(void *arg)
{
	(void)arg;
	t.suspends++;
}

static uint64_t
host_now(void *arg)
{
	(void)arg;
	return t.now;
}

static int64_t
host_wall(void *arg)
{
	(void)arg;
	return NOON + (int64_t)t.now;
}

static void
host_bell(void *arg)
{
	(void)arg;
	t.bells++;
}

static void
host_title(void *arg, const char *title)
{
	(void)arg;
	strlcpy(t.title, title, sizeof(t.title));
}

static void
host_notify(void *arg, const char *title, const char *body)
{
	(void)arg;
	snprintf(t.notified, sizeof(t.notified), "%s: %s", title, body);
}

static bool
host_can_notify(void *arg, char *err, size_t errlen)
{
	(void)arg;
	snprintf(err, errlen, "There is no desktop.");
	return strcmp(options_text(t.options, OPT_notify), "desktop") != 0;
}

static bool
host_edit(void *arg, const char *path, char *err, size_t errlen)
{
	(void)arg;
	(void)err;
	(void)errlen;
	strlcpy(t.edited, path, sizeof(t.edited));
	return true;
}

void
lt_forget(void)
{
	t.len = 0;
	t.out[0] = '\0';
	for (size_t i = 0; i < t.nsent; i++)
		msg_free(t.sent[i]);
	t.nsent = 0;
}

void
lt_begin(const char *nick, int width)
{
	struct linear_setup setup = {.send = host_send,
				     .write = host_write,
				     .open = host_open,
				     .suspend = host_suspend,
				     .bell = host_bell,
				     .title = host_title,
				     .notify = host_notify,
				     .can_notify = host_can_notify,
				     .edit = host_edit,
				     .folder = test_tmpdir(),
				     .now = host_now,
				     .wall = host_wall,
				     .first_run = nick[0] == '\0',
				     .width = width};
	char err[200];

	t.options = setup.options = options_new();
	t.now = 5000;
	options_set(t.options, OPT_tour, nick[0] == '\0' ? "on" : "off", err, sizeof(err));
	options_set(t.options, OPT_nick, nick, err, sizeof(err));
	t.input = input_new();
	t.l = linear_new(&setup);
	linear_show(t.l);
}

void
lt_end(void)
{
	linear_free(t.l);
	input_free(t.input);
	options_free(t.options);
	lt_forget();
}

void
lt_event(struct msg *m)
{
	linear_event(t.l, m);
	msg_free(m);
	linear_show(t.l);
}

void
lt_type(const char *bytes)
{
	struct input_event ev;

	input_feed(t.input, bytes, strlen(bytes), t.now);
	t.now += 100;
	input_tick(t.input, t.now);
	while (input_next(t.input, &ev)) {
		linear_input(t.l, &ev);
		linear_show(t.l);
	}
}

bool
lt_wrote(const char *text)
{
	return strstr(t.out, text) != NULL;
}

const struct msg *
lt_last(enum msg_type type)
{
	for (size_t i = t.nsent; i-- > 0;)
		if (t.sent[i]->type == type)
			return t.sent[i];
	return NULL;
}

/* Whether the last CMD_CONTACT asks for that. */
bool
lt_asked(enum contact_op op)
{
	const struct msg *m = lt_last(MSG_CMD_CONTACT);

	return m != NULL && m->b.contact_op.op == op;
}

bool
lt_said(const char *text)
{
	const struct msg *m = lt_last(MSG_CMD_SAY);

	return m != NULL && m->bytes != NULL && strcmp((const char *)m->bytes, text) == 0;
}

void
lt_self(const char *nick)
{
	struct msg *m = msg_new(MSG_EV_SELF);

	m->b.self.key = world_key(0);
	strlcpy(m->b.self.nick, nick, sizeof(m->b.self.nick));
	lt_event(msg_set_bytes(m, "p2p:7f3kq2m8", 12));
}

struct msg *
lt_contact(unsigned n, const char *name, enum link_state link)
{
	struct msg *m = world_contact(n, name);

	m->b.contact.link = link;
	return m;
}

void
lt_chat(unsigned n, int64_t row, int64_t rev, uint32_t unread)
{
	struct msg *m = msg_new(MSG_EV_CHAT);

	m->b.chat.peer = world_key(n);
	m->b.chat.row = row;
	m->b.chat.rev = rev;
	m->b.chat.unread = unread;
	lt_event(m);
}

/* Rows of a chat, as the answer to the last page that was asked for in that way. */
void
lt_answer_page(enum page_kind kind, const struct row *rows, uint32_t n)
{
	struct row_buf buf = {0};
	struct msg *m = msg_new(MSG_EV_PAGE);
	const struct msg *asked = NULL;

	for (size_t i = 0; i < t.nsent; i++)
		if (t.sent[i]->type == MSG_CMD_PAGE && t.sent[i]->b.page.kind == kind)
			asked = t.sent[i];
	if (!ok(asked != NULL, "a page was asked for")) {
		msg_free(m);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		row_put(&buf, &rows[i]);
	m->serial = asked->serial;
	m->b.page_result.peer = asked->b.page.peer;
	m->b.page_result.kind = kind;
	m->b.page_result.at = asked->b.page.at;
	m->b.page_result.count = n;
	m->b.page_result.more = t.more;
	lt_event(msg_take_bytes(m, buf.p, buf.len));
}

struct row
lt_row(unsigned n, int64_t at, enum direction dir, const char *text)
{
	return (struct row){.peer = world_key(n),
			    .id = {{(uint8_t)at}},
			    .row = at,
			    .rev = at,
			    .seq = at,
			    .time = NOON,
			    .dir = dir,
			    .kind = ROW_TEXT,
			    .content = CONTENT_CHAT,
			    .state = RECEIPT_DELIVERED,
			    .text = text,
			    .text_len = strlen(text),
			    .reason = "nobody took it",
			    .reason_len = 14};
}

void
lt_open_two(int width)
{
	lt_begin("Ada", width);
	lt_self("Ada");
	lt_event(lt_contact(1, "Boris", LINK_ONLINE));
	lt_event(lt_contact(2, "Chidi", LINK_OFFLINE));
	lt_chat(1, 0, 0, 0);
	lt_chat(2, 0, 0, 0);
	lt_event(msg_new(MSG_EV_READY));
	lt_answer_page(PAGE_BEFORE, NULL, 0);
}

void
lt_transfer(uint64_t done, enum transfer_state state)
{
	struct msg *m = world_transfer(7, 1, DIR_IN, "trip.tar", done, 100);

	m->b.transfer.state = state;
	m->b.transfer.eta = 125;
	world_strings(m, "trip.tar", "/tmp/trip.tar",
		      state == TRANSFER_PAUSED ? "the disk is full" : "", NULL, 0);
	lt_event(m);
}
