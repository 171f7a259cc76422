/* compose.c - the text of the input line in the person's own editor, and back. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/file.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/dialog.h"
#include "ui/front_priv.h"
#include "ui/prompt.h"
#include "ui/scratch.h"
#include "ui/theme.h"

/* What comes back is read up to this; a text too long for a message can be sent as a file. */
#define READ_MAX ((size_t)4 << 20)

void
compose_moved(struct front *f, const struct key *from, const struct key *to)
{
	if (key_equal(&f->compose.peer, from))
		f->compose.peer = *to;
}

bool
compose_runs(const struct front *f)
{
	return f->compose.scratch != NULL;
}

/* Where it may lie: with a passphrase in memory, if there is such a folder. */
static const char *
folder(struct front *f)
{
	const char *memory = front_sealed(f) ? scratch_memory() : NULL;

	return memory != NULL ? memory : f->setup.folder;
}

/* ---- a text that stands on no line --------------------------------------------------------------------------------------- */

static void
hold(struct front *f, const char *text, size_t len)
{
	struct compose *c = &f->compose;
	char *copy = xmalloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	free(c->held);
	c->held = copy;
	c->held_len = len;
}

static void
let_go(struct front *f)
{
	free(f->compose.held);
	f->compose.held = NULL;
	f->compose.held_len = 0;
}

static bool
left_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *path = dialog_kept(d, &len);

	if (answer != 1 || unlink(path) == 0 || errno == ENOENT)
		return true;
	front_error(f, "%s cannot be removed: %s.", path, file_reason(errno));
	return true;
}

/* A text lies in a file, and is the person's to keep or to remove. The path is taken over. */
static void
tell_left(struct front *f, char *path, bool before, const char *why)
{
	struct dialog *d = dialog_new("A text is kept in a file", left_done);
	char *shown = path_abbreviate(path);

	if (before)
		dialog_line(d, STYLE_NORMAL,
			    "The program ended before what you wrote was sent. It lies in %s.",
			    shown);
	else
		dialog_line(d, STYLE_NORMAL,
			    "What you wrote cannot be taken back: %s. It lies in %s.", why, shown);
	if (front_sealed(f) && strncmp(path, f->setup.folder, strlen(f->setup.folder)) == 0)
		dialog_line(d, STYLE_WARN, "Your passphrase does not seal it there.");
	free(shown);
	dialog_keep(d, path, strlen(path) + 1);
	dialog_answer(d, 'k', "Keep it");
	dialog_answer(d, 'r', "Remove it");
	dialog_guard(d);
	front_ask(f, d);
}

void
compose_sweep(struct front *f)
{
	const char *places[] = {f->setup.folder, scratch_memory()};

	for (size_t i = 0; i < NELEM(places); i++) {
		char *path = places[i] != NULL ? scratch_kept(places[i]) : NULL;

		/* The home is ours alone. */
		if (places[i] != NULL)
			scratch_sweep(places[i], i == 0);
		if (path != NULL)
			tell_left(f, path, true, NULL);
	}
}

static void
drop_file(struct front *f)
{
	scratch_free(f->compose.scratch);
	f->compose.scratch = NULL;
}

/* Where a passphrase seals, only what may lie in the folder, too. */
static bool
may_keep(struct front *f)
{
	return f->setup.folder != NULL &&
	       (!front_sealed(f) || scratch_memory() != NULL || f->compose.warned);
}

/* Leaves a text in a file. Its path, to be freed, or NULL. */
static char *
keep(struct front *f, const char *text, size_t len)
{
	struct scratch *s = may_keep(f) && len != 0 ? scratch_new(folder(f), text, len) : NULL;
	char *path = s != NULL ? scratch_keep(s) : NULL;

	scratch_free(s);
	return path;
}

void
compose_free(struct front *f)
{
	struct compose *c = &f->compose;

	drop_file(f);
	if (c->held != NULL)
		free(keep(f, c->held, c->held_len));
	if (c->sent != NULL)
		free(keep(f, c->sent, c->sent_len));
	let_go(f);
	free(c->sent);
	c->sent = NULL;
}

static void
look(struct front *f, enum input_type type)
{
	struct input_event ev = {.type = type};

	front_input(f, &ev);
}

/* What is to be edited. */
static const char *
text_of(struct front *f, size_t *len)
{
	*len = f->compose.held_len;
	return f->compose.held != NULL ? f->compose.held : prompt_text(&f->panes[PANE_PROMPT], len);
}

static bool
begin(struct front *f)
{
	struct compose *c = &f->compose;
	char err[256] = "", *file;
	const char *text;
	size_t len;

	/* The last line has its end, as editors want it. */
	text = text_of(f, &len);
	file = xmalloc(len + 1);
	memcpy(file, text, len);
	if (len != 0)
		file[len] = '\n';
	c->scratch = scratch_new(folder(f), file, len + (len != 0));
	free(file);
	if (c->scratch == NULL) {
		front_error(f, "There is no file to edit the text in: %s.", file_reason(errno));
		return false;
	}
	c->has_peer = f->has_current;
	c->peer = f->current;
	/* Somebody who writes elsewhere does not see what comes. */
	look(f, INPUT_FOCUS_OUT);
	if (f->host.edit(f->host.arg, scratch_path(c->scratch), err, sizeof(err)))
		return true;
	look(f, INPUT_FOCUS_IN);
	drop_file(f);
	front_error(f, "%s", err);
	return false;
}

static void put(struct front *f, const char *text, size_t len);

/* Nothing came of it: what stands on no line is to be seen again. */
static void
give_back(struct front *f)
{
	if (f->compose.held != NULL)
		put(f, f->compose.held, f->compose.held_len);
}

