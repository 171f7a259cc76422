/* term.c - the raw bytes written to the terminal around curses */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/term.h"

/* screen takes strings of at most 256 bytes in its older releases. */
#define SCREEN_CHUNK 240
#define COPY_START   "\033]52;c;"

/* What a crash leaves behind it: end of a synchronised frame, modes off, plain colours, main screen, cursor shown, left margin. */
#define LEAVE_ALL TERM_SYNC_OFF TERM_LEAVE "\033[m\033[?1049l\033[?25h\r\n"

static struct termios saved;
/* Set last by term_save(): a signal handler sees `saved` only when it is whole. */
static volatile sig_atomic_t have_saved;

int
term_save(int fd)
{
	have_saved = 0;
	if (tcgetattr(fd, &saved) != 0)
		return -1;
	atomic_signal_fence(memory_order_seq_cst);
	have_saved = 1;
	return 0;
}

int
term_write(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n > 0) {
			p += n;
			len -= (size_t)n;
		} else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			struct pollfd pfd = {.fd = fd, .events = POLLOUT};

			if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
				return -1;
		} else if (n < 0 && errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

static int
say(int fd, const char *sequence)
{
	return term_write(fd, sequence, strlen(sequence));
}

int
term_enter(int fd, bool mouse)
{
	return say(fd, mouse ? TERM_ENTER : TERM_ENTER_QUIET);
}

int
term_leave(int fd)
{
	return say(fd, TERM_LEAVE);
}

int
term_mouse(int fd, bool on)
{
	return say(fd, on ? TERM_MOUSE_ON : TERM_MOUSE_OFF);
}

/* The settings as they were found. */
static void
settings_back(int fd)
{
	sigset_t ttou, before;

	/* In the background this would stop the program instead. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	tcsetattr(fd, TCSANOW, &saved);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void
term_leave_raw(int fd)
{
	static const char bytes[] = LEAVE_ALL;
	struct pollfd pfd = {.fd = fd, .events = POLLOUT};
	int e = errno;
	size_t at = 0;

	if (!have_saved)
		return;
	/* A terminal that takes nothing is not waited for: the program is about to end. */
	for (int tries = 0; at < sizeof(bytes) - 1 && tries < 100; tries++) {
		ssize_t n;

		if (poll(&pfd, 1, 100) == 0)
			break;
		n = write(fd, bytes + at, sizeof(bytes) - 1 - at);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR)
			break;
	}
	settings_back(fd);
	errno = e;
}

void
term_abandon(int in, int out)
{
	int e = errno, nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (have_saved)
		settings_back(in);
	if (nowhere >= 0) {
		dup2(nowhere, out);
		close(nowhere);
	}
	errno = e;
}

enum term_mux
term_mux(const char *term, const char *tmux, const char *sty)
{
	if (term == NULL)
		return TERM_PLAIN;
	if (strncmp(term, "tmux", 4) == 0)
		return TERM_TMUX;
	if (strncmp(term, "screen", 6) != 0)
		return TERM_PLAIN;
	/* tmux calls itself screen too, where there is no other entry. */
	if (tmux != NULL && tmux[0] != '\0' && (sty == NULL || sty[0] == '\0'))
		return TERM_TMUX;
	return TERM_SCREEN;
}

/* --- the clipboard --------------------------------------------------------------------------------------------------------- */

/* Bytes written one after the other into memory of the right size. */
struct out {
	char *bytes;
	size_t len, cap;
};

static void
add(struct out *o, const void *bytes, size_t n)
{
	if (n > o->cap - o->len) {
		o->cap = 2 * o->cap + n + 64;
		o->bytes = xreallocarray(o->bytes, o->cap, 1);
	}
	memcpy(o->bytes + o->len, bytes, n);
	o->len += n;
}

static void
add_string(struct out *o, const char *s)
{
	add(o, s, strlen(s));
}

static void
add_base64(struct out *o, const uint8_t *p, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t v = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
			     (n > 2 ? (uint32_t)p[i + 2] : 0);
		char four[4] = {digits[v >> 18], digits[v >> 12 & 63], digits[v >> 6 & 63],
				digits[v & 63]};

		if (n < 3)
			four[3] = '=';
		if (n < 2)
			four[2] = '=';
		add(o, four, 4);
	}
}

/* tmux passes a string on whose escapes are doubled. Whether it may is a setting (allow-passthrough); with another (set-clipboard) it
 * takes the plain sequence, so it gets both. */
static void
wrap_tmux(struct out *o, const struct out *plain)
{
	add(o, plain->bytes, plain->len);
	add_string(o, "\033Ptmux;");
	for (size_t i = 0; i < plain->len; i++) {
		if (plain->bytes[i] == '\033')
			add(o, "\033", 1);
		add(o, plain->bytes + i, 1);
	}
	add_string(o, "\033\\");
}

static void
wrap_screen(struct out *o, const struct out *plain)
{
	for (size_t i = 0; i < plain->len; i += SCREEN_CHUNK) {
		add_string(o, "\033P");
		add(o, plain->bytes + i,
		    plain->len - i < SCREEN_CHUNK ? plain->len - i : SCREEN_CHUNK);
		add_string(o, "\033\\");
	}
}

/* Takes plain over. */
static char *
wrap(struct out plain, enum term_mux mux, size_t *out_len)
{
	struct out wrapped = {0};

	if (mux == TERM_PLAIN) {
		*out_len = plain.len;
		return plain.bytes;
	}
	if (mux == TERM_TMUX)
		wrap_tmux(&wrapped, &plain);
	else
		wrap_screen(&wrapped, &plain);
	free(plain.bytes);
	*out_len = wrapped.len;
	return wrapped.bytes;
}

char *
term_copy_seq(const void *text, size_t len, enum term_mux mux, size_t *out_len)
{
	struct out plain = {0};

	if (len > TERM_COPY_MAX)
		return NULL;
	add_string(&plain, COPY_START);
	add_base64(&plain, text, len);
	add_string(&plain, TERM_BELL);
	return wrap(plain, mux, out_len);
}

char *
term_pass_seq(const char *sequence, enum term_mux mux, size_t *out_len)
{
	struct out plain = {0};

	add_string(&plain, sequence);
	return wrap(plain, mux, out_len);
}

char *
term_title_seq(const char *title)
{
	size_t len = strlen(title), shown;
	char *clean = text_show_dup(title, len, TEXT_ONE_LINE), *out;

	shown = text_truncate_utf8(clean, strlen(clean), TERM_TITLE_MAX);
	xasprintf(&out, "\033]2;%.*s\a", (int)shown, clean);
	free(clean);
	return out;
}
