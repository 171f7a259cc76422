/* linear.c - the linear front end's thread: one poll() over the terminal, signals and the core's events. */
#include "config.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/compose.h"
#include "ui/front.h"
#include "ui/handover.h"
#include "ui/input.h"
#include "ui/linear.h"
#include "ui/opener.h"
#include "ui/outlet.h"
#include "ui/signals.h"
#include "ui/term.h"

#define READ_BYTES 4096
#define WIDTH	   80 /* of a terminal that does not know its own */
/* Pastes come as such, and it tells when nobody looks; nothing else is asked of the terminal. Not where it may know nothing. */
#define MODES_ON   "\033[?2004h\033[?1004h"
#define MODES_OFF  "\033[?1004l\033[?2004l"

struct run {
	const struct ui_setup *setup;
	struct linear *linear;
	struct input *input;
	struct termios before;
	int signals;
	struct outlet outlet;
	bool told, end;
	struct handover handover; /* who has the terminal */
	char *kept;		  /* what is to be written once it is ours again */
	size_t nkept;
};

/* ---- the terminal ----------------------------------------------------------------------------------------------------- */

/* Keys as they are pressed, without echo; lines end as usual. */
static void
take_terminal(struct run *r)
{
	struct termios t = r->before;

	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG | IEXTEN);
	t.c_iflag &= (tcflag_t) ~(ICRNL | IXON | ISTRIP);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	signals_writing(true);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
	if (!r->outlet.mute && term_write(STDOUT_FILENO, MODES_ON, sizeof(MODES_ON) - 1) != 0)
		r->handover.lost = true;
	signals_writing(false);
}

static void
give_terminal(struct run *r)
{
	signals_writing(true);
	if (!r->outlet.mute)
		(void)term_write(STDOUT_FILENO, MODES_OFF, sizeof(MODES_OFF) - 1);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &r->before);
	signals_writing(false);
}

static int
width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return WIDTH;
	return size.ws_col;
}

/* Whether it may know no sequences at all. */
static bool
dumb(void)
{
	const char *term = getenv("TERM");

	return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

/* ---- what the front end asks for -------------------------------------------------------------------------------------- */

static bool
host_send(void *arg, struct msg *m)
{
	struct run *r = arg;

	if (queue_push(r->setup->commands, m))
		return true;
	msg_free(m);
	return false;
}

static void
write_out(struct run *r, const void *bytes, size_t len)
{
	signals_writing(true);
	if (term_write(STDOUT_FILENO, bytes, len) != 0)
		r->handover.lost = true;
	signals_writing(false);
}

/* No line is lost that comes while an editor has the terminal: it is written behind that. */
static void
host_write(void *arg, const char *bytes, size_t len)
{
	struct run *r = arg;

	if (handover_ours(&r->handover)) {
		write_out(r, bytes, len);
		return;
	}
	r->kept = xreallocarray(r->kept, r->nkept + len + 1, 1);
	memcpy(r->kept + r->nkept, bytes, len);
	r->nkept += len;
}

/* A bell or a title would be of no use behind it. */
static void
outlet_write(void *arg, const void *bytes, size_t len)
{
	struct run *r = arg;

	if (handover_ours(&r->handover))
		write_out(r, bytes, len);
}

static void
host_bell(void *arg)
{
	outlet_bell(&((struct run *)arg)->outlet);
}

static void
host_title(void *arg, const char *title)
{
	struct run *r = arg;

	if (handover_ours(&r->handover))
		outlet_title(&r->outlet, title);
}

static void
host_notify(void *arg, const char *title, const char *body)
{
	outlet_notify(&((struct run *)arg)->outlet, title, body);
}

static bool
host_can_notify(void *arg, char *err, size_t errlen)
{
	return outlet_can_notify(&((struct run *)arg)->outlet, err, errlen);
}

static bool
host_edit(void *arg, const char *path, char *err, size_t errlen)
{
	return handover_edit(&((struct run *)arg)->handover, path, err, errlen);
}

static bool
host_open(void *arg, const char *link, char *err, size_t errlen)
{
	(void)arg;
	return opener_run("xdg-open", link, err, errlen);
}

static void
host_suspend(void *arg)
{
	((struct run *)arg)->handover.suspend = true;
}

static uint64_t
host_now(void *arg)
{
	(void)arg;
	return util_mono_ms();
}

static int64_t
host_wall(void *arg)
{
	(void)arg;
	return util_wall_ms();
}

/* ---- one turn --------------------------------------------------------------------------------------------------------- */

static void
leave(void *arg)
{
	give_terminal(arg);
}

/* What came meanwhile is told. */
static void
enter(void *arg)
{
	struct run *r = arg;

	take_terminal(r);
	input_reset(r->input);
	/* Where nothing came, nobody knows what stands on the line. */
	if (r->nkept != 0)
		write_out(r, r->kept, r->nkept);
	else
		linear_forget_line(r->linear);
	free(r->kept);
	r->kept = NULL;
	r->nkept = 0;
}

static void
edited(void *arg, int status)
{
	front_edited(linear_front(((struct run *)arg)->linear), status);
}

static void
read_signals(struct run *r)
{
	unsigned char bytes[64];
	ssize_t n = read(r->signals, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] == SIGWINCH) {
			linear_resize(r->linear, width());
		} else if (bytes[i] == SIGTSTP) {
			r->handover.suspend = true;
		} else if (bytes[i] == SIGCONT) {
			handover_went_on(&r->handover);
		} else if (bytes[i] == SIGHUP) {
			r->handover.lost = true;
		} else if (bytes[i] == SIGCHLD) {
			handover_child(&r->handover);
		} else if (bytes[i] == SIGTERM || bytes[i] == SIGINT) {
			handover_recall(&r->handover);
			r->end = r->told;
			r->told = true;
			front_quit(linear_front(r->linear));
		}
	}
}

