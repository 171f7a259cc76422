/* compose.c - the text of the input line in the person's own editor, and back. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/file.h"
#include "src/msg.h"
#include "src/path.h"
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

void
compose_free(struct front *f)
{
	struct compose *c = &f->compose;

	scratch_free(c->scratch);
	*c = (struct compose){.warned = c->warned};
}

/* Where it may lie: with a passphrase in memory, if there is such a folder. */
static const char *
folder(struct front *f)
{
	const char *memory = front_sealed(f) ? scratch_memory() : NULL;

	return memory != NULL ? memory : f->setup.folder;
}

/* With a NUL behind it. */
static char *
copy_of(const char *text, size_t len)
{
	char *copy = xmalloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

static void
look(struct front *f, enum input_type type)
{
	struct input_event ev = {.type = type};

	front_input(f, &ev);
}

static void
begin(struct front *f, const char *text, size_t len)
{
	struct compose *c = &f->compose;
	char err[256] = "", *file;

	/* The last line has its end, as editors want it. */
	file = copy_of(text, len);
	if (len != 0)
		file[len] = '\n';
	c->scratch = scratch_new(folder(f), file, len + (len != 0));
	free(file);
	if (c->scratch == NULL) {
		front_error(f, "There is no file to edit the text in: %s.", file_reason(errno));
		return;
	}
	c->has_peer = f->has_current;
	c->peer = f->current;
	/* Somebody who writes elsewhere does not see what comes. */
	look(f, INPUT_FOCUS_OUT);
	if (f->host.edit(f->host.arg, scratch_path(c->scratch), err, sizeof(err)))
		return;
	look(f, INPUT_FOCUS_IN);
	compose_free(f);
	front_error(f, "%s", err);
}

/* ---- said once, where a passphrase is set ------------------------------------------------------------------------------ */

static bool
warned_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	if (answer != 0)
		return true;
	f->compose.warned = true;
	begin(f, text, len - 1);
	return true;
}

static void
warn(struct front *f, const char *text, size_t len)
{
	struct dialog *d = dialog_new("Edit it in a file?", warned_done);
	char *shown = path_abbreviate(f->setup.folder);

	dialog_line(d, STYLE_NORMAL,
		    "While your editor has the text, it lies in a file in %s that your passphrase "
		    "does not seal. The file goes when the editor ends.",
		    shown);
	dialog_line(d, STYLE_DIM,
		    "What the editor itself keeps elsewhere, as copies or a history, is its own.");
	free(shown);
	dialog_keep(d, copy_of(text, len), len + 1);
	dialog_answer(d, 'y', "Edit");
	dialog_answer(d, 'n', "Not now");
	front_ask(f, d);
}

void
compose_open(struct front *f, const char *text, size_t len)
{
	if (compose_runs(f))
		return;
	if (f->host.edit == NULL || f->setup.folder == NULL) {
		front_error(f, "There is no editor to be had here.");
		return;
	}
	if (text == NULL)
		text = prompt_text(&f->panes[PANE_PROMPT], &len);
	if (front_sealed(f) && scratch_memory() == NULL && !f->compose.warned)
		warn(f, text, len);
	else
		begin(f, text, len);
}

/* ---- back ---------------------------------------------------------------------------------------------------------------- */

static bool
long_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	len--;
	if (answer == 0 || answer < 0)
		compose_open(f, text, len);
	else if (answer == 1)
		ask_long_text(f, text, len);
	return true;
}

/* Too long for a message: nothing of it is lost without a word. */
static void
ask_long(struct front *f, const char *text, size_t len)
{
	struct dialog *d = dialog_new("A long text", long_done);
	char size[TEXT_FIGURE];

	dialog_line(d, STYLE_NORMAL, "What you wrote is %s; a message holds at most %d kB.",
		    text_size(size, sizeof(size), len), TEXT_MAX_BYTES / 1024);
	dialog_keep(d, copy_of(text, len), len + 1);
	dialog_answer(d, 'e', "Edit it again");
	dialog_answer(d, 's', "Send as a file");
	dialog_answer(d, 'd', "Drop it");
	front_ask(f, d);
}

static void
take(struct front *f, const char *text, size_t len)
{
	struct pane *p = &f->panes[PANE_PROMPT];
	size_t now;
	const char *line = prompt_text(p, &now);

	/* Editors end the last line; a message does not. */
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	/* Nothing to undo where nothing was changed. */
	if (len == now && memcmp(text, line, len) == 0)
		return;
	if (len > TEXT_MAX_BYTES || !prompt_replace(p, text, len))
		ask_long(f, text, len);
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
	if (status == 127)
		front_error(f, "Your editor did not start; VISUAL or EDITOR says which it is.");
	else if (status != 0)
		front_error(f, "The editor ended with an error (%d): the text is as it was.",
			    status);
	else if (text == NULL)
		front_error(f, "What you wrote cannot be read: %s. The text is as it was.",
			    file_reason(why));
	else
		take(f, text, len);
	free(text);
	compose_free(f);
}
