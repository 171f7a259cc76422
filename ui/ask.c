/* ask.c - questions about ourselves, files and the end: our code, where we listen, pastes, find, quit. ask_peer.c has those about
 * peers, ask_in.c those that come from outside. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/command.h"
#include "src/kept.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/qr.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/browser.h"
#include "ui/chat.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/keys.h"
#include "ui/marks.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* ---- our code --------------------------------------------------------------------------------------------------------- */

static bool
code_done(struct front *f, struct dialog *d, int answer)
{
	(void)d;
	if (answer == 0)
		front_request(f, REQ_COPY_CODE);
	return true;
}

void
ask_code(struct front *f)
{
	const struct msg_self *self = model_self(front_model(f));
	struct dialog *d = dialog_new("Your code", code_done);
	char why[KEPT_ROOM];

	dialog_open_sides(d);
	dialog_line(d, STYLE_STRONG, "%s", model_invite(front_model(f)));
	dialog_line(d, STYLE_NORMAL, "%s", "");
	dialog_line(
		d, STYLE_NORMAL,
		"Give it to a friend by any way you trust. Whoever has it can ask to be let in.");
	if (self->listen_error[0] != '\0')
		dialog_line(d, STYLE_WARN, "Not listening: %s",
			    kept_into(why, sizeof(why), self->listen_error));
	for (uint32_t i = 0; i < self->nlisten; i++)
		dialog_line(d, STYLE_DIM, "Listening on %s", self->listen[i]);
	dialog_answer(d, 'c', "Copy");
	dialog_answer(d, 'x', "Close");
	front_ask(f, d);
}

enum { QR_COPY, QR_TEXT, QR_INVERT };

static bool
qr_done(struct front *f, struct dialog *d, int answer)
{
	if (answer == QR_COPY)
		front_request(f, REQ_COPY_CODE);
	if (answer == QR_INVERT)
		dialog_invert(d);
	if (answer == QR_TEXT)
		ask_code(f);
	return answer != QR_INVERT;
}

void
ask_code_qr(struct front *f)
{
	const char *invite = model_invite(front_model(f));
	int columns = grid_width(front_grid(f)), rows = grid_height(front_grid(f)) - 1;
	size_t left = 0, all = 0;
	struct qr *q = invite[0] != '\0' ? qr_invite_for(invite, columns, rows, &left, &all) : NULL;
	struct dialog *d;

	if (q == NULL || grid_is_ascii(front_grid(f)) || qr_rows(q) > rows ||
	    qr_columns(q) > columns) {
		if (q != NULL)
			front_say(f, "As a QR code it needs %d columns and %d rows.", qr_columns(q),
				  qr_rows(q) + 1);
		else if (!qr_there())
			front_say(f, "This p2p-tui was built without libqrencode: no QR codes.");
		free(q);
		ask_code(f);
		return;
	}
	d = dialog_new("Your code", qr_done);
	dialog_picture(d, q, true);
	if (left < all)
		dialog_line(d, STYLE_WARN, "%zu of %zu addresses", left, all);
	dialog_answer(d, 'c', "Copy");
	dialog_answer(d, 't', "Text");
	dialog_answer(d, 'i', "Invert");
	dialog_answer(d, 'x', "Close");
	dialog_default(d, 3);
	front_ask(f, d);
}

/* ---- where we listen -------------------------------------------------------------------------------------------------- */

static bool
listen_done(struct front *f, struct dialog *d, int answer)
{
	const char *words[] = {dialog_value(d, 0), NULL};
	bool ok = answer != 0 || front_words(f, "listen", words, 1), error;

	if (!ok)
		dialog_error(d, front_sentence(f, &error));
	return ok;
}

void
ask_listen(struct front *f)
{
	const struct msg_self *self = model_self(front_model(f));
	struct dialog *d = dialog_new("Where to listen", listen_done);
	char why[KEPT_ROOM];

	if (self->listen_error[0] != '\0')
		dialog_line(d, STYLE_WARN, "Not listening: %s",
			    kept_into(why, sizeof(why), self->listen_error));
	for (uint32_t i = 0; i < self->nlisten; i++)
		dialog_line(d, STYLE_NORMAL, "Listening on %s", self->listen[i]);
	dialog_line(d, STYLE_DIM, "[::]:41555 is every address, IPv4 too; port 0 is any free one.");
	dialog_field(d, "Listen on", "ADDRESS:PORT", ADDR_TEXT_SIZE,
		     options_text(front_options(f), OPT_listen));
	dialog_answer(d, 0, "Listen there");
	dialog_answer(d, 0, "Cancel");
	front_ask(f, d);
}

