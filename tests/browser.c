/* browser.c - the file browser on a pretended terminal, over real folders: screens, keys, what is sent. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/places.h"

/* ---- screens ---------------------------------------------------------------------------------------------------------- */

static void
screens(void)
{
	struct world w;
	int beach, chidi;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_golden(&w, "browser-80x24");
	world_type(&w, "/beach\r");
	beach = files_row_of(&w, "beach-01.jpg");
	files_press(&w, beach, 26);
	files_drag_to(&w, beach + 2, 27);
	chidi = files_row_of(&w, "Chidi");
	files_drag_to(&w, chidi, 10);
	w.held = true;
	world_golden(&w, "browser-drag-80x24");
	w.held = false;
	files_release(&w, chidi, 10);
	ok(world_shows(&w, "Send 3 files, 11.2 MB, to Chidi?"),
	   "released on a peer there is a question");
	world_close(&w);
	files_open_at(&w, 40, 120, "Pictures/trip");
	files_trip(&w);
	files_press(&w, files_row_of(&w, "beach-01.jpg"), 40);
	files_drag_to(&w, chidi, 10);
	ok(world_shows(&w, "DROP ON A PEER"), "at 120x40 as well");
	world_pictures(&w, "browser-drag-120x40");
	world_close(&w);
}

static void
small_screens(void)
{
	struct world w;

	files_open_at(&w, 12, 40, "Pictures/trip");
	files_trip(&w);
	world_type(&w, "  ");
	files_settled(&w, "· 4.1 MB");
	world_golden(&w, "browser-40x12");
	world_type(&w, "t");
	world_golden(&w, "browser-to-40x12");
	world_close(&w);
	files_open_at(&w, 40, 120, "Pictures/trip");
	files_trip(&w);
	world_type(&w, DOWN "v" DOWN DOWN);
	files_settled(&w, "Binary data");
	world_golden(&w, "browser-range-120x40");
	world_close(&w);
}

/* Names that are not what they seem, and things that cannot be sent. */
static void
odd_screen(void)
{
	struct world w;

	files_make_folder("odd");
	files_make_file("odd/plain name with \xf0\x9f\x8e\x89.txt", 1);
	files_make_file("odd/two\nlines", 2);
	files_make_file("odd/\xff\xfe bad utf-8", 3);
	files_make_file("odd/a name so long that it does not fit into its column by far.tar.gz",
			123456789);
	files_make_file("odd/\xe2\x80\xaegpj.exe", 4);
	files_make_file("odd/quote's \"here\"", 0);
	if (mkfifo(files_in_home("odd/a pipe"), 0600) != 0 ||
	    symlink("nowhere", files_in_home("odd/lost")) != 0)
		diag("no pipe or link");
	files_dated(files_in_home("odd/a pipe"), MARCH_2);
	if (utimensat(AT_FDCWD, files_in_home("odd/lost"),
		      (struct timespec[2]){{MARCH_2, 0}, {MARCH_2, 0}}, AT_SYMLINK_NOFOLLOW) != 0)
		diag("no date for the link");
	files_open_at(&w, 24, 80, "odd");
	files_settled(&w, "8 here");
	world_golden(&w, "browser-odd-80x24");
	/* The second row is the pipe. */
	world_type(&w, DOWN " ");
	ok(world_shows(&w, "a pipe is a pipe: it cannot be sent."),
	   "a pipe is not marked, with the reason");
	world_type(&w, UP ENTER);
	ok(world_shows(&w, "a pipe is a pipe: it cannot be sent."), "nor sent");
	world_type(&w, "a");
	ok(world_shows(&w, "2 of them cannot be sent"), "marking all says how many cannot be sent");
	world_type(&w, DOWN);
	ok(world_shows(&w, " 6 files"), "the others are marked");
	world_close(&w);
	files_make_folder("made up");
	if (symlink("/proc/version", files_in_home("made up/version")) != 0)
		diag("no link");
	files_open_at(&w, 24, 80, "made up");
	files_settled(&w, "1 here");
	world_type(&w, " ");
	ok(access("/proc/version", R_OK) != 0 ||
		   world_shows(&w, "version is made up by the kernel as it is read: it cannot be"),
	   "nor is a file of /proc");
	world_close(&w);
}

