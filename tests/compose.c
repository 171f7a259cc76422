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
	ok(world_shows(&w, "Send as a file"), "s: as a file");
	world_type(&w, "y");
	ok(world_last(&w, MSG_CMD_LONG) != NULL && world_last(&w, MSG_CMD_LONG)->len == n,
	   "all of it");
	free(text);
	world_close(&w);
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
	sealed();
	swept();
	return done_testing();
}