/* ---- files to be sent ------------------------------------------------------------------------------------------------- */

/* NUL-ended paths one after the other, then the pasted text if there was one. */
static char *
pack(const char *const *paths, size_t n, const char *text, size_t text_len, size_t *len)
{
	size_t at = 0, total = text_len;
	char *bytes;

	for (size_t i = 0; i < n; i++)
		total += strlen(paths[i]) + 1;
	bytes = xmalloc(total + 1);
	for (size_t i = 0; i < n; i++) {
		size_t part = strlen(paths[i]) + 1;

		memcpy(bytes + at, paths[i], part);
		at += part;
	}
	if (text_len != 0)
		memcpy(bytes + at, text, text_len);
	*len = total;
	return bytes;
}

static bool
send_done(struct front *f, struct dialog *d, int answer)
{
	size_t n = (size_t)dialog_number(d), len, at = 0;
	const char *bytes = dialog_kept(d, &len), **paths;
	bool ok;

	paths = xcalloc(n + 1, sizeof(*paths));
	for (size_t i = 0; i < n; i++) {
		paths[i] = bytes + at;
		at += strlen(bytes + at) + 1;
	}
	ok = answer != 0 || front_send_paths(f, dialog_peer(d), paths, n, false);
	if (answer == 0 && ok) {
		const struct model_contact *c = model_contact(front_model(f), dialog_peer(d));

		browser_sent(f, paths, n);
		front_say(f, "Offered to %s. %s shows how it goes.",
			  c != NULL ? c->c.name : _("the peer"), keys_name(REQ_FOCUS_TRANSFERS));
	}
	if (answer < 0 && at < len)
		prompt_insert(front_pane(f, PANE_PROMPT), bytes + at, len - at);
	free(paths);
	return ok;
}

static void
ask_files(struct front *f, const struct key *peer, const char *const *paths, size_t n,
	  const char *what, const char *text, size_t text_len)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	struct dialog *d;
	char title[NAME_SIZE + MARKS_LABEL + 16];
	size_t len;
	char *kept;

	if (c == NULL || n == 0)
		return;
	say_into(title, sizeof(title), "Send %s%s to %s?", what, strchr(what, ',') ? "," : "",
		 c->c.name);
	d = dialog_new(title, send_done);
	for (size_t i = 0; i < n && i < 5; i++) {
		char *shown = path_abbreviate(paths[i]);

		dialog_line(d, STYLE_NORMAL, "%s", shown);
		free(shown);
	}
	if (n > 5)
		dialog_line(d, STYLE_DIM, "and %zu more", n - 5);
	if (c->c.trust == TRUST_CHANGED)
		dialog_line(d, STYLE_WARN,
			    "⚠ %s's key changed: sending waits until you have looked at it.",
			    c->c.name);
	else if (c->c.link != LINK_ONLINE)
		dialog_line(d, STYLE_WARN, "%s is offline: this waits until online.", c->c.name);
	if (text_len != 0)
		dialog_line(d, STYLE_DIM, "Esc puts the text into the input line instead.");
	dialog_about(d, peer, (int64_t)n);
	kept = pack(paths, n, text, text_len, &len);
	dialog_keep(d, kept, len);
	dialog_answer(d, 'y', "Send");
	dialog_answer(d, 'n', "Do not send");
	front_ask(f, d);
}

void
ask_send(struct front *f, const struct key *peer, const char *const *paths, size_t n,
	 const char *what)
{
	ask_files(f, peer, paths, n, what, "", 0);
}

void
ask_drop(struct front *f, const char *const *paths, size_t n, const char *text, size_t len)
{
	struct marks *m = marks_new();
	char what[MARKS_LABEL];
	struct stat st;

	for (size_t i = 0; i < n; i++)
		if (stat(paths[i], &st) == 0)
			marks_add(m, paths[i], S_ISDIR(st.st_mode), (uint64_t)st.st_size);
	if (front_current(f) == NULL)
		prompt_insert(front_pane(f, PANE_PROMPT), text, len);
	else
		ask_files(f, front_current(f), paths, n, marks_label(m, what, ", "), text, len);
	marks_free(m);
}

/* ---- a text too long for a message ------------------------------------------------------------------------------------ */

/* Line ends as this system writes them; a terminal pastes CR. */
static char *
with_newlines(const char *text, size_t len, size_t *out_len)
{
	char *out = xmalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r') {
			out[n++] = '\n';
			i += i + 1 < len && text[i + 1] == '\n';
		} else {
			out[n++] = text[i];
		}
	}
	*out_len = n;
	return out;
}