static void
words(void)
{
	struct world w;

	files_make_folder("empty");
	files_make_folder("hidden");
	files_make_file("hidden/.secret", 1);
	files_open_at(&w, 24, 80, "empty");
	ok(files_settled(&w, "This folder is empty."), "an empty folder says so");
	world_type(&w, " a*x\r");
	ok(world_shows(&w, "There is nothing here to send."), "and nothing is sent from it");
	world_golden(&w, "browser-empty-80x24");
	world_close(&w);
	files_open_at(&w, 24, 80, "hidden");
	ok(files_settled(&w, "Nothing here but hidden files: . shows them."), "so do hidden files");
	world_type(&w, ".");
	ok(world_shows(&w, ".secret") && world_shows(&w, "hidden on"), "and . shows them");
	world_type(&w, ".");
	ok(!files_settled(&w, "hidden off") || files_row_of(&w, ".secret") < 0,
	   "and hides them again");
	world_close(&w);
	files_open_at(&w, 24, 80, "no such folder");
	ok(files_settled(&w, "There is no such folder any more."), "a folder that is gone is told");
	world_type(&w, LEFT);
	ok(files_settled(&w, "Pictures/"), "and there is a way out of it");
	world_close(&w);
	if (getuid() != 0) {
		files_make_folder("closed");
		if (chmod(files_in_home("closed"), 0) != 0)
			diag("cannot close it");
		files_open_at(&w, 24, 80, "closed");
		ok(files_settled(&w, "You may not read this folder."),
		   "an unreadable folder is told");
		world_pictures(&w, "browser-closed-80x24");
		world_close(&w);
		if (chmod(files_in_home("closed"), 0755) != 0)
			diag("cannot open it");
	} else {
		skip("root may read everything", "an unreadable folder is told");
	}
}

/* ---- marks ------------------------------------------------------------------------------------------------------------ */

static void
keys(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_type(&w, DOWN " ");
	ok(world_shows(&w, "✓ beach-01.jpg"), "Space marks");
	world_type(&w, " ");
	ok(world_shows(&w, "✓ beach-02.jpg"), "and goes one row down");
	ok(world_shows(&w, " 2 files · 8.0 MB    beach-01.jpg  beach-02.jpg "),
	   "the basket adds up");
	world_type(&w, UP UP " ");
	ok(world_shows(&w, " 1 file · 3.9 MB"), "Space again unmarks");
	world_type(&w, "x");
	ok(world_shows(&w, "Nothing is selected"), "x clears");
	world_type(&w, "v" DOWN DOWN);
	ok(world_shows(&w, "█ ✓ beach.5"), "v begins a range");
	world_type(&w, UP);
	ok(world_shows(&w, " 2 files · 7.1 MB"), "which shrinks again");
	world_type(&w, ESC);
	ok(world_shows(&w, "Nothing is selected"), "Esc takes it back");
	ok(world_shows(&w, "FILES"), "and leaves the browser open");
	world_type(&w, "vgv");
	ok(world_shows(&w, "1 folder · 3 files"), "v again keeps it");
	ok(files_row_of(&w, "█") < 0, "and the range is over");
	world_type(&w, "v" DOWN "v");
	ok(world_shows(&w, " 2 files"), "a range that begins on a mark unmarks");
	world_type(&w, "x" S_DOWN S_DOWN);
	ok(world_shows(&w, " 3 files · 11.2 MB"), "Shift with arrows marks a range");
	world_type(&w, S_UP);
	ok(world_shows(&w, " 2 files · 8.0 MB"), "in both directions");
	world_type(&w, "j");
	ok(files_row_of(&w, "█") < 0 && world_shows(&w, " 2 files · 8.0 MB"),
	   "another key keeps it");
	world_type(&w, "*");
	ok(world_shows(&w, "1 folder · 211 files"), "* inverts");
	world_type(&w, "a");
	ok(world_shows(&w, "1 folder · 213 files"), "a marks all");
	world_type(&w, "*");
	ok(world_shows(&w, "Nothing is selected"), "and inverted that is nothing");
	world_close(&w);
}

