/* typing.c - hands in the chat: pastes of more than a screenful, what Tab completes in a message, a third of the screen, selecting with the mouse. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/layout.h"
#include "ui/prompt.h"

#define ESC    "\033"
#define CTRL_C "\003"

static void
open_pair(struct world *w, int h, int width)
{
	world_open(w, h, width, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_event(w, world_contact(2, "Chidi"));
	world_ready(w);
	world_forget_sent(w);
}

/* "line 1", "line 2"... with the line ends a terminal sends. */
static char *
lines(int n)
{
	char *text = xmalloc((size_t)n * 16 + 1), *p = text;

	for (int i = 1; i <= n; i++)
		p += sprintf(p, "%sline %d", i > 1 ? "\r" : "", i);
	return text;
}

static bool
prompt_is(struct world *w, const char *text)
{
	return strcmp(prompt_text(front_pane(w->front, PANE_PROMPT), NULL), text) == 0;
}

static void
screenful(int h, int width)
{
	struct world w;
	char *few = lines(h), *many = lines(h + 1), question[40];

	open_pair(&w, h, width);
	world_paste(&w, few, strlen(few));
	ok(!world_shows(&w, "Paste more than") &&
		   strlen(prompt_text(front_pane(w.front, PANE_PROMPT), NULL)) == strlen(few),
	   "%dx%d: a paste that fits the screen is inserted", width, h);
	world_type(&w, CTRL_C);
	world_paste(&w, many, strlen(many));
	snprintf(question, sizeof(question), "That is %d lines", h + 1);
	ok(world_shows(&w, "Paste more than a screenful?") && world_shows(&w, question),
	   "%dx%d: one line more asks", width, h);
	world_type(&w, ESC);
	ok(prompt_is(&w, ""), "Esc: nothing is inserted");
	world_paste(&w, many, strlen(many));
	world_type(&w, "i");
	snprintf(question, sizeof(question), "line %d", h + 1);
	ok(world_shows(&w, question), "i: it is, to its end");
	ok(front_layout(w.front)->prompt.h == h / 3, "%dx%d: on a third of the screen", width, h);
	world_type(&w, CTRL_C);
	world_paste(&w, many, strlen(many));
	world_type(&w, "s");
	ok(world_shows(&w, "A long text"), "s: as a file, which is asked once more");
	world_type(&w, "y");
	ok(world_last(&w, MSG_CMD_LONG) != NULL &&
		   world_last(&w, MSG_CMD_LONG)->len == strlen(many),
	   "and sent");
	/* One long line is many rows, too. */
	free(many);
	many = xmalloc((size_t)(h * width) + 1);
	memset(many, 'x', (size_t)(h * width));
	world_paste(&w, many, (size_t)(h * width));
	ok(world_shows(&w, "Paste more than"), "a long line is as many as it fills");
	world_type(&w, "d");
	ok(!world_shows(&w, "xxx"), "d: dropped");
	free(few);
	free(many);
	world_close(&w);
}

static void
thirds(void)
{
	static const int heights[] = {12, 24, 40};
	struct world w;

	for (size_t i = 0; i < NELEM(heights); i++) {
		int h = heights[i];

		open_pair(&w, h, 80);
		for (int n = 1; n < h; n++)
			world_type(&w, ESC "\r");
		ok(front_layout(w.front)->prompt.h == h / 3, "%d rows: the input line grows to %d",
		   h, h / 3);
		world_type(&w, "the end");
		ok(world_shows(&w, "the end"), "and shows where one types");
		world_type(&w, CTRL_C);
		ok(front_layout(w.front)->prompt.h == 1, "and is one row again");
		world_close(&w);
	}
}

