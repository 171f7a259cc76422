/* front_world.c - a front end between a pretended terminal and a pretended core. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/model.h"
#include "src/options.h"
#include "src/row.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/front_typed.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/grid.h"
#include "ui/input.h"

#define DAY_MS	  86400000LL
#define MINUTE_MS 60000LL
/* Tuesday 3 March 2026, 00:00 UTC. */
#define MIDNIGHT  1772496000000LL

/* ---- the host --------------------------------------------------------------------------------------------------------- */

static bool
host_send(void *arg, struct msg *m)
{
	struct world *w = arg;

	if (w->full && msg_rule(m->type) == MSG_KEEP) {
		msg_free(m);
		return false;
	}
	if (m->type == MSG_CMD_PAGE && w->npages < NELEM(w->pages)) {
		w->pages[w->npages++] = m;
		w->pages_asked++;
		return true;
	}
	if (m->type == MSG_CMD_TYPED) {
		typed_keep(w->typed, m);
		return true;
	}
	if (w->nsent == WORLD_SENT) {
		msg_free(w->sent[0]);
		memmove(w->sent, w->sent + 1, (WORLD_SENT - 1) * sizeof(w->sent[0]));
		w->nsent--;
	}
	w->sent[w->nsent++] = m;
	return true;
}

static void
host_copy(void *arg, const char *text, size_t len)
{
	struct world *w = arg;

	free(w->copied);
	w->copied = xstrndup(text, len);
}

static void
host_bell(void *arg)
{
	((struct world *)arg)->bells++;
}

static void
host_title(void *arg, const char *title)
{
	struct world *w = arg;

	free(w->title);
	w->title = xstrdup(title);
}

static void
host_notify(void *arg, const char *title, const char *body)
{
	struct world *w = arg;

	free(w->notified);
	xasprintf(&w->notified, "%s|%s", title, body);
}

static void
host_mouse(void *arg, bool on)
{
	((struct world *)arg)->mouse = on;
}

static void
host_suspend(void *arg)
{
	((struct world *)arg)->suspends++;
}

static void
host_redraw(void *arg)
{
	((struct world *)arg)->redraws++;
}

static bool
host_theme(void *arg, char *err, size_t errlen)
{
	((struct world *)arg)->themes++;
	err[0] = '\0';
	if (strcmp(options_text(((struct world *)arg)->options, OPT_theme), "missing") != 0)
		return true;
	snprintf(err, errlen, "There is no such theme.");
	return false;
}

static uint64_t
host_now(void *arg)
{
	return ((struct world *)arg)->now;
}

static int64_t
host_wall(void *arg)
{
	return ((struct world *)arg)->wall;
}

const char *world_config_path;

void
world_open(struct world *w, int h, int w_cells, const char *nick, bool ascii)
{
	struct front_setup setup = {.host = {.arg = w,
					     .send = host_send,
					     .copy = host_copy,
					     .bell = host_bell,
					     .title = host_title,
					     .notify = host_notify,
					     .edit = world_host_edit,
					     .open = world_host_open,
					     .mouse = host_mouse,
					     .suspend = host_suspend,
					     .redraw = host_redraw,
					     .theme = host_theme,
					     .now = host_now,
					     .wall = host_wall},
				    .config_path = world_config_path,
				    .folder = test_tmpdir(),
				    .ascii = ascii,
				    .h = h,
				    .w = w_cells};
	char err[128];

	if (getenv("P2P_TUI_PICTURES_IN") != NULL)
		(void)say_language(getenv("P2P_TUI_PICTURES_IN"));
	*w = (struct world){
		.now = 5000, .wall = MIDNIGHT + (14 * 60 + 2) * MINUTE_MS, .mouse = true};
	w->copied = xstrdup("");
	w->notified = xstrdup("");
	w->title = xstrdup("");
	w->options = options_new();
	/* Who has a name is not here for the first time. */
	if (nick != NULL && nick[0] != '\0') {
		options_set(w->options, OPT_nick, nick, err, sizeof(err));
		options_set(w->options, OPT_tour, "off", err, sizeof(err));
	}
	w->input = input_new();
	setup.options = w->options;
	setup.first_run = nick == NULL || nick[0] == '\0';
	w->front = front_new(&setup);
}

void
world_forget_sent(struct world *w)
{
	for (size_t i = 0; i < w->nsent; i++)
		msg_free(w->sent[i]);
	w->nsent = 0;
}

void
world_close(struct world *w)
{
	front_free(w->front);
	input_free(w->input);
	options_free(w->options);
	world_forget_sent(w);
	for (size_t i = 0; i < w->npages; i++)
		msg_free(w->pages[i]);
	for (size_t i = 0; i < w->nrows; i++) {
		free(w->rows[i].text);
		free(w->rows[i].reason);
	}
	for (size_t i = 0; i < NELEM(w->typed); i++)
		msg_free(w->typed[i]);
	free(w->copied);
	free(w->notified);
	free(w->title);
}

