/* file.c - small files: read whole, replaced whole. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "tests/tap.h"

static const char *
in_tmp(const char *name)
{
	static char path[4][256];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/%s", test_tmpdir(), name);
	return path[i];
}

/* What the file holds; "" if it cannot be read. */
static const char *
holds(const char *path)
{
	static char text[256];
	size_t n = 0;
	uint8_t *p = file_read(path, sizeof(text) - 1, &n);

	memcpy(text, p != NULL ? p : (const uint8_t *)"", n + 1);
	free(p);
	return text;
}

static mode_t
mode(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
test_read(void)
{
	const char *path = in_tmp("small");
	uint8_t *p;
	size_t n;

	ok(file_read(path, 10, &n) == NULL && errno == ENOENT, "a missing file");
	ok(file_write(path, FILE_NEW, "0123456789", 10) == 0, "a new file");
	is_int(mode(path), 0600, "is private");
	p = file_read(path, 10, &n);
	ok(p != NULL && n == 10, "as long as is allowed");
	is_str((char *)p, "0123456789", "and ended by a NUL");
	free(p);
	ok(file_read(path, 9, &n) == NULL && errno == EFBIG, "one byte too long");
	ok(file_read(test_tmpdir(), 10, &n) == NULL && errno == EINVAL, "a folder");
	/* Its size is given as 0. */
	ok(file_read("/proc/self/status", 16, &n) == NULL && errno == EFBIG,
	   "a file that says it is empty and is not");
}

static void
test_write(void)
{
	const char *path = in_tmp("small"), *link = in_tmp("link"), *loose = in_tmp("loose");

	ok(file_write(path, FILE_NEW, "x", 1) == -1 && errno == EEXIST, "never over a file");
	is_str(holds(path), "0123456789", "which stays");
	ok(file_write(path, FILE_REPLACE, "new", 3) == 0, "but replaced when asked for");
	is_str(holds(path), "new", "whole");
	chmod(path, 0640);
	ok(symlink("small", link) == 0 && file_write(link, FILE_REPLACE, "newer", 5) == 0,
	   "through a link");
	is_str(holds(path), "newer", "to where it points");
	is_int(mode(path), 0640, "with the old file's mode");
	ok(unlink(link) == 0 && symlink("nowhere", loose) == 0, "a link to nothing");
	ok(file_write(loose, FILE_REPLACE, "y", 1) == 0, "is replaced itself");
	ok(file_write(in_tmp("none/x"), FILE_NEW, "x", 1) == -1 && errno == ENOENT,
	   "a missing folder");
	ok(file_write(in_tmp("empty"), FILE_REPLACE, "", 0) == 0 && mode(in_tmp("empty")) == 0600,
	   "an empty file");
	ok(access(in_tmp(".small.new"), F_OK) != 0 && access(in_tmp(".loose.new"), F_OK) != 0,
	   "no temporary file is left");
	ok(chdir(test_tmpdir()) == 0 && file_write("here", FILE_NEW, "z", 1) == 0 &&
		   chdir("/") == 0,
	   "a name without a folder");
	is_str(holds(in_tmp("here")), "z", "is in the working directory");
	is_str(file_reason(ENOSPC), "the disk is full", "reasons are words");
}

int
main(void)
{
	test_read();
	test_write();
	return done_testing();
}
