/* tap.c - Test Anything Protocol for the test programs. */
#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/tap.h"

static int ran, failed;

static bool report(bool cond, const char *file, int line, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static bool
report(bool cond, const char *file, int line, const char *fmt, va_list ap)
{
	printf("%sok %d - ", cond ? "" : "not ", ++ran);
	vprintf(fmt, ap);
	putchar('\n');
	if (!cond) {
		failed++;
		printf("# failed at %s:%d\n", file, line);
	}
	fflush(stdout);
	return cond;
}

bool
tap_ok(bool cond, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(cond, file, line, fmt, ap);
	va_end(ap);
	return cond;
}

bool
tap_is_int(long long got, long long want, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!report(got == want, file, line, fmt, ap))
		printf("#  got %lld\n# want %lld\n", got, want);
	va_end(ap);
	return got == want;
}

bool
tap_is_str(const char *got, const char *want, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	bool same = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);

	va_start(ap, fmt);
	if (!report(same, file, line, fmt, ap))
		printf("#  got \"%s\"\n# want \"%s\"\n", got != NULL ? got : "(null)",
		       want != NULL ? want : "(null)");
	va_end(ap);
	return same;
}

static void
dump(const char *what, const uint8_t *p, size_t n)
{
	printf("# %s ", what);
	for (size_t i = 0; i < n && i < 64; i++)
		printf("%02x", p[i]);
	printf("%s\n", n > 64 ? "..." : "");
}

bool
tap_is_mem(const void *got, const void *want, size_t n, const char *file, int line, const char *fmt,
	   ...)
{
	va_list ap;
	bool same = memcmp(got, want, n) == 0;

	va_start(ap, fmt);
	if (!report(same, file, line, fmt, ap)) {
		dump(" got", got, n);
		dump("want", want, n);
	}
	va_end(ap);
	return same;
}

void
skip(const char *why, const char *fmt, ...)
{
	va_list ap;

	printf("ok %d - ", ++ran);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(" # SKIP %s\n", why);
}

void
skip_all(const char *fmt, ...)
{
	va_list ap;

	printf("1..0 # SKIP ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	exit(0);
}

void
diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

int
done_testing(void)
{
	printf("1..%d\n", ran);
	if (failed != 0)
		printf("# %d of %d checks failed\n", failed, ran);
	return failed != 0;
}

static char tmpdir[64];
static pid_t tmpdir_owner;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* A forked child that exits must not take its parent's folder along. */
static void
remove_tmpdir(void)
{
	if (getpid() == tmpdir_owner)
		nftw(tmpdir, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

const char *
test_tmpdir(void)
{
	if (tmpdir[0] == '\0') {
		const char *base = getenv("TMPDIR");

		snprintf(tmpdir, sizeof(tmpdir), "%.32s/p2p-tui-test-XXXXXX",
			 base != NULL ? base : "/tmp");
		if (mkdtemp(tmpdir) == NULL) {
			printf("Bail out! cannot make a folder: %s\n", strerror(errno));
			exit(1);
		}
		tmpdir_owner = getpid();
		atexit(remove_tmpdir);
	}
	return tmpdir;
}

static void
no_memory(void)
{
	printf("Bail out! out of memory\n");
	exit(1);
}

char *
test_source(const char *fmt, ...)
{
	const char *top = getenv("top_srcdir");
	char *below, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&below, fmt, ap) == -1)
		no_memory();
	va_end(ap);
	if (asprintf(&path, "%s/%s", top != NULL ? top : TOP_SRCDIR, below) == -1)
		no_memory();
	free(below);
	return path;
}

char *
test_vectors(const char *name)
{
	const char *folder = getenv("P2P_TUI_VECTORS");
	char *path;

	if (folder == NULL)
		path = test_source("../shared/vectors/%s", name);
	else if (asprintf(&path, "%s/%s", folder, name) == -1)
		no_memory();
	if (folder == NULL && access(path, R_OK) != 0) {
		free(path);
		return NULL;
	}
	return path;
}

uint64_t
test_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}