/* ---- the store -------------------------------------------------------------------------------------------------------- */

static void
put(const struct world *w, size_t i, struct row_buf *buf)
{
	const struct world_row *s = &w->rows[i];
	struct row r = {.peer = s->peer,
			.row = (int64_t)i + 1,
			.rev = s->rev,
			.seq = s->seq,
			.time = s->time,
			.transfer = s->transfer,
			.dir = s->dir,
			.kind = s->kind,
			.state = s->state,
			.text = s->text,
			.text_len = strlen(s->text),
			.reason = s->reason,
			.reason_len = strlen(s->reason),
			.id = {{0xd0, (uint8_t)(i + 1)}},
			.content = s->content,
			.edits = s->edits,
			.deleted = s->deleted,
			.quote = s->quote,
			.quote_len = s->quote != NULL ? strlen(s->quote) : 0,
			.quote_dir = s->quote_dir,
			.copies = s->copies,
			.ncopies = s->ncopies};

	for (int k = 0; k < 2; k++) {
		r.react[k] = s->react[k];
		r.react_len[k] = s->react[k] != NULL ? strlen(s->react[k]) : 0;
	}

	r.edit_seq = s->edit_seq;
	r.timer = s->timer;
	if (s->ref != 0)
		r.ref = (struct id){{0xd0, s->ref}};
	r.expires = s->expires;
	row_put(buf, &r);
}

/* What a message said: "was 0", "was 1", and what it says now. */
static uint32_t
put_versions(struct world *w, const struct msg *question, struct row_buf *buf)
{
	struct world_row *s;
	size_t i = 0;
	char text[16], *now;

	if (question->len == ID_LEN)
		i = question->bytes[1];
	else
		for (size_t k = 0; k < w->nrows; k++)
			i = w->rows[k].edits != 0 ? k + 1 : i;
	if (i == 0 || i > w->nrows)
		return 0;
	s = &w->rows[i - 1];
	now = s->text;
	for (uint32_t k = 0; k < s->edits; k++) {
		snprintf(text, sizeof(text), "was %u", k);
		s->text = text;
		put(w, i - 1, buf);
	}
	s->text = now;
	put(w, i - 1, buf);
	return s->edits + 1;
}

/* Which rows a page holds: those of the peer that the question asks for, at most count of them. */
static bool
asked_for(const struct world *w, size_t i, const struct msg_page *q)
{
	int64_t row = (int64_t)i + 1;

	if (!key_equal(&w->rows[i].peer, &q->peer))
		return false;
	if (q->kind == PAGE_BEFORE)
		return row < q->at;
	if (q->kind == PAGE_SINCE)
		return w->rows[i].time >= q->at;
	return q->kind == PAGE_AFTER ? row > q->at : w->rows[i].rev > q->at;
}

static struct msg *
answer(struct world *w, const struct msg *question)
{
	const struct msg_page *q = &question->b.page;
	struct msg *ev = msg_new(MSG_EV_PAGE);
	size_t hits = 0, skip, seen = 0;
	struct row_buf buf = {0};

	if (q->kind == PAGE_TYPED) {
		ev->serial = question->serial;
		ev->b.page_result.peer = q->peer;
		ev->b.page_result.kind = q->kind;
		return typed_put(w->typed, ev);
	}
	for (size_t i = 0; i < w->nrows; i++)
		hits += q->kind != PAGE_VERSIONS && asked_for(w, i, q);
	/* The newest of those before, the oldest of those after. */
	skip = q->kind == PAGE_BEFORE && hits > q->count ? hits - q->count : 0;
	if (q->kind == PAGE_VERSIONS)
		ev->b.page_result.count = put_versions(w, question, &buf);
	for (size_t i = 0; q->kind != PAGE_VERSIONS && i < w->nrows; i++) {
		if (!asked_for(w, i, q) || seen++ < skip || ev->b.page_result.count == q->count)
			continue;
		put(w, i, &buf);
		ev->b.page_result.count++;
	}
	ev->serial = question->serial;
	ev->b.page_result.peer = q->peer;
	ev->b.page_result.kind = q->kind;
	ev->b.page_result.at = q->at;
	ev->b.page_result.more = hits > q->count;
	return msg_take_bytes(ev, buf.p, buf.len);
}

