/* term.c - clipboard and title sequences byte for byte; modes and settings on a pseudo terminal */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/term.h"

static void
test_mux(void)
{
	is_int(term_mux(NULL, NULL, NULL), TERM_PLAIN, "no TERM");
	is_int(term_mux("xterm-256color", NULL, NULL), TERM_PLAIN, "xterm");
	is_int(term_mux("xterm-256color", "/tmp/tmux,1,0", NULL), TERM_PLAIN,
	       "TERM says xterm, whatever else is set");
	is_int(term_mux("tmux-256color", NULL, NULL), TERM_TMUX, "tmux");
	is_int(term_mux("screen", NULL, "1.pts"), TERM_SCREEN, "screen");
	is_int(term_mux("screen-256color", "/tmp/tmux,1,0", NULL), TERM_TMUX, "tmux as screen");
	is_int(term_mux("screen-256color", "/tmp/tmux,1,0", "1.pts"), TERM_SCREEN,
	       "screen started in tmux");
}

static const struct {
	const char *text;
	enum term_mux mux;
	const char *sequence;
} copies[] = {
	{"", TERM_PLAIN, "\033]52;c;\a"},
	{"f", TERM_PLAIN, "\033]52;c;Zg==\a"},
	{"fo", TERM_PLAIN, "\033]52;c;Zm8=\a"},
	{"foo", TERM_PLAIN, "\033]52;c;Zm9v\a"},
	{"foobar", TERM_PLAIN, "\033]52;c;Zm9vYmFy\a"},
	{"\xff\xfe\xfb", TERM_PLAIN, "\033]52;c;//77\a"},
	{"\033[0m\n", TERM_PLAIN, "\033]52;c;G1swbQo=\a"},
	{"f", TERM_TMUX, "\033]52;c;Zg==\a\033Ptmux;\033\033]52;c;Zg==\a\033\\"},
	{"f", TERM_SCREEN, "\033P\033]52;c;Zg==\a\033\\"},
};

static void
test_copy(void)
{
	static char big[TERM_COPY_MAX + 1];
	size_t len;
	char *s;

	for (size_t i = 0; i < NELEM(copies); i++) {
		s = term_copy_seq(copies[i].text, strlen(copies[i].text), copies[i].mux, &len);
		is_int(len, strlen(copies[i].sequence), "copy %zu: length", i);
		is_mem(s, copies[i].sequence, strlen(copies[i].sequence), "copy %zu", i);
		free(s);
	}
	ok(term_copy_seq(big, TERM_COPY_MAX + 1, TERM_PLAIN, &len) == NULL, "too much");
	s = term_copy_seq(big, TERM_COPY_MAX, TERM_PLAIN, &len);
	is_int(len, 7 + 99992 + 1, "the most there is");
	free(s);
	/* 300 bytes are 400 of base64: 408 in two strings for screen. */
	s = term_copy_seq(big, 300, TERM_SCREEN, &len);
	is_int(len, 408 + 2 * 4, "screen gets it in pieces");
	ok(memcmp(s + 2 + 240, "\033\\\033P", 4) == 0, "of the size it takes");
	free(s);
}

static void
test_title(void)
{
	char big[1000], *s;

	s = term_title_seq("p2p-tui (2) Boris \xe2\x9c\x93");
	is_str(s, "\033]2;p2p-tui (2) Boris \xe2\x9c\x93\a", "a title");
	free(s);
	s = term_title_seq("a\033]0;b\ac\n");
	ok(strpbrk(s + 1, "\033") == NULL && strchr(s, '\a') == s + strlen(s) - 1 &&
		   strchr(s, '\n') == NULL,
	   "no control characters in it");
	free(s);
	for (size_t i = 0; i + 1 < sizeof(big); i++)
		big[i] = (i & 1) != 0 ? '\xa9' : '\xc3';
	big[sizeof(big) - 1] = '\0';
	s = term_title_seq(big);
	ok(strlen(s) <= TERM_TITLE_MAX + 5, "a long title is cut");
	free(s);
}

/* A pseudo terminal: the master's descriptor, *slave the other end. */
static int
open_pty(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
		return -1;
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	return *slave < 0 ? -1 : master;
}

/* What was written to the terminal: at least so many bytes. */
static const char *
written(int master, size_t least)
{
	static char bytes[512];
	struct pollfd pfd = {.fd = master, .events = POLLIN};
	size_t len = 0;

	while (len < sizeof(bytes) - 1 && poll(&pfd, 1, len < least ? 10000 : 10) > 0) {
		ssize_t n = read(master, bytes + len, sizeof(bytes) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	bytes[len] = '\0';
	return bytes;
}

static void
test_terminal(void)
{
	int slave = -1, master = open_pty(&slave), fds[2];
	struct termios before, raw, after;

	if (master < 0 || tcgetattr(slave, &before) != 0) {
		skip("no pseudo terminal here", "modes and settings");
		return;
	}
	errno = 0;
	term_leave_raw(slave);
	is_str(written(master, 0), "", "nothing is given back that was not saved");
	ok(pipe(fds) == 0 && term_save(fds[0]) == -1 && errno == ENOTTY, "a pipe is no terminal");
	is_int(term_save(slave), 0, "the settings are saved");
	raw = before;
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	is_int(term_enter(slave, true), 0, "enter");
	is_str(written(master, 40), "\033[?1002h\033[?1006h\033[?2004h\033[?1004h\033[?2031h",
	       "modes on");
	is_int(term_leave(slave), 0, "leave");
	is_str(written(master, 40), "\033[?2031l\033[?1004l\033[?2004l\033[?1006l\033[?1002l",
	       "off in reverse order");
	term_enter(slave, false);
	is_str(written(master, 24), "\033[?2004h\033[?1004h\033[?2031h", "on without the mouse");
	term_mouse(slave, true);
	is_str(written(master, 16), "\033[?1002h\033[?1006h", "the mouse on");
	term_mouse(slave, false);
	is_str(written(master, 16), "\033[?1006l\033[?1002l", "the mouse off");
	errno = EDOM;
	term_leave_raw(slave);
	is_int(errno, EDOM, "a handler finds errno as it was");
	ok(strstr(written(master, 65), "\033[?1049l\033[?25h") != NULL, "main screen and cursor");
	ok(tcgetattr(slave, &after) == 0 && after.c_lflag == before.c_lflag &&
		   after.c_iflag == before.c_iflag && after.c_oflag == before.c_oflag,
	   "the settings are as before");
	tcsetattr(slave, TCSANOW, &raw);
	term_abandon(slave, fds[1]);
	ok(tcgetattr(slave, &after) == 0 && after.c_lflag == before.c_lflag,
	   "a terminal that is given up has its settings");
	is_int(term_write(fds[1], "x", 1), 0, "and what is written then");
	is_int(read(fds[0], &(char){0}, 1), 0, "goes nowhere");
	close(fds[0]);
	ok(term_write(-1, "x", 1) == -1 && errno == EBADF, "a lost terminal is told");
	close(fds[1]);
	close(slave);
	close(master);
}

int
main(void)
{
	test_mux();
	test_copy();
	test_title();
	test_terminal();
	return done_testing();
}