static void
give_input(struct run *r)
{
	struct input_event ev;

	while (input_next(r->input, &ev)) {
		linear_input(r->linear, &ev);
		/* Keys that came together are shown one after the other, as they would have been. */
		linear_show(r->linear);
	}
}

static void
read_terminal(struct run *r)
{
	char bytes[READ_BYTES];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n > 0)
		input_feed(r->input, bytes, (size_t)n, util_mono_ms());
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		r->handover.lost = true;
}

static void
read_events(struct run *r)
{
	struct msg *m, *next;

	for (m = queue_take_all(r->setup->events); m != NULL; m = next) {
		next = m->next;
		linear_event(r->linear, m);
		msg_free(m);
	}
}

static void
turn(struct run *r)
{
	struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
			       {.fd = r->signals, .events = POLLIN},
			       {.fd = queue_fd(r->setup->events), .events = POLLIN}};
	int timeout = linear_timeout(r->linear);
	int sooner = input_timeout_ms(r->input, util_mono_ms());

	if (sooner >= 0 && (timeout < 0 || sooner < timeout))
		timeout = sooner;
	/* We stop again, once what came was looked at. */
	if (r->handover.suspend)
		timeout = 0;
	if (!handover_ours(&r->handover))
		fds[0].events = 0;
	if (poll(fds, NELEM(fds), timeout) < 0)
		return;
	if (fds[1].revents != 0)
		read_signals(r);
	if ((fds[0].revents & POLLIN) != 0)
		read_terminal(r);
	else if (fds[0].revents != 0)
		r->handover.lost = true;
	if (fds[2].revents != 0)
		read_events(r);
	input_tick(r->input, util_mono_ms());
	give_input(r);
	linear_tick(r->linear);
	if (r->handover.suspend)
		handover_stop(&r->handover);
}

static void
run(struct run *r)
{
	while (!front_stopped(linear_front(r->linear)) && !r->handover.lost && !r->end) {
		linear_show(r->linear);
		turn(r);
	}
	handover_recall(&r->handover);
	outlet_end(&r->outlet);
}

int
linear_run(const struct ui_setup *setup)
{
	struct run r = {.setup = setup};
	struct linear_setup ls = {.arg = &r,
				  .send = host_send,
				  .write = host_write,
				  .open = host_open,
				  .suspend = host_suspend,
				  .bell = host_bell,
				  .title = host_title,
				  .notify = host_notify,
				  .can_notify = host_can_notify,
				  .edit = host_edit,
				  .now = host_now,
				  .wall = host_wall,
				  .options = setup->options,
				  .config_path = setup->config_path,
				  .folder = setup->folder,
				  .sealed = setup->sealed,
				  .first_run = setup->first_run,
				  .ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
				  .width = width()};
	bool stopped;

	/* What a crash gives back is remembered. */
	if (tcgetattr(STDIN_FILENO, &r.before) != 0 || term_save(STDIN_FILENO) != 0 ||
	    (r.signals = signals_open()) < 0) {
		ui_stop_core(setup, false);
		return 1;
	}
	r.outlet = (struct outlet){.write = outlet_write,
				   .arg = &r,
				   .options = setup->options,
				   .notify = setup->notify,
				   .mute = dumb()};
	r.handover = (struct handover){.arg = &r, .leave = leave, .enter = enter, .ended = edited};
	take_terminal(&r);
	r.input = input_new();
	r.linear = linear_new(&ls);
	compose_sweep(linear_front(r.linear));
	run(&r);
	stopped = front_stopped(linear_front(r.linear));
	if (!stopped)
		front_quit(linear_front(r.linear));
	if (!stopped)
		ui_stop_core(setup, front_quitting(linear_front(r.linear)));
	linear_free(r.linear);
	/* What the shell has is not to be touched. */
	if (!r.handover.away)
		give_terminal(&r);
	free(r.kept);
	signals_close();
	input_free(r.input);
	return 0;
}
