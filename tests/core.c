/* core.c - two whole cores in one process, over TCP on loopback, with all their threads. */
#include "config.h"

#include <dirent.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/core.h"
#include "src/file.h"
#include "src/home.h"
#include "src/identity.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/util.h"
#include "tests/tap.h"

#define DEADLINE 60000

/* One program: its core, and what its front end has heard. */
struct side {
	struct home home;
	struct identity id;
	struct options *options;
	struct core *core;
	char folder[256];
	char *invite, *chat;
	bool ready, stopped, online;
	struct key other;
	uint32_t last_result, results;
	bool last_ok;
	char said[512]; /* with the last result */
	bool sealed;
	unsigned progress;
	unsigned unordered;
	int64_t offered; /* the newest offer that waits here */
	bool arrived, sent;
};

static char err[512];

static void
take_page(struct side *s, const struct msg *m)
{
	size_t at = 0, len = 0;
	struct row r;
	FILE *out;

	free(s->chat);
	s->chat = NULL;
	out = open_memstream(&s->chat, &len);
	while (row_get(m->bytes, m->len, &at, &r)) {
		fputc(r.dir == DIR_IN ? '<' : '>', out);
		fwrite(r.text, 1, r.text_len, out);
		fputc(r.dir == DIR_OUT && r.state == RECEIPT_DELIVERED ? '!' : '.', out);
	}
	fclose(out);
}

static void
take_result(struct side *s, const struct msg *m)
{
	s->unordered += m->serial < s->last_result;
	s->results++;
	s->last_result = m->serial;
	s->last_ok = m->b.result.ok;
	snprintf(s->said, sizeof(s->said), "%s", m->len > 0 ? (const char *)m->bytes : "");
}

static void
take_event(struct side *s, const struct msg *m)
{
	if (m->type == MSG_EV_READY) {
		s->ready = true;
	} else if (m->type == MSG_EV_STOPPED) {
		s->stopped = true;
	} else if (m->type == MSG_EV_SELF) {
		free(s->invite);
		s->invite = xstrdup((const char *)m->bytes);
		s->sealed = m->b.self.sealed;
	} else if (m->type == MSG_EV_NOTICE) {
		s->progress += strstr((const char *)m->bytes, "Sealing") != NULL;
	} else if (m->type == MSG_EV_CONTACT) {
		s->other = m->b.contact.peer;
		s->online = m->b.contact.link == LINK_ONLINE && m->b.contact.accepted_us;
	} else if (m->type == MSG_EV_RESULT) {
		take_result(s, m);
	} else if (m->type == MSG_EV_TRANSFER) {
		const struct msg_transfer *t = &m->b.transfer;

		if (t->dir == DIR_IN && t->state == TRANSFER_WAITING)
			s->offered = t->transfer;
		s->arrived = s->arrived || (t->dir == DIR_IN && t->state == TRANSFER_DONE);
		s->sent = s->sent || (t->dir == DIR_OUT && t->state == TRANSFER_DONE);
	} else if (m->type == MSG_EV_PAGE) {
		take_page(s, m);
	}
}

static void
take_events(struct side *s)
{
	struct msg *m, *next;

	if (s->core == NULL)
		return;
	for (m = queue_take_all(core_events(s->core)); m != NULL; m = next) {
		next = m->next;
		take_event(s, m);
		msg_free(m);
	}
}

/* Waits for both until it comes true. */
static bool
until(struct side *a, struct side *b, bool (*done)(struct side *a, struct side *b))
{
	uint64_t end = util_mono_ms() + DEADLINE;

	for (;;) {
		struct pollfd fds[2] = {{-1, POLLIN, 0}, {-1, POLLIN, 0}};

		take_events(a);
		take_events(b);
		if (done(a, b))
			return true;
		if (util_mono_ms() >= end)
			return false;
		if (a->core != NULL)
			fds[0].fd = queue_fd(core_events(a->core));
		if (b->core != NULL)
			fds[1].fd = queue_fd(core_events(b->core));
		poll(fds, 2, 50);
	}
}