static void
filter(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_type(&w, "/");
	world_type(&w, "BCH");
	ok(world_shows(&w, "/BCH") && world_shows(&w, "9 of 214 match"),
	   "letters in their order match, whatever their case");
	ok(files_row_of(&w, "img-000") < 0, "the others are gone");
	world_type(&w, "\177\177\177");
	world_type(&w, "beach 03");
	ok(world_shows(&w, "1 of 214 match"), "words match in any order");
	world_type(&w, ENTER ENTER);
	ok(world_shows(&w, "Send 1 file, 3.2 MB, to Boris?"),
	   "Enter ends typing, Enter again sends what is under the cursor");
	world_type(&w, ESC);
	world_type(&w, ESC);
	ok(world_shows(&w, "214 here") && world_shows(&w, "FILES"),
	   "Esc lifts the filter before it closes the browser");
	world_type(&w, "/raw" ENTER "a");
	ok(world_shows(&w, " 1 folder "), "marking all marks what matches");
	world_type(&w, ESC);
	world_type(&w, "/nothing like it" ENTER);
	ok(world_shows(&w, "0 of 214 match") && world_shows(&w, "raw/"),
	   "no match is told, and folders stay as ways on");
	world_type(&w, ESC);
	world_type(&w, ESC);
	ok(files_row_of(&w, "FILES") < 0, "and the last Esc closes the browser");
	world_close(&w);
}

static void
folders(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_type(&w, DOWN " " UP UP RIGHT);
	ok(files_settled(&w, "~/Pictures/trip/raw ") && files_settled(&w, "001.raw"),
	   "→ enters the folder");
	world_type(&w, " ");
	ok(world_shows(&w, " 2 files · 4.1 MB    beach-01.jpg  000.raw"),
	   "the basket spans folders");
	world_type(&w, "G" LEFT);
	files_trip(&w);
	world_type(&w, RIGHT);
	files_settled(&w, "213.raw");
	world_type(&w, " ");
	ok(world_shows(&w, "213.raw"), "a folder is found again where it was left");
	ok(world_shows(&w, "000.raw  213.raw"), "cursor and all");
	world_type(&w, "~");
	ok(files_settled(&w, "FILES  ~ ") && files_settled(&w, "Pictures/"), "~ goes home");
	world_type(&w, F3);
	ok(files_row_of(&w, "FILES") < 0, "F3 closes it");
	world_type(&w, F3);
	ok(files_settled(&w, "FILES  ~ ") && world_shows(&w, " 3 files"),
	   "and opens it where it was, marks and all");
	world_close(&w);
}

/* H and L, as in a browser of pages. */
static void
history(void)
{
	struct world w;
	unsigned bells;

	files_open_at(&w, 24, 80, "Pictures/trip/raw");
	files_settled(&w, "001.raw");
	world_type(&w, "~");
	files_settled(&w, "FILES  ~ ");
	files_settled(&w, "Pictures/");
	world_type(&w, "/pict" ENTER "l");
	ok(files_settled(&w, "FILES  ~/Pictures "), "on to another");
	world_type(&w, "H");
	ok(files_settled(&w, "FILES  ~ "), "H goes back to the folder before");
	world_type(&w, "H");
	ok(files_settled(&w, "FILES  ~/Pictures/trip/raw "), "and to the one before that");
	bells = w.bells;
	world_type(&w, "H");
	ok(w.bells == bells + 1 && world_shows(&w, "trip/raw"), "the first has none before it");
	world_type(&w, "L");
	ok(files_settled(&w, "FILES  ~ "), "L goes forward again");
	world_type(&w, "h");
	files_settled(&w, "home/");
	bells = w.bells;
	world_type(&w, "L");
	ok(w.bells == bells + 1, "until one goes elsewhere");
	world_type(&w, "H");
	ok(files_settled(&w, "FILES  ~ "), "which one can go back from as well");
	world_close(&w);
}

