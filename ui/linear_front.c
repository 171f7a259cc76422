/* linear_front.c - the linear front end without its terminal: the front end of the screen, of which nothing is drawn. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/options.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/linear_priv.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* As panes are laid out, of which none is seen. */
#define ROWS 24
#define COLS 80

/* ---- what the front end asks for -------------------------------------------------------------------------------------- */

static bool
host_send(void *arg, struct msg *m)
{
	struct linear *l = arg;

	return l->setup.send(l->setup.arg, m);
}

static void
host_copy(void *arg, const char *text, size_t len)
{
	/* There is no clipboard to be sure of: what would be there is read. */
	linear_print(arg, "%.*s", (int)len, text);
}

static void
host_nothing(void *arg)
{
	(void)arg;
}

static void
host_bell(void *arg)
{
	struct linear *l = arg;

	l->setup.bell(l->setup.arg);
}

static void
host_title(void *arg, const char *title)
{
	struct linear *l = arg;

	l->setup.title(l->setup.arg, title);
}

static void
host_notify(void *arg, const char *title, const char *body)
{
	struct linear *l = arg;

	l->setup.notify(l->setup.arg, title, body);
}

static bool
host_can_notify(void *arg, char *err, size_t errlen)
{
	struct linear *l = arg;

	return l->setup.can_notify(l->setup.arg, err, errlen);
}

static bool
host_edit(void *arg, const char *path, char *err, size_t errlen)
{
	struct linear *l = arg;

	linear_line_hide(l);
	return l->setup.edit(l->setup.arg, path, err, errlen);
}

static bool
host_open(void *arg, const char *link, char *err, size_t errlen)
{
	struct linear *l = arg;

	return l->setup.open(l->setup.arg, link, err, errlen);
}

static void
host_mouse(void *arg, bool on)
{
	(void)arg;
	(void)on;
}

static void
host_suspend(void *arg)
{
	struct linear *l = arg;

	linear_line_hide(l);
	l->setup.suspend(l->setup.arg);
}

static bool
host_theme(void *arg, char *err, size_t errlen)
{
	struct linear *l = arg;
	const char *word = options_text(l->setup.options, OPT_theme);
	struct theme theme;

	/* Nothing has colours here; the screen will, and what is wrong with the file is said now. */
	err[0] = '\0';
	theme_builtin(&theme, THEME_DARK);
	return !theme_name_good(word) ||
	       theme_load(&theme, l->setup.config_path, word, err, errlen);
}

static void
host_said(void *arg, const char *sentence, bool error)
{
	(void)error;
	linear_print(arg, "%s", sentence);
}

static uint64_t
host_now(void *arg)
{
	struct linear *l = arg;

	return l->setup.now(l->setup.arg);
}