static void
push(struct side *s, uint32_t serial, struct msg *m)
{
	m->serial = serial;
	if (!queue_push(core_commands(s->core), m)) {
		ok(false, "a command fits");
		msg_free(m);
	}
}

static bool
start(struct side *s)
{
	s->ready = s->stopped = s->online = false;
	s->core = core_start(&s->home, &s->id, s->options, "127.0.0.1:0", err, sizeof(err));
	if (s->core == NULL)
		return false;
	push(s, 1, msg_new(MSG_CMD_ATTACH));
	return true;
}

static void
make(struct side *s, const char *nick)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->folder, sizeof(s->folder), "%s/%s", test_tmpdir(), nick);
	if (!home_open(&s->home, s->folder, true, err, sizeof(err)) ||
	    !identity_create(&s->id, s->home.identity, err, sizeof(err))) {
		printf("Bail out! %s\n", err);
		exit(1);
	}
	s->options = options_new();
	options_set(s->options, OPT_nick, nick, err, sizeof(err));
}

static bool
b_stopped(struct side *a, struct side *b)
{
	(void)a;
	return b->stopped;
}

static bool
a_stopped(struct side *a, struct side *b)
{
	(void)b;
	return a->stopped;
}

static void
join(struct side *s)
{
	core_join(s->core);
	s->core = NULL;
}

static void
discard(struct side *s)
{
	options_free(s->options);
	home_close(&s->home);
	identity_wipe(&s->id);
	free(s->invite);
	free(s->chat);
}

static bool
both_ready(struct side *a, struct side *b)
{
	return a->ready && b->ready && a->invite != NULL && b->invite != NULL;
}

static bool
both_online(struct side *a, struct side *b)
{
	return a->online && b->online;
}

static void
add(struct side *s, uint32_t serial, const char *invite)
{
	push(s, serial, msg_set_bytes(msg_new(MSG_CMD_ADD), invite, strlen(invite)));
}

static void
say(struct side *s, uint32_t serial, const char *text)
{
	struct msg *m = msg_new(MSG_CMD_SAY);

	m->b.say.peer = s->other;
	randombytes_buf(&m->b.say.id, sizeof(m->b.say.id));
	push(s, serial, msg_set_bytes(m, text, strlen(text)));
}

static const char *wanted[2];

/* Asks for both chats again and again until they are as wanted. */
static bool
chats_are(struct side *a, struct side *b)
{
	struct side *s[2] = {a, b};
	bool same = true;

	for (int i = 0; i < 2; i++) {
		struct msg *m;

		if (s[i]->chat != NULL && strcmp(s[i]->chat, wanted[i]) == 0)
			continue;
		same = false;
		m = msg_new(MSG_CMD_PAGE);
		m->b.page.peer = s[i]->other;
		m->b.page.kind = PAGE_AFTER;
		m->b.page.count = 50;
		push(s[i], 0, m);
	}
	return same;
}

static void
check_chats(struct side *a, struct side *b, const char *in_a, const char *in_b, const char *what)
{
	wanted[0] = in_a;
	wanted[1] = in_b;
	if (!ok(until(a, b, chats_are), "%s", what))
		diag("%s / %s", a->chat != NULL ? a->chat : "?", b->chat != NULL ? b->chat : "?");
}

