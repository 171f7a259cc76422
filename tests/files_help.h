#ifndef P2P_TESTS_FILES_HELP_H
#define P2P_TESTS_FILES_HELP_H
/* Folders made for a test of the browser, and a front end that looks at them. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

struct world;

/* 2 March 2026, noon, UTC: a day before the world's. */
#define MARCH_2 1772452800

#define UP     "\033[A"
#define DOWN   "\033[B"
#define RIGHT  "\033[C"
#define LEFT   "\033[D"
#define S_DOWN "\033[1;2B"
#define S_UP   "\033[1;2A"
#define ESC    "\033"
#define F2     "\033OQ"
#define F3     "\033OR"
#define ENTER  "\r"

/* A home of its own with ~/Pictures/trip in it, in UTC. */
void files_begin(void);
/* A path in it; good for the next three calls. */
char *files_in_home(const char *name);
void files_make_file(const char *name, off_t size);
void files_make_folder(const char *name);
/* A file with that content; and one as tests/previews has it. */
void files_write(const char *name, const void *bytes, size_t len);
void files_copy(const char *name, const char *preview);
void files_make_trip(void);
void files_dated(const char *path, time_t when);

/* A front end with five peers; with the browser at a folder of the home. */
void files_peers(struct world *w);
void files_open_at(struct world *w, int h, int width, const char *folder);
/* Lets the reading threads tell, until the screen shows the text or ten seconds have passed. */
bool files_settled(struct world *w, const char *text);
/* Until ~/Pictures/trip has been read to its end and its folder counted. */
void files_trip(struct world *w);
/* A drag with the left button. */
void files_press(struct world *w, int y, int x);
void files_drag_to(struct world *w, int y, int x);
void files_release(struct world *w, int y, int x);
/* The row of the screen on which a text stands; -1 for none. */
int files_row_of(struct world *w, const char *text);
/* The i-th path of the last CMD_SEND. */
const char *files_sent_path(struct world *w, size_t i);

#endif