/* ---- said once, where a passphrase is set ------------------------------------------------------------------------------ */

static bool
warned_done(struct front *f, struct dialog *d, int answer)
{
	(void)d;
	f->compose.warned |= answer == 0;
	if (answer != 0 || !begin(f))
		give_back(f);
	return true;
}

static void
warn(struct front *f)
{
	struct dialog *d = dialog_new("Edit it in a file?", warned_done);
	char *shown = path_abbreviate(f->setup.folder);

	dialog_line(d, STYLE_NORMAL,
		    "While your editor has the text, it lies in a file in %s that your passphrase "
		    "does not seal. The file goes when the editor ends; only a text too long to "
		    "be taken back stays in one.",
		    shown);
	dialog_line(d, STYLE_DIM,
		    "What the editor itself keeps elsewhere, as copies or a history, is its own.");
	free(shown);
	dialog_answer(d, 'y', "Edit");
	dialog_answer(d, 'n', "Not now");
	front_ask(f, d);
}

static bool
start(struct front *f)
{
	if (f->host.edit == NULL || f->setup.folder == NULL) {
		front_error(f, "There is no editor to be had here.");
		return false;
	}
	if (!front_sealed(f) || scratch_memory() != NULL || f->compose.warned)
		return begin(f);
	warn(f);
	return true;
}

void
compose_open(struct front *f, const char *text, size_t len)
{
	if (compose_runs(f))
		return;
	if (text != NULL)
		hold(f, text, len);
	if (!start(f))
		give_back(f);
}

/* ---- back ---------------------------------------------------------------------------------------------------------------- */

/* As a file, to the open chat. It is kept until the core has it. */
static bool
send_held(struct front *f)
{
	struct compose *c = &f->compose;
	uint32_t serial;

	if (c->sent != NULL)
		front_error(f, "The one before is still being done.");
	else if (!f->has_current)
		front_error(f, "No chat is open that it could go to.");
	if (c->sent != NULL || !f->has_current)
		return false;
	serial = ask_send_text(f, &f->current, c->held, c->held_len);
	if (serial == 0)
		return false;
	c->sent = c->held;
	c->sent_len = c->held_len;
	c->sent_serial = serial;
	c->held = NULL;
	let_go(f);
	return true;
}

static bool
long_done(struct front *f, struct dialog *d, int answer)
{
	bool error, good = true;

	if (answer == 2)
		let_go(f);
	else if (answer != 1)
		good = start(f);
	else
		good = send_held(f);
	if (!good)
		dialog_error(d, front_sentence(f, &error));
	return good;
}

/* Too long for a message: nothing of it is lost without a word. */
static void
ask_long(struct front *f)
{
	struct dialog *d = dialog_new("A long text", long_done);
	char size[TEXT_FIGURE];

	dialog_line(d, STYLE_NORMAL, "What you wrote is %s; a message holds at most %d kB.",
		    text_size(size, sizeof(size), f->compose.held_len), TEXT_MAX_BYTES / 1024);
	dialog_answer(d, 'e', "Edit it again");
	dialog_answer(d, 's', "Send as a file");
	dialog_answer(d, 'd', "Drop it");
	front_ask(f, d);
}

/* On the line, if it fits there. */
static void
put(struct front *f, const char *text, size_t len)
{
	struct pane *p = &f->panes[PANE_PROMPT];
	size_t now;
	const char *line = prompt_text(p, &now);

	/* Nothing to undo where nothing was changed. */
	if ((len == now && memcmp(text, line, len) == 0) ||
	    (len <= TEXT_MAX_BYTES && prompt_replace(p, text, len))) {
		let_go(f);
		return;
	}
	hold(f, text, len);
	ask_long(f);
}

void
compose_result(struct front *f, const struct msg *ev)
{
	struct compose *c = &f->compose;
	char *text = c->sent, *path;

	if (text == NULL || ev->serial != c->sent_serial)
		return;
	c->sent = NULL;
	if (!ev->b.result.ok && c->held == NULL && !compose_runs(f)) {
		hold(f, text, c->sent_len);
		ask_long(f);
	} else if (!ev->b.result.ok) {
		/* Another is being written. */
		path = keep(f, text, c->sent_len);
		if (path != NULL)
			tell_left(f, path, false, _("it was not sent"));
	}
	free(text);
}

/* What cannot be read stays where it is. */
static void
leave(struct front *f, int why)
{
	char *path = scratch_keep(f->compose.scratch);

	if (path != NULL)
		tell_left(f, path, false, file_reason(why));
	else
		front_error(f, "What you wrote cannot be read: %s. The text is as it was.",
			    file_reason(why));
}

static void
take(struct front *f, const char *text, size_t len)
{
	/* Editors end the last line; a message does not. */
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	put(f, text, len);
}

void
front_edited(struct front *f, int status)
{
	struct compose *c = &f->compose;
	size_t len = 0;
	char *text;
	int why;

	if (!compose_runs(f))
		return;
	text = status == 0 ? scratch_read(c->scratch, READ_MAX, &len) : NULL;
	why = errno;
	look(f, INPUT_FOCUS_IN);
	f->all_dirty = true;
	/* It was written to somebody, whatever is open now. */
	if (c->has_peer && (!f->has_current || !key_equal(&f->current, &c->peer)))
		front_open_chat(f, &c->peer);
	front_set_focus(f, PANE_PROMPT);
	if (text != NULL)
		take(f, text, len);
	else
		give_back(f);
	if (status == 127)
		front_error(f, "Your editor did not start; VISUAL or EDITOR says which it is.");
	else if (status != 0)
		front_error(f, "The editor ended with an error (%d): the text is as it was.",
			    status);
	else if (text == NULL)
		leave(f, why);
	free(text);
	drop_file(f);
}
