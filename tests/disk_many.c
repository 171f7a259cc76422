/* disk_many.c - 100,000 files in a tree 200 folders deep, broken off and damaged in between: all of them arrive, and few go again. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "tests/disk_try.h"
#include "tests/need.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define FILES	100000
#define FOLDERS 100
#define DEPTH	200
#define SIZE	24
#define EACH	(32 + 16 + SIZE + 13) /* bytes of frames for each: FILE, DATA, END */

/* The files of a folder are links to one: made quickly, and each is a file to who reads them. */
static bool
fill(const char *folder, unsigned n, uint64_t seed)
{
	char *one = pair_path("%s/file 0", folder), name[32];
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd != -1;

	pair_write(one, SIZE, seed);
	for (unsigned i = 1; good && i < n; i++) {
		snprintf(name, sizeof(name), "file %u", i);
		good = linkat(AT_FDCWD, one, fd, name, 0) == 0;
	}
	close(fd);
	return good;
}

static bool
plant(const char *top)
{
	bool good = mkdir(top, 0755) == 0;
	int fd, next;

	for (unsigned i = 0; good && i < FOLDERS; i++) {
		char *folder = pair_path("%s/%u", top, i);

		good = mkdir(folder, 0755) == 0 && fill(folder, FILES / FOLDERS - (i == 0), i + 1);
	}
	fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 1; good && i < DEPTH; i++) {
		good = mkdirat(fd, "deep", 0755) == 0;
		next = openat(fd, "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	good = good && linkat(AT_FDCWD, pair_path("%s/0/file 0", top), fd, "at the bottom", 0) == 0;
	close(fd);
	return good;
}

static char *
part(const char *to, unsigned entry)
{
	return pair_path("%s/.p2p-tui-part/%032d/f%x", to, 0, entry);
}

int
main(void)
{
	char *dir, *top, *to;
	uint64_t first, all = (uint64_t)FILES * EACH;
	struct try y;

	need_full("scenario");
	/* So many files are made quickly only where there is no disk. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	dir = pair_fresh("many");
	top = pair_path("%s/tree", dir);
	to = pair_path("%s/to", dir);
	ok(plant(top), "%d files, one of them %d folders deep", FILES, DEPTH);
	try_open(&y);
	try_scan(&y, top);
	is_int(y.count, FILES + FOLDERS + DEPTH, "all of them are in the list");
	ok(try_prepare(&y, to, 0) == 0 && !try_stream(&y, all / 2), "it is broken off");
	first = y.wire;
	try_close(&y);
	ok(unlink(part(to, 1000)) == 0 && truncate(part(to, 5000), 3) == 0,
	   "two parts are damaged");
	try_open(&y);
	try_scan(&y, top);
	ok(try_prepare(&y, to, DISK_RESUME) == 0 && try_stream(&y, UINT64_MAX), "it goes on");
	ok(first + y.wire >= all && first + y.wire < all + 4096,
	   "what was there stays: %llu bytes went, and then %llu", (unsigned long long)first,
	   (unsigned long long)y.wire);
	ok(try_finish(&y) == 0 && y.lost == 0, "all get their names");
	ok(pair_same(top, y.place), "and all is as it was");
	try_close(&y);
	return done_testing();
}
