/* replay.c - runs a fuzz target over its stored inputs, for compilers without a fuzzer of their
 * own. Inputs are the files and folders given, else tests/fuzz/corpus/NAME of the source tree, NAME
 * being what follows "t-fuzz-" in the program's name. */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* The whole file in a buffer of exactly its size, so that a sanitizer sees every byte read too far.
 */
static uint8_t *
read_exact(const char *path, size_t *len)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	uint8_t *buf = NULL;

	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode)) {
		*len = (size_t)st.st_size;
		buf = malloc(*len);
		if (buf == NULL && *len == 0)
			buf = malloc(1);
		if (buf != NULL && fread(buf, 1, *len, f) != *len) {
			free(buf);
			buf = NULL;
		}
	}
	fclose(f);
	return buf;
}

static size_t
run_file(const char *path)
{
	size_t len;
	uint8_t *buf = read_exact(path, &len);

	if (!ok(buf != NULL, "%s is read", path))
		return 0;
	/* A target that finds something aborts; a result other than 0 is an input it did not want.
	 */
	LLVMFuzzerTestOneInput(buf, len);
	ok(true, "%s does no harm", path);
	free(buf);
	return 1;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static size_t
run_path(const char *path)
{
	struct dirent **list;
	struct stat st;
	size_t done = 0;
	char *file;
	int n;

	if (stat(path, &st) == -1 || !S_ISDIR(st.st_mode))
		return run_file(path);
	n = scandir(path, &list, visible, alphasort);
	if (!ok(n >= 0, "%s is a folder that can be read", path))
		return 0;
	for (int i = 0; i < n; i++) {
		xasprintf(&file, "%s/%s", path, list[i]->d_name);
		done += run_file(file);
		free(file);
		free(list[i]);
	}
	free(list);
	return done;
}

int
main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "t-fuzz-");
	size_t done = 0;
	char *dir;

	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		done += run_path(argv[i]);
	if (argc < 2 && name != NULL) {
		dir = test_source("tests/fuzz/corpus/%s", name + strlen("t-fuzz-"));
		done += run_path(dir);
		free(dir);
	}
	ok(done > 0, "%zu inputs were replayed", done);
	return done_testing();
}