/* By key, by the menu, by the captions, by the option. */
static void
order(void)
{
	struct world w;
	int y, x;

	files_make_folder("sorted");
	files_make_file("sorted/a.zip", 10);
	files_make_file("sorted/b.txt", 3000);
	files_make_file("sorted/c.jpg", 20);
	files_dated(files_in_home("sorted/c.jpg"), MARCH_2 + 60);
	files_open_at(&w, 24, 80, "sorted");
	files_settled(&w, "3 here");
	world_type(&w, "s");
	world_golden(&w, "browser-sort-80x24");
	world_type(&w, "s");
	y = files_row_of(&w, "a.zip");
	ok(files_row_of(&w, "b.txt") < files_row_of(&w, "c.jpg") && files_row_of(&w, "c.jpg") < y,
	   "s and s again: the largest first");
	ok(world_shows(&w, "size↓"), "and its caption says so");
	world_type(&w, "r");
	ok(files_row_of(&w, "a.zip") < files_row_of(&w, "b.txt") && world_shows(&w, "size↑"),
	   "r turns it round");
	ok(world_find(&w, "time", &y, &x), "there is a caption for times");
	world_click(&w, y, x + 1);
	ok(world_shows(&w, "time↓") && files_row_of(&w, "c.jpg") < files_row_of(&w, "a.zip"),
	   "which is clicked: the newest first");
	world_click(&w, y, x + 1);
	ok(world_shows(&w, "time↑") && files_row_of(&w, "a.zip") < files_row_of(&w, "c.jpg"),
	   "and again: the oldest");
	ok(!world_shows(&w, "of 3 match"), "that is no click into the filter");
	world_type(&w, ESC);
	world_type(&w, "/set sort type\r" F3);
	ok(files_settled(&w, "3 here") && world_shows(&w, "type↓") &&
		   files_row_of(&w, "c.jpg") < files_row_of(&w, "b.txt"),
	   "/set sort holds when the browser is opened again");
	world_close(&w);
}

/* ---- places and the basket, over the list ----------------------------------------------------------------------------- */

static void
places(void)
{
	static const char stick[] = "/dev/sdb1 /media/ada/USB\\040STICK vfat rw 0 0\n";
	static char table[600];
	struct world w;
	int y;

	files_make_folder("far");
	files_make_folder("far/away");
	files_make_file("far/away/treasure.map", 7);
	files_write("mounts", stick, sizeof(stick) - 1);
	snprintf(table, sizeof(table), "%s", files_in_home("mounts"));
	places_force_table(table);
	files_open_at(&w, 24, 80, "far/away");
	files_settled(&w, "1 here");
	world_type(&w, "B");
	ok(world_shows(&w, "~/far/away is a bookmark now; b lists them."),
	   "B makes the folder a bookmark");
	world_type(&w, "B");
	ok(world_shows(&w, "~/far/away is a bookmark already."), "once");
	world_type(&w, "~");
	files_settled(&w, "FILES  ~ ");
	world_type(&w, "b");
	world_golden(&w, "browser-places-80x24");
	world_type(&w, "1");
	ok(files_settled(&w, "FILES  ~/far/away ") && files_settled(&w, "treasure.map"),
	   "its number goes there");
	world_type(&w, "b" ENTER);
	ok(files_settled(&w, "FILES  ~ "), "Enter goes to the first: home");
	world_type(&w, "H");
	ok(files_settled(&w, "treasure.map"), "and the history knows of it");
	world_type(&w, "~");
	files_settled(&w, "FILES  ~ ");
	world_click(&w, 1, 22);
	ok(world_shows(&w, "PLACES"), "a click on FILES opens them too");
	y = files_row_of(&w, "~/far/away");
	world_click(&w, y, 30);
	ok(files_settled(&w, "treasure.map"), "and a click on one goes there");
	world_type(&w, "b"
		       "\033[3~");
	ok(world_shows(&w, "Only bookmarks can be taken away."), "home stays");
	world_type(&w, "G"
		       "\033[3~");
	ok(!world_shows(&w, "~/far/away") && world_shows(&w, "B makes the open folder a bookmark."),
	   "Del takes a bookmark away");
	world_type(&w, "a*");
	world_type(&w, ESC);
	ok(world_shows(&w, "FILES  ~/far/away") && world_shows(&w, "Nothing is selected"),
	   "Esc closes them, and nothing below them changed");
	world_click(&w, 1, 30);
	ok(files_settled(&w, "FILES  ~/far "), "a click on the path goes to the parent");
	world_click(&w, 1, 76);
	ok(world_shows(&w, "hidden on"), "and on the end of the line shows hidden files");
	world_close(&w);
	files_open_at(&w, 12, 40, "far");
	files_settled(&w, "1 here");
	world_type(&w, "Bb");
	world_golden(&w, "browser-places-40x12");
	world_close(&w);
}

