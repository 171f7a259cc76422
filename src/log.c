/* log.c - the log file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/log.h"
#include "src/util.h"

#define ENTRY_MAX 1000
#define GROWN	  (4 * 1024 * 1024)

static const char *const words[] = {"off", "error", "warn", "info", "debug"};

atomic_int log_level_now;
/* The descriptor changes only under the lock; entries are written under it, so that none goes to a closed one. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int fd = -1;
static char *place;  /* what log_open() was given last */
static off_t length; /* of what the descriptor is of, or a guess that is too large */

enum log_level
log_level_of(const char *word)
{
	for (unsigned i = 0; i < NELEM(words); i++)
		if (strcmp(word, words[i]) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_OFF;
}

static void
put_aside(const char *path)
{
	struct stat st;
	char *old;

	if (stat(path, &st) != 0 || st.st_size < GROWN)
		return;
	xasprintf(&old, "%s.old", path);
	rename(path, old);
	free(old);
}

static int
begin(const char *path)
{
	put_aside(path);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		    0600);
}

/* One that grew is put aside while it is written, too: a flood of callers is not to fill the disk. Under the lock. */
static void
turn_over(void)
{
	int opened = begin(place);

	length = 0;
	if (opened < 0)
		return;
	close(fd);
	fd = opened;
}

bool
log_open(const char *path, enum log_level level)
{
	struct stat st;
	int opened = -1, error = 0;

	log_close();
	if (path != place) {
		free(place);
		place = xstrdup(path);
	}
	if (level == LOG_LEVEL_OFF)
		return true;
	opened = begin(path);
	error = errno;
	pthread_mutex_lock(&lock);
	fd = opened;
	length = opened >= 0 && fstat(opened, &st) == 0 ? st.st_size : 0;
	atomic_store(&log_level_now, opened >= 0 ? (int)level : LOG_LEVEL_OFF);
	pthread_mutex_unlock(&lock);
	errno = error;
	return opened >= 0;
}

bool
log_change(enum log_level level)
{
	return place == NULL || log_open(place, level);
}

void
log_close(void)
{
	pthread_mutex_lock(&lock);
	atomic_store(&log_level_now, LOG_LEVEL_OFF);
	if (fd >= 0)
		close(fd);
	fd = -1;
	pthread_mutex_unlock(&lock);
}

/* "2026-03-03T14:00:12.042Z warn " into out; returns the length. */
static size_t
stamp(char *out, size_t size, enum log_level level)
{
	struct timespec now;
	struct tm utc;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
	n += (size_t)snprintf(out + n, size - n, ".%03ldZ %s ", now.tv_nsec / 1000000,
			      words[level]);
	return n;
}

/* Printable ASCII and nothing else; out has four bytes for each of s. Returns the length. */
static size_t
escape(char *out, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	char *p = out;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\\') {
			*p++ = '\\';
			*p++ = '\\';
		} else if (c >= ' ' && c < 0x7f) {
			*p++ = (char)c;
		} else {
			*p++ = '\\';
			*p++ = 'x';
			*p++ = digits[c >> 4];
			*p++ = digits[c & 15];
		}
	}
	return (size_t)(p - out);
}

void
log_write(enum log_level level, const char *fmt, ...)
{
	char entry[ENTRY_MAX + 1], line[4 * ENTRY_MAX + 96];
	int saved = errno;
	va_list ap;
	size_t n;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(entry, sizeof(entry), fmt, ap);
	va_end(ap);
	if (len < 0)
		entry[0] = '\0';
	n = stamp(line, sizeof(line), level);
	n += escape(line + n, entry);
	if (len > ENTRY_MAX)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " [cut]");
	line[n++] = '\n';
	pthread_mutex_lock(&lock);
	/* A log that cannot be written is no reason to stop. */
	if (fd >= 0) {
		(void)!write(fd, line, n);
		length += (off_t)n;
		if (length >= GROWN)
			turn_over();
	}
	pthread_mutex_unlock(&lock);
	errno = saved;
}
