/* files_help.c - folders made for a test, and a front end that looks at them. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/front.h"
#include "ui/pane.h"

static char files_home[256];

/* ---- folders ---------------------------------------------------------------------------------------------------------- */

void
files_dated(const char *path, time_t when)
{
	struct timespec times[2] = {{when, 0}, {when, 0}};

	if (utimensat(AT_FDCWD, path, times, 0) != 0)
		diag("no date for %s", path);
}

char *
files_in_home(const char *name)
{
	static char path[4][512];
	static size_t next;
	char *out = path[next++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", files_home, name);
	return out;
}

void
files_make_file(const char *name, off_t size)
{
	const char *path = files_in_home(name);
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || ftruncate(fd, size) != 0)
		diag("cannot make %s", path);
	if (fd >= 0)
		close(fd);
	files_dated(path, MARCH_2);
}

void
files_write(const char *name, const void *bytes, size_t len)
{
	const char *path = files_in_home(name);
	FILE *out = fopen(path, "wb");

	if (out == NULL || fwrite(bytes, 1, len, out) != len || fclose(out) != 0)
		diag("cannot write %s", path);
	files_dated(path, MARCH_2);
}

void
files_copy(const char *name, const char *preview)
{
	char *path = test_source("tests/previews/%s", preview), bytes[4096];
	FILE *in = fopen(path, "rb");
	size_t n = 0;

	if (in != NULL) {
		n = fread(bytes, 1, sizeof(bytes), in);
		fclose(in);
	}
	files_write(name, bytes, n);
	free(path);
}

void
files_make_folder(const char *name)
{
	if (mkdir(files_in_home(name), 0755) != 0)
		diag("cannot make %s", name);
}

/* Ada's trip as screens.md draws it: 214 entries, nine of which match "beach". */
void
files_make_trip(void)
{
	char name[64];

	files_make_folder("Pictures");
	files_make_folder("Pictures/trip");
	files_make_folder("Pictures/trip/raw");
	for (int i = 0; i < 214; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/raw/%03d.raw", i);
		files_make_file(name, 10);
	}
	files_make_file("Pictures/trip/beach-01.jpg", 4100000);
	files_make_file("Pictures/trip/beach-02.jpg", 3900000);
	files_make_file("Pictures/trip/beach-03.jpg", 3200000);
	files_make_file("Pictures/trip/beach\xe2\x80\xaegpj.exe", 1000000);
	for (int i = 5; i < 10; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/beach.%d", i);
		files_make_file(name, 2000000);
	}
	for (int i = 0; i < 204; i++) {
		snprintf(name, sizeof(name), "Pictures/trip/img-%03d.jpg", i);
		files_make_file(name, 1000);
	}
	files_dated(files_in_home("Pictures/trip/raw"), MARCH_2);
}

/* ---- the world -------------------------------------------------------------------------------------------------------- */

/* Lets the reading threads tell, until the screen shows the text or ten seconds have passed. */
bool
files_settled(struct world *w, const char *text)
{
	/* What is drawn in another language never shows the English words: a moment is enough there. */
	uint64_t until = util_mono_ms() + (getenv("P2P_TUI_PICTURES_IN") != NULL ? 300 : 10000);

	while (util_mono_ms() < until) {
		int fds[PANE_COUNT];
		struct pollfd p[PANE_COUNT];
		size_t n = front_fds(w->front, fds);
		char *screen = world_screen(w);
		bool there = strstr(screen, text) != NULL;

		free(screen);
		if (there)
			return true;
		for (size_t i = 0; i < n; i++)
			p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
		if (poll(p, (nfds_t)n, 20) <= 0)
			continue;
		for (size_t i = 0; i < n; i++)
			if (p[i].revents & POLLIN)
				front_ready(w->front, fds[i]);
	}
	return world_shows(w, text);
}

void
files_trip(struct world *w)
{
	files_settled(w, "214 here");
	/* In the list, where room is before it, and not in the preview of the same folder. */
	files_settled(w, "  214 items");
}

void
files_peers(struct world *w)
{
	static const char *const names[] = {"Boris", "Chidi", "Dana", "Emeka", "Fatou"};

	world_self(w, "Ada", DOOR_LAN);
	for (unsigned i = 0; i < NELEM(names); i++) {
		struct msg *ev = world_contact(i + 1, names[i]);

		ev->b.contact.link = i < 3 ? LINK_ONLINE : LINK_OFFLINE;
		ev->b.contact.trust = i == 2 ? TRUST_CHANGED : TRUST_PINNED;
		ev->b.contact.last_seen = w->wall - 90000000;
		world_event(w, ev);
	}
	world_ready(w);
}

void
files_open_at(struct world *w, int h, int width, const char *folder)
{
	char line[600];

	world_open(w, h, width, "Ada", false);
	files_peers(w);
	snprintf(line, sizeof(line), "/files '%s/%s'\r", files_home, folder);
	world_type(w, line);
}

/* A drag with the left button: press, motion, release are told apart. */
void
files_press(struct world *w, int y, int x)
{
	world_mouse(w, 0, y, x, false);
}

void
files_drag_to(struct world *w, int y, int x)
{
	world_mouse(w, 32, y, x, false);
}

void
files_release(struct world *w, int y, int x)
{
	world_mouse(w, 0, y, x, true);
}

/* The row of the screen on which a text stands; -1 for none. */
int
files_row_of(struct world *w, const char *text)
{
	int y, x;

	free(world_screen(w));
	return world_find(w, text, &y, &x) ? y : -1;
}

const char *
files_sent_path(struct world *w, size_t i)
{
	const struct msg *m = world_last(w, MSG_CMD_SEND);

	return m != NULL ? msg_string(m, i) : "(nothing sent)";
}

void
files_begin(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	snprintf(files_home, sizeof(files_home), "%s/home", test_tmpdir());
	if (mkdir(files_home, 0755) != 0)
		diag("no home");
	setenv("HOME", files_home, 1);
	umask(022);
	files_make_trip();
}
