#ifndef P2P_UI_TERM_H
#define P2P_UI_TERM_H
/* The raw bytes written to the terminal around curses: modes, clipboard, title, bell, and the way out for a crash. */

#include <stdbool.h>
#include <stddef.h>

/* Mouse with drag in SGR form, bracketed paste, focus reports, reports of light and dark; off in reverse order. */
#define TERM_MOUSE_ON	 "\033[?1002h\033[?1006h"
#define TERM_MOUSE_OFF	 "\033[?1006l\033[?1002l"
#define TERM_ENTER_QUIET "\033[?2004h\033[?1004h\033[?2031h"
#define TERM_ENTER	 TERM_MOUSE_ON TERM_ENTER_QUIET
#define TERM_LEAVE	 "\033[?2031l\033[?1004l\033[?2004l" TERM_MOUSE_OFF
/* Around one doupdate(): the terminal shows the frame whole. */
#define TERM_SYNC_ON	 "\033[?2026h"
#define TERM_SYNC_OFF	 "\033[?2026l"
#define TERM_BELL	 "\a"
/* The terminal tells its background (OSC 11), if it knows that question. */
#define TERM_ASK_GROUND	 "\033]11;?\a"
/* What a report of light and dark begins with. */
#define TERM_CHANGED	 "\033[?997;"

/* The most text the clipboard takes: 100,000 bytes of base64, as much as the strictest terminals do. */
#define TERM_COPY_MAX  74994
/* The most of a title that is shown, in bytes. */
#define TERM_TITLE_MAX 200

/* What stands between the program and the terminal. */
enum term_mux { TERM_PLAIN, TERM_TMUX, TERM_SCREEN };

/* Remembers the terminal settings of fd for term_leave_raw(); call before initscr(). -1 with errno if fd is no terminal. */
int term_save(int fd);
/* Writes all len bytes, waiting where the terminal is slow; -1 with errno when it is lost. */
int term_write(int fd, const void *bytes, size_t len);
/* Switches the modes on, without the mouse if that is off; -1 with errno. After initscr() and after each resume. */
int term_enter(int fd, bool mouse);
/* Switches them off; before endwin(). */
int term_leave(int fd);
/* Mouse off or on while the program runs. */
int term_mouse(int fd, bool on);
/* For signal handlers and crashes: modes off, main screen, cursor shown, settings back as term_save() found them. Async-signal-safe;
 * keeps errno. Does nothing if term_save() did not succeed. */
void term_leave_raw(int fd);

/* For a signal handler of a program that is to end while its terminal takes nothing: settings back as term_save() found them, and what is
 * written to `out` from now on goes nowhere. Async-signal-safe; keeps errno. */
void term_abandon(int in, int out);

/* Which multiplexer, from the values of TERM, TMUX and STY (NULL for unset). */
enum term_mux term_mux(const char *term, const char *tmux, const char *sty);
/* The sequence that copies text to the clipboard (OSC 52, wrapped to pass through tmux or screen), allocated, its length in *out_len;
 * NULL if the text is longer than TERM_COPY_MAX. The caller frees it. */
char *term_copy_seq(const void *text, size_t len, enum term_mux mux, size_t *out_len);
/* A sequence as it has to be written to reach the terminal through a multiplexer, allocated, its length in *out_len; the caller frees it. */
char *term_pass_seq(const char *plain, enum term_mux mux, size_t *out_len);
/* The sequence that sets the window's title (OSC 2) to the title's shown form (src/text.h) cut at TERM_TITLE_MAX, allocated; the
 * caller frees it. */
char *term_title_seq(const char *title);

#endif
