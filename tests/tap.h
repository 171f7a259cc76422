#ifndef P2P_TESTS_TAP_H
#define P2P_TESTS_TAP_H
/* Test Anything Protocol for the test programs. Each check prints one line; done_testing() prints the plan and returns the exit
 * status, so main() ends with `return done_testing();`. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each check prints "ok N - what" or "not ok N - what" with the place and returns whether it held. */
#define ok(cond, ...) tap_ok((cond), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) \
	tap_is_int((long long)(got), (long long)(want), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...)	  tap_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define is_mem(got, want, n, ...) tap_is_mem((got), (want), (n), __FILE__, __LINE__, __VA_ARGS__)

bool tap_ok(bool cond, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool tap_is_int(long long got, long long want, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool tap_is_str(const char *got, const char *want, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool tap_is_mem(const void *got, const void *want, size_t n, const char *file, int line,
		const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* One check that is not made, with its reason. */
void skip(const char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The whole program is skipped; exits 0. */
void skip_all(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints the plan; returns 0 if every check held, else 1. */
int done_testing(void);

/* A fresh private folder, removed with all it holds when the program exits. The string lives as long as the program. */
const char *test_tmpdir(void);
/* Where a file or folder of the source lies, as test_source("tests/golden/%s.txt", name): below $top_srcdir, or where this program was built
 * from. The caller frees it. */
char *test_source(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Where a file of published vectors lies, which are no part of the source: in the folder that P2P_TUI_VECTORS names, which has to hold it;
 * or in ../shared/vectors, and NULL if it is not there. The caller frees it. */
char *test_vectors(const char *name);
/* A seeded generator for tests (splitmix64): the same seed gives the same run. */
uint64_t test_random(uint64_t *state);

#endif
