/* transcript.c - a whole chat written down, as text to be read or as JSON. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/file.h"
#include "src/json.h"
#include "src/msg.h"
#include "src/queue.h"
#include "src/row.h"
#include "src/say.h"
#include "src/store.h"
#include "src/text.h"
#include "src/transcript.h"
#include "src/util.h"

/* What is written while a chat is. */
struct writer {
	struct transcript *t;
	struct store *store;
	char name[NAME_SIZE];
	int64_t read_seq;
	struct msg **transfers; /* SR_TRANSFER, by number */
	size_t ntransfers;
	struct json json;
	char *line; /* of text */
	size_t len, room;
	int day, year; /* of the last line of a day */
};

/* ---- lines of text ------------------------------------------------------------------------------------------------------ */

static void
add(struct writer *w, const char *bytes, size_t n)
{
	while (w->len + n > w->room) {
		w->room = w->room != 0 ? w->room * 2 : 1024;
		w->line = xreallocarray(w->line, w->room, 1);
	}
	memcpy(w->line + w->len, bytes, n);
	w->len += n;
}

/* What stands in it is safe to show. */
static void add_fmt(struct writer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
add_fmt(struct writer *w, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	add(w, text, (size_t)n);
	free(text);
}

/* Anybody's text, made safe to show; further lines of it stand below its first one. */
static void
add_shown(struct writer *w, const char *text, size_t len)
{
	char *safe = text_show_dup(text, len, TEXT_MULTILINE);

	for (const char *p = safe; *p != '\0'; p++) {
		add(w, p, 1);
		if (*p == '\n')
			add(w, "       ", 7);
	}
	free(safe);
}

/* The same in one line, in fresh memory. */
static char *
one_line(const char *text, size_t len)
{
	return text_show_dup(text, len, TEXT_ONE_LINE);
}

static char *
who(const struct writer *w, enum direction dir)
{
	const char *name = dir == DIR_IN ? w->name : w->t->own[0] != '\0' ? w->t->own : _("you");

	return one_line(name, strlen(name));
}

/* A line for each day on which something was said, in the time of this machine. */
static void
add_time(struct writer *w, int64_t ms)
{
	static const char *const days[] = {N_("Sunday"),    N_("Monday"),   N_("Tuesday"),
					   N_("Wednesday"), N_("Thursday"), N_("Friday"),
					   N_("Saturday")};
	static const char *const months[] = {N_("January"), N_("February"), N_("March"),
					     N_("April"),   N_("May"),	    N_("June"),
					     N_("July"),    N_("August"),   N_("September"),
					     N_("October"), N_("November"), N_("December")};
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL) {
		add(w, "??:??  ", 7);
		return;
	}
	if (tm.tm_yday != w->day || tm.tm_year != w->year) {
		add(w, "\n-- ", 4);
		add_fmt(w, C_("day", "%s %d %s %d"), _(days[(unsigned)tm.tm_wday % 7]), tm.tm_mday,
			_(months[(unsigned)tm.tm_mon % 12]), tm.tm_year + 1900);
		add(w, " --\n\n", 5);
		w->day = tm.tm_yday;
		w->year = tm.tm_year;
	}
	add_fmt(w, "%02d:%02d  ", tm.tm_hour, tm.tm_min);
}

/* One more word behind a message; the first one opens the bracket. */
static void
add_mark(struct writer *w, bool *any, const char *word)
{
	add(w, *any ? ", " : " [", 2);
	add(w, word, strlen(word));
	*any = true;
}

/* What is said about a message behind it: " [delivered, edited, X by Boris]". */
static void
add_marks(struct writer *w, const struct row *row, enum receipt state)
{
	bool any = false;

	if (row->dir == DIR_OUT) {
		add_mark(w, &any, _(receipt_word(state)));
		if (row->state == RECEIPT_FAILED && row->reason_len != 0) {
			char reason[512], *why;

			row_reason(row, reason, sizeof(reason));
			why = one_line(reason, strlen(reason));
			add(w, ": ", 2);
			add(w, why, strlen(why));
			free(why);
		}
	}
	if (row->edits != 0 && !row->deleted)
		add_mark(w, &any, _("edited"));
	if (row->timer != 0)
		add_mark(w, &any, _("disappears"));
	for (enum direction i = DIR_IN; i <= DIR_OUT; i++) {
		char *emoji, *name, *mark;

		if (row->react_len[i] == 0)
			continue;
		emoji = one_line(row->react[i], row->react_len[i]);
		name = who(w, (enum direction)i);
		mark = say_new("%s by %s", emoji, name);
		add_mark(w, &any, mark);
		free(mark);
		free(name);
		free(emoji);
	}
	if (any)
		add(w, "]", 1);
}

