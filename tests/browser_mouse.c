/* browser_mouse.c - the file browser on a pretended terminal, by mouse: marks, carries, scrolling, drops from the desktop. */
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

/* ---- mouse ------------------------------------------------------------------------------------------------------------ */

static void
mouse(void)
{
	struct world w;
	int y;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	y = files_row_of(&w, "beach-01.jpg");
	world_click(&w, y, 30);
	ok(world_shows(&w, "Nothing is selected"), "a click on a name marks nothing");
	world_type(&w, " ");
	ok(world_shows(&w, "✓ beach-01.jpg"), "but the cursor is there");
	world_click(&w, y + 1, 24);
	ok(world_shows(&w, "✓ beach-02.jpg"), "a click on the mark column marks");
	world_click(&w, y, 24);
	ok(world_shows(&w, " 1 file · 3.9 MB"), "or unmarks");
	world_click(&w, 22, 75);
	ok(world_shows(&w, "Nothing is selected"), "x clears, clicked");
	files_press(&w, y, 30);
	files_drag_to(&w, y, 34);
	ok(files_row_of(&w, "█") < 0, "a hand that trembles paints nothing");
	files_drag_to(&w, y + 2, 34);
	ok(world_shows(&w, "█ ✓ beach-03.jpg") && world_shows(&w, " 3 files"),
	   "a drag paints marks");
	files_drag_to(&w, y + 1, 34);
	ok(world_shows(&w, " 2 files · 8.0 MB"), "and takes them back");
	world_type(&w, ESC);
	ok(world_shows(&w, "Nothing is selected"), "Esc: marks as before");
	files_release(&w, y + 1, 34);
	ok(world_shows(&w, "Nothing is selected"), "the release that follows is nobody's");
	files_press(&w, y, 30);
	files_drag_to(&w, y + 3, 30);
	files_release(&w, y + 3, 30);
	ok(world_shows(&w, " 4 files") && files_row_of(&w, "█") < 0, "released, they stay");
	files_press(&w, y + 1, 30);
	files_drag_to(&w, y + 2, 30);
	ok(world_shows(&w, " 2 files"), "the first row decides: unmark");
	files_drag_to(&w, 22, 30);
	files_release(&w, 22, 30);
	ok(world_shows(&w, " 4 files"), "unpainting counts only when released inside the list");
	files_press(&w, y + 1, 30);
	files_drag_to(&w, y + 2, 30);
	world_mouse(&w, 2, y, 30, false);
	ok(world_shows(&w, " 4 files"), "the right button: marks as before");
	files_press(&w, y + 1, 30);
	files_drag_to(&w, y + 2, 30);
	world_type(&w, "\033[O");
	ok(world_shows(&w, " 4 files"), "so does a terminal that lost the focus");
	files_press(&w, y + 1, 30);
	files_drag_to(&w, y + 2, 30);
	files_release(&w, y + 2, 30);
	ok(world_shows(&w, " 2 files"), "unpainting inside the list counts");
	world_close(&w);
}

static void
carry(void)
{
	struct world w;
	int y, boris, emeka;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	y = files_row_of(&w, "beach-01.jpg");
	boris = files_row_of(&w, "Boris");
	emeka = files_row_of(&w, "Emeka");
	files_press(&w, y, 30);
	files_drag_to(&w, y + 1, 30);
	files_drag_to(&w, boris, 5);
	ok(world_shows(&w, "◀ drop") && world_shows(&w, "⠿ 2 files 8.0 MB"),
	   "over a peer the marks are carried");
	files_drag_to(&w, emeka, 5);
	ok(world_shows(&w, "◀ wait"), "an offline peer says so");
	files_drag_to(&w, 20, 5);
	ok(files_row_of(&w, "◀") < 0 && world_shows(&w, "⠿ 2 files"),
	   "beside the peers nothing is lit");
	files_drag_to(&w, y + 5, 40);
	ok(world_shows(&w, "⠿ 2 files"), "back over the list it stays a carry");
	files_release(&w, y + 5, 40);
	ok(world_shows(&w, "Nothing is selected") && world_shows(&w, "PEERS"),
	   "released elsewhere: marks as before");
	world_click(&w, y, 24);
	/* From a marked row: what is marked is carried, painted or not. */
	files_press(&w, y, 30);
	files_drag_to(&w, boris, 5);
	ok(world_shows(&w, "⠿ 1 file 4.1 MB"), "marks are carried from a marked row");
	files_release(&w, boris, 5);
	ok(world_shows(&w, "Send 1 file, 4.1 MB, to Boris?"), "released on a peer: one question");
	world_type(&w, ESC);
	ok(world_shows(&w, " 1 file · 4.1 MB"), "Esc: marks as before");
	/* Motion may be skipped altogether. */
	files_press(&w, y + 1, 30);
	files_release(&w, emeka, 5);
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Emeka?"),
	   "a release on a peer without motion drops, too");
	world_type(&w, "y");
	is_str(files_sent_path(&w, 1), files_in_home("Pictures/trip/beach-02.jpg"), "y sends");
	world_type(&w, "g");
	ok(world_shows(&w, "Nothing is selected"), "and the basket is empty");
	files_press(&w, y, 30);
	files_drag_to(&w, boris, 5);
	world_type(&w, ESC);
	ok(world_shows(&w, "PEERS") && world_shows(&w, "Nothing is selected"), "Esc ends a carry");
	files_release(&w, boris, 5);
	ok(files_row_of(&w, "Send 1") < 0, "and its release drops nothing");
	world_close(&w);
}

