/* ui.c - the front end's thread: one poll() over the terminal, signals and the core's events; one frame per turn. */
#include "config.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/msg.h"
#include "src/options.h"
#include "src/queue.h"
#include "src/say.h"
#include "src/thread.h"
#include "src/util.h"
#include "ui/compose.h"
#include "ui/drops.h"
#include "ui/front.h"
#include "ui/handover.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/linear.h"
#include "ui/opener.h"
#include "ui/outlet.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/ui.h"

#define READ_BYTES    65536
/* A paste comes in pieces of what the terminal's line holds; nothing is drawn between two that follow each other so soon, up to so long. */
#define PASTE_GAP_MS  2
#define PASTE_TURN_MS 50
/* When what it took to start is given back to the system; and what it took to take so many events. */
#define SETTLED_MS    700
#define MANY_EVENTS   500
#define MANY_LATER_MS 5000
/* A burst of SIGWINCH is one resize; while somebody drags an edge of the window for long, it is drawn now and then. */
#define QUIET_MS      15
#define UNQUIET_MS    100
/* How long the core may take to stop once there is no screen to say so on. */
#define STOP_MS	      10000

struct ui {
	const struct ui_setup *setup;
	struct front *front;
	struct input *input;
	struct drops *drops;
	char *buffer;
	bool mouse;
	struct outlet outlet;
	struct handover handover; /* who has the terminal */
	bool end;		  /* asked a second time to end */
	uint64_t settled_at;	  /* 0: it is */
	size_t events;		  /* since then */
	uint64_t resize_at;	  /* when it is quiet enough; 0: no resize */
	uint64_t resize_most;	  /* and when it is late enough */
	bool console;		  /* a Linux console: no title, no clipboard, no questions */
	int signals;		  /* what signals_open() returned */
	bool told;		  /* asked once */
	enum theme_ground ground; /* what the terminal said of its background */
};

/* ---- what the front end asks for -------------------------------------------------------------------------------------- */

static bool
host_send(void *arg, struct msg *m)
{
	struct ui *ui = arg;

	if (queue_push(ui->setup->commands, m))
		return true;
	msg_free(m);
	return false;
}

/* While somebody else has the terminal, nothing is written to it. */
static void
write_out(struct ui *ui, const void *bytes, size_t len)
{
	signals_writing(true);
	if (handover_ours(&ui->handover) && term_write(STDOUT_FILENO, bytes, len) != 0)
		ui->handover.lost = true;
	signals_writing(false);
}

static void
host_copy(void *arg, const char *text, size_t len)
{
	struct ui *ui = arg;
	size_t n;
	char *seq;

	if (ui->console)
		return;
	seq = term_copy_seq(text, len, term_mux(getenv("TERM"), getenv("TMUX"), getenv("STY")), &n);

	if (seq != NULL)
		write_out(arg, seq, n);
	free(seq);
}

static void
outlet_write(void *arg, const void *bytes, size_t len)
{
	write_out(arg, bytes, len);
}

static void
host_bell(void *arg)
{
	outlet_bell(&((struct ui *)arg)->outlet);
}

static void
host_title(void *arg, const char *title)
{
	struct ui *ui = arg;

	if (handover_ours(&ui->handover))
		outlet_title(&ui->outlet, title);
}

static void
host_notify(void *arg, const char *title, const char *body)
{
	outlet_notify(&((struct ui *)arg)->outlet, title, body);
}

static bool
host_can_notify(void *arg, char *err, size_t errlen)
{
	return outlet_can_notify(&((struct ui *)arg)->outlet, err, errlen);
}

static bool
host_open(void *arg, const char *link, char *err, size_t errlen)
{
	(void)arg;
	return opener_run("xdg-open", link, err, errlen);
}

/* Asks whether it tells of files dropped onto it. Multiplexers do not pass that on. */
static void
ask_drops(struct ui *ui)
{
	drops_reset(ui->drops);
	if (!ui->console && term_mux(getenv("TERM"), getenv("TMUX"), getenv("STY")) == TERM_PLAIN)
		write_out(ui, DROPS_ASK, sizeof(DROPS_ASK) - 1);
}

static void
leave_drops(struct ui *ui)
{
	if (drops_known(ui->drops))
		write_out(ui, DROPS_LEAVE, sizeof(DROPS_LEAVE) - 1);
}