static void
basket(void)
{
	struct world w;
	int y, x;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_type(&w, DOWN "  " LEFT);
	files_settled(&w, "FILES  ~/Pictures ");
	files_settled(&w, "trip/");
	world_type(&w, "h");
	files_settled(&w, "FILES  ~ ");
	files_settled(&w, "far/");
	world_type(&w, "/far" ENTER " ");
	world_type(&w, ESC);
	ok(files_settled(&w, " 1 folder · 2 files"), "marks of several folders");
	world_type(&w, "e");
	files_settled(&w, "files · 8.0 MB");
	world_golden(&w, "browser-basket-80x24");
	world_type(&w, " ");
	ok(!world_shows(&w, "~/Pictures/trip/beach-01.jpg") && world_shows(&w, "1 folder · 1 file"),
	   "Space takes one out");
	y = files_row_of(&w, "~/far");
	world_click(&w, y, 22);
	ok(!world_shows(&w, "~/far"), "so does a click on its mark");
	world_type(&w, RIGHT);
	ok(files_settled(&w, "FILES  ~/Pictures/trip ") && files_settled(&w, "✓ beach-02.jpg"),
	   "→ goes to where one lies");
	ok(world_find(&w, "beach-02.jpg  ", &y, &x), "with the cursor on it");
	world_click(&w, 22, 40);
	ok(world_shows(&w, "SELECTED") && world_shows(&w, "~/Pictures/trip/beach-02.jpg"),
	   "a click on the basket opens it");
	world_type(&w, ENTER);
	ok(world_shows(&w, "Send 1 file, 3.9 MB, to Boris?"), "Enter sends it");
	world_type(&w, ESC);
	world_type(&w, "x");
	ok(world_shows(&w, "Nothing is selected."), "x empties it");
	world_type(&w, "e");
	ok(world_shows(&w, "FILES"), "e closes it");
	world_close(&w);
}

/* ---- looking into files ------------------------------------------------------------------------------------------------ */

static void
look_files(void)
{
	static const char text[] =
		"# Trip\n\nWe went to the \x1b[31mbeach\xe2\x80\xae.\n\n\tTwo days.\n";

	files_make_folder("look");
	files_make_folder("look/folder");
	files_make_file("look/folder/inside.txt", 3);
	files_dated(files_in_home("look/folder"), MARCH_2);
	files_write("look/diary.md", text, sizeof(text) - 1);
	files_copy("look/quarters.png", "quarters.png");
	files_copy("look/things.zip", "things.zip");
}