/* Answers what was asked, until nothing more is: drawing may ask for the next page. */
static void
settle(struct world *w)
{
	int y, x;

	for (int i = 0; i < 20; i++) {
		front_tick(w->front);
		front_draw(w->front, &y, &x);
		if (w->npages == 0 || w->mute)
			return;
		while (w->npages != 0) {
			struct msg *q = w->pages[0], *ev = answer(w, q);

			memmove(w->pages, w->pages + 1, --w->npages * sizeof(w->pages[0]));
			msg_free(q);
			front_event(w->front, ev);
			msg_free(ev);
		}
	}
}

struct world_row *
world_row(struct world *w, unsigned peer, enum direction dir, int days_ago, int clock,
	  const char *text)
{
	struct world_row *r = &w->rows[w->nrows++];

	if (w->nrows > WORLD_ROWS)
		util_fatal("too many rows");
	*r = (struct world_row){.peer = world_key(peer),
				.time = MIDNIGHT - days_ago * DAY_MS + clock * MINUTE_MS,
				.dir = dir,
				.state = RECEIPT_DELIVERED,
				.seq = (int64_t)w->nrows,
				.rev = ++w->rev,
				.text = xstrdup(text),
				.reason = xstrdup("")};
	return r;
}

void
world_chat(struct world *w, unsigned peer, uint32_t unread)
{
	struct msg *ev = msg_new(MSG_EV_CHAT);
	uint32_t left = unread;

	ev->b.chat.peer = world_key(peer);
	ev->b.chat.rev = w->rev;
	ev->b.chat.read_seq = w->read_seq;
	ev->b.chat.keep = w->keep;
	ev->b.chat.timer_mine = w->timer_mine;
	ev->b.chat.timer_theirs = w->timer_theirs;
	ev->b.chat.unread = unread;
	for (size_t i = w->nrows; i > 0; i--) {
		if (!key_equal(&w->rows[i - 1].peer, &ev->b.chat.peer))
			continue;
		ev->b.chat.waiting +=
			w->rows[i - 1].dir == DIR_OUT && w->rows[i - 1].state == RECEIPT_QUEUED;
		if (ev->b.chat.row == 0)
			ev->b.chat.row = (int64_t)i;
		if (left > 0 && w->rows[i - 1].dir == DIR_IN && --left == 0)
			ev->b.chat.unread_row = (int64_t)i;
	}
	world_event(w, ev);
}

/* ---- events ----------------------------------------------------------------------------------------------------------- */

void
world_event(struct world *w, struct msg *ev)
{
	front_event(w->front, ev);
	msg_free(ev);
	settle(w);
}

struct key
world_key(unsigned n)
{
	struct key k;

	for (size_t i = 0; i < KEY_LEN; i++)
		k.b[i] = (uint8_t)(n * 16 + i * 7);
	return k;
}

void
world_self(struct world *w, const char *nick, enum door_state door)
{
	static const char invite[] = "p2p:7f3kq2m8-0c5xw9hd-tn4vb6zj-r1ye8gsa-p3mk7qf2-x9c0wd5h";
	struct msg *ev = msg_new(MSG_EV_SELF);

	ev->b.self.key = world_key(0);
	snprintf(ev->b.self.nick, sizeof(ev->b.self.nick), "%s", nick);
	ev->b.self.door = door;
	ev->b.self.nlisten = 1;
	snprintf(ev->b.self.listen[0], sizeof(ev->b.self.listen[0]), "[::]:41555");
	msg_set_bytes(ev, invite, sizeof(invite) - 1);
	world_event(w, ev);
}

void
world_ready(struct world *w)
{
	world_event(w, msg_new(MSG_EV_READY));
}

struct msg *
world_contact(unsigned n, const char *name)
{
	struct msg *ev = msg_new(MSG_EV_CONTACT);
	struct msg_contact *c = &ev->b.contact;

	c->peer = world_key(n);
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->nick, sizeof(c->nick), "%s", name);
	c->state = CONTACT_ACCEPTED;
	c->trust = TRUST_PINNED;
	c->accepted_us = true;
	c->added = MIDNIGHT - 30 * DAY_MS;
	c->naddrs = 1;
	snprintf(c->addrs[0], sizeof(c->addrs[0]), "192.168.1.%u:41555", 10 + n);
	return msg_set_bytes(ev, "", 0);
}

void
world_strings(struct msg *m, const char *what, const char *place, const char *reason,
	      const char *const *names, size_t n)
{
	const char *const first[] = {what, place, reason};
	char all[4096];
	size_t at = 0;

	for (size_t i = 0; i < NELEM(first) + n; i++) {
		const char *s = i < NELEM(first) ? first[i] : names[i - NELEM(first)];
		size_t len = strlen(s) + 1;

		if (at + len > sizeof(all))
			break;
		memcpy(all + at, s, len);
		at += len;
	}
	msg_set_bytes(m, all, at);
}