static bool
host_edit(void *arg, const char *path, char *err, size_t errlen)
{
	return handover_edit(&((struct ui *)arg)->handover, path, err, errlen);
}

static void
host_mouse(void *arg, bool on)
{
	struct ui *ui = arg;

	ui->mouse = on;
	signals_writing(true);
	term_mouse(STDOUT_FILENO, on);
	signals_writing(false);
}

static void
host_suspend(void *arg)
{
	((struct ui *)arg)->handover.suspend = true;
}

static void
host_redraw(void *arg)
{
	(void)arg;
	screen_distrust();
}

static bool
host_theme(void *arg, char *err, size_t errlen)
{
	struct ui *ui = arg;
	const char *word = options_text(ui->setup->options, OPT_theme);
	struct theme theme;
	bool good = true;

	err[0] = '\0';
	theme_builtin(&theme, theme_choose(word, getenv("NO_COLOR"), getenv("COLORFGBG"),
					   ui->ground, screen_colours()));
	if (theme_name_good(word) && screen_colours() >= 8)
		good = theme_load(&theme, ui->setup->config_path, word, err, errlen);
	screen_set_theme(&theme);
	return good;
}

/* Asks the terminal for its background. The answer comes when it comes; nobody waits for it. */
static void
ask_ground(struct ui *ui)
{
	if (!ui->console)
		write_out(ui, TERM_ASK_GROUND, sizeof(TERM_ASK_GROUND) - 1);
}

static void
take_drop(struct ui *ui, const char *text, size_t len)
{
	struct drops_event ev;

	drops_reply(ui->drops, text, len, &ev);
	if (ev.out[0] != '\0')
		write_out(ui, ev.out, strlen(ev.out));
	front_drop(ui->front, &ev);
}

static void
take_reply(struct ui *ui, const char *text, size_t len)
{
	enum theme_ground ground = theme_ground(text, len);
	char err[512];

	take_drop(ui, text, len);
	/* Its colours were changed while we run. */
	if (len >= sizeof(TERM_CHANGED) - 1 &&
	    memcmp(text, TERM_CHANGED, sizeof(TERM_CHANGED) - 1) == 0)
		ask_ground(ui);
	if (ground == THEME_GROUND_UNKNOWN || ground == ui->ground)
		return;
	ui->ground = ground;
	host_theme(ui, err, sizeof(err));
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
	leave_drops(arg);
	screen_suspend();
}

static void
enter(void *arg)
{
	struct ui *ui = arg;

	screen_resume(ui->mouse);
	input_reset(ui->input);
	/* Whoever is about to end would not be there for the answer. */
	if (!ui->told)
		ask_drops(ui);
	ui->resize_at = util_mono_ms();
}

static void
edited(void *arg, int status)
{
	front_edited(((struct ui *)arg)->front, status);
}

static void
resize_soon(struct ui *ui)
{
	uint64_t now = util_mono_ms();

	if (ui->resize_at == 0)
		ui->resize_most = now + UNQUIET_MS;
	ui->resize_at = now + QUIET_MS < ui->resize_most ? now + QUIET_MS : ui->resize_most;
}

static void
read_signals(struct ui *ui)
{
	unsigned char bytes[256];
	ssize_t n = read(ui->signals, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < n; i++) {
		switch (bytes[i]) {
		case SIGWINCH:
			resize_soon(ui);
			break;
		case SIGTSTP:
			ui->handover.suspend = true;
			break;
		case SIGCONT:
			handover_went_on(&ui->handover);
			break;
		case SIGHUP:
			ui->handover.lost = true;
			break;
		case SIGCHLD:
			handover_child(&ui->handover);
			break;
		case SIGTERM:
		case SIGINT:
			ui->end = ui->told;
			ui->told = true;
			handover_recall(&ui->handover);
			front_quit(ui->front);
			break;
		default:
			break;
		}
	}
}

static void
give_input(struct ui *ui)
{
	struct input_event ev;

	while (input_next(ui->input, &ev)) {
		if (ev.type == INPUT_REPLY)
			take_reply(ui, ev.text, ev.len);
		front_input(ui->front, &ev);
	}
}

static bool
more_to_read(int ms)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&pfd, 1, ms) == 1 && pfd.revents & POLLIN;
}

