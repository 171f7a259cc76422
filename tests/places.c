/* places.c - mounted media out of the kernel's table, and the file of bookmarks. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"
#include "ui/places.h"

static int complaints;

static void
complain(void *arg, const char *sentence)
{
	(void)arg;
	diag("%s", sentence);
	complaints++;
}

static void
media(void)
{
	static const char table[] = "/dev/sda1 / ext4 rw 0 0\n"
				    "/dev/sdb1 /media/ada/USB\\040STICK vfat rw 0 0\n"
				    "/dev/sdc1 /run/media/ada/disk ext4 rw 0 0\n"
				    "/dev/sdc1 /run/media/ada/disk ext4 rw 0 0\n"
				    "nas:/x /mnt/nas nfs rw 0 0\n"
				    "proc /proc proc rw 0 0\n"
				    "/dev/sdd1 /mediaplayer ext4 rw 0 0\n"
				    "/dev/sde1 /media/ ext4 rw 0 0\n"
				    "/dev/sdf1 /media/a\\000b ext4 rw 0 0\n"
				    "/dev/sdg1 relative ext4 rw 0 0\n"
				    "nothing\n"
				    "/dev/sdh1 /mnt/last";
	struct places p = {0};

	places_mounts(&p, table, sizeof(table) - 1);
	is_int(p.n, 3, "media are what is mounted where media are, each once");
	is_str(p.at[0].path, "/media/ada/USB STICK", "a blank in a name is one");
	is_str(p.at[0].name, "USB STICK", "they are called by their last part");
	is_str(p.at[2].path, "/mnt/nas", "the last one");
	ok(p.at[2].kind == PLACE_MEDIA, "as media");
	places_clear(&p);
	ok(p.n == 0, "cleared");
}

static void
bookmarks(void)
{
	static const char file[] =
		"# mine\n/tmp/one\n  ~/two  \r\n\nrelative\n/tmp/one\n~other/x\n/last";
	struct places p = {0};
	char *edited, long_line[5000];
	size_t len;

	setenv("HOME", "/home/ada", 1);
	complaints = 0;
	places_parse(&p, file, sizeof(file) - 1, complain, NULL);
	is_int(p.n, 3, "whole paths are bookmarks, each once");
	is_str(p.at[1].path, "/home/ada/two", "~ is home");
	is_str(p.at[2].name, "last", "the last line needs no end");
	is_int(complaints, 2, "what is none is told");
	places_clear(&p);
	complaints = 0;
	places_parse(&p, "/nul\0byte\n", 10, complain, NULL);
	memset(long_line, 'x', sizeof(long_line));
	long_line[0] = '/';
	places_parse(&p, long_line, sizeof(long_line), complain, NULL);
	ok(p.n == 0 && complaints == 2, "neither NUL nor endless paths");
	for (int i = 0; i < 300; i++) {
		char line[32];

		snprintf(line, sizeof(line), "/folder/%d\n", i);
		places_parse(&p, line, strlen(line), complain, NULL);
	}
	is_int(p.n, PLACES_MAX, "not more than a list can hold");
	places_clear(&p);
	edited = places_edit(file, sizeof(file) - 1, "/new one", true, &len);
	ok(len == sizeof(file) - 1 + 10 && memcmp(edited, file, sizeof(file) - 1) == 0 &&
		   memcmp(edited + sizeof(file) - 1, "\n/new one\n", 10) == 0,
	   "a new one stands at the end, all else as it was");
	free(edited);
	edited = places_edit(file, sizeof(file) - 1, "/home/ada/two", true, &len);
	ok(len == sizeof(file) - 1, "one that is there is not written again");
	free(edited);
	edited = places_edit(file, sizeof(file) - 1, "/tmp/one", false, &len);
	ok(len == sizeof(file) - 1 - 18 && memcmp(edited, "# mine\n  ~/two", 14) == 0,
	   "one that goes takes each of its lines along, and no other");
	free(edited);
}

/* Blanks at the end of a line are none of a path's; a folder whose name ends in one is found again all the same. */
static void
blank_ends(void)
{
	static const char *const odd[] = {"/tmp/blank ", "/tmp/tab\t"};

	for (size_t i = 0; i < NELEM(odd); i++) {
		struct places p = {0};
		size_t len, again;
		char *file = places_edit("", 0, odd[i], true, &len), *same;

		places_parse(&p, file, len, complain, NULL);
		ok(p.n == 1 && strcmp(p.at[0].path, odd[i]) == 0,
		   "a blank at the end is read again");
		same = places_edit(file, len, odd[i], true, &again);
		is_int(again, len, "it is not written twice");
		free(same);
		same = places_edit(file, len, odd[i], false, &again);
		is_int(again, 0, "and goes when it is taken away");
		free(same);
		free(file);
		places_clear(&p);
	}
}

static void
on_disk(void)
{
	char config[512], err[512] = "";
	struct places p = {0};

	snprintf(config, sizeof(config), "%s/config", test_tmpdir());
	complaints = 0;
	places_load(&p, config, complain, NULL);
	ok(p.n == 0 && complaints == 0, "no file is no error");
	ok(places_save(config, "/a", true, err, sizeof(err)) &&
		   places_save(config, "/b c", true, err, sizeof(err)) &&
		   places_save(config, "/a", false, err, sizeof(err)),
	   "two added, one removed");
	places_load(&p, config, complain, NULL);
	ok(p.n == 1 && strcmp(p.at[0].path, "/b c") == 0, "one is left");
	ok(!places_save(config, "/line\nbreak", true, err, sizeof(err)) && err[0] != '\0',
	   "a line break is refused with a sentence");
	places_clear(&p);
	ok(places_save(NULL, "/a", true, err, sizeof(err)), "without a home nothing is saved");
	setenv("HOME", "/home/ada", 1);
	places_add(&p, PLACE_BOOKMARK, NULL, "/x");
	{
		struct places all = {0};

		places_all(&all, "~/in", &p);
		ok(all.n >= 3 && all.at[0].kind == PLACE_HOME &&
			   strcmp(all.at[0].path, "/home/ada") == 0 &&
			   strcmp(all.at[1].path, "/home/ada/in") == 0 &&
			   strcmp(all.at[all.n - 1].path, "/x") == 0,
		   "home, downloads as they are set, and bookmarks at the end");
		places_clear(&all);
	}
	places_clear(&p);
}

/* As many as there can be: the next one is refused before it is written. */
static void
full(void)
{
	static char config[600];
	char file[PLACES_MAX * 12] = "";
	struct places p = {0};
	struct world w;

	for (int i = 0; i < PLACES_MAX; i++)
		snprintf(file + strlen(file), sizeof(file) - strlen(file), "/f/%d\n", i);
	files_begin();
	files_make_folder("conf");
	files_write("conf/bookmarks", file, strlen(file));
	snprintf(config, sizeof(config), "%s", files_in_home("conf/config"));
	world_config_path = config;
	files_open_at(&w, 24, 80, "conf");
	files_settled(&w, "1 here");
	world_type(&w, "B");
	ok(world_shows(&w, "There are 200 bookmarks, and there can be no more."),
	   "a bookmark too many says so");
	world_close(&w);
	world_config_path = NULL;
	places_save(config, "/f/7", false, file, sizeof(file));
	places_load(&p, config, NULL, NULL);
	is_int(p.n, PLACES_MAX - 1, "and is not in the file either");
	places_clear(&p);
}

int
main(void)
{
	media();
	bookmarks();
	blank_ends();
	on_disk();
	full();
	return done_testing();
}
