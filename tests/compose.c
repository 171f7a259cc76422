/* compose.c - the input line's text in the person's editor: the file, its way back, and that nothing stays behind. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/util.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/compose.h"
#include "ui/front.h"
#include "ui/scratch.h"

#define ESC	 "\033"
#define CTRL_X_E "\030\005"
#define UNDO	 "\037"

static void
open_pair(struct world *w)
{
	unsetenv("XDG_RUNTIME_DIR");
	world_open(w, 24, 80, "Ada", false);
	world_self(w, "Ada", DOOR_LAN);
	world_event(w, world_contact(1, "Boris"));
	world_event(w, world_contact(2, "Chidi"));
	world_ready(w);
	world_forget_sent(w);
}

static size_t
left_over(void)
{
	DIR *d = opendir(test_tmpdir());
	size_t n = 0;

	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* What the editor did, and how it ended. NULL: it wrote nothing. */
static void
edits(struct world *w, const char *text, int status)
{
	FILE *f = text != NULL ? fopen(w->edited, "w") : NULL;
	char backup[300];

	if (f != NULL) {
		fputs(text, f);
		fclose(f);
		/* Editors leave things beside it. */
		snprintf(backup, sizeof(backup), "%s~", w->edited);
		f = fopen(backup, "w");
		fclose(f);
	}
	front_edited(w->front, status);
	world_wait(w, 10);
}

static bool
holds(const char *path, const char *text)
{
	size_t len;
	char *bytes = (char *)file_read(path, 100000, &len);
	bool same = bytes != NULL && len == strlen(text) && memcmp(bytes, text, len) == 0;

	free(bytes);
	return same;
}

static void
there_and_back(void)
{
	struct world w;
	struct stat st;
	char folder[300];

	open_pair(&w);
	world_type(&w, "a draft");
	world_type(&w, "\030");
	ok(world_shows(&w, "^X") && w.edited[0] == '\0', "^X waits for its second key");
	world_type(&w, "\005");
	ok(w.edited[0] != '\0' && holds(w.edited, "a draft\n"), "^X ^E: the text lies in a file");
	ok(stat(w.edited, &st) == 0 && (st.st_mode & 0777) == 0600, "which is nobody else's");
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(w.edited, '/') - w.edited),
		 w.edited);
	ok(stat(folder, &st) == 0 && (st.st_mode & 0777) == 0700, "in a folder that is not either");
	ok(!front_terminal_focused(w.front), "nobody looks at the chat meanwhile");
	edits(&w, "a draft\nof two lines\n", 0);
	ok(world_shows(&w, "› a draft") && world_shows(&w, "  of two lines"),
	   "what was written is on the input line, without the last line end");
	ok(left_over() == 0, "and nothing of it is left, nor what the editor left beside it");
	ok(front_terminal_focused(w.front), "the chat is looked at again");
	world_type(&w, UNDO);
	ok(world_shows(&w, "› a draft") && !world_shows(&w, "of two lines"),
	   "one undo takes it back");
	world_close(&w);
}

static void
what_goes_wrong(void)
{
	struct world w;

	open_pair(&w);
	world_type(&w, "as it is" CTRL_X_E);
	edits(&w, "something else\n", 1);
	ok(world_shows(&w, "› as it is") && world_shows(&w, "ended with an error (1)"),
	   "an editor that fails changes nothing");
	ok(left_over() == 0, "and its file goes too");
	world_type(&w, CTRL_X_E);
	edits(&w, NULL, 127);
	ok(world_shows(&w, "VISUAL or EDITOR"), "one that is not there is told of");
	world_type(&w, CTRL_X_E);
	unlink(w.edited);
	edits(&w, NULL, 0);
	ok(world_shows(&w, "cannot be read") && world_shows(&w, "› as it is") && left_over() == 0,
	   "so is a file that is gone");
	w.no_editor = true;
	world_type(&w, CTRL_X_E);
	ok(world_shows(&w, "did not start") && left_over() == 0 && front_terminal_focused(w.front),
	   "so is one that cannot be started");
	w.no_editor = false;
	world_type(&w, "\030q");
	ok(world_shows(&w, "› as it is") && w.bells != 0, "^X and a key that means nothing rings");
	world_type(&w, "\030" ESC);
	world_type(&w, "!");
	ok(world_shows(&w, "› as it is!"), "Esc takes the ^X back");
	world_close(&w);
	ok(left_over() == 0, "nothing is left");
}

static void
by_command(void)
{
	struct world w;

	open_pair(&w);
	world_type(&w, "/editor dear Boris\r");
	ok(holds(w.edited, "dear Boris\n"), "/editor takes words to begin with");
	edits(&w, NULL, 0);
	ok(world_shows(&w, "› dear Boris"), "and they are on the line afterwards");
	world_type(&w, "\003/editor\r");
	ok(holds(w.edited, ""), "or none");
	/* The editor still runs when the program ends. */
	world_close(&w);
	ok(left_over() == 0, "at the end nothing is left");
}