static void
text_message(struct writer *w, const struct row *row, enum receipt state)
{
	char *name = who(w, row->dir), *quote;

	if (row->content == CONTENT_REPLY && row->quote_dir != DIR_NOTE && !row->deleted) {
		quote = one_line(row->quote, row->quote_len);
		add_fmt(w, _("%s, to \"%s\": "), name, quote);
		free(quote);
	} else {
		add_fmt(w, "%s: ", name);
	}
	if (row->deleted)
		add_fmt(w, _("(deleted)"));
	else
		add_shown(w, row->text, row->text_len);
	add_marks(w, row, state);
	free(name);
}

/* ---- files -------------------------------------------------------------------------------------------------------------- */

static const struct msg *
transfer_of(const struct writer *w, int64_t number)
{
	for (size_t i = 0; i < w->ntransfers; i++) {
		if (w->transfers[i]->b.st_transfer.transfer == number)
			return w->transfers[i];
	}
	return NULL;
}

static void
text_file(struct writer *w, const struct row *row)
{
	const struct msg *m = transfer_of(w, row->transfer);
	char size[TEXT_FIGURE], *what;

	if (m == NULL) {
		add_fmt(w, _("* a file, no longer listed"));
		return;
	}
	what = one_line(msg_string(m, 0), strlen(msg_string(m, 0)));
	text_size(size, sizeof(size), m->b.st_transfer.bytes_total);
	if (m->b.st_transfer.dir == DIR_OUT)
		add_fmt(w, _("* sent %s (%s) [%s]"), what, size,
			_(transfer_word(m->b.st_transfer.state)));
	else
		add_fmt(w, _("* received %s (%s) [%s]"), what, size,
			_(transfer_word(m->b.st_transfer.state)));
	free(what);
}

static void
json_file(struct json *j, const struct row *row, const struct msg *m, const char *name)
{
	char key[2 * KEY_LEN + 1];

	json_int(j, "time", row->time);
	json_string(j, "peer", util_hex(key, row->peer.b, KEY_LEN));
	json_string(j, "name", name);
	json_int(j, "transfer", row->transfer);
	if (m == NULL)
		return;
	json_string(j, "dir", m->b.st_transfer.dir == DIR_IN ? "in" : "out");
	json_string(j, "state", transfer_word(m->b.st_transfer.state));
	json_string(j, "file", msg_string(m, 0));
	json_uint(j, "files", m->b.st_transfer.files);
	json_uint(j, "bytes", m->b.st_transfer.bytes_total);
	if (msg_string(m, 1)[0] != '\0')
		json_string(j, "path", msg_string(m, 1));
}

/* ---- JSON --------------------------------------------------------------------------------------------------------------- */

static void
json_reactions(struct json *j, const struct row *row)
{
	if (row->react_len[DIR_IN] == 0 && row->react_len[DIR_OUT] == 0)
		return;
	json_object(j, "reactions");
	for (enum direction i = DIR_IN; i <= DIR_OUT; i++) {
		if (row->react_len[i] != 0)
			json_string_n(j, i == DIR_IN ? "in" : "out", row->react[i],
				      row->react_len[i]);
	}
	json_end(j);
}

void
transcript_versions(struct store *s, const struct row *row,
		    void (*fn)(void *arg, const struct row *version), void *arg)
{
	struct msg *ask = msg_new(MSG_CMD_PAGE);
	bool more = row->edits != 0 && !row->deleted;

	ask->b.page.peer = row->peer;
	ask->b.page.kind = PAGE_VERSIONS;
	ask->b.page.count = PAGE_MAX_ROWS;
	msg_set_bytes(ask, row->id.b, ID_LEN);
	while (more) {
		struct msg *page = store_page(s, ask);
		struct row version;
		size_t at = 0;

		more = page->b.page_result.more && page->b.page_result.count != 0;
		while (row_get(page->bytes, page->len, &at, &version)) {
			ask->b.page.at++;
			if (version.edits < row->edits)
				fn(arg, &version);
		}
		msg_free(page);
	}
	msg_free(ask);
}

static void
json_version(void *arg, const struct row *version)
{
	struct json *j = arg;

	json_object(j, NULL);
	json_int(j, "time", version->time);
	json_string_n(j, "text", version->text, version->text_len);
	json_end(j);
}