static int64_t
host_wall(void *arg)
{
	struct linear *l = arg;

	return l->setup.wall(l->setup.arg);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------ */

/* Signs that say nothing when they are read aloud, or too much, as words. Fresh memory. */
static char *
plain_signs(const char *line)
{
	static const char *const signs[][2] = {{"⚠ ", N_("Warning: ")}, {"✓ ", ""},   {"✗ ", ""},
					       {" · ", ", "},		{"…", "..."}, {"▸ ", ""}};
	char *out = xmalloc(8 * strlen(line) + 1), *at = out;
	size_t i;

	while (*line != '\0') {
		for (i = 0; i < NELEM(signs); i++)
			if (strncmp(line, signs[i][0], strlen(signs[i][0])) == 0)
				break;
		if (i == NELEM(signs)) {
			*at++ = *line++;
			continue;
		}
		line += strlen(signs[i][0]);
		/* Four bytes of a sign become at most 32. */
		at += strlcpy(at, signs[i][1][0] != '\0' ? _(signs[i][1]) : "", 4 * 8);
	}
	*at = '\0';
	return out;
}

void
linear_print(struct linear *l, const char *fmt, ...)
{
	char *line, *plain, *shown;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, _(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("Out of memory.");
	l->printed = true;
	plain = plain_signs(line);
	shown = text_show_dup(plain, strlen(plain), l->setup.ascii ? TEXT_ASCII : TEXT_ONE_LINE);
	linear_line_hide(l);
	l->setup.write(l->setup.arg, shown, strlen(shown));
	l->setup.write(l->setup.arg, "\n", 1);
	free(shown);
	free(plain);
	free(line);
}

const char *
linear_name(struct linear *l, const struct key *k)
{
	const struct model_contact *c = model_contact(front_model(l->front), k);

	if (c == NULL)
		return _("somebody");
	/* What a device says, its person says. */
	return model_is_device(&c->c) ? c->c.person_name : c->c.name;
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static void
settle(struct linear *l)
{
	linear_do_settle(l);
	linear_chat_settle(l);
	linear_ask_settle(l);
}

struct linear *
linear_new(const struct linear_setup *setup)
{
	struct linear *l = xcalloc(1, sizeof(*l));
	struct front_setup fs = {.host = {.arg = l,
					  .send = host_send,
					  .copy = host_copy,
					  .bell = host_bell,
					  .title = host_title,
					  .notify = host_notify,
					  .can_notify = host_can_notify,
					  .edit = host_edit,
					  .open = host_open,
					  .mouse = host_mouse,
					  .suspend = host_suspend,
					  .redraw = host_nothing,
					  .theme = host_theme,
					  .said = host_said,
					  .request = linear_request,
					  .command = linear_command,
					  .now = host_now,
					  .wall = host_wall},
				 .options = setup->options,
				 .config_path = setup->config_path,
				 .folder = setup->folder,
				 .sealed = setup->sealed,
				 .first_run = setup->first_run,
				 .ascii = setup->ascii,
				 .h = ROWS,
				 .w = COLS};

	l->setup = *setup;
	l->front = front_new(&fs);
	linear_begin(l);
	settle(l);
	return l;
}

void
linear_free(struct linear *l)
{
	if (l == NULL)
		return;
	linear_line_hide(l);
	front_free(l->front);
	linear_tell_free(l);
	linear_line_free(l);
	linear_ask_free(l);
	free(l);
}

struct front *
linear_front(struct linear *l)
{
	return l->front;
}

/* ---- events and keys -------------------------------------------------------------------------------------------------- */

/* A command that was done and had nothing to say: who hears of nothing does not know that. */
static void
tell_done(struct linear *l, const struct msg *ev)
{
	if (ev->type != MSG_EV_RESULT || ev->serial == 0 || ev->serial != l->command)
		return;
	if (ev->b.result.ok && !l->printed)
		linear_print(l, "Done.");
	l->command = 0;
}

void
linear_event(struct linear *l, const struct msg *ev)
{
	front_event(l->front, ev);
	linear_tell(l, ev);
	settle(l);
	tell_done(l, ev);
}

/* Whether a line is a command, and none that only says something: what was said stands there. */
static bool
is_command(const char *line)
{
	static const char *const says[] = {"/say ", "/me ", "/reply ", "//"};

	for (size_t i = 0; i < NELEM(says); i++)
		if (strncmp(line, says[i], strlen(says[i])) == 0)
			return false;
	return line[0] == '/';
}

static void
submit(struct linear *l, const struct input_event *ev)
{
	bool command = is_command(prompt_text(front_pane(l->front, PANE_PROMPT), NULL));

	linear_line_end(l);
	l->printed = false;
	front_input(l->front, ev);
	l->command = command ? front_command_serial(l->front) : 0;
}

void
linear_input(struct linear *l, const struct input_event *ev)
{
	enum request req = ev->type == INPUT_KEY ? keys_lookup(KEYS_PROMPT, ev->key) : REQ_NONE;
	struct pane *prompt = front_pane(l->front, PANE_PROMPT);

	if (ev->type == INPUT_MOUSE || ev->type == INPUT_REPLY)
		return;
	if (ev->type == INPUT_FOCUS_IN || ev->type == INPUT_FOCUS_OUT) {
		front_input(l->front, ev);
		settle(l);
		return;
	}
	if (linear_asking(l))
		linear_ask_input(l, ev);
	else if (req == REQ_SUBMIT)
		submit(l, ev);
	else if (req == REQ_EDIT_DELETE && ev->key.sym == 'd' && prompt_empty(prompt))
		front_request(l->front, REQ_QUIT);
	else
		front_input(l->front, ev);
	settle(l);
}

void
linear_tick(struct linear *l)
{
	front_tick(l->front);
	settle(l);
}

int
linear_timeout(struct linear *l)
{
	return front_timeout(l->front);
}

void
linear_resize(struct linear *l, int width)
{
	l->setup.width = width;
}

void
linear_forget_line(struct linear *l)
{
	l->line.shown = false;
}

/* ---- the line that is typed ------------------------------------------------------------------------------------------- */

void
linear_show(struct linear *l)
{
	size_t len = 0, cursor = 0;
	const char *text;
	char prompt[NAME_SIZE * 4 + 8], *shown, *name;
	unsigned flags = l->setup.ascii ? TEXT_ASCII : TEXT_ONE_LINE;

	if (front_stopped(l->front))
		return;
	if (linear_asking(l)) {
		linear_ask_line(l, prompt, sizeof(prompt), &text, &len, &cursor);
	} else {
		text = prompt_text(front_pane(l->front, PANE_PROMPT), &len);
		cursor = prompt_cursor(front_pane(l->front, PANE_PROMPT));
		snprintf(prompt, sizeof(prompt), "%s> ",
			 l->has_chat ? linear_name(l, &l->chat) : "p2p-tui");
	}
	name = text_show_dup(prompt, strlen(prompt), flags);
	shown = text_show_dup(text, cursor, flags);
	cursor = strlen(shown);
	free(shown);
	shown = text_show_dup(text, len, flags);
	linear_line_show(l, name, shown, cursor < strlen(shown) ? cursor : strlen(shown));
	free(shown);
	free(name);
}