/* A chat that was opened meanwhile does not get what was written to another. */
static void
to_whom(void)
{
	struct world w;
	struct key chidi = world_key(2);

	open_pair(&w);
	world_type(&w, CTRL_X_E);
	front_open_chat(w.front, &chidi);
	edits(&w, "for Boris alone\n", 0);
	ok(key_equal(front_current(w.front), &(struct key){0}) == false &&
		   world_shows(&w, "› for Boris alone"),
	   "the text is on the line");
	{
		struct key boris = world_key(1);

		ok(key_equal(front_current(w.front), &boris), "of the chat it was written in");
	}
	world_close(&w);
}

static bool
is_long(struct world *w, size_t n)
{
	struct stat st;

	return w->edited[0] != '\0' && stat(w->edited, &st) == 0 && (size_t)st.st_size == n + 1;
}

/* What the core says of the text that was to go as a file. */
static void
answered(struct world *w, bool good)
{
	const struct msg *sent = world_last(w, MSG_CMD_LONG);
	struct msg *ev = msg_new(MSG_EV_RESULT);

	ev->serial = sent != NULL ? sent->serial : 0;
	ev->b.result.ok = good;
	world_event(w, good ? ev : msg_set_bytes(ev, "The disk is full.", 17));
}

static void
too_long(void)
{
	struct world w;
	size_t n = 70000;
	struct stat st;
	char *text = xmalloc(n + 1);

	memset(text, 'x', n);
	text[n] = '\0';
	open_pair(&w);
	world_type(&w, CTRL_X_E);
	edits(&w, text, 0);
	ok(world_shows(&w, "A long text"), "too much for a message: it is asked what to do");
	w.edited[0] = '\0';
	world_type(&w, "e");
	ok(w.edited[0] != '\0' && stat(w.edited, &st) == 0 && (size_t)st.st_size == n + 1,
	   "e: it is edited again");
	edits(&w, text, 0);
	world_type(&w, "s");
	ok(world_last(&w, MSG_CMD_LONG) != NULL && world_last(&w, MSG_CMD_LONG)->len == n,
	   "s: it goes as a file, all of it");
	ok(!world_shows(&w, "A long text"), "and that was the question");
	answered(&w, false);
	ok(world_shows(&w, "A long text"), "where it cannot be kept it is asked again");
	w.edited[0] = '\0';
	world_type(&w, "e");
	ok(is_long(&w, n), "and is all there");
	edits(&w, text, 0);
	world_type(&w, "s");
	answered(&w, true);
	ok(!world_shows(&w, "A long text"), "once the core has it, it is done");
	world_type(&w, CTRL_X_E);
	edits(&w, text, 0);
	world_type(&w, "s");
	world_type(&w, CTRL_X_E);
	answered(&w, false);
	edits(&w, NULL, 0);
	world_wait(&w, 1000);
	ok(world_shows(&w, "A text is kept in a file"), "while another is written it is kept");
	world_type(&w, "r");
	free(text);
	world_close(&w);
	ok(left_over() == 0, "nothing is left of it here");
}

/* The editor has written a text of so many bytes, too long for a message. */
static void
writes_long(struct world *w, size_t n)
{
	char *text = xmalloc(n + 1);

	memset(text, 'x', n);
	text[n] = '\0';
	world_type(w, CTRL_X_E);
	edits(w, text, 0);
	free(text);
}

/* A text that is in no line yet outlives all that can go wrong with its second edit. */
static void
long_again(void)
{
	struct world w;
	char away[400];
	size_t n = 70000;

	open_pair(&w);
	world_type(&w, "short");
	writes_long(&w, n);
	w.no_editor = true;
	world_type(&w, "e");
	ok(world_shows(&w, "A long text") && world_shows(&w, "did not start"),
	   "an editor that does not start: it is still asked what to do");
	w.no_editor = false;
	snprintf(away, sizeof(away), "%s.away", test_tmpdir());
	ok(rename(test_tmpdir(), away) == 0, "(the folder is gone)");
	world_type(&w, "e");
	ok(world_shows(&w, "A long text") && world_shows(&w, "no file to edit"),
	   "so it is where no file can be made");
	ok(rename(away, test_tmpdir()) == 0, "(the folder is back)");
	w.edited[0] = '\0';
	world_type(&w, ESC);
	ok(is_long(&w, n), "Esc: the editor has all of it");
	edits(&w, "half of it\n", 137);
	ok(world_shows(&w, "A long text") && world_shows(&w, "error (137)"),
	   "an editor that is killed: the text is as it was");
	w.edited[0] = '\0';
	world_type(&w, "e");
	ok(is_long(&w, n), "all of it");
	edits(&w, NULL, 127);
	ok(world_shows(&w, "A long text"), "so it is after one that is not there");
	world_type(&w, "e");
	unlink(w.edited);
	edits(&w, NULL, 0);
	ok(world_shows(&w, "A long text"), "and after one that removed its file");
	w.full = true;
	world_type(&w, "s");
	ok(world_shows(&w, "A long text"), "a program that is busy does not take it");
	w.full = false;
	world_type(&w, "d");
	ok(!world_shows(&w, "A long text") && world_shows(&w, "› short"), "d drops it");
	world_close(&w);
	ok(left_over() == 0, "and nothing is left");
}