static void
test_two(void)
{
	struct side a, b;

	make(&a, "Ada");
	make(&b, "Boris");
	ok(start(&a) && start(&b), "two cores start");
	ok(until(&a, &b, both_ready), "and are ready");
	add(&a, 2, b.invite);
	add(&b, 2, a.invite);
	ok(until(&a, &b, both_online), "an invite each way, and both are online");
	say(&a, 3, "hello");
	check_chats(&a, &b, ">hello!", "<hello.", "a message is there, and delivered");
	say(&b, 3, "hi");
	check_chats(&a, &b, ">hello!<hi.", "<hello.>hi!", "and its answer");

	push(&b, 4, msg_new(MSG_CMD_QUIT));
	ok(until(&a, &b, b_stopped), "one of them quits");
	join(&b);
	say(&a, 5, "gone?");
	check_chats(&a, &a, ">hello!<hi.>gone?.", ">hello!<hi.>gone?.", "what is said then waits");
	ok(start(&b), "it starts again");
	/* Its port is another, so it has to be the one that calls. */
	ok(until(&a, &b, both_online), "and finds the other");
	check_chats(&a, &b, ">hello!<hi.>gone?!", "<hello.>hi!<gone?.",
		    "it has kept everything, and hears what waited");
	push(&a, 6, msg_new(MSG_CMD_QUIT));
	push(&b, 6, msg_new(MSG_CMD_QUIT));
	ok(until(&a, &b, a_stopped) && until(&a, &b, b_stopped), "both quit at once");
	join(&a);
	join(&b);
	discard(&a);
	discard(&b);
}

/* ---- a text too long for a message ---- */

#define LONG_TEXT 300000

static bool
a_answered(struct side *a, struct side *b)
{
	(void)b;
	return a->last_result == 20;
}

static bool
b_offered(struct side *a, struct side *b)
{
	(void)a;
	return b->offered != 0;
}

static bool
went(struct side *a, struct side *b)
{
	return a->sent && b->arrived;
}

/* The one file in the folder, "." ones left out; *n of them. */
static char *
only_file(const char *folder, unsigned *n)
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	char *path = NULL;

	*n = 0;
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		++*n;
		free(path);
		path = path_join(folder, e->d_name);
	}
	if (d != NULL)
		closedir(d);
	return path;
}

static void
quit(struct side *s, bool (*stopped)(struct side *a, struct side *b), struct side *other)
{
	push(s, 30, msg_new(MSG_CMD_QUIT));
	ok(stopped == a_stopped ? until(s, other, stopped) : until(other, s, stopped), "it quits");
	join(s);
}

static void
check_file(const char *folder, const char *text, bool readable, const char *what)
{
	unsigned n;
	char *path = only_file(folder, &n);
	size_t len = 0;
	uint8_t *all = path != NULL ? file_read(path, 1 << 24, &len) : NULL;

	is_int(n, 1, "one file");
	ok(all != NULL && (readable ? len == LONG_TEXT && memcmp(all, text, len) == 0
				    : memmem(all, len, text, 20) == NULL),
	   "%s", what);
	free(all);
	free(path);
}

/* Asked for while the other one is away; then we end, and it goes after a restart. */
static void
test_long_text(void)
{
	struct side a, b;
	struct msg *m = msg_new(MSG_CMD_LONG), *accept = msg_new(MSG_CMD_TRANSFER);
	char *text = xmalloc(LONG_TEXT + 1), *into, *orphan;
	unsigned n;

	for (int i = 0; i < LONG_TEXT; i++)
		text[i] = "a text that nobody reads\n"[i % 25];
	make(&a, "Dana");
	make(&b, "Emeka");
	ok(start(&a) && start(&b) && until(&a, &b, both_ready), "two more");
	add(&a, 2, b.invite);
	add(&b, 2, a.invite);
	ok(until(&a, &b, both_online), "are online");
	quit(&b, b_stopped, &a);
	m->b.long_text.peer = a.other;
	push(&a, 20, msg_set_bytes(m, text, LONG_TEXT));
	ok(until(&a, &b, a_answered) && a.last_ok, "a long text is taken");
	check_file(a.home.spool, text, false, "that cannot be read");
	ok(start(&b) && until(&a, &b, b_offered), "it is offered when the other one is there");
	quit(&a, a_stopped, &b);
	/* As if we had been killed between the file and what says that it is to be sent. */
	orphan = path_join(a.home.spool, "text-0123456789abcdef.txt");
	ok(file_write(orphan, FILE_NEW, "x", 1) == 0, "a crash leaves another");
	ok(start(&a) && until(&a, &b, both_online), "and we start again");
	xasprintf(&into, "%s/into", b.folder);
	ok(mkdir(into, 0700) == 0, "a folder for it");
	accept->b.transfer_op.transfer = b.offered;
	accept->b.transfer_op.op = TOP_ACCEPT;
	push(&b, 21, msg_set_bytes(accept, into, strlen(into)));
	ok(until(&a, &b, went), "and goes");
	check_file(into, text, true, "it is there as it was");
	quit(&a, a_stopped, &b);
	quit(&b, b_stopped, &a);
	free(only_file(a.home.spool, &n));
	is_int(n, 0, "nothing is left in the spool, of what went and of the other");
	free(orphan);
	free(into);
	free(text);
	discard(&a);
	discard(&b);
}