/* Beside the list, on wide screens. */
static void
looking_beside(void)
{
	struct world w;

	files_open_at(&w, 40, 120, "look");
	files_settled(&w, "4 here");
	ok(files_settled(&w, "Folder · 1 item") && world_shows(&w, "inside.txt"),
	   "beside the list stands what the folder under the cursor holds");
	world_type(&w, DOWN);
	files_settled(&w, "Text · ");
	files_settled(&w, "1 item     2 Mar");
	ok(world_shows(&w, "We went to the ‹U+001B›[31mbe"), "of a text its lines, made safe");
	world_golden(&w, "browser-look-120x40");
	world_type(&w, DOWN);
#ifdef HAVE_LIBPNG
	ok(files_settled(&w, "PNG image · 64 × 48") && files_settled(&w, "▀▀▀▀▀▀▀▀"),
	   "of an image its pixels");
	world_golden(&w, "browser-image-120x40");
#endif
	world_type(&w, DOWN);
#ifdef HAVE_LIBARCHIVE
	ok(files_settled(&w, "ZIP archive · 3 entries") &&
		   world_shows(&w, "report/first.txt  1.2 kB"),
	   "of an archive its list");
#endif
	world_type(&w, ESC);
	ok(world_shows(&w, "Safety number"), "without the browser it is the peer's column again");
	world_type(&w, "/set preview off\r" F3);
	ok(world_shows(&w, "Safety number"), "/set preview off leaves it so");
	world_close(&w);
}

/* In place of the list. */
static void
looking_into(void)
{
	struct world w;
	int y;

	files_open_at(&w, 24, 80, "look");
	files_settled(&w, "4 here");
	world_type(&w, DOWN "P");
	files_settled(&w, "Text · ");
	ok(!world_shows(&w, "quarters.png"), "P shows the file in place of the list");
	world_golden(&w, "browser-look-80x24");
	world_type(&w, DOWN);
	ok(files_settled(&w, "PNG image · 64 × 48"), "the arrows go to the next file");
	world_type(&w, " ");
	ok(world_shows(&w, " 1 file · 129 B   ") && files_settled(&w, "ZIP archive"),
	   "Space marks it, and goes on");
	world_type(&w, ESC);
	ok(world_shows(&w, "✓ quarters.png"), "Esc is the way back to the list");
	world_type(&w, "PP");
	ok(world_shows(&w, "✓ quarters.png"), "so is P");
	y = files_row_of(&w, "diary.md");
	world_mouse(&w, 0, y, 30, false);
	world_mouse(&w, 0, y, 30, true);
	world_mouse(&w, 0, y, 30, false);
	world_mouse(&w, 0, y, 30, true);
	ok(files_settled(&w, "Text · ") && !world_shows(&w, "things.zip"),
	   "a double click looks into a file");
	world_type(&w, "h");
	ok(world_shows(&w, "✓ quarters.png") && world_shows(&w, "~/look "),
	   "h goes back to the list");
	world_close(&w);
	files_open_at(&w, 12, 40, "look");
	files_settled(&w, "4 here");
	world_type(&w, DOWN DOWN "P");
	files_settled(&w, "PNG image · 64 × 48");
#ifdef HAVE_LIBPNG
	files_settled(&w, "▀▀▀▀▀▀");
	world_golden(&w, "browser-image-40x12");
#endif
	world_close(&w);
}

/* More than fits. */
static void
looking_far(void)
{
	static char lines[6000];
	struct world w;

	for (int i = 0; i < 100; i++)
		snprintf(lines + strlen(lines), sizeof(lines) - strlen(lines),
			 "line %02d of many\n", i);
	files_make_folder("long");
	files_write("long/text", lines, strlen(lines));
	files_open_at(&w, 24, 80, "long");
	files_settled(&w, "1 here");
	world_type(&w, "P");
	files_settled(&w, "line 00");
	world_type(&w, "J");
	ok(world_shows(&w, "line 05") && !world_shows(&w, "line 04"),
	   "J scrolls what is looked into");
	world_type(&w, "K");
	ok(world_shows(&w, "line 00"), "K back");
	world_type(&w, "\033[6~\033[6~\033[6~\033[6~\033[6~\033[6~\033[6~\033[6~");
	ok(world_shows(&w, "line 99") && !world_shows(&w, "line 50"),
	   "PgDn to the end, not beyond");
	world_mouse(&w, 64, 10, 40, false);
	ok(!world_shows(&w, "line 99"), "the wheel as well");
	world_close(&w);
}

/* ---- sending ---------------------------------------------------------------------------------------------------------- */

