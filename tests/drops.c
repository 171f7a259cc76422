/* drops.c - what a terminal says of files dropped onto it, and what is done with them. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/drops.h"
#include "ui/front.h"

static struct drops_event ev;

/* A reply, and what it means. */
static enum drops_what
say(struct drops *d, const char *text)
{
	drops_reply(d, text, strlen(text), &ev);
	return ev.what;
}

static void
protocol(void)
{
	struct drops *d = drops_new();

	is_int(say(d, "]11;rgb:0/0/0"), DROPS_NOT_OURS, "another answer is another's");
	is_int(say(d, "]72;t=m:x=1:y=1;text/uri-list"), DROPS_NOTHING, "nobody was asked yet");
	ok(!drops_known(d) && ev.out[0] == '\0', "and nothing is answered");
	is_int(say(d, "]72;t=q;"), DROPS_NOTHING, "the terminal knows the protocol");
	is_str(ev.out, "\033]72;t=a;text/uri-list\033\\", "it is told that files are wanted");
	say(d, "]72;t=q;");
	is_str(ev.out, "", "once");
	is_int(say(d, "]72;t=m:x=12:y=3:X=7:Y=9:o=3;text/plain text/uri-list"), DROPS_OVER,
	       "files over a cell");
	ok(ev.y == 3 && ev.x == 12, "which is told");
	is_str(ev.out, "\033]72;t=m:o=1;text/uri-list\033\\", "they may be dropped");
	is_int(say(d, "]72;t=m:x=13:y=4:o=3;"), DROPS_OVER, "moved on");
	ok(ev.y == 4 && ev.x == 13 && ev.out[0] == '\0', "there is nothing new to answer");
	is_int(say(d, "]72;t=m:x=-1:y=-1"), DROPS_LEFT, "and away");
	is_int(say(d, "]72;t=m:x=1:y=1;text/plain"), DROPS_NOTHING, "text is no file");
	is_str(ev.out, "\033]72;t=m:o=0\033\\", "it is refused");
	is_int(say(d, "]72;t=M:x=5:y=6:o=1;text/plain text/uri-list"), DROPS_LEFT, "dropped");
	is_str(ev.out, "\033]72;t=r:x=2\033\\", "the names are asked for, by their place");
	is_int(say(d, "]72;t=r:x=2:m=1;ZmlsZTovLy9h"), DROPS_NOTHING, "a piece of them");
	is_int(say(d, "]72;m=1;L2IKZmlsZTovLy9j"), DROPS_NOTHING,
	       "the next has no type of its own");
	is_int(say(d, "]72;t=r:x=2;Cg=="), DROPS_NOTHING, "the last one");
	is_int(say(d, "]72;t=r:x=2;"), DROPS_FILES, "and the end");
	ok(ev.len == 22 && memcmp(ev.text, "file:///a/b\nfile:///c\n", 22) == 0, "put together");
	ok(ev.y == 6 && ev.x == 5, "for the cell they were dropped on");
	is_str(ev.out, "\033]72;t=r:o=1\033\\", "the terminal is told that it is done");
	is_int(say(d, "]72;t=r:x=2;Cg=="), DROPS_NOTHING, "what comes later is nobody's");
	say(d, "]72;t=M:x=5:y=6;text/uri-list");
	is_int(say(d, "]72;t=R:x=1;EIO:gone"), DROPS_FAILED, "an error is told");
	say(d, "]72;t=M:x=5:y=6;text/uri-list");
	say(d, "]72;t=r:x=1;****");
	is_int(say(d, "]72;t=r:x=1;"), DROPS_FAILED, "so is what is no base64");
	is_int(say(d, "]72;t=M:x=5:y=6;image/png"), DROPS_LEFT, "a drop without names");
	is_str(ev.out, "\033]72;t=r:o=0\033\\", "is given back");
	drops_reset(d);
	ok(!drops_known(d), "after a stop it is asked again");
	drops_free(d);
}

static void
too_much(void)
{
	static char piece[4200] = "]72;t=r:x=1;";
	struct drops *d = drops_new();

	say(d, "]72;t=q");
	say(d, "]72;t=M:x=1:y=1;text/uri-list");
	memset(piece + strlen(piece), 'A', 4096);
	for (int i = 0; i < 400; i++)
		say(d, piece);
	is_int(say(d, "]72;t=r:x=1;"), DROPS_FAILED, "names without end are not kept");
	drops_free(d);
}

/* ---- in the front end ------------------------------------------------------------------------------------------------- */

static void
drop(struct world *w, enum drops_what what, int y, int x, const char *text)
{
	struct drops_event e = {.what = what, .y = y, .x = x, .text = text, .len = strlen(text)};

	front_drop(w->front, &e);
}

static void
on_screen(void)
{
	char list[1200], path[512];
	struct world w;
	int y, x, fd;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	for (unsigned i = 1; i <= 2; i++) {
		struct msg *m = world_contact(i, i == 1 ? "Boris" : "Chidi");

		m->b.contact.link = LINK_ONLINE;
		m->b.contact.trust = TRUST_PINNED;
		world_event(&w, m);
	}
	world_ready(&w);
	snprintf(path, sizeof(path), "%s/a file.txt", test_tmpdir());
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	ok(fd >= 0 && write(fd, "hello", 5) == 5, "a file");
	close(fd);
	ok(world_find(&w, "Chidi", &y, &x), "a peer");
	drop(&w, DROPS_OVER, y, x, "");
	ok(world_shows(&w, "DROP ON A PEER") && world_shows(&w, "◀ drop"),
	   "a peer lights up below what is dragged from the desktop");
	drop(&w, DROPS_LEFT, 0, 0, "");
	ok(!world_shows(&w, "DROP ON A PEER"), "and goes out again");
	snprintf(list, sizeof(list), "# a comment\r\nfile://%s/a%%20file.txt\r\n", test_tmpdir());
	drop(&w, DROPS_FILES, y, x, list);
	ok(world_shows(&w, "Send 1 file, 5 B, to Chidi?"), "dropped on a peer it asks");
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "nothing goes without an answer");
	world_wait(&w, 1000);
	world_type(&w, "\r");
	ok(world_last(&w, MSG_CMD_SEND) != NULL &&
		   strcmp(msg_string(world_last(&w, MSG_CMD_SEND), 0), path) == 0,
	   "Enter sends it");
	drop(&w, DROPS_FILES, 10, 60, list);
	ok(world_shows(&w, "Send 1 file, 5 B, to Boris?"), "elsewhere it is for the open chat");
	world_type(&w, "\033");
	drop(&w, DROPS_FILES, 10, 60, "file:///no/such/file\r\n");
	ok(world_shows(&w, "/no/such/file is not on this machine."), "what is not here is told");
	drop(&w, DROPS_FILES, 10, 60, "https://example.org/\r\n");
	ok(world_shows(&w, "What was dropped are no files."), "so are links");
	drop(&w, DROPS_FAILED, 10, 60, "");
	ok(world_shows(&w, "could not say what was dropped"), "and errors");
	/* The same by a paste, while something is being written. */
	world_type(&w, "look at this: ");
	snprintf(list, sizeof(list), "'%s/a file.txt'", test_tmpdir());
	world_paste(&w, list, strlen(list));
	ok(world_shows(&w, "Send 1 file, 5 B, to Boris?"), "a pasted path asks whatever was begun");
	world_type(&w, "\033");
	ok(world_shows(&w, "look at this: '/"), "Esc puts it into the line");
	world_close(&w);
}

int
main(void)
{
	protocol();
	too_much();
	on_screen();
	return done_testing();
}