/* ---- a passphrase, while it runs ---- */

#define SAID_MEANWHILE 40

static uint32_t awaited;

static bool
a_was_told(struct side *a, struct side *b)
{
	(void)b;
	return a->last_result == awaited;
}

/* CMD_PASSPHRASE; what the other one says meanwhile is said in between. */
static bool
passphrase(struct side *a, struct side *b, uint32_t serial, const char *old, const char *new)
{
	struct msg *m = msg_new(MSG_CMD_PASSPHRASE);
	size_t n = strlen(old) + strlen(new) + 2;
	uint8_t *bytes = xmalloc(n);

	memcpy(bytes, old, strlen(old) + 1);
	memcpy(bytes + strlen(old) + 1, new, strlen(new) + 1);
	msg_take_bytes(m, bytes, n);
	m->secret = true;
	awaited = serial;
	push(a, serial, m);
	for (int i = 0; i < SAID_MEANWHILE && serial == 40; i++) {
		say(b, 100 + (uint32_t)i, "m");
		take_events(b);
	}
	return until(a, b, a_was_told) && a->last_ok;
}

static bool
ask_text(void *arg, char *out, char *why, size_t whylen)
{
	(void)why;
	(void)whylen;
	memcpy(out, arg, strlen(arg) + 1);
	return true;
}

/* What a restart asks. */
static bool
opens_with(struct side *s, const char *typed)
{
	char copy[64];
	bool missing;

	snprintf(copy, sizeof(copy), "%s", typed);
	identity_wipe(&s->id);
	return identity_open(&s->id, s->home.identity, &missing, ask_text, copy, err, sizeof(err));
}

static bool
database_holds(const struct side *s, const char *text)
{
	size_t len = 0;
	uint8_t *all = file_read(s->home.database, 1 << 24, &len);
	bool there = all == NULL || memmem(all, len, text, strlen(text)) != NULL;

	free(all);
	return there;
}