uint32_t
ask_send_text(struct front *f, const struct key *peer, const char *text, size_t len)
{
	char *lines = with_newlines(text, len, &len);
	struct msg *m = msg_set_bytes(msg_new(MSG_CMD_LONG), lines, len);
	uint32_t serial = front_serial(f);

	free(lines);
	m->serial = serial;
	m->b.long_text.peer = *peer;
	return front_send(f, m) ? serial : 0;
}

static bool
long_text_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	return answer != 0 || ask_send_text(f, dialog_peer(d), text, len) != 0;
}

void
ask_long_text(struct front *f, const char *text, size_t len)
{
	const struct key *peer = front_current(f);
	const struct model_contact *c = peer != NULL ? model_contact(front_model(f), peer) : NULL;
	char size[TEXT_FIGURE];
	struct dialog *d;
	char *kept;

	if (c == NULL) {
		front_error(f, "A message holds at most %d kB; this is %s.", TEXT_MAX_BYTES / 1024,
			    text_size(size, sizeof(size), len));
		return;
	}
	d = dialog_new("A long text", long_text_done);
	dialog_line(d, STYLE_NORMAL,
		    "That is %s, and a message holds at most %d kB. Send it to %s as a text file?",
		    text_size(size, sizeof(size), len), TEXT_MAX_BYTES / 1024, c->c.name);
	dialog_about(d, peer, 0);
	kept = xmalloc(len + 1);
	memcpy(kept, text, len);
	dialog_keep(d, kept, len);
	dialog_answer(d, 'y', "Send as a file");
	dialog_answer(d, 'n', "Drop it");
	front_ask(f, d);
}

/* ---- a chat into a file that is there --------------------------------------------------------------------------------- */

static bool
export_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;

	if (answer != 0)
		return true;
	return front_send(f, command_export_msg(front_env(f), dialog_peer(d), dialog_kept(d, &len),
						dialog_number(d) != 0, true));
}

void
ask_export_over(struct front *f, const struct key *peer, const char *path, bool as_json)
{
	struct dialog *d = dialog_new("Replace the file?", export_done);
	char *shown = path_abbreviate(path);

	dialog_line(d, STYLE_NORMAL, "%s is there already. Its content would go.", shown);
	free(shown);
	dialog_about(d, peer, as_json);
	dialog_keep(d, xstrdup(path), strlen(path) + 1);
	dialog_answer(d, 'y', "Replace it");
	dialog_answer(d, 'n', "Keep it");
	dialog_default(d, 1);
	front_ask(f, d);
}

/* ---- find ------------------------------------------------------------------------------------------------------------- */

static bool
find_done(struct front *f, struct dialog *d, int answer)
{
	if (answer == 0)
		chat_find(front_pane(f, PANE_CHAT), dialog_value(d, 0));
	return true;
}

void
ask_find(struct front *f)
{
	struct dialog *d;

	if (front_current(f) == NULL) {
		front_say(f, "There is no chat to look through.");
		return;
	}
	if (front_main(f) != PANE_CHAT)
		front_close_main(f);
	d = dialog_new("Find in this chat", find_done);
	dialog_field(d, "Words", "", 200, chat_found_words(front_pane(f, PANE_CHAT)));
	dialog_answer(d, 0, "Find older");
	dialog_answer(d, 0, "Cancel");
	front_ask(f, d);
}

/* ---- the end ---------------------------------------------------------------------------------------------------------- */

static bool
quit_done(struct front *f, struct dialog *d, int answer)
{
	(void)d;
	if (answer == 0)
		front_quit(f);
	return true;
}

void
ask_quit(struct front *f)
{
	struct model *m = front_model(f);
	size_t running = 0, messages = model_count_waiting(m);
	struct dialog *d;

	for (size_t i = 0; i < model_ntransfers(m); i++)
		running += !transfer_ended(model_transfer_at(m, i)->t.state);
	if (running == 0 && messages == 0) {
		front_quit(f);
		return;
	}
	d = dialog_new("Quit?", quit_done);
	if (running != 0)
		dialog_line(
			d, STYLE_NORMAL,
			say_plural(
				"%zu transfer is not finished; it goes on at the next start.",
				"%zu transfers are not finished; each goes on at the next start.",
				running),
			running);
	if (messages != 0)
		dialog_line(
			d, STYLE_NORMAL,
			say_plural(
				"%zu message or edit is not delivered; it is kept and sent at the "
				"next start.",
				"%zu messages or edits are not delivered; they are kept and sent "
				"at "
				"the next start.",
				messages),
			messages);
	dialog_answer(d, 'y', "Quit");
	dialog_answer(d, 'n', "Stay");
	dialog_default(d, 1);
	front_ask(f, d);
}