/* That it was edited, and what it said before. */
static void
json_edits(struct json *j, struct store *versions, const struct row *row)
{
	if (row->edits != 0) {
		json_bool(j, "edited", true);
		json_uint(j, "edits", row->edits);
	}
	if (row->edit_seq != 0)
		json_bool(j, "edit_waits", true);
	if (versions == NULL || row->edits == 0 || row->deleted)
		return;
	json_array(j, "versions");
	transcript_versions(versions, row, json_version, j);
	json_end(j);
}

void
transcript_members(struct json *j, struct store *versions, const struct row *row, const char *name,
		   enum receipt state)
{
	char key[2 * KEY_LEN + 1], id[2 * ID_LEN + 1];

	json_int(j, "time", row->time);
	json_string(j, "peer", util_hex(key, row->peer.b, KEY_LEN));
	json_string(j, "name", name);
	json_string(j, "id", util_hex(id, row->id.b, ID_LEN));
	json_string(j, "dir", row->dir == DIR_IN ? "in" : "out");
	if (row->dir == DIR_OUT)
		json_string(j, "state", receipt_word(state));
	if (row->dir == DIR_OUT && row->state == RECEIPT_FAILED && row->reason_len != 0)
		json_string_n(j, "reason", row->reason, row->reason_len);
	json_string_n(j, "text", row->text, row->text_len);
	json_edits(j, versions, row);
	if (row->deleted)
		json_bool(j, "deleted", true);
	if (row->timer != 0)
		json_uint(j, "timer", row->timer);
	if (row->expires != 0)
		json_int(j, "expires", row->expires);
	if (row->content == CONTENT_REPLY)
		json_string(j, "reply", util_hex(id, row->ref.b, ID_LEN));
	json_reactions(j, row);
}

/* ---- the chat ----------------------------------------------------------------------------------------------------------- */

static bool
put_line(struct writer *w)
{
	bool good;

	add(w, "\n", 1);
	good = w->t->put(w->t->arg, w->line, w->len);
	w->len = 0;
	return good;
}

static void
text_row(struct writer *w, const struct row *row, enum receipt state)
{
	add_time(w, row->time);
	if (row->kind == ROW_FILE) {
		text_file(w, row);
	} else if (row->kind == ROW_EVENT || row->dir == DIR_NOTE) {
		char *note = one_line(row->text, row->text_len);

		add_fmt(w, "* %s", note);
		free(note);
	} else {
		text_message(w, row, state);
	}
}

static void
json_row(struct writer *w, const struct row *row, enum receipt state)
{
	struct json *j = &w->json;

	json_reset(j);
	json_object(j, NULL);
	if (row->kind == ROW_FILE) {
		json_file(j, row, transfer_of(w, row->transfer), w->name);
	} else if (row->kind == ROW_EVENT || row->dir == DIR_NOTE) {
		json_int(j, "time", row->time);
		json_string_n(j, "note", row->text, row->text_len);
	} else {
		transcript_members(j, w->store, row, w->name, state);
	}
	json_end(j);
	add(w, json_text(j), strlen(json_text(j)));
}

static bool
put_row(struct writer *w, const struct row *row)
{
	enum receipt state = row->state == RECEIPT_DELIVERED && row->seq <= w->read_seq
				     ? RECEIPT_READ
				     : row->state;

	if (row->kind == ROW_ACT)
		return true;
	w->t->messages += row->kind == ROW_TEXT && row->dir != DIR_NOTE;
	if (w->t->as_json)
		json_row(w, row, state);
	else
		text_row(w, row, state);
	return put_line(w);
}

static bool
put_rows(struct store *s, struct writer *w, char *err, size_t errlen)
{
	struct msg *ask = msg_new(MSG_CMD_PAGE);
	bool more = true, good = true;

	ask->b.page.peer = w->t->peer;
	ask->b.page.kind = PAGE_AFTER;
	ask->b.page.count = PAGE_MAX_ROWS;
	while (more && good) {
		struct msg *page = store_page(s, ask);
		int64_t before = ask->b.page.at;
		struct row row;
		size_t at = 0;

		while (good && row_get(page->bytes, page->len, &at, &row)) {
			ask->b.page.at = row.row;
			good = put_row(w, &row);
		}
		more = page->b.page_result.more && ask->b.page.at > before;
		if (page->b.page_result.failed) {
			say_into(err, errlen, "The history cannot be read.");
			good = false;
		}
		msg_free(page);
		good = good && (w->t->go_on == NULL || w->t->go_on(w->t->go_on_arg));
	}
	msg_free(ask);
	return good;
}

static bool
is_one_of(const struct key *k, const struct key *keys, size_t n)
{
	while (n > 0)
		if (key_equal(k, &keys[--n]))
			return true;
	return false;
}