/* What cannot be read back is left in a file, which outlives the program and the sweep of the next start. */
static void
kept(void)
{
	struct world w;
	struct stat st;
	char *path;
	size_t n = 5 << 20;

	open_pair(&w);
	writes_long(&w, n);
	world_wait(&w, 1000);
	ok(world_shows(&w, "A text is kept in a file") && world_shows(&w, "p2p-tui-text."),
	   "too much to be read: it is said where it lies");
	path = scratch_kept(test_tmpdir());
	ok(path != NULL && stat(path, &st) == 0 && (size_t)st.st_size == n &&
		   (st.st_mode & 0777) == 0600,
	   "all of it, and nobody else's");
	free(path);
	world_type(&w, "k");
	world_close(&w);

	open_pair(&w);
	compose_sweep(w.front);
	world_wait(&w, 1000);
	ok(world_shows(&w, "ended before what you wrote was sent"), "the next start tells of it");
	ok(left_over() == 1, "and does not sweep it away");
	world_type(&w, "r");
	ok(left_over() == 0, "r: it goes");
	world_close(&w);
}

/* The program is ended while nobody has said yet what is to become of it; or while the editor has it. */
static void
ended(void)
{
	for (int editing = 0; editing < 2; editing++) {
		struct world w;
		struct stat st;
		char *path;

		open_pair(&w);
		writes_long(&w, 70000);
		if (editing)
			world_type(&w, "e");
		front_quit(w.front);
		world_close(&w);
		path = scratch_kept(test_tmpdir());
		ok(path != NULL && stat(path, &st) == 0 && st.st_size == 70000,
		   "a text that was not sent is in a file%s", editing ? ", from its editor" : "");
		if (path != NULL)
			unlink(path);
		free(path);
		ok(left_over() == 0, "and nothing else");
	}
}

/* With a passphrase it is said before where the text will lie; or it lies in memory. */
static void
sealed(void)
{
	struct world w;
	struct msg *ev;

	open_pair(&w);
	ev = msg_new(MSG_EV_SELF);
	ev->b.self.sealed = true;
	snprintf(ev->b.self.nick, sizeof(ev->b.self.nick), "Ada");
	world_event(&w, ev);
	world_type(&w, "secret" CTRL_X_E);
	ok(world_shows(&w, "your passphrase") && w.edited[0] == '\0' && left_over() == 0,
	   "first it is said that it lies unsealed");
	world_type(&w, "n");
	ok(w.edited[0] == '\0' && world_shows(&w, "› secret"), "n: it does not");
	world_type(&w, CTRL_X_E);
	world_type(&w, "y");
	ok(holds(w.edited, "secret\n"), "y: it does");
	edits(&w, "secret\n", 0);
	w.edited[0] = '\0';
	world_type(&w, CTRL_X_E);
	ok(w.edited[0] != '\0', "and is not asked again");
	edits(&w, NULL, 0);
	world_close(&w);
	open_pair(&w);
	ev = msg_new(MSG_EV_SELF);
	ev->b.self.sealed = true;
	world_event(&w, ev);
	world_type(&w, "/editor some words\r");
	world_type(&w, "n");
	ok(w.edited[0] == '\0' && world_shows(&w, "› some words"), "n keeps the words of /editor");
	world_close(&w);
	ok(left_over() == 0, "and nothing was written");
}

/* What a program left that was killed. */
static void
swept(void)
{
	char *mine, *theirs, path[400];
	struct scratch *s = scratch_new(test_tmpdir(), "x", 1);

	mine = xstrdup(scratch_path(s));
	snprintf(path, sizeof(path), "%s/p2p-tui-edit.1.abcdef", test_tmpdir());
	theirs = xstrdup(path);
	ok(mkdir(theirs, 0700) == 0, "a folder of a program that runs");
	scratch_sweep(test_tmpdir(), false);
	ok(access(mine, F_OK) != 0, "what was left under our number goes");
	ok(access(theirs, F_OK) == 0, "what belongs to one that runs stays");
	scratch_sweep(test_tmpdir(), true);
	ok(access(theirs, F_OK) != 0, "unless nobody else uses the place");
	scratch_free(s);
	free(mine);
	free(theirs);
}

int
main(void)
{
	there_and_back();
	what_goes_wrong();
	by_command();
	to_whom();
	too_long();
	long_again();
	kept();
	ended();
	sealed();
	swept();
	return done_testing();
}