static void
changed_key(void)
{
	struct world w;
	int y;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	y = files_row_of(&w, "beach-01.jpg");
	files_press(&w, y, 30);
	files_drag_to(&w, files_row_of(&w, "Dana"), 5);
	ok(world_shows(&w, "⚠ key"), "over a changed key the row warns");
	files_release(&w, files_row_of(&w, "Dana"), 5);
	ok(world_shows(&w, "Is this really Dana?"), "a drop on a changed key opens verify");
	world_type(&w, ENTER);
	ok(world_last(&w, MSG_CMD_SEND) == NULL, "and nothing is sent");
	world_close(&w);
}

/* More peers than rows: Peer 06 to Peer 30 after those of files_peers(). */
static void
many_peers(struct world *w)
{
	char name[16];

	for (unsigned i = 6; i <= 30; i++) {
		struct msg *ev;

		snprintf(name, sizeof(name), "Peer %02u", i);
		ev = world_contact(i, name);
		/* world_key() has fewer. */
		ev->b.contact.peer.b[1] = (unsigned char)(100 + i);
		ev->b.contact.link = LINK_ONLINE;
		ev->b.contact.trust = TRUST_PINNED;
		world_event(w, ev);
	}
}

/* A peer below the fold: the wheel brings it into view in a carry, and so does resting at the edge. */
static void
below_the_fold(void)
{
	struct world w;
	int y, at, bottom = -1;

	files_open_at(&w, 24, 80, "Pictures/trip");
	many_peers(&w);
	files_trip(&w);
	y = files_row_of(&w, "beach-01.jpg");
	ok(files_row_of(&w, "Peer 30") < 0, "thirty peers are more than there is room for");
	files_press(&w, y, 30);
	files_drag_to(&w, 6, 5);
	for (int i = 0; i < 30; i++)
		world_mouse(&w, 65, 6, 5, false);
	at = files_row_of(&w, "Peer 30");
	ok(at > 0 && files_row_of(&w, "beach-01.jpg") == y,
	   "in a carry the wheel scrolls what is under the pointer");
	files_drag_to(&w, at, 5);
	ok(world_shows(&w, "◀ drop"), "a peer scrolled into view is a target");
	files_release(&w, at, 5);
	ok(world_shows(&w, "to Peer 30?"), "and the drop is for that peer");
	world_type(&w, ESC);
	for (int i = 0; i < 30; i++)
		world_mouse(&w, 64, 6, 5, false);
	ok(files_row_of(&w, "Peer 30") < 0, "the wheel goes back up");
	for (int i = 0; i < 24; i++)
		if (peerlist_at(w.front, i, 5) != NULL)
			bottom = i;
	files_press(&w, y, 30);
	files_drag_to(&w, bottom, 5);
	is_int(front_timeout(w.front), 50, "resting on the last row of the peers runs the timer");
	for (int i = 0; i < 40; i++)
		world_wait(&w, 50);
	at = files_row_of(&w, "Peer 30");
	ok(at > 0, "and the peers scroll without any motion");
	ok(front_timeout(w.front) > 50, "to their end, where the timer ends");
	files_release(&w, at, 5);
	ok(world_shows(&w, "to Peer 30?"), "the drop is for the peer now there");
	world_close(&w);
}

/* Without the focus: the wheel over the peers, and the open chat that is brought into view. */
static void
peers_wheel(void)
{
	struct world w;
	int first;

	world_open(&w, 24, 80, "Ada", false);
	files_peers(&w);
	many_peers(&w);
	first = files_row_of(&w, "Chidi");
	for (int i = 0; i < 6; i++)
		world_mouse(&w, 65, 6, 5, false);
	ok(first > 0 && files_row_of(&w, "Chidi") < 0, "the wheel scrolls peers without the focus");
	for (int i = 0; i < 60; i++)
		world_mouse(&w, 65, 6, 5, false);
	world_mouse(&w, 64, 6, 5, false);
	ok(files_row_of(&w, "+ add peer") < 0, "no notch is lost beyond the end");
	for (int i = 0; i < 60; i++)
		world_mouse(&w, 64, 6, 5, false);
	is_int(files_row_of(&w, "Chidi"), first, "and back");
	world_type(&w, "/chat Peer 30\r");
	ok(world_shows(&w, "▌● Peer 30"), "the chat that opens comes into view among the peers");
	world_type(&w, "/chat 1\r");
	ok(world_shows(&w, "▌● Boris"), "above, too");
	world_close(&w);
}

