#ifndef P2P_SRC_LOG_H
#define P2P_SRC_LOG_H
/* The log file: off unless asked for, one line per entry with UTC time, from any thread. It never holds the text of a message, a file's
 * content or a key that opens anything; those who write to it keep to that. */

#include <stdbool.h>
#include <stdatomic.h>

enum log_level {
	LOG_LEVEL_OFF = 0,
	LOG_LEVEL_ERROR = 1,
	LOG_LEVEL_WARN = 2,
	LOG_LEVEL_INFO = 3,
	LOG_LEVEL_DEBUG = 4,
};

/* Opens the file (0600, appended to) and writes entries up to that level from now on; LOG_LEVEL_OFF opens nothing and closes what was open.
 * One that grew over 4 MiB becomes path + ".old" first. False with errno; the log is off then. */
bool log_open(const char *path, enum log_level level);
void log_close(void);
/* The same with the path given last, for a level that changes while the program runs; true and nothing if none was given yet. Both belong to
 * the front end's thread. */
bool log_change(enum log_level level);
/* LOG_LEVEL_OFF for a word that is none. The words are the option `log`'s. */
enum log_level log_level_of(const char *word);

/* printf-like, a sentence without a newline. Every byte but printable ASCII is written as \xNN and a backslash as \\, so that nothing a
 * peer sent can forge a line or reach a terminal; an entry over 1,000 bytes is cut. Arguments are not evaluated while the level is off. */
#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

#define log_at(level, ...)                             \
	do {                                           \
		if (log_wants(level))                  \
			log_write(level, __VA_ARGS__); \
	} while (0)

extern atomic_int log_level_now; /* for log_wants() only */

static inline bool
log_wants(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&log_level_now, memory_order_relaxed);
}

void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