static void
test_passphrase(void)
{
	char in_a[512] = ">Zanzibar!", in_b[512] = "<Zanzibar.";
	struct side a, b;

	make(&a, "Fred");
	make(&b, "Gina");
	ok(start(&a) && start(&b) && until(&a, &b, both_ready), "two who set a passphrase");
	add(&a, 2, b.invite);
	add(&b, 2, a.invite);
	ok(until(&a, &b, both_online) && !a.sealed, "are online, and nothing is sealed");
	say(&a, 3, "Zanzibar");
	check_chats(&a, &b, in_a, in_b, "something is said");
	ok(!passphrase(&a, &b, 39, "", ""), "there is none to be removed: %s", a.said);
	ok(passphrase(&a, &b, 40, "", "one two three"), "it is set while messages come: %s",
	   a.said);
	ok(a.sealed && a.progress > 0, "the front end hears of it, and how far it was");
	for (int i = 0; i < SAID_MEANWHILE; i++) {
		strlcat(in_a, "<m.", sizeof(in_a));
		strlcat(in_b, ">m!", sizeof(in_b));
	}
	check_chats(&a, &b, in_a, in_b, "what came meanwhile is there, once and in order");
	ok(!passphrase(&a, &b, 41, "one two", "four") && strstr(a.said, "is wrong") != NULL,
	   "a wrong one changes nothing: %s", a.said);
	ok(!passphrase(&a, &b, 42, "", "") && strstr(a.said, "is set") != NULL, "nor does none: %s",
	   a.said);
	ok(passphrase(&a, &b, 43, "one two three", "four five"), "it is changed: %s", a.said);
	quit(&a, a_stopped, &b);
	ok(!database_holds(&a, "Zanzibar"), "the database cannot be read");
	ok(!opens_with(&a, "one two three"), "the one before does not open it: %s", err);
	ok(opens_with(&a, "four five") && start(&a) && until(&a, &b, both_online),
	   "the new one does");
	check_chats(&a, &b, in_a, in_b, "with all that was said");
	ok(passphrase(&a, &b, 44, "four five", "") && !a.sealed, "it is removed: %s", a.said);
	quit(&a, a_stopped, &b);
	ok(opens_with(&a, "nothing that is asked for") && !a.id.sealed && start(&a) &&
		   until(&a, &b, both_online),
	   "and no restart asks again");
	check_chats(&a, &b, in_a, in_b, "and all is there");
	quit(&a, a_stopped, &b);
	quit(&b, b_stopped, &a);
	discard(&a);
	discard(&b);
}

static uint32_t asked;

static bool
all_answered(struct side *a, struct side *b)
{
	(void)b;
	return a->last_result == asked;
}

static bool
a_ready(struct side *a, struct side *b)
{
	(void)b;
	return a->ready;
}

/* A front end that asks and does not listen: nothing is lost, and the order stays. */
static void
test_deaf_front(void)
{
	struct side a;
	uint64_t end = util_mono_ms() + DEADLINE;

	make(&a, "Carla");
	ok(start(&a) && until(&a, &a, a_ready), "a core");
	asked = 10;
	/* 4096 events fit, then no command is taken, then 1024 of them fit. */
	while (asked < 5000 && util_mono_ms() < end) {
		struct msg *m = msg_new(MSG_CMD_SET);

		m->serial = asked + 1;
		strlcpy(m->b.set.option, "theme", sizeof(m->b.set.option));
		if (queue_push(core_commands(a.core), m)) {
			asked++;
		} else {
			msg_free(m);
			poll(NULL, 0, 1);
		}
	}
	is_int(asked, 5000, "thousands of commands, and no event taken");
	ok(until(&a, &a, all_answered), "then all of them are answered");
	is_int(a.results, 4990, "each once");
	is_int(a.unordered, 0, "in order");
	push(&a, 9999, msg_new(MSG_CMD_QUIT));
	ok(until(&a, &a, a_stopped), "and it quits");
	join(&a);
	discard(&a);
}

/* A host name whose look-up is under way when the program ends. */
static void
test_quit_while_resolving(void)
{
	struct side a;

	make(&a, "Dora");
	ok(start(&a) && until(&a, &a, a_ready), "a core");
	add(&a, 2, "name.invalid:1");
	add(&a, 3, "another.invalid:1");
	push(&a, 4, msg_new(MSG_CMD_QUIT));
	ok(until(&a, &a, a_stopped), "quits with a look-up under way");
	join(&a);
	discard(&a);
}

static void
test_failures(void)
{
	struct side a;

	make(&a, "Emil");
	if (mkdir(a.home.database, 0700) != 0)
		ok(false, "a folder where the database should be");
	ok(!start(&a), "a database that cannot be opened");
	ok(err[0] != '\0', "is told: %s", err);
	discard(&a);
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	test_two();
	test_long_text();
	test_passphrase();
	test_deaf_front();
	test_quit_while_resolving();
	test_failures();
	return done_testing();
}