static void
sending(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_type(&w, DOWN "  " ENTER);
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Boris?"),
	   "Enter asks, with names, count and size");
	world_pictures(&w, "browser-send-80x24");
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "nothing is sent without an answer");
	world_type(&w, ESC);
	ok(world_last(&w, MSG_CMD_SEND) == NULL && world_shows(&w, " 2 files"),
	   "Esc sends nothing and keeps the marks");
	world_type(&w, ENTER ENTER);
	is_str(files_sent_path(&w, 0), files_in_home("Pictures/trip/beach-01.jpg"),
	       "Enter again sends the first");
	is_str(files_sent_path(&w, 1), files_in_home("Pictures/trip/beach-02.jpg"),
	       "and the second");
	is_str(files_sent_path(&w, 2), "", "and no more");
	ok(world_shows(&w, "Offered to Boris. F4 shows how it goes."), "and says so");
	world_type(&w, UP);
	ok(world_shows(&w, "Nothing is selected"), "what was sent leaves the basket");
	world_forget_sent(&w);
	world_type(&w, "g t");
	ok(world_shows(&w, "DROP ON A PEER"), "t asks for another peer in the list of peers");
	ok(world_shows(&w, "Send 1 folder"), "and says what is carried");
	world_type(&w, ESC);
	ok(world_shows(&w, "FILES") && world_shows(&w, "PEERS") && world_shows(&w, "1 folder"),
	   "Esc puts it down, marks as before");
	world_type(&w, "t" DOWN DOWN DOWN ENTER);
	ok(world_shows(&w, "Emeka is offline: this waits until online."),
	   "an offline peer waits until online");
	world_pictures(&w, "browser-offline-80x24");
	world_type(&w, ENTER);
	is_str(files_sent_path(&w, 0), files_in_home("Pictures/trip/raw"),
	       "a folder goes as one path");
	world_forget_sent(&w);
	world_type(&w, "t" DOWN DOWN ENTER);
	ok(world_shows(&w, "Is this really Dana?"), "a changed key opens the verify screen");
	world_type(&w, ENTER);
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "and nothing is sent");
	world_close(&w);
}

/* The same trees are not sent twice. */
static void
covered(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip/raw");
	files_settled(&w, "001.raw");
	world_type(&w, "  " LEFT);
	files_trip(&w);
	world_type(&w, " ");
	ok(files_settled(&w, " 1 folder · 2.1 kB"), "a folder with its contents counted");
	world_type(&w, ENTER ENTER);
	is_str(files_sent_path(&w, 0), files_in_home("Pictures/trip/raw"),
	       "what lies in a marked folder goes with it");
	is_str(files_sent_path(&w, 1), "", "and only with it");
	world_type(&w, UP);
	ok(world_shows(&w, "Nothing is selected"), "and leaves the basket with it");
	world_close(&w);
}

/* F3 the first time: the current folder. */
static void
first_time(void)
{
	struct world w;

	world_open(&w, 24, 80, "Ada", false);
	files_peers(&w);
	if (chdir(files_in_home("Pictures")) != 0)
		diag("cannot go there");
	world_type(&w, F3);
	ok(files_settled(&w, "FILES  ~/Pictures ") && files_settled(&w, "trip/"),
	   "it opens in the current folder");
	world_close(&w);
	files_make_folder("gone");
	if (chdir(files_in_home("gone")) != 0 || rmdir(files_in_home("gone")) != 0)
		diag("cannot take it away");
	world_open(&w, 24, 80, "Ada", false);
	files_peers(&w);
	world_type(&w, F3);
	ok(files_settled(&w, "FILES  ~ ") && files_settled(&w, "Pictures/"),
	   "or at home when that cannot be read");
	world_close(&w);
}

int
main(void)
{
	files_begin();
	screens();
	small_screens();
	odd_screen();
	words();
	keys();
	filter();
	folders();
	history();
	order();
	places();
	basket();
	look_files();
	looking_beside();
	looking_into();
	looking_far();
	sending();
	covered();
	first_time();
	return done_testing();
}
