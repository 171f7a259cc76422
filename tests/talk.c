/* talk.c - how a chat reads: names once for what belongs together, what somebody does, and links that are opened or copied. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/emoji.h"
#include "src/text.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/opener.h"

#define ESC    "\033"
#define CHOOSE "\033[1;3A"

static void
open_boris(struct world *w)
{
	world_open(w, 24, 80, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_ready(w);
	world_forget_sent(w);
}

/* The line of the screen with that text in it; freed by the next call. */
static const char *
line_with(struct world *w, const char *text)
{
	static char *line;
	char *screen = world_screen(w), *at = strstr(screen, text), *from;

	free(line);
	line = xstrdup("");
	if (at != NULL) {
		for (from = at; from > screen && from[-1] != '\n';)
			from--;
		free(line);
		line = xstrndup(from, strcspn(from, "\n"));
	}
	free(screen);
	return line;
}

#define HAS(w, text, what) (strstr(line_with((w), (text)), (what)) != NULL)

static void
groups(void)
{
	struct world w;

	open_boris(&w);
	world_row(&w, 1, DIR_IN, 0, 600, "first");
	world_row(&w, 1, DIR_IN, 0, 601, "second");
	world_row(&w, 1, DIR_OUT, 0, 602, "mine");
	world_row(&w, 1, DIR_OUT, 0, 603, "also mine");
	world_row(&w, 1, DIR_OUT, 0, 620, "much later");
	world_row(&w, 1, DIR_IN, 0, 621, "/me nods");
	world_row(&w, 1, DIR_IN, 0, 621, "spoken");
	world_row(&w, 1, DIR_IN, 0, 622, "/meow");
	world_chat(&w, 1, 0);
	ok(HAS(&w, "first", "Boris") && !HAS(&w, "second", "Boris"),
	   "the name stands once above what belongs together");
	ok(HAS(&w, "second", "10:01"), "the time at each");
	ok(HAS(&w, "  mine", "Ada") && !HAS(&w, "also mine", "Ada"), "another one, another name");
	ok(HAS(&w, "much later", "Ada"), "and again after a while");
	ok(HAS(&w, "Boris nods", "10:21 *") && !world_shows(&w, "/me nods"),
	   "what somebody does is said of them");
	ok(HAS(&w, "spoken", "Boris"), "after that the name stands again");
	ok(world_shows(&w, "/meow"), "a word that only begins like it is a word");
	world_golden(&w, "talk-80x24");
	world_close(&w);
}

static void
doing(void)
{
	struct world w;
	const struct msg *m;

	open_boris(&w);
	world_type(&w, "/me Boris waves\r");
	m = world_last(&w, MSG_CMD_SAY);
	ok(m != NULL && strcmp((const char *)m->bytes, "/me Boris waves") == 0,
	   "it goes as it was typed, to the open chat");
	world_forget_sent(&w);
	world_type(&w, "/me \r");
	ok(world_last(&w, MSG_CMD_SAY) == NULL, "doing nothing is not sent");
	world_close(&w);
}

static void
links(void)
{
	struct world w;

	open_boris(&w);
	world_row(&w, 1, DIR_IN, 0, 600, "look: https://example.org/a?b=c.");
	world_row(&w, 1, DIR_IN, 0, 601, "no link");
	world_row(&w, 1, DIR_IN, 0, 602, "http://one.example and http://tw\xc3\xb6.example/x");
	world_chat(&w, 1, 0);
	world_type(&w, CHOOSE "o");
	ok(world_shows(&w, "Open which link?"), "several: which one");
	world_type(&w, "2");
	ok(world_shows(&w, "Open this link?") && world_shows(&w, "tw\xc3\xb6.example/x") &&
		   world_shows(&w, "beyond ASCII"),
	   "it is shown in full, and that it is odd");
	is_str(w.opened, "", "nothing is opened yet");
	world_type(&w, "n");
	is_str(w.opened, "", "nor when nobody wants it");
	world_type(&w, CHOOSE "o");
	ok(world_shows(&w, "There is no link in that message."), "a message without one");
	world_type(&w, CHOOSE "y");
	is_str(w.copied, "https://example.org/a?b=c", "the only one is copied");
	world_type(&w, "o");
	ok(world_shows(&w, "https://example.org/a?b=c") && !world_shows(&w, "beyond ASCII"),
	   "or asked about");
	world_golden(&w, "talk-link-80x24");
	world_type(&w, "o");
	is_str(w.opened, "https://example.org/a?b=c", "and opened");
	world_type(&w, ESC);
	world_type(&w, "/link\r");
	ok(world_shows(&w, "Open which link?"), "the command takes the newest");
	world_type(&w, ESC "");
	world_close(&w);
}

static void
emoji(void)
{
	struct world w;
	const struct emoji *e;
	bool good = true, sorted = true;

	for (e = emoji_table; e->name != NULL; e++) {
		uint32_t c;

		good = good && text_next(e->text, strlen(e->text), &c) == strlen(e->text) &&
		       c > 0xff && text_width(c) > 0;
		sorted = sorted && (e == emoji_table || strcmp(e[-1].name, e->name) < 0);
	}
	ok(good && sorted && e - emoji_table >= 200,
	   "each name of the table is one character that shows, in order");
	open_boris(&w);
	world_type(&w, "hi :rock\t");
	ok(world_shows(&w, "› hi 🚀"), "the only name that begins so becomes its emoji");
	world_type(&w, "\003:sm\t\t");
	ok(world_shows(&w, "😄 smile") && world_shows(&w, "😏 smirk"), "several are listed");
	world_type(&w, "l\t");
	ok(world_shows(&w, "› :smile") && !world_shows(&w, "› 😄"), "as far as all go");
	world_type(&w, "\t\t");
	ok(world_shows(&w, "› 😄"), "a whole name is taken by another Tab");
	world_type(&w, "\003at 10:30\t");
	ok(world_shows(&w, "› at 10:30"), "a time is none");
	world_type(&w, "\003:smile: stays\r");
	ok(strcmp((const char *)world_last(&w, MSG_CMD_SAY)->bytes, ":smile: stays") == 0,
	   "what is typed goes as it was typed");
	world_close(&w);
}

static void
opener(void)
{
	char err[200] = "";

	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	ok(!opener_run("true", "http://a.b", err, sizeof(err)) && strstr(err, "no desktop"),
	   "without a desktop: %s", err);
	setenv("DISPLAY", ":99", 1);
	ok(!opener_run("/no/such/program", "http://a.b", err, sizeof(err)) &&
		   strstr(err, "No such file"),
	   "without a program: %s", err);
	ok(opener_run("true", "http://a.b; touch x", err, sizeof(err)), "it runs");
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	groups();
	doing();
	links();
	emoji();
	opener();
	return done_testing();
}
