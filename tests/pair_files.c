/* pair_files.c - for the tests of transfers: files made, compared, counted. */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "src/went.h"
#include "tests/pair.h"
#include "tests/tap.h"

char *
pair_path(const char *fmt, ...)
{
	static char *kept[4096];
	static size_t n;
	va_list ap;

	if (n == NELEM(kept))
		n = 0;
	free(kept[n]);
	va_start(ap, fmt);
	if (vasprintf(&kept[n], fmt, ap) < 0)
		util_fatal("out of memory");
	va_end(ap);
	return kept[n++];
}

char *
pair_fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

void
pair_remove(const char *dir)
{
	char *cmd = pair_path("rm -rf '%s'", dir);

	if (system(cmd) != 0)
		diag("cannot remove %s", dir);
}

void
pair_write(const char *path, size_t n, uint64_t seed)
{
	FILE *f = fopen(path, "we");
	uint64_t r = 0;

	if (f == NULL)
		util_fatal("cannot write %s: %s", path, strerror(errno));
	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0)
			r = test_random(&seed);
		fputc((int)(r >> i % 8 * 8 & 0xff), f);
	}
	fclose(f);
}

static bool
same_content(const char *a, const char *b)
{
	FILE *x = fopen(a, "re"), *y = fopen(b, "re");
	int c = 0, d = 0;

	while (x != NULL && y != NULL && c == d && c != EOF) {
		c = getc(x);
		d = getc(y);
	}
	if (x != NULL)
		fclose(x);
	if (y != NULL)
		fclose(y);
	return x != NULL && y != NULL && c == d;
}

static size_t
count_in(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	/* cppcheck-suppress readdirCalled */
	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n;
}

static bool
same_folder(const char *a, const char *b)
{
	DIR *d = opendir(a);
	struct dirent *de;
	char x[PATH_MAX], y[PATH_MAX];
	bool same = d != NULL && count_in(a) == count_in(b);

	/* cppcheck-suppress readdirCalled */
	while (same && (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		if (snprintf(x, sizeof(x), "%s/%s", a, de->d_name) < 0 ||
		    snprintf(y, sizeof(y), "%s/%s", b, de->d_name) < 0)
			continue;
		same = pair_same(x, y);
	}
	if (d != NULL)
		closedir(d);
	return same;
}

bool
pair_same(const char *a, const char *b)
{
	struct stat x, y;
	char lx[PATH_MAX] = "", ly[PATH_MAX] = "";
	bool same;

	if (lstat(a, &x) == -1 || lstat(b, &y) == -1) {
		diag("%s or %s is missing", a, b);
		return false;
	}
	if (S_ISLNK(x.st_mode))
		return S_ISLNK(y.st_mode) && x.st_mtim.tv_sec == y.st_mtim.tv_sec &&
		       x.st_mtim.tv_nsec == y.st_mtim.tv_nsec &&
		       readlink(a, lx, sizeof(lx) - 1) > 0 && readlink(b, ly, sizeof(ly) - 1) > 0 &&
		       strcmp(lx, ly) == 0;
	if ((x.st_mode & (S_IFMT | 0775)) != (y.st_mode & (S_IFMT | 07777)) ||
	    x.st_mtim.tv_sec != y.st_mtim.tv_sec || x.st_mtim.tv_nsec != y.st_mtim.tv_nsec) {
		diag("%s (%o, %lld.%09ld) and %s (%o, %lld.%09ld) differ", a, x.st_mode,
		     (long long)x.st_mtim.tv_sec, x.st_mtim.tv_nsec, b, y.st_mode,
		     (long long)y.st_mtim.tv_sec, y.st_mtim.tv_nsec);
		return false;
	}
	same = S_ISDIR(x.st_mode) ? same_folder(a, b) : same_content(a, b);
	if (!same)
		diag("%s and %s differ", a, b);
	return same;
}

bool
pair_empty(const char *dir)
{
	return count_in(dir) == 2;
}

void
pair_keep_went(char **list, const struct msg *m)
{
	struct went_reader r = {.bytes = m->bytes, .len = m->len};
	struct went_row row;
	char *more;

	if (m->b.st_went.first == 0) {
		free(*list);
		*list = xstrdup("");
	}
	while (went_next(&r, &row)) {
		xasprintf(&more, "%s%s %s %s\n", *list, went_word(row.how), row.path, row.note);
		free(*list);
		*list = more;
	}
	went_reader_free(&r);
}