struct msg *
world_transfer(int64_t number, unsigned peer, enum direction dir, const char *what, uint64_t done,
	       uint64_t total)
{
	struct msg *ev = msg_new(MSG_EV_TRANSFER);
	struct msg_transfer *t = &ev->b.transfer;

	t->transfer = number;
	t->peer = world_key(peer);
	t->dir = dir;
	t->state = TRANSFER_RUNNING;
	t->files = 1;
	t->bytes_done = done;
	t->bytes_total = total;
	t->eta = -1;
	t->started = MIDNIGHT + 14 * 60 * MINUTE_MS;
	world_strings(ev, what, "/home/ada/Downloads", "", NULL, 0);
	return ev;
}

/* ---- input ------------------------------------------------------------------------------------------------------------ */

static void
give(struct world *w)
{
	struct input_event ev;

	while (input_next(w->input, &ev))
		front_input(w->front, &ev);
	settle(w);
}

static void
feed(struct world *w, const char *bytes, size_t len)
{
	/* Keys come one after the other, not all at once. */
	w->now += 10;
	input_feed(w->input, bytes, len, w->now);
	give(w);
}

void
world_type(struct world *w, const char *bytes)
{
	feed(w, bytes, strlen(bytes));
	if (bytes[0] != '\0' && bytes[strlen(bytes) - 1] == '\033') {
		w->now += INPUT_ESC_MS + 1;
		input_tick(w->input, w->now);
		give(w);
	}
}

void
world_mouse(struct world *w, int button, int y, int x, bool release)
{
	char seq[64];

	snprintf(seq, sizeof(seq), "\033[<%d;%d;%d%c", button, x + 1, y + 1, release ? 'm' : 'M');
	world_type(w, seq);
}

void
world_click(struct world *w, int y, int x)
{
	world_mouse(w, 0, y, x, false);
	world_mouse(w, 0, y, x, true);
	/* Two clicks are no double click. */
	world_wait(w, INPUT_CLICK_MS + 1);
}

void
world_paste(struct world *w, const char *text, size_t len)
{
	feed(w, "\033[200~", 6);
	feed(w, text, len);
	feed(w, "\033[201~", 6);
}

void
world_wait(struct world *w, uint64_t ms)
{
	w->now += ms;
	w->wall += (int64_t)ms;
	input_tick(w->input, w->now);
	give(w);
}

/* ---- looking ---------------------------------------------------------------------------------------------------------- */

const struct msg *
world_last(const struct world *w, enum msg_type type)
{
	for (size_t i = w->nsent; i > 0; i--)
		if (w->sent[i - 1]->type == type)
			return w->sent[i - 1];
	return NULL;
}

char *
world_screen(struct world *w)
{
	const struct grid *g;
	int y, x;

	settle(w);
	g = front_draw(w->front, &y, &x);
	return grid_text(g, (struct rect){0, 0, grid_height(g), grid_width(g)});
}

bool
world_shows(struct world *w, const char *text)
{
	char *screen = world_screen(w);
	bool shows = strstr(screen, text) != NULL;

	/* What a failed check saw can be looked at. */
	if (getenv("P2P_TUI_SHOW") != NULL)
		diag("%s: %s\n%s", shows ? "there" : "not there", text, screen);
	free(screen);
	return shows;
}

bool
world_find(struct world *w, const char *text, int *y, int *x)
{
	const struct grid *g = front_grid(w->front);
	size_t len = strlen(text);
	char *line = NULL;

	for (*y = 0; *y < grid_height(g); (*y)++) {
		for (*x = 0; *x < grid_width(g); (*x)++) {
			free(line);
			line = grid_text(g, (struct rect){*y, *x, 1, grid_width(g) - *x});
			if (grid_at(g, *y, *x)->nbytes != 0 && strncmp(line, text, len) == 0) {
				free(line);
				return true;
			}
		}
	}
	free(line);
	return false;
}

void
world_golden(struct world *w, const char *name)
{
	const char *mode = getenv("P2P_TUI_GOLDEN");
	char *screen = world_screen(w), *path = test_source("tests/golden/%s.txt", name), *want;
	FILE *out;
	size_t len;

	world_pictures(w, name);
	if (mode != NULL && strcmp(mode, "write") == 0 && (out = fopen(path, "w")) != NULL) {
		fputs(screen, out);
		fclose(out);
	}
	want = (char *)file_read(path, 65536, &len);
	if (!ok(want != NULL && strcmp(screen, want) == 0, "the screen is as in golden/%s.txt",
		name))
		diag("got:\n%s\nwant:\n%s", screen, want != NULL ? want : "(no such file)\n");
	free(path);
	free(screen);
	free(want);
}