static void
read_terminal(struct ui *ui)
{
	uint64_t end = util_mono_ms() + PASTE_TURN_MS;
	bool more = true;

	while (more) {
		ssize_t n = read(STDIN_FILENO, ui->buffer, READ_BYTES);

		if (n > 0) {
			input_feed(ui->input, ui->buffer, (size_t)n, util_mono_ms());
			give_input(ui);
		} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			ui->handover.lost = true;
		}
		more = n > 0 && input_pasting(ui->input) && util_mono_ms() < end &&
		       more_to_read(PASTE_GAP_MS);
	}
}

static void
read_events(struct ui *ui)
{
	struct msg *m, *next;

	for (m = queue_take_all(ui->setup->events); m != NULL; m = next) {
		next = m->next;
		front_event(ui->front, m);
		msg_free(m);
		ui->events++;
	}
	if (ui->events >= MANY_EVENTS && ui->settled_at == 0)
		ui->settled_at = util_mono_ms() + MANY_LATER_MS;
}

static void
sooner(int *timeout, int ms)
{
	if (ms >= 0 && (*timeout < 0 || ms < *timeout))
		*timeout = ms;
}

static int
turn_timeout(struct ui *ui)
{
	int timeout = front_timeout(ui->front);
	uint64_t now = util_mono_ms();

	sooner(&timeout, input_timeout_ms(ui->input, now));
	/* We stop again, once what came was looked at. */
	if (ui->handover.suspend)
		return 0;
	if (ui->settled_at != 0)
		sooner(&timeout, ui->settled_at > now ? (int)(ui->settled_at - now) : 0);
	if (ui->resize_at != 0 && handover_ours(&ui->handover))
		sooner(&timeout, ui->resize_at > now ? (int)(ui->resize_at - now) : 0);
	return timeout;
}

static void
wait_for_something(struct ui *ui)
{
	struct pollfd fds[3 + PANE_COUNT] = {{.fd = STDIN_FILENO, .events = POLLIN},
					     {.fd = ui->signals, .events = POLLIN},
					     {.fd = queue_fd(ui->setup->events), .events = POLLIN}};
	int panes[PANE_COUNT];
	size_t n = front_fds(ui->front, panes);

	for (size_t i = 0; i < n; i++)
		fds[3 + i] = (struct pollfd){.fd = panes[i], .events = POLLIN};
	if (!handover_ours(&ui->handover))
		fds[0].events = 0;
	if (poll(fds, (nfds_t)(3 + n), turn_timeout(ui)) < 0)
		return;
	if (fds[1].revents != 0)
		read_signals(ui);
	if (fds[0].revents & POLLIN)
		read_terminal(ui);
	else if (fds[0].revents != 0)
		ui->handover.lost = true;
	if (fds[2].revents != 0)
		read_events(ui);
	for (size_t i = 0; i < n; i++)
		if (fds[3 + i].revents != 0)
			front_ready(ui->front, fds[3 + i].fd);
	input_tick(ui->input, util_mono_ms());
	give_input(ui);
}

static void
resize_if_quiet(struct ui *ui)
{
	int h, w;

	if (ui->resize_at == 0 || !handover_ours(&ui->handover) || util_mono_ms() < ui->resize_at)
		return;
	ui->resize_at = 0;
	screen_resize(&h, &w);
	front_resize(ui->front, h, w);
}

/* A list of a thousand contacts came in as many messages, which are gone. */
static void
settle(struct ui *ui)
{
	if (ui->settled_at == 0 || util_mono_ms() < ui->settled_at)
		return;
	ui->settled_at = 0;
	ui->events = 0;
	util_trim();
}

static void
run(struct ui *ui)
{
	while (!front_stopped(ui->front) && !ui->handover.lost && !ui->end) {
		int y, x;
		const struct grid *g;

		resize_if_quiet(ui);
		settle(ui);
		front_tick(ui->front);
		if (handover_ours(&ui->handover)) {
			g = front_draw(ui->front, &y, &x);
			if (ui->resize_at == 0)
				screen_draw(g, y, x);
		}
		wait_for_something(ui);
		if (ui->handover.suspend)
			handover_stop(&ui->handover);
	}
}

