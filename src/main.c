/* main.c - the program's entry: global options, then the full screen or a
 * sub-command. */
#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/core.h"
#include "src/addr.h"
#include "src/cli.h"
#include "src/options.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/linear.h"
#include "ui/notify.h"
#include "ui/ui.h"

static void
usage(FILE *out)
{
	fputs(_("usage: p2p-tui [--home DIR] [--listen ADDRESS:PORT]\n               "
		"[--passphrase-fd N] [--new-passphrase-fd N] [COMMAND [ARGS]]\n"
		"       p2p-tui --help | --version\n"
		"\n"
		"Without a command: the full screen.\n"
		"\n"
		"  --home DIR             one folder for everything (or P2P_TUI_HOME)\n"
		"  --listen ADDRESS:PORT  where to listen; port 0 is any\n"
		"  --passphrase-fd N      read the passphrase from descriptor N\n"
		"  --new-passphrase-fd N  read one that is set now from descriptor N\n"
		"  --linear               one line for each event, for screen readers\n"
		"\n"),
	      out);
	cli_help(out);
	fputs(_("\n"
		"A NAME may be a KEY anywhere. Exit status: 0 done; 1 failed; 2 usage; "
		"3 not\n"
		"delivered in time, it stays queued; 4 refused by the peer.\n"),
	      out);
}

/* The value of a global option, behind "=" or as the next word; NULL if that is
 * not there. */
static const char *
value(const char *name, int argc, char **argv, int *i)
{
	size_t len = strlen(name);

	if (argv[*i][len] == '=')
		return argv[*i] + len + 1;
	if (*i + 1 >= argc)
		return NULL;
	return argv[++*i];
}

static bool
is_option(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strncmp(word, name, len) == 0 && (word[len] == '\0' || word[len] == '=');
}

static bool
is_descriptor(const char *text)
{
	const char *wrong = NULL;

	(void)strtonum(text, 0, 65535, &wrong);
	return wrong == NULL;
}

/* Reads the options before the command. -1: go on at *first; else the exit
 * status. */
static int
globals(struct cli *c, int argc, char **argv, int *first)
{
	static const char *const names[] = {"--home", "--listen", "--passphrase-fd",
					    "--new-passphrase-fd"};
	const char **const places[] = {&c->folder, &c->listen, &c->passphrase_fd,
				       &c->new_passphrase_fd};
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		const char **into = NULL, *why = "", *word = argv[i];
		struct addr a;

		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			usage(stdout);
			return CLI_DONE;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts(PACKAGE_NAME " " PACKAGE_VERSION);
			return CLI_DONE;
		}
		if (strcmp(argv[i], "--linear") == 0) {
			c->linear = true;
			continue;
		}
		for (size_t o = 0; o < NELEM(names) && into == NULL; o++) {
			if (is_option(argv[i], names[o])) {
				into = places[o];
				*into = value(names[o], argc, argv, &i);
			}
		}
		if (into == NULL || *into == NULL || (*into)[0] == '\0') {
			cli_fail(into == NULL ? N_("There is no option %s: --help lists them.")
					      : N_("%s needs a value."),
				 word);
			return CLI_USAGE;
		}
		if ((into == &c->passphrase_fd || into == &c->new_passphrase_fd) &&
		    !is_descriptor(*into)) {
			cli_fail("A passphrase is read from a descriptor: a number.");
			return CLI_USAGE;
		}
		if (into == &c->listen && !addr_parse(&a, c->listen, ADDR_PORT, &why)) {
			cli_fail("--listen: %s", _(why));
			return CLI_USAGE;
		}
	}
	*first = i;
	return -1;
}

/* The full screen. The first run makes what is missing; the name is asked on
 * the screen. */
static int
screen(struct cli *c)
{
	struct ui_setup setup = {0};
	int status = CLI_FAILED;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return cli_fail("The full screen needs a terminal; p2p-tui run works without one.");
	util_one_heap();
	/* A fork, so before there are threads, and before there is a passphrase. */
	setup.notify = notify_start(NOTIFY_TIMEOUT_MS);
	if (cli_open_or_make(c) && cli_start_core(c)) {
		setup.commands = core_commands(c->core);
		setup.events = core_events(c->core);
		setup.options = c->options;
		setup.config_path = c->home.config;
		setup.folder = c->home.spool;
		setup.sealed = c->id.sealed;
		setup.first_run = options_text(c->options, OPT_nick)[0] == '\0';
		status = (c->linear || options_bool(c->options, OPT_linear) ? linear_run(&setup)
									    : ui_run(&setup)) == 0
				 ? CLI_DONE
				 : CLI_FAILED;
		c->stopped = true; /* ui_run() waited for EV_STOPPED */
	}
	cli_stop(c);
	notify_stop(setup.notify);
	return status;
}

/* A descriptor of the three that was closed by whoever started us would be given to a file or socket, and then be read and written as if it
 * were a terminal. */
static void
fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			_exit(CLI_FAILED);
	}
}

/* The terminal's characters, also where its locale is not installed: what it is called then still says that they are UTF-8. */
static void
take_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *value = NULL;

	if (setlocale(LC_ALL, "") != NULL)
		return;
	for (size_t i = 0; i < NELEM(names) && (value == NULL || value[0] == '\0'); i++)
		value = getenv(names[i]);
	if (value != NULL && (strstr(value, "UTF-8") != NULL || strcasestr(value, "utf8") != NULL))
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char **argv)
{
	struct cli c = {.screen = screen};
	int first = 1, status;

	fill_descriptors();
	take_locale();
	/* The C library's sentences are keys of our catalogue: see say_errno(). */
	setlocale(LC_MESSAGES, "C");
	say_language("auto");
	status = globals(&c, argc, argv, &first);
	if (status >= 0)
		return status;
	return first < argc ? cli_command(&c, argc - first, argv + first) : screen(&c);
}
