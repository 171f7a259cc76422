/* log.c - the log file: levels, one safe line per entry, many threads. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/log.h"
#include "src/util.h"
#include "tests/tap.h"

#define THREADS 4
#define EACH	500

static char path[256];

static char *
content(void)
{
	size_t n;
	uint8_t *p = file_read(path, 8 << 20, &n);

	return p != NULL ? (char *)p : xstrdup("");
}

/* Whether the log's only entry is these words, with a time before them. Empties the log. */
static bool
only_entry(const char *want)
{
	char *text = content(), *end = strchr(text, '\n');
	int y, mo, d, h, mi, s, ms, n = 0;
	bool good = end != NULL && end[1] == '\0';

	if (good) {
		*end = '\0';
		good = sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n", &y, &mo, &d, &h, &mi, &s,
			      &ms, &n) == 7 &&
		       n == 25 && y >= 2024 && strcmp(text + n, want) == 0;
	}
	if (!good)
		diag("the log: %s", text);
	free(text);
	return truncate(path, 0) == 0 && good;
}

static int
count(int *n)
{
	return ++*n;
}

static void
test_levels(void)
{
	int evaluated = 0;
	struct stat st;

	log_error("nobody %d", count(&evaluated));
	ok(access(path, F_OK) != 0 && evaluated == 0, "off by default: no file, nothing evaluated");
	ok(log_open(path, LOG_LEVEL_OFF) && access(path, F_OK) != 0, "off opens nothing");
	umask(0);
	ok(log_open(path, LOG_LEVEL_WARN), "open for warnings");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "private");
	log_info("info %d", count(&evaluated));
	log_debug("debug %d", count(&evaluated));
	is_int(evaluated, 0, "what is below the level is not even made");
	log_warn("port %d is taken", 41555);
	ok(only_entry("warn port 41555 is taken"), "a warning");
	log_error("%s", "worse");
	ok(only_entry("error worse"), "an error");
	ok(log_open(path, LOG_LEVEL_DEBUG), "the level can change");
	log_debug("x");
	ok(only_entry("debug x"), "a debug line");
	log_close();
	log_error("closed");
	ok(stat(path, &st) == 0 && st.st_size == 0, "closed is off");
	is_int(log_level_of("info"), LOG_LEVEL_INFO, "a level's word");
	is_int(log_level_of("loud"), LOG_LEVEL_OFF, "no level's word");
}

static void
test_bytes(void)
{
	char big[3000], *text;

	log_open(path, LOG_LEVEL_INFO);
	log_info("nick %s", "a\nb\x1b[31m\\ \xe2\x80\xae \x7f");
	ok(only_entry("info nick a\\x0ab\\x1b[31m\\\\ \\xe2\\x80\\xae \\x7f"),
	   "nothing but printable ASCII goes out");
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_info("%s", big);
	text = content();
	ok(strlen(text) == 25 + 5 + 4 * 1000 + strlen(" [cut]\n") &&
		   strcmp(text + strlen(text) - 11, "\\x0a [cut]\n") == 0,
	   "a long entry is cut");
	free(text);
	ok(truncate(path, 0) == 0, "emptied");
	errno = 4711;
	log_info("x");
	is_int(errno, 4711, "errno is left alone");
	ok(truncate(path, 0) == 0, "emptied");
}

static void *
chatter(void *arg)
{
	for (int i = 0; i < EACH; i++)
		log_info("thread %d entry %d", *(int *)arg, i);
	return NULL;
}

static void
test_threads(void)
{
	int numbers[THREADS], t, e, next[THREADS] = {0}, bad = 0, lines = 0;
	pthread_t threads[THREADS];
	char *text, *line, *rest;

	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, chatter, &numbers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	text = content();
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		lines++;
		if (strlen(line) < 25 ||
		    sscanf(line + 25, "info thread %d entry %d", &t, &e) != 2 || t < 0 ||
		    t >= THREADS || e != next[t]++)
			bad++;
	}
	is_int(lines, THREADS * EACH, "every entry of every thread is there");
	is_int(bad, 0, "whole, and in each thread's order");
	free(text);
}

static void
test_growth(void)
{
	char old[300];

	snprintf(old, sizeof(old), "%s.old", path);
	log_close();
	ok(truncate(path, 4 * 1024 * 1024) == 0 && log_open(path, LOG_LEVEL_INFO), "a grown log");
	log_info("fresh");
	ok(only_entry("info fresh") && access(old, F_OK) == 0, "is put aside");
	log_close();
	snprintf(old, sizeof(old), "%s/none/log", test_tmpdir());
	ok(!log_open(old, LOG_LEVEL_INFO) && errno == ENOENT, "one that cannot be made is told");
	log_error("nowhere");
	ok(access(old, F_OK) != 0, "and the log is off");
}

static off_t
size_of(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? st.st_size : -1;
}

/* A flood makes two files of a few MiB, and no more. */
static void
test_flood(void)
{
	const off_t grown = 4 * 1024 * 1024;
	char old[300], entry[1000], *text;

	snprintf(old, sizeof(old), "%s.old", path);
	memset(entry, 'x', sizeof(entry) - 1);
	entry[sizeof(entry) - 1] = '\0';
	ok(unlink(old) == 0 && log_open(path, LOG_LEVEL_INFO), "a log is open");
	for (int i = 0; i < 10000; i++)
		log_info("%s", entry);
	log_info("the last");
	ok(size_of(old) >= grown && size_of(old) < grown + 2000,
	   "it is put aside as it is written");
	ok(size_of(path) >= 0 && size_of(path) < grown, "and begun again");
	text = content();
	ok(strlen(text) > 9 && strcmp(text + strlen(text) - 9, "the last\n") == 0,
	   "with the last entry at its end");
	free(text);
	log_close();
}

int
main(void)
{
	snprintf(path, sizeof(path), "%s/log", test_tmpdir());
	test_levels();
	test_bytes();
	test_threads();
	test_growth();
	test_flood();
	return done_testing();
}