/* Without a screen: the core is told to stop and waited for. */
void
ui_stop_core(const struct ui_setup *setup, bool asked)
{
	uint64_t end = util_mono_ms() + STOP_MS;
	bool stopped = false;

	if (!asked)
		queue_push_always(setup->commands, msg_new(MSG_CMD_QUIT));
	while (!stopped && util_mono_ms() < end) {
		struct pollfd pfd = {.fd = queue_fd(setup->events), .events = POLLIN};
		struct msg *m, *next;

		poll(&pfd, 1, (int)(end - util_mono_ms()));
		for (m = queue_take_all(setup->events); m != NULL; m = next) {
			next = m->next;
			stopped |= m->type == MSG_EV_STOPPED;
			msg_free(m);
		}
	}
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

/* While a program in it follows the mouse, GNU screen keeps Esc back until the next key. */
static bool
mouse_costs_keys(void)
{
	return term_mux(getenv("TERM"), getenv("TMUX"), getenv("STY")) == TERM_SCREEN;
}

static void
start(struct ui *ui, const struct ui_setup *setup)
{
	struct front_setup fs = {
		.host = {.arg = ui,
			 .send = host_send,
			 .copy = host_copy,
			 .bell = host_bell,
			 .title = host_title,
			 .notify = host_notify,
			 .can_notify = host_can_notify,
			 .edit = host_edit,
			 .open = host_open,
			 .mouse = host_mouse,
			 .suspend = host_suspend,
			 .redraw = host_redraw,
			 .theme = host_theme,
			 .now = host_now,
			 .wall = host_wall},
		.options = setup->options,
		.config_path = setup->config_path,
		.folder = setup->folder,
		.sealed = setup->sealed,
		.first_run = setup->first_run,
		.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
		.mouse_off = mouse_costs_keys(),
	};
	char err[512];

	(void)host_theme(ui, err, sizeof(err));
	screen_size(&fs.h, &fs.w);
	ui->input = input_new();
	ui->buffer = xmalloc(READ_BYTES);
	ui->front = front_new(&fs);
	if (fs.mouse_off && options_bool(setup->options, OPT_mouse))
		front_say(ui->front,
			  "The mouse is off: with it GNU screen keeps Esc back. %s turns it on.",
			  keys_name(REQ_MOUSE));
	compose_sweep(ui->front);
	if (err[0] != '\0')
		front_error(ui->front, "%s", err);
	ask_ground(ui);
	ui->drops = drops_new();
	ask_drops(ui);
	ui->settled_at = util_mono_ms() + SETTLED_MS;
}

int
ui_run(const struct ui_setup *setup)
{
	const char *term = getenv("TERM");
	struct ui ui = {.setup = setup,
			.mouse = options_bool(setup->options, OPT_mouse) && !mouse_costs_keys(),
			.console = term != NULL && strncmp(term, "linux", 5) == 0};
	bool quitting, stopped;

	ui.handover =
		(struct handover){.arg = &ui, .leave = leave, .enter = enter, .ended = edited};
	ui.outlet = (struct outlet){.write = outlet_write,
				    .arg = &ui,
				    .options = setup->options,
				    .notify = setup->notify,
				    .mute = ui.console};
	/* One line under the other can be shown on any terminal. */
	if (screen_open(ui.mouse) != 0)
		return linear_run(setup);
	ui.signals = signals_open();
	if (ui.signals < 0) {
		screen_close();
		fprintf(stderr, "p2p-tui: no pipe for signals: %s\n", strerror(errno));
		ui_stop_core(setup, false);
		return 1;
	}
	thread_prompt();
	/* A change before the handler stood was told to nobody. */
	if (screen_outgrown())
		resize_soon(&ui);
	start(&ui, setup);
	run(&ui);
	handover_recall(&ui.handover);
	/* What the shell has is not to be touched. */
	if (ui.handover.away)
		term_abandon(-1, STDOUT_FILENO);
	stopped = front_stopped(ui.front);
	/* What is being typed is kept on the way. */
	if (!stopped)
		front_quit(ui.front);
	quitting = front_quitting(ui.front);
	outlet_end(&ui.outlet);
	leave_drops(&ui);
	screen_close();
	if (!stopped)
		ui_stop_core(setup, quitting);
	signals_close();
	front_free(ui.front);
	input_free(ui.input);
	drops_free(ui.drops);
	free(ui.buffer);
	return 0;
}