static void
completion(void)
{
	struct world w;
	char path[200], typed[300];

	snprintf(path, sizeof(path), "%s/a folder", test_tmpdir());
	ok(mkdir(path, 0700) == 0, "a folder");
	open_pair(&w, 24, 120);
	world_type(&w, "ask Ch\t");
	ok(world_shows(&w, "› ask Chidi"), "a name in the middle of a message");
	world_type(&w, CTRL_C);
	snprintf(typed, sizeof(typed), "see %s/a\t", test_tmpdir());
	world_type(&w, typed);
	snprintf(typed, sizeof(typed), "› see %s/a folder/", test_tmpdir());
	ok(world_shows(&w, typed), "a path");
	world_type(&w, CTRL_C "/edi\t");
	ok(world_shows(&w, "› /edit"), "a command, as far as there is one");
	world_type(&w, CTRL_C ":smil\t");
	ok(world_shows(&w, "› :smile"), "an emoji");
	world_type(&w, CTRL_C "and then \t");
	ok(front_focus(w.front) == PANE_PROMPT && world_shows(&w, "› and then"),
	   "behind a blank nothing");
	world_close(&w);
}

/* A drag beyond the edge scrolls, and what scrolled away is copied with the rest. */
static void
selecting(int h, int width)
{
	struct world w;
	char text[32];
	struct rect chat;
	int y, x;

	open_pair(&w, h, width);
	for (int i = 1; i <= 100; i++) {
		snprintf(text, sizeof(text), "line %03d.", i);
		world_row(&w, 1, DIR_IN, 0, i, text);
	}
	world_chat(&w, 1, 0);
	chat = front_layout(w.front)->main;
	ok(world_find(&w, "line 099.", &y, &x), "%dx%d: a text to select", width, h);
	world_mouse(&w, 0, y, x + 7, false);
	world_mouse(&w, 32, chat.y - 1, x, false);
	world_row(&w, 1, DIR_IN, 0, 200, "news");
	world_chat(&w, 1, 1);
	ok(!world_shows(&w, "news"), "what comes meanwhile moves nothing");
	for (int i = 0; i < 40; i++)
		world_wait(&w, 50);
	ok(!world_shows(&w, "line 099.") && world_shows(&w, "line 055."),
	   "%dx%d: a pointer that rests above the edge scrolls back, a line each 50 ms", width, h);
	ok(world_find(&w, "line 055.", &y, &x), "to there");
	world_mouse(&w, 32, y, x, false);
	for (int i = 0; i < 10; i++)
		world_wait(&w, 50);
	ok(world_find(&w, "line 055.", &y, &x), "inside it stays");
	world_mouse(&w, 0, y, x, true);
	ok(strncmp(w.copied, "line 055.\n", 10) == 0, "%dx%d: from where it ended", width, h);
	ok(strstr(w.copied, "line 070.") != NULL && strstr(w.copied, "line 098.") != NULL,
	   "with all between");
	ok(strlen(w.copied) > 8 && strcmp(w.copied + strlen(w.copied) - 8, "line 099") == 0,
	   "to where it began");
	world_type(&w, ESC ">");
	ok(world_shows(&w, "news"), "and the newest are there");
	/* Downwards, back to the newest. */
	world_type(&w, "\033[5~");
	ok(world_shows(&w, "newest: End"), "scrolled back");
	world_mouse(&w, 0, chat.y + 2, x, false);
	world_mouse(&w, 32, chat.y + chat.h + 1, x + 3, false);
	for (int i = 0; i < 60; i++)
		world_wait(&w, 50);
	world_mouse(&w, 0, chat.y + chat.h + 1, x + 3, true);
	ok(strstr(w.copied, "line 100.") != NULL && strstr(w.copied, "news") != NULL,
	   "%dx%d: below the edge it scrolls the other way", width, h);
	/* Cancelled: nothing is copied. */
	free(w.copied);
	w.copied = xstrdup("");
	world_mouse(&w, 0, chat.y + 2, x, false);
	world_mouse(&w, 32, chat.y - 1, x, false);
	world_type(&w, ESC);
	world_wait(&w, 500);
	world_mouse(&w, 0, chat.y + 3, x, true);
	is_str(w.copied, "", "Esc ends it, and the release that follows is nobody's");
	world_close(&w);
}

int
main(void)
{
	screenful(24, 80);
	screenful(12, 40);
	screenful(40, 120);
	thirds();
	completion();
	selecting(24, 80);
	selecting(12, 40);
	selecting(40, 120);
	return done_testing();
}