/* One pane: the peers come up at the left edge. */
static void
one_pane(int h, int width)
{
	struct world w;
	int y, boris;

	files_open_at(&w, h, width, "Pictures/trip");
	files_trip(&w);
	y = files_row_of(&w, "beach-01.jpg");
	ok(y > 0 && files_row_of(&w, "Emeka") < 0, "%dx%d: no peers beside the files", width, h);
	files_press(&w, y, 0);
	files_drag_to(&w, y + 1, 0);
	ok(files_row_of(&w, "Emeka") < 0 && files_row_of(&w, "█") >= 0,
	   "painting down the column of marks brings none up");
	world_type(&w, ESC);
	files_press(&w, y, 12);
	files_drag_to(&w, y, 4);
	ok(files_row_of(&w, "Emeka") < 0, "nor does a drag towards the edge");
	files_drag_to(&w, y, 0);
	boris = files_row_of(&w, "Boris");
	ok(boris > 0 && world_shows(&w, "DROP ON A PEER"), "carried to the edge: there they are");
	files_drag_to(&w, boris, 4);
	ok(world_shows(&w, "◀ drop"), "and the target lights up");
	world_type(&w, ESC);
	ok(files_row_of(&w, "Emeka") < 0 && files_row_of(&w, "beach-01.jpg") == y,
	   "Esc: the files again");
	files_press(&w, y, 12);
	files_drag_to(&w, y, 0);
	files_release(&w, boris, 4);
	ok(world_shows(&w, "Send 1 file"), "released on a peer: one question");
	world_type(&w, "y");
	is_str(files_sent_path(&w, 0), files_in_home("Pictures/trip/beach-01.jpg"), "y sends");
	world_close(&w);
}

/* The pointer rests below the list: it scrolls a row each 50 ms. */
static void
edge(void)
{
	struct world w;
	int y;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	y = files_row_of(&w, "img-006.jpg");
	files_press(&w, y, 30);
	files_drag_to(&w, 22, 30);
	ok(world_shows(&w, "█ ✓ img-007.jpg"), "below the list the last row is painted");
	is_int(front_timeout(w.front), 50, "and a timer runs");
	world_wait(&w, 50);
	ok(world_shows(&w, "█ ✓ img-008.jpg"), "a row more each time");
	world_wait(&w, 50);
	world_wait(&w, 50);
	ok(world_shows(&w, "█ ✓ img-010.jpg"), "without any motion");
	files_release(&w, 22, 30);
	ok(world_shows(&w, " 5 files"), "released there the marks stay");
	ok(front_timeout(w.front) > 50, "and the timer ends");
	world_close(&w);
}

static void
wheel(void)
{
	struct world w;

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	world_mouse(&w, 65, 10, 40, false);
	ok(files_row_of(&w, "beach-02.jpg") < 0 && files_row_of(&w, "beach-03.jpg") == 3,
	   "the wheel scrolls three rows");
	world_mouse(&w, 64, 10, 40, false);
	is_int(files_row_of(&w, "beach-01.jpg"), 4, "and back");
	world_type(&w, "g");
	world_mouse(&w, 0, 3, 40, false);
	world_mouse(&w, 0, 3, 40, true);
	world_mouse(&w, 0, 3, 40, false);
	world_mouse(&w, 0, 3, 40, true);
	ok(files_settled(&w, "001.raw"), "a double click enters the folder");
	world_close(&w);
}

/* A file dropped from the desktop is a paste of its path. */
static void
dropped(void)
{
	struct world w;
	char text[1200];

	files_open_at(&w, 24, 80, "Pictures/trip");
	files_trip(&w);
	snprintf(text, sizeof(text), "'%s' %s ", files_in_home("Pictures/trip/beach-01.jpg"),
		 files_in_home("Pictures/trip/beach-02.jpg"));
	world_paste(&w, text, strlen(text));
	ok(world_shows(&w, "Send 2 files, 8.0 MB, to Boris?"), "paths that exist are asked about");
	world_type(&w, ENTER);
	is_str(files_sent_path(&w, 1), files_in_home("Pictures/trip/beach-02.jpg"), "and sent");
	world_close(&w);
}

int
main(void)
{
	files_begin();
	mouse();
	carry();
	changed_key();
	below_the_fold();
	peers_wheel();
	one_pane(12, 40);
	one_pane(14, 50);
	edge();
	wheel();
	dropped();
	return done_testing();
}