/* What the store tells at its start: who it is about, how far they read, and the transfers. */
static bool
gather(struct store *s, struct writer *w, char *err, size_t errlen)
{
	struct queue *q = queue_new(1);
	struct key devices[PERSON_DEVICES];
	bool found = false, good = true;
	struct msg *m;
	size_t n = 0;

	store_load(s, q);
	while ((m = queue_pop(q)) != NULL) {
		const struct msg_st_contact *c = &m->b.st_contact;
		bool ours = m->type == MSG_SR_TRANSFER &&
			    (key_equal(&m->b.st_transfer.peer, &w->t->peer) ||
			     is_one_of(&m->b.st_transfer.peer, devices, n));

		if (m->type == MSG_SR_CONTACT && key_equal(&c->peer, &w->t->peer)) {
			memcpy(w->name, c->name, sizeof(w->name));
			found = true;
		} else if (m->type == MSG_SR_CONTACT && key_equal(&c->person, &w->t->peer)) {
			memcpy(w->name, c->person_name, sizeof(w->name));
			if (n < PERSON_DEVICES)
				devices[n++] = c->peer;
			found = true;
		} else if (m->type == MSG_SR_CHAT &&
			   key_equal(&m->b.sr_chat.chat.peer, &w->t->peer)) {
			w->read_seq = m->b.sr_chat.chat.read_seq;
		} else if (m->type == MSG_SR_FAILED) {
			snprintf(err, errlen, "%s", (const char *)m->bytes);
			good = false;
		}
		if (ours) {
			w->transfers = xreallocarray(w->transfers, w->ntransfers + 1,
						     sizeof(struct msg *));
			w->transfers[w->ntransfers++] = m;
		} else {
			msg_free(m);
		}
	}
	queue_free(q);
	if (good && !found)
		say_into(err, errlen, "There is no such contact.");
	return good && found;
}

static bool
put_title(struct writer *w)
{
	char key[2 * KEY_LEN + 1], *own, *theirs;

	if (w->t->as_json)
		return true;
	own = who(w, DIR_OUT);
	theirs = who(w, DIR_IN);
	add_fmt(w, _("Chat of %s and %s (%s)"), own, theirs, util_hex(key, w->t->peer.b, KEY_LEN));
	free(theirs);
	free(own);
	return put_line(w);
}

bool
transcript_write(struct store *s, struct transcript *t, char *err, size_t errlen)
{
	struct writer w = {.t = t, .store = s, .day = -1};
	bool good;

	t->messages = 0;
	err[0] = '\0';
	json_init(&w.json);
	good = gather(s, &w, err, errlen) && put_title(&w) && put_rows(s, &w, err, errlen);
	for (size_t i = 0; i < w.ntransfers; i++)
		msg_free(w.transfers[i]);
	free(w.transfers);
	json_free(&w.json);
	free(w.line);
	return good;
}

/* ---- into a file -------------------------------------------------------------------------------------------------------- */

/* A file that is being written, and what its lines gather in. */
struct target {
	struct file_out out;
	char buf[65536];
	size_t len;
	bool failed;
	int error;
};

static void
flush(struct target *o)
{
	if (!o->failed && o->len != 0 && file_out_write(&o->out, o->buf, o->len) != 0) {
		o->failed = true;
		o->error = errno;
	}
	o->len = 0;
}

static bool
put_file(void *arg, const char *bytes, size_t len)
{
	struct target *o = arg;

	while (len > 0 && !o->failed) {
		size_t n = sizeof(o->buf) - o->len;

		if (n > len)
			n = len;
		memcpy(o->buf + o->len, bytes, n);
		o->len += n;
		bytes += n;
		len -= n;
		if (o->len == sizeof(o->buf))
			flush(o);
	}
	return !o->failed;
}

bool
transcript_file(struct store *s, struct transcript *t, const char *path, bool replace, char *err,
		size_t errlen)
{
	struct target *o = xcalloc(1, sizeof(*o));
	bool good;

	err[0] = '\0';
	if (file_out_open(&o->out, path, replace) != 0) {
		if (errno == EEXIST)
			say_into(err, errlen, "There is a file already: %s.", path);
		else
			say_into(err, errlen, "%s cannot be written: %s.", path,
				 file_reason(errno));
		free(o);
		return false;
	}
	t->put = put_file;
	t->arg = o;
	good = transcript_write(s, t, err, errlen);
	flush(o);
	if (file_out_end(&o->out, good && !o->failed) != 0 && good && !o->failed) {
		o->failed = true;
		o->error = errno;
	}
	if (o->failed && err[0] == '\0')
		say_into(err, errlen, "%s cannot be written: %s.", path, file_reason(o->error));
	good = good && !o->failed;
	free(o);
	return good;
}
